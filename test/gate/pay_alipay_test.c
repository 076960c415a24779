/*
 * pay_alipay_test.c - requests and answers of Alipay's gateway: what is asked,
 * what is believed, and what is not.  test/vectors holds its SDK's signatures.
 */
#include "gate/alipay_world.h"

#include "base/aead.h"
#include "base/hash.h"

static const struct alipay_setting qr[] = { { "desk", "qr" }, { NULL, NULL } };

static enum pay_outcome page(struct alipay_world *world)
{
	const struct pay_verb *start = pay_verb(&pay_alipay, PAY_VERB_START);

	assert_true(alipay_ask(world, PAY_VERB_START));
	assert_int_equal(world->call.url.len, 0); /* nothing leaves from here */
	return start->parse(&world->config, &world->task, NULL, &world->arena, &world->facts);
}

static void a_desk_is_sent_to_the_cashier_by_a_signed_address(void **state)
{
	struct alipay_world world;
	struct str          url;

	(void)state;
	alipay_world_open(&world, NULL);
	assert_outcome(page(&world), PAY_OUTCOME_OK);
	assert_int_equal(world.facts.way, PAY_WAY_REDIRECT);
	assert_state(&world, PAYMENT_PENDING);
	url = world.facts.url;
	assert_true(str_starts(url, STR("https://openapi.alipay.com/gateway.do?method=")));
	assert_true(alipay_sent_proven(&world, url, STR("")));
	assert_str(alipay_sent(&world, url, STR(""), "method"), "alipay.trade.page.pay");
	assert_str(alipay_sent(&world, url, STR(""), "app_id"), ALIPAY_APP);
	assert_str(alipay_sent(&world, url, STR(""), "sign_type"), "RSA2");
	assert_str(alipay_sent(&world, url, STR(""), "timestamp"), "2026-09-21 22:13:20");
	assert_str(alipay_sent(&world, url, STR(""), "notify_url"),
	           "https://keep.example/hook/alipay");
	assert_str(alipay_sent(&world, url, STR(""), "return_url"),
	           "https://keep.example/zh-Hans/pay/1/back?x=1");
	assert_str(alipay_sent(&world, url, STR(""), "biz_content"),
	           "{\"out_trade_no\":\"" ALIPAY_ORDER "\",\"total_amount\":\"88.88\","
	           "\"subject\":\"日本保号卡 90天 a+b&c=d 100%\","
	           "\"product_code\":\"FAST_INSTANT_TRADE_PAY\","
	           "\"time_expire\":\"2026-09-21 22:28:20\"}");
	alipay_world_close(&world);
}

static void a_phone_gets_its_own_page(void **state)
{
	struct alipay_world world;
	struct str          content;

	(void)state;
	alipay_world_open(&world, qr); /* the setting is about desks */
	world.task.device = PAY_DEVICE_PHONE;
	assert_outcome(page(&world), PAY_OUTCOME_OK);
	assert_str(alipay_sent(&world, world.facts.url, STR(""), "method"), "alipay.trade.wap.pay");
	content = alipay_sent(&world, world.facts.url, STR(""), "biz_content");
	assert_true(str_find(content, STR("\"product_code\":\"QUICK_WAP_WAY\"")) > 0);
	assert_true(str_find(content, STR("\"quit_url\":\"https://keep.example/")) > 0);
	alipay_world_close(&world);
}

static void a_desk_may_pay_by_a_code_instead(void **state)
{
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, qr);
	assert_outcome(
	    alipay_tell(&world, PAY_VERB_START,
	                "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"" ALIPAY_ORDER
	                "\",\"qr_code\":\"https:\\/\\/qr.alipay.com\\/bax03206\"}"),
	    PAY_OUTCOME_OK);
	assert_str(alipay_sent(&world, world.call.url, world.call.body, "method"),
	           "alipay.trade.precreate");
	assert_true(alipay_sent_proven(&world, world.call.url, world.call.body));
	assert_int_equal(world.facts.way, PAY_WAY_QR);
	assert_str(world.facts.url, "https://qr.alipay.com/bax03206");
	assert_outcome(alipay_tell(&world, PAY_VERB_START,
	                           "{\"code\":\"10000\",\"out_trade_no\":\"" ALIPAY_ORDER
	                           "\",\"qr_code\":\"https://qr.alipay.com.evil.example/x\"}"),
	               PAY_OUTCOME_UNKNOWN);
	alipay_world_close(&world);
}

static void what_was_committed_decides_over_a_changed_setting(void **state)
{
	struct alipay_world    world, later;
	const struct pay_verb *start = pay_verb(&pay_alipay, PAY_VERB_START);

	(void)state;
	alipay_world_open(&world, NULL);
	alipay_world_open(&later, qr);
	assert_outcome(page(&world), PAY_OUTCOME_OK);
	later.task.body = world.task.body;
	assert_true(pay_build(start, &later.config, &later.task, &later.arena, &later.call));
	assert_int_equal(later.call.url.len, 0);
	alipay_world_close(&world);
	alipay_world_close(&later);
}

static void amounts_are_yuan_with_two_decimals(void **state)
{
	static const struct {
		int64_t     fen;
		uint16_t    currency;
		const char *text;
	} rows[] = {
		{ 8888, CURRENCY_CNY, "88.88" },
		{ 1, CURRENCY_CNY, "0.01" },
		{ 10, CURRENCY_CNY, "0.10" },
		{ 100000, CURRENCY_CNY, "1000.00" },
		{ ALIPAY_FEN_MAX, CURRENCY_CNY, "100000000.00" },
		{ ALIPAY_FEN_MAX + 1, CURRENCY_CNY, NULL },
		{ 0, CURRENCY_CNY, NULL },
		{ -1, CURRENCY_CNY, NULL },
		{ 1980, CURRENCY_JPY, NULL },
		{ 1980, CURRENCY_USD, NULL },
	};
	struct alipay_world world;
	struct str          text;

	(void)state;
	alipay_world_open(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct money money = { rows[i].fen, rows[i].currency };

		assert_int_equal(alipay_amount(money, &world.arena, &text), rows[i].text != NULL);
		assert_int_equal(pay_alipay.takes(&world.config, money), rows[i].text != NULL);
		if (rows[i].text != NULL)
			assert_str(text, rows[i].text);
		world.task.amount = money;
		assert_int_equal(alipay_ask(&world, PAY_VERB_START), rows[i].text != NULL);
	}
	alipay_world_close(&world);
}

static void questions_go_out_signed_and_encoded_once(void **state)
{
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	assert_true(alipay_ask(&world, PAY_VERB_QUERY));
	assert_str(world.call.method, "POST");
	assert_str(world.call.content_type, "application/x-www-form-urlencoded;charset=UTF-8");
	assert_str(world.call.body,
	           "biz_content=%7B%22out_trade_no%22%3A%22" ALIPAY_ORDER "%22%7D");
	assert_true(alipay_sent_proven(&world, world.call.url, world.call.body));
	assert_int_equal(alipay_sent(&world, world.call.url, world.call.body, "notify_url").len, 0);
	assert_str(world.task.body, "{\"out_trade_no\":\"" ALIPAY_ORDER "\"}");
	alipay_world_close(&world);
}

#define TRADE(status, more) \
	"{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"" ALIPAY_ORDER \
	"\",\"trade_no\":\"" ALIPAY_TRADE \
	"\",\"total_amount\":\"88.88\",\"trade_status\":\"" status "\"" more "}"
#define PAID_AT ",\"send_pay_date\":\"2026-09-21 22:15:00\""

static void every_state_of_a_trade_is_told_apart(void **state)
{
	static const struct {
		const char        *content;
		enum pay_outcome   outcome;
		enum payment_state state;
	} rows[] = {
		{ TRADE("WAIT_BUYER_PAY", ""), PAY_OUTCOME_OK, PAYMENT_PENDING },
		{ TRADE("TRADE_SUCCESS", PAID_AT), PAY_OUTCOME_OK, PAYMENT_SUCCEEDED },
		{ TRADE("TRADE_FINISHED", PAID_AT), PAY_OUTCOME_OK, PAYMENT_SUCCEEDED },
		{ TRADE("TRADE_CLOSED", ""), PAY_OUTCOME_OK, PAYMENT_EXPIRED },
		{ TRADE("TRADE_CLOSED", PAID_AT), PAY_OUTCOME_OK, PAYMENT_REFUNDED },
		{ TRADE("TRADE_PENDING", ""), PAY_OUTCOME_UNKNOWN, 0 },
		{ TRADE("", ""), PAY_OUTCOME_UNKNOWN, 0 },
	};
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, rows[i].content),
		               rows[i].outcome);
		if (rows[i].outcome != PAY_OUTCOME_OK)
			continue;
		assert_state(&world, rows[i].state);
		assert_str(world.facts.order, ALIPAY_ORDER);
		assert_str(world.facts.reference, ALIPAY_TRADE);
		assert_int_equal(world.facts.amount.amount, 8888);
		assert_int_equal(world.facts.amount.currency, CURRENCY_CNY);
		if (rows[i].state == PAYMENT_SUCCEEDED)
			assert_int_equal(world.facts.occurred_s, ALIPAY_NOW + 100);
	}
	alipay_world_close(&world);
}

static void answers_about_another_trade_or_without_amount_are_none(void **state)
{
	static const char *const contents[] = {
		"{\"code\":\"10000\",\"out_trade_no\":\"KP9\",\"trade_no\":\"1\","
		"\"total_amount\":\"88.88\",\"trade_status\":\"TRADE_SUCCESS\"}",
		"{\"code\":\"10000\",\"trade_no\":\"1\",\"trade_status\":\"TRADE_SUCCESS\"}",
		"{\"code\":\"10000\",\"total_amount\":\"88.88\","
		"\"trade_status\":\"TRADE_SUCCESS\"}",
		"{\"code\":\"10000\",\"trade_no\":\"1\",\"total_amount\":\"88.888\","
		"\"trade_status\":\"TRADE_SUCCESS\"}",
		"{\"code\":\"10000\",\"trade_no\":\"1\",\"total_amount\":88.88,"
		"\"trade_status\":\"TRADE_SUCCESS\"}",
		"{\"code\":10000,\"trade_no\":\"1\",\"total_amount\":\"88.88\","
		"\"trade_status\":\"TRADE_SUCCESS\"}",
		"{\"trade_status\":\"TRADE_SUCCESS\"}",
	};
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(contents); i++)
		assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, contents[i]),
		               PAY_OUTCOME_UNKNOWN);
	alipay_world_close(&world);
}

static void codes_are_sorted_for_the_verb_that_asked(void **state)
{
	static const struct {
		enum pay_verb_id   verb;
		const char        *code, *sub_code;
		enum pay_outcome   outcome;
		enum payment_state state;
	} rows[] = {
		{ PAY_VERB_QUERY, "40004", "ACQ.TRADE_NOT_EXIST", PAY_OUTCOME_ABSENT, 0 },
		{ PAY_VERB_QUERY, "40004", "ACQ.SYSTEM_ERROR", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_QUERY, "40004", "ACQ.SOMETHING", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_QUERY, "20000", "isp.unknow-error", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_QUERY, "20000", "aop.unknow-error", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_QUERY, "40001", "isv.missing-method", PAY_OUTCOME_CONFIG, 0 },
		{ PAY_VERB_QUERY, "40002", "isv.invalid-signature", PAY_OUTCOME_CONFIG, 0 },
		{ PAY_VERB_QUERY, "40006", "isv.insufficient-isv-permissions", PAY_OUTCOME_CONFIG,
		  0 },
		{ PAY_VERB_QUERY, "77777", "", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_START, "40004", "ACQ.TRADE_HAS_SUCCESS", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_START, "40004", "ACQ.TRADE_HAS_CLOSE", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_START, "40004", "ACQ.CONTEXT_INCONSISTENT", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_START, "40004", "ACQ.INVALID_PARAMETER", PAY_OUTCOME_CONFIG, 0 },
		{ PAY_VERB_START, "40004", "isp.busy", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_DEBIT, "40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH", PAY_OUTCOME_DECLINED,
		  0 },
		{ PAY_VERB_DEBIT, "40004", "ACQ.AGREEMENT_NOT_EXIST", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_DEBIT, "40004", "ACQ.TRADE_HAS_SUCCESS", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_DEBIT, "10003", "", PAY_OUTCOME_OK, PAYMENT_PENDING },
		{ PAY_VERB_CLOSE, "40004", "ACQ.TRADE_NOT_EXIST", PAY_OUTCOME_ABSENT, 0 },
		{ PAY_VERB_CLOSE, "40004", "ACQ.TRADE_STATUS_ERROR", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_CLOSE, "40004", "ACQ.TRADE_HAS_CLOSE", PAY_OUTCOME_OK, PAYMENT_EXPIRED },
		{ PAY_VERB_CLOSE, "10000", "", PAY_OUTCOME_OK, PAYMENT_EXPIRED },
		{ PAY_VERB_REFUND, "10003", "", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_REFUND, "40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH", PAY_OUTCOME_FUNDS, 0 },
		{ PAY_VERB_REFUND, "40004", "ACQ.TRADE_HAS_FINISHED", PAY_OUTCOME_DECLINED, 0 },
		{ PAY_VERB_REFUND, "40004", "ACQ.DISCORDANT_REPEAT_REQUEST", PAY_OUTCOME_UNKNOWN,
		  0 },
		{ PAY_VERB_REFUND, "40004", "ACQ.SYSTEM_ERROR", PAY_OUTCOME_UNKNOWN, 0 },
		{ PAY_VERB_REFUND_QUERY, "40004", "ACQ.TRADE_NOT_EXIST", PAY_OUTCOME_ABSENT, 0 },
		{ PAY_VERB_UNSIGN, "40004", "USER_AGREEMENT_NOT_EXIST", PAY_OUTCOME_OK,
		  PAYMENT_EXPIRED },
	};
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, qr);
	world.task.agreement = STR("20262601000000000001");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str       content = arena_printf(&world.arena,
		                                        "{\"code\":\"%s\",\"sub_code\":\"%s\"}",
		                                        rows[i].code, rows[i].sub_code);
		enum pay_outcome got = alipay_tell(&world, rows[i].verb, content.ptr);

		if (got != rows[i].outcome)
			print_error("row %zu: %s\n", i, rows[i].sub_code);
		assert_outcome(got, rows[i].outcome);
		if (got == PAY_OUTCOME_OK)
			assert_state(&world, rows[i].state);
		else
			assert_str(world.facts.reason,
			           rows[i].sub_code[0] ? rows[i].sub_code : rows[i].code);
		/* the gateway's own errors may come under another name */
		assert_outcome(alipay_tell_as(&world, rows[i].verb, "error_response", content.ptr),
		               rows[i].outcome);
	}
	alipay_world_close(&world);
}

static const char paid[] = TRADE("TRADE_SUCCESS", PAID_AT);

static void only_alipay_signs_answers(void **state)
{
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_OK);
	world.signer = key_ours;
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_UNKNOWN);
	world.signer = key_stranger;
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_UNKNOWN);
	world.signer = NULL;
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_UNKNOWN);
	/* unsigned, it may call a person and do nothing else */
	assert_outcome(alipay_tell_as(&world, PAY_VERB_QUERY, "error_response",
	                              "{\"code\":\"40002\",\"sub_code\":\"isv.invalid-app-id\"}"),
	               PAY_OUTCOME_CONFIG);
	assert_outcome(alipay_tell_as(&world, PAY_VERB_QUERY, "error_response",
	                              "{\"code\":\"40004\",\"sub_code\":\"ACQ.TRADE_NOT_EXIST\"}"),
	               PAY_OUTCOME_UNKNOWN);
	/* of another method */
	world.signer = key_theirs;
	assert_outcome(alipay_tell_as(&world, PAY_VERB_QUERY, "alipay_trade_close_response", paid),
	               PAY_OUTCOME_UNKNOWN);
	alipay_world_close(&world);
}

static void old_and_new_key_count_side_by_side(void **state)
{
	char                  both[4096];
	struct alipay_setting more[] = { { "public_key_file", both }, { NULL, NULL } };
	struct alipay_world   world;

	(void)state;
	snprintf(both, sizeof(both), "%s%s", key_theirs_public, key_newer_public);
	alipay_world_open(&world, more);
	world.signer = key_newer;
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_OK);
	world.signer = key_theirs;
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_OK);
	world.signer = key_stranger;
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, paid), PAY_OUTCOME_UNKNOWN);
	alipay_world_close(&world);
}

static void lost_calls_and_statuses_are_sorted_before_any_byte(void **state)
{
	static const struct {
		int32_t          status;
		enum pay_outcome outcome;
	} rows[] = { { 429, PAY_OUTCOME_RETRY },   { 500, PAY_OUTCOME_UNKNOWN },
		     { 502, PAY_OUTCOME_UNKNOWN }, { 403, PAY_OUTCOME_CONFIG },
		     { 302, PAY_OUTCOME_UNKNOWN }, { 404, PAY_OUTCOME_CONFIG } };
	const struct pay_verb *verb = pay_verb(&pay_alipay, PAY_VERB_QUERY);
	struct alipay_world    world;

	(void)state;
	alipay_world_open(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		world.status = rows[i].status;
		assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, paid), rows[i].outcome);
	}
	world.call.result = NET_REFUSED;
	assert_outcome(verb->parse(&world.config, &world.task, &world.call, &world.arena,
	                           &world.facts),
	               PAY_OUTCOME_RETRY);
	world.call.result = NET_UNKNOWN;
	assert_outcome(verb->parse(&world.config, &world.task, &world.call, &world.arena,
	                           &world.facts),
	               PAY_OUTCOME_UNKNOWN);
	alipay_world_close(&world);
}

static void a_refund_that_was_taken_is_not_proven_yet(void **state)
{
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	for (int change = 0; change < 2; change++) {
		assert_outcome(
		    alipay_tell(&world, PAY_VERB_REFUND,
		                change ? "{\"code\":\"10000\",\"out_trade_no\":\"" ALIPAY_ORDER
		                         "\",\"fund_change\":\"Y\",\"refund_fee\":\"7.00\"}"
		                       : "{\"code\":\"10000\",\"out_trade_no\":\"" ALIPAY_ORDER
		                         "\",\"fund_change\":\"N\",\"refund_fee\":\"7.00\"}"),
		    PAY_OUTCOME_OK);
		assert_state(&world, PAYMENT_REFUNDING);
		assert_int_equal(world.facts.amount.amount, 500); /* 7.00 is the sum of all */
	}
	assert_str(world.task.body,
	           "{\"out_trade_no\":\"" ALIPAY_ORDER
	           "\",\"refund_amount\":\"5.00\",\"out_request_no\":\"" ALIPAY_GIVE "\"}");
	world.task.give_back.amount = 8889;
	assert_false(alipay_ask(&world, PAY_VERB_REFUND));
	alipay_world_close(&world);
}

static void a_refund_is_proven_by_its_own_query(void **state)
{
	static const struct {
		const char      *more;
		enum pay_outcome outcome;
	} rows[] = {
		{ ",\"out_request_no\":\"" ALIPAY_GIVE "\",\"refund_status\":\"REFUND_SUCCESS\","
		  "\"refund_amount\":\"5.00\",\"gmt_refund_pay\":\"2026-09-21 22:15:00\"",
		  PAY_OUTCOME_OK },
		{ ",\"out_request_no\":\"" ALIPAY_GIVE "\"", PAY_OUTCOME_ABSENT },
		{ "", PAY_OUTCOME_ABSENT },
		{ ",\"out_request_no\":\"" ALIPAY_GIVE "\",\"refund_status\":\"REFUND_PROCESSING\","
		  "\"refund_amount\":\"5.00\"",
		  PAY_OUTCOME_UNKNOWN },
		{ ",\"out_request_no\":\"KR9\",\"refund_status\":\"REFUND_SUCCESS\","
		  "\"refund_amount\":\"5.00\"",
		  PAY_OUTCOME_UNKNOWN },
		{ ",\"refund_status\":\"REFUND_SUCCESS\"", PAY_OUTCOME_UNKNOWN },
	};
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str content = arena_printf(
		    &world.arena, "{\"code\":\"10000\",\"out_trade_no\":\"" ALIPAY_ORDER "\"%s}",
		    rows[i].more);

		assert_outcome(alipay_tell(&world, PAY_VERB_REFUND_QUERY, content.ptr),
		               rows[i].outcome);
		if (rows[i].outcome != PAY_OUTCOME_OK)
			continue;
		assert_state(&world, PAYMENT_REFUNDED);
		assert_str(world.facts.refund, ALIPAY_GIVE);
		assert_int_equal(world.facts.amount.amount, 500);
		assert_int_equal(world.facts.occurred_s, ALIPAY_NOW + 100);
	}
	alipay_world_close(&world);
}

static void encrypted_content_is_signed_as_ciphertext(void **state)
{
	static const struct alipay_setting more[] = {
		{ "aes_key_file", "MDEyMzQ1Njc4OWFiY2RlZg==\n" }, { NULL, NULL }
	};
	struct alipay_world world;
	struct str          key = STR("0123456789abcdef"), sealed, plain, text;

	(void)state;
	alipay_world_open(&world, more);
	assert_true(alipay_ask(&world, PAY_VERB_QUERY));
	assert_str(alipay_sent(&world, world.call.url, world.call.body, "encrypt_type"), "AES");
	assert_true(alipay_sent_proven(&world, world.call.url, world.call.body));
	text = alipay_sent(&world, world.call.url, world.call.body, "biz_content");
	assert_true(base64_decode(&world.arena, text, &sealed));
	assert_true(cbc_open(key, sealed, &world.arena, &plain));
	assert_str(plain, "{\"out_trade_no\":\"" ALIPAY_ORDER "\"}");

	assert_true(cbc_seal(key, str_from(paid), &world.arena, &sealed));
	text = arena_printf(&world.arena, "\"%.*s\"", STR_ARG(base64_encode(&world.arena, sealed)));
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, text.ptr), PAY_OUTCOME_OK);
	assert_state(&world, PAYMENT_SUCCEEDED);
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY, "\"AAAA\""), PAY_OUTCOME_UNKNOWN);
	alipay_world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_desk_is_sent_to_the_cashier_by_a_signed_address),
		cmocka_unit_test(a_phone_gets_its_own_page),
		cmocka_unit_test(a_desk_may_pay_by_a_code_instead),
		cmocka_unit_test(what_was_committed_decides_over_a_changed_setting),
		cmocka_unit_test(amounts_are_yuan_with_two_decimals),
		cmocka_unit_test(questions_go_out_signed_and_encoded_once),
		cmocka_unit_test(every_state_of_a_trade_is_told_apart),
		cmocka_unit_test(answers_about_another_trade_or_without_amount_are_none),
		cmocka_unit_test(codes_are_sorted_for_the_verb_that_asked),
		cmocka_unit_test(only_alipay_signs_answers),
		cmocka_unit_test(old_and_new_key_count_side_by_side),
		cmocka_unit_test(lost_calls_and_statuses_are_sorted_before_any_byte),
		cmocka_unit_test(a_refund_that_was_taken_is_not_proven_yet),
		cmocka_unit_test(a_refund_is_proven_by_its_own_query),
		cmocka_unit_test(encrypted_content_is_signed_as_ciphertext),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
