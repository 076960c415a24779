/*
 * letter.h - a notice as a mail: subject, plain text, and the simple HTML that
 * travels beside it.
 *
 * A letter holds no link: people learn to type our address, and whoever sends
 * them one instead is not us (SECURITY 1, anti-phishing).
 */
#pragma once
#include "core/notice.h"
#include "text/lang.h"

#define LETTER_MAX ((size_t)16 * 1024) /* bytes of each form */

/* What a letter is made of. */
struct letter_view {
	enum notice         kind;
	struct notice_parts parts;
	struct str          site; /* our address as people type it: "keepline.example" */
};

/* UTF-8; lines of `text` end in \n. */
struct letter {
	struct str subject, text, html;
};

/* False: the arena is spent or the letter would be longer than LETTER_MAX. */
bool letter_make(struct arena *arena, const struct lang *lang, const struct letter_view *view,
                 struct letter *ret);

/* "keepline.example" from "https://keepline.example/": what stands in letters. */
struct str letter_site(struct str public_url);
