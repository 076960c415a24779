/*
 * http_client.h - exchanges by libcurl's multi interface: http, https, and
 * mail by smtp and smtps.
 *
 * https is verified, redirects are not followed, the environment's proxies are
 * not used, answers and times are capped.  A POST never rides on an old
 * connection: libcurl 7.88 silently sends it again when that dies (GATEWAYS 9).
 *
 * Mail: headers "Mail-From: address" and "Mail-To: address" (one or more) make
 * the envelope, body is the message; status is the server's last reply code.
 * smtp:// uses STARTTLS where it is offered and demands it before a login;
 * only a server on loopback is spared both.
 */
#pragma once
#include <curl/curl.h>

#include "base/env.h"
#include "gate/net_queue.h"

#define HTTP_CONNECT_MS   5000  /* of a call's deadline, at most this for connecting */
#define HTTP_DEADLINE_MS  30000 /* where a call names none */
#define HTTP_HEADER_MAX   32768 /* bytes of an answer's head */
#define HTTP_MAIL_TO_MAX  8     /* recipients of one mail */

struct http_client;

struct http_config {
	const char *ca_file;                   /* PEM roots; NULL: the system's */
	const char *smtp_user, *smtp_password; /* NULL: no login */
};

enum err http_client_open(struct arena *arena, const struct http_config *config,
                          struct http_client **ret);
void http_client_close(struct http_client *client); /* forgets calls under way */

/* Start a call.  False: its scheme, url or headers cannot be used, or memory is out; nothing was
 * sent and the call is not kept. */
bool http_client_start(struct http_client *client, struct net_call *call);
/* Go on with what is ready; finished calls go to `done`. */
void http_client_run(struct http_client *client, struct net_queue *done);
/* For curl_multi_poll and curl_multi_wakeup. */
CURLM *http_client_multi(struct http_client *client);
