/*
 * log_test.c - log lines as they arrive on stderr; the clock and the random
 * numbers of env_real.
 */
#include "test.h"

#include "base/env.h"
#include "base/log.h"
#include "base/str.h"

#include <unistd.h>

static char caught[8192];
static int  saved, pipe_end;

/* What is written to stderr between catch_stderr() and caught_line() goes into `caught`. */
static void catch_stderr(void)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	saved = dup(STDERR_FILENO);
	assert_true(saved >= 0 && dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
	close(ends[1]);
	pipe_end = ends[0];
}

static const char *caught_line(void)
{
	ssize_t got;
	size_t  len = 0;

	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(saved);
	while ((got = read(pipe_end, caught + len, sizeof(caught) - 1 - len)) > 0)
		len += (size_t)got;
	close(pipe_end);
	caught[len] = '\0';
	return caught;
}

static void writes_logfmt(void **state)
{
	(void)state;
	catch_stderr();
	log_line(LOG_WARN, "partner silent", LOG_TEXT("partner", STR("osmohlr")),
	         LOG_NUMBER("attempt", -3), LOG_TEXT("empty", STR("")));
	assert_string_equal(caught_line(),
	                    "<4>event=\"partner silent\" partner=osmohlr attempt=-3 empty=\"\"\n");
	catch_stderr();
	log_fields(LOG_ERROR, "stopped", (const struct log_field[]){ { 0 } });
	assert_string_equal(caught_line(), "<3>event=stopped\n");
}

static void escapes_what_could_forge_a_line(void **state)
{
	(void)state;
	catch_stderr();
	log_line(LOG_INFO, "x", LOG_TEXT("a", STR("b\n<3>event=forged")),
	         LOG_TEXT("q", STR("say \"hi\" \\ now")), LOG_TEXT("esc", STR("\x1b[2J\x7f\t")),
	         LOG_TEXT("c1", STR("\xc2\x9b"
	                            "2J")),
	         LOG_TEXT("bad", STR("\xff\xe6\x97")), LOG_TEXT("ja", STR("日本")),
	         LOG_TEXT("eq", STR("a=b")));
	assert_string_equal(caught_line(), "<6>event=x a=\"b\\x0a<3>event=forged\""
	                                   " q=\"say \\\"hi\\\" \\\\ now\""
	                                   " esc=\"\\x1b[2J\\x7f\\x09\""
	                                   " c1=\"\\xc2\\x9b2J\""
	                                   " bad=\"\\xff\\xe6\\x97\""
	                                   " ja=\"日本\" eq=\"a=b\"\n");
}

static void masks(void **state)
{
	(void)state;
	catch_stderr();
	log_line(LOG_INFO, "x", LOG_MASKED("imsi", STR("440103123456789")),
	         LOG_MASKED("short", STR("1234567")), LOG_MASKED("none", STR("")),
	         LOG_MASKED("eight", STR("12345678")));
	assert_string_equal(caught_line(),
	                    "<6>event=x imsi=***6789 short=*** none=*** eight=***5678\n");
}

static void cuts_a_line_that_is_too_long(void **state)
{
	static char long_text[5000];
	size_t      len;

	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	catch_stderr();
	log_line(LOG_INFO, "x", LOG_TEXT("a", ((struct str){ long_text, sizeof(long_text) })),
	         LOG_TEXT("b", STR("lost")));
	len = strlen(caught_line());
	assert_in_range(len, 1000, 4096); /* one write of it is atomic on a pipe */
	assert_string_equal(caught + len - 5, "x...\n");
	assert_null(strstr(caught, "lost"));
}

static void keeps_quiet_below_the_limit(void **state)
{
	(void)state;
	catch_stderr();
	log_line(LOG_DEBUG, "quiet", LOG_NUMBER("n", 1));
	log_limit(LOG_DEBUG);
	log_line(LOG_DEBUG, "loud", LOG_NUMBER("n", 2));
	log_limit(LOG_WARN);
	log_line(LOG_NOTE, "quiet", LOG_NUMBER("n", 3));
	log_limit(LOG_INFO);
	assert_string_equal(caught_line(), "<7>event=loud n=2\n");
}

static void the_real_seams_move(void **state)
{
	struct env env = env_real();
	uint8_t    first[300] = { 0 }, second[300] = { 0 };
	int64_t    mono_ms = env.clock.mono_ms(env.clock.ctx);

	(void)state;
	assert_true(env.clock.now_ms(env.clock.ctx) > INT64_C(1700000000000));
	assert_true(env.clock.mono_ms(env.clock.ctx) >= mono_ms);
	env.rand.fill(env.rand.ctx, first, sizeof(first));
	env.rand.fill(env.rand.ctx, second, sizeof(second));
	assert_memory_not_equal(first, second, sizeof(first));
	assert_memory_not_equal(first + 280, (uint8_t[20]){ 0 }, 20); /* to its end */
	env.rand.fill(env.rand.ctx, first, 0);
	assert_null(env.net.call);
	assert_null(env.vfs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_logfmt),
		cmocka_unit_test(escapes_what_could_forge_a_line),
		cmocka_unit_test(masks),
		cmocka_unit_test(cuts_a_line_that_is_too_long),
		cmocka_unit_test(keeps_quiet_below_the_limit),
		cmocka_unit_test(the_real_seams_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
