/*
 * antom_wire.c - requests and answers of Antom as bytes: see antom.h.
 */
#include "gate/antom.h"

#include "base/str.h"
#include "base/time.h"

enum { HEADERS_COUNT = 3 };

static enum pay_outcome status_sort(const struct net_call *call);
static enum pay_outcome unsigned_sort(struct antom_answer *answer);
static bool             result_read(struct antom_answer *answer, struct arena *arena);

bool antom_wrap(const struct pay_config *config, const struct pay_task *task, const char *name,
                struct arena *arena, struct net_call *ret)
{
	const struct antom  *own = config->own;
	struct str          *headers = ARENA_ARRAY(arena, struct str, HEADERS_COUNT);
	struct antom_message message = { .client = config->merchant, .body = task->body };
	struct str           url, signature;

	url = arena_printf(arena, "%.*s%.*s%s", STR_ARG(config->url), STR_ARG(own->root), name);
	message.path = antom_path(url);
	message.time = arena_printf(arena, "%lld", (long long)task->now_ms);
	if (headers == NULL || url.len == 0 || message.time.len == 0 || own->sign == NULL ||
	    !antom_sign(&message, own->sign, own->key_version, arena, &signature))
		return false;
	headers[0] = arena_printf(arena, "Client-Id: %.*s", STR_ARG(config->merchant));
	headers[1] = arena_printf(arena, "Request-Time: %.*s", STR_ARG(message.time));
	headers[2] = arena_printf(arena, "Signature: %.*s", STR_ARG(signature));
	*ret = (struct net_call){
		.method = STR("POST"),
		.url = url,
		.content_type = STR("application/json; charset=UTF-8"),
		.body = task->body,
		.headers = headers,
		.header_count = HEADERS_COUNT,
		.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS,
		.answer_max = PAY_ANSWER_MAX,
		.arena = arena,
	};
	return !arena->failed;
}

bool antom_number_valid(struct str number)
{
	for (size_t i = 0; i < number.len; i++) {
		char c = number.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
			return false;
	}
	return number.len > 0 && number.len <= ANTOM_ID_MAX;
}

json_t *antom_money(struct money money, struct arena *arena)
{
	struct str value = arena_printf(arena, "%lld", (long long)money.amount);
	json_t    *object;

	if (money.amount <= 0 || money.amount > MONEY_MAX || value.len == 0 ||
	    currency_exponent(money.currency) < 0)
		return NULL;
	object = json_object();
	antom_put(object, "currency", currency_code(money.currency));
	antom_put(object, "value", value);
	return object;
}

void antom_put(json_t *object, const char *name, struct str text)
{
	if (text.len > 0)
		json_object_set_new(object, name, json_stringn(text.ptr, text.len));
}

void antom_put_title(json_t *object, const char *name, struct str text)
{
	struct str cut = str_take(text, ANTOM_TITLE_MAX);

	/* A byte 10xxxxxx at the cut is the middle of a character. */
	while (cut.len < text.len && cut.len > 0 && ((unsigned char)text.ptr[cut.len] >> 6) == 2)
		cut.len--;
	antom_put(object, name, cut);
}

bool antom_write(json_t *object, struct arena *arena, struct str *ret)
{
	*ret = json_field_write(object, arena);
	return ret->len > 0;
}

struct str antom_instant(struct arena *arena, int64_t utc_s)
{
	struct str zulu = rfc3339(arena, utc_s);

	if (!str_ends(zulu, STR("Z")))
		return (struct str){ 0 };
	return arena_printf(arena, "%.*s+00:00", (int)zulu.len - 1, zulu.ptr);
}

const char *antom_terminal(const struct pay_task *task)
{
	return task->device == PAY_DEVICE_PHONE ? "WAP" : "WEB";
}

enum pay_outcome antom_open_answer(const struct pay_config *config, const struct net_call *call,
                                   struct arena *arena, struct antom_answer *ret)
{
	const struct antom  *own = config->own;
	struct antom_answer  answer = { 0 };
	struct antom_message message = { .path = antom_path(call->url), .body = call->answer };
	enum pay_outcome     outcome = status_sort(call);
	struct str           signature;

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	answer.object = json_field_open(call->answer, PAY_ANSWER_MAX);
	if (answer.object == NULL || !result_read(&answer, arena)) {
		json_decref(answer.object);
		return PAY_OUTCOME_UNKNOWN;
	}
	if (!pay_header(call->answer_headers, call->answer_header_count, STR("Signature"),
	                &signature) ||
	    !pay_header(call->answer_headers, call->answer_header_count, STR("Response-Time"),
	                &message.time))
		return unsigned_sort(&answer);
	/* An answer need not name us: then only our own name can have been signed. */
	if (!pay_header(call->answer_headers, call->answer_header_count, STR("Client-Id"),
	                &message.client))
		message.client = config->merchant;
	if (!antom_proven(&message, signature, &own->trusted, arena)) {
		json_decref(answer.object);
		return PAY_OUTCOME_UNKNOWN;
	}
	if (!str_eq(message.client, config->merchant)) {
		json_decref(answer.object);
		return PAY_OUTCOME_FOREIGN;
	}
	*ret = answer;
	return PAY_OUTCOME_OK;
}

enum pay_outcome antom_judge(const struct pay_config *config, enum pay_verb_id verb,
                             const struct net_call *call, struct arena *arena,
                             struct antom_answer *ret_answer, struct pay_facts *ret)
{
	enum pay_outcome   outcome = antom_open_answer(config, call, arena, ret_answer);
	enum payment_state state;

	*ret = (struct pay_facts){ 0 };
	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	outcome = antom_sort(verb, ret_answer, &state);
	ret->state = state;
	ret->reason = ret_answer->status == 'S' ? (struct str){ 0 } : ret_answer->code;
	if (outcome != PAY_OUTCOME_OK)
		json_decref(ret_answer->object);
	return outcome;
}

bool antom_read_money(const json_t *object, const char *name, struct arena *arena,
                      struct money *ret)
{
	const json_t *inner = json_object_get(object, name);
	struct str    code, value;
	struct money  money;

	if (!json_is_object(inner) ||
	    !json_field_str(inner, "currency", ANTOM_CURRENCY_LEN, arena, &code) ||
	    !json_field_str(inner, "value", ANTOM_AMOUNT_MAX, arena, &value) ||
	    !currency_from_code(code, &money.currency) || value.ptr[0] < '1' ||
	    value.ptr[0] > '9' || !str_to_int64(value, &money.amount) || money.amount > MONEY_MAX)
		return false;
	*ret = money;
	return true;
}

int64_t antom_read_time(const json_t *object, const char *name, struct arena *arena)
{
	struct str text;
	int64_t    at_s;

	if (!json_field_str(object, name, ANTOM_TIME_MAX, arena, &text) ||
	    !rfc3339_parse(text, &at_s) || at_s < 0)
		return 0;
	return at_s;
}

bool antom_read_result(const json_t *object, struct arena *arena, char *ret_status,
                       struct str *ret_code)
{
	const json_t *result = json_object_get(object, "result");
	struct str    status, code;

	if (!json_is_object(result) || !json_field_str(result, "resultStatus", 1, arena, &status) ||
	    !json_field_str(result, "resultCode", ANTOM_CODE_MAX, arena, &code) ||
	    (status.ptr[0] != 'S' && status.ptr[0] != 'F' && status.ptr[0] != 'U'))
		return false;
	*ret_status = status.ptr[0];
	*ret_code = code;
	return true;
}

void antom_read_quote(const json_t *object, uint16_t from, struct arena *arena,
                      struct fx_decimal *ret)
{
	const json_t     *quote = json_object_get(object, "settlementQuote");
	struct str        pair, price, first, second;
	struct fx_decimal rate;

	if (json_is_object(quote) && json_field_str(quote, "quoteCurrencyPair", 7, arena, &pair) &&
	    json_field_str(quote, "quotePrice", ANTOM_TIME_MAX, arena, &price) &&
	    str_cut(pair, '/', &first, &second) && str_eq(first, currency_code(from)) &&
	    fx_decimal_parse(price, &rate))
		*ret = rate;
}

bool antom_read_page(const struct pay_config *config, const json_t *object, enum pay_device device,
                     struct arena *arena, struct pay_facts *ret)
{
	static const char *const desk[] = { "normalUrl", "authUrl" };
	static const char *const phone[] = { "applinkUrl", "schemeUrl", "normalUrl", "authUrl" };
	const char *const       *names = device == PAY_DEVICE_PHONE ? phone : desk;
	size_t     count = device == PAY_DEVICE_PHONE ? COUNT_OF(phone) : COUNT_OF(desk);
	struct str url;

	for (size_t i = 0; i < count; i++) {
		if (!json_field_str(object, names[i], ANTOM_URL_MAX, arena, &url) ||
		    !pay_page_allowed(config, url))
			continue;
		ret->way = PAY_WAY_REDIRECT;
		ret->url = url;
		return true;
	}
	return false;
}

/* Before a byte of the body is looked at; OK: there is a body to look at. */
static enum pay_outcome status_sort(const struct net_call *call)
{
	static const int32_t config_statuses[] = { 400, 401, 403, 404, 405, 406, 415 };

	if (call->result == NET_REFUSED)
		return PAY_OUTCOME_RETRY;
	if (call->result != NET_ANSWER)
		return PAY_OUTCOME_UNKNOWN;
	if (call->status == 200)
		return PAY_OUTCOME_OK;
	if (call->status == 429)
		return PAY_OUTCOME_RETRY;
	for (size_t i = 0; i < COUNT_OF(config_statuses); i++)
		if (call->status == config_statuses[i])
			return PAY_OUTCOME_CONFIG;
	return PAY_OUTCOME_UNKNOWN;
}

/* Who does not know our key does not sign for us either: such an answer may stop us and call a
 * person, and may say nothing else. */
static enum pay_outcome unsigned_sort(struct antom_answer *answer)
{
	enum payment_state state;
	bool               ours = answer->status == 'F' &&
	            antom_sort(PAY_VERB_COUNT, answer, &state) == PAY_OUTCOME_CONFIG;

	json_decref(answer->object);
	return ours ? PAY_OUTCOME_CONFIG : PAY_OUTCOME_UNKNOWN;
}

static bool result_read(struct antom_answer *answer, struct arena *arena)
{
	return antom_read_result(answer->object, arena, &answer->status, &answer->code);
}
