/*
 * pay_sandbox_test.c - both sides of the sandbox gateway together: what the
 * merchant's side asks, what the gateway answers and sends, at every time; and
 * what neither takes from the other.
 */
#include "test.h"

#include "base/str.h"
#include "gate/pay.h"
#include "sandbox/gateway.h"

#define NOW   1790000000000 /* ms */
#define ORDER "KL-7F3K-29QD"
#define KEY   STR("0123456789abcdef0123456789abcdef")

/* One payment seen from both sides. */
struct world {
	struct arena           arena;
	struct sandbox_payment payment;
	struct pay_task        task;
	struct pay_facts       facts;
};

static const struct pay_config config = { .url = { .ptr = "sandbox:gateway", .len = 15 } };
static const struct pay_config verify = { .secret = { .ptr = "0123456789abcdef0123456789abcdef",
	                                              .len = 32 } };

static void world_open(struct world *world, const char *outcome, int64_t amount)
{
	*world = (struct world){
		.task = { .order = STR(ORDER),
		          .amount = { .amount = amount, .currency = CURRENCY_CNY },
		          .title = STR("保号180天"),
		          .refund = STR(ORDER "-R1"),
		          .give_back = { .amount = amount, .currency = CURRENCY_CNY },
		          .sandbox = str_from(outcome) },
	};
	arena_init(&world->arena, 1 << 20);
}

/* One exchange of a verb at a time. */
static enum pay_outcome exchange(struct world *world, const struct pay_verb *verb, int64_t now_ms)
{
	struct net_call       call;
	struct sandbox_answer answer;
	struct str            ref;

	world->task.body = STR("");
	assert_true(pay_build(verb, &config, &world->task, &world->arena, &call));
	assert_str(call.url, "sandbox:gateway");
	assert_true(sandbox_gateway_ref(call.body, &world->arena, &ref));
	assert_str(ref, ORDER);
	answer = sandbox_gateway_answer(&world->payment, call.body, now_ms, &world->arena);
	call.result = answer.lost ? NET_UNKNOWN : NET_ANSWER;
	call.status = 200;
	call.answer = answer.bytes;
	return verb->parse(&config, &world->task, &call, &world->arena, &world->facts);
}

static void expect(struct world *world, const struct pay_verb *verb, int64_t now_ms,
                   enum pay_outcome outcome, enum payment_state state)
{
	enum pay_outcome got = exchange(world, verb, now_ms);

	assert_str(pay_outcome_name(got), pay_outcome_name(outcome).ptr);
	if (outcome != PAY_OUTCOME_OK)
		return;
	assert_str(payment_state_name(world->facts.state), payment_state_name(state).ptr);
	assert_str(world->facts.order, ORDER);
	assert_int_equal(world->facts.amount.currency, CURRENCY_CNY);
	assert_int_equal(world->facts.amount.amount, world->task.amount.amount);
	assert_true(world->facts.reference.len > 0);
}

#define START(world, now) \
	expect(world, &pay_sandbox.verb[PAY_VERB_START], now, PAY_OUTCOME_OK, PAYMENT_PENDING)
#define QUERY(world, now, state) \
	expect(world, &pay_sandbox.verb[PAY_VERB_QUERY], now, PAY_OUTCOME_OK, PAYMENT_##state)

/* How each outcome goes when nothing is pressed, and after how many callbacks. */
struct course {
	const char        *outcome;
	int64_t            amount;    /* steers where outcome is empty */
	enum payment_state states[4]; /* at once, after 6 s, 13 s, 16 s */
	bool               silent[4];
	size_t             hooks;
	int64_t            due_ms[2];
};

#define ALWAYS(state) \
	{ \
		PAYMENT_##state, PAYMENT_##state, PAYMENT_##state, PAYMENT_##state \
	}
static const struct course courses[] = {
	{ "paid", 5387, ALWAYS(SUCCEEDED), { 0 }, 1, { 0 } },
	{ "declined", 5387, ALWAYS(FAILED), { 0 }, 1, { 0 } },
	{ "timeout", 5387, ALWAYS(EXPIRED), { 0 }, 1, { 0 } },
	{ "paid_late",
	  5387,
	  { PAYMENT_EXPIRED, PAYMENT_EXPIRED, PAYMENT_EXPIRED, PAYMENT_SUCCEEDED },
	  { 0 },
	  2,
	  { 0, 15000 } },
	{ "lost_then_paid", 5387, ALWAYS(SUCCEEDED), { true, true }, 0, { 0 } },
	{ "lost_then_failed", 5387, ALWAYS(FAILED), { true, true }, 0, { 0 } },
	{ "webhook_dup", 5387, ALWAYS(SUCCEEDED), { 0 }, 2, { 0, 1000 } },
	{ "webhook_late", 5387, ALWAYS(SUCCEEDED), { 0 }, 1, { 8000 } },
	{ "refund_pending", 5387, ALWAYS(SUCCEEDED), { 0 }, 1, { 0 } },
	{ "page", 5387, ALWAYS(PENDING), { 0 }, 0, { 0 } },
	{ "", 5391, ALWAYS(FAILED), { 0 }, 1, { 0 } },
	{ "", 92, ALWAYS(EXPIRED), { 0 }, 1, { 0 } },
	{ "",
	  100093,
	  { PAYMENT_EXPIRED, PAYMENT_EXPIRED, PAYMENT_EXPIRED, PAYMENT_SUCCEEDED },
	  { 0 },
	  2,
	  { 0, 15000 } },
	{ "", 5394, ALWAYS(SUCCEEDED), { true, true }, 0, { 0 } },
	{ "", 5395, ALWAYS(FAILED), { true, true }, 0, { 0 } },
	{ "", 5396, ALWAYS(SUCCEEDED), { 0 }, 2, { 0, 1000 } },
	{ "", 5397, ALWAYS(SUCCEEDED), { 0 }, 1, { 8000 } },
	{ "", 5398, ALWAYS(SUCCEEDED), { 0 }, 1, { 0 } },
	{ "", 5390, ALWAYS(PENDING), { 0 }, 0, { 0 } },
	{ "", 5399, ALWAYS(PENDING), { 0 }, 0, { 0 } },
	{ "paid", 5391, ALWAYS(SUCCEEDED), { 0 }, 1, { 0 } }, /* the word wins */
};

static void every_outcome_at_every_time(void **state)
{
	static const int64_t times_ms[] = { 0, 6000, 13000, 16000 };
	struct sandbox_hook  hooks[SANDBOX_HOOKS_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(courses); i++) {
		const struct course *course = &courses[i];
		struct world         world;

		world_open(&world, course->outcome, course->amount);
		START(&world, NOW);
		assert_int_equal(world.facts.way, PAY_WAY_REDIRECT);
		assert_str(world.facts.url, "/sandbox/pay/" ORDER);
		assert_int_equal(world.facts.expires_s, NOW / 1000 + 900);
		for (size_t j = 0; j < COUNT_OF(times_ms); j++)
			expect(&world, &pay_sandbox.verb[PAY_VERB_QUERY], NOW + times_ms[j],
			       course->silent[j] ? PAY_OUTCOME_UNKNOWN : PAY_OUTCOME_OK,
			       course->states[j]);
		assert_int_equal(sandbox_gateway_hooks(&world.payment, &world.arena, hooks),
		                 course->hooks);
		for (size_t j = 0; j < course->hooks; j++)
			assert_int_equal(hooks[j].due_ms, NOW + course->due_ms[j]);
		arena_free(&world.arena);
	}
}

static void the_page_waits_for_a_button(void **state)
{
	static const struct {
		const char        *name;
		enum payment_state now, later;
		bool               silent;
	} buttons[] = {
		{ "paid", PAYMENT_SUCCEEDED, PAYMENT_SUCCEEDED, false },
		{ "declined", PAYMENT_FAILED, PAYMENT_FAILED, false },
		{ "timeout", PAYMENT_EXPIRED, PAYMENT_EXPIRED, false },
		{ "paid_late", PAYMENT_EXPIRED, PAYMENT_SUCCEEDED, false },
		{ "lost_then_paid", PAYMENT_SUCCEEDED, PAYMENT_SUCCEEDED, true },
		{ "lost_then_failed", PAYMENT_FAILED, PAYMENT_FAILED, true },
	};
	enum sandbox_button button;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(buttons); i++) {
		struct world world;

		world_open(&world, "", 5387);
		START(&world, NOW), QUERY(&world, NOW + 60000, PENDING);
		assert_true(sandbox_button_from_name(str_from(buttons[i].name), &button));
		assert_true(sandbox_gateway_press(&world.payment, button, NOW + 60000));
		assert_false(sandbox_gateway_press(&world.payment, button, NOW + 60001));
		expect(&world, &pay_sandbox.verb[PAY_VERB_QUERY], NOW + 64999,
		       buttons[i].silent ? PAY_OUTCOME_UNKNOWN : PAY_OUTCOME_OK, buttons[i].now);
		expect(&world, &pay_sandbox.verb[PAY_VERB_QUERY], NOW + 75000, PAY_OUTCOME_OK,
		       buttons[i].later);
		arena_free(&world.arena);
	}
	assert_false(sandbox_button_from_name(STR(""), &button));
	assert_false(sandbox_button_from_name(STR("close"), &button));
}

static void a_page_closes_by_itself(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, "", 5387);
	START(&world, NOW);
	QUERY(&world, NOW + 899999, PENDING);
	QUERY(&world, NOW + 900000, EXPIRED);
	assert_false(sandbox_gateway_press(&world.payment, SANDBOX_BUTTON_PAY, NOW + 900000));
	assert_int_equal(world.facts.occurred_s, NOW / 1000 + 900);
	arena_free(&world.arena);
}

static void closing_is_answered_with_the_truth(void **state)
{
	struct sandbox_hook hooks[SANDBOX_HOOKS_MAX];
	struct world        world;

	(void)state;
	world_open(&world, "", 5387);
	START(&world, NOW);
	expect(&world, &pay_sandbox.verb[PAY_VERB_CLOSE], NOW + 1000, PAY_OUTCOME_OK,
	       PAYMENT_EXPIRED);
	assert_false(sandbox_gateway_press(&world.payment, SANDBOX_BUTTON_PAY, NOW + 2000));
	assert_int_equal(sandbox_gateway_hooks(&world.payment, &world.arena, hooks), 0);
	arena_free(&world.arena);
	world_open(&world, "", 5387);
	START(&world, NOW);
	assert_true(sandbox_gateway_press(&world.payment, SANDBOX_BUTTON_PAY, NOW + 1));
	expect(&world, &pay_sandbox.verb[PAY_VERB_CLOSE], NOW + 2, PAY_OUTCOME_OK,
	       PAYMENT_SUCCEEDED);
	arena_free(&world.arena);
}

static void starting_twice_is_starting_once(void **state)
{
	struct sandbox_payment before;
	struct world           world;

	(void)state;
	world_open(&world, "", 5387);
	START(&world, NOW);
	before = world.payment;
	START(&world, NOW + 5000);
	assert_memory_equal(&before, &world.payment, sizeof(before));
	world.task.amount.amount = 5388;
	expect(&world, &pay_sandbox.verb[PAY_VERB_START], NOW, PAY_OUTCOME_DECLINED,
	       PAYMENT_PENDING);
	assert_str(world.facts.reason, "mismatch");
	world.task.amount = (struct money){ .amount = 5387, .currency = CURRENCY_JPY };
	expect(&world, &pay_sandbox.verb[PAY_VERB_START], NOW, PAY_OUTCOME_DECLINED,
	       PAYMENT_PENDING);
	arena_free(&world.arena);
}

/* The caller's book may know a payment before the gateway is asked to open it. */
static void opening_is_always_answered(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, "", 5387);
	world.payment = (struct sandbox_payment){ .ref = STR(ORDER),
		                                  .outcome = SANDBOX_LOST_THEN_PAID,
		                                  .amount = world.task.amount,
		                                  .created_ms = NOW };
	START(&world, NOW + 100);
	expect(&world, &pay_sandbox.verb[PAY_VERB_QUERY], NOW + 11999, PAY_OUTCOME_UNKNOWN,
	       PAYMENT_PENDING);
	QUERY(&world, NOW + 12000, SUCCEEDED);
	/* a page that has closed says so */
	expect(&world, &pay_sandbox.verb[PAY_VERB_START], NOW + 900000, PAY_OUTCOME_OK,
	       PAYMENT_SUCCEEDED);
	arena_free(&world.arena);
}

static void what_never_arrived_may_be_sent_again(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, "", 5387);
	expect(&world, &pay_sandbox.verb[PAY_VERB_QUERY], NOW, PAY_OUTCOME_ABSENT, PAYMENT_CREATED);
	expect(&world, &pay_sandbox.verb[PAY_VERB_CLOSE], NOW, PAY_OUTCOME_ABSENT, PAYMENT_CREATED);
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND_QUERY], NOW, PAY_OUTCOME_ABSENT,
	       PAYMENT_CREATED);
	world.task.sandbox = STR("no_such_outcome");
	expect(&world, &pay_sandbox.verb[PAY_VERB_START], NOW, PAY_OUTCOME_CONFIG, PAYMENT_CREATED);
	arena_free(&world.arena);
}

static void refunds(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, "paid", 5387);
	START(&world, NOW);
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND_QUERY], NOW, PAY_OUTCOME_ABSENT,
	       PAYMENT_PENDING);
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND], NOW, PAY_OUTCOME_OK, PAYMENT_REFUNDED);
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND], NOW + 1, PAY_OUTCOME_OK,
	       PAYMENT_REFUNDED); /* again */
	world.task.give_back.amount = 1;
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND], NOW + 2, PAY_OUTCOME_DECLINED,
	       PAYMENT_REFUNDED);
	arena_free(&world.arena);

	world_open(&world, "refund_pending", 5387);
	START(&world, NOW);
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND], NOW + 100, PAY_OUTCOME_OK,
	       PAYMENT_REFUNDING);
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND_QUERY], NOW + 10099, PAY_OUTCOME_OK,
	       PAYMENT_REFUNDING);
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND_QUERY], NOW + 10100, PAY_OUTCOME_OK,
	       PAYMENT_REFUNDED);
	arena_free(&world.arena);

	world_open(&world, "declined", 5387);
	START(&world, NOW);
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND], NOW, PAY_OUTCOME_DECLINED,
	       PAYMENT_FAILED);
	assert_str(world.facts.reason, "not_refundable");
	arena_free(&world.arena);

	world_open(&world, "paid", 5387);
	START(&world, NOW);
	world.task.give_back.amount = 5388;
	expect(&world, &pay_sandbox.verb[PAY_VERB_REFUND], NOW, PAY_OUTCOME_DECLINED,
	       PAYMENT_SUCCEEDED);
	assert_str(world.facts.reason, "mismatch");
	arena_free(&world.arena);
}

/* A callback as the gateway sends it. */
static enum pay_hook_result receive(struct world *world, struct str body, const char *header,
                                    int64_t now_s)
{
	struct str          headers[] = { STR("Host: localhost"), str_from(header) };
	struct pay_callback in = {
		.headers = headers, .header_count = 2, .body = body, .now_s = now_s
	};

	return pay_sandbox.hook(&verify, &in, &world->arena, &world->facts);
}

static void callbacks_carry_the_same_facts(void **state)
{
	struct sandbox_hook hooks[SANDBOX_HOOKS_MAX], again[SANDBOX_HOOKS_MAX];
	struct world        world;
	struct str          header;

	(void)state;
	world_open(&world, "paid_late", 5387);
	START(&world, NOW);
	assert_int_equal(sandbox_gateway_hooks(&world.payment, &world.arena, hooks), 2);
	assert_int_equal(sandbox_gateway_hooks(&world.payment, &world.arena, again), 2);
	assert_true(str_eq(hooks[1].body, again[1].body));
	header = sandbox_gateway_sign(KEY, hooks[0].body, NOW / 1000, &world.arena);
	assert_int_equal(receive(&world, hooks[0].body, header.ptr, NOW / 1000), PAY_HOOK_FACTS);
	assert_int_equal(world.facts.state, PAYMENT_EXPIRED);
	assert_str(world.facts.event, "evt_" ORDER "_expired");
	header = sandbox_gateway_sign(KEY, hooks[1].body, NOW / 1000 + 15, &world.arena);
	assert_int_equal(receive(&world, hooks[1].body, header.ptr, NOW / 1000 + 15),
	                 PAY_HOOK_FACTS);
	assert_int_equal(world.facts.state, PAYMENT_SUCCEEDED);
	assert_str(world.facts.order, ORDER);
	assert_int_equal(world.facts.amount.amount, 5387);
	assert_int_equal(world.facts.occurred_s, NOW / 1000 + 15);
	arena_free(&world.arena);

	/* the duplicate is the same event */
	world_open(&world, "webhook_dup", 5387);
	START(&world, NOW);
	assert_int_equal(sandbox_gateway_hooks(&world.payment, &world.arena, hooks), 2);
	assert_true(str_eq(hooks[0].body, hooks[1].body));
	arena_free(&world.arena);
}

#define BODY \
	"{\"event\":\"e1\",\"order\":\"" ORDER "\",\"reference\":\"r\",\"state\":" \
	"\"succeeded\",\"amount\":5387,\"currency\":\"CNY\",\"at\":1790000000}"
/* HMAC-SHA-256 of "1790000000." BODY under KEY, made with openssl dgst. */
#define V1   "a4b3e3020264fd5af1154db3af7297e857c43a528d55f45875f6c1bf4a3f742d"
#define NAME "Keepline-Sandbox-Signature: "

static void a_callback_must_be_signed_and_fresh(void **state)
{
	static const struct {
		const char          *header;
		int64_t              now_s;
		enum pay_hook_result result;
	} cases[] = {
		{ NAME "t=1790000000,v1=" V1, 1790000000, PAY_HOOK_FACTS },
		{ "keepline-sandbox-SIGNATURE:t=1790000000,v1=" V1, 1790000000, PAY_HOOK_FACTS },
		{ NAME "t=1790000000,v1=00,v0=x,v1=" V1, 1790000000, PAY_HOOK_FACTS },
		{ NAME "v1=" V1 ",t=1790000000", 1790000000, PAY_HOOK_FACTS },
		{ NAME "t=1790000000,v1=" V1, 1790000300, PAY_HOOK_FACTS },
		{ NAME "t=1790000000,v1=" V1, 1790000301, PAY_HOOK_STALE },
		{ NAME "t=1790000000,v1=" V1, 1789999700, PAY_HOOK_FACTS },
		{ NAME "t=1790000000,v1=" V1, 1789999699, PAY_HOOK_STALE },
		{ NAME "t=1790000001,v1=" V1, 1790000000, PAY_HOOK_FORGED },
		{ NAME "t=1790000000,v0=" V1, 1790000000, PAY_HOOK_FORGED },
		{ NAME "t=1790000000,v1= " V1, 1790000000, PAY_HOOK_FORGED },
		{ NAME "t=1790000000,t=1790000000,v1=" V1, 1790000000, PAY_HOOK_FORGED },
		{ NAME "t=1790000000", 1790000000, PAY_HOOK_FORGED },
		{ NAME "t=,v1=" V1, 1790000000, PAY_HOOK_FORGED },
		{ NAME "t=-5,v1=" V1, 1790000000, PAY_HOOK_FORGED },
		{ NAME "v1=" V1, 1790000000, PAY_HOOK_FORGED },
		{ NAME "", 1790000000, PAY_HOOK_FORGED },
		{ NAME ",,,,,,,,,,,t=1790000000,v1=" V1, 1790000000, PAY_HOOK_FORGED },
		{ "Keepline-Sandbox: t=1790000000,v1=" V1, 1790000000, PAY_HOOK_FORGED },
	};
	struct world world;

	(void)state;
	world_open(&world, "", 5387);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum pay_hook_result got = receive(&world, STR(BODY), cases[i].header,
		                                   cases[i].now_s);

		if (got != cases[i].result)
			print_error("case %zu: %s\n", i, pay_hook_name(got).ptr);
		assert_int_equal(got, cases[i].result);
	}
	/* one bit of the body */
	assert_int_equal(receive(&world, STR(BODY " "), cases[0].header, 1790000000),
	                 PAY_HOOK_FORGED);
	arena_free(&world.arena);
}

static void two_signatures_are_none(void **state)
{
	struct str headers[] = { STR(NAME "t=1790000000,v1=" V1), STR(NAME "t=1790000000,v1=" V1) };
	struct pay_callback in = {
		.headers = headers, .header_count = 2, .body = STR(BODY), .now_s = 1790000000
	};
	struct world world;

	(void)state;
	world_open(&world, "", 5387);
	assert_int_equal(pay_sandbox.hook(&verify, &in, &world.arena, &world.facts),
	                 PAY_HOOK_FORGED);
	in.header_count = 1;
	assert_int_equal(pay_sandbox.hook(&config, &in, &world.arena, &world.facts),
	                 PAY_HOOK_FORGED);
	assert_int_equal(pay_sandbox.hook(&verify, &in, &world.arena, &world.facts),
	                 PAY_HOOK_FACTS);
	arena_free(&world.arena);
}

static const char *const damaged[] = {
	"x",
	"[]",
	"{}",
	"{\"event\":\"e\"}",
	"{\"a\":1,\"a\":2}",
	"\"" BODY "\"",
	BODY "x",
	"{\"event\":\"e1\",\"order\":\"\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":5387,\"currency\":\"CNY\",\"at\":1}",
	"{\"event\":\"e1\",\"order\":\"x\",\"reference\":\"r\",\"state\":\"unknown\","
	"\"amount\":5387,\"currency\":\"CNY\",\"at\":1}",
	"{\"event\":\"e1\",\"order\":\"x\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":53.87,\"currency\":\"CNY\",\"at\":1}",
	"{\"event\":\"e1\",\"order\":\"x\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":\"5387\",\"currency\":\"CNY\",\"at\":1}",
	"{\"event\":\"e1\",\"order\":\"x\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":-1,\"currency\":\"CNY\",\"at\":1}",
	"{\"event\":\"e1\",\"order\":\"x\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":0,\"currency\":\"CNY\",\"at\":1}",
	"{\"event\":\"e1\",\"order\":\"x\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":1000000000000001,\"currency\":\"CNY\",\"at\":1}",
	"{\"event\":\"e1\",\"order\":\"x\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":99999999999999999999,\"currency\":\"CNY\",\"at\":1}",
	"{\"event\":\"e1\",\"order\":\"x\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":1,\"currency\":\"cny\",\"at\":1}",
	"{\"event\":\"e1\",\"order\":\"x\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":1,\"currency\":\"CNY\"}",
	"{\"order\":\"x\",\"reference\":\"r\",\"state\":\"succeeded\","
	"\"amount\":1,\"currency\":\"CNY\",\"at\":1}",
};

/* A good signature over nonsense is damage, and never facts. */
static void signed_nonsense_is_damaged(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, "", 5387);
	for (size_t i = 0; i < COUNT_OF(damaged); i++) {
		struct str body = str_from(damaged[i]);
		struct str header = sandbox_gateway_sign(KEY, body, NOW / 1000, &world.arena);
		enum pay_hook_result got = receive(&world, body, header.ptr, NOW / 1000);

		if (got != PAY_HOOK_DAMAGED)
			print_error("%s\n", damaged[i]);
		assert_int_equal(got, PAY_HOOK_DAMAGED);
	}
	arena_free(&world.arena);
}

/* The same nonsense as an answer, and what else may come back. */
static enum pay_outcome parse(struct world *world, enum pay_verb_id id, const struct net_call *call)
{
	return pay_verb(&pay_sandbox, id)
	    ->parse(&config, &world->task, call, &world->arena, &world->facts);
}

static void a_strange_answer_is_unknown(void **state)
{
	static const char *const strange[] = {
		"",
		"{\"error\":7}",
		"{\"error\":\"\"}",
		("{\"order\":\"KL-2\",\"reference\":\"r\",\"state\":\"succeeded\",\"amount\":1,"
		 "\"currency\":\"CNY\",\"at\":1}"),
	};
	struct net_call call = { .result = NET_ANSWER, .status = 200 };
	struct world    world;

	(void)state;
	world_open(&world, "", 5387);
	call.arena = &world.arena;
	for (size_t i = 0; i < COUNT_OF(strange) + COUNT_OF(damaged); i++) {
		call.answer = str_from(i < COUNT_OF(strange) ? strange[i]
		                                             : damaged[i - COUNT_OF(strange)]);
		assert_int_equal(parse(&world, PAY_VERB_QUERY, &call), PAY_OUTCOME_UNKNOWN);
	}
	call.answer = STR(BODY);
	assert_int_equal(parse(&world, PAY_VERB_QUERY, &call), PAY_OUTCOME_OK);
	/* not a refund's answer; no page of ours to send the payer to */
	assert_int_equal(parse(&world, PAY_VERB_REFUND, &call), PAY_OUTCOME_UNKNOWN);
	assert_int_equal(parse(&world, PAY_VERB_START, &call), PAY_OUTCOME_UNKNOWN);
	call.status = 500;
	assert_int_equal(parse(&world, PAY_VERB_QUERY, &call), PAY_OUTCOME_UNKNOWN);
	call.result = NET_UNKNOWN;
	assert_int_equal(parse(&world, PAY_VERB_QUERY, &call), PAY_OUTCOME_UNKNOWN);
	call.result = NET_REFUSED;
	assert_int_equal(parse(&world, PAY_VERB_QUERY, &call), PAY_OUTCOME_RETRY);
	arena_free(&world.arena);
}

static bool builds(struct world *world, enum pay_verb_id id)
{
	struct net_call call;

	world->task.body = STR("");
	return pay_build(pay_verb(&pay_sandbox, id), &config, &world->task, &world->arena, &call);
}

static void bad_numbers_are_not_sent(void **state)
{
	static const char *const numbers[] = {
		"",
		"a b",
		"a/b",
		"a.b",
		"\xe4\xb8\xad",
		"0123456789012345678901234567890123456789012345678901234567890123x"
	};
	struct world world;

	(void)state;
	world_open(&world, "", 5387);
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		world.task.order = str_from(numbers[i]);
		assert_false(builds(&world, PAY_VERB_START));
		assert_false(builds(&world, PAY_VERB_QUERY));
		world.task.order = STR(ORDER);
		world.task.refund = str_from(numbers[i]);
		assert_false(builds(&world, PAY_VERB_REFUND));
	}
	arena_free(&world.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_outcome_at_every_time),
		cmocka_unit_test(the_page_waits_for_a_button),
		cmocka_unit_test(a_page_closes_by_itself),
		cmocka_unit_test(closing_is_answered_with_the_truth),
		cmocka_unit_test(starting_twice_is_starting_once),
		cmocka_unit_test(opening_is_always_answered),
		cmocka_unit_test(what_never_arrived_may_be_sent_again),
		cmocka_unit_test(refunds),
		cmocka_unit_test(callbacks_carry_the_same_facts),
		cmocka_unit_test(a_callback_must_be_signed_and_fresh),
		cmocka_unit_test(two_signatures_are_none),
		cmocka_unit_test(signed_nonsense_is_damaged),
		cmocka_unit_test(a_strange_answer_is_unknown),
		cmocka_unit_test(bad_numbers_are_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
