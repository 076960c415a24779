/*
 * env_real.c - the real clock and the kernel's random numbers.
 */
#include "base/env.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t now_ms(void *ctx);
static int64_t mono_ms(void *ctx);
static void    fill(void *ctx, void *bytes, size_t len);

struct env env_real(void)
{
	return (struct env){
		.clock = { .now_ms = now_ms, .mono_ms = mono_ms },
		.rand = { .fill = fill },
	};
}

static int64_t clock_ms(clockid_t id)
{
	struct timespec at;
	int             failed = clock_gettime(id, &at);

	assert(!failed);
	return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static int64_t now_ms(void *ctx)
{
	(void)ctx;
	return clock_ms(CLOCK_REALTIME);
}

static int64_t mono_ms(void *ctx)
{
	(void)ctx;
	return clock_ms(CLOCK_MONOTONIC);
}

static void fill(void *ctx, void *bytes, size_t len)
{
	char *at = bytes;

	(void)ctx;
	while (len) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		/* Without randomness no session or key is safe: stop rather than guess. */
		if (got <= 0)
			abort();
		at += got;
		len -= (size_t)got;
	}
}
