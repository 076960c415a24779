/*
 * stripe_refund.c - giving back by Stripe: REFUND and REFUND_QUERY.
 *
 * A refund is found again by metadata.refund among the refunds of its
 * PaymentIntent, whatever became of the answer that first named it.
 */
#include "gate/stripe.h"

#include "base/str.h"
#include "gate/json_field.h"

enum { REFUND_KEY_S = 3600, LIST_MAX = 100 };

static enum pay_outcome refund_judge(const struct pay_config *config, const struct pay_task *task,
                                     const json_t *refund, struct arena *arena,
                                     struct pay_facts *ret);
static enum pay_outcome refund_found(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret);

STRIPE_BODY(refund)
{
	struct str         intent = stripe_reference_id(task->reference, "pi_");
	struct stripe_form form;
	int64_t            amount;

	(void)config;
	if (!stripe_number_valid(task->order) || !stripe_number_valid(task->refund) ||
	    intent.len == 0 || !stripe_amount(task->give_back, &amount))
		return false;
	stripe_form_init(&form, arena);
	stripe_form_add(&form, STR("payment_intent"), intent);
	stripe_form_int(&form, STR("amount"), amount);
	stripe_form_add(&form, STR("reason"), STR("requested_by_customer"));
	stripe_form_add(&form, STR("metadata[order]"), task->order);
	stripe_form_add(&form, STR("metadata[refund]"), task->refund);
	return stripe_form_end(&form, ret);
}

STRIPE_WRAP(refund)
{
	return task->body.len > 0 &&
	       stripe_call(config,
	                   &(struct stripe_request){
			       .method = STR("POST"),
			       .path = STR("/v1/refunds"),
			       .params = task->body,
			       .key = stripe_key(arena, "refund", task->refund,
	                                         task->now_ms / 1000 - task->refund_created_s,
	                                         REFUND_KEY_S),
			   },
	                   arena, ret);
}

STRIPE_PARSE(refund)
{
	enum pay_outcome outcome;
	json_t          *refund;

	if (stripe_failed(call, arena, &outcome, ret))
		return outcome;
	refund = stripe_answer(call, STRIPE_ANSWER_MAX, "refund");
	outcome = refund_judge(config, task, refund, arena, ret);
	json_decref(refund);
	return outcome;
}

/* A refund tells no mode of its own; the key does. */
static enum pay_outcome refund_judge(const struct pay_config *config, const struct pay_task *task,
                                     const json_t *refund, struct arena *arena,
                                     struct pay_facts *ret)
{
	struct pay_facts facts;

	(void)config;
	if (!stripe_refund_facts(refund, arena, &facts) || !str_eq(facts.order, task->order) ||
	    !str_eq(facts.refund, task->refund))
		return PAY_OUTCOME_UNKNOWN;
	if (facts.state == PAYMENT_FAILED) {
		ret->reason = facts.reason;
		return str_eq(facts.reason, STR("insufficient_funds")) ? PAY_OUTCOME_FUNDS
		                                                       : PAY_OUTCOME_DECLINED;
	}
	*ret = facts;
	return PAY_OUTCOME_OK;
}

STRIPE_WRAP(refund_query)
{
	struct str            intent = stripe_reference_id(task->reference, "pi_");
	struct str            refund = stripe_reference_id(task->refund_reference, "re_");
	struct stripe_request request = { .method = STR("GET") };
	struct stripe_form    form;

	if (refund.len == 0)
		refund = stripe_reference_id(task->refund_reference, "pyr_");
	stripe_form_init(&form, arena);
	if (refund.len > 0) {
		request.path = arena_printf(arena, "/v1/refunds/%.*s", STR_ARG(refund));
	} else if (intent.len > 0) {
		request.path = STR("/v1/refunds");
		stripe_form_add(&form, STR("payment_intent"), intent);
		stripe_form_int(&form, STR("limit"), LIST_MAX);
	} else {
		return false;
	}
	return stripe_form_end(&form, &request.params) && stripe_call(config, &request, arena, ret);
}

STRIPE_PARSE(refund_query)
{
	enum pay_outcome outcome;
	json_t          *refund;

	if (stripe_failed(call, arena, &outcome, ret))
		return outcome;
	refund = json_field_open(call->answer, STRIPE_ANSWER_MAX);
	if (stripe_is(refund, "list"))
		outcome = refund_found(config, task, call, arena, ret);
	else
		outcome = refund_judge(config, task, refund, arena, ret);
	json_decref(refund);
	return outcome;
}

/* More than a page of refunds of one payment: then not finding it proves nothing. */
static enum pay_outcome refund_found(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	json_t          *list = stripe_answer(call, STRIPE_ANSWER_MAX, "list");
	const json_t    *data = json_object_get(list, "data"), *more;
	enum pay_outcome outcome = PAY_OUTCOME_ABSENT;

	more = json_object_get(list, "has_more");
	if (!json_is_array(data) || !json_is_false(more))
		outcome = PAY_OUTCOME_UNKNOWN;
	for (size_t i = 0; i < json_array_size(data); i++) {
		const json_t *refund = json_array_get(data, i);

		if (!str_eq(stripe_metadata(refund, "refund", arena), task->refund))
			continue;
		outcome = refund_judge(config, task, refund, arena, ret);
		break;
	}
	json_decref(list);
	return outcome;
}
