/*
 * wechat_hook_test.c - WeChat Pay: which callbacks are believed, and which
 * settings open the gateway.
 */
#include "gate/tenpay.h"

static void a_callback_is_proven_opened_and_read(void **state)
{
	struct tenpay world;

	(void)state;
	for (int key = TENPAY_CERTIFICATE; key <= TENPAY_PUBLIC_KEY; key++) {
		tenpay_open(&world, false);
		world.key = (enum tenpay_key)key;
		assert_int_equal(tenpay_hook(&world,
		                             tenpay_envelope(&world, "TRANSACTION.SUCCESS",
		                                             "{" TENPAY_HERE TENPAY_PAID TENPAY_YUAN
		                                             "}")),
		                 PAY_HOOK_FACTS);
		assert_str(world.facts.event, "EV-1");
		assert_str(world.facts.order, TENPAY_ORDER);
		assert_int_equal(world.facts.state, PAYMENT_SUCCEEDED);
		assert_int_equal(world.facts.amount.amount, 8888);
		tenpay_close(&world);
	}
}

static void a_callback_of_a_refund_tells_its_number(void **state)
{
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	assert_int_equal(
	    tenpay_hook(
		&world,
		tenpay_envelope(&world, "REFUND.SUCCESS",
	                        "{\"mchid\":\"1900000001\",\"out_trade_no\":\"" TENPAY_ORDER
	                        "\",\"transaction_id\":\"42\",\"out_refund_no\":\"" TENPAY_REFUND
	                        "\",\"refund_id\":\"50\","
	                        "\"refund_status\":\"SUCCESS\","
	                        "\"success_time\":\"2026-01-02T11:05:00+08:00\","
	                        "\"amount\":{\"total\":8888,\"refund\":1000,"
	                        "\"payer_total\":8888,\"payer_refund\":1000}}")),
	    PAY_HOOK_FACTS);
	assert_str(world.facts.refund, TENPAY_REFUND);
	assert_int_equal(world.facts.state, PAYMENT_REFUNDED);
	assert_int_equal(world.facts.amount.amount, 1000);
	assert_int_equal(world.facts.amount.currency, CURRENCY_CNY);
	tenpay_close(&world);
	/* Without a currency a global one is a hint only. */
	tenpay_open(&world, true);
	assert_int_equal(
	    tenpay_hook(&world,
	                tenpay_envelope(&world, "REFUND.SUCCESS",
	                                "{" TENPAY_THERE "\"out_trade_no\":\"" TENPAY_ORDER
	                                "\",\"out_refund_no\":\"" TENPAY_REFUND
	                                "\",\"refund_id\":\"50\",\"refund_status\":\"SUCCESS\","
	                                "\"amount\":{\"total\":8888,\"refund\":1000}}")),
	    PAY_HOOK_ASK);
	tenpay_close(&world);
}

static void a_callback_is_refused_for_one_reason_each(void **state)
{
	const char *paid = "{" TENPAY_HERE TENPAY_PAID TENPAY_YUAN "}";
	struct tenpay                                  world;
	struct str                                     body, heads[4];
	struct pay_callback                            in;

	(void)state;
	tenpay_open(&world, false);
	body = tenpay_envelope(&world, "TRANSACTION.SUCCESS", paid);
	world.key = TENPAY_OURS;
	assert_int_equal(tenpay_hook(&world, body), PAY_HOOK_FORGED);
	world.key = TENPAY_CERTIFICATE;
	world.skew_s = -301;
	assert_int_equal(tenpay_hook(&world, body), PAY_HOOK_STALE);
	world.skew_s = 301;
	assert_int_equal(tenpay_hook(&world, body), PAY_HOOK_STALE);
	world.skew_s = 0;
	assert_int_equal(tenpay_hook(&world, STR("not json")), PAY_HOOK_DAMAGED);
	assert_int_equal(tenpay_hook(&world, STR("{\"id\":\"EV-1\"}")), PAY_HOOK_DAMAGED);
	assert_int_equal(
	    tenpay_hook(&world, tenpay_envelope(&world, "TRANSACTION.SUCCESS",
	                                        "{\"mchid\":\"1\"," TENPAY_PAID TENPAY_YUAN "}")),
	    PAY_HOOK_FOREIGN);
	assert_int_equal(tenpay_hook(&world,
	                             tenpay_envelope(&world, "TRANSACTION.SUCCESS",
	                                             "{" TENPAY_HERE TENPAY_PAID "\"amount\":1}")),
	                 PAY_HOOK_DAMAGED);
	assert_int_equal(tenpay_hook(&world, tenpay_envelope(&world, "PROFITSHARING", "{}")),
	                 PAY_HOOK_IGNORED);
	/* The probe: the real headers, and a signature that says what it is. */
	tenpay_sign(&world, body, heads);
	heads[3] = STR("Wechatpay-Signature: WECHATPAY/SIGNTEST/AAAA");
	in = (struct pay_callback){
		.headers = heads, .header_count = 4, .body = body, .now_s = TENPAY_NOW_S
	};
	assert_int_equal(pay_wechat.hook(&world.verify, &in, &world.arena, &world.facts),
	                 PAY_HOOK_FORGED);
	assert_int_equal(pay_hook_status(PAY_HOOK_FORGED), 401);
	/* One header missing, an unknown serial, a header twice. */
	for (size_t i = 0; i < 4; i++) {
		struct str whole;

		tenpay_sign(&world, body, heads);
		whole = heads[i];
		heads[i] = STR("X: y");
		assert_int_equal(pay_wechat.hook(&world.verify, &in, &world.arena, &world.facts),
		                 PAY_HOOK_FORGED);
		heads[i] = whole;
		assert_int_equal(pay_wechat.hook(&world.verify, &in, &world.arena, &world.facts),
		                 PAY_HOOK_FACTS);
	}
	heads[2] = STR("Wechatpay-Serial: 5157F09EFDC096DE15EBE81A47057A7200000003");
	assert_int_equal(pay_wechat.hook(&world.verify, &in, &world.arena, &world.facts),
	                 PAY_HOOK_FORGED);
	tenpay_close(&world);
}

/* The signature is right, the seal is not: nothing of it is read. */
static void a_sealed_text_with_a_wrong_tag_is_not_opened(void **state)
{
	struct tenpay world;
	struct str    body;
	char         *bytes;
	size_t        at;

	(void)state;
	tenpay_open(&world, false);
	body = tenpay_envelope(&world, "TRANSACTION.SUCCESS",
	                       "{" TENPAY_HERE TENPAY_PAID TENPAY_YUAN "}");
	at = (size_t)str_find(body, STR("\"ciphertext\":\"")) + 20;
	bytes = (char *)(uintptr_t)arena_str(&world.arena, body).ptr;
	bytes[at] = bytes[at] == 'A' ? 'B' : 'A';
	assert_int_equal(tenpay_hook(&world, (struct str){ .ptr = bytes, .len = body.len }),
	                 PAY_HOOK_DAMAGED);
	tenpay_close(&world);
}

/* --- settings */

static void a_setting_that_is_wrong_is_named(void **state)
{
	static const struct {
		const char *name, *value, *told;
	} rows[] = {
		{ "world", "mars", "world" },
		{ "url", "api.mch.weixin.qq.com", "url" },
		{ "url", "https://api.mch.weixin.qq.com/", "url" },
		{ "mchid", "", "mchid" },
		{ "mchid", "19\"", "mchid" },
		{ "appid", "", "appid" },
		{ "key_file", "", "key_file" },
		{ "key_file", "?", "key_file" },
		{ "key_file", "junk", "key_file" },
		{ "cert_file", "junk", "cert_file" },
		{ "platform_file", "", "platform_file" },
		{ "platform_file", "-----BEGIN CERTIFICATE-----\nAAAA", "platform_file" },
		{ "public_key_ids", "", "platform_file" },
		{ "apiv3_key_file", "", "apiv3_key_file" },
		{ "apiv3_key_file", "too short", "apiv3_key_file" },
		{ "v2_key_file", "short", "v2_key_file" },
		{ "serial", "3775B6A45ACD588826D15E583A95F5DD00000009", "serial" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct pay_problem problem = { 0 };
		struct pay_config  config = { 0 };
		struct pay_source  source;
		struct tenpay      world;

		tenpay_settings(&world, false);
		tenpay_set(&world, rows[i].name, rows[i].value);
		source = tenpay_source(&world);
		if (pay_wechat.open(&source, &world.arena, &config, &problem))
			fail_msg("%s=%s was taken", rows[i].name, rows[i].value);
		assert_string_equal(problem.setting, rows[i].told);
		assert_true(problem.text.len > 0);
		assert_null(config.own);
		arena_free(&world.arena);
	}
}

static void the_serial_alone_is_enough(void **state)
{
	struct tenpay      world;
	struct pay_problem problem;
	struct pay_source  source;

	(void)state;
	tenpay_settings(&world, false);
	tenpay_set(&world, "cert_file", "");
	tenpay_set(&world, "serial", "ABCDEF");
	source = tenpay_source(&world);
	assert_true(pay_wechat.open(&source, &world.arena, &world.config, &problem));
	assert_true(tenpay_ask(&world, PAY_VERB_QUERY));
	assert_true(str_find(world.call.headers[0], STR("serial_no=\"ABCDEF\"")) > 0);
	tenpay_close(&world);
}

static void count_finding(void *ctx, const struct pay_finding *finding)
{
	int *counts = ctx;

	assert_true(finding->text.len > 0);
	assert_true(str_find(finding->text, STR("abcdefghijklmnop")) < 0);
	counts[finding->good]++;
}

static void a_check_tells_what_each_key_is(void **state)
{
	struct tenpay world;
	int           counts[2] = { 0 };

	(void)state;
	tenpay_open(&world, false);
	pay_wechat.check(&world.config, 1800000000, &world.arena, count_finding, counts);
	assert_int_equal(counts[0], 0);
	assert_int_equal(counts[1], 6);
	pay_wechat.check(&world.config, INT64_C(4000000000), &world.arena, count_finding, counts);
	assert_int_equal(counts[0], 2); /* both certificates are over by then */
	tenpay_close(&world);
}

/* While it is replaced, the old APIv3 key opens what was sealed by it. */
static void the_old_apiv3_key_still_opens(void **state)
{
	struct tenpay      world;
	struct pay_problem problem;
	struct pay_source  source;

	(void)state;
	tenpay_settings(&world, false);
	tenpay_set(&world, "apiv3_key_file",
	           "vutsrqponmlkjihgfedcba9876543210\n0123456789abcdefghijklmnopqrstuv\n");
	source = tenpay_source(&world);
	assert_true(pay_wechat.hook_open(&source, &world.arena, &world.verify, &problem));
	assert_int_equal(tenpay_hook(&world,
	                             tenpay_envelope(&world, "TRANSACTION.SUCCESS",
	                                             "{" TENPAY_HERE TENPAY_PAID TENPAY_YUAN "}")),
	                 PAY_HOOK_FACTS);
	tenpay_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_callback_is_proven_opened_and_read),
		cmocka_unit_test(a_callback_of_a_refund_tells_its_number),
		cmocka_unit_test(a_callback_is_refused_for_one_reason_each),
		cmocka_unit_test(a_sealed_text_with_a_wrong_tag_is_not_opened),
		cmocka_unit_test(a_setting_that_is_wrong_is_named),
		cmocka_unit_test(the_serial_alone_is_enough),
		cmocka_unit_test(a_check_tells_what_each_key_is),
		cmocka_unit_test(the_old_apiv3_key_still_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
