/*
 * verify_order.c - orders, their payments, refunds, jobs and histories; and at
 * the end whether all of them agree with the entries in the books.
 */
#include "core/job.h"
#include "core/payment.h"
#include "store/queries.h"
#include "store/verify_part.h"

#define SEEN 1 /* the row is there and agrees */

static void orders_read(struct verify_run *run);
static void payments_read(struct verify_run *run);
static void refunds_read(struct verify_run *run);
static void jobs_read(struct verify_run *run);
static void history_begins(struct verify_run *run, int64_t id);
static void events_read(struct verify_run *run);
static void pages_read(struct verify_run *run);
static void calls_read(struct verify_run *run);
static void events_missed(struct verify_run *run, int64_t from, int64_t until);
static void order_agree(struct verify_run *run, int64_t id, const struct verify_order *order);
static bool entries_agree(const struct verify_order *order);
static bool payment_agrees(const struct verify_order *order, int64_t state, int64_t refunded);
static bool entries_are(const struct verify_order *order, unsigned paid, unsigned active,
                        unsigned declined, unsigned undone, unsigned extra);

void verify_orders(struct verify_run *run)
{
	orders_read(run);
	payments_read(run);
	refunds_read(run);
	jobs_read(run);
	events_read(run);
	pages_read(run);
	calls_read(run);
}

void verify_agree(struct verify_run *run)
{
	for (int64_t id = 1; id <= run->order_max; id++) {
		if (run->orders[id].here)
			order_agree(run, id, &run->orders[id]);
	}
}

static void orders_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_ORDERS, "orders");

	while (cursor_next(&cursor)) {
		int64_t state = cursor_int(&cursor, 2), refund = cursor_int(&cursor, 12);
		int64_t gateway = cursor_int(&cursor, 5), currency = cursor_int(&cursor, 6);

		if (cursor.id < 1 || cursor.id > run->order_max || state < 0 ||
		    state >= ORDER_STATE_COUNT || refund < 0 || refund >= REFUND_STATE_COUNT ||
		    gateway < 0 || gateway >= PAY_METHOD_COUNT || currency < 1 || currency > 999) {
			verify_found(run, VERIFY_ORDER_STATE, cursor.id);
			continue;
		}
		run->orders[cursor.id] = (struct verify_order){
			.here = true,
			.line_id = cursor_int(&cursor, 1),
			.state = (uint8_t)state,
			.price = cursor_int(&cursor, 3),
			.tax = cursor_int(&cursor, 4),
			.gateway = (uint8_t)gateway,
			.currency = (uint16_t)currency,
			.amount = cursor_int(&cursor, 7),
			.payment_id = cursor_int(&cursor, 8),
			.job_id = cursor_int(&cursor, 9),
			.event_id = cursor_int(&cursor, 10),
			.txn_id = cursor_int(&cursor, 11),
			.refund = (uint8_t)refund,
			.refund_id = cursor_int(&cursor, 13),
		};
		history_begins(run, cursor.id);
	}
	cursor_close(&cursor);
}

static void payments_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_PAYMENTS, "payment");

	while (cursor_next(&cursor)) {
		struct verify_order *order = verify_order(run, cursor_int(&cursor, 1));

		if (order != NULL && order->payment_id == cursor.id &&
		    cursor_int(&cursor, 2) == order->gateway &&
		    cursor_int(&cursor, 4) == order->currency &&
		    cursor_int(&cursor, 5) == order->amount &&
		    payment_agrees(order, cursor_int(&cursor, 3), cursor_int(&cursor, 6))) {
			order->payment_seen = SEEN;
			order->refunded = cursor_int(&cursor, 6);
		}
	}
	cursor_close(&cursor);
}

static void refunds_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_REFUNDS, "refund");

	while (cursor_next(&cursor)) {
		struct verify_order *order = verify_order(run, cursor_int(&cursor, 1));
		int64_t              state = cursor_int(&cursor, 5), prev = cursor_int(&cursor, 6);
		int64_t              reason = cursor_int(&cursor, 7);

		if (order == NULL || cursor_int(&cursor, 2) != order->payment_id ||
		    cursor_int(&cursor, 3) != order->currency || prev != order->last_refund ||
		    cursor_int(&cursor, 4) <= 0 || state < 0 || state >= REFUND_STATE_COUNT) {
			verify_found(run, VERIFY_REFUND_ROW, cursor.id);
			continue;
		}
		if (state != REFUND_DENIED)
			order->reserved += cursor_int(&cursor, 4);
		if ((reason == ORDER_EVENT_RETURN || reason == ORDER_EVENT_RETURN_ASKED) &&
		    state != REFUND_DENIED && state != REFUND_ASKED)
			order->returns++;
		if (state == REFUND_DONE)
			order->refunds_done++;
		if (state != REFUND_DONE && state != REFUND_DENIED && state != REFUND_ASKED)
			order->owed += cursor_int(&cursor, 4);
		if (state == REFUND_DONE)
			order->done += cursor_int(&cursor, 4);
		/* Only the newest may be under way. */
		if (order->refund_id == cursor.id ? state == order->refund
		                                  : state == REFUND_DONE || state == REFUND_DENIED)
			order->last_refund = cursor.id;
		else
			verify_found(run, VERIFY_REFUND_ROW, cursor.id);
	}
	cursor_close(&cursor);
}

static void jobs_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_JOBS, "job");

	while (cursor_next(&cursor)) {
		int64_t              kind = cursor_int(&cursor, 1);
		struct verify_order *order = verify_order(run, cursor_int(&cursor, 2));

		/* The sandbox gateway's calls stand beside the order's own work. */
		if (kind == JOB_MAIL || kind == JOB_HOOK || kind == JOB_SWEEP || kind == JOB_RATES)
			continue;
		if (order != NULL && order->job_id == cursor.id && kind >= 0 &&
		    kind < JOB_KIND_COUNT && job_of_order((enum job_kind)kind))
			order->job_seen = SEEN;
		else
			verify_found(run, VERIFY_JOB_ORDER, cursor.id);
	}
	cursor_close(&cursor);
}

/* Where the order's chain of events begins, seen from its end. */
static void history_begins(struct verify_run *run, int64_t id)
{
	struct verify_order *order = &run->orders[id];

	order->history_whole = order->event_id == 0;
	if (order->event_id > 0 && order->event_id <= run->event_max &&
	    run->event_order[order->event_id] == 0)
		run->event_order[order->event_id] = (uint32_t)id;
}

/* From the newest back, each event handing its order on to the one before; an
 * event that no order leads to is a finding, and so is a chain with an end
 * that is not there. */
static void events_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_EVENTS, "order_event");
	int64_t       next = run->event_max; /* the highest number that may come */

	while (cursor_next(&cursor)) {
		int64_t  prev = cursor_int(&cursor, 1), state = cursor_int(&cursor, 2);
		uint32_t id = cursor.id > 0 ? run->event_order[cursor.id] : 0;

		events_missed(run, next, cursor.id);
		next = cursor.id - 1;
		if (id == 0 || prev < 0 || prev >= cursor.id || run->event_order[prev] != 0 ||
		    state < 0 || state >= ORDER_STATE_COUNT) {
			verify_found(run, VERIFY_EVENT_PREV, cursor.id);
			continue;
		}
		if (cursor.id == run->orders[id].event_id)
			run->orders[id].last_state = (uint8_t)state;
		if (prev == 0)
			run->orders[id].history_whole = true;
		else
			run->event_order[prev] = id;
	}
	events_missed(run, next, 0);
	cursor_close(&cursor);
}

/* Events that are not there, although an order's chain leads to them. */
static void events_missed(struct verify_run *run, int64_t from, int64_t until)
{
	for (int64_t id = from; run->err == ERR_OK && id > until && id > 0; id--) {
		if (run->event_order[id] != 0)
			verify_found(run, VERIFY_EVENT_PREV, id);
	}
}

/* Each belongs to a payment at a gateway whose page is not ours. */
static void pages_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_PAGES, "payment_page");

	while (cursor_next(&cursor)) {
		int64_t gateway = cursor_int(&cursor, 1);

		if (gateway <= PAY_SANDBOX || gateway >= PAY_METHOD_COUNT ||
		    cursor_int(&cursor, 2) != 0)
			verify_found(run, VERIFY_PAGE_ROW, cursor.id);
	}
	cursor_close(&cursor);
}

static void calls_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_CALLS, "payment_call");

	while (cursor_next(&cursor)) {
		if (cursor_int(&cursor, 1) != 0)
			verify_found(run, VERIFY_CALL_ROW, cursor.id);
	}
	cursor_close(&cursor);
}

static void order_agree(struct verify_run *run, int64_t id, const struct verify_order *order)
{
	bool waits = !order_state_final((enum order_state)order->state) &&
	             order->state != ORDER_QUOTED;
	bool refunding = order->refund != REFUND_NONE && order->refund != REFUND_DONE &&
	                 order->refund != REFUND_DENIED;
	bool paid_for = order->state != ORDER_QUOTED &&
	                !(order->state == ORDER_CANCELLED && order->payment_id == 0);

	if (!entries_agree(order))
		verify_found(run, VERIFY_ORDER_ENTRIES, id);
	if (order->txn_id != order->last_txn)
		verify_found(run, VERIFY_ORDER_TXN, id);
	if (!order->history_whole || order->state != order->last_state)
		verify_found(run, VERIFY_ORDER_HISTORY, id);
	if (paid_for ? order->payment_seen != SEEN : order->payment_id != 0)
		verify_found(run, VERIFY_ORDER_PAYMENT, id);
	if ((order->refund == REFUND_NONE) != (order->refund_id == 0) ||
	    order->refund_id != order->last_refund || order->reserved != order->refunded ||
	    order->done != order->booked_back)
		verify_found(run, VERIFY_ORDER_REFUND, id);
	if ((order->job_id != 0 && order->job_seen != SEEN) ||
	    ((waits || refunding) && order->job_id == 0))
		verify_found(run, VERIFY_ORDER_JOB, id);
}

/* Which entries an order has made when it stands where it does. */
static bool entries_agree(const struct verify_order *order)
{
	if (order->entries[LEDGER_EVENT_REFUNDED] != order->refunds_done ||
	    order->entries[LEDGER_EVENT_RETURNED] != order->returns)
		return false;
	switch ((enum order_state)order->state) {
	case ORDER_PAID:
	case ORDER_SUBMITTED:
	case ORDER_DELIVERY_UNKNOWN:
		return entries_are(order, 1, 0, 0, 0, 0);
	case ORDER_ACTIVE:
		return entries_are(order, 1, 1, 0, 0, 0);
	case ORDER_DECLINED:
		return entries_are(order, 1, 0, 1, 0, 0) && order->refund != REFUND_NONE;
	case ORDER_REVERSED:
		return (entries_are(order, 1, 0, 1, 0, 0) || entries_are(order, 1, 1, 0, 1, 0) ||
		        entries_are(order, 0, 0, 0, 0, 1)) &&
		       order->refund != REFUND_NONE;
	default:
		return entries_are(order, 0, 0, 0, 0, 0) && order->refund == REFUND_NONE;
	}
}

static bool entries_are(const struct verify_order *order, unsigned paid, unsigned active,
                        unsigned declined, unsigned undone, unsigned extra)
{
	const uint8_t *entries = order->entries;

	return entries[LEDGER_EVENT_PAID] == paid && entries[LEDGER_EVENT_ACTIVE] == active &&
	       entries[LEDGER_EVENT_DECLINED] == declined &&
	       entries[LEDGER_EVENT_UNDONE] == undone && entries[LEDGER_EVENT_EXTRA] == extra;
}

/* Is the money where the order says it is? */
static bool payment_agrees(const struct verify_order *order, int64_t state, int64_t refunded)
{
	if (state < 0 || state >= PAYMENT_STATE_COUNT || refunded < 0 || refunded > order->amount)
		return false;
	if (order->refund == REFUND_DONE && refunded == order->amount)
		return state == PAYMENT_REFUNDED;
	switch ((enum order_state)order->state) {
	case ORDER_PAID:
	case ORDER_SUBMITTED:
	case ORDER_DELIVERY_UNKNOWN:
	case ORDER_ACTIVE:
		return state == PAYMENT_SUCCEEDED || state == PAYMENT_DISPUTED;
	case ORDER_DECLINED:
	case ORDER_REVERSED:
		return state == PAYMENT_SUCCEEDED || state == PAYMENT_REFUNDING ||
		       state == PAYMENT_DISPUTED;
	default:
		return state != PAYMENT_SUCCEEDED && state != PAYMENT_REFUNDING &&
		       state != PAYMENT_REFUNDED;
	}
}
