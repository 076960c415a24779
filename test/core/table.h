/*
 * table.h - reads a text table of cases (test/core/NOUN.t), so that an operator
 * can read and extend them without knowing C.
 *
 *	# a comment                         blank lines do nothing
 *	= name                              what follows belongs to this section
 *	input | expected | ...              cells, trimmed; "quoted" keeps blanks
 *
 * A table that is missing, empty, or has a row with another number of cells
 * than the test wants fails the test: rows cannot be skipped unseen.
 */
#pragma once
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

#define TABLE_LINE_MAX 1024
#define TABLE_CELL_MAX 8

struct table {
	FILE       *file;
	const char *path;
	int         line, row_count;
	char        text[TABLE_LINE_MAX];
	struct str  cell[TABLE_CELL_MAX];
};

static inline struct str table_cell(struct str s)
{
	s = str_trim(s);
	if (s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"')
		s = (struct str){ .ptr = s.ptr + 1, .len = s.len - 2 };
	return s;
}

/* Opens `path` (from the top of the tree) at its section. */
static inline struct table table_open(const char *path, const char *section)
{
	struct table table = { .file = fopen(path, "r"), .path = path };
	struct str name;

	if (!table.file)
		fail_msg("%s: cannot be opened; run the tests from the top of the tree", path);
	while (fgets(table.text, sizeof table.text, table.file)) {
		table.line++;
		name = str_trim(str_from(table.text));
		if (str_starts(name, STR("=")) &&
		    str_eq(str_trim(str_skip(name, 1)), str_from(section)))
			return table;
	}
	fail_msg("%s: no section \"= %s\"", path, section);
	return table;
}

/* The next row into table->cell; false at the section's end, which fails when
 * there was no row at all. */
static inline bool table_next(struct table *table, int cell_count)
{
	while (fgets(table->text, sizeof table->text, table->file)) {
		struct str rest = str_trim(str_from(table->text)), head;
		int count = 0;
		bool more = true;

		table->line++;
		if (rest.len == 0 || rest.ptr[0] == '#')
			continue;
		if (rest.ptr[0] == '=')
			break;
		for (; more && count < TABLE_CELL_MAX; count++) {
			more = str_cut(rest, '|', &head, &rest);
			table->cell[count] = table_cell(head);
		}
		if (more || count != cell_count)
			fail_msg("%s:%d: %d cells are wanted", table->path, table->line,
				 cell_count);
		table->row_count++;
		return true;
	}
	fclose(table->file);
	if (table->row_count == 0)
		fail_msg("%s: a section without rows", table->path);
	return false;
}

/* The cell is exactly what came out; fails with the row's place. */
static inline void table_expect(const struct table *table, int cell, struct str got)
{
	if (!str_eq(table->cell[cell], got))
		fail_msg("%s:%d: expected \"%.*s\", got \"%.*s\"", table->path, table->line,
			 STR_ARG(table->cell[cell]), STR_ARG(got));
}

/* A cell that must be a whole number. */
static inline int64_t table_int64(const struct table *table, int cell)
{
	int64_t value = 0;

	if (!str_to_int64(table->cell[cell], &value))
		fail_msg("%s:%d: \"%.*s\" is no whole number", table->path, table->line,
			 STR_ARG(table->cell[cell]));
	return value;
}
