/*
 * sim.h - one run of the simulator: a shop, its disk, its partners and its
 * people in one world.
 *
 *	sim.c      the run, and what is printed
 *	life.c     our process: it starts, stores, dies and comes back
 *	people.c   buyers, staff, and the gateway's callbacks at our door
 *	check.c    what must be true
 */
#pragma once
#include "partners.h"
#include "store/disk.h"
#include "store/shop.h"
#include "work/loop.h"

#include <sqlite3.h>

enum { SIM_LINES = 40, DAY_MS = 86400000, SPREAD_MS = 6 * 3600 * 1000, CALM_DAYS = 4 };

struct tally {
	int64_t placed, refused, unserved, active, refunded, unpaid;
	int64_t deaths, power_losses, stops, hooks, steps;
};

struct sim {
	struct shop     shop;
	struct disk     disk;
	struct world    world;
	struct partners partners;
	struct arena    work_arena;
	struct work    *work;
	sqlite3        *eye; /* looks into the database beside us */
	int64_t         seed, seen_event, lines[SIM_LINES];
	int64_t         callbacks; /* acknowledged, each once */
	int64_t         die_first; /* at that change of the disk and never again; 0: by chance */
	bool            verbose, calm;
	bool            storing; /* a commit may be under way */
	struct tally    tally;
};

extern struct sim sim; /* too large for a stack; one run at a time */

/* Says what is wrong, by seed and order, and ends the program. */
void sim_fail(const char *what, int64_t order_id);

/* life.c: the process from its start to the run's end. */
void life_begin(const struct faults *faults);
void life_end(void);
/* Runs a command as a person would: when we die over it, again after the
 * restart.  Anything but ERR_OK: a polite failure, and nothing is stored. */
enum err life_run(enum err (*apply)(struct store *, struct command *), void *arg);
enum err life_quote(int64_t line_id, const char *pack, uint16_t currency, int64_t *ret);
enum err life_hear(const struct payment_report *report, enum settle_doubt *ret);
/* True: we were dead or had to stop, and are here again. */
bool life_restarted(void);
/* Before a step: what the disk may do to it. */
void life_weather(void);
void life_kill(void); /* now, between two steps */

/* people.c: plans so many orders. */
void people_plan(int64_t order_count);
void people_hook(void *ctx, enum letter_kind kind, struct truth *truth, struct str header,
                 struct str body);

/* check.c: reads the database as it is now, undisturbed. */
void check_open(void);
void check_close(void);
void check_ask(const char *sql, int64_t bound, int64_t *ret, int columns);
void check_truth(const struct truth *truth);
void check_new(void); /* all that was stored since the last look */
void check_end(void);
/* The whole database as everybody sees it; check_survived() compares and frees it. */
struct picture {
	unsigned char *bytes;
	sqlite3_int64  size;
	int64_t        last[4]; /* highest numbers */
	uint64_t       hash;    /* of the newest ledger entry */
};
struct picture check_picture(void);
/* After a death: what was acknowledged is there; unless something was under way
 * the database is the very same. */
void check_survived(struct picture *before, bool under_way);
/* The books and the file's structure, by keepline verify's own checks. */
void check_verify(void);
