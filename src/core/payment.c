/*
 * payment.c - names of the methods and states; see payment.h.
 */
#include "core/payment.h"
#include "base/str.h"

struct str payment_state_name(enum payment_state state)
{
#define X(id, name, ours, open) [PAYMENT_##id] = { .ptr = name, .len = sizeof(name) - 1 },
	static const struct str names[PAYMENT_STATE_COUNT] = { PAYMENT_STATES(X) };
#undef X
	assert(state < PAYMENT_STATE_COUNT);
	return names[state];
}

static const struct {
	struct str name;
	bool       sandbox;
} methods[PAY_METHOD_COUNT] = {
#define X(id, text, message, only) \
	[PAY_##id] = { .name = { .ptr = text, .len = sizeof(text) - 1 }, .sandbox = only },
	PAY_METHODS(X)
#undef X
};

struct str pay_method_name(enum pay_method method)
{
	assert(method < PAY_METHOD_COUNT);
	return methods[method].name;
}

bool pay_method_from_name(struct str name, enum pay_method *ret)
{
	for (int i = PAY_NONE + 1; i < PAY_METHOD_COUNT; i++) {
		if (str_eq(methods[i].name, name)) {
			*ret = (enum pay_method)i;
			return true;
		}
	}
	return false;
}

bool pay_method_sandbox_only(enum pay_method method)
{
	assert(method < PAY_METHOD_COUNT);
	return methods[method].sandbox;
}
