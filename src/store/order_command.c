/*
 * order_command.c - see order_command.h.
 */
#include "store/order_command.h"

#include "base/str.h"
#include "base/time.h"
#include "core/sandbox.h"
#include "store/audit_sql.h"
#include "store/job_sql.h"
#include "store/line_sql.h"
#include "store/notice_sql.h"
#include "store/post.h"
#include "store/settle.h"

static enum err placing_limit(struct store *store, struct order_placing *placing,
                              const struct line_get_row *line, int64_t *ret_count);
static enum err placing_store(struct store *store, struct order_placing *placing,
                              const struct order_get_row *order, const struct line_get_row *line,
                              int64_t count);
static int32_t  steering(const struct order_placing *placing, const struct order_get_row *order);
static enum err care_job(struct store *store, const struct order_care *care,
                         const struct job_get_row *job);
static bool     nothing_owed(const struct order_get_row *order);
static bool     watch_goes_on(const struct order_get_row *order, const struct job_get_row *job);
static enum err care_close(struct store *store, const struct order_get_row *order);
static enum err audit(struct store *store, int64_t actor, struct str action, int64_t order_id,
                      struct str reason);

enum err quote_store_apply(struct store *store, struct command *command)
{
	struct quote_store *quote = command->arg;

	quote->id = post_next(store, COUNTER_orders);
	quote->order.id = quote->id;
	return order_add(store->db, &quote->order);
}

enum err order_placing_apply(struct store *store, struct command *command)
{
	struct order_placing *placing = command->arg;
	struct order_get_row  order;
	struct line_get_row   line;
	struct settlement     settlement;
	int64_t               count = 0;
	enum err              err;

	placing->found = placing->placed = placing->again = false;
	placing->refusal = ORDER_REFUSAL_NONE;
	err = order_get(store->db, store->arena, placing->order_id, &order);
	if (err == ERR_NOT_FOUND || (err == ERR_OK && order.account_id != placing->account_id)) {
		return ERR_OK;
	}
	if (err == ERR_OK) {
		err = line_get(store->db, store->arena, order.line_id, &line);
	}
	if (err != ERR_OK) {
		return err;
	}
	placing->found = true;
	placing->state = (enum order_state)order.state;
	placing->method = (enum pay_method)order.gateway;
	placing->expires_s = order.expires_s;
	if (order.state != ORDER_QUOTED) {
		/* The back button, a reload, a second tab: one order all the same. */
		placing->placed = placing->again = true;
		placing->payment_id = order.payment_id;
		return ERR_OK;
	}
	err = placing_limit(store, placing, &line, &count);
	if (err != ERR_OK || placing->refusal != ORDER_REFUSAL_NONE) {
		return err;
	}
	err = settle(store, &(struct happening){ .order_id = order.id, .event = ORDER_EVENT_PLACE },
	             &settlement);
	if (err != ERR_OK || settlement.verdict != ORDER_STEP) {
		placing->refusal = settlement.refusal;
		return err;
	}
	placing->placed = true;
	placing->state = settlement.state;
	return placing_store(store, placing, &order, &line, count);
}

enum err order_wish_apply(struct store *store, struct command *command)
{
	struct order_wish   *wish = command->arg;
	struct order_get_row order;
	struct settlement    settlement;
	enum err             err;

	assert(wish->event == ORDER_EVENT_CANCEL || wish->event == ORDER_EVENT_WITHDRAW);
	wish->found = false;
	wish->refusal = ORDER_REFUSAL_NONE;
	err = order_get(store->db, store->arena, wish->order_id, &order);
	if (err == ERR_NOT_FOUND ||
	    (err == ERR_OK && wish->actor == 0 && order.account_id != wish->account_id)) {
		return ERR_OK;
	}
	if (err != ERR_OK) {
		return err;
	}
	wish->found = true;
	err = settle(store,
	             &(struct happening){
			 .order_id = wish->order_id,
			 .event = wish->event,
			 .note = wish->reason,
			 .actor = wish->actor,
		     },
	             &settlement);
	if (err != ERR_OK) {
		return err;
	}
	wish->state = settlement.state;
	wish->refusal = settlement.verdict == ORDER_REFUSE ? settlement.refusal
	                                                   : ORDER_REFUSAL_NONE;
	if (wish->actor != 0 && settlement.verdict == ORDER_STEP) {
		err = audit(store, wish->actor, order_event_name(wish->event), wish->order_id,
		            wish->reason);
	}
	return err;
}

enum err order_care_apply(struct store *store, struct command *command)
{
	struct order_care      *care = command->arg;
	struct order_get_row    order;
	struct job_get_row      job;
	static const struct str names[ORDER_CARE_COUNT] = {
#define X(id, name) [ORDER_CARE_##id] = { .ptr = name, .len = sizeof(name) - 1 },
		ORDER_CARES(X)
#undef X
	};
	enum err err;

	assert(care->actor != 0 && care->kind < ORDER_CARE_COUNT);
	care->found = false;
	err = order_get(store->db, store->arena, care->order_id, &order);
	if (err == ERR_OK && order.job_id != 0) {
		err = job_get(store->db, store->arena, order.job_id, &job);
	} else if (err == ERR_OK) {
		err = ERR_NOT_FOUND;
	}
	if (err != ERR_OK) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	care->found = care->kind != ORDER_CARE_CLOSE || nothing_owed(&order);
	if (!care->found) {
		return ERR_OK;
	}
	err = care->kind == ORDER_CARE_CLOSE && !watch_goes_on(&order, &job)
	          ? care_close(store, &order)
	          : care_job(store, care, &job);
	return err == ERR_OK
	           ? audit(store, care->actor, names[care->kind], care->order_id, care->reason)
	           : err;
}

/* The machine's own note stays with the job: it says what is waited for, and
 * whether a person was told; what a person says is in the audit. */
static enum err care_job(struct store *store, const struct order_care *care,
                         const struct job_get_row *job)
{
	bool desk = care->kind == ORDER_CARE_DESK;

	store->jobs = store->jobs || !desk;
	return job_set(store->db, &(struct job_set_args){
				      .id = job->id,
				      .kind = job->kind,
				      .created_ms = job->created_ms,
				      .due_ms = desk ? job->due_ms : store->now_ms,
				      .attempt = job->attempt,
				      .desk = desk,
				      .note = job->note_null ? NULL : &job->note,
				  });
}

static bool nothing_owed(const struct order_get_row *order)
{
	return order_state_final((enum order_state)order->state) &&
	       (order->refund == REFUND_NONE || order->refund == REFUND_DONE ||
	        order->refund == REFUND_DENIED);
}

/* The person's case is closed, the machine's is not: money may still come to an
 * order that expired, and a carrier may still take back what it has done (the
 * simulator found what happens else). */
static bool watch_goes_on(const struct order_get_row *order, const struct job_get_row *job)
{
	bool money = !job->note_null && (str_eq(job->note, STR("other_amount")) ||
	                                 str_eq(job->note, STR("other_method")));

	return order->state == ORDER_EXPIRED || order->state == ORDER_PAY_FAILED ||
	       order->state == ORDER_CANCELLED || order->state == ORDER_REJECTED ||
	       (order->state == ORDER_ACTIVE && job->kind == JOB_DELIVERY_ASK && money);
}

static enum err care_close(struct store *store, const struct order_get_row *order)
{
	enum err err = job_end(store->db, order->job_id);

	if (err != ERR_OK) {
		return err;
	}
	return order_step(store->db,
	                  &(struct order_step_args){
			      .id = order->id,
			      .state = order->state,
			      .event_id = order->event_id,
			      .txn_id = order->txn_id,
			      .withdrawn = order->withdrawn,
			      .refund = order->refund,
			      .refund_id = order->refund_id,
			      .after_day = order->after_day,
			      .keep_before = order->keep_before_null ? NULL : &order->keep_before,
			  });
}

/* SECURITY F8: counted inside of the transaction, so that no race passes it. */
static enum err placing_limit(struct store *store, struct order_placing *placing,
                              const struct line_get_row *line, int64_t *ret_count)
{
	int32_t today = tokyo_day(store->now_ms / 1000);
	int64_t count = line->topup_day == today ? line->topup_count : 0;

	if (count >= store->config->number[SETTING_line_topups_per_day]) {
		placing->refusal = ORDER_REFUSAL_LIMIT;
	}
	*ret_count = count + 1;
	return ERR_OK;
}

static enum err placing_store(struct store *store, struct order_placing *placing,
                              const struct order_get_row *order, const struct line_get_row *line,
                              int64_t count)
{
	struct account_heads_row account = { 0 };
	int32_t                  sandbox = steering(placing, order);
	int32_t                  today = tokyo_day(store->now_ms / 1000);
	enum sandbox_outcome     outcome;
	enum err                 err;

	placing->payment_id = post_next(store, COUNTER_payment);
	err = payment_add(store->db, placing->payment_id, order->id, order->gateway,
	                  order->currency, order->amount, store->now_ms);
	if (err == ERR_OK && order->gateway != PAY_SANDBOX) {
		err = payment_page_add(store->db, placing->payment_id, placing->payer.device,
		                       placing->payer.lang.len > 0 ? placing->payer.lang
		                                                   : STR("en"),
		                       placing->payer.ip);
	}
	if (err == ERR_OK) {
		err = account_heads(store->db, store->arena, order->account_id, &account);
	}
	if (err == ERR_OK) {
		err = order_place(store->db, &(struct order_place_args){
						 .id = order->id,
						 .payment_id = placing->payment_id,
						 .prev_line = line->last_order,
						 .prev_account = account.last_order,
						 .sandbox = sandbox,
						 .notify_box = placing->notify_box.len > 0
		                                                   ? &placing->notify_box
		                                                   : NULL,
					     });
	}
	if (err == ERR_OK) {
		err = line_ordered(store->db, line->id, order->id, today, count);
	}
	if (err == ERR_OK) {
		err = account_ordered(store->db, order->account_id, order->id);
	}
	if (err == ERR_OK && sandbox_steered(sandbox, &outcome) && outcome != SANDBOX_PAGE) {
		/* An outcome was asked for: the sandbox gateway acts without a payer. */
		err = job_add(store->db, post_next(store, COUNTER_job), JOB_HOOK, order->id,
		              store->now_ms, store->now_ms);
		store->jobs = true;
	}
	return err;
}

/* Only the sandbox gateway can be told how a payment ends; the carrier's part
 * stands above it. */
static int32_t steering(const struct order_placing *placing, const struct order_get_row *order)
{
	return order->gateway == PAY_SANDBOX
	           ? sandbox_steering_by_amount(placing->sandbox, placing->sandbox_open,
	                                        order->amount)
	           : placing->sandbox & ~0xff;
}

static enum err audit(struct store *store, int64_t actor, struct str action, int64_t order_id,
                      struct str reason)
{
	return audit_add(store->db, store->now_ms / 1000, actor, action, order_id, 0, reason);
}
