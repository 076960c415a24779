/*
 * pay.c - see pay.h.
 */
#include "gate/pay.h"

#include "base/str.h"

const struct pay_gateway *pay_find(enum pay_method method)
{
	static const struct pay_gateway *const all[PAY_METHOD_COUNT] = {
		[PAY_SANDBOX] = &pay_sandbox,
	};

	assert(method < PAY_METHOD_COUNT);
	return all[method];
}

struct str pay_outcome_name(enum pay_outcome outcome)
{
	static const char *const names[] = {
#define X(id, name) [PAY_OUTCOME_##id] = name,
		PAY_OUTCOMES(X)
#undef X
	};

	assert(outcome < PAY_OUTCOME_COUNT);
	return str_from(names[outcome]);
}

struct str pay_hook_name(enum pay_hook_result result)
{
	static const char *const names[] = {
#define X(id, name, status) [PAY_HOOK_##id] = name,
		PAY_HOOKS(X)
#undef X
	};

	assert(result < PAY_HOOK_COUNT);
	return str_from(names[result]);
}

int pay_hook_status(enum pay_hook_result result)
{
	static const int statuses[] = {
#define X(id, name, status) [PAY_HOOK_##id] = status,
		PAY_HOOKS(X)
#undef X
	};

	assert(result < PAY_HOOK_COUNT);
	return statuses[result];
}

bool pay_header(const struct pay_callback *in, struct str name, struct str *ret)
{
	struct str found = { 0 };
	size_t     count = 0;

	for (size_t i = 0; i < in->header_count; i++) {
		struct str key, value;

		if (!str_cut(in->headers[i], ':', &key, &value) || !str_eq_nocase(key, name))
			continue;
		found = str_trim(value);
		count++;
	}
	if (count != 1)
		return false;
	*ret = found;
	return true;
}
