/*
 * json_field.c - see json_field.h.
 */
#include "gate/json_field.h"

json_t *json_field_open(struct str bytes, size_t max)
{
	json_t *object;

	if (bytes.len == 0 || bytes.len > max)
		return NULL;
	object = json_loadb(bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, NULL);
	if (object != NULL && !json_is_object(object)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

bool json_field_str(const json_t *object, const char *name, size_t max, struct arena *arena,
                    struct str *ret)
{
	const json_t *value = json_object_get(object, name);
	size_t        len = value == NULL ? 0 : json_string_length(value);

	if (!json_is_string(value) || len == 0 || len > max)
		return false;
	*ret = arena_str(arena, (struct str){ .ptr = json_string_value(value), .len = len });
	return ret->len == len;
}

bool json_field_int(const json_t *object, const char *name, int64_t min, int64_t max, int64_t *ret)
{
	const json_t *value = json_object_get(object, name);
	int64_t       number;

	if (!json_is_integer(value))
		return false;
	number = json_integer_value(value);
	if (number < min || number > max)
		return false;
	*ret = number;
	return true;
}

struct str json_field_write(json_t *object, struct arena *arena)
{
	char   bytes[JSON_FIELD_WRITE_MAX];
	size_t size = object == NULL ? 0 : json_dumpb(object, bytes, sizeof(bytes), JSON_COMPACT);
	struct str written = { 0 };

	if (size > 0 && size <= sizeof(bytes))
		written = arena_str(arena, (struct str){ .ptr = bytes, .len = size });
	json_decref(object);
	return written;
}
