/*
 * arena.c - blocks from the heap, handed out front to back.
 *
 * Under AddressSanitizer what is not handed out is poisoned, so that a read
 * past an object or after a reset is caught as if it came from malloc.
 */
#include "base/arena.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(ptr, size)   ((void)(ptr), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(ptr, size) ((void)(ptr), (void)(size))
#endif

enum {
	ARENA_ALIGN = 16,
	ARENA_BLOCK_MIN = 8 * 1024,   /* bytes of the first block; later ones double */
	ARENA_BLOCK_MAX = 256 * 1024, /* up to this, unless one object is larger */
};

struct arena_block {
	struct arena_block *next;
	size_t              used, size; /* bytes of data[] */
	_Alignas(ARENA_ALIGN) char data[];
};

static struct arena_block *block_add(struct arena *arena, size_t size);
static void                blocks_free(struct arena_block *block);

void arena_init(struct arena *arena, size_t max)
{
	*arena = (struct arena){ .max = max };
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->last;
	size_t              padded = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	char               *ptr;

	if (size == 0)
		padded = ARENA_ALIGN;
	if (padded < size || padded > arena->max - arena->used) {
		arena->failed = true;
		return NULL;
	}
	if (!block || padded > block->size - block->used)
		block = block_add(arena, padded);
	if (!block) {
		arena->failed = true;
		return NULL;
	}
	ptr = block->data + block->used;
	block->used += padded;
	arena->used += padded;
	ASAN_UNPOISON_MEMORY_REGION(ptr, size);
	return memset(ptr, 0, size);
}

bool arena_extend(struct arena *arena, void *ptr, size_t old_size, size_t new_size)
{
	struct arena_block *block = arena->last;
	size_t              old_padded = (old_size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	size_t              more;

	assert(new_size >= old_size);
	if (!block || !ptr || (char *)ptr + old_padded != block->data + block->used)
		return false;
	more = (new_size - old_padded + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (new_size <= old_padded)
		more = 0;
	if (more > block->size - block->used || more > arena->max - arena->used)
		return false;
	block->used += more;
	arena->used += more;
	ASAN_UNPOISON_MEMORY_REGION(ptr, new_size);
	memset((char *)ptr + old_size, 0, new_size - old_size);
	return true;
}

struct str arena_str(struct arena *arena, struct str s)
{
	char *copy = s.len < SIZE_MAX ? arena_alloc(arena, s.len + 1) : NULL;

	if (!copy)
		return STR("");
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return (struct str){ .ptr = copy, .len = s.len };
}

const char *arena_cstr(struct arena *arena, struct str s)
{
	return arena_str(arena, s).ptr;
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	int     len;
	char   *text = NULL;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0)
		text = arena_alloc(arena, (size_t)len + 1);
	if (text)
		vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	if (!text) {
		arena->failed = true;
		return STR("");
	}
	return (struct str){ .ptr = text, .len = (size_t)len };
}

void arena_reset(struct arena *arena)
{
	struct arena_block *block = arena->first, *last = NULL;
	size_t              kept = 0;

	while (block && (!last || block->size <= arena->keep - kept)) {
		kept += last ? block->size : 0;
		block->used = 0;
		ASAN_POISON_MEMORY_REGION(block->data, block->size);
		last = block;
		block = block->next;
	}
	if (last)
		last->next = NULL;
	blocks_free(block);
	arena->last = arena->first;
	arena->used = 0;
	arena->failed = false;
}

void arena_keep(struct arena *arena, size_t size)
{
	arena->keep = size;
}

void arena_free(struct arena *arena)
{
	size_t keep = arena->keep;

	blocks_free(arena->first);
	arena_init(arena, arena->max);
	arena->keep = keep;
}

static void blocks_free(struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;

		ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
		free(block);
		block = next;
	}
}

static struct arena_block *block_add(struct arena *arena, size_t size)
{
	size_t              wanted = arena->last ? arena->last->size * 2 : ARENA_BLOCK_MIN;
	struct arena_block *block;

	if (wanted > ARENA_BLOCK_MAX)
		wanted = ARENA_BLOCK_MAX;
	if (wanted < size)
		wanted = size;
	/* What a reset kept stands behind the last block, empty. */
	block = arena->last ? arena->last->next : NULL;
	if (block && block->size >= size) {
		arena->last = block;
		return block;
	}
	blocks_free(block);
	block = malloc(sizeof(*block) + wanted);
	if (!block)
		return NULL;
	block->next = NULL;
	block->used = 0;
	block->size = wanted;
	ASAN_POISON_MEMORY_REGION(block->data, wanted);
	if (arena->last)
		arena->last->next = block;
	else
		arena->first = block;
	arena->last = block;
	return block;
}
