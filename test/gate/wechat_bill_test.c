/*
 * wechat_bill_test.c - statements of WeChat Pay: the way to them, their digest,
 * every row, and files that are not whole.
 */
#include "gate/tenpay.h"

#include "base/hash.h"
#include "gate/wechat_bill.h"

enum { ROWS_MAX = 8, FILE_ROOM = 65536 };

struct reading {
	struct pay_bill_row     row[ROWS_MAX];
	size_t                  count;
	struct pay_bill_sum     sum;
	struct pay_bill_problem problem;
};

static bool keep(void *ctx, const struct pay_bill_row *row)
{
	struct reading *reading = ctx;

	assert_true(reading->count < ROWS_MAX);
	reading->row[reading->count++] = *row;
	return true;
}

static struct str file_of(struct tenpay *world, const char *name)
{
	struct str path = arena_printf(&world->arena, "test/gate/bills/%s", name);
	char      *bytes = arena_alloc(&world->arena, FILE_ROOM);
	FILE      *file = fopen(path.ptr, "rb");
	size_t     len;

	assert_non_null(file);
	len = fread(bytes, 1, FILE_ROOM, file);
	fclose(file);
	return (struct str){ .ptr = bytes, .len = len };
}

static bool read_bill(struct tenpay *world, struct str file, struct reading *reading)
{
	*reading = (struct reading){ 0 };
	return pay_wechat.bill(&world->config, file, &world->arena, keep, reading, &reading->sum,
	                       &reading->problem);
}

static void expect_refused(struct tenpay *world, struct str file, const char *why)
{
	struct reading reading;

	if (read_bill(world, file, &reading))
		fail_msg("was read although it %s", why);
	if (str_find(reading.problem.text, str_from(why)) < 0)
		fail_msg("line %lld %s, not: %s", (long long)reading.problem.line,
		         reading.problem.text.ptr, why);
}

/* The text with its first `from` replaced. */
static struct str changed(struct tenpay *world, struct str text, const char *from, const char *to)
{
	ptrdiff_t at = str_find(text, str_from(from));

	assert_true(at >= 0);
	return arena_printf(&world->arena, "%.*s%s%.*s", (int)at, text.ptr, to,
	                    STR_ARG(str_skip(text, (size_t)at + strlen(from))));
}

static void every_row_of_a_day_is_told(void **state)
{
	static const struct {
		enum pay_bill_kind kind;
		int64_t            amount, fee, settled, at_s;
		bool               done;
	} rows[] = {
		{ PAY_BILL_PAYMENT, 8888, 53, 8835, 1767196805, true },
		{ PAY_BILL_PAYMENT, 1, 0, 1, 1767231000, true },
		{ PAY_BILL_PAYMENT, 12000, 69, 11431, 1767240000, true },
		{ PAY_BILL_REFUND, 1000, -6, -994, 1767261600, true },
		{ PAY_BILL_REFUND, 12000, -69, -11431, 1767283199, false },
	};
	static const char *const files[] = { "wechat_all.csv", "wechat_all.csv.gz" };
	struct tenpay            world;
	struct reading           reading;

	(void)state;
	tenpay_open(&world, false);
	for (size_t file = 0; file < COUNT_OF(files); file++) {
		if (!read_bill(&world, file_of(&world, files[file]), &reading))
			fail_msg("line %lld: %s", (long long)reading.problem.line,
			         reading.problem.text.ptr);
		assert_int_equal(reading.count, COUNT_OF(rows));
		for (size_t i = 0; i < COUNT_OF(rows); i++) {
			const struct pay_bill_row *row = &reading.row[i];

			assert_int_equal(row->kind, rows[i].kind);
			assert_int_equal(row->row, (int64_t)i + 2);
			assert_int_equal(row->amount.amount, rows[i].amount);
			assert_int_equal(row->amount.currency, CURRENCY_CNY);
			assert_int_equal(row->fee.amount, rows[i].fee);
			assert_int_equal(row->settled.amount, rows[i].settled);
			assert_int_equal(row->at_s, rows[i].at_s);
			assert_int_equal(row->done, rows[i].done);
		}
		assert_str(reading.row[0].order, "KP00000000000000000000000001");
		assert_str(reading.row[0].reference, "4200000000202601010000000001");
		assert_int_equal(reading.row[0].refund.len, 0);
		assert_str(reading.row[3].order, "KP00000000000000000000000001");
		assert_str(reading.row[3].refund, "KR00000000000000000000000001");
		assert_str(reading.row[3].reference, "50000000002026010100000000001");
		assert_str(reading.row[4].reason, "PROCESSING");
		assert_int_equal(reading.sum.count, 5);
		assert_int_equal(reading.sum.paid.amount, 20889);
		assert_int_equal(reading.sum.given_back.amount, 13000);
		assert_int_equal(reading.sum.fee.amount, 47);
		assert_int_equal(reading.sum.fee.currency, CURRENCY_CNY);
	}
	tenpay_close(&world);
}

static void other_kinds_of_file_order_their_columns_otherwise(void **state)
{
	struct tenpay  world;
	struct reading reading;

	(void)state;
	tenpay_open(&world, false);
	assert_true(read_bill(&world, file_of(&world, "wechat_success.csv"), &reading));
	assert_int_equal(reading.count, 3);
	assert_int_equal(reading.row[2].amount.amount, 12000);
	assert_int_equal(reading.row[2].fee.amount, 69);
	assert_true(read_bill(&world, file_of(&world, "wechat_refund.csv"), &reading));
	assert_int_equal(reading.count, 2);
	assert_int_equal(reading.row[0].kind, PAY_BILL_REFUND);
	assert_int_equal(reading.row[0].amount.amount, 1000);
	assert_str(reading.row[0].refund, "KR00000000000000000000000001");
	tenpay_close(&world);
}

/* Yen without decimals; what another merchant of the acquirer sold is not ours. */
static void a_global_statement_is_in_the_currency_of_the_price(void **state)
{
	struct tenpay  world;
	struct reading reading;

	(void)state;
	tenpay_open(&world, true);
	if (!read_bill(&world, file_of(&world, "wechat_global.csv"), &reading))
		fail_msg("line %lld: %s", (long long)reading.problem.line,
		         reading.problem.text.ptr);
	assert_int_equal(reading.count, 2);
	assert_int_equal(reading.row[0].amount.amount, 1980);
	assert_int_equal(reading.row[0].amount.currency, CURRENCY_JPY);
	assert_int_equal(reading.row[0].fee.amount, 16);
	assert_int_equal(reading.row[0].settled.currency, 0);
	assert_int_equal(reading.row[1].amount.amount, 980);
	assert_int_equal(reading.sum.count, 3);
	tenpay_close(&world);
}

static void a_statement_that_is_not_whole_is_refused(void **state)
{
	struct tenpay world;
	struct str    text, packed;
	char         *bytes;

	(void)state;
	tenpay_open(&world, false);
	text = file_of(&world, "wechat_all.csv");
	packed = file_of(&world, "wechat_all.csv.gz");
	expect_refused(&world, STR(""), "neither text nor");
	expect_refused(&world, str_take(packed, packed.len - 9), "neither text nor");
	bytes = (char *)(uintptr_t)arena_str(&world.arena, packed).ptr;
	bytes[packed.len - 6] ^= 1;
	expect_refused(&world, (struct str){ .ptr = bytes, .len = packed.len }, "neither text nor");
	expect_refused(&world, STR("<html>busy</html>"), "is no WeChat Pay statement");
	expect_refused(&world, str_take(text, text.len - 20), "totals that do not fit");
	expect_refused(&world, str_take(text, (size_t)str_find(text, STR("总交易单数"))),
	               "is cut off");
	expect_refused(&world, str_take(text, 700), "too few cells");
	expect_refused(&world, changed(&world, text, "`88.88", "`88.89"), "states a total");
	expect_refused(&world, changed(&world, text, "`0.53000", "`0.53001"), "states a total");
	expect_refused(&world, changed(&world, text, "`5,`203", "`4,`203"), "another number of");
	expect_refused(&world, changed(&world, text, "`1900000001", "`1900000002"),
	               "of another merchant");
	expect_refused(&world, changed(&world, text, "`CNY", "`RMB"), "a currency that");
	expect_refused(&world, changed(&world, text, "%,`88.88", "%,`88.888"),
	               "this currency cannot express");
	expect_refused(&world, changed(&world, text, "`88.88", "`88,88"), "");
	expect_refused(&world, changed(&world, text, "`88.88", "`8e1"), "has an amount");
	expect_refused(&world, changed(&world, text, "2026-01-01 00:00:05", "2026-02-30 00:00:05"),
	               "has a time");
	expect_refused(&world, changed(&world, text, "2026-01-01 00:00:05", "2026-01-01 24:00:05"),
	               "has a time");
	expect_refused(&world, changed(&world, text, "货币种类", "货币"), "is no WeChat");
	expect_refused(&world, changed(&world, text, "用户标识", "手续费"), "a column twice");
	expect_refused(&world, changed(&world, text, "`KR00000000000000000000000001", "`0"),
	               "without its number");
	tenpay_close(&world);
}

/* 88.88 yuan at 0.6 per cent are 0.53328: told as 0.53, summed up as it stands. */
static void a_fee_below_the_minor_unit_is_rounded_row_by_row(void **state)
{
	struct tenpay  world;
	struct reading reading;
	struct str     text;

	(void)state;
	tenpay_open(&world, false);
	text = changed(&world, file_of(&world, "wechat_all.csv"), "`0.53000", "`0.53328");
	text = changed(&world, text, "`0.47000", "`0.47328");
	assert_true(read_bill(&world, text, &reading));
	assert_int_equal(reading.row[0].fee.amount, 53);
	assert_int_equal(reading.sum.fee.currency, 0);
	text = changed(&world, text, "`0.53328", "`0.53500");
	text = changed(&world, text, "`0.47328", "`0.47500");
	assert_true(read_bill(&world, text, &reading));
	assert_int_equal(reading.row[0].fee.amount, 54);
	tenpay_close(&world);
}

static void a_day_without_sales_has_no_rows(void **state)
{
	struct tenpay  world;
	struct reading reading;
	struct str     text, head;

	(void)state;
	tenpay_open(&world, false);
	text = file_of(&world, "wechat_all.csv");
	str_cut(text, '\n', &head, &text);
	text = arena_printf(
	    &world.arena,
	    "%.*s\n总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,"
	    "订单总金额,申请退款总金额\r\n`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00\r\n",
	    STR_ARG(head));
	assert_true(read_bill(&world, text, &reading));
	assert_int_equal(reading.count, 0);
	assert_int_equal(reading.sum.count, 0);
	tenpay_close(&world);
}

/* --- the way there */

#define DIGEST "79bb0f45fc4c42234a918000b2668d689e2bde04"
#define BILL_ANSWER(url, kind, digest) \
	"{\"download_url\":\"" url "\",\"hash_type\":\"" kind "\",\"hash_value\":\"" digest "\"}"

static void the_address_of_a_statement_must_be_on_a_known_host(void **state)
{
	static const struct {
		const char      *body;
		enum pay_outcome outcome;
	} rows[] = {
		{ BILL_ANSWER("https://api.mch.weixin.qq.com/v3/billdownload/file?token=x", "SHA1",
		              DIGEST),
		  PAY_OUTCOME_OK },
		{ BILL_ANSWER("http://api.mch.weixin.qq.com/v3/billdownload/file?token=x", "SHA1",
		              DIGEST),
		  PAY_OUTCOME_UNKNOWN },
		{ BILL_ANSWER("https://127.0.0.1/file", "SHA1", DIGEST), PAY_OUTCOME_UNKNOWN },
		{ BILL_ANSWER("https://api.mch.weixin.qq.com.evil.example/", "SHA1", DIGEST),
		  PAY_OUTCOME_UNKNOWN },
		{ BILL_ANSWER("https://api.mch.weixin.qq.com/f", "MD5", DIGEST),
		  PAY_OUTCOME_UNKNOWN },
		{ BILL_ANSWER("https://api.mch.weixin.qq.com/f", "SHA1", "79bb"),
		  PAY_OUTCOME_UNKNOWN },
	};
	struct tenpay world;

	(void)state;
	tenpay_open(&world, false);
	world.task.bill_day = 20454; /* 2026-01-01 */
	assert_true(tenpay_ask(&world, PAY_VERB_BILL));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/bill/tradebill"
	                           "?bill_date=2026-01-01&bill_type=ALL&tar_type=GZIP");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(tenpay_answer(&world, PAY_VERB_BILL, 200, rows[i].body),
		                 rows[i].outcome);
	assert_int_equal(tenpay_answer(&world, PAY_VERB_BILL, 400,
	                               "{\"code\":\"NO_STATEMENT_EXIST\"}"),
	                 PAY_OUTCOME_ABSENT);
	assert_int_equal(tenpay_answer(&world, PAY_VERB_BILL, 200, rows[0].body), PAY_OUTCOME_OK);
	world.task.bill_url = world.facts.url;
	assert_true(tenpay_ask(&world, PAY_VERB_BILL_FILE));
	assert_str(world.call.url, "https://api.mch.weixin.qq.com/v3/billdownload/file?token=x");
	assert_int_equal(world.call.answer_max, PAY_BILL_MAX);
	tenpay_close(&world);
}

/* The digest is that of the unpacked file, and it is not signed. */
static void a_download_must_have_the_digest_that_was_told(void **state)
{
	struct tenpay world;
	struct str    text, packed, digest;

	(void)state;
	tenpay_open(&world, false);
	text = file_of(&world, "wechat_all.csv");
	packed = file_of(&world, "wechat_all.csv.gz");
	digest = sha1_hex(&world.arena, text);
	world.task.bill_url = arena_printf(&world.arena, "https://api.mch.weixin.qq.com/f#%.*s",
	                                   STR_ARG(digest));
	for (int i = 0; i < 4; i++) {
		const struct pay_verb *verb = pay_verb(&pay_wechat, PAY_VERB_BILL_FILE);
		enum pay_outcome       outcome;

		world.call = (struct net_call){ .result = NET_ANSWER, .status = 200 };
		world.call.answer = i % 2 == 0 ? text : packed;
		if (i >= 2)
			world.call.answer = changed(&world, text, "88.88", "88.89");
		outcome = verb->parse(&world.config, &world.task, &world.call, &world.arena,
		                      &world.facts);
		assert_int_equal(outcome, i < 2 ? PAY_OUTCOME_OK : PAY_OUTCOME_UNKNOWN);
	}
	tenpay_close(&world);
}

static void a_global_statement_tells_its_digest_in_a_header(void **state)
{
	struct tenpay          world;
	const struct pay_verb *verb = pay_verb(&pay_wechat, PAY_VERB_BILL_FILE);
	struct str             header;

	(void)state;
	tenpay_open(&world, true);
	world.task.bill_day = 20454;
	assert_true(tenpay_ask(&world, PAY_VERB_BILL));
	assert_int_equal(tenpay_answer(&world, PAY_VERB_BILL, 200, "{\"data\":[]}"),
	                 PAY_OUTCOME_OK);
	assert_str(world.facts.url,
	           "https://apihk.mch.weixin.qq.com/v3/global/statements?date=20260101"
	           "&sp_mchid=1900000100&sub_mchid=1900000109");
	world.task.bill_url = world.facts.url;
	assert_true(tenpay_ask(&world, PAY_VERB_BILL_FILE));
	world.call.result = NET_ANSWER;
	world.call.status = 200;
	world.call.answer = file_of(&world, "wechat_global.csv");
	header = arena_printf(&world.arena, "Wechatpay-Statement-Sha1: %s",
	                      sha1_hex(&world.arena, world.call.answer).ptr);
	world.call.answer_headers = &header;
	world.call.answer_header_count = 1;
	assert_int_equal(verb->parse(&world.config, &world.task, &world.call, &world.arena,
	                             &world.facts),
	                 PAY_OUTCOME_OK);
	header = STR("Wechatpay-Statement-Sha1: " DIGEST);
	assert_int_equal(verb->parse(&world.config, &world.task, &world.call, &world.arena,
	                             &world.facts),
	                 PAY_OUTCOME_UNKNOWN);
	tenpay_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_a_day_is_told),
		cmocka_unit_test(other_kinds_of_file_order_their_columns_otherwise),
		cmocka_unit_test(a_global_statement_is_in_the_currency_of_the_price),
		cmocka_unit_test(a_statement_that_is_not_whole_is_refused),
		cmocka_unit_test(a_fee_below_the_minor_unit_is_rounded_row_by_row),
		cmocka_unit_test(a_day_without_sales_has_no_rows),
		cmocka_unit_test(the_address_of_a_statement_must_be_on_a_known_host),
		cmocka_unit_test(a_download_must_have_the_digest_that_was_told),
		cmocka_unit_test(a_global_statement_tells_its_digest_in_a_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
