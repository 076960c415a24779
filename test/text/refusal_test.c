/*
 * refusal_test.c - every refusal of the identifiers, rates and files has words
 * in every language, and names only the parts that its header promises.
 */
#include "test.h"

#include "base/csv.h"
#include "base/str.h"
#include "core/eid.h"
#include "core/fx_ecb.h"
#include "core/msisdn.h"
#include "core/sim.h"
#include "text/lang.h"
#include "text/message.h"

#define REFUSAL(name, message, status) MSG_##message,
static const enum msg sim_messages[] = { SIM_REFUSALS(REFUSAL) };
static const enum msg eid_messages[] = { EID_REFUSALS(REFUSAL) };
static const enum msg msisdn_messages[] = { MSISDN_REFUSALS(REFUSAL) };
static const enum msg fx_messages[] = { FX_REFUSALS(REFUSAL) };
#undef REFUSAL

#define WARNING(name, bit, message) MSG_##message,
static const enum msg sim_warnings[] = { SIM_WARNINGS(WARNING) };
#undef WARNING

/* NONE has no words, nor has ECB's CSV, which points to CSV's own. */
#define MSG_REFUSAL_CSV_NONE MSG_NONE
#define MSG_REFUSAL_ECB_NONE MSG_NONE
#define MSG_REFUSAL_ECB_CSV  MSG_NONE
#define PROBLEM(name)        MSG_REFUSAL_CSV_##name,
static const enum msg csv_messages[] = { CSV_PROBLEMS(PROBLEM) };
#undef PROBLEM
#define PROBLEM(name) MSG_REFUSAL_ECB_##name,
static const enum msg ecb_messages[] = { FX_ECB_PROBLEMS(PROBLEM) };
#undef PROBLEM

static void check(const enum msg *messages, size_t count, int without_words,
                  const struct part *parts, size_t part_count)
{
	for (enum lang_id id = 0; id < LANG_COUNT; id++) {
		int empty = 0;

		for (size_t i = 0; i < count; i++) {
			struct arena arena;
			struct str   text;

			if (messages[i] == MSG_NONE) {
				empty++;
				continue;
			}
			arena_init(&arena, 65536);
			/* message_text asserts when a text names another part. */
			text = message_text(&arena, lang_get(id), messages[i], -1, parts,
			                    part_count);
			assert_true(text.len >= 10);
			assert_true(str_find(text, STR("{")) < 0);
			arena_free(&arena);
		}
		assert_int_equal(empty, without_words);
	}
}

static void sim_has_words(void **state)
{
	(void)state;
	check(sim_messages, COUNT_OF(sim_messages), 1,
	      PARTS(PART("count", 14), PART("position", 3), PART("character", "O"),
	            PART("start", "4600")));
	check(sim_warnings, COUNT_OF(sim_warnings), 0, NO_PARTS);
	check(eid_messages, COUNT_OF(eid_messages), 1, NO_PARTS);
	check(msisdn_messages, COUNT_OF(msisdn_messages), 1, PARTS(PART("count", 10)));
}

static void rates_have_words(void **state)
{
	(void)state;
	check(fx_messages, COUNT_OF(fx_messages), 1, PARTS(PART("currency", "CNY")));
}

static void files_have_words(void **state)
{
	(void)state;
	check(csv_messages, COUNT_OF(csv_messages), 1, PARTS(PART("line", 7), PART("column", 2)));
	check(ecb_messages, COUNT_OF(ecb_messages), 2,
	      PARTS(PART("line", 7), PART("column", 2), PART("found", "x"), PART("count", 3),
	            PART("expected", 42)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sim_has_words),
		cmocka_unit_test(rates_have_words),
		cmocka_unit_test(files_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
