/*
 * tcp_client_test.c - CTRL and VTY exchanges against peers that lie, stall,
 * stutter, flood and hang up.
 */
#include "test.h"

#include "base/str.h"
#include "peers/caller.h"
#include "peers/wire.h"

/* A frame around a text whose length is below 255. */
#define FRAME(len, text) "\0" len "\xee\0" text
/* clang-format off */
#define SCRIPT(...) (const struct wire_step[]){ { .act = WIRE_ACCEPT }, __VA_ARGS__, { 0 } }
#define RAW(bytes)  { .act = WIRE_SEND, .text = bytes, .len = sizeof(bytes) - 1 }
#define ASKED       { .act = WIRE_EXPECT, .text = "GET 7 x" }
/* clang-format on */

/* Where an answer is expected, a busy machine may take its time. */
enum { PATIENT_MS = 10000, HASTY_MS = 400 };

static struct net_call call_of(struct str url, const char *body)
{
	return (struct net_call){
		.url = url, .body = str_from(body), .deadline_ms = HASTY_MS, .answer_max = 2048
	};
}

/* One CTRL request to a script; the answer is compared where one is expected. */
static void ctrl(const struct wire_step *script, enum net_result result, const char *answer)
{
	struct wire    *wire = wire_start(script);
	struct caller   caller;
	struct net_call call;

	caller_open(&caller, (struct net_real_config){ 0 });
	call = call_of(caller_url(&caller, "ctrl", wire_port(wire), ""), "GET 7 x");
	call.deadline_ms = result == NET_ANSWER ? PATIENT_MS : call.deadline_ms;
	caller_send(&caller, &call);
	assert_int_equal(call.result, result);
	assert_str(call.answer, answer);
	assert_int_equal(call.status, 0);
	caller_close(&caller);
	wire_stop(wire);
}

static void sends_one_frame_and_reads_one(void **state)
{
	struct wire    *wire;
	struct caller   caller;
	struct net_call call;

	(void)state;
	wire = wire_start(
	    SCRIPT(ASKED, RAW(FRAME("\x10", "GET_REPLY 7 x 1")), { .act = WIRE_HOLD }));
	caller_open(&caller, (struct net_real_config){ 0 });
	call = call_of(caller_url(&caller, "ctrl", wire_port(wire), ""), "GET 7 x");
	call.deadline_ms = PATIENT_MS;
	caller_send(&caller, &call);
	assert_int_equal(call.result, NET_ANSWER);
	assert_str(call.answer, "GET_REPLY 7 x 1");
	assert_memory_equal(wire_got(wire), "\0\x08\xee\0GET 7 x", 11);
	caller_close(&caller);
	wire_stop(wire);
}

static void finds_its_own_reply(void **state)
{
	(void)state;
	/* a ping, a trap, another's reply, another's error; then ours, in three pieces */
	ctrl(SCRIPT(ASKED, RAW("\0\x01\xfe\0"), RAW(FRAME("\x0b", "TRAP 0 a b")),
	            RAW(FRAME("\x10", "GET_REPLY 8 x 1")), RAW(FRAME("\x0b", "ERROR 6 no")),
	            RAW("\0\x10"), { .act = WIRE_SLEEP, .ms = 30 }, RAW("\xee\0GET_REPLY"),
	            { .act = WIRE_SLEEP, .ms = 30 }, RAW(" 7 x 2"), { .act = WIRE_HOLD }),
	     NET_ANSWER, "GET_REPLY 7 x 2");
	ctrl(SCRIPT(ASKED, RAW(FRAME("\x15", "ERROR err Missing ID")), { .act = WIRE_HOLD }),
	     NET_ANSWER, "ERROR err Missing ID");
	ctrl(SCRIPT(ASKED, { .act = WIRE_DRIP, .text = "", .ms = 1 },
	            RAW(FRAME("\x0b", "ERROR 7 no")), { .act = WIRE_HOLD }),
	     NET_ANSWER, "ERROR 7 no");
}

static void silence_and_half_answers_are_unknown(void **state)
{
	(void)state;
	ctrl(SCRIPT(ASKED, { .act = WIRE_HOLD }), NET_UNKNOWN, "");
	ctrl(SCRIPT(ASKED, { .act = WIRE_CLOSE }), NET_UNKNOWN, "");
	ctrl(SCRIPT(ASKED, { .act = WIRE_RESET }), NET_UNKNOWN, "");
	ctrl(SCRIPT(ASKED, RAW("\0\x10\xee\0GET_REPLY 7"), { .act = WIRE_HOLD }), NET_UNKNOWN, "");
	ctrl(SCRIPT(ASKED, RAW("\0\x10\xee\0GET_REPLY 7"), { .act = WIRE_CLOSE }), NET_UNKNOWN, "");
	ctrl(SCRIPT(ASKED, RAW(FRAME("\x10", "GET_REPLY 8 x 1")), { .act = WIRE_HOLD }),
	     NET_UNKNOWN, "");
}

static void nonsense_is_unknown(void **state)
{
	(void)state;
	ctrl(SCRIPT(ASKED, RAW("\0\0\xee\0"), { .act = WIRE_HOLD }), NET_UNKNOWN, "");
	ctrl(SCRIPT(ASKED, RAW(FRAME("\x06", "HELLO")), { .act = WIRE_HOLD }), NET_UNKNOWN, "");
	ctrl(SCRIPT(ASKED, RAW("\xff\xff\xee\0GET_REPLY 7 "), { .act = WIRE_FLOOD, .ms = 64 },
	            { .act = WIRE_HOLD }),
	     NET_UNKNOWN, "");
	ctrl(SCRIPT(ASKED, { .act = WIRE_SEND, .text = "HTTP/1.1 400 Bad Request\r\n\r\n" },
	            { .act = WIRE_CLOSE }),
	     NET_UNKNOWN, "");
	ctrl(SCRIPT(ASKED, { .act = WIRE_FLOOD, .ms = 2048 }, { .act = WIRE_HOLD }), NET_UNKNOWN,
	     "");
}

/* A caller's mistake or a dead port reaches nobody. */
static void refused_means_nothing_left(void **state)
{
	static const char *const urls[] = {
		"ctrl://",
		"ctrl://:1",
		"ctrl://127.0.0.1",
		"ctrl://127.0.0.1:0",
		"ctrl://127.0.0.1:65536",
		"ctrl://127.0.0.1:x",
		"ctrl://hlr.example:4259",
		"ctrl:127.0.0.1:1",
		"ctrl://[::1]",
		"ctrl://[::1:4259",
		"vty://[:::1]:1",
		"ctrl://11111111111111111111111111111111111111111111111111111111111111111:1",
		"gopher://127.0.0.1:1",
		"",
		":",
		"sandbox:gateway",
	};
	struct caller   caller;
	struct net_call call;
	struct wire    *wire = wire_start((const struct wire_step[]){ { 0 } });
	int             dead = wire_port(wire);

	(void)state;
	wire_stop(wire);
	caller_open(&caller, (struct net_real_config){ 0 });
	call = call_of(caller_url(&caller, "ctrl", dead, ""), "GET 7 x");
	caller_send(&caller, &call);
	assert_int_equal(call.result, NET_REFUSED);
	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		call = call_of(str_from(urls[i]), "GET 7 x");
		caller_send(&caller, &call);
		assert_int_equal(call.result, NET_REFUSED);
	}
	/* a request without an id could not be matched */
	call = call_of(caller_url(&caller, "ctrl", dead, ""), "GET x");
	caller_send(&caller, &call);
	assert_int_equal(call.result, NET_REFUSED);
	caller_close(&caller);
}

static void count_down(struct net_call *call)
{
	--*(int *)call->arg;
}

/* More calls than links: the rest wait, and give up unsent when their time is over. */
static void crowds_wait_for_a_link(void **state)
{
	enum { CALLS = 40, LINKS = 16 };
	struct wire    *wire = wire_start(SCRIPT({ .act = WIRE_HOLD }));
	struct net_call calls[CALLS];
	struct caller   caller;
	struct net      net;
	int             left = CALLS, unknown = 0, refused = 0;

	(void)state;
	caller_open(&caller, (struct net_real_config){ 0 });
	net = net_real_seam(caller.net);
	for (int i = 0; i < CALLS; i++) {
		calls[i] = call_of(caller_url(&caller, "ctrl", wire_port(wire), ""), "GET 7 x");
		/* Those that wait give up first, while every link is still held. */
		calls[i].deadline_ms = i < LINKS ? 6 * HASTY_MS : 2 * HASTY_MS;
		calls[i].arena = &caller.arena;
		calls[i].done = count_down;
		calls[i].arg = &left;
		net.call(net.ctx, &calls[i]);
	}
	while (left > 0)
		net_real_step(caller.net, 50);
	for (int i = 0; i < CALLS; i++) {
		unknown += calls[i].result == NET_UNKNOWN;
		refused += calls[i].result == NET_REFUSED;
	}
	assert_int_equal(unknown, LINKS);
	assert_int_equal(refused, CALLS - LINKS);
	caller_close(&caller);
	wire_stop(wire);
}

#define PROMPT "\r\n\xff\xfb\x01\xff\xfb\x03\xff\xfe\x22\xff\xfd\x1fHLR> "

static void vty(const struct wire_step *script, enum net_result result, const char *answer)
{
	struct wire    *wire = wire_start(script);
	struct caller   caller;
	struct net_call call;

	caller_open(&caller, (struct net_real_config){ 0 });
	call = call_of(caller_url(&caller, "vty", wire_port(wire), ""), "enable\nshow x\n");
	call.deadline_ms = result == NET_ANSWER ? PATIENT_MS : 3 * call.deadline_ms;
	caller_send(&caller, &call);
	assert_int_equal(call.result, result);
	assert_str(call.answer, answer);
	caller_close(&caller);
	wire_stop(wire);
}

static void vty_sends_line_after_prompt(void **state)
{
	(void)state;
	vty(SCRIPT({ .act = WIRE_SEND, .text = "Welcome" PROMPT },
	           { .act = WIRE_EXPECT, .text = "enable\n" },
	           { .act = WIRE_DRIP, .text = "enable\r\nHLR# ", .ms = 2 },
	           { .act = WIRE_EXPECT, .text = "show x\n" },
	           { .act = WIRE_SEND, .text = "show x\r\n% No such thing.\r\nHLR# " },
	           { .act = WIRE_HOLD }),
	    NET_ANSWER, "enable\nHLR# show x\n% No such thing.\nHLR# ");
}

static void vty_faults(void **state)
{
	(void)state;
	/* nothing was sent before the first prompt */
	vty(SCRIPT({ .act = WIRE_HOLD }), NET_REFUSED, "");
	vty(SCRIPT({ .act = WIRE_SEND, .text = "Password: " }, { .act = WIRE_HOLD }), NET_REFUSED,
	    "");
	vty(SCRIPT({ .act = WIRE_CLOSE }), NET_REFUSED, "");
	vty(SCRIPT({ .act = WIRE_SEND, .text = PROMPT }, { .act = WIRE_EXPECT, .text = "enable\n" },
	           { .act = WIRE_HOLD }),
	    NET_UNKNOWN, "");
	vty(SCRIPT({ .act = WIRE_SEND, .text = PROMPT }, { .act = WIRE_EXPECT, .text = "enable\n" },
	           { .act = WIRE_CLOSE }),
	    NET_UNKNOWN, "");
	vty(SCRIPT({ .act = WIRE_SEND, .text = PROMPT }, { .act = WIRE_EXPECT, .text = "enable\n" },
	           { .act = WIRE_FLOOD, .ms = 64 }, { .act = WIRE_HOLD }),
	    NET_UNKNOWN, "");
}

static void waker(struct net_call *call)
{
	*(bool *)call->arg = true;
}

static void answer_sandbox(void *ctx, struct net_call *call)
{
	assert_str(call->url, "sandbox:test");
	++*(int *)ctx;
	call->result = NET_ANSWER;
	call->status = 200;
	call->answer = STR("{}");
}

static void sandbox_answers_in_the_next_step(void **state)
{
	struct net_call call = { .url = STR("sandbox:test"), .done = waker };
	struct caller   caller;
	struct net      net;
	bool            done = false;
	int             asked = 0;

	(void)state;
	caller_open(&caller,
	            (struct net_real_config){ .sandbox = answer_sandbox, .sandbox_ctx = &asked });
	net = net_real_seam(caller.net);
	call.arena = &caller.arena;
	call.arg = &done;
	net.call(net.ctx, &call);
	assert_false(done);
	assert_int_equal(asked, 0);
	assert_int_equal(net_real_step(caller.net, 10000), 1); /* and does not wait */
	assert_true(done);
	assert_int_equal(asked, 1);
	assert_str(call.answer, "{}");
	net_real_wake(caller.net);
	assert_int_equal(net_real_step(caller.net, 10000), 0); /* woken at once */
	caller_close(&caller);
}

/* Closing in the middle of everything leaves nothing behind, and calls nobody. */
static void closes_with_calls_under_way(void **state)
{
	static const char *const      schemes[] = { "ctrl", "vty", "http", "smtp" };
	static const struct wire_step script[] = { { .act = WIRE_ACCEPT },
		                                   { .act = WIRE_HOLD },
		                                   { 0 } };
	struct str                    envelope[] = { STR("Mail-From: a@b"), STR("Mail-To: c@d") };
	struct net_call               calls[COUNT_OF(schemes) + 1];
	struct wire                  *wires[COUNT_OF(schemes)];
	struct caller                 caller;
	struct net                    net;
	int                           never = 0;

	(void)state;
	caller_open(&caller, (struct net_real_config){ 0 });
	net = net_real_seam(caller.net);
	for (size_t i = 0; i <= COUNT_OF(schemes); i++) {
		calls[i] = call_of(STR("sandbox:test"), "GET 7 x");
		calls[i].method = STR("POST");
		calls[i].arena = &caller.arena;
		calls[i].deadline_ms = PATIENT_MS;
		calls[i].done = count_down;
		calls[i].arg = &never;
	}
	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		wires[i] = wire_start(script);
		calls[i].url = caller_url(&caller, schemes[i], wire_port(wires[i]), "");
		calls[i].headers = envelope;
		calls[i].header_count = strcmp(schemes[i], "smtp") == 0 ? 2 : 0;
		net.call(net.ctx, &calls[i]);
	}
	for (int i = 0; i < 5; i++)
		assert_int_equal(net_real_step(caller.net, 20), 0);
	net.call(net.ctx, &calls[COUNT_OF(schemes)]);
	caller_close(&caller);
	assert_int_equal(never, 0);
	for (size_t i = 0; i < COUNT_OF(schemes); i++)
		wire_stop(wires[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_one_frame_and_reads_one),
		cmocka_unit_test(finds_its_own_reply),
		cmocka_unit_test(silence_and_half_answers_are_unknown),
		cmocka_unit_test(nonsense_is_unknown),
		cmocka_unit_test(refused_means_nothing_left),
		cmocka_unit_test(crowds_wait_for_a_link),
		cmocka_unit_test(vty_sends_line_after_prompt),
		cmocka_unit_test(vty_faults),
		cmocka_unit_test(sandbox_answers_in_the_next_step),
		cmocka_unit_test(closes_with_calls_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
