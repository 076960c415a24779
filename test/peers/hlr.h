/*
 * hlr.h - the real osmo-hlr for tests: its own loopback address and folder, so
 * that several may run side by side; ended by its pid, and with the test.
 *
 * CTRL and GSUP ports cannot be configured in OsmoHLR 1.5; the address can.
 */
#pragma once
#include <sys/types.h>

#include "base/base.h"

/* A running HLR. */
struct hlr {
	pid_t pid; /* 0: not running */
	char  address[16];
	char  folder[64];
	char  ctrl_url[48], vty_url[48];
};

/* Make a folder and an empty database, start, and wait until CTRL listens.  False: it did not
 * come up; its log was printed. */
bool hlr_start(struct hlr *hlr);
/* Start again with the same database and address. */
bool hlr_restart(struct hlr *hlr);
/* SIGSTOP and SIGCONT: it accepts connections and never answers. */
void hlr_pause(const struct hlr *hlr);
void hlr_continue(const struct hlr *hlr);
/* SIGKILL; the database stays. */
void hlr_kill(struct hlr *hlr);
/* End it and remove its folder. */
void hlr_stop(struct hlr *hlr);
