/*
 * plan_fuzz.c - the catalogue: whatever the file holds, it is read to the end;
 * a catalogue that comes out can be looked up, and its rules keep lines without
 * a fault; a problem that comes out can be told.
 *
 * rooms: base core
 */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "base/utf8.h"
#include "core/plan.h"

static void check_result(const struct keep_rule *rule, const struct keep_state *state)
{
	struct keep_result     result;
	struct keep_columns    columns = keep_to_columns(state);
	struct keep_state      back;
	struct keep_notice_due due;

	keep_result(rule, state, &result);
	FUZZ_CHECK(keep_from_columns(&columns, &back));
	FUZZ_CHECK(!result.dated || (result.suspended_day == result.safe_until_day + 1 &&
	                             result.lost_day >= result.safe_until_day));
	FUZZ_CHECK(keep_phase(&result, result.suspended_day) >= KEEP_PHASE_SUSPENDED ||
	           !result.dated);
	keep_next_notice(&result, (struct keep_notice_sent){ 0 }, 20000, &due);
}

static void check_rule(const struct keep_rule *rule)
{
	static const int32_t days[] = { 1, 19999, 20000, 20100, KEEP_DAY_MAX };

	for (size_t i = 0; i < COUNT_OF(days); i++) {
		struct keep_state state;

		keep_start(rule, days[i], &state);
		check_result(rule, &state);
		for (int kind = 0; kind < KEEP_EVENT_COUNT; kind++) {
			struct keep_event event = {
				.kind = (enum keep_event_kind)kind,
				.day = days[(i + 1) % COUNT_OF(days)],
				.days = 30,
				.yen = INT64_MAX,
				.months = 3,
			};
			struct keep_preview preview;

			keep_preview(rule, &state, &event, &preview);
			keep_apply(rule, &state, &event);
			check_result(rule, &state);
		}
	}
}

static void check_catalogue(const struct catalogue *catalogue)
{
	FUZZ_CHECK(catalogue->brand_count >= 1 && catalogue->brand_count <= PLAN_BRAND_MAX);
	for (size_t i = 0; i < catalogue->keep_count; i++)
		check_rule(&catalogue->keeps[i].rule);
	for (size_t i = 0; i < catalogue->brand_count; i++) {
		const struct plan_brand *brand = &catalogue->brands[i];
		struct keep_rule         rule;
		struct keep_state        state;

		FUZZ_CHECK(plan_brand(catalogue, brand->code) == brand);
		FUZZ_CHECK((size_t)brand->network < catalogue->network_count);
		if (!plan_keep_rule(catalogue, brand, false, 20000, &rule))
			continue;
		keep_start(&rule, 20000, &state);
		plan_extend(catalogue, brand, &rule, &state, 20010);
	}
	for (size_t i = 0; i < catalogue->pack_count; i++) {
		const struct plan_pack *pack = &catalogue->packs[i];
		struct keep_event       event;

		FUZZ_CHECK(plan_pack(catalogue, pack->code) == pack);
		FUZZ_CHECK(pack->price.amount >= 1 && pack->price.amount <= PLAN_YEN_MAX);
		FUZZ_CHECK(pack->name.in[PLAN_LANG_EN].len > 0);
		plan_pack_event(pack, pack->quantity_max, KEEP_DAY_MAX, true, 1, &event);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str           text = { .ptr = (const char *)data, .len = size };
	struct catalogue     catalogue;
	struct plan_problems problems;
	struct arena         arena;

	arena_init(&arena, 4 << 20);
	if (plan_parse(&arena, text, &catalogue, &problems))
		check_catalogue(&catalogue);
	else
		FUZZ_CHECK(problems.count >= 1 && problems.count <= PLAN_PROBLEM_MAX);
	for (size_t i = 0; i < problems.count; i++) {
		struct str words = plan_problem_text(&arena, &problems.list[i]);

		FUZZ_CHECK(words.len > 0 && utf8_valid(words) && problems.list[i].line >= 0);
	}
	arena_free(&arena);
	return 0;
}
