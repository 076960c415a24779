/*
 * wechat_bill.c - WeChat Pay's daily statement: UTF-8 with a byte order mark,
 * CRLF, a backtick before each cell of a detail, amounts with decimals; at its
 * end a line of totals.  Columns are found by their names: the files of kind
 * ALL, SUCCESS and REFUND and the global ones order them differently.
 *
 * Fees stand there with five decimals.  Totals are compared exactly, in that
 * unit; a fee below the minor unit is told rounded half up (away from zero).
 * Source: GATEWAYS 4.
 */
#include "gate/wechat.h"

#include "base/str.h"
#include "base/time.h"
#include "base/unpack.h"
#include "gate/wechat_bill.h"

enum { CELL_MAX = 64, CURRENCY_MAX = 8, FINE_DIGITS = 5, NAMES_MAX = 6 };
#define FINE_MAX         INT64_C(1000000000000000) /* 10^10 yuan in 10^-5 */
#define BEIJING_OFFSET_S (8 * 3600)

enum column {
	COLUMN_TIME,
	COLUMN_MERCHANT,
	COLUMN_SUB_MERCHANT,
	COLUMN_REFERENCE,
	COLUMN_ORDER,
	COLUMN_STATE,
	COLUMN_CURRENCY,
	COLUMN_SETTLED,
	COLUMN_VOUCHER,
	COLUMN_REFUND_REFERENCE,
	COLUMN_REFUND,
	COLUMN_REFUND_SETTLED,
	COLUMN_REFUND_VOUCHER,
	COLUMN_REFUND_STATE,
	COLUMN_FEE,
	COLUMN_AMOUNT,
	COLUMN_REFUND_AMOUNT,
	COLUMN_COUNT
};

/* What a column is called, newest name first; the English ones are those of the global
 * statement's description.  A total is called by its own name. */
static const struct {
	const char *names[NAMES_MAX];
	const char *total; /* NULL: none */
} columns[COLUMN_COUNT] = {
	[COLUMN_TIME] = { { "交易时间", "transaction time" }, NULL },
	[COLUMN_MERCHANT] = { { "商户号", "机构商户号", "vendor id", "merchant id" }, NULL },
	[COLUMN_SUB_MERCHANT] = { { "特约商户号", "子商户号", "sub vendor id" }, NULL },
	[COLUMN_REFERENCE] = { { "微信订单号", "wechat order no." }, NULL },
	[COLUMN_ORDER] = { { "商户订单号", "vendor order no.", "merchant order no." }, NULL },
	[COLUMN_STATE] = { { "交易状态", "transaction status" }, NULL },
	[COLUMN_CURRENCY] = { { "货币种类", "标价币种", "订单币种", "priced currency", "currency" },
	                      NULL },
	[COLUMN_SETTLED] = { { "应结订单金额", "总金额" }, "应结订单总金额" },
	[COLUMN_VOUCHER] = { { "代金券金额", "企业红包金额", "voucher amount" }, NULL },
	[COLUMN_REFUND_REFERENCE] = { { "微信退款单号", "wechat refund no." }, NULL },
	[COLUMN_REFUND] = { { "商户退款单号", "merchant refund no." }, NULL },
	[COLUMN_REFUND_SETTLED] = { { "退款金额", "refund amount" }, "退款总金额" },
	[COLUMN_REFUND_VOUCHER] = { { "充值券退款金额", "企业红包退款金额" }, "充值券退款总金额" },
	[COLUMN_REFUND_STATE] = { { "退款状态", "refund status" }, NULL },
	[COLUMN_FEE] = { { "手续费", "service fee" }, "手续费总金额" },
	[COLUMN_AMOUNT] = { { "订单金额", "订单金额（标价币种）", "订单金额(标价币种)", "标价金额",
	                      "order amount (priced currency)", "order amount" },
	                    "订单总金额" },
	[COLUMN_REFUND_AMOUNT] = { { "申请退款金额", "申请退款金额（标价币种）",
	                             "申请退款金额(标价币种)", "refund amount (priced currency)" },
	                           "申请退款总金额" },
};

/* The reading of one file. */
struct reader {
	const struct wechat     *wechat;
	struct pay_bill_problem *problem;
	int64_t                  line;
	struct str               cell[CELL_MAX];
	size_t                   cell_count;
	int                      place[COLUMN_COUNT]; /* of each column; -1: not in this file */
	int64_t                  total[COLUMN_COUNT]; /* of all rows, in 10^-5 */
	int64_t                  count;
	uint16_t                 currency; /* of all rows; 0: none yet */
	bool                     mixed;    /* several currencies: totals say nothing */
	bool                     begun;    /* the line of names is behind us */
};

static bool       text_unpack(struct str file, struct arena *arena, struct str *ret);
static bool       totals_begin(struct str line);
static bool       line_next(struct str *rest, struct str *ret);
static bool       line_split(struct reader *reader, struct str line);
static bool       head_read(struct reader *reader, struct str line);
static bool       column_is(enum column column, struct str name);
static bool       row_read(struct reader *reader, struct str line, struct pay_bill_row *ret,
                           bool *ret_ours);
static bool       row_amounts(struct reader *reader, struct pay_bill_row *row);
static bool       row_refund(struct reader *reader, struct pay_bill_row *row);
static bool       totals_read(struct reader *reader, struct str head, struct str line,
                              struct pay_bill_sum *ret);
static bool       total_is(struct reader *reader, enum column column, struct str cell);
static struct str cell_of(const struct reader *reader, enum column column);
static struct str number_of(struct str cell);
static bool       fine_of(struct reader *reader, enum column column, int64_t *ret);
static bool       fine_parse(struct str text, int64_t *ret);
static bool       minor_exact(int64_t fine, uint16_t currency, int64_t *ret);
static bool       minor_near(int64_t fine, uint16_t currency, int64_t *ret);
static int64_t    minor_unit(uint16_t currency);
static bool       time_parse(struct str text, int64_t *ret);
static bool       digits_parse(struct str text, size_t from, size_t count, int32_t *ret);
static bool       refuse(struct reader *reader, struct str text);

bool wechat_bill(const struct pay_config *config, struct str file, struct arena *arena,
                 pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                 struct pay_bill_problem *ret_problem)
{
	struct reader reader = { .wechat = wechat_of(config), .problem = ret_problem };
	struct str    rest, line, head = { 0 };

	if (!text_unpack(file, arena, &rest))
		return refuse(&reader, STR("is neither text nor a whole gzip file"));
	if (str_starts(rest, STR("\xEF\xBB\xBF")))
		rest = str_skip(rest, 3);
	while (line_next(&rest, &line)) {
		struct pay_bill_row row = { 0 };
		bool                ours = false;

		reader.line++;
		if (line.len == 0)
			continue;
		if (!reader.begun) {
			reader.begun = true;
			if (!head_read(&reader, line))
				return false;
			continue;
		}
		if (head.len > 0)
			return totals_read(&reader, head, line, ret);
		/* The header of the totals begins with their count. */
		if (totals_begin(line)) {
			head = line;
			continue;
		}
		if (!row_read(&reader, line, &row, &ours))
			return false;
		if (ours && !visit(ctx, &row))
			return refuse(&reader, STR("reading was ended"));
	}
	reader.line = 0;
	return refuse(&reader, STR("is cut off: there are no totals at its end"));
}

bool wechat_bill_text(struct str file, struct arena *arena, struct str *ret)
{
	return text_unpack(file, arena, ret);
}

/* gzip, or already unpacked. */
static bool text_unpack(struct str file, struct arena *arena, struct str *ret)
{
	if (str_starts(file, STR("\x1F\x8B")))
		return unpack(UNPACK_GZIP, file, PAY_BILL_MAX, arena, ret);
	*ret = file;
	return file.len > 0 && file.len <= PAY_BILL_MAX;
}

static bool totals_begin(struct str line)
{
	return str_starts(line, STR("总交易单数")) || str_starts(line, STR("总交易笔数")) ||
	       str_eq_nocase(str_take(line, 6), STR("total "));
}

/* Without CR and LF; false at the end. */
static bool line_next(struct str *rest, struct str *ret)
{
	if (rest->len == 0)
		return false;
	str_cut(*rest, '\n', ret, rest);
	if (str_ends(*ret, STR("\r")))
		*ret = str_take(*ret, ret->len - 1);
	return true;
}

/* Cells with a backtick are cut at ",`": a comma in a title is no separator. */
static bool line_split(struct reader *reader, struct str line)
{
	bool       marked = str_starts(line, STR("`"));
	struct str rest = marked ? str_skip(line, 1) : line;

	if (line.len > PAY_BILL_ROW_MAX)
		return refuse(reader, STR("has a line that is too long"));
	reader->cell_count = 0;
	for (;;) {
		ptrdiff_t  at = str_find(rest, marked ? STR(",`") : STR(","));
		struct str cell = at < 0 ? rest : str_take(rest, (size_t)at);

		if (reader->cell_count == CELL_MAX)
			return refuse(reader, STR("has too many columns"));
		reader->cell[reader->cell_count++] = str_trim(cell);
		if (at < 0)
			return true;
		rest = str_skip(rest, (size_t)at + (marked ? 2 : 1));
	}
}

static bool head_read(struct reader *reader, struct str line)
{
	static const enum column needed[] = { COLUMN_TIME,  COLUMN_MERCHANT, COLUMN_REFERENCE,
		                              COLUMN_ORDER, COLUMN_STATE,    COLUMN_CURRENCY,
		                              COLUMN_FEE };

	if (!line_split(reader, line))
		return false;
	for (enum column column = 0; column < COLUMN_COUNT; column++) {
		reader->place[column] = -1;
		for (size_t i = 0; i < reader->cell_count; i++) {
			if (!column_is(column, reader->cell[i]))
				continue;
			if (reader->place[column] >= 0)
				return refuse(reader, STR("has a column twice"));
			reader->place[column] = (int)i;
		}
	}
	for (size_t i = 0; i < COUNT_OF(needed); i++) {
		if (reader->place[needed[i]] < 0)
			return refuse(reader, STR("is no WeChat Pay statement: a column that must "
			                          "be there is missing from its first line"));
	}
	return reader->place[COLUMN_AMOUNT] >= 0 || reader->place[COLUMN_SETTLED] >= 0 ||
	       refuse(reader, STR("is no WeChat Pay statement: it has no amounts"));
}

static bool column_is(enum column column, struct str name)
{
	for (size_t i = 0; i < NAMES_MAX && columns[column].names[i] != NULL; i++) {
		if (str_eq_nocase(name, str_from(columns[column].names[i])))
			return true;
	}
	return false;
}

static bool row_read(struct reader *reader, struct str line, struct pay_bill_row *ret,
                     bool *ret_ours)
{
	const struct wechat *wechat = reader->wechat;
	struct pay_bill_row  row = { .row = reader->line };
	struct str           state, sub;

	if (!line_split(reader, line))
		return false;
	if (reader->cell_count <= (size_t)reader->place[COLUMN_FEE] ||
	    reader->cell_count <= (size_t)reader->place[COLUMN_ORDER])
		return refuse(reader, STR("has a line with too few cells: it may be cut off"));
	if (!str_eq(cell_of(reader, COLUMN_MERCHANT), wechat->mchid))
		return refuse(reader, STR("is the statement of another merchant"));
	sub = number_of(cell_of(reader, COLUMN_SUB_MERCHANT));
	/* An acquirer's file may hold its other merchants: theirs only count in the totals. */
	*ret_ours = wechat->sub_mchid.len == 0 || sub.len == 0 || str_eq(sub, wechat->sub_mchid);
	if (!time_parse(cell_of(reader, COLUMN_TIME), &row.at_s))
		return refuse(reader, STR("has a time that cannot be read"));
	row.order = cell_of(reader, COLUMN_ORDER);
	row.reference = cell_of(reader, COLUMN_REFERENCE);
	state = cell_of(reader, COLUMN_STATE);
	if (str_eq(state, STR("SUCCESS"))) {
		row.kind = PAY_BILL_PAYMENT;
		row.done = true;
	} else if (str_eq(state, STR("REFUND"))) {
		row.kind = PAY_BILL_REFUND;
	} else {
		row.kind = PAY_BILL_OTHER;
		row.reason = state;
	}
	if (row.kind == PAY_BILL_REFUND && !row_refund(reader, &row))
		return false;
	if (!row_amounts(reader, &row))
		return false;
	reader->count++;
	*ret = row;
	return true;
}

static bool row_refund(struct reader *reader, struct pay_bill_row *row)
{
	struct str state = cell_of(reader, COLUMN_REFUND_STATE);

	row->refund = number_of(cell_of(reader, COLUMN_REFUND));
	row->reference = number_of(cell_of(reader, COLUMN_REFUND_REFERENCE));
	row->done = str_eq(state, STR("SUCCESS"));
	if (!row->done)
		row->reason = state;
	return row->refund.len > 0 || refuse(reader, STR("has a refund without its number"));
}

/* Amounts of the row, and of all rows together. */
static bool row_amounts(struct reader *reader, struct pay_bill_row *row)
{
	bool     refund = row->kind == PAY_BILL_REFUND;
	int64_t  fine[COLUMN_COUNT] = { 0 }, gross, settled;
	uint16_t currency;

	if (!currency_from_code(cell_of(reader, COLUMN_CURRENCY), &currency) ||
	    currency_exponent(currency) > FINE_DIGITS)
		return refuse(reader, STR("has a currency that is not known"));
	reader->mixed = reader->mixed || (reader->currency != 0 && reader->currency != currency);
	reader->currency = currency;
	for (enum column column = 0; column < COLUMN_COUNT; column++) {
		if (columns[column].total == NULL && column != COLUMN_VOUCHER)
			continue;
		if (!fine_of(reader, column, &fine[column]))
			return refuse(reader, STR("has an amount that cannot be read"));
		reader->total[column] += fine[column];
	}
	if (refund)
		gross = reader->place[COLUMN_REFUND_AMOUNT] >= 0
		            ? fine[COLUMN_REFUND_AMOUNT]
		            : fine[COLUMN_REFUND_SETTLED] + fine[COLUMN_REFUND_VOUCHER];
	else
		gross = reader->place[COLUMN_AMOUNT] >= 0
		            ? fine[COLUMN_AMOUNT]
		            : fine[COLUMN_SETTLED] + fine[COLUMN_VOUCHER];
	row->amount.currency = row->fee.currency = currency;
	if (!minor_exact(gross, currency, &row->amount.amount) || row->amount.amount < 0 ||
	    (row->amount.amount == 0 && row->kind != PAY_BILL_OTHER))
		return refuse(reader, STR("has an amount that this currency cannot express"));
	if (!minor_near(fine[COLUMN_FEE], currency, &row->fee.amount))
		return refuse(reader, STR("has a fee that cannot be read"));
	/* Only the mainland settles in what was paid. */
	settled = refund ? -fine[COLUMN_REFUND_SETTLED] : fine[COLUMN_SETTLED];
	if (!reader->wechat->global && row->kind != PAY_BILL_OTHER &&
	    minor_exact(settled, currency, &row->settled.amount)) {
		row->settled.currency = currency;
		row->settled.amount -= row->fee.amount;
	}
	return true;
}

/* The last line: how many rows, and the sum of each column by its name. */
static bool totals_read(struct reader *reader, struct str head, struct str line,
                        struct pay_bill_sum *ret)
{
	struct reader       names = { .problem = reader->problem, .line = reader->line };
	struct pay_bill_sum sum = { 0 };
	int64_t             count;

	if (!line_split(&names, head) || !line_split(reader, line))
		return false;
	if (names.cell_count != reader->cell_count)
		return refuse(reader, STR("has totals that do not fit their names"));
	if (!str_to_int64(reader->cell[0], &count) || count != reader->count)
		return refuse(reader, STR("states another number of rows than it has"));
	for (size_t i = 1; i < names.cell_count && !reader->mixed; i++) {
		for (enum column column = 0; column < COLUMN_COUNT; column++) {
			const char *total = columns[column].total;

			if (total != NULL && reader->place[column] >= 0 &&
			    str_eq(names.cell[i], str_from(total)) &&
			    !total_is(reader, column, reader->cell[i]))
				return refuse(reader, STR("states a total that is not the sum of "
				                          "its rows"));
		}
	}
	sum.count = count;
	if (!reader->mixed && reader->currency != 0) {
		uint16_t currency = reader->currency;

		if (minor_exact(reader->total[COLUMN_AMOUNT], currency, &sum.paid.amount))
			sum.paid.currency = currency;
		if (minor_exact(reader->total[COLUMN_REFUND_AMOUNT], currency,
		                &sum.given_back.amount))
			sum.given_back.currency = currency;
		if (minor_exact(reader->total[COLUMN_FEE], currency, &sum.fee.amount))
			sum.fee.currency = currency;
	}
	*ret = sum;
	return true;
}

static bool total_is(struct reader *reader, enum column column, struct str cell)
{
	int64_t fine;

	return fine_parse(cell, &fine) && fine == reader->total[column];
}

/* Empty for a column that this file lacks. */
static struct str cell_of(const struct reader *reader, enum column column)
{
	int place = reader->place[column];

	return place < 0 || (size_t)place >= reader->cell_count ? (struct str){ 0 }
	                                                        : reader->cell[place];
}

/* "0" stands for none. */
static struct str number_of(struct str cell)
{
	return str_eq(cell, STR("0")) ? (struct str){ 0 } : cell;
}

static bool fine_of(struct reader *reader, enum column column, int64_t *ret)
{
	struct str cell = cell_of(reader, column);

	*ret = 0;
	return cell.len == 0 || fine_parse(cell, ret);
}

/* "-0.05000" in 10^-5: exact, at most five decimals. */
static bool fine_parse(struct str text, int64_t *ret)
{
	bool    minus = str_starts(text, STR("-"));
	int64_t value = 0;
	int     decimals = -1;

	if (minus)
		text = str_skip(text, 1);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '.' && decimals < 0 && i > 0) {
			decimals = 0;
			continue;
		}
		if (c < '0' || c > '9' || decimals == FINE_DIGITS || value > FINE_MAX / 10)
			return false;
		value = value * 10 + (c - '0');
		decimals += decimals >= 0;
	}
	if (text.len == 0 || decimals == 0)
		return false;
	for (int i = decimals < 0 ? 0 : decimals; i < FINE_DIGITS; i++) {
		if (value > FINE_MAX / 10)
			return false;
		value *= 10;
	}
	*ret = minus ? -value : value;
	return true;
}

static bool minor_exact(int64_t fine, uint16_t currency, int64_t *ret)
{
	int64_t unit = minor_unit(currency);

	if (fine % unit != 0)
		return false;
	*ret = fine / unit;
	return true;
}

static bool minor_near(int64_t fine, uint16_t currency, int64_t *ret)
{
	return money_scale(fine, 1, minor_unit(currency), ret);
}

/* A minor unit in 10^-5. */
static int64_t minor_unit(uint16_t currency)
{
	int64_t unit = 1;

	for (int i = currency_exponent(currency); i < FINE_DIGITS; i++)
		unit *= 10;
	return unit;
}

/* "2026-01-02 11:05:00" in Beijing; between day and hour there may be two blanks. */
static bool time_parse(struct str text, int64_t *ret)
{
	int32_t    day, hour, minute, second;
	struct str clock = str_trim(str_skip(text, 10));

	if (!iso_day_parse(str_take(text, 10), &day) || clock.len != 8 || clock.ptr[2] != ':' ||
	    clock.ptr[5] != ':' || !digits_parse(clock, 0, 24, &hour) ||
	    !digits_parse(clock, 3, 60, &minute) || !digits_parse(clock, 6, 60, &second))
		return false;
	*ret = (int64_t)day * 86400 + hour * 3600 + minute * 60 + second - BEIJING_OFFSET_S;
	return true;
}

/* Two digits, below limit. */
static bool digits_parse(struct str text, size_t from, size_t limit, int32_t *ret)
{
	int64_t value;

	if (text.ptr[from] < '0' || text.ptr[from] > '9' ||
	    !str_to_int64(str_take(str_skip(text, from), 2), &value) || value >= (int64_t)limit)
		return false;
	*ret = (int32_t)value;
	return true;
}

static bool refuse(struct reader *reader, struct str text)
{
	*reader->problem = (struct pay_bill_problem){ .line = reader->line, .text = text };
	return false;
}
