/*
 * line_keep.c - see line_keep.h.
 */
#include "store/line_keep.h"

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "core/order.h"
#include "store/market_sql.h"

#include <string.h>

#define PACK_BITS     16
#define PACK_MASK     ((INT64_C(1) << PACK_BITS) - 1)
#define REPLAY_MAX    64 /* later orders of a line that are counted again after an undoing */
#define COLUMNS_BYTES (KEEP_COLUMN_COUNT * sizeof(int64_t))

static enum err   keep_store(struct store *store, const struct line_get_row *line,
                             const struct line_keep *keep, int32_t today);
static enum err   order_apply(struct store *store, struct line_keep *keep,
                              const struct order_get_row *order, int32_t day);
static struct str columns_pack(struct arena *arena, const struct keep_state *state);
static bool       columns_unpack(struct str bytes, struct keep_state *ret);
static enum err   later_orders(struct store *store, int64_t newest, int64_t until, int64_t *ret,
                               size_t *ret_count);

int64_t pack_key(const struct catalogue *catalogue, const struct plan_pack *pack)
{
	return (int64_t)catalogue->version << PACK_BITS | plan_pack_id(catalogue, pack);
}

enum err pack_of_key(struct db *db, struct arena *arena, const struct catalogue *newest,
                     int64_t key, const struct plan_pack **ret,
                     const struct catalogue **ret_catalogue)
{
	struct catalogue_get_row row;
	struct plan_problems    *problems;
	struct catalogue        *old;
	const struct plan_pack  *pack;
	int64_t                  version = key >> PACK_BITS;
	enum err                 err;

	if (version == newest->version) {
		*ret_catalogue = newest;
		*ret = plan_pack_at(newest, key & PACK_MASK);
		return *ret == NULL ? ERR_NOT_FOUND : ERR_OK;
	}
	old = ARENA_NEW(arena, struct catalogue);
	problems = ARENA_NEW(arena, struct plan_problems);
	if (old == NULL || problems == NULL) {
		return ERR_MEMORY;
	}
	err = catalogue_get(db, arena, version, &row);
	if (err != ERR_OK) {
		return err;
	}
	if (!plan_parse(arena, row.body, old, problems)) {
		return ERR_CORRUPT;
	}
	old->version = (int32_t)version;
	pack = plan_pack_at(old, key & PACK_MASK);
	if (pack == NULL) {
		return ERR_NOT_FOUND;
	}
	*ret = pack;
	*ret_catalogue = old;
	return ERR_OK;
}

enum err pack_of_key_seen(struct db *db, struct arena *arena, const struct catalogue *newest,
                          struct pack_versions *versions, int64_t key, const struct plan_pack **ret,
                          const struct catalogue **ret_catalogue)
{
	enum err err;

	for (size_t i = 0; i < versions->count; i++) {
		if (versions->seen[i]->version != key >> PACK_BITS) {
			continue;
		}
		*ret_catalogue = versions->seen[i];
		*ret = plan_pack_at(versions->seen[i], key & PACK_MASK);
		return *ret == NULL ? ERR_NOT_FOUND : ERR_OK;
	}
	err = pack_of_key(db, arena, newest, key, ret, ret_catalogue);
	if (err == ERR_OK && *ret_catalogue != newest && versions->count < PACK_VERSION_MAX) {
		versions->seen[versions->count++] = *ret_catalogue;
	}
	return err;
}

void line_keep_of(const struct catalogue *catalogue, const struct line_get_row *line, int32_t today,
                  struct line_keep *ret)
{
	struct keep_columns columns = { .value = { line->keep_a, line->keep_b, line->keep_c,
		                                   line->keep_d, line->keep_e, line->keep_order } };

	line_keep_from(catalogue, line->brand, (enum line_state)line->state, &columns, today, ret);
}

void line_keep_from(const struct catalogue *catalogue, struct str brand, enum line_state state,
                    const struct keep_columns *columns, int32_t today, struct line_keep *ret)
{
	*ret = (struct line_keep){ .brand = plan_brand(catalogue, brand) };
	ret->known = ret->brand != NULL &&
	             plan_keep_rule(catalogue, ret->brand, state == LINE_PARKED, today,
	                            &ret->rule) &&
	             keep_from_columns(columns, &ret->state);
}

enum err line_sellable(struct store *store, const struct order_get_row *order, bool *ret_open,
                       bool *ret_price_holds)
{
	struct line_get_row     line;
	const struct plan_pack *pack, *today;
	const struct catalogue *catalogue;
	enum err                err;

	err = line_get(store->db, store->arena, order->line_id, &line);
	if (err != ERR_OK) {
		return err;
	}
	*ret_open = line_money_may_enter((enum line_state)line.state) &&
	            (line.flags & LINE_PORT_OUT) == 0;
	if (store->now_ms / 1000 < order->expires_s) {
		*ret_price_holds = true;
		return ERR_OK;
	}
	err = pack_of_key(store->db, store->arena, store->catalogue, order->pack, &pack,
	                  &catalogue);
	if (err != ERR_OK) {
		*ret_price_holds = false;
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	/* Late: the yen price must still be what it was; the rate's difference of
	 * those minutes is ours (DOMAIN 3, 10). */
	today = plan_pack(store->catalogue, pack->code);
	*ret_price_holds = today != NULL && today->sold && today->price.amount <= order->price &&
	                   store->now_ms / 1000 - order->expires_s < ORDER_LATE_MAX_S;
	return ERR_OK;
}

enum err line_pack_is_balance(struct store *store, int64_t key, bool *ret)
{
	const struct plan_pack *pack;
	const struct catalogue *catalogue;
	enum err err = pack_of_key(store->db, store->arena, store->catalogue, key, &pack,
	                           &catalogue);

	if (err == ERR_OK) {
		*ret = pack->kind == PACK_BALANCE;
	}
	return err;
}

enum err line_keep_apply(struct store *store, struct order_get_row *order)
{
	struct line_get_row line;
	struct line_keep    keep;
	struct keep_result  result;
	int32_t             today = tokyo_day(store->now_ms / 1000);
	enum err            err;

	err = line_get(store->db, store->arena, order->line_id, &line);
	if (err != ERR_OK) {
		return err;
	}
	line_keep_of(store->catalogue, &line, today, &keep);
	if (!keep.known) {
		/* Delivered all the same; no date may be guessed (R1). */
		log_line(LOG_WARN, "line has no keep rule", LOG_NUMBER("line", line.id),
		         LOG_TEXT("brand", line.brand));
		return ERR_OK;
	}
	order->keep_before = columns_pack(store->arena, &keep.state);
	order->keep_before_null = order->keep_before.len == 0;
	err = order_apply(store, &keep, order, today);
	if (err != ERR_OK) {
		return err;
	}
	keep_result(&keep.rule, &keep.state, &result);
	order->after_day = result.safe_until_day;
	return keep_store(store, &line, &keep, today);
}

enum err line_keep_undo(struct store *store, struct order_get_row *order)
{
	struct line_get_row line;
	struct line_keep    keep;
	int64_t             later[REPLAY_MAX];
	size_t              count = 0;
	int32_t             today = tokyo_day(store->now_ms / 1000);
	enum err            err;

	err = line_get(store->db, store->arena, order->line_id, &line);
	if (err != ERR_OK) {
		return err;
	}
	line_keep_of(store->catalogue, &line, today, &keep);
	if (!keep.known || order->keep_before_null ||
	    !columns_unpack(order->keep_before, &keep.state)) {
		return ERR_OK;
	}
	err = later_orders(store, line.last_order, order->id, later, &count);
	/* The oldest first, each as it counted then. */
	while (err == ERR_OK && count > 0) {
		struct order_get_row again;
		err = order_get(store->db, store->arena, later[--count], &again);
		if (err != ERR_OK || again.state != ORDER_ACTIVE) {
			continue;
		}
		err = order_rebase(store->db, again.id, columns_pack(store->arena, &keep.state));
		if (err == ERR_OK) {
			err = order_apply(store, &keep, &again, tokyo_day(again.created_s));
		}
	}
	order->after_day = order->before_day;
	return err == ERR_OK ? keep_store(store, &line, &keep, today) : err;
}

static enum err order_apply(struct store *store, struct line_keep *keep,
                            const struct order_get_row *order, int32_t day)
{
	const struct plan_pack *pack;
	const struct catalogue *catalogue;
	struct keep_event       event;
	enum err                err;

	err = pack_of_key(store->db, store->arena, store->catalogue, order->pack, &pack,
	                  &catalogue);
	if (err == ERR_OK) {
		plan_pack_event(pack, 1, day, false, order->id, &event);
		(void)keep_apply(&keep->rule, &keep->state, &event);
	}
	return err;
}

static enum err keep_store(struct store *store, const struct line_get_row *line,
                           const struct line_keep *keep, int32_t today)
{
	struct keep_columns columns = keep_to_columns(&keep->state);
	struct keep_result  result;
	enum line_state     state;

	keep_result(&keep->rule, &keep->state, &result);
	state = keep_line_state(keep_phase(&result, today), (enum line_state)line->state);
	return line_keep(store->db, &(struct line_keep_args){
					.id = line->id,
					.state = state,
					.keep_a = columns.value[0],
					.keep_b = columns.value[1],
					.keep_c = columns.value[2],
					.keep_d = columns.value[3],
					.keep_e = columns.value[4],
					.keep_order = columns.value[5],
					.safe_until_day = result.safe_until_day,
					.lost_day = result.lost_day,
				    });
}

/* The orders of the line after `until`, newest first. */
static enum err later_orders(struct store *store, int64_t newest, int64_t until, int64_t *ret,
                             size_t *ret_count)
{
	size_t count = 0;

	for (int64_t id = newest; id > until && count < REPLAY_MAX; count++) {
		struct order_get_row row;
		enum err             err = order_get(store->db, store->arena, id, &row);
		if (err != ERR_OK) {
			return err;
		}
		ret[count] = id;
		id = row.prev_line;
	}
	*ret_count = count;
	return ERR_OK;
}

/* Small integers, so a varint each: about 12 bytes instead of 48 an order. */
static struct str columns_pack(struct arena *arena, const struct keep_state *state)
{
	struct keep_columns columns = keep_to_columns(state);
	char                bytes[COLUMNS_BYTES * 2];
	size_t              len = 0;

	for (size_t i = 0; i < KEEP_COLUMN_COUNT; i++) {
		uint64_t rest = (uint64_t)columns.value[i] << 1 ^
		                (uint64_t)(columns.value[i] >> 63);
		do {
			bytes[len++] = (char)((rest & 127) | (rest > 127 ? 128 : 0));
			rest >>= 7;
		} while (rest > 0);
	}
	return arena_str(arena, (struct str){ .ptr = bytes, .len = len });
}

static bool columns_unpack(struct str bytes, struct keep_state *ret)
{
	struct keep_columns columns = { 0 };
	size_t              at = 0;

	for (size_t i = 0; i < KEEP_COLUMN_COUNT; i++) {
		uint64_t value = 0;
		bool     more = true;
		for (int shift = 0; more && shift < 64; shift += 7) {
			if (at >= bytes.len) {
				return false;
			}
			value |= (uint64_t)(bytes.ptr[at] & 127) << shift;
			more = (bytes.ptr[at++] & 128) != 0;
		}
		columns.value[i] = (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
	}
	return at == bytes.len && keep_from_columns(&columns, ret);
}
