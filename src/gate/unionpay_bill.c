/*
 * unionpay_bill.c - a day's statement: the ZM file's rows of fixed width, and
 * the rows of the ZME file, which holds what went wrong.
 *
 * Widths count bytes (the text is GBK), one blank stands between two fields.
 * Source: GATEWAYS 7; the official sample's field table.  The RD file (sums) is
 * not read: its layout is not proven.
 */
#include "gate/unionpay.h"

#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"
#include "base/unpack.h"

enum {
	ZM_FIELDS = 41, /* the last one is what may follow: original order (32), reserve */
	ZME_FIELDS = 22,
	ZM_TAIL_MIN = 32,
	ORDER_WIDTH = 32,
	TIME_WIDTH = 10,
	SIGNED_DIGITS = 12,
	NAME_DAY = 6, /* INN150905 88ZM_… */
	YEAR_TURN_S = 180 * 86400
};

static const uint8_t zm_width[ZM_FIELDS] = { 3,  11, 11, 6,  10, 19, 12, 4,  2,  21, 2,  32, 2,  6,
	                                     10, 13, 13, 4,  15, 2,  2,  6,  2,  4,  32, 1,  21, 15,
	                                     1,  15, 32, 13, 13, 8,  32, 13, 13, 12, 2,  1,  131 };
static const uint8_t zme_width[ZME_FIELDS] = { 3,  11, 11, 6,  10, 19, 12, 4, 2,  2, 6,
	                                       10, 4,  12, 13, 13, 15, 15, 1, 12, 2, 135 };

/* The ZM file's fields that we read, counted from 0. */
enum {
	ZM_TIME = 4,
	ZM_AMOUNT = 6,
	ZM_QUERY_ID = 9,
	ZM_ORDER = 11,
	ZM_FEE = 15,
	ZM_NET = 16,
	ZM_TYPE = 19,
	ZM_MERCHANT = 27,
	ZM_TAIL = 40
};
enum { ZME_CODE = 0, ZME_TIME = 4, ZME_AMOUNT = 6, ZME_FEE = 14, ZME_NET = 15, ZME_MERCHANT = 17 };

/* A statement while it is read. */
struct statement {
	const struct pay_config *config;
	struct arena            *arena;
	pay_bill_visit          *visit;
	void                    *ctx;
	int32_t                  day; /* of settlement, as the file's name says; 0: not told */
	int64_t                  line, count;
	bool                     stopped;
	struct pay_bill_problem *problem;
};

static bool    problem(struct statement *statement, int64_t line, const char *text);
static bool    packed_read(struct statement *statement, struct str file);
static bool    answer_unpack(struct statement *statement, struct str answer, struct str *ret);
static bool    archive_read(struct statement *statement, struct str archive);
static bool    lines_read(struct statement *statement, struct str text,
                          bool (*row_read)(struct statement *statement, struct str line));
static bool    zm_read(struct statement *statement, struct str line);
static bool    zme_read(struct statement *statement, struct str line);
static bool    visited(struct statement *statement, const struct pay_bill_row *row);
static bool    fields_cut(struct str line, const uint8_t *widths, size_t count, size_t tail_min,
                          struct str *ret);
static bool    digits_read(struct str text, int64_t *ret);
static bool    signed_read(struct str text, int64_t *ret);
static bool    signed_or_none(struct str text, uint16_t currency, struct money *ret);
static int32_t name_day(struct str name);
static int64_t row_time_s(const struct statement *statement, struct str time);

bool unionpay_bill(const struct pay_config *config, struct str file, struct arena *arena,
                   pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                   struct pay_bill_problem *ret_problem)
{
	struct statement statement = {
		.config = config, .arena = arena, .visit = visit, .ctx = ctx, .problem = ret_problem
	};
	struct str first, rest, field[ZM_FIELDS];
	bool       read;

	if (file.len == 0 || file.len > PAY_BILL_MAX)
		return problem(&statement, 0, "the file is empty or too long");
	str_cut(file, '\n', &first, &rest);
	if (str_ends(first, STR("\r")))
		first.len--;
	read = fields_cut(first, zm_width, ZM_FIELDS, ZM_TAIL_MIN, field)
	           ? lines_read(&statement, file, zm_read)
	           : packed_read(&statement, file);
	if (!read)
		return false;
	*ret = (struct pay_bill_sum){ .count = -1 };
	return true;
}

/* The answer of BILL_FILE, or the zip that is in it. */
static bool packed_read(struct statement *statement, struct str file)
{
	struct str archive = file;

	if (!str_starts(file, STR("PK")) && !answer_unpack(statement, file, &archive))
		return false;
	return archive_read(statement, archive);
}

static bool answer_unpack(struct statement *statement, struct str answer, struct str *ret)
{
	struct unionpay_message message;
	struct str              packed;

	if (!unionpay_split(answer, &message))
		return problem(statement, 0, "neither a zip archive nor an answer of the gateway");
	if (!str_eq(unionpay_get(&message, STR("merId")), statement->config->merchant))
		return problem(statement, 0, "it is another merchant's");
	if (!str_eq(unionpay_get(&message, STR("respCode")), STR("00")))
		return problem(statement, 0, "the gateway gave no file");
	if (!base64_decode(statement->arena, unionpay_get(&message, STR("fileContent")), &packed) ||
	    !unpack(UNPACK_ZLIB, packed, PAY_BILL_MAX, statement->arena, ret))
		return problem(statement, 0, "fileContent is damaged");
	return true;
}

static bool archive_read(struct statement *statement, struct str archive)
{
	struct zip_entry entries[ZIP_ENTRY_MAX];
	size_t           count, found = 0;
	struct str       text;

	if (!zip_list(archive, entries, &count))
		return problem(statement, 0, "the zip archive is damaged");
	for (size_t i = 0; i < count && !statement->stopped; i++) {
		bool zme = str_find(entries[i].name, STR("ZME_")) >= 0;

		if (!zme && str_find(entries[i].name, STR("ZM_")) < 0)
			continue;
		if (!zip_read(&entries[i], PAY_BILL_MAX, statement->arena, &text))
			return problem(statement, 0, "a file of the zip archive is damaged");
		statement->day = name_day(entries[i].name);
		if (!lines_read(statement, text, zme ? zme_read : zm_read))
			return false;
		found += !zme;
	}
	return found > 0 || statement->stopped ||
	       problem(statement, 0, "the zip archive holds no ZM file");
}

static bool lines_read(struct statement *statement, struct str text,
                       bool (*row_read)(struct statement *statement, struct str line))
{
	struct str line;

	statement->line = 0;
	while (text.len > 0 && !statement->stopped) {
		str_cut(text, '\n', &line, &text);
		statement->line++;
		if (str_ends(line, STR("\r")))
			line.len--;
		if (line.len > 0 && !row_read(statement, line))
			return false;
	}
	return true;
}

static bool zm_read(struct statement *statement, struct str line)
{
	const struct unionpay *own = statement->config->own;
	struct pay_bill_row    row = { .row = statement->line, .done = true };
	struct str             field[ZM_FIELDS], type;

	if (!fields_cut(line, zm_width, ZM_FIELDS, ZM_TAIL_MIN, field))
		return problem(statement, statement->line, "a row is not of the ZM file's widths");
	if (!str_eq(str_trim(field[ZM_MERCHANT]), statement->config->merchant))
		return problem(statement, statement->line, "a row is another merchant's");
	row.amount.currency = row.fee.currency = row.settled.currency = own->currency;
	if (!digits_read(field[ZM_AMOUNT], &row.amount.amount) ||
	    !signed_read(field[ZM_FEE], &row.fee.amount) ||
	    !signed_read(field[ZM_NET], &row.settled.amount))
		return problem(statement, statement->line, "an amount is damaged");
	/* D is taken from us, C is given to us; a fee counts the other way round. */
	row.fee.amount = -row.fee.amount;
	row.reference = str_trim(field[ZM_QUERY_ID]);
	row.at_s = row_time_s(statement, field[ZM_TIME]);
	type = field[ZM_TYPE];
	if (str_eq(type, STR("01"))) {
		row.kind = PAY_BILL_PAYMENT;
		row.order = str_trim(field[ZM_ORDER]);
	} else if (str_eq(type, STR("04")) || str_eq(type, STR("31"))) {
		row.kind = PAY_BILL_REFUND;
		row.refund = str_trim(field[ZM_ORDER]);
		row.order = str_trim(str_take(field[ZM_TAIL], ORDER_WIDTH));
		row.reason = str_eq(type, STR("31")) ? STR("undone") : STR("");
	} else {
		row.kind = PAY_BILL_OTHER;
		row.order = str_trim(field[ZM_ORDER]);
		row.reason = arena_printf(statement->arena, "txnType %.*s", STR_ARG(type));
	}
	return visited(statement, &row);
}

/* What was put right by hand or by the issuer: a person looks at each. */
static bool zme_read(struct statement *statement, struct str line)
{
	const struct unionpay *own = statement->config->own;
	struct pay_bill_row row = { .kind = PAY_BILL_OTHER, .row = statement->line, .done = true };
	struct str          field[ZME_FIELDS];

	if (!fields_cut(line, zme_width, ZME_FIELDS, 0, field))
		return problem(statement, statement->line, "a row is not of the ZME file's widths");
	if (!digits_read(field[ZME_AMOUNT], &row.amount.amount))
		return problem(statement, statement->line, "an amount is damaged");
	row.amount.currency = own->currency;
	if (signed_or_none(field[ZME_FEE], own->currency, &row.fee))
		row.fee.amount = -row.fee.amount;
	signed_or_none(field[ZME_NET], own->currency, &row.settled);
	row.at_s = row_time_s(statement, field[ZME_TIME]);
	row.reason = arena_printf(statement->arena, "ZME %.*s", STR_ARG(str_trim(field[ZME_CODE])));
	return visited(statement, &row);
}

static bool visited(struct statement *statement, const struct pay_bill_row *row)
{
	if (++statement->count > PAY_BILL_ROW_MAX)
		return problem(statement, statement->line, "it has too many rows");
	if (statement->arena->failed)
		return problem(statement, statement->line, "out of memory");
	statement->stopped = !statement->visit(statement->ctx, row);
	return true;
}

/* The last field may be cut short, as blanks at a line's end often are. */
static bool fields_cut(struct str line, const uint8_t *widths, size_t count, size_t tail_min,
                       struct str *ret)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		bool   last = i + 1 == count;
		size_t width = widths[i];

		if (last && line.len - at < width)
			width = line.len - at;
		if (at > line.len || line.len - at < width || (last && width < tail_min))
			return false;
		ret[i] = (struct str){ .ptr = line.ptr + at, .len = width };
		at += width;
		if (last)
			return at == line.len;
		if (at == line.len || line.ptr[at] != ' ')
			return false;
		at++;
	}
	return false;
}

static bool digits_read(struct str text, int64_t *ret)
{
	int64_t value = 0;

	if (text.len == 0 || text.len > 15)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		value = value * 10 + (text.ptr[i] - '0');
	}
	*ret = value;
	return true;
}

/* "C000000013227": C is plus. */
static bool signed_read(struct str text, int64_t *ret)
{
	int64_t value;

	if (text.len != 1 + SIGNED_DIGITS || (*text.ptr != 'C' && *text.ptr != 'D') ||
	    !digits_read(str_skip(text, 1), &value))
		return false;
	*ret = *text.ptr == 'C' ? value : -value;
	return true;
}

/* Leaves *ret alone, currency 0, when it is no such amount. */
static bool signed_or_none(struct str text, uint16_t currency, struct money *ret)
{
	int64_t value;

	if (!signed_read(text, &value))
		return false;
	*ret = (struct money){ .amount = value, .currency = currency };
	return true;
}

/* "INN15090588ZM_802310048993424": settled on 2015-09-05. */
static int32_t name_day(struct str name)
{
	ptrdiff_t  at = str_find(name, STR("INN"));
	struct str digits;
	int64_t    value;

	if (at < 0)
		return 0;
	digits = str_take(str_skip(name, (size_t)at + 3), NAME_DAY);
	if (digits.len != NAME_DAY || !digits_read(digits, &value) ||
	    !civil_valid((int32_t)(2000 + value / 10000), (int32_t)(value / 100 % 100),
	                 (int32_t)(value % 100)))
		return 0;
	return day_from_civil((int32_t)(2000 + value / 10000), (int32_t)(value / 100 % 100),
	                      (int32_t)(value % 100));
}

/* MMDDhhmmss of the year around the day of settlement; 0: not told. */
static int64_t row_time_s(const struct statement *statement, struct str time)
{
	struct civil settled = civil_from_day(statement->day);
	int64_t      near_s = (int64_t)statement->day * 86400;

	if (statement->day == 0 || time.len != TIME_WIDTH)
		return 0;
	for (int32_t year = settled.year - 1; year <= settled.year + 1; year++) {
		struct str whole = arena_printf(statement->arena, "%04d%.*s", year, STR_ARG(time));
		int64_t    at_s;

		if (unionpay_time_read(whole, &at_s) && at_s > near_s - YEAR_TURN_S &&
		    at_s < near_s + YEAR_TURN_S)
			return at_s;
	}
	return 0;
}

static bool problem(struct statement *statement, int64_t line, const char *text)
{
	*statement->problem = (struct pay_bill_problem){ .line = line, .text = str_from(text) };
	return false;
}
