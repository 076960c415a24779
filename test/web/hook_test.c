/*
 * hook_test.c - callbacks of gateways over HTTP, with the sandbox gateway's own
 * signatures: proven ones are booked once, others cost no write (SECURITY F1).
 */
#include "visitor.h"

#include "app_hook.h"
#include "core/order.h"
#include "sandbox/gateway.h"
#include "store/order_sql.h"
#include "store/public_id.h"
#include "web/hook.h"

static struct house   house;
static struct visitor lily;

static int setup(void **state)
{
	static const char *const flags[] = { "--sandbox=yes", NULL };
	static struct app_pay    pay;
	const struct hook_table *table;
	struct call              call = { 0 };

	(void)state;
	house_open(&house, false, flags);
	assert_int_equal(app_pay_open(&call, &house.arena, &house.config, &house.keys,
	                              house.now_ms / 1000, &pay),
	                 EX_OK);
	assert_int_equal(app_hooks(&house.arena, &pay, &table), ERR_OK);
	assert_int_equal(table->count, 1);
	house.web->hooks = table;
	stock_open(&house);
	visitor_open(&lily, &house, "lily");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	visitor_close(&lily);
	house_close(&house);
	return 0;
}

/* What the gateway would send about an order's payment after a button. */
static struct str callback_body(struct str number, enum sandbox_button button, int64_t more)
{
	struct sandbox_payment payment = { .pressed = button, .pressed_ms = house.now_ms };
	struct sandbox_hook    hooks[SANDBOX_HOOKS_MAX];
	struct payment_get_row row;
	struct order_get_row   order;
	int64_t                id;

	assert_true(order_number_parse(&house.keys, number, &id));
	assert_int_equal(order_get(house.reader, &lily.arena, id, &order), ERR_OK);
	assert_int_equal(payment_get(house.reader, &lily.arena, order.payment_id, &row), ERR_OK);
	payment.ref = public_id(&lily.arena, &house.keys, PUBLIC_PAYMENT, row.id);
	payment.created_ms = row.created_ms;
	payment.amount = (struct money){ .amount = row.amount + more,
		                         .currency = (uint16_t)row.currency };
	assert_true(sandbox_gateway_hooks(&payment, &lily.arena, hooks) > 0);
	return hooks[0].body;
}

static struct str signature(struct str body, int64_t at_s)
{
	struct str key = { .ptr = (const char *)house.keys.sandbox.byte, .len = KEY_SIZE };
	struct str line = sandbox_gateway_sign(key, body, at_s, &lily.arena), name, value;

	str_cut(line, ':', &name, &value);
	return str_trim(value);
}

static int call(const char *target, struct str body, struct str sign)
{
	struct visit   *visit = &lily.visit[1];
	struct request *request = &visit->request;

	arena_reset(&visit->arena);
	request_init(request, house.web, &visit->arena);
	request->method = STR("POST");
	request->target = str_from(target);
	request->peer = STR("192.0.2.1");
	request->headers[0] = (struct header){ STR("Host"), STR("localhost:8080") };
	request->headers[1] = (struct header){ STR("Content-Type"), STR("application/json") };
	request->headers[2] = (struct header){ STR("Keepline-Sandbox-Signature"), sign };
	request->header_count = sign.len > 0 ? 3 : 2;
	request->body = body;
	web_handle(house.web, request, &visit->response);
	house_settle(&house, &visit->response);
	return visit->response.status;
}

static int64_t state_of(struct str number)
{
	struct order_get_row order;
	int64_t              id;

	assert_true(order_number_parse(&house.keys, number, &id));
	assert_int_equal(order_get(house.reader, &lily.arena, id, &order), ERR_OK);
	return order.state;
}

static struct str order_new(void)
{
	return visitor_order(&lily, visitor_quote(&lily, STOCK_PREPAID, "keep-180"));
}

static int64_t rows(void)
{
	return house_count(&house, "select (select count(*) from inbox) + "
	                           "(select count(*) from event) + "
	                           "(select count(*) from order_event) + "
	                           "(select count(*) from ledger_txn)");
}

static void a_proven_callback_is_booked_once(void **state)
{
	struct str order = order_new();
	struct str body = callback_body(order, SANDBOX_BUTTON_PAY, 0);
	int64_t    now_s = house.now_ms / 1000, after;

	(void)state;
	assert_int_equal(call("/hook/sandbox", body, signature(body, now_s)), 200);
	assert_int_equal(state_of(order), ORDER_PAID);
	after = rows();
	assert_int_equal(call("/hook/sandbox", body, signature(body, now_s)), 200);
	assert_int_equal(call("/hook/sandbox", body, signature(body, now_s + 1)), 200);
	assert_int_equal(rows(), after);
	assert_int_equal(house_count(&house, "select count(*) from ledger_txn"), 1);
}

static void what_is_not_proven_costs_no_write(void **state)
{
	struct str order = order_new();
	struct str body = callback_body(order, SANDBOX_BUTTON_PAY, 0);
	struct str other = callback_body(order, SANDBOX_BUTTON_DECLINE, 0);
	int64_t    now_s = house.now_ms / 1000, before = rows();

	(void)state;
	assert_int_equal(call("/hook/sandbox", body, STR("")), 401);
	assert_int_equal(call("/hook/sandbox", body, STR("t=1,v1=00")), 401);
	assert_int_equal(call("/hook/sandbox", body, signature(other, now_s)), 401);
	assert_int_equal(call("/hook/sandbox", body, signature(body, now_s - 301)), 401);
	assert_int_equal(call("/hook/sandbox", body, signature(body, now_s + 301)), 401);
	assert_int_equal(call("/hook/sandbox", STR("{"), signature(STR("{"), now_s)), 400);
	assert_int_equal(call("/hook/none", body, signature(body, now_s)), 404);
	assert_int_equal(rows(), before);
	assert_int_equal(state_of(order), ORDER_PLACED);
}

static void another_sum_never_credits_and_a_person_looks(void **state)
{
	struct str order = order_new();
	struct str body = callback_body(order, SANDBOX_BUTTON_PAY, -1);
	int64_t    booked = house_count(&house, "select count(*) from ledger_txn");

	(void)state;
	assert_int_equal(call("/hook/sandbox", body, signature(body, house.now_ms / 1000)), 200);
	assert_int_equal(state_of(order), ORDER_PLACED);
	assert_int_equal(house_count(&house, "select count(*) from ledger_txn"), booked);
	assert_int_equal(house_count(&house, "select count(*) from job where desk = 1"), 1);
}

/* Signed by the gateway, about a payment that we never made. */
static void an_unknown_payment_is_not_acknowledged(void **state)
{
	struct sandbox_payment payment = { .ref = STR("KP00000000000000000000000000"),
		                           .amount = { .amount = 1, .currency = CURRENCY_JPY },
		                           .created_ms = house.now_ms,
		                           .pressed = SANDBOX_BUTTON_PAY,
		                           .pressed_ms = house.now_ms };
	struct sandbox_hook    hooks[SANDBOX_HOOKS_MAX];
	int64_t                before = rows();

	(void)state;
	assert_int_equal(sandbox_gateway_hooks(&payment, &lily.arena, hooks), 1);
	assert_int_equal(call("/hook/sandbox", hooks[0].body,
	                      signature(hooks[0].body, house.now_ms / 1000)),
	                 404);
	assert_int_equal(rows(), before);
}

static void who_forges_is_slowed_down_for_a_while(void **state)
{
	struct str order = order_new();
	struct str body = callback_body(order, SANDBOX_BUTTON_DECLINE, 0);
	int        status = 0, tries = 0;

	(void)state;
	while (status != 429 && tries < 200) {
		status = call("/hook/sandbox", STR("{}"), STR("t=1,v1=00"));
		tries++;
	}
	assert_int_equal(status, 429);
	assert_in_range(tries, 40, 70);
	house.mono_ms += 120000;
	assert_int_equal(call("/hook/sandbox", body, signature(body, house.now_ms / 1000)), 200);
	assert_int_equal(state_of(order), ORDER_PAY_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_proven_callback_is_booked_once),
		cmocka_unit_test(what_is_not_proven_costs_no_write),
		cmocka_unit_test(another_sum_never_credits_and_a_person_looks),
		cmocka_unit_test(an_unknown_payment_is_not_acknowledged),
		cmocka_unit_test(who_forges_is_slowed_down_for_a_while),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
