/*
 * refund.c - REFUND: gives money back through the gateway it came from.
 *
 * The refund's number is made from its row's number, so every try says the
 * same, and each try asks before it sends (GATEWAYS 9, invariants 1 and 7).
 */
#include "base/str.h"
#include "store/notice_command.h"
#include "store/settle.h"
#include "work/follow.h"
#include "work/till.h"

struct refund {
	struct till            till; /* first: till.h */
	struct order_get_row   order;
	struct payment_get_row payment;
	struct refund_get_row  row;
};

static enum err         refund_load(struct errand *errand, struct refund *refund);
static void             asked(struct errand *errand);
static void             told(struct errand *errand);
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
	} else if (refund->row.state == REFUND_ASKED || refund->row.state == REFUND_DENIED) {
		errand_desk(errand, STR("nobody has agreed to it")); /* nothing leaves */
	} else if (!till_can(errand, &refund->till, PAY_VERB_REFUND)) {
		errand_desk(errand, STR("the gateway cannot refund"));
	} else if (till_can(errand, &refund->till, PAY_VERB_REFUND_QUERY)) {
		till_begin(errand, PAY_VERB_REFUND_QUERY, asked);
	} else {
		till_begin(errand, PAY_VERB_REFUND, told);
	}
}

static enum err refund_load(struct errand *errand, struct refund *refund)
{
	const struct work_setup *setup = errand_setup(errand);
	struct arena            *arena = &errand->arena;
	enum err err = order_get(setup->db, arena, errand->job.subject, &refund->order);

	if (err == ERR_OK) {
		err = refund_get(setup->db, arena, refund->order.refund_id, &refund->row);
	}
	if (err == ERR_OK) {
		err = payment_get(setup->db, arena, refund->row.payment_id, &refund->payment);
	}
	if (err == ERR_OK) {
		err = till_load(errand, &refund->order, &refund->payment, &refund->till);
	}
	if (err == ERR_OK) {
		till_refund(errand, &refund->row, &refund->till);
	}
	return err;
}

static void asked(struct errand *errand)
{
	struct refund *refund = errand->task;

	/* Asked and answered: it has never been sent, or was surely not done. */
	if (refund->till.outcome == PAY_OUTCOME_ABSENT ||
	    refund->till.outcome == PAY_OUTCOME_FUNDS) {
		till_begin(errand, PAY_VERB_REFUND, told);
	} else {
		errand_store(errand, refund_apply, NULL);
	}
}

static void told(struct errand *errand)
{
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

	if (refund->till.outcome == PAY_OUTCOME_OK && !amount_fits(refund)) {
		event = ORDER_EVENT_COUNT;
		wrong = true;
	}
	if (err == ERR_OK && !wrong && refund->row.reference_null &&
	    refund->till.facts.reference.len > 0) {
		err = refund_known(store->db, refund->row.id, refund->till.facts.reference);
	}
	if (err == ERR_OK && event != ORDER_EVENT_COUNT) {
		err = settle(store,
		             &(struct happening){
				 .order_id = refund->order.id,
				 .event = event,
				 .note = refund->till.facts.reason,
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
		.kind = order.refund == REFUND_FUNDS ? JOB_REFUND_FUNDS : JOB_REFUND,
		.reason = wrong ? STR("other amount") : pay_outcome_name(refund->till.outcome),
		/* A gateway that has taken it up may take its days over it. */
		.alarms = order.refund == REFUND_DUE || refund->till.outcome != PAY_OUTCOME_OK,
		.desk = wrong || refund->till.outcome == PAY_OUTCOME_CONFIG ||
	                refund->till.outcome == PAY_OUTCOME_FOREIGN,
	    },
	    &alarm);
	return err == ERR_OK && alarm ? notice_order(store, NOTICE_REFUND_SLOW, &order) : err;
}

/* ORDER_EVENT_COUNT: nothing that the order has to know. */
static enum order_event event_of(const struct refund *refund)
{
	enum payment_state state = refund->till.facts.state;

	if (refund->till.outcome == PAY_OUTCOME_DECLINED) {
		return ORDER_EVENT_REFUND_FAILED;
	}
	if (refund->till.outcome == PAY_OUTCOME_FUNDS) {
		return ORDER_EVENT_REFUND_FUNDS;
	}
	if (refund->till.outcome != PAY_OUTCOME_OK) {
		return ORDER_EVENT_COUNT;
	}
	return state == PAYMENT_REFUNDED ? ORDER_EVENT_REFUND_DONE
	       : state == PAYMENT_FAILED ? ORDER_EVENT_REFUND_FAILED
	                                 : ORDER_EVENT_REFUND_PENDING;
}

static bool amount_fits(const struct refund *refund)
{
	enum payment_state state = refund->till.facts.state;

	return money_eq(refund->till.facts.amount, refund->till.task.give_back) &&
	       (state == PAYMENT_REFUNDED || state == PAYMENT_REFUNDING || state == PAYMENT_FAILED);
}
