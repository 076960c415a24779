/*
 * csv.h - a streaming reader of comma separated values (RFC 4180).
 *
 * Bytes come in chunks of any size; rows come out one at a time.  Quoted
 * fields may hold separators, doubled quotes and line ends.  LF and CRLF end a
 * row, a byte order mark at the very start is skipped, blank lines are skipped.
 * Everything is checked: UTF-8, stray quotes, stray CR, NUL, and the limits.
 * After a bad row the reader goes on at the next line, so that one pass can
 * report many mistakes.
 *
 *	csv_feed(&csv, chunk);
 *	while ((step = csv_next(&csv, &row)) != CSV_MORE) ...
 */
#pragma once
#include "base/arena.h"

/* What can be wrong with a row.  Sentences are messages REFUSAL_CSV_<name>. */
#define CSV_PROBLEMS(X)                                                             \
	X(NONE)                                                                     \
	X(QUOTE)        /* a quote inside of an unquoted field */                   \
	X(AFTER_QUOTE)  /* something other than a separator after a closing quote */\
	X(OPEN_QUOTE)   /* the file (or row_max) ends inside of quotes */           \
	X(CR)           /* a carriage return without a line feed */                 \
	X(NUL)          /* a zero byte: not a text file, or UTF-16 */               \
	X(UTF8)         /* not UTF-8 */                                             \
	X(FIELD_LONG)   /* a field longer than field_max */                         \
	X(ROW_LONG)     /* a row longer than row_max */                             \
	X(COLUMNS)      /* more fields than column_max */

#define X(name) CSV_PROBLEM_##name,
enum csv_problem { CSV_PROBLEMS(X) CSV_PROBLEM_COUNT };
#undef X

enum csv_step {
	CSV_ROW,  /* *ret holds a row */
	CSV_BAD,  /* csv->problem says what, *ret says where; the row is dropped */
	CSV_MORE, /* all of the chunk is used: feed the next, or finish */
	CSV_END   /* after csv_finish: no more rows */
};

struct csv_limits {
	size_t row_max;    /* bytes of one row's fields together, at least 4 */
	size_t field_max;  /* bytes of one field, at least 4 */
	size_t column_max; /* fields of one row, at least 1 */
	char   separator;  /* ',' usually; also ';' or a tab */
};

/* A row; its strings live in the reader until the next csv_next. */
struct csv_row {
	const struct str *field;
	size_t            count;  /* fields, at least 1 */
	int64_t           number; /* rows so far, this one included, from 1; the header is row 1 */
	int64_t           line;   /* line of the file on which the row begins, from 1 */
	size_t            column; /* CSV_BAD: the field in which it went wrong, from 1 */
};

/* Private to csv.c but for `problem`. */
struct csv {
	struct csv_limits limits;
	enum csv_problem  problem; /* of the last CSV_BAD */
	struct str        chunk;   /* what is left of the bytes fed */
	char             *bytes;   /* row_max bytes */
	struct str       *field;   /* column_max views into bytes */
	size_t            used, field_start, count;
	int64_t           line, row_line, number;
	int               state;
	uint8_t           mark; /* bytes of the byte order mark seen so far */
	bool              finished;
};

/* Takes row_max + column_max * sizeof(struct str) from the arena; false when
 * that is more than the arena gives. */
bool csv_init(struct csv *csv, struct arena *arena, struct csv_limits limits);
void csv_feed(struct csv *csv, struct str chunk); /* borrowed until CSV_MORE */
void csv_finish(struct csv *csv);                 /* the file has ended */
enum csv_step csv_next(struct csv *csv, struct csv_row *ret);
