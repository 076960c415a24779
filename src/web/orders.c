/*
 * orders.c - an account's orders: the list, one order as it stands, what its
 * buyer can do about it, and its receipt.
 */
#include "base/str.h"
#include "store/notice_sql.h"
#include "store/order_command.h"
#include "store/public_id.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/mine.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/pay.h"
#include "web/refusal.h"
#include "web/route.h"
#include "web/track.h"
#include "web/web.h"

#define ORDERS_PAGE 20 /* rows */

static enum err orders_fill(struct request *request, int64_t id, struct orders_view *ret);
static void     cancel_done(struct request *request, struct response *response);
static void     order_show(struct request *request, struct response *response, int status,
                           const struct order_get_row *order, struct form *form);
static enum err receipt_fill(struct request *request, const struct order_get_row *order,
                             struct receipt_view *ret);
static bool     answered(struct request *request, struct response *response, enum err err);

void orders_get(struct request *request, struct response *response)
{
	struct orders_view       view = { 0 };
	struct account_heads_row heads;
	struct str               from = request_query(request, "from");
	struct out               out;
	int64_t                  id = 0;
	enum err                 err = ERR_OK;

	if (from.len == 0) {
		err = account_heads(request->db, request->arena, request->session.account_id,
		                    &heads);
		id = err == ERR_OK ? heads.last_order : 0;
	} else if (!order_number_parse(request->web->keys, from, &id)) {
		err = ERR_NOT_FOUND;
	}
	if (err == ERR_OK)
		err = orders_fill(request, id, &view);
	if (answered(request, response, err))
		return;
	page_start(request, response, 200, &out);
	page_frame(request, NAV_ORDERS, &view.frame);
	page_orders(&out, &view);
}

void order_page_get(struct request *request, struct response *response)
{
	struct order_get_row order;
	struct form          form;

	if (answered(request, response, mine_order(request, &order)))
		return;
	page_form(request, false, &form);
	order_show(request, response, 200, &order, &form);
}

/* For the page's own script: has anything changed? */
void order_state_get(struct request *request, struct response *response)
{
	struct order_get_row order;
	struct str           state, refund;

	if (answered(request, response, mine_order(request, &order)))
		return;
	state = order_state_name((enum order_state)order.state);
	refund = refund_state_name(fill_refund(&order));
	response_json(response, 200,
	              arena_printf(request->arena,
	                           "{\"state\":\"%.*s\",\"refund\":\"%.*s\",\"version\":%lld}\n",
	                           STR_ARG(state), STR_ARG(refund), (long long)order.event_id));
}

void order_cancel_post(struct request *request, struct response *response)
{
	struct order_wish   *wish = ARENA_NEW(request->arena, struct order_wish);
	struct order_get_row order;

	if (answered(request, response, wish == NULL ? ERR_MEMORY : mine_order(request, &order)))
		return;
	wish->order_id = order.id;
	wish->account_id = request->session.account_id;
	wish->event = ORDER_EVENT_CANCEL;
	request_command(request, response, order_wish_apply, wish, cancel_done);
}

/* To the gateway again, for who closed its page. */
void order_pay_post(struct request *request, struct response *response)
{
	struct order_get_row   order;
	struct payment_get_row payment;
	struct form            form;
	enum err               err = mine_order(request, &order);

	if (err == ERR_OK)
		err = payment_get(request->db, request->arena, order.payment_id, &payment);
	if (answered(request, response, err))
		return;
	if (pay_open(&order, &payment, request->now_ms)) {
		response_redirect(request, response,
		                  pay_path(request, (enum pay_method)order.gateway, payment.id));
		return;
	}
	page_form(request, false, &form);
	page_problem(&form, "", refusal_order(ORDER_REFUSAL_NOT_NOW));
	order_show(request, response, 409, &order, &form);
}

void receipt_get(struct request *request, struct response *response)
{
	struct receipt_view  view = { 0 };
	struct order_get_row order;
	struct out           out;
	enum err             err = mine_order(request, &order);

	if (err == ERR_OK)
		err = receipt_fill(request, &order, &view);
	if (answered(request, response, err))
		return;
	page_start(request, response, 200, &out);
	page_frame(request, NAV_ORDERS, &view.frame);
	page_receipt(&out, &view);
}

/* Newest first, along the account's own chain. */
static enum err orders_fill(struct request *request, int64_t id, struct orders_view *ret)
{
	struct order_row    *rows = ARENA_ARRAY(request->arena, struct order_row, ORDERS_PAGE);
	struct pack_versions packs = { 0 };
	struct order_get_row order;
	enum err             err = rows == NULL ? ERR_MEMORY : ERR_OK;

	ret->rows = rows;
	while (err == ERR_OK && id != 0 && ret->row_count < ORDERS_PAGE) {
		err = order_get(request->db, request->arena, id, &order);
		if (err == ERR_OK &&
		    (order.account_id != request->session.account_id || order.payment_id == 0))
			err = ERR_NOT_FOUND;
		if (err == ERR_OK)
			err = fill_order_row(request, &packs, &order, &rows[ret->row_count++]);
		id = err == ERR_OK ? order.prev_account : 0;
	}
	if (id != 0) {
		struct str number = order_number(request->arena, request->web->keys, id);

		ret->next_path = arena_printf(request->arena, "/orders?from=%.*s", STR_ARG(number));
	}
	return err;
}

static void cancel_done(struct request *request, struct response *response)
{
	const struct order_wish *wish = request->command.arg;
	struct order_get_row     order;
	struct form              form;
	struct str               path;

	if (wish->found && wish->refusal == ORDER_REFUSAL_NONE) {
		path = pay_order_path(request, wish->order_id);
		response_redirect(request, response,
		                  arena_printf(request->arena, "%.*s?done=cancelled",
		                               STR_ARG(path)));
		return;
	}
	if (answered(request, response, wish->found ? mine_order(request, &order) : ERR_NOT_FOUND))
		return;
	page_form(request, false, &form);
	page_problem(&form, "", refusal_order(wish->refusal));
	order_show(request, response, order_refusal_status(wish->refusal), &order, &form);
	response->code = arena_cstr(request->arena, order_refusal_code(wish->refusal));
}

static void order_show(struct request *request, struct response *response, int status,
                       const struct order_get_row *order, struct form *form)
{
	struct order_view view;
	struct out        out;

	if (answered(request, response, track_order(request, order, &view)))
		return;
	view.form = *form;
	view.returned = view.can_pay && status == 200 && pay_returned(request);
	view.can_pay = view.can_pay && !view.returned;
	page_start(request, response, status, &out);
	page_frame(request, NAV_ORDERS, &view.frame);
	view.frame.error = form->problems.count > 0;
	/* Neither a form that was posted nor a return is an address to come back to. */
	view.frame.path = pay_order_path(request, order->id);
	view.frame.refresh_s = status == 200 ? track_refresh_s(order) : 0;
	page_order(&out, &view);
}

/* ERR_NOT_FOUND: not paid, so there is nothing to receipt. */
static enum err receipt_fill(struct request *request, const struct order_get_row *order,
                             struct receipt_view *ret)
{
	const struct config *config = request->web->config;
	struct order_view    view;
	enum err             err = track_order(request, order, &view);

	if (err != ERR_OK || !view.has_receipt)
		return err != ERR_OK ? err : ERR_NOT_FOUND;
	*ret = (struct receipt_view){
		.number = view.number,
		.paid_s = view.paid_s,
		.issuer_name = config->text[SETTING_issuer_name],
		.issuer_registration = config->text[SETTING_issuer_registration],
		.issuer_address = config->text[SETTING_issuer_address],
		.recipient = request->session.email,
		.pack = view.pack,
		.line_number = view.line.number,
		.price = view.price,
		.tax = view.tax,
		.tax_bp = view.pack.tax_bp,
		.pay = view.pay,
		.rate = view.rate,
		.method = view.method,
		.after_day = order->state == ORDER_ACTIVE ? view.after_day : 0,
		.refunded_s = view.refund_done_s,
	};
	if (view.refund == REFUND_DONE)
		ret->refunded = view.refund_amount;
	return ERR_OK;
}

/* True: there is an error, and it has been answered. */
static bool answered(struct request *request, struct response *response, enum err err)
{
	if (err == ERR_NOT_FOUND)
		web_refuse(request, response, WEB_NOT_FOUND);
	else if (err != ERR_OK)
		web_fail(request, response, err);
	return err != ERR_OK;
}
