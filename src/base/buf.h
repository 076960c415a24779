/*
 * buf.h - a growing byte buffer with a maximum fixed at its start.
 *
 * It grows inside an arena.  Past `max` (or when the arena is spent) further
 * bytes are dropped and `full` stays set; the user checks it once, at the end.
 */
#pragma once
#include "base/arena.h"

/* The bytes are the arena's; the struct itself is the user's. */
struct buf {
	struct arena *arena;
	char         *ptr;
	size_t        len, cap, max; /* bytes */
	bool          full;
};

/* An add that does not fit as a whole adds nothing, and no later one does. */
void buf_init(struct buf *buf, struct arena *arena, size_t max);
void buf_add(struct buf *buf, struct str s);
void buf_add_char(struct buf *buf, char c);
void buf_add_int64(struct buf *buf, int64_t value);
/* Needs room for one byte more than its text (the C library's NUL). */
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str buf_str(const struct buf *buf); /* borrowed; valid until the next add */
