/*
 * desk_story.c - see desk_story.h.
 */
#include "web/desk_story.h"

#include "base/squeeze.h"
#include "base/str.h"
#include "core/payment.h"
#include "store/desk_read.h"
#include "store/ledger_sql.h"
#include "web/desk_find.h"
#include "web/desk_words.h"
#include "web/web.h"

#define CALLBACK_MAX 50 /* callbacks that are shown */
#define ROW_MAX      (DESK_STEP_MAX + CALLBACK_MAX + 100)
#define WHO_MAX      16 /* members of staff whose address is looked up once */

/* A story under way. */
struct story {
	struct request             *request;
	const struct order_get_row *order;
	struct desk_event_row      *rows;
	size_t                      count, callbacks;
	struct {
		int64_t    account_id;
		struct str mail;
	} who[WHO_MAX];
	size_t who_count;
};

static enum err steps_add(struct story *story, bool *ret_cut);
static enum err step_add(struct story *story, const struct order_event_get_row *event);
static enum err callbacks_add(struct story *story, int64_t at_ms);
static enum err deeds_add(struct story *story);
static enum err deed_who(struct story *story, int64_t account_id, struct str *ret);
static bool deed_known(struct story *story, const struct desk_audit_of_row *deed, struct str who);
static enum desk_event kind_of(enum order_event cause);
static void            story_sort(struct story *story);
static void            story_states(struct story *story);
static bool            event_before(const struct desk_event_row *a, const struct desk_event_row *b);
static enum err        entry_add(struct request *request, const struct ledger_txn_get_row *txn,
                                 struct desk_posting_row *rows, size_t *count);
static struct str      account_text(struct request *request, int64_t kind, int64_t owner,
                                    uint16_t currency);

enum err desk_story_events(struct request *request, const struct order_get_row *order,
                           struct desk_order_view *ret)
{
	struct story story = { .request = request,
		               .order = order,
		               .rows = ARENA_ARRAY(request->arena, struct desk_event_row,
		                                   ROW_MAX) };
	enum err     err = story.rows == NULL ? ERR_MEMORY : steps_add(&story, &ret->events_cut);

	if (err == ERR_OK)
		err = deeds_add(&story);
	if (err != ERR_OK)
		return err;
	story_sort(&story);
	story_states(&story);
	ret->events = story.rows;
	ret->event_count = story.count;
	return ERR_OK;
}

enum err desk_story_postings(struct request *request, const struct order_get_row *order,
                             struct desk_order_view *ret)
{
	struct ledger_txn_get_row txns[DESK_ENTRY_MAX];
	struct desk_posting_row  *rows = ARENA_ARRAY(request->arena, struct desk_posting_row,
	                                             DESK_ENTRY_MAX * LEDGER_POSTING_MAX);
	size_t                    count = 0;
	int64_t                   id = order->txn_id;
	enum err                  err = rows == NULL ? ERR_MEMORY : ERR_OK;

	while (err == ERR_OK && id != 0 && count < DESK_ENTRY_MAX) {
		err = ledger_txn_get(request->db, id, &txns[count]);
		if (err == ERR_OK)
			id = txns[count++].prev;
	}
	ret->postings = rows;
	while (err == ERR_OK && count > 0)
		err = entry_add(request, &txns[--count], rows, &ret->posting_count);
	return err;
}

/* From the newest step back. */
static enum err steps_add(struct story *story, bool *ret_cut)
{
	struct order_event_get_row event = { .prev = story->order->event_id };
	struct order_event_get_row quote = { .state = ORDER_QUOTED,
		                             .cause = ORDER_EVENT_QUOTE,
		                             .at_ms = story->order->created_s * 1000,
		                             .note_null = true };
	enum err                   err = ERR_OK;

	while (err == ERR_OK && event.prev != 0 && story->count < DESK_STEP_MAX + CALLBACK_MAX) {
		err = order_event_get(story->request->db, story->request->arena, event.prev,
		                      &event);
		if (err == ERR_OK)
			err = step_add(story, &event);
	}
	*ret_cut = err == ERR_OK && event.prev != 0;
	if (err == ERR_OK && !*ret_cut)
		err = step_add(story, &quote);
	return err;
}

static enum err step_add(struct story *story, const struct order_event_get_row *event)
{
	enum order_event cause = (enum order_event)event->cause;
	enum err         err = ERR_OK;

	if (event->cause < 0 || event->cause >= ORDER_EVENT_COUNT || event->state < 0 ||
	    event->state >= ORDER_STATE_COUNT)
		return ERR_CORRUPT;
	story->rows[story->count++] = (struct desk_event_row){
		.at_ms = event->at_ms,
		.kind = kind_of(cause),
		.words = desk_cause_words(cause),
		.enters = true,
		.state = (enum order_state)event->state,
		.detail = event->note_null ? STR("") : event->note,
	};
	if (kind_of(cause) == DESK_EVENT_PAYMENT)
		err = callbacks_add(story, event->at_ms);
	return err;
}

/* A callback and the step that it made were stored together. */
static enum err callbacks_add(struct story *story, int64_t at_ms)
{
	struct request             *request = story->request;
	struct desk_event_list_row *rows;
	size_t                      count;
	enum err err = desk_callbacks(request->db, request->arena, story->order->id, at_ms, &rows,
	                              &count);

	for (size_t i = 0; err == ERR_OK && i < count && story->callbacks < CALLBACK_MAX; i++) {
		struct part *part = ARENA_NEW(request->arena, struct part);

		if (part == NULL || rows[i].gateway < 0 || rows[i].gateway >= PAY_METHOD_COUNT)
			return part == NULL ? ERR_MEMORY : ERR_CORRUPT;
		*part = PART("bytes", (int64_t)squeeze_size(rows[i].head, (size_t)rows[i].size));
		story->callbacks++;
		story->rows[story->count++] = (struct desk_event_row){
			.at_ms = at_ms,
			.kind = DESK_EVENT_NOTICE,
			.words = { .msg = MSG_DESK_CALLBACK,
			           .parts = part,
			           .part_count = 1,
			           .count = -1 },
			.who = pay_method_name((enum pay_method)rows[i].gateway),
		};
	}
	return err;
}

/* What staff did about it. */
static enum err deeds_add(struct story *story)
{
	struct request           *request = story->request;
	struct desk_audit_of_row *deeds;
	struct str                who = STR("");
	size_t                    count;
	enum err err = desk_audit_since(request->db, request->arena, story->order->id,
	                                story->order->created_s, &deeds, &count);

	for (size_t i = 0; err == ERR_OK && i < count && story->count < ROW_MAX; i++) {
		err = deed_who(story, deeds[i].actor, &who);
		if (err != ERR_OK || deed_known(story, &deeds[i], who))
			continue;
		story->rows[story->count++] = (struct desk_event_row){
			.at_ms = deeds[i].at_s * 1000,
			.kind = DESK_EVENT_STAFF,
			.words = desk_did_words(deeds[i].action),
			.detail = deeds[i].reason,
			.who = who,
		};
	}
	return err;
}

static enum err deed_who(struct story *story, int64_t account_id, struct str *ret)
{
	enum err err;

	for (size_t i = 0; i < story->who_count; i++) {
		if (story->who[i].account_id == account_id) {
			*ret = story->who[i].mail;
			return ERR_OK;
		}
	}
	err = desk_mail(story->request, account_id, ret);
	if (err == ERR_OK && story->who_count < WHO_MAX) {
		story->who[story->who_count].account_id = account_id;
		story->who[story->who_count++].mail = *ret;
	}
	return err;
}

/* A withdrawal is a step of the history, too: it only lacks who did it. */
static bool deed_known(struct story *story, const struct desk_audit_of_row *deed, struct str who)
{
	if (!str_eq(deed->action, order_event_name(ORDER_EVENT_WITHDRAW)))
		return false;
	for (size_t i = 0; i < story->count; i++) {
		struct desk_event_row *row = &story->rows[i];

		if (row->enters && row->words.msg == MSG_DESK_CAUSE_WITHDRAW &&
		    row->at_ms / 1000 == deed->at_s) {
			row->kind = DESK_EVENT_STAFF;
			row->who = who;
			return true;
		}
	}
	return false;
}

static enum desk_event kind_of(enum order_event cause)
{
	switch (cause) {
	case ORDER_EVENT_PAY_OPENED:
	case ORDER_EVENT_PAY_SUCCEEDED:
	case ORDER_EVENT_PAY_FAILED:
	case ORDER_EVENT_PAY_EXPIRED:
	case ORDER_EVENT_PAY_UNKNOWN:
	case ORDER_EVENT_REFUND_PENDING:
	case ORDER_EVENT_REFUND_DONE:
	case ORDER_EVENT_REFUND_FAILED:
		return DESK_EVENT_PAYMENT;
	case ORDER_EVENT_SENT:
	case ORDER_EVENT_DELIVERED:
	case ORDER_EVENT_DELIVERY_DECLINED:
	case ORDER_EVENT_DELIVERY_UNKNOWN:
	case ORDER_EVENT_DELIVERY_ABSENT:
	case ORDER_EVENT_DELIVERY_SETTLED:
	case ORDER_EVENT_DELIVERY_UNDONE:
		return DESK_EVENT_DELIVERY;
	default:
		return DESK_EVENT_STATE;
	}
}

/* The steps came newest first; those of one moment keep their order. */
static void story_sort(struct story *story)
{
	struct desk_event_row *rows = story->rows;

	for (size_t i = 0; i < story->count / 2; i++) {
		struct desk_event_row row = rows[i];
		rows[i] = rows[story->count - 1 - i];
		rows[story->count - 1 - i] = row;
	}
	for (size_t i = 1; i < story->count; i++) {
		struct desk_event_row row = rows[i];
		size_t                at = i;

		for (; at > 0 && event_before(&row, &rows[at - 1]); at--)
			rows[at] = rows[at - 1];
		rows[at] = row;
	}
}

/* Only where the order came into another state, that state is shown. */
static void story_states(struct story *story)
{
	enum order_state state = ORDER_STATE_COUNT;

	for (size_t i = 0; i < story->count; i++) {
		struct desk_event_row *row = &story->rows[i];

		if (!row->enters)
			continue;
		row->enters = row->state != state;
		state = row->state;
	}
}

/* By time; what fell into one moment: the callback, then its step, then staff. */
static bool event_before(const struct desk_event_row *a, const struct desk_event_row *b)
{
	static const int order[DESK_EVENT_COUNT] = {
		[DESK_EVENT_NOTICE] = 0,   [DESK_EVENT_STATE] = 1, [DESK_EVENT_PAYMENT] = 1,
		[DESK_EVENT_DELIVERY] = 1, [DESK_EVENT_STAFF] = 2,
	};

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms;
	return order[a->kind] < order[b->kind];
}

static enum err entry_add(struct request *request, const struct ledger_txn_get_row *txn,
                          struct desk_posting_row *rows, size_t *count)
{
	struct ledger_txn_postings_row *postings;
	size_t                          posting_count;
	enum err err = ledger_txn_postings(request->db, request->arena, txn->id, txn->first_posting,
	                                   &postings, &posting_count);

	if (err == ERR_OK && (txn->kind < 0 || txn->kind >= LEDGER_EVENT_COUNT))
		err = ERR_CORRUPT;
	for (size_t i = 0; err == ERR_OK && i < posting_count; i++) {
		uint16_t currency = (uint16_t)postings[i].currency;

		if (postings[i].kind < 0 || postings[i].kind >= LEDGER_KIND_COUNT)
			return ERR_CORRUPT;
		rows[(*count)++] = (struct desk_posting_row){
			.at_s = txn->at_s,
			.transaction = txn->id,
			.event = desk_book_words((enum ledger_event)txn->kind),
			.account = account_text(request, postings[i].kind, postings[i].owner,
			                        currency),
			.amount = { .amount = postings[i].amount, .currency = currency },
		};
	}
	return err;
}

/* "gateway_due:sandbox", "fx:CNY", "deferred". */
static struct str account_text(struct request *request, int64_t kind, int64_t owner,
                               uint16_t currency)
{
	struct str name = ledger_kind_name((enum ledger_kind)kind);
	struct str of = STR("");

	if ((kind == LEDGER_GATEWAY_DUE || kind == LEDGER_GATEWAY_FEE) && owner >= 0 &&
	    owner < PAY_METHOD_COUNT)
		of = pay_method_name((enum pay_method)owner);
	else if (kind == LEDGER_FX)
		of = currency_code(currency);
	return of.len == 0 ? name
	                   : arena_printf(request->arena, "%.*s:%.*s", STR_ARG(name), STR_ARG(of));
}
