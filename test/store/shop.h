/*
 * shop.h - a whole shop in a temporary folder, for tests of the store: a
 * database with the demo catalogue, rates, one account and some lines; a clock
 * that stands until it is moved; an unthreaded writer.
 */
#pragma once
#include "core/plan.h"
#include "store/order_command.h"
#include "store/quote.h"
#include "store/settle.h"
#include "store/store.h"
#include "store/writer.h"

struct shop {
	struct arena     arena, group_arena, read_arena;
	struct arena     life_arena; /* what a crash forgets */
	char             dir[64], path[128];
	int64_t          now_ms;
	uint64_t         seed;
	struct env       env;
	struct config    config;
	struct keys      keys;
	struct catalogue catalogue;
	struct db       *write_db, *read_db, *checkpoint_db;
	struct store     store;
	struct writer   *writer;
	int64_t          account_id, line_id, other_line_id;
};

/* 2026-11-21 12:00:00 in Tokyo. */
#define SHOP_BEGIN_MS INT64_C(1795230000000)

void shop_open(struct shop *shop, bool threaded);
/* On a disk of the test's own (disk.h). */
void shop_open_on(struct shop *shop, bool threaded, const char *vfs);
void shop_close(struct shop *shop);
/* What a crash leaves: everything in memory is gone, the file is opened again. */
void shop_crash(struct shop *shop);
void shop_die(struct shop *shop);  /* its first half */
void shop_rise(struct shop *shop); /* and its second */

/* One more povo line, activated 30 days ago; its id. */
int64_t shop_add_line(struct shop *shop, int64_t imsi);
enum err shop_run(struct shop *shop, enum err (*apply)(struct store *, struct command *),
                  void *arg);
/* A quote for the demo pack of a line, stored; its id. */
int64_t shop_quote(struct shop *shop, int64_t line_id, const char *pack, uint16_t currency);
/* The same, where the disk may fail. */
enum err shop_ask_quote(struct shop *shop, int64_t line_id, const char *pack, uint16_t currency,
                        int64_t *ret);
/* Quote and place; the order's id. */
int64_t shop_place(struct shop *shop, int64_t line_id);
struct settlement shop_happen(struct shop *shop, int64_t order_id, enum order_event event);
/* A gateway's report of an order's payment, true to what was asked for. */
struct payment_report shop_report(struct shop *shop, int64_t order_id, enum payment_state state,
                                  const char *event);
enum settle_doubt shop_tell(struct shop *shop, const struct payment_report *report);
enum err shop_hear(struct shop *shop, const struct payment_report *report,
                   enum settle_doubt *ret);
struct order_get_row shop_order(struct shop *shop, int64_t id);
/* Balance of an account of the books; 0 when it does not exist. */
int64_t shop_balance(struct shop *shop, enum ledger_kind kind, int64_t owner, uint16_t currency);
/* Sum zero per currency, per transaction, and balances equal to their postings. */
void shop_books_check(struct shop *shop);
