/*
 * desk.c - the table of safe actions; see desk.h.
 *
 * Rows are tried from the top; the first whose state and guard fit is taken.
 * Who reads the rows of one state reads what staff can do in it.
 */
#include "core/desk.h"

#include "base/str.h"

enum guard {
	ALWAYS,
	IDLE,         /* nothing is left to do */
	IDLE_BACK,    /* and the money is back */
	PERSON,       /* waits for a person */
	PERSON_BACK,  /* and the money is back */
	PERSON_MONEY, /* a person, about the payment */
	PERSON_AGAIN, /* a person, and it is being taken back already */
	WITHDRAWN,
	LATE,
	LATE_UNSENT, /* and the carrier has surely not got it */
	LONG,
	LONG_UNSENT,
	UNSENT,
	TAKEN,  /* the gateway has taken the refund up */
	FUNDS,  /* it waits for money of ours there */
	ASKED,  /* it waits for a second person */
	MOVING, /* a refund is under way */
	MOVING_PERSON,
	MOVING_LATE
};

struct row {
	enum order_state state;
	enum guard       guard;
	enum desk_act    act;
	enum desk_why    why;
	uint32_t         also;
};

#define NO     0u
#define A(act) (1u << DESK_ACT_##act)

/* clang-format off */
#define ROW(from, when, what, because, others)                                         \
	{ .state = ORDER_##from, .guard = when, .act = DESK_ACT_##what,                \
	  .why = DESK_WHY_##because, .also = others },

/* The payer's turn. */
#define PAYING_ROWS(from)                                                              \
	ROW(from, IDLE,         NONE,        LOST,           NO)                       \
	ROW(from, PERSON,       RESUME,      GATEWAY_ODD,    NO)                       \
	ROW(from, ALWAYS,       NONE,        PAYING,         A(ASK_GATEWAY))

/* Closed without money. */
#define CLOSED_ROWS(from)                                                              \
	ROW(from, IDLE,         NONE,        CLOSED,         NO)                       \
	ROW(from, PERSON,       RESUME,      GATEWAY_ODD,    A(CLOSE))                 \
	ROW(from, ALWAYS,       NONE,        CLOSED_WATCHED, A(ASK_GATEWAY))

/* Paid, and the carrier's answer decides. */
#define DELIVERING_ROWS(from)                                                          \
	ROW(from, IDLE,         WITHDRAW,    LOST,           NO)                       \
	ROW(from, PERSON_AGAIN, RESUME,      CARRIER_ODD,    NO)                       \
	ROW(from, PERSON,       RESUME,      CARRIER_ODD,    A(WITHDRAW))              \
	ROW(from, WITHDRAWN,    ASK_CARRIER, TAKING_BACK,    A(TAKE))                  \
	ROW(from, LONG_UNSENT,  WITHDRAW,    CARRIER_SILENT, A(SUBMIT) | A(TAKE))      \
	ROW(from, LONG,         WITHDRAW,    CARRIER_SILENT, A(ASK_CARRIER) | A(TAKE)) \
	ROW(from, LATE_UNSENT,  SUBMIT,      UNSENT,         A(WITHDRAW) | A(TAKE))    \
	ROW(from, LATE,         ASK_CARRIER, CARRIER_LATE,   A(WITHDRAW) | A(TAKE))    \
	ROW(from, UNSENT,       NONE,        DELIVERING,     A(SUBMIT) | A(WITHDRAW))  \
	ROW(from, ALWAYS,       NONE,        DELIVERING,     A(ASK_CARRIER) | A(WITHDRAW))

/* Money that goes back. */
#define RETURNING_ROWS(from)                                                           \
	ROW(from, IDLE_BACK,    NONE,        REFUNDED,       NO)                       \
	ROW(from, IDLE,         NONE,        LOST,           NO)                       \
	ROW(from, PERSON_BACK,  CLOSE,       REFUNDED_ODD,   NO)                       \
	ROW(from, PERSON,       RESUME,      REFUND_ODD,     NO)                       \
	ROW(from, TAKEN,        NONE,        REFUND_TAKEN,   A(REFUND) | A(TAKE))      \
	ROW(from, FUNDS,        NONE,        REFUND_FUNDS,   A(REFUND) | A(TAKE))      \
	ROW(from, LATE,         REFUND,      REFUND_LATE,    A(TAKE))                  \
	ROW(from, ALWAYS,       NONE,        REFUND_RUNS,    A(REFUND))

static const struct row rows[] = {
	ROW(QUOTED, ALWAYS,     NONE,        QUOTE,          NO)
	PAYING_ROWS(PLACED)
	PAYING_ROWS(PAYING)
	ROW(PAY_UNKNOWN, IDLE,   NONE,        LOST,           NO)
	ROW(PAY_UNKNOWN, PERSON, RESUME,      GATEWAY_ODD,    NO)
	ROW(PAY_UNKNOWN, ALWAYS, ASK_GATEWAY, PAY_UNKNOWN,    A(TAKE))
	CLOSED_ROWS(EXPIRED)
	CLOSED_ROWS(PAY_FAILED)
	CLOSED_ROWS(CANCELLED)
	CLOSED_ROWS(REJECTED)
	DELIVERING_ROWS(PAID)
	DELIVERING_ROWS(SUBMITTED)
	DELIVERING_ROWS(DELIVERY_UNKNOWN)
	ROW(ACTIVE, ASKED,        AGREE,     REFUND_ASKED,   A(DENY))
	ROW(ACTIVE, MOVING_PERSON, RESUME,   REFUND_ODD,     NO)
	ROW(ACTIVE, FUNDS,        NONE,      REFUND_FUNDS,   A(REFUND) | A(TAKE))
	ROW(ACTIVE, TAKEN,        NONE,      REFUND_TAKEN,   A(REFUND) | A(TAKE))
	ROW(ACTIVE, MOVING_LATE,  REFUND,    REFUND_LATE,    A(TAKE))
	ROW(ACTIVE, MOVING,       NONE,      REFUND_RUNS,    A(REFUND))
	ROW(ACTIVE, IDLE,         NONE,      ACTIVE,         A(GIVE_BACK))
	ROW(ACTIVE, PERSON_MONEY, CLOSE,     ACTIVE_ODD,     NO)
	ROW(ACTIVE, PERSON,       RESUME,    ACTIVE_ODD,     A(CLOSE))
	ROW(ACTIVE, ALWAYS,       NONE,      ACTIVE_WATCHED, A(ASK_CARRIER))
	RETURNING_ROWS(DECLINED)
	RETURNING_ROWS(REVERSED)
};
/* clang-format on */

static bool guard_holds(enum guard guard, const struct desk_facts *facts);
static bool moving(const struct desk_facts *facts);
static bool owes_answer(const struct desk_facts *facts);

void desk_decide(const struct desk_facts *facts, struct desk_advice *ret)
{
	assert(facts->state < ORDER_STATE_COUNT && facts->refund < REFUND_STATE_COUNT);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct row *row = &rows[i];
		if (row->state == facts->state && guard_holds(row->guard, facts)) {
			*ret = (struct desk_advice){ .act = row->act,
				                     .why = row->why,
				                     .also = row->also };
			return;
		}
	}
	assert(false); /* each state has a row for everything else */
}

bool desk_allows(const struct desk_advice *advice, enum desk_act act)
{
	assert(act < DESK_ACT_COUNT);
	return act != DESK_ACT_NONE && (advice->act == act || (advice->also >> act & 1) != 0);
}

bool desk_stuck(const struct desk_facts *facts)
{
	return facts->job &&
	       (facts->person || (owes_answer(facts) && facts->wait_s >= DESK_STUCK_S));
}

/* Is a partner late with an answer that decides something?  A gateway that has
 * taken a refund up may take its days. */
static bool owes_answer(const struct desk_facts *facts)
{
	return facts->state == ORDER_PAY_UNKNOWN || facts->state == ORDER_PAID ||
	       facts->state == ORDER_SUBMITTED || facts->state == ORDER_DELIVERY_UNKNOWN ||
	       facts->refund == REFUND_DUE || facts->refund == REFUND_DESK;
}

static bool moving(const struct desk_facts *facts)
{
	return facts->job && (facts->refund == REFUND_DUE || facts->refund == REFUND_PENDING ||
	                      facts->refund == REFUND_DESK || facts->refund == REFUND_FUNDS);
}

static bool guard_holds(enum guard guard, const struct desk_facts *facts)
{
	bool back = facts->refund == REFUND_DONE;
	bool person = facts->job && facts->person;
	bool unsent = facts->kind == JOB_DELIVER;
	bool money = facts->kind == JOB_PAY_WATCH || facts->kind == JOB_PAY_UNKNOWN;

	switch (guard) {
	case ALWAYS:
		return true;
	case IDLE:
		return !facts->job;
	case IDLE_BACK:
		return !facts->job && back;
	case PERSON:
		return person;
	case PERSON_BACK:
		return person && back;
	case PERSON_MONEY:
		return person && money;
	case PERSON_AGAIN:
		return person && facts->withdrawn;
	case WITHDRAWN:
		return facts->withdrawn;
	case LATE:
		return facts->wait_s >= DESK_STUCK_S;
	case LATE_UNSENT:
		return facts->wait_s >= DESK_STUCK_S && unsent;
	case LONG:
		return facts->wait_s >= DESK_LONG_S;
	case LONG_UNSENT:
		return facts->wait_s >= DESK_LONG_S && unsent;
	case UNSENT:
		return unsent;
	case TAKEN:
		return facts->job && facts->refund == REFUND_PENDING;
	case FUNDS:
		return facts->job && facts->refund == REFUND_FUNDS;
	case ASKED:
		return facts->job && facts->refund == REFUND_ASKED;
	case MOVING:
		return moving(facts);
	case MOVING_PERSON:
		return moving(facts) && person;
	case MOVING_LATE:
		return moving(facts) && facts->wait_s >= DESK_STUCK_S;
	}
	assert(false);
	return false;
}

static const struct {
	struct str name;
	bool       reasoned;
} acts[DESK_ACT_COUNT] = {
#define X(id, text, reason) \
	[DESK_ACT_##id] = { .name = { .ptr = text, .len = sizeof(text) - 1 }, .reasoned = reason },
	DESK_ACTS(X)
#undef X
};

struct str desk_act_name(enum desk_act act)
{
	assert(act < DESK_ACT_COUNT);
	return acts[act].name;
}

bool desk_act_from_name(struct str name, enum desk_act *ret)
{
	for (int i = 0; i < DESK_ACT_COUNT; i++) {
		if (str_eq(name, acts[i].name)) {
			*ret = (enum desk_act)i;
			return true;
		}
	}
	return false;
}

bool desk_act_reasoned(enum desk_act act)
{
	assert(act < DESK_ACT_COUNT);
	return acts[act].reasoned;
}

struct str desk_why_name(enum desk_why why)
{
#define X(id, name) [DESK_WHY_##id] = { .ptr = name, .len = sizeof(name) - 1 },
	static const struct str names[DESK_WHY_COUNT] = { DESK_WHYS(X) };
#undef X
	assert(why < DESK_WHY_COUNT);
	return names[why];
}
