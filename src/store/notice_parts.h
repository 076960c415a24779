/*
 * notice_parts.h - what the words of a notice name, out of the rows it speaks
 * of: one place for the message centre and for mails, so that both say the
 * same.
 */
#pragma once
#include "core/notice.h"
#include "store/line_keep.h"
#include "store/notice_sql.h"
#include "store/store.h"

/* Where the parts are read from; all borrowed.  `versions` starts zeroed and
 * serves any number of notices. */
struct notice_reader {
	struct db              *db;
	struct arena           *arena;
	const struct config    *config;
	const struct keys      *keys;
	const struct catalogue *catalogue;
	struct str              lang; /* BCP 47 tag: of pack names */
	struct pack_versions    versions;
};

/* Texts live in the arena or the catalogue; numbers of people are masked.
 * ERR_NOT_FOUND: the notice speaks of an order or a line that is gone. */
enum err notice_parts_load(struct notice_reader *reader, const struct notice_get_row *notice,
                           struct notice_parts *ret);
