/*
 * pay.h - where a payer goes: to the gateway's page, and back to the order.
 */
#pragma once
#include "core/payment.h"
#include "store/order_command.h"
#include "store/order_sql.h"
#include "web/request.h"

/* What a payer is shown; the stored numbers of gate/pay.h's enum pay_way, which this room does
 * not see. */
enum { PAY_SHOWN_REDIRECT = 1, PAY_SHOWN_QR = 2, PAY_SHOWN_FORM = 3 };

/* The address below the language at which this payment is paid: the sandbox
 * gateway's page, or where pay_page.c leads on to a gateway. */
struct str pay_path(struct request *request, enum pay_method method, int64_t payment_id);
/* Who is about to pay, for the gateway's page. */
struct order_payer pay_payer(struct request *request);
/* "/orders/KL-…" */
struct str pay_order_path(struct request *request, int64_t order_id);
/* The same for who comes from the gateway: the page looks for the payment for a
 * moment before it offers to pay again. */
struct str pay_return_path(struct request *request, int64_t order_id);
bool       pay_returned(const struct request *request);
/* May the buyer still be sent there? */
bool pay_open(const struct order_get_row *order, const struct payment_get_row *payment,
              int64_t now_ms);
/* An address below the language, whole: "/zh-Hans/orders/KL-…". */
struct str pay_whole(struct request *request, struct str path);
