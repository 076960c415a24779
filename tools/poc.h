/*
 * poc.h - what poc knows about the texts of the product.
 */
#pragma once
#include "tools/source.h"

#define MESSAGES_MAX  6000
#define LANGUAGES_MAX 24
#define FORMS_MAX     2 /* plural forms; the languages we ship have 1 or 2 */

/* One text in the source, as an enum constant. */
struct message {
	struct str  name; /* MSG_REFUSAL_SIM_LUHN, MSG_x0123456789abcdef */
	struct str  context, text, plural;
	const char *file;
	int         line;
	uint64_t    hash; /* of context and text */
};

struct language {
	struct str name; /* zh_Hans */
	int        form_count;
	struct str (*form)[FORMS_MAX]; /* by message; empty: missing */
};

struct poc {
	struct arena   *arena;
	struct message  message[MESSAGES_MAX];
	size_t          message_count;
	struct language language[LANGUAGES_MAX];
	size_t          language_count;
	int             problem_count;
};

/* Collects the texts of a page or of messages.def. */
void poc_read_page(struct poc *poc, const char *path);
void poc_read_table(struct poc *poc, const char *path);
/* Reads the translations of po/NAME.po and checks each of them. */
void poc_read_po(struct poc *poc, const char *path);
/* Appends a language made by machine: English with accents, brackets and +30 %. */
void poc_pseudo(struct poc *poc, const char *name);
/* Prints "file:line: message" and counts it; the compiler goes on to show them all. */
void poc_problem(struct poc *poc, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
