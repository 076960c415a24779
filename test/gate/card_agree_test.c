/*
 * card_agree_test.c - agreements of Stripe and PayPal: signing, debits without
 * the payer, and their end.
 */
#include "gate/stripe_world.h"

#include "gate/paypal.h"

/* stripe_world.h opens Stripe; PayPal needs no more than this. */
static const struct paypal     paypal_own = { .client_id = STR_INIT("id") };
static const struct pay_config paypal = { .url = STR_INIT("https://api-m.paypal.com"),
	                                  .pages = STR_INIT("https://*.paypal.com"),
	                                  .secret = STR_INIT("s"),
	                                  .own = &paypal_own };

static void vault_ask(struct world *world, enum pay_verb_id verb)
{
	world->task.token = STR("A21");
	world->task.body = STR("");
	assert_true(pay_build(pay_verb(&pay_paypal, verb), &paypal, &world->task, &world->arena,
	                      &world->call));
}

static enum pay_outcome vault_answer(struct world *world, enum pay_verb_id verb, int32_t status,
                                     const char *body)
{
	world->call = (struct net_call){ .result = NET_ANSWER,
		                         .status = status,
		                         .answer = str_from(body),
		                         .arena = &world->arena };
	world->facts = (struct pay_facts){ 0 };
	return pay_verb(&pay_paypal, verb)
	    ->parse(&paypal, &world->task, &world->call, &world->arena, &world->facts);
}

#define SETUP(status, inner) \
	STR("{\"id\":\"" SESSION "\",\"object\":\"checkout.session\",\"mode\":\"setup\"," \
	    "\"livemode\":false,\"client_reference_id\":\"" ORDER "\",\"status\":\"" status "\"," \
	    "\"customer\":\"cus_1\",\"url\":\"https://checkout.stripe.com/c/pay/x\"," inner "}")
#define SAVED \
	"\"setup_intent\":{\"id\":\"seti_1\",\"status\":\"succeeded\",\"customer\":\"cus_1\"," \
	"\"payment_method\":\"pm_1\"}"

static void a_card_is_saved_on_stripes_page(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	world.task.agreement = STR(ORDER);
	card_ask(&world, PAY_VERB_SIGN);
	assert_str(world.call.url, "https://api.stripe.com/v1/checkout/sessions");
	assert_str(card_header(&world, "Idempotency-Key"), "sign:" ORDER ":1");
	assert_true(str_starts(world.call.body, STR("mode=setup&client_reference_id=" ORDER
	                                            "&customer_creation=always&")));
	EXPECT(card_answer(&world, PAY_VERB_SIGN, 200, SETUP("open", "\"setup_intent\":null")), OK);
	EXPECT_STATE(&world, PENDING);
	assert_int_equal(world.facts.way, PAY_WAY_REDIRECT);
	assert_str(world.facts.reference, SESSION);
	world.task.reference = STR(SESSION);
	card_ask(&world, PAY_VERB_AGREEMENT);
	assert_str(world.call.url, "https://api.stripe.com/v1/checkout/sessions/" SESSION
	                           "?expand[0]=setup_intent");
	EXPECT(card_answer(&world, PAY_VERB_AGREEMENT, 200, SETUP("complete", SAVED)), OK);
	EXPECT_STATE(&world, SUCCEEDED);
	assert_str(world.facts.agreement, "cus_1 pm_1");
	EXPECT(card_answer(&world, PAY_VERB_AGREEMENT, 200,
	                   SETUP("complete", "\"setup_intent\":null")),
	       OK);
	EXPECT_STATE(&world, PENDING);
	EXPECT(card_answer(&world, PAY_VERB_AGREEMENT, 200,
	                   SETUP("expired", "\"setup_intent\":null")),
	       OK);
	EXPECT_STATE(&world, EXPIRED);
	world.task.agreement = STR("KPOTHER");
	world.task.order = STR("KPOTHER");
	EXPECT(card_answer(&world, PAY_VERB_AGREEMENT, 200, SETUP("complete", SAVED)), UNKNOWN);
	card_close(&world);
}

#define DEBIT(status, more) \
	STR("{\"id\":\"" INTENT "\",\"object\":\"payment_intent\",\"amount\":1980," \
	    "\"amount_received\":1980,\"currency\":\"jpy\",\"livemode\":false,\"created\":1," \
	    "\"status\":\"" status "\",\"metadata\":{\"order\":\"" ORDER \
	    "\",\"debit\":\"1\"}" more "}")

static void a_debit_by_card_is_paid_or_ended_at_once(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	world.task.agreement = STR("cus_1 pm_1");
	card_ask(&world, PAY_VERB_DEBIT);
	assert_str(world.call.url, "https://api.stripe.com/v1/payment_intents");
	assert_str(card_header(&world, "Idempotency-Key"), "debit:" ORDER ":1");
	assert_str(world.call.body,
	           "amount=1980&currency=jpy&customer=cus_1&payment_method=pm_1"
	           "&payment_method_types[0]=card&off_session=true&confirm=true&description=" ORDER
	           "&metadata[order]=" ORDER "&metadata[debit]=1");
	EXPECT(card_answer(&world, PAY_VERB_DEBIT, 200, DEBIT("succeeded", "")), OK);
	EXPECT_STATE(&world, SUCCEEDED);
	assert_str(world.facts.reference, INTENT);
	EXPECT(card_answer(&world, PAY_VERB_DEBIT, 200, DEBIT("processing", "")), OK);
	EXPECT_STATE(&world, PENDING);
	EXPECT(card_answer(&world, PAY_VERB_DEBIT, 200, DEBIT("requires_action", "")), DECLINED);
	assert_str(world.facts.reason, "authentication_required");
	EXPECT(card_answer(&world, PAY_VERB_DEBIT, 402,
	                   STR("{\"error\":{\"type\":\"card_error\",\"code\":"
	                       "\"authentication_required\"}}")),
	       DECLINED);
	world.task.reference = STR(INTENT);
	EXPECT(card_answer(&world, PAY_VERB_QUERY, 200,
	                   DEBIT("requires_payment_method",
	                         ",\"last_payment_error\":{\"code\":\"card_declined\"}")),
	       OK);
	EXPECT_STATE(&world, FAILED);
	world.task.agreement = STR("pm_1");
	world.task.body = STR("");
	assert_false(pay_build(pay_verb(&pay_stripe, PAY_VERB_DEBIT), &world.config, &world.task,
	                       &world.arena, &world.call));
	card_close(&world);
}

/* Money may have moved although nothing is found yet. */
static void a_debit_that_is_not_found_is_no_debit_that_was_not_made(void **state)
{
	struct world world;
	struct str   none = STR("{\"object\":\"search_result\",\"data\":[],\"has_more\":false}");

	(void)state;
	card_open(&world);
	world.task.agreement = STR("cus_1 pm_1");
	EXPECT(card_answer(&world, PAY_VERB_QUERY, 200, none), UNKNOWN);
	world.task.now_ms += 300000;
	EXPECT(card_answer(&world, PAY_VERB_QUERY, 200, none), ABSENT);
	EXPECT(vault_answer(&world, PAY_VERB_QUERY, 404, "{}"), UNKNOWN);
	world.task.agreement = STR("");
	EXPECT(vault_answer(&world, PAY_VERB_QUERY, 404, "{}"), ABSENT);
	card_close(&world);
}

static void a_card_that_is_taken_off_ends_the_agreement(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	world.task.agreement = STR("cus_1 pm_1");
	card_ask(&world, PAY_VERB_UNSIGN);
	assert_str(world.call.url, "https://api.stripe.com/v1/payment_methods/pm_1/detach");
	EXPECT(
	    card_answer(&world, PAY_VERB_UNSIGN, 200,
	                STR("{\"id\":\"pm_1\",\"object\":\"payment_method\",\"customer\":null}")),
	    OK);
	EXPECT_STATE(&world, EXPIRED);
	EXPECT(card_answer(&world, PAY_VERB_UNSIGN, 400,
	                   STR("{\"error\":{\"type\":\"invalid_request_error\"}}")),
	       UNKNOWN);
	EXPECT(card_answer(&world, PAY_VERB_AGREEMENT, 200,
	                   STR("{\"id\":\"pm_1\",\"object\":\"payment_method\","
	                       "\"customer\":\"cus_1\"}")),
	       OK);
	EXPECT_STATE(&world, SUCCEEDED);
	EXPECT(card_answer(&world, PAY_VERB_AGREEMENT, 200,
	                   STR("{\"id\":\"pm_2\",\"object\":\"payment_method\","
	                       "\"customer\":\"cus_1\"}")),
	       UNKNOWN);
	card_close(&world);
}

static void paypals_vault_turns_an_approval_into_a_token(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	world.task.agreement = STR(ORDER);
	vault_ask(&world, PAY_VERB_SIGN);
	assert_str(world.call.url, "https://api-m.paypal.com/v3/vault/setup-tokens");
	assert_str(card_header(&world, "PayPal-Request-Id"), ORDER);
	EXPECT(vault_answer(&world, PAY_VERB_SIGN, 201,
	                    "{\"id\":\"5C9\",\"links\":[{\"rel\":\"approve\",\"href\":"
	                    "\"https://www.paypal.com/agreements/approve?x=5C9\"}]}"),
	       OK);
	EXPECT_STATE(&world, PENDING);
	assert_str(world.facts.reference, "5C9");
	EXPECT(vault_answer(&world, PAY_VERB_SIGN, 201,
	                    "{\"id\":\"5C9\",\"links\":[{\"rel\":\"approve\",\"href\":"
	                    "\"https://evil.example/\"}]}"),
	       UNKNOWN);
	world.task.reference = STR("5C9");
	world.task.agreement = STR("");
	vault_ask(&world, PAY_VERB_AGREEMENT);
	assert_str(world.call.url, "https://api-m.paypal.com/v3/vault/payment-tokens");
	assert_str(world.call.body, "{\"payment_source\":{\"token\":{\"id\":\"5C9\",\"type\":"
	                            "\"SETUP_TOKEN\"}}}");
	EXPECT(vault_answer(&world, PAY_VERB_AGREEMENT, 422,
	                    "{\"details\":[{\"issue\":\"SETUP_TOKEN_NOT_APPROVED\"}]}"),
	       OK);
	EXPECT_STATE(&world, PENDING);
	EXPECT(vault_answer(&world, PAY_VERB_AGREEMENT, 201, "{\"id\":\"8kk8451t\"}"), OK);
	EXPECT_STATE(&world, SUCCEEDED);
	assert_str(world.facts.agreement, "8kk8451t");
	world.task.agreement = STR("8kk8451t");
	vault_ask(&world, PAY_VERB_AGREEMENT);
	assert_str(world.call.url, "https://api-m.paypal.com/v3/vault/payment-tokens/8kk8451t");
	EXPECT(vault_answer(&world, PAY_VERB_AGREEMENT, 404, "{}"), OK);
	EXPECT_STATE(&world, EXPIRED);
	vault_ask(&world, PAY_VERB_UNSIGN);
	assert_str(world.call.method, "DELETE");
	EXPECT(vault_answer(&world, PAY_VERB_UNSIGN, 204, ""), OK);
	EXPECT_STATE(&world, EXPIRED);
	EXPECT(vault_answer(&world, PAY_VERB_UNSIGN, 404, "{}"), OK);
	EXPECT(vault_answer(&world, PAY_VERB_UNSIGN, 500, "{}"), UNKNOWN);
	card_close(&world);
}

static void a_debit_by_paypal_is_an_order_that_is_captured_at_once(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	world.task.agreement = STR("8kk8451t");
	vault_ask(&world, PAY_VERB_DEBIT);
	assert_str(world.call.url, "https://api-m.paypal.com/v2/checkout/orders");
	assert_str(card_header(&world, "PayPal-Request-Id"), ORDER);
	assert_str(world.call.body,
	           "{\"intent\":\"CAPTURE\",\"purchase_units\":[{\"amount\":{\"currency_code\":"
	           "\"JPY\",\"value\":\"1980\"},\"custom_id\":\"" ORDER "\",\"invoice_id\":\"" ORDER
	           "\"}],\"payment_source\":{\"paypal\":{\"vault_id\":\"8kk8451t\","
	           "\"stored_credential\":{\"payment_initiator\":\"MERCHANT\",\"usage\":"
	           "\"SUBSEQUENT\",\"usage_pattern\":\"UNSCHEDULED_PREPAID\"}}}}");
	EXPECT(vault_answer(
		   &world, PAY_VERB_DEBIT, 201,
		   "{\"id\":\"5O1\",\"status\":\"COMPLETED\",\"purchase_units\":[{\"amount\":{"
		   "\"currency_code\":\"JPY\",\"value\":\"1980\"},\"custom_id\":\"" ORDER
		   "\",\"payments\":{\"captures\":[{\"id\":\"2GG\",\"status\":\"COMPLETED\","
		   "\"amount\":{\"currency_code\":\"JPY\",\"value\":\"1980\"}}]}}]}"),
	       OK);
	EXPECT_STATE(&world, SUCCEEDED);
	assert_str(world.facts.reference, "5O1 2GG");
	EXPECT(vault_answer(&world, PAY_VERB_DEBIT, 422,
	                    "{\"details\":[{\"issue\":\"INSTRUMENT_DECLINED\"}]}"),
	       DECLINED);
	card_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_is_saved_on_stripes_page),
		cmocka_unit_test(a_debit_by_card_is_paid_or_ended_at_once),
		cmocka_unit_test(a_debit_that_is_not_found_is_no_debit_that_was_not_made),
		cmocka_unit_test(a_card_that_is_taken_off_ends_the_agreement),
		cmocka_unit_test(paypals_vault_turns_an_approval_into_a_token),
		cmocka_unit_test(a_debit_by_paypal_is_an_order_that_is_captured_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
