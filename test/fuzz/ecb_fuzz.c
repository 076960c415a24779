/*
 * ecb_fuzz.c - the ECB's CSV and XML: whatever the file holds, a day that comes
 * out has sound rates that cross and charge without a fault, and reading ends.
 *
 * rooms: base core
 * longest: 2000
 */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "core/fx_ecb.h"

static void check_row(const struct fx_ecb_row *row)
{
	struct money   price = { .amount = 1100, .currency = CURRENCY_JPY }, pay;
	struct fx_rate yen, other, rate;
	bool           has_yen = fx_ecb_find(row, CURRENCY_JPY, &yen);

	FUZZ_CHECK(row->count >= 1 && row->count <= FX_ECB_RATES_MAX && row->line >= 1);
	for (size_t i = 0; i < row->count; i++) {
		FUZZ_CHECK(currency_exponent(row->rate[i].currency) >= 0);
		FUZZ_CHECK(row->rate[i].value.mantissa > 0);
		if (!has_yen || !fx_ecb_find(row, row->rate[i].currency, &other))
			continue;
		if (fx_cross(&yen, &other, &rate) == FX_REFUSAL_NONE &&
		    fx_charge(price, &rate, 150, &pay) == FX_REFUSAL_NONE)
			FUZZ_CHECK(pay.amount > 0);
	}
}

static void check_problem(const struct fx_ecb_problem *problem)
{
	FUZZ_CHECK(problem->kind > FX_ECB_PROBLEM_NONE && problem->kind < FX_ECB_PROBLEM_COUNT);
	FUZZ_CHECK(problem->line >= 1);
	FUZZ_CHECK(str_from(problem->found).len < sizeof problem->found);
}

static void read_csv(struct arena *arena, struct str text, size_t size)
{
	struct fx_ecb_problem problem;
	struct fx_ecb_csv     reader;
	struct fx_ecb_row     row;
	enum fx_ecb_step      step;

	FUZZ_CHECK(fx_ecb_csv_init(&reader, arena));
	while ((step = fx_ecb_csv_next(&reader, &row, &problem)) != FX_ECB_END) {
		if (step == FX_ECB_ROW)
			check_row(&row);
		if (step == FX_ECB_BAD)
			check_problem(&problem);
		if (step != FX_ECB_MORE)
			continue;
		if (text.len == 0)
			fx_ecb_csv_finish(&reader);
		else
			fx_ecb_csv_feed(&reader, str_take(text, size));
		text = str_skip(text, size);
	}
}

static void read_xml(struct str text)
{
	struct fx_ecb_problem problem;
	struct fx_ecb_xml     reader;
	struct fx_ecb_row     row;
	enum fx_ecb_step      step;

	fx_ecb_xml_init(&reader, text);
	while ((step = fx_ecb_xml_next(&reader, &row, &problem)) == FX_ECB_ROW)
		check_row(&row);
	if (step == FX_ECB_BAD)
		check_problem(&problem);
	FUZZ_CHECK(fx_ecb_xml_next(&reader, &row, &problem) == FX_ECB_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str   text = { .ptr = (const char *)data, .len = size };
	uint8_t      steer = fuzz_byte(&text);
	struct arena arena;

	arena_init(&arena, 1 << 20);
	if (steer & 1)
		read_xml(text);
	else
		read_csv(&arena, text, (size_t)steer / 2 + 1);
	arena_free(&arena);
	return 0;
}
