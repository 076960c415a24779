/*
 * api_pack.c - GET /api/v1/packs: what is sold, for which brands, and how long
 * it keeps a number; each price with its source and day.
 */
#include "base/str.h"
#include "web/api.h"
#include "web/fill.h"
#include "web/json.h"
#include "web/route.h"
#include "web/web.h"

static void pack_put(struct request *request, struct buf *buf, const struct plan_pack *pack);
static void brands_put(struct request *request, struct buf *buf, const struct plan_pack *pack);
static void gives_put(struct buf *buf, const struct plan_pack *pack);
static void count_put(struct buf *buf, const char *name, int32_t count);

void api_packs_get(struct request *request, struct response *response)
{
	const struct catalogue *catalogue = request->web->catalogue;
	struct api_page         page;
	struct buf             *buf;
	size_t                  count = 0, i;

	if (!api_page_read(request, response, CURSOR_PACKS, catalogue->version, &page))
		return;
	buf = api_list_begin(response);
	for (i = (size_t)page.from; i < catalogue->pack_count; i++) {
		if (!catalogue->packs[i].sold)
			continue;
		if (count++ == page.limit)
			break;
		json_next(buf);
		pack_put(request, buf, &catalogue->packs[i]);
	}
	api_list_end(request, &page, buf, i < catalogue->pack_count ? (int64_t)i : -1);
}

static void pack_put(struct request *request, struct buf *buf, const struct plan_pack *pack)
{
	struct money tax = { .amount = money_tax_inside(pack->price.amount, pack->tax_bp),
		             .currency = pack->price.currency };

	buf_add(buf, STR("{\"id\":"));
	json_text(buf, pack->code);
	json_name(buf, "name");
	json_text(buf, fill_text(request, &pack->name));
	json_name(buf, "about");
	json_text(buf, fill_text(request, &pack->about));
	json_name(buf, "kind");
	json_text(buf, pack_kind_name(pack->kind));
	json_name(buf, "price");
	json_money(buf, pack->price);
	json_name(buf, "tax");
	json_money(buf, tax);
	json_name(buf, "tax_bp");
	json_int(buf, pack->tax_bp);
	json_name(buf, "brands");
	brands_put(request, buf, pack);
	json_name(buf, "gives");
	gives_put(buf, pack);
	json_name(buf, "source");
	api_origin(request, buf, &pack->origin);
	buf_add_char(buf, '}');
}

/* Each brand it is sold for, and the days for which it keeps a line of that
 * brand that was activated today. */
static void brands_put(struct request *request, struct buf *buf, const struct plan_pack *pack)
{
	const struct catalogue *catalogue = request->web->catalogue;

	buf_add_char(buf, '[');
	for (size_t i = 0; i < catalogue->brand_count; i++) {
		const struct plan_brand *brand = &catalogue->brands[i];
		struct pack_view         view;

		if (!plan_pack_fits(catalogue, pack, brand))
			continue;
		fill_pack(request, catalogue, pack, brand, &view);
		json_next(buf);
		buf_add(buf, STR("{\"id\":"));
		json_text(buf, brand->code);
		json_name(buf, "name");
		json_text(buf, view.brand);
		count_put(buf, "keep_days", view.keep_days);
		buf_add_char(buf, '}');
	}
	buf_add_char(buf, ']');
}

static void gives_put(struct buf *buf, const struct plan_pack *pack)
{
	struct money balance = { .amount = pack->balance_yen, .currency = CURRENCY_JPY };

	buf_add_char(buf, '{');
	count_put(buf, "data_mb", pack->data_mb);
	count_put(buf, "voice_min", pack->voice_min);
	count_put(buf, "sms", pack->sms_count);
	json_name(buf, "balance");
	if (pack->balance_yen > 0)
		json_money(buf, balance);
	else
		json_none(buf);
	count_put(buf, "valid_days", pack->validity_days);
	buf_add_char(buf, '}');
}

/* Nothing of it is null. */
static void count_put(struct buf *buf, const char *name, int32_t count)
{
	json_name(buf, name);
	if (count > 0)
		json_int(buf, count);
	else
		json_none(buf);
}
