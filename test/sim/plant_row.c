/*
 * plant_row.c - planted bugs of rows and jobs: what is not stored, not tried
 * again, or tried again as something else; see plant.h.
 */
#include "plant.h"

#include "core/job.h"
#include "core/ledger.h"
#include "store/job_sql.h"
#include "store/ledger_sql.h"
#include "store/order_sql.h"
#include "store/post.h"
#include "store/public_id.h"
#include "work/errand.h"

enum err __real_inbox_add(struct db *db, int64_t gateway, struct str event, int64_t *ret_changes);
enum err __wrap_inbox_add(struct db *db, int64_t gateway, struct str event, int64_t *ret_changes)
{
	enum err err = __real_inbox_add(db, gateway, event, ret_changes);

	if (plant_lives(PLANT_INBOX_IGNORED))
		*ret_changes = 1;
	return err;
}

enum err __real_refund_add(struct db *db, const struct refund_add_args *args);
enum err __wrap_refund_add(struct db *db, const struct refund_add_args *args)
{
	struct refund_add_args other = *args;

	if (plant_lives(PLANT_REFUND_SHORT))
		other.amount--;
	if (plant_lives(PLANT_REFUND_CURRENCY))
		other.currency = CURRENCY_JPY;
	return __real_refund_add(db, &other);
}

enum err __real_post_entry(struct store *store, int64_t order_id, int64_t prev,
                           const struct ledger_entry *entry, int64_t *ret_id);
enum err __wrap_post_entry(struct store *store, int64_t order_id, int64_t prev,
                           const struct ledger_entry *entry, int64_t *ret_id)
{
	if (plant_lives(PLANT_REFUND_UNBOOKED) && entry->event == LEDGER_EVENT_REFUNDED) {
		*ret_id = prev;
		return ERR_OK;
	}
	return __real_post_entry(store, order_id, prev, entry, ret_id);
}

enum err __real_ledger_account_set(struct db *db, int64_t id, int64_t balance, int64_t last);
enum err __wrap_ledger_account_set(struct db *db, int64_t id, int64_t balance, int64_t last)
{
	return plant_strikes(PLANT_BALANCE_FORGOTTEN, 100)
	           ? ERR_OK
	           : __real_ledger_account_set(db, id, balance, last);
}

enum err __real_order_step(struct db *db, const struct order_step_args *args);
enum err __wrap_order_step(struct db *db, const struct order_step_args *args)
{
	return plant_strikes(PLANT_STATE_FORGOTTEN, 100) ? ERR_OK : __real_order_step(db, args);
}

enum err __real_job_set(struct db *db, const struct job_set_args *args);
enum err __wrap_job_set(struct db *db, const struct job_set_args *args)
{
	return plant_strikes(PLANT_JOB_LOST, 200) ? job_end(db, args->id)
	                                          : __real_job_set(db, args);
}

int64_t __real_job_next_ms(enum job_kind kind, int64_t created_ms, int64_t now_ms);
int64_t __wrap_job_next_ms(enum job_kind kind, int64_t created_ms, int64_t now_ms)
{
	return plant_lives(PLANT_GIVES_UP) && now_ms - created_ms > 60000
	           ? INT64_MAX
	           : __real_job_next_ms(kind, created_ms, now_ms);
}

void __real_poll_begin(struct errand *errand);
void __wrap_poll_begin(struct errand *errand)
{
	if (plant_lives(PLANT_NO_POLLING))
		errand_end(errand);
	else
		__real_poll_begin(errand);
}

/* The carrier shall get another number each time; people are told the right one. */
struct str __real_order_number(struct arena *arena, const struct keys *keys, int64_t id);
struct str __wrap_order_number(struct arena *arena, const struct keys *keys, int64_t id)
{
	return __real_order_number(arena, keys,
	                           plant_strikes(PLANT_NEW_NUMBER, 50) ? id + 1000000 : id);
}
