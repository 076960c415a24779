/*
 * sample_desk.c - the staff's pages.
 */
#include "web/sample.h"

#include <string.h>

#include "base/str.h"
#include "text/out.h"
#include "web/desk_words.h"
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
			     .usual_count = 295,
			     .losing_known = true,
			     .form = { .csrf = STR("q7Jx0m2vVh3m8Zt1") },
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

static struct message cause(enum order_event event)
{
	return desk_cause_words(event);
}

#define EVENT_COUNT 5
static const struct part bytes = { .name = "bytes", .kind = PART_INT, .number = 412 };

static void order_events(struct desk_event_row ret[EVENT_COUNT])
{
	const struct desk_event_row events[] = {
		{ .at_ms = INT64_C(1000) * (SAMPLE_NOW_S - 763),
		  .words = cause(ORDER_EVENT_PLACE),
		  .enters = true,
		  .state = ORDER_PLACED },
		{ .at_ms = INT64_C(1000) * (SAMPLE_NOW_S - 729),
		  .kind = DESK_EVENT_NOTICE,
		  .words = { .msg = MSG_DESK_CALLBACK,
		             .parts = &bytes,
		             .part_count = 1,
		             .count = -1 },
		  .who = STR("alipay") },
		{ .at_ms = INT64_C(1000) * (SAMPLE_NOW_S - 729),
		  .kind = DESK_EVENT_PAYMENT,
		  .words = cause(ORDER_EVENT_PAY_SUCCEEDED),
		  .enters = true,
		  .state = ORDER_PAID },
		{ .at_ms = INT64_C(1000) * (SAMPLE_NOW_S - 718),
		  .kind = DESK_EVENT_DELIVERY,
		  .words = cause(ORDER_EVENT_DELIVERY_UNKNOWN),
		  .enters = true,
		  .state = ORDER_DELIVERY_UNKNOWN,
		  .detail = STR("no_answer") },
		{ .at_ms = INT64_C(1000) * (SAMPLE_NOW_S - 100),
		  .kind = DESK_EVENT_STAFF,
		  .words = desk_did_words(STR("ask")),
		  .detail = STR("<customer> & co wrote"),
		  .who = STR("d***@keepline.example") },
	};

	memcpy(ret, events, sizeof(events));
}

#define POSTING_COUNT 7
static void order_postings(struct desk_posting_row ret[POSTING_COUNT])
{
	const struct message          paid = desk_book_words(LEDGER_EVENT_PAID);
	const struct message          active = desk_book_words(LEDGER_EVENT_ACTIVE);
	const struct desk_posting_row postings[] = {
		{ SAMPLE_NOW_S - 729, 1, paid, STR("gateway_due:alipay"), { 5387, CURRENCY_CNY } },
		{ SAMPLE_NOW_S - 729, 1, paid, STR("fx:CNY"), { -5387, CURRENCY_CNY } },
		{ SAMPLE_NOW_S - 729, 1, paid, STR("fx:JPY"), { 1100, CURRENCY_JPY } },
		{ SAMPLE_NOW_S - 729, 1, paid, STR("deferred"), { -1000, CURRENCY_JPY } },
		{ SAMPLE_NOW_S - 729, 1, paid, STR("tax_due"), { -100, CURRENCY_JPY } },
		{ SAMPLE_NOW_S - 20, 2, active, STR("deferred"), { 1000, CURRENCY_JPY } },
		{ SAMPLE_NOW_S - 20, 2, active, STR("revenue"), { -1000, CURRENCY_JPY } },
	};

	memcpy(ret, postings, sizeof(postings));
}

static void desk_order(const struct sample_ctx *ctx, struct desk_facts facts, const char *reason,
                       enum desk_act chosen)
{
	struct desk_event_row   events[EVENT_COUNT];
	struct desk_posting_row postings[POSTING_COUNT];
	struct desk_job_row     job = { .kind = facts.kind,
		                        .person = facts.person,
		                        .attempt_count = 5,
		                        .since_s = SAMPLE_NOW_S - 718,
		                        .due_s = SAMPLE_NOW_S + 30,
		                        .note = STR("alarm: unknown") };
	struct desk_order_view  view = {
		 .frame = staff(ctx, "/desk/orders/KL-7F3K-29QD", NAV_DESK),
		 .form = { .csrf = STR("q7Jx0m2vVh3m8Zt1"), .ik = STR("ik_5X2M9Q0RT7YB") },
		 .order = { .number = STR("KL-7F3K-29QD"),
		            .state = facts.state,
		            .refund = facts.refund,
		            .pack = sample_pack(ctx, 0),
		            .line = sample_line(0),
		            .price = sample_money(1100, CURRENCY_JPY),
		            .tax = sample_money(100, CURRENCY_JPY),
		            .method = STR("alipay"),
		            .pay = sample_money(5387, CURRENCY_CNY),
		            .refund_amount = sample_money(5387, CURRENCY_CNY),
		            .refund_asked_s = SAMPLE_NOW_S - 40,
		            .rate = sample_rate(CURRENCY_CNY),
		            .active_s = facts.state == ORDER_ACTIVE ? SAMPLE_NOW_S - 20 : 0,
		            .before_day = SAMPLE_TODAY + 126,
		            .after_day = SAMPLE_TODAY + 306 },
		 .account = STR("l***@example.com"),
		 .sim = STR("***************4897"),
		 .line_path = STR("/desk?q=line_7ZZZ"),
		 .gateway_ref = STR("2026031422001"),
		 .stuck = desk_stuck(&facts),
		 .withdrawn = facts.withdrawn,
		 .age_s = 760,
		 .reason = str_from(reason),
		 .chosen = chosen,
		 .events = events,
		 .event_count = COUNT_OF(events),
		 .postings = postings,
		 .posting_count = COUNT_OF(postings),
		 .jobs = &job,
		 .job_count = facts.job,
	};

	order_events(events);
	order_postings(postings);
	desk_decide(&facts, &view.advice);
	if (chosen != DESK_ACT_NONE) {
		view.frame.error = true;
		view.form.problems.count = 1;
		view.form.problems.item[0] = (struct problem){
			.field = STR("reason"), .words = desk_refusal_words(DESK_REFUSAL_REASON)
		};
	}
	page_desk_order(ctx->out, &view);
}

static void sample_desk_order(const struct sample_ctx *ctx)
{
	desk_order(ctx,
	           (struct desk_facts){ .state = ORDER_DELIVERY_UNKNOWN,
	                                .job = true,
	                                .kind = JOB_DELIVERY_ASK,
	                                .wait_s = 760 },
	           "", DESK_ACT_NONE);
}

static void sample_desk_refund(const struct sample_ctx *ctx)
{
	desk_order(ctx,
	           (struct desk_facts){ .state = ORDER_DECLINED,
	                                .refund = REFUND_DUE,
	                                .job = true,
	                                .kind = JOB_REFUND,
	                                .wait_s = 760 },
	           "", DESK_ACT_NONE);
}

static void sample_desk_reason(const struct sample_ctx *ctx)
{
	desk_order(ctx,
	           (struct desk_facts){ .state = ORDER_SUBMITTED,
	                                .withdrawn = true,
	                                .job = true,
	                                .kind = JOB_DELIVERY_ASK,
	                                .person = true,
	                                .wait_s = 4000 },
	           "", DESK_ACT_RESUME);
}

static void sample_desk_done(const struct sample_ctx *ctx)
{
	desk_order(ctx, (struct desk_facts){ .state = ORDER_ACTIVE }, "", DESK_ACT_NONE);
}

static void sample_desk_audit(const struct sample_ctx *ctx)
{
	const struct desk_audit_row rows[] = {
		{ .at_s = SAMPLE_NOW_S - 100,
		  .who = STR("d***@keepline.example"),
		  .words = desk_did_words(STR("withdraw")),
		  .order_number = STR("KL-7F3K-29QD"),
		  .reason = STR("<customer> & co wrote") },
		{ .at_s = SAMPLE_NOW_S - 90000,
		  .who = STR("d***@keepline.example"),
		  .words = desk_did_words(STR("search")),
		  .line_id = STR("line_7ZZZ"),
		  .reason = STR("number 080-****-5678") },
		{ .at_s = SAMPLE_NOW_S - 190000,
		  .who = STR("d***@keepline.example"),
		  .words = desk_did_words(STR("?")) },
	};

	page_desk_audit(ctx->out, &(struct desk_audit_view){
				      .frame = staff(ctx, "/desk/audit", NAV_DESK_AUDIT),
				      .rows = rows,
				      .row_count = COUNT_OF(rows),
				      .next_path = STR("/desk/audit?from=17") });
}

static void sample_desk_rates(const struct sample_ctx *ctx)
{
	const struct desk_rate_row rows[] = {
		{ .currency = CURRENCY_CNY,
		  .state = FX_REFUSAL_JUMP,
		  .known = true,
		  .mid_e6 = 21420000,
		  .source = STR("ecb"),
		  .as_of_s = SAMPLE_NOW_S - 30000,
		  .age_s = 30000,
		  .day = STR("2026-11-20"),
		  .before_e6 = 20410000,
		  .step_bp = 495 },
		{ .currency = CURRENCY_USD,
		  .known = true,
		  .mid_e6 = 150230000,
		  .source = STR("ecb"),
		  .as_of_s = SAMPLE_NOW_S - 30000,
		  .age_s = 30000,
		  .day = STR("2026-11-20"),
		  .confirmed = true },
		{ .currency = CURRENCY_EUR,
		  .state = FX_REFUSAL_STALE,
		  .known = true,
		  .mid_e6 = 173000000,
		  .source = STR("operator"),
		  .as_of_s = SAMPLE_NOW_S - 500000,
		  .age_s = 500000,
		  .day = STR("2026-11-15") },
		{ .currency = 901, .state = FX_REFUSAL_CURRENCY },
		{ .currency = 344,
		  .state = FX_REFUSAL_AHEAD,
		  .known = true,
		  .mid_e6 = 19000000,
		  .source = STR("demo"),
		  .as_of_s = SAMPLE_NOW_S + 90000,
		  .day = STR("2026-11-23") },
	};
	struct desk_rates_view view = {
		.frame = staff(ctx, "/desk/rates", NAV_DESK_RATES),
		.form = { .csrf = STR("q7Jx0m2vVh3m8Zt1"), .ik = STR("k") },
		.rows = rows,
		.row_count = COUNT_OF(rows),
		.waiting_count = 1,
		.reason = STR("<Reuters> & co say so"),
		.fetches = true,
		.fetch_due_s = SAMPLE_NOW_S + 3000,
		.failing_since_s = SAMPLE_NOW_S - 7000,
		.failing = STR("nobody answers at that address"),
	};

	page_desk_rates(ctx->out, &view);
}

static void sample_desk_rates_calm(const struct sample_ctx *ctx)
{
	struct desk_rates_view view = { .frame = staff(ctx, "/desk/rates", NAV_DESK_RATES),
		                        .fetches = ctx->out->lang->id == LANG_JA,
		                        .fetch_due_s = SAMPLE_NOW_S + 90000 };

	view.frame.flash = FLASH_RATE;
	page_desk_rates(ctx->out, &view);
}

static void sample_desk_money(const struct sample_ctx *ctx)
{
	const struct money         suspense[] = { { 50000, CURRENCY_CNY }, { -900, CURRENCY_JPY } };
	const struct desk_position positions[] = {
		{ .method = STR("wechat"),
		  .due = { 1234567, CURRENCY_CNY },
		  .fee = { 7400, CURRENCY_CNY },
		  .share = 100 },
		{ .method = STR("stripe"), .due = { 98000, CURRENCY_JPY }, .share = 38 },
		{ .method = STR("antom"), .due = { -100, CURRENCY_USD } },
	};
	const struct desk_statement statements[] = {
		{ .method = STR("wechat"),
		  .name = STR("<2026>&bill.csv"),
		  .from = STR("2026-11-20"),
		  .until = STR("2026-11-20"),
		  .row_count = 1200,
		  .matched_count = 1199,
		  .break_count = 1,
		  .imported_s = SAMPLE_NOW_S - 60 },
		{ .method = STR("unionpay"),
		  .name = STR("ZM"),
		  .from = STR("2026-11-19"),
		  .until = STR("2026-11-20"),
		  .imported_s = SAMPLE_NOW_S - 600,
		  .comparing = true },
		{ .method = STR("sandbox"), .name = STR("b"), .imported_s = SAMPLE_NOW_S - 900 },
	};
	struct desk_mismatch   rows[RECON_BREAK_KIND_COUNT];
	struct desk_money_view view = {
		.frame = staff(ctx, "/desk/money", NAV_DESK_MONEY),
		.form = { .csrf = STR("q7Jx0m2vVh3m8Zt1"), .ik = STR("k") },
		.positions = positions,
		.position_count = COUNT_OF(positions),
		.mismatches = rows,
		.mismatch_count = COUNT_OF(rows),
		.statements = statements,
		.statement_count = COUNT_OF(statements),
		.suspense = suspense,
		.suspense_count = COUNT_OF(suspense),
		.more = true,
		.reason = STR("<asked> & \"known\""),
		.reason_of = 2,
	};

	for (int i = 0; i < RECON_BREAK_KIND_COUNT; i++)
		rows[i] = (struct desk_mismatch){ .id = i + 1,
			                          .kind = (enum recon_break_kind)i,
			                          .method = STR("wechat"),
			                          .number = i == RECON_BREAK_FOREIGN
			                                        ? STR("")
			                                        : STR("KL-7F3K-29QD"),
			                          .row = i == RECON_BREAK_MISSING_THERE ? 0 : 7,
			                          .ours = { i % 3 ? 5387 : 0, i % 3 ? 156 : 0 },
			                          .theirs = { i % 2 ? 0 : 5386, i % 2 ? 0 : 156 },
			                          .at_s = SAMPLE_NOW_S - 90 };
	page_desk_money(ctx->out, &view);
}

static void sample_desk_money_calm(const struct sample_ctx *ctx)
{
	struct desk_money_view view = { .frame = staff(ctx, "/desk/money", NAV_DESK_MONEY) };

	view.frame.flash = FLASH_MISMATCH;
	page_desk_money(ctx->out, &view);
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
				      .form = { .csrf = STR("q7Jx0m2vVh3m8Zt1") },
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
	{ "desk-order-error", sample_desk_reason, true },
	{ "desk-done", sample_desk_done, true },
	{ "desk-audit", sample_desk_audit, true },
	{ "desk-rates", sample_desk_rates, true },
	{ "desk-rates-calm", sample_desk_rates_calm, true },
	{ "desk-money", sample_desk_money, true },
	{ "desk-money-calm", sample_desk_money_calm, true },
	{ "desk-lines", sample_desk_lines, true },
	{ "desk-welcome", sample_desk_welcome, true },
	{ "desk-welcome-used", sample_desk_welcome_used, true },
};
const size_t samples_desk_count = COUNT_OF(samples_desk);
