/*
 * buy_test.c - one wish, one order, however it arrives: at the same time, from
 * two tabs, again after all is over; the sandbox gateway's page; and what the
 * shop says of itself.
 */
#include "visitor.h"

#include "core/job.h"
#include "store/post.h"
#include "web/offer.h"

static struct house   house;
static struct visitor lily;

static int setup(void **state)
{
	static const char *const flags[] = { "--sandbox=yes", "--line_topups_per_day=3", NULL };

	(void)state;
	house_open(&house, false, flags);
	stock_open(&house);
	visitor_open(&lily, &house, "lily");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	visitor_close(&lily);
	house_close(&house);
	return 0;
}

static struct str location_of(const struct response *response)
{
	for (size_t i = 0; i < response->header_count; i++)
		if (str_eq(response->headers[i].name, STR("Location")))
			return response->headers[i].value;
	return STR("");
}

static void settle_all(size_t count)
{
	for (size_t i = 0; i < count; i++)
		house_settle(&house, &lily.visit[i].response);
}

static void a_double_click_gets_one_order_and_one_answer(void **state)
{
	struct str quote = visitor_quote(&lily, STOCK_PREPAID, "keep-180");
	struct str form = visitor_text(&lily, "ik=double&quote=%.*s", STR_ARG(quote));

	(void)state;
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++)
		visitor_begin(&lily, i, "POST", STR("/en/orders"), form);
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++)
		assert_true(lily.visit[i].response.parked);
	settle_all(VISITOR_AT_ONCE);
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++) {
		assert_int_equal(lily.visit[i].response.status, 303);
		assert_true(
		    str_starts(location_of(&lily.visit[i].response), STR("/en/sandbox/pay/KP")));
		assert_true(str_eq(location_of(&lily.visit[i].response),
		                   location_of(&lily.visit[0].response)));
	}
	assert_int_equal(house_count(&house, "select count(*) from payment"), 1);
	assert_int_equal(house_count(&house, "select count(*) from orders where state = 1"), 1);
	assert_int_equal(house_count(&house, "select count(*) from job where kind = 0"), 1);
}

static void two_tabs_with_forms_of_their_own_get_one_order(void **state)
{
	struct str quote = visitor_quote(&lily, STOCK_PREPAID, "data-3gb");
	int64_t    payments = house_count(&house, "select count(*) from payment");

	(void)state;
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++)
		visitor_begin(&lily, i, "POST", STR("/en/orders"),
		              visitor_text(&lily, "ik=tab-%zu&quote=%.*s", i, STR_ARG(quote)));
	settle_all(VISITOR_AT_ONCE);
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++)
		assert_int_equal(lily.visit[i].response.status, 303);
	assert_int_equal(house_count(&house, "select count(*) from payment"), payments + 1);
}

static void one_key_is_for_one_form(void **state)
{
	struct str first = visitor_quote(&lily, STOCK_POVO, "keep-180");
	struct str second = visitor_quote(&lily, STOCK_POVO, "povo-data-1gb");
	int64_t    payments = house_count(&house, "select count(*) from payment");

	(void)state;
	visitor_begin(&lily, 0, "POST", STR("/en/orders"),
	              visitor_text(&lily, "ik=shared&quote=%.*s", STR_ARG(first)));
	visitor_begin(&lily, 1, "POST", STR("/en/orders"),
	              visitor_text(&lily, "ik=shared&quote=%.*s", STR_ARG(second)));
	settle_all(2);
	assert_int_equal(lily.visit[0].response.status, 303);
	assert_int_equal(lily.visit[1].response.status, 422);
	assert_int_equal(house_count(&house, "select count(*) from payment"), payments + 1);
}

/* The count is in the transaction: a race does not pass it by one (F8). */
static void a_line_takes_so_many_orders_a_day(void **state)
{
	struct str quotes[VISITOR_AT_ONCE];
	int        placed = 0, refused = 0;

	(void)state;
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++)
		quotes[i] = visitor_quote(&lily, STOCK_CONTRACT, "data-1gb");
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++)
		visitor_begin(&lily, i, "POST", STR("/en/orders"),
		              visitor_text(&lily, "ik=race-%zu&quote=%.*s", i, STR_ARG(quotes[i])));
	settle_all(VISITOR_AT_ONCE);
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++) {
		placed += lily.visit[i].response.status == 303;
		refused += lily.visit[i].response.status == 429;
	}
	assert_int_equal(placed, 3);
	assert_int_equal(refused, 1);
}

static void a_button_is_pressed_once_and_calls_back(void **state)
{
	static const char *const buttons[] = { "paid",      "declined",       "timeout",
		                               "paid_late", "lost_then_paid", "lost_then_failed" };
	struct str               paths[COUNT_OF(buttons)];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(buttons); i++) {
		struct str quote, form;

		if (i % 3 == 0)
			house.now_ms += INT64_C(86400000); /* another day, three more orders */
		if (i % 3 == 0)
			visitor_close(&lily);
		if (i % 3 == 0)
			visitor_open(&lily, &house, i == 0 ? "lily 2" : "lily 3");
		quote = visitor_quote(&lily, STOCK_POVO, "povo-data-1gb");
		form = visitor_text(&lily, "ik=b%zu&quote=%.*s", i, STR_ARG(quote));
		assert_int_equal(visitor_post(&lily, STR("/en/orders"), form), 303);
		paths[i] = visitor_location(&lily);
		assert_int_equal(visitor_post(&lily, paths[i],
		                              visitor_text(&lily, "press=%s", buttons[i])),
		                 303);
		assert_int_equal(visitor_post(&lily, paths[i], STR("press=paid")), 303);
	}
	assert_int_equal(house_count(&house, "select count(*) from sandbox_payment"),
	                 COUNT_OF(buttons));
	assert_int_equal(house_count(&house, "select count(distinct pressed) from sandbox_payment"),
	                 COUNT_OF(buttons));
	assert_int_equal(house_count(&house, "select count(*) from job where kind = 6"),
	                 COUNT_OF(buttons));
	/* Nothing of it is in our books: only a gateway's proven word is. */
	assert_int_equal(house_count(&house, "select count(*) from ledger_txn"), 0);
	assert_int_equal(house_count(&house, "select count(*) from payment where state <> 0"), 0);
}

static void without_the_sandbox_its_page_is_not_there(void **state)
{
	struct str order = visitor_order(&lily, visitor_quote(&lily, STOCK_PREPAID, "keep-180"));
	struct str path;

	(void)state;
	path = visitor_text(&lily, "/en/orders/%.*s/pay", STR_ARG(order));
	assert_int_equal(visitor_post(&lily, path, STR("")), 303);
	path = visitor_location(&lily);
	assert_int_equal(visitor_get(&lily, path), 200);
	house.config.number[SETTING_sandbox] = 0;
	assert_int_equal(visitor_get(&lily, path), 404);
	assert_int_equal(visitor_post(&lily, path, STR("press=paid")), 404);
	assert_int_equal(visitor_get(&lily, STR("/en/topup")), 200);
	assert_true(str_find(visitor_body(&lily), STR("value=\"sandbox:")) < 0);
	assert_int_equal(
	    visitor_post(&lily, STR("/en/topup"),
	                 STR("pack=keep-180&method=sandbox%3AJPY&sim=440101234567890")),
	    422);
	house.config.number[SETTING_sandbox] = 1;
}

static void how_long_it_takes_is_said_when_it_is_known(void **state)
{
	int64_t counts[FIGURE_BUCKETS] = { 0 };

	(void)state;
	counts[0] = OFFER_FEW - 1;
	assert_int_equal(offer_quantile_s(counts, 50), 0);
	counts[0] = 50;
	counts[3] = 44;
	counts[7] = 6;
	assert_int_equal(offer_quantile_s(counts, 50), figure_bucket_s[0]);
	assert_int_equal(offer_quantile_s(counts, 51), figure_bucket_s[3]);
	assert_int_equal(offer_quantile_s(counts, 94), figure_bucket_s[3]);
	assert_int_equal(offer_quantile_s(counts, 95), figure_bucket_s[7]);
}

static void a_choice_is_a_method_and_a_currency(void **state)
{
	static const char *const junk[] = { "",
		                            ":",
		                            "sandbox",
		                            "sandbox:",
		                            ":CNY",
		                            "none:CNY",
		                            "sandbox:cny",
		                            "sandbox:ZZZ",
		                            "gold:CNY",
		                            "sandbox:CNY:",
		                            "sandbox: CNY" };
	struct offer_choice      choice = { .method = PAY_NONE };
	struct config            config = { .number[SETTING_sandbox] = 1 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(junk); i++)
		if (offer_choice_parse(&config, str_from(junk[i]), &choice))
			fail_msg("\"%s\" was taken", junk[i]);
	assert_true(offer_choice_parse(&config, STR("sandbox:CNY"), &choice));
	assert_int_equal(choice.method, PAY_SANDBOX);
	assert_int_equal(choice.currency, CURRENCY_CNY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_double_click_gets_one_order_and_one_answer),
		cmocka_unit_test(two_tabs_with_forms_of_their_own_get_one_order),
		cmocka_unit_test(one_key_is_for_one_form),
		cmocka_unit_test(a_line_takes_so_many_orders_a_day),
		cmocka_unit_test(a_button_is_pressed_once_and_calls_back),
		cmocka_unit_test(without_the_sandbox_its_page_is_not_there),
		cmocka_unit_test(how_long_it_takes_is_said_when_it_is_known),
		cmocka_unit_test(a_choice_is_a_method_and_a_currency),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
