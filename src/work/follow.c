/*
 * follow.c - see follow.h.
 */
#include "work/follow.h"

#include "base/log.h"
#include "base/str.h"

static bool    row_moved(const struct job_get_row *before, const struct job_get_row *after);
static int64_t alarm_ms(enum job_kind kind, int64_t created_ms);

enum err follow_begin(struct store *store, const struct errand *errand, struct follow *ret)
{
	enum err err = job_get(store->db, store->arena, errand->job.id, &ret->before);

	ret->found = err == ERR_OK;
	ret->alarmed = ret->found && !ret->before.note_null &&
	               str_starts(ret->before.note, STR(FOLLOW_ALARM));
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err follow_end(struct store *store, struct errand *errand, const struct follow *follow,
                    const struct follow_plan *plan, bool *ret_alarm)
{
	struct job_get_row job;
	int64_t            now_ms = store->now_ms, due_ms, told_ms;
	struct str         note = plan->reason;
	bool               alarmed;
	enum err           err;

	*ret_alarm = false;
	if (!follow->found) {
		return ERR_OK;
	}
	err = job_get(store->db, store->arena, errand->job.id, &job);
	if (err != ERR_OK) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	if (job.desk != 0 || job.created_ms != follow->before.created_ms) {
		return ERR_OK; /* another wait has begun */
	}
	due_ms = job.due_ms;
	if (follow->before.kind == errand->job.kind && !row_moved(&follow->before, &job)) {
		job.kind = plan->kind;
		due_ms = plan->kind == JOB_PAY_WATCH
		             ? job_watch_ms(plan->pace, job.created_ms, now_ms)
		             : job_next_ms(plan->kind, job.created_ms, now_ms);
	}
	alarmed = plan->alarms &&
	          (follow->alarmed || job_alarms((enum job_kind)job.kind, job.created_ms, now_ms));
	told_ms = alarm_ms((enum job_kind)job.kind, job.created_ms);
	if (plan->alarms && told_ms > now_ms && told_ms < due_ms) {
		due_ms = told_ms;
	}
	if (plan->not_after_ms > now_ms && plan->not_after_ms < due_ms) {
		due_ms = plan->not_after_ms;
	}
	if (alarmed) {
		note = arena_printf(store->arena, FOLLOW_ALARM "%.*s", STR_ARG(plan->reason));
	}
	if (alarmed && !follow->alarmed) {
		*ret_alarm = true;
		log_line(LOG_ERROR, "partner keeps us waiting", LOG_NUMBER("job", job.id),
		         LOG_TEXT("kind", job_kind_name((enum job_kind)job.kind)),
		         LOG_TEXT("reason", plan->reason));
		errand_alarmed(errand);
	}
	return job_set(store->db, &(struct job_set_args){
				      .id = job.id,
				      .kind = job.kind,
				      .created_ms = job.created_ms,
				      .due_ms = due_ms,
				      .attempt = follow->before.attempt + 1,
				      .desk = plan->desk,
				      .note = note.len > 0 ? &note : NULL,
				  });
}

enum job_pace follow_pace(enum pay_method method)
{
	static const enum job_pace paces[PAY_METHOD_COUNT] = {
		[PAY_STRIPE] = JOB_PACE_CARD,     [PAY_PAYPAL] = JOB_PACE_CARD,
		[PAY_ANTOM] = JOB_PACE_WALLET,    [PAY_ALIPAY] = JOB_PACE_WALLET,
		[PAY_WECHAT] = JOB_PACE_WALLET,   [PAY_UNIONPAY] = JOB_PACE_UNIONPAY,
		[PAY_SANDBOX] = JOB_PACE_DEFAULT, [PAY_NONE] = JOB_PACE_DEFAULT,
	};

	assert(method < PAY_METHOD_COUNT);
	return paces[method];
}

/* Has the step, or somebody else, planned the next try already? */
static bool row_moved(const struct job_get_row *before, const struct job_get_row *after)
{
	return before->kind != after->kind || before->due_ms != after->due_ms;
}

/* The first millisecond at which job_alarms() says yes; INT64_MAX: never. */
static int64_t alarm_ms(enum job_kind kind, int64_t created_ms)
{
	static const int32_t after_s[JOB_KIND_COUNT] = {
#define X(id, name, subject, alarm_s) [JOB_##id] = (alarm_s),
		JOB_KINDS(X)
#undef X
	};

	return after_s[kind] == 0 ? INT64_MAX : created_ms + (int64_t)after_s[kind] * 1000;
}
