/*
 * paypal_answer_test.c - what each answer of PayPal comes to.
 */
#include "gate/paypal_world.h"

#define ISSUE(issue) "{\"name\":\"UNPROCESSABLE_ENTITY\",\"details\":[{\"issue\":\"" issue "\"}]}"

static const struct {
	int32_t          status;
	const char      *body;
	enum pay_outcome outcome; /* of a refund; the other verbs differ where it is said below */
	const char      *reason;
} failures[] = {
	{ 422, ISSUE("ORDER_ALREADY_CAPTURED"), PAY_OUTCOME_UNKNOWN, "ORDER_ALREADY_CAPTURED" },
	{ 422, ISSUE("ORDER_ALREADY_COMPLETED"), PAY_OUTCOME_UNKNOWN, "ORDER_ALREADY_COMPLETED" },
	{ 422, ISSUE("ORDER_ALREADY_AUTHORIZED"), PAY_OUTCOME_UNKNOWN, "ORDER_ALREADY_AUTHORIZED" },
	{ 422, ISSUE("DUPLICATE_INVOICE_ID"), PAY_OUTCOME_UNKNOWN, "DUPLICATE_INVOICE_ID" },
	{ 422, ISSUE("DUPLICATE_REQUEST_ID"), PAY_OUTCOME_UNKNOWN, "DUPLICATE_REQUEST_ID" },
	{ 422, ISSUE("ORDER_NOT_APPROVED"), PAY_OUTCOME_RETRY, "ORDER_NOT_APPROVED" },
	{ 422, ISSUE("PENDING_CAPTURE"), PAY_OUTCOME_RETRY, "PENDING_CAPTURE" },
	{ 422, ISSUE("INSTRUMENT_DECLINED"), PAY_OUTCOME_DECLINED, "INSTRUMENT_DECLINED" },
	{ 422, ISSUE("REDIRECT_PAYER_FOR_ALTERNATE_FUNDING"), PAY_OUTCOME_DECLINED,
	  "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING" },
	{ 422, ISSUE("PAYER_ACTION_REQUIRED"), PAY_OUTCOME_DECLINED, "PAYER_ACTION_REQUIRED" },
	{ 422, ISSUE("TRANSACTION_REFUSED"), PAY_OUTCOME_DECLINED, "TRANSACTION_REFUSED" },
	{ 422, ISSUE("TRANSACTION_LIMIT_EXCEEDED"), PAY_OUTCOME_DECLINED,
	  "TRANSACTION_LIMIT_EXCEEDED" },
	{ 422, ISSUE("PAYER_CANNOT_PAY"), PAY_OUTCOME_DECLINED, "PAYER_CANNOT_PAY" },
	{ 422, ISSUE("PAYER_ACCOUNT_RESTRICTED"), PAY_OUTCOME_DECLINED,
	  "PAYER_ACCOUNT_RESTRICTED" },
	{ 422, ISSUE("PAYER_ACCOUNT_LOCKED_OR_CLOSED"), PAY_OUTCOME_DECLINED,
	  "PAYER_ACCOUNT_LOCKED_OR_CLOSED" },
	{ 422, ISSUE("PAYER_COUNTRY_NOT_SUPPORTED"), PAY_OUTCOME_DECLINED,
	  "PAYER_COUNTRY_NOT_SUPPORTED" },
	{ 422, ISSUE("COMPLIANCE_VIOLATION"), PAY_OUTCOME_DECLINED, "COMPLIANCE_VIOLATION" },
	{ 422, ISSUE("CARD_EXPIRED"), PAY_OUTCOME_DECLINED, "CARD_EXPIRED" },
	{ 422, ISSUE("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED"), PAY_OUTCOME_DECLINED,
	  "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED" },
	{ 422, ISSUE("AGREEMENT_ALREADY_CANCELLED"), PAY_OUTCOME_DECLINED,
	  "AGREEMENT_ALREADY_CANCELLED" },
	{ 422, ISSUE("BILLING_AGREEMENT_NOT_FOUND"), PAY_OUTCOME_DECLINED,
	  "BILLING_AGREEMENT_NOT_FOUND" },
	{ 422, ISSUE("CAPTURE_FULLY_REFUNDED"), PAY_OUTCOME_DECLINED, "CAPTURE_FULLY_REFUNDED" },
	{ 422, ISSUE("REFUND_AMOUNT_EXCEEDED"), PAY_OUTCOME_DECLINED, "REFUND_AMOUNT_EXCEEDED" },
	{ 422, ISSUE("REFUND_TIME_LIMIT_EXCEEDED"), PAY_OUTCOME_DECLINED,
	  "REFUND_TIME_LIMIT_EXCEEDED" },
	{ 422, ISSUE("REFUND_NOT_ALLOWED"), PAY_OUTCOME_DECLINED, "REFUND_NOT_ALLOWED" },
	{ 422, ISSUE("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"), PAY_OUTCOME_DECLINED,
	  "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK" },
	{ 422, ISSUE("PARTIAL_REFUND_NOT_ALLOWED"), PAY_OUTCOME_DECLINED,
	  "PARTIAL_REFUND_NOT_ALLOWED" },
	{ 422, ISSUE("MAX_NUMBER_OF_REFUNDS_EXCEEDED"), PAY_OUTCOME_DECLINED,
	  "MAX_NUMBER_OF_REFUNDS_EXCEEDED" },
	{ 422, ISSUE("TRANSACTION_DISPUTED"), PAY_OUTCOME_DECLINED, "TRANSACTION_DISPUTED" },
	{ 422, ISSUE("REFUND_FAILED_INSUFFICIENT_FUNDS"), PAY_OUTCOME_FUNDS,
	  "REFUND_FAILED_INSUFFICIENT_FUNDS" },
	{ 422, ISSUE("INSUFFICIENT_FUNDS"), PAY_OUTCOME_FUNDS, "INSUFFICIENT_FUNDS" },
	{ 422, ISSUE("DECIMAL_PRECISION"), PAY_OUTCOME_CONFIG, "DECIMAL_PRECISION" },
	{ 422, "{\"name\":\"UNPROCESSABLE_ENTITY\"}", PAY_OUTCOME_UNKNOWN, "UNPROCESSABLE_ENTITY" },
	{ 400, "{\"name\":\"INVALID_REQUEST\"}", PAY_OUTCOME_CONFIG, "INVALID_REQUEST" },
	{ 403, "{\"name\":\"NOT_AUTHORIZED\"}", PAY_OUTCOME_CONFIG, "NOT_AUTHORIZED" },
	{ 401, "{\"error\":\"invalid_token\"}", PAY_OUTCOME_LOGIN, "invalid_token" },
	{ 409, "{\"name\":\"RESOURCE_CONFLICT\"}", PAY_OUTCOME_UNKNOWN, "RESOURCE_CONFLICT" },
	{ 429, "{\"name\":\"RATE_LIMIT_REACHED\"}", PAY_OUTCOME_RETRY, "RATE_LIMIT_REACHED" },
	/* A server's failure proves nothing, whatever it says. */
	{ 500, ISSUE("INSTRUMENT_DECLINED"), PAY_OUTCOME_UNKNOWN, "INSTRUMENT_DECLINED" },
	{ 503, "", PAY_OUTCOME_UNKNOWN, "" },
	{ 302, "", PAY_OUTCOME_UNKNOWN, "" },
	{ 200, "", PAY_OUTCOME_UNKNOWN, "" },
	{ 200, "{}", PAY_OUTCOME_UNKNOWN, "" },
	{ 404, "{\"name\":\"RESOURCE_NOT_FOUND\"}", PAY_OUTCOME_CONFIG, "RESOURCE_NOT_FOUND" },
};

static void every_class_of_failure_is_told_apart(void **state)
{
	static const enum pay_verb_id verbs[] = { PAY_VERB_REFUND, PAY_VERB_REFUND_QUERY,
		                                  PAY_VERB_START, PAY_VERB_QUERY,
		                                  PAY_VERB_CAPTURE };
	struct wallet                 wallet;

	(void)state;
	wallet_open(&wallet);
	wallet.task.reference = STR(THEIRS " " TAKEN);
	for (size_t i = 0; i < COUNT_OF(failures) * COUNT_OF(verbs); i++) {
		size_t           row = i / COUNT_OF(verbs);
		enum pay_verb_id verb = verbs[i % COUNT_OF(verbs)];
		enum pay_outcome expected = failures[row].outcome, got;

		if (failures[row].status == 404 &&
		    (verb == PAY_VERB_QUERY || verb == PAY_VERB_CAPTURE))
			expected = PAY_OUTCOME_ABSENT;
		got = wallet_answer(&wallet, verb, failures[row].status,
		                    str_from(failures[row].body));
		assert_str(pay_outcome_name(got), pay_outcome_name(expected).ptr);
		assert_str(wallet.facts.reason, failures[row].reason);
	}
	wallet_close(&wallet);
}

static void silence_is_unknown_and_a_refused_line_is_not_sent(void **state)
{
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	for (int result = NET_REFUSED; result <= NET_UNKNOWN; result++) {
		wallet.call = (struct net_call){ .result = (enum net_result)result };
		assert_int_equal(pay_verb(&pay_paypal, PAY_VERB_CAPTURE)
		                     ->parse(&wallet.config, &wallet.task, &wallet.call,
		                             &wallet.arena, &wallet.facts),
		                 result == NET_REFUSED ? PAY_OUTCOME_RETRY : PAY_OUTCOME_UNKNOWN);
	}
	wallet_close(&wallet);
}

static void a_token_ends_a_minute_before_it_does(void **state)
{
	static const struct {
		const char      *body;
		enum pay_outcome outcome;
		int64_t          life_s;
	} cases[] = {
		{ "{\"access_token\":\"A21\",\"token_type\":\"Bearer\",\"expires_in\":32400}",
		  PAY_OUTCOME_OK, 32340 },
		{ "{\"access_token\":\"A21\",\"token_type\":\"bearer\",\"expires_in\":5}",
		  PAY_OUTCOME_OK, 5 },
		{ "{\"access_token\":\"A21\",\"token_type\":\"Bearer\",\"expires_in\":99999999}",
		  PAY_OUTCOME_OK, 86340 },
		{ "{\"access_token\":\"A21\",\"token_type\":\"Mac\",\"expires_in\":32400}",
		  PAY_OUTCOME_UNKNOWN, 0 },
		{ "{\"access_token\":\"A\\r\\nX: y\",\"token_type\":\"Bearer\","
		  "\"expires_in\":32400}",
		  PAY_OUTCOME_UNKNOWN, 0 },
		{ "{\"access_token\":\"A21\",\"token_type\":\"Bearer\",\"expires_in\":0}",
		  PAY_OUTCOME_UNKNOWN, 0 },
		{ "{\"token_type\":\"Bearer\",\"expires_in\":32400}", PAY_OUTCOME_UNKNOWN, 0 },
	};
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum pay_outcome got = wallet_answer(&wallet, PAY_VERB_TOKEN, 200,
		                                     str_from(cases[i].body));

		assert_str(pay_outcome_name(got), pay_outcome_name(cases[i].outcome).ptr);
		if (got != PAY_OUTCOME_OK)
			continue;
		assert_str(wallet.facts.token, "A21");
		assert_int_equal(wallet.facts.expires_s, NOW_S + cases[i].life_s);
	}
	EXPECT(wallet_answer(&wallet, PAY_VERB_TOKEN, 401, STR("{\"error\":\"invalid_client\"}")),
	       CONFIG);
	assert_str(wallet.facts.reason, "invalid_client");
	wallet_close(&wallet);
}

static void a_started_order_leads_to_paypals_page(void **state)
{
	struct wallet wallet;
	struct str    body;

	(void)state;
	wallet_open(&wallet);
	body = wallet_order(&wallet, "PAYER_ACTION_REQUIRED", "");
	EXPECT(wallet_answer(&wallet, PAY_VERB_START, 200, body), OK);
	EXPECT_STATE(&wallet, PENDING);
	assert_str(wallet.facts.order, ORDER);
	assert_str(wallet.facts.reference, THEIRS);
	assert_str(wallet.facts.url, "https://www.sandbox.paypal.com/checkoutnow?token=" THEIRS);
	assert_int_equal(wallet.facts.way, PAY_WAY_REDIRECT);
	EXPECT(wallet_answer(&wallet, PAY_VERB_START, 201,
	                     wallet_swapped(&wallet, body, "https://www.sandbox.paypal.com",
	                                    "https://www.paypal.com.evil.example")),
	       UNKNOWN);
	wallet_close(&wallet);
}

/* GATEWAYS 6: APPROVED is not paid; COMPLETED with a PENDING capture is not paid. */
static void only_a_completed_capture_pays(void **state)
{
	static const struct {
		const char        *status, *capture; /* NULL: there is none */
		enum pay_outcome   outcome;
		enum payment_state state;
	} cases[] = {
		{ "CREATED", NULL, PAY_OUTCOME_OK, PAYMENT_PENDING },
		{ "SAVED", NULL, PAY_OUTCOME_OK, PAYMENT_PENDING },
		{ "PAYER_ACTION_REQUIRED", NULL, PAY_OUTCOME_OK, PAYMENT_PENDING },
		{ "APPROVED", NULL, PAY_OUTCOME_OK, PAYMENT_APPROVED },
		{ "VOIDED", NULL, PAY_OUTCOME_OK, PAYMENT_EXPIRED },
		{ "COMPLETED", NULL, PAY_OUTCOME_UNKNOWN, PAYMENT_CREATED },
		{ "COMPLETED", "COMPLETED", PAY_OUTCOME_OK, PAYMENT_SUCCEEDED },
		{ "COMPLETED", "PARTIALLY_REFUNDED", PAY_OUTCOME_OK, PAYMENT_SUCCEEDED },
		{ "COMPLETED", "REFUNDED", PAY_OUTCOME_OK, PAYMENT_SUCCEEDED },
		{ "COMPLETED", "PENDING", PAY_OUTCOME_OK, PAYMENT_PENDING },
		{ "COMPLETED", "DECLINED", PAY_OUTCOME_OK, PAYMENT_FAILED },
		{ "COMPLETED", "FAILED", PAY_OUTCOME_OK, PAYMENT_FAILED },
		{ "COMPLETED", "NEW", PAY_OUTCOME_UNKNOWN, PAYMENT_CREATED },
		{ "NEW", NULL, PAY_OUTCOME_UNKNOWN, PAYMENT_CREATED },
	};
	static const enum pay_verb_id verbs[] = { PAY_VERB_QUERY, PAY_VERB_CAPTURE };
	struct wallet                 wallet;

	(void)state;
	wallet_open(&wallet);
	wallet.task.reference = STR(THEIRS);
	for (size_t i = 0; i < COUNT_OF(cases) * 2; i++) {
		size_t      row = i / 2;
		const char *inner =
		    cases[row].capture == NULL
			? ""
			: arena_printf(&wallet.arena, "\"captures\":[%s]",
		                       wallet_capture(&wallet, cases[row].capture, "1980").ptr)
			      .ptr;
		enum pay_outcome got = wallet_answer(
		    &wallet, verbs[i % 2], 200, wallet_order(&wallet, cases[row].status, inner));

		assert_str(pay_outcome_name(got), pay_outcome_name(cases[row].outcome).ptr);
		assert_str(payment_state_name(wallet.facts.state),
		           payment_state_name(cases[row].state).ptr);
		if (cases[row].capture != NULL && got == PAY_OUTCOME_OK) {
			assert_str(wallet.facts.reference, THEIRS " " TAKEN);
			assert_int_equal(wallet.facts.fee.amount, 111);
			assert_int_equal(wallet.facts.rate.mantissa, 64);
			assert_int_equal(wallet.facts.rate.scale, 4);
		}
	}
	wallet_close(&wallet);
}

static void what_is_not_ours_is_not_believed(void **state)
{
	static const struct {
		const char      *from, *to;
		enum pay_outcome outcome;
	} cases[] = {
		{ "\"custom_id\":\"" ORDER, "\"custom_id\":\"KPOTHER", PAY_OUTCOME_UNKNOWN },
		{ "\"invoice_id\":\"" ORDER, "\"invoice_id\":\"KPOTHER", PAY_OUTCOME_UNKNOWN },
		{ "MERCHANT1", "MERCHANT2", PAY_OUTCOME_FOREIGN },
		{ "\"JPY\"", "\"ZZZ\"", PAY_OUTCOME_UNKNOWN },
		{ "\"value\":\"1980\"", "\"value\":\"1980.5\"", PAY_OUTCOME_UNKNOWN },
		{ "\"value\":\"1980\"", "\"value\":1980", PAY_OUTCOME_UNKNOWN },
		{ "\"value\":\"1980\"", "\"value\":\"-1980\"", PAY_OUTCOME_UNKNOWN },
		{ "\"intent\"", "\"status\":\"APPROVED\",\"intent\"", PAY_OUTCOME_UNKNOWN },
		{ "{\"reference_id\"", "{},{\"reference_id\"", PAY_OUTCOME_UNKNOWN },
	};
	struct wallet wallet;
	struct str    good;

	(void)state;
	wallet_open(&wallet);
	wallet.task.reference = STR(THEIRS);
	good = wallet_order(&wallet, "COMPLETED",
	                    arena_printf(&wallet.arena, "\"captures\":[%s]",
	                                 wallet_capture(&wallet, "COMPLETED", "1980").ptr)
	                        .ptr);
	EXPECT(wallet_answer(&wallet, PAY_VERB_QUERY, 200, good), OK);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum pay_outcome got = wallet_answer(&wallet, PAY_VERB_QUERY, 200,
		                                     wallet_swapped(&wallet, good, cases[i].from,
		                                                    cases[i].to));

		assert_str(pay_outcome_name(got), pay_outcome_name(cases[i].outcome).ptr);
		assert_int_equal(wallet.facts.order.len, 0);
	}
	/* Less was captured than asked: told as it is, and who settles refuses it. */
	good = wallet_order(&wallet, "COMPLETED",
	                    arena_printf(&wallet.arena, "\"captures\":[%s]",
	                                 wallet_capture(&wallet, "COMPLETED", "1000").ptr)
	                        .ptr);
	EXPECT(wallet_answer(&wallet, PAY_VERB_QUERY, 200, good), OK);
	assert_int_equal(wallet.facts.amount.amount, 1000);
	wallet_close(&wallet);
}

static void a_refused_instrument_sends_the_payer_back(void **state)
{
	struct wallet wallet;
	struct str    body = STR("{\"name\":\"UNPROCESSABLE_ENTITY\",\"details\":[{\"issue\":"
	                         "\"INSTRUMENT_DECLINED\"}],\"links\":[{\"rel\":\"redirect\","
	                         "\"href\":\"https://www.paypal.com/checkoutnow?token=" THEIRS
	                         "\"}]}");

	(void)state;
	wallet_open(&wallet);
	wallet.task.reference = STR(THEIRS);
	EXPECT(wallet_answer(&wallet, PAY_VERB_CAPTURE, 422, body), OK);
	EXPECT_STATE(&wallet, PENDING);
	assert_str(wallet.facts.url, "https://www.paypal.com/checkoutnow?token=" THEIRS);
	assert_str(wallet.facts.reason, "INSTRUMENT_DECLINED");
	assert_str(wallet.facts.reference, THEIRS);
	wallet.config.pages = STR("");
	EXPECT(wallet_answer(&wallet, PAY_VERB_CAPTURE, 422, body), DECLINED);
	wallet_close(&wallet);
}

static void refunds_have_their_own_states(void **state)
{
	static const struct {
		const char        *status;
		enum pay_outcome   outcome;
		enum payment_state state;
	} cases[] = {
		{ "COMPLETED", PAY_OUTCOME_OK, PAYMENT_REFUNDED },
		{ "PENDING", PAY_OUTCOME_OK, PAYMENT_REFUNDING },
		{ "FAILED", PAY_OUTCOME_DECLINED, PAYMENT_CREATED },
		{ "CANCELLED", PAY_OUTCOME_DECLINED, PAYMENT_CREATED },
		{ "NEW", PAY_OUTCOME_UNKNOWN, PAYMENT_CREATED },
	};
	static const enum pay_verb_id verbs[] = { PAY_VERB_REFUND, PAY_VERB_REFUND_QUERY };
	struct wallet                 wallet;

	(void)state;
	wallet_open(&wallet);
	for (size_t i = 0; i < COUNT_OF(cases) * 2; i++) {
		enum pay_outcome got = wallet_answer(&wallet, verbs[i % 2], 201,
		                                     wallet_refund(&wallet, cases[i / 2].status,
		                                                   REFUND));

		assert_str(pay_outcome_name(got), pay_outcome_name(cases[i / 2].outcome).ptr);
		if (got != PAY_OUTCOME_OK)
			continue;
		assert_int_equal(wallet.facts.state, cases[i / 2].state);
		assert_str(wallet.facts.refund, REFUND);
		assert_int_equal(wallet.facts.amount.amount, 500);
	}
	EXPECT(wallet_answer(&wallet, PAY_VERB_REFUND, 201,
	                     wallet_refund(&wallet, "COMPLETED", "KROTHER")),
	       UNKNOWN);
	wallet_close(&wallet);
}

static void a_lost_refund_is_found_among_its_orders_refunds(void **state)
{
	struct wallet wallet;
	struct str    capture;

	(void)state;
	wallet_open(&wallet);
	wallet.task.reference = STR(THEIRS " " TAKEN);
	capture = wallet_capture(&wallet, "PARTIALLY_REFUNDED", "1980");
	EXPECT(wallet_answer(
		   &wallet, PAY_VERB_REFUND_QUERY, 200,
		   wallet_order(&wallet, "COMPLETED",
	                        arena_printf(&wallet.arena, "\"captures\":[%s]", capture.ptr).ptr)),
	       ABSENT);
	EXPECT(wallet_answer(
		   &wallet, PAY_VERB_REFUND_QUERY, 200,
		   wallet_order(&wallet, "COMPLETED",
	                        arena_printf(&wallet.arena, "\"captures\":[%s],\"refunds\":[%s,%s]",
	                                     capture.ptr,
	                                     wallet_refund(&wallet, "COMPLETED", ORDER).ptr,
	                                     wallet_refund(&wallet, "PENDING", REFUND).ptr)
	                            .ptr)),
	       OK);
	EXPECT_STATE(&wallet, REFUNDING);
	assert_str(wallet.facts.reference, "1JU08902781691411");
	wallet_close(&wallet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_class_of_failure_is_told_apart),
		cmocka_unit_test(silence_is_unknown_and_a_refused_line_is_not_sent),
		cmocka_unit_test(a_token_ends_a_minute_before_it_does),
		cmocka_unit_test(a_started_order_leads_to_paypals_page),
		cmocka_unit_test(only_a_completed_capture_pays),
		cmocka_unit_test(what_is_not_ours_is_not_believed),
		cmocka_unit_test(a_refused_instrument_sends_the_payer_back),
		cmocka_unit_test(refunds_have_their_own_states),
		cmocka_unit_test(a_lost_refund_is_found_among_its_orders_refunds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
