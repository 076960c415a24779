/*
 * sandbox_command.c - see sandbox_command.h.
 */
#include "store/sandbox_command.h"

#include "core/job.h"
#include "core/payment.h"
#include "store/job_sql.h"
#include "store/post.h"
#include "store/sandbox_sql.h"

enum err sandbox_page_open(struct db *db, const struct order_get_row *order,
                           const struct payment_get_row *payment, int64_t now_ms, bool *ret_open)
{
	struct sandbox_payment_get_row book = { 0 };
	enum sandbox_outcome           outcome;
	enum err                       err;

	if (!sandbox_steered(order->sandbox, &outcome)) {
		return ERR_CORRUPT;
	}
	err = sandbox_payment_get(db, payment->id, &book);
	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		return err;
	}
	*ret_open = outcome == SANDBOX_PAGE && book.pressed == SANDBOX_BUTTON_NONE &&
	            now_ms < payment->created_ms + SANDBOX_PAGE_MS;
	return ERR_OK;
}

enum err sandbox_press_apply(struct store *store, struct command *command)
{
	struct sandbox_press  *press = command->arg;
	struct payment_get_row payment;
	struct order_get_row   order;
	int64_t                changes = 0;
	bool                   open = false;
	enum err               err;

	press->found = press->pressed = false;
	err = payment_get(store->db, store->arena, press->payment_id, &payment);
	if (err == ERR_OK) {
		err = order_get(store->db, store->arena, payment.order_id, &order);
	}
	if (err != ERR_OK || order.account_id != press->account_id ||
	    payment.gateway != PAY_SANDBOX) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	press->found = true;
	err = sandbox_page_open(store->db, &order, &payment, store->now_ms, &open);
	if (err != ERR_OK || !open) {
		return err;
	}
	err = sandbox_payment_press(store->db, payment.id, press->button, store->now_ms, &changes);
	if (err != ERR_OK || changes == 0) {
		return err;
	}
	press->pressed = true;
	store->jobs = true;
	return job_add(store->db, post_next(store, COUNTER_job), JOB_HOOK, order.id, store->now_ms,
	               store->now_ms);
}
