/*
 * order_command.h - what a buyer's or staff's wish does to an order: the
 * commands that web hands to the writer.
 *
 * Each is a struct for command.arg with its apply() function; what comes back
 * is in the same struct.  A refusal is a value, not a failure.
 */
#pragma once
#include "core/order.h"
#include "store/order_sql.h"
#include "store/store.h"
#include "store/writer.h"

/* Stores a quote that quote.h has made. */
struct quote_store {
	struct order_add_args order; /* without id */
	int64_t               id;    /* the new order's */
};
enum err quote_store_apply(struct store *store, struct command *command);

/* Who pays, as far as a gateway's page wants to know. */
struct order_payer {
	int64_t    device; /* enum pay_device: 0 a desk, 1 a phone */
	struct str lang;   /* BCP 47 */
	struct str ip;     /* address; may be empty */
};

/* The buyer confirms: the quote becomes an order with a payment to wait for. */
struct order_placing {
	int64_t            order_id, account_id;
	struct str         notify_box; /* sealed address; empty: the account's own */
	int32_t            sandbox;    /* core/sandbox.h's steering; 0: the page decides */
	uint32_t           sandbox_open; /* enum sandbox_open: what the amount may choose */
	struct order_payer payer;        /* for a gateway whose page is not ours */
	/* results */
	bool               found;      /* false: no such quote of this account */
	bool               placed;     /* true also when it was placed before: see `again` */
	bool               again;      /* the same quote was placed already; nothing changed */
	enum order_refusal refusal;
	int64_t            payment_id;
	enum order_state   state;     /* and what is found: as it is afterwards */
	enum pay_method    method;
	int64_t            expires_s; /* until when it can be paid */
};
enum err order_placing_apply(struct store *store, struct command *command);

/* Cancel (by its owner) or withdraw (by staff). */
struct order_wish {
	int64_t            order_id;
	int64_t            account_id; /* the owner; 0 for staff */
	int64_t            actor;      /* the member of staff; 0 for the owner */
	enum order_event   event;      /* ORDER_EVENT_CANCEL or ORDER_EVENT_WITHDRAW */
	struct str         reason;
	/* results */
	bool               found;
	enum order_refusal refusal;
	enum order_state   state;
};
enum err order_wish_apply(struct store *store, struct command *command);

/* Staff: ask the partner now, hand to a person, give back to the machine, or
 * close a case in which nothing is owed to anybody any more (the machine goes on
 * watching where money may still come, or a delivery be taken back). */
#define ORDER_CARES(X) X(ASK, "ask") X(DESK, "desk") X(UNDESK, "undesk") X(CLOSE, "close")
#define X(id, name) ORDER_CARE_##id,
enum order_care_kind { ORDER_CARES(X) ORDER_CARE_COUNT };
#undef X
struct order_care {
	int64_t              order_id, actor;
	enum order_care_kind kind;
	struct str           reason;
	/* results */
	bool found; /* something is still to be done for it; CLOSE: nothing is owed */
};
enum err order_care_apply(struct store *store, struct command *command);
