/*
 * writer.h - the one thread that changes the database, by group commit.
 *
 * Every change is a command: load, decide, store, in one call of apply().
 * The writer takes all that waits (at most WRITER_BATCH_MAX), runs them in one
 * transaction, commits once with synchronous=FULL, and only then are they
 * done.  A command validates before it writes, so that a refusal has written
 * nothing; a command that fails half-way fails alone.
 *
 * ADR 004.  PERFORMANCE 2c, 8.
 */
#pragma once
#include "base/env.h"
#include "store/db.h"

#define WRITER_BATCH_MAX 1024
#define WRITER_QUEUE_MAX 4096

struct store;
struct writer;

/* Whose completion list a command belongs to. */
enum writer_owner { WRITER_LOOP, WRITER_WORK, WRITER_OWNER_COUNT };

struct command {
	/* On the writer's thread, inside the group's transaction.  Anything but
	 * ERR_OK undoes what this command wrote; a refusal is ERR_OK with the
	 * refusal in the caller's own struct.  It may run twice: when a neighbour
	 * fails, the group is rolled back and run again without it.  So it reads
	 * what it was given in `arg` and only overwrites its results there. */
	enum err (*apply)(struct store *store, struct command *command);
	void    *arg; /* the caller's; must live until done */
	enum err err; /* set before done: ERR_OK = committed to disk */
	/* Called by writer_settle() on the thread that owns the completions. */
	void (*done)(struct command *command);
	enum writer_owner owner;
	bool             *flag; /* the writer's own, for writer_run() */
	struct command   *next; /* the writer's own */
};

/* A started writer with its own thread and a checkpointer thread; or, with
 * threaded = false, one that runs each batch inside writer_settle() (tests,
 * the simulator, command-line tools). */
/* `checkpoint_db`: a connection of its own for the checkpointer; NULL if not
 * threaded.  All must outlive the writer. */
enum err writer_open(struct arena *arena, struct store *store, bool threaded,
                     struct db *checkpoint_db, struct writer **ret);
void writer_close(struct writer *writer); /* finishes what is queued first */

/* ERR_FULL: the queue is full, nothing was taken.  Any thread. */
enum err writer_submit(struct writer *writer, struct command *command);
/* Submits and waits until committed; for threads that may wait (not the loop). */
enum err writer_run(struct writer *writer, struct command *command);
/* Runs the done() of what was committed for this owner; returns how many. */
size_t writer_settle(struct writer *writer, enum writer_owner owner);
/* Readable when completions wait for this owner: an eventfd; -1 if not threaded. */
int writer_fd(const struct writer *writer, enum writer_owner owner);
/* Called on the writer's thread after a commit that made a job due. */
void writer_on_jobs(struct writer *writer, void (*wake)(void *ctx), void *ctx);
/* Moves the write-ahead log into the file; restart: all of it, on the writer's
 * own connection, else on the checkpointer's.  The threads do it by themselves. */
void writer_checkpoint(struct writer *writer, bool restart);
/* A sync has failed: from now on every command ends with ERR_DISK and nothing is
 * written, until another process opens what is really on the disk
 * (RELIABILITY P6).  Any thread. */
bool writer_broken(const struct writer *writer);
/* For /metrics: pages in the write-ahead log, and commands that wait.  Any thread. */
int64_t writer_wal_pages(const struct writer *writer);
size_t  writer_waiting(struct writer *writer);
