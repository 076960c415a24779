/*
 * money.h - an amount in minor units of one currency.  Never floating point.
 *
 * The currency is its ISO 4217 numeric code (JPY 392, CNY 156); code letters
 * and exponents come from a table made at build time from Debian's iso-codes
 * and the exponents of ISO 4217 (JPY 0, CNY 2, KWD 3).
 */
#pragma once
#include "base/arena.h"

/* The currencies that code names; all others come from data. */
enum {
	CURRENCY_NONE = 0,
	CURRENCY_CNY = 156,
	CURRENCY_JPY = 392,
	CURRENCY_USD = 840,
	CURRENCY_EUR = 978
};

struct money {
	int64_t  amount;   /* minor units; negative allowed in postings only */
	uint16_t currency; /* ISO 4217 numeric */
};

#define MONEY_MAX 1000000000000000 /* 10^15 minor units: every sum we make stays in int64 */

bool       currency_from_code(struct str code, uint16_t *ret); /* "JPY"; false: unknown */
struct str currency_code(uint16_t currency);     /* "" when unknown; static storage */
int        currency_exponent(uint16_t currency); /* digits behind the point; -1: unknown */

/* a + b and a - b; false: two currencies, or past MONEY_MAX either way. */
bool money_add(struct money a, struct money b, struct money *ret);
bool money_sub(struct money a, struct money b, struct money *ret);
bool money_eq(struct money a, struct money b); /* same currency and amount */
/* value * numerator / denominator, half up (away from zero), 128-bit inside;
 * false on overflow or a zero denominator. */
bool money_scale(int64_t value, int64_t numerator, int64_t denominator, int64_t *ret);
/* The tax inside of a tax-included amount, rounded down once (DOMAIN T2):
 * amount * bp / (10000 + bp); tax_bp 0..10000.  A reversal (a negative amount)
 * gives exactly the tax of its sale. */
int64_t money_tax_inside(int64_t amount, int32_t tax_bp);
/* "1,100", "53.87", "-0.05": grouping ',' and point '.', no currency; in the
 * arena. */
struct str money_digits(struct arena *arena, struct money money);
/* "1100", "53.87" -> minor units by the currency's exponent, 0..MONEY_MAX.
 * Refuses surplus decimals, signs, grouping, leading zeros, junk, and a
 * currency we do not know. */
bool money_parse(struct str text, uint16_t currency, struct money *ret);
