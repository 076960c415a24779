/*
 * msisdn_test.c - telephone numbers by the table msisdn.t; masked addresses.
 */
#include "core/table.h"

#include "core/email.h"
#include "core/msisdn.h"

#define TABLE                    "test/core/msisdn.t"

#define X(name, message, status) #name,
static const char *const refusal_names[] = { MSISDN_REFUSALS(X) };
#undef X

static void parses(void **state)
{
	struct table table = table_open(TABLE, "parse");
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 4)) {
		enum msisdn_refusal refusal;
		int64_t             msisdn = 0;
		int32_t             count;

		refusal = msisdn_parse(&arena, table.cell[0], &msisdn, &count);
		if (refusal != MSISDN_REFUSAL_NONE)
			fail_msg("%s:%d: %s", TABLE, table.line, refusal_names[refusal]);
		table_expect(&table, 1, msisdn_e164(&arena, msisdn));
		table_expect(&table, 2, msisdn_text(&arena, msisdn));
		table_expect(&table, 3, msisdn_mask(&arena, msisdn));
		assert_true(msisdn_valid(msisdn));
	}
	arena_free(&arena);
}

static void refuses(void **state)
{
	struct table table = table_open(TABLE, "refuse");
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 3)) {
		int64_t             msisdn = -7;
		int32_t             count = -1;
		enum msisdn_refusal refusal = msisdn_parse(&arena, table.cell[0], &msisdn, &count);

		table_expect(&table, 1, str_from(refusal_names[refusal]));
		if (count != table_int64(&table, 2))
			fail_msg("%s:%d: %d digits seen", TABLE, table.line, count);
		assert_int_equal(msisdn, -7);
	}
	arena_free(&arena);
}

static void knows_the_range(void **state)
{
	(void)state;
	assert_true(msisdn_valid(818012345678));
	assert_false(msisdn_valid(818002345678));
	assert_false(msisdn_valid(815012345678));
	assert_false(msisdn_valid(818112345678));
	assert_false(msisdn_valid(81801234567));
	assert_false(msisdn_valid(8180123456789));
	assert_false(msisdn_valid(0));
	assert_false(msisdn_valid(-818012345678));
	assert_int_equal(msisdn_tail(818012345678, 4), 5678);
	assert_int_equal(msisdn_tail(818012345008, 2), 8);
}

static void refuses_endless_text(void **state)
{
	char         text[MSISDN_TEXT_MAX + 1];
	struct arena arena;
	int64_t      msisdn;
	int32_t      count;

	(void)state;
	arena_init(&arena, 65536);
	memset(text, '0', sizeof text);
	assert_int_equal(msisdn_parse(&arena, (struct str){ text, sizeof text }, &msisdn, &count),
	                 MSISDN_REFUSAL_JUNK);
	arena_free(&arena);
}

static void masks_addresses(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	assert_str(email_mask(&arena, STR("lily@example.com")), "l***@example.com");
	assert_str(email_mask(&arena, STR("l@example.com")), "l***@example.com");
	assert_str(email_mask(&arena, STR("李小龙@例え.jp")), "李***@例え.jp");
	assert_str(email_mask(&arena, STR("\"a@b\"@example.com")), "\"***@example.com");
	assert_str(email_mask(&arena, STR("@example.com")), "***");
	assert_str(email_mask(&arena, STR("nobody")), "***");
	assert_str(email_mask(&arena, STR("")), "***");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),          cmocka_unit_test(refuses),
		cmocka_unit_test(knows_the_range), cmocka_unit_test(refuses_endless_text),
		cmocka_unit_test(masks_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
