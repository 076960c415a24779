/*
 * pay_test.c - payments and refunds: what the gateway says, silence, closing,
 * callbacks, and a crash between any two steps.
 */
#include "test.h"

#include "work/world.h"

#include "base/str.h"
#include "gate/pay.h"
#include "store/job_sql.h"
#include "store/sandbox_sql.h"
#include "store/work_sql.h"

#define MINUTE_MS (60 * 1000)
#define DAY_MS    (24 * 60 * MINUTE_MS)

/* How an order ends for each outcome of the sandbox gateway, hooks delivered
 * to nobody: the poller alone has to find out (P11). */
static const struct {
	enum sandbox_outcome outcome;
	enum order_state     state;
	int64_t              within_ms;
} ends[] = {
	{ SANDBOX_PAID, ORDER_ACTIVE, 60 * 1000 },
	{ SANDBOX_DECLINED, ORDER_PAY_FAILED, 60 * 1000 },
	{ SANDBOX_TIMEOUT, ORDER_EXPIRED, 60 * 1000 },
	{ SANDBOX_PAID_LATE, ORDER_ACTIVE, 60 * 1000 },
	{ SANDBOX_LOST_THEN_PAID, ORDER_ACTIVE, 60 * 1000 },
	{ SANDBOX_LOST_THEN_FAILED, ORDER_PAY_FAILED, 60 * 1000 },
	{ SANDBOX_WEBHOOK_DUP, ORDER_ACTIVE, 60 * 1000 },
	{ SANDBOX_WEBHOOK_LATE, ORDER_ACTIVE, 60 * 1000 },
	{ SANDBOX_REFUND_PENDING, ORDER_ACTIVE, 60 * 1000 },
};

static void the_poller_alone_finds_out(void **state)
{
	(void)state;
	assert_int_equal(COUNT_OF(ends), SANDBOX_OUTCOME_COUNT - 1); /* all but the page */
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct world world;
		int64_t      id;

		world_open(&world, &carrier_sandbox);
		world.http_status = 0;
		id = world_steered(&world, ends[i].outcome, SANDBOX_DELIVERY_ACTIVE);
		world_run(&world, ends[i].within_ms);
		if (world_state(&world, id) != ends[i].state)
			fail_msg("outcome %d ends in state %d", (int)ends[i].outcome,
			         (int)world_state(&world, id));
		shop_books_check(&world.shop);
		world_close(&world);
	}
}

/* Each outcome with a crash after every n-th step: the same end. */
static void a_crash_between_any_two_steps_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		bool crashed = true;

		for (int n = 1; crashed; n++) {
			struct world world;
			int64_t      id;

			world_open(&world, &carrier_sandbox);
			id = world_steered(&world, ends[i].outcome, SANDBOX_DELIVERY_ACTIVE);
			crashed = false;
			for (int step = 0; step < 10000; step++) {
				if (!world_inch(&world)) {
					int64_t next_ms = work_step(world.work, world.shop.now_ms);

					if (next_ms > SHOP_BEGIN_MS + 10 * MINUTE_MS)
						break;
					world.shop.now_ms = next_ms;
				}
				if (step == n) {
					world_crash(&world);
					crashed = true;
				}
				world.seen_count = 0;
			}
			assert_int_equal(world_state(&world, id), ends[i].state);
			assert_true(world_count(&world, id, ORDER_EVENT_PAY_SUCCEEDED) <= 1);
			shop_books_check(&world.shop);
			world_close(&world);
		}
	}
}

/* "Not yet paid" is no unknown; silence is. */
static void silence_is_unknown_and_waiting_is_not(void **state)
{
	struct world       world;
	struct job_get_row job;
	int64_t            id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	id = shop_place(&world.shop, world.shop.line_id);
	world_run(&world, 2 * MINUTE_MS);
	assert_int_equal(world_state(&world, id), ORDER_PAYING); /* asked: pending */
	assert_true(world.query >= 4);
	world.fault = FAULT_REFUSED; /* nothing was asked, so nothing is owed */
	world_run(&world, 2 * MINUTE_MS);
	assert_int_equal(world_state(&world, id), ORDER_PAYING);
	world.fault = FAULT_LOST_ANSWER;
	world_run(&world, MINUTE_MS);
	assert_int_equal(world_state(&world, id), ORDER_PAY_UNKNOWN);
	world_run(&world, 20 * MINUTE_MS); /* past the lock: UNKNOWN never ends by time */
	assert_int_equal(world_state(&world, id), ORDER_PAY_UNKNOWN);
	job = world_job(&world, id);
	assert_int_equal(job.kind, JOB_PAY_UNKNOWN);
	assert_true(str_starts(job.note, STR("alarm: ")));
	assert_int_equal(work_figures(world.work).alarms, 1);
	world.fault = FAULT_GARBLED;
	world_run(&world, 60 * MINUTE_MS);
	assert_int_equal(world_state(&world, id), ORDER_PAY_UNKNOWN);
	world.fault = FAULT_NONE;
	world_run(&world, DAY_MS);
	assert_int_equal(world_state(&world, id), ORDER_EXPIRED); /* the page had closed */
	world_close(&world);
}

/* The quote's end ends the order at that very second, closes the page, and
 * three days later nobody asks any more. */
static void the_locks_end_closes_the_payment_and_then_the_watch(void **state)
{
	struct world         world;
	struct order_get_row order;
	int64_t              id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	id = shop_place(&world.shop, world.shop.line_id);
	order = shop_order(&world.shop, id);
	world_run(&world, order.expires_s * 1000 - 1 - world.shop.now_ms);
	assert_int_equal(world_state(&world, id), ORDER_PAYING);
	assert_int_equal(world.close, 0);
	world_run(&world, 1);
	assert_int_equal(world_state(&world, id), ORDER_EXPIRED);
	assert_int_equal(world.close, 1);
	world_run(&world, 2 * (int64_t)DAY_MS);
	assert_int_equal(world.close, 1);
	assert_int_equal(world_job(&world, id).kind, JOB_PAY_WATCH);
	world_run(&world, 2 * (int64_t)DAY_MS);
	assert_int_equal(world_job(&world, id).id, 0);
	world_close(&world);
}

static void a_cancelled_order_cannot_be_paid_any_more(void **state)
{
	struct world           world;
	struct sandbox_payment payment;
	int64_t                id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	id = shop_place(&world.shop, world.shop.line_id);
	world_run(&world, 30 * 1000);
	shop_happen(&world.shop, id, ORDER_EVENT_CANCEL);
	world_run(&world, MINUTE_MS);
	assert_int_equal(world.close, 1);
	assert_int_equal(partner_payment(world.shop.read_db, &world.shop.arena, &world.shop.keys,
	                                 shop_order(&world.shop, id).payment_id, &payment),
	                 ERR_OK);
	assert_false(sandbox_gateway_press(&payment, SANDBOX_BUTTON_PAY, world.shop.now_ms));
	assert_int_equal(world_state(&world, id), ORDER_CANCELLED);
	world_close(&world);
}

/* Paid in the moment of closing: "already paid" is paid, and given back. */
static void money_for_a_cancelled_order_goes_back(void **state)
{
	struct world         world;
	struct order_get_row order;
	int64_t              id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	world.http_status = 0;
	id = world_steered(&world, SANDBOX_PAID, SANDBOX_DELIVERY_ACTIVE);
	shop_happen(&world.shop, id, ORDER_EVENT_CANCEL);
	world_run(&world, MINUTE_MS);
	order = shop_order(&world.shop, id);
	assert_int_equal(order.state, ORDER_REVERSED);
	assert_int_equal(order.refund, REFUND_DONE);
	assert_int_equal(world.activate, 0);
	assert_int_equal(world.refund, 1);
	shop_books_check(&world.shop);
	world_close(&world);
}

/* --- refunds ---------------------------------------------------------------- */

static int64_t declined(struct world *world, enum sandbox_outcome outcome)
{
	int64_t id = world_steered(world, outcome, SANDBOX_DELIVERY_DECLINED);

	while (world_state(world, id) != ORDER_DECLINED) {
		if (!world_inch(world))
			world->shop.now_ms = work_step(world->work, world->shop.now_ms);
	}
	assert_int_equal(world_job(world, id).kind, JOB_REFUND);
	return id;
}

static void a_refund_asks_before_it_sends(void **state)
{
	struct world world;
	int64_t      id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	id = declined(&world, SANDBOX_PAID);
	world_turn(&world);
	assert_int_equal(world.refund_query, 1);
	assert_int_equal(world.refund, 1);
	assert_int_equal(world_state(&world, id), ORDER_REVERSED);
	assert_int_equal(world_job(&world, id).id, 0);
	assert_int_equal(world_told(&world, NOTICE_REFUND_DONE), 1);
	shop_books_check(&world.shop);
	assert_int_equal(shop_balance(&world.shop, LEDGER_REFUND_DUE, 0, CURRENCY_CNY), 0);
	world_close(&world);
}

static void a_pending_refund_is_asked_about_until_it_is_done(void **state)
{
	struct world world;
	int64_t      id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	id = declined(&world, SANDBOX_REFUND_PENDING);
	world_turn(&world);
	assert_int_equal(shop_order(&world.shop, id).refund, REFUND_PENDING);
	world_run(&world, MINUTE_MS);
	assert_int_equal(world_state(&world, id), ORDER_REVERSED);
	assert_int_equal(world.refund, 1);
	assert_int_equal(world_told(&world, NOTICE_REFUND_SLOW), 0);
	world_close(&world);
}

/* The answer to the refund is lost: the next try asks, and finds it done. */
static void a_lost_answer_never_refunds_twice(void **state)
{
	struct world world;
	int64_t      id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	id = declined(&world, SANDBOX_PAID);
	while (world.refund_query == 0 || world.first == NULL)
		assert_true(world_inch(&world));
	world.fault = FAULT_LOST_ANSWER;
	world_turn(&world);
	assert_int_equal(world.refund, 1);
	assert_int_equal(shop_order(&world.shop, id).refund, REFUND_DUE);
	world_run(&world, 20 * MINUTE_MS); /* silence: asked, never sent again */
	assert_int_equal(world.refund, 1);
	assert_int_equal(world_told(&world, NOTICE_REFUND_SLOW), 1);
	world.fault = FAULT_NONE;
	world_run(&world, 60 * MINUTE_MS);
	assert_int_equal(world.refund, 1);
	assert_int_equal(world_state(&world, id), ORDER_REVERSED);
	world_close(&world);
}

static void a_refused_refund_goes_to_a_person(void **state)
{
	struct world       world;
	struct job_get_row job;
	int64_t            id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	id = shop_place(&world.shop, world.shop.line_id); /* the gateway never got this money */
	{
		struct payment_report paid = shop_report(&world.shop, id, PAYMENT_SUCCEEDED, "");

		assert_int_equal(shop_tell(&world.shop, &paid), SETTLE_DOUBT_NONE);
	}
	shop_happen(&world.shop, id, ORDER_EVENT_DELIVERY_DECLINED);
	world_turn(&world);
	job = world_job(&world, id);
	assert_int_equal(job.desk, 1);
	assert_int_equal(shop_order(&world.shop, id).refund, REFUND_DESK);
	assert_int_equal(world.refund, 1);
	world_run(&world, DAY_MS);
	assert_int_equal(world.refund, 1); /* a person's queue: not tried by itself */
	world_close(&world);
}

/* --- callbacks -------------------------------------------------------------- */

static void hook_takes(struct world *world, size_t index, enum payment_state state)
{
	struct str        header = str_from(world->header[index]);
	struct pay_config verify = { .secret = { .ptr = (const char *)world->shop.keys.sandbox.byte,
		                                 .len = KEY_SIZE } };
	struct pay_callback callback = { .headers = &header,
		                         .header_count = 1,
		                         .body = str_from(world->seen[index]),
		                         .now_s = world->shop.now_ms / 1000 };
	struct pay_facts    facts;

	assert_int_equal(pay_sandbox.hook(&verify, &callback, &world->shop.arena, &facts),
	                 PAY_HOOK_FACTS);
	assert_int_equal(facts.state, state);
}

static void callbacks_come_signed_twice_or_late(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, &carrier_sandbox);
	(void)world_steered(&world, SANDBOX_WEBHOOK_DUP, SANDBOX_DELIVERY_ACTIVE);
	world_turn(&world);
	assert_int_equal(world.hook, 1);
	world_run(&world, 1000);
	assert_int_equal(world.hook, 2);
	hook_takes(&world, 0, PAYMENT_SUCCEEDED);
	assert_string_equal(world.seen[0], world.seen[1]);
	world_run(&world, MINUTE_MS);
	assert_int_equal(world.hook, 2);
	world_close(&world);

	world_open(&world, &carrier_sandbox);
	(void)world_steered(&world, SANDBOX_WEBHOOK_LATE, SANDBOX_DELIVERY_ACTIVE);
	world_run(&world, SANDBOX_HOOK_LATE_MS - 1);
	assert_int_equal(world.hook, 0);
	world_run(&world, 1);
	assert_int_equal(world.hook, 1);
	world_close(&world);

	world_open(&world, &carrier_sandbox);
	(void)world_steered(&world, SANDBOX_PAID_LATE, SANDBOX_DELIVERY_ACTIVE);
	world_run(&world, SANDBOX_LATE_MS);
	assert_int_equal(world.hook, 2);
	hook_takes(&world, 0, PAYMENT_EXPIRED);
	hook_takes(&world, 1, PAYMENT_SUCCEEDED);
	world_close(&world);
}

static void an_unanswered_callback_comes_again(void **state)
{
	struct world           world;
	struct job_of_kind_row job;

	(void)state;
	world_open(&world, &carrier_sandbox);
	world.http_status = 503;
	(void)world_steered(&world, SANDBOX_PAID, SANDBOX_DELIVERY_ACTIVE);
	world_run(&world, 30 * 1000);
	assert_int_equal(world.hook, 3); /* at once, after 10 s, after 30 s */
	world.http_status = 200;
	world_run(&world, 2 * MINUTE_MS);
	assert_int_equal(world.hook, 4);
	assert_int_equal(job_of_kind(world.shop.read_db, JOB_HOOK, &job), ERR_NOT_FOUND);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_poller_alone_finds_out),
		cmocka_unit_test(a_crash_between_any_two_steps_changes_nothing),
		cmocka_unit_test(silence_is_unknown_and_waiting_is_not),
		cmocka_unit_test(the_locks_end_closes_the_payment_and_then_the_watch),
		cmocka_unit_test(a_cancelled_order_cannot_be_paid_any_more),
		cmocka_unit_test(money_for_a_cancelled_order_goes_back),
		cmocka_unit_test(a_refund_asks_before_it_sends),
		cmocka_unit_test(a_pending_refund_is_asked_about_until_it_is_done),
		cmocka_unit_test(a_lost_answer_never_refunds_twice),
		cmocka_unit_test(a_refused_refund_goes_to_a_person),
		cmocka_unit_test(callbacks_come_signed_twice_or_late),
		cmocka_unit_test(an_unanswered_callback_comes_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
