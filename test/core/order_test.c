/*
 * order_test.c - the order's table: told lives, refusals, and every state that
 * can be reached at all, by any events in any order.
 */
#include "core/order.h"
#include "table.h"

#define PATH "test/core/order.t"

/* A small book: which entries were made, how often. */
struct life {
	struct order_facts facts;
	int                posts[LEDGER_EVENT_COUNT];
};

static struct life life_begin(void)
{
	return (struct life){ .facts = { .state = ORDER_QUOTED,
		                         .payment = PAYMENT_CREATED,
		                         .lock_holds = true,
		                         .price_holds = true,
		                         .line_open = true,
		                         .enough = true } };
}

static enum order_verdict life_happen(struct life *life, enum order_event event,
                                      enum order_refusal *ret_refusal)
{
	struct order_step  step;
	enum order_verdict verdict = order_decide(&life->facts, event, &step, ret_refusal);

	if (verdict == ORDER_STEP) {
		life->facts.state = step.state;
		life->facts.payment = step.payment;
		life->facts.refund = step.refund;
		life->facts.withdrawn = step.withdrawn;
		if (step.posts)
			life->posts[step.post]++;
	}
	return verdict;
}

static enum order_event event_named(const struct table *table, struct str name)
{
	for (int i = 0; i < ORDER_EVENT_COUNT; i++) {
		if (str_eq(order_event_name((enum order_event)i), name))
			return (enum order_event)i;
	}
	fail_msg("%s:%d: no event \"%.*s\"", table->path, table->line, STR_ARG(name));
	return ORDER_EVENT_COUNT;
}

static void life_tell(const struct table *table, struct life *life, struct str words)
{
	struct str word;

	while (words.len > 0) {
		enum order_refusal refusal = ORDER_REFUSAL_NONE;

		str_cut(words, ' ', &word, &words);
		if (str_eq(word, STR("no-line")))
			life->facts.line_open = false;
		else if (str_eq(word, STR("dear")))
			life->facts.price_holds = false;
		else if (str_eq(word, STR("quiet")))
			life->facts.quiet = true;
		else if (str_eq(word, STR("hosted")))
			life->facts.hosted = true;
		else if (str_eq(word, STR("rest")))
			life->facts.last = true;
		else if (str_eq(word, STR("little")))
			life->facts.enough = false;
		else if (str_eq(word, STR("ends")))
			life->facts.lock_holds = false;
		else if (life_happen(life, event_named(table, word), &refusal) == ORDER_REFUSE)
			fail_msg("%s:%d: %.*s was refused", table->path, table->line,
			         STR_ARG(word));
	}
}

static void lives_end_as_told(void **state)
{
	struct table table = table_open(PATH, "lives");

	(void)state;
	while (table_next(&table, 4)) {
		struct life life = life_begin();
		char        posts[256] = "";
		size_t      len = 0;

		life_tell(&table, &life, table.cell[0]);
		table_expect(&table, 1, order_state_name(life.facts.state));
		table_expect(&table, 2, refund_state_name(life.facts.refund));
		for (int i = 0; i < LEDGER_EVENT_COUNT; i++) {
			for (int j = 0; j < life.posts[i]; j++)
				len += (size_t)snprintf(
				    posts + len, sizeof posts - len, "%s%.*s", len > 0 ? " " : "",
				    STR_ARG(ledger_event_name((enum ledger_event)i)));
		}
		/* In the table entries stand in the order of time, here of their kind. */
		struct str rest = table.cell[3], word;
		size_t     told = 0;
		while (rest.len > 0) {
			str_cut(rest, ' ', &word, &rest);
			told += word.len + 1;
			if (str_find(str_from(posts), word) < 0)
				fail_msg("%s:%d: no entry %.*s", PATH, table.line, STR_ARG(word));
		}
		assert_int_equal(told, len + (len > 0));
	}
}

static void refusals_are_as_told(void **state)
{
	struct table table = table_open(PATH, "refusals");

	(void)state;
	while (table_next(&table, 3)) {
		struct life        life = life_begin();
		enum order_refusal refusal = ORDER_REFUSAL_NONE;

		life_tell(&table, &life, table.cell[0]);
		assert_int_equal(life_happen(&life, event_named(&table, table.cell[1]), &refusal),
		                 ORDER_REFUSE);
		table_expect(&table, 2, order_refusal_code(refusal));
		assert_in_range(order_refusal_status(refusal), 400, 499);
	}
}

/* The whole world: every reachable combination of what is stored. */
#define WORLD_MAX 20000
struct world {
	struct life life[WORLD_MAX];
	size_t      count;
};

static bool life_same(const struct life *a, const struct life *b)
{
	return a->facts.state == b->facts.state && a->facts.payment == b->facts.payment &&
	       a->facts.refund == b->facts.refund && a->facts.withdrawn == b->facts.withdrawn &&
	       memcmp(a->posts, b->posts, sizeof a->posts) == 0;
}

static void world_add(struct world *world, const struct life *life)
{
	for (size_t i = 0; i < world->count; i++) {
		if (life_same(&world->life[i], life))
			return;
	}
	assert_true(world->count < WORLD_MAX);
	world->life[world->count++] = *life;
}

/* RELIABILITY P1-P3, on the table itself. */
static void life_check(const struct life *life)
{
	const int *posts = life->posts;
	int        in = posts[LEDGER_EVENT_PAID] + posts[LEDGER_EVENT_EXTRA];
	int        owed = posts[LEDGER_EVENT_EXTRA] + posts[LEDGER_EVENT_DECLINED] +
	           posts[LEDGER_EVENT_UNDONE];

	assert_in_range(in, 0, 1);
	assert_in_range(posts[LEDGER_EVENT_ACTIVE], 0, 1);
	bool owing = life->facts.refund == REFUND_DUE || life->facts.refund == REFUND_PENDING ||
	             life->facts.refund == REFUND_DESK || life->facts.refund == REFUND_FUNDS;
	/* what was sold is either active, or owed back, or still to be delivered */
	assert_true(posts[LEDGER_EVENT_ACTIVE] <= posts[LEDGER_EVENT_PAID]);
	assert_in_range(owed, 0, in);
	/* never both credited and given back, but by the carrier's own reversal */
	assert_true(posts[LEDGER_EVENT_ACTIVE] + posts[LEDGER_EVENT_DECLINED] <= 1);
	assert_true(posts[LEDGER_EVENT_UNDONE] <= posts[LEDGER_EVENT_ACTIVE]);
	assert_int_equal(life->facts.state == ORDER_ACTIVE,
	                 posts[LEDGER_EVENT_ACTIVE] == 1 && posts[LEDGER_EVENT_UNDONE] == 0);
	/* every refund was owed by an entry of its own, and is given back once */
	assert_int_equal(owed + posts[LEDGER_EVENT_RETURNED],
	                 posts[LEDGER_EVENT_REFUNDED] + (owing ? 1 : 0));
	assert_true(posts[LEDGER_EVENT_RETURNED] == 0 || posts[LEDGER_EVENT_ACTIVE] == 1);
	assert_true(life->facts.refund != REFUND_ASKED || life->facts.state == ORDER_ACTIVE);
	if (order_state_final(life->facts.state) && life->facts.state != ORDER_ACTIVE &&
	    life->facts.state != ORDER_REVERSED)
		assert_int_equal(in, 0);
}

static void nothing_reachable_breaks_a_promise(void **state)
{
	static struct world world;
	struct life         first = life_begin();

	(void)state;
	world_add(&world, &first);
	for (size_t i = 0; i < world.count; i++) {
		for (int event = 0; event < ORDER_EVENT_COUNT; event++) {
			for (int mask = 0; mask < 256; mask++) {
				struct life        life = world.life[i];
				enum order_refusal refusal = ORDER_REFUSAL_COUNT;
				enum order_verdict verdict;

				life.facts.lock_holds = (mask & 1) != 0;
				life.facts.price_holds = (mask & 2) != 0;
				life.facts.line_open = (mask & 4) != 0;
				life.facts.quiet = (mask & 8) != 0;
				life.facts.hosted = (mask & 16) != 0;
				life.facts.watched = (mask & 32) != 0;
				life.facts.enough = (mask & 64) != 0;
				life.facts.last = (mask & 128) != 0 ||
				                  life.posts[LEDGER_EVENT_RETURNED] >= 3;
				/* three parts are enough to show all there is */
				if (life.facts.last && event == ORDER_EVENT_RETURN_ASKED)
					continue;
				life.facts.enough = life.facts.enough &&
				                    life.posts[LEDGER_EVENT_RETURNED] < 3;
				verdict = life_happen(&life, (enum order_event)event, &refusal);
				if (verdict == ORDER_REFUSE)
					assert_in_range(refusal, ORDER_REFUSAL_NONE + 1,
					                ORDER_REFUSAL_COUNT - 1);
				life_check(&life);
				world_add(&world, &life);
			}
		}
	}
	/* All states but "rejected", which no rule of ours reaches yet, occur. */
	for (int s = 0; s < ORDER_STATE_COUNT; s++) {
		bool seen = false;
		for (size_t i = 0; i < world.count; i++)
			seen = seen || (int)world.life[i].facts.state == s;
		assert_int_equal(seen, s != ORDER_REJECTED);
	}
}

/* Money that came in is never ignored (DOMAIN 9.6). */
static void money_is_never_ignored(void **state)
{
	(void)state;
	for (int s = ORDER_PLACED; s < ORDER_STATE_COUNT; s++) {
		struct order_facts facts = { .state = (enum order_state)s,
			                     .payment = PAYMENT_PENDING };
		struct order_step  step;
		enum order_refusal refusal;

		/* These states say themselves that the money came. */
		if (s == ORDER_PAID || s == ORDER_SUBMITTED || s == ORDER_ACTIVE ||
		    s == ORDER_DELIVERY_UNKNOWN || s == ORDER_DECLINED || s == ORDER_REVERSED)
			continue;
		assert_int_equal(order_decide(&facts, ORDER_EVENT_PAY_SUCCEEDED, &step, &refusal),
		                 ORDER_STEP);
		assert_true(step.posts);
		assert_int_equal(step.job, ORDER_JOB_NOW);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lives_end_as_told),
		cmocka_unit_test(refusals_are_as_told),
		cmocka_unit_test(nothing_reachable_breaks_a_promise),
		cmocka_unit_test(money_is_never_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
