/*
 * reconcile.h - compares the statements that an operator has brought
 * (keepline reconcile), a stretch at a time between the worker's other tasks,
 * and looks again at what was to heal by asking.
 *
 * The command only writes the statement's rows: numbers of the books are handed
 * out from the server's memory alone.
 */
#pragma once
#include "store/statement.h"
#include "store/writer.h"

#define RECONCILE_LOOK_MS 1000  /* between two looks for a new statement */
#define RECONCILE_HEAL_MS 10000 /* between two looks at what heals */
#define RECONCILE_HEAL_MAX 50   /* mismatches looked at in one command */

struct reconcile {
	struct db     *db; /* the worker's reader */
	struct writer *writer;
	struct command command;
	bool           busy;       /* the command is under way */
	int64_t        id;         /* statement; 0: heal */
	int64_t        heal_after; /* the last mismatch looked at; */
	int64_t        next_after; /* and after this command */
	int64_t        look_ms, heal_ms;
};

void reconcile_open(struct reconcile *reconcile, struct db *db, struct writer *writer);
/* Submits what is next; returns the UTC millisecond at which to call again. */
int64_t reconcile_step(struct reconcile *reconcile, int64_t now_ms);

/* The same work for a command without a server: heals at most RECONCILE_HEAL_MAX open
 * mismatches behind *after; *after is 0 when there are no more. */
enum err reconcile_heal(struct store *store, int64_t *after);
