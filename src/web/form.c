/*
 * form.c - decoding of what browsers send.
 */
#include "web/form.h"

#include "base/str.h"
#include "base/utf8.h"

static const char base64url_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static bool decode(struct arena *arena, struct str text, bool plus, struct str *ret);
static int  hex_digit(char c);
static bool text_clean(struct str s);
static int  base64url_value(char c);

enum form_result form_parse(struct arena *arena, struct str text, struct header *ret_pairs,
                            size_t max, size_t *ret_count, struct str *ret_name)
{
	struct str pair, name, value;
	size_t     count = 0;

	while (text.len > 0) {
		str_cut(text, '&', &pair, &text);
		if (pair.len == 0)
			continue;
		if (count == max)
			return FORM_MANY;
		str_cut(pair, '=', &name, &value);
		if (!decode(arena, name, true, &name) || !decode(arena, value, true, &value))
			return FORM_BROKEN;
		for (size_t i = 0; i < count; i++) {
			if (str_eq(ret_pairs[i].name, name)) {
				*ret_name = name;
				return FORM_REPEATED;
			}
		}
		ret_pairs[count++] = (struct header){ .name = name, .value = value };
	}
	*ret_count = count;
	return FORM_OK;
}

bool form_decode_path(struct arena *arena, struct str text, struct str *ret)
{
	struct str path;

	for (size_t i = 0; i + 2 < text.len; i++)
		if (text.ptr[i] == '%' && text.ptr[i + 1] == '2' &&
		    (text.ptr[i + 2] == 'F' || text.ptr[i + 2] == 'f'))
			return false;
	if (!decode(arena, text, false, &path))
		return false;
	for (size_t i = 0; i < path.len; i++)
		if ((unsigned char)path.ptr[i] < 0x20)
			return false;
	*ret = path;
	return true;
}

struct str form_cookie(struct str header, struct str name)
{
	struct str pair, key, value, found = { 0 };
	bool       seen = false;

	while (header.len > 0) {
		str_cut(header, ';', &pair, &header);
		str_cut(str_trim(pair), '=', &key, &value);
		if (!str_eq(key, name))
			continue;
		if (seen)
			return (struct str){ 0 };
		seen = true;
		found = value;
	}
	return found;
}

struct str form_escape(struct arena *arena, struct str text)
{
	static const char hex[] = "0123456789ABCDEF";
	struct buf        buf;

	buf_init(&buf, arena, text.len * 3 + 1);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    c == '-' || c == '.' || c == '_' || c == '~' || c == '/') {
			buf_add_char(&buf, (char)c);
			continue;
		}
		buf_add_char(&buf, '%');
		buf_add_char(&buf, hex[c >> 4]);
		buf_add_char(&buf, hex[c & 15]);
	}
	return buf_str(&buf);
}

struct str form_base64url(struct arena *arena, struct str bytes)
{
	char    *text = arena_alloc(arena, bytes.len / 3 * 4 + 5);
	size_t   len = 0;
	uint32_t bits = 0;
	int      bit_count = 0;

	if (text == NULL)
		return STR("");
	for (size_t i = 0; i < bytes.len; i++) {
		bits = bits << 8 | (unsigned char)bytes.ptr[i];
		for (bit_count += 8; bit_count >= 6; bit_count -= 6)
			text[len++] = base64url_letters[bits >> (bit_count - 6) & 63];
	}
	if (bit_count > 0)
		text[len++] = base64url_letters[bits << (6 - bit_count) & 63];
	return (struct str){ .ptr = text, .len = len };
}

bool form_base64url_decode(struct str text, uint8_t *ret, size_t len)
{
	uint32_t bits = 0;
	int      bit_count = 0;
	size_t   at = 0;

	if (text.len != (len * 8 + 5) / 6)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int value = base64url_value(text.ptr[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		bit_count += 6;
		if (bit_count >= 8) {
			bit_count -= 8;
			ret[at++] = (uint8_t)(bits >> bit_count);
		}
	}
	return (bits & ((1u << bit_count) - 1)) == 0; /* one spelling for each value */
}

static bool decode(struct arena *arena, struct str text, bool plus, struct str *ret)
{
	char  *out = arena_alloc(arena, text.len + 1);
	size_t len = 0;

	if (out == NULL)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '+' && plus) {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
			int low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		}
		out[len++] = c;
	}
	*ret = (struct str){ .ptr = out, .len = len };
	return text_clean(*ret);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* UTF-8 without controls other than tab and line ends. */
static bool text_clean(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
			return false;
	}
	return utf8_valid(s);
}

static int base64url_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}
