/*
 * errand.h - one job under way: an exchange with a partner, a command for the
 * writer, and so on in turn until it ends.  Private to src/work.
 *
 * A kind's begin() loads what it needs and calls one of errand_call(),
 * errand_store() or errand_end(); so does every continuation.  Everything the
 * errand holds lives in its arena and is gone at its end.
 */
#pragma once
#include "store/job_sql.h"
#include "store/work_sql.h"
#include "work/loop.h"

#define ERRAND_ARENA_MAX ((size_t)1024 * 1024)

/* Continues a errand. */
typedef void errand_then(struct errand *errand);

/*   what must not be done twice at a time for one job */
#define LANES(X) \
	X(CARRIER) \
	X(PAY) \
	X(REFUND) \
	X(HOOK) \
	X(MAIL) \
	X(SWEEP) \
	X(RATES)
#define X(id) LANE_##id,
enum lane { LANES(X) LANE_COUNT };
#undef X

/* A row of kinds.def. */
struct kind {
	enum job_kind kind;
	enum lane     lane;
	errand_then  *begin;
	int32_t       errands_max;
	int32_t       deadline_ms;
};

/* On the writer's thread; may run twice (writer.h).  It reads what the errand
 * holds and only overwrites results there. */
typedef enum err errand_apply(struct store *store, struct errand *errand);

/* Private to loop.c. */
enum errand_phase { ERRAND_FREE, ERRAND_RUNNING, ERRAND_COOLING };

struct errand {
	struct work          *work;
	const struct kind    *kind;
	struct job_due_of_row job;    /* as taken */
	int64_t               now_ms; /* when it was taken */
	struct arena          arena;
	void                 *task; /* the kind's own, in the arena */
	/* the machinery's */
	enum errand_phase phase;
	int64_t           cool_mono_ms;
	errand_apply     *apply;
	errand_then      *then;
	struct command    command;
	struct errand    *next;    /* in the list of the free, or of those that wait to be stored */
	struct errand    *in_slot; /* in the table of those under way */
};

/* What every errand needs of the worker. */
const struct work_setup *errand_setup(const struct errand *errand);

/* Memory for one continuation: empty each time it is asked for. */
struct arena *errand_scratch(struct errand *errand);

/* Carry out one exchange, then continue.  The call must live in the arena; its
 * deadline is the kind's unless it has one. */
void errand_call(struct errand *errand, struct net_call *call, errand_then *then);
/* Run apply in a command; when it is committed, continue (NULL: end). */
void errand_store(struct errand *errand, errand_apply *apply, errand_then *then);
/* The end without a command: the job's row says when it is due again. */
void errand_end(struct errand *errand);
/* A failure of ours (disk, memory): logged; the job is left alone for WORK_COOL_MS. */
void errand_fail(struct errand *errand, enum err err);
/* The job's row makes no sense: it goes to a person with this note. */
void errand_desk(struct errand *errand, struct str note);
/* The gateway's token that is still good; empty: none. */
struct str errand_token(const struct errand *errand, enum pay_method method);
/* Keeps one until expires_s; empty or too long: forgets it. */
void errand_token_set(struct errand *errand, enum pay_method method, struct str token,
                      int64_t expires_s);
int64_t errand_now_ms(const struct errand *errand); /* by the clock, now */
void errand_alarmed(struct errand *errand); /* counts; on any thread */

/* begin() of each kind; kinds.def. */
#define KIND(id, lane, begin, errands, deadline_ms) errand_then begin;
#include "work/kinds.def"
#undef KIND
