/*
 * stripe_agree.c - a saved card: SIGN is a Checkout page of mode setup, the
 * agreement is "cus_… pm_…", DEBIT a PaymentIntent off session, UNSIGN takes
 * the card off its customer.
 *
 * An agreement's states: PENDING (the page is open), SUCCEEDED (it holds), and
 * EXPIRED (never signed, or ended).
 */
#include "gate/stripe.h"

#include "base/str.h"
#include "gate/json_field.h"

enum { AGREE_KEY_S = 30, DEBIT_KEY_S = 3600, WORD_MAX = 64, URL_MAX = 4096 };

static enum pay_outcome page_judge(const struct pay_config *config, const struct pay_task *task,
                                   const json_t *session, struct arena *arena,
                                   struct pay_facts *ret);
static enum pay_outcome method_judge(const struct pay_task *task, const json_t *method,
                                     struct arena *arena, struct pay_facts *ret);

/* --- SIGN -------------------------------------------------------------------------- */
STRIPE_BODY(sign)
{
	struct stripe_form form;

	if (!stripe_number_valid(task->agreement) || task->return_url.len == 0)
		return false;
	stripe_form_init(&form, arena);
	stripe_form_add(&form, STR("mode"), STR("setup"));
	stripe_form_add(&form, STR("client_reference_id"), task->agreement);
	stripe_form_add(&form, STR("customer_creation"), STR("always"));
	stripe_form_add(&form, STR("metadata[order]"), task->agreement);
	stripe_form_add(&form, STR("setup_intent_data[metadata][order]"), task->agreement);
	stripe_page_put(config, task, &form);
	return stripe_form_end(&form, ret);
}

STRIPE_WRAP(sign)
{
	return task->body.len > 0 &&
	       stripe_call(config,
	                   &(struct stripe_request){
			       .method = STR("POST"),
			       .path = STR("/v1/checkout/sessions"),
			       .params = task->body,
			       .key = stripe_key(arena, "sign", task->agreement,
	                                         task->now_ms / 1000 - task->created_s,
	                                         AGREE_KEY_S),
			   },
	                   arena, ret);
}

STRIPE_PARSE(sign)
{
	enum pay_outcome outcome;
	json_t          *session;

	if (stripe_failed(call, arena, &outcome, ret))
		return outcome;
	session = stripe_answer(call, STRIPE_ANSWER_MAX, "checkout.session");
	outcome = page_judge(config, task, session, arena, ret);
	json_decref(session);
	if (outcome == PAY_OUTCOME_OK && ret->state == PAYMENT_PENDING && ret->url.len == 0) {
		*ret = (struct pay_facts){ 0 };
		return PAY_OUTCOME_UNKNOWN;
	}
	return outcome;
}

/* The page of an agreement, and what its SetupIntent, where it came with it, has saved. */
static enum pay_outcome page_judge(const struct pay_config *config, const struct pay_task *task,
                                   const json_t *session, struct arena *arena,
                                   struct pay_facts *ret)
{
	const json_t    *setup = json_object_get(session, "setup_intent");
	struct pay_facts facts = { .state = PAYMENT_PENDING };
	struct str       mode, status, customer, method, saved;

	if (!json_field_str(session, "mode", WORD_MAX, arena, &mode) ||
	    !str_eq(mode, STR("setup")) ||
	    !json_field_str(session, "status", WORD_MAX, arena, &status) ||
	    !json_field_str(session, "client_reference_id", PAY_NUMBER_MAX, arena, &facts.order) ||
	    (!str_eq(facts.order, task->agreement) && !str_eq(facts.order, task->order)))
		return PAY_OUTCOME_UNKNOWN;
	if (!stripe_mode_fits(config, session))
		return PAY_OUTCOME_FOREIGN;
	facts.reference = stripe_id_of(session, "id", arena);
	if (str_eq(status, STR("expired")))
		facts.state = PAYMENT_EXPIRED;
	customer = stripe_id_of(setup, "customer", arena);
	method = stripe_id_of(setup, "payment_method", arena);
	if (customer.len == 0)
		customer = stripe_id_of(session, "customer", arena);
	if (str_eq(status, STR("complete")) &&
	    json_field_str(setup, "status", WORD_MAX, arena, &saved) &&
	    str_eq(saved, STR("succeeded")) && stripe_id_valid(customer, "cus_") &&
	    stripe_id_valid(method, "pm_")) {
		facts.state = PAYMENT_SUCCEEDED;
		facts.agreement = arena_printf(arena, "%.*s %.*s", STR_ARG(customer),
		                               STR_ARG(method));
	}
	if (facts.state == PAYMENT_PENDING &&
	    json_field_str(session, "url", URL_MAX, arena, &facts.url) &&
	    pay_page_allowed(config, facts.url))
		facts.way = PAY_WAY_REDIRECT;
	else
		facts.url = STR("");
	*ret = facts;
	return arena->failed ? PAY_OUTCOME_UNKNOWN : PAY_OUTCOME_OK;
}

/* --- AGREEMENT --------------------------------------------------------------------- */
STRIPE_WRAP(agreement)
{
	struct str            method = stripe_reference_id(task->agreement, "pm_");
	struct str            session = stripe_reference_id(task->reference, "cs_");
	struct stripe_request request = { .method = STR("GET") };

	if (method.len > 0) {
		request.path = arena_printf(arena, "/v1/payment_methods/%.*s", STR_ARG(method));
	} else if (session.len > 0) {
		request.path = arena_printf(arena, "/v1/checkout/sessions/%.*s", STR_ARG(session));
		request.params = STR("expand[0]=setup_intent");
	} else {
		return false;
	}
	return stripe_call(config, &request, arena, ret);
}

STRIPE_PARSE(agreement)
{
	enum pay_outcome outcome;
	json_t          *object;

	if (stripe_failed(call, arena, &outcome, ret))
		return outcome;
	object = json_field_open(call->answer, STRIPE_ANSWER_MAX);
	if (stripe_is(object, "payment_method"))
		outcome = method_judge(task, object, arena, ret);
	else if (stripe_is(object, "checkout.session"))
		outcome = page_judge(config, task, object, arena, ret);
	else
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(object);
	return outcome;
}

/* A card that is on no customer, or on another one, cannot be charged by us any more. */
static enum pay_outcome method_judge(const struct pay_task *task, const json_t *method,
                                     struct arena *arena, struct pay_facts *ret)
{
	struct str id = stripe_id_of(method, "id", arena);

	if (!str_eq(id, stripe_reference_id(task->agreement, "pm_")))
		return PAY_OUTCOME_UNKNOWN;
	*ret = (struct pay_facts){
		.order = task->order,
		.agreement = task->agreement,
		.state = str_eq(stripe_id_of(method, "customer", arena),
		                stripe_reference_id(task->agreement, "cus_"))
		             ? PAYMENT_SUCCEEDED
		             : PAYMENT_EXPIRED,
	};
	return PAY_OUTCOME_OK;
}

/* --- DEBIT ------------------------------------------------------------------------- */
STRIPE_BODY(debit)
{
	struct str         customer = stripe_reference_id(task->agreement, "cus_");
	struct str         method = stripe_reference_id(task->agreement, "pm_");
	struct str         currency = currency_code(task->amount.currency);
	char               code[4] = { 0 };
	struct stripe_form form;
	int64_t            amount;

	(void)config;
	if (!stripe_number_valid(task->order) || customer.len == 0 || method.len == 0 ||
	    !stripe_amount(task->amount, &amount))
		return false;
	for (size_t i = 0; i < currency.len && i < sizeof(code) - 1; i++)
		code[i] = (char)(currency.ptr[i] - 'A' + 'a');
	stripe_form_init(&form, arena);
	stripe_form_int(&form, STR("amount"), amount);
	stripe_form_add(&form, STR("currency"), str_from(code));
	stripe_form_add(&form, STR("customer"), customer);
	stripe_form_add(&form, STR("payment_method"), method);
	stripe_form_add(&form, STR("payment_method_types[0]"), STR("card"));
	stripe_form_add(&form, STR("off_session"), STR("true"));
	stripe_form_add(&form, STR("confirm"), STR("true"));
	stripe_form_add(&form, STR("description"), task->order);
	stripe_form_add(&form, STR("metadata[order]"), task->order);
	stripe_form_add(&form, STR("metadata[debit]"), STR("1"));
	return stripe_form_end(&form, ret);
}

STRIPE_WRAP(debit)
{
	return task->body.len > 0 &&
	       stripe_call(config,
	                   &(struct stripe_request){
			       .method = STR("POST"),
			       .path = STR("/v1/payment_intents"),
			       .params = task->body,
			       .key = stripe_key(arena, "debit", task->order,
	                                         task->now_ms / 1000 - task->created_s,
	                                         DEBIT_KEY_S),
			   },
	                   arena, ret);
}

/* Without the payer nothing can be asked of him: what needs an action is a no. */
STRIPE_PARSE(debit)
{
	struct pay_facts facts = { 0 };
	enum pay_outcome outcome;
	struct str       status;
	json_t          *intent;

	if (stripe_failed(call, arena, &outcome, ret))
		return outcome;
	intent = stripe_answer(call, STRIPE_ANSWER_MAX, "payment_intent");
	outcome = PAY_OUTCOME_UNKNOWN;
	if (stripe_intent_facts(intent, arena, &facts) && str_eq(facts.order, task->order) &&
	    json_field_str(intent, "status", WORD_MAX, arena, &status))
		outcome = stripe_mode_fits(config, intent) ? PAY_OUTCOME_OK : PAY_OUTCOME_FOREIGN;
	json_decref(intent);
	if (outcome == PAY_OUTCOME_OK && (str_eq(status, STR("requires_action")) ||
	                                  str_eq(status, STR("requires_payment_method")))) {
		ret->reason = STR("authentication_required");
		return PAY_OUTCOME_DECLINED;
	}
	if (outcome == PAY_OUTCOME_OK)
		*ret = facts;
	return outcome;
}

/* --- UNSIGN ------------------------------------------------------------------------ */
STRIPE_WRAP(unsign)
{
	struct str method = stripe_reference_id(task->agreement, "pm_");

	return method.len > 0 &&
	       stripe_call(config,
	                   &(struct stripe_request){
			       .method = STR("POST"),
			       .path = arena_printf(arena, "/v1/payment_methods/%.*s/detach",
	                                            STR_ARG(method)),
			       .key = arena_printf(arena, "unsign:%.*s:%.*s", STR_ARG(method),
	                                           STR_ARG(task->nonce)),
			   },
	                   arena, ret);
}

STRIPE_PARSE(unsign)
{
	enum pay_outcome outcome;
	json_t          *method;

	(void)config;
	if (stripe_failed(call, arena, &outcome, ret)) {
		/* Not attached any more: that is what was wanted, and a question tells. */
		return outcome == PAY_OUTCOME_CONFIG && call->status == 400 ? PAY_OUTCOME_UNKNOWN
		                                                            : outcome;
	}
	method = stripe_answer(call, STRIPE_ANSWER_MAX, "payment_method");
	outcome = method == NULL ? PAY_OUTCOME_UNKNOWN : method_judge(task, method, arena, ret);
	json_decref(method);
	return outcome;
}
