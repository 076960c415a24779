/*
 * shelf.c - see shelf.h.
 */
#include "web/shelf.h"

#include "base/str.h"
#include "web/web.h"

#define SHELF_NAMES_MAX 1024 /* bytes of the brands' names above a group */
#define SHELF_OPEN      5    /* packs seen at once, where no more concern the reader */

/* How near a group of packs is to the reader. */
enum nearness { NEAR_CHOSEN, NEAR_MINE, NEAR_OTHER, NEAR_COUNT };

static enum nearness nearness_of(const struct plan_pack *pack, const struct shelf_wish *wish);
static void          pack_add(struct request *request, const struct shelf_wish *wish, size_t index,
                              struct str brands, struct pack_view *packs, struct shelf *ret);
static void          group_add(struct request *request, const struct shelf_wish *wish, size_t first,
                               struct pack_view *packs, struct shelf *ret);
static bool          on_shelf(const struct catalogue *catalogue, const struct plan_pack *pack,
                              const struct plan_brand *brand);
static size_t        sold_count(const struct catalogue *catalogue, const struct plan_brand *brand);
static bool          lasting(const struct request *request, const struct plan_brand *brand);
static bool          first_of_group(const struct catalogue *catalogue, size_t index);
static struct str    names_of(struct request *request, uint64_t brands);
static void          brand_fill(struct request *request, const struct plan_brand *brand,
                                struct brand_view *ret);
static void          facts_fill(struct request *request, const struct plan_brand *brand,
                                struct brand_view *ret);
static bool          fact_holds(const struct request *request, const struct plan_fact *fact,
                                const struct plan_brand *brand);
static void          fact_fill(struct request *request, const struct plan_text *text,
                               const struct plan_origin *origin, struct fact_view *ret);

void shelf_packs(struct request *request, const struct shelf_wish *wish, struct shelf *ret)
{
	const struct catalogue *catalogue = request->web->catalogue;
	size_t                  most = sold_count(catalogue, wish->brand);
	struct pack_view       *packs = ARENA_ARRAY(request->arena, struct pack_view, most + 1);

	*ret = (struct shelf){ .packs = packs, .chosen = most };
	for (size_t i = 0; packs != NULL && i < catalogue->pack_count; i++)
		if (wish->brand != NULL && on_shelf(catalogue, &catalogue->packs[i], wish->brand))
			pack_add(request, wish, i, (struct str){ 0 }, packs, ret);
	ret->open = ret->count;
	for (enum nearness near = NEAR_CHOSEN; packs != NULL && near < NEAR_COUNT; near++) {
		for (size_t i = 0; i < catalogue->pack_count; i++) {
			if (wish->brand != NULL || !first_of_group(catalogue, i) ||
			    nearness_of(&catalogue->packs[i], wish) != near)
				continue;
			group_add(request, wish, i, packs, ret);
			if (near < NEAR_OTHER || ret->open < SHELF_OPEN)
				ret->open = ret->count;
		}
	}
}

void shelf_brands(struct request *request, const struct brand_view **ret, size_t *ret_count)
{
	const struct catalogue *catalogue = request->web->catalogue;
	struct brand_view      *brands = ARENA_ARRAY(request->arena, struct brand_view,
	                                             catalogue->brand_count);
	size_t                  count = 0;

	/* Of each network those first that have a day to look after. */
	for (size_t n = 0; brands != NULL && n < catalogue->network_count * 2; n++) {
		for (size_t i = 0; i < catalogue->brand_count; i++) {
			const struct plan_brand *brand = &catalogue->brands[i];

			if (brand->network == (int32_t)n / 2 && sold_count(catalogue, brand) > 0 &&
			    lasting(request, brand) == (n % 2 == 1))
				brand_fill(request, brand, &brands[count++]);
		}
	}
	*ret = brands;
	*ret_count = brands == NULL ? 0 : count;
}

static enum nearness nearness_of(const struct plan_pack *pack, const struct shelf_wish *wish)
{
	if (wish->chosen != NULL && wish->chosen->brands == pack->brands)
		return NEAR_CHOSEN;
	return (pack->brands & wish->mine) != 0 ? NEAR_MINE : NEAR_OTHER;
}

/* brands: their names, where it is for several. */
static void pack_add(struct request *request, const struct shelf_wish *wish, size_t index,
                     struct str brands, struct pack_view *packs, struct shelf *ret)
{
	const struct catalogue *catalogue = request->web->catalogue;
	struct pack_view       *pack = &packs[ret->count];

	if (&catalogue->packs[index] == wish->chosen)
		ret->chosen = ret->count;
	fill_pack(request, catalogue, &catalogue->packs[index], wish->brand, pack);
	if (brands.len > 0)
		pack->brand = brands;
	ret->count++;
}

/* The packs for the same brands as that one, under all of their names. */
static void group_add(struct request *request, const struct shelf_wish *wish, size_t first,
                      struct pack_view *packs, struct shelf *ret)
{
	const struct catalogue *catalogue = request->web->catalogue;
	uint64_t                brands = catalogue->packs[first].brands;
	struct str              names = names_of(request, brands);

	for (size_t i = first; i < catalogue->pack_count; i++)
		if (catalogue->packs[i].sold && catalogue->packs[i].brands == brands)
			pack_add(request, wish, i, names, packs, ret);
}

static bool on_shelf(const struct catalogue *catalogue, const struct plan_pack *pack,
                     const struct plan_brand *brand)
{
	return pack->sold && (brand == NULL || plan_pack_fits(catalogue, pack, brand));
}

static size_t sold_count(const struct catalogue *catalogue, const struct plan_brand *brand)
{
	size_t count = 0;

	for (size_t i = 0; i < catalogue->pack_count; i++)
		if (on_shelf(catalogue, &catalogue->packs[i], brand))
			count++;
	return count;
}

/* Kept as long as its contract, or nobody knows how long. */
static bool lasting(const struct request *request, const struct plan_brand *brand)
{
	struct keep_rule rule;

	return !plan_keep_rule(request->web->catalogue, brand, false, fill_today(request), &rule) ||
	       rule.kind == KEEP_CONTRACT;
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
	struct shelf            shelf;

	*ret = (struct brand_view){
		.carrier = fill_text(request, &catalogue->networks[brand->network].name),
		.brand = fill_text(request, &brand->name),
	};
	shelf_packs(request, &(struct shelf_wish){ .brand = brand }, &shelf);
	ret->packs = shelf.packs;
	ret->pack_count = shelf.count;
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
	struct fact_view       *facts;
	size_t                  count = 0;

	for (size_t i = 0; i < catalogue->fact_count; i++)
		if (fact_holds(request, &catalogue->facts[i], brand))
			count++;
	facts = ARENA_ARRAY(request->arena, struct fact_view, count + 1);
	ret->facts = facts;
	for (size_t i = 0; facts != NULL && i < catalogue->fact_count; i++) {
		const struct plan_fact *fact = &catalogue->facts[i];

		if (fact_holds(request, fact, brand))
			fact_fill(request, &fact->text, &fact->origin, &facts[ret->fact_count++]);
	}
}

/* Of the brand or its network, today; what holds for all of Japan is no brand's. */
static bool fact_holds(const struct request *request, const struct plan_fact *fact,
                       const struct plan_brand *brand)
{
	const struct plan_origin *origin = &fact->origin;
	int32_t                   today = fill_today(request);
	int32_t                   index = (int32_t)(brand - request->web->catalogue->brands);

	return (fact->brand >= 0 ? fact->brand == index : fact->network == brand->network) &&
	       (origin->valid_from_day == 0 || today >= origin->valid_from_day) &&
	       (origin->valid_to_day == 0 || today <= origin->valid_to_day);
}

static void fact_fill(struct request *request, const struct plan_text *text,
                      const struct plan_origin *origin, struct fact_view *ret)
{
	*ret = (struct fact_view){
		.text = fill_text(request, text),
		.source = fill_text(request, &origin->source),
		.source_url = origin->url,
		.source_day = origin->as_of_day,
	};
}
