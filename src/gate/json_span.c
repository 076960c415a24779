/*
 * json_span.c - a strict JSON reader that keeps nothing but places.
 *
 * No recursion: what is open is a row of bits, an object or a list each.
 */
#include "gate/json_span.h"

#include "base/str.h"
#include "base/utf8.h"

/* A place in the text, and what is open there. */
struct scan {
	const char *at, *end;
	uint64_t    objects; /* bit n: the n-th level is an object */
	int         depth;
};

static bool scan_value(struct scan *scan);
static bool scan_step(struct scan *scan, bool *ret_whole);
static bool scan_open(struct scan *scan, bool *ret_whole);
static bool scan_more(struct scan *scan, bool *ret_whole);
static bool scan_name(struct scan *scan);
static bool scan_string(struct scan *scan);
static bool scan_escape(struct scan *scan);
static bool scan_number(struct scan *scan);
static bool scan_digits(struct scan *scan);
static bool scan_word(struct scan *scan, struct str word);
static void scan_blanks(struct scan *scan);
static bool scan_take(struct scan *scan, char c);
static char scan_peek(const struct scan *scan);

static_assert(JSON_SPAN_DEPTH_MAX <= 64, "a bit for each level");

bool json_span_read(struct str text, size_t max, struct json_span *ret, size_t room,
                    size_t *ret_count)
{
	struct scan scan = { .at = text.ptr, .end = text.ptr + text.len };
	size_t      count = 0;
	bool        more;

	if (text.len == 0 || text.len > max || !utf8_valid(text))
		return false;
	scan_blanks(&scan);
	if (!scan_take(&scan, '{'))
		return false;
	scan_blanks(&scan);
	more = scan_peek(&scan) != '}';
	while (more) {
		struct json_span span;
		struct str       same;

		scan_blanks(&scan);
		span.name.ptr = scan.at + 1;
		if (count == room || !scan_string(&scan))
			return false;
		span.name.len = (size_t)(scan.at - 1 - span.name.ptr);
		scan_blanks(&scan);
		if (str_find(span.name, STR("\\")) >= 0 ||
		    json_span_find(ret, count, span.name, &same) || !scan_take(&scan, ':'))
			return false;
		scan_blanks(&scan);
		span.value.ptr = scan.at;
		if (!scan_value(&scan))
			return false;
		span.value.len = (size_t)(scan.at - span.value.ptr);
		ret[count++] = span;
		scan_blanks(&scan);
		more = scan_take(&scan, ',');
	}
	if (!scan_take(&scan, '}'))
		return false;
	scan_blanks(&scan);
	*ret_count = count;
	return scan.at == scan.end;
}

bool json_span_find(const struct json_span *spans, size_t count, struct str name, struct str *ret)
{
	for (size_t i = 0; i < count; i++) {
		if (str_eq(spans[i].name, name)) {
			*ret = spans[i].value;
			return true;
		}
	}
	return false;
}

/* One value and all that is in it. */
static bool scan_value(struct scan *scan)
{
	bool whole;

	do {
		if (!scan_step(scan, &whole))
			return false;
		while (whole && scan->depth > 0) {
			if (!scan_more(scan, &whole))
				return false;
		}
	} while (!whole);
	return true;
}

/* A plain value is whole at once; an object or a list when its end comes. */
static bool scan_step(struct scan *scan, bool *ret_whole)
{
	*ret_whole = true;
	scan_blanks(scan);
	switch (scan_peek(scan)) {
	case '{':
	case '[':
		return scan_open(scan, ret_whole);
	case '"':
		return scan_string(scan);
	case 't':
		return scan_word(scan, STR("true"));
	case 'f':
		return scan_word(scan, STR("false"));
	case 'n':
		return scan_word(scan, STR("null"));
	default:
		return scan_number(scan);
	}
}

static bool scan_open(struct scan *scan, bool *ret_whole)
{
	bool     object = scan_peek(scan) == '{';
	uint64_t bit = UINT64_C(1) << scan->depth;

	/* The outermost object, which json_span_read() walks, is a level too. */
	if (scan->depth + 1 >= JSON_SPAN_DEPTH_MAX)
		return false;
	scan->at++;
	scan_blanks(scan);
	if (scan_take(scan, object ? '}' : ']')) {
		*ret_whole = true;
		return true;
	}
	scan->objects = object ? scan->objects | bit : scan->objects & ~bit;
	scan->depth++;
	*ret_whole = false;
	return !object || scan_name(scan);
}

/* After a whole value within an object or a list: its end, or what stands before the next. */
static bool scan_more(struct scan *scan, bool *ret_whole)
{
	bool object = (scan->objects >> (scan->depth - 1) & 1) != 0;

	scan_blanks(scan);
	if (scan_take(scan, object ? '}' : ']')) {
		scan->depth--;
		*ret_whole = true;
		return true;
	}
	*ret_whole = false;
	return scan_take(scan, ',') && (!object || scan_name(scan));
}

static bool scan_name(struct scan *scan)
{
	scan_blanks(scan);
	if (!scan_string(scan))
		return false;
	scan_blanks(scan);
	return scan_take(scan, ':');
}

static bool scan_string(struct scan *scan)
{
	if (!scan_take(scan, '"'))
		return false;
	while (scan->at < scan->end) {
		unsigned char c = (unsigned char)*scan->at++;

		if (c == '"')
			return true;
		if (c < 0x20 || (c == '\\' && !scan_escape(scan)))
			return false;
	}
	return false;
}

static bool scan_escape(struct scan *scan)
{
	static const struct str letters = STR_INIT("\"\\/bfnrt");
	struct str              letter = { .ptr = scan->at, .len = 1 };

	if (scan->at == scan->end)
		return false;
	scan->at++;
	if (*letter.ptr != 'u')
		return str_find(letters, letter) >= 0;
	for (int i = 0; i < 4; i++) {
		char c = scan_peek(scan);

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
			return false;
		scan->at++;
	}
	return true;
}

static bool scan_number(struct scan *scan)
{
	scan_take(scan, '-');
	if (!scan_take(scan, '0') && !scan_digits(scan))
		return false;
	if (scan_take(scan, '.') && !scan_digits(scan))
		return false;
	if (scan_take(scan, 'e') || scan_take(scan, 'E')) {
		if (!scan_take(scan, '+'))
			scan_take(scan, '-');
		return scan_digits(scan);
	}
	return true;
}

static bool scan_digits(struct scan *scan)
{
	const char *start = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return scan->at > start;
}

static bool scan_word(struct scan *scan, struct str word)
{
	struct str rest = { .ptr = scan->at, .len = (size_t)(scan->end - scan->at) };

	if (!str_starts(rest, word))
		return false;
	scan->at += word.len;
	return true;
}

static void scan_blanks(struct scan *scan)
{
	while (scan->at < scan->end &&
	       (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n'))
		scan->at++;
}

static bool scan_take(struct scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

/* 0 at the end: no value begins with it. */
static char scan_peek(const struct scan *scan)
{
	return scan->at < scan->end ? *scan->at : '\0';
}
