/*
 * migrate.h - bringing a database of an older Keepline up to date.
 *
 * One row for each version of the schema; version 1 is the first one that was
 * released.  schema.sql is always the newest; a test holds both together: a
 * database of every older version, migrated, has the very same schema.
 *
 * To change the schema: change schema.sql, raise SCHEMA_VERSION, add a row with
 * the SQL that turns the version before into it, and freeze the old schema in
 * test/store/upgrade/.
 */
#pragma once
#include "store/db.h"

/* What makes this version out of the one before. */
struct migration {
	int         version;
	const char *sql; /* NULL: the first version */
};

/* Up to date, one migration a transaction: a crash between two goes on from
 * where it stopped.  The connection must be a DB_WRITE one, and the only one. */
enum err migrate(struct db *db);
/* The same with another table; for tests. */
enum err migrate_by(struct db *db, const struct migration *table, size_t count);
