/*
 * antom_pay.c - payments by Antom: opened at its cashier, asked about,
 * cancelled, given back; and its own exchange rate (GATEWAYS 3).
 */
#include "gate/antom.h"

#include "base/str.h"

enum { PAIR_LEN = 7, QUOTES_MAX = 32 };

bool antom_start_body(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct str *ret)
{
	return antom_pay_body(config, task, STR(""), arena, ret);
}

/* When it stops being payable: as our order says, or Antom's own 14 minutes. */
static int64_t closes_s(const struct pay_task *task)
{
	int64_t own_s = task->created_s + ANTOM_UNPAID_S;

	return task->expires_s > 0 && task->expires_s < own_s ? task->expires_s : own_s;
}

static json_t *order_object(const struct pay_task *task, struct arena *arena)
{
	json_t *order = json_object();

	antom_put(order, "referenceOrderId", task->order);
	antom_put_title(order, "orderDescription", task->title.len > 0 ? task->title : task->order);
	json_object_set_new(order, "orderAmount", antom_money(task->amount, arena));
	return order;
}

static json_t *env_object(const struct pay_task *task)
{
	json_t *env = json_object();

	antom_put(env, "terminalType", str_from(antom_terminal(task)));
	antom_put(env, "clientIp", task->payer_ip);
	return env;
}

bool antom_pay_body(const struct pay_config *config, const struct pay_task *task, struct str token,
                    struct arena *arena, struct str *ret)
{
	const struct antom *own = config->own;
	json_t             *object, *method, *strategy, *amount = antom_money(task->amount, arena);

	if (!antom_number_valid(task->order) || amount == NULL || task->created_s <= 0) {
		json_decref(amount);
		return false;
	}
	object = json_object();
	antom_put(object, "productCode",
	          token.len > 0 ? STR("AGREEMENT_PAYMENT") : STR("CASHIER_PAYMENT"));
	antom_put(object, "paymentRequestId", task->order);
	json_object_set_new(object, "order", order_object(task, arena));
	json_object_set_new(object, "paymentAmount", amount);
	method = json_object();
	antom_put(method, "paymentMethodType", own->method);
	antom_put(method, "paymentMethodId", token);
	json_object_set_new(object, "paymentMethod", method);
	antom_put(object, "paymentExpiryTime", antom_instant(arena, closes_s(task)));
	antom_put(object, "paymentRedirectUrl", task->return_url);
	antom_put(object, "paymentNotifyUrl", task->hook_url);
	if (own->settle != CURRENCY_NONE) {
		strategy = json_object();
		antom_put(strategy, "settlementCurrency", currency_code(own->settle));
		json_object_set_new(object, "settlementStrategy", strategy);
	}
	json_object_set_new(object, "env", env_object(task));
	return antom_write(object, arena, ret);
}

/* One member and its text: the body of most questions. */
static bool body_of(const char *name, struct str text, struct arena *arena, struct str *ret)
{
	json_t *object;

	if (!antom_number_valid(text))
		return false;
	object = json_object();
	antom_put(object, name, text);
	return antom_write(object, arena, ret);
}

bool antom_query_body(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct str *ret)
{
	(void)config;
	return body_of("paymentRequestId", task->order, arena, ret);
}

bool antom_close_body(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct str *ret)
{
	return antom_query_body(config, task, arena, ret);
}

bool antom_refund_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	json_t *object, *amount = antom_money(task->give_back, arena);

	(void)config;
	/* In the currency that was paid, and never more of it (GATEWAYS 3). */
	if (amount == NULL || !antom_number_valid(task->refund) ||
	    !antom_number_valid(task->reference) ||
	    task->give_back.currency != task->amount.currency ||
	    task->give_back.amount > task->amount.amount) {
		json_decref(amount);
		return false;
	}
	object = json_object();
	antom_put(object, "refundRequestId", task->refund);
	antom_put(object, "paymentId", task->reference);
	json_object_set_new(object, "refundAmount", amount);
	antom_put(object, "refundNotifyUrl", task->hook_url);
	return antom_write(object, arena, ret);
}

bool antom_refund_query_body(const struct pay_config *config, const struct pay_task *task,
                             struct arena *arena, struct str *ret)
{
	(void)config;
	return body_of("refundRequestId", task->refund, arena, ret);
}

bool antom_rate_body(const struct pay_config *config, const struct pay_task *task,
                     struct arena *arena, struct str *ret)
{
	(void)config;
	return body_of("paymentCurrency", currency_code(task->amount.currency), arena, ret);
}

#define WRAP(function, name) \
	bool function(const struct pay_config *config, const struct pay_task *task, \
	              struct arena *arena, struct net_call *ret) \
	{ \
		return antom_wrap(config, task, name, arena, ret); \
	}
WRAP(antom_start_wrap, "payments/pay")
WRAP(antom_query_wrap, "payments/inquiryPayment")
WRAP(antom_close_wrap, "payments/cancel")
WRAP(antom_refund_wrap, "payments/refund")
WRAP(antom_refund_query_wrap, "payments/inquiryRefund")
WRAP(antom_rate_wrap, "payments/inquireExchangeRate")

/* Does the text under that name, when it is there, say what we asked about? */
static bool names_ours(const json_t *object, const char *name, struct str ours, struct arena *arena)
{
	struct str told;

	return json_object_get(object, name) == NULL ||
	       (json_field_str(object, name, ANTOM_ID_MAX, arena, &told) && str_eq(told, ours));
}

/* The payment's own facts; an amount that is not told is only good enough where no money is. */
static enum pay_outcome payment_read(const struct pay_task *task, const json_t *object,
                                     struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = *ret;
	bool             told = json_object_get(object, "paymentAmount") != NULL;

	if (!names_ours(object, "paymentRequestId", task->order, arena) ||
	    (told && !antom_read_money(object, "paymentAmount", arena, &facts.amount)) ||
	    (!told && facts.state == PAYMENT_SUCCEEDED))
		return PAY_OUTCOME_UNKNOWN;
	if (!told)
		facts.amount = task->amount;
	facts.order = task->order;
	if (!json_field_str(object, "paymentId", ANTOM_ID_MAX, arena, &facts.reference)) {
		facts.reference = task->reference;
		if (facts.state == PAYMENT_SUCCEEDED && facts.reference.len == 0)
			return PAY_OUTCOME_UNKNOWN; /* it could not be given back */
	}
	facts.occurred_s = antom_read_time(object, "paymentTime", arena);
	if (facts.occurred_s == 0)
		facts.occurred_s = antom_read_time(object, "paymentCreateTime", arena);
	antom_read_quote(object, facts.amount.currency, arena, &facts.rate);
	*ret = facts;
	return PAY_OUTCOME_OK;
}

enum pay_outcome antom_pay_read(const struct pay_config *config, const struct pay_task *task,
                                enum pay_verb_id verb, const struct net_call *call,
                                struct arena *arena, struct pay_facts *ret)
{
	struct antom_answer answer;
	enum pay_outcome    outcome = antom_judge(config, verb, call, arena, &answer, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (answer.status == 'S')
		ret->state = PAYMENT_SUCCEEDED;
	outcome = payment_read(task, answer.object, arena, ret);
	if (outcome == PAY_OUTCOME_OK && ret->state == PAYMENT_PENDING) {
		ret->expires_s = closes_s(task);
		/* Nothing to show to the payer: what was opened is found by asking. */
		if (verb == PAY_VERB_START &&
		    !antom_read_page(config, answer.object, task->device, arena, ret))
			outcome = PAY_OUTCOME_UNKNOWN;
	}
	json_decref(answer.object);
	return outcome;
}

enum pay_outcome antom_start_parse(const struct pay_config *config, const struct pay_task *task,
                                   const struct net_call *call, struct arena *arena,
                                   struct pay_facts *ret)
{
	return antom_pay_read(config, task, PAY_VERB_START, call, arena, ret);
}

/* paymentStatus is the payment; result was only the question. */
static bool status_read(const json_t *object, struct arena *arena, enum payment_state *ret)
{
	static const struct {
		struct str         name;
		enum payment_state state;
	} told[] = {
		{ STR_INIT("SUCCESS"), PAYMENT_SUCCEEDED },
		{ STR_INIT("FAIL"), PAYMENT_FAILED },
		{ STR_INIT("PROCESSING"), PAYMENT_PENDING },
		{ STR_INIT("PENDING"), PAYMENT_PENDING },
		{ STR_INIT("CANCELLED"), PAYMENT_EXPIRED },
	};
	struct str name;

	if (!json_field_str(object, "paymentStatus", ANTOM_CODE_MAX, arena, &name))
		return false;
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		if (!str_eq(told[i].name, name))
			continue;
		*ret = told[i].state;
		return true;
	}
	return false;
}

enum pay_outcome antom_query_parse(const struct pay_config *config, const struct pay_task *task,
                                   const struct net_call *call, struct arena *arena,
                                   struct pay_facts *ret)
{
	struct antom_answer answer;
	enum pay_outcome outcome = antom_judge(config, PAY_VERB_QUERY, call, arena, &answer, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (!status_read(answer.object, arena, &ret->state))
		outcome = PAY_OUTCOME_UNKNOWN;
	else
		outcome = payment_read(task, answer.object, arena, ret);
	if (outcome == PAY_OUTCOME_OK && ret->state == PAYMENT_FAILED) {
		if (!json_field_str(answer.object, "paymentResultCode", ANTOM_CODE_MAX, arena,
		                    &ret->reason))
			ret->reason = (struct str){ 0 };
		if (str_eq(ret->reason, STR("ORDER_IS_CLOSED")))
			ret->state = PAYMENT_EXPIRED; /* unpaid for 14 minutes */
	}
	json_decref(answer.object);
	return outcome;
}

enum pay_outcome antom_close_parse(const struct pay_config *config, const struct pay_task *task,
                                   const struct net_call *call, struct arena *arena,
                                   struct pay_facts *ret)
{
	struct antom_answer answer;
	enum pay_outcome outcome = antom_judge(config, PAY_VERB_CLOSE, call, arena, &answer, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	ret->state = PAYMENT_EXPIRED;
	outcome = payment_read(task, answer.object, arena, ret);
	if (outcome == PAY_OUTCOME_OK)
		ret->occurred_s = antom_read_time(answer.object, "cancelTime", arena);
	json_decref(answer.object);
	return outcome;
}

static enum pay_outcome refund_read(const struct pay_task *task, const json_t *object,
                                    struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = *ret;
	bool             told = json_object_get(object, "refundAmount") != NULL;

	if (!names_ours(object, "refundRequestId", task->refund, arena) ||
	    (told && !antom_read_money(object, "refundAmount", arena, &facts.amount)) ||
	    (!told && facts.state == PAYMENT_REFUNDED))
		return PAY_OUTCOME_UNKNOWN;
	if (!told)
		facts.amount = task->give_back;
	facts.order = task->order;
	facts.refund = task->refund;
	if (!json_field_str(object, "refundId", ANTOM_ID_MAX, arena, &facts.reference))
		facts.reference = task->refund_reference;
	facts.occurred_s = antom_read_time(object, "refundTime", arena);
	antom_read_quote(object, facts.amount.currency, arena, &facts.rate);
	*ret = facts;
	return PAY_OUTCOME_OK;
}

enum pay_outcome antom_refund_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct antom_answer answer;
	enum pay_outcome outcome = antom_judge(config, PAY_VERB_REFUND, call, arena, &answer, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (answer.status == 'S')
		ret->state = PAYMENT_REFUNDED;
	outcome = refund_read(task, answer.object, arena, ret);
	json_decref(answer.object);
	return outcome;
}

enum pay_outcome antom_refund_query_parse(const struct pay_config *config,
                                          const struct pay_task *task, const struct net_call *call,
                                          struct arena *arena, struct pay_facts *ret)
{
	struct antom_answer answer;
	struct str          status;
	enum pay_outcome outcome = antom_judge(config, PAY_VERB_REFUND_QUERY, call, arena, &answer,
	                                       ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (!json_field_str(answer.object, "refundStatus", ANTOM_CODE_MAX, arena, &status))
		outcome = PAY_OUTCOME_UNKNOWN;
	else if (str_eq(status, STR("SUCCESS")))
		ret->state = PAYMENT_REFUNDED;
	else if (str_eq(status, STR("PROCESSING")))
		ret->state = PAYMENT_REFUNDING;
	else if (str_eq(status, STR("FAIL")))
		ret->state = PAYMENT_FAILED;
	else
		outcome = PAY_OUTCOME_UNKNOWN;
	if (outcome == PAY_OUTCOME_OK)
		outcome = refund_read(task, answer.object, arena, ret);
	json_decref(answer.object);
	return outcome;
}

/* The quote between the paid and the settled currency, whichever is told first:
 * 1 of amount.currency is `rate` of payer.currency. */
static bool quote_read(const json_t *quote, uint16_t paid, uint16_t settle, struct arena *arena,
                       struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct str       pair, price, first, second;

	if (!json_is_object(quote) ||
	    !json_field_str(quote, "quoteCurrencyPair", PAIR_LEN, arena, &pair) ||
	    !str_cut(pair, '/', &first, &second) ||
	    !currency_from_code(first, &facts.amount.currency) ||
	    !currency_from_code(second, &facts.payer.currency) ||
	    !((facts.amount.currency == paid && facts.payer.currency == settle) ||
	      (facts.amount.currency == settle && facts.payer.currency == paid)) ||
	    !json_field_str(quote, "quotePrice", ANTOM_TIME_MAX, arena, &price) ||
	    !fx_decimal_parse(price, &facts.rate))
		return false;
	if (!json_field_str(quote, "quoteId", ANTOM_ID_MAX, arena, &facts.reference))
		facts.reference = (struct str){ 0 };
	facts.occurred_s = antom_read_time(quote, "quoteStartTime", arena);
	facts.expires_s = antom_read_time(quote, "quoteExpiryTime", arena);
	*ret = facts;
	return true;
}

enum pay_outcome antom_rate_parse(const struct pay_config *config, const struct pay_task *task,
                                  const struct net_call *call, struct arena *arena,
                                  struct pay_facts *ret)
{
	const struct antom *own = config->own;
	struct antom_answer answer;
	enum pay_outcome    outcome = antom_judge(config, PAY_VERB_RATE, call, arena, &answer, ret);
	const json_t       *quotes;

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	outcome = PAY_OUTCOME_ABSENT;
	quotes = json_object_get(answer.object, "quotes");
	for (size_t i = 0; i < json_array_size(quotes) && i < QUOTES_MAX; i++) {
		if (!quote_read(json_array_get(quotes, i), task->amount.currency, own->settle,
		                arena, ret))
			continue;
		outcome = PAY_OUTCOME_OK;
		break;
	}
	json_decref(answer.object);
	return outcome;
}
