/*
 * desk_command.h - what a member of staff does: the one path from the desk's
 * buttons to the books, and the note of every search.
 *
 * The act is judged again in its own transaction by core/desk.h: what was safe
 * when the page was made and is not any more, is refused.  SECURITY F10, F19.
 */
#pragma once
#include "core/desk.h"
#include "store/once.h"
#include "store/writer.h"

#define DESK_REASON_MAX 200 /* characters of a reason */

/*   id           HTTP  message key */
#define DESK_REFUSALS(X)                                                       \
	X(NONE,       200,  DESK_REFUSE_MOVED)                                 \
	X(REASON,     422,  DESK_REFUSE_REASON) /* it needs a reason */        \
	X(MOVED,      409,  DESK_REFUSE_MOVED)  /* not safe (any more): look again */ \
	X(AMOUNT,     422,  DESK_REFUSE_AMOUNT) /* none, or more than is left */ \
	X(SELF,       403,  DESK_REFUSE_SELF)   /* who asked cannot agree */

#define X(id, status, message) DESK_REFUSAL_##id,
enum desk_refusal { DESK_REFUSALS(X) DESK_REFUSAL_COUNT };
#undef X

/* For command.arg. */
struct desk_action {
	int64_t       order_id, actor; /* actor: the account of the member of staff */
	enum desk_act act;
	int64_t       amount;   /* GIVE_BACK: minor units of what was paid; 0: all that is left */
	struct str    reason;   /* trimmed; may be empty */
	struct once  *once;     /* the answer is stored under its key */
	struct str    location; /* where the answer leads */
	/* results */
	bool              found;
	enum desk_refusal refusal;
};
enum err desk_action_apply(struct store *store, struct command *command);

/* A search: who looked for what.  `what` says it without giving a number or an
 * address away. */
struct desk_search {
	int64_t    actor, line_id;
	struct str what;
};
enum err desk_search_apply(struct store *store, struct command *command);

int desk_refusal_status(enum desk_refusal refusal); /* HTTP */
