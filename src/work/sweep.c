/*
 * sweep.c - see sweep.h.
 */
#include "work/sweep.h"

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "store/desk_sql.h"
#include "store/ledger_sql.h"
#include "store/line_keep.h"
#include "store/notice_command.h"
#include "store/post.h"
#include "work/errand.h"

#define SWEEP_AT_S  300 /* after midnight in Tokyo */
#define ORDER_SPAN  50000
#define NOTICE_BITS 4
#define LINE_BINS   5
#define LOSING_DAYS 7  /* the desk counts the numbers that are lost so soon */
#define OWNERS_MAX  20 /* as account_of_line() gives at once */

enum phase_id { PHASE_LINES, PHASE_QUOTES, PHASE_ONCE, PHASE_COUNT };

struct sweep {
	enum phase_id phase;
	int64_t       cursor;
	bool          more; /* of this phase, behind the cursor */
	int32_t       today;
	int64_t       now_s, begun_ms;
	int64_t       bins[LINE_BINS];
	int64_t       losing, losing_told;
	int64_t       lines, changed;
	int64_t      *id; /* what the next commands change */
	size_t        count, next;
};

/* What a line should look like today. */
struct verdict {
	enum line_state state;
	int32_t         safe_until_day, lost_day;
	int64_t         noticed_day;
	bool            tells;
	enum notice     notice;
	int32_t         notice_day; /* the day that its words name */
	int32_t         days_left;  /* INT32_MAX: no end is known; negative: lost */
	bool            losing;     /* lost within LOSING_DAYS */
};

static void     sweep_read(struct errand *errand);
static void     sweep_change(struct errand *errand);
static void     sweep_changed(struct errand *errand);
static enum err lines_read(struct errand *errand, struct sweep *sweep);
static enum err lines_apply(struct store *store, struct errand *errand);
static enum err line_apply(struct store *store, int64_t id, int32_t today);
static bool line_judge(const struct catalogue *catalogue, struct str brand, enum line_state state,
                       const struct keep_columns *columns, int64_t noticed_day, int32_t today,
                       struct verdict *ret);
static void line_notice(const struct keep_result *result, int64_t noticed_day, int32_t today,
                        struct verdict *ret);
static enum err line_tell(struct store *store, int64_t line_id, const struct verdict *verdict);
static void     line_count(struct sweep *sweep, const struct verdict *verdict);
static enum err losing_count(struct db *db, struct sweep *sweep, int64_t line_id,
                             const struct verdict *verdict);
static enum err quotes_read(struct errand *errand, struct sweep *sweep);
static enum err quotes_apply(struct store *store, struct errand *errand);
static enum err once_read(struct errand *errand, struct sweep *sweep);
static enum err once_apply(struct store *store, struct errand *errand);
static enum err end_apply(struct store *store, struct errand *errand);

static const struct {
	enum err (*read)(struct errand *errand, struct sweep *sweep);
	errand_apply *apply;
} phases[PHASE_COUNT] = {
	[PHASE_LINES] = { .read = lines_read, .apply = lines_apply },
	[PHASE_QUOTES] = { .read = quotes_read, .apply = quotes_apply },
	[PHASE_ONCE] = { .read = once_read, .apply = once_apply },
};

enum err sweep_ask(struct store *store)
{
	struct job_of_kind_row job;
	enum err               err = job_of_kind(store->db, JOB_SWEEP, &job);

	if (err == ERR_NOT_FOUND) {
		return job_add(store->db, post_next(store, COUNTER_job), JOB_SWEEP, 0,
		               store->now_ms, store->now_ms);
	}
	if (err != ERR_OK) {
		return err;
	}
	return job_set(store->db, &(struct job_set_args){
				      .id = job.id,
				      .kind = JOB_SWEEP,
				      .created_ms = job.created_ms,
				      .due_ms = store->now_ms,
				      .attempt = job.attempt,
				  });
}

int64_t sweep_notice_pack(int32_t safe_until_day, int notice)
{
	return (int64_t)safe_until_day << NOTICE_BITS | notice;
}

void sweep_begin(struct errand *errand)
{
	struct sweep *sweep = ARENA_NEW(&errand->arena, struct sweep);

	errand->task = sweep;
	if (sweep != NULL) {
		sweep->id = ARENA_ARRAY(&errand->arena, int64_t, SWEEP_SLICE_MAX);
	}
	if (errand->arena.failed) {
		errand_fail(errand, ERR_MEMORY);
		return;
	}
	sweep->now_s = errand->now_ms / 1000;
	sweep->begun_ms = errand->now_ms;
	sweep->today = tokyo_day(sweep->now_s);
	sweep_read(errand);
}

/* The next slice, and then its changes, command by command. */
static void sweep_read(struct errand *errand)
{
	struct sweep *sweep = errand->task;
	enum err      err;

	sweep->count = sweep->next = 0;
	if (sweep->phase == PHASE_COUNT) {
		errand_store(errand, end_apply, NULL);
		return;
	}
	sweep->more = false;
	err = phases[sweep->phase].read(errand, sweep);
	if (err != ERR_OK) {
		errand_fail(errand, err);
		return;
	}
	sweep_change(errand);
}

/* Even without a change: so that the others get their turn between slices. */
static void sweep_change(struct errand *errand)
{
	const struct sweep *sweep = errand->task;

	errand_store(errand, phases[sweep->phase].apply, sweep_changed);
}

static void sweep_changed(struct errand *errand)
{
	struct sweep *sweep = errand->task;

	sweep->next += SWEEP_CHANGE_MAX;
	if (sweep->next < sweep->count) {
		sweep_change(errand);
		return;
	}
	if (!sweep->more) {
		sweep->phase++;
		sweep->cursor = 0;
	}
	sweep_read(errand);
}

static enum err lines_read(struct errand *errand, struct sweep *sweep)
{
	const struct work_setup *setup = errand_setup(errand);
	struct line_sweep_row   *rows;
	size_t                   count;
	struct verdict           verdict;
	enum err err = line_sweep(setup->db, errand_scratch(errand), sweep->cursor, SWEEP_SLICE_MAX,
	                          &rows, &count);

	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		const struct line_sweep_row *row = &rows[i];
		struct keep_columns columns = { .value = { row->keep_a, row->keep_b, row->keep_c,
			                                   row->keep_d, row->keep_e,
			                                   row->keep_order } };

		if (row->state < 0 || row->state >= LINE_STATE_COUNT) {
			return ERR_CORRUPT;
		}
		sweep->cursor = row->id;
		if (!line_judge(setup->catalogue, row->brand, (enum line_state)row->state, &columns,
		                row->noticed_day, sweep->today, &verdict)) {
			continue;
		}
		line_count(sweep, &verdict);
		err = losing_count(setup->db, sweep, row->id, &verdict);
		if ((int64_t)verdict.state != row->state ||
		    verdict.noticed_day != row->noticed_day ||
		    verdict.safe_until_day != row->safe_until_day ||
		    verdict.lost_day != row->lost_day) {
			sweep->id[sweep->count++] = row->id;
		}
	}
	if (err == ERR_OK) {
		sweep->lines += (int64_t)count;
		sweep->changed += (int64_t)sweep->count;
		sweep->more = count == SWEEP_SLICE_MAX;
	}
	return err;
}

static enum err lines_apply(struct store *store, struct errand *errand)
{
	const struct sweep *sweep = errand->task;
	size_t              end = sweep->next + SWEEP_CHANGE_MAX;
	enum err            err = ERR_OK;

	for (size_t i = sweep->next; err == ERR_OK && i < end && i < sweep->count; i++) {
		err = line_apply(store, sweep->id[i], sweep->today);
	}
	return err;
}

/* Judged again in the transaction: a top-up may have come between. */
static enum err line_apply(struct store *store, int64_t id, int32_t today)
{
	struct line_get_row line;
	struct verdict      verdict;
	enum err            err = line_get(store->db, store->arena, id, &line);
	struct keep_columns columns;

	if (err != ERR_OK) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	columns = (struct keep_columns){ .value = { line.keep_a, line.keep_b, line.keep_c,
		                                    line.keep_d, line.keep_e, line.keep_order } };
	if (!line_judge(store->catalogue, line.brand, (enum line_state)line.state, &columns,
	                line.noticed_day, today, &verdict)) {
		return ERR_OK;
	}
	err = line_sweep_set(store->db, id, verdict.state, verdict.safe_until_day, verdict.lost_day,
	                     verdict.noticed_day);
	return err == ERR_OK && verdict.tells ? line_tell(store, id, &verdict) : err;
}

/* False: nothing is known of its days, or it is no line of anybody now. */
static bool line_judge(const struct catalogue *catalogue, struct str brand, enum line_state state,
                       const struct keep_columns *columns, int64_t noticed_day, int32_t today,
                       struct verdict *ret)
{
	struct line_keep   keep;
	struct keep_result result;

	if (state == LINE_CANCELLED || state == LINE_QUARANTINE || state == LINE_FREE) {
		return false;
	}
	line_keep_from(catalogue, brand, state, columns, today, &keep);
	if (!keep.known) {
		return false;
	}
	keep_result(&keep.rule, &keep.state, &result);
	*ret = (struct verdict){
		.state = keep_line_state(keep_phase(&result, today), state),
		.safe_until_day = result.safe_until_day,
		.lost_day = result.lost_day,
		.noticed_day = noticed_day,
		.days_left = INT32_MAX,
	};
	if (result.dated) {
		ret->days_left = today > result.lost_day         ? -1
		                 : today > result.safe_until_day ? 0
		                                                 : result.safe_until_day - today;
		ret->losing = today <= result.lost_day && result.lost_day - today <= LOSING_DAYS;
	}
	line_notice(&result, noticed_day, today, ret);
	return true;
}

static void line_notice(const struct keep_result *result, int64_t noticed_day, int32_t today,
                        struct verdict *ret)
{
	static const enum notice words[KEEP_NOTICE_COUNT] = {
		[KEEP_NOTICE_60] = NOTICE_KEEP_DAYS,
		[KEEP_NOTICE_30] = NOTICE_KEEP_DAYS,
		[KEEP_NOTICE_14] = NOTICE_KEEP_DAYS,
		[KEEP_NOTICE_7] = NOTICE_KEEP_DAYS,
		[KEEP_NOTICE_3] = NOTICE_KEEP_DAYS,
		[KEEP_NOTICE_1] = NOTICE_KEEP_DAYS,
		[KEEP_NOTICE_SUSPENDED] = NOTICE_KEEP_SUSPENDED,
		[KEEP_NOTICE_HALF] = NOTICE_KEEP_HALF,
		[KEEP_NOTICE_CANCEL] = NOTICE_KEEP_CANCEL,
		[KEEP_NOTICE_LOST] = NOTICE_KEEP_LOST,
	};
	struct keep_notice_due  due;
	struct keep_notice_sent last = {
		.notice = (enum keep_notice)(noticed_day & ((1 << NOTICE_BITS) - 1)),
		.safe_until_day = (int32_t)(noticed_day >> NOTICE_BITS),
	};

	if (last.notice >= KEEP_NOTICE_COUNT) {
		last = (struct keep_notice_sent){ .notice = KEEP_NOTICE_NONE };
	}
	if (!keep_next_notice(result, last, today, &due) || due.day > today) {
		return;
	}
	ret->tells = true;
	ret->notice = words[due.notice];
	ret->notice_day = keep_notice_days(due.notice) > 0 ? result->safe_until_day
	                                                   : result->lost_day;
	ret->noticed_day = sweep_notice_pack(result->safe_until_day, (int)due.notice);
}

static enum err line_tell(struct store *store, int64_t line_id, const struct verdict *verdict)
{
	struct account_of_line_row *owners;
	size_t                      count = OWNERS_MAX;
	int64_t                     after = 0;
	enum err                    err = ERR_OK;

	while (err == ERR_OK && count == OWNERS_MAX) {
		err = account_of_line(store->db, store->arena, line_id, after, &owners, &count);
		for (size_t i = 0; err == ERR_OK && i < count; i++) {
			after = owners[i].account_id;
			err = notice_account(store, verdict->notice, after, line_id,
			                     verdict->notice_day);
		}
	}
	return err;
}

static void line_count(struct sweep *sweep, const struct verdict *verdict)
{
	static const int32_t up_to[LINE_BINS] = { 7, 30, 90, 180, INT32_MAX };
	int                  bin = 0;

	if (verdict->days_left < 0) {
		return;
	}
	while (verdict->days_left > up_to[bin]) {
		bin++;
	}
	sweep->bins[bin]++;
}

/* A number that is lost soon; told: a notice of this very end went, or goes
 * now, to somebody who looks after it. */
static enum err losing_count(struct db *db, struct sweep *sweep, int64_t line_id,
                             const struct verdict *verdict)
{
	struct desk_line_owner_row owner;
	enum err                   err;

	if (!verdict->losing) {
		return ERR_OK;
	}
	sweep->losing++;
	if (verdict->noticed_day >> NOTICE_BITS != verdict->safe_until_day) {
		return ERR_OK;
	}
	err = desk_line_owner(db, line_id, &owner);
	sweep->losing_told += err == ERR_OK;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err quotes_read(struct errand *errand, struct sweep *sweep)
{
	const struct work_setup *setup = errand_setup(errand);
	struct order_highest_row highest;
	struct quote_slice_row  *rows;
	size_t                   count;
	int64_t                  until = sweep->cursor + ORDER_SPAN;
	int64_t                  before_s = sweep->now_s - (int64_t)SWEEP_QUOTE_DAYS * 86400;
	enum err                 err = order_highest(setup->db, &highest);

	if (err == ERR_OK) {
		err = quote_slice(setup->db, errand_scratch(errand), sweep->cursor, until, before_s,
		                  &rows, &count);
	}
	if (err != ERR_OK) {
		return err;
	}
	while (sweep->count < count && sweep->count < SWEEP_SLICE_MAX) {
		sweep->id[sweep->count] = rows[sweep->count].id;
		sweep->count++;
	}
	sweep->cursor = sweep->count < count ? sweep->id[sweep->count - 1] : until;
	sweep->more = sweep->cursor < highest.id;
	return ERR_OK;
}

static enum err quotes_apply(struct store *store, struct errand *errand)
{
	const struct sweep *sweep = errand->task;
	size_t              end = sweep->next + SWEEP_CHANGE_MAX;
	int64_t             changes = 0;
	enum err            err = ERR_OK;

	for (size_t i = sweep->next; err == ERR_OK && i < end && i < sweep->count; i++) {
		err = quote_delete(store->db, sweep->id[i], &changes);
	}
	return err;
}

static enum err once_read(struct errand *errand, struct sweep *sweep)
{
	struct once_slice_row *rows;
	size_t                 count;
	int64_t                before_s = sweep->now_s - (int64_t)SWEEP_ONCE_HOURS * 3600;
	enum err err = once_slice(errand_setup(errand)->db, errand_scratch(errand), sweep->cursor,
	                          SWEEP_SLICE_MAX, &rows, &count);

	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		sweep->cursor = rows[i].id;
		if (rows[i].created_s < before_s) {
			sweep->id[sweep->count++] = rows[i].id;
		}
	}
	sweep->more = err == ERR_OK && count == SWEEP_SLICE_MAX;
	return err;
}

static enum err once_apply(struct store *store, struct errand *errand)
{
	const struct sweep *sweep = errand->task;
	size_t              end = sweep->next + SWEEP_CHANGE_MAX;
	int64_t             before_s = sweep->now_s - (int64_t)SWEEP_SESSION_HOURS * 3600, changes;
	enum err            err = ERR_OK;

	for (size_t i = sweep->next; err == ERR_OK && i < end && i < sweep->count; i++) {
		err = once_delete(store->db, sweep->id[i]);
	}
	return err == ERR_OK ? session_prune(store->db, before_s, &changes) : err;
}

/* The figures, and when the next round is due. */
static enum err end_apply(struct store *store, struct errand *errand)
{
	const struct sweep *sweep = errand->task;
	int32_t             tomorrow = tokyo_day(store->now_ms / 1000) + 1;
	enum err            err = ERR_OK;

	for (int i = 0; err == ERR_OK && i < LINE_BINS; i++) {
		err = figure_set(store->db, sweep->today, FIGURE_LINES_0 + i, sweep->bins[i]);
	}
	if (err == ERR_OK) {
		err = figure_set(store->db, sweep->today, FIGURE_LOSING, sweep->losing);
	}
	if (err == ERR_OK) {
		err = figure_set(store->db, sweep->today, FIGURE_LOSING_TOLD, sweep->losing_told);
	}
	if (err != ERR_OK) {
		return err;
	}
	log_line(LOG_INFO, "lines swept", LOG_NUMBER("lines", sweep->lines),
	         LOG_NUMBER("changed", sweep->changed),
	         LOG_NUMBER("ms", store->now_ms - sweep->begun_ms));
	return job_set(store->db, &(struct job_set_args){
				      .id = errand->job.id,
				      .kind = JOB_SWEEP,
				      .created_ms = store->now_ms,
				      .due_ms = (tokyo_day_start_s(tomorrow) + SWEEP_AT_S) * 1000,
				  });
}
