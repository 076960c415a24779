/*
 * server.c - one epoll, one thread, one turn after the other.
 */
#include "web/server.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "web/exchange.h"
#include "web/listen.h"
#include "web/pack.h"
#include "web/pool.h"

#define EVENT_MAX        16
#define SERVER_WINDOW_MS 100
#define TOGETHER_MIN     8    /* requests in one turn: they wait for each other */
#define SERVER_LOOK_MS   20   /* requests that wait for a job look for it so often */
#define SERVER_SETTLE_MS 2000 /* a last wait for commands in flight */
#define TURN_MS_MAX      1000 /* the longest sleep: clocks, watchdog */
#define LISTEN_FLAGS     (MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG)

struct watch {
	int fd;
	void (*ready)(void *ctx);
	void *ctx;
};

struct server {
	struct web        *web;
	struct MHD_Daemon *daemon, *metrics;
	struct exchanges   exchanges;
	int                epoll, stop_fd, signal_fd, listen_fd;
	uint16_t           port, metrics_port;
	struct watch       watch[SERVER_WATCH_MAX];
	size_t             watch_count;
	bool               stop;
	int64_t            window_ms;   /* when counting of requests began */
	size_t             turn_count;  /* requests of the window before this turn */
	bool               crowded;     /* many came together in one of its turns */
	int64_t            stop_ms;     /* give up waiting at this time */
	int64_t            watchdog_ms; /* tell systemd again at this time */
};

static enum err open_sockets(struct server *server, struct arena *arena, struct str address,
                             struct str metrics, struct str *problem);
static enum err open_loop(struct server *server);
static struct MHD_Daemon *open_daemon(struct server *server, int fd, struct str address);
static struct MHD_Daemon *open_metrics(struct server *server, int fd);
static enum MHD_Result metrics_access(void *cls, struct MHD_Connection *connection, const char *url,
                                      const char *method, const char *version, const char *upload,
                                      size_t *upload_len, void **context);
static bool            watch_daemon(struct server *server, struct MHD_Daemon *daemon);
static bool            watch_fd(struct server *server, int fd);
static int             sleep_ms(struct server *server);
static void            turn(struct server *server, const struct epoll_event *events, int count);
static void            measure(struct server *server);
static void            stop_begin(struct server *server);
static bool            stop_done(struct server *server);
static void            watchdog(struct server *server);
static void            settle_rest(struct server *server);
static void            mhd_says(void *cls, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
static int64_t mono_ms(const struct server *server);

void server_block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

enum err server_open(struct arena *arena, struct web *web, struct str address, struct str metrics,
                     struct server **ret, struct str *problem)
{
	struct server *server = ARENA_NEW(arena, struct server);
	enum err       err;

	if (server == NULL)
		return ERR_MEMORY;
	server->web = web;
	server->exchanges = (struct exchanges){ .web = web,
		                                .arena = arena,
		                                .park_ms = EXCHANGE_PARK_MS };
	server->epoll = server->stop_fd = server->signal_fd = server->listen_fd = -1;
	err = open_loop(server);
	if (err == ERR_OK)
		err = open_sockets(server, arena, address, metrics, problem);
	else
		*problem = STR("cannot make an event loop; check the limit of open files");
	if (err != ERR_OK) {
		server_close(server);
		return err;
	}
	*ret = server;
	return ERR_OK;
}

uint16_t server_port(const struct server *server)
{
	return server->port;
}

uint16_t server_metrics_port(const struct server *server)
{
	return server->metrics_port;
}

bool server_watch(struct server *server, int fd, void (*ready)(void *ctx), void *ctx)
{
	if (server->watch_count == SERVER_WATCH_MAX || !watch_fd(server, fd))
		return false;
	server->watch[server->watch_count++] = (struct watch){ .fd = fd,
		                                               .ready = ready,
		                                               .ctx = ctx };
	return true;
}

void server_patience(struct server *server, int64_t park_ms)
{
	server->exchanges.park_ms = park_ms;
}

enum err server_run(struct server *server)
{
	struct epoll_event events[EVENT_MAX];

	notify_systemd("READY=1");
	server->watchdog_ms = mono_ms(server);
	while (!stop_done(server)) {
		int count = epoll_wait(server->epoll, events, EVENT_MAX, sleep_ms(server));

		if (count < 0 && errno != EINTR)
			return ERR_NETWORK;
		turn(server, events, count > 0 ? count : 0);
		watchdog(server);
	}
	return ERR_OK;
}

void server_stop(struct server *server)
{
	uint64_t one = 1;

	(void)!write(server->stop_fd, &one, sizeof(one));
}

void server_close(struct server *server)
{
	settle_rest(server);
	if (server->daemon != NULL) {
		MHD_run(server->daemon); /* what was resumed just now must not be suspended */
		MHD_stop_daemon(server->daemon);
	}
	if (server->metrics != NULL)
		MHD_stop_daemon(server->metrics);
	exchanges_free(&server->exchanges);
	if (server->listen_fd >= 0)
		close(server->listen_fd);
	if (server->epoll >= 0)
		close(server->epoll);
	if (server->stop_fd >= 0)
		close(server->stop_fd);
	if (server->signal_fd >= 0)
		close(server->signal_fd);
}

/* Parked requests hear 503; their commands come to an end before their memory. */
static void settle_rest(struct server *server)
{
	int64_t until_ms = mono_ms(server) + SERVER_SETTLE_MS;

	exchanges_abandon(&server->exchanges);
	while (server->exchanges.parked.count > 0 && mono_ms(server) < until_ms) {
		struct epoll_event event;

		epoll_wait(server->epoll, &event, 1, 1);
		web_settle(server->web);
	}
}

static enum err open_loop(struct server *server)
{
	struct rlimit files;
	sigset_t      set;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	server->epoll = epoll_create1(EPOLL_CLOEXEC);
	server->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	server->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (server->epoll < 0 || !watch_fd(server, server->stop_fd) ||
	    !watch_fd(server, server->signal_fd))
		return ERR_NETWORK;
	/* Both are -1 where nothing has threads; then every turn settles. */
	if ((writer_fd(server->web->writer, WRITER_LOOP) >= 0 &&
	     !watch_fd(server, writer_fd(server->web->writer, WRITER_LOOP))) ||
	    (pool_fd(server->web->pool) >= 0 && !watch_fd(server, pool_fd(server->web->pool))))
		return ERR_NETWORK;
	return ERR_OK;
}

static enum err open_sockets(struct server *server, struct arena *arena, struct str address,
                             struct str metrics, struct str *problem)
{
	int      fd = listen_passed(0);
	enum err err = ERR_OK;

	if (fd < 0)
		err = listen_open(arena, address, &fd, problem);
	if (err != ERR_OK)
		return err;
	server->port = listen_port(fd);
	server->daemon = open_daemon(server, fd, address);
	if (server->daemon == NULL || !watch_daemon(server, server->daemon)) {
		*problem = STR("cannot start the web server; check the limit of open files");
		return ERR_NETWORK;
	}
	fd = listen_passed(1);
	if (fd < 0 && metrics.len == 0)
		return ERR_OK;
	if (fd < 0)
		err = listen_open(arena, metrics, &fd, problem);
	if (err != ERR_OK)
		return err;
	server->metrics_port = listen_port(fd);
	server->metrics = open_metrics(server, fd);
	if (server->metrics != NULL && watch_daemon(server, server->metrics))
		return ERR_OK;
	*problem = STR("cannot start the metrics server; check the limit of open files");
	return ERR_NETWORK;
}

static struct MHD_Daemon *open_daemon(struct server *server, int fd, struct str address)
{
	unsigned per_address = listen_is_loopback(address) ? 0 : SERVER_PER_ADDRESS_MAX;

	/* Strictness 0: what level 1 refuses by itself, strict.c refuses with a page
	 * of ours; libmicrohttpd's own refusal lacks our headers and says its head
	 * twice. */

	return MHD_start_daemon(LISTEN_FLAGS, 0, NULL, NULL, exchange_access, &server->exchanges,
	                        MHD_OPTION_EXTERNAL_LOGGER, mhd_says, server,
	                        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
	                        (unsigned)SERVER_CONNECTION_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	                        per_address, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE_S,
	                        MHD_OPTION_CONNECTION_MEMORY_LIMIT, SERVER_MEMORY_SIZE,
	                        MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_URI_LOG_CALLBACK,
	                        exchange_begin, &server->exchanges, MHD_OPTION_NOTIFY_COMPLETED,
	                        exchange_completed, &server->exchanges, MHD_OPTION_END);
}

static struct MHD_Daemon *open_metrics(struct server *server, int fd)
{
	return MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, metrics_access,
	                        server, MHD_OPTION_EXTERNAL_LOGGER, mhd_says, server,
	                        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, 16u,
	                        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE_S,
	                        MHD_OPTION_END);
}

static enum MHD_Result metrics_access(void *cls, struct MHD_Connection *connection, const char *url,
                                      const char *method, const char *version, const char *upload,
                                      size_t *upload_len, void **context)
{
	struct server       *server = cls;
	struct arena         arena;
	struct buf           buf;
	struct MHD_Response *answer;
	struct str           text;
	void                *bytes;
	bool good = str_eq(str_from(url), STR("/metrics")) && str_eq(str_from(method), STR("GET"));
	enum MHD_Result result;

	(void)version;
	(void)upload;
	(void)context;
	*upload_len = 0;
	arena_init(&arena, 2 * METRIC_TEXT_MAX);
	buf_init(&buf, &arena, METRIC_TEXT_MAX);
	server->web->metrics.connections = MHD_get_daemon_info(server->daemon,
	                                                       MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
	                                       ->num_connections;
	if (good)
		metric_text(server->web, &buf);
	else
		buf_add(&buf, STR("only GET /metrics\n"));
	text = buf_str(&buf);
	bytes = buf.ptr;
	answer = MHD_create_response_from_buffer(text.len, bytes, MHD_RESPMEM_MUST_COPY);
	arena_free(&arena);
	if (answer == NULL)
		return MHD_NO;
	MHD_add_response_header(answer, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	MHD_add_response_header(answer, "Cache-Control", "no-store");
	MHD_add_response_header(answer, "X-Content-Type-Options", "nosniff");
	result = MHD_queue_response(connection, good ? 200 : 404, answer);
	MHD_destroy_response(answer);
	return result;
}

static bool watch_daemon(struct server *server, struct MHD_Daemon *daemon)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);

	return info != NULL && watch_fd(server, info->epoll_fd);
}

static bool watch_fd(struct server *server, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return fd >= 0 && epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Until libmicrohttpd, a deadline or a clock wants something. */
static int sleep_ms(struct server *server)
{
	struct MHD_Daemon *daemons[] = { server->daemon, server->metrics };
	int64_t            ms = TURN_MS_MAX, expire_ms = exchanges_expire(&server->exchanges);

	for (size_t i = 0; i < COUNT_OF(daemons); i++) {
		unsigned long long left_ms;

		if (daemons[i] != NULL && MHD_get_timeout(daemons[i], &left_ms) == MHD_YES &&
		    left_ms < (unsigned long long)ms)
			ms = (int64_t)left_ms;
	}
	if (expire_ms >= 0 && expire_ms < ms)
		ms = expire_ms;
	if (server->web->waiting != NULL && ms > SERVER_LOOK_MS)
		ms = SERVER_LOOK_MS;
	return (int)ms;
}

/* Commits and hashes first, so that their answers go out in the same turn. */
static void turn(struct server *server, const struct epoll_event *events, int count)
{
	for (int i = 0; i < count; i++) {
		int fd = events[i].data.fd;

		if (fd == server->stop_fd || fd == server->signal_fd)
			stop_begin(server);
		for (size_t w = 0; w < server->watch_count; w++)
			if (server->watch[w].fd == fd)
				server->watch[w].ready(server->watch[w].ctx);
	}
	web_settle(server->web);
	MHD_run(server->daemon);
	if (server->metrics != NULL)
		MHD_run(server->metrics);
	measure(server);
}

/* How many requests came in the last whole window of time; and whether they had
 * to wait for each other, for a slow machine is busy with few. */
static void measure(struct server *server)
{
	int64_t now_ms = mono_ms(server);
	size_t  count = server->exchanges.round_count;

	if (count - server->turn_count >= TOGETHER_MIN) {
		server->crowded = true;
		server->web->pressure = PACK_PRESSURE + 1;
	}
	server->turn_count = count;
	if (now_ms - server->window_ms < SERVER_WINDOW_MS)
		return;
	server->web->pressure = server->crowded ? PACK_PRESSURE + 1 : (int)count;
	server->crowded = false;
	server->exchanges.round_count = server->turn_count = 0;
	server->window_ms = now_ms;
}

static void stop_begin(struct server *server)
{
	struct signalfd_siginfo info;
	uint64_t                ignored;

	while (read(server->signal_fd, &info, sizeof(info)) > 0 ||
	       read(server->stop_fd, &ignored, sizeof(ignored)) > 0)
		;
	if (server->stop)
		return;
	notify_systemd("STOPPING=1");
	log_line(LOG_NOTE, "stopping",
	         LOG_NUMBER("parked", (int64_t)server->exchanges.parked.count));
	server->stop = true;
	server->web->stopping = true;
	server->stop_ms = mono_ms(server) + SERVER_STOP_MS;
	server->listen_fd = MHD_quiesce_daemon(server->daemon);
}

static bool stop_done(struct server *server)
{
	return server->stop &&
	       (exchanges_idle(&server->exchanges) || mono_ms(server) >= server->stop_ms);
}

static void watchdog(struct server *server)
{
	int64_t every_ms = notify_watchdog_ms(), now_ms = mono_ms(server);

	if (every_ms == 0 || now_ms < server->watchdog_ms)
		return;
	server->watchdog_ms = now_ms + every_ms;
	notify_systemd("WATCHDOG=1");
}

/* libmicrohttpd's own words are for whoever hunts a fault in it. */
static void mhd_says(void *cls, const char *format, va_list args)
{
	(void)cls;
	(void)args;
	log_line(LOG_DEBUG, "libmicrohttpd", LOG_TEXT("says", str_from(format)));
}

static int64_t mono_ms(const struct server *server)
{
	const struct clock *clock = &server->web->env->clock;

	return clock->mono_ms(clock->ctx);
}
