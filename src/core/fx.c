/*
 * fx.c - rates, crosses, charges; every product is checked in 128 bits.
 */
#include "core/fx.h"

#include "base/buf.h"
#include "base/str.h"
#include "core/wide.h"

#define BP_ONE 10000

struct source_row {
	struct str name;
	int64_t    age_max_s;
};

#define X(id, text, age_s) \
	[FX_SOURCE_##id] = { .name = { .ptr = text, .len = sizeof(text) - 1 }, .age_max_s = age_s },
static const struct source_row sources[FX_SOURCE_COUNT] = { FX_SOURCES(X) };
#undef X

/* A fraction of two checked products. */
struct ratio {
	wide up, down;
};

static bool ratio_times(struct ratio *ratio, wide up, wide down);
static bool ratio_times_pow10(struct ratio *ratio, int exponent);
static void check_rate(const struct fx_rate *rate, int32_t margin_bp);
static bool ratio_inverse(const struct fx_rate *rate, int32_t margin_bp, struct ratio *ret);
static bool ratio_direct(const struct fx_rate *rate, int32_t margin_bp, struct ratio *ret);

bool fx_decimal_parse(struct str text, struct fx_decimal *ret)
{
	struct fx_decimal decimal = { 0 };
	size_t            whole_count = 0;
	bool              point = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '.' && !point && whole_count > 0) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9' || decimal.mantissa > FX_MANTISSA_MAX / 10)
			return false;
		decimal.mantissa = decimal.mantissa * 10 + (c - '0');
		decimal.scale += point;
		whole_count += !point;
	}
	if (decimal.mantissa == 0 || decimal.mantissa > FX_MANTISSA_MAX ||
	    decimal.scale > FX_SCALE_MAX || (point && decimal.scale == 0))
		return false;
	if (whole_count > 1 && text.ptr[0] == '0')
		return false;
	*ret = decimal;
	return true;
}

struct str fx_decimal_text(struct arena *arena, struct fx_decimal decimal)
{
	wide unit;
	wide size = wide_abs(decimal.mantissa);

	assert(decimal.mantissa > 0 && decimal.scale >= 0 && decimal.scale <= FX_SCALE_MAX);
	while (decimal.scale > 0 && size % 10 == 0) {
		size /= 10;
		decimal.scale--;
	}
	unit = wide_pow10(decimal.scale);
	if (decimal.scale == 0)
		return arena_printf(arena, "%llu", (unsigned long long)size);
	return arena_printf(arena, "%llu.%0*llu", (unsigned long long)(size / unit), decimal.scale,
	                    (unsigned long long)(size % unit));
}

enum fx_refusal fx_cross(const struct fx_rate *from_rate, const struct fx_rate *to_rate,
                         struct fx_rate *ret)
{
	struct ratio   ratio = { .up = 1, .down = 1 };
	struct fx_rate rate = { .from = from_rate->to,
		                .to = to_rate->to,
		                .source = to_rate->source,
		                .as_of_s = to_rate->as_of_s };
	wide           value;

	check_rate(from_rate, 0);
	check_rate(to_rate, 0);
	assert(from_rate->from == to_rate->from && from_rate->source == to_rate->source);
	if (!ratio_times(&ratio, (wide)to_rate->value.mantissa, (wide)from_rate->value.mantissa) ||
	    !ratio_times_pow10(&ratio, FX_CROSS_SCALE + from_rate->value.scale) ||
	    !ratio_times_pow10(&ratio, -to_rate->value.scale))
		return FX_REFUSAL_CURRENCY;
	value = wide_div_half_up(ratio.up, ratio.down);
	if (value == 0 || value > FX_MANTISSA_MAX)
		return FX_REFUSAL_CURRENCY;
	rate.value = (struct fx_decimal){ .mantissa = (int64_t)value, .scale = FX_CROSS_SCALE };
	if (from_rate->as_of_s < rate.as_of_s)
		rate.as_of_s = from_rate->as_of_s;
	*ret = rate;
	return FX_REFUSAL_NONE;
}

struct fx_rate fx_same(uint16_t currency, enum fx_source source, int64_t as_of_s)
{
	return (struct fx_rate){ .from = currency,
		                 .to = currency,
		                 .value = { .mantissa = 1, .scale = 0 },
		                 .source = source,
		                 .as_of_s = as_of_s };
}

int64_t fx_rate_e10(const struct fx_rate *rate)
{
	wide size;

	check_rate(rate, 0);
	size = wide_div_half_up((wide)rate->value.mantissa * wide_pow10(FX_CROSS_SCALE),
	                        wide_pow10(rate->value.scale));
	return size > INT64_MAX ? INT64_MAX : (int64_t)size;
}

struct fx_rate fx_rate_from_e10(uint16_t from, uint16_t to, int64_t e10, enum fx_source source,
                                int64_t as_of_s)
{
	return (struct fx_rate){ .from = from,
		                 .to = to,
		                 .value = { .mantissa = e10, .scale = FX_CROSS_SCALE },
		                 .source = source,
		                 .as_of_s = as_of_s };
}

enum fx_refusal fx_guard(const struct fx_rate *rate, const struct fx_rate *previous, int64_t now_s)
{
	wide new, old, step;

	check_rate(rate, 0);
	if (rate->as_of_s > now_s && rate->as_of_s - now_s > FX_AHEAD_S)
		return FX_REFUSAL_AHEAD;
	if (rate->as_of_s < now_s && now_s - rate->as_of_s > sources[rate->source].age_max_s)
		return FX_REFUSAL_STALE;
	if (!previous)
		return FX_REFUSAL_NONE;
	check_rate(previous, 0);
	assert(previous->from == rate->from && previous->to == rate->to);
	/* Both on one denominator: at most 10^15 * 10^12, and 10^4 more below. */
	new = (wide)rate->value.mantissa *wide_pow10(previous->value.scale);
	old = (wide)previous->value.mantissa * wide_pow10(rate->value.scale);
	step = new > old ? new - old : old - new;
	return step * BP_ONE > old * FX_JUMP_BP ? FX_REFUSAL_JUMP : FX_REFUSAL_NONE;
}

enum fx_refusal fx_charge(struct money price, const struct fx_rate *rate, int32_t margin_bp,
                          struct money *ret)
{
	struct ratio ratio;
	wide         amount;

	assert(price.currency == rate->from);
	if (price.amount <= 0 || price.amount > MONEY_MAX)
		return FX_REFUSAL_AMOUNT;
	if (!ratio_direct(rate, margin_bp, &ratio) ||
	    !ratio_times_pow10(&ratio,
	                       currency_exponent(rate->to) - currency_exponent(rate->from)) ||
	    !ratio_times(&ratio, (wide)price.amount, 1))
		return FX_REFUSAL_AMOUNT;
	amount = wide_div_up(ratio.up, ratio.down);
	if (amount > MONEY_MAX)
		return FX_REFUSAL_AMOUNT;
	*ret = (struct money){ .amount = (int64_t)amount, .currency = rate->to };
	return FX_REFUSAL_NONE;
}

enum fx_refusal fx_worth(struct money paid, const struct fx_rate *rate, int32_t margin_bp,
                         struct money *ret)
{
	struct ratio ratio;
	wide         amount;

	assert(paid.currency == rate->to);
	if (paid.amount <= 0 || paid.amount > MONEY_MAX)
		return FX_REFUSAL_AMOUNT;
	if (!ratio_inverse(rate, margin_bp, &ratio) ||
	    !ratio_times_pow10(&ratio,
	                       currency_exponent(rate->from) - currency_exponent(rate->to)) ||
	    !ratio_times(&ratio, (wide)paid.amount, 1))
		return FX_REFUSAL_AMOUNT;
	amount = ratio.up / ratio.down;
	if (amount > MONEY_MAX)
		return FX_REFUSAL_AMOUNT;
	*ret = (struct money){ .amount = (int64_t)amount, .currency = rate->from };
	return FX_REFUSAL_NONE;
}

int64_t fx_sell_e6(const struct fx_rate *rate, int32_t margin_bp)
{
	struct ratio ratio;
	wide         size;

	/* At most 10^4 * 10^12 * 10^6 over 1: far from the edge. */
	if (!ratio_inverse(rate, margin_bp, &ratio) || !ratio_times_pow10(&ratio, 6))
		return 0;
	size = wide_div_half_up(ratio.up, ratio.down);
	return size > INT64_MAX ? INT64_MAX : (int64_t)size;
}

struct str fx_unit_text(struct arena *arena, const struct fx_rate *rate, int32_t margin_bp)
{
	struct str   one = currency_code(rate->to), other = currency_code(rate->from);
	struct ratio ratio;
	int          decimals;
	wide         size, unit;
	bool         fits = ratio_inverse(rate, margin_bp, &ratio);

	if (fits && ratio.up < ratio.down) {
		one = currency_code(rate->from);
		other = currency_code(rate->to);
		fits = ratio_direct(rate, margin_bp, &ratio);
	}
	decimals = fits && ratio.up / ratio.down < 10 ? 4 : 2;
	if (!fits || !ratio_times_pow10(&ratio, decimals))
		return STR("");
	size = wide_div_half_up(ratio.up, ratio.down);
	unit = wide_pow10(decimals);
	return arena_printf(arena, "1 %.*s = %llu.%0*llu %.*s", STR_ARG(one),
	                    (unsigned long long)(size / unit), decimals,
	                    (unsigned long long)(size % unit), STR_ARG(other));
}

struct str fx_source_name(enum fx_source source)
{
	assert(source < FX_SOURCE_COUNT);
	return sources[source].name;
}

bool fx_source_from_name(struct str name, enum fx_source *ret)
{
	for (enum fx_source source = 0; source < FX_SOURCE_COUNT; source++) {
		if (str_eq(sources[source].name, name)) {
			*ret = source;
			return true;
		}
	}
	return false;
}

static void check_rate(const struct fx_rate *rate, int32_t margin_bp)
{
	assert(rate->value.mantissa > 0 && rate->value.mantissa <= FX_MANTISSA_MAX);
	assert(rate->value.scale >= 0 && rate->value.scale <= FX_SCALE_MAX);
	assert(currency_exponent(rate->from) >= 0 && currency_exponent(rate->to) >= 0);
	assert(rate->source < FX_SOURCE_COUNT);
	assert(margin_bp >= 0 && margin_bp <= FX_MARGIN_MAX);
}

/* Units of `to` for one unit of `from`, margin on top. */
static bool ratio_direct(const struct fx_rate *rate, int32_t margin_bp, struct ratio *ret)
{
	check_rate(rate, margin_bp);
	*ret = (struct ratio){ .up = (wide)rate->value.mantissa, .down = 1 };
	return ratio_times(ret, (uint32_t)(BP_ONE + margin_bp), BP_ONE) &&
	       ratio_times_pow10(ret, -rate->value.scale);
}

/* Units of `from` for one unit of `to`, margin taken off. */
static bool ratio_inverse(const struct fx_rate *rate, int32_t margin_bp, struct ratio *ret)
{
	struct ratio direct;

	if (!ratio_direct(rate, margin_bp, &direct))
		return false;
	*ret = (struct ratio){ .up = direct.down, .down = direct.up };
	return true;
}

static bool ratio_times(struct ratio *ratio, wide up, wide down)
{
	return wide_mul(ratio->up, up, &ratio->up) && wide_mul(ratio->down, down, &ratio->down);
}

/* times 10^exponent, cancelling tens first so that little is multiplied. */
static bool ratio_times_pow10(struct ratio *ratio, int exponent)
{
	wide *grown = exponent > 0 ? &ratio->up : &ratio->down;
	wide *other = exponent > 0 ? &ratio->down : &ratio->up;
	int   count = exponent > 0 ? exponent : -exponent;

	while (count > 0 && *other % 10 == 0) {
		*other /= 10;
		count--;
	}
	return wide_mul(*grown, wide_pow10(count), grown);
}
