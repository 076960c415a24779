/*
 * form.h - names and values out of a query, a form body, a cookie header, a
 * path: decoded once, into the request's arena.
 *
 * Hostile until parsed: broken %-escapes, %00, control characters, damaged
 * UTF-8, too many pairs and repeated names are all refused, never repaired.
 */
#pragma once
#include "web/request.h"

enum form_result {
	FORM_OK,
	FORM_BROKEN,   /* a bad escape, a NUL, damaged UTF-8, the arena spent */
	FORM_MANY,     /* more than `max` pairs */
	FORM_REPEATED, /* *ret_name was there before */
	FORM_RESULT_COUNT
};

/* application/x-www-form-urlencoded: a=b&c=d.  '+' is a blank. */
enum form_result form_parse(struct arena *arena, struct str text, struct header *ret_pairs,
                            size_t max, size_t *ret_count, struct str *ret_name);
/* Decodes %-escapes of a path: no '+', and neither %2F nor %00. */
bool form_decode_path(struct arena *arena, struct str text, struct str *ret);
/* The value of a cookie in a Cookie header; empty when absent or repeated. */
struct str form_cookie(struct str header, struct str name);
/* Escapes everything but unreserved characters (RFC 3986 2.3) and '/'. */
struct str form_escape(struct arena *arena, struct str text);
/* base64url without padding (RFC 4648 5), for cookies and hidden fields. */
struct str form_base64url(struct arena *arena, struct str bytes);
/* Exactly len bytes; false on any other length or letter. */
bool form_base64url_decode(struct str text, uint8_t *ret, size_t len);
