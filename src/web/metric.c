/*
 * metric.c - counting, and writing the counts down.
 */
#include "web/metric.h"

#include "store/job_sql.h"
#include "store/work_sql.h"
#include "web/route.h"
#include "web/web.h"

static const int64_t bucket_ms[METRIC_BUCKET_COUNT] = {
#define X(id, ms, label) [METRIC_BUCKET_##id] = (ms),
	METRIC_BUCKETS(X)
#undef X
};
static const char *const bucket_label[METRIC_BUCKET_COUNT] = {
#define X(id, ms, label) [METRIC_BUCKET_##id] = (label),
	METRIC_BUCKETS(X)
#undef X
};

static void text_jobs(struct web *web, struct buf *buf);
static void text_routes(const struct metrics *metrics, struct buf *buf);
static void text_durations(const struct metrics *metrics, struct buf *buf);
static void text_one(struct buf *buf, const char *name, const char *type, const char *help,
                     uint64_t value);

void metric_request(struct metrics *metrics, size_t route, int status, int64_t duration_ms)
{
	int class = status / 100 - 2;
	size_t bucket = 0;

	if (class < 0 || class >= METRIC_CLASS_COUNT)
		class = METRIC_5XX;
	metrics->route[route < METRIC_ROUTE_MAX ? route : METRIC_ROUTE_MAX][class]++;
	while (bucket < METRIC_BUCKET_COUNT && duration_ms > bucket_ms[bucket])
		bucket++;
	metrics->bucket[bucket]++;
	metrics->duration_ms += (uint64_t)(duration_ms > 0 ? duration_ms : 0);
}

void metric_text(struct web *web, struct buf *ret)
{
	const struct metrics *metrics = &web->metrics;

	text_routes(metrics, ret);
	text_durations(metrics, ret);
	text_one(ret, "http_body_bytes_total", "counter", "Dynamic bodies before compression.",
	         metrics->bytes_plain);
	text_one(ret, "http_packed_bytes_total", "counter", "Dynamic bodies as they were sent.",
	         metrics->bytes_packed);
	text_one(ret, "http_rate_limited_total", "counter", "Requests refused by a rate limit.",
	         metrics->limited);
	text_one(ret, "http_strict_refused_total", "counter",
	         "Requests refused for ambiguous or damaged headers.", metrics->strict);
	text_one(ret, "http_deadline_total", "counter",
	         "Parked requests that were answered by their deadline.", metrics->deadline);
	text_one(ret, "csrf_refused_total", "counter", "Forms without a valid token or origin.",
	         metrics->csrf_refused);
	text_one(ret, "logins_total", "counter", "Logins that succeeded.", metrics->login_ok);
	text_one(ret, "login_failures_total", "counter", "Logins that failed.",
	         metrics->login_failed);
	text_one(ret, "http_connections", "gauge", "Open connections.", metrics->connections);
	text_one(ret, "http_parked", "gauge", "Requests that wait for a commit or a worker.",
	         metrics->parked);
	text_one(ret, "password_queue", "gauge", "Password hashes that wait or run.",
	         pool_waiting(web->pool));
	text_one(ret, "writer_queue", "gauge", "Commands that wait for a commit.",
	         writer_waiting(web->writer));
	text_one(ret, "wal_pages", "gauge", "Pages in the write-ahead log.",
	         (uint64_t)writer_wal_pages(web->writer));
	text_jobs(web, ret);
	text_one(ret, "start_time_seconds", "gauge", "When this process began to serve.",
	         (uint64_t)(metrics->started_ms / 1000));
}

/* What the worker has to do, as the job table says. */
static void text_jobs(struct web *web, struct buf *buf)
{
	struct job_counts_row  counts;
	struct job_alarmed_row alarmed;

	if (job_counts(web->db, &counts) != ERR_OK || job_alarmed(web->db, &alarmed) != ERR_OK)
		return;
	text_one(buf, "jobs", "gauge", "Jobs that are not done.", (uint64_t)counts.total);
	text_one(buf, "jobs_desk", "gauge", "Jobs that wait for a person.", (uint64_t)counts.desk);
	text_one(buf, "jobs_alarmed", "gauge",
	         "Waits for a partner so long that a person was told.", (uint64_t)alarmed.count);
}

static void text_routes(const struct metrics *metrics, struct buf *buf)
{
	static const char *const classes[METRIC_CLASS_COUNT] = { "2xx", "3xx", "4xx", "5xx" };
	static const char *const methods[METHOD_COUNT] = { "GET", "POST" };

	buf_printf(buf, "# HELP keepline_http_requests_total Answered requests.\n"
	                "# TYPE keepline_http_requests_total counter\n");
	for (size_t i = 0; i <= METRIC_ROUTE_MAX; i++) {
		const struct route *route = i < route_count() ? route_at(i) : NULL;

		for (size_t c = 0; c < METRIC_CLASS_COUNT; c++) {
			if (metrics->route[i][c] == 0)
				continue;
			buf_printf(buf,
			           "keepline_http_requests_total{route=\"%s\",method=\"%s\","
			           "status=\"%s\"} %llu\n",
			           route != NULL ? route->pattern : "none",
			           route != NULL ? methods[route->method] : "any", classes[c],
			           (unsigned long long)metrics->route[i][c]);
		}
	}
}

static void text_durations(const struct metrics *metrics, struct buf *buf)
{
	uint64_t sum = 0;

	buf_printf(buf, "# HELP keepline_http_request_duration_seconds From the last byte of the "
	                "request to the answer.\n"
	                "# TYPE keepline_http_request_duration_seconds histogram\n");
	for (size_t i = 0; i < METRIC_BUCKET_COUNT; i++) {
		sum += metrics->bucket[i];
		buf_printf(buf, "keepline_http_request_duration_seconds_bucket{le=\"%s\"} %llu\n",
		           bucket_label[i], (unsigned long long)sum);
	}
	sum += metrics->bucket[METRIC_BUCKET_COUNT];
	buf_printf(buf,
	           "keepline_http_request_duration_seconds_bucket{le=\"+Inf\"} %llu\n"
	           "keepline_http_request_duration_seconds_sum %llu.%03llu\n"
	           "keepline_http_request_duration_seconds_count %llu\n",
	           (unsigned long long)sum, (unsigned long long)(metrics->duration_ms / 1000),
	           (unsigned long long)(metrics->duration_ms % 1000), (unsigned long long)sum);
}

static void text_one(struct buf *buf, const char *name, const char *type, const char *help,
                     uint64_t value)
{
	buf_printf(buf, "# HELP keepline_%s %s\n# TYPE keepline_%s %s\nkeepline_%s %llu\n", name,
	           help, name, type, name, (unsigned long long)value);
}
