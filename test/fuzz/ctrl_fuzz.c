/*
 * ctrl_fuzz.c - what OsmoHLR or a liar in its place may send: IPA frames, CTRL
 * replies, info-all, VTY text, and whole talks of the adapter over it.
 *
 * rooms: base core gate
 */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/str.h"
#include "gate/carrier.h"
#include "gate/ctrl.h"
#include "gate/ipa.h"
#include "gate/vty.h"

/* Every frame lies inside of the bytes, and the bytes get fewer. */
static void frames(struct str bytes)
{
	enum ipa_result result;
	struct str      text = { 0 }, before;

	do {
		before = bytes;
		result = ipa_take(&bytes, &text);
		if (result == IPA_TEXT || result == IPA_OTHER)
			FUZZ_CHECK(bytes.len < before.len);
		else
			FUZZ_CHECK(bytes.len == before.len);
		if (result == IPA_TEXT)
			FUZZ_CHECK(text.ptr > before.ptr &&
			           text.ptr + text.len <= before.ptr + before.len - bytes.len);
	} while (result == IPA_TEXT || result == IPA_OTHER);
}

static void replies(struct arena *arena, struct str text)
{
	struct ctrl_subscriber subscriber;
	struct ctrl_reply      reply;
	struct buf             out;
	struct str             again;

	if (ctrl_parse(text, &reply)) {
		FUZZ_CHECK(reply.kind < CTRL_KIND_COUNT && reply.id.len > 0 && reply.id.len <= 10);
		FUZZ_CHECK(reply.variable.len + reply.value.len <= text.len);
	}
	if (ctrl_subscriber_parse(text, &subscriber))
		FUZZ_CHECK(subscriber.imsi.len > 0 && subscriber.imsi.len <= 15 &&
		           subscriber.msisdn.len <= 15);
	/* what we frame we can read */
	buf_init(&out, arena, 8192);
	FUZZ_CHECK(ipa_frame(&out, text));
	again = buf_str(&out);
	FUZZ_CHECK(ipa_take(&again, &text) == IPA_TEXT && again.len == 0);
}

/* However it is cut into pieces, a session says and shows the same. */
static void session(struct arena *arena, struct str bytes, size_t piece, struct buf *said,
                    enum vty_result *ret, struct str *ret_answer)
{
	struct vty *vty = ARENA_NEW(arena, struct vty);

	vty_init(vty, arena, STR("enable\n\nshow\n"), 2048);
	*ret = VTY_MORE;
	while (bytes.len > 0 && *ret == VTY_MORE) {
		*ret = vty_feed(vty, str_take(bytes, piece), said);
		bytes = str_skip(bytes, piece);
	}
	*ret_answer = vty_answer(vty);
	FUZZ_CHECK(ret_answer->len <= 2048 && said->len <= 12);
}

static void sessions(struct arena *arena, struct str bytes, size_t piece)
{
	enum vty_result result;
	struct str      answer;
	struct buf      said;

	buf_init(&said, arena, 64);
	session(arena, bytes, piece, &said, &result, &answer);
	if (result == VTY_DONE)
		FUZZ_CHECK(str_eq(buf_str(&said), STR("enable\nshow\n")));
	for (size_t i = 0; i < answer.len; i++)
		FUZZ_CHECK(answer.ptr[i] == '\n' || answer.ptr[i] == '\t' ||
		           (answer.ptr[i] >= ' ' && answer.ptr[i] <= '~'));
}

/* A talk whose answers are pieces of the input, '@' standing for the right id, and '$' for the
 * variable, so that the fuzzer gets past them.  It always ends, and is done only after a record
 * that shows it. */
static void talk(struct arena *arena, struct str bytes, uint8_t kind)
{
	static const struct carrier_config config = { 0 };
	struct carrier_talk                talk = {
			       .task = { .kind = (enum carrier_kind)(kind % CARRIER_KIND_COUNT),
		                         .asked = (enum carrier_kind)(kind / 4 % 3),
		                         .imsi = STR("440101234567890"),
		                         .msisdn = STR("818012345678") },
			       .config = &config,
			       .arena = arena,
	};
	enum carrier_turn turn = carrier_osmohlr.turn(&talk, NULL);
	struct str        piece = { 0 };
	int               turns = 0;

	while (turn == CARRIER_CALL) {
		struct str request = talk.call.body, verb, id, variable, value;
		struct buf answer;

		FUZZ_CHECK(turns++ < CARRIER_TURNS_MAX);
		str_cut(request, ' ', &verb, &request);
		str_cut(request, ' ', &id, &request);
		str_cut(request, ' ', &variable, &value);
		str_cut(bytes, '\0', &piece, &bytes);
		buf_init(&answer, arena, 8192);
		for (size_t i = 0; i < piece.len; i++) {
			if (piece.ptr[i] == '@')
				buf_add(&answer, id);
			else if (piece.ptr[i] == '$')
				buf_add(&answer, variable);
			else
				buf_add_char(&answer, piece.ptr[i]);
		}
		talk.call.result = piece.len == 1   ? NET_UNKNOWN
		                   : piece.len == 2 ? NET_REFUSED
		                                    : NET_ANSWER;
		talk.call.answer = buf_str(&answer);
		turn = carrier_osmohlr.turn(&talk, &talk.call);
	}
	FUZZ_CHECK(talk.outcome < CARRIER_OUTCOME_COUNT && talk.reason < CARRIER_REASON_COUNT);
	FUZZ_CHECK(talk.detail.len <= CARRIER_DETAIL_MAX);
	if (talk.outcome == CARRIER_DONE && talk.task.kind != CARRIER_SUSPEND &&
	    !(talk.task.kind == CARRIER_ASK && talk.task.asked == CARRIER_SUSPEND))
		FUZZ_CHECK(str_find(piece, STR("msisdn\t818012345678")) > 0 &&
		           str_find(piece, STR("nam_cs\t1")) > 0 &&
		           str_find(piece, STR("nam_ps\t1")) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str   bytes = { .ptr = (const char *)data, .len = size };
	uint8_t      steer = fuzz_byte(&bytes), kind = fuzz_byte(&bytes);
	struct arena arena;

	arena_init(&arena, 4 << 20);
	if (steer % 4 == 0)
		frames(bytes);
	else if (steer % 4 == 1)
		replies(&arena, bytes);
	else if (steer % 4 == 2)
		sessions(&arena, bytes, (size_t)kind + 1);
	else
		talk(&arena, bytes, kind);
	arena_free(&arena);
	return 0;
}
