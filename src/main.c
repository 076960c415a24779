/*
 * main.c - the subcommands of keepline, one row each.
 */
#include "base/log.h"
#include "base/str.h"
#include "command.h"
#include "store/db.h"
#include "version.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct tool tools[] = {
	{ .name = "init", .run = command_init, .options = init_options, .settings = true,
	  .operands = "", .help = "Make a data directory: keys, settings, an empty database.",
	  .more = "Settings given here are written into its keepline.conf." },
	{ .name = "serve", .run = command_serve, .options = serve_options,
	  .operands = "", .settings = true, .logs = true,
	  .help = "Serve the site, the API and the jobs of one data directory.",
	  .more = "Stops on SIGTERM or Ctrl-C; what was acknowledged is on the disk." },
	{ .name = "import", .run = command_import, .options = import_options,
	  .operands = "lines|catalogue|rates FILE", .operand_min = 2, .operand_max = 2,
	  .help = "Load a file: lines of SIMs, the catalogue, or the ECB's exchange rates.",
	  .more = "lines: CSV with a header, in any order: brand and one of imsi, iccid, serial;\n"
	          "  msisdn, payment, state, activated_on, kept_until, identity. FILE - is stdin.\n"
	          "A file with a mistake changes nothing; the same file twice changes nothing." },
	{ .name = "rates", .run = command_rates, .options = rates_options,
	  .operands = "fetch|list|confirm [CURRENCY DAY]", .operand_min = 1, .operand_max = 3,
	  .settings = true,
	  .help = "Fetch exchange rates, show them, or confirm one that moved by more than 3 %.",
	  .more = "fetch: the European Central Bank's, from rates_url; keepline serve does it by\n"
	          "  itself. confirm CNY 2026-11-20 --reason TEXT: sales in it go on." },
	{ .name = "reconcile", .run = command_reconcile, .options = reconcile_options,
	  .operands = "GATEWAY FILE", .operand_min = 2, .operand_max = 2,
	  .help = "Compare a gateway's statement with our payments, and book what agrees.",
	  .more = "Exit 0 when all agrees, 1 when something is open; the desk shows it, too.\n"
	          "The same file twice changes nothing. FILE is as the gateway gives it." },
	{ .name = "verify", .run = command_verify, .options = verify_options, .operands = "",
	  .help = "Check sums, hash chain, lots and states; exit 0 when good, 1 when not." },
	{ .name = "backup", .run = command_backup, .options = backup_options,
	  .operands = "FILE", .operand_min = 1, .operand_max = 1,
	  .help = "Copy the database to FILE, also while the server runs; the keys stay apart." },
	{ .name = "key", .run = command_key, .options = key_options,
	  .operands = "add|list|revoke [NUMBER]", .operand_min = 1, .operand_max = 2,
	  .help = "Make an API key, shown once; list them; revoke one." },
	{ .name = "staff", .run = command_staff, .options = staff_options, .operands = "",
	  .help = "Print a one-time link that makes a member of staff." },
	{ .name = "config", .run = command_config, .options = config_options,
	  .operands = "check|show", .operand_min = 1, .operand_max = 1, .settings = true,
	  .help = "Check the settings, or show them with where each comes from." },
};
/* clang-format on */

static int                usage(FILE *stream, int code);
static const struct tool *tool_find(const char *name);

int main(int argc, char **argv)
{
	struct arena arena;
	struct call  call = { .arena = &arena };
	const char  *name = argc > 1 ? argv[1] : "";
	int          code;

	if (argc < 2)
		return usage(stderr, EX_USAGE);
	if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
		printf("keepline %s\n", KEEPLINE_VERSION);
		return EX_OK;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
		return usage(stdout, EX_OK);
	call.tool = tool_find(name);
	if (call.tool == NULL) {
		fprintf(stderr, "keepline: there is no command \"%.40s\"; try keepline --help\n",
		        name);
		return EX_USAGE;
	}
	if (!call.tool->logs)
		log_limit(LOG_NOTHING);
	db_engine_start();
	arena_init(&arena, CALL_MEMORY_MAX);
	code = call_parse(&call, argv + 2, (size_t)argc - 2);
	if (code == EX_OK)
		code = call.tool->run(&call);
	arena_free(&arena);
	if (fflush(stdout) != 0 && code <= EX_OK)
		return call_fail(&call, EX_IOERR,
		                 "the output could not be written; check the disk");
	return code == CALL_HELPED ? EX_OK : code;
}

static int usage(FILE *stream, int code)
{
	fputs("usage: keepline COMMAND [OPTION...]\n", stream);
	for (size_t i = 0; i < COUNT_OF(tools); i++)
		fprintf(stream, "  %-8s %s\n", tools[i].name, tools[i].help);
	fputs("keepline COMMAND --help says more; so does keepline(1).\n", stream);
	return code;
}

static const struct tool *tool_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(tools); i++) {
		if (strcmp(tools[i].name, name) == 0)
			return &tools[i];
	}
	return NULL;
}
