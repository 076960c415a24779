/*
 * desk_test.c - what the desk advises: the table that operators read, whether
 * it knows every situation that an order can come into, and what must never
 * be advised whatever is stored.
 */
#include "core/desk.h"
#include "table.h"

#define PATH          "test/core/desk.t"
#define SITUATION_MAX 4000

static const struct {
	const char *name;
	int64_t     wait_s;
	bool        person;
} waits[] = {
	{ "fresh", DESK_STUCK_S - 1, false },
	{ "late", DESK_STUCK_S, false },
	{ "late", DESK_LONG_S - 1, false },
	{ "long", DESK_LONG_S, false },
	{ "person", 0, true },
};

/* Is the word one of the cell's? */
static bool cell_has(struct str cell, struct str wanted)
{
	struct str word;

	while (cell.len > 0) {
		str_cut(cell, ' ', &word, &cell);
		if (str_eq(word, wanted))
			return true;
	}
	return false;
}

static bool row_fits(const struct table *table, const struct desk_facts *facts, const char *wait)
{
	struct str job = facts->job ? job_kind_name(facts->kind) : STR("-");

	return cell_has(table->cell[0], order_state_name(facts->state)) &&
	       cell_has(table->cell[0], STR("taken-back")) == facts->withdrawn &&
	       cell_has(table->cell[1], refund_state_name(facts->refund)) &&
	       cell_has(table->cell[2], job) && cell_has(table->cell[3], str_from(wait));
}

static void row_check(const struct table *table, const struct desk_facts *facts)
{
	struct desk_advice advice;

	desk_decide(facts, &advice);
	table_expect(table, 4, desk_act_name(advice.act));
	table_expect(table, 5, desk_why_name(advice.why));
	for (int i = 0; i < DESK_ACT_COUNT; i++) {
		struct str name = desk_act_name((enum desk_act)i);

		if (cell_has(table->cell[6], name) != ((advice.also >> i & 1) != 0))
			fail_msg("%s:%d: \"%.*s\" is %s", table->path, table->line, STR_ARG(name),
			         (advice.also >> i & 1) != 0 ? "offered" : "not offered");
	}
}

/* How many rows of the section fit the facts; each that does is checked. */
static int table_check(const char *section, const struct desk_facts *facts, const char *wait)
{
	struct table table = table_open(PATH, section);
	int          count = 0;

	while (table_next(&table, 7)) {
		if (!row_fits(&table, facts, wait))
			continue;
		row_check(&table, facts);
		count++;
	}
	return count;
}

/* What is stored, as settle() and the worker leave it. */
struct situation {
	struct order_facts facts;
	bool               job;
	enum job_kind      kind;
};

struct world {
	struct situation at[SITUATION_MAX];
	size_t           count;
};

static void world_add(struct world *world, struct situation situation)
{
	for (size_t i = 0; i < world->count; i++) {
		const struct situation *known = &world->at[i];
		if (known->facts.state == situation.facts.state &&
		    known->facts.payment == situation.facts.payment &&
		    known->facts.refund == situation.facts.refund &&
		    known->facts.withdrawn == situation.facts.withdrawn &&
		    known->job == situation.job && (!known->job || known->kind == situation.kind))
			return;
	}
	assert_true(world->count < SITUATION_MAX);
	world->at[world->count++] = situation;
}

static void world_step(struct world *world, struct situation now, enum order_event event)
{
	struct order_step  step;
	enum order_refusal refusal;
	enum order_verdict verdict = order_decide(&now.facts, event, &step, &refusal);

	if (verdict == ORDER_DESK && !now.job) {
		now.job = true;
		now.kind = JOB_PAY_WATCH;
	}
	if (verdict == ORDER_STEP) {
		now.facts.state = step.state;
		now.facts.payment = step.payment;
		now.facts.refund = step.refund;
		now.facts.withdrawn = step.withdrawn;
		if (step.job == ORDER_JOB_END)
			now.job = false;
		if (step.job == ORDER_JOB_SET || step.job == ORDER_JOB_NOW) {
			now.job = true;
			now.kind = step.job_kind;
		}
	}
	world_add(world, now);
}

/* Every situation by any events in any order. */
static void world_make(struct world *world)
{
	world->count = 0;
	world_add(world, (struct situation){ .facts = { .state = ORDER_QUOTED } });
	for (size_t i = 0; i < world->count; i++) {
		for (int event = ORDER_EVENT_PLACE; event < ORDER_EVENT_COUNT; event++) {
			for (int mask = 0; mask < 128; mask++) {
				struct situation now = world->at[i];

				now.facts.lock_holds = (mask & 1) != 0;
				now.facts.price_holds = (mask & 2) != 0;
				now.facts.line_open = (mask & 4) != 0;
				now.facts.quiet = (mask & 8) != 0;
				now.facts.hosted = (mask & 16) != 0;
				now.facts.enough = (mask & 32) != 0;
				now.facts.last = (mask & 64) != 0;
				now.facts.watched = now.job;
				world_step(world, now, (enum order_event)event);
			}
		}
	}
}

static struct desk_facts facts_of(const struct situation *situation, size_t wait)
{
	return (struct desk_facts){ .state = situation->facts.state,
		                    .refund = situation->facts.refund,
		                    .withdrawn = situation->facts.withdrawn,
		                    .job = situation->job,
		                    .kind = situation->kind,
		                    .person = situation->job && waits[wait].person,
		                    .wait_s = waits[wait].wait_s };
}

static void every_situation_has_its_row(void **state)
{
	static struct world world;

	(void)state;
	world_make(&world);
	assert_true(world.count > 40);
	for (size_t i = 0; i < world.count; i++) {
		for (size_t wait = 0; wait < COUNT_OF(waits); wait++) {
			struct desk_facts facts = facts_of(&world.at[i], wait);

			/* What has no job waits for nobody. */
			if (waits[wait].person && !facts.job)
				continue;
			/* A contradiction's job begins with a person, and the desk
			 * gives it to no machine. */
			if (!waits[wait].person && facts.job && facts.kind == JOB_PAY_WATCH &&
			    (facts.state == ORDER_ACTIVE || facts.refund == REFUND_DONE))
				continue;
			if (table_check("advice", &facts, waits[wait].name) != 1)
				fail_msg("%.*s%s, refund %.*s, job %.*s, %s: has not one row in %s",
				         STR_ARG(order_state_name(facts.state)),
				         facts.withdrawn ? " (taken back)" : "",
				         STR_ARG(refund_state_name(facts.refund)),
				         STR_ARG(facts.job ? job_kind_name(facts.kind) : STR("-")),
				         waits[wait].name, PATH);
		}
	}
}

/* Every combination that the columns could hold, possible or not. */
static void for_all(void (*check)(const struct desk_facts *facts, const char *wait))
{
	for (int s = 0; s < ORDER_STATE_COUNT; s++)
		for (int refund = 0; refund < REFUND_STATE_COUNT; refund++)
			for (int bits = 0; bits < 4; bits++)
				for (int kind = 0; kind < JOB_KIND_COUNT; kind++)
					for (size_t wait = 0; wait < COUNT_OF(waits); wait++)
						check(
						    &(struct desk_facts){
							.state = (enum order_state)s,
							.refund = (enum refund_state)refund,
							.withdrawn = (bits & 1) != 0,
							.job = (bits & 2) != 0,
							.kind = (enum job_kind)kind,
							.person = waits[wait].person,
							.wait_s = waits[wait].wait_s,
						    },
						    waits[wait].name);
}

static void check_lost(const struct desk_facts *facts, const char *wait)
{
	if (!facts->job && !facts->withdrawn)
		(void)table_check("lost", facts, wait);
}

static void a_missing_job_is_not_hidden(void **state)
{
	(void)state;
	for_all(check_lost);
}

static void check_safe(const struct desk_facts *facts, const char *wait)
{
	struct order_facts order = { .state = facts->state,
		                     .refund = facts->refund,
		                     .withdrawn = facts->withdrawn,
		                     .line_open = true };
	bool               person = facts->job && facts->person;
	struct order_step  step;
	enum order_refusal refusal;
	struct desk_advice advice;
#define ALLOWED(act) desk_allows(&advice, DESK_ACT_##act)

	(void)wait;
	desk_decide(facts, &advice);
	assert_false(desk_allows(&advice, DESK_ACT_NONE));
	assert_true((advice.also >> advice.act & 1) == 0);
	/* the order's own table would grant it */
	if (ALLOWED(WITHDRAW))
		assert_int_equal(order_decide(&order, ORDER_EVENT_WITHDRAW, &step, &refusal),
		                 ORDER_STEP);
	/* nothing that is taken back, or may have been sent, is sent */
	if (ALLOWED(SUBMIT))
		assert_true(facts->job && facts->kind == JOB_DELIVER && !facts->withdrawn);
	/* money only where it is owed */
	if (ALLOWED(REFUND))
		assert_true(facts->job &&
		            (facts->state == ORDER_DECLINED || facts->state == ORDER_REVERSED ||
		             (facts->state == ORDER_ACTIVE && facts->refund != REFUND_NONE &&
		              facts->refund != REFUND_DONE && facts->refund != REFUND_ASKED)));
	/* a refund that one alone may not make waits for the second */
	if (ALLOWED(AGREE) || ALLOWED(DENY))
		assert_true(facts->state == ORDER_ACTIVE && facts->refund == REFUND_ASKED);
	if (ALLOWED(GIVE_BACK))
		assert_true(facts->state == ORDER_ACTIVE && !facts->job);
	/* a person has it, or not */
	if (ALLOWED(RESUME) || ALLOWED(CLOSE))
		assert_true(person);
	if (ALLOWED(TAKE) || ALLOWED(ASK_CARRIER) || ALLOWED(ASK_GATEWAY))
		assert_true(facts->job && !person);
	/* nothing that is still owed to anybody is closed */
	if (ALLOWED(CLOSE))
		assert_true(facts->state == ORDER_ACTIVE || facts->refund == REFUND_DONE ||
		            (order_state_final(facts->state) && facts->state != ORDER_REVERSED));
	/* GOALS U5: whatever stands first on the desk can be helped */
	if (desk_stuck(facts) && facts->state != ORDER_QUOTED && facts->refund != REFUND_PENDING &&
	    (facts->refund == REFUND_NONE || facts->state == ORDER_DECLINED ||
	     facts->state == ORDER_REVERSED))
		assert_int_not_equal(advice.act, DESK_ACT_NONE);
#undef ALLOWED
}

static void nothing_unsafe_is_advised(void **state)
{
	(void)state;
	for_all(check_safe);
}

static void names_read_back(void **state)
{
	enum desk_act act;

	(void)state;
	for (int i = 0; i < DESK_ACT_COUNT; i++) {
		assert_true(desk_act_from_name(desk_act_name((enum desk_act)i), &act));
		assert_int_equal(act, i);
	}
	assert_false(desk_act_from_name(STR("refund "), &act));
	assert_false(desk_act_from_name(STR(""), &act));
	assert_true(desk_act_reasoned(DESK_ACT_WITHDRAW) && desk_act_reasoned(DESK_ACT_TAKE));
	assert_false(desk_act_reasoned(DESK_ACT_ASK_CARRIER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_situation_has_its_row),
		cmocka_unit_test(a_missing_job_is_not_hidden),
		cmocka_unit_test(nothing_unsafe_is_advised),
		cmocka_unit_test(names_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
