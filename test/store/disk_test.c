/*
 * disk_test.c - what the store does when the disk fails: an error is told, what
 * was acknowledged stays, and after a failed sync nothing is acknowledged any
 * more until another process has read what is really there (RELIABILITY P5, P6,
 * P8).  The simulator (test/sim) does the same by chance.
 */
#include "test.h"

#include "disk.h"
#include "shop.h"

#include "base/log.h"
#include "store/audit_sql.h"

#include <sqlite3.h>

enum { NOTES = 20 };

struct scene {
	struct disk disk;
	struct shop shop;
};

static int scene_begin(void **state)
{
	static struct scene scene;

	log_limit(LOG_NOTHING); /* every failure here is meant */
	disk_begin(&scene.disk, 1);
	shop_open_on(&scene.shop, false, DISK_VFS);
	disk_settle(&scene.disk);
	*state = &scene;
	return 0;
}

static int scene_begin_threaded(void **state)
{
	static struct scene scene;

	log_limit(LOG_NOTHING);
	disk_begin(&scene.disk, 2);
	shop_open_on(&scene.shop, true, DISK_VFS);
	disk_settle(&scene.disk);
	*state = &scene;
	return 0;
}

static int scene_end(void **state)
{
	struct scene *scene = *state;

	scene->disk.calm = true;
	shop_close(&scene->shop);
	disk_end(&scene->disk);
	log_limit(LOG_INFO);
	return 0;
}

static enum err note_apply(struct store *store, struct command *command)
{
	(void)command;
	return audit_add(store->db, 1, 1, STR("test"), 0, 0, STR("because"));
}

static enum err note(struct scene *scene)
{
	return shop_run(&scene->shop, note_apply, NULL);
}

static int64_t noted(struct scene *scene)
{
	struct audit_list_row *rows;
	size_t                 count;

	assert_int_equal(audit_list(scene->shop.read_db, &scene->shop.read_arena, INT64_MAX, 100000,
	                            &rows, &count),
	                 ERR_OK);
	arena_reset(&scene->shop.read_arena);
	return (int64_t)count;
}

static void die_and_rise(struct scene *scene, enum disk_end end)
{
	scene->disk.dead = true;
	shop_die(&scene->shop);
	disk_rise(&scene->disk, end);
	shop_rise(&scene->shop);
}

static void what_was_acknowledged_survives_the_power(void **state)
{
	struct scene *scene = *state;
	int64_t       acknowledged = 0;

	for (int64_t death = 1; death <= 200; death++) {
		int64_t before = acknowledged;

		disk_die_in(&scene->disk, death % 40 + 1);
		while (note(scene) == ERR_OK)
			acknowledged++;
		assert_true(scene->disk.dead);
		die_and_rise(scene, DISK_POWER);
		/* One was under way: it may be there or not. */
		assert_in_range(noted(scene), acknowledged, acknowledged + 1);
		acknowledged = noted(scene);
		assert_true(acknowledged >= before);
	}
	assert_true(scene->disk.counts.lost > 50 && scene->disk.counts.torn > 50);
}

/* The disk is honest: without a sync it does forget.  Else the test above shows nothing. */
static void without_a_sync_it_is_forgotten(void **state)
{
	struct scene *scene = *state;
	sqlite3      *handle;
	int           forgotten = 0;

	for (int i = 0; i < 20; i++) {
		int64_t before = noted(scene);

		assert_int_equal(sqlite3_open_v2(scene->shop.path, &handle, SQLITE_OPEN_READWRITE,
		                                 DISK_VFS),
		                 SQLITE_OK);
		assert_int_equal(
		    sqlite3_exec(handle,
		                 "pragma synchronous = normal; insert into audit (at_s, "
		                 "actor, action, order_id, line_id, reason) "
		                 "values (0, 0, 'x', 0, 0, '')",
		                 NULL, NULL, NULL),
		    SQLITE_OK);
		assert_int_equal(noted(scene), before + 1);
		scene->disk.dead = true;
		assert_int_equal(sqlite3_close(handle), SQLITE_OK);
		die_and_rise(scene, DISK_POWER);
		forgotten += noted(scene) == before;
	}
	assert_true(forgotten > 5);
}

static void a_full_disk_is_told_and_forgiven(void **state)
{
	struct scene *scene = *state;
	int64_t       before = noted(scene);

	disk_fault_in(&scene->disk, DISK_FULL, 1, INT64_MAX);
	for (int i = 0; i < NOTES; i++)
		assert_int_equal(note(scene), ERR_DISK);
	disk_faults_end(&scene->disk);
	assert_false(writer_broken(scene->shop.writer));
	assert_int_equal(noted(scene), before);
	assert_int_equal(note(scene), ERR_OK);
	die_and_rise(scene, DISK_POWER);
	assert_int_equal(noted(scene), before + 1);
}

static void each_write_may_fail_once(void **state)
{
	struct scene *scene = *state;
	int64_t       expected = noted(scene), failed = 0;

	for (int64_t at = 1; at <= NOTES; at++) {
		disk_fault_in(&scene->disk, DISK_WRITE_FAILS, at, 1);
		for (int i = 0; i < 2 * NOTES && failed < at; i++) {
			enum err err = note(scene);

			assert_true(err == ERR_OK || err == ERR_DISK);
			failed += err != ERR_OK;
			expected += err == ERR_OK;
			assert_int_equal(noted(scene), expected);
		}
		assert_int_equal(failed, at);
	}
	assert_false(writer_broken(scene->shop.writer));
	die_and_rise(scene, DISK_POWER);
	assert_int_equal(noted(scene), expected);
}

static void each_read_may_fail_once(void **state)
{
	struct scene *scene = *state;
	struct shop  *shop = &scene->shop;
	int64_t       failed = 0, id;

	for (int64_t at = 1; at <= 2 * NOTES; at++) {
		enum err err;

		/* A fresh cache, so that it has to read. */
		die_and_rise(scene, DISK_KILLED);
		disk_fault_in(&scene->disk, DISK_READ_FAILS, at, 1);
		err = shop_ask_quote(shop, shop->line_id, "keep-180", CURRENCY_CNY, &id);
		disk_faults_end(&scene->disk);
		assert_true(err == ERR_DISK || err == ERR_OK);
		failed += err != ERR_OK;
		assert_int_equal(shop_ask_quote(shop, shop->line_id, "keep-180", CURRENCY_CNY, &id),
		                 ERR_OK);
		assert_int_equal(shop_order(shop, id).state, ORDER_QUOTED);
	}
	assert_true(failed >= 3);
}

/* "Try it again" is a lie: the system has forgotten what it could not write. */
static void after_a_failed_sync_nothing_is_acknowledged(void **state)
{
	struct scene *scene = *state;
	int64_t       before;

	for (int round = 0; round < NOTES; round++) {
		enum disk_end end = round % 4 == 0 ? DISK_KILLED : DISK_POWER;

		before = noted(scene);
		assert_int_equal(note(scene), ERR_OK);
		disk_fault_in(&scene->disk, DISK_SYNC_FAILS, 1, 1);
		assert_int_equal(note(scene), ERR_DISK);
		assert_true(writer_broken(scene->shop.writer));
		/* The disk is well again, and still: */
		for (int i = 0; i < 3; i++)
			assert_int_equal(note(scene), ERR_DISK);
		assert_int_equal(noted(scene), before + 1);
		die_and_rise(scene, end);
		assert_false(writer_broken(scene->shop.writer));
		/* The one that nobody acknowledged may have come through. */
		assert_in_range(noted(scene), before + 1, before + 2);
		assert_int_equal(note(scene), ERR_OK);
	}
}

static void a_failed_sync_of_a_checkpoint_stops_it_too(void **state)
{
	struct scene *scene = *state;
	int64_t       before;

	for (int64_t at = 1; at <= 2; at++) { /* of the log, of the file */
		for (int restart = 0; restart < 2; restart++) {
			assert_int_equal(note(scene), ERR_OK);
			before = noted(scene);
			disk_fault_in(&scene->disk, DISK_SYNC_FAILS, at, 1);
			writer_checkpoint(scene->shop.writer, restart == 1);
			assert_true(writer_broken(scene->shop.writer));
			assert_int_equal(note(scene), ERR_DISK);
			die_and_rise(scene, DISK_POWER);
			assert_int_equal(noted(scene), before);
		}
	}
}

static void the_threads_stop_too(void **state)
{
	struct scene *scene = *state;
	int           tries = 0;

	assert_int_equal(note(scene), ERR_OK);
	disk_fault_in(&scene->disk, DISK_SYNC_FAILS, 5, 1);
	while (note(scene) == ERR_OK)
		assert_true(++tries < 100);
	assert_true(writer_broken(scene->shop.writer));
	assert_int_equal(note(scene), ERR_DISK);
	assert_int_equal(noted(scene), tries + 1);
}

int main(void)
{
#define SCENE(test) cmocka_unit_test_setup_teardown(test, scene_begin, scene_end)
	const struct CMUnitTest tests[] = {
		SCENE(what_was_acknowledged_survives_the_power),
		SCENE(without_a_sync_it_is_forgotten),
		SCENE(a_full_disk_is_told_and_forgiven),
		SCENE(each_write_may_fail_once),
		SCENE(each_read_may_fail_once),
		SCENE(after_a_failed_sync_nothing_is_acknowledged),
		SCENE(a_failed_sync_of_a_checkpoint_stops_it_too),
		cmocka_unit_test_setup_teardown(the_threads_stop_too, scene_begin_threaded,
		                                scene_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
