/*
 * listen.c - addresses, sockets, and systemd's datagram.
 */
#include "web/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"

#define PASSED_FIRST  3 /* SD_LISTEN_FDS_START */
#define PASSED_MAX    16
#define WATCHDOG_PART 2000 /* half of it, from microseconds to milliseconds */

static bool     split(struct str address, struct str *ret_host, struct str *ret_port);
static enum err bind_to(const struct addrinfo *info, int *ret_fd);
static int64_t  number_of(const char *name);

enum err listen_open(struct arena *arena, struct str address, int *ret_fd, struct str *problem)
{
	struct addrinfo  hints = { .ai_family = AF_UNSPEC,
		                   .ai_socktype = SOCK_STREAM,
		                   .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *info = NULL;
	struct str       host, port;
	enum err         err;

	if (!split(address, &host, &port) ||
	    getaddrinfo(host.len > 0 ? arena_cstr(arena, host) : NULL, arena_cstr(arena, port),
	                &hints, &info) != 0) {
		*problem = arena_printf(arena,
		                        "\"%.*s\" is no address and port to listen on; write it "
		                        "like 127.0.0.1:8080 or [::1]:8080",
		                        STR_ARG(address));
		return ERR_CONFIG;
	}
	err = bind_to(info, ret_fd);
	if (err != ERR_OK)
		*problem = arena_printf(arena, "cannot listen on %.*s: %s", STR_ARG(address),
		                        strerror(errno));
	freeaddrinfo(info);
	return err;
}

int listen_passed(int index)
{
	int fd = PASSED_FIRST + index;

	if (number_of("LISTEN_PID") != getpid() || index >= number_of("LISTEN_FDS") ||
	    index >= PASSED_MAX)
		return -1;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ||
	    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
		return -1;
	return fd;
}

uint16_t listen_port(int fd)
{
	struct sockaddr_storage address;
	socklen_t               len = sizeof(address);
	struct sockaddr_in      four;
	struct sockaddr_in6     six;

	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return 0;
	if (address.ss_family == AF_INET) {
		memcpy(&four, &address, sizeof(four));
		return ntohs(four.sin_port);
	}
	memcpy(&six, &address, sizeof(six));
	return address.ss_family == AF_INET6 ? ntohs(six.sin6_port) : 0;
}

bool listen_is_loopback(struct str address)
{
	return str_starts(address, STR("127.")) || str_starts(address, STR("[::1]")) ||
	       str_starts(address, STR("localhost:"));
}

void notify_systemd(const char *state)
{
	const char        *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t             len = path == NULL ? 0 : strlen(path);
	int                fd;

	if (len == 0 || len >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(address.sun_path, path, len);
	if (path[0] == '@')
		address.sun_path[0] = 0; /* an abstract name */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* Nobody to hear it is no reason to stop. */
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
	              (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

int64_t notify_watchdog_ms(void)
{
	int64_t pid = number_of("WATCHDOG_PID");

	if (pid != 0 && pid != getpid())
		return 0;
	return number_of("WATCHDOG_USEC") / WATCHDOG_PART;
}

/* The host without its brackets may be empty, the port not. */
static bool split(struct str address, struct str *ret_host, struct str *ret_port)
{
	size_t colon = address.len;

	while (colon > 0 && address.ptr[colon - 1] != ':')
		colon--;
	if (colon == 0 || colon == address.len)
		return false;
	*ret_port = str_skip(address, colon);
	*ret_host = str_take(address, colon - 1);
	if (str_starts(*ret_host, STR("[")) && str_ends(*ret_host, STR("]")))
		*ret_host = (struct str){ .ptr = ret_host->ptr + 1, .len = ret_host->len - 2 };
	else if (str_find(*ret_host, STR(":")) >= 0)
		return false;
	if (str_eq(*ret_host, STR("localhost")))
		*ret_host = STR("127.0.0.1");
	return true;
}

static enum err bind_to(const struct addrinfo *info, int *ret_fd)
{
	int one = 1, saved;
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return ERR_NETWORK;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	    bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, LISTEN_BACKLOG) == 0) {
		*ret_fd = fd;
		return ERR_OK;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return saved == EADDRINUSE ? ERR_BUSY : ERR_NETWORK;
}

static int64_t number_of(const char *name)
{
	int64_t value;

	return str_to_int64(str_from(getenv(name)), &value) ? value : 0;
}
