/*
 * refusal.c - see refusal.h.
 */
#include "web/refusal.h"

#include <string.h>

#include "web/page.h"

/* NONE has no words: nobody is refused. */
#define MSG_NONE MSG_REFUSAL_QUOTE_NO_LINE

struct message refusal_sim(struct request *request, enum sim_refusal refusal,
                           const struct sim_problem *problem)
{
#define X(name, message, status) [SIM_REFUSAL_##name] = MSG_##message,
	static const enum msg words[SIM_REFUSAL_COUNT] = { SIM_REFUSALS(X) };
#undef X
	struct str character = arena_str(request->arena, str_from(problem->character));
	struct str start = arena_str(request->arena, str_from(problem->start));

	assert(refusal > SIM_REFUSAL_NONE && refusal < SIM_REFUSAL_COUNT);
	return refusal_words(request, words[refusal],
	                     PARTS(PART("count", problem->count),
	                           PART("position", problem->position),
	                           PART("character", character), PART("start", start)));
}

struct message refusal_quote(struct request *request, enum quote_refusal refusal,
                             const struct quote *quote, uint16_t currency)
{
#define X(id, code, status, message) [QUOTE_REFUSAL_##id] = MSG_##message,
	static const enum msg words[QUOTE_REFUSAL_COUNT] = { QUOTE_REFUSALS(X) };
#undef X
#define X(id, status)        [KEEP_REFUSE_##id] = MSG_KEEP_REFUSE_##id,
#define MSG_KEEP_REFUSE_NONE MSG_NONE
	static const enum msg keep_words[KEEP_REFUSAL_COUNT] = { KEEP_REFUSALS(X) };
#undef X
#define X(name, message, status) [FX_REFUSAL_##name] = MSG_##message,
	static const enum msg fx_words[FX_REFUSAL_COUNT] = { FX_REFUSALS(X) };
#undef X
	enum msg msg = words[refusal];

	assert(refusal > QUOTE_REFUSAL_NONE && refusal < QUOTE_REFUSAL_COUNT);
	if (refusal == QUOTE_REFUSAL_KEEP)
		msg = keep_words[quote->keep.refusal];
	else if (refusal == QUOTE_REFUSAL_CURRENCY && quote->fx != FX_REFUSAL_NONE)
		msg = fx_words[quote->fx];
	return refusal_words(request, msg, PARTS(PART("currency", currency_code(currency))));
}

bool refusal_again(struct request *request, const struct quote *quote, struct message *ret)
{
	if (quote->keep.again_day == KEEP_DAY_NONE)
		return false;
	*ret = refusal_words(request, MSG_REFUSAL_QUOTE_AGAIN,
	                     PARTS(PART("date", date_long(quote->keep.again_day))));
	return true;
}

struct message refusal_order(enum order_refusal refusal)
{
#define X(id, code, status)    [ORDER_REFUSAL_##id] = MSG_REFUSAL_ORDER_##id,
#define MSG_REFUSAL_ORDER_NONE MSG_NONE
	static const enum msg words[ORDER_REFUSAL_COUNT] = { ORDER_REFUSALS(X) };
#undef X
	assert(refusal > ORDER_REFUSAL_NONE && refusal < ORDER_REFUSAL_COUNT);
	return page_words(words[refusal]);
}

struct message refusal_words(struct request *request, enum msg msg, const struct part *parts,
                             size_t part_count)
{
	struct part *copy = ARENA_ARRAY(request->arena, struct part, part_count);

	if (copy == NULL)
		return page_words(msg); /* the arena is spent: the answer will be 500 */
	memcpy(copy, parts, sizeof(struct part) * part_count);
	return (struct message){ .msg = msg, .parts = copy, .part_count = part_count, .count = -1 };
}
