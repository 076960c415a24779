/*
 * pay_wake_test.c - hints: a payer who comes back, a callback that cannot be
 * proven here.  They change nothing, and make us ask at once (GATEWAYS 9,
 * invariant 11).
 */
#include "test.h"

#include "work/world.h"

#include "base/str.h"
#include "store/job_sql.h"
#include "store/public_id.h"

static enum err wake(struct store *store, struct command *command)
{
	return settle_wake(store, *(int64_t *)command->arg);
}

/* What settle_ask() was told, and said. */
struct hint {
	enum pay_method method;
	struct str      number;
	enum err        err;
};

static enum err ask(struct store *store, struct command *command)
{
	struct hint *hint = command->arg;

	hint->err = settle_ask(store, hint->method, hint->number);
	return ERR_OK;
}

static void coming_back_only_asks(void **state)
{
	struct world         world;
	struct order_get_row before, after;
	int64_t              id;
	int                  asked;

	(void)state;
	world_open(&world, &carrier_sandbox);
	id = shop_place(&world.shop, world.shop.line_id);
	world_run(&world, 60 * 1000);
	before = shop_order(&world.shop, id);
	asked = world.query;
	assert_int_equal(shop_run(&world.shop, wake, &id), ERR_OK);
	after = shop_order(&world.shop, id);
	assert_int_equal(after.state, before.state);
	assert_int_equal(after.event_id, before.event_id);
	assert_int_equal(world_job(&world, id).due_ms, world.shop.now_ms);
	world_turn(&world);
	assert_int_equal(world.query, asked + 1);
	assert_int_equal(shop_order(&world.shop, id).state, before.state);
	world_close(&world);
}

static void a_hint_about_another_method_or_number_is_none(void **state)
{
	struct world world;
	int64_t      id;
	struct hint  hint = { .method = PAY_STRIPE };

	(void)state;
	world_open(&world, &carrier_sandbox);
	id = shop_place(&world.shop, world.shop.line_id);
	hint.number = public_id(&world.shop.arena, &world.shop.keys, PUBLIC_PAYMENT,
	                        shop_order(&world.shop, id).payment_id);
	assert_int_equal(shop_run(&world.shop, ask, &hint), ERR_OK);
	assert_int_equal(hint.err, ERR_NOT_FOUND);
	hint.method = PAY_SANDBOX;
	assert_int_equal(shop_run(&world.shop, ask, &hint), ERR_OK);
	assert_int_equal(hint.err, ERR_OK);
	hint.number = STR("KP00000000000000000000000000");
	assert_int_equal(shop_run(&world.shop, ask, &hint), ERR_OK);
	assert_int_equal(hint.err, ERR_NOT_FOUND);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coming_back_only_asks),
		cmocka_unit_test(a_hint_about_another_method_or_number_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
