/*
 * confirm.c - GET /quotes/{id}, the final confirmation, and POST /orders, where
 * the buyer says yes.
 *
 * One quote becomes one order, however often the form is sent: the form's key
 * gives the first answer again, another tab's form finds the order placed
 * (DOMAIN 9.4; WEB 5.8).
 */

#include "base/str.h"
#include "store/public_id.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/offer.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/pay.h"
#include "web/refusal.h"
#include "web/route.h"
#include "web/web.h"

/* A confirmation on its way to the writer; in the request's arena. */
struct placing {
	struct order_placing placing;
	struct request      *request;
	struct order_get_row order;
};

static enum err     quote_load(struct request *request, struct str text, struct order_get_row *ret);
static enum err     placing_apply(struct store *store, struct command *command);
static void         placing_refused(struct request *request, struct response *response);
static void         confirm_show(struct request *request, struct response *response, int status,
                                 const struct order_get_row *order, struct form *form);
static enum err     confirm_fill(struct request *request, const struct order_get_row *order,
                                 struct confirm_view *ret);
static struct money old_amount(struct request *request, const struct order_get_row *order);

void quote_get(struct request *request, struct response *response)
{
	struct order_get_row order;
	struct form          form;
	enum err             err = quote_load(request, request->part[0], &order);

	if (err == ERR_NOT_FOUND) {
		web_refuse(request, response, WEB_NOT_FOUND);
	} else if (err != ERR_OK) {
		web_fail(request, response, err);
	} else if (order.state != ORDER_QUOTED) {
		response_redirect(request, response, pay_order_path(request, order.id));
	} else {
		page_form(request, true, &form);
		confirm_show(request, response, 200, &order, &form);
	}
}

void orders_post(struct request *request, struct response *response)
{
	struct placing *placing = ARENA_NEW(request->arena, struct placing);
	enum err        err = placing == NULL ? ERR_MEMORY : ERR_OK;

	if (err == ERR_OK)
		err = quote_load(request, request_form(request, "quote"), &placing->order);
	if (err == ERR_NOT_FOUND) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	placing->request = request;
	placing->placing.order_id = placing->order.id;
	placing->placing.account_id = request->session.account_id;
	placing->placing.payer = pay_payer(request);
	request_command(request, response, placing_apply, placing, placing_refused);
}

/* ERR_NOT_FOUND: no such quote, or somebody else's. */
static enum err quote_load(struct request *request, struct str text, struct order_get_row *ret)
{
	int64_t  id;
	enum err err;

	if (!public_id_parse(request->web->keys, PUBLIC_QUOTE, text, &id))
		return ERR_NOT_FOUND;
	err = order_get(request->db, request->arena, id, ret);
	if (err == ERR_OK && ret->account_id != request->session.account_id)
		return ERR_NOT_FOUND;
	return err;
}

/* On the writer's thread: the order and the answer to this form together. */
static enum err placing_apply(struct store *store, struct command *command)
{
	struct placing *placing = command->arg;
	struct request *request = placing->request;
	struct command  inner = { .arg = &placing->placing };
	struct str      path;
	enum err        err = order_placing_apply(store, &inner);

	if (err != ERR_OK || !placing->placing.placed)
		return err;
	path = placing->placing.again ? pay_order_path(request, placing->order.id)
	                              : pay_path(request, (enum pay_method)placing->order.gateway,
	                                         placing->placing.payment_id);
	return once_answer(store, &request->once, 303, pay_whole(request, path));
}

static void placing_refused(struct request *request, struct response *response)
{
	const struct placing *placing = request->command.arg;
	enum order_refusal    refusal = placing->placing.refusal;
	struct form           form;

	if (!placing->placing.found) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	page_form(request, true, &form);
	/* The page itself says that the rate ran out, and offers a new one. */
	if (refusal != ORDER_REFUSAL_EXPIRED)
		page_problem(&form, "", refusal_order(refusal));
	confirm_show(request, response, order_refusal_status(refusal), &placing->order, &form);
	response->code = arena_cstr(request->arena, order_refusal_code(refusal));
}

static void confirm_show(struct request *request, struct response *response, int status,
                         const struct order_get_row *order, struct form *form)
{
	struct confirm_view view = { .form = *form };
	struct out          out;
	enum err            err = confirm_fill(request, order, &view);

	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	page_start(request, response, status, &out);
	page_frame(request, NAV_NONE, &view.frame);
	view.frame.error = form->problems.count > 0;
	page_confirm(&out, &view);
}

static enum err confirm_fill(struct request *request, const struct order_get_row *order,
                             struct confirm_view *ret)
{
	const struct config *config = request->web->config;
	struct pack_versions packs = { 0 };
	struct line_get_row  line;
	struct offer_choice  choice = { .method = (enum pay_method)order->gateway,
		                        .currency = (uint16_t)order->currency };
	struct str           method = offer_choice_text(request, choice);
	bool                 own = false;
	enum err             err = line_get(request->db, request->arena, order->line_id, &line);

	if (err == ERR_OK)
		err = fill_owns(request, line.id, &own);
	if (err == ERR_OK)
		err = fill_pack_of(request, &packs, order, &ret->pack);
	if (err != ERR_OK)
		return err;
	fill_line(request, &line, own, &ret->line);
	fill_rate(order, &ret->rate);
	ret->quote = public_id(request->arena, request->web->keys, PUBLIC_QUOTE, order->id);
	fill_gain(order, &ret->before_day, &ret->after_day);
	ret->price = (struct money){ .amount = order->price, .currency = CURRENCY_JPY };
	ret->tax = (struct money){ .amount = order->tax, .currency = CURRENCY_JPY };
	ret->pay = fill_paid(order);
	ret->method = fill_method(order->gateway);
	offer_times(request, &ret->active_p50_s, &ret->active_p95_s);
	ret->delivery_refund_s = (int32_t)config->number[SETTING_delivery_refund_s];
	ret->seller = config->text[SETTING_issuer_name];
	ret->expired = request->now_ms / 1000 >= order->expires_s;
	ret->old_pay = old_amount(request, order);
	ret->topup_path = arena_printf(request->arena, "/topup?line=%.*s&pack=%.*s&method=%.*s",
	                               STR_ARG(ret->quote), STR_ARG(ret->pack.id), STR_ARG(method));
	return ERR_OK;
}

/* What the quote before this one asked for the same thing, if that was another
 * sum; else nothing.  `was` comes from the browser: only the account's own
 * quote for the same line, pack and currency counts. */
static struct money old_amount(struct request *request, const struct order_get_row *order)
{
	struct str           was = request_query(request, "was");
	struct order_get_row old;

	if (was.len == 0 || quote_load(request, was, &old) != ERR_OK ||
	    old.line_id != order->line_id || old.pack != order->pack ||
	    old.currency != order->currency || old.amount == order->amount)
		return (struct money){ .currency = CURRENCY_NONE };
	return fill_paid(&old);
}
