/*
 * store.c - the store without HTTP: fills a data directory with placed orders,
 * and settles them through the writer, or all in one transaction.
 *
 *	store fill DIR COUNT    quotes and places COUNT orders for povo lines
 *	store writer DIR [K]    settles all that are placed, K of them outstanding
 *	store ceiling DIR       the same rows in ONE transaction: what SQLite gives
 *	store list DIR          the callbacks of all that are placed, one body a line
 *	store key DIR           the sandbox gateway's key, in hex
 *	store ids DIR FIRST     API ids of all orders but quotes from row FIRST on
 *
 * The server must not run.  Each prints key=value words for bench/run.
 */
#include "base/config.h"
#include "base/squeeze.h"
#include "base/str.h"
#include "base/time.h"
#include "bench/clock.h"
#include "bench/house.h"
#include "core/plan.h"
#include "store/post.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "store/settle.h"
#include "store/writer.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUTSTANDING_MAX 1024
#define GROUP_MEMORY    ((size_t)64 * 1024 * 1024)
#define CEILING_RESET   1024 /* rows between two resets of the arena, as the writer's groups */

struct bench {
	struct bench_house house;
	struct env         env;
	struct arena       group_arena, read_arena;
	struct db         *reader, *checkpoint;
	struct store       store;
	struct writer     *writer;
	struct squeezer   *squeezer;
};

/* One callback, as the gateway's adapter would have read it. */
struct told {
	struct command        command;
	struct payment_report report;
	struct str            body;
	enum settle_doubt     doubt;
	struct settlement     settlement;
	struct told          *next_free;
};

static void open_all(struct bench *bench, const char *dir, bool threaded);
static void close_all(struct bench *bench);
static void fill(const char *dir, int64_t count);
static void settle_one_by_one(const char *dir, size_t outstanding);
static void settle_at_once(const char *dir);
static void list(const char *dir);
static void key(const char *dir);
static void ids(const char *dir, int64_t first);
static void result(const char *what, int64_t count, int64_t ns);

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";
	long        number = argc > 3 ? strtol(argv[3], NULL, 10) : 0;

	db_engine_start();
	if (strcmp(mode, "fill") == 0)
		fill(argv[2], number);
	else if (strcmp(mode, "writer") == 0)
		settle_one_by_one(argv[2], number > 0 && number <= OUTSTANDING_MAX ? (size_t)number
		                                                                   : 256);
	else if (strcmp(mode, "ceiling") == 0)
		settle_at_once(argv[2]);
	else if (strcmp(mode, "list") == 0)
		list(argv[2]);
	else if (strcmp(mode, "key") == 0)
		key(argv[2]);
	else if (strcmp(mode, "ids") == 0)
		ids(argv[2], number);
	else
		return fprintf(stderr, "usage: store fill|writer|ceiling|list|key|ids DIR [N]\n"), 64;
	return 0;
}

static void open_all(struct bench *bench, const char *dir, bool threaded)
{
	enum err err;

	*bench = (struct bench){ .env = env_real() };
	bench_house_open(&bench->house, dir, DB_WRITE);
	arena_init(&bench->group_arena, GROUP_MEMORY);
	arena_init(&bench->read_arena, GROUP_MEMORY);
	err = db_open(&bench->house.arena, bench->house.path, DB_READ, NULL, &bench->reader);
	bench_check(err, "reader");
	err = db_open(&bench->house.arena, bench->house.path, DB_WRITE, NULL, &bench->checkpoint);
	bench_check(err, "checkpointer");
	bench->store = (struct store){
		.db = bench->house.db,
		.env = &bench->env,
		.config = &bench->house.config,
		.keys = &bench->house.keys,
		.catalogue = &bench->house.catalogue,
		.arena = &bench->group_arena,
	};
	bench->squeezer = squeezer_open(&bench->house.arena);
	bench_check(bench->squeezer == NULL ? ERR_MEMORY : ERR_OK, "squeezer");
	bench_check(post_open(&bench->house.arena, &bench->store), "counters");
	err = writer_open(&bench->house.arena, &bench->store, threaded, bench->checkpoint,
	                  &bench->writer);
	bench_check(err, "writer");
}

static void close_all(struct bench *bench)
{
	int64_t pages;

	writer_close(bench->writer);
	db_close(bench->reader);
	(void)db_checkpoint(bench->checkpoint, true, &pages);
	db_close(bench->checkpoint);
	bench_house_close(&bench->house);
}

/* A quote and its order, both as the API makes them, many to a transaction. */
static void order_one(struct bench *bench, const struct quoter *quoter, int64_t line_id)
{
	struct quote_wish    wish = { .account_id = 1,
		                      .line_id = line_id,
		                      .pack = STR("keep-180"),
		                      .method = PAY_SANDBOX,
		                      .currency = CURRENCY_CNY };
	struct command       command = { 0 };
	struct order_placing placing = { .account_id = 1 };
	struct quote         quote;
	enum quote_refusal   refusal;

	bench_check(quote_make(quoter, &wish, &refusal, &quote), "quote");
	if (refusal != QUOTE_REFUSAL_NONE) {
		struct str code = quote_refusal_code(refusal);

		fprintf(stderr, "no quote for line %lld: %.*s\n", (long long)line_id,
		        STR_ARG(code));
		exit(1);
	}
	command.arg = &quote.store;
	bench_check(quote_store_apply(&bench->store, &command), "storing a quote");
	placing.order_id = quote.store.id;
	command.arg = &placing;
	bench_check(order_placing_apply(&bench->store, &command), "placing");
	if (!placing.placed) {
		fprintf(stderr, "order of line %lld was not placed\n", (long long)line_id);
		exit(1);
	}
}

static void fill(const char *dir, int64_t count)
{
	struct bench  opened, *bench = &opened;
	struct quoter quoter = { .db = NULL };
	int64_t      *lines, line_count, begin = clock_ns();

	open_all(bench, dir, false);
	quoter = (struct quoter){ .db = bench->house.db,
		                  .arena = &bench->read_arena,
		                  .config = &bench->house.config,
		                  .keys = &bench->house.keys,
		                  .catalogue = &bench->house.catalogue };
	bench_lines(&bench->house, "povo", &lines, &line_count);
	for (int64_t i = 0; i < count;) {
		bench->store.now_ms = bench->env.clock.now_ms(bench->env.clock.ctx);
		quoter.now_ms = bench->store.now_ms;
		bench_check(db_begin(bench->store.db), "begin");
		post_group_begin(&bench->store);
		for (int n = 0; n < 10000 && i < count; n++, i++) {
			order_one(bench, &quoter, lines[i * 7919 % line_count]);
			arena_reset(&bench->read_arena);
			arena_reset(&bench->group_arena);
		}
		bench_check(post_group_end(&bench->store), "sums");
		bench_check(db_commit(bench->store.db), "commit");
		post_group_committed(&bench->store);
	}
	result("fill", count, clock_ns() - begin);
	close_all(bench);
}

static enum err told_apply(struct store *store, struct command *command)
{
	struct told *told = command->arg;

	return settle_report(store, &told->report, told->body, &told->doubt, &told->settlement);
}

static void told_make(struct bench *bench, const struct bench_payment *payment, struct told *ret)
{
	struct arena *arena = &bench->house.arena;

	*ret = (struct told){
		.report = {
			.method = PAY_SANDBOX,
			.number = public_id(arena, &bench->house.keys, PUBLIC_PAYMENT, payment->id),
			.state = PAYMENT_SUCCEEDED,
			.money = { .amount = payment->amount, .currency = payment->currency },
			.reference = arena_printf(arena, "sbx_%lld", (long long)payment->id),
			.event = arena_printf(arena, "evt_%lld", (long long)payment->id),
		},
	};
	/* As the loop hands it over (web/hook.c). */
	ret->body = squeeze(bench->squeezer, arena,
	                    bench_hook_body(arena, payment, &bench->house.keys));
	ret->command = (struct command){ .apply = told_apply, .arg = ret, .owner = WRITER_LOOP };
}

/* A wait for room: how many of the outstanding ones are done. */
struct window {
	struct bench *bench;
	size_t        outstanding;
	int64_t       failed;
};
static struct window window; /* done() has no other way to it */

static void told_done(struct command *command)
{
	struct told *told = command->arg;

	window.outstanding--;
	window.failed += command->err != ERR_OK || told->settlement.verdict != ORDER_STEP;
}

static void window_wait(size_t max)
{
	while (window.outstanding > max) {
		int           fd = writer_fd(window.bench->writer, WRITER_LOOP);
		struct pollfd ready = { .fd = fd, .events = POLLIN };

		(void)poll(&ready, 1, 1000);
		(void)writer_settle(window.bench->writer, WRITER_LOOP);
	}
}

static void settle_one_by_one(const char *dir, size_t outstanding)
{
	struct bench          opened, *bench = &opened;
	struct bench_payment *payments;
	struct told          *told;
	int64_t               count, begin;

	open_all(bench, dir, true);
	bench_payments(&bench->house, &payments, &count);
	told = calloc((size_t)count + 1, sizeof(*told));
	for (int64_t i = 0; i < count; i++) {
		told_make(bench, &payments[i], &told[i]);
		told[i].command.done = told_done;
	}
	window.bench = bench;
	begin = clock_ns();
	for (int64_t i = 0; i < count; i++) {
		window_wait(outstanding - 1);
		window.outstanding++;
		bench_check(writer_submit(bench->writer, &told[i].command), "submit");
	}
	window_wait(0);
	result("writer", count, clock_ns() - begin);
	if (window.failed > 0) {
		fprintf(stderr, "%lld were not settled\n", (long long)window.failed);
		exit(1);
	}
	free(told);
	close_all(bench);
}

static void settle_at_once(const char *dir)
{
	struct bench          opened, *bench = &opened;
	struct bench_payment *payments;
	struct told          *told;
	int64_t               count, begin;

	open_all(bench, dir, false);
	bench_payments(&bench->house, &payments, &count);
	told = calloc((size_t)count + 1, sizeof(*told));
	for (int64_t i = 0; i < count; i++)
		told_make(bench, &payments[i], &told[i]);
	begin = clock_ns();
	bench->store.now_ms = bench->env.clock.now_ms(bench->env.clock.ctx);
	bench_check(db_begin(bench->store.db), "begin");
	post_group_begin(&bench->store);
	for (int64_t i = 0; i < count; i++) {
		bench_check(told_apply(&bench->store, &told[i].command), "settling");
		if (i % CEILING_RESET == 0)
			arena_reset(&bench->group_arena);
		if (told[i].settlement.verdict != ORDER_STEP)
			bench_check(ERR_REFUSED, "settling");
	}
	bench_check(post_group_end(&bench->store), "sums");
	bench_check(db_commit(bench->store.db), "commit");
	post_group_committed(&bench->store);
	result("ceiling", count, clock_ns() - begin);
	free(told);
	close_all(bench);
}

static void list(const char *dir)
{
	struct bench_house    house;
	struct bench_payment *payments;
	int64_t               count;

	bench_house_open(&house, dir, DB_READ);
	bench_payments(&house, &payments, &count);
	for (int64_t i = 0; i < count; i++) {
		struct str body = bench_hook_body(&house.arena, &payments[i], &house.keys);

		printf("%.*s\n", STR_ARG(body));
	}
	bench_house_close(&house);
}

static void key(const char *dir)
{
	struct bench_house house;
	struct str         hex;

	bench_house_keys(&house, dir);
	hex = hex_encode(&house.arena, (struct str){ .ptr = (const char *)house.keys.sandbox.byte,
	                                             .len = KEY_SIZE });
	printf("%.*s\n", STR_ARG(hex));
	bench_house_close(&house);
}

static void ids(const char *dir, int64_t first)
{
	struct bench_house house;
	int64_t           *orders, count;

	bench_house_keys(&house, dir);
	bench_orders(&house, first, &orders, &count);
	for (int64_t i = 0; i < count; i++) {
		struct str id = public_id(&house.arena, &house.keys, PUBLIC_ORDER, orders[i]);

		printf("%.*s\n", STR_ARG(id));
	}
	bench_house_close(&house);
}

static void result(const char *what, int64_t count, int64_t ns)
{
	printf("%s done=%lld ms=%lld rate=%lld\n", what, (long long)count, (long long)(ns / 1000000),
	       (long long)(ns > 0 ? count * 1000000000 / ns : 0));
}
