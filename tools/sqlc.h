/*
 * sqlc.h - what sqlc knows about a query between reading and writing it.
 */
#pragma once
#include "tools/source.h"

#define FIELDS_MAX  48 /* parameters, columns of one query */
#define QUERIES_MAX 1000

/*   id    SQL name  C type (generated code) */
#define TYPES(X)                         \
	X(INT, "int", "int64_t ")        \
	X(TEXT, "text", "struct str ")   \
	X(BLOB, "blob", "struct str ")

#define X(id, name, c) TYPE_##id,
enum type { TYPES(X) TYPE_COUNT };
#undef X
enum kind { KIND_ONE, KIND_MANY, KIND_EXEC, KIND_COUNT };

struct field {
	struct str name;
	enum type  type;
	bool       null, used;
};

struct fields {
	struct field item[FIELDS_MAX];
	size_t       count;
};

struct query {
	const char   *file;
	int           line, sql_line; /* of the header; of the first line of SQL */
	struct str    comment, name, sql;
	enum kind     kind;
	bool          changes, args, arena;
	struct fields param, column, declared;
};

struct sqlc {
	struct arena *arena;
	struct sqlite3 *db;
	const char   *dir;
	struct str    schema;
	struct query *query[QUERIES_MAX];
	size_t        query_count;
};

/* queries.h and queries.c: numbers, names and texts of all queries, and the schema. */
void sqlc_write_queries(struct sqlc *sqlc);
/* STEM_sql.h and STEM_sql.c: the queries from `first` on. */
void sqlc_write_file(struct sqlc *sqlc, struct str stem, size_t first);

/* The place behind the blank, comment, string or quoted name that starts at
 * `at`; `at` itself when there is none. */
size_t sql_skip(struct str sql, size_t at);
/* The same, as often as it goes. */
size_t sql_next(struct str sql, size_t at);
/* Is the word there, in any case of letters, outside of strings and comments?
 * outermost: and outside of parentheses. */
bool sql_has(struct str sql, const char *word, bool outermost);
/* The line of text, from 1, that holds the byte at `offset`. */
int sql_line(struct str text, size_t offset);
