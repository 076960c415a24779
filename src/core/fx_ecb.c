/*
 * fx_ecb.c - the ECB's CSV, a row a day.
 */
#include "core/fx_ecb.h"

#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "core/fx_ecb_part.h"

#include <string.h>

#define PUBLISHED_S 54000 /* 15:00 */

static bool read_header(struct fx_ecb_csv *reader, const struct csv_row *row,
                        struct fx_ecb_problem *problem);
static bool header_cell(struct fx_ecb_csv *reader, const struct csv_row *row, size_t i,
                        struct fx_ecb_problem *problem);
static bool read_row(const struct fx_ecb_csv *reader, const struct csv_row *row,
                     struct fx_ecb_row *ret, struct fx_ecb_problem *problem);
static bool day_parse(struct str text, int32_t *ret);
static bool month_parse(struct str name, int32_t *ret);
static bool problem_at(struct fx_ecb_problem *problem, enum fx_ecb_problem_kind kind,
                       const struct csv_row *row, size_t cell);

int64_t fx_ecb_as_of_s(int32_t day)
{
	return (int64_t)day * 86400 + PUBLISHED_S;
}

bool fx_ecb_find(const struct fx_ecb_row *row, uint16_t currency, struct fx_rate *ret)
{
	struct fx_rate rate = fx_same(CURRENCY_EUR, FX_SOURCE_ECB, fx_ecb_as_of_s(row->day));

	for (size_t i = 0; currency != CURRENCY_EUR && i < row->count; i++) {
		if (row->rate[i].currency != currency)
			continue;
		rate.to = currency;
		rate.value = row->rate[i].value;
		break;
	}
	if (rate.to != currency)
		return false;
	*ret = rate;
	return true;
}

bool fx_ecb_csv_init(struct fx_ecb_csv *reader, struct arena *arena)
{
	struct csv_limits limits = { .row_max = 4096,
		                     .field_max = 64,
		                     .column_max = COUNT_OF(reader->column),
		                     .separator = ',' };

	*reader = (struct fx_ecb_csv){ 0 };
	return csv_init(&reader->csv, arena, limits);
}

void fx_ecb_csv_feed(struct fx_ecb_csv *reader, struct str chunk)
{
	csv_feed(&reader->csv, chunk);
}

void fx_ecb_csv_finish(struct fx_ecb_csv *reader)
{
	csv_finish(&reader->csv);
}

enum fx_ecb_step fx_ecb_csv_next(struct fx_ecb_csv *reader, struct fx_ecb_row *ret_row,
                                 struct fx_ecb_problem *ret_problem)
{
	struct csv_row        row;
	enum csv_step         step;
	struct fx_ecb_problem problem = { .kind = FX_ECB_PROBLEM_EMPTY };

	while (!reader->ended && (step = csv_next(&reader->csv, &row)) != CSV_END) {
		if (step == CSV_MORE)
			return FX_ECB_MORE;
		/* Without a header nothing behind it can be read. */
		if (step == CSV_BAD) {
			reader->ended = reader->column_count == 0;
			problem.csv = reader->csv.problem;
			(void)problem_at(&problem, FX_ECB_PROBLEM_CSV, &row, row.column - 1);
			*ret_problem = problem;
			return FX_ECB_BAD;
		}
		if (reader->column_count == 0) {
			if (read_header(reader, &row, &problem))
				continue;
			reader->ended = true;
			*ret_problem = problem;
			return FX_ECB_BAD;
		}
		reader->row_seen = true;
		if (read_row(reader, &row, ret_row, &problem))
			return FX_ECB_ROW;
		*ret_problem = problem;
		return FX_ECB_BAD;
	}
	if (reader->ended || reader->row_seen)
		return FX_ECB_END;
	reader->ended = true;
	problem.line = reader->csv.line;
	*ret_problem = problem;
	return FX_ECB_BAD;
}

static bool read_header(struct fx_ecb_csv *reader, const struct csv_row *row,
                        struct fx_ecb_problem *problem)
{
	if (row->count < 2 || !str_eq_nocase(str_trim(row->field[0]), STR("Date")))
		return problem_at(problem, FX_ECB_PROBLEM_HEADER, row, 0);
	for (size_t i = 1; i < row->count; i++) {
		if (!header_cell(reader, row, i, problem))
			return false;
	}
	reader->column_count = row->count;
	return true;
}

static bool header_cell(struct fx_ecb_csv *reader, const struct csv_row *row, size_t i,
                        struct fx_ecb_problem *problem)
{
	struct str code = str_trim(row->field[i]);

	if (code.len == 0 && i == row->count - 1 && i > 1) {
		reader->last_empty = true;
		return true;
	}
	if (!fx_ecb_code_valid(code))
		return problem_at(problem, FX_ECB_PROBLEM_HEADER, row, i);
	for (size_t k = 1; k < i; k++) {
		if (str_eq(str_trim(row->field[k]), code))
			return problem_at(problem, FX_ECB_PROBLEM_TWICE, row, i);
	}
	/* The euro is what all are measured in: a column for it says nothing. */
	if (!currency_from_code(code, &reader->column[i]) || reader->column[i] == CURRENCY_EUR)
		reader->column[i] = CURRENCY_NONE;
	return true;
}

static bool read_row(const struct fx_ecb_csv *reader, const struct csv_row *row,
                     struct fx_ecb_row *ret, struct fx_ecb_problem *problem)
{
	size_t last = reader->column_count - reader->last_empty;

	/* The comma at the end may be missing or there, whatever the header has. */
	if (row->count != last && (row->count != last + 1 || str_trim(row->field[last]).len > 0)) {
		problem->count = (int32_t)row->count;
		problem->expected = (int32_t)last;
		return problem_at(problem, FX_ECB_PROBLEM_COLUMNS, row, 0);
	}
	ret->count = 0;
	ret->line = row->line;
	if (!day_parse(str_trim(row->field[0]), &ret->day))
		return problem_at(problem, FX_ECB_PROBLEM_DATE, row, 0);
	for (size_t i = 1; i < last; i++) {
		struct fx_ecb_rate rate = { .currency = reader->column[i] };
		struct str         text = str_trim(row->field[i]);

		if (text.len == 0 || str_eq(text, STR("N/A")))
			continue;
		if (!fx_decimal_parse(text, &rate.value))
			return problem_at(problem, FX_ECB_PROBLEM_RATE, row, i);
		if (rate.currency == CURRENCY_NONE)
			continue;
		if (ret->count == FX_ECB_RATES_MAX)
			return problem_at(problem, FX_ECB_PROBLEM_COLUMNS, row, i);
		ret->rate[ret->count++] = rate;
	}
	return ret->count > 0 || problem_at(problem, FX_ECB_PROBLEM_EMPTY, row, 0);
}

/* "2021-10-07" (history) or "07 October 2021" (daily file). */
static bool day_parse(struct str text, int32_t *ret)
{
	struct str        day, month, year;
	struct fx_decimal day_number, year_number;
	int32_t           month_number;

	if (iso_day_parse(text, ret))
		return true;
	if (!str_cut(text, ' ', &day, &year) || !str_cut(year, ' ', &month, &year))
		return false;
	if (str_eq(str_take(day, 1), STR("0")))
		day = str_skip(day, 1);
	if (!fx_decimal_parse(day, &day_number) || day_number.scale != 0 ||
	    day_number.mantissa > 31 || !fx_decimal_parse(year, &year_number) ||
	    year_number.scale != 0 || year_number.mantissa > 9999 ||
	    !month_parse(month, &month_number))
		return false;
	if (!civil_valid((int32_t)year_number.mantissa, month_number, (int32_t)day_number.mantissa))
		return false;
	*ret = day_from_civil((int32_t)year_number.mantissa, month_number,
	                      (int32_t)day_number.mantissa);
	return true;
}

static bool month_parse(struct str name, int32_t *ret)
{
	static const char *const months[12] = { "January",   "February", "March",    "April",
		                                "May",       "June",     "July",     "August",
		                                "September", "October",  "November", "December" };

	for (int32_t i = 0; i < 12; i++) {
		if (str_eq(str_from(months[i]), name)) {
			*ret = i + 1;
			return true;
		}
	}
	return false;
}

bool fx_ecb_code_valid(struct str code)
{
	if (code.len != 3)
		return false;
	for (size_t i = 0; i < code.len; i++) {
		if (code.ptr[i] < 'A' || code.ptr[i] > 'Z')
			return false;
	}
	return true;
}

void fx_ecb_found(struct fx_ecb_problem *problem, struct str found)
{
	struct str rest = found;
	char      *at = problem->found;

	/* Whole characters only; control characters would break the sentence. */
	while (at - problem->found <= (ptrdiff_t)sizeof problem->found - 5) {
		int32_t c = utf8_next(&rest);

		if (c < 0)
			break;
		utf8_put(&at, c < ' ' || c == 0x7F ? ' ' : c);
	}
	*at = '\0';
}

/* Always false, for the caller to return. */
static bool problem_at(struct fx_ecb_problem *problem, enum fx_ecb_problem_kind kind,
                       const struct csv_row *row, size_t cell)
{
	problem->kind = kind;
	problem->line = row->line;
	problem->column = (int32_t)cell + 1;
	if (kind != FX_ECB_PROBLEM_CSV && cell < row->count)
		fx_ecb_found(problem, row->field[cell]);
	return false;
}
