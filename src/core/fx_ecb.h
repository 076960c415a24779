/*
 * fx_ecb.h - the European Central Bank's euro reference rates: the history as
 * CSV (eurofxref-hist.csv, or the daily eurofxref.csv) and the daily XML.
 *
 * Both readers give one row a day: how many units of each currency one euro
 * is.  Currencies we do not know (the mark's heirs, TRL) are checked and left
 * out.  Everything is hostile until parsed: sizes are bounded, and the XML reader
 * takes only the ECB's own fixed shape: no DOCTYPE, no entities, no CDATA.
 * The CSV streams; a mistake names its line, and reading goes on behind it.
 * Source: DOMAIN 11; ecb.europa.eu/stats/eurofxref.
 */
#pragma once
#include "base/csv.h"
#include "core/fx.h"

#define FX_ECB_RATES_MAX 64        /* currencies of one day; the ECB has 41 */
#define FX_ECB_XML_MAX   (1 << 20) /* bytes; a day has 2 KiB, 90 days 200 KiB */

/* What can be wrong.  Sentences are messages REFUSAL_ECB_<name>; their parts are
 * {line} {column} {found} {count} {expected}. */
#define FX_ECB_PROBLEMS(X)                                                                  \
	X(NONE)                                                                             \
	X(CSV)     /* not well-formed CSV: `csv` says how (REFUSAL_CSV_...) */              \
	X(HEADER)  /* the first line is not "Date,USD,JPY,..." */                           \
	X(TWICE)   /* a currency twice: {found} */                                          \
	X(COLUMNS) /* {count} cells where the header has {expected} */                      \
	X(DATE)    /* {found} is no day */                                                  \
	X(RATE)    /* {found} is neither a rate nor N/A */                                  \
	X(EMPTY)   /* no rates at all: a day, or the file */                                \
	X(ENTITY)  /* DOCTYPE, entity, CDATA or instruction: never in a real file */        \
	X(MARKUP)  /* not well-formed XML, or not the ECB's shape: {found} */               \
	X(CUT)     /* the file ends early: fetch it again */                                \
	X(LONG)    /* longer than FX_ECB_XML_MAX */

#define X(name) FX_ECB_PROBLEM_##name,
enum fx_ecb_problem_kind { FX_ECB_PROBLEMS(X) FX_ECB_PROBLEM_COUNT };
#undef X

/* A mistake and its place. */
struct fx_ecb_problem {
	enum fx_ecb_problem_kind kind;
	enum csv_problem         csv;
	int64_t                  line;   /* of the file, from 1 */
	int32_t                  column; /* CSV cell, from 1; 0 in XML */
	int32_t                  count, expected;
	char                     found[33]; /* what stood there, at most 32 bytes, valid UTF-8 */
};

/* 1 EUR = value units of currency. */
struct fx_ecb_rate {
	uint16_t          currency; /* one we know */
	struct fx_decimal value;
};

/* One day's rates, in the file's order. */
struct fx_ecb_row {
	int32_t            day; /* civil day (base/time.h) */
	int64_t            line;
	size_t             count;
	struct fx_ecb_rate rate[FX_ECB_RATES_MAX];
};

enum fx_ecb_step {
	FX_ECB_ROW,  /* *ret_row holds a day */
	FX_ECB_BAD,  /* *ret_problem says what is wrong; the day is dropped */
	FX_ECB_MORE, /* CSV: feed the next chunk, or finish */
	FX_ECB_END
};

/* When the rates of a day are taken to hold: 15:00 UTC, 16:00 in Frankfurt's
 * winter, the time of publication. */
int64_t fx_ecb_as_of_s(int32_t day);
/* Are there rates of this day?  Working days but for the closing days of TARGET:
 * New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December. */
bool fx_ecb_publishes(int32_t day);
/* When a day's rates can be fetched: 16:05 in Frankfurt, by its summer time. */
int64_t fx_ecb_out_s(int32_t day);
/* When to ask for new rates, the newest we have being of newest_day (0: none):
 * when the next day's are out, or in an hour where they should have been there
 * already.  Always later than now_s. */
int64_t fx_ecb_next_s(int32_t newest_day, int64_t now_s);
/* Is a day missing between the two, so that the daily file is not enough? */
bool fx_ecb_gap(int32_t newest_day, int32_t day);
/* The rate of EUR -> currency out of a row; false when the day has none.  EUR
 * itself is 1. */
bool fx_ecb_find(const struct fx_ecb_row *row, uint16_t currency, struct fx_rate *ret);

/* Private to fx_ecb.c. */
struct fx_ecb_csv {
	struct csv csv;
	size_t     column_count;               /* 0: no header yet */
	uint16_t   column[FX_ECB_RATES_MAX + 2]; /* currency, 0 = unknown or none */
	bool       last_empty;                 /* the header ends with a comma */
	bool       row_seen, ended;
};

/* Takes about 6 KiB of the arena; false when it has not that much. */
bool fx_ecb_csv_init(struct fx_ecb_csv *reader, struct arena *arena);
void fx_ecb_csv_feed(struct fx_ecb_csv *reader, struct str chunk); /* borrowed until MORE */
void fx_ecb_csv_finish(struct fx_ecb_csv *reader);
enum fx_ecb_step fx_ecb_csv_next(struct fx_ecb_csv *reader, struct fx_ecb_row *ret_row,
                                 struct fx_ecb_problem *ret_problem);

/* Private to fx_ecb_xml.c. */
struct fx_ecb_xml {
	struct str rest;
	int64_t    line;
	struct str open[8]; /* names of the elements we are inside of */
	size_t     depth, day_depth;
	bool       root_seen, row_seen, ended;
	struct fx_ecb_row row;
};

/* The whole document; borrowed.  After FX_ECB_BAD comes FX_ECB_END. */
void fx_ecb_xml_init(struct fx_ecb_xml *reader, struct str document);
enum fx_ecb_step fx_ecb_xml_next(struct fx_ecb_xml *reader, struct fx_ecb_row *ret_row,
                                 struct fx_ecb_problem *ret_problem);
