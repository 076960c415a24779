/*
 * mail_command.c - see mail_command.h.
 */
#include "store/mail_command.h"

#include "store/notice_command.h"
#include "store/notice_sql.h"

enum err mail_settle(struct store *store, int64_t notice_id, bool taken)
{
	return notice_mailed(store->db, notice_id, taken ? MAIL_SENT : MAIL_REFUSED);
}
