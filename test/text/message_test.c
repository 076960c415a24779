/*
 * message_test.c - texts by language, with their parts and plural forms; and
 * that every text is there in every language.
 */
#include "test.h"

#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "text/message.h"

static struct arena arena;

static struct str days_left(enum lang_id id, int64_t n)
{
	return message_text(&arena, lang_get(id), MSG_DAYS_LEFT, n, NO_PARTS);
}

static void plurals(void **state)
{
	(void)state;
	assert_str(days_left(LANG_EN, 0), "0 days left");
	assert_str(days_left(LANG_EN, 1), "1 day left");
	assert_str(days_left(LANG_EN, 2), "2 days left");
	assert_str(days_left(LANG_EN, 1234), "1,234 days left");
	assert_str(days_left(LANG_ZH_HANS, 1), "还能保留 1 天");
	assert_str(days_left(LANG_ZH_HANT, 2), "還能保留 2 天");
	assert_str(days_left(LANG_JA, 126), "あと 126 日");
}

static struct str kept_until(enum lang_id id, struct part date)
{
	return message_text(&arena, lang_get(id), MSG_KEPT_UNTIL, -1, PARTS(PART("x", 1), date));
}

static void parts_by_name(void **state)
{
	struct money pay = { 5387, CURRENCY_CNY };
	int32_t      day = day_from_civil(2027, 1, 14);

	(void)state;
	assert_str(kept_until(LANG_EN, PART("date", date_long(day))), "Kept until 14 Jan 2027");
	assert_str(kept_until(LANG_JA, PART("date", date_long(day))), "2027年1月14日まで維持");
	assert_str(kept_until(LANG_EN, PART("date", pay)), "Kept until CNY 53.87");
	assert_str(kept_until(LANG_EN, PART("date", "{date} <b>")), "Kept until {date} <b>");
	assert_str(kept_until(LANG_EN, PART("date", (size_t)1000)), "Kept until 1,000");
}

static void nothing_is_an_empty_text(void **state)
{
	(void)state;
	assert_str(message_text(&arena, lang_get(LANG_JA), MSG_NONE, -1, NO_PARTS), "");
}

static void every_text_in_every_language(void **state)
{
	(void)state;
	assert_true(MSG_COUNT > 3);
	for (enum lang_id id = 0; id < LANG_COUNT; id++) {
		for (int msg = 1; msg < MSG_COUNT; msg++) {
			struct str rest = message_template(lang_get(id), (enum msg)msg,
			                                   message_plural[msg] ? 5 : -1);
			struct str literal, name;

			assert_true(rest.len > 0);
			assert_true(utf8_valid(rest));
			assert_true(str_find(rest, STR("¥")) < 0);
			while (message_next(&rest, &literal, &name))
				assert_true(str_find(literal, STR("}")) < 0);
		}
	}
}

/* The pseudo-locale brackets every text, keeps the parts and is a third longer. */
static void pseudo_is_complete(void **state)
{
	const struct lang *en = lang_get(LANG_EN), *xa = lang_get(LANG_EN_XA);

	(void)state;
	for (int msg = 1; msg < MSG_COUNT; msg++) {
		int64_t    count = message_plural[msg] ? 1 : -1;
		struct str source = message_template(en, (enum msg)msg, count);
		struct str text = message_template(xa, (enum msg)msg, count);

		assert_true(str_starts(text, STR("⟦")) && str_ends(text, STR("⟧")));
		assert_true(utf8_length(text) > utf8_length(source) + 2);
	}
	assert_str(message_template(xa, MSG_KEPT_UNTIL, -1), "⟦Ķéþţ ûñţîļ {date}~~~~⟧");
	assert_str(days_left(LANG_EN_XA, 1), "⟦1 ðåý ļéƒţ~~~⟧");
}

static void a_long_value_does_not_run_away(void **state)
{
	static char huge[64 * 1024];
	struct str  value = { huge, sizeof(huge) };

	(void)state;
	memset(huge, 'x', sizeof(huge));
	assert_true(kept_until(LANG_EN, PART("date", value)).len <= 8192);
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
		cmocka_unit_test(plurals),
		cmocka_unit_test(parts_by_name),
		cmocka_unit_test(nothing_is_an_empty_text),
		cmocka_unit_test(every_text_in_every_language),
		cmocka_unit_test(pseudo_is_complete),
		cmocka_unit_test(a_long_value_does_not_run_away),
	};

	arena_init(&arena, 4 << 20);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
