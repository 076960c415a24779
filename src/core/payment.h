/*
 * payment.h - how one pays: the methods, and the states of one payment.
 *
 * Pure.  Source: DOMAIN 3; GATEWAYS 9.
 */
#pragma once
#include "base/config.h"
#include "core/money.h"

/* A method is a gateway; two of them may be one wallet to the payer (Alipay), of which an
 * operator sells by one at a time.
 *   id         stored and hook name  API name     sandbox only */
#define PAY_METHODS(X)                                             \
	X(NONE,     "none",      "none",     false)      \
	X(SANDBOX,  "sandbox",   "sandbox",  true)       \
	X(STRIPE,   "stripe",    "card",     false)      \
	X(PAYPAL,   "paypal",    "paypal",   false)      \
	X(ANTOM,    "antom",     "alipay",   false)      \
	X(ALIPAY,   "alipay",    "alipay",   false)      \
	X(WECHAT,   "wechat",    "wechat",   false)      \
	X(UNIONPAY, "unionpay",  "unionpay", false)

#define X(id, name, api, sandbox) PAY_##id,
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
	X(DISPUTED,   "disputed",     true,              false) \
	X(APPROVED,   "approved",     false,             true) /* the payer agreed; capture it */

#define X(id, name, ours, open) PAYMENT_##id,
enum payment_state { PAYMENT_STATES(X) PAYMENT_STATE_COUNT };
#undef X

struct str payment_state_name(enum payment_state state); /* static storage */
struct str pay_method_name(enum pay_method method);      /* "card"; static storage */
struct str pay_gateway_name(enum pay_method method);     /* "stripe"; static storage */
/* May new orders be paid so?  The setting pay_methods names the gateways; the sandbox follows
 * the setting sandbox. */
bool pay_method_sold(const struct config *config, enum pay_method method);
/* By its API name, among those that are sold; false when there is none. */
bool pay_method_from_name(const struct config *config, struct str name, enum pay_method *ret);
/* By its stored name; false when unknown. */
bool pay_gateway_from_name(struct str name, enum pay_method *ret);
/* Words of pay_methods that are no gateway: the first of them; empty when all are. */
struct str pay_methods_wrong(struct str names);
bool pay_method_sandbox_only(enum pay_method method);

/* For rooms that see no gateway: may this sum be charged there?  takes NULL: anything. */
struct pay_taker {
	bool (*takes)(const void *ctx, enum pay_method method, struct money amount);
	const void *ctx;
};
bool pay_taken(const struct pay_taker *taker, enum pay_method method, struct money amount);

/* What a gateway says about one payment, after its signature or an
 * authenticated query proved it: the only way to PAID (GATEWAYS 9). */
struct payment_report {
	enum pay_method    method;
	struct str         number;    /* our number of the payment, as given to the gateway */
	struct str         refund;    /* our number of the refund that it is about; may be empty */
	enum payment_state state;
	struct money       money;     /* captured, or asked for while pending; of the refund */
	struct str         reference; /* the gateway's own number */
	struct str         event;     /* its number of this message; empty: the answer of a query */
};
