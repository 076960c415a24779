/*
 * plan_test.c - the catalogue: every mistake by the table plan.t, the shipped
 * one by its promises, and the looking-up.
 */
#include "core/table.h"

#include "base/buf.h"
#include "base/time.h"
#include "base/utf8.h"
#include "core/plan.h"
#include "core/plan_key.h"

#define SMALL     "test/core/plan.ini"
#define FILE_SIZE 16384

static struct arena         arena;
static struct plan_problems problems;
static bool                 met[PLAN_PROBLEM_COUNT]; /* problems seen by any test */

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* What came out must be fit to show: a place, an end, valid text. */
static bool parse(struct str text, struct catalogue *ret)
{
	bool good = plan_parse(&arena, text, ret, &problems);

	assert_int_equal(good, problems.count == 0);
	assert_true(problems.count == PLAN_PROBLEM_MAX || !problems.more);
	for (size_t i = 0; i < problems.count; i++) {
		struct str words = plan_problem_text(&arena, &problems.list[i]);

		met[problems.list[i].kind] = true;
		assert_true(words.len > 20 && words.len < 400);
		assert_true(utf8_valid(words));
		assert_true(str_find(words, STR("; ")) > 0);
	}
	return good;
}

static struct str file_text(const char *path)
{
	char  *text = arena_alloc(&arena, FILE_SIZE);
	FILE  *file = fopen(path, "r");
	size_t len;

	if (file == NULL || text == NULL)
		fail_msg("%s: cannot be opened", path);
	len = fread(text, 1, FILE_SIZE, file);
	fclose(file);
	return (struct str){ .ptr = text, .len = len };
}

static struct str small(void)
{
	return file_text(SMALL);
}

/* The small catalogue with one line changed, as plan.t says it. */
static struct str edited(int64_t line, struct str into)
{
	struct str rest = small(), one;
	struct buf buf;

	buf_init(&buf, &arena, FILE_SIZE * 2);
	for (int64_t number = 1; str_cut(rest, '\n', &one, &rest); number++) {
		if (number != line || str_starts(into, STR("+")))
			buf_printf(&buf, "%.*s\n", STR_ARG(one));
		if (number == line && into.len > 0)
			buf_printf(&buf, "%.*s\n",
			           STR_ARG(str_skip(into, str_starts(into, STR("+")) ? 1 : 0)));
	}
	return buf_str(&buf);
}

static void mistakes(void **unused)
{
	struct table table = table_open("test/core/plan.t", "mistakes");

	(void)unused;
	while (table_next(&table, 6)) {
		struct catalogue    catalogue = { .version = -7 };
		struct plan_problem first = { .line = 0 };
		bool good = parse(edited(table_int64(&table, 0), table.cell[1]), &catalogue);

		if (!good)
			first = problems.list[0];
		table_expect(&table, 2, good ? STR("NONE") : plan_problem_name(first.kind));
		table_expect(&table, 3, arena_printf(&arena, "%d", first.line));
		table_expect(&table, 4, first.subject);
		table_expect(&table, 5, arena_printf(&arena, "%zu", problems.count));
		assert_int_equal(catalogue.version, good ? 0 : -7);
	}
}

static void money(void **unused)
{
	struct table table = table_open("test/core/plan.t", "money");

	(void)unused;
	while (table_next(&table, 2)) {
		int64_t yen = -7;

		assert_true(plan_yen_parse(table.cell[0], &yen));
		assert_int_equal(yen, table_int64(&table, 1));
	}
}

static enum plan_problem_kind problem_of(struct str text)
{
	struct catalogue catalogue;

	assert_false(parse(text, &catalogue));
	return problems.list[0].kind;
}

/* The small catalogue and `line` so many times, its # being the number. */
static struct str repeated(const char *line, int count)
{
	struct buf buf;

	buf_init(&buf, &arena, 4 << 20);
	buf_add(&buf, small());
	for (int i = 0; i < count; i++)
		for (const char *c = line; *c != '\0'; c++)
			*c == '#' ? buf_add_int64(&buf, i) : buf_add_char(&buf, *c);
	assert_false(buf.full);
	return buf_str(&buf);
}

static void damaged_files(void **unused)
{
	static char big[PLAN_TEXT_MAX + 1];
	char        long_line[PLAN_LINE_MAX + 2];

	(void)unused;
	assert_int_equal(problem_of(STR("")), PLAN_PROBLEM_MISSING_KEY);
	assert_int_equal(problem_of(STR("[catalogue]\nlabel = x\n")), PLAN_PROBLEM_NOTHING);
	assert_int_equal(problem_of(STR("[catalogue]\nlabel = \xff\n")), PLAN_PROBLEM_NOT_UTF8);
	assert_int_equal(problem_of(STR("[catalogue]\nlabel = a\x01z\n")), PLAN_PROBLEM_CONTROL);
	assert_int_equal(problems.list[0].line, 2);
	assert_int_equal(problem_of(STR("[catalogue]\nlabel = a\0z\n")), PLAN_PROBLEM_CONTROL);
	assert_int_equal(problem_of(STR("[catalogue]\nlabel = a\rz\n")), PLAN_PROBLEM_CONTROL);
	memset(long_line, 'x', sizeof long_line);
	assert_int_equal(problem_of((struct str){ long_line, PLAN_LINE_MAX + 1 }),
	                 PLAN_PROBLEM_LINE_LONG);
	assert_int_equal(problem_of((struct str){ long_line, PLAN_LINE_MAX }),
	                 PLAN_PROBLEM_NOT_A_LINE);
	memset(big, '\n', sizeof big);
	assert_int_equal(problem_of((struct str){ big, sizeof big }), PLAN_PROBLEM_FILE_LONG);
	assert_int_equal(problem_of((struct str){ big, sizeof big - 1 }), PLAN_PROBLEM_MISSING_KEY);
	assert_int_equal(problem_of(repeated("[fact f#]\nkind = speed\ntext = t#\n"
	                                     "source = s\nas_of = 2026-01-01\n",
	                                     PLAN_FACT_MAX)),
	                 PLAN_PROBLEM_TOO_MANY);
	long_line[0] = 'n';
	memcpy(long_line + 1, "ame = ", 6);
	long_line[7 + 121] = '\0';
	assert_int_equal(problem_of(edited(33, str_from(long_line))), PLAN_PROBLEM_TEXT_LONG);
}

static void many_problems(void **unused)
{
	struct catalogue catalogue;

	(void)unused;
	assert_false(parse(repeated("what#\n", PLAN_PROBLEM_MAX), &catalogue));
	assert_int_equal(problems.count, PLAN_PROBLEM_MAX);
	assert_false(problems.more);
	assert_int_equal(problems.list[PLAN_PROBLEM_MAX - 1].line, 46 + PLAN_PROBLEM_MAX);
	assert_false(parse(repeated("what#\n", 100000), &catalogue));
	assert_int_equal(problems.count, PLAN_PROBLEM_MAX);
	assert_true(problems.more);
}

/* Whatever memory there is: a catalogue or a problem, never half of one. */
static void little_memory(void **unused)
{
	int good = 0, bad = 0;

	(void)unused;
	for (size_t max = 64; max < 200000; max += max / 7 + 1) {
		struct catalogue catalogue = { .version = -7 };
		struct arena     little;

		arena_init(&little, max);
		if (plan_parse(&little, plan_demo(), &catalogue, &problems)) {
			good++;
		} else {
			bad++;
			assert_int_equal(problems.list[0].kind, PLAN_PROBLEM_MEMORY);
			assert_int_equal(catalogue.version, -7);
			met[PLAN_PROBLEM_MEMORY] = true;
		}
		arena_free(&little);
	}
	assert_true(good > 0 && bad > 0);
}

/* Windows line ends, a byte order mark, blanks and tabs change nothing. */
static void other_editors(void **unused)
{
	struct str       rest = small(), line;
	struct catalogue plain, other;
	struct buf       buf;

	(void)unused;
	assert_true(parse(rest, &plain));
	buf_init(&buf, &arena, FILE_SIZE * 2);
	buf_add(&buf, STR("\xEF\xBB\xBF"));
	while (str_cut(rest, '\n', &line, &rest))
		buf_printf(&buf, "%s%.*s\t\r\n", line.len > 0 && line.ptr[0] == 'n' ? "  " : "",
		           STR_ARG(line));
	assert_true(parse(buf_str(&buf), &other));
	assert_int_equal(other.pack_count, plain.pack_count);
	assert_true(str_eq(other.packs[0].name.in[PLAN_LANG_EN], STR("Big")));
	assert_true(str_eq(other.brands[0].name.in[PLAN_LANG_JA], STR("一")));
	assert_int_equal(other.packs[0].price.amount, 1100);
}

/* One code, two periods: each day has its rule, and days before have none. */
static void periods(void **unused)
{
#define RULE(from_to, days) \
	"[keep w]\nname = W\nkind = idle-days\ncounts = data\nwindow_days = " days "\n" \
	"source = s\nas_of = 2026-01-01\n" from_to
#define TAIL \
	"[catalogue]\nlabel = x\n[network docomo]\nname = D\n[brand b]\nname = B\n" \
	"network = docomo\nkeep = w\npayment = prepaid\n"
	static const char two[] = RULE("valid_from = 2026-07-01\n", "90")
	    RULE("valid_from = 2020-01-01\nvalid_to = 2026-06-30\n", "180") TAIL;
	static const char touch[] = RULE("valid_from = 2026-06-30\n", "90")
	    RULE("valid_to = 2026-06-30\n", "180") TAIL;
	static const char same[] = RULE("", "90") RULE("", "180") TAIL;
	static const char open[] = RULE("", "90") RULE("valid_from = 2026-01-01\n", "180") TAIL;
	static const char back[] = RULE("valid_from = 2026-01-02\nvalid_to = 2026-01-01\n", "90")
	    TAIL;
	struct catalogue catalogue;
	struct keep_rule rule;
	int32_t          turn = day_from_civil(2026, 7, 1);

	(void)unused;
	assert_true(parse(str_from(two), &catalogue));
	assert_true(plan_keep_rule(&catalogue, catalogue.brands, false, turn, &rule));
	assert_int_equal(rule.window, 90);
	assert_true(plan_keep_rule(&catalogue, catalogue.brands, false, turn - 1, &rule));
	assert_int_equal(rule.window, 180);
	assert_false(plan_keep_rule(&catalogue, catalogue.brands, false,
	                            day_from_civil(2019, 12, 31), &rule));
	assert_false(plan_keep_rule(&catalogue, catalogue.brands, true, turn, &rule));
	assert_int_equal(problem_of(str_from(touch)), PLAN_PROBLEM_OVERLAP);
	assert_int_equal(problem_of(str_from(same)), PLAN_PROBLEM_DUPLICATE);
	assert_int_equal(problem_of(str_from(open)), PLAN_PROBLEM_OVERLAP);
	assert_int_equal(problem_of(str_from(back)), PLAN_PROBLEM_PERIOD);
}

static void doubles(void **unused)
{
	(void)unused;
	assert_int_equal(problem_of(repeated("[brand one]\nname = O#\nnetwork = docomo\n"
	                                     "keep = window\npayment = prepaid\n",
	                                     1)),
	                 PLAN_PROBLEM_DUPLICATE);
	assert_int_equal(problems.list[0].line, 47);
	assert_int_equal(problem_of(repeated("[network docomo]\nname = D#\n", 1)),
	                 PLAN_PROBLEM_DUPLICATE);
	assert_int_equal(problem_of(repeated("[network mars]\nname = M#\n", 1)),
	                 PLAN_PROBLEM_NOT_KNOWN);
}

/* ---- the shipped catalogue -------------------------------------------------------- */

static void demo(void **unused)
{
	static const char *const brands[] = {
		"docomo", "docomo-prepaid", "ahamo",    "au",         "uq-mobile",
		"povo",   "softbank",       "y-mobile", "linemo",     "rakuten",
		"mobal",  "zero-sim",       "visitor",  "visitor-21", "softbank-prepaid",
	};
	static const char *const keeps[] = {
		"povo2",       "sb-simple", "rakuten-2021",   "zero-sim",
		"docomo-park", "au-park",   "mobal-vacation", "visitor",
	};
	struct catalogue catalogue;

	(void)unused;
	assert_true(parse(plan_demo(), &catalogue));
	for (size_t i = 0; i < COUNT_OF(brands); i++) {
		const struct plan_brand *brand = plan_brand(&catalogue, str_from(brands[i]));
		struct keep_rule         rule;

		assert_non_null(brand);
		assert_true(plan_keep_rule(&catalogue, brand, false, 20000, &rule));
	}
	assert_int_equal(catalogue.brand_count, COUNT_OF(brands));
	for (size_t i = 0; i < COUNT_OF(keeps); i++)
		assert_non_null(plan_keep(&catalogue, str_from(keeps[i]), 20000));
	for (size_t i = 0; i < catalogue.keep_count; i++)
		assert_true(catalogue.keeps[i].origin.source.in[PLAN_LANG_EN].len > 0 &&
		            catalogue.keeps[i].origin.as_of_day > 0);
	for (size_t i = 0; i < catalogue.fact_count; i++)
		assert_true(catalogue.facts[i].origin.source.in[PLAN_LANG_EN].len > 0 &&
		            catalogue.facts[i].origin.as_of_day > 0);
	assert_null(plan_brand(&catalogue, STR("softbankx")));
	assert_null(plan_pack(&catalogue, STR("")));
	assert_non_null(plan_network(&catalogue, STR("kddi")));
	assert_null(plan_network(&catalogue, STR("au")));
}

static void demo_pack(const struct catalogue *catalogue, const char *code, int64_t price,
                      const char *en, const char *zh_hans, const char *zh_hant, const char *ja)
{
	const struct plan_pack *pack = plan_pack(catalogue, str_from(code));

	assert_non_null(pack);
	assert_ptr_equal(plan_pack_at(catalogue, plan_pack_id(catalogue, pack)), pack);
	assert_int_equal(pack->price.amount, price);
	assert_int_equal(pack->price.currency, CURRENCY_JPY);
	assert_int_equal(pack->tax_bp, 1000);
	assert_str(plan_text_in(&pack->name, STR("en")), en);
	assert_str(plan_text_in(&pack->name, STR("zh-Hans")), zh_hans);
	assert_str(plan_text_in(&pack->name, STR("zh-Hant")), zh_hant);
	assert_str(plan_text_in(&pack->name, STR("ja")), ja);
	/* Another language, and a text that was not translated, in English. */
	assert_str(plan_text_in(&pack->name, STR("en-XA")), en);
}

static void demo_packs(void **unused)
{
	struct catalogue catalogue;
	struct plan_text text = { .in = { [PLAN_LANG_EN] = STR("E") } };

	(void)unused;
	assert_true(parse(plan_demo(), &catalogue));
	demo_pack(&catalogue, "keep-180", 1100, "Keep number, 180 days", "保号 180 天",
	          "保號 180 天", "番号維持 180 日");
	demo_pack(&catalogue, "data-3gb", 980, "Data 3 GB", "数据 3 GB", "數據 3 GB",
	          "データ 3 GB");
	demo_pack(&catalogue, "voice-60", 1480, "60 minutes + 100 SMS", "通话 60 分 + 短信 100 条",
	          "通話 60 分 + 簡訊 100 則", "通話 60 分＋SMS 100 通");
	assert_str(plan_text_in(&text, STR("ja")), "E");
	assert_null(plan_pack_at(&catalogue, -1));
	assert_null(plan_pack_at(&catalogue, (int64_t)catalogue.pack_count));
	assert_null(plan_pack_at(&catalogue, INT64_MAX));
	for (size_t i = 0; i < catalogue.pack_count; i++)
		for (int lang = 0; lang < PLAN_LANG_COUNT; lang++)
			assert_true(catalogue.packs[i].name.in[lang].len > 0 &&
			            catalogue.packs[i].about.in[lang].len > 0);
}

/* Which pack the page offers first, three days before the end. */
static void cheapest(void **unused)
{
	static const struct {
		const char *brand, *pack;
		bool        parked;
	} rows[] = {
		{ "docomo-prepaid", "keep-180", false },
		{ "povo", "povo-data-1gb", false },
		{ "softbank-prepaid", "charge-3000", false },
		{ "visitor", "visitor-1gb", false },
		{ "rakuten", NULL, false },
		{ "zero-sim", NULL, false },
		{ "docomo", NULL, false },
		{ "docomo", NULL, true },
	};
	struct catalogue catalogue;

	(void)unused;
	assert_true(parse(plan_demo(), &catalogue));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct plan_brand *brand = plan_brand(&catalogue, str_from(rows[i].brand));
		const struct plan_pack  *pack;
		struct keep_rule         rule;
		struct keep_state        state;
		struct keep_result       result;
		int32_t                  day;

		assert_true(plan_keep_rule(&catalogue, brand, rows[i].parked, 20000, &rule));
		keep_start(&rule, 20000, &state);
		keep_result(&rule, &state, &result);
		day = result.dated ? result.safe_until_day - 3 : 20005;
		pack = plan_extend(&catalogue, brand, &rule, &state, day);
		if (rows[i].pack == NULL) {
			assert_null(pack);
			continue;
		}
		assert_str(pack->code, rows[i].pack);
		assert_true(plan_pack_fits(&catalogue, pack, brand));
		/* Past saving: nothing is offered. */
		assert_null(plan_extend(&catalogue, brand, &rule, &state, 20000 + 4000));
	}
}

static void events(void **unused)
{
	struct catalogue  catalogue;
	struct keep_event event;

	(void)unused;
	assert_true(parse(plan_demo(), &catalogue));
	plan_pack_event(plan_pack(&catalogue, STR("data-3gb")), 1, 20000, false, 42, &event);
	assert_int_equal(event.kind, KEEP_EVENT_PACK);
	assert_int_equal(event.until_day, 20029);
	assert_int_equal(event.days, 30);
	assert_int_equal(event.order, 42);
	plan_pack_event(plan_pack(&catalogue, STR("keep-180")), 1, 20000, false, 0, &event);
	assert_int_equal(event.until_day, 20000);
	assert_int_equal(event.days, 180);
	plan_pack_event(plan_pack(&catalogue, STR("charge-3000")), 2, 20000, true, 0, &event);
	assert_int_equal(event.kind, KEEP_EVENT_CHARGE);
	assert_int_equal(event.yen, 6000);
	assert_true(event.by_card);
	plan_pack_event(plan_pack(&catalogue, STR("visitor-1gb")), 3, 20000, false, 0, &event);
	assert_int_equal(event.yen, 1500);
	plan_pack_event(plan_pack(&catalogue, STR("data-1gb")), 1, 20000, false, 0, &event);
	assert_int_equal(event.kind, KEEP_EVENT_NONE);
}

static void words(void **unused)
{
	(void)unused;
	assert_str(pack_kind_name(PACK_BALANCE), "balance");
	assert_str(fact_kind_name(FACT_ROAMING), "roaming");
	assert_str(plan_sureness_name(PLAN_SURE_LOW), "low");
	assert_int_equal(plan_key_index(PLAN_SECTION_PACK, STR("price")) >= 0, 1);
	assert_int_equal(plan_key_index(PLAN_SECTION_BRAND, STR("price")), -1);
}

/* docs/catalogue.md names every key there is. */
static void described(void **unused)
{
	struct str doc = file_text("docs/catalogue.md");

	(void)unused;
	for (int section = 0; section < PLAN_SECTION_COUNT; section++) {
		const struct plan_section_row *row = plan_section((enum plan_section)section);

		for (size_t i = 0; i < row->key_count; i++)
			if (str_find(doc, str_from(row->keys[i].name)) < 0)
				fail_msg("docs/catalogue.md does not name %s", row->keys[i].name);
	}
}

/* Every row of PLAN_PROBLEMS was seen by a test above; runs last. */
static void all_problems_met(void **unused)
{
	(void)unused;
	for (int i = 0; i < PLAN_PROBLEM_COUNT; i++)
		if (!met[i])
			fail_msg("no test makes %.*s",
			         STR_ARG(plan_problem_name((enum plan_problem_kind)i)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes),
		cmocka_unit_test(money),
		cmocka_unit_test(damaged_files),
		cmocka_unit_test(many_problems),
		cmocka_unit_test(little_memory),
		cmocka_unit_test(other_editors),
		cmocka_unit_test(periods),
		cmocka_unit_test(doubles),
		cmocka_unit_test(demo),
		cmocka_unit_test(demo_packs),
		cmocka_unit_test(cheapest),
		cmocka_unit_test(events),
		cmocka_unit_test(words),
		cmocka_unit_test(described),
		cmocka_unit_test(all_problems_met),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
