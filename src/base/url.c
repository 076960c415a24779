/*
 * url.c - percent-encoding and pairs of names and values.
 */
#include "base/url.h"

#include "base/str.h"

#include <string.h>

static struct str encode(struct arena *arena, struct str text, const char *plain, bool plus);
static bool       decode(struct arena *arena, struct str text, bool plus, struct str *ret);
static bool       is_word(char c);
static int        digit_value(char c);

struct str url_encode(struct arena *arena, struct str text)
{
	return encode(arena, text, "-._~", false);
}

struct str url_encode_form(struct arena *arena, struct str text)
{
	return encode(arena, text, "-._*", true);
}

bool url_decode(struct arena *arena, struct str text, struct str *ret)
{
	return decode(arena, text, false, ret);
}

bool url_decode_form(struct arena *arena, struct str text, struct str *ret)
{
	return decode(arena, text, true, ret);
}

bool url_parse_form(struct arena *arena, struct str text, struct url_pair *ret, size_t max,
                    size_t *ret_count)
{
	struct str piece, name, value;
	size_t     count = 0;

	while (text.len > 0) {
		str_cut(text, '&', &piece, &text);
		if (piece.len == 0)
			continue;
		str_cut(piece, '=', &name, &value);
		if (count == max || !url_decode_form(arena, name, &name) ||
		    !url_decode_form(arena, value, &value) || url_find(ret, count, name))
			return false;
		ret[count++] = (struct url_pair){ .name = name, .value = value };
	}
	*ret_count = count;
	return true;
}

const struct str *url_find(const struct url_pair *pairs, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++) {
		if (str_eq(pairs[i].name, name))
			return &pairs[i].value;
	}
	return NULL;
}

void url_sort(struct url_pair *pairs, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct url_pair pair = pairs[i];
		size_t          at = i;

		for (; at > 0 && str_cmp(pairs[at - 1].name, pair.name) > 0; at--)
			pairs[at] = pairs[at - 1];
		pairs[at] = pair;
	}
}

static struct str encode(struct arena *arena, struct str text, const char *plain, bool plus)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t            len = 0;
	char             *out;

	if (text.len > SIZE_MAX / 3 - 1) {
		arena->failed = true;
		return STR("");
	}
	out = arena_alloc(arena, text.len * 3 + 1);
	if (!out)
		return STR("");
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (is_word((char)c) || (c && strchr(plain, c))) {
			out[len++] = (char)c;
		} else if (plus && c == ' ') {
			out[len++] = '+';
		} else {
			out[len++] = '%';
			out[len++] = digits[c >> 4];
			out[len++] = digits[c & 15];
		}
	}
	return (struct str){ .ptr = out, .len = len };
}

static bool decode(struct arena *arena, struct str text, bool plus, struct str *ret)
{
	char  *out = arena_alloc(arena, text.len + 1);
	size_t len = 0;

	if (!out)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '%') {
			int high = text.len - i > 2 ? digit_value(text.ptr[i + 1]) : -1;
			int low = text.len - i > 2 ? digit_value(text.ptr[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		out[len++] = c;
	}
	*ret = (struct str){ .ptr = out, .len = len };
	return true;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
