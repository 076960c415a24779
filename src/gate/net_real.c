/*
 * net_real.c - see net_real.h.
 */
#include "gate/net_real.h"

#include "base/str.h"
#include "gate/http_client.h"
#include "gate/net_queue.h"
#include "gate/smtp_client.h"
#include "gate/tcp_client.h"

enum { WATCH_MAX = TCP_LINKS_MAX + SMTP_LINKS_MAX + 1 };

struct net_real {
	struct net_real_config config;
	struct curl_house      house;
	struct http_client    *http;
	struct smtp_client    *smtp;
	struct tcp_client     *tcp;
	struct net_queue       sandbox; /* to be answered in the next step */
	struct net_queue       done;    /* finished, done() not called yet */
	int                    also_fd; /* -1: none */
};

static void call_start(void *ctx, struct net_call *call);

enum err net_real_open(const struct net_real_config *config, struct arena *arena,
                       struct net_real **ret)
{
	struct net_real   *net = ARENA_NEW(arena, struct net_real);
	struct smtp_config smtp = { .clock = config->clock,
		                    .user = config->smtp_user,
		                    .password = config->smtp_password };

	if (net == NULL)
		return ERR_MEMORY;
	net->config = *config;
	net->also_fd = -1;
	net->house.ca_file = config->ca_file;
	net->tcp = tcp_client_open(arena, config->clock);
	net->http = http_client_open(arena, &net->house);
	net->smtp = smtp_client_open(arena, &net->house, &smtp);
	if (arena->failed || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ERR_MEMORY;
	net->house.multi = curl_multi_init();
	if (net->house.multi == NULL)
		return ERR_MEMORY;
	*ret = net;
	return ERR_OK;
}

void net_real_close(struct net_real *net)
{
	tcp_client_close(net->tcp);
	smtp_client_close(net->smtp);
	http_client_close(net->http);
	curl_multi_cleanup(net->house.multi);
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
	int64_t tcp_ms = tcp_client_wait_ms(net->tcp);
	int64_t smtp_ms = smtp_client_wait_ms(net->smtp);
	int64_t due_ms = tcp_ms < smtp_ms ? tcp_ms : smtp_ms;

	if (net->sandbox.first != NULL || net->done.first != NULL || timeout_ms < 0)
		return 0;
	return due_ms < timeout_ms ? (int)due_ms : timeout_ms;
}

static void curl_run(struct net_real *net)
{
	CURLMsg *message;
	int      running, left;

	curl_multi_perform(net->house.multi, &running);
	while ((message = curl_multi_info_read(net->house.multi, &left)) != NULL) {
		struct curl_job *job = NULL;
		CURLcode         code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&job);
		job->finished(job, code, &net->done);
	}
}

int net_real_step(struct net_real *net, int timeout_ms)
{
	struct curl_waitfd watch[WATCH_MAX];
	unsigned           tcp_count = tcp_client_watch(net->tcp, watch, TCP_LINKS_MAX);
	unsigned smtp_count = smtp_client_watch(net->smtp, watch + tcp_count, SMTP_LINKS_MAX);
	unsigned all = tcp_count + smtp_count;
	struct net_queue finished;
	struct net_call *call;
	int              count = 0;

	if (net->also_fd >= 0)
		watch[all++] = (struct curl_waitfd){ .fd = net->also_fd,
			                             .events = CURL_WAIT_POLLIN };
	curl_multi_poll(net->house.multi, watch, all, wait_ms(net, timeout_ms), NULL);
	tcp_client_run(net->tcp, watch, tcp_count, &net->done);
	smtp_client_run(net->smtp, &net->done);
	curl_run(net);
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

void net_real_watch(struct net_real *net, int fd)
{
	net->also_fd = fd;
}

void net_real_wake(struct net_real *net)
{
	curl_multi_wakeup(net->house.multi);
}

static void call_start(void *ctx, struct net_call *call)
{
	struct net_real *net = ctx;
	struct str       scheme, rest;
	bool             started = true;

	call->status = 0;
	call->answer = (struct str){ 0 };
	call->result = NET_REFUSED;
	str_cut(call->url, ':', &scheme, &rest);
	if (str_eq(scheme, STR("sandbox")))
		net_queue_put(&net->sandbox, call);
	else if (str_eq(scheme, STR("ctrl")) || str_eq(scheme, STR("vty")))
		tcp_client_start(net->tcp, call, &net->done);
	else if (str_eq(scheme, STR("smtp")) || str_eq(scheme, STR("smtps")))
		started = smtp_client_start(net->smtp, call);
	else
		started = http_client_start(net->http, call);
	if (!started)
		net_queue_put(&net->done, call);
}
