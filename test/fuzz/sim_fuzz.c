/*
 * sim_fuzz.c - the SIM field and telephone numbers: whatever is typed, what we
 * accept reads back as itself, and masks never show it whole.
 *
 * rooms: base core
 * longest: 300
 */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "core/eid.h"
#include "core/msisdn.h"
#include "core/sim.h"

static void try_sim(struct arena *arena, struct str text, const struct sim_rules *rules)
{
	struct sim_problem problem;
	struct sim_input   input, again;
	struct str         shown, masked;

	if (sim_parse(arena, text, rules, &input, &problem) != SIM_REFUSAL_NONE)
		return;
	shown = sim_text(arena, input.kind, input.number);
	masked = sim_mask(arena, input.kind, input.number);
	FUZZ_CHECK(shown.len >= 15 && shown.len <= 20 && masked.len == shown.len);
	FUZZ_CHECK(masked.ptr[0] == '*' && !str_eq(masked, shown));
	FUZZ_CHECK(sim_parse(arena, shown, rules, &again, &problem) == SIM_REFUSAL_NONE);
	FUZZ_CHECK(again.kind == input.kind && again.number == input.number);
	FUZZ_CHECK(again.plmn.network == input.plmn.network);
	if (input.plmn.state == PLMN_TEST)
		FUZZ_CHECK(rules->sandbox);
}

static void try_msisdn(struct arena *arena, struct str text)
{
	int64_t msisdn, again;
	int32_t count;

	if (msisdn_parse(arena, text, &msisdn, &count) != MSISDN_REFUSAL_NONE)
		return;
	FUZZ_CHECK(msisdn_valid(msisdn));
	FUZZ_CHECK(msisdn_parse(arena, msisdn_text(arena, msisdn), &again, &count) ==
	           MSISDN_REFUSAL_NONE);
	FUZZ_CHECK(again == msisdn);
	FUZZ_CHECK(msisdn_mask(arena, msisdn).len == 13);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str       text = { .ptr = (const char *)data, .len = size };
	struct sim_rules rules = { .today_day = 20778 };
	uint8_t          steer = fuzz_byte(&text);
	struct arena     arena;
	struct eid       eid;

	rules.sandbox = steer & 1;
	rules.new_line = steer & 2;
	rules.check_digit_refuse = steer & 4;
	arena_init(&arena, 1 << 20);
	try_sim(&arena, text, &rules);
	try_msisdn(&arena, text);
	if (eid_parse(text, &eid) == EID_REFUSAL_NONE)
		FUZZ_CHECK(str_eq(eid_text(&arena, eid), text));
	arena_free(&arena);
	return 0;
}
