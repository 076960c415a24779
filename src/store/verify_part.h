/*
 * verify_part.h - what the passes of verify.c share.  Only for them.
 */
#pragma once
#include "core/ledger.h"
#include "core/order.h"
#include "store/db_sqlite.h"
#include "store/verify.h"

/* What is known of an order, by its number. */
struct verify_order {
	int64_t  price, tax, amount, line_id;
	int64_t  payment_id, refund_id, job_id, event_id, txn_id;
	int64_t  last_txn, last_refund; /* as found in those tables */
	int64_t  refunded, reserved;    /* given back or under way: of the payment, its refunds */
	int64_t  owed;                  /* of refunds that were agreed to and are not done */
	int64_t  done, booked_back;     /* given back: of the refunds, of the entries */
	int64_t  returned;              /* by entries so far, of what was delivered */
	uint16_t currency;
	uint8_t  gateway, state, refund;
	uint8_t  last_state;      /* of its newest event */
	uint8_t  payment_seen, job_seen;
	uint8_t  refunds_done, returns;
	uint8_t  entries[LEDGER_EVENT_COUNT];
	bool     history_whole; /* from event_id back to a first one, without a gap */
	bool     here;
};

struct verify_account {
	int64_t  owner, balance, last;
	int64_t  sum, last_seen; /* as found in the postings */
	uint16_t currency;
	uint8_t  kind;
	bool     here;
};

/* A run. */
struct verify_run {
	const struct verify   *verify;
	struct verify_report  *report;
	struct arena           arena;
	struct verify_order   *orders; /* 0 … order_max */
	struct verify_account *accounts;
	uint32_t              *event_order; /* 0 … event_max: its order; 0: none leads here */
	int64_t               *unplaced;    /* by currency: what has to be on suspense */
	int64_t                order_max, account_max, event_max;
	enum err               err; /* the first failure; passes stop at it */
};

/* Steps through a table by its query; false at the end or at a failure. */
struct cursor {
	struct verify_run *run;
	sqlite3_stmt      *stmt;
	const char        *table;
	int64_t            previous; /* id of the row before */
	int64_t            id;       /* column 0 */
};
struct cursor cursor_open(struct verify_run *run, int query, const char *table);
bool          cursor_next(struct cursor *cursor);
void          cursor_close(struct cursor *cursor);
/* A whole number; when it is none, the row is a finding and 0 comes back. */
int64_t cursor_int(struct cursor *cursor, int column);

void verify_found(struct verify_run *run, enum verify_check check, int64_t row);
/* NULL: there is no such one. */
struct verify_order   *verify_order(struct verify_run *run, int64_t id);
struct verify_account *verify_account(struct verify_run *run, int64_t id);

/* The passes, in this order. */
void verify_orders(struct verify_run *run);  /* verify_order.c: orders and what belongs to them */
void verify_ledger(struct verify_run *run);  /* verify_ledger.c */
void verify_agree(struct verify_run *run);   /* verify_order.c: after both */
void verify_lines(struct verify_run *run);   /* verify_line.c */
