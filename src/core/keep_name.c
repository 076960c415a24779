/*
 * keep_name.c - the keep rules' words as files, rows and messages spell them.
 */
#include "base/str.h"
#include "core/keep.h"

#define NAME(text) \
	{ \
		.ptr = (text), .len = sizeof(text) - 1 \
	}

static int64_t join(int32_t low, int32_t high);
static int32_t low_of(int64_t value);
static int32_t high_of(int64_t value);

struct str keep_kind_name(enum keep_kind kind)
{
#define X(id, name) [KEEP_##id] = NAME(name),
	static const struct str names[] = { KEEP_KINDS(X) };
#undef X
	assert(kind < KEEP_KIND_COUNT);
	return names[kind];
}

struct str keep_event_name(enum keep_event_kind kind)
{
#define X(id, name) [KEEP_EVENT_##id] = NAME(name),
	static const struct str names[] = { KEEP_EVENTS(X) };
#undef X
	assert(kind < KEEP_EVENT_COUNT);
	return names[kind];
}

bool keep_kind_from_name(struct str name, enum keep_kind *ret)
{
	for (int i = 0; i < KEEP_KIND_COUNT; i++) {
		if (str_eq(name, keep_kind_name((enum keep_kind)i))) {
			*ret = (enum keep_kind)i;
			return true;
		}
	}
	return false;
}

bool keep_event_from_name(struct str name, enum keep_event_kind *ret)
{
	for (int i = 0; i < KEEP_EVENT_COUNT; i++) {
		if (str_eq(name, keep_event_name((enum keep_event_kind)i))) {
			*ret = (enum keep_event_kind)i;
			return true;
		}
	}
	return false;
}

struct str keep_cause_message(enum keep_cause cause)
{
#define X(id) [KEEP_BECAUSE_##id] = NAME("KEEP_BECAUSE_" #id),
	static const struct str names[] = { KEEP_CAUSES(X) };
#undef X
	assert(cause < KEEP_CAUSE_COUNT);
	return names[cause];
}

struct str keep_refusal_message(enum keep_refusal refusal)
{
#define X(id, status) [KEEP_REFUSE_##id] = NAME("KEEP_REFUSE_" #id),
	static const struct str names[] = { KEEP_REFUSALS(X) };
#undef X
	assert(refusal < KEEP_REFUSAL_COUNT);
	return names[refusal];
}

int keep_refusal_status(enum keep_refusal refusal)
{
#define X(id, status) [KEEP_REFUSE_##id] = (status),
	static const int statuses[] = { KEEP_REFUSALS(X) };
#undef X
	assert(refusal < KEEP_REFUSAL_COUNT);
	return statuses[refusal];
}

/* Columns a to e hold two numbers each, so that a line stays one short row. */
struct keep_columns keep_to_columns(const struct keep_state *state)
{
	return (struct keep_columns){ .value = {
					  join(state->clock_day, state->span),
					  join(state->mark_day, state->mark_yen),
					  join(state->balance_yen, state->zero_day),
					  (int64_t)state->cause,
					  state->cause_day,
					  state->cause_order,
				      } };
}

bool keep_from_columns(const struct keep_columns *columns, struct keep_state *ret)
{
	const int64_t *value = columns->value;

	for (size_t i = 0; i < KEEP_COLUMN_COUNT; i++)
		if (value[i] < 0)
			return false;
	if (value[3] >= KEEP_CAUSE_COUNT || value[4] > KEEP_DAY_MAX)
		return false;
	for (size_t i = 0; i < 3; i++)
		if ((value[i] & UINT32_MAX) > KEEP_YEN_MAX || high_of(value[i]) > KEEP_YEN_MAX)
			return false;
	if (low_of(value[0]) > KEEP_DAY_LAST || high_of(value[0]) > KEEP_DAY_LAST)
		return false;
	*ret = (struct keep_state){
		.clock_day = low_of(value[0]),
		.span = high_of(value[0]),
		.mark_day = low_of(value[1]),
		.mark_yen = high_of(value[1]),
		.balance_yen = low_of(value[2]),
		.zero_day = high_of(value[2]),
		.cause = (enum keep_cause)value[3],
		.cause_day = (int32_t)value[4],
		.cause_order = value[5],
	};
	return true;
}

static int64_t join(int32_t low, int32_t high)
{
	assert(low >= 0 && high >= 0);
	return (int64_t)high * ((int64_t)1 << 32) + low;
}

static int32_t low_of(int64_t value)
{
	return (int32_t)(value & INT32_MAX);
}

static int32_t high_of(int64_t value)
{
	return (int32_t)(value >> 32);
}
