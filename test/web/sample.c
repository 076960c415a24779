/*
 * sample.c - the common data of the samples.
 */
#include "web/sample.h"

#include "base/str.h"
#include "text/lang.h"

struct str sample_text(const struct sample_ctx *ctx, const char *en, const char *hans,
                       const char *hant, const char *ja)
{
	switch (ctx->lang->id) {
	case LANG_ZH_HANS:
		return str_from(hans);
	case LANG_ZH_HANT:
		return str_from(hant);
	case LANG_JA:
		return str_from(ja);
	case LANG_EN_XA:
		return arena_printf(ctx->arena, "⟦%s one two⟧", en);
	default:
		return str_from(en);
	}
}

struct frame sample_frame(const struct sample_ctx *ctx, const char *path, enum nav nav)
{
	return (struct frame){
		.base = arena_printf(ctx->arena, "/%s", ctx->lang->tag),
		.path = str_from(path),
		.public_url = STR("https://keepline.example"),
		.css_text = ctx->css,
		.css_url = STR("/static/keepline.css"),
		.desk_css_url = STR("/static/desk.css"),
		.js_url = STR("/static/keepline.js"),
		.mark_url = STR("/static/mark.svg"),
		.now_s = SAMPLE_NOW_S,
		.nav = nav,
	};
}

struct frame sample_member(const struct sample_ctx *ctx, const char *path, enum nav nav)
{
	struct frame frame = sample_frame(ctx, path, nav);

	frame.email = STR("l***@example.com");
	frame.csrf = STR("q7Jx0m2vVh3m8Zt1");
	frame.sender = STR("no-reply@keepline.example");
	frame.unread_count = 2;
	return frame;
}

struct money sample_money(int64_t amount, uint16_t currency)
{
	return (struct money){ .amount = amount, .currency = currency };
}

struct pack_view sample_pack(const struct sample_ctx *ctx, size_t i)
{
	const struct pack_view packs[] = {
		{ .id = STR("keep-180"),
		  .name = sample_text(ctx, "Keep number, 180 days", "保号 180 天", "保號 180 天",
		                      "番号維持 180 日"),
		  .price = sample_money(1100, CURRENCY_JPY),
		  .keep_days = 180,
		  .tax_bp = 1000 },
		{ .id = STR("data-3"),
		  .name = sample_text(ctx, "Data 3 GB", "数据 3 GB", "數據 3 GB", "データ 3 GB"),
		  .price = sample_money(980, CURRENCY_JPY),
		  .keep_days = 30,
		  .valid_days = 30,
		  .tax_bp = 1000 },
		{ .id = STR("talk-60"),
		  .name = sample_text(ctx, "60 minutes + 100 SMS", "通话 60 分 + 短信 100 条",
		                      "通話 60 分 + 簡訊 100 則", "通話 60 分＋SMS 100 通"),
		  .price = sample_money(1480, CURRENCY_JPY),
		  .keep_days = 90,
		  .valid_days = 90,
		  .tax_bp = 1000 },
	};

	assert(i < COUNT_OF(packs));
	return packs[i];
}

struct line_view sample_line(size_t i)
{
	static const struct line_view lines[] = {
		{ .state = LINE_ACTIVE,
		  .start_day = SAMPLE_TODAY - 54,
		  .safe_until_day = SAMPLE_TODAY + 126,
		  .lost_day = SAMPLE_TODAY + 156 },
		{ .state = LINE_EXPIRING,
		  .start_day = SAMPLE_TODAY - 159,
		  .safe_until_day = SAMPLE_TODAY + 21,
		  .lost_day = SAMPLE_TODAY + 51 },
		{ .state = LINE_SUSPENDED,
		  .start_day = SAMPLE_TODAY - 200,
		  .safe_until_day = SAMPLE_TODAY - 12,
		  .lost_day = SAMPLE_TODAY + 18 },
		{ .state = LINE_ACTIVE,
		  .start_day = SAMPLE_TODAY - 3,
		  .safe_until_day = SAMPLE_TODAY + 177 },
		{ .state = LINE_PROVISIONED },
	};
	static const char *const ids[] = { "line_7F3K29QD", "line_8MZ2W1TB", "line_0KPA93VN",
		                           "line_V3ND55XC", "line_77RCQ4EE" };
	static const char *const numbers[] = { "080-****-5678", "070-****-0934", "090-****-2210",
		                               "060-****-7741", "080-****-4406" };
	static const char *const brands[] = { "docomo", "povo2.0", "SoftBank", "Rakuten Mobile",
		                              "LINEMO" };
	struct line_view         line;

	assert(i < COUNT_OF(lines));
	line = lines[i];
	line.id = str_from(ids[i]);
	line.number = str_from(numbers[i]);
	line.brand = str_from(brands[i]);
	line.today_day = SAMPLE_TODAY;
	line.money_welcome = true;
	return line;
}

struct rate_view sample_rate(uint16_t currency)
{
	struct rate_view rate = { .currency = currency,
		                  .margin_bp = 150,
		                  .source = STR("ecb"),
		                  .as_of_s = SAMPLE_NOW_S - 20 * 3600,
		                  .expires_s = SAMPLE_NOW_S + 692,
		                  .lock_s = 900 };

	if (currency == CURRENCY_CNY) {
		rate.mid_e6 = 20726000;
		rate.sell_e6 = 20419704;
	} else if (currency == CURRENCY_USD) {
		rate.mid_e6 = 149064000;
		rate.sell_e6 = 146861084;
	} else if (currency == CURRENCY_EUR) {
		rate.mid_e6 = 162300000;
		rate.sell_e6 = 159901478;
	}
	return rate;
}
