/*
 * ali_bill_test.c - statements of Alipay's two gateways (bills/, made for the
 * tests): every row by the names in the header, and none of a file that is cut
 * off, changed, or another's.
 */
#include "test.h"

#include "base/str.h"
#include "gate/pay.h"

enum { ROWS_MAX = 16, FILE_MAX_ = 65536 };

struct reading {
	struct arena            arena;
	struct pay_bill_row     row[ROWS_MAX];
	size_t                  count;
	struct pay_bill_sum     sum;
	struct pay_bill_problem problem;
};

static struct str file_of(struct arena *arena, const char *name)
{
	char   path[128];
	char  *bytes = arena_alloc(arena, FILE_MAX_);
	FILE  *file;
	size_t len;

	snprintf(path, sizeof(path), "test/gate/bills/%s", name);
	file = fopen(path, "rbe");
	assert_non_null(file);
	len = fread(bytes, 1, FILE_MAX_, file);
	fclose(file);
	return (struct str){ .ptr = bytes, .len = len };
}

static bool keep(void *ctx, const struct pay_bill_row *row)
{
	struct reading *reading = ctx;

	assert_true(reading->count < ROWS_MAX);
	reading->row[reading->count++] = *row;
	return true;
}

static bool read_file(struct reading *reading, const struct pay_gateway *gateway, struct str file)
{
	static const struct pay_config config = { 0 };

	reading->count = 0;
	reading->problem = (struct pay_bill_problem){ 0 };
	return gateway->bill(&config, file, &reading->arena, keep, reading, &reading->sum,
	                     &reading->problem);
}

static int setup(void **state)
{
	static struct reading reading;

	reading = (struct reading){ 0 };
	arena_init(&reading.arena, 1 << 24);
	*state = &reading;
	return 0;
}

static int teardown(void **state)
{
	struct reading *reading = *state;

	arena_free(&reading->arena);
	return 0;
}

/* The text with its first `from` made `to`; bytes, so that GBK stays GBK. */
static struct str changed(struct reading *reading, struct str text, const char *from,
                          const char *to)
{
	ptrdiff_t at = str_find(text, str_from(from));

	assert_true(at >= 0);
	return arena_printf(&reading->arena, "%.*s%s%.*s", (int)at, text.ptr, to,
	                    STR_ARG(str_skip(text, (size_t)at + strlen(from))));
}

static void alipays_zip_is_read_row_by_row(void **state)
{
	struct reading            *reading = *state;
	const struct pay_bill_row *row = reading->row;

	if (!read_file(reading, &pay_alipay, file_of(&reading->arena, "alipay_trade.zip")))
		fail_msg("line %d: %.*s", (int)reading->problem.line,
		         STR_ARG(reading->problem.text));
	assert_int_equal(reading->count, 3);
	assert_int_equal(row[0].kind, PAY_BILL_PAYMENT);
	assert_int_equal(row[0].row, 6);
	assert_str(row[0].order, "KP0123456789ABCDEFGHJKMNPQRS");
	assert_str(row[0].reference, "2026092122001468450512505578");
	assert_int_equal(row[0].amount.amount, 8888);
	assert_int_equal(row[0].amount.currency, CURRENCY_CNY);
	assert_int_equal(row[0].fee.amount, 53);
	assert_int_equal(row[0].settled.amount, 8835);
	assert_int_equal(row[0].at_s, 1790000100); /* 22:15 in Beijing */
	assert_int_equal(row[1].amount.amount, 100000);
	assert_int_equal(row[1].settled.amount, 99900 - 599); /* Alipay paid a part of it */
	assert_int_equal(row[2].kind, PAY_BILL_REFUND);
	assert_str(row[2].refund, "KR0123456789ABCDEFGHJKMNPQRS");
	assert_str(row[2].order, "KP0123456789ABCDEFGHJKMNPQRS");
	assert_int_equal(row[2].amount.amount, 500);
	assert_int_equal(row[2].fee.amount, -3);
	assert_int_equal(row[2].settled.amount, -497);
	assert_int_equal(reading->sum.count, 3);
	assert_int_equal(reading->sum.paid.amount, 108888);
	assert_int_equal(reading->sum.given_back.amount, 500);
	assert_int_equal(reading->sum.fee.amount, 649);
	assert_int_equal(reading->sum.settled.amount, 107639); /* as the summary says */
}

static void alipays_table_alone_is_read_too(void **state)
{
	struct reading *reading = *state;

	assert_true(read_file(reading, &pay_alipay, file_of(&reading->arena, "alipay_trade.csv")));
	assert_int_equal(reading->count, 3);
}

static void alipays_sums_hold_or_nothing_does(void **state)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
		{ ",88.88,88.88,", ",88.89,88.89," }, /* a row */
		{ "1087.88", "1087.89" },             /* the sum */
		{ "-5.00,-5.00,", "-5.01,-5.01," },
		{ "-5.00,-5.00,", "5.00,5.00," }, /* a refund that is no refund */
		{ ",88.88,88.88,", ",88.888,88.88," },
		{ ",88.88,88.88,", ",,88.88," },
		{ ",88.88,88.88,", ",88.88," }, /* a field less */
	};
	struct reading *reading = *state;
	struct str      text = file_of(&reading->arena, "alipay_trade.csv");

	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		assert_false(read_file(reading, &pay_alipay,
		                       changed(reading, text, changes[i].from, changes[i].to)));
		assert_true(reading->problem.text.len > 0);
	}
}

static void alipays_statement_is_whole_or_refused(void **state)
{
	struct reading *reading = *state;
	struct str      zip = file_of(&reading->arena, "alipay_trade.zip");
	struct str      text = file_of(&reading->arena, "alipay_trade.csv");
	char           *copy;

	for (size_t len = 0; len < text.len - 120; len += 7) /* the last line has no sums */
		assert_false(read_file(reading, &pay_alipay, str_take(text, len)));
	for (size_t len = 0; len < zip.len; len += 13)
		assert_false(read_file(reading, &pay_alipay, str_take(zip, len)));
	copy = arena_alloc(&reading->arena, zip.len);
	memcpy(copy, zip.ptr, zip.len);
	copy[120] ^= 1; /* a byte of what is packed: the CRC tells */
	assert_false(read_file(reading, &pay_alipay, (struct str){ .ptr = copy, .len = zip.len }));
	assert_false(read_file(reading, &pay_alipay, STR("a,b,c\n1,2,3\n")));
}

static void antoms_older_edition_states_minor_units(void **state)
{
	struct reading            *reading = *state;
	const struct pay_bill_row *row = reading->row;

	if (!read_file(reading, &pay_antom, file_of(&reading->arena, "antom_settle.csv")))
		fail_msg("line %d: %.*s", (int)reading->problem.line,
		         STR_ARG(reading->problem.text));
	assert_int_equal(reading->count, 4);
	assert_int_equal(row[0].kind, PAY_BILL_PAYMENT);
	assert_str(row[0].order, "KP0123456789ABCDEFGHJKMNPQRS");
	assert_str(row[0].batch, "B20260922");
	assert_int_equal(row[0].amount.amount, 8888);
	assert_int_equal(row[0].amount.currency, CURRENCY_CNY);
	assert_int_equal(row[0].fee.amount, 36);
	assert_int_equal(row[0].fee.currency, CURRENCY_JPY);
	assert_int_equal(row[0].settled.amount, 1781);
	assert_int_equal(row[0].rate.mantissa, 2045);
	assert_int_equal(row[0].rate.scale, 2);
	assert_int_equal(row[0].at_s, 1790000100);
	assert_int_equal(row[1].amount.amount, 1980); /* JPY has no smaller unit */
	assert_int_equal(row[1].amount.currency, CURRENCY_JPY);
	assert_int_equal(row[2].kind, PAY_BILL_REFUND);
	assert_str(row[2].refund, "KR0123456789ABCDEFGHJKMNPQRS");
	assert_int_equal(row[2].order.len, 0); /* it is found by its refund */
	assert_int_equal(row[2].settled.amount, -102);
	/* A cancellation gives the payment back, whichever sign stands there. */
	assert_int_equal(row[3].kind, PAY_BILL_REFUND);
	assert_str(row[3].order, "KP1123456789ABCDEFGHJKMNPQRS");
	assert_int_equal(row[3].settled.amount, -1980);
	assert_int_equal(reading->sum.count, -1);
}

static void antoms_newer_edition_states_major_units(void **state)
{
	struct reading            *reading = *state;
	const struct pay_bill_row *row = reading->row;

	assert_true(read_file(reading, &pay_antom, file_of(&reading->arena, "antom_details.csv")));
	assert_int_equal(reading->count, 3);
	assert_int_equal(row[0].amount.amount, 8888);
	assert_int_equal(row[1].amount.amount, 500);
	assert_str(row[1].order, "KP0123456789ABCDEFGHJKMNPQRS");
	assert_str(row[1].refund, "KR0123456789ABCDEFGHJKMNPQRS");
	assert_int_equal(row[2].kind, PAY_BILL_DISPUTE);
	assert_str(row[2].order, "KP0123456789ABCDEFGHJKMNPQRS");
	assert_int_equal(row[2].settled.amount, -1817);
}

static void antoms_damaged_files_are_refused(void **state)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
		{ "<END>", "" },
		{ "<END>", "<END>\r\nmore" },
		{ "88.88,CNY", "88.888,CNY" },
		{ "88.88,CNY", "88.88,XYZ" },
		{ "88.88,CNY", ",CNY" },
		{ ",PAYMENT,", ",," },
		{ "transactionAmountValue,", "amount," },
		{ "customerId,", "transactionId," },
		{ ",ALIPAY,", "," },
		{ "20.45", "x" },
		{ "B20260922,", "\"B2026\"0922," },
	};
	struct reading *reading = *state;
	struct str      text = file_of(&reading->arena, "antom_details.csv");

	for (size_t i = 0; i < COUNT_OF(changes); i++)
		if (read_file(reading, &pay_antom,
		              changed(reading, text, changes[i].from, changes[i].to)))
			fail_msg("%s", changes[i].to);
	for (size_t len = 0; len < text.len - 9; len += 11)
		assert_false(read_file(reading, &pay_antom, str_take(text, len)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(alipays_zip_is_read_row_by_row, setup, teardown),
		cmocka_unit_test_setup_teardown(alipays_table_alone_is_read_too, setup, teardown),
		cmocka_unit_test_setup_teardown(alipays_sums_hold_or_nothing_does, setup, teardown),
		cmocka_unit_test_setup_teardown(alipays_statement_is_whole_or_refused, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(antoms_older_edition_states_minor_units, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(antoms_newer_edition_states_major_units, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(antoms_damaged_files_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
