/*
 * gateway.c - see gateway.h.
 */
#include "sandbox/gateway.h"

#include "base/str.h"
#include "sandbox/message.h"

/* How an outcome unfolds, counted from its start: the button, or the opening. */
struct course {
	enum payment_state first;
	enum payment_state then; /* the same when nothing follows */
	int32_t            then_ms;
	bool               silent; /* no answers for SANDBOX_LOST_MS */
	int32_t            hooks;
	int32_t            hook_ms[SANDBOX_HOOKS_MAX];
};

static const struct course courses[SANDBOX_OUTCOME_COUNT] = {
	[SANDBOX_PAGE] = { .first = PAYMENT_PENDING, .then = PAYMENT_PENDING },
	[SANDBOX_PAID] = { .first = PAYMENT_SUCCEEDED, .then = PAYMENT_SUCCEEDED, .hooks = 1 },
	[SANDBOX_DECLINED] = { .first = PAYMENT_FAILED, .then = PAYMENT_FAILED, .hooks = 1 },
	[SANDBOX_TIMEOUT] = { .first = PAYMENT_EXPIRED, .then = PAYMENT_EXPIRED, .hooks = 1 },
	[SANDBOX_PAID_LATE] = { .first = PAYMENT_EXPIRED,
	                        .then = PAYMENT_SUCCEEDED,
	                        .then_ms = SANDBOX_LATE_MS,
	                        .hooks = 2,
	                        .hook_ms = { 0, SANDBOX_LATE_MS } },
	[SANDBOX_LOST_THEN_PAID] = { .first = PAYMENT_SUCCEEDED,
	                             .then = PAYMENT_SUCCEEDED,
	                             .silent = true },
	[SANDBOX_LOST_THEN_FAILED] = { .first = PAYMENT_FAILED,
	                               .then = PAYMENT_FAILED,
	                               .silent = true },
	[SANDBOX_WEBHOOK_DUP] = { .first = PAYMENT_SUCCEEDED,
	                          .then = PAYMENT_SUCCEEDED,
	                          .hooks = 2,
	                          .hook_ms = { 0, SANDBOX_HOOK_AGAIN_MS } },
	[SANDBOX_WEBHOOK_LATE] = { .first = PAYMENT_SUCCEEDED,
	                           .then = PAYMENT_SUCCEEDED,
	                           .hooks = 1,
	                           .hook_ms = { SANDBOX_HOOK_LATE_MS } },
	[SANDBOX_REFUND_PENDING] = { .first = PAYMENT_SUCCEEDED,
	                             .then = PAYMENT_SUCCEEDED,
	                             .hooks = 1 },
};

static enum sandbox_outcome outcome_of(const struct sandbox_payment *payment);
static bool                 started(const struct sandbox_payment *payment, int64_t *ret_ms);
static enum payment_state   course_state(const struct sandbox_payment *payment, int64_t now_ms,
                                         int64_t *ret_since_ms);

bool sandbox_gateway_press(struct sandbox_payment *payment, enum sandbox_button button,
                           int64_t now_ms)
{
	int64_t start_ms;

	assert(button > SANDBOX_BUTTON_NONE && button < SANDBOX_BUTTON_COUNT);
	if (payment->created_ms == 0 || started(payment, &start_ms) ||
	    sandbox_gateway_state(payment, now_ms) != PAYMENT_PENDING)
		return false;
	payment->pressed = button;
	payment->pressed_ms = now_ms;
	return true;
}

enum payment_state sandbox_gateway_state(const struct sandbox_payment *payment, int64_t now_ms)
{
	int64_t            since_ms;
	enum payment_state state = course_state(payment, now_ms, &since_ms);

	if (state != PAYMENT_SUCCEEDED || payment->refund_ms == 0)
		return state;
	if (outcome_of(payment) == SANDBOX_REFUND_PENDING &&
	    now_ms < payment->refund_ms + SANDBOX_REFUND_MS)
		return PAYMENT_REFUNDING;
	return PAYMENT_REFUNDED;
}

static int64_t expires_ms(const struct sandbox_payment *payment)
{
	return payment->created_ms + SANDBOX_PAGE_MS;
}

int64_t sandbox_gateway_expires_s(const struct sandbox_payment *payment)
{
	return expires_ms(payment) / 1000;
}

/* What the payer's button, or the steering, makes of it. */
static enum sandbox_outcome outcome_of(const struct sandbox_payment *payment)
{
	static const enum sandbox_outcome outcomes[] = {
#define X(id, name, outcome) [SANDBOX_BUTTON_##id] = SANDBOX_##outcome,
		SANDBOX_BUTTONS(X)
#undef X
	};

	assert(payment->outcome < SANDBOX_OUTCOME_COUNT);
	assert(payment->pressed < SANDBOX_BUTTON_COUNT);
	return payment->outcome == SANDBOX_PAGE ? outcomes[payment->pressed] : payment->outcome;
}

/* Steered payments start when they are opened, others with the button. */
static bool started(const struct sandbox_payment *payment, int64_t *ret_ms)
{
	if (payment->outcome != SANDBOX_PAGE) {
		*ret_ms = payment->created_ms;
		return true;
	}
	if (payment->pressed != SANDBOX_BUTTON_NONE) {
		*ret_ms = payment->pressed_ms;
		return true;
	}
	return false;
}

/* The state without refunds, and since when. */
static enum payment_state course_state(const struct sandbox_payment *payment, int64_t now_ms,
                                       int64_t *ret_since_ms)
{
	const struct course *course = &courses[outcome_of(payment)];
	int64_t              start_ms;

	*ret_since_ms = payment->created_ms;
	if (payment->created_ms == 0)
		return PAYMENT_CREATED;
	if (!started(payment, &start_ms)) {
		if (now_ms < expires_ms(payment))
			return PAYMENT_PENDING;
		*ret_since_ms = expires_ms(payment);
		return PAYMENT_EXPIRED;
	}
	*ret_since_ms = start_ms;
	if (now_ms < start_ms + course->then_ms)
		return course->first;
	*ret_since_ms = start_ms + course->then_ms;
	return course->then;
}

/* Is every answer lost at this time? */
static bool silent(const struct sandbox_payment *payment, int64_t now_ms)
{
	int32_t lost_ms = payment->pressed == SANDBOX_BUTTON_NONE ? SANDBOX_LOST_UNPRESSED_MS
	                                                          : SANDBOX_LOST_MS;
	int64_t start_ms;

	if (!courses[outcome_of(payment)].silent || !started(payment, &start_ms))
		return false;
	return now_ms < start_ms + lost_ms;
}

/* The gateway's own number: derived, so that it is the same for ever. */
static struct str reference(const struct sandbox_payment *payment, struct arena *arena)
{
	struct digest digest;
	struct str    hex;

	sha256_pair(STR("keepline sandbox payment "), payment->ref, &digest);
	hex = hex_encode(arena, (struct str){ .ptr = (const char *)digest.byte, .len = 10 });
	return arena_printf(arena, "sbx_%.*s", STR_ARG(hex));
}

/* The fields that answers and callbacks share. */
static json_t *facts(const struct sandbox_payment *payment, enum payment_state state,
                     int64_t amount, int64_t at_ms, struct arena *arena)
{
	json_t *message = json_object();

	message_put(message, "order", payment->ref);
	message_put(message, "reference", reference(payment, arena));
	message_put(message, "state", payment_state_name(state));
	json_object_set_new(message, "amount", json_integer(amount));
	message_put(message, "currency", currency_code(payment->amount.currency));
	json_object_set_new(message, "at", json_integer(at_ms / 1000));
	return message;
}

size_t sandbox_gateway_hooks(const struct sandbox_payment *payment, struct arena *arena,
                             struct sandbox_hook ret[SANDBOX_HOOKS_MAX])
{
	const struct course *course = &courses[outcome_of(payment)];
	size_t               count = 0;
	int64_t              start_ms;

	/* Closing was the merchant's own wish: nobody calls back about it. */
	if (payment->created_ms == 0 || payment->pressed == SANDBOX_BUTTON_CLOSE ||
	    !started(payment, &start_ms))
		return 0;
	for (int32_t i = 0; i < course->hooks; i++) {
		int64_t due_ms = start_ms + course->hook_ms[i];
		/* The second one of paid_late tells of the second state. */
		bool               second = course->then != course->first && i > 0;
		enum payment_state state = second ? course->then : course->first;
		int64_t            at_ms = second ? start_ms + course->then_ms : start_ms;
		json_t    *message = facts(payment, state, payment->amount.amount, at_ms, arena);
		struct str state_name = payment_state_name(state);

		/* One event, however often it is sent. */
		message_put(message, "event",
		            arena_printf(arena, "evt_%.*s_%.*s", STR_ARG(payment->ref),
		                         STR_ARG(state_name)));
		ret[count].due_ms = due_ms;
		ret[count].body = message_close(message, arena);
		count++;
	}
	return count;
}

struct str sandbox_gateway_sign(struct str key, struct str body, int64_t at_s, struct arena *arena)
{
	struct str    text = arena_printf(arena, "%lld.%.*s", (long long)at_s, STR_ARG(body));
	struct digest digest;
	struct str    hex;

	hmac_sha256_str(key, text, &digest);
	hex = hex_encode(arena, (struct str){ .ptr = (const char *)digest.byte,
	                                      .len = sizeof(digest.byte) });
	return arena_printf(arena, "Keepline-Sandbox-Signature: t=%lld,v1=%.*s", (long long)at_s,
	                    STR_ARG(hex));
}

bool sandbox_gateway_ref(struct str request, struct arena *arena, struct str *ret)
{
	json_t    *message = message_open(request, SANDBOX_MESSAGE_MAX);
	struct str ref = message_str(message, "order", MESSAGE_REF_MAX);
	bool       valid = message_ref_valid(ref);

	if (valid)
		*ret = arena_str(arena, ref);
	json_decref(message);
	return valid;
}

/* The answer that tells how things are. */
static struct str tell(const struct sandbox_payment *payment, int64_t now_ms, struct arena *arena)
{
	enum payment_state state = sandbox_gateway_state(payment, now_ms);
	int64_t            since_ms;

	course_state(payment, now_ms, &since_ms);
	return message_close(facts(payment, state, payment->amount.amount, since_ms, arena), arena);
}

static struct money message_money(const json_t *message)
{
	struct money money = { .amount = message_int(message, "amount") };

	if (!currency_from_code(message_str(message, "currency", 3), &money.currency) ||
	    money.amount <= 0 || money.amount > MONEY_MAX)
		money.amount = 0;
	return money;
}

static struct sandbox_answer start(struct sandbox_payment *payment, const json_t *message,
                                   int64_t now_ms, struct arena *arena)
{
	struct str           steer = message_str(message, "outcome", 32);
	struct str           ref = message_str(message, "order", MESSAGE_REF_MAX);
	struct money         money = message_money(message);
	enum sandbox_outcome outcome = sandbox_outcome_from_amount(money.amount);
	bool                 fresh = payment->created_ms == 0;
	enum payment_state   state;
	json_t              *answer;

	if (money.amount == 0 || (steer.len > 0 && !sandbox_outcome_from_name(steer, &outcome)))
		return (struct sandbox_answer){ .bytes = message_error(arena, "bad_request") };
	if (fresh)
		*payment = (struct sandbox_payment){ .ref = arena_str(arena, ref),
			                             .outcome = outcome,
			                             .amount = money,
			                             .created_ms = now_ms };
	else if (!money_eq(money, payment->amount))
		return (struct sandbox_answer){ .bytes = message_error(arena, "mismatch") };
	/* Opening is always answered, and with an open page, even where the end is steered: the
	 * caller may have put the payment into our book before. */
	if (payment->pressed == SANDBOX_BUTTON_NONE && now_ms < expires_ms(payment))
		state = PAYMENT_PENDING;
	else
		state = sandbox_gateway_state(payment, now_ms);
	answer = facts(payment, state, payment->amount.amount, payment->created_ms, arena);
	message_put(answer, "url", arena_printf(arena, "/sandbox/pay/%.*s", STR_ARG(payment->ref)));
	json_object_set_new(answer, "expires", json_integer(sandbox_gateway_expires_s(payment)));
	return (struct sandbox_answer){ .changed = fresh, .bytes = message_close(answer, arena) };
}

static struct sandbox_answer query(struct sandbox_payment *payment, const json_t *message,
                                   int64_t now_ms, struct arena *arena)
{
	(void)message;
	return (struct sandbox_answer){ .bytes = tell(payment, now_ms, arena) };
}

static struct sandbox_answer close(struct sandbox_payment *payment, const json_t *message,
                                   int64_t now_ms, struct arena *arena)
{
	bool closed = sandbox_gateway_press(payment, SANDBOX_BUTTON_CLOSE, now_ms);

	(void)message;
	return (struct sandbox_answer){ .changed = closed, .bytes = tell(payment, now_ms, arena) };
}

/* What became of the one refund. */
static struct str tell_refund(const struct sandbox_payment *payment, int64_t now_ms,
                              struct arena *arena)
{
	return message_close(facts(payment, sandbox_gateway_state(payment, now_ms),
	                           payment->refunded_amount, payment->refund_ms, arena),
	                     arena);
}

static struct sandbox_answer refund(struct sandbox_payment *payment, const json_t *message,
                                    int64_t now_ms, struct arena *arena)
{
	struct money money = message_money(message);
	bool         fresh = payment->refund_ms == 0;
	const char  *error = NULL;

	if (money.amount == 0 || money.currency != payment->amount.currency)
		error = "bad_request";
	else if (fresh ? money.amount > payment->amount.amount
	               : money.amount != payment->refunded_amount)
		error = "mismatch";
	else if (fresh && sandbox_gateway_state(payment, now_ms) != PAYMENT_SUCCEEDED)
		error = "not_refundable";
	if (error != NULL)
		return (struct sandbox_answer){ .bytes = message_error(arena, error) };
	if (fresh) {
		payment->refunded_amount = money.amount;
		payment->refund_ms = now_ms;
	}
	return (struct sandbox_answer){ .changed = fresh,
		                        .bytes = tell_refund(payment, now_ms, arena) };
}

static struct sandbox_answer refund_query(struct sandbox_payment *payment, const json_t *message,
                                          int64_t now_ms, struct arena *arena)
{
	(void)message;
	if (payment->refund_ms == 0)
		return (struct sandbox_answer){ .bytes = message_error(arena, "not_found") };
	return (struct sandbox_answer){ .bytes = tell_refund(payment, now_ms, arena) };
}

struct verb {
	const char *name;
	struct sandbox_answer (*answer)(struct sandbox_payment *, const json_t *, int64_t now_ms,
	                                struct arena *);
};

static const struct verb verbs[] = {
	{ .name = "start", .answer = start },
	{ .name = "query", .answer = query },
	{ .name = "close", .answer = close },
	{ .name = "refund", .answer = refund },
	{ .name = "refund_query", .answer = refund_query },
};

struct sandbox_answer sandbox_gateway_answer(struct sandbox_payment *payment, struct str request,
                                             int64_t now_ms, struct arena *arena)
{
	struct sandbox_answer answer = { .bytes = message_error(arena, "bad_request") };
	json_t               *message = message_open(request, SANDBOX_MESSAGE_MAX);
	struct str            name = message_str(message, "verb", 16);
	struct str            ref = message_str(message, "order", MESSAGE_REF_MAX);
	bool                  known = payment->created_ms != 0;

	for (size_t i = 0; message_ref_valid(ref) && i < COUNT_OF(verbs); i++) {
		if (!str_eq(name, str_from(verbs[i].name)))
			continue;
		if (known && !str_eq(ref, payment->ref))
			break;
		if (known && verbs[i].answer != start && silent(payment, now_ms))
			answer = (struct sandbox_answer){ .lost = true };
		else if (!known && verbs[i].answer != start)
			answer.bytes = message_error(arena, "not_found");
		else
			answer = verbs[i].answer(payment, message, now_ms, arena);
	}
	json_decref(message);
	return answer;
}
