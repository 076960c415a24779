/*
 * sqlc_write.c - the C that sqlc makes of its queries.
 */
#include <string.h>

#include "tools/sqlc.h"

#define X(id, name, c) { name, c },
static const struct {
	const char *name, *c;
} type_table[TYPE_COUNT] = { TYPES(X) };
#undef X

static void write_struct(struct buf *buf, const struct query *query, const char *suffix,
                         const struct fields *fields, bool params);
static void write_prototype(struct buf *buf, const struct query *query);
static void write_reader(struct buf *buf, const struct query *query);
static void write_function(struct buf *buf, const struct query *query);
static void write_binds(struct buf *buf, const struct query *query);
static void write_one(struct buf *buf, const struct query *query);
static void write_many(struct buf *buf, const struct query *query);
static bool takes_arena(const struct query *query);

void sqlc_write_queries(struct sqlc *sqlc)
{
	struct buf header, code;

	buf_init(&header, sqlc->arena, SOURCE_MAX);
	buf_init(&code, sqlc->arena, SOURCE_MAX);
	buf_add(&header,
	        STR("/* Made by sqlc: every query's number, name and text, and the schema. */\n"
	            "#pragma once\n\nenum query {\n"));
	for (size_t q = 0; q < sqlc->query_count; q++)
		buf_printf(&header, "\tQUERY_%.*s,\n",
		           STR_ARG(source_upper(sqlc->arena, sqlc->query[q]->name)));
	buf_add(&header,
	        STR("\tQUERY_COUNT\n};\n\n"
	            "extern const char *const query_name[QUERY_COUNT + 1];\n"
	            "extern const char *const query_sql[QUERY_COUNT + 1]; /* last: NULL */\n"
	            "extern const char schema_sql[];\n"));
	buf_add(&code,
	        STR("/* Made by sqlc. */\n#include <stddef.h>\n\n#include \"store/queries.h\"\n\n"
	            "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n"
	            "const char *const query_name[QUERY_COUNT + 1] = {\n"));
	for (size_t q = 0; q < sqlc->query_count; q++)
		buf_printf(&code, "\t\"%.*s\",\n", STR_ARG(sqlc->query[q]->name));
	buf_add(&code, STR("\tNULL\n};\n\nconst char *const query_sql[QUERY_COUNT + 1] = {\n"));
	for (size_t q = 0; q < sqlc->query_count; q++) {
		buf_add_char(&code, '\t');
		source_literal(&code, sqlc->query[q]->sql);
		buf_add(&code, STR(",\n"));
	}
	buf_add(&code, STR("\tNULL\n};\n\nconst char schema_sql[] =\n\t    "));
	source_literal(&code, sqlc->schema);
	buf_add(&code, STR(";\n"));
	source_write(sqlc->arena, sqlc->dir, "queries.h", &header);
	source_write(sqlc->arena, sqlc->dir, "queries.c", &code);
}

void sqlc_write_file(struct sqlc *sqlc, struct str stem, size_t first)
{
	struct buf header, code;

	buf_init(&header, sqlc->arena, SOURCE_MAX);
	buf_init(&code, sqlc->arena, SOURCE_MAX);
	buf_printf(&header,
	           "/* Made by sqlc from %.*s.sql. */\n#pragma once\n"
	           "#include \"base/arena.h\"\n\nstruct db;\n",
	           STR_ARG(stem));
	buf_printf(&code,
	           "/* Made by sqlc from %.*s.sql. */\n#include \"store/%.*s_sql.h\"\n"
	           "#include \"store/db_sqlite.h\"\n#include \"store/queries.h\"\n"
	           "#include \"store/row.h\"\n",
	           STR_ARG(stem), STR_ARG(stem));
	for (size_t q = first; q < sqlc->query_count; q++) {
		const struct query *query = sqlc->query[q];

		buf_add_char(&header, '\n');
		if (query->column.count > 0)
			write_struct(&header, query, "row", &query->column, false);
		if (query->args)
			write_struct(&header, query, "args", &query->param, true);
		if (query->comment.len > 0)
			buf_printf(&header, "/* %.*s */\n", STR_ARG(query->comment));
		write_prototype(&header, query);
		buf_add(&header, STR(";\n"));
		if (query->column.count > 0)
			write_reader(&code, query);
		buf_add_char(&code, '\n');
		write_prototype(&code, query);
		buf_printf(&code,
		           "\n{\n\tstruct sqlite3_stmt *stmt = db_statement(db, QUERY_%.*s);\n\n",
		           STR_ARG(source_upper(sqlc->arena, query->name)));
		write_function(&code, query);
	}
	source_write(sqlc->arena, sqlc->dir,
	             arena_cstr(sqlc->arena,
	                        arena_printf(sqlc->arena, "%.*s_sql.h", STR_ARG(stem))),
	             &header);
	source_write(
	    sqlc->arena, sqlc->dir,
	    arena_cstr(sqlc->arena, arena_printf(sqlc->arena, "%.*s_sql.c", STR_ARG(stem))), &code);
}

/* A nullable column is a value and NAME_null; a nullable parameter a pointer. */
static void write_struct(struct buf *buf, const struct query *query, const char *suffix,
                         const struct fields *fields, bool params)
{
	buf_printf(buf, "struct %.*s_%s {\n", STR_ARG(query->name), suffix);
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *field = &fields->item[i];

		buf_printf(buf, "\t%s%s%s%.*s;\n", params && field->null ? "const " : "",
		           type_table[field->type].c, params && field->null ? "*" : "",
		           STR_ARG(field->name));
		if (field->null && !params)
			buf_printf(buf, "\tbool %.*s_null;\n", STR_ARG(field->name));
	}
	buf_add(buf, STR("};\n"));
}

static void write_prototype(struct buf *buf, const struct query *query)
{
	buf_printf(buf, "enum err %.*s(struct db *db", STR_ARG(query->name));
	if (takes_arena(query))
		buf_add(buf, STR(", struct arena *arena"));
	if (query->args)
		buf_printf(buf, ", const struct %.*s_args *args", STR_ARG(query->name));
	for (size_t i = 0; i < query->param.count && !query->args; i++) {
		const struct field *field = &query->param.item[i];

		buf_printf(buf, ", %s%s%s%.*s", field->null ? "const " : "",
		           type_table[field->type].c, field->null ? "*" : "", STR_ARG(field->name));
	}
	if (query->kind == KIND_ONE)
		buf_printf(buf, ", struct %.*s_row *ret", STR_ARG(query->name));
	else if (query->kind == KIND_MANY)
		buf_printf(buf, ", struct %.*s_row **ret, size_t *ret_count", STR_ARG(query->name));
	else if (query->changes)
		buf_add(buf, STR(", int64_t *ret_changes"));
	buf_add_char(buf, ')');
}

static void write_reader(struct buf *buf, const struct query *query)
{
	buf_printf(
	    buf, "\nstatic bool %.*s_read(struct sqlite3_stmt *stmt%s, struct %.*s_row *ret)\n{\n",
	    STR_ARG(query->name), query->arena ? ", struct arena *arena" : "",
	    STR_ARG(query->name));
	for (size_t i = 0; i < query->column.count; i++) {
		const struct field *field = &query->column.item[i];

		if (field->null)
			buf_printf(buf, "\tret->%.*s_null = row_null(stmt, %d);\n",
			           STR_ARG(field->name), (int)i);
	}
	for (size_t i = 0; i < query->column.count; i++) {
		const struct field *field = &query->column.item[i];

		buf_add(buf, i == 0 ? STR("\treturn ") : STR(" &&\n\t       "));
		if (field->null)
			buf_printf(buf, "(ret->%.*s_null || ", STR_ARG(field->name));
		buf_printf(buf, "row_%s(stmt, %d, %s&ret->%.*s)%s", type_table[field->type].name,
		           (int)i, field->type == TYPE_INT ? "" : "arena, ", STR_ARG(field->name),
		           field->null ? ")" : "");
	}
	buf_add(buf, STR(";\n}\n"));
}

static void write_function(struct buf *buf, const struct query *query)
{
	buf_add(buf, STR("\tif (stmt == NULL)\n\t\treturn ERR_DISK;\n"));
	write_binds(buf, query);
	if (query->kind == KIND_MANY) {
		write_many(buf, query);
	} else if (query->kind == KIND_ONE) {
		write_one(buf, query);
	} else {
		buf_add(
		    buf,
		    STR("\tbool found = false;\n\tenum err err = db_step(db, stmt, &found);\n\n"));
		if (query->changes)
			buf_add(
			    buf,
			    STR("\tif (err == ERR_OK)\n\t\t*ret_changes = row_changes(stmt);\n"));
		buf_add(buf, STR("\tdb_finish(stmt);\n\treturn err;\n}\n"));
	}
}

static void write_binds(struct buf *buf, const struct query *query)
{
	for (size_t i = 0; i < query->param.count; i++) {
		const struct field *field = &query->param.item[i];

		buf_add(buf, i == 0 ? STR("\tif (!(") : STR(" &&\n\t      "));
		buf_printf(buf, "row_bind_%s%s(stmt, %d, %s%.*s)", type_table[field->type].name,
		           field->null ? "_null" : "", (int)i + 1, query->args ? "args->" : "",
		           STR_ARG(field->name));
	}
	if (query->param.count > 0)
		buf_add(buf, STR(")) {\n\t\tdb_finish(stmt);\n\t\treturn ERR_MEMORY;\n\t}\n"));
}

static void write_one(struct buf *buf, const struct query *query)
{
	buf_printf(buf,
	           "\tstruct %.*s_row row = { 0 };\n\tbool found = false;\n"
	           "\tenum err err = db_step(db, stmt, &found);\n\n",
	           STR_ARG(query->name));
	buf_printf(buf,
	           "\tif (err == ERR_OK && !found)\n\t\terr = ERR_NOT_FOUND;\n"
	           "\tif (err == ERR_OK && !%.*s_read(stmt, %s&row))\n\t\terr = %sERR_CORRUPT;\n"
	           "\tdb_finish(stmt);\n\tif (err == ERR_OK)\n\t\t*ret = row;\n\treturn err;\n}\n",
	           STR_ARG(query->name), query->arena ? "arena, " : "",
	           query->arena ? "arena->failed ? ERR_MEMORY : " : "");
}

static void write_many(struct buf *buf, const struct query *query)
{
	buf_printf(buf,
	           "\tstruct %.*s_row *rows = NULL;\n\tsize_t count = 0, cap = 0;\n"
	           "\tbool found = false;\n\tenum err err;\n\n",
	           STR_ARG(query->name));
	buf_add(buf, STR("\twhile ((err = db_step(db, stmt, &found)) == ERR_OK && found) {\n"
	                 "\t\trows = row_grow(arena, rows, count, &cap, sizeof(*rows));\n"
	                 "\t\tif (rows == NULL)\n\t\t\terr = ERR_MEMORY;\n"));
	buf_printf(buf,
	           "\t\telse if (!%.*s_read(stmt, %s&rows[count]))\n"
	           "\t\t\terr = arena->failed ? ERR_MEMORY : ERR_CORRUPT;\n"
	           "\t\tif (err != ERR_OK)\n\t\t\tbreak;\n\t\tcount++;\n\t}\n",
	           STR_ARG(query->name), query->arena ? "arena, " : "");
	buf_add(buf, STR("\tdb_finish(stmt);\n\tif (err != ERR_OK)\n\t\treturn err;\n"
	                 "\t*ret = rows;\n\t*ret_count = count;\n\treturn ERR_OK;\n}\n"));
}

static bool takes_arena(const struct query *query)
{
	return query->kind == KIND_MANY || (query->kind == KIND_ONE && query->arena);
}
