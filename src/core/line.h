/*
 * line.h - a line: one SIM and its number, its state, and whether money may
 * enter.  The day until which it is kept is keep.h's business.
 *
 * Pure: no I/O, no clock, no allocation.  Source: DOMAIN 3.
 */
#pragma once
#include "base/base.h"

/*   id            stored name     money may enter   number works */
#define LINE_STATES(X)                                    \
	X(ORDERED,     "ordered",      false,            false) \
	X(KYC_PENDING, "kyc_pending",  false,            false) \
	X(PROVISIONED, "provisioned",  true,             false) \
	X(ACTIVE,      "active",       true,             true)  \
	X(LOW,         "low",          true,             true)  \
	X(PARKED,      "parked",       true,             false) \
	X(EXPIRING,    "expiring",     true,             true)  \
	X(SUSPENDED,   "suspended",    true,             false) \
	X(GRACE,       "grace",        true,             false) \
	X(CANCELLED,   "cancelled",    false,            false) \
	X(QUARANTINE,  "quarantine",   false,            false) \
	X(FREE,        "free",         false,            false)

#define X(id, name, money, works) LINE_##id,
enum line_state { LINE_STATES(X) LINE_STATE_COUNT };
#undef X

/* Bits that lie over any state. */
enum line_flag { LINE_LEGAL_HOLD = 1, LINE_DISPUTE_HOLD = 2, LINE_LOST_SIM = 4, LINE_PORT_OUT = 8 };

/* Is the line prepaid or postpaid?  Order as stored in the line's row. */
#define LINE_PAYMENTS(X) X(PREPAID, "prepaid") X(POSTPAID, "postpaid")
#define X(id, name) LINE_##id,
enum line_payment { LINE_PAYMENTS(X) LINE_PAYMENT_COUNT };
#undef X

/*   id            name for logs and history   what happened                        */
#define LINE_EVENTS(X)                                                               \
	X(KYC_ASKED,   "kyc_asked")       /* the holder was asked to identify     */ \
	X(PROVISION,   "provision")       /* the network knows the SIM            */ \
	X(ACTIVATE,    "activate")        /* put into service                     */ \
	X(RUN_LOW,     "run_low")         /* little balance or data is left       */ \
	X(REFILL,      "refill")          /* enough again                         */ \
	X(PARK,        "park")            /* set aside, the number kept           */ \
	X(RESUME,      "resume")          /* parking ended                        */ \
	X(EXPIRE,      "expire")          /* keep: the end is near                */ \
	X(SUSPEND,     "suspend")         /* keep: the safe days are over         */ \
	X(ENTER_GRACE, "enter_grace")     /* keep: the last days to save it       */ \
	X(REVIVE,      "revive")          /* keep: safe again, after a top-up     */ \
	X(LOSE,        "lose")            /* keep: the last day is over           */ \
	X(CANCEL,      "cancel")          /* the holder ends the contract         */ \
	X(PORT_OUT,    "port_out")        /* the number moved to another carrier  */ \
	X(QUARANTINE,  "quarantine")      /* nobody may have the number for a while */ \
	X(RELEASE,     "release")         /* the quarantine is over               */ \
	X(ORDER,       "order")           /* a new holder wants the free number   */

#define X(id, name) LINE_EVENT_##id,
enum line_event { LINE_EVENTS(X) LINE_EVENT_COUNT };
#undef X

/* Why not.  The words are MSG_LINE_REFUSE_<ID>; listed by precedence.
 *   id            HTTP status */
#define LINE_REFUSALS(X)                                                          \
	X(NONE,        200)                                                       \
	X(NO_STEP,     409) /* not possible in this state                      */ \
	X(IDENTITY,    403) /* K1, K8: the holder's identity is not verified   */ \
	X(LOST_SIM,    409) /* the SIM is reported lost: replace it first      */ \
	X(LEGAL_HOLD,  409) /* frozen by order of a court or authority         */ \
	X(DISPUTE,     409) /* a payment of this line is disputed              */ \
	X(MONEY,       409) /* money is on its way to this line                */ \
	X(NOTICES,     409) /* R5: fewer than 2 notices reached the holder     */ \
	X(TOO_EARLY,   409) /* the quarantine is not over                      */

#define X(id, status) LINE_REFUSE_##id,
enum line_refusal { LINE_REFUSALS(X) LINE_REFUSAL_COUNT };
#undef X

/* What the decision must know beside the state. */
struct line_facts {
	uint32_t flags;             /* enum line_flag */
	bool     voice;             /* it can call; false: data only */
	bool     kyc_all;           /* K8: data lines need an identity too (the default) */
	bool     identity_verified;
	bool     money_on_way;      /* an order is paying, paid, submitted or unknown */
	bool     staff_override;    /* R5: a member of staff gave a reason */
	int32_t  notices_accepted;  /* R5: of this expiry, by any channel */
	int32_t  cancelled_day;     /* when it was cancelled; 0: it was not */
	int32_t  quarantine_days;   /* LINE_QUARANTINE_DAYS_MIN or more */
};

enum {
	LINE_NOTICES_MIN = 2,          /* R5 */
	LINE_QUARANTINE_DAYS = 180,    /* default; DOMAIN 3 */
	LINE_QUARANTINE_DAYS_MIN = 90, /* floor; DOMAIN 3 */
};

/* Decide what `event` does to a line in `state` on `today` (a day in Tokyo).
 * LINE_REFUSE_NONE: *ret is the new state.  Else *ret is untouched. */
enum line_refusal line_decide(enum line_state state, enum line_event event,
                              const struct line_facts *facts, int32_t today,
                              enum line_state *ret);

struct str line_state_name(enum line_state state); /* stored name; static storage */
bool line_state_from_name(struct str name, enum line_state *ret);
bool line_money_may_enter(enum line_state state);  /* DOMAIN 3: up to and including grace */
bool line_number_works(enum line_state state);
struct str line_payment_name(enum line_payment payment);
bool line_payment_from_name(struct str name, enum line_payment *ret);
struct str line_event_name(enum line_event event);
struct str line_refusal_message(enum line_refusal refusal); /* "LINE_REFUSE_IDENTITY" */
int        line_refusal_status(enum line_refusal refusal);  /* HTTP */
