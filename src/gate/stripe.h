/*
 * stripe.h - the parts of the Stripe gateway between its files: pay_stripe.c
 * (settings and payments), stripe_refund.c, stripe_agree.c, stripe_hook.c and
 * stripe_bill.c.
 */
#pragma once
#include "gate/stripe_fact.h"

/* What open() made; config->own. */
struct stripe {
	bool       live;           /* the key is of live mode: so must be what it tells us */
	struct str three_d_secure; /* any, challenge or automatic */
	size_t     hook_secret_count;
};

#define STRIPE_VERB(noun) \
	{ \
		.body = stripe_##noun##_body, .wrap = stripe_##noun##_wrap, \
		.parse = stripe_##noun##_parse, \
	}
#define STRIPE_BODY(noun) \
	bool stripe_##noun##_body(const struct pay_config *config, const struct pay_task *task, \
	                          struct arena *arena, struct str *ret)
#define STRIPE_WRAP(noun) \
	bool stripe_##noun##_wrap(const struct pay_config *config, const struct pay_task *task, \
	                          struct arena *arena, struct net_call *ret)
#define STRIPE_PARSE(noun) \
	enum pay_outcome stripe_##noun##_parse(const struct pay_config *config, \
	                                       const struct pay_task   *task, \
	                                       const struct net_call *call, struct arena *arena, \
	                                       struct pay_facts *ret)

/* Verbs; see pay.h. */
STRIPE_BODY(refund);
STRIPE_WRAP(refund);
STRIPE_PARSE(refund);
STRIPE_WRAP(refund_query);
STRIPE_PARSE(refund_query);
STRIPE_BODY(sign);
STRIPE_WRAP(sign);
STRIPE_PARSE(sign);
STRIPE_WRAP(agreement);
STRIPE_PARSE(agreement);
STRIPE_BODY(debit);
STRIPE_WRAP(debit);
STRIPE_PARSE(debit);
STRIPE_WRAP(unsign);
STRIPE_PARSE(unsign);
STRIPE_WRAP(bill_file);
STRIPE_PARSE(bill);
STRIPE_PARSE(bill_file);

/* pay_gateway's own; see pay.h. */
enum pay_hook_result stripe_hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret);
bool stripe_bill(const struct pay_config *config, struct str file, struct arena *arena,
                 pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                 struct pay_bill_problem *ret_problem);

/* Our number as they may carry it: 1..PAY_NUMBER_MAX of [0-9A-Za-z_-]. */
bool stripe_number_valid(struct str number);
/* "pay:KP…:1".  The first result of a key is kept for a day, a 500 too: so the key changes with
 * the age of the payment, at first after `first_s`; who tries again has asked first, and asking
 * finds what was done (GATEWAYS 5). */
struct str stripe_key(struct arena *arena, const char *verb, struct str number, int64_t age_s,
                      int64_t first_s);
/* The object of a 2xx answer that is of this kind; NULL: it is not readable.  The caller gives
 * it back. */
json_t *stripe_answer(const struct net_call *call, size_t max, const char *kind);
/* Is the object of the key's own mode (live or test)?  An object that does not tell is not. */
bool stripe_mode_fits(const struct pay_config *config, const json_t *object);
/* What all Checkout pages have: where the payer returns to, language, cards only. */
void stripe_page_put(const struct pay_config *config, const struct pay_task *task,
                     struct stripe_form *form);
