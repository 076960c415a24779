/*
 * arena.h - memory that belongs to one request or one job.
 *
 * Blocks are taken from the heap as needed, up to a fixed maximum, and given
 * back together.  Past the maximum every allocation returns NULL (or an empty
 * str) and `failed` stays set: the request loop looks at it once, before it
 * stores or shows anything.
 */
#pragma once
#include "base/base.h"

struct arena_block;
struct arena {
	struct arena_block *first, *last;
	size_t              used, max; /* bytes */
	size_t              keep;      /* bytes that a reset may keep; see arena_keep() */
	bool                failed;
};

void arena_init(struct arena *arena, size_t max); /* takes no memory yet */
void *arena_alloc(struct arena *arena, size_t size); /* zeroed, 16-byte aligned; NULL past max */
/* Make the last allocation longer where it lies, zeroed; false when it is not
 * the last or there is no room: nothing has changed then. */
bool arena_extend(struct arena *arena, void *ptr, size_t old_size, size_t new_size);
/* Copies, with a NUL behind the end; "" on failure. */
struct str arena_str(struct arena *arena, struct str s);
const char *arena_cstr(struct arena *arena, struct str s);
struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void arena_reset(struct arena *arena); /* forget all; keep the first block */
/* From now on a reset keeps blocks of up to `size` bytes together: for one that
 * is filled again and again, where the heap would take back and give anew. */
void arena_keep(struct arena *arena, size_t size);
void arena_free(struct arena *arena);  /* give everything back to the heap */

/* A zeroed object or array of a type; count must be bounded by the caller. */
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (count)))
