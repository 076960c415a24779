/*
 * iccid_test.c - SIM card numbers, by the table iccid.t.
 */
#include "core/table.h"

#include "core/digits.h"
#include "core/iccid.h"

#define TABLE "test/core/iccid.t"

static void parses(void **state)
{
	static const char *const names[] = { "right", "computed", "wrong" };
	struct table             table = table_open(TABLE, "parse");
	struct arena             arena;

	(void)state;
	arena_init(&arena, 65536);
	while (table_next(&table, 6)) {
		struct iccid iccid;

		if (!iccid_parse(table.cell[0], &iccid))
			fail_msg("%s:%d: refused", TABLE, table.line);
		assert_int_equal(iccid.payload, table_int64(&table, 1));
		table_expect(&table, 2, str_from(names[iccid.check]));
		assert_int_equal(iccid.alternate, table_int64(&table, 3));
		table_expect(&table, 4, iccid_text(&arena, iccid.payload));
		table_expect(&table, 5, iccid_mask(&arena, iccid.payload));
		assert_true(iccid_payload_valid(iccid.payload));
		arena_reset(&arena);
	}
	arena_free(&arena);
}

static void refuses(void **state)
{
	struct table table = table_open(TABLE, "refuse");
	struct iccid iccid = { .payload = 7 };

	(void)state;
	while (table_next(&table, 1)) {
		if (iccid_parse(table.cell[0], &iccid))
			fail_msg("%s:%d: accepted", TABLE, table.line);
		assert_int_equal(iccid.payload, 7);
	}
}

static void computes_the_check_digit(void **state)
{
	struct table table = table_open(TABLE, "luhn");

	(void)state;
	while (table_next(&table, 2))
		assert_int_equal(digits_luhn(table.cell[0]), table_int64(&table, 1));
}

/* Luhn finds every single wrong digit, and every swap of neighbours but 09-90. */
static void finds_mistypes(void **state)
{
	char         text[] = "8981100003512345675";
	struct iccid iccid;

	(void)state;
	for (size_t i = 2; i < sizeof text - 1; i++) {
		char right = text[i];

		for (char digit = '0'; digit <= '9'; digit++) {
			text[i] = digit;
			assert_true(iccid_parse(str_from(text), &iccid));
			assert_int_equal(iccid.check == ICCID_CHECK_RIGHT, digit == right);
		}
		text[i] = right;
	}
}

static void knows_the_range(void **state)
{
	(void)state;
	assert_true(iccid_payload_valid(ICCID_PAYLOAD_MIN));
	assert_true(iccid_payload_valid(ICCID_PAYLOAD_MAX));
	assert_false(iccid_payload_valid(ICCID_PAYLOAD_MIN - 1));
	assert_false(iccid_payload_valid(ICCID_PAYLOAD_MAX + 1));
	assert_false(iccid_payload_valid(900000000000000000));
	assert_false(iccid_payload_valid(0));
	assert_false(iccid_payload_valid(-1));
	assert_false(iccid_payload_valid(INT64_MIN));
	assert_true(iccid_is_japanese(898110000351234567));
	assert_true(iccid_is_japanese(8981100003512345674));
	assert_false(iccid_is_japanese(896588081210001114));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(refuses),
		cmocka_unit_test(computes_the_check_digit),
		cmocka_unit_test(finds_mistypes),
		cmocka_unit_test(knows_the_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
