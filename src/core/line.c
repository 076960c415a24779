/*
 * line.c - the table of a line's steps, and the conditions on some of them.
 */
#include "core/line.h"

#include "base/str.h"

#define NAME(text) \
	{ \
		.ptr = (text), .len = sizeof(text) - 1 \
	}
#define IN(id) (1u << LINE_##id)

enum {
	IN_SERVICE = IN(ACTIVE) | IN(LOW) | IN(PARKED) | IN(EXPIRING) | IN(SUSPENDED) | IN(GRACE),
	BEFORE_SERVICE = IN(ORDERED) | IN(KYC_PENDING) | IN(PROVISIONED),
};

static enum line_refusal refuse_identity(const struct line_facts *facts, int32_t today);
static enum line_refusal refuse_end(const struct line_facts *facts, int32_t today);
static enum line_refusal refuse_lose(const struct line_facts *facts, int32_t today);
static enum line_refusal refuse_hold(const struct line_facts *facts, int32_t today);
static enum line_refusal refuse_release(const struct line_facts *facts, int32_t today);

/* One row an event: the states it may happen in, the state it leads to, and
 * what may speak against it.  A sweep that was late may skip states. */
static const struct step {
	uint32_t        from;
	enum line_state to;
	enum line_refusal (*refuse)(const struct line_facts *facts, int32_t today);
} steps[LINE_EVENT_COUNT] = {
	[LINE_EVENT_KYC_ASKED] = { .from = IN(ORDERED), .to = LINE_KYC_PENDING },
	[LINE_EVENT_PROVISION] = { .from = IN(ORDERED) | IN(KYC_PENDING), .to = LINE_PROVISIONED },
	[LINE_EVENT_ACTIVATE] = { .from = IN(PROVISIONED),
	                          .to = LINE_ACTIVE,
	                          .refuse = refuse_identity },
	[LINE_EVENT_RUN_LOW] = { .from = IN(ACTIVE), .to = LINE_LOW },
	[LINE_EVENT_REFILL] = { .from = IN(LOW), .to = LINE_ACTIVE },
	[LINE_EVENT_PARK] = { .from = IN(ACTIVE) | IN(LOW) | IN(EXPIRING), .to = LINE_PARKED },
	[LINE_EVENT_RESUME] = { .from = IN(PARKED), .to = LINE_ACTIVE, .refuse = refuse_identity },
	[LINE_EVENT_EXPIRE] = { .from = IN(ACTIVE) | IN(LOW) | IN(PARKED), .to = LINE_EXPIRING },
	[LINE_EVENT_SUSPEND] = { .from = IN(ACTIVE) | IN(LOW) | IN(PARKED) | IN(EXPIRING),
	                         .to = LINE_SUSPENDED },
	[LINE_EVENT_ENTER_GRACE] = { .from = IN_SERVICE & ~IN(GRACE), .to = LINE_GRACE },
	[LINE_EVENT_REVIVE] = { .from = IN(EXPIRING) | IN(SUSPENDED) | IN(GRACE),
	                        .to = LINE_ACTIVE },
	[LINE_EVENT_LOSE] = { .from = IN_SERVICE, .to = LINE_CANCELLED, .refuse = refuse_lose },
	[LINE_EVENT_CANCEL] = { .from = IN_SERVICE | BEFORE_SERVICE,
	                        .to = LINE_CANCELLED,
	                        .refuse = refuse_end },
	/* R8: nothing of ours may hold a number back that its holder takes along. */
	[LINE_EVENT_PORT_OUT] = { .from = IN_SERVICE, .to = LINE_CANCELLED },
	[LINE_EVENT_QUARANTINE] = { .from = IN(CANCELLED),
	                            .to = LINE_QUARANTINE,
	                            .refuse = refuse_hold },
	[LINE_EVENT_RELEASE] = { .from = IN(QUARANTINE),
	                         .to = LINE_FREE,
	                         .refuse = refuse_release },
	[LINE_EVENT_ORDER] = { .from = IN(FREE), .to = LINE_ORDERED },
};

enum line_refusal line_decide(enum line_state state, enum line_event event,
                              const struct line_facts *facts, int32_t today, enum line_state *ret)
{
	const struct step *step = &steps[event];
	enum line_refusal  refusal;

	assert(state < LINE_STATE_COUNT && event < LINE_EVENT_COUNT);
	if ((step->from & (1u << state)) == 0)
		return LINE_REFUSE_NO_STEP;
	refusal = step->refuse != NULL ? step->refuse(facts, today) : LINE_REFUSE_NONE;
	if (refusal == LINE_REFUSE_NONE)
		*ret = step->to;
	return refusal;
}

struct str line_state_name(enum line_state state)
{
#define X(id, name, money, works) [LINE_##id] = NAME(name),
	static const struct str names[] = { LINE_STATES(X) };
#undef X
	assert(state < LINE_STATE_COUNT);
	return names[state];
}

bool line_state_from_name(struct str name, enum line_state *ret)
{
	for (int i = 0; i < LINE_STATE_COUNT; i++) {
		if (str_eq(name, line_state_name((enum line_state)i))) {
			*ret = (enum line_state)i;
			return true;
		}
	}
	return false;
}

bool line_money_may_enter(enum line_state state)
{
#define X(id, name, money, works) [LINE_##id] = (money),
	static const bool may[] = { LINE_STATES(X) };
#undef X
	assert(state < LINE_STATE_COUNT);
	return may[state];
}

bool line_number_works(enum line_state state)
{
#define X(id, name, money, works) [LINE_##id] = (works),
	static const bool does[] = { LINE_STATES(X) };
#undef X
	assert(state < LINE_STATE_COUNT);
	return does[state];
}

struct str line_payment_name(enum line_payment payment)
{
#define X(id, name) [LINE_##id] = NAME(name),
	static const struct str names[] = { LINE_PAYMENTS(X) };
#undef X
	assert(payment < LINE_PAYMENT_COUNT);
	return names[payment];
}

bool line_payment_from_name(struct str name, enum line_payment *ret)
{
	for (int i = 0; i < LINE_PAYMENT_COUNT; i++) {
		if (str_eq(name, line_payment_name((enum line_payment)i))) {
			*ret = (enum line_payment)i;
			return true;
		}
	}
	return false;
}

struct str line_event_name(enum line_event event)
{
#define X(id, name) [LINE_EVENT_##id] = NAME(name),
	static const struct str names[] = { LINE_EVENTS(X) };
#undef X
	assert(event < LINE_EVENT_COUNT);
	return names[event];
}

struct str line_refusal_message(enum line_refusal refusal)
{
#define X(id, status) [LINE_REFUSE_##id] = NAME("LINE_REFUSE_" #id),
	static const struct str names[] = { LINE_REFUSALS(X) };
#undef X
	assert(refusal < LINE_REFUSAL_COUNT);
	return names[refusal];
}

int line_refusal_status(enum line_refusal refusal)
{
#define X(id, status) [LINE_REFUSE_##id] = (status),
	static const int statuses[] = { LINE_REFUSALS(X) };
#undef X
	assert(refusal < LINE_REFUSAL_COUNT);
	return statuses[refusal];
}

/* K1: no voice line goes into service without a verified holder; K8: by
 * default no data line either. */
static enum line_refusal refuse_identity(const struct line_facts *facts, int32_t today)
{
	(void)today;
	if ((facts->voice || facts->kyc_all) && !facts->identity_verified)
		return LINE_REFUSE_IDENTITY;
	if ((facts->flags & LINE_LOST_SIM) != 0)
		return LINE_REFUSE_LOST_SIM;
	return LINE_REFUSE_NONE;
}

/* Money on its way wins over an end: the race is the subscriber's. */
static enum line_refusal refuse_end(const struct line_facts *facts, int32_t today)
{
	(void)today;
	if ((facts->flags & LINE_LEGAL_HOLD) != 0)
		return LINE_REFUSE_LEGAL_HOLD;
	if ((facts->flags & LINE_DISPUTE_HOLD) != 0)
		return LINE_REFUSE_DISPUTE;
	return facts->money_on_way ? LINE_REFUSE_MONEY : LINE_REFUSE_NONE;
}

static enum line_refusal refuse_lose(const struct line_facts *facts, int32_t today)
{
	enum line_refusal refusal = refuse_end(facts, today);

	if (refusal != LINE_REFUSE_NONE)
		return refusal;
	if (facts->notices_accepted < LINE_NOTICES_MIN && !facts->staff_override)
		return LINE_REFUSE_NOTICES;
	return LINE_REFUSE_NONE;
}

static enum line_refusal refuse_hold(const struct line_facts *facts, int32_t today)
{
	(void)today;
	return (facts->flags & LINE_LEGAL_HOLD) != 0 ? LINE_REFUSE_LEGAL_HOLD : LINE_REFUSE_NONE;
}

static enum line_refusal refuse_release(const struct line_facts *facts, int32_t today)
{
	int32_t days = facts->quarantine_days;

	if (refuse_hold(facts, today) != LINE_REFUSE_NONE)
		return LINE_REFUSE_LEGAL_HOLD;
	if (days < LINE_QUARANTINE_DAYS_MIN)
		days = LINE_QUARANTINE_DAYS_MIN;
	if (facts->cancelled_day == 0 || today - facts->cancelled_day < days)
		return LINE_REFUSE_TOO_EARLY;
	return LINE_REFUSE_NONE;
}
