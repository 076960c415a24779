/*
 * keep_test.c - the shipped keep rules, by the tables keep_<preset>.t; phases,
 * notices, columns.
 */
#include "core/table.h"

#include <stdlib.h>

#include "base/time.h"
#include "core/plan.h"

static struct arena     arena;
static struct catalogue catalogue;

struct story {
	const char        *path;
	struct str         brand;
	bool               parked;
	struct keep_rule   rule;
	struct keep_state  state;
	struct keep_result result;
};

static int load(void **state)
{
	static struct plan_problems problems;

	(void)state;
	arena_init(&arena, 4 << 20);
	if (!plan_parse(&arena, plan_demo(), &catalogue, &problems)) {
		struct str text = plan_problem_text(&arena, &problems.list[0]);

		fail_msg("data/catalogue.ini: %.*s", STR_ARG(text));
	}
	return 0;
}

static int unload(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void rule_of(struct str brand_code, bool parked, struct keep_rule *ret)
{
	const struct plan_brand *brand = plan_brand(&catalogue, brand_code);

	assert_non_null(brand);
	assert_true(plan_keep_rule(&catalogue, brand, parked, 20000, ret));
}

static int32_t day_of(struct str text)
{
	int64_t utc_s;
	int32_t day = 0;

	if (rfc3339_parse(text, &utc_s))
		return tokyo_day(utc_s);
	if (!iso_day_parse(text, &day))
		fail_msg("no day: %.*s", STR_ARG(text));
	return day;
}

static struct str day_text(int32_t day)
{
	return day == KEEP_DAY_NEVER || day == KEEP_DAY_NONE ? STR("-") : iso_day(&arena, day);
}

static bool word_cut(struct str *text, const char *word)
{
	struct str rest = *text;

	if (!str_starts(rest, str_from(word)))
		return false;
	rest = str_skip(rest, strlen(word));
	if (rest.len > 0 && rest.ptr[0] != ' ')
		return false;
	*text = str_trim(rest);
	return true;
}

static int64_t number_cut(struct str *text)
{
	struct str word;
	int64_t    number = 0;

	str_cut(*text, ' ', &word, text);
	if (!str_to_int64(word, &number))
		fail_msg("no number: %.*s", STR_ARG(word));
	return number;
}

/* "pack until 2026-05-01", "charge 5000 by card", "park 6 months" */
static struct keep_event event_of(const struct table *table, int32_t day, struct str text)
{
	static const struct {
		const char          *word;
		enum keep_event_kind kind;
		bool                 yen;
	} words[] = {
		{ "pack", KEEP_EVENT_PACK, false },
		{ "free pack", KEEP_EVENT_FREE_PACK, false },
		{ "promo", KEEP_EVENT_PROMO, false },
		{ "charge", KEEP_EVENT_CHARGE, true },
		{ "metered", KEEP_EVENT_METERED, true },
		{ "data", KEEP_EVENT_DATA, false },
		{ "call", KEEP_EVENT_CALL, false },
		{ "park", KEEP_EVENT_PARK, false },
		{ "resume", KEEP_EVENT_RESUME, false },
	};
	struct keep_event event = { .kind = KEEP_EVENT_NONE, .day = day, .order = table->line };

	for (size_t i = 0; i < COUNT_OF(words) && event.kind == KEEP_EVENT_NONE; i++) {
		if (!word_cut(&text, words[i].word))
			continue;
		event.kind = words[i].kind;
		if (words[i].yen)
			event.yen = number_cut(&text);
	}
	if (event.kind == KEEP_EVENT_NONE)
		fail_msg("%s:%d: no such event", table->path, table->line);
	event.by_card = word_cut(&text, "by card");
	if (word_cut(&text, "until"))
		event.until_day = day_of(text), text.len = 0;
	else if (str_ends(text, STR(" days")))
		event.days = (int32_t)number_cut(&text), text.len = 0;
	else if (str_ends(text, STR(" months")))
		event.months = (int32_t)number_cut(&text), text.len = 0;
	if (text.len > 0)
		fail_msg("%s:%d: what is \"%.*s\"?", table->path, table->line, STR_ARG(text));
	return event;
}

static struct str because(const struct keep_result *result)
{
	return arena_printf(&arena, "%.*s %.*s",
	                    STR_ARG(str_skip(keep_cause_message(result->cause), 13)),
	                    STR_ARG(iso_day(&arena, result->cause_day)));
}

static struct str offered(const struct keep_preview *preview)
{
	struct str name = str_skip(keep_refusal_message(preview->refusal), 12);

	if (!preview->counts)
		return STR("does not count");
	if (preview->refusal == KEEP_REFUSE_NONE)
		return arena_printf(&arena, "+%d", preview->more_days);
	if (preview->again_day == KEEP_DAY_NONE)
		return name;
	return arena_printf(&arena, "%.*s again %.*s", STR_ARG(name),
	                    STR_ARG(iso_day(&arena, preview->again_day)));
}

static struct str story_step(struct story *story, const struct table *table, int32_t day,
                             struct str text)
{
	struct keep_preview preview;
	struct keep_event   event;

	if (word_cut(&text, "start")) {
		rule_of(text.len > 0 ? text : story->brand, story->parked, &story->rule);
		keep_start(&story->rule, day, &story->state);
	} else if (word_cut(&text, "offer")) {
		event = event_of(table, day, text);
		keep_preview(&story->rule, &story->state, &event, &preview);
		assert_int_equal(keep_refuse(&story->rule, &story->state, &event), preview.refusal);
		story->result = preview.after;
		return offered(&preview);
	} else {
		struct keep_state before = story->state;
		bool              changed;

		event = event_of(table, day, text);
		changed = keep_apply(&story->rule, &story->state, &event);
		/* False promises that nothing has changed. */
		if (!changed && memcmp(&before, &story->state, sizeof before) != 0)
			fail_msg("%s:%d: changed unsaid", table->path, table->line);
	}
	keep_result(&story->rule, &story->state, &story->result);
	return because(&story->result);
}

static void columns_hold(const struct keep_state *state)
{
	struct keep_columns columns = keep_to_columns(state);
	struct keep_state   back;

	assert_true(keep_from_columns(&columns, &back));
	assert_memory_equal(&back, state, sizeof back);
}

static void play(struct str path, struct str brand, bool parked)
{
	const char  *name = arena_cstr(&arena, path);
	struct table table = table_open(name, "cases");
	struct story story = { .path = name, .brand = brand, .parked = parked };

	while (table_next(&table, 6)) {
		int32_t    day = day_of(table.cell[0]);
		struct str why = story_step(&story, &table, day, table.cell[1]);

		table_expect(&table, 2, day_text(story.result.safe_until_day));
		table_expect(&table, 3, day_text(story.result.suspended_day));
		table_expect(&table, 4, day_text(story.result.lost_day));
		table_expect(&table, 5, why);
		columns_hold(&story.state);
	}
}

#define PRESET(function, preset, brand, parked) \
	static void function(void **state) \
	{ \
		(void)state; \
		play(STR("test/core/keep_" preset ".t"), STR(brand), parked); \
	}
PRESET(povo2, "povo2", "povo", false)
PRESET(sb_simple, "sb-simple", "softbank-prepaid", false)
PRESET(rakuten_2021, "rakuten-2021", "rakuten", false)
PRESET(zero_sim, "zero-sim", "zero-sim", false)
PRESET(docomo_park, "docomo-park", "docomo", true)
PRESET(au_park, "au-park", "au", true)
PRESET(mobal_vacation, "mobal-vacation", "mobal", true)
PRESET(visitor, "visitor", "visitor", false)
PRESET(prepaid_180, "prepaid-180", "docomo-prepaid", false)
PRESET(contract, "contract", "docomo", false)

static void carrier_mail(void **unused)
{
	struct table table = table_open("test/core/keep_zero-sim.t", "carrier mail");

	(void)unused;
	while (table_next(&table, 2)) {
		struct keep_rule   rule;
		struct keep_state  state;
		struct keep_result result;

		rule_of(STR("zero-sim"), false, &rule);
		keep_start(&rule, day_add_months(day_of(table.cell[0]), -2), &state);
		keep_result(&rule, &state, &result);
		table_expect(&table, 0, day_text(result.safe_until_day));
		table_expect(&table, 1, day_text(result.carrier_mail_day));
	}
}

/* ---- phases ------------------------------------------------------------------- */

static void phases(void **unused)
{
	static const char *const works[] = { "all", "receive", "nothing" };
	static const char *const buys[] = { "yes", "support", "no" };
#define X(id) #id,
	static const char *const names[] = { KEEP_PHASES(X) };
#undef X
	struct table table = table_open("test/core/keep_phase.t", "phases");

	(void)unused;
	while (table_next(&table, 6)) {
		struct keep_rule   rule;
		struct keep_state  state;
		struct keep_result result;
		struct keep_event  charge = { .kind = KEEP_EVENT_CHARGE, .yen = 3000 };
		enum keep_phase    phase;

		rule_of(table.cell[0], false, &rule);
		charge.day = day_of(table.cell[1]);
		keep_start(&rule, charge.day, &state);
		if (rule.kind == KEEP_CHARGE)
			keep_apply(&rule, &state, &charge);
		keep_result(&rule, &state, &result);
		phase = keep_phase(&result, day_of(table.cell[2]));
		table_expect(&table, 3, str_from(names[phase]));
		table_expect(&table, 4, str_from(works[keep_works(&rule, phase)]));
		table_expect(&table, 5, str_from(buys[keep_buy(&rule, phase)]));
	}
}

/* A grace of odd length: the first half is the longer one. */
static void odd_grace(void **unused)
{
	struct keep_result result = {
		.dated = true, .safe_until_day = 100, .suspended_day = 101, .lost_day = 105
	};

	(void)unused;
	assert_int_equal(keep_phase(&result, 103), KEEP_PHASE_SUSPENDED);
	assert_int_equal(keep_phase(&result, 104), KEEP_PHASE_GRACE);
	result.lost_day = 101;
	assert_int_equal(keep_phase(&result, 101), KEEP_PHASE_SUSPENDED);
	assert_int_equal(keep_phase(&result, 102), KEEP_PHASE_LOST);
}

static void line_states(void **unused)
{
#define X(id) #id,
	static const char *const names[] = { KEEP_PHASES(X) };
#undef X
	struct table table = table_open("test/core/keep_phase.t", "line states");
	int          row_count = 0;

	(void)unused;
	for (; table_next(&table, 6); row_count++) {
		enum line_state now = LINE_STATE_COUNT;

		assert_true(line_state_from_name(table.cell[0], &now));
		for (int i = 0; i < KEEP_PHASE_COUNT; i++) {
			assert_non_null(names[i]);
			table_expect(&table, i + 1,
			             line_state_name(keep_line_state((enum keep_phase)i, now)));
		}
	}
	assert_int_equal(row_count, LINE_STATE_COUNT);
}

/* ---- notices -------------------------------------------------------------------- */

static const char *const notice_names[] = {
#define X(id, days) #id,
	KEEP_NOTICES(X)
#undef X
};

static enum keep_notice notice_of(struct str name)
{
	for (int i = 0; i < KEEP_NOTICE_COUNT; i++)
		if (str_eq(name, str_from(notice_names[i])))
			return (enum keep_notice)i;
	fail_msg("no notice: %.*s", STR_ARG(name));
	return KEEP_NOTICE_COUNT;
}

static void line_starts(struct str brand, int32_t day, struct keep_result *ret)
{
	struct keep_rule  rule;
	struct keep_state state;

	rule_of(brand, false, &rule);
	keep_start(&rule, day, &state);
	keep_result(&rule, &state, ret);
}

/* What is sent on which day when a sweep runs every day. */
static void notices(void **unused)
{
	struct table            table = table_open("test/core/keep_phase.t", "notices");
	struct keep_notice_sent sent = { .notice = KEEP_NOTICE_NONE };
	struct keep_result      result = { 0 };
	struct keep_notice_due  due;
	int32_t                 today = 0;

	(void)unused;
	while (table_next(&table, 3)) {
		if (table.cell[0].len > 0) {
			/* Nothing may be left over of the story before. */
			assert_false(keep_next_notice(&result, sent, today + 1000, &due));
			today = day_of(table.cell[1]);
			line_starts(table.cell[0], today, &result);
			sent = (struct keep_notice_sent){ .notice = KEEP_NOTICE_NONE };
			continue;
		}
		while (keep_next_notice(&result, sent, today, &due) && due.day > today)
			today++;
		table_expect(&table, 1, day_text(today));
		table_expect(&table, 2, str_from(notice_names[due.notice]));
		sent = (struct keep_notice_sent){ due.notice, result.safe_until_day };
	}
	assert_false(keep_next_notice(&result, sent, today + 1000, &due));
}

static void late_notices(void **unused)
{
	struct table       table = table_open("test/core/keep_phase.t", "late notices");
	struct keep_result result;

	(void)unused;
	line_starts(STR("povo"), day_of(STR("2026-01-19")), &result);
	while (table_next(&table, 5)) {
		struct keep_notice_sent sent = { notice_of(table.cell[1]), day_of(table.cell[2]) };
		struct keep_notice_due  due;

		assert_true(keep_next_notice(&result, sent, day_of(table.cell[0]), &due));
		table_expect(&table, 3, str_from(notice_names[due.notice]));
		table_expect(&table, 4, day_text(due.day));
	}
	line_starts(STR("docomo"), 20000, &result);
	assert_false(keep_next_notice(&result, (struct keep_notice_sent){ 0 }, 30000,
	                              &(struct keep_notice_due){ 0 }));
	assert_int_equal(keep_notice_days(KEEP_NOTICE_14), 14);
	assert_int_equal(keep_notice_days(KEEP_NOTICE_HALF), 0);
}

/* ---- rows and words ---------------------------------------------------------------- */

static void damaged_columns(void **unused)
{
	struct keep_state state = {
		.clock_day = 20000, .cause = KEEP_BECAUSE_PACK, .cause_day = 20000, .cause_order = 7
	};
	struct keep_columns good = keep_to_columns(&state), bad;
	struct keep_state   back;

	(void)unused;
	for (int i = 0; i < KEEP_COLUMN_COUNT; i++) {
		bad = good;
		bad.value[i] = -1;
		assert_false(keep_from_columns(&bad, &back));
		bad.value[i] = INT64_MIN;
		assert_false(keep_from_columns(&bad, &back));
		bad.value[i] = INT64_MAX;
		assert_int_equal(keep_from_columns(&bad, &back), i == KEEP_COLUMN_COUNT - 1);
	}
	bad = good;
	bad.value[3] = KEEP_CAUSE_COUNT;
	assert_false(keep_from_columns(&bad, &back));
	bad = good;
	bad.value[0] = KEEP_DAY_LAST + 1;
	assert_false(keep_from_columns(&bad, &back));
	assert_true(keep_from_columns(&good, &back));
	assert_memory_equal(&back, &state, sizeof back);
}

static void activated_on(void **unused)
{
	int32_t today = day_of(STR("2026-11-21")), day = -7;

	(void)unused;
	assert_true(keep_activated_on(STR("2026-11-21"), today, &day));
	assert_int_equal(day, today);
	assert_true(keep_activated_on(STR("1970-01-02"), today, &day));
	assert_int_equal(day, 1);
	assert_false(keep_activated_on(STR("2026-11-22"), today, &day));
	assert_false(keep_activated_on(STR("1970-01-01"), today, &day));
	assert_false(keep_activated_on(STR("1969-12-31"), today, &day));
	assert_false(keep_activated_on(STR("2026-02-29"), today, &day));
	assert_false(keep_activated_on(STR("2026-1-2"), today, &day));
	assert_false(keep_activated_on(STR("21/11/2026"), today, &day));
	assert_false(keep_activated_on(STR(""), today, &day));
	assert_int_equal(day, 1);
}

static void words(void **unused)
{
	enum keep_kind       kind = KEEP_KIND_COUNT;
	enum keep_event_kind event = KEEP_EVENT_COUNT;

	(void)unused;
	for (int i = 0; i < KEEP_KIND_COUNT; i++) {
		assert_true(keep_kind_from_name(keep_kind_name((enum keep_kind)i), &kind));
		assert_int_equal(kind, i);
	}
	for (int i = 0; i < KEEP_EVENT_COUNT; i++) {
		assert_true(keep_event_from_name(keep_event_name((enum keep_event_kind)i), &event));
		assert_int_equal(event, i);
	}
	assert_false(keep_kind_from_name(STR("forever"), &kind));
	assert_false(keep_event_from_name(STR("Pack"), &event));
	assert_str(keep_cause_message(KEEP_BECAUSE_FIRST_USE), "KEEP_BECAUSE_FIRST_USE");
	assert_str(keep_refusal_message(KEEP_REFUSE_CARD_DAY), "KEEP_REFUSE_CARD_DAY");
	assert_int_equal(keep_refusal_status(KEEP_REFUSE_TOO_SMALL), 422);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(povo2),           cmocka_unit_test(sb_simple),
		cmocka_unit_test(rakuten_2021),    cmocka_unit_test(zero_sim),
		cmocka_unit_test(docomo_park),     cmocka_unit_test(au_park),
		cmocka_unit_test(mobal_vacation),  cmocka_unit_test(visitor),
		cmocka_unit_test(prepaid_180),     cmocka_unit_test(contract),
		cmocka_unit_test(carrier_mail),    cmocka_unit_test(phases),
		cmocka_unit_test(odd_grace),       cmocka_unit_test(line_states),
		cmocka_unit_test(notices),         cmocka_unit_test(late_notices),
		cmocka_unit_test(damaged_columns), cmocka_unit_test(activated_on),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
