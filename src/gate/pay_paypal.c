/*
 * pay_paypal.c - PayPal by Orders v2: an order is opened, the payer approves it
 * on PayPal's page, and our capture moves the money.
 *
 * What nobody captures cannot be paid: so there is nothing to close, and an
 * order whose number we have lost is harmless.
 * Source: GATEWAYS 6.
 */
#include "gate/paypal.h"

#include "base/hash.h"
#include "base/str.h"
#include "gate/json_field.h"
#include "gate/pay_open.h"

enum {
	WORD_MAX = 64,
	DESCRIPTION_MAX = 120, /* characters, of 127 */
	TOKEN_LIFE_MAX_S = 86400,
	TOKEN_EARLY_S = 60, /* so long before its end a token is not used any more */
	CAPTURE_ID_S = 120  /* an order can be captured once only: another id does no harm */
};

/* --- settings ---------------------------------------------------------------------- */
static bool open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                 struct pay_problem *ret_problem)
{
	struct pay_config config;
	struct paypal    *own;
	struct str        url, secret, id = str_trim(source->text(source->ctx, "client_id"));

	if (!pay_open_url(source, "url", &url, ret_problem))
		return false;
	if (id.len == 0 || str_find(id, STR(":")) >= 0) {
		*ret_problem = (struct pay_problem){ .setting = "client_id",
			                             .text = STR("the app's client ID is needed") };
		return false;
	}
	if (!pay_open_secret(source, "secret_file", arena, &secret, ret_problem))
		return false;
	/* The certificates too: check() tells about them. */
	if (!paypal_hook_open(source, arena, &config, ret_problem)) {
		pay_open_wipe(&secret);
		return false;
	}
	own = (struct paypal *)(uintptr_t)config.own;
	own->client_id = id;
	config.url = url;
	config.secret = secret;
	config.pages = source->text(source->ctx, "pages");
	*ret = config;
	return true;
}

static void shut(struct pay_config *config)
{
	if (config->own != NULL)
		paypal_hook_close((struct paypal *)(uintptr_t)config->own);
	pay_open_wipe(&config->secret);
	config->own = NULL;
}

static void check(const struct pay_config *config, int64_t now_s, struct arena *arena,
                  pay_finding_visit *visit, void *ctx)
{
	const struct paypal *own = config->own;
	bool                 sandbox = str_find(config->url, STR("sandbox")) >= 0;
	struct pay_finding   finding = { .good = true, .setting = "url" };

	finding.text = arena_printf(arena, "%.*s%s", STR_ARG(config->url),
	                            sandbox ? " (PayPal's sandbox)" : "");
	visit(ctx, &finding);
	finding.setting = "client_id";
	finding.text = arena_printf(arena, "%zu characters, its secret %zu", own->client_id.len,
	                            config->secret.len);
	visit(ctx, &finding);
	finding.setting = "merchant";
	finding.good = config->merchant.len == 0 || paypal_id_valid(config->merchant);
	finding.text = config->merchant.len == 0 ? STR("not told: any payee is believed")
	                                         : config->merchant;
	visit(ctx, &finding);
	paypal_hook_check(own, now_s, arena, visit, ctx);
}

static bool takes(const struct pay_config *config, struct money amount)
{
	(void)config;
	return paypal_takes(amount);
}

/* --- TOKEN ------------------------------------------------------------------------- */
static bool token_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	const struct paypal *own = config->own;
	struct str          *headers = ARENA_ARRAY(arena, struct str, 2);
	struct str           pair = arena_printf(arena, "%.*s:%.*s", STR_ARG(own->client_id),
	                                         STR_ARG(config->secret));

	(void)task;
	if (headers == NULL)
		return false;
	headers[0] = arena_printf(arena, "Authorization: Basic %.*s",
	                          STR_ARG(base64_encode(arena, pair)));
	headers[1] = STR("Accept: application/json");
	pay_open_wipe(&pair);
	*ret = (struct net_call){
		.method = STR("POST"),
		.url = arena_printf(arena, "%.*s/v1/oauth2/token", STR_ARG(config->url)),
		.content_type = STR("application/x-www-form-urlencoded"),
		.body = STR("grant_type=client_credentials"),
		.headers = headers,
		.header_count = 2,
		.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS,
		.answer_max = PAY_ANSWER_MAX,
		.arena = arena,
	};
	return !arena->failed;
}

static bool token_printable(struct str token)
{
	for (size_t i = 0; i < token.len; i++)
		if (token.ptr[i] <= ' ' || token.ptr[i] > '~')
			return false;
	return token.len > 0;
}

static enum pay_outcome token_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct str       type;
	enum pay_outcome outcome;
	json_t          *object;
	int64_t          life_s;

	(void)config;
	if (paypal_failed(call, arena, &outcome, ret))
		return outcome == PAY_OUTCOME_LOGIN || outcome == PAY_OUTCOME_ABSENT
		           ? PAY_OUTCOME_CONFIG
		           : outcome;
	object = json_field_open(call->answer, PAY_ANSWER_MAX);
	outcome = PAY_OUTCOME_UNKNOWN;
	if (json_field_str(object, "access_token", PAY_TOKEN_MAX, arena, &facts.token) &&
	    token_printable(facts.token) &&
	    json_field_str(object, "token_type", WORD_MAX, arena, &type) &&
	    str_eq_nocase(type, STR("Bearer")) &&
	    json_field_int(object, "expires_in", 1, INT64_C(1) << 31, &life_s)) {
		life_s = life_s < TOKEN_LIFE_MAX_S ? life_s : TOKEN_LIFE_MAX_S;
		facts.expires_s = task->now_ms / 1000 + life_s -
		                  (life_s > 2 * TOKEN_EARLY_S ? TOKEN_EARLY_S : 0);
		*ret = facts;
		outcome = PAY_OUTCOME_OK;
	}
	json_decref(object);
	return outcome;
}

/* --- START ------------------------------------------------------------------------- */
static struct str locale_of(struct str lang)
{
	static const struct {
		const char *lang, *locale;
	} locales[] = {
		{ "zh-Hant-HK", "zh-HK" }, { "zh-HK", "zh-HK" }, { "zh-Hant", "zh-TW" },
		{ "zh-TW", "zh-TW" },      { "zh", "zh-CN" },    { "ja", "ja-JP" },
		{ "ko", "ko-KR" },         { "vi", "vi-VN" },    { "th", "th-TH" },
		{ "id", "id-ID" },         { "pt", "pt-BR" },    { "es", "es-ES" },
		{ "fr", "fr-FR" },         { "de", "de-DE" },
	};

	for (size_t i = 0; i < COUNT_OF(locales); i++) {
		struct str name = str_from(locales[i].lang);

		if (str_starts(lang, name) && (lang.len == name.len || lang.ptr[name.len] == '-'))
			return str_from(locales[i].locale);
	}
	return STR("en-US");
}

static void put(json_t *object, const char *name, struct str text)
{
	json_object_set_new(object, name, json_stringn(text.ptr, text.len));
}

static json_t *unit_make(const struct pay_task *task, json_t *amount)
{
	json_t    *unit = json_object(), *units = json_array();
	struct str title = pay_open_characters(task->title, DESCRIPTION_MAX);

	json_object_set_new(unit, "amount", amount);
	put(unit, "custom_id", task->order);
	put(unit, "invoice_id", task->order);
	if (title.len > 0)
		put(unit, "description", title);
	json_array_append_new(units, unit);
	return units;
}

static bool start_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	json_t *amount = paypal_amount(task->amount, arena);
	json_t *order, *context, *wallet, *source;

	(void)config;
	if (amount == NULL || !paypal_number_valid(task->order) || task->return_url.len == 0) {
		json_decref(amount);
		return false;
	}
	order = json_object();
	context = json_object();
	wallet = json_object();
	source = json_object();
	put(order, "intent", STR("CAPTURE"));
	json_object_set_new(order, "purchase_units", unit_make(task, amount));
	put(context, "return_url", task->return_url);
	put(context, "cancel_url", task->return_url);
	put(context, "locale", locale_of(task->lang));
	put(context, "user_action", STR("PAY_NOW"));
	put(context, "shipping_preference", STR("NO_SHIPPING"));
	json_object_set_new(wallet, "experience_context", context);
	json_object_set_new(source, "paypal", wallet);
	json_object_set_new(order, "payment_source", source);
	*ret = json_field_write(order, arena);
	return ret->len > 0;
}

static bool start_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	return task->body.len > 0 && paypal_call(config, task,
	                                         &(struct paypal_request){
						     .method = STR("POST"),
						     .path = STR("/v2/checkout/orders"),
						     .body = task->body,
						     .id = task->order, /* kept for 6 hours */
						 },
	                                         arena, ret);
}

/* Ours, and readable; with the page where the payer goes on, as long as he is to. */
static enum pay_outcome order_judge(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	json_t          *order = json_field_open(call->answer, PAYPAL_ANSWER_MAX);
	struct pay_facts facts = { 0 };
	enum pay_outcome outcome = paypal_order_facts(order, config->merchant, arena, &facts);
	struct str       url = paypal_link(order, "payer-action", arena);

	if (url.len == 0)
		url = paypal_link(order, "approve", arena);
	json_decref(order);
	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (!str_eq(facts.order, task->order))
		return PAY_OUTCOME_UNKNOWN;
	if (facts.state == PAYMENT_PENDING && pay_page_allowed(config, url)) {
		facts.url = url;
		facts.way = PAY_WAY_REDIRECT;
	}
	*ret = facts;
	return PAY_OUTCOME_OK;
}

static enum pay_outcome start_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	enum pay_outcome outcome;

	if (paypal_failed(call, arena, &outcome, ret))
		return outcome == PAY_OUTCOME_ABSENT ? PAY_OUTCOME_CONFIG : outcome;
	outcome = order_judge(config, task, call, arena, ret);
	/* Open, and no page of PayPal's to go to. */
	if (outcome == PAY_OUTCOME_OK && ret->state == PAYMENT_PENDING && ret->url.len == 0 &&
	    paypal_capture_id(ret->reference).len == 0) {
		*ret = (struct pay_facts){ 0 };
		return PAY_OUTCOME_UNKNOWN;
	}
	return outcome;
}

/* --- QUERY ------------------------------------------------------------------------- */
/* Without their number we ask by ours, which they do not know: nobody was sent to that order's
 * page, and nobody can capture it, so "not there" is the truth about money. */
static bool query_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	struct str id = paypal_order_id(task->reference);

	if (!paypal_number_valid(task->order))
		return false;
	if (id.len == 0)
		id = task->order;
	return paypal_call(config, task,
	                   &(struct paypal_request){
			       .method = STR("GET"),
			       .path = arena_printf(arena, "/v2/checkout/orders/%.*s", STR_ARG(id)),
			   },
	                   arena, ret);
}

static enum pay_outcome query_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	enum pay_outcome outcome;

	if (paypal_failed(call, arena, &outcome, ret)) {
		/* But a debit needs no payer: only the same request again can tell. */
		return outcome == PAY_OUTCOME_ABSENT && task->agreement.len > 0 &&
		               paypal_order_id(task->reference).len == 0
		           ? PAY_OUTCOME_UNKNOWN
		           : outcome;
	}
	return order_judge(config, task, call, arena, ret);
}

/* --- CAPTURE ----------------------------------------------------------------------- */
static bool capture_wrap(const struct pay_config *config, const struct pay_task *task,
                         struct arena *arena, struct net_call *ret)
{
	struct str id = paypal_order_id(task->reference);
	int64_t    tries = (task->now_ms / 1000 - task->created_s) / CAPTURE_ID_S + 1;

	return id.len > 0 && paypal_number_valid(task->order) &&
	       paypal_call(config, task,
	                   &(struct paypal_request){
			       .method = STR("POST"),
			       .path = arena_printf(arena, "/v2/checkout/orders/%.*s/capture",
	                                            STR_ARG(id)),
			       .id = arena_printf(arena, "cap:%.*s:%lld", STR_ARG(task->order),
	                                          (long long)tries),
			   },
	                   arena, ret);
}

/* The payer's instrument was refused: he may choose another one on the same page. */
static enum pay_outcome payer_again(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	json_t    *answer = json_field_open(call->answer, PAYPAL_ANSWER_MAX);
	struct str url = paypal_link(answer, "redirect", arena), reason = ret->reason;

	if (url.len == 0)
		url = paypal_link(answer, "payer-action", arena);
	json_decref(answer);
	if (!pay_page_allowed(config, url))
		return PAY_OUTCOME_DECLINED;
	*ret = (struct pay_facts){ .order = task->order,
		                   .amount = task->amount,
		                   .state = PAYMENT_PENDING,
		                   .reference = task->reference,
		                   .way = PAY_WAY_REDIRECT,
		                   .url = url,
		                   .reason = reason };
	return PAY_OUTCOME_OK;
}

static enum pay_outcome capture_parse(const struct pay_config *config, const struct pay_task *task,
                                      const struct net_call *call, struct arena *arena,
                                      struct pay_facts *ret)
{
	enum pay_outcome outcome;

	if (!paypal_failed(call, arena, &outcome, ret))
		return order_judge(config, task, call, arena, ret);
	if (outcome == PAY_OUTCOME_DECLINED &&
	    (str_eq(ret->reason, STR("INSTRUMENT_DECLINED")) ||
	     str_eq(ret->reason, STR("REDIRECT_PAYER_FOR_ALTERNATE_FUNDING")) ||
	     str_eq(ret->reason, STR("PAYER_ACTION_REQUIRED"))))
		return payer_again(config, task, call, arena, ret);
	return outcome;
}

const struct pay_gateway pay_paypal = {
	.name = "paypal",
	.caps = PAY_CAN_REDIRECT | PAY_CAN_REFUND | PAY_CAN_REFUND_PART | PAY_CAN_AGREE |
	        PAY_CAN_BILL,
	.open = open,
	.hook_open = paypal_hook_open,
	.close = shut,
	.check = check,
	.takes = takes,
	.verb[PAY_VERB_TOKEN] = { .wrap = token_wrap, .parse = token_parse },
	.verb[PAY_VERB_START] = { .body = start_body, .wrap = start_wrap, .parse = start_parse },
	.verb[PAY_VERB_QUERY] = { .wrap = query_wrap, .parse = query_parse },
	.verb[PAY_VERB_CAPTURE] = { .wrap = capture_wrap, .parse = capture_parse },
	.verb[PAY_VERB_REFUND] = { .body = paypal_refund_body,
	                           .wrap = paypal_refund_wrap,
	                           .parse = paypal_refund_parse },
	.verb[PAY_VERB_REFUND_QUERY] = { .wrap = paypal_refund_query_wrap,
	                                 .parse = paypal_refund_query_parse },
	.verb[PAY_VERB_SIGN] = { .body = paypal_sign_body,
	                         .wrap = paypal_sign_wrap,
	                         .parse = paypal_sign_parse },
	.verb[PAY_VERB_AGREEMENT] = { .wrap = paypal_agreement_wrap,
	                              .parse = paypal_agreement_parse },
	.verb[PAY_VERB_DEBIT] = { .body = paypal_debit_body,
	                          .wrap = paypal_debit_wrap,
	                          .parse = paypal_debit_parse },
	.verb[PAY_VERB_UNSIGN] = { .wrap = paypal_unsign_wrap, .parse = paypal_unsign_parse },
	.verb[PAY_VERB_BILL] = { .parse = paypal_bill_parse },
	.verb[PAY_VERB_BILL_FILE] = { .wrap = paypal_bill_file_wrap,
	                              .parse = paypal_bill_file_parse },
	.hook = paypal_hook,
	.good = { .content_type = "application/json", .body = "{}" },
	.bad = { .content_type = "application/json", .body = "{}" },
	.bill = paypal_bill,
};
