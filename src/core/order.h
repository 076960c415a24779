/*
 * order.h - an order: from the quote to the active line, or back to the
 * payer's pocket.
 *
 * Pure: order_decide() is told what is known and what happened, and says what
 * to write; it never writes.  Source: DOMAIN 3, RELIABILITY P1-P4.
 */
#pragma once
#include "core/money.h"

/*   id                stored and API name   final */
#define ORDER_STATES(X)                                \
	X(QUOTED,           "quoted",            false)    \
	X(PLACED,           "placed",            false)    \
	X(PAYING,           "paying",            false)    \
	X(PAID,             "paid",              false)    \
	X(SUBMITTED,        "submitted",         false)    \
	X(ACTIVE,           "active",            true)     \
	X(EXPIRED,          "expired",           true)     \
	X(CANCELLED,        "cancelled",         true)     \
	X(PAY_FAILED,       "pay_failed",        true)     \
	X(PAY_UNKNOWN,      "pay_unknown",       false)    \
	X(DELIVERY_UNKNOWN, "delivery_unknown",  false)    \
	X(REJECTED,         "rejected",          true)     \
	X(DECLINED,         "declined",          false)    \
	X(REVERSED,         "reversed",          true)

#define X(id, name, final) ORDER_##id,
enum order_state { ORDER_STATES(X) ORDER_STATE_COUNT };
#undef X

/* Refund of a payment, as the order shows it (issue "Real money" adds parts). */
#define REFUND_STATES(X) X(NONE, "none") X(DUE, "due") X(PENDING, "pending") X(DONE, "done") X(DESK, "desk")
#define X(id, name) REFUND_##id,
enum refund_state { REFUND_STATES(X) REFUND_STATE_COUNT };
#undef X

struct str order_state_name(enum order_state state);
bool       order_state_final(enum order_state state);
