/*
 * offer.c - see offer.h.
 */
#include "web/offer.h"

#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "store/ledger_sql.h"
#include "store/notice_sql.h"
#include "store/order_sql.h"
#include "store/post.h"
#include "store/quote.h"
#include "web/web.h"

static struct offers *offers_of(struct request *request);
static enum err       rates_read(struct request *request, struct offers *offers);
static enum err       times_read(struct request *request, struct offers *offers);
static void           row_to_front(struct method_view *rows, size_t index);
static bool           currency_sold(const struct offers *offers, uint16_t currency);
static bool           sold_by(const struct web *web, enum pay_method method);
static bool taken_any(const struct web *web, enum pay_method method, const struct method_view *row,
                      size_t pack_count);
static enum err method_fill(struct request *request, enum pay_method method,
                            const struct offer_rate *offer, const struct pack_view *packs,
                            size_t pack_count, struct method_view *ret);

void offer_quoter(const struct request *request, struct quoter *ret)
{
	*ret = (struct quoter){
		.db = request->db,
		.arena = request->arena,
		.config = request->web->config,
		.keys = request->web->keys,
		.catalogue = request->web->catalogue,
		.now_ms = request->now_ms,
		.pay = request->web->setup.pay,
		.memo = request->web->rates,
	};
}

enum err offer_methods(struct request *request, const struct pack_view *packs, size_t pack_count,
                       struct offer_choice chosen, const struct method_view **ret,
                       size_t *ret_count)
{
	struct offers      *offers = offers_of(request);
	struct method_view *rows;
	size_t              count = 0;
	enum err            err = offers == NULL ? ERR_MEMORY : rates_read(request, offers);

	if (err != ERR_OK)
		return err;
	rows = ARENA_ARRAY(request->arena, struct method_view,
	                   (size_t)PAY_METHOD_COUNT * offers->rate_count);
	if (rows == NULL)
		return ERR_MEMORY;
	for (enum pay_method method = PAY_NONE + 1; method < PAY_METHOD_COUNT; method++) {
		for (size_t i = 0; sold_by(request->web, method) && i < offers->rate_count; i++) {
			err = method_fill(request, method, &offers->rate[i], packs, pack_count,
			                  &rows[count]);
			if (err != ERR_OK)
				return err;
			if (!taken_any(request->web, method, &rows[count], pack_count))
				continue;
			rows[count].chosen = method == chosen.method &&
			                     offers->rate[i].currency == chosen.currency;
			if (rows[count].chosen)
				row_to_front(rows, count);
			count++;
		}
	}
	*ret = rows;
	*ret_count = count;
	return ERR_OK;
}

bool offer_choice_parse(const struct config *config, struct str text, struct offer_choice *ret)
{
	struct str          method, code;
	struct offer_choice choice;

	if (!str_cut(text, ':', &method, &code) ||
	    !pay_method_from_name(config, method, &choice.method) ||
	    !currency_from_code(code, &choice.currency))
		return false;
	for (size_t i = 0; i < quote_currency_count; i++) {
		if (quote_currencies[i] != choice.currency)
			continue;
		*ret = choice;
		return true;
	}
	return false;
}

struct str offer_choice_text(struct request *request, struct offer_choice choice)
{
	struct str method = pay_method_name(choice.method), code = currency_code(choice.currency);

	return arena_printf(request->arena, "%.*s:%.*s", STR_ARG(method), STR_ARG(code));
}

enum err offer_choice_usual(struct request *request, struct offer_choice *ret)
{
	static const uint16_t currency_of[LANG_COUNT] = {
		[LANG_EN] = CURRENCY_USD,       [LANG_ZH_HANS] = CURRENCY_CNY,
		[LANG_ZH_HANT] = 901 /* TWD */, [LANG_JA] = CURRENCY_JPY,
		[LANG_EN_XA] = CURRENCY_USD,
	};
	struct offer_choice      choice = { .currency = currency_of[request->lang->id] };
	struct offers           *offers = offers_of(request);
	struct account_heads_row heads;
	struct order_get_row     order;
	enum err err = account_heads(request->db, request->arena, request->session.account_id,
	                             &heads);

	if (offers == NULL)
		return ERR_MEMORY;
	if (err == ERR_OK && heads.last_order != 0)
		err = order_get(request->db, request->arena, heads.last_order, &order);
	if (err != ERR_OK)
		return err;
	if (heads.last_order != 0)
		choice = (struct offer_choice){ .method = (enum pay_method)order.gateway,
			                        .currency = (uint16_t)order.currency };
	err = rates_read(request, offers);
	for (enum pay_method m = PAY_NONE + 1; m < PAY_METHOD_COUNT; m++)
		if (!sold_by(request->web, choice.method) && sold_by(request->web, m))
			choice.method = m;
	if (!currency_sold(offers, choice.currency))
		choice.currency = CURRENCY_JPY;
	*ret = choice;
	return err;
}

void offer_times(struct request *request, int32_t *ret_p50_s, int32_t *ret_p95_s)
{
	struct offers *offers = offers_of(request);

	*ret_p50_s = *ret_p95_s = 0;
	if (offers == NULL || times_read(request, offers) != ERR_OK)
		return; /* a page is not refused because a hint is missing */
	*ret_p50_s = offers->p50_s;
	*ret_p95_s = offers->p95_s;
}

int32_t offer_quantile_s(const int64_t *counts, int32_t percent)
{
	int64_t total = 0, seen = 0;

	for (int i = 0; i < FIGURE_BUCKETS; i++)
		total += counts[i];
	if (total < OFFER_FEW)
		return 0;
	for (int i = 0; i < FIGURE_BUCKETS; i++) {
		seen += counts[i];
		if (seen * 100 >= total * percent)
			return figure_bucket_s[i];
	}
	return figure_bucket_s[FIGURE_BUCKETS - 1];
}

/* Made at first use; it lives as long as the web. */
static struct offers *offers_of(struct request *request)
{
	struct web *web = request->web;

	if (web->offers == NULL)
		web->offers = ARENA_NEW(web->arena, struct offers);
	return web->offers;
}

static enum err rates_read(struct request *request, struct offers *offers)
{
	struct quoter quoter;
	size_t        count = 0;

	if (offers->rates_ms != 0 && request->now_ms >= offers->rates_ms &&
	    request->now_ms < offers->rates_ms + OFFER_FRESH_S * 1000)
		return ERR_OK;
	offer_quoter(request, &quoter);
	for (size_t i = 0; i < quote_currency_count && count < OFFER_CURRENCY_MAX; i++) {
		enum fx_refusal refusal;
		struct fx_rate  rate;
		enum err        err = quote_rate(&quoter, quote_currencies[i], &refusal, &rate);

		if (err != ERR_OK)
			return err;
		if (refusal == FX_REFUSAL_NONE)
			offers->rate[count++] = (struct offer_rate){
				.currency = quote_currencies[i], .rate = rate
			};
	}
	offers->rate_count = count;
	offers->rates_ms = request->now_ms;
	return ERR_OK;
}

static enum err times_read(struct request *request, struct offers *offers)
{
	int32_t                 today = tokyo_day(request->now_ms / 1000);
	struct figure_list_row *rows;
	int64_t                 counts[FIGURE_BUCKETS] = { 0 };
	size_t                  count;
	enum err                err;

	if (offers->times_ms != 0 && request->now_ms >= offers->times_ms &&
	    request->now_ms < offers->times_ms + OFFER_FRESH_S * 1000)
		return ERR_OK;
	err = figure_list(request->db, request->arena, today - OFFER_DAYS + 1, today, &rows,
	                  &count);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < count; i++)
		if (rows[i].kind >= FIGURE_ACTIVATE_0 &&
		    rows[i].kind < FIGURE_ACTIVATE_0 + FIGURE_BUCKETS)
			counts[rows[i].kind - FIGURE_ACTIVATE_0] += rows[i].value;
	offers->p50_s = offer_quantile_s(counts, 50);
	offers->p95_s = offer_quantile_s(counts, 95);
	offers->times_ms = request->now_ms;
	return ERR_OK;
}

/* What is chosen stands first; the others keep their order. */
static void row_to_front(struct method_view *rows, size_t index)
{
	struct method_view row = rows[index];

	memmove(rows + 1, rows, sizeof(*rows) * index);
	rows[0] = row;
}

static bool currency_sold(const struct offers *offers, uint16_t currency)
{
	for (size_t i = 0; i < offers->rate_count; i++)
		if (offers->rate[i].currency == currency)
			return true;
	return false;
}

static bool sold_by(const struct web *web, enum pay_method method)
{
	return pay_method_sold(web->config, method);
}

/* A currency in which nothing of this page can be charged there is not offered. */
static bool taken_any(const struct web *web, enum pay_method method, const struct method_view *row,
                      size_t pack_count)
{
	bool any = pack_count == 0;

	for (size_t i = 0; i < pack_count && !any; i++)
		any = row->amounts[i].amount > 0 &&
		      pay_taken(&web->setup.pay, method, row->amounts[i]);
	return any;
}

static enum err method_fill(struct request *request, enum pay_method method,
                            const struct offer_rate *offer, const struct pack_view *packs,
                            size_t pack_count, struct method_view *ret)
{
	const struct fx_rate *rate = &offer->rate;
	bool                  yen = offer->currency == CURRENCY_JPY;
	int32_t margin_bp = yen ? 0 : (int32_t)request->web->config->number[SETTING_margin_bp];
	struct money *amounts = ARENA_ARRAY(request->arena, struct money, pack_count + 1);

	if (amounts == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < pack_count; i++) {
		amounts[i] = packs[i].price;
		/* A sum that cannot be charged is refused by the quote, with its reason. */
		if (!yen &&
		    fx_charge(packs[i].price, rate, margin_bp, &amounts[i]) != FX_REFUSAL_NONE)
			amounts[i] = (struct money){ .currency = offer->currency };
	}
	*ret = (struct method_view){
		.method = pay_method_name(method),
		.rate = {
			.currency = offer->currency,
			.sell_e6 = fx_sell_e6(rate, margin_bp),
			.mid_e6 = fx_sell_e6(rate, 0),
			.margin_bp = margin_bp,
			.source = fx_source_name(rate->source),
			.as_of_s = rate->as_of_s,
		},
		.amounts = amounts,
	};
	return ERR_OK;
}
