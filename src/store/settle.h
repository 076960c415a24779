/*
 * settle.h - something happened to an order: load what is known, decide, store
 * the step, all in the group's transaction.
 *
 * The one path for buyers, staff, callbacks, polls, carriers and the clock, so
 * that a callback and a poll cannot disagree (HOUSE, "One request", 8).
 */
#pragma once
#include "core/order.h"
#include "store/store.h"

/* What happened, in the words of the order's table. */
struct happening {
	int64_t          order_id;
	enum order_event event;
	struct str       note;      /* for the history: a partner's code, a person's words */
	struct str       reference; /* a payment's number at the gateway; empty: as it is */
	int64_t          sent_ms;   /* DELIVERED: when it was handed to the carrier; 0 unknown */
	int64_t          actor;     /* account of a person of the staff; 0: nobody */
	int64_t          amount;    /* RETURN and RETURN_ASKED: minor units of what was paid */
};

struct settlement {
	enum order_verdict verdict;
	enum order_refusal refusal; /* verdict ORDER_REFUSE */
	enum order_state   state;   /* after it */
};

/* ERR_NOT_FOUND: no such order.  A refusal or an ignored event is ERR_OK. */
enum err settle(struct store *store, const struct happening *happening, struct settlement *ret);

/* What contradicts the books, or cannot be believed: nothing changes, the order
 * waits for a person, with `note`; its history says when. */
enum err settle_desk(struct store *store, const struct happening *happening);

/* Why a report was not believed. */
#define SETTLE_DOUBTS(X)                                                        \
	X(NONE, "") X(UNKNOWN, "unknown_payment") X(METHOD, "other_method")     \
	X(AMOUNT, "other_amount") X(KNOWN, "known_event") X(DISPUTE, "disputed")
#define X(id, note) SETTLE_DOUBT_##id,
enum settle_doubt { SETTLE_DOUBTS(X) SETTLE_DOUBT_COUNT };
#undef X

/* The partner that the order waits for is asked at once, unless a person has it. */
enum err settle_wake(struct store *store, int64_t order_id);
/* The same by the number of a payment: a hint that proves nothing (a callback
 * that cannot be verified here, a payer who comes back).  ERR_NOT_FOUND: no such payment. */
enum err settle_ask(struct store *store, enum pay_method method, struct str number);

/* A proven report of a gateway: inbox, then the order.  An event that is known
 * changes nothing.  Another amount, currency or method never credits: it goes
 * to a person (SECURITY F1).  `body` is kept as it is with a new event; empty for a
 * query's answer. */
enum err settle_report(struct store *store, const struct payment_report *report, struct str body,
                       enum settle_doubt *ret_doubt, struct settlement *ret);
