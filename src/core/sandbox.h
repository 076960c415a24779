/*
 * sandbox.h - how the built-in sandbox partners can be steered: the names that
 * forms, the API and the database know.  What they then do is src/sandbox.
 *
 * Numbers are stored (orders.sandbox, sandbox_payment.pressed).  Source: API
 * "The sandbox partners".
 */
#pragma once
#include "base/base.h"

#define SANDBOX_PAGE_MS 900000 /* the gateway's page closes by itself after that */

/*
 * How a payment goes.  `code`: the amount's last two digits that choose it when
 * nothing else does; -1: none.
 *   id                name                code
 */
#define SANDBOX_OUTCOMES(X) \
	X(PAGE, "page", -1) /* waits for the payer's button */ \
	X(PAID, "paid", -1) \
	X(DECLINED, "declined", 91) \
	X(TIMEOUT, "timeout", 92)               /* closed at once, unpaid */ \
	X(PAID_LATE, "paid_late", 93)           /* closed at once, the money comes later */ \
	X(LOST_THEN_PAID, "lost_then_paid", 94) /* silence, no callback ever, paid */ \
	X(LOST_THEN_FAILED, "lost_then_failed", 95) \
	X(WEBHOOK_DUP, "webhook_dup", 96) /* the same callback twice */ \
	X(WEBHOOK_LATE, "webhook_late", 97) \
	X(REFUND_PENDING, "refund_pending", 98) /* paid; a refund takes its time */

#define X(id, name, code) SANDBOX_##id,
enum sandbox_outcome { SANDBOX_OUTCOMES(X) SANDBOX_OUTCOME_COUNT };
#undef X

/* What ended the page.   id, value in the form, the outcome it stands for */
#define SANDBOX_BUTTONS(X) \
	X(NONE, "", PAGE) \
	X(PAY, "paid", PAID) \
	X(DECLINE, "declined", DECLINED) \
	X(TIMEOUT, "timeout", TIMEOUT) \
	X(PAY_LATE, "paid_late", PAID_LATE) \
	X(LOSE, "lost_then_paid", LOST_THEN_PAID) \
	X(LOSE_FAIL, "lost_then_failed", LOST_THEN_FAILED) \
	X(CLOSE, "close", TIMEOUT) /* not a button: closed by the merchant */

#define X(id, name, outcome) SANDBOX_BUTTON_##id,
enum sandbox_button { SANDBOX_BUTTONS(X) SANDBOX_BUTTON_COUNT };
#undef X

/*
 * How a delivery goes.  `code`: the last two digits of the amount paid that may choose it when
 * nothing else does (the caller asks for it); -1: none.
 *   id                  name                  code
 */
#define SANDBOX_DELIVERY_OUTCOMES(X) \
	X(ACTIVE, "active", -1) \
	X(DECLINED, "declined", 81) \
	X(LOST_THEN_ACTIVE, "lost_then_active", 82) \
	X(LOST_THEN_DECLINED, "lost_then_declined", 83) \
	X(SLOW, "slow", 84) \
	X(REVERSED, "reversed", 85)

#define X(id, name, code) SANDBOX_DELIVERY_##id,
enum sandbox_delivery_outcome { SANDBOX_DELIVERY_OUTCOMES(X) SANDBOX_DELIVERY_OUTCOME_COUNT };
#undef X

/* Names; static storage. */
struct str sandbox_outcome_name(enum sandbox_outcome outcome);
bool       sandbox_outcome_from_name(struct str name, enum sandbox_outcome *ret);
bool       sandbox_button_from_name(struct str name, enum sandbox_button *ret); /* not CLOSE */
struct str sandbox_delivery_outcome_name(enum sandbox_delivery_outcome outcome);
bool       sandbox_delivery_outcome_from_name(struct str name, enum sandbox_delivery_outcome *ret);
/* The outcome that the last two digits of an amount choose; PAGE, ACTIVE: none. */
enum sandbox_outcome          sandbox_outcome_from_amount(int64_t amount);
enum sandbox_delivery_outcome sandbox_delivery_outcome_from_amount(int64_t amount);

/* Both as orders.sandbox holds them: the gateway's outcome, the carrier's above it. */
int32_t sandbox_steering(enum sandbox_outcome outcome, enum sandbox_delivery_outcome delivery);
/* The gateway's part of orders.sandbox; false: damaged. */
bool sandbox_steered(int64_t steering, enum sandbox_outcome *ret);

/* What the amount may still choose; bits. */
enum sandbox_open { SANDBOX_OPEN_PAYMENT = 1, SANDBOX_OPEN_DELIVERY = 2 };
/* The steering with what is open chosen by the amount to pay.  A delivery that is
 * chosen so needs no payer: it is paid at once. */
int32_t sandbox_steering_by_amount(int32_t steering, uint32_t open, int64_t amount);
