/*
 * vector.c - what the judges share: reading a case, comparing, giving reasons.
 */
#include "vectors/vector.h"

#include "base/hash.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SHOWN_MAX 40 /* bytes of each side where two texts part */

static bool       as_text(struct vector_case *vector, const json_t *value, struct str *ret);
static struct str shown(struct vector_case *vector, struct str text, size_t from);

bool vector_str(struct vector_case *vector, const json_t *from, const char *key, struct str *ret)
{
	const json_t *value = json_object_get(from, key);

	if (!json_is_string(value))
		return vector_no(vector, "the vector has no text \"%s\"", key);
	return as_text(vector, value, ret);
}

bool vector_int(struct vector_case *vector, const json_t *from, const char *key, int64_t *ret)
{
	const json_t *value = json_object_get(from, key);

	if (!json_is_integer(value))
		return vector_no(vector, "the vector has no number \"%s\"", key);
	*ret = json_integer_value(value);
	return true;
}

bool vector_bool(struct vector_case *vector, const json_t *from, const char *key, bool *ret)
{
	const json_t *value = json_object_get(from, key);

	if (!json_is_boolean(value))
		return vector_no(vector, "the vector has no yes or no \"%s\"", key);
	*ret = json_is_true(value);
	return true;
}

struct str vector_str_or(struct vector_case *vector, const json_t *from, const char *key)
{
	const json_t *value = json_object_get(from, key);
	struct str    text = STR("");

	if (json_is_string(value))
		as_text(vector, value, &text);
	return text;
}

bool vector_pairs(struct vector_case *vector, const json_t *from, const char *key,
                  struct url_pair *ret, size_t max, size_t *ret_count)
{
	const json_t *object = json_object_get(from, key);
	const char   *name;
	json_t       *value;
	size_t        count = 0;

	if (!json_is_object(object))
		return vector_no(vector, "the vector has no object \"%s\"", key);
	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		if (count == max)
			return vector_no(vector, "\"%s\" has more than %zu members", key, max);
		ret[count].name = arena_str(vector->arena, str_from(name));
		if (!as_text(vector, value, &ret[count].value))
			return false;
		count++;
	}
	*ret_count = count;
	return true;
}

struct str vector_header(struct vector_case *vector, const char *name)
{
	json_t     *headers = json_object_get(vector->json, "headers");
	const char *key;
	json_t     *value;
	struct str  text = STR("");

	json_object_foreach(headers, key, value)
	{
		if (strcasecmp(key, name) == 0 && as_text(vector, value, &text))
			return text;
	}
	return STR("");
}

bool vector_private_key(struct vector_case *vector, const char *key, struct rsa_key **ret)
{
	struct str text;

	return vector_str(vector, vector->file, key, &text) &&
	       (rsa_key_private(text, RSA_BITS_MIN, ret) ||
	        vector_no(vector, "\"%s\" is no private key", key));
}

bool vector_public_key(struct vector_case *vector, const char *key, struct rsa_key **ret)
{
	struct str text;

	return vector_str(vector, vector->file, key, &text) &&
	       (rsa_key_public(text, RSA_BITS_MIN, ret) ||
	        vector_no(vector, "\"%s\" is no public key", key));
}

bool vector_no(struct vector_case *vector, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(vector->why, sizeof(vector->why), format, arguments);
	va_end(arguments);
	return false;
}

bool vector_same(struct vector_case *vector, const char *what, struct str expected,
                 struct str actual)
{
	size_t at = 0;

	if (str_eq(expected, actual))
		return true;
	while (at < expected.len && at < actual.len && expected.ptr[at] == actual.ptr[at])
		at++;
	return vector_no(vector, "%s: byte %zu of %zu should be \"%.*s\", is \"%.*s\" (of %zu)",
	                 what, at, expected.len, STR_ARG(shown(vector, expected, at)),
	                 STR_ARG(shown(vector, actual, at)), actual.len);
}

bool vector_same_as(struct vector_case *vector, const char *key, struct str actual)
{
	struct str expected;

	return vector_str(vector, vector->json, key, &expected) &&
	       vector_same(vector, key, expected, actual);
}

bool vector_verdict(struct vector_case *vector, const char *key, bool accepted)
{
	bool expected;

	if (!vector_bool(vector, vector->json, key, &expected))
		return false;
	return accepted == expected ||
	       vector_no(vector, "%s, but %s is %s", accepted ? "accepted" : "refused", key,
	                 expected ? "true" : "false");
}

static bool as_text(struct vector_case *vector, const json_t *value, struct str *ret)
{
	if (json_is_string(value))
		*ret = arena_str(vector->arena, (struct str){ .ptr = json_string_value(value),
		                                              .len = json_string_length(value) });
	else if (json_is_integer(value))
		*ret = arena_printf(vector->arena, "%" PRId64, (int64_t)json_integer_value(value));
	else if (json_is_boolean(value))
		*ret = json_is_true(value) ? STR("true") : STR("false");
	else if (json_is_null(value))
		*ret = STR("");
	else
		return vector_no(vector, "a value of the vector is no plain one");
	return !vector->arena->failed || vector_no(vector, "the vector is too long");
}

/* Some bytes from there on, fit for one line. */
static struct str shown(struct vector_case *vector, struct str text, size_t from)
{
	struct str part = arena_str(vector->arena, str_take(str_skip(text, from), SHOWN_MAX));
	char      *bytes = (char *)(uintptr_t)part.ptr;

	for (size_t i = 0; i < part.len; i++) {
		if ((unsigned char)bytes[i] < 0x20)
			bytes[i] = '?';
	}
	return part;
}
