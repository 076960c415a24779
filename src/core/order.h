/*
 * order.h - an order: from the quote to the active line, or back to the
 * payer's pocket.
 *
 * Pure: order_decide() is told what is stored and what happened, and says what
 * to store; it never writes.  One table holds every step; what the table does
 * not know changes nothing.  Source: DOMAIN 3, 9, 10; RELIABILITY P1-P4, P10.
 */
#pragma once
#include "core/job.h"
#include "core/ledger.h"
#include "core/notice.h"
#include "core/payment.h"

/*   id                stored and API name   nothing more happens by itself */
#define ORDER_STATES(X)                                \
	X(QUOTED,           "quoted",            false)    \
	X(PLACED,           "placed",            false)    \
	X(PAYING,           "paying",            false)    \
	X(PAID,             "paid",              false)    \
	X(SUBMITTED,        "submitted",         false)    \
	X(ACTIVE,           "active",            true)     \
	X(EXPIRED,          "expired",           true)     \
	X(CANCELLED,        "cancelled",         true)     \
	X(PAY_FAILED,       "pay_failed",        true)     \
	X(PAY_UNKNOWN,      "pay_unknown",       false)    \
	X(DELIVERY_UNKNOWN, "delivery_unknown",  false)    \
	X(REJECTED,         "rejected",          true)     \
	X(DECLINED,         "declined",          false)    \
	X(REVERSED,         "reversed",          true)

#define X(id, name, final) ORDER_##id,
enum order_state { ORDER_STATES(X) ORDER_STATE_COUNT };
#undef X

/* What goes back to the payer of an order. */
#define REFUND_STATES(X) \
	X(NONE, "none") X(DUE, "due") X(PENDING, "pending") X(DONE, "done") X(DESK, "desk") \
	X(FUNDS, "waiting_for_funds") /* our own balance at the gateway is short: later */ \
	X(ASKED, "asked")   /* a second member of staff has to agree */ \
	X(DENIED, "denied") /* and did not */
#define X(id, name) REFUND_##id,
enum refund_state { REFUND_STATES(X) REFUND_STATE_COUNT };
#undef X

/* Money later than this after the quote's end is given back, whatever the
 * price; seconds. */
#define ORDER_LATE_MAX_S 86400

/* What can happen to an order.   asked: by a person, who gets a refusal;
 * told: by a partner or the clock, which is ignored where it does not fit. */
/*   id                  stored name            asked */
#define ORDER_EVENTS(X)                                                              \
	X(QUOTE,             "quote",               true)  /* made; never decided on */  \
	X(PLACE,             "place",               true)  /* the buyer confirms */      \
	X(PAY_OPENED,        "pay_opened",          false) /* the payer is at the gateway */ \
	X(PAY_SUCCEEDED,     "pay_succeeded",       false) /* verified, amounts equal */ \
	X(PAY_FAILED,        "pay_failed",          false)                               \
	X(PAY_EXPIRED,       "pay_expired",         false) /* the gateway closed it */   \
	X(PAY_UNKNOWN,       "pay_unknown",         false) /* no usable answer */        \
	X(LOCK_ENDED,        "lock_ended",          false) /* the quote's time is over */ \
	X(WATCH_ENDED,       "watch_ended",         false) /* closed, and long enough */ \
	X(CANCEL,            "cancel",              true)  /* by the buyer */            \
	X(WITHDRAW,          "withdraw",            true)  /* by staff or the deadline */ \
	X(SENT,              "sent",                false) /* the carrier has accepted it */ \
	X(DELIVERED,         "delivered",           false)                               \
	X(DELIVERY_DECLINED, "delivery_declined",   false) /* the carrier's final no */  \
	X(DELIVERY_UNKNOWN,  "delivery_unknown",    false)                               \
	X(DELIVERY_ABSENT,   "delivery_absent",     false) /* the carrier never saw it */ \
	X(DELIVERY_SETTLED,  "delivery_settled",    false) /* cannot be undone any more */ \
	X(DELIVERY_UNDONE,   "delivery_undone",     false) /* done, then taken back */   \
	X(REFUND_PENDING,    "refund_pending",      false)                               \
	X(REFUND_DONE,       "refund_done",         false)                               \
	X(REFUND_FAILED,     "refund_failed",       false) /* the gateway's final no */  \
	X(REFUND_FUNDS,      "refund_funds",        false) /* our balance there is short */ \
	X(RETURN,            "return",              true)  /* staff: of a delivered one */ \
	X(RETURN_ASKED,      "return_asked",        true)  /* the same, above the limit */ \
	X(RETURN_DENIED,     "return_denied",       true)  /* the second one says no */

#define X(id, name, asked) ORDER_EVENT_##id,
enum order_event { ORDER_EVENTS(X) ORDER_EVENT_COUNT };
#undef X

/* Why a person's wish is refused.   id, API code, HTTP status, English text is
 * in text/messages.def as REFUSAL_ORDER_<id>. */
#define ORDER_REFUSALS(X)                          \
	X(NONE,         "",                   200) \
	X(EXPIRED,      "quote_expired",      409) \
	X(LINE_CLOSED,  "line_closed",        409) \
	X(NOT_NOW,      "state_conflict",     409) \
	X(PAY_PENDING,  "payment_unknown",    409) \
	X(IN_DELIVERY,  "already_submitted",  409) \
	X(DELIVERED,    "already_active",     409) \
	X(LIMIT,        "line_limit",         429) \
	X(AMOUNT,       "refund_amount",      422) \
	X(RETURNING,    "refund_under_way",   409)

#define X(id, code, status) ORDER_REFUSAL_##id,
enum order_refusal { ORDER_REFUSALS(X) ORDER_REFUSAL_COUNT };
#undef X

/* What is known when something happens; the caller loads it in the same
 * transaction in which it stores the step. */
struct order_facts {
	enum order_state   state;
	enum payment_state payment;
	enum refund_state  refund;
	bool               withdrawn;   /* taken back as soon as the carrier agrees */
	bool               quiet;       /* and nothing sent before can be on its way any more */
	bool               lock_holds;  /* now is before the quote's end */
	bool               price_holds; /* late money: today we would sell it for no more */
	bool               line_open;   /* money may enter the line (line.h) */
	bool               hosted;      /* a gateway has to open its page first */
	bool               watched;     /* delivered, and the carrier may still take it back */
	bool               enough;      /* RETURN: so much is left of the payment */
	bool               last;        /* REFUND_DONE: nothing is left of it then */
};

/* What becomes of the order's job: as it is, over, another kind later or now. */
enum order_job { ORDER_JOB_KEEP, ORDER_JOB_END, ORDER_JOB_SET, ORDER_JOB_NOW };

/* What to store, in one transaction. */
struct order_step {
	enum order_state   state;
	enum payment_state payment;
	enum refund_state  refund;
	bool               posts;      /* make the ledger's entry `post` */
	enum ledger_event  post;
	enum order_job     job;        /* SET: `job_kind` by its schedule; NOW: due at once */
	enum job_kind      job_kind;
	bool               desk;       /* a person has to look */
	bool               withdrawn;
	bool               keep;       /* the pack counts for the line now */
	bool               unkeep;     /* and now it does not any more */
	bool               notifies;
	enum notice        notice;
};

enum order_verdict {
	ORDER_STEP,   /* *ret_step holds what to store */
	ORDER_IGNORE, /* known already, or too late to matter: nothing changes */
	ORDER_REFUSE, /* *ret_refusal says why; nothing changes */
	ORDER_DESK    /* contradicts what is stored: nothing changes, a person is told */
};

/* Decide what `event` does.  Nothing but the result of the verdict is written. */
enum order_verdict order_decide(const struct order_facts *facts, enum order_event event,
                                struct order_step *ret_step, enum order_refusal *ret_refusal);

struct str order_state_name(enum order_state state);        /* static storage, as all names */
bool       order_state_final(enum order_state state);       /* nothing more happens by itself */
struct str order_event_name(enum order_event event);
struct str refund_state_name(enum refund_state state);
struct str order_refusal_code(enum order_refusal refusal);  /* the API's code */
int        order_refusal_status(enum order_refusal refusal); /* HTTP */
