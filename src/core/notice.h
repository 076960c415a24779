/*
 * notice.h - what Keepline tells an account by itself, in the message centre
 * and by mail: the kinds, and the parts their words are made of.
 *
 * The words are in text/messages.def: MSG_NOTICE_<ID>_SUBJECT and _BODY, with
 * the named parts {order} {line} {pack} {amount} {date} {before} {days} {time}.
 * Source: DOMAIN 4 R4, GOALS U4.
 */
#pragma once
#include "core/money.h"

/*   id               stored name        parts that must be set                 */
#define NOTICES(X)                                                               \
	X(WELCOME,        "welcome")        /* -                               */ \
	X(ORDER_PLACED,   "order_placed")   /* order line pack amount at_s     */ \
	X(ORDER_PAID,     "order_paid")     /* order line pack amount at_s     */ \
	X(ORDER_ACTIVE,   "order_active")   /* order line pack day             */ \
	X(ORDER_ACTIVATED, "order_activated") /* order line pack (no day moved) */ \
	X(ORDER_SLOW,     "order_slow")     /* order line amount at_s          */ \
	X(ORDER_DECLINED, "order_declined") /* order line pack amount          */ \
	X(REFUND_DONE,    "refund_done")    /* order amount                    */ \
	X(REFUND_SLOW,    "refund_slow")    /* order amount                    */ \
	X(PAY_FAILED,     "pay_failed")     /* order line pack                 */ \
	X(ORDER_EXPIRED,  "order_expired")  /* order line pack                 */ \
	X(ORDER_CANCELLED, "order_cancelled") /* order line pack               */ \
	X(LATE_RETURNED,  "late_returned")  /* order amount                    */ \
	X(KEEP_DAYS,      "keep_days")      /* line day days                   */ \
	X(KEEP_SUSPENDED, "keep_suspended") /* line day                        */ \
	X(KEEP_LOST,      "keep_lost")      /* line                            */ \
	X(KEEP_HALF,      "keep_half")      /* line day: half of the grace is over */ \
	X(KEEP_CANCEL,    "keep_cancel")    /* line day: gone after day        */ \
	X(ADDRESS_KNOWN,  "address_known")  /* -                               */

#define X(id, name) NOTICE_##id,
enum notice { NOTICES(X) NOTICE_COUNT };
#undef X

/* What the words of a notice may name.  Stored with the notice; unused parts
 * are zero.  `pack` is the pack's name as its buyer saw it. */
struct notice_parts {
	struct str   order;  /* "KL-7F3K-29QD" */
	struct str   line;   /* masked number */
	struct str   pack;
	struct money amount; /* paid, or given back */
	int32_t      day;    /* kept until; Tokyo */
	int32_t      before_day;
	int32_t      days;   /* days left */
	int64_t      at_s;   /* a clock time the words name */
};

struct str notice_name(enum notice kind); /* the stored name; static storage */
bool notice_from_name(struct str name, enum notice *ret); /* false: unknown */
