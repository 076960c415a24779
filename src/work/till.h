/*
 * till.h - one verb of a gateway, whole: the token where one is needed, the
 * body that is committed before its first byte leaves, the request of this
 * try, and the answer.  Private to src/work.
 *
 *	till_begin(errand, PAY_VERB_QUERY, asked);
 *	… later, in asked(errand): till->outcome, till->facts
 *
 * The errand's task begins with a struct till.  GATEWAYS 9, invariant 1.
 */
#pragma once
#include "store/order_sql.h"
#include "work/errand.h"

struct till {
	enum pay_method           method;
	const struct pay_gateway *gateway; /* NULL: none of that name */
	const struct pay_config  *config;
	struct pay_task           task; /* about this payment, and this refund */
	int64_t                   payment_id, refund_id;
	/* of the verb under way */
	enum pay_verb_id verb;
	struct net_call  call;
	struct pay_facts facts;
	enum pay_outcome outcome;
	bool             again; /* with a new token already */
	errand_then     *then;
};

/* What every verb needs to know of a payment; the strings live in the errand's
 * arena.  ERR_CORRUPT: the row names no gateway at all. */
enum err till_load(struct errand *errand, const struct order_get_row *order,
                   const struct payment_get_row *payment, struct till *ret);
/* And of a refund of it. */
void till_refund(struct errand *errand, const struct refund_get_row *refund, struct till *till);
/* What START alone has to say: words, language, addresses.  ERR_NOT_FOUND: the
 * payment has no page to be opened. */
enum err till_start(struct errand *errand, const struct order_get_row *order, struct till *till);

/* Does the gateway have this verb, and its keys? */
bool till_can(const struct errand *errand, const struct till *till, enum pay_verb_id verb);
/* Carry it out; `then` continues with outcome and facts set.  The gateway must
 * have the verb.  What cannot be expressed is CONFIG. */
void till_begin(struct errand *errand, enum pay_verb_id verb, errand_then *then);
