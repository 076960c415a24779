/*
 * topup_test.c - deliveries: each word of the carrier in each state, no second
 * sending without asking, people told in time, and a crash between any two
 * steps.
 */
#include "test.h"

#include "work/world.h"

#include "base/str.h"
#include "store/job_sql.h"

#define JOB_NO_JOB JOB_KIND_COUNT
#define MINUTE_MS  (60 * 1000)
#define DAY_MS     (24 * 60 * MINUTE_MS)

/* How an order gets where a row begins. */
enum stage { STAGE_PAID, STAGE_SENT, STAGE_UNKNOWN, STAGE_ABSENT, STAGE_WITHDRAWN, STAGE_ACTIVE };

struct row {
	enum stage           stage;
	enum carrier_outcome outcome;
	enum carrier_reason  reason;
	enum order_state     state;
	enum job_kind        job;
	bool                 desk;
	bool                 asked; /* the carrier was asked, not sent to */
};

/* clang-format off */
#define NONE CARRIER_REASON_NONE
#define BACK CARRIER_REASON_TAKEN_BACK
#define ROW(stage, outcome, reason, state, job, desk, asked) \
	{ STAGE_##stage, CARRIER_##outcome, reason, ORDER_##state, JOB_##job, desk, asked },
static const struct row rows[] = {
	ROW(PAID,      DONE,     NONE, ACTIVE,           DELIVERY_ASK, false, false)
	ROW(PAID,      ACCEPTED, NONE, SUBMITTED,        DELIVERY_ASK, false, false)
	ROW(PAID,      REFUSED,  NONE, DECLINED,         REFUND,       false, false)
	ROW(PAID,      UNKNOWN,  NONE, DELIVERY_UNKNOWN, DELIVERY_ASK, false, false)
	ROW(PAID,      RETRY,    NONE, PAID,             DELIVER,      false, false)
	ROW(PAID,      CONFIG,   NONE, PAID,             DELIVER,      true,  false)
	ROW(SENT,      DONE,     NONE, ACTIVE,           DELIVERY_ASK, false, true)
	ROW(SENT,      ACCEPTED, NONE, SUBMITTED,        DELIVERY_ASK, false, true)
	ROW(SENT,      REFUSED,  NONE, DECLINED,         REFUND,       false, true)
	ROW(SENT,      UNKNOWN,  NONE, SUBMITTED,        DELIVERY_ASK, false, true)
	ROW(SENT,      RETRY,    NONE, SUBMITTED,        DELIVER,      false, true)
	ROW(SENT,      CONFIG,   NONE, SUBMITTED,        DELIVERY_ASK, true,  true)
	ROW(UNKNOWN,   DONE,     NONE, ACTIVE,           DELIVERY_ASK, false, true)
	ROW(UNKNOWN,   ACCEPTED, NONE, SUBMITTED,        DELIVERY_ASK, false, true)
	ROW(UNKNOWN,   REFUSED,  NONE, DECLINED,         REFUND,       false, true)
	ROW(UNKNOWN,   REFUSED,  BACK, DECLINED,         REFUND,       false, true)
	ROW(UNKNOWN,   UNKNOWN,  NONE, DELIVERY_UNKNOWN, DELIVERY_ASK, false, true)
	ROW(UNKNOWN,   RETRY,    NONE, DELIVERY_UNKNOWN, DELIVER,      false, true)
	ROW(ABSENT,    DONE,     NONE, ACTIVE,           DELIVERY_ASK, false, false)
	ROW(ABSENT,    ACCEPTED, NONE, SUBMITTED,        DELIVERY_ASK, false, false)
	ROW(ABSENT,    REFUSED,  NONE, DECLINED,         REFUND,       false, false)
	ROW(ABSENT,    UNKNOWN,  NONE, DELIVERY_UNKNOWN, DELIVERY_ASK, false, false)
	ROW(ABSENT,    RETRY,    NONE, DELIVERY_UNKNOWN, DELIVER,      false, false)
	ROW(WITHDRAWN, DONE,     NONE, ACTIVE,           DELIVERY_ASK, false, true)
	ROW(WITHDRAWN, ACCEPTED, NONE, SUBMITTED,        DELIVERY_ASK, false, true)
	ROW(WITHDRAWN, REFUSED,  NONE, DECLINED,         REFUND,       false, true)
	ROW(WITHDRAWN, UNKNOWN,  NONE, PAID,             DELIVERY_ASK, false, true)
	ROW(WITHDRAWN, RETRY,    NONE, PAID,             DELIVERY_ASK, false, true)
	ROW(ACTIVE,    DONE,     NONE, ACTIVE,           NO_JOB,       false, true)
	ROW(ACTIVE,    ACCEPTED, NONE, ACTIVE,           DELIVERY_ASK, false, true)
	ROW(ACTIVE,    REFUSED,  BACK, REVERSED,         REFUND,       false, true)
	ROW(ACTIVE,    REFUSED,  NONE, ACTIVE,           DELIVERY_ASK, true,  true)
	ROW(ACTIVE,    UNKNOWN,  NONE, ACTIVE,           DELIVERY_ASK, false, true)
	ROW(ACTIVE,    RETRY,    NONE, ACTIVE,           DELIVERY_ASK, true,  true)
};
/* clang-format on */

/* As carrier_scripted, but what is sent twice is done once. */
static struct carrier idempotent(unsigned more)
{
	struct carrier carrier = carrier_scripted;

	carrier.caps |= CARRIER_IDEMPOTENT | more;
	return carrier;
}

static int64_t order_at(struct world *world, enum stage stage)
{
	struct shop *shop = &world->shop;
	int64_t      id = world_paid(world);

	switch (stage) {
	case STAGE_PAID:
		break;
	case STAGE_SENT:
		shop_happen(shop, id, ORDER_EVENT_SENT);
		break;
	case STAGE_ABSENT:
		shop_happen(shop, id, ORDER_EVENT_DELIVERY_UNKNOWN);
		shop_happen(shop, id, ORDER_EVENT_DELIVERY_ABSENT);
		break;
	case STAGE_UNKNOWN:
		shop_happen(shop, id, ORDER_EVENT_DELIVERY_UNKNOWN);
		break;
	case STAGE_WITHDRAWN:
		shop_happen(shop, id, ORDER_EVENT_WITHDRAW);
		break;
	case STAGE_ACTIVE:
		shop_happen(shop, id, ORDER_EVENT_DELIVERED);
		break;
	}
	return id;
}

static void each_word_of_the_carrier_in_each_state(void **state)
{
	struct carrier carrier = idempotent(0);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct row  *row = &rows[i];
		struct world       world;
		struct job_get_row job;
		int64_t            id;

		world_open(&world, &carrier);
		id = order_at(&world, row->stage);
		job = world_job(&world, id);
		if (job.due_ms > world.shop.now_ms)
			world.shop.now_ms = job.due_ms;
		world_say(&world, row->outcome, row->reason);
		while (world.script_next == 0)
			assert_true(world_inch(&world));
		(void)work_settle(world.work);
		job = world_job(&world, id);
		if (world_state(&world, id) != row->state || job.kind != (int64_t)row->job ||
		    (job.desk != 0) != row->desk || (world.ask > 0) != row->asked ||
		    (job.id != 0 && job.desk == 0 && row->job != JOB_REFUND &&
		     job.due_ms <= world.shop.now_ms))
			fail_msg("row %zu: state %d, job %d, desk %d, due in %d ms", i,
			         (int)world_state(&world, id), (int)job.kind, (int)job.desk,
			         (int)(job.due_ms - world.shop.now_ms));
		shop_books_check(&world.shop);
		world_close(&world);
	}
}

static void an_instant_carrier_settles_at_once(void **state)
{
	struct carrier carrier = idempotent(CARRIER_INSTANT);
	struct world   world;
	int64_t        id;

	(void)state;
	carrier.caps &= ~(unsigned)CARRIER_MAY_TAKE_BACK;
	world_open(&world, &carrier);
	id = world_paid(&world);
	world_say(&world, CARRIER_DONE, NONE);
	world_turn(&world);
	assert_int_equal(world_state(&world, id), ORDER_ACTIVE);
	assert_int_equal(world_job(&world, id).id, 0);
	assert_int_equal(world_told(&world, NOTICE_ORDER_ACTIVE), 1);
	world_close(&world);
}

/* Sent twice is done twice: so the row says "ask" before the first byte. */
static void what_is_not_idempotent_is_written_down_before_it_is_sent(void **state)
{
	struct world world;
	int64_t      id;

	(void)state;
	world_open(&world, &carrier_scripted);
	id = world_paid(&world);
	world.hold = true;
	world_turn(&world);
	assert_non_null(world.first); /* on the line */
	assert_int_equal(world_state(&world, id), ORDER_SUBMITTED);
	assert_int_equal(world_job(&world, id).kind, JOB_DELIVERY_ASK);
	world_crash(&world);
	world.hold = false;
	world_say(&world, CARRIER_DONE, NONE);
	world_run(&world, 10 * 1000);
	assert_int_equal(world.activate, 0); /* the first one died on the line */
	assert_int_equal(world.ask, 1);
	assert_int_equal(world_state(&world, id), ORDER_ACTIVE);
	world_close(&world);
}

static void a_second_sending_is_written_down_too(void **state)
{
	struct world world;
	int64_t      id;

	(void)state;
	world_open(&world, &carrier_scripted);
	id = world_paid(&world);
	world_say(&world, CARRIER_ACCEPTED, NONE);
	world_say(&world, CARRIER_RETRY, NONE); /* asked: surely not done */
	world_run(&world, 10 * 1000);
	assert_int_equal(world_job(&world, id).kind, JOB_DELIVER);
	world.hold = true;
	world_run(&world, 20 * 1000);
	assert_non_null(world.first);
	assert_int_equal(world_job(&world, id).kind, JOB_DELIVERY_ASK);
	world_close(&world);
}

/* While a delivery is on the line, nobody is asked whether it happened. */
static void taking_back_waits_for_what_is_on_the_line(void **state)
{
	struct carrier carrier = idempotent(0);
	struct world   world;
	int64_t        id;

	(void)state;
	world_open(&world, &carrier);
	id = world_paid(&world);
	world.hold = true;
	world_turn(&world);
	shop_happen(&world.shop, id, ORDER_EVENT_WITHDRAW);
	assert_int_equal(world_job(&world, id).kind, JOB_DELIVERY_ASK);
	world_turn(&world);
	assert_null(world.first->next);
	world.hold = false;
	world_say(&world, CARRIER_RETRY, NONE); /* the sending: surely not done */
	world_say(&world, CARRIER_RETRY, NONE); /* the question: not there */
	for (int i = 0; i < 3; i++) /* and again, until nothing can be on its way any more */
		world_say(&world, CARRIER_RETRY, NONE);
	while (world.script_next < 2)
		assert_true(world_inch(&world));
	(void)work_settle(world.work);
	assert_int_equal(world_state(&world, id), ORDER_PAID);
	while (world_state(&world, id) == ORDER_PAID)
		if (!world_inch(&world))
			world.shop.now_ms = work_step(world.work, world.shop.now_ms);
	assert_true(world.shop.now_ms - SHOP_BEGIN_MS >=
	            world.shop.config.number[SETTING_delivery_horizon_s] * 1000);
	assert_int_equal(world.activate, 1);
	assert_int_equal(world_state(&world, id), ORDER_DECLINED);
	world_close(&world);
}

/* P10: asked at 10 s, 30 s, 2 min, 10 min, 15 min (and a person is told), 1 h … */
static void silence_is_asked_about_for_ever_and_a_person_told_once(void **state)
{
	static const int64_t at_s[] = { 10, 30, 120, 600, 900, 3600, 21600 };
	struct carrier       carrier = idempotent(0);
	struct world         world;
	int64_t              id, begin_ms;

	(void)state;
	world_open(&world, &carrier);
	world.shop.config.number[SETTING_delivery_refund_s] = 2592000;
	id = world_paid(&world);
	begin_ms = world.shop.now_ms;
	world.fault = FAULT_LOST;
	world_turn(&world);
	assert_int_equal(world_state(&world, id), ORDER_DELIVERY_UNKNOWN);
	for (size_t i = 0; i < COUNT_OF(at_s); i++) {
		assert_int_equal(world_job(&world, id).due_ms, begin_ms + at_s[i] * 1000);
		assert_int_equal(world_told(&world, NOTICE_ORDER_SLOW), at_s[i] > 900);
		world_run(&world, begin_ms + at_s[i] * 1000 - world.shop.now_ms);
		assert_int_equal(world.ask, i + 1);
	}
	for (int day = 1; day <= 5; day++) {
		world_run(&world, begin_ms + day * (int64_t)DAY_MS - world.shop.now_ms);
		assert_int_equal(world.ask, COUNT_OF(at_s) + (size_t)day);
	}
	assert_int_equal(world.activate, 1);
	assert_int_equal(world_told(&world, NOTICE_ORDER_SLOW), 1);
	assert_true(str_starts(world_job(&world, id).note, STR("alarm: ")));
	assert_int_equal(world_job(&world, id).desk, 0);
	world_close(&world);
}

/* "If it is not active by … you get your money back": by the carrier's word. */
static void the_deadline_takes_back_what_the_carrier_does_not_have(void **state)
{
	struct carrier       carrier = idempotent(0);
	struct world         world;
	struct order_get_row order;
	int64_t              id;

	(void)state;
	world_open(&world, &carrier);
	world.shop.config.number[SETTING_delivery_refund_s] = 1000;
	id = world_paid(&world);
	world.fault = FAULT_REFUSED; /* the carrier is down: never sent */
	world_run(&world, 999 * 1000);
	order = shop_order(&world.shop, id);
	assert_int_equal(order.state, ORDER_PAID);
	assert_int_equal(order.withdrawn, 0);
	world_run(&world, 1000);
	order = shop_order(&world.shop, id);
	assert_int_equal(order.withdrawn, 1);      /* exactly then, not at the next hour */
	assert_int_equal(order.state, ORDER_PAID); /* no answer: no refund on a guess */
	world.fault = FAULT_NONE;
	world_say(&world, CARRIER_RETRY, CARRIER_REASON_NOT_DONE);
	world_run(&world, DAY_MS);
	order = shop_order(&world.shop, id);
	assert_int_equal(order.state, ORDER_REVERSED);
	assert_int_equal(order.refund, REFUND_DONE);
	assert_int_equal(world.refund, 1);
	shop_books_check(&world.shop);
	world_close(&world);
}

/* Taken back late, when the schedule is slow already: asked again as soon as
 * nothing can be on its way any more, not an hour later. */
static void a_late_withdrawal_is_not_kept_waiting(void **state)
{
	struct carrier carrier = idempotent(0);
	struct world   world;
	int64_t        id, horizon_ms;

	(void)state;
	world_open(&world, &carrier);
	id = world_paid(&world);
	world.fault = FAULT_REFUSED;
	world_run(&world, 20 * MINUTE_MS);
	world.fault = FAULT_NONE;
	world_say(&world, CARRIER_RETRY, CARRIER_REASON_NOT_DONE);
	world_say(&world, CARRIER_RETRY, CARRIER_REASON_NOT_DONE);
	shop_happen(&world.shop, id, ORDER_EVENT_CANCEL);
	world_turn(&world);
	assert_int_equal(world_state(&world, id), ORDER_PAID);
	horizon_ms = world.shop.config.number[SETTING_delivery_horizon_s] * 1000;
	world_run(&world, horizon_ms);
	assert_int_equal(world_state(&world, id), ORDER_REVERSED);
	assert_int_equal(shop_order(&world.shop, id).refund, REFUND_DONE);
	world_close(&world);
}

/* The sandbox carrier, each outcome, and a crash after every n-th step. */
static void a_crash_between_any_two_steps_loses_nothing(void **state)
{
	static const enum order_state ends[SANDBOX_DELIVERY_OUTCOME_COUNT] = {
		[SANDBOX_DELIVERY_ACTIVE] = ORDER_ACTIVE,
		[SANDBOX_DELIVERY_DECLINED] = ORDER_REVERSED,
		[SANDBOX_DELIVERY_LOST_THEN_ACTIVE] = ORDER_ACTIVE,
		[SANDBOX_DELIVERY_LOST_THEN_DECLINED] = ORDER_REVERSED,
		[SANDBOX_DELIVERY_SLOW] = ORDER_ACTIVE,
		[SANDBOX_DELIVERY_REVERSED] = ORDER_REVERSED,
	};

	(void)state;
	for (int outcome = 0; outcome < SANDBOX_DELIVERY_OUTCOME_COUNT; outcome++) {
		bool crashed = true;

		for (int n = 1; crashed; n++) {
			struct world world;
			int64_t      id;

			world_open(&world, &carrier_sandbox);
			id = world_steered(&world, SANDBOX_PAID,
			                   (enum sandbox_delivery_outcome)outcome);
			crashed = false;
			for (int step = 0; step < 10000; step++) {
				if (!world_inch(&world)) {
					int64_t next_ms = work_step(world.work, world.shop.now_ms);

					if (next_ms > SHOP_BEGIN_MS + DAY_MS)
						break;
					world.shop.now_ms = next_ms;
				}
				if (step == n) {
					world_crash(&world);
					crashed = true;
				}
			}
			assert_int_equal(world_state(&world, id), ends[outcome]);
			assert_int_equal(world_job(&world, id).id, 0);
			assert_true(world_count(&world, id, ORDER_EVENT_DELIVERED) <= 1);
			shop_books_check(&world.shop);
			world_close(&world);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_of_the_carrier_in_each_state),
		cmocka_unit_test(an_instant_carrier_settles_at_once),
		cmocka_unit_test(what_is_not_idempotent_is_written_down_before_it_is_sent),
		cmocka_unit_test(a_second_sending_is_written_down_too),
		cmocka_unit_test(taking_back_waits_for_what_is_on_the_line),
		cmocka_unit_test(silence_is_asked_about_for_ever_and_a_person_told_once),
		cmocka_unit_test(the_deadline_takes_back_what_the_carrier_does_not_have),
		cmocka_unit_test(a_late_withdrawal_is_not_kept_waiting),
		cmocka_unit_test(a_crash_between_any_two_steps_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
