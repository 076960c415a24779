/*
 * post.h - the only writer of the ledger's tables, and of everything that is
 * summed in memory and written once a group: account balances, day figures,
 * numbers for new rows.
 *
 * On the writer's thread only.  Source: DOMAIN 10, PERFORMANCE 2a.
 */
#pragma once
#include "core/ledger.h"
#include "store/store.h"

/* Tables whose numbers the writer hands out. */
#define COUNTERS(X)                                                          \
	X(orders) X(payment) X(refund) X(job) X(order_event) X(event) X(txn) \
	X(posting) X(notice)
#define X(name) COUNTER_##name,
enum counter { COUNTERS(X) COUNTER_COUNT };
#undef X

/* What a day is remembered by.  ACTIVATE_n: orders that took up to
 * figure_bucket_s[n] seconds from paid to active.  HOUR_n: orders that became
 * active in that hour in Tokyo, so that a day can be compared with others
 * before it is over. */
#define FIGURE_BUCKETS 16
#define FIGURE_HOURS   24
enum figure {
	FIGURE_PLACED,
	FIGURE_PAID,
	FIGURE_ACTIVE,
	FIGURE_DECLINED,
	FIGURE_REFUNDED,
	FIGURE_JPY,        /* price of what was paid */
	FIGURE_LINES_0,    /* lines by days left: 0-7, 8-30, 31-90, 91-180, 181+ (sweep) */
	FIGURE_LINES_5 = FIGURE_LINES_0 + 5,
	FIGURE_ACTIVATE_0,
	FIGURE_HOUR_0 = FIGURE_ACTIVATE_0 + FIGURE_BUCKETS,
	FIGURE_LOSING = FIGURE_HOUR_0 + FIGURE_HOURS, /* lines lost within 7 days (sweep) */
	FIGURE_LOSING_TOLD,                           /* of these: somebody was told of it */
	FIGURE_COUNT
};
extern const int32_t figure_bucket_s[FIGURE_BUCKETS];

/* Reads counters and the chain's end; once, before the first group. */
enum err post_open(struct arena *arena, struct store *store);

/* Writes an entry: one transaction row, its postings, the accounts' sums.
 * `prev` is the order's transaction before (0: none); *ret_id the new one. */
enum err post_entry(struct store *store, int64_t order_id, int64_t prev,
                    const struct ledger_entry *entry, int64_t *ret_id);
int64_t post_next(struct store *store, enum counter counter); /* a number for a new row */
void post_figure(struct store *store, int32_t day, enum figure figure, int64_t add);

/* For the writer, around a group: end() writes the sums before the commit,
 * committed() keeps the numbers, forget() drops them after a rollback. */
void     post_group_begin(struct store *store);
enum err post_group_end(struct store *store);
void     post_group_committed(struct store *store);
void     post_group_forget(struct store *store);

/* The hash of a transaction: over the stored hash before, its fields and
 * postings.  Its first POST_HASH_SIZE bytes are stored (ADR 017); what was
 * written before schema 4 has all of them.  Used when writing and when
 * verifying. */
#define POST_HASH_SIZE 16
struct post_hash_posting {
	int64_t account_id, amount;
};
struct post_chain { /* the hash before: as stored; at the beginning whole and zero */
	struct digest digest;
	size_t        len; /* POST_HASH_SIZE or HASH_SIZE */
};
void post_hash(const struct post_chain *before, int64_t id, int64_t order_id,
               enum ledger_event event, int64_t at_s, const struct post_hash_posting *postings,
               size_t count, struct digest *ret);
