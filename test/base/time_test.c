/*
 * time_test.c - days, months, instants and their texts.
 */
#include "test.h"

#include "base/str.h"
#include "base/time.h"

static void knows_some_days(void **state)
{
	static const struct {
		int32_t year, month, day, number;
	} cases[] = {
		{ 1970, 1, 1, 0 },      { 1969, 12, 31, -1 },    { 2000, 2, 29, 11016 },
		{ 2000, 3, 1, 11017 },  { 1900, 3, 1, -25508 },  { 2026, 11, 21, 20778 },
		{ 2038, 1, 19, 24855 }, { 1600, 1, 1, -135140 }, { 9999, 12, 31, 2932896 },
		{ 2100, 2, 28, 47540 }, { 2100, 3, 1, 47541 },   { 2024, 12, 31, 20088 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct civil civil = civil_from_day(cases[i].number);

		assert_int_equal(day_from_civil(cases[i].year, cases[i].month, cases[i].day),
		                 cases[i].number);
		assert_int_equal(civil.year, cases[i].year);
		assert_int_equal(civil.month, cases[i].month);
		assert_int_equal(civil.day, cases[i].day);
		assert_int_equal(civil.hour + civil.minute + civil.second, 0);
	}
}

/* Counting the calendar one day after another from 1600 to 9999. */
static void counts_every_day(void **state)
{
	int32_t number = day_from_civil(1600, 1, 1);

	(void)state;
	for (int32_t year = 1600; year <= 9999; year++) {
		for (int32_t month = 1; month <= 12; month++) {
			for (int32_t day = 1; civil_valid(year, month, day); day++, number++) {
				struct civil civil = civil_from_day(number);

				if (day_from_civil(year, month, day) != number ||
				    civil.year != year || civil.month != month || civil.day != day)
					fail_msg("%d-%d-%d", year, month, day);
			}
		}
	}
	assert_int_equal(number, day_from_civil(9999, 12, 31) + 1);
}

static void refuses_days_that_never_were(void **state)
{
	(void)state;
	assert_true(civil_valid(2024, 2, 29));
	assert_true(civil_valid(2000, 2, 29));
	assert_false(civil_valid(2100, 2, 29));
	assert_false(civil_valid(2023, 2, 29));
	assert_false(civil_valid(2024, 2, 30));
	assert_false(civil_valid(2024, 4, 31));
	assert_false(civil_valid(2024, 0, 1));
	assert_false(civil_valid(2024, 13, 1));
	assert_false(civil_valid(2024, 1, 0));
	assert_false(civil_valid(1599, 12, 31));
	assert_false(civil_valid(10000, 1, 1));
}

static void adds_months(void **state)
{
	static const struct {
		int32_t year, month, day, months, to_year, to_month, to_day;
	} cases[] = {
		{ 2026, 1, 31, 1, 2026, 2, 28 },   { 2024, 1, 31, 1, 2024, 2, 29 },
		{ 2024, 2, 29, 12, 2025, 2, 28 },  { 2024, 2, 29, 48, 2028, 2, 29 },
		{ 2026, 11, 30, 3, 2027, 2, 28 },  { 2026, 12, 15, 1, 2027, 1, 15 },
		{ 2026, 1, 15, -1, 2025, 12, 15 }, { 2026, 3, 31, -1, 2026, 2, 28 },
		{ 2026, 3, 31, -13, 2025, 2, 28 }, { 2026, 5, 31, 0, 2026, 5, 31 },
		{ 2026, 8, 31, 6, 2027, 2, 28 },   { 1970, 1, 1, -12, 1969, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(
		    day_add_months(day_from_civil(cases[i].year, cases[i].month, cases[i].day),
		                   cases[i].months),
		    day_from_civil(cases[i].to_year, cases[i].to_month, cases[i].to_day));
	assert_int_equal(day_month_start(day_from_civil(2024, 2, 29)), day_from_civil(2024, 2, 1));
	assert_int_equal(day_month_start(day_from_civil(1969, 12, 31)),
	                 day_from_civil(1969, 12, 1));
}

static void knows_the_day_in_tokyo(void **state)
{
	int32_t day = day_from_civil(2026, 11, 21);
	int64_t start_s = INT64_C(1795186800); /* 2026-11-20T15:00:00Z */

	(void)state;
	assert_int_equal(tokyo_day_start_s(day), start_s);
	assert_int_equal(tokyo_day_end_s(day), start_s + 86399);
	assert_int_equal(tokyo_day(start_s), day);
	assert_int_equal(tokyo_day(start_s - 1), day - 1);
	assert_int_equal(tokyo_day(start_s + 86399), day);
	assert_int_equal(tokyo_day(start_s + 86400), day + 1);
	assert_int_equal(tokyo_day(-9 * 3600), 0);
	assert_int_equal(tokyo_day(-9 * 3600 - 1), -1);
	assert_int_equal(civil_from_s(start_s, TOKYO_OFFSET_S).hour, 0);
	assert_int_equal(civil_from_s(start_s - 1, TOKYO_OFFSET_S).hour, 23);
	assert_int_equal(civil_from_s(-1, 0).second, 59);
	assert_int_equal(civil_from_s(-1, 0).year, 1969);
}

static void reads_instants(void **state)
{
	static const struct {
		const char *text;
		bool        good;
		int64_t     utc_s;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", true, 0 },
		{ "2026-11-21T23:18:00Z", true, 1795303080 },
		{ "2026-11-22T08:18:00+09:00", true, 1795303080 },
		{ "2026-11-21t18:48:00.123456789-04:30", true, 1795303080 },
		{ "1969-12-31T23:59:59z", true, -1 },
		{ "2026-11-21 23:18:00Z", false, 0 },
		{ "2026-11-21T23:18:00", false, 0 },
		{ "2026-11-21T23:18Z", false, 0 },
		{ "2026-11-21T24:00:00Z", false, 0 },
		{ "2026-11-21T23:60:00Z", false, 0 },
		{ "2026-11-21T23:18:60Z", false, 0 },
		{ "2026-02-29T00:00:00Z", false, 0 },
		{ "2026-11-21T23:18:00.Z", false, 0 },
		{ "2026-11-21T23:18:00+9:00", false, 0 },
		{ "2026-11-21T23:18:00+24:00", false, 0 },
		{ "2026-11-21T23:18:00Zx", false, 0 },
		{ "+026-11-21T23:18:00Z", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t utc_s = 42;

		if (rfc3339_parse(str_from(cases[i].text), &utc_s) != cases[i].good ||
		    utc_s != (cases[i].good ? cases[i].utc_s : 42))
			fail_msg("%s", cases[i].text);
	}
}

static void writes_what_it_reads(void **state)
{
	struct arena arena;
	int32_t      day = 42;

	(void)state;
	arena_init(&arena, 64 * 1024);
	assert_str(rfc3339(&arena, 1795303080), "2026-11-21T23:18:00Z");
	assert_str(rfc3339(&arena, -1), "1969-12-31T23:59:59Z");
	assert_str(iso_day(&arena, 20778), "2026-11-21");
	assert_true(iso_day_parse(STR("2026-11-21"), &day));
	assert_int_equal(day, 20778);
	assert_false(iso_day_parse(STR("2026-11-21T"), &day));
	assert_false(iso_day_parse(STR("2026-1-21"), &day));
	assert_false(iso_day_parse(STR("2026/11/21"), &day));
	assert_false(iso_day_parse(STR("2026-02-30"), &day));
	assert_false(iso_day_parse(STR("1599-12-31"), &day));
	assert_int_equal(day, 20778);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_some_days),
		cmocka_unit_test(counts_every_day),
		cmocka_unit_test(refuses_days_that_never_were),
		cmocka_unit_test(adds_months),
		cmocka_unit_test(knows_the_day_in_tokyo),
		cmocka_unit_test(reads_instants),
		cmocka_unit_test(writes_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
