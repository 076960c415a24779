/*
 * command_reconcile.c - keepline reconcile GATEWAY FILE: a gateway's statement
 * beside our payments.
 *
 * The file is read to its end before anything is written; its rows come in as
 * one transaction, and the same file twice changes nothing.  A running server
 * compares them (numbers of the books are handed out from its memory); without
 * one, this command does.
 */
#include "app_pay.h"
#include "base/str.h"
#include "base/time.h"
#include "data_dir.h"
#include "import.h"
#include "store/post.h"
#include "store/statement.h"
#include "store/statement_sql.h"
#include "work/reconcile.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS     200
#define QUIET_MAX_S 120 /* a server that compares nothing for so long has stopped */
#define MEMORY_MAX  ((size_t)2 * 1024 * 1024 * 1024)
#define BREAKS_MAX  1000 /* listed; the desk has all of them */

const struct option reconcile_options[] = {
	{ "data", "DIR", "The data directory." },
	{ "day", "YYYY-MM-DD", "The day it covers, where the gateway lives; else its rows say." },
	{ "dry-run", NULL, "Read and add up the file, change nothing." },
	{ "json", NULL, "One JSON object a line instead of text." },
	{ NULL, NULL, NULL },
};

struct reading {
	struct import             import;
	struct house              house;
	struct app_pay            pay;
	const struct pay_gateway *gateway;
	enum pay_method           method;
	struct arena              arena;
	struct statement_line    *lines; /* NULL while they are only counted */
	size_t                    count;
	int64_t                   first_s, last_s;
	struct money              paid[RECON_CURRENCY_MAX], back[RECON_CURRENCY_MAX];
	int64_t                   id;
};

static int        reconcile_run(struct reading *reading);
static int        file_read(struct reading *reading, struct statement_head *ret);
static struct str file_name(const char *path);
static bool       row_take(void *ctx, const struct pay_bill_row *row);
static int        sums_check(struct reading *reading, const struct pay_bill_sum *sum);
static bool       sum_fits(const struct money *made, struct money stated);
static void       money_count(struct money *sums, struct money money);
static int        days_of(struct reading *reading, struct statement_head *head);
static int        rows_write(struct reading *reading, const struct statement_head *head);
static int        compare(struct reading *reading);
static int        compare_here(struct reading *reading);
static int        step_here(struct reading *reading, struct store *store, bool *more);
static int        report(struct reading *reading);
static void       break_print(struct reading *reading, const struct mismatch_of_row *row);

int command_reconcile(struct call *call)
{
	struct reading reading = {
		.import = { .call = call,
		            .house = &reading.house,
		            .env = env_real(),
		            .path = call->operand[1].ptr,
		            .dry_run = call_given(call, "dry-run"),
		            .json = call_given(call, "json") },
		.first_s = INT64_MAX,
	};
	int64_t now_s = reading.import.env.clock.now_ms(reading.import.env.clock.ctx) / 1000;
	int     code;

	if (pay_gateway_from_name(call->operand[0], &reading.method))
		reading.gateway = pay_find(reading.method);
	if (reading.gateway == NULL || reading.gateway->bill == NULL)
		return call_fail(
		    call, EX_USAGE,
		    "there is no gateway \"%.*s\" with statements; say stripe, paypal, "
		    "antom, alipay, wechat or unionpay",
		    (int)str_take(call->operand[0], 40).len, call->operand[0].ptr);
	call_hold_signals();
	progress_init(&reading.import.progress, &reading.import.env.clock);
	arena_init(&reading.arena, MEMORY_MAX);
	code = house_open(call, DB_WRITE, &reading.house);
	if (code == EX_OK)
		code = app_pay_open(call, &reading.arena, &reading.house.config,
		                    &reading.house.keys, now_s, &reading.pay);
	if (code == EX_OK)
		code = reconcile_run(&reading);
	app_pay_close(&reading.pay);
	house_close(&reading.house);
	arena_free(&reading.arena);
	return code;
}

static int reconcile_run(struct reading *reading)
{
	const struct clock   *clock = &reading->import.env.clock;
	struct statement_head head = { .gateway = reading->method,
		                       .now_s = clock->now_ms(clock->ctx) / 1000 };
	int                   code = file_read(reading, &head);

	if (code == EX_OK && reading->import.dry_run) {
		printf("%zu rows read and added up; nothing is changed\n", reading->count);
		return EX_OK;
	}
	if (code == EX_OK)
		code = rows_write(reading, &head);
	if (code == EX_OK)
		code = compare(reading);
	return code == EX_OK ? report(reading) : code;
}

/* Twice: to count the rows, and to take them. */
static int file_read(struct reading *reading, struct statement_head *ret)
{
	struct import           *import = &reading->import;
	const struct pay_config *config = &reading->pay.till[reading->method].config;
	struct pay_bill_problem  problem = { 0 };
	struct pay_bill_sum      sum = { .count = -1 };
	struct str               file;
	bool                     good;
	int                      code = import_read(import, &reading->arena, PAY_BILL_MAX, &file);

	if (code != EX_OK)
		return code;
	if (file.len > PAY_BILL_MAX)
		return call_fail(import->call, EX_DATAERR, "%s: longer than %zu MB", import->path,
		                 PAY_BILL_MAX >> 20);
	sha256(file, &ret->hash);
	ret->name = str_take(file_name(import->path), STATEMENT_NAME_MAX);
	good = reading->gateway->bill(config, file, &reading->arena, row_take, reading, &sum,
	                              &problem);
	if (good && reading->count > STATEMENT_ROWS_MAX)
		return call_fail(import->call, EX_DATAERR, "%s: more than %d rows", import->path,
		                 STATEMENT_ROWS_MAX);
	if (good) {
		reading->lines = ARENA_ARRAY(&reading->arena, struct statement_line,
		                             reading->count + 1);
		reading->count = 0;
		if (reading->lines == NULL)
			return call_failed(import->call, ERR_MEMORY, import->path);
		good = reading->gateway->bill(config, file, &reading->arena, row_take, reading,
		                              &sum, &problem);
	}
	if (!good)
		return call_fail(import->call, EX_DATAERR, "%s:%lld: %.*s", import->path,
		                 (long long)problem.line, STR_ARG(problem.text));
	code = sums_check(reading, &sum);
	return code == EX_OK ? days_of(reading, ret) : code;
}

static struct str file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return str_from(slash != NULL ? slash + 1 : path);
}

static bool row_take(void *ctx, const struct pay_bill_row *row)
{
	static const enum statement_about about_of[PAY_BILL_KIND_COUNT] = {
		[PAY_BILL_PAYMENT] = STATEMENT_PAYMENT, [PAY_BILL_REFUND] = STATEMENT_REFUND,
		[PAY_BILL_FEE] = STATEMENT_FEE,         [PAY_BILL_PAYOUT] = STATEMENT_PAYOUT,
		[PAY_BILL_DISPUTE] = STATEMENT_OTHER,   [PAY_BILL_OTHER] = STATEMENT_OTHER,
	};
	struct reading *reading = ctx;
	size_t          at = reading->count++;

	if (reading->lines == NULL)
		return reading->count <= STATEMENT_ROWS_MAX;
	reading->lines[at] = (struct statement_line){
		.about = about_of[row->kind],
		.number = row->kind == PAY_BILL_REFUND ? row->refund : row->order,
		.row = row->row,
		.amount = row->amount,
		.fee = row->fee,
		.settled = row->settled,
		.at_s = row->at_s,
		.done = row->done,
		.reference = row->reference,
		.batch = row->batch,
	};
	if (row->kind == PAY_BILL_PAYMENT)
		money_count(reading->paid, row->amount);
	else if (row->kind == PAY_BILL_REFUND)
		money_count(reading->back, row->amount);
	if (row->at_s != 0 && row->kind <= PAY_BILL_REFUND) {
		reading->first_s = row->at_s < reading->first_s ? row->at_s : reading->first_s;
		reading->last_s = row->at_s > reading->last_s ? row->at_s : reading->last_s;
	}
	return true;
}

static void money_count(struct money *sums, struct money money)
{
	for (size_t i = 0; i < RECON_CURRENCY_MAX; i++) {
		if (sums[i].currency != CURRENCY_NONE && sums[i].currency != money.currency)
			continue;
		sums[i].currency = money.currency;
		sums[i].amount += money.amount;
		return;
	}
}

/* A file that does not add up to what it says itself is not whole. */
static int sums_check(struct reading *reading, const struct pay_bill_sum *sum)
{
	struct import *import = &reading->import;
	struct money   stated = sum->paid, made = { 0 };

	for (size_t i = 0; i < RECON_CURRENCY_MAX; i++)
		if (reading->paid[i].currency == stated.currency)
			made = reading->paid[i];
	if (sum_fits(reading->paid, sum->paid) && sum_fits(reading->back, sum->given_back))
		return EX_OK;
	return call_fail(import->call, EX_DATAERR,
	                 "%s: it says %lld %.*s paid, its rows make %lld; get the file again",
	                 import->path, (long long)stated.amount,
	                 STR_ARG(currency_code(stated.currency)), (long long)made.amount);
}

static bool sum_fits(const struct money *made, struct money stated)
{
	if (stated.currency == CURRENCY_NONE)
		return true;
	for (size_t i = 0; i < RECON_CURRENCY_MAX; i++)
		if (made[i].currency == stated.currency)
			return made[i].amount == stated.amount;
	return stated.amount == 0;
}

/* Whole days where the gateway lives. */
static int days_of(struct reading *reading, struct statement_head *head)
{
	const char *day = call_option(reading->import.call, "day");
	int64_t     offset_s = reading->gateway->bill_offset_s;
	int32_t     number;

	if (day != NULL) {
		if (!iso_day_parse(str_from(day), &number))
			return call_fail(reading->import.call, EX_USAGE,
			                 "--day is a date such as 2026-11-20, not \"%.20s\"", day);
		head->from_s = (int64_t)number * 86400 - offset_s;
		head->to_s = head->from_s + 86400;
		return EX_OK;
	}
	if (reading->first_s == INT64_MAX) /* no payment in it: nothing of ours has to be there */
		return EX_OK;
	head->from_s = (reading->first_s + offset_s) / 86400 * 86400 - offset_s;
	head->to_s = ((reading->last_s + offset_s) / 86400 + 1) * 86400 - offset_s;
	return EX_OK;
}

static int rows_write(struct reading *reading, const struct statement_head *head)
{
	struct db *db = reading->house.db;
	int64_t    known = 0;
	enum err   err = db_begin(db);

	progress_show(&reading->import.progress, "writing", "rows", 0, (int64_t)reading->count, 0);
	if (err == ERR_OK)
		err = statement_bring(db, &reading->house.keys, head, reading->lines,
		                      reading->count, &known, &reading->id);
	if (err == ERR_OK)
		err = db_commit(db);
	else
		db_rollback(db);
	progress_clear(&reading->import.progress);
	if (err != ERR_OK)
		return call_failed(reading->import.call, err, reading->import.path);
	if (known != 0) {
		reading->id = known;
		if (!reading->import.json)
			printf("this file is known: statement %lld\n", (long long)known);
	}
	return EX_OK;
}

/* By the server, or here when none runs. */
static int compare(struct reading *reading)
{
	struct import           *import = &reading->import;
	struct statement_get_row row;
	int64_t                  seen = -1, quiet_ms = 0;
	enum err                 err = ERR_OK;

	while (err == ERR_OK && !call_interrupted() && quiet_ms < QUIET_MAX_S * 1000) {
		int code = compare_here(reading);

		if (code != EX_TEMPFAIL)
			return code;
		err = statement_get(reading->house.db, &reading->arena, reading->id, &row);
		if (err == ERR_OK && row.state >= STATEMENT_MATCHED)
			return EX_OK;
		quiet_ms = row.matched_count + row.break_count + row.state == seen
		               ? quiet_ms + WAIT_MS
		               : 0;
		seen = row.matched_count + row.break_count + row.state;
		progress_show(&import->progress, "comparing", "rows", row.matched_count,
		              row.row_count, row.matched_count);
		(void)nanosleep(&(struct timespec){ .tv_nsec = WAIT_MS * 1000000L }, NULL);
	}
	progress_clear(&import->progress);
	if (err != ERR_OK)
		return call_failed(import->call, err, "reading the statement");
	return call_fail(import->call, EX_TEMPFAIL,
	                 "the rows are in and the server goes on comparing them; look at the desk, "
	                 "or run the same command again");
}

/* EX_TEMPFAIL: a server runs, which does it. */
static int compare_here(struct reading *reading)
{
	struct house *house = &reading->house;
	struct arena  group;
	struct store  store = { .db = house->db,
		                .env = &reading->import.env,
		                .config = &house->config,
		                .keys = &house->keys,
		                .catalogue = &house->catalogue,
		                .arena = &group };
	int           lock_fd, code = EX_OK;
	bool          more = true;
	enum err      err = data_dir_lock(&reading->arena, &house->dir, DATA_DIR_SERVING, &lock_fd);

	if (err == ERR_BUSY)
		return EX_TEMPFAIL;
	if (err != ERR_OK)
		return call_failed(reading->import.call, err, house->dir.path);
	arena_init(&group, (size_t)64 << 20);
	err = post_open(&reading->arena, &store);
	if (err != ERR_OK)
		code = call_failed(reading->import.call, err, house->dir.db);
	while (more && code == EX_OK && !call_interrupted())
		code = step_here(reading, &store, &more);
	arena_free(&group);
	(void)close(lock_fd);
	return code;
}

static int step_here(struct reading *reading, struct store *store, bool *more)
{
	const struct clock *clock = &reading->import.env.clock;
	int64_t             after = 0;
	enum err            err = db_begin(store->db);

	store->now_ms = clock->now_ms(clock->ctx);
	post_group_begin(store);
	if (err == ERR_OK)
		err = statement_step(store, reading->id, more);
	if (err == ERR_OK && !*more)
		err = reconcile_heal(store, &after);
	if (err == ERR_OK)
		err = post_group_end(store);
	if (err == ERR_OK)
		err = db_commit(store->db);
	if (err == ERR_OK) {
		post_group_committed(store);
	} else {
		db_rollback(store->db);
		post_group_forget(store);
	}
	arena_reset(store->arena);
	return err == ERR_OK ? EX_OK
	                     : call_failed(reading->import.call, err, "comparing the statement");
}

static int report(struct reading *reading)
{
	struct statement_get_row statement;
	struct mismatch_of_row  *rows;
	size_t                   count = 0, open = 0;
	struct db               *db = reading->house.db;
	enum err                 err;

	progress_clear(&reading->import.progress);
	err = statement_get(db, &reading->arena, reading->id, &statement);
	if (err == ERR_OK)
		err = mismatch_of(db, &reading->arena, reading->id, 0, BREAKS_MAX, &rows, &count);
	if (err != ERR_OK)
		return call_failed(reading->import.call, err, "reading the result");
	for (size_t i = 0; i < count; i++) {
		open += rows[i].closed_s == 0;
		break_print(reading, &rows[i]);
	}
	if (reading->import.json)
		printf("{\"statement\":%lld,\"rows\":%lld,\"agree\":%lld,\"breaks\":%lld,"
		       "\"open\":%zu}\n",
		       (long long)statement.id, (long long)statement.row_count,
		       (long long)statement.matched_count, (long long)statement.break_count, open);
	else
		printf(
		    "statement %lld: %lld rows, %lld agree, %lld do not, %zu of these are open\n",
		    (long long)statement.id, (long long)statement.row_count,
		    (long long)statement.matched_count, (long long)statement.break_count, open);
	return open == 0 ? EX_OK : 1;
}

static void break_print(struct reading *reading, const struct mismatch_of_row *row)
{
	struct str    name = recon_break_name((enum recon_break_kind)row->kind);
	struct arena *arena = &reading->arena;
	struct money  ours = { row->ours, (uint16_t)row->ours_currency };
	struct money  theirs = { row->theirs, (uint16_t)row->theirs_currency };
	struct str    our_text = ours.currency != 0 ? money_digits(arena, ours) : STR("");
	struct str    their_text = theirs.currency != 0 ? money_digits(arena, theirs) : STR("");

	if (reading->import.json)
		printf("{\"break\":\"%.*s\",\"row\":%lld,\"ours\":%lld,\"ours_currency\":\"%.*s\","
		       "\"theirs\":%lld,\"theirs_currency\":\"%.*s\",\"closed\":%s}\n",
		       STR_ARG(name), (long long)row->row, (long long)row->ours,
		       STR_ARG(currency_code(ours.currency)), (long long)row->theirs,
		       STR_ARG(currency_code(theirs.currency)),
		       row->closed_s != 0 ? "true" : "false");
	else
		printf("%.*s: row %lld, ours %.*s %.*s, theirs %.*s %.*s%s\n", STR_ARG(name),
		       (long long)row->row, STR_ARG(currency_code(ours.currency)),
		       STR_ARG(our_text), STR_ARG(currency_code(theirs.currency)),
		       STR_ARG(their_text), row->closed_s != 0 ? " (closed)" : "");
}
