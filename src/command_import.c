/*
 * command_import.c - keepline import lines|catalogue|rates FILE.
 */
#include "base/str.h"
#include "base/utf8.h"
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct option import_options[] = {
	{ "data", "DIR", "The data directory." },
	{ "dry-run", NULL, "Check everything, change nothing." },
	{ "skip-bad", NULL, "lines: load the good rows although others are refused." },
	{ "rows", NULL, "lines: print what becomes of each row, also on a terminal." },
	{ "source", "NAME", "rates: ecb, or operator for currencies that the ECB has not." },
	{ "json", NULL, "One JSON object a line instead of text." },
	{ NULL, NULL, NULL },
};

static const struct {
	const char *name;
	int (*run)(struct import *import);
} kinds[] = {
	{ "lines", import_lines },
	{ "catalogue", import_catalogue },
	{ "rates", import_rates },
};

int command_import(struct call *call)
{
	struct house  house;
	struct import import = {
		.call = call,
		.house = &house,
		.env = env_real(),
		.path = call->operand[1].ptr,
		.dry_run = call_given(call, "dry-run"),
		.skip_bad = call_given(call, "skip-bad"),
		.json = call_given(call, "json"),
		.rows = call_given(call, "rows") || isatty(STDOUT_FILENO) != 1,
	};
	size_t kind = 0;
	int    code;

	while (kind < COUNT_OF(kinds) && !str_eq(call->operand[0], str_from(kinds[kind].name)))
		kind++;
	if (kind == COUNT_OF(kinds))
		return call_fail(call, EX_USAGE, "say lines, catalogue or rates, not \"%.*s\"",
		                 (int)str_take(call->operand[0], 40).len, call->operand[0].ptr);
	call_hold_signals();
	progress_init(&import.progress, &import.env.clock);
	code = house_open(call, DB_WRITE, &house);
	if (code == EX_OK)
		code = kinds[kind].run(&import);
	house_close(&house);
	return code;
}

int import_open(struct import *import, int *ret_code)
{
	int fd = strcmp(import->path, "-") == 0 ? dup(STDIN_FILENO)
	                                        : open(import->path, O_RDONLY | O_CLOEXEC);

	*ret_code = EX_OK;
	if (fd < 0)
		*ret_code = call_fail(import->call, errno == EACCES ? EX_NOPERM : EX_NOINPUT,
		                      "%s: cannot be opened (%s); check the path and its "
		                      "permissions",
		                      import->path, strerror(errno));
	return fd;
}

bool import_lists(struct import *import)
{
	import->listed_count++;
	if (import->json || import->skip_bad || import->listed_count <= IMPORT_LISTED_MAX) {
		progress_clear(&import->progress);
		return true;
	}
	if (import->listed_count == IMPORT_LISTED_MAX + 1)
		printf("(more than %d; the others are only counted)\n", IMPORT_LISTED_MAX);
	return false;
}

int import_read(struct import *import, struct arena *arena, size_t max, struct str *ret)
{
	char   *text = arena_alloc(arena, max + 1);
	size_t  len = 0;
	ssize_t got = 1;
	int     code;
	int     fd = import_open(import, &code);

	if (fd < 0)
		return code;
	if (text == NULL) {
		(void)close(fd);
		return call_failed(import->call, ERR_MEMORY, import->path);
	}
	while (got > 0 && len <= max) {
		got = read(fd, text + len, max + 1 - len);
		len += got > 0 ? (size_t)got : 0;
	}
	(void)close(fd);
	if (got < 0)
		return call_fail(import->call, EX_IOERR, "%s: cannot be read (%s); check the disk",
		                 import->path, strerror(errno));
	*ret = (struct str){ .ptr = text, .len = len };
	return EX_OK;
}

void import_json_text(struct str text)
{
	putchar('"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c < ' ' || c == 0x7F)
			printf("\\u%04x", c);
		else if (c == '"' || c == '\\')
			printf("\\%c", c);
		else
			putchar(c);
	}
	putchar('"');
}
