/*
 * statement_test.c - statements of a gateway beside a shop's payments: booked
 * once, healed by asking, and nothing that differs is booked; `keepline verify`
 * agrees after each.
 */
#include "test.h"

#include "shop.h"

#include "base/str.h"
#include "base/time.h"
#include "core/job.h"
#include "store/job_sql.h"
#include "store/order_sql.h"
#include "store/public_id.h"
#include "store/statement.h"
#include "store/statement_sql.h"
#include "store/verify.h"

#define LINES_MAX 16

struct world {
	struct shop           shop;
	struct statement_head head;
	struct statement_line lines[LINES_MAX];
	size_t                count;
	int64_t               id; /* of the statement */
};

static void world_open(struct world *world)
{
	*world = (struct world){ 0 };
	shop_open(&world->shop, false);
	world->head = (struct statement_head){
		.gateway = PAY_SANDBOX,
		.name = STR("sandbox.csv"),
		.from_s = SHOP_BEGIN_MS / 1000 - 3600,
		.to_s = SHOP_BEGIN_MS / 1000 + 3600,
	};
}

/* An order of 1,100 yen, paid when told so. */
static int64_t paid_order(struct world *world, bool paid)
{
	int64_t               id = shop_place(&world->shop, world->shop.line_id);
	struct payment_report report;

	if (paid) {
		report = shop_report(&world->shop, id, PAYMENT_SUCCEEDED, "");
		assert_int_equal(shop_tell(&world->shop, &report), SETTLE_DOUBT_NONE);
	}
	return id;
}

static struct payment_get_row payment_of(struct world *world, int64_t order_id)
{
	struct order_get_row   order = shop_order(&world->shop, order_id);
	struct payment_get_row payment;

	assert_int_equal(payment_get(world->shop.read_db, &world->shop.read_arena, order.payment_id,
	                             &payment),
	                 ERR_OK);
	return payment;
}

static struct statement_line *line_of(struct world *world, int64_t order_id)
{
	struct payment_get_row payment = payment_of(world, order_id);
	struct statement_line *line = &world->lines[world->count++];

	*line = (struct statement_line){
		.about = STATEMENT_PAYMENT,
		.number = public_id(&world->shop.arena, &world->shop.keys, PUBLIC_PAYMENT,
		                    payment.id),
		.row = (int64_t)world->count + 1,
		.amount = { payment.amount, (uint16_t)payment.currency },
		.at_s = SHOP_BEGIN_MS / 1000,
		.done = true,
		.reference = STR("R1"),
	};
	return line;
}

struct bring {
	struct world *world;
	int64_t       known;
};

static enum err bring_apply(struct store *store, struct command *command)
{
	struct bring *bring = command->arg;
	struct world *world = bring->world;

	return statement_bring(store->db, store->keys, &world->head, world->lines, world->count,
	                       &bring->known, &world->id);
}

static enum err step_apply(struct store *store, struct command *command)
{
	struct world *world = command->arg;
	bool          more = true;

	while (more) {
		enum err err = statement_step(store, world->id, &more);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* Brings the lines as one file, which the name makes another one; compares it. */
static void bring(struct world *world, const char *file)
{
	struct bring bring = { .world = world };

	sha256(str_from(file), &world->head.hash);
	assert_int_equal(shop_run(&world->shop, bring_apply, &bring), ERR_OK);
	assert_int_equal(bring.known, 0);
	assert_int_equal(shop_run(&world->shop, step_apply, world), ERR_OK);
}

/* The only mismatch that is open; kind COUNT: there is none. */
static struct mismatch_open_row open_one(struct world *world)
{
	struct mismatch_open_row *rows, none = { .kind = RECON_BREAK_KIND_COUNT };
	size_t                    count;

	assert_int_equal(mismatch_open(world->shop.read_db, &world->shop.read_arena, 0, 10, &rows,
	                               &count),
	                 ERR_OK);
	assert_in_range(count, 0, 1);
	return count == 1 ? rows[0] : none;
}

static bool tick(void *ctx, const char *table, int64_t row_count)
{
	(void)ctx, (void)table, (void)row_count;
	return true;
}

static void found(void *ctx, enum verify_check check, int64_t row)
{
	(void)ctx;
	fail_msg("verify: check %d, row %d", (int)check, (int)row);
}

static void books_agree(struct world *world)
{
	struct verify_watch  watch = { .found = found, .tick = tick };
	struct verify        verify = { .db = world->shop.read_db,
		                        .catalogue = &world->shop.catalogue,
		                        .today = tokyo_day(world->shop.now_ms / 1000),
		                        .watch = &watch };
	struct verify_report report;

	shop_books_check(&world->shop);
	assert_int_equal(verify_run(&verify, &report), ERR_OK);
	assert_int_equal(report.finding_count, 0);
}

static void what_agrees_is_booked_once(void **state)
{
	struct world             world;
	struct bring             again = { .world = &world };
	struct statement_line   *line;
	struct statement_get_row statement;
	int64_t                  order;

	(void)state;
	world_open(&world);
	order = paid_order(&world, true);
	line = line_of(&world, order);
	line->fee = (struct money){ 7, line->amount.currency };
	bring(&world, "monday");
	assert_int_equal(open_one(&world).kind, RECON_BREAK_KIND_COUNT);
	assert_int_equal(
	    shop_balance(&world.shop, LEDGER_GATEWAY_FEE, PAY_SANDBOX, line->amount.currency), 7);
	assert_int_equal(shop_balance(&world.shop, LEDGER_GATEWAY_DUE, PAY_SANDBOX,
	                              line->amount.currency),
	                 line->amount.amount - 7);
	assert_int_equal(statement_get(world.shop.read_db, &world.shop.read_arena, world.id,
	                               &statement),
	                 ERR_OK);
	assert_int_equal(statement.matched_count, 1);
	assert_int_equal(statement.state, STATEMENT_MATCHED);
	books_agree(&world);
	/* the same file changes nothing */
	assert_int_equal(shop_run(&world.shop, bring_apply, &again), ERR_OK);
	assert_int_equal(again.known, statement.id);
	/* and the same payment in another file is told, not booked */
	bring(&world, "tuesday");
	assert_int_equal(open_one(&world).kind, RECON_BREAK_TWICE);
	assert_int_equal(
	    shop_balance(&world.shop, LEDGER_GATEWAY_FEE, PAY_SANDBOX, line->amount.currency), 7);
	books_agree(&world);
	shop_close(&world.shop);
}

static enum err heal_apply(struct store *store, struct command *command)
{
	const struct mismatch_open_row *mismatch = command->arg;

	return statement_heal(store, mismatch->id);
}

static void money_we_do_not_know_of_heals_by_asking(void **state)
{
	struct world             world;
	struct mismatch_open_row mismatch;
	struct statement_line   *line;
	struct payment_report    report;
	struct job_get_row       job;
	int64_t                  order;

	(void)state;
	world_open(&world);
	order = paid_order(&world, false);
	line = line_of(&world, order);
	line->fee = (struct money){ 7, line->amount.currency };
	world.shop.now_ms += 60000;
	bring(&world, "monday");
	mismatch = open_one(&world);
	assert_int_equal(mismatch.kind, RECON_BREAK_MISSING_HERE);
	assert_int_equal(mismatch.order_id, order);
	assert_int_equal(job_get(world.shop.read_db, &world.shop.read_arena,
	                         shop_order(&world.shop, order).job_id, &job),
	                 ERR_OK);
	assert_true(job.due_ms <= world.shop.now_ms);
	/* not before the gateway has said so itself */
	assert_int_equal(shop_run(&world.shop, heal_apply, &mismatch), ERR_OK);
	assert_int_equal(open_one(&world).kind, RECON_BREAK_MISSING_HERE);
	assert_int_equal(
	    shop_balance(&world.shop, LEDGER_GATEWAY_FEE, PAY_SANDBOX, line->amount.currency), 0);
	report = shop_report(&world.shop, order, PAYMENT_SUCCEEDED, "");
	assert_int_equal(shop_tell(&world.shop, &report), SETTLE_DOUBT_NONE);
	assert_int_equal(shop_run(&world.shop, heal_apply, &mismatch), ERR_OK);
	assert_int_equal(open_one(&world).kind, RECON_BREAK_KIND_COUNT);
	assert_int_equal(
	    shop_balance(&world.shop, LEDGER_GATEWAY_FEE, PAY_SANDBOX, line->amount.currency), 7);
	books_agree(&world);
	shop_close(&world.shop);
}

/* An order that nobody watches any more gets somebody who asks. */
static void a_forgotten_order_is_asked_about_again(void **state)
{
	struct world world;
	int64_t      order;

	(void)state;
	world_open(&world);
	order = paid_order(&world, false);
	shop_happen(&world.shop, order, ORDER_EVENT_PAY_FAILED);
	shop_happen(&world.shop, order, ORDER_EVENT_WATCH_ENDED);
	assert_int_equal(shop_order(&world.shop, order).job_id, 0);
	line_of(&world, order);
	bring(&world, "monday");
	assert_int_equal(open_one(&world).kind, RECON_BREAK_MISSING_HERE);
	assert_int_not_equal(shop_order(&world.shop, order).job_id, 0);
	books_agree(&world);
	shop_close(&world.shop);
}

static void what_differs_is_never_booked(void **state)
{
	struct world           world;
	struct statement_line *line;
	struct payment_get_row payment;

	(void)state;
	world_open(&world);
	line = line_of(&world, paid_order(&world, true));
	line->fee = (struct money){ 7, line->amount.currency };
	line->amount.amount--;
	bring(&world, "monday");
	assert_int_equal(open_one(&world).kind, RECON_BREAK_AMOUNT);
	assert_int_equal(
	    shop_balance(&world.shop, LEDGER_GATEWAY_FEE, PAY_SANDBOX, line->amount.currency), 0);
	payment = payment_of(&world, open_one(&world).order_id);
	assert_int_equal(open_one(&world).ours, payment.amount);
	assert_int_equal(open_one(&world).theirs, payment.amount - 1);
	books_agree(&world);
	shop_close(&world.shop);
}

static void what_their_file_lacks_is_told(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	paid_order(&world, true);
	world.lines[world.count++] = (struct statement_line){
		.about = STATEMENT_FEE, .row = 1, .amount = { 3, CURRENCY_JPY }, .done = true
	};
	bring(&world, "monday");
	assert_int_equal(open_one(&world).kind, RECON_BREAK_MISSING_THERE);
	assert_int_equal(shop_balance(&world.shop, LEDGER_GATEWAY_FEE, PAY_SANDBOX, CURRENCY_JPY),
	                 3);
	books_agree(&world);
	shop_close(&world.shop);
}

struct closing {
	int64_t id;
	bool    closed;
};

static enum err close_apply(struct store *store, struct command *command)
{
	struct closing *closing = command->arg;

	return statement_close(store, closing->id, 2, STR("Paid for another shop of ours."),
	                       &closing->closed);
}

static void money_without_an_order_waits_on_suspense(void **state)
{
	struct world   world;
	struct closing closing = { 0 };

	(void)state;
	world_open(&world);
	world.lines[world.count++] = (struct statement_line){ .about = STATEMENT_PAYMENT,
		                                              .number = STR("SHOP-17"),
		                                              .row = 5,
		                                              .amount = { 500, CURRENCY_CNY },
		                                              .done = true };
	bring(&world, "monday");
	assert_int_equal(open_one(&world).kind, RECON_BREAK_FOREIGN);
	assert_int_equal(shop_balance(&world.shop, LEDGER_SUSPENSE, 0, CURRENCY_CNY), -500);
	books_agree(&world);
	closing.id = open_one(&world).id;
	assert_int_equal(shop_run(&world.shop, close_apply, &closing), ERR_OK);
	assert_true(closing.closed);
	assert_int_equal(open_one(&world).kind, RECON_BREAK_KIND_COUNT);
	assert_int_equal(shop_balance(&world.shop, LEDGER_SUSPENSE, 0, CURRENCY_CNY), 0);
	assert_int_equal(shop_run(&world.shop, close_apply, &closing), ERR_OK);
	assert_false(closing.closed);
	books_agree(&world);
	shop_close(&world.shop);
}

static void a_payout_reaches_the_bank_once(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	world.lines[world.count++] = (struct statement_line){ .about = STATEMENT_PAYOUT,
		                                              .row = 1,
		                                              .amount = { 9000, CURRENCY_JPY },
		                                              .batch = STR("B1"),
		                                              .done = true };
	bring(&world, "monday");
	bring(&world, "tuesday");
	assert_int_equal(shop_balance(&world.shop, LEDGER_BANK, 0, CURRENCY_JPY), 9000);
	assert_int_equal(shop_balance(&world.shop, LEDGER_GATEWAY_DUE, PAY_SANDBOX, CURRENCY_JPY),
	                 -9000);
	books_agree(&world);
	shop_close(&world.shop);
}

/* More of ours than one stretch takes, theirs at both ends of it. */
static void a_long_list_is_compared_in_stretches(void **state)
{
	struct world world;
	int64_t      first, last = 0;

	(void)state;
	world_open(&world);
	first = paid_order(&world, true);
	for (int i = 0; i < STATEMENT_CHUNK_MAX + 40; i++)
		last = shop_place(&world.shop, shop_add_line(&world.shop, 440550000020000 + i));
	last = paid_order(&world, true);
	line_of(&world, first);
	line_of(&world, last);
	bring(&world, "monday");
	assert_int_equal(open_one(&world).kind, RECON_BREAK_KIND_COUNT);
	books_agree(&world);
	shop_close(&world.shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_agrees_is_booked_once),
		cmocka_unit_test(money_we_do_not_know_of_heals_by_asking),
		cmocka_unit_test(a_forgotten_order_is_asked_about_again),
		cmocka_unit_test(what_differs_is_never_booked),
		cmocka_unit_test(what_their_file_lacks_is_told),
		cmocka_unit_test(money_without_an_order_waits_on_suspense),
		cmocka_unit_test(a_payout_reaches_the_bank_once),
		cmocka_unit_test(a_long_list_is_compared_in_stretches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
