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

/* All that a step may touch, as loaded and as it will be stored. */
struct work {
	struct store           *store;
	const struct happening *happening;
	struct order_get_row    order;
	struct payment_get_row  payment; /* id 0: none yet */
	struct refund_get_row   refund;  /* the newest; id 0: none yet */
	struct order_facts      facts;
	struct order_step       step;
	bool                    reserves; /* payment.refunded has changed */
};

static enum err           work_load(struct work *work);
static enum err           withdrawal_quiet(const struct work *work, bool *ret);
static struct order_facts facts_of(const struct work *work, bool line_open, bool price_holds);
static enum err           step_store(struct work *work);
static enum err           step_post(struct work *work);
static enum err           step_payment(struct work *work);
static enum err           step_refund(struct work *work);
static enum err           refund_reserve(struct work *work, enum refund_state state);
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

enum err settle_desk(struct store *store, const struct happening *happening)
{
	struct work work = { .store = store, .happening = happening };
	enum err    err = work_load(&work);

	return err == ERR_OK ? desk_call(&work) : err;
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
	if (err == ERR_OK && work->order.refund_id != 0) {
		err = refund_get(store->db, store->arena, work->order.refund_id, &work->refund);
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
	int64_t                     left = work->payment.amount - work->payment.refunded;

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
		.hosted = order->gateway != PAY_SANDBOX,
		.watched = order->state == ORDER_ACTIVE && order->job_id != 0,
		.enough = work->happening->amount > 0 && work->happening->amount <= left,
		.last = left == 0,
	};
}

/* Everything or nothing: an error undoes the whole command. */
static enum err step_store(struct work *work)
{
	struct order_get_row *order = &work->order;
	enum err              err = step_post(work);

	if (err == ERR_OK) {
		err = step_refund(work);
	}
	if (err == ERR_OK) {
		err = step_payment(work);
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
	switch (work->step.post) {
	case LEDGER_EVENT_RETURNED: /* reserved when a second person was asked, or just now */
		*ret = work->facts.refund == REFUND_ASKED
		           ? ledger_part(ret, work->payment.refunded - work->refund.amount,
		                         work->refund.amount)
		           : ledger_part(ret, work->payment.refunded, work->happening->amount);
		break;
	case LEDGER_EVENT_UNDONE:
		*ret = ledger_part(ret, work->payment.refunded,
		                   work->payment.amount - work->payment.refunded);
		break;
	case LEDGER_EVENT_REFUNDED:
		ret->paid.amount = work->refund.amount;
		break;
	default:
		break;
	}
	return line_pack_is_balance(work->store, order->pack, &ret->balance);
}

/* Behind step_refund(), which reserves what goes back. */
static enum err step_payment(struct work *work)
{
	const struct order_step *step = &work->step;
	struct payment_get_row  *payment = &work->payment;
	bool                     new_reference = work->happening->reference.len > 0;

	if (payment->id == 0 ||
	    (step->payment == work->facts.payment && !new_reference && !work->reserves)) {
		return ERR_OK;
	}
	if (new_reference) {
		payment->reference = work->happening->reference;
		payment->reference_null = false;
	}
	if (step->payment != work->facts.payment && step->payment != PAYMENT_REFUNDING &&
	    step->payment != PAYMENT_REFUNDED) {
		payment->settled_ms = work->store->now_ms;
	}
	return payment_set(work->store->db, payment->id, step->payment, payment->settled_ms,
	                   payment->reference_null ? NULL : &payment->reference, payment->refunded);
}

static enum err step_refund(struct work *work)
{
	struct store     *store = work->store;
	enum refund_state was = work->facts.refund, state = work->step.refund;
	bool              rests = was == REFUND_NONE || was == REFUND_DONE || was == REFUND_DENIED;

	if (state == was) {
		return ERR_OK;
	}
	if (rests && (state == REFUND_DUE || state == REFUND_ASKED)) {
		return refund_reserve(work, state);
	}
	if (state == REFUND_DENIED) {
		work->payment.refunded -= work->refund.amount;
		work->reserves = true;
	}
	if (was == REFUND_ASKED) {
		enum err err = refund_checked(store->db, work->refund.id, work->happening->actor);

		if (err != ERR_OK) {
			return err;
		}
	}
	return refund_set(store->db, work->refund.id, state,
	                  state == REFUND_DONE ? store->now_ms : 0);
}

/* A number for ever, and its amount taken from what is left, in one transaction
 * (GATEWAYS 9, invariant 7). */
static enum err refund_reserve(struct work *work, enum refund_state state)
{
	struct order_get_row   *order = &work->order;
	struct payment_get_row *payment = &work->payment;
	bool                    part = work->happening->event == ORDER_EVENT_RETURN ||
	            work->happening->event == ORDER_EVENT_RETURN_ASKED;
	int64_t left = payment->amount - payment->refunded;
	int64_t amount = part ? work->happening->amount : left;
	int64_t prev = order->refund_id;

	assert(amount > 0 && amount <= left);
	payment->refunded += amount;
	work->reserves = true;
	order->refund_id = post_next(work->store, COUNTER_refund);
	return refund_add(work->store->db, &(struct refund_add_args){
					       .id = order->refund_id,
					       .order_id = order->id,
					       .payment_id = order->payment_id,
					       .currency = order->currency,
					       .amount = amount,
					       .state = state,
					       .reason = work->happening->event,
					       .actor = work->happening->actor,
					       .created_ms = work->store->now_ms,
					       .prev = prev,
					   });
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
