/*
 * tcp_client.c - see tcp_client.h.
 */
#include "gate/tcp_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "gate/ctrl.h"
#include "gate/ipa.h"
#include "gate/vty.h"

enum { READ_SIZE = 4096, READS_MAX = 16, TCP_DEADLINE_MS = 5000, VTY_SENT_MAX = 4096 };
enum { ADDRESS_LEN_MAX = 63, ANSWER_SLACK = 512 };

/* How far an exchange has come after some bytes. */
enum progress { PROGRESS_MORE, PROGRESS_DONE, PROGRESS_BAD };

/* One connection. */
struct link {
	struct net_call *call; /* NULL: free */
	int              fd;
	bool             connected;
	int64_t          deadline_ms; /* monotonic */
	struct buf       out;
	size_t           sent;
	struct buf       in;    /* ctrl only */
	size_t           taken; /* bytes of `in` that were skipped */
	bool             is_vty;
	struct vty       vty;
};

/* A call that waits for a free link keeps its deadline in the queue's order. */
struct waiting {
	struct net_call *call;
	int64_t          deadline_ms;
};

enum { WAITING_MAX = 256 };

struct tcp_client {
	struct clock   clock;
	struct link    links[TCP_LINKS_MAX];
	struct waiting waiting[WAITING_MAX]; /* first come, first served */
	size_t         waiting_count;
};

struct address {
	struct sockaddr_storage to;
	socklen_t               len;
};

static bool address_parse(struct str url, struct address *ret);
static void link_open(struct link *link, struct net_call *call, int64_t deadline_ms,
                      struct net_queue *done);
static void link_finish(struct link *link, enum net_result result, struct net_queue *done);
static void link_run(struct link *link, short ready, struct net_queue *done);

static int64_t now(const struct tcp_client *client)
{
	return client->clock.mono_ms(client->clock.ctx);
}

struct tcp_client *tcp_client_open(struct arena *arena, struct clock clock)
{
	struct tcp_client *client = ARENA_NEW(arena, struct tcp_client);

	if (client != NULL)
		client->clock = clock;
	return client;
}

void tcp_client_close(struct tcp_client *client)
{
	for (size_t i = 0; i < TCP_LINKS_MAX; i++)
		if (client->links[i].call != NULL)
			close(client->links[i].fd);
	*client = (struct tcp_client){ .clock = client->clock };
}

void tcp_client_start(struct tcp_client *client, struct net_call *call, struct net_queue *done)
{
	int32_t deadline_ms = call->deadline_ms > 0 ? call->deadline_ms : TCP_DEADLINE_MS;
	int64_t until_ms = now(client) + deadline_ms;

	call->result = NET_REFUSED;
	for (size_t i = 0; i < TCP_LINKS_MAX && client->waiting_count == 0; i++) {
		if (client->links[i].call != NULL)
			continue;
		link_open(&client->links[i], call, until_ms, done);
		return;
	}
	if (client->waiting_count == WAITING_MAX) {
		net_queue_put(done, call);
		return;
	}
	client->waiting[client->waiting_count++] = (struct waiting){ .call = call,
		                                                     .deadline_ms = until_ms };
}

unsigned tcp_client_watch(const struct tcp_client *client, struct curl_waitfd *ret, unsigned max)
{
	unsigned count = 0;

	for (size_t i = 0; i < TCP_LINKS_MAX && count < max; i++) {
		const struct link *link = &client->links[i];
		bool               writes = !link->connected || link->sent < link->out.len;

		if (link->call == NULL)
			continue;
		ret[count].fd = link->fd;
		ret[count].events = CURL_WAIT_POLLIN | (writes ? CURL_WAIT_POLLOUT : 0);
		ret[count++].revents = 0;
	}
	return count;
}

int64_t tcp_client_wait_ms(const struct tcp_client *client)
{
	int64_t least_ms = INT32_MAX, now_ms = now(client);

	for (size_t i = 0; i < TCP_LINKS_MAX; i++) {
		const struct link *link = &client->links[i];

		if (link->call != NULL && link->deadline_ms - now_ms < least_ms)
			least_ms = link->deadline_ms - now_ms;
	}
	for (size_t i = 0; i < client->waiting_count; i++)
		if (client->waiting[i].deadline_ms - now_ms < least_ms)
			least_ms = client->waiting[i].deadline_ms - now_ms;
	return least_ms < 0 ? 0 : least_ms;
}

/* Deadlines, and free links for those who wait. */
static void queue_run(struct tcp_client *client, struct net_queue *done)
{
	int64_t now_ms = now(client);
	size_t  kept = 0;

	for (size_t i = 0; i < client->waiting_count; i++) {
		struct waiting waiting = client->waiting[i];
		size_t         at = 0;

		if (waiting.deadline_ms <= now_ms) {
			net_queue_put(done, waiting.call); /* never sent: still NET_REFUSED */
			continue;
		}
		while (at < TCP_LINKS_MAX && client->links[at].call != NULL)
			at++;
		if (at < TCP_LINKS_MAX)
			link_open(&client->links[at], waiting.call, waiting.deadline_ms, done);
		else
			client->waiting[kept++] = waiting;
	}
	client->waiting_count = kept;
}

void tcp_client_run(struct tcp_client *client, const struct curl_waitfd *watched, unsigned count,
                    struct net_queue *done)
{
	int64_t now_ms = now(client);

	for (size_t i = 0; i < TCP_LINKS_MAX; i++) {
		struct link *link = &client->links[i];

		for (unsigned j = 0; link->call != NULL && j < count; j++)
			if (watched[j].fd == link->fd && watched[j].revents != 0)
				link_run(link, watched[j].revents, done);
		if (link->call != NULL && link->deadline_ms <= now_ms)
			link_finish(link, NET_UNKNOWN, done);
	}
	queue_run(client, done);
}

/* What the exchange has to say at its beginning, and its buffers. */
static bool link_prepare(struct link *link, struct net_call *call)
{
	size_t max = call->answer_max + ANSWER_SLACK;

	link->is_vty = str_starts(call->url, STR("vty:"));
	buf_init(&link->out, call->arena, IPA_TEXT_MAX + VTY_SENT_MAX);
	buf_init(&link->in, call->arena, max);
	if (link->is_vty) {
		vty_init(&link->vty, call->arena, call->body, max);
		return true;
	}
	return ctrl_request_id(call->body).len > 0 && ipa_frame(&link->out, call->body) &&
	       !link->out.full;
}

static void link_open(struct link *link, struct net_call *call, int64_t deadline_ms,
                      struct net_queue *done)
{
	struct address address;
	int            one = 1;

	*link = (struct link){ .deadline_ms = deadline_ms, .fd = -1 };
	if (!link_prepare(link, call) || !address_parse(call->url, &address)) {
		net_queue_put(done, call);
		return;
	}
	link->fd = socket(address.to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (link->fd < 0) {
		net_queue_put(done, call);
		return;
	}
	link->call = call;
	setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(link->fd, (struct sockaddr *)&address.to, address.len) == 0)
		link->connected = true;
	else if (errno != EINPROGRESS)
		link_finish(link, NET_REFUSED, done);
}

/* While not one byte was sent, nothing can have reached the peer. */
static void link_finish(struct link *link, enum net_result result, struct net_queue *done)
{
	struct net_call *call = link->call;

	close(link->fd);
	link->call = NULL;
	call->result = link->sent == 0 ? NET_REFUSED : result;
	if (call->result != NET_ANSWER)
		call->answer = (struct str){ 0 };
	net_queue_put(done, call);
}

static bool link_send(struct link *link)
{
	struct str left = str_skip(buf_str(&link->out), link->sent);
	ssize_t    sent;

	if (left.len == 0)
		return true;
	sent = send(link->fd, left.ptr, left.len, MSG_NOSIGNAL);
	if (sent > 0)
		link->sent += (size_t)sent;
	return sent >= 0 || errno == EAGAIN || errno == EINTR;
}

/* Frames until one answers our id; strangers (traps, pings, stale ids) are passed over. */
static enum progress ctrl_take(struct link *link, struct str bytes)
{
	struct str id = ctrl_request_id(link->call->body);
	struct str rest, text;

	buf_add(&link->in, bytes);
	if (link->in.full)
		return PROGRESS_BAD;
	rest = str_skip(buf_str(&link->in), link->taken);
	for (;;) {
		struct ctrl_reply reply;
		enum ipa_result   result = ipa_take(&rest, &text);

		if (result == IPA_BAD)
			return PROGRESS_BAD;
		if (result == IPA_MORE)
			break;
		if (result != IPA_TEXT)
			continue;
		if (!ctrl_parse(text, &reply))
			return PROGRESS_BAD;
		if (!ctrl_answers(&reply, id))
			continue;
		link->call->answer = text;
		return text.len <= link->call->answer_max ? PROGRESS_DONE : PROGRESS_BAD;
	}
	link->taken = link->in.len - rest.len;
	return PROGRESS_MORE;
}

static enum progress vty_take(struct link *link, struct str bytes)
{
	enum vty_result result = vty_feed(&link->vty, bytes, &link->out);

	if (result == VTY_MORE)
		return link->out.full ? PROGRESS_BAD : PROGRESS_MORE;
	if (result == VTY_BAD)
		return PROGRESS_BAD;
	link->call->answer = vty_answer(&link->vty);
	return link->call->answer.len <= link->call->answer_max ? PROGRESS_DONE : PROGRESS_BAD;
}

/* Bounded reads, so that a flooding peer cannot hold the loop. */
static enum progress link_receive(struct link *link)
{
	char bytes[READ_SIZE];

	for (int i = 0; i < READS_MAX; i++) {
		ssize_t       len = recv(link->fd, bytes, sizeof(bytes), 0);
		struct str    got = { .ptr = bytes, .len = len > 0 ? (size_t)len : 0 };
		enum progress progress;

		if (len < 0)
			return errno == EAGAIN || errno == EINTR ? PROGRESS_MORE : PROGRESS_BAD;
		if (len == 0)
			return PROGRESS_BAD;
		progress = link->is_vty ? vty_take(link, got) : ctrl_take(link, got);
		if (progress != PROGRESS_MORE)
			return progress;
	}
	return PROGRESS_MORE;
}

static void link_run(struct link *link, short ready, struct net_queue *done)
{
	enum progress progress;
	int           error = 0;
	socklen_t     len = sizeof(error);

	(void)ready;
	if (!link->connected) {
		struct pollfd probe = { .fd = link->fd, .events = POLLOUT };

		if (poll(&probe, 1, 0) == 0)
			return;
		if (getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
			link_finish(link, NET_REFUSED, done);
			return;
		}
		link->connected = true;
	}
	if (!link_send(link)) {
		link_finish(link, NET_UNKNOWN, done);
		return;
	}
	progress = link_receive(link);
	/* What the VTY session wants to say next goes out at once. */
	if (progress == PROGRESS_MORE && !link_send(link))
		progress = PROGRESS_BAD;
	if (progress != PROGRESS_MORE)
		link_finish(link, progress == PROGRESS_DONE ? NET_ANSWER : NET_UNKNOWN, done);
}

static bool port_parse(struct str text, in_port_t *ret)
{
	int64_t port;

	if (!str_to_int64(text, &port) || port < 1 || port > 65535)
		return false;
	*ret = htons((uint16_t)port);
	return true;
}

/* "scheme://1.2.3.4:5", "scheme://[::1]:5", "scheme://localhost:5" */
static bool address_parse(struct str url, struct address *ret)
{
	struct sockaddr_in  *v4 = (struct sockaddr_in *)&ret->to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&ret->to;
	ptrdiff_t            at = str_find(url, STR("://"));
	struct str           host, port;
	char                 name[ADDRESS_LEN_MAX + 1];

	*ret = (struct address){ 0 };
	if (at < 0)
		return false;
	host = str_skip(url, (size_t)at + 3);
	if (str_starts(host, STR("["))) {
		if (!str_cut(str_skip(host, 1), ']', &host, &port) || !str_starts(port, STR(":")))
			return false;
		port = str_skip(port, 1);
		v6->sin6_family = AF_INET6;
		ret->len = sizeof(*v6);
	} else {
		str_cut(host, ':', &host, &port);
		v4->sin_family = AF_INET;
		ret->len = sizeof(*v4);
		if (str_eq(host, STR("localhost")))
			host = STR("127.0.0.1");
	}
	if (host.len > ADDRESS_LEN_MAX)
		return false;
	memcpy(name, host.ptr, host.len);
	name[host.len] = '\0';
	if (v6->sin6_family == AF_INET6)
		return inet_pton(AF_INET6, name, &v6->sin6_addr) == 1 &&
		       port_parse(port, &v6->sin6_port);
	return inet_pton(AF_INET, name, &v4->sin_addr) == 1 && port_parse(port, &v4->sin_port);
}
