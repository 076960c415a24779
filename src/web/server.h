/*
 * server.h - the loop: libmicrohttpd inside of an epoll loop of our own.
 *
 * libmicrohttpd 0.9.75 loses wake-ups when a connection is resumed from
 * another thread while it waits in its own epoll.  Here it never waits: this
 * loop watches its epoll descriptor, the writer's and the pool's eventfds, and
 * resumes on this same thread.  PERFORMANCE 4 (defect 1), HOUSE "Running shape".
 */
#pragma once
#include "web/web.h"

#define SERVER_CONNECTION_MAX  2048
#define SERVER_PER_ADDRESS_MAX 256   /* connections; not when listening on loopback */
#define SERVER_IDLE_S          30    /* a silent connection is closed */
#define SERVER_MEMORY_SIZE     ((size_t)32 * 1024) /* libmicrohttpd's buffer a connection */
#define SERVER_STOP_MS         10000 /* what is under way may end within this time */
#define SERVER_WATCH_MAX       8

struct server;

/* To be called first of all, before any thread is made: SIGTERM and SIGINT
 * come to the loop and to nobody else, SIGPIPE to nobody. */
void server_block_signals(void);

/* Listens on `listen` and, if not empty, on `metrics`; sockets that systemd
 * passed come first.  On a failure *problem is one sentence. */
enum err server_open(struct arena *arena, struct web *web, struct str listen, struct str metrics,
                     struct server **ret, struct str *problem);
uint16_t server_port(const struct server *server);
uint16_t server_metrics_port(const struct server *server); /* 0: none */
/* One more descriptor to look at: ready(ctx) is called on the loop's thread
 * when it is readable.  False: SERVER_WATCH_MAX are watched already. */
bool server_watch(struct server *server, int fd, void (*ready)(void *ctx), void *ctx);
/* How long a parked request may wait before it is answered with 503; default
 * EXCHANGE_PARK_MS.  Before server_run(). */
void server_patience(struct server *server, int64_t park_ms);
/* Serves until SIGTERM, SIGINT or server_stop(); then stops accepting,
 * finishes what is under way and returns. */
enum err server_run(struct server *server);
/* Any thread, and signal handlers. */
void server_stop(struct server *server);
void server_close(struct server *server);
