/*
 * verify.c - see verify.h; the passes are in verify_order.c, verify_ledger.c
 * and verify_line.c.
 */
#include "store/verify.h"

#include "base/str.h"
#include "store/queries.h"
#include "store/verify_part.h"
#include "store/verify_sql.h"

#define MEMORY_MAX \
	((size_t)VERIFY_ORDERS_MAX * sizeof(struct verify_order) + \
	 (size_t)VERIFY_ACCOUNTS_MAX * sizeof(struct verify_account) + \
	 (size_t)VERIFY_EVENTS_MAX * sizeof(uint32_t) + (1 << 20))
#define TICK_ROWS 65536

/* clang-format off */
static const struct {
	struct str  name;
	const char *table, *what;
} checks[VERIFY_CHECK_COUNT] = {
#define X(id, place, text) [VERIFY_##id] = { STR_INIT(#id), place, text },
	VERIFY_CHECKS(X)
#undef X
};
/* clang-format on */

static enum err memory_take(struct verify_run *run);
static void     structure(struct verify_run *run);

enum err verify_run(const struct verify *verify, struct verify_report *ret)
{
	struct verify_report report = { .head_txn = 0 };
	struct verify_run    run = { .verify = verify, .report = &report };

	arena_init(&run.arena, MEMORY_MAX);
	run.err = db_begin(verify->db);
	if (run.err == ERR_OK)
		run.err = memory_take(&run);
	if (run.err == ERR_OK && verify->deep)
		structure(&run);
	if (run.err == ERR_OK)
		verify_orders(&run);
	if (run.err == ERR_OK)
		verify_ledger(&run);
	if (run.err == ERR_OK)
		verify_agree(&run);
	if (run.err == ERR_OK)
		verify_lines(&run);
	db_rollback(verify->db);
	arena_free(&run.arena);
	*ret = report;
	return run.err;
}

struct str verify_check_name(enum verify_check check)
{
	assert(check < VERIFY_CHECK_COUNT);
	return checks[check].name;
}

const char *verify_check_table(enum verify_check check)
{
	assert(check < VERIFY_CHECK_COUNT);
	return checks[check].table;
}

const char *verify_check_what(enum verify_check check)
{
	assert(check < VERIFY_CHECK_COUNT);
	return checks[check].what;
}

struct cursor cursor_open(struct verify_run *run, int query, const char *table)
{
	struct cursor cursor = { .run = run, .table = table };

	if (run->err != ERR_OK)
		return cursor;
	cursor.stmt = db_statement(run->verify->db, query);
	if (cursor.stmt == NULL || sqlite3_bind_int64(cursor.stmt, 1, -1) != SQLITE_OK)
		run->err = ERR_DISK;
	return cursor;
}

bool cursor_next(struct cursor *cursor)
{
	struct verify_run *run = cursor->run;
	bool               row = false;

	if (run->err != ERR_OK)
		return false;
	run->err = db_step(run->verify->db, cursor->stmt, &row);
	if (run->err != ERR_OK || !row)
		return false;
	cursor->previous = cursor->id;
	cursor->id = sqlite3_column_int64(cursor->stmt, 0);
	if (++run->report->row_count % TICK_ROWS == 0 &&
	    !run->verify->watch->tick(run->verify->watch->ctx, cursor->table,
	                              run->report->row_count))
		run->err = ERR_REFUSED;
	return run->err == ERR_OK;
}

void cursor_close(struct cursor *cursor)
{
	if (cursor->stmt != NULL)
		db_finish(cursor->stmt);
}

int64_t cursor_int(struct cursor *cursor, int column)
{
	if (sqlite3_column_type(cursor->stmt, column) != SQLITE_INTEGER) {
		verify_found(cursor->run, VERIFY_DAMAGED, cursor->id);
		return 0;
	}
	return sqlite3_column_int64(cursor->stmt, column);
}

void verify_found(struct verify_run *run, enum verify_check check, int64_t row)
{
	run->report->finding_count++;
	run->verify->watch->found(run->verify->watch->ctx, check, row);
}

struct verify_order *verify_order(struct verify_run *run, int64_t id)
{
	return id > 0 && id <= run->order_max && run->orders[id].here ? &run->orders[id] : NULL;
}

struct verify_account *verify_account(struct verify_run *run, int64_t id)
{
	return id > 0 && id <= run->account_max && run->accounts[id].here ? &run->accounts[id]
	                                                                  : NULL;
}

static enum err memory_take(struct verify_run *run)
{
	struct verify_sizes_row sizes;
	enum err                err = verify_sizes(run->verify->db, &sizes);

	if (err != ERR_OK)
		return err;
	if (sizes.orders < 0 || sizes.orders > VERIFY_ORDERS_MAX || sizes.accounts < 0 ||
	    sizes.accounts > VERIFY_ACCOUNTS_MAX || sizes.events < 0 ||
	    sizes.events > VERIFY_EVENTS_MAX)
		return ERR_FULL;
	run->order_max = sizes.orders;
	run->account_max = sizes.accounts;
	run->event_max = sizes.events;
	run->orders = ARENA_ARRAY(&run->arena, struct verify_order, (size_t)sizes.orders + 1);
	run->accounts = ARENA_ARRAY(&run->arena, struct verify_account, (size_t)sizes.accounts + 1);
	run->event_order = ARENA_ARRAY(&run->arena, uint32_t, (size_t)sizes.events + 1);
	return run->arena.failed ? ERR_MEMORY : ERR_OK;
}

/* SQLite's own check of pages, indexes and constraints. */
static void structure(struct verify_run *run)
{
	struct cursor cursor = { .run = run, .table = "database" };

	cursor.stmt = db_prepare(run->verify->db, "PRAGMA integrity_check(20)");
	if (cursor.stmt == NULL)
		run->err = ERR_DISK;
	while (cursor_next(&cursor)) {
		if (!str_eq(str_from((const char *)sqlite3_column_text(cursor.stmt, 0)), STR("ok")))
			verify_found(run, VERIFY_STRUCTURE, 0);
	}
	sqlite3_finalize(cursor.stmt);
}
