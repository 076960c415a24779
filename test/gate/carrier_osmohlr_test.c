/*
 * carrier_osmohlr_test.c - the OsmoHLR adapter against recorded replies: what
 * it asks, in which order, and what it makes of every answer (TELECOM 1).
 * The real HLR is hlr_test.c's.
 */
#include "test.h"

#include "base/str.h"
#include "gate/carrier.h"

#define IMSI   "440101234567890"
#define MSISDN "818012345678"
#define LINE   "subscriber.by-imsi-" IMSI
#define NUMBER "subscriber.by-msisdn-" MSISDN
#define TAIL   "\nms_purged_cs\t0\nms_purged_ps\t0\nperiodic_lu_timer\t0\nlmsi\t00000000"
#define INFO(imsi, number, cs, ps) \
	"\nid\t1\nimsi\t" imsi "\n" number "nam_cs\t" cs "\nnam_ps\t" ps TAIL
#define HAS "msisdn\t" MSISDN "\n"

/* One exchange: what must be asked (the id left out), and what comes back. */
struct exchange {
	const char     *ask;    /* "GET x", "SET x y", or "VTY" */
	const char     *answer; /* '@' stands for the request's id; NULL: none */
	enum net_result result; /* where answer is NULL */
};

static const struct carrier_config config = {
	.ctrl_url = { .ptr = "ctrl://127.0.0.1:4259", .len = 21 },
	.vty_url = { .ptr = "vty://127.0.0.1:4258", .len = 20 },
};

static struct carrier_task task_of(enum carrier_kind kind)
{
	return (struct carrier_task){ .kind = kind,
		                      .asked = CARRIER_ACTIVATE,
		                      .imsi = STR(IMSI),
		                      .msisdn = STR(MSISDN),
		                      .order = STR("KL7F3K29QD") };
}

/* "GET 3 x" without its id; the id goes to *ret_id. */
static struct str without_id(struct arena *arena, struct str body, struct str *ret_id)
{
	struct str verb, rest, tail;

	str_cut(body, ' ', &verb, &rest);
	str_cut(rest, ' ', ret_id, &tail);
	return arena_printf(arena, "%.*s %.*s", STR_ARG(verb), STR_ARG(tail));
}

static struct str with_id(struct arena *arena, const char *answer, struct str id)
{
	struct str head, tail;

	if (!str_cut(str_from(answer), '@', &head, &tail))
		return str_from(answer);
	return arena_printf(arena, "%.*s%.*s%.*s", STR_ARG(head), STR_ARG(id), STR_ARG(tail));
}

/* Play a whole talk; it must ask exactly what stands there and end as said. */
static void play(struct carrier_task task, const struct exchange *exchanges, size_t count,
                 enum carrier_outcome outcome, enum carrier_reason reason)
{
	struct arena        arena;
	struct carrier_talk talk = { .task = task, .config = &config, .arena = &arena };
	enum carrier_turn   turn;

	arena_init(&arena, 1 << 20);
	turn = carrier_osmohlr.turn(&talk, NULL);
	for (size_t i = 0; i < count; i++) {
		const struct exchange *exchange = &exchanges[i];
		struct str             id = { 0 };

		assert_int_equal(turn, CARRIER_CALL);
		if (strcmp(exchange->ask, "VTY") == 0) {
			assert_str(talk.call.url, "vty://127.0.0.1:4258");
			assert_str(talk.call.body, "enable\nsubscriber imsi " IMSI
			                           " update network-access-mode none\n");
		} else {
			assert_str(talk.call.url, "ctrl://127.0.0.1:4259");
			assert_str(without_id(&arena, talk.call.body, &id), exchange->ask);
		}
		talk.call.result = exchange->answer != NULL ? NET_ANSWER : exchange->result;
		talk.call.answer = with_id(&arena, exchange->answer, id);
		turn = carrier_osmohlr.turn(&talk, &talk.call);
	}
	assert_int_equal(turn, CARRIER_FINISHED);
	assert_str(carrier_outcome_name(talk.outcome), carrier_outcome_name(outcome).ptr);
	assert_str(carrier_reason_name(talk.reason), carrier_reason_name(reason).ptr);
	arena_free(&arena);
}

#define PLAY(kind, exchanges, outcome, reason) \
	play(task_of(CARRIER_##kind), exchanges, COUNT_OF(exchanges), CARRIER_##outcome, \
	     CARRIER_REASON_##reason)

#define ASK_NUMBER "GET " NUMBER ".info-all"
#define ASK_LINE   "GET " LINE ".info-all"
#define SET_NUMBER "SET " LINE ".msisdn " MSISDN
#define NOBODY     "ERROR @ No such subscriber."
#define OPEN(info) "GET_REPLY @ " LINE ".info-all " info
#define FIRST \
	{ .ask = ASK_NUMBER, .answer = NOBODY }, \
	{ \
		.ask = ASK_LINE, .answer = NOBODY \
	}
#define CREATED \
	{ \
		.ask = "SET subscriber.create " IMSI, .answer = "SET_REPLY @ subscriber.create 1" \
	}
#define NUMBERED \
	{ \
		.ask = SET_NUMBER, .answer = "SET_REPLY @ " LINE ".msisdn OK" \
	}
#define OPENED \
	{ .ask = "SET " LINE ".cs-enabled 1", .answer = "SET_REPLY @ " LINE ".cs-enabled OK" }, \
	{ \
		.ask = "SET " LINE ".ps-enabled 1", .answer = "SET_REPLY @ " LINE ".ps-enabled OK" \
	}

static void activates_a_new_line(void **state)
{
	static const struct exchange talk[] = {
		FIRST,
		CREATED,
		NUMBERED,
		OPENED,
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "1", "1")) },
	};

	(void)state;
	PLAY(ACTIVATE, talk, DONE, NONE);
}

static void changes_nothing_that_is_right(void **state)
{
	static const struct exchange talk[] = {
		{ .ask = ASK_NUMBER,
		  .answer = "GET_REPLY @ " NUMBER ".info-all " INFO(IMSI, HAS, "1", "1") },
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "1", "1")) },
	};

	(void)state;
	PLAY(ACTIVATE, talk, DONE, NONE);
	PLAY(RESUME, talk, DONE, NONE);
}

static void opens_a_closed_line(void **state)
{
	static const struct exchange both[] = {
		{ .ask = ASK_NUMBER,
		  .answer = "GET_REPLY @ " NUMBER ".info-all " INFO(IMSI, HAS, "0", "0") },
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "0", "0")) },
		OPENED,
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "1", "1")) },
	};
	static const struct exchange data_only[] = {
		{ .ask = ASK_NUMBER, .answer = NOBODY },
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "1", "0")) },
		{ .ask = "SET " LINE ".ps-enabled 1",
		  .answer = "SET_REPLY @ " LINE ".ps-enabled OK" },
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "1", "1")) },
	};

	(void)state;
	PLAY(RESUME, both, DONE, NONE);
	PLAY(RESUME, data_only, DONE, NONE);
}

/* A number on another SIM is never taken from it. */
static void refuses_a_taken_number(void **state)
{
	static const struct exchange known[] = {
		{ .ask = ASK_NUMBER,
		  .answer = "GET_REPLY @ " NUMBER
		            ".info-all " INFO("440109999999999", HAS, "1", "1") },
	};
	/* Taken between our question and our change: what we made goes away again. */
	static const struct exchange raced[] = {
		FIRST,
		CREATED,
		{ .ask = SET_NUMBER, .answer = "ERROR @ Update MSISDN failed" },
		{ .ask = ASK_NUMBER,
		  .answer = "GET_REPLY @ " NUMBER
		            ".info-all " INFO("440109999999999", HAS, "1", "1") },
		{ .ask = "SET subscriber.delete " IMSI,
		  .answer = "SET_REPLY @ subscriber.delete 1" },
	};
	/* A subscriber who was there before stays. */
	static const struct exchange raced_old[] = {
		{ .ask = ASK_NUMBER, .answer = NOBODY },
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, "", "1", "1")) },
		{ .ask = SET_NUMBER, .answer = "ERROR @ Update MSISDN failed" },
		{ .ask = ASK_NUMBER,
		  .answer = "GET_REPLY @ " NUMBER
		            ".info-all " INFO("440109999999999", HAS, "1", "1") },
	};

	(void)state;
	PLAY(ACTIVATE, known, REFUSED, NUMBER_TAKEN);
	PLAY(ACTIVATE, raced, REFUSED, NUMBER_TAKEN);
	PLAY(ACTIVATE, raced_old, REFUSED, NUMBER_TAKEN);
}

static void refuses_bad_tasks_unasked(void **state)
{
	struct carrier_task      task = task_of(CARRIER_ACTIVATE);
	static const char *const imsis[] = { "", "44010", "4401012345678901", "44010123456789x",
		                             "440101234567890 " };
	static const char *const numbers[] = { "", "00818011112222", "+818012345678", "123456",
		                               "8180123456789012" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(imsis); i++) {
		task.imsi = str_from(imsis[i]);
		play(task, NULL, 0, CARRIER_REFUSED, CARRIER_REASON_BAD_IMSI);
	}
	task = task_of(CARRIER_ACTIVATE);
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		task.msisdn = str_from(numbers[i]);
		play(task, NULL, 0, CARRIER_REFUSED, CARRIER_REASON_BAD_NUMBER);
	}
}

/* Every sentence of TELECOM 1, where it can come. */
static void understands_every_error(void **state)
{
	static const struct exchange exists[] = {
		FIRST,
		{ .ask = "SET subscriber.create " IMSI,
		  .answer = "ERROR @ Subscriber already exists." },
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "1", "1")) },
	};
	static const struct exchange exists_not[] = {
		FIRST,
		{ .ask = "SET subscriber.create " IMSI,
		  .answer = "ERROR @ Subscriber already exists." },
		{ .ask = ASK_LINE, .answer = NOBODY },
	};
	static const struct exchange bad_imsi[] = {
		FIRST,
		{ .ask = "SET subscriber.create " IMSI, .answer = "ERROR @ Invalid IMSI value." },
	};
	static const struct exchange bad_number[] = {
		FIRST,
		CREATED,
		{ .ask = SET_NUMBER, .answer = "ERROR @ Value failed verification." },
		{ .ask = "SET subscriber.delete " IMSI,
		  .answer = "ERROR @ Subscriber doesn't exist." },
	};
	static const struct exchange gone[] = {
		FIRST,
		CREATED,
		{ .ask = SET_NUMBER, .answer = NOBODY },
		{ .ask = ASK_LINE, .answer = NOBODY },
	};
	static const struct exchange sick[] = {
		FIRST,
		CREATED,
		NUMBERED,
		{ .ask = "SET " LINE ".cs-enabled 1", .answer = "ERROR @ An error has occurred." },
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "0", "1")) },
	};

	(void)state;
	PLAY(ACTIVATE, exists, DONE, NONE);
	PLAY(ACTIVATE, exists_not, UNKNOWN, GARBLED);
	PLAY(ACTIVATE, bad_imsi, REFUSED, BAD_IMSI);
	PLAY(ACTIVATE, bad_number, REFUSED, BAD_NUMBER);
	PLAY(ACTIVATE, gone, UNKNOWN, MISMATCH);
	PLAY(ACTIVATE, sick, UNKNOWN, MISMATCH);
}

static void tells_the_wrong_peer(void **state)
{
	static const char *const sentences[] = {
		"ERROR @ Command not found",
		"ERROR err Missing ID",
		"ERROR err Invalid message ID number",
		"ERROR err Request type unknown",
		"ERROR @ Invalid format.",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sentences); i++) {
		struct exchange talk[] = { { .ask = ASK_NUMBER, .answer = sentences[i] } };

		PLAY(ACTIVATE, talk, CONFIG, PROTOCOL);
	}
}

/* OK, OK, OK - and then the record says otherwise. */
static void does_not_believe_a_liar(void **state)
{
	static const char *const shown[] = {
		OPEN(INFO(IMSI, HAS, "1", "0")),
		OPEN(INFO(IMSI, HAS, "0", "1")),
		OPEN(INFO(IMSI, "", "1", "1")),
		OPEN(INFO(IMSI, "msisdn\t818099999999\n", "1", "1")),
		NOBODY,
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(shown); i++) {
		struct exchange talk[] = {
			FIRST, CREATED, NUMBERED, OPENED, { .ask = ASK_LINE, .answer = shown[i] }
		};

		PLAY(ACTIVATE, talk, UNKNOWN, MISMATCH);
	}
}

static void survives_nonsense(void **state)
{
	static const char *const nonsense[] = {
		"",
		" ",
		"GET_REPLY",
		"GET_REPLY @",
		"GET_REPLY @ ",
		"HELLO @ x",
		"GET_REPLY 99999 " LINE ".info-all " INFO(IMSI, HAS, "1", "1"),
		"GET_REPLY x " LINE ".info-all " INFO(IMSI, HAS, "1", "1"),
		"SET_REPLY @ " LINE ".info-all " INFO(IMSI, HAS, "1", "1"),
		"TRAP @ " LINE ".info-all " INFO(IMSI, HAS, "1", "1"),
		"GET_REPLY @ " LINE ".info-al " INFO(IMSI, HAS, "1", "1"),
		"GET_REPLY @ subscriber.by-imsi-440109999999999.info-all " INFO("440109999999999",
		                                                                HAS, "1", "1"),
		OPEN(INFO("440109999999999", HAS, "1", "1")),
		OPEN(INFO(IMSI, HAS, "2", "1")),
		OPEN(INFO(IMSI, HAS, "", "1")),
		OPEN(INFO(IMSI, HAS HAS, "1", "1")),
		OPEN(INFO(IMSI, "no tab\n", "1", "1")),
		OPEN("\nimsi\t" IMSI "\n" HAS "nam_cs\t1"),
		OPEN("\nimsi\t" IMSI),
		OPEN("\nnam_cs\t1\nnam_ps\t1"),
		OPEN(""),
		OPEN(INFO(IMSI, "msisdn\t81801234567a\n", "1", "1")),
		"ERROR @ ",
		"ERROR @ An error has occurred.",
		"ERROR @ Nobody knows this one.",
		"\x80\xff\xee",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(nonsense); i++) {
		struct exchange asked[] = { { .ask = ASK_LINE, .answer = nonsense[i] } };
		struct exchange first[] = { { .ask = ASK_NUMBER, .answer = NOBODY },
			                    { .ask = ASK_LINE, .answer = nonsense[i] } };
		struct exchange last[] = {
			FIRST, CREATED, NUMBERED, OPENED, { .ask = ASK_LINE, .answer = nonsense[i] }
		};

		PLAY(ASK, asked, UNKNOWN, GARBLED);
		PLAY(ACTIVATE, first, RETRY, GARBLED); /* nothing was touched yet */
		PLAY(ACTIVATE, last, UNKNOWN, GARBLED);
	}
}

static void silence_is_unknown_once_touched(void **state)
{
	static const struct exchange whole[] = {
		FIRST,
		CREATED,
		NUMBERED,
		OPENED,
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "1", "1")) },
	};
	enum { TOUCHED = 2 }; /* from the third exchange on something was sent to change it */

	(void)state;
	for (size_t i = 0; i < COUNT_OF(whole); i++) {
		struct exchange talk[COUNT_OF(whole)];

		memcpy(talk, whole, sizeof(talk));
		talk[i].answer = NULL;
		talk[i].result = NET_UNKNOWN;
		play(task_of(CARRIER_ACTIVATE), talk, i + 1,
		     i < TOUCHED ? CARRIER_RETRY : CARRIER_UNKNOWN, CARRIER_REASON_SILENT);
		talk[i].result = NET_REFUSED;
		play(task_of(CARRIER_ACTIVATE), talk, i + 1,
		     i <= TOUCHED ? CARRIER_RETRY : CARRIER_UNKNOWN, CARRIER_REASON_UNREACHABLE);
	}
}

static void asks_without_touching(void **state)
{
	static const struct exchange active[] = { { .ask = ASK_LINE,
		                                    .answer = OPEN(INFO(IMSI, HAS, "1", "1")) } };
	static const struct exchange closed[] = { { .ask = ASK_LINE,
		                                    .answer = OPEN(INFO(IMSI, HAS, "0", "0")) } };
	static const struct exchange nobody[] = { { .ask = ASK_LINE, .answer = NOBODY } };
	static const struct exchange silent[] = { { .ask = ASK_LINE, .result = NET_UNKNOWN } };
	static const struct exchange down[] = { { .ask = ASK_LINE, .result = NET_REFUSED } };
	struct carrier_task          about_suspension = task_of(CARRIER_ASK);

	(void)state;
	PLAY(ASK, active, DONE, NONE);
	PLAY(ASK, closed, RETRY, NOT_DONE);
	PLAY(ASK, nobody, RETRY, NOT_DONE);
	PLAY(ASK, silent, UNKNOWN, SILENT);
	PLAY(ASK, down, UNKNOWN, UNREACHABLE); /* asking in vain is not "not done" */
	about_suspension.asked = CARRIER_SUSPEND;
	play(about_suspension, active, 1, CARRIER_RETRY, CARRIER_REASON_NOT_DONE);
	play(about_suspension, closed, 1, CARRIER_DONE, CARRIER_REASON_NONE);
	play(about_suspension, nobody, 1, CARRIER_DONE, CARRIER_REASON_NONE);
}

#define SUSPENDING \
	{ \
		.ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "1", "1")) \
	}
#define VTY_QUIET \
	"enable\nOsmoHLR# subscriber imsi " IMSI " update network-access-mode none\nOsmoHLR# "
#define CLOSED \
	{ .ask = "SET " LINE ".ps-enabled 0", .answer = "SET_REPLY @ " LINE ".ps-enabled OK" }, \
	{ \
		.ask = "SET " LINE ".cs-enabled 0", .answer = "SET_REPLY @ " LINE ".cs-enabled OK" \
	}

static void suspends_through_the_vty_first(void **state)
{
	static const struct exchange talk[] = {
		SUSPENDING,
		{ .ask = "VTY", .answer = VTY_QUIET },
		CLOSED,
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "0", "0")) },
	};
	static const struct exchange already[] = { { .ask = ASK_LINE,
		                                     .answer = OPEN(INFO(IMSI, HAS, "0", "0")) } };
	static const struct exchange nobody[] = { { .ask = ASK_LINE, .answer = NOBODY } };
	static const struct exchange liar[] = {
		SUSPENDING,
		{ .ask = "VTY", .answer = VTY_QUIET },
		CLOSED,
		{ .ask = ASK_LINE, .answer = OPEN(INFO(IMSI, HAS, "0", "1")) },
	};
	static const struct exchange vanished[] = {
		SUSPENDING,
		{ .ask = "VTY",
		  .answer = "subscriber imsi " IMSI " update\n"
		            "% No subscriber for imsi = '" IMSI "'\nOsmoHLR# " },
		{ .ask = ASK_LINE, .answer = NOBODY },
	};
	static const struct exchange no_vty[] = { SUSPENDING,
		                                  { .ask = "VTY", .result = NET_REFUSED } };
	static const struct exchange silent_vty[] = { SUSPENDING,
		                                      { .ask = "VTY", .result = NET_UNKNOWN } };
	static const struct exchange other_vty[] = {
		SUSPENDING, { .ask = "VTY", .answer = "enable\n% Unknown command.\nOther> " }
	};

	(void)state;
	PLAY(SUSPEND, talk, DONE, NONE);
	PLAY(SUSPEND, already, DONE, NONE);
	PLAY(SUSPEND, nobody, DONE, NONE);
	PLAY(SUSPEND, liar, UNKNOWN, MISMATCH);
	PLAY(SUSPEND, vanished, DONE, NONE);
	PLAY(SUSPEND, no_vty, RETRY, UNREACHABLE);
	PLAY(SUSPEND, silent_vty, UNKNOWN, SILENT);
	PLAY(SUSPEND, other_vty, CONFIG, PROTOCOL);
}

static void keeps_only_printable_words(void **state)
{
	struct arena        arena;
	struct carrier_talk talk = { .task = task_of(CARRIER_ASK),
		                     .config = &config,
		                     .arena = &arena };

	(void)state;
	arena_init(&arena, 1 << 16);
	assert_int_equal(carrier_osmohlr.turn(&talk, NULL), CARRIER_CALL);
	talk.call.result = NET_ANSWER;
	talk.call.answer = STR("ERROR 1 \x1b[31mred\n\xe2\x80\xae <script>");
	assert_int_equal(carrier_osmohlr.turn(&talk, &talk.call), CARRIER_FINISHED);
	assert_str(talk.detail, "[31mred     <script>");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(activates_a_new_line),
		cmocka_unit_test(changes_nothing_that_is_right),
		cmocka_unit_test(opens_a_closed_line),
		cmocka_unit_test(refuses_a_taken_number),
		cmocka_unit_test(refuses_bad_tasks_unasked),
		cmocka_unit_test(understands_every_error),
		cmocka_unit_test(tells_the_wrong_peer),
		cmocka_unit_test(does_not_believe_a_liar),
		cmocka_unit_test(survives_nonsense),
		cmocka_unit_test(silence_is_unknown_once_touched),
		cmocka_unit_test(asks_without_touching),
		cmocka_unit_test(suspends_through_the_vty_first),
		cmocka_unit_test(keeps_only_printable_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
