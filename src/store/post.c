/*
 * post.c - see post.h.
 */
#include "store/post.h"

#include "store/ledger_sql.h"

#include <string.h>

#define ACCOUNT_CACHE_MAX 256 /* ledger accounts held in memory; a power of two */
#define FIGURE_CACHE_MAX  128 /* sums of one group */

const int32_t figure_bucket_s[FIGURE_BUCKETS] = { 1,   2,   5,   10,  20,   30,   60,    120,
	                                          180, 240, 300, 600, 1800, 3600, 21600, 86400 };

struct account {
	int64_t          id; /* 0: free slot */
	enum ledger_kind kind;
	int64_t          owner;
	uint16_t         currency;
	int64_t          balance, last;
	bool             dirty;
};

struct figure_sum {
	int32_t     day;
	enum figure figure;
	int64_t     add;
};

/* What a rollback has to bring back. */
struct numbers {
	int64_t           counter[COUNTER_COUNT];
	struct post_chain chain;
};

struct group {
	struct numbers    now, committed;
	struct account    accounts[ACCOUNT_CACHE_MAX];
	size_t            account_count;
	struct figure_sum figures[FIGURE_CACHE_MAX];
	size_t            figure_count;
};

static enum err account_get(struct store *store, const struct ledger_posting *posting,
                            struct account **ret);
static size_t   account_slot(const struct group *group, const struct ledger_posting *posting);
static enum err accounts_flush(struct store *store);
static enum err figures_flush(struct store *store);
static void     hash_int(uint8_t **at, int64_t value);

enum err post_open(struct arena *arena, struct store *store)
{
	struct group              *group = ARENA_NEW(arena, struct group);
	struct counters_row        max;
	struct ledger_txn_last_row last;
	enum err                   err;

	if (group == NULL) {
		return ERR_MEMORY;
	}
	store->group = group;
	err = counters(store->db, &max);
	if (err != ERR_OK) {
		return err;
	}
#define X(name) group->now.counter[COUNTER_##name] = max.name;
	COUNTERS(X)
#undef X
	err = ledger_txn_last(store->db, arena, &last);
	group->now.chain.len = HASH_SIZE;
	if (err == ERR_OK && (last.hash.len == POST_HASH_SIZE || last.hash.len == HASH_SIZE)) {
		memcpy(group->now.chain.digest.byte, last.hash.ptr, last.hash.len);
		group->now.chain.len = last.hash.len;
	} else if (err != ERR_NOT_FOUND) {
		return err == ERR_OK ? ERR_CORRUPT : err;
	}
	group->committed = group->now;
	return ERR_OK;
}

enum err post_entry(struct store *store, int64_t order_id, int64_t prev,
                    const struct ledger_entry *entry, int64_t *ret_id)
{
	struct post_hash_posting hashed[LEDGER_POSTING_MAX];
	struct group            *group = store->group;
	int64_t                  id = post_next(store, COUNTER_txn);
	int64_t                  at_s = store->now_ms / 1000;
	int64_t                  first = group->now.counter[COUNTER_posting] + 1;
	enum err                 err;

	assert(entry->count > 0 && entry->count <= LEDGER_POSTING_MAX);
	assert(ledger_balanced(entry));
	for (size_t i = 0; i < entry->count; i++) {
		const struct ledger_posting *posting = &entry->posting[i];
		int64_t                      number = post_next(store, COUNTER_posting);
		struct account              *account;

		err = account_get(store, posting, &account);
		if (err == ERR_OK) {
			err = ledger_posting_add(store->db, number, account->id,
			                         posting->money.amount, account->last);
		}
		if (err != ERR_OK) {
			return err;
		}
		account->balance += posting->money.amount;
		account->last = number;
		account->dirty = true;
		hashed[i] = (struct post_hash_posting){ account->id, posting->money.amount };
	}
	post_hash(&group->now.chain, id, order_id, entry->event, at_s, hashed, entry->count,
	          &group->now.chain.digest);
	group->now.chain.len = POST_HASH_SIZE;
	err = ledger_txn_add(store->db, id, order_id, prev, first, entry->event, at_s,
	                     (struct str){ .ptr = (const char *)group->now.chain.digest.byte,
	                                   .len = POST_HASH_SIZE });
	if (err == ERR_OK) {
		*ret_id = id;
	}
	return err;
}

int64_t post_next(struct store *store, enum counter counter)
{
	return ++store->group->now.counter[counter];
}

void post_figure(struct store *store, int32_t day, enum figure figure, int64_t add)
{
	struct group *group = store->group;

	assert(figure < FIGURE_COUNT);
	for (size_t i = 0; i < group->figure_count; i++) {
		struct figure_sum *sum = &group->figures[i];
		if (sum->day == day && sum->figure == figure) {
			sum->add += add;
			return;
		}
	}
	/* A group spans at most two days, so this bound is not met; were it, a
	 * picture would be off by one, never the books. */
	if (group->figure_count < FIGURE_CACHE_MAX) {
		group->figures[group->figure_count++] = (struct figure_sum){ .day = day,
			                                                     .figure = figure,
			                                                     .add = add };
	}
}

void post_group_begin(struct store *store)
{
	store->group->figure_count = 0;
}

enum err post_group_end(struct store *store)
{
	enum err err = accounts_flush(store);

	if (err == ERR_OK) {
		err = figures_flush(store);
	}
	if (err == ERR_OK) {
		/* If the commit fails, forget() drops all of it. */
		store->group->figure_count = 0;
	}
	return err;
}

void post_group_committed(struct store *store)
{
	store->group->committed = store->group->now;
}

void post_group_forget(struct store *store)
{
	struct group *group = store->group;

	group->now = group->committed;
	group->figure_count = 0;
	group->account_count = 0;
	memset(group->accounts, 0, sizeof(group->accounts));
}

void post_hash(const struct post_chain *before, int64_t id, int64_t order_id,
               enum ledger_event event, int64_t at_s, const struct post_hash_posting *postings,
               size_t count, struct digest *ret)
{
	uint8_t  bytes[(4 + 2 * LEDGER_POSTING_MAX) * sizeof(int64_t)];
	uint8_t *at = bytes;

	assert(count <= LEDGER_POSTING_MAX);
	hash_int(&at, id);
	hash_int(&at, order_id);
	hash_int(&at, (int64_t)event);
	hash_int(&at, at_s);
	for (size_t i = 0; i < count; i++) {
		hash_int(&at, postings[i].account_id);
		hash_int(&at, postings[i].amount);
	}
	sha256_pair((struct str){ .ptr = (const char *)before->digest.byte,
	                          .len = before->len },
	            (struct str){ .ptr = (const char *)bytes, .len = (size_t)(at - bytes) }, ret);
}

static enum err account_get(struct store *store, const struct ledger_posting *posting,
                            struct account **ret)
{
	struct group                  *group = store->group;
	struct account                *account = &group->accounts[account_slot(group, posting)];
	struct ledger_account_find_row row = { 0 };
	enum err                       err;

	if (account->id != 0) {
		*ret = account;
		return ERR_OK;
	}
	if (group->account_count >= ACCOUNT_CACHE_MAX / 2) {
		err = accounts_flush(store);
		if (err != ERR_OK) {
			return err;
		}
		memset(group->accounts, 0, sizeof(group->accounts));
		group->account_count = 0;
		account = &group->accounts[account_slot(group, posting)];
	}
	err = ledger_account_find(store->db, posting->kind, posting->owner, posting->money.currency,
	                          &row);
	if (err == ERR_NOT_FOUND) {
		err = ledger_account_add(store->db, posting->kind, posting->owner,
		                         posting->money.currency);
		row.id = db_last_id(store->db);
	}
	if (err != ERR_OK) {
		return err;
	}
	*account = (struct account){
		.id = row.id,
		.kind = posting->kind,
		.owner = posting->owner,
		.currency = posting->money.currency,
		.balance = row.balance,
		.last = row.last,
	};
	group->account_count++;
	*ret = account;
	return ERR_OK;
}

/* The account's slot, or the free one where it belongs.  The table is at most
 * half full, so the walk ends. */
static size_t account_slot(const struct group *group, const struct ledger_posting *posting)
{
	uint64_t mixed = ((uint64_t)posting->owner * 31 + posting->kind) * 1009 +
	                 posting->money.currency;
	size_t slot = (size_t)(mixed * UINT64_C(0x9E3779B97F4A7C15) >> 32) % ACCOUNT_CACHE_MAX;

	for (;; slot = (slot + 1) % ACCOUNT_CACHE_MAX) {
		const struct account *account = &group->accounts[slot];
		if (account->id == 0 ||
		    (account->kind == posting->kind && account->owner == posting->owner &&
		     account->currency == posting->money.currency)) {
			return slot;
		}
	}
}

static enum err accounts_flush(struct store *store)
{
	for (size_t i = 0; i < ACCOUNT_CACHE_MAX; i++) {
		struct account *account = &store->group->accounts[i];
		if (account->id == 0 || !account->dirty) {
			continue;
		}
		enum err err = ledger_account_set(store->db, account->id, account->balance,
		                                  account->last);
		if (err != ERR_OK) {
			return err;
		}
		account->dirty = false;
	}
	return ERR_OK;
}

static enum err figures_flush(struct store *store)
{
	for (size_t i = 0; i < store->group->figure_count; i++) {
		const struct figure_sum *sum = &store->group->figures[i];
		enum err err = figure_add(store->db, sum->day, (int64_t)sum->figure, sum->add);
		if (err != ERR_OK) {
			return err;
		}
	}
	return ERR_OK;
}

static void hash_int(uint8_t **at, int64_t value)
{
	for (int shift = 56; shift >= 0; shift -= 8) {
		*(*at)++ = (uint8_t)((uint64_t)value >> shift);
	}
}
