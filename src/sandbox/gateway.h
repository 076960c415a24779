/*
 * gateway.h - the built-in sandbox gateway: what a payment provider would
 * answer and send, as pure functions of a small record and the time.
 *
 * The caller keeps one struct sandbox_payment per payment, hands it in with a
 * request's bytes, and stores it again when `changed` says so.  Everything
 * else (the state at any time, which callbacks are due when, which answers get
 * lost) follows from the record, so a restart loses nothing.  docs/sandbox.md
 * is the description for people; the other side is gate/pay_sandbox.c.
 */
#pragma once
#include "base/arena.h"
#include "base/hash.h"
#include "core/payment.h"
#include "core/sandbox.h"

#define SANDBOX_MESSAGE_MAX 4096 /* bytes of one request or callback */
#define SANDBOX_HOOKS_MAX   2    /* callbacks that one payment can cause */

/* How long things take; chosen for people who watch a demo. */
enum {
	SANDBOX_LATE_MS = 15000,         /* paid_late: expired, and the money comes after this */
	SANDBOX_LOST_MS = 5000,          /* lost_*: silence after the payer pressed the button */
	SANDBOX_LOST_UNPRESSED_MS = 12000, /* … and without a button: past the first poll at 10 s */
	SANDBOX_HOOK_LATE_MS = 8000,     /* webhook_late */
	SANDBOX_HOOK_AGAIN_MS = 1000,    /* webhook_dup: the second one */
	SANDBOX_REFUND_MS = 10000        /* refund_pending */
};

/* The gateway's book about one payment.  All zero: it has never heard of it. */
struct sandbox_payment {
	struct str           ref; /* our order number */
	enum sandbox_outcome outcome;
	struct money         amount;
	int64_t              created_ms;
	enum sandbox_button  pressed;
	int64_t              pressed_ms;
	int64_t              refunded_amount; /* one refund a payment, whole or part */
	int64_t              refund_ms;
};

/* What the gateway says to one request. */
struct sandbox_answer {
	bool       lost;    /* the caller must see NET_UNKNOWN */
	bool       changed; /* the record was changed: store it */
	struct str bytes;   /* JSON in the arena */
};

/* A callback that the gateway will send. */
struct sandbox_hook {
	int64_t    due_ms;
	struct str body; /* the same bytes each time it is computed */
};

/* Which payment does a request speak of?  False: not a request of ours. */
bool sandbox_gateway_ref(struct str request, struct arena *arena, struct str *ret);

/* Answer one request.  `payment` is the record of that ref, or all zero; after `changed` its
 * ref lives in the arena. */
struct sandbox_answer sandbox_gateway_answer(struct sandbox_payment *payment, struct str request,
                                             int64_t now_ms, struct arena *arena);

/* The payer pressed a button on the page.  False: there is nothing to press any more. */
bool sandbox_gateway_press(struct sandbox_payment *payment, enum sandbox_button button,
                           int64_t now_ms);

/* The truth at a time: what a query would say if it were answered. */
enum payment_state sandbox_gateway_state(const struct sandbox_payment *payment, int64_t now_ms);

/* When the page closes by itself, UTC seconds. */
int64_t sandbox_gateway_expires_s(const struct sandbox_payment *payment);

/* All callbacks of this payment, past and future, in order of time; their count.  None for
 * lost_*, none while the page is open. */
size_t sandbox_gateway_hooks(const struct sandbox_payment *payment, struct arena *arena,
                             struct sandbox_hook ret[SANDBOX_HOOKS_MAX]);

/* The header line of a callback sent at that time: "Keepline-Sandbox-Signature: t=…,v1=…". */
struct str sandbox_gateway_sign(struct str key, struct str body, int64_t at_s,
                                struct arena *arena);
