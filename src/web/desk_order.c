/*
 * desk_order.c - one order for staff: its page, and the one safe next action.
 * What happened to it is put together in desk_story.c.
 */
#include "base/str.h"
#include "base/utf8.h"
#include "store/desk_command.h"
#include "store/desk_read.h"
#include "store/line_sql.h"
#include "store/public_id.h"
#include "web/desk.h"
#include "web/desk_story.h"
#include "web/desk_words.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/track.h"
#include "web/web.h"

static enum err order_load(struct request *request, struct order_get_row *ret);
static void     order_show(struct request *request, struct response *response, int status,
                           const struct order_get_row *order, struct desk_order_view *view);
static enum err view_fill(struct request *request, const struct order_get_row *order,
                          struct desk_order_view *ret);
static enum err job_fill(struct request *request, const struct order_get_row *order,
                         struct desk_order_view *ret);
static enum err line_fill(struct request *request, const struct order_get_row *order,
                          struct desk_order_view *ret);
static void     acted(struct request *request, struct response *response);
static bool     reason_read(struct request *request, struct str *ret);
static bool amount_read(struct request *request, const struct order_get_row *order, int64_t *ret);

void desk_order_get(struct request *request, struct response *response)
{
	struct desk_order_view view = { .chosen = DESK_ACT_NONE };
	struct order_get_row   order;

	if (desk_answered(request, response, order_load(request, &order)))
		return;
	page_form(request, true, &view.form);
	order_show(request, response, 200, &order, &view);
}

void desk_act_post(struct request *request, struct response *response)
{
	struct desk_action  *action = ARENA_NEW(request->arena, struct desk_action);
	struct order_get_row order;
	struct str           base = page_base(request), number;

	if (desk_answered(request, response,
	                  action == NULL ? ERR_MEMORY : order_load(request, &order)))
		return;
	if (!desk_act_from_name(request_form(request, "act"), &action->act) ||
	    action->act == DESK_ACT_NONE) {
		web_refuse_field(request, response, FIELD_MALFORMED, STR("act"));
		return;
	}
	if (!reason_read(request, &action->reason)) {
		web_refuse_field(request, response, FIELD_TOO_LONG, STR("reason"));
		return;
	}
	if (!amount_read(request, &order, &action->amount))
		action->amount = INT64_MAX; /* refused, with its words, by what is left */
	number = order_number(request->arena, request->web->keys, order.id);
	action->order_id = order.id;
	action->actor = request->session.account_id;
	action->once = &request->once;
	action->location = arena_printf(request->arena, "%.*s/desk/orders/%.*s?done=desk_done",
	                                STR_ARG(base), STR_ARG(number));
	request_command(request, response, desk_action_apply, action, acted);
}

/* It was refused: the page as the order stands now, and why. */
static void acted(struct request *request, struct response *response)
{
	const struct desk_action *action = request->command.arg;
	struct desk_order_view    view = { .chosen = action->act,
		                           .reason = action->reason,
		                           .amount = request_form(request, "amount") };
	struct order_get_row      order;

	if (desk_answered(request, response,
	                  action->found ? order_load(request, &order) : ERR_NOT_FOUND))
		return;
	page_form(request, true, &view.form);
	page_problem(&view.form,
	             action->refusal == DESK_REFUSAL_REASON   ? "reason"
	             : action->refusal == DESK_REFUSAL_AMOUNT ? "amount"
	                                                      : "",
	             desk_refusal_words(action->refusal));
	order_show(request, response, desk_refusal_status(action->refusal), &order, &view);
}

/* Exact, in the paid currency; empty is all. */
static bool amount_read(struct request *request, const struct order_get_row *order, int64_t *ret)
{
	struct str   text = str_trim(request_form(request, "amount"));
	struct money money = { 0 };

	*ret = 0;
	if (text.len == 0)
		return true;
	if (!money_parse(text, (uint16_t)order->currency, &money) || money.amount <= 0)
		return false;
	*ret = money.amount;
	return true;
}

/* One line, trimmed, without controls. */
static bool reason_read(struct request *request, struct str *ret)
{
	struct str text = str_trim(request_form(request, "reason"));

	*ret = text;
	return utf8_length(text) <= DESK_REASON_MAX;
}

static enum err order_load(struct request *request, struct order_get_row *ret)
{
	int64_t  id;
	enum err err;

	if (!order_number_parse(request->web->keys, request->part[0], &id))
		return ERR_NOT_FOUND;
	err = order_get(request->db, request->arena, id, ret);
	return err == ERR_OK && ret->payment_id == 0 ? ERR_NOT_FOUND : err;
}

static void order_show(struct request *request, struct response *response, int status,
                       const struct order_get_row *order, struct desk_order_view *view)
{
	struct out out;

	if (desk_answered(request, response, view_fill(request, order, view)))
		return;
	page_start(request, response, status, &out);
	page_frame(request, NAV_DESK, &view->frame);
	view->frame.error = view->form.problems.count > 0;
	/* The form of a POST has no address to come back to. */
	view->frame.path = arena_printf(request->arena, "/desk/orders/%.*s",
	                                STR_ARG(view->order.number));
	page_desk_order(&out, view);
}

static enum err view_fill(struct request *request, const struct order_get_row *order,
                          struct desk_order_view *ret)
{
	struct payment_get_row payment = { 0 };
	enum err err = payment_get(request->db, request->arena, order->payment_id, &payment);

	ret->left = (struct money){ .amount = payment.amount - payment.refunded,
		                    .currency = (uint16_t)payment.currency };
	if (err == ERR_OK)
		err = track_order(request, order, &ret->order);
	if (err == ERR_OK)
		err = desk_age(request, order, &payment, &ret->age_s);
	if (err == ERR_OK)
		err = desk_mail(request, order->account_id, &ret->account);
	if (err == ERR_OK)
		err = line_fill(request, order, ret);
	if (err == ERR_OK)
		err = job_fill(request, order, ret);
	if (err == ERR_OK)
		err = desk_story_events(request, order, ret);
	if (err == ERR_OK)
		err = desk_story_postings(request, order, ret);
	if (err != ERR_OK)
		return err;
	/* What goes back, where nothing went yet. */
	if (ret->order.refund_amount.currency == CURRENCY_NONE)
		ret->order.refund_amount = fill_paid(order);
	if (!payment.reference_null)
		ret->gateway_ref = payment.reference;
	return ERR_OK;
}

static enum err line_fill(struct request *request, const struct order_get_row *order,
                          struct desk_order_view *ret)
{
	struct line_get_row line;
	struct str          id;
	enum err            err = line_get(request->db, request->arena, order->line_id, &line);

	if (err != ERR_OK)
		return err;
	id = public_id(request->arena, request->web->keys, PUBLIC_LINE, line.id);
	ret->line_path = arena_printf(request->arena, "/desk?q=%.*s", STR_ARG(id));
	ret->sim = desk_sim(request, &line);
	return ERR_OK;
}

static enum err job_fill(struct request *request, const struct order_get_row *order,
                         struct desk_order_view *ret)
{
	struct desk_job_row *row = ARENA_NEW(request->arena, struct desk_job_row);
	struct desk_facts    facts;
	struct job_get_row   job;
	enum err err = desk_facts_load(request->db, request->arena, order, request->now_ms, &facts,
	                               &job);

	if (err != ERR_OK || row == NULL)
		return err != ERR_OK ? err : ERR_MEMORY;
	desk_decide(&facts, &ret->advice);
	ret->stuck = desk_stuck(&facts);
	ret->withdrawn = facts.withdrawn && facts.state != ORDER_ACTIVE;
	if (!facts.job || !job_of_order(facts.kind))
		return ERR_OK;
	*row = (struct desk_job_row){
		.kind = facts.kind,
		.person = facts.person,
		.attempt_count = (int32_t)job.attempt,
		.since_s = job.created_ms / 1000,
		.due_s = job.due_ms / 1000,
		.note = job.note_null ? STR("") : job.note,
	};
	ret->jobs = row;
	ret->job_count = 1;
	return ERR_OK;
}
