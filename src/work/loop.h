/*
 * loop.h - the job worker: takes what is due from the job table, starts it,
 * and stores what came of it.
 *
 * No threads and no waiting inside: main runs work_step(), the net's step and
 * work_settle() in turn on a thread of its own; the simulator does the same by
 * its own clock.  What is under way is only remembered here, never stored: a
 * crash forgets it, and the job table alone says how to go on.
 *
 * Source: HOUSE "One request" 7, "Running shape"; RELIABILITY P1-P5, P10.
 */
#pragma once
#include "core/job.h"
#include "gate/carrier.h"
#include "gate/pay.h"
#include "store/store.h"
#include "store/writer.h"

#define WORK_TAKE_MAX 256  /* jobs of one kind begun in one step */
#define WORK_COOL_MS  5000 /* a job that could not be stored is left alone so long */

struct catalogue;
struct errand;

/* What main brings.  All of it must outlive the worker. */
struct work_setup {
	const struct env       *env;
	struct db              *db; /* a reader of the worker's own */
	struct writer          *writer;
	const struct keys      *keys;
	const struct config    *config;
	const struct catalogue *catalogue;
	const struct carrier   *carrier;
	struct carrier_config   carrier_config;
	struct pay_config       pay_config[PAY_METHOD_COUNT];
	bool                    pay_open[PAY_METHOD_COUNT]; /* its keys are there */
	const struct pay_gateway *(*pay_find)(enum pay_method); /* NULL: gate/pay.h's own */
};

/* For /metrics and the tests; since the start. */
struct work_figures {
	int64_t begun, ended, unstored; /* jobs: started; stored; tried in vain to store */
	int64_t alarms;                 /* waits of which a person was told */
	int64_t errands;                /* under way now */
};

struct work;

/* Reads nothing yet; asks for the sweep at once (work_settle stores it). */
enum err work_open(struct arena *arena, const struct work_setup *setup, struct work **ret);
/* Every command must be settled and the net closed by then. */
void work_close(struct work *work);

/* Begins everything that is due at now_ms and fits; returns the UTC millisecond
 * at which to call again at the latest (INT64_MAX: when woken).  A failing
 * database is logged and tried again after WORK_COOL_MS. */
int64_t work_step(struct work *work, int64_t now_ms);
/* Continues the jobs whose commands are committed; how many there were. */
size_t work_settle(struct work *work);

/* The newest catalogue, between two steps; it must outlive the worker. */
void                work_catalogue(struct work *work, const struct catalogue *catalogue);
struct work_figures work_figures(const struct work *work);
