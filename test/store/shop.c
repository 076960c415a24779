/*
 * shop.c - see shop.h.
 */
#include "test.h"

#include "shop.h"

#include "base/str.h"
#include "base/time.h"
#include "store/keys.h"
#include "store/ledger_sql.h"
#include "store/line_sql.h"
#include "store/market_sql.h"
#include "store/post.h"
#include "store/public_id.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE_IMSI 440100000000001
#define BOOK_MAX  100000

static int64_t shop_now(void *ctx)
{
	const struct shop *shop = ctx;

	return shop->now_ms;
}

static void shop_random(void *ctx, void *bytes, size_t len)
{
	struct shop *shop = ctx;

	for (size_t i = 0; i < len; i++) {
		shop->seed = shop->seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
		((uint8_t *)bytes)[i] = (uint8_t)(shop->seed >> 33);
	}
}

static void shop_exec(struct shop *shop, const char *sql)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open_v2(shop->path, &handle, SQLITE_OPEN_READWRITE, shop->env.vfs),
	                 SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

int64_t shop_add_line(struct shop *shop, int64_t imsi)
{
	int32_t                  today = tokyo_day(shop->now_ms / 1000);
	struct keep_rule         rule;
	struct keep_state        state;
	struct keep_result       result;
	struct keep_columns      columns;
	int64_t                  sealed = identifier_seal(&shop->keys, IDENTIFIER_IMSI, imsi);
	const struct plan_brand *brand = plan_brand(&shop->catalogue, STR("povo"));

	assert_non_null(brand);
	assert_true(plan_keep_rule(&shop->catalogue, brand, false, today, &rule));
	keep_start(&rule, today - 30, &state);
	keep_result(&rule, &state, &result);
	columns = keep_to_columns(&state);
	assert_int_equal(line_add(shop->write_db,
	                          &(struct line_add_args){
				      .imsi = &sealed,
				      .tail = 5678,
				      .brand = STR("povo"),
				      .state = LINE_ACTIVE,
				      .identity = 1,
				      .activated_day = today - 30,
				      .keep_a = columns.value[0],
				      .keep_b = columns.value[1],
				      .keep_c = columns.value[2],
				      .keep_d = columns.value[3],
				      .keep_e = columns.value[4],
				      .keep_order = columns.value[5],
				      .safe_until_day = result.safe_until_day,
				      .lost_day = result.lost_day,
				  }),
	                 ERR_OK);
	return db_last_id(shop->write_db);
}

static struct str shop_demo_hash(struct shop *shop)
{
	struct digest digest;

	sha256(plan_demo(), &digest);
	return arena_str(&shop->arena,
	                 (struct str){ .ptr = (const char *)digest.byte, .len = HASH_SIZE });
}

static void shop_rates(struct shop *shop)
{
	int32_t today = tokyo_day(shop->now_ms / 1000);
	int64_t added;

	assert_int_equal(
	    rate_add(shop->write_db, CURRENCY_JPY, today, 12878, 2, STR("ecb"), &added), ERR_OK);
	assert_int_equal(
	    rate_add(shop->write_db, CURRENCY_CNY, today, 74536, 4, STR("ecb"), &added), ERR_OK);
}

static void shop_connect(struct shop *shop, bool threaded)
{
	struct arena *arena = &shop->life_arena;
	const char   *vfs = shop->env.vfs;

	assert_int_equal(db_open(arena, shop->path, DB_WRITE, vfs, &shop->write_db), ERR_OK);
	assert_int_equal(db_open(arena, shop->path, DB_READ, vfs, &shop->read_db), ERR_OK);
	if (threaded || vfs != NULL)
		assert_int_equal(db_open(arena, shop->path, DB_WRITE, vfs, &shop->checkpoint_db),
		                 ERR_OK);
	shop->store = (struct store){
		.db = shop->write_db,
		.env = &shop->env,
		.config = &shop->config,
		.keys = &shop->keys,
		.catalogue = &shop->catalogue,
		.arena = &shop->group_arena,
	};
	assert_int_equal(post_open(arena, &shop->store), ERR_OK);
	assert_int_equal(
	    writer_open(arena, &shop->store, threaded, shop->checkpoint_db, &shop->writer), ERR_OK);
}

static void shop_disconnect(struct shop *shop)
{
	db_close(shop->write_db);
	db_close(shop->read_db);
	if (shop->checkpoint_db != NULL)
		db_close(shop->checkpoint_db);
	shop->checkpoint_db = NULL;
}

void shop_open(struct shop *shop, bool threaded)
{
	shop_open_on(shop, threaded, NULL);
}

/* Memory where there is some: hundreds of shops are opened and synced. */
static void shop_folder(struct shop *shop)
{
	if (access("/dev/shm", W_OK) != 0)
		snprintf(shop->dir, sizeof shop->dir, "/tmp/keepline-shop-XXXXXX");
	assert_non_null(mkdtemp(shop->dir));
	snprintf(shop->path, sizeof shop->path, "%s/keepline.db", shop->dir);
}

void shop_open_on(struct shop *shop, bool threaded, const char *vfs)
{
	struct key           master = { .byte = { 1, 2, 3 } };
	struct plan_problems problems = { 0 };
	struct str           problem, flag = STR("--sandbox=yes");

	*shop = (struct shop){ .now_ms = SHOP_BEGIN_MS,
		               .seed = 42,
		               .dir = "/dev/shm/keepline-shop-XXXXXX",
		               .path = "shop.db" };
	arena_init(&shop->arena, 64 << 20);
	arena_init(&shop->life_arena, 16 << 20);
	arena_init(&shop->group_arena, 16 << 20);
	arena_init(&shop->read_arena, 16 << 20);
	shop->env = (struct env){ .clock = { .now_ms = shop_now, .mono_ms = shop_now, .ctx = shop },
		                  .rand = { .fill = shop_random, .ctx = shop },
		                  .vfs = vfs };
	assert_true(config_load(&shop->arena, NULL, &flag, 1, &shop->config, &problem));
	keys_from(&master, &shop->keys);
	if (vfs == NULL)
		shop_folder(shop);
	assert_int_equal(db_create(&shop->arena, shop->path, vfs), ERR_OK);
	assert_true(plan_parse(&shop->arena, plan_demo(), &shop->catalogue, &problems));
	shop->catalogue.version = 1;
	shop_exec(shop,
	          "insert into account (email_blind, email_box, password, role, lang, created_s) "
	          "values (x'01', x'', '', 1, 'zh-Hans', 0), (x'02', x'', '', 1, 'en', 0);");
	shop->account_id = 1;
	shop_connect(shop, threaded);
	assert_int_equal(catalogue_add(shop->write_db, 0, shop_demo_hash(shop), plan_demo()),
	                 ERR_OK);
	shop_rates(shop);
	shop->line_id = shop_add_line(shop, LINE_IMSI);
	shop->other_line_id = shop_add_line(shop, LINE_IMSI + 1);
}

void shop_close(struct shop *shop)
{
	char path[160];

	writer_close(shop->writer);
	shop_disconnect(shop);
	for (int i = 0; i < 3 && shop->env.vfs == NULL; i++) {
		static const char *const ends[] = { "", "-wal", "-shm" };
		snprintf(path, sizeof path, "%s%s", shop->path, ends[i]);
		(void)unlink(path);
	}
	if (shop->env.vfs == NULL)
		assert_int_equal(rmdir(shop->dir), 0);
	arena_free(&shop->read_arena);
	arena_free(&shop->life_arena);
	arena_free(&shop->group_arena);
	arena_free(&shop->arena);
}

void shop_crash(struct shop *shop)
{
	shop_die(shop);
	shop_rise(shop);
}

void shop_die(struct shop *shop)
{
	shop_disconnect(shop);
	arena_reset(&shop->group_arena);
	arena_reset(&shop->read_arena);
	arena_reset(&shop->life_arena);
}

void shop_rise(struct shop *shop)
{
	shop_connect(shop, false);
}

enum err shop_run(struct shop *shop, enum err (*apply)(struct store *, struct command *), void *arg)
{
	struct command command = { .apply = apply, .arg = arg, .owner = WRITER_LOOP };

	return writer_run(shop->writer, &command);
}

int64_t shop_quote(struct shop *shop, int64_t line_id, const char *pack, uint16_t currency)
{
	int64_t id;

	assert_int_equal(shop_ask_quote(shop, line_id, pack, currency, &id), ERR_OK);
	return id;
}

enum err shop_ask_quote(struct shop *shop, int64_t line_id, const char *pack, uint16_t currency,
                        int64_t *ret)
{
	struct quoter      quoter = { .db = shop->read_db,
		                      .arena = &shop->read_arena,
		                      .config = &shop->config,
		                      .keys = &shop->keys,
		                      .catalogue = &shop->catalogue,
		                      .now_ms = shop->now_ms };
	struct quote_wish  wish = { .account_id = shop->account_id,
		                    .line_id = line_id,
		                    .pack = str_from(pack),
		                    .method = PAY_SANDBOX,
		                    .currency = currency };
	struct quote       quote;
	enum quote_refusal refusal;
	enum err           err = quote_make(&quoter, &wish, &refusal, &quote);

	if (err == ERR_OK) {
		assert_int_equal(refusal, QUOTE_REFUSAL_NONE);
		err = shop_run(shop, quote_store_apply, &quote.store);
	}
	if (err == ERR_OK)
		*ret = quote.store.id;
	arena_reset(&shop->read_arena);
	return err;
}

int64_t shop_place(struct shop *shop, int64_t line_id)
{
	struct order_placing placing = { .order_id = shop_quote(shop, line_id, "keep-180",
		                                                CURRENCY_CNY),
		                         .account_id = shop->account_id };

	assert_int_equal(shop_run(shop, order_placing_apply, &placing), ERR_OK);
	assert_true(placing.placed && !placing.again);
	return placing.order_id;
}

struct happening_run {
	struct happening  happening;
	struct settlement settlement;
};

static enum err happening_apply(struct store *store, struct command *command)
{
	struct happening_run *run = command->arg;

	return settle(store, &run->happening, &run->settlement);
}

struct settlement shop_happen(struct shop *shop, int64_t order_id, enum order_event event)
{
	struct happening_run run = { .happening = { .order_id = order_id, .event = event } };

	assert_int_equal(shop_run(shop, happening_apply, &run), ERR_OK);
	return run.settlement;
}

struct payment_report shop_report(struct shop *shop, int64_t order_id, enum payment_state state,
                                  const char *event)
{
	struct order_get_row order = shop_order(shop, order_id);

	return (struct payment_report){
		.method = PAY_SANDBOX,
		.number = public_id(&shop->arena, &shop->keys, PUBLIC_PAYMENT, order.payment_id),
		.state = state,
		.money = { .amount = order.amount, .currency = (uint16_t)order.currency },
		.reference = STR("sb_1"),
		.event = str_from(event),
	};
}

struct report_run {
	const struct payment_report *report;
	enum settle_doubt            doubt;
	struct settlement            settlement;
};

static enum err report_apply(struct store *store, struct command *command)
{
	struct report_run *run = command->arg;

	return settle_report(store, run->report, STR("{}"), &run->doubt, &run->settlement);
}

enum settle_doubt shop_tell(struct shop *shop, const struct payment_report *report)
{
	enum settle_doubt doubt;

	assert_int_equal(shop_hear(shop, report, &doubt), ERR_OK);
	return doubt;
}

enum err shop_hear(struct shop *shop, const struct payment_report *report, enum settle_doubt *ret)
{
	struct report_run run = { .report = report };
	enum err          err = shop_run(shop, report_apply, &run);

	*ret = run.doubt;
	return err;
}

struct order_get_row shop_order(struct shop *shop, int64_t id)
{
	struct order_get_row row;

	assert_int_equal(order_get(shop->read_db, &shop->arena, id, &row), ERR_OK);
	return row;
}

int64_t shop_balance(struct shop *shop, enum ledger_kind kind, int64_t owner, uint16_t currency)
{
	struct ledger_account_find_row row;
	enum err err = ledger_account_find(shop->read_db, kind, owner, currency, &row);

	if (err == ERR_NOT_FOUND)
		return 0;
	assert_int_equal(err, ERR_OK);
	return row.balance;
}

void shop_books_check(struct shop *shop)
{
	struct ledger_account_list_row  *accounts;
	struct ledger_posting_slice_row *postings;
	size_t                           account_count, posting_count;

	assert_int_equal(ledger_account_list(shop->read_db, &shop->read_arena, 0, &accounts,
	                                     &account_count),
	                 ERR_OK);
	assert_int_equal(ledger_posting_slice(shop->read_db, &shop->read_arena, 0, BOOK_MAX,
	                                      &postings, &posting_count),
	                 ERR_OK);
	for (size_t a = 0; a < account_count; a++) {
		int64_t sum = 0, currency_sum = 0;

		for (size_t p = 0; p < posting_count; p++)
			sum += postings[p].account_id == accounts[a].id ? postings[p].amount : 0;
		assert_int_equal(sum, accounts[a].balance);
		for (size_t b = 0; b < account_count; b++)
			currency_sum += accounts[b].currency == accounts[a].currency
			                    ? accounts[b].balance
			                    : 0;
		assert_int_equal(currency_sum, 0);
	}
	arena_reset(&shop->read_arena);
}
