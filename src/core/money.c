/*
 * money.c - amounts in minor units; the currency table comes from the build.
 */
#include "core/money.h"

#include "base/buf.h"
#include "core/currency_table.h"
#include "core/wide.h"

#include <string.h>

struct currency {
	char   code[4];
	int8_t exponent;
};

#define CURRENCY_NUMERIC_MAX        999
#define X(letters, numeric, digits) [numeric] = { .code = #letters, .exponent = (digits) },
static const struct currency currencies[CURRENCY_NUMERIC_MAX + 1] = { CURRENCIES(X) };
#undef X

static const struct currency *currency_find(uint16_t numeric);
static void                   digits_grouped(struct buf *buf, uint64_t whole);

bool currency_from_code(struct str code, uint16_t *ret)
{
	if (code.len != 3)
		return false;
	for (uint16_t i = 1; i <= CURRENCY_NUMERIC_MAX; i++) {
		if (currencies[i].code[0] && memcmp(currencies[i].code, code.ptr, 3) == 0) {
			*ret = i;
			return true;
		}
	}
	return false;
}

struct str currency_code(uint16_t currency)
{
	const struct currency *row = currency_find(currency);

	return row ? (struct str){ .ptr = row->code, .len = 3 } : STR("");
}

int currency_exponent(uint16_t currency)
{
	const struct currency *row = currency_find(currency);

	return row ? row->exponent : -1;
}

bool money_add(struct money a, struct money b, struct money *ret)
{
	int64_t sum;

	if (a.currency != b.currency || __builtin_add_overflow(a.amount, b.amount, &sum))
		return false;
	if (sum > MONEY_MAX || sum < -MONEY_MAX)
		return false;
	*ret = (struct money){ .amount = sum, .currency = a.currency };
	return true;
}

bool money_sub(struct money a, struct money b, struct money *ret)
{
	if (b.amount == INT64_MIN)
		return false;
	b.amount = -b.amount;
	return money_add(a, b, ret);
}

bool money_eq(struct money a, struct money b)
{
	return a.currency == b.currency && a.amount == b.amount;
}

bool money_scale(int64_t value, int64_t numerator, int64_t denominator, int64_t *ret)
{
	bool negative = (value < 0) != ((numerator < 0) != (denominator < 0));
	wide size;

	if (denominator == 0)
		return false;
	/* Two sizes of at most 2^63 each: the product always fits. */
	size = wide_div_half_up(wide_abs(value) * wide_abs(numerator), wide_abs(denominator));
	if (size > INT64_MAX)
		return false;
	*ret = negative ? -(int64_t)size : (int64_t)size;
	return true;
}

int64_t money_tax_inside(int64_t amount, int32_t tax_bp)
{
	wide size;

	assert(tax_bp >= 0 && tax_bp <= 10000);
	/* A reversal (a negative amount) must give back exactly the tax of the sale. */
	size = wide_abs(amount) * (uint32_t)tax_bp / (uint32_t)(10000 + tax_bp);
	return amount < 0 ? -(int64_t)size : (int64_t)size;
}

struct str money_digits(struct arena *arena, struct money money)
{
	int        exponent = currency_exponent(money.currency);
	struct buf buf;
	wide       size = wide_abs(money.amount);
	wide       unit;

	buf_init(&buf, arena, 48);
	if (exponent < 0)
		exponent = 0;
	unit = wide_pow10(exponent);
	if (money.amount < 0)
		buf_add_char(&buf, '-');
	digits_grouped(&buf, (uint64_t)(size / unit));
	if (exponent > 0)
		buf_printf(&buf, ".%0*llu", exponent, (unsigned long long)(size % unit));
	return buf_str(&buf);
}

bool money_parse(struct str text, uint16_t currency, struct money *ret)
{
	int     exponent = currency_exponent(currency);
	size_t  whole_count = 0, fraction_count = 0;
	int64_t amount = 0;
	bool    point = false;

	if (exponent < 0 || text.len > 24)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || amount > MONEY_MAX)
			return false;
		amount = amount * 10 + (text.ptr[i] - '0');
		*(point ? &fraction_count : &whole_count) += 1;
	}
	if (whole_count == 0 || (whole_count > 1 && text.ptr[0] == '0'))
		return false;
	if (point && (fraction_count == 0 || fraction_count > (size_t)exponent))
		return false;
	for (size_t i = fraction_count; i < (size_t)exponent && amount <= MONEY_MAX; i++)
		amount *= 10;
	if (amount > MONEY_MAX)
		return false;
	*ret = (struct money){ .amount = amount, .currency = currency };
	return true;
}

static const struct currency *currency_find(uint16_t numeric)
{
	if (numeric > CURRENCY_NUMERIC_MAX || !currencies[numeric].code[0])
		return NULL;
	return &currencies[numeric];
}

static void digits_grouped(struct buf *buf, uint64_t whole)
{
	char   digit[20];
	size_t count = 0;

	do {
		digit[count++] = (char)('0' + whole % 10);
		whole /= 10;
	} while (whole > 0);
	while (count-- > 0) {
		buf_add_char(buf, digit[count]);
		if (count > 0 && count % 3 == 0)
			buf_add_char(buf, ',');
	}
}
