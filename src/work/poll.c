/*
 * poll.c - PAY_WATCH and PAY_UNKNOWN: asks the gateway about a payment until
 * it is closed.  Callbacks are hints; this is the promise (RELIABILITY 4, P11).
 *
 * What the gateway says takes the same path as a callback: settle_report().
 * Silence is only told where an answer is owed, and never turns into a no.
 * DOMAIN 3; GATEWAYS 9, invariants 3, 5, 6.
 */
#include "base/str.h"
#include "store/order_sql.h"
#include "store/public_id.h"
#include "store/settle.h"
#include "work/follow.h"

/* A payment that is closed is asked about so long, for money that comes late. */
#define WATCH_MAX_MS (INT64_C(3) * 86400 * 1000)

struct poll {
	struct order_get_row      order;
	struct payment_get_row    payment;
	const struct pay_gateway *gateway;
	const struct pay_config  *config;
	const struct pay_verb    *verb;
	struct pay_task           task;
	struct net_call           call;
	struct pay_facts          facts;
	enum pay_outcome          outcome;
};

static enum err poll_load(struct errand *errand, struct poll *poll);
static bool     unpaid(int64_t state);
static bool     closed(int64_t state);
static bool     may_be_paid(int64_t payment_state);
static void     poll_answered(struct errand *errand);
static enum err poll_apply(struct store *store, struct errand *errand);
static enum err answer_store(struct store *store, const struct errand *errand);
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
	} else if (poll->gateway == NULL) {
		errand_desk(errand, STR("no such gateway"));
	} else if (!pay_build(poll->verb, poll->config, &poll->task, &errand->arena, &poll->call)) {
		poll->outcome = PAY_OUTCOME_CONFIG;
		errand_store(errand, poll_apply, NULL);
	} else {
		errand_call(errand, &poll->call, poll_answered);
	}
}

static enum err poll_load(struct errand *errand, struct poll *poll)
{
	const struct work_setup *setup = errand_setup(errand);
	struct arena            *arena = &errand->arena;
	enum err err = order_get(setup->db, arena, errand->job.subject, &poll->order);

	if (err == ERR_OK) {
		err = payment_get(setup->db, arena, poll->order.payment_id, &poll->payment);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (poll->payment.gateway < 0 || poll->payment.gateway >= PAY_METHOD_COUNT) {
		return ERR_CORRUPT;
	}
	poll->gateway = pay_find((enum pay_method)poll->payment.gateway);
	if (poll->gateway == NULL) {
		return ERR_OK;
	}
	poll->config = &setup->pay_config[poll->payment.gateway];
	poll->task = (struct pay_task){
		.order = public_id(arena, setup->keys, PUBLIC_PAYMENT, poll->payment.id),
		.amount = { .amount = poll->payment.amount,
		            .currency = (uint16_t)poll->payment.currency },
	};
	poll->verb = pay_verb(poll->gateway, PAY_VERB_QUERY);
	/* Nobody wants this money any more: so nobody shall be able to pay it.
	 * Closing tells as much as asking does (invariant 6). */
	if ((poll->gateway->caps & PAY_CAN_CLOSE) != 0 && may_be_paid(poll->payment.state) &&
	    (closed(poll->order.state) ||
	     (unpaid(poll->order.state) && errand->now_ms / 1000 >= poll->order.expires_s))) {
		poll->verb = pay_verb(poll->gateway, PAY_VERB_CLOSE);
	}
	return ERR_OK;
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

static void poll_answered(struct errand *errand)
{
	struct poll *poll = errand->task;

	poll->outcome = poll->verb->parse(poll->config, &poll->task, &poll->call, &errand->arena,
	                                  &poll->facts);
	assert(poll->outcome < PAY_OUTCOME_COUNT);
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
	struct settlement  settlement;
	enum settle_doubt  doubt;

	if (poll->outcome == PAY_OUTCOME_OK) {
		return settle_report(store,
		                     &(struct payment_report){
					 .method = (enum pay_method)poll->payment.gateway,
					 .number = poll->task.order,
					 .state = poll->facts.state,
					 .money = poll->facts.amount,
					 .reference = poll->facts.reference,
				     },
		                     STR(""), &doubt, &settlement);
	}
	/* A closed order waits for nothing: silence about it is no news. */
	if (poll->outcome == PAY_OUTCOME_UNKNOWN && unpaid(poll->order.state)) {
		return settle(store,
		              &(struct happening){
				  .order_id = poll->order.id,
				  .event = ORDER_EVENT_PAY_UNKNOWN,
				  .note = STR("the gateway gave no usable answer"),
			      },
		              &settlement);
	}
	return ERR_OK;
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
	bool no = poll->outcome == PAY_OUTCOME_DECLINED || poll->outcome == PAY_OUTCOME_CONFIG;
	bool silent = poll->outcome != PAY_OUTCOME_OK, alarm;

	/* Paid meanwhile, or in any other way no longer a matter of asking. */
	if (!unpaid(order->state) && !closed(order->state) && order->state != ORDER_PAY_UNKNOWN) {
		return ERR_OK;
	}
	return follow_end(store, errand, follow,
	                  &(struct follow_plan){
			      .kind = errand->kind->kind,
			      .reason = silent ? pay_outcome_name(poll->outcome) : STR(""),
			      .alarms = order->state == ORDER_PAY_UNKNOWN ||
	                                (silent && !closed(order->state)),
			      .not_after_ms = unpaid(order->state) ? order->expires_s * 1000 : 0,
			      .desk = no,
			  },
	                  &alarm);
}
