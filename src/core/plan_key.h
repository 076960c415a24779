/*
 * plan_key.h - the sections and keys of a catalogue, one row each, and the
 * reading of their values.  For plan_parse.c and the manual's check only.
 */
#pragma once
#include "core/plan.h"

/* What a value looks like, and what it is stored as. */
enum plan_value {
	PLAN_VALUE_TEXT,  /* struct str; max: bytes */
	PLAN_VALUE_TEXTS, /* struct plan_text; max: bytes; the key may end in .zh-Hans */
	PLAN_VALUE_CODE,  /* struct str */
	PLAN_VALUE_INT,   /* int32_t; min, max */
	PLAN_VALUE_YEN,   /* int32_t, written JPY 1,100; min, max */
	PLAN_VALUE_MONEY, /* struct money in JPY; min, max */
	PLAN_VALUE_DAY,   /* int32_t */
	PLAN_VALUE_BOOL,  /* bool, written yes or no */
	PLAN_VALUE_WORD,  /* an enum: index of the word */
	PLAN_VALUE_WORDS, /* uint32_t: bits 1 << index, written a, b */
	PLAN_VALUE_COUNT
};

/* The words an enum is written with. */
struct plan_words {
	const struct str *words;
	size_t            count;
};

struct plan_key {
	const char       *name;
	enum plan_value   value;
	bool              required;
	size_t            offset; /* in the section's row */
	int32_t           min, max;
	struct plan_words words;
};

/* The sections of a file; [catalogue] first. */
enum plan_section {
	PLAN_SECTION_CATALOGUE,
	PLAN_SECTION_NETWORK,
	PLAN_SECTION_KEEP,
	PLAN_SECTION_BRAND,
	PLAN_SECTION_PACK,
	PLAN_SECTION_FACT,
	PLAN_SECTION_COUNT
};

/* Every row begins with its code (struct str); [catalogue] has none. */
struct plan_section_row {
	const char            *name;
	const struct plan_key *keys;
	size_t                 key_count; /* at most 64: the parser keeps them as bits */
	size_t                 row_size, row_max;
};

/* The section's row; static storage. */
const struct plan_section_row *plan_section(enum plan_section section);
/* The key of that name; -1: the section has none. */
int plan_key_index(enum plan_section section, struct str name);
/* Reads a value into the row.  `lang` is for TEXTS only.  False: *ret says
 * what is wrong (all but its line), and the row is unchanged. */
bool plan_value_parse(const struct plan_key *key, enum plan_lang lang, struct str value, void *row,
                      struct plan_problem *ret);
/* a-z, 0-9, - and _, beginning with a letter, 1 to PLAN_CODE_MAX. */
bool plan_code_valid(struct str code);
/* "JPY 1,100" or "JPY 1100" -> 1100; false: anything else. */
bool plan_yen_parse(struct str text, int64_t *ret);
