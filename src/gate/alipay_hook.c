/*
 * alipay_hook.c - Alipay's notifications: forms signed over their values, sent
 * up to eight times in 25 hours until we answer exactly "success" (GATEWAYS 2).
 */
#include "gate/alipay.h"

#include "base/str.h"

/* The last resend comes after 25 hours; and clocks differ. */
enum { AGE_MAX_S = 26 * 3600, AHEAD_MAX_S = 600 };

/* One notification, read and proven. */
struct notice {
	struct url_pair pair[ALIPAY_FIELDS_MAX];
	size_t          count;
};

static enum pay_hook_result prove(const struct pay_config *verify, const struct pay_callback *in,
                                  struct arena *arena, struct notice *ret);
static enum pay_hook_result time_check(const struct notice *notice, int64_t now_s);
static enum pay_hook_result read_trade(const struct pay_config *verify, const struct notice *notice,
                                       struct arena *arena, struct pay_facts *ret);
static enum pay_hook_result read_agreement(const struct notice *notice, struct arena *arena,
                                           struct pay_facts *ret);
static struct str           value_of(const struct notice *notice, const char *name);

enum pay_hook_result alipay_hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret)
{
	struct notice        notice;
	struct pay_facts     facts = { 0 };
	enum pay_hook_result result = prove(verify, in, arena, &notice);
	struct str           type;

	if (result != PAY_HOOK_FACTS)
		return result;
	type = value_of(&notice, "notify_type");
	if (str_eq(type, STR("trade_status_sync")))
		result = read_trade(verify, &notice, arena, &facts);
	else if (str_eq(type, STR("dut_user_sign")) || str_eq(type, STR("dut_user_unsign")))
		result = read_agreement(&notice, arena, &facts);
	else
		result = PAY_HOOK_IGNORED;
	if (result == PAY_HOOK_FACTS || result == PAY_HOOK_ASK)
		*ret = facts;
	return result;
}

/* FACTS: from Alipay, to our app, lately. */
static enum pay_hook_result prove(const struct pay_config *verify, const struct pay_callback *in,
                                  struct arena *arena, struct notice *ret)
{
	const struct alipay *own = verify->own;
	enum alipay_order    order;
	size_t               kept = 0;

	if (in->body.len == 0 || in->body.len > PAY_BODY_MAX ||
	    !url_parse_form(arena, in->body, ret->pair, COUNT_OF(ret->pair), &ret->count) ||
	    !alipay_notify_proven(ret->pair, ret->count, ALIPAY_ORDER_COUNT, &own->trusted, arena,
	                          &order))
		return PAY_HOOK_FORGED;
	/* What was not signed does not count, not even as empty. */
	for (size_t i = 0; i < ret->count; i++)
		if (order < ALIPAY_FILLED_WITHOUT_TYPE || ret->pair[i].value.len > 0)
			ret->pair[kept++] = ret->pair[i];
	ret->count = kept;
	if (!str_eq(value_of(ret, "app_id"), verify->merchant))
		return PAY_HOOK_FOREIGN;
	return time_check(ret, in->now_s);
}

static enum pay_hook_result time_check(const struct notice *notice, int64_t now_s)
{
	int64_t at_s = alipay_instant_read(value_of(notice, "notify_time"));

	if (at_s == 0)
		return PAY_HOOK_DAMAGED;
	return at_s < now_s - AGE_MAX_S || at_s > now_s + AHEAD_MAX_S ? PAY_HOOK_STALE
	                                                              : PAY_HOOK_FACTS;
}

/* A refund comes as TRADE_SUCCESS or TRADE_CLOSED again, with the sum of all refunds so far: it
 * says that something was given back, and not how much this time.  So it is asked about. */
static enum pay_hook_result read_trade(const struct pay_config *verify, const struct notice *notice,
                                       struct arena *arena, struct pay_facts *ret)
{
	const struct alipay *own = verify->own;
	struct str           status = value_of(notice, "trade_status");
	struct str           seller = value_of(notice, "seller_id");
	struct str           number = value_of(notice, "notify_id");
	bool                 refund = value_of(notice, "refund_fee").len > 0 ||
	              value_of(notice, "gmt_refund").len > 0;
	struct pay_facts facts = { .order = value_of(notice, "out_trade_no"),
		                   .reference = value_of(notice, "trade_no") };

	if (own->seller.len > 0 && seller.len > 0 && !str_eq(own->seller, seller))
		return PAY_HOOK_FOREIGN;
	if (!alipay_number_valid(facts.order) || facts.reference.len == 0 || number.len == 0 ||
	    number.len > ALIPAY_CODE_MAX || facts.reference.len > ALIPAY_ID_MAX ||
	    !alipay_status(status, refund, &facts.state) ||
	    !alipay_amount_read(value_of(notice, "total_amount"), &facts.amount) ||
	    facts.amount.amount == 0)
		return PAY_HOOK_DAMAGED;
	facts.event = arena_printf(arena, "%.*s/%.*s", STR_ARG(number), STR_ARG(status));
	facts.occurred_s = alipay_instant_read(value_of(notice, "gmt_payment"));
	if (!alipay_amount_read(value_of(notice, "buyer_pay_amount"), &facts.payer))
		facts.payer = (struct money){ 0 };
	if (refund) {
		facts.refund = value_of(notice, "out_biz_no");
		if (facts.refund.len > ALIPAY_ID_MAX)
			facts.refund = (struct str){ 0 };
	}
	*ret = facts;
	return refund ? PAY_HOOK_ASK : PAY_HOOK_FACTS;
}

static enum pay_hook_result read_agreement(const struct notice *notice, struct arena *arena,
                                           struct pay_facts *ret)
{
	bool       signed_now = str_eq(value_of(notice, "notify_type"), STR("dut_user_sign"));
	struct str status = value_of(notice, "status"), number = value_of(notice, "notify_id");
	struct pay_facts facts = {
		.order = value_of(notice, "external_agreement_no"),
		.agreement = value_of(notice, "agreement_no"),
		.state = PAYMENT_EXPIRED,
		.expires_s = alipay_instant_read(value_of(notice, "invalid_time")),
		.occurred_s = alipay_instant_read(
		    value_of(notice, signed_now ? "sign_time" : "unsign_time")),
	};

	if (facts.agreement.len == 0 || facts.agreement.len > ALIPAY_ID_MAX ||
	    facts.order.len > ALIPAY_ID_MAX || number.len == 0 || number.len > ALIPAY_CODE_MAX ||
	    (signed_now && !str_eq(status, STR("NORMAL"))))
		return PAY_HOOK_DAMAGED;
	if (signed_now)
		facts.state = PAYMENT_SUCCEEDED;
	facts.event = arena_printf(arena, "%.*s/%s", STR_ARG(number),
	                           signed_now ? "sign" : "unsign");
	*ret = facts;
	return PAY_HOOK_FACTS;
}

static struct str value_of(const struct notice *notice, const char *name)
{
	const struct str *value = url_find(notice->pair, notice->count, str_from(name));

	return value == NULL ? STR("") : *value;
}
