/*
 * quote.c - see quote.h.
 */
#include "store/quote.h"

#include "base/str.h"
#include "base/time.h"
#include "core/msisdn.h"
#include "store/market_sql.h"
#include "store/rate.h"

#define IDENTIFIER_BITS 64
#define DAY_S           86400
/* The ECB publishes around 16:00 in Frankfurt; 14:00 UTC never dates it too late. */
#define ECB_HOUR_S (14 * 3600)

const uint16_t quote_currencies[] = { CURRENCY_JPY,  CURRENCY_CNY,
	                              CURRENCY_USD,  CURRENCY_EUR,
	                              344 /* HKD */, 901 /* TWD */,
	                              410 /* KRW */, 702 /* SGD */,
	                              826 /* GBP */, 36 /* AUD */ };
const size_t   quote_currency_count = COUNT_OF(quote_currencies);

static enum err           line_load(const struct quoter *quoter, const struct quote_wish *wish,
                                    enum quote_refusal *ret_refusal, struct quote *ret);
static enum err           line_near(const struct quoter *quoter, enum sim_kind kind, int64_t number,
                                    int64_t *ret_id);
static enum quote_refusal keep_preview_of(const struct quoter *quoter, struct quote *quote);
static enum err           price_of(const struct quoter *quoter, const struct quote_wish *wish,
                                   enum quote_refusal *ret_refusal, struct quote *ret);
static enum err           rate_read(const struct quoter *quoter, uint16_t currency,
                                    enum fx_refusal *ret_refusal, struct fx_rate *ret);

enum err quote_find_line(const struct quoter *quoter, const struct sim_input *sim, int64_t *ret_id)
{
	int64_t  first = 0, second = 0;
	enum err err = line_near(quoter, sim->kind, sim->number, &first);

	/* Asked also when the first was found: who is known must not be quicker. */
	if (err == ERR_OK && sim->kind == SIM_ICCID && sim->alternate != 0) {
		err = line_near(quoter, sim->kind, sim->alternate, &second);
	}
	if (err == ERR_OK) {
		*ret_id = first <= 0 && second > 0 ? second : first;
	}
	return err;
}

/* clang-format off */
static enum err line_near(const struct quoter *quoter, enum sim_kind kind, int64_t number,
                          int64_t *ret_id)
{
	enum err err = ERR_OK;

#define NEAR(KIND, name)                                                                   \
	case SIM_##KIND: {                                                                 \
		struct line_near_##name##_row row = { 0 };                                 \
		int64_t sealed = identifier_seal(quoter->keys, IDENTIFIER_##KIND, number); \
		err = line_near_##name(quoter->db, sealed, &row);                          \
		/* Behind the last one: the first.  Asked twice in any case. */            \
		err = line_near_##name(quoter->db, err == ERR_NOT_FOUND ? INT64_MIN        \
		                                                        : sealed, &row);   \
		*ret_id = row.number == sealed ? row.id : -row.id;                         \
		break;                                                                     \
	}
	switch (kind) {
	NEAR(IMSI, imsi)
	NEAR(ICCID, iccid)
	NEAR(SERIAL, serial)
	case SIM_KIND_COUNT:
		assert(false);
	}
#undef NEAR
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
/* clang-format on */

enum err quote_make(const struct quoter *quoter, const struct quote_wish *wish,
                    enum quote_refusal *ret_refusal, struct quote *ret)
{
	enum err err;

	*ret = (struct quote){ 0 };
	*ret_refusal = QUOTE_REFUSAL_NONE;
	err = line_load(quoter, wish, ret_refusal, ret);
	if (err != ERR_OK || *ret_refusal != QUOTE_REFUSAL_NONE) {
		return err;
	}
	if (!pay_method_sold(quoter->config, wish->method)) {
		*ret_refusal = QUOTE_REFUSAL_METHOD;
		return ERR_OK;
	}
	*ret_refusal = keep_preview_of(quoter, ret);
	if (*ret_refusal != QUOTE_REFUSAL_NONE) {
		return ERR_OK;
	}
	return price_of(quoter, wish, ret_refusal, ret);
}

enum err quote_rate(const struct quoter *quoter, uint16_t currency, enum fx_refusal *ret_refusal,
                    struct fx_rate *ret)
{
	struct quote_memo *memo = quoter->memo;
	int64_t            now_ms = quoter->now_ms;
	size_t             i = 0;
	enum err           err;

	if (currency == CURRENCY_JPY) {
		*ret_refusal = FX_REFUSAL_NONE;
		*ret = fx_same(CURRENCY_JPY, FX_SOURCE_NONE, now_ms / 1000);
		return ERR_OK;
	}
	while (memo != NULL && i < QUOTE_MEMO_MAX && memo->row[i].currency != 0 &&
	       memo->row[i].currency != currency) {
		i++;
	}
	if (memo == NULL || i == QUOTE_MEMO_MAX) {
		return rate_read(quoter, currency, ret_refusal, ret);
	}
	if (memo->row[i].currency == 0 || now_ms < memo->row[i].read_ms ||
	    now_ms >= memo->row[i].read_ms + QUOTE_MEMO_MS) {
		err = rate_read(quoter, currency, &memo->row[i].refusal, &memo->row[i].rate);
		if (err != ERR_OK) {
			return err;
		}
		memo->row[i].currency = currency;
		memo->row[i].read_ms = now_ms;
	}
	*ret_refusal = memo->row[i].refusal;
	*ret = memo->row[i].rate;
	return ERR_OK;
}

int32_t quote_rate_day(int64_t now_s)
{
	return (int32_t)((now_s - ECB_HOUR_S) / DAY_S);
}

enum err quote_rate_source(struct db *db, struct arena *arena, uint16_t currency, int64_t as_of_s,
                           enum fx_source *ret)
{
	struct rate_on_row row;
	enum err           err;

	*ret = FX_SOURCE_NONE;
	if (currency == CURRENCY_JPY) {
		return ERR_OK;
	}
	/* The euro itself has no row: its rate to the yen is the yen's. */
	err = rate_on(db, arena, currency == CURRENCY_EUR ? CURRENCY_JPY : currency,
	              as_of_s / DAY_S, &row);
	if (err == ERR_OK && !fx_source_from_name(row.source, ret)) {
		err = ERR_CORRUPT;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int64_t identifier_seal(const struct keys *keys, enum identifier kind, int64_t number)
{
	return (int64_t)cipher_int(&keys->identifier, (uint32_t)kind, IDENTIFIER_BITS,
	                           (uint64_t)number);
}

void identifiers_seal(const struct keys *keys, enum identifier kind, int64_t *numbers, size_t count)
{
	/* int64_t and uint64_t may be read as each other (C17 6.5, 7). */
	cipher_ints(&keys->identifier, (uint32_t)kind, IDENTIFIER_BITS, (uint64_t *)numbers, count);
}

int64_t identifier_open(const struct keys *keys, enum identifier kind, int64_t sealed)
{
	return (int64_t)decipher_int(&keys->identifier, (uint32_t)kind, IDENTIFIER_BITS,
	                             (uint64_t)sealed);
}

struct str line_masked(struct arena *arena, const struct keys *keys, const int64_t *sealed)
{
	return sealed == NULL
	           ? STR("****")
	           : msisdn_mask(arena, identifier_open(keys, IDENTIFIER_MSISDN, *sealed));
}

static const struct {
	struct str code;
	int        status;
} refusals[QUOTE_REFUSAL_COUNT] = {
#define X(id, text, http, message) \
	[QUOTE_REFUSAL_##id] = { .code = { .ptr = text, .len = sizeof(text) - 1 }, .status = http },
	QUOTE_REFUSALS(X)
#undef X
};

struct str quote_refusal_code(enum quote_refusal refusal)
{
	assert(refusal < QUOTE_REFUSAL_COUNT);
	return refusals[refusal].code;
}

int quote_refusal_status(enum quote_refusal refusal)
{
	assert(refusal < QUOTE_REFUSAL_COUNT);
	return refusals[refusal].status;
}

/* One answer for "unknown", "not ours" and "takes no money" (F5), and one way to
 * it: of an unknown number another line is looked at, and forgotten. */
static enum err line_load(const struct quoter *quoter, const struct quote_wish *wish,
                          enum quote_refusal *ret_refusal, struct quote *ret)
{
	const struct plan_brand *brand;
	bool                     known = wish->line_id > 0;
	enum err err = line_get(quoter->db, quoter->arena, known ? wish->line_id : -wish->line_id,
	                        &ret->line);

	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		return err;
	}
	ret->pack = plan_pack(quoter->catalogue, wish->pack);
	if (ret->pack == NULL || !ret->pack->sold) {
		*ret_refusal = QUOTE_REFUSAL_NO_PACK;
		return ERR_OK;
	}
	brand = err == ERR_OK ? plan_brand(quoter->catalogue, ret->line.brand) : NULL;
	if (brand == NULL || !line_money_may_enter((enum line_state)ret->line.state) ||
	    (ret->line.flags & LINE_PORT_OUT) != 0 || !known) {
		*ret_refusal = QUOTE_REFUSAL_NO_LINE;
		ret->line = (struct line_get_row){ 0 };
	} else if (!plan_pack_fits(quoter->catalogue, ret->pack, brand)) {
		*ret_refusal = QUOTE_REFUSAL_MISFIT;
	}
	return ERR_OK;
}

static enum quote_refusal keep_preview_of(const struct quoter *quoter, struct quote *quote)
{
	struct line_keep  keep;
	struct keep_event event;
	int32_t           today = tokyo_day(quoter->now_ms / 1000);

	line_keep_of(quoter->catalogue, &quote->line, today, &keep);
	quote->keep_known = keep.known;
	quote->store.order.before_day = quote->store.order.after_day = quote->line.safe_until_day;
	if (!keep.known) {
		return QUOTE_REFUSAL_NONE;
	}
	plan_pack_event(quote->pack, 1, today, false, 0, &event);
	keep_preview(&keep.rule, &keep.state, &event, &quote->keep);
	quote->store.order.before_day = quote->keep.before.safe_until_day;
	quote->store.order.after_day = quote->keep.after.safe_until_day;
	return quote->keep.refusal == KEEP_REFUSE_NONE ? QUOTE_REFUSAL_NONE : QUOTE_REFUSAL_KEEP;
}

static enum err price_of(const struct quoter *quoter, const struct quote_wish *wish,
                         enum quote_refusal *ret_refusal, struct quote *ret)
{
	struct order_add_args *order = &ret->store.order;
	int32_t                margin_bp = (int32_t)quoter->config->number[SETTING_margin_bp];
	struct money           pay = ret->pack->price;
	enum err               err = quote_rate(quoter, wish->currency, &ret->fx, &ret->rate);

	if (err != ERR_OK) {
		return err;
	}
	if (wish->currency == CURRENCY_JPY) {
		margin_bp = 0;
	} else if (ret->fx == FX_REFUSAL_NONE) {
		ret->fx = fx_charge(ret->pack->price, &ret->rate, margin_bp, &pay);
	}
	if (ret->fx != FX_REFUSAL_NONE) {
		*ret_refusal = QUOTE_REFUSAL_CURRENCY;
		return ERR_OK;
	}
	if (!pay_taken(&quoter->pay, wish->method, pay)) {
		*ret_refusal = QUOTE_REFUSAL_METHOD;
		return ERR_OK;
	}
	order->account_id = wish->account_id;
	order->line_id = ret->line.id;
	order->pack = pack_key(quoter->catalogue, ret->pack);
	order->price = ret->pack->price.amount;
	order->tax = money_tax_inside(ret->pack->price.amount, ret->pack->tax_bp);
	order->gateway = wish->method;
	order->currency = pay.currency;
	order->amount = pay.amount;
	order->rate_e10 = fx_rate_e10(&ret->rate);
	order->rate_as_of_s = ret->rate.as_of_s;
	order->rate_source = ret->rate.source;
	order->margin_bp = margin_bp;
	order->created_s = quoter->now_ms / 1000;
	order->expires_s = order->created_s + quoter->config->number[SETTING_quote_s];
	return ERR_OK;
}

/* Never of yen. */
static enum err rate_read(const struct quoter *quoter, uint16_t currency,
                          enum fx_refusal *ret_refusal, struct fx_rate *ret)
{
	struct rate_look look;
	enum err err = rate_look(quoter->db, quoter->arena, currency, quoter->now_ms / 1000, &look);

	if (err != ERR_OK) {
		return err;
	}
	*ret_refusal = look.refusal;
	if (look.known) {
		*ret = look.rate;
	}
	return ERR_OK;
}
