/*
 * sweep_test.c - the day's round: states and notices as the days go by, each
 * told once; figures; what is too old is forgotten, and nothing else.
 */
#include "test.h"

#include "work/world.h"

#include "base/time.h"
#include "core/line.h"
#include "store/ledger_sql.h"
#include "store/line_sql.h"
#include "store/notice_sql.h"
#include "store/once_sql.h"
#include "store/post.h"
#include "store/session_sql.h"
#include "store/work_sql.h"
#include "work/sweep.h"

#define DAY_MS INT64_C(86400000)

static enum err own_apply(struct store *store, struct command *command)
{
	const struct shop *shop = command->arg;
	enum err           err = account_line_add(store->db, shop->account_id, shop->line_id);

	return err == ERR_OK ? account_line_add(store->db, 2, shop->line_id) : err;
}

static void owned_world(struct world *world)
{
	world_open(world, &carrier_sandbox);
	assert_int_equal(shop_run(&world->shop, own_apply, &world->shop), ERR_OK);
}

static struct line_get_row line_of(struct world *world)
{
	struct line_get_row line;

	assert_int_equal(
	    line_get(world->shop.read_db, &world->shop.arena, world->shop.line_id, &line), ERR_OK);
	return line;
}

/* To noon of the day so many days before safe_until (behind it: negative). */
static void go_to(struct world *world, int32_t days_left)
{
	struct line_get_row line = line_of(world);
	int64_t noon_ms = (tokyo_day_start_s((int32_t)line.safe_until_day - days_left) + 43200) *
	                  1000;

	assert_true(noon_ms >= world->shop.now_ms);
	world_run(world, noon_ms - world->shop.now_ms);
}

static int64_t figure_of(struct world *world, enum figure figure)
{
	struct figure_list_row *rows;
	size_t                  count;
	int32_t                 today = tokyo_day(world->shop.now_ms / 1000);

	assert_int_equal(figure_list(world->shop.read_db, &world->shop.arena, today, today, &rows,
	                             &count),
	                 ERR_OK);
	for (size_t i = 0; i < count; i++)
		if (rows[i].kind == (int64_t)figure)
			return rows[i].value;
	return 0;
}

static void each_notice_comes_once_on_its_day(void **state)
{
	static const int32_t days[] = { 60, 30, 14, 7, 3, 1 };
	struct world         world;
	struct line_get_row  line;
	int                  told = 0;

	(void)state;
	owned_world(&world);
	world_turn(&world);
	assert_int_equal(world_told(&world, NOTICE_KEEP_DAYS), 0);
	assert_int_equal(figure_of(&world, FIGURE_LINES_0 + 3), 2); /* 91 to 180 days left */
	for (size_t i = 0; i < COUNT_OF(days); i++) {
		go_to(&world, days[i] + 1);
		assert_int_equal(world_told(&world, NOTICE_KEEP_DAYS), told);
		go_to(&world, days[i]);
		assert_int_equal(world_told(&world, NOTICE_KEEP_DAYS), ++told);
		world_crash(&world); /* a start is a round, too: and tells nothing new */
		world_turn(&world);
		assert_int_equal(world_told(&world, NOTICE_KEEP_DAYS), told);
	}
	assert_int_equal(figure_of(&world, FIGURE_LINES_0), 2);
	assert_true(line_number_works((enum line_state)line_of(&world).state));
	go_to(&world, -1);
	assert_int_equal(world_told(&world, NOTICE_KEEP_SUSPENDED), 1);
	assert_int_equal(line_of(&world).state, LINE_SUSPENDED);
	line = line_of(&world);
	/* Lost within 7 days, and of the two only the one with owners can be told. */
	go_to(&world, (int32_t)(line.safe_until_day - line.lost_day) + 8);
	assert_int_equal(figure_of(&world, FIGURE_LOSING), 0);
	go_to(&world, (int32_t)(line.safe_until_day - line.lost_day) + 7);
	assert_int_equal(figure_of(&world, FIGURE_LOSING), 2);
	assert_int_equal(figure_of(&world, FIGURE_LOSING_TOLD), 1);
	go_to(&world, (int32_t)(line.safe_until_day - line.lost_day) - 3);
	assert_int_equal(world_told(&world, NOTICE_KEEP_HALF), 1);
	assert_int_equal(world_told(&world, NOTICE_KEEP_CANCEL), 1);
	assert_int_equal(world_told(&world, NOTICE_KEEP_LOST), 1);
	assert_int_equal(figure_of(&world, FIGURE_LINES_0), 0);
	assert_int_equal(figure_of(&world, FIGURE_LOSING), 0);
	world.shop.account_id = 2; /* both who look after it are told */
	assert_int_equal(world_told(&world, NOTICE_KEEP_DAYS), told);
	assert_int_equal(world_told(&world, NOTICE_KEEP_LOST), 1);
	world_close(&world);
}

/* A round that is cut short anywhere begins again and tells nobody twice. */
static void a_crash_in_the_round_tells_nobody_twice(void **state)
{
	bool crashed = true;

	(void)state;
	for (int n = 1; crashed; n++) {
		struct world world;

		owned_world(&world);
		world.shop.now_ms = SHOP_BEGIN_MS + 120 * DAY_MS;
		crashed = false;
		for (int step = 0; step < 1000; step++) {
			if (step == n) {
				world_crash(&world);
				crashed = true;
			} else if (!world_inch(&world)) {
				break;
			}
		}
		world_turn(&world);
		assert_int_equal(world_told(&world, NOTICE_KEEP_DAYS), 1);
		world_close(&world);
	}
}

struct old {
	int64_t once_id, created_s;
};

static enum err old_apply(struct store *store, struct command *command)
{
	const struct old *old = command->arg;
	uint8_t           hash[32] = { (uint8_t)old->once_id };
	struct str        bytes = { .ptr = (const char *)hash, .len = sizeof hash };
	enum err err = once_insert(store->db, old->once_id, 1, old->created_s, 201, 1, NULL);

	if (err == ERR_OK)
		err = session_insert(store->db, bytes, 1, 1, bytes, old->created_s, STR("test"));
	return err;
}

static size_t rows_left(struct world *world)
{
	struct once_slice_row *rows;
	size_t                 count;

	assert_int_equal(once_slice(world->shop.read_db, &world->shop.arena, 0, 100, &rows, &count),
	                 ERR_OK);
	return count;
}

static bool quote_there(struct world *world, int64_t id)
{
	struct order_get_row order;
	enum err             err = order_get(world->shop.read_db, &world->shop.arena, id, &order);

	assert_true(err == ERR_OK || err == ERR_NOT_FOUND);
	return err == ERR_OK;
}

static void what_is_too_old_is_forgotten(void **state)
{
	struct world world;
	struct shop *shop = &world.shop;
	struct old   old = { .once_id = 7, .created_s = SHOP_BEGIN_MS / 1000 };
	int64_t      first, placed, second, newest;

	(void)state;
	world_open(&world, &carrier_sandbox);
	first = shop_quote(shop, shop->line_id, "keep-180", CURRENCY_CNY);
	placed = shop_place(shop, shop->line_id);
	assert_int_equal(shop_run(shop, old_apply, &old), ERR_OK);
	world_run(&world, 2 * DAY_MS - 3600000);
	assert_int_equal(rows_left(&world), 1);
	old = (struct old){ .once_id = 9, .created_s = shop->now_ms / 1000 };
	assert_int_equal(shop_run(shop, old_apply, &old), ERR_OK);
	world_run(&world, DAY_MS);
	assert_int_equal(rows_left(&world), 1);
	world_run(&world, 3 * DAY_MS);
	assert_int_equal(rows_left(&world), 0);
	assert_true(quote_there(&world, first));
	shop->now_ms -= 5 * DAY_MS; /* quotes need rates that are not stale */
	second = shop_quote(shop, shop->line_id, "keep-180", CURRENCY_CNY);
	newest = shop_quote(shop, shop->line_id, "keep-180", CURRENCY_CNY);
	shop->now_ms += 8 * DAY_MS;
	world_run(&world, DAY_MS);
	assert_false(quote_there(&world, first));
	assert_true(quote_there(&world, placed));
	assert_false(quote_there(&world, second));
	assert_true(quote_there(&world, newest)); /* its number is not given out twice */
	assert_int_equal(world_state(&world, placed), ORDER_EXPIRED);
	assert_true(world_count(&world, placed, ORDER_EVENT_PLACE) == 1);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_notice_comes_once_on_its_day),
		cmocka_unit_test(a_crash_in_the_round_tells_nobody_twice),
		cmocka_unit_test(what_is_too_old_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
