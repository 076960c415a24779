/*
 * engine.h - a load generator for HTTP/1.1 with keep-alive: one thread, one
 * epoll, N connections, in a closed loop or at a steady rate.
 *
 * Closed loop: every connection sends its next request when it has its answer.
 * Steady rate: requests are due at fixed times; a late one counts its wait,
 * so that a stalled server cannot hide ("coordinated omission").
 * What is sent and what is thought of the answer is the scenario's.
 */
#pragma once
#include "base/base.h"

#include <stdio.h>

#define ENGINE_CONNECTION_MAX 1024
#define ENGINE_KIND_MAX       6 /* kinds of requests, told apart in the result */
#define ENGINE_ANSWER_MAX     ((size_t)256 * 1024)

struct engine;

struct scenario {
	void       *ctx;
	const char *kind[ENGINE_KIND_MAX]; /* names; NULL: no more */
	/* The connection's next request; it stays where it is until answered.
	 * False: this connection has nothing more to do. */
	bool (*next)(void *ctx, struct engine *engine, int connection, struct str *ret,
	             int *ret_kind);
	/* A whole answer. */
	void (*answer)(void *ctx, struct engine *engine, int connection, int kind, int status,
	               struct str head, struct str body);
};

struct engine_setup {
	const char *host; /* IPv4 */
	int         port;
	int         connections;
	int64_t     run_ms;   /* then nothing new begins */
	int64_t     rate;     /* requests (or chains of them) per second; 0: closed loop */
	int64_t     stall_ms; /* 0: do not look; else no answer for so long ends the run */
	bool        again;    /* reconnect and send again what a lost connection left open */
};

/* What came of a run; engine_print() says it. */
struct engine_result {
	int64_t status[6];   /* answers by hundreds: [2] = 2xx */
	int64_t lost;        /* requests whose connection broke */
	int64_t reconnected;
	int64_t ns;          /* from the first request to the last answer */
	bool    stalled;
};

/* Runs the scenario to its end. */
struct engine *engine_run(const struct engine_setup *setup, const struct scenario *scenario,
                          struct engine_result *ret);
/* True once the time is over: chains that have begun go on, new ones do not begin. */
bool engine_over(const struct engine *engine);
/* From answer(): the connection's next request waits so long; closed loop only. */
void engine_pause(struct engine *engine, int connection, int64_t ns);
/* A time that is no answer's own, such as "from paid to active". */
void engine_record(struct engine *engine, int kind, int64_t ns);
/* When the request that is answered right now was sent, or was due. */
int64_t engine_begin_ns(const struct engine *engine, int connection);
/* "kind=quote done=… rate=… p50_us=… p99_us=… max_us=…", one line a kind. */
void engine_print(struct engine *engine, const struct engine_result *result, FILE *file);
void engine_free(struct engine *engine);
