/*
 * wechat_facts.c - payments and refunds as WeChat Pay's answers and callbacks
 * tell them, in the mainland's words and in the global ones.
 */
#include "gate/wechat.h"

#include "base/str.h"
#include "base/time.h"
#include "gate/json_field.h"

static bool state_read(const json_t *object, struct arena *arena, struct pay_facts *ret);
static bool amount_read(const struct wechat *wechat, const struct pay_task *task,
                        const json_t *object, struct arena *arena, struct pay_facts *ret);
static bool money_read(const struct wechat *wechat, const json_t *amount, const char *count_name,
                       const char *currency_name, struct arena *arena, struct money *ret);
static bool refund_state_read(const json_t *object, struct arena *arena, struct pay_facts *ret);
static bool field_is(const json_t *object, const char *name, struct str expected);
static void time_read(const json_t *object, const char *name, struct arena *arena, int64_t *ret);

bool wechat_merchant_ours(const struct wechat *wechat, const json_t *object)
{
	if (wechat->sub_mchid.len == 0)
		return field_is(object, "mchid", wechat->mchid);
	return field_is(object, "sp_mchid", wechat->mchid) &&
	       field_is(object, "sub_mchid", wechat->sub_mchid);
}

bool wechat_transaction_read(const struct wechat *wechat, const struct pay_task *task,
                             const json_t *object, struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };

	if (!json_field_str(object, "out_trade_no", PAY_NUMBER_MAX, arena, &facts.order) ||
	    !state_read(object, arena, &facts) || !amount_read(wechat, task, object, arena, &facts))
		return false;
	if (!json_field_str(object, "transaction_id", PAY_NUMBER_MAX, arena, &facts.reference) &&
	    facts.state == PAYMENT_SUCCEEDED)
		return false;
	time_read(object, "success_time", arena, &facts.occurred_s);
	*ret = facts;
	return true;
}

bool wechat_refund_read(const struct wechat *wechat, const struct pay_task *task,
                        const json_t *object, struct arena *arena, struct pay_facts *ret)
{
	const json_t    *amount = json_object_get(object, "amount");
	struct pay_facts facts = { 0 };

	if (!json_field_str(object, "out_refund_no", PAY_NUMBER_MAX, arena, &facts.refund) ||
	    !refund_state_read(object, arena, &facts))
		return false;
	/* The first answer of the global world names the refund alone. */
	if (!json_field_str(object, "out_trade_no", PAY_NUMBER_MAX, arena, &facts.order)) {
		if (task == NULL || json_object_get(object, "out_trade_no") != NULL)
			return false;
		facts.order = task->order;
	}
	if (!json_field_str(object, "refund_id", WECHAT_CODE_MAX, arena, &facts.reference) &&
	    !json_field_str(object, "id", WECHAT_CODE_MAX, arena, &facts.reference))
		return false;
	if (!money_read(wechat, amount, "refund", "currency", arena, &facts.amount))
		return false;
	time_read(object, "success_time", arena, &facts.occurred_s);
	*ret = facts;
	return true;
}

static bool state_read(const json_t *object, struct arena *arena, struct pay_facts *ret)
{
	static const struct {
		const char        *name;
		enum payment_state state;
	} states[] = {
		{ "SUCCESS", PAYMENT_SUCCEEDED },
		{ "NOTPAY", PAYMENT_PENDING },
		{ "USERPAYING", PAYMENT_PENDING },
		{ "ACCEPT", PAYMENT_PENDING },
		{ "CLOSED", PAYMENT_EXPIRED },
		{ "REVOKED", PAYMENT_EXPIRED },
		{ "PAYERROR", PAYMENT_FAILED },
		{ "PAY_FAIL", PAYMENT_FAILED },
		/* Paid once, and given back in part or whole since: which part, the refunds'
		 * own numbers tell. */
		{ "REFUND", PAYMENT_SUCCEEDED },
	};
	struct str name;

	if (!json_field_str(object, "trade_state", WECHAT_CODE_MAX, arena, &name))
		return false;
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		if (!str_eq(name, str_from(states[i].name)))
			continue;
		ret->state = states[i].state;
		if (!str_eq(name, STR("SUCCESS")))
			ret->reason = name;
		return true;
	}
	return false;
}

static bool amount_read(const struct wechat *wechat, const struct pay_task *task,
                        const json_t *object, struct arena *arena, struct pay_facts *ret)
{
	const json_t *amount = json_object_get(object, "amount");

	if (money_read(wechat, amount, "payer_total", "payer_currency", arena, &ret->payer) &&
	    ret->payer.amount == 0)
		ret->payer = (struct money){ 0 };
	if (money_read(wechat, amount, "total", "currency", arena, &ret->amount))
		return ret->amount.amount > 0;
	/* What is not paid yet may be told without an amount; nothing is booked by it. */
	if (task == NULL || ret->state == PAYMENT_SUCCEEDED ||
	    json_object_get(amount, "total") != NULL)
		return false;
	ret->amount = task->amount;
	return true;
}

/* In the mainland a currency that is not told is the yuan; elsewhere it must be told. */
static bool money_read(const struct wechat *wechat, const json_t *amount, const char *count_name,
                       const char *currency_name, struct arena *arena, struct money *ret)
{
	struct money money = { 0 };
	struct str   code;

	if (!json_field_int(amount, count_name, 0, WECHAT_AMOUNT_MAX, &money.amount))
		return false;
	if (json_object_get(amount, currency_name) == NULL && !wechat->global)
		money.currency = CURRENCY_CNY;
	else if (!json_field_str(amount, currency_name, 3, arena, &code) ||
	         !currency_from_code(code, &money.currency))
		return false;
	*ret = money;
	return true;
}

static bool refund_state_read(const json_t *object, struct arena *arena, struct pay_facts *ret)
{
	static const struct {
		const char        *name;
		enum payment_state state;
	} states[] = {
		{ "SUCCESS", PAYMENT_REFUNDED },
		{ "PROCESSING", PAYMENT_REFUNDING },
		{ "CLOSED", PAYMENT_FAILED },
		/* The payer's card did not take it: a person ends it in WeChat's console, under
		 * the same number. */
		{ "ABNORMAL", PAYMENT_REFUNDING },
	};
	struct str name;

	if (!json_field_str(object, "status", WECHAT_CODE_MAX, arena, &name) &&
	    !json_field_str(object, "refund_status", WECHAT_CODE_MAX, arena, &name)) {
		ret->state = PAYMENT_REFUNDING;
		return json_object_get(object, "status") == NULL &&
		       json_object_get(object, "refund_status") == NULL;
	}
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		if (!str_eq(name, str_from(states[i].name)))
			continue;
		ret->state = states[i].state;
		if (!str_eq(name, STR("SUCCESS")) && !str_eq(name, STR("PROCESSING")))
			ret->reason = name;
		return true;
	}
	return false;
}

static bool field_is(const json_t *object, const char *name, struct str expected)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) && str_eq((struct str){ .ptr = json_string_value(value),
	                                                     .len = json_string_length(value) },
	                                       expected);
}

/* 0 when it is not told. */
static void time_read(const json_t *object, const char *name, struct arena *arena, int64_t *ret)
{
	struct str text;
	int64_t    at_s;

	if (json_field_str(object, name, WECHAT_CODE_MAX, arena, &text) &&
	    rfc3339_parse(text, &at_s) && at_s > 0)
		*ret = at_s;
}
