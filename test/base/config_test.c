/*
 * config_test.c - which source wins, and what a bad setting is told.
 */
#include "test.h"

#include "base/config.h"
#include "base/str.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena  arena;
static struct config config;
static struct str    problem;
static char          path[] = "/tmp/keepline-config-XXXXXX";

extern char **environ;

/* Only what is ours: the test runner has variables too. */
static void forget_environment(void)
{
	for (char **at = environ; *at;) {
		char name[64];

		if (strncmp(*at, "KEEPLINE_", 9) == 0) {
			snprintf(name, sizeof(name), "%.*s", (int)strcspn(*at, "="), *at);
			unsetenv(name);
			at = environ;
		} else {
			at++;
		}
	}
}

static int setup(void **state)
{
	int fd;

	(void)state;
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	forget_environment();
	arena_init(&arena, 4 * 1024 * 1024);
	config = (struct config){ 0 };
	problem = STR("");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	forget_environment();
	arena_free(&arena);
	return 0;
}

static void write_file(struct str content)
{
	FILE *stream = fopen(path, "we");

	assert_non_null(stream);
	assert_int_equal(fwrite(content.ptr, 1, content.len, stream), content.len);
	assert_int_equal(fclose(stream), 0);
}

static bool load(const char *content, const struct str *flags, size_t flag_count)
{
	if (content)
		write_file(str_from(content));
	return config_load(&arena, content ? path : NULL, flags, flag_count, &config, &problem);
}

/* The load fails, and its sentence holds every one of the words. */
static void assert_problem(const char *content, struct str flag, const char *words[])
{
	if (load(content, &flag, flag.len ? 1 : 0))
		fail_msg("accepted: %s%.*s", content ? content : "", STR_ARG(flag));
	for (; *words; words++) {
		if (str_find(problem, str_from(*words)) < 0)
			fail_msg("\"%.*s\" does not say \"%s\"", STR_ARG(problem), *words);
	}
}
#define WORDS(...) ((const char *[]){ __VA_ARGS__, NULL })

static void every_setting_has_a_good_default(void **state)
{
	(void)state;
	assert_true(load(NULL, NULL, 0));
	for (int i = 0; i < SETTING_COUNT; i++) {
		assert_string_equal(config.source[i], "default");
		assert_true(strlen(setting_help((enum setting)i)) > 10);
		assert_true(strlen(setting_name((enum setting)i)) > 2);
	}
	assert_str(config.text[SETTING_listen], "127.0.0.1:8080");
	assert_int_equal(config.number[SETTING_quote_s], 900);
	assert_int_equal(config.number[SETTING_sandbox], 0);
	assert_true(setting_is_secret(SETTING_smtp_password_file));
	assert_false(setting_is_secret(SETTING_smtp_user));
}

static void later_wins(void **state)
{
	const struct str flags[] = { STR("--quote_s=300"), STR("--mail-from=Flag <f@example.com>"),
		                     STR("--quote-s=301") };

	(void)state;
	setenv("KEEPLINE_QUOTE_S", "200", 1);
	setenv("KEEPLINE_MARGIN_BP", "75", 1);
	assert_true(load("; a comment\n"
	                 "# another\n"
	                 "quote_s = 100\n"
	                 "margin_bp=50\n"
	                 "  \n"
	                 "Sandbox = On\n"
	                 "issuer_name = 鍵 K.K.\n",
	                 flags, COUNT_OF(flags)));
	assert_int_equal(config.number[SETTING_quote_s], 301);
	assert_str(config.text[SETTING_quote_s], "301");
	assert_string_equal(config.source[SETTING_quote_s], "flag");
	assert_int_equal(config.number[SETTING_margin_bp], 75);
	assert_string_equal(config.source[SETTING_margin_bp], "environment");
	assert_int_equal(config.number[SETTING_sandbox], 1);
	assert_string_equal(config.source[SETTING_sandbox], "file");
	assert_str(config.text[SETTING_issuer_name], "鍵 K.K.");
	assert_str(config.text[SETTING_mail_from], "Flag <f@example.com>");
	assert_string_equal(config.source[SETTING_listen], "default");
}

static void says_what_is_wrong_in_a_file(void **state)
{
	char long_line[1000];

	(void)state;
	memset(long_line, 'x', sizeof(long_line) - 1);
	memcpy(long_line, "\nissuer_name = ", 15);
	long_line[sizeof(long_line) - 1] = '\0';
	assert_problem("listen = a:1\nqoute_s = 1\n", STR(""), WORDS(path, "line 2", "qoute_s"));
	assert_problem("quote_s = 59\n", STR(""), WORDS("line 1", "quote_s", "60 to 86400", "59"));
	assert_problem("quote_s = 86401\n", STR(""), WORDS("quote_s"));
	assert_problem("quote_s = 10.5\n", STR(""), WORDS("whole number", "10.5"));
	assert_problem("quote_s =\n", STR(""), WORDS("whole number"));
	assert_problem("sandbox = maybe\n", STR(""), WORDS("yes or no", "maybe"));
	assert_problem("issuer_registration = T123\n", STR(""), WORDS("14 to 14 bytes"));
	assert_problem("issuer_name = \xff\n", STR(""), WORDS("UTF-8"));
	assert_problem("[web]\nlisten = a:1\n", STR(""), WORDS("line 2", "[web]"));
	assert_problem("quote_s = 100\nquote_s = 100\n", STR(""), WORDS("line 2", "twice"));
	assert_problem("quote_s = 100\n  200\n", STR(""), WORDS("line 2", "twice"));
	assert_problem("\n\njust words\n", STR(""), WORDS("line 3", "name = value"));
	assert_problem(long_line, STR(""), WORDS("line 2", "longer than"));
	assert_false(config_load(&arena, "/nowhere/keepline.conf", NULL, 0, &config, &problem));
	assert_true(str_find(problem, STR("/nowhere/keepline.conf: cannot be read")) == 0);
	assert_false(config_load(&arena, "/tmp", NULL, 0, &config, &problem));
}

static void says_what_is_wrong_elsewhere(void **state)
{
	(void)state;
	assert_problem(NULL, STR("--quote_s=1"), WORDS("Flag", "quote_s", "60 to 86400"));
	assert_problem(NULL, STR("--nothing=1"), WORDS("Flag", "--nothing", "no such setting"));
	assert_problem(NULL, STR("--quote_s"), WORDS("--name=value"));
	assert_problem(NULL, STR("quote_s=100"), WORDS("--name=value"));
	assert_problem(NULL, STR("--=100"), WORDS("no such setting"));
	assert_problem(NULL, STR("--listen=a:1\nb"), WORDS("listen", "one line"));
	setenv("KEEPLINE_QUOTE_S", "soon", 1);
	assert_problem(NULL, STR(""), WORDS("Environment", "quote_s", "soon"));
	unsetenv("KEEPLINE_QUOTE_S");
	setenv("KEEPLINE_QOUTE_S", "100", 1);
	assert_problem(NULL, STR(""), WORDS("Environment", "KEEPLINE_QOUTE_S"));
	unsetenv("KEEPLINE_QOUTE_S");
	assert_true(load(NULL, NULL, 0));
}

static void writes_only_on_success(void **state)
{
	(void)state;
	config.number[SETTING_quote_s] = 42;
	assert_false(load("margin_bp = 50\nquote_s = no\n", NULL, 0));
	assert_int_equal(config.number[SETTING_quote_s], 42);
	assert_int_equal(config.number[SETTING_margin_bp], 0);
}

static void reads_secrets_from_files(void **state)
{
	static char large[512 * 1024 + 1];
	struct str  secret = STR("untouched");

	(void)state;
	assert_true(load(NULL, NULL, 0));
	assert_int_equal(config_secret(&arena, &config, SETTING_smtp_password_file, &secret),
	                 ERR_CONFIG);
	config.text[SETTING_smtp_password_file] = STR("/nowhere/password");
	assert_int_equal(config_secret(&arena, &config, SETTING_smtp_password_file, &secret),
	                 ERR_NOT_FOUND);
	config.text[SETTING_smtp_password_file] = str_from(path);
	memset(large, 'x', sizeof(large));
	write_file((struct str){ large, sizeof(large) });
	assert_int_equal(config_secret(&arena, &config, SETTING_smtp_password_file, &secret),
	                 ERR_FULL);
	assert_str(secret, "untouched");
	write_file(STR(" pass word\r\n"));
	assert_int_equal(config_secret(&arena, &config, SETTING_smtp_password_file, &secret),
	                 ERR_OK);
	assert_str(secret, " pass word");
	write_file(STR(""));
	assert_int_equal(config_secret(&arena, &config, SETTING_smtp_password_file, &secret),
	                 ERR_OK);
	assert_str(secret, "");
	write_file((struct str){ large, sizeof(large) - 1 });
	assert_int_equal(config_secret(&arena, &config, SETTING_smtp_password_file, &secret),
	                 ERR_OK);
	assert_int_equal(secret.len, 512 * 1024);
}

static void the_site_is_where_it_listens(void **state)
{
	struct str flags[] = { STR("--listen=[::1]:9123"),
		               STR("--public_url=https://keepline.example") };

	(void)state;
	assert_true(config_load(&arena, NULL, NULL, 0, &config, &problem));
	assert_str(config.text[SETTING_public_url], "http://localhost:8080");
	assert_true(config_load(&arena, NULL, flags, 1, &config, &problem));
	assert_str(config.text[SETTING_public_url], "http://localhost:9123");
	assert_true(config_load(&arena, NULL, flags, 2, &config, &problem));
	assert_str(config.text[SETTING_public_url], "https://keepline.example");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_site_is_where_it_listens),
		TEST(every_setting_has_a_good_default),
		TEST(later_wins),
		TEST(says_what_is_wrong_in_a_file),
		TEST(says_what_is_wrong_elsewhere),
		TEST(writes_only_on_success),
		TEST(reads_secrets_from_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
