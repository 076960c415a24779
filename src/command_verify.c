/*
 * command_verify.c - keepline verify: do the books agree?
 */
#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"
#include "data_dir.h"
#include "progress.h"
#include "store/verify.h"

#include <stdio.h>

#define LISTED_MAX 50 /* findings that are printed; others are counted */

const struct option verify_options[] = {
	{ "data", "DIR", "The data directory." },
	{ "deep", NULL, "Also check the file's own structure and indexes; slower." },
	{ "json", NULL, "One JSON object a line." },
	{ NULL, NULL, NULL },
};

struct run {
	struct call    *call;
	struct progress progress;
	int64_t         listed_count;
	bool            json;
};

static void finding_print(void *ctx, enum verify_check check, int64_t row);
static bool run_tick(void *ctx, const char *table, int64_t row_count);
static void report_print(const struct run *run, const struct verify_report *report,
                         int64_t took_ms);

int command_verify(struct call *call)
{
	struct env           env = env_real();
	struct house         house;
	struct run           run = { .call = call, .json = call_given(call, "json") };
	struct verify_watch  watch = { .found = finding_print, .tick = run_tick, .ctx = &run };
	struct verify        verify = { .deep = call_given(call, "deep"), .watch = &watch };
	struct verify_report report = { .row_count = 0 };
	int64_t              start_ms = env.clock.mono_ms(env.clock.ctx);
	enum err             err;
	int                  code = house_open(call, DB_READ, &house);

	if (code == EX_OK) {
		call_hold_signals();
		progress_init(&run.progress, &env.clock);
		verify.db = house.db;
		verify.catalogue = &house.catalogue;
		verify.today = tokyo_day(env.clock.now_ms(env.clock.ctx) / 1000);
		err = verify_run(&verify, &report);
		progress_clear(&run.progress);
		if (err == ERR_REFUSED)
			code = call_fail(call, EX_TEMPFAIL, "stopped; nothing is said of the rest");
		else if (err != ERR_OK)
			code = call_failed(call, err, house.dir.db);
	}
	if (code == EX_OK) {
		report_print(&run, &report, env.clock.mono_ms(env.clock.ctx) - start_ms);
		code = report.finding_count == 0 ? EX_OK : 1;
	}
	house_close(&house);
	return code;
}

static void finding_print(void *ctx, enum verify_check check, int64_t row)
{
	struct run *run = ctx;

	if (++run->listed_count > LISTED_MAX)
		return;
	progress_clear(&run->progress);
	printf(run->json ? "{\"table\":\"%s\",\"row\":%lld,\"check\":\"%.*s\",\"what\":\"%s\"}\n"
	                 : "%s %lld: %.*s: %s\n",
	       verify_check_table(check), (long long)row, STR_ARG(verify_check_name(check)),
	       verify_check_what(check));
	if (run->listed_count == LISTED_MAX && !run->json)
		printf("(others are only counted)\n");
}

static bool run_tick(void *ctx, const char *table, int64_t row_count)
{
	struct run *run = ctx;

	(void)table;
	progress_show(&run->progress, "verifying", "rows", 0, 0, row_count);
	return !call_interrupted();
}

static void report_print(const struct run *run, const struct verify_report *report, int64_t took_ms)
{
	int64_t    rate = report->row_count * 1000 / (took_ms > 0 ? took_ms : 1);
	struct str head = hex_encode(run->call->arena,
	                             (struct str){ .ptr = (const char *)report->head.byte,
	                                           .len = report->head_len });

	if (run->json) {
		printf(
		    "{\"good\":%s,\"rows\":%lld,\"findings\":%lld,\"ms\":%lld,\"rows_per_s\":%lld,"
		    "\"head\":{\"txn\":%lld,\"hash\":\"%.*s\"}}\n",
		    report->finding_count == 0 ? "true" : "false", (long long)report->row_count,
		    (long long)report->finding_count, (long long)took_ms, (long long)rate,
		    (long long)report->head_txn, STR_ARG(head));
		return;
	}
	printf("%s: %lld rows, %lld findings; %lld.%03lld s, %lld rows/s\n"
	       "head of the ledger: transaction %lld, %.*s\n",
	       report->finding_count == 0 ? "good" : "NOT GOOD", (long long)report->row_count,
	       (long long)report->finding_count, (long long)took_ms / 1000,
	       (long long)took_ms % 1000, (long long)rate, (long long)report->head_txn,
	       STR_ARG(head));
}
