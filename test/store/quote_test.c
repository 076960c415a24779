/*
 * quote_test.c - the rate that a quote is made with: its source stays with the
 * order, and the day of a rate is never one that is still to come.
 */
#include "test.h"

#include "shop.h"

#include "base/str.h"
#include "core/money.h"
#include "store/market_sql.h"
#include "web/fill.h"

static void rate_put(struct shop *shop, uint16_t currency, int64_t mantissa, int64_t scale,
                     enum fx_source source)
{
	int64_t added = 0;

	assert_int_equal(rate_add(shop->write_db, currency, quote_rate_day(shop->now_ms / 1000),
	                          mantissa, scale, fx_source_name(source), &added),
	                 ERR_OK);
	assert_int_equal(added, 1);
}

static void assert_source(struct shop *shop, uint16_t currency, enum fx_source want)
{
	struct order_get_row order = shop_order(shop, shop_quote(shop, shop->line_id, "keep-180",
	                                                         currency));
	struct rate_view     view;

	fill_rate(&order, &view);
	assert_int_equal(order.rate_source, want);
	assert_true(str_eq(view.source, fx_source_name(want)));
	assert_true(want != FX_SOURCE_DEMO || view.as_of_s <= shop->now_ms / 1000);
}

static void an_order_says_whose_rate_it_has(void **state)
{
	struct shop shop;

	(void)state;
	shop_open(&shop, false);
	assert_source(&shop, CURRENCY_CNY, FX_SOURCE_ECB);
	assert_source(&shop, CURRENCY_JPY, FX_SOURCE_NONE);
	/* Two days later the demo's rates are the newest. */
	shop.now_ms += INT64_C(172800000);
	rate_put(&shop, CURRENCY_JPY, 12878, 2, FX_SOURCE_DEMO);
	rate_put(&shop, CURRENCY_CNY, 74536, 4, FX_SOURCE_DEMO);
	assert_source(&shop, CURRENCY_CNY, FX_SOURCE_DEMO);
	assert_source(&shop, CURRENCY_EUR, FX_SOURCE_DEMO);
	assert_source(&shop, CURRENCY_JPY, FX_SOURCE_NONE);
	shop_close(&shop);
}

/* Each quarter of an hour of a leap year's end and beginning. */
static void a_rate_is_never_of_the_future(void **state)
{
	(void)state;
	for (int64_t now_s = INT64_C(1861833600); now_s < INT64_C(1862179200); now_s += 900) {
		int64_t as_of_s = (int64_t)quote_rate_day(now_s) * 86400 + 14 * 3600;

		assert_true(as_of_s <= now_s && as_of_s > now_s - 86400);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_order_says_whose_rate_it_has),
		cmocka_unit_test(a_rate_is_never_of_the_future),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
