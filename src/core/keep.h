/*
 * keep.h - until which day a number is safe, and why.
 *
 * A rule (data, from the catalogue) and a small state (integers that live in
 * the line's row) give three days: the last safe one, the first on which the
 * carrier could suspend, and the last on which the number can still be saved.
 * Events (a pack, a charge, use, parking) move the state; nothing is computed
 * from history.
 *
 * How days are counted.  All days are civil days in Tokyo.  The first day of a
 * clock is day 1, so a window of 180 days that starts on 20 January ends with
 * 18 July: that is `safe_until_day`, good to its end (23:59:59 in Tokyo), and
 * 19 July is the first day on which the carrier could suspend.  Where the
 * carrier's words allow two readings the earlier day is taken (DOMAIN R1).
 *
 * Pure: no I/O, no clock, no allocation.  Source: DOMAIN 4.
 */
#pragma once
#include "core/line.h"

#define KEEP_DAY_NONE  0         /* no day; a zeroed state has none */
#define KEEP_DAY_NEVER INT32_MAX /* no clock runs: no day is known on which the number ends */
#define KEEP_DAY_MAX   376199    /* 2999-12-31 */
#define KEEP_SPAN_MAX  36500     /* days that a rule or a purchase may give */
#define KEEP_MONTHS_MAX 1200
#define KEEP_DAY_LAST  (KEEP_DAY_MAX + KEEP_SPAN_MAX) /* no clock is set or runs past it */
#define KEEP_YEN_MAX   1000000000

/*   id            in the catalogue   the clock                                          */
#define KEEP_KINDS(X)                                                                     \
	X(CONTRACT,    "contract")     /* none: the number lives as long as the contract */ \
	X(EXTEND,      "extend")       /* each pack adds its own days to the end         */ \
	X(PACK_WINDOW, "pack-window")  /* from the day after the last paid pack's expiry */ \
	X(CHARGE,      "charge")       /* each charge buys days                          */ \
	X(IDLE_DAYS,   "idle-days")    /* from the last use                              */ \
	X(IDLE_MONTHS, "idle-months")  /* whole calendar months without use              */ \
	X(PARK,        "park")         /* from the request, in months                    */ \
	X(VISIT,       "visit")        /* from the first use                             */

#define X(id, name) KEEP_##id,
enum keep_kind { KEEP_KINDS(X) KEEP_KIND_COUNT };
#undef X

/* What can happen to a line that its rule may care about.
 *   id          in the catalogue   what must be set in struct keep_event      */
#define KEEP_EVENTS(X)                                                          \
	X(NONE,      "none")       /* nothing the rules know of                 */ \
	X(PACK,      "pack")       /* a paid pack: until_day, days              */ \
	X(FREE_PACK, "free-pack")  /* a present: as a pack                      */ \
	X(PROMO,     "promo")      /* a code the carrier says counts: as a pack */ \
	X(CHARGE,    "charge")     /* balance: yen, by_card                     */ \
	X(METERED,   "metered")    /* billed voice and SMS: yen                 */ \
	X(DATA,      "data")       /* at least 1 byte                           */ \
	X(CALL,      "call")       /* at least 1 call                           */ \
	X(PARK,      "park")       /* parking requested: months, 0 = longest    */ \
	X(RESUME,    "resume")     /* parking ended                             */

#define X(id, name) KEEP_EVENT_##id,
enum keep_event_kind { KEEP_EVENTS(X) KEEP_EVENT_COUNT };
#undef X

/* What still works in a phase. */
#define KEEP_WORKS(X) X(ALL, "all") X(RECEIVE, "receive") X(NOTHING, "nothing")
#define X(id, name) KEEP_WORKS_##id,
enum keep_works { KEEP_WORKS(X) KEEP_WORKS_COUNT };
#undef X

/* Who can buy in a phase: anyone, only through the carrier's support, nobody. */
#define KEEP_BUYS(X) X(YES, "yes") X(SUPPORT, "support") X(NO, "no")
#define X(id, name) KEEP_BUY_##id,
enum keep_buy { KEEP_BUYS(X) KEEP_BUY_COUNT };
#undef X

/* One preset at one time.  Numbers a kind does not use are 0. */
struct keep_rule {
	enum keep_kind kind;
	uint32_t counts;          /* bits 1 << enum keep_event_kind: the activity that counts */
	int32_t  window;          /* days; months for IDLE_MONTHS and PARK */
	int32_t  window_other;    /* the second length a VISIT is sold in; 0: none */
	int32_t  grace_days;      /* from suspension to the loss of the number */
	int32_t  expiring_days;   /* the last days before the end that are called expiring */
	int32_t  over_yen;        /* PACK_WINDOW: metered use must be more than this */
	int32_t  step_yen;        /* CHARGE, VISIT: each full step ... */
	int32_t  step_days;       /* ... buys these days */
	int32_t  sum_days_max;    /* CHARGE, EXTEND: no more days ahead than this; 0: no limit */
	int32_t  balance_yen_max; /* CHARGE; 0: no limit */
	int32_t  card_yen_max;    /* CHARGE: by card on one day; 0: no limit */
	int32_t  fee_yen;         /* PARK: each month */
	int32_t  mail_day;        /* IDLE_MONTHS: the carrier's own warning, day of the month */
	bool     next_month;      /* PARK: starts on the 1st of the next month */
	enum keep_works works_open, works_suspended;
	enum keep_buy   buy_suspended;
};

/* Why safe_until is what it is.  The words are MSG_KEEP_BECAUSE_<ID>.
 *   id            names beside {date}, which is safe_until                        */
#define KEEP_CAUSES(X)                                                              \
	X(CONTRACT)    /* no date: kept as long as the contract is paid              */ \
	X(ACTIVATION)  /* {day} the line was activated                               */ \
	X(PACK)        /* {pack} bought on {day}; {until} its last day               */ \
	X(PROMO)       /* a promotion that counts, on {day}                          */ \
	X(CHARGE)      /* charged on {day}                                           */ \
	X(NO_CHARGE)   /* no charge is known                                         */ \
	X(SPENT)       /* the balance was used up on {day}                           */ \
	X(METERED)     /* calls and SMS of more than {amount}, counted from {day}    */ \
	X(USE)         /* last used on {day}                                         */ \
	X(FIRST_USE)   /* first used on {day}                                        */ \
	X(PARKED)      /* parked on {day} for {months}                               */ \
	X(RESUMED)     /* no date: parking ended on {day}                            */ \
	X(TOLD)        /* the carrier's own records, as we had them on {day}         */

#define X(id) KEEP_BECAUSE_##id,
enum keep_cause { KEEP_CAUSES(X) KEEP_CAUSE_COUNT };
#undef X

/* What the line's row keeps between events. */
struct keep_state {
	int32_t clock_day;   /* day 1 of the running clock; KEEP_DAY_NONE: none runs */
	int32_t span;        /* bought on top: days (EXTEND, CHARGE, VISIT); PARK: months agreed */
	int32_t mark_day;    /* PACK_WINDOW: the metered run's first day; CHARGE: the day of
	                      * mark_yen; VISIT: first use */
	int32_t mark_yen;    /* PACK_WINDOW: metered since mark_day; CHARGE: by card on mark_day */
	int32_t balance_yen; /* CHARGE: at most this is left */
	int32_t zero_day;    /* CHARGE: the day the balance was used up */
	enum keep_cause cause;
	int32_t cause_day;   /* the day of the event that set the clock */
	int64_t cause_order; /* our order that did it; 0: none */
};

/* The state as columns keep_a … keep_e and keep_order of the line's row. */
enum { KEEP_COLUMN_COUNT = 6 };
struct keep_columns {
	int64_t value[KEEP_COLUMN_COUNT];
};

/* Something that happened, on a day in Tokyo.  See KEEP_EVENTS for what to set. */
struct keep_event {
	enum keep_event_kind kind;
	int32_t day;       /* 1 … KEEP_DAY_MAX */
	int32_t until_day; /* packs: the last day of what they give; 0: used up on `day` */
	int32_t days;      /* packs: days of keeping they carry (EXTEND) */
	int32_t months;    /* PARK: how long; 0: as long as the rule allows */
	int64_t yen;       /* CHARGE, METERED: 0 or more */
	bool    by_card;   /* CHARGE */
	int64_t order;     /* our order; 0: none */
};

/* What a line's owner is told. */
struct keep_result {
	bool    dated;          /* false: no clock runs; the days are KEEP_DAY_NEVER */
	int32_t safe_until_day; /* the last safe day, to its end */
	int32_t suspended_day;  /* the first day on which the carrier could suspend; where a
	                         * preset has no grace the number is lost on it */
	int32_t lost_day;       /* the last day on which the number can still be saved */
	int32_t start_day;      /* where the present stretch began, for a timeline; 0: none */
	int32_t carrier_mail_day; /* when the carrier itself warns, if known; else 0 */
	int32_t expiring_days;  /* of the rule */
	enum keep_cause cause;
	int32_t cause_day;
	int64_t cause_order;
};

/* Why the carrier's rule does not let this be bought now.  The words are
 * MSG_KEEP_REFUSE_<ID>; `again_day` of a preview says from when it works.
 *   id          HTTP status */
#define KEEP_REFUSALS(X)                                                         \
	X(NONE,      200)                                                        \
	X(LOST,      409) /* the last day on which it could be saved is past  */ \
	X(TOO_SMALL, 422) /* below the smallest amount that buys a day        */ \
	X(CARD_DAY,  409) /* more by card on one day than the carrier takes   */ \
	X(BALANCE,   409) /* the balance would pass the carrier's maximum     */ \
	X(SUM_DAYS,  409) /* days past the carrier's maximum would be lost    */

#define X(id, status) KEEP_REFUSE_##id,
enum keep_refusal { KEEP_REFUSALS(X) KEEP_REFUSAL_COUNT };
#undef X

struct keep_preview {
	struct keep_result before, after; /* equal when refused */
	int32_t            more_days;     /* after - before; 0 when either has no date */
	bool               counts;        /* the rule takes it as activity */
	enum keep_refusal  refusal;
	int32_t            again_day;     /* refused: the first day it would work; 0: none */
};

/* A line's life as its keep rule sees it. */
#define KEEP_PHASES(X) \
	X(WORKING) X(EXPIRING) X(SUSPENDED) /* first half of the grace */ \
	X(GRACE) /* second half */ X(LOST)
#define X(id) KEEP_PHASE_##id,
enum keep_phase { KEEP_PHASES(X) KEEP_PHASE_COUNT };
#undef X

/* Notices to the owner, in their order (DOMAIN R4).
 *   id         days before safe_until; 0: counted another way */
#define KEEP_NOTICES(X)                                             \
	X(NONE,      0)                                             \
	X(60,       60) X(30, 30) X(14, 14) X(7, 7) X(3, 3) X(1, 1) \
	X(SUSPENDED, 0) /* on suspended_day                      */ \
	X(HALF,      0) /* the second half of the grace begins   */ \
	X(CANCEL,    0) /* 3 days before the number is lost      */ \
	X(LOST,      0) /* the day after lost_day                */

#define X(id, days) KEEP_NOTICE_##id,
enum keep_notice { KEEP_NOTICES(X) KEEP_NOTICE_COUNT };
#undef X

/* The last notice sent, and the safe_until it spoke of.  When safe_until has
 * moved since, it counts for nothing. */
struct keep_notice_sent {
	enum keep_notice notice;
	int32_t          safe_until_day;
};
struct keep_notice_due {
	enum keep_notice notice;
	int32_t          day; /* send on this day or later */
};

/* The day a line was activated, as people write it in files: YYYY-MM-DD, from
 * 1970-01-02 to `today`; false otherwise. */
bool keep_activated_on(struct str text, int32_t today, int32_t *ret_day);

/* A line begins under a rule: activated, first used (VISIT) or parked (PARK)
 * on `day`. */
void keep_start(const struct keep_rule *rule, int32_t day, struct keep_state *ret);

/* A line that comes to us in mid-life: activated on `day`, and kept until
 * `until_day` by the carrier's own records, as we were told on `told_day`.  The
 * clock is set so that the last safe day is that day, or the latest before it
 * that the rule knows (its months end with months).  False: the rule has no
 * date, or gives no line so long. */
bool keep_told(const struct keep_rule *rule, int32_t day, int32_t until_day, int32_t told_day,
               struct keep_state *ret);

/* Something happened.  Facts are believed even where an offer would be refused
 * (the carrier took the charge), but give no more days than the rule allows.
 * Events may arrive late and out of order.  True: the state changed.  False:
 * it does not count under this rule, or changes nothing.
 * A paid event never moves safe_until back. */
bool keep_apply(const struct keep_rule *rule, struct keep_state *state,
                const struct keep_event *event);

/* The days, and why.  The rule may be a newer one than that of the events. */
void keep_result(const struct keep_rule *rule, const struct keep_state *state,
                 struct keep_result *ret);

/* May this be offered?  For pages and quotes, before money moves. */
enum keep_refusal keep_refuse(const struct keep_rule *rule, const struct keep_state *state,
                              const struct keep_event *event);

/* Before and after, for the confirmation page; changes nothing. */
void keep_preview(const struct keep_rule *rule, const struct keep_state *state,
                  const struct keep_event *event, struct keep_preview *ret);

/* Where the line stands on `today`, and what that means under its rule. */
enum keep_phase keep_phase(const struct keep_result *result, int32_t today);
enum keep_works keep_works(const struct keep_rule *rule, enum keep_phase phase);
enum keep_buy   keep_buy(const struct keep_rule *rule, enum keep_phase phase);

/* The state a line should have in this phase, when it has `now`.  Lines that
 * are not in service yet, or no more, keep their state; a parked line stays
 * parked until it could be suspended.  A date alone never cancels a line: LOST
 * leaves it in grace, and line_decide(LINE_EVENT_LOSE) cancels it when its
 * conditions are met (DOMAIN R5; our date is the earliest, not the carrier's). */
enum line_state keep_line_state(enum keep_phase phase, enum line_state now);

/* The next notice to send: ret->day <= today means now (the most urgent of
 * those due; older ones are never made up for).  A notice whose day was before
 * the event that set the date is not sent: that event was answered already.
 * False: no more notices for this date. */
bool keep_next_notice(const struct keep_result *result, struct keep_notice_sent last,
                      int32_t today, struct keep_notice_due *ret);
int32_t keep_notice_days(enum keep_notice notice); /* 60 … 1; 0 for the others */

/* Columns and back; false: the columns are damaged. */
struct keep_columns keep_to_columns(const struct keep_state *state);
bool keep_from_columns(const struct keep_columns *columns, struct keep_state *ret);

/* Names as the catalogue and the database spell them; static storage. */
struct str keep_kind_name(enum keep_kind kind);
struct str keep_event_name(enum keep_event_kind kind);
bool keep_kind_from_name(struct str name, enum keep_kind *ret);
bool keep_event_from_name(struct str name, enum keep_event_kind *ret);
/* The message that explains a cause or a refusal: "KEEP_BECAUSE_PACK". */
struct str keep_cause_message(enum keep_cause cause);
struct str keep_refusal_message(enum keep_refusal refusal);
int        keep_refusal_status(enum keep_refusal refusal); /* HTTP */
