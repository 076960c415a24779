/*
 * json.h - writing JSON into a buffer.  (Reading is jansson's work.)
 */
#pragma once
#include "base/buf.h"

/* "text" with quotes; what is not UTF-8 becomes U+FFFD. */
void json_text(struct buf *buf, struct str text);
/* "name": with quotes and colon, and a comma before it unless it is the first
 * in its object. */
void json_name(struct buf *buf, const char *name);
void json_int(struct buf *buf, int64_t value);
void json_bool(struct buf *buf, bool value);
