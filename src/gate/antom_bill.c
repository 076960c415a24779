/*
 * antom_bill.c - Antom's settlement details, MID_settle_YYYYMMDD_BatchID.csv:
 * one row for each payment, refund, cancellation and fee of a batch, read by
 * the names in its header (GATEWAYS 3).
 *
 * Two editions are about.  The older (pspName) states amounts as the interface
 * does, in minor units; the newer (PSP) in major ones, and ends with <END>.  A
 * point in a number always means major units.
 */
#include "gate/antom.h"

#include "base/csv.h"
#include "base/str.h"
#include "base/time.h"

enum { COLUMN_MAX = 128, FIELD_MAX = 512, ROW_BYTES_MAX = 16384 };

/*   id            names of both editions */
#define COLUMNS(X) \
	X(BATCH, "settlementBatchId", "") \
	X(NUMBER, "transactionRequestId", "") \
	X(ORIGINAL, "originalTransactionRequestId", "") \
	X(ID, "transactionId", "") \
	X(TYPE, "transactionType", "") \
	X(PAID_AT, "paymentTime", "transactionCompletionTime") \
	X(SETTLED_AT, "settlementTime", "settlementInitiatedDate") \
	X(AMOUNT, "transactionAmountValue", "") \
	X(CURRENCY, "transactionCurrency", "transactionAmountCurrency") \
	X(NET, "settlementAmountValue", "netSettlementAmountValue") \
	X(NET_IN, "settlementCurrency", "settlementAmountCurrency") \
	X(FEE, "feeAmountValue", "totalFeeAmountValue") \
	X(FEE_IN, "feeCurrency", "feeAmountCurrency") \
	X(PAIR, "quoteCurrencyPair", "") \
	X(PRICE, "quotePrice", "") \
	X(OLD, "pspName", "")

#define X(id, first, second) COLUMN_##id,
enum column { COLUMNS(X) COLUMN_COUNT };
#undef X

/* Where the columns are, and what has been read. */
struct reading {
	size_t                   at[COLUMN_COUNT]; /* from 1; 0: not there */
	bool                     minor;            /* numbers without a point are minor units */
	bool                     ended;            /* <END> was there */
	struct arena            *arena;
	pay_bill_visit          *visit;
	void                    *ctx;
	struct pay_bill_problem *problem;
};

static bool rows_read(struct csv *csv, struct reading *reading);
static bool header_read(const struct csv_row *row, struct reading *reading);
static bool row_read(const struct csv_row *row, struct reading *reading);
static bool kind_read(struct str type, struct str number, struct str original,
                      struct pay_bill_row *ret);
static bool amount_read(const struct csv_row *row, const struct reading *reading, enum column value,
                        enum column currency, bool *ret_minus, struct money *ret);
static bool money_read(struct str text, uint16_t currency, bool minor, bool *ret_minus,
                       struct money *ret);
static struct str field(const struct csv_row *row, const struct reading *reading,
                        enum column column);
static bool       no(struct reading *reading, int64_t line, const char *text);

bool antom_bill(const struct pay_config *config, struct str file, struct arena *arena,
                pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                struct pay_bill_problem *ret_problem)
{
	struct reading reading = {
		.arena = arena, .visit = visit, .ctx = ctx, .problem = ret_problem
	};
	struct csv_limits limits = { .row_max = ROW_BYTES_MAX,
		                     .field_max = FIELD_MAX,
		                     .column_max = COLUMN_MAX,
		                     .separator = ',' };
	struct csv        csv;

	(void)config;
	if (file.len > PAY_BILL_MAX || !csv_init(&csv, arena, limits))
		return no(&reading, 0, "the file is too large");
	csv_feed(&csv, file);
	if (!rows_read(&csv, &reading))
		return false;
	*ret = (struct pay_bill_sum){ .count = -1 };
	return true;
}

static bool rows_read(struct csv *csv, struct reading *reading)
{
	struct csv_row row;
	bool           header = false;
	size_t         columns = 0;

	for (;;) {
		enum csv_step step = csv_next(csv, &row);

		if (step == CSV_MORE) {
			csv_finish(csv);
			continue;
		}
		if (step == CSV_END)
			break;
		if (step == CSV_BAD)
			return no(reading, row.line, "not a row of comma separated values");
		if (reading->ended)
			return no(reading, row.line, "there is something behind <END>");
		if (str_eq(str_trim(row.field[0]), STR("<END>"))) {
			reading->ended = true;
			continue;
		}
		if (!header) {
			if (!header_read(&row, reading))
				return false;
			header = true;
			columns = row.count;
			continue;
		}
		if (row.count != columns)
			return no(reading, row.line, "not as many fields as the header names");
		if (!row_read(&row, reading))
			return false;
	}
	if (!header)
		return no(reading, 0, "no header: not a settlement file of Antom's");
	return reading->minor || reading->ended ||
	       no(reading, 0, "cut off: the last line is not <END>");
}

static bool header_read(const struct csv_row *row, struct reading *reading)
{
	static const struct str names[][2] = {
#define X(id, first, second) { STR_INIT(first), STR_INIT(second) },
		COLUMNS(X)
#undef X
	};
	static const enum column needed[] = { COLUMN_BATCH, COLUMN_NUMBER, COLUMN_ID,
		                              COLUMN_TYPE,  COLUMN_AMOUNT, COLUMN_CURRENCY };

	for (size_t i = 0; i < row->count; i++) {
		struct str name = str_trim(row->field[i]);

		for (size_t j = 0; j < COLUMN_COUNT; j++) {
			if (name.len == 0 ||
			    !(str_eq_nocase(name, names[j][0]) || str_eq_nocase(name, names[j][1])))
				continue;
			if (reading->at[j] != 0)
				return no(reading, row->line, "the header names a column twice");
			reading->at[j] = i + 1;
		}
	}
	for (size_t i = 0; i < COUNT_OF(needed); i++)
		if (reading->at[needed[i]] == 0)
			return no(reading, row->line,
			          "the header lacks a column: not a settlement file of Antom's");
	reading->minor = reading->at[COLUMN_OLD] != 0;
	return true;
}

static bool row_read(const struct csv_row *row, struct reading *reading)
{
	struct pay_bill_row bill = { .row = row->line, .done = true };
	bool                minus, fee_minus = false, net_minus = false;
	struct str          first, second;

	bill.batch = field(row, reading, COLUMN_BATCH);
	bill.reference = field(row, reading, COLUMN_ID);
	if (!kind_read(field(row, reading, COLUMN_TYPE), field(row, reading, COLUMN_NUMBER),
	               field(row, reading, COLUMN_ORIGINAL), &bill))
		return no(reading, row->line, "no transactionType");
	if (!amount_read(row, reading, COLUMN_AMOUNT, COLUMN_CURRENCY, &minus, &bill.amount) ||
	    bill.amount.currency == CURRENCY_NONE ||
	    !amount_read(row, reading, COLUMN_FEE,
	                 reading->at[COLUMN_FEE_IN] != 0 ? COLUMN_FEE_IN : COLUMN_NET_IN,
	                 &fee_minus, &bill.fee) ||
	    !amount_read(row, reading, COLUMN_NET, COLUMN_NET_IN, &net_minus, &bill.settled))
		return no(reading, row->line, "an amount is not one of its currency");
	/* Money given back is taken from us, whichever sign the edition writes. */
	if (net_minus || bill.kind == PAY_BILL_REFUND)
		bill.settled.amount = -bill.settled.amount;
	if (fee_minus)
		bill.fee.amount = -bill.fee.amount;
	if (!rfc3339_parse(field(row, reading, COLUMN_PAID_AT), &bill.at_s) &&
	    !rfc3339_parse(field(row, reading, COLUMN_SETTLED_AT), &bill.at_s))
		bill.at_s = 0;
	if (str_cut(field(row, reading, COLUMN_PAIR), '/', &first, &second) &&
	    str_eq(first, currency_code(bill.amount.currency)) &&
	    str_eq(second, currency_code(bill.settled.currency)) &&
	    !fx_decimal_parse(field(row, reading, COLUMN_PRICE), &bill.rate))
		return no(reading, row->line, "quotePrice is no rate");
	/* The reader's own bytes are gone with the next row. */
	bill.order = arena_str(reading->arena, bill.order);
	bill.refund = arena_str(reading->arena, bill.refund);
	bill.reference = arena_str(reading->arena, bill.reference);
	bill.batch = arena_str(reading->arena, bill.batch);
	bill.reason = arena_str(reading->arena, bill.reason);
	if (reading->arena->failed)
		return no(reading, row->line, "more rows than the memory given can hold");
	return reading->visit(reading->ctx, &bill) ||
	       no(reading, row->line, "the reading was stopped");
}

/* A cancellation gives the whole payment back, under the payment's own number. */
static bool kind_read(struct str type, struct str number, struct str original,
                      struct pay_bill_row *ret)
{
	if (str_eq_nocase(type, STR("payment"))) {
		ret->kind = PAY_BILL_PAYMENT;
		ret->order = number;
	} else if (str_eq_nocase(type, STR("refund"))) {
		ret->kind = PAY_BILL_REFUND;
		ret->refund = number;
		ret->order = original;
	} else if (str_eq_nocase(type, STR("cancel"))) {
		ret->kind = PAY_BILL_REFUND;
		ret->order = number;
		ret->reason = type;
	} else {
		ret->kind = str_starts(type, STR("DISPUTE")) ? PAY_BILL_DISPUTE : PAY_BILL_OTHER;
		ret->order = original.len > 0 ? original : number;
		ret->reason = type;
	}
	return type.len > 0;
}

/* An empty or absent field is not told: currency 0. */
static bool amount_read(const struct csv_row *row, const struct reading *reading, enum column value,
                        enum column currency, bool *ret_minus, struct money *ret)
{
	struct str text = field(row, reading, value);
	uint16_t   code;

	*ret = (struct money){ 0 };
	*ret_minus = false;
	if (text.len == 0)
		return true;
	return currency_from_code(field(row, reading, currency), &code) &&
	       money_read(text, code, reading->minor, ret_minus, ret);
}

static bool money_read(struct str text, uint16_t currency, bool minor, bool *ret_minus,
                       struct money *ret)
{
	struct money money = { .currency = currency };
	bool         minus = text.ptr[0] == '-';
	struct str   digits = minus ? str_skip(text, 1) : text;

	if (minor && str_find(digits, STR(".")) < 0) {
		if (digits.len == 0 || digits.ptr[0] < '0' || digits.ptr[0] > '9' ||
		    !str_to_int64(digits, &money.amount) || money.amount > MONEY_MAX)
			return false;
	} else if (!money_parse(digits, currency, &money)) {
		return false;
	}
	*ret_minus = minus;
	*ret = money;
	return true;
}

static struct str field(const struct csv_row *row, const struct reading *reading,
                        enum column column)
{
	size_t at = reading->at[column];

	return at == 0 || at > row->count ? STR("") : str_trim(row->field[at - 1]);
}

static bool no(struct reading *reading, int64_t line, const char *text)
{
	*reading->problem = (struct pay_bill_problem){ .line = line, .text = str_from(text) };
	return false;
}
