/*
 * notice_read.h - a stored notice as what its words name (core/notice.h): for
 * the message centre and for mails, which say the same.
 */
#pragma once
#include "core/notice.h"
#include "core/plan.h"
#include "store/notice_sql.h"
#include "store/store.h"

/* What it is read with.  All borrowed. */
struct notice_reader {
	struct db              *db; /* a reader */
	struct arena           *arena;
	const struct config    *config;
	const struct keys      *keys;
	const struct catalogue *catalogue;
};

/* The parts of a notice; the pack's name is in the language of that tag.  An
 * order or line that is gone leaves its parts empty. */
enum err notice_parts_read(const struct notice_reader *reader, const struct notice_get_row *notice,
                           struct str lang, struct notice_parts *ret);
