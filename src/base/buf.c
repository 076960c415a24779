/*
 * buf.c - a growing byte buffer inside an arena.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { BUF_CAP_MIN = 256 };

static char *reserve(struct buf *buf, size_t more);

void buf_init(struct buf *buf, struct arena *arena, size_t max)
{
	*buf = (struct buf){ .arena = arena, .max = max };
}

void buf_add(struct buf *buf, struct str s)
{
	char *at = reserve(buf, s.len);

	if (!at || s.len == 0)
		return;
	memcpy(at, s.ptr, s.len);
	buf->len += s.len;
}

void buf_add_char(struct buf *buf, char c)
{
	char *at = reserve(buf, 1);

	if (!at)
		return;
	*at = c;
	buf->len++;
}

void buf_add_int64(struct buf *buf, int64_t value)
{
	char     digits[20];
	size_t   at = sizeof(digits);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		digits[--at] = '-';
	buf_add(buf, (struct str){ .ptr = digits + at, .len = sizeof(digits) - at });
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	size_t  room = buf->ptr && !buf->full ? buf->cap - buf->len : 0;
	int     len;
	char   *at;

	va_start(args, format);
	va_copy(again, args);
	/* Most texts fit where they are to stand: then this is all. */
	len = vsnprintf(room > 0 ? buf->ptr + buf->len : NULL, room, format, args);
	/* One more than the text, for the NUL that vsnprintf insists on. */
	at = len >= 0 ? reserve(buf, (size_t)len + 1) : NULL;
	if (at && (size_t)len >= room)
		vsnprintf(at, (size_t)len + 1, format, again);
	if (at)
		buf->len += (size_t)len;
	else
		buf->full = true;
	va_end(again);
	va_end(args);
}

struct str buf_str(const struct buf *buf)
{
	return (struct str){ .ptr = buf->ptr ? buf->ptr : "", .len = buf->len };
}

/* Room for `more` bytes behind the end; NULL (and full) past the maximum. */
static char *reserve(struct buf *buf, size_t more)
{
	size_t cap = buf->cap < BUF_CAP_MIN / 2 ? BUF_CAP_MIN : buf->cap * 2;
	char  *ptr;

	if (buf->full || more > buf->max - buf->len) {
		buf->full = true;
		return NULL;
	}
	if (buf->ptr && more <= buf->cap - buf->len)
		return buf->ptr + buf->len;
	if (cap < buf->len + more)
		cap = buf->len + more;
	if (cap > buf->max)
		cap = buf->max;
	if (!arena_extend(buf->arena, buf->ptr, buf->cap, cap)) {
		ptr = arena_alloc(buf->arena, cap);
		if (!ptr) {
			buf->full = true;
			return NULL;
		}
		if (buf->len)
			memcpy(ptr, buf->ptr, buf->len);
		buf->ptr = ptr;
	}
	buf->cap = cap;
	return buf->ptr + buf->len;
}
