/*
 * follow.h - what a try leaves in the job's row: when it is due again, how
 * often it was tried, and since when a person knows of it.
 *
 * On the writer's thread, inside the command that stores what the try found:
 *
 *	follow_begin(store, errand, &follow);
 *	… settle() …
 *	follow_end(store, errand, &follow, &(struct follow_plan){ … });
 */
#pragma once
#include "work/errand.h"

#define FOLLOW_ALARM "alarm: " /* how the note of a wait begins that a person was told of */

struct follow {
	struct job_get_row before;
	bool               found;   /* false: somebody ended the job meanwhile */
	bool               alarmed; /* a person knows of this wait */
};

struct follow_plan {
	enum job_pace pace;         /* of a PAY_WATCH */
	enum job_kind kind;         /* of the next try, where the step has not changed the job */
	struct str    reason;       /* why it is still waiting; for people */
	bool          alarms;       /* it is a wait that a person has to know of in the end */
	int64_t       not_after_ms; /* be back by then at the latest; 0 or past: no such time */
	bool          desk;         /* not tried again before a person says so */
};

/* Looks at the row before anything is changed. */
enum err follow_begin(struct store *store, const struct errand *errand, struct follow *ret);
/* Plans the next try, unless the job is gone or has become something else.
 * *ret_alarm: this is the moment at which a person has to be told. */
enum err follow_end(struct store *store, struct errand *errand, const struct follow *follow,
                    const struct follow_plan *plan, bool *ret_alarm);
/* How a gateway's payments are watched (core/job.h). */
enum job_pace follow_pace(enum pay_method method);
