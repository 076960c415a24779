/*
 * job_test.c - when things are tried again.
 */
#include "core/job.h"
#include "test.h"

static void unknown_is_asked_by_the_formula(void **state)
{
	static const int64_t due_s[] = { 10, 30, 120, 600, 3600, 21600, 86400, 172800, 259200 };
	int64_t              now_ms = 1000;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(due_s); i++) {
		int64_t next_ms = job_next_ms(JOB_PAY_UNKNOWN, 1000, now_ms);
		assert_int_equal(next_ms, 1000 + due_s[i] * 1000);
		now_ms = next_ms;
	}
}

/* Wherever a crash falls, the next time is the same: no counter is needed. */
static void the_next_time_is_later_and_forgets_nothing(void **state)
{
	(void)state;
	for (int kind = 0; kind < JOB_KIND_COUNT; kind++) {
		for (int64_t age_ms = 0; age_ms < 400000000; age_ms += 977777) {
			int64_t next_ms = job_next_ms((enum job_kind)kind, 5, 5 + age_ms);
			assert_true(next_ms > 5 + age_ms);
			assert_true(next_ms <= 5 + age_ms + 86400000);
		}
	}
	/* A clock that was set back does not stop anything for long. */
	assert_int_equal(job_next_ms(JOB_PAY_WATCH, 1000000, 0), 1000000 + 10000);
}

/* P11: a lost callback costs the payer less than a minute. */
static void an_open_payment_is_asked_each_minute(void **state)
{
	int64_t at_ms = 0;

	(void)state;
	while (at_ms < 900000) {
		int64_t next_ms = job_next_ms(JOB_PAY_WATCH, 0, at_ms);
		assert_true(next_ms - at_ms <= 60000);
		at_ms = next_ms;
	}
}

static void a_person_is_told_after_a_quarter_of_an_hour(void **state)
{
	(void)state;
	assert_false(job_alarms(JOB_DELIVERY_ASK, 0, 899999));
	assert_true(job_alarms(JOB_DELIVERY_ASK, 0, 900000));
	assert_false(job_alarms(JOB_SWEEP, 0, INT64_C(90000000000)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_is_asked_by_the_formula),
		cmocka_unit_test(the_next_time_is_later_and_forgets_nothing),
		cmocka_unit_test(an_open_payment_is_asked_each_minute),
		cmocka_unit_test(a_person_is_told_after_a_quarter_of_an_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
