/*
 * body.h - the JSON body of an API call, checked against fields.def.
 */
#pragma once
#include "web/field.h"
#include "web/request.h"

#define BODY_DEPTH_MAX 8 /* JSON inside of JSON */

enum body_result {
	BODY_OK,
	BODY_MEDIA_TYPE, /* not application/json */
	BODY_BROKEN,     /* no JSON object, repeated names, too deep, damaged UTF-8 */
	BODY_FIELD,      /* *ret_problem and *ret_name say which */
	BODY_RESULT_COUNT
};

/* Reads request->body into request->json, and its scalars into request->form.
 * Text must be a JSON string, INT an integer, FLAG a boolean, OBJECT an object.
 * An empty body is an empty object. */
enum body_result body_read(struct request *request, enum field_problem *ret_problem,
                           struct str *ret_name);

/* The same check for an object inside of the body (a field of type OBJECT): its
 * scalars are the pairs that `form` may hold.  NULL is an empty object. */
struct json_t;
enum field_problem body_members(struct arena *arena, const struct json_t *object,
                                enum field_form form, struct header ret_pairs[REQUEST_FIELD_MAX],
                                size_t *ret_count, struct str *ret_name);
