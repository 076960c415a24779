/*
 * shelf.h - the packs that are for sale, in the order in which pages show
 * them: those for one brand, or all of them by the brands they fit.
 */
#pragma once
#include "web/fill.h"

/* The packs sold for `brand`; NULL: for any, those for the same brands standing
 * together under all of their names.  *ret_chosen is the index of `chosen` (may
 * be NULL), *ret_count when it is not among them. */
void shelf_packs(struct request *request, const struct plan_brand *brand,
                 const struct plan_pack *chosen, const struct pack_view **ret, size_t *ret_count,
                 size_t *ret_chosen);
/* Every brand with something for sale, with its rule and facts. */
void shelf_brands(struct request *request, const struct brand_view **ret, size_t *ret_count);
