/*
 * api_order.c - /api/v1/orders: a quote becomes an order, is looked at,
 * cancelled, or given back.
 *
 * One quote makes one order: a second try with another idempotency key is
 * answered with the order that is there (200 instead of 201).  Whatever is not
 * this account's does not exist (SECURITY API1).
 */
#include <jansson.h>

#include "base/str.h"
#include "base/time.h"
#include "core/sandbox.h"
#include "store/account.h"
#include "store/once_sql.h"
#include "store/order_command.h"
#include "store/public_id.h"
#include "web/api.h"
#include "web/body.h"
#include "web/json.h"
#include "web/order_json.h"
#include "web/pay.h"
#include "web/refusal.h"
#include "web/route.h"
#include "web/web.h"

#define ORDER_TITLE  "The order does not allow this now"
#define NAMES_MAX    512 /* bytes of a list of outcomes */
#define PLACED_MAX   ((size_t)12 * 1024)
#define OPEN_WAIT_MS 2000 /* so long an answer waits for a gateway's page */

/* An order on its way to the writer; in the request's arena. */
struct placing {
	struct request      *request;
	struct order_placing placing;
	int64_t              created_ms;
	bool                 waits; /* for the gateway's page */
	int64_t              once_id;
	struct str           body;
};

/* A cancellation or a refund on its way. */
struct wishing {
	struct request         *request;
	const struct catalogue *catalogue;
	struct order_wish       wish;
};

static enum err   order_show(struct request *request, struct response *response, int64_t id);
static bool       notify_read(struct placing *placing, struct response *response);
static bool       sandbox_read(struct placing *placing, struct response *response);
static bool       outcome_read(struct placing *placing, struct response *response, struct str name,
                               enum sandbox_outcome          *ret_outcome,
                               enum sandbox_delivery_outcome *ret_delivery);
static bool       carrier_read(struct placing *placing, struct response *response, struct str name,
                               enum sandbox_delivery_outcome *ret);
static bool       object_read(struct request *request, struct response *response, const char *name,
                              enum field_form form, struct header pairs[REQUEST_FIELD_MAX],
                              size_t *ret_count);
static struct str pair_value(const struct header *pairs, size_t count, const char *name);
static void outcome_wrong(struct request *request, struct response *response, const char *pointer,
                          bool payments);
static enum err placing_apply(struct store *store, struct command *command);
static void     placing_refused(struct request *request, struct response *response);
static enum err placing_body(const struct placing *placing, struct db *db, enum order_state state,
                             struct str *ret);
static bool     placing_ready(struct request *request);
static void     placing_opened(struct request *request, struct response *response);
static enum err placing_amend(struct store *store, struct command *command);
static void     placing_said(struct request *request, struct response *response);
static void wish_post(struct request *request, struct response *response, enum order_event event);
static enum err wishing_apply(struct store *store, struct command *command);
static void     wishing_refused(struct request *request, struct response *response);
static void     order_refused(struct request *request, struct response *response,
                              enum order_refusal refusal);

void api_orders_post(struct request *request, struct response *response)
{
	struct placing *placing = ARENA_NEW(request->arena, struct placing);

	if (placing == NULL) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	placing->request = request;
	placing->placing.account_id = request->session.account_id;
	placing->placing.payer = pay_payer(request);
	if (!public_id_parse(request->web->keys, PUBLIC_QUOTE, request_form(request, "quote"),
	                     &placing->placing.order_id)) {
		api_refuse(request, response, API_REFUSAL_QUOTE, "/quote", NO_PARTS);
		return;
	}
	if (notify_read(placing, response) && sandbox_read(placing, response))
		request_command(request, response, placing_apply, placing, placing_refused);
}

void api_order_get(struct request *request, struct response *response)
{
	int64_t  id;
	enum err err = ERR_NOT_FOUND;

	if (public_id_parse(request->web->keys, PUBLIC_ORDER, request->part[0], &id)) {
		err = order_show(request, response, id);
	}
	api_failed(request, response, err);
}

void api_cancel_post(struct request *request, struct response *response)
{
	wish_post(request, response, ORDER_EVENT_CANCEL);
}

void api_refund_post(struct request *request, struct response *response)
{
	wish_post(request, response, ORDER_EVENT_WITHDRAW);
}

static enum err order_show(struct request *request, struct response *response, int64_t id)
{
	struct order_source  source = { .request = request,
		                        .db = request->db,
		                        .catalogue = request->web->catalogue };
	struct order_get_row order;
	enum err             err = order_get(request->db, request->arena, id, &order);

	if (err == ERR_OK && (order.account_id != request->session.account_id ||
	                      order.state == ORDER_QUOTED || order.payment_id == 0))
		err = ERR_NOT_FOUND;
	return err == ERR_OK ? order_json(&source, &order, api_answer(response, 200)) : err;
}

/* Where this order's notices go instead of the account's own address. */
static bool notify_read(struct placing *placing, struct response *response)
{
	struct request *request = placing->request;
	struct header   pairs[REQUEST_FIELD_MAX];
	struct str      email;
	size_t          count = 0;

	if (request_form(request, "notify").len == 0)
		return true;
	if (!object_read(request, response, "notify", FIELDS_API_NOTIFY, pairs, &count))
		return false;
	if (!account_email_fold(request->arena, pair_value(pairs, count, "email"), &email)) {
		api_refuse(request, response, API_REFUSAL_EMAIL, "/notify/email", NO_PARTS);
		return false;
	}
	placing->placing.notify_box = account_notify_seal(request->arena,
	                                                  &request->web->keys->personal,
	                                                  placing->placing.order_id, email);
	return true;
}

/* How the built-in partners shall behave; what is left out, the amount may
 * choose (API, "The sandbox partners"). */
static bool sandbox_read(struct placing *placing, struct response *response)
{
	struct request               *request = placing->request;
	enum sandbox_outcome          outcome = SANDBOX_PAGE;
	enum sandbox_delivery_outcome delivery = SANDBOX_DELIVERY_ACTIVE;
	struct header                 pairs[REQUEST_FIELD_MAX];
	struct str                    name, carrier;
	size_t                        count = 0;

	placing->placing.sandbox_open = SANDBOX_OPEN_PAYMENT | SANDBOX_OPEN_DELIVERY;
	if (request_form(request, "sandbox").len == 0)
		return true;
	if (request->web->config->number[SETTING_sandbox] == 0) {
		api_refuse(request, response, API_REFUSAL_SANDBOX_OFF, "/sandbox", NO_PARTS);
		return false;
	}
	if (!object_read(request, response, "sandbox", FIELDS_API_SANDBOX, pairs, &count))
		return false;
	name = pair_value(pairs, count, "outcome");
	carrier = pair_value(pairs, count, "carrier");
	if ((name.len > 0 && !outcome_read(placing, response, name, &outcome, &delivery)) ||
	    (carrier.len > 0 && !carrier_read(placing, response, carrier, &delivery)))
		return false;
	if (name.len > 0)
		placing->placing.sandbox_open = 0;
	else if (carrier.len > 0)
		placing->placing.sandbox_open = SANDBOX_OPEN_PAYMENT;
	placing->placing.sandbox = sandbox_steering(outcome, delivery);
	return true;
}

/* A gateway's outcome; or a carrier's, which is paid for at once. */
static bool outcome_read(struct placing *placing, struct response *response, struct str name,
                         enum sandbox_outcome          *ret_outcome,
                         enum sandbox_delivery_outcome *ret_delivery)
{
	if (sandbox_outcome_from_name(name, ret_outcome))
		return true;
	if (sandbox_delivery_outcome_from_name(name, ret_delivery)) {
		*ret_outcome = SANDBOX_PAID;
		return true;
	}
	outcome_wrong(placing->request, response, "/sandbox/outcome", true);
	return false;
}

static bool carrier_read(struct placing *placing, struct response *response, struct str name,
                         enum sandbox_delivery_outcome *ret)
{
	if (sandbox_delivery_outcome_from_name(name, ret))
		return true;
	outcome_wrong(placing->request, response, "/sandbox/carrier", false);
	return false;
}

/* The members of an object inside of the body.  False: refused. */
static bool object_read(struct request *request, struct response *response, const char *name,
                        enum field_form form, struct header pairs[REQUEST_FIELD_MAX],
                        size_t *ret_count)
{
	struct str         wrong_name = { 0 };
	enum field_problem problem = body_members(request->arena,
	                                          json_object_get(request->json, name), form, pairs,
	                                          ret_count, &wrong_name);

	if (problem != FIELD_OK)
		web_refuse_field_in(request, response, problem, name, wrong_name);
	return problem == FIELD_OK;
}

static struct str pair_value(const struct header *pairs, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(pairs[i].name, str_from(name)))
			return pairs[i].value;
	return (struct str){ 0 };
}

static void outcome_wrong(struct request *request, struct response *response, const char *pointer,
                          bool payments)
{
	struct buf names;

	buf_init(&names, request->arena, NAMES_MAX);
	for (int i = 0; payments && i < SANDBOX_OUTCOME_COUNT; i++) {
		buf_add(&names, sandbox_outcome_name((enum sandbox_outcome)i));
		buf_add_char(&names, ' ');
	}
	for (int i = 0; i < SANDBOX_DELIVERY_OUTCOME_COUNT; i++) {
		buf_add(&names, sandbox_delivery_outcome_name((enum sandbox_delivery_outcome)i));
		buf_add_char(&names, ' ');
	}
	api_refuse(request, response, API_REFUSAL_OUTCOME, pointer,
	           PARTS(PART("names", str_trim(buf_str(&names)))));
}

/* On the writer's thread: the order and the answer under its key together.  A
 * gateway's own page is not open yet: the answer waits for it a moment, and is
 * amended. */
static enum err placing_apply(struct store *store, struct command *command)
{
	struct placing       *placing = command->arg;
	struct order_placing *placed = &placing->placing;
	struct request       *request = placing->request;
	struct command        inner = { .arg = &placing->placing };
	struct str            body;
	enum err              err = order_placing_apply(store, &inner);

	if (err != ERR_OK || !placed->placed)
		return err;
	placing->created_ms = store->now_ms;
	err = placing_body(placing, store->db, placed->state, &body);
	if (err == ERR_OK)
		err = once_answer(store, &request->once, placed->again ? 200 : 201, body);
	placing->waits = !placed->again && placed->method != PAY_SANDBOX;
	if (placing->waits)
		request->once.status = 0; /* it is stored, and not yet said */
	return err;
}

static enum err placing_body(const struct placing *placing, struct db *db, enum order_state state,
                             struct str *ret)
{
	const struct order_placing *placed = &placing->placing;
	struct request             *request = placing->request;
	const struct keys          *keys = request->web->keys;
	struct buf                  buf;
	enum err                    err;

	buf_init(&buf, request->arena, PLACED_MAX);
	buf_add(&buf, STR("{\"id\":"));
	json_text(&buf, public_id(request->arena, keys, PUBLIC_ORDER, placed->order_id));
	json_name(&buf, "number");
	json_text(&buf, order_number(request->arena, keys, placed->order_id));
	json_name(&buf, "state");
	json_text(&buf, order_state_name(state));
	json_name(&buf, "pay");
	err = order_json_pay(request, db, &buf,
	                     &(struct order_json_pay){ .payment_id = placed->payment_id,
	                                               .gateway = placed->method,
	                                               .created_ms = placing->created_ms,
	                                               .expires_s = placed->expires_s,
	                                               .open = !placed->again });
	buf_add(&buf, STR("}\n"));
	*ret = buf_str(&buf);
	return buf.full ? ERR_MEMORY : err;
}

/* Has the gateway opened its page, or said no? */
static bool placing_ready(struct request *request)
{
	const struct placing       *placing = request->command.arg;
	struct payment_page_get_row page;
	struct order_get_row        order;

	return payment_page_get(request->db, request->arena, placing->placing.payment_id, &page) !=
	           ERR_OK ||
	       page.way != 0 ||
	       order_get(request->db, request->arena, placing->placing.order_id, &order) !=
	           ERR_OK ||
	       (order.state != ORDER_PLACED && order.state != ORDER_PAYING);
}

/* What is said is what the same key gets again. */
static void placing_opened(struct request *request, struct response *response)
{
	struct placing      *placing = request->command.arg;
	struct order_get_row order;
	enum err err = order_get(request->db, request->arena, placing->placing.order_id, &order);

	if (err == ERR_OK)
		err = placing_body(placing, request->db, (enum order_state)order.state,
		                   &placing->body);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	placing->once_id = request->once.id;
	request->once.id = 0; /* else the first answer would be found, and given */
	request_command(request, response, placing_amend, placing, placing_said);
}

static enum err placing_amend(struct store *store, struct command *command)
{
	const struct placing *placing = command->arg;

	return once_amend(store->db, placing->once_id, placing->body);
}

static void placing_said(struct request *request, struct response *response)
{
	const struct placing *placing = request->command.arg;

	request->once.id = placing->once_id;
	response_json(response, 201, placing->body);
}

static void placing_refused(struct request *request, struct response *response)
{
	const struct placing *placing = request->command.arg;

	if (placing->waits) {
		request_wait(request, response, placing_ready, OPEN_WAIT_MS, placing_opened);
		return;
	}
	if (!placing->placing.found)
		api_refuse(request, response, API_REFUSAL_QUOTE, "/quote", NO_PARTS);
	else
		order_refused(request, response, placing->placing.refusal);
}

static void wish_post(struct request *request, struct response *response, enum order_event event)
{
	struct wishing *wishing = ARENA_NEW(request->arena, struct wishing);

	if (wishing == NULL) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	wishing->request = request;
	wishing->catalogue = request->web->catalogue;
	wishing->wish.account_id = request->session.account_id;
	wishing->wish.event = event;
	if (!public_id_parse(request->web->keys, PUBLIC_ORDER, request->part[0],
	                     &wishing->wish.order_id)) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	request_command(request, response, wishing_apply, wishing, wishing_refused);
}

/* The answer is the whole order as it is after the wish. */
static enum err wishing_apply(struct store *store, struct command *command)
{
	struct wishing      *wishing = command->arg;
	struct request      *request = wishing->request;
	struct order_source  source = { .request = request,
		                        .db = store->db,
		                        .catalogue = wishing->catalogue };
	struct command       inner = { .arg = &wishing->wish };
	struct order_get_row order;
	struct buf           buf;
	enum err             err = order_wish_apply(store, &inner);

	if (err != ERR_OK || !wishing->wish.found || wishing->wish.refusal != ORDER_REFUSAL_NONE)
		return err;
	err = order_get(store->db, store->arena, wishing->wish.order_id, &order);
	buf_init(&buf, request->arena, ORDER_JSON_MAX);
	if (err == ERR_OK)
		err = order_json(&source, &order, &buf);
	return err == ERR_OK ? once_answer(store, &request->once, 200, buf_str(&buf)) : err;
}

static void wishing_refused(struct request *request, struct response *response)
{
	const struct wishing *wishing = request->command.arg;

	if (!wishing->wish.found)
		web_refuse(request, response, WEB_NOT_FOUND);
	else
		order_refused(request, response, wishing->wish.refusal);
}

static void order_refused(struct request *request, struct response *response,
                          enum order_refusal refusal)
{
	int64_t now_s = request->now_ms / 1000;
	int64_t tomorrow_s = tokyo_day_start_s(tokyo_day(now_s) + 1);

	web_problem(request, response, order_refusal_status(refusal),
	            arena_cstr(request->arena, order_refusal_code(refusal)), ORDER_TITLE,
	            api_words(request, refusal_order(refusal)), NULL, 0);
	if (refusal == ORDER_REFUSAL_LIMIT)
		response_header(response, "Retry-After",
		                arena_printf(request->arena, "%lld",
		                             (long long)(tomorrow_s - now_s)));
}
