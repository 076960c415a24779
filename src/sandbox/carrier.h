/*
 * carrier.h - the built-in sandbox carrier: what a network operator would
 * answer, as pure functions of a small record and the time.
 *
 * The caller keeps one struct sandbox_delivery per order, stores it when
 * `changed` says so (also when the answer is lost: the carrier did get the
 * request), and hands it in again.  The other side is gate/carrier_sandbox.c;
 * docs/sandbox.md is the description for people.
 */
#pragma once
#include "base/arena.h"
#include "core/sandbox.h"

#define SANDBOX_DELIVERY_MESSAGE_MAX 4096 /* bytes of one request */

/* How long things take; chosen for people who watch a demo. */
enum {
	SANDBOX_DELIVERY_LOST_MS = 5000, /* lost_*: silence, the first answer included */
	SANDBOX_DELIVERY_SLOW_MS = 8000, /* slow: accepted, then done */
	SANDBOX_DELIVERY_BACK_MS = 8000  /* reversed: done, then taken back */
};

/* What the carrier would say.   id, name on the wire */
#define SANDBOX_DELIVERY_STATES(X)  \
	X(ACCEPTED, "accepted")     \
	X(DONE,     "done")         \
	X(REFUSED,  "refused")      \
	X(REVERSED, "reversed")

#define X(id, name) SANDBOX_DELIVERY_IS_##id,
enum sandbox_delivery_state { SANDBOX_DELIVERY_STATES(X) SANDBOX_DELIVERY_STATE_COUNT };
#undef X

/* The carrier's book about one order.  All zero: it has never heard of it. */
struct sandbox_delivery {
	struct str                    order;
	enum sandbox_delivery_outcome outcome;
	int64_t                       created_ms;
};

struct sandbox_delivery_answer {
	bool       lost;    /* the caller must see NET_UNKNOWN */
	bool       changed; /* the record was changed: store it, even when the answer is lost */
	struct str bytes;   /* JSON in the arena */
};

/* Which order does a request speak of?  False: not a request of ours. */
bool sandbox_carrier_order(struct str request, struct arena *arena, struct str *ret);

/* Answer one request.  `delivery` is the record of that order, or all zero; after `changed` its
 * order lives in the arena. */
struct sandbox_delivery_answer sandbox_carrier_answer(struct sandbox_delivery *delivery,
                                                      struct str request, int64_t now_ms,
                                                      struct arena *arena);

/* The truth at a time.  The record must not be all zero. */
enum sandbox_delivery_state sandbox_carrier_state(const struct sandbox_delivery *delivery,
                                                  int64_t now_ms);
