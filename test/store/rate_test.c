/*
 * rate_test.c - what a currency stands at: in use, too old, or waiting for a
 * person; and that a published rate never changes.
 */
#include "test.h"

#include "shop.h"

#include "base/str.h"
#include "base/time.h"
#include "store/audit_sql.h"
#include "store/import_sql.h"
#include "store/market_sql.h"
#include "store/rate.h"

#define CNY    CURRENCY_CNY
#define DAY_MS INT64_C(86400000)

static struct shop shop;
static int32_t     today;

static int begin(void **state)
{
	(void)state;
	shop_open(&shop, false);
	today = tokyo_day(shop.now_ms / 1000);
	return 0;
}

static int end(void **state)
{
	(void)state;
	shop_close(&shop);
	return 0;
}

static enum rate_put put(uint16_t currency, int32_t day, int64_t mantissa, int32_t scale,
                         enum fx_source source)
{
	struct rate_new   rate = { .currency = currency,
		                   .day = day,
		                   .value = { .mantissa = mantissa, .scale = scale },
		                   .source = source };
	enum rate_put     result;
	struct fx_decimal known;

	assert_int_equal(rate_put(shop.write_db, &shop.arena, &rate, &result, &known), ERR_OK);
	return result;
}

/* A day on which one euro is 128.78 yen and so many ten thousandths of a yuan. */
static void publish(int32_t day, int64_t yuan)
{
	(void)put(CURRENCY_JPY, day, 12878, 2, FX_SOURCE_ECB);
	(void)put(CNY, day, yuan, 4, FX_SOURCE_ECB);
	shop.now_ms = (int64_t)day * DAY_MS + DAY_MS / 2 + DAY_MS / 4;
}

static struct rate_look look(uint16_t currency)
{
	struct rate_look ret;

	assert_int_equal(
	    rate_look(shop.write_db, &shop.read_arena, currency, shop.now_ms / 1000, &ret), ERR_OK);
	return ret;
}

static int64_t before_e10(uint16_t currency)
{
	struct rate_look seen = look(currency);

	return fx_rate_e10(&seen.before);
}

static enum rate_refusal confirm(uint16_t currency, int32_t day, const char *reason)
{
	struct rate_confirm arg = {
		.currency = currency, .day = day, .actor = 7, .reason = str_from(reason)
	};

	assert_int_equal(shop_run(&shop, rate_confirm_apply, &arg), ERR_OK);
	return arg.refusal;
}

static void a_calm_rate_is_in_use(void **state)
{
	(void)state;
	publish(today + 1, 76772); /* 3.0 % up */
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_NONE);
	assert_int_equal(look(CNY).day, today + 1);
	assert_int_equal(look(CURRENCY_EUR).refusal, FX_REFUSAL_NONE);
	assert_int_equal(look(CURRENCY_USD).refusal, FX_REFUSAL_CURRENCY);
	assert_false(look(CURRENCY_USD).known);
}

static void a_step_waits_for_a_person(void **state)
{
	struct audit_list_row *rows;
	size_t                 count;

	(void)state;
	publish(today + 1, 76773); /* more than 3 % up */
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_JUMP);
	assert_int_equal(before_e10(CNY), INT64_C(578785526));
	assert_int_equal(look(CURRENCY_EUR).refusal, FX_REFUSAL_NONE);
	/* Only that currency and day, and only with a reason. */
	assert_int_equal(confirm(CNY, today, "x"), RATE_REFUSAL_MOVED);
	assert_int_equal(confirm(CURRENCY_EUR, today + 1, "x"), RATE_REFUSAL_MOVED);
	assert_int_equal(confirm(CURRENCY_USD, today + 1, "x"), RATE_REFUSAL_MOVED);
	assert_int_equal(confirm(CNY, today + 1, ""), RATE_REFUSAL_REASON);
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_JUMP);
	assert_int_equal(confirm(CNY, today + 1, "devalued, see the papers"), RATE_REFUSAL_NONE);
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_NONE);
	assert_true(look(CNY).confirmed_s > 0);
	assert_int_equal(confirm(CNY, today + 1, "again"), RATE_REFUSAL_MOVED);
	assert_int_equal(audit_list(shop.read_db, &shop.arena, INT64_MAX, 9, &rows, &count),
	                 ERR_OK);
	assert_int_equal(count, 1);
	assert_str(rows[0].action, RATE_AUDIT);
	assert_int_equal(rows[0].actor, 7);
	assert_str(rows[0].reason, "CNY 2026-11-22: devalued, see the papers");
}

static void a_step_still_waits_after_calm_days(void **state)
{
	(void)state;
	publish(today + 1, 78000);
	publish(today + 2, 78100);
	publish(today + 3, 78000);
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_JUMP);
	assert_int_equal(before_e10(CNY), INT64_C(578785526));
	/* The newest is what a person says yes to; a further step waits again. */
	assert_int_equal(confirm(CNY, today + 1, "x"), RATE_REFUSAL_MOVED);
	assert_int_equal(confirm(CNY, today + 3, "x"), RATE_REFUSAL_NONE);
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_NONE);
	publish(today + 4, 78050);
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_NONE);
	publish(today + 5, 75000);
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_JUMP);
}

static void a_step_back_ends_the_wait(void **state)
{
	(void)state;
	publish(today + 1, 84536);
	publish(today + 2, 74540);
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_NONE);
}

/* Sales pause, and nothing is to be confirmed; yen are not asked about. */
static void an_old_rate_is_too_old(void **state)
{
	(void)state;
	publish(today + 1, 84536);
	shop.now_ms += 4 * DAY_MS + 1;
	assert_int_equal(look(CNY).refusal, FX_REFUSAL_STALE);
	assert_true(look(CNY).known);
	assert_int_equal(confirm(CNY, today + 1, "x"), RATE_REFUSAL_MOVED);
}

static void a_published_rate_never_changes(void **state)
{
	(void)state;
	assert_int_equal(put(CNY, today + 1, 75, 1, FX_SOURCE_ECB), RATE_ADDED);
	assert_int_equal(put(CNY, today + 1, 7500, 3, FX_SOURCE_ECB), RATE_KNOWN);
	assert_int_equal(put(CNY, today + 1, 7501, 3, FX_SOURCE_ECB), RATE_DIFFERS);
	assert_int_equal(put(CNY, today + 1, 75, 1, FX_SOURCE_ECB), RATE_KNOWN);
	assert_int_equal(put(901, today, 3235, 2, FX_SOURCE_DEMO), RATE_ADDED);
	assert_int_equal(put(901, today, 3600, 2, FX_SOURCE_ECB), RATE_REPLACED);
	assert_int_equal(put(901, today, 3235, 2, FX_SOURCE_ECB), RATE_DIFFERS);
}

static void rates_of_a_demo_do_not_mix_with_real_ones(void **state)
{
	(void)state;
	assert_int_equal(put(901, today, 3235, 2, FX_SOURCE_DEMO), RATE_ADDED);
	assert_int_equal(look(901).refusal, FX_REFUSAL_CURRENCY);
}

/* Under the same guards as all others. */
static void an_operators_rate_stands_beside_the_banks(void **state)
{
	(void)state;
	assert_int_equal(put(901, today, 3652, 2, FX_SOURCE_OPERATOR), RATE_ADDED);
	assert_int_equal(look(901).refusal, FX_REFUSAL_NONE);
	assert_int_equal(look(901).rate.source, FX_SOURCE_OPERATOR);
	assert_int_equal(look(CNY).rate.source, FX_SOURCE_ECB);
	publish(today + 1, 74536);
	assert_int_equal(put(901, today + 1, 4652, 2, FX_SOURCE_OPERATOR), RATE_ADDED);
	assert_int_equal(look(901).refusal, FX_REFUSAL_JUMP);
	shop.now_ms += 4 * DAY_MS + 1;
	assert_int_equal(look(901).refusal, FX_REFUSAL_STALE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_calm_rate_is_in_use, begin, end),
		cmocka_unit_test_setup_teardown(a_step_waits_for_a_person, begin, end),
		cmocka_unit_test_setup_teardown(a_step_still_waits_after_calm_days, begin, end),
		cmocka_unit_test_setup_teardown(a_step_back_ends_the_wait, begin, end),
		cmocka_unit_test_setup_teardown(an_old_rate_is_too_old, begin, end),
		cmocka_unit_test_setup_teardown(a_published_rate_never_changes, begin, end),
		cmocka_unit_test_setup_teardown(rates_of_a_demo_do_not_mix_with_real_ones, begin,
		                                end),
		cmocka_unit_test_setup_teardown(an_operators_rate_stands_beside_the_banks, begin,
		                                end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
