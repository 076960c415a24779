/*
 * poll.c - PAY_WATCH and PAY_UNKNOWN: asks the gateway about a payment until
 * it is closed.  Callbacks are hints; this is the promise (RELIABILITY 4, P11).
 *
 * What the gateway says takes the same path as a callback: settle_report().
 * Silence is only told where an answer is owed, and never turns into a no.
 * What the payer has only approved is captured while the quote holds, and
 * never after.  DOMAIN 3; GATEWAYS 9, invariants 3, 5, 6.
 */
#include "base/log.h"
#include "base/str.h"
#include "store/post.h"
#include "store/settle.h"
#include "work/follow.h"
#include "work/till.h"

/* A payment that is closed is asked about so long, for money that comes late. */
#define WATCH_MAX_MS (INT64_C(3) * 86400 * 1000)
/* "Not found" counts so long after the page's end: until then it may be opened. */
#define ABSENT_AFTER_S 60

struct poll {
	struct till            till; /* first: till.h */
	struct order_get_row   order;
	struct payment_get_row payment;
	int64_t                ends_s; /* nobody can pay it after this */
};

static enum err poll_load(struct errand *errand, struct poll *poll);
static bool     unpaid(int64_t state);
static bool     closed(int64_t state);
static bool     may_be_paid(int64_t payment_state);
static bool     lock_holds(const struct errand *errand, const struct poll *poll);
static void     verb_begin(struct errand *errand);
static void     poll_answered(struct errand *errand);
static void     poll_captured(struct errand *errand);
static enum err poll_apply(struct store *store, struct errand *errand);
static enum err answer_store(struct store *store, const struct errand *errand);
static enum err happen(struct store *store, const struct poll *poll, enum order_event event,
                       struct str note);
static enum err evidence_store(struct store *store, const struct poll *poll);
static enum err clock_store(struct store *store, const struct poll *poll,
                            struct order_get_row *ret_order);
static enum err poll_follow(struct store *store, struct errand *errand, const struct follow *follow,
                            const struct order_get_row *order);

void poll_begin(struct errand *errand)
{
	struct poll *poll = ARENA_NEW(&errand->arena, struct poll);
	enum err     err = poll == NULL ? ERR_MEMORY : ERR_OK;

	errand->task = poll;
	if (err == ERR_OK) {
		err = poll_load(errand, poll);
	}
	if (err == ERR_NOT_FOUND) {
		errand_desk(errand, STR("no such payment"));
	} else if (err != ERR_OK) {
		errand_fail(errand, err);
	} else if (poll->till.gateway == NULL) {
		errand_desk(errand, STR("no such gateway"));
	} else {
		verb_begin(errand);
	}
}

static enum err poll_load(struct errand *errand, struct poll *poll)
{
	const struct work_setup    *setup = errand_setup(errand);
	struct arena               *arena = &errand->arena;
	struct payment_page_get_row page = { 0 };
	enum err err = order_get(setup->db, arena, errand->job.subject, &poll->order);

	if (err == ERR_OK) {
		err = payment_get(setup->db, arena, poll->order.payment_id, &poll->payment);
	}
	if (err == ERR_OK) {
		err = till_load(errand, &poll->order, &poll->payment, &poll->till);
	}
	if (err == ERR_OK && poll->till.method != PAY_SANDBOX) {
		err = payment_page_get(setup->db, arena, poll->payment.id, &page);
	}
	poll->ends_s = page.expires_s > poll->order.expires_s ? page.expires_s
	                                                      : poll->order.expires_s;
	return err;
}

/* Nobody wants this money any more: so nobody shall be able to pay it.
 * Closing tells as much as asking does (invariant 6). */
static void verb_begin(struct errand *errand)
{
	struct poll     *poll = errand->task;
	enum pay_verb_id verb = PAY_VERB_QUERY;

	if (till_can(errand, &poll->till, PAY_VERB_CLOSE) && may_be_paid(poll->payment.state) &&
	    (closed(poll->order.state) ||
	     (unpaid(poll->order.state) && errand->now_ms / 1000 >= poll->order.expires_s))) {
		verb = PAY_VERB_CLOSE;
	}
	if (till_can(errand, &poll->till, verb)) {
		till_begin(errand, verb, poll_answered);
	} else {
		poll->till.outcome = PAY_OUTCOME_CONFIG;
		errand_store(errand, poll_apply, NULL);
	}
}

static bool unpaid(int64_t state)
{
	return state == ORDER_PLACED || state == ORDER_PAYING;
}

static bool closed(int64_t state)
{
	return state == ORDER_EXPIRED || state == ORDER_CANCELLED || state == ORDER_PAY_FAILED ||
	       state == ORDER_REJECTED;
}

static bool may_be_paid(int64_t payment_state)
{
	return payment_state == PAYMENT_CREATED || payment_state == PAYMENT_PENDING ||
	       payment_state == PAYMENT_UNKNOWN;
}

static bool lock_holds(const struct errand *errand, const struct poll *poll)
{
	return errand_now_ms(errand) / 1000 < poll->order.expires_s;
}

static void poll_answered(struct errand *errand)
{
	struct poll *poll = errand->task;
	struct till *till = &poll->till;
	bool         ours = till->facts.amount.currency == till->task.amount.currency &&
	            till->facts.amount.amount == till->task.amount.amount;

	if (till->outcome == PAY_OUTCOME_OK && till->facts.state == PAYMENT_APPROVED && ours &&
	    (unpaid(poll->order.state) || poll->order.state == ORDER_PAY_UNKNOWN) &&
	    lock_holds(errand, poll) && till_can(errand, till, PAY_VERB_CAPTURE)) {
		if (till->facts.reference.len > 0) {
			till->task.reference = till->facts.reference;
		}
		till_begin(errand, PAY_VERB_CAPTURE, poll_captured);
		return;
	}
	errand_store(errand, poll_apply, NULL);
}

/* A no to this capture is none to the payment: the payer may choose another
 * instrument at the gateway as long as the quote holds. */
static void poll_captured(struct errand *errand)
{
	struct poll *poll = errand->task;

	if (poll->till.outcome == PAY_OUTCOME_DECLINED ||
	    poll->till.outcome == PAY_OUTCOME_ABSENT) {
		poll->till.outcome = PAY_OUTCOME_RETRY;
	}
	errand_store(errand, poll_apply, NULL);
}

static enum err poll_apply(struct store *store, struct errand *errand)
{
	struct order_get_row order;
	struct follow        follow;
	enum err             err = follow_begin(store, errand, &follow);

	if (err == ERR_OK) {
		err = answer_store(store, errand);
	}
	if (err == ERR_OK) {
		err = clock_store(store, errand->task, &order);
	}
	return err == ERR_OK ? poll_follow(store, errand, &follow, &order) : err;
}

/* What the gateway said, or that it owes us an answer. */
static enum err answer_store(struct store *store, const struct errand *errand)
{
	const struct poll *poll = errand->task;
	const struct till *till = &poll->till;
	struct settlement  settlement;
	enum settle_doubt  doubt;
	enum err           err;

	if (till->outcome == PAY_OUTCOME_OK) {
		err = settle_report(store,
		                    &(struct payment_report){
					.method = till->method,
					.number = till->task.order,
					.state = till->facts.state,
					.money = till->facts.amount,
					.reference = till->facts.reference,
				    },
		                    STR(""), &doubt, &settlement);
		return err == ERR_OK && doubt != SETTLE_DOUBT_NONE ? evidence_store(store, poll)
		                                                   : err;
	}
	if (till->outcome == PAY_OUTCOME_FOREIGN) {
		err = evidence_store(store, poll);
		return err == ERR_OK ? settle_desk(store,
		                                   &(struct happening){
						       .order_id = poll->order.id,
						       .event = ORDER_EVENT_PAY_UNKNOWN,
						       .note = STR("other_merchant"),
						   })
		                     : err;
	}
	/* The gateway has never heard of it, or has closed it, and its page is over. */
	if (till->outcome == PAY_OUTCOME_ABSENT && poll->till.method != PAY_SANDBOX &&
	    store->now_ms / 1000 >= poll->ends_s + ABSENT_AFTER_S &&
	    may_be_paid(poll->payment.state)) {
		return happen(store, poll, ORDER_EVENT_PAY_EXPIRED, STR("not found"));
	}
	/* A closed order waits for nothing: silence about it is no news. */
	if (till->outcome == PAY_OUTCOME_UNKNOWN && unpaid(poll->order.state)) {
		return happen(store, poll, ORDER_EVENT_PAY_UNKNOWN,
		              STR("the gateway gave no usable answer"));
	}
	return ERR_OK;
}

static enum err happen(struct store *store, const struct poll *poll, enum order_event event,
                       struct str note)
{
	struct settlement settlement;

	return settle(
	    store, &(struct happening){ .order_id = poll->order.id, .event = event, .note = note },
	    &settlement);
}

/* An answer that is not believed is kept apart, for a person to look at. */
static enum err evidence_store(struct store *store, const struct poll *poll)
{
	struct str answer = poll->till.call.answer;

	return answer.len == 0
	           ? ERR_OK
	           : event_add(store->db, post_next(store, COUNTER_event), poll->till.method,
	                       poll->order.id, store->now_ms, answer);
}

/* What time alone has decided.  *ret_order: as it stands then. */
static enum err clock_store(struct store *store, const struct poll *poll,
                            struct order_get_row *ret_order)
{
	struct payment_get_row payment;
	struct settlement      settlement;
	struct happening       happening = { .order_id = poll->order.id };
	enum err               err = order_get(store->db, store->arena, poll->order.id, ret_order);

	if (err == ERR_OK) {
		err = payment_get(store->db, store->arena, ret_order->payment_id, &payment);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (unpaid(ret_order->state) && store->now_ms / 1000 >= ret_order->expires_s) {
		happening.event = ORDER_EVENT_LOCK_ENDED;
	} else if (closed(ret_order->state) && store->now_ms - payment.created_ms >= WATCH_MAX_MS &&
	           (payment.state == PAYMENT_FAILED || payment.state == PAYMENT_EXPIRED)) {
		happening.event = ORDER_EVENT_WATCH_ENDED;
	} else {
		return ERR_OK;
	}
	err = settle(store, &happening, &settlement);
	if (err == ERR_OK) {
		ret_order->state = settlement.state;
	}
	return err;
}

static enum err poll_follow(struct store *store, struct errand *errand, const struct follow *follow,
                            const struct order_get_row *order)
{
	const struct poll *poll = errand->task;
	enum pay_outcome   outcome = poll->till.outcome;
	bool               sandbox = poll->till.method == PAY_SANDBOX;
	/* "Not found" is an answer where no payer has come to the gateway's page yet. */
	bool silent = outcome != PAY_OUTCOME_OK && (sandbox || outcome != PAY_OUTCOME_ABSENT);
	bool no = outcome == PAY_OUTCOME_CONFIG || outcome == PAY_OUTCOME_FOREIGN ||
	          (sandbox && outcome == PAY_OUTCOME_DECLINED);
	bool alarm;

	/* Paid meanwhile, or in any other way no longer a matter of asking. */
	if (!unpaid(order->state) && !closed(order->state) && order->state != ORDER_PAY_UNKNOWN) {
		return ERR_OK;
	}
	return follow_end(store, errand, follow,
	                  &(struct follow_plan){
			      .kind = errand->kind->kind,
			      .pace = follow_pace(poll->till.method),
			      .reason = silent ? pay_outcome_name(outcome) : STR(""),
			      .alarms = order->state == ORDER_PAY_UNKNOWN ||
	                                (silent && !closed(order->state)),
			      .not_after_ms = unpaid(order->state) ? order->expires_s * 1000 : 0,
			      .desk = no,
			  },
	                  &alarm);
}
