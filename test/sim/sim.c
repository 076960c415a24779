/*
 * sim.c - the simulator: the real core, store and worker on a simulated clock,
 * between partners that lose, delay, repeat and lie by loss, with a crash of
 * ours between any two steps.
 *
 *	sim [--orders N] [--verbose] SEED [LAST_SEED]
 *
 * After each step: no order is credited twice, none is both credited and given
 * back, what our books say is true at the partners, and the books sum to zero.
 * Then the faults end, and within four simulated days every captured yen is a
 * credit or a refund (RELIABILITY P1-P4, P10-P12).
 */
#include "test.h"

#include "partners.h"
#include "store/shop.h"

#include "base/log.h"
#include "base/str.h"
#include "gate/pay.h"
#include "store/public_id.h"
#include "work/loop.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINES = 40, DAY_MS = 86400000, SPREAD_MS = 6 * 3600 * 1000, CALM_DAYS = 4 };

struct tally {
	int64_t placed, refused, active, refunded, unpaid, crashes, hooks, steps;
};

struct sim {
	struct shop     shop;
	struct world    world;
	struct partners partners;
	struct arena    work_arena;
	struct work    *work;
	sqlite3        *eye; /* looks into the database beside us */
	int64_t         seed, seen_event, lines[LINES];
	bool            verbose, calm;
	struct tally    tally;
};

static struct sim sim; /* too large for a stack; one run at a time */

static void fail_run(const char *what, int64_t order_id)
{
	printf("not ok - seed %lld: %s (order %lld, simulated ms %lld)\n", (long long)sim.seed,
	       what, (long long)order_id, (long long)(sim.world.now_ms - SHOP_BEGIN_MS));
	fflush(stdout);
	exit(1);
}

static void ask(const char *sql, int64_t bound, int64_t *ret, int columns)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(sim.eye, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_run(sqlite3_errmsg(sim.eye), 0);
	sqlite3_bind_int64(stmt, 1, bound);
	for (int i = 0; i < columns; i++)
		ret[i] = 0;
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < columns; i++)
			ret[i] = sqlite3_column_int64(stmt, i);
	}
	sqlite3_finalize(stmt);
}

/* ---- the checkers --------------------------------------------------------- */

static void truth_check(const struct truth *truth)
{
	int64_t now_ms = sim.world.now_ms;

	if (truth->deliveries > 1)
		fail_run("credited twice", truth->order_id);
	if (truth->refunds > 1)
		fail_run("given back twice", truth->order_id);
	if (truth_credited(truth, now_ms) && truth_refunded(truth, now_ms))
		fail_run("both credited and given back", truth->order_id);
	if (truth->deliveries > 0 && !truth_paid(truth, now_ms))
		fail_run("credited without money", truth->order_id);
	if (truth_refunded(truth, now_ms) && !truth_paid(truth, now_ms))
		fail_run("given back without money", truth->order_id);
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

	ask("select state, refund from orders where id = ?", order_id, row, 2);
	world_note(&sim.world, (uint64_t)(order_id * 1000 + row[0] * 10 + row[1]));
	if (sim.verbose)
		printf("%12lld order %lld %.*s, refund %.*s\n",
		       (long long)(sim.world.now_ms - SHOP_BEGIN_MS), (long long)order_id,
		       STR_ARG(order_state_name((enum order_state)row[0])),
		       STR_ARG(refund_state_name((enum refund_state)row[1])));
	if (truth == NULL)
		return;
	truth_check(truth);
	if (row[0] >= ORDER_PAID && row[0] <= ORDER_ACTIVE && !truth_paid(truth, sim.world.now_ms))
		fail_run("our books say paid; the gateway says no", order_id);
	if (row[0] == ORDER_ACTIVE && truth->deliveries != 1)
		fail_run("our books say active; the carrier says no", order_id);
	if (row[1] == REFUND_DONE && !truth_refunded(truth, sim.world.now_ms))
		fail_run("our books say given back; the gateway says no", order_id);
}

static void books_check(void)
{
	int64_t wrong[1];

	ask("select count(*) from (select sum(balance) as s from ledger_account group by currency) "
	    "where s <> 0",
	    0, wrong, 1);
	if (wrong[0] != 0)
		fail_run("the books do not sum to zero", 0);
}

/* Everything that was stored since the last look. */
static void check_what_is_new(void)
{
	int64_t next[2];

	for (;;) {
		ask("select event_id, id from orders where event_id > ? order by event_id limit 1",
		    sim.seen_event, next, 2);
		if (next[0] == 0)
			break;
		sim.seen_event = next[0];
		order_check(next[1]);
	}
	books_check();
}

/* ---- our process ---------------------------------------------------------- */

static void work_start(void)
{
	struct work_setup setup = {
		.env = &sim.shop.env,
		.db = sim.shop.read_db,
		.writer = sim.shop.writer,
		.keys = &sim.shop.keys,
		.config = &sim.shop.config,
		.catalogue = &sim.shop.catalogue,
		.carrier = &carrier_sandbox,
		.carrier_config = { .sandbox_url = STR("sandbox:carrier") },
	};

	setup.pay_config[PAY_SANDBOX] = (struct pay_config){
		.url = STR("sandbox:gateway"),
		.merchant = STR("keepline"),
		.secret = { .ptr = (const char *)sim.shop.keys.sandbox.byte, .len = KEY_SIZE },
	};
	arena_init(&sim.work_arena, (size_t)256 << 20);
	if (work_open(&sim.work_arena, &setup, &sim.work) != ERR_OK)
		fail_run("the worker does not open", 0);
}

/* Everything in memory is gone; what was committed is not. */
static void crash(void)
{
	sim.tally.crashes++;
	partners_forget_us(&sim.partners);
	work_close(sim.work);
	arena_free(&sim.work_arena);
	shop_crash(&sim.shop);
	work_start();
}

static void hook_arrives_here(void *ctx, struct str header, struct str body)
{
	struct sim           *me = ctx;
	struct arena          arena;
	struct pay_facts      facts;
	struct payment_report report;
	struct pay_callback   in = { .headers = &header,
		                     .header_count = 1,
		                     .body = body,
		                     .now_s = me->world.now_ms / 1000 };
	struct pay_config verify = { .secret = { .ptr = (const char *)me->shop.keys.sandbox.byte,
		                                 .len = KEY_SIZE } };

	me->tally.hooks++;
	arena_init(&arena, (size_t)1 << 20);
	if (pay_sandbox.hook(&verify, &in, &arena, &facts) != PAY_HOOK_FACTS)
		fail_run("an honest callback was not believed", 0);
	report = (struct payment_report){
		.method = PAY_SANDBOX,
		.number = facts.order,
		.state = facts.state,
		.money = facts.amount,
		.reference = facts.reference,
		.event = facts.event,
	};
	shop_tell(&me->shop, &report);
	arena_free(&arena);
}

/* ---- people ---------------------------------------------------------------- */

static void user_presses(void *who, int64_t what)
{
	struct truth *truth = who;

	partners_press(&sim.partners, truth, (enum sandbox_button)what);
	truth_check(truth);
}

static void user_wishes(void *who, int64_t what)
{
	struct order_wish wish = { .order_id = ((struct truth *)who)->order_id,
		                   .account_id = sim.shop.account_id,
		                   .event = (enum order_event)what };

	if (what == ORDER_EVENT_WITHDRAW)
		wish.actor = 2;
	if (shop_run(&sim.shop, order_wish_apply, &wish) != ERR_OK)
		fail_run("a wish failed", wish.order_id);
}

static void user_behaves(struct truth *truth)
{
	static const enum sandbox_button buttons[] = {
		SANDBOX_BUTTON_PAY,      SANDBOX_BUTTON_PAY,  SANDBOX_BUTTON_PAY,
		SANDBOX_BUTTON_PAY,      SANDBOX_BUTTON_PAY,  SANDBOX_BUTTON_DECLINE,
		SANDBOX_BUTTON_PAY_LATE, SANDBOX_BUTTON_LOSE, SANDBOX_BUTTON_LOSE,
		SANDBOX_BUTTON_TIMEOUT
	};
	struct world *world = &sim.world;
	int64_t       now_ms = world->now_ms;

	/* One in ten walks away. */
	if (truth->payment.outcome == SANDBOX_PAGE && !world_chance(world, 100))
		world_plan(world, now_ms + world_between(world, 500, 1000000), user_presses, truth,
		           buttons[world_between(world, 0, COUNT_OF(buttons) - 1)]);
	if (world_chance(world, 80))
		world_plan(world, now_ms + world_between(world, 1000, 1200000), user_wishes, truth,
		           ORDER_EVENT_CANCEL);
	/* Staff takes back where a delivery hangs, often while it is under way. */
	if (world_chance(world, 300))
		world_plan(world,
		           now_ms + world_between(world, 1000,
		                                  world_chance(world, 500) ? 60000 : 7200000),
		           user_wishes, truth, ORDER_EVENT_WITHDRAW);
}

static void user_orders(void *who, int64_t what)
{
	struct world        *world = &sim.world;
	struct order_placing placing = { .account_id = sim.shop.account_id };
	struct order_get_row order;
	struct truth        *truth;

	(void)who;
	(void)what;
	placing.order_id = shop_quote(&sim.shop, sim.lines[world_between(world, 0, LINES - 1)],
	                              world_chance(world, 500) ? "keep-180" : "povo-data-3gb",
	                              world_chance(world, 300) ? CURRENCY_JPY : CURRENCY_CNY);
	if (shop_run(&sim.shop, order_placing_apply, &placing) != ERR_OK)
		fail_run("placing failed", placing.order_id);
	if (!placing.placed) {
		sim.tally.refused++;
		return;
	}
	sim.tally.placed++;
	order = shop_order(&sim.shop, placing.order_id);
	truth = partners_order(
	    &sim.partners, order.id,
	    public_id(&sim.shop.read_arena, &sim.shop.keys, PUBLIC_PAYMENT, order.payment_id),
	    order_number(&sim.shop.read_arena, &sim.shop.keys, order.id),
	    (struct money){ .amount = order.amount, .currency = (uint16_t)order.currency },
	    world_chance(world, 600)
		? SANDBOX_PAGE
		: (enum sandbox_outcome)world_between(world, SANDBOX_PAID,
	                                              SANDBOX_OUTCOME_COUNT - 1),
	    (enum sandbox_delivery_outcome)(
		world_chance(world, 500)
		    ? SANDBOX_DELIVERY_ACTIVE
		    : world_between(world, 0, SANDBOX_DELIVERY_OUTCOME_COUNT - 1)));
	user_behaves(truth);
	/* The second tab. */
	if (world_chance(world, 100) &&
	    (shop_run(&sim.shop, order_placing_apply, &placing) != ERR_OK || !placing.again))
		fail_run("one quote made two orders", placing.order_id);
	arena_reset(&sim.shop.read_arena);
}

/* ---- a run ------------------------------------------------------------------ */

/* One moment: what is due happens, the worker works until nothing is left to
 * do now.  Between any two of its steps we may die. */
static int64_t moment(void)
{
	struct world *world = &sim.world;
	int64_t       next_ms;
	size_t        settled;

	sim.shop.now_ms = world->now_ms;
	world_act_due(world);
	do {
		next_ms = work_step(sim.work, world->now_ms);
		if (!sim.calm && world_chance(world, sim.partners.faults.crash)) {
			crash();
			settled = 1;
			continue;
		}
		settled = work_settle(sim.work);
		sim.tally.steps++;
	} while (settled > 0);
	check_what_is_new();
	return next_ms;
}

static void run_until(int64_t end_ms)
{
	while (sim.world.now_ms < end_ms) {
		int64_t work_ms = moment(), next_ms = world_next_ms(&sim.world);

		next_ms = work_ms < next_ms ? work_ms : next_ms;
		if (next_ms <= sim.world.now_ms)
			next_ms = sim.world.now_ms + 1;
		sim.world.now_ms = next_ms < end_ms ? next_ms : end_ms;
	}
}

static void faults_draw(struct world *world, struct faults *ret)
{
	*ret = (struct faults){
		.refused = world_between(world, 0, 100),
		.lost_before = world_between(world, 0, 150),
		.lost_after = world_between(world, 0, 150),
		.twice = world_between(world, 0, 100),
		.late = world_between(world, 0, 100),
		.hook_lost = world_chance(world, 100) ? 1000 : world_between(world, 0, 400),
		.hook_twice = world_between(world, 0, 300),
		.hook_late = world_between(world, 0, 200),
		.crash = world_between(world, 0, 12),
		.delay_ms_max = world_between(world, 5, 5000),
	};
}

static void order_end_check(const struct truth *truth)
{
	int64_t row[3], now_ms = sim.world.now_ms;
	bool    paid = truth_paid(truth, now_ms), credited = truth_credited(truth, now_ms);
	bool    refunded = truth_refunded(truth, now_ms);

	truth_check(truth);
	ask("select state, refund, job_id from orders where id = ?", truth->order_id, row, 3);
	if (paid && !credited && !refunded)
		fail_run("money was taken and nothing came of it", truth->order_id);
	if (!paid && (credited || refunded))
		fail_run("something came of nothing", truth->order_id);
	if (!order_state_final((enum order_state)row[0]))
		fail_run("an order never ended", truth->order_id);
	if (row[2] != 0)
		fail_run("an ended order still has work", truth->order_id);
	if (credited != (row[0] == ORDER_ACTIVE) || refunded != (row[1] == REFUND_DONE))
		fail_run("our books end up otherwise than the partners'", truth->order_id);
	sim.tally.active += credited;
	sim.tally.refunded += refunded;
	sim.tally.unpaid += !paid;
}

static void end_check(void)
{
	static const uint16_t currencies[] = { CURRENCY_JPY, CURRENCY_CNY };
	int64_t               open[1];

	for (size_t c = 0; c < COUNT_OF(currencies); c++) {
		int64_t due = 0;
		for (size_t i = 0; i < sim.partners.truth_count; i++) {
			const struct truth *truth = &sim.partners.truth[i];
			if (truth->payment.amount.currency == currencies[c] &&
			    truth_paid(truth, sim.world.now_ms))
				due += truth->payment.amount.amount -
				       truth->payment.refunded_amount;
		}
		if (shop_balance(&sim.shop, LEDGER_GATEWAY_DUE, PAY_SANDBOX, currencies[c]) != due)
			fail_run("the gateway owes us something else than we think", 0);
		if (shop_balance(&sim.shop, LEDGER_REFUND_DUE, 0, currencies[c]) != 0 ||
		    shop_balance(&sim.shop, LEDGER_SUSPENSE, 0, currencies[c]) != 0)
			fail_run("a clearing account is not zero", 0);
	}
	if (shop_balance(&sim.shop, LEDGER_DEFERRED, 0, CURRENCY_JPY) != 0)
		fail_run("something sold was never delivered", 0);
	for (size_t i = 0; i < sim.partners.truth_count; i++)
		order_end_check(&sim.partners.truth[i]);
	ask("select count(*) from job where kind <= 4", 0, open, 1);
	if (open[0] != 0)
		fail_run("work is left that nobody will do", 0);
}

static uint64_t run(int64_t seed, int64_t orders)
{
	struct faults calm = { .delay_ms_max = 50 }, faults;
	struct str    key;

	sim.seed = seed;
	sim.seen_event = 0;
	sim.calm = false;
	sim.tally = (struct tally){ 0 };
	shop_open(&sim.shop, false);
	sim.shop.config.number[SETTING_line_topups_per_day] = 100000;
	/* Longer than anything is on its way in this world (partners.c). */
	sim.shop.config.number[SETTING_delivery_horizon_s] = 200;
	world_begin(&sim.world, (uint64_t)seed, SHOP_BEGIN_MS);
	faults_draw(&sim.world, &faults);
	key = (struct str){ .ptr = (const char *)sim.shop.keys.sandbox.byte, .len = KEY_SIZE };
	partners_begin(&sim.partners, &sim.world, &faults, key);
	sim.partners.hook = hook_arrives_here;
	sim.partners.hook_ctx = &sim;
	sim.shop.env.net = partners_net(&sim.partners);
	if (sqlite3_open_v2(sim.shop.path, &sim.eye, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		fail_run("no eye", 0);
	for (int i = 0; i < LINES; i++)
		sim.lines[i] = shop_add_line(&sim.shop, 440100000001000 + i);
	work_start();
	for (int64_t i = 0; i < orders; i++)
		world_plan(&sim.world, SHOP_BEGIN_MS + world_between(&sim.world, 0, SPREAD_MS),
		           user_orders, NULL, i);
	run_until(SHOP_BEGIN_MS + SPREAD_MS + 2 * 3600 * 1000);
	sim.calm = true;
	sim.partners.faults = calm;
	run_until(sim.world.now_ms + (int64_t)CALM_DAYS * DAY_MS);
	end_check();
	shop_books_check(&sim.shop);
	work_close(sim.work);
	arena_free(&sim.work_arena);
	sqlite3_close(sim.eye);
	shop_close(&sim.shop);
	partners_end(&sim.partners);
	return sim.world.trace;
}

int main(int argc, char **argv)
{
	int64_t orders = 500, first = 0, last = 0;
	int     seeds = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	log_limit(LOG_ERROR);
	for (int i = 1; i < argc; i++) {
		struct str arg = str_from(argv[i]);
		bool       good = true;

		if (str_eq(arg, STR("--verbose")))
			sim.verbose = true;
		else if (str_eq(arg, STR("--orders")) && i + 1 < argc)
			good = str_to_int64(str_from(argv[++i]), &orders);
		else
			good = str_to_int64(arg, seeds++ == 0 ? &first : &last);
		if (!good || orders < 1 || orders > PARTNER_ORDERS_MAX) {
			fprintf(stderr, "usage: sim [--orders N] [--verbose] SEED [LAST_SEED]\n");
			return 64;
		}
	}
	for (int64_t seed = first; seed <= (seeds > 1 ? last : first); seed++) {
		uint64_t     trace = run(seed, orders);
		struct tally t = sim.tally;
		/* The first seed twice: the same seed is the same world (P12). */
		if (seed == first && run(seed, orders) != trace)
			fail_run("two runs of one seed differ", 0);
		printf("ok - seed %lld: %lld orders, %lld active, %lld given back, %lld unpaid, "
		       "%lld refused; %lld crashes, %lld callbacks, trace %016llx\n",
		       (long long)seed, (long long)t.placed, (long long)t.active,
		       (long long)t.refunded, (long long)t.unpaid, (long long)t.refused,
		       (long long)t.crashes, (long long)t.hooks, (unsigned long long)trace);
	}
	return 0;
}
