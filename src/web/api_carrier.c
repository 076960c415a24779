/*
 * api_carrier.c - GET /api/v1/carriers: the networks, their brands, the rule
 * by which each brand keeps a number, and what is known of them; everything
 * with its source and day.
 */
#include "base/str.h"
#include "web/api.h"
#include "web/fill.h"
#include "web/json.h"
#include "web/route.h"
#include "web/web.h"

static void carrier_put(struct request *request, struct buf *buf, size_t index);
static void brands_put(struct request *request, struct buf *buf, size_t network);
static void brand_put(struct request *request, struct buf *buf, const struct plan_brand *brand);
static void payments_put(struct buf *buf, const struct plan_brand *brand);
static void keep_put(struct request *request, struct buf *buf, struct str code);
static void rule_put(struct buf *buf, const struct keep_rule *rule);
static void counts_put(struct buf *buf, const struct keep_rule *rule);
static void packs_put(struct request *request, struct buf *buf, const struct plan_brand *brand);
static void facts_put(struct request *request, struct buf *buf, int32_t network, int32_t brand);
static bool holds(const struct plan_origin *origin, int32_t today);

void api_carriers_get(struct request *request, struct response *response)
{
	const struct catalogue *catalogue = request->web->catalogue;
	struct api_page         page;
	struct buf             *buf;
	size_t                  count = 0, i;

	if (!api_page_read(request, response, CURSOR_CARRIERS, catalogue->version, &page))
		return;
	buf = api_list_begin(response);
	for (i = (size_t)page.from; i < catalogue->network_count && count < page.limit; i++) {
		json_next(buf);
		carrier_put(request, buf, i);
		count++;
	}
	api_list_end(request, &page, buf, i < catalogue->network_count ? (int64_t)i : -1);
}

static void carrier_put(struct request *request, struct buf *buf, size_t index)
{
	const struct plan_network *network = &request->web->catalogue->networks[index];

	buf_add(buf, STR("{\"id\":"));
	json_text(buf, network->code);
	json_name(buf, "name");
	json_text(buf, fill_text(request, &network->name));
	json_name(buf, "brands");
	brands_put(request, buf, index);
	json_name(buf, "facts");
	facts_put(request, buf, (int32_t)index, -1);
	buf_add_char(buf, '}');
}

static void brands_put(struct request *request, struct buf *buf, size_t network)
{
	const struct catalogue *catalogue = request->web->catalogue;

	buf_add_char(buf, '[');
	for (size_t i = 0; i < catalogue->brand_count; i++) {
		if ((size_t)catalogue->brands[i].network != network)
			continue;
		json_next(buf);
		brand_put(request, buf, &catalogue->brands[i]);
	}
	buf_add_char(buf, ']');
}

static void brand_put(struct request *request, struct buf *buf, const struct plan_brand *brand)
{
	buf_add(buf, STR("{\"id\":"));
	json_text(buf, brand->code);
	json_name(buf, "name");
	json_text(buf, fill_text(request, &brand->name));
	json_name(buf, "about");
	json_text(buf, fill_text(request, &brand->about));
	json_name(buf, "voice");
	json_bool(buf, brand->voice);
	json_name(buf, "payments");
	payments_put(buf, brand);
	json_name(buf, "keep");
	keep_put(request, buf, brand->keep_code);
	json_name(buf, "park");
	keep_put(request, buf, brand->park_code);
	json_name(buf, "packs");
	packs_put(request, buf, brand);
	json_name(buf, "facts");
	facts_put(request, buf, -1, (int32_t)(brand - request->web->catalogue->brands));
	json_name(buf, "source");
	api_origin(request, buf, &brand->origin);
	buf_add_char(buf, '}');
}

static void payments_put(struct buf *buf, const struct plan_brand *brand)
{
	buf_add_char(buf, '[');
	for (int i = 0; i < LINE_PAYMENT_COUNT; i++) {
		if ((brand->payments >> i & 1) == 0)
			continue;
		json_next(buf);
		json_text(buf, line_payment_name((enum line_payment)i));
	}
	buf_add_char(buf, ']');
}

/* null where there is none, or none that holds today. */
static void keep_put(struct request *request, struct buf *buf, struct str code)
{
	const struct plan_keep *keep = plan_keep(request->web->catalogue, code,
	                                         fill_today(request));

	if (keep == NULL) {
		json_none(buf);
		return;
	}
	buf_add(buf, STR("{\"id\":"));
	json_text(buf, keep->code);
	json_name(buf, "name");
	json_text(buf, fill_text(request, &keep->name));
	json_name(buf, "about");
	json_text(buf, fill_text(request, &keep->about));
	rule_put(buf, &keep->rule);
	json_name(buf, "source");
	api_origin(request, buf, &keep->origin);
	buf_add_char(buf, '}');
}

/* Numbers that this kind of rule does not use are null. */
static void rule_put(struct buf *buf, const struct keep_rule *rule)
{
	static const struct str works[KEEP_WORKS_COUNT] = {
#define X(id, name) [KEEP_WORKS_##id] = STR_INIT(name),
		KEEP_WORKS(X)
#undef X
	};
	static const struct str buys[KEEP_BUY_COUNT] = {
#define X(id, name) [KEEP_BUY_##id] = STR_INIT(name),
		KEEP_BUYS(X)
#undef X
	};
	bool months = rule->kind == KEEP_IDLE_MONTHS || rule->kind == KEEP_PARK;

	json_name(buf, "kind");
	json_text(buf, keep_kind_name(rule->kind));
	json_name(buf, "counts");
	counts_put(buf, rule);
	json_name(buf, "window_days");
	if (months || rule->window == 0)
		json_none(buf);
	else
		json_int(buf, rule->window);
	json_name(buf, "window_months");
	if (!months || rule->window == 0)
		json_none(buf);
	else
		json_int(buf, rule->window);
	json_name(buf, "grace_days");
	json_int(buf, rule->grace_days);
	json_name(buf, "works_when_suspended");
	json_text(buf, works[rule->works_suspended]);
	json_name(buf, "can_buy_when_suspended");
	json_text(buf, buys[rule->buy_suspended]);
}

static void counts_put(struct buf *buf, const struct keep_rule *rule)
{
	buf_add_char(buf, '[');
	for (int i = KEEP_EVENT_NONE + 1; i < KEEP_EVENT_COUNT; i++) {
		if ((rule->counts >> i & 1) == 0)
			continue;
		json_next(buf);
		json_text(buf, keep_event_name((enum keep_event_kind)i));
	}
	buf_add_char(buf, ']');
}

static void packs_put(struct request *request, struct buf *buf, const struct plan_brand *brand)
{
	const struct catalogue *catalogue = request->web->catalogue;

	buf_add_char(buf, '[');
	for (size_t i = 0; i < catalogue->pack_count; i++) {
		if (!catalogue->packs[i].sold ||
		    !plan_pack_fits(catalogue, &catalogue->packs[i], brand))
			continue;
		json_next(buf);
		json_text(buf, catalogue->packs[i].code);
	}
	buf_add_char(buf, ']');
}

/* Those of a whole network (brand -1), or of one brand (network -1). */
static void facts_put(struct request *request, struct buf *buf, int32_t network, int32_t brand)
{
	const struct catalogue *catalogue = request->web->catalogue;

	buf_add_char(buf, '[');
	for (size_t i = 0; i < catalogue->fact_count; i++) {
		const struct plan_fact *fact = &catalogue->facts[i];

		if (fact->brand != brand || (brand < 0 && fact->network != network) ||
		    !holds(&fact->origin, fill_today(request)))
			continue;
		json_next(buf);
		buf_add(buf, STR("{\"id\":"));
		json_text(buf, fact->code);
		json_name(buf, "kind");
		json_text(buf, fact_kind_name(fact->kind));
		json_name(buf, "text");
		json_text(buf, fill_text(request, &fact->text));
		json_name(buf, "source");
		api_origin(request, buf, &fact->origin);
		buf_add_char(buf, '}');
	}
	buf_add_char(buf, ']');
}

static bool holds(const struct plan_origin *origin, int32_t today)
{
	return (origin->valid_from_day == 0 || today >= origin->valid_from_day) &&
	       (origin->valid_to_day == 0 || today <= origin->valid_to_day);
}
