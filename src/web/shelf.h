/*
 * shelf.h - the packs that are for sale, in the order in which pages show
 * them: those for one brand, or all of them by the brands they fit.
 */
#pragma once
#include "web/fill.h"

/* What is asked for; all may be left out. */
struct shelf_wish {
	const struct plan_brand *brand;  /* only what fits it; NULL: all */
	const struct plan_pack  *chosen; /* stands in front, with its group */
	uint64_t                 mine;   /* brands of the reader's own lines, as bits: come next */
};

struct shelf {
	const struct pack_view *packs;
	size_t                  count;
	size_t                  chosen; /* index; count: not among them */
	size_t                  open;   /* so many, in whole groups, are for this reader first */
};

/* Packs for the same brands stand together, under all of their names when they
 * are not for one brand only. */
void shelf_packs(struct request *request, const struct shelf_wish *wish, struct shelf *ret);
/* Every brand with something for sale, with its rule and facts; carrier by carrier, those
 * first whose numbers run out. */
void shelf_brands(struct request *request, const struct brand_view **ret, size_t *ret_count);
