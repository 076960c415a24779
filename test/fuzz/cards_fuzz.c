/*
 * cards_fuzz.c - answers, callbacks and statements of Stripe and PayPal:
 * whatever comes, nothing is believed that was not said, and nothing breaks.
 *
 * rooms: base core gate
 */
#include "fuzz/fuzz.h"

#include "base/hash.h"
#include "base/str.h"
#include "gate/paypal.h"
#include "gate/stripe.h"

#define NOW_S 1790000000

static const struct stripe stripe_own = { .three_d_secure = STR_INIT("any") };
static const struct paypal paypal_own = { .webhook_ids = STR_INIT("HOOK") };

static void facts_hold(const struct pay_facts *facts)
{
	FUZZ_CHECK(facts->state < PAYMENT_STATE_COUNT && facts->state != PAYMENT_UNKNOWN);
	FUZZ_CHECK(facts->amount.amount >= 0 && facts->amount.amount <= MONEY_MAX);
	FUZZ_CHECK(facts->amount.currency == 0 || currency_code(facts->amount.currency).len == 3);
}

/* What an answer to any verb may come to. */
static void answers(const struct pay_gateway *gateway, const struct pay_config *config,
                    struct arena *arena, struct str bytes, uint8_t steer)
{
	static const int32_t   statuses[] = { 200, 201, 400, 401, 402, 404, 409, 422, 429, 500 };
	struct pay_task        task = { .order = STR("KP1"),
		                        .refund = STR("KR1"),
		                        .amount = { .amount = 1980, .currency = CURRENCY_JPY },
		                        .agreement = STR("cus_1 pm_1"),
		                        .bill_url = STR("https://api.example/v1/x?page=1&page=1"),
		                        .now_ms = INT64_C(1000) * NOW_S };
	uint8_t                status = fuzz_byte(&bytes);
	struct net_call        call = { .result = NET_ANSWER,
		                        .status = statuses[status % COUNT_OF(statuses)],
		                        .answer = bytes,
		                        .arena = arena };
	const struct pay_verb *verb = &gateway->verb[steer % PAY_VERB_COUNT];
	struct pay_facts       facts = { 0 };
	enum pay_outcome       outcome;

	if (steer % 2 == 0)
		task.reference = STR("cs_1 pi_1");
	if (verb->parse == NULL)
		return;
	outcome = verb->parse(config, &task, &call, arena, &facts);
	FUZZ_CHECK(outcome < PAY_OUTCOME_COUNT);
	if (outcome == PAY_OUTCOME_OK)
		facts_hold(&facts);
	FUZZ_CHECK(facts.url.len == 0 || outcome == PAY_OUTCOME_OK);
}

/* Signed where steered: else never more than a forgery, or a hint. */
static void stripe_callback(struct arena *arena, struct str bytes, uint8_t steer)
{
	struct str           key = STR("whsec_0123456789"), header, body, data;
	struct pay_callback  in = { .headers = &header, .header_count = 1, .now_s = NOW_S };
	struct pay_facts     facts = { 0 };
	enum pay_hook_result result;

	str_cut(bytes, '\n', &header, &body);
	if (steer % 2 == 0) {
		data = arena_printf(arena, "%d.%.*s", NOW_S, STR_ARG(body));
		header = arena_printf(arena, "Stripe-Signature: t=%d,v1=%s", NOW_S,
		                      hmac_sha256_hex(arena, key, data).ptr);
	}
	in.body = body;
	result = pay_stripe.hook(&(struct pay_config){ .secret = key }, &in, arena, &facts);
	FUZZ_CHECK(steer % 2 == 0 || result == PAY_HOOK_FORGED);
	if (result == PAY_HOOK_FACTS)
		facts_hold(&facts);
}

static void paypal_callback(struct arena *arena, struct str bytes)
{
	struct str           headers[] = { STR("PayPal-Transmission-Id: 1"),
		                           STR("PayPal-Transmission-Time: 2026-09-21T14:13:20Z"),
		                           STR("PayPal-Transmission-Sig: AAAA"), STR(""),
		                           STR("PayPal-Auth-Algo: SHA256withRSA") };
	struct pay_callback  in = { .headers = headers,
		                    .header_count = COUNT_OF(headers),
		                    .now_s = NOW_S };
	struct pay_facts     facts = { 0 };
	enum pay_hook_result result;
	struct str           url, sent = { 0 };

	str_cut(bytes, '\n', &url, &in.body);
	headers[3] = arena_printf(arena, "PayPal-Cert-Url: %.*s", STR_ARG(url));
	(void)pay_header(headers, COUNT_OF(headers), STR("PayPal-Cert-Url"), &sent);
	result = pay_paypal.hook(&(struct pay_config){ .own = &paypal_own }, &in, arena, &facts);
	FUZZ_CHECK(result == PAY_HOOK_FORGED || result == PAY_HOOK_ASK ||
	           result == PAY_HOOK_IGNORED);
	/* As it arrived: the header ends at a NUL, which HTTP would not let through. */
	FUZZ_CHECK(result == PAY_HOOK_FORGED || paypal_address_valid(sent));
}

static bool row(void *ctx, const struct pay_bill_row *bill)
{
	(void)ctx;
	FUZZ_CHECK(bill->kind < PAY_BILL_KIND_COUNT && bill->amount.amount >= 0);
	FUZZ_CHECK(currency_code(bill->amount.currency).len == 3);
	FUZZ_CHECK(bill->settled.amount <= 2 * MONEY_MAX && bill->settled.amount >= -2 * MONEY_MAX);
	return true;
}

static void statement(const struct pay_gateway *gateway, struct arena *arena, struct str bytes)
{
	struct pay_bill_sum     sum;
	struct pay_bill_problem problem = { 0 };

	if (!gateway->bill(NULL, bytes, arena, row, NULL, &sum, &problem))
		FUZZ_CHECK(problem.text.len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pay_config stripe = { .url = STR("https://api.example"),
		                     .secret = STR("sk_test_1"),
		                     .own = &stripe_own };
	struct pay_config paypal = { .url = STR("https://api.example"),
		                     .secret = STR("secret"),
		                     .own = &paypal_own };
	struct str        bytes = { .ptr = (const char *)data, .len = size };
	uint8_t           which = fuzz_byte(&bytes), steer = fuzz_byte(&bytes);
	struct arena      arena;

	arena_init(&arena, 4 << 20);
	if (which % 6 == 0)
		answers(&pay_stripe, &stripe, &arena, bytes, steer);
	else if (which % 6 == 1)
		answers(&pay_paypal, &paypal, &arena, bytes, steer);
	else if (which % 6 == 2)
		stripe_callback(&arena, bytes, steer);
	else if (which % 6 == 3)
		paypal_callback(&arena, bytes);
	else if (which % 6 == 4)
		statement(&pay_stripe, &arena, bytes);
	else
		statement(&pay_paypal, &arena, bytes);
	arena_free(&arena);
	return 0;
}
