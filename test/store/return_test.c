/*
 * return_test.c - money of a delivered order that staff give back: in parts,
 * never more than was paid, above a limit by two people, and the books agree
 * (GATEWAYS 9, invariants 7 and 8).
 */
#include "test.h"

#include "shop.h"

#include "base/time.h"
#include "store/desk_command.h"
#include "store/verify.h"

#define MAKER   77
#define CHECKER 78

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

static int64_t delivered(struct shop *shop)
{
	int64_t               id = shop_place(shop, shop->line_id);
	struct payment_report paid = shop_report(shop, id, PAYMENT_SUCCEEDED, "");

	assert_int_equal(shop_tell(shop, &paid), SETTLE_DOUBT_NONE);
	shop_happen(shop, id, ORDER_EVENT_DELIVERED);
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_SETTLED);
	return id;
}

static enum desk_refusal act(struct shop *shop, int64_t order_id, int64_t actor, enum desk_act what,
                             int64_t amount)
{
	struct once        once = { .arena = &shop->arena };
	struct desk_action action = { .order_id = order_id,
		                      .actor = actor,
		                      .act = what,
		                      .amount = amount,
		                      .reason = STR("goodwill"),
		                      .once = &once,
		                      .location = STR("/x") };

	assert_int_equal(shop_run(shop, desk_action_apply, &action), ERR_OK);
	return action.refusal;
}

static struct payment_get_row payment_of(struct shop *shop, int64_t order_id)
{
	struct payment_get_row row;

	assert_int_equal(payment_get(shop->read_db, &shop->arena,
	                             shop_order(shop, order_id).payment_id, &row),
	                 ERR_OK);
	return row;
}

static void found(void *ctx, enum verify_check check, int64_t row)
{
	(void)ctx;
	fail_msg("%.*s %lld", STR_ARG(verify_check_name(check)), (long long)row);
}

static bool tick(void *ctx, const char *table, int64_t rows)
{
	(void)ctx, (void)table, (void)rows;
	return true;
}

static void books_agree(struct shop *shop)
{
	struct verify_watch  watch = { .found = found, .tick = tick };
	struct verify        verify = { .db = shop->read_db,
		                        .catalogue = &shop->catalogue,
		                        .today = tokyo_day(shop->now_ms / 1000),
		                        .watch = &watch };
	struct verify_report report;

	assert_int_equal(verify_run(&verify, &report), ERR_OK);
	assert_int_equal(report.finding_count, 0);
	shop_books_check(shop);
}

static void parts_add_up_to_what_was_paid_and_never_to_more(void **state)
{
	struct shop *shop = *state;
	int64_t      id = delivered(shop), whole = payment_of(shop, id).amount;

	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, whole + 1), DESK_REFUSAL_AMOUNT);
	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, 100), DESK_REFUSAL_NONE);
	assert_int_equal(payment_of(shop, id).refunded, 100); /* reserved at once */
	books_agree(shop);
	/* Another one only when this has had its end. */
	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, 100), DESK_REFUSAL_MOVED);
	shop_happen(shop, id, ORDER_EVENT_REFUND_FUNDS);
	books_agree(shop);
	shop_happen(shop, id, ORDER_EVENT_REFUND_DONE);
	assert_int_equal(shop_order(shop, id).state, ORDER_ACTIVE);
	assert_int_equal(payment_of(shop, id).state, PAYMENT_SUCCEEDED);
	books_agree(shop);
	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, whole - 99), DESK_REFUSAL_AMOUNT);
	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, 0), DESK_REFUSAL_NONE);
	shop_happen(shop, id, ORDER_EVENT_REFUND_DONE);
	assert_int_equal(payment_of(shop, id).refunded, whole);
	assert_int_equal(payment_of(shop, id).state, PAYMENT_REFUNDED);
	assert_int_equal(shop_order(shop, id).state, ORDER_ACTIVE);
	assert_int_equal(shop_balance(shop, LEDGER_REVENUE, 0, CURRENCY_JPY), 0);
	assert_int_equal(shop_balance(shop, LEDGER_TAX_DUE, 0, CURRENCY_JPY), 0);
	assert_int_equal(shop_balance(shop, LEDGER_GATEWAY_DUE, PAY_SANDBOX, CURRENCY_CNY), 0);
	books_agree(shop);
	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, 1), DESK_REFUSAL_AMOUNT);
}

static void above_the_limit_two_people_decide(void **state)
{
	struct shop *shop = *state;
	int64_t      id = delivered(shop), whole = payment_of(shop, id).amount;

	shop->config.number[SETTING_refund_limit] = 500;
	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, 0), DESK_REFUSAL_NONE);
	assert_int_equal(shop_order(shop, id).refund, REFUND_ASKED);
	assert_int_equal(payment_of(shop, id).refunded, whole);
	books_agree(shop);
	assert_int_equal(act(shop, id, MAKER, DESK_ACT_AGREE, 0), DESK_REFUSAL_SELF);
	assert_int_equal(act(shop, id, CHECKER, DESK_ACT_DENY, 0), DESK_REFUSAL_NONE);
	assert_int_equal(payment_of(shop, id).refunded, 0);
	books_agree(shop);
	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, whole - 1), DESK_REFUSAL_NONE);
	assert_int_equal(act(shop, id, CHECKER, DESK_ACT_AGREE, 0), DESK_REFUSAL_NONE);
	assert_int_equal(shop_order(shop, id).refund, REFUND_DUE);
	books_agree(shop);
	shop_happen(shop, id, ORDER_EVENT_REFUND_DONE);
	books_agree(shop);
	/* A small one after it needs nobody else. */
	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, 1), DESK_REFUSAL_NONE);
	assert_int_equal(shop_order(shop, id).refund, REFUND_DUE);
	shop_happen(shop, id, ORDER_EVENT_REFUND_DONE);
	assert_int_equal(payment_of(shop, id).state, PAYMENT_REFUNDED);
	books_agree(shop);
}

/* What the carrier undoes after a part went back gives back the rest. */
static void the_rest_goes_back_when_the_carrier_undoes_it(void **state)
{
	struct shop *shop = *state;
	int64_t      id = delivered(shop), whole = payment_of(shop, id).amount;

	assert_int_equal(act(shop, id, MAKER, DESK_ACT_GIVE_BACK, 77), DESK_REFUSAL_NONE);
	shop_happen(shop, id, ORDER_EVENT_REFUND_DONE);
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_UNDONE);
	assert_int_equal(shop_order(shop, id).state, ORDER_REVERSED);
	assert_int_equal(payment_of(shop, id).refunded, whole);
	books_agree(shop);
	shop_happen(shop, id, ORDER_EVENT_REFUND_DONE);
	assert_int_equal(payment_of(shop, id).state, PAYMENT_REFUNDED);
	books_agree(shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parts_add_up_to_what_was_paid_and_never_to_more,
		                                shop_begin, shop_end),
		cmocka_unit_test_setup_teardown(above_the_limit_two_people_decide, shop_begin,
		                                shop_end),
		cmocka_unit_test_setup_teardown(the_rest_goes_back_when_the_carrier_undoes_it,
		                                shop_begin, shop_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
