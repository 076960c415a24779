/*
 * letter_test.c - every notice as a mail, in every language: the same words
 * three times, no link, nothing left open.
 */
#include "test.h"

#include "base/arena.h"
#include "base/str.h"
#include "text/lang.h"
#include "web/html_check.h"
#include "work/letter.h"

#define ARENA_MAX ((size_t)1024 * 1024)

static struct letter_view view_of(enum notice kind)
{
	return (struct letter_view){
		.kind = kind,
		.parts = { .order = STR("KL-7F3K-29QD"),
		           .line = STR("080-****-5678"),
		           .pack = STR("Tom & Jerry <3 GB>"),
		           .amount = { .amount = 5387, .currency = CURRENCY_CNY },
		           .day = 20832,
		           .before_day = 20652,
		           .days = 14,
		           .at_s = 1773492473 },
		.site = STR("keepline.example"),
	};
}

static void check(enum notice kind, const struct lang *lang, const struct letter *letter)
{
	size_t      at;
	const char *problem = html_problem(letter->html, &at);

	if (problem)
		fail_msg("%d.%s: %s at %zu", (int)kind, lang->tag, problem, at);
	assert_true(letter->subject.len > 0 && letter->subject.len <= 500);
	assert_true(str_find(letter->subject, STR("\n")) < 0);
	assert_true(html_count(letter->text, STR("keepline.example")) == 1);
	assert_true(html_count(letter->html, STR("keepline.example")) == 1);
	/* No link, no part left open, no bare yen sign, and data is data. */
	assert_int_equal(html_count(letter->html, STR("<a")), 0);
	assert_int_equal(html_count(letter->html, STR("http")), 0);
	assert_int_equal(html_count(letter->text, STR("http")), 0);
	assert_int_equal(html_count(letter->text, STR("{")), 0);
	assert_int_equal(html_count(letter->subject, STR("{")), 0);
	assert_int_equal(html_count(letter->text, STR("¥")), 0);
	assert_int_equal(html_count(letter->html, STR("<3")), 0);
}

static void every_notice_makes_a_letter(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, ARENA_MAX);
	for (enum notice kind = 0; kind < NOTICE_COUNT; kind++)
		for (enum lang_id id = 0; id < LANG_COUNT; id++) {
			struct letter_view view = view_of(kind);
			struct letter      letter;

			arena_reset(&arena);
			assert_true(letter_make(&arena, lang_get(id), &view, &letter));
			check(kind, lang_get(id), &letter);
		}
	arena_free(&arena);
}

static void names_what_the_reader_must_know(void **state)
{
	struct letter_view view = view_of(NOTICE_ORDER_ACTIVE);
	struct letter      letter;
	struct arena       arena;

	(void)state;
	arena_init(&arena, ARENA_MAX);
	assert_true(letter_make(&arena, lang_get(LANG_ZH_HANS), &view, &letter));
	assert_str(letter.subject, "080-****-5678 保留至2027年1月14日");
	view.kind = NOTICE_ORDER_DECLINED;
	assert_true(letter_make(&arena, lang_get(LANG_EN), &view, &letter));
	assert_str(letter.subject,
	           "CNY 53.87 goes back to you: 080-****-5678 could not be topped up");
	view.kind = NOTICE_KEEP_DAYS;
	view.parts.days = 1;
	assert_true(letter_make(&arena, lang_get(LANG_EN), &view, &letter));
	assert_str(letter.subject, "080-****-5678: 1 day left");
	arena_free(&arena);
}

static void a_small_arena_makes_no_letter(void **state)
{
	struct letter_view view = view_of(NOTICE_WELCOME);
	struct letter      letter = { 0 };
	struct arena       arena;

	(void)state;
	arena_init(&arena, 512);
	assert_false(letter_make(&arena, lang_get(LANG_EN), &view, &letter));
	assert_int_equal(letter.text.len, 0);
	arena_free(&arena);
}

static void knows_the_site(void **state)
{
	(void)state;
	assert_str(letter_site(STR("https://keepline.example")), "keepline.example");
	assert_str(letter_site(STR("http://localhost:8080/")), "localhost:8080");
	assert_str(letter_site(STR("keepline.example")), "keepline.example");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_notice_makes_a_letter),
		cmocka_unit_test(names_what_the_reader_must_know),
		cmocka_unit_test(a_small_arena_makes_no_letter),
		cmocka_unit_test(knows_the_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
