/*
 * db_sqlite.c - SQLite behind db.h.
 *
 * Only here are PRAGMAs set, and each is read back (RELIABILITY, conclusion 3).
 */
#include "store/db_sqlite.h"

#include "base/log.h"
#include "base/str.h"
#include "store/queries.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CACHE_KIB         65536
#define BUSY_TIMEOUT_MS   5000
#define BACKUP_STEP_PAGES 1000
#define PATH_MAX_LEN      1024

enum bound { BOUND_BEGIN, BOUND_COMMIT, BOUND_ROLLBACK, BOUND_COUNT };

struct db {
	sqlite3        *handle;
	enum db_mode    mode;
	_Atomic int64_t wal_pages; /* written by the hook after each commit */
	_Atomic bool    sync_failed;
	sqlite3_stmt   *statements[QUERY_COUNT];
	sqlite3_stmt   *bounds[BOUND_COUNT]; /* of a transaction: each request's, so kept */
};

static enum err err_from_sqlite(int code);
static void     sync_watch(struct db *db);
static enum err open_handle(struct db *db, const char *path, int flags, const char *vfs);
static enum err set_pragmas(struct db *db);
static enum err pragma_check(struct db *db, const char *set, const char *get, const char *expected);
static enum err bound(struct db *db, enum bound which, const char *sql);
static enum err executed(struct db *db, int code);
static int      wal_hook(void *ctx, sqlite3 *handle, const char *name, int pages);

void db_engine_start(void)
{
	/* Its counters cost a mutex in each allocation: 8 % of a write, measured. */
	int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

	assert(code == SQLITE_OK);
}

enum err db_open(struct arena *arena, const char *path, enum db_mode mode, const char *vfs,
                 struct db **ret)
{
	struct db *db = ARENA_NEW(arena, struct db);
	int        flags = SQLITE_OPEN_NOMUTEX;
	int        version = 0;
	enum err   err;

	if (db == NULL) {
		return ERR_MEMORY;
	}
	db->mode = mode;
	flags |= mode == DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	err = open_handle(db, path, flags, vfs);
	if (err == ERR_OK) {
		err = set_pragmas(db);
	}
	if (err == ERR_OK) {
		err = db_version(db, &version);
	}
	if (err == ERR_OK && version > SCHEMA_VERSION) {
		log_line(LOG_ERROR, "database is newer than this program",
		         LOG_NUMBER("database", version), LOG_NUMBER("program", SCHEMA_VERSION));
		err = ERR_CONFIG;
	}
	if (err != ERR_OK) {
		db_close(db);
		return err;
	}
	*ret = db;
	return ERR_OK;
}

enum err db_create(struct arena *arena, const char *path, const char *vfs)
{
	struct db *db = ARENA_NEW(arena, struct db);
	char       version[64];
	enum err   err;

	if (db == NULL) {
		return ERR_MEMORY;
	}
	if (vfs == NULL && access(path, F_OK) == 0) {
		return ERR_BUSY;
	}
	db->mode = DB_WRITE;
	err = open_handle(db, path,
	                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, vfs);
	if (err == ERR_OK) {
		err = set_pragmas(db);
	}
	snprintf(version, sizeof(version), "PRAGMA user_version = %d", SCHEMA_VERSION);
	if (err == ERR_OK) {
		err = db_exec(db, "BEGIN IMMEDIATE");
	}
	if (err == ERR_OK) {
		err = db_exec(db, schema_sql);
	}
	if (err == ERR_OK) {
		err = db_exec(db, version);
	}
	if (err == ERR_OK) {
		err = db_exec(db, "COMMIT");
	}
	db_close(db);
	return err;
}

void db_close(struct db *db)
{
	for (size_t i = 0; i < QUERY_COUNT; i++) {
		sqlite3_finalize(db->statements[i]);
		db->statements[i] = NULL;
	}
	for (size_t i = 0; i < BOUND_COUNT; i++) {
		sqlite3_finalize(db->bounds[i]);
		db->bounds[i] = NULL;
	}
	if (sqlite3_close(db->handle) != SQLITE_OK) {
		log_line(LOG_ERROR, "database connection leaks a statement",
		         LOG_TEXT("error", str_from(sqlite3_errmsg(db->handle))));
	}
	db->handle = NULL;
}

enum err db_begin(struct db *db)
{
	return bound(db, BOUND_BEGIN, db->mode == DB_WRITE ? "BEGIN IMMEDIATE" : "BEGIN");
}

enum err db_commit(struct db *db)
{
	return bound(db, BOUND_COMMIT, "COMMIT");
}

void db_rollback(struct db *db)
{
	/* After a full disk SQLite has rolled back by itself. */
	if (sqlite3_get_autocommit(db->handle) == 0) {
		(void)bound(db, BOUND_ROLLBACK, "ROLLBACK");
	}
}

enum err db_checkpoint(struct db *db, bool restart, int64_t *ret_wal_pages)
{
	int pages = 0, done = 0;
	int mode = restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
	int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, mode, &pages, &done);

	/* Busy: a reader held it back; the next one comes soon. */
	if (code != SQLITE_OK && code != SQLITE_BUSY) {
		sync_watch(db);
		return err_from_sqlite(code);
	}
	*ret_wal_pages = done >= pages ? 0 : pages;
	return ERR_OK;
}

void db_interrupt(struct db *db)
{
	sqlite3_interrupt(db->handle);
}

enum err db_backup(struct db *db, const char *path, const struct db_watch *watch)
{
	sqlite3        *copy = NULL;
	sqlite3_backup *backup = NULL;
	enum err        err;
	int             left, total;
	int code = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	err = err_from_sqlite(code);
	/* An open snapshot: else each write of the server would begin the copy anew. */
	if (err == ERR_OK)
		err = db_begin(db);
	/* BEGIN alone takes no snapshot: the first read does. */
	if (err == ERR_OK)
		err = db_exec(db, "SELECT 1 FROM sqlite_schema LIMIT 1");
	/* The caller syncs the file once, when it is whole. */
	if (err == ERR_OK)
		err = err_from_sqlite(sqlite3_exec(copy, "PRAGMA synchronous = OFF", 0, 0, 0));
	if (err == ERR_OK)
		backup = sqlite3_backup_init(copy, "main", db->handle, "main");
	if (err == ERR_OK && backup == NULL)
		err = ERR_DISK;
	while (err == ERR_OK && code != SQLITE_DONE) {
		code = sqlite3_backup_step(backup, BACKUP_STEP_PAGES);
		err = err_from_sqlite(code);
		left = sqlite3_backup_remaining(backup);
		total = sqlite3_backup_pagecount(backup);
		if (err == ERR_OK && !watch->tick(watch->ctx, total - left, total))
			err = ERR_REFUSED;
	}
	if (backup != NULL && sqlite3_backup_finish(backup) != SQLITE_OK && err == ERR_OK)
		err = ERR_DISK;
	db_rollback(db);
	if (sqlite3_close(copy) != SQLITE_OK && err == ERR_OK)
		err = ERR_DISK;
	return err;
}

int64_t db_wal_pages(const struct db *db)
{
	return atomic_load(&db->wal_pages);
}

bool db_sync_failed(const struct db *db)
{
	return atomic_load(&db->sync_failed);
}

int64_t db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

sqlite3_stmt *db_statement(struct db *db, int query)
{
	sqlite3_stmt **slot = &db->statements[query];

	if (*slot == NULL) {
		int code = sqlite3_prepare_v3(db->handle, query_sql[query], -1,
		                              SQLITE_PREPARE_PERSISTENT, slot, NULL);
		if (code != SQLITE_OK) {
			log_line(LOG_ERROR, "query cannot be prepared", LOG_NUMBER("query", query),
			         LOG_TEXT("error", str_from(sqlite3_errmsg(db->handle))));
			return NULL;
		}
	}
	return *slot;
}

sqlite3_stmt *db_prepare(struct db *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL) != SQLITE_OK)
		log_line(LOG_ERROR, "statement cannot be prepared",
		         LOG_TEXT("error", str_from(sqlite3_errmsg(db->handle))));
	return stmt;
}

enum err db_step(struct db *db, sqlite3_stmt *stmt, bool *ret_row)
{
	int code = sqlite3_step(stmt);

	if (code == SQLITE_ROW || code == SQLITE_DONE) {
		*ret_row = code == SQLITE_ROW;
		return ERR_OK;
	}
	log_line(LOG_ERROR, "query failed", LOG_TEXT("error", str_from(sqlite3_errmsg(db->handle))),
	         LOG_NUMBER("code", sqlite3_extended_errcode(db->handle)));
	sync_watch(db);
	return err_from_sqlite(code);
}

enum err db_exec(struct db *db, const char *sql)
{
	return executed(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

static enum err bound(struct db *db, enum bound which, const char *sql)
{
	sqlite3_stmt **slot = &db->bounds[which];
	int            code = SQLITE_OK;
	enum err       err;

	if (*slot == NULL)
		code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, slot,
		                          NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(*slot);
	err = executed(db, code == SQLITE_DONE ? SQLITE_OK : code);
	(void)sqlite3_reset(*slot); /* its error was told */
	return err;
}

static enum err executed(struct db *db, int code)
{
	if (code != SQLITE_OK) {
		log_line(LOG_ERROR, "statement failed",
		         LOG_TEXT("error", str_from(sqlite3_errmsg(db->handle))),
		         LOG_NUMBER("code", sqlite3_extended_errcode(db->handle)));
		sync_watch(db);
	}
	return err_from_sqlite(code);
}

void db_finish(sqlite3_stmt *stmt)
{
	/* Its error, if any, was already told by db_step. */
	(void)sqlite3_reset(stmt);
	(void)sqlite3_clear_bindings(stmt);
}

static enum err open_handle(struct db *db, const char *path, int flags, const char *vfs)
{
	int code = sqlite3_open_v2(path, &db->handle, flags, vfs);

	if (code != SQLITE_OK) {
		log_line(LOG_ERROR, "database cannot be opened",
		         LOG_TEXT("error", str_from(sqlite3_errmsg(db->handle))));
		return err_from_sqlite(code);
	}
	sqlite3_extended_result_codes(db->handle, 0);
	sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
	return ERR_OK;
}

static enum err set_pragmas(struct db *db)
{
	char     cache[64];
	enum err err = ERR_OK;

	snprintf(cache, sizeof(cache), "PRAGMA cache_size = -%d", CACHE_KIB);
	if (db->mode == DB_WRITE) {
		err = pragma_check(db, "PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal");
		if (err == ERR_OK) {
			err = pragma_check(db, "PRAGMA synchronous = FULL", "PRAGMA synchronous",
			                   "2");
		}
		/* Instead of the automatic checkpoint inside the commit that passes a limit. */
		sqlite3_wal_hook(db->handle, wal_hook, db);
	} else {
		err = pragma_check(db, "PRAGMA query_only = ON", "PRAGMA query_only", "1");
	}
	if (err == ERR_OK) {
		err = pragma_check(db, "PRAGMA temp_store = MEMORY", "PRAGMA temp_store", "2");
	}
	if (err == ERR_OK) {
		err = pragma_check(db, "PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0");
	}
	if (err == ERR_OK) {
		err = pragma_check(db, cache, "PRAGMA cache_size", "-65536");
	}
	return err;
}

static enum err pragma_check(struct db *db, const char *set, const char *get, const char *expected)
{
	sqlite3_stmt *stmt = NULL;
	enum err      err = db_exec(db, set);
	bool          same = false;

	if (err != ERR_OK) {
		return err;
	}
	if (sqlite3_prepare_v2(db->handle, get, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		same = strcmp((const char *)sqlite3_column_text(stmt, 0), expected) == 0;
	}
	sqlite3_finalize(stmt);
	if (!same) {
		log_line(LOG_ERROR, "database setting was not taken",
		         LOG_TEXT("pragma", str_from(set)));
		return ERR_CONFIG;
	}
	return ERR_OK;
}

enum err db_version(struct db *db, int *ret)
{
	sqlite3_stmt *stmt = NULL;
	enum err      err = ERR_CORRUPT;

	if (sqlite3_prepare_v2(db->handle, "PRAGMA user_version", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		*ret = sqlite3_column_int(stmt, 0);
		err = ERR_OK;
	}
	sqlite3_finalize(stmt);
	return err;
}

static enum err err_from_sqlite(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return ERR_OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_NOMEM:
	case SQLITE_TOOBIG:
		return ERR_MEMORY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_CORRUPT;
	case SQLITE_CONSTRAINT:
		return ERR_REFUSED;
	default:
		return ERR_DISK;
	}
}

static void sync_watch(struct db *db)
{
	int code = sqlite3_extended_errcode(db->handle);

	if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
		atomic_store(&db->sync_failed, true);
	}
}

/* It replaces SQLite's own automatic checkpoint, which would run inline. */
static int wal_hook(void *ctx, sqlite3 *handle, const char *name, int pages)
{
	struct db *db = ctx;

	(void)handle;
	(void)name;
	atomic_store(&db->wal_pages, pages);
	return SQLITE_OK;
}
