/*
 * house.h - a whole web without a socket, for tests: a new database in a
 * folder of its own, a writer without threads, a clock that tests set.
 */
#pragma once
#include "test.h"

#include "base/log.h"
#include "core/plan.h"
#include "store/account_command.h"
#include "store/keys.h"
#include "web/web.h"

struct house {
	char           dir[64], path[96];
	struct arena   arena, writer_arena;
	struct config  config;
	struct env     env;
	int64_t        now_ms, mono_ms; /* what the clock says */
	uint64_t       seed;            /* of the random bytes */
	struct keys    keys;
	struct catalogue catalogue; /* the demo's; its rows come with stock.h */
	struct store   store;
	struct db     *reader, *checkpoint;
	struct writer *writer;
	struct web    *web;
	struct str     invite; /* a one-time link's token */
	struct str     key;    /* an API key with all scopes */
};

/* With `threaded`, writer and pool have threads, and clock and random are real.
 * `flags` as on the command line, ended by NULL; NULL: none. */
void house_open(struct house *house, bool threaded, const char *const *flags);
void house_close(struct house *house);
/* Settles until the response is there. */
void house_settle(struct house *house, struct response *response);
