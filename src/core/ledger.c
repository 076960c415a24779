/*
 * ledger.c - the entries of DOMAIN 10's table; see ledger.h.
 */
#include "core/ledger.h"

static int64_t share(int64_t value, int64_t part, int64_t whole);
static void    entry_begin(struct ledger_entry *entry, enum ledger_event event);
static void    entry_add(struct ledger_entry *entry, enum ledger_kind kind, int64_t owner,
                         int64_t amount, uint16_t currency);
static void    entry_exchange(struct ledger_entry *entry, const struct ledger_sale *sale, int sign);
static void    entry_end(const struct ledger_entry *entry);

/* gateway_due +paid; fx -paid, fx +price; deferred -net, tax_due -tax */
void ledger_paid(const struct ledger_sale *sale, struct ledger_entry *ret)
{
	entry_begin(ret, LEDGER_EVENT_PAID);
	entry_add(ret, LEDGER_GATEWAY_DUE, sale->gateway, sale->paid.amount, sale->paid.currency);
	entry_exchange(ret, sale, 1);
	entry_add(ret, LEDGER_DEFERRED, 0, -(sale->price - sale->tax), CURRENCY_JPY);
	entry_add(ret, LEDGER_TAX_DUE, 0, -sale->tax, CURRENCY_JPY);
	entry_end(ret);
}

/* deferred +net; revenue -net, or the line's balance when value was sold */
void ledger_active(const struct ledger_sale *sale, struct ledger_entry *ret)
{
	int64_t net = sale->price - sale->tax;

	entry_begin(ret, LEDGER_EVENT_ACTIVE);
	entry_add(ret, LEDGER_DEFERRED, 0, net, CURRENCY_JPY);
	if (sale->balance) {
		entry_add(ret, LEDGER_BALANCE, sale->line_id, -net, CURRENCY_JPY);
	} else {
		entry_add(ret, LEDGER_REVENUE, 0, -net, CURRENCY_JPY);
	}
	entry_end(ret);
}

/* The sale backwards, in the paid amount and currency: a rate difference is
 * ours, on fx (DOMAIN 10). */
void ledger_declined(const struct ledger_sale *sale, struct ledger_entry *ret)
{
	entry_begin(ret, LEDGER_EVENT_DECLINED);
	entry_add(ret, LEDGER_DEFERRED, 0, sale->price - sale->tax, CURRENCY_JPY);
	entry_add(ret, LEDGER_TAX_DUE, 0, sale->tax, CURRENCY_JPY);
	entry_exchange(ret, sale, -1);
	entry_add(ret, LEDGER_REFUND_DUE, 0, -sale->paid.amount, sale->paid.currency);
	entry_end(ret);
}

void ledger_undone(const struct ledger_sale *sale, struct ledger_entry *ret)
{
	int64_t net = sale->price - sale->tax;

	entry_begin(ret, LEDGER_EVENT_UNDONE);
	if (sale->balance) {
		entry_add(ret, LEDGER_BALANCE, sale->line_id, net, CURRENCY_JPY);
	} else {
		entry_add(ret, LEDGER_REVENUE, 0, net, CURRENCY_JPY);
	}
	entry_add(ret, LEDGER_TAX_DUE, 0, sale->tax, CURRENCY_JPY);
	entry_exchange(ret, sale, -1);
	entry_add(ret, LEDGER_REFUND_DUE, 0, -sale->paid.amount, sale->paid.currency);
	entry_end(ret);
}

/* Never a sale: it came in and must go back. */
void ledger_extra(const struct ledger_sale *sale, struct ledger_entry *ret)
{
	entry_begin(ret, LEDGER_EVENT_EXTRA);
	entry_add(ret, LEDGER_GATEWAY_DUE, sale->gateway, sale->paid.amount, sale->paid.currency);
	entry_add(ret, LEDGER_REFUND_DUE, 0, -sale->paid.amount, sale->paid.currency);
	entry_end(ret);
}

void ledger_returned(const struct ledger_sale *part, struct ledger_entry *ret)
{
	entry_begin(ret, LEDGER_EVENT_RETURNED);
	entry_add(ret, LEDGER_REVENUE, 0, part->price - part->tax, CURRENCY_JPY);
	entry_add(ret, LEDGER_TAX_DUE, 0, part->tax, CURRENCY_JPY);
	entry_exchange(ret, part, -1);
	entry_add(ret, LEDGER_REFUND_DUE, 0, -part->paid.amount, part->paid.currency);
	entry_end(ret);
}

struct ledger_sale ledger_part(const struct ledger_sale *sale, int64_t before, int64_t amount)
{
	struct ledger_sale part = *sale;

	assert(before >= 0 && amount > 0 && before <= sale->paid.amount - amount);
	part.paid.amount = amount;
	part.price = share(sale->price, before + amount, sale->paid.amount) -
	             share(sale->price, before, sale->paid.amount);
	part.tax = share(sale->tax, before + amount, sale->paid.amount) -
	           share(sale->tax, before, sale->paid.amount);
	return part;
}

void ledger_refunded(const struct ledger_sale *sale, struct money back, struct ledger_entry *ret)
{
	assert(back.currency == sale->paid.currency);
	assert(back.amount > 0 && back.amount <= sale->paid.amount);
	entry_begin(ret, LEDGER_EVENT_REFUNDED);
	entry_add(ret, LEDGER_REFUND_DUE, 0, back.amount, back.currency);
	entry_add(ret, LEDGER_GATEWAY_DUE, sale->gateway, -back.amount, back.currency);
	entry_end(ret);
}

bool ledger_make(enum ledger_event event, const struct ledger_sale *sale, struct ledger_entry *ret)
{
	switch (event) {
	case LEDGER_EVENT_PAID:
		ledger_paid(sale, ret);
		return true;
	case LEDGER_EVENT_ACTIVE:
		ledger_active(sale, ret);
		return true;
	case LEDGER_EVENT_DECLINED:
		ledger_declined(sale, ret);
		return true;
	case LEDGER_EVENT_UNDONE:
		ledger_undone(sale, ret);
		return true;
	case LEDGER_EVENT_EXTRA:
		ledger_extra(sale, ret);
		return true;
	case LEDGER_EVENT_REFUNDED:
		ledger_refunded(sale, sale->paid, ret);
		return true;
	case LEDGER_EVENT_RETURNED:
		ledger_returned(sale, ret);
		return true;
	case LEDGER_EVENT_BALANCE_EXPIRED: /* of a lot */
	case LEDGER_EVENT_SETTLED:         /* of a statement */
	case LEDGER_EVENT_PAYOUT:
	case LEDGER_EVENT_UNPLACED:
	case LEDGER_EVENT_COUNT:
		break;
	}
	return false;
}

bool ledger_balanced(const struct ledger_entry *entry)
{
	for (size_t i = 0; i < entry->count; i++) {
		int64_t sum = 0;
		for (size_t j = 0; j < entry->count; j++) {
			if (entry->posting[j].money.currency == entry->posting[i].money.currency) {
				sum += entry->posting[j].money.amount;
			}
		}
		if (sum != 0) {
			return false;
		}
	}
	return true;
}

struct str ledger_kind_name(enum ledger_kind kind)
{
#define X(id, name, owner, clears) [LEDGER_##id] = { .ptr = name, .len = sizeof(name) - 1 },
	static const struct str names[LEDGER_KIND_COUNT] = { LEDGER_KINDS(X) };
#undef X
	assert(kind < LEDGER_KIND_COUNT);
	return names[kind];
}

struct str ledger_event_name(enum ledger_event event)
{
#define X(id, name) [LEDGER_EVENT_##id] = { .ptr = name, .len = sizeof(name) - 1 },
	static const struct str names[LEDGER_EVENT_COUNT] = { LEDGER_EVENTS(X) };
#undef X
	assert(event < LEDGER_EVENT_COUNT);
	return names[event];
}

bool ledger_clears(enum ledger_kind kind)
{
#define X(id, name, owner, clears) [LEDGER_##id] = clears,
	static const bool clearing[LEDGER_KIND_COUNT] = { LEDGER_KINDS(X) };
#undef X
	assert(kind < LEDGER_KIND_COUNT);
	return clearing[kind];
}

/* Of what was really paid, so it always fits. */
static int64_t share(int64_t value, int64_t part, int64_t whole)
{
	int64_t scaled = 0;
	bool    fits = money_scale(value, part, whole, &scaled);

	assert(fits);
	return scaled;
}

static void entry_begin(struct ledger_entry *entry, enum ledger_event event)
{
	*entry = (struct ledger_entry){ .event = event };
}

/* Nothing is written for nothing: a tax-free sale has no tax posting. */
static void entry_add(struct ledger_entry *entry, enum ledger_kind kind, int64_t owner,
                      int64_t amount, uint16_t currency)
{
	assert(entry->count < LEDGER_POSTING_MAX);
	assert(amount >= -MONEY_MAX && amount <= MONEY_MAX);
	if (amount == 0) {
		return;
	}
	entry->posting[entry->count++] = (struct ledger_posting){
		.kind = kind,
		.owner = owner,
		.money = { .amount = amount, .currency = currency },
	};
}

/* Through the exchange account, also for JPY, so that `paid` always reads the
 * same; in one currency both sides cancel and are left out. */
static void entry_exchange(struct ledger_entry *entry, const struct ledger_sale *sale, int sign)
{
	if (sale->paid.currency == CURRENCY_JPY) {
		entry_add(entry, LEDGER_ROUNDING, 0, sign * (sale->price - sale->paid.amount),
		          CURRENCY_JPY);
		return;
	}
	entry_add(entry, LEDGER_FX, 0, -sign * sale->paid.amount, sale->paid.currency);
	entry_add(entry, LEDGER_FX, 0, sign * sale->price, CURRENCY_JPY);
}

static void entry_end(const struct ledger_entry *entry)
{
	assert(entry->count > 0);
	assert(ledger_balanced(entry));
}
