/*
 * engine.c - see engine.h.
 */
#include "bench/engine.h"

#include "base/str.h"
#include "bench/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENT_MAX      256
#define AGAIN_NS       20000000 /* between two tries to connect */
#define DRAIN_NS       10000000000
#define SAMPLE_MAX     ((size_t)4 * 1024 * 1024)

enum connection_state { FREE, SENDING, WAITING, PAUSED, BROKEN, DONE };

struct connection {
	int                   fd;
	enum connection_state state;
	struct str            out;
	size_t                sent;
	int                   kind;
	int64_t               begin_ns;
	int64_t               again_ns; /* BROKEN: try to connect then; PAUSED: go on then */
	char                 *in;
	size_t                in_len;
};

struct samples {
	uint32_t *us;
	size_t    count;
};

struct engine {
	struct engine_setup    setup;
	const struct scenario *scenario;
	struct engine_result   result;
	int                    epoll, open_count; /* connections that still work */
	int                    busy_count, idle_count; /* sent and not answered; PAUSED or BROKEN */
	int64_t                begin_ns, now_ns, last_answer_ns;
	int64_t                due_ns, every_ns; /* steady rate */
	struct connection      connection[ENGINE_CONNECTION_MAX];
	struct samples         samples[ENGINE_KIND_MAX];
};

static void engine_connect(struct engine *engine, int index);
static void connection_next(struct engine *engine, int index, int64_t begin_ns);
static void connection_send(struct engine *engine, int index);
static void connection_read(struct engine *engine, int index);
static void connection_broken(struct engine *engine, int index);
static bool answer_whole(const struct connection *connection, struct str *ret_head,
                         struct str *ret_body, size_t *ret_len, int *ret_status, bool *ret_close);
static void start_due(struct engine *engine);
static void repair(struct engine *engine);
static int  sleep_ms(const struct engine *engine);
static bool finished(struct engine *engine);

struct engine *engine_run(const struct engine_setup *setup, const struct scenario *scenario,
                          struct engine_result *ret)
{
	struct engine     *engine = calloc(1, sizeof(*engine));
	struct epoll_event events[EVENT_MAX];

	assert(engine != NULL && setup->connections > 0 &&
	       setup->connections <= ENGINE_CONNECTION_MAX);
	engine->setup = *setup;
	engine->scenario = scenario;
	engine->epoll = epoll_create1(EPOLL_CLOEXEC);
	engine->every_ns = setup->rate > 0 ? 1000000000 / setup->rate : 0;
	for (int i = 0; i < ENGINE_KIND_MAX && scenario->kind[i] != NULL; i++)
		engine->samples[i].us = malloc(SAMPLE_MAX * sizeof(uint32_t));
	for (int i = 0; i < setup->connections; i++) {
		engine->connection[i].in = malloc(ENGINE_ANSWER_MAX);
		engine_connect(engine, i);
	}
	engine->open_count = setup->connections;
	engine->begin_ns = engine->now_ns = engine->last_answer_ns = engine->due_ns = clock_ns();
	for (int i = 0; i < setup->connections && setup->rate == 0; i++)
		connection_next(engine, i, engine->now_ns);
	while (!finished(engine)) {
		int count = epoll_wait(engine->epoll, events, EVENT_MAX, sleep_ms(engine));

		engine->now_ns = clock_ns();
		for (int i = 0; i < count; i++) {
			int index = events[i].data.fd;

			if ((events[i].events & EPOLLOUT) != 0)
				connection_send(engine, index);
			if ((events[i].events & ~(uint32_t)EPOLLOUT) != 0)
				connection_read(engine, index);
		}
		start_due(engine);
		repair(engine);
	}
	engine->result.ns = engine->last_answer_ns - engine->begin_ns;
	*ret = engine->result;
	return engine;
}

bool engine_over(const struct engine *engine)
{
	return engine->now_ns - engine->begin_ns >= engine->setup.run_ms * 1000000;
}

void engine_record(struct engine *engine, int kind, int64_t ns)
{
	struct samples *samples = &engine->samples[kind];

	if (samples->count < SAMPLE_MAX)
		samples->us[samples->count++] = (uint32_t)(ns / 1000);
}

void engine_pause(struct engine *engine, int connection, int64_t ns)
{
	assert(engine->setup.rate == 0);
	engine->connection[connection].again_ns = engine->now_ns + ns;
}

int64_t engine_begin_ns(const struct engine *engine, int connection)
{
	return engine->connection[connection].begin_ns;
}

static int compare(const void *a, const void *b)
{
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

	return (first > second) - (first < second);
}

void engine_print(struct engine *engine, const struct engine_result *result, FILE *file)
{
	for (int i = 0; i < ENGINE_KIND_MAX && engine->scenario->kind[i] != NULL; i++) {
		struct samples *samples = &engine->samples[i];
		size_t          count = samples->count;

		if (count == 0)
			continue;
		qsort(samples->us, count, sizeof(*samples->us), compare);
		fprintf(file, "kind=%s done=%zu ms=%lld rate=%lld p50_us=%u p99_us=%u max_us=%u\n",
		        engine->scenario->kind[i], count, (long long)(result->ns / 1000000),
		        (long long)((double)count * 1e9 / (double)(result->ns + 1)),
		        samples->us[count / 2], samples->us[count * 99 / 100],
		        samples->us[count - 1]);
	}
	fprintf(file, "total 2xx=%lld 3xx=%lld 4xx=%lld 5xx=%lld lost=%lld reconnected=%lld "
	        "stalled=%d\n",
	        (long long)result->status[2], (long long)result->status[3],
	        (long long)result->status[4], (long long)result->status[5],
	        (long long)result->lost, (long long)result->reconnected, result->stalled);
}

void engine_free(struct engine *engine)
{
	for (int i = 0; i < engine->setup.connections; i++) {
		if (engine->connection[i].fd >= 0)
			close(engine->connection[i].fd);
		free(engine->connection[i].in);
	}
	for (int i = 0; i < ENGINE_KIND_MAX; i++)
		free(engine->samples[i].us);
	close(engine->epoll);
	free(engine);
}

/* Loopback connects at once or not at all. */
static void engine_connect(struct engine *engine, int index)
{
	struct connection *connection = &engine->connection[index];
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)engine->setup.port) };
	struct epoll_event event = { .events = EPOLLIN, .data.fd = index };
	int                one = 1;

	connection->in_len = connection->sent = 0;
	connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (inet_pton(AF_INET, engine->setup.host, &address.sin_addr) != 1 ||
	    connect(connection->fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		if (!engine->setup.again) {
			fprintf(stderr, "load: cannot connect to %s:%d: %s\n", engine->setup.host,
			        engine->setup.port, strerror(errno));
			exit(1);
		}
		close(connection->fd);
		connection->fd = -1;
		connection->state = BROKEN;
		connection->again_ns = engine->now_ns + AGAIN_NS;
		engine->idle_count++;
		return;
	}
	(void)setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	(void)epoll_ctl(engine->epoll, EPOLL_CTL_ADD, connection->fd, &event);
	connection->state = FREE;
}

static void connection_next(struct engine *engine, int index, int64_t begin_ns)
{
	struct connection *connection = &engine->connection[index];

	connection->in_len = connection->sent = 0;
	if (!engine->scenario->next(engine->scenario->ctx, engine, index, &connection->out,
	                            &connection->kind)) {
		connection->state = DONE;
		engine->open_count--;
		return;
	}
	connection->begin_ns = begin_ns;
	connection->state = SENDING;
	engine->busy_count++;
	connection_send(engine, index);
}

static void connection_send(struct engine *engine, int index)
{
	struct connection *connection = &engine->connection[index];
	struct epoll_event event = { .events = EPOLLIN, .data.fd = index };
	bool               waited = connection->sent > 0;

	if (connection->state != SENDING)
		return;
	while (connection->sent < connection->out.len) {
		ssize_t sent = send(connection->fd, connection->out.ptr + connection->sent,
		                    connection->out.len - connection->sent,
		                    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EAGAIN) {
			event.events |= EPOLLOUT;
			(void)epoll_ctl(engine->epoll, EPOLL_CTL_MOD, connection->fd, &event);
			return;
		}
		if (sent < 0) {
			connection_broken(engine, index);
			return;
		}
		connection->sent += (size_t)sent;
	}
	if (waited)
		(void)epoll_ctl(engine->epoll, EPOLL_CTL_MOD, connection->fd, &event);
	connection->state = WAITING;
}

static void connection_read(struct engine *engine, int index)
{
	struct connection *connection = &engine->connection[index];
	struct str         head, body;
	size_t             len;
	int                status;
	bool               close_it;
	ssize_t            got;

	if (connection->fd < 0)
		return;
	got = recv(connection->fd, connection->in + connection->in_len,
	           ENGINE_ANSWER_MAX - connection->in_len, MSG_DONTWAIT);
	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		connection_broken(engine, index);
		return;
	}
	connection->in_len += (size_t)got;
	if (!answer_whole(connection, &head, &body, &len, &status, &close_it))
		return;
	if (connection->state != WAITING || len != connection->in_len) {
		fprintf(stderr, "load: an answer that nobody asked for\n");
		exit(1);
	}
	engine->last_answer_ns = engine->now_ns;
	engine->busy_count--;
	engine->result.status[status / 100 < 6 ? status / 100 : 0]++;
	engine_record(engine, connection->kind, engine->now_ns - connection->begin_ns);
	connection->again_ns = 0;
	engine->scenario->answer(engine->scenario->ctx, engine, index, connection->kind, status,
	                         head, body);
	connection->state = FREE;
	if (close_it) {
		close(connection->fd);
		engine_connect(engine, index);
		engine->result.reconnected++;
	}
	if (engine->setup.rate != 0 || connection->state != FREE)
		return;
	if (connection->again_ns == 0) {
		connection_next(engine, index, engine->now_ns);
		return;
	}
	connection->state = PAUSED;
	engine->idle_count++;
}

/* Sent again as it was: that is what idempotency keys are for. */
static void connection_broken(struct engine *engine, int index)
{
	struct connection *connection = &engine->connection[index];
	bool               open = connection->state == SENDING || connection->state == WAITING;

	engine->result.lost += open;
	close(connection->fd);
	connection->fd = -1;
	connection->in_len = connection->sent = 0;
	if (engine->setup.again) {
		if (!open)
			connection->out.len = 0;
		connection->state = BROKEN;
		connection->again_ns = engine->now_ns + AGAIN_NS;
		engine->idle_count++;
		return;
	}
	engine->busy_count -= open;
	engine_connect(engine, index);
	if (engine->setup.rate == 0)
		connection_next(engine, index, engine->now_ns);
}

/* Status line, head, and Content-Length bytes; our servers use nothing else. */
static bool answer_whole(const struct connection *connection, struct str *ret_head,
                         struct str *ret_body, size_t *ret_len, int *ret_status, bool *ret_close)
{
	const char *end = memmem(connection->in, connection->in_len, "\r\n\r\n", 4);
	const char *field;
	size_t      length = 0, head;

	if (end == NULL || connection->in_len < 12)
		return false;
	head = (size_t)(end - connection->in) + 4;
	*ret_head = (struct str){ .ptr = connection->in, .len = head };
	*ret_status = (connection->in[9] - '0') * 100 + (connection->in[10] - '0') * 10 +
	              connection->in[11] - '0';
	field = strcasestr(connection->in, "\r\ncontent-length:");
	if (field != NULL && field < end)
		length = strtoul(field + 17, NULL, 10);
	field = strcasestr(connection->in, "\r\nconnection: close");
	*ret_close = field != NULL && field < end;
	*ret_len = head + length;
	*ret_body = (struct str){ .ptr = connection->in + head, .len = length };
	return *ret_len <= connection->in_len;
}

/* A request begins at its due time even when no connection was free for it. */
static void start_due(struct engine *engine)
{
	if (engine->every_ns == 0)
		return;
	for (int i = 0; i < engine->setup.connections && engine->due_ns <= engine->now_ns; i++) {
		if (engine->connection[i].state != FREE)
			continue;
		if (engine_over(engine)) {
			engine->connection[i].state = DONE;
			engine->open_count--;
			continue;
		}
		connection_next(engine, i, engine->due_ns);
		engine->due_ns += engine->every_ns;
	}
}

static void repair(struct engine *engine)
{
	for (int i = 0; i < engine->setup.connections && engine->idle_count > 0; i++) {
		struct connection *connection = &engine->connection[i];

		if ((connection->state != BROKEN && connection->state != PAUSED) ||
		    engine->now_ns < connection->again_ns)
			continue;
		engine->idle_count--;
		if (connection->state == PAUSED) {
			connection_next(engine, i, engine->now_ns);
			continue;
		}
		engine_connect(engine, i);
		if (connection->state != FREE)
			continue;
		engine->result.reconnected++;
		if (connection->out.len > 0) {
			connection->state = SENDING;
			connection_send(engine, i);
		} else if (engine->setup.rate == 0) {
			connection_next(engine, i, engine->now_ns);
		}
	}
}

static int sleep_ms(const struct engine *engine)
{
	if (engine->every_ns > 0)
		return engine->due_ns - engine->now_ns > 1000000 ? 1 : 0;
	return engine->idle_count > 0 ? 1 : 20;
}

static bool finished(struct engine *engine)
{
	int64_t quiet_ns = engine->now_ns - engine->last_answer_ns;

	if (engine->open_count == 0)
		return true;
	if (engine->busy_count > 0 && engine->setup.stall_ms > 0 &&
	    quiet_ns > engine->setup.stall_ms * 1000000) {
		engine->result.stalled = true;
		return true;
	}
	return engine_over(engine) && quiet_ns > DRAIN_NS;
}
