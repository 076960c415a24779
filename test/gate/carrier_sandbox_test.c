/*
 * carrier_sandbox_test.c - both sides of the sandbox carrier together: every
 * outcome at every time, and what neither takes from the other.
 */
#include "test.h"

#include "base/str.h"
#include "gate/carrier.h"
#include "sandbox/carrier.h"

#define NOW   1790000000000 /* ms */
#define ORDER "KL-7F3K-29QD"

static const struct carrier_config config = {
	.sandbox_url = { .ptr = "sandbox:carrier", .len = 15 },
};

static struct carrier_task task_of(enum carrier_kind kind, const char *outcome)
{
	return (struct carrier_task){ .kind = kind,
		                      .imsi = STR("440101234567890"),
		                      .msisdn = STR("818012345678"),
		                      .order = STR(ORDER),
		                      .pack = STR("keep-180"),
		                      .sandbox = str_from(outcome) };
}

/* One talk with the carrier at a time; the record is changed by it. */
static void expect(struct sandbox_delivery *delivery, struct carrier_task task, int64_t now_ms,
                   enum carrier_outcome outcome, enum carrier_reason reason, struct arena *arena)
{
	struct carrier_talk            talk = { .task = task, .config = &config, .arena = arena };
	struct sandbox_delivery_answer answer;
	struct str                     order;

	assert_int_equal(carrier_sandbox.turn(&talk, NULL), CARRIER_CALL);
	assert_str(talk.call.url, "sandbox:carrier");
	assert_true(sandbox_carrier_order(talk.call.body, arena, &order));
	assert_str(order, ORDER);
	answer = sandbox_carrier_answer(delivery, talk.call.body, now_ms, arena);
	talk.call.result = answer.lost ? NET_UNKNOWN : NET_ANSWER;
	talk.call.status = 200;
	talk.call.answer = answer.bytes;
	assert_int_equal(carrier_sandbox.turn(&talk, &talk.call), CARRIER_FINISHED);
	assert_str(carrier_outcome_name(talk.outcome), carrier_outcome_name(outcome).ptr);
	assert_str(carrier_reason_name(talk.reason), carrier_reason_name(reason).ptr);
}

/* What an activation is answered, and what asking says 1 s, 6 s and 9 s later. */
struct course {
	const char          *outcome;
	enum carrier_outcome outcomes[4];
	enum carrier_reason  reasons[4];
};

#define FOUR(a) \
	{ \
		a, a, a, a \
	}
static const struct course courses[] = {
	{ "", FOUR(CARRIER_DONE), FOUR(CARRIER_REASON_NONE) },
	{ "active", FOUR(CARRIER_DONE), FOUR(CARRIER_REASON_NONE) },
	{ "declined", FOUR(CARRIER_REFUSED), FOUR(CARRIER_REASON_DECLINED) },
	{ "lost_then_active",
	  { CARRIER_UNKNOWN, CARRIER_UNKNOWN, CARRIER_DONE, CARRIER_DONE },
	  { CARRIER_REASON_SILENT, CARRIER_REASON_SILENT } },
	{ "lost_then_declined",
	  { CARRIER_UNKNOWN, CARRIER_UNKNOWN, CARRIER_REFUSED, CARRIER_REFUSED },
	  { CARRIER_REASON_SILENT, CARRIER_REASON_SILENT, CARRIER_REASON_DECLINED,
	    CARRIER_REASON_DECLINED } },
	{ "slow",
	  { CARRIER_ACCEPTED, CARRIER_ACCEPTED, CARRIER_ACCEPTED, CARRIER_DONE },
	  { CARRIER_REASON_IN_PROGRESS, CARRIER_REASON_IN_PROGRESS, CARRIER_REASON_IN_PROGRESS } },
	{ "reversed",
	  { CARRIER_DONE, CARRIER_DONE, CARRIER_DONE, CARRIER_REFUSED },
	  { CARRIER_REASON_NONE, CARRIER_REASON_NONE, CARRIER_REASON_NONE,
	    CARRIER_REASON_TAKEN_BACK } },
};

static void every_outcome_at_every_time(void **state)
{
	static const int64_t times_ms[] = { 0, 1000, 6000, 9000 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(courses); i++) {
		struct sandbox_delivery delivery = { 0 }, before;
		struct arena            arena;

		arena_init(&arena, 1 << 20);
		expect(&delivery, task_of(CARRIER_ASK, ""), NOW, CARRIER_RETRY,
		       CARRIER_REASON_NOT_DONE, &arena);
		expect(&delivery, task_of(CARRIER_ACTIVATE, courses[i].outcome), NOW,
		       courses[i].outcomes[0], courses[i].reasons[0], &arena);
		assert_int_equal(delivery.created_ms, NOW); /* kept though the answer was lost */
		before = delivery;
		for (size_t j = 1; j < COUNT_OF(times_ms); j++) {
			expect(&delivery, task_of(CARRIER_ASK, ""), NOW + times_ms[j],
			       courses[i].outcomes[j], courses[i].reasons[j], &arena);
			/* sent twice is sent once */
			expect(&delivery, task_of(CARRIER_ACTIVATE, ""), NOW + times_ms[j],
			       courses[i].outcomes[j], courses[i].reasons[j], &arena);
		}
		assert_memory_equal(&delivery, &before, sizeof(before));
		arena_free(&arena);
	}
}

static void suspends_and_resumes(void **state)
{
	struct sandbox_delivery delivery = { 0 };
	struct arena            arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	expect(&delivery, task_of(CARRIER_SUSPEND, ""), NOW, CARRIER_DONE, CARRIER_REASON_NONE,
	       &arena);
	expect(&delivery, task_of(CARRIER_RESUME, ""), NOW, CARRIER_DONE, CARRIER_REASON_NONE,
	       &arena);
	expect(&delivery, task_of(CARRIER_ACTIVATE, "no_such_outcome"), NOW, CARRIER_CONFIG,
	       CARRIER_REASON_PROTOCOL, &arena);
	assert_int_equal(delivery.created_ms, 0);
	arena_free(&arena);
}

static void steering_by_amount(void **state)
{
	enum sandbox_delivery_outcome outcome;

	(void)state;
	assert_int_equal(sandbox_delivery_outcome_from_amount(5387), SANDBOX_DELIVERY_ACTIVE);
	assert_int_equal(sandbox_delivery_outcome_from_amount(1181), SANDBOX_DELIVERY_DECLINED);
	assert_int_equal(sandbox_delivery_outcome_from_amount(85), SANDBOX_DELIVERY_REVERSED);
	assert_int_equal(sandbox_delivery_outcome_from_amount(-15), SANDBOX_DELIVERY_ACTIVE);
	assert_false(sandbox_delivery_outcome_from_name(STR(""), &outcome));
	assert_false(sandbox_delivery_outcome_from_name(STR("Active"), &outcome));
	assert_true(sandbox_delivery_outcome_from_name(STR("slow"), &outcome));
	assert_int_equal(outcome, SANDBOX_DELIVERY_SLOW);
}

static void strange_answers_are_unknown(void **state)
{
	static const char *const answers[] = {
		"",
		"x",
		"[]",
		"{}",
		"{\"state\":\"done\"}",
		"{\"state\":1,\"order\":\"" ORDER "\"}",
		"{\"state\":\"done\",\"order\":\"KL-OTHER\"}",
		"{\"state\":\"finished\",\"order\":\"" ORDER "\"}",
		"{\"state\":\"not_found\",\"order\":\"" ORDER "\"}",
		"{\"error\":\"done\"}",
		"{\"error\":\"\"}",
		"{\"state\":\"done\",\"state\":\"done\",\"order\":\"" ORDER "\"}",
	};
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct carrier_talk talk = { .task = task_of(CARRIER_ACTIVATE, ""),
			                     .config = &config,
			                     .arena = &arena };

		assert_int_equal(carrier_sandbox.turn(&talk, NULL), CARRIER_CALL);
		talk.call.result = NET_ANSWER;
		talk.call.status = 200;
		talk.call.answer = str_from(answers[i]);
		assert_int_equal(carrier_sandbox.turn(&talk, &talk.call), CARRIER_FINISHED);
		assert_int_equal(talk.outcome, CARRIER_UNKNOWN);
		assert_int_equal(talk.reason, CARRIER_REASON_GARBLED);
	}
	arena_free(&arena);
}

static void silence(void **state)
{
	static const struct {
		enum carrier_kind    kind;
		enum net_result      result;
		int32_t              status;
		enum carrier_outcome outcome;
	} cases[] = {
		{ CARRIER_ACTIVATE, NET_REFUSED, 0, CARRIER_RETRY },
		{ CARRIER_ACTIVATE, NET_UNKNOWN, 0, CARRIER_UNKNOWN },
		{ CARRIER_ACTIVATE, NET_ANSWER, 500, CARRIER_UNKNOWN },
		{ CARRIER_ASK, NET_REFUSED, 0, CARRIER_UNKNOWN },
		{ CARRIER_ASK, NET_UNKNOWN, 0, CARRIER_UNKNOWN },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct carrier_talk talk = { .task = task_of(cases[i].kind, ""),
			                     .config = &config,
			                     .arena = &arena };

		assert_int_equal(carrier_sandbox.turn(&talk, NULL), CARRIER_CALL);
		talk.call.result = cases[i].result;
		talk.call.status = cases[i].status;
		assert_int_equal(carrier_sandbox.turn(&talk, &talk.call), CARRIER_FINISHED);
		assert_int_equal(talk.outcome, cases[i].outcome);
	}
	arena_free(&arena);
}

static void adapters_are_found_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(carrier_find(STR("sandbox")), &carrier_sandbox);
	assert_ptr_equal(carrier_find(STR("osmohlr")), &carrier_osmohlr);
	assert_null(carrier_find(STR("")));
	assert_null(carrier_find(STR("sandbo")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_outcome_at_every_time),
		cmocka_unit_test(suspends_and_resumes),
		cmocka_unit_test(steering_by_amount),
		cmocka_unit_test(strange_answers_are_unknown),
		cmocka_unit_test(silence),
		cmocka_unit_test(adapters_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
