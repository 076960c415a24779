/*
 * mail_command.h - what became of a notice's mail.
 */
#pragma once
#include "store/store.h"

/* Part of a command: the server took the mail, or never will (also when there
 * is nobody to write to).  The notice itself stays in the message centre. */
enum err mail_settle(struct store *store, int64_t notice_id, bool taken);
