/*
 * import_lines.c - keepline import lines FILE: read it whole, judge every row,
 * compare with the stock, and only then write.
 */
#include "base/csv.h"
#include "base/str.h"
#include "base/time.h"
#include "import.h"
#include "store/db.h"
#include "store/line_bulk.h"
#include "text/message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROWS_MEMORY_MAX  ((size_t)LINE_LOAD_MAX * 96 + (64 << 20))
#define CHUNK_SIZE       (256 * 1024)
#define ROW_MAX          4096
#define COLUMN_MAX       64
#define UNKNOWN_MAX      8 /* unknown columns that are named */
#define BATCH_MIN        1000
#define BATCH_FIRST      10000
#define BATCH_MAX        100000
#define BATCH_QUICK_MS   200 /* a transaction may be longer next time */
#define BATCH_SLOW_MS    500 /* and here a server has waited long enough */
#define CHECKPOINT_PAGES 16000
#define ROW_BYTES        80 /* of a usual file: how many rows it may have */

/* A lines file on its way. */
struct lines {
	struct import           *import;
	struct arena            *rows, scratch;
	struct csv               csv;
	struct line_header       header;
	struct line_row_rules   *rules;
	struct line_load        *load;
	struct line_bulk        *bulk;    /* NULL: rows go in by batches, once all are judged */
	int                      lock_fd; /* held with it: no server runs; -1 */
	struct line_row_problems problems;
	struct digest            hash;
	int64_t                  size, read_size; /* bytes; size 0: unknown */
	int64_t                  row_count, bad_count, warning_count, start_ms;
	bool                     header_seen;
};

static int  lines_read(struct lines *lines);
static int  lines_chunk(struct lines *lines);
static int  header_take(struct lines *lines, const struct csv_row *row);
static int  row_take(struct lines *lines, const struct csv_row *row);
static void row_csv_bad(struct lines *lines, const struct csv_row *row);
static void row_problems(struct lines *lines, const struct csv_row *row);
static void problem_print(struct import *import, int64_t row, enum line_column column,
                          enum line_row_problem kind, int64_t other);
static int  lines_match(struct lines *lines);
static int  lines_store(struct lines *lines);
static int  store_bulk(struct lines *lines);
static int  store_batches(struct lines *lines);
static void bulk_try(struct lines *lines, size_t row_count, bool ahead);
static void bulk_drop(struct lines *lines);
static int  store_stopped(struct lines *lines, size_t done, enum err err);
static void rows_print(const struct lines *lines, size_t from, size_t to);
static int  lines_end(struct lines *lines, bool written);
static bool lines_tick(void *ctx, const char *doing, size_t done, size_t total);

int import_lines(struct import *import)
{
	struct arena arena;
	struct lines lines = { .import = import, .rows = &arena, .lock_fd = -1 };
	int          lock = -1;
	enum err     err;
	int          code;

	if (import->house->catalogue.version == 0)
		return call_fail(import->call, EX_CONFIG,
		                 "there is no catalogue yet to know the brands from; "
		                 "keepline import catalogue FILE first");
	err = data_dir_lock(import->call->arena, &import->house->dir, DATA_DIR_IMPORTING, &lock);
	if (err == ERR_BUSY)
		return call_fail(import->call, EX_TEMPFAIL,
		                 "another import is running; wait for its end");
	if (err != ERR_OK)
		return call_failed(import->call, err, import->house->dir.path);
	arena_init(&arena, ROWS_MEMORY_MAX);
	arena_init(&lines.scratch, 64 * 1024);
	lines.rules = ARENA_NEW(&arena, struct line_row_rules);
	lines.load = ARENA_NEW(&arena, struct line_load);
	lines.start_ms = import->env.clock.mono_ms(import->env.clock.ctx);
	if (lines.rules == NULL || lines.load == NULL ||
	    !csv_init(&lines.csv, &arena,
	              (struct csv_limits){ .row_max = ROW_MAX,
	                                   .field_max = LINE_ROW_CELL_MAX,
	                                   .column_max = COLUMN_MAX,
	                                   .separator = ',' }))
		code = call_failed(import->call, ERR_MEMORY, import->path);
	else
		code = lines_read(&lines);
	if (code == EX_OK)
		code = lines_match(&lines);
	bulk_drop(&lines);
	arena_free(&lines.scratch);
	arena_free(&arena);
	(void)close(lock);
	return code;
}

/* The first pass: every row is judged, nothing is written. */
static int lines_read(struct lines *lines)
{
	struct import        *import = lines->import;
	const struct config  *config = &import->house->config;
	struct sha256_stream *hash;
	struct stat           status;
	char                 *chunk = arena_alloc(lines->rows, CHUNK_SIZE);
	int64_t               now_s = import->env.clock.now_ms(import->env.clock.ctx) / 1000;
	ssize_t               got = 1;
	int                   code, fd;

	line_row_rules_fill(&import->house->catalogue, tokyo_day(now_s),
	                    config->number[SETTING_sandbox] != 0,
	                    config->number[SETTING_iccid_luhn_refuse] != 0, lines->rules);
	line_load_init(lines->load, lines->rows, import->house->db, &import->house->keys,
	               lines->rules);
	fd = import_open(import, &code);
	if (fd < 0)
		return code;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		lines->size = status.st_size;
	if (!import->dry_run)
		bulk_try(lines, (size_t)lines->size / ROW_BYTES, true);
	hash = sha256_begin();
	while (code == EX_OK && got > 0) {
		got = chunk == NULL ? 0 : read(fd, chunk, CHUNK_SIZE);
		if (got < 0) {
			code = call_fail(import->call, EX_IOERR,
			                 "%s: cannot be read (%s); nothing was loaded",
			                 import->path, strerror(errno));
			break;
		}
		sha256_add(hash, (struct str){ .ptr = chunk, .len = (size_t)got });
		lines->read_size += got;
		if (got > 0)
			csv_feed(&lines->csv, (struct str){ .ptr = chunk, .len = (size_t)got });
		else
			csv_finish(&lines->csv);
		code = lines_chunk(lines);
	}
	sha256_end(hash, &lines->hash);
	(void)close(fd);
	if (code == EX_OK && !lines->header_seen)
		code = call_fail(import->call, EX_DATAERR,
		                 "%s: there is no header row; name the columns in the first row",
		                 import->path);
	return code;
}

static int lines_chunk(struct lines *lines)
{
	struct import *import = lines->import;
	struct csv_row row;
	enum csv_step  step;
	int            code = EX_OK;

	while (code == EX_OK && (step = csv_next(&lines->csv, &row)) != CSV_MORE &&
	       step != CSV_END) {
		if (step == CSV_BAD && !lines->header_seen) {
			row_csv_bad(lines, &row);
			return call_fail(import->call, EX_DATAERR,
			                 "%s: the header row cannot be read; nothing was loaded",
			                 import->path);
		}
		if (step == CSV_BAD)
			row_csv_bad(lines, &row);
		else
			code = lines->header_seen ? row_take(lines, &row)
			                          : header_take(lines, &row);
		arena_reset(&lines->scratch);
	}
	if (call_interrupted())
		return call_fail(import->call, EX_TEMPFAIL, "stopped; nothing was loaded");
	progress_show(&import->progress, "reading", "rows", lines->read_size, lines->size,
	              lines->row_count);
	return code;
}

static int header_take(struct lines *lines, const struct csv_row *row)
{
	struct import   *import = lines->import;
	struct str       unknown[UNKNOWN_MAX];
	size_t           unknown_count = 0;
	enum line_column column = LINE_COLUMN_COUNT;

	lines->header_seen = true;
	switch (line_header_read(row->field, row->count, &lines->header, &column, unknown,
	                         UNKNOWN_MAX, &unknown_count)) {
	case LINE_HEADER_TWICE:
		return call_fail(import->call, EX_DATAERR,
		                 "%s: the column %.*s stands there twice; remove one", import->path,
		                 STR_ARG(line_column_name(column)));
	case LINE_HEADER_MISSING:
		return call_fail(import->call, EX_DATAERR,
		                 "%s: the header has no column %.*s; the first row must name the "
		                 "columns (keepline import --help)",
		                 import->path, STR_ARG(line_column_name(column)));
	case LINE_HEADER_NO_SIM:
		return call_fail(import->call, EX_DATAERR,
		                 "%s: the header has neither imsi, iccid nor serial; add one",
		                 import->path);
	case LINE_HEADER_GOOD:
		break;
	}
	for (size_t i = 0; i < unknown_count && i < UNKNOWN_MAX; i++)
		fprintf(stderr, "keepline import: warning: the column \"%.*s\" is not read\n",
		        STR_ARG(str_take(unknown[i], 40)));
	if (unknown_count > UNKNOWN_MAX)
		fprintf(stderr, "keepline import: warning: nor are %zu more\n",
		        unknown_count - UNKNOWN_MAX);
	return EX_OK;
}

static int row_take(struct lines *lines, const struct csv_row *row)
{
	struct line_row parsed;
	enum err        err;
	bool good = line_row_read(&lines->scratch, &lines->header, lines->rules, row->field,
	                          row->count, &parsed, &lines->problems);

	lines->row_count++;
	if (lines->problems.count > 0)
		row_problems(lines, row);
	if (!good) {
		lines->bad_count++;
		if (!lines->import->skip_bad)
			bulk_drop(lines);
		return EX_OK;
	}
	err = line_load_add(lines->load, &parsed, (int32_t)row->number);
	if (err == ERR_FULL)
		return call_fail(lines->import->call, EX_DATAERR,
		                 "%s: more than %d rows; split the file. Nothing was loaded",
		                 lines->import->path, LINE_LOAD_MAX);
	if (lines->bulk != NULL && lines->load->count % LINE_BULK_BLOCK == 0)
		line_bulk_ready(lines->bulk, lines->load->count);
	return err == ERR_OK ? EX_OK : call_failed(lines->import->call, err, lines->import->path);
}

static void row_csv_bad(struct lines *lines, const struct csv_row *row)
{
#define X(name)              [CSV_PROBLEM_##name] = MSG_REFUSAL_CSV_##name,
#define MSG_REFUSAL_CSV_NONE MSG_NONE
	static const enum msg sentences[CSV_PROBLEM_COUNT] = { CSV_PROBLEMS(X) };
#undef X
	struct import *import = lines->import;
	struct str     text;

	lines->row_count += lines->header_seen;
	lines->bad_count++;
	if (!import_lists(import))
		return;
	text = message_text(&lines->scratch, lang_get(LANG_EN), sentences[lines->csv.problem], -1,
	                    PARTS(PART("line", row->line), PART("column", row->column)));
	if (!import->json) {
		printf("row %lld: refused: %.*s\n", (long long)row->number, STR_ARG(text));
		return;
	}
	printf("{\"row\":%lld,\"line\":%lld,\"result\":\"refused\",\"code\":\"CSV\",\"what\":",
	       (long long)row->number, (long long)row->line);
	import_json_text(text);
	puts("}");
}

static void row_problems(struct lines *lines, const struct csv_row *row)
{
	for (size_t i = 0; i < lines->problems.count; i++) {
		lines->warning_count += !line_row_problem_refuses(lines->problems.item[i].kind);
		if (import_lists(lines->import))
			problem_print(lines->import, row->number, lines->problems.item[i].column,
			              lines->problems.item[i].kind, 0);
	}
}

/* `other`: the row that has the number too; 0: none. */
static void problem_print(struct import *import, int64_t row, enum line_column column,
                          enum line_row_problem kind, int64_t other)
{
	const char *verdict = line_row_problem_refuses(kind) ? "refused" : "warning";
	struct str  name = column == LINE_COLUMN_COUNT ? STR("row") : line_column_name(column);

	if (!import->json) {
		printf("row %lld: %s: %.*s: %s", (long long)row, verdict, STR_ARG(name),
		       line_row_problem_what(kind));
		if (other > 0)
			printf(" (row %lld)", (long long)other);
		printf("; %s\n", line_row_problem_remedy(kind));
		return;
	}
	printf("{\"row\":%lld,\"result\":\"%s\",\"column\":\"%.*s\",\"code\":\"%.*s\",\"what\":",
	       (long long)row, verdict, STR_ARG(name), STR_ARG(line_row_problem_name(kind)));
	import_json_text(str_from(line_row_problem_what(kind)));
	printf(",\"remedy\":");
	import_json_text(str_from(line_row_problem_remedy(kind)));
	if (other > 0)
		printf(",\"other_row\":%lld", (long long)other);
	puts("}");
}

/* The second pass: rows against each other and against the stock. */
static int lines_match(struct lines *lines)
{
	struct import    *import = lines->import;
	struct load_watch watch = { .tick = lines_tick, .ctx = lines };
	enum err          err = ERR_OK;

	if (lines->bulk != NULL)
		err = line_bulk_rows_end(lines->bulk, &watch);
	if (err == ERR_OK)
		err = line_load_match(lines->load, &watch);
	if (err == ERR_OK && lines->bulk != NULL &&
	    lines->load->outcome_count[LOAD_CREATED] != lines->load->count) {
		/* Not all are new, as was hoped: compare again, with all that is known. */
		bulk_drop(lines);
		err = line_load_match(lines->load, &watch);
	}
	if (err == ERR_REFUSED)
		return call_fail(import->call, EX_TEMPFAIL, "stopped; nothing was loaded");
	if (err != ERR_OK)
		return call_failed(import->call, err, "nothing was loaded");
	for (size_t i = 0; i < lines->load->count; i++) {
		const struct load_row *row = line_load_row(lines->load, i);
		bool                   twice = row->problem == LINE_ROW_PROBLEM_TWICE;

		if (row->outcome == LOAD_REFUSED && import_lists(import))
			problem_print(import, row->row, (enum line_column)row->column,
			              (enum line_row_problem)row->problem,
			              twice ? row->line_id : 0);
	}
	lines->bad_count += (int64_t)lines->load->outcome_count[LOAD_REFUSED];
	progress_clear(&import->progress);
	if (lines->bad_count > 0 && !import->skip_bad) {
		lines_end(lines, false);
		return call_fail(import->call, EX_DATAERR,
		                 "%lld of %lld rows are refused, so nothing was loaded; correct "
		                 "them, or load the others with --skip-bad",
		                 (long long)lines->bad_count, (long long)lines->row_count);
	}
	if (import->dry_run) {
		rows_print(lines, 0, lines->load->count);
		return lines_end(lines, false);
	}
	return lines_store(lines);
}

static int lines_store(struct lines *lines)
{
	int code;

	if (lines->bulk == NULL)
		bulk_try(lines, lines->load->outcome_count[LOAD_CREATED], false);
	code = lines->bulk != NULL ? store_bulk(lines) : store_batches(lines);
	return code == EX_OK ? lines_end(lines, true) : code;
}

/* Where it pays and nobody else is served: all in one transaction.  `ahead`: rows
 * go in while the file is read, in the hope that all of them are new. */
static void bulk_try(struct lines *lines, size_t row_count, bool ahead)
{
	struct import *import = lines->import;
	enum err       err = ERR_OK;

	if (row_count < LINE_BULK_MIN || data_dir_lock(import->call->arena, &import->house->dir,
	                                               DATA_DIR_SERVING, &lines->lock_fd) != ERR_OK)
		return;
	if (ahead)
		err = line_load_stock(lines->load);
	if (err == ERR_OK && line_bulk_pays(lines->load, row_count))
		err = line_bulk_begin(lines->load, lines->rows, &lines->bulk);
	if (lines->bulk == NULL)
		bulk_drop(lines);
}

static void bulk_drop(struct lines *lines)
{
	if (lines->bulk != NULL)
		(void)line_bulk_end(lines->bulk, false, NULL, 0, NULL);
	lines->bulk = NULL;
	if (lines->lock_fd >= 0)
		(void)close(lines->lock_fd);
	lines->lock_fd = -1;
}

static int store_bulk(struct lines *lines)
{
	struct import    *import = lines->import;
	struct load_watch watch = { .tick = lines_tick, .ctx = lines };
	int64_t           now_s = import->env.clock.now_ms(import->env.clock.ctx) / 1000;
	enum err          err = line_bulk_rows_end(lines->bulk, &watch);

	if (err == ERR_OK) {
		err = line_bulk_end(lines->bulk, true, &lines->hash, now_s, &watch);
		lines->bulk = NULL;
	}
	bulk_drop(lines);
	progress_clear(&import->progress);
	if (err == ERR_REFUSED)
		return call_fail(import->call, EX_TEMPFAIL, "stopped; nothing was loaded");
	if (err != ERR_OK)
		return call_failed(import->call, err, "nothing was loaded");
	rows_print(lines, 0, lines->load->count);
	return EX_OK;
}

/* Beside a running server: short transactions, as long as it can bear. */
static int store_batches(struct lines *lines)
{
	const struct clock *clock = &lines->import->env.clock;
	struct line_load   *load = lines->load;
	size_t              at = 0, next, batch = BATCH_FIRST;
	int64_t             before, now_s = clock->now_ms(clock->ctx) / 1000;
	enum err            begun = line_load_begin(load, &lines->hash, now_s, &before);

	if (begun != ERR_OK)
		return call_failed(lines->import->call, begun, "nothing was loaded");
	if (before > 0 && load->outcome_count[LOAD_CREATED] > 0)
		fprintf(stderr,
		        "keepline import: warning: this file was begun before; going on with %zu "
		        "rows\n",
		        load->outcome_count[LOAD_CREATED] + load->outcome_count[LOAD_UPDATED]);
	while (at < load->count) {
		int64_t  start_ms = clock->mono_ms(clock->ctx), took_ms, wal_pages = 0;
		enum err err = ERR_REFUSED;

		if (lines_tick(lines, "loading", at, load->count))
			err = line_load_batch(load, at, batch, clock->now_ms(clock->ctx) / 1000,
			                      &next);
		if (err != ERR_OK)
			return store_stopped(lines, at, err);
		rows_print(lines, at, next);
		at = next;
		took_ms = clock->mono_ms(clock->ctx) - start_ms;
		if (took_ms < BATCH_QUICK_MS && batch < BATCH_MAX)
			batch *= 2;
		else if (took_ms > BATCH_SLOW_MS && batch > BATCH_MIN)
			batch /= 2;
		if (db_wal_pages(lines->import->house->db) > CHECKPOINT_PAGES)
			(void)db_checkpoint(lines->import->house->db, false, &wal_pages);
	}
	return EX_OK;
}

/* What was committed stays and was told row by row; the rest is for next time. */
static int store_stopped(struct lines *lines, size_t done, enum err err)
{
	struct call *call = lines->import->call;

	progress_clear(&lines->import->progress);
	if (err == ERR_REFUSED)
		return call_fail(call, EX_TEMPFAIL,
		                 "stopped after %zu of %zu rows, which are in; run the same "
		                 "command again to go on",
		                 done, lines->load->count);
	return call_fail(call, exit_code(err),
	                 "after %zu of %zu rows, which are in: %s; then run the same command "
	                 "again to go on",
	                 done, lines->load->count, err_text(err));
}

static void rows_print(const struct lines *lines, size_t from, size_t to)
{
	struct import *import = lines->import;

	if (!import->rows && !import->json)
		return;
	progress_clear(&import->progress);
	for (size_t i = from; i < to; i++) {
		const struct load_row *row = line_load_row(lines->load, i);
		struct str             name = load_outcome_name((enum load_outcome)row->outcome);

		/* Refused ones were told with their reasons. */
		if (row->outcome == LOAD_REFUSED)
			continue;
		printf(import->json ? "{\"row\":%d,\"result\":\"%.*s\"}\n" : "row %d: %.*s\n",
		       row->row, STR_ARG(name));
	}
}

/* The last line: what became of the file. */
static int lines_end(struct lines *lines, bool written)
{
	struct import *import = lines->import;
	const size_t  *counts = lines->load->outcome_count;
	int64_t        took_ms = import->env.clock.mono_ms(import->env.clock.ctx) - lines->start_ms;
	int64_t        rate = took_ms > 0 ? lines->row_count * 1000 / took_ms : lines->row_count;

	progress_clear(&import->progress);
	if (import->json)
		printf("{\"rows\":%lld,\"created\":%zu,\"updated\":%zu,\"unchanged\":%zu,"
		       "\"refused\":%lld,\"warnings\":%lld,\"written\":%s,\"ms\":%lld}\n",
		       (long long)lines->row_count, counts[LOAD_CREATED], counts[LOAD_UPDATED],
		       counts[LOAD_UNCHANGED], (long long)lines->bad_count,
		       (long long)lines->warning_count, written ? "true" : "false",
		       (long long)took_ms);
	else
		printf("%lld rows%s: %zu created, %zu updated, %zu unchanged, %lld refused, "
		       "%lld warnings; %lld.%lld s, %lld rows/s\n",
		       (long long)lines->row_count, written ? "" : ", nothing written",
		       counts[LOAD_CREATED], counts[LOAD_UPDATED], counts[LOAD_UNCHANGED],
		       (long long)lines->bad_count, (long long)lines->warning_count,
		       (long long)took_ms / 1000, (long long)took_ms % 1000 / 100, (long long)rate);
	return EX_OK;
}

static bool lines_tick(void *ctx, const char *doing, size_t done, size_t total)
{
	struct lines *lines = ctx;

	progress_show(&lines->import->progress, doing, "rows", (int64_t)done, (int64_t)total,
	              (int64_t)done);
	return !call_interrupted();
}
