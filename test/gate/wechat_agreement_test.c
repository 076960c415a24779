/*
 * wechat_agreement_test.c - auto-debit by WeChat Pay in both worlds: signing,
 * its states, the notice, the debit by API v3 and v2, the end.
 */
#include "gate/tenpay.h"

#include "gate/wechat_agreement.h"

#define OURS     "KA0123456789ABCDEFGHJKMNPQRS"
#define CONTRACT "Wx15463511252015071056489715"
#define BOTH     CONTRACT "." OURS

static void expect_outcome(enum pay_outcome got, enum pay_outcome want)
{
	assert_string_equal(pay_outcome_name(got).ptr, pay_outcome_name(want).ptr);
}

static void agree_open(struct tenpay *world, bool global)
{
	tenpay_open(world, global);
	world->task.agreement = STR(OURS);
}

static void an_agreement_is_signed_on_wechats_page(void **state)
{
	struct tenpay world;

	(void)state;
	agree_open(&world, false);
	world.task.title = STR("保号自动续费");
	assert_true(tenpay_ask(&world, PAY_VERB_SIGN));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/papay/scheduled-deduct-sign/"
	                           "contracts/pre-entrust-sign/h5");
	assert_str(world.call.body,
	           "{\"appid\":\"wx2421b1c4370ec43b\",\"plan_id\":12535,"
	           "\"out_contract_code\":\"" OURS
	           "\",\"contract_display_account\":\"保号自动续费\","
	           "\"contract_notify_url\":\"https://keep.example/hook/wechat\"}");
	expect_outcome(tenpay_answer(&world, PAY_VERB_SIGN, 200,
	                             "{\"redirect_url\":\"https://wx.tenpay.com/papay?x=1\"}"),
	               PAY_OUTCOME_OK);
	assert_int_equal(world.facts.way, PAY_WAY_QR);
	assert_str(world.facts.order, OURS);
	assert_int_equal(world.facts.state, PAYMENT_PENDING);
	world.task.device = PAY_DEVICE_PHONE;
	expect_outcome(tenpay_answer(&world, PAY_VERB_SIGN, 200,
	                             "{\"redirect_url\":\"https://wx.tenpay.com/papay?x=1\"}"),
	               PAY_OUTCOME_OK);
	assert_int_equal(world.facts.way, PAY_WAY_REDIRECT);
	expect_outcome(tenpay_answer(&world, PAY_VERB_SIGN, 200,
	                             "{\"redirect_url\":\"https://evil.example/papay\"}"),
	               PAY_OUTCOME_UNKNOWN);
	expect_outcome(tenpay_answer_bare(&world, PAY_VERB_SIGN, 200,
	                                  "{\"redirect_url\":\"https://wx.tenpay.com/papay\"}"),
	               PAY_OUTCOME_UNKNOWN);
	tenpay_close(&world);
}

static void an_acquirers_payer_signs_by_device(void **state)
{
	struct tenpay world;

	(void)state;
	agree_open(&world, true);
	world.task.title = STR("Keep alive");
	assert_true(tenpay_ask(&world, PAY_VERB_SIGN));
	assert_str(world.call.url, "https://apihk.mch.weixin.qq.com/v3/global/papay/contracts/"
	                           "web-pre-entrust-sign");
	assert_str(world.call.body,
	           "{\"sp_appid\":\"wx2421b1c4370ec43b\",\"sub_mchid\":\"1900000109\","
	           "\"plan_id\":12535,\"out_contract_code\":\"" OURS "\","
	           "\"user_display_name\":\"Keep alive\","
	           "\"success_notify_url\":\"https://keep.example/hook/wechat\","
	           "\"expired_time\":\"2026-09-21T22:28:20+08:00\","
	           "\"return_url\":\"https://keep.example/zh-Hans/orders/1\"}");
	world.task.device = PAY_DEVICE_PHONE;
	assert_true(tenpay_ask(&world, PAY_VERB_SIGN));
	assert_str(world.call.url, "https://apihk.mch.weixin.qq.com/v3/global/papay/contracts/"
	                           "h5-pre-entrust-sign");
	expect_outcome(tenpay_answer(&world, PAY_VERB_SIGN, 200,
	                             "{\"sign_url\":\"https://wx.tenpay.com/global/papay\"}"),
	               PAY_OUTCOME_OK);
	assert_int_equal(world.facts.way, PAY_WAY_REDIRECT);
	tenpay_close(&world);
}

static void without_a_template_there_is_no_auto_debit(void **state)
{
	struct tenpay      world;
	struct pay_problem problem;
	struct pay_source  source;

	(void)state;
	tenpay_settings(&world, false);
	tenpay_set(&world, "plan", "");
	source = tenpay_source(&world);
	world.task.agreement = STR(OURS);
	assert_true(pay_wechat.open(&source, &world.arena, &world.config, &problem));
	assert_false(tenpay_ask(&world, PAY_VERB_SIGN));
	tenpay_close(&world);
}

/* What a query answers, and what it comes to. */
static const struct {
	bool               global;
	const char        *body;
	enum pay_outcome   outcome;
	enum payment_state state;
} told[] = {
	{ false,
	  "{" TENPAY_HERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
	  "\",\"contract_state\":\"SIGNED\","
	  "\"contract_signed_time\":\"2026-01-02T11:05:00+08:00\"}",
	  PAY_OUTCOME_OK, PAYMENT_SUCCEEDED },
	{ false,
	  "{" TENPAY_HERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
	  "\",\"contract_state\":\"TERMINATED\",\"contract_terminate_info\":{"
	  "\"contract_terminated_time\":\"2026-01-02T11:05:00+08:00\"}}",
	  PAY_OUTCOME_OK, PAYMENT_EXPIRED },
	{ true,
	  "{" TENPAY_THERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
	  "\",\"state\":\"SIGNED\",\"signed_time\":\"2026-01-02T11:05:00+08:00\"}",
	  PAY_OUTCOME_OK, PAYMENT_SUCCEEDED },
	{ true,
	  "{" TENPAY_THERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
	  "\",\"state\":\"TERMINATED\",\"terminated_time\":\"2026-01-02T11:05:00+08:00\"}",
	  PAY_OUTCOME_OK, PAYMENT_EXPIRED },
	{ false,
	  "{" TENPAY_HERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
	  "\",\"contract_state\":\"WHATEVER\"}",
	  PAY_OUTCOME_UNKNOWN, 0 },
	{ false,
	  "{" TENPAY_HERE "\"out_contract_code\":\"KAX123\",\"contract_id\":\"" CONTRACT
	  "\",\"contract_state\":\"SIGNED\"}",
	  PAY_OUTCOME_UNKNOWN, 0 },
	{ false,
	  "{" TENPAY_HERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"a/../b\","
	  "\"contract_state\":\"SIGNED\"}",
	  PAY_OUTCOME_UNKNOWN, 0 },
	{ true,
	  "{" TENPAY_HERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
	  "\",\"state\":\"SIGNED\"}",
	  PAY_OUTCOME_FOREIGN, 0 },
};

static void a_query_tells_the_agreements_state(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		struct tenpay world;

		agree_open(&world, told[i].global);
		world.task.agreement = i % 2 == 0 ? STR(OURS) : STR(BOTH);
		assert_true(tenpay_ask(&world, PAY_VERB_AGREEMENT));
		assert_str(world.call.url,
		           told[i].global
		               ? "https://apihk.mch.weixin.qq.com/v3/global/papay/contracts/"
		                 "out-contract-code/" OURS "?sp_appid=wx2421b1c4370ec43b"
		                 "&sp_mchid=1900000100&sub_mchid=1900000109"
		               : "https://api.mch.weixin.qq.com/v3/papay/sign/contracts/plan-id/"
		                 "12535/out-contract-code/" OURS);
		expect_outcome(tenpay_answer(&world, PAY_VERB_AGREEMENT, 200, told[i].body),
		               told[i].outcome);
		if (told[i].outcome == PAY_OUTCOME_OK) {
			assert_int_equal(world.facts.state, told[i].state);
			assert_str(world.facts.agreement, BOTH);
			assert_str(world.facts.order, OURS);
			assert_int_equal(world.facts.occurred_s, 1767323100);
		}
		expect_outcome(tenpay_answer(&world, PAY_VERB_AGREEMENT, 404,
		                             "{\"code\":\"RESOURCE_NOT_EXISTS\"}"),
		               PAY_OUTCOME_ABSENT);
		tenpay_close(&world);
	}
}

static void a_debit_is_announced_in_the_mainland(void **state)
{
	struct tenpay world;

	(void)state;
	agree_open(&world, false);
	world.task.agreement = STR(BOTH);
	assert_true(tenpay_ask(&world, PAY_VERB_NOTICE));
	assert_str(world.call.url,
	           "https://api.mch.weixin.qq.com/v3/papay/contracts/" CONTRACT "/notify");
	assert_str(world.call.body, "{\"mchid\":\"1900000001\",\"appid\":\"wx2421b1c4370ec43b\","
	                            "\"estimated_amount\":{\"amount\":8888,\"currency\":\"CNY\"}}");
	expect_outcome(tenpay_answer(&world, PAY_VERB_NOTICE, 204, ""), PAY_OUTCOME_OK);
	expect_outcome(tenpay_answer_bare(&world, PAY_VERB_NOTICE, 204, ""), PAY_OUTCOME_UNKNOWN);
	world.task.agreement = STR(OURS); /* not signed yet */
	assert_false(tenpay_ask(&world, PAY_VERB_NOTICE));
	tenpay_close(&world);
}

/* There is no such call there: the agreement is looked at, which is a duty before each debit. */
static void in_the_global_world_the_notice_looks_at_the_agreement(void **state)
{
	struct tenpay world;

	(void)state;
	agree_open(&world, true);
	world.task.agreement = STR(BOTH);
	assert_true(tenpay_ask(&world, PAY_VERB_NOTICE));
	assert_str(world.call.method, "GET");
	assert_int_equal(world.call.body.len, 0);
	expect_outcome(tenpay_answer(&world, PAY_VERB_NOTICE, 200,
	                             "{" TENPAY_THERE "\"out_contract_code\":\"" OURS
	                             "\",\"contract_id\":\"" CONTRACT "\",\"state\":\"SIGNED\"}"),
	               PAY_OUTCOME_OK);
	expect_outcome(tenpay_answer(&world, PAY_VERB_NOTICE, 200,
	                             "{" TENPAY_THERE "\"out_contract_code\":\"" OURS
	                             "\",\"contract_id\":\"" CONTRACT
	                             "\",\"state\":\"TERMINATED\"}"),
	               PAY_OUTCOME_DECLINED);
	tenpay_close(&world);
}

static void a_debit_is_taken_up_in_the_mainland(void **state)
{
	struct tenpay world;

	(void)state;
	agree_open(&world, false);
	world.task.agreement = STR(BOTH);
	assert_true(tenpay_ask(&world, PAY_VERB_DEBIT));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/papay/pay/transactions/apply");
	assert_str(world.call.body,
	           "{\"appid\":\"wx2421b1c4370ec43b\",\"out_trade_no\":\"" TENPAY_ORDER "\","
	           "\"description\":\"保号 180天\",\"contract_id\":\"" CONTRACT "\","
	           "\"transaction_notify_url\":\"https://keep.example/hook/wechat\","
	           "\"amount\":{\"total\":8888,\"currency\":\"CNY\"}}");
	expect_outcome(tenpay_answer(&world, PAY_VERB_DEBIT, 202, ""), PAY_OUTCOME_OK);
	assert_int_equal(world.facts.state, PAYMENT_PENDING);
	expect_outcome(tenpay_answer(&world, PAY_VERB_DEBIT, 403, "{\"code\":\"CONTRACT_ERROR\"}"),
	               PAY_OUTCOME_DECLINED);
	expect_outcome(tenpay_answer(&world, PAY_VERB_DEBIT, 403, "{\"code\":\"NOT_ENOUGH\"}"),
	               PAY_OUTCOME_DECLINED);
	expect_outcome(tenpay_answer(&world, PAY_VERB_DEBIT, 500, "{\"code\":\"SYSTEM_ERROR\"}"),
	               PAY_OUTCOME_UNKNOWN);
	world.task.agreement = STR(OURS);
	assert_false(tenpay_ask(&world, PAY_VERB_DEBIT));
	tenpay_close(&world);
}

static void a_global_debit_answers_with_the_payment(void **state)
{
	struct tenpay world;

	(void)state;
	agree_open(&world, true);
	world.task.agreement = STR(BOTH);
	assert_true(tenpay_ask(&world, PAY_VERB_DEBIT));
	assert_str(world.call.url, "https://apihk.mch.weixin.qq.com/v3/global/papay/transactions");
	assert_true(str_find(world.call.body, STR("\"merchant_category_code\":\"4814\"")) > 0);
	expect_outcome(tenpay_answer(&world, PAY_VERB_DEBIT, 200,
	                             "{" TENPAY_THERE TENPAY_PAID TENPAY_YUAN "}"),
	               PAY_OUTCOME_OK);
	assert_int_equal(world.facts.state, PAYMENT_SUCCEEDED);
	expect_outcome(tenpay_answer(&world, PAY_VERB_DEBIT, 200,
	                             "{\"sp_mchid\":\"1\"," TENPAY_PAID TENPAY_YUAN "}"),
	               PAY_OUTCOME_FOREIGN);
	expect_outcome(tenpay_answer(&world, PAY_VERB_DEBIT, 200, "{}"), PAY_OUTCOME_UNKNOWN);
	assert_true(tenpay_ask(&world, PAY_VERB_QUERY));
	assert_str(world.call.url,
	           "https://apihk.mch.weixin.qq.com/v3/global/papay/transactions/"
	           "out-trade-no/" TENPAY_ORDER "?sp_mchid=1900000100&sub_mchid=1900000109");
	tenpay_close(&world);
}

static void an_agreement_is_ended_by_either_number(void **state)
{
	struct tenpay world;

	(void)state;
	agree_open(&world, false);
	world.task.agreement = STR(BOTH);
	assert_true(tenpay_ask(&world, PAY_VERB_UNSIGN));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/papay/sign/contracts/plan-id/"
	                           "12535/out-contract-code/" OURS "/terminate");
	expect_outcome(tenpay_answer(&world, PAY_VERB_UNSIGN, 204, ""), PAY_OUTCOME_OK);
	assert_int_equal(world.facts.state, PAYMENT_EXPIRED);
	assert_str(world.facts.agreement, BOTH);
	tenpay_close(&world);
	agree_open(&world, true);
	world.task.agreement = STR(BOTH);
	assert_true(tenpay_ask(&world, PAY_VERB_UNSIGN));
	assert_str(world.call.url,
	           "https://apihk.mch.weixin.qq.com/v3/global/papay/contracts/" CONTRACT
	           "/terminate");
	expect_outcome(tenpay_answer(&world, PAY_VERB_UNSIGN, 204, ""), PAY_OUTCOME_OK);
	tenpay_close(&world);
}

static void a_callback_tells_when_the_payer_signs_or_ends(void **state)
{
	static const struct {
		bool                 global;
		const char          *event, *plain;
		enum pay_hook_result result;
		enum payment_state   state;
	} rows[] = {
		{ false, "ENTRUST.SIGN",
		  "{" TENPAY_HERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
		  "\",\"contract_state\":\"SIGNED\"}",
		  PAY_HOOK_FACTS, PAYMENT_SUCCEEDED },
		{ false, "ENTRUST.TERMINATE",
		  "{" TENPAY_HERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
		  "\",\"contract_state\":\"TERMINATED\"}",
		  PAY_HOOK_FACTS, PAYMENT_EXPIRED },
		{ true, "PAPAY.SIGN",
		  "{" TENPAY_THERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
		  "\",\"operate_time\":\"2026-01-02T11:05:00+08:00\"}",
		  PAY_HOOK_FACTS, PAYMENT_SUCCEEDED },
		{ true, "PAPAY.TERMINATE",
		  "{" TENPAY_THERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
		  "\",\"operate_time\":\"2026-01-02T11:05:00+08:00\"}",
		  PAY_HOOK_FACTS, PAYMENT_EXPIRED },
		{ false, "ENTRUST.SIGN",
		  "{" TENPAY_HERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
		  "\",\"contract_state\":\"TERMINATED\"}",
		  PAY_HOOK_DAMAGED, 0 },
		{ false, "ENTRUST.OTHER",
		  "{" TENPAY_HERE "\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
		  "\"}",
		  PAY_HOOK_DAMAGED, 0 },
		{ false, "ENTRUST.SIGN",
		  "{\"mchid\":\"1\",\"out_contract_code\":\"" OURS "\",\"contract_id\":\"" CONTRACT
		  "\",\"contract_state\":\"SIGNED\"}",
		  PAY_HOOK_FOREIGN, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct tenpay world;

		agree_open(&world, rows[i].global);
		assert_int_equal(tenpay_hook(&world,
		                             tenpay_envelope(&world, rows[i].event, rows[i].plain)),
		                 rows[i].result);
		if (rows[i].result == PAY_HOOK_FACTS) {
			assert_int_equal(world.facts.state, rows[i].state);
			assert_str(world.facts.agreement, BOTH);
			assert_str(world.facts.order, OURS);
		}
		tenpay_close(&world);
	}
}

/* --- API v2 */

#define V2_KEY "abcdefghijklmnopqrstuvwxyz012345"

static void v2_open(struct tenpay *world)
{
	struct pay_problem problem;
	struct pay_source  source;

	tenpay_settings(world, false);
	tenpay_set(world, "v2_key_file", V2_KEY "\n");
	source = tenpay_source(world);
	assert_true(pay_wechat.open(&source, &world->arena, &world->config, &problem));
	world->task.agreement = STR(BOTH);
}

static enum pay_outcome v2_answer(struct tenpay *world, struct url_pair *pairs, size_t count)
{
	struct url_pair all[16];

	for (size_t i = 0; i < count; i++)
		all[i] = pairs[i];
	all[count] = (struct url_pair){
		.name = STR("sign"),
		.value = wechat_v2_sign(&world->arena, WECHAT_V2_HMAC_SHA256, all, count,
		                        STR(V2_KEY)),
	};
	return tenpay_answer_bare(world, PAY_VERB_DEBIT, 200,
	                          wechat_xml_write(&world->arena, all, count + 1).ptr);
}

static void a_v2_debit_is_signed_anew_at_each_try(void **state)
{
	struct tenpay   world;
	struct url_pair pairs[32];
	struct str      first, sign;
	size_t          count;

	(void)state;
	v2_open(&world);
	world.task.title = STR("保号 <180天> & more");
	assert_true(tenpay_ask(&world, PAY_VERB_DEBIT));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/pay/pappayapply");
	assert_str(world.call.content_type, "text/xml; charset=utf-8");
	assert_true(wechat_xml_read(&world.arena, world.call.body, pairs, 32, &count));
	assert_str(*url_find(pairs, count, STR("trade_type")), "PAP");
	assert_str(*url_find(pairs, count, STR("total_fee")), "8888");
	assert_str(*url_find(pairs, count, STR("contract_id")), CONTRACT);
	assert_str(*url_find(pairs, count, STR("body")), "保号 <180天> & more");
	assert_str(*url_find(pairs, count, STR("nonce_str")), TENPAY_NONCE);
	sign = *url_find(pairs, count, STR("sign"));
	assert_true(str_eq(sign, wechat_v2_sign(&world.arena, WECHAT_V2_HMAC_SHA256, pairs, count,
	                                        STR(V2_KEY))));
	first = world.task.body;
	world.task.nonce = STR("ffffffffffffffffffffffffffffffff");
	assert_true(tenpay_ask(&world, PAY_VERB_DEBIT));
	assert_true(str_eq(first, world.task.body));
	assert_true(str_find(world.call.body, sign) < 0);
	tenpay_close(&world);
}

static void a_v2_answer_counts_only_with_its_signature(void **state)
{
	struct tenpay   world;
	struct url_pair good[] = { { STR("return_code"), STR("SUCCESS") },
		                   { STR("result_code"), STR("SUCCESS") },
		                   { STR("mch_id"), STR("1900000001") } };
	struct url_pair bad[] = { { STR("return_code"), STR("SUCCESS") },
		                  { STR("result_code"), STR("FAIL") },
		                  { STR("err_code"), STR("NOTENOUGH") },
		                  { STR("mch_id"), STR("1900000001") } };

	(void)state;
	v2_open(&world);
	assert_true(tenpay_ask(&world, PAY_VERB_DEBIT));
	expect_outcome(v2_answer(&world, good, 3), PAY_OUTCOME_OK);
	assert_int_equal(world.facts.state, PAYMENT_PENDING);
	expect_outcome(v2_answer(&world, bad, 4), PAY_OUTCOME_DECLINED);
	assert_str(world.facts.reason, "NOTENOUGH");
	bad[2].value = STR("SYSTEMERROR");
	expect_outcome(v2_answer(&world, bad, 4), PAY_OUTCOME_UNKNOWN);
	good[2].value = STR("1900000002");
	expect_outcome(v2_answer(&world, good, 3), PAY_OUTCOME_FOREIGN);
	expect_outcome(tenpay_answer_bare(&world, PAY_VERB_DEBIT, 200,
	                                  "<xml><return_code>SUCCESS</return_code>"
	                                  "<result_code>SUCCESS</result_code>"
	                                  "<mch_id>1900000001</mch_id></xml>"),
	               PAY_OUTCOME_UNKNOWN);
	expect_outcome(tenpay_answer_bare(&world, PAY_VERB_DEBIT, 200,
	                                  "<xml><return_code><![CDATA[FAIL]]></return_code></xml>"),
	               PAY_OUTCOME_UNKNOWN);
	tenpay_close(&world);
}

static void only_flat_xml_is_read(void **state)
{
	static const struct {
		const char *xml;
		bool        read;
	} rows[] = {
		{ "<xml></xml>", true },
		{ "<xml>\n<a><![CDATA[1<2]]></a>\r\n <b>x &amp; y</b></xml>\n", true },
		{ "", false },
		{ "<xml>", false },
		{ "<xml><a>1</a>", false },
		{ "<xml><a>1</b></xml>", false },
		{ "<xml><a>1</a><a>2</a></xml>", false },
		{ "<xml><a><b>1</b></a></xml>", false },
		{ "<xml><a c='1'>1</a></xml>", false },
		{ "<xml><a>&x;</a></xml>", false },
		{ "<!DOCTYPE xml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><xml><a>&x;</a></xml>",
		  false },
		{ "<?xml version='1.0'?><xml></xml>", false },
		{ "<xml></xml><xml></xml>", false },
	};
	struct tenpay   world;
	struct url_pair pairs[8];
	size_t          count;

	(void)state;
	tenpay_settings(&world, false);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (wechat_xml_read(&world.arena, str_from(rows[i].xml), pairs, 8, &count) !=
		    rows[i].read)
			fail_msg("%s", rows[i].xml);
	assert_true(wechat_xml_read(&world.arena, str_from(rows[1].xml), pairs, 8, &count));
	assert_int_equal(count, 2);
	assert_str(pairs[0].value, "1<2");
	assert_str(pairs[1].value, "x & y");
	arena_free(&world.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_agreement_is_signed_on_wechats_page),
		cmocka_unit_test(an_acquirers_payer_signs_by_device),
		cmocka_unit_test(without_a_template_there_is_no_auto_debit),
		cmocka_unit_test(a_query_tells_the_agreements_state),
		cmocka_unit_test(a_debit_is_announced_in_the_mainland),
		cmocka_unit_test(in_the_global_world_the_notice_looks_at_the_agreement),
		cmocka_unit_test(a_debit_is_taken_up_in_the_mainland),
		cmocka_unit_test(a_global_debit_answers_with_the_payment),
		cmocka_unit_test(an_agreement_is_ended_by_either_number),
		cmocka_unit_test(a_callback_tells_when_the_payer_signs_or_ends),
		cmocka_unit_test(a_v2_debit_is_signed_anew_at_each_try),
		cmocka_unit_test(a_v2_answer_counts_only_with_its_signature),
		cmocka_unit_test(only_flat_xml_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
