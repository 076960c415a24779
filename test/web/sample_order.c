/*
 * sample_order.c - an order in each of its states, its receipt, the list, and
 * the sandbox gateway's page.
 */
#include "web/sample.h"

#include "base/str.h"
#include "text/out.h"
#include "web/pages/pages.h"

static struct order_view order(const struct sample_ctx *ctx)
{
	return (struct order_view){
		.frame = sample_member(ctx, "/orders/KL-7F3K-29QD", NAV_ORDERS),
		.form = { .csrf = STR("q7Jx0m2vVh3m8Zt1"), .ik = STR("ik_5X2M9Q0RT7YB") },
		.number = STR("KL-7F3K-29QD"),
		.pack = sample_pack(ctx, 0),
		.line = sample_line(0),
		.before_day = SAMPLE_TODAY + 126,
		.after_day = SAMPLE_TODAY + 306,
		.price = sample_money(1100, CURRENCY_JPY),
		.tax = sample_money(100, CURRENCY_JPY),
		.pay = sample_money(5387, CURRENCY_CNY),
		.rate = sample_rate(CURRENCY_CNY),
		.refund_amount = sample_money(5387, CURRENCY_CNY),
		.method = STR("alipay"),
		.issuer_registration = STR("T1234567890123"),
		.placed_s = SAMPLE_NOW_S - 137,
		.active_p50_s = 112,
		.active_p95_s = 238,
		.pay_until_s = SAMPLE_NOW_S + 692,
		.next_ask_s = SAMPLE_NOW_S + 30,
		.know_by_s = SAMPLE_NOW_S + 463,
		.refund_by_s = SAMPLE_NOW_S + 86400 - 83,
	};
}

static void show(const struct sample_ctx *ctx, enum order_state state, enum refund_state refund,
                 int paid)
{
	struct order_view view = order(ctx);

	view.state = state;
	view.refund = refund;
	view.frame.refresh_s = order_state_final(state) &&
	                               (refund == REFUND_NONE || refund == REFUND_DONE)
	                           ? 0
	                           : 5;
	if (paid > 0) {
		view.paid_s = SAMPLE_NOW_S - 103;
		view.has_receipt = true;
	}
	if (paid > 1)
		view.submitted_s = SAMPLE_NOW_S - 101;
	if (state == ORDER_ACTIVE)
		view.active_s = SAMPLE_NOW_S - 2;
	if (order_state_final(state))
		view.closed_s = SAMPLE_NOW_S - 2;
	view.late = state == ORDER_EXPIRED && refund != REFUND_NONE;
	view.refund_asked_s = refund == REFUND_NONE ? 0 : SAMPLE_NOW_S - 20;
	view.refund_done_s = refund == REFUND_DONE ? SAMPLE_NOW_S - 1 : 0;
	view.can_pay = state == ORDER_PLACED || state == ORDER_PAYING;
	view.can_cancel = view.can_pay || state == ORDER_PAID;
	page_order(ctx->out, &view);
}

#define SAMPLE_ORDER(name, state, refund, paid) \
	static void sample_order_##name(const struct sample_ctx *ctx) \
	{ \
		show(ctx, ORDER_##state, REFUND_##refund, paid); \
	}
SAMPLE_ORDER(placed, PLACED, NONE, 0)
SAMPLE_ORDER(paying, PAYING, NONE, 0)
SAMPLE_ORDER(pay_unknown, PAY_UNKNOWN, NONE, 0)
SAMPLE_ORDER(paid, PAID, NONE, 1)
SAMPLE_ORDER(submitted, SUBMITTED, NONE, 2)
SAMPLE_ORDER(delivery_unknown, DELIVERY_UNKNOWN, NONE, 2)
SAMPLE_ORDER(active, ACTIVE, NONE, 2)
SAMPLE_ORDER(expired, EXPIRED, NONE, 0)
SAMPLE_ORDER(late, EXPIRED, PENDING, 1)
SAMPLE_ORDER(cancelled, CANCELLED, NONE, 0)
SAMPLE_ORDER(pay_failed, PAY_FAILED, NONE, 0)
SAMPLE_ORDER(rejected, REJECTED, NONE, 0)
SAMPLE_ORDER(declined, DECLINED, DUE, 2)
SAMPLE_ORDER(refund_desk, DECLINED, DESK, 2)
SAMPLE_ORDER(reversed, REVERSED, DONE, 2)

static void sample_receipt(const struct sample_ctx *ctx)
{
	page_receipt(ctx->out,
	             &(struct receipt_view){
			 .frame = sample_member(ctx, "/orders/KL-7F3K-29QD/receipt", NAV_ORDERS),
			 .number = STR("KL-7F3K-29QD"),
			 .paid_s = SAMPLE_NOW_S - 103,
			 .issuer_name = STR("Keepline Demo K.K."),
			 .issuer_registration = STR("T1234567890123"),
			 .issuer_address = STR("1-1-1 Chiyoda, Chiyoda-ku, Tokyo 100-0001"),
			 .recipient = STR("l***@example.com"),
			 .pack = sample_pack(ctx, 0),
			 .line_number = STR("080-****-5678"),
			 .price = sample_money(1100, CURRENCY_JPY),
			 .tax = sample_money(100, CURRENCY_JPY),
			 .tax_bp = 1000,
			 .pay = sample_money(5387, CURRENCY_CNY),
			 .rate = sample_rate(CURRENCY_CNY),
			 .method = STR("alipay"),
			 .after_day = SAMPLE_TODAY + 306 });
}

static void sample_orders(const struct sample_ctx *ctx)
{
	static const enum order_state states[] = { ORDER_SUBMITTED,       ORDER_PLACED,
		                                   ORDER_ACTIVE,          ORDER_DECLINED,
		                                   ORDER_EXPIRED,         ORDER_REVERSED,
		                                   ORDER_DELIVERY_UNKNOWN };
	static const char *const      methods[] = { "alipay",  "wechat",   "card", "paypal",
		                                    "sandbox", "unionpay", "card" };
	struct order_row              rows[COUNT_OF(states)];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		rows[i] = (struct order_row){
			.number = STR("KL-7F3K-29QD"),
			.state = states[i],
			.pack = sample_pack(ctx, i % 3),
			.refund = states[i] == ORDER_DECLINED   ? REFUND_PENDING
			          : states[i] == ORDER_REVERSED ? REFUND_DONE
			                                        : REFUND_NONE,
			.line_number = sample_line(i % 5).number,
			.method = str_from(methods[i]),
			.pay = sample_money(5387, CURRENCY_CNY),
			.placed_s = SAMPLE_NOW_S - (int64_t)i * 40000,
		};
	page_orders(ctx->out,
	            &(struct orders_view){ .frame = sample_member(ctx, "/orders", NAV_ORDERS),
	                                   .rows = rows,
	                                   .row_count = COUNT_OF(rows),
	                                   .next_path = STR("/orders?cursor=abc") });
}

static void sample_orders_none(const struct sample_ctx *ctx)
{
	page_orders(ctx->out,
	            &(struct orders_view){ .frame = sample_member(ctx, "/orders", NAV_ORDERS) });
}

static void sample_sandbox(const struct sample_ctx *ctx)
{
	struct sandbox_pay_view view = {
		.frame = sample_frame(ctx, "/sandbox/pay/pay_29QD", NAV_NONE),
		.form = { .csrf = STR("q7Jx0m2vVh3m8Zt1") },
		.ref = STR("pay_29QD"),
		.order_number = STR("KL-7F3K-29QD"),
		.pay = sample_money(5387, CURRENCY_CNY),
		.method = STR("sandbox"),
		.expires_s = SAMPLE_NOW_S + 692,
	};

	view.frame.sandbox = true;
	page_sandbox_pay(ctx->out, &view);
}

static void sample_pay(const struct sample_ctx *ctx, enum pay_stage stage)
{
	struct pay_field fields[] = { { STR_INIT("txnAmt"), STR_INIT("5387") } };

	page_pay(ctx->out,
	         &(struct pay_view){
		     .frame = sample_frame(ctx, "/pay/KP00000000000000000000000029", NAV_NONE),
		     .stage = stage,
		     .opened = stage != PAY_STAGE_OPENING,
		     .ref = STR("KP00000000000000000000000029"),
		     .order_number = STR("KL-7F3K-29QD"),
		     .seller = sample_text(ctx, "Seller Ltd.", "卖家公司", "賣家公司", "販売会社"),
		     .method = STR("wechat"),
		     .pay = sample_money(5387, CURRENCY_CNY),
		     .expires_s = SAMPLE_NOW_S + 692,
		     .url = stage == PAY_STAGE_OPENING ? STR("") : STR("https://pay.example/29QD"),
		     .qr = STR("M4 4h7v1h-7z"),
		     .qr_size = 29,
		     .fields = fields,
		     .field_count = COUNT_OF(fields),
		 });
}

static void sample_pay_opening(const struct sample_ctx *ctx)
{
	sample_pay(ctx, PAY_STAGE_OPENING);
}

static void sample_pay_qr(const struct sample_ctx *ctx)
{
	sample_pay(ctx, PAY_STAGE_QR);
}

static void sample_pay_form(const struct sample_ctx *ctx)
{
	sample_pay(ctx, PAY_STAGE_FORM);
}

static void sample_pay_looking(const struct sample_ctx *ctx)
{
	sample_pay(ctx, PAY_STAGE_LOOKING);
}

static void sample_pay_paid(const struct sample_ctx *ctx)
{
	sample_pay(ctx, PAY_STAGE_PAID);
}

static void sample_pay_ended(const struct sample_ctx *ctx)
{
	sample_pay(ctx, PAY_STAGE_ENDED);
}

const struct sample samples_order[] = {
	{ "pay-opening", sample_pay_opening, false },
	{ "pay-qr", sample_pay_qr, false },
	{ "pay-form", sample_pay_form, false },
	{ "pay-looking", sample_pay_looking, false },
	{ "pay-paid", sample_pay_paid, false },
	{ "pay-ended", sample_pay_ended, false },
	{ "order-placed", sample_order_placed, false },
	{ "order-paying", sample_order_paying, false },
	{ "order-pay_unknown", sample_order_pay_unknown, false },
	{ "order-paid", sample_order_paid, false },
	{ "order-submitted", sample_order_submitted, false },
	{ "order-delivery_unknown", sample_order_delivery_unknown, false },
	{ "order-active", sample_order_active, false },
	{ "order-expired", sample_order_expired, false },
	{ "order-late", sample_order_late, false },
	{ "order-cancelled", sample_order_cancelled, false },
	{ "order-pay_failed", sample_order_pay_failed, false },
	{ "order-rejected", sample_order_rejected, false },
	{ "order-declined", sample_order_declined, false },
	{ "order-refund_desk", sample_order_refund_desk, false },
	{ "order-reversed", sample_order_reversed, false },
	{ "receipt", sample_receipt, false },
	{ "orders", sample_orders, false },
	{ "orders-none", sample_orders_none, false },
	{ "sandbox", sample_sandbox, false },
};
const size_t samples_order_count = COUNT_OF(samples_order);
