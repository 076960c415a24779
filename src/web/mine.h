/*
 * mine.h - what belongs to the account that asks: its lines and its orders.
 * Whatever is somebody else's is not found, exactly as what does not exist.
 */
#pragma once
#include "web/fill.h"

/* The account's lines behind `after` (a line's number; 0: from the beginning),
 * the one that ends first before the others; at most FILL_LINES_MAX.  *ret_last
 * is the number to go on behind, 0: these were all. */
enum err mine_lines(struct request *request, int64_t after, const struct line_view **ret,
                    size_t *ret_count, int64_t *ret_last);
/* Which brands the account's lines are of (the first FILL_LINES_MAX): bits, by index. */
enum err mine_brands(struct request *request, uint64_t *ret);
/* The order of the route's {number}; ERR_NOT_FOUND: none, not placed, or not
 * of this account. */
enum err mine_order(struct request *request, struct order_get_row *ret);
