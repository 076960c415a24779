/*
 * order.c - every step an order can take, in one table; see order.h.
 *
 * Rows are tried from the top; the first whose state, event and guard fit is
 * taken.  Who reads the rows of one state reads its whole life.
 */
#include "core/order.h"

/* Conditions on the facts, beyond the state. */
enum guard {
	ALWAYS,
	LOCK_GONE,    /* the quote's time is over */
	LINE_SHUT,    /* money may not enter the line */
	SELLABLE,     /* line open and the price still holds */
	WITHDRAWN,    /* and what was sent before must have arrived or be lost */
	WITHDRAWING,  /* something sent before may still be on its way */
	REFUND_OWED,  /* a refund is due or under way */
	REFUND_LAST,  /* and nothing of the payment is left after it */
	REFUND_FRESH, /* the gateway has not taken it up yet */
	HOSTED,       /* a gateway's page has to be opened */
	RETURNABLE,   /* delivered for good, no other refund under way, enough is left */
	RETURN_SMALL, /* the same, but not so much is left */
	RETURN_ASKED, /* a second person was asked */
	CALM,         /* no refund is under way */
	RESTING       /* the same, and something is left of the payment */
};

enum effect {
	WITHDRAWS = 1, /* from now on: take it back if the carrier lets us */
	KEEPS = 2,
	UNKEEPS = 4,
	ALARMS = 8 /* a person has to look */
};

#define SAME_PAYMENT PAYMENT_STATE_COUNT
#define SAME_REFUND  REFUND_STATE_COUNT
#define NO_POST      LEDGER_EVENT_COUNT
#define NO_NOTICE    NOTICE_COUNT

struct row {
	enum order_state   state;
	enum order_event   event;
	enum guard         guard;
	enum order_verdict verdict;
	enum order_refusal refusal;
	enum order_state   next;
	enum payment_state payment;
	enum refund_state  refund;
	enum ledger_event  post;
	enum order_job     job;
	enum job_kind      job_kind;
	enum notice        notice;
	int                effects;
};

/* clang-format off */
#define STEP(from, what, when, to, pay, back, entry, work, kind, tell, also)              \
	{ .state = ORDER_##from, .event = ORDER_EVENT_##what, .guard = when,              \
	  .verdict = ORDER_STEP, .next = ORDER_##to, .payment = pay, .refund = back,      \
	  .post = entry, .job = ORDER_JOB_##work, .job_kind = kind, .notice = tell,       \
	  .effects = also },
#define REFUSE(from, what, when, why)                                                     \
	{ .state = ORDER_##from, .event = ORDER_EVENT_##what, .guard = when,              \
	  .verdict = ORDER_REFUSE, .refusal = ORDER_REFUSAL_##why },
#define IGNORE(from, what) \
	{ .state = ORDER_##from, .event = ORDER_EVENT_##what, .verdict = ORDER_IGNORE },
#define DESK(from, what) \
	{ .state = ORDER_##from, .event = ORDER_EVENT_##what, .verdict = ORDER_DESK },

/* An unpaid order that the gateway may still turn into a paid one. */
#define UNPAID_STEPS(from)                                                                \
	STEP(from, PAY_SUCCEEDED, LINE_SHUT, REVERSED, PAYMENT_SUCCEEDED, REFUND_DUE,     \
	     LEDGER_EVENT_EXTRA, NOW, JOB_REFUND, NOTICE_LATE_RETURNED, 0)                \
	STEP(from, PAY_SUCCEEDED, ALWAYS, PAID, PAYMENT_SUCCEEDED, SAME_REFUND,           \
	     LEDGER_EVENT_PAID, NOW, JOB_DELIVER, NO_NOTICE, 0)                           \
	STEP(from, PAY_FAILED, ALWAYS, PAY_FAILED, PAYMENT_FAILED, SAME_REFUND,           \
	     NO_POST, KEEP, JOB_PAY_WATCH, NOTICE_PAY_FAILED, 0)                          \
	STEP(from, PAY_EXPIRED, ALWAYS, EXPIRED, PAYMENT_EXPIRED, SAME_REFUND,            \
	     NO_POST, KEEP, JOB_PAY_WATCH, NOTICE_ORDER_EXPIRED, 0)

/* An order closed without money; money may still come, and is never kept for
 * nothing: delivered if the price holds, else given back (DOMAIN 3). */
#define CLOSED_STEPS(from)                                                                \
	STEP(from, PAY_SUCCEEDED, SELLABLE, PAID, PAYMENT_SUCCEEDED, SAME_REFUND,         \
	     LEDGER_EVENT_PAID, NOW, JOB_DELIVER, NO_NOTICE, 0)                           \
	STEP(from, PAY_SUCCEEDED, ALWAYS, REVERSED, PAYMENT_SUCCEEDED, REFUND_DUE,        \
	     LEDGER_EVENT_EXTRA, NOW, JOB_REFUND, NOTICE_LATE_RETURNED, 0)                \
	STEP(from, PAY_FAILED, ALWAYS, from, PAYMENT_FAILED, SAME_REFUND,                 \
	     NO_POST, KEEP, JOB_PAY_WATCH, NO_NOTICE, 0)                                  \
	STEP(from, PAY_EXPIRED, ALWAYS, from, PAYMENT_EXPIRED, SAME_REFUND,               \
	     NO_POST, KEEP, JOB_PAY_WATCH, NO_NOTICE, 0)                                  \
	STEP(from, WATCH_ENDED, ALWAYS, from, SAME_PAYMENT, SAME_REFUND,                  \
	     NO_POST, END, JOB_PAY_WATCH, NO_NOTICE, 0)                                   \
	IGNORE(from, LOCK_ENDED) IGNORE(from, PAY_UNKNOWN) IGNORE(from, PAY_OPENED)       \
	REFUSE(from, WITHDRAW, ALWAYS, NOT_NOW)

/* Paid, and the carrier's answer decides. */
#define DELIVERING_STEPS(from)                                                            \
	STEP(from, DELIVERED, ALWAYS, ACTIVE, SAME_PAYMENT, SAME_REFUND,                  \
	     LEDGER_EVENT_ACTIVE, SET, JOB_DELIVERY_ASK, NOTICE_ORDER_ACTIVE, KEEPS)      \
	STEP(from, DELIVERY_DECLINED, ALWAYS, DECLINED, SAME_PAYMENT, REFUND_DUE,         \
	     LEDGER_EVENT_DECLINED, NOW, JOB_REFUND, NOTICE_ORDER_DECLINED, 0)            \
	STEP(from, DELIVERY_ABSENT, WITHDRAWN, DECLINED, SAME_PAYMENT, REFUND_DUE,        \
	     LEDGER_EVENT_DECLINED, NOW, JOB_REFUND, NOTICE_ORDER_DECLINED, 0)            \
	STEP(from, DELIVERY_ABSENT, WITHDRAWING, from, SAME_PAYMENT, SAME_REFUND,         \
	     NO_POST, SET, JOB_DELIVERY_ASK, NO_NOTICE, 0)                                \
	STEP(from, DELIVERY_ABSENT, ALWAYS, from, SAME_PAYMENT, SAME_REFUND,              \
	     NO_POST, SET, JOB_DELIVER, NO_NOTICE, 0)                                     \
	STEP(from, WITHDRAW, ALWAYS, from, SAME_PAYMENT, SAME_REFUND,                     \
	     NO_POST, NOW, JOB_DELIVERY_ASK, NO_NOTICE, WITHDRAWS)

/* Money that has to go back. */
#define RETURNING_STEPS(from)                                                             \
	STEP(from, REFUND_PENDING, REFUND_FRESH, from, PAYMENT_REFUNDING, REFUND_PENDING,  \
	     NO_POST, SET, JOB_REFUND, NO_NOTICE, 0)                                      \
	STEP(from, REFUND_DONE, REFUND_OWED, REVERSED, PAYMENT_REFUNDED, REFUND_DONE,     \
	     LEDGER_EVENT_REFUNDED, END, JOB_REFUND, NOTICE_REFUND_DONE, 0)               \
	STEP(from, REFUND_FAILED, REFUND_OWED, from, SAME_PAYMENT, REFUND_DESK,           \
	     NO_POST, SET, JOB_REFUND, NOTICE_REFUND_SLOW, ALARMS)                        \
	STEP(from, REFUND_FUNDS, REFUND_OWED, from, SAME_PAYMENT, REFUND_FUNDS,           \
	     NO_POST, SET, JOB_REFUND_FUNDS, NO_NOTICE, 0)                                \
	DESK(from, DELIVERED)

static const struct row rows[] = {
	REFUSE(QUOTED, PLACE, LOCK_GONE, EXPIRED)
	REFUSE(QUOTED, PLACE, LINE_SHUT, LINE_CLOSED)
	STEP(QUOTED, PLACE, HOSTED, PLACED, PAYMENT_CREATED, SAME_REFUND,
	     NO_POST, NOW, JOB_PAY_START, NO_NOTICE, 0)
	STEP(QUOTED, PLACE, ALWAYS, PLACED, PAYMENT_CREATED, SAME_REFUND,
	     NO_POST, SET, JOB_PAY_WATCH, NO_NOTICE, 0)
	STEP(QUOTED, CANCEL, ALWAYS, CANCELLED, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, END, JOB_PAY_WATCH, NO_NOTICE, 0)

	UNPAID_STEPS(PLACED)
	STEP(PLACED, PAY_OPENED, ALWAYS, PAYING, PAYMENT_PENDING, SAME_REFUND,
	     NO_POST, KEEP, JOB_PAY_WATCH, NO_NOTICE, 0)
	STEP(PLACED, PAY_UNKNOWN, ALWAYS, PAY_UNKNOWN, PAYMENT_UNKNOWN, SAME_REFUND,
	     NO_POST, SET, JOB_PAY_UNKNOWN, NO_NOTICE, 0)
	STEP(PLACED, LOCK_ENDED, ALWAYS, EXPIRED, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, KEEP, JOB_PAY_WATCH, NOTICE_ORDER_EXPIRED, 0)
	STEP(PLACED, CANCEL, ALWAYS, CANCELLED, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, KEEP, JOB_PAY_WATCH, NOTICE_ORDER_CANCELLED, 0)
	REFUSE(PLACED, WITHDRAW, ALWAYS, NOT_NOW)

	UNPAID_STEPS(PAYING)
	IGNORE(PAYING, PAY_OPENED)
	STEP(PAYING, PAY_UNKNOWN, ALWAYS, PAY_UNKNOWN, PAYMENT_UNKNOWN, SAME_REFUND,
	     NO_POST, SET, JOB_PAY_UNKNOWN, NO_NOTICE, 0)
	STEP(PAYING, LOCK_ENDED, ALWAYS, EXPIRED, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, KEEP, JOB_PAY_WATCH, NOTICE_ORDER_EXPIRED, 0)
	STEP(PAYING, CANCEL, ALWAYS, CANCELLED, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, KEEP, JOB_PAY_WATCH, NOTICE_ORDER_CANCELLED, 0)
	REFUSE(PAYING, WITHDRAW, ALWAYS, NOT_NOW)

	/* UNKNOWN is not FAILED: it is asked until known, never ended by time. */
	UNPAID_STEPS(PAY_UNKNOWN)
	STEP(PAY_UNKNOWN, PAY_OPENED, ALWAYS, PAYING, PAYMENT_PENDING, SAME_REFUND,
	     NO_POST, SET, JOB_PAY_WATCH, NO_NOTICE, 0)
	IGNORE(PAY_UNKNOWN, PAY_UNKNOWN) IGNORE(PAY_UNKNOWN, LOCK_ENDED)
	REFUSE(PAY_UNKNOWN, CANCEL, ALWAYS, PAY_PENDING)
	REFUSE(PAY_UNKNOWN, WITHDRAW, ALWAYS, PAY_PENDING)

	CLOSED_STEPS(EXPIRED)
	CLOSED_STEPS(PAY_FAILED)
	/* Cancelled by its buyer: late money is never delivered, only returned. */
	STEP(CANCELLED, PAY_SUCCEEDED, ALWAYS, REVERSED, PAYMENT_SUCCEEDED, REFUND_DUE,
	     LEDGER_EVENT_EXTRA, NOW, JOB_REFUND, NOTICE_LATE_RETURNED, 0)
	CLOSED_STEPS(CANCELLED)
	STEP(REJECTED, PAY_SUCCEEDED, ALWAYS, REVERSED, PAYMENT_SUCCEEDED, REFUND_DUE,
	     LEDGER_EVENT_EXTRA, NOW, JOB_REFUND, NOTICE_LATE_RETURNED, 0)
	CLOSED_STEPS(REJECTED)

	DELIVERING_STEPS(PAID)
	STEP(PAID, SENT, ALWAYS, SUBMITTED, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, SET, JOB_DELIVERY_ASK, NO_NOTICE, 0)
	STEP(PAID, DELIVERY_UNKNOWN, ALWAYS, DELIVERY_UNKNOWN, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, SET, JOB_DELIVERY_ASK, NO_NOTICE, 0)
	/* "Full refund before it starts": taken back once the carrier agrees. */
	STEP(PAID, CANCEL, ALWAYS, PAID, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, NOW, JOB_DELIVERY_ASK, NO_NOTICE, WITHDRAWS)

	DELIVERING_STEPS(SUBMITTED)
	IGNORE(SUBMITTED, SENT)
	STEP(SUBMITTED, DELIVERY_UNKNOWN, ALWAYS, DELIVERY_UNKNOWN, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, SET, JOB_DELIVERY_ASK, NO_NOTICE, 0)
	REFUSE(SUBMITTED, CANCEL, ALWAYS, IN_DELIVERY)

	DELIVERING_STEPS(DELIVERY_UNKNOWN)
	STEP(DELIVERY_UNKNOWN, SENT, ALWAYS, SUBMITTED, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, SET, JOB_DELIVERY_ASK, NO_NOTICE, 0)
	/* Sent again and unknown again: from now on it is asked again, not sent. */
	STEP(DELIVERY_UNKNOWN, DELIVERY_UNKNOWN, ALWAYS, DELIVERY_UNKNOWN, SAME_PAYMENT,
	     SAME_REFUND, NO_POST, SET, JOB_DELIVERY_ASK, NO_NOTICE, 0)
	REFUSE(DELIVERY_UNKNOWN, CANCEL, ALWAYS, IN_DELIVERY)

	STEP(ACTIVE, DELIVERY_SETTLED, CALM, ACTIVE, SAME_PAYMENT, SAME_REFUND,
	     NO_POST, END, JOB_DELIVERY_ASK, NO_NOTICE, 0)
	STEP(ACTIVE, DELIVERY_UNDONE, RESTING, REVERSED, SAME_PAYMENT, REFUND_DUE,
	     LEDGER_EVENT_UNDONE, NOW, JOB_REFUND, NOTICE_ORDER_DECLINED, UNKEEPS)
	DESK(ACTIVE, DELIVERY_UNDONE)
	/* Given back in part or whole by staff: the pack stays. */
	STEP(ACTIVE, RETURN, RETURN_ASKED, ACTIVE, SAME_PAYMENT, REFUND_DUE,
	     LEDGER_EVENT_RETURNED, NOW, JOB_REFUND, NO_NOTICE, 0)
	STEP(ACTIVE, RETURN, RETURNABLE, ACTIVE, SAME_PAYMENT, REFUND_DUE,
	     LEDGER_EVENT_RETURNED, NOW, JOB_REFUND, NO_NOTICE, 0)
	STEP(ACTIVE, RETURN_ASKED, RETURNABLE, ACTIVE, SAME_PAYMENT, REFUND_ASKED,
	     NO_POST, SET, JOB_REFUND, NO_NOTICE, ALARMS)
	STEP(ACTIVE, RETURN_DENIED, RETURN_ASKED, ACTIVE, SAME_PAYMENT, REFUND_DENIED,
	     NO_POST, END, JOB_REFUND, NO_NOTICE, 0)
	REFUSE(ACTIVE, RETURN, RETURN_SMALL, AMOUNT)
	REFUSE(ACTIVE, RETURN_ASKED, RETURN_SMALL, AMOUNT)
	REFUSE(ACTIVE, RETURN, ALWAYS, RETURNING)
	REFUSE(ACTIVE, RETURN_ASKED, ALWAYS, RETURNING)
	STEP(ACTIVE, REFUND_PENDING, REFUND_FRESH, ACTIVE, SAME_PAYMENT, REFUND_PENDING,
	     NO_POST, SET, JOB_REFUND, NO_NOTICE, 0)
	STEP(ACTIVE, REFUND_DONE, REFUND_LAST, ACTIVE, PAYMENT_REFUNDED, REFUND_DONE,
	     LEDGER_EVENT_REFUNDED, END, JOB_REFUND, NOTICE_REFUND_DONE, 0)
	STEP(ACTIVE, REFUND_DONE, REFUND_OWED, ACTIVE, SAME_PAYMENT, REFUND_DONE,
	     LEDGER_EVENT_REFUNDED, END, JOB_REFUND, NOTICE_REFUND_DONE, 0)
	STEP(ACTIVE, REFUND_FAILED, REFUND_OWED, ACTIVE, SAME_PAYMENT, REFUND_DESK,
	     NO_POST, SET, JOB_REFUND, NOTICE_REFUND_SLOW, ALARMS)
	STEP(ACTIVE, REFUND_FUNDS, REFUND_OWED, ACTIVE, SAME_PAYMENT, REFUND_FUNDS,
	     NO_POST, SET, JOB_REFUND_FUNDS, NO_NOTICE, 0)
	IGNORE(ACTIVE, DELIVERED) IGNORE(ACTIVE, SENT) IGNORE(ACTIVE, DELIVERY_UNKNOWN)
	DESK(ACTIVE, DELIVERY_DECLINED)
	REFUSE(ACTIVE, CANCEL, ALWAYS, DELIVERED)
	REFUSE(ACTIVE, WITHDRAW, ALWAYS, DELIVERED)

	RETURNING_STEPS(DECLINED)
	RETURNING_STEPS(REVERSED)
};
/* clang-format on */

static bool guard_holds(enum guard guard, const struct order_facts *facts);
static bool refund_owed(const struct order_facts *facts);
static bool calm(const struct order_facts *facts);
static bool resting(const struct order_facts *facts);
static bool money_known(const struct order_facts *facts, enum order_event event);
static void step_from_row(const struct row *row, const struct order_facts *facts,
                          struct order_step *ret);
static bool event_asked(enum order_event event);

enum order_verdict order_decide(const struct order_facts *facts, enum order_event event,
                                struct order_step *ret_step, enum order_refusal *ret_refusal)
{
	assert(facts->state < ORDER_STATE_COUNT && event < ORDER_EVENT_COUNT);
	assert(facts->payment < PAYMENT_STATE_COUNT && facts->refund < REFUND_STATE_COUNT);
	if (money_known(facts, event)) {
		return ORDER_IGNORE;
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct row *row = &rows[i];
		if (row->state != facts->state || row->event != event ||
		    !guard_holds(row->guard, facts)) {
			continue;
		}
		if (row->verdict == ORDER_STEP) {
			step_from_row(row, facts, ret_step);
		} else if (row->verdict == ORDER_REFUSE) {
			*ret_refusal = row->refusal;
		}
		return row->verdict;
	}
	if (event_asked(event)) {
		*ret_refusal = ORDER_REFUSAL_NOT_NOW;
		return ORDER_REFUSE;
	}
	return ORDER_IGNORE;
}

/* The same money is never taken twice, however often the gateway says so, and
 * what came in is not made to have failed by an older message. */
static bool money_known(const struct order_facts *facts, enum order_event event)
{
	bool about_money = event == ORDER_EVENT_PAY_SUCCEEDED || event == ORDER_EVENT_PAY_FAILED ||
	                   event == ORDER_EVENT_PAY_EXPIRED || event == ORDER_EVENT_PAY_UNKNOWN;
	bool settled = facts->payment == PAYMENT_SUCCEEDED || facts->payment == PAYMENT_REFUNDING ||
	               facts->payment == PAYMENT_REFUNDED || facts->payment == PAYMENT_DISPUTED;

	return about_money && settled;
}

static bool guard_holds(enum guard guard, const struct order_facts *facts)
{
	switch (guard) {
	case ALWAYS:
		return true;
	case LOCK_GONE:
		return !facts->lock_holds;
	case LINE_SHUT:
		return !facts->line_open;
	case SELLABLE:
		return facts->line_open && facts->price_holds;
	case WITHDRAWN:
		return facts->withdrawn && facts->quiet;
	case WITHDRAWING:
		return facts->withdrawn;
	case REFUND_OWED:
		return refund_owed(facts);
	case REFUND_LAST:
		return refund_owed(facts) && facts->last;
	case REFUND_FRESH:
		return refund_owed(facts) && facts->refund != REFUND_PENDING;
	case HOSTED:
		return facts->hosted;
	case RETURNABLE:
		return resting(facts) && !facts->watched && facts->enough;
	case RETURN_SMALL:
		return resting(facts) && !facts->watched && !facts->enough;
	case RETURN_ASKED:
		return facts->refund == REFUND_ASKED;
	case CALM:
		return calm(facts);
	case RESTING:
		return resting(facts);
	}
	assert(false);
	return false;
}

static bool refund_owed(const struct order_facts *facts)
{
	return facts->refund == REFUND_DUE || facts->refund == REFUND_PENDING ||
	       facts->refund == REFUND_DESK || facts->refund == REFUND_FUNDS;
}

static bool calm(const struct order_facts *facts)
{
	return facts->refund == REFUND_NONE || facts->refund == REFUND_DONE ||
	       facts->refund == REFUND_DENIED;
}

/* There is money that could go back. */
static bool resting(const struct order_facts *facts)
{
	return calm(facts) && facts->payment != PAYMENT_REFUNDED;
}

static void step_from_row(const struct row *row, const struct order_facts *facts,
                          struct order_step *ret)
{
	*ret = (struct order_step){
		.state = row->next,
		.payment = row->payment == SAME_PAYMENT ? facts->payment : row->payment,
		.refund = row->refund == SAME_REFUND ? facts->refund : row->refund,
		.posts = row->post != NO_POST,
		.post = row->post,
		.job = row->job,
		.job_kind = row->job_kind,
		.desk = (row->effects & ALARMS) != 0,
		.withdrawn = facts->withdrawn || (row->effects & WITHDRAWS) != 0,
		.keep = (row->effects & KEEPS) != 0,
		.unkeep = (row->effects & UNKEEPS) != 0,
		.notifies = row->notice != NO_NOTICE,
		.notice = row->notice,
	};
}

static bool event_asked(enum order_event event)
{
#define X(id, name, by_person) [ORDER_EVENT_##id] = by_person,
	static const bool asked[ORDER_EVENT_COUNT] = { ORDER_EVENTS(X) };
#undef X
	return asked[event];
}

struct str order_state_name(enum order_state state)
{
#define X(id, name, final) [ORDER_##id] = { .ptr = name, .len = sizeof(name) - 1 },
	static const struct str names[ORDER_STATE_COUNT] = { ORDER_STATES(X) };
#undef X
	assert(state < ORDER_STATE_COUNT);
	return names[state];
}

bool order_state_final(enum order_state state)
{
#define X(id, name, final) [ORDER_##id] = final,
	static const bool finals[ORDER_STATE_COUNT] = { ORDER_STATES(X) };
#undef X
	assert(state < ORDER_STATE_COUNT);
	return finals[state];
}

struct str order_event_name(enum order_event event)
{
#define X(id, name, asked) [ORDER_EVENT_##id] = { .ptr = name, .len = sizeof(name) - 1 },
	static const struct str names[ORDER_EVENT_COUNT] = { ORDER_EVENTS(X) };
#undef X
	assert(event < ORDER_EVENT_COUNT);
	return names[event];
}

struct str refund_state_name(enum refund_state state)
{
#define X(id, name) [REFUND_##id] = { .ptr = name, .len = sizeof(name) - 1 },
	static const struct str names[REFUND_STATE_COUNT] = { REFUND_STATES(X) };
#undef X
	assert(state < REFUND_STATE_COUNT);
	return names[state];
}

static const struct {
	struct str code;
	int        status;
} refusals[ORDER_REFUSAL_COUNT] = {
#define X(id, name, http) \
	[ORDER_REFUSAL_##id] = { .code = { .ptr = name, .len = sizeof(name) - 1 }, .status = http },
	ORDER_REFUSALS(X)
#undef X
};

struct str order_refusal_code(enum order_refusal refusal)
{
	assert(refusal < ORDER_REFUSAL_COUNT);
	return refusals[refusal].code;
}

int order_refusal_status(enum order_refusal refusal)
{
	assert(refusal < ORDER_REFUSAL_COUNT);
	return refusals[refusal].status;
}
