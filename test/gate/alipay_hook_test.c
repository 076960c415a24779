/*
 * alipay_hook_test.c - Alipay's notifications, agreements, certificates and
 * settings.
 */
#include "gate/alipay_world.h"

#define SYNC(status, more) \
	"notify_time=2026-09-21 22:13:20&notify_type=trade_status_sync&notify_id=ID1&" \
	"app_id=" ALIPAY_APP "&seller_id=2088531891668739&out_trade_no=" ALIPAY_ORDER \
	"&trade_no=" ALIPAY_TRADE "&trade_status=" status "&total_amount=88.88&" \
	"buyer_pay_amount=88.00&gmt_payment=2026-09-21 22:15:00&subject=a+b%&body=&charset=" \
	"utf-8&sign_type=RSA2" more

static void the_states_of_a_trade_come_by_notification(void **state)
{
	static const struct {
		const char          *pairs;
		enum pay_hook_result result;
		enum payment_state   state;
	} rows[] = {
		{ SYNC("TRADE_SUCCESS", ""), PAY_HOOK_FACTS, PAYMENT_SUCCEEDED },
		{ SYNC("TRADE_FINISHED", ""), PAY_HOOK_FACTS, PAYMENT_SUCCEEDED },
		{ SYNC("WAIT_BUYER_PAY", ""), PAY_HOOK_FACTS, PAYMENT_PENDING },
		{ SYNC("TRADE_CLOSED", ""), PAY_HOOK_FACTS, PAYMENT_EXPIRED },
		{ SYNC("TRADE_MAYBE", ""), PAY_HOOK_DAMAGED, 0 },
	};
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_hook(alipay_notify(&world, rows[i].pairs, ALIPAY_WITHOUT_TYPE, key_theirs,
		                          ALIPAY_NOW),
		            rows[i].result);
		if (rows[i].result != PAY_HOOK_FACTS)
			continue;
		assert_state(&world, rows[i].state);
		assert_str(world.facts.order, ALIPAY_ORDER);
		assert_str(world.facts.reference, ALIPAY_TRADE);
		assert_int_equal(world.facts.amount.amount, 8888);
		assert_int_equal(world.facts.amount.currency, CURRENCY_CNY);
		assert_int_equal(world.facts.payer.amount, 8800);
		assert_int_equal(world.facts.occurred_s, ALIPAY_NOW + 100);
		assert_true(str_starts(world.facts.event, STR("ID1/")));
	}
	alipay_world_close(&world);
}

static void a_refund_under_the_same_status_pays_nothing_again(void **state)
{
	static const char *const rows[] = {
		SYNC("TRADE_SUCCESS", "&refund_fee=5.00&gmt_refund=2026-09-21 22:16:00.123"
		                      "&out_biz_no=" ALIPAY_GIVE),
		SYNC("TRADE_CLOSED", "&refund_fee=88.88&gmt_refund=2026-09-21 22:16:00"
		                     "&gmt_close=2026-09-21 22:16:00&out_biz_no=" ALIPAY_GIVE),
		SYNC("TRADE_SUCCESS", "&refund_fee=5.00"),
	};
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_hook(alipay_notify(&world, rows[i], ALIPAY_WITHOUT_TYPE, key_theirs,
		                          ALIPAY_NOW),
		            PAY_HOOK_ASK);
		assert_str(world.facts.order, ALIPAY_ORDER);
		assert_str(world.facts.refund, i < 2 ? ALIPAY_GIVE : "");
	}
	alipay_world_close(&world);
}

static void every_order_of_signing_is_tried(void **state)
{
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	for (enum alipay_order order = 0; order < ALIPAY_ORDER_COUNT; order++)
		assert_hook(alipay_notify(&world, SYNC("TRADE_SUCCESS", ""), order, key_theirs,
		                          ALIPAY_NOW),
		            PAY_HOOK_FACTS);
	alipay_world_close(&world);
}

static void forged_foreign_and_old_notifications_are_told_apart(void **state)
{
	static const char   ok[] = SYNC("TRADE_SUCCESS", "");
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	assert_hook(alipay_notify(&world, ok, 0, key_ours, ALIPAY_NOW), PAY_HOOK_FORGED);
	assert_hook(alipay_notify(&world, ok, 0, key_stranger, ALIPAY_NOW), PAY_HOOK_FORGED);
	assert_hook(alipay_notify(&world, ok, 0, key_theirs, ALIPAY_NOW + 25 * 3600),
	            PAY_HOOK_FACTS);
	assert_hook(alipay_notify(&world, ok, 0, key_theirs, ALIPAY_NOW + 27 * 3600),
	            PAY_HOOK_STALE);
	assert_hook(alipay_notify(&world, ok, 0, key_theirs, ALIPAY_NOW - 3600), PAY_HOOK_STALE);
	assert_hook(alipay_notify(&world,
	                          "notify_time=2026-09-21 22:13:20&app_id=2021999&"
	                          "notify_type=trade_status_sync",
	                          0, key_theirs, ALIPAY_NOW),
	            PAY_HOOK_FOREIGN);
	assert_hook(alipay_notify(&world,
	                          "notify_time=2026-09-21 22:13:20&app_id=" ALIPAY_APP
	                          "&notify_type=trade_status_sync&seller_id=2088999&"
	                          "trade_status=TRADE_SUCCESS",
	                          0, key_theirs, ALIPAY_NOW),
	            PAY_HOOK_FOREIGN);
	assert_hook(alipay_notify(&world,
	                          "notify_time=2026-09-21 22:13:20&app_id=" ALIPAY_APP
	                          "&notify_type=trade_status_sync",
	                          0, key_theirs, ALIPAY_NOW),
	            PAY_HOOK_DAMAGED);
	assert_hook(alipay_notify(&world, "app_id=" ALIPAY_APP "&notify_type=x", 0, key_theirs,
	                          ALIPAY_NOW),
	            PAY_HOOK_DAMAGED); /* no time */
	assert_hook(alipay_notify(&world,
	                          "notify_time=2026-09-21 22:13:20&app_id=" ALIPAY_APP
	                          "&notify_type=servicemarket_order_notify",
	                          ALIPAY_WITH_TYPE, key_theirs, ALIPAY_NOW),
	            PAY_HOOK_IGNORED);
	alipay_world_close(&world);
}

static void damaged_bodies_are_forgeries(void **state)
{
	static const char *const bodies[] = {
		"",
		"sign=",
		"sign=%zz",
		"a=1&a=2&sign=AAAA",
		"sign=AAAA&sign_type=RSA",
		"notify_type=trade_status_sync",
		"sign=AAAA",
	};
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct pay_callback in = { .path = STR("/hook/alipay"),
			                   .body = str_from(bodies[i]),
			                   .now_s = ALIPAY_NOW };

		assert_hook(pay_alipay.hook(&world.verify, &in, &world.arena, &world.facts),
		            PAY_HOOK_FORGED);
	}
	alipay_world_close(&world);
}

static void what_was_not_signed_does_not_count(void **state)
{
	struct alipay_world world;
	struct keyring      ring;
	struct url_pair     pairs[3] = { { STR("a"), STR("1") }, { STR("b"), STR("") } };
	struct rsa_key     *key;
	enum alipay_order   order;

	(void)state;
	alipay_world_open(&world, NULL);
	assert_true(keyring_open(str_from(key_theirs_public), RSA_BITS_MIN, &ring));
	assert_true(rsa_key_private(str_from(key_theirs), RSA_BITS_MIN, &key));
	pairs[2].name = STR("sign");
	assert_true(rsa_sign_sha256_base64(key, STR("a=1"), &world.arena, &pairs[2].value));
	assert_false(
	    alipay_notify_proven(pairs, 3, ALIPAY_WITH_TYPE + 1, &ring, &world.arena, &order));
	assert_true(
	    alipay_notify_proven(pairs, 3, ALIPAY_ORDER_COUNT, &ring, &world.arena, &order));
	assert_int_equal(order, ALIPAY_FILLED_WITHOUT_TYPE);
	pairs[1].value = STR("2"); /* not empty: then it must have been signed */
	assert_false(
	    alipay_notify_proven(pairs, 3, ALIPAY_ORDER_COUNT, &ring, &world.arena, &order));
	rsa_key_close(key);
	keyring_close(&ring);
	alipay_world_close(&world);
}

#define DUT(type, more) \
	"notify_time=2026-09-21 22:13:20&notify_type=" type "&notify_id=ID2&app_id=" ALIPAY_APP \
	"&agreement_no=20262601000000000001&external_agreement_no=KA1&zm_open_id=" more

static void agreements_begin_and_end_by_notification(void **state)
{
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	assert_hook(alipay_notify(&world,
	                          DUT("dut_user_sign", "&status=NORMAL&sign_time=2026-09-21"
	                                               " 22:15:00&sign_type=RSA2"),
	                          ALIPAY_WITH_TYPE, key_theirs, ALIPAY_NOW),
	            PAY_HOOK_FACTS);
	assert_state(&world, PAYMENT_SUCCEEDED);
	assert_str(world.facts.agreement, "20262601000000000001");
	assert_str(world.facts.order, "KA1");
	assert_int_equal(world.facts.occurred_s, ALIPAY_NOW + 100);
	assert_hook(alipay_notify(&world, DUT("dut_user_unsign", "&status=UNSIGN"), 0, key_theirs,
	                          ALIPAY_NOW),
	            PAY_HOOK_FACTS);
	assert_state(&world, PAYMENT_EXPIRED);
	assert_hook(alipay_notify(&world, DUT("dut_user_sign", "&status=STOP"), 0, key_theirs,
	                          ALIPAY_NOW),
	            PAY_HOOK_DAMAGED);
	alipay_world_close(&world);
}

static void agreement_is_signed_on_alipays_page(void **state)
{
	static const struct {
		int32_t     days, months, day;
		const char *rule;
	} rows[] = {
		{ 0, 1, 20723, /* 2026-09-27 */
		  "\"period_type\":\"MONTH\",\"period\":1,\"execute_time\":\"2026-09-27\"," },
		{ 0, 6, 20726, /* the 30th: no month lacks the 28th */
		  "\"period_type\":\"MONTH\",\"period\":6,\"execute_time\":\"2026-09-28\"," },
		{ 90, 0, 20726,
		  "\"period_type\":\"DAY\",\"period\":90,\"execute_time\":\"2026-09-30\"," },
		{ 6, 0, 20723, NULL },
		{ 0, 0, 20723, NULL },
		{ 7, 1, 20723, NULL },
	};
	const struct pay_verb *verb = pay_verb(&pay_alipay, PAY_VERB_SIGN);
	struct alipay_world    world;
	struct str             content;

	(void)state;
	alipay_world_open(&world, NULL);
	assert_null(verb->wrap);
	world.task.agreement = STR("KA0123456789ABCDEFGHJKMNPQRS");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		world.task.period_days = rows[i].days;
		world.task.period_months = rows[i].months;
		world.task.debit_day = rows[i].day;
		assert_int_equal(verb->body(&world.config, &world.task, &world.arena,
		                            &world.task.body),
		                 rows[i].rule != NULL);
		if (rows[i].rule == NULL)
			continue;
		assert_outcome(verb->parse(&world.config, &world.task, NULL, &world.arena,
		                           &world.facts),
		               PAY_OUTCOME_OK);
		assert_true(alipay_sent_proven(&world, world.facts.url, STR("")));
		assert_str(alipay_sent(&world, world.facts.url, STR(""), "method"),
		           "alipay.user.agreement.page.sign");
		content = alipay_sent(&world, world.facts.url, STR(""), "biz_content");
		assert_true(str_find(content, str_from(rows[i].rule)) > 0);
		assert_true(str_find(content, STR("\"single_amount\":\"88.88\"")) > 0);
		assert_true(str_find(content, STR("\"external_agreement_no\":\"KA0")) > 0);
	}
	alipay_world_close(&world);
}

static void an_agreement_is_asked_about_debited_moved_and_ended(void **state)
{
	struct alipay_world world;

	(void)state;
	alipay_world_open(&world, NULL);
	world.task.agreement = STR("KA1");
	assert_outcome(alipay_tell(&world, PAY_VERB_AGREEMENT,
	                           "{\"code\":\"10000\",\"status\":\"NORMAL\",\"agreement_no\":"
	                           "\"20262601000000000001\",\"external_agreement_no\":\"KA1\","
	                           "\"invalid_time\":\"2026-09-21 22:15:00\"}"),
	               PAY_OUTCOME_OK);
	assert_state(&world, PAYMENT_SUCCEEDED);
	assert_str(world.facts.agreement, "20262601000000000001");
	assert_int_equal(world.facts.expires_s, ALIPAY_NOW + 100);
	assert_outcome(alipay_tell(&world, PAY_VERB_AGREEMENT,
	                           "{\"code\":\"10000\",\"status\":\"NORMAL\",\"agreement_no\":"
	                           "\"20262601000000000001\",\"external_agreement_no\":\"KA2\"}"),
	               PAY_OUTCOME_UNKNOWN);

	world.task.agreement = STR("20262601000000000001");
	assert_outcome(alipay_tell(&world, PAY_VERB_DEBIT,
	                           "{\"code\":\"10000\",\"out_trade_no\":\"" ALIPAY_ORDER
	                           "\",\"trade_no\":\"" ALIPAY_TRADE
	                           "\",\"total_amount\":\"88.88\","
	                           "\"gmt_payment\":\"2026-09-21 22:15:00\"}"),
	               PAY_OUTCOME_OK);
	assert_state(&world, PAYMENT_SUCCEEDED);
	assert_true(str_find(world.task.body,
	                     STR("\"product_code\":\"CYCLE_PAY_AUTH\",\"agreement_params\":"
	                         "{\"agreement_no\":\"20262601000000000001\"}")) > 0);
	assert_outcome(alipay_tell(&world, PAY_VERB_DEBIT,
	                           "{\"code\":\"10000\",\"out_trade_no\":\"" ALIPAY_ORDER "\"}"),
	               PAY_OUTCOME_UNKNOWN);

	world.task.debit_day = 20723;
	assert_outcome(alipay_tell(&world, PAY_VERB_POSTPONE, "{\"code\":\"10000\"}"),
	               PAY_OUTCOME_OK);
	assert_str(world.task.body, "{\"agreement_no\":\"20262601000000000001\","
	                            "\"deduct_time\":\"2026-09-27\"}");
	assert_outcome(alipay_tell(&world, PAY_VERB_UNSIGN, "{\"code\":\"10000\"}"),
	               PAY_OUTCOME_OK);
	assert_state(&world, PAYMENT_EXPIRED);
	world.task.agreement = STR("KA1"); /* not Alipay's number: nothing to debit */
	assert_false(alipay_ask(&world, PAY_VERB_DEBIT));
	assert_false(alipay_ask(&world, PAY_VERB_UNSIGN));
	alipay_world_close(&world);
}

/* --- certificates and settings */

struct tally {
	int good, bad;
};

static void count(void *ctx, const struct pay_finding *finding)
{
	struct tally *tally = ctx;

	tally->good += finding->good;
	tally->bad += !finding->good;
}

static void certificates_are_named_in_every_request(void **state)
{
	static const struct alipay_setting more[] = { { "app_cert_file", cert_ours },
		                                      { "cert_file", cert_theirs },
		                                      { "root_cert_file", cert_roots },
		                                      { NULL, NULL } };
	struct alipay_world                world;
	struct tally                       tally = { 0 };

	(void)state;
	alipay_world_open(&world, more);
	assert_true(alipay_ask(&world, PAY_VERB_QUERY));
	assert_str(alipay_sent(&world, world.call.url, STR(""), "app_cert_sn"), CERT_OURS_SN);
	assert_str(alipay_sent(&world, world.call.url, STR(""), "alipay_root_cert_sn"),
	           CERT_ROOTS_SN);
	assert_true(alipay_sent_proven(&world, world.call.url, world.call.body));
	assert_outcome(alipay_tell(&world, PAY_VERB_QUERY,
	                           "{\"code\":\"40004\",\"sub_code\":\"ACQ.TRADE_NOT_EXIST\"}"),
	               PAY_OUTCOME_ABSENT);
	pay_alipay.check(&world.config, ALIPAY_NOW, &world.arena, count, &tally);
	assert_int_equal(tally.good, 4);
	assert_int_equal(tally.bad, 0);
	tally = (struct tally){ 0 };
	pay_alipay.check(&world.config, INT64_C(4000000000), &world.arena, count, &tally);
	assert_int_equal(tally.bad, 2); /* both have run out by 2096 */
	alipay_world_close(&world);
}

static void settings_that_cannot_work_are_told_by_name(void **state)
{
	static const struct {
		struct alipay_setting more[4];
		const char           *setting;
	} rows[] = {
		{ { { "app_id", "" } }, "app_id" },
		{ { { "url", "openapi.alipay.com" } }, "url" },
		{ { { "desk", "paper" } }, "desk" },
		{ { { "public_key_file", "" } }, "public_key_file" },
		{ { { "public_key_file", "AAAA" } }, "public_key_file" },
		{ { { "key_file", key_ours_public } }, "key_file" },
		{ { { "aes_key_file", "AAAA" } }, "aes_key_file" },
		{ { { "app_cert_file", cert_ours } }, "app_cert_file" },
		{ { { "cert_file", cert_theirs } }, "root_cert_file" },
		{ { { "cert_file", cert_ours }, { "root_cert_file", cert_roots } }, "cert_file" },
		{ { { "cert_file", cert_theirs }, { "root_cert_file", cert_roots } },
		  "app_cert_file" },
	};
	struct alipay_world world;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct pay_problem problem = { 0 };
		struct pay_source  source;
		struct pay_config  config;

		alipay_world_open(&world, NULL);
		world.more = rows[i].more;
		source = alipay_world_source(&world);
		assert_false(pay_alipay.open(&source, &world.arena, &config, &problem));
		assert_string_equal(problem.setting, rows[i].setting);
		alipay_world_close(&world);
	}
}

static void our_own_public_key_in_alipays_place_is_found(void **state)
{
	static const struct alipay_setting more[] = { { "public_key_file", key_ours_public },
		                                      { NULL, NULL } };
	struct alipay_world                world;
	struct tally                       tally = { 0 };

	(void)state;
	alipay_world_open(&world, more);
	pay_alipay.check(&world.config, ALIPAY_NOW, &world.arena, count, &tally);
	assert_int_equal(tally.bad, 1);
	alipay_world_close(&world);
}

static void rest_requests_are_signed_line_by_line(void **state)
{
	struct alipay_world world;
	struct keyring      ring;
	struct rsa_key     *key;
	struct alipay_rest  rest = { .method = STR("POST"),
		                     .url = STR("/v3/alipay/trade/query"),
		                     .body = STR("{}") };
	struct str          header, sign;

	(void)state;
	alipay_world_open(&world, NULL);
	rest.auth = alipay_rest_auth(STR("2021"), STR("sn1"), STR("n1"), 1767323045000,
	                             &world.arena);
	assert_str(alipay_rest_text(&rest, &world.arena),
	           "app_id=2021,app_cert_sn=sn1,nonce=n1,timestamp=1767323045000\nPOST\n"
	           "/v3/alipay/trade/query\n{}\n");
	assert_true(rsa_key_private(str_from(key_theirs), RSA_BITS_MIN, &key));
	assert_true(alipay_rest_sign(&rest, key, &world.arena, &header));
	assert_true(str_starts(header, STR("ALIPAY-SHA256withRSA app_id=2021,")));
	assert_true(rsa_sign_sha256_base64(key, STR("1\nn\n{}\n"), &world.arena, &sign));
	rsa_key_close(key);
	assert_true(keyring_open(str_from(key_theirs_public), RSA_BITS_MIN, &ring));
	assert_true(alipay_rest_proven(STR("1"), STR("n"), STR("{}"), sign, &ring, &world.arena));
	assert_false(alipay_rest_proven(STR("2"), STR("n"), STR("{}"), sign, &ring, &world.arena));
	keyring_close(&ring);
	alipay_world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_states_of_a_trade_come_by_notification),
		cmocka_unit_test(a_refund_under_the_same_status_pays_nothing_again),
		cmocka_unit_test(every_order_of_signing_is_tried),
		cmocka_unit_test(forged_foreign_and_old_notifications_are_told_apart),
		cmocka_unit_test(damaged_bodies_are_forgeries),
		cmocka_unit_test(what_was_not_signed_does_not_count),
		cmocka_unit_test(agreements_begin_and_end_by_notification),
		cmocka_unit_test(agreement_is_signed_on_alipays_page),
		cmocka_unit_test(an_agreement_is_asked_about_debited_moved_and_ended),
		cmocka_unit_test(certificates_are_named_in_every_request),
		cmocka_unit_test(settings_that_cannot_work_are_told_by_name),
		cmocka_unit_test(our_own_public_key_in_alipays_place_is_found),
		cmocka_unit_test(rest_requests_are_signed_line_by_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
