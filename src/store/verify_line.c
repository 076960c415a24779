/*
 * verify_line.c - lines and their keep columns, lots, and what staff did.
 */
#include "base/str.h"
#include "store/line_keep.h"
#include "store/queries.h"
#include "store/verify_part.h"

static void       lines_read(struct verify_run *run);
static void       line_check(struct verify_run *run, struct cursor *cursor);
static void       lots_read(struct verify_run *run);
static void       catalogues_read(struct verify_run *run);
static struct str column_bytes(struct cursor *cursor, int column);
static void       audit_read(struct verify_run *run);

void verify_lines(struct verify_run *run)
{
	lines_read(run);
	lots_read(run);
	catalogues_read(run);
	audit_read(run);
}

static void lines_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_LINES, "line");

	while (cursor_next(&cursor))
		line_check(run, &cursor);
	cursor_close(&cursor);
}

/* The days must come out again from the columns, by the rule that holds today. */
static void line_check(struct verify_run *run, struct cursor *cursor)
{
	const struct verify *verify = run->verify;
	struct str           brand = column_bytes(cursor, 1);
	int64_t              state = cursor_int(cursor, 2);
	struct keep_columns  columns;
	struct line_keep     keep;
	struct keep_result   result;

	if (state < 0 || state >= LINE_STATE_COUNT) {
		verify_found(run, VERIFY_LINE_STATE, cursor->id);
		return;
	}
	for (int i = 0; i < KEEP_COLUMN_COUNT; i++)
		columns.value[i] = cursor_int(cursor, 3 + i);
	line_keep_from(verify->catalogue, brand, (enum line_state)state, &columns, verify->today,
	               &keep);
	if (keep.brand == NULL) {
		verify_found(run, VERIFY_LINE_BRAND, cursor->id);
	} else if (!keep_from_columns(&columns, &keep.state)) {
		verify_found(run, VERIFY_LINE_KEEP, cursor->id);
	} else if (keep.known) {
		keep_result(&keep.rule, &keep.state, &result);
		if (result.safe_until_day != cursor_int(cursor, 9) ||
		    result.lost_day != cursor_int(cursor, 10))
			verify_found(run, VERIFY_LINE_DAY, cursor->id);
	}
}

static void lots_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_LOTS, "lot");

	while (cursor_next(&cursor)) {
		int64_t amount = cursor_int(&cursor, 4), left = cursor_int(&cursor, 5);

		if (left < 0 || left > amount || cursor_int(&cursor, 3) < cursor_int(&cursor, 2))
			verify_found(run, VERIFY_LOT_LEFT, cursor.id);
	}
	cursor_close(&cursor);
}

/* Paid orders keep the version they saw, so none may change. */
static void catalogues_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_CATALOGUES, "catalogue");

	while (cursor_next(&cursor)) {
		struct str    hash = column_bytes(&cursor, 1), body = column_bytes(&cursor, 2);
		struct digest digest;

		sha256(body, &digest);
		if (!str_eq(hash,
		            (struct str){ .ptr = (const char *)digest.byte, .len = HASH_SIZE }))
			verify_found(run, VERIFY_CATALOGUE_HASH, cursor.id);
	}
	cursor_close(&cursor);
}

static struct str column_bytes(struct cursor *cursor, int column)
{
	const void *bytes = sqlite3_column_blob(cursor->stmt, column);

	return (struct str){ .ptr = bytes == NULL ? "" : bytes,
		             .len = (size_t)sqlite3_column_bytes(cursor->stmt, column) };
}

/* Nothing is ever taken out of it, so its numbers have no gap. */
static void audit_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_AUDIT, "audit");

	while (cursor_next(&cursor)) {
		(void)cursor_int(&cursor, 1);
		(void)cursor_int(&cursor, 2);
		if (cursor.id != cursor.previous + 1)
			verify_found(run, VERIFY_AUDIT_GAP, cursor.id);
	}
	cursor_close(&cursor);
}
