/*
 * stripe_fact.c - see stripe_fact.h.
 */
#include "gate/stripe_fact.h"

#include "base/str.h"
#include "gate/json_field.h"

#include <string.h>

enum { WORD_MAX = 64, URL_MAX = 4096 };
#define TIME_MAX_S 253402300799 /* year 9999 */

static bool session_state(const json_t *session, struct arena *arena, enum payment_state *ret);
static bool amount_read(const json_t *object, const char *name, struct arena *arena,
                        struct money *ret);
static void charge_read(const json_t *intent, struct arena *arena, struct pay_facts *facts);
static void balance_read(const json_t *transaction, struct arena *arena, struct pay_facts *facts);
static bool intent_state(struct str status, enum payment_state *ret);
static struct str reference_join(struct arena *arena, struct str first, struct str second);

struct str stripe_reference_id(struct str reference, const char *prefix)
{
	struct str rest = reference, word;

	while (rest.len > 0) {
		str_cut(rest, ' ', &word, &rest);
		if (stripe_id_valid(word, prefix))
			return word;
	}
	return STR("");
}

bool stripe_is(const json_t *object, const char *kind)
{
	const char *text = json_string_value(json_object_get(object, "object"));

	return text != NULL && strcmp(text, kind) == 0;
}

struct str stripe_id_of(const json_t *object, const char *name, struct arena *arena)
{
	const json_t *value = json_object_get(object, name);
	struct str    id;

	if (json_is_object(value) ? json_field_str(value, "id", STRIPE_ID_MAX, arena, &id)
	                          : json_field_str(object, name, STRIPE_ID_MAX, arena, &id))
		return id;
	return STR("");
}

struct str stripe_metadata(const json_t *object, const char *name, struct arena *arena)
{
	struct str value;

	if (json_field_str(json_object_get(object, "metadata"), name, PAY_NUMBER_MAX, arena,
	                   &value))
		return value;
	return STR("");
}

/* --- Checkout Session ------------------------------------------------------------- */
bool stripe_session_facts(const json_t *session, struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { 0 }, paid;
	const json_t    *intent = json_object_get(session, "payment_intent");
	struct str       id, reference, mode;

	if (!stripe_is(session, "checkout.session") ||
	    !json_field_str(session, "id", STRIPE_ID_MAX, arena, &id) ||
	    !stripe_id_valid(id, "cs_") ||
	    !json_field_str(session, "mode", WORD_MAX, arena, &mode) ||
	    !str_eq(mode, STR("payment")) ||
	    !json_field_str(session, "client_reference_id", PAY_NUMBER_MAX, arena, &facts.order) ||
	    !str_eq(facts.order, stripe_metadata(session, "order", arena)) ||
	    !amount_read(session, "amount_total", arena, &facts.amount) ||
	    !session_state(session, arena, &facts.state))
		return false;
	json_field_int(session, "expires_at", 0, TIME_MAX_S, &facts.expires_s);
	json_field_int(session, "created", 0, TIME_MAX_S, &facts.occurred_s);
	if (json_field_str(session, "url", URL_MAX, arena, &facts.url))
		facts.way = PAY_WAY_REDIRECT;
	reference = stripe_id_of(session, "payment_intent", arena);
	facts.reference = reference_join(arena, id, reference);
	/* The intent, where it came with it, knows better what was received. */
	if (json_is_object(intent)) {
		if (!stripe_intent_facts(intent, arena, &paid) ||
		    !str_eq(paid.order, facts.order) ||
		    paid.amount.currency != facts.amount.currency)
			return false;
		if (facts.state == PAYMENT_SUCCEEDED || paid.state == PAYMENT_SUCCEEDED ||
		    paid.state == PAYMENT_DISPUTED) {
			facts.state = paid.state;
			facts.amount = paid.amount;
		}
		facts.fee = paid.fee;
		facts.rate = paid.rate;
	}
	*ret = facts;
	return !arena->failed;
}

static bool session_state(const json_t *session, struct arena *arena, enum payment_state *ret)
{
	struct str status, paid;

	if (!json_field_str(session, "status", WORD_MAX, arena, &status) ||
	    !json_field_str(session, "payment_status", WORD_MAX, arena, &paid))
		return false;
	if (str_eq(status, STR("expired")))
		*ret = PAYMENT_EXPIRED;
	else if (str_eq(status, STR("open")))
		*ret = PAYMENT_PENDING;
	else if (str_eq(status, STR("complete")))
		*ret = str_eq(paid, STR("paid")) ? PAYMENT_SUCCEEDED : PAYMENT_PENDING;
	else
		return false;
	return true;
}

static bool amount_read(const json_t *object, const char *name, struct arena *arena,
                        struct money *ret)
{
	struct str code;
	int64_t    amount;

	return json_field_str(object, "currency", 3, arena, &code) &&
	       json_field_int(object, name, 0, MONEY_MAX, &amount) &&
	       stripe_money(amount, code, ret);
}

static struct str reference_join(struct arena *arena, struct str first, struct str second)
{
	if (second.len == 0)
		return first;
	return arena_printf(arena, "%.*s %.*s", STR_ARG(first), STR_ARG(second));
}

/* --- PaymentIntent ---------------------------------------------------------------- */
bool stripe_intent_facts(const json_t *intent, struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct money     received;
	struct str       status;

	if (!stripe_is(intent, "payment_intent") ||
	    !json_field_str(intent, "id", STRIPE_ID_MAX, arena, &facts.reference) ||
	    !stripe_id_valid(facts.reference, "pi_") ||
	    !json_field_str(intent, "status", WORD_MAX, arena, &status) ||
	    !intent_state(status, &facts.state) ||
	    !amount_read(intent, "amount", arena, &facts.amount))
		return false;
	facts.order = stripe_metadata(intent, "order", arena);
	json_field_int(intent, "created", 0, TIME_MAX_S, &facts.occurred_s);
	if (facts.state == PAYMENT_SUCCEEDED) {
		if (!amount_read(intent, "amount_received", arena, &received))
			return false;
		facts.amount = received;
	}
	charge_read(intent, arena, &facts);
	json_field_str(json_object_get(intent, "last_payment_error"), "code", STRIPE_ID_MAX, arena,
	               &facts.reason);
	/* Off session nobody is there to take another card: what failed has ended. */
	if (facts.state == PAYMENT_PENDING && facts.reason.len > 0 &&
	    stripe_metadata(intent, "debit", arena).len > 0)
		facts.state = PAYMENT_FAILED;
	*ret = facts;
	return facts.order.len > 0 && !arena->failed;
}

static bool intent_state(struct str status, enum payment_state *ret)
{
	static const struct {
		const char        *status;
		enum payment_state state;
	} states[] = {
		{ "requires_payment_method", PAYMENT_PENDING },
		{ "requires_confirmation", PAYMENT_PENDING },
		{ "requires_action", PAYMENT_PENDING },
		{ "requires_capture", PAYMENT_PENDING },
		{ "processing", PAYMENT_PENDING },
		{ "canceled", PAYMENT_FAILED },
		{ "succeeded", PAYMENT_SUCCEEDED },
	};

	for (size_t i = 0; i < COUNT_OF(states); i++) {
		if (!str_eq(status, str_from(states[i].status)))
			continue;
		*ret = states[i].state;
		return true;
	}
	return false;
}

/* What the card's charge adds, where it came along: fee, rate, a dispute. */
static void charge_read(const json_t *intent, struct arena *arena, struct pay_facts *facts)
{
	const json_t *charge = json_object_get(intent, "latest_charge");

	if (!json_is_object(charge))
		return;
	if (facts->state == PAYMENT_SUCCEEDED && json_is_true(json_object_get(charge, "disputed")))
		facts->state = PAYMENT_DISPUTED;
	balance_read(json_object_get(charge, "balance_transaction"), arena, facts);
}

/* The fee, in the currency in which it is settled.  Its exchange_rate is a binary fraction in
 * JSON: it is left to the statement, where it stands as text. */
static void balance_read(const json_t *transaction, struct arena *arena, struct pay_facts *facts)
{
	if (json_is_object(transaction) && !amount_read(transaction, "fee", arena, &facts->fee))
		facts->fee = (struct money){ 0 };
}

/* --- Refund ----------------------------------------------------------------------- */
bool stripe_refund_facts(const json_t *refund, struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct str       status;

	if (!stripe_is(refund, "refund") ||
	    !json_field_str(refund, "id", STRIPE_ID_MAX, arena, &facts.reference) ||
	    !json_field_str(refund, "status", WORD_MAX, arena, &status) ||
	    !amount_read(refund, "amount", arena, &facts.amount))
		return false;
	facts.order = stripe_metadata(refund, "order", arena);
	facts.refund = stripe_metadata(refund, "refund", arena);
	json_field_int(refund, "created", 0, TIME_MAX_S, &facts.occurred_s);
	json_field_str(refund, "failure_reason", WORD_MAX, arena, &facts.reason);
	if (str_eq(status, STR("succeeded")))
		facts.state = PAYMENT_REFUNDED;
	else if (str_eq(status, STR("pending")) || str_eq(status, STR("requires_action")))
		facts.state = PAYMENT_REFUNDING;
	else if (str_eq(status, STR("failed")) || str_eq(status, STR("canceled")))
		facts.state = PAYMENT_FAILED;
	else
		return false;
	if (facts.state == PAYMENT_FAILED && facts.reason.len == 0)
		facts.reason = status;
	*ret = facts;
	return facts.order.len > 0 && facts.refund.len > 0 && !arena->failed;
}
