/*
 * loop.c - see loop.h; and the turns of a errand, see errand.h.
 */
#include "work/loop.h"

#include "base/log.h"
#include "base/str.h"
#include "store/work_sql.h"
#include "work/errand.h"
#include "work/rates.h"
#include "work/sweep.h"

#include <string.h>

#define SLOTS          1024 /* a power of two */
#define STEP_ARENA_MAX ((size_t)4 * 1024 * 1024)

static const struct kind kinds[] = {
#define KIND(id, in_lane, function, errands, deadline) \
	{ .kind = JOB_##id, \
	  .lane = LANE_##in_lane, \
	  .begin = function, \
	  .errands_max = (errands), \
	  .deadline_ms = (deadline) },
#include "work/kinds.def"
#undef KIND
};

enum {
#define KIND(id, lane, begin, errands, deadline) ERRANDS_##id = (errands),
#include "work/kinds.def"
#undef KIND
	ERRANDS_MAX = 0
#define KIND(id, lane, begin, errands, deadline) +ERRANDS_##id
#include "work/kinds.def"
#undef KIND
};
static_assert(COUNT_OF(kinds) == JOB_KIND_COUNT, "every job kind has its row in kinds.def");

/* What a gateway wants to see with every call, as it told us. */
struct token {
	char    text[PAY_TOKEN_MAX];
	size_t  len; /* 0: none */
	int64_t expires_s;
};

struct work {
	struct work_setup   setup;
	struct token        token[PAY_METHOD_COUNT];
	struct arena        arena; /* of one step */
	struct arena        scratch;
	struct errand      *errands;
	struct errand      *free;
	size_t              free_count;
	struct errand      *slot[SLOTS];
	struct errand      *unstored, **unstored_last; /* the writer's queue was full */
	int32_t             running[JOB_KIND_COUNT];   /* cooling ones included */
	int32_t             cooling;
	int64_t             quiet_mono_ms; /* no failure is logged before */
	struct work_figures figures;
	_Atomic int64_t     alarms;
	struct command      start;
	bool                failing; /* the last step could not read */
};

static enum err       step_begin_due(struct work *work, int64_t now_ms, int64_t *ret_next_ms);
static enum err       kind_begin_due(struct work *work, const struct kind *kind, int64_t now_ms,
                                     bool *ret_left);
static struct errand *errand_take(struct work *work, const struct kind *kind,
                                  const struct job_due_of_row *job, int64_t now_ms);
static bool           errand_under_way(const struct work *work, int64_t job_id, enum lane lane);
static void           errand_give_back(struct errand *errand);
static void           errand_submit(struct errand *errand);
static size_t         unstored_submit(struct work *work);
static int64_t        cool_down(struct work *work);
static void           call_done(struct net_call *call);
static enum err       command_apply(struct store *store, struct command *command);
static void           command_done(struct command *command);
static enum err       start_apply(struct store *store, struct command *command);
static void           start_done(struct command *command);
static enum err       desk_apply(struct store *store, struct errand *errand);

enum err work_open(struct arena *arena, const struct work_setup *setup, struct work **ret)
{
	struct work   *work = ARENA_NEW(arena, struct work);
	struct errand *errands = ARENA_ARRAY(arena, struct errand, ERRANDS_MAX);

	if (work == NULL || errands == NULL) {
		return ERR_MEMORY;
	}
	work->setup = *setup;
	work->errands = errands;
	work->free_count = ERRANDS_MAX;
	work->unstored_last = &work->unstored;
	arena_init(&work->arena, STEP_ARENA_MAX);
	arena_keep(&work->arena, STEP_ARENA_MAX);
	arena_init(&work->scratch, STEP_ARENA_MAX);
	for (size_t i = 0; i < ERRANDS_MAX; i++) {
		arena_init(&errands[i].arena, ERRAND_ARENA_MAX);
		errands[i].next = work->free;
		work->free = &errands[i];
	}
	work->start = (struct command){
		.apply = start_apply,
		.arg = work,
		.done = start_done,
		.owner = WRITER_WORK,
	};
	*ret = work;
	return writer_submit(setup->writer, &work->start);
}

void work_close(struct work *work)
{
	for (size_t i = 0; i < ERRANDS_MAX; i++) {
		arena_free(&work->errands[i].arena);
	}
	explicit_bzero(work->token, sizeof(work->token));
	arena_free(&work->arena);
	arena_free(&work->scratch);
}

int64_t work_step(struct work *work, int64_t now_ms)
{
	int64_t  cool_ms = cool_down(work), next_ms = INT64_MAX;
	enum err err = step_begin_due(work, now_ms, &next_ms);

	arena_reset(&work->arena);
	if (err != ERR_OK) {
		if (!work->failing) {
			log_line(LOG_ERROR, "jobs cannot be read",
			         LOG_TEXT("error", str_from(err_text(err))));
		}
		next_ms = now_ms + WORK_COOL_MS;
	}
	work->failing = err != ERR_OK;
	if (work->unstored != NULL && unstored_submit(work) == 0) {
		next_ms = now_ms + 1; /* the writer is full: what it does now makes room */
	}
	return cool_ms < next_ms - now_ms ? now_ms + cool_ms : next_ms;
}

size_t work_settle(struct work *work)
{
	size_t count = writer_settle(work->setup.writer, WRITER_WORK);

	if (work->unstored != NULL) {
		(void)unstored_submit(work);
	}
	return count;
}

void work_catalogue(struct work *work, const struct catalogue *catalogue)
{
	work->setup.catalogue = catalogue;
}

struct work_figures work_figures(const struct work *work)
{
	struct work_figures figures = work->figures;

	figures.alarms = work->alarms;
	for (size_t i = 0; i < JOB_KIND_COUNT; i++) {
		figures.errands += work->running[i];
	}
	figures.errands -= work->cooling;
	return figures;
}

const struct work_setup *errand_setup(const struct errand *errand)
{
	return &errand->work->setup;
}

struct arena *errand_scratch(struct errand *errand)
{
	arena_reset(&errand->work->scratch);
	return &errand->work->scratch;
}

void errand_call(struct errand *errand, struct net_call *call, errand_then *then)
{
	const struct net *net = &errand->work->setup.env->net;

	assert(errand->phase == ERRAND_RUNNING);
	if (call->deadline_ms == 0) {
		call->deadline_ms = errand->kind->deadline_ms;
	}
	call->arena = &errand->arena;
	call->done = call_done;
	call->arg = errand;
	errand->then = then;
	net->call(net->ctx, call);
}

void errand_store(struct errand *errand, errand_apply *apply, errand_then *then)
{
	assert(errand->phase == ERRAND_RUNNING);
	if (errand->arena.failed) {
		errand_fail(errand, ERR_MEMORY);
		return;
	}
	errand->apply = apply;
	errand->then = then;
	errand->command = (struct command){
		.apply = command_apply,
		.arg = errand,
		.done = command_done,
		.owner = WRITER_WORK,
	};
	errand_submit(errand);
}

void errand_end(struct errand *errand)
{
	assert(errand->phase == ERRAND_RUNNING);
	errand->work->figures.ended++;
	errand_give_back(errand);
}

void errand_fail(struct errand *errand, enum err err)
{
	const struct clock *clock = &errand->work->setup.env->clock;

	struct work *work = errand->work;
	int64_t      mono_ms = clock->mono_ms(clock->ctx);

	assert(errand->phase == ERRAND_RUNNING && err != ERR_OK);
	/* A full disk fails every job: once in a while is enough to read. */
	if (work->figures.unstored == 0 || mono_ms >= work->quiet_mono_ms) {
		log_line(LOG_ERROR, "job could not be done", LOG_NUMBER("job", errand->job.id),
		         LOG_TEXT("kind", job_kind_name(errand->kind->kind)),
		         LOG_TEXT("error", str_from(err_text(err))));
		work->quiet_mono_ms = mono_ms + WORK_COOL_MS;
	}
	work->figures.unstored++;
	work->cooling++;
	errand->phase = ERRAND_COOLING;
	errand->cool_mono_ms = mono_ms + WORK_COOL_MS;
	arena_reset(&errand->arena);
}

void errand_desk(struct errand *errand, struct str note)
{
	log_line(LOG_ERROR, "job needs a person", LOG_NUMBER("job", errand->job.id),
	         LOG_TEXT("kind", job_kind_name(errand->kind->kind)), LOG_TEXT("note", note));
	errand->task = ARENA_NEW(&errand->arena, struct str);
	if (errand->task == NULL) {
		errand_fail(errand, ERR_MEMORY);
		return;
	}
	*(struct str *)errand->task = note;
	errand_store(errand, desk_apply, NULL);
}

struct str errand_token(const struct errand *errand, enum pay_method method)
{
	const struct token *token = &errand->work->token[method];

	return token->expires_s > errand_now_ms(errand) / 1000
	           ? (struct str){ .ptr = token->text, .len = token->len }
	           : STR("");
}

void errand_token_set(struct errand *errand, enum pay_method method, struct str token,
                      int64_t expires_s)
{
	struct token *kept = &errand->work->token[method];

	explicit_bzero(kept, sizeof(*kept));
	if (token.len == 0 || token.len > sizeof(kept->text)) {
		return;
	}
	memcpy(kept->text, token.ptr, token.len);
	kept->len = token.len;
	kept->expires_s = expires_s;
}

int64_t errand_now_ms(const struct errand *errand)
{
	const struct clock *clock = &errand->work->setup.env->clock;

	return clock->now_ms(clock->ctx);
}

void errand_alarmed(struct errand *errand)
{
	errand->work->alarms++;
}

/* One snapshot for all that this step loads. */
static enum err step_begin_due(struct work *work, int64_t now_ms, int64_t *ret_next_ms)
{
	struct db *db = work->setup.db;
	enum err   err = db_begin(db);
	bool       left = false;

	if (err != ERR_OK) {
		return err;
	}
	for (size_t i = 0; i < COUNT_OF(kinds) && err == ERR_OK; i++) {
		const struct kind     *kind = &kinds[i];
		struct job_next_of_row next;

		err = kind_begin_due(work, kind, now_ms, &left);
		if (err == ERR_OK) {
			err = job_next_of(db, kind->kind, now_ms, &next);
		}
		if (err == ERR_OK && next.due_ms < *ret_next_ms) {
			*ret_next_ms = next.due_ms;
		}
		err = err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	if (left) {
		*ret_next_ms = now_ms;
	}
	db_rollback(db); /* nothing was written */
	return err;
}

/* *ret_left is set when more is due that could begin at once. */
static enum err kind_begin_due(struct work *work, const struct kind *kind, int64_t now_ms,
                               bool *ret_left)
{
	struct job_due_of_row *rows;
	size_t                 count, begun = 0, taken;
	int32_t                room = kind->errands_max - work->running[kind->kind];
	int32_t                take = room < WORK_TAKE_MAX ? room : WORK_TAKE_MAX;
	enum err               err;

	if (take <= 0) {
		return ERR_OK;
	}
	/* Those under way are among the oldest, so they are read again. */
	taken = ERRANDS_MAX - work->free_count;
	err = job_due_of(work->setup.db, &work->arena, kind->kind, now_ms, (int64_t)taken + take,
	                 &rows, &count);
	for (size_t i = 0; err == ERR_OK && i < count && begun < (size_t)take; i++) {
		struct errand *errand;

		if (errand_under_way(work, rows[i].id, kind->lane)) {
			continue;
		}
		errand = errand_take(work, kind, &rows[i], now_ms);
		begun++;
		kind->begin(errand);
	}
	*ret_left = *ret_left || (begun == (size_t)take && take < room);
	return err;
}

static bool errand_under_way(const struct work *work, int64_t job_id, enum lane lane)
{
	const struct errand *errand = work->slot[(uint64_t)job_id % SLOTS];

	while (errand != NULL && (errand->job.id != job_id || errand->kind->lane != lane)) {
		errand = errand->in_slot;
	}
	return errand != NULL;
}

static struct errand *errand_take(struct work *work, const struct kind *kind,
                                  const struct job_due_of_row *job, int64_t now_ms)
{
	struct errand **slot = &work->slot[(uint64_t)job->id % SLOTS];
	struct errand  *errand = work->free;

	/* The kinds' maxima add up to what there is. */
	assert(errand != NULL && work->running[kind->kind] < kind->errands_max);
	work->free = errand->next;
	work->free_count--;
	work->running[kind->kind]++;
	work->figures.begun++;
	errand->work = work;
	errand->kind = kind;
	errand->job = *job;
	errand->now_ms = now_ms;
	errand->task = NULL;
	errand->phase = ERRAND_RUNNING;
	errand->next = NULL;
	errand->in_slot = *slot;
	*slot = errand;
	return errand;
}

static void errand_give_back(struct errand *errand)
{
	struct work    *work = errand->work;
	struct errand **at = &work->slot[(uint64_t)errand->job.id % SLOTS];

	while (*at != errand) {
		at = &(*at)->in_slot;
	}
	*at = errand->in_slot;
	arena_reset(&errand->arena);
	work->running[errand->kind->kind]--;
	errand->phase = ERRAND_FREE;
	errand->next = work->free;
	work->free = errand;
	work->free_count++;
}

static void errand_submit(struct errand *errand)
{
	struct work *work = errand->work;

	if (work->unstored == NULL &&
	    writer_submit(work->setup.writer, &errand->command) == ERR_OK) {
		return;
	}
	errand->next = NULL;
	*work->unstored_last = errand;
	work->unstored_last = &errand->next;
}

/* In their order, until the queue is full again; how many went. */
static size_t unstored_submit(struct work *work)
{
	size_t count = 0;

	while (work->unstored != NULL &&
	       writer_submit(work->setup.writer, &work->unstored->command) == ERR_OK) {
		work->unstored = work->unstored->next;
		count++;
	}
	if (work->unstored == NULL) {
		work->unstored_last = &work->unstored;
	}
	return count;
}

/* Gives back what has cooled; milliseconds until the next one has. */
static int64_t cool_down(struct work *work)
{
	const struct clock *clock = &work->setup.env->clock;
	int64_t             mono_ms, next_ms = INT64_MAX;

	if (work->cooling == 0) {
		return INT64_MAX;
	}
	mono_ms = clock->mono_ms(clock->ctx);
	for (size_t i = 0; i < ERRANDS_MAX; i++) {
		struct errand *errand = &work->errands[i];
		int64_t        left_ms = errand->cool_mono_ms - mono_ms;

		if (errand->phase == ERRAND_COOLING && left_ms <= 0) {
			work->cooling--;
			errand_give_back(errand);
		} else if (errand->phase == ERRAND_COOLING && left_ms < next_ms) {
			next_ms = left_ms;
		}
	}
	return next_ms;
}

static void call_done(struct net_call *call)
{
	struct errand *errand = call->arg;

	errand->then(errand);
}

static enum err command_apply(struct store *store, struct command *command)
{
	struct errand *errand = command->arg;

	return errand->apply(store, errand);
}

static void command_done(struct command *command)
{
	struct errand *errand = command->arg;

	if (command->err != ERR_OK) {
		errand_fail(errand, command->err);
	} else if (errand->then != NULL) {
		errand->then(errand);
	} else {
		errand_end(errand);
	}
}

static enum err desk_apply(struct store *store, struct errand *errand)
{
	struct job_get_row job;
	enum err           err = job_get(store->db, store->arena, errand->job.id, &job);

	if (err != ERR_OK) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	return job_set(store->db, &(struct job_set_args){
				      .id = job.id,
				      .kind = job.kind,
				      .created_ms = job.created_ms,
				      .due_ms = job.due_ms,
				      .attempt = job.attempt + 1,
				      .desk = 1,
				      .note = errand->task,
				  });
}

static enum err start_apply(struct store *store, struct command *command)
{
	enum err err = sweep_ask(store);

	(void)command;
	return err == ERR_OK ? rates_plan(store) : err;
}

static void start_done(struct command *command)
{
	if (command->err != ERR_OK) {
		log_line(LOG_ERROR, "the sweep and the rates could not be planned",
		         LOG_TEXT("error", str_from(err_text(command->err))));
	}
}
