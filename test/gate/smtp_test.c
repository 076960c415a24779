/*
 * smtp_test.c - mails through a real SMTP server that misbehaves by recipient,
 * and through peers that lie.  What was sent must arrive as it was written.
 */
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "gate/mail.h"
#include "peers/caller.h"
#include "peers/wire.h"

enum { PATH_SIZE = 128, FILE_MAX = 65536, WAIT_STEPS = 400, STEP_US = 25000 };

/* The server, its folder and its ports. */
struct bench {
	pid_t pid;
	char  folder[64];
	int   plain_port, tls_port;
	int   mails; /* accepted so far */
};

static bool read_file(const struct bench *bench, const char *name, char ret[FILE_MAX])
{
	char   path[PATH_SIZE];
	FILE  *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
	file = fopen(path, "rb");
	if (file == NULL)
		return false;
	len = fread(ret, 1, FILE_MAX - 1, file);
	ret[len] = '\0';
	fclose(file);
	return true;
}

static void become(const struct bench *bench, pid_t parent)
{
	char log[PATH_SIZE];

	snprintf(log, sizeof(log), "%s/log", bench->folder);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent && freopen(log, "w", stderr) != NULL)
		execl("/usr/bin/python3", "python3", "test/peers/smtp_peer.py", bench->folder,
		      (char *)NULL);
	_exit(127);
}

static int open_bench(void **state)
{
	static struct bench bench = { .folder = "/tmp/keepline-smtp-XXXXXX" };
	char                text[FILE_MAX], command[512];
	pid_t               parent = getpid();

	*state = &bench;
	if (mkdtemp(bench.folder) == NULL)
		return -1;
	snprintf(command, sizeof(command),
	         "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
	         "-keyout key.pem -out cert.pem -days 2 -subj /CN=localhost "
	         "-addext subjectAltName=DNS:localhost 2>/dev/null",
	         bench.folder);
	if (system(command) != 0)
		return -1;
	bench.pid = fork();
	if (bench.pid == 0)
		become(&bench, parent);
	for (int i = 0; i < WAIT_STEPS; i++) {
		if (read_file(&bench, "ports", text))
			return sscanf(text, "%d %d", &bench.plain_port, &bench.tls_port) == 2 ? 0
			                                                                      : -1;
		usleep(STEP_US);
	}
	print_error("the SMTP server did not start; is python3-aiosmtpd installed?\n");
	return -1;
}

static int close_bench(void **state)
{
	struct bench *bench = *state;
	char          command[PATH_SIZE];

	kill(bench->pid, SIGKILL);
	waitpid(bench->pid, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf %s", bench->folder);
	return system(command);
}

static struct mail mail_to(const char *to)
{
	return (struct mail){ .from = STR("Keepline <no-reply@keepline.test>"),
		              .to = str_from(to),
		              .subject = STR("到期提醒"),
		              .text = STR("第一行\n.\n..dots\nend\n"),
		              .html = STR("<p>第一行</p>\n"),
		              .notice_id = STR("ntc-42"),
		              .date_s = 1790000000 };
}

/* Send one and say what came; *ret_body gets the message as it was built. */
static enum mail_outcome send_mail(struct caller *caller, struct mail mail, struct str url,
                                   struct net_call *ret, int32_t deadline_ms)
{
	assert_true(mail_call(&caller->arena, &mail, url, deadline_ms, ret));
	caller_send(caller, ret);
	return mail_outcome(ret);
}

static void arrives_as_written(void **state)
{
	struct bench   *bench = *state;
	struct caller   caller;
	struct net_call call;
	char            name[32], text[FILE_MAX];
	struct str      url, envelope, message;

	caller_open(&caller, (struct net_real_config){ 0 });
	url = caller_url(&caller, "smtp", bench->plain_port, "");
	assert_int_equal(send_mail(&caller, mail_to("user@example.com"), url, &call, 5000),
	                 MAIL_SENT);
	assert_int_equal(call.status, 250);
	snprintf(name, sizeof(name), "%d.eml", ++bench->mails);
	assert_true(read_file(bench, name, text));
	str_cut(str_from(text), '\n', &envelope, &message);
	assert_str(envelope, "no-reply@keepline.test user@example.com -\r");
	assert_true(str_eq(message, call.body)); /* not a byte more, not a byte less */
	assert_true(str_starts(call.answer, STR("250 ")) || str_starts(call.answer, STR("221 ")));
	caller_close(&caller);
}

static void every_refusal_and_fault(void **state)
{
	static const struct {
		const char       *to;
		enum net_result   result;
		int32_t           status;
		enum mail_outcome outcome;
		bool              kept; /* the server has it all the same */
	} cases[] = {
		{ "no-such@example.com", NET_ANSWER, 550, MAIL_REFUSED, false },
		{ "later@example.com", NET_ANSWER, 451, MAIL_RETRY, false },
		{ "full@example.com", NET_ANSWER, 552, MAIL_REFUSED, false },
		{ "drop@example.com", NET_REFUSED, 0, MAIL_RETRY, false },
		{ "slow@example.com", NET_REFUSED, 0, MAIL_RETRY, false },
		{ "swallow@example.com", NET_UNKNOWN, 0, MAIL_RETRY, true },
	};
	struct bench   *bench = *state;
	struct caller   caller;
	struct net_call call;

	caller_open(&caller, (struct net_real_config){ 0 });
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str        url = caller_url(&caller, "smtp", bench->plain_port, "");
		enum mail_outcome outcome = send_mail(&caller, mail_to(cases[i].to), url, &call,
		                                      1500);

		if (call.result != cases[i].result)
			print_error("%s: result %d\n", cases[i].to, call.result);
		assert_int_equal(call.result, cases[i].result);
		assert_int_equal(call.status, cases[i].status);
		assert_int_equal(outcome, cases[i].outcome);
		bench->mails += cases[i].kept;
	}
	caller_close(&caller);
}

/* After an unknown end the same message is sent again: same Message-ID, same bytes. */
static void a_retry_is_the_same_message(void **state)
{
	struct bench   *bench = *state;
	struct caller   caller;
	struct net_call call;
	char            name[32], first[FILE_MAX], second[FILE_MAX];

	caller_open(&caller, (struct net_real_config){ 0 });
	for (int i = 0; i < 2; i++) {
		struct str url = caller_url(&caller, "smtp", bench->plain_port, "");

		assert_int_equal(send_mail(&caller, mail_to("swallow@example.com"), url, &call,
		                           5000),
		                 MAIL_RETRY);
		snprintf(name, sizeof(name), "%d.eml", ++bench->mails);
		assert_true(read_file(bench, name, i == 0 ? first : second));
	}
	assert_string_equal(first, second);
	assert_non_null(strstr(first, "Message-ID: <ntc-42@keepline.test>\r\n"));
	caller_close(&caller);
}

static void logs_in(void **state)
{
	struct bench          *bench = *state;
	struct net_real_config config = { .smtp_user = "keepline", .smtp_password = "secret" };
	struct caller          caller;
	struct net_call        call;
	char                   name[32], text[FILE_MAX];
	struct str             url;

	caller_open(&caller, config);
	url = caller_url(&caller, "smtp", bench->plain_port, "");
	assert_int_equal(send_mail(&caller, mail_to("user@example.com"), url, &call, 5000),
	                 MAIL_SENT);
	snprintf(name, sizeof(name), "%d.eml", ++bench->mails);
	assert_true(read_file(bench, name, text));
	assert_non_null(strstr(text, "user@example.com keepline\r\n"));
	caller_close(&caller);
	config.smtp_password = "wrong";
	caller_open(&caller, config);
	url = caller_url(&caller, "smtp", bench->plain_port, "");
	assert_int_equal(send_mail(&caller, mail_to("user@example.com"), url, &call, 5000),
	                 MAIL_CONFIG);
	assert_int_equal(call.status, 535);
	caller_close(&caller);
}

/* A login away from this machine is never said in the clear. */
static void no_login_without_tls(void **state)
{
	struct net_real_config config = { .smtp_user = "keepline", .smtp_password = "secret" };
	struct wire           *wire = wire_start((const struct wire_step[]){
		      { .act = WIRE_ACCEPT },
		      { .act = WIRE_SEND, .text = "220 x\r\n" },
		      { .act = WIRE_EXPECT, .text = "EHLO" },
		      { .act = WIRE_EXPECT, .text = "\r\n" },
		      { .act = WIRE_SEND, .text = "250-x\r\n250 AUTH PLAIN LOGIN\r\n" },
		      { .act = WIRE_SLEEP, .ms = 300 },
		      { .act = WIRE_CLOSE },
		      { 0 } });
	struct caller          caller;
	struct net_call        call;
	struct str             url;

	(void)state;
	caller_open(&caller, config);
	/* by a name that is not known to stay here, though it does */
	url = arena_printf(&caller.arena, "smtp://%s:%d", "0.0.0.0", wire_port(wire));
	assert_int_equal(send_mail(&caller, mail_to("user@example.com"), url, &call, 3000),
	                 MAIL_RETRY);
	assert_int_equal(call.result, NET_REFUSED);
	assert_null(strstr(wire_got(wire), "AUTH"));
	caller_close(&caller);
	wire_stop(wire);
}

static void tls_from_the_first_byte(void **state)
{
	struct bench   *bench = *state;
	char            ca_file[PATH_SIZE];
	struct caller   caller;
	struct net_call call;
	struct str      url;

	snprintf(ca_file, sizeof(ca_file), "%s/cert.pem", bench->folder);
	caller_open(&caller, (struct net_real_config){ .ca_file = ca_file });
	url = arena_printf(&caller.arena, "smtps://localhost:%d", bench->tls_port);
	assert_int_equal(send_mail(&caller, mail_to("user@example.com"), url, &call, 5000),
	                 MAIL_SENT);
	bench->mails++;
	caller_close(&caller);
	caller_open(&caller, (struct net_real_config){ 0 });
	url = arena_printf(&caller.arena, "smtps://localhost:%d", bench->tls_port);
	assert_int_equal(send_mail(&caller, mail_to("user@example.com"), url, &call, 5000),
	                 MAIL_RETRY);
	assert_int_equal(call.result, NET_REFUSED);
	caller_close(&caller);
}

#define GREETED \
	{ .act = WIRE_ACCEPT }, { .act = WIRE_SEND, .text = "220 x\r\n" }, \
	    { .act = WIRE_EXPECT, .text = "EHLO" }, { .act = WIRE_EXPECT, .text = "\r\n" }, \
	    { .act = WIRE_SEND, .text = "250 x\r\n" }, \
	    { .act = WIRE_EXPECT, .text = "MAIL FROM" }, { .act = WIRE_EXPECT, .text = "\r\n" }, \
	    { .act = WIRE_SEND, .text = "250 ok\r\n" }, { .act = WIRE_EXPECT, .text = "RCPT TO" }, \
	    { .act = WIRE_EXPECT, .text = "\r\n" }, { .act = WIRE_SEND, .text = "250 ok\r\n" }, \
	{ \
		.act = WIRE_EXPECT, .text = "DATA\r\n" \
	}

/* One mail to a script. */
static void lie(const struct wire_step *script, enum net_result result, int32_t status)
{
	struct wire    *wire = wire_start(script);
	struct caller   caller;
	struct net_call call;

	caller_open(&caller, (struct net_real_config){ 0 });
	send_mail(&caller, mail_to("user@example.com"),
	          caller_url(&caller, "smtp", wire_port(wire), ""), &call,
	          result == NET_ANSWER ? 10000 : 1200);
	assert_int_equal(call.result, result);
	assert_int_equal(call.status, status);
	caller_close(&caller);
	wire_stop(wire);
}

static void liars(void **state)
{
	(void)state;
	lie((const struct wire_step[]){ { .act = WIRE_ACCEPT }, { .act = WIRE_HOLD }, { 0 } },
	    NET_REFUSED, 0);
	lie((const struct wire_step[]){ { .act = WIRE_ACCEPT }, { .act = WIRE_CLOSE }, { 0 } },
	    NET_REFUSED, 0);
	lie((const struct wire_step[]){ { .act = WIRE_ACCEPT },
	                                { .act = WIRE_SEND, .text = "554 go away\r\n" },
	                                { .act = WIRE_CLOSE },
	                                { 0 } },
	    NET_ANSWER, 554);
	lie((const struct wire_step[]){ { .act = WIRE_ACCEPT },
	                                { .act = WIRE_FLOOD, .ms = 512 },
	                                { .act = WIRE_CLOSE },
	                                { 0 } },
	    NET_REFUSED, 0);
	/* after DATA nobody knows */
	lie((const struct wire_step[]){ GREETED,
	                                { .act = WIRE_SEND, .text = "354 go\r\n" },
	                                { .act = WIRE_EXPECT, .text = "Message-ID" },
	                                { .act = WIRE_RESET },
	                                { 0 } },
	    NET_UNKNOWN, 0);
	lie((const struct wire_step[]){ GREETED,
	                                { .act = WIRE_SEND, .text = "354 go\r\n" },
	                                { .act = WIRE_EXPECT, .text = "\r\n.\r\n" },
	                                { .act = WIRE_HOLD },
	                                { 0 } },
	    NET_UNKNOWN, 0);
	lie((const struct wire_step[]){ GREETED,
	                                { .act = WIRE_SEND, .text = "354 go\r\n" },
	                                { .act = WIRE_EXPECT, .text = "\r\n.\r\n" },
	                                { .act = WIRE_SEND, .text = "452 disk full\r\n" },
	                                { .act = WIRE_HOLD },
	                                { 0 } },
	    NET_ANSWER, 452);
	lie((const struct wire_step[]){ GREETED, { .act = WIRE_CLOSE }, { 0 } }, NET_REFUSED, 0);
}

/* A server that falls silent after its last word holds nobody up: libcurl would wait for the
 * answer to QUIT. */
static void nobody_waits_for_quit(void **state)
{
	int64_t begun_ms = env_real().clock.mono_ms(NULL);

	(void)state;
	lie((const struct wire_step[]){ GREETED,
	                                { .act = WIRE_SEND, .text = "354 go\r\n" },
	                                { .act = WIRE_EXPECT, .text = "\r\n.\r\n" },
	                                { .act = WIRE_SEND, .text = "250 queued\r\n" },
	                                { .act = WIRE_HOLD },
	                                { 0 } },
	    NET_ANSWER, 250);
	lie((const struct wire_step[]){ GREETED,
	                                { .act = WIRE_SEND, .text = "554 no\r\n" },
	                                { .act = WIRE_HOLD },
	                                { 0 } },
	    NET_ANSWER, 554);
	assert_true(env_real().clock.mono_ms(NULL) - begun_ms < 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrives_as_written),
		cmocka_unit_test(every_refusal_and_fault),
		cmocka_unit_test(a_retry_is_the_same_message),
		cmocka_unit_test(logs_in),
		cmocka_unit_test(no_login_without_tls),
		cmocka_unit_test(tls_from_the_first_byte),
		cmocka_unit_test(liars),
		cmocka_unit_test(nobody_waits_for_quit),
	};

	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
