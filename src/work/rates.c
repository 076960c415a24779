/*
 * rates.c - RATES: new exchange rates, each working day when they are out, and
 * each hour again until they are there.  A failure is logged once, and stands
 * in the job's row for the desk until it is over; sales go on at the rates we
 * have until those are too old.  DOMAIN 11.
 */
#include "work/rates.h"

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "store/post.h"
#include "work/errand.h"
#include "work/rate_fetch.h"

struct rates {
	struct rate_fetch fetch;
	struct net_call   call;
};

static void     rates_ask(struct errand *errand);
static void     rates_answered(struct errand *errand);
static enum err rates_apply(struct store *store, struct errand *errand);
static enum err failed_apply(struct store *store, struct errand *errand);
static enum err off_apply(struct store *store, struct errand *errand);
static enum err plan(struct store *store, struct errand *errand, int32_t newest_day,
                     struct str problem);

enum err rates_plan(struct store *store)
{
	struct job_of_kind_row job;
	enum err               err;

	if (!rate_fetch_scheduled(store->config)) {
		return ERR_OK;
	}
	err = job_of_kind(store->db, JOB_RATES, &job);
	return err == ERR_NOT_FOUND ? job_add(store->db, post_next(store, COUNTER_job), JOB_RATES,
	                                      0, store->now_ms, store->now_ms)
	                            : err;
}

void rates_begin(struct errand *errand)
{
	const struct work_setup *setup = errand_setup(errand);
	struct rates            *rates = ARENA_NEW(&errand->arena, struct rates);
	int32_t                  known_day = 0;
	enum err err = rates == NULL ? ERR_MEMORY : rate_fetch_known(setup->db, &known_day);

	errand->task = rates;
	if (err != ERR_OK) {
		errand_fail(errand, err);
		return;
	}
	if (!rate_fetch_scheduled(setup->config)) {
		errand_store(errand, off_apply, NULL);
		return;
	}
	rate_fetch_begin(&rates->fetch, &errand->arena, setup->config, known_day,
	                 errand->now_ms / 1000);
	rates_ask(errand);
}

static void rates_ask(struct errand *errand)
{
	struct rates *rates = errand->task;

	rate_fetch_call(&rates->fetch, &rates->call);
	errand_call(errand, &rates->call, rates_answered);
}

static void rates_answered(struct errand *errand)
{
	struct rates *rates = errand->task;

	switch (rate_fetch_answered(&rates->fetch, &rates->call)) {
	case RATE_FETCH_MORE:
		rates_ask(errand);
		return;
	case RATE_FETCH_DONE:
		errand_store(errand, rates_apply, NULL);
		return;
	case RATE_FETCH_FAILED:
		errand_store(errand, failed_apply, NULL);
		return;
	case RATE_FETCH_STEP_COUNT:
		break;
	}
	assert(false);
}

static enum err rates_apply(struct store *store, struct errand *errand)
{
	struct rates      *rates = errand->task;
	struct rate_fetch *fetch = &rates->fetch;
	struct str         problem = { 0 };
	int32_t            newest_day = fetch->newest_day > fetch->known_day ? fetch->newest_day
	                                                                     : fetch->known_day;
	enum err           err = rate_fetch_store(store->db, store->arena, fetch);

	if (err != ERR_OK) {
		return err;
	}
	if (fetch->put_count[RATE_DIFFERS] > 0) {
		problem = arena_printf(store->arena,
		                       "%lld of its rates %s from what was published before",
		                       (long long)fetch->put_count[RATE_DIFFERS],
		                       fetch->put_count[RATE_DIFFERS] == 1 ? "differs" : "differ");
	}
	if (fetch->put_count[RATE_ADDED] + fetch->put_count[RATE_REPLACED] > 0) {
		log_line(LOG_INFO, "rates fetched",
		         LOG_TEXT("day", iso_day(store->arena, newest_day)),
		         LOG_NUMBER("added", fetch->put_count[RATE_ADDED]),
		         LOG_NUMBER("replaced", fetch->put_count[RATE_REPLACED]));
	}
	return plan(store, errand, newest_day, problem);
}

static enum err failed_apply(struct store *store, struct errand *errand)
{
	const struct rates *rates = errand->task;

	return plan(store, errand, rates->fetch.known_day, rates->fetch.problem);
}

/* The setting is gone: nobody asks any more. */
static enum err off_apply(struct store *store, struct errand *errand)
{
	return job_end(store->db, errand->job.id);
}

/* created_ms is when this wait began; a problem stays in the note. */
static enum err plan(struct store *store, struct errand *errand, int32_t newest_day,
                     struct str problem)
{
	struct job_get_row before;
	bool               failing = problem.len > 0, failed;
	int64_t            next_s = fx_ecb_next_s(newest_day, store->now_ms / 1000);
	enum err           err = job_get(store->db, store->arena, errand->job.id, &before);

	if (err != ERR_OK) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	failed = !before.note_null && before.note.len > 0;
	if (failing && !failed) {
		log_line(LOG_WARN, "rates could not be fetched", LOG_TEXT("problem", problem));
	} else if (!failing && failed) {
		log_line(LOG_NOTE, "rates can be fetched again",
		         LOG_TEXT("day", iso_day(store->arena, newest_day)));
	}
	/* What went wrong is tried again within the hour, even before a day is due. */
	if (failing && next_s > store->now_ms / 1000 + RATES_AGAIN_S) {
		next_s = store->now_ms / 1000 + RATES_AGAIN_S;
	}
	return job_set(store->db,
	               &(struct job_set_args){
			   .id = before.id,
			   .kind = JOB_RATES,
			   .created_ms = failing && failed ? before.created_ms : store->now_ms,
			   .due_ms = next_s * 1000,
			   .attempt = failing ? before.attempt + 1 : 0,
			   .note = failing ? &problem : NULL,
		       });
}
