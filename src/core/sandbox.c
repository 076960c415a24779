/*
 * sandbox.c - see sandbox.h.
 */
#include "core/sandbox.h"

#include "base/str.h"

#define STEERING_BITS 8 /* the carrier's part lies above them */
#define STEERING_MASK ((1 << STEERING_BITS) - 1)

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

enum sandbox_outcome sandbox_outcome_from_amount(int64_t amount)
{
	static const int codes[] = {
#define X(id, name, code) [SANDBOX_##id] = code,
		SANDBOX_OUTCOMES(X)
#undef X
	};

	for (int i = 0; i < SANDBOX_OUTCOME_COUNT; i++)
		if (codes[i] >= 0 && amount > 0 && amount % 100 == codes[i])
			return (enum sandbox_outcome)i;
	return SANDBOX_PAGE;
}

enum sandbox_delivery_outcome sandbox_delivery_outcome_from_amount(int64_t amount)
{
	static const int codes[] = {
#define X(id, name, code) [SANDBOX_DELIVERY_##id] = code,
		SANDBOX_DELIVERY_OUTCOMES(X)
#undef X
	};

	for (int i = 0; i < SANDBOX_DELIVERY_OUTCOME_COUNT; i++)
		if (codes[i] >= 0 && amount > 0 && amount % 100 == codes[i])
			return (enum sandbox_delivery_outcome)i;
	return SANDBOX_DELIVERY_ACTIVE;
}

int32_t sandbox_steering(enum sandbox_outcome outcome, enum sandbox_delivery_outcome delivery)
{
	assert(outcome < SANDBOX_OUTCOME_COUNT && delivery < SANDBOX_DELIVERY_OUTCOME_COUNT);
	return (int32_t)outcome | (int32_t)delivery << STEERING_BITS;
}

bool sandbox_steered(int64_t steering, enum sandbox_outcome *ret)
{
	if (steering < 0 || (steering & STEERING_MASK) >= SANDBOX_OUTCOME_COUNT)
		return false;
	*ret = (enum sandbox_outcome)(steering & STEERING_MASK);
	return true;
}

int32_t sandbox_steering_by_amount(int32_t steering, uint32_t open, int64_t amount)
{
	enum sandbox_outcome          outcome = sandbox_outcome_from_amount(amount);
	enum sandbox_delivery_outcome delivery = sandbox_delivery_outcome_from_amount(amount);

	if ((open & SANDBOX_OPEN_PAYMENT) == 0)
		return steering;
	if (outcome != SANDBOX_PAGE)
		return steering | (int32_t)outcome;
	if ((open & SANDBOX_OPEN_DELIVERY) == 0 || delivery == SANDBOX_DELIVERY_ACTIVE)
		return steering;
	return sandbox_steering(SANDBOX_PAID, delivery);
}
