/*
 * stripe_fact.h - Stripe's objects as facts: Checkout Session, PaymentIntent,
 * Refund.
 *
 * Our number stands in metadata.order (and client_reference_id) of all that we
 * make; what lacks it is not ours.  A reference is ids of theirs, separated by
 * blanks, each known by its prefix: "cs_… pi_…".
 */
#pragma once
#include "gate/stripe_wire.h"

/* The id with that prefix ("pi_") in a reference; empty when there is none. */
struct str stripe_reference_id(struct str reference, const char *prefix);

/* An object {object:"checkout.session"} of mode payment.  False: not what it should be. */
bool stripe_session_facts(const json_t *session, struct arena *arena, struct pay_facts *ret);
/* {object:"payment_intent"} of a Checkout page or a debit.  Only succeeded with all of its
 * amount received is SUCCEEDED. */
bool stripe_intent_facts(const json_t *intent, struct arena *arena, struct pay_facts *ret);
/* {object:"refund"}: facts.refund, and the amount that goes back. */
bool stripe_refund_facts(const json_t *refund, struct arena *arena, struct pay_facts *ret);

/* An id in a member that is either the id or the object itself; empty when it is neither. */
struct str stripe_id_of(const json_t *object, const char *name, struct arena *arena);
/* metadata.NAME, one of our numbers; empty when it is absent. */
struct str stripe_metadata(const json_t *object, const char *name, struct arena *arena);
/* Is {object:…} of that kind? */
bool stripe_is(const json_t *object, const char *kind);
