/*
 * lines_fuzz.c - a lines file: whatever it holds, a row that is taken is whole
 * and has keep days that go into the columns and come out again, and a row that
 * is refused says why.
 *
 * rooms: base core
 * longest: 1024
 */
#include "fuzz/fuzz.h"

#include "base/csv.h"
#include "base/str.h"
#include "base/time.h"
#include "core/iccid.h"
#include "core/imsi.h"
#include "core/line_row.h"
#include "core/msisdn.h"

static struct arena          forever;
static struct catalogue      catalogue;
static struct line_row_rules rules;

static void check_taken(const struct line_row *row)
{
	struct keep_rule    rule;
	struct keep_state   state, again;
	struct keep_result  result;
	struct keep_columns columns;

	FUZZ_CHECK(row->imsi != 0 || row->iccid != 0 || row->serial != 0);
	FUZZ_CHECK(row->imsi >= 0 && row->imsi <= IMSI_MAX);
	FUZZ_CHECK(row->iccid == 0 || iccid_payload_valid(row->iccid));
	FUZZ_CHECK(row->msisdn == 0 || msisdn_valid(row->msisdn));
	FUZZ_CHECK(row->brand >= 0 && (size_t)row->brand < catalogue.brand_count);
	FUZZ_CHECK(row->payment < LINE_PAYMENT_COUNT && row->state < LINE_STATE_COUNT);
	FUZZ_CHECK(row->activated_day >= 0 && row->activated_day <= rules.today);
	FUZZ_CHECK(line_row_keep(&rules, row, &rule, &state));
	columns = keep_to_columns(&state);
	FUZZ_CHECK(keep_from_columns(&columns, &again));
	keep_result(&rule, &state, &result);
	if (result.dated && row->kept_until_day > 0)
		FUZZ_CHECK(result.safe_until_day <= row->kept_until_day);
}

static void check_refused(const struct line_row_problems *problems)
{
	bool refused = false;

	FUZZ_CHECK(problems->count > 0 && problems->count <= LINE_ROW_PROBLEM_MAX);
	for (size_t i = 0; i < problems->count; i++) {
		FUZZ_CHECK(problems->item[i].column <= LINE_COLUMN_COUNT);
		FUZZ_CHECK(line_row_problem_remedy(problems->item[i].kind)[0] != '\0');
		refused = refused || line_row_problem_refuses(problems->item[i].kind);
	}
	FUZZ_CHECK(refused);
}

static void check_row(struct arena *arena, struct line_header *header, bool *header_seen,
                      const struct csv_row *row)
{
	struct line_row_problems problems;
	struct line_row          taken;
	struct str               unknown[2];
	enum line_column         column;
	size_t                   unknown_count;

	if (!*header_seen) {
		*header_seen = line_header_read(row->field, row->count, header, &column, unknown, 2,
		                                &unknown_count) == LINE_HEADER_GOOD;
	} else if (line_row_read(arena, header, &rules, row->field, row->count, &taken,
	                         &problems)) {
		check_taken(&taken);
	} else {
		check_refused(&problems);
	}
}

static void set_up(void)
{
	struct plan_problems *problems;

	arena_init(&forever, 8 << 20);
	problems = ARENA_NEW(&forever, struct plan_problems);
	FUZZ_CHECK(plan_parse(&forever, plan_demo(), &catalogue, problems));
	line_row_rules_fill(&catalogue, day_from_civil(2026, 11, 21), false, false, &rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena       arena;
	struct csv         csv;
	struct csv_row     row;
	struct line_header header;
	bool               header_seen = false;
	enum csv_step      step;

	if (catalogue.brand_count == 0)
		set_up();
	arena_init(&arena, 1 << 20);
	FUZZ_CHECK(csv_init(&csv, &arena,
	                    (struct csv_limits){ .row_max = 4096,
	                                         .field_max = LINE_ROW_CELL_MAX,
	                                         .column_max = 64,
	                                         .separator = ',' }));
	csv_feed(&csv, (struct str){ .ptr = (const char *)data, .len = size });
	while ((step = csv_next(&csv, &row)) != CSV_END) {
		if (step == CSV_MORE)
			csv_finish(&csv);
		else if (step == CSV_ROW)
			check_row(&arena, &header, &header_seen, &row);
	}
	arena_free(&arena);
	return 0;
}
