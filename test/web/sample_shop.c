/*
 * sample_shop.c - the start page with the demo catalogue itself: the longest
 * page of the site.
 */
#include "web/sample.h"

#include "base/str.h"
#include "core/plan.h"
#include "text/lang.h"
#include "web/pages/pages.h"

static struct str words(const struct sample_ctx *ctx, const struct plan_text *text)
{
	struct str words = plan_text_in(text, str_from(ctx->lang->tag));

	if (!ctx->lang->pseudo || words.len == 0)
		return words;
	return arena_printf(ctx->arena, "⟦%.*s⟧", STR_ARG(words));
}

static struct fact_view fact(const struct sample_ctx *ctx, const struct plan_text *text,
                             const struct plan_origin *origin)
{
	return (struct fact_view){ .text = words(ctx, text),
		                   .source = words(ctx, &origin->source),
		                   .source_url = origin->url,
		                   .source_day = origin->as_of_day };
}

static void packs_fill(const struct sample_ctx *ctx, const struct catalogue *catalogue,
                       const struct plan_brand *brand, struct brand_view *ret)
{
	struct pack_view *packs = ARENA_ARRAY(ctx->arena, struct pack_view, catalogue->pack_count);

	for (size_t i = 0; i < catalogue->pack_count; i++) {
		const struct plan_pack *pack = &catalogue->packs[i];

		if (pack->sold && plan_pack_fits(catalogue, pack, brand))
			packs[ret->pack_count++] = (struct pack_view){
				.id = pack->code,
				.name = words(ctx, &pack->name),
				.about = words(ctx, &pack->about),
				.price = pack->price,
				.tax_bp = pack->tax_bp,
			};
	}
	ret->packs = packs;
}

static void facts_fill(const struct sample_ctx *ctx, const struct catalogue *catalogue,
                       const struct plan_brand *brand, struct brand_view *ret)
{
	struct fact_view *facts = ARENA_ARRAY(ctx->arena, struct fact_view, catalogue->fact_count);

	for (size_t i = 0; i < catalogue->fact_count; i++)
		if (str_eq(catalogue->facts[i].brand_code, brand->code))
			facts[ret->fact_count++] = fact(ctx, &catalogue->facts[i].text,
			                                &catalogue->facts[i].origin);
	ret->facts = facts;
}

static void sample_home_demo(const struct sample_ctx *ctx)
{
	struct plan_problems problems;
	struct catalogue     catalogue;
	struct brand_view   *brands;
	struct home_view     view = { .frame = sample_frame(ctx, "/", NAV_HOME),
		                      .active_p50_s = 112,
		                      .active_p95_s = 244 };

	if (!plan_parse(ctx->arena, plan_demo(), &catalogue, &problems))
		assert(false && "the demo catalogue is good");
	brands = ARENA_ARRAY(ctx->arena, struct brand_view, catalogue.brand_count);
	for (size_t i = 0; i < catalogue.brand_count; i++) {
		const struct plan_brand *brand = &catalogue.brands[i];
		const struct plan_keep  *keep = plan_keep(&catalogue, brand->keep_code,
		                                          SAMPLE_TODAY);

		brands[i] = (struct brand_view){
			.brand = words(ctx, &brand->name),
			.carrier = words(ctx, &catalogue.networks[brand->network].name),
		};
		if (keep) {
			brands[i].rule = &keep->rule;
			brands[i].keep = fact(ctx, &keep->about, &keep->origin);
		}
		packs_fill(ctx, &catalogue, brand, &brands[i]);
		facts_fill(ctx, &catalogue, brand, &brands[i]);
	}
	view.brands = brands;
	view.brand_count = catalogue.brand_count;
	page_home(ctx->out, &view);
}

const struct sample samples_shop[] = {
	{ "home-demo", sample_home_demo, false },
};
const size_t samples_shop_count = COUNT_OF(samples_shop);
