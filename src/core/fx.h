/*
 * fx.h - exchange rates as decimal rationals, and what a price in yen costs in
 * the payer's currency.
 *
 * A rate is a whole number times a power of ten, never floating point, with its
 * source and time.  All arithmetic is 128 bits wide and says how it rounds:
 *   a cross rate     half up at the tenth decimal
 *   a charge         up, to the next minor unit: never below the price
 *   what money buys  down: never more than was paid for
 * Source: DOMAIN 2, 9.11, 9.12, 11; SECURITY F17.
 */
#pragma once
#include "core/money.h"

#define FX_MANTISSA_MAX INT64_C(1000000000000000) /* 10^15 */
#define FX_SCALE_MAX    12
#define FX_CROSS_SCALE  10    /* decimals of a cross rate; as orders.rate_e10 keeps it */
#define FX_MARGIN_MAX   2000  /* basis points */
#define FX_JUMP_BP      300   /* a larger step than 3 % stops sales (DOMAIN 11) */
#define FX_AHEAD_S      86400 /* a rate from further in the future is a mistake */

/* Where a rate comes from and how old it may be for sales: the ECB publishes on
 * working days only, so four days cover a weekend with a holiday; a gateway's own
 * quote promises an hour (DOMAIN 11, SECURITY F17). */
/*   id       stored and API name  longest age, s */
#define FX_SOURCES(X)                    \
	X(NONE,    "",        INT64_MAX) \
	X(ECB,     "ecb",     345600)    \
	X(GATEWAY, "gateway", 3600)      \
	X(DEMO,    "demo",    INT64_MAX) /* of keepline init --demo: never for real sales */ \
	X(OPERATOR, "operator", 345600)  /* a file of the operator's own, for what the ECB lacks */

#define X(id, name, age_s) FX_SOURCE_##id,
enum fx_source { FX_SOURCES(X) FX_SOURCE_COUNT };
#undef X

/* Why there is no sale in a currency now. */
/*   name      message key          HTTP */
#define FX_REFUSALS(X)                                                                      \
	X(NONE,     NONE,                200)                                               \
	X(CURRENCY, REFUSAL_FX_CURRENCY, 422) /* no rate for it */                          \
	X(STALE,    REFUSAL_FX_STALE,    503) /* older than the source's longest age */     \
	X(AHEAD,    REFUSAL_FX_AHEAD,    503) /* from the future: a clock or a file is wrong */ \
	X(JUMP,     REFUSAL_FX_JUMP,     503) /* moved by more than 3 %: a person looks */  \
	X(AMOUNT,   REFUSAL_FX_AMOUNT,   422) /* nothing, negative, or past MONEY_MAX */

#define X(name, message, status) FX_REFUSAL_##name,
enum fx_refusal { FX_REFUSALS(X) FX_REFUSAL_COUNT };
#undef X

/* mantissa * 10^-scale; 0 < mantissa <= FX_MANTISSA_MAX, 0 <= scale <= FX_SCALE_MAX. */
struct fx_decimal {
	int64_t mantissa;
	int32_t scale;
};

/* 1 unit of `from` (one yen, not one sen) is `value` units of `to`. */
struct fx_rate {
	uint16_t          from, to; /* ISO 4217 numeric */
	struct fx_decimal value;
	enum fx_source    source;
	int64_t           as_of_s; /* when it was true, UTC */
};

/* "0.04823", "128.78", "7": digits with at most one point, more than zero.
 * Refuses signs, exponents, surplus leading zeros, more than 12 decimals. */
bool fx_decimal_parse(struct str text, struct fx_decimal *ret);
/* The same number without trailing zeros: "0.04823"; in the arena. */
struct str fx_decimal_text(struct arena *arena, struct fx_decimal decimal);

/* The middle rate from -> to out of two rates of the same source against one
 * currency (for the ECB: EUR -> from, EUR -> to); `to_rate` or `from_rate` is that
 * currency itself when it comes from fx_same.  As old as the older of the two. */
enum fx_refusal fx_cross(const struct fx_rate *from_rate, const struct fx_rate *to_rate,
                         struct fx_rate *ret);
struct fx_rate fx_same(uint16_t currency, enum fx_source source, int64_t as_of_s); /* 1 = 1 */

/* As orders keep it: value * 10^10, half up; and back. */
int64_t fx_rate_e10(const struct fx_rate *rate);
struct fx_rate fx_rate_from_e10(uint16_t from, uint16_t to, int64_t e10, enum fx_source source,
                                int64_t as_of_s);

/* May we sell at this rate at now_s?  previous: the same pair's rate before it;
 * NULL when there is none, or when a person has confirmed the step. */
enum fx_refusal fx_guard(const struct fx_rate *rate, const struct fx_rate *previous, int64_t now_s);

/* What `price` (in rate->from) costs in rate->to with our margin (0..FX_MARGIN_MAX),
 * rounded up to a minor unit. */
enum fx_refusal fx_charge(struct money price, const struct fx_rate *rate, int32_t margin_bp,
                          struct money *ret);
/* The reverse: how much of rate->from a payment in rate->to buys, margin taken off,
 * rounded down. fx_worth(fx_charge(p)) >= p, and less than p + one minor unit of
 * rate->to. */
enum fx_refusal fx_worth(struct money paid, const struct fx_rate *rate, int32_t margin_bp,
                         struct money *ret);

/* Units of rate->from for one unit of rate->to, margin included, x 10^6, half up
 * (rate_view.sell_e6; with margin 0: mid_e6). */
int64_t fx_sell_e6(const struct fx_rate *rate, int32_t margin_bp);
/* "1 CNY = 20.42 JPY", the larger number on the right; margin included; two
 * decimals, below 10 four.  For people: the charge is computed from the rate. */
struct str fx_unit_text(struct arena *arena, const struct fx_rate *rate, int32_t margin_bp);

struct str fx_source_name(enum fx_source source); /* static storage */
bool fx_source_from_name(struct str name, enum fx_source *ret); /* false: unknown */
