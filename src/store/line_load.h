/*
 * line_load.h - a whole lines file on its way into the stock.
 *
 * Rows are collected in memory (64 bytes each, identifiers sealed), compared
 * with each other and with what is in stock, and only then written: in short
 * transactions that say how far they came, or, where nobody else uses the
 * database and the file is large beside it, in one transaction that makes the
 * indexes anew at its end (line_bulk.h).  A file that is loaded again finds its own rows and
 * changes nothing, so an interrupted load simply goes on.
 */
#pragma once
#include "core/line_row.h"
#include "store/store.h"

#define LINE_LOAD_MAX   10000000 /* rows of one file */
#define LINE_LOAD_CHUNK 65536    /* rows that are taken from the arena together */
#define LINE_LOAD_CHUNK_MAX ((LINE_LOAD_MAX + LINE_LOAD_CHUNK - 1) / LINE_LOAD_CHUNK)

/* What becomes of a row.   word for people and in JSON */
#define LOAD_OUTCOMES(X)                                                               \
	X(CREATED,   "created")   /* a new line */                                     \
	X(UPDATED,   "updated")   /* a known line; numbers it lacked were filled in */ \
	X(UNCHANGED, "unchanged") /* a known line that says the same */                \
	X(REFUSED,   "refused")
#define X(id, name) LOAD_##id,
enum load_outcome { LOAD_OUTCOMES(X) LOAD_OUTCOME_COUNT };
#undef X

/* Which numbers a row gives, in the order of load_row.number. */
enum load_number { LOAD_IMSI, LOAD_ICCID, LOAD_MSISDN, LOAD_SERIAL, LOAD_NUMBER_COUNT };

#define LINE_LOAD_STOCK_MAX 65536 /* lines whose numbers are kept in memory to compare with */

/* A row in memory. */
struct load_row {
	int64_t number[LOAD_NUMBER_COUNT]; /* sealed by line_load_seal */
	int64_t line_id; /* matched; TWICE: the earlier row instead */
	int32_t row;                       /* of the file; the header is row 1 */
	int32_t activated_day, kept_until_day;
	int16_t tail;    /* last 4 digits of the telephone number; -1: none */
	uint8_t given;   /* bits 1 << enum load_number */
	uint8_t fill;    /* UPDATED: those the line lacked */
	uint8_t brand, payment, state, identity;
	uint8_t outcome; /* enum load_outcome; CREATED until matched */
	uint8_t problem, column; /* REFUSED: enum line_row_problem, enum line_column */
};

/* A number in stock and the line that has it there. */
struct load_stock {
	int64_t number, line_id;
};

/* A file on its way. */
struct line_load {
	struct arena                *arena; /* rows */
	struct db                   *db;
	const struct keys           *keys;
	const struct line_row_rules *rules;
	struct load_row             *chunk[LINE_LOAD_CHUNK_MAX];
	size_t                       count, sealed_count;
	size_t                       outcome_count[LOAD_OUTCOME_COUNT]; /* once matched */
	struct load_stock           *stock_numbers[LOAD_NUMBER_COUNT];  /* NULL: not in memory */
	size_t                       stock_number_count[LOAD_NUMBER_COUNT];
	int64_t                      stock; /* lines there were, about */
	bool                         offline; /* the connection is another thread's for now */
	int64_t                      import_id;
};

/* Told how a long step goes; false stops it, and nothing of it stays. */
struct load_watch {
	bool (*tick)(void *ctx, const char *doing, size_t done, size_t total);
	void *ctx;
};

/* The arena must give LINE_LOAD_MAX rows of 64 bytes, and 32 more while matching. */
void line_load_init(struct line_load *load, struct arena *arena, struct db *db,
                    const struct keys *keys, const struct line_row_rules *rules);
/* ERR_FULL: the file is too long; ERR_MEMORY. */
enum err line_load_add(struct line_load *load, const struct line_row *row, int32_t number);
struct load_row *line_load_row(const struct line_load *load, size_t index);

/* Seals the numbers of the rows before `end` that are not sealed yet. */
void line_load_seal(struct line_load *load, size_t end);
/* Reads the numbers of a small stock, so that rows can be compared with it while
 * its indexes are away.  Before rows are added; no more than LINE_LOAD_STOCK_MAX. */
enum err line_load_stock(struct line_load *load);
/* Finds the numbers that stand twice, and looks for each in stock; every row has
 * its outcome then.  ERR_REFUSED: stopped by the watch.  Offline, with a stock in
 * memory, a known line is UNCHANGED for now, whatever the row says of it. */
enum err line_load_match(struct line_load *load, const struct load_watch *watch);

/* Names this file in the table of imports.  *ret_before: rows that an earlier
 * run of it had stored; -1: it was never here. */
enum err line_load_begin(struct line_load *load, const struct digest *hash, int64_t now_s,
                         int64_t *ret_before);
/* The same inside of a transaction. */
enum err line_load_name(struct line_load *load, const struct digest *hash, int64_t now_s,
                        int64_t *ret_before);
/* So many rows are in; in the transaction that wrote them. */
enum err line_load_kept(struct line_load *load, size_t done, int64_t now_s);
/* One transaction: rows `from` on, until `most` of them were written or the
 * end; *ret_next is where to go on.  At the end it says so in the table of
 * imports. */
enum err line_load_batch(struct line_load *load, size_t from, size_t most, int64_t now_s,
                         size_t *ret_next);
/* Writes rows `from` on inside of a transaction, until `most` of them were
 * written or `end`; *ret_next is where to go on. */
enum err line_load_rows(struct line_load *load, size_t from, size_t end, size_t most,
                        size_t *ret_next);

struct str load_outcome_name(enum load_outcome outcome); /* static storage */
