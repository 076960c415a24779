/*
 * smtp_client.h - mail by smtp and smtps.
 *
 * libcurl connects, greets, secures and logs in (CURLOPT_CONNECT_ONLY); the
 * message itself is handed over by smtp.h on the same connection.  Not by
 * libcurl, because its SMTP waits inside of the loop for the answer to the
 * message and to QUIT: a silent server would hold up everything else, up to
 * two minutes (seen with 7.88.1).  And because so we know exactly whether the
 * end of the message has left us.
 *
 * A call's headers "Mail-From: address" and "Mail-To: address" (1 to
 * SMTP_TO_MAX) make the envelope, its body is the message; status is the code
 * of the server's last reply, answer that reply.  NET_REFUSED: the end of the
 * message was not sent, so the server cannot have taken it.
 *
 * smtp:// uses STARTTLS where it is offered and demands it before a login;
 * only a server on loopback is spared both.
 */
#pragma once
#include "gate/curl_job.h"

#define SMTP_LINKS_MAX 16 /* mails at once; a further one is refused */

struct smtp_client;

struct smtp_config {
	struct clock clock;
	const char  *user, *password; /* user NULL: no login */
};

/* The house must outlive the client.  NULL: the arena is spent. */
struct smtp_client *smtp_client_open(struct arena *arena, const struct curl_house *house,
                                     const struct smtp_config *config);
/* Mails under way are forgotten. */
void smtp_client_close(struct smtp_client *client);

/* Start a call; it will be in some `done` later.  False: its url or envelope cannot be used, too
 * many are under way, or memory is out; nothing was sent and the call is not kept. */
bool smtp_client_start(struct smtp_client *client, struct net_call *call);

/* The sockets to wait for; their count. */
unsigned smtp_client_watch(const struct smtp_client *client, struct curl_waitfd *ret, unsigned max);
/* Milliseconds until the next deadline; INT32_MAX when there is none. */
int64_t smtp_client_wait_ms(const struct smtp_client *client);
/* Go on with what is ready; finished calls go to `done`. */
void smtp_client_run(struct smtp_client *client, struct net_queue *done);
