/*
 * net_real.h - the production net: one exchange with the outside, by scheme.
 *
 *	http, https                libcurl (http_client.h)
 *	smtp, smtps                libcurl and smtp.h (smtp_client.h)
 *	ctrl, vty                  plain sockets (tcp_client.h)
 *	sandbox                    a function given at open: the built-in partners
 *	anything else              NET_REFUSED
 *
 * One thread owns it: call() and net_real_step() run there, and so does every
 * done().  net_real_wake() may come from any thread.
 *
 * What a result means, exactly: NET_ANSWER: a whole answer lies in
 * call->answer, whatever it says.  NET_REFUSED: certainly not one byte of the
 * request was given to the partner (no such name, connection refused, TLS
 * refused); for mail: not the end of the message.  NET_UNKNOWN: anything else.
 */
#pragma once
#include "base/env.h"

struct net_real;

struct net_real_config {
	struct clock clock; /* mono_ms counts deadlines */
	/* Answers calls of scheme `sandbox` on the owner's thread, inside net_real_step: sets
	 * result, status and answer (in call->arena).  NULL: such calls are refused. */
	void (*sandbox)(void *ctx, struct net_call *call);
	void       *sandbox_ctx;
	const char *ca_file;       /* PEM roots; NULL: the system's */
	const char *smtp_user;     /* NULL: no login */
	const char *smtp_password; /* demands TLS unless the server is on loopback */
};

/* Everything lives in the arena, which must outlive the net.  The config's strings are
 * borrowed. */
enum err net_real_open(const struct net_real_config *config, struct arena *arena,
                       struct net_real **ret);
/* Calls under way are forgotten; their done() is not called. */
void net_real_close(struct net_real *net);

/* The seam for struct env.  A call's url is cut at the scheme here; its arena gets the answer. */
struct net net_real_seam(struct net_real *net);

/* Wait for at most timeout_ms for something to do (0: do not wait), do it, and call done() of
 * what is finished; their count. */
int net_real_step(struct net_real *net, int timeout_ms);

/* One more descriptor that ends a wait when it is readable (the writer's eventfd); -1: none.
 * Whoever gave it reads it. */
void net_real_watch(struct net_real *net, int fd);
/* Make a waiting net_real_step return; from any thread. */
void net_real_wake(struct net_real *net);
