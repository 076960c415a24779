/*
 * money_fuzz.c - amounts and rates as text: what is accepted is shown as itself,
 * and a charge always covers its price.
 *
 * rooms: base core
 * longest: 64
 */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/str.h"
#include "core/fx.h"

static void try_money(struct arena *arena, struct str text, uint16_t currency)
{
	struct money money, again;
	struct str   shown;
	struct buf   plain;

	if (!money_parse(text, currency, &money))
		return;
	FUZZ_CHECK(money.amount >= 0 && money.amount <= MONEY_MAX && money.currency == currency);
	shown = money_digits(arena, money);
	buf_init(&plain, arena, 64);
	for (size_t i = 0; i < shown.len; i++) {
		if (shown.ptr[i] != ',')
			buf_add_char(&plain, shown.ptr[i]);
	}
	FUZZ_CHECK(money_parse(buf_str(&plain), currency, &again));
	FUZZ_CHECK(money_eq(money, again));
}

static void try_rate(struct arena *arena, struct str text, uint16_t currency, int64_t price_jpy)
{
	struct fx_rate    rate = { .from = CURRENCY_JPY, .to = currency };
	struct money      price = { .amount = price_jpy, .currency = CURRENCY_JPY }, pay, worth;
	struct fx_decimal again;

	if (!fx_decimal_parse(text, &rate.value))
		return;
	FUZZ_CHECK(fx_decimal_parse(fx_decimal_text(arena, rate.value), &again));
	FUZZ_CHECK(again.scale <= rate.value.scale);
	if (currency_exponent(currency) < 0)
		return;
	(void)fx_unit_text(arena, &rate, 150);
	(void)fx_sell_e6(&rate, 150);
	if (fx_charge(price, &rate, 150, &pay) != FX_REFUSAL_NONE)
		return;
	if (fx_worth(pay, &rate, 150, &worth) == FX_REFUSAL_NONE)
		FUZZ_CHECK(worth.amount >= price.amount);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str   text = { .ptr = (const char *)data, .len = size };
	uint16_t     currency = (uint16_t)(fuzz_byte(&text) << 2);
	int64_t      price_jpy = 1;
	struct arena arena;

	currency = (uint16_t)(currency | (fuzz_byte(&text) & 3));
	for (int i = fuzz_byte(&text) % 16; i > 0; i--)
		price_jpy *= 10;
	arena_init(&arena, 65536);
	try_money(&arena, text, currency);
	try_rate(&arena, text, currency, price_jpy);
	arena_free(&arena);
	return 0;
}
