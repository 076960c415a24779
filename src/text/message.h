/*
 * message.h - what Keepline says, in the reader's language.
 *
 * English is the source: {{_ ...}} in pages and the rows of messages.def.  poc
 * compiles them and po/NAME.po to tables; a message is an index (enum msg).
 * Texts have named parts, {date}; the caller brings a value for each.  A part
 * that a text names and the caller forgot is a bug and asserts.
 */
#pragma once
#include "base/str.h"
#include "text/format.h"

/* How a part's value is shown. */
enum part_kind { PART_TEXT, PART_INT, PART_MONEY, PART_SHOWN, PART_HTML, PART_LINK };

struct part {
	const char    *name;
	enum part_kind kind;
	struct str     text; /* PART_TEXT raw; PART_HTML a fixed tag; PART_LINK the path */
	struct str     base; /* PART_LINK: what the path is below of */
	int64_t        number;
	struct money   money;
	struct shown   shown;
};

/* A message with its parts: what {{ }} shows when C chose the words. */
struct message {
	enum msg           msg;
	const struct part *parts; /* borrowed */
	size_t             part_count;
	int64_t            count; /* chooses the plural form and is {n}; -1: none */
};

/* PARTS(PART("date", date_long(day)), PART("line", number)): the two last
 * arguments of the functions that take parts.  A value is a struct str, a C
 * string, an integer, struct money or struct shown; others do not compile. */
#define PARTS(...)                             \
	(const struct part[]){ __VA_ARGS__ },  \
	        sizeof((const struct part[]){ __VA_ARGS__ }) / sizeof(struct part)
#define NO_PARTS NULL, (size_t)0
#define PART(name, value)                                                              \
	_Generic((value),                                                              \
	    struct str: part_text, const char *: part_cstr, char *: part_cstr,         \
	    int: part_int, unsigned: part_int, long: part_int, long long: part_int,    \
	    unsigned long: part_size,                                                  \
	    struct money: part_money, struct shown: part_shown)(name, value)
/* Only what pagec writes: fixed markup, and <a> to base and path below it. */
#define PART_HTML(name, literal) part_html(name, STR(literal))
#define PART_LINK(name, base, path) part_link(name, base, PATH_STR(path))
#define PATH_STR(path) \
	_Generic((path), struct str: part_same, const char *: str_from, char *: str_from)(path)

/* Behind PART: name is borrowed, as is the value. */
struct part part_text(const char *name, struct str value);
struct part part_cstr(const char *name, const char *value);
struct part part_int(const char *name, int64_t value);
struct part part_size(const char *name, size_t value);
struct part part_money(const char *name, struct money value);
struct part part_shown(const char *name, struct shown value);
struct part part_html(const char *name, struct str literal);
struct part part_link(const char *name, struct str base, struct str path);
struct str  part_same(struct str path);

/* The text with its {names} still in it; count chooses the plural form, -1 none. */
struct str message_template(const struct lang *lang, enum msg msg, int64_t count);
/* Plain text, for mails, JSON and logs; PART_HTML vanishes, PART_LINK too. */
struct str message_text(struct arena *arena, const struct lang *lang, enum msg msg, int64_t count,
                        const struct part *parts, size_t part_count);
/* One step through a template: *literal is what comes before the next {name}
 * (empty name: the end).  False when nothing is left. */
bool message_next(struct str *rest, struct str *ret_literal, struct str *ret_name);
/* The part of that name; {n} is the count.  Asserts that it is there. */
struct part message_part(struct str name, int64_t count, const struct part *parts,
                         size_t part_count);
/* A part's value as plain text. */
void part_format(struct buf *buf, const struct lang *lang, const struct part *part);
