/*
 * paypal_agree.c - agreements by PayPal's vault: SIGN makes a setup token that
 * the payer approves, AGREEMENT turns it into a payment token, DEBIT is an order
 * by that token which is captured at once, UNSIGN deletes it.
 *
 * An agreement's states: PENDING (to be approved), SUCCEEDED (it holds), EXPIRED
 * (ended).  Debits are payments like others: QUERY and REFUND know them.
 */
#include "gate/paypal.h"

#include "base/str.h"
#include "gate/json_field.h"

enum { WORD_MAX = 64 };

static void put(json_t *object, const char *name, struct str text)
{
	json_object_set_new(object, name, json_stringn(text.ptr, text.len));
}

/* {name: inner}; takes the reference. */
static json_t *around(const char *name, json_t *inner)
{
	json_t *object = json_object();

	json_object_set_new(object, name, inner);
	return object;
}

/* --- SIGN -------------------------------------------------------------------------- */
PAYPAL_BODY(sign)
{
	json_t *wallet = json_object(), *context = json_object();

	(void)config;
	put(context, "return_url", task->return_url);
	put(context, "cancel_url", task->return_url);
	put(wallet, "usage_type", STR("MERCHANT"));
	json_object_set_new(wallet, "experience_context", context);
	*ret = json_field_write(around("payment_source", around("paypal", wallet)), arena);
	return ret->len > 0 && paypal_number_valid(task->agreement) && task->return_url.len > 0;
}

PAYPAL_WRAP(sign)
{
	return task->body.len > 0 && paypal_call(config, task,
	                                         &(struct paypal_request){
						     .method = STR("POST"),
						     .path = STR("/v3/vault/setup-tokens"),
						     .body = task->body,
						     .id = task->agreement, /* for 3 hours */
						 },
	                                         arena, ret);
}

PAYPAL_PARSE(sign)
{
	struct pay_facts facts = { .order = task->agreement, .state = PAYMENT_PENDING };
	enum pay_outcome outcome;
	json_t          *setup;

	if (paypal_failed(call, arena, &outcome, ret))
		return outcome == PAY_OUTCOME_ABSENT ? PAY_OUTCOME_CONFIG : outcome;
	setup = json_field_open(call->answer, PAYPAL_ANSWER_MAX);
	facts.url = paypal_link(setup, "approve", arena);
	outcome = PAY_OUTCOME_UNKNOWN;
	if (json_field_str(setup, "id", PAYPAL_ID_MAX, arena, &facts.reference) &&
	    paypal_id_valid(facts.reference) && pay_page_allowed(config, facts.url)) {
		facts.way = PAY_WAY_REDIRECT;
		*ret = facts;
		outcome = PAY_OUTCOME_OK;
	}
	json_decref(setup);
	return outcome;
}

/* --- AGREEMENT --------------------------------------------------------------------- */
/* With their number: does it still hold?  Without: the setup token becomes one, if the payer has
 * approved it; the same request id gives the same token. */
PAYPAL_WRAP(agreement)
{
	struct str            setup = paypal_order_id(task->reference);
	struct paypal_request request = { .method = STR("GET") };
	json_t               *token;

	if (setup.len > 0 && (task->agreement.len == 0 || str_eq(task->agreement, task->order))) {
		token = json_object();
		put(token, "id", setup);
		put(token, "type", STR("SETUP_TOKEN"));
		request.method = STR("POST");
		request.path = STR("/v3/vault/payment-tokens");
		request.body = json_field_write(around("payment_source", around("token", token)),
		                                arena);
		request.id = arena_printf(arena, "vault:%.*s", STR_ARG(setup));
	} else if (paypal_id_valid(task->agreement)) {
		request.path = arena_printf(arena, "/v3/vault/payment-tokens/%.*s",
		                            STR_ARG(task->agreement));
	} else {
		return false;
	}
	return paypal_call(config, task, &request, arena, ret);
}

PAYPAL_PARSE(agreement)
{
	bool             known = task->agreement.len > 0 && !str_eq(task->agreement, task->order);
	struct pay_facts facts = { .order = task->order, .reference = task->reference };
	enum pay_outcome outcome;
	json_t          *token;

	(void)config;
	if (paypal_failed(call, arena, &outcome, ret)) {
		if (call->result != NET_ANSWER || (call->status != 404 && call->status != 422))
			return outcome;
		/* Gone, or not approved yet. */
		facts.agreement = known ? task->agreement : STR("");
		facts.state = call->status == 404 ? PAYMENT_EXPIRED : PAYMENT_PENDING;
		facts.reason = ret->reason;
		*ret = facts;
		return PAY_OUTCOME_OK;
	}
	token = json_field_open(call->answer, PAYPAL_ANSWER_MAX);
	outcome = PAY_OUTCOME_UNKNOWN;
	if (json_field_str(token, "id", PAYPAL_ID_MAX, arena, &facts.agreement) &&
	    paypal_id_valid(facts.agreement) &&
	    (!known || str_eq(facts.agreement, task->agreement))) {
		facts.state = PAYMENT_SUCCEEDED;
		*ret = facts;
		outcome = PAY_OUTCOME_OK;
	}
	json_decref(token);
	return outcome;
}

/* --- DEBIT ------------------------------------------------------------------------- */
PAYPAL_BODY(debit)
{
	json_t *amount = paypal_amount(task->amount, arena), *order, *unit, *units, *wallet,
	       *stored;

	(void)config;
	if (amount == NULL || !paypal_number_valid(task->order) ||
	    !paypal_id_valid(task->agreement)) {
		json_decref(amount);
		return false;
	}
	order = json_object();
	unit = json_object();
	units = json_array();
	wallet = json_object();
	stored = json_object();
	put(order, "intent", STR("CAPTURE"));
	json_object_set_new(unit, "amount", amount);
	put(unit, "custom_id", task->order);
	put(unit, "invoice_id", task->order);
	json_array_append_new(units, unit);
	json_object_set_new(order, "purchase_units", units);
	put(wallet, "vault_id", task->agreement);
	put(stored, "payment_initiator", STR("MERCHANT"));
	put(stored, "usage", STR("SUBSEQUENT"));
	put(stored, "usage_pattern", STR("UNSCHEDULED_PREPAID"));
	json_object_set_new(wallet, "stored_credential", stored);
	json_object_set_new(order, "payment_source", around("paypal", wallet));
	*ret = json_field_write(order, arena);
	return ret->len > 0;
}

PAYPAL_WRAP(debit)
{
	return task->body.len > 0 && paypal_call(config, task,
	                                         &(struct paypal_request){
						     .method = STR("POST"),
						     .path = STR("/v2/checkout/orders"),
						     .body = task->body,
						     .id = task->order, /* for 6 hours */
						 },
	                                         arena, ret);
}

PAYPAL_PARSE(debit)
{
	struct pay_facts facts = { 0 };
	enum pay_outcome outcome;
	json_t          *order;

	if (paypal_failed(call, arena, &outcome, ret))
		return outcome == PAY_OUTCOME_ABSENT ? PAY_OUTCOME_CONFIG : outcome;
	order = json_field_open(call->answer, PAYPAL_ANSWER_MAX);
	outcome = paypal_order_facts(order, config->merchant, arena, &facts);
	json_decref(order);
	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (!str_eq(facts.order, task->order))
		return PAY_OUTCOME_UNKNOWN;
	*ret = facts;
	return PAY_OUTCOME_OK;
}

/* --- UNSIGN ------------------------------------------------------------------------ */
PAYPAL_WRAP(unsign)
{
	return paypal_id_valid(task->agreement) &&
	       paypal_call(config, task,
	                   &(struct paypal_request){
			       .method = STR("DELETE"),
			       .path = arena_printf(arena, "/v3/vault/payment-tokens/%.*s",
	                                            STR_ARG(task->agreement)),
			   },
	                   arena, ret);
}

/* Deleted, or not there any more: both are the end of it. */
PAYPAL_PARSE(unsign)
{
	enum pay_outcome outcome;

	(void)config;
	if (paypal_failed(call, arena, &outcome, ret) && outcome != PAY_OUTCOME_ABSENT)
		return outcome;
	*ret = (struct pay_facts){ .order = task->order,
		                   .agreement = task->agreement,
		                   .state = PAYMENT_EXPIRED };
	return PAY_OUTCOME_OK;
}
