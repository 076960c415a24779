/*
 * line_keep.h - the line's row and the keep rule together: may money enter,
 * what a pack does to the day until which the number is safe, and its undoing.
 */
#pragma once
#include "core/plan.h"
#include "store/line_sql.h"
#include "store/order_sql.h"
#include "store/store.h"

/* A pack of any catalogue version: version << 16 | index, as orders store it. */
int64_t pack_key(const struct catalogue *catalogue, const struct plan_pack *pack);
/* ERR_NOT_FOUND when there is no such version or pack.  An old version is read
 * from the database into the arena; the newest is already in memory. */
enum err pack_of_key(struct db *db, struct arena *arena, const struct catalogue *newest,
                     int64_t key, const struct plan_pack **ret,
                     const struct catalogue **ret_catalogue);

/* The same for many orders: versions once read are kept at hand.  Starts zeroed;
 * what it holds lives as long as the arena. */
#define PACK_VERSION_MAX 8
struct pack_versions {
	const struct catalogue *seen[PACK_VERSION_MAX];
	size_t                  count;
};
enum err pack_of_key_seen(struct db *db, struct arena *arena, const struct catalogue *newest,
                          struct pack_versions *versions, int64_t key, const struct plan_pack **ret,
                          const struct catalogue **ret_catalogue);

/* The keep columns of a line's row, and the rule it is kept by on `today`.
 * False: damaged columns, an unknown brand, or no rule holds: no date is known. */
struct line_keep {
	const struct plan_brand *brand; /* NULL: not in this catalogue */
	struct keep_rule         rule;
	struct keep_state        state;
	bool                     known; /* rule and state hold */
};
void line_keep_of(const struct catalogue *catalogue, const struct line_get_row *line, int32_t today,
                  struct line_keep *ret);
/* The same from columns read by another query. */
void line_keep_from(const struct catalogue *catalogue, struct str brand, enum line_state state,
                    const struct keep_columns *columns, int32_t today, struct line_keep *ret);

/* For settle(): is the line open for money, and would we sell this order's
 * pack today for no more than was asked? */
enum err line_sellable(struct store *store, const struct order_get_row *order, bool *ret_open,
                       bool *ret_price_holds);
/* True when the order sold prepaid value, which is no revenue until used. */
enum err line_pack_is_balance(struct store *store, int64_t key, bool *ret);

/* The order became active: the pack counts now.  Updates the line's row, and
 * in *order after_day and keep_before (the state before, for line_keep_undo). */
enum err line_keep_apply(struct store *store, struct order_get_row *order);
/* The carrier took it back: the line's days as if this order had not been,
 * later orders of the line counted again. */
enum err line_keep_undo(struct store *store, struct order_get_row *order);
