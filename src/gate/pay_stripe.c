/*
 * pay_stripe.c - Stripe: cards by Checkout, on Stripe's own page (no card
 * number ever reaches us), with 3-D Secure.
 *
 * A Checkout Session is the payment; its PaymentIntent, once there is one, is
 * what was charged.  The reference holds both: "cs_… pi_…".
 * Source: GATEWAYS 5.
 */
#include "gate/stripe.h"

#include "base/str.h"
#include "gate/json_field.h"
#include "gate/pay_open.h"

enum {
	PAGE_LIFE_MIN_S = 1860,  /* half an hour from when it is made, and a minute of ours */
	PAGE_LIFE_MAX_S = 86340, /* a day, less that minute */
	START_KEY_S = 30,        /* a page that nobody was sent to does no harm */
	SEARCH_LAG_S = 300,
	TITLE_MAX = 250,
	AMOUNT_MAX = 99999999 /* eight digits */
};

static size_t           hook_secrets(struct str text);
static bool             text_in(struct str text, const char *const *list, size_t count);
static void             find(struct pay_finding finding, pay_finding_visit *visit, void *ctx);
static struct str       locale_of(struct str lang);
static int64_t          page_end_s(const struct pay_task *task);
static enum pay_outcome intent_found(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret);
static enum pay_outcome facts_judge(const struct pay_config *config, const struct pay_task *task,
                                    const json_t *object, struct arena *arena,
                                    struct pay_facts *ret);

/* --- settings ---------------------------------------------------------------------- */
static const char *const secures[] = { "any", "challenge", "automatic" };

static bool open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                 struct pay_problem *ret_problem)
{
	struct stripe    *own = ARENA_NEW(arena, struct stripe);
	struct pay_config config = { .pages = source->text(source->ctx, "pages"),
		                     .merchant = source->text(source->ctx, "account"),
		                     .own = own };
	struct str        hooks;

	if (own == NULL || !pay_open_url(source, "url", &config.url, ret_problem))
		return false;
	own->three_d_secure = source->text(source->ctx, "three_d_secure");
	if (!text_in(own->three_d_secure, secures, COUNT_OF(secures))) {
		*ret_problem = (struct pay_problem){ .setting = "three_d_secure",
			                             .text = STR("any, challenge or automatic") };
		return false;
	}
	if (!pay_open_secret(source, "key_file", arena, &config.secret, ret_problem))
		return false;
	if (source->file(source->ctx, "hook_key_file", arena, &hooks)) {
		own->hook_secret_count = hook_secrets(hooks);
		pay_open_wipe(&hooks);
	}
	own->live = str_starts(config.secret, STR("sk_live_")) ||
	            str_starts(config.secret, STR("rk_live_"));
	if ((own->live || str_starts(config.secret, STR("sk_test_")) ||
	     str_starts(config.secret, STR("rk_test_"))) &&
	    str_find(config.secret, STR("\n")) < 0) {
		*ret = config;
		return true;
	}
	pay_open_wipe(&config.secret);
	*ret_problem = (struct pay_problem){
		.setting = "key_file",
		.text = STR("one secret or restricted key is needed: sk_live_…, rk_live_…, "
		            "sk_test_… or rk_test_…"),
	};
	return false;
}

/* How many secrets; 0: it holds anything else, or too many. */
static size_t hook_secrets(struct str text)
{
	struct str rest = text, line;
	size_t     count = 0;

	while (rest.len > 0) {
		str_cut(rest, '\n', &line, &rest);
		line = str_trim(line);
		if (line.len == 0)
			continue;
		if (++count > STRIPE_HOOK_SECRET_MAX || !str_starts(line, STR("whsec_")))
			return 0;
	}
	return count;
}

static bool hook_open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                      struct pay_problem *ret_problem)
{
	struct pay_config config = { .merchant = source->text(source->ctx, "account") };

	if (!pay_open_secret(source, "hook_key_file", arena, &config.secret, ret_problem))
		return false;
	if (hook_secrets(config.secret) > 0) {
		*ret = config;
		return true;
	}
	pay_open_wipe(&config.secret);
	*ret_problem = (struct pay_problem){
		.setting = "hook_key_file",
		.text = STR("the endpoint's signing secret is needed, whsec_…; up to eight, one a "
		            "line"),
	};
	return false;
}

static void shut(struct pay_config *config)
{
	pay_open_wipe(&config->secret);
	config->own = NULL;
}

static void check(const struct pay_config *config, int64_t now_s, struct arena *arena,
                  pay_finding_visit *visit, void *ctx)
{
	const struct stripe *own = config->own;
	bool                 whole = str_starts(config->secret, STR("sk_"));

	(void)now_s;
	find((struct pay_finding){ .good = true, .setting = "url", .text = config->url }, visit,
	     ctx);
	find(
	    (struct pay_finding){
		.good = true,
		.setting = "key_file",
		.text = arena_printf(arena, "%s key of %s mode, %zu characters%s",
	                             whole ? "secret" : "restricted", own->live ? "live" : "test",
	                             config->secret.len,
	                             whole ? "; a restricted one that may write Checkout Sessions, "
	                                     "PaymentIntents and Refunds is enough"
	                                   : "") },
	    visit, ctx);
	find((struct pay_finding){ .good = own->hook_secret_count > 0,
	                           .setting = "hook_key_file",
	                           .text = arena_printf(arena, "%zu secrets of webhooks",
	                                                own->hook_secret_count) },
	     visit, ctx);
	find((struct pay_finding){ .good = true,
	                           .setting = "three_d_secure",
	                           .text = own->three_d_secure },
	     visit, ctx);
	find(
	    (struct pay_finding){ .good = config->merchant.len == 0 ||
	                                  stripe_id_valid(config->merchant, "acct_"),
	                          .setting = "account",
	                          .text = config->merchant.len == 0
	                                      ? STR("not told: callbacks that name one are refused")
	                                      : config->merchant },
	    visit, ctx);
}

static void find(struct pay_finding finding, pay_finding_visit *visit, void *ctx)
{
	visit(ctx, &finding);
}

static size_t hook_secrets(struct str text);
static bool   text_in(struct str text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(text, str_from(list[i])))
			return true;
	return false;
}

/* The least that Stripe charges, where it is known (docs: "Minimum and maximum charge
 * amounts"); elsewhere it refuses by itself. */
static bool takes(const struct pay_config *config, struct money amount)
{
	static const struct {
		const char *code;
		int64_t     least;
	} leasts[] = {
		{ "JPY", 50 }, { "USD", 50 },  { "EUR", 50 }, { "GBP", 30 },
		{ "AUD", 50 }, { "HKD", 400 }, { "SGD", 50 },
	};
	int64_t wire;

	(void)config;
	if (!stripe_amount(amount, &wire) || wire > AMOUNT_MAX)
		return false;
	for (size_t i = 0; i < COUNT_OF(leasts); i++)
		if (str_eq(currency_code(amount.currency), str_from(leasts[i].code)))
			return amount.amount >= leasts[i].least;
	return true;
}

/* --- shared by the verbs ------------------------------------------------------------ */
bool stripe_number_valid(struct str number)
{
	for (size_t i = 0; i < number.len; i++) {
		char c = number.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      c == '_' || c == '-'))
			return false;
	}
	return number.len > 0 && number.len <= PAY_NUMBER_MAX;
}

struct str stripe_key(struct arena *arena, const char *verb, struct str number, int64_t age_s,
                      int64_t first_s)
{
	static const int64_t later_s[] = { 6 * 3600, 86400 };
	int64_t              count = 1;

	if (age_s >= first_s)
		count++;
	for (size_t i = 0; i < COUNT_OF(later_s); i++)
		if (age_s >= later_s[i])
			count++;
	if (age_s >= 86400)
		count += age_s / 86400 - 1;
	return arena_printf(arena, "%s:%.*s:%lld", verb, STR_ARG(number), (long long)count);
}

json_t *stripe_answer(const struct net_call *call, size_t max, const char *kind)
{
	json_t *object = json_field_open(call->answer, max);

	if (object == NULL || stripe_is(object, kind))
		return object;
	json_decref(object);
	return NULL;
}

bool stripe_mode_fits(const struct pay_config *config, const json_t *object)
{
	const struct stripe *own = config->own;
	const json_t        *live = json_object_get(object, "livemode");

	return json_is_boolean(live) && json_is_true(live) == own->live;
}

/* The languages of Checkout that our pages have too, or a reader of them may want. */
static struct str locale_of(struct str lang)
{
	static const struct {
		const char *lang, *locale;
	} locales[] = {
		{ "zh-Hans", "zh" },  { "zh-Hant-HK", "zh-HK" },
		{ "zh-HK", "zh-HK" }, { "zh-Hant", "zh-TW" },
		{ "zh-TW", "zh-TW" }, { "zh", "zh" },
		{ "ja", "ja" },       { "en", "en" },
		{ "ko", "ko" },       { "vi", "vi" },
		{ "th", "th" },       { "id", "id" },
		{ "pt-BR", "pt-BR" }, { "pt", "pt" },
		{ "es", "es" },       { "fr", "fr" },
		{ "de", "de" },
	};

	for (size_t i = 0; i < COUNT_OF(locales); i++) {
		struct str name = str_from(locales[i].lang);

		if (str_starts(lang, name) && (lang.len == name.len || lang.ptr[name.len] == '-'))
			return str_from(locales[i].locale);
	}
	return STR("auto");
}

void stripe_page_put(const struct pay_config *config, const struct pay_task *task,
                     struct stripe_form *form)
{
	const struct stripe *own = config->own;

	stripe_form_add(form, STR("success_url"), task->return_url);
	stripe_form_add(form, STR("cancel_url"), task->return_url);
	stripe_form_add(form, STR("locale"), locale_of(task->lang));
	stripe_form_add(form, STR("payment_method_types[0]"), STR("card"));
	stripe_form_add(form, STR("payment_method_options[card][request_three_d_secure]"),
	                own->three_d_secure);
}

/* --- START ------------------------------------------------------------------------- */
/* It must live for half an hour from when it is made, at the latest when our lock ends; what is
 * longer than our lock, CLOSE ends. */
static int64_t page_end_s(const struct pay_task *task)
{
	int64_t end_s = task->expires_s > task->created_s ? task->expires_s : task->created_s;
	int64_t max_s = task->created_s + PAGE_LIFE_MAX_S;

	end_s += PAGE_LIFE_MIN_S;
	return end_s < max_s ? end_s : max_s;
}

static bool start_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	struct stripe_form form;
	struct str         title = task->title.len > 0 ? task->title : task->order;
	char               code[4] = { 0 };
	struct str         currency = currency_code(task->amount.currency);
	int64_t            amount;

	if (!stripe_number_valid(task->order) || !takes(config, task->amount) ||
	    !stripe_amount(task->amount, &amount) || task->return_url.len == 0)
		return false;
	for (size_t i = 0; i < currency.len && i < sizeof(code) - 1; i++)
		code[i] = (char)(currency.ptr[i] - 'A' + 'a');
	stripe_form_init(&form, arena);
	stripe_form_add(&form, STR("mode"), STR("payment"));
	stripe_form_add(&form, STR("client_reference_id"), task->order);
	stripe_form_add(&form, STR("line_items[0][price_data][currency]"), str_from(code));
	stripe_form_add(&form, STR("line_items[0][price_data][product_data][name]"),
	                pay_open_characters(title, TITLE_MAX));
	stripe_form_int(&form, STR("line_items[0][price_data][unit_amount]"), amount);
	stripe_form_int(&form, STR("line_items[0][quantity]"), 1);
	stripe_form_add(&form, STR("metadata[order]"), task->order);
	stripe_form_add(&form, STR("payment_intent_data[metadata][order]"), task->order);
	stripe_form_add(&form, STR("payment_intent_data[description]"), task->order);
	/* Or the payer is charged another amount in a currency of Stripe's choice. */
	stripe_form_add(&form, STR("adaptive_pricing[enabled]"), STR("false"));
	stripe_form_int(&form, STR("expires_at"), page_end_s(task));
	stripe_page_put(config, task, &form);
	return stripe_form_end(&form, ret);
}

static bool start_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	return task->body.len > 0 &&
	       stripe_call(config,
	                   &(struct stripe_request){
			       .method = STR("POST"),
			       .path = STR("/v1/checkout/sessions"),
			       .params = task->body,
			       .key = stripe_key(arena, "pay", task->order,
	                                         task->now_ms / 1000 - task->created_s,
	                                         START_KEY_S),
			   },
	                   arena, ret);
}

static enum pay_outcome start_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	enum pay_outcome outcome;
	json_t          *session;

	if (stripe_failed(call, arena, &outcome, ret))
		return outcome;
	session = stripe_answer(call, STRIPE_ANSWER_MAX, "checkout.session");
	outcome = facts_judge(config, task, session, arena, ret);
	json_decref(session);
	/* An answer must not send the payer anywhere but to the pages that we know. */
	if (outcome == PAY_OUTCOME_OK && ret->state == PAYMENT_PENDING &&
	    !pay_page_allowed(config, ret->url)) {
		*ret = (struct pay_facts){ 0 };
		return PAY_OUTCOME_UNKNOWN;
	}
	return outcome;
}

/* Ours, of our mode, our order, and readable? */
static enum pay_outcome facts_judge(const struct pay_config *config, const struct pay_task *task,
                                    const json_t *object, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	bool             read = stripe_is(object, "payment_intent")
	                            ? stripe_intent_facts(object, arena, &facts)
	                            : stripe_session_facts(object, arena, &facts);

	if (!read || !str_eq(facts.order, task->order))
		return PAY_OUTCOME_UNKNOWN;
	if (!stripe_mode_fits(config, object))
		return PAY_OUTCOME_FOREIGN;
	if (facts.url.len > 0 && !pay_page_allowed(config, facts.url)) {
		facts.url = STR("");
		facts.way = PAY_WAY_NONE;
	}
	*ret = facts;
	return PAY_OUTCOME_OK;
}

/* --- QUERY ------------------------------------------------------------------------- */
/* By the session; by the intent of a debit; and where START's answer was lost, by our number
 * among all intents: what is not there has not been paid. */
static bool query_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	struct str            session = stripe_reference_id(task->reference, "cs_");
	struct str            intent = stripe_reference_id(task->reference, "pi_");
	struct stripe_request request = { .method = STR("GET") };
	struct stripe_form    form;

	if (!stripe_number_valid(task->order))
		return false;
	stripe_form_init(&form, arena);
	if (session.len > 0) {
		request.path = arena_printf(arena, "/v1/checkout/sessions/%.*s", STR_ARG(session));
		stripe_form_add(&form, STR("expand[0]"),
		                STR("payment_intent.latest_charge.balance_transaction"));
	} else if (intent.len > 0) {
		request.path = arena_printf(arena, "/v1/payment_intents/%.*s", STR_ARG(intent));
		stripe_form_add(&form, STR("expand[0]"), STR("latest_charge.balance_transaction"));
	} else {
		request.path = STR("/v1/payment_intents/search");
		stripe_form_add(&form, STR("query"),
		                arena_printf(arena, "metadata['order']:'%.*s'",
		                             STR_ARG(task->order)));
		stripe_form_add(&form, STR("expand[0]"),
		                STR("data.latest_charge.balance_transaction"));
	}
	return stripe_form_end(&form, &request.params) && stripe_call(config, &request, arena, ret);
}

static enum pay_outcome query_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	enum pay_outcome outcome;
	json_t          *object;

	if (stripe_failed(call, arena, &outcome, ret))
		return outcome;
	if (stripe_reference_id(task->reference, "cs_").len == 0 &&
	    stripe_reference_id(task->reference, "pi_").len == 0)
		return intent_found(config, task, call, arena, ret);
	object = json_field_open(call->answer, STRIPE_ANSWER_MAX);
	outcome = facts_judge(config, task, object, arena, ret);
	json_decref(object);
	return outcome;
}

/* One of a list: the succeeded one before all others. */
static enum pay_outcome intent_found(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	json_t          *found = stripe_answer(call, STRIPE_ANSWER_MAX, "search_result");
	const json_t    *data = json_object_get(found, "data");
	enum pay_outcome outcome = PAY_OUTCOME_UNKNOWN;
	bool             more = json_is_true(json_object_get(found, "has_more"));

	/* A debit needs no payer, and what is searched for may lag by a minute: the same request
	 * again tells the truth sooner. */
	if (json_is_array(data) && json_array_size(data) == 0 && !more &&
	    (task->agreement.len == 0 || task->now_ms / 1000 - task->created_s >= SEARCH_LAG_S))
		outcome = PAY_OUTCOME_ABSENT;
	for (size_t i = 0; i < json_array_size(data); i++) {
		struct pay_facts facts;
		enum pay_outcome judged = facts_judge(config, task, json_array_get(data, i), arena,
		                                      &facts);

		if (judged != PAY_OUTCOME_OK ||
		    (outcome == PAY_OUTCOME_OK && facts.state != PAYMENT_SUCCEEDED))
			continue;
		*ret = facts;
		outcome = PAY_OUTCOME_OK;
	}
	json_decref(found);
	return outcome;
}

/* --- CLOSE ------------------------------------------------------------------------- */
/* Ending a page twice does no harm, so every try has a key of its own: a stored 500 would
 * otherwise stand in the way for a day. */
static bool close_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	struct str            session = stripe_reference_id(task->reference, "cs_");
	struct str            intent = stripe_reference_id(task->reference, "pi_");
	struct stripe_request request = { .method = STR("POST") };

	if (session.len == 0 && intent.len == 0)
		return query_wrap(config, task, arena, ret);
	if (!stripe_number_valid(task->order))
		return false;
	request.key = arena_printf(arena, "close:%.*s:%.*s", STR_ARG(task->order),
	                           STR_ARG(task->nonce));
	if (session.len > 0) {
		request.path = arena_printf(arena, "/v1/checkout/sessions/%.*s/expire",
		                            STR_ARG(session));
	} else {
		request.path = arena_printf(arena, "/v1/payment_intents/%.*s/cancel",
		                            STR_ARG(intent));
		request.params = STR("cancellation_reason=abandoned");
	}
	return stripe_call(config, &request, arena, ret);
}

static enum pay_outcome close_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	enum pay_outcome outcome = query_parse(config, task, call, arena, ret);

	/* A page that is complete or expired is not open: that is no mistake of ours, and a
	 * question tells which (GATEWAYS 9, invariant 6). */
	if (outcome == PAY_OUTCOME_CONFIG && call->result == NET_ANSWER && call->status == 400)
		return PAY_OUTCOME_UNKNOWN;
	return outcome;
}

const struct pay_gateway pay_stripe = {
	.name = "stripe",
	.caps = PAY_CAN_REDIRECT | PAY_CAN_REFUND | PAY_CAN_REFUND_PART | PAY_CAN_CLOSE |
	        PAY_CAN_AGREE | PAY_CAN_BILL,
	.open = open,
	.hook_open = hook_open,
	.close = shut,
	.check = check,
	.takes = takes,
	.verb[PAY_VERB_START] = { .body = start_body, .wrap = start_wrap, .parse = start_parse },
	.verb[PAY_VERB_QUERY] = { .wrap = query_wrap, .parse = query_parse },
	.verb[PAY_VERB_CLOSE] = { .wrap = close_wrap, .parse = close_parse },
	.verb[PAY_VERB_REFUND] = STRIPE_VERB(refund),
	.verb[PAY_VERB_REFUND_QUERY] = { .wrap = stripe_refund_query_wrap,
	                                 .parse = stripe_refund_query_parse },
	.verb[PAY_VERB_SIGN] = STRIPE_VERB(sign),
	.verb[PAY_VERB_AGREEMENT] = { .wrap = stripe_agreement_wrap,
	                              .parse = stripe_agreement_parse },
	.verb[PAY_VERB_DEBIT] = STRIPE_VERB(debit),
	.verb[PAY_VERB_UNSIGN] = { .wrap = stripe_unsign_wrap, .parse = stripe_unsign_parse },
	.verb[PAY_VERB_BILL] = { .parse = stripe_bill_parse },
	.verb[PAY_VERB_BILL_FILE] = { .wrap = stripe_bill_file_wrap,
	                              .parse = stripe_bill_file_parse },
	.hook = stripe_hook,
	.good = { .content_type = "application/json", .body = "{\"received\":true}" },
	.bad = { .content_type = "application/json", .body = "{\"received\":false}" },
	.bill = stripe_bill,
};
