/*
 * notice_text.c - from kinds and parts to messages.
 */
#include "text/notice_text.h"

#define AMOUNT_MAX  64 /* bytes of "JPY 1,100" */

#define X(id, name) [NOTICE_##id] = MSG_NOTICE_##id##_SUBJECT,
static const enum msg subjects[NOTICE_COUNT] = { NOTICES(X) };
#undef X
#define X(id, name) [NOTICE_##id] = MSG_NOTICE_##id##_BODY,
static const enum msg bodies[NOTICE_COUNT] = { NOTICES(X) };
#undef X

enum msg notice_subject(enum notice kind)
{
	assert(kind < NOTICE_COUNT);
	return subjects[kind];
}

enum msg notice_body(enum notice kind)
{
	assert(kind < NOTICE_COUNT);
	return bodies[kind];
}

void notice_part_list(struct arena *arena, const struct lang *lang,
                      const struct notice_parts *parts, struct part ret[NOTICE_PART_COUNT])
{
	struct buf amount;
	size_t     count = 0;

	buf_init(&amount, arena, AMOUNT_MAX);
	format_money(&amount, lang, parts->amount);
	ret[count++] = PART("order", parts->order);
	ret[count++] = PART("line", parts->line);
	ret[count++] = PART("pack", parts->pack);
	ret[count++] = PART("amount", buf_str(&amount));
	ret[count++] = PART("date", date_long(parts->day));
	ret[count++] = PART("before", date_long(parts->before_day));
	ret[count++] = PART("days", parts->days);
	ret[count++] = PART("time", date_clock(parts->at_s));
	assert(count == NOTICE_PART_COUNT);
}
