/*
 * mine.c - see mine.h.
 */
#include "web/mine.h"

#include <stdlib.h>
#include <string.h>

#include "core/order.h"
#include "store/public_id.h"
#include "web/web.h"

static int     line_compare(const void *a, const void *b);
static int32_t urgency(const struct line_view *line);

enum err mine_lines(struct request *request, int64_t after, const struct line_view **ret,
                    size_t *ret_count, int64_t *ret_last)
{
	struct account_line_list_row *rows;
	struct line_view             *lines;
	size_t                        count;
	enum err err = account_line_list(request->db, request->arena, request->session.account_id,
	                                 after, FILL_LINES_MAX + 1, &rows, &count);

	if (err != ERR_OK)
		return err;
	*ret_last = count > FILL_LINES_MAX ? rows[FILL_LINES_MAX - 1].id : 0;
	if (count > FILL_LINES_MAX)
		count = FILL_LINES_MAX;
	lines = ARENA_ARRAY(request->arena, struct line_view, count + 1);
	if (lines == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct account_line_list_row *row = &rows[i];
		struct line_get_row                 line = {
					.id = row->id,
					.imsi = row->imsi,
					.imsi_null = row->imsi_null,
					.msisdn = row->msisdn,
					.msisdn_null = row->msisdn_null,
					.brand = row->brand,
					.state = row->state,
					.activated_day = row->activated_day,
					.keep_a = row->keep_a,
					.keep_b = row->keep_b,
					.keep_c = row->keep_c,
					.keep_d = row->keep_d,
					.keep_e = row->keep_e,
					.keep_order = row->keep_order,
					.last_order = row->last_order,
		};
		fill_line(request, &line, true, &lines[i]);
	}
	qsort(lines, count, sizeof(*lines), line_compare);
	*ret = lines;
	*ret_count = count;
	return ERR_OK;
}

enum err mine_brands(struct request *request, uint64_t *ret)
{
	const struct catalogue       *catalogue = request->web->catalogue;
	struct account_line_list_row *rows;
	size_t                        count;
	enum err err = account_line_list(request->db, request->arena, request->session.account_id,
	                                 0, FILL_LINES_MAX, &rows, &count);

	if (err != ERR_OK)
		return err;
	*ret = 0;
	for (size_t i = 0; i < count; i++) {
		const struct plan_brand *brand = plan_brand(catalogue, rows[i].brand);

		if (brand != NULL)
			*ret |= UINT64_C(1) << (brand - catalogue->brands);
	}
	return ERR_OK;
}

enum err mine_order(struct request *request, struct order_get_row *ret)
{
	int64_t  id;
	enum err err;

	if (!order_number_parse(request->web->keys, request->part[0], &id))
		return ERR_NOT_FOUND;
	err = order_get(request->db, request->arena, id, ret);
	if (err == ERR_OK && (ret->account_id != request->session.account_id ||
	                      ret->state == ORDER_QUOTED || ret->payment_id == 0))
		return ERR_NOT_FOUND;
	return err;
}

static int line_compare(const void *a, const void *b)
{
	int32_t first = urgency(a), second = urgency(b);

	return first < second ? -1 : first > second;
}

/* Lines that can still be saved by their day; then those without one; then
 * those that are lost. */
static int32_t urgency(const struct line_view *line)
{
	if (!line->money_welcome)
		return KEEP_DAY_NEVER;
	if (line->safe_until_day == KEEP_DAY_NONE || line->safe_until_day == KEEP_DAY_NEVER)
		return KEEP_DAY_NEVER - 1;
	if (line->lost_day != 0 && line->lost_day < line->today_day)
		return KEEP_DAY_NEVER;
	return line->safe_until_day;
}
