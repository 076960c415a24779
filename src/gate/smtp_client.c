/*
 * smtp_client.c - see smtp_client.h.
 */
#include "gate/smtp_client.h"

#include "base/buf.h"
#include "base/str.h"
#include "gate/smtp.h"

enum { READ_SIZE = 1024, READS_MAX = 8, HEAD_MAX = 32768, REPLY_LEN_MAX = 512 };
enum { COMMANDS_MAX = 8192 }; /* bytes of `out` besides the message */

/* One mail under way; its buffers live in the call's arena. */
struct mail_link {
	struct curl_job     job; /* first */
	struct smtp_client *client;
	struct net_call    *call; /* NULL: free */
	int64_t             deadline_ms;
	curl_socket_t       fd; /* once libcurl has connected and logged in */
	bool                talking;
	struct smtp         smtp;
	struct buf          out;
	size_t              sent;
	struct buf          said; /* the server's last line before the talk */
	size_t              head_len;
};

struct smtp_client {
	const struct curl_house *house;
	struct smtp_config       config;
	struct mail_link         links[SMTP_LINKS_MAX];
};

static bool options_set(struct mail_link *link);
static bool talk_begin(struct mail_link *link);
static void connected(struct curl_job *job, CURLcode code, struct net_queue *done);
static void link_run(struct mail_link *link, struct net_queue *done);

static int64_t now(const struct smtp_client *client)
{
	return client->config.clock.mono_ms(client->config.clock.ctx);
}

struct smtp_client *smtp_client_open(struct arena *arena, const struct curl_house *house,
                                     const struct smtp_config *config)
{
	struct smtp_client *client = ARENA_NEW(arena, struct smtp_client);

	if (client == NULL)
		return NULL;
	client->house = house;
	client->config = *config;
	return client;
}

void smtp_client_close(struct smtp_client *client)
{
	for (size_t i = 0; i < SMTP_LINKS_MAX; i++) {
		if (client->links[i].call != NULL)
			curl_job_close(&client->links[i].job);
		client->links[i].call = NULL;
	}
}

bool smtp_client_start(struct smtp_client *client, struct net_call *call)
{
	int32_t deadline_ms = call->deadline_ms > 0 ? call->deadline_ms : CURL_DEADLINE_MS;
	struct mail_link *link = client->links;

	while (link < client->links + SMTP_LINKS_MAX && link->call != NULL)
		link++;
	if (link == client->links + SMTP_LINKS_MAX)
		return false;
	*link = (struct mail_link){ .client = client,
		                    .job = { .finished = connected },
		                    .fd = CURL_SOCKET_BAD,
		                    .deadline_ms = now(client) + deadline_ms };
	link->call = call;
	if (talk_begin(link) && curl_job_open(&link->job, client->house, call) &&
	    options_set(link) && curl_job_start(&link->job))
		return true;
	curl_job_close(&link->job);
	link->call = NULL;
	return false;
}

unsigned smtp_client_watch(const struct smtp_client *client, struct curl_waitfd *ret, unsigned max)
{
	unsigned count = 0;

	for (size_t i = 0; i < SMTP_LINKS_MAX && count < max; i++) {
		const struct mail_link *link = &client->links[i];
		bool                    writes = link->sent < link->out.len;

		if (link->call == NULL || !link->talking)
			continue;
		ret[count].fd = link->fd;
		ret[count].events = CURL_WAIT_POLLIN | (writes ? CURL_WAIT_POLLOUT : 0);
		ret[count++].revents = 0;
	}
	return count;
}

int64_t smtp_client_wait_ms(const struct smtp_client *client)
{
	int64_t least_ms = INT32_MAX, now_ms = now(client);

	for (size_t i = 0; i < SMTP_LINKS_MAX; i++) {
		const struct mail_link *link = &client->links[i];

		if (link->call != NULL && link->talking && link->deadline_ms - now_ms < least_ms)
			least_ms = link->deadline_ms - now_ms;
	}
	return least_ms < 0 ? 0 : least_ms;
}

void smtp_client_run(struct smtp_client *client, struct net_queue *done)
{
	for (size_t i = 0; i < SMTP_LINKS_MAX; i++)
		if (client->links[i].call != NULL && client->links[i].talking)
			link_run(&client->links[i], done);
}

/* code: the server's, 0 for none. */
static void link_finish(struct mail_link *link, int32_t code, struct str reply,
                        struct net_queue *done)
{
	struct net_call *call = link->call;
	size_t           end = link->smtp.end;

	if (code > 0) {
		call->result = NET_ANSWER;
		call->status = code;
		call->answer = arena_str(call->arena, str_take(reply, REPLY_LEN_MAX));
	} else {
		call->result = end > 0 && link->sent >= end ? NET_UNKNOWN : NET_REFUSED;
	}
	curl_job_close(&link->job);
	link->call = NULL;
	net_queue_put(done, call);
}

/* libcurl has connected and logged in, or has failed to. */
static void connected(struct curl_job *job, CURLcode code, struct net_queue *done)
{
	struct mail_link *link = (struct mail_link *)job;
	long              status = 0;

	if (code == CURLE_OK)
		code = curl_easy_getinfo(job->easy, CURLINFO_ACTIVESOCKET, &link->fd);
	if (code == CURLE_OK && link->fd != CURL_SOCKET_BAD) {
		link->talking = true;
		link_run(link, done);
		return;
	}
	curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status);
	link_finish(link, status >= 400 ? (int32_t)status : 0, buf_str(&link->said), done);
}

/* False: the link is dead. */
static bool link_send(struct mail_link *link)
{
	while (link->sent < link->out.len) {
		struct str left = str_skip(buf_str(&link->out), link->sent);
		size_t     sent = 0;
		CURLcode   code = curl_easy_send(link->job.easy, left.ptr, left.len, &sent);

		if (code == CURLE_AGAIN)
			return true;
		if (code != CURLE_OK)
			return false;
		link->sent += sent;
	}
	return true;
}

/* What a server says before we have said all is not an answer to it. */
static enum smtp_result link_receive(struct mail_link *link)
{
	char bytes[READ_SIZE];

	for (int i = 0; i < READS_MAX; i++) {
		size_t           len = 0;
		CURLcode         code = curl_easy_recv(link->job.easy, bytes, sizeof(bytes), &len);
		enum smtp_result result;

		if (code == CURLE_AGAIN)
			return SMTP_MORE;
		if (code != CURLE_OK || len == 0)
			return SMTP_BAD;
		result = smtp_feed(&link->smtp, (struct str){ .ptr = bytes, .len = len },
		                   &link->out);
		if (result != SMTP_MORE)
			return result;
		if (!link_send(link))
			return SMTP_BAD;
	}
	return SMTP_MORE;
}

static void link_run(struct mail_link *link, struct net_queue *done)
{
	enum smtp_result result = link_send(link) ? link_receive(link) : SMTP_BAD;
	size_t           sent = 0;

	if (result == SMTP_DONE) {
		/* Politeness only: nobody waits for the answer. */
		curl_easy_send(link->job.easy, "QUIT\r\n", 6, &sent);
		link_finish(link, link->smtp.code, link->smtp.reply, done);
	} else if (result == SMTP_BAD || link->deadline_ms <= now(link->client)) {
		link_finish(link, 0, STR(""), done);
	}
}

/* The envelope: exactly one Mail-From, one to SMTP_TO_MAX Mail-To, nothing else. */
static bool talk_begin(struct mail_link *link)
{
	const struct net_call *call = link->call;
	struct str             from = { 0 }, to[SMTP_TO_MAX], name, value;
	size_t                 to_count = 0;

	buf_init(&link->said, call->arena, REPLY_LEN_MAX);
	buf_init(&link->out, call->arena, 2 * call->body.len + COMMANDS_MAX);
	for (size_t i = 0; i < call->header_count; i++) {
		str_cut(call->headers[i], ':', &name, &value);
		if (str_eq(name, STR("Mail-From")) && from.len == 0)
			from = str_trim(value);
		else if (str_eq(name, STR("Mail-To")) && to_count < SMTP_TO_MAX)
			to[to_count++] = str_trim(value);
		else
			return false;
	}
	return smtp_begin(&link->smtp, from, to, to_count, call->body, &link->out);
}

/* "smtp://localhost:25", "smtp://127.0.0.1:25", "smtp://[::1]:25" never leave the machine;
 * "127.example.com" would. */
static bool loopback(struct str url)
{
	ptrdiff_t  at = str_find(url, STR("://"));
	struct str host = at < 0 ? url : str_skip(url, (size_t)at + 3), rest;

	str_cut(host, '/', &host, &rest);
	if (str_starts(host, STR("[::1]")))
		return true;
	str_cut(host, ':', &host, &rest);
	if (str_eq(host, STR("localhost")))
		return true;
	for (size_t i = 0; i < host.len; i++)
		if (host.ptr[i] != '.' && (host.ptr[i] < '0' || host.ptr[i] > '9'))
			return false;
	return str_starts(host, STR("127."));
}

/* The server's lines while libcurl talks to it; the last one may be the reason of a no. */
static size_t line_take(char *bytes, size_t size, size_t count, void *arg)
{
	struct mail_link *link = arg;
	struct str        line = { .ptr = bytes, .len = size * count };

	link->head_len += line.len;
	if (link->head_len > HEAD_MAX)
		return 0;
	link->said.len = 0;
	buf_add(&link->said, str_take(str_trim(line), REPLY_LEN_MAX));
	return line.len;
}

static bool options_set(struct mail_link *link)
{
	const struct smtp_config *config = &link->client->config;
	struct curl_job          *job = &link->job;
	bool                      login = config->user != NULL;
	long                      tls = login ? CURLUSESSL_ALL : CURLUSESSL_TRY;

	if (loopback(link->call->url))
		tls = CURLUSESSL_NONE;
	curl_job_text(job, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_job_long(job, CURLOPT_CONNECT_ONLY, 1L);
	curl_job_long(job, CURLOPT_USE_SSL, tls);
	curl_job_long(job, CURLOPT_FRESH_CONNECT, 1L);
	if (login) {
		curl_job_text(job, CURLOPT_USERNAME, config->user);
		curl_job_text(job, CURLOPT_PASSWORD,
		              config->password != NULL ? config->password : "");
	}
	curl_job_keep(job, curl_easy_setopt(job->easy, CURLOPT_HEADERFUNCTION, line_take));
	curl_job_keep(job, curl_easy_setopt(job->easy, CURLOPT_HEADERDATA, (void *)link));
	return !link->call->arena->failed;
}
