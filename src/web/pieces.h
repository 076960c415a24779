/*
 * pieces.h - small helpers of the pages: which words a state has, how near a
 * time is, where a day lies on a timeline.  No HTML here.
 */
#pragma once
#include "text/notice_text.h"
#include "text/out.h"
#include "web/pages/pages.h" /* made by pagec */
#include "web/desk_words.h"
#include "web/view.h"

/* Words without parts. */
static inline struct message plain_words(enum msg msg)
{
	return (struct message){ .msg = msg, .count = -1 };
}
struct message line_state_words(enum line_state state);
struct message order_state_words(enum order_state state);

/* A notice's subject or body with all of its parts; in the page's arena. */
struct message notice_words(struct out *o, enum msg msg, const struct notice_parts *parts);
/* Why the line is kept until its day. */
struct message why_words(struct out *o, const struct line_view *line, const struct why_view *why);

/* "CNY 53.87" and "53.87", for sentences and attributes; in the page's arena. */
struct str   money_plain(struct out *o, struct money money);
struct str   amount_plain(struct out *o, struct money money);
struct money yen(int64_t amount);

/* The class that colours a chip: "good", "soon", "now" or "". */
const char *line_look(enum line_state state);
const char *order_look(enum order_state state);

/* A day of this year without its year; others with it. */
struct shown day_near(int32_t day, int32_t today);
struct shown date_of(int64_t at_s);                    /* the day in Tokyo */
struct shown clock_near(int64_t at_s, int64_t now_s);  /* today: the clock; else day and clock */
struct shown clock_label(int64_t at_s, int64_t now_s); /* the same, as short as can be */
struct shown when_near(int64_t at_s, int64_t now_s);   /* past: today's clock, else the day */

bool line_dated(const struct line_view *line); /* is there a day to count to? */
/* Where a day lies between the ends of a line's timeline, in tenths of a percent. */
int32_t          line_place(const struct line_view *line, int32_t day);
struct line_view line_example(int64_t now_s); /* for people without a line yet */

int64_t lock_left(const struct rate_view *rate, int64_t now_s); /* seconds; never negative */
int64_t order_since(const struct order_view *view);             /* seconds since it was paid */
int32_t minutes_up(int32_t seconds);                            /* whole minutes, at least 1 */

/* Charts.  The largest of the values, at least 1; and the height of a value in
 * a chart whose floor is at `floor_px` and whose `top` is drawn at `top_px`. */
int32_t chart_top(const int32_t *values, size_t count);
int32_t chart_y(int32_t value, int32_t top, int32_t floor_px, int32_t top_px);
int32_t trend_bp(
    int32_t now,
    int32_t before); /* change in basis points, whole tenths of a percent; 0 when before is 0 */
/* The clock of an event; with its day where the day changes. */
struct shown log_clock(const struct desk_order_view *view, size_t i);
