/*
 * paypal_hook_test.c - which callbacks of PayPal are believed, by which
 * certificate, and what they say.
 */
#include "gate/paypal_world.h"

#include "base/hash.h"
#include "base/rsa.h"
#include "base/time.h"
#include "gate/paypal_keys.h"

#define CERT_URL "https://api.paypal.com/v1/notifications/certs/CERT-"
#define HOOK_ID  "9XL90610J3647323C"

#define EXPECT_HOOK(result, expected) \
	assert_str(pay_hook_name(result), pay_hook_name(PAY_HOOK_##expected).ptr)

/* How one message is made and sent. */
struct letter {
	const char *cert_url, *webhook_id, *algorithm;
	int64_t     sent_s;
	struct str  body;
	bool        broken; /* its signature */
};

static struct str event(struct wallet *wallet, const char *type, struct str resource)
{
	return arena_printf(&wallet->arena,
	                    "{\"id\":\"WH-1\",\"event_type\":\"%s\",\"create_time\":"
	                    "\"2026-09-21T14:13:19Z\",\"resource\":%.*s}",
	                    type, STR_ARG(resource));
}

static struct str sign(struct wallet *wallet, const struct letter *letter, struct str time)
{
	struct rsa_key *key;
	struct str      text = STR("");
	struct str message = arena_printf(&wallet->arena, "69cd13f0|%.*s|%s|%lu", STR_ARG(time),
	                                  letter->webhook_id,
	                                  (unsigned long)crc32_of(letter->body));

	assert_true(rsa_key_private(STR(PAYPAL_KEY), RSA_BITS_MIN, &key));
	assert_true(rsa_sign_sha256_base64(key, message, &wallet->arena, &text));
	rsa_key_close(key);
	return letter->broken ? arena_printf(&wallet->arena, "AAAA%.*s", STR_ARG(str_skip(text, 4)))
	                      : text;
}

static enum pay_hook_result send(struct wallet *wallet, const struct letter *letter)
{
	struct str time = rfc3339(&wallet->arena, letter->sent_s);
	struct str lines[] = {
		STR("paypal-transmission-id: 69cd13f0"),
		arena_printf(&wallet->arena, "PAYPAL-TRANSMISSION-TIME: %.*s", STR_ARG(time)),
		arena_printf(&wallet->arena, "PAYPAL-TRANSMISSION-SIG: %.*s",
		             STR_ARG(sign(wallet, letter, time))),
		arena_printf(&wallet->arena, "PAYPAL-CERT-URL: %s", letter->cert_url),
		arena_printf(&wallet->arena, "PAYPAL-AUTH-ALGO: %s", letter->algorithm),
	};
	struct pay_callback in = { .headers = lines,
		                   .header_count = COUNT_OF(lines),
		                   .body = letter->body,
		                   .now_s = NOW_S };

	wallet->facts = (struct pay_facts){ 0 };
	return pay_paypal.hook(&wallet->verify, &in, &wallet->arena, &wallet->facts);
}

static enum pay_hook_result tell(struct wallet *wallet, const char *type, struct str resource)
{
	return send(wallet, &(struct letter){ .cert_url = CERT_URL "GOOD",
	                                      .webhook_id = HOOK_ID,
	                                      .algorithm = "SHA256withRSA",
	                                      .sent_s = NOW_S,
	                                      .body = event(wallet, type, resource) });
}

static void only_a_chain_to_our_roots_and_a_name_of_paypals_proves(void **state)
{
	static const struct {
		const char          *cert_url;
		enum pay_hook_result result;
	} cases[] = {
		{ CERT_URL "GOOD", PAY_HOOK_FACTS },
		{ CERT_URL "RENEWED", PAY_HOOK_FACTS },
		{ CERT_URL "ENDED", PAY_HOOK_FORGED },
		{ CERT_URL "LOOKALIKE", PAY_HOOK_FORGED },
		{ CERT_URL "STRANGER", PAY_HOOK_FORGED },
		/* Not in our file: it may be theirs, so PayPal is asked. */
		{ CERT_URL "UNKNOWN", PAY_HOOK_ASK },
		/* And where no certificate of PayPal's can be, nothing is asked at all. */
		{ "http://api.paypal.com/v1/notifications/certs/CERT-GOOD", PAY_HOOK_FORGED },
		{ "https://api.paypal.com.evil.example/certs/CERT-GOOD", PAY_HOOK_FORGED },
		{ "https://evilpaypal.com/certs/CERT-GOOD", PAY_HOOK_FORGED },
		{ "https://api.paypal.com@evil.example/certs/CERT-GOOD", PAY_HOOK_FORGED },
		{ "https://user:x@api.paypal.com/certs/CERT-GOOD", PAY_HOOK_FORGED },
		{ "https://api.paypal.com:8443/certs/CERT-GOOD", PAY_HOOK_FORGED },
		{ "https://evil.example#.paypal.com/x", PAY_HOOK_FORGED },
		{ "https://evil.example\\.paypal.com/x", PAY_HOOK_FORGED },
		{ "https://api%2epaypal.com/x", PAY_HOOK_FORGED },
		{ "https://paypal.com", PAY_HOOK_FORGED },
		{ "https://.paypal.com/x", PAY_HOOK_FORGED },
	};
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct letter letter = { .cert_url = cases[i].cert_url,
			                 .webhook_id = HOOK_ID,
			                 .algorithm = "SHA256withRSA",
			                 .sent_s = NOW_S };

		letter.body = event(&wallet, "PAYMENT.CAPTURE.COMPLETED",
		                    wallet_capture(&wallet, "COMPLETED", "1980"));
		assert_str(pay_hook_name(send(&wallet, &letter)),
		           pay_hook_name(cases[i].result).ptr);
	}
	wallet_close(&wallet);
}

static void addresses_of_certificates_are_paypals_or_none(void **state)
{
	(void)state;
	assert_true(paypal_address_valid(STR("https://api.paypal.com/v1/notifications/certs/C")));
	assert_true(paypal_address_valid(STR("https://API.Sandbox.PayPal.COM/x")));
	assert_true(paypal_address_valid(STR("https://paypal.com:443/x")));
	assert_false(paypal_address_valid(STR("")));
	assert_false(paypal_address_valid(STR("https://")));
	assert_false(paypal_address_valid(STR("https:///paypal.com/")));
	assert_false(paypal_address_valid(STR("https://paypal.com./x")));
	assert_false(paypal_address_valid(STR("https://a.paypal.com\n/x")));
	assert_false(paypal_address_valid(STR("//api.paypal.com/x")));
}

/* What was signed while the certificate was valid stays signed after it ended. */
static void validity_counts_for_the_moment_of_sending(void **state)
{
	struct wallet wallet;
	struct letter letter = { .cert_url = CERT_URL "ENDED",
		                 .webhook_id = HOOK_ID,
		                 .algorithm = "SHA256withRSA",
		                 .sent_s = 1577000000 /* 2019-12-22 */ };

	(void)state;
	wallet_open(&wallet);
	letter.body = event(&wallet, "PAYMENT.CAPTURE.COMPLETED",
	                    wallet_capture(&wallet, "COMPLETED", "1980"));
	EXPECT_HOOK(send(&wallet, &letter), STALE); /* proven, and years old */
	letter.sent_s = 1583000000;                 /* 2020-02-29: after its end */
	EXPECT_HOOK(send(&wallet, &letter), FORGED);
	wallet_close(&wallet);
}

static void signature_webhook_and_algorithm_must_all_fit(void **state)
{
	struct wallet wallet;
	struct letter good = { .cert_url = CERT_URL "GOOD",
		               .webhook_id = HOOK_ID,
		               .algorithm = "SHA256withRSA",
		               .sent_s = NOW_S };
	struct letter bad;

	(void)state;
	wallet_open(&wallet);
	good.body = event(&wallet, "PAYMENT.CAPTURE.COMPLETED",
	                  wallet_capture(&wallet, "COMPLETED", "1980"));
	EXPECT_HOOK(send(&wallet, &good), FACTS);
	bad = good;
	bad.webhook_id = "OLDHOOK";
	EXPECT_HOOK(send(&wallet, &bad), FACTS);
	bad.webhook_id = "OTHER";
	EXPECT_HOOK(send(&wallet, &bad), FORGED);
	bad = good;
	bad.broken = true;
	EXPECT_HOOK(send(&wallet, &bad), FORGED);
	bad = good;
	bad.algorithm = "SHA1withRSA";
	EXPECT_HOOK(send(&wallet, &bad), FORGED);
	wallet_close(&wallet);
}

static void times_hold_for_four_days_back_and_five_minutes_ahead(void **state)
{
	static const struct {
		int64_t              offset_s;
		enum pay_hook_result result;
	} cases[] = { { -345601, PAY_HOOK_STALE },
		      { -345600, PAY_HOOK_FACTS },
		      { 300, PAY_HOOK_FACTS },
		      { 301, PAY_HOOK_STALE } };
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct letter letter = { .cert_url = CERT_URL "GOOD",
			                 .webhook_id = HOOK_ID,
			                 .algorithm = "SHA256withRSA",
			                 .sent_s = NOW_S + cases[i].offset_s };

		letter.body = event(&wallet, "PAYMENT.CAPTURE.COMPLETED",
		                    wallet_capture(&wallet, "COMPLETED", "1980"));
		assert_int_equal(send(&wallet, &letter), cases[i].result);
	}
	wallet_close(&wallet);
}

static void without_certificates_every_event_is_a_hint(void **state)
{
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	wallet_set(&wallet, "certs_file", "");
	EXPECT_HOOK(tell(&wallet, "CHECKOUT.ORDER.APPROVED", wallet_order(&wallet, "APPROVED", "")),
	            ASK);
	assert_str(wallet.facts.order, ORDER);
	EXPECT_HOOK(tell(&wallet, "CATALOG.PRODUCT.CREATED", STR("{}")), IGNORED);
	EXPECT_HOOK(tell(&wallet, "CHECKOUT.ORDER.APPROVED", STR("[]")), FORGED);
	/* One that has no address in our file counts for all of them. */
	wallet_set(&wallet, "certs_file", PAYPAL_GOOD PAYPAL_MIDDLE);
	EXPECT_HOOK(tell(&wallet, "CHECKOUT.ORDER.APPROVED", wallet_order(&wallet, "APPROVED", "")),
	            FACTS);
	wallet_close(&wallet);
}

static void events_become_facts(void **state)
{
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	EXPECT_HOOK(tell(&wallet, "CHECKOUT.ORDER.APPROVED", wallet_order(&wallet, "APPROVED", "")),
	            FACTS);
	EXPECT_STATE(&wallet, APPROVED);
	assert_str(wallet.facts.event, "WH-1");
	assert_str(wallet.facts.reference, THEIRS);
	EXPECT_HOOK(tell(&wallet, "PAYMENT.CAPTURE.COMPLETED",
	                 wallet_capture(&wallet, "COMPLETED", "1980")),
	            FACTS);
	EXPECT_STATE(&wallet, SUCCEEDED);
	assert_str(wallet.facts.order, ORDER);
	assert_str(wallet.facts.reference, THEIRS " " TAKEN);
	EXPECT_HOOK(tell(&wallet, "PAYMENT.CAPTURE.PENDING",
	                 wallet_capture(&wallet, "PENDING", "1980")),
	            FACTS);
	EXPECT_STATE(&wallet, PENDING);
	assert_str(wallet.facts.reason, "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION");
	EXPECT_HOOK(tell(&wallet, "PAYMENT.CAPTURE.DENIED",
	                 wallet_capture(&wallet, "DECLINED", "1980")),
	            FACTS);
	EXPECT_STATE(&wallet, FAILED);
	EXPECT_HOOK(tell(&wallet, "PAYMENT.CAPTURE.REFUNDED",
	                 wallet_refund(&wallet, "COMPLETED", REFUND)),
	            FACTS);
	EXPECT_STATE(&wallet, REFUNDED);
	assert_str(wallet.facts.refund, REFUND);
	/* Given back by hand on PayPal's own pages: no refund of ours has that number. */
	EXPECT_HOOK(tell(&wallet, "PAYMENT.CAPTURE.REFUNDED",
	                 wallet_refund(&wallet, "COMPLETED", ORDER)),
	            ASK);
	assert_int_equal(wallet.facts.refund.len, 0);
	wallet_close(&wallet);
}

static void other_peoples_events_are_left_alone(void **state)
{
	struct wallet wallet;
	struct str    capture;

	(void)state;
	wallet_open(&wallet);
	capture = wallet_capture(&wallet, "COMPLETED", "1980");
	EXPECT_HOOK(tell(&wallet, "PAYMENT.CAPTURE.COMPLETED",
	                 wallet_swapped(&wallet, capture, "\"custom_id\"", "\"other_id\"")),
	            IGNORED);
	EXPECT_HOOK(tell(&wallet, "PAYMENT.CAPTURE.COMPLETED",
	                 wallet_swapped(&wallet, capture, "{",
	                                "{\"payee\":{\"merchant_id\":\"MERCHANT2\"},")),
	            FOREIGN);
	EXPECT_HOOK(tell(&wallet, "CHECKOUT.ORDER.APPROVED",
	                 wallet_swapped(&wallet, wallet_order(&wallet, "APPROVED", ""), "MERCHANT1",
	                                "MERCHANT2")),
	            FOREIGN);
	EXPECT_HOOK(tell(&wallet, "PAYMENT.CAPTURE.COMPLETED",
	                 wallet_swapped(&wallet, capture, "\"1980\"", "1980")),
	            DAMAGED);
	wallet_close(&wallet);
}

static void reversals_and_disputes_lead_to_a_question(void **state)
{
	struct wallet wallet;

	(void)state;
	wallet_open(&wallet);
	EXPECT_HOOK(tell(&wallet, "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
	                 STR("{\"order_id\":\"" THEIRS
	                     "\",\"purchase_units\":[{\"custom_id\":\"" ORDER "\"}]}")),
	            ASK);
	assert_str(wallet.facts.order, ORDER);
	assert_str(wallet.facts.reference, THEIRS);
	EXPECT_HOOK(tell(&wallet, "CUSTOMER.DISPUTE.CREATED",
	                 STR("{\"dispute_id\":\"PP-D-1\",\"reason\":\"UNAUTHORISED\","
	                     "\"disputed_transactions\":[{\"seller_transaction_id\":\"" TAKEN
	                     "\",\"custom\":\"" ORDER "\"}]}")),
	            ASK);
	EXPECT_STATE(&wallet, DISPUTED);
	assert_str(wallet.facts.reference, TAKEN);
	EXPECT_HOOK(tell(&wallet, "VAULT.PAYMENT-TOKEN.DELETED", STR("{\"id\":\"8kk8451t\"}")),
	            ASK);
	assert_str(wallet.facts.agreement, "8kk8451t");
	wallet_close(&wallet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_chain_to_our_roots_and_a_name_of_paypals_proves),
		cmocka_unit_test(addresses_of_certificates_are_paypals_or_none),
		cmocka_unit_test(validity_counts_for_the_moment_of_sending),
		cmocka_unit_test(signature_webhook_and_algorithm_must_all_fit),
		cmocka_unit_test(times_hold_for_four_days_back_and_five_minutes_ahead),
		cmocka_unit_test(without_certificates_every_event_is_a_hint),
		cmocka_unit_test(events_become_facts),
		cmocka_unit_test(other_peoples_events_are_left_alone),
		cmocka_unit_test(reversals_and_disputes_lead_to_a_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
