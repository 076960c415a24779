/*
 * pieces.c - tables from states to words and colours, and a little arithmetic.
 */
#include <string.h>

#include "web/pieces.h"

#include "base/time.h"
#include "text/format.h"

#define PIECE_MAX                 64 /* bytes of an amount */

#define X(id, name, money, works) [LINE_##id] = MSG_LINE_STATE_##id,
static const enum msg line_states[LINE_STATE_COUNT] = { LINE_STATES(X) };
#undef X
#define X(id, name, final) [ORDER_##id] = MSG_ORDER_STATE_##id,
static const enum msg order_states[ORDER_STATE_COUNT] = { ORDER_STATES(X) };
#undef X

static const char *const line_looks[LINE_STATE_COUNT] = {
	[LINE_ACTIVE] = "good",   [LINE_LOW] = "good",       [LINE_PARKED] = "good",
	[LINE_EXPIRING] = "soon", [LINE_SUSPENDED] = "now",  [LINE_GRACE] = "now",
	[LINE_CANCELLED] = "now", [LINE_QUARANTINE] = "now", [LINE_FREE] = "now",
};
static const char *const order_looks[ORDER_STATE_COUNT] = {
	[ORDER_ACTIVE] = "good",   [ORDER_PAY_UNKNOWN] = "soon", [ORDER_DELIVERY_UNKNOWN] = "soon",
	[ORDER_DECLINED] = "soon", [ORDER_PAY_FAILED] = "off",   [ORDER_EXPIRED] = "off",
	[ORDER_CANCELLED] = "off", [ORDER_REJECTED] = "off",     [ORDER_REVERSED] = "off",
};

#define X(id) [KEEP_BECAUSE_##id] = MSG_KEEP_BECAUSE_##id,
static const enum msg causes[KEEP_CAUSE_COUNT] = { KEEP_CAUSES(X) };
#undef X

static bool           same_day(int64_t a_s, int64_t b_s);
static struct message with_parts(struct out *o, enum msg msg, const struct part *parts,
                                 size_t part_count, int64_t count);

struct message line_state_words(enum line_state state)
{
	assert(state < LINE_STATE_COUNT);
	return plain_words(line_states[state]);
}

struct message order_state_words(enum order_state state)
{
	assert(state < ORDER_STATE_COUNT);
	return plain_words(order_states[state]);
}

struct message notice_words(struct out *o, enum msg msg, const struct notice_parts *parts)
{
	struct part list[NOTICE_PART_COUNT];

	notice_part_list(o->buf->arena, o->lang, parts, list);
	return with_parts(o, msg, list, NOTICE_PART_COUNT, parts->days);
}

struct message why_words(struct out *o, const struct line_view *line, const struct why_view *why)
{
	const struct part list[] = {
		PART("date", date_long(line->safe_until_day)),
		PART("day", date_long(why->cause_day)),
		PART("pack", why->pack.name),
		PART("until", date_long(why->until_day)),
		PART("amount", money_plain(o, why->amount)),
		PART("months", why->months),
	};
	enum msg msg;

	assert(why->cause < KEEP_CAUSE_COUNT);
	msg = causes[why->cause];
	if (why->cause == KEEP_BECAUSE_PACK && why->pack.name.len == 0)
		msg = MSG_KEEP_BECAUSE_PACK_ELSEWHERE;
	else if (why->cause == KEEP_BECAUSE_PACK && why->until_day == 0)
		msg = MSG_KEEP_BECAUSE_PACK_AT_ONCE;
	return with_parts(o, msg, list, COUNT_OF(list), -1);
}

struct str money_plain(struct out *o, struct money money)
{
	struct buf buf;

	buf_init(&buf, o->buf->arena, PIECE_MAX);
	buf_add(&buf, currency_code(money.currency));
	buf_add(&buf, STR("\u00a0")); /* the code never parts from its amount */
	format_amount(&buf, o->lang, money);
	return buf_str(&buf);
}

struct str amount_plain(struct out *o, struct money money)
{
	struct buf buf;

	buf_init(&buf, o->buf->arena, PIECE_MAX);
	format_amount(&buf, o->lang, money);
	return buf_str(&buf);
}

struct money yen(int64_t amount)
{
	return (struct money){ .amount = amount, .currency = CURRENCY_JPY };
}

const char *line_look(enum line_state state)
{
	return line_looks[state] ? line_looks[state] : "";
}

const char *order_look(enum order_state state)
{
	return order_looks[state] ? order_looks[state] : "";
}

struct shown day_near(int32_t day, int32_t today)
{
	bool same_year = civil_from_day(day).year == civil_from_day(today).year;

	return same_year ? date_short(day) : date_long(day);
}

struct shown date_of(int64_t at_s)
{
	return date_long(at_s ? tokyo_day(at_s) : 0);
}

struct shown clock_near(int64_t at_s, int64_t now_s)
{
	return same_day(at_s, now_s) ? clock_tokyo(at_s) : date_clock(at_s);
}

struct shown clock_label(int64_t at_s, int64_t now_s)
{
	return same_day(at_s, now_s) ? clock_minute(at_s) : date_axis(tokyo_day(at_s));
}

struct shown when_near(int64_t at_s, int64_t now_s)
{
	return same_day(at_s, now_s) ? clock_minute(at_s)
	                             : day_near(tokyo_day(at_s), tokyo_day(now_s));
}

bool line_dated(const struct line_view *line)
{
	return line->safe_until_day != KEEP_DAY_NONE && line->safe_until_day != KEEP_DAY_NEVER;
}

int32_t line_place(const struct line_view *line, int32_t day)
{
	bool    begun = line->start_day && line->start_day < line->today_day;
	int64_t start = begun ? line->start_day : line->today_day;
	int64_t end = line->lost_day ? line->lost_day : line->safe_until_day;

	if (end < line->today_day)
		end = line->today_day;
	if (end <= start || day <= start)
		return 0;
	return day >= end ? 1000 : (int32_t)((day - start) * 1000 / (end - start));
}

struct line_view line_example(int64_t now_s)
{
	int32_t today = tokyo_day(now_s);

	return (struct line_view){ .state = LINE_ACTIVE,
		                   .today_day = today,
		                   .start_day = today - 54,
		                   .safe_until_day = today + 126,
		                   .lost_day = today + 156 };
}

int64_t lock_left(const struct rate_view *rate, int64_t now_s)
{
	return rate->expires_s > now_s ? rate->expires_s - now_s : 0;
}

int64_t order_since(const struct order_view *view)
{
	int64_t from = view->paid_s ? view->paid_s : view->placed_s;

	return view->frame.now_s > from ? view->frame.now_s - from : 0;
}

int32_t minutes_up(int32_t seconds)
{
	return seconds <= 60 ? 1 : (seconds + 59) / 60;
}

int32_t chart_top(const int32_t *values, size_t count)
{
	int32_t top = 1;

	for (size_t i = 0; i < count; i++)
		top = values[i] > top ? values[i] : top;
	return top;
}

int32_t chart_y(int32_t value, int32_t top, int32_t floor_px, int32_t top_px)
{
	assert(top > 0);
	return floor_px - (int32_t)((int64_t)value * (floor_px - top_px) / top);
}

int32_t trend_bp(int32_t now, int32_t before)
{
	return before > 0 ? (int32_t)((int64_t)(now - before) * 1000 / before) * 10 : 0;
}

struct shown log_clock(const struct desk_order_view *view, size_t i)
{
	int64_t at_s = view->events[i].at_ms / 1000;
	bool    same = i > 0 && same_day(view->events[i - 1].at_ms / 1000, at_s);

	return same ? clock_second(at_s) : date_clock(at_s);
}

static struct message with_parts(struct out *o, enum msg msg, const struct part *parts,
                                 size_t part_count, int64_t count)
{
	struct part *copy = ARENA_ARRAY(o->buf->arena, struct part, part_count);

	if (copy)
		memcpy(copy, parts, part_count * sizeof(*copy));
	return (struct message){
		.msg = msg, .parts = copy, .part_count = copy ? part_count : 0, .count = count
	};
}

static bool same_day(int64_t a_s, int64_t b_s)
{
	return tokyo_day(a_s) == tokyo_day(b_s);
}
