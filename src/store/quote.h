/*
 * quote.h - what a pack costs for a line in a currency, now: everything loaded
 * and decided on a reader, so that storing it is one insert.
 *
 * What could change between the quote and the order (the line's state, the
 * lock) is looked at again when the order is placed.
 */
#pragma once
#include "core/fx.h"
#include "core/plan.h"
#include "core/sim.h"
#include "store/line_keep.h"
#include "store/order_command.h"

/* Why there is no quote.  NO_LINE says the same for a line that does not
 * exist, is not ours to sell for, or takes no money (SECURITY F5).
 *   id          API code             HTTP  message key */
#define QUOTE_REFUSALS(X)                                                  \
	X(NONE,      "",                  200, NONE)                       \
	X(NO_LINE,   "line_not_matched",  422, REFUSAL_QUOTE_NO_LINE)      \
	X(NO_PACK,   "unknown_pack",      422, REFUSAL_QUOTE_NO_PACK)      \
	X(MISFIT,    "pack_does_not_fit", 422, REFUSAL_QUOTE_MISFIT)       \
	X(KEEP,      "carrier_rule",      422, REFUSAL_QUOTE_KEEP)         \
	X(METHOD,    "unknown_method",    422, REFUSAL_QUOTE_METHOD)       \
	X(CURRENCY,  "currency_paused",   422, REFUSAL_QUOTE_CURRENCY)

#define X(id, code, status, message) QUOTE_REFUSAL_##id,
enum quote_refusal { QUOTE_REFUSALS(X) QUOTE_REFUSAL_COUNT };
#undef X

struct str quote_refusal_code(enum quote_refusal refusal);  /* static storage */
int        quote_refusal_status(enum quote_refusal refusal); /* HTTP */

/* Middle rates that were just read: a rate changes once a day, and finding it
 * costs eight look-ups.  Starts zeroed; belongs to one thread. */
#define QUOTE_MEMO_MAX 16
#define QUOTE_MEMO_MS  2000 /* an imported rate is sold at after this at the latest */
struct quote_memo {
	struct {
		uint16_t        currency; /* 0: free */
		int64_t         read_ms;
		enum fx_refusal refusal;
		struct fx_rate  rate;
	} row[QUOTE_MEMO_MAX];
};

/* What a quote is made from.  All borrowed. */
struct quoter {
	struct db              *db; /* a reader */
	struct arena           *arena;
	const struct config    *config;
	const struct keys      *keys;
	const struct catalogue *catalogue;
	int64_t                 now_ms;
	struct pay_taker        pay;  /* what may be charged where */
	struct quote_memo      *memo; /* NULL: every rate is read anew */
};

struct quote_wish {
	int64_t         account_id;
	int64_t         line_id; /* 0: not found */
	struct str      pack;    /* code */
	enum pay_method method;
	uint16_t        currency;
};

struct quote {
	struct quote_store      store; /* for quote_store_apply */
	const struct plan_pack *pack;
	struct line_get_row     line;
	struct keep_preview     keep;
	bool                    keep_known; /* the line has a keep rule */
	struct fx_rate          rate;       /* JPY -> currency; 1 for JPY */
	enum fx_refusal         fx;         /* why CURRENCY */
};

/* The line that a typed number means: *ret_id above 0.  Else there is none: 0, or
 * below 0 the number of another line, at which quote_make() looks instead, so
 * that an unknown number costs what a known one does (RELIABILITY P23). */
enum err quote_find_line(const struct quoter *quoter, const struct sim_input *sim, int64_t *ret_id);
/* *ret is written for QUOTE_REFUSAL_NONE; for KEEP ret->keep, for CURRENCY ret->fx. */
enum err quote_make(const struct quoter *quoter, const struct quote_wish *wish,
                    enum quote_refusal *ret_refusal, struct quote *ret);
/* The middle rate JPY -> currency that we would sell at now. */
enum err quote_rate(const struct quoter *quoter, uint16_t currency, enum fx_refusal *ret_refusal,
                    struct fx_rate *ret);
/* The newest day whose rates are out at now_s: never a time still to come. */
int32_t quote_rate_day(int64_t now_s);
/* Where the rate that an order was made at comes from; FX_SOURCE_NONE for yen,
 * or when its row is gone. */
enum err quote_rate_source(struct db *db, struct arena *arena, uint16_t currency, int64_t as_of_s,
                           enum fx_source *ret);
/* The currencies we sell in: always JPY first. */
extern const uint16_t quote_currencies[];
extern const size_t   quote_currency_count;

/* Identifiers at rest (ADR 003): digits <-> what the line's row holds. */
enum identifier { IDENTIFIER_IMSI = 1, IDENTIFIER_ICCID, IDENTIFIER_MSISDN, IDENTIFIER_SERIAL };
int64_t identifier_seal(const struct keys *keys, enum identifier kind, int64_t number);
void    identifiers_seal(const struct keys *keys, enum identifier kind, int64_t *numbers,
                         size_t count); /* each, in place */
int64_t identifier_open(const struct keys *keys, enum identifier kind, int64_t sealed);
/* The line's number as others may see it, "080-****-5678", from its sealed
 * msisdn; NULL (none is known): "****". */
struct str line_masked(struct arena *arena, const struct keys *keys, const int64_t *sealed);
