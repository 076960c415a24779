/*
 * sqlc.c - named queries in, typed C functions out.
 *
 *	sqlc -s schema.sql -o DIR a.sql b.sql ...
 *
 * Every query is prepared against an in-memory database made from the schema:
 * a mistake is an error at its own line.  DIR gets queries.h and queries.c
 * (numbers and texts of all queries, the schema's text) and NAME_sql.h and
 * NAME_sql.c for every NAME.sql.  A query is written as
 *
 *	-- # What it is for; this becomes the comment of the C declaration.
 *	-- line_by_imsi(imsi int, name text?) one
 *	select id, label from line where imsi = :imsi and label is :name
 *
 * one: the first row, or ERR_NOT_FOUND.  many: an array; a LIMIT is required.
 * exec: no rows; "exec changes" also returns the number of changed rows.
 * "args" at the end: the parameters come as a struct NAME_args (for long lists).
 * Types: int text blob; "?" = may be NULL.  An expression's type is declared
 * behind an arrow: line_count() one -> (count int).  Further "--" lines right
 * below the header continue it.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "tools/sqlc.h"

static const char *const kind_name[KIND_COUNT] = { "one", "many", "exec" };
#define X(id, name, c) name,
static const char *const type_name[TYPE_COUNT] = { TYPES(X) };
#undef X

static void           schema_load(struct sqlc *sqlc, const char *path);
static void           file_read(struct sqlc *sqlc, const char *path);
static void           query_header(struct query *query, struct str header);
static void           query_word(struct query *query, struct str word);
static void           query_fields(struct query *query, struct str list, struct fields *ret);
static void           field_add(struct query *query, struct fields *fields, struct field field);
static struct field  *field_find(struct fields *fields, struct str name);
static void           query_prepare(struct sqlc *sqlc, struct query *query);
static void           query_number(struct sqlc *sqlc, struct query *query, sqlite3_stmt *stmt);
static void           query_twins(struct sqlc *sqlc, const struct query *query);
_Noreturn static void query_fail(const struct query *query, size_t offset, const char *message);
static void column_find(struct sqlc *sqlc, struct query *query, sqlite3_stmt *stmt, int index);
static bool column_never_null(struct sqlc *sqlc, struct query *query, sqlite3_stmt *stmt,
                              int index);

int main(int argc, char **argv)
{
	static struct arena arena;
	static struct sqlc  sqlc = { .arena = &arena };

	arena_init(&arena, SOURCE_MEMORY);
	if (argc < 5 || strcmp(argv[1], "-s") != 0 || strcmp(argv[3], "-o") != 0) {
		fputs("usage: sqlc -s schema.sql -o DIR a.sql b.sql ...\n", stderr);
		return 64;
	}
	sqlc.dir = argv[4];
	schema_load(&sqlc, argv[2]);
	for (int i = 5; i < argc; i++) {
		size_t first = sqlc.query_count;

		file_read(&sqlc, argv[i]);
		for (size_t q = first; q < sqlc.query_count; q++)
			query_prepare(&sqlc, sqlc.query[q]);
		sqlc_write_file(&sqlc, source_stem(argv[i]), first);
	}
	sqlc_write_queries(&sqlc);
	sqlite3_close(sqlc.db);
	arena_free(&arena);
	return 0;
}

static void schema_load(struct sqlc *sqlc, const char *path)
{
	const char *text, *tail;

	sqlc->schema = source_open(sqlc->arena, path).rest;
	text = tail = arena_cstr(sqlc->arena, sqlc->schema);
	if (sqlite3_open(":memory:", &sqlc->db) != SQLITE_OK)
		source_fail(path, 1, "no memory for a database");
	while (*tail != '\0') {
		size_t        start = (size_t)(tail - text);
		sqlite3_stmt *stmt = NULL;

		start = sql_next(sqlc->schema, start);
		if (sqlite3_prepare_v2(sqlc->db, text + start, -1, &stmt, &tail) != SQLITE_OK) {
			int offset = sqlite3_error_offset(sqlc->db);

			start += offset > 0 ? (size_t)offset : 0;
			source_fail(path, sql_line(sqlc->schema, start), "%s",
			            sqlite3_errmsg(sqlc->db));
		}
		if (stmt != NULL && sqlite3_step(stmt) == SQLITE_ERROR)
			source_fail(path, sql_line(sqlc->schema, start), "%s",
			            sqlite3_errmsg(sqlc->db));
		sqlite3_finalize(stmt);
	}
}

/* Splits a file into queries: comment lines, a header, then SQL up to the next header. */
static void file_read(struct sqlc *sqlc, const char *path)
{
	struct source source = source_open(sqlc->arena, path);
	struct str    line, comment = { 0 }, header = { 0 };
	struct query *query = NULL;

	while (source_line(&source, &line)) {
		bool       dashes = str_starts(line, STR("--"));
		struct str text = str_trim(str_skip(line, 2));

		if (dashes && str_starts(text, STR("#"))) {
			comment = arena_printf(sqlc->arena, "%.*s%s%.*s", STR_ARG(comment),
			                       comment.len == 0 ? "" : "\n * ",
			                       STR_ARG(str_trim(str_skip(text, 1))));
		} else if (dashes && query != NULL && query->sql.len == 0) {
			header = arena_printf(sqlc->arena, "%.*s %.*s", STR_ARG(header),
			                      STR_ARG(text));
		} else if (dashes && str_skip(text, source_word(text).len).len > 0 &&
		           text.ptr[source_word(text).len] == '(') {
			if (query != NULL)
				query_header(query, header);
			if (sqlc->query_count == QUERIES_MAX)
				source_fail(path, source.line, "more than %d queries", QUERIES_MAX);
			query = sqlc->query[sqlc->query_count++] = ARENA_NEW(sqlc->arena,
			                                                     struct query);
			*query = (struct query){ .file = path,
				                 .line = source.line,
				                 .comment = comment };
			header = text;
			comment = (struct str){ 0 };
		} else if (query != NULL && (query->sql.len > 0 || str_trim(line).len > 0)) {
			if (query->sql.len == 0)
				query->sql_line = source.line;
			query->sql = arena_printf(sqlc->arena, "%.*s%.*s\n", STR_ARG(query->sql),
			                          STR_ARG(dashes ? STR("") : line));
		} else if (!dashes && str_trim(line).len > 0) {
			source_fail(path, source.line,
			            "SQL without a header \"-- name(...) kind\"");
		}
	}
	if (query != NULL)
		query_header(query, header);
}

/* name(parameters) kind [changes] [args] [-> (columns)] */
static void query_header(struct query *query, struct str header)
{
	struct str list, rest;

	query->kind = KIND_COUNT;
	query->name = source_word(header);
	if (!str_cut(str_skip(header, query->name.len + 1), ')', &list, &rest))
		source_fail(query->file, query->line, "no ) behind the parameters");
	query_fields(query, list, &query->param);
	for (rest = str_trim(rest); rest.len > 0; rest = str_trim(rest)) {
		if (!str_starts(rest, STR("->"))) {
			struct str word;

			(void)str_cut(rest, ' ', &word, &rest);
			query_word(query, word);
			continue;
		}
		rest = str_trim(str_skip(rest, 2));
		if (!str_starts(rest, STR("(")) || !str_cut(str_skip(rest, 1), ')', &list, &rest))
			source_fail(query->file, query->line, "columns go as -> (name type, ...)");
		query_fields(query, list, &query->declared);
	}
	if (query->kind == KIND_COUNT)
		source_fail(query->file, query->line, "say one, many or exec");
	if (str_trim(query->sql).len == 0)
		source_fail(query->file, query->line, "%.*s has no SQL", STR_ARG(query->name));
}

static void query_word(struct query *query, struct str word)
{
	if (str_eq(word, STR("changes")) && query->kind == KIND_EXEC) {
		query->changes = true;
	} else if (str_eq(word, STR("args")) && query->kind != KIND_COUNT) {
		query->args = true;
	} else {
		size_t kind = query->kind == KIND_COUNT ? 0 : KIND_COUNT;

		while (kind < KIND_COUNT && !str_eq(word, str_from(kind_name[kind])))
			kind++;
		if (kind == KIND_COUNT)
			source_fail(query->file, query->line, "unexpected \"%.*s\"", STR_ARG(word));
		query->kind = (enum kind)kind;
	}
}

/* "imsi int, name text?" */
static void query_fields(struct query *query, struct str list, struct fields *ret)
{
	struct str item;

	for (list = str_trim(list); list.len > 0; list = str_trim(list)) {
		struct field field = { .type = 0 };
		struct str   type;
		size_t       t = 0;

		(void)str_cut(list, ',', &item, &list);
		(void)str_cut(str_trim(item), ' ', &field.name, &type);
		type = str_trim(type);
		field.null = str_ends(type, STR("?"));
		type = str_take(type, type.len - field.null);
		while (t < TYPE_COUNT && !str_eq(type, str_from(type_name[t])))
			t++;
		if (t == TYPE_COUNT || field.name.len == 0 ||
		    source_word(field.name).len != field.name.len)
			source_fail(query->file, query->line,
			            "\"%.*s\" is not a name and int, text or blob",
			            STR_ARG(str_trim(item)));
		field.type = (enum type)t;
		field_add(query, ret, field);
	}
}

static void field_add(struct query *query, struct fields *fields, struct field field)
{
	if (field_find(fields, field.name) != NULL)
		source_fail(query->file, query->line, "%.*s twice", STR_ARG(field.name));
	if (fields->count == FIELDS_MAX)
		source_fail(query->file, query->line, "more than %d fields", FIELDS_MAX);
	fields->item[fields->count++] = field;
}

static struct field *field_find(struct fields *fields, struct str name)
{
	for (size_t i = 0; i < fields->count; i++) {
		if (str_eq(fields->item[i].name, name))
			return &fields->item[i];
	}
	return NULL;
}

static void query_prepare(struct sqlc *sqlc, struct query *query)
{
	sqlite3_stmt *stmt = NULL;
	const char   *text, *tail;

	query_twins(sqlc, query);
	text = arena_cstr(sqlc->arena, query->sql);
	if (sqlite3_prepare_v2(sqlc->db, text, -1, &stmt, &tail) != SQLITE_OK) {
		int offset = sqlite3_error_offset(sqlc->db);

		query_fail(query, offset > 0 ? (size_t)offset : 0, sqlite3_errmsg(sqlc->db));
	}
	if (sql_next(query->sql, (size_t)(tail - text)) < query->sql.len)
		query_fail(query, (size_t)(tail - text) + 1, "one statement a query, please");
	query->sql = str_take(query->sql, (size_t)(tail - text));
	for (int i = 0; i < sqlite3_column_count(stmt); i++)
		column_find(sqlc, query, stmt, i);
	if (query->kind == KIND_EXEC && query->column.count > 0)
		query_fail(query, 0, "exec, but the SQL returns rows");
	if (query->kind != KIND_EXEC && query->column.count == 0)
		query_fail(query, 0, "one or many, but the SQL returns no rows");
	if (query->kind == KIND_MANY && !sql_has(query->sql, "limit", sqlite3_stmt_readonly(stmt)))
		query_fail(query, 0, "many needs a LIMIT");
	for (size_t i = 0; i < query->declared.count; i++) {
		if (!query->declared.item[i].used)
			query_fail(query, 0, "a column declared behind -> is not in the result");
	}
	query_number(sqlc, query, stmt);
	sqlite3_finalize(stmt);
}

static void query_fail(const struct query *query, size_t offset, const char *message)
{
	source_fail(query->file, query->sql_line + sql_line(query->sql, offset) - 1, "%.*s: %s",
	            STR_ARG(query->name), message);
}

static void query_twins(struct sqlc *sqlc, const struct query *query)
{
	for (size_t q = 0; q < sqlc->query_count && sqlc->query[q] != query; q++) {
		if (str_eq(sqlc->query[q]->name, query->name))
			source_fail(query->file, query->line, "%.*s is already in %s:%d",
			            STR_ARG(query->name), sqlc->query[q]->file,
			            sqlc->query[q]->line);
	}
}

/* Replaces :name by ?N, N counting the header's parameters from 1. */
static void query_number(struct sqlc *sqlc, struct query *query, sqlite3_stmt *stmt)
{
	struct str sql = str_trim(query->sql);
	struct buf buf;

	for (int i = 1; i <= sqlite3_bind_parameter_count(stmt); i++) {
		const char *name = sqlite3_bind_parameter_name(stmt, i);

		if (name == NULL || name[0] != ':')
			query_fail(query, 0, "parameters are named, as in :imsi");
		if (field_find(&query->param, str_from(name + 1)) == NULL)
			source_fail(query->file, query->line, "%.*s: %s is not in the header",
			            STR_ARG(query->name), name);
		field_find(&query->param, str_from(name + 1))->used = true;
	}
	for (size_t i = 0; i < query->param.count; i++) {
		if (!query->param.item[i].used)
			source_fail(query->file, query->line, "%.*s: the SQL does not use :%.*s",
			            STR_ARG(query->name), STR_ARG(query->param.item[i].name));
	}
	buf_init(&buf, sqlc->arena, SOURCE_MAX);
	for (size_t at = 0; at < sql.len;) {
		size_t     next = sql_skip(sql, at);
		struct str word = source_word(str_skip(sql, at + 1));

		if (next == at && sql.ptr[at] == ':') {
			buf_printf(&buf, "?%d",
			           (int)(field_find(&query->param, word) - query->param.item) + 1);
			at += 1 + word.len;
			continue;
		}
		next = next == at ? at + 1 : next;
		buf_add(&buf, str_take(str_skip(sql, at), next - at));
		at = next;
	}
	query->sql = buf_str(&buf);
}

static void column_find(struct sqlc *sqlc, struct query *query, sqlite3_stmt *stmt, int index)
{
	/*  as declared in the schema: */
	static const struct {
		const char *name;
		enum type   type;
	} decl[] = { { "INTEGER", TYPE_INT },
		     { "INT", TYPE_INT },
		     { "BIGINT", TYPE_INT },
		     { "TEXT", TYPE_TEXT },
		     { "BLOB", TYPE_BLOB } };
	const char   *name = sqlite3_column_name(stmt, index);
	struct str    type = str_from(sqlite3_column_decltype(stmt, index));
	struct field  field = { .name = arena_str(sqlc->arena, str_from(name)) };
	struct field *declared = field_find(&query->declared, field.name);
	size_t        d = 0;

	if (source_word(field.name).len != field.name.len)
		query_fail(query, 0, "a column needs a C name: ... as name");
	while (d < COUNT_OF(decl) && !str_eq_nocase(type, str_from(decl[d].name)))
		d++;
	if (declared != NULL) {
		declared->used = true;
		field = *declared;
	} else if (d == COUNT_OF(decl)) {
		query_fail(query, 0,
		           arena_cstr(sqlc->arena,
		                      arena_printf(sqlc->arena, "declare the type of %s behind ->",
		                                   name)));
	} else {
		field.type = decl[d].type;
		field.null = !column_never_null(sqlc, query, stmt, index);
	}
	query->arena = query->arena || field.type != TYPE_INT;
	field_add(query, &query->column, field);
}

/* An outer join or the second half of a union can be NULL where the table is not. */
static bool column_never_null(struct sqlc *sqlc, struct query *query, sqlite3_stmt *stmt, int index)
{
	static const char *const doubtful[] = { "left", "right", "full", "union" };
	const char              *table = sqlite3_column_table_name(stmt, index);
	const char              *column = sqlite3_column_origin_name(stmt, index);
	const char              *type;
	int                      not_null = 0, primary = 0;

	for (size_t i = 0; i < COUNT_OF(doubtful); i++) {
		if (sql_has(query->sql, doubtful[i], false))
			return false;
	}
	if (table == NULL || column == NULL ||
	    sqlite3_table_column_metadata(sqlc->db, NULL, table, column, &type, NULL, &not_null,
	                                  &primary, NULL) != SQLITE_OK)
		return false;
	return not_null != 0 || (primary != 0 && str_eq_nocase(str_from(type), STR("INTEGER")));
}
