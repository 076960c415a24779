/*
 * plan.h - the catalogue: networks, brands, keep rules, packs and facts, read
 * from one text file that people edit.
 *
 * The file is versioned on import; an order keeps the version it saw.  What
 * depends on law or on a company's terms carries its period, its source and
 * the day it was read.  Format: the head of data/catalogue.ini, and
 * docs/catalogue.md.
 *
 * Pure: memory comes from the caller's arena, and nothing is ever written
 * after plan_parse(), so threads may share it.  Source: DOMAIN 4, 11.
 */
#pragma once
#include "base/arena.h"
#include "core/keep.h"
#include "core/money.h"
#include "core/plmn.h"

enum {
	PLAN_TEXT_MAX = 1024 * 1024, /* bytes of a file */
	PLAN_LINE_MAX = 4096,        /* bytes of a line */
	PLAN_CODE_MAX = 40,          /* bytes of a code */
	PLAN_NETWORK_MAX = 32,
	PLAN_BRAND_MAX = 64, /* a pack keeps its brands as 64 bits */
	PLAN_KEEP_MAX = 128,
	PLAN_PACK_MAX = 1024,
	PLAN_FACT_MAX = 1024,
	PLAN_PROBLEM_MAX = 50,
	PLAN_YEN_MAX = 1000000,
	PLAN_VALIDITY_DAYS_MAX = 3650,
	PLAN_QUANTITY_MAX = 100,
};

/* Languages of names; English is required and stands in for the others. */
#define PLAN_LANGS(X) X(EN, "en") X(ZH_HANS, "zh-Hans") X(ZH_HANT, "zh-Hant") X(JA, "ja")
#define X(id, tag) PLAN_LANG_##id,
enum plan_lang { PLAN_LANGS(X) PLAN_LANG_COUNT };
#undef X

/* One text in several languages; empty where it was not given. */
struct plan_text {
	struct str in[PLAN_LANG_COUNT];
};

#define PLAN_SURENESS(X) X(UNSAID, "unsaid") X(HIGH, "high") X(MEDIUM, "medium") X(LOW, "low")
#define X(id, name) PLAN_SURE_##id,
enum plan_sureness { PLAN_SURENESS(X) PLAN_SURENESS_COUNT };
#undef X

/* Where something is known from, and when it holds. */
struct plan_origin {
	struct plan_text   source; /* who says so */
	struct str         url;    /* where; may be empty */
	int32_t            as_of_day;      /* when it was read; 0: not given */
	int32_t            valid_from_day; /* 0: has always held */
	int32_t            valid_to_day;   /* the last day; 0: no end is known */
	enum plan_sureness sure;
};

/* [network docomo]: one of core/plmn.h's networks. */
struct plan_network {
	struct str         code;
	enum network       network;
	struct plan_text   name;
	struct plan_origin origin;
};

/* [keep povo2]: a keep rule.  The same code may stand for several periods. */
struct plan_keep {
	struct str         code;
	struct keep_rule   rule;
	struct plan_text   name, about;
	struct plan_origin origin;
};

/* [brand povo]: what people know their line by. */
struct plan_brand {
	struct str         code;
	struct plan_text   name, about;
	struct str         network_code, keep_code, park_code; /* park_code: "" cannot be parked */
	int32_t            network;  /* index */
	int32_t            window;   /* days, where the keep rule is sold in two lengths; else 0 */
	uint32_t           payments; /* bits 1 << enum line_payment */
	bool               voice;    /* false: data only */
	struct plan_origin origin;
};

#define PACK_KINDS(X) \
	X(KEEP, "keep") X(DATA, "data") X(VOICE, "voice") X(SMS, "sms") X(BALANCE, "balance")
#define X(id, name) PACK_##id,
enum pack_kind { PACK_KINDS(X) PACK_KIND_COUNT };
#undef X

/* [pack keep-180]: something one buys for a line.  Its id is its index. */
struct plan_pack {
	struct str           code;
	struct plan_text     name, about;
	uint64_t             brands; /* bits 1 << brand index */
	struct money         price;  /* JPY, tax included, for one */
	int32_t              tax_bp; /* inside of the price; 1000 = 10 % */
	enum pack_kind       kind;
	int32_t              data_mb, voice_min, sms_count, balance_yen;
	int32_t              validity_days; /* of what it gives; 0: nothing that runs out */
	int32_t              keep_days;     /* days it adds under an "extend" rule */
	enum keep_event_kind keep_event;    /* what it counts as for the keep rule */
	int32_t              quantity_max;  /* in one order; 1 or more */
	bool                 sold;          /* false: kept for old orders only */
	struct str           brand_codes;   /* as written */
	struct plan_origin   origin;        /* of the price */
};

#define FACT_KINDS(X) \
	X(COVERAGE, "coverage") X(SPEED, "speed") X(ROAMING, "roaming") X(KEEP, "keep") \
	X(FEE, "fee") X(NUMBER, "number")
#define X(id, name) FACT_##id,
enum fact_kind { FACT_KINDS(X) FACT_KIND_COUNT };
#undef X

/* [fact ahamo-abroad]: something worth knowing, with its source. */
struct plan_fact {
	struct str         code;
	enum fact_kind     kind;
	struct str         brand_code, network_code; /* both empty: all of Japan */
	int32_t            brand, network;           /* index; -1: not of one */
	struct plan_text   text;
	struct plan_origin origin;
};

struct catalogue {
	struct str           label;   /* [catalogue] label: what its editor calls this edition */
	int32_t              version; /* given by the store on import; 0 after plan_parse */
	struct plan_network *networks;
	struct plan_keep    *keeps;  /* by code, then period */
	struct plan_brand   *brands; /* in the file's order, which is the order of display */
	struct plan_pack    *packs;  /* in the file's order; index = pack id */
	struct plan_fact    *facts;
	uint16_t            *brand_order, *pack_order; /* indices by code, for look-up */
	size_t               network_count, keep_count, brand_count, pack_count, fact_count;
};

/* What can be wrong, and what to do about it (English, for the operator). */
#define PLAN_PROBLEMS(X)                                                                       \
	X(FILE_LONG, "the file is longer than 1,048,576 bytes; leave out what is old")         \
	X(NOT_UTF8, "the file is not UTF-8 text; save it as UTF-8")                            \
	X(MEMORY, "the file needs more memory than it may have; make it shorter")              \
	X(LINE_LONG, "the line is longer than 4,096 bytes; shorten it")                        \
	X(CONTROL, "the line holds a control character; delete it")                            \
	X(NOT_A_LINE, "this is neither a [section] nor a key = value; put # before a comment") \
	X(BAD_SECTION, "there is no such section; write [catalogue], or [network CODE], "      \
	               "[keep CODE], [brand CODE], [pack CODE] or [fact CODE]")                \
	X(BAD_CODE, "a code has 1 to 40 of a-z, 0-9, - and _, a letter first; rename it")      \
	X(TOO_MANY, "there are more sections of this sort than fit; leave out old ones")       \
	X(NO_SECTION, "a value stands before the first section; put a [section] above it")     \
	X(UNKNOWN_KEY, "this section has no such key; correct its spelling or delete the line") \
	X(UNKNOWN_LANG, "there is no such language; use .zh-Hans, .zh-Hant or .ja")            \
	X(SECOND_KEY, "the key was given before in this section; delete one of the two")       \
	X(MISSING_KEY, "the section lacks this key; add it")                                   \
	X(DUPLICATE, "the code was used before; rename or delete one of the two")              \
	X(OVERLAP, "another rule of this code holds at the same time; end one with valid_to")  \
	X(EMPTY, "the key has no value; write one or delete the line")                         \
	X(TEXT_LONG, "the text is too long; shorten it")                                       \
	X(BAD_NUMBER, "this is no whole number in the range; correct it")                      \
	X(BAD_MONEY, "this is no amount of yen in the range; write it as JPY 1,100")           \
	X(BAD_DAY, "this is no day of the calendar; write it as 2026-11-21")                   \
	X(BAD_WORD, "the word is not one that can stand here; use one of those named")         \
	X(NOT_KNOWN, "Keepline knows no network of this code; use docomo, kddi, softbank, "    \
	             "rakuten, iij, wcp, ntt_com or soracom")                                  \
	X(NO_NETWORK, "there is no network of this code; define [network CODE] or correct it") \
	X(NO_KEEP, "there is no keep rule of this code; define [keep CODE] or correct it")     \
	X(NO_BRAND, "there is no brand of this code; define [brand CODE] or correct it")       \
	X(NOT_PARK, "park must name a keep rule of kind park; correct it")                     \
	X(WINDOW, "the keep rule is not sold in this length; use its window or window_other")  \
	X(PERIOD, "valid_to is before valid_from; correct one of them")                        \
	X(KEEP_NEEDS, "this kind of keep rule needs the key; add it")                          \
	X(KEEP_USELESS, "this kind of keep rule counts otherwise; use the other window key")   \
	X(NOTHING, "the catalogue has no brand; add at least one network, keep rule and brand")

#define X(id, sentence) PLAN_PROBLEM_##id,
enum plan_problem_kind { PLAN_PROBLEMS(X) PLAN_PROBLEM_COUNT };
#undef X

/* One mistake and its place. */
struct plan_problem {
	int32_t                line; /* from 1; 0: the whole file */
	enum plan_problem_kind kind;
	struct str             subject;  /* the key, code or value meant; may be empty */
	int64_t                min, max; /* BAD_NUMBER, BAD_MONEY, TEXT_LONG: the range */
	const struct str      *words;    /* BAD_WORD: what can stand there */
	size_t                 word_count;
};

struct plan_problems {
	struct plan_problem list[PLAN_PROBLEM_MAX];
	size_t              count; /* of those listed */
	bool                more;  /* there were more than fit */
};

/* Reads a whole catalogue.  False: *problems holds at least one, and *ret is
 * untouched.  The text is copied; *ret lives in the arena (about 3 times the
 * text and 1 KiB a section). */
bool plan_parse(struct arena *arena, struct str text, struct catalogue *ret,
                struct plan_problems *problems);
/* "line 12: data_mbb: this section has no such key; correct its spelling …" */
struct str plan_problem_text(struct arena *arena, const struct plan_problem *problem);
struct str plan_problem_name(enum plan_problem_kind kind); /* "UNKNOWN_KEY" */

/* The catalogue that `keepline init --demo` loads; static storage. */
struct str plan_demo(void);

/* The text in a language (BCP 47 tag), else in English. */
struct str plan_text_in(const struct plan_text *text, struct str lang);

/* By code; NULL when there is none. */
const struct plan_network *plan_network(const struct catalogue *catalogue, struct str code);
const struct plan_brand *plan_brand(const struct catalogue *catalogue, struct str code);
const struct plan_pack *plan_pack(const struct catalogue *catalogue, struct str code);
/* The keep rule of that code that holds on `day`; NULL when none does. */
const struct plan_keep *plan_keep(const struct catalogue *catalogue, struct str code, int32_t day);

/* A pack's id within its version, and back; NULL when out of range. */
int32_t plan_pack_id(const struct catalogue *catalogue, const struct plan_pack *pack);
const struct plan_pack *plan_pack_at(const struct catalogue *catalogue, int64_t id);

/* Is it sold for lines of this brand? */
bool plan_pack_fits(const struct catalogue *catalogue, const struct plan_pack *pack,
                    const struct plan_brand *brand);

/* The rule that a line of this brand is kept by on `day`: its parking rule
 * while it is parked, else its keep rule with the brand's own window.  False:
 * none holds on that day (or it cannot be parked); nobody may guess a date. */
bool plan_keep_rule(const struct catalogue *catalogue, const struct plan_brand *brand,
                    bool parked, int32_t day, struct keep_rule *ret);

/* What buying `quantity` of the pack on `day` is for the keep rule; by_card is
 * how the carrier is paid.  quantity: 1 to pack->quantity_max. */
void plan_pack_event(const struct plan_pack *pack, int32_t quantity, int32_t day, bool by_card,
                     int64_t order, struct keep_event *ret);

/* The pack that keeps a line cheapest when bought on `day`: the least price for
 * each day that safe_until moves on, past today; on a tie the lower price
 * (DOMAIN R6).  NULL: no pack moves it, or the carrier takes none now. */
const struct plan_pack *plan_extend(const struct catalogue *catalogue,
                                    const struct plan_brand *brand, const struct keep_rule *rule,
                                    const struct keep_state *state, int32_t day);

/* Names as the catalogue spells them; static storage. */
struct str pack_kind_name(enum pack_kind kind);
struct str fact_kind_name(enum fact_kind kind);
struct str plan_sureness_name(enum plan_sureness sure);
