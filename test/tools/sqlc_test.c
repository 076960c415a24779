/*
 * sqlc_test.c - named queries: what is made of good ones, and where each
 * mistake is reported.
 */
#include "tools/tool.h"

#define SQLC "\"$R\"/build/tools/sqlc -s schema.sql -o gen "

static const char schema[] = "-- ; a comment\n"
			     "create table line (\n"
			     "\tid    integer primary key,\n"
			     "\timsi  integer not null,\n"
			     "\tlabel text,\n"
			     "\tcard  blob not null\n"
			     ") strict;\n"
			     "create index line_imsi on line (imsi);\n";

static const char good[] =
    "-- line.sql - queries of the trial\n"
    "\n"
    "-- # The line with this IMSI; `;` and :x are no parameters here.\n"
    "-- # ERR_NOT_FOUND when there is none.\n"
    "-- line_by_imsi(imsi int) one\n"
    "select id, label, card from line where imsi = :imsi and ':x' <> ';'; -- :y\n"
    "\n"
    "-- line_insert(id int, imsi int, label text?, card blob) exec args\n"
    "insert into line (id, imsi, label, card) values (:id, :imsi, :label, :card)\n"
    "\n"
    "-- line_label(id int, label text) exec changes\n"
    "update line set label = :label where id = :id\n"
    "\n"
    "-- line_list(after int, max int) many\n"
    "--     -> (twice int)\n"
    "select id, imsi * 2 as twice from line where id > :after order by id limit :max\n"
    "\n"
    "-- line_add(imsi int) one\n"
    "insert into line (imsi, card) values (:imsi, x'00') returning id\n"
    "\n"
    "-- line_pair(id int) one\n"
    "select a.imsi, b.card from line a left join line b on b.id = a.id + 1 where a.id = :id\n"
    "\n"
    "-- line_lie(id int) one\n"
    "select (select imsi from line where id = :id) as imsi\n";

static const char program[] =
    "#include <assert.h>\n"
    "#include <stdio.h>\n"
    "#include <string.h>\n"
    "#include <sqlite3.h>\n"
    "#include \"store/line_sql.h\"\n"
    "#include \"store/queries.h\"\n"
    "#include \"store/db_sqlite.h\"\n"
    "struct db { sqlite3 *sqlite; sqlite3_stmt *stmt[QUERY_COUNT]; };\n"
    "sqlite3_stmt *db_statement(struct db *db, int query)\n"
    "{\n"
    "	if (db->stmt[query] == NULL)\n"
    "		sqlite3_prepare_v2(db->sqlite, query_sql[query], -1, &db->stmt[query], NULL);\n"
    "	sqlite3_clear_bindings(db->stmt[query]);\n"
    "	return db->stmt[query];\n"
    "}\n"
    "enum err db_step(struct db *db, sqlite3_stmt *stmt, bool *ret_row)\n"
    "{\n"
    "	int rc = sqlite3_step(stmt);\n"
    "	(void)db;\n"
    "	*ret_row = rc == SQLITE_ROW;\n"
    "	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_OK : ERR_DISK;\n"
    "}\n"
    "void db_finish(sqlite3_stmt *stmt) { sqlite3_reset(stmt); }\n"
    "int main(void)\n"
    "{\n"
    "	static struct db db;\n"
    "	struct arena arena, small;\n"
    "	struct line_by_imsi_row line = { .id = 99 };\n"
    "	struct line_list_row *rows;\n"
    "	struct line_add_row added;\n"
    "	struct line_pair_row pair;\n"
    "	struct line_lie_row lie;\n"
    "	struct str label = STR(\"a\\0b\");\n"
    "	size_t count;\n"
    "	int64_t changes;\n"
    "	arena_init(&arena, 1 << 20);\n"
    "	arena_init(&small, 64);\n"
    "	sqlite3_open(\":memory:\", &db.sqlite);\n"
    "	assert(sqlite3_exec(db.sqlite, schema_sql, NULL, NULL, NULL) == SQLITE_OK);\n"
    "	for (int i = 1; i <= 20; i++)\n"
    "		assert(line_insert(&db, &(struct line_insert_args){ .id = i, .imsi = 100 + i,\n"
    "		    .label = i % 2 ? &label : NULL, .card = STR(\"\\1\\2\") }) == ERR_OK);\n"
    "	assert(line_insert(&db, &(struct line_insert_args){ .id = 1 }) == ERR_DISK);\n"
    "	assert(line_by_imsi(&db, &arena, 7, &line) == ERR_NOT_FOUND && line.id == 99);\n"
    "	assert(line_by_imsi(&db, &arena, 101, &line) == ERR_OK);\n"
    "	assert(line.id == 1 && !line.label_null && line.label.len == 3);\n"
    "	assert(line.card.len == 2 && memcmp(line.card.ptr, \"\\1\\2\", 2) == 0);\n"
    "	assert(line_by_imsi(&db, &arena, 102, &line) == ERR_OK && line.label_null);\n"
    "	assert(line_label(&db, 2, STR(\"\"), &changes) == ERR_OK && changes == 1);\n"
    "	assert(line_label(&db, 2, (struct str){ 0 }, &changes) == ERR_OK);\n"
    "	assert(line_label(&db, 777, STR(\"x\"), &changes) == ERR_OK && changes == 0);\n"
    "	assert(line_by_imsi(&db, &arena, 102, &line) == ERR_OK);\n"
    "	assert(!line.label_null && line.label.len == 0);\n"
    "	assert(line_list(&db, &arena, 3, 1000, &rows, &count) == ERR_OK && count == 17);\n"
    "	assert(rows[0].id == 4 && rows[16].twice == 240);\n"
    "	assert(line_list(&db, &arena, 50, 10, &rows, &count) == ERR_OK && count == 0);\n"
    "	assert(line_list(&db, &small, 0, 1000, &rows, &count) == ERR_MEMORY);\n"
    "	assert(line_add(&db, 5, &added) == ERR_OK && added.id == 21);\n"
    "	assert(line_pair(&db, &arena, 21, &pair) == ERR_OK);\n"
    "	assert(pair.imsi == 5 && pair.card_null);\n"
    "	assert(line_lie(&db, 1, &lie) == ERR_OK && lie.imsi == 101);\n"
    "	assert(line_lie(&db, 777, &lie) == ERR_CORRUPT);\n"
    "	puts(query_name[QUERY_LINE_LIE]);\n"
    "	return 0;\n"
    "}\n";

static void good_queries_run(void **state)
{
	struct tool *tool = *state;

	tool_write(tool, "schema.sql", schema);
	tool_write(tool, "line.sql", good);
	tool_write(tool, "program.c", program);
	assert_int_equal(tool_run(tool, "mkdir -p gen/store && \"$R\"/build/tools/sqlc"
	                                " -s schema.sql -o gen/store line.sql"),
	                 0);
	tool_read(tool, "gen/store/line_sql.h");
	assert_output(tool, "/* The line with this IMSI; `;` and :x are no parameters here.\n"
	                    " * ERR_NOT_FOUND when there is none. */\n"
	                    "enum err line_by_imsi(struct db *db, struct arena *arena, "
	                    "int64_t imsi, struct line_by_imsi_row *ret);");
	assert_output(tool, "\tconst struct str *label;\n\tstruct str card;\n};");
	assert_int_equal(tool_run(tool, "cc -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic"
	                                " -Wshadow -Wconversion -Werror -Igen -I\"$R\"/src"
	                                " program.c gen/store/*.c \"$R\"/src/store/row.c"
	                                " \"$R\"/src/base/arena.c -lsqlite3 -o program"
	                                " && ./program"),
	                 0);
	assert_output(tool, "line_lie\n");
}

static void mistakes_have_a_place(void **state)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "-- a() one\n\nselect\n  id,\n  nope\nfrom line\n",
		  "a.sql:5: a: no such column: nope" },
		{ "-- a() exec\ndelete from lines\n", "a.sql:2: a: no such table: lines" },
		{ "-- a() one\nselect id from line limit 1\n\n-- b() one\nselect id fro line\n",
		  "a.sql:5: b: near \"line\"" },
		{ "-- a() many\nselect id from line\n", "a.sql:2: a: many needs a LIMIT" },
		{ "-- a() many\nselect id from line where id in (select id from line limit 1)\n",
		  "many needs a LIMIT" },
		{ "-- a() many\nselect id from line where label <> 'limit 5' -- limit 5\n",
		  "many needs a LIMIT" },
		{ "-- a() one\nselect 1 + 1 as n\n", "declare the type of n behind ->" },
		{ "-- a() one -> (m int)\nselect 1 as n\n", "declare the type of n" },
		{ "-- a() one -> (n int, m int)\nselect 1 as n\n", "is not in the result" },
		{ "-- a() one -> (n float)\nselect 1 as n\n", "not a name and int, text or blob" },
		{ "-- a() one -> n int\nselect 1 as n\n", "columns go as -> (name type, ...)" },
		{ "-- a() one\nselect count(*) from line\n", "a column needs a C name" },
		{ "-- a() one\nselect id, id from line\n", "id twice" },
		{ "-- a(x int) one\nselect id from line\n", "a.sql:1: a: the SQL does not use :x" },
		{ "-- a() one\nselect id from line where id = :x\n",
		  "a.sql:1: a: :x is not in the header" },
		{ "-- a() one\nselect id from line where id = ?\n", "parameters are named" },
		{ "-- a() one\nselect id from line where id = @x\n", "parameters are named" },
		{ "-- a(x int, x int) one\nselect id from line where id = :x\n", "x twice" },
		{ "-- a(x) one\nselect id from line where id = :x\n", "\"x\" is not a name and" },
		{ "-- a(x int one\nselect id from line where id = :x\n",
		  "no ) behind the parameters" },
		{ "-- a()\nselect id from line\n", "a.sql:1: say one, many or exec" },
		{ "-- a() two\nselect id from line\n", "unexpected \"two\"" },
		{ "-- a() one changes\nselect id from line\n", "unexpected \"changes\"" },
		{ "-- a() exec\nselect id from line\n", "exec, but the SQL returns rows" },
		{ "-- a() one\ndelete from line\n", "the SQL returns no rows" },
		{ "-- a() one\n-- b() one\n", "unexpected" },
		{ "-- a() one\n\n\n", "a.sql:1: a has no SQL" },
		{ "-- a() exec\ndelete from line; delete from line\n", "one statement a query" },
		{ "-- a() exec\ndelete from line\n\n-- a() exec\ndelete from line\n",
		  "a.sql:4: a is already in a.sql:1" },
		{ "select id from line\n", "a.sql:1: SQL without a header" },
		{ "-- a() exec\r\ndelete from line\r\n", "a.sql:1: NUL byte or DOS line end" },
	};
	struct tool *tool = *state;

	tool_write(tool, "schema.sql", schema);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		tool_write(tool, "a.sql", cases[i].sql);
		assert_int_equal(tool_run(tool, "mkdir -p gen && " SQLC "a.sql"), 1);
		assert_output(tool, cases[i].says);
		assert_int_equal(tool_run(tool, "test ! -e gen/a_sql.c"), 0);
	}
}

static void schema_mistakes_have_a_place(void **state)
{
	struct tool *tool = *state;

	tool_write(tool, "a.sql", "");
	tool_write(tool, "schema.sql", "create table a (x integer);\n\n-- b\ncreate tabel b;\n");
	assert_int_equal(tool_run(tool, "mkdir -p gen && " SQLC "a.sql"), 1);
	assert_output(tool, "schema.sql:4: near \"tabel\"");
	tool_write(tool, "schema.sql",
	           "create table a (x integer);\ncreate table a (y integer);\n");
	assert_int_equal(tool_run(tool, SQLC "a.sql"), 1);
	assert_output(tool, "schema.sql:2: table a already exists");
	assert_int_equal(tool_run(tool, "rm schema.sql; " SQLC "a.sql"), 1);
	assert_output(tool, "schema.sql:1: cannot be read");
	assert_int_equal(tool_run(tool, "\"$R\"/build/tools/sqlc a.sql"), 64);
}

static void an_unchanged_file_is_left_alone(void **state)
{
	struct tool *tool = *state;

	tool_write(tool, "schema.sql", schema);
	tool_write(tool, "a.sql", "-- a() exec\ndelete from line\n");
	assert_int_equal(tool_run(tool,
	                          "mkdir -p gen && " SQLC "a.sql && touch -d @1 gen/* && " SQLC
	                          "a.sql && stat -c %Y gen/a_sql.h gen/queries.h"),
	                 0);
	assert_string_equal(tool->output, "1\n1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(good_queries_run, tool_setup, tool_teardown),
		cmocka_unit_test_setup_teardown(mistakes_have_a_place, tool_setup, tool_teardown),
		cmocka_unit_test_setup_teardown(schema_mistakes_have_a_place, tool_setup,
		                                tool_teardown),
		cmocka_unit_test_setup_teardown(an_unchanged_file_is_left_alone, tool_setup,
		                                tool_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
