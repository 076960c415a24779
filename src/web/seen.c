/*
 * seen.c - a fixed set of commands that are used again and again.
 */
#include "web/seen.h"

#include "store/account_command.h"

struct seen_slot {
	struct command      command;
	struct session_seen arg;
	bool                busy;
};

struct seen {
	struct seen_slot slot[SEEN_MAX];
};

static void slot_done(struct command *command);

struct seen *seen_open(struct arena *arena)
{
	return ARENA_NEW(arena, struct seen);
}

void seen_write(struct seen *seen, struct writer *writer, int64_t session_id, int64_t seen_s)
{
	struct seen_slot *free_slot = NULL;

	for (size_t i = 0; i < SEEN_MAX; i++) {
		struct seen_slot *slot = &seen->slot[i];

		if (slot->busy && slot->arg.session_id == session_id)
			return;
		if (!slot->busy)
			free_slot = slot;
	}
	if (free_slot == NULL)
		return;
	free_slot->arg = (struct session_seen){ .session_id = session_id, .seen_s = seen_s };
	free_slot->command = (struct command){ .apply = session_seen_apply,
		                               .arg = &free_slot->arg,
		                               .done = slot_done,
		                               .owner = WRITER_LOOP };
	free_slot->busy = writer_submit(writer, &free_slot->command) == ERR_OK;
}

static void slot_done(struct command *command)
{
	/* The command is the slot's first member. */
	((struct seen_slot *)(void *)command)->busy = false;
}
