/*
 * stripe_hook_test.c - which callbacks of Stripe are believed, and what they say.
 */
#include "gate/stripe_world.h"

/* --- callbacks ---------------------------------------------------------------------- */
static struct str event(struct world *world, const char *type, struct str object)
{
	return arena_printf(&world->arena,
	                    "{\"id\":\"evt_1\",\"object\":\"event\",\"created\":1790000200,"
	                    "\"type\":\"%s\",\"data\":{\"object\":%.*s}}",
	                    type, STR_ARG(object));
}

static struct str signature(struct world *world, const char *secret, int64_t at_s, struct str body)
{
	struct str data = arena_printf(&world->arena, "%lld.%.*s", (long long)at_s, STR_ARG(body));

	return arena_printf(&world->arena, "Stripe-Signature: t=%lld,v1=%s", (long long)at_s,
	                    hmac_sha256_hex(&world->arena, str_from(secret), data).ptr);
}

static enum pay_hook_result call_back(struct world *world, struct str line, struct str body)
{
	struct pay_callback in = {
		.headers = &line, .header_count = 1, .body = body, .now_s = NOW_S
	};

	world->facts = (struct pay_facts){ 0 };
	return pay_stripe.hook(&world->verify, &in, &world->arena, &world->facts);
}

static enum pay_hook_result tell(struct world *world, const char *type, struct str object)
{
	struct str body = event(world, type, object);

	return call_back(world, signature(world, "whsec_new0123456789", NOW_S, body), body);
}

#define EXPECT_HOOK(result, expected) \
	assert_str(pay_hook_name(result), pay_hook_name(PAY_HOOK_##expected).ptr)

static void a_signature_by_the_old_or_the_new_secret_holds(void **state)
{
	struct world world;
	struct str   body, line;

	(void)state;
	card_open(&world);
	body = event(&world, "checkout.session.completed",
	             card_session(&world, "complete", "paid", "\"" INTENT "\""));
	EXPECT_HOOK(call_back(&world, signature(&world, "whsec_new0123456789", NOW_S, body), body),
	            FACTS);
	EXPECT_HOOK(call_back(&world, signature(&world, "whsec_old0123456789", NOW_S, body), body),
	            FACTS);
	EXPECT_HOOK(call_back(&world, signature(&world, "whsec_third", NOW_S, body), body), FORGED);
	line = signature(&world, "whsec_new0123456789", NOW_S, body);
	EXPECT_HOOK(call_back(&world, card_swapped(&world, line, ",v1=", ",v1=0000,v0=aa,v1="),
	                      body),
	            FACTS);
	EXPECT_HOOK(call_back(&world, card_swapped(&world, line, ",v1=", ",v0="), body), FORGED);
	EXPECT_HOOK(call_back(&world, card_swapped(&world, line, ",v1=", ", v1="), body), FORGED);
	EXPECT_HOOK(call_back(&world, line, card_swapped(&world, body, "1980", "1981")), FORGED);
	EXPECT_HOOK(call_back(&world, STR("Stripe-Signature: t=,v1="), body), FORGED);
	EXPECT_HOOK(call_back(&world, STR("Stripe-Signature: "), body), FORGED);
	EXPECT_HOOK(call_back(&world, STR("Other: x"), body), FORGED);
	EXPECT_HOOK(call_back(&world, line, STR("")), FORGED);
	card_close(&world);
}

static void times_hold_for_three_hundred_seconds_both_ways(void **state)
{
	static const struct {
		int64_t              offset_s;
		enum pay_hook_result result;
	} cases[] = { { -301, PAY_HOOK_STALE },
		      { -300, PAY_HOOK_FACTS },
		      { 0, PAY_HOOK_FACTS },
		      { 300, PAY_HOOK_FACTS },
		      { 301, PAY_HOOK_STALE } };
	struct world world;
	struct str   body;

	(void)state;
	card_open(&world);
	body = event(&world, "checkout.session.completed",
	             card_session(&world, "complete", "paid", "\"" INTENT "\""));
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(call_back(&world,
		                           signature(&world, "whsec_new0123456789",
		                                     NOW_S + cases[i].offset_s, body),
		                           body),
		                 cases[i].result);
	card_close(&world);
}

static void events_become_facts(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	EXPECT_HOOK(tell(&world, "checkout.session.completed",
	                 card_session(&world, "complete", "paid", "\"" INTENT "\"")),
	            FACTS);
	EXPECT_STATE(&world, SUCCEEDED);
	assert_str(world.facts.event, "evt_1");
	assert_str(world.facts.reference, SESSION " " INTENT);
	assert_int_equal(world.facts.occurred_s, 1790000200);
	assert_int_equal(world.facts.url.len, 0);
	EXPECT_HOOK(tell(&world, "checkout.session.completed",
	                 card_session(&world, "complete", "unpaid", "\"" INTENT "\"")),
	            FACTS);
	EXPECT_STATE(&world, PENDING);
	EXPECT_HOOK(tell(&world, "checkout.session.async_payment_failed",
	                 card_session(&world, "complete", "unpaid", "\"" INTENT "\"")),
	            FACTS);
	EXPECT_STATE(&world, FAILED);
	EXPECT_HOOK(tell(&world, "checkout.session.expired",
	                 card_session(&world, "expired", "unpaid", "null")),
	            FACTS);
	EXPECT_STATE(&world, EXPIRED);
	EXPECT_HOOK(tell(&world, "payment_intent.succeeded",
	                 str_from(card_intent(&world, "succeeded", 1980, "false"))),
	            FACTS);
	EXPECT_STATE(&world, SUCCEEDED);
	EXPECT_HOOK(tell(&world, "refund.updated", card_refund(&world, "succeeded", REFUND)),
	            FACTS);
	EXPECT_STATE(&world, REFUNDED);
	assert_str(world.facts.refund, REFUND);
	EXPECT_HOOK(tell(&world, "refund.failed", card_refund(&world, "failed", REFUND)), FACTS);
	EXPECT_STATE(&world, FAILED);
	card_close(&world);
}

/* A declined card on a page that is still open: the payer takes another one. */
static void a_failed_try_on_an_open_page_is_not_the_end(void **state)
{
	struct world world;
	struct str   failed;

	(void)state;
	card_open(&world);
	failed = str_from(card_intent(&world, "requires_payment_method", 0, "false"));
	EXPECT_HOOK(tell(&world, "payment_intent.payment_failed", failed), IGNORED);
	/* Of a debit without the payer it is. */
	failed = card_swapped(&world, failed, "\"metadata\":{",
	                      "\"last_payment_error\":{\"code\":"
	                      "\"card_declined\"},\"metadata\":{\"debit\":\"1\",");
	EXPECT_HOOK(tell(&world, "payment_intent.payment_failed", failed), FACTS);
	EXPECT_STATE(&world, FAILED);
	assert_str(world.facts.reason, "card_declined");
	card_close(&world);
}

static void other_peoples_events_are_left_alone(void **state)
{
	struct world world;
	struct str   good, body;

	(void)state;
	card_open(&world);
	good = card_session(&world, "complete", "paid", "\"" INTENT "\"");
	EXPECT_HOOK(tell(&world, "checkout.session.completed",
	                 card_swapped(&world, good, "\"metadata\":{\"order\":\"" ORDER "\"}",
	                              "\"metadata\":{}")),
	            IGNORED);
	EXPECT_HOOK(tell(&world, "customer.created", STR("{\"id\":\"cus_1\"}")), IGNORED);
	EXPECT_HOOK(tell(&world, "refund.updated",
	                 card_swapped(&world, card_refund(&world, "succeeded", REFUND),
	                              "\"refund\":\"" REFUND, "\"other\":\"x")),
	            IGNORED);
	EXPECT_HOOK(tell(&world, "checkout.session.completed",
	                 card_swapped(&world, good, "\"currency\":\"jpy\"", "\"currency\":5")),
	            DAMAGED);
	body = card_swapped(&world, event(&world, "checkout.session.completed", good),
	                    "\"created\":1790000200",
	                    "\"created\":1790000200,\"account\":\"acct_2Other\"");
	EXPECT_HOOK(call_back(&world, signature(&world, "whsec_new0123456789", NOW_S, body), body),
	            FOREIGN);
	body = card_swapped(&world, event(&world, "checkout.session.completed", good),
	                    "\"created\":1790000200",
	                    "\"created\":1790000200,\"account\":\"acct_1Ours\"");
	EXPECT_HOOK(call_back(&world, signature(&world, "whsec_new0123456789", NOW_S, body), body),
	            FACTS);
	body = STR("{\"object\":\"event\"");
	EXPECT_HOOK(call_back(&world, signature(&world, "whsec_new0123456789", NOW_S, body), body),
	            DAMAGED);
	card_close(&world);
}

static void a_dispute_leads_to_a_question(void **state)
{
	struct world world;

	(void)state;
	card_open(&world);
	EXPECT_HOOK(tell(&world, "charge.dispute.created",
	                 STR("{\"id\":\"du_1\",\"object\":\"dispute\",\"charge\":\"ch_1\","
	                     "\"payment_intent\":\"" INTENT "\",\"reason\":\"fraudulent\"}")),
	            ASK);
	assert_str(world.facts.reference, INTENT);
	assert_str(world.facts.event, "evt_1");
	card_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_by_the_old_or_the_new_secret_holds),
		cmocka_unit_test(times_hold_for_three_hundred_seconds_both_ways),
		cmocka_unit_test(events_become_facts),
		cmocka_unit_test(a_failed_try_on_an_open_page_is_not_the_end),
		cmocka_unit_test(other_peoples_events_are_left_alone),
		cmocka_unit_test(a_dispute_leads_to_a_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
