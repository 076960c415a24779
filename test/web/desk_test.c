/*
 * desk_test.c - the desk's figures by hand, what its search understands, and
 * that a member who knocks learns nothing from how the door is kept shut.
 */
#include "stock.h"

#include "base/str.h"
#include "store/post.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "web/desk_figures.h"
#include "web/desk_find.h"
#include "web/fill.h"
#include "web/form.h"
#include "web/offer.h"
#include "web/session.h"

#define DAY 20000

static struct house house;
static struct arena arena;

static int setup(void **state)
{
	static const char *const flags[] = { "--sandbox=yes", NULL };

	(void)state;
	arena_init(&arena, (size_t)16 * 1024 * 1024);
	house_open(&house, false, flags);
	stock_open(&house);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	house_close(&house);
	arena_free(&arena);
	return 0;
}

static struct figure_list_row hour(int32_t day, int of_day, int64_t value)
{
	return (
	    struct figure_list_row){ .day = day, .kind = FIGURE_HOUR_0 + of_day, .value = value };
}

static void a_day_is_compared_up_to_the_same_time(void **state)
{
	const struct figure_list_row rows[] = {
		hour(DAY - 8, 1, 1000), /* too long ago */
		hour(DAY - 2, 0, 10),
		hour(DAY - 2, 1, 20),
		hour(DAY - 2, 2, 400),
		hour(DAY - 1, 1, 10),
		hour(DAY - 1, 23, 500),
		hour(DAY, 0, 77), /* today itself */
		{ .day = DAY - 1, .kind = FIGURE_ACTIVE, .value = 999 },
		{ .day = DAY - 1, .kind = FIGURE_LOSING, .value = 999 },
	};

	(void)state;
	assert_int_equal(desk_usual(rows, COUNT_OF(rows), DAY, 0), 0);
	assert_int_equal(desk_usual(rows, COUNT_OF(rows), DAY, 1800),
	                 3); /* half of 10, in 2 days */
	assert_int_equal(desk_usual(rows, COUNT_OF(rows), DAY, 3600), 5);
	assert_int_equal(desk_usual(rows, COUNT_OF(rows), DAY, 2 * 3600), 20);
	assert_int_equal(desk_usual(rows, COUNT_OF(rows), DAY, 86399), 470);
	/* a day without orders counts from the first day with one on */
	assert_int_equal(desk_usual(rows + 1, 2, DAY, 2 * 3600), 15);
	assert_int_equal(desk_usual(rows, 1, DAY, 3 * 3600), 0);
	assert_int_equal(desk_usual(rows, 0, DAY, 3 * 3600), 0);
}

static void tabs_hold_what_they_say(void **state)
{
	const struct desk_facts fresh = { .state = ORDER_PAID, .job = true, .kind = JOB_DELIVER };
	struct desk_facts       stuck = fresh, back = { .state = ORDER_DECLINED,
		                                        .refund = REFUND_PENDING,
		                                        .job = true,
		                                        .kind = JOB_REFUND,
		                                        .wait_s = 100000 };

	(void)state;
	stuck.wait_s = DESK_STUCK_S;
	assert_true(desk_tab_holds(DESK_TAB_ACTIVATING, &fresh));
	assert_false(desk_tab_holds(DESK_TAB_NEEDS, &fresh));
	assert_false(desk_tab_holds(DESK_TAB_REFUNDS, &fresh));
	assert_true(desk_tab_holds(DESK_TAB_NEEDS, &stuck));
	assert_true(desk_tab_holds(DESK_TAB_REFUNDS, &back));
	assert_false(desk_tab_holds(DESK_TAB_NEEDS, &back)); /* the gateway may take its days */
	back.refund = REFUND_DUE;
	assert_true(desk_tab_holds(DESK_TAB_NEEDS, &back));
}

static void request_begin(struct request *request, struct response *response)
{
	arena_reset(&arena);
	request_init(request, house.web, &arena);
	*response = (struct response){ 0 };
	request->response = response;
	request->now_ms = house.now_ms;
}

static void the_search_knows_what_is_meant(void **state)
{
	static const struct {
		const char     *text;
		enum desk_found kind;
		bool            plain;
		const char     *what;
	} cases[] = {
		{ "5670", DESK_FOUND_TAIL, true, "last digits 5670" },
		{ " \xef\xbc\x95\xef\xbc\x96\xef\xbc\x97\xef\xbc\x90 ", DESK_FOUND_TAIL, true,
		  "last digits 5670" },
		{ "080-1234-5670", DESK_FOUND_LINE, false, "number 080-****-5670" },
		{ "+81 80 1234 5670", DESK_FOUND_LINE, false, "number 080-****-5670" },
		{ "090-8888-7777", DESK_FOUND_NONE, false, "number 090-****-7777: nothing found" },
		{ "440101234567890", DESK_FOUND_LINE, false, NULL },
		{ "8981100012345678905", DESK_FOUND_LINE, false, NULL },
		{ "DN0512345678900", DESK_FOUND_LINE, false, NULL },
		{ "440109999999999", DESK_FOUND_NONE, false, NULL },
		{ "nobody@mail.example", DESK_FOUND_NONE, false,
		  "e-mail n***@mail.example: nothing found" },
		{ "@", DESK_FOUND_NONE, false, "an e-mail address: nothing found" },
		{ "KL-0000-0000", DESK_FOUND_NONE, false, NULL },
		{ "line_00000000000000000000000000", DESK_FOUND_NONE, false, NULL },
		{ "-567", DESK_FOUND_NONE, false, "something else, 4 bytes: nothing found" },
		{ "'; drop table line; --", DESK_FOUND_NONE, false,
		  "something else, 22 bytes: nothing found" },
	};
	static struct request  request;
	static struct response response;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct desk_find find;

		request_begin(&request, &response);
		assert_int_equal(desk_find(&request, str_from(cases[i].text), &find), ERR_OK);
		if (find.kind != cases[i].kind || find.plain != cases[i].plain)
			fail_msg("\"%s\": %d %d", cases[i].text, find.kind, find.plain);
		if (cases[i].what != NULL)
			assert_str(find.what, cases[i].what);
		/* what goes into the audit and into addresses gives no number away */
		assert_true(str_find(find.what, STR("12345")) < 0);
		assert_true(str_find(find.token, STR("12345")) < 0);
		request_end(&request);
	}
}

/* The page for one address, with what differs by chance or by the address
 * itself taken out. */
static struct str refusal(const char *cookie, const char *number)
{
	static struct request  request;
	static struct response response;
	struct buf             buf;
	struct str             page, csrf, rest;

	request_begin(&request, &response);
	request.method = STR("GET");
	request.target = arena_printf(&arena, "/en/desk/orders/%s", number);
	request.peer = STR("127.0.0.1");
	request.headers[0] = (struct header){ STR("Cookie"), str_from(cookie) };
	request.headers[1] = (struct header){ STR("Host"), STR("localhost") };
	request.header_count = 2;
	web_handle(house.web, &request, &response);
	assert_false(response.parked);
	assert_int_equal(response.status, 404);
	page = buf_str(&response.body);
	rest = str_skip(page, (size_t)str_find(page, STR("name=\"csrf\" value=\"")) + 19);
	str_cut(rest, '"', &csrf, &rest);
	buf_init(&buf, &house.arena, page.len + 1);
	for (; page.len > 0; page = str_skip(page, 1)) {
		if (csrf.len > 0 && str_starts(page, csrf))
			page = str_skip(page, csrf.len);
		if (str_starts(page, str_from(number)))
			page = str_skip(page, strlen(number));
		buf_add_char(&buf, page.ptr[0]);
	}
	request_end(&request);
	return buf_str(&buf);
}

static struct str order_made(void)
{
	struct quote_store store = { .order = { .account_id = 1, .line_id = stock_line_id(0) } };
	struct command     command = { .apply = quote_store_apply, .arg = &store };

	assert_int_equal(writer_run(house.writer, &command), ERR_OK);
	return order_number(&house.arena, &house.keys, store.id);
}

static void a_member_cannot_tell_an_order_from_none(void **state)
{
	struct str              token = STR("0123456789abcdef0123456789abcdef");
	struct account_register add = { .email_blind = STR("blind-of-member1"),
		                        .email_box = token,
		                        .password = STR("x"),
		                        .lang = STR("en"),
		                        .role = ROLE_MEMBER };
	struct session_open     open = { .role = ROLE_MEMBER, .agent = STR("test") };
	struct command          command = { .apply = account_register_apply, .arg = &add };
	struct str              known, unknown;
	char                    cookie[128], number[32];

	(void)state;
	assert_int_equal(writer_run(house.writer, &command), ERR_OK);
	open.account_id = add.account_id;
	sha256(token, &open.token_hash);
	command = (struct command){ .apply = session_open_apply, .arg = &open };
	assert_int_equal(writer_run(house.writer, &command), ERR_OK);
	snprintf(cookie, sizeof cookie, SESSION_COOKIE "=s.%.*s",
	         STR_ARG(form_base64url(&house.arena, token)));
	snprintf(number, sizeof number, "%.*s", STR_ARG(order_made()));
	known = refusal(cookie, number);
	unknown = refusal(cookie, "KL-0000-0000");
	assert_true(known.len > 1000);
	assert_true(str_eq(known, unknown));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_compared_up_to_the_same_time),
		cmocka_unit_test(tabs_hold_what_they_say),
		cmocka_unit_test(the_search_knows_what_is_meant),
		cmocka_unit_test(a_member_cannot_tell_an_order_from_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
