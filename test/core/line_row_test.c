/*
 * line_row_test.c - rows of a lines file, by the table line_row.t.
 */
#include "core/table.h"

#include "base/buf.h"
#include "base/time.h"
#include "core/line_row.h"

#define TABLE "test/core/line_row.t"

static const struct str header_cells[] = { STR_INIT("iccid"),      STR_INIT(" IMSI "),
	                                   STR_INIT("msisdn"),     STR_INIT("serial"),
	                                   STR_INIT("brand"),      STR_INIT("payment"),
	                                   STR_INIT("state"),      STR_INIT("activated_on"),
	                                   STR_INIT("kept_until"), STR_INIT("identity") };

static struct line_row_rules rules;
static struct catalogue      catalogue;
static struct arena          arena;

static struct str problems_told(const struct line_row_problems *problems)
{
	struct buf buf;

	buf_init(&buf, &arena, 512);
	for (size_t i = 0; i < problems->count; i++) {
		enum line_column column = problems->item[i].column;
		struct str       name = column == LINE_COLUMN_COUNT ? STR("row")
		                                                    : line_column_name(column);

		buf_printf(&buf, "%s%.*s:%.*s", i > 0 ? " " : "", STR_ARG(name),
		           STR_ARG(line_row_problem_name(problems->item[i].kind)));
	}
	return buf_str(&buf);
}

static struct str safe_until(const struct line_row *row)
{
	struct keep_rule   rule;
	struct keep_state  state;
	struct keep_result result;

	if (!line_row_keep(&rules, row, &rule, &state))
		return STR("no rule");
	keep_result(&rule, &state, &result);
	return result.dated ? iso_day(&arena, result.safe_until_day) : STR("never");
}

static void reads_rows(void **state)
{
	struct table             table = table_open(TABLE, "rows");
	struct line_header       header;
	struct line_row_problems problems;
	struct line_row          row;
	enum line_column         column;
	size_t                   unknown_count;

	(void)state;
	assert_int_equal(line_header_read(header_cells, COUNT_OF(header_cells), &header, &column,
	                                  NULL, 0, &unknown_count),
	                 LINE_HEADER_GOOD);
	while (table_next(&table, 4)) {
		struct str cells[16], rest = table.cell[0];
		size_t     count = 0;
		bool       more = true, good;

		while (more)
			more = str_cut(rest, ',', &cells[count++], &rest);
		good = line_row_read(&arena, &header, &rules, cells, count, &row, &problems);
		table_expect(&table, 1, good ? STR("good") : STR("refused"));
		table_expect(&table, 2, problems_told(&problems));
		table_expect(&table, 3, good ? safe_until(&row) : STR(""));
		assert_false(arena.failed);
	}
}

static enum line_header_problem header_of(const char *text, struct line_header *ret,
                                          enum line_column *ret_column, size_t *ret_unknown)
{
	struct str cells[16], rest = str_from(text), unknown[2];
	size_t     count = 0;
	bool       more = true;

	while (more)
		more = str_cut(rest, ',', &cells[count++], &rest);
	return line_header_read(cells, count, ret, ret_column, unknown, 2, ret_unknown);
}

static void reads_headers(void **state)
{
	struct line_header header;
	enum line_column   column = LINE_COLUMN_COUNT;
	size_t             unknown;

	(void)state;
	assert_int_equal(header_of("note,brand,imsi", &header, &column, &unknown),
	                 LINE_HEADER_GOOD);
	assert_int_equal(unknown, 1);
	assert_int_equal(header.cell[LINE_COLUMN_BRAND], 1);
	assert_int_equal(header.cell[LINE_COLUMN_IMSI], 2);
	assert_int_equal(header.cell[LINE_COLUMN_ICCID], -1);
	assert_int_equal(header_of("a,b,c,brand,imsi", &header, &column, &unknown),
	                 LINE_HEADER_GOOD);
	assert_int_equal(unknown, 3);
	assert_int_equal(header_of("brand,imsi,BRAND", &header, &column, &unknown),
	                 LINE_HEADER_TWICE);
	assert_int_equal(column, LINE_COLUMN_BRAND);
	assert_int_equal(header_of("imsi,iccid", &header, &column, &unknown), LINE_HEADER_MISSING);
	assert_int_equal(column, LINE_COLUMN_BRAND);
	assert_int_equal(header_of("brand,msisdn", &header, &column, &unknown), LINE_HEADER_NO_SIM);
	assert_int_equal(header_of("", &header, &column, &unknown), LINE_HEADER_MISSING);
}

/* What the setting iccid_luhn_refuse and the sandbox change. */
static void follows_the_settings(void **state)
{
	struct line_header       header;
	struct line_row_problems problems;
	struct line_row          row;
	enum line_column         column;
	size_t                   unknown;
	const struct str         cells[] = { STR("povo"), STR("001010000000004"),
		                             STR("8981300000000000019"), STR("2026-11-01") };

	(void)state;
	assert_int_equal(header_of("brand,imsi,iccid,activated_on", &header, &column, &unknown),
	                 LINE_HEADER_GOOD);
	line_row_rules_fill(&catalogue, rules.today, true, false, &rules);
	assert_true(line_row_read(&arena, &header, &rules, cells, 4, &row, &problems));
	assert_int_equal(problems.count, 1);
	line_row_rules_fill(&catalogue, rules.today, true, true, &rules);
	assert_false(line_row_read(&arena, &header, &rules, cells, 4, &row, &problems));
	assert_int_equal(problems.item[0].kind, LINE_ROW_PROBLEM_ICCID_REFUSED);
}

static int set_up(void **state)
{
	struct plan_problems *problems;

	(void)state;
	arena_init(&arena, 8 << 20);
	problems = ARENA_NEW(&arena, struct plan_problems);
	if (!plan_parse(&arena, plan_demo(), &catalogue, problems))
		return -1;
	line_row_rules_fill(&catalogue, day_from_civil(2026, 11, 21), false, false, &rules);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_rows),
		cmocka_unit_test(reads_headers),
		cmocka_unit_test(follows_the_settings),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
