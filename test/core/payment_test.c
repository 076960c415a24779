/*
 * payment_test.c - which ways to pay are sold, and by which names they go.
 */
#include "test.h"

#include "base/str.h"
#include "core/payment.h"

static void the_settings_say_what_is_sold(void **state)
{
	struct config   config = { .text[SETTING_pay_methods] = STR("stripe, antom ,unionpay") };
	enum pay_method method = PAY_NONE;

	(void)state;
	assert_true(pay_method_sold(&config, PAY_STRIPE));
	assert_true(pay_method_sold(&config, PAY_ANTOM));
	assert_true(pay_method_sold(&config, PAY_UNIONPAY));
	assert_false(pay_method_sold(&config, PAY_PAYPAL));
	assert_false(pay_method_sold(&config, PAY_NONE));
	assert_false(pay_method_sold(&config, PAY_SANDBOX));
	config.number[SETTING_sandbox] = 1;
	assert_true(pay_method_sold(&config, PAY_SANDBOX));
	assert_true(pay_method_from_name(&config, STR("card"), &method));
	assert_int_equal(method, PAY_STRIPE);
	assert_false(pay_method_from_name(&config, STR("stripe"), &method));
	assert_false(pay_method_from_name(&config, STR("wechat"), &method));
}

/* One wallet, two gateways: the name means the one that is sold. */
static void alipay_is_the_one_that_is_sold(void **state)
{
	struct config   config = { .text[SETTING_pay_methods] = STR("antom") };
	enum pay_method method = PAY_NONE;

	(void)state;
	assert_true(pay_method_from_name(&config, STR("alipay"), &method));
	assert_int_equal(method, PAY_ANTOM);
	config.text[SETTING_pay_methods] = STR("alipay");
	assert_true(pay_method_from_name(&config, STR("alipay"), &method));
	assert_int_equal(method, PAY_ALIPAY);
	assert_true(pay_gateway_from_name(STR("antom"), &method));
	assert_int_equal(method, PAY_ANTOM);
}

static void a_misspelt_method_is_told(void **state)
{
	(void)state;
	assert_int_equal(pay_methods_wrong(STR("")).len, 0);
	assert_int_equal(pay_methods_wrong(STR("stripe,paypal, wechat")).len, 0);
	assert_str(pay_methods_wrong(STR("stripe,card")), "card");
	assert_str(pay_methods_wrong(STR("sandbox")), "sandbox");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_settings_say_what_is_sold),
		cmocka_unit_test(alipay_is_the_one_that_is_sold),
		cmocka_unit_test(a_misspelt_method_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
