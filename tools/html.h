/*
 * html.h - where in HTML are we?  pagec asks this at every {{ }} to know how
 * the value must be escaped, and refuses what our content security policy
 * would block anyway (inline scripts, handlers and styles).
 *
 * A reader of well-written pages, not a browser's parser: whatever it does not
 * know is an error.
 */
#pragma once
#include "base/str.h"

enum html_place {
	HTML_TEXT,      /* between tags */
	HTML_TAG_NAME,  /* <na */
	HTML_TAG,       /* inside a tag, between attributes */
	HTML_ATTRIBUTE, /* in an attribute's name */
	HTML_EQUALS,    /* behind name= */
	HTML_VALUE      /* inside of "" or '' */
};

#define HTML_NAME_MAX 23

struct html {
	enum html_place place;
	char            tag[HTML_NAME_MAX + 1];       /* the last tag; lower case, "/p" for </p> */
	char            attribute[HTML_NAME_MAX + 1]; /* the last attribute */
	char            quote;                        /* of the value we are in */
	bool            begun;                        /* the value has a first character */
	bool            url;                          /* its value is an address */
	bool            image;                        /* and that of an image: data:image is fine */
};

/* Moves on by one character.  NULL, or a sentence about what is wrong. */
const char *html_step(struct html *html, char c);
/* Are we in the content of this element? ("style", "script", "pre", "textarea") */
bool html_inside(const struct html *html, const char *tag);
/* Has a tag just ended behind which a line end means nothing (a block)? */
bool html_after_block(const struct html *html);
