/*
 * squeeze_test.c - what is kept comes back as it was, and damage is noticed.
 */
#include "test.h"

#include "base/squeeze.h"
#include "base/str.h"

#include <string.h>

static struct arena arena;

static int setup(void **state)
{
	arena_init(&arena, 64 * 1024 * 1024);
	*state = squeezer_open(&arena);
	return *state == NULL;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct str there_and_back(struct squeezer *squeezer, struct str text)
{
	struct str stored = squeeze(squeezer, &arena, text), again;

	assert_true(unsqueeze(stored, text.len, &arena, &again));
	assert_int_equal(again.len, text.len);
	if (text.len > 0)
		assert_memory_equal(again.ptr, text.ptr, text.len);
	assert_int_equal(squeeze_size(str_take(stored, SQUEEZE_HEAD), stored.len), text.len);
	if (text.len > 0)
		assert_false(unsqueeze(stored, text.len - 1, &arena, &again));
	return stored;
}

static void a_callback_becomes_half_as_long(void **state)
{
	struct str text =
	    STR("{\"event\":\"evt_ME3YA6BG3Z0445AKXJCT\","
	        "\"order\":\"KPME3YA6BG3Z0445AKXJCT28YCZW\","
	        "\"reference\":\"sbx_ME3YA6BG3Z0445AKXJCT\","
	        "\"state\":\"succeeded\",\"amount\":6463,\"currency\":\"CNY\","
	        "\"at\":1795315405,\"payer\":\"4KQ2M0C7RWXH3TB8PZ5N\"}");
	struct str stored = there_and_back(*state, text);

	assert_true(stored.len < text.len / 2);
	/* The state of the one before leaves no trace in the next. */
	assert_true(str_eq(there_and_back(*state, text), stored));
}

static void every_text_comes_back(void **state)
{
	static char bytes[70000];
	uint32_t    seed = 4711;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		seed = seed * 1103515245 + 12345;
		bytes[i] = (char)(seed >> 16);
	}
	for (size_t len = 0; len < 300; len++) {
		struct str noise = { .ptr = bytes + len, .len = len };

		/* Noise is not squeezed, and is a byte longer at most. */
		assert_true(there_and_back(*state, noise).len <= len + 1);
	}
	there_and_back(*state, (struct str){ .ptr = bytes, .len = sizeof(bytes) });
	memset(bytes, '7', sizeof(bytes));
	for (size_t len = 60; len < sizeof(bytes); len += 997)
		there_and_back(*state, (struct str){ .ptr = bytes, .len = len });
	there_and_back(*state, STR("{}"));
	there_and_back(*state, STR(""));
}

static void a_text_that_begins_like_a_mark_is_no_mark(void **state)
{
	struct str zero = { .ptr = "\0short", .len = 6 }, one = { .ptr = "\1short", .len = 6 };

	assert_int_equal(there_and_back(*state, zero).len, 7);
	assert_int_equal(there_and_back(*state, one).len, 7);
	/* What was stored before there was any squeezing. */
	assert_int_equal(squeeze_size(STR("{\"even"), 300), 300);
}

static void damage_is_noticed(void **state)
{
	char       text[400], copy[500];
	struct str again, stored;

	memset(text, 'x', sizeof(text));
	memcpy(text, "{\"event\":\"evt_1\",\"order\":\"KP0123456789\"", 38);
	for (int i = 38; i < 200; i++)
		text[i] = (char)('A' + i * i % 23);
	stored = squeeze(*state, &arena, (struct str){ .ptr = text, .len = sizeof(text) });
	assert_int_equal(stored.ptr[0], 1);
	for (size_t len = 1; len < stored.len; len++)
		assert_false(unsqueeze(str_take(stored, len), 4096, &arena, &again));
	memcpy(copy, stored.ptr, stored.len);
	copy[1] ^= 1; /* another length */
	assert_false(unsqueeze((struct str){ .ptr = copy, .len = stored.len }, 4096, &arena,
	                       &again));
	memcpy(copy, stored.ptr, stored.len);
	copy[stored.len] = 'x'; /* something behind the end */
	assert_false(unsqueeze((struct str){ .ptr = copy, .len = stored.len + 1 }, 4096, &arena,
	                       &again));
	memset(copy + 1, 0xff, 20); /* a length without an end */
	assert_false(unsqueeze((struct str){ .ptr = copy, .len = stored.len }, 4096, &arena,
	                       &again));
	assert_int_equal(squeeze_size((struct str){ .ptr = copy, .len = 6 }, stored.len), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_callback_becomes_half_as_long),
		cmocka_unit_test(every_text_comes_back),
		cmocka_unit_test(a_text_that_begins_like_a_mark_is_no_mark),
		cmocka_unit_test(damage_is_noticed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
