/*
 * desk.c - the staff's desk: the day's figures, and every order with the stuck
 * ones first; and the search.
 */
#include "web/desk.h"

#include "base/str.h"
#include "store/account_sql.h"
#include "store/desk_command.h"
#include "store/notice_sql.h"
#include "store/public_id.h"
#include "web/desk_figures.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/route.h"
#include "web/web.h"

#define STUCK_FIRST 10    /* stuck orders on top of all others */
#define ORDER_SPAN  20000 /* numbers that one page of the list looks through, quotes and all */

/* A list under way: the orders to show, and where to go on. */
struct list {
	int64_t id[DESK_PAGE + STUCK_FIRST];
	size_t  count;
	int64_t next; /* the order to go on with, that one included; 0: no more */
};

static enum err list_all(struct request *request, const struct desk_queue *queue, int64_t from,
                         struct list *ret);
static enum err list_newest(struct request *request, int64_t before, struct list *ret);
static void     list_tab(const struct desk_queue *queue, enum desk_tab tab, int64_t from,
                         struct list *ret);
static enum err list_found(struct request *request, const struct desk_find *find, int64_t from,
                           struct list *ret);
static enum err list_tail(struct request *request, int64_t tail, int64_t from, struct list *ret);
static enum err list_chain(struct request *request, const struct desk_find *find, int64_t from,
                           struct list *ret);
static enum err rows_fill(struct request *request, const struct list *list, struct desk_view *ret);
static enum err view_fill(struct request *request, const struct desk_find *find,
                          struct desk_view *ret);
static bool     list_has(const struct list *list, int64_t id);
static bool     tab_named(struct str name, enum desk_tab *ret);
static struct str next_path(struct request *request, const struct desk_find *find,
                            enum desk_tab tab, int64_t next);
static void       searched(struct request *request, struct response *response);

static const struct str tab_names[DESK_TAB_COUNT] = {
	[DESK_TAB_ALL] = { .ptr = "all", .len = 3 },
	[DESK_TAB_NEEDS] = { .ptr = "needs", .len = 5 },
	[DESK_TAB_ACTIVATING] = { .ptr = "activating", .len = 10 },
	[DESK_TAB_REFUNDS] = { .ptr = "refunds", .len = 7 },
};

void desk_get(struct request *request, struct response *response)
{
	struct str       text = request_query(request, "q");
	struct desk_find find;

	if (str_trim(text).len == 0) {
		desk_show_orders(request, response, STR(""), NULL);
		return;
	}
	if (desk_answered(request, response, desk_find(request, text, &find)))
		return;
	if (!find.plain)
		desk_search(request, response, text, false);
	else if (find.kind == DESK_FOUND_ORDER)
		response_redirect(request, response,
		                  arena_printf(request->arena, "/desk/orders/%.*s",
		                               STR_ARG(find.token)));
	else
		desk_show_orders(request, response, text, &find);
}

void desk_search_post(struct request *request, struct response *response)
{
	struct str where = request_form(request, "in");
	struct str text = request_form(request, "q");

	if (!str_eq(where, STR("orders")) && !str_eq(where, STR("lines")))
		web_refuse_field(request, response, FIELD_MALFORMED, STR("in"));
	else if (str_trim(text).len == 0)
		response_redirect(request, response,
		                  str_eq(where, STR("lines")) ? STR("/desk/lines") : STR("/desk"));
	else
		desk_search(request, response, text, str_eq(where, STR("lines")));
}

/* What is remembered while the search is written down. */
struct searching {
	struct desk_search search;
	struct desk_find   find;
	struct str         text;
	bool               lines;
};

void desk_search(struct request *request, struct response *response, struct str text, bool lines)
{
	struct searching *arg = ARENA_NEW(request->arena, struct searching);

	if (desk_answered(request, response,
	                  arg == NULL ? ERR_MEMORY : desk_find(request, text, &arg->find)))
		return;
	arg->text = text;
	arg->lines = lines;
	arg->search = (struct desk_search){
		.actor = request->session.account_id,
		.line_id = arg->find.kind == DESK_FOUND_LINE ? arg->find.id : 0,
		.what = arg->find.what,
	};
	request_command(request, response, desk_search_apply, &arg->search, searched);
}

static void searched(struct request *request, struct response *response)
{
	/* The search is the first member. */
	const struct searching *arg = request->command.arg;
	const struct desk_find *find = &arg->find;
	const char             *path = arg->lines ? "/desk/lines?q=" : "/desk?q=";

	if (find->kind == DESK_FOUND_NONE && arg->lines)
		desk_show_lines(request, response, arg->text, find);
	else if (find->kind == DESK_FOUND_NONE)
		desk_show_orders(request, response, arg->text, find);
	else
		response_redirect(request, response,
		                  arena_printf(request->arena, "%s%.*s",
		                               find->kind == DESK_FOUND_ORDER && !arg->lines
		                                   ? "/desk/orders/"
		                                   : path,
		                               STR_ARG(find->token)));
}

void desk_show_orders(struct request *request, struct response *response, struct str text,
                      const struct desk_find *find)
{
	struct desk_view view = { .query = text };
	struct out       out;

	/* Our own long numbers tell a reader nothing. */
	if (find != NULL && find->about.len > 0) {
		view.query = STR("");
		view.about = find->about;
	}

	page_form(request, false, &view.form);
	if (desk_answered(request, response, view_fill(request, find, &view)))
		return;
	page_start(request, response, 200, &out);
	page_frame(request, NAV_DESK, &view.frame);
	if (request->route->method == METHOD_POST)
		view.frame.path = STR("/desk");
	page_desk(&out, &view);
}

bool desk_answered(struct request *request, struct response *response, enum err err)
{
	if (err == ERR_NOT_FOUND)
		web_refuse(request, response, WEB_NOT_FOUND);
	else if (err != ERR_OK)
		web_fail(request, response, err);
	return err != ERR_OK;
}

static enum err view_fill(struct request *request, const struct desk_find *find,
                          struct desk_view *ret)
{
	struct list       list = { .count = 0 };
	struct desk_queue queue;
	struct str from = request_query(request, "from"), tab = request_query(request, "tab");
	int64_t    from_id = 0;
	enum err   err;

	if ((from.len > 0 && !order_number_parse(request->web->keys, from, &from_id)) ||
	    !tab_named(tab, &ret->tab))
		return ERR_NOT_FOUND;
	err = desk_queue_load(request->db, request->arena, request->now_ms, &queue);
	if (err == ERR_OK)
		err = desk_figures(request, ret);
	if (err != ERR_OK)
		return err;
	desk_count(&queue, ret);
	if (find != NULL)
		err = list_found(request, find, from_id, &list);
	else if (ret->tab == DESK_TAB_ALL)
		err = list_all(request, &queue, from_id, &list);
	else
		list_tab(&queue, ret->tab, from_id, &list);
	if (err == ERR_OK)
		err = rows_fill(request, &list, ret);
	if (err == ERR_OK && list.next != 0)
		ret->next_path = next_path(request, find, ret->tab, list.next);
	return err;
}

/* The stuck ones, then the newest; older pages hold only the latter. */
static enum err list_all(struct request *request, const struct desk_queue *queue, int64_t from,
                         struct list *ret)
{
	struct order_highest_row highest;
	enum err                 err;

	if (from != 0)
		return list_newest(request, from + 1, ret);
	for (size_t i = 0; i < queue->count && ret->count < STUCK_FIRST; i++)
		if (desk_stuck(&queue->waits[i].facts))
			ret->id[ret->count++] = queue->waits[i].order_id;
	err = order_highest(request->db, &highest);
	return err == ERR_OK ? list_newest(request, highest.id + 1, ret) : err;
}

static enum err list_newest(struct request *request, int64_t before, struct list *ret)
{
	struct desk_order_ids_row *rows;
	int64_t                    floor = before > ORDER_SPAN ? before - ORDER_SPAN : 1;
	size_t                     count, shown = 0;
	enum err err = desk_order_ids(request->db, request->arena, before, floor, DESK_PAGE + 1,
	                              &rows, &count);

	if (err != ERR_OK)
		return err;
	for (; shown < count && shown < DESK_PAGE; shown++)
		if (!list_has(ret, rows[shown].id))
			ret->id[ret->count++] = rows[shown].id;
	ret->next = shown < count ? rows[shown].id : floor - 1;
	return ERR_OK;
}

/* In the order of the queue, from that order on; from the beginning when it has
 * left the queue. */
static void list_tab(const struct desk_queue *queue, enum desk_tab tab, int64_t from,
                     struct list *ret)
{
	size_t start = 0;

	for (size_t i = 0; from != 0 && i < queue->count; i++)
		if (queue->waits[i].order_id == from)
			start = i;
	for (size_t i = start; i < queue->count && ret->next == 0; i++) {
		if (!desk_tab_holds(tab, &queue->waits[i].facts))
			continue;
		if (ret->count == DESK_PAGE)
			ret->next = queue->waits[i].order_id;
		else
			ret->id[ret->count++] = queue->waits[i].order_id;
	}
}

static enum err list_found(struct request *request, const struct desk_find *find, int64_t from,
                           struct list *ret)
{
	if (find->kind == DESK_FOUND_TAIL)
		return list_tail(request, find->id, from, ret);
	return find->kind == DESK_FOUND_NONE ? ERR_OK : list_chain(request, find, from, ret);
}

/* The last order of each line that ends so. */
static enum err list_tail(struct request *request, int64_t tail, int64_t from, struct list *ret)
{
	struct desk_orders_by_tail_row *rows;
	size_t                          count;
	enum err                        err = desk_orders_by_tail(request->db, request->arena, tail,
                                           from == 0 ? INT64_MAX : from + 1, DESK_PAGE + 1, &rows,
	                                                          &count);

	for (size_t i = 0; err == ERR_OK && i < count && i < DESK_PAGE; i++)
		ret->id[ret->count++] = rows[i].last_order;
	if (err == ERR_OK && count > DESK_PAGE)
		ret->next = rows[DESK_PAGE].last_order;
	return err;
}

/* Along the line's or the account's own history. */
static enum err list_chain(struct request *request, const struct desk_find *find, int64_t from,
                           struct list *ret)
{
	bool                     line = find->kind == DESK_FOUND_LINE;
	struct order_get_row     order;
	struct line_get_row      head;
	struct account_heads_row heads;
	enum err                 err = ERR_OK;

	ret->next = from;
	if (from == 0 && line) {
		err = line_get(request->db, request->arena, find->id, &head);
		ret->next = err == ERR_OK ? head.last_order : 0;
	} else if (from == 0) {
		err = account_heads(request->db, request->arena, find->id, &heads);
		ret->next = err == ERR_OK ? heads.last_order : 0;
	}
	while (err == ERR_OK && ret->next != 0 && ret->count < DESK_PAGE) {
		err = order_get(request->db, request->arena, ret->next, &order);
		if (err == ERR_OK && (line ? order.line_id : order.account_id) != find->id)
			err = ERR_NOT_FOUND;
		ret->id[ret->count++] = ret->next;
		ret->next = err == ERR_OK ? line ? order.prev_line : order.prev_account : 0;
	}
	return err;
}

static enum err rows_fill(struct request *request, const struct list *list, struct desk_view *ret)
{
	struct pack_versions packs = { 0 };
	struct desk_row     *rows = ARENA_ARRAY(request->arena, struct desk_row, list->count + 1);
	enum err             err = rows == NULL ? ERR_MEMORY : ERR_OK;

	ret->rows = rows;
	for (size_t i = 0; err == ERR_OK && i < list->count; i++)
		err = desk_row(request, &packs, list->id[i], &rows[ret->row_count++]);
	return err;
}

static bool list_has(const struct list *list, int64_t id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->id[i] == id)
			return true;
	return false;
}

static bool tab_named(struct str name, enum desk_tab *ret)
{
	*ret = DESK_TAB_ALL;
	for (enum desk_tab tab = DESK_TAB_ALL; tab < DESK_TAB_COUNT; tab++) {
		if (str_eq(name, tab_names[tab])) {
			*ret = tab;
			return true;
		}
	}
	return name.len == 0;
}

static struct str next_path(struct request *request, const struct desk_find *find,
                            enum desk_tab tab, int64_t next)
{
	struct str number = order_number(request->arena, request->web->keys, next);
	struct str name = find != NULL ? STR("q") : STR("tab");
	struct str value = find != NULL ? find->token : tab_names[tab];

	return arena_printf(request->arena, "/desk?%.*s=%.*s&from=%.*s", STR_ARG(name),
	                    STR_ARG(value), STR_ARG(number));
}
