/*
 * alipay_fuzz.c - answers, notifications and statements of Alipay: whatever
 * comes, no money is believed that was not said and signed, and every row of a
 * statement is one that can be booked.
 *
 * rooms: base core gate
 */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "gate/alipay.h"

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

static struct alipay     own;
static struct pay_config config = { .url = { .ptr = "https://a.alipay.com/gateway.do", .len = 31 },
	                            .pages = { .ptr = "https://*.alipay.com", .len = 20 },
	                            .merchant = { .ptr = "2021", .len = 4 } };

static void keys_open(void)
{
	if (config.own != NULL)
		return;
	FUZZ_CHECK(rsa_key_private(str_from(key_short), 512, &own.sign));
	FUZZ_CHECK(keyring_open(str_from(key_short_public), 512, &own.trusted));
	own.scene = STR("INDUSTRY|DIGITAL_MEDIA");
	own.qr = true;
	config.own = &own;
}

static void facts_hold(const struct pay_facts *facts)
{
	FUZZ_CHECK(facts->state < PAYMENT_STATE_COUNT);
	FUZZ_CHECK(facts->amount.amount >= 0 && facts->amount.amount <= MONEY_MAX);
	FUZZ_CHECK(facts->amount.currency == CURRENCY_CNY || facts->amount.amount == 0);
	FUZZ_CHECK(facts->url.len == 0 || pay_page_allowed(&config, facts->url));
	if (facts->state == PAYMENT_SUCCEEDED && facts->agreement.len == 0)
		FUZZ_CHECK(facts->reference.len > 0);
}

/* The method's own name, so that the content is what is tried. */
static struct str named(struct arena *arena, const struct net_call *call)
{
	struct url_pair   pairs[ALIPAY_FIELDS_MAX];
	const struct str *method;
	struct str        url, query;
	char             *name;
	size_t            count;

	str_cut(call->url, '?', &url, &query);
	FUZZ_CHECK(url_parse_form(arena, query, pairs, ALIPAY_FIELDS_MAX, &count));
	method = url_find(pairs, count, STR("method"));
	name = arena_alloc(arena, method->len + 1);
	for (size_t i = 0; i < method->len; i++)
		name[i] = method->ptr[i] == '.' ? '_' : method->ptr[i];
	return (struct str){ .ptr = name, .len = method->len };
}

static void answer(struct arena *arena, struct str bytes, uint8_t steer, bool sign)
{
	const struct pay_verb *verb = &pay_alipay.verb[steer % PAY_VERB_COUNT];
	struct pay_task        task = { .order = STR("KP1"),
		                        .refund = STR("KR1"),
		                        .reference = STR("9"),
		                        .agreement = STR("2026"),
		                        .amount = { 8888, CURRENCY_CNY },
		                        .give_back = { 500, CURRENCY_CNY },
		                        .created_s = NOW,
		                        .expires_s = NOW + 900,
		                        .debit_day = 20723,
		                        .period_days = 30,
		                        .bill_day = 20723,
		                        .bill_url = STR("https://a.alipay.com/b"),
		                        .now_ms = NOW * 1000 };
	struct net_call        call;
	struct pay_facts       facts = { 0 };
	enum pay_outcome       outcome;
	struct str             text;

	if (verb->parse == NULL || verb->body == NULL || verb->wrap == NULL)
		return;
	FUZZ_CHECK(pay_build(verb, &config, &task, arena, &call));
	call.result = NET_ANSWER;
	call.status = 200;
	call.answer = bytes;
	if (sign && rsa_sign_sha256_base64(own.sign, bytes, arena, &text))
		call.answer = arena_printf(arena, "{\"%.*s_response\":%.*s,\"sign\":\"%.*s\"}",
		                           STR_ARG(named(arena, &call)), STR_ARG(bytes),
		                           STR_ARG(text));
	outcome = verb->parse(&config, &task, &call, arena, &facts);
	FUZZ_CHECK(outcome < PAY_OUTCOME_COUNT);
	FUZZ_CHECK(sign || outcome == PAY_OUTCOME_UNKNOWN || outcome == PAY_OUTCOME_CONFIG);
	if (outcome == PAY_OUTCOME_OK)
		facts_hold(&facts);
}

/* A form, or the values of one that we sign. */
static void notice(struct arena *arena, struct str bytes, uint8_t steer, bool sign)
{
	struct url_pair      pairs[ALIPAY_FIELDS_MAX + 1];
	struct pay_callback  in = { .path = STR("/hook/alipay"), .body = bytes, .now_s = NOW };
	struct pay_facts     facts = { 0 };
	enum pay_hook_result result;
	struct str           text;
	size_t               count;

	if (sign) {
		if (!url_parse_form(arena, bytes, pairs, ALIPAY_FIELDS_MAX - 1, &count) ||
		    url_find(pairs, count, STR("sign")) != NULL)
			return;
		text = alipay_notify_text(pairs, count, steer % ALIPAY_ORDER_COUNT, arena);
		pairs[count] = (struct url_pair){ .name = STR("sign") };
		if (text.len == 0 ||
		    !rsa_sign_sha256_base64(own.sign, text, arena, &pairs[count].value))
			return;
		in.body = alipay_form(pairs, count + 1, arena);
	}
	result = pay_alipay.hook(&config, &in, arena, &facts);
	FUZZ_CHECK(result < PAY_HOOK_COUNT);
	FUZZ_CHECK(sign || result == PAY_HOOK_FORGED);
	if (result != PAY_HOOK_FACTS)
		return;
	facts_hold(&facts);
	FUZZ_CHECK(facts.event.len > 0 && facts.order.len + facts.agreement.len > 0);
}

static bool row_holds(void *ctx, const struct pay_bill_row *row)
{
	(void)ctx;
	FUZZ_CHECK(row->kind == PAY_BILL_PAYMENT || row->kind == PAY_BILL_REFUND);
	FUZZ_CHECK(row->amount.amount > 0 && row->amount.currency == CURRENCY_CNY);
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
	arena_init(&arena, 8 << 20);
	if (which % 5 < 2)
		notice(&arena, bytes, steer, which % 5 == 1);
	else if (which % 5 == 2)
		FUZZ_CHECK(
		    pay_alipay.bill(&config, bytes, &arena, row_holds, NULL, &sum, &problem) ||
		    problem.text.len > 0);
	else
		answer(&arena, bytes, steer, which % 5 == 3);
	arena_free(&arena);
	return 0;
}
