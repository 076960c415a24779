/*
 * track.c - see track.h.
 */
#include "web/track.h"

#include "core/order.h"
#include "store/job_sql.h"
#include "store/line_sql.h"
#include "store/public_id.h"
#include "web/fill.h"
#include "web/offer.h"
#include "web/pay.h"
#include "web/web.h"

#define REFRESH_SOON_S 5  /* somebody is about to answer */
#define REFRESH_SLOW_S 20 /* a partner owes an answer, or money is on its way back */

static enum err times_fill(struct request *request, const struct order_get_row *order,
                           struct order_view *ret);
static void     time_take(const struct order_event_get_row *event, enum order_state before,
                          struct order_view *ret);
static bool     closed(enum order_state state);
static enum err waits_fill(struct request *request, const struct order_get_row *order,
                           const struct payment_get_row *payment, struct order_view *ret);
static enum err refund_fill(struct request *request, const struct order_get_row *order,
                            struct order_view *ret);
static bool     can_cancel(const struct order_get_row *order, const struct payment_get_row *payment,
                           int64_t now_ms);
static int32_t  alarm_s(int64_t kind);

enum err track_order(struct request *request, const struct order_get_row *order,
                     struct order_view *ret)
{
	const struct web      *web = request->web;
	struct pack_versions   packs = { 0 };
	struct payment_get_row payment;
	struct line_get_row    line;
	bool                   own = false;
	enum err err = payment_get(request->db, request->arena, order->payment_id, &payment);

	if (err == ERR_OK)
		err = line_get(request->db, request->arena, order->line_id, &line);
	if (err == ERR_OK)
		err = fill_owns(request, order->line_id, &own);
	*ret = (struct order_view){
		.number = order_number(request->arena, web->keys, order->id),
		.state = (enum order_state)order->state,
		.refund = fill_refund(order),
		.price = { .amount = order->price, .currency = CURRENCY_JPY },
		.tax = { .amount = order->tax, .currency = CURRENCY_JPY },
		.pay = fill_paid(order),
		.method = fill_method(order->gateway),
		.issuer_registration = web->config->text[SETTING_issuer_registration],
		.pay_until_s = order->expires_s,
	};
	if (err == ERR_OK)
		err = fill_pack_of(request, &packs, order, &ret->pack);
	if (err == ERR_OK)
		err = times_fill(request, order, ret);
	if (err == ERR_OK)
		err = waits_fill(request, order, &payment, ret);
	if (err == ERR_OK)
		err = refund_fill(request, order, ret);
	if (err != ERR_OK)
		return err;
	fill_line(request, &line, own, &ret->line);
	/* Not yet paid for: the line is chosen again through the order itself. */
	if (!own)
		ret->line.id = public_id(request->arena, web->keys, PUBLIC_QUOTE, order->id);
	fill_gain(order, &ret->before_day, &ret->after_day);
	if (closed(ret->state))
		ret->after_day = 0; /* nothing came of it */
	fill_rate(order, &ret->rate);
	offer_times(request, &ret->active_p50_s, &ret->active_p95_s);
	ret->can_pay = pay_open(order, &payment, request->now_ms);
	ret->can_cancel = can_cancel(order, &payment, request->now_ms);
	ret->has_receipt = ret->paid_s != 0;
	return ERR_OK;
}

int32_t track_refresh_s(const struct order_get_row *order)
{
	enum refund_state refund = fill_refund(order);

	if (refund == REFUND_DUE || refund == REFUND_PENDING || refund == REFUND_FUNDS)
		return REFRESH_SLOW_S;
	if (order_state_final((enum order_state)order->state))
		return 0;
	return order->state == ORDER_PAY_UNKNOWN || order->state == ORDER_DELIVERY_UNKNOWN
	           ? REFRESH_SLOW_S
	           : REFRESH_SOON_S;
}

/* The history is walked from its end to its beginning; the earliest time at
 * which a state was entered is the one that stays. */
static enum err times_fill(struct request *request, const struct order_get_row *order,
                           struct order_view *ret)
{
	struct order_event_get_row event, before;
	int64_t                    id = order->event_id;
	enum err                   err = ERR_OK;
	bool                       more;

	if (id != 0)
		err = order_event_get(request->db, request->arena, id, &event);
	for (int i = 0; err == ERR_OK && id != 0 && i < TRACK_EVENT_MAX; i++) {
		more = event.prev != 0;
		before.state = ORDER_QUOTED;
		if (more)
			err = order_event_get(request->db, request->arena, event.prev, &before);
		if (err != ERR_OK || event.state < 0 || event.state >= ORDER_STATE_COUNT)
			return err != ERR_OK ? err : ERR_CORRUPT;
		time_take(&event, (enum order_state)before.state, ret);
		if (!more)
			break;
		event = before;
	}
	return err;
}

static void time_take(const struct order_event_get_row *event, enum order_state before,
                      struct order_view *ret)
{
	int64_t at_s = event->at_ms / 1000;

	if (event->cause == ORDER_EVENT_PLACE)
		ret->placed_s = at_s;
	if (event->cause == ORDER_EVENT_PAY_SUCCEEDED) {
		ret->paid_s = at_s;
		ret->late = ret->late || closed(before);
	}
	if (event->state == ORDER_SUBMITTED)
		ret->submitted_s = at_s;
	if (event->state == ORDER_ACTIVE)
		ret->active_s = at_s;
	if ((enum order_state)event->state == ret->state && closed(ret->state))
		ret->closed_s = at_s;
}

static bool closed(enum order_state state)
{
	return state == ORDER_EXPIRED || state == ORDER_CANCELLED || state == ORDER_PAY_FAILED ||
	       state == ORDER_REJECTED || state == ORDER_DECLINED || state == ORDER_REVERSED;
}

/* Times that are promised: only as long as somebody other than a person is at
 * work, and only while they lie ahead. */
static enum err waits_fill(struct request *request, const struct order_get_row *order,
                           const struct payment_get_row *payment, struct order_view *ret)
{
	const struct config *config = request->web->config;
	int64_t              now_s = request->now_ms / 1000;
	bool delivering = order->state == ORDER_PAID || order->state == ORDER_SUBMITTED ||
	                  order->state == ORDER_DELIVERY_UNKNOWN;
	struct job_get_row job;
	enum err           err;

	if (delivering)
		ret->refund_by_s = payment->settled_ms / 1000 +
		                   config->number[SETTING_delivery_refund_s];
	if (order->job_id == 0 || (!delivering && order->state != ORDER_PAY_UNKNOWN))
		return ERR_OK;
	err = job_get(request->db, request->arena, order->job_id, &job);
	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	if (err != ERR_OK)
		return err;
	if (job.desk == 0 && job.due_ms / 1000 >= now_s)
		ret->next_ask_s = job.due_ms / 1000;
	ret->know_by_s = job.created_ms / 1000 + alarm_s(job.kind);
	if (ret->know_by_s <= now_s)
		ret->know_by_s = 0;
	if (ret->refund_by_s <= now_s)
		ret->refund_by_s = 0;
	return ERR_OK;
}

static enum err refund_fill(struct request *request, const struct order_get_row *order,
                            struct order_view *ret)
{
	struct refund_get_row refund;
	enum err              err;

	if (order->refund_id == 0)
		return ERR_OK;
	err = refund_get(request->db, request->arena, order->refund_id, &refund);
	if (err != ERR_OK)
		return err;
	ret->refund_amount = (struct money){ .amount = refund.amount,
		                             .currency = (uint16_t)refund.currency };
	ret->refund_asked_s = refund.created_ms / 1000;
	ret->refund_done_s = refund.done_ms / 1000;
	return ERR_OK;
}

/* The table of steps itself says whether the wish would be granted now. */
static bool can_cancel(const struct order_get_row *order, const struct payment_get_row *payment,
                       int64_t now_ms)
{
	struct order_facts facts = {
		.state = (enum order_state)order->state,
		.payment = (enum payment_state)payment->state,
		.refund = (enum refund_state)order->refund,
		.withdrawn = order->withdrawn != 0,
		.lock_holds = now_ms / 1000 < order->expires_s,
		.line_open = true,
	};
	struct order_step  step;
	enum order_refusal refusal;

	return !facts.withdrawn &&
	       order_decide(&facts, ORDER_EVENT_CANCEL, &step, &refusal) == ORDER_STEP;
}

/* After how long a person is told of a job that is still waiting. */
static int32_t alarm_s(int64_t kind)
{
#define X(id, name, subject, alarm) [JOB_##id] = (alarm),
	static const int32_t seconds[JOB_KIND_COUNT] = { JOB_KINDS(X) };
#undef X
	return kind >= 0 && kind < JOB_KIND_COUNT ? seconds[kind] : 0;
}
