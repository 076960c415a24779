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

#define SCHEDULE(table) \
	{ \
		.offset_s = (table), .count = COUNT_OF(table) \
	}
static const struct schedule schedules[JOB_KIND_COUNT] = {
	[JOB_PAY_WATCH] = SCHEDULE(watch_s), [JOB_PAY_UNKNOWN] = SCHEDULE(unknown_s),
	[JOB_DELIVER] = SCHEDULE(unknown_s), [JOB_DELIVERY_ASK] = SCHEDULE(unknown_s),
	[JOB_REFUND] = SCHEDULE(unknown_s),  [JOB_MAIL] = SCHEDULE(unknown_s),
	[JOB_HOOK] = SCHEDULE(unknown_s),    [JOB_SWEEP] = SCHEDULE(unknown_s),
	[JOB_RATES] = SCHEDULE(unknown_s),
};

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
	const struct schedule *schedule = &schedules[kind];
	int64_t                age_ms = now_ms - created_ms;

	for (size_t i = 0; i < schedule->count; i++) {
		if ((int64_t)schedule->offset_s[i] * 1000 > age_ms) {
			return created_ms + (int64_t)schedule->offset_s[i] * 1000;
		}
	}
	/* Daily from the beginning on; a clock that jumped back was handled above. */
	return created_ms + (age_ms / DAY_MS + 1) * DAY_MS;
}

bool job_alarms(enum job_kind kind, int64_t created_ms, int64_t now_ms)
{
#define X(id, name, subject, alarm_s) [JOB_##id] = alarm_s,
	static const int32_t after_s[JOB_KIND_COUNT] = { JOB_KINDS(X) };
#undef X
	assert(kind < JOB_KIND_COUNT);
	return after_s[kind] > 0 && now_ms - created_ms >= (int64_t)after_s[kind] * 1000;
}
