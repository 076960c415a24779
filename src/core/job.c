/*
 * job.c - the schedules; see job.h.
 */
#include "core/job.h"

#define DAY_MS 86400000

struct schedule {
	const int32_t *offset_s; /* after the beginning, ascending */
	size_t         count;
};

static const int32_t unknown_s[] = { 10, 30, 120, 600, 3600, 21600 };
static const int32_t watch_s[] = { 10,  20,  40,  60,  110, 160, 210, 260, 310, 360,  410,  460,
	                           510, 560, 610, 660, 710, 760, 810, 860, 910, 1800, 3600, 21600 };

static const int32_t start_s[] = { 1, 2, 4, 8, 15, 30, 60, 120, 240, 480, 900, 3600 };
static const int32_t funds_s[] = { 21600, 43200, 64800, 86400, 108000, 129600, 151200, 172800 };
/* The first quarter of an hour is common to all: no callback is waited for longer (P11). */
#define QUARTER 110, 160, 210, 260, 310, 360, 410, 460, 510, 560, 610, 660, 710, 760, 810, 860, 910
static const int32_t wallet_s[] = { 5, 10, 30, 60, QUARTER, 1200, 1800, 3600, 21600 };
static const int32_t card_s[] = { 40, 80, QUARTER, 3600, 7200, 21600 };
static const int32_t unionpay_s[] = { 5, 10, 20, 40, 60, QUARTER, 1800, 3600, 7200, 21600 };

#define SCHEDULE(table) \
	{ \
		.offset_s = (table), .count = COUNT_OF(table) \
	}
static const struct schedule schedules[JOB_KIND_COUNT] = {
	[JOB_PAY_WATCH] = SCHEDULE(watch_s),    [JOB_PAY_UNKNOWN] = SCHEDULE(unknown_s),
	[JOB_DELIVER] = SCHEDULE(unknown_s),    [JOB_DELIVERY_ASK] = SCHEDULE(unknown_s),
	[JOB_REFUND] = SCHEDULE(unknown_s),     [JOB_MAIL] = SCHEDULE(unknown_s),
	[JOB_HOOK] = SCHEDULE(unknown_s),       [JOB_SWEEP] = SCHEDULE(unknown_s),
	[JOB_RATES] = SCHEDULE(unknown_s),      [JOB_PAY_START] = SCHEDULE(start_s),
	[JOB_REFUND_FUNDS] = SCHEDULE(funds_s),
};
static const struct schedule paces[JOB_PACE_COUNT] = {
	[JOB_PACE_DEFAULT] = SCHEDULE(watch_s),
	[JOB_PACE_WALLET] = SCHEDULE(wallet_s),
	[JOB_PACE_CARD] = SCHEDULE(card_s),
	[JOB_PACE_UNIONPAY] = SCHEDULE(unionpay_s),
};

static int64_t next_ms(const struct schedule *schedule, int64_t created_ms, int64_t now_ms);

struct str job_kind_name(enum job_kind kind)
{
#define X(id, name, subject, alarm_s) [JOB_##id] = { .ptr = name, .len = sizeof(name) - 1 },
	static const struct str names[JOB_KIND_COUNT] = { JOB_KINDS(X) };
#undef X
	assert(kind < JOB_KIND_COUNT);
	return names[kind];
}

int64_t job_next_ms(enum job_kind kind, int64_t created_ms, int64_t now_ms)
{
	assert(kind < JOB_KIND_COUNT);
	return next_ms(&schedules[kind], created_ms, now_ms);
}

int64_t job_watch_ms(enum job_pace pace, int64_t created_ms, int64_t now_ms)
{
	assert(pace < JOB_PACE_COUNT);
	return next_ms(&paces[pace], created_ms, now_ms);
}

bool job_of_order(enum job_kind kind)
{
	return kind <= JOB_REFUND || kind == JOB_PAY_START || kind == JOB_REFUND_FUNDS;
}

bool job_alarms(enum job_kind kind, int64_t created_ms, int64_t now_ms)
{
#define X(id, name, subject, alarm_s) [JOB_##id] = alarm_s,
	static const int32_t after_s[JOB_KIND_COUNT] = { JOB_KINDS(X) };
#undef X
	assert(kind < JOB_KIND_COUNT);
	return after_s[kind] > 0 && now_ms - created_ms >= (int64_t)after_s[kind] * 1000;
}

static int64_t next_ms(const struct schedule *schedule, int64_t created_ms, int64_t now_ms)
{
	int64_t age_ms = now_ms - created_ms;

	for (size_t i = 0; i < schedule->count; i++) {
		if ((int64_t)schedule->offset_s[i] * 1000 > age_ms) {
			return created_ms + (int64_t)schedule->offset_s[i] * 1000;
		}
	}
	/* Daily from the beginning on; a clock that jumped back was handled above. */
	return created_ms + (age_ms / DAY_MS + 1) * DAY_MS;
}
