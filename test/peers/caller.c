/*
 * caller.c - see caller.h.
 */
#include "peers/caller.h"

enum { ARENA_MAX = 16 << 20, STEPS_MAX = 400, STEP_MS = 50 };

void caller_open(struct caller *caller, struct net_real_config config)
{
	enum err err;

	arena_init(&caller->arena, ARENA_MAX);
	config.clock = env_real().clock;
	err = net_real_open(&config, &caller->arena, &caller->net);
	assert(err == ERR_OK);
}

void caller_close(struct caller *caller)
{
	net_real_close(caller->net);
	arena_free(&caller->arena);
}

static void finished(struct net_call *call)
{
	*(bool *)call->arg = true;
}

void caller_send(struct caller *caller, struct net_call *call)
{
	struct net net = net_real_seam(caller->net);
	int64_t    until_ms = env_real().clock.mono_ms(NULL) + STEPS_MAX * STEP_MS;
	bool       done = false;

	if (call->arena == NULL)
		call->arena = &caller->arena;
	call->done = finished;
	call->arg = &done;
	net.call(net.ctx, call);
	assert(!done); /* never from inside call() */
	while (!done) {
		net_real_step(caller->net, STEP_MS);
		assert(env_real().clock.mono_ms(NULL) < until_ms);
	}
}

struct str caller_url(struct caller *caller, const char *scheme, int port, const char *path)
{
	return arena_printf(&caller->arena, "%s://127.0.0.1:%d%s", scheme, port, path);
}
