/*
 * lines.c - the numbers of an account, the one that ends first on top, and one
 * number with its reason, its timeline and the account's own orders for it
 * (DOMAIN R1, R7).
 */
#include "base/str.h"
#include "store/line_keep.h"
#include "store/public_id.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/mine.h"
#include "web/offer.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/web.h"

#define HISTORY_MAX 20  /* orders shown on a line's page */
#define WALK_MAX    200 /* orders of a line looked at for them: others' are passed over */

static enum err line_load(struct request *request, struct line_get_row *ret);
static enum err line_fill(struct request *request, const struct line_get_row *line,
                          struct lineof_view *ret);
static void     extend_fill(struct request *request, const struct line_get_row *line,
                            struct lineof_view *ret);
static enum err history_fill(struct request *request, const struct line_get_row *line,
                             struct lineof_view *ret);

void lines_get(struct request *request, struct response *response)
{
	struct lines_view view = { 0 };
	struct out        out;
	int64_t           after = 0, last;
	enum err          err = ERR_OK;

	if (request_query(request, "after").len > 0 &&
	    !public_id_parse(request->web->keys, PUBLIC_LINE, request_query(request, "after"),
	                     &after))
		err = ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = mine_lines(request, after, &view.lines, &view.line_count, &last);
	if (err == ERR_NOT_FOUND) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	if (last != 0) {
		struct str id = public_id(request->arena, request->web->keys, PUBLIC_LINE, last);

		view.next_path = arena_printf(request->arena, "/lines?after=%.*s", STR_ARG(id));
	}
	page_start(request, response, 200, &out);
	page_frame(request, NAV_LINES, &view.frame);
	page_lines(&out, &view);
}

void line_page_get(struct request *request, struct response *response)
{
	struct lineof_view  view = { 0 };
	struct line_get_row line;
	struct out          out;
	enum err            err = line_load(request, &line);

	if (err == ERR_NOT_FOUND) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	if (err == ERR_OK)
		err = line_fill(request, &line, &view);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	page_form(request, false, &view.form);
	page_start(request, response, 200, &out);
	page_frame(request, NAV_LINES, &view.frame);
	page_line(&out, &view);
}

/* ERR_NOT_FOUND: no such line, or not one of this account. */
static enum err line_load(struct request *request, struct line_get_row *ret)
{
	int64_t  id;
	bool     own = false;
	enum err err;

	if (!public_id_parse(request->web->keys, PUBLIC_LINE, request->part[0], &id))
		return ERR_NOT_FOUND;
	err = fill_owns(request, id, &own);
	if (err == ERR_OK && !own)
		err = ERR_NOT_FOUND;
	return err == ERR_OK ? line_get(request->db, request->arena, id, ret) : err;
}

static enum err line_fill(struct request *request, const struct line_get_row *line,
                          struct lineof_view *ret)
{
	enum err err;

	fill_line(request, line, true, &ret->line);
	err = fill_why(request, line, &ret->why);
	extend_fill(request, line, ret);
	return err == ERR_OK ? history_fill(request, line, ret) : err;
}

/* The cheapest pack that moves the day on, and to where. */
static void extend_fill(struct request *request, const struct line_get_row *line,
                        struct lineof_view *ret)
{
	const struct catalogue *catalogue = request->web->catalogue;
	int32_t                 today = fill_today(request);
	const struct plan_pack *pack;
	struct line_keep        keep;
	struct keep_event       event;
	struct keep_preview     preview;

	line_keep_of(catalogue, line, today, &keep);
	if (!keep.known)
		return;
	pack = plan_extend(catalogue, keep.brand, &keep.rule, &keep.state, today);
	if (pack == NULL)
		return;
	plan_pack_event(pack, 1, today, false, 0, &event);
	keep_preview(&keep.rule, &keep.state, &event, &preview);
	fill_pack(request, catalogue, pack, keep.brand, &ret->extend);
	if (preview.after.dated)
		ret->extend_day = preview.after.safe_until_day;
}

/* Back along the line's own chain, past what other accounts have bought. */
static enum err history_fill(struct request *request, const struct line_get_row *line,
                             struct lineof_view *ret)
{
	struct order_row    *rows = ARENA_ARRAY(request->arena, struct order_row, HISTORY_MAX);
	struct pack_versions packs = { 0 };
	struct order_get_row order;
	int64_t              id = line->last_order;
	enum err             err = rows == NULL ? ERR_MEMORY : ERR_OK;

	ret->rows = rows;
	for (int i = 0; err == ERR_OK && id != 0 && i < WALK_MAX && ret->row_count < HISTORY_MAX;
	     i++, id = order.prev_line) {
		err = order_get(request->db, request->arena, id, &order);
		if (err != ERR_OK || order.account_id != request->session.account_id)
			continue;
		err = fill_order_row(request, &packs, &order, &rows[ret->row_count++]);
		if (order.payment_id != 0 && ret->method.len == 0) {
			ret->method = fill_method(order.gateway);
			ret->currency = (uint16_t)order.currency;
		}
	}
	return err;
}
