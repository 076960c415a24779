/*
 * wechat_sign.c - see wechat_sign.h.
 */
#include "gate/wechat_sign.h"

#include "base/aead.h"
#include "base/hash.h"
#include "base/buf.h"
#include "base/str.h"
#include "gate/json_field.h"
#include "gate/pay.h"

enum { TIMESTAMP_LEN_MAX = 12, V2_TEXT_MAX = 16384, CERTIFICATES_MAX = 16 };
enum { BOUND_MAX = 64, PEM_MAX = 16384, CERTIFICATES_TEXT_MAX = 131072, SERIAL_MAX = 64 };

static const struct wechat_verifier *verifier_find(const struct wechat_keys *keys, struct str id);
static bool certificate_open(const struct wechat_keys *keys, const json_t *item,
                             struct arena *arena, struct str *ret);
static bool text_of(const json_t *object, const char *name, size_t max, struct str *ret);

struct str wechat_request_text(struct arena *arena, struct str method, struct str path,
                               struct str timestamp, struct str nonce, struct str body)
{
	return arena_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n", STR_ARG(method), STR_ARG(path),
	                    STR_ARG(timestamp), STR_ARG(nonce), STR_ARG(body));
}

struct str wechat_answer_text(struct arena *arena, struct str timestamp, struct str nonce,
                              struct str body)
{
	struct buf buf;

	/* Not by printf: a body with a zero byte is still what was signed. */
	buf_init(&buf, arena, timestamp.len + nonce.len + body.len + 4);
	buf_add(&buf, timestamp);
	buf_add_char(&buf, '\n');
	buf_add(&buf, nonce);
	buf_add_char(&buf, '\n');
	buf_add(&buf, body);
	buf_add_char(&buf, '\n');
	return buf.full ? (struct str){ 0 } : buf_str(&buf);
}

struct str wechat_pay_text(struct arena *arena, struct str appid, struct str timestamp,
                           struct str nonce, struct str last)
{
	return arena_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s\n", STR_ARG(appid), STR_ARG(timestamp),
	                    STR_ARG(nonce), STR_ARG(last));
}

bool wechat_authorization(const struct wechat_signer *signer, const struct wechat_request *request,
                          struct arena *arena, struct str *ret)
{
	struct str text = wechat_request_text(arena, request->method, request->path,
	                                      request->timestamp, request->nonce, request->body);
	struct str signature;

	if (text.len == 0 || !rsa_sign_sha256_base64(signer->key, text, arena, &signature))
		return false;
	*ret = arena_printf(arena,
	                    "WECHATPAY2-SHA256-RSA2048 mchid=\"%.*s\",serial_no=\"%.*s\","
	                    "timestamp=\"%.*s\",nonce_str=\"%.*s\",signature=\"%.*s\"",
	                    STR_ARG(signer->mchid), STR_ARG(signer->serial),
	                    STR_ARG(request->timestamp), STR_ARG(request->nonce),
	                    STR_ARG(signature));
	return ret->len > 0;
}

bool wechat_pay_sign(const struct rsa_key *key, struct str text, struct arena *arena,
                     struct str *ret)
{
	return rsa_sign_sha256_base64(key, text, arena, ret);
}

enum wechat_proof wechat_stamp_read(const struct str *lines, size_t count, struct wechat_stamp *ret)
{
	static const struct str names[] = {
		STR_INIT("Wechatpay-Timestamp"),
		STR_INIT("Wechatpay-Nonce"),
		STR_INIT("Wechatpay-Serial"),
		STR_INIT("Wechatpay-Signature"),
	};
	struct wechat_stamp stamp = { 0 };
	struct str *const   values[] = { &stamp.timestamp, &stamp.nonce, &stamp.serial,
		                         &stamp.signature };
	size_t              whole = 0;
	bool                any = false;

	for (size_t i = 0; i < count && !any; i++) {
		struct str name, value;

		any = str_cut(lines[i], ':', &name, &value) && name.len > 10 &&
		      str_eq_nocase(str_take(name, 10), STR("Wechatpay-"));
	}
	for (size_t i = 0; i < COUNT_OF(names); i++)
		whole += pay_header(lines, count, names[i], values[i]);
	if (whole < COUNT_OF(names))
		return any ? WECHAT_PROOF_FORGED : WECHAT_PROOF_NONE;
	*ret = stamp;
	return WECHAT_PROOF_VALID;
}

enum wechat_proof wechat_prove(const struct wechat_keys *keys, const struct wechat_stamp *stamp,
                               struct str body, int64_t now_s, struct arena *arena)
{
	const struct wechat_verifier *verifier = verifier_find(keys, stamp->serial);
	struct str                    text;
	int64_t                       at_s;

	if (verifier == NULL || stamp->nonce.len == 0 || stamp->timestamp.len > TIMESTAMP_LEN_MAX ||
	    !str_to_int64(stamp->timestamp, &at_s) || at_s <= 0)
		return WECHAT_PROOF_FORGED;
	text = wechat_answer_text(arena, stamp->timestamp, stamp->nonce, body);
	if (text.len == 0 ||
	    !rsa_verify_sha256_base64(verifier->key, text, stamp->signature, arena))
		return WECHAT_PROOF_FORGED;
	return at_s < now_s - WECHAT_SKEW_S || at_s > now_s + WECHAT_SKEW_S ? WECHAT_PROOF_STALE
	                                                                    : WECHAT_PROOF_VALID;
}

bool wechat_unseal(const struct wechat_keys *keys, const json_t *resource, struct arena *arena,
                   struct str *ret)
{
	const json_t *with = json_object_get(resource, "associated_data");
	struct str    algorithm, text, nonce, bound = { 0 }, sealed;

	if (!text_of(resource, "algorithm", BOUND_MAX, &algorithm) ||
	    !str_eq(algorithm, STR("AEAD_AES_256_GCM")) ||
	    !text_of(resource, "ciphertext", WECHAT_SEALED_MAX, &text) ||
	    !text_of(resource, "nonce", BOUND_MAX, &nonce))
		return false;
	/* Absent and empty are the same to the cipher. */
	if (with != NULL && !json_is_null(with) &&
	    !text_of(resource, "associated_data", BOUND_MAX, &bound))
		return false;
	if (!base64_decode(arena, text, &sealed))
		return false;
	for (size_t i = 0; i < keys->apiv3_count; i++) {
		if (gcm_open(keys->apiv3[i], nonce, bound, sealed, arena, ret))
			return true;
	}
	return false;
}

bool wechat_certificates(const struct wechat_keys *keys, struct str answer, struct arena *arena,
                         struct str *ret)
{
	json_t       *object = json_field_open(answer, PAY_ANSWER_MAX);
	const json_t *list = json_object_get(object, "data"), *item;
	struct buf    buf;
	size_t        i, count = json_array_size(list);
	bool          whole = count > 0 && count <= CERTIFICATES_MAX;

	buf_init(&buf, arena, CERTIFICATES_TEXT_MAX);
	for (i = 0; whole && i < count; i++) {
		struct str pem = { 0 };

		item = json_array_get(list, i);
		whole = certificate_open(keys, item, arena, &pem);
		buf_add(&buf, pem);
		if (whole && !str_ends(pem, STR("\n")))
			buf_add_char(&buf, '\n');
	}
	json_decref(object);
	if (!whole || buf.full)
		return false;
	*ret = buf_str(&buf);
	return true;
}

struct str wechat_v2_text(struct arena *arena, struct url_pair *pairs, size_t count, struct str key)
{
	struct buf buf;

	url_sort(pairs, count);
	buf_init(&buf, arena, V2_TEXT_MAX);
	for (size_t i = 0; i < count; i++) {
		if (pairs[i].value.len == 0 || str_eq(pairs[i].name, STR("sign")))
			continue;
		buf_add(&buf, pairs[i].name);
		buf_add_char(&buf, '=');
		buf_add(&buf, pairs[i].value);
		buf_add_char(&buf, '&');
	}
	buf_add(&buf, STR("key="));
	buf_add(&buf, key);
	return buf.full ? (struct str){ 0 } : buf_str(&buf);
}

struct str wechat_v2_sign(struct arena *arena, enum wechat_v2_digest digest, struct url_pair *pairs,
                          size_t count, struct str key)
{
	struct str text = wechat_v2_text(arena, pairs, count, key), hex;
	char      *upper;

	if (text.len == 0)
		return text;
	hex = digest == WECHAT_V2_MD5 ? md5_hex(arena, text) : hmac_sha256_hex(arena, key, text);
	upper = arena_alloc(arena, hex.len + 1);
	if (hex.len == 0 || upper == NULL)
		return (struct str){ 0 };
	for (size_t i = 0; i < hex.len; i++)
		upper[i] = (char)(hex.ptr[i] >= 'a' ? hex.ptr[i] - 'a' + 'A' : hex.ptr[i]);
	return (struct str){ .ptr = upper, .len = hex.len };
}

static const struct wechat_verifier *verifier_find(const struct wechat_keys *keys, struct str id)
{
	for (size_t i = 0; i < keys->verifier_count; i++) {
		if (str_eq_nocase(keys->verifier[i].id, id))
			return &keys->verifier[i];
	}
	return NULL;
}

/* One of the list, as PEM; its serial must be what the list says. */
static bool certificate_open(const struct wechat_keys *keys, const json_t *item,
                             struct arena *arena, struct str *ret)
{
	struct cert_facts facts;
	struct cert      *cert;
	struct str        serial, pem;
	bool              same;

	if (!text_of(item, "serial_no", SERIAL_MAX, &serial) ||
	    !wechat_unseal(keys, json_object_get(item, "encrypt_certificate"), arena, &pem) ||
	    pem.len > PEM_MAX || !cert_open(pem, &cert))
		return false;
	same = cert_read(cert, arena, &facts) && str_eq_nocase(facts.serial_hex, serial);
	cert_close(cert);
	if (same)
		*ret = pem;
	return same;
}

/* A string of 0..max bytes, borrowed from the object. */
static bool text_of(const json_t *object, const char *name, size_t max, struct str *ret)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_string(value) || json_string_length(value) > max)
		return false;
	*ret = (struct str){ .ptr = json_string_value(value), .len = json_string_length(value) };
	return true;
}
