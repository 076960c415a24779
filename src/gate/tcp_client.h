/*
 * tcp_client.h - exchanges over plain TCP, one connection each:
 *
 *	ctrl://address:port   one OsmoHLR CTRL request (body) and its reply,
 *	                      matched by id; answer = the reply's text
 *	vty://address:port    a VTY session that sends the body's lines; answer =
 *	                      what was shown (vty.h)
 *
 * The address is a number (IPv4, or IPv6 in brackets) or "localhost": nothing
 * here waits for a name server.  Every call has its own deadline, since a
 * stopped peer accepts a connection and never answers (TELECOM 1).
 */
#pragma once
#include <curl/curl.h>

#include "base/env.h"
#include "gate/net_queue.h"

#define TCP_LINKS_MAX 16 /* at once; further calls wait for a free link, within their deadline */

struct tcp_client;

/* NULL: the arena is spent. */
struct tcp_client *tcp_client_open(struct arena *arena, struct clock clock);
void tcp_client_close(struct tcp_client *client); /* forgets calls under way */

/* Start or queue a call; one that cannot be started goes to `done` at once. */
void tcp_client_start(struct tcp_client *client, struct net_call *call, struct net_queue *done);

/* The sockets to wait for; their count. */
unsigned tcp_client_watch(const struct tcp_client *client, struct curl_waitfd *ret, unsigned max);
/* Milliseconds until the next deadline; INT32_MAX when there is none. */
int64_t tcp_client_wait_ms(const struct tcp_client *client);
/* Go on with what is ready; finished calls go to `done`. */
void tcp_client_run(struct tcp_client *client, const struct curl_waitfd *watched, unsigned count,
                    struct net_queue *done);
