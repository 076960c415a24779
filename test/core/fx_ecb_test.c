/*
 * fx_ecb_test.c - the ECB's files: a real slice of the history, the daily XML,
 * and what hostile or broken ones get.
 */
#include "core/table.h"

#include "base/time.h"
#include "core/fx_ecb.h"

#define HISTORY  "test/fixtures/eurofxref-hist.csv"
#define DAILY    "test/fixtures/eurofxref-daily.xml"
#define FILE_MAX (256 * 1024)

#define X(name)  #name,
static const char *const problem_names[] = { FX_ECB_PROBLEMS(X) };
#undef X

static struct str file_read(struct arena *arena, const char *path)
{
	FILE  *file = fopen(path, "rb");
	char  *bytes = arena_alloc(arena, FILE_MAX);
	size_t len;

	if (!file || !bytes)
		fail_msg("%s: cannot be read", path);
	len = fread(bytes, 1, FILE_MAX, file);
	fclose(file);
	assert_true(len > 0 && len < FILE_MAX);
	return (struct str){ bytes, len };
}

/* The next day or mistake out of `text`, fed in chunks. */
static enum fx_ecb_step next(struct fx_ecb_csv *reader, struct str *text, size_t size,
                             struct fx_ecb_row *row, struct fx_ecb_problem *problem)
{
	enum fx_ecb_step step;

	while ((step = fx_ecb_csv_next(reader, row, problem)) == FX_ECB_MORE) {
		if (text->len == 0)
			fx_ecb_csv_finish(reader);
		else
			fx_ecb_csv_feed(reader, str_take(*text, size));
		*text = str_skip(*text, size);
	}
	return step;
}

static void expect_rate(struct arena *arena, const struct fx_ecb_row *row, const char *code,
                        const char *value)
{
	struct fx_rate rate;
	uint16_t       currency;

	assert_true(currency_from_code(str_from(code), &currency));
	assert_true(fx_ecb_find(row, currency, &rate));
	assert_str(fx_decimal_text(arena, rate.value), value);
	assert_int_equal(rate.from, CURRENCY_EUR);
	assert_int_equal(rate.to, currency);
	assert_int_equal(rate.source, FX_SOURCE_ECB);
	assert_int_equal(rate.as_of_s, fx_ecb_as_of_s(row->day));
}

static void reads_the_history(void **state)
{
	static const size_t sizes[] = { 1, 7, 4096, FILE_MAX };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct fx_ecb_problem problem;
		struct fx_ecb_csv     reader;
		struct fx_ecb_row     row;
		struct arena          arena;
		struct str            text;
		int32_t               day = 0;
		int                   count = 0;

		arena_init(&arena, 1 << 20);
		text = file_read(&arena, HISTORY);
		assert_true(fx_ecb_csv_init(&reader, &arena));
		while (next(&reader, &text, sizes[i], &row, &problem) == FX_ECB_ROW) {
			count++;
			assert_int_equal(row.line, count + 1);
			assert_true(row.count >= 32);
			assert_true(count == 1 || row.day < day);
			day = row.day;
			if (count == 1) {
				assert_int_equal(day, day_from_civil(2021, 10, 7));
				expect_rate(&arena, &row, "JPY", "128.78");
				expect_rate(&arena, &row, "CNY", "7.4536");
				expect_rate(&arena, &row, "IDR", "16406.7");
				expect_rate(&arena, &row, "EUR", "1");
				assert_false(fx_ecb_find(&row, 414, &(struct fx_rate){ 0 }));
			}
		}
		assert_int_equal(next(&reader, &text, 1, &row, &problem), FX_ECB_END);
		assert_int_equal(count, 400);
		assert_int_equal(day, day_from_civil(2020, 3, 18));
		arena_free(&arena);
	}
}

/* Yen prices can be quoted on every day of the slice, and no day's step stops
 * sales that should run: the guard is for mistakes, not for markets. */
static void crosses_every_day(void **state)
{
	struct fx_ecb_problem problem;
	struct fx_rate        newer = { 0 };
	struct fx_ecb_csv     reader;
	struct fx_ecb_row     row;
	struct arena          arena;
	struct str            text;
	int                   count = 0;

	(void)state;
	arena_init(&arena, 1 << 20);
	text = file_read(&arena, HISTORY);
	assert_true(fx_ecb_csv_init(&reader, &arena));
	while (next(&reader, &text, 4096, &row, &problem) == FX_ECB_ROW) {
		struct fx_rate yen, yuan, rate;

		assert_true(fx_ecb_find(&row, CURRENCY_JPY, &yen));
		assert_true(fx_ecb_find(&row, CURRENCY_CNY, &yuan));
		assert_int_equal(fx_cross(&yen, &yuan, &rate), FX_REFUSAL_NONE);
		assert_true(fx_rate_e10(&rate) > 500000000 && fx_rate_e10(&rate) < 800000000);
		if (count++ > 0)
			assert_int_equal(fx_guard(&newer, &rate, newer.as_of_s), FX_REFUSAL_NONE);
		newer = rate;
	}
	assert_int_equal(count, 400);
	arena_free(&arena);
}

static void reads_the_daily_xml(void **state)
{
	struct fx_ecb_problem problem;
	struct fx_ecb_row     row, again;
	struct fx_ecb_csv     csv;
	struct fx_ecb_xml     xml;
	struct arena          arena;
	struct str            text;

	(void)state;
	arena_init(&arena, 1 << 20);
	fx_ecb_xml_init(&xml, file_read(&arena, DAILY));
	assert_int_equal(fx_ecb_xml_next(&xml, &row, &problem), FX_ECB_ROW);
	text = file_read(&arena, HISTORY);
	assert_true(fx_ecb_csv_init(&csv, &arena));
	assert_int_equal(next(&csv, &text, 4096, &again, &problem), FX_ECB_ROW);
	assert_int_equal(row.day, again.day);
	assert_int_equal(row.count, again.count);
	for (size_t i = 0; i < row.count; i++) {
		assert_int_equal(row.rate[i].currency, again.rate[i].currency);
		assert_true(row.rate[i].value.mantissa == again.rate[i].value.mantissa);
		assert_int_equal(row.rate[i].value.scale, again.rate[i].value.scale);
	}
	assert_int_equal(row.line, 8);
	assert_int_equal(fx_ecb_xml_next(&xml, &row, &problem), FX_ECB_END);
	assert_int_equal(fx_ecb_xml_next(&xml, &row, &problem), FX_ECB_END);
	arena_free(&arena);
}

static void reads_the_daily_csv(void **state)
{
	static const char     daily[] = "Date, USD, JPY, CNY, \r\n"
					"07 October 2021, 1.1562, 128.78, 7.4536, \r\n";
	struct fx_ecb_problem problem;
	struct fx_ecb_csv     reader;
	struct fx_ecb_row     row;
	struct arena          arena;
	struct str            text = str_from(daily);

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_true(fx_ecb_csv_init(&reader, &arena));
	assert_int_equal(next(&reader, &text, 5, &row, &problem), FX_ECB_ROW);
	assert_int_equal(row.day, day_from_civil(2021, 10, 7));
	assert_int_equal(row.count, 3);
	expect_rate(&arena, &row, "CNY", "7.4536");
	assert_int_equal(next(&reader, &text, 5, &row, &problem), FX_ECB_END);
	arena_free(&arena);
}

/* What the first step out of a CSV is: "ROW" or "KIND line.column found". */
static struct str csv_told(struct arena *arena, struct str text, int steps)
{
	struct fx_ecb_problem problem;
	struct fx_ecb_csv     reader;
	struct fx_ecb_row     row;
	enum fx_ecb_step      step = FX_ECB_MORE;

	assert_true(fx_ecb_csv_init(&reader, arena));
	while (steps-- > 0)
		step = next(&reader, &text, 64, &row, &problem);
	if (step == FX_ECB_ROW)
		return STR("ROW");
	if (step == FX_ECB_END)
		return STR("END");
	return arena_printf(arena, "%s %d.%d %s", problem_names[problem.kind], (int)problem.line,
	                    problem.column, problem.found);
}

static void names_mistakes_in_csv(void **state)
{
	static const struct {
		const char *text;
		int         steps;
		const char *told;
	} cases[] = {
		{ "", 1, "EMPTY 1.0 " },
		{ "Date,USD,JPY,\n", 1, "EMPTY 2.0 " },
		{ "Datum,USD\n2021-10-07,1\n", 1, "HEADER 1.1 Datum" },
		{ "Datum,USD\n2021-10-07,1\n", 2, "END" },
		{ "Date\n2021-10-07\n", 1, "HEADER 1.1 Date" },
		{ "Date,usd\n", 1, "HEADER 1.2 usd" },
		{ "Date,USD,,JPY\n", 1, "HEADER 1.3 " },
		{ "Date,USD,JPY,USD\n", 1, "TWICE 1.4 USD" },
		{ "<html>\n", 1, "HEADER 1.1 <html>" },
		{ "Date,USD,JPY,\n2021-10-07,1.1,128,\n", 1, "ROW" },
		{ "Date,USD,JPY,\n2021-10-07,1.1,128\n", 1, "ROW" },
		{ "Date,USD,JPY\n2021-10-07,1.1,128,\n", 1, "ROW" },
		{ "Date,USD,JPY,\n2021-10-07,1.1,N/A,\n", 1, "ROW" },
		{ "Date,USD,JPY,\n2021-10-07,N/A,,\n", 1, "EMPTY 2.1 2021-10-07" },
		{ "Date,EUR\n2021-10-07,2\n", 1, "EMPTY 2.1 2021-10-07" },
		{ "Date,USD,JPY,\n2021-10-07,1.1\n", 1, "COLUMNS 2.1 2021-10-07" },
		{ "Date,USD,JPY,\n2021-10-07,1.1,128,7\n", 1, "COLUMNS 2.1 2021-10-07" },
		{ "Date,USD,JPY,\n2021-10-32,1.1,128,\n", 1, "DATE 2.1 2021-10-32" },
		{ "Date,USD,JPY,\n2021-02-29,1.1,128,\n", 1, "DATE 2.1 2021-02-29" },
		{ "Date,USD\n29 February 2021,1.1\n", 1, "DATE 2.1 29 February 2021" },
		{ "Date,USD\n1 Okt 2021,1.1\n", 1, "DATE 2.1 1 Okt 2021" },
		{ "Date,USD,JPY,\n2021-10-07,1.1,0,\n", 1, "RATE 2.3 0" },
		{ "Date,USD,JPY,\n2021-10-07,1.1,-1,\n", 1, "RATE 2.3 -1" },
		{ "Date,USD,JPY,\n2021-10-07,\"1,1\",1,\n", 1, "RATE 2.2 1,1" },
		{ "Date,USD,XYZ,\n2021-10-07,1.1,x,\n", 1, "RATE 2.3 x" },
		{ "Date,USD\n2021-10-07,1\"2\n2021-10-06,1.1\n", 1, "CSV 2.2 " },
		{ "Date,USD\n2021-10-07,1\"2\n2021-10-06,1.1\n", 2, "ROW" },
		{ "Date,USD\n2021-10-07,x\n2021-10-06,y\n", 2, "RATE 3.2 y" },
		{ "Da\"te,USD\n2021-10-07,1\n", 1, "CSV 1.1 " },
		{ "Da\"te,USD\n2021-10-07,1\n", 2, "END" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena arena;

		arena_init(&arena, 65536);
		assert_str(csv_told(&arena, str_from(cases[i].text), cases[i].steps),
		           cases[i].told);
		arena_free(&arena);
	}
}

#define HEAD "<gesmes:Envelope>\n"
#define TAIL "</gesmes:Envelope>\n"
#define DAY  "<Cube><Cube time='2021-10-07'>\n"
#define END  "</Cube></Cube>\n"
#define USD  "<Cube currency='USD' rate='1.1562'/>\n"

static struct str xml_told(struct arena *arena, struct str text)
{
	struct fx_ecb_problem problem;
	struct fx_ecb_xml     reader;
	struct fx_ecb_row     row;
	enum fx_ecb_step      step;
	int                   count = 0;

	fx_ecb_xml_init(&reader, text);
	while ((step = fx_ecb_xml_next(&reader, &row, &problem)) == FX_ECB_ROW)
		count++;
	if (step == FX_ECB_END)
		return arena_printf(arena, "%d", count);
	assert_int_equal(step, FX_ECB_BAD);
	assert_int_equal(fx_ecb_xml_next(&reader, &row, &(struct fx_ecb_problem){ 0 }), FX_ECB_END);
	return arena_printf(arena, "%s %d %s", problem_names[problem.kind], (int)problem.line,
	                    problem.found);
}

static void judges_xml(void **state)
{
	static const struct {
		const char *text;
		const char *told;
	} cases[] = {
		{ HEAD DAY USD END TAIL, "1" },
		{ "\xEF\xBB\xBF<?xml version='1.0'?>\n" HEAD DAY USD END TAIL, "1" },
		{ "<!-- a > b -->" HEAD "<!---->" DAY "<!--" USD "-->" USD END TAIL "<!---->",
		  "1" },
		{ HEAD DAY "<Cube rate = \"1.1562\"\n currency = \"USD\" ></Cube>" END TAIL, "1" },
		{ HEAD DAY USD "</Cube><Cube time='2021-10-06'>" USD END TAIL, "2" },
		{ HEAD DAY "<Cube currency='XYZ' rate='2'/>" USD END TAIL, "1" },
		{ HEAD DAY "<Cube currency='XYZ' rate='2'/>" END TAIL, "EMPTY 3 " },
		{ HEAD DAY "<Cube currency='EUR' rate='2'/>" END TAIL, "EMPTY 3 " },
		{ "", "CUT 1 " },
		{ " \n ", "CUT 2 " },
		{ HEAD TAIL, "EMPTY 3 " },
		{ HEAD DAY END TAIL, "EMPTY 3 " },
		{ HEAD DAY USD END, "CUT 5 " },
		{ HEAD DAY "<Cube currency='USD' rate='1", "CUT 3 " },
		{ HEAD DAY "<Cube", "CUT 3 " },
		{ HEAD "<!-- ", "CUT 2 " },
		{ "<!DOCTYPE x [<!ENTITY a 'b'>]>" HEAD DAY USD END TAIL, "ENTITY 1 " },
		{ HEAD "&lt;" DAY USD END TAIL, "ENTITY 2 " },
		{ HEAD DAY "<Cube currency='US&#68;' rate='1'/>" END TAIL, "ENTITY 3 " },
		{ HEAD "<![CDATA[x]]>" DAY USD END TAIL, "ENTITY 2 " },
		{ HEAD "<?php ?>" DAY USD END TAIL, "ENTITY 2 " },
		{ HEAD "<?xml version='1.0'?>" DAY USD END TAIL, "ENTITY 2 " },
		{ "<html></html>", "MARKUP 1 html" },
		{ "plain", "MARKUP 1 " },
		{ HEAD DAY USD END TAIL "x", "MARKUP 6 " },
		{ HEAD DAY USD END TAIL HEAD TAIL, "MARKUP 6 gesmes:Envelope" },
		{ HEAD DAY USD "</Cub></Cube>" TAIL, "MARKUP 4 Cub" },
		{ HEAD DAY "<Cube currency='USD' currency='JPY' rate='1'/>" END TAIL,
		  "MARKUP 3 Cube" },
		{ HEAD DAY "<Cube currency='USD'rate='1'/>" END TAIL, "MARKUP 3 Cube" },
		{ HEAD DAY "<Cube currency=USD rate='1'/>" END TAIL, "MARKUP 3 Cube" },
		{ HEAD DAY "<Cube currency='U<D' rate='1'/>" END TAIL, "MARKUP 3 Cube" },
		{ HEAD DAY "<Cube currency='USD'/>" END TAIL, "MARKUP 3 Cube" },
		{ HEAD DAY "<Cube rate='1'/>" END TAIL, "MARKUP 3 Cube" },
		{ HEAD DAY "<Cube currency='usd' rate='1'/>" END TAIL, "MARKUP 3 Cube" },
		{ HEAD USD TAIL, "MARKUP 2 Cube" },
		{ HEAD DAY "<Cube time='2021-10-06'>" USD "</Cube>" END TAIL, "MARKUP 3 Cube" },
		{ HEAD DAY USD "</Cube x='1'></Cube>" TAIL, "MARKUP 4 Cube" },
		{ HEAD DAY "< Cube/>" END TAIL, "MARKUP 3 " },
		{ HEAD "<Cube time='2021-13-07'>" USD "</Cube>" TAIL, "DATE 2 2021-13-07" },
		{ HEAD DAY "<Cube currency='USD' rate='1,1'/>" END TAIL, "RATE 3 1,1" },
		{ HEAD DAY "<Cube currency='USD' rate='N/A'/>" END TAIL, "RATE 3 N/A" },
		{ HEAD DAY "<Cube currency='USD' rate=''/>" END TAIL, "RATE 3 " },
		{ HEAD DAY USD USD END TAIL, "TWICE 4 USD" },
		{ HEAD "<a><a><a><a><a><a><a><a>", "MARKUP 2 a" },
		{ HEAD "\xFF" TAIL, "MARKUP 1 " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena arena;
		struct str   told;

		arena_init(&arena, 65536);
		told = xml_told(&arena, str_from(cases[i].text));
		if (!str_eq(told, str_from(cases[i].told)))
			fail_msg("case %zu: expected \"%s\", got \"%.*s\"", i, cases[i].told,
			         STR_ARG(told));
		arena_free(&arena);
	}
}

static void bounds_xml(void **state)
{
	struct arena arena;
	char        *text;

	(void)state;
	arena_init(&arena, 4 << 20);
	text = arena_alloc(&arena, FX_ECB_XML_MAX + 1);
	assert_non_null(text);
	memset(text, ' ', FX_ECB_XML_MAX + 1);
	assert_str(xml_told(&arena, (struct str){ text, FX_ECB_XML_MAX + 1 }), "LONG 1 ");
	assert_str(xml_told(&arena, (struct str){ text, FX_ECB_XML_MAX }), "CUT 1 ");
	arena_free(&arena);
}

/* Cut anywhere, the daily file is never a row of half a day. */
static void never_takes_half_a_file(void **state)
{
	struct arena arena;
	struct str   text;

	(void)state;
	arena_init(&arena, 1 << 20);
	text = file_read(&arena, DAILY);
	for (size_t len = 0; len < text.len; len++) {
		struct fx_ecb_problem problem;
		struct fx_ecb_xml     reader;
		struct fx_ecb_row     row;
		enum fx_ecb_step      step;

		fx_ecb_xml_init(&reader, str_take(text, len));
		step = fx_ecb_xml_next(&reader, &row, &problem);
		if (step == FX_ECB_ROW) {
			assert_int_equal(row.count, 32);
			step = fx_ecb_xml_next(&reader, &row, &problem);
		}
		assert_int_equal(step, FX_ECB_BAD);
		if (problem.kind != FX_ECB_PROBLEM_CUT)
			fail_msg("%zu bytes: %s", len, problem_names[problem.kind]);
	}
	arena_free(&arena);
}

/* Each day of the real history, and none between them. */
static void knows_which_days_have_rates(void **state)
{
	struct arena          arena;
	struct fx_ecb_csv     reader;
	struct fx_ecb_row     row;
	struct fx_ecb_problem problem;
	struct str            text;
	int32_t               later = 0;
	size_t                count = 0;

	(void)state;
	arena_init(&arena, 1 << 22);
	text = file_read(&arena, HISTORY);
	assert_true(fx_ecb_csv_init(&reader, &arena));
	while (next(&reader, &text, 4096, &row, &problem) == FX_ECB_ROW) {
		assert_true(fx_ecb_publishes(row.day));
		/* the newest day stands first */
		for (int32_t day = row.day + 1; day < later; day++)
			if (fx_ecb_publishes(day))
				fail_msg("%d: no rates of that day", day);
		assert_true(later == 0 || !fx_ecb_gap(row.day, later));
		later = row.day;
		count++;
	}
	assert_true(count > 200);
	arena_free(&arena);
}

static int64_t at(const char *text)
{
	int64_t utc_s;

	assert_true(rfc3339_parse(str_from(text), &utc_s));
	return utc_s;
}

static int32_t on(const char *text)
{
	int32_t day;

	assert_true(iso_day_parse(str_from(text), &day));
	return day;
}

static void asks_when_a_day_is_out(void **state)
{
	static const struct {
		const char *newest, *now, *next;
	} cases[] = {
		/* winter: 16:05 in Frankfurt is 15:05 UTC; summer: 14:05 */
		{ "2026-11-18", "2026-11-19T09:00:00Z", "2026-11-19T15:05:00Z" },
		{ "2026-07-01", "2026-07-02T09:00:00Z", "2026-07-02T14:05:00Z" },
		/* the last Sunday of March and October turn the clock */
		{ "2026-03-27", "2026-03-28T09:00:00Z", "2026-03-30T14:05:00Z" },
		{ "2026-10-23", "2026-10-24T09:00:00Z", "2026-10-26T15:05:00Z" },
		/* Friday's are here: on Monday; Easter is four days without */
		{ "2026-11-20", "2026-11-20T15:10:00Z", "2026-11-23T15:05:00Z" },
		{ "2026-04-02", "2026-04-03T15:10:00Z", "2026-04-07T14:05:00Z" },
		{ "2026-12-24", "2026-12-25T12:00:00Z", "2026-12-28T15:05:00Z" },
		{ "2025-12-31", "2026-01-01T12:00:00Z", "2026-01-02T15:05:00Z" },
		{ "2026-04-30", "2026-05-01T12:00:00Z", "2026-05-04T14:05:00Z" },
		/* late: each hour, until it is there */
		{ "2026-11-19", "2026-11-20T15:05:00Z", "2026-11-20T16:05:00Z" },
		{ "2026-11-19", "2026-11-22T03:00:00Z", "2026-11-22T04:00:00Z" },
		{ "1970-01-01", "2026-11-22T03:00:00Z", "2026-11-22T04:00:00Z" },
		/* a day ahead of us is no reason to ask at once */
		{ "2026-11-23", "2026-11-22T03:00:00Z", "2026-11-24T15:05:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (fx_ecb_next_s(on(cases[i].newest), at(cases[i].now)) != at(cases[i].next))
			fail_msg("case %zu: %s", i, cases[i].now);
	assert_false(fx_ecb_gap(on("2026-11-20"), on("2026-11-23")));
	assert_true(fx_ecb_gap(on("2026-11-19"), on("2026-11-23")));
	assert_false(fx_ecb_gap(on("2026-11-23"), on("2026-11-23")));
	assert_false(fx_ecb_gap(on("2026-11-23"), on("2026-11-20")));
	assert_true(fx_ecb_gap(0, on("2026-11-20")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_history),
		cmocka_unit_test(crosses_every_day),
		cmocka_unit_test(reads_the_daily_xml),
		cmocka_unit_test(reads_the_daily_csv),
		cmocka_unit_test(names_mistakes_in_csv),
		cmocka_unit_test(judges_xml),
		cmocka_unit_test(bounds_xml),
		cmocka_unit_test(never_takes_half_a_file),
		cmocka_unit_test(knows_which_days_have_rates),
		cmocka_unit_test(asks_when_a_day_is_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
