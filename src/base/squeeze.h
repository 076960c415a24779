/*
 * squeeze.h - short texts that are kept for long: deflate (RFC 1951) with a
 * dictionary of the words that payment gateways use.
 *
 * A stored text says by its first byte what it is, so that texts which were
 * stored before, or would not become smaller, stay as they are.
 */
#pragma once
#include "base/arena.h"

#define SQUEEZE_HEAD 6 /* first bytes of a stored text that tell its size */

struct squeezer;

/* One for each thread; in the arena, for as long as it is.  NULL: arena spent. */
struct squeezer *squeezer_open(struct arena *arena);
/* The text to store, in the arena or the text itself (when memory is spent, too). */
struct str squeeze(struct squeezer *squeezer, struct arena *arena, struct str text);
/* The text again, in the arena or the stored bytes.  False: damaged, more than
 * max bytes, or arena spent. */
bool unsqueeze(struct str stored, size_t max, struct arena *arena, struct str *ret);
/* Bytes of the text, by SQUEEZE_HEAD bytes of `len` stored ones; 0: damaged. */
size_t squeeze_size(struct str head, size_t len);
