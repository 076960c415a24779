/*
 * alipay_wire.c - requests and answers of Alipay's gateway as bytes: see alipay.h.
 */
#include "gate/alipay.h"

#include "base/aead.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"

enum { DAY_S = 86400, FEN = 100, RESPONSE_NAME_MAX = 128 };

static bool fields_make(const struct pay_config *config, const struct pay_task *task,
                        const struct alipay_request *request, struct arena *arena,
                        struct url_pair *ret, size_t *ret_count, struct url_pair *ret_content);
static bool content_make(const struct alipay *own, struct str content, struct arena *arena,
                         struct str *ret);
static enum pay_outcome status_sort(const struct net_call *call);
static bool             answer_named(struct str name, const char *method);
static bool content_open(const struct alipay *own, struct str content, struct arena *arena,
                         json_t **ret);
static enum pay_outcome unsigned_sort(struct str code);

bool alipay_post(const struct pay_config *config, const struct pay_task *task,
                 const struct alipay_request *request, struct arena *arena, struct net_call *ret)
{
	struct url_pair fields[ALIPAY_FIELDS_MAX], content;
	struct str      query, body;
	size_t          count;

	if (!fields_make(config, task, request, arena, fields, &count, &content))
		return false;
	query = alipay_form(fields, count, arena);
	body = alipay_form(&content, 1, arena);
	*ret = (struct net_call){
		.method = STR("POST"),
		.url = arena_printf(arena, "%.*s?%.*s", STR_ARG(config->url), STR_ARG(query)),
		.content_type = STR("application/x-www-form-urlencoded;charset=UTF-8"),
		.body = body,
		.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS,
		.answer_max = PAY_ANSWER_MAX,
		.arena = arena,
	};
	return query.len > 0 && body.len > 0 && !arena->failed;
}

bool alipay_page(const struct pay_config *config, const struct pay_task *task,
                 const struct alipay_request *request, struct arena *arena, struct str *ret)
{
	struct url_pair fields[ALIPAY_FIELDS_MAX + 1];
	struct str      query;
	size_t          count;

	if (!fields_make(config, task, request, arena, fields, &count, &fields[ALIPAY_FIELDS_MAX]))
		return false;
	fields[count] = fields[ALIPAY_FIELDS_MAX];
	query = alipay_form(fields, count + 1, arena);
	*ret = arena_printf(arena, "%.*s?%.*s", STR_ARG(config->url), STR_ARG(query));
	return query.len > 0 && ret->len > query.len;
}

bool alipay_number_valid(struct str number)
{
	for (size_t i = 0; i < number.len; i++) {
		char c = number.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      c == '_'))
			return false;
	}
	return number.len > 0 && number.len <= ALIPAY_ID_MAX;
}

bool alipay_amount(struct money money, struct arena *arena, struct str *ret)
{
	if (money.currency != CURRENCY_CNY || money.amount <= 0 || money.amount > ALIPAY_FEN_MAX)
		return false;
	*ret = arena_printf(arena, "%lld.%02lld", (long long)(money.amount / FEN),
	                    (long long)(money.amount % FEN));
	return ret->len > 0;
}

bool alipay_amount_read(struct str text, struct money *ret)
{
	return money_parse(text, CURRENCY_CNY, ret);
}

struct str alipay_instant(struct arena *arena, int64_t utc_s)
{
	struct civil at = civil_from_s(utc_s, ALIPAY_OFFSET_S);

	return arena_printf(arena, "%04d-%02d-%02d %02d:%02d:%02d", at.year, at.month, at.day,
	                    at.hour, at.minute, at.second);
}

int64_t alipay_instant_read(struct str text)
{
	struct str day_text, time_text, part;
	int64_t    number, total_s = 0;
	int32_t    day;
	const int  limits[] = { 24, 60, 60 }, seconds[] = { 3600, 60, 1 };

	str_cut(text, ' ', &day_text, &time_text);
	str_cut(time_text, '.', &time_text, &part);
	if (!iso_day_parse(day_text, &day))
		return 0;
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		str_cut(time_text, ':', &part, &time_text);
		if (part.len != 2 || !str_to_int64(part, &number) || number < 0 ||
		    number >= limits[i])
			return 0;
		total_s += number * seconds[i];
	}
	total_s += (int64_t)day * DAY_S - ALIPAY_OFFSET_S;
	return time_text.len > 0 || total_s < 0 ? 0 : total_s;
}

void alipay_put(json_t *object, const char *name, struct str text)
{
	if (text.len > 0)
		json_object_set_new(object, name, json_stringn(text.ptr, text.len));
}

void alipay_put_title(json_t *object, const char *name, struct str text)
{
	struct str cut = str_take(text, ALIPAY_TEXT_MAX);

	/* A byte 10xxxxxx at the cut is the middle of a character. */
	while (cut.len < text.len && cut.len > 0 && ((unsigned char)text.ptr[cut.len] >> 6) == 2)
		cut.len--;
	alipay_put(object, name, cut);
}

bool alipay_write(json_t *object, struct arena *arena, struct str *ret)
{
	*ret = json_field_write(object, arena);
	return ret->len > 0;
}

enum pay_outcome alipay_judge(const struct pay_config *config, const char *method,
                              enum pay_verb_id verb, const struct net_call *call,
                              struct arena *arena, struct alipay_reply *ret_reply,
                              struct pay_facts *ret)
{
	const struct alipay *own = config->own;
	struct alipay_answer answer;
	struct alipay_reply  reply = { 0 };
	enum pay_outcome     outcome = status_sort(call);
	bool                 proven;

	*ret = (struct pay_facts){ 0 };
	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (!alipay_answer_split(call->answer, arena, &answer) ||
	    !answer_named(answer.name, method))
		return PAY_OUTCOME_UNKNOWN;
	proven = alipay_answer_proven(&answer, &own->trusted, arena);
	if ((answer.sign.len > 0 && !proven) ||
	    !content_open(own, answer.content, arena, &reply.object))
		return PAY_OUTCOME_UNKNOWN;
	if (!json_field_str(reply.object, "code", ALIPAY_CODE_MAX, arena, &reply.code)) {
		json_decref(reply.object);
		return PAY_OUTCOME_UNKNOWN;
	}
	reply.sub_code = alipay_read(reply.object, "sub_code", arena);
	outcome = proven ? alipay_sort(verb, reply.code, reply.sub_code, &ret->state)
	                 : unsigned_sort(reply.code);
	if (!str_eq(reply.code, STR("10000")))
		ret->reason = reply.sub_code.len > 0 ? reply.sub_code : reply.code;
	if (outcome != PAY_OUTCOME_OK)
		json_decref(reply.object);
	else
		*ret_reply = reply;
	return outcome;
}

bool alipay_names_ours(const json_t *object, const char *name, struct str ours, struct arena *arena)
{
	struct str told;

	return json_object_get(object, name) == NULL ||
	       (json_field_str(object, name, ALIPAY_ID_MAX, arena, &told) && str_eq(told, ours));
}

struct str alipay_read(const json_t *object, const char *name, struct arena *arena)
{
	struct str text;

	return json_field_str(object, name, ALIPAY_URL_MAX, arena, &text) ? text : STR("");
}

bool alipay_status(struct str status, bool was_paid, enum payment_state *ret)
{
	static const struct {
		struct str         name;
		enum payment_state state;
	} told[] = {
		{ STR_INIT("WAIT_BUYER_PAY"), PAYMENT_PENDING },
		{ STR_INIT("TRADE_SUCCESS"), PAYMENT_SUCCEEDED },
		{ STR_INIT("TRADE_FINISHED"), PAYMENT_SUCCEEDED },
	};

	for (size_t i = 0; i < COUNT_OF(told); i++) {
		if (!str_eq(told[i].name, status))
			continue;
		*ret = told[i].state;
		return true;
	}
	if (!str_eq(status, STR("TRADE_CLOSED")))
		return false;
	*ret = was_paid ? PAYMENT_REFUNDED : PAYMENT_EXPIRED;
	return true;
}

/* The common parameters and the signature, and biz_content apart.  What is empty is never sent:
 * the SDKs disagree about it. */
static bool fields_make(const struct pay_config *config, const struct pay_task *task,
                        const struct alipay_request *request, struct arena *arena,
                        struct url_pair *ret, size_t *ret_count, struct url_pair *ret_content)
{
	const struct alipay  *own = config->own;
	const struct url_pair all[] = {
		{ STR("method"), str_from(request->method) },
		{ STR("app_id"), config->merchant },
		{ STR("charset"), STR("utf-8") },
		{ STR("version"), STR("1.0") },
		{ STR("sign_type"), STR("RSA2") },
		{ STR("timestamp"), alipay_instant(arena, task->now_ms / 1000) },
		{ STR("format"), STR("JSON") },
		{ STR("notify_url"), request->notify_url },
		{ STR("return_url"), request->return_url },
		{ STR("app_cert_sn"), own->app_cert_sn },
		{ STR("alipay_root_cert_sn"), own->root_cert_sn },
		{ STR("encrypt_type"), own->aes_key.len > 0 ? STR("AES") : STR("") },
	};
	struct url_pair sign = { .name = STR("sign") };
	size_t          count = 0;

	*ret_content = (struct url_pair){ .name = STR("biz_content") };
	if (own->sign == NULL || !content_make(own, request->content, arena, &ret_content->value))
		return false;
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (all[i].value.len > 0)
			ret[count++] = all[i];
	ret[count] = *ret_content;
	if (!alipay_sign(ret, count + 1, own->sign, arena, &sign.value))
		return false;
	ret[count++] = sign;
	*ret_count = count;
	return true;
}

/* The ciphertext is what is signed. */
static bool content_make(const struct alipay *own, struct str content, struct arena *arena,
                         struct str *ret)
{
	struct str sealed;

	*ret = content;
	if (own->aes_key.len == 0)
		return content.len > 0;
	if (!cbc_seal(own->aes_key, content, arena, &sealed))
		return false;
	*ret = base64_encode(arena, sealed);
	return ret->len > 0;
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

/* "alipay_trade_query_response", or "error_response". */
static bool answer_named(struct str name, const char *method)
{
	struct str wanted = str_from(method), tail = STR("_response");

	if (str_eq(name, STR("error_response")))
		return true;
	if (name.len != wanted.len + tail.len || !str_ends(name, tail))
		return false;
	for (size_t i = 0; i < wanted.len; i++)
		if (name.ptr[i] != (wanted.ptr[i] == '.' ? '_' : wanted.ptr[i]))
			return false;
	return true;
}

/* {…}, or with AES "base 64 of the ciphertext"; an error may come in clear even then. */
static bool content_open(const struct alipay *own, struct str content, struct arena *arena,
                         json_t **ret)
{
	struct str plain = content, sealed, text;

	if (content.ptr[0] == '"') {
		text = str_take(str_skip(content, 1), content.len - 2);
		if (own->aes_key.len == 0 || !base64_decode(arena, text, &sealed) ||
		    !cbc_open(own->aes_key, sealed, arena, &plain))
			return false;
	}
	*ret = json_field_open(plain, PAY_ANSWER_MAX);
	return *ret != NULL;
}

/* Who does not know our key does not sign for us either: such an answer may stop us and call a
 * person, and may say nothing else. */
static enum pay_outcome unsigned_sort(struct str code)
{
	enum payment_state state;

	return alipay_sort(PAY_VERB_COUNT, code, STR(""), &state) == PAY_OUTCOME_CONFIG
	           ? PAY_OUTCOME_CONFIG
	           : PAY_OUTCOME_UNKNOWN;
}
