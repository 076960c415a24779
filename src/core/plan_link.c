/*
 * plan_link.c - what one section of a catalogue says of another.
 */
#include "core/plan_link.h"

#include "base/str.h"

#include <string.h>

static int32_t    line_of(const struct plan_draft *draft, struct str at);
static void       order_rows(struct arena *arena, struct plan_draft *draft, int section);
static void       keeps_sort(struct plan_draft *draft);
static bool       keep_before(const struct plan_keep *a, const struct plan_keep *b);
static void       keeps_overlap(struct plan_draft *draft);
static void       networks_name(struct plan_draft *draft);
static void       brand_link(struct plan_draft *draft, struct plan_brand *brand);
static bool       keep_find(const struct plan_draft *draft, struct str code,
                            const struct plan_keep **ret);
static void       window_check(struct plan_draft *draft, const struct plan_brand *brand);
static void       pack_link(struct plan_draft *draft, struct plan_pack *pack);
static void       fact_link(struct plan_draft *draft, struct plan_fact *fact);
static int32_t    index_of(const struct plan_draft *draft, int section, struct str code);
static struct str row_code(const void *rows, size_t row_size, size_t index);

void plan_link(struct arena *arena, struct plan_draft *draft)
{
	struct plan_brand *brands = draft->rows[PLAN_SECTION_BRAND];
	struct plan_pack  *packs = draft->rows[PLAN_SECTION_PACK];
	struct plan_fact  *facts = draft->rows[PLAN_SECTION_FACT];

	order_rows(arena, draft, PLAN_SECTION_NETWORK);
	order_rows(arena, draft, PLAN_SECTION_BRAND);
	order_rows(arena, draft, PLAN_SECTION_PACK);
	order_rows(arena, draft, PLAN_SECTION_FACT);
	if (arena->failed)
		return;
	keeps_sort(draft);
	keeps_overlap(draft);
	networks_name(draft);
	for (size_t i = 0; i < draft->count[PLAN_SECTION_BRAND]; i++)
		brand_link(draft, &brands[i]);
	for (size_t i = 0; i < draft->count[PLAN_SECTION_PACK]; i++)
		pack_link(draft, &packs[i]);
	for (size_t i = 0; i < draft->count[PLAN_SECTION_FACT]; i++)
		fact_link(draft, &facts[i]);
	if (draft->count[PLAN_SECTION_CATALOGUE] == 0)
		plan_problem_missing(draft, PLAN_PROBLEM_MISSING_KEY, (struct str){ 0 }, "label");
	if (draft->count[PLAN_SECTION_BRAND] == 0)
		plan_problem_add(draft, PLAN_PROBLEM_NOTHING, (struct str){ 0 });
}

void plan_draft_catalogue(const struct plan_draft *draft, struct catalogue *ret)
{
	*ret = (struct catalogue){
		.label = draft->head.label,
		.networks = draft->rows[PLAN_SECTION_NETWORK],
		.keeps = draft->rows[PLAN_SECTION_KEEP],
		.brands = draft->rows[PLAN_SECTION_BRAND],
		.packs = draft->rows[PLAN_SECTION_PACK],
		.facts = draft->rows[PLAN_SECTION_FACT],
		.brand_order = draft->order[PLAN_SECTION_BRAND],
		.pack_order = draft->order[PLAN_SECTION_PACK],
		.network_count = draft->count[PLAN_SECTION_NETWORK],
		.keep_count = draft->count[PLAN_SECTION_KEEP],
		.brand_count = draft->count[PLAN_SECTION_BRAND],
		.pack_count = draft->count[PLAN_SECTION_PACK],
		.fact_count = draft->count[PLAN_SECTION_FACT],
	};
}

void plan_problem_add(struct plan_draft *draft, enum plan_problem_kind kind, struct str at)
{
	struct plan_problem problem = { .kind = kind, .subject = at };

	plan_problem_put(draft, &problem, at);
}

void plan_problem_missing(struct plan_draft *draft, enum plan_problem_kind kind, struct str header,
                          const char *key)
{
	struct plan_problem problem = { .kind = kind, .subject = str_from(key) };

	plan_problem_put(draft, &problem, header);
}

void plan_problem_put(struct plan_draft *draft, const struct plan_problem *problem, struct str at)
{
	struct plan_problems *problems = draft->problems;

	if (problems->count == PLAN_PROBLEM_MAX) {
		problems->more = true;
		return;
	}
	problems->list[problems->count] = *problem;
	problems->list[problems->count++].line = line_of(draft, at);
}

struct plan_origin *plan_row_origin(int section, void *row)
{
	switch (section) {
	case PLAN_SECTION_NETWORK:
		return &((struct plan_network *)row)->origin;
	case PLAN_SECTION_KEEP:
		return &((struct plan_keep *)row)->origin;
	case PLAN_SECTION_BRAND:
		return &((struct plan_brand *)row)->origin;
	case PLAN_SECTION_PACK:
		return &((struct plan_pack *)row)->origin;
	case PLAN_SECTION_FACT:
		return &((struct plan_fact *)row)->origin;
	default:
		return NULL;
	}
}

bool plan_order_find(const void *rows, size_t row_size, const uint16_t *order, size_t count,
                     struct str code, size_t *ret)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int    cmp = str_cmp(code, row_code(rows, row_size, order[middle]));

		if (cmp == 0) {
			*ret = middle;
			return true;
		}
		if (cmp < 0)
			high = middle;
		else
			low = middle + 1;
	}
	*ret = low;
	return false;
}

static int32_t line_of(const struct plan_draft *draft, struct str at)
{
	int32_t line = 1;

	if (at.ptr == NULL)
		return 0;
	assert(at.ptr >= draft->text.ptr && at.ptr <= draft->text.ptr + draft->text.len);
	for (const char *c = draft->text.ptr; c < at.ptr; c++)
		if (*c == '\n')
			line++;
	return line;
}

static void order_rows(struct arena *arena, struct plan_draft *draft, int section)
{
	const char *rows = draft->rows[section];
	size_t      size = plan_section((enum plan_section)section)->row_size;
	size_t      count = draft->count[section], ordered = 0, at;
	uint16_t   *order = ARENA_ARRAY(arena, uint16_t, count + 1);

	if (order == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		struct str code = row_code(rows, size, i);

		if (plan_order_find(rows, size, order, ordered, code, &at)) {
			plan_problem_add(draft, PLAN_PROBLEM_DUPLICATE, code);
			continue;
		}
		memmove(&order[at + 1], &order[at], (ordered - at) * sizeof order[0]);
		order[at] = (uint16_t)i;
		ordered++;
	}
	draft->order[section] = order;
}

static void keeps_sort(struct plan_draft *draft)
{
	struct plan_keep *keeps = draft->rows[PLAN_SECTION_KEEP];

	for (size_t i = 1; i < draft->count[PLAN_SECTION_KEEP]; i++) {
		struct plan_keep moved = keeps[i];
		size_t           at = i;

		for (; at > 0 && keep_before(&moved, &keeps[at - 1]); at--)
			keeps[at] = keeps[at - 1];
		keeps[at] = moved;
	}
}

static bool keep_before(const struct plan_keep *a, const struct plan_keep *b)
{
	int cmp = str_cmp(a->code, b->code);

	return cmp < 0 || (cmp == 0 && a->origin.valid_from_day < b->origin.valid_from_day);
}

static void keeps_overlap(struct plan_draft *draft)
{
	const struct plan_keep *keeps = draft->rows[PLAN_SECTION_KEEP];

	for (size_t i = 1; i < draft->count[PLAN_SECTION_KEEP]; i++) {
		const struct plan_origin *old = &keeps[i - 1].origin;

		if (!str_eq(keeps[i].code, keeps[i - 1].code))
			continue;
		if (old->valid_to_day == 0 && keeps[i].origin.valid_from_day == old->valid_from_day)
			plan_problem_add(draft, PLAN_PROBLEM_DUPLICATE, keeps[i].code);
		else if (old->valid_to_day == 0 ||
		         keeps[i].origin.valid_from_day <= old->valid_to_day)
			plan_problem_add(draft, PLAN_PROBLEM_OVERLAP, keeps[i].code);
	}
}

static void networks_name(struct plan_draft *draft)
{
	struct plan_network *networks = draft->rows[PLAN_SECTION_NETWORK];

	for (size_t i = 0; i < draft->count[PLAN_SECTION_NETWORK]; i++)
		if (!network_from_name(networks[i].code, &networks[i].network) ||
		    networks[i].network == NETWORK_UNKNOWN)
			plan_problem_add(draft, PLAN_PROBLEM_NOT_KNOWN, networks[i].code);
}

static void brand_link(struct plan_draft *draft, struct plan_brand *brand)
{
	const struct plan_keep *park;

	brand->network = index_of(draft, PLAN_SECTION_NETWORK, brand->network_code);
	if (brand->network < 0 && brand->network_code.len > 0)
		plan_problem_add(draft, PLAN_PROBLEM_NO_NETWORK, brand->network_code);
	window_check(draft, brand);
	if (brand->park_code.len == 0)
		return;
	if (!keep_find(draft, brand->park_code, &park))
		plan_problem_add(draft, PLAN_PROBLEM_NO_KEEP, brand->park_code);
	else if (park->rule.kind != KEEP_PARK)
		plan_problem_add(draft, PLAN_PROBLEM_NOT_PARK, brand->park_code);
}

static bool keep_find(const struct plan_draft *draft, struct str code, const struct plan_keep **ret)
{
	const struct plan_keep *keeps = draft->rows[PLAN_SECTION_KEEP];

	for (size_t i = 0; i < draft->count[PLAN_SECTION_KEEP]; i++) {
		if (str_eq(code, keeps[i].code)) {
			*ret = &keeps[i];
			return true;
		}
	}
	return false;
}

/* A brand's own window must be one that its keep rule is sold in. */
static void window_check(struct plan_draft *draft, const struct plan_brand *brand)
{
	const struct plan_keep *keep;

	if (brand->keep_code.len == 0)
		return;
	if (!keep_find(draft, brand->keep_code, &keep))
		plan_problem_add(draft, PLAN_PROBLEM_NO_KEEP, brand->keep_code);
	else if (brand->window != 0 &&
	         (keep->rule.window_other == 0 ||
	          (brand->window != keep->rule.window && brand->window != keep->rule.window_other)))
		plan_problem_add(draft, PLAN_PROBLEM_WINDOW, brand->code);
}

static void pack_link(struct plan_draft *draft, struct plan_pack *pack)
{
	struct str rest = pack->brand_codes, code;

	if (str_eq(rest, STR("all"))) {
		for (size_t i = 0; i < draft->count[PLAN_SECTION_BRAND]; i++)
			pack->brands |= (uint64_t)1 << i;
		return;
	}
	for (bool more = rest.len > 0; more;) {
		int32_t brand;

		more = str_cut(rest, ',', &code, &rest);
		code = str_trim(code);
		brand = index_of(draft, PLAN_SECTION_BRAND, code);
		if (brand < 0)
			plan_problem_add(draft, PLAN_PROBLEM_NO_BRAND,
			                 code.len > 0 ? code : pack->brand_codes);
		else
			pack->brands |= (uint64_t)1 << brand;
	}
}

static void fact_link(struct plan_draft *draft, struct plan_fact *fact)
{
	fact->brand = index_of(draft, PLAN_SECTION_BRAND, fact->brand_code);
	fact->network = index_of(draft, PLAN_SECTION_NETWORK, fact->network_code);
	if (fact->brand < 0 && fact->brand_code.len > 0)
		plan_problem_add(draft, PLAN_PROBLEM_NO_BRAND, fact->brand_code);
	if (fact->network < 0 && fact->network_code.len > 0)
		plan_problem_add(draft, PLAN_PROBLEM_NO_NETWORK, fact->network_code);
}

/* -1: no row has that code. */
static int32_t index_of(const struct plan_draft *draft, int section, struct str code)
{
	const char *rows = draft->rows[section];
	size_t      size = plan_section((enum plan_section)section)->row_size;

	for (size_t i = 0; i < draft->count[section]; i++)
		if (code.len > 0 && str_eq(code, row_code(rows, size, i)))
			return (int32_t)i;
	return -1;
}

/* Every row begins with its code. */
static struct str row_code(const void *rows, size_t row_size, size_t index)
{
	struct str code;

	memcpy(&code, (const char *)rows + row_size * index, sizeof code);
	return code;
}
