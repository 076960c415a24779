/*
 * money_test.c - money, by the table money.t and by properties that hold for
 * every currency there is.
 */
#include "core/table.h"

#include "base/buf.h"
#include "core/money.h"

#define TABLE "test/core/money.t"

static const int64_t edges[] = { 0,         1,
	                         2,         9,
	                         10,        11,
	                         99,        100,
	                         101,       999,
	                         1000,      1001,
	                         9999,      10000,
	                         123,       1100,
	                         99999,     100000,
	                         5387000,   87654321,
	                         999999999, MONEY_MAX - 1,
	                         MONEY_MAX };

static uint16_t table_currency(const struct table *table, int cell)
{
	uint16_t currency = 0;

	if (!currency_from_code(table->cell[cell], &currency))
		fail_msg("%s:%d: no such currency", TABLE, table->line);
	return currency;
}

static void parses(void **state)
{
	struct table table = table_open(TABLE, "parse");

	(void)state;
	while (table_next(&table, 3)) {
		uint16_t     currency = table_currency(&table, 1);
		struct money money;

		if (!money_parse(table.cell[0], currency, &money))
			fail_msg("%s:%d: refused", TABLE, table.line);
		assert_int_equal(money.currency, currency);
		if (money.amount != table_int64(&table, 2))
			fail_msg("%s:%d: got %lld", TABLE, table.line, (long long)money.amount);
	}
}

static void refuses(void **state)
{
	struct table table = table_open(TABLE, "refuse");
	struct money money = { .amount = -7, .currency = 1 };

	(void)state;
	while (table_next(&table, 2)) {
		if (money_parse(table.cell[0], table_currency(&table, 1), &money))
			fail_msg("%s:%d: accepted", TABLE, table.line);
		assert_true(money.amount == -7 && money.currency == 1);
	}
	assert_false(money_parse(STR("1"), CURRENCY_NONE, &money));
	assert_false(money_parse(STR("1"), 998, &money));
	assert_false(money_parse(STR("1"), 65535, &money));
}

static void shows(void **state)
{
	struct table table = table_open(TABLE, "digits");
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 3)) {
		struct money money = { .amount = table_int64(&table, 0),
			               .currency = table_currency(&table, 1) };

		table_expect(&table, 2, money_digits(&arena, money));
	}
	arena_free(&arena);
}

static void scales(void **state)
{
	struct table table = table_open(TABLE, "scale");
	int64_t      result = -7;

	(void)state;
	assert_false(money_scale(1, 1, 0, &result));
	assert_false(money_scale(INT64_MAX, 2, 1, &result));
	assert_false(money_scale(INT64_MIN, INT64_MIN, 1, &result));
	assert_int_equal(result, -7);
	assert_true(money_scale(INT64_MIN, INT64_MIN + 1, INT64_MIN, &result));
	assert_true(result == INT64_MIN + 1);
	while (table_next(&table, 4)) {
		assert_true(money_scale(table_int64(&table, 0), table_int64(&table, 1),
		                        table_int64(&table, 2), &result));
		if (result != table_int64(&table, 3))
			fail_msg("%s:%d: got %lld", TABLE, table.line, (long long)result);
	}
}

static void finds_the_tax_inside(void **state)
{
	struct table table = table_open(TABLE, "tax inside");

	(void)state;
	while (table_next(&table, 3)) {
		int64_t tax = money_tax_inside(table_int64(&table, 0),
		                               (int32_t)table_int64(&table, 1));

		if (tax != table_int64(&table, 2))
			fail_msg("%s:%d: got %lld", TABLE, table.line, (long long)tax);
	}
}

static void adds_within_one_currency(void **state)
{
	struct money one = { .amount = 1, .currency = CURRENCY_JPY };
	struct money most = { .amount = MONEY_MAX, .currency = CURRENCY_JPY };
	struct money yuan = { .amount = 1, .currency = CURRENCY_CNY };
	struct money least = { .amount = INT64_MIN, .currency = CURRENCY_JPY };
	struct money sum = { .amount = -7, .currency = 1 };

	(void)state;
	assert_false(money_add(one, yuan, &sum));
	assert_false(money_sub(one, yuan, &sum));
	assert_false(money_add(most, one, &sum));
	assert_false(money_add(least, least, &sum));
	assert_false(money_sub(one, least, &sum));
	assert_int_equal(sum.amount, -7);
	assert_true(money_sub(most, one, &sum));
	assert_true(sum.amount == MONEY_MAX - 1);
	assert_true(money_sub(one, most, &sum));
	assert_true(sum.amount == 1 - MONEY_MAX);
	assert_true(money_eq(one, one));
	assert_false(money_eq(one, yuan));
	assert_false(money_eq(one, most));
}

/* What is shown reads back as what it was: for every currency and edge.  With
 * the exponent taken wrongly (JPY x 100, CNY / 100) this cannot hold. */
static void round_trips(void **state)
{
	struct arena arena;
	int          count = 0;

	(void)state;
	arena_init(&arena, 65536);
	for (uint16_t currency = 0; currency < 1100; currency++) {
		int      exponent = currency_exponent(currency);
		uint16_t again = 0;

		if (exponent < 0) {
			assert_int_equal(currency_code(currency).len, 0);
			continue;
		}
		count++;
		assert_true(exponent <= 4);
		assert_true(currency_from_code(currency_code(currency), &again));
		assert_int_equal(again, currency);
		for (size_t i = 0; i < COUNT_OF(edges); i++) {
			struct money money = { .amount = edges[i], .currency = currency }, back;
			struct str   shown = money_digits(&arena, money);
			struct buf   plain;

			buf_init(&plain, &arena, 64);
			for (size_t at = 0; at < shown.len; at++)
				if (shown.ptr[at] != ',')
					buf_add_char(&plain, shown.ptr[at]);
			assert_true(money_parse(buf_str(&plain), currency, &back));
			assert_true(money_eq(money, back));
			arena_reset(&arena);
		}
	}
	assert_true(count > 150);
	arena_free(&arena);
}

static void knows_the_exponents(void **state)
{
	static const struct {
		const char *code;
		uint16_t    numeric;
		int         exponent;
	} known[] = {
		{ "JPY", 392, 0 }, { "KRW", 410, 0 }, { "VND", 704, 0 }, { "CLP", 152, 0 },
		{ "CNY", 156, 2 }, { "USD", 840, 2 }, { "EUR", 978, 2 }, { "HKD", 344, 2 },
		{ "TWD", 901, 2 }, { "GBP", 826, 2 }, { "IDR", 360, 2 }, { "ALL", 8, 2 },
		{ "KWD", 414, 3 }, { "BHD", 48, 3 },  { "UYW", 927, 4 },
	};
	uint16_t numeric = 7;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		assert_true(currency_from_code(str_from(known[i].code), &numeric));
		assert_int_equal(numeric, known[i].numeric);
		assert_int_equal(currency_exponent(numeric), known[i].exponent);
		assert_str(currency_code(numeric), known[i].code);
	}
	numeric = 7;
	assert_false(currency_from_code(STR("jpy"), &numeric));
	assert_false(currency_from_code(STR("JP"), &numeric));
	assert_false(currency_from_code(STR("JPYY"), &numeric));
	assert_false(currency_from_code(STR("ZZZ"), &numeric));
	assert_false(currency_from_code(STR("\0\0\0"), &numeric));
	assert_int_equal(numeric, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(refuses),
		cmocka_unit_test(shows),
		cmocka_unit_test(scales),
		cmocka_unit_test(finds_the_tax_inside),
		cmocka_unit_test(adds_within_one_currency),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(knows_the_exponents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
