/*
 * desk_test.c - what the desk reads and does: who is first in its queue, what
 * its buttons change, what is found again of an order's history; and that none
 * of its questions goes through a table that grows.
 */
#include "test.h"

#include "shop.h"

#include "base/str.h"
#include "store/audit_sql.h"
#include "store/desk_command.h"
#include "store/desk_read.h"
#include "store/queries.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define STAFF     77 /* account of a member of staff */
#define MINUTE_MS 60000

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

static int64_t paid_order(struct shop *shop, int64_t line_id)
{
	int64_t id = shop_place(shop, line_id);

	shop_happen(shop, id, ORDER_EVENT_PAY_SUCCEEDED);
	return id;
}

static struct desk_action act(struct shop *shop, int64_t order_id, enum desk_act what,
                              const char *reason)
{
	struct once        once = { .arena = &shop->arena };
	struct desk_action action = { .order_id = order_id,
		                      .actor = STAFF,
		                      .act = what,
		                      .reason = str_from(reason),
		                      .once = &once,
		                      .location = STR("/en/desk") };

	assert_int_equal(shop_run(shop, desk_action_apply, &action), ERR_OK);
	if (action.refusal == DESK_REFUSAL_NONE && action.found)
		assert_int_equal(once.status, 303);
	else
		assert_int_equal(once.status, 0);
	return action;
}

static struct desk_facts facts_of(struct shop *shop, int64_t order_id)
{
	struct order_get_row order = shop_order(shop, order_id);
	struct desk_facts    facts;
	struct job_get_row   job;

	assert_int_equal(desk_facts_load(shop->read_db, &shop->read_arena, &order, shop->now_ms,
	                                 &facts, &job),
	                 ERR_OK);
	return facts;
}

static size_t audit_count(struct shop *shop)
{
	struct audit_list_row *rows;
	size_t                 count;

	assert_int_equal(
	    audit_list(shop->read_db, &shop->read_arena, INT64_MAX, 1000, &rows, &count), ERR_OK);
	return count;
}

static void persons_stand_first_then_who_waits_longest(void **state)
{
	struct shop      *shop = *state;
	int64_t           third = shop_add_line(shop, INT64_C(440510000000003));
	int64_t           old, person, young;
	struct desk_queue queue;

	old = paid_order(shop, shop->line_id);
	shop->now_ms += 5 * MINUTE_MS;
	young = paid_order(shop, shop->other_line_id);
	person = paid_order(shop, third);
	act(shop, person, DESK_ACT_WITHDRAW, "wrong line");
	shop->now_ms += DESK_STUCK_S * 1000;
	assert_int_equal(act(shop, person, DESK_ACT_TAKE, "I call them").refusal,
	                 DESK_REFUSAL_NONE);
	shop_place(shop, third); /* merely open: nobody owes us anything */
	assert_int_equal(desk_queue_load(shop->read_db, &shop->read_arena, shop->now_ms, &queue),
	                 ERR_OK);
	assert_int_equal(queue.count, 3);
	assert_int_equal(queue.waits[0].order_id, person);
	assert_true(queue.waits[0].facts.person && queue.waits[0].facts.withdrawn);
	assert_int_equal(queue.waits[1].order_id, old);
	assert_int_equal(queue.waits[1].facts.wait_s, 5 * 60 + DESK_STUCK_S);
	assert_int_equal(queue.waits[2].order_id, young);
	assert_true(desk_stuck(&queue.waits[2].facts));
}

static void an_act_is_judged_again_and_written_down(void **state)
{
	struct shop              *shop = *state;
	int64_t                   id = paid_order(shop, shop->line_id);
	struct desk_audit_of_row *deeds;
	struct order_get_row      order = shop_order(shop, id);
	size_t                    count;

	/* not safe, or without a reason: nothing changes, nothing is written down */
	assert_int_equal(act(shop, id, DESK_ACT_REFUND, "they ask").refusal, DESK_REFUSAL_MOVED);
	assert_int_equal(act(shop, id, DESK_ACT_RESUME, "go").refusal, DESK_REFUSAL_MOVED);
	assert_int_equal(act(shop, id, DESK_ACT_WITHDRAW, "").refusal, DESK_REFUSAL_REASON);
	assert_false(act(shop, id + 1000, DESK_ACT_SUBMIT, "").found);
	assert_int_equal(audit_count(shop), 0);
	assert_false(facts_of(shop, id).withdrawn);

	shop->now_ms += MINUTE_MS;
	assert_int_equal(act(shop, id, DESK_ACT_SUBMIT, "").refusal, DESK_REFUSAL_NONE);
	assert_int_equal(act(shop, id, DESK_ACT_WITHDRAW, "they ask").refusal, DESK_REFUSAL_NONE);
	assert_true(facts_of(shop, id).withdrawn);
	assert_int_equal(act(shop, id, DESK_ACT_WITHDRAW, "again").refusal, DESK_REFUSAL_MOVED);
	/* found again by its time, among the acts on other orders */
	act(shop, paid_order(shop, shop->other_line_id), DESK_ACT_SUBMIT, "other");
	assert_int_equal(desk_audit_since(shop->read_db, &shop->read_arena, id, order.created_s,
	                                  &deeds, &count),
	                 ERR_OK);
	assert_int_equal(count, 2);
	assert_str(deeds[0].action, "ask");
	assert_str(deeds[1].action, "withdraw");
	assert_str(deeds[1].reason, "they ask");
	assert_int_equal(deeds[1].actor, STAFF);
	assert_int_equal(desk_audit_since(shop->read_db, &shop->read_arena, id,
	                                  shop->now_ms / 1000 + 1, &deeds, &count),
	                 ERR_OK);
	assert_int_equal(count, 0);
	shop_books_check(shop);
}

static void a_contradiction_waits_for_a_person_who_may_close_it(void **state)
{
	struct shop *shop = *state;
	int64_t      id = paid_order(shop, shop->line_id);

	shop_happen(shop, id, ORDER_EVENT_DELIVERED);
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_SETTLED);
	assert_false(facts_of(shop, id).job);
	assert_int_equal(shop_happen(shop, id, ORDER_EVENT_DELIVERY_DECLINED).verdict, ORDER_DESK);
	assert_true(facts_of(shop, id).person);
	assert_int_equal(act(shop, id, DESK_ACT_RESUME, "go on").refusal, DESK_REFUSAL_MOVED);
	assert_int_equal(act(shop, id, DESK_ACT_CLOSE, "their mistake").refusal, DESK_REFUSAL_NONE);
	assert_false(facts_of(shop, id).job);
	assert_int_equal(shop_order(shop, id).state, ORDER_ACTIVE);
	assert_int_equal(shop_order(shop, id).job_id, 0);
	assert_int_equal(audit_count(shop), 1);
	shop_books_check(shop);
}

static void a_closed_case_is_still_watched(void **state)
{
	struct shop          *shop = *state;
	int64_t               id = shop_place(shop, shop->line_id);
	struct payment_report wrong = shop_report(shop, id, PAYMENT_SUCCEEDED, "evt_wrong");
	struct job_get_row    job;

	shop_happen(shop, id, ORDER_EVENT_LOCK_ENDED);
	wrong.money.amount++;
	assert_int_equal(shop_tell(shop, &wrong), SETTLE_DOUBT_AMOUNT);
	assert_true(facts_of(shop, id).person);
	assert_int_equal(act(shop, id, DESK_ACT_CLOSE, "not ours").refusal, DESK_REFUSAL_NONE);
	assert_int_equal(shop_order(shop, id).state, ORDER_EXPIRED);
	assert_int_equal(job_get(shop->read_db, &shop->arena, shop_order(shop, id).job_id, &job),
	                 ERR_OK);
	assert_int_equal(job.desk, 0);
	assert_int_equal(job.kind, JOB_PAY_WATCH);
	/* And a delivery that may still be taken back. */
	id = paid_order(shop, shop->other_line_id);
	shop_happen(shop, id, ORDER_EVENT_DELIVERED);
	wrong = shop_report(shop, id, PAYMENT_SUCCEEDED, "evt_wrong_too");
	wrong.money.amount++;
	assert_int_equal(shop_tell(shop, &wrong), SETTLE_DOUBT_AMOUNT);
	assert_int_equal(act(shop, id, DESK_ACT_CLOSE, "not ours").refusal, DESK_REFUSAL_NONE);
	assert_int_equal(job_get(shop->read_db, &shop->arena, shop_order(shop, id).job_id, &job),
	                 ERR_OK);
	assert_int_equal(job.desk, 0);
	assert_int_equal(job.kind, JOB_DELIVERY_ASK);
}

/* Taking over and giving back leave the machine's own note alone: it says
 * whether the buyer was told already. */
static void the_machines_note_stays(void **state)
{
	struct shop         *shop = *state;
	int64_t              id = paid_order(shop, shop->line_id);
	struct order_get_row order = shop_order(shop, id);
	struct str           note = STR("alarm: unknown");
	struct job_get_row   job;

	assert_int_equal(job_set(shop->write_db,
	                         &(struct job_set_args){ .id = order.job_id,
	                                                 .kind = JOB_DELIVERY_ASK,
	                                                 .created_ms = shop->now_ms,
	                                                 .due_ms = shop->now_ms + MINUTE_MS,
	                                                 .attempt = 3,
	                                                 .note = &note }),
	                 ERR_OK);
	shop->now_ms += DESK_STUCK_S * 1000;
	act(shop, id, DESK_ACT_TAKE, "I call them");
	assert_true(facts_of(shop, id).person);
	act(shop, id, DESK_ACT_RESUME, "they found it");
	assert_int_equal(job_get(shop->read_db, &shop->read_arena, order.job_id, &job), ERR_OK);
	assert_str(job.note, "alarm: unknown");
	assert_int_equal(job.desk, 0);
	assert_int_equal(job.due_ms, shop->now_ms);
	assert_int_equal(job.attempt, 3);
}

/* How long an order has taken is counted from when its money came. */
static void a_refund_under_way_does_not_move_the_time_of_payment(void **state)
{
	struct shop           *shop = *state;
	int64_t                id = paid_order(shop, shop->line_id), paid_ms = shop->now_ms;
	struct payment_get_row payment;

	shop->now_ms += MINUTE_MS;
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_DECLINED);
	shop->now_ms += MINUTE_MS;
	shop_happen(shop, id, ORDER_EVENT_REFUND_PENDING);
	assert_int_equal(payment_get(shop->read_db, &shop->read_arena,
	                             shop_order(shop, id).payment_id, &payment),
	                 ERR_OK);
	assert_int_equal(payment.state, PAYMENT_REFUNDING);
	assert_int_equal(payment.settled_ms, paid_ms);
}

static void callbacks_are_found_by_their_time(void **state)
{
	struct shop                *shop = *state;
	int64_t                     id[3];
	struct desk_event_list_row *rows;
	size_t                      count;
	int64_t                     at_ms[3];

	for (int i = 0; i < 3; i++) {
		struct payment_report report;
		char                  event[16];

		id[i] = shop_place(shop, i == 1 ? shop->other_line_id : shop->line_id);
		snprintf(event, sizeof event, "evt_%d", i);
		report = shop_report(shop, id[i], PAYMENT_SUCCEEDED, event);
		at_ms[i] = shop->now_ms;
		assert_int_equal(shop_tell(shop, &report), SETTLE_DOUBT_NONE);
		shop->now_ms += i == 0 ? 0 : MINUTE_MS; /* two in one moment */
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(desk_callbacks(shop->read_db, &shop->read_arena, id[i], at_ms[i],
		                                &rows, &count),
		                 ERR_OK);
		assert_int_equal(count, 1);
		assert_int_equal(rows[0].gateway, PAY_SANDBOX);
		assert_true(rows[0].size > 0);
		assert_int_equal(desk_callbacks(shop->read_db, &shop->read_arena, id[i],
		                                at_ms[i] + 1, &rows, &count),
		                 ERR_OK);
		assert_int_equal(count, 0);
	}
}

/* The plan of every query: SEARCH by a key, or a walk over one of these. */
static bool step_allowed(const char *step)
{
	static const char *const small[] = {
		"SCAN job USING INDEX job_desk", /* the few that wait for a person */
		"SCAN CONSTANT ROW",
		"SEARCH ",
		"SCALAR SUBQUERY",
		"USE TEMP B-TREE FOR ORDER BY", /* of the lines with the same four digits */
	};

	for (size_t i = 0; i < COUNT_OF(small); i++)
		if (strncmp(step, small[i], strlen(small[i])) == 0)
			return true;
	return false;
}

static void no_question_goes_through_a_table_that_grows(void **state)
{
	struct shop  *shop = *state;
	sqlite3      *handle;
	sqlite3_stmt *stmt;
	char          sql[4096];
	int           steps = 0, queries = 0;

	assert_int_equal(sqlite3_open(shop->path, &handle), SQLITE_OK);
	for (int i = 0; i < QUERY_COUNT; i++) {
		if (strncmp(query_name[i], "desk_", 5) != 0)
			continue;
		queries++;
		snprintf(sql, sizeof sql, "explain query plan %s", query_sql[i]);
		assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
		while (sqlite3_step(stmt) == SQLITE_ROW) {
			const char *step = (const char *)sqlite3_column_text(stmt, 3);

			steps++;
			if (!step_allowed(step))
				fail_msg("%s: %s", query_name[i], step);
		}
		sqlite3_finalize(stmt);
	}
	assert_true(queries >= 10 && steps >= queries);
	sqlite3_close(handle);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, shop_begin, shop_end)
	const struct CMUnitTest tests[] = {
		TEST(persons_stand_first_then_who_waits_longest),
		TEST(an_act_is_judged_again_and_written_down),
		TEST(a_contradiction_waits_for_a_person_who_may_close_it),
		TEST(a_closed_case_is_still_watched),
		TEST(the_machines_note_stays),
		TEST(a_refund_under_way_does_not_move_the_time_of_payment),
		TEST(callbacks_are_found_by_their_time),
		TEST(no_question_goes_through_a_table_that_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
