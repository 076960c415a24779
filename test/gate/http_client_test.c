/*
 * http_client_test.c - HTTP and HTTPS against peers that redirect, stall,
 * flood, hang up and show the wrong certificate.
 */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "peers/caller.h"
#include "peers/wire.h"

/* clang-format off */
#define SCRIPT(...) (const struct wire_step[]){ { .act = WIRE_ACCEPT }, __VA_ARGS__, { 0 } }
#define ASKED       { .act = WIRE_EXPECT, .text = "\r\n\r\n" }
#define SAY(words)  { .act = WIRE_SEND, .text = words }
#define HOLD        { .act = WIRE_HOLD }
/* clang-format on */

/* Where an answer is expected, a busy machine may take its time. */
enum { PATIENT_MS = 10000, HASTY_MS = 500 };

static struct net_call post_of(struct str url)
{
	return (struct net_call){ .method = STR("POST"),
		                  .url = url,
		                  .content_type = STR("application/json"),
		                  .body = STR("{\"a\":1}"),
		                  .deadline_ms = PATIENT_MS,
		                  .answer_max = 4096 };
}

/* One POST to a script. */
static void post(const struct wire_step *script, enum net_result result, int32_t status,
                 const char *answer)
{
	struct wire    *wire = wire_start(script);
	struct caller   caller;
	struct net_call call;

	caller_open(&caller, (struct net_real_config){ 0 });
	call = post_of(caller_url(&caller, "http", wire_port(wire), "/pay"));
	caller_send(&caller, &call);
	assert_int_equal(call.result, result);
	assert_int_equal(call.status, status);
	assert_str(call.answer, answer);
	assert_int_equal(wire_accepted(wire), 1); /* sent once, redirected nowhere */
	caller_close(&caller);
	wire_stop(wire);
}

static void posts_exactly_these_bytes(void **state)
{
	struct str   headers[] = { STR("Idempotency-Key: KL7F3K29QD") };
	struct wire *wire = wire_start(
	    SCRIPT({ .act = WIRE_EXPECT, .text = "{\"a\":1}" },
	           SAY("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"), HOLD));
	struct caller   caller;
	struct net_call call;
	const char     *got;

	(void)state;
	caller_open(&caller, (struct net_real_config){ 0 });
	call = post_of(caller_url(&caller, "http", wire_port(wire), "/pay?x=1"));
	call.headers = headers;
	call.header_count = 1;
	caller_send(&caller, &call);
	assert_int_equal(call.result, NET_ANSWER);
	assert_int_equal(call.status, 201);
	assert_str(call.answer, "{}");
	got = wire_got(wire);
	assert_ptr_equal(strstr(got, "POST /pay?x=1 HTTP/1.1\r\n"), got);
	assert_non_null(strstr(got, "\r\nIdempotency-Key: KL7F3K29QD\r\n"));
	assert_non_null(strstr(got, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(got, "\r\nContent-Length: 7\r\n"));
	assert_non_null(strstr(got, "\r\nUser-Agent: Keepline/1\r\n"));
	assert_null(strstr(got, "Expect"));
	assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n{\"a\":1}");
	caller_close(&caller);
	wire_stop(wire);
}

static void any_whole_answer_is_an_answer(void **state)
{
	(void)state;
	post(SCRIPT(ASKED, SAY("HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nbad"), HOLD),
	     NET_ANSWER, 500, "bad");
	post(SCRIPT(ASKED, SAY("HTTP/1.1 204 No\r\n\r\n"), HOLD), NET_ANSWER, 204, "");
	post(SCRIPT(ASKED, SAY("HTTP/1.0 200 OK\r\n\r\nuntil the end"), { .act = WIRE_CLOSE }),
	     NET_ANSWER, 200, "until the end");
	post(SCRIPT(ASKED,
	            { .act = WIRE_DRIP,
	              .text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	              .ms = 1 },
	            HOLD),
	     NET_ANSWER, 200, "ok");
	/* a redirect is told, not followed */
	post(SCRIPT(ASKED,
	            SAY("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
	                "Content-Length: 0\r\n\r\n"),
	            HOLD),
	     NET_ANSWER, 302, "");
}

static void half_answers_are_unknown(void **state)
{
	(void)state;
	post(SCRIPT(ASKED, HOLD), NET_UNKNOWN, 0, "");
	post(SCRIPT(ASKED, { .act = WIRE_CLOSE }), NET_UNKNOWN, 0, "");
	post(SCRIPT(ASKED, { .act = WIRE_RESET }), NET_UNKNOWN, 0, "");
	post(SCRIPT(ASKED, SAY("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
	            { .act = WIRE_CLOSE }),
	     NET_UNKNOWN, 0, "");
	post(SCRIPT(ASKED, SAY("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), HOLD),
	     NET_UNKNOWN, 0, "");
	post(SCRIPT(ASKED, SAY("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
	            HOLD),
	     NET_UNKNOWN, 0, "");
	post(SCRIPT(ASKED, SAY("SSH-2.0-x\r\n"), { .act = WIRE_CLOSE }), NET_UNKNOWN, 0, "");
}

/* Cut before the peer has read: whether our bytes had left is a matter of microseconds, so
 * both are true; an answer it never is. */
static void cut_at_once_is_no_answer(void **state)
{
	struct wire    *wire = wire_start(SCRIPT({ .act = WIRE_RESET }));
	struct caller   caller;
	struct net_call call;

	(void)state;
	caller_open(&caller, (struct net_real_config){ 0 });
	call = post_of(caller_url(&caller, "http", wire_port(wire), "/"));
	caller_send(&caller, &call);
	assert_true(call.result == NET_UNKNOWN || call.result == NET_REFUSED);
	caller_close(&caller);
	wire_stop(wire);
}

static void too_much_is_unknown(void **state)
{
	(void)state;
	post(SCRIPT(ASKED, SAY("HTTP/1.1 200 OK\r\n\r\n"), { .act = WIRE_FLOOD, .ms = 64 },
	            { .act = WIRE_CLOSE }),
	     NET_UNKNOWN, 0, "");
	post(SCRIPT(ASKED, SAY("HTTP/1.1 200 OK\r\nX: "), { .act = WIRE_FLOOD, .ms = 256 },
	            { .act = WIRE_CLOSE }),
	     NET_UNKNOWN, 0, "");
}

/* libcurl 7.88 re-sends a POST when a kept connection dies: ours never rides on one. */
static void a_post_never_reuses_a_connection(void **state)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
	struct wire      *wire = wire_start(
		 SCRIPT(ASKED, SAY(answer), { .act = WIRE_ACCEPT }, ASKED, SAY(answer), HOLD));
	struct caller   caller;
	struct net_call call;

	(void)state;
	caller_open(&caller, (struct net_real_config){ 0 });
	for (int i = 0; i < 2; i++) {
		call = post_of(caller_url(&caller, "http", wire_port(wire), "/"));
		caller_send(&caller, &call);
		assert_int_equal(call.result, NET_ANSWER);
	}
	assert_int_equal(wire_accepted(wire), 2);
	caller_close(&caller);
	wire_stop(wire);
}

static void refused_means_nothing_left(void **state)
{
	static const char *const urls[] = {
		"http://no-such-host.invalid/",
		"http://",
		"http:///x",
		"https://127.0.0.1:0/",
		"http://127.0.0.1:99999/",
		"file:///etc/passwd",
		"ftp://127.0.0.1/",
		"http://127.0.0.1/\r\nX: y",
		"smtp://127.0.0.1:1",
	};
	struct str      evil[] = { STR("X: y\r\nZ: w") };
	struct wire    *wire = wire_start((const struct wire_step[]){ { 0 } });
	int             dead = wire_port(wire);
	struct caller   caller;
	struct net_call call;

	(void)state;
	wire_stop(wire);
	caller_open(&caller, (struct net_real_config){ 0 });
	call = post_of(caller_url(&caller, "http", dead, "/"));
	caller_send(&caller, &call);
	assert_int_equal(call.result, NET_REFUSED);
	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		call = post_of(str_from(urls[i]));
		caller_send(&caller, &call);
		if (call.result != NET_REFUSED)
			print_error("%s\n", urls[i]);
		assert_int_equal(call.result, NET_REFUSED);
	}
	call = post_of(caller_url(&caller, "http", dead, "/"));
	call.headers = evil;
	call.header_count = 1;
	caller_send(&caller, &call);
	assert_int_equal(call.result, NET_REFUSED);
	caller_close(&caller);
}

/* --- TLS ------------------------------------------------------------------- */

enum { TLS_PORT_FIRST = 9340, TLS_PORT_COUNT = 40 };

static char folder[] = "/tmp/keepline-tls-XXXXXX";

static void run(const char *command)
{
	int status = system(command);

	assert_int_equal(status, 0);
}

static int open_folder(void **state)
{
	char command[512];

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(command, sizeof(command),
	         "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
	         "-keyout key.pem -out cert.pem -days 2 -subj /CN=localhost "
	         "-addext subjectAltName=DNS:localhost 2>/dev/null",
	         folder);
	run(command);
	return 0;
}

static int close_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* openssl's own server on a port of ours; it ends with the test. */
static pid_t tls_start(int port)
{
	char  accept[16];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	snprintf(accept, sizeof(accept), "%d", port);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (chdir(folder) == 0 && freopen("/dev/null", "r", stdin) != NULL &&
	    freopen("tls.log", "w", stdout) != NULL && dup2(1, 2) >= 0)
		execlp("openssl", "openssl", "s_server", "-accept", accept, "-cert", "cert.pem",
		       "-key", "key.pem", "-www", (char *)NULL);
	_exit(127);
}

/* GET / over TLS; tries until the server listens. */
static enum net_result tls_get(const char *host, int port, const char *ca_file)
{
	struct caller   caller;
	struct net_call call;

	caller_open(&caller, (struct net_real_config){ .ca_file = ca_file });
	call = (struct net_call){ .method = STR("GET"),
		                  .url = arena_printf(&caller.arena, "https://%s:%d/", host, port),
		                  .deadline_ms = PATIENT_MS,
		                  .answer_max = 65536 };
	caller_send(&caller, &call);
	caller_close(&caller);
	return call.result;
}

static void tls_is_verified(void **state)
{
	int   port = TLS_PORT_FIRST + (int)getpid() % TLS_PORT_COUNT;
	pid_t server = tls_start(port);
	char  ca_file[64];
	int   waited;

	(void)state;
	snprintf(ca_file, sizeof(ca_file), "%s/cert.pem", folder);
	for (waited = 0; waited < 100; waited++) {
		if (tls_get("localhost", port, ca_file) == NET_ANSWER)
			break;
		usleep(50000);
	}
	assert_true(waited < 100);
	/* not one byte of the request leaves for a stranger */
	assert_int_equal(tls_get("localhost", port, NULL), NET_REFUSED);
	assert_int_equal(tls_get("127.0.0.1", port, ca_file), NET_REFUSED); /* another's name */
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
}

static void no_tls_at_all(void **state)
{
	struct wire *wire = wire_start(SCRIPT({ .act = WIRE_SLEEP, .ms = 50 },
	                                      SAY("HTTP/1.1 400 Bad\r\n\r\n"),
	                                      { .act = WIRE_CLOSE }));

	(void)state;
	assert_int_equal(tls_get("127.0.0.1", wire_port(wire), NULL), NET_REFUSED);
	wire_stop(wire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posts_exactly_these_bytes),
		cmocka_unit_test(any_whole_answer_is_an_answer),
		cmocka_unit_test(half_answers_are_unknown),
		cmocka_unit_test(cut_at_once_is_no_answer),
		cmocka_unit_test(too_much_is_unknown),
		cmocka_unit_test(a_post_never_reuses_a_connection),
		cmocka_unit_test(refused_means_nothing_left),
		cmocka_unit_test_setup_teardown(tls_is_verified, open_folder, close_folder),
		cmocka_unit_test(no_tls_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
