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

struct str pay_path(struct request *request, enum pay_method method, int64_t payment_id)
{
	struct str ref = public_id(request->arena, request->web->keys, PUBLIC_PAYMENT, payment_id);

	return arena_printf(request->arena, "%s/pay/%.*s", method == PAY_SANDBOX ? "/sandbox" : "",
	                    STR_ARG(ref));
}

/* A browser says itself that it is a phone's (Sec-CH-UA-Mobile), or is known by its name. */
struct order_payer pay_payer(struct request *request)
{
	struct str agent = request_header(request, "User-Agent");
	struct str mobile = request_header(request, "Sec-CH-UA-Mobile");
	bool       phone = str_eq(mobile, STR("?1")) ||
	             (mobile.len == 0 && (str_find(agent, STR("Mobile")) >= 0 ||
	                                  str_find(agent, STR("Android")) >= 0));

	return (struct order_payer){ .device = phone,
		                     .lang = str_from(request->lang->tag),
		                     .ip = request->peer };
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
