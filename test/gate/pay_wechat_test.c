/*
 * pay_wechat_test.c - WeChat Pay: what we ask in both worlds, what its answers
 * and callbacks come to, and what is not taken from it.
 */
#include "gate/tenpay.h"

static void expect_outcome(enum pay_outcome got, enum pay_outcome want, const char *what)
{
	if (got != want)
		fail_msg("%s: %s, not %s", what, pay_outcome_name(got).ptr,
		         pay_outcome_name(want).ptr);
}

/* --- requests */

static bool head_is(const struct tenpay *world, const char *name, const char *value)
{
	struct str found;

	return pay_header(world->call.headers, world->call.header_count, str_from(name), &found) &&
	       str_eq(found, str_from(value));
}

static void a_desk_gets_a_qr_code_in_the_mainland(void **state)
{
	struct tenpay world;
	struct str    authorization;

	(void)state;
	tenpay_open(&world, false);
	assert_true(tenpay_ask(&world, PAY_VERB_START));
	assert_str(world.call.method, "POST");
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/pay/transactions/native");
	assert_str(world.call.body,
	           "{\"appid\":\"wx2421b1c4370ec43b\",\"mchid\":\"1900000001\","
	           "\"description\":\"保号 180天\",\"out_trade_no\":\"" TENPAY_ORDER "\","
	           "\"notify_url\":\"https://keep.example/hook/wechat\","
	           "\"time_expire\":\"2026-09-21T22:28:20+08:00\","
	           "\"amount\":{\"total\":8888,\"currency\":\"CNY\"}}");
	assert_str(world.call.content_type, "application/json");
	assert_true(head_is(&world, "Accept", "application/json"));
	assert_true(pay_header(world.call.headers, world.call.header_count, STR("Authorization"),
	                       &authorization));
	assert_true(str_starts(
	    authorization,
	    STR("WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\","
	        "serial_no=\"3775B6A45ACD588826D15E583A95F5DD00000001\",timestamp=\"1790000000\","
	        "nonce_str=\"" TENPAY_NONCE "\",signature=\"")));
	expect_outcome(tenpay_answer(&world, PAY_VERB_START, 200,
	                             "{\"code_url\":\"weixin://wxpay/bizpayurl?pr=x\"}"),
	               PAY_OUTCOME_OK, "start");
	assert_int_equal(world.facts.way, PAY_WAY_QR);
	assert_str(world.facts.url, "weixin://wxpay/bizpayurl?pr=x");
	assert_int_equal(world.facts.state, PAYMENT_PENDING);
	assert_str(world.facts.order, TENPAY_ORDER);
	tenpay_close(&world);
}

static void a_phone_is_sent_to_the_page_that_opens_the_app(void **state)
{
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	world.task.device = PAY_DEVICE_PHONE;
	assert_true(tenpay_ask(&world, PAY_VERB_START));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/pay/transactions/h5");
	assert_true(
	    str_find(world.call.body, STR("\"scene_info\":{\"payer_client_ip\":\"203.0.113.5\","
	                                  "\"h5_info\":{\"type\":\"Wap\"}}")) > 0);
	expect_outcome(tenpay_answer(&world, PAY_VERB_START, 200,
	                             "{\"h5_url\":\"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/"
	                             "checkmweb?prepay_id=wx1&package=2\"}"),
	               PAY_OUTCOME_OK, "start");
	assert_int_equal(world.facts.way, PAY_WAY_REDIRECT);
	assert_str(world.facts.url,
	           "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2"
	           "&redirect_url=https%3A%2F%2Fkeep.example%2Fzh-Hans%2Forders%2F1");
	expect_outcome(tenpay_answer(&world, PAY_VERB_START, 200,
	                             "{\"h5_url\":\"https://wx.tenpay.com.evil.example/\"}"),
	               PAY_OUTCOME_UNKNOWN, "another page");
	/* A later try knows the body alone: it goes where the body belongs. */
	world.task.device = PAY_DEVICE_DESK;
	world.task.body = world.call.body;
	assert_true(pay_wechat.verb[PAY_VERB_START].wrap(&world.config, &world.task, &world.arena,
	                                                 &world.call));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/pay/transactions/h5");
	world.task.device = PAY_DEVICE_PHONE;
	world.task.payer_ip = STR("");
	assert_true(tenpay_ask(&world, PAY_VERB_START));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/pay/transactions/native");
	tenpay_close(&world);
}

static void an_acquirer_stands_before_us_in_the_global_world(void **state)
{
	struct tenpay world;

	(void)state;
	tenpay_open(&world, true);
	world.task.amount = (struct money){ .amount = 1980, .currency = CURRENCY_JPY };
	world.task.give_back = (struct money){ .amount = 980, .currency = CURRENCY_JPY };
	assert_true(tenpay_ask(&world, PAY_VERB_START));
	assert_str(world.call.url, "https://apihk.mch.weixin.qq.com/v3/global/transactions/native");
	assert_str(world.call.body,
	           "{\"sp_appid\":\"wx2421b1c4370ec43b\",\"sp_mchid\":\"1900000100\","
	           "\"sub_mchid\":\"1900000109\",\"description\":\"保号 180天\","
	           "\"out_trade_no\":\"" TENPAY_ORDER "\","
	           "\"notify_url\":\"https://keep.example/hook/wechat\","
	           "\"time_expire\":\"2026-09-21T22:28:20+08:00\","
	           "\"merchant_category_code\":\"4814\",\"trade_type\":\"NATIVE\","
	           "\"amount\":{\"total\":1980,\"currency\":\"JPY\"}}");
	assert_true(tenpay_ask(&world, PAY_VERB_QUERY));
	assert_str(world.call.method, "GET");
	assert_str(
	    world.call.url,
	    "https://apihk.mch.weixin.qq.com/v3/global/transactions/out-trade-no/" TENPAY_ORDER
	    "?sp_mchid=1900000100&sub_mchid=1900000109");
	assert_true(tenpay_ask(&world, PAY_VERB_CLOSE));
	assert_str(world.call.body, "{\"sp_mchid\":\"1900000100\",\"sub_mchid\":\"1900000109\"}");
	assert_true(tenpay_ask(&world, PAY_VERB_REFUND));
	assert_str(world.call.url, "https://apihk.mch.weixin.qq.com/v3/global/refunds");
	assert_true(str_find(world.call.body, STR("\"amount\":{\"refund\":980,\"total\":1980,"
	                                          "\"currency\":\"JPY\"}")) > 0);
	assert_true(tenpay_ask(&world, PAY_VERB_REFUND_QUERY));
	assert_str(world.call.url,
	           "https://apihk.mch.weixin.qq.com/v3/global/refunds/out-refund-no/" TENPAY_REFUND
	           "?sp_mchid=1900000100&sub_mchid=1900000109");
	tenpay_close(&world);
}

static void every_try_sends_the_same_body(void **state)
{
	struct tenpay world;
	struct str    first;

	(void)state;
	tenpay_open(&world, false);
	assert_true(tenpay_ask(&world, PAY_VERB_REFUND));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/refund/domestic/refunds");
	first = world.call.body;
	world.task.now_ms += 86400000;
	world.task.nonce = STR("ffffffffffffffffffffffffffffffff");
	assert_true(tenpay_ask(&world, PAY_VERB_REFUND));
	assert_true(str_eq(first, world.call.body));
	tenpay_close(&world);
}

/* What an address in front of the API holds before /v3 is part of what is signed. */
static void an_acquirers_own_address_is_signed_as_it_is_sent(void **state)
{
	struct tenpay      world;
	struct pay_problem problem;
	struct pay_source  source;
	struct str         value, text, signature;
	struct rsa_key    *key;

	(void)state;
	tenpay_settings(&world, false);
	tenpay_set(&world, "url", "https://acquirer.example/wechat");
	source = tenpay_source(&world);
	assert_true(pay_wechat.open(&source, &world.arena, &world.config, &problem));
	assert_true(tenpay_ask(&world, PAY_VERB_QUERY));
	assert_str(world.call.url,
	           "https://acquirer.example/wechat/v3/pay/transactions/out-trade-no/" TENPAY_ORDER
	           "?mchid=1900000001");
	assert_true(
	    pay_header(world.call.headers, world.call.header_count, STR("Authorization"), &value));
	value = str_skip(value, (size_t)str_find(value, STR("signature=\"")) + 11);
	value = str_take(value, value.len - 1);
	text = STR("GET\n/wechat/v3/pay/transactions/out-trade-no/" TENPAY_ORDER
	           "?mchid=1900000001\n1790000000\n" TENPAY_NONCE "\n\n");
	assert_true(source.file(source.ctx, "cert_file", &world.arena, &signature));
	assert_true(rsa_key_public(signature, RSA_BITS_MIN, &key));
	assert_true(rsa_verify_sha256_base64(key, text, value, &world.arena));
	rsa_key_close(key);
	tenpay_close(&world);
}

static void amounts_are_whole_minor_units_of_what_is_sold(void **state)
{
	static const struct {
		bool     global;
		int64_t  amount;
		uint16_t currency;
		bool     taken;
	} rows[] = {
		{ false, 1, CURRENCY_CNY, true },
		{ false, 8888, CURRENCY_CNY, true },
		{ false, 2147483647, CURRENCY_CNY, true },
		{ false, 2147483648, CURRENCY_CNY, false },
		{ false, 0, CURRENCY_CNY, false },
		{ false, -1, CURRENCY_CNY, false },
		{ false, 1980, CURRENCY_JPY, false }, /* the mainland sells in yuan */
		{ true, 1980, CURRENCY_JPY, true },
		{ true, 1, CURRENCY_USD, true },
		{ true, 100000, 410, true }, /* KRW has no decimals */
		{ true, 1, 999, false },     /* no currency */
	};
	struct tenpay world;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[64];

		tenpay_open(&world, rows[i].global);
		world.task.amount = (struct money){ rows[i].amount, rows[i].currency };
		assert_int_equal(pay_wechat.takes(&world.config, world.task.amount), rows[i].taken);
		assert_int_equal(tenpay_ask(&world, PAY_VERB_START), rows[i].taken);
		snprintf(text, sizeof(text), "\"amount\":{\"total\":%lld,\"currency\":\"%s\"}",
		         (long long)rows[i].amount, currency_code(rows[i].currency).ptr);
		if (rows[i].taken)
			assert_true(str_find(world.call.body, str_from(text)) > 0);
		tenpay_close(&world);
	}
}

static void a_refund_is_never_more_than_was_paid_nor_in_another_currency(void **state)
{
	struct tenpay world;

	(void)state;
	tenpay_open(&world, true);
	world.task.give_back.amount = 8889;
	assert_false(tenpay_ask(&world, PAY_VERB_REFUND));
	world.task.give_back = (struct money){ .amount = 1, .currency = CURRENCY_JPY };
	assert_false(tenpay_ask(&world, PAY_VERB_REFUND));
	world.task.give_back = world.task.amount;
	assert_true(tenpay_ask(&world, PAY_VERB_REFUND));
	world.task.refund = STR("KR-1_x");
	assert_false(tenpay_ask(&world, PAY_VERB_REFUND));
	tenpay_close(&world);
}

/* A cut text ends with a whole character. */
static void a_long_title_is_cut_between_characters(void **state)
{
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	world.task.title = STR("保号保号保号保号保号保号保号保号保号保号保号保号保号保号保号保号"
	                       "保号保号保号保号保号保号保号保号");
	assert_true(tenpay_ask(&world, PAY_VERB_START));
	assert_true(str_find(world.call.body, STR("保\",\"out_trade_no\"")) > 0 ||
	            str_find(world.call.body, STR("号\",\"out_trade_no\"")) > 0);
	tenpay_close(&world);
}

/* --- answers */

static void a_state_is_told_by_trade_state(void **state)
{
	static const struct {
		const char        *name;
		enum payment_state state;
	} rows[] = {
		{ "SUCCESS", PAYMENT_SUCCEEDED },  { "NOTPAY", PAYMENT_PENDING },
		{ "USERPAYING", PAYMENT_PENDING }, { "ACCEPT", PAYMENT_PENDING },
		{ "CLOSED", PAYMENT_EXPIRED },     { "REVOKED", PAYMENT_EXPIRED },
		{ "PAYERROR", PAYMENT_FAILED },    { "REFUND", PAYMENT_SUCCEEDED },
	};
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str body = arena_printf(&world.arena,
		                               "{" TENPAY_HERE "\"out_trade_no\":\"" TENPAY_ORDER
		                               "\",\"transaction_id\":\"42\","
		                               "\"trade_state\":\"%s\"," TENPAY_YUAN "}",
		                               rows[i].name);

		assert_true(tenpay_ask(&world, PAY_VERB_QUERY));
		expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200, body.ptr), PAY_OUTCOME_OK,
		               rows[i].name);
		assert_int_equal(world.facts.state, rows[i].state);
		assert_int_equal(world.facts.amount.amount, 8888);
		assert_int_equal(world.facts.amount.currency, CURRENCY_CNY);
	}
	expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200,
	                             "{" TENPAY_HERE "\"out_trade_no\":\"" TENPAY_ORDER
	                             "\",\"trade_state\":\"MAYBE\"," TENPAY_YUAN "}"),
	               PAY_OUTCOME_UNKNOWN, "a state nobody knows");
	tenpay_close(&world);
}

static void a_global_payment_tells_what_the_payer_paid(void **state)
{
	struct tenpay world;

	(void)state;
	tenpay_open(&world, true);
	world.task.amount = (struct money){ .amount = 1980, .currency = CURRENCY_JPY };
	assert_true(tenpay_ask(&world, PAY_VERB_QUERY));
	expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200,
	                             "{" TENPAY_THERE TENPAY_PAID
	                             "\"amount\":{\"total\":1980,\"currency\":\"JPY\","
	                             "\"payer_total\":9532,\"payer_currency\":\"CNY\"}}"),
	               PAY_OUTCOME_OK, "query");
	assert_int_equal(world.facts.state, PAYMENT_SUCCEEDED);
	assert_int_equal(world.facts.amount.currency, CURRENCY_JPY);
	assert_int_equal(world.facts.payer.amount, 9532);
	assert_int_equal(world.facts.payer.currency, CURRENCY_CNY);
	assert_str(world.facts.reference, "4200000349202601025069555683");
	assert_int_equal(world.facts.occurred_s, 1767323100);
	/* Where a currency must be told it is not guessed. */
	expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200,
	                             "{" TENPAY_THERE TENPAY_PAID "\"amount\":{\"total\":1980}}"),
	               PAY_OUTCOME_UNKNOWN, "no currency");
	tenpay_close(&world);
}

/* Each of them is paid, and none of them is believed. */
static void what_is_not_ours_or_not_whole_is_not_paid(void **state)
{
	static const struct {
		const char      *what, *body;
		enum pay_outcome outcome;
	} rows[] = {
		{ "ours", "{" TENPAY_HERE TENPAY_PAID TENPAY_YUAN "}", PAY_OUTCOME_OK },
		{ "another merchant", "{\"mchid\":\"1900000002\"," TENPAY_PAID TENPAY_YUAN "}",
		  PAY_OUTCOME_FOREIGN },
		{ "no merchant", "{" TENPAY_PAID TENPAY_YUAN "}", PAY_OUTCOME_FOREIGN },
		{ "another order",
		  "{" TENPAY_HERE "\"out_trade_no\":\"KPX\",\"transaction_id\":\"4\","
		  "\"trade_state\":\"SUCCESS\"," TENPAY_YUAN "}",
		  PAY_OUTCOME_UNKNOWN },
		{ "no amount", "{" TENPAY_HERE TENPAY_PAID "\"amount\":{}}", PAY_OUTCOME_UNKNOWN },
		{ "nothing",
		  "{" TENPAY_HERE TENPAY_PAID "\"amount\":{\"total\":0,\"currency\":\"CNY\"}}",
		  PAY_OUTCOME_UNKNOWN },
		{ "a fraction",
		  "{" TENPAY_HERE TENPAY_PAID "\"amount\":{\"total\":88.88,\"currency\":\"CNY\"}}",
		  PAY_OUTCOME_UNKNOWN },
		{ "a text",
		  "{" TENPAY_HERE TENPAY_PAID
		  "\"amount\":{\"total\":\"8888\",\"currency\":\"CNY\"}}",
		  PAY_OUTCOME_UNKNOWN },
		{ "no currency that is known",
		  "{" TENPAY_HERE TENPAY_PAID "\"amount\":{\"total\":8888,\"currency\":\"RMB\"}}",
		  PAY_OUTCOME_UNKNOWN },
		{ "a key twice",
		  "{\"mchid\":\"1900000001\"," TENPAY_HERE TENPAY_PAID TENPAY_YUAN "}",
		  PAY_OUTCOME_UNKNOWN },
		{ "cut off", "{" TENPAY_HERE TENPAY_PAID TENPAY_YUAN, PAY_OUTCOME_UNKNOWN },
		{ "empty", "", PAY_OUTCOME_UNKNOWN },
		{ "no object", "[]", PAY_OUTCOME_UNKNOWN },
	};
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	assert_true(tenpay_ask(&world, PAY_VERB_QUERY));
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200, rows[i].body),
		               rows[i].outcome, rows[i].what);
	tenpay_close(&world);
}

static void an_answer_counts_only_with_its_signature(void **state)
{
	const char *paid = "{" TENPAY_HERE TENPAY_PAID TENPAY_YUAN "}";
	struct tenpay                                  world;

	(void)state;
	tenpay_open(&world, false);
	assert_true(tenpay_ask(&world, PAY_VERB_QUERY));
	expect_outcome(tenpay_answer_bare(&world, PAY_VERB_QUERY, 200, paid), PAY_OUTCOME_UNKNOWN,
	               "no signature");
	world.key = TENPAY_OURS;
	expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200, paid), PAY_OUTCOME_UNKNOWN,
	               "our own key");
	world.key = TENPAY_PUBLIC_KEY;
	expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200, paid), PAY_OUTCOME_OK,
	               "public-key mode");
	world.skew_s = 301;
	expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200, paid), PAY_OUTCOME_UNKNOWN,
	               "from the future");
	world.skew_s = -301;
	expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200, paid), PAY_OUTCOME_UNKNOWN,
	               "stale");
	world.skew_s = -300;
	expect_outcome(tenpay_answer(&world, PAY_VERB_QUERY, 200, paid), PAY_OUTCOME_OK,
	               "five minutes");
	world.call.answer_header_count = tenpay_sign(&world, str_from(paid), world.head);
	expect_outcome(tenpay_answer_bare(&world, PAY_VERB_QUERY, 200,
	                                  "{" TENPAY_HERE TENPAY_PAID TENPAY_YUAN " }"),
	               PAY_OUTCOME_UNKNOWN, "a blank more");
	tenpay_close(&world);
}

static void a_close_is_204_and_its_empty_line_is_signed(void **state)
{
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	assert_true(tenpay_ask(&world, PAY_VERB_CLOSE));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/pay/transactions/"
	                           "out-trade-no/" TENPAY_ORDER "/close");
	assert_str(world.call.body, "{\"mchid\":\"1900000001\"}");
	expect_outcome(tenpay_answer(&world, PAY_VERB_CLOSE, 204, ""), PAY_OUTCOME_OK, "close");
	assert_int_equal(world.facts.state, PAYMENT_EXPIRED);
	expect_outcome(tenpay_answer_bare(&world, PAY_VERB_CLOSE, 204, ""), PAY_OUTCOME_UNKNOWN,
	               "unsigned");
	/* "Already paid" is paid: by the query that follows an unknown, with its amount. */
	expect_outcome(tenpay_answer(&world, PAY_VERB_CLOSE, 400, "{\"code\":\"ORDERPAID\"}"),
	               PAY_OUTCOME_UNKNOWN, "paid");
	assert_str(world.facts.reason, "ORDERPAID");
	tenpay_close(&world);
}

static void a_code_means_what_the_table_says(void **state)
{
	static const struct {
		enum pay_verb_id verb;
		int32_t          status;
		const char      *code;
		enum pay_outcome outcome;
	} rows[] = {
		{ PAY_VERB_START, 400, "PARAM_ERROR", PAY_OUTCOME_CONFIG },
		{ PAY_VERB_START, 401, "SIGN_ERROR", PAY_OUTCOME_CONFIG },
		{ PAY_VERB_START, 403, "NO_AUTH", PAY_OUTCOME_CONFIG },
		{ PAY_VERB_START, 403, "OUT_TRADE_NO_USED", PAY_OUTCOME_UNKNOWN },
		{ PAY_VERB_START, 400, "INVALID_REQUEST", PAY_OUTCOME_CONFIG },
		{ PAY_VERB_START, 400, "ORDER_CLOSED", PAY_OUTCOME_DECLINED },
		{ PAY_VERB_START, 403, "RULE_LIMIT", PAY_OUTCOME_DECLINED },
		{ PAY_VERB_START, 429, "FREQUENCY_LIMITED", PAY_OUTCOME_RETRY },
		{ PAY_VERB_START, 500, "SYSTEM_ERROR", PAY_OUTCOME_UNKNOWN },
		{ PAY_VERB_START, 400, "WHO_KNOWS", PAY_OUTCOME_UNKNOWN },
		{ PAY_VERB_QUERY, 404, "ORDER_NOT_EXIST", PAY_OUTCOME_ABSENT },
		{ PAY_VERB_QUERY, 404, "RESOURCE_NOT_EXISTS", PAY_OUTCOME_ABSENT },
		{ PAY_VERB_QUERY, 404, "", PAY_OUTCOME_UNKNOWN },
		{ PAY_VERB_QUERY, 500, "ORDER_NOT_EXIST", PAY_OUTCOME_UNKNOWN },
		{ PAY_VERB_QUERY, 302, "ORDER_NOT_EXIST", PAY_OUTCOME_UNKNOWN },
		{ PAY_VERB_CLOSE, 400, "ORDERPAID", PAY_OUTCOME_UNKNOWN },
		{ PAY_VERB_CLOSE, 404, "ORDER_NOT_EXIST", PAY_OUTCOME_ABSENT },
		{ PAY_VERB_REFUND, 403, "NOT_ENOUGH", PAY_OUTCOME_FUNDS },
		{ PAY_VERB_REFUND, 500, "NOT_ENOUGH", PAY_OUTCOME_UNKNOWN },
		{ PAY_VERB_REFUND, 403, "USER_ACCOUNT_ABNORMAL", PAY_OUTCOME_DECLINED },
		{ PAY_VERB_REFUND, 400, "INVALID_REQUEST", PAY_OUTCOME_DECLINED },
		{ PAY_VERB_REFUND, 403, "TRADE_OVERDUE", PAY_OUTCOME_DECLINED },
		{ PAY_VERB_REFUND, 404, "MCH_NOT_EXISTS", PAY_OUTCOME_CONFIG },
		{ PAY_VERB_REFUND, 429, "", PAY_OUTCOME_RETRY },
		{ PAY_VERB_REFUND, 502, "", PAY_OUTCOME_UNKNOWN },
		{ PAY_VERB_REFUND_QUERY, 404, "RESOURCE_NOT_EXISTS", PAY_OUTCOME_ABSENT },
		{ PAY_VERB_REFUND_QUERY, 404, "REFUND_NOT_EXISTS", PAY_OUTCOME_ABSENT },
	};
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str body = arena_printf(&world.arena, "{\"code\":\"%s\",\"message\":\"x\"}",
		                               rows[i].code);

		assert_true(tenpay_ask(&world, rows[i].verb));
		expect_outcome(tenpay_answer(&world, rows[i].verb, rows[i].status, body.ptr),
		               rows[i].outcome, rows[i].code);
		expect_outcome(tenpay_answer_bare(&world, rows[i].verb, rows[i].status, body.ptr),
		               rows[i].outcome, rows[i].code);
		assert_str(world.facts.reason, rows[i].code);
		/* A proof that is wrong leaves the class of the status alone. */
		world.key = TENPAY_OURS;
		expect_outcome(tenpay_answer(&world, rows[i].verb, rows[i].status, body.ptr),
		               rows[i].status == 401   ? PAY_OUTCOME_CONFIG
		               : rows[i].status == 429 ? PAY_OUTCOME_RETRY
		                                       : PAY_OUTCOME_UNKNOWN,
		               "forged");
		world.key = TENPAY_CERTIFICATE;
	}
	tenpay_close(&world);
}

static void silence_is_unknown_and_a_closed_door_is_not(void **state)
{
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	for (enum pay_verb_id verb = 0; verb < PAY_VERB_COUNT; verb++) {
		const struct pay_verb *row = pay_verb(&pay_wechat, verb);

		if (row == NULL || row->wrap == NULL || verb == PAY_VERB_BILL_FILE ||
		    !tenpay_ask(&world, verb))
			continue;
		world.call.result = NET_UNKNOWN;
		expect_outcome(row->parse(&world.config, &world.task, &world.call, &world.arena,
		                          &world.facts),
		               PAY_OUTCOME_UNKNOWN, pay_verb_name(verb).ptr);
		world.call.result = NET_REFUSED;
		expect_outcome(row->parse(&world.config, &world.task, &world.call, &world.arena,
		                          &world.facts),
		               PAY_OUTCOME_RETRY, pay_verb_name(verb).ptr);
	}
	tenpay_close(&world);
}

#define REFUND_OF(status) \
	"{\"refund_id\":\"50000000382019052709732678859\",\"out_refund_no\":\"" TENPAY_REFUND \
	"\",\"transaction_id\":\"42\",\"out_trade_no\":\"" TENPAY_ORDER "\",\"status\":\"" status \
	"\",\"create_time\":\"2026-01-02T11:05:00+08:00\"," \
	"\"amount\":{\"total\":8888,\"refund\":1000,\"payer_total\":8888," \
	"\"payer_refund\":1000,\"currency\":\"CNY\"}}"

static void a_refund_is_under_way_until_it_is_done(void **state)
{
	static const struct {
		const char        *body;
		enum pay_outcome   outcome;
		enum payment_state state;
	} rows[] = {
		{ REFUND_OF("PROCESSING"), PAY_OUTCOME_OK, PAYMENT_REFUNDING },
		{ REFUND_OF("SUCCESS"), PAY_OUTCOME_OK, PAYMENT_REFUNDED },
		{ REFUND_OF("ABNORMAL"), PAY_OUTCOME_OK, PAYMENT_REFUNDING },
		{ REFUND_OF("CLOSED"), PAY_OUTCOME_DECLINED, PAYMENT_FAILED },
		{ REFUND_OF("DONE"), PAY_OUTCOME_UNKNOWN, 0 },
	};
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		for (enum pay_verb_id verb = PAY_VERB_REFUND; verb <= PAY_VERB_REFUND_QUERY;
		     verb++) {
			assert_true(tenpay_ask(&world, verb));
			expect_outcome(tenpay_answer(&world, verb, 200, rows[i].body),
			               rows[i].outcome, rows[i].body);
			if (rows[i].outcome == PAY_OUTCOME_UNKNOWN)
				continue;
			assert_int_equal(world.facts.state, rows[i].state);
			assert_str(world.facts.refund, TENPAY_REFUND);
			assert_int_equal(world.facts.amount.amount, 1000);
		}
	}
	assert_true(tenpay_ask(&world, PAY_VERB_REFUND_QUERY));
	assert_str(world.call.url,
	           "https://api.mch.weixin.qq.com/v3/refund/domestic/refunds/" TENPAY_REFUND);
	tenpay_close(&world);
}

static void the_global_refund_answers_with_its_number_alone(void **state)
{
	struct tenpay world;

	(void)state;
	tenpay_open(&world, true);
	assert_true(tenpay_ask(&world, PAY_VERB_REFUND));
	expect_outcome(tenpay_answer(&world, PAY_VERB_REFUND, 200,
	                             "{\"id\":\"5001\",\"out_refund_no\":\"" TENPAY_REFUND "\","
	                             "\"create_time\":\"2026-01-02T11:05:00+08:00\","
	                             "\"amount\":{\"refund\":1000,\"currency\":\"CNY\"}}"),
	               PAY_OUTCOME_OK, "refund");
	assert_int_equal(world.facts.state, PAYMENT_REFUNDING);
	assert_str(world.facts.order, TENPAY_ORDER);
	assert_str(world.facts.reference, "5001");
	expect_outcome(tenpay_answer(&world, PAY_VERB_REFUND, 200,
	                             "{\"id\":\"5001\",\"out_refund_no\":\"KRX\","
	                             "\"amount\":{\"refund\":1000,\"currency\":\"CNY\"}}"),
	               PAY_OUTCOME_UNKNOWN, "another refund");
	expect_outcome(
	    tenpay_answer(&world, PAY_VERB_REFUND, 200,
	                  "{\"sp_mchid\":\"1\",\"id\":\"5001\",\"out_refund_no\":\"" TENPAY_REFUND
	                  "\",\"amount\":{\"refund\":1000,\"currency\":\"CNY\"}}"),
	    PAY_OUTCOME_FOREIGN, "another merchant");
	tenpay_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_desk_gets_a_qr_code_in_the_mainland),
		cmocka_unit_test(a_phone_is_sent_to_the_page_that_opens_the_app),
		cmocka_unit_test(an_acquirer_stands_before_us_in_the_global_world),
		cmocka_unit_test(every_try_sends_the_same_body),
		cmocka_unit_test(an_acquirers_own_address_is_signed_as_it_is_sent),
		cmocka_unit_test(amounts_are_whole_minor_units_of_what_is_sold),
		cmocka_unit_test(a_refund_is_never_more_than_was_paid_nor_in_another_currency),
		cmocka_unit_test(a_long_title_is_cut_between_characters),
		cmocka_unit_test(a_state_is_told_by_trade_state),
		cmocka_unit_test(a_global_payment_tells_what_the_payer_paid),
		cmocka_unit_test(what_is_not_ours_or_not_whole_is_not_paid),
		cmocka_unit_test(an_answer_counts_only_with_its_signature),
		cmocka_unit_test(a_close_is_204_and_its_empty_line_is_signed),
		cmocka_unit_test(a_code_means_what_the_table_says),
		cmocka_unit_test(silence_is_unknown_and_a_closed_door_is_not),
		cmocka_unit_test(a_refund_is_under_way_until_it_is_done),
		cmocka_unit_test(the_global_refund_answers_with_its_number_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
