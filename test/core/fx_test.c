/*
 * fx_test.c - exchange rates by the table fx.t, and what must hold for every
 * currency, rate, margin and amount.
 */
#include "core/table.h"

#include "base/time.h"
#include "core/fx.h"

#define TABLE                    "test/core/fx.t"

#define X(name, message, status) #name,
static const char *const refusal_names[] = { FX_REFUSALS(X) };
#undef X

static uint16_t currency_at(const struct table *table, int cell)
{
	uint16_t currency = 0;

	if (!currency_from_code(table->cell[cell], &currency))
		fail_msg("%s:%d: no such currency", TABLE, table->line);
	return currency;
}

static struct fx_rate rate_of(const struct table *table, int from, int to, int value)
{
	struct fx_rate rate = { .from = currency_at(table, from),
		                .to = currency_at(table, to),
		                .source = FX_SOURCE_ECB };

	if (!fx_decimal_parse(table->cell[value], &rate.value))
		fail_msg("%s:%d: no rate", TABLE, table->line);
	return rate;
}

static void reads_decimals(void **state)
{
	struct table      table = table_open(TABLE, "decimal");
	struct fx_decimal decimal = { 0 };
	struct arena      arena;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 4)) {
		if (!fx_decimal_parse(table.cell[0], &decimal))
			fail_msg("%s:%d: refused", TABLE, table.line);
		assert_true(decimal.mantissa == table_int64(&table, 1));
		assert_int_equal(decimal.scale, table_int64(&table, 2));
		table_expect(&table, 3, fx_decimal_text(&arena, decimal));
	}
	table = table_open(TABLE, "decimal refuse");
	decimal.mantissa = -7;
	while (table_next(&table, 1)) {
		if (fx_decimal_parse(table.cell[0], &decimal))
			fail_msg("%s:%d: accepted", TABLE, table.line);
		assert_int_equal(decimal.mantissa, -7);
	}
	arena_free(&arena);
}

static void crosses(void **state)
{
	struct table table = table_open(TABLE, "cross");
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 5)) {
		struct fx_rate from = { .from = CURRENCY_EUR, .as_of_s = 200 }, to, rate;

		from.source = FX_SOURCE_ECB;
		to = from;
		to.as_of_s = 100;
		from.to = currency_at(&table, 0);
		to.to = currency_at(&table, 2);
		assert_true(fx_decimal_parse(table.cell[1], &from.value));
		assert_true(fx_decimal_parse(table.cell[3], &to.value));
		assert_int_equal(fx_cross(&from, &to, &rate), FX_REFUSAL_NONE);
		table_expect(&table, 4, fx_decimal_text(&arena, rate.value));
		assert_int_equal(rate.from, from.to);
		assert_int_equal(rate.to, to.to);
		assert_int_equal(rate.as_of_s, 100);
		assert_true(fx_rate_e10(&rate) == rate.value.mantissa);
		assert_int_equal(fx_cross(&to, &from, &rate), FX_REFUSAL_NONE);
		assert_int_equal(rate.as_of_s, 100);
	}
	arena_free(&arena);
}

static void refuses_impossible_crosses(void **state)
{
	struct fx_rate tiny = { .from = CURRENCY_EUR, .to = CURRENCY_CNY, .value = { 1, 12 } };
	struct fx_rate huge = { .from = CURRENCY_EUR,
		                .to = CURRENCY_JPY,
		                .value = { FX_MANTISSA_MAX, 0 } };
	struct fx_rate rate = { .as_of_s = -7 };

	(void)state;
	assert_int_equal(fx_cross(&tiny, &huge, &rate), FX_REFUSAL_CURRENCY);
	assert_int_equal(fx_cross(&huge, &tiny, &rate), FX_REFUSAL_CURRENCY);
	assert_int_equal(rate.as_of_s, -7);
}

static void charges(void **state)
{
	struct table table = table_open(TABLE, "charge");

	(void)state;
	while (table_next(&table, 7)) {
		struct fx_rate rate = rate_of(&table, 1, 2, 3);
		struct money   price = { table_int64(&table, 0), rate.from }, charge, worth;
		int32_t        margin_bp = (int32_t)table_int64(&table, 4);

		assert_int_equal(fx_charge(price, &rate, margin_bp, &charge), FX_REFUSAL_NONE);
		assert_int_equal(charge.currency, rate.to);
		if (charge.amount != table_int64(&table, 5))
			fail_msg("%s:%d: charge %lld", TABLE, table.line, (long long)charge.amount);
		assert_int_equal(fx_worth(charge, &rate, margin_bp, &worth), FX_REFUSAL_NONE);
		assert_int_equal(worth.currency, rate.from);
		if (worth.amount != table_int64(&table, 6))
			fail_msg("%s:%d: buys %lld", TABLE, table.line, (long long)worth.amount);
	}
}

static void refuses_charges(void **state)
{
	struct table table = table_open(TABLE, "charge refuse");

	(void)state;
	while (table_next(&table, 4)) {
		struct fx_rate rate = rate_of(&table, 1, 2, 3);
		struct money   price = { table_int64(&table, 0), rate.from };
		struct money   charge = { .amount = -7 };

		assert_int_equal(fx_charge(price, &rate, 150, &charge), FX_REFUSAL_AMOUNT);
		assert_int_equal(charge.amount, -7);
		price.currency = rate.to;
		if (price.amount <= 0 || price.amount > MONEY_MAX)
			assert_int_equal(fx_worth(price, &rate, 150, &charge), FX_REFUSAL_AMOUNT);
	}
}

static void says_the_rate(void **state)
{
	struct table table = table_open(TABLE, "unit");
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 6)) {
		struct fx_rate rate = rate_of(&table, 0, 1, 2);
		int32_t        margin_bp = (int32_t)table_int64(&table, 3);

		table_expect(&table, 4, fx_unit_text(&arena, &rate, margin_bp));
		assert_int_equal(fx_sell_e6(&rate, margin_bp), table_int64(&table, 5));
	}
	arena_free(&arena);
}

static void guards(void **state)
{
	struct table table = table_open(TABLE, "guard");

	(void)state;
	while (table_next(&table, 5)) {
		struct fx_rate rate = { .from = CURRENCY_JPY, .to = CURRENCY_CNY }, previous;
		bool           has_previous = table.cell[3].len > 0;
		int64_t        now_s;

		assert_true(fx_source_from_name(table.cell[0], &rate.source));
		assert_true(rfc3339_parse(STR("2026-11-20T15:00:00Z"), &rate.as_of_s));
		assert_true(rfc3339_parse(table.cell[1], &now_s));
		assert_true(fx_decimal_parse(table.cell[2], &rate.value));
		previous = rate;
		if (has_previous)
			assert_true(fx_decimal_parse(table.cell[3], &previous.value));
		table_expect(
		    &table, 4,
		    str_from(
			refusal_names[fx_guard(&rate, has_previous ? &previous : NULL, now_s)]));
	}
}

static uint64_t random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* One price at one rate: the charge covers it, and is the smallest that does. */
static void charge_is_least(struct money price, const struct fx_rate *rate, int32_t margin_bp)
{
	struct money charge, worth, unit = { 1, rate->to }, less;

	assert_int_equal(fx_charge(price, rate, margin_bp, &charge), FX_REFUSAL_NONE);
	assert_int_equal(fx_worth(charge, rate, margin_bp, &worth), FX_REFUSAL_NONE);
	assert_true(worth.amount >= price.amount);
	assert_int_equal(fx_worth(unit, rate, margin_bp, &unit), FX_REFUSAL_NONE);
	assert_true(worth.amount <= price.amount + unit.amount);
	if (charge.amount == 1)
		return;
	charge.amount--;
	assert_int_equal(fx_worth(charge, rate, margin_bp, &less), FX_REFUSAL_NONE);
	assert_true(less.amount < price.amount);
}

/* Every currency against the yen, both ways; prices 1..10^9, rates over ten
 * powers of ten up to 80, margins 0..20 %. */
static void charges_cover_the_price(void **state)
{
	uint64_t seed = 20261121;
	int      count = 0;

	(void)state;
	for (uint16_t currency = 1; currency < 1000; currency++) {
		if (currency_exponent(currency) < 0)
			continue;
		for (int i = 0; i < 300; i++) {
			struct fx_rate rate = { .from = CURRENCY_JPY, .to = currency };
			struct money   price = { .currency = CURRENCY_JPY };
			uint64_t       limit = 1;

			for (uint64_t digits = random_next(&seed) % 10; digits > 0; digits--)
				limit *= 10;
			price.amount = 1 + (int64_t)(random_next(&seed) % limit);
			rate.value.mantissa = 1 + (int64_t)(random_next(&seed) % 8000000000);
			rate.value.scale = (int32_t)(8 + random_next(&seed) % 3);
			if (i % 2) {
				rate.from = price.currency = currency;
				rate.to = CURRENCY_JPY;
			}
			charge_is_least(price, &rate, (int32_t)(random_next(&seed) % 2001));
			count++;
		}
	}
	assert_true(count > 45000);
}

/* The same factor 100 that haunts such systems: yen have no minor units. */
static void never_moves_the_point(void **state)
{
	struct fx_rate one = fx_same(CURRENCY_JPY, FX_SOURCE_ECB, 0);
	struct money   price = { 1100, CURRENCY_JPY }, charge;

	(void)state;
	assert_int_equal(fx_charge(price, &one, 0, &charge), FX_REFUSAL_NONE);
	assert_true(money_eq(charge, price));
	one.to = CURRENCY_CNY;
	assert_int_equal(fx_charge(price, &one, 0, &charge), FX_REFUSAL_NONE);
	assert_int_equal(charge.amount, 110000); /* 1 JPY = 1 CNY: CNY 1100.00 */
}

static void keeps_ten_decimals(void **state)
{
	struct fx_rate rate = fx_rate_from_e10(CURRENCY_JPY, CURRENCY_CNY, 482300000, FX_SOURCE_ECB,
	                                       5);

	(void)state;
	assert_int_equal(fx_rate_e10(&rate), 482300000);
	rate.value = (struct fx_decimal){ 4823, 5 };
	assert_int_equal(fx_rate_e10(&rate), 482300000);
	rate.value = (struct fx_decimal){ 15, 11 };
	assert_int_equal(fx_rate_e10(&rate), 2);
	rate.value = (struct fx_decimal){ 149, 12 };
	assert_int_equal(fx_rate_e10(&rate), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_decimals),
		cmocka_unit_test(crosses),
		cmocka_unit_test(refuses_impossible_crosses),
		cmocka_unit_test(charges),
		cmocka_unit_test(refuses_charges),
		cmocka_unit_test(says_the_rate),
		cmocka_unit_test(guards),
		cmocka_unit_test(charges_cover_the_price),
		cmocka_unit_test(never_moves_the_point),
		cmocka_unit_test(keeps_ten_decimals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
