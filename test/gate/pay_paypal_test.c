/*
 * pay_paypal_test.c - PayPal without a network: what is sent, byte for byte, by
 * which settings; and the amounts.
 */
#include "gate/paypal_world.h"

#include "base/buf.h"

/* --- what is sent ------------------------------------------------------------------- */
static void a_token_is_asked_for_with_id_and_secret(void **state)
{
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	wallet.task.token = STR("");
	wallet_ask(&wallet, PAY_VERB_TOKEN);
	assert_str(wallet.call.method, "POST");
	assert_str(wallet.call.url, "https://api-m.sandbox.paypal.com/v1/oauth2/token");
	assert_str(wallet.call.body, "grant_type=client_credentials");
	assert_str(wallet.call.content_type, "application/x-www-form-urlencoded");
	assert_str(wallet_header(&wallet, "Authorization"),
	           "Basic QWJjQ2xpZW50SWQ6RXNlY3JldFhZWg==");
	wallet_close(&wallet);
}

static void start_opens_an_order_for_capture(void **state)
{
	struct wallet wallet;
	struct str    first;

	(void)state;
	wallet_open(&wallet);
	wallet_ask(&wallet, PAY_VERB_START);
	assert_str(wallet.call.method, "POST");
	assert_str(wallet.call.url, "https://api-m.sandbox.paypal.com/v2/checkout/orders");
	assert_str(wallet_header(&wallet, "Authorization"), "Bearer A21AA1");
	assert_str(wallet_header(&wallet, "PayPal-Request-Id"), ORDER);
	assert_str(wallet_header(&wallet, "Prefer"), "return=representation");
	assert_str(wallet.call.content_type, "application/json");
	assert_str(
	    wallet.call.body,
	    "{\"intent\":\"CAPTURE\",\"purchase_units\":[{\"amount\":{\"currency_code\":"
	    "\"JPY\",\"value\":\"1980\"},\"custom_id\":\"" ORDER "\",\"invoice_id\":\"" ORDER
	    "\",\"description\":\"保号90天\"}],\"payment_source\":{\"paypal\":{"
	    "\"experience_context\":{\"return_url\":\"https://shop.example/zh-Hans/orders/1\","
	    "\"cancel_url\":\"https://shop.example/zh-Hans/orders/1\",\"locale\":\"zh-CN\","
	    "\"user_action\":\"PAY_NOW\",\"shipping_preference\":\"NO_SHIPPING\"}}}}");
	first = wallet.call.body;
	wallet.task.now_ms += 20000;
	wallet.task.token = STR("A21AA2");
	wallet_ask(&wallet, PAY_VERB_START);
	assert_true(str_eq(first, wallet.call.body));
	assert_str(wallet_header(&wallet, "PayPal-Request-Id"), ORDER);
	wallet_close(&wallet);
}

static void a_long_title_ends_between_two_characters(void **state)
{
	struct wallet wallet;
	struct buf    buf;

	(void)state;
	wallet_open(&wallet);
	buf_init(&buf, &wallet.arena, 4096);
	for (size_t i = 0; i < 200; i++)
		buf_add(&buf, STR("号"));
	wallet.task.title = buf_str(&buf);
	wallet_ask(&wallet, PAY_VERB_START);
	assert_true(str_find(wallet.call.body, str_take(wallet.task.title, 360)) > 0);
	assert_true(str_find(wallet.call.body, str_take(wallet.task.title, 363)) < 0);
	wallet_close(&wallet);
}

static void a_capture_has_no_body_and_an_id_of_its_own(void **state)
{
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	wallet.task.reference = STR(THEIRS);
	wallet_ask(&wallet, PAY_VERB_CAPTURE);
	assert_str(wallet.call.url,
	           "https://api-m.sandbox.paypal.com/v2/checkout/orders/" THEIRS "/capture");
	assert_str(wallet.call.body, "");
	assert_str(wallet.call.content_type, "application/json");
	assert_str(wallet_header(&wallet, "PayPal-Request-Id"), "cap:" ORDER ":1");
	wallet.task.now_ms += 119000;
	wallet_ask(&wallet, PAY_VERB_CAPTURE);
	assert_str(wallet_header(&wallet, "PayPal-Request-Id"), "cap:" ORDER ":1");
	/* After a refused instrument the payer may have chosen another one. */
	wallet.task.now_ms += 1000;
	wallet_ask(&wallet, PAY_VERB_CAPTURE);
	assert_str(wallet_header(&wallet, "PayPal-Request-Id"), "cap:" ORDER ":2");
	wallet_close(&wallet);
}

static void refunds_and_questions_go_by_their_numbers(void **state)
{
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	wallet.task.reference = STR(THEIRS " " TAKEN);
	wallet_ask(&wallet, PAY_VERB_REFUND);
	assert_str(wallet.call.url,
	           "https://api-m.sandbox.paypal.com/v2/payments/captures/" TAKEN "/refund");
	assert_str(
	    wallet.call.body,
	    "{\"amount\":{\"currency_code\":\"JPY\",\"value\":\"500\"},\"custom_id\":\"" ORDER
	    "\",\"invoice_id\":\"" REFUND "\"}");
	assert_str(wallet_header(&wallet, "PayPal-Request-Id"), REFUND);
	wallet_ask(&wallet, PAY_VERB_REFUND_QUERY);
	assert_str(wallet.call.method, "GET");
	assert_str(wallet.call.url, "https://api-m.sandbox.paypal.com/v2/checkout/orders/" THEIRS);
	assert_str(wallet_header(&wallet, "PayPal-Request-Id"), "");
	wallet.task.refund_reference = STR("1JU08902781691411");
	wallet_ask(&wallet, PAY_VERB_REFUND_QUERY);
	assert_str(wallet.call.url,
	           "https://api-m.sandbox.paypal.com/v2/payments/refunds/1JU08902781691411");
	wallet_ask(&wallet, PAY_VERB_QUERY);
	assert_str(wallet.call.url, "https://api-m.sandbox.paypal.com/v2/checkout/orders/" THEIRS);
	wallet.task.reference = STR("../v1/oauth2");
	wallet_ask(&wallet, PAY_VERB_QUERY);
	assert_str(wallet.call.url, "https://api-m.sandbox.paypal.com/v2/checkout/orders/" ORDER);
	assert_null(pay_verb(&pay_paypal, PAY_VERB_CLOSE));
	wallet_close(&wallet);
}

static void nothing_is_sent_without_a_token_or_an_amount_that_can_be_said(void **state)
{
	static const enum pay_verb_id verbs[] = { PAY_VERB_START, PAY_VERB_QUERY, PAY_VERB_CAPTURE,
		                                  PAY_VERB_REFUND, PAY_VERB_REFUND_QUERY };
	struct wallet                 wallet;

	(void)state;
	wallet_open(&wallet);
	wallet.task.reference = STR(THEIRS " " TAKEN);
	wallet.task.token = STR("");
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		assert_false(pay_build(pay_verb(&pay_paypal, verbs[i]), &wallet.config,
		                       &wallet.task, &wallet.arena, &wallet.call));
	wallet.task.token = STR("A");
	wallet.task.body = STR("");
	wallet.task.amount.amount = 0;
	assert_false(pay_build(pay_verb(&pay_paypal, PAY_VERB_START), &wallet.config, &wallet.task,
	                       &wallet.arena, &wallet.call));
	wallet_close(&wallet);
}

/* --- amounts ------------------------------------------------------------------------ */
static void amounts_have_the_decimals_that_paypal_takes(void **state)
{
	static const struct {
		const char *code;
		int64_t     amount;
		const char *value; /* "": it cannot be said */
	} cases[] = {
		{ "JPY", 1980, "1980" }, { "JPY", 1, "1" },      { "CNY", 8888, "88.88" },
		{ "USD", 5, "0.05" },    { "USD", 100, "1.00" }, { "EUR", 123456789, "1234567.89" },
		{ "TWD", 30000, "300" }, { "TWD", 30050, "" },   { "HUF", 120000, "1200" },
		{ "HUF", 120001, "" },   { "KRW", 15000, "" },   { "KWD", 1234, "" },
		{ "JPY", 0, "" },        { "JPY", -1, "" },      { "USD", MONEY_MAX + 1, "" },
	};
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct money money = { .amount = cases[i].amount }, back;
		json_t      *object = json_object();
		json_t      *amount;

		assert_true(currency_from_code(str_from(cases[i].code), &money.currency));
		assert_str(paypal_value(money, &wallet.arena), cases[i].value);
		assert_int_equal(pay_paypal.takes(&wallet.config, money),
		                 cases[i].value[0] != '\0');
		amount = paypal_amount(money, &wallet.arena);
		assert_int_equal(amount != NULL, cases[i].value[0] != '\0');
		if (amount != NULL) {
			json_object_set_new(object, "amount", amount);
			assert_true(paypal_money(object, "amount", &wallet.arena, &back));
			assert_true(money_eq(money, back));
		}
		json_decref(object);
	}
	wallet_close(&wallet);
}

/* JPY never times or over 100: every amount edge of every currency goes there and back. */
static void every_currency_comes_back_as_it_went(void **state)
{
	static const int64_t amounts[] = { 1, 99, 100, 101, 1980, 123400, MONEY_MAX };
	struct wallet        wallet;
	size_t               taken = 0;

	(void)state;
	wallet_open(&wallet);
	for (uint16_t currency = 1; currency < 1000; currency++) {
		for (size_t i = 0; i < COUNT_OF(amounts); i++) {
			struct money money = { .amount = amounts[i], .currency = currency }, back;
			struct str   value = paypal_value(money, &wallet.arena);

			if (value.len == 0)
				continue;
			taken++;
			assert_true(money_parse(value, currency, &back));
			assert_true(money_eq(money, back));
		}
	}
	assert_true(taken > 20 * COUNT_OF(amounts));
	wallet_close(&wallet);
}

/* --- settings ----------------------------------------------------------------------- */
static void wrong_settings_are_told_by_name(void **state)
{
	static const struct {
		const char *name, *value;
	} cases[] = {
		{ "url", "http://api-m.paypal.com" },
		{ "client_id", "" },
		{ "client_id", "a:b" },
		{ "secret_file", "" },
		{ "secret_file", "!" },
		{ "secret_file", "a b" },
		{ "certs_file", "!" },
		{ "certs_file", "https://api.paypal.com/x\n" },
		{ "certs_file", "no certificate" },
		{ "webhook_ids", "" },
		{ "roots_file", "!" },
		{ "roots_file", "nothing" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct wallet      wallet;
		struct pay_problem problem = { 0 };

		wallet_open(&wallet);
		pay_paypal.close(&wallet.config);
		pay_paypal.close(&wallet.verify);
		for (size_t s = 0; s < WALLET_SETTINGS; s++)
			if (strcmp(wallet.settings[s].name, cases[i].name) == 0)
				wallet.settings[s].value = cases[i].value;
		assert_false(wallet_config(&wallet, &problem));
		assert_string_equal(problem.setting, cases[i].name);
		wallet_close(&wallet);
	}
}

struct findings {
	size_t good, bad;
};

static void find(void *ctx, const struct pay_finding *finding)
{
	struct findings *findings = ctx;

	assert_true(str_find(finding->text, STR("Esecret")) < 0);
	*(finding->good ? &findings->good : &findings->bad) += 1;
}

static void the_check_tells_each_certificate_and_never_the_secret(void **state)
{
	struct wallet   wallet;
	struct findings findings = { 0 };

	(void)state;
	wallet_open(&wallet);
	pay_paypal.check(&wallet.config, NOW_S, &wallet.arena, find, &findings);
	/* Address, ID, merchant; of the five certificates one has ended, one is a stranger's. */
	assert_int_equal(findings.good, 6);
	assert_int_equal(findings.bad, 2);
	wallet_set(&wallet, "certs_file", "");
	findings = (struct findings){ 0 };
	pay_paypal.check(&wallet.config, NOW_S, &wallet.arena, find, &findings);
	assert_int_equal(findings.good, 4);
	assert_int_equal(findings.bad, 0);
	wallet_close(&wallet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_asked_for_with_id_and_secret),
		cmocka_unit_test(start_opens_an_order_for_capture),
		cmocka_unit_test(a_long_title_ends_between_two_characters),
		cmocka_unit_test(a_capture_has_no_body_and_an_id_of_its_own),
		cmocka_unit_test(refunds_and_questions_go_by_their_numbers),
		cmocka_unit_test(nothing_is_sent_without_a_token_or_an_amount_that_can_be_said),
		cmocka_unit_test(amounts_have_the_decimals_that_paypal_takes),
		cmocka_unit_test(every_currency_comes_back_as_it_went),
		cmocka_unit_test(wrong_settings_are_told_by_name),
		cmocka_unit_test(the_check_tells_each_certificate_and_never_the_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
