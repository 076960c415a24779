/*
 * antom_fuzz.c - answers, callbacks and statements of Antom: whatever comes, no
 * money is believed that was not said and signed, and every row of a statement
 * is one that can be booked.
 *
 * rooms: base core gate
 */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "gate/antom.h"

#define NOW INT64_C(1790000000)

/* 512 bits, so that signing each input takes no time; they open nothing. */
static const char key_short[] = "-----BEGIN PRIVATE KEY-----\n"
				"MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEA0PcUV6NCDETPtIpm\n"
				"PK/0soA6J43MviQ6N549yyZwU51iRQzT7DRHgsnnEk3U3dFxYmBCO1asMG+p4+vz\n"
				"WuKfUQIDAQABAkEAgGNugjHygKs+moR2ME9DnvCdynObGjAT/Nwix1CErznlSGOZ\n"
				"/Vu1GtQJJqBunUd3LNAbD7raW/z7i2PMW+GDaQIhAOsYLn9tp/NGr8tOPp1/MBaR\n"
				"QIQUqVxdmbNKK5DEUThfAiEA44wTemsbsVV2SGfTA3RPQs7xBuwvvwpKwfGOSbGA\n"
				"Bk8CIQCm+/ga/vJqc+ztxVfoWqz3epiOuHZLaxh/JtGm9CqUlQIgeVAo4k9QSE8D\n"
				"7L5Npb3QtBGYNtSc8AEQsi2San+TfckCIB0oU8Qtt4UdYqXjor1shYVxJKJbpFPf\n"
				"GT9ICZa2TT5S\n"
				"-----END PRIVATE KEY-----\n";
static const char key_short_public[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAND3FFejQgxEz7SKZjyv9LKAOieNzL4k\n"
    "OjeePcsmcFOdYkUM0+w0R4LJ5xJN1N3RcWJgQjtWrDBvqePr81rin1ECAwEAAQ==\n"
    "-----END PUBLIC KEY-----\n";

static struct antom      own;
static struct pay_config config = { .url = { .ptr = "https://a.alipay.com", .len = 20 },
	                            .pages = { .ptr = "https://*.alipay.com", .len = 20 },
	                            .merchant = { .ptr = "5X0", .len = 3 } };

static void keys_open(void)
{
	if (config.own != NULL)
		return;
	FUZZ_CHECK(rsa_key_private(str_from(key_short), 512, &own.sign));
	FUZZ_CHECK(keyring_open(str_from(key_short_public), 512, &own.trusted));
	own.root = STR("/ams/api/v1/");
	own.method = STR("ALIPAY_CN");
	own.key_version = STR("1");
	own.settle = CURRENCY_JPY;
	config.own = &own;
}

static void facts_hold(const struct pay_facts *facts)
{
	FUZZ_CHECK(facts->state < PAYMENT_STATE_COUNT);
	FUZZ_CHECK(facts->amount.amount >= 0 && facts->amount.amount <= MONEY_MAX);
	FUZZ_CHECK(facts->rate.mantissa >= 0 && facts->rate.mantissa <= FX_MANTISSA_MAX);
	FUZZ_CHECK(facts->url.len == 0 || pay_page_allowed(&config, facts->url));
	if (facts->state == PAYMENT_SUCCEEDED && facts->agreement.len == 0)
		FUZZ_CHECK(facts->amount.amount > 0 && facts->reference.len > 0);
}

/* An answer, signed where it is steered so; else nothing may be believed. */
static void answer(struct arena *arena, struct str bytes, uint8_t steer, bool sign)
{
	const struct pay_verb *verb = &pay_antom.verb[steer % PAY_VERB_COUNT];
	struct pay_task        task = { .order = STR("KP1"),
		                        .refund = STR("KR1"),
		                        .reference = STR("9"),
		                        .agreement = STR("t"),
		                        .amount = { 1980, CURRENCY_JPY },
		                        .give_back = { 500, CURRENCY_JPY },
		                        .created_s = NOW,
		                        .now_ms = NOW * 1000 };
	struct antom_message   message = { .client = config.merchant,
		                           .time = STR("1"),
		                           .body = bytes };
	struct str             headers[3] = { STR("response-time: 1"), STR("client-id: 5X0") };
	struct net_call        call;
	struct pay_facts       facts = { 0 };
	enum pay_outcome       outcome;

	if (verb->parse == NULL)
		return;
	FUZZ_CHECK(pay_build(verb, &config, &task, arena, &call));
	message.path = antom_path(call.url);
	if (sign) {
		FUZZ_CHECK(antom_sign(&message, own.sign, own.key_version, arena, &headers[2]));
		headers[2] = arena_printf(arena, "signature: %.*s", STR_ARG(headers[2]));
	} else {
		headers[2] = STR("signature: signature=AAAA");
	}
	call.result = NET_ANSWER;
	call.status = 200;
	call.answer = bytes;
	call.answer_headers = headers;
	call.answer_header_count = 3;
	outcome = verb->parse(&config, &task, &call, arena, &facts);
	FUZZ_CHECK(outcome < PAY_OUTCOME_COUNT);
	FUZZ_CHECK(sign || outcome == PAY_OUTCOME_UNKNOWN);
	if (outcome == PAY_OUTCOME_OK)
		facts_hold(&facts);
}

static void callback(struct arena *arena, struct str bytes, bool sign)
{
	struct antom_message message = { .path = STR("/hook/antom"),
		                         .client = config.merchant,
		                         .time = STR("1790000000000"),
		                         .body = bytes };
	struct str headers[3] = { STR("client-id: 5X0"), STR("request-time: 1790000000000") };
	struct pay_callback  in = { .path = message.path,
		                    .headers = headers,
		                    .header_count = 3,
		                    .body = bytes,
		                    .now_s = NOW };
	struct pay_facts     facts = { 0 };
	enum pay_hook_result result;
	struct str           line;

	headers[2] = STR("signature: x");
	if (!sign) { /* the header itself comes from outside */
		str_cut(bytes, '\n', &line, &in.body);
		headers[2] = arena_printf(arena, "signature: %.*s", STR_ARG(line));
	} else if (antom_sign(&message, own.sign, own.key_version, arena, &line)) {
		headers[2] = arena_printf(arena, "signature: %.*s", STR_ARG(line));
	}
	result = pay_antom.hook(&config, &in, arena, &facts);
	FUZZ_CHECK(result < PAY_HOOK_COUNT);
	FUZZ_CHECK(sign || result == PAY_HOOK_FORGED);
	if (result != PAY_HOOK_FACTS)
		return;
	facts_hold(&facts);
	FUZZ_CHECK(facts.event.len > 0);
	FUZZ_CHECK(facts.order.len + facts.refund.len + facts.agreement.len > 0);
}

static bool row_holds(void *ctx, const struct pay_bill_row *row)
{
	(void)ctx;
	FUZZ_CHECK(row->kind < PAY_BILL_KIND_COUNT && row->row > 0);
	FUZZ_CHECK(row->amount.amount >= 0 && row->amount.amount <= MONEY_MAX);
	FUZZ_CHECK(currency_code(row->amount.currency).len == 3);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str              bytes = { .ptr = (const char *)data, .len = size };
	uint8_t                 which = fuzz_byte(&bytes), steer = fuzz_byte(&bytes);
	struct pay_bill_sum     sum;
	struct pay_bill_problem problem = { 0 };
	struct arena            arena;

	keys_open();
	arena_init(&arena, 4 << 20);
	if (which % 5 == 0)
		callback(&arena, bytes, steer % 4 != 0);
	else if (which % 5 == 1)
		FUZZ_CHECK(
		    pay_antom.bill(&config, bytes, &arena, row_holds, NULL, &sum, &problem) ||
		    problem.text.len > 0);
	else
		answer(&arena, bytes, steer, which % 5 != 2);
	arena_free(&arena);
	return 0;
}
