/*
 * alipay_sign.c - see alipay_sign.h.
 */
#include "gate/alipay_sign.h"

#include "base/buf.h"
#include "base/cert.h"
#include "base/hash.h"
#include "base/str.h"
#include "gate/json_field.h"
#include "gate/json_span.h"

enum { TEXT_MAX = 1 << 20, CERTS_MAX = 32 };

static bool       responds(struct str name);
static struct str serial_of(const struct cert *cert, bool rsa_only, struct arena *arena);

struct str alipay_text(const struct url_pair *pairs, size_t count, struct arena *arena)
{
	struct url_pair sorted[ALIPAY_FIELDS_MAX + 1];
	struct buf      buf;

	if (count == 0 || count > COUNT_OF(sorted))
		return (struct str){ 0 };
	for (size_t i = 0; i < count; i++)
		sorted[i] = pairs[i];
	url_sort(sorted, count);
	buf_init(&buf, arena, TEXT_MAX);
	for (size_t i = 0; i < count; i++) {
		if (str_eq(sorted[i].name, STR("sign")))
			continue;
		if (buf.len > 0)
			buf_add_char(&buf, '&');
		buf_add(&buf, sorted[i].name);
		buf_add_char(&buf, '=');
		buf_add(&buf, sorted[i].value);
	}
	return buf.full ? (struct str){ 0 } : buf_str(&buf);
}

bool alipay_sign(const struct url_pair *pairs, size_t count, const struct rsa_key *key,
                 struct arena *arena, struct str *ret)
{
	struct str text = alipay_text(pairs, count, arena);

	return text.len > 0 && rsa_sign_sha256_base64(key, text, arena, ret);
}

struct str alipay_form(const struct url_pair *pairs, size_t count, struct arena *arena)
{
	struct buf buf;

	buf_init(&buf, arena, TEXT_MAX);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_char(&buf, '&');
		buf_add(&buf, url_encode_form(arena, pairs[i].name));
		buf_add_char(&buf, '=');
		buf_add(&buf, url_encode_form(arena, pairs[i].value));
	}
	return buf.full || arena->failed ? (struct str){ 0 } : buf_str(&buf);
}

struct str alipay_notify_text(const struct url_pair *pairs, size_t count, enum alipay_order order,
                              struct arena *arena)
{
	struct url_pair kept[ALIPAY_FIELDS_MAX + 1];
	size_t          kept_count = 0;
	bool typed = order == ALIPAY_WITH_TYPE || order == ALIPAY_FILLED_WITH_TYPE, seen = false;
	bool filled = order == ALIPAY_FILLED_WITHOUT_TYPE || order == ALIPAY_FILLED_WITH_TYPE;

	if (count > ALIPAY_FIELDS_MAX)
		return (struct str){ 0 };
	for (size_t i = 0; i < count; i++) {
		bool type = str_eq(pairs[i].name, STR("sign_type"));

		if ((type && !typed) || (filled && pairs[i].value.len == 0))
			continue;
		seen = seen || type;
		kept[kept_count++] = pairs[i];
	}
	if (typed && !seen)
		kept[kept_count++] = (struct url_pair){ .name = STR("sign_type"),
			                                .value = STR("RSA2") };
	return alipay_text(kept, kept_count, arena);
}

bool alipay_notify_proven(const struct url_pair *pairs, size_t count, size_t orders,
                          const struct keyring *trusted, struct arena *arena,
                          enum alipay_order *ret)
{
	const struct str *sign = url_find(pairs, count, STR("sign"));
	const struct str *type = url_find(pairs, count, STR("sign_type"));

	assert(orders <= ALIPAY_ORDER_COUNT);
	/* SHA-1 is not good enough for money, whoever asks for it. */
	if (sign == NULL || sign->len == 0 || (type != NULL && !str_eq(*type, STR("RSA2"))))
		return false;
	for (enum alipay_order order = 0; order < orders; order++) {
		struct str text = alipay_notify_text(pairs, count, order, arena);

		if (text.len == 0 || !keyring_verify(trusted, text, *sign, arena))
			continue;
		*ret = order;
		return true;
	}
	return false;
}

bool alipay_answer_split(struct str text, struct arena *arena, struct alipay_answer *ret)
{
	struct json_span     spans[JSON_SPAN_MEMBER_MAX];
	struct alipay_answer answer = { 0 };
	size_t               count, seen = 0;
	json_t              *object;

	if (!json_span_read(text, TEXT_MAX, spans, COUNT_OF(spans), &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!responds(spans[i].name))
			continue;
		answer.name = spans[i].name;
		answer.content = spans[i].value;
		seen++;
	}
	if (seen != 1)
		return false;
	/* The signature itself may be written with escaped slashes. */
	object = json_field_open(text, TEXT_MAX);
	if (!json_field_str(object, "sign", TEXT_MAX, arena, &answer.sign))
		answer.sign = (struct str){ 0 };
	json_decref(object);
	*ret = answer;
	return true;
}

bool alipay_answer_proven(const struct alipay_answer *answer, const struct keyring *trusted,
                          struct arena *arena)
{
	return answer->sign.len > 0 &&
	       keyring_verify(trusted, answer->content, answer->sign, arena);
}

struct str alipay_rest_auth(struct str app_id, struct str cert_sn, struct str nonce, int64_t now_ms,
                            struct arena *arena)
{
	return arena_printf(arena, "app_id=%.*s%s%.*s,nonce=%.*s,timestamp=%lld", STR_ARG(app_id),
	                    cert_sn.len > 0 ? ",app_cert_sn=" : "", STR_ARG(cert_sn),
	                    STR_ARG(nonce), (long long)now_ms);
}

struct str alipay_rest_text(const struct alipay_rest *rest, struct arena *arena)
{
	const struct str lines[] = { rest->auth, rest->method, rest->url, rest->body, rest->token };
	size_t           count = rest->token.len > 0 ? COUNT_OF(lines) : COUNT_OF(lines) - 1;
	struct buf       buf;

	buf_init(&buf, arena, TEXT_MAX);
	for (size_t i = 0; i < count; i++) {
		buf_add(&buf, lines[i]);
		buf_add_char(&buf, '\n');
	}
	return buf.full ? (struct str){ 0 } : buf_str(&buf);
}

bool alipay_rest_sign(const struct alipay_rest *rest, const struct rsa_key *key,
                      struct arena *arena, struct str *ret)
{
	struct str text = alipay_rest_text(rest, arena), sign;

	if (text.len == 0 || !rsa_sign_sha256_base64(key, text, arena, &sign))
		return false;
	*ret = arena_printf(arena, "ALIPAY-SHA256withRSA %.*s,sign=%.*s", STR_ARG(rest->auth),
	                    STR_ARG(sign));
	return ret->len > 0;
}

bool alipay_rest_proven(struct str timestamp, struct str nonce, struct str body, struct str sign,
                        const struct keyring *trusted, struct arena *arena)
{
	const struct str lines[] = { timestamp, nonce, body };
	struct buf       buf;

	buf_init(&buf, arena, TEXT_MAX);
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		buf_add(&buf, lines[i]);
		buf_add_char(&buf, '\n');
	}
	return !buf.full && keyring_verify(trusted, buf_str(&buf), sign, arena);
}

bool alipay_cert_sn(struct str pem, struct arena *arena, struct str *ret)
{
	struct cert *cert;
	struct str   found;

	/* A chain may follow; the first one is the certificate itself. */
	if (!cert_open_nth(pem, 0, &cert))
		return false;
	found = serial_of(cert, false, arena);
	cert_close(cert);
	if (found.len == 0)
		return false;
	*ret = found;
	return true;
}

bool alipay_root_sn(struct str bundle, struct arena *arena, struct str *ret)
{
	struct str   joined = { 0 }, one;
	struct cert *cert;

	for (size_t i = 0; i < CERTS_MAX && cert_open_nth(bundle, i, &cert); i++) {
		one = serial_of(cert, true, arena);
		cert_close(cert);
		if (one.len > 0)
			joined = arena_printf(arena, "%.*s%s%.*s", STR_ARG(joined),
			                      joined.len > 0 ? "_" : "", STR_ARG(one));
	}
	if (joined.len == 0)
		return false;
	*ret = joined;
	return true;
}

static bool responds(struct str name)
{
	return str_ends(name, STR("_response"));
}

/* Empty: cannot be read, or not of those asked for. */
static struct str serial_of(const struct cert *cert, bool rsa_only, struct arena *arena)
{
	struct cert_facts facts;

	if (!cert_read(cert, arena, &facts) || (rsa_only && !facts.rsa_signed))
		return (struct str){ 0 };
	return md5_hex(arena, arena_printf(arena, "%.*s%.*s", STR_ARG(facts.issuer_reversed),
	                                   STR_ARG(facts.serial_decimal)));
}
