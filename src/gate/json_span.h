/*
 * json_span.h - where the members of a JSON object lie, byte by byte.
 *
 * Alipay signs the inner object of its answer exactly as it was sent: escaped
 * slashes, blanks and the order of keys belong to it (GATEWAYS 2).  So it is
 * found by its place in a text that was checked as a whole, and never written
 * again.
 */
#pragma once
#include "base/base.h"

#define JSON_SPAN_DEPTH_MAX  32 /* objects and lists in one another */
#define JSON_SPAN_MEMBER_MAX 64 /* members of the outermost object */

/* One member of the outermost object; both borrow from the text. */
struct json_span {
	struct str name;  /* between its quotes */
	struct str value; /* from its first byte to its last: quotes and braces included */
};

/* All members, in their order.  The text must be one object of strict JSON (RFC 8259, UTF-8), of
 * max bytes or less.  False: anything else; a name of the outermost object that is there twice
 * or is written with an escape; deeper or more than the limits. */
bool json_span_read(struct str text, size_t max, struct json_span *ret, size_t room,
                    size_t *ret_count);
/* The value of that name; false when it is absent. */
bool json_span_find(const struct json_span *spans, size_t count, struct str name,
                    struct str *ret);
