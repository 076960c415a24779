/*
 * server_test.c - a real server on loopback: ambiguous requests, limits,
 * keep-alive, HEAD, chunked bodies, the deadline of parked requests, stopping.
 */
#include "house.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "web/server.h"
#include "web/strict.h"

#define ANSWER_MAX  ((size_t)256 * 1024)
#define PATIENCE_MS 5000

static struct house   house;
static struct arena   arena;
static struct server *server;
static pthread_t      loop;
static uint16_t       port;
static char           answer[ANSWER_MAX];

static void *serve(void *arg)
{
	(void)arg;
	assert_int_equal(server_run(server), ERR_OK);
	return NULL;
}

static int start(void **state)
{
	struct str problem = { 0 };

	(void)state;
	arena_init(&arena, (size_t)64 * 1024 * 1024);
	house_open(&house, true, NULL);
	assert_int_equal(server_open(&arena, house.web, STR("127.0.0.1:0"), STR("127.0.0.1:0"),
	                             &server, &problem),
	                 ERR_OK);
	server_patience(server, 300);
	port = server_port(server);
	assert_int_equal(pthread_create(&loop, NULL, serve, NULL), 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	server_stop(server);
	pthread_join(loop, NULL);
	server_close(server);
	house_close(&house);
	arena_free(&arena);
	return 0;
}

static int dial(uint16_t to)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons(to),
		                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int                fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void say_bytes(int fd, const char *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

static void say(int fd, const char *text)
{
	say_bytes(fd, text, strlen(text));
}

/* Reads until the other side closes or is silent; returns how many bytes.
 * *ret_closed: it closed. */
static size_t hear(int fd, int silence_ms, bool *ret_closed)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	size_t        len = 0;

	*ret_closed = false;
	while (poll(&poll_fd, 1, len > 0 ? silence_ms : PATIENCE_MS) > 0) {
		ssize_t got = recv(fd, answer + len, sizeof(answer) - 1 - len, 0);

		if (got <= 0) {
			*ret_closed = true;
			break;
		}
		len += (size_t)got;
	}
	answer[len] = 0;
	return len;
}

/* One request on a connection of its own; the status, 0 when closed silently. */
static int ask(const char *request, bool *ret_closed)
{
	int     fd = dial(port);
	int64_t status = 0;

	say(fd, request);
	hear(fd, 150, ret_closed);
	close(fd);
	if (strncmp(answer, "HTTP/1.1 ", 9) != 0)
		return 0;
	assert_true(str_to_int64((struct str){ answer + 9, 3 }, &status));
	return (int)status;
}

static bool has(const char *text)
{
	return strcasestr(answer, text) != NULL;
}

static size_t count(const char *text)
{
	size_t found = 0;

	for (const char *at = answer; (at = strstr(at, text)) != NULL; at++)
		found++;
	return found;
}

static void ambiguous_requests_are_refused(void **state)
{
	static const struct {
		const char *name, *request;
	} cases[] = {
		{ "two lengths", "POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
		                 "Content-Length: 3\r\n\r\na=b" },
		{ "two different lengths",
		  "POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
		  "Content-Length: 30\r\n\r\na=b" },
		{ "length and chunked",
		  "POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
		  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
		{ "chunked and length",
		  "POST /en/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
		  "Content-Length: 5\r\n\r\n0\r\n\r\n" },
		{ "two encodings",
		  "POST /en/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
		  "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" },
		{ "a list of encodings", "POST /en/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
		                         "gzip, chunked\r\n\r\n0\r\n\r\n" },
		{ "chunked in 1.0", "POST /en/login HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: "
		                    "chunked\r\n\r\n0\r\n\r\n" },
		{ "no host", "GET /healthz HTTP/1.1\r\n\r\n" },
		{ "two hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" },
		{ "a host that is none", "GET /healthz HTTP/1.1\r\nHost: a/b@c\r\n\r\n" },
		{ "absolute form", "GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n" },
		{ "asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" },
		{ "connect", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n" },
		{ "negative length",
		  "POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n" },
		{ "list of lengths",
		  "POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\na=b" },
		{ "plus in a length",
		  "POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\na=b" },
		{ "hexadecimal length",
		  "POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\na=b" },
		{ "a blank before the colon", "GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n" },
		{ "a folded header",
		  "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\nHost: d\r\n\r\n" },
		{ "a control in a value",
		  "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\001c\r\n\r\n" },
		{ "small letters", "get /healthz HTTP/1.1\r\nHost: a\r\n\r\n" },
		{ "another expectation",
		  "GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n" },
		{ "junk", "\026\003\001\002 junk\r\n\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		bool closed;
		int  status = ask(cases[i].request, &closed);

		/* libmicrohttpd's own refusals say their head twice (0.9.75). */
		size_t most = has("Strict-Transport-Security") ? 1 : 2;

		if ((status != 0 && status != 400) || !closed || count("HTTP/1.1 ") > most) {
			print_error("%s: status %d, %s\n%s\n", cases[i].name, status,
			            closed ? "closed" : "left open", answer);
			fail();
		}
	}
}

static void a_second_request_is_not_smuggled(void **state)
{
	bool closed;

	(void)state;
	assert_int_equal(ask("POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
	                     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
	                     "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
	                     &closed),
	                 400);
	assert_int_equal(count("HTTP/1.1 "), 1);
	assert_false(has("\"ok\""));
	assert_true(closed);
	assert_true(has("Strict-Transport-Security: "));
	assert_true(has("Content-Security-Policy: "));
}

static void connections_are_kept(void **state)
{
	static const char two[] = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
				  "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"
				  "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
	int               fd = dial(port);
	bool              closed;

	(void)state;
	say(fd, two);
	hear(fd, 300, &closed);
	assert_false(closed);
	assert_int_equal(count("HTTP/1.1 200"), 3);
	assert_int_equal(count("\"ready\""), 1);
	say(fd, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	hear(fd, 300, &closed);
	assert_true(closed);
	assert_int_equal(count("HTTP/1.1 200"), 1);
	close(fd);
}

static void head_has_headers_only(void **state)
{
	bool closed;

	(void)state;
	assert_int_equal(
	    ask("HEAD /en/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", &closed), 200);
	assert_true(has("Content-Length: "));
	assert_false(has("Content-Length: 0\r\n"));
	assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}

static void not_modified_has_no_body(void **state)
{
	char request[512], etag[64];
	bool closed;

	(void)state;
	snprintf(request, sizeof(request),
	         "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", ASSET_KEEPLINE_JS_URL);
	assert_int_equal(ask(request, &closed), 200);
	assert_true(has("immutable"));
	assert_non_null(strstr(answer, "ETag: "));
	snprintf(etag, sizeof(etag), "%.18s", strstr(answer, "ETag: ") + 6);
	/* Twice: the answer is shared. */
	assert_int_equal(ask(request, &closed), 200);
	snprintf(request, sizeof(request),
	         "GET %s HTTP/1.1\r\nHost: a\r\nIf-None-Match: %s\r\nConnection: close\r\n\r\n",
	         ASSET_KEEPLINE_JS_URL, etag);
	assert_int_equal(ask(request, &closed), 304);
	assert_true(has("Content-Security-Policy: "));
	assert_true(has("ETag: "));
	assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}

static void large_bodies_are_refused_early(void **state)
{
	bool closed;

	(void)state;
	assert_int_equal(ask("POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n",
	                     &closed),
	                 413);
	assert_true(closed);
	assert_true(has("<html"));
	assert_int_equal(ask("POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: "
	                     "999999999999\r\n\r\n",
	                     &closed),
	                 413);
	assert_true(has("application/problem+json"));
	assert_true(closed);
}

/* In chunks nobody says beforehand how much it will be. */
static void large_chunked_bodies_are_cut(void **state)
{
	static const char head[] = "POST /en/login HTTP/1.1\r\nHost: a\r\n"
				   "Transfer-Encoding: chunked\r\n\r\n";
	static char       chunk[8 + 0x4000];
	int               fd = dial(port);
	bool              closed;

	(void)state;
	memset(chunk, 'a', sizeof(chunk));
	memcpy(chunk, "4000\r\n", 6);
	memcpy(chunk + sizeof(chunk) - 2, "\r\n", 2);
	say(fd, head);
	for (int i = 0; i < 6; i++)
		say_bytes(fd, chunk, sizeof(chunk));
	say(fd, "0\r\n\r\n");
	hear(fd, 150, &closed);
	close(fd);
	assert_non_null(strstr(answer, "HTTP/1.1 413"));
	assert_true(closed);

	fd = dial(port); /* far beyond: cut off in the middle */
	say(fd, head);
	for (int i = 0; i < 200; i++)
		if (send(fd, chunk, sizeof(chunk), MSG_NOSIGNAL) < 0)
			break;
	hear(fd, 150, &closed);
	assert_true(closed);
	close(fd);
}

static void many_headers_are_refused(void **state)
{
	static char request[20000];
	size_t      len = 0;
	bool        closed;

	(void)state;
	len += (size_t)snprintf(request, sizeof(request), "GET /healthz HTTP/1.1\r\nHost: a\r\n");
	for (int i = 0; i < 100; i++)
		len += (size_t)snprintf(request + len, sizeof(request) - len, "X-%d: y\r\n", i);
	snprintf(request + len, sizeof(request) - len, "\r\n");
	assert_int_equal(ask(request, &closed), 431);
	assert_true(closed);
	len = (size_t)snprintf(request, sizeof(request),
	                       "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: ");
	memset(request + len, 'x', 14000);
	snprintf(request + len + 14000, sizeof(request) - len - 14000, "\r\n\r\n");
	assert_int_equal(ask(request, &closed), 431);
	len = (size_t)snprintf(request, sizeof(request), "GET /");
	memset(request + len, 'x', 3000);
	snprintf(request + len + 3000, sizeof(request) - len - 3000,
	         " HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_int_equal(ask(request, &closed), 414);
}

static void bodies_arrive_in_pieces(void **state)
{
	static const char head[] = "POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Type: "
				   "application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\n";
	int               fd = dial(port);
	bool              closed;

	(void)state;
	say_bytes(fd, head, 30);
	usleep(20000);
	say(fd, head + 30);
	usleep(20000);
	say(fd, "cs");
	usleep(20000);
	say(fd, "rf=ab");
	hear(fd, 150, &closed);
	close(fd);
	assert_non_null(strstr(answer, "HTTP/1.1 403"));
	assert_false(closed);
}

static void metrics_have_their_own_port(void **state)
{
	int  fd = dial(server_metrics_port(server));
	bool closed;

	(void)state;
	say(fd, "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	hear(fd, 150, &closed);
	close(fd);
	assert_true(has("keepline_http_requests_total{route=\"/healthz\",method=\"GET\""));
	assert_true(has("keepline_http_strict_refused_total"));
	assert_false(has("198.51"));
	fd = dial(server_metrics_port(server));
	say(fd, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	hear(fd, 150, &closed);
	close(fd);
	assert_non_null(strstr(answer, "HTTP/1.1 404"));
}

/* Many at once, each parked for a commit: nobody is forgotten (PERFORMANCE 4). */
static void parked_requests_all_come_back(void **state)
{
	enum { CONNECTIONS = 64, ROUNDS = 20 };
	static const char request[] = "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n";
	int               fd[CONNECTIONS];

	(void)state;
	for (size_t i = 0; i < CONNECTIONS; i++)
		fd[i] = dial(port);
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < CONNECTIONS; i++)
			say(fd[i], request);
		for (size_t i = 0; i < CONNECTIONS; i++) {
			struct pollfd poll_fd = { .fd = fd[i], .events = POLLIN };

			assert_int_equal(poll(&poll_fd, 1, PATIENCE_MS), 1);
			assert_true(recv(fd[i], answer, sizeof(answer), 0) > 0);
			assert_memory_equal(answer, "HTTP/1.1 200", 12);
		}
	}
	for (size_t i = 0; i < CONNECTIONS; i++)
		close(fd[i]);
}

static void clients_may_leave(void **state)
{
	static const char request[] = "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n";
	bool              closed;

	(void)state;
	for (int i = 0; i < 200; i++) {
		int fd = dial(port);

		say_bytes(fd, request, i % 3 == 0 ? 20 : sizeof(request) - 1);
		close(fd);
	}
	assert_int_equal(
	    ask("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", &closed), 200);
}

static enum err slow_apply(struct store *store, struct command *command)
{
	(void)store;
	(void)command;
	usleep(900000);
	return ERR_OK;
}

static void slow_done(struct command *command)
{
	*(bool *)command->arg = true;
}

/* A disk that hangs: whoever waits is told in time, and what comes too late
 * harms nobody. */
static void parked_requests_have_a_deadline(void **state)
{
	static bool    done;
	struct command slow = {
		.apply = slow_apply, .arg = &done, .done = slow_done, .owner = WRITER_WORK
	};
	bool closed;

	(void)state;
	assert_int_equal(writer_submit(house.writer, &slow), ERR_OK);
	usleep(50000);
	assert_int_equal(
	    ask("GET /readyz HTTP/1.1\r\nHost: a\r\nAccept-Language: ja\r\n\r\n", &closed), 503);
	assert_true(has("Strict-Transport-Security: "));
	assert_true(has("Connection: close"));
	assert_true(has("Retry-After: 2"));
	assert_true(closed);
	while (!done) {
		usleep(50000);
		writer_settle(house.writer, WRITER_WORK);
	}
	assert_int_equal(
	    ask("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", &closed), 200);
}

/* A stopping server answers what it has begun, then closes. */
static void stopping_is_graceful(void **state)
{
	int  fd = dial(port), idle = dial(port);
	bool closed;

	(void)state;
	say(fd, "POST /en/login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na");
	usleep(100000);
	server_stop(server);
	usleep(100000);
	say(fd, "=b");
	hear(fd, 500, &closed);
	assert_non_null(strstr(answer, "HTTP/1.1 415"));
	assert_true(has("Connection: close"));
	assert_true(closed);
	close(fd);
	close(idle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ambiguous_requests_are_refused),
		cmocka_unit_test(a_second_request_is_not_smuggled),
		cmocka_unit_test(connections_are_kept),
		cmocka_unit_test(head_has_headers_only),
		cmocka_unit_test(not_modified_has_no_body),
		cmocka_unit_test(large_bodies_are_refused_early),
		cmocka_unit_test(large_chunked_bodies_are_cut),
		cmocka_unit_test(many_headers_are_refused),
		cmocka_unit_test(bodies_arrive_in_pieces),
		cmocka_unit_test(metrics_have_their_own_port),
		cmocka_unit_test(parked_requests_all_come_back),
		cmocka_unit_test(clients_may_leave),
		cmocka_unit_test(parked_requests_have_a_deadline),
		cmocka_unit_test(stopping_is_graceful),
	};

	server_block_signals();
	return cmocka_run_group_tests(tests, start, stop);
}
