/*
 * unpack_test.c - archives another program packed, and each way they can lie.
 */
#include "test.h"

#include "base/hash.h"
#include "base/str.h"
#include "base/unpack.h"

#include <zlib.h>

/* By Python's zipfile: a.csv deflated, b.txt stored. */
static const unsigned char zip_bytes[] = {
	0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x83, 0x18,
	0x22, 0x5c, 0xfb, 0xae, 0xb4, 0xed, 0x0c, 0x00, 0x00, 0x00, 0x7c, 0x00,
	0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x61, 0x2e, 0x63, 0x73, 0x76, 0xdb,
	0xb8, 0x78, 0xd7, 0x51, 0x1d, 0x43, 0x5e, 0xae, 0x81, 0xc0, 0x00, 0x50,
	0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x83, 0x18, 0x22,
	0x5c, 0x0b, 0xf9, 0x43, 0x56, 0x06, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00,
	0x00, 0x05, 0x00, 0x00, 0x00, 0x62, 0x2e, 0x74, 0x78, 0x74, 0x73, 0x74,
	0x6f, 0x72, 0x65, 0x64, 0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00,
	0x00, 0x00, 0x08, 0x00, 0x83, 0x18, 0x22, 0x5c, 0xfb, 0xae, 0xb4, 0xed,
	0x0c, 0x00, 0x00, 0x00, 0x7c, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00,
	0x00, 0x00, 0x61, 0x2e, 0x63, 0x73, 0x76, 0x50, 0x4b, 0x01, 0x02, 0x14,
	0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x83, 0x18, 0x22, 0x5c, 0x0b,
	0xf9, 0x43, 0x56, 0x06, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x05,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80,
	0x01, 0x2f, 0x00, 0x00, 0x00, 0x62, 0x2e, 0x74, 0x78, 0x74, 0x50, 0x4b,
	0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x02, 0x00, 0x66, 0x00,
	0x00, 0x00, 0x58, 0x00, 0x00, 0x00, 0x00, 0x00,
};
/* 40 times "keepline ". */
static const unsigned char zlib_bytes[] = {
	0x78, 0xda, 0xcb, 0x4e, 0x4d, 0x2d, 0xc8, 0xc9, 0xcc, 0x4b, 0x55, 0xc8,
	0x1e, 0x65, 0xd0, 0x92, 0x01, 0x00, 0xd2, 0x54, 0x89, 0x09,
};
/* The same. */
static const unsigned char gzip_bytes[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x4e,
	0x4d, 0x2d, 0xc8, 0xc9, 0xcc, 0x4b, 0x55, 0xc8, 0x1e, 0x65, 0xd0, 0x92,
	0x01, 0x00, 0x5d, 0x28, 0x66, 0x6c, 0x68, 0x01, 0x00, 0x00,
};

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 64 * 1024 * 1024);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#define BYTES(array) ((struct str){ .ptr = (const char *)(array), .len = sizeof(array) })

static struct str changed(struct str s, size_t at, char byte)
{
	struct str copy = arena_str(&arena, s);

	((char *)(uintptr_t)copy.ptr)[at] = byte;
	return copy;
}

static void deflate_in_three_dresses(void **state)
{
	struct str zlib = BYTES(zlib_bytes), gzip = BYTES(gzip_bytes), text, other;
	struct str raw = { .ptr = zlib.ptr + 2, .len = zlib.len - 6 };

	(void)state;
	assert_true(unpack(UNPACK_ZLIB, zlib, 360, &arena, &text));
	assert_int_equal(text.len, 360);
	assert_true(str_starts(text, STR("keepline keepline ")));
	assert_true(unpack(UNPACK_GZIP, gzip, 1000, &arena, &other));
	assert_true(str_eq(text, other));
	assert_true(unpack(UNPACK_RAW, raw, 1000, &arena, &other));
	assert_true(str_eq(text, other));
	assert_false(unpack(UNPACK_ZLIB, zlib, 359, &arena, &text));
	assert_false(unpack(UNPACK_ZLIB, zlib, 0, &arena, &text));
	assert_false(unpack(UNPACK_GZIP, zlib, 1000, &arena, &text));
	assert_false(unpack(UNPACK_ZLIB, STR(""), 1000, &arena, &text));
	for (size_t i = 0; i < zlib.len; i++)
		assert_false(unpack(UNPACK_ZLIB, str_take(zlib, i), 1000, &arena, &text));
	assert_false(unpack(UNPACK_ZLIB, changed(zlib, zlib.len - 1, 'x'), 1000, &arena, &text));
	assert_false(unpack(UNPACK_ZLIB, arena_printf(&arena, "%.*sx", STR_ARG(zlib)), 1000,
	                    &arena, &text));
}

static void a_small_file_that_wants_to_be_big(void **state)
{
	enum { BIG = 16 * 1024 * 1024 };
	Bytef     *zeros = arena_alloc(&arena, BIG), *packed = arena_alloc(&arena, BIG / 100);
	uLongf     len = BIG / 100;
	struct str text;
	size_t     used;

	(void)state;
	assert_int_equal(compress2(packed, &len, zeros, BIG, 9), Z_OK);
	used = arena.used;
	assert_false(unpack(UNPACK_ZLIB, (struct str){ (const char *)packed, len }, 100000, &arena,
	                    &text));
	assert_true(arena.used - used < 1024 * 1024);
	assert_true(unpack(UNPACK_ZLIB, (struct str){ (const char *)packed, len }, BIG, &arena,
	                   &text));
	assert_int_equal(text.len, BIG);
}

static void archives_by_their_directory(void **state)
{
	struct zip_entry entries[ZIP_ENTRY_MAX];
	struct str       zip = BYTES(zip_bytes), text, utf8;
	size_t           count;

	(void)state;
	assert_true(zip_list(zip, entries, &count));
	assert_int_equal(count, 2);
	assert_str(entries[0].name, "a.csv");
	assert_true(zip_read(&entries[0], 1000, &arena, &text));
	assert_int_equal(text.len, 4 + 30 * 4);
	assert_true(gbk_to_utf8(text, &arena, &utf8));
	assert_true(str_starts(utf8, STR("保号,1\r\n")));
	assert_true(zip_read(&entries[1], 6, &arena, &text));
	assert_str(text, "stored");
	assert_false(zip_read(&entries[1], 5, &arena, &text));
	entries[1].crc ^= 1;
	assert_false(zip_read(&entries[1], 6, &arena, &text));
	entries[0].size--;
	assert_false(zip_read(&entries[0], 1000, &arena, &text));
}

/* No byte of it, changed or cut off, may lead outside or to other contents. */
static void archives_that_lie(void **state)
{
	struct zip_entry entries[ZIP_ENTRY_MAX];
	struct str       zip = BYTES(zip_bytes), text;
	size_t           count;

	(void)state;
	for (size_t i = 0; i < zip.len; i++) {
		assert_false(zip_list(str_take(zip, i), entries, &count));
		for (int bit = 0; bit < 8; bit++) {
			char byte = (char)(zip.ptr[i] ^ 1 << bit);

			arena_reset(&arena);
			if (!zip_list(changed(zip, i, byte), entries, &count))
				continue;
			for (size_t at = 0; at < count; at++) {
				if (zip_read(&entries[at], 1000, &arena, &text))
					assert_true(crc32_of(text) == entries[at].crc);
			}
		}
	}
	assert_false(zip_list(STR(""), entries, &count));
	assert_false(zip_list(STR("PK\5\6"), entries, &count));
}

static void gbk_as_utf8(void **state)
{
	struct str text;

	(void)state;
	assert_true(gbk_to_utf8(STR("\xc9\xcc\xbb\xa7\xb6\xa9\xb5\xa5\xba\xc5\t1"), &arena, &text));
	assert_str(text, "商户订单号\t1");
	assert_true(gbk_to_utf8(STR("\xa3\xa8\xd4\xaa\xa3\xa9"), &arena, &text));
	assert_str(text, "（元）");
	assert_true(gbk_to_utf8(STR(""), &arena, &text));
	assert_int_equal(text.len, 0);
	assert_false(gbk_to_utf8(STR("a\xc9"), &arena, &text));
	assert_false(gbk_to_utf8(STR("\xff\xff"), &arena, &text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deflate_in_three_dresses),
		cmocka_unit_test(a_small_file_that_wants_to_be_big),
		cmocka_unit_test(archives_by_their_directory),
		cmocka_unit_test(archives_that_lie),
		cmocka_unit_test(gbk_as_utf8),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
