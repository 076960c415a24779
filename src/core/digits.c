/*
 * digits.c - runs of decimal digits.
 */
#include "core/digits.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool digits_only(struct str s)
{
	return s.len > 0 && digits_count(s) == s.len;
}

size_t digits_count(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += is_digit(s.ptr[i]);
	return count;
}

bool digits_to_int64(struct str s, int64_t *ret)
{
	uint64_t value = 0;

	if (s.len > 19 || !digits_only(s))
		return false;
	for (size_t i = 0; i < s.len; i++)
		value = value * 10 + (uint64_t)(s.ptr[i] - '0');
	if (value > INT64_MAX)
		return false;
	*ret = (int64_t)value;
	return true;
}

struct str digits_text(struct arena *arena, int64_t value, int width)
{
	assert(value >= 0 && width >= 1 && width <= 19);
	return arena_printf(arena, "%0*lld", width, (long long)value);
}

int digits_luhn(struct str s)
{
	int sum = 0;

	assert(digits_only(s));
	for (size_t i = 0; i < s.len; i++) {
		int digit = s.ptr[s.len - 1 - i] - '0';

		if (i % 2 == 0) {
			digit *= 2;
			digit -= digit > 9 ? 9 : 0;
		}
		sum += digit;
	}
	return (10 - sum % 10) % 10;
}

struct str digits_mask(struct arena *arena, struct str s, size_t shown)
{
	char *masked = arena_alloc(arena, s.len + 1);

	if (!masked)
		return (struct str){ 0 };
	if (shown > s.len / 2)
		shown = s.len / 2;
	memset(masked, '*', s.len);
	memcpy(masked + s.len - shown, s.ptr + s.len - shown, shown);
	return (struct str){ .ptr = masked, .len = s.len };
}
