/*
 * desk_words.c - see desk_words.h.
 */
#include "web/desk_words.h"

#include "base/str.h"
#include "store/order_command.h"
#include "store/rate.h"

static struct message words(enum msg msg);

struct message desk_act_words(enum desk_act act)
{
#define X(id, name, reason) [DESK_ACT_##id] = MSG_DESK_ACT_##id,
	static const enum msg list[DESK_ACT_COUNT] = { DESK_ACTS(X) };
#undef X
	assert(act < DESK_ACT_COUNT);
	return words(list[act]);
}

struct message desk_act_explained(enum desk_act act)
{
	static const enum msg list[DESK_ACT_COUNT] = {
		[DESK_ACT_ASK_CARRIER] = MSG_DESK_ACT_ASK_CARRIER_WHY,
		[DESK_ACT_ASK_GATEWAY] = MSG_DESK_ACT_ASK_GATEWAY_WHY,
		[DESK_ACT_SUBMIT] = MSG_DESK_ACT_SUBMIT_WHY,
		[DESK_ACT_REFUND] = MSG_DESK_ACT_REFUND_WHY,
		[DESK_ACT_WITHDRAW] = MSG_DESK_ACT_WITHDRAW_WHY,
		[DESK_ACT_TAKE] = MSG_DESK_ACT_TAKE_WHY,
		[DESK_ACT_RESUME] = MSG_DESK_ACT_RESUME_WHY,
		[DESK_ACT_CLOSE] = MSG_DESK_ACT_CLOSE_WHY,
		[DESK_ACT_GIVE_BACK] = MSG_DESK_ACT_GIVE_BACK_WHY,
		[DESK_ACT_AGREE] = MSG_DESK_ACT_AGREE_WHY,
		[DESK_ACT_DENY] = MSG_DESK_ACT_DENY_WHY,
	};

	assert(act > DESK_ACT_NONE && act < DESK_ACT_COUNT);
	return words(list[act]);
}

struct message desk_why_words(enum desk_why why)
{
#define X(id, name) [DESK_WHY_##id] = MSG_DESK_WHY_##id,
	static const enum msg list[DESK_WHY_COUNT] = { DESK_WHYS(X) };
#undef X
	assert(why < DESK_WHY_COUNT);
	return words(list[why]);
}

struct message desk_refusal_words(enum desk_refusal refusal)
{
#define X(id, status, message) [DESK_REFUSAL_##id] = MSG_##message,
	static const enum msg list[DESK_REFUSAL_COUNT] = { DESK_REFUSALS(X) };
#undef X
	assert(refusal > DESK_REFUSAL_NONE && refusal < DESK_REFUSAL_COUNT);
	return words(list[refusal]);
}

struct message desk_tab_words(enum desk_tab tab)
{
	static const enum msg list[DESK_TAB_COUNT] = {
		[DESK_TAB_ALL] = MSG_DESK_TAB_ALL,
		[DESK_TAB_NEEDS] = MSG_DESK_TAB_NEEDS,
		[DESK_TAB_ACTIVATING] = MSG_DESK_TAB_ACTIVATING,
		[DESK_TAB_REFUNDS] = MSG_DESK_TAB_REFUNDS,
	};

	assert(tab < DESK_TAB_COUNT);
	return words(list[tab]);
}

struct message desk_cause_words(enum order_event cause)
{
#define X(id, name, asked) [ORDER_EVENT_##id] = MSG_DESK_CAUSE_##id,
	static const enum msg list[ORDER_EVENT_COUNT] = { ORDER_EVENTS(X) };
#undef X
	assert(cause < ORDER_EVENT_COUNT);
	return words(list[cause]);
}

struct message desk_job_words(enum job_kind kind)
{
	static const enum msg list[JOB_KIND_COUNT] = {
		[JOB_PAY_WATCH] = MSG_DESK_JOB_PAY_WATCH,
		[JOB_PAY_UNKNOWN] = MSG_DESK_JOB_PAY_UNKNOWN,
		[JOB_DELIVER] = MSG_DESK_JOB_DELIVER,
		[JOB_DELIVERY_ASK] = MSG_DESK_JOB_DELIVERY_ASK,
		[JOB_REFUND] = MSG_DESK_JOB_REFUND,
		[JOB_PAY_START] = MSG_DESK_JOB_PAY_START,
		[JOB_REFUND_FUNDS] = MSG_DESK_JOB_REFUND_FUNDS,
	};

	assert(job_of_order(kind));
	return words(list[kind]);
}

struct message desk_book_words(enum ledger_event event)
{
#define X(id, name) [LEDGER_EVENT_##id] = MSG_DESK_BOOK_##id,
	static const enum msg list[LEDGER_EVENT_COUNT] = { LEDGER_EVENTS(X) };
#undef X
	assert(event < LEDGER_EVENT_COUNT);
	return words(list[event]);
}

struct message desk_did_words(struct str action)
{
	static const struct {
		struct str name;
		enum msg   msg;
	} list[] = {
#define X(id, text) { .name = { .ptr = text, .len = sizeof(text) - 1 }, .msg = MSG_DESK_DID_##id },
		ORDER_CARES(X) X(WITHDRAW, "withdraw") X(SEARCH, "search") X(RATE, RATE_AUDIT)
#undef X
	};

	for (size_t i = 0; i < COUNT_OF(list); i++)
		if (str_eq(action, list[i].name))
			return words(list[i].msg);
	return words(MSG_DESK_DID_OTHER);
}

static struct message words(enum msg msg)
{
	return (struct message){ .msg = msg, .count = -1 };
}
