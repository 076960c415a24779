/*
 * shelf.c - see shelf.h.
 */
#include "web/shelf.h"

#include "base/str.h"
#include "web/web.h"

#define SHELF_NAMES_MAX 1024 /* bytes of the brands' names above a group */

static bool       first_of_group(const struct catalogue *catalogue, size_t index);
static struct str names_of(struct request *request, uint64_t brands);
static void       brand_fill(struct request *request, const struct plan_brand *brand,
                             struct brand_view *ret);
static void       facts_fill(struct request *request, const struct plan_brand *brand,
                             struct brand_view *ret);
static void       fact_fill(struct request *request, const struct plan_text *text,
                            const struct plan_origin *origin, struct fact_view *ret);

void shelf_packs(struct request *request, const struct plan_brand *brand,
                 const struct plan_pack *chosen, const struct pack_view **ret, size_t *ret_count,
                 size_t *ret_chosen)
{
	const struct catalogue *catalogue = request->web->catalogue;
	struct pack_view       *packs = ARENA_ARRAY(request->arena, struct pack_view,
	                                            catalogue->pack_count);
	size_t                  count = 0, at = SIZE_MAX;

	*ret = packs;
	for (size_t g = 0; packs != NULL && g < catalogue->pack_count; g++) {
		struct str label = { 0 };

		if (brand == NULL && !first_of_group(catalogue, g))
			continue;
		if (brand == NULL)
			label = names_of(request, catalogue->packs[g].brands);
		for (size_t i = g; i < catalogue->pack_count; i++) {
			const struct plan_pack *pack = &catalogue->packs[i];

			if (!pack->sold ||
			    (brand != NULL ? !plan_pack_fits(catalogue, pack, brand)
			                   : pack->brands != catalogue->packs[g].brands))
				continue;
			if (pack == chosen)
				at = count;
			fill_pack(request, catalogue, pack, brand, &packs[count]);
			if (brand == NULL)
				packs[count].brand = label;
			count++;
		}
		if (brand != NULL)
			break;
	}
	*ret_count = count;
	*ret_chosen = at == SIZE_MAX ? count : at;
}

void shelf_brands(struct request *request, const struct brand_view **ret, size_t *ret_count)
{
	const struct catalogue *catalogue = request->web->catalogue;
	struct brand_view      *brands = ARENA_ARRAY(request->arena, struct brand_view,
	                                             catalogue->brand_count);
	size_t                  count = 0;

	for (size_t i = 0; brands != NULL && i < catalogue->brand_count; i++) {
		brand_fill(request, &catalogue->brands[i], &brands[count]);
		if (brands[count].pack_count > 0)
			count++;
	}
	*ret = brands;
	*ret_count = count;
}

/* No pack before it is sold for the very same brands. */
static bool first_of_group(const struct catalogue *catalogue, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (catalogue->packs[i].sold &&
		    catalogue->packs[i].brands == catalogue->packs[index].brands)
			return false;
	return catalogue->packs[index].sold;
}

static struct str names_of(struct request *request, uint64_t brands)
{
	const struct catalogue *catalogue = request->web->catalogue;
	struct buf              buf;

	buf_init(&buf, request->arena, SHELF_NAMES_MAX);
	for (size_t i = 0; i < catalogue->brand_count; i++) {
		if ((brands >> i & 1) == 0)
			continue;
		if (buf.len > 0)
			buf_add(&buf, STR(" · "));
		buf_add(&buf, fill_text(request, &catalogue->brands[i].name));
	}
	return buf_str(&buf);
}

static void brand_fill(struct request *request, const struct plan_brand *brand,
                       struct brand_view *ret)
{
	const struct catalogue *catalogue = request->web->catalogue;
	const struct plan_keep *keep = plan_keep(catalogue, brand->keep_code, fill_today(request));
	struct keep_rule       *rule = ARENA_NEW(request->arena, struct keep_rule);
	size_t                  chosen;

	*ret = (struct brand_view){
		.carrier = fill_text(request, &catalogue->networks[brand->network].name),
		.brand = fill_text(request, &brand->name),
	};
	shelf_packs(request, brand, NULL, &ret->packs, &ret->pack_count, &chosen);
	if (ret->pack_count == 0)
		return;
	if (rule != NULL && plan_keep_rule(catalogue, brand, false, fill_today(request), rule))
		ret->rule = rule;
	if (keep != NULL)
		fact_fill(request, &keep->about, &keep->origin, &ret->keep);
	facts_fill(request, brand, ret);
}

static void facts_fill(struct request *request, const struct plan_brand *brand,
                       struct brand_view *ret)
{
	const struct catalogue *catalogue = request->web->catalogue;
	struct fact_view       *facts = ARENA_ARRAY(request->arena, struct fact_view,
	                                            catalogue->fact_count + 1);
	int32_t                 today = fill_today(request);
	int32_t                 index = (int32_t)(brand - catalogue->brands);

	ret->facts = facts;
	for (size_t i = 0; facts != NULL && i < catalogue->fact_count; i++) {
		const struct plan_fact   *fact = &catalogue->facts[i];
		const struct plan_origin *origin = &fact->origin;

		if (fact->brand >= 0 ? fact->brand != index : fact->network != brand->network)
			continue; /* what holds for all of Japan stands in Help */
		if ((origin->valid_from_day != 0 && today < origin->valid_from_day) ||
		    (origin->valid_to_day != 0 && today > origin->valid_to_day))
			continue;
		fact_fill(request, &fact->text, origin, &facts[ret->fact_count++]);
	}
}

static void fact_fill(struct request *request, const struct plan_text *text,
                      const struct plan_origin *origin, struct fact_view *ret)
{
	*ret = (struct fact_view){
		.text = fill_text(request, text),
		.source = origin->source,
		.source_url = origin->url,
		.source_day = origin->as_of_day,
	};
}
