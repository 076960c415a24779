/*
 * imsi_test.c - IMSI and EID, by the table imsi.t.
 */
#include "core/table.h"

#include "core/eid.h"
#include "core/imsi.h"

#define TABLE                    "test/core/imsi.t"

#define X(name, message, status) #name,
static const char *const eid_names[] = { EID_REFUSALS(X) };
#undef X

static void reads_and_masks(void **state)
{
	struct table table = table_open(TABLE, "imsi");
	struct arena arena;
	int64_t      imsi;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 2)) {
		assert_true(imsi_parse(table.cell[0], &imsi));
		table_expect(&table, 0, imsi_text(&arena, imsi));
		table_expect(&table, 1, imsi_mask(&arena, imsi));
	}
	arena_free(&arena);
}

static void refuses(void **state)
{
	struct table table = table_open(TABLE, "imsi refuse");
	int64_t      imsi = -7;

	(void)state;
	while (table_next(&table, 1)) {
		if (imsi_parse(table.cell[0], &imsi))
			fail_msg("%s:%d: accepted", TABLE, table.line);
		assert_int_equal(imsi, -7);
	}
}

static void reads_eids(void **state)
{
	struct table table = table_open(TABLE, "eid");
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 3)) {
		struct eid       eid;
		enum eid_refusal refusal = eid_parse(table.cell[0], &eid);

		table_expect(&table, 1, str_from(eid_names[refusal]));
		if (refusal != EID_REFUSAL_NONE)
			continue;
		table_expect(&table, 0, eid_text(&arena, eid));
		table_expect(&table, 2, eid_mask(&arena, eid));
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_masks),
		cmocka_unit_test(refuses),
		cmocka_unit_test(reads_eids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
