/*
 * order_json.h - an order as the API tells it: its state and history, payment,
 * delivery, refund, the line and its days, and where it is paid or receipted.
 */
#pragma once
#include "store/line_keep.h"
#include "store/order_sql.h"
#include "web/request.h"

#define ORDER_JSON_MAX     ((size_t)15 * 1024) /* below ONCE_BODY_MAX */
#define ORDER_JSON_HISTORY 100                 /* changes of state that are told, the oldest */
#define ORDER_JSON_WALK    400                 /* steps of the stored history that are read */

/* What the carrier has made of an order, in one word.   id, name in the API */
#define DELIVERIES(X)                                                        \
	X(NONE,      "none")      /* not paid, or never to be delivered         */ \
	X(WAITING,   "waiting")   /* paid, and about to be sent                 */ \
	X(SUBMITTED, "submitted") /* the carrier has accepted it                */ \
	X(UNKNOWN,   "unknown")   /* the carrier owes an answer: it is asked    */ \
	X(DELIVERED, "delivered")                                                  \
	X(DECLINED,  "declined")  /* the carrier's final no                     */ \
	X(UNDONE,    "undone")    /* delivered, then taken back by the carrier  */
#define X(id, name) DELIVERY_##id,
enum delivery { DELIVERIES(X) DELIVERY_COUNT };
#undef X

/* Where it is read from: the loop's reader, or a command's own connection. */
struct order_source {
	struct request         *request; /* language, keys, settings; not its db */
	struct db              *db;
	const struct catalogue *catalogue;
};

/* The whole object, with a line's end.  The order has been placed. */
enum err order_json(const struct order_source *source, const struct order_get_row *order,
                    struct buf *buf);
/* How an order is paid. */
struct order_json_pay {
	int64_t payment_id, gateway, created_ms, expires_s;
	bool    open; /* false: it no longer can be */
};

/* {"kind","url","expires_at"}, or null.  Until a gateway has opened its own page, `url` is ours,
 * which leads on to it; `db`: of the thread. */
enum err order_json_pay(struct request *request, struct db *db, struct buf *buf,
                        const struct order_json_pay *pay);
