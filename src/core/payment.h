/*
 * payment.h - how one pays: the methods, and the states of one payment.
 *
 * Pure.  Source: DOMAIN 3; GATEWAYS 9.
 */
#pragma once
#include "core/money.h"

/*   id        stored and API name   message for people      sandbox only */
#define PAY_METHODS(X)                                     \
	X(NONE,    "none",    NONE,    false)              \
	X(SANDBOX, "sandbox", SANDBOX, true)

#define X(id, name, text, sandbox) PAY_##id,
enum pay_method { PAY_METHODS(X) PAY_METHOD_COUNT };
#undef X

/*   id           stored name     money is with us   may still change by the gateway */
#define PAYMENT_STATES(X)                                    \
	X(CREATED,    "created",      false,             true)  \
	X(PENDING,    "pending",      false,             true)  \
	X(SUCCEEDED,  "succeeded",    true,              false) \
	X(FAILED,     "failed",       false,             true)  \
	X(EXPIRED,    "expired",      false,             true)  \
	X(UNKNOWN,    "unknown",      false,             true)  \
	X(REFUNDING,  "refunding",    true,              false) \
	X(REFUNDED,   "refunded",     false,             false) \
	X(DISPUTED,   "disputed",     true,              false)

#define X(id, name, ours, open) PAYMENT_##id,
enum payment_state { PAYMENT_STATES(X) PAYMENT_STATE_COUNT };
#undef X

struct str payment_state_name(enum payment_state state); /* static storage */
struct str pay_method_name(enum pay_method method);      /* "sandbox"; static storage */
/* By its API name; false when unknown. */
bool pay_method_from_name(struct str name, enum pay_method *ret);
bool pay_method_sandbox_only(enum pay_method method);

/* What a gateway says about one payment, after its signature or an
 * authenticated query proved it: the only way to PAID (GATEWAYS 9). */
struct payment_report {
	enum pay_method    method;
	struct str         number;    /* our number of the payment, as given to the gateway */
	enum payment_state state;
	struct money       money;     /* captured, or asked for while pending */
	struct str         reference; /* the gateway's own number */
	struct str         event;     /* its number of this message; empty: the answer of a query */
};
