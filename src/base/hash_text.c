/*
 * hash_text.c - bytes as hexadecimal, base 64 and Crockford base 32.
 *
 * Each value has exactly one text: surplus bits, blanks and missing padding
 * are refused, so that a text can be compared instead of its bytes.
 */
#include "base/hash.h"

#include "base/str.h"

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base32_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static int hex_value(char c);
static int base64_value(char c);
static int base32_value(char c);

struct str hex_encode(struct arena *arena, struct str bytes)
{
	char *text = arena_alloc(arena, bytes.len * 2 + 1);

	if (!text)
		return STR("");
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char byte = (unsigned char)bytes.ptr[i];

		text[i * 2] = hex_digits[byte >> 4];
		text[i * 2 + 1] = hex_digits[byte & 15];
	}
	return (struct str){ .ptr = text, .len = bytes.len * 2 };
}

bool hex_decode(struct arena *arena, struct str hex, struct str *ret)
{
	char *bytes;

	if (hex.len % 2 != 0)
		return false;
	bytes = arena_alloc(arena, hex.len / 2 + 1);
	if (!bytes)
		return false;
	for (size_t i = 0; i < hex.len; i += 2) {
		int high = hex_value(hex.ptr[i]), low = hex_value(hex.ptr[i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i / 2] = (char)(high << 4 | low);
	}
	*ret = (struct str){ .ptr = bytes, .len = hex.len / 2 };
	return true;
}

struct str base64_encode(struct arena *arena, struct str bytes)
{
	size_t len = (bytes.len + 2) / 3 * 4;
	char  *text = arena_alloc(arena, len + 1);

	if (!text)
		return STR("");
	for (size_t i = 0, at = 0; i < bytes.len; i += 3, at += 4) {
		size_t   left = bytes.len - i;
		uint32_t group = (uint32_t)(unsigned char)bytes.ptr[i] << 16;

		if (left > 1)
			group |= (uint32_t)(unsigned char)bytes.ptr[i + 1] << 8;
		if (left > 2)
			group |= (unsigned char)bytes.ptr[i + 2];
		text[at] = base64_digits[group >> 18];
		text[at + 1] = base64_digits[group >> 12 & 63];
		text[at + 2] = left > 1 ? base64_digits[group >> 6 & 63] : '=';
		text[at + 3] = left > 2 ? base64_digits[group & 63] : '=';
	}
	return (struct str){ .ptr = text, .len = len };
}

bool base64_decode(struct arena *arena, struct str text, struct str *ret)
{
	size_t   padding = str_ends(text, STR("==")) ? 2 : str_ends(text, STR("=")) ? 1 : 0;
	size_t   digit_count = text.len - padding, len = 0;
	uint32_t bits = 0, bit_count = 0;
	char    *bytes;

	if (text.len % 4 != 0)
		return false;
	bytes = arena_alloc(arena, text.len / 4 * 3 + 1);
	if (!bytes)
		return false;
	for (size_t i = 0; i < digit_count; i++) {
		int value = base64_value(text.ptr[i]);

		if (value < 0)
			return false;
		bits = (bits << 6 | (uint32_t)value) & 0xFFFF;
		bit_count += 6;
		if (bit_count >= 8) {
			bit_count -= 8;
			bytes[len++] = (char)(bits >> bit_count & 0xFF);
		}
	}
	if ((bits & ((1U << bit_count) - 1)) != 0)
		return false;
	*ret = (struct str){ .ptr = bytes, .len = len };
	return true;
}

struct str base32_encode(struct arena *arena, struct str bytes)
{
	size_t   len = (bytes.len * 8 + 4) / 5, at = 0;
	char    *text = arena_alloc(arena, len + 1);
	uint32_t bits = 0, bit_count = 0;

	if (!text)
		return STR("");
	for (size_t i = 0; i < bytes.len; i++) {
		bits = (bits << 8 | (unsigned char)bytes.ptr[i]) & 0xFFFF;
		bit_count += 8;
		while (bit_count >= 5) {
			bit_count -= 5;
			text[at++] = base32_digits[bits >> bit_count & 31];
		}
	}
	if (bit_count)
		text[at++] = base32_digits[bits << (5 - bit_count) & 31];
	assert(at == len);
	return (struct str){ .ptr = text, .len = len };
}

bool base32_decode(struct str text, uint8_t *ret, size_t ret_len)
{
	uint32_t bits = 0, bit_count = 0;
	size_t   at = 0;

	if (text.len != (ret_len * 8 + 4) / 5)
		return false;
	for (int write = 0; write <= 1; write++) {
		/* Checked first, written second: ret stays untouched on junk. */
		bits = bit_count = 0;
		for (size_t i = 0; i < text.len; i++) {
			int value = base32_value(text.ptr[i]);

			if (value < 0)
				return false;
			bits = (bits << 5 | (uint32_t)value) & 0xFFF;
			bit_count += 5;
			if (bit_count < 8)
				continue;
			bit_count -= 8;
			if (write)
				ret[at++] = (uint8_t)(bits >> bit_count);
		}
		if ((bits & ((1U << bit_count) - 1)) != 0)
			return false;
	}
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Value + 1 of each digit of Crockford's base 32, in both cases; 0: none. */
#define DIGIT(c, value)         [c] = (value) + 1
#define LETTER(upper, lower, v) [upper] = (v) + 1, [lower] = (v) + 1
static const uint8_t base32_values[256] = {
	DIGIT('0', 0),        DIGIT('1', 1),        DIGIT('2', 2),        DIGIT('3', 3),
	DIGIT('4', 4),        DIGIT('5', 5),        DIGIT('6', 6),        DIGIT('7', 7),
	DIGIT('8', 8),        DIGIT('9', 9),        LETTER('A', 'a', 10), LETTER('B', 'b', 11),
	LETTER('C', 'c', 12), LETTER('D', 'd', 13), LETTER('E', 'e', 14), LETTER('F', 'f', 15),
	LETTER('G', 'g', 16), LETTER('H', 'h', 17), LETTER('I', 'i', 1),  LETTER('J', 'j', 18),
	LETTER('K', 'k', 19), LETTER('L', 'l', 1),  LETTER('M', 'm', 20), LETTER('N', 'n', 21),
	LETTER('O', 'o', 0),  LETTER('P', 'p', 22), LETTER('Q', 'q', 23), LETTER('R', 'r', 24),
	LETTER('S', 's', 25), LETTER('T', 't', 26), LETTER('V', 'v', 27), LETTER('W', 'w', 28),
	LETTER('X', 'x', 29), LETTER('Y', 'y', 30), LETTER('Z', 'z', 31),
};
#undef LETTER
#undef DIGIT

static int base32_value(char c)
{
	return base32_values[(unsigned char)c] - 1;
}
