/*
 * net_real.c - see net_real.h.
 */
#include "gate/net_real.h"

#include <curl/curl.h>

#include "base/str.h"
#include "gate/http_client.h"
#include "gate/net_queue.h"
#include "gate/tcp_client.h"

enum { WATCH_MAX = TCP_LINKS_MAX };

struct net_real {
	struct net_real_config config;
	struct http_client    *http;
	struct tcp_client     *tcp;
	struct net_queue       sandbox; /* to be answered in the next step */
	struct net_queue       done;    /* finished, done() not called yet */
};

static void call_start(void *ctx, struct net_call *call);

enum err net_real_open(const struct net_real_config *config, struct arena *arena,
                       struct net_real **ret)
{
	struct net_real *net = ARENA_NEW(arena, struct net_real);
	struct http_config http = {
		.ca_file = config->ca_file,
		.smtp_user = config->smtp_user,
		.smtp_password = config->smtp_password,
	};
	enum err err;

	if (net == NULL)
		return ERR_MEMORY;
	net->config = *config;
	net->tcp = tcp_client_open(arena, config->clock);
	if (net->tcp == NULL)
		return ERR_MEMORY;
	err = http_client_open(arena, &http, &net->http);
	if (err != ERR_OK)
		return err;
	*ret = net;
	return ERR_OK;
}

void net_real_close(struct net_real *net)
{
	tcp_client_close(net->tcp);
	http_client_close(net->http);
}

struct net net_real_seam(struct net_real *net)
{
	return (struct net){ .call = call_start, .ctx = net };
}

/* The sandbox's answers are made here, so that it may call the net again from done(). */
static void sandbox_run(struct net_real *net)
{
	struct net_queue waiting = net->sandbox;
	struct net_call *call;

	net->sandbox = (struct net_queue){ 0 };
	while ((call = net_queue_take(&waiting)) != NULL) {
		call->result = NET_REFUSED;
		if (net->config.sandbox != NULL)
			net->config.sandbox(net->config.sandbox_ctx, call);
		net_queue_put(&net->done, call);
	}
}

/* How long may we sleep?  Not at all while something is finished or to be answered. */
static int wait_ms(const struct net_real *net, int timeout_ms)
{
	int64_t due_ms = tcp_client_wait_ms(net->tcp);

	if (net->sandbox.first != NULL || net->done.first != NULL || timeout_ms < 0)
		return 0;
	return due_ms < timeout_ms ? (int)due_ms : timeout_ms;
}

int net_real_step(struct net_real *net, int timeout_ms)
{
	struct curl_waitfd watch[WATCH_MAX];
	unsigned watched = tcp_client_watch(net->tcp, watch, WATCH_MAX);
	struct net_queue finished;
	struct net_call *call;
	int count = 0;

	curl_multi_poll(http_client_multi(net->http), watch, watched, wait_ms(net, timeout_ms),
	                NULL);
	tcp_client_run(net->tcp, watch, watched, &net->done);
	http_client_run(net->http, &net->done);
	sandbox_run(net);
	/* done() may start calls, which may finish at once: those wait for the next step. */
	finished = net->done;
	net->done = (struct net_queue){ 0 };
	while ((call = net_queue_take(&finished)) != NULL) {
		count++;
		call->done(call);
	}
	return count;
}

void net_real_wake(struct net_real *net)
{
	curl_multi_wakeup(http_client_multi(net->http));
}

static void call_start(void *ctx, struct net_call *call)
{
	struct net_real *net = ctx;
	struct str scheme, rest;

	call->status = 0;
	call->answer = (struct str){ 0 };
	call->result = NET_REFUSED;
	str_cut(call->url, ':', &scheme, &rest);
	if (str_eq(scheme, STR("sandbox")))
		net_queue_put(&net->sandbox, call);
	else if (str_eq(scheme, STR("ctrl")) || str_eq(scheme, STR("vty")))
		tcp_client_start(net->tcp, call, &net->done);
	else if (!http_client_start(net->http, call))
		net_queue_put(&net->done, call);
}
