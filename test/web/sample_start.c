/*
 * sample_start.c - start, account, top-up, lines, messages and words.
 */
#include "web/page.h"
#include "web/sample.h"

#include "base/str.h"
#include "text/out.h"
#include "web/pages/pages.h"

static struct form sample_form(void)
{
	return (struct form){ .csrf = STR("q7Jx0m2vVh3m8Zt1"), .ik = STR("ik_5X2M9Q0RT7YB") };
}

static struct form sample_problem(const char *field, enum msg msg, int64_t count)
{
	struct form form = sample_form();

	form.problems.item[0] = (struct problem){ .field = str_from(field),
		                                  .words = { .msg = msg, .count = count } };
	form.problems.count = 1;
	return form;
}

static const struct keep_rule rule_povo = {
	.kind = KEEP_PACK_WINDOW, .window = 180, .grace_days = 30, .over_yen = 660
};
static const struct keep_rule rule_softbank = { .kind = KEEP_CHARGE,
	                                        .step_yen = 3000,
	                                        .step_days = 60,
	                                        .sum_days_max = 360,
	                                        .grace_days = 360 };
static const struct keep_rule rule_rakuten = { .kind = KEEP_IDLE_DAYS, .window = 180 };
static const struct keep_rule rule_zero = { .kind = KEEP_IDLE_MONTHS, .window = 3 };
static const struct keep_rule rule_park = { .kind = KEEP_PARK, .window = 72, .fee_yen = 440 };
static const struct keep_rule rule_visit = {
	.kind = KEEP_VISIT, .window = 10, .window_other = 21, .step_yen = 500, .step_days = 1
};
static const struct keep_rule rule_extend = { .kind = KEEP_EXTEND, .grace_days = 30 };

static const struct {
	const char             *brand, *carrier;
	const struct keep_rule *rule;
} shops[] = {
	{ "docomo", "NTT DOCOMO", &rule_extend },
	{ "povo2.0", "KDDI", &rule_povo },
	{ "SoftBank", "SoftBank", &rule_softbank },
	{ "Rakuten Mobile", "Rakuten Mobile", &rule_rakuten },
	{ "0 SIM", "So-net", &rule_zero },
	{ "docomo keep", "NTT DOCOMO", &rule_park },
	{ "Japan Welcome SIM", "NTT DOCOMO", &rule_visit },
};

static struct fact_view fact(const struct sample_ctx *ctx)
{
	return (struct fact_view){
		.text = sample_text(ctx, "Roaming is off by default", "默认关闭漫游",
		                    "預設關閉漫遊", "ローミングは初期設定でオフ"),
		.source = sample_text(ctx, "povo2.0 terms of use", "povo2.0 使用条款",
		                      "povo2.0 使用條款", "povo2.0 利用規約"),
		.source_url = STR("https://povo.jp/"),
		.source_day = SAMPLE_TODAY - 40,
	};
}

static void home(const struct sample_ctx *ctx, bool member)
{
	struct pack_view  packs[] = { sample_pack(ctx, 0), sample_pack(ctx, 1),
		                      sample_pack(ctx, 2) };
	struct fact_view  facts[] = { fact(ctx) };
	struct brand_view brands[COUNT_OF(shops)];
	struct home_view  view = { .frame = sample_frame(ctx, "/", NAV_HOME),
		                   .brands = brands,
		                   .brand_count = COUNT_OF(brands),
		                   .active_p50_s = 112,
		                   .active_p95_s = 244 };

	for (size_t i = 0; i < COUNT_OF(brands); i++) {
		brands[i] = (struct brand_view){
			.brand = str_from(shops[i].brand),
			.carrier = str_from(shops[i].carrier),
			.rule = shops[i].rule,
			.packs = packs,
			.pack_count = i % 3 + 1,
			.facts = facts,
			.fact_count = i == 1,
			.keep = fact(ctx),
		};
		brands[i].keep.text = STR("");
	}
	if (member) {
		view.frame = sample_member(ctx, "/", NAV_HOME);
		view.line = sample_line(1);
		view.line_count = 3;
	}
	page_home(ctx->out, &view);
}

static void sample_home(const struct sample_ctx *ctx)
{
	home(ctx, false);
}

static void sample_home_member(const struct sample_ctx *ctx)
{
	home(ctx, true);
}

static void sample_register(const struct sample_ctx *ctx)
{
	page_register(ctx->out, &(struct register_view){
				    .frame = sample_frame(ctx, "/register", NAV_NONE),
				    .form = sample_form(),
				    .password_min = 15,
				    .next = STR("/topup?pack=keep-180"),
				});
}

static void sample_register_error(const struct sample_ctx *ctx)
{
	struct register_view view = {
		.frame = sample_frame(ctx, "/register", NAV_NONE),
		.form = sample_problem("password", MSG_REFUSAL_PASSWORD_SHORT, 15),
		.password_min = 15,
		.email = STR("lily@example"),
	};

	view.frame.error = true;
	view.form.problems.item[1] = (struct problem){
		.field = STR("email"), .words = { .msg = MSG_REFUSAL_EMAIL_SHAPE, .count = -1 }
	};
	view.form.problems.count = 2;
	page_register(ctx->out, &view);
}

static void sample_login(const struct sample_ctx *ctx)
{
	struct login_view view = { .frame = sample_frame(ctx, "/login", NAV_NONE),
		                   .form = sample_form(),
		                   .next = STR("/orders"),
		                   .ended = true };

	view.frame.flash = FLASH_SIGNED_OUT;
	page_login(ctx->out, &view);
}

static void topup(const struct sample_ctx *ctx, struct topup_view *view)
{
	struct pack_view packs[] = { sample_pack(ctx, 0), sample_pack(ctx, 1),
		                     sample_pack(ctx, 2) };
	struct money cny[] = { sample_money(5387, CURRENCY_CNY), sample_money(4799, CURRENCY_CNY),
		               sample_money(7248, CURRENCY_CNY) };
	struct money jpy[] = { sample_money(1100, CURRENCY_JPY), sample_money(980, CURRENCY_JPY),
		               sample_money(1480, CURRENCY_JPY) };
	struct money usd[] = { sample_money(749, CURRENCY_USD), sample_money(667, CURRENCY_USD),
		               sample_money(1008, CURRENCY_USD) };
	struct method_view methods[] = {
		{ .method = STR("alipay"),
		  .rate = sample_rate(CURRENCY_CNY),
		  .amounts = cny,
		  .chosen = true },
		{ .method = STR("wechat"), .rate = sample_rate(CURRENCY_CNY), .amounts = cny },
		{ .method = STR("card"), .rate = sample_rate(CURRENCY_JPY), .amounts = jpy },
		{ .method = STR("paypal"), .rate = sample_rate(CURRENCY_USD), .amounts = usd },
		{ .method = STR("sandbox"), .rate = sample_rate(CURRENCY_CNY), .amounts = cny },
	};

	if (!view->form.csrf.len)
		view->form = sample_form();
	if (view->pack_open > 0)
		packs[2].brand = STR("povo2.0"); /* behind the fold, as a group */
	view->packs = packs;
	view->pack_count = COUNT_OF(packs);
	view->methods = methods;
	view->method_count = COUNT_OF(methods);
	view->active_p50_s = 112;
	view->active_p95_s = 238;
	view->delivery_refund_s = 86400;
	page_topup(ctx->out, view);
}

static void sample_topup(const struct sample_ctx *ctx)
{
	struct topup_view view = { .frame = sample_member(ctx, "/topup", NAV_LINES),
		                   .pack_chosen = 3,
		                   .pack_open = 2 };

	view.frame.sandbox = true;
	topup(ctx, &view);
}

static void sample_topup_line(const struct sample_ctx *ctx)
{
	struct topup_view view = { .frame = sample_member(ctx, "/topup?line=line_7F3K29QD",
		                                          NAV_LINES),
		                   .line = sample_line(0) };

	topup(ctx, &view);
}

static void sample_topup_sim(const struct sample_ctx *ctx)
{
	struct topup_view view = {
		.frame = sample_member(ctx, "/topup", NAV_LINES),
		.sim = { .typed = STR("440 10 0123456789"),
		         .kind = STR("imsi"),
		         .network = STR("docomo"),
		         .plmn = STR("440-10"),
		         .last2 = STR("78") },
	};

	topup(ctx, &view);
}

static void sample_topup_error(const struct sample_ctx *ctx)
{
	struct topup_view view = {
		.frame = sample_member(ctx, "/topup", NAV_LINES),
		.form = sample_problem("sim", MSG_WARNING_SIM_CHECK_WRONG, -1),
		.sim = { .typed = STR("8981 1000 0223 4567 891") },
		.confirm_iccid = true,
	};

	view.frame.error = true;
	topup(ctx, &view);
}

static void confirm(const struct sample_ctx *ctx, bool expired)
{
	struct confirm_view view = {
		.frame = sample_member(ctx, "/quotes/quo_7F3K29QD", NAV_LINES),
		.form = sample_form(),
		.quote = STR("quo_7F3K29QD"),
		.pack = sample_pack(ctx, 0),
		.line = sample_line(0),
		.before_day = SAMPLE_TODAY + 126,
		.after_day = SAMPLE_TODAY + 306,
		.price = sample_money(1100, CURRENCY_JPY),
		.tax = sample_money(100, CURRENCY_JPY),
		.pay = sample_money(5387, CURRENCY_CNY),
		.rate = sample_rate(CURRENCY_CNY),
		.method = STR("alipay"),
		.active_p50_s = 112,
		.active_p95_s = 238,
		.delivery_refund_s = 86400,
		.seller = STR("Keepline Demo K.K."),
		.topup_path = STR("/topup?line=line_7F3K29QD&pack=keep-180"),
		.expired = expired,
	};

	if (expired)
		view.rate.expires_s = SAMPLE_NOW_S - 8;
	page_confirm(ctx->out, &view);
}

static void sample_confirm(const struct sample_ctx *ctx)
{
	confirm(ctx, false);
}

static void sample_confirm_expired(const struct sample_ctx *ctx)
{
	confirm(ctx, true);
}

static void sample_confirm_yen(const struct sample_ctx *ctx)
{
	struct confirm_view view = {
		.frame = sample_member(ctx, "/quotes/quo_11QX", NAV_LINES),
		.form = sample_form(),
		.quote = STR("quo_11QX"),
		.pack = sample_pack(ctx, 1),
		.line = sample_line(4),
		.price = sample_money(980, CURRENCY_JPY),
		.tax = sample_money(89, CURRENCY_JPY),
		.pay = sample_money(980, CURRENCY_JPY),
		.rate = sample_rate(CURRENCY_JPY),
		.method = STR("card"),
		.delivery_refund_s = 86400,
		.seller = STR("Keepline Demo K.K."),
		.topup_path = STR("/topup?pack=data-3"),
		.old_pay = sample_money(1000, CURRENCY_JPY),
	};

	page_confirm(ctx->out, &view);
}

static void sample_lines(const struct sample_ctx *ctx)
{
	struct line_view lines[] = { sample_line(2), sample_line(1), sample_line(0), sample_line(3),
		                     sample_line(4) };

	page_lines(ctx->out, &(struct lines_view){ .frame = sample_member(ctx, "/lines", NAV_LINES),
	                                           .lines = lines,
	                                           .line_count = COUNT_OF(lines) });
}

static void sample_lines_none(const struct sample_ctx *ctx)
{
	page_lines(ctx->out,
	           &(struct lines_view){ .frame = sample_member(ctx, "/lines", NAV_LINES) });
}

static void line(const struct sample_ctx *ctx, size_t i, enum keep_cause cause)
{
	struct order_row rows[] = {
		{ .number = STR("KL-7F3K-29QD"),
		  .state = ORDER_ACTIVE,
		  .pack = sample_pack(ctx, 0),
		  .line_number = STR("080-****-5678"),
		  .pay = sample_money(5387, CURRENCY_CNY),
		  .method = STR("alipay"),
		  .placed_s = SAMPLE_NOW_S - 54 * 86400 },
		{ .number = STR("KL-7F3G-V3ND"),
		  .state = ORDER_REVERSED,
		  .refund = REFUND_DONE,
		  .pack = sample_pack(ctx, 1),
		  .line_number = STR("080-****-5678"),
		  .pay = sample_money(980, CURRENCY_JPY),
		  .method = STR("card"),
		  .placed_s = SAMPLE_NOW_S - 300 * 86400 },
	};
	struct lineof_view view = {
		.frame = sample_member(ctx, "/lines/line_7F3K29QD", NAV_LINES),
		.form = sample_form(),
		.line = sample_line(i),
		.extend = sample_pack(ctx, 0),
		.extend_day = SAMPLE_TODAY + 306,
		.rows = rows,
		.row_count = i == 0 ? COUNT_OF(rows) : 0,
		.why = { .cause = cause,
		         .cause_day = SAMPLE_TODAY - 54,
		         .pack = sample_pack(ctx, 0),
		         .until_day = SAMPLE_TODAY - 54,
		         .amount = sample_money(660, CURRENCY_JPY),
		         .months = 12,
		         .source = sample_text(ctx, "povo2.0 terms of use", "povo2.0 使用条款",
		                               "povo2.0 使用條款", "povo2.0 利用規約"),
		         .source_day = SAMPLE_TODAY - 30 },
	};

	if (i == 0) {
		view.method = STR("alipay");
		view.currency = CURRENCY_CNY;
		view.line.network = STR("440-10");
	}
	page_line(ctx->out, &view);
}

static void sample_line_page(const struct sample_ctx *ctx)
{
	line(ctx, 0, KEEP_BECAUSE_PACK);
}

static void sample_line_soon(const struct sample_ctx *ctx)
{
	line(ctx, 1, KEEP_BECAUSE_METERED);
}

static void sample_line_suspended(const struct sample_ctx *ctx)
{
	line(ctx, 2, KEEP_BECAUSE_CHARGE);
}

static void sample_line_open(const struct sample_ctx *ctx)
{
	line(ctx, 3, KEEP_BECAUSE_USE);
}

static struct message_row message_row(const struct sample_ctx *ctx, enum notice kind)
{
	return (struct message_row){
		.id = STR("msg_29QD"),
		.kind = kind,
		.at_s = SAMPLE_NOW_S - 5000 * (int64_t)kind,
		.mailed = true,
		.read = kind % 3 != 0,
		.parts = { .order = STR("KL-7F3K-29QD"),
		           .line = STR("080-****-5678"),
		           .pack = sample_pack(ctx, 0).name,
		           .amount = sample_money(5387, CURRENCY_CNY),
		           .day = SAMPLE_TODAY + 306,
		           .before_day = SAMPLE_TODAY + 126,
		           .days = 14,
		           .at_s = SAMPLE_NOW_S + 800 },
	};
}

static void sample_account(const struct sample_ctx *ctx)
{
	const struct device_row rows[] = {
		{ .id = STR("dev_1"),
		  .agent = STR("Chrome"),
		  .since_s = SAMPLE_NOW_S - 900,
		  .seen_s = SAMPLE_NOW_S - 5,
		  .here = true },
		{ .id = STR("dev_2"),
		  .agent = STR("WeChat"),
		  .since_s = SAMPLE_NOW_S - 9000,
		  .seen_s = SAMPLE_NOW_S - 600 },
		{ .id = STR("dev_3"),
		  .since_s = SAMPLE_NOW_S - 99000,
		  .seen_s = SAMPLE_NOW_S - 1500 },
	};
	struct account_view view = { .frame = sample_member(ctx, "/account", NAV_ACCOUNT),
		                     .form = { .csrf = STR("q7Jx0m2vVh3m8Zt1") },
		                     .rows = rows,
		                     .row_count = COUNT_OF(rows),
		                     .password_min = 15 };

	view.frame.flash = FLASH_DEVICE;
	page_account(ctx->out, &view);
}

static void sample_account_wrong(const struct sample_ctx *ctx)
{
	const struct device_row row = { .agent = STR("Firefox"),
		                        .since_s = SAMPLE_NOW_S - 900,
		                        .seen_s = SAMPLE_NOW_S,
		                        .here = true };
	struct account_view     view = { .frame = sample_member(ctx, "/account", NAV_ACCOUNT),
		                         .form = { .csrf = STR("q7Jx0m2vVh3m8Zt1") },
		                         .rows = &row,
		                         .row_count = 1,
		                         .password_min = 15 };

	view.frame.error = true;
	page_problem(&view.form, "old", page_words(MSG_REFUSAL_PASSWORD_OLD));
	page_problem(&view.form, "password", page_words_n(MSG_REFUSAL_PASSWORD_SHORT, 15));
	page_account(ctx->out, &view);
}

static void sample_messages(const struct sample_ctx *ctx)
{
	struct message_row rows[NOTICE_COUNT];

	for (enum notice kind = 0; kind < NOTICE_COUNT; kind++)
		rows[kind] = message_row(ctx, kind);
	page_messages(ctx->out, &(struct messages_view){
				    .frame = sample_member(ctx, "/messages", NAV_MESSAGES),
				    .rows = rows,
				    .row_count = COUNT_OF(rows),
				    .next_path = STR("/messages?before=msg_1") });
}

static void sample_message(const struct sample_ctx *ctx)
{
	page_message(ctx->out, &(struct message_view){
				   .frame = sample_member(ctx, "/messages/msg_29QD", NAV_MESSAGES),
				   .message = message_row(ctx, NOTICE_ORDER_ACTIVE) });
}

static struct words_view words(const struct sample_ctx *ctx, const char *path, enum nav nav)
{
	return (struct words_view){
		.frame = sample_frame(ctx, path, nav),
		.issuer_name = STR("Keepline Demo K.K."),
		.issuer_registration = STR("T1234567890123"),
		.issuer_address = STR("1-1-1 Chiyoda, Chiyoda-ku, Tokyo 100-0001"),
		.issuer_manager = STR("Keepline Demo"),
		.issuer_phone = STR("+81-3-0000-0000"),
		.support_email = STR("support@example.com"),
		.margin_bp = 150,
		.quote_s = 900,
		.delivery_refund_s = 86400,
		.active_p50_s = 112,
		.active_p95_s = 238,
	};
}

static void sample_help(const struct sample_ctx *ctx)
{
	struct words_view view = words(ctx, "/help", NAV_HELP);

	view.order_number = STR("KL-7F3K-29QD");
	page_help(ctx->out, &view);
}

static void sample_legal(const struct sample_ctx *ctx)
{
	struct words_view view = words(ctx, "/legal", NAV_NONE);

	page_legal(ctx->out, &view);
}

static void sample_privacy(const struct sample_ctx *ctx)
{
	struct words_view view = words(ctx, "/privacy", NAV_NONE);

	page_privacy(ctx->out, &view);
}

static void sample_accessibility(const struct sample_ctx *ctx)
{
	struct words_view view = words(ctx, "/accessibility", NAV_NONE);

	page_accessibility(ctx->out, &view);
}

static void error(const struct sample_ctx *ctx, int32_t status, int32_t retry_s)
{
	page_error(ctx->out, &(struct error_view){
				 .frame = status == 404 ? sample_member(ctx, "/nowhere", NAV_NONE)
	                                                : sample_frame(ctx, "/nowhere", NAV_NONE),
				 .status = status,
				 .retry_s = retry_s,
				 .request_id = status >= 500 ? STR("5f3a9c0e7b214d68") : STR(""),
				 .support_email = STR("support@example.com") });
}

#define SAMPLE_ERROR(status, retry_s) \
	static void sample_error_##status(const struct sample_ctx *ctx) \
	{ \
		error(ctx, status, retry_s); \
	}
SAMPLE_ERROR(400, 0)
SAMPLE_ERROR(403, 0)
SAMPLE_ERROR(404, 0)
SAMPLE_ERROR(405, 0)
SAMPLE_ERROR(413, 0)
SAMPLE_ERROR(422, 0)
SAMPLE_ERROR(429, 600)
SAMPLE_ERROR(500, 0)
SAMPLE_ERROR(503, 5)

const struct sample samples_start[] = {
	{ "home", sample_home, false },
	{ "home-member", sample_home_member, false },
	{ "register", sample_register, false },
	{ "register-error", sample_register_error, false },
	{ "login", sample_login, false },
	{ "topup", sample_topup, false },
	{ "topup-line", sample_topup_line, false },
	{ "topup-sim", sample_topup_sim, false },
	{ "topup-error", sample_topup_error, false },
	{ "confirm", sample_confirm, false },
	{ "confirm-expired", sample_confirm_expired, false },
	{ "confirm-yen", sample_confirm_yen, false },
	{ "lines", sample_lines, false },
	{ "lines-none", sample_lines_none, false },
	{ "line", sample_line_page, false },
	{ "line-soon", sample_line_soon, false },
	{ "line-suspended", sample_line_suspended, false },
	{ "line-open", sample_line_open, false },
	{ "account", sample_account, false },
	{ "account-error", sample_account_wrong, false },
	{ "messages", sample_messages, false },
	{ "message", sample_message, false },
	{ "help", sample_help, false },
	{ "legal", sample_legal, false },
	{ "privacy", sample_privacy, false },
	{ "accessibility", sample_accessibility, false },
	{ "error-400", sample_error_400, false },
	{ "error-403", sample_error_403, false },
	{ "error-404", sample_error_404, false },
	{ "error-405", sample_error_405, false },
	{ "error-413", sample_error_413, false },
	{ "error-422", sample_error_422, false },
	{ "error-429", sample_error_429, false },
	{ "error-500", sample_error_500, false },
	{ "error-503", sample_error_503, false },
};
const size_t samples_start_count = COUNT_OF(samples_start);
