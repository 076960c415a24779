/*
 * settle_report.c - what gateways say: proven reports on their way to the
 * order they are about, and hints that make us ask.  See settle.h.
 */
#include "base/str.h"
#include "store/job_sql.h"
#include "store/order_sql.h"
#include "store/post.h"
#include "store/public_id.h"
#include "store/settle.h"

/* A report, and what it is about. */
struct told {
	const struct payment_report *report;
	struct payment_get_row       payment;
	struct refund_get_row        refund; /* id 0: it is about the payment */
	enum settle_doubt            doubt;
	struct happening             happening;
};

static enum err         told_load(struct store *store, struct told *told);
static enum err         told_keep(struct store *store, struct told *told, struct str body);
static void             told_judge(struct told *told);
static enum order_event payment_event(enum payment_state state);
static enum order_event refund_event(enum payment_state state);
static enum err         told_settle(struct store *store, struct told *told, struct settlement *ret);

enum err settle_report(struct store *store, const struct payment_report *report, struct str body,
                       enum settle_doubt *ret_doubt, struct settlement *ret)
{
	struct told told = { .report = report, .happening = { .note = STR("") } };
	enum err    err = told_load(store, &told);

	*ret = (struct settlement){ .verdict = ORDER_IGNORE };
	if (err == ERR_OK && told.doubt == SETTLE_DOUBT_NONE) {
		err = told_keep(store, &told, body);
	}
	if (err == ERR_OK && told.doubt == SETTLE_DOUBT_NONE) {
		told_judge(&told);
		err = told_settle(store, &told, ret);
	}
	*ret_doubt = told.doubt;
	return err;
}

enum err settle_wake(struct store *store, int64_t order_id)
{
	struct order_get_row order;
	struct job_get_row   job;
	enum err             err = order_get(store->db, store->arena, order_id, &order);

	if (err != ERR_OK || order.job_id == 0) {
		return err;
	}
	err = job_get(store->db, store->arena, order.job_id, &job);
	if (err != ERR_OK || job.desk != 0 || job.due_ms <= store->now_ms) {
		return err;
	}
	store->jobs = true;
	return job_set(store->db, &(struct job_set_args){
				      .id = job.id,
				      .kind = job.kind,
				      .created_ms = job.created_ms,
				      .due_ms = store->now_ms,
				      .attempt = job.attempt,
				      .note = job.note_null ? NULL : &job.note,
				  });
}

enum err settle_ask(struct store *store, enum pay_method method, struct str number)
{
	struct payment_get_row payment;
	int64_t                id;
	enum err               err;

	if (!public_id_parse(store->keys, PUBLIC_PAYMENT, number, &id)) {
		return ERR_NOT_FOUND;
	}
	err = payment_get(store->db, store->arena, id, &payment);
	if (err == ERR_OK && payment.gateway != (int64_t)method) {
		err = ERR_NOT_FOUND;
	}
	return err == ERR_OK ? settle_wake(store, payment.order_id) : err;
}

static enum err told_load(struct store *store, struct told *told)
{
	const struct payment_report *report = told->report;
	int64_t                      id = 0, refund_id = 0;
	enum err                     err = ERR_NOT_FOUND;

	if (report->refund.len > 0 &&
	    public_id_parse(store->keys, PUBLIC_REFUND, report->refund, &refund_id)) {
		err = refund_get(store->db, store->arena, refund_id, &told->refund);
		id = told->refund.payment_id;
	} else if (report->refund.len == 0 &&
	           public_id_parse(store->keys, PUBLIC_PAYMENT, report->number, &id)) {
		err = ERR_OK;
	}
	if (err == ERR_OK) {
		err = payment_get(store->db, store->arena, id, &told->payment);
	}
	if (err == ERR_NOT_FOUND) {
		told->doubt = SETTLE_DOUBT_UNKNOWN;
		err = ERR_OK;
	}
	return err;
}

/* An event once: what is known already is not looked at again. */
static enum err told_keep(struct store *store, struct told *told, struct str body)
{
	const struct payment_report *report = told->report;
	int64_t                      added = 1;
	enum err                     err = ERR_OK;

	if (report->event.len > 0) {
		err = inbox_add(store->db, report->method, report->event, &added);
	}
	if (err == ERR_OK && added > 0 && body.len > 0) {
		err = event_add(store->db, post_next(store, COUNTER_event), report->method,
		                told->payment.order_id, store->now_ms, body);
	}
	if (err == ERR_OK && added == 0) {
		told->doubt = SETTLE_DOUBT_KNOWN;
	}
	return err;
}

/* Method, amount and currency must be those of our own row (SECURITY F1). */
static void told_judge(struct told *told)
{
	const struct payment_report *report = told->report;
	bool                         about_refund = told->refund.id != 0;
	struct money                 ours = {
				.amount = about_refund ? told->refund.amount : told->payment.amount,
				.currency = (uint16_t)told->payment.currency,
	};
	bool counts = about_refund || report->state == PAYMENT_SUCCEEDED ||
	              report->state == PAYMENT_APPROVED;

	told->happening.order_id = told->payment.order_id;
	told->happening.reference = about_refund ? STR("") : report->reference;
	told->happening.event = about_refund ? refund_event(report->state)
	                                     : payment_event(report->state);
	if (told->payment.gateway != (int64_t)report->method) {
		told->doubt = SETTLE_DOUBT_METHOD;
		told->happening.note = STR("other_method");
	} else if (counts && !money_eq(report->money, ours)) {
		told->doubt = SETTLE_DOUBT_AMOUNT;
		told->happening.note = STR("other_amount");
	} else if (report->state == PAYMENT_DISPUTED) {
		told->doubt = SETTLE_DOUBT_DISPUTE;
		told->happening.note = STR("disputed");
	}
}

/* What a payment's own report says of refunds is of no use: which one? */
static enum order_event payment_event(enum payment_state state)
{
	static const enum order_event event_of[PAYMENT_STATE_COUNT] = {
		[PAYMENT_CREATED] = ORDER_EVENT_COUNT,
		[PAYMENT_PENDING] = ORDER_EVENT_PAY_OPENED,
		[PAYMENT_SUCCEEDED] = ORDER_EVENT_PAY_SUCCEEDED,
		[PAYMENT_FAILED] = ORDER_EVENT_PAY_FAILED,
		[PAYMENT_EXPIRED] = ORDER_EVENT_PAY_EXPIRED,
		[PAYMENT_UNKNOWN] = ORDER_EVENT_PAY_UNKNOWN,
		[PAYMENT_REFUNDING] = ORDER_EVENT_COUNT,
		[PAYMENT_REFUNDED] = ORDER_EVENT_COUNT,
		[PAYMENT_DISPUTED] = ORDER_EVENT_COUNT,
		[PAYMENT_APPROVED] = ORDER_EVENT_PAY_OPENED,
	};

	assert(state < PAYMENT_STATE_COUNT);
	return event_of[state];
}

static enum order_event refund_event(enum payment_state state)
{
	return state == PAYMENT_REFUNDED    ? ORDER_EVENT_REFUND_DONE
	       : state == PAYMENT_REFUNDING ? ORDER_EVENT_REFUND_PENDING
	       : state == PAYMENT_FAILED    ? ORDER_EVENT_REFUND_FAILED
	                                    : ORDER_EVENT_COUNT;
}

static enum err told_settle(struct store *store, struct told *told, struct settlement *ret)
{
	const struct payment_report *report = told->report;
	struct order_get_row         order;
	enum err                     err;

	if (told->doubt != SETTLE_DOUBT_NONE) {
		return settle_desk(store, &told->happening);
	}
	err = order_get(store->db, store->arena, told->happening.order_id, &order);
	/* An older refund has had its end; only the newest can be under way. */
	if (err != ERR_OK || told->happening.event == ORDER_EVENT_COUNT ||
	    (told->refund.id != 0 && told->refund.id != order.refund_id)) {
		return err;
	}
	if (told->refund.id != 0 && report->reference.len > 0 && told->refund.reference_null) {
		err = refund_known(store->db, told->refund.id, report->reference);
	}
	if (err == ERR_OK) {
		err = settle(store, &told->happening, ret);
	}
	/* Approved is not paid: the poll captures it, now. */
	if (err == ERR_OK && report->state == PAYMENT_APPROVED && report->event.len > 0) {
		err = settle_wake(store, told->happening.order_id);
	}
	return err;
}
