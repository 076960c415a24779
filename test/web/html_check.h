/*
 * html_check.h - a strict reader of the HTML we write: nesting, quoting, ids,
 * and the text that a person can see.  Much stricter than a browser.
 */
#pragma once
#include "base/str.h"

/* One visible text: between tags, or in aria-label, placeholder, alt, title. */
struct html_text {
	struct str text;      /* still with its entities */
	struct str tag;       /* the element it stands in */
	bool       attribute;
	bool       foreign;   /* translate="no", or another lang than the page's */
};

/* NULL, or a sentence about the first mistake; *ret_at is where it is. */
const char *html_problem(struct str page, size_t *ret_at);
/* Every visible text, in order. */
void html_texts(struct str page, void (*each)(void *ctx, const struct html_text *text), void *ctx);
/* How often `needle` stands in the page. */
size_t html_count(struct str page, struct str needle);
