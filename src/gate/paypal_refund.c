/*
 * paypal_refund.c - giving back by PayPal: REFUND and REFUND_QUERY.
 *
 * invoice_id of a refund is our number of it: by that it is found again among
 * the refunds of its order, whatever became of the answer that first named it.
 */
#include "gate/paypal.h"

#include "base/str.h"
#include "gate/json_field.h"

static enum pay_outcome refund_judge(const struct pay_task *task, const json_t *refund,
                                     struct arena *arena, struct pay_facts *ret);
static enum pay_outcome refund_found(const struct pay_config *config, const struct pay_task *task,
                                     const json_t *order, struct arena *arena,
                                     struct pay_facts *ret);

PAYPAL_BODY(refund)
{
	json_t *object, *amount = paypal_amount(task->give_back, arena);

	(void)config;
	if (amount == NULL || !paypal_number_valid(task->order) ||
	    !paypal_number_valid(task->refund)) {
		json_decref(amount);
		return false;
	}
	object = json_object();
	json_object_set_new(object, "amount", amount);
	json_object_set_new(object, "custom_id", json_stringn(task->order.ptr, task->order.len));
	json_object_set_new(object, "invoice_id", json_stringn(task->refund.ptr, task->refund.len));
	*ret = json_field_write(object, arena);
	return ret->len > 0;
}

PAYPAL_WRAP(refund)
{
	struct str capture = paypal_capture_id(task->reference);

	return capture.len > 0 && task->body.len > 0 &&
	       paypal_call(config, task,
	                   &(struct paypal_request){
			       .method = STR("POST"),
			       .path = arena_printf(arena, "/v2/payments/captures/%.*s/refund",
	                                            STR_ARG(capture)),
			       .body = task->body,
			       .id = task->refund, /* kept for 45 days */
			   },
	                   arena, ret);
}

PAYPAL_PARSE(refund)
{
	enum pay_outcome outcome;
	json_t          *refund;

	(void)config;
	if (paypal_failed(call, arena, &outcome, ret)) {
		/* The capture that we were told of is not there: not our account. */
		return outcome == PAY_OUTCOME_ABSENT ? PAY_OUTCOME_CONFIG : outcome;
	}
	refund = json_field_open(call->answer, PAYPAL_ANSWER_MAX);
	outcome = refund_judge(task, refund, arena, ret);
	json_decref(refund);
	return outcome;
}

static enum pay_outcome refund_judge(const struct pay_task *task, const json_t *refund,
                                     struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts;

	if (!paypal_refund_facts(refund, arena, &facts) || !str_eq(facts.refund, task->refund) ||
	    (facts.order.len > 0 && !str_eq(facts.order, task->order)))
		return PAY_OUTCOME_UNKNOWN;
	if (facts.state == PAYMENT_FAILED) {
		ret->reason = facts.reason;
		return PAY_OUTCOME_DECLINED;
	}
	facts.order = task->order;
	*ret = facts;
	return PAY_OUTCOME_OK;
}

PAYPAL_WRAP(refund_query)
{
	struct str            order = paypal_order_id(task->reference);
	struct paypal_request request = { .method = STR("GET") };

	if (paypal_id_valid(task->refund_reference))
		request.path = arena_printf(arena, "/v2/payments/refunds/%.*s",
		                            STR_ARG(task->refund_reference));
	else if (order.len > 0)
		request.path = arena_printf(arena, "/v2/checkout/orders/%.*s", STR_ARG(order));
	else
		return false;
	return paypal_call(config, task, &request, arena, ret);
}

PAYPAL_PARSE(refund_query)
{
	enum pay_outcome outcome;
	json_t          *object;

	if (paypal_failed(call, arena, &outcome, ret))
		return outcome == PAY_OUTCOME_ABSENT ? PAY_OUTCOME_CONFIG : outcome;
	object = json_field_open(call->answer, PAYPAL_ANSWER_MAX);
	if (json_object_get(object, "purchase_units") != NULL)
		outcome = refund_found(config, task, object, arena, ret);
	else
		outcome = refund_judge(task, object, arena, ret);
	json_decref(object);
	return outcome;
}

static enum pay_outcome refund_found(const struct pay_config *config, const struct pay_task *task,
                                     const json_t *order, struct arena *arena,
                                     struct pay_facts *ret)
{
	const json_t    *unit = json_array_get(json_object_get(order, "purchase_units"), 0);
	const json_t    *refunds = json_object_get(json_object_get(unit, "payments"), "refunds");
	struct pay_facts facts;
	struct str       number;
	enum pay_outcome outcome = paypal_order_facts(order, config->merchant, arena, &facts);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (!str_eq(facts.order, task->order))
		return PAY_OUTCOME_UNKNOWN;
	for (size_t i = 0; i < json_array_size(refunds); i++) {
		const json_t *refund = json_array_get(refunds, i);

		if (json_field_str(refund, "invoice_id", PAY_NUMBER_MAX, arena, &number) &&
		    str_eq(number, task->refund))
			return refund_judge(task, refund, arena, ret);
	}
	return PAY_OUTCOME_ABSENT;
}
