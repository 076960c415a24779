/*
 * house.c - see house.h.
 */
#include "bench/house.h"

#include "base/str.h"
#include "store/market_sql.h"
#include "store/public_id.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MEMORY_MAX ((size_t)2048 * 1024 * 1024)

static sqlite3_stmt *query(const struct bench_house *house, sqlite3 **ret, const char *sql);
static void          numbers(sqlite3 *handle, sqlite3_stmt *stmt, int64_t **ret, int64_t *ret_count);
static void         *grow(void *array, size_t count, size_t size);

void bench_check(enum err err, const char *doing)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "bench: %s: %s\n", doing, err_text(err));
	exit(1);
}

void bench_house_keys(struct bench_house *house, const char *dir)
{
	*house = (struct bench_house){ 0 };
	arena_init(&house->arena, MEMORY_MAX);
	house->path = arena_printf(&house->arena, "%s/keepline.db", dir).ptr;
	bench_check(keys_open(arena_printf(&house->arena, "%s/keys", dir).ptr, &house->keys),
	            "keys");
}

void bench_house_open(struct bench_house *house, const char *dir, enum db_mode mode)
{
	static const struct str flags[] = { STR_INIT("--sandbox=yes"),
		                            STR_INIT("--line-topups-per-day=100000") };
	struct catalogue_latest_row row;
	struct plan_problems       *problems;
	struct str                  problem;

	bench_house_keys(house, dir);
	if (!config_load(&house->arena, NULL, flags, COUNT_OF(flags), &house->config, &problem))
		bench_check(ERR_CONFIG, "settings");
	bench_check(db_open(&house->arena, house->path, mode, NULL, &house->db), "database");
	bench_check(catalogue_latest(house->db, &house->arena, &row), "catalogue");
	problems = ARENA_NEW(&house->arena, struct plan_problems);
	if (!plan_parse(&house->arena, row.body, &house->catalogue, problems))
		bench_check(ERR_CORRUPT, "catalogue");
	house->catalogue.version = (int32_t)row.version;
}

void bench_house_close(struct bench_house *house)
{
	if (house->db != NULL)
		db_close(house->db);
	arena_free(&house->arena);
}

void bench_lines(const struct bench_house *house, const char *brand, int64_t **ret,
                 int64_t *ret_count)
{
	sqlite3      *handle;
	sqlite3_stmt *stmt = query(house, &handle,
	                           "select id from line where brand = ?1 and id > 1000");

	sqlite3_bind_text(stmt, 1, brand, -1, SQLITE_STATIC);
	numbers(handle, stmt, ret, ret_count);
	bench_check(*ret_count > 0 ? ERR_OK : ERR_NOT_FOUND, "lines");
}

void bench_orders(const struct bench_house *house, int64_t first, int64_t **ret, int64_t *ret_count)
{
	sqlite3      *handle;
	sqlite3_stmt *stmt = query(house, &handle,
	                           "select id from orders where id >= ?1 and state > 0");

	sqlite3_bind_int64(stmt, 1, first);
	numbers(handle, stmt, ret, ret_count);
}

void bench_payments(const struct bench_house *house, struct bench_payment **ret, int64_t *ret_count)
{
	sqlite3      *handle;
	sqlite3_stmt *stmt = query(house, &handle,
	                           "select payment.id, payment.amount, payment.currency "
	                           "from orders join payment on payment.id = orders.payment_id "
	                           "where orders.state = 1 order by payment.id");

	struct bench_payment *payments = NULL;
	size_t                count = 0;

	while (sqlite3_step(stmt) == SQLITE_ROW) {
		payments = grow(payments, count, sizeof(*payments));
		payments[count++] = (struct bench_payment){
			.id = sqlite3_column_int64(stmt, 0),
			.amount = sqlite3_column_int64(stmt, 1),
			.currency = (uint16_t)sqlite3_column_int(stmt, 2),
		};
	}
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	bench_check(count > 0 ? ERR_OK : ERR_NOT_FOUND, "placed orders");
	*ret = payments;
	*ret_count = (int64_t)count;
}

struct str bench_hook_body(struct arena *arena, const struct bench_payment *payment,
                           const struct keys *keys)
{
	struct str number = public_id(arena, keys, PUBLIC_PAYMENT, payment->id);
	struct str code = currency_code(payment->currency);
	long long  id = (long long)payment->id;
	struct str body = arena_printf(
	    arena,
	    "{\"event\":\"evt_%lld\",\"order\":\"%.*s\",\"reference\":\"sbx_%lld\","
	    "\"state\":\"succeeded\",\"amount\":%lld,\"currency\":\"%.*s\",\"at\":%lld,"
	    "\"payer\":\"\"}",
	    id, STR_ARG(number), id, (long long)payment->amount, STR_ARG(code),
	    (long long)time(NULL));
	uint64_t mixed = (uint64_t)payment->id;
	char     payer[BENCH_BODY];
	int      pad = body.len < BENCH_BODY ? (int)(BENCH_BODY - body.len) : 0;

	/* A payer's sealed name: nothing that could be made shorter than it is. */
	for (int i = 0; i < pad; i++) {
		mixed = mixed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		payer[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[mixed >> 59];
	}
	return arena_printf(arena, "%.*s%.*s\"}", (int)body.len - 2, body.ptr, pad, payer);
}

/* The benchmarks look where the programs do not: a connection of their own. */
static sqlite3_stmt *query(const struct bench_house *house, sqlite3 **ret, const char *sql)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_open_v2(house->path, ret, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(*ret, sql, -1, &stmt, NULL) != SQLITE_OK) {
		fprintf(stderr, "bench: %s\n", sqlite3_errmsg(*ret));
		exit(1);
	}
	return stmt;
}

/* The first column of all rows; ends the query. */
static void numbers(sqlite3 *handle, sqlite3_stmt *stmt, int64_t **ret, int64_t *ret_count)
{
	int64_t *list = NULL;
	size_t   count = 0;

	while (sqlite3_step(stmt) == SQLITE_ROW) {
		list = grow(list, count, sizeof(*list));
		list[count++] = sqlite3_column_int64(stmt, 0);
	}
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	*ret = list;
	*ret_count = (int64_t)count;
}

/* Twice as long whenever `count` has become a power of two. */
static void *grow(void *array, size_t count, size_t size)
{
	if (count > 0 && (count & (count - 1)) != 0)
		return array;
	array = realloc(array, (count == 0 ? 1 : 2 * count) * size);
	bench_check(array != NULL ? ERR_OK : ERR_MEMORY, "memory");
	return array;
}
