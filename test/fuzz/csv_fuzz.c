/*
 * csv_fuzz.c - the CSV reader: however the bytes are cut into chunks, the same
 * rows and mistakes come out, within the limits; rows written again read the same.
 *
 * rooms: base
 * longest: 600
 */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/csv.h"
#include "base/str.h"
#include "base/utf8.h"

static const struct csv_limits limits = {
	.row_max = 256, .field_max = 64, .column_max = 8, .separator = ','
};

static uint64_t mixed(uint64_t sum, struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		sum = (sum ^ (uint8_t)bytes.ptr[i]) * 1099511628211u;
	return (sum ^ bytes.len) * 1099511628211u;
}

/* The row as a careful writer would write it: everything in quotes. */
static void write_row(struct buf *buf, const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++) {
		buf_add(buf, i > 0 ? STR(",\"") : STR("\""));
		for (size_t at = 0; at < row->field[i].len; at++) {
			buf_add_char(buf, row->field[i].ptr[at]);
			if (row->field[i].ptr[at] == '"')
				buf_add_char(buf, '"');
		}
		buf_add_char(buf, '"');
	}
	buf_add(buf, STR("\r\n"));
}

/* Numbers that stand for everything that came out. */
struct told {
	uint64_t all, fields; /* with mistakes and lines; the rows' fields only */
};

static struct told read_all(struct arena *arena, struct str text, size_t size, struct buf *copy)
{
	struct told    told = { 14695981039346656037u, 14695981039346656037u };
	int64_t        line = 0, number = 0;
	struct csv_row row;
	struct csv     csv;
	enum csv_step  step;

	FUZZ_CHECK(csv_init(&csv, arena, limits));
	while ((step = csv_next(&csv, &row)) != CSV_END) {
		if (step == CSV_MORE) {
			if (text.len == 0)
				csv_finish(&csv);
			else
				csv_feed(&csv, str_take(text, size));
			text = str_skip(text, size);
			continue;
		}
		FUZZ_CHECK(row.line > line && row.number == ++number);
		FUZZ_CHECK(row.count <= limits.column_max);
		line = row.line;
		told.all = mixed(told.all, (struct str){ (const char *)&row.line, sizeof line });
		told.all += step == CSV_BAD ? (uint64_t)csv.problem : row.count << 8;
		for (size_t i = 0; step == CSV_ROW && i < row.count; i++) {
			FUZZ_CHECK(row.field[i].len <= limits.field_max);
			FUZZ_CHECK(utf8_valid(row.field[i]));
			told.all = mixed(told.all, row.field[i]);
			told.fields = mixed(told.fields + row.count, row.field[i]);
		}
		if (step == CSV_ROW && copy)
			write_row(copy, &row);
	}
	FUZZ_CHECK(csv_next(&csv, &row) == CSV_END);
	return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str   text = { .ptr = (const char *)data, .len = size };
	size_t       chunk = (size_t)fuzz_byte(&text) + 1;
	struct arena arena;
	struct told  whole, again;
	struct buf   copy;

	arena_init(&arena, 1 << 20);
	buf_init(&copy, &arena, 65536);
	whole = read_all(&arena, text, text.len + 1, &copy);
	again = read_all(&arena, text, chunk, NULL);
	FUZZ_CHECK(again.all == whole.all);
	again = read_all(&arena, text, 1, NULL);
	FUZZ_CHECK(again.all == whole.all);
	FUZZ_CHECK(!copy.full);
	again = read_all(&arena, buf_str(&copy), 7, NULL);
	FUZZ_CHECK(again.fields == whole.fields);
	arena_free(&arena);
	return 0;
}
