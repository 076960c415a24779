/*
 * utf8_test.c - what is UTF-8, and how typed text is folded.
 */
#include "test.h"

#include "base/str.h"
#include "base/utf8.h"

static void tells_valid_from_damaged(void **state)
{
	static const struct {
		struct str text;
		bool       valid;
	} cases[] = {
		{ STR_INIT(""), true },
		{ STR_INIT("plain"), true },
		{ STR_INIT("\0"), true },
		{ STR_INIT("日本語の文字"), true },
		{ STR_INIT("\xEF\xBF\xBD"), true },      /* U+FFFD itself */
		{ STR_INIT("\xF0\x9F\x93\xB1"), true },  /* U+1F4F1 */
		{ STR_INIT("\xF4\x8F\xBF\xBF"), true },  /* U+10FFFF, the last */
		{ STR_INIT("\xED\x9F\xBF"), true },      /* U+D7FF */
		{ STR_INIT("\xEE\x80\x80"), true },      /* U+E000 */
		{ STR_INIT("\x80"), false },             /* a tail alone */
		{ STR_INIT("a\xC3"), false },            /* cut off */
		{ STR_INIT("\xE6\x97"), false },         /* cut off */
		{ STR_INIT("\xE6\x97x"), false },        /* a tail missing */
		{ STR_INIT("\xC0\xAF"), false },         /* overlong '/' */
		{ STR_INIT("\xC1\xBF"), false },         /* overlong */
		{ STR_INIT("\xE0\x80\xAF"), false },     /* overlong */
		{ STR_INIT("\xE0\x9F\xBF"), false },     /* overlong U+07FF */
		{ STR_INIT("\xF0\x80\x80\xAF"), false }, /* overlong */
		{ STR_INIT("\xF0\x8F\xBF\xBF"), false }, /* overlong U+FFFF */
		{ STR_INIT("\xED\xA0\x80"), false },     /* surrogate D800 */
		{ STR_INIT("\xED\xBF\xBF"), false },     /* surrogate DFFF */
		{ STR_INIT("\xF4\x90\x80\x80"), false }, /* U+110000 */
		{ STR_INIT("\xF5\x80\x80\x80"), false }, /* never a lead */
		{ STR_INIT("\xFE"), false },             /* never in UTF-8 */
		{ STR_INIT("\xFF\xFF\xFF"), false },     /* never in UTF-8, three of them */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (utf8_valid(cases[i].text) != cases[i].valid)
			fail_msg("case %zu is wrong", i);
	}
}

/* Every code point survives being written and read. */
static void writes_what_it_reads(void **state)
{
	(void)state;
	for (int32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
		char       bytes[4];
		char      *end = bytes;
		struct str s;

		if (code_point >= 0xD800 && code_point <= 0xDFFF)
			continue;
		utf8_put(&end, code_point);
		s = (struct str){ .ptr = bytes, .len = (size_t)(end - bytes) };
		if (!utf8_valid(s) || utf8_next(&s) != code_point || s.len != 0)
			fail_msg("U+%04X does not survive", (unsigned)code_point);
		assert_int_equal(utf8_next(&s), -1);
	}
}

static void moves_by_one_over_damage(void **state)
{
	struct str s = STR("a\xE6\x97"
	                   "b");

	(void)state;
	assert_int_equal(utf8_next(&s), 'a');
	assert_int_equal(utf8_next(&s), 0xFFFD);
	assert_int_equal(utf8_next(&s), 0xFFFD);
	assert_int_equal(utf8_next(&s), 'b');
	assert_int_equal(utf8_next(&s), -1);
	assert_int_equal(utf8_length(STR("日本 abc")), 6);
	assert_int_equal(utf8_length(STR("\xFF\xFF")), 2);
}

static void folds_what_people_type(void **state)
{
	static const struct {
		const char *typed, *folded;
	} cases[] = {
		{ "", "" },
		{ "440103123456789", "440103123456789" },
		{ "４４０１０３", "440103" },
		{ "ＩＣＣＩＤ：８９８１", "ICCID:8981" },
		{ "ａｚ！～", "az!~" },
		{ "8981　1000 0351", "8981 1000 0351" },
		{ "090‐1234–5678—9−0", "090-1234-5678-9-0" },
		{ "０９０ー１２３４ｰ５６", "090-1234-56" },
		{ "カード", "カード" }, /* a long vowel stays one */
		{ "ＳＩＭカード", "SIMカード" },
		{ "①②⑳⓪㉑㊿", "122002150" },
		{ "x²³¹⁰⁹₀₉", "x2310909" },
		{ "\xF0\x9D\x9F\x8E\xF0\x9D\x9F\x98\xF0\x9D\x9F\xBF", "009" },
		{ "4\xE2\x80\x8B"
		  "4\xEF\xBB\xBF"
		  "0\xE2\x80\xAE"
		  "1\xE2\x81\xA6",
		  "4401" }, /* zero width, BOM, bidi override and isolate */
		{ "a\tb\r\nc\x1B[0m\x7F", "abc[0m" },
		{ "\xC2\x9B"
		  "1",
		  "1" }, /* the one-byte escape of terminals */
		{ "é漢字", "é漢字" },
		{ "￥100", "¥100" },
		{ "\xFF", "\xEF\xBF\xBD" },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena, 1024 * 1024);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_str(utf8_fold(&arena, str_from(cases[i].typed)), cases[i].folded);
	arena_free(&arena);
}

static void folds_nothing_past_its_memory(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 16);
	assert_str(utf8_fold(&arena, STR("longer than sixteen bytes")), "");
	assert_true(arena.failed);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_valid_from_damaged),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(moves_by_one_over_damage),
		cmocka_unit_test(folds_what_people_type),
		cmocka_unit_test(folds_nothing_past_its_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
