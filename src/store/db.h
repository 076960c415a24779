/*
 * db.h - a connection to Keepline's database.
 *
 * Only store/ sees the engine behind it.  A connection belongs to one thread.
 * Every PRAGMA that matters (journal_mode, synchronous, foreign_keys) is read
 * back after it was set: SQLite accepts a misspelt one silently.
 */
#pragma once
#include "base/arena.h"

#define SCHEMA_VERSION 7 /* of schema.sql; see migrate.h */

struct db;

enum db_mode {
	DB_WRITE, /* the writer's own connection: WAL, synchronous=FULL */
	DB_READ   /* snapshots only; never holds one longer than a request */
};

/* Settings of the whole engine; once, first thing in main(), before any db_open(). */
void db_engine_start(void);

/* Opens an existing database file; the caller closes it.  `arena` keeps the
 * connection's own memory and must outlive it.  vfs NULL = the system's. */
enum err db_open(struct arena *arena, const char *path, enum db_mode mode, const char *vfs,
                 struct db **ret);
/* Makes a new file with the newest schema; ERR_BUSY when one is there. */
enum err db_create(struct arena *arena, const char *path, const char *vfs);
/* The schema's version as the file holds it. */
enum err db_version(struct db *db, int *ret);
void db_close(struct db *db);

enum err db_begin(struct db *db);  /* BEGIN IMMEDIATE on a writer, BEGIN on a reader */
enum err db_commit(struct db *db);
void     db_rollback(struct db *db);
/* PASSIVE, or RESTART; *ret_wal_pages = pages left in the write-ahead log. */
enum err db_checkpoint(struct db *db, bool restart, int64_t *ret_wal_pages);
int64_t  db_last_id(struct db *db);
/* Pages in the write-ahead log after this connection's last commit.  Any thread. */
int64_t  db_wal_pages(const struct db *db);

/* Has a sync ever failed on this connection?  Then the system may have forgotten
 * what it could not write, and the next sync says nothing of it: whoever writes
 * must stop, and a new process reads what is really there.  Any thread. */
bool db_sync_failed(const struct db *db);

/* Told how far a long step is; false stops it. */
struct db_watch {
	bool (*tick)(void *ctx, int64_t page_done, int64_t page_total);
	void *ctx;
};
/* Makes what another thread runs on this connection fail soon. */
void db_interrupt(struct db *db);
/* A copy of the whole database as it is now, in bounded steps, also while others
 * write.  `path` is an empty file or none.  ERR_REFUSED: stopped by the watch. */
enum err db_backup(struct db *db, const char *path, const struct db_watch *watch);
