/*
 * keep_phase.c - where a line stands in its keep days, and which notice is due.
 */
#include "core/keep.h"

static int32_t half_day(const struct keep_result *result);
static int32_t notice_day(const struct keep_result *result, enum keep_notice notice);
static bool    in_service(enum line_state state);

enum keep_phase keep_phase(const struct keep_result *result, int32_t today)
{
	if (!result->dated)
		return KEEP_PHASE_WORKING;
	if (today > result->lost_day)
		return KEEP_PHASE_LOST;
	if (today > result->safe_until_day)
		return today < half_day(result) ? KEEP_PHASE_SUSPENDED : KEEP_PHASE_GRACE;
	if (result->safe_until_day - today < result->expiring_days)
		return KEEP_PHASE_EXPIRING;
	return KEEP_PHASE_WORKING;
}

enum keep_works keep_works(const struct keep_rule *rule, enum keep_phase phase)
{
	if (phase == KEEP_PHASE_LOST)
		return KEEP_WORKS_NOTHING;
	if (phase == KEEP_PHASE_SUSPENDED || phase == KEEP_PHASE_GRACE)
		return rule->works_suspended;
	return rule->works_open;
}

enum keep_buy keep_buy(const struct keep_rule *rule, enum keep_phase phase)
{
	if (phase == KEEP_PHASE_LOST)
		return KEEP_BUY_NO;
	if (phase == KEEP_PHASE_SUSPENDED || phase == KEEP_PHASE_GRACE)
		return rule->buy_suspended;
	return KEEP_BUY_YES;
}

enum line_state keep_line_state(enum keep_phase phase, enum line_state now)
{
	static const enum line_state states[KEEP_PHASE_COUNT] = {
		[KEEP_PHASE_WORKING] = LINE_ACTIVE,      [KEEP_PHASE_EXPIRING] = LINE_EXPIRING,
		[KEEP_PHASE_SUSPENDED] = LINE_SUSPENDED, [KEEP_PHASE_GRACE] = LINE_GRACE,
		[KEEP_PHASE_LOST] = LINE_GRACE,
	};

	if (!in_service(now))
		return now;
	if (now == LINE_PARKED && (phase == KEEP_PHASE_WORKING || phase == KEEP_PHASE_EXPIRING))
		return now;
	if (now == LINE_LOW && phase == KEEP_PHASE_WORKING)
		return now;
	return states[phase];
}

bool keep_next_notice(const struct keep_result *result, struct keep_notice_sent last, int32_t today,
                      struct keep_notice_due *ret)
{
	enum keep_notice       after = KEEP_NOTICE_NONE;
	struct keep_notice_due due = { .notice = KEEP_NOTICE_NONE };

	if (!result->dated)
		return false;
	if (last.safe_until_day == result->safe_until_day)
		after = last.notice;
	for (int i = (int)after + 1; i < KEEP_NOTICE_COUNT; i++) {
		int32_t day = notice_day(result, (enum keep_notice)i);

		if (day == KEEP_DAY_NONE || day < result->cause_day)
			continue;
		if (day > today && due.notice != KEEP_NOTICE_NONE)
			break;
		due = (struct keep_notice_due){ .notice = (enum keep_notice)i, .day = day };
		if (day > today)
			break;
	}
	if (due.notice == KEEP_NOTICE_NONE)
		return false;
	*ret = due;
	return true;
}

int32_t keep_notice_days(enum keep_notice notice)
{
#define X(id, days) [KEEP_NOTICE_##id] = (days),
	static const int32_t days_before[] = { KEEP_NOTICES(X) };
#undef X
	return days_before[notice];
}

/* The first day of the grace's second half; the day after a grace of 1 or 0. */
static int32_t half_day(const struct keep_result *result)
{
	int32_t grace_days = result->lost_day - result->safe_until_day;

	return result->suspended_day + (grace_days + 1) / 2;
}

/* KEEP_DAY_NONE: this notice does not exist for these days. */
static int32_t notice_day(const struct keep_result *result, enum keep_notice notice)
{
	int32_t grace_days = result->lost_day - result->safe_until_day;
	int32_t cancel_day = result->lost_day - 2; /* 3 days before lost_day + 1 */

	switch (notice) {
	case KEEP_NOTICE_SUSPENDED:
		return grace_days > 0 ? result->suspended_day : KEEP_DAY_NONE;
	case KEEP_NOTICE_HALF:
		return half_day(result) < cancel_day ? half_day(result) : KEEP_DAY_NONE;
	case KEEP_NOTICE_CANCEL:
		return cancel_day > result->suspended_day ? cancel_day : KEEP_DAY_NONE;
	case KEEP_NOTICE_LOST:
		return result->lost_day + 1;
	default:
		return result->safe_until_day - keep_notice_days(notice);
	}
}

static bool in_service(enum line_state state)
{
	return state == LINE_ACTIVE || state == LINE_LOW || state == LINE_PARKED ||
	       state == LINE_EXPIRING || state == LINE_SUSPENDED || state == LINE_GRACE;
}
