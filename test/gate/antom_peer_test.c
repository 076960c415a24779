/*
 * antom_peer_test.c - our side against the stand-in of Antom, which judges our
 * signatures by its own means and makes the other side's: a payment from its
 * opening to the statement, agreements, and each fault on the way.
 */
#include "test.h"

#include "base/str.h"
#include "peers/stand_in.h"
#include "peers/wire.h"

#include <time.h>
#include <unistd.h>

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
	stand_in_start(&peer, "antom", "{}");
	source = stand_in_source(&peer);
	if (!pay_antom.open(&source, &peer.caller.arena, &config, &problem) ||
	    !pay_antom.hook_open(&source, &peer.caller.arena, &verify, &problem))
		fail_msg("antom_%s: %.*s", problem.setting, STR_ARG(problem.text));
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	pay_antom.close(&config);
	pay_antom.close(&verify);
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
		.order = arena_printf(arena, "KP7F3K29QD0M5T8X%02d", number),
		.amount = { .amount = 1980, .currency = CURRENCY_JPY },
		.created_s = now_s,
		.expires_s = now_s + 900,
		.title = STR("日本保号卡90天"),
		.return_url = STR("http://127.0.0.1:1/orders/1"),
		.hook_url = STR("http://127.0.0.1:1/hook/antom"),
		.refund = arena_printf(arena, "KR8G4M30RE1N6V9Y%02d", number),
		.refund_created_s = now_s,
		.give_back = { .amount = 980, .currency = CURRENCY_JPY },
		.now_ms = now_s * 1000,
	};
	return 0;
}

static void expect(enum pay_verb_id verb, enum pay_outcome outcome, enum payment_state state)
{
	enum pay_outcome got = stand_in_verb(&peer, &pay_antom, verb, &config, &task, &facts);

	assert_str(pay_outcome_name(got), pay_outcome_name(outcome).ptr);
	if (got == PAY_OUTCOME_OK)
		assert_str(payment_state_name(facts.state), payment_state_name(state).ptr);
}

#define NOT(verb, outcome) expect(PAY_VERB_##verb, PAY_OUTCOME_##outcome, PAYMENT_CREATED)
#define OK(verb, state)    expect(PAY_VERB_##verb, PAY_OUTCOME_OK, PAYMENT_##state)

static void press(struct str whom, const char *what)
{
	struct str order = arena_printf(&peer.caller.arena, "{\"order\":\"%.*s\",\"do\":\"%s\"}",
	                                STR_ARG(whom), what);

	json_decref(stand_in_ask(&peer, "/_pay", arena_cstr(&peer.caller.arena, order)));
}

static void paid(void)
{
	OK(START, PENDING);
	press(task.order, "pay");
	OK(QUERY, SUCCEEDED);
	task.reference = facts.reference;
}

static void from_the_cashier_to_the_refund(void **state)
{
	struct net_call page = { .method = STR("GET"), .deadline_ms = 10000, .answer_max = 65536 };

	(void)state;
	NOT(QUERY, ABSENT);
	OK(START, PENDING);
	assert_int_equal(facts.way, PAY_WAY_REDIRECT);
	page.url = facts.url;
	caller_send(&peer.caller, &page);
	assert_true(str_find(page.answer, STR("JPY 1980")) > 0);
	assert_true(str_find(page.answer, STR("日本保号卡90天")) > 0);
	OK(START, PENDING); /* the same bytes open the same payment */
	OK(QUERY, PENDING);
	press(task.order, "pay");
	OK(QUERY, SUCCEEDED);
	assert_int_equal(facts.amount.amount, 1980);
	assert_in_range(facts.occurred_s, task.created_s - 5, task.created_s + 60);
	task.reference = facts.reference;
	NOT(REFUND_QUERY, ABSENT);
	OK(REFUND, REFUNDED);
	OK(REFUND, REFUNDED); /* one number, one refund */
	OK(REFUND_QUERY, REFUNDED);
	assert_int_equal(facts.amount.amount, 980);
	task.refund = arena_printf(&peer.caller.arena, "%.*sX", STR_ARG(task.refund));
	task.give_back.amount = 1001;
	NOT(REFUND, DECLINED);
	task.give_back.amount = 1000;
	OK(REFUND, REFUNDED);
	stand_in_content(&peer);
}

static void unpaid_and_refused_payments_end(void **state)
{
	(void)state;
	OK(START, PENDING);
	press(task.order, "decline");
	OK(QUERY, FAILED);
	assert_str(facts.reason, "USER_BALANCE_NOT_ENOUGH");
	setup(state);
	OK(START, PENDING);
	press(task.order, "expire");
	OK(QUERY, EXPIRED);
	setup(state);
	NOT(CLOSE, ABSENT);
	OK(START, PENDING);
	OK(CLOSE, EXPIRED);
	OK(QUERY, EXPIRED);
	stand_in_content(&peer);
}

static void fourteen_minutes_close_what_nobody_paid(void **state)
{
	(void)state;
	OK(START, PENDING);
	assert_int_equal(facts.expires_s, task.created_s + 840);
	json_decref(stand_in_ask(&peer, "/_control", "{\"clock_s\":841}"));
	task.now_ms += 841000;
	OK(QUERY, EXPIRED);
	json_decref(stand_in_ask(&peer, "/_control", "{\"clock_s\":0}"));
	stand_in_content(&peer);
}

static void refunds_that_wait_or_fail(void **state)
{
	(void)state;
	paid();
	stand_in_fault(&peer, "not_enough", "refund");
	NOT(REFUND, FUNDS);
	stand_in_fault(&peer, "under_way", "refund");
	OK(REFUND, REFUNDING);
	usleep(600000);
	OK(REFUND_QUERY, REFUNDED);
	setup(state);
	paid();
	stand_in_fault(&peer, "refund_fail", "refund");
	OK(REFUND, REFUNDING);
	usleep(600000);
	OK(REFUND_QUERY, FAILED);
	stand_in_content(&peer);
}

static void faults_on_the_way(void **state)
{
	static const char *const cut[] = { "drop_before", "drop_after", "500_after",
		                           "bad_sig",     "unsigned",   "unknown" };

	(void)state;
	paid();
	for (size_t i = 0; i < COUNT_OF(cut); i++) {
		stand_in_fault(&peer, cut[i], "query");
		NOT(QUERY, UNKNOWN);
	}
	stand_in_fault(&peer, "429", "query");
	NOT(QUERY, RETRY);
	stand_in_fault(&peer, "foreign_merchant", "query");
	NOT(QUERY, FOREIGN);
	stand_in_fault(&peer, "wrong_amount", "query");
	OK(QUERY, SUCCEEDED);
	assert_int_equal(facts.amount.amount, 1981); /* who settles compares it */
	/* It happened, and nobody told us: the number decides, not a second refund. */
	stand_in_fault(&peer, "drop_after", "refund");
	NOT(REFUND, UNKNOWN);
	OK(REFUND_QUERY, REFUNDED);
	OK(REFUND, REFUNDED);
	setup(state);
	stand_in_fault(&peer, "drop_after", "start");
	NOT(START, UNKNOWN);
	OK(QUERY, PENDING);
	OK(START, PENDING);
	stand_in_content(&peer);
}

static void its_rate(void **state)
{
	(void)state;
	task.amount.currency = CURRENCY_CNY;
	NOT(RATE, OK);
	assert_int_equal(facts.rate.mantissa, 489);
	assert_int_equal(facts.amount.currency, CURRENCY_JPY);
	assert_int_equal(facts.payer.currency, CURRENCY_CNY);
	assert_in_range(facts.expires_s, task.created_s + 3000, task.created_s + 4000);
}

static void an_agreement_from_consent_to_its_end(void **state)
{
	json_t *books, *rows;

	(void)state;
	task.agreement = STR("KA7F3K29QD0M5T8X01");
	OK(SIGN, PENDING);
	press(task.agreement, "agree");
	books = stand_in_ask(&peer, "/_books", NULL);
	rows = json_object_get(books, "agreements");
	task.agreement = arena_str(
	    &peer.caller.arena,
	    str_from(json_string_value(json_object_get(json_array_get(rows, 0), "code"))));
	json_decref(books);
	OK(AGREEMENT, SUCCEEDED);
	task.agreement = facts.agreement;
	OK(DEBIT, SUCCEEDED);
	OK(DEBIT, SUCCEEDED); /* one number, one debit */
	OK(UNSIGN, EXPIRED);
	OK(UNSIGN, EXPIRED);
	setup(state);
	task.agreement = facts.agreement;
	NOT(DEBIT, DECLINED);
	stand_in_content(&peer);
}

/* --- callbacks --------------------------------------------------------------------------- */
/* The next callback as it arrives at our address, judged. */
static enum pay_hook_result called(const char *fault)
{
	const struct wire_step script[] = {
		{ .act = WIRE_ACCEPT },
		{ .act = WIRE_EXPECT, .text = "\r\n\r\n" },
		{ .act = WIRE_EXPECT, .text = "}}" },
		{ .act = WIRE_SEND, .text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" },
		{ 0 },
	};
	struct wire         *wire = wire_start(script);
	struct str           headers[16], line, rest;
	struct pay_callback  in = { .path = STR("/hook/antom?x=1"),
		                    .headers = headers,
		                    .now_s = time(NULL) };
	enum pay_hook_result result;

	task.hook_url = caller_url(&peer.caller, "http", wire_port(wire), "/hook/antom?x=1");
	if (fault)
		stand_in_fault(&peer, fault, "hook");
	OK(START, PENDING);
	press(task.order, "pay");
	for (int i = 0; i < 100 && !strstr(wire_got(wire), "}}"); i++)
		usleep(100000);
	usleep(200000);
	rest = arena_str(&peer.caller.arena, str_from(wire_got(wire)));
	str_cut(rest, '\n', &line, &rest);
	assert_true(str_starts(line, STR("POST /hook/antom?x=1 HTTP/1.1")));
	for (;;) {
		str_cut(rest, '\n', &line, &rest);
		line = str_trim(line);
		if (line.len == 0)
			break;
		assert_true(in.header_count < COUNT_OF(headers));
		headers[in.header_count++] = line;
	}
	in.body = rest;
	result = pay_antom.hook(&verify, &in, &peer.caller.arena, &facts);
	wire_stop(wire);
	return result;
}

static void callbacks_as_they_come(void **state)
{
	static const struct {
		const char          *fault;
		enum pay_hook_result result;
		int64_t              amount;
	} rows[] = {
		{ NULL, PAY_HOOK_FACTS, 1980 },
		{ "wrong_amount", PAY_HOOK_FACTS, 1981 },
		{ "bad_sig", PAY_HOOK_FORGED, 0 },
		{ "stale", PAY_HOOK_STALE, 0 },
		{ "foreign_merchant", PAY_HOOK_FOREIGN, 0 },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		setup(state);
		assert_str(pay_hook_name(called(rows[i].fault)), pay_hook_name(rows[i].result).ptr);
		if (rows[i].result != PAY_HOOK_FACTS)
			continue;
		assert_int_equal(facts.state, PAYMENT_SUCCEEDED);
		assert_true(str_eq(facts.order, task.order));
		assert_int_equal(facts.amount.amount, rows[i].amount);
	}
	stand_in_content(&peer);
}

/* --- the statement ------------------------------------------------------------------- */
static bool keep(void *ctx, const struct pay_bill_row *row)
{
	int64_t *seen = ctx;

	if (str_eq(row->order, task.order)) {
		seen[0] += row->kind == PAY_BILL_PAYMENT ? row->amount.amount : 0;
		seen[1] += row->kind == PAY_BILL_REFUND ? row->amount.amount : 0;
	}
	return true;
}

static void its_statement_names_our_numbers(void **state)
{
	struct net_call         call = { .method = STR("GET"),
		                         .deadline_ms = 10000,
		                         .answer_max = 1 << 20 };
	struct pay_bill_sum     sum;
	struct pay_bill_problem problem = { 0 };
	int64_t                 seen[2] = { 0 };

	(void)state;
	paid();
	OK(REFUND, REFUNDED);
	call.url = arena_printf(&peer.caller.arena, "%.*s/bill", STR_ARG(peer.url));
	caller_send(&peer.caller, &call);
	if (!pay_antom.bill(&config, call.answer, &peer.caller.arena, keep, seen, &sum, &problem))
		fail_msg("line %d: %.*s", (int)problem.line, STR_ARG(problem.text));
	assert_int_equal(seen[0], 1980);
	assert_int_equal(seen[1], 980);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(from_the_cashier_to_the_refund, setup),
		cmocka_unit_test_setup(unpaid_and_refused_payments_end, setup),
		cmocka_unit_test_setup(fourteen_minutes_close_what_nobody_paid, setup),
		cmocka_unit_test_setup(refunds_that_wait_or_fail, setup),
		cmocka_unit_test_setup(faults_on_the_way, setup),
		cmocka_unit_test_setup(its_rate, setup),
		cmocka_unit_test_setup(an_agreement_from_consent_to_its_end, setup),
		cmocka_unit_test_setup(callbacks_as_they_come, setup),
		cmocka_unit_test_setup(its_statement_names_our_numbers, setup),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
