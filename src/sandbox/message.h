/*
 * message.h - JSON messages of the sandbox partners: a request's fields with
 * their limits, and answers written into an arena.
 */
#pragma once
#include <jansson.h>

#include "base/arena.h"

#define MESSAGE_REF_MAX 64   /* characters of a merchant's number */
#define MESSAGE_MAX     8192 /* bytes of a message that is written */

/* May this name an order or a payment?  [0-9A-Za-z_-]{1,MESSAGE_REF_MAX} */
bool message_ref_valid(struct str ref);
/* NULL: longer than max, damaged, a key twice, or no object.  Give back with json_decref(). */
json_t *message_open(struct str bytes, size_t max);
/* A field's text, borrowed from the message; empty when absent, no string or past max. */
struct str message_str(const json_t *message, const char *name, size_t max);
/* A field's number; -1 when absent, no integer or negative. */
int64_t message_int(const json_t *message, const char *name);
/* Put a text; empty ones are left out. */
void message_put(json_t *message, const char *name, struct str value);
/* Write and give back; empty when longer than MESSAGE_MAX or out of memory. */
struct str message_close(json_t *message, struct arena *arena);
/* {"error":"code"} */
struct str message_error(struct arena *arena, const char *code);
