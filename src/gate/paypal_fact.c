/*
 * paypal_fact.c - PayPal's orders, captures and refunds as facts.
 *
 * APPROVED is not paid; a COMPLETED order with a PENDING capture is not paid;
 * only a COMPLETED capture is (GATEWAYS 6).
 */
#include "gate/paypal.h"

#include "base/str.h"
#include "base/time.h"
#include "gate/json_field.h"

enum { WORD_MAX = 64 };

static bool order_state(struct str status, enum payment_state *ret);
static bool capture_state(struct str status, enum payment_state *ret);
static bool captures_read(const json_t *unit, struct arena *arena, struct pay_facts *facts);

int64_t paypal_time_s(const json_t *object, const char *name, struct arena *arena)
{
	struct str text;
	int64_t    at_s;

	return json_field_str(object, name, WORD_MAX, arena, &text) && rfc3339_parse(text, &at_s)
	           ? at_s
	           : 0;
}

/* --- orders ------------------------------------------------------------------------ */
enum pay_outcome paypal_order_facts(const json_t *order, struct str merchant, struct arena *arena,
                                    struct pay_facts *ret)
{
	const json_t    *units = json_object_get(order, "purchase_units");
	const json_t    *unit = json_array_get(units, 0);
	struct pay_facts facts = { 0 };
	struct str       id, status, payee, invoice;

	if (json_array_size(units) != 1 ||
	    !json_field_str(order, "id", PAYPAL_ID_MAX, arena, &id) || !paypal_id_valid(id) ||
	    !json_field_str(order, "status", WORD_MAX, arena, &status) ||
	    !order_state(status, &facts.state) ||
	    !json_field_str(unit, "custom_id", PAY_NUMBER_MAX, arena, &facts.order) ||
	    !paypal_money(unit, "amount", arena, &facts.amount))
		return PAY_OUTCOME_UNKNOWN;
	if (json_field_str(unit, "invoice_id", PAY_NUMBER_MAX, arena, &invoice) &&
	    !str_eq(invoice, facts.order))
		return PAY_OUTCOME_UNKNOWN;
	if (merchant.len > 0 &&
	    json_field_str(json_object_get(unit, "payee"), "merchant_id", PAYPAL_ID_MAX, arena,
	                   &payee) &&
	    !str_eq(payee, merchant))
		return PAY_OUTCOME_FOREIGN;
	facts.reference = id;
	facts.occurred_s = paypal_time_s(order, "update_time", arena);
	if (facts.occurred_s == 0)
		facts.occurred_s = paypal_time_s(order, "create_time", arena);
	if (facts.state == PAYMENT_SUCCEEDED && !captures_read(unit, arena, &facts))
		return PAY_OUTCOME_UNKNOWN;
	if (arena->failed)
		return PAY_OUTCOME_UNKNOWN;
	*ret = facts;
	return PAY_OUTCOME_OK;
}

static bool order_state(struct str status, enum payment_state *ret)
{
	static const struct {
		const char        *status;
		enum payment_state state;
	} states[] = {
		{ "CREATED", PAYMENT_PENDING },
		{ "SAVED", PAYMENT_PENDING },
		{ "PAYER_ACTION_REQUIRED", PAYMENT_PENDING },
		{ "APPROVED", PAYMENT_APPROVED },
		{ "COMPLETED", PAYMENT_SUCCEEDED }, /* its capture says whether it really is */
		{ "VOIDED", PAYMENT_EXPIRED },
	};

	for (size_t i = 0; i < COUNT_OF(states); i++) {
		if (!str_eq(status, str_from(states[i].status)))
			continue;
		*ret = states[i].state;
		return true;
	}
	return false;
}

/* The one capture of the one unit. */
static bool captures_read(const json_t *unit, struct arena *arena, struct pay_facts *facts)
{
	const json_t    *captures = json_object_get(json_object_get(unit, "payments"), "captures");
	struct pay_facts capture;

	if (json_array_size(captures) != 1 ||
	    !paypal_capture_facts(json_array_get(captures, 0), arena, &capture) ||
	    (capture.order.len > 0 && !str_eq(capture.order, facts->order)))
		return false;
	facts->state = capture.state;
	facts->amount = capture.amount;
	facts->fee = capture.fee;
	facts->rate = capture.rate;
	facts->reason = capture.reason;
	if (capture.occurred_s > 0)
		facts->occurred_s = capture.occurred_s;
	facts->reference = arena_printf(arena, "%.*s %.*s", STR_ARG(facts->reference),
	                                STR_ARG(paypal_capture_id(capture.reference)));
	return true;
}

/* --- captures ---------------------------------------------------------------------- */
bool paypal_capture_facts(const json_t *capture, struct arena *arena, struct pay_facts *ret)
{
	const json_t    *parts = json_object_get(capture, "seller_receivable_breakdown");
	const json_t    *exchange = json_object_get(parts, "exchange_rate");
	const json_t    *related = json_object_get(json_object_get(capture, "supplementary_data"),
	                                           "related_ids");
	struct pay_facts facts = { 0 };
	struct str       id, status, rate, order_id = STR("");

	if (!json_field_str(capture, "id", PAYPAL_ID_MAX, arena, &id) || !paypal_id_valid(id) ||
	    !json_field_str(capture, "status", WORD_MAX, arena, &status) ||
	    !capture_state(status, &facts.state) ||
	    !paypal_money(capture, "amount", arena, &facts.amount))
		return false;
	json_field_str(capture, "custom_id", PAY_NUMBER_MAX, arena, &facts.order);
	json_field_str(json_object_get(capture, "status_details"), "reason", WORD_MAX, arena,
	               &facts.reason);
	json_field_str(related, "order_id", PAYPAL_ID_MAX, arena, &order_id);
	facts.reference = arena_printf(arena, "%.*s %.*s", STR_ARG(order_id), STR_ARG(id));
	facts.occurred_s = paypal_time_s(capture, "update_time", arena);
	if (facts.occurred_s == 0)
		facts.occurred_s = paypal_time_s(capture, "create_time", arena);
	paypal_money(parts, "paypal_fee", arena, &facts.fee);
	if (json_field_str(exchange, "value", WORD_MAX, arena, &rate) &&
	    !fx_decimal_parse(rate, &facts.rate))
		facts.rate = (struct fx_decimal){ 0 };
	if (arena->failed)
		return false;
	*ret = facts;
	return true;
}

static bool capture_state(struct str status, enum payment_state *ret)
{
	static const struct {
		const char        *status;
		enum payment_state state;
	} states[] = {
		{ "COMPLETED", PAYMENT_SUCCEEDED },
		/* It was paid; what went back is the refunds' own story. */
		{ "PARTIALLY_REFUNDED", PAYMENT_SUCCEEDED },
		{ "REFUNDED", PAYMENT_SUCCEEDED },
		{ "PENDING", PAYMENT_PENDING },
		{ "DECLINED", PAYMENT_FAILED },
		{ "FAILED", PAYMENT_FAILED },
	};

	for (size_t i = 0; i < COUNT_OF(states); i++) {
		if (!str_eq(status, str_from(states[i].status)))
			continue;
		*ret = states[i].state;
		return true;
	}
	return false;
}

/* --- refunds ----------------------------------------------------------------------- */
bool paypal_refund_facts(const json_t *refund, struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct str       status;

	if (!json_field_str(refund, "id", PAYPAL_ID_MAX, arena, &facts.reference) ||
	    !paypal_id_valid(facts.reference) ||
	    !json_field_str(refund, "status", WORD_MAX, arena, &status) ||
	    !paypal_money(refund, "amount", arena, &facts.amount))
		return false;
	json_field_str(refund, "custom_id", PAY_NUMBER_MAX, arena, &facts.order);
	json_field_str(refund, "invoice_id", PAY_NUMBER_MAX, arena, &facts.refund);
	/* Made by hand on PayPal's pages: it carries the payment's own numbers. */
	if (str_eq(facts.refund, facts.order))
		facts.refund = STR("");
	facts.occurred_s = paypal_time_s(refund, "update_time", arena);
	if (facts.occurred_s == 0)
		facts.occurred_s = paypal_time_s(refund, "create_time", arena);
	if (str_eq(status, STR("COMPLETED")))
		facts.state = PAYMENT_REFUNDED;
	else if (str_eq(status, STR("PENDING")))
		facts.state = PAYMENT_REFUNDING;
	else if (str_eq(status, STR("FAILED")) || str_eq(status, STR("CANCELLED")))
		facts.state = PAYMENT_FAILED;
	else
		return false;
	if (facts.state != PAYMENT_REFUNDED)
		json_field_str(json_object_get(refund, "status_details"), "reason", WORD_MAX, arena,
		               &facts.reason);
	if (arena->failed)
		return false;
	*ret = facts;
	return true;
}
