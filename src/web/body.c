/*
 * body.c - jansson reads; fields.def says what may be there.
 */
#include "web/body.h"

#include <jansson.h>

#include "base/str.h"
#include "web/route.h"

static bool               is_json(const struct request *request);
static bool               too_deep(struct str text);
static enum field_problem member_text(struct arena *arena, enum field_kind kind,
                                      const json_t *value, struct str *ret);

enum body_result body_read(struct request *request, enum field_problem *ret_problem,
                           struct str *ret_name)
{
	json_error_t error;

	if (request->body.len > 0) {
		if (!is_json(request))
			return BODY_MEDIA_TYPE;
		if (too_deep(request->body))
			return BODY_BROKEN;
		request->json = json_loadb(request->body.ptr, request->body.len,
		                           JSON_REJECT_DUPLICATES, &error);
		if (!json_is_object(request->json))
			return BODY_BROKEN;
	}
	*ret_problem = body_members(request->arena, request->json, request->route->form,
	                            request->form, &request->form_count, ret_name);
	return *ret_problem == FIELD_OK ? BODY_OK : BODY_FIELD;
}

enum field_problem body_members(struct arena *arena, const json_t *object, enum field_form form,
                                struct header ret_pairs[REQUEST_FIELD_MAX], size_t *ret_count,
                                struct str *ret_name)
{
	const char *name;
	json_t     *value;

	*ret_count = 0;
	/* jansson's loop does not take a const object, and does not change it. */
	json_object_foreach((json_t *)object, name, value)
	{
		enum field_kind    kind = field_kind(form, str_from(name));
		enum field_problem problem;
		struct header      pair = { .name = str_from(name) };

		*ret_name = pair.name;
		if (kind == FIELD_KIND_UNKNOWN || *ret_count == REQUEST_FIELD_MAX)
			return FIELD_UNKNOWN;
		problem = member_text(arena, kind, value, &pair.value);
		if (problem != FIELD_OK)
			return problem;
		ret_pairs[(*ret_count)++] = pair;
	}
	return field_check(form, ret_pairs, *ret_count, ret_name);
}

static bool is_json(const struct request *request)
{
	struct str type, parameter;

	str_cut(request_header(request, "Content-Type"), ';', &type, &parameter);
	return str_eq_nocase(str_trim(type), STR("application/json"));
}

/* jansson's own limit is 2,048; nothing here needs more than a few. */
static bool too_deep(struct str text)
{
	int  depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			if (++depth > BODY_DEPTH_MAX)
				return true;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

/* The member's value as text; an object's is its marker "{}". */
static enum field_problem member_text(struct arena *arena, enum field_kind kind,
                                      const json_t *value, struct str *ret)
{
	if (kind == FIELD_KIND_TEXT && json_is_string(value))
		*ret = (struct str){ .ptr = json_string_value(value),
			             .len = json_string_length(value) };
	else if (kind == FIELD_KIND_INT && json_is_integer(value))
		*ret = arena_printf(arena, "%lld", (long long)json_integer_value(value));
	else if (kind == FIELD_KIND_FLAG && json_is_boolean(value))
		*ret = json_is_true(value) ? STR("true") : STR("false");
	else if (kind == FIELD_KIND_OBJECT && json_is_object(value))
		*ret = STR("{}");
	else
		return FIELD_MALFORMED;
	return FIELD_OK;
}
