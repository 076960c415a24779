/*
 * desk_figures.c - see desk_figures.h.
 */
#include "web/desk_figures.h"

#include "base/time.h"
#include "store/post.h"
#include "web/fill.h"
#include "web/offer.h"

#define HOUR_S 3600

static void day_row(const struct figure_list_row *row, int32_t today, struct desk_view *ret);
static void lines_row(const struct figure_list_row *row, struct desk_view *ret);

enum err desk_figures(struct request *request, struct desk_view *ret)
{
	int32_t today = fill_today(request);
	int32_t second = (int32_t)(request->now_ms / 1000 - tokyo_day_start_s(today));
	int64_t took[DESK_DAY_COUNT][FIGURE_BUCKETS] = { { 0 } };
	struct figure_list_row *rows;
	size_t                  count;
	enum err                err;

	ret->day_first = today - DESK_DAY_COUNT + 1;
	ret->today_sum = (struct money){ .currency = CURRENCY_JPY };
	err = figure_list(request->db, request->arena, ret->day_first, today, &rows, &count);
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		int64_t bucket = rows[i].kind - FIGURE_ACTIVATE_0;

		day_row(&rows[i], today, ret);
		lines_row(&rows[i], ret);
		if (bucket >= 0 && bucket < FIGURE_BUCKETS)
			took[rows[i].day - ret->day_first][bucket] = rows[i].value;
	}
	if (err != ERR_OK)
		return err;
	for (int32_t i = 0; i < DESK_DAY_COUNT; i++)
		ret->day_p95_s[i] = offer_quantile_s(took[i], 95);
	ret->active_p50_s = offer_quantile_s(took[DESK_DAY_COUNT - 1], 50);
	ret->active_p95_s = ret->day_p95_s[DESK_DAY_COUNT - 1];
	ret->today_count = ret->day_count[DESK_DAY_COUNT - 1];
	ret->usual_count = desk_usual(rows, count, today, second);
	return ERR_OK;
}

void desk_count(const struct desk_queue *queue, struct desk_view *ret)
{
	for (size_t i = 0; i < queue->count; i++) {
		const struct desk_facts *facts = &queue->waits[i].facts;

		for (enum desk_tab tab = DESK_TAB_NEEDS; tab < DESK_TAB_COUNT; tab++)
			ret->tab_count[tab] += desk_tab_holds(tab, facts);
		if (!desk_stuck(facts) || facts->wait_s < DESK_STUCK_S)
			continue;
		ret->stuck_count++;
		if (facts->wait_s > ret->stuck_oldest_s)
			ret->stuck_oldest_s = facts->wait_s > INT32_MAX ? INT32_MAX
			                                                : (int32_t)facts->wait_s;
	}
}

bool desk_tab_holds(enum desk_tab tab, const struct desk_facts *facts)
{
	switch (tab) {
	case DESK_TAB_NEEDS:
		return desk_stuck(facts);
	case DESK_TAB_ACTIVATING:
		return facts->state == ORDER_PAID || facts->state == ORDER_SUBMITTED ||
		       facts->state == ORDER_DELIVERY_UNKNOWN;
	case DESK_TAB_REFUNDS:
		return facts->refund == REFUND_DUE || facts->refund == REFUND_PENDING ||
		       facts->refund == REFUND_DESK || facts->refund == REFUND_FUNDS ||
		       facts->refund == REFUND_ASKED;
	case DESK_TAB_ALL:
	case DESK_TAB_COUNT:
		break;
	}
	return true;
}

int32_t desk_usual(const struct figure_list_row *rows, size_t count, int32_t today,
                   int32_t second_of_day)
{
	int64_t sum_s = 0; /* of orders, times the seconds of an hour */
	int32_t first = today;

	for (size_t i = 0; i < count; i++) {
		int64_t hour = rows[i].kind - FIGURE_HOUR_0;
		int64_t left_s = second_of_day - hour * HOUR_S;

		if (hour < 0 || hour >= FIGURE_HOURS || rows[i].day >= today ||
		    rows[i].day < today - DESK_USUAL_DAYS)
			continue;
		if (rows[i].day < first)
			first = (int32_t)rows[i].day;
		if (left_s > 0)
			sum_s += rows[i].value * (left_s < HOUR_S ? left_s : HOUR_S);
	}
	/* A day without any order counts, as long as there was one before it. */
	return first == today ? 0
	                      : (int32_t)((sum_s / HOUR_S + (today - first) / 2) / (today - first));
}

static void day_row(const struct figure_list_row *row, int32_t today, struct desk_view *ret)
{
	if (row->kind == FIGURE_ACTIVE)
		ret->day_count[row->day - ret->day_first] = (int32_t)row->value;
	if (row->kind == FIGURE_JPY && row->day == today)
		ret->today_sum.amount = row->value;
}

/* Of the newest day on which the lines were counted; rows come day by day. */
static void lines_row(const struct figure_list_row *row, struct desk_view *ret)
{
	int64_t bucket = row->kind - FIGURE_LINES_0;

	if (bucket >= 0 && bucket < DESK_BUCKET_COUNT)
		ret->bucket_count[bucket] = (int32_t)row->value;
	if (row->kind == FIGURE_LOSING) {
		ret->losing_known = true;
		ret->losing_count = (int32_t)row->value;
	}
	if (row->kind == FIGURE_LOSING_TOLD)
		ret->losing_told_count = (int32_t)row->value;
}
