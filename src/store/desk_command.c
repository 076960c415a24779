/*
 * desk_command.c - see desk_command.h.
 */
#include "store/desk_command.h"

#include "base/str.h"
#include "store/audit_sql.h"
#include "store/desk_read.h"
#include "store/order_command.h"

static enum err act_wish(struct store *store, struct desk_action *action);
static enum err act_care(struct store *store, struct desk_action *action);

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
	err = action->act == DESK_ACT_WITHDRAW ? act_wish(store, action) : act_care(store, action);
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
