/*
 * reconcile.c - see reconcile.h.
 */
#include "work/reconcile.h"

#include "base/log.h"
#include "base/str.h"
#include "store/statement_sql.h"

static void     submit(struct reconcile *reconcile);
static enum err apply(struct store *store, struct command *command);
static void     done(struct command *command);

void reconcile_open(struct reconcile *reconcile, struct db *db, struct writer *writer)
{
	*reconcile = (struct reconcile){ .db = db, .writer = writer };
}

int64_t reconcile_step(struct reconcile *reconcile, int64_t now_ms)
{
	struct statement_waiting_row waiting;
	struct mismatch_healing_row  healing;
	enum err                     err;

	if (reconcile->busy || now_ms < reconcile->look_ms)
		return now_ms < reconcile->look_ms ? reconcile->look_ms
		                                   : now_ms + RECONCILE_LOOK_MS;
	reconcile->look_ms = now_ms + RECONCILE_LOOK_MS;
	err = statement_waiting(reconcile->db, &waiting);
	if (err == ERR_OK) {
		reconcile->id = waiting.id;
		reconcile->look_ms = now_ms; /* the next stretch as soon as this one is stored */
		submit(reconcile);
	} else if (now_ms >= reconcile->heal_ms &&
	           mismatch_healing(reconcile->db, &healing) == ERR_OK) {
		reconcile->id = 0;
		reconcile->heal_ms = now_ms + RECONCILE_HEAL_MS;
		submit(reconcile);
	}
	return now_ms + RECONCILE_LOOK_MS;
}

enum err reconcile_heal(struct store *store, int64_t *after)
{
	struct mismatch_open_row *rows;
	size_t                    count;
	enum err err = mismatch_open(store->db, store->arena, *after, RECONCILE_HEAL_MAX, &rows,
	                             &count);

	for (size_t i = 0; i < count && err == ERR_OK; i++)
		if (recon_break_heals((enum recon_break_kind)rows[i].kind))
			err = statement_heal(store, rows[i].id);
	if (err == ERR_OK)
		*after = count == RECONCILE_HEAL_MAX ? rows[count - 1].id : 0;
	return err;
}

static void submit(struct reconcile *reconcile)
{
	reconcile->command = (struct command){
		.apply = apply, .arg = reconcile, .done = done, .owner = WRITER_WORK
	};
	reconcile->busy = writer_submit(reconcile->writer, &reconcile->command) == ERR_OK;
}

static enum err apply(struct store *store, struct command *command)
{
	struct reconcile *reconcile = command->arg;
	bool              more;

	reconcile->next_after = reconcile->heal_after;
	return reconcile->id != 0 ? statement_step(store, reconcile->id, &more)
	                          : reconcile_heal(store, &reconcile->next_after);
}

static void done(struct command *command)
{
	struct reconcile *reconcile = command->arg;

	reconcile->busy = false;
	if (command->err == ERR_OK) {
		reconcile->heal_after = reconcile->next_after;
		return;
	}
	log_line(LOG_ERROR, "statement could not be compared",
	         LOG_NUMBER("statement", reconcile->id),
	         LOG_TEXT("error", str_from(err_text(command->err))));
	reconcile->look_ms = INT64_MAX; /* not over and over: after a restart it is tried again */
}
