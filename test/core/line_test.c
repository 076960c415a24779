/*
 * line_test.c - the steps of a line, every pair of state and event, by the
 * table line.t.
 */
#include "core/table.h"

#include "core/line.h"

#define TABLE "test/core/line.t"
#define TODAY 20000

static const struct line_facts friendly = {
	.voice = true,
	.kyc_all = true,
	.identity_verified = true,
	.notices_accepted = LINE_NOTICES_MIN,
	.cancelled_day = TODAY - LINE_QUARANTINE_DAYS,
	.quarantine_days = LINE_QUARANTINE_DAYS,
};

static enum line_state state_at(const struct table *table, int cell)
{
	enum line_state state = LINE_STATE_COUNT;

	if (!line_state_from_name(table->cell[cell], &state))
		fail_msg("%s:%d: no such state", TABLE, table->line);
	return state;
}

static enum line_event event_at(const struct table *table, int cell)
{
	for (int i = 0; i < LINE_EVENT_COUNT; i++)
		if (str_eq(table->cell[cell], line_event_name((enum line_event)i)))
			return (enum line_event)i;
	fail_msg("%s:%d: no such event", TABLE, table->line);
	return LINE_EVENT_COUNT;
}

static void every_pair(void **unused)
{
	int          wanted[LINE_STATE_COUNT][LINE_EVENT_COUNT];
	struct table table = table_open(TABLE, "steps");

	(void)unused;
	memset(wanted, 0xff, sizeof wanted);
	while (table_next(&table, 3)) {
		int *cell = &wanted[state_at(&table, 0)][event_at(&table, 1)];

		assert_int_equal(*cell, -1); /* no pair twice */
		*cell = (int)state_at(&table, 2);
	}
	for (int s = 0; s < LINE_STATE_COUNT; s++) {
		for (int e = 0; e < LINE_EVENT_COUNT; e++) {
			enum line_state   got = LINE_STATE_COUNT;
			enum line_refusal refusal = line_decide((enum line_state)s,
			                                        (enum line_event)e, &friendly,
			                                        TODAY, &got);

			assert_int_equal(refusal,
			                 wanted[s][e] < 0 ? LINE_REFUSE_NO_STEP : LINE_REFUSE_NONE);
			assert_int_equal(got,
			                 wanted[s][e] < 0 ? (int)LINE_STATE_COUNT : wanted[s][e]);
		}
	}
}

static struct line_facts facts_at(const struct table *table, int cell)
{
	struct line_facts facts = { .quarantine_days = LINE_QUARANTINE_DAYS };
	struct str        rest = table->cell[cell], word;
	int64_t           number;

	for (bool more = true; more;) {
		more = str_cut(rest, ' ', &word, &rest);
		if (str_eq(word, STR("voice")))
			facts.voice = true;
		else if (str_eq(word, STR("data_kyc")))
			facts.kyc_all = true;
		else if (str_eq(word, STR("verified")))
			facts.identity_verified = true;
		else if (str_eq(word, STR("override")))
			facts.staff_override = true;
		else if (str_eq(word, STR("money")))
			facts.money_on_way = true;
		else if (str_eq(word, STR("legal")))
			facts.flags |= LINE_LEGAL_HOLD;
		else if (str_eq(word, STR("dispute")))
			facts.flags |= LINE_DISPUTE_HOLD;
		else if (str_eq(word, STR("lost_sim")))
			facts.flags |= LINE_LOST_SIM;
		else if (str_eq(word, STR("port_out")))
			facts.flags |= LINE_PORT_OUT;
		else if (str_starts(word, STR("notices=")) &&
		         str_to_int64(str_skip(word, 8), &number))
			facts.notices_accepted = (int32_t)number;
		else if (str_starts(word, STR("cancelled=")) &&
		         str_to_int64(str_skip(word, 10), &number))
			facts.cancelled_day = TODAY - (int32_t)number;
		else if (str_starts(word, STR("quarantine=")) &&
		         str_to_int64(str_skip(word, 11), &number))
			facts.quarantine_days = (int32_t)number;
		else if (!str_eq(word, STR("data")))
			fail_msg("%s:%d: no such fact: %.*s", TABLE, table->line, STR_ARG(word));
	}
	return facts;
}

static void refusals(void **unused)
{
	struct table table = table_open(TABLE, "refusals");

	(void)unused;
	while (table_next(&table, 4)) {
		struct line_facts facts = facts_at(&table, 2);
		enum line_state   got = LINE_STATE_COUNT;
		enum line_refusal refusal = line_decide(state_at(&table, 0), event_at(&table, 1),
		                                        &facts, TODAY, &got);

		table_expect(&table, 3, str_skip(line_refusal_message(refusal), 12));
		assert_int_equal(got == LINE_STATE_COUNT, refusal != LINE_REFUSE_NONE);
	}
}

static void money(void **unused)
{
	struct table table = table_open(TABLE, "money");
	int          row_count = 0;

	(void)unused;
	for (; table_next(&table, 3); row_count++) {
		enum line_state state = state_at(&table, 0);

		table_expect(&table, 1, line_money_may_enter(state) ? STR("yes") : STR("no"));
		table_expect(&table, 2, line_number_works(state) ? STR("yes") : STR("no"));
	}
	assert_int_equal(row_count, LINE_STATE_COUNT);
}

static void names(void **unused)
{
	enum line_state   state = LINE_STATE_COUNT;
	enum line_payment payment = LINE_PAYMENT_COUNT;

	(void)unused;
	assert_false(line_state_from_name(STR("Active"), &state));
	assert_false(line_state_from_name(STR(""), &state));
	assert_int_equal(state, LINE_STATE_COUNT);
	assert_true(line_payment_from_name(STR("postpaid"), &payment));
	assert_int_equal(payment, LINE_POSTPAID);
	assert_str(line_payment_name(LINE_PREPAID), "prepaid");
	assert_false(line_payment_from_name(STR("both"), &payment));
	assert_str(line_refusal_message(LINE_REFUSE_TOO_EARLY), "LINE_REFUSE_TOO_EARLY");
	assert_int_equal(line_refusal_status(LINE_REFUSE_IDENTITY), 403);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair),
		cmocka_unit_test(refusals),
		cmocka_unit_test(money),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
