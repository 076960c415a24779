/*
 * desk_rows.c - from stored orders and lines to what the staff's lists show;
 * see desk.h.
 */
#include "base/str.h"
#include "core/desk.h"
#include "core/sim.h"
#include "store/desk_read.h"
#include "store/line_sql.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "web/desk.h"
#include "web/fill.h"
#include "web/web.h"

static struct str sim_short(struct request *request, enum sim_kind kind, int64_t number);

enum err desk_row(struct request *request, struct pack_versions *packs, int64_t order_id,
                  struct desk_row *ret)
{
	const struct web      *web = request->web;
	struct order_get_row   order;
	struct payment_get_row payment;
	struct line_get_row    line;
	struct job_get_row     job;
	struct desk_facts      facts;
	struct desk_advice     advice;
	enum err               err = order_get(request->db, request->arena, order_id, &order);

	if (err == ERR_OK)
		err = payment_get(request->db, request->arena, order.payment_id, &payment);
	if (err == ERR_OK)
		err = line_get(request->db, request->arena, order.line_id, &line);
	if (err == ERR_OK)
		err = desk_facts_load(request->db, request->arena, &order, request->now_ms, &facts,
		                      &job);
	if (err != ERR_OK)
		return err;
	desk_decide(&facts, &advice);
	*ret = (struct desk_row){
		.number = order_number(request->arena, web->keys, order.id),
		.placed_s = payment.created_ms / 1000,
		.line_number = arena_printf(request->arena, "**%04lld", (long long)line.tail),
		.method = fill_method(order.gateway),
		.pay = fill_paid(&order),
		.price = { .amount = order.price, .currency = CURRENCY_JPY },
		.state = facts.state,
		.refund = facts.refund,
		.stuck = desk_stuck(&facts),
		.act = desk_stuck(&facts) ? advice.act : DESK_ACT_NONE,
	};
	err = fill_pack_of(request, packs, &order, &ret->pack);
	return err == ERR_OK ? desk_age(request, &order, &payment, &ret->age_s) : err;
}

enum err desk_age(struct request *request, const struct order_get_row *order,
                  const struct payment_get_row *payment, int64_t *ret)
{
	struct order_event_get_row last;
	int64_t                    end_ms = request->now_ms;
	enum err                   err = ERR_OK;

	*ret = -1;
	if (order->txn_id == 0) /* no money has come in */
		return ERR_OK;
	if (order_state_final((enum order_state)order->state) &&
	    (order->refund == REFUND_NONE || order->refund == REFUND_DONE ||
	     order->refund == REFUND_DENIED)) {
		err = order_event_get(request->db, request->arena, order->event_id, &last);
		end_ms = last.at_ms;
	}
	if (err == ERR_OK)
		*ret = end_ms > payment->settled_ms ? (end_ms - payment->settled_ms) / 1000 : 0;
	return err;
}

struct str desk_sim(struct request *request, const struct line_get_row *line)
{
	const struct keys *keys = request->web->keys;

	if (!line->iccid_null)
		return sim_short(request, SIM_ICCID,
		                 identifier_open(keys, IDENTIFIER_ICCID, line->iccid));
	if (!line->imsi_null)
		return sim_short(request, SIM_IMSI,
		                 identifier_open(keys, IDENTIFIER_IMSI, line->imsi));
	if (!line->serial_null)
		return sim_short(request, SIM_SERIAL,
		                 identifier_open(keys, IDENTIFIER_SERIAL, line->serial));
	return STR("");
}

/* "ICCID ****0036": four stars, however long the number is. */
static struct str sim_short(struct request *request, enum sim_kind kind, int64_t number)
{
	static const char *const names[SIM_KIND_COUNT] = {
		[SIM_IMSI] = "IMSI ", [SIM_ICCID] = "ICCID ", [SIM_SERIAL] = ""
	};
	struct str masked = sim_mask(request->arena, kind, number);

	while (masked.len > 0 && masked.ptr[0] == '*')
		masked = str_skip(masked, 1);
	return arena_printf(request->arena, "%s****%.*s", names[kind], STR_ARG(masked));
}
