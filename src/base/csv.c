/*
 * csv.c - a byte-driven state machine over chunks.
 */
#include "base/csv.h"

#include "base/utf8.h"

#include <string.h>

enum csv_state {
	ROW_START,   /* nothing of the next row was seen */
	FIELD_START, /* just behind a separator */
	PLAIN,       /* inside of an unquoted field */
	QUOTED,      /* inside of quotes */
	QUOTE_SEEN,  /* a quote inside of quotes: the closing one, or half of two */
	CR_SEEN,     /* a CR behind a field: LF must follow */
	SKIP         /* behind a mistake, to the end of the line */
};

static enum csv_step csv_head(struct csv *csv, uint8_t byte);
static void          csv_no_mark(struct csv *csv);
static bool          csv_run(struct csv *csv);
static enum csv_step csv_byte(struct csv *csv, char c);
static enum csv_step csv_quoted(struct csv *csv, char c);
static enum csv_step csv_delimiter(struct csv *csv, char c);
static enum csv_step csv_put(struct csv *csv, char c);
static enum csv_step csv_field_end(struct csv *csv);
static enum csv_step csv_row_end(struct csv *csv);
static enum csv_step csv_last(struct csv *csv);
static enum csv_step csv_bad(struct csv *csv, enum csv_problem problem);
static void          csv_give(const struct csv *csv, struct csv_row *ret);

static const uint8_t mark_bytes[3] = { 0xEF, 0xBB, 0xBF };

bool csv_init(struct csv *csv, struct arena *arena, struct csv_limits limits)
{
	assert(limits.row_max >= 4 && limits.field_max >= 4 && limits.column_max >= 1);
	assert(limits.separator != '"' && limits.separator != '\n' && limits.separator != '\r');
	*csv = (struct csv){ .limits = limits, .line = 1, .state = ROW_START };
	csv->bytes = arena_alloc(arena, limits.row_max);
	csv->field = ARENA_ARRAY(arena, struct str, limits.column_max);
	return csv->bytes && csv->field;
}

void csv_feed(struct csv *csv, struct str chunk)
{
	assert(csv->chunk.len == 0 && !csv->finished);
	csv->chunk = chunk;
}

void csv_finish(struct csv *csv)
{
	assert(csv->chunk.len == 0);
	csv->finished = true;
}

enum csv_step csv_next(struct csv *csv, struct csv_row *ret)
{
	enum csv_step step = CSV_MORE;

	while (step == CSV_MORE && csv->chunk.len > 0) {
		char c;

		if (csv->state == PLAIN && csv_run(csv))
			continue;
		c = csv->chunk.ptr[0];
		csv->chunk.ptr++;
		csv->chunk.len--;
		if (csv->mark < sizeof mark_bytes)
			step = csv_head(csv, (uint8_t)c);
		else
			step = csv_byte(csv, c);
	}
	if (step == CSV_MORE && csv->finished)
		step = csv_last(csv);
	if (step == CSV_ROW || step == CSV_BAD)
		csv_give(csv, ret);
	return step;
}

/* The first bytes of the file: swallow a byte order mark, or hand over what
 * only began like one (EF also begins full-width digits). */
static enum csv_step csv_head(struct csv *csv, uint8_t byte)
{
	if (byte == mark_bytes[csv->mark]) {
		csv->mark++;
		return CSV_MORE;
	}
	csv_no_mark(csv);
	return csv_byte(csv, (char)byte);
}

static void csv_no_mark(struct csv *csv)
{
	uint8_t seen = csv->mark;

	csv->mark = sizeof mark_bytes;
	for (uint8_t i = 0; i < seen; i++) {
		enum csv_step step = csv_byte(csv, (char)mark_bytes[i]);

		assert(step == CSV_MORE); /* two plain bytes fit every limit */
	}
}

/* Most bytes of most files: inside of an unquoted field, taken together.  False:
 * the next byte means something, or a limit is near. */
static bool csv_run(struct csv *csv)
{
	const char *from = csv->chunk.ptr;
	size_t      row_room = csv->limits.row_max - csv->used;
	size_t      field_room = csv->limits.field_max - (csv->used - csv->field_start);
	size_t      most = row_room < field_room ? row_room : field_room, len = 0;

	if (most > csv->chunk.len)
		most = csv->chunk.len;
	while (len < most && from[len] != csv->limits.separator && from[len] != '\n' &&
	       from[len] != '\r' && from[len] != '"' && from[len] != '\0')
		len++;
	memcpy(csv->bytes + csv->used, from, len);
	csv->used += len;
	csv->chunk.ptr += len;
	csv->chunk.len -= len;
	return len > 0;
}

static enum csv_step csv_byte(struct csv *csv, char c)
{
	if (csv->state == SKIP) {
		if (c == '\n') {
			csv->line++;
			csv->state = ROW_START;
		}
		return CSV_MORE;
	}
	if (csv->state == ROW_START) {
		csv->row_line = csv->line;
		csv->used = csv->field_start = csv->count = 0;
		csv->state = FIELD_START;
	}
	if (c == '\0')
		return csv_bad(csv, CSV_PROBLEM_NUL);
	if (csv->state == QUOTED)
		return csv_quoted(csv, c);
	if (csv->state == CR_SEEN)
		return c == '\n' ? csv_row_end(csv) : csv_bad(csv, CSV_PROBLEM_CR);
	if (c == csv->limits.separator || c == '\n' || c == '\r')
		return csv_delimiter(csv, c);
	if (csv->state == QUOTE_SEEN && c != '"')
		return csv_bad(csv, CSV_PROBLEM_AFTER_QUOTE);
	if (c == '"' && csv->state == FIELD_START) {
		csv->state = QUOTED;
		return CSV_MORE;
	}
	if (c == '"' && csv->state == PLAIN)
		return csv_bad(csv, CSV_PROBLEM_QUOTE);
	csv->state = csv->state == QUOTE_SEEN ? QUOTED : PLAIN;
	return csv_put(csv, c);
}

static enum csv_step csv_quoted(struct csv *csv, char c)
{
	if (c == '"') {
		csv->state = QUOTE_SEEN;
		return CSV_MORE;
	}
	csv->line += c == '\n';
	return csv_put(csv, c);
}

static enum csv_step csv_delimiter(struct csv *csv, char c)
{
	if (c == '\n')
		return csv_row_end(csv);
	if (c == '\r') {
		csv->state = CR_SEEN;
		return CSV_MORE;
	}
	csv->state = FIELD_START;
	return csv_field_end(csv);
}

static enum csv_step csv_put(struct csv *csv, char c)
{
	bool row_full = csv->used == csv->limits.row_max;

	enum csv_step step;

	if (!row_full && csv->used - csv->field_start < csv->limits.field_max) {
		csv->bytes[csv->used++] = c;
		return CSV_MORE;
	}
	/* A field that runs over line ends has most likely lost its quote. */
	if (csv->line != csv->row_line)
		step = csv_bad(csv, CSV_PROBLEM_OPEN_QUOTE);
	else
		step = csv_bad(csv, row_full ? CSV_PROBLEM_ROW_LONG : CSV_PROBLEM_FIELD_LONG);
	if (c == '\n')
		csv->state = ROW_START;
	return step;
}

static enum csv_step csv_field_end(struct csv *csv)
{
	struct str field = { .ptr = csv->bytes + csv->field_start,
		             .len = csv->used - csv->field_start };

	if (csv->count == csv->limits.column_max)
		return csv_bad(csv, CSV_PROBLEM_COLUMNS);
	if (!utf8_valid(field))
		return csv_bad(csv, CSV_PROBLEM_UTF8);
	csv->field[csv->count++] = field;
	csv->field_start = csv->used;
	return CSV_MORE;
}

/* At the line feed, or at the end of the file. */
static enum csv_step csv_row_end(struct csv *csv)
{
	enum csv_step step = csv_field_end(csv);

	csv->state = ROW_START;
	csv->line++;
	if (step != CSV_MORE)
		return step;
	if (csv->count == 1 && csv->used == 0)
		return CSV_MORE; /* a blank line */
	csv->number++;
	return CSV_ROW;
}

/* What the end of the file means for what was begun. */
static enum csv_step csv_last(struct csv *csv)
{
	enum csv_step step = CSV_MORE;

	if (csv->mark < sizeof mark_bytes)
		csv_no_mark(csv);
	if (csv->state == QUOTED)
		step = csv_bad(csv, CSV_PROBLEM_OPEN_QUOTE);
	else if (csv->state == CR_SEEN)
		step = csv_bad(csv, CSV_PROBLEM_CR);
	else if (csv->state != ROW_START && csv->state != SKIP)
		step = csv_row_end(csv);
	if (step == CSV_MORE)
		return CSV_END;
	csv->state = ROW_START;
	return step;
}

static enum csv_step csv_bad(struct csv *csv, enum csv_problem problem)
{
	csv->problem = problem;
	csv->number++;
	csv->state = SKIP;
	return CSV_BAD;
}

static void csv_give(const struct csv *csv, struct csv_row *ret)
{
	*ret = (struct csv_row){
		.field = csv->field,
		.count = csv->count,
		.number = csv->number,
		.line = csv->row_line,
		.column = csv->count + 1,
	};
}
