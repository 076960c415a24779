/*
 * statement.c - see statement.h.
 */
#include "store/statement.h"

#include "base/str.h"
#include "core/job.h"
#include "core/order.h"
#include "core/payment.h"
#include "store/audit_sql.h"
#include "store/job_sql.h"
#include "store/order_sql.h"
#include "store/post.h"
#include "store/statement_sql.h"

#define THEIRS_MAX (8 * STATEMENT_CHUNK_MAX) /* rows of one stretch */
#define BEHIND_S   86400                     /* clocks, and days that begin elsewhere */

/* One stretch under way. */
struct stretch {
	struct store            *store;
	struct statement_get_row statement;
	enum recon_kind          about;
	struct recon_ours       *ours;
	struct recon_theirs     *theirs;
	int64_t                 *theirs_id; /* row of statement_row for each of theirs */
	size_t                   ours_count, theirs_count;
	int64_t                  until; /* the highest number in it */
	enum err                 err;   /* of what the visitors stored */
};

static enum err stretch_compare(struct stretch *stretch);
static enum err ours_load(struct stretch *stretch);
static enum err payments_load(struct stretch *stretch);
static enum err refunds_load(struct stretch *stretch);
static enum err theirs_load(struct stretch *stretch);
static enum err booked_before(struct stretch *stretch);
static void     break_store(void *ctx, const struct recon_break *found);
static void     match_store(void *ctx, const struct recon_ours *ours,
                            const struct recon_theirs *theirs);
static enum err row_book(struct store *store, int64_t gateway, int64_t row_id,
                         const struct recon_theirs *theirs);
static enum err one_of_ours(struct store *store, enum recon_kind about, int64_t subject,
                            struct recon_ours *ret);
static enum err row_find(struct store *store, const struct mismatch_get_row *mismatch,
                         struct statement_rows_row **ret);
static enum err order_of(struct store *store, enum recon_kind about, int64_t subject,
                         struct order_get_row *ret);
static enum err order_ask(struct store *store, enum recon_kind about, int64_t subject);
static enum err strangers_compare(struct stretch *stretch, bool *ret_more);
static enum err stranger_store(struct stretch *stretch, const struct statement_strangers_row *row);
static enum err state_store(const struct stretch *stretch, enum statement_state state);
static struct recon_theirs theirs_of(const struct statement_rows_row *row, enum recon_kind about);
static enum recon_state    payment_is(int64_t state);
static enum recon_state    refund_is(int64_t state);

enum err statement_step(struct store *store, int64_t id, bool *ret_more)
{
	struct stretch stretch = { .store = store };
	enum err       err = statement_get(store->db, store->arena, id, &stretch.statement);

	*ret_more = false;
	if (err != ERR_OK || stretch.statement.state >= STATEMENT_MATCHED)
		return err;
	*ret_more = true;
	if (stretch.statement.state == STATEMENT_STRANGERS) {
		err = strangers_compare(&stretch, ret_more);
		return err == ERR_OK && !*ret_more ? state_store(&stretch, STATEMENT_MATCHED) : err;
	}
	stretch.about = (enum recon_kind)stretch.statement.state;
	err = stretch_compare(&stretch);
	if (err != ERR_OK)
		return err;
	if (stretch.until < INT64_MAX)
		return state_store(&stretch, (enum statement_state)stretch.statement.state);
	return state_store(&stretch, (enum statement_state)(stretch.statement.state + 1));
}

enum err statement_heal(struct store *store, int64_t mismatch_id)
{
	struct mismatch_get_row     mismatch;
	struct statement_get_row    statement;
	struct statement_rows_row  *row;
	struct statement_booked_row booked;
	struct recon_ours           ours;
	struct recon_theirs         theirs;
	int64_t                     changes;
	enum err                    err = mismatch_get(store->db, mismatch_id, &mismatch);

	if (err != ERR_OK || mismatch.closed_s != 0 || mismatch.kind != RECON_BREAK_MISSING_HERE)
		return err;
	err = one_of_ours(store, (enum recon_kind)mismatch.about, mismatch.subject, &ours);
	if (err != ERR_OK || ours.state != RECON_DONE)
		return err;
	err = row_find(store, &mismatch, &row);
	if (err == ERR_OK)
		err = statement_get(store->db, store->arena, mismatch.statement_id, &statement);
	if (err != ERR_OK)
		return err;
	theirs = theirs_of(row, (enum recon_kind)mismatch.about);
	if (!money_eq(theirs.money, ours.money))
		return ERR_OK;
	err = statement_booked(store->db, mismatch.about, mismatch.subject, &booked);
	if (err == ERR_NOT_FOUND)
		err = row_book(store, statement.gateway, row->id, &theirs);
	return err != ERR_OK ? err
	                     : mismatch_close(store->db, mismatch_id, store->now_ms / 1000, 0,
	                                      STR("healed"), &changes);
}

enum err statement_close(struct store *store, int64_t mismatch_id, int64_t actor, struct str reason,
                         bool *ret_closed)
{
	struct mismatch_get_row mismatch;
	int64_t                 changes = 0;
	enum err                err = mismatch_get(store->db, mismatch_id, &mismatch);

	*ret_closed = false;
	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	if (err == ERR_OK)
		err = mismatch_close(store->db, mismatch_id, store->now_ms / 1000, actor, reason,
		                     &changes);
	if (err != ERR_OK || changes == 0)
		return err;
	*ret_closed = true;
	if (mismatch.kind == RECON_BREAK_FOREIGN && mismatch.about <= STATEMENT_REFUND) {
		struct statement_get_row statement;
		struct ledger_entry      entry;
		int64_t                  txn;
		struct money money = { mismatch.theirs, (uint16_t)mismatch.theirs_currency };

		err = statement_get(store->db, store->arena, mismatch.statement_id, &statement);
		if (err != ERR_OK)
			return err;
		recon_unplaced_entry(statement.gateway, (enum recon_kind)mismatch.about, money,
		                     true, &entry);
		err = post_entry(store, 0, 0, &entry, &txn);
	}
	if (err == ERR_OK)
		err = audit_add(store->db, store->now_ms / 1000, actor, STR("mismatch_close"),
		                mismatch.order_id, 0, reason);
	return err;
}

static enum err stretch_compare(struct stretch *stretch)
{
	struct recon_terms  terms = { .from_s = stretch->statement.from_s,
		                      .to_s = stretch->statement.to_s };
	struct recon_result result;
	enum err            err = ours_load(stretch);

	if (err == ERR_OK)
		err = theirs_load(stretch);
	if (err == ERR_OK)
		err = booked_before(stretch);
	if (err != ERR_OK)
		return err;
	if (!recon_match(stretch->ours, stretch->ours_count, stretch->theirs, stretch->theirs_count,
	                 &terms, break_store, match_store, stretch, &result))
		return ERR_FULL;
	return stretch->err;
}

/* *until: where the stretch ends; behind the last of ours it is open. */
static enum err ours_load(struct stretch *stretch)
{
	stretch->ours = ARENA_ARRAY(stretch->store->arena, struct recon_ours, STATEMENT_CHUNK_MAX);
	if (stretch->ours == NULL)
		return ERR_MEMORY;
	stretch->until = INT64_MAX;
	return stretch->about == RECON_PAYMENT ? payments_load(stretch) : refunds_load(stretch);
}

static enum err payments_load(struct stretch *stretch)
{
	struct store               *store = stretch->store;
	struct payment_stretch_row *rows;
	size_t                      count;
	enum err err = payment_stretch(store->db, store->arena, stretch->statement.payment_done,
	                               STATEMENT_CHUNK_MAX, &rows, &count);

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].gateway == stretch->statement.gateway)
			stretch->ours[stretch->ours_count++] = (struct recon_ours){
				.kind = RECON_PAYMENT,
				.id = rows[i].id,
				.money = { rows[i].amount, (uint16_t)rows[i].currency },
				.state = payment_is(rows[i].state),
				.done_s = rows[i].settled_ms / 1000,
			};
	}
	if (count == STATEMENT_CHUNK_MAX &&
	    rows[count - 1].created_ms / 1000 < stretch->statement.to_s + BEHIND_S)
		stretch->until = rows[count - 1].id;
	return ERR_OK;
}

static enum err refunds_load(struct stretch *stretch)
{
	struct store              *store = stretch->store;
	struct refund_stretch_row *rows;
	size_t                     count;
	enum err err = refund_stretch(store->db, store->arena, stretch->statement.refund_done,
	                              STATEMENT_CHUNK_MAX, &rows, &count);

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].gateway == stretch->statement.gateway)
			stretch->ours[stretch->ours_count++] = (struct recon_ours){
				.kind = RECON_REFUND,
				.id = rows[i].id,
				.money = { rows[i].amount, (uint16_t)rows[i].currency },
				.state = refund_is(rows[i].state),
				.done_s = rows[i].done_ms / 1000,
			};
	}
	if (count == STATEMENT_CHUNK_MAX &&
	    rows[count - 1].created_ms / 1000 < stretch->statement.to_s + BEHIND_S)
		stretch->until = rows[count - 1].id;
	return ERR_OK;
}

static enum err theirs_load(struct stretch *stretch)
{
	struct store              *store = stretch->store;
	struct statement_rows_row *rows;
	int64_t  after = stretch->about == RECON_PAYMENT ? stretch->statement.payment_done
	                                                 : stretch->statement.refund_done;
	enum err err = statement_rows(store->db, store->arena, stretch->statement.id,
	                              stretch->about, after > 0 ? after : 0, stretch->until,
	                              THEIRS_MAX, &rows, &stretch->theirs_count);

	if (err != ERR_OK)
		return err;
	if (stretch->theirs_count == THEIRS_MAX) /* the same few numbers over and over */
		return ERR_FULL;
	stretch->theirs = ARENA_ARRAY(store->arena, struct recon_theirs, stretch->theirs_count + 1);
	stretch->theirs_id = ARENA_ARRAY(store->arena, int64_t, stretch->theirs_count + 1);
	if (stretch->theirs == NULL || stretch->theirs_id == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < stretch->theirs_count; i++) {
		stretch->theirs[i] = theirs_of(&rows[i], stretch->about);
		stretch->theirs_id[i] = rows[i].id;
	}
	return ERR_OK;
}

/* Which of ours an earlier statement has had. */
static enum err booked_before(struct stretch *stretch)
{
	struct statement_booked_row row;
	enum err                    err = ERR_OK;

	for (size_t i = 0; i < stretch->ours_count && err == ERR_OK; i++) {
		if (stretch->ours[i].state != RECON_DONE)
			continue;
		err = statement_booked(stretch->store->db, stretch->about, stretch->ours[i].id,
		                       &row);
		stretch->ours[i].reconciled = err == ERR_OK;
		err = err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	return err;
}

static void break_store(void *ctx, const struct recon_break *found)
{
	struct stretch      *stretch = ctx;
	struct store        *store = stretch->store;
	struct order_get_row order = { 0 };

	if (stretch->err == ERR_OK && found->id != 0)
		stretch->err = order_of(store, found->about, found->id, &order);
	if (stretch->err == ERR_OK)
		stretch->err = mismatch_add(store->db,
		                            &(struct mismatch_add_args){
						.statement_id = stretch->statement.id,
						.kind = found->kind,
						.about = found->about,
						.subject = found->id,
						.order_id = order.id,
						.row = found->row,
						.ours = found->ours.amount,
						.ours_currency = found->ours.currency,
						.theirs = found->theirs.amount,
						.theirs_currency = found->theirs.currency,
						.at_s = store->now_ms / 1000,
					    });
	stretch->statement.break_count++;
	if (stretch->err == ERR_OK && recon_break_heals(found->kind))
		stretch->err = order_ask(store, found->about, found->id);
}

static void match_store(void *ctx, const struct recon_ours *ours, const struct recon_theirs *theirs)
{
	struct stretch *stretch = ctx;

	(void)ours;
	stretch->statement.matched_count++;
	if (stretch->err == ERR_OK)
		stretch->err = row_book(stretch->store, stretch->statement.gateway,
		                        stretch->theirs_id[theirs - stretch->theirs], theirs);
}

static enum err row_book(struct store *store, int64_t gateway, int64_t row_id,
                         const struct recon_theirs *theirs)
{
	struct ledger_entry  entry;
	struct order_get_row order;
	int64_t              txn;
	enum err             err = statement_row_book(store->db, row_id);

	recon_entry(gateway, theirs, &entry);
	if (err != ERR_OK || entry.count == 0)
		return err;
	err = order_of(store, theirs->kind, theirs->id, &order);
	if (err == ERR_OK)
		err = post_entry(store, order.id, order.txn_id, &entry, &txn);
	return err == ERR_OK ? order_txn_set(store->db, order.id, txn) : err;
}

static enum err one_of_ours(struct store *store, enum recon_kind about, int64_t subject,
                            struct recon_ours *ret)
{
	struct payment_get_row payment;
	struct refund_get_row  refund;
	enum err               err;

	if (about == RECON_PAYMENT) {
		err = payment_get(store->db, store->arena, subject, &payment);
		if (err == ERR_OK)
			*ret = (struct recon_ours){
				.id = subject,
				.money = { payment.amount, (uint16_t)payment.currency },
				.state = payment_is(payment.state),
			};
		return err;
	}
	err = refund_get(store->db, store->arena, subject, &refund);
	if (err == ERR_OK)
		*ret = (struct recon_ours){
			.kind = RECON_REFUND,
			.id = subject,
			.money = { refund.amount, (uint16_t)refund.currency },
			.state = refund_is(refund.state),
		};
	return err;
}

static enum err row_find(struct store *store, const struct mismatch_get_row *mismatch,
                         struct statement_rows_row **ret)
{
	struct statement_rows_row *rows;
	size_t                     count;
	enum err err = statement_rows(store->db, store->arena, mismatch->statement_id,
	                              mismatch->about, mismatch->subject - 1, mismatch->subject,
	                              THEIRS_MAX, &rows, &count);

	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		if (rows[i].row == mismatch->row) {
			*ret = &rows[i];
			return ERR_OK;
		}
	}
	return err == ERR_OK ? ERR_CORRUPT : err;
}

static enum err order_of(struct store *store, enum recon_kind about, int64_t subject,
                         struct order_get_row *ret)
{
	struct payment_get_row payment;
	struct refund_get_row  refund;
	enum err               err = ERR_OK;
	int64_t                order_id = 0;

	if (about == RECON_PAYMENT) {
		err = payment_get(store->db, store->arena, subject, &payment);
		order_id = err == ERR_OK ? payment.order_id : 0;
	} else {
		err = refund_get(store->db, store->arena, subject, &refund);
		order_id = err == ERR_OK ? refund.order_id : 0;
	}
	return err == ERR_OK ? order_get(store->db, store->arena, order_id, ret) : err;
}

/* The order's own job asks the gateway now; where it has none any more, a new one does. */
static enum err order_ask(struct store *store, enum recon_kind about, int64_t subject)
{
	enum job_kind        kind = about == RECON_PAYMENT ? JOB_PAY_WATCH : JOB_REFUND;
	struct order_get_row order;
	struct job_get_row   job;
	int64_t              now_ms = store->now_ms;
	enum err             err = order_of(store, about, subject, &order);

	if (err == ERR_OK && order.job_id == 0) {
		int64_t id = post_next(store, COUNTER_job);

		store->jobs = true;
		err = job_add(store->db, id, kind, order.id, now_ms, now_ms);
		return err == ERR_OK ? order_job_set(store->db, order.id, id) : err;
	}
	if (err == ERR_OK)
		err = job_get(store->db, store->arena, order.job_id, &job);
	if (err != ERR_OK || job.desk != 0)
		return err;
	store->jobs = true;
	return job_set(store->db, &(struct job_set_args){ .id = job.id,
	                                                  .kind = job.kind,
	                                                  .created_ms = job.created_ms,
	                                                  .due_ms = now_ms,
	                                                  .attempt = job.attempt });
}

/* Fees of their own, payouts, and rows under no number of ours. */
static enum err strangers_compare(struct stretch *stretch, bool *ret_more)
{
	struct store                   *store = stretch->store;
	struct statement_strangers_row *rows;
	size_t                          count;
	/* refund_done has served its purpose and holds the last row looked at. */
	enum err err = statement_strangers(store->db, store->arena, stretch->statement.id,
	                                   stretch->statement.refund_done, STATEMENT_CHUNK_MAX,
	                                   &rows, &count);

	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		err = stranger_store(stretch, &rows[i]);
		stretch->statement.refund_done = rows[i].id;
	}
	*ret_more = count == STATEMENT_CHUNK_MAX;
	if (err == ERR_OK && *ret_more)
		err = state_store(stretch, STATEMENT_STRANGERS);
	return err == ERR_OK ? stretch->err : err;
}

static enum err stranger_store(struct stretch *stretch, const struct statement_strangers_row *row)
{
	struct store       *store = stretch->store;
	struct money        money = { row->amount, (uint16_t)row->currency };
	struct ledger_entry entry;
	int64_t             txn, added;
	enum err            err = ERR_OK;

	if (row->about == STATEMENT_PAYOUT) {
		err = payout_add(store->db, stretch->statement.gateway, row->batch, row->currency,
		                 row->amount, row->at_s, stretch->statement.id, &added);
		if (err != ERR_OK || added == 0)
			return err;
		stretch->statement.matched_count++;
		recon_payout_entry(stretch->statement.gateway, money, &entry);
	} else if (row->about == STATEMENT_FEE) {
		stretch->statement.matched_count++;
		recon_fee_entry(stretch->statement.gateway, money, &entry);
	} else if (row->about <= STATEMENT_REFUND && row->done == 0) {
		return ERR_OK; /* a later statement will have it done */
	} else {
		break_store(stretch, &(struct recon_break){ .kind = RECON_BREAK_FOREIGN,
		                                            .about = (enum recon_kind)row->about,
		                                            .row = row->row,
		                                            .theirs = money });
		if (row->about > STATEMENT_REFUND)
			return stretch->err;
		recon_unplaced_entry(stretch->statement.gateway, (enum recon_kind)row->about, money,
		                     false, &entry);
	}
	if (entry.count == 0)
		return stretch->err;
	err = stretch->err == ERR_OK ? post_entry(store, 0, 0, &entry, &txn) : stretch->err;
	return err;
}

static enum err state_store(const struct stretch *stretch, enum statement_state state)
{
	const struct statement_get_row *statement = &stretch->statement;
	int64_t payment_done = statement->payment_done, refund_done = statement->refund_done;

	if (statement->state == STATEMENT_PAYMENTS)
		payment_done = stretch->until;
	else if (statement->state == STATEMENT_REFUNDS)
		refund_done = state == STATEMENT_REFUNDS ? stretch->until : 0;
	return statement_set(stretch->store->db, statement->id, state, payment_done, refund_done,
	                     statement->matched_count, statement->break_count);
}

static struct recon_theirs theirs_of(const struct statement_rows_row *row, enum recon_kind about)
{
	return (struct recon_theirs){
		.kind = about,
		.id = row->subject,
		.row = row->row,
		.money = { row->amount, (uint16_t)row->currency },
		.done = row->done != 0,
		.fee = { row->fee, (uint16_t)row->fee_currency },
		.settled = { row->settled, (uint16_t)row->settled_currency },
	};
}

/* Nothing but the gateway's own word ends a payment: failed and expired ones may turn out paid
 * (GATEWAYS 9, invariant 3). */
static enum recon_state payment_is(int64_t state)
{
	return state == PAYMENT_SUCCEEDED || state == PAYMENT_REFUNDING ||
	               state == PAYMENT_REFUNDED || state == PAYMENT_DISPUTED
	           ? RECON_DONE
	           : RECON_OPEN;
}

static enum recon_state refund_is(int64_t state)
{
	return state == REFUND_DONE ? RECON_DONE : RECON_OPEN;
}
