/*
 * ledger.h - double entry: which accounts there are, and which postings an
 * event makes.
 *
 * Append-only; every transaction sums to zero per currency.  Pure: it makes
 * the entries, store/post.c alone writes them.  Source: DOMAIN 10, 5.
 */
#pragma once
#include "core/money.h"

/*   id             stored name       owner is a …   clears to zero */
#define LEDGER_KINDS(X)                                          \
	X(GATEWAY_DUE,  "gateway_due",    GATEWAY,       false)      \
	X(GATEWAY_FEE,  "gateway_fee",    GATEWAY,       false)      \
	X(FX,           "fx",             NOBODY,        false)      \
	X(DEFERRED,     "deferred",       NOBODY,        true)       \
	X(BALANCE,      "balance",        LINE,          false)      \
	X(BALANCE_FREE, "balance_free",   LINE,          false)      \
	X(REVENUE,      "revenue",        NOBODY,        false)      \
	X(TAX_DUE,      "tax_due",        NOBODY,        false)      \
	X(REFUND_DUE,   "refund_due",     NOBODY,        true)       \
	X(PAYOUT_DUE,   "payout_due",     NOBODY,        false)      \
	X(SUSPENSE,     "suspense",       NOBODY,        true)       \
	X(BANK,         "bank",           NOBODY,        false)      \
	X(ROUNDING,     "rounding",       NOBODY,        false)

#define X(id, name, owner, clears) LEDGER_##id,
enum ledger_kind { LEDGER_KINDS(X) LEDGER_KIND_COUNT };
#undef X

/* Why a transaction was made; stored with it. */
#define LEDGER_EVENTS(X)                                                           \
	X(PAID,            "paid")            /* captured; sold, not yet active */      \
	X(ACTIVE,          "active")          /* delivered: deferred becomes revenue */ \
	X(DECLINED,        "declined")        /* never delivered: the sale is reversed */ \
	X(UNDONE,          "undone")          /* delivered, then taken back by the carrier */ \
	X(EXTRA,           "extra")           /* money we must give back: late, or twice */ \
	X(REFUNDED,        "refunded")        /* the gateway has given it back */       \
	X(BALANCE_EXPIRED, "balance_expired") /* a lot's end (DOMAIN P3) */             \
	X(SETTLED,         "settled")         /* a statement's fee and exchange */      \
	X(PAYOUT,          "payout")          /* the gateway has paid to our bank */     \
	X(UNPLACED,        "unplaced")        /* a statement's row under no number of ours */ \
	X(RETURNED,        "returned")        /* delivered, and given back all the same */

#define X(id, name) LEDGER_EVENT_##id,
enum ledger_event { LEDGER_EVENTS(X) LEDGER_EVENT_COUNT };
#undef X

struct ledger_posting {
	enum ledger_kind kind;
	int64_t          owner;
	struct money     money; /* + debit, - credit */
};

#define LEDGER_POSTING_MAX 8

/* One transaction: its postings sum to zero in each currency. */
struct ledger_entry {
	enum ledger_event     event;
	struct ledger_posting posting[LEDGER_POSTING_MAX];
	size_t                count;
};

/* What was sold, as far as the books care. */
struct ledger_sale {
	int64_t      gateway; /* enum pay_method */
	struct money paid;    /* in the payer's currency */
	int64_t      price;   /* JPY, tax included */
	int64_t      tax;     /* JPY inside of price */
	int64_t      line_id;
	bool         balance; /* sold prepaid value, not a service: no revenue yet */
};

/* The entry of an event.  Refund entries give back `back` (the paid currency;
 * at most what was paid).  Asserts that the result sums to zero. */
void ledger_paid(const struct ledger_sale *sale, struct ledger_entry *ret);
void ledger_active(const struct ledger_sale *sale, struct ledger_entry *ret);
void ledger_declined(const struct ledger_sale *sale, struct ledger_entry *ret);
void ledger_undone(const struct ledger_sale *sale, struct ledger_entry *ret);
void ledger_extra(const struct ledger_sale *sale, struct ledger_entry *ret);
/* A part of a sale that was delivered is given back; `part` by ledger_part().  The value that
 * was sold stays: it is our revenue that shrinks. */
void ledger_returned(const struct ledger_sale *part, struct ledger_entry *ret);
void ledger_refunded(const struct ledger_sale *sale, struct money back, struct ledger_entry *ret);

/* The share of a sale that belongs to `amount` of what was paid for it, after `before` of it
 * was given back: shares of a whole payment add up to the whole sale, to the last yen. */
struct ledger_sale ledger_part(const struct ledger_sale *sale, int64_t before, int64_t amount);

/* The entry that an event makes of a sale; a refund is of the whole.  False:
 * the event is not one of a sale, and there is none. */
bool ledger_make(enum ledger_event event, const struct ledger_sale *sale,
                 struct ledger_entry *ret);

/* Do the postings sum to zero in every currency? */
bool ledger_balanced(const struct ledger_entry *entry);
struct str ledger_kind_name(enum ledger_kind kind);   /* static storage */
struct str ledger_event_name(enum ledger_event event); /* static storage */
/* Must this account be zero when nothing is under way? */
bool ledger_clears(enum ledger_kind kind);
