/*
 * sandbox.c - see sandbox.h.
 */
#include "core/sandbox.h"

#include "base/str.h"

#define STEERING_MASK 255 /* the carrier's part lies above it */

struct str sandbox_outcome_name(enum sandbox_outcome outcome)
{
	static const char *const names[] = {
#define X(id, name, code) [SANDBOX_##id] = name,
		SANDBOX_OUTCOMES(X)
#undef X
	};

	assert(outcome < SANDBOX_OUTCOME_COUNT);
	return str_from(names[outcome]);
}

bool sandbox_outcome_from_name(struct str name, enum sandbox_outcome *ret)
{
	for (int i = 0; i < SANDBOX_OUTCOME_COUNT; i++) {
		if (!str_eq(name, sandbox_outcome_name((enum sandbox_outcome)i)))
			continue;
		*ret = (enum sandbox_outcome)i;
		return true;
	}
	return false;
}

bool sandbox_button_from_name(struct str name, enum sandbox_button *ret)
{
	static const char *const names[] = {
#define X(id, name, outcome) [SANDBOX_BUTTON_##id] = name,
		SANDBOX_BUTTONS(X)
#undef X
	};

	for (int i = SANDBOX_BUTTON_PAY; i < SANDBOX_BUTTON_CLOSE; i++) {
		if (!str_eq(name, str_from(names[i])))
			continue;
		*ret = (enum sandbox_button)i;
		return true;
	}
	return false;
}

struct str sandbox_delivery_outcome_name(enum sandbox_delivery_outcome outcome)
{
	static const char *const names[] = {
#define X(id, name, code) [SANDBOX_DELIVERY_##id] = name,
		SANDBOX_DELIVERY_OUTCOMES(X)
#undef X
	};

	assert(outcome < SANDBOX_DELIVERY_OUTCOME_COUNT);
	return str_from(names[outcome]);
}

bool sandbox_delivery_outcome_from_name(struct str name, enum sandbox_delivery_outcome *ret)
{
	for (int i = 0; i < SANDBOX_DELIVERY_OUTCOME_COUNT; i++) {
		enum sandbox_delivery_outcome outcome = (enum sandbox_delivery_outcome)i;

		if (!str_eq(name, sandbox_delivery_outcome_name(outcome)))
			continue;
		*ret = outcome;
		return true;
	}
	return false;
}

bool sandbox_steered(int64_t steering, enum sandbox_outcome *ret)
{
	if (steering < 0 || (steering & STEERING_MASK) >= SANDBOX_OUTCOME_COUNT)
		return false;
	*ret = (enum sandbox_outcome)(steering & STEERING_MASK);
	return true;
}
