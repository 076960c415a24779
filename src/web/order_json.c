/*
 * order_json.c - see order_json.h.
 */
#include "web/order_json.h"

#include "base/str.h"
#include "core/order.h"
#include "core/sandbox.h"
#include "store/line_sql.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "web/api.h"
#include "web/fill.h"
#include "web/json.h"
#include "web/pay.h"
#include "web/web.h"

/* One entry of the history. */
struct entry {
	enum order_state state;
	int64_t          at_ms;
};

/* Everything that is known of an order. */
struct story {
	struct order_source         source;
	const struct order_get_row *order;
	struct payment_get_row      payment;
	struct refund_get_row       refund; /* id 0: none */
	struct line_get_row         line;
	struct fx_rate              rate;
	struct str                  pack; /* code; empty: of a catalogue that is gone */
	struct str                  pack_name;
	struct entry                entry[ORDER_JSON_HISTORY]; /* oldest first */
	size_t                      entry_count;
	int64_t                     submitted_ms, active_ms; /* first entered; 0: never */
	bool                        declined;
};

static enum err      story_load(struct story *story);
static bool          story_sound(const struct story *story);
static enum err      pack_load(struct story *story);
static enum err      history_load(struct story *story);
static void          history_take(struct story *story, const struct entry *walked, size_t count);
static enum err      head_put(const struct story *story, struct buf *buf);
static void          history_put(const struct story *story, struct buf *buf);
static void          payment_put(const struct story *story, struct buf *buf);
static void          delivery_put(const struct story *story, struct buf *buf);
static enum delivery delivery_of(const struct story *story);
static void          refund_put(const struct story *story, struct buf *buf);
static void          receipt_put(const struct story *story, struct buf *buf);
static struct str    whole_url(struct request *request, struct str path);

enum err order_json(const struct order_source *source, const struct order_get_row *order,
                    struct buf *buf)
{
	struct story *story = ARENA_NEW(source->request->arena, struct story);
	enum err      err;

	if (story == NULL)
		return ERR_MEMORY;
	story->source = *source;
	story->order = order;
	err = story_load(story);
	if (err != ERR_OK)
		return err;
	err = head_put(story, buf);
	if (err != ERR_OK)
		return err;
	history_put(story, buf);
	payment_put(story, buf);
	delivery_put(story, buf);
	refund_put(story, buf);
	receipt_put(story, buf);
	json_name(buf, "safe_until");
	api_gain(buf, order->before_day, order->after_day);
	buf_add(buf, STR("}\n"));
	return buf->full ? ERR_MEMORY : ERR_OK;
}

enum err order_json_pay(struct request *request, struct db *db, struct buf *buf,
                        const struct order_json_pay *pay)
{
	static const char *const    kinds[] = { "redirect", "redirect", "qr", "form" };
	enum pay_method             method = (enum pay_method)pay->gateway;
	int64_t                     page_s = (pay->created_ms + SANDBOX_PAGE_MS) / 1000;
	int64_t                     expires_s = pay->expires_s;
	struct payment_page_get_row page = { 0 };
	struct str                  ours;
	enum err                    err = ERR_OK;

	assert(pay->gateway > PAY_NONE && pay->gateway < PAY_METHOD_COUNT);
	if (!pay->open) {
		json_none(buf);
		return ERR_OK;
	}
	if (method != PAY_SANDBOX)
		err = payment_page_get(db, request->arena, pay->payment_id, &page);
	if (err != ERR_OK || page.way < 0 || page.way >= (int64_t)COUNT_OF(kinds))
		return err != ERR_OK ? err : ERR_CORRUPT;
	if (method == PAY_SANDBOX)
		page.expires_s = page_s;
	if (page.expires_s != 0 && page.expires_s < expires_s)
		expires_s = page.expires_s; /* it closes earlier than the rate's lock */
	ours = pay_whole(request, pay_path(request, method, pay->payment_id));
	buf_add(buf, STR("{\"kind\":"));
	json_text(buf, str_from(kinds[page.way]));
	json_name(buf, "url");
	/* Our own page leads on as soon as the gateway has opened its one. */
	json_text(buf, page.way == 0 ? whole_url(request, ours) : page.url);
	if (method != PAY_SANDBOX) {
		json_name(buf, "page");
		json_text(buf, whole_url(request, ours));
	}
	if (page.way == PAY_SHOWN_FORM) {
		json_name(buf, "form");
		json_text(buf, page.form);
	}
	json_name(buf, "expires_at");
	json_time(buf, expires_s);
	buf_add_char(buf, '}');
	return ERR_OK;
}

static enum err story_load(struct story *story)
{
	const struct order_get_row *order = story->order;
	struct db                  *db = story->source.db;
	struct arena               *arena = story->source.request->arena;
	enum fx_source              source = FX_SOURCE_NONE;
	enum err err = payment_get(db, arena, order->payment_id, &story->payment);

	if (err == ERR_OK && order->refund_id != 0)
		err = refund_get(db, arena, order->refund_id, &story->refund);
	if (err == ERR_OK && !story_sound(story))
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		err = line_get(db, arena, order->line_id, &story->line);
	if (err == ERR_OK)
		err = quote_rate_source(db, arena, (uint16_t)order->currency, order->rate_as_of_s,
		                        &source);
	if (err == ERR_OK)
		err = pack_load(story);
	if (err == ERR_OK)
		err = history_load(story);
	story->rate = fx_rate_from_e10(CURRENCY_JPY, (uint16_t)order->currency, order->rate_e10,
	                               source, order->rate_as_of_s);
	return err;
}

/* Are the numbers of the rows those of our tables? */
static bool story_sound(const struct story *story)
{
	const struct order_get_row   *order = story->order;
	const struct payment_get_row *payment = &story->payment;
	const struct refund_get_row  *refund = &story->refund;

	return order->state >= 0 && order->state < ORDER_STATE_COUNT && order->gateway > PAY_NONE &&
	       order->gateway < PAY_METHOD_COUNT && payment->state >= 0 &&
	       payment->state < PAYMENT_STATE_COUNT && refund->state >= 0 &&
	       refund->state < REFUND_STATE_COUNT && refund->reason >= 0 &&
	       refund->reason < ORDER_EVENT_COUNT;
}

static enum err pack_load(struct story *story)
{
	struct request         *request = story->source.request;
	const struct plan_pack *pack = NULL;
	const struct catalogue *catalogue;
	enum err err = pack_of_key(story->source.db, request->arena, story->source.catalogue,
	                           story->order->pack, &pack, &catalogue);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	story->pack = pack->code;
	story->pack_name = fill_text(request, &pack->name);
	return ERR_OK;
}

/* From the newest step back to the first. */
static enum err history_load(struct story *story)
{
	struct arena              *arena = story->source.request->arena;
	struct entry              *walked = ARENA_ARRAY(arena, struct entry, ORDER_JSON_WALK + 1);
	struct order_event_get_row event;
	int64_t                    id = story->order->event_id;
	size_t                     count = 0;
	enum err                   err = walked == NULL ? ERR_MEMORY : ERR_OK;

	while (err == ERR_OK && id != 0 && count < ORDER_JSON_WALK) {
		err = order_event_get(story->source.db, arena, id, &event);
		if (err == ERR_OK && (event.state < 0 || event.state >= ORDER_STATE_COUNT))
			err = ERR_CORRUPT;
		if (err != ERR_OK)
			break;
		walked[count++] = (struct entry){ .state = (enum order_state)event.state,
			                          .at_ms = event.at_ms };
		id = event.prev;
	}
	if (err == ERR_OK && id == 0) /* a quote is no event: it is the order's beginning */
		walked[count++] = (struct entry){ .state = ORDER_QUOTED,
			                          .at_ms = story->order->created_s * 1000 };
	if (err == ERR_OK)
		history_take(story, walked, count);
	return err;
}

/* Steps that left the state as it was (a refund taken up, a wish noted) are told
 * elsewhere. */
static void history_take(struct story *story, const struct entry *walked, size_t count)
{
	for (size_t i = count; i-- > 0;) {
		const struct entry *entry = &walked[i];
		bool                same = story->entry_count > 0 &&
		            story->entry[story->entry_count - 1].state == entry->state;

		if (same || story->entry_count == ORDER_JSON_HISTORY)
			continue;
		story->entry[story->entry_count++] = *entry;
		if (entry->state == ORDER_SUBMITTED && story->submitted_ms == 0)
			story->submitted_ms = entry->at_ms;
		if (entry->state == ORDER_ACTIVE && story->active_ms == 0)
			story->active_ms = entry->at_ms;
		story->declined = story->declined || entry->state == ORDER_DECLINED;
	}
}

static enum err head_put(const struct story *story, struct buf *buf)
{
	const struct order_get_row *order = story->order;
	struct request             *request = story->source.request;
	const struct keys          *keys = request->web->keys;
	struct money                price = { .amount = order->price, .currency = CURRENCY_JPY };
	struct money                tax = { .amount = order->tax, .currency = CURRENCY_JPY };

	buf_add(buf, STR("{\"id\":"));
	json_text(buf, public_id(request->arena, keys, PUBLIC_ORDER, order->id));
	json_name(buf, "number");
	json_text(buf, order_number(request->arena, keys, order->id));
	json_name(buf, "state");
	json_text(buf, order_state_name((enum order_state)order->state));
	json_name(buf, "withdrawn");
	json_bool(buf, order->withdrawn != 0);
	json_name(buf, "quote");
	json_text(buf, public_id(request->arena, keys, PUBLIC_QUOTE, order->id));
	json_name(buf, "pack");
	buf_add(buf, STR("{\"id\":"));
	json_text_or_null(buf, story->pack);
	json_name(buf, "name");
	json_text_or_null(buf, story->pack_name);
	buf_add_char(buf, '}');
	json_name(buf, "line");
	api_line_brief(request, buf, story->source.catalogue, &story->line);
	json_name(buf, "price");
	json_money(buf, price);
	json_name(buf, "tax");
	json_money(buf, tax);
	json_name(buf, "amount");
	json_money(buf, fill_paid(order));
	json_name(buf, "rate");
	api_rate(buf, &story->rate, order->margin_bp);
	json_name(buf, "created_at");
	json_time(buf, order->created_s);
	json_name(buf, "expires_at");
	json_time(buf, order->expires_s);
	json_name(buf, "pay");
	return order_json_pay(request, story->source.db, buf,
	                      &(struct order_json_pay){
				  .payment_id = order->payment_id,
				  .gateway = order->gateway,
				  .created_ms = story->payment.created_ms,
				  .expires_s = order->expires_s,
				  .open = pay_open(order, &story->payment, request->now_ms),
			      });
}

static void history_put(const struct story *story, struct buf *buf)
{
	json_name(buf, "history");
	buf_add_char(buf, '[');
	for (size_t i = 0; i < story->entry_count; i++) {
		json_next(buf);
		buf_add(buf, STR("{\"state\":"));
		json_text(buf, order_state_name(story->entry[i].state));
		json_name(buf, "at");
		json_time(buf, story->entry[i].at_ms / 1000);
		buf_add_char(buf, '}');
	}
	buf_add_char(buf, ']');
}

static void payment_put(const struct story *story, struct buf *buf)
{
	const struct payment_get_row *payment = &story->payment;
	struct request               *request = story->source.request;
	struct money                  refunded = { .amount = payment->refunded,
		                                   .currency = (uint16_t)payment->currency };

	json_name(buf, "payment");
	buf_add(buf, STR("{\"id\":"));
	json_text(buf, public_id(request->arena, request->web->keys, PUBLIC_PAYMENT, payment->id));
	json_name(buf, "state");
	json_text(buf, payment_state_name((enum payment_state)payment->state));
	json_name(buf, "method");
	json_text(buf, fill_method(payment->gateway));
	json_name(buf, "amount");
	json_money(buf, fill_paid(story->order));
	json_name(buf, "reference");
	json_text_or_null(buf, payment->reference_null ? STR("") : payment->reference);
	json_name(buf, "created_at");
	json_time(buf, payment->created_ms / 1000);
	json_name(buf, "settled_at");
	json_time(buf, payment->settled_ms / 1000);
	json_name(buf, "refunded");
	json_money(buf, refunded);
	buf_add_char(buf, '}');
}

static void delivery_put(const struct story *story, struct buf *buf)
{
	static const struct str names[DELIVERY_COUNT] = {
#define X(id, name) [DELIVERY_##id] = STR_INIT(name),
		DELIVERIES(X)
#undef X
	};
	enum delivery delivery = delivery_of(story);
	bool          open = delivery == DELIVERY_WAITING || delivery == DELIVERY_SUBMITTED ||
	            delivery == DELIVERY_UNKNOWN;
	int64_t refund_s = story->source.request->web->config->number[SETTING_delivery_refund_s];

	json_name(buf, "delivery");
	buf_add(buf, STR("{\"state\":"));
	json_text(buf, names[delivery]);
	json_name(buf, "submitted_at");
	json_time(buf, story->submitted_ms / 1000);
	json_name(buf, "delivered_at");
	json_time(buf, story->active_ms / 1000);
	json_name(buf, "refund_by");
	json_time(buf, open ? story->payment.settled_ms / 1000 + refund_s : 0);
	buf_add_char(buf, '}');
}

static enum delivery delivery_of(const struct story *story)
{
	switch ((enum order_state)story->order->state) {
	case ORDER_PAID:
		return DELIVERY_WAITING;
	case ORDER_SUBMITTED:
		return DELIVERY_SUBMITTED;
	case ORDER_DELIVERY_UNKNOWN:
		return DELIVERY_UNKNOWN;
	case ORDER_ACTIVE:
		return DELIVERY_DELIVERED;
	case ORDER_DECLINED:
		return DELIVERY_DECLINED;
	case ORDER_REVERSED:
		return story->active_ms != 0 ? DELIVERY_UNDONE
		       : story->declined     ? DELIVERY_DECLINED
		                             : DELIVERY_NONE;
	default:
		return DELIVERY_NONE;
	}
}

static void refund_put(const struct story *story, struct buf *buf)
{
	const struct refund_get_row *refund = &story->refund;
	struct request              *request = story->source.request;
	struct money amount = { .amount = refund->amount, .currency = (uint16_t)refund->currency };

	json_name(buf, "refund");
	if (refund->id == 0) {
		json_none(buf);
		return;
	}
	buf_add(buf, STR("{\"id\":"));
	json_text(buf, public_id(request->arena, request->web->keys, PUBLIC_REFUND, refund->id));
	json_name(buf, "state");
	json_text(buf, refund_state_name((enum refund_state)refund->state));
	json_name(buf, "amount");
	json_money(buf, amount);
	json_name(buf, "reason");
	json_text(buf, order_event_name((enum order_event)refund->reason));
	json_name(buf, "created_at");
	json_time(buf, refund->created_ms / 1000);
	json_name(buf, "done_at");
	json_time(buf, refund->done_ms / 1000);
	buf_add_char(buf, '}');
}

/* The page of the receipt, once there is something to receipt. */
static void receipt_put(const struct story *story, struct buf *buf)
{
	struct request *request = story->source.request;
	bool            paid = story->payment.state == PAYMENT_SUCCEEDED ||
	            story->payment.state == PAYMENT_REFUNDING ||
	            story->payment.state == PAYMENT_REFUNDED ||
	            story->payment.state == PAYMENT_DISPUTED;
	struct str path;

	json_name(buf, "receipt_url");
	if (!paid) {
		json_none(buf);
		return;
	}
	path = pay_order_path(request, story->order->id);
	path = pay_whole(request, arena_printf(request->arena, "%.*s/receipt", STR_ARG(path)));
	json_text(buf, whole_url(request, path));
}

static struct str whole_url(struct request *request, struct str path)
{
	return arena_printf(request->arena, "%.*s%.*s", STR_ARG(request->web->origin),
	                    STR_ARG(path));
}
