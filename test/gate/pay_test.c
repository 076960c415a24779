/*
 * pay_test.c - what all gateways share: headers, the pages a payer may be sent
 * to, and the sandbox gateway's side against nonsense.
 */
#include "test.h"

#include "base/str.h"
#include "gate/pay.h"
#include "sandbox/gateway.h"

#define NOW 1790000000000

static void a_payer_is_sent_to_known_pages_only(void **state)
{
	static const struct pay_config config = {
		.url = STR_INIT("https://api.stripe.com"),
		.pages = STR_INIT("https://checkout.stripe.com https://*.alipay.com"),
	};
	static const char *const good[] = {
		"https://checkout.stripe.com/c/pay/x?y=1#z",
		"https://api.stripe.com/",
		"https://api.stripe.com",
		"https://mclient.alipay.com/h5",
		"https://a.b.alipay.com?x",
	};
	static const char *const bad[] = {
		"",
		"/orders",
		"javascript:alert(1)",
		"http://checkout.stripe.com/c",
		"https://checkout.stripe.com.evil.example/",
		"https://evil.example/https://checkout.stripe.com/",
		"https://checkout.stripe.com@evil.example/",
		"https://evil.example\\@checkout.stripe.com/",
		"https://checkout.stripe.com:444/",
		"https://alipay.com/",
		"https://.alipay.com/",
		"https://xalipay.com/",
		"https://alipay.com.evil.example/",
		"https://evil.example/x.alipay.com",
		"https://evil.example?.alipay.com",
		"https://evil.example#.alipay.com",
		"http://m.alipay.com/",
		"https://",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!pay_page_allowed(&config, str_from(good[i])))
			fail_msg("%s was refused", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (pay_page_allowed(&config, str_from(bad[i])))
			fail_msg("%s was allowed", bad[i]);
}

static void a_header_counts_when_it_is_there_once(void **state)
{
	struct str lines[] = { STR("A: 1"), STR("b:  two "), STR("B: 3"), STR("C 4"), STR("D:") };
	struct str value = { 0 };

	(void)state;
	assert_true(pay_header(lines, COUNT_OF(lines), STR("a"), &value));
	assert_str(value, "1");
	assert_true(pay_header(lines, 2, STR("B"), &value));
	assert_str(value, "two");
	assert_false(pay_header(lines, COUNT_OF(lines), STR("b"), &value)); /* twice */
	assert_false(pay_header(lines, COUNT_OF(lines), STR("C"), &value));
	assert_true(pay_header(lines, COUNT_OF(lines), STR("d"), &value));
	assert_int_equal(value.len, 0);
}

static void what_moves_something_has_bytes_to_keep(void **state)
{
	(void)state;
	for (enum pay_method method = PAY_NONE; method < PAY_METHOD_COUNT; method++) {
		const struct pay_gateway *gateway = pay_find(method);

		for (int id = 0; gateway != NULL && id < PAY_VERB_COUNT; id++) {
			const struct pay_verb *verb = pay_verb(gateway, (enum pay_verb_id)id);

			if (verb != NULL && verb->wrap == NULL)
				assert_true(id == PAY_VERB_START || id == PAY_VERB_SIGN ||
				            id == PAY_VERB_CLOSE || id == PAY_VERB_BILL);
			if (verb != NULL && (id == PAY_VERB_REFUND || id == PAY_VERB_DEBIT))
				assert_non_null(verb->body);
		}
	}
}

static void the_gateway_takes_no_nonsense_either(void **state)
{
	static const char *const requests[] = {
		"",
		"x",
		"[]",
		"{}",
		"{\"verb\":\"start\"}",
		"{\"verb\":\"start\",\"order\":\"\"}",
		"{\"verb\":\"start\",\"order\":\"a b\",\"amount\":1,\"currency\":\"JPY\"}",
		"{\"verb\":\"start\",\"order\":\"a/..\",\"amount\":1,\"currency\":\"JPY\"}",
		"{\"verb\":\"start\",\"order\":\"a\",\"amount\":0,\"currency\":\"JPY\"}",
		"{\"verb\":\"start\",\"order\":\"a\",\"amount\":1.5,\"currency\":\"JPY\"}",
		"{\"verb\":\"start\",\"order\":\"a\",\"amount\":1,\"currency\":\"ZZZ\"}",
		("{\"verb\":\"start\",\"order\":\"a\",\"amount\":1,\"amount\":2,"
		 "\"currency\":\"JPY\"}"),
		"{\"verb\":\"nope\",\"order\":\"a\"}",
		"{\"verb\":7,\"order\":\"a\"}",
	};
	struct sandbox_payment payment = { 0 }, none = { 0 };
	struct sandbox_answer  answer;
	struct arena           arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		answer = sandbox_gateway_answer(&payment, str_from(requests[i]), NOW, &arena);
		assert_false(answer.changed);
		assert_false(answer.lost);
		assert_str(answer.bytes, "{\"error\":\"bad_request\"}");
		assert_memory_equal(&payment, &none, sizeof(none));
	}
	/* another payment's record is not touched */
	payment = (struct sandbox_payment){ .ref = STR("KP1"), .created_ms = NOW };
	answer = sandbox_gateway_answer(&payment, STR("{\"verb\":\"query\",\"order\":\"x\"}"), NOW,
	                                &arena);
	assert_str(answer.bytes, "{\"error\":\"bad_request\"}");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_payer_is_sent_to_known_pages_only),
		cmocka_unit_test(a_header_counts_when_it_is_there_once),
		cmocka_unit_test(what_moves_something_has_bytes_to_keep),
		cmocka_unit_test(the_gateway_takes_no_nonsense_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
