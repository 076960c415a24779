/*
 * wechat.c - judges of the vectors of WeChat Pay API v3.
 */
#include "vectors/vector.h"

#include <string.h>

#include "base/aead.h"
#include "base/hash.h"
#include "base/str.h"
#include "gate/wechat_sign.h"

enum { PAIRS_MAX = 64, LINES_MAX = 8 };

static bool request_judge(struct vector_case *vector);
static bool pay_sign_judge(struct vector_case *vector);
static bool callback_judge(struct vector_case *vector);
static bool gcm_judge(struct vector_case *vector);
static bool certificates_judge(struct vector_case *vector);
static bool oaep_judge(struct vector_case *vector);
static bool v2_judge(struct vector_case *vector);

static bool    keys_open(struct vector_case *vector, struct wechat_keys *ret);
static void    keys_close(struct wechat_keys *keys);
static bool    callback_open(struct vector_case *vector, const struct wechat_keys *keys,
                             const struct wechat_stamp *stamp, struct str body);
static int64_t clock_of(struct vector_case *vector);
static bool    merchant_sign(struct vector_case *vector, struct str text, struct str *ret);

static const char *const marks[] = { "mchid", "apiv3_key", "merchant_serial", NULL };

static const struct vector_judge judges[] = {
	{ "request", request_judge },   { "pay-sign", pay_sign_judge },
	{ "callback", callback_judge }, { "response", callback_judge },
	{ "aes-gcm", gcm_judge },       { "certificates", certificates_judge },
	{ "oaep", oaep_judge },         { "v2-sign", v2_judge },
};

const struct vector_gateway vector_wechat = {
	.name = "wechat",
	.marks = marks,
	.judges = judges,
	.judge_count = COUNT_OF(judges),
};

static bool request_judge(struct vector_case *vector)
{
	struct wechat_request request;
	struct wechat_signer  signer;
	struct rsa_key       *key;
	struct str            text, signature, header;
	bool                  made;

	if (!vector_str(vector, vector->json, "method", &request.method) ||
	    !vector_str(vector, vector->json, "uri", &request.path) ||
	    !vector_str(vector, vector->json, "timestamp", &request.timestamp) ||
	    !vector_str(vector, vector->json, "nonce", &request.nonce) ||
	    !vector_str(vector, vector->file, "mchid", &signer.mchid) ||
	    !vector_str(vector, vector->file, "merchant_serial", &signer.serial))
		return false;
	request.body = vector_str_or(vector, vector->json, "body");
	text = wechat_request_text(vector->arena, request.method, request.path, request.timestamp,
	                           request.nonce, request.body);
	if (!vector_same_as(vector, "canonical", text) ||
	    !merchant_sign(vector, text, &signature) ||
	    !vector_same_as(vector, "signature", signature) ||
	    !vector_private_key(vector, "merchant_private_key_pem", &key))
		return false;
	signer.key = key;
	made = wechat_authorization(&signer, &request, vector->arena, &header);
	rsa_key_close(key);
	if (!made)
		return vector_no(vector, "no Authorization was made");
	return json_object_get(vector->json, "authorization") == NULL ||
	       vector_same_as(vector, "authorization", header);
}

/* The vector gives the lines; ours are made of the same values. */
static bool pay_sign_judge(struct vector_case *vector)
{
	struct str rest, line[LINES_MAX] = { 0 }, text, signature;
	size_t     count = 0;

	if (!vector_str(vector, vector->json, "canonical", &rest))
		return false;
	while (rest.len > 0 && count < LINES_MAX)
		str_cut(rest, '\n', &line[count++], &rest);
	if (count != 4)
		return vector_no(vector, "%zu lines, not 4", count);
	text = wechat_pay_text(vector->arena, line[0], line[1], line[2], line[3]);
	return vector_same_as(vector, "canonical", text) &&
	       merchant_sign(vector, text, &signature) &&
	       vector_same_as(vector, "signature", signature);
}

/* Signature and age are judged apart: the SDK's verdict may be about either. */
static bool callback_judge(struct vector_case *vector)
{
	static const char *const names[] = { "Wechatpay-Timestamp", "Wechatpay-Nonce",
		                             "Wechatpay-Serial", "Wechatpay-Signature" };
	struct str               lines[COUNT_OF(names)], body;
	struct wechat_keys       keys = { 0 };
	struct wechat_stamp      stamp = { 0 };
	enum wechat_proof        proof;
	size_t                   count = 0;
	bool                     accepts, judged;

	if (!vector_bool(vector, vector->json, "sdk_accepts", &accepts) ||
	    !keys_open(vector, &keys))
		return false;
	body = vector_str_or(vector, vector->json, "body");
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct str value = vector_header(vector, names[i]);

		if (value.len > 0)
			lines[count++] = arena_printf(vector->arena, "%s: %.*s", names[i],
			                              STR_ARG(value));
	}
	proof = wechat_stamp_read(lines, count, &stamp);
	if (proof == WECHAT_PROOF_VALID)
		proof = wechat_prove(&keys, &stamp, body, clock_of(vector), vector->arena);
	if (proof == WECHAT_PROOF_STALE)
		judged = true; /* a right signature, refused for its age alone */
	else
		judged = vector_verdict(vector, "sdk_accepts", proof == WECHAT_PROOF_VALID);
	if (judged && proof == WECHAT_PROOF_VALID)
		judged = callback_open(vector, &keys, &stamp, body);
	keys_close(&keys);
	return judged;
}

/* What an accepted callback seals must open, and the signed text be the vector's. */
static bool callback_open(struct vector_case *vector, const struct wechat_keys *keys,
                          const struct wechat_stamp *stamp, struct str body)
{
	struct str text = wechat_answer_text(vector->arena, stamp->timestamp, stamp->nonce, body);
	struct str plain = { 0 };
	json_t    *envelope;
	bool       opened = true;

	if (json_object_get(vector->json, "canonical") != NULL &&
	    !vector_same_as(vector, "canonical", text))
		return false;
	envelope = json_loadb(body.ptr, body.len, 0, NULL);
	if (json_object_get(envelope, "resource") != NULL)
		opened = wechat_unseal(keys, json_object_get(envelope, "resource"), vector->arena,
		                       &plain);
	json_decref(envelope);
	if (!opened)
		return vector_no(vector, "the resource was not opened");
	return json_object_get(vector->json, "plaintext") == NULL ||
	       vector_same_as(vector, "plaintext", plain);
}

static bool gcm_judge(struct vector_case *vector)
{
	struct wechat_keys keys = { .apiv3_count = 1 };
	struct str         nonce, text, plain;
	json_t            *resource;
	bool               opened;

	if (!vector_str(vector, vector->json, "apiv3_key", &keys.apiv3[0]) ||
	    !vector_str(vector, vector->json, "nonce", &nonce) ||
	    !vector_str(vector, vector->json, "ciphertext", &text))
		return false;
	resource = json_pack("{s:s, s:O, s:O, s:O*}", "algorithm", "AEAD_AES_256_GCM", "nonce",
	                     json_object_get(vector->json, "nonce"), "ciphertext",
	                     json_object_get(vector->json, "ciphertext"), "associated_data",
	                     json_object_get(vector->json, "associated_data"));
	opened = wechat_unseal(&keys, resource, vector->arena, &plain);
	json_decref(resource);
	if (!vector_verdict(vector, "axios_plugin_accepts", opened))
		return false;
	return !opened || vector_same_as(vector, "plaintext", plain);
}

static bool certificates_judge(struct vector_case *vector)
{
	struct wechat_keys keys = { 0 };
	struct str         body, pem = { 0 };
	bool               opened;

	if (!vector_str(vector, vector->json, "body", &body) || !keys_open(vector, &keys))
		return false;
	opened = wechat_certificates(&keys, body, vector->arena, &pem);
	keys_close(&keys);
	if (!json_is_string(json_object_get(vector->json, "plaintext_pem")))
		return !opened || vector_no(vector, "opened what the vector refuses");
	return opened ? vector_same_as(vector, "plaintext_pem", pem)
	              : vector_no(vector, "not opened");
}

static bool oaep_judge(struct vector_case *vector)
{
	struct str      text, sealed, plain;
	struct rsa_key *key;
	bool            opened;

	if (!vector_str(vector, vector->json, "ciphertext", &text) ||
	    !vector_private_key(vector, "merchant_private_key_pem", &key))
		return false;
	opened = base64_decode(vector->arena, text, &sealed) &&
	         rsa_oaep_decrypt(key, sealed, vector->arena, &plain);
	rsa_key_close(key);
	if (json_is_null(json_object_get(vector->json, "plaintext")))
		return !opened || vector_no(vector, "opened what the vector refuses");
	return opened ? vector_same_as(vector, "plaintext", plain)
	              : vector_no(vector, "not opened");
}

static bool v2_judge(struct vector_case *vector)
{
	struct url_pair       pairs[PAIRS_MAX];
	struct str            key, name = vector_str_or(vector, vector->json, "algorithm");
	size_t                count;
	enum wechat_v2_digest digest = WECHAT_V2_MD5;

	if (!vector_str(vector, vector->json, "key", &key) ||
	    !vector_pairs(vector, vector->json, "params", pairs, PAIRS_MAX, &count))
		return false;
	if (str_find(name, STR("SHA256")) >= 0)
		digest = WECHAT_V2_HMAC_SHA256;
	if (json_object_get(vector->json, "canonical") != NULL &&
	    !vector_same_as(vector, "canonical", wechat_v2_text(vector->arena, pairs, count, key)))
		return false;
	return vector_same_as(vector, "sign",
	                      wechat_v2_sign(vector->arena, digest, pairs, count, key));
}

/* WeChat's keys of the file, both kinds, as an operator holds them side by side. */
static bool keys_open(struct vector_case *vector, struct wechat_keys *ret)
{
	static const char *const ids[] = { "platform_serial", "pubkey_id" };
	static const char *const pems[] = { "platform_cert_pem", "pubkey_pem" };

	if (!vector_str(vector, vector->file, "apiv3_key", &ret->apiv3[0]))
		return false;
	ret->apiv3_count = 1;
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		struct wechat_verifier *verifier = &ret->verifier[ret->verifier_count];

		if (json_object_get(vector->file, ids[i]) == NULL)
			continue;
		if (!vector_str(vector, vector->file, ids[i], &verifier->id) ||
		    !vector_public_key(vector, pems[i], &verifier->key)) {
			keys_close(ret);
			return false;
		}
		ret->verifier_count++;
	}
	return true;
}

static void keys_close(struct wechat_keys *keys)
{
	for (size_t i = 0; i < keys->verifier_count; i++)
		rsa_key_close(keys->verifier[i].key);
}

/* The receiver's clock: what the case says; else the time that most callbacks of the file bear,
 * since the file was made at one moment. */
static int64_t clock_of(struct vector_case *vector)
{
	const json_t *cases = json_object_get(vector->file, "cases"), *now;
	const char   *best = NULL;
	size_t        best_count = 0, i, j;
	json_t       *one, *other;
	int64_t       at_s = 0;

	now = json_object_get(vector->json, "now");
	if (json_is_integer(now))
		return json_integer_value(now);
	json_array_foreach(cases, i, one)
	{
		const json_t *headers = json_object_get(one, "headers");
		const char   *time = json_string_value(
		      json_object_get(headers, "Wechatpay-Timestamp"));
		size_t count = 0;

		json_array_foreach(cases, j, other)
		{
			const json_t *at = json_object_get(json_object_get(other, "headers"),
			                                   "Wechatpay-Timestamp");

			count += time && json_is_string(at) &&
			         strcmp(json_string_value(at), time) == 0;
		}
		if (count > best_count) {
			best = time;
			best_count = count;
		}
	}
	return best && str_to_int64(str_from(best), &at_s) ? at_s : 0;
}

static bool merchant_sign(struct vector_case *vector, struct str text, struct str *ret)
{
	struct rsa_key *key;
	bool            signed_;

	if (!vector_private_key(vector, "merchant_private_key_pem", &key))
		return false;
	signed_ = wechat_pay_sign(key, text, vector->arena, ret);
	rsa_key_close(key);
	return signed_ || vector_no(vector, "not signed");
}
