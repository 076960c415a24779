/*
 * verify_test.c - keepline verify: a shop with an order in every state is good,
 * and every number of the books that is changed, and every row that is taken
 * away, is found.
 */
#include "test.h"

#include "shop.h"

#include "base/time.h"
#include "store/verify.h"

#include <sqlite3.h>
#include <unistd.h>

struct findings {
	size_t count[VERIFY_CHECK_COUNT], total;
};

static bool tick(void *ctx, const char *table, int64_t row_count)
{
	(void)ctx;
	(void)table;
	(void)row_count;
	return true;
}

static void found(void *ctx, enum verify_check check, int64_t row)
{
	struct findings *findings = ctx;

	(void)row;
	findings->count[check]++;
	findings->total++;
}

/* Verifies a file; how often each check found something. */
static struct findings verify_file(struct shop *shop, const char *path)
{
	struct findings      findings = { .total = 0 };
	struct verify_watch  watch = { .found = found, .tick = tick, .ctx = &findings };
	struct verify        verify = { .catalogue = &shop->catalogue,
		                        .today = tokyo_day(shop->now_ms / 1000),
		                        .deep = true,
		                        .watch = &watch };
	struct verify_report report;
	struct arena         arena;

	arena_init(&arena, 1 << 20);
	assert_int_equal(db_open(&arena, path, DB_READ, NULL, &verify.db), ERR_OK);
	assert_int_equal(verify_run(&verify, &report), ERR_OK);
	assert_int_equal(report.finding_count, findings.total);
	assert_true(report.row_count > 0);
	db_close(verify.db);
	arena_free(&arena);
	return findings;
}

static void exec(const char *path, const char *sql)
{
	sqlite3 *handle;
	char    *problem = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, &problem) != SQLITE_OK)
		fail_msg("%s: %s", sql, problem);
	sqlite3_close(handle);
}

/* A copy of the shop's database with `sql` done to it. */
static struct findings tampered(struct shop *shop, const char *sql)
{
	char            copy[192], into[256];
	struct findings findings;

	snprintf(copy, sizeof copy, "%s/copy", shop->dir);
	(void)unlink(copy);
	snprintf(into, sizeof into, "vacuum into '%s'", copy);
	exec(shop->path, into);
	exec(copy, sql);
	findings = verify_file(shop, copy);
	(void)unlink(copy);
	return findings;
}

static int64_t number_of(struct shop *shop, const char *sql)
{
	sqlite3      *handle;
	sqlite3_stmt *stmt;
	int64_t       number;

	assert_int_equal(sqlite3_open(shop->path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	return number;
}

static int64_t pay(struct shop *shop, const char *event)
{
	int64_t id = shop_place(shop, shop_add_line(shop, 440519800000000 + event[1]));
	struct payment_report report = shop_report(shop, id, PAYMENT_SUCCEEDED, event);

	assert_int_equal(shop_tell(shop, &report), SETTLE_DOUBT_NONE);
	return id;
}

/* One order in each state that an order can be found in. */
static void fill(struct shop *shop)
{
	int64_t id;

	(void)shop_quote(shop, shop->line_id, "keep-180", CURRENCY_CNY);
	(void)shop_place(shop, shop->line_id);
	id = shop_place(shop, shop->line_id);
	shop_happen(shop, id, ORDER_EVENT_PAY_OPENED);
	id = shop_place(shop, shop->other_line_id);
	shop_happen(shop, id, ORDER_EVENT_PAY_FAILED);
	id = shop_place(shop, shop->other_line_id);
	shop_happen(shop, id, ORDER_EVENT_PAY_UNKNOWN);
	id = shop_place(shop, shop->other_line_id);
	shop_happen(shop, id, ORDER_EVENT_CANCEL);
	(void)pay(shop, "ea");
	shop_happen(shop, pay(shop, "eb"), ORDER_EVENT_SENT);
	shop_happen(shop, pay(shop, "ec"), ORDER_EVENT_DELIVERY_UNKNOWN);
	shop_happen(shop, pay(shop, "ed"), ORDER_EVENT_DELIVERED);
	id = pay(shop, "ee");
	shop_happen(shop, id, ORDER_EVENT_DELIVERED);
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_SETTLED);
	shop_happen(shop, pay(shop, "ef"), ORDER_EVENT_DELIVERY_DECLINED);
	id = pay(shop, "eg");
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_DECLINED);
	shop_happen(shop, id, ORDER_EVENT_REFUND_PENDING);
	id = pay(shop, "eh");
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_DECLINED);
	shop_happen(shop, id, ORDER_EVENT_REFUND_DONE);
	id = pay(shop, "ei");
	shop_happen(shop, id, ORDER_EVENT_DELIVERED);
	shop_happen(shop, id, ORDER_EVENT_DELIVERY_UNDONE);
	shop_happen(shop, id, ORDER_EVENT_REFUND_DONE);
	id = shop_place(shop, shop->other_line_id);
	shop_happen(shop, id, ORDER_EVENT_CANCEL);
	shop_happen(shop, id, ORDER_EVENT_PAY_SUCCEEDED);
}

static int begin(void **state)
{
	static struct shop shop;

	shop_open(&shop, false);
	fill(&shop);
	*state = &shop;
	return 0;
}

static int end(void **state)
{
	shop_close(*state);
	return 0;
}

static void a_shop_with_every_state_is_good(void **state)
{
	struct shop    *shop = *state;
	struct findings findings = verify_file(shop, shop->path);

	for (int i = 0; i < VERIFY_CHECK_COUNT; i++) {
		if (findings.count[i] > 0)
			print_error("%s: %zu\n", verify_check_name((enum verify_check)i).ptr,
			            findings.count[i]);
	}
	assert_int_equal(findings.total, 0);
}

/* P24: whatever number of the books is changed by one. */
static void each_number_of_the_books_is_watched(void **state)
{
	/* By how much: so that no row meets another one's key. */
	static const struct {
		const char *table, *column;
		int         by;
	} columns[] = {
		{ "ledger_txn", "id", 100000 },        { "ledger_txn", "order_id", 1 },
		{ "ledger_txn", "prev", 1 },           { "ledger_txn", "first_posting", 1 },
		{ "ledger_txn", "kind", 1 },           { "ledger_txn", "at_s", 1 },
		{ "ledger_posting", "id", 100000 },    { "ledger_posting", "account_id", 1 },
		{ "ledger_posting", "amount", 1 },     { "ledger_posting", "prev", 1 },
		{ "ledger_account", "id", 100000 },    { "ledger_account", "kind", 9 },
		{ "ledger_account", "owner", 1 },      { "ledger_account", "currency", 1 },
		{ "ledger_account", "balance", 1 },    { "ledger_account", "last", 1 },
		{ "order_event", "id", 100000 },       { "order_event", "prev", 1 },
	};
	struct shop *shop = *state;
	char         sql[256];

	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		int64_t count, step;

		snprintf(sql, sizeof sql, "select max(id) from %s", columns[i].table);
		count = number_of(shop, sql);
		assert_true(count > 3);
		/* The last, and some before it down to the first. */
		step = count > 12 ? count / 6 : 1;
		for (int64_t row = count; row > 0; row = row > step || row == 1 ? row - step : 1) {
			snprintf(sql, sizeof sql, "update %s set %s = %s + %d where id = %lld",
			         columns[i].table, columns[i].column, columns[i].column,
			         columns[i].by, (long long)row);
			if (tampered(shop, sql).total == 0)
				fail_msg("not found: %s", sql);
		}
	}
}

static void each_row_of_the_books_is_missed(void **state)
{
	static const char *const tables[] = { "ledger_txn", "ledger_posting", "ledger_account" };
	struct shop             *shop = *state;
	char                     sql[256];

	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		snprintf(sql, sizeof sql, "select max(id) from %s", tables[i]);
		for (int64_t row = number_of(shop, sql); row > 0; row -= 3) {
			snprintf(sql, sizeof sql, "delete from %s where id = %lld", tables[i],
			         (long long)row);
			if (tampered(shop, sql).total == 0)
				fail_msg("not found: %s", sql);
		}
	}
}

/* One wrong number is a handful of findings, not one for every later row. */
static void one_change_stays_one(void **state)
{
	struct shop    *shop = *state;
	struct findings findings;

	findings = tampered(shop, "update ledger_txn set hash = zeroblob(16) where id = 3");
	assert_int_equal(findings.count[VERIFY_TXN_HASH], 2);
	assert_int_equal(findings.total, 2);
	findings = tampered(shop, "update ledger_txn set at_s = at_s + 1 where id = 3");
	assert_int_equal(findings.count[VERIFY_TXN_HASH], 1);
	assert_int_equal(findings.total, 1);
	findings = tampered(shop, "update ledger_txn set hash = x'00' where id = 3");
	assert_int_equal(findings.count[VERIFY_TXN_HASH], 2);
	assert_int_equal(findings.total, 2);
	findings = tampered(shop, "update order_event set prev = prev - 1 where id = "
	                          "(select max(id) from order_event where prev > 1)");
	assert_in_range(findings.total, 1, 12);
	findings = tampered(shop, "update ledger_txn set first_posting = 1000000 where id = 3");
	assert_in_range(findings.total, 1, 20);
}

/* The postings of the second transaction; they still sum to zero. */
#define DOUBLED                                                                          \
	"update ledger_posting set amount = amount * 2 where id >= (select first_posting " \
	"from ledger_txn where id = 2) and id < (select first_posting from ledger_txn "    \
	"where id = 3)"

/* What an attacker with the file would try: it adds up, and is found. */
static void cooked_books_are_found(void **state)
{
	static const struct {
		const char       *sql;
		enum verify_check check;
	} cases[] = {
		{ DOUBLED,
		  VERIFY_TXN_ENTRY },
		{ DOUBLED,
		  VERIFY_TXN_HASH },
		{ "update ledger_posting set amount = -amount where id = 1", VERIFY_TXN_SUM },
		{ "update ledger_account set balance = balance + 1 where id = 1",
		  VERIFY_ACCOUNT_SUM },
		{ "update ledger_account set balance = balance + 1 where id = 1",
		  VERIFY_CURRENCY_SUM },
		{ "update ledger_account set kind = 99 where id = 1", VERIFY_ACCOUNT_KIND },
		{ "update orders set state = 5 where state = 3", VERIFY_ORDER_ENTRIES },
		{ "update orders set state = 5 where state = 3", VERIFY_CLEARING },
		{ "update orders set state = 99 where state = 3", VERIFY_ORDER_STATE },
		{ "update orders set amount = amount + 1 where state = 5", VERIFY_TXN_ENTRY },
		{ "update orders set amount = amount + 1 where state = 1", VERIFY_ORDER_PAYMENT },
		{ "update orders set txn_id = 0 where state = 5", VERIFY_ORDER_TXN },
		{ "update orders set event_id = event_id - 1 where state = 5",
		  VERIFY_ORDER_HISTORY },
		{ "delete from orders where state = 5", VERIFY_TXN_ORDER },
		{ "delete from order_event where id = (select min(id) from order_event where "
		  "prev = 0)",
		  VERIFY_EVENT_PREV },
		{ "delete from order_event where id in (select event_id from orders "
		  "where state = 5)",
		  VERIFY_ORDER_HISTORY },
		{ "delete from payment where id = 3", VERIFY_ORDER_PAYMENT },
		{ "update payment set state = 2 where state = 1", VERIFY_ORDER_PAYMENT },
		{ "delete from refund where id = 1", VERIFY_ORDER_REFUND },
		{ "update refund set amount = amount + 1", VERIFY_ORDER_REFUND },
		{ "delete from job where kind = 2", VERIFY_ORDER_JOB },
		{ "update orders set job_id = 0 where state = 3", VERIFY_ORDER_JOB },
		{ "update orders set job_id = 0 where state = 3", VERIFY_JOB_ORDER },
		{ "update line set safe_until_day = safe_until_day + 1 where id = 1",
		  VERIFY_LINE_DAY },
		{ "update line set keep_a = -1 where id = 1", VERIFY_LINE_KEEP },
		{ "update line set brand = 'nobody' where id = 1", VERIFY_LINE_BRAND },
		{ "update line set state = 77 where id = 1", VERIFY_LINE_STATE },
		{ "update line set state = 'x' where id = 1", VERIFY_DAMAGED },
		{ "insert into lot values (1, 1, 1, 0, 1, 2, 10, 11, 0)", VERIFY_LOT_LEFT },
		{ "insert into audit values (2, 0, 0, 'ask', 1, 0, 'x')", VERIFY_AUDIT_GAP },
	};
	struct shop *shop = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (tampered(shop, cases[i].sql).count[cases[i].check] == 0)
			fail_msg("%s: no %s", cases[i].sql, verify_check_name(cases[i].check).ptr);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shop_with_every_state_is_good),
		cmocka_unit_test(each_number_of_the_books_is_watched),
		cmocka_unit_test(each_row_of_the_books_is_missed),
		cmocka_unit_test(one_change_stays_one),
		cmocka_unit_test(cooked_books_are_found),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
