/*
 * call.c - the command line of one invocation; see command.h.
 */
#include "command.h"

#include "base/config.h"
#include "base/str.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FAIL_LINE_MAX 1024

static int  option_take(struct call *call, char **words, size_t word_count, size_t *at);
static int  option_find(const struct tool *tool, struct str name);
static bool setting_known(struct str name);
static int  call_check(const struct call *call);

int call_parse(struct call *call, char **words, size_t word_count)
{
	bool plain = false; /* behind "--" */

	for (size_t i = 0; i < word_count; i++) {
		int code = EX_OK;

		if (!plain && strcmp(words[i], "--") == 0) {
			plain = true;
		} else if (!plain &&
		           (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)) {
			call_help(call->tool);
			return CALL_HELPED;
		} else if (!plain && words[i][0] == '-' && words[i][1] != '\0') {
			code = option_take(call, words, word_count, &i);
		} else if (call->operand_count == call->tool->operand_max) {
			code = call_fail(call, EX_USAGE,
			                 "\"%.60s\" is one word too many; "
			                 "try keepline %s --help",
			                 words[i], call->tool->name);
		} else {
			call->operand[call->operand_count++] = str_from(words[i]);
		}
		if (code != EX_OK)
			return code;
	}
	return call_check(call);
}

const char *call_option(const struct call *call, const char *name)
{
	int index = option_find(call->tool, str_from(name));

	assert(index >= 0);
	return call->value[index];
}

bool call_given(const struct call *call, const char *name)
{
	return call_option(call, name) != NULL;
}

int call_fail(const struct call *call, int code, const char *format, ...)
{
	char    line[FAIL_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	/* What a file or a person gave must not steer the terminal. */
	for (char *at = line; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7F)
			*at = '?';
	}
	fflush(stdout);
	fprintf(stderr, "keepline %s: %s\n", call->tool->name, line);
	return code;
}

int call_failed(const struct call *call, enum err err, const char *doing)
{
	return call_fail(call, exit_code(err), "%s: %s", doing, err_text(err));
}

int exit_code(enum err err)
{
	static const int codes[ERR_COUNT] = {
		[ERR_OK] = EX_OK,
		[ERR_MEMORY] = EX_OSERR,
		[ERR_FULL] = EX_TEMPFAIL,
		[ERR_DISK] = EX_IOERR,
		[ERR_CORRUPT] = EX_DATAERR,
		[ERR_NETWORK] = EX_UNAVAILABLE,
		[ERR_TIMEOUT] = EX_TEMPFAIL,
		[ERR_CONFIG] = EX_CONFIG,
		[ERR_BUSY] = EX_TEMPFAIL,
		[ERR_NOT_FOUND] = EX_NOINPUT,
		[ERR_INPUT] = EX_DATAERR,
		[ERR_REFUSED] = EX_DATAERR,
	};

	assert(err < ERR_COUNT);
	return codes[err];
}

void call_help(const struct tool *tool)
{
	printf("usage: keepline %s%s%s [OPTION...]\n%s\n", tool->name,
	       tool->operands[0] == '\0' ? "" : " ", tool->operands, tool->help);
	if (tool->more != NULL)
		printf("%s\n", tool->more);
	for (const struct option *option = tool->options; option->name != NULL; option++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", option->name,
		         option->value == NULL ? "" : " ",
		         option->value == NULL ? "" : option->value);
		printf("  %-18s %s\n", left, option->help);
	}
	if (tool->settings)
		puts("  --SETTING=VALUE    Any setting of keepline.conf(5), for this time.");
}

void call_hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* A reader of our output that goes away must not cut a load half-way. */
	signal(SIGPIPE, SIG_IGN);
}

bool call_interrupted(void)
{
	sigset_t set;

	return sigpending(&set) == 0 &&
	       (sigismember(&set, SIGINT) == 1 || sigismember(&set, SIGTERM) == 1 ||
	        sigismember(&set, SIGHUP) == 1);
}

/* --name VALUE or --name=VALUE, an option of the command or a setting. */
static int option_take(struct call *call, char **words, size_t word_count, size_t *at)
{
	struct str word = str_from(words[*at]), name, value;
	bool joined = str_cut(str_starts(word, STR("--")) ? str_skip(word, 2) : STR(""), '=', &name,
	                      &value);
	int  index = option_find(call->tool, name);
	bool setting = index < 0 && call->tool->settings && setting_known(name);
	const char *text = joined ? value.ptr : NULL;

	if (index < 0 && !setting)
		return call_fail(call, EX_USAGE,
		                 "there is no option \"%.60s\"; try keepline %s --help", words[*at],
		                 call->tool->name);
	if (index >= 0 && call->tool->options[index].value == NULL) {
		if (joined)
			return call_fail(call, EX_USAGE, "--%.*s takes no value; leave it out",
			                 STR_ARG(name));
		call->value[index] = "";
		return EX_OK;
	}
	if (text == NULL) {
		if (*at + 1 >= word_count)
			return call_fail(call, EX_USAGE, "--%.*s needs a value; give one behind it",
			                 STR_ARG(name));
		text = words[++*at];
	}
	if (index >= 0) {
		if (call->value[index] != NULL)
			return call_fail(call, EX_USAGE, "--%.*s is given twice; remove one",
			                 STR_ARG(name));
		call->value[index] = text;
		return EX_OK;
	}
	if (call->flag_count == CALL_FLAG_MAX)
		return call_fail(call, EX_USAGE, "more than %d settings; put them into a file",
		                 CALL_FLAG_MAX);
	call->flag[call->flag_count++] = arena_printf(call->arena, "--%.*s=%s", STR_ARG(name),
	                                              text);
	return EX_OK;
}

static int option_find(const struct tool *tool, struct str name)
{
	for (int i = 0; tool->options[i].name != NULL; i++) {
		if (str_eq(str_from(tool->options[i].name), name))
			return i;
	}
	return -1;
}

/* A hyphen is as good as an underscore, as in config.c. */
static bool setting_known(struct str name)
{
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct str known = str_from(setting_name((enum setting)i));
		size_t     same = 0;

		while (known.len == name.len && same < name.len &&
		       (name.ptr[same] == known.ptr[same] ||
		        (name.ptr[same] == '-' && known.ptr[same] == '_')))
			same++;
		if (same == known.len)
			return true;
	}
	return false;
}

static int call_check(const struct call *call)
{
	if (call->operand_count < call->tool->operand_min)
		return call_fail(call, EX_USAGE, "it needs %s; try keepline %s --help",
		                 call->tool->operands, call->tool->name);
	if (call->arena->failed)
		return call_failed(call, ERR_MEMORY, "command line");
	return EX_OK;
}
