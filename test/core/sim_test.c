/*
 * sim_test.c - the one SIM field, by the table sim.t.
 */
#include "core/table.h"

#include "base/buf.h"
#include "base/time.h"
#include "core/sim.h"

#define TABLE                    "test/core/sim.t"

#define X(name, message, status) #name,
static const char *const refusal_names[] = { SIM_REFUSALS(X) };
#undef X

static struct sim_rules usual(void)
{
	return (struct sim_rules){ .today_day = day_from_civil(2026, 11, 21) };
}

static struct str warnings_told(struct arena *arena, uint32_t warnings)
{
	static const struct {
		const char *name;
		uint32_t    bit;
	} rows[] = {
		{ "check_wrong", SIM_WARNING_CHECK_WRONG },
		{ "check_computed", SIM_WARNING_CHECK_COMPUTED },
		{ "network_review", SIM_WARNING_NETWORK_REVIEW },
		{ "network_closed", SIM_WARNING_NETWORK_CLOSED },
	};
	struct buf buf;

	buf_init(&buf, arena, 128);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!(warnings & rows[i].bit))
			continue;
		buf_printf(&buf, "%s%s", buf.len ? " " : "", rows[i].name);
	}
	return buf_str(&buf);
}

static void accepts(void **state)
{
	struct table     table = table_open(TABLE, "accept");
	struct sim_rules rules = usual();
	struct arena     arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	while (table_next(&table, 5)) {
		struct sim_problem problem;
		struct sim_input   input;
		enum sim_refusal   refusal;

		refusal = sim_parse(&arena, table.cell[0], &rules, &input, &problem);
		if (refusal != SIM_REFUSAL_NONE)
			fail_msg("%s:%d: %s", TABLE, table.line, refusal_names[refusal]);
		table_expect(&table, 1, sim_kind_name(input.kind));
		table_expect(&table, 2, sim_text(&arena, input.kind, input.number));
		table_expect(&table, 3, network_name(input.plmn.network));
		table_expect(&table, 4, warnings_told(&arena, input.warnings));
	}
	arena_free(&arena);
}

static void refuses(void **state)
{
	struct table     table = table_open(TABLE, "refuse");
	struct sim_rules rules = usual();
	struct arena     arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	while (table_next(&table, 6)) {
		struct sim_problem problem = { .count = -1 };
		struct sim_input   input = { .number = -7 };
		enum sim_refusal   refusal;

		refusal = sim_parse(&arena, table.cell[0], &rules, &input, &problem);
		table_expect(&table, 1, str_from(refusal_names[refusal]));
		if (problem.count != table_int64(&table, 2))
			fail_msg("%s:%d: %d digits", TABLE, table.line, problem.count);
		if (problem.position != table_int64(&table, 3) && refusal == SIM_REFUSAL_CHARACTER)
			fail_msg("%s:%d: at %d", TABLE, table.line, problem.position);
		if (refusal == SIM_REFUSAL_CHARACTER)
			table_expect(&table, 4, str_from(problem.character));
		table_expect(&table, 5, str_from(problem.start));
		assert_int_equal(input.number, -7);
	}
	arena_free(&arena);
}

static void follows_the_rules(void **state)
{
	struct table table = table_open(TABLE, "rules");
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	while (table_next(&table, 3)) {
		struct sim_rules   rules = usual();
		struct sim_problem problem;
		struct sim_input   input;

		rules.sandbox = str_eq(table.cell[1], STR("sandbox"));
		rules.new_line = str_eq(table.cell[1], STR("new_line"));
		rules.check_digit_refuse = str_eq(table.cell[1], STR("check_digit_refuse"));
		table_expect(
		    &table, 2,
		    str_from(
			refusal_names[sim_parse(&arena, table.cell[0], &rules, &input, &problem)]));
	}
	arena_free(&arena);
}

static void masks(void **state)
{
	struct table     table = table_open(TABLE, "mask");
	struct sim_rules rules = usual();
	struct arena     arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	while (table_next(&table, 3)) {
		struct sim_problem problem;
		struct sim_input   input;

		assert_int_equal(sim_parse(&arena, table.cell[1], &rules, &input, &problem),
		                 SIM_REFUSAL_NONE);
		table_expect(&table, 0, sim_kind_name(input.kind));
		table_expect(&table, 2, sim_mask(&arena, input.kind, input.number));
	}
	arena_free(&arena);
}

static void survives_anything(void **state)
{
	static const char *const nasty[] = {
		"\xFF\xFE\x00",           "\xE5\x8F", "440\xC0\x80",
		"\xF4\x90\x80\x80",       "\xEF\xBC", "+",
		"++440101234567890",      "F",        "89F",
		"89FFFFFFFFFFFFFFFFFFFF",
	};
	struct sim_rules   rules = usual();
	struct sim_problem problem;
	struct sim_input   input;
	char               text[SIM_TEXT_MAX + 1];
	struct arena       arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT_OF(nasty); i++)
		assert_int_not_equal(sim_parse(&arena, str_from(nasty[i]), &rules, &input,
		                               &problem),
		                     SIM_REFUSAL_NONE);
	memset(text, '4', sizeof text);
	assert_int_equal(sim_parse(&arena, (struct str){ text, SIM_TEXT_MAX + 1 }, &rules, &input,
	                           &problem),
	                 SIM_REFUSAL_TEXT_LONG);
	assert_int_equal(sim_parse(&arena, (struct str){ text, SIM_TEXT_MAX }, &rules, &input,
	                           &problem),
	                 SIM_REFUSAL_TOO_LONG);
	assert_int_equal(problem.count, SIM_TEXT_MAX);
	arena_free(&arena);
}

/* Two letters in front never make one serial look like another. */
static void packs_serials(void **state)
{
	struct arena arena;
	int64_t      low, high, serial = -7;

	(void)state;
	arena_init(&arena, 65536);
	assert_true(serial_parse(STR("AA9999999999999"), &low));
	assert_true(serial_parse(STR("AB0000000000000"), &high));
	assert_int_equal(high - low, 1);
	assert_true(serial_parse(STR("zz9999999999999"), &high));
	assert_true(high == INT64_C(6759999999999999));
	assert_str(serial_text(&arena, high), "ZZ9999999999999");
	assert_str(serial_text(&arena, 0), "AA0000000000000");
	assert_false(serial_parse(STR("A00000000000000"), &serial));
	assert_false(serial_parse(STR("[A0000000000000"), &serial));
	assert_false(serial_parse(STR("@A0000000000000"), &serial));
	assert_false(serial_parse(STR("AA000000000000"), &serial));
	assert_int_equal(serial, -7);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),           cmocka_unit_test(refuses),
		cmocka_unit_test(follows_the_rules), cmocka_unit_test(masks),
		cmocka_unit_test(survives_anything), cmocka_unit_test(packs_serials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
