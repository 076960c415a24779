/*
 * stripe_wire.c - see stripe_wire.h.
 */
#include "gate/stripe_wire.h"

#include "base/hash.h"
#include "base/str.h"
#include "gate/json_field.h"

#include <string.h>

enum { HEADERS_MAX = 4, TEXT_MAX = 512, TIME_ROOM = 24, TIME_DIGITS_MAX = 12 };

static void             form_escape(struct buf *buf, struct str text);
static bool             amount_scale(struct str code, int64_t *ret_multiply, int64_t *ret_divide);
static enum pay_outcome error_sort(int32_t status, const json_t *error, struct arena *arena,
                                   struct pay_facts *ret);
static bool             time_read(struct str value, int64_t *ret_s);
static bool secrets_fit(struct str secrets, struct str data, const struct str *signatures,
                        size_t count, struct arena *arena);

/* --- forms ------------------------------------------------------------------------- */
void stripe_form_init(struct stripe_form *form, struct arena *arena)
{
	buf_init(&form->buf, arena, STRIPE_FORM_MAX);
}

void stripe_form_add(struct stripe_form *form, struct str name, struct str value)
{
	if (form->buf.len > 0)
		buf_add_char(&form->buf, '&');
	form_escape(&form->buf, name);
	buf_add_char(&form->buf, '=');
	form_escape(&form->buf, value);
}

void stripe_form_int(struct stripe_form *form, struct str name, int64_t value)
{
	if (form->buf.len > 0)
		buf_add_char(&form->buf, '&');
	form_escape(&form->buf, name);
	buf_add_char(&form->buf, '=');
	buf_add_int64(&form->buf, value);
}

bool stripe_form_end(const struct stripe_form *form, struct str *ret)
{
	if (form->buf.full)
		return false;
	*ret = buf_str(&form->buf);
	return true;
}

/* encodeURIComponent and what qs adds to it: brackets stay for people to read. */
static void form_escape(struct buf *buf, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c != '\0' && strchr("-._~[]", c) != NULL))
			buf_add_char(buf, c);
		else
			buf_printf(buf, "%%%02X", (unsigned)(unsigned char)c);
	}
}

/* --- requests ---------------------------------------------------------------------- */
bool stripe_call(const struct pay_config *config, const struct stripe_request *request,
                 struct arena *arena, struct net_call *ret)
{
	bool        get = str_eq(request->method, STR("GET"));
	const char *mark = get && request->params.len > 0 ? "?" : "";
	struct str *headers = ARENA_ARRAY(arena, struct str, HEADERS_MAX);
	size_t      count = 0;

	if (headers == NULL || config->secret.len == 0 || request->key.len > STRIPE_KEY_MAX)
		return false;
	headers[count++] = arena_printf(arena, "Authorization: Bearer %.*s",
	                                STR_ARG(config->secret));
	headers[count++] = STR("Stripe-Version: " STRIPE_VERSION);
	headers[count++] = STR("Accept: application/json");
	if (request->key.len > 0)
		headers[count++] = arena_printf(arena, "Idempotency-Key: %.*s",
		                                STR_ARG(request->key));
	*ret = (struct net_call){
		.method = request->method,
		.url = arena_printf(arena, "%.*s%.*s%s%.*s", STR_ARG(config->url),
		                    STR_ARG(request->path), mark,
		                    STR_ARG(get ? request->params : STR(""))),
		.content_type = STR("application/x-www-form-urlencoded"),
		.body = get ? STR("") : request->params,
		.headers = headers,
		.header_count = count,
		.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS,
		.answer_max = STRIPE_ANSWER_MAX,
		.arena = arena,
	};
	return !arena->failed;
}

bool stripe_id_valid(struct str id, const char *prefix)
{
	if (!str_starts(id, str_from(prefix)) || id.len <= strlen(prefix) || id.len > STRIPE_ID_MAX)
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      c == '_'))
			return false;
	}
	return true;
}

/* --- amounts ----------------------------------------------------------------------- */
/* Theirs = ours * multiply / divide. */
static bool amount_scale(struct str code, int64_t *ret_multiply, int64_t *ret_divide)
{
	/* Zero decimals in ISO 4217, hundredths on the wire; and the other way round. */
	static const char *const hundredfold[] = { "ISK", "UGX" };
	static const char *const hundredth[] = { "MGA" };

	*ret_multiply = *ret_divide = 1;
	for (size_t i = 0; i < COUNT_OF(hundredfold); i++)
		if (str_eq(code, str_from(hundredfold[i])))
			*ret_multiply = 100;
	for (size_t i = 0; i < COUNT_OF(hundredth); i++)
		if (str_eq(code, str_from(hundredth[i])))
			*ret_divide = 100;
	return code.len == 3;
}

bool stripe_amount(struct money money, int64_t *ret)
{
	int64_t multiply, divide;

	if (!amount_scale(currency_code(money.currency), &multiply, &divide) || money.amount <= 0 ||
	    money.amount > MONEY_MAX / multiply || money.amount % divide != 0)
		return false;
	/* Card networks have two decimals at most: the third must be zero. */
	if (currency_exponent(money.currency) == 3 && money.amount % 10 != 0)
		return false;
	*ret = money.amount * multiply / divide;
	return true;
}

bool stripe_money(int64_t amount, struct str code, struct money *ret)
{
	char         upper[3];
	struct str   iso = { .ptr = upper, .len = sizeof(upper) };
	struct money money;
	int64_t      multiply, divide;

	if (code.len != sizeof(upper))
		return false;
	for (size_t i = 0; i < sizeof(upper); i++) {
		if (code.ptr[i] < 'a' || code.ptr[i] > 'z')
			return false;
		upper[i] = (char)(code.ptr[i] - 'a' + 'A');
	}
	if (!currency_from_code(iso, &money.currency) || !amount_scale(iso, &multiply, &divide) ||
	    amount > MONEY_MAX / divide || amount < -MONEY_MAX / divide || amount % multiply != 0)
		return false;
	money.amount = amount / multiply * divide;
	*ret = money;
	return true;
}

/* --- failures ---------------------------------------------------------------------- */
/* Codes of an error object that say more than the HTTP status does. */
static const struct {
	int32_t          status;
	const char      *code;
	enum pay_outcome outcome;
} error_codes[] = {
	/* Already as it should be, or already paid: asking tells which. */
	{ 400, "checkout_session_not_open", PAY_OUTCOME_UNKNOWN },
	{ 400, "payment_intent_unexpected_state", PAY_OUTCOME_UNKNOWN },
	{ 400, "charge_already_refunded", PAY_OUTCOME_DECLINED },
	{ 400, "charge_disputed", PAY_OUTCOME_DECLINED },
	{ 400, "refund_disputed_payment", PAY_OUTCOME_DECLINED },
	{ 400, "charge_not_refundable", PAY_OUTCOME_DECLINED },
	{ 400, "charge_exceeds_source_limit", PAY_OUTCOME_DECLINED },
	{ 400, "amount_too_large", PAY_OUTCOME_DECLINED },
	{ 400, "amount_too_small", PAY_OUTCOME_DECLINED },
	{ 400, "balance_insufficient", PAY_OUTCOME_FUNDS },
	{ 400, "insufficient_funds", PAY_OUTCOME_FUNDS },
	{ 400, "lock_timeout", PAY_OUTCOME_RETRY },
	{ 400, "rate_limit", PAY_OUTCOME_RETRY },
};

bool stripe_failed(const struct net_call *call, struct arena *arena, enum pay_outcome *ret,
                   struct pay_facts *ret_facts)
{
	json_t *answer;

	*ret_facts = (struct pay_facts){ 0 };
	*ret = PAY_OUTCOME_UNKNOWN;
	if (call->result == NET_REFUSED)
		*ret = PAY_OUTCOME_RETRY;
	if (call->result != NET_ANSWER)
		return true;
	if (call->status >= 200 && call->status < 300)
		return false;
	answer = json_field_open(call->answer, STRIPE_ANSWER_MAX);
	*ret = error_sort(call->status, json_object_get(answer, "error"), arena, ret_facts);
	json_decref(answer);
	return true;
}

/* The class comes from the status; the body only makes a 400 and a 402 more exact. */
static enum pay_outcome error_sort(int32_t status, const json_t *error, struct arena *arena,
                                   struct pay_facts *ret)
{
	struct str code, type = STR("");

	if (!json_field_str(error, "code", TEXT_MAX, arena, &code))
		code = STR("");
	if (json_field_str(error, "type", TEXT_MAX, arena, &type) && code.len == 0)
		code = type;
	ret->reason = code;
	if (status == 402) {
		json_field_str(error, "decline_code", TEXT_MAX, arena, &ret->reason);
		return str_eq(type, STR("card_error")) ? PAY_OUTCOME_DECLINED : PAY_OUTCOME_UNKNOWN;
	}
	if (status == 409 || status == 429)
		return PAY_OUTCOME_RETRY;
	for (size_t i = 0; i < COUNT_OF(error_codes); i++)
		if (error_codes[i].status == status && str_eq(code, str_from(error_codes[i].code)))
			return error_codes[i].outcome;
	if (status == 400 || status == 401 || status == 403 || status == 404)
		return PAY_OUTCOME_CONFIG;
	return PAY_OUTCOME_UNKNOWN;
}

/* --- webhooks ---------------------------------------------------------------------- */
enum stripe_signature stripe_signature_check(struct str secrets, struct str header, struct str body,
                                             int64_t now_s, int64_t tolerance_s,
                                             struct arena *arena)
{
	struct str signatures[STRIPE_SIGNATURE_MAX], rest = header, part, name, value, data;
	struct buf signed_bytes;
	size_t     count = 0;
	int64_t    at_s = -1;

	/* Split without trimming, as the SDK does; of several times the last holds. */
	while (rest.len > 0) {
		str_cut(rest, ',', &part, &rest);
		str_cut(part, '=', &name, &value);
		str_cut(value, '=', &value, &part);
		if (str_eq(name, STR("t")) && !time_read(value, &at_s))
			return STRIPE_UNSIGNED;
		if (str_eq(name, STR("v1")) && count == STRIPE_SIGNATURE_MAX)
			return STRIPE_UNSIGNED;
		if (str_eq(name, STR("v1")))
			signatures[count++] = value;
	}
	if (at_s < 0 || count == 0 || body.len == 0)
		return STRIPE_UNSIGNED;
	buf_init(&signed_bytes, arena, body.len + TIME_ROOM);
	buf_add_int64(&signed_bytes, at_s);
	buf_add_char(&signed_bytes, '.');
	buf_add(&signed_bytes, body);
	data = buf_str(&signed_bytes);
	if (signed_bytes.full)
		return STRIPE_UNSIGNED;
	if (!secrets_fit(secrets, data, signatures, count, arena))
		return STRIPE_UNSIGNED;
	if (tolerance_s > 0 && (now_s - at_s > tolerance_s || at_s - now_s > tolerance_s))
		return STRIPE_STALE;
	return STRIPE_SIGNED;
}

/* What stands behind the digits does not count: it was not signed either. */
static bool time_read(struct str value, int64_t *ret_s)
{
	size_t digits = 0;

	while (digits < value.len && value.ptr[digits] >= '0' && value.ptr[digits] <= '9')
		digits++;
	return digits <= TIME_DIGITS_MAX && str_to_int64(str_take(value, digits), ret_s);
}

static bool secrets_fit(struct str secrets, struct str data, const struct str *signatures,
                        size_t count, struct arena *arena)
{
	struct str rest = secrets, secret, expected;
	bool       fits = false;

	for (size_t used = 0; rest.len > 0 && used < STRIPE_HOOK_SECRET_MAX;) {
		size_t end = 0;

		while (end < rest.len && (unsigned char)rest.ptr[end] > ' ')
			end++;
		secret = str_take(rest, end);
		rest = str_skip(rest, end + 1);
		if (secret.len == 0)
			continue;
		used++;
		expected = hmac_sha256_hex(arena, secret, data);
		for (size_t i = 0; i < count && expected.len > 0; i++)
			if (str_eq_secret(signatures[i], expected))
				fits = true;
	}
	return fits;
}
