/*
 * unionpay.c - judges of the vectors of UnionPay's gateway 5.1.0.
 */
#include "vectors/vector.h"

#include <time.h>

#include "base/hash.h"
#include "base/str.h"
#include "gate/unionpay_message.h"

static bool request_judge(struct vector_case *vector);
static bool form_judge(struct vector_case *vector);
static bool notify_judge(struct vector_case *vector);
static bool response_judge(struct vector_case *vector);

static const char *const marks[] = { "merchant_cert_id", "unionpay_signer_cert_pem", NULL };

static const struct vector_judge judges[] = {
	{ "request", request_judge },
	{ "form", form_judge },
	{ "notify", notify_judge },
	{ "response", response_judge },
};

const struct vector_gateway vector_unionpay = {
	.name = "unionpay",
	.marks = marks,
	.judges = judges,
	.judge_count = COUNT_OF(judges),
};

static bool cert_id_read(struct vector_case *vector, struct str *ret);
static bool encoded_same(struct vector_case *vector, const struct unionpay_message *message);
static bool fields_same(struct vector_case *vector, const char *key,
                        const struct unionpay_message *message);
static bool proven_judge(struct vector_case *vector, const struct unionpay_message *message);
static struct str pem_of(struct vector_case *vector, const char *key);
static bool       html_form(struct vector_case *vector, struct str html,
                            struct unionpay_message *ret);
static struct str attribute(struct str *html, struct str opening);

/* Our fields, our canonical text, our signature, our bytes. */
static bool request_judge(struct vector_case *vector)
{
	struct unionpay_message message = { .count = 0 };
	struct url_pair         params[UNIONPAY_FIELD_MAX];
	struct rsa_key         *key;
	struct str              cert_id, canonical;
	size_t                  count;
	bool                    done;

	if (!vector_pairs(vector, vector->json, "params", params, COUNT_OF(params), &count) ||
	    !cert_id_read(vector, &cert_id) ||
	    !vector_private_key(vector, "merchant_private_key_pem", &key))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!str_eq(params[i].name, STR("certId")) &&
		    !str_eq(params[i].name, STR("signature")))
			unionpay_put(&message, params[i].name, params[i].value);
	}
	done = unionpay_sign(&message, key, cert_id, vector->arena);
	rsa_key_close(key);
	if (!done)
		return vector_no(vector, "not signed");
	canonical = unionpay_canonical(&message, vector->arena);
	return vector_same_as(vector, "canonical", canonical) &&
	       vector_same_as(vector, "sha256_hex", sha256_hex(vector->arena, canonical)) &&
	       vector_same_as(vector, "signature", unionpay_get(&message, STR("signature"))) &&
	       encoded_same(vector, &message);
}

/* The SDK's page for the browser, read as a browser does; our form carries the same fields. */
static bool form_judge(struct vector_case *vector)
{
	struct unionpay_message message, again;
	struct str              html, rest, form;

	if (!vector_str(vector, vector->json, "html", &html))
		return false;
	rest = html;
	if (!str_ends(attribute(&rest, STR("action=\"")), STR("/gateway/api/frontTransReq.do")))
		return vector_no(vector, "the page's form goes elsewhere");
	if (!html_form(vector, html, &message))
		return vector_no(vector, "the page's fields cannot be read");
	form = unionpay_form(&message, vector->arena);
	if (!unionpay_read_form(form, vector->arena, &again) || again.count != message.count)
		return vector_no(vector, "our form loses fields: %.*s", STR_ARG(form));
	for (size_t i = 0; i < message.count; i++) {
		if (!vector_same(vector, "a field", message.field[i].name, again.field[i].name) ||
		    !vector_same(vector, "a value", message.field[i].value, again.field[i].value))
			return false;
	}
	return true;
}

static bool notify_judge(struct vector_case *vector)
{
	struct unionpay_message message;
	struct str              body;

	if (!vector_str(vector, vector->json, "form_body", &body))
		return false;
	if (!unionpay_read_form(body, vector->arena, &message))
		return vector_verdict(vector, "sdk_accepts", false);
	return proven_judge(vector, &message) && fields_same(vector, "params", &message);
}

static bool response_judge(struct vector_case *vector)
{
	struct unionpay_message message;
	struct str              body;

	if (!vector_str(vector, vector->json, "body", &body))
		return false;
	if (!unionpay_split(body, &message))
		return vector_verdict(vector, "sdk_accepts", false);
	return proven_judge(vector, &message) && fields_same(vector, "parsed_by_sdk", &message);
}

/* The verdict comes first: of a message that is refused, the canonical text may be another. */
static bool proven_judge(struct vector_case *vector, const struct unionpay_message *message)
{
	const json_t         *env = json_object_get(vector->json, "env");
	struct str            cn = vector_str_or(vector, env, "UP_CN");
	struct unionpay_trust trust = { .test = !str_eq(cn, STR("true")) };
	int64_t               now_s = time(NULL);
	bool                  proven;

	if (json_is_integer(json_object_get(vector->json, "now")) &&
	    !vector_int(vector, vector->json, "now", &now_s))
		return false;
	if (!cert_trust_open(pem_of(vector, "root_pem"), pem_of(vector, "middle_pem"),
	                     &trust.chain))
		return vector_no(vector, "root_pem or middle_pem holds no certificate");
	proven = unionpay_proven(message, &trust, now_s, vector->arena);
	cert_trust_close(&trust.chain);
	if (!vector_verdict(vector, "sdk_accepts", proven))
		return false;
	return !proven || !json_object_get(vector->json, "canonical") ||
	       vector_same_as(vector, "canonical", unionpay_canonical(message, vector->arena));
}

/* A case may bring its own. */
static struct str pem_of(struct vector_case *vector, const char *key)
{
	struct str pem = vector_str_or(vector, vector->json, key);

	return pem.len > 0 ? pem : vector_str_or(vector, vector->file, key);
}

/* certId, as we read it out of the certificate. */
static bool cert_id_read(struct vector_case *vector, struct str *ret)
{
	struct cert_facts facts;
	struct cert      *cert;
	struct str        pem, expected;
	bool              read;

	if (!vector_str(vector, vector->file, "merchant_cert_pem", &pem) ||
	    !vector_str(vector, vector->file, "merchant_cert_id", &expected))
		return false;
	if (!cert_open(pem, &cert))
		return vector_no(vector, "merchant_cert_pem is no certificate");
	read = cert_read(cert, vector->arena, &facts);
	cert_close(cert);
	if (!read)
		return vector_no(vector, "merchant_cert_pem cannot be read");
	*ret = facts.serial_decimal;
	return vector_same(vector, "merchant_cert_id", expected, facts.serial_decimal);
}

/* The same pieces as in form_body; the SDK keeps no order. */
static bool encoded_same(struct vector_case *vector, const struct unionpay_message *message)
{
	struct str ours = unionpay_form(message, vector->arena), theirs, piece, other, rest;
	size_t     count = 0;

	if (!vector_str(vector, vector->json, "form_body", &theirs))
		return false;
	while (theirs.len > 0) {
		bool found = false;

		str_cut(theirs, '&', &piece, &theirs);
		for (rest = ours; rest.len > 0 && !found;) {
			str_cut(rest, '&', &other, &rest);
			found = str_eq(other, piece);
		}
		if (!found)
			return vector_no(vector, "form_body: \"%.*s\" is not sent", STR_ARG(piece));
		count++;
	}
	return count == message->count || vector_no(vector, "form_body: we send more fields");
}

static bool fields_same(struct vector_case *vector, const char *key,
                        const struct unionpay_message *message)
{
	struct url_pair expected[UNIONPAY_FIELD_MAX];
	size_t          count;

	/* What is refused need not read the same everywhere. */
	if (json_is_false(json_object_get(vector->json, "sdk_accepts")))
		return true;
	if (!vector_pairs(vector, vector->json, key, expected, COUNT_OF(expected), &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!vector_same(vector, arena_cstr(vector->arena, expected[i].name),
		                 expected[i].value, unionpay_get(message, expected[i].name)))
			return false;
	}
	return count == message->count || vector_no(vector, "%s: %zu fields, not %zu", key,
	                                            message->count, count);
}

static bool html_form(struct vector_case *vector, struct str html, struct unionpay_message *ret)
{
	(void)vector;
	ret->count = 0;
	while (str_find(html, STR("<input ")) >= 0) {
		struct str name = attribute(&html, STR("name=\""));
		struct str value = attribute(&html, STR("value=\""));

		if (name.len == 0 || ret->count == UNIONPAY_FIELD_MAX)
			return false;
		unionpay_put(ret, name, value);
	}
	return ret->count > 0;
}

/* What stands between this and the next quote; html moves behind it. */
static struct str attribute(struct str *html, struct str opening)
{
	ptrdiff_t  at = str_find(*html, opening);
	struct str value;

	if (at < 0)
		return STR("");
	str_cut(str_skip(*html, (size_t)at + opening.len), '"', &value, html);
	return value;
}
