/*
 * stripe_hook.c - Stripe's events: proven by the endpoint's secret, then read.
 *
 * Their order is not guaranteed and they come twice: each is facts of its own,
 * and the books only move up.  An event about what we have not made is ignored;
 * one that names another account is foreign.
 */
#include "gate/stripe.h"

#include "base/str.h"
#include "gate/json_field.h"

enum { TYPE_MAX = 64 };
#define TIME_MAX_S 253402300799 /* year 9999 */

/* How an event's object is read. */
enum reading { READ_SESSION, READ_INTENT, READ_DEBIT, READ_REFUND, READ_DISPUTE, READ_METHOD };

static enum pay_hook_result event_read(const struct pay_config *verify, const json_t *event,
                                       struct arena *arena, struct pay_facts *ret);
static enum pay_hook_result object_read(enum reading reading, enum payment_state state,
                                        const json_t *object, struct arena *arena,
                                        struct pay_facts *ret);
static enum pay_hook_result session_read(enum payment_state state, const json_t *session,
                                         struct arena *arena, struct pay_facts *ret);
static enum pay_hook_result intent_read(enum reading reading, const json_t *intent,
                                        struct arena *arena, struct pay_facts *ret);

/* Every event that means something here.  state: what the event's own name says; the object
 * says it again, except where it is silent (COUNT: the object alone). */
static const struct {
	const char        *type;
	enum reading       reading;
	enum payment_state state;
} events[] = {
	{ "checkout.session.completed", READ_SESSION, PAYMENT_STATE_COUNT },
	{ "checkout.session.async_payment_succeeded", READ_SESSION, PAYMENT_STATE_COUNT },
	{ "checkout.session.async_payment_failed", READ_SESSION, PAYMENT_FAILED },
	{ "checkout.session.expired", READ_SESSION, PAYMENT_STATE_COUNT },
	{ "payment_intent.succeeded", READ_INTENT, PAYMENT_STATE_COUNT },
	{ "payment_intent.processing", READ_DEBIT, PAYMENT_STATE_COUNT },
	{ "payment_intent.payment_failed", READ_DEBIT, PAYMENT_STATE_COUNT },
	{ "payment_intent.canceled", READ_DEBIT, PAYMENT_STATE_COUNT },
	{ "refund.created", READ_REFUND, PAYMENT_STATE_COUNT },
	{ "refund.updated", READ_REFUND, PAYMENT_STATE_COUNT },
	{ "refund.failed", READ_REFUND, PAYMENT_STATE_COUNT },
	{ "charge.refund.updated", READ_REFUND, PAYMENT_STATE_COUNT },
	{ "charge.dispute.created", READ_DISPUTE, PAYMENT_DISPUTED },
	{ "charge.dispute.updated", READ_DISPUTE, PAYMENT_DISPUTED },
	{ "charge.dispute.funds_withdrawn", READ_DISPUTE, PAYMENT_DISPUTED },
	{ "charge.dispute.funds_reinstated", READ_DISPUTE, PAYMENT_DISPUTED },
	{ "charge.dispute.closed", READ_DISPUTE, PAYMENT_DISPUTED },
	{ "payment_method.detached", READ_METHOD, PAYMENT_STATE_COUNT },
};

enum pay_hook_result stripe_hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret)
{
	struct str            header;
	enum stripe_signature signature;
	enum pay_hook_result  result;
	json_t               *event;

	if (verify->secret.len == 0 || in->body.len == 0 || in->body.len > PAY_BODY_MAX ||
	    !pay_header(in->headers, in->header_count, STR("Stripe-Signature"), &header))
		return PAY_HOOK_FORGED;
	signature = stripe_signature_check(verify->secret, header, in->body, in->now_s,
	                                   STRIPE_HOOK_AGE_MAX_S, arena);
	if (signature != STRIPE_SIGNED)
		return signature == STRIPE_STALE ? PAY_HOOK_STALE : PAY_HOOK_FORGED;
	event = json_field_open(in->body, PAY_BODY_MAX);
	if (event == NULL)
		return PAY_HOOK_DAMAGED;
	result = event_read(verify, event, arena, ret);
	json_decref(event);
	return result;
}

static enum pay_hook_result event_read(const struct pay_config *verify, const json_t *event,
                                       struct arena *arena, struct pay_facts *ret)
{
	const json_t        *object = json_object_get(json_object_get(event, "data"), "object");
	struct pay_facts     facts = { 0 };
	struct str           id, type, account;
	int64_t              at_s;
	enum pay_hook_result result = PAY_HOOK_IGNORED;

	if (!stripe_is(event, "event") || !json_is_object(object) ||
	    !json_field_str(event, "id", STRIPE_ID_MAX, arena, &id) ||
	    !json_field_str(event, "type", TYPE_MAX, arena, &type) ||
	    !json_field_int(event, "created", 0, TIME_MAX_S, &at_s))
		return PAY_HOOK_DAMAGED;
	if (json_field_str(event, "account", STRIPE_ID_MAX, arena, &account) &&
	    !str_eq(account, verify->merchant))
		return PAY_HOOK_FOREIGN;
	for (size_t i = 0; i < COUNT_OF(events); i++)
		if (str_eq(type, str_from(events[i].type)))
			result = object_read(events[i].reading, events[i].state, object, arena,
			                     &facts);
	if (result == PAY_HOOK_FACTS || result == PAY_HOOK_ASK) {
		facts.event = id;
		facts.occurred_s = at_s;
		facts.url = STR("");
		facts.way = PAY_WAY_NONE;
		*ret = facts;
	}
	return arena->failed ? PAY_HOOK_DAMAGED : result;
}

static enum pay_hook_result object_read(enum reading reading, enum payment_state state,
                                        const json_t *object, struct arena *arena,
                                        struct pay_facts *ret)
{
	switch (reading) {
	case READ_SESSION:
		return session_read(state, object, arena, ret);
	case READ_INTENT:
	case READ_DEBIT:
		return intent_read(reading, object, arena, ret);
	case READ_REFUND:
		if (stripe_metadata(object, "refund", arena).len == 0)
			return PAY_HOOK_IGNORED;
		return stripe_refund_facts(object, arena, ret) ? PAY_HOOK_FACTS : PAY_HOOK_DAMAGED;
	case READ_DISPUTE:
		/* A dispute carries no number of ours: its intent's does, when asked. */
		ret->reference = stripe_id_of(object, "payment_intent", arena);
		ret->state = PAYMENT_DISPUTED;
		json_field_str(object, "reason", TYPE_MAX, arena, &ret->reason);
		return ret->reference.len > 0 ? PAY_HOOK_ASK : PAY_HOOK_DAMAGED;
	case READ_METHOD:
		ret->agreement = stripe_id_of(object, "id", arena);
		return ret->agreement.len > 0 ? PAY_HOOK_ASK : PAY_HOOK_DAMAGED;
	}
	return PAY_HOOK_IGNORED;
}

static enum pay_hook_result session_read(enum payment_state state, const json_t *session,
                                         struct arena *arena, struct pay_facts *ret)
{
	struct str mode;

	if (!stripe_is(session, "checkout.session") ||
	    !json_field_str(session, "mode", TYPE_MAX, arena, &mode))
		return PAY_HOOK_DAMAGED;
	/* Pages of others on the same account. */
	if (stripe_metadata(session, "order", arena).len == 0)
		return PAY_HOOK_IGNORED;
	/* An agreement's page does not tell the card that was saved: a question does. */
	if (str_eq(mode, STR("setup"))) {
		ret->order = stripe_metadata(session, "order", arena);
		ret->reference = stripe_id_of(session, "id", arena);
		return PAY_HOOK_ASK;
	}
	if (!stripe_session_facts(session, arena, ret))
		return PAY_HOOK_DAMAGED;
	if (state != PAYMENT_STATE_COUNT)
		ret->state = state;
	return PAY_HOOK_FACTS;
}

/* A failed try on a Checkout page is not the end of it: the payer may take another card.  Of a
 * debit it is. */
static enum pay_hook_result intent_read(enum reading reading, const json_t *intent,
                                        struct arena *arena, struct pay_facts *ret)
{
	bool debit = stripe_metadata(intent, "debit", arena).len > 0;

	if (stripe_metadata(intent, "order", arena).len == 0 || (reading == READ_DEBIT && !debit))
		return PAY_HOOK_IGNORED;
	if (!stripe_intent_facts(intent, arena, ret))
		return PAY_HOOK_DAMAGED;
	return PAY_HOOK_FACTS;
}
