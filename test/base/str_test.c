/*
 * str_test.c - borrowed strings.
 */
#include "test.h"

#include "base/str.h"

static void compares(void **state)
{
	(void)state;
	assert_true(str_eq(STR("abc"), STR("abc")));
	assert_true(str_eq((struct str){ 0 }, STR("")));
	assert_false(str_eq(STR("abc"), STR("abd")));
	assert_false(str_eq(STR("abc"), STR("ab")));
	assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
	assert_false(str_eq_nocase(STR("a["), STR("a{"))); /* 0x20 apart, no letters */
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR(""), (struct str){ 0 }), 0);
	assert_true(str_eq_secret(STR("secret"), STR("secret")));
	assert_false(str_eq_secret(STR("secret"), STR("secreT")));
	assert_false(str_eq_secret(STR("secret"), STR("secre")));
}

static void takes_apart(void **state)
{
	const struct str abc = STR("abc"), blanks = STR("   ");
	struct str       head, tail;

	(void)state;
	assert_true(str_cut(STR("a=b=c"), '=', &head, &tail));
	assert_str(head, "a");
	assert_str(tail, "b=c");
	assert_false(str_cut(STR("abc"), '=', &head, &tail));
	assert_str(head, "abc");
	assert_str(tail, "");
	assert_true(str_cut(STR("abc="), '=', &head, &tail));
	assert_str(tail, "");
	assert_false(str_cut((struct str){ 0 }, '=', &head, &tail));
	assert_str(str_skip(STR("abc"), 2), "c");
	assert_str(str_skip(STR("abc"), 9), "");
	assert_ptr_equal(str_skip(abc, 9).ptr, abc.ptr + 3);
	assert_ptr_equal(str_trim(abc).ptr, abc.ptr);
	assert_ptr_equal(str_trim(str_take(blanks, 2)).ptr, blanks.ptr + 2);
	assert_str(str_take(STR("abc"), 2), "ab");
	assert_str(str_take(STR("abc"), 9), "abc");
	assert_str(str_trim(STR(" \t a b\r\n")), "a b");
	assert_str(str_trim(STR("   ")), "");
	assert_str(str_from(NULL), "");
	assert_str(str_from("x"), "x");
}

static void finds(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("hello"), STR("lo")), 3);
	assert_int_equal(str_find(STR("hello"), STR("")), 0);
	assert_int_equal(str_find(STR("hello"), STR("hello!")), -1);
	assert_int_equal(str_find(STR(""), STR("")), 0);
	assert_int_equal(str_find(STR("aab"), STR("ab")), 1);
	assert_true(str_starts(STR("--name"), STR("--")));
	assert_false(str_starts(STR("-"), STR("--")));
	assert_true(str_ends(STR("a.page"), STR(".page")));
	assert_false(str_ends(STR("page"), STR(".page")));
}

static void reads_numbers(void **state)
{
	static const struct {
		const char *text;
		bool        good;
		int64_t     value;
	} cases[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "007", true, 7 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "99999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "+1", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1a", false, 0 },
		{ "--1", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t value = 42;

		assert_int_equal(str_to_int64(str_from(cases[i].text), &value), cases[i].good);
		assert_int_equal(value, cases[i].good ? cases[i].value : 42);
	}
}

static void every_failure_has_a_sentence(void **state)
{
	(void)state;
	for (int err = 0; err < ERR_COUNT; err++)
		assert_true(strlen(err_text((enum err)err)) > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),
		cmocka_unit_test(takes_apart),
		cmocka_unit_test(finds),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(every_failure_has_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
