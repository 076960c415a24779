/*
 * mismatch.h - a person closes a difference between a statement and our books,
 * with a reason.
 */
#pragma once
#include "store/once.h"
#include "store/store.h"

struct command;

#define MISMATCH_REASON_MAX 200 /* characters */

/* Why it is not closed.   id, HTTP status, message */
#define MISMATCH_REFUSALS(X) \
	X(NONE, 200, MISMATCH_REFUSE_GONE) \
	X(REASON, 422, DESK_REFUSE_REASON)  /* it needs a reason */ \
	X(GONE, 409, MISMATCH_REFUSE_GONE)  /* closed already, or not there */

#define X(id, status, message) MISMATCH_REFUSAL_##id,
enum mismatch_refusal { MISMATCH_REFUSALS(X) MISMATCH_REFUSAL_COUNT };
#undef X

struct mismatch_shut {
	int64_t      id, actor;
	struct str   reason;   /* trimmed */
	struct once *once;     /* NULL: none */
	struct str   location; /* where the answer leads */
	/* result */
	enum mismatch_refusal refusal;
};
enum err mismatch_shut_apply(struct store *store, struct command *command);
int      mismatch_refusal_status(enum mismatch_refusal refusal); /* HTTP */
