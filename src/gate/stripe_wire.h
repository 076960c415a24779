/*
 * stripe_wire.h - Stripe on the wire: forms with brackets, requests with their
 * headers, amounts, errors by their class, and the webhook's signature.
 *
 * Source: GATEWAYS 1 and 5; checked against stripe-node 23.1.0.
 */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "gate/pay.h"

#define STRIPE_VERSION         "2026-10-28.endive" /* of the API; pinned */
#define STRIPE_KEY_MAX         255                 /* bytes of an Idempotency-Key */
#define STRIPE_FORM_MAX        16384               /* bytes of a form */
#define STRIPE_ANSWER_MAX      262144 /* bytes of one object with all that is expanded */
#define STRIPE_PAGE_MAX        4194304             /* bytes of a page of a statement */
#define STRIPE_HOOK_AGE_MAX_S  300    /* inclusive, both ways */
#define STRIPE_HOOK_SECRET_MAX 8      /* secrets side by side */
#define STRIPE_SIGNATURE_MAX   16     /* v1 in one header */
#define STRIPE_ID_MAX          255    /* bytes of an id of theirs */

/* A form or query under way: "a[b]=c&…", values in UTF-8, escaped once; brackets stay. */
struct stripe_form {
	struct buf buf;
};

void stripe_form_init(struct stripe_form *form, struct arena *arena);
/* `name` with its brackets, as "metadata[order]". */
void stripe_form_add(struct stripe_form *form, struct str name, struct str value);
void stripe_form_int(struct stripe_form *form, struct str name, int64_t value);
/* False: it was longer than STRIPE_FORM_MAX, or the arena is spent. */
bool stripe_form_end(const struct stripe_form *form, struct str *ret);

/* One request.  GET: `params` goes into the address; else it is the body.  `key` empty: no
 * Idempotency-Key.  False: arena spent, a key too long, or no secret. */
struct stripe_request {
	struct str method, path, params, key;
};
bool stripe_call(const struct pay_config *config, const struct stripe_request *request,
                 struct arena *arena, struct net_call *ret);

/* An id of theirs that may stand in a path: prefix and [0-9A-Za-z_], as "cs_test_a1B". */
bool stripe_id_valid(struct str id, const char *prefix);

/* Our minor units as Stripe counts them, and back: most currencies as ISO 4217; UGX and ISK by
 * hundreds of minor units, MGA without decimals, three-decimal ones in tens (docs:
 * "Zero-decimal and special-case currencies").  False: this amount cannot be said. */
bool stripe_amount(struct money money, int64_t *ret);
bool stripe_money(int64_t amount, struct str code, struct money *ret);

/* What came back, where it is no success: the outcome of its class, and its reason.  Never OK.
 * False: it is a success (2xx), and the body is for the caller to read. */
bool stripe_failed(const struct net_call *call, struct arena *arena, enum pay_outcome *ret,
                   struct pay_facts *ret_facts);

/* What a webhook's signature is worth. */
enum stripe_signature { STRIPE_SIGNED, STRIPE_UNSIGNED, STRIPE_STALE };
/* `secrets`: "whsec_…" blank or line separated.  Any v1 by any of them; exact hexadecimal.  The
 * time is judged apart, inclusive both ways; tolerance_s 0: not at all. */
enum stripe_signature stripe_signature_check(struct str secrets, struct str header, struct str body,
                                             int64_t now_s, int64_t tolerance_s,
                                             struct arena *arena);
