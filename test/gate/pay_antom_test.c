/*
 * pay_antom_test.c - Antom's requests and answers: what is asked, what is
 * believed, and what is not.  test/vectors holds its SDKs' signatures.
 */
#include "gate/antom_world.h"

static void a_payment_is_opened_by_exactly_these_bytes(void **state)
{
	struct world world;

	(void)state;
	antom_world_open(&world);
	assert_true(pay_build(pay_verb(&pay_antom, PAY_VERB_START), &world.config, &world.task,
	                      &world.arena, &world.call));
	assert_str(world.call.url, "https://open-sea-global.alipay.com/ams/api/v1/payments/pay");
	assert_str(world.call.content_type, "application/json; charset=UTF-8");
	assert_str(world.call.body,
	           "{\"productCode\":\"CASHIER_PAYMENT\",\"paymentRequestId\":\"" ORDER "\","
	           "\"order\":{\"referenceOrderId\":\"" ORDER "\","
	           "\"orderDescription\":\"日本保号卡 90天 & \\\"q\\\"\","
	           "\"orderAmount\":{\"currency\":\"JPY\",\"value\":\"1980\"}},"
	           "\"paymentAmount\":{\"currency\":\"JPY\",\"value\":\"1980\"},"
	           "\"paymentMethod\":{\"paymentMethodType\":\"ALIPAY_CN\"},"
	           "\"paymentExpiryTime\":\"2026-09-21T14:27:20+00:00\","
	           "\"paymentRedirectUrl\":\"https://keep.example/zh-Hans/orders/1\","
	           "\"paymentNotifyUrl\":\"https://keep.example/hook/antom\","
	           "\"settlementStrategy\":{\"settlementCurrency\":\"JPY\"},"
	           "\"env\":{\"terminalType\":\"WEB\"}}");
	assert_int_equal(world.call.header_count, 3);
	assert_str(world.call.headers[0], "Client-Id: " CLIENT);
	assert_str(world.call.headers[1], "Request-Time: 1790000000123");
	antom_world_close(&world);
}

static void a_retry_keeps_the_body_and_signs_its_own_time(void **state)
{
	struct world    world;
	struct net_call first;

	(void)state;
	antom_world_open(&world);
	assert_true(pay_build(pay_verb(&pay_antom, PAY_VERB_START), &world.config, &world.task,
	                      &world.arena, &first));
	world.task.now_ms += 60000;
	world.task.title = STR("another");
	assert_true(pay_build(pay_verb(&pay_antom, PAY_VERB_START), &world.config, &world.task,
	                      &world.arena, &world.call));
	assert_true(str_eq(first.body, world.call.body));
	assert_false(str_eq(first.headers[2], world.call.headers[2]));
	antom_world_close(&world);
}

static void the_sandbox_has_its_own_path(void **state)
{
	struct world       world;
	struct pay_source  source;
	struct pay_config  config;
	struct pay_problem problem;

	(void)state;
	antom_world_open(&world);
	source = antom_world_source(&world);
	world.client = STR("SANDBOX_5X00000000000000");
	assert_true(pay_antom.open(&source, &world.arena, &config, &problem));
	assert_true(pay_build(pay_verb(&pay_antom, PAY_VERB_QUERY), &config, &world.task,
	                      &world.arena, &world.call));
	assert_str(world.call.url, "https://open-sea-global.alipay.com/ams/sandbox/api/v1/"
	                           "payments/inquiryPayment");
	pay_antom.close(&config);
	antom_world_close(&world);
}

static void amounts_are_minor_units_in_every_currency(void **state)
{
	static const struct {
		const char *code, *text;
		int64_t     minor;
		bool        good;
	} rows[] = {
		{ "JPY", "\"value\":\"1980\"", 1980, true },
		{ "CNY", "\"value\":\"8888\"", 8888, true },
		{ "USD", "\"value\":\"1\"", 1, true },
		{ "KRW", "\"value\":\"13500\"", 13500, true },
		{ "KWD", "\"value\":\"1234\"", 1234, true },
		{ "CNY", "\"value\":\"1000000000000000\"", MONEY_MAX, true },
		{ "JPY", "", 0, false },
		{ "JPY", "", -5, false },
		{ "CNY", "", MONEY_MAX + 1, false },
	};
	struct world world;

	(void)state;
	antom_world_open(&world);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		world.task.body = STR("");
		world.task.amount.amount = rows[i].minor;
		assert_true(
		    currency_from_code(str_from(rows[i].code), &world.task.amount.currency));
		assert_int_equal(pay_build(pay_verb(&pay_antom, PAY_VERB_START), &world.config,
		                           &world.task, &world.arena, &world.call),
		                 rows[i].good);
		if (rows[i].good)
			assert_true(str_find(world.call.body, str_from(rows[i].text)) > 0);
	}
	antom_world_close(&world);
}

static void numbers_that_antom_would_refuse_are_not_sent(void **state)
{
	static const char *const bad[] = {
		"", "KP-1", "KP 1", "KP\"1",
		"K0123456789012345678901234567890123456789012345678901234567890123"
	};
	struct world world;

	(void)state;
	antom_world_open(&world);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		world.task.body = STR("");
		world.task.order = str_from(bad[i]);
		assert_false(pay_build(pay_verb(&pay_antom, PAY_VERB_QUERY), &world.config,
		                       &world.task, &world.arena, &world.call));
	}
	antom_world_close(&world);
}

static void opening_shows_the_page_that_fits_the_device(void **state)
{
	static const struct {
		enum pay_device  device;
		const char      *members, *url;
		enum pay_outcome outcome;
	} rows[] = {
		{ PAY_DEVICE_DESK, "\"normalUrl\":\"https://ac.alipay.com/p/1\"",
		  "https://ac.alipay.com/p/1", PAY_OUTCOME_OK },
		{ PAY_DEVICE_DESK,
		  "\"applinkUrl\":\"https://a.alipay.com/x\","
		  "\"normalUrl\":\"https://b.alipay.com/y\"",
		  "https://b.alipay.com/y", PAY_OUTCOME_OK },
		{ PAY_DEVICE_PHONE,
		  "\"applinkUrl\":\"https://a.alipay.com/x\","
		  "\"normalUrl\":\"https://b.alipay.com/y\"",
		  "https://a.alipay.com/x", PAY_OUTCOME_OK },
		{ PAY_DEVICE_PHONE,
		  "\"schemeUrl\":\"alipays://platformapi/x\","
		  "\"normalUrl\":\"https://b.alipay.com/y\"",
		  "alipays://platformapi/x", PAY_OUTCOME_OK },
		{ PAY_DEVICE_PHONE,
		  "\"schemeUrl\":\"evil://x/y\",\"normalUrl\":\"https://b.alipay.com/y\"",
		  "https://b.alipay.com/y", PAY_OUTCOME_OK },
		{ PAY_DEVICE_DESK, "\"normalUrl\":\"https://alipay.com.evil.example/\"", "",
		  PAY_OUTCOME_UNKNOWN },
		{ PAY_DEVICE_DESK, "\"normalUrl\":\"javascript:alert(1)\"", "",
		  PAY_OUTCOME_UNKNOWN },
		{ PAY_DEVICE_DESK, "\"x\":1", "", PAY_OUTCOME_UNKNOWN },
	};
	struct world world;

	(void)state;
	antom_world_open(&world);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		world.task.device = rows[i].device;
		assert_outcome(antom_tellf(&world, PAY_VERB_START,
		                           "{%s,%s,\"paymentId\":\"" PAID_ID "\",%s}", GOING,
		                           AMOUNT, rows[i].members),
		               rows[i].outcome);
		if (rows[i].outcome != PAY_OUTCOME_OK)
			continue;
		assert_str(world.facts.url, rows[i].url);
		assert_int_equal(world.facts.way, PAY_WAY_REDIRECT);
		assert_state(&world, PAYMENT_PENDING);
		assert_str(world.facts.reference, PAID_ID);
		assert_int_equal(world.facts.expires_s, NOW + 840);
	}
	antom_world_close(&world);
}

/* Every code, asked of the verbs where it occurs. */
static void results_are_sorted_by_class_and_code(void **state)
{
	static const struct {
		enum pay_verb_id   verb;
		const char        *status, *code;
		enum pay_outcome   outcome;
		enum payment_state state;
	} rows[] = {
		{ PAY_VERB_START, "F", "RISK_REJECT", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_START, "F", "USER_BALANCE_NOT_ENOUGH", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_START, "F", "PROCESS_FAIL", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_START, "F", "REPEAT_REQ_INCONSISTENT", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_START, "U", "UNKNOWN_EXCEPTION", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_START, "F", "SYSTEM_ERROR", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_START, "U", "SOMETHING_NEW", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_START, "F", "SOMETHING_NEW", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_START, "U", "REQUEST_TRAFFIC_EXCEED_LIMIT", PAY_OUTCOME_RETRY, 0 },
		{ PAY_VERB_START, "F", "INVALID_SIGNATURE", PAY_OUTCOME_CONFIG, 0 },
		{ PAY_VERB_START, "F", "KEY_NOT_FOUND", PAY_OUTCOME_CONFIG, 0 },
		{ PAY_VERB_START, "F", "PARAM_ILLEGAL", PAY_OUTCOME_CONFIG, 0 },
		{ PAY_VERB_START, "F", "CURRENCY_NOT_SUPPORT", PAY_OUTCOME_CONFIG, 0 },
		{ PAY_VERB_START, "F", "ACCESS_DENIED", PAY_OUTCOME_CONFIG, 0 },
		{ PAY_VERB_START, "F", "SETTLE_CONTRACT_NOT_MATCH", PAY_OUTCOME_CONFIG, 0 },
		{ PAY_VERB_QUERY, "F", "ORDER_NOT_EXIST", PAY_OUTCOME_ABSENT, 0 },
		{ PAY_VERB_QUERY, "F", "RISK_REJECT", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_QUERY, "U", "UNKNOWN_EXCEPTION", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_CLOSE, "F", "ORDER_NOT_EXIST", PAY_OUTCOME_ABSENT, 0 },
		{ PAY_VERB_CLOSE, "F", "ORDER_IS_CLOSED", PAY_OUTCOME_OK, PAYMENT_EXPIRED },
		{ PAY_VERB_CLOSE, "F", "ORDER_IS_CANCELED", PAY_OUTCOME_OK, PAYMENT_EXPIRED },
		{ PAY_VERB_CLOSE, "F", "CANCEL_WINDOW_EXCEED", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_CLOSE, "U", "UNKNOWN_EXCEPTION", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_CLOSE, "S", "SUCCESS", PAY_OUTCOME_OK, PAYMENT_EXPIRED },
		{ PAY_VERB_REFUND, "U", "REFUND_IN_PROCESS", PAY_OUTCOME_OK, PAYMENT_REFUNDING },
		{ PAY_VERB_REFUND, "F", "MERCHANT_BALANCE_NOT_ENOUGH", PAY_OUTCOME_FUNDS, 0 },
		{ PAY_VERB_REFUND, "F", "REFUND_AMOUNT_EXCEED", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_REFUND, "F", "REFUND_WINDOW_EXCEED", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_REFUND, "F", "REPEAT_REQ_INCONSISTENT", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_REFUND, "U", "UNKNOWN_EXCEPTION", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_REFUND_QUERY, "F", "REFUND_NOT_EXIST", PAY_OUTCOME_ABSENT, 0 },
		{ PAY_VERB_REFUND_QUERY, "F", "ORDER_NOT_EXIST", PAY_OUTCOME_ABSENT, 0 },
		{ PAY_VERB_REFUND_QUERY, "F", "PROCESS_FAIL", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_DEBIT, "U", "PAYMENT_IN_PROCESS", PAY_OUTCOME_OK, PAYMENT_PENDING },
		{ PAY_VERB_DEBIT, "F", "INVALID_ACCESS_TOKEN", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_UNSIGN, "F", "INVALID_ACCESS_TOKEN", PAY_OUTCOME_OK, PAYMENT_EXPIRED },
	};
	struct world world;

	(void)state;
	antom_world_open(&world);
	world.task.reference = STR(PAID_ID);
	world.task.agreement = STR("tok123");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		enum pay_outcome got = antom_tellf(
		    &world, rows[i].verb,
		    "{\"result\":{\"resultCode\":\"%s\",\"resultStatus\":\"%s\","
		    "\"resultMessage\":\"x\"}}",
		    rows[i].code, rows[i].status);

		if (got != rows[i].outcome)
			print_error("row %zu: %s\n", i, rows[i].code);
		assert_outcome(got, rows[i].outcome);
		if (got == PAY_OUTCOME_OK)
			assert_state(&world, rows[i].state);
		else
			assert_str(world.facts.reason, rows[i].code);
	}
	antom_world_close(&world);
}

static void the_call_succeeded_is_not_the_payment_succeeded(void **state)
{
	static const struct {
		const char        *members;
		enum pay_outcome   outcome;
		enum payment_state state;
	} rows[] = {
		{ "\"paymentStatus\":\"SUCCESS\"", PAY_OUTCOME_OK, PAYMENT_SUCCEEDED },
		{ "\"paymentStatus\":\"FAIL\",\"paymentResultCode\":\"RISK_REJECT\"",
		  PAY_OUTCOME_OK, PAYMENT_FAILED },
		{ "\"paymentStatus\":\"FAIL\",\"paymentResultCode\":\"ORDER_IS_CLOSED\"",
		  PAY_OUTCOME_OK, PAYMENT_EXPIRED },
		{ "\"paymentStatus\":\"PROCESSING\"", PAY_OUTCOME_OK, PAYMENT_PENDING },
		{ "\"paymentStatus\":\"PENDING\"", PAY_OUTCOME_OK, PAYMENT_PENDING },
		{ "\"paymentStatus\":\"CANCELLED\"", PAY_OUTCOME_OK, PAYMENT_EXPIRED },
		{ "\"paymentStatus\":\"SUCCESSFUL\"", PAY_OUTCOME_UNKNOWN, 0 },
		{ "\"x\":0", PAY_OUTCOME_UNKNOWN, 0 },
	};
	struct world world;

	(void)state;
	antom_world_open(&world);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_outcome(antom_tellf(&world, PAY_VERB_QUERY,
		                           "{%s,%s,%s,\"paymentRequestId\":\"" ORDER "\","
		                           "\"paymentId\":\"" PAID_ID "\","
		                           "\"paymentTime\":\"2026-09-21T23:15:00+09:00\","
		                           "\"settlementQuote\":{\"quoteCurrencyPair\":\"JPY/CNY\","
		                           "\"quotePrice\":\"0.0489\"}}",
		                           DONE, AMOUNT, rows[i].members),
		               rows[i].outcome);
		if (rows[i].outcome != PAY_OUTCOME_OK)
			continue;
		assert_state(&world, rows[i].state);
		assert_str(world.facts.order, ORDER);
		assert_int_equal(world.facts.amount.amount, 1980);
		assert_int_equal(world.facts.amount.currency, CURRENCY_JPY);
		assert_int_equal(world.facts.occurred_s, NOW + 100);
		assert_int_equal(world.facts.rate.mantissa, 489);
		assert_int_equal(world.facts.rate.scale, 4);
	}
	antom_world_close(&world);
}

static void an_answer_about_another_payment_is_none(void **state)
{
	struct world world;

	(void)state;
	antom_world_open(&world);
	assert_outcome(antom_tellf(&world, PAY_VERB_QUERY,
	                           "{%s,%s,\"paymentStatus\":\"SUCCESS\",\"paymentId\":\"1\","
	                           "\"paymentRequestId\":\"KP9\"}",
	                           DONE, AMOUNT),
	               PAY_OUTCOME_UNKNOWN);
	/* paid, but how much and under which number is not told */
	assert_outcome(antom_tellf(&world, PAY_VERB_QUERY,
	                           "{%s,\"paymentStatus\":\"SUCCESS\",\"paymentId\":\"1\"}", DONE),
	               PAY_OUTCOME_UNKNOWN);
	assert_outcome(antom_tellf(&world, PAY_VERB_QUERY, "{%s,%s,\"paymentStatus\":\"SUCCESS\"}",
	                           DONE, AMOUNT),
	               PAY_OUTCOME_UNKNOWN);
	/* another amount is told as it is: who settles compares */
	assert_outcome(antom_tellf(&world, PAY_VERB_QUERY,
	                           "{%s,\"paymentAmount\":{\"currency\":\"CNY\",\"value\":\"1\"},"
	                           "\"paymentStatus\":\"SUCCESS\",\"paymentId\":\"1\"}",
	                           DONE),
	               PAY_OUTCOME_OK);
	assert_int_equal(world.facts.amount.amount, 1);
	assert_int_equal(world.facts.amount.currency, CURRENCY_CNY);
	antom_world_close(&world);
}

static void amounts_in_answers_are_digits_and_nothing_else(void **state)
{
	static const char *const bad[] = { "\"19.80\"", "\"-1980\"", "\"+1980\"",
		                           "\"0\"",     "\"01980\"", "\" 1980\"",
		                           "\"1e3\"",   "1980",      "\"1000000000000001\"",
		                           "\"\"",      "null" };
	struct world             world;

	(void)state;
	antom_world_open(&world);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_outcome(antom_tellf(&world, PAY_VERB_QUERY,
		                           "{%s,\"paymentStatus\":\"SUCCESS\",\"paymentId\":\"1\","
		                           "\"paymentAmount\":{\"currency\":\"JPY\",\"value\":%s}}",
		                           DONE, bad[i]),
		               PAY_OUTCOME_UNKNOWN);
	antom_world_close(&world);
}

static const char paid[] = "{\"result\":{\"resultCode\":\"SUCCESS\",\"resultStatus\":\"S\"},"
			   "\"paymentStatus\":\"SUCCESS\",\"paymentId\":\"" PAID_ID "\","
			   "\"paymentAmount\":{\"currency\":\"JPY\",\"value\":\"1980\"}}";

static void only_antom_signs_answers(void **state)
{
	struct world world;

	(void)state;
	antom_world_open(&world);
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_OK);
	world.named = NULL; /* it need not name us */
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_OK);
	world.named = "5Y00000000000000";
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_FOREIGN);
	world.named = CLIENT;
	world.signer = key_ours;
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_UNKNOWN);
	world.signer = key_stranger;
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_UNKNOWN);
	world.signer = NULL;
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_UNKNOWN);
	world.signer = key_theirs;
	world.path = "/ams/api/v1/payments/pay"; /* signed for another call */
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_UNKNOWN);
	antom_world_close(&world);
}

static void an_unsigned_answer_may_only_call_a_person(void **state)
{
	struct world world;

	(void)state;
	antom_world_open(&world);
	world.signer = NULL;
	assert_outcome(antom_tell(&world, PAY_VERB_START,
	                          "{\"result\":{\"resultCode\":\"INVALID_SIGNATURE\","
	                          "\"resultStatus\":\"F\"}}"),
	               PAY_OUTCOME_CONFIG);
	assert_outcome(antom_tell(&world, PAY_VERB_START,
	                          "{\"result\":{\"resultCode\":\"RISK_REJECT\","
	                          "\"resultStatus\":\"F\"}}"),
	               PAY_OUTCOME_UNKNOWN);
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY,
	                          "{\"result\":{\"resultCode\":\"ORDER_NOT_EXIST\","
	                          "\"resultStatus\":\"F\"}}"),
	               PAY_OUTCOME_UNKNOWN);
	antom_world_close(&world);
}

static void old_and_new_key_count_side_by_side(void **state)
{
	struct world       world;
	struct pay_source  source;
	struct pay_problem problem;

	(void)state;
	antom_world_open(&world);
	source = antom_world_source(&world);
	pay_antom.close(&world.config);
	world.public_keys = arena_printf(&world.arena, "%s%s", key_theirs_public, key_newer_public);
	assert_true(pay_antom.open(&source, &world.arena, &world.config, &problem));
	world.signer = key_newer;
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_OK);
	world.signer = key_theirs;
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_OK);
	world.signer = key_stranger;
	assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_UNKNOWN);
	antom_world_close(&world);
}

static void statuses_and_lost_calls_are_sorted_before_any_byte(void **state)
{
	static const struct {
		int32_t          status;
		enum pay_outcome outcome;
	} rows[] = { { 429, PAY_OUTCOME_RETRY },   { 500, PAY_OUTCOME_UNKNOWN },
		     { 502, PAY_OUTCOME_UNKNOWN }, { 401, PAY_OUTCOME_CONFIG },
		     { 403, PAY_OUTCOME_CONFIG },  { 404, PAY_OUTCOME_CONFIG },
		     { 302, PAY_OUTCOME_UNKNOWN }, { 408, PAY_OUTCOME_UNKNOWN } };
	struct world           world;
	const struct pay_verb *verb = pay_verb(&pay_antom, PAY_VERB_QUERY);

	(void)state;
	antom_world_open(&world);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		world.status = rows[i].status;
		assert_outcome(antom_tell(&world, PAY_VERB_QUERY, paid), rows[i].outcome);
	}
	world.call.result = NET_REFUSED;
	assert_outcome(verb->parse(&world.config, &world.task, &world.call, &world.arena,
	                           &world.facts),
	               PAY_OUTCOME_RETRY);
	world.call.result = NET_UNKNOWN;
	assert_outcome(verb->parse(&world.config, &world.task, &world.call, &world.arena,
	                           &world.facts),
	               PAY_OUTCOME_UNKNOWN);
	antom_world_close(&world);
}

static void a_refund_keeps_its_number_currency_and_bounds(void **state)
{
	struct world world;

	(void)state;
	antom_world_open(&world);
	assert_false(pay_build(pay_verb(&pay_antom, PAY_VERB_REFUND), &world.config, &world.task,
	                       &world.arena, &world.call)); /* its paymentId is not known */
	world.task.reference = STR(PAID_ID);
	assert_outcome(antom_tellf(&world, PAY_VERB_REFUND,
	                           "{%s,\"refundRequestId\":\"" REFUND "\",\"refundId\":\"R1\","
	                           "\"refundAmount\":{\"currency\":\"JPY\",\"value\":\"500\"},"
	                           "\"refundTime\":\"2026-09-21T23:15:00+09:00\"}",
	                           DONE),
	               PAY_OUTCOME_OK);
	assert_str(world.call.body, "{\"refundRequestId\":\"" REFUND "\",\"paymentId\":\"" PAID_ID
	                            "\",\"refundAmount\":{\"currency\":\"JPY\",\"value\":\"500\"},"
	                            "\"refundNotifyUrl\":\"https://keep.example/hook/antom\"}");
	assert_state(&world, PAYMENT_REFUNDED);
	assert_str(world.facts.refund, REFUND);
	assert_str(world.facts.order, ORDER);
	assert_str(world.facts.reference, "R1");
	assert_int_equal(world.facts.amount.amount, 500);
	/* DONE, but of another refund, or of nobody knows how much */
	assert_outcome(antom_tellf(&world, PAY_VERB_REFUND, "{%s,\"refundRequestId\":\"KR9\"}",
	                           DONE),
	               PAY_OUTCOME_UNKNOWN);
	assert_outcome(antom_tellf(&world, PAY_VERB_REFUND, "{%s}", DONE), PAY_OUTCOME_UNKNOWN);
	world.task.body = STR("");
	world.task.give_back.currency = CURRENCY_CNY;
	assert_false(pay_build(pay_verb(&pay_antom, PAY_VERB_REFUND), &world.config, &world.task,
	                       &world.arena, &world.call));
	world.task.give_back = (struct money){ 1981, CURRENCY_JPY };
	assert_false(pay_build(pay_verb(&pay_antom, PAY_VERB_REFUND), &world.config, &world.task,
	                       &world.arena, &world.call));
	antom_world_close(&world);
}

static void a_refund_is_followed_until_it_is_done(void **state)
{
	static const struct {
		const char        *status;
		enum pay_outcome   outcome;
		enum payment_state state;
	} rows[] = { { "SUCCESS", PAY_OUTCOME_OK, PAYMENT_REFUNDED },
		     { "PROCESSING", PAY_OUTCOME_OK, PAYMENT_REFUNDING },
		     { "FAIL", PAY_OUTCOME_OK, PAYMENT_FAILED },
		     { "DONE", PAY_OUTCOME_UNKNOWN, 0 } };
	struct world world;

	(void)state;
	antom_world_open(&world);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_outcome(
		    antom_tellf(&world, PAY_VERB_REFUND_QUERY,
		                "{%s,\"refundRequestId\":\"" REFUND "\",\"refundId\":\"R1\","
		                "\"refundAmount\":{\"currency\":\"JPY\",\"value\":\"500\"},"
		                "\"refundStatus\":\"%s\"}",
		                DONE, rows[i].status),
		    rows[i].outcome);
		if (rows[i].outcome == PAY_OUTCOME_OK)
			assert_state(&world, rows[i].state);
	}
	antom_world_close(&world);
}

static void the_gateways_own_rate_is_read_with_its_end(void **state)
{
	struct world world;

	(void)state;
	antom_world_open(&world);
	world.task.amount.currency = CURRENCY_CNY;
	assert_outcome(
	    antom_tellf(
		&world, PAY_VERB_RATE,
		"{%s,\"quotes\":[{\"quoteCurrencyPair\":\"USD/CNY\",\"quotePrice\":\"7.1\"},"
		"{\"quoteId\":\"Q2\",\"quoteCurrencyPair\":\"JPY/CNY\",\"quotePrice\":\"0.0489\","
		"\"quoteExpiryTime\":\"2026-09-21T23:15:00+09:00\"}]}",
		DONE),
	    PAY_OUTCOME_OK);
	assert_str(world.call.body, "{\"paymentCurrency\":\"CNY\"}");
	assert_int_equal(world.facts.amount.currency, CURRENCY_JPY);
	assert_int_equal(world.facts.payer.currency, CURRENCY_CNY);
	assert_int_equal(world.facts.rate.mantissa, 489);
	assert_int_equal(world.facts.rate.scale, 4);
	assert_int_equal(world.facts.expires_s, NOW + 100);
	assert_outcome(antom_tellf(&world, PAY_VERB_RATE, "{%s,\"quotes\":[]}", DONE),
	               PAY_OUTCOME_ABSENT);
	antom_world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_payment_is_opened_by_exactly_these_bytes),
		cmocka_unit_test(a_retry_keeps_the_body_and_signs_its_own_time),
		cmocka_unit_test(the_sandbox_has_its_own_path),
		cmocka_unit_test(amounts_are_minor_units_in_every_currency),
		cmocka_unit_test(numbers_that_antom_would_refuse_are_not_sent),
		cmocka_unit_test(opening_shows_the_page_that_fits_the_device),
		cmocka_unit_test(results_are_sorted_by_class_and_code),
		cmocka_unit_test(the_call_succeeded_is_not_the_payment_succeeded),
		cmocka_unit_test(an_answer_about_another_payment_is_none),
		cmocka_unit_test(amounts_in_answers_are_digits_and_nothing_else),
		cmocka_unit_test(only_antom_signs_answers),
		cmocka_unit_test(an_unsigned_answer_may_only_call_a_person),
		cmocka_unit_test(old_and_new_key_count_side_by_side),
		cmocka_unit_test(statuses_and_lost_calls_are_sorted_before_any_byte),
		cmocka_unit_test(a_refund_keeps_its_number_currency_and_bounds),
		cmocka_unit_test(a_refund_is_followed_until_it_is_done),
		cmocka_unit_test(the_gateways_own_rate_is_read_with_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
