/*
 * keep_any_test.c - what holds for every keep rule and any event, however odd
 * and however late: no paid event takes a day away.
 */
#include "test.h"

#include "base/str.h"
#include "base/time.h"
#include "core/plan.h"

#define CASES      1000
#define EVENTS_MAX 12

static struct arena     arena;
static struct catalogue catalogue;
static uint64_t         seed = 20261121;

static int load(void **state)
{
	static struct plan_problems problems;

	(void)state;
	arena_init(&arena, 4 << 20);
	return plan_parse(&arena, plan_demo(), &catalogue, &problems) ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static int32_t drawn(int32_t min, int32_t max)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return min + (int32_t)(seed % (uint64_t)(max - min + 1));
}

static int32_t start_drawn(void)
{
	return drawn(day_from_civil(2019, 1, 1), day_from_civil(2033, 12, 31));
}

static struct keep_event any_event(int32_t near)
{
	struct keep_event event = {
		.kind = (enum keep_event_kind)drawn(0, KEEP_EVENT_COUNT - 1),
		.day = near + drawn(-400, 400),
		.days = drawn(0, 400),
		.months = drawn(0, 100),
		.yen = drawn(0, 3) == 0 ? INT64_MAX : drawn(0, 20000),
		.by_card = drawn(0, 1) == 1,
		.order = drawn(0, 100),
	};

	event.until_day = event.day + drawn(-10, 400);
	return event;
}

/* No paid event, whenever told, takes a day away; false means nothing changed;
 * a preview says what then happens; the columns keep everything. */
static void never_back(void **unused)
{
	int paid = 0;

	(void)unused;
	for (size_t k = 0; k < catalogue.keep_count; k++) {
		const struct keep_rule *rule = &catalogue.keeps[k].rule;

		for (int n = 0; n < CASES; n++) {
			struct keep_state state;

			keep_start(rule, start_drawn(), &state);
			for (int i = 0; i < EVENTS_MAX; i++) {
				struct keep_event   event = any_event(state.cause_day + 400);
				struct keep_preview preview;
				struct keep_result  before, after;
				struct keep_state   old = state;
				struct keep_columns columns;

				keep_preview(rule, &state, &event, &preview);
				assert_memory_equal(&old, &state, sizeof old);
				keep_result(rule, &state, &before);
				if (!keep_apply(rule, &state, &event))
					assert_memory_equal(&old, &state, sizeof old);
				keep_result(rule, &state, &after);
				if (event.kind == KEEP_EVENT_PACK ||
				    event.kind == KEEP_EVENT_CHARGE) {
					assert_true(after.safe_until_day >= before.safe_until_day);
					paid++;
				}
				if (event.kind == KEEP_EVENT_FREE_PACK)
					assert_int_equal(after.safe_until_day,
					                 before.safe_until_day);
				assert_int_equal(preview.before.safe_until_day,
				                 before.safe_until_day);
				assert_int_equal(preview.after.safe_until_day,
				                 preview.refusal == KEEP_REFUSE_NONE
				                     ? after.safe_until_day
				                     : before.safe_until_day);
				assert_true(!after.dated ||
				            (after.lost_day >= after.safe_until_day &&
				             after.suspended_day == after.safe_until_day + 1));
				columns = keep_to_columns(&state);
				assert_true(keep_from_columns(&columns, &old));
				assert_memory_equal(&old, &state, sizeof old);
			}
		}
	}
	assert_true(paid > CASES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_back),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
