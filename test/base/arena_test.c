/*
 * arena_test.c - arenas and the buffers that grow in them.
 */
#include "test.h"

#include "base/buf.h"
#include "base/str.h"

enum { PLENTY = 16 * 1024 * 1024 };

static void allocates_zeroed_and_aligned(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, PLENTY);
	for (size_t size = 0; size < 3000; size += 7) {
		unsigned char *ptr = arena_alloc(&arena, size);

		assert_non_null(ptr);
		assert_int_equal((uintptr_t)ptr % 16, 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(ptr[i], 0);
		memset(ptr, 0xAA, size); /* what a later reset must not leak */
	}
	arena_reset(&arena);
	for (size_t i = 0; i < 100; i++) {
		unsigned char *ptr = arena_alloc(&arena, 64);

		assert_int_equal(ptr[0], 0);
		assert_int_equal(ptr[63], 0);
	}
	arena_free(&arena);
}

static void stops_at_its_maximum(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1024);
	assert_non_null(arena_alloc(&arena, 1000));
	assert_false(arena.failed);
	assert_null(arena_alloc(&arena, 100));
	assert_true(arena.failed);
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_null(arena_alloc(&arena, SIZE_MAX - 8));
	assert_str(arena_str(&arena, STR("a text that does not fit any more")), "");
	assert_string_equal(arena_cstr(&arena, STR("a text that does not fit either")), "");
	assert_str(arena_printf(&arena, "%050d", 1), "");
	arena_reset(&arena);
	assert_false(arena.failed);
	assert_non_null(arena_alloc(&arena, 1024));
	arena_free(&arena);
	arena_init(&arena, PLENTY);
	assert_non_null(arena_alloc(&arena, 8 * 1024 * 1024)); /* larger than any block */
	arena_free(&arena);
}

static void keeps_objects_over_many_blocks(void **state)
{
	enum { COUNT = 2000 };
	static struct str texts[COUNT];
	struct arena      arena;

	(void)state;
	arena_init(&arena, PLENTY);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < COUNT; i++)
			texts[i] = arena_printf(&arena, "text %d of round %d", i, round);
		for (int i = 0; i < COUNT; i++) {
			char wanted[64];

			snprintf(wanted, sizeof(wanted), "text %d of round %d", i, round);
			assert_str(texts[i], wanted);
			assert_int_equal(texts[i].ptr[texts[i].len], 0);
		}
		arena_reset(&arena);
	}
	arena_free(&arena);
}

static void extends_only_the_last(void **state)
{
	struct arena arena;
	char        *first, *second;
	size_t       used;

	(void)state;
	arena_init(&arena, 4096);
	first = arena_alloc(&arena, 10);
	memcpy(first, "0123456789", 10);
	assert_true(arena_extend(&arena, first, 10, 500));
	assert_memory_equal(first, "0123456789\0\0\0", 13);
	assert_int_equal(first[499], 0);
	second = arena_alloc(&arena, 16);
	used = arena.used;
	assert_false(arena_extend(&arena, first, 500, 600));
	assert_false(arena_extend(&arena, second, 16, 5000)); /* past the maximum */
	assert_false(arena_extend(&arena, NULL, 0, 16));
	assert_int_equal(arena.used, used);
	assert_false(arena.failed);
	arena_free(&arena);
}

/* What was filled once is filled again without the heap, and without its old bytes. */
static void keeps_blocks_over_a_reset(void **state)
{
	enum { OBJECTS = 60, SIZE = 1000, KEEP = 128 * 1024 };
	struct arena   arena;
	unsigned char *first[OBJECTS];

	(void)state;
	arena_init(&arena, PLENTY);
	arena_keep(&arena, KEEP);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < OBJECTS; i++) {
			unsigned char *ptr = arena_alloc(&arena, SIZE);

			if (round == 0)
				first[i] = ptr;
			assert_ptr_equal(ptr, first[i]);
			assert_int_equal(ptr[0], 0);
			assert_int_equal(ptr[SIZE - 1], 0);
			memset(ptr, 0xAA, SIZE);
		}
		arena_reset(&arena);
		assert_int_equal(arena.used, 0);
	}
	/* An object larger than what was kept takes its place. */
	assert_non_null(arena_alloc(&arena, SIZE));
	assert_non_null(arena_alloc(&arena, 8 * KEEP));
	assert_non_null(arena_alloc(&arena, SIZE));
	arena_reset(&arena);
	assert_ptr_equal(arena_alloc(&arena, SIZE), first[0]);
	arena_free(&arena);
	assert_int_equal(arena.keep, KEEP);
	assert_non_null(arena_alloc(&arena, SIZE));
	arena_free(&arena);
}

static void buffer_grows(void **state)
{
	struct arena arena;
	struct buf   buf;

	(void)state;
	arena_init(&arena, PLENTY);
	buf_init(&buf, &arena, 1024 * 1024);
	assert_str(buf_str(&buf), "");
	buf_add(&buf, STR(""));
	buf_add(&buf, STR("n="));
	buf_add_int64(&buf, INT64_MIN);
	buf_add_char(&buf, ',');
	buf_add_int64(&buf, INT64_MAX);
	buf_add_char(&buf, ',');
	buf_add_int64(&buf, 0);
	buf_printf(&buf, " %s-%03d", "x", 7);
	assert_str(buf_str(&buf), "n=-9223372036854775808,9223372036854775807,0 x-007");
	for (int i = 0; i < 5000; i++) {
		buf_printf(&buf, "%d", i);
		arena_alloc(&arena, 1); /* so that it cannot always grow in place */
	}
	assert_false(buf.full);
	assert_true(str_ends(buf_str(&buf), STR("499749984999")));
	assert_true(str_starts(buf_str(&buf), STR("n=-922")));
	arena_free(&arena);
}

static void buffer_stops_when_full(void **state)
{
	struct arena arena;
	struct buf   buf;

	(void)state;
	arena_init(&arena, PLENTY);
	buf_init(&buf, &arena, 10);
	buf_add(&buf, STR("0123456789"));
	assert_false(buf.full);
	buf_add(&buf, STR(""));
	assert_false(buf.full);
	buf_add_char(&buf, 'x');
	assert_true(buf.full);
	assert_str(buf_str(&buf), "0123456789");
	buf_init(&buf, &arena, 10);
	buf_printf(&buf, "%s", "0123456789");
	assert_true(buf.full); /* no room for the NUL */
	assert_str(buf_str(&buf), "");
	buf_add_char(&buf, 'x'); /* once full, for ever full */
	assert_str(buf_str(&buf), "");
	arena_free(&arena);
	arena_init(&arena, 300);
	buf_init(&buf, &arena, 10000);
	for (int i = 0; i < 1000; i++)
		buf_add_char(&buf, 'x');
	assert_true(buf.full); /* the arena was spent */
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocates_zeroed_and_aligned),
		cmocka_unit_test(stops_at_its_maximum),
		cmocka_unit_test(keeps_objects_over_many_blocks),
		cmocka_unit_test(extends_only_the_last),
		cmocka_unit_test(keeps_blocks_over_a_reset),
		cmocka_unit_test(buffer_grows),
		cmocka_unit_test(buffer_stops_when_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
