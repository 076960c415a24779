/*
 * caller.h - for tests: one call through the real net, waited for.
 */
#pragma once
#include "gate/net_real.h"

/* A net and what it lives in. */
struct caller {
	struct arena     arena;
	struct net_real *net;
};

/* config.clock may be left out. */
void caller_open(struct caller *caller, struct net_real_config config);
void caller_close(struct caller *caller);

/* Send, step until done (at most 20 s, then the test stops), leave the answer in *call.  Its
 * arena is the caller's where none is named. */
void caller_send(struct caller *caller, struct net_call *call);

/* "scheme://127.0.0.1:port/path" in the arena. */
struct str caller_url(struct caller *caller, const char *scheme, int port, const char *path);
