/*
 * sandbox_fuzz.c - JSON of both sandbox partners, and callbacks: whatever
 * comes, nothing is believed that was not said, and no record is damaged.
 *
 * rooms: base core gate sandbox
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/str.h"
#include "gate/carrier.h"
#include "gate/pay.h"
#include "sandbox/carrier.h"
#include "sandbox/gateway.h"

#define NOW 1790000000000

static const struct pay_config config = { .url = { .ptr = "sandbox:gateway", .len = 15 } };

/* The gateway's side: an answer is JSON or nothing, money is never made. */
static void gateway(struct arena *arena, struct str bytes, uint8_t steer)
{
	struct sandbox_payment payment = { 0 };
	struct sandbox_hook    hooks[SANDBOX_HOOKS_MAX];
	struct sandbox_answer  answer;
	struct str             request, ref;
	int64_t                now_ms = NOW;

	while (bytes.len > 0) {
		str_cut(bytes, '\n', &request, &bytes);
		answer = sandbox_gateway_answer(&payment, request, now_ms, arena);
		FUZZ_CHECK(answer.lost || answer.bytes.len > 0);
		FUZZ_CHECK(!answer.changed || sandbox_gateway_ref(request, arena, &ref));
		FUZZ_CHECK(payment.refunded_amount <= payment.amount.amount);
		FUZZ_CHECK(payment.outcome < SANDBOX_OUTCOME_COUNT);
		FUZZ_CHECK(sandbox_gateway_hooks(&payment, arena, hooks) <= SANDBOX_HOOKS_MAX);
		now_ms += steer * 100;
	}
}

static void carrier(struct arena *arena, struct str bytes)
{
	struct sandbox_delivery        delivery = { 0 }, before;
	struct sandbox_delivery_answer answer;
	struct str                     request;

	while (bytes.len > 0) {
		before = delivery;
		str_cut(bytes, '\n', &request, &bytes);
		answer = sandbox_carrier_answer(&delivery, request, NOW, arena);
		FUZZ_CHECK(answer.lost || answer.bytes.len > 0);
		FUZZ_CHECK(answer.changed == (before.created_ms != delivery.created_ms));
		FUZZ_CHECK(delivery.outcome < SANDBOX_DELIVERY_OUTCOME_COUNT);
	}
}

static void facts_hold(const struct pay_facts *facts)
{
	FUZZ_CHECK(facts->state < PAYMENT_STATE_COUNT && facts->state != PAYMENT_UNKNOWN);
	FUZZ_CHECK(facts->amount.amount > 0 && facts->amount.amount <= MONEY_MAX);
	FUZZ_CHECK(currency_code(facts->amount.currency).len == 3);
	FUZZ_CHECK(facts->order.len > 0 && facts->reference.len > 0);
}

/* Our side of the gateway. */
static void answers(struct arena *arena, struct str bytes, uint8_t steer)
{
	const struct pay_verb *const verbs[] = { &pay_sandbox.verb[PAY_VERB_START],
		                                 &pay_sandbox.verb[PAY_VERB_QUERY],
		                                 &pay_sandbox.verb[PAY_VERB_CLOSE],
		                                 &pay_sandbox.verb[PAY_VERB_REFUND],
		                                 &pay_sandbox.verb[PAY_VERB_REFUND_QUERY] };
	struct pay_task              task = { .order = STR("KL1"), .refund = STR("KL1R") };
	struct net_call              call = {
			     .result = NET_ANSWER, .status = 200, .answer = bytes, .arena = arena
	};
	struct pay_facts facts;

	if (verbs[steer % COUNT_OF(verbs)]->parse(&config, &task, &call, arena, &facts) ==
	    PAY_OUTCOME_OK) {
		facts_hold(&facts);
		FUZZ_CHECK(str_eq(facts.order, task.order));
	}
}

/* A callback: the first line is the header; with a good signature only where steered. */
static void callback(struct arena *arena, struct str bytes, uint8_t steer)
{
	struct str           key = STR("0123456789abcdef0123456789abcdef"), header, body;
	struct pay_callback  in = { .headers = &header, .header_count = 1, .now_s = NOW / 1000 };
	enum pay_hook_result result;
	struct pay_facts     facts;

	str_cut(bytes, '\n', &header, &body);
	if (steer % 2 == 0)
		header = sandbox_gateway_sign(key, body, NOW / 1000, arena);
	in.body = body;
	result = pay_sandbox.hook(&(struct pay_config){ .secret = key }, &in, arena, &facts);
	if (steer % 2 != 0)
		FUZZ_CHECK(result == PAY_HOOK_FORGED);
	if (result == PAY_HOOK_FACTS)
		facts_hold(&facts);
}

static void carrier_answers(struct arena *arena, struct str bytes, uint8_t steer)
{
	static const struct carrier_config carriers = { 0 };
	struct carrier_talk                talk = {
			       .task = { .kind = (enum carrier_kind)(steer % CARRIER_KIND_COUNT),
		                         .order = STR("KL1") },
			       .config = &carriers,
			       .arena = arena,
	};

	FUZZ_CHECK(carrier_sandbox.turn(&talk, NULL) == CARRIER_CALL);
	talk.call.result = NET_ANSWER;
	talk.call.status = 200;
	talk.call.answer = bytes;
	FUZZ_CHECK(carrier_sandbox.turn(&talk, &talk.call) == CARRIER_FINISHED);
	if (talk.outcome == CARRIER_DONE)
		FUZZ_CHECK(str_find(bytes, STR("done")) > 0 || str_find(bytes, STR("\\u")) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str   bytes = { .ptr = (const char *)data, .len = size };
	uint8_t      which = fuzz_byte(&bytes), steer = fuzz_byte(&bytes);
	struct arena arena;

	arena_init(&arena, 4 << 20);
	if (which % 5 == 0)
		gateway(&arena, bytes, steer);
	else if (which % 5 == 1)
		carrier(&arena, bytes);
	else if (which % 5 == 2)
		answers(&arena, bytes, steer);
	else if (which % 5 == 3)
		callback(&arena, bytes, steer);
	else
		carrier_answers(&arena, bytes, steer);
	arena_free(&arena);
	return 0;
}
