/*
 * reconcile.h - our payments and refunds beside a gateway's statement: what
 * agrees, what does not, and which books the agreement makes.
 *
 * Pure.  A break is never mended by guessing: only money that the gateway has
 * and we do not know of heals itself, by asking the gateway (GATEWAYS 9,
 * invariant 10); everything else waits for a person.
 * Source: GATEWAYS 9; DOMAIN 10.
 */
#pragma once
#include "core/ledger.h"

/*   id              stored name      heals by a query */
#define RECON_BREAKS(X)                                                                \
	X(MISSING_HERE,  "missing_here",  true)  /* it has it done, we do not */       \
	X(MISSING_THERE, "missing_there", false) /* we have it done, its day's file lacks it */ \
	X(FOREIGN,       "foreign",       false) /* a row under no number of ours */   \
	X(TWICE,         "twice",         false) /* again: here or after another file */ \
	X(AMOUNT,        "amount",        false)                                       \
	X(CURRENCY,      "currency",      false)                                       \
	X(FEE,           "fee",           false) /* not what the contract says */      \
	X(STATE,         "state",         false) /* ours failed or back, theirs paid */ \
	X(SUM,           "sum",           false) /* the file's own sums are others */  \
	X(PAYOUT,        "payout",        false) /* a batch is not what was paid out */

#define X(id, name, heals) RECON_BREAK_##id,
enum recon_break_kind { RECON_BREAKS(X) RECON_BREAK_KIND_COUNT };
#undef X

/* What a row is about. */
enum recon_kind { RECON_PAYMENT, RECON_REFUND };

/* How far one of ours has come. */
enum recon_state {
	RECON_OPEN, /* may still become anything: a query will tell */
	RECON_DONE, /* the money moved */
	RECON_ENDED /* surely not */
};

/* One of ours.  id: of the payment or refund. */
struct recon_ours {
	enum recon_kind  kind;
	int64_t          id;
	struct money     money;
	enum recon_state state;
	int64_t          done_s;     /* DONE: when we learnt of it */
	bool             reconciled; /* by an earlier statement */
};

/* One row of theirs.  id 0: no number of ours. */
struct recon_theirs {
	enum recon_kind kind;
	int64_t         id;
	int64_t         row;  /* line of the file */
	struct money    money;
	bool            done; /* false: still under way in the snapshot */
	struct money    fee;     /* taken (+), given back (-); currency 0: not told */
	struct money    settled; /* reaches us (+), is taken (-); currency 0: not told */
};

struct recon_terms {
	int64_t from_s, to_s; /* what we had done in [from, to) must be in the statement */
	int32_t fee_bp;       /* of the amount; with fee_fixed 0 and this 0: not checked */
	int64_t fee_fixed;    /* minor units of the fee's currency, a payment */
};

struct recon_break {
	enum recon_break_kind kind;
	enum recon_kind       about;
	int64_t               id;  /* ours; 0: none */
	int64_t               row; /* theirs; 0: none */
	struct money          ours, theirs; /* currency 0: there is none */
};
typedef void recon_visit(void *ctx, const struct recon_break *found);

#define RECON_CURRENCY_MAX 16

/* What agreed, by the currency that was paid. */
struct recon_sum {
	uint16_t currency;
	int64_t  paid_count, refund_count;
	int64_t  paid, refunded; /* minor units */
	int64_t  fee;            /* where the fee is in this currency */
};

struct recon_result {
	size_t           matched_count; /* rows that agree, fee or not */
	struct recon_sum sum[RECON_CURRENCY_MAX];
	size_t           sum_count;
};

/* Compare.  Both lists are sorted by recon_ours_order / recon_theirs_order and are read once:
 * n + m steps.  Calls visit for each break; matched is called for each row that is to be
 * booked (kind, amount and currency agree, not reconciled before), with its index.
 * False: more than RECON_CURRENCY_MAX currencies. */
typedef void recon_matched(void *ctx, const struct recon_ours *ours,
                           const struct recon_theirs *theirs);
bool recon_match(const struct recon_ours *ours, size_t ours_count,
                 const struct recon_theirs *theirs, size_t theirs_count,
                 const struct recon_terms *terms, recon_visit *visit, recon_matched *matched,
                 void *ctx, struct recon_result *ret);
int recon_ours_order(const void *a, const void *b);   /* for qsort */
int recon_theirs_order(const void *a, const void *b);

/* The books of one matched row: the fee, and the exchange where it is settled in another
 * currency.  Sums to zero for each currency; count 0: there is nothing to book. */
void recon_entry(int64_t gateway, const struct recon_theirs *theirs, struct ledger_entry *ret);
/* The books of a payout to the bank. */
void recon_payout_entry(int64_t gateway, struct money amount, struct ledger_entry *ret);

/* A fee on a row of its own: taken (+) or given back (-). */
void recon_fee_entry(int64_t gateway, struct money fee, struct ledger_entry *ret);
/* Money under no number of ours waits on suspense, an alarm while it is not zero; placed: a
 * person has found out, and it leaves. */
void recon_unplaced_entry(int64_t gateway, enum recon_kind about, struct money money, bool placed,
                          struct ledger_entry *ret);

struct str recon_break_name(enum recon_break_kind kind); /* static storage */
bool       recon_break_heals(enum recon_break_kind kind);
