/*
 * pay.h - a payment gateway: one struct of pure functions per provider.
 *
 * Each verb is a pair: build() writes the exact request, parse() turns what
 * came back into facts.  hook() verifies a callback with a verification key
 * only.  Transport, retry, database and clock belong to the engine, so every
 * vector runs without a network.  Source: GATEWAYS 8 and 9.
 *
 * Facts are the only thing that reaches the books, and never blindly: who
 * settles compares our number, amount and currency with the stored order and
 * quarantines what differs (GATEWAYS 9, invariant 2).
 */
#pragma once
#include "base/env.h"
#include "core/payment.h"

/*
 * What one exchange came to.
 *   id         name        what the engine may do
 */
#define PAY_OUTCOMES(X)                                                                    \
	X(OK,       "ok")       /* facts hold; look at facts.state */                      \
	X(DECLINED, "declined") /* the gateway's final no to this verb */                  \
	X(RETRY,    "retry")    /* surely not executed: the same task may be sent again */ \
	X(UNKNOWN,  "unknown")  /* query; never a new number, never a refund on a guess */ \
	X(CONFIG,   "config")   /* our fault: stop and tell a person */

#define X(id, name) PAY_OUTCOME_##id,
enum pay_outcome { PAY_OUTCOMES(X) PAY_OUTCOME_COUNT };
#undef X

/*
 * What a callback came to, and how the address answers it.
 *   id         name         HTTP status
 */
#define PAY_HOOKS(X)                                                                          \
	X(FACTS,    "facts",     200) /* verified: store, then acknowledge */                 \
	X(IGNORED,  "ignored",   200) /* verified, of no interest */                          \
	X(DAMAGED,  "damaged",   400) /* verified, yet not readable: tell a person */         \
	X(FORGED,   "forged",    401) /* no valid signature: nothing is stored */             \
	X(STALE,    "stale",     401) /* a valid signature, too old or from the future */

#define X(id, name, status) PAY_HOOK_##id,
enum pay_hook_result { PAY_HOOKS(X) PAY_HOOK_COUNT };
#undef X

/* How the payer pays, after START. */
enum pay_way { PAY_WAY_NONE, PAY_WAY_REDIRECT, PAY_WAY_QR };

/* What a gateway told us.  Strings live in the arena given to parse() or hook(). */
struct pay_facts {
	struct str         order;        /* our number: the merchant's order number */
	enum payment_state state;        /* CREATED, PENDING, SUCCEEDED, FAILED, EXPIRED, REFUNDING
	                                  * or REFUNDED */
	struct money       amount;       /* of the payment; of the refund for the refund verbs */
	struct str         reference;    /* the provider's own */
	struct str         event;        /* the provider's event id; callbacks only */
	int64_t            occurred_s;   /* by the provider's clock; 0: not told */
	enum pay_way       way;          /* START only */
	struct str         url;          /* of the redirect, or the text of the QR code */
	int64_t            expires_s;    /* the gateway closes it then; 0: not told */
	struct str         reason;       /* the provider's code for a no; may be empty */
};

/* One payment or refund to speak about.  Strings are borrowed. */
struct pay_task {
	struct str   order;     /* our number, the provider's idempotency key; the alphabet is the
	                         * gateway's own, here [0-9A-Za-z_-]{1,64} */
	struct money amount;
	struct str   refund;    /* REFUND and REFUND_QUERY: our number of the refund */
	struct money give_back; /* REFUND and REFUND_QUERY */
	struct str   title;     /* what is bought, as the payer reads it */
	struct str   return_url, hook_url;
	struct str   sandbox;   /* outcome for the sandbox gateway; empty: its default */
};

/* How to reach and to sign for one gateway; from the settings. */
struct pay_config {
	struct str url;         /* "https://…" or "sandbox:gateway" */
	struct str merchant;
	struct str secret;      /* signs requests; never given to the web room */
	int32_t    deadline_ms; /* 0: PAY_DEADLINE_MS */
};

#define PAY_DEADLINE_MS 15000
#define PAY_ANSWER_MAX  65536 /* bytes of one answer */
#define PAY_BODY_MAX    65536 /* bytes of one callback */

/* One verb. */
struct pay_verb {
	/* Write the request into *ret; its strings live in the arena.  False: the task cannot be
	 * expressed (arena spent, or a number that breaks the provider's alphabet). */
	bool (*build)(const struct pay_config *config, const struct pay_task *task,
	              struct arena *arena, struct net_call *ret);
	/* Judge the finished call; *ret is written for OK, and reason for DECLINED. */
	enum pay_outcome (*parse)(const struct pay_config *config, const struct pay_task *task,
	                          const struct net_call *call, struct pay_facts *ret);
};

/* A callback as it arrived. */
struct pay_callback {
	const struct str *headers; /* "Name: value" lines */
	size_t            header_count;
	struct str        body;    /* raw bytes: what was signed */
	int64_t           now_s;
};

/* What the provider wants to hear, after the commit or on refusal. */
struct pay_ack {
	const char *content_type, *body;
};

/* What a gateway can do; bits of pay_gateway.caps. */
enum {
	PAY_CAN_REDIRECT = 1,
	PAY_CAN_QR = 2,
	PAY_CAN_REFUND = 4,
	PAY_CAN_REFUND_PART = 8,
	PAY_CAN_CLOSE = 16
};

struct pay_gateway {
	const char     *name; /* as in /hook/{gateway} and PAY_METHODS */
	unsigned        caps;
	struct pay_verb start;        /* open the payment: facts.way and url */
	struct pay_verb query;        /* what became of it? */
	struct pay_verb close;        /* nobody may pay it any more; SUCCEEDED: already paid */
	struct pay_verb refund;
	struct pay_verb refund_query;
	/* Verify with the verification key alone, then read. */
	enum pay_hook_result (*hook)(struct str key, const struct pay_callback *in,
	                             struct arena *arena, struct pay_facts *ret);
	struct pay_ack  good, bad;
};

extern const struct pay_gateway pay_sandbox;

/* The gateway of that method; NULL when there is none. */
const struct pay_gateway *pay_find(enum pay_method method);

struct str pay_outcome_name(enum pay_outcome outcome); /* static storage */
struct str pay_hook_name(enum pay_hook_result result); /* static storage */
int        pay_hook_status(enum pay_hook_result result); /* HTTP */

/* For gateways: the value of a header, by its name without case.  False when it is absent or
 * there twice. */
bool pay_header(const struct pay_callback *in, struct str name, struct str *ret);
