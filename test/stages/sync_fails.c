/*
 * sync_fails.c - LD_PRELOAD: from the moment at which the file named by
 * SYNC_FAILS exists, the next fsync() or fdatasync() fails with EIO, once, as on
 * a disk that has lost a write; those after it succeed, as Linux has it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_bool failed;

static int sync_now(const char *name, int fd)
{
	union {
		void *symbol;
		int (*call)(int);
	} real = { .symbol = dlsym(RTLD_NEXT, name) };
	const char *sign = getenv("SYNC_FAILS");

	if (sign != NULL && access(sign, F_OK) == 0 && !atomic_exchange(&failed, true)) {
		errno = EIO;
		return -1;
	}
	return real.call(fd);
}

int fsync(int fd)
{
	return sync_now("fsync", fd);
}

int fdatasync(int fd)
{
	return sync_now("fdatasync", fd);
}
