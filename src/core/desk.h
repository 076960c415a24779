/*
 * desk.h - what a member of staff may do about an order: the one safe next
 * action, why it is the one, and what else does no harm.
 *
 * Pure: it is told what is stored, and answers.  The page shows the answer as
 * a button; the command asks again in its own transaction, so that nobody acts
 * on yesterday's page.  Source: GOALS U5; DOMAIN 3; RELIABILITY P1-P3, P10.
 */
#pragma once
#include "core/order.h"

#define DESK_STUCK_S 600  /* a partner that owes an answer for so long: stuck */
#define DESK_LONG_S  3600 /* and for so long: asking alone does not help any more */

/*   id            name in forms, audit   a reason is asked for */
#define DESK_ACTS(X)                                                                         \
	X(NONE,        "none",            false)                                             \
	X(ASK_CARRIER, "ask_carrier",     false) /* never a second submission */             \
	X(ASK_GATEWAY, "ask_gateway",     false) /* nothing is charged by it */              \
	X(SUBMIT,      "submit",          false) /* surely not sent: send it now */          \
	X(REFUND,      "refund",          false) /* owed: ask for it and give it, once */    \
	X(WITHDRAW,    "withdraw",        true)  /* back to the payer if the carrier agrees */ \
	X(TAKE,        "take",            true)  /* a person works on it, no machine */      \
	X(RESUME,      "resume",          true)  /* the machine goes on where it stopped */  \
	X(CLOSE,       "close",           true)  /* looked at: nothing is left to do */      \
	X(GIVE_BACK,   "give_back",       true)  /* of a delivered order: a part, or all */  \
	X(AGREE,       "agree",           true)  /* the second person: it goes out */        \
	X(DENY,        "deny",            true)  /* or it does not */

#define X(id, name, reason) DESK_ACT_##id,
enum desk_act { DESK_ACTS(X) DESK_ACT_COUNT };
#undef X

/* Why; the words are MSG_DESK_WHY_<ID>.   id, name in tests */
#define DESK_WHYS(X)                                                                  \
	X(QUOTE,          "quote")          /* nobody has placed it */                \
	X(PAYING,         "paying")         /* the payer's turn */                    \
	X(PAY_UNKNOWN,    "pay_unknown")    /* the gateway owes an answer */          \
	X(GATEWAY_ODD,    "gateway_odd")    /* its answer does not fit the order */   \
	X(CLOSED,         "closed")         /* no money came, none will */            \
	X(CLOSED_WATCHED, "closed_watched") /* money may still come */                \
	X(DELIVERING,     "delivering")     /* the carrier is at work */              \
	X(UNSENT,         "unsent")         /* the carrier does not take it */        \
	X(CARRIER_LATE,   "carrier_late")   /* it owes an answer */                   \
	X(CARRIER_SILENT, "carrier_silent") /* for very long */                       \
	X(CARRIER_ODD,    "carrier_odd")    /* its answer does not fit the order */   \
	X(TAKING_BACK,    "taking_back")    /* withdrawn, the carrier must agree */   \
	X(ACTIVE,         "active")                                                   \
	X(ACTIVE_WATCHED, "active_watched") /* may still be taken back */             \
	X(ACTIVE_ODD,     "active_odd")     /* active here, not at the carrier */     \
	X(REFUND_RUNS,    "refund_runs")                                              \
	X(REFUND_TAKEN,   "refund_taken")   /* the gateway has it in hand */          \
	X(REFUND_LATE,    "refund_late")                                              \
	X(REFUND_ODD,     "refund_odd")     /* refused, or it contradicts the books */ \
	X(REFUND_FUNDS,   "refund_funds")   /* our balance at the gateway is short */ \
	X(REFUND_ASKED,   "refund_asked")   /* a second person has to agree */        \
	X(REFUNDED,       "refunded")                                                 \
	X(REFUNDED_ODD,   "refunded_odd")   /* given back, and delivered after all */ \
	X(LOST,           "lost")           /* no job where there must be one */

#define X(id, name) DESK_WHY_##id,
enum desk_why { DESK_WHYS(X) DESK_WHY_COUNT };
#undef X

/* What is stored about the order. */
struct desk_facts {
	enum order_state  state;
	enum refund_state refund;
	bool              withdrawn;
	bool              job;    /* something is still to be done for it: */
	enum job_kind     kind;   /* what */
	bool              person; /* and it waits for a person */
	int64_t           wait_s; /* since the wait began */
};

struct desk_advice {
	enum desk_act act; /* NONE: nothing to do */
	enum desk_why why;
	uint32_t      also; /* other acts that do no harm: 1 << enum desk_act */
};

/* Never fails: what cannot be gets NONE and LOST. */
void desk_decide(const struct desk_facts *facts, struct desk_advice *ret);
/* Is the act among what was advised? */
bool desk_allows(const struct desk_advice *advice, enum desk_act act);
/* Past its expected time, or waiting for a person: it stands first on the desk. */
bool desk_stuck(const struct desk_facts *facts);

struct str desk_act_name(enum desk_act act); /* static storage, as all names */
bool       desk_act_from_name(struct str name, enum desk_act *ret);
bool       desk_act_reasoned(enum desk_act act); /* only with a reason */
struct str desk_why_name(enum desk_why why);
