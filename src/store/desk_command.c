/*
 * desk_command.c - see desk_command.h.
 */
#include "store/desk_command.h"

#include "base/str.h"
#include "store/audit_sql.h"
#include "store/desk_read.h"
#include "store/order_command.h"
#include "store/settle.h"

static enum err act_wish(struct store *store, struct desk_action *action);
static enum err act_care(struct store *store, struct desk_action *action);
static enum err act_return(struct store *store, struct desk_action *action,
                           const struct order_get_row *order);
static enum err return_event(struct store *store, struct desk_action *action,
                             const struct order_get_row *order, struct happening *ret);

enum err desk_action_apply(struct store *store, struct command *command)
{
	struct desk_action  *action = command->arg;
	struct order_get_row order;
	struct job_get_row   job;
	struct desk_facts    facts;
	struct desk_advice   advice;
	enum err             err;

	action->found = false;
	action->refusal = DESK_REFUSAL_NONE;
	err = order_get(store->db, store->arena, action->order_id, &order);
	if (err == ERR_OK) {
		err = desk_facts_load(store->db, store->arena, &order, store->now_ms, &facts, &job);
	}
	if (err != ERR_OK) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	action->found = true;
	desk_decide(&facts, &advice);
	if (!desk_allows(&advice, action->act)) {
		action->refusal = DESK_REFUSAL_MOVED;
		return ERR_OK;
	}
	if (desk_act_reasoned(action->act) && action->reason.len == 0) {
		action->refusal = DESK_REFUSAL_REASON;
		return ERR_OK;
	}
	if (action->act == DESK_ACT_GIVE_BACK || action->act == DESK_ACT_AGREE ||
	    action->act == DESK_ACT_DENY) {
		err = act_return(store, action, &order);
	} else {
		err = action->act == DESK_ACT_WITHDRAW ? act_wish(store, action)
		                                       : act_care(store, action);
	}
	if (err != ERR_OK || action->refusal != DESK_REFUSAL_NONE) {
		return err;
	}
	return once_answer(store, action->once, 303, action->location);
}

enum err desk_search_apply(struct store *store, struct command *command)
{
	const struct desk_search *search = command->arg;

	return audit_add(store->db, store->now_ms / 1000, search->actor, STR("search"), 0,
	                 search->line_id, search->what);
}

int desk_refusal_status(enum desk_refusal refusal)
{
#define X(id, status, message) [DESK_REFUSAL_##id] = (status),
	static const int statuses[DESK_REFUSAL_COUNT] = { DESK_REFUSALS(X) };
#undef X
	assert(refusal < DESK_REFUSAL_COUNT);
	return statuses[refusal];
}

static enum err act_wish(struct store *store, struct desk_action *action)
{
	struct order_wish wish = { .order_id = action->order_id,
		                   .actor = action->actor,
		                   .event = ORDER_EVENT_WITHDRAW,
		                   .reason = action->reason };
	struct command    command = { .arg = &wish };
	enum err          err = order_wish_apply(store, &command);

	if (err == ERR_OK && (!wish.found || wish.refusal != ORDER_REFUSAL_NONE)) {
		action->refusal = DESK_REFUSAL_MOVED;
	}
	return err;
}

static enum err act_care(struct store *store, struct desk_action *action)
{
	static const enum order_care_kind kinds[DESK_ACT_COUNT] = {
		[DESK_ACT_ASK_CARRIER] = ORDER_CARE_ASK, [DESK_ACT_ASK_GATEWAY] = ORDER_CARE_ASK,
		[DESK_ACT_SUBMIT] = ORDER_CARE_ASK,      [DESK_ACT_REFUND] = ORDER_CARE_ASK,
		[DESK_ACT_TAKE] = ORDER_CARE_DESK,       [DESK_ACT_RESUME] = ORDER_CARE_UNDESK,
		[DESK_ACT_CLOSE] = ORDER_CARE_CLOSE,
	};
	struct order_care care = { .order_id = action->order_id,
		                   .actor = action->actor,
		                   .kind = kinds[action->act],
		                   .reason = action->reason };
	struct command    command = { .arg = &care };
	enum err          err = order_care_apply(store, &command);

	if (err == ERR_OK && !care.found) {
		action->refusal = DESK_REFUSAL_MOVED;
	}
	return err;
}

/* Money of a delivered order; above refund_limit two people decide (SECURITY F10). */
static enum err act_return(struct store *store, struct desk_action *action,
                           const struct order_get_row *order)
{
	struct happening  happening = { .order_id = order->id,
		                        .note = action->reason,
		                        .actor = action->actor };
	struct settlement settlement;
	enum err          err = return_event(store, action, order, &happening);

	if (err != ERR_OK || action->refusal != DESK_REFUSAL_NONE) {
		return err;
	}
	err = settle(store, &happening, &settlement);
	if (err != ERR_OK) {
		return err;
	}
	if (settlement.verdict != ORDER_STEP) {
		action->refusal = settlement.refusal == ORDER_REFUSAL_AMOUNT ? DESK_REFUSAL_AMOUNT
		                                                             : DESK_REFUSAL_MOVED;
		return ERR_OK;
	}
	return audit_add(store->db, store->now_ms / 1000, action->actor, desk_act_name(action->act),
	                 order->id, 0, action->reason);
}

static enum err return_event(struct store *store, struct desk_action *action,
                             const struct order_get_row *order, struct happening *ret)
{
	struct payment_get_row payment;
	struct refund_get_row  refund = { 0 };
	int64_t                yen = 0;
	enum err err = payment_get(store->db, store->arena, order->payment_id, &payment);

	if (err == ERR_OK && action->act != DESK_ACT_GIVE_BACK) {
		err = refund_get(store->db, store->arena, order->refund_id, &refund);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (action->act == DESK_ACT_DENY) {
		ret->event = ORDER_EVENT_RETURN_DENIED;
		return ERR_OK;
	}
	ret->event = ORDER_EVENT_RETURN;
	if (action->act == DESK_ACT_AGREE) {
		action->refusal = refund.actor == action->actor ? DESK_REFUSAL_SELF
		                                                : DESK_REFUSAL_NONE;
		return ERR_OK;
	}
	ret->amount = action->amount > 0 ? action->amount : payment.amount - payment.refunded;
	if (ret->amount <= 0 || ret->amount > payment.amount - payment.refunded ||
	    !money_scale(order->price, ret->amount, payment.amount, &yen)) {
		action->refusal = DESK_REFUSAL_AMOUNT;
	} else if (yen > store->config->number[SETTING_refund_limit]) {
		ret->event = ORDER_EVENT_RETURN_ASKED;
	}
	return ERR_OK;
}
