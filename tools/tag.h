/*
 * tag.h - {{ ... }} in pages, as pagec and poc both read it.
 *
 *	{{_ "Kept until {date}", date: expr }}          a text to translate
 *	{{_n expr, "{n} day left", "{n} days left" }}   by number; {n} is expr
 *	{{_c "verb", "Order" }}                         with a context for translators
 *
 * A part's value is a C expression; or html("<b class=\"x\">"), a fixed tag,
 * which {/name} closes; or link(base, path), an <a> to one of our own pages.
 */
#pragma once
#include "tools/source.h"

#define TAG_PARTS_MAX 12

enum tag_part_kind { TAG_VALUE, TAG_HTML, TAG_LINK };

struct tag_part {
	struct str         name, expr; /* expr: what is inside of html() or link(), too */
	enum tag_part_kind kind;
};

struct tag {
	struct str      context, text, plural; /* unescaped; empty when there is none */
	struct str      count;                 /* C expression of {{_n */
	struct tag_part part[TAG_PARTS_MAX];
	size_t          part_count;
};

/* The length of a tag that begins with "{{" at s, "}}" included; 0 when it does not end in s.
 * Braces inside of C strings do not count. */
size_t tag_length(struct str s);
/* Reads what is between {{ and }} and begins with '_'.  False: *ret_problem says why. */
bool tag_parse(struct arena *arena, struct str body, struct tag *ret, const char **ret_problem);
/* The next {name} of a text: moves *text behind it.  False when there is none. */
bool tag_placeholder(struct str *text, struct str *ret_name);
/* Do all braces of the text belong to a {name} or {/name}? */
bool tag_braces(struct str text);
/* Is {name} in the text? */
bool tag_has(struct str text, struct str name);
/* Reads the string literals at *s (several are one) and moves *s behind them. */
bool tag_literal(struct arena *arena, struct str *s, struct str *ret);
