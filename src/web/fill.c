/*
 * fill.c - see fill.h.
 */
#include "web/fill.h"

#include "base/str.h"
#include "base/time.h"
#include "core/fx.h"
#include "core/payment.h"
#include "store/line_keep.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "web/offer.h"
#include "web/web.h"

static int32_t keeps_for(const struct request *request, const struct catalogue *in,
                         const struct plan_brand *brand, const struct plan_pack *pack);

static const struct plan_brand *brand_first(const struct catalogue *catalogue,
                                            const struct plan_pack *pack);
static struct str network_text(struct request *request, const struct line_get_row *line,
                               const struct plan_brand *brand);
static enum err   why_pack(struct request *request, const struct keep_result *result,
                           struct why_view *ret);

int32_t fill_today(const struct request *request)
{
	return tokyo_day(request->now_ms / 1000);
}

struct str fill_text(const struct request *request, const struct plan_text *text)
{
	return plan_text_in(text, str_from(request->lang->tag));
}

void fill_pack(struct request *request, const struct catalogue *catalogue,
               const struct plan_pack *pack, const struct plan_brand *brand, struct pack_view *ret)
{
	if (brand == NULL)
		brand = brand_first(catalogue, pack);
	*ret = (struct pack_view){
		.id = pack->code,
		.name = fill_text(request, &pack->name),
		.about = fill_text(request, &pack->about),
		.brand = brand != NULL ? fill_text(request, &brand->name) : STR(""),
		.price = pack->price,
		.tax_bp = pack->tax_bp,
		.keep_days = keeps_for(request, catalogue, brand, pack),
		.valid_days = pack->validity_days,
	};
}

enum err fill_pack_of(struct request *request, struct pack_versions *packs,
                      const struct order_get_row *order, struct pack_view *ret)
{
	const struct catalogue *catalogue = NULL;
	const struct plan_pack *pack = NULL;
	enum err err = pack_of_key_seen(request->db, request->arena, request->web->catalogue, packs,
	                                order->pack, &pack, &catalogue);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	if (err == ERR_OK)
		fill_pack(request, catalogue, pack, NULL, ret);
	else
		*ret = (struct pack_view){ .name = STR("–") };
	ret->price = (struct money){ .amount = order->price, .currency = CURRENCY_JPY };
	return ERR_OK;
}

void fill_line(struct request *request, const struct line_get_row *line, bool own,
               struct line_view *ret)
{
	const struct web  *web = request->web;
	int32_t            today = fill_today(request);
	struct keep_result result;
	struct line_keep   keep;

	line_keep_of(web->catalogue, line, today, &keep);
	*ret = (struct line_view){
		.id = own ? public_id(request->arena, web->keys, PUBLIC_LINE, line->id) : STR(""),
		.number = line_masked(request->arena, web->keys,
		                      line->msisdn_null ? NULL : &line->msisdn),
		.brand = keep.brand != NULL ? fill_text(request, &keep.brand->name) : line->brand,
		.network = network_text(request, line, keep.brand),
		.state = (enum line_state)line->state,
		.today_day = today,
		.money_welcome = line_money_may_enter((enum line_state)line->state) &&
		                 (line->flags & LINE_PORT_OUT) == 0,
	};
	if (!keep.known)
		return;
	keep_result(&keep.rule, &keep.state, &result);
	ret->safe_until_day = result.dated ? result.safe_until_day : KEEP_DAY_NEVER;
	ret->lost_day = result.dated ? result.lost_day : 0;
	ret->start_day = result.start_day;
	/* The sweep stores it once a day; the page need not wait for it. */
	ret->state = keep_line_state(keep_phase(&result, today), ret->state);
}

enum err fill_why(struct request *request, const struct line_get_row *line, struct why_view *ret)
{
	const struct web       *web = request->web;
	int32_t                 today = fill_today(request);
	const struct plan_keep *row;
	struct line_keep        keep;
	struct keep_result      result;

	*ret = (struct why_view){ .cause = KEEP_BECAUSE_CONTRACT };
	line_keep_of(web->catalogue, line, today, &keep);
	if (!keep.known)
		return ERR_OK;
	keep_result(&keep.rule, &keep.state, &result);
	ret->cause = result.cause;
	ret->cause_day = result.cause_day;
	ret->amount = (struct money){ .amount = keep.rule.over_yen, .currency = CURRENCY_JPY };
	ret->months = keep.rule.kind == KEEP_PARK ? keep.state.span : 0;
	row = plan_keep(web->catalogue,
	                line->state == LINE_PARKED ? keep.brand->park_code : keep.brand->keep_code,
	                today);
	if (row != NULL) {
		ret->source = fill_text(request, &row->origin.source);
		ret->source_day = row->origin.as_of_day;
	}
	return result.cause == KEEP_BECAUSE_PACK ? why_pack(request, &result, ret) : ERR_OK;
}

enum err fill_owns(struct request *request, int64_t line_id, bool *ret)
{
	struct account_line_get_row row;
	enum err err = account_line_get(request->db, request->session.account_id, line_id, &row);

	*ret = err == ERR_OK;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

void fill_rate(const struct order_get_row *order, struct rate_view *ret)
{
	uint16_t       currency = (uint16_t)order->currency;
	enum fx_source source = (enum fx_source)order->rate_source;
	struct fx_rate rate = fx_rate_from_e10(CURRENCY_JPY, currency, order->rate_e10, source,
	                                       order->rate_as_of_s);

	*ret = (struct rate_view){
		.currency = currency,
		.sell_e6 = fx_sell_e6(&rate, (int32_t)order->margin_bp),
		.mid_e6 = fx_sell_e6(&rate, 0),
		.margin_bp = (int32_t)order->margin_bp,
		.source = fx_source_name(source),
		.as_of_s = order->rate_as_of_s,
		.expires_s = order->expires_s,
		.lock_s = (int32_t)(order->expires_s - order->created_s),
	};
}

void fill_gain(const struct order_get_row *order, int32_t *ret_before, int32_t *ret_after)
{
	bool before = order->before_day != KEEP_DAY_NEVER;
	bool moved = order->after_day != KEEP_DAY_NEVER && order->after_day != order->before_day;

	*ret_before = before ? (int32_t)order->before_day : 0;
	*ret_after = moved ? (int32_t)order->after_day : 0;
}

struct money fill_paid(const struct order_get_row *order)
{
	return (struct money){ .amount = order->amount, .currency = (uint16_t)order->currency };
}

struct str fill_method(int64_t gateway)
{
	assert(gateway >= 0 && gateway < PAY_METHOD_COUNT);
	return pay_method_name((enum pay_method)gateway);
}

enum refund_state fill_refund(const struct order_get_row *order)
{
	return order->refund == REFUND_ASKED || order->refund == REFUND_DENIED
	           ? REFUND_NONE
	           : (enum refund_state)order->refund;
}

enum err fill_order_row(struct request *request, struct pack_versions *packs,
                        const struct order_get_row *order, struct order_row *ret)
{
	const struct web      *web = request->web;
	struct line_get_row    line;
	struct payment_get_row payment = { 0 };
	struct line_view       view;
	int32_t                before_day;
	enum err               err = line_get(request->db, request->arena, order->line_id, &line);

	if (err == ERR_OK && order->payment_id != 0)
		err = payment_get(request->db, request->arena, order->payment_id, &payment);
	*ret = (struct order_row){
		.number = order_number(request->arena, web->keys, order->id),
		.state = (enum order_state)order->state,
		.refund = fill_refund(order),
		.pay = fill_paid(order),
		.method = fill_method(order->gateway),
		.placed_s = payment.id != 0 ? payment.created_ms / 1000 : order->created_s,
	};
	fill_gain(order, &before_day, &ret->after_day);
	if (err == ERR_OK)
		err = fill_pack_of(request, packs, order, &ret->pack);
	if (err != ERR_OK)
		return err;
	fill_line(request, &line, false, &view);
	ret->line_number = view.number;
	return ERR_OK;
}

void fill_words(struct request *request, struct words_view *ret)
{
	const struct config *config = request->web->config;

	ret->issuer_name = config->text[SETTING_issuer_name];
	ret->issuer_registration = config->text[SETTING_issuer_registration];
	ret->issuer_address = config->text[SETTING_issuer_address];
	ret->issuer_manager = config->text[SETTING_issuer_manager];
	ret->issuer_phone = config->text[SETTING_issuer_phone];
	ret->support_email = config->text[SETTING_support_email];
	ret->margin_bp = (int32_t)config->number[SETTING_margin_bp];
	ret->quote_s = (int32_t)config->number[SETTING_quote_s];
	ret->delivery_refund_s = (int32_t)config->number[SETTING_delivery_refund_s];
	offer_times(request, &ret->active_p50_s, &ret->active_p95_s);
}

/* How many days a fresh line of the brand is kept when the pack is bought
 * today; 0: the rule does not take it as activity. */
static int32_t keeps_for(const struct request *request, const struct catalogue *in,
                         const struct plan_brand *brand, const struct plan_pack *pack)
{
	int32_t             today = fill_today(request);
	struct keep_rule    rule;
	struct keep_state   state;
	struct keep_event   event;
	struct keep_preview preview;

	if (pack->keep_days > 0)
		return pack->keep_days;
	if (brand == NULL || !plan_keep_rule(in, brand, false, today, &rule))
		return 0;
	keep_start(&rule, today, &state);
	plan_pack_event(pack, 1, today, false, 0, &event);
	keep_preview(&rule, &state, &event, &preview);
	if (!preview.counts || preview.refusal != KEEP_REFUSE_NONE || !preview.after.dated)
		return 0;
	return preview.after.safe_until_day - today + 1;
}

static const struct plan_brand *brand_first(const struct catalogue *catalogue,
                                            const struct plan_pack *pack)
{
	for (size_t i = 0; i < catalogue->brand_count; i++)
		if ((pack->brands >> i & 1) != 0)
			return &catalogue->brands[i];
	return NULL;
}

/* "NTT docomo (440-10)"; without an IMSI the network of the brand. */
static struct str network_text(struct request *request, const struct line_get_row *line,
                               const struct plan_brand *brand)
{
	const struct web *web = request->web;
	struct plmn       plmn;
	struct str        title, code;

	if (line->imsi_null)
		return brand != NULL
		           ? fill_text(request, &web->catalogue->networks[brand->network].name)
		           : STR("");
	plmn = plmn_find(identifier_open(web->keys, IDENTIFIER_IMSI, line->imsi),
	                 fill_today(request));
	title = network_title(plmn.network);
	code = plmn_text(request->arena, plmn);
	if (title.len == 0 || plmn.state == PLMN_TEST)
		return title.len == 0 ? code : title;
	return arena_printf(request->arena, "%.*s (%.*s)", STR_ARG(title), STR_ARG(code));
}

/* The pack that the day rests on; a line that came with its days from a file
 * has none of ours. */
static enum err why_pack(struct request *request, const struct keep_result *result,
                         struct why_view *ret)
{
	struct pack_versions packs = { 0 };
	struct order_get_row order;
	enum err             err;

	if (result->cause_order == 0)
		return ERR_OK;
	err = order_get(request->db, request->arena, result->cause_order, &order);
	if (err == ERR_OK)
		err = fill_pack_of(request, &packs, &order, &ret->pack);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (ret->pack.valid_days > 0)
		ret->until_day = result->cause_day + ret->pack.valid_days - 1;
	return ERR_OK;
}
