/*
 * quote_rate_test.c - the rate that is sold at: read anew, or remembered for a
 * moment and never longer.
 */
#include "test.h"

#include "shop.h"

#include "base/time.h"
#include "store/market_sql.h"

static struct shop shop;

static int begin(void **state)
{
	(void)state;
	shop_open(&shop, false);
	return 0;
}

static int end(void **state)
{
	(void)state;
	shop_close(&shop);
	return 0;
}

static int64_t rate_of(struct quote_memo *memo, uint16_t currency, enum fx_refusal *ret_refusal)
{
	struct quoter  quoter = { .db = shop.read_db,
		                  .arena = &shop.read_arena,
		                  .config = &shop.config,
		                  .keys = &shop.keys,
		                  .catalogue = &shop.catalogue,
		                  .now_ms = shop.now_ms,
		                  .memo = memo };
	struct fx_rate rate = { 0 };

	assert_int_equal(quote_rate(&quoter, currency, ret_refusal, &rate), ERR_OK);
	return *ret_refusal == FX_REFUSAL_NONE ? fx_rate_e10(&rate) : 0;
}

/* Tomorrow's rates, a little other than today's. */
static void publish(void)
{
	int32_t day = tokyo_day(shop.now_ms / 1000) + 1;
	int64_t added;

	shop.now_ms += 86400000;
	assert_int_equal(rate_add(shop.write_db, CURRENCY_JPY, day, 12900, 2, STR("ecb"), &added),
	                 ERR_OK);
	assert_int_equal(rate_add(shop.write_db, CURRENCY_CNY, day, 74536, 4, STR("ecb"), &added),
	                 ERR_OK);
	shop.now_ms -= 86400000;
}

static void a_rate_is_remembered_for_a_moment_only(void **state)
{
	struct quote_memo memo = { 0 };
	enum fx_refusal   refusal;
	int64_t           before = rate_of(&memo, CURRENCY_CNY, &refusal), after;

	(void)state;
	assert_int_equal(refusal, FX_REFUSAL_NONE);
	assert_int_equal(rate_of(NULL, CURRENCY_CNY, &refusal), before);
	publish();
	shop.now_ms += 86400000;
	after = rate_of(NULL, CURRENCY_CNY, &refusal);
	assert_int_not_equal(after, before);
	shop.now_ms -= 86400000;
	/* The memory does not know of it yet … */
	shop.now_ms += QUOTE_MEMO_MS - 1;
	assert_int_equal(rate_of(&memo, CURRENCY_CNY, &refusal), before);
	/* … and a moment later it does, as soon as the day is there. */
	shop.now_ms += 86400000;
	assert_int_equal(rate_of(&memo, CURRENCY_CNY, &refusal), after);
	/* A clock that is set back makes nothing live longer. */
	shop.now_ms -= 1;
	memo.row[0].rate.value.mantissa = 1;
	assert_int_equal(rate_of(&memo, CURRENCY_CNY, &refusal), after);
}

static void refusals_and_currencies_are_kept_apart(void **state)
{
	struct quote_memo memo = { 0 };
	enum fx_refusal   refusal;
	int64_t           yuan = rate_of(&memo, CURRENCY_CNY, &refusal);

	(void)state;
	assert_int_equal(rate_of(&memo, CURRENCY_USD, &refusal), 0);
	assert_int_equal(refusal, FX_REFUSAL_CURRENCY);
	assert_int_equal(rate_of(&memo, CURRENCY_CNY, &refusal), yuan);
	assert_int_equal(rate_of(&memo, CURRENCY_USD, &refusal), 0);
	assert_int_equal(refusal, FX_REFUSAL_CURRENCY);
	assert_int_equal(rate_of(&memo, CURRENCY_JPY, &refusal), INT64_C(10000000000));
	/* More currencies than it has room for are simply read anew. */
	for (uint16_t i = 0; i < QUOTE_MEMO_MAX; i++)
		memo.row[i].currency = (uint16_t)(9000 + i);
	assert_int_equal(rate_of(&memo, CURRENCY_CNY, &refusal), yuan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_rate_is_remembered_for_a_moment_only, begin, end),
		cmocka_unit_test_setup_teardown(refusals_and_currencies_are_kept_apart, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
