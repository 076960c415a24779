/*
 * field.c - the table of fields and the check against it.
 */
#include "web/field.h"

#include "base/str.h"

enum field_type {
	FIELD_TEXT,
	FIELD_LINES,
	FIELD_SECRET,
	FIELD_INT,
	FIELD_FLAG,
	FIELD_OBJECT,
	FIELD_TYPE_COUNT
};
enum field_need { FIELD_REQUIRED, FIELD_OPTIONAL };

struct field {
	enum field_form form;
	struct str      name;
	enum field_type type;
	int64_t         max; /* bytes; INT: value */
	enum field_need need;
};

#define FORM(form)
#define FIELD(f, n, t, m, need_of) \
	{ .form = (f), \
	  .name = { .ptr = #n, .len = sizeof(#n) - 1 }, \
	  .type = FIELD_##t, \
	  .max = (m), \
	  .need = FIELD_##need_of },
static const struct field table[] = {
#include "web/fields.def"
};
#undef FORM
#undef FIELD

static const struct field *field_find(enum field_form form, struct str name);
static bool                reserved(struct str name);
static enum field_problem  value_check(const struct field *field, struct str value);

const char *field_problem_code(enum field_problem problem)
{
	static const char *const codes[FIELD_PROBLEM_COUNT] = {
		[FIELD_OK] = "ok",
		[FIELD_UNKNOWN] = "unknown_field",
		[FIELD_REPEATED] = "repeated_field",
		[FIELD_MISSING] = "missing_field",
		[FIELD_TOO_LONG] = "too_long",
		[FIELD_MALFORMED] = "malformed",
	};

	assert(problem < FIELD_PROBLEM_COUNT);
	return codes[problem];
}

enum field_problem field_check(enum field_form form, const struct header *pairs, size_t count,
                               struct str *ret_name)
{
	if (form == FIELDS_ANY)
		return FIELD_OK;
	for (size_t i = 0; i < count; i++) {
		const struct field *field = field_find(form, pairs[i].name);
		enum field_problem  problem;

		if (reserved(pairs[i].name))
			continue;
		problem = field == NULL ? FIELD_UNKNOWN : value_check(field, pairs[i].value);
		if (problem != FIELD_OK) {
			*ret_name = pairs[i].name;
			return problem;
		}
	}
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		bool there = false;

		if (table[i].form != form || table[i].need != FIELD_REQUIRED)
			continue;
		for (size_t j = 0; j < count; j++)
			there = there || str_eq(pairs[j].name, table[i].name);
		if (!there) {
			*ret_name = table[i].name;
			return FIELD_MISSING;
		}
	}
	return FIELD_OK;
}

enum field_kind field_kind(enum field_form form, struct str name)
{
	static const enum field_kind kinds[FIELD_TYPE_COUNT] = {
		[FIELD_TEXT] = FIELD_KIND_TEXT,   [FIELD_LINES] = FIELD_KIND_TEXT,
		[FIELD_SECRET] = FIELD_KIND_TEXT, [FIELD_INT] = FIELD_KIND_INT,
		[FIELD_FLAG] = FIELD_KIND_FLAG,   [FIELD_OBJECT] = FIELD_KIND_OBJECT,
	};
	const struct field *field = field_find(form, name);

	return field == NULL ? FIELD_KIND_UNKNOWN : kinds[field->type];
}

static const struct field *field_find(enum field_form form, struct str name)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (table[i].form == form && str_eq(table[i].name, name))
			return &table[i];
	return NULL;
}

static bool reserved(struct str name)
{
	return str_eq(name, STR("csrf")) || str_eq(name, STR("ik")) || str_eq(name, STR("done"));
}

static enum field_problem value_check(const struct field *field, struct str value)
{
	int64_t number;

	if (field->type == FIELD_INT) {
		if (value.len == 0 && field->need == FIELD_OPTIONAL)
			return FIELD_OK; /* "?limit=": not given */
		if (!str_to_int64(value, &number) || number < 0)
			return FIELD_MALFORMED;
		return number <= field->max ? FIELD_OK : FIELD_TOO_LONG;
	}
	if ((int64_t)value.len > field->max)
		return FIELD_TOO_LONG;
	if (field->type == FIELD_FLAG && !str_eq(value, STR("1")) && !str_eq(value, STR("on")) &&
	    !str_eq(value, STR("true")) && !str_eq(value, STR("false")))
		return FIELD_MALFORMED;
	for (size_t i = 0; field->type != FIELD_LINES && i < value.len; i++)
		if ((unsigned char)value.ptr[i] < 0x20)
			return FIELD_MALFORMED;
	return FIELD_OK;
}
