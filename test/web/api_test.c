/*
 * api_test.c - what transcripts cannot show of the API: many calls at once,
 * what is stored behind an answer, and cursors changed letter by letter.
 */
#include "api_call.h"
#include "record.h"
#include "stock.h"

#include "base/str.h"
#include "base/time.h"
#include "store/account.h"
#include "store/line_sql.h"
#include "store/market_sql.h"
#include "store/order_command.h"
#include "store/order_sql.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "store/settle.h"
#include "web/cursor.h"

#define PARALLEL 50

/* One of each, with all that can be said of where it is known from. */
#define SOURCE_SAID \
	"source = Terms\nurl = https://carrier.example/terms\nas_of = 2026-11-01\n" \
	"valid_from = 2026-01-01\nvalid_to = 2099-12-31\nsure = high\n"
#define RICH_CATALOGUE \
	"[catalogue]\nlabel = Rich\n" \
	"[network docomo]\nname = NTT docomo\n" \
	"[keep k]\nname = K\nkind = extend\ncounts = pack\nwindow_days = 180\n" SOURCE_SAID \
	"[brand b]\nname = B\nnetwork = docomo\nkeep = k\npayment = prepaid\n" SOURCE_SAID \
	"[pack p]\nname = P\nbrands = b\nprice = JPY 1,000\ntax_bp = 1000\nkind = balance\n" \
	"balance = JPY 1,000\nkeep_days = 30\ncounts_as = pack\n" SOURCE_SAID

static enum err report_apply(struct store *store, struct command *command)
{
	enum settle_doubt doubt;
	struct settlement settlement;
	enum err          err = settle_report(store, command->arg, STR("{}"), &doubt, &settlement);

	assert_int_equal(doubt, SETTLE_DOUBT_NONE);
	return err;
}

static void tables_are_recorded(void **state)
{
	(void)state;
	record_tables();
}

/* Fifty keys at once: one 201, the others are told the same order. */
static void fifty_keys_make_one_order(void **state)
{
	static struct call calls[PARALLEL];
	struct str         quote = api_quote(stock_imsi(STOCK_PREPAID), "keep-180", "CNY");
	struct str body = arena_printf(&api_house.arena, "{\"quote\":\"%.*s\"}", STR_ARG(quote));
	struct str first;
	struct line_get_row line;
	char                once[16];
	int                 created = 0;

	(void)state;
	for (int i = 0; i < PARALLEL; i++) {
		snprintf(once, sizeof(once), "k%d", i);
		call_begin(&calls[i], "POST", STR("/api/v1/orders"), once, body);
		assert_true(calls[i].response.parked);
	}
	for (int i = 0; i < PARALLEL; i++) {
		int status = call_end(&calls[i]);

		assert_true(status == 201 || status == 200);
		created += status == 201;
		if (i == 0)
			first = arena_str(&api_house.arena, call_text(&calls[i], "id"));
		assert_true(str_eq(call_text(&calls[i], "id"), first));
		call_free(&calls[i]);
	}
	assert_int_equal(created, 1);
	assert_int_equal(line_get(api_house.reader, &api_house.arena, stock_line_id(STOCK_PREPAID),
	                          &line),
	                 ERR_OK);
	assert_int_equal(line.topup_count, 1);
	assert_int_equal(line.last_order, api_order(first).id);
	assert_int_equal(api_order(first).prev_account, 0);
}

/* One key fifty times at once: one works, the others are told to wait; later all are replays. */
static void fifty_times_one_key(void **state)
{
	static struct call calls[PARALLEL];
	struct str         quote = api_quote(stock_imsi(STOCK_PREPAID), "keep-180", "CNY");
	struct str body = arena_printf(&api_house.arena, "{\"quote\":\"%.*s\"}", STR_ARG(quote));
	int        created = 0, waiting = 0;

	(void)state;
	for (int i = 0; i < PARALLEL; i++)
		call_begin(&calls[i], "POST", STR("/api/v1/orders"), "same", body);
	for (int i = 0; i < PARALLEL; i++) {
		int status = call_end(&calls[i]);

		created += status == 201;
		waiting += status == 409;
		if (status == 409)
			assert_true(
			    str_eq(call_text(&calls[i], "code"), STR("idempotency_in_flight")));
		call_free(&calls[i]);
	}
	assert_int_equal(created, 1);
	assert_int_equal(waiting, PARALLEL - 1);
	assert_int_equal(api_place(&calls[0], quote, "same", ""), 201);
	call_free(&calls[0]);
}

static void notices_go_where_the_order_says(void **state)
{
	struct call          call;
	struct order_get_row order;
	struct str           email;

	(void)state;
	assert_int_equal(api_place(&call, api_quote(stock_imsi(STOCK_PREPAID), "keep-180", "JPY"),
	                           "n", ",\"notify\":{\"email\":\"Buyer@Mail.Example\"}"),
	                 201);
	order = api_order(call_text(&call, "id"));
	assert_false(order.notify_box_null);
	assert_true(str_find(order.notify_box, STR("mail")) < 0);
	assert_true(account_notify_open(&api_house.arena, &api_house.keys.personal, order.id,
	                                order.notify_box, &email));
	assert_true(str_eq_nocase(email, STR("buyer@mail.example")));
	assert_false(account_notify_open(&api_house.arena, &api_house.keys.personal, order.id + 1,
	                                 order.notify_box, &email));
	call_free(&call);
}

/* SECURITY F8, and when it is worth asking again: at midnight in Tokyo. */
static void a_line_has_its_daily_limit(void **state)
{
	struct call call;
	int64_t     wait_s, now_s = api_house.now_ms / 1000;

	(void)state;
	assert_int_equal(api_place(&call, api_quote(stock_imsi(STOCK_PREPAID), "keep-180", "JPY"),
	                           "1", ""),
	                 201);
	call_free(&call);
	assert_int_equal(api_place(&call, api_quote(stock_imsi(STOCK_PREPAID), "keep-180", "JPY"),
	                           "2", ""),
	                 429);
	assert_true(str_eq(call_text(&call, "code"), STR("line_limit")));
	assert_true(str_to_int64(call_answer_header(&call, "Retry-After"), &wait_s));
	assert_int_equal(now_s + wait_s, tokyo_day_start_s(tokyo_day(now_s) + 1));
	call_free(&call);
}

static void a_line_that_closed_takes_no_order(void **state)
{
	struct call         call;
	struct str          quote = api_quote(stock_imsi(STOCK_PREPAID), "keep-180", "JPY");
	int64_t             line_id = stock_line_id(STOCK_PREPAID);
	struct line_get_row line;

	(void)state;
	assert_int_equal(line_get(api_house.reader, &api_house.arena, line_id, &line), ERR_OK);
	assert_int_equal(line_swept(api_house.store.db, line_id, LINE_CANCELLED, 0), ERR_OK);
	assert_int_equal(api_place(&call, quote, "closed", ""), 409);
	assert_true(str_eq(call_text(&call, "code"), STR("line_closed")));
	call_free(&call);
	/* The refusal has not spoiled the key. */
	assert_int_equal(line_swept(api_house.store.db, line_id, line.state, 0), ERR_OK);
	assert_int_equal(api_place(&call, quote, "closed", ""), 201);
	call_free(&call);
}

/* The rate's source is told as it was, also of a demo. */
static void an_order_knows_its_rate(void **state)
{
	int32_t        day = tokyo_day(api_house.now_ms / 1000) - 1;
	enum fx_source source;
	int64_t        added;

	(void)state;
	assert_int_equal(rate_add(api_house.store.db, 702, day, 15, 1, STR("demo"), &added),
	                 ERR_OK);
	assert_int_equal(quote_rate_source(api_house.reader, &api_house.arena, 702,
	                                   (int64_t)day * 86400 + 14 * 3600, &source),
	                 ERR_OK);
	assert_int_equal(source, FX_SOURCE_DEMO);
	assert_int_equal(quote_rate_source(api_house.reader, &api_house.arena, CURRENCY_JPY,
	                                   api_house.now_ms / 1000, &source),
	                 ERR_OK);
	assert_int_equal(source, FX_SOURCE_NONE);
	assert_int_equal(quote_rate_source(api_house.reader, &api_house.arena, 702, 86400, &source),
	                 ERR_OK);
	assert_int_equal(source, FX_SOURCE_NONE);
}

static void cursors_are_ours_alone(void **state)
{
	struct str  text = cursor_text(&api_house.arena, &api_house.keys, CURSOR_LINES, 7, 4711);
	int64_t     position = 0;
	struct keys other;
	struct key  master = { .byte = { 9 } };

	(void)state;
	assert_int_equal(text.len, CURSOR_LENGTH);
	assert_true(
	    cursor_parse(&api_house.arena, &api_house.keys, CURSOR_LINES, 7, text, &position));
	assert_int_equal(position, 4711);
	assert_false(
	    cursor_parse(&api_house.arena, &api_house.keys, CURSOR_LINES, 8, text, &position));
	assert_false(
	    cursor_parse(&api_house.arena, &api_house.keys, CURSOR_PACKS, 7, text, &position));
	keys_from(&master, &other);
	assert_false(cursor_parse(&api_house.arena, &other, CURSOR_LINES, 7, text, &position));
	for (size_t i = 0; i < text.len; i++) {
		char       copy[CURSOR_LENGTH];
		struct str changed = { .ptr = copy, .len = text.len };

		memcpy(copy, text.ptr, text.len);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		assert_false(cursor_parse(&api_house.arena, &api_house.keys, CURSOR_LINES, 7,
		                          changed, &position));
		assert_false(cursor_parse(&api_house.arena, &api_house.keys, CURSOR_LINES, 7,
		                          str_take(text, i), &position));
	}
	assert_int_equal(position, 4711);
	/* Nothing of the position can be read, and neighbours look nothing alike. */
	for (int64_t at = 0; at < 3; at++) {
		struct str one = cursor_text(&api_house.arena, &api_house.keys, CURSOR_LINES, 7,
		                             at);
		struct str two = cursor_text(&api_house.arena, &api_house.keys, CURSOR_LINES, 7,
		                             at + 1);

		assert_false(str_eq(str_take(one, 4), str_take(two, 4)));
	}
}

/* What the gateway calls the payment stands in the order from the first report on. */
static void a_payment_has_its_reference(void **state)
{
	struct call           call;
	struct payment_report report = { .method = PAY_SANDBOX, .reference = STR("sbx_4711") };
	struct command        command = { .arg = &report, .owner = WRITER_LOOP };
	struct order_get_row  order;

	(void)state;
	assert_int_equal(api_place(&call, api_quote(stock_imsi(STOCK_PREPAID), "keep-180", "JPY"),
	                           "r", ""),
	                 201);
	order = api_order(call_text(&call, "id"));
	report.number = public_id(&api_house.arena, &api_house.keys, PUBLIC_PAYMENT,
	                          order.payment_id);
	report.state = PAYMENT_SUCCEEDED;
	report.money = (struct money){ .amount = order.amount,
		                       .currency = (uint16_t)order.currency };
	command.apply = report_apply;
	assert_int_equal(writer_run(api_house.writer, &command), ERR_OK);
	call_free(&call);
	assert_int_equal(api_get(&call, "/api/v1/orders/", api_order_id(order.id)), 200);
	assert_true(str_eq(str_from(json_string_value(json_object_get(
			       json_object_get(call.answer, "payment"), "reference"))),
	                   STR("sbx_4711")));
	call_free(&call);
}

static enum err page_apply(struct store *store, struct command *command)
{
	struct str url = STR("https://gateway.test/front"), form = STR("txnAmt=1100&a=b+c");

	return payment_page_set(store->db, *(int64_t *)command->arg, 3, &url, &form, 0);
}

/* A gateway whose page the payer's browser opens by a form: both ways to it are told. */
static void a_payment_may_want_a_form(void **state)
{
	struct call          call;
	struct command       command = { .apply = page_apply, .owner = WRITER_LOOP };
	struct order_get_row order;
	json_t              *pay;
	struct str           body;

	(void)state;
	api_house.config.text[SETTING_pay_methods] = STR("unionpay");
	body = arena_printf(&api_house.arena,
	                    "{\"pack\":\"keep-180\",\"sim\":\"%lld\",\"method\":\"unionpay\","
	                    "\"currency\":\"JPY\"}",
	                    (long long)stock_imsi(STOCK_PREPAID));
	call_begin(&call, "POST", STR("/api/v1/quotes"), NULL, body);
	assert_int_equal(call_end(&call), 201);
	body = arena_str(&api_house.arena, call_text(&call, "id"));
	call_free(&call);
	assert_int_equal(api_place(&call, body, "f", ""), 201);
	order = api_order(call_text(&call, "id"));
	assert_int_equal(order.gateway, PAY_UNIONPAY);
	call_free(&call);
	command.arg = &order.payment_id;
	assert_int_equal(writer_run(api_house.writer, &command), ERR_OK);
	assert_int_equal(api_get(&call, "/api/v1/orders/", api_order_id(order.id)), 200);
	pay = json_object_get(call.answer, "pay");
	assert_string_equal(json_string_value(json_object_get(pay, "kind")), "form");
	assert_string_equal(json_string_value(json_object_get(pay, "url")),
	                    "https://gateway.test/front");
	assert_string_equal(json_string_value(json_object_get(pay, "form")), "txnAmt=1100&a=b+c");
	assert_non_null(strstr(json_string_value(json_object_get(pay, "page")), "/pay/KP"));
	call_free(&call);
}

/* A catalogue with everything that the demo's leaves out. */
static void a_catalogue_may_say_more(void **state)
{
	static const char *const paths[] = { "/api/v1/packs", "/api/v1/carriers" };
	struct catalogue         catalogue;
	struct plan_problems     problems = { 0 };
	struct call              call;

	(void)state;
	if (!plan_parse(&api_house.arena, STR(RICH_CATALOGUE), &catalogue, &problems))
		fail_msg("%s", arena_cstr(&api_house.arena,
		                          plan_problem_text(&api_house.arena, &problems.list[0])));
	api_house.web->catalogue = &catalogue;
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		assert_int_equal(api_get(&call, paths[i], STR("")), 200);
		assert_true(str_find(buf_str(&call.response.body),
		                     STR("\"source\":{\"name\":\"Terms\",\"url\":"
		                         "\"https://carrier.example/terms\",\"as_of\":"
		                         "\"2026-11-01\",\"valid_from\":\"2026-01-01\","
		                         "\"valid_to\":\"2099-12-31\",\"sureness\":\"high\"}")) >=
		            0);
		call_free(&call);
	}
}

static enum err nothing_apply(struct store *store, struct command *command)
{
	(void)store;
	(void)command;
	return ERR_OK;
}

static void nothing_done(struct command *command)
{
	(void)command;
}

/* A full queue changes nothing, says when to come back, and leaves the key as it was. */
static void busy_is_said_and_nothing_done(void **state)
{
	static struct command commands[WRITER_QUEUE_MAX];
	struct str            quote = api_quote(stock_imsi(STOCK_PREPAID), "keep-180", "JPY");
	struct call           call;

	(void)state;
	for (size_t i = 0; i < WRITER_QUEUE_MAX; i++) {
		commands[i] = (struct command){ .apply = nothing_apply,
			                        .done = nothing_done,
			                        .owner = WRITER_LOOP };
		assert_int_equal(writer_submit(api_house.writer, &commands[i]), ERR_OK);
	}
	assert_int_equal(api_place(&call, quote, "busy", ""), 503);
	assert_true(str_eq(call_text(&call, "code"), STR("busy")));
	assert_true(call_answer_header(&call, "Retry-After").len > 0);
	call_free(&call);
	while (web_settle(api_house.web) > 0)
		;
	assert_int_equal(api_place(&call, quote, "busy", ""), 201);
	call_free(&call);
}

static void a_body_has_its_largest_size(void **state)
{
	struct call call;
	char       *body = arena_alloc(&api_house.arena, REQUEST_BODY_MAX + 1);

	(void)state;
	memset(body, ' ', REQUEST_BODY_MAX + 1);
	call_begin(&call, "POST", STR("/api/v1/quotes"), NULL,
	           (struct str){ .ptr = body, .len = REQUEST_BODY_MAX + 1 });
	assert_int_equal(call_end(&call), 413);
	call_free(&call);
	call_begin(&call, "POST", STR("/api/v1/quotes"), NULL,
	           (struct str){ .ptr = body, .len = REQUEST_BODY_MAX });
	assert_int_equal(call_end(&call), 400); /* blanks alone are no JSON */
	call_free(&call);
}

/* The same key on a quote that is just being made. */
static void a_quote_in_flight_is_told(void **state)
{
	struct str  body = STR("{\"pack\":\"keep-180\",\"sim\":\"440101234567890\","
	                        "\"method\":\"sandbox\",\"currency\":\"JPY\"}");
	struct call one, two;

	(void)state;
	call_begin(&one, "POST", STR("/api/v1/quotes"), "q", body);
	call_begin(&two, "POST", STR("/api/v1/quotes"), "q", body);
	assert_int_equal(call_end(&two), 409);
	assert_int_equal(call_end(&one), 201);
	call_free(&one);
	call_free(&two);
}

#define HOUSE_TEST(test, open) cmocka_unit_test_setup_teardown(test, open, api_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOUSE_TEST(tables_are_recorded, api_open_plain),
		HOUSE_TEST(fifty_keys_make_one_order, api_open),
		HOUSE_TEST(fifty_times_one_key, api_open),
		HOUSE_TEST(notices_go_where_the_order_says, api_open),
		HOUSE_TEST(a_line_has_its_daily_limit, api_open_strict),
		HOUSE_TEST(a_line_that_closed_takes_no_order, api_open),
		HOUSE_TEST(an_order_knows_its_rate, api_open_plain),
		HOUSE_TEST(cursors_are_ours_alone, api_open_plain),
		HOUSE_TEST(a_payment_has_its_reference, api_open),
		HOUSE_TEST(a_payment_may_want_a_form, api_open),
		HOUSE_TEST(a_catalogue_may_say_more, api_open_plain),
		HOUSE_TEST(busy_is_said_and_nothing_done, api_open),
		HOUSE_TEST(a_body_has_its_largest_size, api_open),
		HOUSE_TEST(a_quote_in_flight_is_told, api_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
