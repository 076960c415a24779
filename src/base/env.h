/*
 * env.h - the seams: everything that is outside of the program, injected at
 * the top.  Production tables are one file each (base/env_real.c, gate/…);
 * tests and the simulator bring their own (RELIABILITY.md).
 */
#pragma once
#include "base/arena.h"

/* The time.  now_ms: UTC milliseconds; it may jump.  mono_ms: never goes back. */
struct clock {
	int64_t (*now_ms)(void *ctx);
	int64_t (*mono_ms)(void *ctx);
	void *ctx;
};

/* Random bytes; never fails (the real one aborts when the kernel has none). */
struct rand {
	void (*fill)(void *ctx, void *bytes, size_t len);
	void *ctx;
};

/*
 * One exchange with the outside: bytes out, bytes back, or silence.
 * The scheme of `url` chooses the transport: http, https, smtp, smtps (libcurl),
 * ctrl, vty (gate/tcp_client), sandbox (the built-in partners).
 */
enum net_result {
	NET_ANSWER,  /* status and body hold what came back, whatever it says */
	NET_REFUSED, /* nothing can have reached the partner (no route, connection refused) */
	NET_UNKNOWN  /* it may have reached the partner: timeout, cut link, half an answer */
};

struct net_call {
	/* the request: set by the adapter, borrowed until done */
	struct str method, url, content_type, body;
	const struct str *headers; /* "Name: value" lines */
	size_t            header_count;
	int32_t           deadline_ms;
	size_t            answer_max; /* bytes; a longer answer is NET_UNKNOWN */
	/* the answer: lives in `arena` */
	struct arena   *arena;
	enum net_result result;
	int32_t         status; /* HTTP or SMTP status; 0 for ctrl and vty */
	struct str      answer;
	struct str     *answer_headers; /* http: "Name: value" lines of the answer itself */
	size_t          answer_header_count;
	/* called once, on the thread that runs the net's step */
	void (*done)(struct net_call *call);
	void            *arg;
	struct net_call *next; /* the transport's own list */
};

struct net {
	/* Start a call; done is called later, never from inside call(). */
	void (*call)(void *ctx, struct net_call *call);
	void *ctx;
};

struct env {
	struct clock clock;
	struct rand  rand;
	struct net   net;
	const char  *vfs; /* SQLite VFS name; NULL = default */
};

/* The real clock and the kernel's random numbers; net is left zero. */
struct env env_real(void);
