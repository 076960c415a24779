/*
 * strict.c - one look at the start line and the headers, before anything else.
 */
#include "web/strict.h"

#include "base/str.h"

#define METHOD_MAX        16
#define LENGTH_DIGITS_MAX 15

static bool method_good(struct str method);
static bool target_good(struct str target);
static bool host_good(struct str host);
static bool name_good(struct str name);
static bool value_good(struct str value);
static bool digits(struct str s);

enum strict_result strict_check(struct str method, struct str target, struct str version,
                                const struct header *headers, size_t count, int64_t *ret_length)
{
	size_t  host_count = 0, length_count = 0, encoding_count = 0;
	int64_t length = 0;

	if (!method_good(method))
		return STRICT_METHOD;
	if (!target_good(target))
		return STRICT_TARGET;
	for (size_t i = 0; i < count; i++) {
		struct str name = headers[i].name, value = headers[i].value;

		if (!name_good(name) || !value_good(value))
			return STRICT_HEADER;
		if (str_eq_nocase(name, STR("Host"))) {
			if (++host_count > 1 || !host_good(value))
				return STRICT_HOST;
		} else if (str_eq_nocase(name, STR("Content-Length"))) {
			if (++length_count > 1 || !digits(value) || !str_to_int64(value, &length))
				return STRICT_LENGTH;
		} else if (str_eq_nocase(name, STR("Transfer-Encoding"))) {
			if (++encoding_count > 1 || !str_eq_nocase(value, STR("chunked")) ||
			    !str_eq(version, STR("HTTP/1.1")))
				return STRICT_ENCODING;
			length = -1;
		} else if (str_eq_nocase(name, STR("Expect")) &&
		           !str_eq_nocase(value, STR("100-continue"))) {
			return STRICT_EXPECT;
		}
	}
	if (host_count != 1)
		return STRICT_HOST;
	if (encoding_count > 0 && length_count > 0)
		return STRICT_ENCODING;
	*ret_length = length;
	return STRICT_GOOD;
}

const char *strict_name(enum strict_result result)
{
	static const char *const names[STRICT_RESULT_COUNT] = {
		"good", "method", "target", "host", "length", "encoding", "header", "expect",
	};

	assert(result < STRICT_RESULT_COUNT);
	return names[result];
}

static bool method_good(struct str method)
{
	if (method.len == 0 || method.len > METHOD_MAX)
		return false;
	for (size_t i = 0; i < method.len; i++)
		if (method.ptr[i] < 'A' || method.ptr[i] > 'Z')
			return false;
	return true;
}

/* Visible ASCII only; a '#' never travels. */
static bool target_good(struct str target)
{
	if (target.len == 0 || target.ptr[0] != '/')
		return false;
	for (size_t i = 0; i < target.len; i++)
		if (target.ptr[i] <= ' ' || target.ptr[i] >= 0x7f || target.ptr[i] == '#')
			return false;
	return true;
}

static bool host_good(struct str host)
{
	if (host.len == 0 || host.len > 255)
		return false;
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    c != '.' && c != '-' && c != ':' && c != '[' && c != ']' && c != '_')
			return false;
	}
	return true;
}

/* RFC 9110 5.6.2: token. */
static bool name_good(struct str name)
{
	struct str marks = STR("!#$%&'*+-.^_`|~");

	if (name.len == 0)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    str_find(marks, (struct str){ .ptr = &name.ptr[i], .len = 1 }) < 0)
			return false;
	}
	return true;
}

static bool value_good(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool digits(struct str s)
{
	if (s.len == 0 || s.len > LENGTH_DIGITS_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return true;
}
