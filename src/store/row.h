/*
 * row.h - what the functions made by sqlc lean on: binding parameters, reading
 * columns, and growing an array of rows in an arena.
 *
 * A column that the schema calls NOT NULL must hold a value of its type; when
 * it does not, the file is damaged (or a query hides a NULL behind a scalar
 * subquery) and the read fails instead of inventing a 0.
 */
#pragma once
#include "base/arena.h"

struct sqlite3_stmt;

/* index counts from 1, as in SQL's ?1.  Bytes are borrowed until the statement
 * is reset.  False only when SQLite is out of memory or the value is too big. */
bool row_bind_int(struct sqlite3_stmt *stmt, int index, int64_t value);
bool row_bind_text(struct sqlite3_stmt *stmt, int index, struct str value);
bool row_bind_blob(struct sqlite3_stmt *stmt, int index, struct str value);
/* The same, where NULL (no pointer) is stored as SQL's NULL. */
bool row_bind_int_null(struct sqlite3_stmt *stmt, int index, const int64_t *value);
bool row_bind_text_null(struct sqlite3_stmt *stmt, int index, const struct str *value);
bool row_bind_blob_null(struct sqlite3_stmt *stmt, int index, const struct str *value);

/* column counts from 0.  Text and blob are copied into the arena.  False when
 * the column is NULL, has another type, or the arena is spent (arena->failed). */
bool row_int(struct sqlite3_stmt *stmt, int column, int64_t *ret);
bool row_text(struct sqlite3_stmt *stmt, int column, struct arena *arena, struct str *ret);
bool row_blob(struct sqlite3_stmt *stmt, int column, struct arena *arena, struct str *ret);
bool row_null(struct sqlite3_stmt *stmt, int column);
/* Rows changed by the statement that was just stepped. */
int64_t row_changes(struct sqlite3_stmt *stmt);

/* Room for one more row of `size` bytes behind `count` of them: the same array,
 * or a larger copy (*cap is its new room).  NULL when the arena is spent. */
void *row_grow(struct arena *arena, void *rows, size_t count, size_t *cap, size_t size);
