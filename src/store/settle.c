/*
 * settle.c - see settle.h.
 */
#include "store/settle.h"

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "store/job_sql.h"
#include "store/line_keep.h"
#include "store/notice_command.h"
#include "store/order_sql.h"
#include "store/post.h"
#include "store/public_id.h"

/* All that a step may touch, as loaded and as it will be stored. */
struct work {
	struct store           *store;
	const struct happening *happening;
	struct order_get_row    order;
	struct payment_get_row  payment; /* id 0: none yet */
	struct order_facts      facts;
	struct order_step       step;
};

static enum err           work_load(struct work *work);
static enum err           withdrawal_quiet(const struct work *work, bool *ret);
static struct order_facts facts_of(const struct work *work, bool line_open, bool price_holds);
static enum err           step_store(struct work *work);
static enum err           step_post(struct work *work);
static enum err           step_payment(struct work *work);
static enum err           step_refund(struct work *work);
static enum err           step_keep(struct work *work);
static enum err           step_job(struct work *work);
static enum err           step_history(struct work *work);
static enum err history_add(struct work *work, enum order_state state, enum order_event cause,
                            int64_t at_ms);
static void     step_figures(const struct work *work);
static enum err desk_call(struct work *work);
static enum err sale_of(const struct work *work, struct ledger_sale *ret);

enum err settle(struct store *store, const struct happening *happening, struct settlement *ret)
{
	struct work       work = { .store = store, .happening = happening };
	struct settlement settlement = { .refusal = ORDER_REFUSAL_NONE };
	enum err          err = work_load(&work);

	if (err != ERR_OK) {
		return err;
	}
	settlement.verdict = order_decide(&work.facts, happening->event, &work.step,
	                                  &settlement.refusal);
	settlement.state = work.facts.state;
	if (settlement.verdict == ORDER_STEP) {
		err = step_store(&work);
		settlement.state = work.step.state;
	} else if (settlement.verdict == ORDER_DESK) {
		err = desk_call(&work);
	}
	if (err == ERR_OK) {
		*ret = settlement;
	}
	return err;
}

enum err settle_report(struct store *store, const struct payment_report *report, struct str body,
                       enum settle_doubt *ret_doubt, struct settlement *ret)
{
	static const enum order_event event_of[PAYMENT_STATE_COUNT] = {
		[PAYMENT_CREATED] = ORDER_EVENT_COUNT,
		[PAYMENT_PENDING] = ORDER_EVENT_PAY_OPENED,
		[PAYMENT_SUCCEEDED] = ORDER_EVENT_PAY_SUCCEEDED,
		[PAYMENT_FAILED] = ORDER_EVENT_PAY_FAILED,
		[PAYMENT_EXPIRED] = ORDER_EVENT_PAY_EXPIRED,
		[PAYMENT_UNKNOWN] = ORDER_EVENT_PAY_UNKNOWN,
		[PAYMENT_REFUNDING] = ORDER_EVENT_REFUND_PENDING,
		[PAYMENT_REFUNDED] = ORDER_EVENT_REFUND_DONE,
		[PAYMENT_DISPUTED] = ORDER_EVENT_COUNT,
	};
	struct payment_get_row payment;
	struct happening       happening = { .reference = report->reference };
	int64_t                id, added = 1;
	enum err               err;

	*ret_doubt = SETTLE_DOUBT_NONE;
	*ret = (struct settlement){ .verdict = ORDER_IGNORE };
	if (!public_id_parse(store->keys, PUBLIC_PAYMENT, report->number, &id)) {
		*ret_doubt = SETTLE_DOUBT_UNKNOWN;
		return ERR_OK;
	}
	err = payment_get(store->db, store->arena, id, &payment);
	if (err == ERR_NOT_FOUND) {
		*ret_doubt = SETTLE_DOUBT_UNKNOWN;
		return ERR_OK;
	}
	if (err == ERR_OK && report->event.len > 0) {
		err = inbox_add(store->db, report->method, report->event, &added);
	}
	if (err == ERR_OK && added > 0 && body.len > 0) {
		err = event_add(store->db, post_next(store, COUNTER_event), report->method,
		                payment.order_id, store->now_ms, body);
	}
	if (err != ERR_OK || added == 0) {
		*ret_doubt = added == 0 ? SETTLE_DOUBT_KNOWN : SETTLE_DOUBT_NONE;
		return err;
	}
	happening.order_id = payment.order_id;
	happening.event = event_of[report->state];
	if (payment.gateway != (int64_t)report->method) {
		*ret_doubt = SETTLE_DOUBT_METHOD;
	} else if (report->state == PAYMENT_SUCCEEDED &&
	           (report->money.amount != payment.amount ||
	            (int64_t)report->money.currency != payment.currency)) {
		*ret_doubt = SETTLE_DOUBT_AMOUNT;
	}
	if (*ret_doubt != SETTLE_DOUBT_NONE) {
		struct work work = { .store = store, .happening = &happening };
		happening.note = *ret_doubt == SETTLE_DOUBT_AMOUNT ? STR("other_amount")
		                                                   : STR("other_method");
		err = work_load(&work);
		return err == ERR_OK ? desk_call(&work) : err;
	}
	if (happening.event == ORDER_EVENT_COUNT) {
		return ERR_OK;
	}
	return settle(store, &happening, ret);
}

static enum err work_load(struct work *work)
{
	struct store *store = work->store;
	bool          line_open = true, price_holds = false;
	enum err      err;

	err = order_get(store->db, store->arena, work->happening->order_id, &work->order);
	if (err == ERR_OK && work->order.payment_id != 0) {
		err = payment_get(store->db, store->arena, work->order.payment_id, &work->payment);
	}
	if (err != ERR_OK) {
		return err;
	}
	/* Only these steps ask whether the line is open and the price holds. */
	if (work->happening->event == ORDER_EVENT_PLACE ||
	    work->happening->event == ORDER_EVENT_PAY_SUCCEEDED) {
		err = line_sellable(store, &work->order, &line_open, &price_holds);
	}
	if (err != ERR_OK) {
		return err;
	}
	work->facts = facts_of(work, line_open, price_holds);
	if (work->happening->event == ORDER_EVENT_DELIVERY_ABSENT && work->facts.withdrawn) {
		err = withdrawal_quiet(work, &work->facts.quiet);
	}
	return err;
}

/* Since it was withdrawn nothing is sent; what was sent before may still be on
 * its way for delivery_horizon_s (the simulator found what happens else). */
static enum err withdrawal_quiet(const struct work *work, bool *ret)
{
	struct store *store = work->store;
	int64_t       horizon_ms = store->config->number[SETTING_delivery_horizon_s] * 1000;
	struct order_event_get_row event = { .prev = work->order.event_id };
	enum err                   err = ERR_OK;

	*ret = false;
	while (event.prev != 0) {
		err = order_event_get(store->db, store->arena, event.prev, &event);
		if (err != ERR_OK) {
			return err;
		}
		if (event.cause == ORDER_EVENT_WITHDRAW || event.cause == ORDER_EVENT_CANCEL) {
			*ret = store->now_ms - event.at_ms >= horizon_ms;
		}
	}
	return ERR_OK;
}

static struct order_facts facts_of(const struct work *work, bool line_open, bool price_holds)
{
	const struct order_get_row *order = &work->order;

	assert(order->state >= 0 && order->state < ORDER_STATE_COUNT);
	assert(order->refund >= 0 && order->refund < REFUND_STATE_COUNT);
	return (struct order_facts){
		.state = (enum order_state)order->state,
		.payment = work->payment.id == 0 ? PAYMENT_CREATED
		                                 : (enum payment_state)work->payment.state,
		.refund = (enum refund_state)order->refund,
		.withdrawn = order->withdrawn != 0,
		.lock_holds = work->store->now_ms / 1000 < order->expires_s,
		.price_holds = price_holds,
		.line_open = line_open,
	};
}

/* Everything or nothing: an error undoes the whole command. */
static enum err step_store(struct work *work)
{
	struct order_get_row *order = &work->order;
	enum err              err = step_post(work);

	if (err == ERR_OK) {
		err = step_payment(work);
	}
	if (err == ERR_OK) {
		err = step_refund(work);
	}
	if (err == ERR_OK) {
		err = step_keep(work);
	}
	if (err == ERR_OK) {
		err = step_job(work);
	}
	if (err == ERR_OK) {
		err = step_history(work);
	}
	if (err == ERR_OK && work->step.notifies) {
		err = notice_order(work->store, work->step.notice, order);
	}
	if (err != ERR_OK) {
		return err;
	}
	step_figures(work);
	return order_step(work->store->db,
	                  &(struct order_step_args){
			      .id = order->id,
			      .state = work->step.state,
			      .job_id = order->job_id,
			      .event_id = order->event_id,
			      .txn_id = order->txn_id,
			      .withdrawn = work->step.withdrawn,
			      .refund = work->step.refund,
			      .refund_id = order->refund_id,
			      .after_day = order->after_day,
			      .keep_before = order->keep_before_null ? NULL : &order->keep_before,
			  });
}

static enum err step_post(struct work *work)
{
	struct ledger_sale  sale;
	struct ledger_entry entry;
	enum err            err;

	if (!work->step.posts) {
		return ERR_OK;
	}
	err = sale_of(work, &sale);
	if (err != ERR_OK) {
		return err;
	}
	if (!ledger_make(work->step.post, &sale, &entry)) {
		assert(false);
		return ERR_REFUSED;
	}
	return post_entry(work->store, work->order.id, work->order.txn_id, &entry,
	                  &work->order.txn_id);
}

static enum err sale_of(const struct work *work, struct ledger_sale *ret)
{
	const struct order_get_row *order = &work->order;

	*ret = (struct ledger_sale){
		.gateway = order->gateway,
		.paid = { .amount = order->amount, .currency = (uint16_t)order->currency },
		.price = order->price,
		.tax = order->tax,
		.line_id = order->line_id,
	};
	return line_pack_is_balance(work->store, order->pack, &ret->balance);
}

static enum err step_payment(struct work *work)
{
	const struct order_step *step = &work->step;
	struct payment_get_row  *payment = &work->payment;
	bool                     new_reference = work->happening->reference.len > 0;

	if (payment->id == 0 || (step->payment == work->facts.payment && !new_reference)) {
		return ERR_OK;
	}
	if (new_reference) {
		payment->reference = work->happening->reference;
		payment->reference_null = false;
	}
	if (step->payment == PAYMENT_REFUNDED) {
		payment->refunded = payment->amount;
	} else if (step->payment != work->facts.payment && step->payment != PAYMENT_REFUNDING) {
		payment->settled_ms = work->store->now_ms;
	}
	return payment_set(work->store->db, payment->id, step->payment, payment->settled_ms,
	                   payment->reference_null ? NULL : &payment->reference, payment->refunded);
}

static enum err step_refund(struct work *work)
{
	struct order_get_row *order = &work->order;
	struct store         *store = work->store;
	enum refund_state     state = work->step.refund;

	if (state == work->facts.refund) {
		return ERR_OK;
	}
	if (state == REFUND_DUE && order->refund_id == 0) {
		order->refund_id = post_next(store, COUNTER_refund);
		return refund_add(store->db, &(struct refund_add_args){
						 .id = order->refund_id,
						 .order_id = order->id,
						 .payment_id = order->payment_id,
						 .currency = order->currency,
						 .amount = order->amount,
						 .state = REFUND_DUE,
						 .reason = work->happening->event,
						 .actor = work->happening->actor,
						 .created_ms = store->now_ms,
					     });
	}
	return refund_set(store->db, order->refund_id, state,
	                  state == REFUND_DONE ? store->now_ms : 0);
}

static enum err step_keep(struct work *work)
{
	enum err err = ERR_OK;

	if (work->step.state == ORDER_PAID && work->facts.state != ORDER_PAID) {
		/* Who has paid for a line may look after it. */
		err = account_line_add(work->store->db, work->order.account_id,
		                       work->order.line_id);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (work->step.keep) {
		err = line_keep_apply(work->store, &work->order);
	} else if (work->step.unkeep) {
		err = line_keep_undo(work->store, &work->order);
	}
	return err;
}

/* One job row per live order: it changes its kind instead of being replaced. */
static enum err step_job(struct work *work)
{
	const struct order_step *step = &work->step;
	struct order_get_row    *order = &work->order;
	struct store            *store = work->store;
	int64_t                  now_ms = store->now_ms;
	int64_t                  due_ms = now_ms;
	struct job_get_row       job = { .created_ms = now_ms };
	enum err                 err = ERR_OK;

	if (step->job == ORDER_JOB_KEEP && !step->desk) {
		return ERR_OK;
	}
	if (step->job == ORDER_JOB_END) {
		if (order->job_id != 0) {
			err = job_end(store->db, order->job_id);
			order->job_id = 0;
		}
		return err;
	}
	if (order->job_id != 0 && step->state == work->facts.state) {
		/* The same wait goes on: its schedule keeps backing off. */
		err = job_get(store->db, store->arena, order->job_id, &job);
		if (err != ERR_OK) {
			return err;
		}
	}
	if (step->job == ORDER_JOB_SET) {
		due_ms = job_next_ms(step->job_kind, job.created_ms, now_ms);
	}
	if (order->job_id == 0) {
		order->job_id = post_next(store, COUNTER_job);
		err = job_add(store->db, order->job_id, step->job_kind, order->id, now_ms, due_ms);
	} else {
		err = job_set(store->db, &(struct job_set_args){
					     .id = order->job_id,
					     .kind = step->job_kind,
					     .created_ms = job.created_ms,
					     .due_ms = due_ms,
					     .attempt = job.attempt,
					     .desk = step->desk,
					 });
	}
	store->jobs = store->jobs || due_ms <= now_ms;
	return err;
}

static enum err step_history(struct work *work)
{
	int64_t  now_ms = work->store->now_ms;
	enum err err = ERR_OK;

	/* An instant carrier answers before "submitted" could be stored by itself. */
	if (work->facts.state == ORDER_PAID && work->step.state == ORDER_ACTIVE) {
		err = history_add(work, ORDER_SUBMITTED, ORDER_EVENT_SENT,
		                  work->happening->sent_ms != 0 ? work->happening->sent_ms
		                                                : now_ms);
	}
	if (err == ERR_OK &&
	    (work->step.state != work->facts.state || work->step.refund != work->facts.refund ||
	     work->step.payment != work->facts.payment ||
	     work->step.withdrawn != work->facts.withdrawn)) {
		err = history_add(work, work->step.state, work->happening->event, now_ms);
	}
	return err;
}

static enum err history_add(struct work *work, enum order_state state, enum order_event cause,
                            int64_t at_ms)
{
	struct order_get_row *order = &work->order;
	int64_t               id = post_next(work->store, COUNTER_order_event);
	enum err              err;

	err = order_event_add(work->store->db,
	                      &(struct order_event_add_args){
				  .id = id,
				  .prev = order->event_id,
				  .state = state,
				  .cause = cause,
				  .at_ms = at_ms,
				  .note = work->happening->note.len > 0 ? &work->happening->note
	                                                                : NULL,
			      });
	order->event_id = id;
	return err;
}

static void step_figures(const struct work *work)
{
	struct store *store = work->store;
	int32_t       today = tokyo_day(store->now_ms / 1000);
	int           bucket = 0;
	int64_t       hour = (store->now_ms / 1000 - tokyo_day_start_s(today)) / 3600;

	if (work->step.state == work->facts.state) {
		return;
	}
	switch (work->step.state) {
	case ORDER_PLACED:
		post_figure(store, today, FIGURE_PLACED, 1);
		break;
	case ORDER_PAID:
		post_figure(store, today, FIGURE_PAID, 1);
		post_figure(store, today, FIGURE_JPY, work->order.price);
		break;
	case ORDER_ACTIVE:
		while (bucket < FIGURE_BUCKETS - 1 && store->now_ms - work->payment.settled_ms >
		                                          (int64_t)figure_bucket_s[bucket] * 1000) {
			bucket++;
		}
		post_figure(store, today, FIGURE_ACTIVE, 1);
		post_figure(store, today, (enum figure)(FIGURE_ACTIVATE_0 + bucket), 1);
		post_figure(store, today, (enum figure)(FIGURE_HOUR_0 + hour), 1);
		break;
	case ORDER_DECLINED:
		post_figure(store, today, FIGURE_DECLINED, 1);
		break;
	case ORDER_REVERSED:
		post_figure(store, today, FIGURE_REFUNDED, 1);
		break;
	default:
		break;
	}
}

/* What contradicts the books changes nothing and is never silent. */
static enum err desk_call(struct work *work)
{
	struct order_get_row *order = &work->order;
	struct store         *store = work->store;
	struct str            note = work->happening->note.len > 0 ? work->happening->note
	                                                           : STR("contradiction");
	enum err              err = ERR_OK;

	log_line(LOG_ERROR, "order needs a person", LOG_NUMBER("order", order->id),
	         LOG_TEXT("event", order_event_name(work->happening->event)),
	         LOG_TEXT("note", note));
	if (order->job_id == 0) {
		order->job_id = post_next(store, COUNTER_job);
		err = job_add(store->db, order->job_id, JOB_PAY_WATCH, order->id, store->now_ms,
		              store->now_ms);
	}
	if (err == ERR_OK) {
		struct job_get_row job;
		err = job_get(store->db, store->arena, order->job_id, &job);
		if (err == ERR_OK) {
			err = job_set(store->db, &(struct job_set_args){
						     .id = job.id,
						     .kind = job.kind,
						     .created_ms = job.created_ms,
						     .due_ms = job.due_ms,
						     .attempt = job.attempt,
						     .desk = 1,
						     .note = &note,
						 });
		}
	}
	if (err == ERR_OK) {
		err = history_add(work, work->facts.state, work->happening->event, store->now_ms);
	}
	if (err != ERR_OK) {
		return err;
	}
	return order_step(store->db,
	                  &(struct order_step_args){
			      .id = order->id,
			      .state = order->state,
			      .job_id = order->job_id,
			      .event_id = order->event_id,
			      .txn_id = order->txn_id,
			      .withdrawn = order->withdrawn,
			      .refund = order->refund,
			      .refund_id = order->refund_id,
			      .after_day = order->after_day,
			      .keep_before = order->keep_before_null ? NULL : &order->keep_before,
			  });
}
