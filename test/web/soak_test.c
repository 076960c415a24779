/*
 * soak_test.c - many connections whose every request is parked for a commit,
 * again and again: nobody may be forgotten (PERFORMANCE 4, GOALS S9).
 *
 * libmicrohttpd 0.9.75 with its own epoll thread stalled in 7 of 50 such runs.
 */
#include "house.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "web/server.h"

#define SOAKS       50
#define CONNECTIONS 256
#define REQUESTS    6    /* of each connection in one soak */
#define PATIENCE_MS 5000 /* silence of all of them for so long is a stall */

static const char request[] = "GET /readyz HTTP/1.1\r\nHost: soak\r\n\r\n";

static struct house   house;
static struct arena   arena;
static struct server *server;
static pthread_t      loop;

static void *serve(void *arg)
{
	(void)arg;
	server_run(server);
	return NULL;
}

static int start(void **state)
{
	struct str problem = { 0 };

	(void)state;
	arena_init(&arena, (size_t)256 * 1024 * 1024);
	house_open(&house, true, NULL);
	assert_int_equal(
	    server_open(&arena, house.web, STR("127.0.0.1:0"), STR(""), &server, &problem), ERR_OK);
	return pthread_create(&loop, NULL, serve, NULL);
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

static int dial(int epoll)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons(server_port(server)),
		                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int                fd = socket(AF_INET, SOCK_STREAM, 0);
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
	return fd;
}

static void ask(int fd)
{
	assert_int_equal(send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL),
	                 (ssize_t)sizeof(request) - 1);
}

/* Every answer is followed by the next question at once. */
static void soak(int number)
{
	static char        answer[16384];
	int                fd[CONNECTIONS], left[FD_SETSIZE * 4] = { 0 };
	int                epoll = epoll_create1(0), open = CONNECTIONS;
	struct epoll_event events[64];

	for (int i = 0; i < CONNECTIONS; i++) {
		fd[i] = dial(epoll);
		assert_in_range(fd[i], 0, COUNT_OF(left) - 1);
		left[fd[i]] = REQUESTS;
		ask(fd[i]);
	}
	while (open > 0) {
		int count = epoll_wait(epoll, events, COUNT_OF(events), PATIENCE_MS);

		if (count <= 0)
			print_error("soak %d stalled with %d connections open\n", number, open);
		assert_true(count > 0);
		for (int i = 0; i < count; i++) {
			int at = events[i].data.fd;

			assert_true(recv(at, answer, sizeof(answer), 0) > 0);
			assert_memory_equal(answer, "HTTP/1.1 200", 12);
			if (--left[at] > 0) {
				ask(at);
				continue;
			}
			assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_DEL, at, NULL), 0);
			open--;
		}
	}
	for (int i = 0; i < CONNECTIONS; i++)
		close(fd[i]);
	close(epoll);
}

static void nobody_is_forgotten(void **state)
{
	(void)state;
	for (int i = 0; i < SOAKS; i++)
		soak(i);
	assert_int_equal(house.web->metrics.deadline, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nobody_is_forgotten) };

	server_block_signals();
	return cmocka_run_group_tests(tests, start, stop);
}
