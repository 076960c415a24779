/*
 * public_id.c - row numbers in and out of their public names; see public_id.h.
 */
#include "store/public_id.h"

#include "base/hash.h"
#include "base/str.h"

#define BLOCK_SIZE   16
#define NUMBER_BITS  40
#define NUMBER_CHARS 8
#define NUMBER_TWEAK 7

static const struct str prefixes[PUBLIC_KIND_COUNT] = {
#define X(id, prefix) [PUBLIC_##id] = { .ptr = prefix, .len = sizeof(prefix) - 1 },
	PUBLIC_IDS(X)
#undef X
};

struct str public_id(struct arena *arena, const struct keys *keys, enum public_kind kind,
                     int64_t id)
{
	uint8_t    block[BLOCK_SIZE];
	struct str text;

	assert(kind < PUBLIC_KIND_COUNT && id > 0);
	seal_id(&keys->public_id, (uint64_t)kind + 1, (uint64_t)id, block);
	text = base32_encode(arena, (struct str){ .ptr = (const char *)block, .len = BLOCK_SIZE });
	return arena_printf(arena, "%.*s%.*s", STR_ARG(prefixes[kind]), STR_ARG(text));
}

bool public_id_parse(const struct keys *keys, enum public_kind kind, struct str text, int64_t *ret)
{
	uint8_t  block[BLOCK_SIZE];
	uint64_t id = 0;

	assert(kind < PUBLIC_KIND_COUNT);
	if (!str_starts(text, prefixes[kind]) ||
	    !base32_decode(str_skip(text, prefixes[kind].len), block, BLOCK_SIZE) ||
	    !open_id(&keys->public_id, (uint64_t)kind + 1, block, &id) || id == 0 ||
	    id > INT64_MAX) {
		return false;
	}
	*ret = (int64_t)id;
	return true;
}

struct str order_number(struct arena *arena, const struct keys *keys, int64_t id)
{
	uint8_t    bytes[NUMBER_BITS / 8];
	uint64_t   value;
	struct str text;

	assert(id > 0 && id < INT64_C(1) << NUMBER_BITS);
	value = cipher_int(&keys->number, NUMBER_TWEAK, NUMBER_BITS, (uint64_t)id);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(value >> (NUMBER_BITS - 8 * (i + 1)));
	}
	text = base32_encode(arena,
	                     (struct str){ .ptr = (const char *)bytes, .len = sizeof(bytes) });
	return arena_printf(arena, "KL-%.4s-%.4s", text.ptr, text.ptr + NUMBER_CHARS / 2);
}

bool order_number_parse(const struct keys *keys, struct str text, int64_t *ret)
{
	char     chars[NUMBER_CHARS];
	uint8_t  bytes[NUMBER_BITS / 8];
	size_t   count = 0;
	uint64_t value = 0;

	text = str_trim(text);
	if (str_eq_nocase(str_take(text, 2), STR("KL"))) {
		text = str_skip(text, 2);
	}
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '-' || text.ptr[i] == ' ') {
			continue;
		}
		if (count == NUMBER_CHARS) {
			return false;
		}
		chars[count++] = text.ptr[i];
	}
	if (!base32_decode((struct str){ .ptr = chars, .len = count }, bytes, sizeof(bytes))) {
		return false;
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		value = value << 8 | bytes[i];
	}
	value = decipher_int(&keys->number, NUMBER_TWEAK, NUMBER_BITS, value);
	if (value == 0) {
		return false;
	}
	*ret = (int64_t)value;
	return true;
}
