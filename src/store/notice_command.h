/*
 * notice_command.h - telling an account something: a row in its message
 * centre, and a mail when mail is set up.
 */
#pragma once
#include "core/notice.h"
#include "store/order_sql.h"
#include "store/store.h"
#include "store/writer.h"

/* What became of a notice's mail; stored. */
#define MAIL_STATES(X) X(NONE, "none") X(DUE, "due") X(SENT, "sent") X(REFUSED, "refused")
#define X(id, name) MAIL_##id,
enum mail_state { MAIL_STATES(X) MAIL_STATE_COUNT };
#undef X

/* Tells the owner of an order.  Part of the caller's command. */
enum err notice_order(struct store *store, enum notice kind, const struct order_get_row *order);
/* Tells an account something about a line, or about itself (line_id 0). */
enum err notice_account(struct store *store, enum notice kind, int64_t account_id, int64_t line_id,
                        int32_t day);

/* The owner has opened it; nothing happens when that is known, or when it is
 * not this account's. */
struct notice_opening {
	int64_t notice_id, account_id;
};
enum err notice_opening_apply(struct store *store, struct command *command);
