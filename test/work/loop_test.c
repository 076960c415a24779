/*
 * loop_test.c - the machinery of the worker: many at once in one group, a full
 * queue, a database that fails, jobs that make no sense.
 */
#include "test.h"

#include "work/world.h"

#include "store/job_sql.h"
#include "store/post.h"
#include "store/work_sql.h"
#include "work/errand.h"

#define CROWD 300

static void crowd_pays(struct world *world, int count, int64_t *ret_first)
{
	world->shop.config.number[SETTING_line_topups_per_day] = count + 1;
	for (int i = 0; i < count; i++) {
		int64_t id = world_paid(world);

		*ret_first = i == 0 ? id : *ret_first;
	}
}

/* Due at once is stored at once: one group, not one after the other. */
static void many_jobs_make_one_group(void **state)
{
	struct world world;
	int64_t      first = 0;

	(void)state;
	world_open(&world, &carrier_sandbox);
	world_turn(&world);
	crowd_pays(&world, CROWD, &first);
	(void)work_step(world.work, world.shop.now_ms);
	assert_int_equal(work_figures(world.work).errands, WORK_TAKE_MAX);
	(void)work_step(world.work, world.shop.now_ms);
	assert_int_equal(work_figures(world.work).errands, CROWD);
	(void)work_step(world.work, world.shop.now_ms); /* nothing runs twice */
	assert_int_equal(work_figures(world.work).errands, CROWD);
	assert_true(world_inch(&world)); /* the line */
	assert_true(work_settle(world.work) >= CROWD);
	assert_int_equal(work_figures(world.work).errands, 0);
	assert_int_equal(world.activate, CROWD);
	assert_int_equal(world_state(&world, first), ORDER_ACTIVE);
	assert_int_equal(world_state(&world, first + CROWD - 1), ORDER_ACTIVE);
	shop_books_check(&world.shop);
	world_close(&world);
}

static enum err nothing_apply(struct store *store, struct command *command)
{
	(void)store;
	(void)command;
	return ERR_OK;
}

static void nothing_done(struct command *command)
{
	(void)command;
}

/* The writer's queue is full: the outcome waits in memory and is not lost. */
static void a_full_queue_loses_no_outcome(void **state)
{
	static struct command crowd[WRITER_QUEUE_MAX];
	struct world          world;
	int64_t               id;

	(void)state;
	world_open(&world, &carrier_scripted);
	world_turn(&world);
	id = world_paid(&world);
	world_say(&world, CARRIER_DONE, CARRIER_REASON_NONE);
	world.hold = true;
	world_turn(&world);
	for (size_t i = 0; i < COUNT_OF(crowd); i++) {
		crowd[i] = (struct command){ .apply = nothing_apply,
			                     .done = nothing_done,
			                     .owner = WRITER_WORK };
		assert_int_equal(writer_submit(world.shop.writer, &crowd[i]), ERR_OK);
	}
	world.hold = false;
	assert_true(world_inch(&world)); /* answered: cannot be stored now */
	assert_int_equal(work_step(world.work, world.shop.now_ms), world.shop.now_ms + 1);
	world_turn(&world);
	assert_int_equal(world_state(&world, id), ORDER_ACTIVE);
	world_close(&world);
}

/* Nothing can be stored: every job is left alone for a while, then done. */
static void a_failing_database_is_not_hammered(void **state)
{
	struct world world;
	size_t       max;
	int64_t      id, next_ms;

	(void)state;
	world_open(&world, &carrier_sandbox);
	world_turn(&world);
	id = world_paid(&world);
	max = world.shop.group_arena.max;
	world.shop.group_arena.max = 1;
	world_turn(&world);
	assert_int_equal(world.activate, 1);
	assert_int_equal(work_figures(world.work).unstored, 1);
	assert_int_equal(world_state(&world, id), ORDER_PAID);
	next_ms = work_step(world.work, world.shop.now_ms);
	assert_int_equal(next_ms, world.shop.now_ms + WORK_COOL_MS);
	world.shop.now_ms += WORK_COOL_MS - 1;
	world_turn(&world);
	assert_int_equal(world.activate, 1);
	world.shop.group_arena.max = max;
	world.shop.now_ms++;
	world_turn(&world);
	assert_int_equal(world.activate, 2); /* the same number: done once */
	assert_int_equal(world_state(&world, id), ORDER_ACTIVE);
	world_close(&world);
}

static enum err senseless_apply(struct store *store, struct command *command)
{
	static const enum job_kind kinds[] = { JOB_DELIVER, JOB_PAY_WATCH, JOB_REFUND, JOB_HOOK,
		                               JOB_MAIL };
	int64_t                   *ids = command->arg;
	enum err                   err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < COUNT_OF(kinds); i++) {
		ids[i] = post_next(store, COUNTER_job);
		err = job_add(store->db, ids[i], kinds[i], 4711, store->now_ms, store->now_ms);
	}
	return err;
}

/* Rows that point nowhere: money matters go to a person, the rest ends. */
static void senseless_jobs_do_not_run_for_ever(void **state)
{
	struct world       world;
	int64_t            ids[5];
	struct job_get_row job;

	(void)state;
	world_open(&world, &carrier_sandbox);
	assert_int_equal(shop_run(&world.shop, senseless_apply, ids), ERR_OK);
	world_turn(&world);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(job_get(world.shop.read_db, &world.shop.arena, ids[i], &job),
		                 ERR_OK);
		assert_int_equal(job.desk, 1);
		assert_true(job.note.len > 0);
	}
	for (size_t i = 3; i < 5; i++)
		assert_int_equal(job_get(world.shop.read_db, &world.shop.arena, ids[i], &job),
		                 ERR_NOT_FOUND);
	world_close(&world);
}

/* One round a start, and one job row for ever. */
static void there_is_one_sweep(void **state)
{
	struct world           world;
	struct job_of_kind_row first, again;

	(void)state;
	world_open(&world, &carrier_sandbox);
	world_turn(&world);
	assert_int_equal(job_of_kind(world.shop.read_db, JOB_SWEEP, &first), ERR_OK);
	for (int i = 0; i < 3; i++) {
		world_crash(&world);
		world_turn(&world);
	}
	assert_int_equal(job_of_kind(world.shop.read_db, JOB_SWEEP, &again), ERR_OK);
	assert_int_equal(first.id, again.id);
	assert_true(work_step(world.work, world.shop.now_ms) > world.shop.now_ms);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_jobs_make_one_group),
		cmocka_unit_test(a_full_queue_loses_no_outcome),
		cmocka_unit_test(a_failing_database_is_not_hammered),
		cmocka_unit_test(senseless_jobs_do_not_run_for_ever),
		cmocka_unit_test(there_is_one_sweep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
