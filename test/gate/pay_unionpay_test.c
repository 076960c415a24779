/*
 * pay_unionpay_test.c - what we send to UnionPay's gateway and how it is
 * signed; its settings.  Each trap of its papers has a test (GATEWAYS 7).
 */
#include "test.h"

#include "base/hash.h"
#include "base/keys.h"
#include "base/str.h"
#include "gate/unionpay.h"
#include "gate/unionpay_keys.h"
#include "gate/unionpay_world.h"

/* --- what we send ------------------------------------------------------------------- */
static void the_browser_carries_the_payment(void **state)
{
	struct pay_facts        facts;
	struct unionpay_message message = up_front_form(&facts);

	(void)state;
	assert_null(pay_unionpay.verb[PAY_VERB_START].wrap);
	assert_int_equal(facts.way, PAY_WAY_FORM);
	assert_int_equal(facts.state, PAYMENT_PENDING);
	assert_str(facts.url, "https://gateway.example/gateway/api/frontTransReq.do");
	assert_true(pay_page_allowed(&up.config, facts.url));
	assert_int_equal(facts.expires_s, SENT_S + 900);
	assert_string_equal(up_field(&message, "txnType"), "01");
	assert_string_equal(up_field(&message, "txnSubType"), "01");
	assert_string_equal(up_field(&message, "bizType"), "000201");
	assert_string_equal(up_field(&message, "channelType"), "07");
	assert_string_equal(up_field(&message, "accessType"), "0");
	assert_string_equal(up_field(&message, "merId"), MERCHANT);
	assert_string_equal(up_field(&message, "orderId"), ORDER);
	assert_string_equal(up_field(&message, "frontUrl"), up.task.return_url.ptr);
	assert_string_equal(up_field(&message, "backUrl"), up.task.hook_url.ptr);
}

static void times_are_beijings(void **state)
{
	struct pay_facts        facts;
	struct unionpay_message message = up_front_form(&facts);
	int64_t                 at_s;

	(void)state;
	assert_string_equal(up_field(&message, "txnTime"), "20270101132000");
	assert_string_equal(up_field(&message, "payTimeout"), "20270101133500");
	assert_true(unionpay_time_read(STR("20270101132000"), &at_s));
	assert_int_equal(at_s, SENT_S);
	assert_false(unionpay_time_read(STR("20270229132000"), &at_s));
	assert_false(unionpay_time_read(STR("2027010113200"), &at_s));
	assert_false(unionpay_time_read(STR("20270101240000"), &at_s));
}

static void amounts_have_no_point(void **state)
{
	struct pay_facts        facts;
	struct unionpay_message message = up_front_form(&facts);
	struct money            money;

	(void)state;
	assert_string_equal(up_field(&message, "txnAmt"), "8888");
	assert_string_equal(up_field(&message, "currencyCode"), "156");
	up.task.amount = (struct money){ .amount = 1980, .currency = CURRENCY_JPY };
	message = up_front_form(&facts);
	assert_string_equal(up_field(&message, "txnAmt"), "1980");
	assert_string_equal(up_field(&message, "currencyCode"), "392");
	assert_true(pay_unionpay.takes(&up.config, (struct money){ 999999999999, CURRENCY_CNY }));
	assert_false(pay_unionpay.takes(&up.config, (struct money){ 1000000000000, CURRENCY_CNY }));
	assert_false(pay_unionpay.takes(&up.config, (struct money){ 0, CURRENCY_CNY }));
	up.task.amount = (struct money){ .amount = 1000000000000, .currency = CURRENCY_CNY };
	assert_false(
	    pay_unionpay.verb[PAY_VERB_START].body(&up.config, &up.task, &up.arena, &up.task.body));
	assert_false(unionpay_money_read(STR("88.88"), STR("156"), &money));
	assert_false(unionpay_money_read(STR("-1"), STR("156"), &money));
	assert_false(unionpay_money_read(STR("8888"), STR("CNY"), &money));
	assert_false(unionpay_money_read(STR("8888"), STR("001"), &money));
	assert_false(unionpay_money_read(STR("1234567890123"), STR("156"), &money));
	assert_false(unionpay_money_read(STR("0"), STR("156"), &money));
	assert_true(unionpay_money_read(STR("000000008888"), STR("156"), &money));
	assert_int_equal(money.amount, 8888);
}

static void a_phone_gets_the_phone_page(void **state)
{
	struct pay_facts        facts;
	struct unionpay_message message;

	(void)state;
	up.task.device = PAY_DEVICE_PHONE;
	message = up_front_form(&facts);
	assert_string_equal(up_field(&message, "channelType"), "08");
}

static void an_institution_buys_in_for_us(void **state)
{
	static const struct unionpay_setting over[] = { { "acquirer", "00000392" },
		                                        { "category", "4814" },
		                                        { "name", "Keepline" },
		                                        { "short_name", "KL" },
		                                        { NULL, NULL } };
	struct pay_source                    from = unionpay_source(over);
	struct pay_problem                   problem;
	struct pay_facts                     facts;
	struct unionpay_message              message;
	struct net_call                      call;

	(void)state;
	pay_unionpay.close(&up.config);
	assert_true(pay_unionpay.open(&from, &up.arena, &up.config, &problem));
	message = up_front_form(&facts);
	assert_string_equal(up_field(&message, "accessType"), "1");
	assert_string_equal(up_field(&message, "acqInsCode"), "00000392");
	assert_string_equal(up_field(&message, "merCatCode"), "4814");
	message = up_request(PAY_VERB_QUERY, &call);
	assert_string_equal(up_field(&message, "accessType"), "1");
	assert_string_equal(up_field(&message, "acqInsCode"), "00000392");
}

/* A value must not look as if it ended: braces, brackets, & and = stay out of it. */
static void a_title_breaks_no_field(void **state)
{
	struct pay_facts        facts;
	struct unionpay_message message = up_front_form(&facts), again;

	(void)state;
	assert_string_equal(up_field(&message, "riskRateInfo"),
	                    "{commodityName=日本保号卡90天  ok}");
	up.task.return_url = STR("https://keep.example/");
	message = up_front_form(&facts);
	assert_true(unionpay_split(up_plain(&message), &again));
	assert_int_equal(again.count, message.count);
	up.task.title = STR(
	    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五");
	message = up_front_form(&facts);
	assert_true(str_ends(unionpay_get(&message, STR("riskRateInfo")), STR("十一}")));
	up.task.title = STR("");
	message = up_front_form(&facts);
	assert_string_equal(up_field(&message, "riskRateInfo"), "");
}

static void numbers_fit_unionpays_alphabet(void **state)
{
	static const char *const refused[] = { "",
		                               "SHORT12",
		                               "KL-7F3K-29QD",
		                               "KL_7F3K_29QD",
		                               "保号保号保号",
		                               "123456789012345678901234567890123" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		up.task.order = str_from(refused[i]);
		assert_false(pay_unionpay.verb[PAY_VERB_START].body(&up.config, &up.task, &up.arena,
		                                                    &up.task.body));
	}
}

static void the_same_bytes_at_every_try(void **state)
{
	struct net_call first, second;
	struct str      body, again;

	(void)state;
	assert_true(
	    pay_unionpay.verb[PAY_VERB_REFUND].body(&up.config, &up.task, &up.arena, &body));
	up_request(PAY_VERB_REFUND, &first);
	up.task.now_ms += 3600 * 1000;
	up.task.nonce = STR("ffffffffffffffffffffffffffffffff");
	assert_true(
	    pay_unionpay.verb[PAY_VERB_REFUND].body(&up.config, &up.task, &up.arena, &again));
	up_request(PAY_VERB_REFUND, &second);
	assert_true(str_eq(body, again));
	assert_true(str_eq(first.body, second.body));
}

static void a_query_names_number_and_time(void **state)
{
	struct net_call         call;
	struct unionpay_message message = up_request(PAY_VERB_QUERY, &call);

	(void)state;
	assert_str(call.url, "https://gateway.example/gateway/api/queryTrans.do");
	assert_string_equal(up_field(&message, "txnType"), "00");
	assert_string_equal(up_field(&message, "orderId"), ORDER);
	assert_string_equal(up_field(&message, "txnTime"), "20270101132000");
	message = up_request(PAY_VERB_REFUND_QUERY, &call);
	assert_string_equal(up_field(&message, "orderId"), REFUND);
	assert_string_equal(up_field(&message, "txnTime"), "20270102132000");
}

static void a_refund_names_the_query_id_and_a_number_of_its_own(void **state)
{
	struct net_call         call;
	struct unionpay_message message = up_request(PAY_VERB_REFUND, &call);

	(void)state;
	assert_str(call.url, "https://gateway.example/gateway/api/backTransReq.do");
	assert_string_equal(up_field(&message, "txnType"), "04");
	assert_string_equal(up_field(&message, "orderId"), REFUND);
	assert_string_equal(up_field(&message, "origQryId"), QUERY_ID);
	assert_string_equal(up_field(&message, "txnAmt"), "3000");
	assert_string_equal(up_field(&message, "reqReserved"), ORDER);
	up.task.reference = STR("");
	assert_false(pay_unionpay.verb[PAY_VERB_REFUND].body(&up.config, &up.task, &up.arena,
	                                                     &up.task.body));
}

static void there_is_no_close_but_the_deadline(void **state)
{
	(void)state;
	assert_null(pay_verb(&pay_unionpay, PAY_VERB_CLOSE));
	assert_null(pay_verb(&pay_unionpay, PAY_VERB_CAPTURE));
	assert_false(pay_unionpay.caps & PAY_CAN_CLOSE);
}

/* --- signatures ----------------------------------------------------------------------- */
static void signed_is_the_hash_as_text(void **state)
{
	struct net_call         call;
	struct unionpay_message message = up_request(PAY_VERB_QUERY, &call);
	struct str              canonical = unionpay_canonical(&message, &up.arena), hex;
	struct rsa_key         *ours;

	(void)state;
	assert_true(rsa_key_public(str_from(merchant_cert), RSA_BITS_MIN, &ours));
	hex = sha256_hex(&up.arena, canonical);
	assert_int_equal(hex.len, 64);
	assert_true(rsa_verify_sha256_base64(ours, hex, unionpay_get(&message, STR("signature")),
	                                     &up.arena));
	assert_false(rsa_verify_sha256_base64(ours, canonical,
	                                      unionpay_get(&message, STR("signature")), &up.arena));
	rsa_key_close(ours);
}

static void the_cert_id_is_decimal_of_any_length(void **state)
{
	struct net_call         call;
	struct unionpay_message message = up_request(PAY_VERB_QUERY, &call);

	(void)state;
	assert_string_equal(up_field(&message, "certId"),
	                    "22239144149910127521310183609515812759044110680066");
}

static void empty_fields_are_left_out(void **state)
{
	struct unionpay_message message = { .count = 0 };

	(void)state;
	unionpay_put(&message, STR("b"), STR("2"));
	unionpay_put(&message, STR("a"), STR(""));
	unionpay_put(&message, STR("A"), STR("1"));
	unionpay_put(&message, STR("signature"), STR("x"));
	assert_str(unionpay_canonical(&message, &up.arena), "A=1&b=2");
}

static void signed_raw_and_sent_encoded(void **state)
{
	struct pay_facts        facts;
	struct unionpay_message message = up_front_form(&facts);
	struct str              canonical = unionpay_canonical(&message, &up.arena);

	(void)state;
	assert_true(str_find(canonical, STR("frontUrl=https://keep.example/zh-Hans/orders/1?a=b&c=d"
	                                    "&merId=")) > 0);
	assert_true(str_find(facts.form, STR("frontUrl=https%3A%2F%2Fkeep.example%2Fzh-Hans")) > 0);
	assert_true(str_find(facts.form, STR("riskRateInfo=%7BcommodityName%3D%E6%97%A5")) > 0);
}

/* --- settings ----------------------------------------------------------------------------- */
static void settings_that_do_not_do(void **state)
{
	static const struct {
		struct unionpay_setting over[2];
		const char             *setting;
	} cases[] = {
		{ { { "url", "gateway.example" } }, "url" },
		{ { { "url", "https://gateway.example/" } }, "url" },
		{ { { "url", "http://gateway.example" } }, "url" },
		{ { { "merchant", "12345" } }, "merchant" },
		{ { { "key_file", "" } }, "key_file" },
		{ { { "key_file", "unreadable" } }, "key_file" },
		{ { { "key_file", key_short } }, "key_file" },
		{ { { "key_file", signer_key } }, "cert_file" },
		{ { { "cert_file", key_spki } }, "cert_file" },
		{ { { "root_file", "" } }, "root_file" },
		{ { { "middle_file", "junk" } }, "root_file" },
		{ { { "acquirer", "00000392" } }, "acquirer" },
		{ { { "currencies", "QQQ" } }, "currencies" },
		{ { { "file_url", "ftp://files" } }, "file_url" },
	};
	struct pay_problem problem;
	struct pay_config  made;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct pay_source from = unionpay_source(cases[i].over);

		assert_false(pay_unionpay.open(&from, &up.arena, &made, &problem));
		assert_string_equal(problem.setting, cases[i].setting);
		assert_true(problem.text.len > 0);
		assert_true(str_find(problem.text, STR("BEGIN")) < 0);
	}
}

static void callbacks_need_no_key_that_moves_money(void **state)
{
	static const struct unionpay_setting over[] = { { "key_file", "unreadable" },
		                                        { NULL, NULL } };
	struct pay_source                    from = unionpay_source(over);
	struct pay_config                    made;
	struct pay_problem                   problem;

	(void)state;
	assert_true(pay_unionpay.hook_open(&from, &up.arena, &made, &problem));
	assert_null(((const struct unionpay *)made.own)->key);
	pay_unionpay.close(&made);
}

struct findings {
	int good, bad;
};

static void count(void *ctx, const struct pay_finding *finding)
{
	struct findings *findings = ctx;

	findings->good += finding->good;
	findings->bad += !finding->good;
	assert_true(str_find(finding->text, STR("PRIVATE")) < 0);
}

static void the_check_tells_of_every_certificate(void **state)
{
	struct findings findings = { 0 };

	(void)state;
	pay_unionpay.check(&up.config, NOW_S, &up.arena, count, &findings);
	assert_int_equal(findings.good, 4);
	assert_int_equal(findings.bad, 0);
	pay_unionpay.check(&up.config, NOW_S + 86400LL * 365 * 60, &up.arena, count, &findings);
	assert_int_equal(findings.bad, 3);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, unionpay_setup, unionpay_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_browser_carries_the_payment),
		CASE(times_are_beijings),
		CASE(amounts_have_no_point),
		CASE(a_phone_gets_the_phone_page),
		CASE(an_institution_buys_in_for_us),
		CASE(a_title_breaks_no_field),
		CASE(numbers_fit_unionpays_alphabet),
		CASE(the_same_bytes_at_every_try),
		CASE(a_query_names_number_and_time),
		CASE(a_refund_names_the_query_id_and_a_number_of_its_own),
		CASE(there_is_no_close_but_the_deadline),
		CASE(signed_is_the_hash_as_text),
		CASE(the_cert_id_is_decimal_of_any_length),
		CASE(empty_fields_are_left_out),
		CASE(signed_raw_and_sent_encoded),
		CASE(settings_that_do_not_do),
		CASE(callbacks_need_no_key_that_moves_money),
		CASE(the_check_tells_of_every_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
