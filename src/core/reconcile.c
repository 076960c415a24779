/*
 * reconcile.c - see reconcile.h.
 */
#include "core/reconcile.h"

#include "base/str.h"

struct match {
	const struct recon_terms *terms;
	recon_visit              *visit;
	recon_matched            *matched;
	void                     *ctx;
	struct recon_result      *result;
	bool                      full;
};

static int  order_of(enum recon_kind a_kind, int64_t a_id, enum recon_kind b_kind, int64_t b_id);
static int  order_here(const struct recon_ours *ours, size_t ours_count, size_t i,
                       const struct recon_theirs *theirs, size_t theirs_count, size_t j);
static void ours_alone(struct match *match, const struct recon_ours *ours);
static void theirs_alone(struct match *match, const struct recon_theirs *theirs);
static void pair(struct match *match, const struct recon_ours *ours,
                 const struct recon_theirs *theirs);
static void again(struct match *match, const struct recon_ours *ours,
                  const struct recon_theirs *theirs);
static bool fee_fits(const struct recon_terms *terms, const struct recon_theirs *theirs);
static void sum_add(struct match *match, const struct recon_theirs *theirs);
static void entry_add(struct ledger_entry *entry, enum ledger_kind kind, int64_t owner,
                      int64_t amount, uint16_t currency);

bool recon_match(const struct recon_ours *ours, size_t ours_count,
                 const struct recon_theirs *theirs, size_t theirs_count,
                 const struct recon_terms *terms, recon_visit *visit, recon_matched *matched,
                 void *ctx, struct recon_result *ret)
{
	struct recon_result result = { 0 };
	struct match        match = { .terms = terms, .visit = visit, .matched = matched };
	size_t              i = 0, j = 0;

	match.ctx = ctx;
	match.result = &result;
	while (i < ours_count || j < theirs_count) {
		int order;

		if (j < theirs_count && theirs[j].id == 0) {
			theirs_alone(&match, &theirs[j++]);
			continue;
		}
		order = order_here(ours, ours_count, i, theirs, theirs_count, j);
		if (order < 0) {
			ours_alone(&match, &ours[i++]);
		} else if (order > 0) {
			theirs_alone(&match, &theirs[j++]);
		} else {
			pair(&match, &ours[i], &theirs[j++]);
			while (j < theirs_count && theirs[j].id == ours[i].id &&
			       theirs[j].kind == ours[i].kind)
				again(&match, &ours[i], &theirs[j++]);
			i++;
		}
	}
	*ret = result;
	return !match.full;
}

/* Which list is behind: -1 ours comes alone, 1 theirs does, 0 they are a pair. */
static int order_here(const struct recon_ours *ours, size_t ours_count, size_t i,
                      const struct recon_theirs *theirs, size_t theirs_count, size_t j)
{
	if (i == ours_count)
		return 1;
	assert(i == 0 || recon_ours_order(&ours[i - 1], &ours[i]) < 0);
	if (j == theirs_count)
		return -1;
	return order_of(ours[i].kind, ours[i].id, theirs[j].kind, theirs[j].id);
}

int recon_ours_order(const void *a, const void *b)
{
	const struct recon_ours *x = a, *y = b;

	return order_of(x->kind, x->id, y->kind, y->id);
}

int recon_theirs_order(const void *a, const void *b)
{
	const struct recon_theirs *x = a, *y = b;
	int                        order = order_of(x->kind, x->id, y->kind, y->id);

	return order != 0 ? order : x->row < y->row ? -1 : x->row > y->row;
}

void recon_entry(int64_t gateway, const struct recon_theirs *theirs, struct ledger_entry *ret)
{
	int64_t sign = theirs->kind == RECON_REFUND ? -1 : 1;
	int64_t fee = theirs->fee.currency != CURRENCY_NONE ? theirs->fee.amount : 0;
	int64_t amount = sign * theirs->money.amount, gross = theirs->settled.amount;

	*ret = (struct ledger_entry){ .event = LEDGER_EVENT_SETTLED };
	/* The gateway owes the other currency from now on: what it made of the payment. */
	if (theirs->settled.currency != CURRENCY_NONE &&
	    theirs->settled.currency != theirs->money.currency) {
		if (theirs->fee.currency == theirs->settled.currency)
			gross += fee;
		entry_add(ret, LEDGER_GATEWAY_DUE, gateway, -amount, theirs->money.currency);
		entry_add(ret, LEDGER_FX, 0, amount, theirs->money.currency);
		entry_add(ret, LEDGER_GATEWAY_DUE, gateway, gross, theirs->settled.currency);
		entry_add(ret, LEDGER_FX, 0, -gross, theirs->settled.currency);
	}
	entry_add(ret, LEDGER_GATEWAY_FEE, gateway, fee, theirs->fee.currency);
	entry_add(ret, LEDGER_GATEWAY_DUE, gateway, -fee, theirs->fee.currency);
	assert(ledger_balanced(ret));
}

void recon_payout_entry(int64_t gateway, struct money amount, struct ledger_entry *ret)
{
	*ret = (struct ledger_entry){ .event = LEDGER_EVENT_PAYOUT };
	entry_add(ret, LEDGER_BANK, 0, amount.amount, amount.currency);
	entry_add(ret, LEDGER_GATEWAY_DUE, gateway, -amount.amount, amount.currency);
	assert(ledger_balanced(ret));
}

void recon_fee_entry(int64_t gateway, struct money fee, struct ledger_entry *ret)
{
	*ret = (struct ledger_entry){ .event = LEDGER_EVENT_SETTLED };
	entry_add(ret, LEDGER_GATEWAY_FEE, gateway, fee.amount, fee.currency);
	entry_add(ret, LEDGER_GATEWAY_DUE, gateway, -fee.amount, fee.currency);
	assert(ledger_balanced(ret));
}

void recon_unplaced_entry(int64_t gateway, enum recon_kind about, struct money money, bool placed,
                          struct ledger_entry *ret)
{
	int64_t amount = (about == RECON_REFUND) != placed ? -money.amount : money.amount;

	*ret = (struct ledger_entry){ .event = LEDGER_EVENT_UNPLACED };
	entry_add(ret, LEDGER_GATEWAY_DUE, gateway, amount, money.currency);
	entry_add(ret, LEDGER_SUSPENSE, 0, -amount, money.currency);
	assert(ledger_balanced(ret));
}

static const struct {
	struct str name;
	bool       heals;
} breaks[RECON_BREAK_KIND_COUNT] = {
#define X(id, text, by_query) \
	[RECON_BREAK_## \
	    id] = { .name = { .ptr = text, .len = sizeof(text) - 1 }, .heals = by_query },
	RECON_BREAKS(X)
#undef X
};

struct str recon_break_name(enum recon_break_kind kind)
{
	assert(kind < RECON_BREAK_KIND_COUNT);
	return breaks[kind].name;
}

bool recon_break_heals(enum recon_break_kind kind)
{
	assert(kind < RECON_BREAK_KIND_COUNT);
	return breaks[kind].heals;
}

static int order_of(enum recon_kind a_kind, int64_t a_id, enum recon_kind b_kind, int64_t b_id)
{
	if (a_kind != b_kind)
		return a_kind < b_kind ? -1 : 1;
	return a_id < b_id ? -1 : a_id > b_id;
}

/* Only what is done, of this statement's time, and in no other one, must be there. */
static void ours_alone(struct match *match, const struct recon_ours *ours)
{
	if (ours->state != RECON_DONE || ours->reconciled || ours->done_s < match->terms->from_s ||
	    ours->done_s >= match->terms->to_s)
		return;
	match->visit(match->ctx, &(struct recon_break){ .kind = RECON_BREAK_MISSING_THERE,
	                                                .about = ours->kind,
	                                                .id = ours->id,
	                                                .ours = ours->money });
}

static void theirs_alone(struct match *match, const struct recon_theirs *theirs)
{
	match->visit(match->ctx, &(struct recon_break){ .kind = RECON_BREAK_FOREIGN,
	                                                .about = theirs->kind,
	                                                .row = theirs->row,
	                                                .theirs = theirs->money });
}

/* The first thing that is wrong is told; what cannot be trusted is not booked. */
static void pair(struct match *match, const struct recon_ours *ours,
                 const struct recon_theirs *theirs)
{
	struct recon_break found = { .kind = RECON_BREAK_KIND_COUNT,
		                     .about = ours->kind,
		                     .id = ours->id,
		                     .row = theirs->row,
		                     .ours = ours->money,
		                     .theirs = theirs->money };

	if (ours->reconciled)
		found.kind = RECON_BREAK_TWICE;
	else if (theirs->money.currency != ours->money.currency)
		found.kind = RECON_BREAK_CURRENCY;
	else if (theirs->money.amount != ours->money.amount)
		found.kind = RECON_BREAK_AMOUNT;
	else if (!theirs->done)
		found.kind = ours->state == RECON_DONE ? RECON_BREAK_STATE : RECON_BREAK_KIND_COUNT;
	else if (ours->state == RECON_OPEN)
		found.kind = RECON_BREAK_MISSING_HERE;
	else if (ours->state == RECON_ENDED)
		found.kind = RECON_BREAK_STATE;
	if (found.kind != RECON_BREAK_KIND_COUNT) {
		match->visit(match->ctx, &found);
		return;
	}
	if (!theirs->done)
		return;
	match->result->matched_count++;
	sum_add(match, theirs);
	match->matched(match->ctx, ours, theirs);
	if (!fee_fits(match->terms, theirs)) {
		found.kind = RECON_BREAK_FEE;
		found.theirs = theirs->fee;
		match->visit(match->ctx, &found);
	}
}

static void again(struct match *match, const struct recon_ours *ours,
                  const struct recon_theirs *theirs)
{
	match->visit(match->ctx, &(struct recon_break){ .kind = RECON_BREAK_TWICE,
	                                                .about = ours->kind,
	                                                .id = ours->id,
	                                                .row = theirs->row,
	                                                .ours = ours->money,
	                                                .theirs = theirs->money });
}

/* By the contract, give or take one minor unit of the gateway's rounding.  Refunds are not
 * checked: whether a fee comes back is another matter with each gateway. */
static bool fee_fits(const struct recon_terms *terms, const struct recon_theirs *theirs)
{
	int64_t of = theirs->money.amount, expected;

	if ((terms->fee_bp == 0 && terms->fee_fixed == 0) || theirs->kind == RECON_REFUND ||
	    theirs->fee.currency == CURRENCY_NONE)
		return true;
	if (theirs->fee.currency != theirs->money.currency) {
		if (theirs->settled.currency != theirs->fee.currency)
			return true;
		of = theirs->settled.amount + theirs->fee.amount;
	}
	if (!money_scale(of, terms->fee_bp, 10000, &expected))
		return false;
	expected += terms->fee_fixed;
	return theirs->fee.amount >= expected - 1 && theirs->fee.amount <= expected + 1;
}

static void sum_add(struct match *match, const struct recon_theirs *theirs)
{
	struct recon_result *result = match->result;
	struct recon_sum    *sum = NULL;

	for (size_t i = 0; i < result->sum_count && sum == NULL; i++)
		if (result->sum[i].currency == theirs->money.currency)
			sum = &result->sum[i];
	if (sum == NULL) {
		if (result->sum_count == RECON_CURRENCY_MAX) {
			match->full = true;
			return;
		}
		sum = &result->sum[result->sum_count++];
		sum->currency = theirs->money.currency;
	}
	if (theirs->kind == RECON_PAYMENT) {
		sum->paid_count++;
		sum->paid += theirs->money.amount;
	} else {
		sum->refund_count++;
		sum->refunded += theirs->money.amount;
	}
	if (theirs->fee.currency == theirs->money.currency)
		sum->fee += theirs->fee.amount;
}

static void entry_add(struct ledger_entry *entry, enum ledger_kind kind, int64_t owner,
                      int64_t amount, uint16_t currency)
{
	if (amount == 0)
		return;
	assert(entry->count < LEDGER_POSTING_MAX);
	entry->posting[entry->count++] = (struct ledger_posting){
		.kind = kind,
		.owner = owner,
		.money = { .amount = amount, .currency = currency },
	};
}
