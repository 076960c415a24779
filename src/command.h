/*
 * command.h - the subcommands of keepline: what each takes, and how it is
 * called.
 *
 * One table (main.c) names them; each lives in its own command_NAME.c.  A
 * command returns an exit code of sysexits.h.  It says what went wrong in one
 * line on stderr that ends with what to do; results go to stdout, as JSON when
 * --json is given (API.md).
 */
#pragma once
#include "base/arena.h"
#include "base/base.h"

#include <sysexits.h>

#define CALL_OPERAND_MAX 8
#define CALL_OPTION_MAX  12
#define CALL_FLAG_MAX    64                 /* settings on one command line */
#define CALL_MEMORY_MAX  (16 * 1024 * 1024) /* bytes of call->arena */

/* An option of a command; value NULL: a switch.  Tables end with a NULL name. */
struct option {
	const char *name;  /* without its dashes */
	const char *value; /* what stands for its value in the help: "DIR" */
	const char *help;  /* one sentence */
};

struct call;

/* A subcommand. */
struct tool {
	const char *name;
	const char *operands; /* as the help shows them: "lines|catalogue|rates FILE" */
	const char *help;     /* one sentence */
	const char *more;     /* further lines of the help; may be NULL */
	const struct option *options;
	size_t operand_min, operand_max;
	bool   settings; /* --SETTING=VALUE is taken, for every row of settings.def */
	bool   logs;     /* a service: log lines on stderr; else only the command's own words */
	int  (*run)(struct call *call);
};

/* One invocation.  Strings are argv's own. */
struct call {
	const struct tool *tool;
	struct arena      *arena;
	struct str         operand[CALL_OPERAND_MAX];
	size_t             operand_count;
	const char        *value[CALL_OPTION_MAX]; /* in the order of tool->options; "" a switch */
	struct str         flag[CALL_FLAG_MAX];    /* settings, "name=value" */
	size_t             flag_count;
};

#define CALL_HELPED (-1) /* call_parse: --help was asked for, and is printed */

/* Reads the words behind the command's name.  EX_OK: run it.  EX_USAGE: one
 * line on stderr says why.  CALL_HELPED: nothing is left to do. */
int call_parse(struct call *call, char **words, size_t word_count);
/* The value of an option by its name, NULL when it was not given; asserts that
 * the command has it. */
const char *call_option(const struct call *call, const char *name);
bool call_given(const struct call *call, const char *name);
/* "keepline import: <what went wrong; what to do>" on stderr; returns `code`. */
int call_fail(const struct call *call, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a failure of the machine, with its own sentence and exit code. */
int call_failed(const struct call *call, enum err err, const char *doing);
/* The exit code of a failure. */
int exit_code(enum err err);
/* The help of one command on stdout. */
void call_help(const struct tool *tool);
/* Was Ctrl-C pressed, or SIGTERM sent?  Only after call_hold_signals(). */
bool call_interrupted(void);
/* From here on SIGINT and SIGTERM wait until somebody asks. */
void call_hold_signals(void);

/* The commands themselves, each in its own file. */
int command_init(struct call *call);
int command_serve(struct call *call);
int command_import(struct call *call);
int command_verify(struct call *call);
int command_key(struct call *call);
int command_config(struct call *call);
int command_backup(struct call *call);
int command_staff(struct call *call);
int command_rates(struct call *call);
int command_reconcile(struct call *call);

/* What each command takes; the rows of main.c point here. */
extern const struct option serve_options[];
extern const struct option init_options[], import_options[], verify_options[], key_options[],
    config_options[], backup_options[], staff_options[], rates_options[],
    reconcile_options[];
