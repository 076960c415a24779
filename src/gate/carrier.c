/*
 * carrier.c - see carrier.h.
 */
#include "gate/carrier.h"

#include "base/str.h"

static struct str printable(struct arena *arena, struct str s);

const struct carrier *carrier_find(struct str name)
{
	static const struct carrier *const all[] = { &carrier_sandbox, &carrier_osmohlr };

	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (str_eq(name, str_from(all[i]->name)))
			return all[i];
	return NULL;
}

struct str carrier_outcome_name(enum carrier_outcome outcome)
{
	static const char *const names[] = {
#define X(id, name) [CARRIER_##id] = name,
		CARRIER_OUTCOMES(X)
#undef X
	};

	assert(outcome < CARRIER_OUTCOME_COUNT);
	return str_from(names[outcome]);
}

struct str carrier_reason_name(enum carrier_reason reason)
{
	static const char *const names[] = {
#define X(id, name, sentence) [CARRIER_REASON_##id] = name,
		CARRIER_REASONS(X)
#undef X
	};

	assert(reason < CARRIER_REASON_COUNT);
	return str_from(names[reason]);
}

struct str carrier_reason_text(enum carrier_reason reason)
{
	static const char *const sentences[] = {
#define X(id, name, sentence) [CARRIER_REASON_##id] = sentence,
		CARRIER_REASONS(X)
#undef X
	};

	assert(reason < CARRIER_REASON_COUNT);
	return str_from(sentences[reason]);
}

enum carrier_turn carrier_finish(struct carrier_talk *talk, enum carrier_outcome outcome,
                                 enum carrier_reason reason, struct str detail)
{
	assert(outcome < CARRIER_OUTCOME_COUNT && reason < CARRIER_REASON_COUNT);
	talk->outcome = outcome;
	talk->reason = reason;
	talk->detail = printable(talk->arena, str_take(detail, CARRIER_DETAIL_MAX));
	return CARRIER_FINISHED;
}

enum carrier_turn carrier_ask(struct carrier_talk *talk, struct str method, struct str url,
                              struct str body, size_t answer_max)
{
	int32_t deadline_ms = talk->config->deadline_ms;

	assert(talk->turns < CARRIER_TURNS_MAX);
	talk->turns++;
	talk->call = (struct net_call){
		.method = method,
		.url = url,
		.content_type = STR("application/json"),
		.body = body,
		.deadline_ms = deadline_ms > 0 ? deadline_ms : CARRIER_DEADLINE_MS,
		.answer_max = answer_max,
		.arena = talk->arena,
		.done = talk->call.done,
		.arg = talk->call.arg,
	};
	return CARRIER_CALL;
}

/* What a peer said may end up in a log or on a staff page: ASCII only. */
static struct str printable(struct arena *arena, struct str s)
{
	struct str copy = arena_str(arena, s);
	char      *bytes = (char *)(uintptr_t)copy.ptr;

	for (size_t i = 0; i < copy.len; i++)
		if (bytes[i] < ' ' || bytes[i] > '~')
			bytes[i] = ' ';
	return str_trim(copy);
}
