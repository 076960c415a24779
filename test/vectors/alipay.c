/*
 * alipay.c - judges of the vectors of Alipay's open platform (RSA2).
 */
#include "vectors/vector.h"

#include "base/aead.h"
#include "base/hash.h"
#include "base/str.h"
#include "gate/alipay_sign.h"

static bool request_judge(struct vector_case *vector);
static bool exec_judge(struct vector_case *vector);
static bool response_judge(struct vector_case *vector);
static bool aes_judge(struct vector_case *vector);
static bool rest_judge(struct vector_case *vector);
static bool notify_judge(struct vector_case *vector);
static bool sign_judge(struct vector_case *vector, const struct url_pair *pairs, size_t count);
static bool sha1_judge(struct vector_case *vector, struct str text, struct str sign);
static bool url_judge(struct vector_case *vector, const struct url_pair *pairs, size_t count);
static bool wire_read(struct vector_case *vector, struct url_pair *ret_all, size_t *ret_count,
                      size_t *ret_in_url);
static bool answer_read(struct vector_case *vector, struct alipay_answer *ret, bool *ret_proven);
static struct str auth_of(struct str header);
static bool       rest_answer_judge(struct vector_case *vector);
static bool sha1_notify(struct vector_case *vector, const struct url_pair *pairs, size_t count,
                        struct str sign, bool *ret);
static bool signed_text_judge(struct vector_case *vector, const struct url_pair *pairs,
                              size_t count);

static const char *const marks[] = { "app_id", "app_private_key_pem", NULL };

static const struct vector_judge judges[] = {
	{ "request-sign-v1", request_judge },  { "exec-v1", exec_judge },
	{ "response-verify", response_judge }, { "aes", aes_judge },
	{ "request-sign-v3", rest_judge },     { "notify", notify_judge },
};

const struct vector_gateway vector_alipay = {
	.name = "alipay",
	.marks = marks,
	.judges = judges,
	.judge_count = COUNT_OF(judges),
};

static bool request_judge(struct vector_case *vector)
{
	struct url_pair pairs[ALIPAY_FIELDS_MAX];
	size_t          count;

	return vector_pairs(vector, vector->json, "common", pairs, COUNT_OF(pairs), &count) &&
	       vector_same_as(vector, "canonical", alipay_text(pairs, count, vector->arena)) &&
	       sign_judge(vector, pairs, count) && url_judge(vector, pairs, count);
}

/* Ours is the same signature.  Old requests were signed with SHA-1, which we never do: PKCS#1 has
 * only one signature for a text, so whoever verifies it has compared it byte by byte. */
static bool sign_judge(struct vector_case *vector, const struct url_pair *pairs, size_t count)
{
	struct rsa_key *key;
	struct str      sign, expected;
	bool            made;

	if (!vector_str(vector, vector->json, "sign", &expected))
		return false;
	if (str_eq(vector_str_or(vector, vector->json, "algorithm"), STR("RSA-SHA1")))
		return sha1_judge(vector, alipay_text(pairs, count, vector->arena), expected);
	if (!vector_private_key(vector, "app_private_key_pem", &key))
		return false;
	made = alipay_sign(pairs, count, key, vector->arena, &sign);
	rsa_key_close(key);
	return made ? vector_same(vector, "sign", expected, sign) : vector_no(vector, "not signed");
}

static bool sha1_judge(struct vector_case *vector, struct str text, struct str sign)
{
	struct rsa_key *key;
	struct str      raw;
	bool            good;

	if (!vector_public_key(vector, "app_public_key_pem", &key))
		return false;
	good = base64_decode(vector->arena, sign, &raw) && rsa_verify_sha1(key, text, raw);
	rsa_key_close(key);
	return good || vector_no(vector, "the SHA-1 signature is of another text");
}

/* The address holds the same parameters and the signature, each encoded once; and so does ours. */
static bool url_judge(struct vector_case *vector, const struct url_pair *pairs, size_t count)
{
	struct url_pair   theirs[ALIPAY_FIELDS_MAX], ours[ALIPAY_FIELDS_MAX];
	size_t            their_count, our_count;
	struct str        url = vector_str_or(vector, vector->json, "get_url"), query;
	const struct str *value;

	if (url.len == 0)
		return true;
	str_cut(url, '?', &url, &query);
	if (!url_parse_form(vector->arena, query, theirs, COUNT_OF(theirs), &their_count))
		return vector_no(vector, "get_url is no form");
	for (size_t i = 0; i < their_count; i++)
		if (url_find(pairs, count, theirs[i].name) == NULL &&
		    !str_eq(theirs[i].name, STR("sign")))
			return vector_no(vector, "%.*s in the address is not signed",
			                 STR_ARG(theirs[i].name));
	query = alipay_form(theirs, their_count, vector->arena);
	if (!url_parse_form(vector->arena, query, ours, COUNT_OF(ours), &our_count))
		return vector_no(vector, "our form cannot be read again");
	for (size_t i = 0; i < count; i++) {
		value = url_find(ours, our_count, pairs[i].name);
		if (value == NULL && pairs[i].value.len == 0)
			continue; /* signed, and not sent */
		if (value == NULL || !str_eq(*value, pairs[i].value))
			return vector_no(vector, "%.*s differs in the address",
			                 STR_ARG(pairs[i].name));
	}
	value = url_find(ours, our_count, STR("sign"));
	return value != NULL && vector_same_as(vector, "sign", *value);
}

/* The parameters that went out, url and body together; ret_in_url of them stood in the url. */
static bool wire_read(struct vector_case *vector, struct url_pair *ret_all, size_t *ret_count,
                      size_t *ret_in_url)
{
	const json_t *wire = json_object_get(vector->json, "wire");
	struct str    url, query, body;
	size_t        more;

	if (!vector_str(vector, wire, "url", &url) || !vector_str(vector, wire, "body", &body))
		return false;
	str_cut(url, '?', &url, &query);
	if (!url_parse_form(vector->arena, query, ret_all, ALIPAY_FIELDS_MAX, ret_in_url) ||
	    !url_parse_form(vector->arena, body, ret_all + *ret_in_url,
	                    ALIPAY_FIELDS_MAX - *ret_in_url, &more))
		return vector_no(vector, "the wire is no form");
	*ret_count = *ret_in_url + more;
	/* We write the same bytes. */
	return vector_same(vector, "query", query,
	                   alipay_form(ret_all, *ret_in_url, vector->arena)) &&
	       vector_same(vector, "body", body,
	                   alipay_form(ret_all + *ret_in_url, more, vector->arena));
}

static bool exec_judge(struct vector_case *vector)
{
	struct url_pair      pairs[ALIPAY_FIELDS_MAX];
	struct alipay_answer answer;
	const json_t        *parsed = json_object_get(vector->json, "parsed");
	json_t              *inner;
	size_t               count, in_url;
	bool                 proven, same;

	if (!wire_read(vector, pairs, &count, &in_url) ||
	    !vector_same_as(vector, "canonical", alipay_text(pairs, count, vector->arena)) ||
	    !sign_judge(vector, pairs, count) || !answer_read(vector, &answer, &proven) ||
	    !vector_verdict(vector, "sdk_accepts_response", proven))
		return false;
	if (!proven)
		return true;
	if (!vector_same_as(vector, "response_signed_part", answer.content) ||
	    !vector_same_as(vector, "response_sign", answer.sign))
		return false;
	if (!json_is_object(parsed))
		return true;
	inner = json_loadb(answer.content.ptr, answer.content.len, JSON_REJECT_DUPLICATES, NULL);
	same = json_equal(inner, parsed) != 0;
	json_decref(inner);
	return same || vector_no(vector, "the content reads otherwise");
}

static bool response_judge(struct vector_case *vector)
{
	struct alipay_answer answer;
	bool                 proven;

	return answer_read(vector, &answer, &proven) &&
	       vector_verdict(vector, "sdk_accepts_response", proven);
}

static bool answer_read(struct vector_case *vector, struct alipay_answer *ret, bool *ret_proven)
{
	struct keyring ring = { .count = 1 };
	struct str     raw;

	*ret_proven = false;
	if (!vector_str(vector, vector->json, "response_raw", &raw) ||
	    !vector_public_key(vector, "platform_public_key_pem", &ring.key[0]))
		return false;
	*ret = (struct alipay_answer){ 0 };
	if (alipay_answer_split(raw, vector->arena, ret))
		*ret_proven = alipay_answer_proven(ret, &ring, vector->arena);
	keyring_close(&ring);
	return true;
}

static bool aes_judge(struct vector_case *vector)
{
	struct str key, plain, text, sealed, opened;

	if (!vector_str(vector, vector->json, "aes_key_b64", &text) ||
	    !vector_str(vector, vector->json, "plaintext", &plain))
		return false;
	if (!base64_decode(vector->arena, text, &key) ||
	    !cbc_seal(key, plain, vector->arena, &sealed))
		return vector_no(vector, "not sealed");
	if (!vector_same_as(vector, "ciphertext_b64", base64_encode(vector->arena, sealed)))
		return false;
	return cbc_open(key, sealed, vector->arena, &opened)
	           ? vector_same_as(vector, "plaintext", opened)
	           : vector_no(vector, "not opened again");
}

static bool rest_judge(struct vector_case *vector)
{
	const json_t      *http = json_object_get(vector->json, "http");
	struct alipay_rest rest = { 0 };
	struct rsa_key    *key;
	struct str         header, expected;
	bool               made;

	if (!vector_str(vector, vector->json, "authorization", &expected) ||
	    !vector_str(vector, http, "method", &rest.method) ||
	    !vector_str(vector, http, "url", &rest.url))
		return false;
	rest.body = vector_str_or(vector, http, "body");
	rest.token = vector_str_or(vector, http, "app_auth_token");
	rest.auth = auth_of(expected);
	if (!vector_same_as(vector, "canonical", alipay_rest_text(&rest, vector->arena)) ||
	    !vector_private_key(vector, "app_private_key_pem", &key))
		return false;
	made = alipay_rest_sign(&rest, key, vector->arena, &header);
	rsa_key_close(key);
	if (!made)
		return vector_no(vector, "not signed");
	return vector_same(vector, "authorization", expected, header) && rest_answer_judge(vector);
}

/* "app_id=…,nonce=…,timestamp=…" of the header, put together again from its parts by ours. */
static struct str auth_of(struct str header)
{
	struct str rest = header, scheme;
	ptrdiff_t  sign;

	str_cut(rest, ' ', &scheme, &rest);
	sign = str_find(rest, STR(",sign="));
	return sign < 0 ? rest : str_take(rest, (size_t)sign);
}

/* Where the vector says how its answer is signed. */
static bool rest_answer_judge(struct vector_case *vector)
{
	static const char *const names[] = { "signature", "sign" };
	const json_t            *answer = json_object_get(vector->json, "response");
	struct str               time, nonce, body, sign = { 0 };
	struct keyring           ring = { .count = 1 };
	bool                     proven, expected = true;

	for (size_t i = 0; i < COUNT_OF(names) && sign.len == 0; i++)
		sign = vector_str_or(vector, answer, names[i]);
	if (sign.len == 0)
		return true;
	if (!vector_str(vector, answer, "timestamp", &time) ||
	    !vector_str(vector, answer, "nonce", &nonce) ||
	    !vector_str(vector, answer, "body", &body) ||
	    !vector_public_key(vector, "platform_public_key_pem", &ring.key[0]))
		return false;
	proven = alipay_rest_proven(time, nonce, body, sign, &ring, vector->arena);
	keyring_close(&ring);
	if (json_is_false(json_object_get(vector->json, "sdk_accepts_response")) ||
	    json_is_false(json_object_get(answer, "sdk_accepts")))
		expected = false;
	return proven == expected ||
	       vector_no(vector, "the answer's signature is judged otherwise");
}

/* The SDK keeps empty values and tries with and without sign_type: our first two orders.  (Those
 * without empty values are tried by the adapter only after these.) */
static bool notify_judge(struct vector_case *vector)
{
	struct url_pair   pairs[ALIPAY_FIELDS_MAX];
	struct keyring    ring = { .count = 1 };
	const struct str *type, *sign;
	struct str        form;
	enum alipay_order order;
	size_t            count;
	bool              proven = false;

	form = vector_str_or(vector, vector->json, "form_body");
	if (form.len == 0) {
		if (!vector_pairs(vector, vector->json, "params", pairs, COUNT_OF(pairs), &count))
			return false;
	} else if (!url_parse_form(vector->arena, form, pairs, COUNT_OF(pairs), &count)) {
		return vector_verdict(vector, "sdk_accepts", false);
	}
	type = url_find(pairs, count, STR("sign_type"));
	sign = url_find(pairs, count, STR("sign"));
	if (type != NULL && sign != NULL && str_eq(*type, STR("RSA"))) {
		if (!sha1_notify(vector, pairs, count, *sign, &proven))
			return false;
		return vector_verdict(vector, "sdk_accepts", proven);
	}
	if (!vector_public_key(vector, "platform_public_key_pem", &ring.key[0]))
		return false;
	proven = alipay_notify_proven(pairs, count, ALIPAY_WITH_TYPE + 1, &ring, vector->arena,
	                              &order);
	keyring_close(&ring);
	return vector_verdict(vector, "sdk_accepts", proven) &&
	       (!proven || signed_text_judge(vector, pairs, count));
}

/* What was signed is what one of the orders gives. */
static bool signed_text_judge(struct vector_case *vector, const struct url_pair *pairs,
                              size_t count)
{
	struct str expected = vector_str_or(vector, vector->json, "canonical");

	for (enum alipay_order order = 0; order < ALIPAY_ORDER_COUNT && expected.len > 0; order++)
		if (str_eq(alipay_notify_text(pairs, count, order, vector->arena), expected))
			return true;
	return expected.len == 0 || vector_no(vector, "no order gives the canonical text");
}

/* The texts are ours; the old signature is only judged here, never taken by the product. */
static bool sha1_notify(struct vector_case *vector, const struct url_pair *pairs, size_t count,
                        struct str sign, bool *ret)
{
	struct rsa_key *key;
	struct str      raw;

	if (!vector_public_key(vector, "platform_public_key_pem", &key))
		return false;
	*ret = false;
	for (enum alipay_order order = 0;
	     order <= ALIPAY_WITH_TYPE && base64_decode(vector->arena, sign, &raw); order++)
		*ret = *ret ||
		       rsa_verify_sha1(key, alipay_notify_text(pairs, count, order, vector->arena),
		                       raw);
	rsa_key_close(key);
	return true;
}
