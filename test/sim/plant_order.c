/*
 * plant_order.c - planted bugs of the business: what is decided, and what is
 * booked; see plant.h.
 */
#include "plant.h"

#include "core/ledger.h"
#include "core/order.h"
#include "store/line_keep.h"
#include "store/order_sql.h"
#include "store/public_id.h"
#include "store/settle.h"

static bool delivering(enum order_state state)
{
	return state == ORDER_PAID || state == ORDER_SUBMITTED || state == ORDER_DELIVERY_UNKNOWN;
}

/* Another event is seen than the one that happened. */
static enum order_event event_seen(const struct order_facts *facts, enum order_event event)
{
	if (plant_lives(PLANT_UNKNOWN_IS_NO) && event == ORDER_EVENT_DELIVERY_UNKNOWN)
		return ORDER_EVENT_DELIVERY_DECLINED;
	if (plant_lives(PLANT_OPENED_IS_PAID) && event == ORDER_EVENT_PAY_OPENED)
		return ORDER_EVENT_PAY_SUCCEEDED;
	if (plant_lives(PLANT_NO_IS_YES) && event == ORDER_EVENT_DELIVERY_DECLINED &&
	    delivering(facts->state))
		return ORDER_EVENT_DELIVERED;
	return event;
}

enum order_verdict __real_order_decide(const struct order_facts *facts, enum order_event event,
                                       struct order_step  *ret_step,
                                       enum order_refusal *ret_refusal);
enum order_verdict __wrap_order_decide(const struct order_facts *facts, enum order_event event,
                                       struct order_step *ret_step, enum order_refusal *ret_refusal)
{
	struct order_facts seen = *facts;

	if (plant_lives(PLANT_DOUBLE_BOOKING) && event == ORDER_EVENT_PAY_SUCCEEDED &&
	    delivering(facts->state)) {
		*ret_step = (struct order_step){ .state = facts->state,
			                         .payment = facts->payment,
			                         .refund = facts->refund,
			                         .withdrawn = facts->withdrawn,
			                         .posts = true,
			                         .post = LEDGER_EVENT_PAID,
			                         .job = ORDER_JOB_KEEP };
		return ORDER_STEP;
	}
	if (plant_lives(PLANT_LATE_MONEY_KEPT) && event == ORDER_EVENT_PAY_SUCCEEDED &&
	    facts->state == ORDER_EXPIRED)
		return ORDER_IGNORE;
	if (plant_lives(PLANT_CANCEL_DELIVERED) && event == ORDER_EVENT_PAY_SUCCEEDED &&
	    facts->state == ORDER_CANCELLED)
		seen.state = ORDER_EXPIRED;
	if (plant_lives(PLANT_HASTY_WITHDRAWAL))
		seen.quiet = true;
	return __real_order_decide(&seen, event_seen(facts, event), ret_step, ret_refusal);
}

bool __real_ledger_make(enum ledger_event event, const struct ledger_sale *sale,
                        struct ledger_entry *ret);
bool __wrap_ledger_make(enum ledger_event event, const struct ledger_sale *sale,
                        struct ledger_entry *ret)
{
	struct ledger_sale other = *sale;

	if (plant_lives(PLANT_PRICE_BOOKED) && event == LEDGER_EVENT_PAID)
		other.paid.amount++;
	return __real_ledger_make(event, &other, ret);
}

enum err __real_settle_report(struct store *store, const struct payment_report *report,
                              struct str body, enum settle_doubt *ret_doubt,
                              struct settlement *ret);
enum err __wrap_settle_report(struct store *store, const struct payment_report *report,
                              struct str body, enum settle_doubt *ret_doubt, struct settlement *ret)
{
	struct payment_report  other = *report;
	struct payment_get_row payment;
	int64_t                id;

	if (plant_lives(PLANT_AMOUNT_IGNORED) &&
	    public_id_parse(store->keys, PUBLIC_PAYMENT, report->number, &id) &&
	    payment_get(store->db, store->arena, id, &payment) == ERR_OK)
		other.money.amount = payment.amount;
	return __real_settle_report(store, &other, body, ret_doubt, ret);
}

enum err __real_line_keep_apply(struct store *store, struct order_get_row *order);
enum err __wrap_line_keep_apply(struct store *store, struct order_get_row *order)
{
	return plant_lives(PLANT_KEEP_FORGOTTEN) ? ERR_OK : __real_line_keep_apply(store, order);
}
