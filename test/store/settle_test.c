/*
 * settle_test.c - orders in the database: what a step stores, what a gateway's
 * report may and may not do, and that a crash between any two steps loses
 * nothing.
 */
#include "test.h"

#include "shop.h"

#include "base/time.h"
#include "store/job_sql.h"
#include "store/line_sql.h"

static int shop_begin(void **state)
{
	static struct shop shop;

	shop_open(&shop, false);
	*state = &shop;
	return 0;
}

static int shop_end(void **state)
{
	shop_close(*state);
	return 0;
}

static void a_top_up_is_booked_and_keeps_the_number(void **state)
{
	struct shop          *shop = *state;
	int64_t               id = shop_place(shop, shop->line_id);
	struct payment_report paid = shop_report(shop, id, PAYMENT_SUCCEEDED, "evt_1");
	struct order_get_row  order = shop_order(shop, id);
	struct line_get_row   before, after;
	struct job_get_row    job;

	assert_int_equal(order.state, ORDER_PLACED);
	assert_int_equal(line_get(shop->read_db, &shop->arena, shop->line_id, &before), ERR_OK);
	assert_int_equal(shop_tell(shop, &paid), SETTLE_DOUBT_NONE);
	order = shop_order(shop, id);
	assert_int_equal(order.state, ORDER_PAID);
	assert_int_equal(shop_balance(shop, LEDGER_GATEWAY_DUE, PAY_SANDBOX, CURRENCY_CNY),
	                 order.amount);
	assert_int_equal(shop_balance(shop, LEDGER_DEFERRED, 0, CURRENCY_JPY), -1000);
	assert_int_equal(job_get(shop->read_db, &shop->arena, order.job_id, &job), ERR_OK);
	assert_int_equal(job.kind, JOB_DELIVER);
	assert_true(job.due_ms <= shop->now_ms);
	shop_happen(shop, id, ORDER_EVENT_DELIVERED);
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_SETTLED);
	order = shop_order(shop, id);
	assert_int_equal(order.state, ORDER_ACTIVE);
	assert_int_equal(order.job_id, 0);
	assert_int_equal(shop_balance(shop, LEDGER_DEFERRED, 0, CURRENCY_JPY), 0);
	assert_int_equal(shop_balance(shop, LEDGER_REVENUE, 0, CURRENCY_JPY), -1000);
	assert_int_equal(shop_balance(shop, LEDGER_TAX_DUE, 0, CURRENCY_JPY), -100);
	assert_int_equal(line_get(shop->read_db, &shop->arena, shop->line_id, &after), ERR_OK);
	assert_true(after.safe_until_day > before.safe_until_day);
	assert_int_equal(after.safe_until_day, order.after_day);
	assert_int_equal(after.keep_order, id);
	shop_books_check(shop);
}

static void a_report_that_does_not_fit_credits_nothing(void **state)
{
	struct shop          *shop = *state;
	int64_t               id = shop_place(shop, shop->line_id);
	struct payment_report report = shop_report(shop, id, PAYMENT_SUCCEEDED, "evt_1");
	struct payment_report other = report;
	struct job_get_row    job;

	other.number = STR("KP00000000000000000000000000");
	assert_int_equal(shop_tell(shop, &other), SETTLE_DOUBT_UNKNOWN);
	other = report;
	other.event = STR("evt_2");
	other.money.amount--;
	assert_int_equal(shop_tell(shop, &other), SETTLE_DOUBT_AMOUNT);
	other = report;
	other.event = STR("evt_3");
	other.money.currency = CURRENCY_JPY;
	assert_int_equal(shop_tell(shop, &other), SETTLE_DOUBT_AMOUNT);
	assert_int_equal(shop_order(shop, id).state, ORDER_PLACED);
	assert_int_equal(job_get(shop->read_db, &shop->arena, shop_order(shop, id).job_id, &job),
	                 ERR_OK);
	assert_int_equal(job.desk, 1);
	/* The honest one is still believed. */
	assert_int_equal(shop_tell(shop, &report), SETTLE_DOUBT_NONE);
	assert_int_equal(shop_order(shop, id).state, ORDER_PAID);
	shop_books_check(shop);
}

static void said_twice_is_booked_once(void **state)
{
	struct shop          *shop = *state;
	int64_t               id = shop_place(shop, shop->line_id);
	struct payment_report first = shop_report(shop, id, PAYMENT_SUCCEEDED, "evt_1");
	struct payment_report second = shop_report(shop, id, PAYMENT_SUCCEEDED, "evt_2");
	int64_t               amount = shop_order(shop, id).amount;

	assert_int_equal(shop_tell(shop, &first), SETTLE_DOUBT_NONE);
	assert_int_equal(shop_tell(shop, &first), SETTLE_DOUBT_KNOWN);
	assert_int_equal(shop_tell(shop, &second), SETTLE_DOUBT_NONE);
	assert_int_equal(shop_balance(shop, LEDGER_GATEWAY_DUE, PAY_SANDBOX, CURRENCY_CNY), amount);
	shop_books_check(shop);
}

static void one_quote_makes_one_order(void **state)
{
	struct shop         *shop = *state;
	struct order_placing placing = { .order_id = shop_quote(shop, shop->line_id, "keep-180",
		                                                CURRENCY_JPY),
		                         .account_id = shop->account_id };
	struct order_placing again = placing, foreign = placing;
	int64_t              payment_id;

	foreign.account_id = 2;
	assert_int_equal(shop_run(shop, order_placing_apply, &foreign), ERR_OK);
	assert_false(foreign.found);
	assert_int_equal(shop_run(shop, order_placing_apply, &placing), ERR_OK);
	assert_true(placing.placed && !placing.again);
	payment_id = placing.payment_id;
	assert_int_equal(shop_run(shop, order_placing_apply, &again), ERR_OK);
	assert_true(again.placed && again.again);
	assert_int_equal(again.payment_id, payment_id);
}

static void an_old_quote_is_refused(void **state)
{
	struct shop         *shop = *state;
	struct order_placing placing = { .order_id = shop_quote(shop, shop->line_id, "keep-180",
		                                                CURRENCY_CNY),
		                         .account_id = shop->account_id };

	shop->now_ms += 900 * 1000;
	assert_int_equal(shop_run(shop, order_placing_apply, &placing), ERR_OK);
	assert_true(placing.found && !placing.placed);
	assert_int_equal(placing.refusal, ORDER_REFUSAL_EXPIRED);
	assert_int_equal(shop_order(shop, placing.order_id).state, ORDER_QUOTED);
	assert_int_equal(shop_order(shop, placing.order_id).payment_id, 0);
}

/* SECURITY F8: however many at once, never one more than allowed. */
static void a_line_takes_so_many_a_day(void **state)
{
	enum { WISHES = 50 };
	struct shop         *shop = *state;
	struct order_placing placings[WISHES];
	struct command       commands[WISHES];
	int                  placed = 0;

	for (int i = 0; i < WISHES; i++)
		placings[i] = (struct order_placing){
			.order_id = shop_quote(shop, shop->line_id, "keep-180", CURRENCY_JPY),
			.account_id = shop->account_id
		};
	for (int i = 0; i < WISHES; i++) {
		commands[i] = (struct command){ .apply = order_placing_apply, .arg = &placings[i] };
		if (i < WISHES - 1)
			continue;
	}
	for (int i = 0; i < WISHES; i++)
		assert_int_equal(writer_run(shop->writer, &commands[i]), ERR_OK);
	for (int i = 0; i < WISHES; i++) {
		placed += placings[i].placed;
		if (!placings[i].placed)
			assert_int_equal(placings[i].refusal, ORDER_REFUSAL_LIMIT);
	}
	assert_int_equal(placed, 10);
	/* Tomorrow is another day. */
	shop->now_ms += INT64_C(86400000);
	placings[0].order_id = shop_quote(shop, shop->line_id, "keep-180", CURRENCY_JPY);
	assert_int_equal(shop_run(shop, order_placing_apply, &placings[0]), ERR_OK);
	assert_true(placings[0].placed);
}

static void declined_money_goes_back_whole(void **state)
{
	struct shop          *shop = *state;
	int64_t               id = shop_place(shop, shop->line_id);
	struct payment_report paid = shop_report(shop, id, PAYMENT_SUCCEEDED, "evt_1");
	int64_t               amount = shop_order(shop, id).amount;

	shop_tell(shop, &paid);
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_DECLINED);
	assert_int_equal(shop_balance(shop, LEDGER_REFUND_DUE, 0, CURRENCY_CNY), -amount);
	assert_int_equal(shop_order(shop, id).refund, REFUND_DUE);
	shop_happen(shop, id, ORDER_EVENT_REFUND_DONE);
	assert_int_equal(shop_order(shop, id).state, ORDER_REVERSED);
	for (int kind = 0; kind < LEDGER_KIND_COUNT; kind++) {
		assert_int_equal(shop_balance(shop, (enum ledger_kind)kind, 0, CURRENCY_CNY), 0);
		assert_int_equal(shop_balance(shop, (enum ledger_kind)kind, 0, CURRENCY_JPY), 0);
	}
	assert_int_equal(shop_balance(shop, LEDGER_GATEWAY_DUE, PAY_SANDBOX, CURRENCY_CNY), 0);
	shop_books_check(shop);
}

/* The carrier takes back the first of two packs: the second still counts. */
static void an_undone_pack_is_taken_out_of_the_middle(void **state)
{
	struct shop          *shop = *state;
	int64_t               first, second, only;
	struct line_get_row   start, alone, line;
	struct payment_report paid;

	assert_int_equal(line_get(shop->read_db, &shop->arena, shop->line_id, &start), ERR_OK);
	first = shop_place(shop, shop->line_id);
	paid = shop_report(shop, first, PAYMENT_SUCCEEDED, "evt_1");
	shop_tell(shop, &paid);
	shop_happen(shop, first, ORDER_EVENT_DELIVERED);
	second = shop_place(shop, shop->line_id);
	paid = shop_report(shop, second, PAYMENT_SUCCEEDED, "evt_2");
	shop_tell(shop, &paid);
	shop_happen(shop, second, ORDER_EVENT_DELIVERED);
	/* The other line gets only one: that is what must be left. */
	only = shop_place(shop, shop->other_line_id);
	paid = shop_report(shop, only, PAYMENT_SUCCEEDED, "evt_3");
	shop_tell(shop, &paid);
	shop_happen(shop, only, ORDER_EVENT_DELIVERED);
	assert_int_equal(line_get(shop->read_db, &shop->arena, shop->other_line_id, &alone),
	                 ERR_OK);
	shop_happen(shop, first, ORDER_EVENT_DELIVERY_UNDONE);
	assert_int_equal(line_get(shop->read_db, &shop->arena, shop->line_id, &line), ERR_OK);
	assert_int_equal(line.safe_until_day, alone.safe_until_day);
	assert_true(line.safe_until_day > start.safe_until_day);
	assert_int_equal(line.keep_order, second);
	assert_int_equal(shop_order(shop, first).state, ORDER_REVERSED);
	/* And the last one too: back to the beginning. */
	shop_happen(shop, second, ORDER_EVENT_DELIVERY_UNDONE);
	assert_int_equal(line_get(shop->read_db, &shop->arena, shop->line_id, &line), ERR_OK);
	assert_int_equal(line.safe_until_day, start.safe_until_day);
	shop_books_check(shop);
}

static void a_crash_between_any_two_steps_loses_nothing(void **state)
{
	struct shop          *shop = *state;
	int64_t               id = shop_place(shop, shop->line_id);
	struct payment_report paid = shop_report(shop, id, PAYMENT_SUCCEEDED, "evt_1");
	struct job_get_row    job;

	shop_crash(shop);
	assert_int_equal(shop_order(shop, id).state, ORDER_PLACED);
	shop_tell(shop, &paid);
	shop_crash(shop);
	assert_int_equal(shop_tell(shop, &paid), SETTLE_DOUBT_KNOWN);
	assert_int_equal(shop_order(shop, id).state, ORDER_PAID);
	assert_int_equal(job_get(shop->read_db, &shop->arena, shop_order(shop, id).job_id, &job),
	                 ERR_OK);
	assert_int_equal(job.kind, JOB_DELIVER);
	shop_happen(shop, id, ORDER_EVENT_DELIVERED);
	shop_crash(shop);
	assert_int_equal(shop_order(shop, id).state, ORDER_ACTIVE);
	/* Numbers go on where they were. */
	assert_true(shop_place(shop, shop->line_id) > id);
	shop_books_check(shop);
}

#define SHOP_TEST(name) cmocka_unit_test_setup_teardown(name, shop_begin, shop_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHOP_TEST(a_top_up_is_booked_and_keeps_the_number),
		SHOP_TEST(a_report_that_does_not_fit_credits_nothing),
		SHOP_TEST(said_twice_is_booked_once),
		SHOP_TEST(one_quote_makes_one_order),
		SHOP_TEST(an_old_quote_is_refused),
		SHOP_TEST(a_line_takes_so_many_a_day),
		SHOP_TEST(declined_money_goes_back_whole),
		SHOP_TEST(an_undone_pack_is_taken_out_of_the_middle),
		SHOP_TEST(a_crash_between_any_two_steps_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
