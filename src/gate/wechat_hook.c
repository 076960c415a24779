/*
 * wechat_hook.c - WeChat Pay's callbacks: proven by its signature, opened by
 * the APIv3 key, and only then read.
 *
 * WeChat probes now and then with WECHATPAY/SIGNTEST/ in the signature: that is
 * a wrong signature and answered as such (GATEWAYS 4).
 */
#include "gate/wechat.h"

#include "base/str.h"
#include "gate/json_field.h"
#include "gate/wechat_agreement.h"

static enum pay_hook_result resource_open(const struct wechat *wechat, const json_t *envelope,
                                          struct arena *arena, json_t **ret);
static enum pay_hook_result resource_read(const struct wechat *wechat, const json_t *object,
                                          struct str type, struct arena *arena,
                                          struct pay_facts *ret);

enum pay_hook_result wechat_hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret)
{
	const struct wechat *wechat = wechat_of(verify);
	enum pay_hook_result result;
	struct wechat_stamp  stamp;
	enum wechat_proof    proof;
	struct pay_facts     facts = { 0 };
	json_t              *envelope, *object = NULL;
	struct str           event, type = { 0 };

	if (in->body.len == 0 || in->body.len > PAY_BODY_MAX ||
	    wechat_stamp_read(in->headers, in->header_count, &stamp) != WECHAT_PROOF_VALID)
		return PAY_HOOK_FORGED;
	proof = wechat_prove(&wechat->keys, &stamp, in->body, in->now_s, arena);
	if (proof != WECHAT_PROOF_VALID)
		return proof == WECHAT_PROOF_STALE ? PAY_HOOK_STALE : PAY_HOOK_FORGED;
	envelope = json_field_open(in->body, PAY_BODY_MAX);
	if (envelope == NULL || !json_field_str(envelope, "id", WECHAT_TEXT_MAX, arena, &event)) {
		json_decref(envelope);
		return PAY_HOOK_DAMAGED;
	}
	if (!json_field_str(envelope, "event_type", WECHAT_CODE_MAX, arena, &type))
		type = (struct str){ 0 };
	result = resource_open(wechat, envelope, arena, &object);
	if (result == PAY_HOOK_FACTS)
		result = resource_read(wechat, object, type, arena, &facts);
	json_decref(object);
	json_decref(envelope);
	if (result == PAY_HOOK_FACTS || result == PAY_HOOK_ASK) {
		facts.event = event;
		*ret = facts;
	}
	return result;
}

static enum pay_hook_result resource_open(const struct wechat *wechat, const json_t *envelope,
                                          struct arena *arena, json_t **ret)
{
	const json_t *resource = json_object_get(envelope, "resource");
	struct str    plain;

	if (!wechat_unseal(&wechat->keys, resource, arena, &plain))
		return PAY_HOOK_DAMAGED;
	*ret = json_field_open(plain, PAY_BODY_MAX);
	return *ret == NULL ? PAY_HOOK_DAMAGED : PAY_HOOK_FACTS;
}

/* What it is about shows by its own fields: the names of events grow. */
static enum pay_hook_result resource_read(const struct wechat *wechat, const json_t *object,
                                          struct str type, struct arena *arena,
                                          struct pay_facts *ret)
{
	bool refund = json_object_get(object, "out_refund_no") != NULL;
	bool payment = json_object_get(object, "trade_state") != NULL;
	bool contract = json_object_get(object, "out_contract_code") != NULL;

	if (!refund && !payment && !contract)
		return PAY_HOOK_IGNORED;
	if (!wechat_merchant_ours(wechat, object))
		return PAY_HOOK_FOREIGN;
	if (!refund && !payment)
		return wechat_contract_read(object, type, arena, ret) ? PAY_HOOK_FACTS
		                                                      : PAY_HOOK_DAMAGED;
	if (!refund)
		return wechat_transaction_read(wechat, NULL, object, arena, ret) ? PAY_HOOK_FACTS
		                                                                 : PAY_HOOK_DAMAGED;
	if (wechat_refund_read(wechat, NULL, object, arena, ret))
		return PAY_HOOK_FACTS;
	/* A global refund may come without its currency: a query will tell it. */
	return json_field_str(object, "out_refund_no", PAY_NUMBER_MAX, arena, &ret->refund) &&
	               json_field_str(object, "out_trade_no", PAY_NUMBER_MAX, arena, &ret->order)
	           ? PAY_HOOK_ASK
	           : PAY_HOOK_DAMAGED;
}
