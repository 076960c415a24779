/*
 * desk_lines.c - staff look for a line; and what staff did.
 */
#include "base/str.h"
#include "store/audit_sql.h"
#include "store/desk_sql.h"
#include "store/line_sql.h"
#include "store/public_id.h"
#include "web/desk.h"
#include "web/desk_words.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/route.h"
#include "web/web.h"

/* Lines to show, and the number to go on behind; 0: no more. */
struct list {
	int64_t id[DESK_PAGE];
	size_t  count;
	int64_t next;
};

static enum err lines_fill(struct request *request, const struct desk_find *find,
                           struct desk_lines_view *ret);
static enum err list_fill(struct request *request, const struct desk_find *find, int64_t after,
                          struct list *ret);
static enum err list_owned(struct request *request, int64_t account_id, int64_t after,
                           struct list *ret);
static enum err line_row(struct request *request, int64_t id, struct desk_line_row *ret);
static enum err audit_fill(struct request *request, struct desk_audit_view *ret);
static enum err audit_row(struct request *request, const struct audit_list_row *row,
                          struct desk_audit_row *ret);

void desk_lines_get(struct request *request, struct response *response)
{
	struct str       text = request_query(request, "q");
	struct desk_find find;

	if (str_trim(text).len == 0) {
		desk_show_lines(request, response, STR(""), NULL);
		return;
	}
	if (desk_answered(request, response, desk_find(request, text, &find)))
		return;
	if (find.plain)
		desk_show_lines(request, response, text, &find);
	else
		desk_search(request, response, text, true);
}

void desk_show_lines(struct request *request, struct response *response, struct str text,
                     const struct desk_find *find)
{
	struct desk_lines_view view = { .query = text };
	struct out             out;
	enum err               err = find == NULL ? ERR_OK : lines_fill(request, find, &view);

	if (find != NULL && find->about.len > 0) {
		view.query = STR("");
		view.about = find->about;
	}

	if (desk_answered(request, response, err))
		return;
	page_form(request, false, &view.form);
	page_start(request, response, 200, &out);
	page_frame(request, NAV_DESK_LINES, &view.frame);
	if (request->route->method == METHOD_POST)
		view.frame.path = STR("/desk/lines");
	page_desk_lines(&out, &view);
}

void desk_audit_get(struct request *request, struct response *response)
{
	struct desk_audit_view view = { .row_count = 0 };
	struct out             out;

	if (desk_answered(request, response, audit_fill(request, &view)))
		return;
	page_start(request, response, 200, &out);
	page_frame(request, NAV_DESK_AUDIT, &view.frame);
	page_desk_audit(&out, &view);
}

static enum err lines_fill(struct request *request, const struct desk_find *find,
                           struct desk_lines_view *ret)
{
	struct desk_line_row *rows = ARENA_ARRAY(request->arena, struct desk_line_row, DESK_PAGE);
	struct str            after = request_query(request, "after"), id;
	struct list           list = { .count = 0 };
	int64_t               after_id = 0;
	enum err              err = rows == NULL ? ERR_MEMORY : ERR_OK;

	if (after.len > 0 && !public_id_parse(request->web->keys, PUBLIC_LINE, after, &after_id))
		return ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = list_fill(request, find, after_id, &list);
	for (size_t i = 0; err == ERR_OK && i < list.count; i++)
		err = line_row(request, list.id[i], &rows[i]);
	if (err != ERR_OK)
		return err;
	ret->rows = rows;
	ret->row_count = list.count;
	if (list.next != 0) {
		id = public_id(request->arena, request->web->keys, PUBLIC_LINE, list.next);
		ret->next_path = arena_printf(request->arena, "/desk/lines?q=%.*s&after=%.*s",
		                              STR_ARG(find->token), STR_ARG(id));
	}
	return ERR_OK;
}

static enum err list_fill(struct request *request, const struct desk_find *find, int64_t after,
                          struct list *ret)
{
	struct desk_lines_by_tail_row *rows;
	struct order_get_row           order;
	size_t                         count;
	enum err                       err = ERR_OK;

	switch (find->kind) {
	case DESK_FOUND_LINE:
		ret->id[ret->count++] = find->id;
		break;
	case DESK_FOUND_ORDER:
		err = order_get(request->db, request->arena, find->id, &order);
		ret->id[ret->count++] = err == ERR_OK ? order.line_id : 0;
		break;
	case DESK_FOUND_ACCOUNT:
		return list_owned(request, find->id, after, ret);
	case DESK_FOUND_TAIL:
		err = desk_lines_by_tail(request->db, request->arena, find->id, after,
		                         DESK_PAGE + 1, &rows, &count);
		for (size_t i = 0; err == ERR_OK && i < count && i < DESK_PAGE; i++)
			ret->id[ret->count++] = rows[i].id;
		if (err == ERR_OK && count > DESK_PAGE)
			ret->next = rows[DESK_PAGE - 1].id;
		break;
	case DESK_FOUND_NONE:
	case DESK_FOUND_COUNT:
		break;
	}
	return err;
}

static enum err list_owned(struct request *request, int64_t account_id, int64_t after,
                           struct list *ret)
{
	struct account_line_list_row *rows;
	size_t                        count;
	enum err err = account_line_list(request->db, request->arena, account_id, after,
	                                 DESK_PAGE + 1, &rows, &count);

	for (size_t i = 0; err == ERR_OK && i < count && i < DESK_PAGE; i++)
		ret->id[ret->count++] = rows[i].id;
	if (err == ERR_OK && count > DESK_PAGE)
		ret->next = rows[DESK_PAGE - 1].id;
	return err;
}

static enum err line_row(struct request *request, int64_t id, struct desk_line_row *ret)
{
	const struct keys         *keys = request->web->keys;
	struct line_get_row        line;
	struct desk_line_owner_row owner = { .account_id = 0 };
	enum err                   err = line_get(request->db, request->arena, id, &line);

	if (err != ERR_OK)
		return err;
	*ret = (struct desk_line_row){ .sim = desk_sim(request, &line) };
	fill_line(request, &line, true, &ret->line);
	if (line.last_order != 0)
		ret->order_number = order_number(request->arena, keys, line.last_order);
	err = desk_line_owner(request->db, id, &owner);
	if (err == ERR_OK || err == ERR_NOT_FOUND)
		err = desk_mail(request, owner.account_id, &ret->account);
	return err;
}

static enum err audit_fill(struct request *request, struct desk_audit_view *ret)
{
	struct desk_audit_row *rows = ARENA_ARRAY(request->arena, struct desk_audit_row, DESK_PAGE);
	struct str             from = request_query(request, "from");
	struct audit_list_row *list;
	int64_t                before = INT64_MAX;
	size_t                 count = 0;
	enum err               err;

	if (from.len > 0 && (!str_to_int64(from, &before) || before < 1))
		return ERR_NOT_FOUND;
	err = rows == NULL
	          ? ERR_MEMORY
	          : audit_list(request->db, request->arena, before, DESK_PAGE + 1, &list, &count);
	ret->rows = rows;
	for (size_t i = 0; err == ERR_OK && i < count && i < DESK_PAGE; i++)
		err = audit_row(request, &list[i], &rows[ret->row_count++]);
	if (err == ERR_OK && count > DESK_PAGE)
		ret->next_path = arena_printf(request->arena, "/desk/audit?from=%lld",
		                              (long long)list[DESK_PAGE - 1].id);
	return err;
}

static enum err audit_row(struct request *request, const struct audit_list_row *row,
                          struct desk_audit_row *ret)
{
	const struct keys *keys = request->web->keys;

	*ret = (struct desk_audit_row){
		.at_s = row->at_s,
		.words = desk_did_words(row->action),
		.reason = row->reason,
	};
	if (row->order_id != 0)
		ret->order_number = order_number(request->arena, keys, row->order_id);
	if (row->line_id != 0)
		ret->line_id = public_id(request->arena, keys, PUBLIC_LINE, row->line_id);
	return desk_mail(request, row->actor, &ret->who);
}
