/*
 * carrier.c - see carrier.h.
 */
#include "sandbox/carrier.h"

#include "base/str.h"
#include "sandbox/message.h"

/* How an outcome unfolds, counted from the request. */
struct course {
	enum sandbox_delivery_state first, then;
	int32_t                     then_ms;
	bool                        silent; /* no answers for SANDBOX_DELIVERY_LOST_MS */
};

static const struct course courses[SANDBOX_DELIVERY_OUTCOME_COUNT] = {
	[SANDBOX_DELIVERY_ACTIVE] = { .first = SANDBOX_DELIVERY_IS_DONE,
	                              .then = SANDBOX_DELIVERY_IS_DONE },
	[SANDBOX_DELIVERY_DECLINED] = { .first = SANDBOX_DELIVERY_IS_REFUSED,
	                                .then = SANDBOX_DELIVERY_IS_REFUSED },
	[SANDBOX_DELIVERY_LOST_THEN_ACTIVE] = { .first = SANDBOX_DELIVERY_IS_DONE,
	                                        .then = SANDBOX_DELIVERY_IS_DONE,
	                                        .silent = true },
	[SANDBOX_DELIVERY_LOST_THEN_DECLINED] = { .first = SANDBOX_DELIVERY_IS_REFUSED,
	                                          .then = SANDBOX_DELIVERY_IS_REFUSED,
	                                          .silent = true },
	[SANDBOX_DELIVERY_SLOW] = { .first = SANDBOX_DELIVERY_IS_ACCEPTED,
	                            .then = SANDBOX_DELIVERY_IS_DONE,
	                            .then_ms = SANDBOX_DELIVERY_SLOW_MS },
	[SANDBOX_DELIVERY_REVERSED] = { .first = SANDBOX_DELIVERY_IS_DONE,
	                                .then = SANDBOX_DELIVERY_IS_REVERSED,
	                                .then_ms = SANDBOX_DELIVERY_BACK_MS },
};

bool sandbox_carrier_order(struct str request, struct arena *arena, struct str *ret)
{
	json_t    *message = message_open(request, SANDBOX_DELIVERY_MESSAGE_MAX);
	struct str order = message_str(message, "order", MESSAGE_REF_MAX);
	bool       valid = message_ref_valid(order);

	if (valid)
		*ret = arena_str(arena, order);
	json_decref(message);
	return valid;
}

enum sandbox_delivery_state sandbox_carrier_state(const struct sandbox_delivery *delivery,
                                                  int64_t                        now_ms)
{
	const struct course *course = &courses[delivery->outcome];

	assert(delivery->created_ms != 0);
	return now_ms < delivery->created_ms + course->then_ms ? course->first : course->then;
}

static struct str tell(struct str order, enum sandbox_delivery_state state, int64_t at_ms,
                       struct arena *arena)
{
	static const char *const names[] = {
#define X(id, name) [SANDBOX_DELIVERY_IS_##id] = name,
		SANDBOX_DELIVERY_STATES(X)
#undef X
	};
	json_t *message = json_object();

	message_put(message, "order", order);
	message_put(message, "state", str_from(names[state]));
	json_object_set_new(message, "at", json_integer(at_ms / 1000));
	return message_close(message, arena);
}

static struct sandbox_delivery_answer say(const struct sandbox_delivery *delivery, bool changed,
                                          int64_t now_ms, struct arena *arena)
{
	bool silent = courses[delivery->outcome].silent &&
	              now_ms < delivery->created_ms + SANDBOX_DELIVERY_LOST_MS;

	if (silent)
		return (struct sandbox_delivery_answer){ .lost = true, .changed = changed };
	return (struct sandbox_delivery_answer){
		.changed = changed,
		.bytes = tell(delivery->order, sandbox_carrier_state(delivery, now_ms), now_ms,
		              arena),
	};
}

static struct sandbox_delivery_answer error(struct arena *arena, const char *code)
{
	return (struct sandbox_delivery_answer){ .bytes = message_error(arena, code) };
}

/* The order number makes it idempotent: a second request changes nothing. */
static struct sandbox_delivery_answer activate(struct sandbox_delivery *delivery,
                                               const json_t *message, int64_t now_ms,
                                               struct arena *arena)
{
	struct str                    steer = message_str(message, "outcome", 32);
	struct str                    order = message_str(message, "order", MESSAGE_REF_MAX);
	enum sandbox_delivery_outcome outcome = SANDBOX_DELIVERY_ACTIVE;
	bool                          fresh = delivery->created_ms == 0;

	if (message_str(message, "imsi", 15).len == 0)
		return error(arena, "bad_request");
	if (steer.len > 0 && !sandbox_delivery_outcome_from_name(steer, &outcome))
		return error(arena, "bad_request");
	if (fresh)
		*delivery = (struct sandbox_delivery){ .order = arena_str(arena, order),
			                               .outcome = outcome,
			                               .created_ms = now_ms };
	return say(delivery, fresh, now_ms, arena);
}

struct sandbox_delivery_answer sandbox_carrier_answer(struct sandbox_delivery *delivery,
                                                      struct str request, int64_t now_ms,
                                                      struct arena *arena)
{
	struct sandbox_delivery_answer answer = { 0 };
	json_t    *message = message_open(request, SANDBOX_DELIVERY_MESSAGE_MAX);
	struct str verb = message_str(message, "verb", 16);
	struct str order = message_str(message, "order", MESSAGE_REF_MAX);
	bool       known = delivery->created_ms != 0, understood = true;

	if (message_ref_valid(order) && (!known || str_eq(order, delivery->order))) {
		if (str_eq(verb, STR("activate")))
			answer = activate(delivery, message, now_ms, arena);
		else if (str_eq(verb, STR("ask")))
			answer = known ? say(delivery, false, now_ms, arena)
			               : error(arena, "not_found");
		else if (str_eq(verb, STR("suspend")) || str_eq(verb, STR("resume")))
			answer.bytes = tell(order, SANDBOX_DELIVERY_IS_DONE, now_ms, arena);
		else
			understood = false;
	} else {
		understood = false;
	}
	json_decref(message);
	return understood ? answer : error(arena, "bad_request");
}
