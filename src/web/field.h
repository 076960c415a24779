/*
 * field.h - which fields a request may carry (fields.def), and whether it does.
 *
 * What is missing from a person's form is the handler's business (the page
 * again, 422, input kept), so such fields are OPTIONAL here; REQUIRED is for
 * what our own pages always send and for the API.
 */
#pragma once
#include "web/request.h"

/* The forms of fields.def. */
#define FORM(form) form,
#define FIELD(form, name, type, max, need)
enum field_form {
#include "web/fields.def"
	FIELD_FORM_COUNT
};
#undef FORM
#undef FIELD

enum field_problem {
	FIELD_OK,
	FIELD_UNKNOWN,  /* no such field here */
	FIELD_REPEATED,
	FIELD_MISSING,
	FIELD_TOO_LONG,
	FIELD_MALFORMED, /* not of its type */
	FIELD_PROBLEM_COUNT
};

/* "unknown_field", "repeated_field", … for programs; static storage. */
const char *field_problem_code(enum field_problem problem);
/* What JSON type a field wants. */
enum field_kind {
	FIELD_KIND_UNKNOWN, /* no such field in this form */
	FIELD_KIND_TEXT,
	FIELD_KIND_INT,
	FIELD_KIND_FLAG,
	FIELD_KIND_OBJECT
};
enum field_kind field_kind(enum field_form form, struct str name);
/* Checks pairs against a form; the first problem and the name it is about.
 * `csrf`, `ik` and `done` (web/page.h) are passed over. */
enum field_problem field_check(enum field_form form, const struct header *pairs, size_t count,
                               struct str *ret_name);
