/*
 * card_bill_test.c - the statements of Stripe and PayPal: golden files, row by
 * row; and what a damaged, shortened or foreign file comes to.
 */
#include "test.h"

#include "base/buf.h"
#include "base/str.h"
#include "gate/pay.h"

enum { FILE_ROOM = 65536, STORY_MAX = 8192 };

struct reader {
	struct arena            arena;
	struct buf              story; /* a line a row */
	struct pay_bill_sum     sum;
	struct pay_bill_problem problem;
};

static bool tell(void *ctx, const struct pay_bill_row *row)
{
	static const char *const kinds[] = { "payment", "refund",  "fee",
		                             "payout",  "dispute", "other" };
	struct reader           *reader = ctx;

	assert_true(row->amount.amount > 0 && row->at_s > 1789000000 && row->done);
	buf_printf(&reader->story, "%s %.*s %.*s %.*s %.*s %lld %.*s fee %lld settled %lld\n",
	           kinds[row->kind], STR_ARG(row->order), STR_ARG(row->refund),
	           STR_ARG(row->reference), STR_ARG(row->batch), (long long)row->amount.amount,
	           STR_ARG(currency_code(row->amount.currency)), (long long)row->fee.amount,
	           (long long)row->settled.amount);
	return true;
}

static void open(struct reader *reader)
{
	*reader = (struct reader){ 0 };
	arena_init(&reader->arena, 16 << 20);
	buf_init(&reader->story, &reader->arena, STORY_MAX);
}

static struct str file(struct reader *reader, const char *path)
{
	char  *bytes = arena_alloc(&reader->arena, FILE_ROOM);
	FILE  *stream = fopen(path, "re");
	size_t len;

	assert_non_null(stream);
	len = fread(bytes, 1, FILE_ROOM, stream);
	fclose(stream);
	return (struct str){ .ptr = bytes, .len = len };
}

static bool read(struct reader *reader, const struct pay_gateway *gateway, struct str text)
{
	reader->story.len = 0;
	return gateway->bill(NULL, text, &reader->arena, tell, reader, &reader->sum,
	                     &reader->problem);
}

#define A "KP0000000000000000000000000A"
#define B "KP0000000000000000000000000B"
#define R "KR0000000000000000000000000A"

static void stripes_report_is_read_by_the_names_of_its_columns(void **state)
{
	struct reader reader;

	(void)state;
	open(&reader);
	assert_true(read(&reader, &pay_stripe, file(&reader, "test/gate/bills/stripe.csv")));
	assert_str(buf_str(&reader.story),
	           "payment " A "  ch_1 po_1 1980 JPY fee 71 settled 1909\n"
	           "payment " B "  ch_2 po_1 8888 CNY fee 64 settled 1714\n"
	           "refund " A " " R " re_1 po_1 980 JPY fee 0 settled -980\n"
	           "fee    po_1 500 JPY fee 0 settled -500\n"
	           "dispute   du_1 po_1 1980 JPY fee 1500 settled -3480\n"
	           "payout   po_1 po_1 2143 JPY fee 0 settled -2143\n");
	assert_int_equal(reader.sum.count, -1);
	arena_free(&reader.arena);
}

static void stripes_pages_follow_one_another(void **state)
{
	struct reader reader;
	struct str    text;

	(void)state;
	open(&reader);
	text = file(&reader, "test/gate/bills/stripe.json");
	assert_true(read(&reader, &pay_stripe, text));
	assert_str(buf_str(&reader.story), "payment " A "  ch_1  1980 JPY fee 71 settled 1909\n"
	                                   "payment " B "  ch_2  8888 CNY fee 64 settled 1714\n"
	                                   "refund " A " " R " re_1  980 JPY fee 0 settled -980\n"
	                                   "payout   po_1 po_1 2643 JPY fee 0 settled -2643\n");
	/* The first page alone says itself that it is not all. */
	assert_false(
	    read(&reader, &pay_stripe, str_take(text, (size_t)str_find(text, STR("]}")) + 2)));
	assert_true(str_find(reader.problem.text, STR("missing")) > 0);
	assert_false(read(&reader, &pay_stripe, str_take(text, text.len - 20)));
	arena_free(&reader.arena);
}

static void paypals_report_is_counted(void **state)
{
	struct reader reader;
	struct str    text;

	(void)state;
	open(&reader);
	text = file(&reader, "test/gate/bills/paypal.csv");
	assert_true(read(&reader, &pay_paypal, text));
	assert_str(buf_str(&reader.story),
	           "payment " A "  2GG279541U471931P  1980 JPY fee 111 settled 1869\n"
	           "refund " A " " R " 1JU08902781691411  980 JPY fee 0 settled -980\n"
	           "payment " B "  3AB12345CD678901E  8888 USD fee 360 settled 8528\n"
	           "payout   4WITHDRAW00000001  8528 USD fee 0 settled -8528\n");
	assert_int_equal(reader.sum.count, 4);
	assert_false(read(&reader, &pay_paypal, str_take(text, text.len - 8)));
	assert_true(str_find(reader.problem.text, STR("FF")) > 0);
	arena_free(&reader.arena);
}

static void paypals_pages_follow_one_another(void **state)
{
	static const char first[] =
	    "{\"transaction_details\":[{\"transaction_info\":{\"transaction_id\":\"2GG\","
	    "\"transaction_event_code\":\"T0006\",\"transaction_initiation_date\":"
	    "\"2026-09-21T14:20:00+0000\",\"transaction_amount\":{\"currency_code\":\"JPY\","
	    "\"value\":\"1980\"},\"fee_amount\":{\"currency_code\":\"JPY\",\"value\":\"-111\"},"
	    "\"transaction_status\":\"S\",\"invoice_id\":\"" A "\",\"custom_field\":\"" A
	    "\"}}],\"page\":1,\"total_pages\":2}\n";
	static const char second[] =
	    "{\"transaction_details\":[{\"transaction_info\":{\"transaction_id\":\"1JU\","
	    "\"transaction_event_code\":\"T1107\",\"transaction_initiation_date\":"
	    "\"2026-09-21T15:00:00Z\",\"transaction_amount\":{\"currency_code\":\"JPY\","
	    "\"value\":\"-980\"},\"transaction_status\":\"S\",\"invoice_id\":\"" R
	    "\",\"custom_field\":\"" A "\"}}],\"page\":2,\"total_pages\":2}";
	struct reader reader;

	(void)state;
	open(&reader);
	assert_true(read(&reader, &pay_paypal, arena_printf(&reader.arena, "%s%s", first, second)));
	assert_str(buf_str(&reader.story), "payment " A "  2GG  1980 JPY fee 111 settled 1869\n"
	                                   "refund " A " " R " 1JU  980 JPY fee 0 settled -980\n");
	assert_false(read(&reader, &pay_paypal, str_from(first)));
	assert_false(read(&reader, &pay_paypal, str_from(second)));
	arena_free(&reader.arena);
}

/* One piece of a good file made bad, and the word that the problem must hold. */
static const struct {
	const struct pay_gateway *gateway;
	const char               *path, *from, *to, *word;
	int64_t                   line;
} damages[] = {
	{ &pay_stripe, "stripe.csv", "net,", "sum,", "\"net\"", 1 },
	{ &pay_stripe, "stripe.csv", "jpy,1980,71,1909", "jpy,1980,71,1908", "net", 2 },
	{ &pay_stripe, "stripe.csv", "jpy,1980,71", "jpy,1980.5,71", "amount", 2 },
	{ &pay_stripe, "stripe.csv", "jpy,1980,71", "zzz,1980,71", "amount", 2 },
	{ &pay_stripe, "stripe.csv", "2026-09-21 14:20:00", "yesterday", "time", 2 },
	{ &pay_stripe, "stripe.json", "\"fee\":71", "\"fee\":70", "settled", 1 },
	{ &pay_stripe, "stripe.json", "\"amount\":1980,", "\"amount\":1980.0,", "read", 1 },
	{ &pay_stripe, "stripe.json", "\"object\":\"list\"", "\"object\":\"page\"", "list", 1 },
	{ &pay_paypal, "paypal.csv", "\"SC\",2", "\"SC\",3", "counts", 8 },
	{ &pay_paypal, "paypal.csv", "\"RC\",4", "\"RC\",5", "counts", 15 },
	{ &pay_paypal, "paypal.csv", "\"CR\",1980", "\"CR\",19.80", "amount", 5 },
	{ &pay_paypal, "paypal.csv", "\"CR\",1980", "\"\",1980", "amount", 5 },
	{ &pay_paypal, "paypal.csv", "2026/09/21 07:20:00 -0700,\"CR\"", "-,\"CR\"", "time", 5 },
	{ &pay_paypal, "paypal.csv", "\"Custom Field\"", "\"Field\"", "Custom Field", 4 },
	{ &pay_paypal, "paypal.csv", "\"SF\"", "\"Summary\"", "type", 7 },
	{ &pay_paypal, "paypal.csv", "\"CH\"", "\"CX\"", "columns", 5 },
};

static void a_damaged_statement_is_refused_at_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(damages); i++) {
		struct reader reader;
		struct str    text;
		ptrdiff_t     at;

		open(&reader);
		text = file(&reader,
		            arena_printf(&reader.arena, "test/gate/bills/%s", damages[i].path).ptr);
		at = str_find(text, str_from(damages[i].from));
		assert_true(at >= 0);
		text = arena_printf(&reader.arena, "%.*s%s%.*s", (int)at, text.ptr, damages[i].to,
		                    STR_ARG(str_skip(text, (size_t)at + strlen(damages[i].from))));
		assert_false(read(&reader, damages[i].gateway, text));
		if (str_find(reader.problem.text, str_from(damages[i].word)) < 0)
			fail_msg("%s: %.*s", damages[i].to, STR_ARG(reader.problem.text));
		assert_int_equal(reader.problem.line, damages[i].line);
		arena_free(&reader.arena);
	}
}

static void nothing_at_all_is_no_statement(void **state)
{
	struct reader reader;

	(void)state;
	open(&reader);
	assert_false(read(&reader, &pay_stripe, STR("")));
	assert_false(read(&reader, &pay_paypal, STR("")));
	assert_false(read(&reader, &pay_stripe, STR("{")));
	assert_false(read(&reader, &pay_paypal, STR("{}")));
	arena_free(&reader.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stripes_report_is_read_by_the_names_of_its_columns),
		cmocka_unit_test(stripes_pages_follow_one_another),
		cmocka_unit_test(paypals_report_is_counted),
		cmocka_unit_test(paypals_pages_follow_one_another),
		cmocka_unit_test(a_damaged_statement_is_refused_at_its_line),
		cmocka_unit_test(nothing_at_all_is_no_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
