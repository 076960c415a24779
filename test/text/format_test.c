/*
 * format_test.c - numbers, money, days and times in every language.
 */
#include "test.h"

#include "base/str.h"
#include "base/time.h"
#include "text/format.h"

static struct arena arena;

static struct str shown(enum lang_id id, struct shown value)
{
	struct buf buf;

	buf_init(&buf, &arena, 200);
	format_shown(&buf, lang_get(id), value);
	return buf_str(&buf);
}

static struct str money(enum lang_id id, int64_t amount, uint16_t currency)
{
	struct buf buf;

	buf_init(&buf, &arena, 200);
	format_money(&buf, lang_get(id), (struct money){ amount, currency });
	return buf_str(&buf);
}

static void money_in_every_language(void **state)
{
	static const struct {
		int64_t     amount;
		uint16_t    currency;
		const char *text;
	} cases[] = {
		{ 0, CURRENCY_JPY, "JPY 0" },
		{ 1, CURRENCY_JPY, "JPY 1" },
		{ 999, CURRENCY_JPY, "JPY 999" },
		{ 1000, CURRENCY_JPY, "JPY 1,000" },
		{ 1234567, CURRENCY_JPY, "JPY 1,234,567" },
		{ -1100, CURRENCY_JPY, "JPY -1,100" },
		{ MONEY_MAX, CURRENCY_JPY, "JPY 1,000,000,000,000,000" },
		{ 0, CURRENCY_CNY, "CNY 0.00" },
		{ 5, CURRENCY_CNY, "CNY 0.05" },
		{ -5, CURRENCY_CNY, "CNY -0.05" },
		{ 99, CURRENCY_CNY, "CNY 0.99" },
		{ 5387, CURRENCY_CNY, "CNY 53.87" },
		{ 100000, CURRENCY_CNY, "CNY 1,000.00" },
		{ MONEY_MAX, CURRENCY_CNY, "CNY 10,000,000,000,000.00" },
		{ 1, CURRENCY_USD, "USD 0.01" },
		{ 123456, CURRENCY_EUR, "EUR 1,234.56" },
		{ 1234567, 414, "KWD 1,234.567" },
		{ -1, 414, "KWD -0.001" },
		{ 500, CURRENCY_NONE, "–" },
		{ 500, 1, "–" },
		{ INT64_MIN, CURRENCY_JPY, "JPY -9,223,372,036,854,775,808" },
	};

	(void)state;
	for (enum lang_id id = 0; id < LANG_COUNT; id++) {
		for (size_t i = 0; i < COUNT_OF(cases); i++)
			assert_str(money(id, cases[i].amount, cases[i].currency), cases[i].text);
	}
}

static void integers_are_grouped(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, &arena, 200);
	format_int(&buf, lang_get(LANG_JA), INT64_MIN);
	buf_add_char(&buf, ' ');
	format_int(&buf, lang_get(LANG_EN), 1000000);
	buf_add_char(&buf, ' ');
	format_int(&buf, lang_get(LANG_ZH_HANS), -12);
	assert_str(buf_str(&buf), "-9,223,372,036,854,775,808 1,000,000 -12");
}

static void days(void **state)
{
	static const struct {
		int32_t      year, month, day;
		enum lang_id lang;
		const char  *text, *brief, *axis, *iso;
	} cases[] = {
		{ 2027, 1, 14, LANG_EN, "14 Jan 2027", "14 Jan", "14 Jan", "2027-01-14" },
		{ 2027, 1, 14, LANG_ZH_HANS, "2027年1月14日", "1月14日", "1/14", "2027-01-14" },
		{ 2027, 1, 14, LANG_ZH_HANT, "2027年1月14日", "1月14日", "1/14", "2027-01-14" },
		{ 2027, 1, 14, LANG_JA, "2027年1月14日", "1月14日", "1/14", "2027-01-14" },
		{ 2026, 12, 31, LANG_EN, "31 Dec 2026", "31 Dec", "31 Dec", "2026-12-31" },
		{ 2026, 12, 31, LANG_JA, "2026年12月31日", "12月31日", "12/31", "2026-12-31" },
		{ 2027, 1, 1, LANG_ZH_HANS, "2027年1月1日", "1月1日", "1/1", "2027-01-01" },
		{ 2028, 2, 29, LANG_EN, "29 Feb 2028", "29 Feb", "29 Feb", "2028-02-29" },
		{ 2100, 2, 28, LANG_ZH_HANT, "2100年2月28日", "2月28日", "2/28", "2100-02-28" },
		{ 2026, 9, 30, LANG_EN_XA, "⟦30 Sep 2026⟧", "⟦30 Sep⟧", "⟦30 Sep⟧", "2026-09-30" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int32_t day = day_from_civil(cases[i].year, cases[i].month, cases[i].day);

		assert_str(shown(cases[i].lang, date_long(day)), cases[i].text);
		assert_str(shown(cases[i].lang, date_short(day)), cases[i].brief);
		assert_str(shown(cases[i].lang, date_axis(day)), cases[i].axis);
		assert_str(shown(cases[i].lang, date_iso(day)), cases[i].iso);
	}
	assert_str(shown(LANG_EN, date_long(0)), "–");
}

/* 2026-12-31T15:00:00Z is midnight of the new year in Tokyo. */
static void times_are_tokyos(void **state)
{
	int64_t s = tokyo_day_start_s(day_from_civil(2027, 1, 1));

	(void)state;
	assert_str(shown(LANG_EN, clock_minute(s)), "00:00");
	assert_str(shown(LANG_EN, clock_second(s - 1)), "23:59:59");
	assert_str(shown(LANG_EN, date_clock(s)), "1 Jan 2027, 00:00");
	assert_str(shown(LANG_EN, date_clock(s - 1)), "31 Dec 2026, 23:59");
	assert_str(shown(LANG_JA, date_clock(s)), "2027年1月1日 00:00");
	assert_str(shown(LANG_ZH_HANS, date_clock(s - 1)), "2026年12月31日 23:59");
	assert_str(shown(LANG_EN, clock_iso(s)), "2027-01-01T00:00:00+09:00");
	assert_str(shown(LANG_EN, clock_tokyo(s + 78278)), "21:44 Tokyo time");
	assert_str(shown(LANG_ZH_HANS, clock_tokyo(s + 78278)), "东京时间 21:44");
	assert_str(shown(LANG_ZH_HANT, clock_tokyo(s + 78278)), "東京時間 21:44");
	assert_str(shown(LANG_JA, clock_tokyo(s + 78278)), "21:44（日本時間）");
	assert_str(shown(LANG_JA, clock_minute(0)), "–");
}

static void durations_percents_rates(void **state)
{
	(void)state;
	assert_str(shown(LANG_EN, duration(0)), "0:00");
	assert_str(shown(LANG_EN, duration(83)), "1:23");
	assert_str(shown(LANG_EN, duration(3599)), "59:59");
	assert_str(shown(LANG_EN, duration(3600)), "1:00:00");
	assert_str(shown(LANG_EN, duration(-5)), "0:00");
	assert_str(shown(LANG_EN, percent_bp(0)), "0%");
	assert_str(shown(LANG_EN, percent_bp(1)), "0.01%");
	assert_str(shown(LANG_EN, percent_bp(150)), "1.5%");
	assert_str(shown(LANG_EN, percent_bp(205)), "2.05%");
	assert_str(shown(LANG_EN, percent_bp(1000)), "10%");
	assert_str(shown(LANG_EN, percent_bp(-150)), "-1.5%");
	assert_str(shown(LANG_EN, rate_e6(20419000)), "20.4190");
	assert_str(shown(LANG_EN, rate_e6(20419049)), "20.4190");
	assert_str(shown(LANG_EN, rate_e6(20419050)), "20.4191");
	assert_str(shown(LANG_EN, rate_e6(999999950)), "1,000.0000");
	assert_str(shown(LANG_EN, plain(20270114)), "20270114");
	assert_str(shown(LANG_EN, plain(-1)), "-1");
}

static void numbers_are_masked(void **state)
{
	static const char *const bad[] = {
		"", "1", "080123", "0801234567a", "080123456789", "+8180123456", "<script>...."
	};

	(void)state;
	assert_str(format_masked(&arena, STR("08012345678")), "080-****-5678");
	assert_str(format_masked(&arena, STR("06000000000")), "060-****-0000");
	assert_str(format_masked(&arena, STR("0312345678")), "03-****-5678");
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_str(format_masked(&arena, str_from(bad[i])), "****");
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(money_in_every_language),
		cmocka_unit_test(integers_are_grouped),
		cmocka_unit_test(days),
		cmocka_unit_test(times_are_tokyos),
		cmocka_unit_test(durations_percents_rates),
		cmocka_unit_test(numbers_are_masked),
	};

	arena_init(&arena, 1 << 20);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
