/*
 * unionpay_peer_test.c - our side against the stand-in of UnionPay, which
 * judges our signatures by its own means and makes the other side's: a payment
 * from the form to the statement, and each fault on the way.
 */
#include "test.h"

#include "base/str.h"
#include "base/time.h"
#include "peers/stand_in.h"
#include "peers/wire.h"

#include <time.h>
#include <unistd.h>

#define ROWS_MAX 8

static struct stand_in   peer;
static struct pay_config config, verify;
static struct pay_task   task;
static struct pay_facts  facts;
static int               number;

static int group_setup(void **state)
{
	struct pay_problem problem = { 0 };
	struct pay_source  source;

	(void)state;
	stand_in_start(&peer, "unionpay", "{}");
	source = stand_in_source(&peer);
	if (!pay_unionpay.open(&source, &peer.caller.arena, &config, &problem) ||
	    !pay_unionpay.hook_open(&source, &peer.caller.arena, &verify, &problem))
		fail_msg("unionpay_%s: %.*s", problem.setting, STR_ARG(problem.text));
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	pay_unionpay.close(&config);
	pay_unionpay.close(&verify);
	stand_in_stop(&peer);
	return 0;
}

/* Each test has a payment of its own. */
static int setup(void **state)
{
	struct arena *arena = &peer.caller.arena;
	int64_t       now_s = time(NULL);

	(void)state;
	number++;
	task = (struct pay_task){
		.order = arena_printf(arena, "7F3K29QD0M5T8X%02d", number),
		.amount = { .amount = 1980, .currency = CURRENCY_JPY },
		.created_s = now_s,
		.expires_s = now_s + 900,
		.title = STR("日本保号卡90天"),
		.return_url = STR("http://127.0.0.1:1/orders/1"),
		.hook_url = STR("http://127.0.0.1:1/hook/unionpay"),
		.refund = arena_printf(arena, "8G4M30RE1N6V9Y%02d", number),
		.refund_created_s = now_s,
		.give_back = { .amount = 980, .currency = CURRENCY_JPY },
		.now_ms = now_s * 1000,
	};
	return 0;
}

static enum pay_outcome ask(enum pay_verb_id verb)
{
	return stand_in_verb(&peer, &pay_unionpay, verb, &config, &task, &facts);
}

/* The form as the payer's browser sends it; the page that comes back. */
static struct str browse(void)
{
	struct net_call call = { .method = STR("POST"),
		                 .content_type = STR("application/x-www-form-urlencoded"),
		                 .deadline_ms = 10000,
		                 .answer_max = 65536 };

	assert_int_equal(ask(PAY_VERB_START), PAY_OUTCOME_OK);
	assert_int_equal(facts.way, PAY_WAY_FORM);
	call.url = facts.url;
	call.body = facts.form;
	caller_send(&peer.caller, &call);
	assert_int_equal(call.status, 200);
	return call.answer;
}

static void pay(const char *what)
{
	struct str order = arena_printf(&peer.caller.arena, "{\"order\":\"%.*s\",\"do\":\"%s\"}",
	                                STR_ARG(task.order), what);

	json_decref(stand_in_ask(&peer, "/_pay", arena_cstr(&peer.caller.arena, order)));
}

static void paid(void)
{
	browse();
	pay("pay");
	assert_int_equal(ask(PAY_VERB_QUERY), PAY_OUTCOME_OK);
	assert_int_equal(facts.state, PAYMENT_SUCCEEDED);
	task.reference = facts.reference;
}

/* The sum of its refunds in the stand-in's books. */
static int64_t given_back(void)
{
	json_t *books = stand_in_ask(&peer, "/_books", NULL), *payment, *refund;
	int64_t sum = 0;
	size_t  i, at;

	json_array_foreach(json_object_get(books, "payments"), i, payment)
	{
		const char *order = json_string_value(json_object_get(payment, "order"));

		if (!str_eq(str_from(order), task.order))
			continue;
		json_array_foreach(json_object_get(payment, "refunds"), at, refund)
		    sum += json_integer_value(json_object_get(refund, "amount"));
	}
	json_decref(books);
	return sum;
}

/* Waits for the refund, which takes a moment there. */
static enum pay_outcome refund_settled(void)
{
	enum pay_outcome outcome = PAY_OUTCOME_UNKNOWN;

	for (int i = 0; i < 50 && outcome == PAY_OUTCOME_UNKNOWN; i++) {
		usleep(100000);
		outcome = ask(PAY_VERB_REFUND_QUERY);
	}
	return outcome;
}

static void from_the_form_to_the_refund(void **state)
{
	struct str page;

	(void)state;
	assert_int_equal(ask(PAY_VERB_QUERY), PAY_OUTCOME_ABSENT);
	page = browse();
	assert_true(str_find(page, STR("1980 JPY")) > 0);
	assert_true(str_find(page, STR("日本保号卡90天")) > 0);
	/* An opened page is no transaction there. */
	assert_int_equal(ask(PAY_VERB_QUERY), PAY_OUTCOME_ABSENT);
	pay("decline");
	assert_int_equal(ask(PAY_VERB_QUERY), PAY_OUTCOME_OK);
	assert_int_equal(facts.state, PAYMENT_PENDING);
	pay("pay");
	assert_int_equal(ask(PAY_VERB_QUERY), PAY_OUTCOME_OK);
	assert_int_equal(facts.state, PAYMENT_SUCCEEDED);
	assert_int_equal(facts.amount.amount, 1980);
	assert_int_equal(facts.amount.currency, CURRENCY_JPY);
	assert_in_range(facts.occurred_s, task.created_s - 5, task.created_s + 60);
	task.reference = facts.reference;
	assert_int_equal(ask(PAY_VERB_REFUND), PAY_OUTCOME_OK);
	assert_int_equal(facts.state, PAYMENT_REFUNDING);
	assert_int_equal(refund_settled(), PAY_OUTCOME_OK);
	assert_int_equal(facts.state, PAYMENT_REFUNDED);
	assert_int_equal(facts.amount.amount, 980);
	assert_int_equal(given_back(), 980);
	stand_in_content(&peer);
}

/* The same refund sent again is the same refund; more than was paid is refused. */
static void one_refund_for_one_number(void **state)
{
	(void)state;
	paid();
	assert_int_equal(ask(PAY_VERB_REFUND), PAY_OUTCOME_OK);
	assert_int_equal(ask(PAY_VERB_REFUND), PAY_OUTCOME_UNKNOWN);
	assert_int_equal(refund_settled(), PAY_OUTCOME_OK);
	task.refund = STR("9H5N41SF2P7W0ZYC");
	task.give_back.amount = 1001;
	assert_int_equal(ask(PAY_VERB_REFUND), PAY_OUTCOME_DECLINED);
	assert_str(facts.reason, "36");
	task.give_back.amount = 1000;
	task.refund = STR("AJ6P52TG3Q8X1A0D");
	assert_int_equal(ask(PAY_VERB_REFUND), PAY_OUTCOME_OK);
	stand_in_content(&peer);
}

static void faults_on_the_way(void **state)
{
	static const char *const cut[] = { "drop_before", "drop_after", "500_after", "429",
		                           "bad_sig" };
	int64_t                  refunds;

	(void)state;
	paid();
	for (size_t i = 0; i < COUNT_OF(cut); i++) {
		stand_in_fault(&peer, cut[i], "query");
		assert_int_equal(ask(PAY_VERB_QUERY), PAY_OUTCOME_UNKNOWN);
	}
	stand_in_fault(&peer, "foreign_merchant", "query");
	assert_int_equal(ask(PAY_VERB_QUERY), PAY_OUTCOME_FOREIGN);
	stand_in_fault(&peer, "wrong_amount", "query");
	assert_int_equal(ask(PAY_VERB_QUERY), PAY_OUTCOME_OK);
	assert_int_equal(facts.amount.amount, 2080); /* who settles compares it */
	refunds = stand_in_count(&peer, "refund");
	/* It happened, and nobody told us: the number decides, not a second refund. */
	stand_in_fault(&peer, "drop_after", "refund");
	assert_int_equal(ask(PAY_VERB_REFUND), PAY_OUTCOME_UNKNOWN);
	assert_int_equal(refund_settled(), PAY_OUTCOME_OK);
	assert_int_equal(stand_in_count(&peer, "refund"), refunds + 1);
	assert_int_equal(given_back(), 980);
	stand_in_content(&peer);
}

static void paid_too_late_is_for_a_person(void **state)
{
	(void)state;
	browse();
	json_decref(stand_in_ask(&peer, "/_control", "{\"clock_s\":1000}"));
	task.now_ms += 1000 * 1000;
	pay("late");
	assert_int_equal(ask(PAY_VERB_QUERY), PAY_OUTCOME_UNKNOWN);
	assert_str(facts.reason, "42");
	json_decref(stand_in_ask(&peer, "/_control", "{\"clock_s\":0}"));
	stand_in_content(&peer);
}

/* --- callbacks --------------------------------------------------------------------------- */
/* The next callback as it arrives at our address, judged. */
static enum pay_hook_result called(const char *fault)
{
	const struct wire_step script[] = {
		{ .act = WIRE_ACCEPT },
		{ .act = WIRE_EXPECT, .text = "\r\n\r\n" },
		{ .act = WIRE_EXPECT, .text = "signature=" },
		{ .act = WIRE_EXPECT, .text = "%3D%3D" },
		{ .act = WIRE_SEND, .text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" },
		{ 0 },
	};
	struct wire         *wire = wire_start(script);
	struct pay_callback  in = { .path = STR("/hook/unionpay?x=1"), .now_s = time(NULL) };
	enum pay_hook_result result;
	struct str           got;

	task.hook_url = caller_url(&peer.caller, "http", wire_port(wire), "/hook/unionpay?x=1");
	if (fault)
		stand_in_fault(&peer, fault, "hook");
	browse();
	pay("pay");
	for (int i = 0; i < 100 && !strstr(wire_got(wire), "%3D%3D"); i++)
		usleep(100000);
	usleep(200000);
	got = str_from(wire_got(wire));
	assert_true(str_starts(got, STR("POST /hook/unionpay?x=1 HTTP/1.1\r\n")));
	in.body = str_skip(got, (size_t)str_find(got, STR("\r\n\r\n")) + 4);
	in.body = arena_str(&peer.caller.arena, in.body);
	result = pay_unionpay.hook(&verify, &in, &peer.caller.arena, &facts);
	wire_stop(wire);
	return result;
}

static void a_callback_as_it_comes(void **state)
{
	(void)state;
	assert_int_equal(called(NULL), PAY_HOOK_FACTS);
	assert_int_equal(facts.state, PAYMENT_SUCCEEDED);
	assert_true(str_eq(facts.order, task.order));
	assert_int_equal(facts.amount.amount, 1980);
	stand_in_content(&peer);
}

static void a_callback_with_another_amount_says_so(void **state)
{
	(void)state;
	assert_int_equal(called("wrong_amount"), PAY_HOOK_FACTS);
	assert_int_equal(facts.amount.amount, 2080);
}

static void a_callback_nobody_signed(void **state)
{
	(void)state;
	assert_int_equal(called("bad_sig"), PAY_HOOK_FORGED);
}

/* Signed with a certificate of UnionPay's that has expired. */
static void a_stale_callback(void **state)
{
	(void)state;
	assert_int_equal(called("stale"), PAY_HOOK_FORGED);
}

static void a_callback_for_another_merchant(void **state)
{
	(void)state;
	assert_int_equal(called("foreign_merchant"), PAY_HOOK_FOREIGN);
}

/* --- the statement ------------------------------------------------------------------- */
struct rows {
	struct pay_bill_row row[ROWS_MAX];
	size_t              count;
};

static bool keep(void *ctx, const struct pay_bill_row *row)
{
	struct rows *rows = ctx;

	rows->row[rows->count++] = *row;
	return rows->count < ROWS_MAX;
}

static void the_days_statement(void **state)
{
	struct rows             rows = { 0 };
	struct pay_bill_sum     sum;
	struct pay_bill_problem problem = { 0 };
	struct net_call         call;

	(void)state;
	task.bill_day = (int32_t)((time(NULL) + 8 * 3600) / 86400);
	assert_int_equal(ask(PAY_VERB_BILL), PAY_OUTCOME_OK);
	task.bill_url = facts.url;
	assert_int_equal(ask(PAY_VERB_BILL_FILE), PAY_OUTCOME_ABSENT);
	paid();
	assert_int_equal(ask(PAY_VERB_REFUND), PAY_OUTCOME_OK);
	assert_int_equal(refund_settled(), PAY_OUTCOME_OK);
	task.body = STR("");
	assert_true(pay_build(&pay_unionpay.verb[PAY_VERB_BILL_FILE], &config, &task,
	                      &peer.caller.arena, &call));
	caller_send(&peer.caller, &call);
	assert_int_equal(pay_unionpay.verb[PAY_VERB_BILL_FILE].parse(&config, &task, &call,
	                                                             &peer.caller.arena, &facts),
	                 PAY_OUTCOME_OK);
	if (!pay_unionpay.bill(&config, call.answer, &peer.caller.arena, keep, &rows, &sum,
	                       &problem))
		fail_msg("line %d: %.*s", (int)problem.line, STR_ARG(problem.text));
	assert_int_equal(rows.count, 2);
	assert_true(str_eq(rows.row[0].order, task.order));
	assert_true(str_eq(rows.row[0].reference, task.reference));
	assert_int_equal(rows.row[0].amount.amount, 1980);
	assert_int_equal(rows.row[0].fee.amount, 11);
	assert_int_equal(rows.row[0].settled.amount, 1969);
	assert_true(str_eq(rows.row[1].refund, task.refund));
	assert_true(str_eq(rows.row[1].order, task.order));
	assert_int_equal(rows.row[1].settled.amount, -975);
	assert_in_range(rows.row[0].at_s, task.created_s - 5, task.created_s + 60);
	stand_in_content(&peer);
}

/* A stand-in that believed anything would prove nothing. */
static void the_stand_in_refuses_what_is_wrong(void **state)
{
	struct net_call call;

	(void)state;
	task.body = STR("");
	assert_true(pay_build(&pay_unionpay.verb[PAY_VERB_QUERY], &config, &task,
	                      &peer.caller.arena, &call));
	((char *)(uintptr_t)call.body.ptr)[str_find(call.body, task.order)] = '8';
	caller_send(&peer.caller, &call);
	assert_true(str_find(call.answer, STR("respCode=11")) > 0);
	assert_int_equal(pay_unionpay.verb[PAY_VERB_QUERY].parse(&config, &task, &call,
	                                                         &peer.caller.arena, &facts),
	                 PAY_OUTCOME_UNKNOWN);
}

#define CASE(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_days_statement), /* before there is anything else */
		CASE(from_the_form_to_the_refund),
		CASE(one_refund_for_one_number),
		CASE(faults_on_the_way),
		CASE(paid_too_late_is_for_a_person),
		CASE(a_callback_as_it_comes),
		CASE(a_callback_with_another_amount_says_so),
		CASE(a_callback_nobody_signed),
		CASE(a_stale_callback),
		CASE(a_callback_for_another_merchant),
		CASE(the_stand_in_refuses_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
