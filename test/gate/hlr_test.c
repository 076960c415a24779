/*
 * hlr_test.c - the OsmoHLR adapter against the real osmo-hlr: a line is put in
 * service, cut off and brought back, and the network itself (GSUP) is asked
 * whether that is true.  And everything that can go wrong on the way: stopped,
 * killed in the middle, lying.
 */
#include "test.h"

#include <stdio.h>

#include "base/str.h"
#include "gate/carrier.h"
#include "peers/caller.h"
#include "peers/gsup.h"
#include "peers/hlr.h"
#include "peers/wire.h"

/* What all tests of this file share: one HLR, and a net. */
struct bench {
	struct hlr            hlr;
	struct caller         caller;
	struct carrier_config config;
};

static int open_bench(void **state)
{
	static struct bench bench;

	if (!hlr_start(&bench.hlr))
		return -1;
	caller_open(&bench.caller, (struct net_real_config){ 0 });
	bench.config = (struct carrier_config){ .ctrl_url = str_from(bench.hlr.ctrl_url),
		                                .vty_url = str_from(bench.hlr.vty_url),
		                                .deadline_ms = 2000 };
	*state = &bench;
	return 0;
}

static int close_bench(void **state)
{
	struct bench *bench = *state;

	caller_close(&bench->caller);
	hlr_stop(&bench->hlr);
	return 0;
}

/* A whole talk, as the engine does it.  turns: stop after so many exchanges; -1: to the end. */
static enum carrier_turn talk_part(struct bench *bench, struct carrier_talk *talk, int turns)
{
	enum carrier_turn turn;

	talk->config = &bench->config;
	talk->arena = &bench->caller.arena;
	turn = carrier_osmohlr.turn(talk, NULL);
	while (turn == CARRIER_CALL && turns-- != 0) {
		caller_send(&bench->caller, &talk->call);
		turn = carrier_osmohlr.turn(talk, &talk->call);
	}
	return turn;
}

static struct carrier_task task_of(enum carrier_kind kind, const char *imsi, const char *msisdn)
{
	return (struct carrier_task){ .kind = kind,
		                      .imsi = str_from(imsi),
		                      .msisdn = str_from(msisdn),
		                      .order = STR("KL7F3K29QD") };
}

static struct carrier_talk talk_of(struct bench *bench, struct carrier_task task)
{
	struct carrier_talk talk = { .task = task };
	enum carrier_turn   turn = talk_part(bench, &talk, -1);

	assert_int_equal(turn, CARRIER_FINISHED);
	return talk;
}

static void expect_task(struct bench *bench, struct carrier_task task, enum carrier_outcome outcome,
                        enum carrier_reason reason)
{
	struct carrier_talk talk = talk_of(bench, task);

	assert_str(carrier_outcome_name(talk.outcome), carrier_outcome_name(outcome).ptr);
	assert_str(carrier_reason_name(talk.reason), carrier_reason_name(reason).ptr);
}

static void expect(struct bench *bench, enum carrier_kind kind, const char *imsi,
                   const char *msisdn, enum carrier_outcome outcome, enum carrier_reason reason)
{
	expect_task(bench, task_of(kind, imsi, msisdn), outcome, reason);
}

static void expect_ask(struct bench *bench, enum carrier_kind asked, const char *imsi,
                       const char *msisdn, enum carrier_outcome outcome, enum carrier_reason reason)
{
	struct carrier_task task = task_of(CARRIER_ASK, imsi, msisdn);

	task.asked = asked;
	expect_task(bench, task, outcome, reason);
}

/* The network's own word. */
static void expect_attach(struct bench *bench, const char *imsi, enum gsup_domain domain, int cause,
                          const char *msisdn)
{
	struct gsup *gsup = gsup_open(bench->hlr.address);
	char         number[32];
	int          got;

	assert_non_null(gsup);
	assert_int_equal(gsup_attach(gsup, imsi, domain, &got, number),
	                 cause == 0 ? GSUP_ACCEPTED : GSUP_REFUSED);
	assert_int_equal(got, cause);
	assert_string_equal(number, msisdn);
	gsup_close(gsup);
}

static void activates_for_the_network_too(void **state)
{
	static const char imsi[] = "440101000000001", msisdn[] = "819010000001";
	struct bench     *bench = *state;

	expect_attach(bench, imsi, GSUP_CS, 2, ""); /* unknown before */
	expect_ask(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_RETRY, CARRIER_REASON_NOT_DONE);
	expect(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	expect_attach(bench, imsi, GSUP_CS, 0, msisdn);
	expect_attach(bench, imsi, GSUP_PS, 0, msisdn);
	expect_ask(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	/* once more is harmless */
	expect(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
}

static void suspends_a_live_session(void **state)
{
	static const char imsi[] = "440101000000002", msisdn[] = "819010000002";
	struct bench     *bench = *state;
	struct gsup      *phone;
	char              number[32];
	int               cause;

	expect(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	phone = gsup_open(bench->hlr.address);
	assert_non_null(phone);
	assert_int_equal(gsup_attach(phone, imsi, GSUP_PS, &cause, number), GSUP_ACCEPTED);
	expect(bench, CARRIER_SUSPEND, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	assert_true(gsup_deleted(phone, imsi, 2000)); /* the session was cut */
	gsup_close(phone);
	expect_attach(bench, imsi, GSUP_PS, 7, "");
	expect_attach(bench, imsi, GSUP_CS, 11, "");
	expect_ask(bench, CARRIER_SUSPEND, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	expect_ask(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_RETRY, CARRIER_REASON_NOT_DONE);
	expect(bench, CARRIER_SUSPEND, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	expect(bench, CARRIER_RESUME, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	expect_attach(bench, imsi, GSUP_PS, 0, msisdn);
	/* what the network does not know is closed */
	expect(bench, CARRIER_SUSPEND, "440101000000099", msisdn, CARRIER_DONE,
	       CARRIER_REASON_NONE);
}

static void never_takes_a_number_from_another_sim(void **state)
{
	static const char imsi[] = "440101000000003", other[] = "440101000000004";
	static const char msisdn[] = "819010000003";
	struct bench     *bench = *state;

	expect(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	expect(bench, CARRIER_ACTIVATE, other, msisdn, CARRIER_REFUSED,
	       CARRIER_REASON_NUMBER_TAKEN);
	expect_attach(bench, other, GSUP_CS, 2, ""); /* nothing was made for it */
	expect_attach(bench, imsi, GSUP_CS, 0, msisdn);
	/* the line's own new number */
	expect(bench, CARRIER_ACTIVATE, imsi, "819010000033", CARRIER_DONE, CARRIER_REASON_NONE);
	expect_attach(bench, imsi, GSUP_CS, 0, "819010000033");
	expect(bench, CARRIER_ACTIVATE, other, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
}

static void refuses_what_no_network_takes(void **state)
{
	struct bench *bench = *state;

	expect(bench, CARRIER_ACTIVATE, "44010", "819010000005", CARRIER_REFUSED,
	       CARRIER_REASON_BAD_IMSI);
	expect(bench, CARRIER_ACTIVATE, "440101000000005", "0081901000005", CARRIER_REFUSED,
	       CARRIER_REASON_BAD_NUMBER);
}

/* A stopped HLR takes the connection and never answers. */
static void a_stopped_hlr_loses_nothing(void **state)
{
	static const char imsi[] = "440101000000006", msisdn[] = "819010000006";
	struct bench     *bench = *state;

	bench->config.deadline_ms = 300;
	hlr_pause(&bench->hlr);
	expect(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_RETRY, CARRIER_REASON_SILENT);
	expect_ask(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_UNKNOWN, CARRIER_REASON_SILENT);
	hlr_continue(&bench->hlr);
	bench->config.deadline_ms = 2000;
	expect_ask(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_RETRY, CARRIER_REASON_NOT_DONE);
	expect(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
}

/* Stopped before each exchange in turn: asked and sent again, the line comes into service. */
static void stopped_at_every_step(void **state)
{
	static const char msisdn[] = "819010000007";
	struct bench     *bench = *state;
	char              imsi[32], number[32];

	for (int at = 0; at < 7; at++) {
		struct carrier_talk talk;

		snprintf(imsi, sizeof(imsi), "44010100000007%d", at);
		snprintf(number, sizeof(number), "%s%d", msisdn, at);
		talk = (struct carrier_talk){ .task = task_of(CARRIER_ACTIVATE, imsi, number) };
		assert_int_equal(talk_part(bench, &talk, at), CARRIER_CALL);
		bench->config.deadline_ms = 300;
		hlr_pause(&bench->hlr);
		talk.call.deadline_ms = 300;
		caller_send(&bench->caller, &talk.call);
		assert_int_equal(talk.call.result, NET_UNKNOWN);
		assert_int_equal(carrier_osmohlr.turn(&talk, &talk.call), CARRIER_FINISHED);
		assert_int_equal(talk.outcome, at < 2 ? CARRIER_RETRY : CARRIER_UNKNOWN);
		hlr_continue(&bench->hlr);
		bench->config.deadline_ms = 2000;
		/* whatever the stopped HLR did with what it had already received */
		expect(bench, CARRIER_ACTIVATE, imsi, number, CARRIER_DONE, CARRIER_REASON_NONE);
		expect_attach(bench, imsi, GSUP_CS, 0, number);
	}
}

static void killed_at_every_step(void **state)
{
	struct bench *bench = *state;
	char          imsi[32], number[32];

	for (int at = 0; at < 7; at++) {
		struct carrier_talk talk;

		snprintf(imsi, sizeof(imsi), "44010100000008%d", at);
		snprintf(number, sizeof(number), "81901000008%d", at);
		talk = (struct carrier_talk){ .task = task_of(CARRIER_ACTIVATE, imsi, number) };
		assert_int_equal(talk_part(bench, &talk, at), CARRIER_CALL);
		hlr_kill(&bench->hlr);
		caller_send(&bench->caller, &talk.call);
		assert_int_equal(talk.call.result, NET_REFUSED);
		assert_int_equal(carrier_osmohlr.turn(&talk, &talk.call), CARRIER_FINISHED);
		assert_int_equal(talk.outcome, at < 3 ? CARRIER_RETRY : CARRIER_UNKNOWN);
		assert_true(hlr_restart(&bench->hlr));
		expect(bench, CARRIER_ACTIVATE, imsi, number, CARRIER_DONE, CARRIER_REASON_NONE);
		expect_attach(bench, imsi, GSUP_PS, 0, number);
	}
}

/* The record survives what the HLR survives. */
static void kept_over_a_kill(void **state)
{
	static const char imsi[] = "440101000000009", msisdn[] = "819010000009";
	struct bench     *bench = *state;

	expect(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	hlr_kill(&bench->hlr);
	expect(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_RETRY, CARRIER_REASON_UNREACHABLE);
	expect_ask(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_UNKNOWN,
	           CARRIER_REASON_UNREACHABLE);
	assert_true(hlr_restart(&bench->hlr));
	expect_ask(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
}

/* The VTY is gone: nothing is half closed. */
static void does_not_half_suspend(void **state)
{
	static const char imsi[] = "440101000000010", msisdn[] = "819010000010";
	struct bench     *bench = *state;
	struct wire      *wire = wire_start((const struct wire_step[]){ { 0 } });
	struct str        vty_url = bench->config.vty_url;

	expect(bench, CARRIER_ACTIVATE, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
	bench->config.vty_url = caller_url(&bench->caller, "vty", wire_port(wire), "");
	wire_stop(wire);
	expect(bench, CARRIER_SUSPEND, imsi, msisdn, CARRIER_RETRY, CARRIER_REASON_UNREACHABLE);
	expect_attach(bench, imsi, GSUP_CS, 0, msisdn);
	bench->config.vty_url = vty_url;
	expect(bench, CARRIER_SUSPEND, imsi, msisdn, CARRIER_DONE, CARRIER_REASON_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(activates_for_the_network_too),
		cmocka_unit_test(suspends_a_live_session),
		cmocka_unit_test(never_takes_a_number_from_another_sim),
		cmocka_unit_test(refuses_what_no_network_takes),
		cmocka_unit_test(a_stopped_hlr_loses_nothing),
		cmocka_unit_test(stopped_at_every_step),
		cmocka_unit_test(killed_at_every_step),
		cmocka_unit_test(kept_over_a_kill),
		cmocka_unit_test(does_not_half_suspend),
	};

	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
