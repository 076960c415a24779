/*
 * start.c - the first page, and the pages that are only words: help, the legal
 * notice, privacy, accessibility.
 */
#include "base/str.h"
#include "store/public_id.h"
#include "web/error.h"
#include "web/fill.h"
#include "web/mine.h"
#include "web/offer.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/shelf.h"
#include "web/web.h"

static void       words_show(struct request *request, struct response *response, enum nav nav,
                             void (*page)(struct out *, const struct words_view *));
static struct str order_asked(struct request *request);

void home_get(struct request *request, struct response *response)
{
	struct home_view        view = { 0 };
	const struct line_view *lines;
	struct out              out;
	size_t                  count = 0;
	int64_t                 last;
	enum err                err = ERR_OK;

	if (request->session.account_id != 0)
		err = mine_lines(request, 0, &lines, &count, &last);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	if (count > 0)
		view.line = lines[0];
	view.line_count = (int32_t)count;
	shelf_brands(request, &view.brands, &view.brand_count);
	offer_times(request, &view.active_p50_s, &view.active_p95_s);
	page_start(request, response, 200, &out);
	page_frame(request, NAV_HOME, &view.frame);
	page_home(&out, &view);
}

void help_get(struct request *request, struct response *response)
{
	words_show(request, response, NAV_HELP, page_help);
}

void legal_get(struct request *request, struct response *response)
{
	words_show(request, response, NAV_NONE, page_legal);
}

void privacy_get(struct request *request, struct response *response)
{
	words_show(request, response, NAV_NONE, page_privacy);
}

void accessibility_get(struct request *request, struct response *response)
{
	words_show(request, response, NAV_NONE, page_accessibility);
}

static void words_show(struct request *request, struct response *response, enum nav nav,
                       void (*page)(struct out *, const struct words_view *))
{
	struct words_view view = { .order_number = order_asked(request) };
	struct out        out;

	fill_words(request, &view);
	page_start(request, response, 200, &out);
	page_frame(request, nav, &view.frame);
	page(&out, &view);
}

/* ?order=KL-…: help names the order it was asked for from, to its owner only. */
static struct str order_asked(struct request *request)
{
	struct str           asked = request_query(request, "order");
	struct order_get_row order;
	int64_t              id;

	if (request->session.account_id == 0 ||
	    !order_number_parse(request->web->keys, asked, &id) ||
	    order_get(request->db, request->arena, id, &order) != ERR_OK ||
	    order.account_id != request->session.account_id)
		return STR("");
	return order_number(request->arena, request->web->keys, id);
}
