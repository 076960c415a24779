/*
 * unionpay_message.c - see unionpay_message.h.
 */
#include "gate/unionpay_message.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"

enum { BEIJING_OFFSET_S = 8 * 3600, AMOUNT_DIGITS_MAX = 12, TIME_LEN = 14 };

static const struct str owner = STR_INIT("中国银联股份有限公司");
static const struct str test_owner = STR_INIT("00040000:SIGN");

static bool       add(struct unionpay_message *message, struct str name, struct str value);
static size_t     plain_len(const struct unionpay_message *message);
static bool       owner_right(const struct cert *cert, bool test, struct arena *arena);
static bool       signature_right(const struct unionpay_message *message, const struct cert *cert,
                                  struct arena *arena);
static struct str value_cut(struct str rest, struct str *ret_rest);
static bool       digits_read(struct str text, int32_t *ret);

enum unionpay_class unionpay_class_of(struct str code)
{
	static const struct {
		struct str code;
		enum unionpay_class class;
	} rows[] = {
		{ STR_INIT("00"), UNIONPAY_OK },     { STR_INIT("A6"), UNIONPAY_OK },
		{ STR_INIT("03"), UNIONPAY_UNSURE }, { STR_INIT("04"), UNIONPAY_UNSURE },
		{ STR_INIT("05"), UNIONPAY_UNSURE }, { STR_INIT("42"), UNIONPAY_UNSURE },
		{ STR_INIT("02"), UNIONPAY_BUSY },   { STR_INIT("37"), UNIONPAY_BUSY },
		{ STR_INIT("39"), UNIONPAY_BUSY },   { STR_INIT("34"), UNIONPAY_ABSENT },
		{ STR_INIT("98"), UNIONPAY_ABSENT }, { STR_INIT("12"), UNIONPAY_REPEAT },
		{ STR_INIT("10"), UNIONPAY_CONFIG }, { STR_INIT("11"), UNIONPAY_CONFIG },
		{ STR_INIT("13"), UNIONPAY_CONFIG }, { STR_INIT("31"), UNIONPAY_CONFIG },
		{ STR_INIT("32"), UNIONPAY_CONFIG }, { STR_INIT("43"), UNIONPAY_CONFIG },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (str_eq(rows[i].code, code))
			return rows[i].class;
	}
	/* An answer without a code says nothing at all. */
	return code.len == 0 ? UNIONPAY_UNSURE : UNIONPAY_NO;
}

void unionpay_put(struct unionpay_message *message, struct str name, struct str value)
{
	bool added = value.len == 0 || add(message, name, value);

	assert(added);
}

struct str unionpay_get(const struct unionpay_message *message, struct str name)
{
	const struct str *value = url_find(message->field, message->count, name);

	return value ? *value : STR("");
}

bool unionpay_split(struct str answer, struct unionpay_message *ret)
{
	struct str name;

	ret->count = 0;
	while (answer.len > 0) {
		if (!str_cut(answer, '=', &name, &answer) ||
		    !add(ret, name, value_cut(answer, &answer)))
			return false;
	}
	return ret->count > 0;
}

bool unionpay_read_form(struct str form, struct arena *arena, struct unionpay_message *ret)
{
	return form.len <= UNIONPAY_MESSAGE_MAX &&
	       url_parse_form(arena, form, ret->field, UNIONPAY_FIELD_MAX, &ret->count) &&
	       ret->count > 0;
}

struct str unionpay_form(const struct unionpay_message *message, struct arena *arena)
{
	struct buf buf;

	buf_init(&buf, arena, UNIONPAY_MESSAGE_MAX);
	for (size_t i = 0; i < message->count; i++) {
		if (i > 0)
			buf_add_char(&buf, '&');
		buf_add(&buf, url_encode_form(arena, message->field[i].name));
		buf_add_char(&buf, '=');
		buf_add(&buf, url_encode_form(arena, message->field[i].value));
	}
	return buf.full || arena->failed ? STR("") : buf_str(&buf);
}

struct str unionpay_canonical(const struct unionpay_message *message, struct arena *arena)
{
	struct unionpay_message sorted = *message;
	struct buf              buf;

	url_sort(sorted.field, sorted.count);
	buf_init(&buf, arena, plain_len(message));
	for (size_t i = 0; i < sorted.count; i++) {
		if (str_eq(sorted.field[i].name, STR("signature")))
			continue;
		if (buf.len > 0)
			buf_add_char(&buf, '&');
		buf_add(&buf, sorted.field[i].name);
		buf_add_char(&buf, '=');
		buf_add(&buf, sorted.field[i].value);
	}
	return buf.full || arena->failed ? STR("") : buf_str(&buf);
}

bool unionpay_sign(struct unionpay_message *message, const struct rsa_key *key, struct str cert_id,
                   struct arena *arena)
{
	struct str canonical, signature;

	if (message->count + 2 > UNIONPAY_FIELD_MAX || !add(message, STR("certId"), cert_id))
		return false;
	canonical = unionpay_canonical(message, arena);
	return canonical.len > 0 &&
	       rsa_sign_sha256_base64(key, sha256_hex(arena, canonical), arena, &signature) &&
	       add(message, STR("signature"), signature);
}

bool unionpay_proven(const struct unionpay_message *message, const struct unionpay_trust *trust,
                     int64_t now_s, struct arena *arena)
{
	struct cert_policy policy = { .at_s = now_s, .weak_ok = true };
	struct cert       *cert;
	bool               proven;

	if (!str_eq(unionpay_get(message, STR("signMethod")), STR("01")) ||
	    !str_eq(unionpay_get(message, STR("version")), STR("5.1.0")) ||
	    !cert_open(unionpay_get(message, STR("signPubKeyCert")), &cert))
		return false;
	proven = cert_check(&trust->chain, cert, STR(""), &policy) == CERT_TRUSTED &&
	         owner_right(cert, trust->test, arena) && signature_right(message, cert, arena);
	cert_close(cert);
	return proven;
}

struct str unionpay_time(struct arena *arena, int64_t utc_s)
{
	struct civil at = civil_from_s(utc_s, BEIJING_OFFSET_S);

	return arena_printf(arena, "%04d%02d%02d%02d%02d%02d", at.year, at.month, at.day, at.hour,
	                    at.minute, at.second);
}

bool unionpay_time_read(struct str text, int64_t *ret_utc_s)
{
	static const size_t ends[] = { 4, 6, 8, 10, 12, TIME_LEN };
	int32_t             part[COUNT_OF(ends)];
	size_t              from = 0;

	if (text.len != TIME_LEN)
		return false;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct str digits = { .ptr = text.ptr + from, .len = ends[i] - from };

		if (!digits_read(digits, &part[i]))
			return false;
		from = ends[i];
	}
	if (!civil_valid(part[0], part[1], part[2]) || part[3] > 23 || part[4] > 59 || part[5] > 59)
		return false;
	*ret_utc_s = (int64_t)day_from_civil(part[0], part[1], part[2]) * 86400 + part[3] * 3600 +
	             part[4] * 60 + part[5] - BEIJING_OFFSET_S;
	return true;
}

bool unionpay_money_read(struct str amount, struct str currency, struct money *ret)
{
	int64_t minor = 0;
	int32_t code;

	if (amount.len == 0 || amount.len > AMOUNT_DIGITS_MAX || currency.len != 3 ||
	    !digits_read(currency, &code) || currency_exponent((uint16_t)code) < 0)
		return false;
	for (size_t i = 0; i < amount.len; i++) {
		if (amount.ptr[i] < '0' || amount.ptr[i] > '9')
			return false;
		minor = minor * 10 + (amount.ptr[i] - '0');
	}
	if (minor == 0)
		return false;
	*ret = (struct money){ .amount = minor, .currency = (uint16_t)code };
	return true;
}

static bool add(struct unionpay_message *message, struct str name, struct str value)
{
	if (name.len == 0 || message->count == UNIONPAY_FIELD_MAX ||
	    url_find(message->field, message->count, name))
		return false;
	message->field[message->count++] = (struct url_pair){ .name = name, .value = value };
	return true;
}

/* As long as the message would be: a file's answer is long. */
static size_t plain_len(const struct unionpay_message *message)
{
	size_t len = 0;

	for (size_t i = 0; i < message->count; i++)
		len += message->field[i].name.len + message->field[i].value.len + 2;
	return len;
}

/* Up to the '&' that stands outside of the outermost braces or brackets.  As the gateway's own
 * program does it, the first closing one closes. */
static struct str value_cut(struct str rest, struct str *ret_rest)
{
	char   open = 0;
	size_t len = 0;

	for (; len < rest.len; len++) {
		char c = rest.ptr[len];

		if (open) {
			open = c == open ? 0 : open;
			continue;
		}
		if (c == '&')
			break;
		open = c == '{' ? '}' : c == '[' ? ']' : 0;
	}
	*ret_rest = str_skip(rest, len < rest.len ? len + 1 : len);
	return str_take(rest, len);
}

/* "041@8310000000083040@中国银联股份有限公司@00016495": the third part. */
static bool owner_right(const struct cert *cert, bool test, struct arena *arena)
{
	struct cert_facts facts;
	struct str        part, rest;

	if (!cert_read(cert, arena, &facts))
		return false;
	rest = facts.subject_cn;
	for (int i = 0; i < 2; i++) {
		if (!str_cut(rest, '@', &part, &rest))
			return false;
	}
	str_cut(rest, '@', &part, &rest);
	return str_eq(part, owner) || (test && str_eq(part, test_owner));
}

static bool signature_right(const struct unionpay_message *message, const struct cert *cert,
                            struct arena *arena)
{
	struct str      canonical = unionpay_canonical(message, arena);
	struct rsa_key *key;
	bool            right;

	if (canonical.len == 0 || !cert_key(cert, RSA_BITS_MIN, &key))
		return false;
	right = rsa_verify_sha256_base64(key, sha256_hex(arena, canonical),
	                                 unionpay_get(message, STR("signature")), arena);
	rsa_key_close(key);
	return right;
}

/* At most nine digits. */
static bool digits_read(struct str text, int32_t *ret)
{
	int32_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		value = value * 10 + (text.ptr[i] - '0');
	}
	*ret = value;
	return text.len > 0 && text.len <= 9;
}
