/*
 * mail_words.h - what a notice's mail says, in its reader's language.
 */
#pragma once
#include "core/notice.h"
#include "text/lang.h"

/* One mail's words; in the arena they were made in. */
struct mail_words {
	struct str subject, text;
};

/* The words, in the arena; `site` is the address under which people reach us. */
void mail_words(struct arena *arena, const struct lang *lang, enum notice kind,
                const struct notice_parts *parts, struct str site, struct mail_words *ret);
