/*
 * lang_test.c - which language a browser gets.
 */
#include "test.h"

#include "base/str.h"
#include "text/lang.h"

static void negotiates(void **state)
{
	static const struct {
		const char *header, *tag;
	} cases[] = {
		/* as browsers send it */
		{ "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans" },
		{ "zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", "zh-Hant" },
		{ "zh-HK,zh-TW;q=0.9,zh;q=0.8", "zh-Hant" },
		{ "ja,en-US;q=0.9,en;q=0.8", "ja" },
		{ "ja-JP", "ja" },
		{ "en-GB,en;q=0.9", "en" },
		{ "ko-KR,ko;q=0.9,zh-TW;q=0.5,en;q=0.4", "zh-Hant" },
		/* scripts beat regions; regions tell the script */
		{ "zh", "zh-Hans" },
		{ "zh-SG", "zh-Hans" },
		{ "zh-MY", "zh-Hans" },
		{ "zh-MO", "zh-Hant" },
		{ "zh-US", "zh-Hant" },
		{ "zh-Hans-HK", "zh-Hans" },
		{ "zh-Hant-CN", "zh-Hant" },
		{ "ZH-hant-tw", "zh-Hant" },
		{ "yue", "zh-Hant" },
		{ "yue-CN", "zh-Hans" },
		{ "zh-yue", "zh-Hant" },
		{ "cmn-Hans", "zh-Hans" },
		/* never the other Chinese while something else was asked for */
		{ "zh-Hant;q=0.5, ja;q=0.6", "ja" },
		{ "zh-TW;q=0.9, zh-CN;q=0.1, ja;q=0.2", "zh-Hant" },
		/* weights */
		{ "en;q=0.1, ja;q=0.2", "ja" },
		{ "ja;q=0.5, en;q=0.5", "ja" },
		{ "en;q=0.5, ja;q=0.5", "en" },
		{ "ja;q=0, en;q=0.1", "en" },
		{ "ja;q=0", "en" },
		{ "zh-CN;q=0.999, ja;q=1.000", "ja" },
		{ "ja ; q=0.3 , zh-TW ;q=0.8", "zh-Hant" },
		{ "*", "en" },
		{ "*;q=0.1, ja;q=0.2", "ja" },
		{ "ko, *;q=0.5, ja;q=0.2", "en" },
		{ "en;q=0, *, ja;q=0.5", "ja" },
		/* junk */
		{ "", "en" },
		{ ",,;;,", "en" },
		{ "ja;q=2", "en" },
		{ "ja;q=0.1234, zh-TW;q=0.1", "zh-Hant" },
		{ "ja;q=1.5", "en" },
		{ "ja;q=x, zh-CN;q=0.1", "zh-Hans" },
		{ "ja;level=1, zh-CN;q=0.1", "zh-Hans" },
		{ "jaa, zhx, enx", "en" },
		{ "j\xff\xfe, \x01, zh-TW", "zh-Hant" },
		{ "en-XA", "en" },
		{ "ko,de,fr,it,es,pt,nl,sv,da,fi,nb,pl,cs,hu,ro,ja", "ja" },    /* the 16th */
		{ "ko,de,fr,it,es,pt,nl,sv,da,fi,nb,pl,cs,hu,ro,bg,ja", "en" }, /* the 17th */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct lang *lang = lang_negotiate(str_from(cases[i].header));

		if (strcmp(lang->tag, cases[i].tag) != 0)
			fail_msg("\"%s\" gave %s, not %s", cases[i].header, lang->tag,
			         cases[i].tag);
	}
}

static void a_long_header_is_only_long(void **state)
{
	static char header[64 * 1024];

	(void)state;
	memset(header, 'a', sizeof(header));
	assert_string_equal(lang_negotiate((struct str){ header, sizeof(header) })->tag, "en");
	memset(header, ',', sizeof(header));
	assert_string_equal(lang_negotiate((struct str){ header, sizeof(header) })->tag, "en");
}

static void tags_are_exact(void **state)
{
	static const char *const bad[] = { "", "zh", "zh-hans", "EN", "en-", "zh-Hans ", "ko" };
	const struct lang       *lang = NULL;

	(void)state;
	for (enum lang_id id = 0; id < LANG_COUNT; id++) {
		assert_true(lang_from_tag(str_from(lang_get(id)->tag), &lang));
		assert_int_equal(lang->id, id);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(lang_from_tag(str_from(bad[i]), &lang));
}

static void plural_forms(void **state)
{
	(void)state;
	assert_int_equal(lang_plural(lang_get(LANG_EN), 0), 1);
	assert_int_equal(lang_plural(lang_get(LANG_EN), 1), 0);
	assert_int_equal(lang_plural(lang_get(LANG_EN), 2), 1);
	assert_int_equal(lang_plural(lang_get(LANG_EN), INT64_MAX), 1);
	assert_int_equal(lang_plural(lang_get(LANG_JA), 1), 0);
	assert_int_equal(lang_plural(lang_get(LANG_ZH_HANT), 7), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(negotiates),
		cmocka_unit_test(a_long_header_is_only_long),
		cmocka_unit_test(tags_are_exact),
		cmocka_unit_test(plural_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
