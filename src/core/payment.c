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
	struct str name, api;
	bool       sandbox;
} methods[PAY_METHOD_COUNT] = {
#define X(id, text, api_text, only) \
	[PAY_##id] = { .name = { .ptr = text, .len = sizeof(text) - 1 }, \
		       .api = { .ptr = api_text, .len = sizeof(api_text) - 1 }, \
		       .sandbox = only },
	PAY_METHODS(X)
#undef X
};

struct str pay_method_name(enum pay_method method)
{
	assert(method < PAY_METHOD_COUNT);
	return methods[method].api;
}

struct str pay_gateway_name(enum pay_method method)
{
	assert(method < PAY_METHOD_COUNT);
	return methods[method].name;
}

bool pay_method_sold(const struct config *config, enum pay_method method)
{
	struct str rest = config->text[SETTING_pay_methods], word;

	assert(method < PAY_METHOD_COUNT);
	if (method == PAY_NONE)
		return false;
	if (methods[method].sandbox)
		return config->number[SETTING_sandbox] != 0;
	while (rest.len > 0) {
		str_cut(rest, ',', &word, &rest);
		if (str_eq(str_trim(word), methods[method].name))
			return true;
	}
	return false;
}

bool pay_method_from_name(const struct config *config, struct str name, enum pay_method *ret)
{
	for (int i = PAY_NONE + 1; i < PAY_METHOD_COUNT; i++) {
		if (str_eq(methods[i].api, name) && pay_method_sold(config, (enum pay_method)i)) {
			*ret = (enum pay_method)i;
			return true;
		}
	}
	return false;
}

bool pay_gateway_from_name(struct str name, enum pay_method *ret)
{
	for (int i = PAY_NONE + 1; i < PAY_METHOD_COUNT; i++) {
		if (str_eq(methods[i].name, name)) {
			*ret = (enum pay_method)i;
			return true;
		}
	}
	return false;
}

struct str pay_methods_wrong(struct str names)
{
	struct str      word;
	enum pay_method method;

	while (names.len > 0) {
		str_cut(names, ',', &word, &names);
		word = str_trim(word);
		if (word.len > 0 &&
		    (!pay_gateway_from_name(word, &method) || methods[method].sandbox))
			return word;
	}
	return (struct str){ 0 };
}

bool pay_method_sandbox_only(enum pay_method method)
{
	assert(method < PAY_METHOD_COUNT);
	return methods[method].sandbox;
}

bool pay_taken(const struct pay_taker *taker, enum pay_method method, struct money amount)
{
	return taker->takes == NULL || taker->takes(taker->ctx, method, amount);
}
