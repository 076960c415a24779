/*
 * url_test.c - percent-encoding once each way.
 */
#include "test.h"

#include "base/str.h"
#include "base/url.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1024 * 1024);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void encoded_as_the_two_rules_say(void **state)
{
	(void)state;
	assert_str(url_encode(&arena, STR("a b+c/d=e&f*~_.-%")), "a%20b%2Bc%2Fd%3De%26f%2A~_.-%25");
	assert_str(url_encode_form(&arena, STR("a b+c/d=e&f*~_.-%")),
	           "a+b%2Bc%2Fd%3De%26f*%7E_.-%25");
	assert_str(url_encode(&arena, STR("保\0\n")), "%E4%BF%9D%00%0A");
	assert_str(url_encode(&arena, STR("")), "");
}

static void decoded_once(void **state)
{
	struct str text;

	(void)state;
	assert_true(url_decode(&arena, STR("a%2Bb+c%20%252B"), &text));
	assert_str(text, "a+b+c %2B");
	assert_true(url_decode_form(&arena, STR("a%2Bb+c%20%252B"), &text));
	assert_str(text, "a+b c %2B");
	assert_true(url_decode(&arena, STR("%e4%BF%9d"), &text));
	assert_str(text, "保");
	assert_false(url_decode(&arena, STR("100%"), &text));
	assert_false(url_decode(&arena, STR("%4"), &text));
	assert_false(url_decode(&arena, STR("%4g"), &text));
	assert_false(url_decode_form(&arena, STR("%+1"), &text));
}

static void every_byte_comes_back(void **state)
{
	char       bytes[256];
	struct str all = { .ptr = bytes, .len = sizeof(bytes) }, text;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	assert_true(url_decode(&arena, url_encode(&arena, all), &text));
	assert_true(str_eq(text, all));
	assert_true(url_decode_form(&arena, url_encode_form(&arena, all), &text));
	assert_true(str_eq(text, all));
}

static void forms_in_their_order(void **state)
{
	struct url_pair pairs[4];
	size_t          count = 9;

	(void)state;
	assert_true(url_parse_form(&arena, STR("b=1%3D&&a==x&empty=&flag"), pairs, 4, &count));
	assert_int_equal(count, 4);
	assert_str(pairs[0].name, "b");
	assert_str(pairs[0].value, "1=");
	assert_str(*url_find(pairs, count, STR("a")), "=x");
	assert_str(*url_find(pairs, count, STR("flag")), "");
	assert_null(url_find(pairs, count, STR("c")));
	url_sort(pairs, count);
	assert_str(pairs[0].name, "a");
	assert_str(pairs[1].name, "b");
	assert_str(pairs[3].name, "flag");
	assert_false(url_parse_form(&arena, STR("a=1&b=2&a=3"), pairs, 4, &count));
	assert_false(url_parse_form(&arena, STR("a=1&%61=3"), pairs, 4, &count));
	assert_false(url_parse_form(&arena, STR("a=%zz"), pairs, 4, &count));
	assert_false(url_parse_form(&arena, STR("a=&b=&c=&d=&e="), pairs, 4, &count));
	assert_true(url_parse_form(&arena, STR(""), pairs, 4, &count));
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encoded_as_the_two_rules_say),
		cmocka_unit_test(decoded_once),
		cmocka_unit_test(every_byte_comes_back),
		cmocka_unit_test(forms_in_their_order),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
