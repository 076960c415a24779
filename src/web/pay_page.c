/*
 * pay_page.c - GET /pay/{ref}: where an order is paid at a gateway whose page
 * is not ours.  Who has the payment's number may pay it; it can be read as
 * nothing else.  GET /orders/{number}/pay leads there.
 *
 * A redirect is followed at once; a QR code and a form are shown here, with
 * the exact amount and the time that is left.  Coming back changes nothing: it
 * only makes us ask the gateway (GATEWAYS 9, invariant 11).
 */
#include <qrencode.h>

#include "base/str.h"
#include "base/url.h"
#include "store/public_id.h"
#include "store/settle.h"
#include "text/lang.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/mine.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/pay.h"
#include "web/route.h"
#include "web/web.h"

#define PAY_WAIT_MS    2000 /* so long a gateway may take before a page says so */
#define PAY_SOON_S     2    /* and then it is looked for again */
#define PAY_QUIET_S    5    /* without a script: is it paid? */
#define FORM_FIELD_MAX 64
#define QR_PATH_MAX    ((size_t)64 * 1024)
#define QR_QUIET       4 /* modules of white around a code (ISO 18004) */

/* A payment that somebody wants to pay. */
struct visit {
	struct payment_get_row      payment;
	struct order_get_row        order;
	struct payment_page_get_row page;
};

/* Somebody came back: the command's arg. */
struct coming {
	int64_t order_id;
};

static enum err visit_load(struct request *request, struct visit *ret);
static bool     page_ready(struct request *request);
static void     visit_show(struct request *request, struct response *response);
static void     ended_show(struct request *request, struct response *response,
                           const struct visit *visit);
static void     view_fill(struct request *request, const struct visit *visit, struct pay_view *ret);
static bool     form_fill(struct request *request, struct str form, struct pay_view *ret);
static bool     qr_fill(struct request *request, struct str text, struct pay_view *ret);
static enum err coming_apply(struct store *store, struct command *command);
static void     coming_done(struct request *request, struct response *response);
static void     back(struct request *request, struct response *response);
static bool     owned(const struct request *request, const struct visit *visit);
static bool     answered(struct request *request, struct response *response, enum err err);

void pay_get(struct request *request, struct response *response)
{
	struct visit visit;

	if (answered(request, response, visit_load(request, &visit)))
		return;
	if (visit.payment.gateway == PAY_SANDBOX)
		response_redirect(request, response,
		                  pay_path(request, PAY_SANDBOX, visit.payment.id));
	else if (!pay_open(&visit.order, &visit.payment, request->now_ms))
		ended_show(request, response, &visit);
	else if (owned(request, &visit) && pay_returned(request))
		response_redirect(request, response, pay_return_path(request, visit.order.id));
	else
		request_wait(request, response, page_ready, PAY_WAIT_MS, visit_show);
}

void order_pay_get(struct request *request, struct response *response)
{
	struct order_get_row order;

	if (answered(request, response, mine_order(request, &order)))
		return;
	response_redirect(request, response,
	                  pay_path(request, (enum pay_method)order.gateway, order.payment_id));
}

void pay_state_get(struct request *request, struct response *response)
{
	struct visit visit;

	if (answered(request, response, visit_load(request, &visit)))
		return;
	response_json(
	    response, 200,
	    arena_printf(request->arena, "{\"state\":\"%s\",\"refund\":\"%s\",\"version\":%lld}\n",
	                 pay_open(&visit.order, &visit.payment, request->now_ms) ? "open" : "ended",
	                 visit.page.way == 0 ? "opening" : "opened",
	                 (long long)visit.order.event_id));
}

void pay_back_get(struct request *request, struct response *response)
{
	back(request, response);
}

/* Some gateways send the payer back by a form. */
void pay_back_post(struct request *request, struct response *response)
{
	back(request, response);
}

/* Without a session: what comes from another site by POST brings no cookie. */
static void back(struct request *request, struct response *response)
{
	struct coming *coming = ARENA_NEW(request->arena, struct coming);
	struct visit   visit;

	request->part[0] = request->part[1];
	if (answered(request, response, coming == NULL ? ERR_MEMORY : visit_load(request, &visit)))
		return;
	coming->order_id = visit.order.id;
	request_command(request, response, coming_apply, coming, coming_done);
}

static enum err coming_apply(struct store *store, struct command *command)
{
	const struct coming *coming = command->arg;

	return settle_wake(store, coming->order_id);
}

static void coming_done(struct request *request, struct response *response)
{
	struct visit visit;

	if (answered(request, response, visit_load(request, &visit)))
		return;
	(void)lang_from_tag(visit.page.lang, &request->lang);
	response_redirect(request, response,
	                  arena_printf(request->arena, "/pay/%.*s?back=%lld",
	                               STR_ARG(request->part[0]),
	                               (long long)(request->now_ms / 1000)));
}

/* ERR_NOT_FOUND: no payment of ours. */
static enum err visit_load(struct request *request, struct visit *ret)
{
	int64_t  id;
	enum err err;

	if (!public_id_parse(request->web->keys, PUBLIC_PAYMENT, request->part[0], &id))
		return ERR_NOT_FOUND;
	err = payment_get(request->db, request->arena, id, &ret->payment);
	if (err == ERR_OK)
		err = order_get(request->db, request->arena, ret->payment.order_id, &ret->order);
	ret->page = (struct payment_page_get_row){ 0 };
	if (err == ERR_OK && ret->payment.gateway != PAY_SANDBOX)
		err = payment_page_get(request->db, request->arena, id, &ret->page);
	return err;
}

/* Asked again and again while the request is parked. */
static bool page_ready(struct request *request)
{
	struct visit visit;

	return visit_load(request, &visit) != ERR_OK || visit.page.way != 0 ||
	       !pay_open(&visit.order, &visit.payment, request->now_ms);
}

static void visit_show(struct request *request, struct response *response)
{
	struct visit    visit;
	struct pay_view view;
	struct out      out;

	if (answered(request, response, visit_load(request, &visit)))
		return;
	if (!pay_open(&visit.order, &visit.payment, request->now_ms)) {
		ended_show(request, response, &visit);
		return;
	}
	view_fill(request, &visit, &view);
	if (visit.page.way == PAY_SHOWN_REDIRECT && !pay_returned(request)) {
		response_redirect_to(response, visit.page.url);
		return;
	}
	if (visit.page.way == PAY_SHOWN_REDIRECT) {
		view.stage = PAY_STAGE_LOOKING;
		view.url = visit.page.url;
	} else if (visit.page.way == PAY_SHOWN_QR && qr_fill(request, visit.page.url, &view)) {
		view.stage = PAY_STAGE_QR;
	} else if (visit.page.way == PAY_SHOWN_FORM && form_fill(request, visit.page.form, &view)) {
		view.stage = PAY_STAGE_FORM;
		view.url = visit.page.url;
	} else if (visit.page.way != 0) {
		web_fail(request, response, ERR_CORRUPT);
		return;
	}
	page_start(request, response, 200, &out);
	page_frame(request, NAV_NONE, &view.frame);
	view.frame.refresh_s = view.stage == PAY_STAGE_OPENING ? PAY_SOON_S : PAY_QUIET_S;
	page_pay(&out, &view);
}

/* Paid, or nothing to pay any more: the owner's own page says it all. */
static void ended_show(struct request *request, struct response *response,
                       const struct visit *visit)
{
	enum payment_state state = (enum payment_state)visit->payment.state;
	struct pay_view    view;
	struct out         out;

	if (owned(request, visit)) {
		response_redirect(request, response, pay_order_path(request, visit->order.id));
		return;
	}
	view_fill(request, visit, &view);
	view.stage = state == PAYMENT_SUCCEEDED || state == PAYMENT_REFUNDING ||
	                     state == PAYMENT_REFUNDED || state == PAYMENT_DISPUTED
	                 ? PAY_STAGE_PAID
	                 : PAY_STAGE_ENDED;
	page_start(request, response, 200, &out);
	page_frame(request, NAV_NONE, &view.frame);
	page_pay(&out, &view);
}

static void view_fill(struct request *request, const struct visit *visit, struct pay_view *ret)
{
	*ret = (struct pay_view){
		.ref = request->part[0],
		.order_number = owned(request, visit)
		                    ? order_number(request->arena, request->web->keys,
		                                   visit->order.id)
		                    : STR(""),
		.pay = fill_paid(&visit->order),
		.method = fill_method(visit->order.gateway),
		.seller = request->web->config->text[SETTING_issuer_name],
		.expires_s = visit->page.expires_s != 0 &&
		                     visit->page.expires_s < visit->order.expires_s
		                 ? visit->page.expires_s
		                 : visit->order.expires_s,
		.opened = visit->page.way != 0,
	};
}

/* The fields that the gateway wants to be posted to it, as hidden ones. */
static bool form_fill(struct request *request, struct str form, struct pay_view *ret)
{
	struct url_pair *pairs = ARENA_ARRAY(request->arena, struct url_pair, FORM_FIELD_MAX);
	size_t           count = 0;

	if (pairs == NULL || !url_parse_form(request->arena, form, pairs, FORM_FIELD_MAX, &count))
		return false;
	ret->fields = ARENA_ARRAY(request->arena, struct pay_field, count + 1);
	if (ret->fields == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		ret->fields[i] = (struct pay_field){ .name = pairs[i].name,
			                             .value = pairs[i].value };
	ret->field_count = count;
	return true;
}

/* One SVG path: a bar for each run of black modules of a row. */
static bool qr_fill(struct request *request, struct str text, struct pay_view *ret)
{
	QRcode    *code = QRcode_encodeString(arena_cstr(request->arena, text), 0, QR_ECLEVEL_M,
	                                      QR_MODE_8, 1);
	struct buf path;

	if (code == NULL)
		return false;
	buf_init(&path, request->arena, QR_PATH_MAX);
	for (int y = 0; y < code->width; y++) {
		for (int x = 0, run; x < code->width; x += run) {
			const unsigned char *row = code->data + (ptrdiff_t)y * code->width;

			for (run = 1; x + run < code->width && (row[x + run] & 1) == (row[x] & 1);)
				run++;
			if ((row[x] & 1) != 0)
				buf_printf(&path, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET,
				           run, run);
		}
	}
	ret->qr = buf_str(&path);
	ret->qr_size = code->width + 2 * QR_QUIET;
	/* The same address opens the wallet on the phone that shows it. */
	ret->url = str_starts(text, STR("https://")) ? text : STR("");
	QRcode_free(code);
	return !path.full;
}

/* Is it the reader's own order? */
static bool owned(const struct request *request, const struct visit *visit)
{
	return request->session.account_id != 0 &&
	       request->session.account_id == visit->order.account_id;
}

static bool answered(struct request *request, struct response *response, enum err err)
{
	if (err == ERR_NOT_FOUND)
		web_refuse(request, response, WEB_NOT_FOUND);
	else if (err != ERR_OK)
		web_fail(request, response, err);
	return err != ERR_OK;
}
