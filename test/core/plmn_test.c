/*
 * plmn_test.c - networks by prefix, by the table plmn.t.
 */
#include "core/table.h"

#include "base/time.h"
#include "core/imsi.h"
#include "core/plmn.h"

#define TABLE "test/core/plmn.t"

static const char *const state_names[PLMN_STATE_COUNT] = {
	[PLMN_LIVE] = "live",       [PLMN_DEAD] = "dead", [PLMN_UNKNOWN] = "unknown",
	[PLMN_FOREIGN] = "foreign", [PLMN_TEST] = "test",
};

static void finds(void **state)
{
	struct table table = table_open(TABLE, "find");
	int32_t      today = day_from_civil(2026, 11, 21);
	struct arena arena;
	int64_t      imsi;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 4)) {
		struct plmn plmn;

		assert_true(imsi_parse(table.cell[0], &imsi));
		plmn = plmn_find(imsi, today);
		table_expect(&table, 1, str_from(state_names[plmn.state]));
		table_expect(&table, 2, network_name(plmn.network));
		table_expect(&table, 3, plmn_text(&arena, plmn));
		assert_non_null(plmn.source);
		if (plmn.state == PLMN_LIVE || plmn.state == PLMN_DEAD)
			assert_true(plmn.source[0] != '\0');
	}
	arena_free(&arena);
}

static void keeps_dates(void **state)
{
	static const struct plmn_row rows[] = {
		{ "44098", NETWORK_DOCOMO, 20000101, 20200331, "test" },
		{ "44098", NETWORK_KDDI, 20210401, 99991231, "test" },
		{ "440981", NETWORK_IIJ, 20250101, 99991231, "test" },
	};
	struct table table = table_open(TABLE, "dated");
	int64_t      imsi;
	int32_t      day;

	(void)state;
	while (table_next(&table, 4)) {
		struct plmn plmn;

		assert_true(imsi_parse(table.cell[0], &imsi));
		assert_true(iso_day_parse(table.cell[1], &day));
		plmn = plmn_find_in(rows, COUNT_OF(rows), imsi, day);
		table_expect(&table, 2, str_from(state_names[plmn.state]));
		table_expect(&table, 3, network_name(plmn.network));
	}
}

static void names_networks(void **state)
{
	(void)state;
	for (enum network network = 0; network < NETWORK_COUNT; network++) {
		enum network again = NETWORK_COUNT;

		assert_true(network_name(network).len > 0);
		assert_true(network_from_name(network_name(network), &again));
		assert_int_equal(again, network);
		assert_int_equal(network_title(network).len == 0, network == NETWORK_UNKNOWN);
	}
	assert_false(network_from_name(STR("DOCOMO"), &(enum network){ 0 }));
	assert_false(network_from_name(STR(""), &(enum network){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(keeps_dates),
		cmocka_unit_test(names_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
