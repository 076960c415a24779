/*
 * api_sandbox_test.c - how an order of the API steers the sandbox partners: by
 * name, by its amount, or not at all.
 */
#include "api_call.h"
#include "stock.h"

#include "base/str.h"
#include "core/job.h"
#include "core/sandbox.h"
#include "store/order_command.h"
#include "store/public_id.h"
#include "store/work_sql.h"

/* A quote of any amount, straight into the store. */
static struct str quote_of_amount(int64_t amount)
{
	struct order_get_row like = api_order(
	    api_quote(stock_imsi(STOCK_PREPAID), "keep-180", "JPY"));
	struct quote_store quote = { .order = {
					 .account_id = like.account_id,
					 .line_id = like.line_id,
					 .pack = like.pack,
					 .price = amount,
					 .tax = like.tax,
					 .gateway = like.gateway,
					 .currency = like.currency,
					 .amount = amount,
					 .rate_e10 = like.rate_e10,
					 .rate_as_of_s = like.rate_as_of_s,
					 .created_s = like.created_s,
					 .expires_s = like.expires_s,
					 .before_day = like.before_day,
					 .after_day = like.after_day,
				     } };
	struct command     command = { .apply = quote_store_apply,
		                       .arg = &quote,
		                       .owner = WRITER_LOOP };

	assert_int_equal(writer_run(api_house.writer, &command), ERR_OK);
	return public_id(&api_house.arena, &api_house.keys, PUBLIC_QUOTE, quote.id);
}

static void sandbox_is_steered(void **state)
{
	static const struct {
		int64_t                       amount;
		const char                   *body;
		enum sandbox_outcome          outcome;
		enum sandbox_delivery_outcome delivery;
	} cases[] = {
		{ 1100, "", SANDBOX_PAGE, SANDBOX_DELIVERY_ACTIVE },
		{ 1100, ",\"sandbox\":{}", SANDBOX_PAGE, SANDBOX_DELIVERY_ACTIVE },
		{ 1194, "", SANDBOX_LOST_THEN_PAID, SANDBOX_DELIVERY_ACTIVE },
		{ 1194, ",\"sandbox\":{\"outcome\":\"page\"}", SANDBOX_PAGE,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1194, ",\"sandbox\":{\"outcome\":\"paid\"}", SANDBOX_PAID,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1194, ",\"sandbox\":{\"carrier\":\"slow\"}", SANDBOX_LOST_THEN_PAID,
		  SANDBOX_DELIVERY_SLOW },
		{ 1181, "", SANDBOX_PAID, SANDBOX_DELIVERY_DECLINED },
		{ 1185, "", SANDBOX_PAID, SANDBOX_DELIVERY_REVERSED },
		{ 1185, ",\"sandbox\":{\"carrier\":\"active\"}", SANDBOX_PAGE,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1185, ",\"sandbox\":{\"outcome\":\"paid\"}", SANDBOX_PAID,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1100, ",\"sandbox\":{\"outcome\":\"slow\"}", SANDBOX_PAID,
		  SANDBOX_DELIVERY_SLOW },
		{ 1100, ",\"sandbox\":{\"outcome\":\"declined\"}", SANDBOX_DECLINED,
		  SANDBOX_DELIVERY_ACTIVE },
		{ 1100, ",\"sandbox\":{\"carrier\":\"declined\"}", SANDBOX_PAGE,
		  SANDBOX_DELIVERY_DECLINED },
		{ 1100, ",\"sandbox\":{\"outcome\":\"webhook_dup\",\"carrier\":\"reversed\"}",
		  SANDBOX_WEBHOOK_DUP, SANDBOX_DELIVERY_REVERSED },
		{ 1100, ",\"sandbox\":{\"outcome\":\"lost_then_active\",\"carrier\":\"slow\"}",
		  SANDBOX_PAID, SANDBOX_DELIVERY_SLOW },
	};
	struct job_of_kind_row job;

	(void)state;
	assert_int_equal(job_of_kind(api_house.reader, JOB_HOOK, &job), ERR_NOT_FOUND);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct call          call;
		struct order_get_row order;
		char                 once[16];

		snprintf(once, sizeof(once), "s%zu", i);
		assert_int_equal(
		    api_place(&call, quote_of_amount(cases[i].amount), once, cases[i].body), 201);
		order = api_order(call_text(&call, "id"));
		if (order.sandbox != sandbox_steering(cases[i].outcome, cases[i].delivery))
			fail_msg("case %zu: %lld", i, (long long)order.sandbox);
		/* The gateway goes ahead by itself exactly when it was told how. */
		if (i == 0)
			assert_int_equal(job_of_kind(api_house.reader, JOB_HOOK, &job),
			                 ERR_NOT_FOUND);
		if (i == 2)
			assert_int_equal(job_of_kind(api_house.reader, JOB_HOOK, &job), ERR_OK);
		call_free(&call);
	}
}

static void every_outcome_has_its_name(void **state)
{
	(void)state;
	for (int i = 0; i < SANDBOX_OUTCOME_COUNT; i++) {
		struct str  name = sandbox_outcome_name((enum sandbox_outcome)i);
		struct call call;

		assert_int_equal(
		    api_place(&call, quote_of_amount(1100), arena_cstr(&api_house.arena, name),
		              arena_cstr(&api_house.arena,
		                         arena_printf(&api_house.arena,
		                                      ",\"sandbox\":{\"outcome\":\"%.*s\"}",
		                                      STR_ARG(name)))),
		    201);
		assert_int_equal(api_order(call_text(&call, "id")).sandbox & 255, i);
		call_free(&call);
	}
	for (int i = 0; i < SANDBOX_DELIVERY_OUTCOME_COUNT; i++) {
		struct str  name = sandbox_delivery_outcome_name((enum sandbox_delivery_outcome)i);
		struct str  once = arena_printf(&api_house.arena, "c-%.*s", STR_ARG(name));
		struct call call;

		assert_int_equal(
		    api_place(&call, quote_of_amount(1100), arena_cstr(&api_house.arena, once),
		              arena_cstr(&api_house.arena,
		                         arena_printf(&api_house.arena,
		                                      ",\"sandbox\":{\"carrier\":\"%.*s\"}",
		                                      STR_ARG(name)))),
		    201);
		assert_int_equal(api_order(call_text(&call, "id")).sandbox, i << 8);
		call_free(&call);
	}
}

/* Without sandbox = yes neither its method nor its steering exists. */
static void sandbox_may_be_off(void **state)
{
	struct call call;

	(void)state;
	call_begin(&call, "POST", STR("/api/v1/quotes"), NULL,
	           STR("{\"pack\":\"keep-180\",\"sim\":\"440101234567890\",\"method\":\"sandbox\","
	               "\"currency\":\"JPY\"}"));
	assert_int_equal(call_end(&call), 422);
	assert_true(str_eq(call_text(&call, "code"), STR("unknown_method")));
	call_free(&call);
	assert_int_equal(api_place(&call,
	                           public_id(&api_house.arena, &api_house.keys, PUBLIC_QUOTE, 1),
	                           "off", ",\"sandbox\":{\"outcome\":\"paid\"}"),
	                 422);
	assert_true(str_eq(call_text(&call, "code"), STR("sandbox_off")));
	call_free(&call);
}

#define HOUSE_TEST(test, open) cmocka_unit_test_setup_teardown(test, open, api_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOUSE_TEST(sandbox_is_steered, api_open),
		HOUSE_TEST(every_outcome_has_its_name, api_open),
		HOUSE_TEST(sandbox_may_be_off, api_open_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
