/*
 * notice_command.c - see notice_command.h.
 */
#include "store/notice_command.h"

#include "core/job.h"
#include "store/job_sql.h"
#include "store/notice_sql.h"
#include "store/post.h"

/* own_address: the order names one, so that the account needs none. */
static enum err notice_put(struct store *store, struct notice_add_args *notice, bool own_address);

enum err notice_order(struct store *store, enum notice kind, const struct order_get_row *order)
{
	struct notice_add_args notice = {
		.account_id = order->account_id,
		.kind = kind,
		.order_id = order->id,
		.line_id = order->line_id,
		.day = order->after_day,
	};
	/* The same words would be a lie for a pack that moves no day. */
	if (kind == NOTICE_ORDER_ACTIVE && order->after_day <= order->before_day) {
		notice.kind = NOTICE_ORDER_ACTIVATED;
	}
	return notice_put(store, &notice, !order->notify_box_null);
}

enum err notice_account(struct store *store, enum notice kind, int64_t account_id, int64_t line_id,
                        int32_t day)
{
	return notice_put(store,
	                  &(struct notice_add_args){
			      .account_id = account_id,
			      .kind = kind,
			      .line_id = line_id,
			      .day = day,
			  },
	                  false);
}

enum err notice_opening_apply(struct store *store, struct command *command)
{
	const struct notice_opening *opening = command->arg;
	struct notice_get_row        notice;
	int64_t                      changes = 0;
	enum err                     err = notice_get(store->db, opening->notice_id, &notice);

	if (err != ERR_OK || notice.account_id != opening->account_id) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	err = notice_read(store->db, notice.id, store->now_ms / 1000, &changes);
	if (err == ERR_OK && changes > 0) {
		err = account_has_read(store->db, notice.account_id);
	}
	return err;
}

static enum err notice_put(struct store *store, struct notice_add_args *notice, bool own_address)
{
	struct account_heads_row account;
	bool                     mail = store->config->text[SETTING_smtp_url].len > 0;
	enum err                 err;

	err = account_heads(store->db, store->arena, notice->account_id, &account);
	if (err != ERR_OK) {
		/* The account is gone; the order's own page still tells all. */
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	mail = mail && account.closed_s == 0 && (account.email_box.len > 0 || own_address);
	notice->id = post_next(store, COUNTER_notice);
	notice->prev = account.last_notice;
	notice->at_s = store->now_ms / 1000;
	notice->mail = mail ? MAIL_DUE : MAIL_NONE;
	err = notice_add(store->db, notice);
	if (err == ERR_OK) {
		err = account_noticed(store->db, notice->account_id, notice->id);
	}
	if (err == ERR_OK && mail) {
		err = job_add(store->db, post_next(store, COUNTER_job), JOB_MAIL, notice->id,
		              store->now_ms, store->now_ms);
		store->jobs = true;
	}
	return err;
}
