/*
 * topup.c - GET and POST /topup: pack, SIM and way to pay; what comes of it is
 * a quote, and its page is where one pays (confirm.c).
 *
 * A typed number is looked for in the operator's stock.  "Unknown", "not ours
 * to sell for" and "takes no money" get the same words, status and work, and
 * each costs a look-up of the account and its network (SECURITY F4, F5).
 */
#include "base/str.h"
#include "base/time.h"
#include "store/line_sql.h"
#include "store/public_id.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/limit.h"
#include "web/mine.h"
#include "web/offer.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/refusal.h"
#include "web/route.h"
#include "web/shelf.h"
#include "web/web.h"

/* One form on its way; in the request's arena. */
struct topup {
	struct form form;
	struct str  line_text; /* "line_…", or "quo_…" of a quote of the account's own */
	struct line_get_row      line; /* id 0: a SIM has to be typed */
	bool                     own;
	const struct plan_pack  *pack; /* NULL: none chosen yet */
	struct offer_choice      choice;
	struct sim_input         sim;
	bool                     sim_read;      /* sim holds what was typed */
	bool                     confirm_iccid; /* ask whether it is printed so */
	const struct plan_brand *only;          /* list the packs of this brand only */
	struct quote             quote;
};

static enum err   line_read(struct request *request, struct topup *topup, struct str text);
static void       fields_read(struct request *request, struct topup *topup);
static void       sim_read(struct request *request, struct topup *topup);
static bool       lookup_allowed(struct request *request, struct response *response);
static void       lookup_count(struct request *request, bool found);
static struct str account_subject(const struct request *request);
static enum err   quote_try(struct request *request, struct topup *topup);
static void quote_refused(struct request *request, struct topup *topup, enum quote_refusal refusal);
static void quote_stored(struct request *request, struct response *response);
static void topup_show(struct request *request, struct response *response, int status,
                       struct topup *topup);
static enum err shelf_show(struct request *request, const struct topup *topup,
                           struct topup_view *view);
static void     sim_view(struct request *request, const struct topup *topup, struct sim_view *ret);

void topup_get(struct request *request, struct response *response)
{
	struct topup *topup = ARENA_NEW(request->arena, struct topup);
	struct str    line = request_query(request, "line");
	enum err      err = topup == NULL ? ERR_MEMORY : ERR_OK;

	if (err == ERR_OK && line.len > 0)
		err = line_read(request, topup, line);
	if (err == ERR_NOT_FOUND) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	if (err == ERR_OK && !offer_choice_parse(request->web->config,
	                                         request_query(request, "method"), &topup->choice))
		err = offer_choice_usual(request, &topup->choice);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	page_form(request, false, &topup->form);
	topup->pack = plan_pack(request->web->catalogue, request_query(request, "pack"));
	topup_show(request, response, 200, topup);
}

void topup_post(struct request *request, struct response *response)
{
	struct topup *topup = ARENA_NEW(request->arena, struct topup);
	struct str    line = request_form(request, "line");
	enum err      err = topup == NULL ? ERR_MEMORY : ERR_OK;

	if (err == ERR_OK && line.len > 0)
		err = line_read(request, topup, line);
	if (err == ERR_NOT_FOUND) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	page_form(request, false, &topup->form);
	fields_read(request, topup);
	if (topup->form.problems.count == 0) {
		if (topup->line.id == 0 && !lookup_allowed(request, response))
			return;
		err = quote_try(request, topup);
	}
	if (err != ERR_OK)
		web_fail(request, response, err);
	else if (topup->form.problems.count > 0)
		topup_show(request, response, 422, topup);
	else
		request_command(request, response, quote_store_apply, &topup->quote.store,
		                quote_stored);
}

/* ERR_NOT_FOUND: no such line, or somebody else's. */
static enum err line_read(struct request *request, struct topup *topup, struct str text)
{
	const struct keys   *keys = request->web->keys;
	struct order_get_row order;
	int64_t              id = 0, line_id = 0;
	enum err             err = ERR_OK;

	if (public_id_parse(keys, PUBLIC_LINE, text, &line_id)) {
		err = fill_owns(request, line_id, &topup->own);
		if (err == ERR_OK && !topup->own)
			err = ERR_NOT_FOUND;
	} else if (public_id_parse(keys, PUBLIC_QUOTE, text, &id)) {
		err = order_get(request->db, request->arena, id, &order);
		if (err == ERR_OK && order.account_id != request->session.account_id)
			err = ERR_NOT_FOUND;
		line_id = err == ERR_OK ? order.line_id : 0;
	} else {
		err = ERR_NOT_FOUND;
	}
	topup->line_text = text;
	return err == ERR_OK ? line_get(request->db, request->arena, line_id, &topup->line) : err;
}

static void fields_read(struct request *request, struct topup *topup)
{
	struct str pack = request_form(request, "pack"), method = request_form(request, "method");

	topup->pack = plan_pack(request->web->catalogue, pack);
	if (topup->pack == NULL || !topup->pack->sold)
		page_problem(&topup->form, "pack",
		             page_words(pack.len == 0 ? MSG_REFUSAL_TOPUP_PACK
		                                      : MSG_REFUSAL_QUOTE_NO_PACK));
	if (topup->line.id == 0)
		sim_read(request, topup);
	if (!offer_choice_parse(request->web->config, method, &topup->choice))
		page_problem(&topup->form, "method",
		             page_words(method.len == 0 ? MSG_REFUSAL_TOPUP_METHOD
		                                        : MSG_REFUSAL_QUOTE_METHOD));
}

static void sim_read(struct request *request, struct topup *topup)
{
	const struct config *config = request->web->config;
	struct sim_rules     rules = {
		    .today_day = fill_today(request),
		    .sandbox = config->number[SETTING_sandbox] != 0,
		    .check_digit_refuse = config->number[SETTING_iccid_luhn_refuse] != 0,
	};
	struct sim_problem problem = { 0 };
	enum sim_refusal   refusal = sim_parse(request->arena, request_form(request, "sim"), &rules,
	                                       &topup->sim, &problem);

	if (refusal != SIM_REFUSAL_NONE) {
		page_problem(&topup->form, "sim", refusal_sim(request, refusal, &problem));
		return;
	}
	topup->sim_read = true;
	if ((topup->sim.warnings & SIM_WARNING_CHECK_WRONG) == 0)
		return;
	/* Some cards are printed so (DOMAIN 2): their owner may insist. */
	topup->confirm_iccid = true;
	if (request_form(request, "as_printed").len == 0)
		page_problem(&topup->form, "sim", page_words(MSG_WARNING_SIM_CHECK_WRONG));
}

/* Is there a look-up left to fail?  Nothing is taken yet. */
static bool lookup_allowed(struct request *request, struct response *response)
{
	struct web    *web = request->web;
	const int64_t *setting = web->config->number;
	struct str     account = account_subject(request);
	struct str     network = limit_network(request->arena, request->peer);
	int64_t        wait_s = 1;

	if (limit_peek(web->limits, LIMIT_LOOKUP_HOUR, setting[SETTING_lookup_per_hour], account,
	               &wait_s) &&
	    limit_peek(web->limits, LIMIT_LOOKUP_DAY, setting[SETTING_lookup_per_day], account,
	               &wait_s) &&
	    limit_peek(web->limits, LIMIT_LOOKUP_NETWORK, setting[SETTING_lookup_per_network],
	               network, &wait_s) &&
	    limit_peek(web->limits, LIMIT_LOOKUP_FOUND, 0, account, &wait_s))
		return true;
	web->metrics.limited++;
	web_refuse_wait(request, response, WEB_LIMITED, wait_s);
	return false;
}

/* Only what fails costs much.  But numbers come in rows: who has found one must
 * not go on to the next for ever. */
static void lookup_count(struct request *request, bool found)
{
	struct web    *web = request->web;
	const int64_t *setting = web->config->number;
	struct str     account = account_subject(request);

	if (found) {
		limit_take(web->limits, LIMIT_LOOKUP_FOUND, account, NULL);
		return;
	}
	limit_take_of(web->limits, LIMIT_LOOKUP_HOUR, setting[SETTING_lookup_per_hour], account,
	              NULL);
	limit_take_of(web->limits, LIMIT_LOOKUP_DAY, setting[SETTING_lookup_per_day], account,
	              NULL);
	limit_take_of(web->limits, LIMIT_LOOKUP_NETWORK, setting[SETTING_lookup_per_network],
	              limit_network(request->arena, request->peer), NULL);
}

static struct str account_subject(const struct request *request)
{
	return (struct str){ .ptr = (const char *)&request->session.account_id,
		             .len = sizeof(request->session.account_id) };
}

/* An unknown number takes the same way as one that may not be topped up. */
static enum err quote_try(struct request *request, struct topup *topup)
{
	struct quote_wish wish = {
		.account_id = request->session.account_id,
		.line_id = topup->line.id,
		.pack = topup->pack->code,
		.method = topup->choice.method,
		.currency = topup->choice.currency,
	};
	struct quoter      quoter;
	enum quote_refusal refusal;
	enum err           err = ERR_OK;

	offer_quoter(request, &quoter);
	if (topup->line.id == 0)
		err = quote_find_line(&quoter, &topup->sim, &wish.line_id);
	if (err == ERR_OK)
		err = quote_make(&quoter, &wish, &refusal, &topup->quote);
	if (err == ERR_OK && topup->line.id == 0)
		lookup_count(request, refusal != QUOTE_REFUSAL_NO_LINE);
	if (err == ERR_OK && refusal != QUOTE_REFUSAL_NONE)
		quote_refused(request, topup, refusal);
	return err;
}

static void quote_refused(struct request *request, struct topup *topup, enum quote_refusal refusal)
{
	static const char *const field_of[QUOTE_REFUSAL_COUNT] = {
		[QUOTE_REFUSAL_NO_LINE] = "sim",   [QUOTE_REFUSAL_NO_PACK] = "pack",
		[QUOTE_REFUSAL_MISFIT] = "pack",   [QUOTE_REFUSAL_KEEP] = "pack",
		[QUOTE_REFUSAL_METHOD] = "method", [QUOTE_REFUSAL_CURRENCY] = "method",
	};
	const struct catalogue *catalogue = request->web->catalogue;
	const char             *field = field_of[refusal];
	struct message          again;

	if (refusal == QUOTE_REFUSAL_NO_LINE && topup->line.id != 0)
		page_problem(&topup->form, "", page_words(MSG_REFUSAL_ORDER_LINE_CLOSED));
	else
		page_problem(&topup->form, field,
		             refusal_quote(request, refusal, &topup->quote,
		                           topup->choice.currency));
	if (refusal == QUOTE_REFUSAL_KEEP && refusal_again(request, &topup->quote, &again))
		page_problem(&topup->form, "", again);
	if (refusal == QUOTE_REFUSAL_MISFIT)
		topup->only = plan_brand(catalogue, topup->quote.line.brand);
}

static void quote_stored(struct request *request, struct response *response)
{
	const struct quote_store *stored = request->command.arg;
	struct str id = public_id(request->arena, request->web->keys, PUBLIC_QUOTE, stored->id);
	struct str was = request_form(request, "line");

	/* Made anew from an older quote: its page says when the sum is another one. */
	if (str_starts(was, STR("quo_")))
		id = arena_printf(request->arena, "%.*s?was=%.*s", STR_ARG(id), STR_ARG(was));
	response_redirect(request, response,
	                  arena_printf(request->arena, "/quotes/%.*s", STR_ARG(id)));
}

static void topup_show(struct request *request, struct response *response, int status,
                       struct topup *topup)
{
	struct topup_view view = { .form = topup->form, .confirm_iccid = topup->confirm_iccid };
	struct out        out;
	enum err          err = ERR_OK;

	if (topup->line.id != 0) {
		fill_line(request, &topup->line, topup->own, &view.line);
		view.line.id = topup->line_text;
		view.line_own = topup->own;
		topup->only = plan_brand(request->web->catalogue, topup->line.brand);
	}
	err = shelf_show(request, topup, &view);
	if (err == ERR_OK)
		err = offer_methods(request, view.packs, view.pack_count, topup->choice,
		                    &view.methods, &view.method_count);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	sim_view(request, topup, &view.sim);
	offer_times(request, &view.active_p50_s, &view.active_p95_s);
	view.delivery_refund_s = (int32_t)request->web->config->number[SETTING_delivery_refund_s];
	page_start(request, response, status, &out);
	page_frame(request, NAV_NONE, &view.frame);
	view.frame.error = topup->form.problems.count > 0;
	page_topup(&out, &view);
}

/* The packs; for a SIM that nobody knows yet, those first that the reader will want. */
static enum err shelf_show(struct request *request, const struct topup *topup,
                           struct topup_view *view)
{
	struct shelf_wish wish = { .brand = topup->only, .chosen = topup->pack };
	struct shelf      shelf;
	enum err          err = ERR_OK;

	if (topup->only == NULL)
		err = mine_brands(request, &wish.mine);
	if (err != ERR_OK)
		return err;
	shelf_packs(request, &wish, &shelf);
	view->packs = shelf.packs;
	view->pack_count = shelf.count;
	view->pack_chosen = shelf.chosen;
	view->pack_open = shelf.open;
	return ERR_OK;
}

/* What was typed comes back as it was; what we made of it only where the
 * shape alone tells it.  Whether it matched is said on the quote's page. */
static void sim_view(struct request *request, const struct topup *topup, struct sim_view *ret)
{
	const struct sim_input *sim = &topup->sim;

	*ret = (struct sim_view){ .typed = request_form(request, "sim") };
	if (!topup->sim_read)
		return;
	ret->kind = sim_kind_name(sim->kind);
	if (sim->kind != SIM_IMSI)
		return;
	ret->network = network_title(sim->plmn.network);
	ret->plmn = plmn_text(request->arena, sim->plmn);
}
