/*
 * rate.c - see rate.h.
 */
#include "store/rate.h"

#include "base/str.h"
#include "base/time.h"
#include "store/audit_sql.h"
#include "store/import_sql.h"
#include "store/market_sql.h"

#define DAY_S 86400
/* The ECB publishes around 16:00 in Frankfurt; 14:00 UTC never dates it too late. */
#define ECB_HOUR_S (14 * 3600)

static bool cross_of(uint16_t currency, const struct rate_days_row *row, enum fx_refusal *ret_no,
                     struct fx_rate *ret, enum err *ret_err);
static enum err steps_judge(uint16_t currency, const struct rate_days_row *rows, size_t count,
                            struct rate_look *look);
static bool     jumps(const struct fx_rate *rate, const struct fx_rate *before);
static uint16_t row_currency(uint16_t currency);
static bool     decimal_eq(struct arena *arena, struct fx_decimal a, struct fx_decimal b);

enum err rate_look(struct db *db, struct arena *arena, uint16_t currency, int64_t now_s,
                   struct rate_look *ret)
{
	struct rate_days_row *rows;
	struct rate_look      look = { .refusal = FX_REFUSAL_CURRENCY };
	size_t                count;
	enum err err = rate_days(db, arena, row_currency(currency), RATE_DAYS_MAX, &rows, &count);

	assert(currency != CURRENCY_JPY);
	if (err != ERR_OK) {
		return err;
	}
	if (count > 0 && cross_of(currency, &rows[0], &look.refusal, &look.rate, &err)) {
		look.known = true;
		look.day = (int32_t)rows[0].day;
		look.confirmed_s = rows[0].confirmed_s;
		look.refusal = fx_guard(&look.rate, NULL, now_s);
	}
	if (err == ERR_OK && look.known && look.refusal == FX_REFUSAL_NONE) {
		err = steps_judge(currency, rows, count, &look);
	}
	if (err == ERR_OK) {
		*ret = look;
	}
	return err;
}

enum err rate_put(struct db *db, struct arena *arena, const struct rate_new *rate,
                  enum rate_put *ret, struct fx_decimal *ret_known)
{
	struct str         source = fx_source_name(rate->source);
	struct rate_on_row row;
	struct fx_decimal  known;
	int64_t            added = 0;
	enum err           err = rate_add(db, rate->currency, rate->day, rate->value.mantissa,
	                                  rate->value.scale, source, &added);

	*ret = RATE_ADDED;
	if (err != ERR_OK || added > 0) {
		return err;
	}
	err = rate_on(db, arena, rate->currency, rate->day, &row);
	if (err != ERR_OK) {
		return err;
	}
	known = (struct fx_decimal){ .mantissa = row.mantissa, .scale = (int32_t)row.scale };
	if (str_eq(row.source, fx_source_name(FX_SOURCE_DEMO))) {
		*ret = RATE_REPLACED;
		return rate_replace(db, rate->currency, rate->day, rate->value.mantissa,
		                    rate->value.scale, source);
	}
	*ret = decimal_eq(arena, known, rate->value) ? RATE_KNOWN : RATE_DIFFERS;
	*ret_known = known;
	return ERR_OK;
}

enum err rate_confirm_apply(struct store *store, struct command *command)
{
	struct rate_confirm *arg = command->arg;
	struct rate_look     look;
	struct str           what;
	int64_t              changes = 0, now_s = store->now_ms / 1000;
	enum err             err = rate_look(store->db, store->arena, arg->currency, now_s, &look);

	arg->refusal = RATE_REFUSAL_NONE;
	if (err != ERR_OK) {
		return err;
	}
	if (look.refusal != FX_REFUSAL_JUMP || look.day != arg->day) {
		arg->refusal = RATE_REFUSAL_MOVED;
		return ERR_OK;
	}
	if (arg->reason.len == 0) {
		arg->refusal = RATE_REFUSAL_REASON;
		return ERR_OK;
	}
	/* The audit has no columns for a rate: its reason names it. */
	what = arena_printf(store->arena, "%.*s %.*s: %.*s", STR_ARG(currency_code(arg->currency)),
	                    STR_ARG(iso_day(store->arena, arg->day)), STR_ARG(arg->reason));
	err = rate_confirmed(store->db, row_currency(arg->currency), arg->day, now_s, &changes);
	if (err == ERR_OK) {
		err = audit_add(store->db, now_s, arg->actor, STR(RATE_AUDIT), 0, 0, what);
	}
	return err == ERR_OK && arg->once != NULL
	           ? once_answer(store, arg->once, 303, arg->location)
	           : err;
}

int rate_refusal_status(enum rate_refusal refusal)
{
#define X(id, status, message) [RATE_REFUSAL_##id] = (status),
	static const int statuses[RATE_REFUSAL_COUNT] = { RATE_REFUSALS(X) };
#undef X
	assert(refusal < RATE_REFUSAL_COUNT);
	return statuses[refusal];
}

/* The euro itself has no row: its rate to the yen is the yen's. */
static uint16_t row_currency(uint16_t currency)
{
	return currency == CURRENCY_EUR ? CURRENCY_JPY : currency;
}

/* False: nothing can be made of the two, *ret_no or *ret_err says why. */
static bool cross_of(uint16_t currency, const struct rate_days_row *row, enum fx_refusal *ret_no,
                     struct fx_rate *ret, enum err *ret_err)
{
	struct fx_rate yen = { .from = CURRENCY_EUR,
		               .to = CURRENCY_JPY,
		               .value = { .mantissa = row->yen_mantissa,
		                          .scale = (int32_t)row->yen_scale },
		               .as_of_s = row->day * DAY_S + ECB_HOUR_S };
	struct fx_rate other = { .from = CURRENCY_EUR,
		                 .to = currency,
		                 .value = { .mantissa = row->mantissa,
		                            .scale = (int32_t)row->scale },
		                 .as_of_s = yen.as_of_s };

	*ret_no = FX_REFUSAL_CURRENCY;
	*ret_err = ERR_CORRUPT;
	if (!fx_source_from_name(row->yen_source, &yen.source) ||
	    !fx_source_from_name(row->source, &other.source)) {
		return false;
	}
	*ret_err = ERR_OK;
	if (currency == CURRENCY_EUR) {
		other = fx_same(CURRENCY_EUR, yen.source, yen.as_of_s);
	}
	if (other.source == FX_SOURCE_OPERATOR && yen.source == FX_SOURCE_ECB) {
		yen.source = FX_SOURCE_OPERATOR; /* the two together are his word */
	}
	if (yen.source != other.source) {
		/* A rate of the demo beside a real one: nothing can be made of the two. */
		return false;
	}
	*ret_no = fx_cross(&yen, &other, ret);
	return *ret_no == FX_REFUSAL_NONE;
}

/* Forward from the oldest day: a rate is accepted when it is near the last one
 * that was, or when a person has confirmed it. */
static enum err steps_judge(uint16_t currency, const struct rate_days_row *rows, size_t count,
                            struct rate_look *look)
{
	struct fx_rate  accepted = look->rate, rate;
	enum fx_refusal no;
	enum err        err = ERR_OK;
	bool            first = true;

	for (size_t i = count; i-- > 0;) {
		if (!cross_of(currency, &rows[i], &no, &rate, &err)) {
			if (err != ERR_OK) {
				return err;
			}
			first = true; /* what lies before it is another source's */
			continue;
		}
		if (first || rows[i].confirmed_s != 0 || !jumps(&rate, &accepted)) {
			accepted = rate;
		}
		first = false;
	}
	if (jumps(&look->rate, &accepted)) {
		look->refusal = FX_REFUSAL_JUMP;
		look->before = accepted;
	}
	return ERR_OK;
}

static bool jumps(const struct fx_rate *rate, const struct fx_rate *before)
{
	return fx_guard(rate, before, rate->as_of_s) == FX_REFUSAL_JUMP;
}

static bool decimal_eq(struct arena *arena, struct fx_decimal a, struct fx_decimal b)
{
	return (a.mantissa == b.mantissa && a.scale == b.scale) ||
	       str_eq(fx_decimal_text(arena, a), fx_decimal_text(arena, b));
}
