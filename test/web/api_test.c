/*
 * api_test.c - what transcripts cannot show of the API: many calls at once,
 * what is stored behind an answer, and cursors changed letter by letter.
 */
#include "record.h"
#include "stock.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/time.h"
#include "core/sandbox.h"
#include "store/line_sql.h"
#include "store/job_sql.h"
#include "store/market_sql.h"
#include "store/order_command.h"
#include "store/order_sql.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "store/work_sql.h"
#include "web/cursor.h"

#define PARALLEL   50
#define SCOPES_ALL ((1u << SCOPE_COUNT) - 1)

static const char *const sandbox_flags[] = { "--sandbox=yes", "--line_topups_per_day=100", NULL };

/* One call. */
struct call {
	struct arena    arena;
	struct request  request;
	struct response response;
	json_t         *answer; /* NULL: not answered yet, or not JSON */
};

static struct house house;
static struct str   key;

static int open_with(const char *const *flags)
{
	house_open(&house, false, flags);
	stock_open(&house);
	key = stock_key(&house, "one@api.example", SCOPES_ALL);
	return 0;
}

static int open_house(void **state)
{
	(void)state;
	return open_with(sandbox_flags);
}

static int open_plain(void **state)
{
	(void)state;
	return open_with(NULL);
}

static int open_strict(void **state)
{
	static const char *const flags[] = { "--sandbox=yes", "--line_topups_per_day=1", NULL };

	(void)state;
	return open_with(flags);
}

static int close_house(void **state)
{
	(void)state;
	house_close(&house);
	return 0;
}

static void call_header(struct call *call, const char *name, struct str value)
{
	call->request.headers[call->request.header_count++] = (struct header){ str_from(name),
		                                                               value };
}

/* Sends it, and leaves it parked when it has to wait. */
static void call_begin(struct call *call, const char *method, struct str target, const char *once,
                       struct str body)
{
	*call = (struct call){ 0 };
	arena_init(&call->arena, REQUEST_ARENA_MAX);
	request_init(&call->request, house.web, &call->arena);
	call->request.method = str_from(method);
	call->request.target = target;
	call->request.peer = STR("198.51.100.7");
	call->request.body = arena_str(&call->arena, body);
	call_header(call, "Authorization", arena_printf(&call->arena, "Bearer %.*s", STR_ARG(key)));
	if (body.len > 0)
		call_header(call, "Content-Type", STR("application/json"));
	if (once != NULL)
		call_header(call, "Idempotency-Key", arena_str(&call->arena, str_from(once)));
	web_handle(house.web, &call->request, &call->response);
}

static int call_end(struct call *call)
{
	struct str body;

	house_settle(&house, &call->response);
	record_exchange(&call->request, &call->response);
	body = buf_str(&call->response.body);
	call->answer = json_loadb(body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(call->answer);
	return call->response.status;
}

static void call_free(struct call *call)
{
	json_decref(call->answer);
	request_end(&call->request);
	arena_free(&call->arena);
}

static struct str text_of(const struct call *call, const char *name)
{
	const char *value = json_string_value(json_object_get(call->answer, name));

	assert_non_null(value);
	return str_from(value);
}

/* A quote by the API; its public id, in the house's arena. */
static struct str quote_id(int64_t imsi, const char *pack, const char *currency)
{
	struct call call;
	struct str  id, body;

	body = arena_printf(&house.arena,
	                    "{\"pack\":\"%s\",\"sim\":\"%lld\",\"method\":\"sandbox\","
	                    "\"currency\":\"%s\"}",
	                    pack, (long long)imsi, currency);
	call_begin(&call, "POST", STR("/api/v1/quotes"), NULL, body);
	assert_int_equal(call_end(&call), 201);
	id = arena_str(&house.arena, text_of(&call, "id"));
	call_free(&call);
	return id;
}

/* Places it; `more` is what stands in the body behind the quote. */
static int place(struct call *call, struct str quote, const char *once, const char *more)
{
	call_begin(call, "POST", STR("/api/v1/orders"), once,
	           arena_printf(&house.arena, "{\"quote\":\"%.*s\"%s}", STR_ARG(quote), more));
	return call_end(call);
}

static struct order_get_row order_row(struct str public)
{
	struct order_get_row row;
	int64_t              id = 0;
	bool                 known = public_id_parse(&house.keys, PUBLIC_ORDER, public, &id) ||
	             public_id_parse(&house.keys, PUBLIC_QUOTE, public, &id);

	assert_true(known);
	assert_int_equal(order_get(house.reader, &house.arena, id, &row), ERR_OK);
	return row;
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
	struct str         quote = quote_id(stock_imsi(STOCK_PREPAID), "keep-180", "CNY");
	struct str body = arena_printf(&house.arena, "{\"quote\":\"%.*s\"}", STR_ARG(quote));
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
			first = arena_str(&house.arena, text_of(&calls[i], "id"));
		assert_true(str_eq(text_of(&calls[i], "id"), first));
		call_free(&calls[i]);
	}
	assert_int_equal(created, 1);
	assert_int_equal(line_get(house.reader, &house.arena, stock_line_id(STOCK_PREPAID), &line),
	                 ERR_OK);
	assert_int_equal(line.topup_count, 1);
	assert_int_equal(line.last_order, order_row(first).id);
	assert_int_equal(order_row(first).prev_account, 0);
}

/* One key fifty times at once: one works, the others are told to wait; later all are replays. */
static void fifty_times_one_key(void **state)
{
	static struct call calls[PARALLEL];
	struct str         quote = quote_id(stock_imsi(STOCK_PREPAID), "keep-180", "CNY");
	struct str body = arena_printf(&house.arena, "{\"quote\":\"%.*s\"}", STR_ARG(quote));
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
			    str_eq(text_of(&calls[i], "code"), STR("idempotency_in_flight")));
		call_free(&calls[i]);
	}
	assert_int_equal(created, 1);
	assert_int_equal(waiting, PARALLEL - 1);
	assert_int_equal(place(&calls[0], quote, "same", ""), 201);
	call_free(&calls[0]);
}

/* A quote of any amount, straight into the store. */
static struct str quote_of_amount(int64_t amount)
{
	struct order_get_row like = order_row(
	    quote_id(stock_imsi(STOCK_PREPAID), "keep-180", "JPY"));
	struct quote_store quote = { .order = {
					 .account_id = like.account_id,
					 .line_id = like.line_id,
					 .pack = like.pack,
					 .price = amount,
					 .tax = like.tax,
					 .gateway = like.gateway,
					 .currency = like.currency,
					 .amount = amount,
					 .rate_e10 = like.rate_e10,
					 .rate_as_of_s = like.rate_as_of_s,
					 .created_s = like.created_s,
					 .expires_s = like.expires_s,
					 .before_day = like.before_day,
					 .after_day = like.after_day,
				     } };
	struct command     command = { .apply = quote_store_apply,
		                       .arg = &quote,
		                       .owner = WRITER_LOOP };

	assert_int_equal(writer_run(house.writer, &command), ERR_OK);
	return public_id(&house.arena, &house.keys, PUBLIC_QUOTE, quote.id);
}

static void sandbox_is_steered(void **state)
{
	static const struct {
		int64_t                       amount;
		const char                   *body;
		enum sandbox_outcome          outcome;
		enum sandbox_delivery_outcome delivery;
	} cases[] = {
		{ 1100, "", SANDBOX_PAGE, SANDBOX_DELIVERY_ACTIVE },
		{ 1100, ",\"sandbox\":{}", SANDBOX_PAGE, SANDBOX_DELIVERY_ACTIVE },
		{ 1194, "", SANDBOX_LOST_THEN_PAID, SANDBOX_DELIVERY_ACTIVE },
		{ 1194, ",\"sandbox\":{\"outcome\":\"page\"}", SANDBOX_PAGE,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1194, ",\"sandbox\":{\"outcome\":\"paid\"}", SANDBOX_PAID,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1194, ",\"sandbox\":{\"carrier\":\"slow\"}", SANDBOX_LOST_THEN_PAID,
		  SANDBOX_DELIVERY_SLOW },
		{ 1181, "", SANDBOX_PAID, SANDBOX_DELIVERY_DECLINED },
		{ 1185, "", SANDBOX_PAID, SANDBOX_DELIVERY_REVERSED },
		{ 1185, ",\"sandbox\":{\"carrier\":\"active\"}", SANDBOX_PAGE,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1185, ",\"sandbox\":{\"outcome\":\"paid\"}", SANDBOX_PAID,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1100, ",\"sandbox\":{\"outcome\":\"slow\"}", SANDBOX_PAID,
		  SANDBOX_DELIVERY_SLOW },
		{ 1100, ",\"sandbox\":{\"outcome\":\"declined\"}", SANDBOX_DECLINED,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1100, ",\"sandbox\":{\"carrier\":\"declined\"}", SANDBOX_PAGE,
		  SANDBOX_DELIVERY_DECLINED },
		{ 1100, ",\"sandbox\":{\"outcome\":\"webhook_dup\",\"carrier\":\"reversed\"}",
		  SANDBOX_WEBHOOK_DUP, SANDBOX_DELIVERY_REVERSED },
		{ 1100, ",\"sandbox\":{\"outcome\":\"lost_then_active\",\"carrier\":\"slow\"}",
		  SANDBOX_PAID, SANDBOX_DELIVERY_SLOW },
	};
	struct job_of_kind_row job;

	(void)state;
	assert_int_equal(job_of_kind(house.reader, JOB_HOOK, &job), ERR_NOT_FOUND);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct call          call;
		struct order_get_row order;
		char                 once[16];

		snprintf(once, sizeof(once), "s%zu", i);
		assert_int_equal(
		    place(&call, quote_of_amount(cases[i].amount), once, cases[i].body), 201);
		order = order_row(text_of(&call, "id"));
		if (order.sandbox != sandbox_steering(cases[i].outcome, cases[i].delivery))
			fail_msg("case %zu: %lld", i, (long long)order.sandbox);
		/* The gateway goes ahead by itself exactly when it was told how. */
		if (i == 0)
			assert_int_equal(job_of_kind(house.reader, JOB_HOOK, &job), ERR_NOT_FOUND);
		if (i == 2)
			assert_int_equal(job_of_kind(house.reader, JOB_HOOK, &job), ERR_OK);
		call_free(&call);
	}
}

static void every_outcome_has_its_name(void **state)
{
	(void)state;
	for (int i = 0; i < SANDBOX_OUTCOME_COUNT; i++) {
		struct str  name = sandbox_outcome_name((enum sandbox_outcome)i);
		struct call call;

		assert_int_equal(
		    place(&call, quote_of_amount(1100), arena_cstr(&house.arena, name),
		          arena_cstr(&house.arena,
		                     arena_printf(&house.arena,
		                                  ",\"sandbox\":{\"outcome\":\"%.*s\"}",
		                                  STR_ARG(name)))),
		    201);
		assert_int_equal(order_row(text_of(&call, "id")).sandbox & 255, i);
		call_free(&call);
	}
	for (int i = 0; i < SANDBOX_DELIVERY_OUTCOME_COUNT; i++) {
		struct str  name = sandbox_delivery_outcome_name((enum sandbox_delivery_outcome)i);
		struct str  once = arena_printf(&house.arena, "c-%.*s", STR_ARG(name));
		struct call call;

		assert_int_equal(
		    place(&call, quote_of_amount(1100), arena_cstr(&house.arena, once),
		          arena_cstr(&house.arena,
		                     arena_printf(&house.arena,
		                                  ",\"sandbox\":{\"carrier\":\"%.*s\"}",
		                                  STR_ARG(name)))),
		    201);
		assert_int_equal(order_row(text_of(&call, "id")).sandbox, i << 8);
		call_free(&call);
	}
}

/* Without sandbox = yes neither its method nor its steering exists. */
static void sandbox_may_be_off(void **state)
{
	struct call call;

	(void)state;
	call_begin(&call, "POST", STR("/api/v1/quotes"), NULL,
	           STR("{\"pack\":\"keep-180\",\"sim\":\"440101234567890\",\"method\":\"sandbox\","
	               "\"currency\":\"JPY\"}"));
	assert_int_equal(call_end(&call), 422);
	assert_true(str_eq(text_of(&call, "code"), STR("unknown_method")));
	call_free(&call);
	assert_int_equal(place(&call, public_id(&house.arena, &house.keys, PUBLIC_QUOTE, 1), "off",
	                       ",\"sandbox\":{\"outcome\":\"paid\"}"),
	                 422);
	assert_true(str_eq(text_of(&call, "code"), STR("sandbox_off")));
	call_free(&call);
}

static void notices_go_where_the_order_says(void **state)
{
	struct call          call;
	struct order_get_row order;
	struct str           email;

	(void)state;
	assert_int_equal(place(&call, quote_id(stock_imsi(STOCK_PREPAID), "keep-180", "JPY"), "n",
	                       ",\"notify\":{\"email\":\"Buyer@Mail.Example\"}"),
	                 201);
	order = order_row(text_of(&call, "id"));
	assert_false(order.notify_box_null);
	assert_true(str_find(order.notify_box, STR("mail")) < 0);
	assert_true(
	    order_notify_open(&house.arena, &house.keys, order.id, order.notify_box, &email));
	assert_true(str_eq_nocase(email, STR("buyer@mail.example")));
	assert_false(
	    order_notify_open(&house.arena, &house.keys, order.id + 1, order.notify_box, &email));
	call_free(&call);
}

/* SECURITY F8, and when it is worth asking again: at midnight in Tokyo. */
static void a_line_has_its_daily_limit(void **state)
{
	struct call call;
	struct str  wait = { 0 };
	int64_t     wait_s, now_s = house.now_ms / 1000;

	(void)state;
	assert_int_equal(
	    place(&call, quote_id(stock_imsi(STOCK_PREPAID), "keep-180", "JPY"), "1", ""), 201);
	call_free(&call);
	assert_int_equal(
	    place(&call, quote_id(stock_imsi(STOCK_PREPAID), "keep-180", "JPY"), "2", ""), 429);
	assert_true(str_eq(text_of(&call, "code"), STR("line_limit")));
	for (size_t i = 0; i < call.response.header_count; i++)
		if (str_eq(call.response.headers[i].name, STR("Retry-After")))
			wait = call.response.headers[i].value;
	assert_true(str_to_int64(wait, &wait_s));
	assert_int_equal(now_s + wait_s, tokyo_day_start_s(tokyo_day(now_s) + 1));
	call_free(&call);
}

static void a_line_that_closed_takes_no_order(void **state)
{
	struct call         call;
	struct str          quote = quote_id(stock_imsi(STOCK_PREPAID), "keep-180", "JPY");
	int64_t             line_id = stock_line_id(STOCK_PREPAID);
	struct line_get_row line;

	(void)state;
	assert_int_equal(line_get(house.reader, &house.arena, line_id, &line), ERR_OK);
	assert_int_equal(line_swept(house.store.db, line_id, LINE_CANCELLED, 0), ERR_OK);
	assert_int_equal(place(&call, quote, "closed", ""), 409);
	assert_true(str_eq(text_of(&call, "code"), STR("line_closed")));
	call_free(&call);
	/* The refusal has not spoiled the key. */
	assert_int_equal(line_swept(house.store.db, line_id, line.state, 0), ERR_OK);
	assert_int_equal(place(&call, quote, "closed", ""), 201);
	call_free(&call);
}

/* The rate's source is told as it was, also of a demo. */
static void an_order_knows_its_rate(void **state)
{
	int32_t        day = tokyo_day(house.now_ms / 1000) - 1;
	enum fx_source source;
	int64_t        added;

	(void)state;
	assert_int_equal(rate_add(house.store.db, 702, day, 15, 1, STR("demo"), &added), ERR_OK);
	assert_int_equal(quote_rate_source(house.reader, &house.arena, 702,
	                                   (int64_t)day * 86400 + 14 * 3600, &source),
	                 ERR_OK);
	assert_int_equal(source, FX_SOURCE_DEMO);
	assert_int_equal(quote_rate_source(house.reader, &house.arena, CURRENCY_JPY,
	                                   house.now_ms / 1000, &source),
	                 ERR_OK);
	assert_int_equal(source, FX_SOURCE_NONE);
	assert_int_equal(quote_rate_source(house.reader, &house.arena, 702, 86400, &source),
	                 ERR_OK);
	assert_int_equal(source, FX_SOURCE_NONE);
}

static void cursors_are_ours_alone(void **state)
{
	struct str  text = cursor_text(&house.arena, &house.keys, CURSOR_LINES, 7, 4711);
	int64_t     position = 0;
	struct keys other;
	struct key  master = { .byte = { 9 } };

	(void)state;
	assert_int_equal(text.len, CURSOR_LENGTH);
	assert_true(cursor_parse(&house.arena, &house.keys, CURSOR_LINES, 7, text, &position));
	assert_int_equal(position, 4711);
	assert_false(cursor_parse(&house.arena, &house.keys, CURSOR_LINES, 8, text, &position));
	assert_false(cursor_parse(&house.arena, &house.keys, CURSOR_PACKS, 7, text, &position));
	keys_from(&master, &other);
	assert_false(cursor_parse(&house.arena, &other, CURSOR_LINES, 7, text, &position));
	for (size_t i = 0; i < text.len; i++) {
		char       copy[CURSOR_LENGTH];
		struct str changed = { .ptr = copy, .len = text.len };

		memcpy(copy, text.ptr, text.len);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		assert_false(
		    cursor_parse(&house.arena, &house.keys, CURSOR_LINES, 7, changed, &position));
		assert_false(cursor_parse(&house.arena, &house.keys, CURSOR_LINES, 7,
		                          str_take(text, i), &position));
	}
	assert_int_equal(position, 4711);
	/* Nothing of the position can be read, and neighbours look nothing alike. */
	for (int64_t at = 0; at < 3; at++) {
		struct str one = cursor_text(&house.arena, &house.keys, CURSOR_LINES, 7, at);
		struct str two = cursor_text(&house.arena, &house.keys, CURSOR_LINES, 7, at + 1);

		assert_false(str_eq(str_take(one, 4), str_take(two, 4)));
	}
}

#define HOUSE_TEST(test, open) cmocka_unit_test_setup_teardown(test, open, close_house)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOUSE_TEST(tables_are_recorded, open_plain),
		HOUSE_TEST(fifty_keys_make_one_order, open_house),
		HOUSE_TEST(fifty_times_one_key, open_house),
		HOUSE_TEST(sandbox_is_steered, open_house),
		HOUSE_TEST(every_outcome_has_its_name, open_house),
		HOUSE_TEST(sandbox_may_be_off, open_plain),
		HOUSE_TEST(notices_go_where_the_order_says, open_house),
		HOUSE_TEST(a_line_has_its_daily_limit, open_strict),
		HOUSE_TEST(a_line_that_closed_takes_no_order, open_house),
		HOUSE_TEST(an_order_knows_its_rate, open_plain),
		HOUSE_TEST(cursors_are_ours_alone, open_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
