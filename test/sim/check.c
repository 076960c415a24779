/*
 * check.c - what must be true after each step, after each death, and at the
 * end (RELIABILITY P1-P6).
 */
#include "test.h"

#include "sim.h"

#include "base/str.h"
#include "base/time.h"
#include "store/verify.h"

#include <stdio.h>
#include <stdlib.h>

enum { QUESTIONS_MAX = 16 };

static const char   *question[QUESTIONS_MAX]; /* compared by address: literals */
static sqlite3_stmt *prepared[QUESTIONS_MAX];

void check_open(void)
{
	sim.disk.calm = true;
	if (sqlite3_open_v2(sim.shop.path, &sim.eye, SQLITE_OPEN_READONLY, DISK_VFS) != SQLITE_OK)
		sim_fail("the database cannot be read", 0);
	sim.disk.calm = false;
}

void check_close(void)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		sqlite3_finalize(prepared[i]);
		prepared[i] = NULL;
		question[i] = NULL;
	}
	sqlite3_close(sim.eye);
	sim.eye = NULL;
}

static sqlite3_stmt *prepare(const char *sql)
{
	size_t i = 0;

	while (i < QUESTIONS_MAX && question[i] != NULL && question[i] != sql)
		i++;
	assert(i < QUESTIONS_MAX);
	if (question[i] == NULL &&
	    sqlite3_prepare_v2(sim.eye, sql, -1, &prepared[i], NULL) != SQLITE_OK)
		sim_fail(sqlite3_errmsg(sim.eye), 0);
	question[i] = sql;
	return prepared[i];
}

void check_ask(const char *sql, int64_t bound, int64_t *ret, int columns)
{
	sqlite3_stmt *stmt;

	sim.disk.calm = true;
	stmt = prepare(sql);
	sqlite3_bind_int64(stmt, 1, bound);
	for (int i = 0; i < columns; i++)
		ret[i] = 0;
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < columns; i++)
			ret[i] = sqlite3_column_int64(stmt, i);
	}
	if (sqlite3_reset(stmt) != SQLITE_OK)
		sim_fail(sqlite3_errmsg(sim.eye), 0);
	sim.disk.calm = false;
}

/* ---- after each step ------------------------------------------------------- */

void check_truth(const struct truth *truth)
{
	int64_t now_ms = sim.world.now_ms;

	if (truth->deliveries > 1)
		sim_fail("credited twice", truth->order_id);
	if (truth->refunds > 1)
		sim_fail("given back twice", truth->order_id);
	if (truth_credited(truth, now_ms) && truth_refunded(truth, now_ms))
		sim_fail("both credited and given back", truth->order_id);
	if (truth->deliveries > 0 && !truth_paid(truth, now_ms))
		sim_fail("credited without money", truth->order_id);
	if (truth_refunded(truth, now_ms) && !truth_paid(truth, now_ms))
		sim_fail("given back without money", truth->order_id);
}

static struct truth *truth_of(int64_t order_id)
{
	for (size_t i = 0; i < sim.partners.truth_count; i++) {
		if (sim.partners.truth[i].order_id == order_id)
			return &sim.partners.truth[i];
	}
	return NULL;
}

static void order_check(int64_t order_id)
{
	const struct truth *truth = truth_of(order_id);
	int64_t             row[2];

	check_ask("select state, refund from orders where id = ?", order_id, row, 2);
	world_note(&sim.world, (uint64_t)(order_id * 1000 + row[0] * 10 + row[1]));
	if (sim.verbose)
		printf("%12lld order %lld %.*s, refund %.*s\n",
		       (long long)(sim.world.now_ms - SHOP_BEGIN_MS), (long long)order_id,
		       STR_ARG(order_state_name((enum order_state)row[0])),
		       STR_ARG(refund_state_name((enum refund_state)row[1])));
	if (truth == NULL)
		return;
	check_truth(truth);
	if (row[0] >= ORDER_PAID && row[0] <= ORDER_ACTIVE && !truth_paid(truth, sim.world.now_ms))
		sim_fail("our books say paid; the gateway says no", order_id);
	if (row[0] == ORDER_ACTIVE && truth->deliveries != 1)
		sim_fail("our books say active; the carrier says no", order_id);
	if (row[1] == REFUND_DONE && !truth_refunded(truth, sim.world.now_ms))
		sim_fail("our books say given back; the gateway says no", order_id);
}

static void books_check(void)
{
	int64_t wrong[1];

	check_ask("select count(*) from (select sum(balance) as s from ledger_account "
	          "group by currency) where s <> 0",
	          0, wrong, 1);
	if (wrong[0] != 0)
		sim_fail("the books do not sum to zero", 0);
}

void check_new(void)
{
	int64_t next[2];

	for (;;) {
		check_ask("select event_id, id from orders where event_id > ? "
		          "order by event_id limit 1",
		          sim.seen_event, next, 2);
		if (next[0] == 0)
			break;
		sim.seen_event = next[0];
		order_check(next[1]);
	}
	books_check();
}

/* ---- after each death ------------------------------------------------------- */

/* The middle of its hash as a number: enough to tell it from another. */
static const char hash_of_entry[] =
    "select coalesce((select unicode(substr(hex(hash), 10)) * 65536 + "
    "unicode(substr(hex(hash), 30)) * 256 + at_s * 1000003 from ledger_txn where id = ?), 0)";

struct picture check_picture(void)
{
	struct picture picture = { .size = 0 };
	int64_t        hash[1];

	sim.disk.calm = true;
	picture.bytes = sqlite3_serialize(sim.eye, "main", &picture.size, 0);
	sim.disk.calm = false;
	if (picture.bytes == NULL)
		sim_fail("the database cannot be read", 0);
	check_ask("select (select max(id) from order_event), (select max(id) from ledger_txn), "
	          "(select max(id) from event), (select max(id) from orders)",
	          0, picture.last, COUNT_OF(picture.last));
	check_ask(hash_of_entry, picture.last[1], hash, 1);
	picture.hash = (uint64_t)hash[0];
	return picture;
}

void check_survived(struct picture *before, bool under_way)
{
	struct picture after = check_picture();
	bool           same = after.size == before->size &&
	            memcmp(after.bytes, before->bytes, (size_t)after.size) == 0;
	int64_t count[2], hash[1];

	if (!same && !under_way)
		sim_fail("the disk holds other than what everybody had seen", 0);
	for (size_t i = 0; i < COUNT_OF(after.last); i++) {
		if (after.last[i] < before->last[i])
			sim_fail("what was acknowledged is gone", 0);
	}
	check_ask(hash_of_entry, before->last[1], hash, 1);
	if ((uint64_t)hash[0] != before->hash)
		sim_fail("a ledger entry is another one", 0);
	check_ask("select (select count(*) from orders where state <> 0), "
	          "(select count(*) from inbox)",
	          0, count, 2);
	if (count[0] < (int64_t)sim.partners.truth_count)
		sim_fail("an order that was acknowledged is gone", 0);
	if (count[1] < sim.callbacks)
		sim_fail("a callback that was acknowledged is gone", 0);
	sqlite3_free(after.bytes);
	sqlite3_free(before->bytes);
	before->bytes = NULL;
}

static void verify_found(void *ctx, enum verify_check check, int64_t row)
{
	struct str name = verify_check_name(check);
	char       what[160];

	(void)ctx;
	snprintf(what, sizeof what, "verify: %.*s, %s %lld: %s", STR_ARG(name),
	         verify_check_table(check), (long long)row, verify_check_what(check));
	sim_fail(what, 0);
}

static bool verify_tick(void *ctx, const char *table, int64_t row_count)
{
	(void)ctx;
	(void)table;
	(void)row_count;
	return true;
}

void check_verify(void)
{
	struct verify_watch  watch = { .found = verify_found, .tick = verify_tick };
	struct verify_report report;
	struct verify        verify = { .db = sim.shop.read_db,
		                        .catalogue = &sim.shop.catalogue,
		                        .today = tokyo_day(sim.world.now_ms / 1000),
		                        .deep = true,
		                        .watch = &watch };

	sim.disk.calm = true;
	if (verify_run(&verify, &report) != ERR_OK)
		sim_fail("verify cannot read the database", 0);
	sim.disk.calm = false;
}

/* ---- at the end -------------------------------------------------------------- */

static void order_end_check(const struct truth *truth)
{
	int64_t row[3], now_ms = sim.world.now_ms;
	bool    paid = truth_paid(truth, now_ms), credited = truth_credited(truth, now_ms);
	bool    refunded = truth_refunded(truth, now_ms);

	check_truth(truth);
	check_ask("select state, refund, job_id from orders where id = ?", truth->order_id, row, 3);
	if (paid && !credited && !refunded)
		sim_fail("money was taken and nothing came of it", truth->order_id);
	if (!paid && (credited || refunded))
		sim_fail("something came of nothing", truth->order_id);
	if (truth->cancelled && credited)
		sim_fail("a cancelled order was delivered", truth->order_id);
	if (refunded && truth->payment.refunded_amount != truth->payment.amount.amount)
		sim_fail("other than what was paid was given back", truth->order_id);
	if (!order_state_final((enum order_state)row[0]))
		sim_fail("an order never ended", truth->order_id);
	if (row[2] != 0)
		sim_fail("an ended order still has work", truth->order_id);
	if (credited != (row[0] == ORDER_ACTIVE) || refunded != (row[1] == REFUND_DONE))
		sim_fail("our books end up otherwise than the partners'", truth->order_id);
	sim.tally.active += credited;
	sim.tally.refunded += refunded;
	sim.tally.unpaid += !paid;
}

static void money_end_check(uint16_t currency)
{
	int64_t due = 0;

	for (size_t i = 0; i < sim.partners.truth_count; i++) {
		const struct truth *truth = &sim.partners.truth[i];
		if (truth->payment.amount.currency == currency &&
		    truth_paid(truth, sim.world.now_ms))
			due += truth->payment.amount.amount - truth->payment.refunded_amount;
	}
	if (shop_balance(&sim.shop, LEDGER_GATEWAY_DUE, PAY_SANDBOX, currency) != due)
		sim_fail("the gateway owes us something else than we think", 0);
	if (shop_balance(&sim.shop, LEDGER_REFUND_DUE, 0, currency) != 0 ||
	    shop_balance(&sim.shop, LEDGER_SUSPENSE, 0, currency) != 0)
		sim_fail("a clearing account is not zero", 0);
}

void check_end(void)
{
	int64_t count[3];

	/* A pack that was taken back takes days from those after it: not counted. */
	check_ask("select count(*) from orders join line on line.id = orders.line_id "
	          "where orders.state = 5 and line.safe_until_day < orders.after_day and not "
	          "exists (select 1 from orders as other where other.line_id = line.id and "
	          "other.state = ?)",
	          ORDER_REVERSED, count, 1);
	if (count[0] != 0)
		sim_fail("a delivered pack does not keep its line", 0);
	for (size_t i = 0; i < sim.partners.truth_count; i++)
		order_end_check(&sim.partners.truth[i]);
	money_end_check(CURRENCY_JPY);
	money_end_check(CURRENCY_CNY);
	if (shop_balance(&sim.shop, LEDGER_DEFERRED, 0, CURRENCY_JPY) != 0)
		sim_fail("something sold was never delivered", 0);
	check_ask(
	    "select (select count(*) from job where kind <= 4), (select count(*) from event), "
	    "(select count(*) from inbox)",
	    0, count, 3);
	if (count[0] != 0)
		sim_fail("work is left that nobody will do", 0);
	if (count[1] != count[2])
		sim_fail("a callback was taken twice", 0);
	check_verify();
	shop_books_check(&sim.shop);
}
