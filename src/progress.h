/*
 * progress.h - how far a long command is: a bar on a terminal, a plain line now
 * and then elsewhere.  Always on stderr; results have stdout for themselves.
 */
#pragma once
#include "base/env.h"

#define PROGRESS_BAR_MS   100   /* between two drawings of the bar */
#define PROGRESS_PLAIN_MS 10000 /* between two plain lines */

/* One step of the work at a time. */
struct progress {
	const struct clock *clock;
	const char         *doing; /* "reading"; what the bar says */
	const char         *unit;  /* what the rate counts: "rows" */
	int64_t             start_ms, shown_ms;
	bool                terminal, drawn;
};

void progress_init(struct progress *progress, const struct clock *clock);
/* Another step begins when `doing` changes.  done of total says how full the
 * bar is (total 0: unknown), `count` what the rate is of.  Cheap when it is not
 * yet time to draw. */
void progress_show(struct progress *progress, const char *doing, const char *unit, int64_t done,
                   int64_t total, int64_t count);
/* Takes the bar away, so that something else can be printed. */
void progress_clear(struct progress *progress);
