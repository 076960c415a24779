/*
 * partner.c - see partner.h.
 */
#include "work/partner.h"

#include "base/log.h"
#include "base/str.h"
#include "store/order_sql.h"
#include "store/public_id.h"
#include "store/sandbox_sql.h"

enum { STEER_BITS = 8, STEER_MASK = 255 };

/* An entry of the partners' books on its way to the disk. */
struct entry {
	struct command  command;
	struct partner *partner;
	enum { ENTRY_PRESS, ENTRY_REFUND, ENTRY_DELIVERY } kind;
	int64_t       id, value, at_ms;
	struct entry *next;
};

struct partner {
	struct partner_setup setup;
	struct entry        *free;
};

static void gateway_answer(struct partner *partner, struct net_call *call);
static void carrier_answer(struct partner *partner, struct net_call *call);
static bool payment_write(struct partner *partner, int64_t id, const struct sandbox_payment *before,
                          const struct sandbox_payment *after);
static bool entry_write(struct partner *partner, struct entry entry);
static enum err entry_apply(struct store *store, struct command *command);
static void     entry_done(struct command *command);
static void     answer(struct net_call *call, bool lost, struct str bytes);

enum err partner_open(struct arena *arena, const struct partner_setup *setup, struct partner **ret)
{
	struct partner *partner = ARENA_NEW(arena, struct partner);
	struct entry   *entries = ARENA_ARRAY(arena, struct entry, PARTNER_WRITES_MAX);

	if (partner == NULL || entries == NULL) {
		return ERR_MEMORY;
	}
	partner->setup = *setup;
	for (size_t i = 0; i < PARTNER_WRITES_MAX; i++) {
		entries[i].next = partner->free;
		partner->free = &entries[i];
	}
	*ret = partner;
	return ERR_OK;
}

void partner_answer(void *ctx, struct net_call *call)
{
	struct partner *partner = ctx;

	call->result = NET_REFUSED;
	if (str_eq(call->url, STR(PARTNER_GATEWAY_URL))) {
		gateway_answer(partner, call);
	} else if (str_eq(call->url, STR(PARTNER_CARRIER_URL))) {
		carrier_answer(partner, call);
	}
}

enum err partner_payment(struct db *db, struct arena *arena, const struct keys *keys,
                         int64_t payment_id, struct sandbox_payment *ret)
{
	struct payment_get_row         payment;
	struct order_get_row           order;
	struct sandbox_payment_get_row book = { 0 };
	enum err                       err = payment_get(db, arena, payment_id, &payment);

	if (err == ERR_OK && payment.gateway != PAY_SANDBOX) {
		err = ERR_NOT_FOUND;
	}
	if (err == ERR_OK) {
		err = order_get(db, arena, payment.order_id, &order);
	}
	if (err != ERR_OK) {
		return err;
	}
	err = sandbox_payment_get(db, payment_id, &book);
	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		return err;
	}
	if ((order.sandbox & STEER_MASK) >= SANDBOX_OUTCOME_COUNT || book.pressed < 0 ||
	    book.pressed >= SANDBOX_BUTTON_COUNT) {
		return ERR_CORRUPT;
	}
	*ret = (struct sandbox_payment){
		.ref = public_id(arena, keys, PUBLIC_PAYMENT, payment_id),
		.outcome = (enum sandbox_outcome)(order.sandbox & STEER_MASK),
		.amount = { .amount = payment.amount, .currency = (uint16_t)payment.currency },
		.created_ms = payment.created_ms,
		.pressed = (enum sandbox_button)book.pressed,
		.pressed_ms = book.pressed_ms,
		.refunded_amount = book.refunded,
		.refund_ms = book.refund_ms,
	};
	return ERR_OK;
}

int32_t partner_steering(enum sandbox_outcome gateway, enum sandbox_delivery_outcome carrier)
{
	return sandbox_steering(gateway, carrier);
}

struct str partner_carrier_outcome(int64_t steering)
{
	int64_t outcome = steering >> STEER_BITS;

	return outcome > 0 && outcome < SANDBOX_DELIVERY_OUTCOME_COUNT
	           ? sandbox_delivery_outcome_name((enum sandbox_delivery_outcome)outcome)
	           : STR("");
}

static void gateway_answer(struct partner *partner, struct net_call *call)
{
	const struct partner_setup *setup = &partner->setup;
	const struct clock         *clock = &setup->env->clock;
	struct sandbox_payment      payment = { 0 }, before;
	struct sandbox_answer       said;
	struct str                  ref;
	int64_t                     id = 0;
	enum err                    err = ERR_NOT_FOUND;

	if (sandbox_gateway_ref(call->body, call->arena, &ref) &&
	    public_id_parse(setup->keys, PUBLIC_PAYMENT, ref, &id)) {
		err = partner_payment(setup->db, call->arena, setup->keys, id, &payment);
	}
	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		answer(call, true, STR(""));
		return;
	}
	before = payment;
	said = sandbox_gateway_answer(&payment, call->body, clock->now_ms(clock->ctx), call->arena);
	if (said.changed && (id == 0 || !payment_write(partner, id, &before, &payment))) {
		return; /* no room in the books: nothing has happened */
	}
	answer(call, said.lost, said.bytes);
}

/* Only what the gateway's own verbs change: closing the page, and refunds. */
static bool payment_write(struct partner *partner, int64_t id, const struct sandbox_payment *before,
                          const struct sandbox_payment *after)
{
	if (after->refund_ms != before->refund_ms) {
		return entry_write(partner, (struct entry){ .kind = ENTRY_REFUND,
		                                            .id = id,
		                                            .value = after->refunded_amount,
		                                            .at_ms = after->refund_ms });
	}
	if (after->pressed != before->pressed) {
		return entry_write(partner, (struct entry){ .kind = ENTRY_PRESS,
		                                            .id = id,
		                                            .value = after->pressed,
		                                            .at_ms = after->pressed_ms });
	}
	return before->created_ms != 0; /* a payment that we do not have cannot be opened */
}

static void carrier_answer(struct partner *partner, struct net_call *call)
{
	const struct partner_setup     *setup = &partner->setup;
	const struct clock             *clock = &setup->env->clock;
	struct sandbox_delivery_get_row book;
	struct sandbox_delivery         delivery = { 0 };
	struct sandbox_delivery_answer  said;
	struct str                      number;
	int64_t                         id = 0;
	enum err                        err = ERR_NOT_FOUND;

	if (sandbox_carrier_order(call->body, call->arena, &number) &&
	    order_number_parse(setup->keys, number, &id)) {
		err = sandbox_delivery_get(setup->db, id, &book);
	}
	if (err == ERR_OK && book.outcome >= 0 && book.outcome < SANDBOX_DELIVERY_OUTCOME_COUNT) {
		delivery = (struct sandbox_delivery){
			.order = number,
			.outcome = (enum sandbox_delivery_outcome)book.outcome,
			.created_ms = book.created_ms,
		};
	} else if (err != ERR_NOT_FOUND) {
		answer(call, true, STR(""));
		return;
	}
	said = sandbox_carrier_answer(&delivery, call->body, clock->now_ms(clock->ctx),
	                              call->arena);
	if (said.changed && (id == 0 || !entry_write(partner, (struct entry){
								  .kind = ENTRY_DELIVERY,
								  .id = id,
								  .value = delivery.outcome,
								  .at_ms = delivery.created_ms,
							      }))) {
		return;
	}
	answer(call, said.lost, said.bytes);
}

static void answer(struct net_call *call, bool lost, struct str bytes)
{
	call->result = lost || bytes.len == 0 ? NET_UNKNOWN : NET_ANSWER;
	call->status = call->result == NET_ANSWER ? 200 : 0;
	call->answer = bytes;
}

/* Queued before whatever the answer makes of it, so it is on disk no later. */
static bool entry_write(struct partner *partner, struct entry entry)
{
	struct entry *slot = partner->free;

	if (slot == NULL) {
		return false;
	}
	partner->free = slot->next;
	*slot = entry;
	slot->partner = partner;
	slot->command = (struct command){
		.apply = entry_apply,
		.arg = slot,
		.done = entry_done,
		.owner = WRITER_WORK,
	};
	if (writer_submit(partner->setup.writer, &slot->command) != ERR_OK) {
		slot->next = partner->free;
		partner->free = slot;
		return false;
	}
	return true;
}

static enum err entry_apply(struct store *store, struct command *command)
{
	const struct entry *entry = command->arg;
	int64_t             changes;

	switch (entry->kind) {
	case ENTRY_PRESS:
		return sandbox_payment_press(store->db, entry->id, entry->value, entry->at_ms,
		                             &changes);
	case ENTRY_REFUND:
		return sandbox_payment_refund(store->db, entry->id, entry->value, entry->at_ms,
		                              &changes);
	case ENTRY_DELIVERY:
		return sandbox_delivery_add(store->db, entry->id, entry->value, entry->at_ms,
		                            &changes);
	}
	assert(false);
	return ERR_REFUSED;
}

static void entry_done(struct command *command)
{
	struct entry *entry = command->arg;

	if (command->err != ERR_OK) {
		log_line(LOG_ERROR, "sandbox partner's book could not be written",
		         LOG_TEXT("error", str_from(err_text(command->err))));
	}
	entry->next = entry->partner->free;
	entry->partner->free = entry;
}
