/*
 * http_client.h - exchanges by http and https, on libcurl's multi interface.
 *
 * https is verified, redirects are not followed, the environment's proxies are
 * not used, answers and times are capped.  A POST never rides on an old
 * connection: libcurl 7.88 silently sends it again when that dies (GATEWAYS 9).
 */
#pragma once
#include "gate/curl_job.h"

#define HTTP_HEADER_MAX  32768 /* bytes of an answer's head */
#define HTTP_HEADERS_MAX 32    /* of a request */
#define HTTP_ANSWER_HEADERS_MAX 64 /* of an answer; more of them: NET_UNKNOWN */

struct http_client;

/* The house must outlive the client.  NULL: the arena is spent. */
struct http_client *http_client_open(struct arena *arena, const struct curl_house *house);
/* Calls under way are forgotten. */
void http_client_close(struct http_client *client);

/* Start a call; it will be in some `done` later.  False: its scheme, url or headers cannot be
 * used, or memory is out; nothing was sent and the call is not kept. */
bool http_client_start(struct http_client *client, struct net_call *call);
