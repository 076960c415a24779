/*
 * db_sqlite.h - what the generated query functions need of SQLite.
 * Included by store/ only.
 */
#pragma once
#include "store/db.h"

#include <sqlite3.h>

/* The prepared statement of a query (build/gen/store/queries.h), reset and
 * without bindings; NULL on failure, which is logged. */
sqlite3_stmt *db_statement(struct db *db, int query);
/* One step: *ret_row true when a row is there.  SQLite's codes become enum err. */
enum err db_step(struct db *db, sqlite3_stmt *stmt, bool *ret_row);
/* SQL without rows, one statement or several; a failure is logged. */
enum err db_exec(struct db *db, const char *sql);
/* Reset, so that no read transaction lingers. */
void db_finish(sqlite3_stmt *stmt);
/* A statement without rows and without parameters: the schema, PRAGMAs. */
enum err db_exec(struct db *db, const char *sql);
/* A statement that is no named query; NULL on failure, which is logged.  The
 * caller finalizes it. */
sqlite3_stmt *db_prepare(struct db *db, const char *sql);
