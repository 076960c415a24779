/*
 * pay_invariant_test.c - what a payments engineer insists on (GATEWAYS 9),
 * seen from the worker: a gateway whose page is not ours, scripted, with lost
 * calls and crashes between.  docs/gateways/README.md lists all 14.
 */
#include "test.h"

#include "work/world.h"

#include "base/str.h"
#include "gate/pay.h"
#include "store/job_sql.h"

#define MINUTE_MS (60 * 1000)

/* What the scripted gateway has seen, and says next. */
static struct {
	int                starts, queries, captures, closes;
	char               body[2][512]; /* of the first two STARTs */
	enum payment_state state;        /* to a query */
	enum pay_outcome   start, query;
	int64_t            amount;       /* 0: what was asked for */
	const char        *url;
} said;

static bool body(const struct pay_config *config, const struct pay_task *task, struct arena *arena,
                 struct str *ret)
{
	(void)config;
	*ret = arena_printf(arena, "%.*s %lld %s", STR_ARG(task->order),
	                    (long long)task->amount.amount, task->return_url.ptr);
	return true;
}

static enum pay_outcome facts(const struct pay_task *task, enum payment_state state,
                              struct pay_facts *ret)
{
	*ret = (struct pay_facts){ .order = task->order,
		                   .state = state,
		                   .amount = task->amount,
		                   .reference = STR("their-1"),
		                   .way = PAY_WAY_REDIRECT,
		                   .url = str_from(said.url) };
	if (said.amount != 0)
		ret->amount.amount = said.amount;
	return PAY_OUTCOME_OK;
}

static enum pay_outcome start(const struct pay_config *config, const struct pay_task *task,
                              const struct net_call *call, struct arena *arena,
                              struct pay_facts *ret)
{
	(void)config, (void)call, (void)arena;
	if (said.starts < 2)
		snprintf(said.body[said.starts], sizeof said.body[0], "%.*s", STR_ARG(task->body));
	said.starts++;
	return said.start == PAY_OUTCOME_OK ? facts(task, PAYMENT_PENDING, ret) : said.start;
}

static enum pay_outcome query(const struct pay_config *config, const struct pay_task *task,
                              const struct net_call *call, struct arena *arena,
                              struct pay_facts *ret)
{
	(void)config, (void)call, (void)arena;
	said.queries++;
	return said.query == PAY_OUTCOME_OK ? facts(task, said.state, ret) : said.query;
}

static enum pay_outcome capture(const struct pay_config *config, const struct pay_task *task,
                                const struct net_call *call, struct arena *arena,
                                struct pay_facts *ret)
{
	(void)config, (void)call, (void)arena;
	said.captures++;
	said.state = PAYMENT_SUCCEEDED;
	return facts(task, PAYMENT_SUCCEEDED, ret);
}

static enum pay_outcome closing(const struct pay_config *config, const struct pay_task *task,
                                const struct net_call *call, struct arena *arena,
                                struct pay_facts *ret)
{
	(void)config, (void)call, (void)arena;
	said.closes++;
	if (said.state == PAYMENT_SUCCEEDED)
		return facts(task, PAYMENT_SUCCEEDED, ret);
	return said.query == PAY_OUTCOME_OK ? facts(task, PAYMENT_EXPIRED, ret) : said.query;
}

/* Nothing leaves by the net: the verbs answer at once. */
static const struct pay_gateway scripted = {
	.name = "stripe",
	.verb[PAY_VERB_START] = { .body = body, .parse = start },
	.verb[PAY_VERB_QUERY] = { .parse = query },
	.verb[PAY_VERB_CAPTURE] = { .body = body, .parse = capture },
	.verb[PAY_VERB_CLOSE] = { .body = body, .parse = closing },
};

static const struct pay_gateway *find(enum pay_method method)
{
	return method == PAY_STRIPE ? &scripted : pay_find(method);
}

static int64_t begin(struct world *world)
{
	memset(&said, 0, sizeof said);
	said.state = PAYMENT_PENDING;
	said.url = "https://pay.example/1";
	world_open(world, &carrier_sandbox);
	world->gateways = find;
	world->pages = STR("https://pay.example");
	world_crash(world); /* hired anew, with that gateway */
	return world_place_at(world, PAY_STRIPE);
}

static struct payment_get_row payment_of(struct world *world, int64_t id)
{
	struct payment_get_row row;

	assert_int_equal(payment_get(world->shop.read_db, &world->shop.arena,
	                             shop_order(&world->shop, id).payment_id, &row),
	                 ERR_OK);
	return row;
}

/* 1 */
static void the_same_bytes_go_out_at_every_try(void **state)
{
	struct world                world;
	struct payment_call_get_row call;
	int64_t                     id = begin(&world);

	(void)state;
	said.start = PAY_OUTCOME_UNKNOWN;
	said.query = PAY_OUTCOME_ABSENT;
	world_turn(&world);
	assert_int_equal(said.starts, 1);
	assert_int_equal(payment_call_get(world.shop.read_db, &world.shop.arena,
	                                  payment_of(&world, id).id, 0, PAY_VERB_START, &call),
	                 ERR_OK);
	world_crash(&world);
	said.start = PAY_OUTCOME_OK;
	world_run(&world, 5000);
	assert_int_equal(said.starts, 2);
	assert_true(said.queries >= 1); /* asked before it was said again */
	assert_string_equal(said.body[0], said.body[1]);
	assert_true(str_eq(call.body, str_from(said.body[1])));
	assert_int_equal(world_state(&world, id), ORDER_PAYING);
	world_close(&world);
}

/* 2 */
static void another_amount_is_never_booked(void **state)
{
	struct world       world;
	int64_t            id = begin(&world);
	struct job_get_row job;

	(void)state;
	world_turn(&world);
	said.state = PAYMENT_SUCCEEDED;
	said.amount = 1;
	world_run(&world, MINUTE_MS);
	assert_int_equal(world_state(&world, id), ORDER_PAYING);
	job = world_job(&world, id);
	assert_int_equal(job.desk, 1);
	shop_books_check(&world.shop);
	world_close(&world);
}

/* 2: of another merchant, proven. */
static void money_of_another_merchant_waits_for_a_person(void **state)
{
	struct world world;
	int64_t      id = begin(&world);

	(void)state;
	world_turn(&world);
	said.query = PAY_OUTCOME_FOREIGN;
	world_run(&world, MINUTE_MS);
	assert_int_equal(world_state(&world, id), ORDER_PAYING);
	assert_int_equal(world_job(&world, id).desk, 1);
	world_close(&world);
}

/* 5 */
static void unknown_never_ends_by_time_alone(void **state)
{
	struct world world;
	int64_t      id = begin(&world);

	(void)state;
	world_turn(&world);
	said.query = PAY_OUTCOME_UNKNOWN;
	world_run(&world, INT64_C(5) * 24 * 60 * MINUTE_MS);
	assert_int_equal(world_state(&world, id), ORDER_PAY_UNKNOWN);
	said.query = PAY_OUTCOME_ABSENT; /* "not found", long after the end */
	world_run(&world, INT64_C(24) * 60 * MINUTE_MS);
	assert_int_equal(world_state(&world, id), ORDER_EXPIRED);
	world_close(&world);
}

/* 6 */
static void closing_what_was_paid_is_paid(void **state)
{
	struct world world;
	int64_t      id = begin(&world);

	(void)state;
	world_turn(&world);
	shop_happen(&world.shop, id, ORDER_EVENT_CANCEL);
	said.state = PAYMENT_SUCCEEDED;
	world_run(&world, MINUTE_MS);
	assert_true(said.closes >= 1);
	assert_int_equal(world_state(&world, id), ORDER_REVERSED);
	assert_int_equal(payment_of(&world, id).refunded, payment_of(&world, id).amount);
	shop_books_check(&world.shop);
	world_close(&world);
}

/* After the quote's end nobody is charged what was only approved. */
static void what_is_approved_is_captured_while_the_quote_holds_and_never_after(void **state)
{
	struct world world;
	int64_t      id = begin(&world);

	(void)state;
	world_turn(&world);
	said.state = PAYMENT_APPROVED;
	world_run(&world, MINUTE_MS);
	assert_int_equal(said.captures, 1);
	assert_int_equal(world_state(&world, id), ORDER_ACTIVE);
	world_close(&world);

	id = begin(&world);
	world_turn(&world);
	world.shop.now_ms = shop_order(&world.shop, id).expires_s * 1000;
	said.state = PAYMENT_APPROVED;
	world_run(&world, 60 * MINUTE_MS);
	assert_int_equal(said.captures, 0);
	assert_int_equal(world_state(&world, id), ORDER_EXPIRED);
	world_close(&world);
}

/* An answer must not send the payer elsewhere. */
static void a_page_that_is_not_the_gateways_is_never_shown(void **state)
{
	struct world                world;
	struct payment_page_get_row page;
	int64_t                     id = begin(&world);

	(void)state;
	said.url = "https://evil.example/1";
	world_turn(&world);
	assert_int_equal(payment_page_get(world.shop.read_db, &world.shop.arena,
	                                  payment_of(&world, id).id, &page),
	                 ERR_OK);
	assert_int_equal(page.way, PAY_WAY_NONE);
	assert_int_equal(world_state(&world, id), ORDER_PAY_FAILED);
	assert_int_equal(world_job(&world, id).desk, 1);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_bytes_go_out_at_every_try),
		cmocka_unit_test(another_amount_is_never_booked),
		cmocka_unit_test(money_of_another_merchant_waits_for_a_person),
		cmocka_unit_test(unknown_never_ends_by_time_alone),
		cmocka_unit_test(closing_what_was_paid_is_paid),
		cmocka_unit_test(
		    what_is_approved_is_captured_while_the_quote_holds_and_never_after),
		cmocka_unit_test(a_page_that_is_not_the_gateways_is_never_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
