/*
 * body.c - jansson reads; fields.def says what may be there.
 */
#include "web/body.h"

#include <jansson.h>

#include "base/str.h"
#include "web/route.h"

static bool               is_json(const struct request *request);
static bool               too_deep(struct str text);
static enum field_problem member_add(struct request *request, struct str name, const json_t *value);

enum body_result body_read(struct request *request, enum field_problem *ret_problem,
                           struct str *ret_name)
{
	enum field_form    form = request->route->form;
	enum field_problem problem = FIELD_OK;
	json_error_t       error;
	const char        *name;
	json_t            *value;

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
	json_object_foreach(request->json, name, value)
	{
		*ret_name = str_from(name);
		problem = member_add(request, *ret_name, value);
		if (problem != FIELD_OK)
			break;
	}
	if (problem == FIELD_OK)
		problem = field_check(form, request->form, request->form_count, ret_name);
	*ret_problem = problem;
	return problem == FIELD_OK ? BODY_OK : BODY_FIELD;
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

/* The member as a pair of request->form; an object's value is its marker "{}". */
static enum field_problem member_add(struct request *request, struct str name, const json_t *value)
{
	enum field_kind kind = field_kind(request->route->form, name);
	struct str      text = { 0 };

	if (kind == FIELD_KIND_UNKNOWN)
		return FIELD_UNKNOWN;
	if (request->form_count == REQUEST_FIELD_MAX)
		return FIELD_UNKNOWN;
	if (kind == FIELD_KIND_TEXT && json_is_string(value))
		text = (struct str){ .ptr = json_string_value(value),
			             .len = json_string_length(value) };
	else if (kind == FIELD_KIND_INT && json_is_integer(value))
		text = arena_printf(request->arena, "%lld", (long long)json_integer_value(value));
	else if (kind == FIELD_KIND_FLAG && json_is_boolean(value))
		text = json_is_true(value) ? STR("true") : STR("false");
	else if (kind == FIELD_KIND_OBJECT && json_is_object(value))
		text = STR("{}");
	else
		return FIELD_MALFORMED;
	request->form[request->form_count++] = (struct header){ .name = name, .value = text };
	return FIELD_OK;
}
