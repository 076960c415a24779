/*
 * job.h - what has to be done outside of a request, and when it is tried
 * again: a formula of when it began and what time it is, so that no counter
 * can be lost in a crash.
 *
 * Pure.  Source: DOMAIN 3 (job), RELIABILITY P10, P11.
 */
#pragma once
#include "base/base.h"

/*   id            stored name        subject    a person is told after, s */
#define JOB_KINDS(X)                                                     \
	X(PAY_WATCH,   "pay_watch",       ORDER,     900)  /* open payment: ask until closed */ \
	X(PAY_UNKNOWN, "pay_unknown",     ORDER,     900)  /* the gateway owes us an answer */  \
	X(DELIVER,     "deliver",         ORDER,     900)  /* paid: hand to the carrier */      \
	X(DELIVERY_ASK, "delivery_ask",   ORDER,     900)  /* sent: ask the carrier until known */ \
	X(REFUND,      "refund",          ORDER,     900)  /* money goes back */                \
	X(MAIL,        "mail",            NOTICE,    86400) /* a notice by e-mail */             \
	X(HOOK,        "hook",            ORDER,     0)    /* the sandbox gateway calls us */    \
	X(SWEEP,       "sweep",           NOTHING,   0)    /* the day's round over all lines */ \
	X(RATES,       "rates",           NOTHING,   0)    /* new exchange rates */ \
	X(PAY_START,   "pay_start",       ORDER,     60)   /* a gateway has to open its page */ \
	X(REFUND_FUNDS, "refund_funds",   ORDER,     172800) /* our balance there is short */

#define X(id, name, subject, alarm_s) JOB_##id,
enum job_kind { JOB_KINDS(X) JOB_KIND_COUNT };
#undef X

/* What the number in a job's row names. */
enum job_subject { JOB_SUBJECT_NOTHING, JOB_SUBJECT_ORDER, JOB_SUBJECT_NOTICE };

struct str job_kind_name(enum job_kind kind); /* static storage */
bool       job_of_order(enum job_kind kind);  /* is it the one job of an order? */

/* How a gateway's open payments are asked about: offsets of a PAY_WATCH.
 *   id         which gateways are asked so */
#define JOB_PACES(X)                                                               \
	X(DEFAULT)  /* the sandbox: 10, 20, 40, 60 s …                          */ \
	X(WALLET)   /* Alipay, Antom, WeChat: 5, 10, 30, 60 s …                 */ \
	X(CARD)     /* Stripe, PayPal: their callbacks come; 40 s after silence */ \
	X(UNIONPAY) /* back calls 1, 2, 4 … 32 s, then 5, 10, 30, 60, 120 min   */
#define X(id) JOB_PACE_##id,
enum job_pace { JOB_PACES(X) JOB_PACE_COUNT };
#undef X
/* job_next_ms() of a PAY_WATCH at that pace.  Whatever a provider advises, within the first
 * 15 minutes a gap is never longer than 50 s (P11). */
int64_t job_watch_ms(enum job_pace pace, int64_t created_ms, int64_t now_ms);

/* When a job that began at created_ms and was just tried at now_ms is due
 * again: always later than now_ms.  Unknown answers: 10 s, 30 s, 2 min,
 * 10 min, 1 h, 6 h after the beginning, then daily, for ever.  An open payment
 * is asked at least each 50 s for its first 15 minutes, so that a lost
 * callback costs the payer less than a minute (P11). */
int64_t job_next_ms(enum job_kind kind, int64_t created_ms, int64_t now_ms);
/* Has it waited so long that a person has to know?  (P10: 15 minutes) */
bool job_alarms(enum job_kind kind, int64_t created_ms, int64_t now_ms);
