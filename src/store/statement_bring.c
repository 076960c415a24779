/*
 * statement_bring.c - a gateway's statement into the database; see statement.h.
 */
#include "store/statement.h"

#include "store/public_id.h"
#include "store/statement_sql.h"

#define EARLIER_S (INT64_C(14) * 86400) /* an order may be paid so long after its opening */

static enum err first_of(struct db *db, enum recon_kind about, int64_t from_ms, int64_t highest,
                         int64_t *ret);
static enum err created_at(struct db *db, enum recon_kind about, int64_t id, int64_t *ret_id,
                           int64_t *ret_ms);
static enum err line_add(struct db *db, const struct keys *keys, int64_t statement_id,
                         const struct statement_line *line);

enum err statement_bring(struct db *db, const struct keys *keys, const struct statement_head *head,
                         const struct statement_line *lines, size_t count, int64_t *ret_known,
                         int64_t *ret_id)
{
	struct str                hash = { .ptr = (const char *)head->hash.byte, .len = HASH_SIZE };
	struct statement_find_row known;
	struct statement_heads_row heads;
	int64_t                    from_ms = (head->from_s - EARLIER_S) * 1000, payment, refund;
	enum err                   err = statement_find(db, hash, &known);

	*ret_known = err == ERR_OK ? known.id : 0;
	if (err != ERR_NOT_FOUND)
		return err;
	err = statement_heads(db, &heads);
	if (err == ERR_OK)
		err = first_of(db, RECON_PAYMENT, from_ms, heads.payment, &payment);
	if (err == ERR_OK)
		err = first_of(db, RECON_REFUND, from_ms, heads.refund, &refund);
	if (err == ERR_OK)
		err = statement_add(db, head->gateway, hash, head->name, head->from_s, head->to_s,
		                    head->now_s, (int64_t)count, payment - 1, refund - 1);
	*ret_id = db_last_id(db);
	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = line_add(db, keys, *ret_id, &lines[i]);
	return err;
}

/* The first of ours that was opened at or after from_ms, by halves: numbers are handed out in
 * the order of time. */
static enum err first_of(struct db *db, enum recon_kind about, int64_t from_ms, int64_t highest,
                         int64_t *ret)
{
	int64_t  low = 1, high = highest + 1;
	enum err err = ERR_OK;

	while (low < high && err == ERR_OK) {
		int64_t middle = low + (high - low) / 2, id = 0, at_ms = 0;

		err = created_at(db, about, middle, &id, &at_ms);
		if (err == ERR_NOT_FOUND || at_ms >= from_ms) {
			high = middle;
			err = ERR_OK;
		} else {
			low = id + 1;
		}
	}
	*ret = low;
	return err;
}

static enum err created_at(struct db *db, enum recon_kind about, int64_t id, int64_t *ret_id,
                           int64_t *ret_ms)
{
	struct payment_from_row payment;
	struct refund_from_row  refund;
	enum err                err;

	if (about == RECON_PAYMENT) {
		err = payment_from(db, id, &payment);
		*ret_id = err == ERR_OK ? payment.id : id;
		*ret_ms = err == ERR_OK ? payment.created_ms : INT64_MAX;
	} else {
		err = refund_from(db, id, &refund);
		*ret_id = err == ERR_OK ? refund.id : id;
		*ret_ms = err == ERR_OK ? refund.created_ms : INT64_MAX;
	}
	return err;
}

static enum err line_add(struct db *db, const struct keys *keys, int64_t statement_id,
                         const struct statement_line *line)
{
	int64_t subject = 0;

	if (line->about == STATEMENT_PAYMENT)
		(void)public_id_parse(keys, PUBLIC_PAYMENT, line->number, &subject);
	else if (line->about == STATEMENT_REFUND)
		(void)public_id_parse(keys, PUBLIC_REFUND, line->number, &subject);
	return statement_row_add(db, &(struct statement_row_add_args){
					 .statement_id = statement_id,
					 .about = line->about,
					 .subject = subject,
					 .row = line->row,
					 .amount = line->amount.amount,
					 .currency = line->amount.currency,
					 .fee = line->fee.amount,
					 .fee_currency = line->fee.currency,
					 .settled = line->settled.amount,
					 .settled_currency = line->settled.currency,
					 .at_s = line->at_s,
					 .done = line->done,
					 .reference = line->reference,
					 .batch = line->batch,
				     });
}
