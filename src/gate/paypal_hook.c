/*
 * paypal_hook.c - PayPal's events.
 *
 * With the certificate at hand (our file holds it under its address) an event
 * is proven here.  A certificate that we have not is never fetched from here:
 * then the event is only a hint, and an authenticated question decides.
 */
#include "gate/paypal.h"

#include "base/str.h"
#include "base/time.h"
#include "gate/json_field.h"

enum { TYPE_MAX = 64, EVENT_ID_MAX = 128 };

/* How an event's resource is read. */
enum reading { READ_ORDER, READ_CAPTURE, READ_REFUND, READ_REVERSAL, READ_DISPUTE, READ_TOKEN };

static void certs_read(struct str text, struct paypal *hook, bool *ret_whole);
static bool transmission_read(const struct pay_callback *in, struct paypal_transmission *ret);
static enum pay_hook_result proven(const struct paypal *hook, const struct pay_callback *in,
                                   const struct paypal_transmission *sent, struct arena *arena);
static bool signed_by(const struct paypal *hook, const struct paypal_cert *cert,
                      const struct pay_callback *in, const struct paypal_transmission *sent,
                      struct arena *arena);
static enum pay_hook_result event_read(const struct pay_config *verify, const json_t *event,
                                       struct arena *arena, struct pay_facts *ret);
static enum pay_hook_result resource_read(enum reading reading, const json_t *resource,
                                          struct str merchant, struct arena *arena,
                                          struct pay_facts *ret);
static enum pay_hook_result hint_read(enum reading reading, const json_t *resource,
                                      struct arena *arena, struct pay_facts *ret);

static const struct {
	const char  *type;
	enum reading reading;
} events[] = {
	{ "CHECKOUT.ORDER.APPROVED", READ_ORDER },
	{ "CHECKOUT.ORDER.COMPLETED", READ_ORDER },
	{ "CHECKOUT.PAYMENT-APPROVAL.REVERSED", READ_REVERSAL },
	{ "PAYMENT.CAPTURE.COMPLETED", READ_CAPTURE },
	{ "PAYMENT.CAPTURE.PENDING", READ_CAPTURE },
	{ "PAYMENT.CAPTURE.DENIED", READ_CAPTURE },
	{ "PAYMENT.CAPTURE.DECLINED", READ_CAPTURE },
	{ "PAYMENT.CAPTURE.REFUNDED", READ_REFUND },
	{ "PAYMENT.REFUND.PENDING", READ_REFUND },
	{ "PAYMENT.REFUND.FAILED", READ_REFUND },
	{ "PAYMENT.CAPTURE.REVERSED", READ_DISPUTE },
	{ "CUSTOMER.DISPUTE.CREATED", READ_DISPUTE },
	{ "CUSTOMER.DISPUTE.UPDATED", READ_DISPUTE },
	{ "CUSTOMER.DISPUTE.RESOLVED", READ_DISPUTE },
	{ "VAULT.PAYMENT-TOKEN.CREATED", READ_TOKEN },
	{ "VAULT.PAYMENT-TOKEN.DELETED", READ_TOKEN },
	{ "VAULT.PAYMENT-TOKEN.DELETION-INITIATED", READ_TOKEN },
};

/* --- settings ---------------------------------------------------------------------- */
static bool no(struct pay_problem *ret, const char *setting, struct str text)
{
	*ret = (struct pay_problem){ .setting = setting, .text = text };
	return false;
}

bool paypal_hook_open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                      struct pay_problem *ret_problem)
{
	struct paypal *hook = ARENA_NEW(arena, struct paypal);
	struct str     certs, roots;
	bool           whole = true;

	if (hook == NULL)
		return no(ret_problem, "certs_file", STR("out of memory"));
	hook->webhook_ids = str_trim(source->text(source->ctx, "webhook_ids"));
	if (!source->file(source->ctx, "certs_file", arena, &certs))
		return no(ret_problem, "certs_file", STR("the file cannot be read"));
	if (certs.len > 0) {
		certs_read(certs, hook, &whole);
		if (!whole || hook->cert_count == 0)
			return no(ret_problem, "certs_file",
			          STR("PEM certificates are needed, at most 16 of them, each "
			              "under a line with its https address"));
		if (hook->webhook_ids.len == 0)
			return no(ret_problem, "webhook_ids",
			          STR("without our webhook's ID no certificate proves anything"));
		if (!source->file(source->ctx, "roots_file", arena, &roots) ||
		    !cert_trust_open(roots, STR(""), &hook->trust))
			return no(ret_problem, "roots_file",
			          STR("a file of root certificates (PEM) is needed"));
	}
	*ret = (struct pay_config){ .merchant = source->text(source->ctx, "merchant"),
		                    .own = hook };
	return true;
}

void paypal_hook_close(struct paypal *hook)
{
	if (hook->trust.roots != NULL)
		cert_trust_close(&hook->trust);
	hook->cert_count = 0;
}

/* "https://…" lines begin a certificate with what stands under it; PEM before the first of them
 * has no address. */
static void certs_read(struct str text, struct paypal *hook, bool *ret_whole)
{
	struct str          rest = text, line;
	struct paypal_cert *cert = NULL;
	struct cert        *leaf;

	while (rest.len > 0) {
		const char *from = rest.ptr;
		bool        address;

		str_cut(rest, '\n', &line, &rest);
		line = str_trim(line);
		address = str_starts(line, STR("https://"));
		if (address || (cert == NULL && str_starts(line, STR("-----BEGIN")))) {
			if (hook->cert_count == PAYPAL_CERT_MAX) {
				*ret_whole = false;
				return;
			}
			cert = &hook->cert[hook->cert_count++];
			*cert = (struct paypal_cert){ .url = address ? line : STR(""),
				                      .pem = { .ptr = address ? rest.ptr : from } };
		}
		if (cert != NULL && !address)
			cert->pem.len = (size_t)(line.ptr + line.len - cert->pem.ptr);
	}
	for (size_t i = 0; i < hook->cert_count; i++) {
		if (!cert_open_nth(hook->cert[i].pem, 0, &leaf)) {
			*ret_whole = false;
			return;
		}
		cert_close(leaf);
	}
}

void paypal_hook_check(const struct paypal *hook, int64_t now_s, struct arena *arena,
                       pay_finding_visit *visit, void *ctx)
{
	struct pay_finding finding = { .good = true, .setting = "certs_file" };

	if (hook->cert_count == 0) {
		finding.text = STR("none: a callback only makes us ask PayPal");
		visit(ctx, &finding);
	}
	for (size_t i = 0; i < hook->cert_count; i++) {
		struct cert_facts  facts;
		struct cert_policy policy = { .at_s = now_s, .purpose = CERT_ANY_PURPOSE };
		enum cert_verdict  verdict;
		struct cert       *leaf;

		if (!cert_open_nth(hook->cert[i].pem, 0, &leaf))
			continue;
		verdict = cert_check(&hook->trust, leaf, hook->cert[i].pem, &policy);
		if (cert_read(leaf, arena, &facts)) {
			finding.good = verdict == CERT_TRUSTED;
			finding.text = arena_printf(arena, "%.*s, serial %.*s, until %.*s: %.*s",
			                            STR_ARG(facts.subject_cn),
			                            STR_ARG(facts.serial_hex),
			                            STR_ARG(rfc3339(arena, facts.not_after_s)),
			                            STR_ARG(cert_verdict_text(verdict)));
			visit(ctx, &finding);
		}
		cert_close(leaf);
	}
}

/* --- callbacks --------------------------------------------------------------------- */
enum pay_hook_result paypal_hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret)
{
	const struct paypal       *hook = verify->own;
	struct paypal_transmission sent;
	enum pay_hook_result       proof, read;
	json_t                    *event;
	struct pay_facts           facts = { 0 };

	if (in->body.len == 0 || in->body.len > PAY_BODY_MAX || !transmission_read(in, &sent))
		return PAY_HOOK_FORGED;
	proof = proven(hook, in, &sent, arena);
	if (proof != PAY_HOOK_FACTS && proof != PAY_HOOK_ASK)
		return proof;
	event = json_field_open(in->body, PAY_BODY_MAX);
	read = event == NULL ? PAY_HOOK_DAMAGED : event_read(verify, event, arena, &facts);
	json_decref(event);
	if (read == PAY_HOOK_FACTS || read == PAY_HOOK_ASK)
		*ret = facts;
	if (proof == PAY_HOOK_FACTS || read == PAY_HOOK_IGNORED)
		return read;
	/* Not proven: whatever it says, it is a hint, or nothing. */
	return read == PAY_HOOK_FACTS || read == PAY_HOOK_ASK ? PAY_HOOK_ASK : PAY_HOOK_FORGED;
}

static bool transmission_read(const struct pay_callback *in, struct paypal_transmission *ret)
{
	return pay_header(in->headers, in->header_count, STR("PayPal-Transmission-Id"), &ret->id) &&
	       pay_header(in->headers, in->header_count, STR("PayPal-Transmission-Time"),
	                  &ret->time) &&
	       pay_header(in->headers, in->header_count, STR("PayPal-Transmission-Sig"),
	                  &ret->signature) &&
	       pay_header(in->headers, in->header_count, STR("PayPal-Cert-Url"), &ret->cert_url) &&
	       pay_header(in->headers, in->header_count, STR("PayPal-Auth-Algo"),
	                  &ret->algorithm) &&
	       ret->id.len > 0;
}

/* FACTS: proven.  ASK: its certificate is none of ours. */
static enum pay_hook_result proven(const struct paypal *hook, const struct pay_callback *in,
                                   const struct paypal_transmission *sent, struct arena *arena)
{
	bool    known = false, fits = false;
	int64_t sent_s;

	if (!paypal_address_valid(sent->cert_url) || !rfc3339_parse(sent->time, &sent_s))
		return PAY_HOOK_FORGED;
	for (size_t i = 0; i < hook->cert_count && !fits; i++) {
		const struct paypal_cert *cert = &hook->cert[i];
		bool                      here = str_eq(cert->url, sent->cert_url);

		known = known || here;
		if (here || cert->url.len == 0)
			fits = signed_by(hook, cert, in, sent, arena);
	}
	if (!fits)
		return known ? PAY_HOOK_FORGED : PAY_HOOK_ASK;
	if (in->now_s - sent_s > PAYPAL_HOOK_AGE_S || sent_s - in->now_s > PAYPAL_HOOK_AHEAD_S)
		return PAY_HOOK_STALE;
	return PAY_HOOK_FACTS;
}

/* By any of our webhooks. */
static bool signed_by(const struct paypal *hook, const struct paypal_cert *cert,
                      const struct pay_callback *in, const struct paypal_transmission *sent,
                      struct arena *arena)
{
	struct str rest = hook->webhook_ids, id;

	while (rest.len > 0) {
		str_cut(rest, ',', &id, &rest);
		id = str_trim(id);
		if (id.len > 0 && paypal_judge(&hook->trust, sent, id, in->body, cert->pem,
		                               in->now_s, arena) == PAYPAL_SIGNED)
			return true;
	}
	return false;
}

static enum pay_hook_result event_read(const struct pay_config *verify, const json_t *event,
                                       struct arena *arena, struct pay_facts *ret)
{
	const json_t        *resource = json_object_get(event, "resource");
	struct str           id, type;
	enum pay_hook_result result = PAY_HOOK_IGNORED;

	if (!json_is_object(resource) || !json_field_str(event, "id", EVENT_ID_MAX, arena, &id) ||
	    !json_field_str(event, "event_type", TYPE_MAX, arena, &type))
		return PAY_HOOK_DAMAGED;
	for (size_t i = 0; i < COUNT_OF(events); i++)
		if (str_eq(type, str_from(events[i].type)))
			result = resource_read(events[i].reading, resource, verify->merchant, arena,
			                       ret);
	ret->event = id;
	if (ret->occurred_s == 0)
		ret->occurred_s = paypal_time_s(event, "create_time", arena);
	return arena->failed ? PAY_HOOK_DAMAGED : result;
}

static enum pay_hook_result resource_read(enum reading reading, const json_t *resource,
                                          struct str merchant, struct arena *arena,
                                          struct pay_facts *ret)
{
	const json_t    *unit = json_array_get(json_object_get(resource, "purchase_units"), 0);
	const json_t    *holder = reading == READ_ORDER ? unit : resource;
	struct str       custom, payee;
	enum pay_outcome outcome;

	if (reading == READ_REVERSAL || reading == READ_DISPUTE || reading == READ_TOKEN)
		return hint_read(reading, resource, arena, ret);
	/* Payments of others on the same account. */
	if (!json_field_str(holder, "custom_id", PAY_NUMBER_MAX, arena, &custom))
		return PAY_HOOK_IGNORED;
	if (merchant.len > 0 &&
	    json_field_str(json_object_get(holder, "payee"), "merchant_id", PAYPAL_ID_MAX, arena,
	                   &payee) &&
	    !str_eq(payee, merchant))
		return PAY_HOOK_FOREIGN;
	if (reading == READ_ORDER) {
		outcome = paypal_order_facts(resource, merchant, arena, ret);
		return outcome == PAY_OUTCOME_OK ? PAY_HOOK_FACTS : PAY_HOOK_DAMAGED;
	}
	if (reading == READ_CAPTURE)
		return paypal_capture_facts(resource, arena, ret) ? PAY_HOOK_FACTS
		                                                  : PAY_HOOK_DAMAGED;
	if (!paypal_refund_facts(resource, arena, ret))
		return PAY_HOOK_DAMAGED;
	return ret->refund.len > 0 ? PAY_HOOK_FACTS : PAY_HOOK_ASK;
}

/* What names a payment without saying all of it: asking does. */
static enum pay_hook_result hint_read(enum reading reading, const json_t *resource,
                                      struct arena *arena, struct pay_facts *ret)
{
	const json_t *unit = json_array_get(json_object_get(resource, "purchase_units"), 0);
	const json_t *disputed = json_array_get(json_object_get(resource, "disputed_transactions"),
	                                        0);

	if (reading == READ_TOKEN) {
		json_field_str(resource, "id", PAYPAL_ID_MAX, arena, &ret->agreement);
		return ret->agreement.len > 0 ? PAY_HOOK_ASK : PAY_HOOK_DAMAGED;
	}
	if (reading == READ_REVERSAL) {
		json_field_str(unit, "custom_id", PAY_NUMBER_MAX, arena, &ret->order);
		json_field_str(resource, "order_id", PAYPAL_ID_MAX, arena, &ret->reference);
	} else {
		ret->state = PAYMENT_DISPUTED;
		if (!json_field_str(disputed, "custom", PAY_NUMBER_MAX, arena, &ret->order))
			json_field_str(resource, "custom_id", PAY_NUMBER_MAX, arena, &ret->order);
		json_field_str(disputed, "seller_transaction_id", PAYPAL_ID_MAX, arena,
		               &ret->reference);
		json_field_str(resource, "reason", TYPE_MAX, arena, &ret->reason);
	}
	return ret->order.len > 0 || ret->reference.len > 0 ? PAY_HOOK_ASK : PAY_HOOK_IGNORED;
}
