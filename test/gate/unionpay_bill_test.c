/*
 * unionpay_bill_test.c - a day's statement of UnionPay: rows of fixed width,
 * packed as the gateway packs them, and what is wrong with others.
 */
#include "test.h"

#include <zlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"
#include "gate/unionpay.h"
#include "gate/unionpay_keys.h"
#include "gate/unionpay_world.h"

#define ROWS_MAX 16

/* All rows of a statement. */
struct rows {
	struct pay_bill_row row[ROWS_MAX];
	size_t              count, stop_after;
};

static bool keep(void *ctx, const struct pay_bill_row *row)
{
	struct rows *rows = ctx;

	assert_true(rows->count < ROWS_MAX);
	rows->row[rows->count++] = *row;
	return rows->count != rows->stop_after;
}

/* One row of a ZM file; widths as the official sample's table has them. */
struct zm {
	const char *amount, *query_id, *order, *fee, *net, *type, *merchant, *original;
};

static struct str zm_line(struct zm row)
{
	return arena_printf(
	    &up.arena,
	    "S22 00049992    00049992    123456 0101132001 621226*********0013 %s 4814 07 "
	    "%-21s 02 %-32s 01        %10s %s %s 0001 %15s %-2s 01 000201 01 %4s %32s 0 "
	    "%-21s %-15s 0 %15s %-32s %13s %13s %8s %32s %13s %13s %12s %2s %1s %-32s %98s",
	    row.amount, row.query_id, row.order, "", row.fee, row.net, "", row.type, "", "",
	    row.original[0] ? "512601021104051234568" : "", row.merchant, "",
	    "\xb1\xa3\xba\xc5\xb5\xea", "", "", "", "", "", "", "", "", "", row.original, "");
}

static const struct zm paid = { "000000008888",  QUERY_ID, ORDER,    "D000000000053",
	                        "C000000008835", "01",     MERCHANT, "" };
static const struct zm given_back = { "000000003000",  "512601021104051234569", REFUND,
	                              "C000000000018", "D000000002982",         "04",
	                              MERCHANT,        ORDER };

static bool statement(struct str file, struct rows *rows, struct pay_bill_problem *problem)
{
	struct pay_bill_sum sum;

	*rows = (struct rows){ .stop_after = rows->stop_after };
	*problem = (struct pay_bill_problem){ 0 };
	return pay_unionpay.bill(&up.config, file, &up.arena, keep, rows, &sum, problem);
}

/* A zip with stored files: PKWARE's APPNOTE 4.3. */
static void put(struct buf *buf, uint32_t value, int size)
{
	for (int i = 0; i < size; i++)
		buf_add_char(buf, (char)(value >> i * 8 & 0xFF));
}

static struct str zip_of(const struct str *names, const struct str *texts, size_t count)
{
	struct buf out, directory;
	size_t     start;

	buf_init(&out, &up.arena, 1 << 20);
	buf_init(&directory, &up.arena, 1 << 16);
	for (size_t i = 0; i < count; i++) {
		uint32_t at = (uint32_t)out.len, crc = crc32_of(texts[i]);

		for (int pass = 0; pass < 2; pass++) {
			struct buf *to = pass == 0 ? &out : &directory;

			put(to, pass == 0 ? 0x04034b50 : 0x02014b50, 4);
			put(to, 20, pass == 0 ? 2 : 4);
			put(to, 0, 2);
			put(to, 0, 2);
			put(to, 0, 4);
			put(to, crc, 4);
			put(to, (uint32_t)texts[i].len, 4);
			put(to, (uint32_t)texts[i].len, 4);
			put(to, (uint32_t)names[i].len, 2);
			put(to, 0, 2);
			if (pass == 1) {
				put(to, 0, 2);
				put(to, 0, 4);
				put(to, 0, 4);
				put(to, at, 4);
			}
			buf_add(to, names[i]);
			if (pass == 0)
				buf_add(to, texts[i]);
		}
	}
	start = out.len;
	buf_add(&out, buf_str(&directory));
	put(&out, 0x06054b50, 4);
	put(&out, 0, 4);
	put(&out, (uint32_t)count, 2);
	put(&out, (uint32_t)count, 2);
	put(&out, (uint32_t)directory.len, 4);
	put(&out, (uint32_t)start, 4);
	put(&out, 0, 2);
	return buf_str(&out);
}

static struct str day_zip(void)
{
	struct str names[] = { STR("INN26010288ZM_" MERCHANT), STR("INN26010288RD_" MERCHANT),
		               STR("INN26010288ZME_" MERCHANT) };
	struct str texts[] = { arena_printf(&up.arena, "%.*s\r\n%.*s\r\n", STR_ARG(zm_line(paid)),
		                            STR_ARG(zm_line(given_back))),
		               STR("sums\r\n"), STR("") };

	return zip_of(names, texts, COUNT_OF(names));
}

/* As the gateway answers: base64 of zlib of the zip. */
static struct str day_answer(struct str archive)
{
	struct unionpay_message message = { .count = 0 };
	uLongf                  len = compressBound(archive.len);
	Bytef                  *packed = arena_alloc(&up.arena, len);

	assert_int_equal(compress(packed, &len, (const Bytef *)archive.ptr, archive.len), Z_OK);
	up_set(&message, "merId", MERCHANT);
	up_set(&message, "respCode", "00");
	up_set(&message, "signMethod", "01");
	up_set(&message, "version", "5.1.0");
	up_set(&message, "txnType", "76");
	unionpay_put(&message, STR("fileContent"),
	             base64_encode(&up.arena, (struct str){ (const char *)packed, len }));
	up_sign(&message, up.signer, signer_cert);
	return up_plain(&message);
}

static void check_day(const struct rows *rows)
{
	assert_int_equal(rows->count, 2);
	assert_int_equal(rows->row[0].kind, PAY_BILL_PAYMENT);
	assert_str(rows->row[0].order, ORDER);
	assert_str(rows->row[0].reference, QUERY_ID);
	assert_int_equal(rows->row[0].amount.amount, 8888);
	assert_int_equal(rows->row[0].amount.currency, CURRENCY_CNY);
	assert_int_equal(rows->row[0].fee.amount, 53);
	assert_int_equal(rows->row[0].settled.amount, 8835);
	assert_true(rows->row[0].done);
	assert_int_equal(rows->row[1].kind, PAY_BILL_REFUND);
	assert_int_equal(rows->row[1].row, 2);
	assert_str(rows->row[1].order, ORDER);
	assert_str(rows->row[1].refund, REFUND);
	assert_int_equal(rows->row[1].amount.amount, 3000);
	assert_int_equal(rows->row[1].fee.amount, -18);
	assert_int_equal(rows->row[1].settled.amount, -2982);
}

static void the_file_as_an_answer_a_zip_and_alone(void **state)
{
	struct rows             rows = { 0 };
	struct pay_bill_problem problem;
	struct str              zip = day_zip();

	(void)state;
	assert_true(statement(day_answer(zip), &rows, &problem));
	check_day(&rows);
	/* 2026-01-01 13:20:01 in Beijing. */
	assert_int_equal(rows.row[0].at_s,
	                 (int64_t)day_from_civil(2026, 1, 1) * 86400 + 5 * 3600 + 20 * 60 + 1);
	assert_true(statement(zip, &rows, &problem));
	check_day(&rows);
	assert_true(statement(arena_printf(&up.arena, "%.*s\n%.*s", STR_ARG(zm_line(paid)),
	                              STR_ARG(zm_line(given_back))),
	                 &rows, &problem));
	check_day(&rows);
	assert_int_equal(rows.row[0].at_s, 0);
}

/* A name in GBK has fewer characters than bytes: the fields behind it stay where they are. */
static void widths_count_bytes(void **state)
{
	struct rows             rows = { 0 };
	struct pay_bill_problem problem;
	struct str              line = zm_line(paid);

	(void)state;
	assert_int_equal(line.len, 607);
	assert_true(statement(line, &rows, &problem));
	assert_false(statement(arena_printf(&up.arena, " %.*s", STR_ARG(line)), &rows, &problem));
	/* Blanks at the end of a line are often lost. */
	assert_true(statement(str_take(line, 607 - 98), &rows, &problem));
	assert_true(statement(str_take(line, 607 - 99), &rows, &problem));
	assert_false(statement(str_take(line, 607 - 132), &rows, &problem));
	assert_false(statement(arena_printf(&up.arena, "%.*s ", STR_ARG(line)), &rows, &problem));
}

static void rows_that_are_damaged(void **state)
{
	struct rows             rows = { 0 };
	struct pay_bill_problem problem;
	struct zm               row = paid;

	(void)state;
	row.amount = "00000000-888";
	assert_false(statement(arena_printf(&up.arena, "%.*s\n%.*s", STR_ARG(zm_line(paid)),
	                               STR_ARG(zm_line(row))),
	                  &rows, &problem));
	assert_int_equal(problem.line, 2);
	row = paid;
	row.fee = "X000000000053";
	assert_false(statement(zm_line(row), &rows, &problem));
	assert_int_equal(problem.line, 1);
	row = paid;
	row.merchant = "777290058110049";
	assert_false(statement(zm_line(row), &rows, &problem));
	assert_int_equal(problem.line, 1);
	row = paid;
	row.type = "99";
	assert_true(statement(zm_line(row), &rows, &problem));
	assert_int_equal(rows.row[0].kind, PAY_BILL_OTHER);
	assert_str(rows.row[0].reason, "txnType 99");
}

static void files_that_are_none(void **state)
{
	struct rows             rows = { 0 };
	struct pay_bill_problem problem;
	struct str              names[] = { STR("README") }, texts[] = { STR("nothing") };
	struct str              zip = day_zip(), answer = day_answer(zip);
	char                   *changed = (char *)(uintptr_t)arena_str(&up.arena, answer).ptr;

	(void)state;
	assert_false(statement(STR(""), &rows, &problem));
	assert_false(statement(STR("hello\n"), &rows, &problem));
	assert_int_equal(problem.line, 0);
	assert_false(statement(str_take(zip, zip.len - 1), &rows, &problem));
	assert_false(statement(zip_of(names, texts, 1), &rows, &problem));
	assert_str(problem.text, "the zip archive holds no ZM file");
	changed[str_find(answer, STR("fileContent=")) + 40] ^= 1;
	assert_false(statement((struct str){ changed, answer.len }, &rows, &problem));
	assert_str(problem.text, "fileContent is damaged");
}

static void reading_ends_when_it_is_told_to(void **state)
{
	struct rows             rows = { .stop_after = 1 };
	struct pay_bill_problem problem;

	(void)state;
	assert_true(statement(day_zip(), &rows, &problem));
	assert_int_equal(rows.count, 1);
}

static void errors_are_for_a_person(void **state)
{
	struct rows             rows = { 0 };
	struct pay_bill_problem problem;
	struct str              names[] = { STR("INN26010288ZM_x"), STR("INN26010288ZME_x") };
	struct str              texts[2];

	(void)state;
	texts[0] = zm_line(paid);
	texts[1] = arena_printf(&up.arena,
	                        "E74 00049992    00049992    123456 0101132001 "
	                        "621226*********0013 000000008888 4814 07 02 123456 0101132001 "
	                        "4837 000000000000 C000000000053 D000000008888 %15s %15s 0 %12s "
	                        "00 %135s",
	                        "", MERCHANT, "", "");
	assert_true(statement(zip_of(names, texts, 2), &rows, &problem));
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.row[1].kind, PAY_BILL_OTHER);
	assert_str(rows.row[1].reason, "ZME E74");
	assert_int_equal(rows.row[1].amount.amount, 8888);
	assert_int_equal(rows.row[1].settled.amount, -8888);
	assert_int_equal(rows.row[1].fee.amount, -53);
}

/* --- fetching it ------------------------------------------------------------------------- */
static void one_address_for_all_days(void **state)
{
	struct net_call         call;
	struct pay_facts        facts;
	struct unionpay_message message;

	(void)state;
	assert_null(pay_unionpay.verb[PAY_VERB_BILL].wrap);
	assert_int_equal(
	    pay_unionpay.verb[PAY_VERB_BILL].parse(&up.config, &up.task, NULL, &up.arena, &facts),
	    PAY_OUTCOME_OK);
	assert_str(facts.url, "https://files.example");
	up.task.bill_url = facts.url;
	up.task.bill_day = day_from_civil(2026, 1, 2);
	message = up_request(PAY_VERB_BILL_FILE, &call);
	assert_str(call.url, "https://files.example/");
	assert_int_equal(call.answer_max, PAY_BILL_MAX);
	assert_string_equal(up_field(&message, "txnType"), "76");
	assert_string_equal(up_field(&message, "txnSubType"), "01");
	assert_string_equal(up_field(&message, "bizType"), "000000");
	assert_string_equal(up_field(&message, "settleDate"), "0102");
	assert_string_equal(up_field(&message, "fileType"), "00");
	assert_string_equal(up_field(&message, "txnTime"), "20270101132100");
	up.task.bill_url = STR("https://files.example.evil");
	assert_false(
	    pay_unionpay.verb[PAY_VERB_BILL_FILE].wrap(&up.config, &up.task, &up.arena, &call));
}

static void a_file_must_be_signed_too(void **state)
{
	struct pay_facts        facts;
	struct str              answer = day_answer(day_zip());
	struct unionpay_message message = { .count = 0 };

	(void)state;
	assert_int_equal(up_parsed(PAY_VERB_BILL_FILE, answer, &facts), PAY_OUTCOME_OK);
	assert_int_equal(up_parsed(PAY_VERB_BILL_FILE,
	                           arena_printf(&up.arena, "x=1&%.*s", STR_ARG(answer)), &facts),
	                 PAY_OUTCOME_UNKNOWN);
	up_set(&message, "merId", MERCHANT);
	up_set(&message, "respCode", "98");
	up_set(&message, "signMethod", "01");
	up_set(&message, "version", "5.1.0");
	assert_int_equal(up_answered(PAY_VERB_BILL_FILE, &message, &facts), PAY_OUTCOME_ABSENT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, unionpay_setup, unionpay_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_file_as_an_answer_a_zip_and_alone),
		CASE(widths_count_bytes),
		CASE(rows_that_are_damaged),
		CASE(files_that_are_none),
		CASE(reading_ends_when_it_is_told_to),
		CASE(errors_are_for_a_person),
		CASE(one_address_for_all_days),
		CASE(a_file_must_be_signed_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
