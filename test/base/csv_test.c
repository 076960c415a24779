/*
 * csv_test.c - rows out of chunks, and mistakes at their place.
 */
#include "test.h"

#include "base/buf.h"
#include "base/csv.h"
#include "base/str.h"

#define X(name) #name,
static const char *const problem_names[] = { CSV_PROBLEMS(X) };
#undef X

static const struct csv_limits small = {
	.row_max = 40, .field_max = 20, .column_max = 4, .separator = ','
};

/* Everything that comes out of `text` in chunks of `size` bytes, written down as
 * "number@line:field/field;" or "number@line!PROBLEM.column;". */
static struct str told(struct arena *arena, struct csv_limits limits, struct str text, size_t size)
{
	struct csv_row row;
	struct csv     csv;
	struct buf     buf;
	enum csv_step  step;

	buf_init(&buf, arena, 4096);
	assert_true(csv_init(&csv, arena, limits));
	for (;;) {
		step = csv_next(&csv, &row);
		if (step == CSV_END)
			break;
		if (step == CSV_MORE) {
			if (text.len == 0)
				csv_finish(&csv);
			else
				csv_feed(&csv, str_take(text, size));
			text = str_skip(text, size);
			continue;
		}
		buf_printf(&buf, "%d@%d", (int)row.number, (int)row.line);
		if (step == CSV_BAD)
			buf_printf(&buf, "!%s.%d", problem_names[csv.problem], (int)row.column);
		for (size_t i = 0; step == CSV_ROW && i < row.count; i++) {
			buf_add_char(&buf, i ? '/' : ':');
			buf_add(&buf, row.field[i]);
		}
		buf_add_char(&buf, ';');
	}
	return buf_str(&buf);
}

static void check(const char *text, size_t len, const char *expected)
{
	/* Every way of cutting the bytes must tell the same. */
	for (size_t size = 1; size <= len + 1; size++) {
		struct arena arena;

		arena_init(&arena, 65536);
		assert_str(told(&arena, small, (struct str){ text, len }, size), expected);
		arena_free(&arena);
	}
}
#define CHECK(text, expected) check((text), sizeof(text) - 1, (expected))

static void reads_rows(void **state)
{
	(void)state;
	CHECK("", "");
	CHECK("\n\r\n\n", "");
	CHECK("a,b\nc,d\n", "1@1:a/b;2@2:c/d;");
	CHECK("a,b\r\nc,d", "1@1:a/b;2@2:c/d;");
	CHECK("a,,\n,\n", "1@1:a//;2@2:/;");
	CHECK("a\n\n\nb\n", "1@1:a;2@4:b;");
	CHECK(" a , b \n", "1@1: a / b ;");
	CHECK("\xEF\xBB\xBFiccid\n", "1@1:iccid;");
	CHECK("\xEF\xBC\x91,x\n", "1@1:\xEF\xBC\x91/x;"); /* full-width 1: EF, but no mark */
	CHECK("a\n\xEF\xBB\xBF\n", "1@1:a;2@2:\xEF\xBB\xBF;");
}

static void reads_quotes(void **state)
{
	(void)state;
	CHECK("\"a\",\"b,c\"\n", "1@1:a/b,c;");
	CHECK("\"a\"\"b\"\n", "1@1:a\"b;");
	CHECK("\"\"\"\"\n", "1@1:\";");
	CHECK("\"\",x\n", "1@1:/x;");
	CHECK("\"a\r\nb\",c\nd\n", "1@1:a\r\nb/c;2@3:d;");
	CHECK("\"a\"", "1@1:a;");
	CHECK("\"a\"\r\n", "1@1:a;");
}

static void points_at_mistakes(void **state)
{
	(void)state;
	CHECK("a,b\"c\nd\n", "1@1!QUOTE.2;2@2:d;");
	CHECK("a,\"b\"c,e\nd\n", "1@1!AFTER_QUOTE.2;2@2:d;");
	CHECK("a\n\"b\n", "1@1:a;2@2!OPEN_QUOTE.1;");
	CHECK("a\n\"b\nc\nd,e", "1@1:a;2@2!OPEN_QUOTE.1;");
	CHECK("a\rb\nc\n", "1@1!CR.1;2@2:c;");
	CHECK("a\r", "1@1!CR.1;");
	CHECK("a,\0\nc\n", "1@1!NUL.2;2@2:c;");
	CHECK("a,\xFF\nc\n", "1@1!UTF8.2;2@2:c;");
	CHECK("a,\xC0\x80,b\nc\n", "1@1!UTF8.2;2@2:c;");
	CHECK("\xEF\xBB", "1@1!UTF8.1;");
	CHECK("\xEF", "1@1!UTF8.1;");
	CHECK("\xFF\xFE"
	      "a\0,\0",
	      "1@1!NUL.1;"); /* UTF-16 */
	CHECK("x\n\xE5\x8F\n", "1@1:x;2@2!UTF8.1;");
}

static void keeps_its_limits(void **state)
{
	(void)state;
	CHECK("12345678901234567890\n", "1@1:12345678901234567890;");
	CHECK("123456789012345678901,x\nb\n", "1@1!FIELD_LONG.1;2@2:b;");
	CHECK("1234567890,1234567890,1234567890,1234567890\n",
	      "1@1:1234567890/1234567890/1234567890/1234567890;");
	CHECK("1234567890,1234567890,1234567890,12345678901\nb\n", "1@1!ROW_LONG.4;2@2:b;");
	CHECK("1,2,3,4\n1,2,3,4,5\n1\n", "1@1:1/2/3/4;2@2!COLUMNS.5;3@3:1;");
	CHECK("1,2,3,4,5,6\n1\n", "1@1!COLUMNS.5;2@2:1;");
	/* A lost quote eats lines up to the limit, and says so. */
	CHECK("\"abc\ndefghijklmnopqrstuvw,x\nb\n", "1@1!OPEN_QUOTE.1;2@3:b;");
	CHECK("\"abc\ndefghijklmnopqrs\nb\n", "1@1!OPEN_QUOTE.1;2@3:b;");
	CHECK("\"abcdefghijklmnopqrst\nb\n", "1@1!OPEN_QUOTE.1;2@2:b;");
}

static void takes_other_separators(void **state)
{
	struct csv_limits limits = small;
	struct arena      arena;

	(void)state;
	arena_init(&arena, 65536);
	limits.separator = ';';
	assert_str(told(&arena, limits, STR("a,b;c\n"), 3), "1@1:a,b/c;");
	limits.separator = '\t';
	assert_str(told(&arena, limits, STR("a,b\tc;d\n"), 3), "1@1:a,b/c;d;");
	arena_free(&arena);
}

static void needs_its_memory(void **state)
{
	struct arena arena;
	struct csv   csv;

	(void)state;
	arena_init(&arena, 16);
	assert_false(csv_init(&csv, &arena, small));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_rows),
		cmocka_unit_test(reads_quotes),
		cmocka_unit_test(points_at_mistakes),
		cmocka_unit_test(keeps_its_limits),
		cmocka_unit_test(takes_other_separators),
		cmocka_unit_test(needs_its_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
