/*
 * wire.c - see wire.h.
 */
#include "peers/wire.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GOT_MAX = 1 << 20, STEP_MS = 10, PATIENCE_MS = 10000 };

struct wire {
	const struct wire_step *script;
	pthread_t               thread;
	pthread_mutex_t         lock;
	int                     listener, port, accepted;
	bool                    stop;
	char                    got[GOT_MAX];
	size_t                  got_len;
	size_t                  seen; /* EXPECT looks from here on */
};

static bool stopped(struct wire *wire)
{
	bool stop;

	pthread_mutex_lock(&wire->lock);
	stop = wire->stop;
	pthread_mutex_unlock(&wire->lock);
	return stop;
}

/* Wait for a socket in small steps, so that wire_stop is heard. */
static bool ready(struct wire *wire, int fd, short events)
{
	for (int waited = 0; waited < PATIENCE_MS && !stopped(wire); waited += STEP_MS) {
		struct pollfd poller = { .fd = fd, .events = events };

		if (poll(&poller, 1, STEP_MS) > 0)
			return true;
	}
	return false;
}

/* False when the other side is gone. */
static bool receive(struct wire *wire, int fd)
{
	ssize_t len;

	if (!ready(wire, fd, POLLIN))
		return false;
	pthread_mutex_lock(&wire->lock);
	len = recv(fd, wire->got + wire->got_len, GOT_MAX - 1 - wire->got_len, 0);
	if (len > 0)
		wire->got_len += (size_t)len;
	pthread_mutex_unlock(&wire->lock);
	return len > 0;
}

static bool expect(struct wire *wire, int fd, const char *text)
{
	for (;;) {
		char *at = memmem(wire->got + wire->seen, wire->got_len - wire->seen, text,
		                  strlen(text));

		if (at != NULL) {
			wire->seen = (size_t)(at - wire->got) + strlen(text);
			return true;
		}
		if (!receive(wire, fd))
			return false;
	}
}

static void give(struct wire *wire, int fd, const char *bytes, size_t len)
{
	while (len > 0 && ready(wire, fd, POLLOUT)) {
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		bytes += sent;
		len -= (size_t)sent;
	}
}

static void nap(struct wire *wire, int ms)
{
	for (int waited = 0; waited < ms && !stopped(wire); waited += STEP_MS)
		usleep((useconds_t)(ms - waited < STEP_MS ? ms - waited : STEP_MS) * 1000);
}

static void drip(struct wire *wire, int fd, const struct wire_step *step)
{
	for (const char *at = step->text; *at != '\0' && !stopped(wire); at++) {
		give(wire, fd, at, 1);
		nap(wire, step->ms);
	}
}

static void flood(struct wire *wire, int fd, int kib)
{
	char block[1024];

	memset(block, 'x', sizeof(block));
	for (int i = 0; i < kib && !stopped(wire); i++)
		give(wire, fd, block, sizeof(block));
}

static void drop(int *fd, bool rudely)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	if (*fd < 0)
		return;
	if (rudely)
		setsockopt(*fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(*fd);
	*fd = -1;
}

static int take(struct wire *wire)
{
	int fd = -1;

	while (!stopped(wire) && fd < 0) {
		struct pollfd poller = { .fd = wire->listener, .events = POLLIN };

		if (poll(&poller, 1, STEP_MS) > 0)
			fd = accept(wire->listener, NULL, NULL);
	}
	pthread_mutex_lock(&wire->lock);
	wire->accepted += fd >= 0;
	pthread_mutex_unlock(&wire->lock);
	return fd;
}

static void *play(void *arg)
{
	struct wire *wire = arg;
	int          fd = -1;

	for (const struct wire_step *step = wire->script; step->act != WIRE_END; step++) {
		if (step->act == WIRE_ACCEPT) {
			drop(&fd, false);
			fd = take(wire);
		}
		if (fd < 0)
			continue;
		if (step->act == WIRE_EXPECT && !expect(wire, fd, step->text))
			drop(&fd, false);
		else if (step->act == WIRE_SEND)
			give(wire, fd, step->text, step->len > 0 ? step->len : strlen(step->text));
		else if (step->act == WIRE_SLEEP)
			nap(wire, step->ms);
		else if (step->act == WIRE_DRIP)
			drip(wire, fd, step);
		else if (step->act == WIRE_FLOOD)
			flood(wire, fd, step->ms);
		else if (step->act == WIRE_CLOSE || step->act == WIRE_RESET)
			drop(&fd, step->act == WIRE_RESET);
		else if (step->act == WIRE_HOLD)
			nap(wire, PATIENCE_MS);
	}
	drop(&fd, false);
	return NULL;
}

struct wire *wire_start(const struct wire_step *script)
{
	struct wire       *wire = calloc(1, sizeof(*wire));
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t          len = sizeof(at);
	int                failed;

	assert(wire != NULL);
	wire->script = script;
	wire->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	failed = bind(wire->listener, (struct sockaddr *)&at, sizeof(at)) ||
	         listen(wire->listener, 64) ||
	         getsockname(wire->listener, (struct sockaddr *)&at, &len) ||
	         pthread_mutex_init(&wire->lock, NULL) ||
	         pthread_create(&wire->thread, NULL, play, wire);
	assert(!failed);
	wire->port = ntohs(at.sin_port);
	return wire;
}

int wire_port(const struct wire *wire)
{
	return wire->port;
}

const char *wire_got(struct wire *wire)
{
	pthread_mutex_lock(&wire->lock);
	wire->got[wire->got_len] = '\0';
	pthread_mutex_unlock(&wire->lock);
	return wire->got;
}

int wire_accepted(struct wire *wire)
{
	int accepted;

	pthread_mutex_lock(&wire->lock);
	accepted = wire->accepted;
	pthread_mutex_unlock(&wire->lock);
	return accepted;
}

void wire_stop(struct wire *wire)
{
	pthread_mutex_lock(&wire->lock);
	wire->stop = true;
	pthread_mutex_unlock(&wire->lock);
	pthread_join(wire->thread, NULL);
	close(wire->listener);
	free(wire);
}
