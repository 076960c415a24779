/*
 * sandbox_page.c - GET and POST /sandbox/pay/{ref}: the page that the sandbox
 * gateway would have on a site of its own.  Only with the setting sandbox.
 */
#include "base/str.h"
#include "store/public_id.h"
#include "store/sandbox_command.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/pay.h"
#include "web/web.h"

/* One payment, looked at from the gateway's side. */
struct till {
	struct payment_get_row payment;
	struct order_get_row   order;
	bool                   open;
};

static enum err till_load(struct request *request, struct till *ret);
static void     press_done(struct request *request, struct response *response);
static void till_show(struct request *request, struct response *response, const struct till *till);

void sandbox_pay_get(struct request *request, struct response *response)
{
	struct till till;
	enum err    err = till_load(request, &till);

	if (err == ERR_NOT_FOUND)
		web_refuse(request, response, WEB_NOT_FOUND);
	else if (err != ERR_OK)
		web_fail(request, response, err);
	else
		till_show(request, response, &till);
}

void sandbox_pay_post(struct request *request, struct response *response)
{
	struct sandbox_press *press = ARENA_NEW(request->arena, struct sandbox_press);
	struct till           till;
	enum err              err = press == NULL ? ERR_MEMORY : till_load(request, &till);

	if (err == ERR_NOT_FOUND) {
		web_refuse(request, response, WEB_NOT_FOUND);
	} else if (err != ERR_OK) {
		web_fail(request, response, err);
	} else if (!sandbox_button_from_name(request_form(request, "press"), &press->button)) {
		web_refuse_field(request, response, FIELD_MALFORMED, STR("press"));
	} else {
		press->payment_id = till.payment.id;
		press->account_id = request->session.account_id;
		request_command(request, response, sandbox_press_apply, press, press_done);
	}
}

/* ERR_NOT_FOUND: no such payment, somebody else's, or there is no sandbox here. */
static enum err till_load(struct request *request, struct till *ret)
{
	int64_t  id;
	enum err err;

	if (request->web->config->number[SETTING_sandbox] == 0 ||
	    !public_id_parse(request->web->keys, PUBLIC_PAYMENT, request->part[0], &id))
		return ERR_NOT_FOUND;
	err = payment_get(request->db, request->arena, id, &ret->payment);
	if (err == ERR_OK)
		err = order_get(request->db, request->arena, ret->payment.order_id, &ret->order);
	if (err == ERR_OK && (ret->order.account_id != request->session.account_id ||
	                      ret->payment.gateway != PAY_SANDBOX))
		err = ERR_NOT_FOUND;
	return err == ERR_OK ? sandbox_page_open(request->db, &ret->order, &ret->payment,
	                                         request->now_ms, &ret->open)
	                     : err;
}

/* Back to the shop, as a gateway sends its payer back: what became of the
 * payment is not said here (SECURITY F2). */
static void press_done(struct request *request, struct response *response)
{
	const struct sandbox_press *press = request->command.arg;
	struct till                 till;

	if (!press->found || till_load(request, &till) != ERR_OK)
		web_refuse(request, response, WEB_NOT_FOUND);
	else
		response_redirect(request, response, pay_return_path(request, till.order.id));
}

static void till_show(struct request *request, struct response *response, const struct till *till)
{
	struct sandbox_pay_view view = {
		.ref = request->part[0],
		.order_number = order_number(request->arena, request->web->keys, till->order.id),
		.pay = fill_paid(&till->order),
		.method = fill_method(till->order.gateway),
		.expires_s = (till->payment.created_ms + SANDBOX_PAGE_MS) / 1000,
		.closed = !till->open,
	};
	struct out out;

	page_form(request, false, &view.form);
	page_start(request, response, 200, &out);
	page_frame(request, NAV_NONE, &view.frame);
	page_sandbox_pay(&out, &view);
}
