/*
 * api_quote.c - POST /api/v1/quotes: what a pack costs for a line in a
 * currency, locked for a while.
 *
 * A key may quote for any line in stock (the operator's resellers); "unknown",
 * "gone" and "takes no money" are one answer, as on the pages (SECURITY F5).
 * All fields that are wrong are told at once.
 */
#include "base/str.h"
#include "store/public_id.h"
#include "web/api.h"
#include "web/fill.h"
#include "web/json.h"
#include "web/offer.h"
#include "web/page.h"
#include "web/refusal.h"
#include "web/route.h"
#include "web/web.h"

#define QUOTE_FIELD_COUNT 4
#define QUOTE_TITLE       "There is no quote for this"
#define QUOTE_ANSWER_MAX  ((size_t)8 * 1024)

/* A quote on its way; in the request's arena. */
struct quoting {
	struct request        *request;
	struct quoter          quoter;
	struct quote_wish      wish;
	struct sim_input       sim;
	struct quote           quote;
	struct web_field_error errors[QUOTE_FIELD_COUNT];
	size_t                 error_count;
};

static void     fields_read(struct quoting *quoting);
static void     sim_read(struct quoting *quoting);
static void     currency_read(struct quoting *quoting);
static void     wrong(struct quoting *quoting, const char *pointer, const char *code,
                      struct message words);
static enum err quote_try(struct quoting *quoting);
static void     quote_refused(struct quoting *quoting, enum quote_refusal refusal);
static enum err quoting_apply(struct store *store, struct command *command);
static void     quote_put(const struct quoting *quoting, struct buf *buf);
static void     warnings_put(const struct quoting *quoting, struct buf *buf);

void api_quotes_post(struct request *request, struct response *response)
{
	struct quoting *quoting = ARENA_NEW(request->arena, struct quoting);
	enum err        err = quoting == NULL ? ERR_MEMORY : ERR_OK;

	if (err == ERR_OK) {
		quoting->request = request;
		offer_quoter(request, &quoting->quoter);
		fields_read(quoting);
		if (quoting->error_count == 0)
			err = quote_try(quoting);
	}
	if (err != ERR_OK)
		web_fail(request, response, err);
	else if (quoting->error_count > 0)
		web_problem(request, response, 422, quoting->errors[0].code, QUOTE_TITLE,
		            quoting->errors[0].detail, quoting->errors, quoting->error_count);
	else
		request_command(request, response, quoting_apply, quoting, NULL);
}

static void fields_read(struct quoting *quoting)
{
	struct request         *request = quoting->request;
	struct str              method = request_form(request, "method");
	const struct plan_pack *pack;

	quoting->wish.account_id = request->session.account_id;
	quoting->wish.pack = request_form(request, "pack");
	pack = plan_pack(quoting->quoter.catalogue, quoting->wish.pack);
	if (pack == NULL || !pack->sold)
		wrong(quoting, "/pack", quote_refusal_code(QUOTE_REFUSAL_NO_PACK).ptr,
		      page_words(MSG_REFUSAL_QUOTE_NO_PACK));
	sim_read(quoting);
	if (!pay_method_from_name(quoting->quoter.config, method, &quoting->wish.method))
		wrong(quoting, "/method", quote_refusal_code(QUOTE_REFUSAL_METHOD).ptr,
		      page_words(MSG_REFUSAL_QUOTE_METHOD));
	currency_read(quoting);
}

static void sim_read(struct quoting *quoting)
{
	static const struct str names[SIM_REFUSAL_COUNT] = {
#define X(name, message, status) [SIM_REFUSAL_##name] = STR_INIT(#name),
		SIM_REFUSALS(X)
#undef X
	};
	struct request      *request = quoting->request;
	const struct config *config = request->web->config;
	struct sim_rules     rules = {
		    .today_day = fill_today(request),
		    .sandbox = config->number[SETTING_sandbox] != 0,
		    .check_digit_refuse = config->number[SETTING_iccid_luhn_refuse] != 0,
	};
	struct sim_problem problem = { 0 };
	enum sim_refusal   refusal = sim_parse(request->arena, request_form(request, "sim"), &rules,
	                                       &quoting->sim, &problem);

	if (refusal != SIM_REFUSAL_NONE)
		wrong(quoting, "/sim", api_code(request->arena, "sim_", names[refusal]),
		      refusal_sim(request, refusal, &problem));
}

static void currency_read(struct quoting *quoting)
{
	struct request *request = quoting->request;
	struct str      code = request_form(request, "currency");
	bool            sold = false;

	if (currency_from_code(code, &quoting->wish.currency))
		for (size_t i = 0; i < quote_currency_count; i++)
			sold = sold || quote_currencies[i] == quoting->wish.currency;
	if (!sold)
		quoting->errors[quoting->error_count++] = api_mistake(
		    request, API_REFUSAL_CURRENCY, "/currency", PARTS(PART("currency", code)));
}

static void wrong(struct quoting *quoting, const char *pointer, const char *code,
                  struct message words)
{
	assert(quoting->error_count < QUOTE_FIELD_COUNT);
	quoting->errors[quoting->error_count++] = (struct web_field_error){
		.pointer = pointer,
		.code = code,
		.detail = api_words(quoting->request, words),
	};
}

/* An unknown number takes the same way as one that may not be topped up. */
static enum err quote_try(struct quoting *quoting)
{
	const struct quoter *quoter = &quoting->quoter;
	enum quote_refusal   refusal;
	enum err             err;

	err = quote_find_line(quoter, &quoting->sim, &quoting->wish.line_id);
	if (err == ERR_OK)
		err = quote_make(quoter, &quoting->wish, &refusal, &quoting->quote);
	if (err == ERR_OK && refusal != QUOTE_REFUSAL_NONE)
		quote_refused(quoting, refusal);
	return err;
}

static void quote_refused(struct quoting *quoting, enum quote_refusal refusal)
{
	static const char *const pointers[QUOTE_REFUSAL_COUNT] = {
		[QUOTE_REFUSAL_NO_LINE] = "/sim",   [QUOTE_REFUSAL_NO_PACK] = "/pack",
		[QUOTE_REFUSAL_MISFIT] = "/pack",   [QUOTE_REFUSAL_KEEP] = "/pack",
		[QUOTE_REFUSAL_METHOD] = "/method", [QUOTE_REFUSAL_CURRENCY] = "/currency",
	};
	struct request   *request = quoting->request;
	const char       *code = quote_refusal_code(refusal).ptr;
	enum keep_refusal keep = quoting->quote.keep.refusal;
	struct message    again;
	struct str        first, second;

	if (refusal == QUOTE_REFUSAL_KEEP)
		code = api_code(request->arena, "", keep_refusal_message(keep));
	wrong(quoting, pointers[refusal], code,
	      refusal_quote(request, refusal, &quoting->quote, quoting->wish.currency));
	if (refusal != QUOTE_REFUSAL_KEEP || !refusal_again(request, &quoting->quote, &again))
		return;
	first = quoting->errors[0].detail;
	second = api_words(request, again);
	quoting->errors[0].detail = arena_printf(request->arena, "%.*s %.*s", STR_ARG(first),
	                                         STR_ARG(second));
}

/* On the writer's thread: the quote and its answer together. */
static enum err quoting_apply(struct store *store, struct command *command)
{
	struct quoting *quoting = command->arg;
	struct command  inner = { .arg = &quoting->quote.store };
	struct buf      buf;
	enum err        err = quote_store_apply(store, &inner);

	if (err != ERR_OK)
		return err;
	buf_init(&buf, quoting->request->arena, QUOTE_ANSWER_MAX);
	quote_put(quoting, &buf);
	return buf.full ? ERR_MEMORY
	                : once_answer(store, &quoting->request->once, 201, buf_str(&buf));
}

static void quote_put(const struct quoting *quoting, struct buf *buf)
{
	struct request              *request = quoting->request;
	const struct quote          *quote = &quoting->quote;
	const struct order_add_args *order = &quote->store.order;
	struct money                 price = { .amount = order->price, .currency = CURRENCY_JPY };
	struct money                 tax = { .amount = order->tax, .currency = CURRENCY_JPY };
	struct money pay = { .amount = order->amount, .currency = (uint16_t)order->currency };

	buf_add(buf, STR("{\"id\":"));
	json_text(buf,
	          public_id(request->arena, request->web->keys, PUBLIC_QUOTE, quote->store.id));
	json_name(buf, "pack");
	json_text(buf, quote->pack->code);
	json_name(buf, "line");
	api_line_brief(request, buf, quoting->quoter.catalogue, &quote->line);
	json_name(buf, "price");
	json_money(buf, price);
	json_name(buf, "tax");
	json_money(buf, tax);
	json_name(buf, "pay");
	json_money(buf, pay);
	json_name(buf, "method");
	json_text(buf, pay_method_name((enum pay_method)order->gateway));
	json_name(buf, "rate");
	api_rate(buf, &quote->rate, order->margin_bp);
	json_name(buf, "created_at");
	json_time(buf, order->created_s);
	json_name(buf, "expires_at");
	json_time(buf, order->expires_s);
	json_name(buf, "safe_until");
	api_gain(buf, order->before_day, order->after_day);
	json_name(buf, "warnings");
	warnings_put(quoting, buf);
	buf_add(buf, STR("}\n"));
}

/* What the caller may want to look at although there is a quote. */
static void warnings_put(const struct quoting *quoting, struct buf *buf)
{
	static const struct {
		uint32_t   bit;
		struct str name;
		enum msg   words;
	} rows[] = {
#define X(id, number, message) { .bit = (number), .name = STR_INIT(#id), .words = MSG_##message },
		SIM_WARNINGS(X)
#undef X
	};
	struct request *request = quoting->request;

	buf_add_char(buf, '[');
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if ((quoting->sim.warnings & rows[i].bit) == 0)
			continue;
		json_next(buf);
		buf_add(buf, STR("{\"code\":"));
		json_text(buf, str_from(api_code(request->arena, "sim_", rows[i].name)));
		json_name(buf, "detail");
		json_text(buf, api_words(request, page_words(rows[i].words)));
		buf_add_char(buf, '}');
	}
	buf_add_char(buf, ']');
}
