/*
 * metric.h - what the web counts, and its text for /metrics.
 *
 * Counters belong to the loop's thread and are plain numbers.  Names and units
 * follow Prometheus' text format 0.0.4: keepline_…_total, _seconds.  No label
 * ever names a person, a line or an order.  WEB 1 (metrics).
 */
#pragma once
#include "base/buf.h"

#define METRIC_ROUTE_MAX 128 /* rows of routes.def that are told apart */
#define METRIC_TEXT_MAX  ((size_t)256 * 1024)

/*   bucket   upper bound, ms   its label, seconds */
#define METRIC_BUCKETS(X)      \
	X(1MS,   1,    "0.001") \
	X(2MS,   2,    "0.002") \
	X(5MS,   5,    "0.005") \
	X(10MS,  10,   "0.01")  \
	X(25MS,  25,   "0.025") \
	X(100MS, 100,  "0.1")   \
	X(500MS, 500,  "0.5")   \
	X(2S,    2000, "2")     \
	X(10S,  10000, "10")

#define X(id, ms, label) METRIC_BUCKET_##id,
enum metric_bucket { METRIC_BUCKETS(X) METRIC_BUCKET_COUNT };
#undef X

/* What came of a request. */
enum metric_class { METRIC_2XX, METRIC_3XX, METRIC_4XX, METRIC_5XX, METRIC_CLASS_COUNT };

struct metrics {
	/* the last row is for addresses that do not exist */
	uint64_t route[METRIC_ROUTE_MAX + 1][METRIC_CLASS_COUNT];
	uint64_t bucket[METRIC_BUCKET_COUNT + 1]; /* the last one: longer */
	uint64_t duration_ms;
	uint64_t bytes_plain, bytes_packed; /* dynamic bodies before and after packing */
	uint64_t limited;                   /* requests refused by a rate limit */
	uint64_t strict;                    /* connections refused for ambiguous headers */
	uint64_t deadline;                  /* parked requests that took too long */
	uint64_t login_ok, login_failed, csrf_refused;
	uint64_t connections;               /* open now */
	uint64_t parked;                    /* waiting now */
	int64_t  started_ms;
};

struct web;

void metric_request(struct metrics *metrics, size_t route, int status, int64_t duration_ms);
/* Everything, in the exposition format. */
void metric_text(struct web *web, struct buf *ret);
