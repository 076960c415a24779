/*
 * pay.c - see pay.h.
 */
#include "web/pay.h"

#include "base/str.h"
#include "core/order.h"
#include "store/public_id.h"
#include "web/page.h"
#include "web/web.h"

#define RETURN_S 20 /* so long the answer of a gateway may take before we ask again */

static struct str sandbox_path(struct request *request, int64_t payment_id);

struct str pay_path(struct request *request, enum pay_method method, int64_t payment_id)
{
	static struct str (*const path_of[PAY_METHOD_COUNT])(struct request *, int64_t) = {
		[PAY_SANDBOX] = sandbox_path,
	};

	assert(method < PAY_METHOD_COUNT && path_of[method] != NULL);
	return path_of[method](request, payment_id);
}

struct str pay_order_path(struct request *request, int64_t order_id)
{
	struct str number = order_number(request->arena, request->web->keys, order_id);

	return arena_printf(request->arena, "/orders/%.*s", STR_ARG(number));
}

struct str pay_return_path(struct request *request, int64_t order_id)
{
	struct str path = pay_order_path(request, order_id);

	return arena_printf(request->arena, "%.*s?back=%lld", STR_ARG(path),
	                    (long long)(request->now_ms / 1000));
}

/* What the address says is only about what is offered first, never about money. */
bool pay_returned(const struct request *request)
{
	int64_t back_s, now_s = request->now_ms / 1000;

	return str_to_int64(request_query(request, "back"), &back_s) && back_s <= now_s &&
	       now_s - back_s < RETURN_S;
}

bool pay_open(const struct order_get_row *order, const struct payment_get_row *payment,
              int64_t now_ms)
{
	return (order->state == ORDER_PLACED || order->state == ORDER_PAYING) &&
	       (payment->state == PAYMENT_CREATED || payment->state == PAYMENT_PENDING) &&
	       now_ms / 1000 < order->expires_s;
}

struct str pay_whole(struct request *request, struct str path)
{
	struct str base = page_base(request);

	return arena_printf(request->arena, "%.*s%.*s", STR_ARG(base), STR_ARG(path));
}

static struct str sandbox_path(struct request *request, int64_t payment_id)
{
	struct str ref = public_id(request->arena, request->web->keys, PUBLIC_PAYMENT, payment_id);

	return arena_printf(request->arena, "/sandbox/pay/%.*s", STR_ARG(ref));
}
