/*
 * pay.c - see pay.h.
 */
#include "web/pay.h"

#include "base/str.h"
#include "core/order.h"
#include "store/public_id.h"
#include "web/page.h"
#include "web/web.h"

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
