/*
 * pay_stripe_test.c - Stripe without a network: what is sent, byte for
 * byte, by which settings; and the amounts.
 */
#include "gate/stripe_world.h"

/* --- what is sent ------------------------------------------------------------------- */
static void start_is_a_checkout_session_of_our_order(void **state)
{
	struct world world;
	struct str   first;

	(void)state;
	card_open(&world);
	card_ask(&world, PAY_VERB_START);
	assert_str(world.call.method, "POST");
	assert_str(world.call.url, "https://api.stripe.com/v1/checkout/sessions");
	assert_str(world.call.content_type, "application/x-www-form-urlencoded");
	assert_str(card_header(&world, "Authorization"), "Bearer sk_test_keepline");
	assert_str(card_header(&world, "Stripe-Version"), "2026-10-28.endive");
	assert_str(card_header(&world, "Idempotency-Key"), "pay:" ORDER ":1");
	assert_str(world.call.body,
	           "mode=payment&client_reference_id=" ORDER
	           "&line_items[0][price_data][currency]=jpy"
	           "&line_items[0][price_data][product_data][name]="
	           "%E4%BF%9D%E5%8F%B7%20%26%2090%E5%A4%A9%2B"
	           "&line_items[0][price_data][unit_amount]=1980&line_items[0][quantity]=1"
	           "&metadata[order]=" ORDER "&payment_intent_data[metadata][order]=" ORDER
	           "&payment_intent_data[description]=" ORDER
	           "&adaptive_pricing[enabled]=false&expires_at=1790002760"
	           "&success_url=https%3A%2F%2Fshop.example%2Fzh-Hans%2Forders%2F1%3Fa%3Db"
	           "&cancel_url=https%3A%2F%2Fshop.example%2Fzh-Hans%2Forders%2F1%3Fa%3Db"
	           "&locale=zh&payment_method_types[0]=card"
	           "&payment_method_options[card][request_three_d_secure]=any");
	first = world.call.body;
	world.task.now_ms += 20000;
	world.task.nonce = STR("ffeeddccbbaa99887766554433221100");
	card_ask(&world, PAY_VERB_START);
	assert_true(str_eq(first, world.call.body));
	assert_str(card_header(&world, "Idempotency-Key"), "pay:" ORDER ":1");
	card_close(&world);
}

/* The first result of a key is replayed for a day, a 500 too: so it does not block for ever. */
static void a_key_changes_only_with_age(void **state)
{
	static const struct {
		int64_t     age_s;
		const char *key;
	} cases[] = { { 0, "refund:" REFUND ":1" },      { 3599, "refund:" REFUND ":1" },
		      { 3600, "refund:" REFUND ":2" },   { 21600, "refund:" REFUND ":3" },
		      { 86399, "refund:" REFUND ":3" },  { 86400, "refund:" REFUND ":4" },
		      { 172799, "refund:" REFUND ":4" }, { 172800, "refund:" REFUND ":5" } };
	struct world world;

	(void)state;
	card_open(&world);
	world.task.reference = STR(SESSION " " INTENT);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		world.task.now_ms = (NOW_S + cases[i].age_s) * INT64_C(1000);
		card_ask(&world, PAY_VERB_REFUND);
		assert_str(card_header(&world, "Idempotency-Key"), cases[i].key);
	}
	card_close(&world);
}

static void a_page_lives_half_an_hour_at_least_and_a_day_at_most(void **state)
{
	static const struct {
		int64_t     lock_s;
		const char *end;
	} cases[] = { { 0, "expires_at=1790001860&" },
		      { 900, "expires_at=1790002760&" },
		      { 86400, "expires_at=1790086340&" } };
	struct world world;

	(void)state;
	card_open(&world);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		world.task.expires_s = NOW_S + cases[i].lock_s;
		card_ask(&world, PAY_VERB_START);
		assert_true(str_find(world.call.body, str_from(cases[i].end)) > 0);
	}
	card_close(&world);
}

static void the_page_speaks_the_payers_language(void **state)
{
	static const char *const cases[][2] = {
		{ "zh-Hans", "&locale=zh&" }, { "zh-Hant", "&locale=zh-TW&" },
		{ "ja", "&locale=ja&" },      { "en", "&locale=en&" },
		{ "xx", "&locale=auto&" },    { "", "&locale=auto&" },
	};
	struct world world;

	(void)state;
	card_open(&world);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		world.task.lang = str_from(cases[i][0]);
		card_ask(&world, PAY_VERB_START);
		assert_true(str_find(world.call.body, str_from(cases[i][1])) > 0);
	}
	card_close(&world);
}

static void each_question_goes_by_the_best_id_that_is_known(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	card_ask(&world, PAY_VERB_QUERY);
	assert_str(world.call.method, "GET");
	assert_str(world.call.url, "https://api.stripe.com/v1/payment_intents/search?"
	                           "query=metadata[%27order%27]%3A%27" ORDER "%27"
	                           "&expand[0]=data.latest_charge.balance_transaction");
	assert_str(card_header(&world, "Idempotency-Key"), "");
	world.task.reference = STR(INTENT);
	card_ask(&world, PAY_VERB_QUERY);
	assert_str(world.call.url, "https://api.stripe.com/v1/payment_intents/" INTENT
	                           "?expand[0]=latest_charge.balance_transaction");
	world.task.reference = STR(SESSION " " INTENT);
	card_ask(&world, PAY_VERB_QUERY);
	assert_str(world.call.url, "https://api.stripe.com/v1/checkout/sessions/" SESSION
	                           "?expand[0]=payment_intent.latest_charge.balance_transaction");
	card_ask(&world, PAY_VERB_CLOSE);
	assert_str(world.call.method, "POST");
	assert_str(world.call.url,
	           "https://api.stripe.com/v1/checkout/sessions/" SESSION "/expire");
	assert_str(world.call.body, "");
	assert_str(card_header(&world, "Idempotency-Key"),
	           "close:" ORDER ":00112233445566778899aabbccddeeff");
	world.task.reference = STR(INTENT);
	card_ask(&world, PAY_VERB_CLOSE);
	assert_str(world.call.url, "https://api.stripe.com/v1/payment_intents/" INTENT "/cancel");
	assert_str(world.call.body, "cancellation_reason=abandoned");
	/* Not opened as far as we know: whether it was paid is what matters. */
	world.task.reference = STR("");
	card_ask(&world, PAY_VERB_CLOSE);
	assert_str(world.call.method, "GET");
	card_close(&world);
}

static void a_refund_names_its_intent_and_both_numbers(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	world.task.reference = STR(SESSION " " INTENT);
	card_ask(&world, PAY_VERB_REFUND);
	assert_str(world.call.url, "https://api.stripe.com/v1/refunds");
	assert_str(world.call.body,
	           "payment_intent=" INTENT
	           "&amount=500&reason=requested_by_customer&metadata[order]=" ORDER
	           "&metadata[refund]=" REFUND);
	card_ask(&world, PAY_VERB_REFUND_QUERY);
	assert_str(world.call.url,
	           "https://api.stripe.com/v1/refunds?payment_intent=" INTENT "&limit=100");
	world.task.refund_reference = STR("re_1");
	card_ask(&world, PAY_VERB_REFUND_QUERY);
	assert_str(world.call.url, "https://api.stripe.com/v1/refunds/re_1");
	card_close(&world);
}

/* A reference comes back from the database, once from an answer: never into a path as it is. */
static void what_is_no_id_never_gets_into_an_address(void **state)
{
	static const char *const cases[] = { "cs_a/../../refunds", "cs_", "cs_a?b", "cs_a\nX: y" };
	struct world             world;

	(void)state;
	card_open(&world);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		world.task.reference = str_from(cases[i]);
		card_ask(&world, PAY_VERB_QUERY);
		assert_true(str_find(world.call.url, STR("/search?")) > 0);
	}
	world.task.reference = STR("");
	world.task.order = STR("KP' OR status:'succeeded");
	assert_false(pay_build(pay_verb(&pay_stripe, PAY_VERB_QUERY), &world.config, &world.task,
	                       &world.arena, &world.call));
	card_close(&world);
}

/* --- amounts ------------------------------------------------------------------------ */
static void amounts_are_minor_units_but_where_stripe_counts_otherwise(void **state)
{
	static const struct {
		const char *code, *lower;
		int64_t     ours, theirs; /* theirs 0: cannot be said */
	} cases[] = {
		{ "JPY", "jpy", 1980, 1980 },
		{ "CNY", "cny", 8888, 8888 },
		{ "USD", "usd", 1299, 1299 },
		{ "KRW", "krw", 15000, 15000 },
		{ "TWD", "twd", 30050, 30050 },
		{ "HKD", "hkd", 400, 400 },
		{ "KWD", "kwd", 1230, 1230 },
		{ "KWD", "kwd", 1234, 0 },
		{ "ISK", "isk", 500, 50000 },
		{ "UGX", "ugx", 5000, 500000 },
		{ "MGA", "mga", 500000, 5000 },
		{ "MGA", "mga", 500010, 0 },
		{ "JPY", "jpy", 0, 0 },
		{ "JPY", "jpy", -5, 0 },
		{ "JPY", "jpy", MONEY_MAX, MONEY_MAX },
		{ "ISK", "isk", MONEY_MAX, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct money money = { .amount = cases[i].ours }, back;
		int64_t      wire = 0;

		assert_true(currency_from_code(str_from(cases[i].code), &money.currency));
		assert_int_equal(stripe_amount(money, &wire), cases[i].theirs != 0);
		assert_int_equal(wire, cases[i].theirs);
		if (cases[i].theirs == 0)
			continue;
		assert_true(stripe_money(wire, str_from(cases[i].lower), &back));
		assert_true(money_eq(money, back));
	}
}

static void every_currency_comes_back_as_it_went(void **state)
{
	(void)state;
	for (uint16_t currency = 1; currency < 1000; currency++) {
		static const int64_t amounts[] = { 1, 10, 99, 100, 101, 1980, 99999999 };
		struct str           code = currency_code(currency);
		char                 lower[4] = { 0 };

		for (size_t i = 0; i < code.len && i < 3; i++)
			lower[i] = (char)(code.ptr[i] - 'A' + 'a');
		for (size_t i = 0; i < COUNT_OF(amounts) && code.len == 3; i++) {
			struct money money = { .amount = amounts[i], .currency = currency }, back;
			int64_t      wire;

			if (!stripe_amount(money, &wire))
				continue;
			assert_true(stripe_money(wire, str_from(lower), &back));
			assert_true(money_eq(money, back));
		}
	}
}

static void half_a_crown_of_iceland_is_no_amount(void **state)
{
	struct money money;

	(void)state;
	assert_false(stripe_money(50, STR("isk"), &money));
	assert_false(stripe_money(100, STR("JPY"), &money));
	assert_false(stripe_money(100, STR("xxx"), &money));
	assert_false(stripe_money(100, STR("jp"), &money));
}

static void the_least_amounts_are_known_before_the_redirect(void **state)
{
	static const struct {
		const char *code;
		int64_t     amount;
		bool        taken;
	} cases[] = {
		{ "JPY", 49, false },  { "JPY", 50, true },       { "USD", 49, false },
		{ "HKD", 399, false }, { "HKD", 400, true },      { "GBP", 30, true },
		{ "CNY", 1, true },    { "JPY", 99999999, true }, { "JPY", 100000000, false }
	};
	struct world world;

	(void)state;
	card_open(&world);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct money money = { .amount = cases[i].amount };

		assert_true(currency_from_code(str_from(cases[i].code), &money.currency));
		assert_int_equal(pay_stripe.takes(&world.config, money), cases[i].taken);
	}
	card_close(&world);
}

/* --- settings ----------------------------------------------------------------------- */
static void wrong_settings_are_told_by_name(void **state)
{
	static const struct {
		const char *name, *value;
	} cases[] = {
		{ "url", "http://api.stripe.com" },
		{ "url", "http://127.0.0.1.evil.example" },
		{ "url", "" },
		{ "three_d_secure", "never" },
		{ "key_file", "" },
		{ "key_file", "!" },
		{ "key_file", "pk_live_public" },
		{ "key_file", "sk_test_a\nsk_test_b" },
		{ "key_file", "sk_test_\x01" },
		{ "hook_key_file", "" },
		{ "hook_key_file", "whsec_a\nother" },
		{ "hook_key_file", "whsec_a\nwhsec_a\nwhsec_a\nwhsec_a\nwhsec_a\nwhsec_a\nwhsec_a\n"
		                   "whsec_a\nwhsec_a" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct world       world;
		struct pay_problem problem = { 0 };

		card_open(&world);
		for (size_t s = 0; s < STRIPE_SETTINGS; s++)
			if (strcmp(world.settings[s].name, cases[i].name) == 0)
				world.settings[s].value = cases[i].value;
		assert_false(card_config(&world, &problem));
		assert_string_equal(problem.setting, cases[i].name);
		assert_true(problem.text.len > 0);
		card_close(&world);
	}
}

static void key_never_told(void *ctx, const struct pay_finding *finding)
{
	size_t *count = ctx;

	assert_true(finding->good);
	assert_true(str_find(finding->text, STR("keepline")) < 0);
	(*count)++;
}

static void the_check_tells_what_a_key_is_and_never_the_key(void **state)
{
	struct world world;
	size_t       count = 0;

	(void)state;
	card_open(&world);
	pay_stripe.check(&world.config, NOW_S, &world.arena, key_never_told, &count);
	assert_true(count >= 3);
	card_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_is_a_checkout_session_of_our_order),
		cmocka_unit_test(a_key_changes_only_with_age),
		cmocka_unit_test(a_page_lives_half_an_hour_at_least_and_a_day_at_most),
		cmocka_unit_test(the_page_speaks_the_payers_language),
		cmocka_unit_test(each_question_goes_by_the_best_id_that_is_known),
		cmocka_unit_test(a_refund_names_its_intent_and_both_numbers),
		cmocka_unit_test(what_is_no_id_never_gets_into_an_address),
		cmocka_unit_test(amounts_are_minor_units_but_where_stripe_counts_otherwise),
		cmocka_unit_test(every_currency_comes_back_as_it_went),
		cmocka_unit_test(half_a_crown_of_iceland_is_no_amount),
		cmocka_unit_test(the_least_amounts_are_known_before_the_redirect),
		cmocka_unit_test(wrong_settings_are_told_by_name),
		cmocka_unit_test(the_check_tells_what_a_key_is_and_never_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
