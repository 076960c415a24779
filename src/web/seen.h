/*
 * seen.h - "this session was used just now", written behind the answer.
 *
 * Nobody waits for it.  SEEN_MAX such commands may be under way; when all are,
 * one is left out: the next request of the session tries again.
 */
#pragma once
#include "base/arena.h"

#define SEEN_MAX 64

struct seen;
struct writer;

/* NULL when the arena is spent. */
struct seen *seen_open(struct arena *arena);
void seen_write(struct seen *seen, struct writer *writer, int64_t session_id, int64_t seen_s);
