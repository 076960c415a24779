/*
 * rates_test.c - the job RATES against a bank that answers, is late, is away,
 * writes nonsense or changes its mind.
 */
#include "test.h"

#include "work/world.h"

#include "base/str.h"
#include "base/time.h"
#include "store/job_sql.h"
#include "store/market_sql.h"
#include "store/work_sql.h"
#include "work/rate_fetch.h"
#include "work/rates.h"

#include <sqlite3.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)
#define DAILY   "http://127.0.0.1:1/daily"
#define HISTORY "http://127.0.0.1:1/history"

/* The shop begins on Saturday, 2026-11-21, with rates "of" that day. */
static struct world world;

/* The bank: what it says to the next calls, and what it was asked. */
static struct {
	struct net_call *waiting;
	enum net_result  result;
	int32_t          status;
	struct str       daily, history;
	int              daily_count, history_count;
} bank;

static void bank_call(void *ctx, struct net_call *call)
{
	(void)ctx;
	assert_null(bank.waiting);
	assert_str(call->method, "GET");
	assert_true(call->answer_max > 0 && call->deadline_ms > 0);
	bank.waiting = call;
}

static void bank_answer(void)
{
	struct net_call *call = bank.waiting;
	bool             history = str_eq(call->url, STR(HISTORY));

	assert_true(history || str_eq(call->url, STR(DAILY)));
	bank.history_count += history;
	bank.daily_count += !history;
	call->result = bank.result;
	if (bank.result == NET_ANSWER) {
		call->status = bank.status;
		call->answer = arena_str(call->arena, history ? bank.history : bank.daily);
	}
	bank.waiting = NULL;
	call->done(call);
}

static void turn(void)
{
	for (int i = 0; i < 30; i++) {
		(void)work_step(world.work, world.shop.now_ms);
		if (bank.waiting != NULL)
			bank_answer();
		(void)work_settle(world.work);
	}
}

static enum err plan_apply(struct store *store, struct command *command)
{
	(void)command;
	return rates_plan(store);
}

static int begin(void **state)
{
	(void)state;
	memset(&bank, 0, sizeof(bank));
	bank.result = NET_ANSWER;
	bank.status = 200;
	world_open(&world, &carrier_sandbox);
	world.shop.env.net = (struct net){ .call = bank_call };
	world.shop.config.text[SETTING_rates_url] = STR(DAILY);
	world.shop.config.text[SETTING_rates_history_url] = STR(HISTORY);
	world.shop.config.source[SETTING_rates_url] = "file";
	assert_int_equal(shop_run(&world.shop, plan_apply, NULL), ERR_OK);
	return 0;
}

static int end(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

static void sql(const char *text)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open(world.shop.path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

#define DOCUMENT(days) \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><gesmes:Envelope " \
	"xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" " \
	"xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\"><Cube>" days \
	"</Cube></gesmes:Envelope>"
#define DAY(time, yen, yuan) \
	"<Cube time=\"" time "\"><Cube currency=\"JPY\" rate=\"" yen \
	"\"/><Cube currency=\"CNY\" rate=\"" yuan "\"/></Cube>"

static struct job_get_row job(void)
{
	struct job_of_kind_row of;
	struct job_get_row     row;

	assert_int_equal(job_of_kind(world.shop.read_db, JOB_RATES, &of), ERR_OK);
	assert_int_equal(job_get(world.shop.read_db, &world.shop.arena, of.id, &row), ERR_OK);
	return row;
}

static int64_t at_ms(const char *text)
{
	int64_t utc_s;

	assert_true(rfc3339_parse(str_from(text), &utc_s));
	return utc_s * 1000;
}

/* The yuan of a day, in ten thousandths; 0: none. */
static int64_t yuan_on(const char *text)
{
	struct rate_on_row row;
	int32_t            day;
	enum err           err;

	assert_true(iso_day_parse(str_from(text), &day));
	err = rate_on(world.shop.read_db, &world.shop.arena, CURRENCY_CNY, day, &row);
	assert_true(err == ERR_OK || err == ERR_NOT_FOUND);
	if (err == ERR_NOT_FOUND)
		return 0;
	for (int64_t scale = row.scale; scale < 4; scale++)
		row.mantissa *= 10;
	return row.mantissa;
}

static void go_to(const char *time)
{
	assert_true(at_ms(time) >= world.shop.now_ms);
	world.shop.now_ms = at_ms(time);
	turn();
}

static void fetches_each_working_day(void **state)
{
	(void)state;
	bank.daily = STR(DOCUMENT(DAY("2026-11-20", "128.50", "7.4600")));
	turn();
	/* the first time at once: nothing newer than what is there */
	assert_int_equal(bank.daily_count, 1);
	assert_int_equal(yuan_on("2026-11-20"), 74600);
	assert_int_equal(job().due_ms, at_ms("2026-11-23T15:05:00Z"));
	/* late on Monday: asked each hour, and stored once it is there */
	go_to("2026-11-23T15:05:00Z");
	assert_int_equal(bank.daily_count, 2);
	assert_int_equal(job().due_ms, at_ms("2026-11-23T16:05:00Z"));
	assert_true(job().note_null);
	bank.daily = STR(DOCUMENT(DAY("2026-11-23", "128.60", "7.4700")));
	go_to("2026-11-23T16:05:00Z");
	assert_int_equal(bank.daily_count, 3);
	assert_int_equal(yuan_on("2026-11-23"), 74700);
	assert_int_equal(job().due_ms, at_ms("2026-11-24T15:05:00Z"));
	assert_int_equal(bank.history_count, 0);
}

static void fetches_the_history_when_there_is_nothing(void **state)
{
	(void)state;
	sql("delete from rate");
	bank.history = STR(
	    DOCUMENT(DAY("2026-11-20", "128.50", "7.46") DAY("2026-11-19", "128", "7.45")));
	turn();
	assert_int_equal(bank.history_count, 1);
	assert_int_equal(bank.daily_count, 0);
	assert_int_equal(yuan_on("2026-11-19"), 74500);
	assert_int_equal(yuan_on("2026-11-20"), 74600);
}

static void fetches_the_history_when_a_day_is_missing(void **state)
{
	(void)state;
	bank.daily = STR(DOCUMENT(DAY("2026-11-25", "128.50", "7.46")));
	bank.history = STR(DOCUMENT(DAY("2026-11-25", "128.50", "7.46")
	                                DAY("2026-11-24", "128.50", "7.45")
	                                    DAY("2026-11-23", "128.50", "7.44")));
	go_to("2026-11-25T20:00:00Z");
	assert_int_equal(bank.daily_count, 1);
	assert_int_equal(bank.history_count, 1);
	assert_int_equal(yuan_on("2026-11-23"), 74400);
	assert_int_equal(yuan_on("2026-11-25"), 74600);
	assert_int_equal(job().due_ms, at_ms("2026-11-26T15:05:00Z"));
}

/* Whatever comes: nothing is stored, staff see why and since when, and within
 * the hour it is tried again. */
static void failing(const char *what)
{
	int64_t begun_ms = world.shop.now_ms;

	turn();
	assert_int_equal(yuan_on("2026-11-23"), 0);
	assert_str(job().note, what);
	assert_int_equal(job().created_ms, begun_ms);
	assert_int_equal(job().due_ms, begun_ms + HOUR_MS);
	world.shop.now_ms += HOUR_MS;
	turn();
	assert_int_equal(job().attempt, 2);
	assert_int_equal(job().created_ms, begun_ms);
	/* and it is over as soon as it works */
	bank.result = NET_ANSWER;
	bank.status = 200;
	bank.daily = STR(DOCUMENT(DAY("2026-11-23", "128.60", "7.4700")));
	go_to("2026-11-23T16:05:00Z");
	assert_true(job().note_null);
	assert_int_equal(job().attempt, 0);
	assert_int_equal(yuan_on("2026-11-23"), 74700);
}

static void nobody_answers(void **state)
{
	(void)state;
	bank.result = NET_REFUSED;
	failing("nobody answers at that address");
}

static void no_whole_answer_comes(void **state)
{
	(void)state;
	bank.result = NET_UNKNOWN;
	failing("no whole answer came in time");
}

static void the_bank_is_out_of_order(void **state)
{
	(void)state;
	bank.status = 503;
	bank.daily = STR("sorry");
	failing("the answer was HTTP 503");
}

static void a_page_instead_of_rates(void **state)
{
	(void)state;
	bank.daily = STR("<!DOCTYPE html><html>Log in to the hotel's network</html>");
	failing("line 1 is not as the European Central Bank writes it (ENTITY)");
}

static void half_a_file(void **state)
{
	(void)state;
	bank.daily = str_take(STR(DOCUMENT(DAY("2026-11-20", "128.60", "7.4700"))), 250);
	failing("line 1 is not as the European Central Bank writes it (CUT)");
}

static void rates_from_the_future(void **state)
{
	(void)state;
	bank.daily = STR(DOCUMENT(DAY("2026-11-24", "128.60", "7.4700")));
	failing("2026-11-24 is still to come");
}

static void more_days_than_a_daily_file_has(void **state)
{
	(void)state;
	bank.daily = STR(DOCUMENT(DAY("2026-11-20", "1", "1") DAY("2026-11-19", "1", "1")));
	failing("it holds more than 1 day");
}

static void a_day_without_yen(void **state)
{
	(void)state;
	bank.daily = STR(DOCUMENT("<Cube time=\"2026-11-20\"><Cube currency=\"CNY\" "
	                          "rate=\"7.1\"/></Cube>"));
	failing("2026-11-20 has no rate of the yen");
}

static void a_published_rate_that_changes_is_told(void **state)
{
	(void)state;
	bank.daily = STR(DOCUMENT(DAY("2026-11-20", "128.50", "7.4600")));
	turn();
	bank.daily = STR(DOCUMENT(DAY("2026-11-20", "128.50", "7.9999")));
	go_to("2026-11-23T15:05:00Z");
	assert_int_equal(yuan_on("2026-11-20"), 74600);
	assert_str(job().note, "1 of its rates differs from what was published before");
}

static void a_house_of_the_sandbox_fetches_only_when_told_to(void **state)
{
	struct config *config = &world.shop.config;

	(void)state;
	assert_true(rate_fetch_scheduled(config));
	config->source[SETTING_rates_url] = "default";
	assert_int_equal(config->number[SETTING_sandbox], 1);
	assert_false(rate_fetch_scheduled(config));
	config->number[SETTING_sandbox] = 0;
	assert_true(rate_fetch_scheduled(config));
	config->text[SETTING_rates_url] = STR("");
	assert_false(rate_fetch_scheduled(config));
	/* a job that was planned before ends quietly */
	turn();
	assert_int_equal(bank.daily_count + bank.history_count, 0);
	assert_int_equal(job_of_kind(world.shop.read_db, JOB_RATES, &(struct job_of_kind_row){ 0 }),
	                 ERR_NOT_FOUND);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(fetches_each_working_day),
		CASE(fetches_the_history_when_there_is_nothing),
		CASE(fetches_the_history_when_a_day_is_missing),
		CASE(nobody_answers),
		CASE(no_whole_answer_comes),
		CASE(the_bank_is_out_of_order),
		CASE(a_page_instead_of_rates),
		CASE(half_a_file),
		CASE(rates_from_the_future),
		CASE(more_days_than_a_daily_file_has),
		CASE(a_day_without_yen),
		CASE(a_published_rate_that_changes_is_told),
		CASE(a_house_of_the_sandbox_fetches_only_when_told_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
