/*
 * paypal_bill.c - PayPal's statement: pages of the Transaction Search API one
 * after the other (JSON), or the daily Settlement Report (STL, CSV with row
 * types), read by the names of its columns.
 *
 * The settlement report counts in the smallest unit without a point or a sign;
 * a column of its own says debit (DR) or credit (CR).  Its counts are checked.
 * Source: GATEWAYS 6; "Settlement Report Specification" 9.0.5.
 */
#include "gate/paypal.h"

#include "base/csv.h"
#include "base/str.h"
#include "base/time.h"
#include "gate/json_field.h"

enum { WORD_MAX = 64, FIELD_MAX = 4096, COLUMN_MAX = 64, PAGE_SIZE = 500, ROW_TYPE = 2 };

#define JSON_FLAGS (JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK)

/* Columns of a section, as the specification names them; the first ones are needed. */
#define COLUMNS(X) \
	X(ID, "Transaction ID") \
	X(CODE, "Transaction Event Code") \
	X(DONE_AT, "Transaction Completion Date") \
	X(SIDE, "Transaction Debit or Credit") \
	X(GROSS, "Gross Transaction Amount") \
	X(CURRENCY, "Gross Transaction Currency") \
	X(FEE_SIDE, "Fee Debit or Credit") \
	X(FEE, "Fee Amount") \
	X(INVOICE, "Invoice ID") \
	X(CUSTOM, "Custom Field")

#define X(id, name) COLUMN_##id,
enum column { COLUMNS(X) COLUMN_COUNT };
#undef X

struct reading {
	struct arena            *arena;
	pay_bill_visit          *visit;
	void                    *ctx;
	struct pay_bill_problem *problem;
	size_t                   at[COLUMN_COUNT];
	int64_t                  row, section_count, count;
	bool                     header, ended;
};

static bool pages_read(struct reading *reading, struct str file);
static bool page_read(struct reading *reading, const json_t *page);
static bool transaction_read(struct reading *reading, const json_t *info);
static bool table_read(struct reading *reading, struct str file);
static bool line_read(struct reading *reading, const struct csv_row *row);
static bool header_read(struct reading *reading, const struct csv_row *row);
static bool body_read(struct reading *reading, const struct csv_row *row);
static bool no(struct reading *reading, int64_t line, struct str text);

/* By the first letters of an event code (docs: "Transaction event codes"). */
static enum pay_bill_kind kind_of(struct str code)
{
	static const struct {
		const char        *begin;
		enum pay_bill_kind kind;
	} kinds[] = {
		{ "T00", PAY_BILL_PAYMENT },   { "T1107", PAY_BILL_REFUND },
		{ "T1106", PAY_BILL_DISPUTE }, { "T12", PAY_BILL_DISPUTE },
		{ "T1108", PAY_BILL_FEE },     { "T01", PAY_BILL_FEE },
		{ "T04", PAY_BILL_PAYOUT },
	};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_starts(code, str_from(kinds[i].begin)))
			return kinds[i].kind;
	return PAY_BILL_OTHER;
}

/* --- BILL and BILL_FILE ------------------------------------------------------------ */
PAYPAL_PARSE(bill)
{
	struct str day = iso_day(arena, task->bill_day);

	(void)call;
	*ret = (struct pay_facts){
		.url = arena_printf(arena,
		                    "%.*s/v1/reporting/transactions?start_date=%.*sT00:00:00Z&"
		                    "end_date=%.*sT23:59:59Z&fields=transaction_info&page_size=%d&"
		                    "page=1",
		                    STR_ARG(config->url), STR_ARG(day), STR_ARG(day), PAGE_SIZE),
	};
	return ret->url.len > 0 ? PAY_OUTCOME_OK : PAY_OUTCOME_CONFIG;
}

PAYPAL_WRAP(bill_file)
{
	struct str path = str_skip(task->bill_url, config->url.len);

	/* Our token goes to PayPal only. */
	if (!str_starts(task->bill_url, config->url) ||
	    !str_starts(path, STR("/v1/reporting/transactions?")) ||
	    !paypal_call(config, task,
	                 &(struct paypal_request){ .method = STR("GET"), .path = path }, arena,
	                 ret))
		return false;
	ret->answer_max = PAYPAL_PAGE_MAX;
	return true;
}

/* facts.url is the next page, where there is one: its bytes are to follow these. */
PAYPAL_PARSE(bill_file)
{
	struct str       before = task->bill_url, tail = STR("&page=");
	enum pay_outcome outcome;
	int64_t          page, pages;
	ptrdiff_t        at = str_find(before, tail);
	json_t          *answer;

	(void)config;
	if (paypal_failed(call, arena, &outcome, ret))
		return outcome == PAY_OUTCOME_ABSENT ? PAY_OUTCOME_CONFIG : outcome;
	answer = json_field_open(call->answer, PAYPAL_PAGE_MAX);
	outcome = json_is_array(json_object_get(answer, "transaction_details")) &&
	                  json_field_int(answer, "page", 1, INT32_MAX, &page) &&
	                  json_field_int(answer, "total_pages", 0, INT32_MAX, &pages)
	              ? PAY_OUTCOME_OK
	              : PAY_OUTCOME_UNKNOWN;
	json_decref(answer);
	if (outcome == PAY_OUTCOME_OK && page < pages && at > 0)
		ret->url = arena_printf(arena, "%.*s%.*s%lld", (int)at, before.ptr, STR_ARG(tail),
		                        (long long)page + 1);
	return outcome;
}

/* --- the file ---------------------------------------------------------------------- */
bool paypal_bill(const struct pay_config *config, struct str file, struct arena *arena,
                 pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                 struct pay_bill_problem *ret_problem)
{
	struct reading reading = {
		.arena = arena, .visit = visit, .ctx = ctx, .problem = ret_problem
	};
	bool read;

	(void)config;
	if (file.len > PAY_BILL_MAX)
		return no(&reading, 0, STR("the file is too long"));
	read = str_starts(str_trim(str_take(file, WORD_MAX)), STR("{"))
	           ? pages_read(&reading, file)
	           : table_read(&reading, file);
	if (read)
		*ret = (struct pay_bill_sum){ .count = reading.ended ? reading.count : -1 };
	return read;
}

static bool no(struct reading *reading, int64_t line, struct str text)
{
	*reading->problem = (struct pay_bill_problem){ .line = line, .text = text };
	return false;
}

static bool row_visit(struct reading *reading, struct pay_bill_row *row, struct str code)
{
	row->kind = kind_of(code);
	row->reason = code;
	/* invoice_id is our payment, and of a refund our refund; custom_id our payment. */
	if (row->kind == PAY_BILL_PAYMENT || str_eq(row->refund, row->order))
		row->refund = STR("");
	if (row->kind != PAY_BILL_PAYMENT && row->kind != PAY_BILL_REFUND)
		row->order = row->refund = STR("");
	if (reading->arena->failed)
		return no(reading, row->row, STR("out of memory"));
	return reading->visit(reading->ctx, row) || no(reading, row->row, STR("reading was ended"));
}

/* --- JSON -------------------------------------------------------------------------- */
static bool pages_read(struct reading *reading, struct str file)
{
	struct str rest = str_trim(file);
	int64_t    expected = 1, page = 0, pages = 0;

	while (rest.len > 0) {
		json_error_t error;
		json_t      *object = json_loadb(rest.ptr, rest.len, JSON_FLAGS, &error);
		bool         read;

		if (object == NULL)
			return no(reading, reading->row + 1, STR("no whole JSON object"));
		*reading->problem = (struct pay_bill_problem){ 0 };
		read = json_field_int(object, "page", 1, INT32_MAX, &page) &&
		       json_field_int(object, "total_pages", 0, INT32_MAX, &pages) &&
		       page == expected++ && page_read(reading, object);
		json_decref(object);
		if (!read && reading->problem->text.len == 0)
			return no(reading, reading->row + 1,
			          STR("not the next page of transactions"));
		if (!read)
			return false;
		rest = str_trim(str_skip(rest, (size_t)error.position));
	}
	return page >= pages || no(reading, 0, STR("its last pages are missing"));
}

static bool page_read(struct reading *reading, const json_t *page)
{
	const json_t *details = json_object_get(page, "transaction_details");

	if (!json_is_array(details))
		return false;
	for (size_t i = 0; i < json_array_size(details); i++) {
		reading->row++;
		if (!transaction_read(reading, json_object_get(json_array_get(details, i),
		                                               "transaction_info")))
			return reading->problem->text.len == 0
			           ? no(reading, reading->row,
			                STR("a transaction that cannot be read"))
			           : false;
	}
	return true;
}

/* {"currency_code":"JPY","value":"-111"} */
static bool signed_money(const json_t *info, const char *name, struct arena *arena,
                         struct money *ret)
{
	const json_t *amount = json_object_get(info, name);
	struct str    code, value;
	uint16_t      currency;
	bool          minus;

	if (!json_field_str(amount, "currency_code", 3, arena, &code) ||
	    !json_field_str(amount, "value", WORD_MAX, arena, &value) ||
	    !currency_from_code(code, &currency))
		return false;
	minus = str_starts(value, STR("-"));
	if (!money_parse(str_skip(value, minus ? 1 : 0), currency, ret))
		return false;
	if (minus)
		ret->amount = -ret->amount;
	return true;
}

/* "2026-09-21T14:13:20+0000", as this API writes it, or RFC 3339. */
static bool moment_read(const json_t *info, const char *name, struct arena *arena, int64_t *ret_s)
{
	struct str text;
	size_t     zone;

	if (!json_field_str(info, name, WORD_MAX, arena, &text))
		return false;
	if (rfc3339_parse(text, ret_s))
		return true;
	zone = text.len < 4 ? 0 : text.len - 2;
	return rfc3339_parse(arena_printf(arena, "%.*s:%.*s", (int)zone, text.ptr,
	                                  STR_ARG(str_skip(text, zone))),
	                     ret_s);
}

static bool transaction_read(struct reading *reading, const json_t *info)
{
	struct arena       *arena = reading->arena;
	struct pay_bill_row row = { .row = reading->row };
	struct money        fee = { 0 };
	struct str          code, status;

	if (!json_field_str(info, "transaction_id", PAYPAL_ID_MAX, arena, &row.reference) ||
	    !json_field_str(info, "transaction_event_code", WORD_MAX, arena, &code) ||
	    !json_field_str(info, "transaction_status", WORD_MAX, arena, &status) ||
	    !signed_money(info, "transaction_amount", arena, &row.settled) ||
	    !moment_read(info, "transaction_initiation_date", arena, &row.at_s))
		return false;
	if (json_object_get(info, "fee_amount") != NULL &&
	    (!signed_money(info, "fee_amount", arena, &fee) ||
	     fee.currency != row.settled.currency))
		return false;
	json_field_str(info, "custom_field", PAY_NUMBER_MAX, arena, &row.order);
	json_field_str(info, "invoice_id", PAY_NUMBER_MAX, arena, &row.refund);
	row.amount = row.settled;
	if (row.amount.amount < 0)
		row.amount.amount = -row.amount.amount;
	row.fee = (struct money){ .amount = -fee.amount, .currency = row.settled.currency };
	row.settled.amount += fee.amount;
	/* P: pending.  D: denied, nothing moved.  V: moved, and went back by a row of its own. */
	row.done = str_eq(status, STR("S")) || str_eq(status, STR("V"));
	return row_visit(reading, &row, code);
}

/* --- the settlement report --------------------------------------------------------- */
static bool table_read(struct reading *reading, struct str file)
{
	struct csv     csv;
	struct csv_row row;
	enum csv_step  step;

	if (!csv_init(&csv, reading->arena,
	              (struct csv_limits){ .row_max = PAY_BILL_ROW_MAX,
	                                   .field_max = FIELD_MAX,
	                                   .column_max = COLUMN_MAX,
	                                   .separator = ',' }))
		return no(reading, 0, STR("out of memory"));
	csv_feed(&csv, file);
	while ((step = csv_next(&csv, &row)) != CSV_END) {
		if (step == CSV_MORE) {
			csv_finish(&csv);
			continue;
		}
		if (step == CSV_BAD)
			return no(reading, row.line, STR("no well-formed row of CSV"));
		if (reading->ended)
			return no(reading, row.line, STR("rows behind the end of the file"));
		if (!line_read(reading, &row))
			return false;
	}
	return reading->ended || no(reading, 0, STR("the end of the file (FF) is missing"));
}

/* SC counts the rows of a section, RC those of the report. */
static bool line_read(struct reading *reading, const struct csv_row *row)
{
	struct str type = row->field[0];
	int64_t    count;

	if (str_eq(type, STR("CH")))
		return header_read(reading, row);
	if (str_eq(type, STR("SB")))
		return body_read(reading, row);
	if (str_eq(type, STR("SH")))
		reading->section_count = 0;
	if (str_eq(type, STR("FF")))
		reading->ended = true;
	if (str_eq(type, STR("SC")) || str_eq(type, STR("RC"))) {
		bool section = type.ptr[0] == 'S';

		if (row->count < 2 || !str_to_int64(str_trim(row->field[1]), &count) ||
		    count != (section ? reading->section_count : reading->count))
			return no(reading, row->line, STR("other rows than it counts"));
	}
	if (type.len != ROW_TYPE)
		return no(reading, row->line, STR("a row of no type of a settlement report"));
	return true;
}

static bool header_read(struct reading *reading, const struct csv_row *row)
{
	static const char *const names[COLUMN_COUNT] = {
#define X(id, name) [COLUMN_##id] = name,
		COLUMNS(X)
#undef X
	};

	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		reading->at[c] = COLUMN_MAX;
		for (size_t i = row->count; i-- > 1;)
			if (str_eq_nocase(str_trim(row->field[i]), str_from(names[c])))
				reading->at[c] = i;
		if (reading->at[c] == COLUMN_MAX)
			return no(reading, row->line,
			          arena_printf(reading->arena, "there is no column \"%s\"",
			                       names[c]));
	}
	reading->header = true;
	return true;
}

static struct str field(const struct reading *reading, const struct csv_row *row,
                        enum column column)
{
	size_t at = reading->at[column];

	return at < row->count ? str_trim(row->field[at]) : STR("");
}

/* Digits of the smallest unit; CR adds, DR takes.  An empty one is nothing. */
static bool unit_read(struct str digits, struct str side, int64_t *ret)
{
	int64_t amount = 0;

	if (digits.len > 0 && (!str_to_int64(digits, &amount) || amount < 0 || amount > MONEY_MAX))
		return false;
	if (amount != 0 && !str_eq(side, STR("CR")) && !str_eq(side, STR("DR")))
		return false;
	*ret = str_eq(side, STR("DR")) ? -amount : amount;
	return true;
}

/* "2026/09/21 14:13:20 -0700" */
static bool date_read(struct arena *arena, struct str text, int64_t *ret_s)
{
	if (text.len != 25 || text.ptr[4] != '/' || text.ptr[7] != '/')
		return false;
	return rfc3339_parse(arena_printf(arena, "%.4s-%.2s-%.2sT%.8s%.3s:%.2s", text.ptr,
	                                  text.ptr + 5, text.ptr + 8, text.ptr + 11, text.ptr + 20,
	                                  text.ptr + 23),
	                     ret_s);
}

static bool body_read(struct reading *reading, const struct csv_row *row)
{
	struct arena       *arena = reading->arena;
	struct pay_bill_row bill = { .row = row->line, .done = true };
	uint16_t            currency;
	int64_t             gross, fee;

	if (!reading->header)
		return no(reading, row->line, STR("a row before the names of its columns (CH)"));
	if (!currency_from_code(field(reading, row, COLUMN_CURRENCY), &currency) ||
	    !unit_read(field(reading, row, COLUMN_GROSS), field(reading, row, COLUMN_SIDE),
	               &gross) ||
	    !unit_read(field(reading, row, COLUMN_FEE), field(reading, row, COLUMN_FEE_SIDE), &fee))
		return no(reading, row->line, STR("an amount that cannot be read"));
	if (!date_read(arena, field(reading, row, COLUMN_DONE_AT), &bill.at_s))
		return no(reading, row->line, STR("a time that cannot be read"));
	reading->section_count++;
	reading->count++;
	bill.reference = arena_str(arena, field(reading, row, COLUMN_ID));
	bill.order = arena_str(arena, field(reading, row, COLUMN_CUSTOM));
	bill.refund = arena_str(arena, field(reading, row, COLUMN_INVOICE));
	bill.amount = (struct money){ .amount = gross < 0 ? -gross : gross, .currency = currency };
	bill.fee = (struct money){ .amount = -fee, .currency = currency };
	bill.settled = (struct money){ .amount = gross + fee, .currency = currency };
	return row_visit(reading, &bill, arena_str(arena, field(reading, row, COLUMN_CODE)));
}
