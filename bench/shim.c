/*
 * shim.c - LD_PRELOAD: fsync() and fdatasync() take 1 ms longer, as they do on
 * the disks of most people who will run this.  For ours and for the peers.
 *
 * SHIM_US in the environment: another number of microseconds.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define DELAY_US_MAX 1000000

static int slow(const char *name, int fd);

int fsync(int fd)
{
	return slow("fsync", fd);
}

int fdatasync(int fd)
{
	return slow("fdatasync", fd);
}

/* The real call first: the delay must not hide in what it waits for. */
static int slow(const char *name, int fd)
{
	union {
		void *symbol;
		int (*call)(int);
	} real = { .symbol = dlsym(RTLD_NEXT, name) };
	const char     *text = getenv("SHIM_US");
	long            us = text != NULL ? strtol(text, NULL, 10) : 1000;
	int             status = real.call(fd), error = errno;
	struct timespec pause;

	if (us < 0 || us > DELAY_US_MAX)
		us = DELAY_US_MAX;
	pause = (struct timespec){ .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };
	while (nanosleep(&pause, &pause) != 0 && errno == EINTR)
		;
	errno = error;
	return status;
}
