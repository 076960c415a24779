/*
 * pack_fuzz.c - deflate, zip archives and GBK: never more than was allowed, no
 * byte from outside of the archive, no text that is not UTF-8.
 *
 * rooms: base
 * longest: 600
 */
#include "fuzz/fuzz.h"

#include "base/hash.h"
#include "base/str.h"
#include "base/unpack.h"
#include "base/utf8.h"

#define UNPACKED_MAX 65536

static void zip_try(struct str text, struct arena *arena)
{
	struct zip_entry entries[ZIP_ENTRY_MAX];
	struct str       bytes;
	size_t           count;

	if (!zip_list(text, entries, &count))
		return;
	FUZZ_CHECK(count <= ZIP_ENTRY_MAX);
	for (size_t i = 0; i < count; i++) {
		FUZZ_CHECK(entries[i].packed.ptr >= text.ptr &&
		           entries[i].packed.ptr + entries[i].packed.len <= text.ptr + text.len);
		if (zip_read(&entries[i], UNPACKED_MAX, arena, &bytes))
			FUZZ_CHECK(bytes.len <= UNPACKED_MAX && bytes.len == entries[i].size &&
			           crc32_of(bytes) == entries[i].crc);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str   text = { .ptr = (const char *)data, .len = size }, out;
	uint8_t      way = fuzz_byte(&text) % 5;
	struct arena arena;

	arena_init(&arena, 1 << 23);
	if (way < 3) {
		if (unpack((enum unpack_dress)way, text, UNPACKED_MAX, &arena, &out))
			FUZZ_CHECK(out.len <= UNPACKED_MAX);
	} else if (way == 3) {
		zip_try(text, &arena);
	} else if (gbk_to_utf8(text, &arena, &out)) {
		FUZZ_CHECK(utf8_valid(out));
	}
	arena_free(&arena);
	return 0;
}
