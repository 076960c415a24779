/*
 * keep_property_test.c - the keep rules against simulators that walk through a
 * line's life day by day, written from the presets' words (DOMAIN 4) and not
 * from the engine.
 *
 * The engine may promise less than a carrier gives, never more.  Where a
 * preset has one reading only, it must promise exactly that.
 */
#include "test.h"

#include "base/str.h"
#include "base/time.h"
#include "core/plan.h"

#define CASES      3000
#define EVENTS_MAX 12
#define WALK_DAYS  6000

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

static void rule_of(const char *brand_code, bool parked, struct keep_rule *ret)
{
	const struct plan_brand *brand = plan_brand(&catalogue, str_from(brand_code));

	assert_non_null(brand);
	assert_true(plan_keep_rule(&catalogue, brand, parked, 20000, ret));
}

/* A line's life so far: a start and events in the order of their days. */
struct life {
	int32_t           start_day;
	struct keep_event events[EVENTS_MAX];
	int               count;
};

static int32_t start_drawn(void)
{
	return drawn(day_from_civil(2019, 1, 1), day_from_civil(2033, 12, 31));
}

static struct keep_event *event_add(struct life *life, enum keep_event_kind kind, int32_t day)
{
	struct keep_event *event = &life->events[life->count++];

	*event = (struct keep_event){ .kind = kind, .day = day };
	return event;
}

/* ---- povo2: three ways to read "in the window" ------------------------------------ */

/* Sum of metered yen on days first..last. */
static int64_t metered(const struct life *life, int32_t first, int32_t last)
{
	int64_t sum = 0;

	for (int i = 0; i < life->count; i++)
		if (life->events[i].kind == KEEP_EVENT_METERED && life->events[i].day >= first &&
		    life->events[i].day <= last)
			sum += life->events[i].yen;
	return sum;
}

/* The day after the last end of the packs bought up to `day`; else the start. */
static int32_t pack_clock(const struct life *life, int32_t day)
{
	int32_t clock = life->start_day;

	for (int i = 0; i < life->count; i++)
		if (life->events[i].kind == KEEP_EVENT_PACK && life->events[i].day <= day &&
		    life->events[i].until_day + 1 > clock)
			clock = life->events[i].until_day + 1;
	return clock;
}

/* Each morning the carrier looks back over 180 days. */
static int32_t povo_sliding(const struct life *life)
{
	for (int32_t day = life->start_day;; day++)
		if (day - pack_clock(life, day - 1) >= 180 &&
		    metered(life, day - 180, day - 1) <= 660)
			return day;
}

/* Windows of 180 days, one behind the other, beginning with the clock. */
static int32_t povo_fixed(const struct life *life)
{
	int32_t first = life->start_day;

	for (int32_t day = life->start_day;; day++) {
		if (pack_clock(life, day - 1) > first)
			first = pack_clock(life, day - 1);
		if (day - first < 180)
			continue;
		if (metered(life, first, day - 1) <= 660)
			return day;
		first += 180;
	}
}

/* The window begins anew on the day on which the sum passes JPY 660. */
static int32_t povo_anew(const struct life *life)
{
	int32_t first = life->start_day, since = life->start_day;

	for (int32_t day = life->start_day;; day++) {
		if (pack_clock(life, day - 1) > first)
			first = since = pack_clock(life, day - 1);
		if (day - first >= 180)
			return day;
		if (metered(life, since, day) > 660) {
			first = day;
			since = day + 1;
		}
	}
}

static void povo2(void **unused)
{
	struct keep_rule rule;
	int              exact = 0, calls = 0;

	(void)unused;
	rule_of("povo", false, &rule);
	for (int n = 0; n < CASES; n++) {
		struct life        life = { .start_day = start_drawn() };
		struct keep_state  state;
		struct keep_result result;
		int32_t            day = life.start_day;
		bool               packs_only = drawn(0, 2) == 0;

		keep_start(&rule, day, &state);
		for (int i = 0; i < EVENTS_MAX; i++) {
			struct keep_event *event;
			int32_t            sim[3], first;

			keep_result(&rule, &state, &result);
			day = drawn(day, drawn(0, 3) == 0 ? result.safe_until_day : day + 60);
			if (day > result.safe_until_day)
				day = result.safe_until_day;
			event = event_add(&life,
			                  packs_only || drawn(0, 5) == 0 ? KEEP_EVENT_PACK
			                                                 : KEEP_EVENT_METERED,
			                  day);
			event->until_day = day + drawn(0, 40);
			event->yen = drawn(0, 9) == 0 ? 661 : drawn(1, 400);
			calls += event->kind == KEEP_EVENT_METERED;
			keep_apply(&rule, &state, event);
			keep_result(&rule, &state, &result);
			sim[0] = povo_sliding(&life);
			sim[1] = povo_fixed(&life);
			sim[2] = povo_anew(&life);
			first = sim[0];
			for (int s = 1; s < 3; s++)
				if (sim[s] < first)
					first = sim[s];
			assert_true(result.suspended_day <= first);
			if (packs_only)
				assert_int_equal(result.suspended_day, first);
			exact += result.suspended_day == first;
		}
	}
	/* Pessimism must not become idleness: most dates are exact. */
	assert_true(calls > CASES);
	assert_true(exact * 10 > CASES * EVENTS_MAX * 7);
}

/* ---- sb-simple ------------------------------------------------------------------------- */

/* Days left and balance, walked day by day; the first receive-only day. */
static int32_t sb_walk(const struct life *life)
{
	int32_t left = 0, balance = 0;

	for (int32_t day = life->start_day; day < life->start_day + WALK_DAYS; day++) {
		bool more = false;

		for (int i = 0; i < life->count; i++) {
			const struct keep_event *event = &life->events[i];

			more = more || event->day > day;
			if (event->day != day)
				continue;
			if (left == 0)
				balance = 0;
			if (event->kind == KEEP_EVENT_METERED) {
				balance -= event->yen < balance ? (int32_t)event->yen : balance;
				continue;
			}
			balance += (int32_t)event->yen;
			left += (int32_t)event->yen / 3000 * 60;
			left = left > 360 ? 360 : left;
		}
		if (!more && (left == 0 || balance == 0))
			return day;
		left -= left > 0;
	}
	fail_msg("still alive after %d days", WALK_DAYS);
	return 0;
}

static struct life sb_life(int spend_percent)
{
	struct life life = { .start_day = start_drawn() };
	int32_t     day = life.start_day;

	for (int i = 0, count = drawn(1, EVENTS_MAX); i < count; i++) {
		bool spend = i > 0 && drawn(1, 100) <= spend_percent;

		day += drawn(0, 3) == 0 ? 0 : drawn(1, 90);
		event_add(&life, spend ? KEEP_EVENT_METERED : KEEP_EVENT_CHARGE, day)
		    ->yen = spend ? drawn(1, 4000) : 3000 * drawn(1, 3) + drawn(0, 1) * 500;
	}
	return life;
}

static void sb_simple(void **unused)
{
	struct keep_rule rule;

	(void)unused;
	rule_of("softbank-prepaid", false, &rule);
	for (int n = 0; n < CASES; n++) {
		struct life        life = sb_life(0);
		struct keep_state  state;
		struct keep_result result;

		keep_start(&rule, life.start_day, &state);
		for (int i = 0; i < life.count; i++)
			keep_apply(&rule, &state, &life.events[i]);
		keep_result(&rule, &state, &result);
		assert_int_equal(result.suspended_day, sb_walk(&life));
		assert_int_equal(result.lost_day, result.suspended_day + 359);
	}
}

/* With use: the balance may run out first.  The walk knows of no day before the
 * last event, so only lives that reach it are compared. */
static void sb_simple_spent(void **unused)
{
	struct keep_rule rule;
	int              compared = 0;

	(void)unused;
	rule_of("softbank-prepaid", false, &rule);
	for (int n = 0; n < CASES; n++) {
		struct life        life = sb_life(50);
		struct keep_state  state;
		struct keep_result result;
		bool               reached = true;

		keep_start(&rule, life.start_day, &state);
		for (int i = 0; i < life.count; i++) {
			keep_result(&rule, &state, &result);
			reached = reached &&
			          (i == 0 || life.events[i].day <= result.safe_until_day);
			keep_apply(&rule, &state, &life.events[i]);
		}
		keep_result(&rule, &state, &result);
		if (!reached)
			continue;
		compared++;
		assert_int_equal(result.suspended_day, sb_walk(&life));
	}
	assert_true(compared > CASES / 10);
}

/* The same charges told in any order never promise more. */
static void sb_simple_late(void **unused)
{
	struct keep_rule rule;

	(void)unused;
	rule_of("softbank-prepaid", false, &rule);
	for (int n = 0; n < CASES; n++) {
		struct life        life = sb_life(0), told = life;
		struct keep_state  state;
		struct keep_result result;

		for (int i = told.count - 1; i > 0; i--) {
			int               other = drawn(0, i);
			struct keep_event event = told.events[i];

			told.events[i] = told.events[other];
			told.events[other] = event;
		}
		keep_start(&rule, life.start_day, &state);
		for (int i = 0; i < told.count; i++)
			keep_apply(&rule, &state, &told.events[i]);
		keep_result(&rule, &state, &result);
		assert_true(result.suspended_day <= sb_walk(&life));
	}
}

/* What is offered keeps every limit of the carrier; what is refused breaks one. */
static void sb_simple_offers(void **unused)
{
	struct keep_rule rule;
	int              refused = 0;

	(void)unused;
	rule_of("softbank-prepaid", false, &rule);
	for (int n = 0; n < CASES; n++) {
		int32_t           day = start_drawn(), left = 0, balance = 0, card = 0;
		struct keep_state state;

		keep_start(&rule, day, &state);
		for (int i = 0; i < 40; i++) {
			struct keep_event event = { .kind = KEEP_EVENT_CHARGE,
				                    .day = day,
				                    .yen = drawn(1, 13) * 1000,
				                    .by_card = drawn(0, 2) == 0 };
			int32_t           yen = (int32_t)event.yen, days = yen / 3000 * 60;
			bool good = yen >= 3000 && left + days <= 360 && balance + yen <= 60000 &&
			            (!event.by_card || card + yen <= 5000);

			assert_int_equal(keep_refuse(&rule, &state, &event) == KEEP_REFUSE_NONE,
			                 good);
			refused += !good;
			if (good) {
				assert_true(keep_apply(&rule, &state, &event));
				left += days;
				balance += yen;
				card += event.by_card ? yen : 0;
			}
			for (int step = drawn(0, 2) == 0 ? drawn(1, 30) : 0; step > 0; step--) {
				day++;
				left -= left > 0;
				balance = left > 0 ? balance : 0;
				card = 0;
			}
		}
	}
	assert_true(refused > CASES);
}

/* ---- idle days, idle months ---------------------------------------------------------- */

static void rakuten_2021(void **unused)
{
	struct keep_rule rule;

	(void)unused;
	rule_of("rakuten", false, &rule);
	for (int n = 0; n < CASES; n++) {
		struct life        life = { .start_day = start_drawn() };
		int32_t            day = life.start_day, idle = 0, last = day;
		struct keep_state  state;
		struct keep_result result;

		keep_start(&rule, day, &state);
		for (int i = 0; i < EVENTS_MAX; i++) {
			struct keep_event *event;

			day += drawn(0, 90);
			event = event_add(&life, drawn(0, 1) ? KEEP_EVENT_DATA : KEEP_EVENT_CALL,
			                  day);
			keep_apply(&rule, &state, event);
			last = day;
		}
		/* The day of the last use and 179 more without any. */
		for (day = last; idle < 179; day++)
			idle++;
		keep_result(&rule, &state, &result);
		assert_int_equal(result.safe_until_day, day);
	}
}

static void zero_sim(void **unused)
{
	struct keep_rule rule;

	(void)unused;
	rule_of("zero-sim", false, &rule);
	for (int n = 0; n < CASES; n++) {
		int32_t            start = start_drawn(), day = start, used[EVENTS_MAX], idle = 0;
		int                count = drawn(0, EVENTS_MAX);
		bool               use = false;
		struct keep_state  state;
		struct keep_result result;

		keep_start(&rule, start, &state);
		for (int i = 0; i < count; i++) {
			day += drawn(0, 45);
			used[i] = day;
			keep_apply(&rule, &state,
			           &(struct keep_event){ .kind = KEEP_EVENT_DATA, .day = day });
		}
		/* Walk: at the end of each month, was there data in it? */
		for (day = start;; day++) {
			for (int i = 0; i < count; i++)
				use = use || used[i] == day;
			if (civil_from_day(day + 1).day != 1)
				continue;
			idle = use ? 0 : idle + 1;
			use = false;
			if (idle == 3 && (count == 0 || day > used[count - 1]))
				break;
		}
		keep_result(&rule, &state, &result);
		assert_int_equal(result.suspended_day, day + 1);
		assert_int_equal(civil_from_day(result.suspended_day).day, 1);
		assert_int_equal(civil_from_day(result.carrier_mail_day).day, 15);
	}
}

/* ---- parking ------------------------------------------------------------------------------ */

/* Counts `months` monthly days on from `day`; where a month is too short, its last. */
static int32_t months_walk(int32_t day, int32_t months)
{
	int32_t wanted = civil_from_day(day).day, at = day;

	while (months > 0) {
		bool last;

		at++;
		last = civil_from_day(at + 1).day == 1;
		if (civil_from_day(at).day == wanted || (last && civil_from_day(at).day < wanted))
			months--;
	}
	return at;
}

static void parked_for(const char *brand, bool next_month, int32_t months)
{
	struct keep_rule rule;

	rule_of(brand, true, &rule);
	for (int n = 0; n < CASES / 10; n++) {
		int32_t            request = start_drawn(), first = request;
		struct keep_state  state;
		struct keep_result result;

		if (next_month)
			do
				first++;
			while (civil_from_day(first).day != 1);
		keep_start(&rule, request, &state);
		keep_result(&rule, &state, &result);
		assert_int_equal(result.suspended_day, months_walk(first, months));
		assert_int_equal(result.lost_day, result.safe_until_day);
	}
}

static void parking(void **unused)
{
	(void)unused;
	parked_for("docomo", true, 72);
	parked_for("au", false, 60);
	parked_for("mobal", false, 12);
}

/* ---- visitor ------------------------------------------------------------------------------- */

static void visitor_of(const char *brand, int32_t length)
{
	struct keep_rule rule;

	rule_of(brand, false, &rule);
	for (int n = 0; n < CASES; n++) {
		int32_t            day = start_drawn(), left = length;
		struct keep_state  state;
		struct keep_result result;

		keep_start(&rule, day, &state);
		keep_apply(&rule, &state,
		           &(struct keep_event){ .kind = KEEP_EVENT_DATA, .day = day });
		/* left: days still good, today included; below 1: days since the end. */
		for (int i = 0; i < EVENTS_MAX; i++) {
			struct keep_event event = { .kind = KEEP_EVENT_CHARGE,
				                    .yen = drawn(0, 4) * 500 };

			for (int step = drawn(0, 8); step > 0; step--, day++)
				left--;
			event.day = day;
			keep_result(&rule, &state, &result);
			assert_int_equal(result.suspended_day, day + left);
			assert_int_equal(keep_refuse(&rule, &state, &event),
			                 left < -1        ? KEEP_REFUSE_LOST
			                 : event.yen == 0 ? KEEP_REFUSE_TOO_SMALL
			                                  : KEEP_REFUSE_NONE);
			if (left < -1)
				break;
			keep_apply(&rule, &state, &event);
			if (event.yen > 0)
				left = (left > 0 ? left : 0) + (int32_t)event.yen / 500;
		}
	}
}

static void visitor(void **unused)
{
	(void)unused;
	visitor_of("visitor", 10);
	visitor_of("visitor-21", 21);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(povo2),
		cmocka_unit_test(sb_simple),
		cmocka_unit_test(sb_simple_spent),
		cmocka_unit_test(sb_simple_late),
		cmocka_unit_test(sb_simple_offers),
		cmocka_unit_test(rakuten_2021),
		cmocka_unit_test(zero_sim),
		cmocka_unit_test(parking),
		cmocka_unit_test(visitor),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
