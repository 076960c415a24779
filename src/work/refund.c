/*
 * refund.c - REFUND: gives money back through the gateway it came from.
 *
 * The refund's number is made from its row's number, so every try says the
 * same, and each try asks before it sends (GATEWAYS 9, invariants 1 and 7).
 */
#include "base/str.h"
#include "store/notice_command.h"
#include "store/order_sql.h"
#include "store/public_id.h"
#include "store/settle.h"
#include "work/follow.h"

struct refund {
	struct order_get_row      order;
	struct payment_get_row    payment;
	struct refund_get_row     row;
	const struct pay_gateway *gateway;
	const struct pay_config  *config;
	const struct pay_verb    *verb;
	struct pay_task           task;
	struct net_call           call;
	struct pay_facts          facts;
	enum pay_outcome          outcome;
};

static enum err         refund_load(struct errand *errand, struct refund *refund);
static void             verb_begin(struct errand *errand, const struct pay_verb *verb);
static void             verb_answered(struct errand *errand);
static enum err         refund_apply(struct store *store, struct errand *errand);
static enum order_event event_of(const struct refund *refund);
static bool             amount_fits(const struct refund *refund);

void refund_begin(struct errand *errand)
{
	struct refund *refund = ARENA_NEW(&errand->arena, struct refund);
	enum err       err = refund == NULL ? ERR_MEMORY : ERR_OK;

	errand->task = refund;
	if (err == ERR_OK) {
		err = refund_load(errand, refund);
	}
	if (err == ERR_NOT_FOUND) {
		errand_desk(errand, STR("no such refund"));
	} else if (err != ERR_OK) {
		errand_fail(errand, err);
	} else if (refund->gateway == NULL || (refund->gateway->caps & PAY_CAN_REFUND) == 0) {
		errand_desk(errand, STR("the gateway cannot refund"));
	} else {
		verb_begin(errand, pay_verb(refund->gateway, PAY_VERB_REFUND_QUERY));
	}
}

static enum err refund_load(struct errand *errand, struct refund *refund)
{
	const struct work_setup *setup = errand_setup(errand);
	struct arena            *arena = &errand->arena;
	enum err err = order_get(setup->db, arena, errand->job.subject, &refund->order);

	if (err == ERR_OK) {
		err = refund_get(setup->db, refund->order.refund_id, &refund->row);
	}
	if (err == ERR_OK) {
		err = payment_get(setup->db, arena, refund->row.payment_id, &refund->payment);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (refund->payment.gateway < 0 || refund->payment.gateway >= PAY_METHOD_COUNT) {
		return ERR_CORRUPT;
	}
	refund->gateway = pay_find((enum pay_method)refund->payment.gateway);
	refund->config = &setup->pay_config[refund->payment.gateway];
	refund->task = (struct pay_task){
		.order = public_id(arena, setup->keys, PUBLIC_PAYMENT, refund->payment.id),
		.refund = public_id(arena, setup->keys, PUBLIC_REFUND, refund->row.id),
		.amount = { .amount = refund->payment.amount,
		            .currency = (uint16_t)refund->payment.currency },
		.give_back = { .amount = refund->row.amount,
		               .currency = (uint16_t)refund->row.currency },
	};
	return ERR_OK;
}

static void verb_begin(struct errand *errand, const struct pay_verb *verb)
{
	struct refund *refund = errand->task;

	refund->verb = verb;
	refund->task.body = STR("");
	if (pay_build(verb, refund->config, &refund->task, &errand->arena, &refund->call)) {
		errand_call(errand, &refund->call, verb_answered);
	} else {
		refund->outcome = PAY_OUTCOME_CONFIG;
		errand_store(errand, refund_apply, NULL);
	}
}

static void verb_answered(struct errand *errand)
{
	struct refund *refund = errand->task;

	refund->outcome = refund->verb->parse(refund->config, &refund->task, &refund->call,
	                                      &errand->arena, &refund->facts);
	/* Asked and answered: it has never been sent, or was surely not done. */
	if (refund->outcome == PAY_OUTCOME_ABSENT &&
	    refund->verb == pay_verb(refund->gateway, PAY_VERB_REFUND_QUERY)) {
		verb_begin(errand, pay_verb(refund->gateway, PAY_VERB_REFUND));
		return;
	}
	errand_store(errand, refund_apply, NULL);
}

static enum err refund_apply(struct store *store, struct errand *errand)
{
	struct refund       *refund = errand->task;
	enum order_event     event = event_of(refund);
	struct settlement    settlement;
	struct order_get_row order;
	struct follow        follow;
	bool                 alarm = false, wrong = false;
	enum err             err = follow_begin(store, errand, &follow);

	if (refund->outcome == PAY_OUTCOME_OK && !amount_fits(refund)) {
		event = ORDER_EVENT_COUNT;
		wrong = true;
	}
	if (err == ERR_OK && event != ORDER_EVENT_COUNT) {
		err = settle(store,
		             &(struct happening){
				 .order_id = refund->order.id,
				 .event = event,
				 .note = refund->facts.reason,
			     },
		             &settlement);
	}
	if (err == ERR_OK) {
		err = order_get(store->db, store->arena, refund->order.id, &order);
	}
	if (err != ERR_OK || order.refund == REFUND_DONE) {
		return err;
	}
	err = follow_end(
	    store, errand, &follow,
	    &(struct follow_plan){
		.kind = JOB_REFUND,
		.reason = wrong ? STR("other amount") : pay_outcome_name(refund->outcome),
		/* A gateway that has taken it up may take its days over it. */
		.alarms = order.refund == REFUND_DUE || refund->outcome != PAY_OUTCOME_OK,
		.desk = wrong || refund->outcome == PAY_OUTCOME_CONFIG,
	    },
	    &alarm);
	return err == ERR_OK && alarm ? notice_order(store, NOTICE_REFUND_SLOW, &order) : err;
}

/* ORDER_EVENT_COUNT: nothing that the order has to know. */
static enum order_event event_of(const struct refund *refund)
{
	if (refund->outcome == PAY_OUTCOME_DECLINED) {
		return ORDER_EVENT_REFUND_FAILED;
	}
	if (refund->outcome != PAY_OUTCOME_OK) {
		return ORDER_EVENT_COUNT;
	}
	return refund->facts.state == PAYMENT_REFUNDED ? ORDER_EVENT_REFUND_DONE
	                                               : ORDER_EVENT_REFUND_PENDING;
}

static bool amount_fits(const struct refund *refund)
{
	return money_eq(refund->facts.amount, refund->task.give_back) &&
	       (refund->facts.state == PAYMENT_REFUNDED ||
	        refund->facts.state == PAYMENT_REFUNDING);
}
