/*
 * json_field.h - reading a partner's JSON object field by field, each with its
 * limits; and writing ours into an arena.
 */
#pragma once
#include <jansson.h>

#include "base/arena.h"

#define JSON_FIELD_WRITE_MAX 8192 /* bytes of an object that is written */

/* The object in `bytes`; NULL when it is longer than max, damaged, has a key twice, or is no
 * object.  The caller gives it back with json_decref(). */
json_t *json_field_open(struct str bytes, size_t max);
/* A string of 1..max bytes, copied into the arena. */
bool json_field_str(const json_t *object, const char *name, size_t max, struct arena *arena,
                    struct str *ret);
/* An integer within min..max. */
bool json_field_int(const json_t *object, const char *name, int64_t min, int64_t max,
                    int64_t *ret);
/* The object written without blanks; takes the reference.  Empty when it is longer than
 * JSON_FIELD_WRITE_MAX, or either is out of memory. */
struct str json_field_write(json_t *object, struct arena *arena);
