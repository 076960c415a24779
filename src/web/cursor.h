/*
 * cursor.h - where a list of the API goes on: an opaque text that only we can
 * make, good for one list and one owner.
 *
 * The position is encrypted, so that it tells nothing of how many rows there
 * are, and signed together with the list's kind and its scope; a cursor of
 * another list, another account or another catalogue is not accepted.
 * Source: WEB 1 ("opaque signed cursor"), SECURITY API1.
 */
#pragma once
#include "store/store.h"

#define CURSOR_LENGTH 32 /* letters */

/* The lists that have cursors, and what their scope is. */
enum cursor_kind {
	CURSOR_PACKS = 1, /* catalogue version; position: index */
	CURSOR_CARRIERS,  /* catalogue version; position: index */
	CURSOR_LINES,     /* account; position: the line's row */
	CURSOR_KIND_COUNT
};

/* position >= 0: where the next page begins.  In the arena. */
struct str cursor_text(struct arena *arena, const struct keys *keys, enum cursor_kind kind,
                       int64_t scope, int64_t position);
/* False: not made by us for this list and scope. */
bool cursor_parse(struct arena *arena, const struct keys *keys, enum cursor_kind kind,
                  int64_t scope, struct str text, int64_t *ret_position);
