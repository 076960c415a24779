/*
 * mismatch.c - see mismatch.h.
 */
#include "store/mismatch.h"

#include "store/statement.h"
#include "store/writer.h"

enum err mismatch_shut_apply(struct store *store, struct command *command)
{
	struct mismatch_shut *arg = command->arg;
	bool                  closed = false;
	enum err              err;

	arg->refusal = MISMATCH_REFUSAL_NONE;
	if (arg->reason.len == 0) {
		arg->refusal = MISMATCH_REFUSAL_REASON;
		return ERR_OK;
	}
	err = statement_close(store, arg->id, arg->actor, arg->reason, &closed);
	if (err == ERR_OK && !closed)
		arg->refusal = MISMATCH_REFUSAL_GONE;
	if (err != ERR_OK || !closed || arg->once == NULL)
		return err;
	return once_answer(store, arg->once, 303, arg->location);
}

int mismatch_refusal_status(enum mismatch_refusal refusal)
{
#define X(id, status, message) [MISMATCH_REFUSAL_##id] = (status),
	static const int statuses[MISMATCH_REFUSAL_COUNT] = { MISMATCH_REFUSALS(X) };
#undef X
	assert(refusal < MISMATCH_REFUSAL_COUNT);
	return statuses[refusal];
}
