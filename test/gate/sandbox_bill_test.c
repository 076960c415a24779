/*
 * sandbox_bill_test.c - the sandbox gateway's statement: what it holds is read,
 * and what is wrong is named with its line.
 */
#include "test.h"

#include "base/str.h"
#include "gate/sandbox_bill.h"

#define HEAD "kind,number,reference,amount,currency,fee,at,state\n"

struct seen {
	struct pay_bill_row row[4];
	size_t              count;
};

static bool take(void *ctx, const struct pay_bill_row *row)
{
	struct seen *seen = ctx;

	assert_in_range(seen->count, 0, COUNT_OF(seen->row) - 1);
	seen->row[seen->count++] = *row;
	return true;
}

static bool read_bill(const char *text, struct arena *arena, struct seen *seen,
                      struct pay_bill_problem *problem)
{
	struct pay_config   config = { 0 };
	struct pay_bill_sum sum;
	bool good = sandbox_bill(&config, str_from(text), arena, take, seen, &sum, problem);

	assert_int_equal(sum.count, -1);
	return good;
}

static void a_statement_is_read(void **state)
{
	struct seen             seen = { 0 };
	struct pay_bill_problem problem;
	struct arena            arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_true(read_bill(HEAD "payment,KP1,R1,53.87,CNY,0.65,1790000000,done\r\n"
	                           "refund,KR1,R2,1980,JPY,,1790000001,open\n"
	                           "payout,B1,,9000,JPY,,1790000002,done\n",
	                      &arena, &seen, &problem));
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.row[0].kind, PAY_BILL_PAYMENT);
	assert_str(seen.row[0].order, "KP1");
	assert_int_equal(seen.row[0].amount.amount, 5387);
	assert_int_equal(seen.row[0].amount.currency, CURRENCY_CNY);
	assert_int_equal(seen.row[0].fee.amount, 65);
	assert_true(seen.row[0].done);
	assert_int_equal(seen.row[0].row, 2);
	assert_str(seen.row[1].refund, "KR1");
	assert_int_equal(seen.row[1].amount.amount, 1980);
	assert_int_equal(seen.row[1].fee.currency, CURRENCY_NONE);
	assert_false(seen.row[1].done);
	assert_str(seen.row[2].batch, "B1");
	arena_free(&arena);
}

static void mistakes_are_named_with_their_line(void **state)
{
	static const struct {
		const char *text;
		int64_t     line;
	} cases[] = {
		{ "", 0 },
		{ "kind,number\n", 1 },
		{ HEAD "gift,KP1,R1,1,CNY,,1,done\n", 2 },
		{ HEAD "payment,KP1,R1,1.234,CNY,,1,done\n", 2 },
		{ HEAD "payment,KP1,R1,1.5,JPY,,1,done\n", 2 },
		{ HEAD "payment,KP1,R1,-1,CNY,,1,done\n", 2 },
		{ HEAD "payment,KP1,R1,1,ZZZ,,1,done\n", 2 },
		{ HEAD "payment,KP1,R1,1,CNY,x,1,done\n", 2 },
		{ HEAD "payment,KP1,R1,1,CNY,,soon,done\n", 2 },
		{ HEAD "payment,KP1,R1,1,CNY,,1,done\npay\"ment,KP2,R1,1,CNY,,1,done\n", 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct seen             seen = { 0 };
		struct pay_bill_problem problem = { 0 };
		struct arena            arena;

		arena_init(&arena, 1 << 20);
		if (read_bill(cases[i].text, &arena, &seen, &problem))
			fail_msg("case %zu was read", i);
		assert_int_equal(problem.line, cases[i].line);
		assert_true(problem.text.len > 0);
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_statement_is_read),
		cmocka_unit_test(mistakes_are_named_with_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
