/*
 * sandbox_bill.c - the sandbox gateway's statement: CSV by header name, so that
 * reconciliation can be tried without a contract (docs/sandbox.md).
 *
 *	kind,number,reference,amount,currency,fee,at,state
 *	payment,KP…,R1,53.87,CNY,0.65,1790000000,done
 */
#include "gate/sandbox_bill.h"

#include "base/csv.h"
#include "base/str.h"

#define ROW_MAX    4096
#define COLUMN_MAX 16

#define COLUMNS(X) \
	X(kind) \
	X(number) \
	X(reference) \
	X(amount) \
	X(currency) \
	X(fee) \
	X(at) \
	X(state)
#define X(name) COLUMN_##name,
enum column { COLUMNS(X) COLUMN_COUNT };
#undef X

struct bill {
	struct arena            *arena;
	struct csv_row           row;
	size_t                   at[COLUMN_COUNT]; /* of each in the row; COLUMN_MAX: not there */
	struct pay_bill_problem *problem;
};

static bool       header_read(struct bill *bill);
static bool       row_read(struct bill *bill, struct pay_bill_row *ret);
static struct str cell(const struct bill *bill, enum column column);
static bool       wrong(struct bill *bill, const char *text);

bool sandbox_bill(const struct pay_config *config, struct str file, struct arena *arena,
                  pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                  struct pay_bill_problem *ret_problem)
{
	struct csv_limits limits = {
		.row_max = ROW_MAX, .field_max = ROW_MAX, .column_max = COLUMN_MAX, .separator = ','
	};
	struct bill         bill = { .arena = arena, .problem = ret_problem };
	struct pay_bill_row row;
	struct csv          csv;
	enum csv_step       step;
	bool                good = csv_init(&csv, arena, limits), headed = false;

	(void)config;
	*ret = (struct pay_bill_sum){ .count = -1 };
	if (!good)
		return wrong(&bill, "there is not enough memory");
	csv_feed(&csv, file);
	while (good && (step = csv_next(&csv, &bill.row)) != CSV_END) {
		if (step == CSV_MORE)
			csv_finish(&csv);
		else if (step == CSV_BAD)
			good = wrong(&bill, "not a row of comma separated values");
		else if (!headed)
			good = headed = header_read(&bill);
		else
			good = row_read(&bill, &row) && visit(ctx, &row);
	}
	return good && !headed ? wrong(&bill, "the file is empty") : good;
}

static bool header_read(struct bill *bill)
{
#define X(name) STR_INIT(#name),
	static const struct str names[COLUMN_COUNT] = { COLUMNS(X) };
#undef X

	for (int i = 0; i < COLUMN_COUNT; i++) {
		bill->at[i] = COLUMN_MAX;
		for (size_t j = 0; j < bill->row.count; j++)
			if (str_eq(str_trim(bill->row.field[j]), names[i]))
				bill->at[i] = j;
		if (bill->at[i] == COLUMN_MAX)
			return wrong(bill, "the first row must name kind, number, reference, "
			                   "amount, currency, fee, at and state");
	}
	return true;
}

static bool row_read(struct bill *bill, struct pay_bill_row *ret)
{
	static const struct {
		const char        *name;
		enum pay_bill_kind kind;
	} kinds[] = { { "payment", PAY_BILL_PAYMENT },
		      { "refund", PAY_BILL_REFUND },
		      { "fee", PAY_BILL_FEE },
		      { "payout", PAY_BILL_PAYOUT } };
	struct pay_bill_row row = { .row = bill->row.line, .kind = PAY_BILL_KIND_COUNT };
	struct str          number = cell(bill, COLUMN_number), fee = cell(bill, COLUMN_fee);
	uint16_t            currency;

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_eq(cell(bill, COLUMN_kind), str_from(kinds[i].name)))
			row.kind = kinds[i].kind;
	if (row.kind == PAY_BILL_KIND_COUNT)
		return wrong(bill, "kind is payment, refund, fee or payout");
	if (!currency_from_code(cell(bill, COLUMN_currency), &currency) ||
	    !money_parse(cell(bill, COLUMN_amount), currency, &row.amount))
		return wrong(bill, "amount or currency cannot be read");
	if (fee.len > 0 && !money_parse(fee, currency, &row.fee))
		return wrong(bill, "fee cannot be read");
	if (!str_to_int64(cell(bill, COLUMN_at), &row.at_s) || row.at_s < 0)
		return wrong(bill, "at is seconds since 1970");
	row.done = str_eq(cell(bill, COLUMN_state), STR("done"));
	row.order = arena_str(bill->arena, row.kind == PAY_BILL_PAYMENT ? number : STR(""));
	row.refund = arena_str(bill->arena, row.kind == PAY_BILL_REFUND ? number : STR(""));
	row.batch = arena_str(bill->arena, row.kind == PAY_BILL_PAYOUT ? number : STR(""));
	row.reference = arena_str(bill->arena, cell(bill, COLUMN_reference));
	*ret = row;
	return !bill->arena->failed || wrong(bill, "there is not enough memory");
}

static struct str cell(const struct bill *bill, enum column column)
{
	size_t at = bill->at[column];

	return at < bill->row.count ? str_trim(bill->row.field[at]) : STR("");
}

static bool wrong(struct bill *bill, const char *text)
{
	*bill->problem = (struct pay_bill_problem){ .line = bill->row.line,
		                                    .text = str_from(text) };
	return false;
}
