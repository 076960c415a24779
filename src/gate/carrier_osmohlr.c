/*
 * carrier_osmohlr.c - lines in a real network: OsmoHLR over CTRL, and its VTY
 * for cutting a live session (TELECOM 1).
 *
 * Every task first asks what is, changes only what differs, and reads it back
 * at the end: an acknowledgement alone is never DONE.  So each task may be sent
 * twice without harm.
 *
 * Suspension goes through the VTY *first*: only a VTY change that really changes
 * something is pushed to the switch a phone is attached to.  After CTRL has
 * closed the record, the same VTY command pushes nothing and a live session
 * goes on (measured with OsmoHLR 1.5.0).
 */
#include "gate/carrier.h"
#include "gate/ctrl.h"

#include "base/buf.h"
#include "base/str.h"

enum { CTRL_ANSWER_MAX = 8192, VTY_ANSWER_MAX = 8192 };
enum { IMSI_LEN_MIN = 6, IMSI_LEN_MAX = 15, MSISDN_LEN_MIN = 7, MSISDN_LEN_MAX = 15 };

enum step {
	STEP_ASK_NUMBER, /* who has the number? */
	STEP_ASK_LINE,   /* what is there? */
	STEP_CREATE,
	STEP_SET_NUMBER,
	STEP_OPEN_CS,
	STEP_OPEN_PS,
	STEP_CUT_OFF, /* VTY */
	STEP_CLOSE_PS,
	STEP_CLOSE_CS,
	STEP_UNDO,   /* delete what this talk created: the number was refused */
	STEP_VERIFY, /* is it what was asked? */
	STEP_COUNT
};

/* A reply to a CTRL request of ours, sorted. */
enum answer { ANSWER_VALUE, ANSWER_ABSENT, ANSWER_ERROR, ANSWER_GARBLED };

static enum carrier_turn begin(struct carrier_talk *talk, enum step step);
static enum carrier_turn judge(struct carrier_talk *talk, const struct net_call *last);
static enum carrier_turn judge_ask_number(struct carrier_talk *, enum answer, struct str value);
static enum carrier_turn judge_ask_line(struct carrier_talk *, enum answer, struct str value);
static enum carrier_turn judge_create(struct carrier_talk *, enum answer, struct str value);
static enum carrier_turn judge_set_number(struct carrier_talk *, enum answer, struct str value);
static enum carrier_turn judge_set(struct carrier_talk *, enum answer, struct str value);
static enum carrier_turn judge_cut_off(struct carrier_talk *, enum answer, struct str value);
static enum carrier_turn judge_undo(struct carrier_talk *, enum answer, struct str value);
static enum carrier_turn judge_verify(struct carrier_talk *, enum answer, struct str value);
static bool              digits_valid(struct str s, size_t min, size_t max);

/* What one step asks: "subscriber.", selector, the IMSI or the number, field. */
struct step_row {
	const char *verb; /* NULL: the VTY */
	const char *selector;
	bool        by_number;
	const char *field;
	const char *value; /* NULL: the number, or none for a GET */
	enum step   next;
	enum carrier_turn (*judge)(struct carrier_talk *, enum answer, struct str value);
};

static const struct step_row steps[STEP_COUNT] = {
	[STEP_ASK_NUMBER] = { .verb = "GET",
	                      .selector = "by-msisdn-",
	                      .by_number = true,
	                      .field = ".info-all",
	                      .judge = judge_ask_number },
	[STEP_ASK_LINE] = { .verb = "GET",
	                    .selector = "by-imsi-",
	                    .field = ".info-all",
	                    .judge = judge_ask_line },
	[STEP_CREATE] = { .verb = "SET", .selector = "create", .judge = judge_create },
	[STEP_SET_NUMBER] = { .verb = "SET",
	                      .selector = "by-imsi-",
	                      .field = ".msisdn",
	                      .next = STEP_OPEN_CS,
	                      .judge = judge_set_number },
	[STEP_OPEN_CS] = { .verb = "SET",
	                   .selector = "by-imsi-",
	                   .field = ".cs-enabled",
	                   .value = "1",
	                   .next = STEP_OPEN_PS,
	                   .judge = judge_set },
	[STEP_OPEN_PS] = { .verb = "SET",
	                   .selector = "by-imsi-",
	                   .field = ".ps-enabled",
	                   .value = "1",
	                   .next = STEP_VERIFY,
	                   .judge = judge_set },
	[STEP_CUT_OFF] = { .next = STEP_CLOSE_PS, .judge = judge_cut_off },
	[STEP_CLOSE_PS] = { .verb = "SET",
	                    .selector = "by-imsi-",
	                    .field = ".ps-enabled",
	                    .value = "0",
	                    .next = STEP_CLOSE_CS,
	                    .judge = judge_set },
	[STEP_CLOSE_CS] = { .verb = "SET",
	                    .selector = "by-imsi-",
	                    .field = ".cs-enabled",
	                    .value = "0",
	                    .next = STEP_VERIFY,
	                    .judge = judge_set },
	[STEP_UNDO] = { .verb = "SET", .selector = "delete", .judge = judge_undo },
	[STEP_VERIFY] = { .verb = "GET",
	                  .selector = "by-imsi-",
	                  .field = ".info-all",
	                  .judge = judge_verify },
};

static enum carrier_turn turn(struct carrier_talk *talk, const struct net_call *last)
{
	const struct carrier_task *task = &talk->task;

	assert(task->kind < CARRIER_KIND_COUNT);
	if (last != NULL)
		return judge(talk, last);
	if (!digits_valid(task->imsi, IMSI_LEN_MIN, IMSI_LEN_MAX))
		return carrier_finish(talk, CARRIER_REFUSED, CARRIER_REASON_BAD_IMSI, STR(""));
	/* OsmoHLR takes "0081…" for a number: E.164 is checked here (TELECOM 1). */
	if (!digits_valid(task->msisdn, MSISDN_LEN_MIN, MSISDN_LEN_MAX) ||
	    task->msisdn.ptr[0] == '0')
		return carrier_finish(talk, CARRIER_REFUSED, CARRIER_REASON_BAD_NUMBER, STR(""));
	if (task->kind == CARRIER_ACTIVATE || task->kind == CARRIER_RESUME)
		return begin(talk, STEP_ASK_NUMBER);
	return begin(talk, STEP_ASK_LINE);
}

const struct carrier carrier_osmohlr = {
	.name = "osmohlr",
	.caps = CARRIER_CAN_SUSPEND | CARRIER_INSTANT | CARRIER_IDEMPOTENT,
	.turn = turn,
};

/* The variable that a step speaks of; a reply must name the same. */
static struct str variable(const struct carrier_talk *talk, const struct step_row *row)
{
	const struct carrier_task *task = &talk->task;
	struct str                 who = row->by_number ? task->msisdn : task->imsi;

	if (row->field == NULL)
		return arena_printf(talk->arena, "subscriber.%s", row->selector);
	return arena_printf(talk->arena, "subscriber.%s%.*s%s", row->selector, STR_ARG(who),
	                    row->field);
}

static enum carrier_turn begin(struct carrier_talk *talk, enum step step)
{
	const struct step_row     *row = &steps[step];
	const struct carrier_task *task = &talk->task;
	struct str                 name, value, body;

	talk->step = (int32_t)step;
	if (row->verb == NULL) {
		body = arena_printf(talk->arena,
		                    "enable\nsubscriber imsi %.*s "
		                    "update network-access-mode none\n",
		                    STR_ARG(task->imsi));
		return carrier_ask(talk, STR("VTY"), talk->config->vty_url, body, VTY_ANSWER_MAX);
	}
	name = variable(talk, row);
	if (row->verb[0] == 'G')
		value = STR("");
	else if (row->field == NULL)
		value = task->imsi;
	else
		value = row->value == NULL ? task->msisdn : str_from(row->value);
	body = arena_printf(talk->arena, "%s %d %.*s%s%.*s", row->verb, (int)talk->turns + 1,
	                    STR_ARG(name), value.len > 0 ? " " : "", STR_ARG(value));
	return carrier_ask(talk, STR("CTRL"), talk->config->ctrl_url, body, CTRL_ANSWER_MAX);
}

/* Silence or a cut link.  Before the first change it is harmless. */
static enum carrier_turn unanswered(struct carrier_talk *talk, enum net_result result)
{
	bool harmless = !talk->touched && talk->task.kind != CARRIER_ASK;

	return carrier_finish(talk, harmless ? CARRIER_RETRY : CARRIER_UNKNOWN,
	                      result == NET_REFUSED ? CARRIER_REASON_UNREACHABLE
	                                            : CARRIER_REASON_SILENT,
	                      STR(""));
}

/* Nonsense came back. */
static enum carrier_turn garbled(struct carrier_talk *talk, struct str detail)
{
	bool harmless = !talk->touched && talk->task.kind != CARRIER_ASK;

	return carrier_finish(talk, harmless ? CARRIER_RETRY : CARRIER_UNKNOWN,
	                      CARRIER_REASON_GARBLED, detail);
}

/* Sort a CTRL reply to the current step. */
static enum answer answer_sort(const struct carrier_talk *talk, const struct net_call *last,
                               struct str *ret_value)
{
	const struct step_row *row = &steps[talk->step];
	struct ctrl_reply      reply;

	*ret_value = last->answer;
	if (!ctrl_parse(last->answer, &reply) || !ctrl_answers(&reply, ctrl_request_id(last->body)))
		return ANSWER_GARBLED;
	*ret_value = reply.value;
	if (reply.kind == CTRL_ERROR)
		return str_eq(reply.value, STR("No such subscriber.")) ? ANSWER_ABSENT
		                                                       : ANSWER_ERROR;
	if (reply.kind != (row->verb[0] == 'G' ? CTRL_GET_REPLY : CTRL_SET_REPLY))
		return ANSWER_GARBLED;
	return str_eq(reply.variable, variable(talk, row)) ? ANSWER_VALUE : ANSWER_GARBLED;
}

/* The sentences by which a peer says that it did not even understand us. */
static bool not_understood(struct str sentence)
{
	static const struct str sentences[] = {
		{ .ptr = "Command not found", .len = 17 },
		{ .ptr = "Missing ID", .len = 10 },
		{ .ptr = "Invalid message ID number", .len = 25 },
		{ .ptr = "Request type unknown", .len = 20 },
		{ .ptr = "Invalid format.", .len = 15 },
	};

	for (size_t i = 0; i < COUNT_OF(sentences); i++)
		if (str_eq(sentence, sentences[i]))
			return true;
	return false;
}

static enum carrier_turn judge(struct carrier_talk *talk, const struct net_call *last)
{
	const struct step_row *row = &steps[talk->step];
	bool                   untouched = !talk->touched;
	enum answer            answer;
	struct str             value;

	assert(talk->step >= 0 && talk->step < STEP_COUNT);
	if (row->verb == NULL || row->verb[0] == 'S')
		talk->touched = talk->touched || last->result != NET_REFUSED;
	if (last->result != NET_ANSWER)
		return unanswered(talk, last->result);
	if (row->verb == NULL)
		return row->judge(talk, ANSWER_VALUE, last->answer);
	answer = answer_sort(talk, last, &value);
	if (answer == ANSWER_ERROR && untouched && not_understood(value))
		return carrier_finish(talk, CARRIER_CONFIG, CARRIER_REASON_PROTOCOL, value);
	return row->judge(talk, answer, value);
}

/* The number is refused for good: take back what this talk created. */
static enum carrier_turn refuse_number(struct carrier_talk *talk, enum carrier_reason reason)
{
	if (!talk->created)
		return carrier_finish(talk, CARRIER_REFUSED, reason, STR(""));
	talk->reason = reason;
	return begin(talk, STEP_UNDO);
}

static enum carrier_turn judge_undo(struct carrier_talk *talk, enum answer answer, struct str value)
{
	return carrier_finish(talk, CARRIER_REFUSED, talk->reason,
	                      answer == ANSWER_VALUE ? STR("") : value);
}

/* Asked before the first change, and again when the number could not be set. */
static enum carrier_turn judge_ask_number(struct carrier_talk *talk, enum answer answer,
                                          struct str value)
{
	enum step              next = talk->touched ? STEP_VERIFY : STEP_ASK_LINE;
	struct ctrl_subscriber owner;

	if (answer == ANSWER_ABSENT)
		return begin(talk, next);
	if (answer != ANSWER_VALUE || !ctrl_subscriber_parse(value, &owner) ||
	    !str_eq(owner.msisdn, talk->task.msisdn))
		return garbled(talk, value);
	if (!str_eq(owner.imsi, talk->task.imsi))
		return refuse_number(talk, CARRIER_REASON_NUMBER_TAKEN);
	return begin(talk, next);
}

/* Does the record show what a task of that kind wants? */
static bool fulfilled(const struct carrier_task *task, enum carrier_kind kind,
                      const struct ctrl_subscriber *line)
{
	if (kind == CARRIER_SUSPEND)
		return !line->cs && !line->ps;
	return line->cs && line->ps && str_eq(line->msisdn, task->msisdn);
}

static enum carrier_turn judge_ask_line(struct carrier_talk *talk, enum answer answer,
                                        struct str value)
{
	const struct carrier_task *task = &talk->task;
	enum carrier_kind          kind = task->kind == CARRIER_ASK ? task->asked : task->kind;
	bool                       absent = answer == ANSWER_ABSENT;
	struct ctrl_subscriber     line = { 0 };

	if (!absent && (answer != ANSWER_VALUE || !ctrl_subscriber_parse(value, &line) ||
	                !str_eq(line.imsi, task->imsi)))
		return garbled(talk, value);
	/* A SIM that the network does not know is as closed as can be. */
	if (absent ? kind == CARRIER_SUSPEND : fulfilled(task, kind, &line))
		return carrier_finish(talk, CARRIER_DONE, CARRIER_REASON_NONE, STR(""));
	if (task->kind == CARRIER_ASK)
		return carrier_finish(talk, CARRIER_RETRY, CARRIER_REASON_NOT_DONE, STR(""));
	if (kind == CARRIER_SUSPEND)
		return begin(talk, STEP_CUT_OFF);
	if (absent && talk->tried) /* "already exists", says one reply; "no such", another */
		return garbled(talk, value);
	if (absent)
		return begin(talk, STEP_CREATE);
	if (!str_eq(line.msisdn, task->msisdn))
		return begin(talk, STEP_SET_NUMBER);
	return begin(talk, line.cs ? STEP_OPEN_PS : STEP_OPEN_CS);
}

static enum carrier_turn judge_create(struct carrier_talk *talk, enum answer answer,
                                      struct str value)
{
	talk->tried = true;
	talk->created = answer == ANSWER_VALUE;
	if (answer == ANSWER_VALUE)
		return begin(talk, STEP_SET_NUMBER);
	if (answer == ANSWER_ERROR && str_eq(value, STR("Subscriber already exists.")))
		return begin(talk, STEP_ASK_LINE); /* someone was faster */
	if (answer == ANSWER_ERROR && str_eq(value, STR("Invalid IMSI value.")))
		return carrier_finish(talk, CARRIER_REFUSED, CARRIER_REASON_BAD_IMSI, value);
	return begin(talk, STEP_VERIFY);
}

static enum carrier_turn judge_set_number(struct carrier_talk *talk, enum answer answer,
                                          struct str value)
{
	if (answer == ANSWER_ERROR && str_eq(value, STR("Update MSISDN failed")))
		return begin(talk, STEP_ASK_NUMBER);
	if (answer == ANSWER_ERROR && str_eq(value, STR("Value failed verification.")))
		return refuse_number(talk, CARRIER_REASON_BAD_NUMBER);
	return judge_set(talk, answer, value);
}

/* Whatever a SET was answered, the record is read before anything is called done. */
static enum carrier_turn judge_set(struct carrier_talk *talk, enum answer answer, struct str value)
{
	if (answer == ANSWER_VALUE && str_eq(value, STR("OK")))
		return begin(talk, steps[talk->step].next);
	return begin(talk, STEP_VERIFY);
}

/* The VTY is silent on success; its complaints begin with '%'. */
static enum carrier_turn judge_cut_off(struct carrier_talk *talk, enum answer answer,
                                       struct str value)
{
	ptrdiff_t at = str_find(value, STR("\n% "));

	(void)answer;
	if (at < 0)
		return begin(talk, steps[talk->step].next);
	value = str_skip(value, (size_t)at + 1);
	if (str_starts(value, STR("% No subscriber")))
		return begin(talk, STEP_VERIFY);
	/* Without the cut-off a live session would go on behind a closed record. */
	return carrier_finish(talk, CARRIER_CONFIG, CARRIER_REASON_PROTOCOL, value);
}

static enum carrier_turn judge_verify(struct carrier_talk *talk, enum answer answer,
                                      struct str value)
{
	const struct carrier_task *task = &talk->task;
	struct ctrl_subscriber     line;
	bool                       so;

	if (answer == ANSWER_ABSENT)
		so = task->kind == CARRIER_SUSPEND;
	else if (answer == ANSWER_VALUE && ctrl_subscriber_parse(value, &line) &&
	         str_eq(line.imsi, task->imsi))
		so = fulfilled(task, task->kind, &line);
	else
		return garbled(talk, value);
	if (so)
		return carrier_finish(talk, CARRIER_DONE, CARRIER_REASON_NONE, STR(""));
	return carrier_finish(talk, CARRIER_UNKNOWN, CARRIER_REASON_MISMATCH, STR(""));
}

static bool digits_valid(struct str s, size_t min, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len >= min && s.len <= max;
}
