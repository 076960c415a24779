/*
 * json.h - writing JSON into a buffer.  (Reading is jansson's work.)
 */
#pragma once
#include "base/buf.h"
#include "core/money.h"

/* "text" with quotes; what is not UTF-8 becomes U+FFFD. */
void json_text(struct buf *buf, struct str text);
/* "name": with quotes and colon, and a comma before it unless it is the first
 * in its object. */
void json_name(struct buf *buf, const char *name);
/* A comma, unless the next value is the first of its list. */
void json_next(struct buf *buf);
void json_int(struct buf *buf, int64_t value);
void json_bool(struct buf *buf, bool value);
void json_none(struct buf *buf);
/* "text"; null when it is empty. */
void json_text_or_null(struct buf *buf, struct str text);
/* {"amount":5387,"currency":"CNY"}: minor units, ISO 4217 letters. */
void json_money(struct buf *buf, struct money money);
/* "2026-11-21T23:18:00Z" (RFC 3339, UTC); null for 0, which is "none". */
void json_time(struct buf *buf, int64_t utc_s);
/* "2026-11-21"; null for 0. */
void json_day(struct buf *buf, int32_t day);
