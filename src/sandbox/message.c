/*
 * message.c - see message.h.
 */
#include "sandbox/message.h"

bool message_ref_valid(struct str ref)
{
	for (size_t i = 0; i < ref.len; i++) {
		char c = ref.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      c == '-' || c == '_'))
			return false;
	}
	return ref.len > 0 && ref.len <= MESSAGE_REF_MAX;
}

json_t *message_open(struct str bytes, size_t max)
{
	json_t *message;

	if (bytes.len == 0 || bytes.len > max)
		return NULL;
	message = json_loadb(bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, NULL);
	if (message != NULL && !json_is_object(message)) {
		json_decref(message);
		return NULL;
	}
	return message;
}

struct str message_str(const json_t *message, const char *name, size_t max)
{
	const json_t *value = json_object_get(message, name);
	size_t        len;

	if (!json_is_string(value))
		return (struct str){ 0 };
	len = json_string_length(value);
	if (len > max)
		return (struct str){ 0 };
	return (struct str){ .ptr = json_string_value(value), .len = len };
}

int64_t message_int(const json_t *message, const char *name)
{
	const json_t *value = json_object_get(message, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return -1;
	return json_integer_value(value);
}

void message_put(json_t *message, const char *name, struct str value)
{
	if (value.len > 0)
		json_object_set_new(message, name, json_stringn(value.ptr, value.len));
}

struct str message_close(json_t *message, struct arena *arena)
{
	char   bytes[MESSAGE_MAX];
	size_t size = message == NULL ? 0 : json_dumpb(message, bytes, sizeof(bytes), JSON_COMPACT);
	struct str written = { 0 };

	if (size > 0 && size <= sizeof(bytes))
		written = arena_str(arena, (struct str){ .ptr = bytes, .len = size });
	json_decref(message);
	return written;
}

struct str message_error(struct arena *arena, const char *code)
{
	json_t *message = json_object();

	json_object_set_new(message, "error", json_string(code));
	return message_close(message, arena);
}
