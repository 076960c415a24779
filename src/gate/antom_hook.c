/*
 * antom_hook.c - what Antom tells by itself: payments, refunds, and the life
 * of agreements (GATEWAYS 3).  Proven by its key over the path as called.
 */
#include "gate/antom.h"

#include "base/hash.h"
#include "base/str.h"

/* Resent for 24 hours, each time perhaps as it was signed first; and clocks differ. */
enum { AGE_MAX_S = 26 * 3600, AHEAD_MAX_S = 600 };

static enum pay_hook_result prove(const struct pay_config *verify, const struct pay_callback *in,
                                  struct arena *arena);
static enum pay_hook_result read_payment(const json_t *object, struct str type, struct arena *arena,
                                         struct pay_facts *ret);
static enum pay_hook_result read_refund(const json_t *object, struct str type, struct arena *arena,
                                        struct pay_facts *ret);
static enum pay_hook_result read_agreement(const json_t *object, struct str type,
                                           struct arena *arena, struct pay_facts *ret);
static bool event_name(struct str number, struct str type, struct str status, struct arena *arena,
                       struct str *ret);

enum pay_hook_result antom_hook(const struct pay_config *verify, const struct pay_callback *in,
                                struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts     facts = { 0 };
	enum pay_hook_result result = prove(verify, in, arena);
	struct str           type;
	json_t              *object;

	if (result != PAY_HOOK_FACTS)
		return result;
	object = json_field_open(in->body, PAY_BODY_MAX);
	if (object == NULL)
		return PAY_HOOK_DAMAGED;
	if (json_field_str(object, "authorizationNotifyType", ANTOM_CODE_MAX, arena, &type))
		result = read_agreement(object, type, arena, &facts);
	else if (!json_field_str(object, "notifyType", ANTOM_CODE_MAX, arena, &type))
		result = PAY_HOOK_DAMAGED;
	else if (str_eq(type, STR("PAYMENT_RESULT")) || str_eq(type, STR("PAYMENT_PENDING")))
		result = read_payment(object, type, arena, &facts);
	else if (str_eq(type, STR("REFUND_RESULT")))
		result = read_refund(object, type, arena, &facts);
	else
		result = PAY_HOOK_IGNORED;
	json_decref(object);
	if (result == PAY_HOOK_FACTS)
		*ret = facts;
	return result;
}

/* FACTS: from Antom, to us, lately. */
static enum pay_hook_result prove(const struct pay_config *verify, const struct pay_callback *in,
                                  struct arena *arena)
{
	const struct antom  *own = verify->own;
	struct antom_message message = { .path = in->path, .body = in->body };
	struct str           signature;
	int64_t              at_ms;

	if (in->body.len == 0 || in->body.len > PAY_BODY_MAX ||
	    !pay_header(in->headers, in->header_count, STR("Signature"), &signature) ||
	    !pay_header(in->headers, in->header_count, STR("Client-Id"), &message.client) ||
	    !pay_header(in->headers, in->header_count, STR("Request-Time"), &message.time) ||
	    !antom_proven(&message, signature, &own->trusted, arena))
		return PAY_HOOK_FORGED;
	if (!str_eq(message.client, verify->merchant))
		return PAY_HOOK_FOREIGN;
	if (!antom_time(message.time, &at_ms))
		return PAY_HOOK_DAMAGED;
	if (at_ms / 1000 < in->now_s - AGE_MAX_S || at_ms / 1000 > in->now_s + AHEAD_MAX_S)
		return PAY_HOOK_STALE;
	return PAY_HOOK_FACTS;
}

static enum pay_hook_result read_payment(const json_t *object, struct str type, struct arena *arena,
                                         struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	char             status;
	struct str       code;

	if (!antom_read_result(object, arena, &status, &code) ||
	    !json_field_str(object, "paymentRequestId", ANTOM_ID_MAX, arena, &facts.order) ||
	    !json_field_str(object, "paymentId", ANTOM_ID_MAX, arena, &facts.reference) ||
	    !antom_read_money(object, "paymentAmount", arena, &facts.amount) ||
	    !event_name(facts.order, type, (struct str){ .ptr = &status, .len = 1 }, arena,
	                &facts.event))
		return PAY_HOOK_DAMAGED;
	facts.state = PAYMENT_PENDING;
	/* PAYMENT_PENDING with status S is not paid: only a result counts. */
	if (str_eq(type, STR("PAYMENT_RESULT")) && status == 'S')
		facts.state = PAYMENT_SUCCEEDED;
	if (str_eq(type, STR("PAYMENT_RESULT")) && status == 'F') {
		facts.state = str_eq(code, STR("ORDER_IS_CLOSED")) ? PAYMENT_EXPIRED
		                                                   : PAYMENT_FAILED;
		facts.reason = code;
	}
	facts.occurred_s = antom_read_time(object, "paymentTime", arena);
	if (facts.occurred_s == 0)
		facts.occurred_s = antom_read_time(object, "paymentCreateTime", arena);
	antom_read_quote(object, facts.amount.currency, arena, &facts.rate);
	*ret = facts;
	return PAY_HOOK_FACTS;
}

/* It names the refund alone, not its payment: facts.order stays empty. */
static enum pay_hook_result read_refund(const json_t *object, struct str type, struct arena *arena,
                                        struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct str       status, code;
	char             result;

	if (!json_field_str(object, "refundStatus", ANTOM_CODE_MAX, arena, &status) ||
	    !antom_read_result(object, arena, &result, &code) ||
	    !json_field_str(object, "refundRequestId", ANTOM_ID_MAX, arena, &facts.refund) ||
	    !json_field_str(object, "refundId", ANTOM_ID_MAX, arena, &facts.reference) ||
	    !antom_read_money(object, "refundAmount", arena, &facts.amount) ||
	    !event_name(facts.refund, type, status, arena, &facts.event))
		return PAY_HOOK_DAMAGED;
	if (str_eq(status, STR("SUCCESS")))
		facts.state = PAYMENT_REFUNDED;
	else if (str_eq(status, STR("PROCESSING")))
		facts.state = PAYMENT_REFUNDING;
	else if (str_eq(status, STR("FAIL")))
		facts.state = PAYMENT_FAILED;
	else
		return PAY_HOOK_DAMAGED;
	if (facts.state == PAYMENT_FAILED)
		facts.reason = code;
	facts.occurred_s = antom_read_time(object, "refundTime", arena);
	antom_read_quote(object, facts.amount.currency, arena, &facts.rate);
	*ret = facts;
	return PAY_HOOK_FACTS;
}

/* facts.order is our number of the agreement; where only the token is told, it stays empty. */
static enum pay_hook_result read_agreement(const json_t *object, struct str type,
                                           struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	bool             named;

	if (str_eq(type, STR("AUTHCODE_CREATED"))) {
		facts.state = PAYMENT_APPROVED; /* ask AGREEMENT with the code */
		named = json_field_str(object, "authState", ANTOM_ID_MAX, arena, &facts.order) &&
		        json_field_str(object, "authCode", ANTOM_TOKEN_MAX, arena,
		                       &facts.agreement);
	} else if (str_eq(type, STR("TOKEN_CREATED")) || str_eq(type, STR("TOKEN_CANCELED"))) {
		facts.state = str_eq(type, STR("TOKEN_CREATED")) ? PAYMENT_SUCCEEDED
		                                                 : PAYMENT_EXPIRED;
		named = json_field_str(object, "accessToken", ANTOM_TOKEN_MAX, arena,
		                       &facts.agreement);
		if (!json_field_str(object, "authState", ANTOM_ID_MAX, arena, &facts.order))
			facts.order = (struct str){ 0 };
		facts.expires_s = antom_read_time(object, "accessTokenExpiryTime", arena);
	} else {
		return PAY_HOOK_IGNORED;
	}
	if (!named || !event_name(facts.order, type, facts.agreement, arena, &facts.event))
		return PAY_HOOK_DAMAGED;
	*ret = facts;
	return PAY_HOOK_FACTS;
}

/* What a resend has in common with what was sent first (GATEWAYS 8).  Of an agreement's code only
 * its digest: the event's name is stored in clear. */
static bool event_name(struct str number, struct str type, struct str status, struct arena *arena,
                       struct str *ret)
{
	struct str tail = status;

	if (status.len > 16) {
		tail = sha256_hex(arena, status);
		tail = str_take(tail, 32);
	}
	*ret = arena_printf(arena, "%.*s/%.*s/%.*s", STR_ARG(number), STR_ARG(type), STR_ARG(tail));
	return ret->len > 0;
}
