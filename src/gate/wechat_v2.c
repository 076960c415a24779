/*
 * wechat_v2.c - a debit by API v2 (pay/pappayapply): flat XML both ways, signed
 * by HMAC-SHA-256 with a key that both sides know.
 *
 * The body that is kept holds the fields alone; each try adds its own nonce and
 * signature.
 */
#include "gate/wechat_agreement.h"

#include "base/buf.h"
#include "base/str.h"

enum { FIELDS_MAX = 64, XML_MAX = 16384, V2_TITLE_MAX = 127, NAME_MAX = 64 };

static void pair_put(struct url_pair *pairs, size_t *count, const char *name, struct str value);
static bool form_write(const struct url_pair *pairs, size_t count, struct arena *arena,
                       struct str *ret);
static struct str       field_of(const struct url_pair *pairs, size_t count, struct str name);
static enum pay_outcome answer_sort(const struct wechat *wechat, const struct pay_task *task,
                                    struct url_pair *pairs, size_t count, struct arena *arena,
                                    struct pay_facts *ret);
static bool             xml_pass(struct str *rest, struct str what);
static void             xml_blanks(struct str *rest);
static bool             xml_name(struct str *rest, struct str *ret);
static bool             xml_value(struct arena *arena, struct str *rest, struct str *ret);
static bool             xml_decode(struct arena *arena, struct str text, struct str *ret);

bool wechat_v2_debit_body(const struct pay_config *config, const struct pay_task *task,
                          struct arena *arena, struct str *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct url_pair      pairs[FIELDS_MAX];
	struct str           contract, ours;
	size_t               count = 0;

	wechat_agreement_cut(task->agreement, &contract, &ours);
	pair_put(pairs, &count, "appid", wechat->appid);
	pair_put(pairs, &count, "mch_id", wechat->mchid);
	pair_put(pairs, &count, "body", wechat_text_cut(task->title, V2_TITLE_MAX));
	pair_put(pairs, &count, "contract_id", contract);
	pair_put(pairs, &count, "notify_url", task->hook_url);
	pair_put(pairs, &count, "out_trade_no", task->order);
	pair_put(pairs, &count, "sign_type", STR("HMAC-SHA256"));
	/* Of the machine that asks; nobody is there to pay. */
	pair_put(pairs, &count, "spbill_create_ip", STR("127.0.0.1"));
	pair_put(pairs, &count, "total_fee",
	         arena_printf(arena, "%lld", (long long)task->amount.amount));
	pair_put(pairs, &count, "trade_type", STR("PAP"));
	return form_write(pairs, count, arena, ret);
}

bool wechat_v2_debit_wrap(const struct pay_config *config, const struct pay_task *task,
                          struct arena *arena, struct net_call *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct url_pair      pairs[FIELDS_MAX];
	struct str           url, xml, sign;
	size_t               count;

	if (wechat->v2_key.len == 0 ||
	    !url_parse_form(arena, task->body, pairs, FIELDS_MAX - 2, &count))
		return false;
	pair_put(pairs, &count, "nonce_str", task->nonce);
	sign = wechat_v2_sign(arena, WECHAT_V2_HMAC_SHA256, pairs, count, wechat->v2_key);
	pair_put(pairs, &count, "sign", sign);
	xml = wechat_xml_write(arena, pairs, count);
	url = arena_printf(arena, "%.*s/pay/pappayapply", STR_ARG(config->url));
	*ret = (struct net_call){
		.method = STR("POST"),
		.url = url,
		.content_type = STR("text/xml; charset=utf-8"),
		.body = xml,
		.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS,
		.answer_max = PAY_ANSWER_MAX,
		.arena = arena,
	};
	return sign.len > 0 && xml.len > 0 && url.len > 0;
}

enum pay_outcome wechat_v2_debit_parse(const struct pay_config *config, const struct pay_task *task,
                                       const struct net_call *call, struct arena *arena,
                                       struct pay_facts *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct url_pair      pairs[FIELDS_MAX];
	struct str           sign, told;
	size_t               count;

	*ret = (struct pay_facts){ 0 };
	if (call->result == NET_REFUSED)
		return PAY_OUTCOME_RETRY;
	if (call->result != NET_ANSWER || call->status != 200 || wechat->v2_key.len == 0 ||
	    !wechat_xml_read(arena, call->answer, pairs, FIELDS_MAX, &count))
		return PAY_OUTCOME_UNKNOWN;
	/* "Not taken" comes without a signature, so it is no proof of anything. */
	told = field_of(pairs, count, STR("sign"));
	sign = wechat_v2_sign(arena, WECHAT_V2_HMAC_SHA256, pairs, count, wechat->v2_key);
	if (told.len == 0 || sign.len == 0 || !str_eq_secret(told, sign))
		return PAY_OUTCOME_UNKNOWN;
	return answer_sort(wechat, task, pairs, count, arena, ret);
}

static enum pay_outcome answer_sort(const struct wechat *wechat, const struct pay_task *task,
                                    struct url_pair *pairs, size_t count, struct arena *arena,
                                    struct pay_facts *ret)
{
	if (!str_eq(field_of(pairs, count, STR("mch_id")), wechat->mchid))
		return PAY_OUTCOME_FOREIGN;
	if (!str_eq(field_of(pairs, count, STR("return_code")), STR("SUCCESS")))
		return PAY_OUTCOME_UNKNOWN;
	if (!str_eq(field_of(pairs, count, STR("result_code")), STR("SUCCESS"))) {
		ret->reason = arena_str(arena, field_of(pairs, count, STR("err_code")));
		return wechat_code_outcome(WECHAT_ASK_DEBIT, 400, ret->reason);
	}
	ret->order = task->order;
	ret->state = PAYMENT_PENDING;
	ret->amount = task->amount;
	return PAY_OUTCOME_OK;
}

struct str wechat_xml_write(struct arena *arena, const struct url_pair *pairs, size_t count)
{
	struct buf buf;

	buf_init(&buf, arena, XML_MAX);
	buf_add(&buf, STR("<xml>"));
	for (size_t i = 0; i < count; i++) {
		struct str value = pairs[i].value;

		buf_printf(&buf, "<%.*s>", STR_ARG(pairs[i].name));
		for (size_t j = 0; j < value.len; j++) {
			if (value.ptr[j] == '&')
				buf_add(&buf, STR("&amp;"));
			else if (value.ptr[j] == '<')
				buf_add(&buf, STR("&lt;"));
			else if (value.ptr[j] == '>')
				buf_add(&buf, STR("&gt;"));
			else
				buf_add_char(&buf, value.ptr[j]);
		}
		buf_printf(&buf, "</%.*s>", STR_ARG(pairs[i].name));
	}
	buf_add(&buf, STR("</xml>"));
	return buf.full ? (struct str){ 0 } : buf_str(&buf);
}

bool wechat_xml_read(struct arena *arena, struct str xml, struct url_pair *ret, size_t max,
                     size_t *ret_count)
{
	struct str rest = xml, name, end;
	size_t     count = 0;

	xml_blanks(&rest);
	if (!xml_pass(&rest, STR("<xml>")))
		return false;
	for (;;) {
		xml_blanks(&rest);
		if (xml_pass(&rest, STR("</xml>")))
			break;
		if (count == max || !xml_pass(&rest, STR("<")) || !xml_name(&rest, &name) ||
		    !xml_value(arena, &rest, &ret[count].value) || !xml_name(&rest, &end) ||
		    !str_eq(name, end) || url_find(ret, count, name) != NULL)
			return false;
		ret[count++].name = name;
	}
	*ret_count = count;
	return str_trim(rest).len == 0;
}

static void pair_put(struct url_pair *pairs, size_t *count, const char *name, struct str value)
{
	assert(*count < FIELDS_MAX);
	pairs[(*count)++] = (struct url_pair){ .name = str_from(name), .value = value };
}

static bool form_write(const struct url_pair *pairs, size_t count, struct arena *arena,
                       struct str *ret)
{
	struct buf buf;

	buf_init(&buf, arena, XML_MAX);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_char(&buf, '&');
		buf_add(&buf, pairs[i].name);
		buf_add_char(&buf, '=');
		buf_add(&buf, url_encode_form(arena, pairs[i].value));
	}
	*ret = buf_str(&buf);
	return !buf.full && !arena->failed;
}

static struct str field_of(const struct url_pair *pairs, size_t count, struct str name)
{
	const struct str *value = url_find(pairs, count, name);

	return value == NULL ? (struct str){ 0 } : *value;
}

static bool xml_pass(struct str *rest, struct str what)
{
	if (!str_starts(*rest, what))
		return false;
	*rest = str_skip(*rest, what.len);
	return true;
}

static void xml_blanks(struct str *rest)
{
	while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\n' ||
	                         rest->ptr[0] == '\r' || rest->ptr[0] == '\t'))
		*rest = str_skip(*rest, 1);
}

/* A name and its '>': letters, digits and '_' only, so no attribute. */
static bool xml_name(struct str *rest, struct str *ret)
{
	size_t len = 0;

	while (len < rest->len && len < NAME_MAX &&
	       ((rest->ptr[len] >= 'a' && rest->ptr[len] <= 'z') ||
	        (rest->ptr[len] >= 'A' && rest->ptr[len] <= 'Z') ||
	        (rest->ptr[len] >= '0' && rest->ptr[len] <= '9') || rest->ptr[len] == '_'))
		len++;
	*ret = str_take(*rest, len);
	*rest = str_skip(*rest, len);
	return len > 0 && xml_pass(rest, STR(">"));
}

/* Up to and with "</". */
static bool xml_value(struct arena *arena, struct str *rest, struct str *ret)
{
	bool       raw = xml_pass(rest, STR("<![CDATA["));
	struct str end = raw ? STR("]]></") : STR("</"), text;
	ptrdiff_t  at = str_find(*rest, end);

	if (at < 0)
		return false;
	text = str_take(*rest, (size_t)at);
	*rest = str_skip(*rest, (size_t)at + end.len);
	if (raw) {
		*ret = text;
		return true;
	}
	return xml_decode(arena, text, ret);
}

/* The five entities that every XML has; any other, and any tag, is refused. */
static bool xml_decode(struct arena *arena, struct str text, struct str *ret)
{
	static const struct {
		struct str name;
		char       letter;
	} entities[] = {
		{ STR_INIT("&amp;"), '&' },   { STR_INIT("&lt;"), '<' },
		{ STR_INIT("&gt;"), '>' },    { STR_INIT("&quot;"), '"' },
		{ STR_INIT("&apos;"), '\'' },
	};
	struct buf buf;

	buf_init(&buf, arena, text.len + 2);
	while (text.len > 0) {
		size_t i = 0;

		if (text.ptr[0] == '<')
			return false;
		if (text.ptr[0] != '&') {
			buf_add_char(&buf, text.ptr[0]);
			text = str_skip(text, 1);
			continue;
		}
		while (i < COUNT_OF(entities) && !xml_pass(&text, entities[i].name))
			i++;
		if (i == COUNT_OF(entities))
			return false;
		buf_add_char(&buf, entities[i].letter);
	}
	*ret = buf_str(&buf);
	return !buf.full;
}
