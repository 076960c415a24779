/*
 * stripe_answer_test.c - what each answer of Stripe comes to.
 */
#include "gate/stripe_world.h"

/* --- what answers come to ----------------------------------------------------------- */
#define ERROR(type, code) "{\"error\":{\"type\":\"" type "\",\"code\":\"" code "\"}}"
static const struct {
	int32_t          status;
	const char      *body;
	enum pay_outcome outcome;
	const char      *reason;
} failures[] = {
	{ 400, ERROR("invalid_request_error", "parameter_missing"), PAY_OUTCOME_CONFIG,
	  "parameter_missing" },
	{ 400, "{\"error\":{\"type\":\"idempotency_error\"}}", PAY_OUTCOME_CONFIG,
	  "idempotency_error" },
	{ 400, ERROR("invalid_request_error", "charge_already_refunded"), PAY_OUTCOME_DECLINED,
	  "charge_already_refunded" },
	{ 400, ERROR("invalid_request_error", "charge_disputed"), PAY_OUTCOME_DECLINED,
	  "charge_disputed" },
	{ 400, ERROR("invalid_request_error", "refund_disputed_payment"), PAY_OUTCOME_DECLINED,
	  "refund_disputed_payment" },
	{ 400, ERROR("invalid_request_error", "charge_not_refundable"), PAY_OUTCOME_DECLINED,
	  "charge_not_refundable" },
	{ 400, ERROR("invalid_request_error", "charge_exceeds_source_limit"), PAY_OUTCOME_DECLINED,
	  "charge_exceeds_source_limit" },
	{ 400, ERROR("invalid_request_error", "amount_too_large"), PAY_OUTCOME_DECLINED,
	  "amount_too_large" },
	{ 400, ERROR("invalid_request_error", "amount_too_small"), PAY_OUTCOME_DECLINED,
	  "amount_too_small" },
	{ 400, ERROR("invalid_request_error", "balance_insufficient"), PAY_OUTCOME_FUNDS,
	  "balance_insufficient" },
	{ 400, ERROR("invalid_request_error", "insufficient_funds"), PAY_OUTCOME_FUNDS,
	  "insufficient_funds" },
	{ 400, ERROR("invalid_request_error", "lock_timeout"), PAY_OUTCOME_RETRY, "lock_timeout" },
	{ 400, ERROR("invalid_request_error", "rate_limit"), PAY_OUTCOME_RETRY, "rate_limit" },
	{ 400, ERROR("invalid_request_error", "checkout_session_not_open"), PAY_OUTCOME_UNKNOWN,
	  "checkout_session_not_open" },
	{ 400, ERROR("invalid_request_error", "payment_intent_unexpected_state"),
	  PAY_OUTCOME_UNKNOWN, "payment_intent_unexpected_state" },
	{ 401, ERROR("invalid_request_error", "api_key_expired"), PAY_OUTCOME_CONFIG,
	  "api_key_expired" },
	{ 403, "{}", PAY_OUTCOME_CONFIG, "" },
	{ 404, ERROR("invalid_request_error", "resource_missing"), PAY_OUTCOME_CONFIG,
	  "resource_missing" },
	{ 402,
	  "{\"error\":{\"type\":\"card_error\",\"code\":\"card_declined\","
	  "\"decline_code\":\"insufficient_funds\"}}",
	  PAY_OUTCOME_DECLINED, "insufficient_funds" },
	{ 402, ERROR("card_error", "authentication_required"), PAY_OUTCOME_DECLINED,
	  "authentication_required" },
	{ 402, "<html>", PAY_OUTCOME_UNKNOWN, "" },
	{ 409, ERROR("idempotency_error", "idempotency_key_in_use"), PAY_OUTCOME_RETRY,
	  "idempotency_key_in_use" },
	{ 429, ERROR("invalid_request_error", "rate_limit"), PAY_OUTCOME_RETRY, "rate_limit" },
	/* The class of a server's failure holds, whatever its body says. */
	{ 500, ERROR("card_error", "card_declined"), PAY_OUTCOME_UNKNOWN, "card_declined" },
	{ 500, ERROR("invalid_request_error", "charge_already_refunded"), PAY_OUTCOME_UNKNOWN,
	  "charge_already_refunded" },
	{ 503, "", PAY_OUTCOME_UNKNOWN, "" },
	{ 302, "", PAY_OUTCOME_UNKNOWN, "" },
	{ 424, "{}", PAY_OUTCOME_UNKNOWN, "" },
	{ 200, "", PAY_OUTCOME_UNKNOWN, "" },
	{ 200, "[]", PAY_OUTCOME_UNKNOWN, "" },
	{ 200, "{\"object\":\"checkout.session\"}", PAY_OUTCOME_UNKNOWN, "" },
};

static void every_class_of_failure_is_told_apart(void **state)
{
	static const enum pay_verb_id verbs[] = { PAY_VERB_START, PAY_VERB_QUERY, PAY_VERB_REFUND,
		                                  PAY_VERB_REFUND_QUERY };
	struct world                  world;

	(void)state;
	card_open(&world);
	world.task.reference = STR(SESSION " " INTENT);
	for (size_t i = 0; i < COUNT_OF(failures); i++) {
		for (size_t v = 0; v < COUNT_OF(verbs); v++) {
			enum pay_outcome got = card_answer(&world, verbs[v], failures[i].status,
			                                   str_from(failures[i].body));

			assert_str(pay_outcome_name(got),
			           pay_outcome_name(failures[i].outcome).ptr);
			assert_str(world.facts.reason, failures[i].reason);
		}
	}
	card_close(&world);
}

static void silence_is_unknown_and_a_refused_line_is_not_sent(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	for (int result = NET_REFUSED; result <= NET_UNKNOWN; result++) {
		enum pay_outcome got;

		world.call = (struct net_call){ .result = (enum net_result)result };
		got = pay_verb(&pay_stripe, PAY_VERB_START)
		          ->parse(&world.config, &world.task, &world.call, &world.arena,
		                  &world.facts);
		assert_int_equal(got,
		                 result == NET_REFUSED ? PAY_OUTCOME_RETRY : PAY_OUTCOME_UNKNOWN);
	}
	card_close(&world);
}

static void a_started_payment_leads_to_a_page_that_we_know(void **state)
{
	struct world world;
	struct str   body;

	(void)state;
	card_open(&world);
	body = card_session(&world, "open", "unpaid", "null");
	EXPECT(card_answer(&world, PAY_VERB_START, 200, body), OK);
	EXPECT_STATE(&world, PENDING);
	assert_str(world.facts.order, ORDER);
	assert_str(world.facts.reference, SESSION);
	assert_str(world.facts.url, "https://checkout.stripe.com/c/pay/" SESSION);
	assert_int_equal(world.facts.way, PAY_WAY_REDIRECT);
	assert_int_equal(world.facts.expires_s, 1790002760);
	assert_int_equal(world.facts.amount.amount, 1980);
	assert_int_equal(world.facts.amount.currency, CURRENCY_JPY);
	world.config.pages = STR("https://elsewhere.example");
	EXPECT(card_answer(&world, PAY_VERB_START, 200, body), UNKNOWN);
	card_close(&world);
}

static void only_succeeded_and_received_pays(void **state)
{
	static const struct {
		const char *status, *paid, *intent; /* intent: its status; NULL: only an id */
		int64_t     received;
		const char *disputed;
		enum payment_state state;
		int64_t            amount;
	} cases[] = {
		{ "open", "unpaid", "requires_payment_method", 0, "false", PAYMENT_PENDING, 1980 },
		{ "open", "unpaid", "requires_action", 0, "false", PAYMENT_PENDING, 1980 },
		{ "complete", "unpaid", "processing", 0, "false", PAYMENT_PENDING, 1980 },
		{ "complete", "paid", "succeeded", 1980, "false", PAYMENT_SUCCEEDED, 1980 },
		/* Said to be paid, and is not. */
		{ "complete", "paid", "processing", 0, "false", PAYMENT_PENDING, 1980 },
		{ "complete", "paid", "requires_capture", 0, "false", PAYMENT_PENDING, 1980 },
		{ "complete", "paid", "canceled", 0, "false", PAYMENT_FAILED, 1980 },
		/* Less than was asked: the facts tell, and who settles refuses it. */
		{ "complete", "paid", "succeeded", 1000, "false", PAYMENT_SUCCEEDED, 1000 },
		{ "complete", "paid", "succeeded", 1980, "true", PAYMENT_DISPUTED, 1980 },
		{ "expired", "unpaid", "canceled", 0, "false", PAYMENT_EXPIRED, 1980 },
		/* Paid in the very moment of its end: the money counts. */
		{ "expired", "unpaid", "succeeded", 1980, "false", PAYMENT_SUCCEEDED, 1980 },
		{ "complete", "paid", NULL, 0, "", PAYMENT_SUCCEEDED, 1980 },
		{ "expired", "unpaid", NULL, 0, "", PAYMENT_EXPIRED, 1980 },
	};
	struct world world;

	(void)state;
	card_open(&world);
	world.task.reference = STR(SESSION);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *inner = cases[i].intent == NULL
		                        ? "\"" INTENT "\""
		                        : card_intent(&world, cases[i].intent, cases[i].received,
		                                      cases[i].disputed);

		EXPECT(card_answer(&world, PAY_VERB_QUERY, 200,
		                   card_session(&world, cases[i].status, cases[i].paid, inner)),
		       OK);
		assert_str(payment_state_name(world.facts.state),
		           payment_state_name(cases[i].state).ptr);
		assert_int_equal(world.facts.amount.amount, cases[i].amount);
		assert_str(world.facts.reference, SESSION " " INTENT);
		assert_int_equal(world.facts.fee.amount, cases[i].intent == NULL ? 0 : 71);
	}
	card_close(&world);
}

static void what_is_not_ours_is_not_believed(void **state)
{
	static const struct {
		const char      *from, *to;
		enum pay_outcome outcome;
	} cases[] = {
		{ "\"client_reference_id\":\"" ORDER, "\"client_reference_id\":\"KPOTHER",
		  PAY_OUTCOME_UNKNOWN },
		{ "\"metadata\":{\"order\":\"" ORDER, "\"metadata\":{\"order\":\"KPOTHER",
		  PAY_OUTCOME_UNKNOWN },
		{ "\"livemode\":false", "\"livemode\":true", PAY_OUTCOME_FOREIGN },
		{ "\"livemode\":false", "\"livemode\":null", PAY_OUTCOME_FOREIGN },
		{ "\"currency\":\"jpy\"", "\"currency\":\"zzz\"", PAY_OUTCOME_UNKNOWN },
		{ "\"amount_total\":1980", "\"amount_total\":1980.0", PAY_OUTCOME_UNKNOWN },
		{ "\"amount_total\":1980", "\"amount_total\":\"1980\"", PAY_OUTCOME_UNKNOWN },
		{ "\"amount_total\":1980", "\"amount_total\":-1", PAY_OUTCOME_UNKNOWN },
		{ "\"status\":\"complete\"", "\"status\":\"new\"", PAY_OUTCOME_UNKNOWN },
		{ "\"mode\":\"payment\"", "\"mode\":\"setup\"", PAY_OUTCOME_UNKNOWN },
		{ "\"mode\":\"payment\"", "\"mode\":\"payment\",\"mode\":\"payment\"",
		  PAY_OUTCOME_UNKNOWN },
	};
	struct world world;
	struct str   good;

	(void)state;
	card_open(&world);
	world.task.reference = STR(SESSION);
	good = card_session(&world, "complete", "paid", "\"" INTENT "\"");
	EXPECT(card_answer(&world, PAY_VERB_QUERY, 200, good), OK);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum pay_outcome got = card_answer(&world, PAY_VERB_QUERY, 200,
		                                   card_swapped(&world, good, cases[i].from,
		                                                cases[i].to));

		assert_str(pay_outcome_name(got), pay_outcome_name(cases[i].outcome).ptr);
		assert_int_equal(world.facts.order.len, 0);
	}
	card_close(&world);
}

/* START's answer was lost. */
static void a_lost_payment_is_found_by_our_number(void **state)
{
	struct world world;
	struct str   none = STR("{\"object\":\"search_result\",\"data\":[],\"has_more\":false}");

	(void)state;
	card_open(&world);
	EXPECT(card_answer(&world, PAY_VERB_QUERY, 200, none), ABSENT);
	EXPECT(card_answer(&world, PAY_VERB_CLOSE, 200, none), ABSENT);
	EXPECT(card_answer(&world, PAY_VERB_QUERY, 200,
	                   STR("{\"object\":\"search_result\",\"data\":[],\"has_more\":true}")),
	       UNKNOWN);
	EXPECT(card_answer(&world, PAY_VERB_QUERY, 200, STR("{\"object\":\"list\",\"data\":[]}")),
	       UNKNOWN);
	EXPECT(card_answer(&world, PAY_VERB_QUERY, 200,
	                   arena_printf(&world.arena,
	                                "{\"object\":\"search_result\",\"data\":[%s,%s],"
	                                "\"has_more\":false}",
	                                card_intent(&world, "requires_payment_method", 0, "false"),
	                                card_intent(&world, "succeeded", 1980, "false"))),
	       OK);
	EXPECT_STATE(&world, SUCCEEDED);
	assert_str(world.facts.reference, INTENT);
	card_close(&world);
}

/* GATEWAYS 9, invariant 6. */
static void closing_what_is_paid_asks_again(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	world.task.reference = STR(SESSION);
	EXPECT(
	    card_answer(
		&world, PAY_VERB_CLOSE, 400,
		STR("{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Only open\"}}")),
	    UNKNOWN);
	EXPECT(card_answer(&world, PAY_VERB_CLOSE, 401, STR("{}")), CONFIG);
	EXPECT(card_answer(&world, PAY_VERB_CLOSE, 200,
	                   card_session(&world, "expired", "unpaid", "null")),
	       OK);
	EXPECT_STATE(&world, EXPIRED);
	card_close(&world);
}

static void refunds_have_their_own_states(void **state)
{
	static const struct {
		const char        *status;
		enum pay_outcome   outcome;
		enum payment_state state;
	} cases[] = {
		{ "succeeded", PAY_OUTCOME_OK, PAYMENT_REFUNDED },
		{ "pending", PAY_OUTCOME_OK, PAYMENT_REFUNDING },
		{ "requires_action", PAY_OUTCOME_OK, PAYMENT_REFUNDING },
		{ "failed", PAY_OUTCOME_DECLINED, PAYMENT_CREATED },
		{ "canceled", PAY_OUTCOME_DECLINED, PAYMENT_CREATED },
		{ "new", PAY_OUTCOME_UNKNOWN, PAYMENT_CREATED },
	};
	static const enum pay_verb_id verbs[] = { PAY_VERB_REFUND, PAY_VERB_REFUND_QUERY };
	struct world                  world;

	(void)state;
	card_open(&world);
	for (size_t i = 0; i < COUNT_OF(cases) * 2; i++) {
		enum pay_outcome got = card_answer(
		    &world, verbs[i % 2], 200, card_refund(&world, cases[i / 2].status, REFUND));

		assert_str(pay_outcome_name(got), pay_outcome_name(cases[i / 2].outcome).ptr);
		if (got != PAY_OUTCOME_OK)
			continue;
		assert_int_equal(world.facts.state, cases[i / 2].state);
		assert_str(world.facts.refund, REFUND);
		assert_str(world.facts.order, ORDER);
		assert_str(world.facts.reference, "re_1");
		assert_int_equal(world.facts.amount.amount, 500);
	}
	EXPECT(card_answer(&world, PAY_VERB_REFUND, 200,
	                   card_refund(&world, "succeeded", "KROTHER")),
	       UNKNOWN);
	card_close(&world);
}

static void a_lost_refund_is_found_among_its_payments_refunds(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	EXPECT(card_answer(&world, PAY_VERB_REFUND_QUERY, 200,
	                   STR("{\"object\":\"list\",\"data\":[],\"has_more\":false}")),
	       ABSENT);
	EXPECT(card_answer(&world, PAY_VERB_REFUND_QUERY, 200,
	                   STR("{\"object\":\"list\",\"data\":[],\"has_more\":true}")),
	       UNKNOWN);
	EXPECT(card_answer(&world, PAY_VERB_REFUND_QUERY, 200, STR("{\"object\":\"list\"}")),
	       UNKNOWN);
	EXPECT(card_answer(&world, PAY_VERB_REFUND_QUERY, 200,
	                   arena_printf(&world.arena,
	                                "{\"object\":\"list\",\"data\":[%s,%s],\"has_more\":true}",
	                                card_refund(&world, "succeeded", "KROTHER").ptr,
	                                card_refund(&world, "pending", REFUND).ptr)),
	       OK);
	EXPECT_STATE(&world, REFUNDING);
	card_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_class_of_failure_is_told_apart),
		cmocka_unit_test(silence_is_unknown_and_a_refused_line_is_not_sent),
		cmocka_unit_test(a_started_payment_leads_to_a_page_that_we_know),
		cmocka_unit_test(only_succeeded_and_received_pays),
		cmocka_unit_test(what_is_not_ours_is_not_believed),
		cmocka_unit_test(a_lost_payment_is_found_by_our_number),
		cmocka_unit_test(closing_what_is_paid_asks_again),
		cmocka_unit_test(refunds_have_their_own_states),
		cmocka_unit_test(a_lost_refund_is_found_among_its_payments_refunds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
