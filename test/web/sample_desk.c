/*
 * sample_desk.c - the staff's pages.
 */
#include "web/sample.h"

#include "base/str.h"
#include "text/out.h"
#include "web/pages/pages.h"

static struct frame staff(const struct sample_ctx *ctx, const char *path, enum nav nav)
{
	struct frame frame = sample_member(ctx, path, nav);

	frame.staff = true;
	return frame;
}

static void sample_desk(const struct sample_ctx *ctx)
{
	static const enum order_state states[] = { ORDER_DELIVERY_UNKNOWN, ORDER_SUBMITTED,
		                                   ORDER_SUBMITTED,        ORDER_ACTIVE,
		                                   ORDER_ACTIVE,           ORDER_DECLINED,
		                                   ORDER_ACTIVE,           ORDER_PLACED };
	static const char *const      numbers[] = { "KL-7F3K-29QD", "KL-7F3K-11QX", "KL-7F3J-8WTB",
		                                    "KL-7F3J-5MZ2", "KL-7F3H-0KPA", "KL-7F3G-V3ND",
		                                    "KL-7F3G-77RC", "KL-7F3F-Q4EE" };
	static const char *const      methods[] = { "alipay", "wechat", "card", "paypal",
		                                    "alipay", "wechat", "card", "alipay" };
	static const int32_t          ages[] = { 760, 83, 185, 131, 118, 1410, 160, -1 };
	struct desk_row               rows[COUNT_OF(states)];
	struct desk_view              view = {
			     .frame = staff(ctx, "/desk", NAV_DESK),
			     .today_count = 318,
			     .yesterday_count = 295,
			     .today_sum = sample_money(352480, CURRENCY_JPY),
			     .active_p50_s = 112,
			     .active_p95_s = 244,
			     .stuck_count = 3,
			     .stuck_oldest_s = 760,
			     .losing_count = 18,
			     .losing_told_count = 12,
			     .day_first = SAMPLE_TODAY - 13,
			     .bucket_count = { 18, 64, 190, 310, 120 },
			     .tab_count = { 0, 3, 8, 2 },
			     .rows = rows,
			     .row_count = COUNT_OF(rows),
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		rows[i] = (struct desk_row){
			.number = str_from(numbers[i]),
			.placed_s = SAMPLE_NOW_S - (int64_t)i * 400,
			.line_number = STR("**5678"),
			.pack = sample_pack(ctx, i % 3),
			.method = str_from(methods[i]),
			.pay = sample_money(5387, CURRENCY_CNY),
			.price = sample_money(1100, CURRENCY_JPY),
			.state = states[i],
			.refund = states[i] == ORDER_DECLINED ? REFUND_DUE : REFUND_NONE,
			.stuck = i == 0,
			.age_s = ages[i],
			.act = i == 0   ? DESK_ACT_ASK_CARRIER
			       : i == 5 ? DESK_ACT_REFUND
			                : DESK_ACT_NONE,
		};
	for (int32_t i = 0; i < DESK_DAY_COUNT; i++) {
		view.day_count[i] = 195 + i * 9 + i % 4 * 11;
		view.day_p95_s[i] = 190 + i * 3 + i % 5 * 6;
	}
	page_desk(ctx->out, &view);
}

static void sample_desk_none(const struct sample_ctx *ctx)
{
	page_desk(ctx->out, &(struct desk_view){ .frame = staff(ctx, "/desk?q=KL-1", NAV_DESK),
	                                         .today_sum = sample_money(0, CURRENCY_JPY),
	                                         .day_first = SAMPLE_TODAY - 13,
	                                         .query = STR("KL-1") });
}

static void desk_order(const struct sample_ctx *ctx, enum order_state state, enum desk_act act)
{
	static const struct desk_event_row events[] = {
		{ SAMPLE_NOW_S - 763, DESK_EVENT_STATE, STR_INIT("placed"), STR_INIT(""),
		  STR_INIT("") },
		{ SAMPLE_NOW_S - 729, DESK_EVENT_PAYMENT, STR_INIT("succeeded"),
		  STR_INIT("webhook, amount and currency equal"), STR_INIT("alipay") },
		{ SAMPLE_NOW_S - 729, DESK_EVENT_STATE, STR_INIT("paid"), STR_INIT(""),
		  STR_INIT("") },
		{ SAMPLE_NOW_S - 728, DESK_EVENT_DELIVERY, STR_INIT("sent"), STR_INIT("attempt 1"),
		  STR_INIT("carrier") },
		{ SAMPLE_NOW_S - 718, DESK_EVENT_DELIVERY, STR_INIT("unknown"),
		  STR_INIT("no answer within 10 s"), STR_INIT("carrier") },
		{ SAMPLE_NOW_S - 100, DESK_EVENT_STAFF, STR_INIT("ask_carrier"),
		  STR_INIT("customer wrote"), STR_INIT("d***@keepline.example") },
	};
	static const struct desk_posting_row postings[] = {
		{ SAMPLE_NOW_S - 729, 1, STR_INIT("gateway_due:alipay"), { 5387, CURRENCY_CNY } },
		{ SAMPLE_NOW_S - 729, 1, STR_INIT("fx:CNY"), { -5387, CURRENCY_CNY } },
		{ SAMPLE_NOW_S - 729, 1, STR_INIT("fx:JPY"), { 1100, CURRENCY_JPY } },
		{ SAMPLE_NOW_S - 729, 1, STR_INIT("deferred"), { -1000, CURRENCY_JPY } },
		{ SAMPLE_NOW_S - 729, 1, STR_INIT("tax_due"), { -100, CURRENCY_JPY } },
		{ SAMPLE_NOW_S - 20, 2, STR_INIT("deferred"), { 1000, CURRENCY_JPY } },
		{ SAMPLE_NOW_S - 20, 2, STR_INIT("revenue"), { -1000, CURRENCY_JPY } },
	};
	static const struct desk_job_row jobs[] = {
		{ STR_INIT("delivery_ask"), STR_INIT("due"), 5, SAMPLE_NOW_S + 30,
		  STR_INIT("unknown: timeout") },
	};
	struct desk_order_view view = {
		.frame = staff(ctx, "/desk/orders/KL-7F3K-29QD", NAV_DESK),
		.form = { .csrf = STR("q7Jx0m2vVh3m8Zt1"), .ik = STR("ik_5X2M9Q0RT7YB") },
		.order = { .number = STR("KL-7F3K-29QD"),
		           .state = state,
		           .pack = sample_pack(ctx, 0),
		           .line = sample_line(0),
		           .price = sample_money(1100, CURRENCY_JPY),
		           .tax = sample_money(100, CURRENCY_JPY),
		           .method = STR("alipay"),
		           .pay = sample_money(5387, CURRENCY_CNY),
		           .refund_amount = sample_money(5387, CURRENCY_CNY),
		           .rate = sample_rate(CURRENCY_CNY),
		           .after_day = SAMPLE_TODAY + 306 },
		.account = STR("l***@example.com"),
		.gateway_ref = STR("2026031422001"),
		.act = act,
		.stuck = act == DESK_ACT_ASK_CARRIER,
		.age_s = 760,
		.events = events,
		.event_count = COUNT_OF(events),
		.postings = postings,
		.posting_count = COUNT_OF(postings),
		.jobs = jobs,
		.job_count = COUNT_OF(jobs),
	};

	page_desk_order(ctx->out, &view);
}

static void sample_desk_order(const struct sample_ctx *ctx)
{
	desk_order(ctx, ORDER_DELIVERY_UNKNOWN, DESK_ACT_ASK_CARRIER);
}

static void sample_desk_refund(const struct sample_ctx *ctx)
{
	desk_order(ctx, ORDER_DECLINED, DESK_ACT_REFUND);
}

static void sample_desk_done(const struct sample_ctx *ctx)
{
	desk_order(ctx, ORDER_ACTIVE, DESK_ACT_NONE);
}

static void sample_desk_lines(const struct sample_ctx *ctx)
{
	struct desk_line_row rows[5];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		rows[i] = (struct desk_line_row){ .line = sample_line(i),
			                          .sim = STR("8981****4897"),
			                          .account = STR("l***@example.com"),
			                          .order_number = STR("KL-7F3K-29QD") };
	page_desk_lines(ctx->out, &(struct desk_lines_view){
				      .frame = staff(ctx, "/desk/lines?q=5678", NAV_DESK_LINES),
				      .query = STR("5678"),
				      .rows = rows,
				      .row_count = COUNT_OF(rows) });
}

static void sample_desk_welcome(const struct sample_ctx *ctx)
{
	page_desk_welcome(ctx->out, &(struct desk_welcome_view){
					.frame = sample_frame(ctx, "/desk/welcome/token", NAV_NONE),
					.form = { .csrf = STR("q7Jx0m2vVh3m8Zt1") },
					.token = STR("token"),
					.password_min = 15 });
}

static void sample_desk_welcome_used(const struct sample_ctx *ctx)
{
	page_desk_welcome(ctx->out, &(struct desk_welcome_view){
					.frame = sample_frame(ctx, "/desk/welcome/token", NAV_NONE),
					.used = true });
}

const struct sample samples_desk[] = {
	{ "desk", sample_desk, true },
	{ "desk-none", sample_desk_none, true },
	{ "desk-order", sample_desk_order, true },
	{ "desk-refund", sample_desk_refund, true },
	{ "desk-done", sample_desk_done, true },
	{ "desk-lines", sample_desk_lines, true },
	{ "desk-welcome", sample_desk_welcome, true },
	{ "desk-welcome-used", sample_desk_welcome_used, true },
};
const size_t samples_desk_count = COUNT_OF(samples_desk);
