/*
 * import_rates.c - keepline import rates FILE: the European Central Bank's
 * history as CSV, or its daily XML; and, in the same form, an operator's own
 * rates of currencies that the bank does not publish (--source operator).
 *
 * One mistake and nothing is loaded.  A published rate is never changed: a file
 * that says otherwise is refused with the place.  Only rates of the demo give
 * way to real ones.
 */
#include "base/str.h"
#include "base/time.h"
#include "core/fx_ecb.h"
#include "import.h"
#include "store/market_sql.h"
#include "store/quote.h"
#include "store/rate.h"
#include "text/message.h"

#include <stdio.h>

#define FILE_MAX    (16 * 1024 * 1024) /* bytes; the whole history has 2 */
#define RATES_MAX   1000000
#define MEMORY_MAX  ((size_t)RATES_MAX * 32 + FILE_MAX + (1 << 20))
#define SCRATCH_MAX (64 * 1024)

/* One rate of the file. */
struct rate {
	int32_t           day;
	uint16_t          currency;
	int64_t           line;
	struct fx_decimal value;
};

struct rates {
	struct import *import;
	struct arena   arena, scratch;
	struct rate   *rate;
	size_t         count, day_count;
	int64_t        now_s;
	int64_t        bad_count;
	enum fx_source source;
	size_t         put_count[RATE_PUT_COUNT];
};

static int      rates_run(struct rates *rates);
static int      rates_read(struct rates *rates, struct str text);
static void     rates_row(struct rates *rates, const struct fx_ecb_row *row);
static void     rates_bad(struct rates *rates, const struct fx_ecb_problem *problem);
static int      rates_store(struct rates *rates);
static enum err rate_store(struct rates *rates, const struct rate *rate);
static enum err banks_own(struct rates *rates, const struct rate *rate);
static void     differs(struct rates *rates, const struct rate *rate, struct fx_decimal known);
static int      rates_end(struct rates *rates);
static void     sales_report(struct rates *rates, uint16_t currency);
static void     problem_line(struct rates *rates, int64_t line, struct str text);

int import_rates(struct import *import)
{
	struct rates rates = {
		.import = import,
		.now_s = import->env.clock.now_ms(import->env.clock.ctx) / 1000,
	};
	int code;

	arena_init(&rates.arena, MEMORY_MAX);
	arena_init(&rates.scratch, SCRATCH_MAX);
	code = rates_run(&rates);
	arena_free(&rates.scratch);
	arena_free(&rates.arena);
	return code;
}

static int rates_run(struct rates *rates)
{
	struct import *import = rates->import;
	const char    *source = call_option(import->call, "source");
	struct str     text;
	int            code;

	rates->source = FX_SOURCE_ECB;
	if (source != NULL && (!fx_source_from_name(str_from(source), &rates->source) ||
	                       (rates->source != FX_SOURCE_ECB &&
	                        rates->source != FX_SOURCE_OPERATOR)))
		return call_fail(import->call, EX_USAGE,
		                 "say --source ecb or --source operator, not \"%.40s\"", source);
	code = import_read(import, &rates->arena, FILE_MAX, &text);
	if (code != EX_OK)
		return code;
	if (text.len > FILE_MAX)
		return call_fail(
		    import->call, EX_DATAERR,
		    "%s: longer than %d bytes; import the European Central Bank's file",
		    import->path, FILE_MAX);
	if (str_starts(text, STR("\x1f\x8b")) || str_starts(text, STR("PK")))
		return call_fail(import->call, EX_DATAERR,
		                 "%s is compressed; unpack it first (gunzip, unzip)", import->path);
	rates->rate = ARENA_ARRAY(&rates->arena, struct rate, RATES_MAX);
	if (rates->rate == NULL)
		return call_failed(import->call, ERR_MEMORY, import->path);
	code = rates_read(rates, text);
	if (code == EX_OK)
		code = rates_store(rates);
	return code;
}

static int rates_read(struct rates *rates, struct str text)
{
	struct fx_ecb_row    *row = ARENA_NEW(&rates->arena, struct fx_ecb_row);
	struct fx_ecb_csv    *csv = ARENA_NEW(&rates->arena, struct fx_ecb_csv);
	struct fx_ecb_xml    *xml = ARENA_NEW(&rates->arena, struct fx_ecb_xml);
	struct fx_ecb_problem problem;
	bool                  is_xml = str_starts(str_trim(text), STR("<"));
	enum fx_ecb_step      step = FX_ECB_MORE;

	if (row == NULL || csv == NULL || xml == NULL || !fx_ecb_csv_init(csv, &rates->arena))
		return call_failed(rates->import->call, ERR_MEMORY, rates->import->path);
	if (is_xml)
		fx_ecb_xml_init(xml, text);
	else
		fx_ecb_csv_feed(csv, text);
	while (step != FX_ECB_END) {
		step = is_xml ? fx_ecb_xml_next(xml, row, &problem)
		              : fx_ecb_csv_next(csv, row, &problem);
		if (step == FX_ECB_ROW)
			rates_row(rates, row);
		else if (step == FX_ECB_BAD)
			rates_bad(rates, &problem);
		else if (step == FX_ECB_MORE)
			fx_ecb_csv_finish(csv);
	}
	if (rates->bad_count > 0)
		return call_fail(rates->import->call, EX_DATAERR,
		                 "%s: %lld mistakes, so nothing was loaded; see above",
		                 rates->import->path, (long long)rates->bad_count);
	return EX_OK;
}

static void rates_row(struct rates *rates, const struct fx_ecb_row *row)
{
	rates->day_count++;
	if (fx_ecb_as_of_s(row->day) > rates->now_s + FX_AHEAD_S) {
		problem_line(rates, row->line,
		             STR("the day is still to come. Check the file and this machine's "
		                 "clock"));
		return;
	}
	if (row->count > RATES_MAX - rates->count) {
		problem_line(rates, row->line, STR("too many rates. Import fewer days at once"));
		return;
	}
	for (size_t i = 0; i < row->count; i++)
		rates->rate[rates->count++] = (struct rate){ .day = row->day,
			                                     .currency = row->rate[i].currency,
			                                     .line = row->line,
			                                     .value = row->rate[i].value };
}

static void rates_bad(struct rates *rates, const struct fx_ecb_problem *problem)
{
#define X(name)              [FX_ECB_PROBLEM_##name] = MSG_REFUSAL_ECB_##name,
#define MSG_REFUSAL_ECB_NONE MSG_NONE
#define MSG_REFUSAL_ECB_CSV  MSG_NONE
	static const enum msg sentences[FX_ECB_PROBLEM_COUNT] = { FX_ECB_PROBLEMS(X) };
#undef X
#define X(name)              [CSV_PROBLEM_##name] = MSG_REFUSAL_CSV_##name,
#define MSG_REFUSAL_CSV_NONE MSG_NONE
	static const enum msg csv_sentences[CSV_PROBLEM_COUNT] = { CSV_PROBLEMS(X) };
#undef X
	enum msg msg = problem->kind == FX_ECB_PROBLEM_CSV ? csv_sentences[problem->csv]
	                                                   : sentences[problem->kind];

	problem_line(rates, 0,
	             message_text(&rates->scratch, lang_get(LANG_EN), msg, -1,
	                          PARTS(PART("line", problem->line),
	                                PART("column", (int64_t)problem->column),
	                                PART("count", (int64_t)problem->count),
	                                PART("expected", (int64_t)problem->expected),
	                                PART("found", str_from(problem->found)))));
	arena_reset(&rates->scratch);
}

/* line 0: the text names its place itself. */
static void problem_line(struct rates *rates, int64_t line, struct str text)
{
	struct import *import = rates->import;

	rates->bad_count++;
	if (!import_lists(import))
		return;
	if (import->json) {
		printf("{\"result\":\"refused\",\"line\":%lld,\"what\":", (long long)line);
		import_json_text(text);
		puts("}");
	} else if (line > 0) {
		printf("Line %lld: %.*s.\n", (long long)line, STR_ARG(text));
	} else {
		printf("%.*s.\n", STR_ARG(text));
	}
}

static int rates_store(struct rates *rates)
{
	struct import *import = rates->import;
	struct db     *db = import->house->db;
	enum err       err = db_begin(db);

	for (size_t i = 0; err == ERR_OK && i < rates->count; i++) {
		err = rate_store(rates, &rates->rate[i]);
		arena_reset(&rates->scratch);
	}
	if (err == ERR_OK && (rates->bad_count > 0 || import->dry_run))
		db_rollback(db);
	else if (err == ERR_OK)
		err = db_commit(db);
	if (err != ERR_OK) {
		db_rollback(db);
		return call_failed(import->call, err, "nothing was loaded");
	}
	if (rates->bad_count > 0)
		return call_fail(import->call, EX_DATAERR,
		                 "%s: %lld rates against what was published, so nothing was "
		                 "loaded; find out which file is wrong",
		                 import->path, (long long)rates->bad_count);
	return rates_end(rates);
}

static enum err rate_store(struct rates *rates, const struct rate *rate)
{
	enum rate_put     put = RATE_KNOWN;
	struct fx_decimal known;
	enum err          err = rate_put(rates->import->house->db, &rates->scratch,
	                                 &(struct rate_new){ .currency = rate->currency,
	                                                     .day = rate->day,
	                                                     .value = rate->value,
	                                                     .source = rates->source },
	                                 &put, &known);

	if (err == ERR_OK && rates->source == FX_SOURCE_OPERATOR)
		err = banks_own(rates, rate);
	if (err != ERR_OK)
		return err;
	rates->put_count[put]++;
	if (put == RATE_DIFFERS)
		differs(rates, rate, known);
	return ERR_OK;
}

/* The operator's word counts only where the bank has none: never against it. */
static enum err banks_own(struct rates *rates, const struct rate *rate)
{
	struct rate_newest_row newest;
	enum err err = rate_newest(rates->import->house->db, rate->currency,
	                           fx_source_name(FX_SOURCE_ECB), &newest);

	if (err == ERR_OK || rate->currency == CURRENCY_JPY)
		problem_line(rates, rate->line,
		             arena_printf(&rates->scratch,
		                          "%.*s has rates of the European Central Bank; only "
		                          "others can come from you",
		                          STR_ARG(currency_code(rate->currency))));
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static void differs(struct rates *rates, const struct rate *rate, struct fx_decimal known)
{
	struct arena *arena = &rates->scratch;

	problem_line(rates, rate->line,
	             arena_printf(arena,
	                          "1 EUR = %.*s %.*s on %.*s, but it was published as %.*s. A "
	                          "published rate is never changed",
	                          STR_ARG(fx_decimal_text(arena, rate->value)),
	                          STR_ARG(currency_code(rate->currency)),
	                          STR_ARG(iso_day(arena, rate->day)),
	                          STR_ARG(fx_decimal_text(arena, known))));
}

static int rates_end(struct rates *rates)
{
	struct import *import = rates->import;
	const size_t  *put = rates->put_count;

	if (import->json)
		printf("{\"days\":%zu,\"rates\":%zu,\"added\":%zu,\"known\":%zu,\"replaced\":%zu,"
		       "\"written\":%s}\n",
		       rates->day_count, rates->count, put[RATE_ADDED], put[RATE_KNOWN],
		       put[RATE_REPLACED], import->dry_run ? "false" : "true");
	else
		printf("%zu days, %zu rates: %zu added, %zu known before, %zu of the demo "
		       "replaced%s\n",
		       rates->day_count, rates->count, put[RATE_ADDED], put[RATE_KNOWN],
		       put[RATE_REPLACED], import->dry_run ? "; nothing written" : "");
	for (size_t i = 0; i < quote_currency_count && !import->dry_run; i++)
		sales_report(rates, quote_currencies[i]);
	return EX_OK;
}

/* What the rates mean for sales now: stale and jumping ones pause a currency. */
static void sales_report(struct rates *rates, uint16_t currency)
{
	static const char *const reasons[FX_REFUSAL_COUNT] = {
		[FX_REFUSAL_CURRENCY] = "there is no rate for it",
		[FX_REFUSAL_STALE] = "its newest rate is more than 4 days old; import newer ones",
		[FX_REFUSAL_AHEAD] = "its newest rate is from the future; check the clock",
		[FX_REFUSAL_JUMP] = "it moved by more than 3 %; a person must look at it",
		[FX_REFUSAL_AMOUNT] = "its rate cannot be used",
	};
	struct house *house = rates->import->house;
	struct quoter quoter = {
		.db = house->db,
		.arena = &rates->scratch,
		.config = &house->config,
		.keys = &house->keys,
		.catalogue = &house->catalogue,
		.now_ms = rates->now_s * 1000,
	};
	enum fx_refusal refusal = FX_REFUSAL_NONE;
	struct fx_rate  rate;
	struct str      code = currency_code(currency);

	if (currency == CURRENCY_JPY || quote_rate(&quoter, currency, &refusal, &rate) != ERR_OK ||
	    refusal == FX_REFUSAL_NONE)
		return;
	if (rates->import->json)
		printf("{\"currency\":\"%.*s\",\"sales\":\"paused\",\"why\":\"%s\"}\n",
		       STR_ARG(code), reasons[refusal]);
	else
		printf("%.*s: sales are paused: %s\n", STR_ARG(code), reasons[refusal]);
}
