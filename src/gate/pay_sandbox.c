/*
 * pay_sandbox.c - the merchant's side of the built-in sandbox gateway: JSON
 * over the scheme `sandbox`, callbacks signed with HMAC-SHA-256 over
 * "timestamp.body" (docs/sandbox.md).  The other side is sandbox/gateway.c.
 */
#include "gate/json_field.h"
#include "gate/pay.h"
#include "gate/sandbox_bill.h"

#include "base/hash.h"
#include "base/str.h"

enum { ORDER_LEN_MAX = 64, TEXT_LEN_MAX = 256, URL_LEN_MAX = 512, ANSWER_MAX = 4096 };
enum { SIGNATURE_AGE_MAX_S = 300, SIGNATURE_PARTS_MAX = 8 };
#define TIME_MAX_S 253402300799 /* year 9999 */

static bool number_valid(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      c == '-' || c == '_'))
			return false;
	}
	return s.len > 0 && s.len <= ORDER_LEN_MAX;
}

/* An unknown or damaged text is left out: the message then lacks a field and is refused. */
static void put_str(json_t *object, const char *name, struct str s)
{
	if (s.len > 0)
		json_object_set_new(object, name, json_stringn(s.ptr, s.len));
}

static void put_money(json_t *object, struct money money)
{
	json_object_set_new(object, "amount", json_integer(money.amount));
	put_str(object, "currency", currency_code(money.currency));
}

/* Takes the reference of object. */
static bool write(json_t *object, struct arena *arena, struct str *ret)
{
	*ret = json_field_write(object, arena);
	return ret->len > 0;
}

/* The envelope of every request. */
static bool wrap(const struct pay_config *config, const struct pay_task *task, struct arena *arena,
                 struct net_call *ret)
{
	*ret = (struct net_call){
		.method = STR("POST"),
		.url = config->url,
		.content_type = STR("application/json"),
		.body = task->body,
		.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS,
		.answer_max = ANSWER_MAX,
		.arena = arena,
	};
	return true;
}

static json_t *request(const char *verb, const struct pay_task *task)
{
	json_t *object = json_object();

	put_str(object, "verb", str_from(verb));
	put_str(object, "order", task->order);
	return object;
}

static bool start_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	json_t *object;

	(void)config;
	if (!number_valid(task->order))
		return false;
	object = request("start", task);
	put_money(object, task->amount);
	put_str(object, "title", str_take(task->title, TEXT_LEN_MAX));
	put_str(object, "return_url", str_take(task->return_url, URL_LEN_MAX));
	put_str(object, "outcome", task->sandbox);
	return write(object, arena, ret);
}

static bool query_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	(void)config;
	return number_valid(task->order) && write(request("query", task), arena, ret);
}

static bool close_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	(void)config;
	return number_valid(task->order) && write(request("close", task), arena, ret);
}

static bool refund_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret)
{
	json_t *object;

	(void)config;
	if (!number_valid(task->order) || !number_valid(task->refund))
		return false;
	object = request("refund", task);
	put_str(object, "refund", task->refund);
	put_money(object, task->give_back);
	return write(object, arena, ret);
}

static bool refund_query_body(const struct pay_config *config, const struct pay_task *task,
                              struct arena *arena, struct str *ret)
{
	json_t *object;

	(void)config;
	if (!number_valid(task->order) || !number_valid(task->refund))
		return false;
	object = request("refund_query", task);
	put_str(object, "refund", task->refund);
	return write(object, arena, ret);
}

static bool state_from_name(struct str name, enum payment_state *ret)
{
	static const enum payment_state told[] = {
		PAYMENT_CREATED, PAYMENT_PENDING,   PAYMENT_SUCCEEDED, PAYMENT_FAILED,
		PAYMENT_EXPIRED, PAYMENT_REFUNDING, PAYMENT_REFUNDED,
	};

	for (size_t i = 0; i < COUNT_OF(told); i++) {
		if (!str_eq(name, payment_state_name(told[i])))
			continue;
		*ret = told[i];
		return true;
	}
	return false;
}

/* What answers and callbacks have in common; false when a field is missing or damaged. */
static bool facts_read(const json_t *object, struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct str       state, currency;

	if (!json_field_str(object, "order", ORDER_LEN_MAX, arena, &facts.order) ||
	    !json_field_str(object, "reference", TEXT_LEN_MAX, arena, &facts.reference) ||
	    !json_field_str(object, "state", TEXT_LEN_MAX, arena, &state) ||
	    !state_from_name(state, &facts.state) ||
	    !json_field_int(object, "amount", 1, MONEY_MAX, &facts.amount.amount) ||
	    !json_field_str(object, "currency", 3, arena, &currency) ||
	    !currency_from_code(currency, &facts.amount.currency) ||
	    !json_field_int(object, "at", 0, TIME_MAX_S, &facts.occurred_s))
		return false;
	*ret = facts;
	return true;
}

/* An error answer, sorted.  not_found: surely nothing is there, so it may be sent (again). */
static enum pay_outcome error_sort(const json_t *object, struct arena *arena, struct pay_facts *ret)
{
	struct str error;

	if (!json_field_str(object, "error", TEXT_LEN_MAX, arena, &error))
		return PAY_OUTCOME_UNKNOWN;
	ret->reason = error;
	if (str_eq(error, STR("not_found")))
		return PAY_OUTCOME_ABSENT;
	if (str_eq(error, STR("bad_request")))
		return PAY_OUTCOME_CONFIG;
	return PAY_OUTCOME_DECLINED;
}

/* Everything that may be wrong before the facts of an answer are looked at. */
static enum pay_outcome answer_read(const struct pay_task *task, const struct net_call *call,
                                    struct arena *arena, struct pay_facts *ret)
{
	enum pay_outcome outcome = PAY_OUTCOME_UNKNOWN;
	struct pay_facts facts = { 0 };
	json_t          *object;

	*ret = facts;
	if (call->result == NET_REFUSED)
		return PAY_OUTCOME_RETRY;
	if (call->result != NET_ANSWER || call->status != 200)
		return PAY_OUTCOME_UNKNOWN;
	object = json_field_open(call->answer, ANSWER_MAX);
	if (object == NULL)
		return PAY_OUTCOME_UNKNOWN;
	if (json_object_get(object, "error") != NULL) {
		outcome = error_sort(object, arena, ret);
	} else if (facts_read(object, arena, &facts) && str_eq(facts.order, task->order)) {
		if (json_field_str(object, "url", URL_LEN_MAX, arena, &facts.url))
			facts.way = PAY_WAY_REDIRECT;
		if (!json_field_int(object, "expires", 0, TIME_MAX_S, &facts.expires_s))
			facts.expires_s = 0;
		*ret = facts;
		outcome = PAY_OUTCOME_OK;
	}
	json_decref(object);
	return outcome;
}

static enum pay_outcome start_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	enum pay_outcome outcome = answer_read(task, call, arena, ret);

	(void)config;
	/* Only a path of our own pages: an answer must not send the payer elsewhere. */
	if (outcome == PAY_OUTCOME_OK && !str_starts(ret->url, STR("/sandbox/pay/")))
		return PAY_OUTCOME_UNKNOWN;
	return outcome;
}

static enum pay_outcome query_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	(void)config;
	return answer_read(task, call, arena, ret);
}

static enum pay_outcome refund_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	enum pay_outcome outcome = answer_read(task, call, arena, ret);

	(void)config;
	if (outcome == PAY_OUTCOME_OK && ret->state != PAYMENT_REFUNDING &&
	    ret->state != PAYMENT_REFUNDED)
		return PAY_OUTCOME_UNKNOWN;
	return outcome;
}

/* "t=1790000000,v1=hex,v1=hex": exactly one time, at least one signature that fits. */
static bool signature_fits(struct str key, struct str header, struct str body, struct arena *arena,
                           int64_t *ret_s)
{
	struct str    rest = header, part, name, value, time = { 0 }, signed_bytes, expected;
	struct digest digest;
	size_t        parts = 0;
	bool          fits = false;
	int64_t       at_s;

	while (rest.len > 0 && parts++ < SIGNATURE_PARTS_MAX) {
		str_cut(rest, ',', &part, &rest);
		str_cut(part, '=', &name, &value);
		if (!str_eq(name, STR("t")))
			continue;
		if (time.len > 0)
			return false;
		time = value;
	}
	if (rest.len > 0 || time.len > 12 || !str_to_int64(time, &at_s) || at_s < 0)
		return false;
	signed_bytes = arena_printf(arena, "%.*s.%.*s", STR_ARG(time), STR_ARG(body));
	if (signed_bytes.len != time.len + 1 + body.len)
		return false;
	hmac_sha256_str(key, signed_bytes, &digest);
	expected = hex_encode(arena, (struct str){ .ptr = (const char *)digest.byte,
	                                           .len = sizeof(digest.byte) });
	for (rest = header; rest.len > 0;) {
		str_cut(rest, ',', &part, &rest);
		str_cut(part, '=', &name, &value);
		if (str_eq(name, STR("v1")) && expected.len > 0 && str_eq_secret(value, expected))
			fits = true;
	}
	*ret_s = at_s;
	return fits;
}

static enum pay_hook_result hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct str       header;
	json_t          *object;
	int64_t          at_s;
	bool             readable;

	if (verify->secret.len == 0 || in->body.len == 0 || in->body.len > ANSWER_MAX ||
	    !pay_header(in->headers, in->header_count, STR("Keepline-Sandbox-Signature"),
	                &header) ||
	    !signature_fits(verify->secret, header, in->body, arena, &at_s))
		return PAY_HOOK_FORGED;
	if (at_s < in->now_s - SIGNATURE_AGE_MAX_S || at_s > in->now_s + SIGNATURE_AGE_MAX_S)
		return PAY_HOOK_STALE;
	object = json_field_open(in->body, ANSWER_MAX);
	if (object == NULL)
		return PAY_HOOK_DAMAGED;
	readable = facts_read(object, arena, &facts) &&
	           json_field_str(object, "event", TEXT_LEN_MAX, arena, &facts.event);
	json_decref(object);
	if (!readable)
		return PAY_HOOK_DAMAGED;
	*ret = facts;
	return PAY_HOOK_FACTS;
}

const struct pay_gateway pay_sandbox = {
	.name = "sandbox",
	.caps = PAY_CAN_REDIRECT | PAY_CAN_REFUND | PAY_CAN_REFUND_PART | PAY_CAN_CLOSE |
	        PAY_CAN_BILL,
	.verb[PAY_VERB_START] = { .body = start_body, .wrap = wrap, .parse = start_parse },
	.verb[PAY_VERB_QUERY] = { .body = query_body, .wrap = wrap, .parse = query_parse },
	.verb[PAY_VERB_CLOSE] = { .body = close_body, .wrap = wrap, .parse = query_parse },
	.verb[PAY_VERB_REFUND] = { .body = refund_body, .wrap = wrap, .parse = refund_parse },
	.verb[PAY_VERB_REFUND_QUERY] = { .body = refund_query_body,
	                                 .wrap = wrap,
	                                 .parse = refund_parse },
	.hook = hook,
	.bill = sandbox_bill,
	.bill_offset_s = 9 * 3600,
	.good = { .content_type = "text/plain", .body = "ok" },
	.bad = { .content_type = "text/plain", .body = "no" },
};
