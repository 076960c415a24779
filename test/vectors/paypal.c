/*
 * paypal.c - judges of the vectors of PayPal (Orders v2).
 */
#include "vectors/vector.h"

#include "base/hash.h"
#include "base/str.h"
#include "gate/json_field.h"
#include "gate/pay.h"
#include "gate/paypal.h"

#include <time.h>

static bool webhook_judge(struct vector_case *vector);
static bool request_judge(struct vector_case *vector);
static bool message_judge(struct vector_case *vector, const struct paypal_transmission *sent,
                          struct str webhook_id, struct str body);
static bool trust_open(struct vector_case *vector, struct cert_trust *ret, int64_t *ret_now_s);
static bool token_judge(struct vector_case *vector, struct str credentials);
static bool call_judge(struct vector_case *vector, const struct paypal_request *request);
static bool body_judge(struct vector_case *vector, struct str path, struct str text);
static bool header_same(struct vector_case *vector, const struct net_call *call, const char *name);
static bool same_where_both(struct vector_case *vector, const char *path, const json_t *theirs,
                            const json_t *ours);

static const char *const marks[] = { "trust_root_pem", "legacy_sdk_loopback", NULL };

static const struct vector_judge judges[] = {
	{ "webhook", webhook_judge },
	{ "request", request_judge },
};

const struct vector_gateway vector_paypal = {
	.name = "paypal",
	.marks = marks,
	.judges = judges,
	.judge_count = COUNT_OF(judges),
};

/* --- callbacks --------------------------------------------------------------------- */
static bool webhook_judge(struct vector_case *vector)
{
	const json_t              *expect = json_object_get(vector->json, "expect");
	struct paypal_transmission sent = { 0 };
	struct cert_trust          trust;
	struct str                 webhook_id, body, pem;
	int64_t                    now_s;
	enum paypal_verdict        verdict;

	if (!vector_str(vector, vector->json, "transmission_id", &sent.id) ||
	    !vector_str(vector, vector->json, "transmission_time", &sent.time) ||
	    !vector_str(vector, vector->json, "webhook_id", &webhook_id))
		return false;
	body = vector_str_or(vector, vector->json, "body");
	if (!message_judge(vector, &sent, webhook_id, body))
		return false;
	if (!json_is_boolean(expect))
		return true;
	sent.signature = vector_str_or(vector, vector->json, "transmission_sig");
	sent.algorithm = vector_str_or(vector, vector->json, "auth_algo");
	sent.cert_url = vector_str_or(vector, vector->json, "cert_url");
	pem = vector_str_or(vector, vector->json, "cert_pem");
	/* A case that tells no address is not about addresses. */
	if (sent.cert_url.len == 0)
		sent.cert_url = STR("https://api.paypal.com/v1/notifications/certs/CERT");
	if (!trust_open(vector, &trust, &now_s))
		return false;
	verdict = paypal_judge(&trust, &sent, webhook_id, body, pem, now_s, vector->arena);
	cert_trust_close(&trust);
	return vector_verdict(vector, "expect", verdict == PAYPAL_SIGNED);
}

static bool message_judge(struct vector_case *vector, const struct paypal_transmission *sent,
                          struct str webhook_id, struct str body)
{
	struct str crc = arena_printf(vector->arena, "%lu", (unsigned long)crc32_of(body));

	if (vector_str_or(vector, vector->json, "crc32").len > 0 &&
	    !vector_same_as(vector, "crc32", crc))
		return false;
	return vector_str_or(vector, vector->json, "message").len == 0 ||
	       vector_same_as(vector, "message",
	                      paypal_message(sent, webhook_id, body, vector->arena));
}

/* The file's root; and a present that is not before the root was made. */
static bool trust_open(struct vector_case *vector, struct cert_trust *ret, int64_t *ret_now_s)
{
	struct str        pem;
	struct cert      *root;
	struct cert_facts facts;
	int64_t           now_s = (int64_t)time(NULL);
	bool              read;

	if (!vector_str(vector, vector->file, "trust_root_pem", &pem))
		return false;
	if (!cert_open(pem, &root))
		return vector_no(vector, "the root cannot be read");
	read = cert_read(root, vector->arena, &facts) && cert_trust_open(pem, STR(""), ret);
	cert_close(root);
	*ret_now_s = read && facts.not_before_s > now_s ? facts.not_before_s : now_s;
	return read || vector_no(vector, "the root cannot be trusted");
}

/* --- requests ---------------------------------------------------------------------- */
/* The SDK's parameters are not in the file: what it sent is read, and said again by us. */
static bool request_judge(struct vector_case *vector)
{
	struct str            authorization = vector_header(vector, "authorization");
	struct str            basic = STR("Basic ");
	struct paypal_request request = { .id = vector_header(vector, "paypal-request-id") };

	if (!vector_str(vector, vector->json, "method", &request.method) ||
	    !vector_str(vector, vector->json, "url", &request.path))
		return false;
	request.body = vector_str_or(vector, vector->json, "body");
	if (str_starts(authorization, basic))
		return token_judge(vector, str_skip(authorization, basic.len));
	return call_judge(vector, &request) && body_judge(vector, request.path, request.body);
}

static bool token_judge(struct vector_case *vector, struct str credentials)
{
	struct paypal     own = { 0 };
	struct pay_config config = { .own = &own };
	struct pay_task   task = { 0 };
	struct net_call   call;
	struct str        plain;

	if (!base64_decode(vector->arena, credentials, &plain) ||
	    !str_cut(plain, ':', &own.client_id, &config.secret))
		return vector_no(vector, "no client ID and secret in the case");
	config.secret = arena_str(vector->arena, config.secret);
	if (!pay_build(pay_verb(&pay_paypal, PAY_VERB_TOKEN), &config, &task, vector->arena, &call))
		return vector_no(vector, "the request cannot be made");
	return vector_same_as(vector, "method", call.method) &&
	       vector_same_as(vector, "url", call.url) &&
	       vector_same_as(vector, "body", call.body) &&
	       vector_same(vector, "content-type", vector_header(vector, "content-type"),
	                   call.content_type) &&
	       header_same(vector, &call, "authorization") && header_same(vector, &call, "accept");
}

static bool call_judge(struct vector_case *vector, const struct paypal_request *request)
{
	struct str        bearer = STR("Bearer "), token = vector_header(vector, "authorization");
	struct pay_config config = { 0 };
	struct pay_task   task = { 0 };
	struct net_call   call;

	if (!str_starts(token, bearer))
		return vector_no(vector, "no token in the case");
	task.token = str_skip(token, bearer.len);
	if (!paypal_call(&config, &task, request, vector->arena, &call))
		return vector_no(vector, "the request cannot be made");
	if (!vector_same_as(vector, "url", call.url) ||
	    !vector_same_as(vector, "body", call.body) ||
	    !header_same(vector, &call, "authorization") || !header_same(vector, &call, "accept") ||
	    !header_same(vector, &call, "paypal-request-id"))
		return false;
	/* Where the SDK was told neither, we still want the whole object back. */
	if (str_eq(vector_header(vector, "prefer"), STR("return=representation")) &&
	    !header_same(vector, &call, "prefer"))
		return false;
	return vector_same(vector, "content-type", vector_header(vector, "content-type"),
	                   call.content_type);
}

static bool header_same(struct vector_case *vector, const struct net_call *call, const char *name)
{
	struct str value;

	if (!pay_header(call->headers, call->header_count, str_from(name), &value))
		value = STR("");
	return vector_same(vector, name, vector_header(vector, name), value);
}

/* Our body for the same payment or refund: what both of them say must be equal. */
static bool body_judge(struct vector_case *vector, struct str path, struct str text)
{
	json_t          *theirs, *ours;
	const json_t    *unit;
	struct pay_task  task = { .return_url = STR("https://shop.example/") };
	struct str       body;
	bool             refund = str_ends(path, STR("/refund")), same;
	enum pay_verb_id verb = refund ? PAY_VERB_REFUND : PAY_VERB_START;

	if (!refund && !str_eq(path, STR("/v2/checkout/orders")))
		return true;
	theirs = json_field_open(text, PAY_BODY_MAX);
	unit = refund ? theirs : json_array_get(json_object_get(theirs, "purchase_units"), 0);
	if (!paypal_money(unit, "amount", vector->arena, refund ? &task.give_back : &task.amount)) {
		/* A refund of all that is left says no amount; we always say it. */
		json_decref(theirs);
		return refund || vector_no(vector, "its amount is none for us");
	}
	if (!json_field_str(unit, "custom_id", PAY_NUMBER_MAX, vector->arena, &task.order))
		task.order = STR("KP0");
	if (!refund ||
	    !json_field_str(unit, "invoice_id", PAY_NUMBER_MAX, vector->arena, &task.refund))
		task.refund = STR("KR0");
	if (!pay_verb(&pay_paypal, verb)->body(NULL, &task, vector->arena, &body)) {
		json_decref(theirs);
		return vector_no(vector, "our body cannot be made");
	}
	ours = json_field_open(body, PAY_BODY_MAX);
	same = same_where_both(vector, refund ? "" : "start", theirs, ours);
	json_decref(ours);
	json_decref(theirs);
	return same;
}

/* Scalars that stand in both under the same names; words for people and addresses are free. */
static bool same_where_both(struct vector_case *vector, const char *path, const json_t *theirs,
                            const json_t *ours)
{
	static const char *const chosen[] = { "amount",    "currency_code",  "value",
		                              "custom_id", "purchase_units", "intent" };
	struct str               inner = STR("");

	for (size_t i = 0; i < COUNT_OF(chosen); i++) {
		const json_t *left = json_object_get(theirs, chosen[i]);
		const json_t *right = json_object_get(ours, chosen[i]);

		if (left == NULL || right == NULL)
			continue;
		inner = arena_printf(vector->arena, "%s.%s", path, chosen[i]);
		if (json_is_array(left)) {
			left = json_array_get(left, 0);
			right = json_array_get(right, 0);
		}
		if (json_is_object(left)
		        ? !same_where_both(vector, inner.ptr, left, right)
		        : !json_equal((json_t *)(uintptr_t)left, (json_t *)(uintptr_t)right))
			return vector->why[0] != '\0' ? false
			                              : vector_no(vector, "%s differs", inner.ptr);
	}
	return true;
}
