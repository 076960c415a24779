/*
 * verify_ledger.c - accounts, transactions and postings: sums, chains, hashes,
 * and each entry made again from its order.
 */
#include "base/str.h"
#include "core/reconcile.h"
#include "store/post.h"
#include "store/queries.h"
#include "store/verify_part.h"

#include <string.h>

#define CURRENCY_MAX 1000 /* ISO 4217 numeric codes are below */

/* A transaction with its postings. */
struct txn {
	int64_t                  id, order_id, prev, first, at_s;
	int64_t                  kind;
	struct post_hash_posting posting[LEDGER_POSTING_MAX];
	size_t                   count;
	bool                     known; /* all accounts exist */
	struct post_chain        hash;  /* as stored */
};

static void accounts_read(struct verify_run *run);
static void accounts_agree(struct verify_run *run);
static bool txn_read(struct cursor *cursor, struct txn *ret);
static bool txn_hashes(const struct txn *txn, const struct post_chain *chain);
static void txn_hash(struct verify_run *run, const struct txn *txn, struct post_chain *chain);
static void postings_take(struct verify_run *run, struct cursor *postings, bool *more, int64_t end,
                          const struct post_chain *chain, struct txn *txn);
static void posting_take(struct verify_run *run, struct cursor *postings, struct txn *txn);
static void txn_check(struct verify_run *run, const struct txn *txn);
static void txn_order(struct verify_run *run, const struct txn *txn);
static bool txn_balanced(struct verify_run *run, const struct txn *txn);
static bool txn_is_entry(struct verify_run *run, const struct txn *txn, struct verify_order *order);
static bool sale_share(struct verify_run *run, const struct txn *txn, struct verify_order *order,
                       struct ledger_sale *sale);
static bool unplaced_read(struct verify_run *run);
static void clearing_agree(struct verify_run *run);

void verify_ledger(struct verify_run *run)
{
	struct cursor     txns, postings;
	struct post_chain chain = { .len = HASH_SIZE };
	struct txn        txn, next;
	bool              more, more_txns;

	accounts_read(run);
	txns = cursor_open(run, QUERY_SCAN_TXNS, "ledger_txn");
	postings = cursor_open(run, QUERY_SCAN_POSTINGS, "ledger_posting");
	more = cursor_next(&postings);
	more_txns = txn_read(&txns, &txn);
	while (more_txns) {
		more_txns = txn_read(&txns, &next);
		/* A transaction's place ends where the next one's begins. */
		postings_take(run, &postings, &more, more_txns ? next.first : INT64_MAX, &chain,
		              &txn);
		txn_check(run, &txn);
		txn_hash(run, &txn, &chain);
		txn = next;
	}
	for (; more; more = cursor_next(&postings))
		verify_found(run, VERIFY_POSTING_TXN, postings.id);
	cursor_close(&txns);
	cursor_close(&postings);
	if (run->err == ERR_OK)
		accounts_agree(run);
	if (run->err == ERR_OK)
		clearing_agree(run);
}

static bool txn_read(struct cursor *cursor, struct txn *ret)
{
	if (!cursor_next(cursor))
		return false;
	*ret = (struct txn){ .id = cursor->id,
		             .order_id = cursor_int(cursor, 1),
		             .prev = cursor_int(cursor, 2),
		             .first = cursor_int(cursor, 3),
		             .kind = cursor_int(cursor, 4),
		             .at_s = cursor_int(cursor, 5),
		             .known = true };
	ret->hash.len = (size_t)sqlite3_column_bytes(cursor->stmt, 6);
	if (ret->hash.len == POST_HASH_SIZE || ret->hash.len == HASH_SIZE)
		memcpy(ret->hash.digest.byte, sqlite3_column_blob(cursor->stmt, 6), ret->hash.len);
	else
		ret->hash.len = 0;
	if (cursor->id != cursor->previous + 1)
		verify_found(cursor->run, VERIFY_TXN_GAP, cursor->id);
	if (ret->kind < 0 || ret->kind >= LEDGER_EVENT_COUNT) {
		verify_found(cursor->run, VERIFY_TXN_KIND, cursor->id);
		ret->kind = LEDGER_EVENT_BALANCE_EXPIRED;
	}
	return true;
}

static void txn_hash(struct verify_run *run, const struct txn *txn, struct post_chain *chain)
{
	if (!txn_hashes(txn, chain))
		verify_found(run, VERIFY_TXN_HASH, txn->id);
	/* The chain goes on from what is stored, so that one change is one finding. */
	*chain = txn->hash;
	run->report->head_txn = txn->id;
	run->report->head = chain->digest;
	run->report->head_len = chain->len;
}

/* Is its stored hash that of what it follows and of itself? */
static bool txn_hashes(const struct txn *txn, const struct post_chain *chain)
{
	struct digest found;

	/* Short hashes do not become long ones again. */
	if (txn->hash.len == 0 || txn->hash.len > chain->len)
		return false;
	post_hash(chain, txn->id, txn->order_id, (enum ledger_event)txn->kind, txn->at_s,
	          txn->posting, txn->count, &found);
	return memcmp(txn->hash.digest.byte, found.byte, txn->hash.len) == 0;
}

static void accounts_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_ACCOUNTS, "ledger_account");

	while (cursor_next(&cursor)) {
		struct verify_account *account;
		int64_t                kind = cursor_int(&cursor, 1);
		int64_t                currency = cursor_int(&cursor, 3);

		if (cursor.id < 1 || cursor.id > run->account_max ||
		    cursor.id != cursor.previous + 1)
			verify_found(run, VERIFY_ACCOUNT_TWICE, cursor.id);
		if (cursor.id < 1 || cursor.id > run->account_max)
			continue;
		if (kind < 0 || kind >= LEDGER_KIND_COUNT || currency < 1 ||
		    currency >= CURRENCY_MAX) {
			verify_found(run, VERIFY_ACCOUNT_KIND, cursor.id);
			continue;
		}
		account = &run->accounts[cursor.id];
		*account = (struct verify_account){ .owner = cursor_int(&cursor, 2),
			                            .balance = cursor_int(&cursor, 4),
			                            .last = cursor_int(&cursor, 5),
			                            .currency = (uint16_t)currency,
			                            .kind = (uint8_t)kind,
			                            .here = true };
	}
	cursor_close(&cursor);
}

/* The postings of a transaction: from its first to the next one's.  Where one
 * of the two is no possible place, from where the transaction before has ended,
 * or until the hash is right: so one damaged number is a few findings, not one
 * a row from there on. */
static void postings_take(struct verify_run *run, struct cursor *postings, bool *more, int64_t end,
                          const struct post_chain *chain, struct txn *txn)
{
	bool place;

	if (*more && (txn->first < postings->id - LEDGER_POSTING_MAX ||
	              txn->first > postings->id + LEDGER_POSTING_MAX)) {
		verify_found(run, VERIFY_POSTING_TXN, txn->id);
		txn->first = postings->id;
	}
	place = end > txn->first && end - txn->first <= LEDGER_POSTING_MAX;
	while (*more && (place ? postings->id < end
	                       : txn->count < LEDGER_POSTING_MAX && !txn_hashes(txn, chain))) {
		posting_take(run, postings, txn);
		*more = cursor_next(postings);
	}
}

static void posting_take(struct verify_run *run, struct cursor *postings, struct txn *txn)
{
	int64_t                account_id = cursor_int(postings, 1);
	int64_t                amount = cursor_int(postings, 2);
	struct verify_account *account = verify_account(run, account_id);

	if (postings->id != postings->previous + 1)
		verify_found(run, VERIFY_POSTING_GAP, postings->id);
	if (postings->id != txn->first + (int64_t)txn->count)
		verify_found(run, VERIFY_POSTING_TXN, postings->id);
	if (postings->id >= txn->first && txn->count < LEDGER_POSTING_MAX)
		txn->posting[txn->count++] = (struct post_hash_posting){ account_id, amount };
	if (account == NULL) {
		verify_found(run, VERIFY_POSTING_ACCOUNT, postings->id);
		txn->known = false;
	} else {
		if (cursor_int(postings, 3) != account->last_seen)
			verify_found(run, VERIFY_POSTING_PREV, postings->id);
		account->last_seen = postings->id;
		if (__builtin_add_overflow(account->sum, amount, &account->sum))
			verify_found(run, VERIFY_ACCOUNT_SUM, account_id);
	}
}

static void txn_check(struct verify_run *run, const struct txn *txn)
{
	if (txn->count == 0 || (txn->known && !txn_balanced(run, txn)))
		verify_found(run, VERIFY_TXN_SUM, txn->id);
	if (txn->order_id != 0)
		txn_order(run, txn);
}

static void txn_order(struct verify_run *run, const struct txn *txn)
{
	struct verify_order *order = verify_order(run, txn->order_id);

	if (order == NULL) {
		verify_found(run, VERIFY_TXN_ORDER, txn->id);
		return;
	}
	if (txn->prev != order->last_txn)
		verify_found(run, VERIFY_TXN_PREV, txn->id);
	order->last_txn = txn->id;
	if (order->entries[txn->kind] < UINT8_MAX)
		order->entries[txn->kind]++;
	if (txn->known && !txn_is_entry(run, txn, order))
		verify_found(run, VERIFY_TXN_ENTRY, txn->id);
}

static bool txn_balanced(struct verify_run *run, const struct txn *txn)
{
	for (size_t i = 0; i < txn->count; i++) {
		uint16_t currency = run->accounts[txn->posting[i].account_id].currency;
		int64_t  sum = 0;

		for (size_t j = 0; j < txn->count; j++) {
			if (run->accounts[txn->posting[j].account_id].currency == currency &&
			    __builtin_add_overflow(sum, txn->posting[j].amount, &sum))
				return false;
		}
		if (sum != 0)
			return false;
	}
	return true;
}

/* Makes the entry again, as settle.c did, and compares posting by posting. */
static bool txn_is_entry(struct verify_run *run, const struct txn *txn, struct verify_order *order)
{
	struct ledger_sale sale = {
		.gateway = order->gateway,
		.paid = { .amount = order->amount, .currency = order->currency },
		.price = order->price,
		.tax = order->tax,
		.line_id = order->line_id,
	};
	struct ledger_entry entry;

	if (order->amount <= 0 || order->amount > MONEY_MAX || order->price <= 0 ||
	    order->price > MONEY_MAX || order->tax < 0 || order->tax > order->price)
		return false;
	/* Value or service: the pack says, and the ledger follows it; either is whole. */
	for (size_t i = 0; i < txn->count; i++)
		sale.balance = sale.balance ||
		               run->accounts[txn->posting[i].account_id].kind == LEDGER_BALANCE;
	if (!sale_share(run, txn, order, &sale))
		return false;
	if (!ledger_make((enum ledger_event)txn->kind, &sale, &entry))
		return true; /* of a lot, not of a sale */
	for (size_t i = 0; i < entry.count; i++) {
		const struct ledger_posting *wanted = &entry.posting[i];
		const struct verify_account *account;

		if (entry.count != txn->count || wanted->money.amount != txn->posting[i].amount)
			return false;
		account = &run->accounts[txn->posting[i].account_id];
		if (account->kind != wanted->kind || account->owner != wanted->owner ||
		    account->currency != wanted->money.currency)
			return false;
	}
	return true;
}

/* What goes back in parts: how much, the entry itself says; the sums of all are
 * compared with the refunds. */
static bool sale_share(struct verify_run *run, const struct txn *txn, struct verify_order *order,
                       struct ledger_sale *sale)
{
	bool    returned = txn->kind == LEDGER_EVENT_RETURNED;
	int64_t left = order->amount - order->returned, part = 0;

	if (txn->kind == LEDGER_EVENT_UNDONE) {
		if (left <= 0)
			return false;
		*sale = ledger_part(sale, order->returned, left);
		return true;
	}
	if (!returned && txn->kind != LEDGER_EVENT_REFUNDED)
		return true;
	for (size_t i = 0; i < txn->count; i++)
		if (run->accounts[txn->posting[i].account_id].kind == LEDGER_REFUND_DUE)
			part = returned ? -txn->posting[i].amount : txn->posting[i].amount;
	if (part <= 0 || part > (returned ? left : order->amount - order->booked_back))
		return false;
	if (returned) {
		*sale = ledger_part(sale, order->returned, part);
		order->returned += part;
	} else {
		sale->paid.amount = part;
		order->booked_back += part;
	}
	return true;
}

static void accounts_agree(struct verify_run *run)
{
	int64_t *sums = ARENA_ARRAY(&run->arena, int64_t, CURRENCY_MAX);

	if (sums == NULL) {
		run->err = ERR_MEMORY;
		return;
	}
	for (int64_t id = 1; id <= run->account_max; id++) {
		const struct verify_account *account = &run->accounts[id];

		if (!account->here)
			continue;
		if (account->sum != account->balance)
			verify_found(run, VERIFY_ACCOUNT_SUM, id);
		if (account->last != account->last_seen)
			verify_found(run, VERIFY_ACCOUNT_LAST, id);
		if (__builtin_add_overflow(sums[account->currency], account->balance,
		                           &sums[account->currency]))
			verify_found(run, VERIFY_CURRENCY_SUM, account->currency);
	}
	for (int64_t currency = 0; currency < CURRENCY_MAX; currency++) {
		if (sums[currency] != 0)
			verify_found(run, VERIFY_CURRENCY_SUM, currency);
	}
}

/* Sold and not delivered; owed and not given back: exactly what is open. */
/* Money that a statement has under no number of ours, until a person has placed it. */
static bool unplaced_read(struct verify_run *run)
{
	struct cursor cursor = cursor_open(run, QUERY_SCAN_MISMATCHES, "mismatch");

	run->unplaced = ARENA_ARRAY(&run->arena, int64_t, CURRENCY_MAX);
	while (run->unplaced != NULL && cursor_next(&cursor)) {
		int64_t about = cursor_int(&cursor, 2), currency = cursor_int(&cursor, 4);

		if (cursor_int(&cursor, 1) != RECON_BREAK_FOREIGN || about > RECON_REFUND ||
		    currency < 1 || currency >= CURRENCY_MAX)
			continue;
		run->unplaced[currency] += about == RECON_REFUND ? -cursor_int(&cursor, 3)
		                                                 : cursor_int(&cursor, 3);
	}
	cursor_close(&cursor);
	if (run->unplaced == NULL)
		run->err = ERR_MEMORY;
	return run->err == ERR_OK;
}

static void clearing_agree(struct verify_run *run)
{
	int64_t *owed = ARENA_ARRAY(&run->arena, int64_t, CURRENCY_MAX);
	int64_t  deferred = 0;

	if (owed == NULL) {
		run->err = ERR_MEMORY;
		return;
	}
	for (int64_t id = 1; id <= run->order_max; id++) {
		const struct verify_order *order = &run->orders[id];

		if (!order->here)
			continue;
		if (order->state == ORDER_PAID || order->state == ORDER_SUBMITTED ||
		    order->state == ORDER_DELIVERY_UNKNOWN)
			deferred += order->price - order->tax;
		if (order->currency < CURRENCY_MAX)
			owed[order->currency] += order->owed;
	}
	if (!unplaced_read(run))
		return;
	for (int64_t id = 1; id <= run->account_max; id++) {
		const struct verify_account *account = &run->accounts[id];
		int64_t                      open = 0;

		if (!account->here || !ledger_clears((enum ledger_kind)account->kind))
			continue;
		if (account->kind == LEDGER_DEFERRED && account->currency == CURRENCY_JPY)
			open = deferred;
		else if (account->kind == LEDGER_REFUND_DUE)
			open = owed[account->currency];
		else if (account->kind == LEDGER_SUSPENSE)
			open = run->unplaced[account->currency];
		if (account->balance != -open)
			verify_found(run, VERIFY_CLEARING, id);
	}
}
