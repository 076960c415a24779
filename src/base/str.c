/*
 * str.c - operations on borrowed strings.
 */
#include "base/str.h"

#include <string.h>

static char lower(char c);
static bool blank(char c);

struct str str_from(const char *zero_terminated)
{
	if (!zero_terminated)
		return STR("");
	return (struct str){ .ptr = zero_terminated, .len = strlen(zero_terminated) };
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	}
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int    order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
	return str_eq(str_take(s, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_skip(s, s.len - suffix.len), suffix);
}

struct str str_skip(struct str s, size_t count)
{
	if (count > s.len)
		count = s.len;
	if (count == 0)
		return s;
	return (struct str){ .ptr = s.ptr + count, .len = s.len - count };
}

struct str str_take(struct str s, size_t count)
{
	return (struct str){ .ptr = s.ptr, .len = count < s.len ? count : s.len };
}

struct str str_trim(struct str s)
{
	while (s.len && blank(s.ptr[0]))
		s = str_skip(s, 1);
	while (s.len && blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool str_cut(struct str s, char sep, struct str *head, struct str *tail)
{
	const char *at = s.len ? memchr(s.ptr, sep, s.len) : NULL;
	size_t      len = at ? (size_t)(at - s.ptr) : s.len;

	*head = str_take(s, len);
	*tail = at ? str_skip(s, len + 1) : STR("");
	return at != NULL;
}

ptrdiff_t str_find(struct str s, struct str needle)
{
	for (size_t i = 0; i + needle.len <= s.len; i++) {
		if (needle.len == 0 || memcmp(s.ptr + i, needle.ptr, needle.len) == 0)
			return (ptrdiff_t)i;
	}
	return -1;
}

bool str_to_int64(struct str s, int64_t *ret)
{
	bool    negative = str_starts(s, STR("-"));
	int64_t value = 0;

	s = str_skip(s, negative ? 1 : 0);
	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		/* Summed below zero, because INT64_MIN has no positive twin. */
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, s.ptr[i] - '0', &value))
			return false;
	}
	if (!negative && value == INT64_MIN)
		return false;
	*ret = negative ? value : -value;
	return true;
}

bool str_eq_secret(struct str a, struct str b)
{
	volatile unsigned char difference = 0;

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		difference |= (unsigned char)(a.ptr[i] ^ b.ptr[i]);
	return difference == 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
