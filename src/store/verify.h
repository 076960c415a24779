/*
 * verify.h - does everything in the database agree with everything else?
 *
 * One pass over each table inside of one snapshot, so it can run beside a
 * server (which keeps its write-ahead log for as long).  Nothing is written.
 * Every ledger transaction is made again from its order by core/ledger.h and
 * compared, and hashed again in its chain.  About 200 bytes of memory an order.
 * Source: DOMAIN 10; RELIABILITY P4, P24.
 */
#pragma once
#include "core/plan.h"
#include "store/store.h"

#define VERIFY_ORDERS_MAX   20000000 /* the highest number; 2 GB of memory */
#define VERIFY_ACCOUNTS_MAX 20000000
#define VERIFY_EVENTS_MAX   100000000

/*   id            table            what is wrong with the row */
#define VERIFY_CHECKS(X)                                                                       \
	X(DAMAGED,        "database",       "a column holds no value of its kind")             \
	X(STRUCTURE,      "database",       "the file's own structure is damaged")             \
	X(ACCOUNT_KIND,   "ledger_account", "there is no such kind of account, or currency")   \
	X(ACCOUNT_TWICE,  "ledger_account", "the number does not follow the one before")       \
	X(ACCOUNT_SUM,    "ledger_account", "the balance is not the sum of its postings")      \
	X(ACCOUNT_LAST,   "ledger_account", "its newest posting is another one")               \
	X(CURRENCY_SUM,   "ledger_account", "the accounts of a currency do not sum to zero")   \
	X(CLEARING,       "ledger_account", "a clearing account holds other than what is open")  \
	X(TXN_GAP,        "ledger_txn",     "a transaction before it is missing")              \
	X(TXN_KIND,       "ledger_txn",     "there is no such kind of entry")                  \
	X(TXN_HASH,       "ledger_txn",     "it or what it follows was changed: its hash") \
	X(TXN_SUM,        "ledger_txn",     "its postings do not sum to zero in each currency") \
	X(TXN_PREV,       "ledger_txn",     "the order's entry before it is another one")      \
	X(TXN_ORDER,      "ledger_txn",     "there is no such order")                          \
	X(TXN_ENTRY,      "ledger_txn",     "it is not the entry that its order asks for")     \
	X(POSTING_GAP,    "ledger_posting", "a posting before it is missing")                  \
	X(POSTING_TXN,    "ledger_posting", "it is not at the place where a transaction has it") \
	X(POSTING_ACCOUNT, "ledger_posting", "there is no such account")                       \
	X(POSTING_PREV,   "ledger_posting", "the account's posting before it is another one")  \
	X(ORDER_STATE,    "orders",         "there is no such state")                          \
	X(ORDER_ENTRIES,  "orders",         "its entries are not those of its state")          \
	X(ORDER_TXN,      "orders",         "its newest entry is another one")                 \
	X(ORDER_HISTORY,  "orders",         "its history ends elsewhere than in its state")    \
	X(ORDER_PAYMENT,  "orders",         "its payment is missing or says otherwise")        \
	X(ORDER_REFUND,   "orders",         "its refund is missing or says otherwise")         \
	X(REFUND_ROW,     "refund",         "its payment or the one before it is another") \
	X(PAGE_ROW,       "payment_page",   "it has no payment at a gateway, or leads nowhere") \
	X(CALL_ROW,       "payment_call",   "there is no such payment or refund")              \
	X(ORDER_JOB,      "orders",         "it waits for something that nobody will do")      \
	X(EVENT_PREV,     "order_event",    "what happened before it is missing")              \
	X(JOB_ORDER,      "job",            "its order does not know it")                      \
	X(LINE_BRAND,     "line",           "the catalogue has no such brand")                 \
	X(LINE_STATE,     "line",           "there is no such state")                          \
	X(LINE_KEEP,      "line",           "its keep columns are damaged")                    \
	X(LINE_DAY,       "line",           "its days do not follow from its keep columns")    \
	X(CATALOGUE_HASH, "catalogue",      "its text was changed: its hash")                  \
	X(LOT_LEFT,       "lot",            "less than nothing is left, or more than there was") \
	X(AUDIT_GAP,      "audit",          "an entry before it is missing")

#define X(id, table, what) VERIFY_##id,
enum verify_check { VERIFY_CHECKS(X) VERIFY_CHECK_COUNT };
#undef X

/* Told of each finding and now and then of progress; tick false stops. */
struct verify_watch {
	void (*found)(void *ctx, enum verify_check check, int64_t row);
	bool (*tick)(void *ctx, const char *table, int64_t row_count);
	void *ctx;
};

/* What to verify with.  All borrowed. */
struct verify {
	struct db                 *db; /* a reader */
	const struct catalogue    *catalogue;
	int32_t                    today;
	bool                       deep; /* the file's structure and indexes too: slow */
	const struct verify_watch *watch;
};

struct verify_report {
	int64_t       row_count, finding_count;
	int64_t       head_txn; /* 0: no transaction yet */
	struct digest head;     /* its hash: to be kept elsewhere */
	size_t        head_len; /* bytes of it; 0: none yet */
};

/* ERR_OK also when there are findings; ERR_REFUSED: stopped by the watch. */
enum err verify_run(const struct verify *verify, struct verify_report *ret);

struct str  verify_check_name(enum verify_check check); /* "TXN_HASH" */
const char *verify_check_table(enum verify_check check);
const char *verify_check_what(enum verify_check check);
