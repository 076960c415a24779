/*
 * out.h - writing a page: what the functions made by pagec call.
 *
 * Every value is escaped for the place where it stands.  The types that can be
 * shown are struct str, C strings, integers, struct money, struct shown
 * (format.h) and struct message (message.h); any other does not compile.
 */
#pragma once
#include "text/message.h"

struct out {
	struct buf        *buf;  /* full: the page is too long; the request loop looks */
	const struct lang *lang;
};

/* HTML that is known to be good: pagec's static text, {{! }}. */
void out_raw(struct out *o, struct str html);

/* In an element: money as <span class="amt"><abbr>JPY</abbr>1,100</span>, integers grouped. */
#define out_value(o, value) OUT_TYPED(out_value, o, value)
/* In an attribute: money as JPY 1,100, integers plain (the geometry of SVG, form values). */
#define out_attr(o, value) OUT_TYPED(out_attr, o, value)
/* At the beginning of an address (href, src, action): only relative addresses,
 * http and https pass, everything else becomes "#". */
#define out_url(o, value) out_address(o, PATH_STR(value), false)
/* The same in <img src>, where data:image/ passes, too. */
#define out_url_image(o, value) out_address(o, PATH_STR(value), true)
/* Further on in an address: percent-encoded whole, so that it can be nothing
 * but a part of a path or a value of a query. */
#define out_url_part(o, value)                                                            \
	_Generic((value), struct str: out_part_str, const char *: out_part_cstr,          \
	    char *: out_part_cstr, int: out_part_int, unsigned: out_part_int,             \
	    long: out_part_int, long long: out_part_int, unsigned long: out_part_size)(o, value)
/* {{/ }}: a path with its query below what stands before it: begins with one
 * '/' or is empty, or becomes "#". */
#define out_url_path(o, value) out_path(o, PATH_STR(value))

/* Translated words; count chooses the plural form and is {n}, -1 none. */
void out_words(struct out *o, bool attribute, enum msg msg, int64_t count,
               const struct part *parts, size_t part_count);

/* ---- behind the macros -------------------------------------------------- */

#define OUT_TYPED(function, o, value)                                                     \
	_Generic((value), struct str: function##_str, const char *: function##_cstr,      \
	    char *: function##_cstr, int: function##_int, unsigned: function##_int,       \
	    long: function##_int, long long: function##_int, unsigned long: function##_size, \
	    struct money: function##_money, struct shown: function##_shown,               \
	    struct message: function##_message)(o, value)

/* One function for each type and place. */
void out_value_str(struct out *o, struct str value);
void out_value_cstr(struct out *o, const char *value);
void out_value_int(struct out *o, int64_t value);
void out_value_size(struct out *o, size_t value);
void out_value_money(struct out *o, struct money value);
void out_value_shown(struct out *o, struct shown value);
void out_value_message(struct out *o, struct message value);
void out_attr_str(struct out *o, struct str value);
void out_attr_cstr(struct out *o, const char *value);
void out_attr_int(struct out *o, int64_t value);
void out_attr_size(struct out *o, size_t value);
void out_attr_money(struct out *o, struct money value);
void out_attr_shown(struct out *o, struct shown value);
void out_attr_message(struct out *o, struct message value);
void out_part_str(struct out *o, struct str value);
void out_part_cstr(struct out *o, const char *value);
void out_part_int(struct out *o, int64_t value);
void out_part_size(struct out *o, size_t value);
void out_address(struct out *o, struct str address, bool image);
void out_path(struct out *o, struct str path);
