/*
 * statement.h - a gateway's statement in the database: brought in whole, then
 * compared with our payments and refunds stretch by stretch, so that the writer
 * never stands still for a large file.
 *
 * What agrees is booked once, whatever files come; what does not becomes a
 * mismatch, open until it heals or a person closes it with a reason.
 * Source: GATEWAYS 9 invariant 10; DOMAIN 10.
 */
#pragma once
#include "core/reconcile.h"
#include "store/store.h"

#define STATEMENT_ROWS_MAX  2000000
#define STATEMENT_CHUNK_MAX 512 /* payments compared in one command */
#define STATEMENT_NAME_MAX  200 /* bytes */

/* What a row is about.  The first two are enum recon_kind. */
enum statement_about {
	STATEMENT_PAYMENT = RECON_PAYMENT,
	STATEMENT_REFUND = RECON_REFUND,
	STATEMENT_FEE,
	STATEMENT_PAYOUT,
	STATEMENT_OTHER
};

/* How far it is: which list is compared now. */
enum statement_state {
	STATEMENT_PAYMENTS,
	STATEMENT_REFUNDS,
	STATEMENT_STRANGERS,
	STATEMENT_MATCHED
};

/* One row as it is brought in; strings are borrowed. */
struct statement_line {
	enum statement_about about;
	struct str           number; /* ours, of the payment or refund; may be anything */
	int64_t              row;
	struct money         amount, fee, settled; /* currency 0: not told; amount never */
	int64_t              at_s;
	bool                 done;
	struct str           reference, batch;
};

struct statement_head {
	int64_t       gateway; /* enum pay_method */
	struct digest hash;    /* of the file */
	struct str    name;
	int64_t       from_s, to_s, now_s;
};

/* Bring it in, inside of the caller's transaction.  ERR_EXISTS-like: *ret_known is set to its
 * number when the file is there already, and nothing is written. */
enum err statement_bring(struct db *db, const struct keys *keys, const struct statement_head *head,
                         const struct statement_line *lines, size_t count, int64_t *ret_known,
                         int64_t *ret_id);

/* Compare the next stretch; on the writer's thread.  *ret_more: call again. */
enum err statement_step(struct store *store, int64_t id, bool *ret_more);

/* Look again at an open mismatch of kind MISSING_HERE: booked and closed once our payment
 * stands as the statement says. */
enum err statement_heal(struct store *store, int64_t mismatch_id);

/* A person closes a mismatch; false: it was closed already, or does not exist. */
enum err statement_close(struct store *store, int64_t mismatch_id, int64_t actor, struct str reason,
                         bool *ret_closed);
