/*
 * carrier_sandbox.c - our side of the built-in sandbox carrier: one JSON
 * exchange over the scheme `sandbox` (docs/sandbox.md).  The other side is
 * sandbox/carrier.c.
 */
#include "gate/carrier.h"
#include "gate/json_field.h"

#include "base/str.h"

enum { ANSWER_MAX = 4096, WORD_LEN_MAX = 64 };

static struct str        request(const struct carrier_task *task, struct arena *arena);
static enum carrier_turn judge(struct carrier_talk *talk, const json_t *answer);

static enum carrier_turn turn(struct carrier_talk *talk, const struct net_call *last)
{
	enum carrier_turn result;
	json_t           *answer;
	struct str        body;

	if (last == NULL) {
		body = request(&talk->task, talk->arena);
		if (body.len == 0)
			return carrier_finish(talk, CARRIER_CONFIG, CARRIER_REASON_PROTOCOL,
			                      STR(""));
		return carrier_ask(talk, STR("POST"), talk->config->sandbox_url, body, ANSWER_MAX);
	}
	if (last->result != NET_ANSWER || last->status != 200) {
		bool reached = last->result != NET_REFUSED;
		/* Asking in vain tells nothing about what was asked. */
		bool unknown = reached || talk->task.kind == CARRIER_ASK;

		return carrier_finish(talk, unknown ? CARRIER_UNKNOWN : CARRIER_RETRY,
		                      reached ? CARRIER_REASON_SILENT : CARRIER_REASON_UNREACHABLE,
		                      STR(""));
	}
	answer = json_field_open(last->answer, ANSWER_MAX);
	result = judge(talk, answer);
	json_decref(answer);
	return result;
}

const struct carrier carrier_sandbox = {
	.name = "sandbox",
	.caps = CARRIER_CAN_SUSPEND | CARRIER_MAY_TAKE_BACK | CARRIER_IDEMPOTENT,
	.take_back_s = 10,
	.turn = turn,
};

static void put(json_t *object, const char *name, struct str value)
{
	if (value.len > 0)
		json_object_set_new(object, name, json_stringn(value.ptr, value.len));
}

static struct str request(const struct carrier_task *task, struct arena *arena)
{
	static const char *const verbs[] = {
#define X(id, name) [CARRIER_##id] = name,
		CARRIER_KINDS(X)
#undef X
	};
	json_t *object = json_object();

	assert(task->kind < CARRIER_KIND_COUNT);
	put(object, "verb", str_from(verbs[task->kind]));
	put(object, "order", task->order);
	put(object, "imsi", task->imsi);
	put(object, "msisdn", task->msisdn);
	put(object, "iccid", task->iccid);
	put(object, "pack", task->pack);
	put(object, "outcome", task->sandbox);
	return json_field_write(object, arena);
}

/* What each word of the carrier means for us. */
struct word {
	struct str           word;
	bool                 error; /* stands in "error", not in "state" */
	enum carrier_outcome outcome;
	enum carrier_reason  reason;
};

#define WORD(text) \
	{ \
		.ptr = text, .len = sizeof(text) - 1 \
	}
static const struct word words[] = {
	{ WORD("accepted"), false, CARRIER_ACCEPTED, CARRIER_REASON_IN_PROGRESS },
	{ WORD("done"), false, CARRIER_DONE, CARRIER_REASON_NONE },
	{ WORD("refused"), false, CARRIER_REFUSED, CARRIER_REASON_DECLINED },
	{ WORD("reversed"), false, CARRIER_REFUSED, CARRIER_REASON_TAKEN_BACK },
	{ WORD("not_found"), true, CARRIER_RETRY, CARRIER_REASON_NOT_DONE },
	{ WORD("bad_request"), true, CARRIER_CONFIG, CARRIER_REASON_PROTOCOL },
};

/* answer may be NULL: damaged. */
static enum carrier_turn judge(struct carrier_talk *talk, const json_t *answer)
{
	struct str state = { 0 }, order = { 0 };
	bool       error = json_field_str(answer, "error", WORD_LEN_MAX, talk->arena, &state);

	if (!error && (!json_field_str(answer, "state", WORD_LEN_MAX, talk->arena, &state) ||
	               !json_field_str(answer, "order", WORD_LEN_MAX, talk->arena, &order) ||
	               !str_eq(order, talk->task.order)))
		return carrier_finish(talk, CARRIER_UNKNOWN, CARRIER_REASON_GARBLED, STR(""));
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (words[i].error == error && str_eq(state, words[i].word))
			return carrier_finish(talk, words[i].outcome, words[i].reason, STR(""));
	return carrier_finish(talk, CARRIER_UNKNOWN, CARRIER_REASON_GARBLED, state);
}
