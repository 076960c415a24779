/*
 * keep_text_test.c - every cause and refusal of the keep rules and of lines has
 * words in every language, and names only the parts that its header promises.
 */
#include "test.h"

#include "base/str.h"
#include "core/keep.h"
#include "text/lang.h"
#include "text/message.h"

#define X(id) [KEEP_BECAUSE_##id] = MSG_KEEP_BECAUSE_##id,
static const enum msg causes[] = { KEEP_CAUSES(X) };
#undef X
/* NONE is no refusal and has no words. */
#define MSG_KEEP_REFUSE_NONE MSG_NONE
#define MSG_LINE_REFUSE_NONE MSG_NONE
#define X(id, status)        [KEEP_REFUSE_##id] = MSG_KEEP_REFUSE_##id,
static const enum msg keep_refusals[] = { KEEP_REFUSALS(X) };
#undef X
#define X(id, status) [LINE_REFUSE_##id] = MSG_LINE_REFUSE_##id,
static const enum msg line_refusals[] = { LINE_REFUSALS(X) };
#undef X

static struct str said(struct arena *arena, enum lang_id lang, enum msg msg)
{
	return message_text(
	    arena, lang_get(lang), msg, -1,
	    PARTS(PART("date", date_long(20651)), PART("day", date_long(20471)),
	          PART("pack", STR("Keep number, 180 days")), PART("until", date_long(20471)),
	          PART("amount", ((struct money){ 660, CURRENCY_JPY })), PART("months", 72)));
}

static void check(const enum msg *messages, size_t count, const char *part)
{
	int with_part = 0, foreign = 0;

	for (enum lang_id lang = 0; lang < LANG_COUNT; lang++) {
		for (size_t i = 0; i < count; i++) {
			struct arena arena;
			struct str   text, english;

			if (messages[i] == MSG_NONE)
				continue;
			arena_init(&arena, 65536);
			/* message_text asserts when a text names another part. */
			text = said(&arena, lang, messages[i]);
			english = said(&arena, LANG_EN, messages[i]);
			assert_true(text.len >= 10);
			assert_true(str_find(text, STR("{")) < 0);
			if (lang != LANG_EN && str_eq(text, english))
				fail_msg("not translated: %.*s", STR_ARG(english));
			foreign += lang != LANG_EN;
			with_part += lang == LANG_EN && str_find(text, str_from(part)) >= 0;
			arena_free(&arena);
		}
	}
	assert_true(foreign > 0);
	assert_true(part[0] == '\0' || with_part > 0);
}

/* With a date in the words wherever there is one. */
static void keep_causes(void **state)
{
	(void)state;
	check(causes, COUNT_OF(causes), "17 Jul 2026");
}

static void keep_refused(void **state)
{
	(void)state;
	check(keep_refusals, COUNT_OF(keep_refusals), "");
}

static void line_refused(void **state)
{
	(void)state;
	check(line_refusals, COUNT_OF(line_refusals), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keep_causes),
		cmocka_unit_test(keep_refused),
		cmocka_unit_test(line_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
