/*
 * hlr.c - see hlr.h.
 */
#include "peers/hlr.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CTRL_PORT = 4259, WAIT_MS = 10000, STEP_MS = 20, PATH_SIZE = 128 };

static const char *const files[] = { "hlr.cfg", "hlr.log", "hlr.db", "hlr.db-wal", "hlr.db-shm" };

static void path_of(const struct hlr *hlr, const char *file, char ret[PATH_SIZE])
{
	snprintf(ret, PATH_SIZE, "%s/%s", hlr->folder, file);
}

static bool config_write(const struct hlr *hlr)
{
	char  path[PATH_SIZE];
	FILE *file;

	path_of(hlr, "hlr.cfg", path);
	file = fopen(path, "w");
	if (file == NULL)
		return false;
	fprintf(file,
	        "log stderr\n logging filter all 1\n logging color 0\n"
	        " logging level main notice\n"
	        "line vty\n bind %s\nctrl\n bind %s\nhlr\n gsup\n  bind ip %s\n",
	        hlr->address, hlr->address, hlr->address);
	return fclose(file) == 0;
}

/* In the child: become osmo-hlr, which ends when the test does. */
static void become(const struct hlr *hlr, pid_t parent)
{
	char config[PATH_SIZE], database[PATH_SIZE], log[PATH_SIZE];
	int  fd;

	path_of(hlr, "hlr.cfg", config);
	path_of(hlr, "hlr.db", database);
	path_of(hlr, "hlr.log", log);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (getppid() == parent && fd >= 0 && dup2(fd, 1) >= 0 && dup2(fd, 2) >= 0)
		execlp("osmo-hlr", "osmo-hlr", "-c", config, "-l", database, (char *)NULL);
	_exit(127);
}

static bool listens(const struct hlr *hlr)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(CTRL_PORT) };
	int                fd = socket(AF_INET, SOCK_STREAM, 0);
	bool               up;

	inet_pton(AF_INET, hlr->address, &at.sin_addr);
	up = fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
	close(fd);
	return up;
}

static void log_print(const struct hlr *hlr)
{
	char  path[PATH_SIZE], line[256];
	FILE *file;

	path_of(hlr, "hlr.log", path);
	file = fopen(path, "r");
	fprintf(stderr, "osmo-hlr did not come up on %s; is the package osmo-hlr installed?\n",
	        hlr->address);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		fprintf(stderr, "  %s", line);
	if (file != NULL)
		fclose(file);
}

bool hlr_restart(struct hlr *hlr)
{
	pid_t parent = getpid();

	assert(hlr->pid == 0);
	hlr->pid = fork();
	if (hlr->pid == 0)
		become(hlr, parent);
	for (int waited = 0; waited < WAIT_MS; waited += STEP_MS) {
		if (waitpid(hlr->pid, NULL, WNOHANG) != 0)
			break;
		if (listens(hlr))
			return true;
		usleep(STEP_MS * 1000);
	}
	log_print(hlr);
	hlr_kill(hlr);
	return false;
}

bool hlr_start(struct hlr *hlr)
{
	unsigned pid = (unsigned)getpid();

	*hlr = (struct hlr){ 0 };
	snprintf(hlr->folder, sizeof(hlr->folder), "/tmp/keepline-hlr-XXXXXX");
	if (mkdtemp(hlr->folder) == NULL)
		return false;
	/* 127.93.1.1 and up: unique among the tests that run now. */
	snprintf(hlr->address, sizeof(hlr->address), "127.93.%u.%u", pid / 250 % 250 + 1,
	         pid % 250 + 1);
	snprintf(hlr->ctrl_url, sizeof(hlr->ctrl_url), "ctrl://%s:4259", hlr->address);
	snprintf(hlr->vty_url, sizeof(hlr->vty_url), "vty://%s:4258", hlr->address);
	return config_write(hlr) && hlr_restart(hlr);
}

void hlr_pause(const struct hlr *hlr)
{
	assert(hlr->pid > 0);
	kill(hlr->pid, SIGSTOP);
}

void hlr_continue(const struct hlr *hlr)
{
	assert(hlr->pid > 0);
	kill(hlr->pid, SIGCONT);
}

void hlr_kill(struct hlr *hlr)
{
	if (hlr->pid <= 0)
		return;
	kill(hlr->pid, SIGKILL);
	waitpid(hlr->pid, NULL, 0);
	hlr->pid = 0;
}

void hlr_stop(struct hlr *hlr)
{
	char path[PATH_SIZE];

	hlr_kill(hlr);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		path_of(hlr, files[i], path);
		unlink(path);
	}
	rmdir(hlr->folder);
}
