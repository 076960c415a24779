/*
 * sandbox_command.h - the buttons on the sandbox gateway's page.
 *
 * What a payer presses is written into the gateway's own book, never into
 * ours: we learn of it as of any gateway's, by its callback or by asking.
 */
#pragma once
#include "core/sandbox.h"
#include "store/order_sql.h"
#include "store/store.h"
#include "store/writer.h"

/* Has this payment been decided at the gateway, or did its page run out?
 * *ret_open: it still waits for a button. */
enum err sandbox_page_open(struct db *db, const struct order_get_row *order,
                           const struct payment_get_row *payment, int64_t now_ms, bool *ret_open);

/* A button was pressed.  The gateway's callbacks follow by a job. */
struct sandbox_press {
	int64_t             payment_id, account_id;
	enum sandbox_button button;
	/* results */
	bool found;   /* a sandbox payment of this account */
	bool pressed; /* false also when it was decided before */
};
enum err sandbox_press_apply(struct store *store, struct command *command);
