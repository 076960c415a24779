/*
 * command_backup.c - keepline backup: a copy of the database as it is at this
 * moment, also while a server writes to it.
 *
 * The keys are not in it, on purpose: who finds the copy alone can read no
 * number and no address.
 */
#include "data_dir.h"
#include "progress.h"
#include "store/db.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIB 1048576

const struct option backup_options[] = {
	{ "data", "DIR", "The data directory." },
	{ "json", NULL, "One JSON object." },
	{ NULL, NULL, NULL },
};

static int  backup_make(struct call *call, struct house *house, struct progress *progress);
static bool backup_tick(void *ctx, int64_t done, int64_t total);

int command_backup(struct call *call)
{
	struct env      env = env_real();
	struct progress progress;
	struct house    house;
	int             code;

	if (access(call->operand[0].ptr, F_OK) == 0)
		return call_fail(call, EX_CANTCREAT, "%s is there already; choose another name",
		                 call->operand[0].ptr);
	call_hold_signals();
	progress_init(&progress, &env.clock);
	code = house_open(call, DB_READ, &house);
	if (code == EX_OK)
		code = backup_make(call, &house, &progress);
	house_close(&house);
	return code;
}

/* Under another name until it is whole and on the disk. */
static int backup_make(struct call *call, struct house *house, struct progress *progress)
{
	const char *path = call->operand[0].ptr;
	const char *part = arena_printf(call->arena, "%s.part", path).ptr;
	struct stat status;
	int         fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	enum err    err;

	if (fd < 0)
		return call_fail(call, EX_CANTCREAT, "%s cannot be made; check the path", part);
	err = db_backup(house->db, part,
	                &(struct db_watch){ .tick = backup_tick, .ctx = progress });
	progress_clear(progress);
	if (err == ERR_OK && (fsync(fd) != 0 || fstat(fd, &status) != 0 || rename(part, path) != 0))
		err = ERR_DISK;
	(void)close(fd);
	if (err != ERR_OK) {
		(void)unlink(part);
		if (err == ERR_REFUSED)
			return call_fail(call, EX_TEMPFAIL, "stopped; there is no copy");
		return call_failed(call, err, path);
	}
	if (call_given(call, "json"))
		printf("{\"bytes\":%lld}\n", (long long)status.st_size);
	else
		printf("%s: %lld MiB.  It needs %s to be read; keep a copy of that elsewhere.\n",
		       path, (long long)(status.st_size + MIB - 1) / MIB, house->dir.keys);
	return EX_OK;
}

static bool backup_tick(void *ctx, int64_t done, int64_t total)
{
	progress_show(ctx, "copying", "pages", done, total, done);
	return !call_interrupted();
}
