/*
 * scenario.h - what the load generator can do; see load.c for the command line.
 */
#pragma once
#include "bench/engine.h"

/* Everything that the command line says. */
struct load_setup {
	struct engine_setup engine;
	struct str          host;    /* "127.0.0.1:9900", for the Host field */
	struct str          key;     /* the gateway's, raw bytes: signs callbacks */
	const char         *token;   /* the API key */
	const char         *cookie;  /* a session's, or NULL */
	const char         *path;    /* get */
	const char         *file;    /* hooks: one body a line */
	const char         *journal; /* orders: ids of all that were acknowledged; or NULL */
	const char         *run;     /* orders: makes idempotency keys of this run */
	int64_t             imsi, imsi_step, imsi_count, imsi_skip;
	int64_t             ask_every; /* each n-th order is asked for until it is active */
	bool                pack; /* get: take a compressed answer */
};

/* One address again and again. */
void scenario_get(const struct load_setup *setup, struct scenario *ret);
/* Callbacks of a file, each once, signed before the run begins. */
void scenario_hooks(const struct load_setup *setup, struct scenario *ret);
/* Whole orders: quote, order, signed callback, and now and then questions. */
void scenario_orders(const struct load_setup *setup, struct scenario *ret);
/* Chains that were begun and not ended well; says each kind on stderr. */
int64_t scenario_failures(const struct scenario *scenario);

/* A POST of the gateway, signed now, into `at`; its length, 0: no room. */
size_t hook_request(const struct load_setup *setup, struct str body, char *at, size_t size);
/* One wrong answer; the context begins with an int64_t that counts them. */
void scenario_failed(void *ctx, const char *what, int status, struct str head, struct str body);
