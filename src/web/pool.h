/*
 * pool.h - two threads for work that is too slow for the loop and needs no
 * database: Argon2id.
 *
 * At most POOL_THREAD_COUNT run at once (so at most that many times 64 MiB),
 * at most POOL_QUEUE_MAX wait.  Results come back on the loop's thread.
 * Source: HOUSE "Running shape", SECURITY 1 (passwords).
 */
#pragma once
#include "base/arena.h"

#define POOL_THREAD_COUNT 2
#define POOL_QUEUE_MAX    32

struct pool;

struct task {
	void (*work)(struct task *task); /* on a pool thread */
	void (*done)(struct task *task); /* in pool_settle() */
	void        *arg;                /* the caller's; lives until done */
	struct task *next;               /* the pool's own */
};

/* threaded = false: work is done inside pool_settle() (tests). */
enum err pool_open(struct arena *arena, bool threaded, struct pool **ret);
/* Finishes what runs, drops what waits. */
void pool_close(struct pool *pool);
/* ERR_FULL: nothing was taken.  The loop's thread only. */
enum err pool_submit(struct pool *pool, struct task *task);
/* Calls done() of what was finished; returns how many. */
size_t pool_settle(struct pool *pool);
/* Readable when results wait: an eventfd; -1 if not threaded. */
int pool_fd(const struct pool *pool);
/* Tasks that wait or run, for /metrics. */
size_t pool_waiting(struct pool *pool);
