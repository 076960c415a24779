/*
 * row.c - parameters in, columns out.
 */
#include <sqlite3.h>
#include <string.h>

#include "store/row.h"

#define ROW_FIRST_CAP 8 /* rows in a first array */

static bool        copy(struct arena *arena, const void *bytes, int len, struct str *ret);
static const char *bytes_of(struct str value);

bool row_bind_int(struct sqlite3_stmt *stmt, int index, int64_t value)
{
	return sqlite3_bind_int64(stmt, index, value) == SQLITE_OK;
}

bool row_bind_text(struct sqlite3_stmt *stmt, int index, struct str value)
{
	return sqlite3_bind_text64(stmt, index, bytes_of(value), value.len, SQLITE_STATIC,
	                           SQLITE_UTF8) == SQLITE_OK;
}

bool row_bind_blob(struct sqlite3_stmt *stmt, int index, struct str value)
{
	return sqlite3_bind_blob64(stmt, index, bytes_of(value), value.len, SQLITE_STATIC) ==
	       SQLITE_OK;
}

bool row_bind_int_null(struct sqlite3_stmt *stmt, int index, const int64_t *value)
{
	return value == NULL ? sqlite3_bind_null(stmt, index) == SQLITE_OK
	                     : row_bind_int(stmt, index, *value);
}

bool row_bind_text_null(struct sqlite3_stmt *stmt, int index, const struct str *value)
{
	return value == NULL ? sqlite3_bind_null(stmt, index) == SQLITE_OK
	                     : row_bind_text(stmt, index, *value);
}

bool row_bind_blob_null(struct sqlite3_stmt *stmt, int index, const struct str *value)
{
	return value == NULL ? sqlite3_bind_null(stmt, index) == SQLITE_OK
	                     : row_bind_blob(stmt, index, *value);
}

bool row_int(struct sqlite3_stmt *stmt, int column, int64_t *ret)
{
	/* Every row has a dozen: looking the column up once halves the price.  Such a
	 * value may be read by the thread that owns the connection. */
	sqlite3_value *value = sqlite3_column_value(stmt, column);

	if (sqlite3_value_type(value) != SQLITE_INTEGER)
		return false;
	*ret = sqlite3_value_int64(value);
	return true;
}

bool row_text(struct sqlite3_stmt *stmt, int column, struct arena *arena, struct str *ret)
{
	if (sqlite3_column_type(stmt, column) != SQLITE_TEXT)
		return false;
	const void *bytes = sqlite3_column_text(stmt, column);

	return copy(arena, bytes, sqlite3_column_bytes(stmt, column), ret);
}

bool row_blob(struct sqlite3_stmt *stmt, int column, struct arena *arena, struct str *ret)
{
	if (sqlite3_column_type(stmt, column) != SQLITE_BLOB)
		return false;
	const void *bytes = sqlite3_column_blob(stmt, column);

	return copy(arena, bytes, sqlite3_column_bytes(stmt, column), ret);
}

bool row_null(struct sqlite3_stmt *stmt, int column)
{
	return sqlite3_column_type(stmt, column) == SQLITE_NULL;
}

int64_t row_changes(struct sqlite3_stmt *stmt)
{
	return sqlite3_changes64(sqlite3_db_handle(stmt));
}

void *row_grow(struct arena *arena, void *rows, size_t count, size_t *cap, size_t size)
{
	size_t room = *cap == 0 ? ROW_FIRST_CAP : *cap * 2;
	void  *larger;

	if (count < *cap)
		return rows;
	larger = arena_alloc(arena, room * size);
	if (larger == NULL)
		return NULL;
	if (count > 0)
		memcpy(larger, rows, count * size);
	*cap = room;
	return larger;
}

static bool copy(struct arena *arena, const void *bytes, int len, struct str *ret)
{
	/* SQLite gives NULL for an empty blob, and for a value it had no memory for. */
	if (len < 0 || (len > 0 && bytes == NULL))
		return false;
	*ret = arena_str(arena, (struct str){ .ptr = len == 0 ? "" : bytes, .len = (size_t)len });
	return !arena->failed;
}

static const char *bytes_of(struct str value)
{
	return value.ptr == NULL ? "" : value.ptr; /* SQLite would store NULL */
}
