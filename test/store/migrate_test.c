/*
 * migrate_test.c - a database of every released version becomes today's: the
 * same schema to the letter, and its rows still work.
 */
#include "test.h"

#include "shop.h"

#include "core/order.h"
#include "store/ledger_sql.h"
#include "store/migrate.h"
#include "store/post.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX (1024 * 1024)

static char dir[64], path[128];

static int dir_begin(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/keepline-migrate-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/keepline.db", dir);
	return 0;
}

static int dir_end(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	(void)state;
	for (int i = 0; i < 3; i++) {
		char name[160];
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		(void)unlink(name);
	}
	return rmdir(dir);
}

static void run_sql(const char *sql)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(handle));
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

/* All of the schema as text, without its comments and blanks: what a reader
 * would call the same. */
static char *schema_text(const char *file)
{
	static char   texts[2][FILE_MAX];
	static int    turn;
	char         *text = texts[turn = !turn], *at = text;
	sqlite3      *handle;
	sqlite3_stmt *stmt;

	assert_int_equal(sqlite3_open(file, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(
			     handle, "select coalesce(sql, name) from sqlite_schema order by name",
			     -1, &stmt, NULL),
	                 SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *sql = (const char *)sqlite3_column_text(stmt, 0);
		bool        comment = false;
		for (; *sql != '\0'; sql++) {
			comment = (comment && *sql != '\n') || (sql[0] == '-' && sql[1] == '-');
			if (!comment && *sql > ' ')
				*at++ = *sql;
		}
		*at++ = '\n';
		assert_true(at < text + FILE_MAX - 4096);
	}
	*at = '\0';
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	return text;
}

static int64_t count_of(const char *sql)
{
	sqlite3      *handle;
	sqlite3_stmt *stmt;
	int64_t       count;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	count = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	return count;
}

static void every_released_version_becomes_todays(void **state)
{
	static char frozen[FILE_MAX];

	(void)state;
	for (int version = 1; version <= SCHEMA_VERSION; version++) {
		char         name[160], fresh_path[128], mark[64];
		struct arena arena;
		struct db   *db;
		FILE        *file;
		size_t       len;

		snprintf(name, sizeof name, "test/store/upgrade/%d.sql", version);
		file = fopen(name, "r");
		if (file == NULL)
			fail_msg("%s: the schema of version %d is not frozen", name, version);
		len = fread(frozen, 1, sizeof frozen - 1, file);
		frozen[len] = '\0';
		fclose(file);
		run_sql(frozen);
		snprintf(mark, sizeof mark, "PRAGMA user_version = %d", version);
		run_sql(mark);
		arena_init(&arena, 1 << 20);
		assert_int_equal(db_open(&arena, path, DB_WRITE, NULL, &db), ERR_OK);
		assert_int_equal(migrate(db), ERR_OK);
		db_close(db);
		snprintf(fresh_path, sizeof fresh_path, "%s/fresh.db", dir);
		assert_int_equal(db_create(&arena, fresh_path, NULL), ERR_OK);
		assert_string_equal(schema_text(path), schema_text(fresh_path));
		/* The frozen file holds one line, one order and its books. */
		assert_int_equal(count_of("select count(*) from line"), 1);
		assert_int_equal(count_of("select count(*) from orders"), 1);
		assert_int_equal(count_of("select count(*) from ledger_posting"), 7);
		arena_free(&arena);
		(void)unlink(path);
		(void)unlink(fresh_path);
		for (int i = 0; i < 2; i++) {
			snprintf(name, sizeof name, "%s-%s", fresh_path, i ? "wal" : "shm");
			(void)unlink(name);
		}
	}
}

static struct str hash_of(struct db *db, struct arena *arena, int64_t txn_id)
{
	struct ledger_txn_slice_row *rows;
	size_t                       count;

	assert_int_equal(ledger_txn_slice(db, arena, txn_id - 1, 1, &rows, &count), ERR_OK);
	assert_int_equal(count, 1);
	return rows[0].hash;
}

/* What was written down of the old chain stays true, and the new one, of shorter
 * hashes, goes on from it. */
static void the_chain_goes_on_behind_long_hashes(void **state)
{
	static const char   ask[] = "select count(*) from ledger_txn where length(hash) = 32";
	static const char   posted[] = "select first_posting from ledger_txn where id = 3";
	struct ledger_entry entry = {
		.event = LEDGER_EVENT_PAID,
		.count = 2,
		.posting = { { .kind = LEDGER_FX, .money = { .amount = 7, .currency = 392 } },
		             { .kind = LEDGER_DEFERRED,
		               .money = { .amount = -7, .currency = 392 } } },
	};
	struct post_hash_posting hashed[2] = { { .amount = 7 }, { .amount = -7 } };
	struct store             store = { .now_ms = INT64_C(1795230001000) };
	struct post_chain        chain = { .len = HASH_SIZE };
	struct digest            want;
	struct str               hash;
	struct arena             arena;
	char                     frozen[65536];
	FILE                    *file = fopen("test/store/upgrade/3.sql", "r");
	int64_t                  id;

	(void)state;
	assert_non_null(file);
	frozen[fread(frozen, 1, sizeof frozen - 1, file)] = '\0';
	fclose(file);
	run_sql(frozen);
	run_sql("PRAGMA user_version = 3");
	arena_init(&arena, 1 << 20);
	store.arena = &arena;
	assert_int_equal(db_open(&arena, path, DB_WRITE, NULL, &store.db), ERR_OK);
	assert_int_equal(migrate(store.db), ERR_OK);
	assert_int_equal(post_open(&arena, &store), ERR_OK);
	assert_int_equal(db_begin(store.db), ERR_OK);
	post_group_begin(&store);
	assert_int_equal(post_entry(&store, 1, 2, &entry, &id), ERR_OK);
	assert_int_equal(post_group_end(&store), ERR_OK);
	assert_int_equal(db_commit(store.db), ERR_OK);
	assert_int_equal(id, 3);
	hash = hash_of(store.db, &arena, 2);
	assert_int_equal(hash.len, HASH_SIZE);
	memcpy(chain.digest.byte, hash.ptr, HASH_SIZE);
	hashed[0].account_id = count_of("select account_id from ledger_posting where id = 8");
	hashed[1].account_id = count_of("select account_id from ledger_posting where id = 9");
	post_hash(&chain, 3, 1, LEDGER_EVENT_PAID, store.now_ms / 1000, hashed, 2, &want);
	hash = hash_of(store.db, &arena, 3);
	assert_int_equal(hash.len, POST_HASH_SIZE);
	assert_memory_equal(hash.ptr, want.byte, POST_HASH_SIZE);
	db_close(store.db);
	assert_int_equal(count_of(ask), 2);
	assert_int_equal(count_of(posted), 8);
	/* The order's history begins with its placing, and is whole. */
	assert_int_equal(count_of("select count(*) from order_event"), 4);
	assert_int_equal(count_of("select cause from order_event where prev = 0"),
	                 ORDER_EVENT_PLACE);
	assert_int_equal(count_of("select count(*) from order_event as event join order_event as "
	                          "before on before.id = event.prev"),
	                 3);
	arena_free(&arena);
}

static const struct migration steps[] = {
	{ .version = 1 },
	{ .version = 2, .sql = "create table two (a integer); insert into two values (2)" },
	{ .version = 3, .sql = "alter table two add column b integer; update two set b = a + 1" },
};
static const struct migration broken[] = {
	{ .version = 1 },
	{ .version = 2, .sql = "create table two (a integer); insert into two values (2)" },
	{ .version = 3, .sql = "alter table two add column b integer; update nothing set b = 1" },
};

static void open_and_migrate(const struct migration *table, size_t count, enum err want)
{
	struct arena arena;
	struct db   *db;

	arena_init(&arena, 1 << 20);
	assert_int_equal(db_open(&arena, path, DB_WRITE, NULL, &db), ERR_OK);
	assert_int_equal(migrate_by(db, table, count), want);
	db_close(db);
	arena_free(&arena);
}

static void steps_are_taken_once_and_in_order(void **state)
{
	(void)state;
	run_sql("create table one (a integer); PRAGMA user_version = 1");
	open_and_migrate(steps, 2, ERR_OK);
	assert_int_equal(count_of("select count(*) from two"), 1);
	/* By hand: db_open refuses what is newer than SCHEMA_VERSION. */
	run_sql("PRAGMA user_version = 1; drop table two");
	open_and_migrate(steps, 3, ERR_OK);
	assert_int_equal(count_of("select b from two"), 3);
	assert_int_equal(count_of("PRAGMA user_version"), 3);
}

static void a_step_that_fails_leaves_the_one_before(void **state)
{
	(void)state;
	run_sql("create table one (a integer); PRAGMA user_version = 1");
	open_and_migrate(broken, 3, ERR_DISK);
	assert_int_equal(count_of("PRAGMA user_version"), 2);
	assert_int_equal(count_of("select count(*) from pragma_table_info('two')"), 1);
}

static void a_newer_database_is_refused(void **state)
{
	struct arena arena;
	struct db   *db;
	char         mark[64];

	(void)state;
	snprintf(mark, sizeof mark, "PRAGMA user_version = %d", SCHEMA_VERSION + 1);
	run_sql("create table one (a integer)");
	run_sql(mark);
	arena_init(&arena, 1 << 20);
	assert_int_equal(db_open(&arena, path, DB_WRITE, NULL, &db), ERR_CONFIG);
	arena_free(&arena);
	run_sql("PRAGMA user_version = 0");
	open_and_migrate(steps, 3, ERR_CONFIG);
}

#define IN_DIR(name) cmocka_unit_test_setup_teardown(name, dir_begin, dir_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(every_released_version_becomes_todays),
		IN_DIR(the_chain_goes_on_behind_long_hashes),
		IN_DIR(steps_are_taken_once_and_in_order),
		IN_DIR(a_step_that_fails_leaves_the_one_before),
		IN_DIR(a_newer_database_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
