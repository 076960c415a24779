/*
 * antom_hook_test.c - Antom's callbacks, agreements and settings.
 */
#include "gate/antom_world.h"

#define NOTICE(type, status, code) \
	"{\"notifyType\":\"" type "\",\"result\":{\"resultCode\":\"" code \
	"\",\"resultStatus\":\"" status \
	"\",\"resultMessage\":\"x\"},\"paymentRequestId\":\"" ORDER "\",\"paymentId\":\"" PAID_ID \
	"\",\"paymentAmount\":{\"value\":\"1980\"," \
	"\"currency\":\"JPY\"},\"paymentTime\":\"2026-09-21T23:15:00+09:00\"}"

static void a_result_pays_and_a_pending_one_does_not(void **state)
{
	static const struct {
		const char        *body;
		enum payment_state state;
	} rows[] = {
		{ NOTICE("PAYMENT_RESULT", "S", "SUCCESS"), PAYMENT_SUCCEEDED },
		{ NOTICE("PAYMENT_PENDING", "S", "SUCCESS"), PAYMENT_PENDING },
		{ NOTICE("PAYMENT_RESULT", "F", "USER_BALANCE_NOT_ENOUGH"), PAYMENT_FAILED },
		{ NOTICE("PAYMENT_RESULT", "F", "ORDER_IS_CLOSED"), PAYMENT_EXPIRED },
		{ NOTICE("PAYMENT_RESULT", "U", "PAYMENT_IN_PROCESS"), PAYMENT_PENDING },
	};
	struct world world;

	(void)state;
	antom_world_open(&world);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_hook(antom_notify(&world, &(struct notice){ .body = rows[i].body }),
		            PAY_HOOK_FACTS);
		assert_state(&world, rows[i].state);
		assert_str(world.facts.order, ORDER);
		assert_str(world.facts.reference, PAID_ID);
		assert_int_equal(world.facts.amount.amount, 1980);
		assert_int_equal(world.facts.occurred_s, NOW + 100);
	}
	assert_str(world.facts.event, ORDER "/PAYMENT_RESULT/U");
	antom_world_close(&world);
}

static void callbacks_are_proven_before_they_are_read(void **state)
{
	static const char ok[] = NOTICE("PAYMENT_RESULT", "S", "SUCCESS");
	static const struct {
		struct notice        notice;
		enum pay_hook_result result;
	} rows[] = {
		{ { .body = ok, .signer = key_ours }, PAY_HOOK_FORGED },
		{ { .body = ok, .signer = key_stranger }, PAY_HOOK_FORGED },
		{ { .body = ok, .path = "/hook/antom?x=1" }, PAY_HOOK_FORGED },
		{ { .body = ok, .client = "5Y00000000000000" }, PAY_HOOK_FOREIGN },
		{ { .body = ok, .time = "yesterday" }, PAY_HOOK_DAMAGED },
		{ { .body = ok, .time = "2026-09-21T14:13:20Z" }, PAY_HOOK_FACTS },
		{ { .body = ok, .now_s = NOW + 25 * 3600 }, PAY_HOOK_FACTS },
		{ { .body = ok, .now_s = NOW + 27 * 3600 }, PAY_HOOK_STALE },
		{ { .body = ok, .now_s = NOW - 3600 }, PAY_HOOK_STALE },
		{ { .body = "{\"notifyType\":\"PAYMENT_RESULT\"}" }, PAY_HOOK_DAMAGED },
		{ { .body = "{\"notifyType\":\"CAPTURE_RESULT\"}" }, PAY_HOOK_IGNORED },
		{ { .body = "[]" }, PAY_HOOK_DAMAGED },
		{ { .body = "{\"a\":1,\"a\":1}" }, PAY_HOOK_DAMAGED },
	};
	struct world world;

	(void)state;
	antom_world_open(&world);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_hook(antom_notify(&world, &rows[i].notice), rows[i].result);
	antom_world_close(&world);
}

static void a_changed_byte_anywhere_is_a_forgery(void **state)
{
	struct antom_message message = { .path = STR("/hook/antom"),
		                         .client = STR(CLIENT),
		                         .time = STR("1790000000000"),
		                         .body = STR(NOTICE("PAYMENT_RESULT", "S", "SUCCESS")) };
	struct world         world;
	struct str           headers[3], signature;

	(void)state;
	antom_world_open(&world);
	signature = antom_signed(&world, key_theirs, &message);
	for (size_t i = 0; i < 4; i++) {
		struct pay_callback in = { .path = message.path,
			                   .headers = headers,
			                   .header_count = 3,
			                   .body = message.body,
			                   .now_s = NOW };

		headers[0] = STR("Client-Id: " CLIENT);
		headers[1] = i == 0 ? STR("Request-Time: 1790000000001")
		                    : STR("Request-Time: 1790000000000");
		headers[2] = arena_printf(&world.arena, "Signature: %.*s", STR_ARG(signature));
		if (i == 1)
			in.body = arena_printf(&world.arena, "%.*s ", STR_ARG(message.body));
		if (i == 2)
			in.path = STR("/hook/Antom");
		assert_hook(pay_antom.hook(&world.verify, &in, &world.arena, &world.facts),
		            i == 3 ? PAY_HOOK_FACTS : PAY_HOOK_FORGED);
	}
	antom_world_close(&world);
}

static void the_signature_header_is_read_by_its_names(void **state)
{
	static const struct {
		const char *before, *after;
		bool        good;
	} rows[] = {
		{ "algorithm=RSA256,keyVersion=1,signature=", "", true },
		{ "algorithm=RSA256, keyVersion=1, signature=", "", true },
		{ "signature=", " ,algorithm=RSA256", true },
		{ "Signature=", "", true },
		{ "signature=", ",signature=AAAA", false },
		{ "algorithm=RSA256,keyVersion=1,sign=", "", false },
		{ "", "", false },
	};
	struct antom_message message = {
		.path = STR("/x"), .client = STR("c"), .time = STR("1"), .body = STR("{}")
	};
	struct keyring ring;
	struct world   world;
	struct str     whole, value, header;

	(void)state;
	antom_world_open(&world);
	assert_true(keyring_open(str_from(key_theirs_public), RSA_BITS_MIN, &ring));
	whole = antom_signed(&world, key_theirs, &message);
	value = str_skip(whole, (size_t)str_find(whole, STR("signature=")) + 10);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		header = arena_printf(&world.arena, "%s%.*s%s", rows[i].before, STR_ARG(value),
		                      rows[i].after);
		assert_int_equal(antom_proven(&message, header, &ring, &world.arena), rows[i].good);
	}
	keyring_close(&ring);
	antom_world_close(&world);
}

static void a_refund_callback_is_about_the_refund(void **state)
{
	struct world world;

	(void)state;
	antom_world_open(&world);
	assert_hook(
	    antom_notify(
		&world,
		&(struct notice){
		    .body =
			"{\"notifyType\":\"REFUND_RESULT\",\"refundStatus\":\"SUCCESS\",\"result\":"
			"{\"resultCode\":\"SUCCESS\",\"resultStatus\":\"S\"},"
			"\"refundRequestId\":\"" REFUND "\",\"refundId\":\"R1\",\"refundAmount\":"
			"{\"value\":\"500\",\"currency\":\"JPY\"},\"refundTime\":"
			"\"2026-09-21T23:15:00+09:00\"}" }),
	    PAY_HOOK_FACTS);
	assert_state(&world, PAYMENT_REFUNDED);
	assert_str(world.facts.refund, REFUND);
	assert_int_equal(world.facts.order.len, 0);
	assert_int_equal(world.facts.amount.amount, 500);
	assert_str(world.facts.event, REFUND "/REFUND_RESULT/SUCCESS");
	antom_world_close(&world);
}

/* --- agreements */

static void an_agreement_goes_from_consent_to_its_end(void **state)
{
	struct world world;

	(void)state;
	antom_world_open(&world);
	world.task.agreement = STR("KA0123456789ABCDEFGHJKMNPQRS");
	assert_outcome(antom_tellf(&world, PAY_VERB_SIGN,
	                           "{%s,\"authUrl\":\"https://g.alipay.com/a\"}", DONE),
	               PAY_OUTCOME_OK);
	assert_str(world.call.url,
	           "https://open-sea-global.alipay.com/ams/api/v1/authorizations/consult");
	assert_true(
	    str_find(world.call.body, STR("\"authState\":\"KA0123456789ABCDEFGHJKMNPQRS\"")) > 0);
	assert_true(str_find(world.call.body, STR("\"scopes\":[\"AGREEMENT_PAY\"]")) > 0);
	assert_str(world.facts.url, "https://g.alipay.com/a");
	assert_state(&world, PAYMENT_PENDING);

	assert_hook(
	    antom_notify(
		&world,
		&(struct notice){
		    .body =
			"{\"authorizationNotifyType\":\"AUTHCODE_CREATED\","
			"\"authCode\":\"2810code\","
			"\"authState\":\"KA0123456789ABCDEFGHJKMNPQRS\"}" }),
	    PAY_HOOK_FACTS);
	assert_state(&world, PAYMENT_APPROVED);
	assert_str(world.facts.order, "KA0123456789ABCDEFGHJKMNPQRS");
	assert_str(world.facts.agreement, "2810code");

	world.task.agreement = STR("2810code");
	assert_outcome(antom_tellf(&world, PAY_VERB_AGREEMENT,
	                           "{%s,\"accessToken\":\"token1\",\"accessTokenExpiryTime\":"
	                           "\"2026-09-21T23:15:00+09:00\"}",
	                           DONE),
	               PAY_OUTCOME_OK);
	assert_str(world.call.body,
	           "{\"grantType\":\"AUTHORIZATION_CODE\","
	           "\"customerBelongsTo\":\"ALIPAY_CN\",\"authCode\":\"2810code\"}");
	assert_str(world.facts.agreement, "token1");
	assert_state(&world, PAYMENT_SUCCEEDED);
	assert_int_equal(world.facts.expires_s, NOW + 100);

	world.task.agreement = STR("token1");
	assert_outcome(antom_tellf(&world, PAY_VERB_DEBIT, "{%s,%s,\"paymentId\":\"" PAID_ID "\"}",
	                           DONE, AMOUNT),
	               PAY_OUTCOME_OK);
	assert_true(str_find(world.call.body, STR("\"productCode\":\"AGREEMENT_PAYMENT\"")) > 0);
	assert_true(str_find(world.call.body, STR("\"paymentMethodId\":\"token1\"")) > 0);
	assert_state(&world, PAYMENT_SUCCEEDED);

	assert_outcome(antom_tellf(&world, PAY_VERB_UNSIGN, "{%s}", DONE), PAY_OUTCOME_OK);
	assert_str(world.call.body, "{\"accessToken\":\"token1\"}");
	assert_state(&world, PAYMENT_EXPIRED);
	assert_hook(
	    antom_notify(
		&world,
		&(struct notice){
		    .body =
			"{\"authorizationNotifyType\":\"TOKEN_CANCELED\","
			"\"accessToken\":\"token1\"}" }),
	    PAY_HOOK_FACTS);
	assert_state(&world, PAYMENT_EXPIRED);
	assert_str(world.facts.agreement, "token1");
	antom_world_close(&world);
}

/* --- settings */

static void missing_settings_are_told_by_name(void **state)
{
	struct world       world;
	struct pay_source  source;
	struct pay_config  config;
	struct pay_problem problem;

	(void)state;
	antom_world_open(&world);
	source = antom_world_source(&world);
	world.client = STR("");
	assert_false(pay_antom.open(&source, &world.arena, &config, &problem));
	assert_string_equal(problem.setting, "client_id");
	world.client = STR(CLIENT);
	world.settle = STR("YEN");
	assert_false(pay_antom.open(&source, &world.arena, &config, &problem));
	assert_string_equal(problem.setting, "settle");
	world.settle = STR("");
	world.public_keys = STR("");
	assert_false(pay_antom.hook_open(&source, &world.arena, &config, &problem));
	assert_string_equal(problem.setting, "public_key_file");
	antom_world_close(&world);
}

static void count_bad(void *ctx, const struct pay_finding *finding)
{
	*(int *)ctx += !finding->good;
}

static void our_own_public_key_in_antoms_place_is_found(void **state)
{
	struct world       world;
	struct pay_source  source;
	struct pay_problem problem;
	int                bad = 0;

	(void)state;
	antom_world_open(&world);
	source = antom_world_source(&world);
	pay_antom.check(&world.config, NOW, &world.arena, count_bad, &bad);
	assert_int_equal(bad, 0);
	pay_antom.close(&world.config);
	world.public_keys = str_from(key_ours_public);
	assert_true(pay_antom.open(&source, &world.arena, &world.config, &problem));
	pay_antom.check(&world.config, NOW, &world.arena, count_bad, &bad);
	assert_int_equal(bad, 1);
	antom_world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_pays_and_a_pending_one_does_not),
		cmocka_unit_test(callbacks_are_proven_before_they_are_read),
		cmocka_unit_test(a_changed_byte_anywhere_is_a_forgery),
		cmocka_unit_test(the_signature_header_is_read_by_its_names),
		cmocka_unit_test(a_refund_callback_is_about_the_refund),
		cmocka_unit_test(an_agreement_goes_from_consent_to_its_end),
		cmocka_unit_test(missing_settings_are_told_by_name),
		cmocka_unit_test(our_own_public_key_in_antoms_place_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
