/*
 * stripe_bill.c - Stripe's statement: balance transactions, as pages of JSON
 * (/v1/balance_transactions, sources expanded) one after the other, or as the
 * CSV of an itemized report, read by the names of its columns.
 *
 * What is settled is the balance transaction's, never the charge's amount; the
 * rate in the JSON is a binary fraction and is left out, both amounts tell it.
 */
#include "gate/stripe.h"

#include "base/csv.h"
#include "base/str.h"
#include "base/time.h"
#include "gate/json_field.h"

enum { WORD_MAX = 64, FIELD_MAX = 4096, COLUMN_MAX = 128, LIST_MAX = 100, DAY_S = 86400 };
#define TIME_MAX_S 253402300799 /* year 9999 */

#define JSON_FLAGS (JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK)

/* Columns, by any of their names; the first ones are needed. */
#define COLUMNS(X) \
	X(CATEGORY, "reporting_category", "type") \
	X(CURRENCY, "currency", "currency") \
	X(GROSS, "gross", "amount") \
	X(FEE, "fee", "fee") \
	X(NET, "net", "net") \
	X(CREATED, "created_utc", "created (utc)") \
	X(SOURCE, "source_id", "source") \
	X(ORDER, "payment_metadata[order]", "order (metadata)") \
	X(REFUND, "refund_metadata[refund]", "refund (metadata)") \
	X(PAYOUT, "automatic_payout_id", "transfer") \
	X(SHOWN, "customer_facing_amount", "customer facing amount") \
	X(SHOWN_CURRENCY, "customer_facing_currency", "customer facing currency")

#define X(id, name, other) COLUMN_##id,
enum column { COLUMNS(X) COLUMN_COUNT };
#undef X
#define COLUMNS_NEEDED COLUMN_ORDER

struct reading {
	struct arena            *arena;
	pay_bill_visit          *visit;
	void                    *ctx;
	struct pay_bill_problem *problem;
	size_t                   at[COLUMN_COUNT]; /* COLUMN_MAX: there is none */
	int64_t                  row;
};

static bool pages_read(struct reading *reading, struct str file);
static bool page_read(struct reading *reading, const json_t *page);
static bool transaction_read(struct reading *reading, const json_t *transaction);
static bool table_read(struct reading *reading, struct str file);
static bool header_read(struct reading *reading, const struct csv_row *row);
static bool record_read(struct reading *reading, const struct csv_row *row);
static bool report_money(struct str text, uint16_t currency, struct money *ret);
static bool no(struct reading *reading, int64_t line, struct str text);

/* What a reporting category, or a type, is to us. */
static enum pay_bill_kind kind_of(struct str category)
{
	static const struct {
		const char        *category;
		enum pay_bill_kind kind;
	} kinds[] = {
		{ "charge", PAY_BILL_PAYMENT },  { "payment", PAY_BILL_PAYMENT },
		{ "refund", PAY_BILL_REFUND },   { "payment_refund", PAY_BILL_REFUND },
		{ "payout", PAY_BILL_PAYOUT },   { "fee", PAY_BILL_FEE },
		{ "stripe_fee", PAY_BILL_FEE },  { "tax", PAY_BILL_FEE },
		{ "tax_fee", PAY_BILL_FEE },     { "network_cost", PAY_BILL_FEE },
		{ "dispute", PAY_BILL_DISPUTE }, { "dispute_reversal", PAY_BILL_DISPUTE },
	};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_eq(category, str_from(kinds[i].category)))
			return kinds[i].kind;
	return PAY_BILL_OTHER;
}

/* --- BILL and BILL_FILE ------------------------------------------------------------ */
/* Nothing is asked for the address: a day of UTC is a list by itself. */
STRIPE_PARSE(bill)
{
	int64_t from_s = (int64_t)task->bill_day * DAY_S;

	(void)call;
	*ret = (struct pay_facts){
		.url = arena_printf(arena,
		                    "%.*s/v1/balance_transactions?limit=%d&created[gte]=%lld&"
		                    "created[lt]=%lld&expand[0]=data.source",
		                    STR_ARG(config->url), LIST_MAX, (long long)from_s,
		                    (long long)(from_s + DAY_S)),
	};
	return ret->url.len > 0 ? PAY_OUTCOME_OK : PAY_OUTCOME_CONFIG;
}

STRIPE_WRAP(bill_file)
{
	struct str path = str_skip(task->bill_url, config->url.len), params;

	/* Our secret goes to Stripe only. */
	if (!str_starts(task->bill_url, config->url) || !str_cut(path, '?', &path, &params) ||
	    !str_eq(path, STR("/v1/balance_transactions")) ||
	    !stripe_call(config,
	                 &(struct stripe_request){
			     .method = STR("GET"), .path = path, .params = params },
	                 arena, ret))
		return false;
	ret->answer_max = STRIPE_PAGE_MAX;
	return true;
}

/* facts.url is the next page, where there is one: its bytes are to follow these. */
STRIPE_PARSE(bill_file)
{
	struct str       last = STR(""), before = task->bill_url, tail = STR("&starting_after=");
	enum pay_outcome outcome;
	const json_t    *data;
	json_t          *list;
	ptrdiff_t        at;

	(void)config;
	if (stripe_failed(call, arena, &outcome, ret))
		return outcome;
	list = stripe_answer(call, STRIPE_PAGE_MAX, "list");
	data = json_object_get(list, "data");
	outcome = json_is_array(data) ? PAY_OUTCOME_OK : PAY_OUTCOME_UNKNOWN;
	if (json_is_true(json_object_get(list, "has_more"))) {
		last = stripe_id_of(json_array_get(data, json_array_size(data) - 1), "id", arena);
		if (!stripe_id_valid(last, "txn_"))
			outcome = PAY_OUTCOME_UNKNOWN;
	}
	json_decref(list);
	at = str_find(before, tail);
	if (at >= 0)
		before = str_take(before, (size_t)at);
	if (outcome == PAY_OUTCOME_OK && last.len > 0)
		ret->url = arena_printf(arena, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(tail),
		                        STR_ARG(last));
	return outcome;
}

/* --- the file ---------------------------------------------------------------------- */
bool stripe_bill(const struct pay_config *config, struct str file, struct arena *arena,
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
		*ret = (struct pay_bill_sum){ .count = -1 };
	return read;
}

static bool no(struct reading *reading, int64_t line, struct str text)
{
	*reading->problem = (struct pay_bill_problem){ .line = line, .text = text };
	return false;
}

/* Lists, one after the other, as they were fetched; the last one has no more behind it. */
static bool pages_read(struct reading *reading, struct str file)
{
	struct str rest = str_trim(file);
	bool       more = false;

	while (rest.len > 0) {
		json_error_t error;
		json_t      *page = json_loadb(rest.ptr, rest.len, JSON_FLAGS, &error);
		bool         read;

		if (page == NULL)
			return no(reading, reading->row + 1, STR("no whole JSON list"));
		read = stripe_is(page, "list") && page_read(reading, page);
		more = json_is_true(json_object_get(page, "has_more"));
		if (!read && reading->problem->text.len == 0)
			no(reading, reading->row + 1, STR("not a list of balance transactions"));
		json_decref(page);
		if (!read)
			return false;
		rest = str_trim(str_skip(rest, (size_t)error.position));
	}
	return !more || no(reading, 0, STR("the list goes on: its next pages are missing"));
}

static bool page_read(struct reading *reading, const json_t *page)
{
	const json_t *data = json_object_get(page, "data");

	*reading->problem = (struct pay_bill_problem){ 0 };
	if (!json_is_array(data) || !json_is_boolean(json_object_get(page, "has_more")))
		return false;
	for (size_t i = 0; i < json_array_size(data); i++) {
		reading->row++;
		if (!transaction_read(reading, json_array_get(data, i)))
			return reading->problem->text.len == 0
			           ? no(reading, reading->row,
			                STR("a balance transaction that cannot be read"))
			           : false;
	}
	return true;
}

static bool signed_money(const json_t *object, const char *name, struct str code, struct money *ret)
{
	int64_t amount;

	return json_field_int(object, name, -MONEY_MAX, MONEY_MAX, &amount) &&
	       stripe_money(amount, code, ret);
}

static void size_only(struct money *money)
{
	if (money->amount < 0)
		money->amount = -money->amount;
}

static bool row_visit(struct reading *reading, const struct pay_bill_row *row)
{
	return reading->visit(reading->ctx, row) || no(reading, row->row, STR("reading was ended"));
}

static bool transaction_read(struct reading *reading, const json_t *transaction)
{
	const json_t       *source = json_object_get(transaction, "source");
	struct arena       *arena = reading->arena;
	struct pay_bill_row row = { .row = reading->row, .done = true };
	struct str          type, code, shown;

	if (!stripe_is(transaction, "balance_transaction") ||
	    !json_field_str(transaction, "type", WORD_MAX, arena, &type) ||
	    !json_field_str(transaction, "currency", 3, arena, &code) ||
	    !signed_money(transaction, "amount", code, &row.amount) ||
	    !signed_money(transaction, "fee", code, &row.fee) ||
	    !signed_money(transaction, "net", code, &row.settled) ||
	    !json_field_int(transaction, "created", 0, TIME_MAX_S, &row.at_s))
		return false;
	if (row.amount.amount - row.fee.amount != row.settled.amount)
		return no(reading, row.row, STR("amount less fee is not what is settled"));
	json_field_str(transaction, "reporting_category", WORD_MAX, arena, &type);
	row.kind = kind_of(type);
	row.reason = type;
	row.reference = stripe_id_of(transaction, "source", arena);
	if (row.kind == PAY_BILL_PAYOUT)
		row.batch = row.reference;
	/* What the payer paid or got back stands in the charge or the refund itself. */
	if (row.kind == PAY_BILL_PAYMENT || row.kind == PAY_BILL_REFUND) {
		row.order = stripe_metadata(source, "order", arena);
		row.refund = stripe_metadata(source, "refund", arena);
		if (json_is_object(source) &&
		    (!json_field_str(source, "currency", 3, arena, &shown) ||
		     !signed_money(source, "amount", shown, &row.amount)))
			return false;
	}
	size_only(&row.amount);
	return !arena->failed && row_visit(reading, &row);
}

/* --- tables ------------------------------------------------------------------------ */
static bool table_read(struct reading *reading, struct str file)
{
	struct csv     csv;
	struct csv_row row;
	enum csv_step  step;
	bool           header = false;

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
		if (!header ? !header_read(reading, &row) : !record_read(reading, &row))
			return false;
		header = true;
	}
	return header || no(reading, 0, STR("the file is empty"));
}

static bool header_read(struct reading *reading, const struct csv_row *row)
{
	static const char *const names[COLUMN_COUNT][2] = {
#define X(id, name, other) [COLUMN_##id] = { name, other },
		COLUMNS(X)
#undef X
	};

	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		reading->at[c] = COLUMN_MAX;
		for (size_t i = row->count; i-- > 0;)
			if (str_eq_nocase(row->field[i], str_from(names[c][0])) ||
			    str_eq_nocase(row->field[i], str_from(names[c][1])))
				reading->at[c] = i;
		if (reading->at[c] == COLUMN_MAX && c < COLUMNS_NEEDED)
			return no(reading, row->line,
			          arena_printf(reading->arena, "there is no column \"%s\"",
			                       names[c][0]));
	}
	return true;
}

static struct str field(const struct reading *reading, const struct csv_row *row,
                        enum column column)
{
	size_t at = reading->at[column];

	return at < row->count ? str_trim(row->field[at]) : STR("");
}

/* "2026-01-02 03:04:05" in UTC. */
static bool time_read(struct reading *reading, struct str text, int64_t *ret_s)
{
	struct str day, clock;

	if (!str_cut(text, ' ', &day, &clock))
		return rfc3339_parse(text, ret_s);
	return rfc3339_parse(
	    arena_printf(reading->arena, "%.*sT%.*sZ", STR_ARG(day), STR_ARG(clock)), ret_s);
}

static bool currency_read(struct str text, uint16_t *ret)
{
	char upper[3];

	if (text.len != sizeof(upper))
		return false;
	for (size_t i = 0; i < sizeof(upper); i++)
		upper[i] = text.ptr[i] >= 'a' && text.ptr[i] <= 'z'
		               ? (char)(text.ptr[i] - 'a' + 'A')
		               : text.ptr[i];
	return currency_from_code((struct str){ .ptr = upper, .len = sizeof(upper) }, ret);
}

/* Whole units with a point, as reports write them: "-19.80"; zeros may follow it for yen too. */
static bool report_money(struct str text, uint16_t currency, struct money *ret)
{
	bool      minus = str_starts(text, STR("-"));
	ptrdiff_t point;

	text = str_skip(text, minus ? 1 : 0);
	point = str_find(text, STR("."));
	while (point >= 0 && text.len > (size_t)point + 1 + (size_t)currency_exponent(currency) &&
	       str_ends(text, STR("0")))
		text = str_take(text, text.len - 1);
	if (point >= 0 && text.len == (size_t)point + 1)
		text = str_take(text, (size_t)point);
	if (!money_parse(text, currency, ret))
		return false;
	if (minus)
		ret->amount = -ret->amount;
	return true;
}

static bool record_read(struct reading *reading, const struct csv_row *row)
{
	struct arena       *arena = reading->arena;
	struct pay_bill_row bill = { .row = row->line, .done = true };
	uint16_t            currency, shown;

	if (!currency_read(field(reading, row, COLUMN_CURRENCY), &currency) ||
	    !report_money(field(reading, row, COLUMN_GROSS), currency, &bill.amount) ||
	    !report_money(field(reading, row, COLUMN_FEE), currency, &bill.fee) ||
	    !report_money(field(reading, row, COLUMN_NET), currency, &bill.settled))
		return no(reading, row->line, STR("an amount that cannot be read"));
	if (!time_read(reading, field(reading, row, COLUMN_CREATED), &bill.at_s))
		return no(reading, row->line, STR("a time that cannot be read"));
	if (bill.amount.amount - bill.fee.amount != bill.settled.amount)
		return no(reading, row->line, STR("gross less fee is not net"));
	bill.reason = arena_str(arena, field(reading, row, COLUMN_CATEGORY));
	bill.kind = kind_of(bill.reason);
	bill.reference = arena_str(arena, field(reading, row, COLUMN_SOURCE));
	bill.batch = arena_str(arena, field(reading, row, COLUMN_PAYOUT));
	if (bill.kind == PAY_BILL_PAYOUT && bill.batch.len == 0)
		bill.batch = bill.reference;
	if (bill.kind == PAY_BILL_PAYMENT || bill.kind == PAY_BILL_REFUND) {
		bill.order = arena_str(arena, field(reading, row, COLUMN_ORDER));
		bill.refund = arena_str(arena, field(reading, row, COLUMN_REFUND));
	}
	if (bill.kind == PAY_BILL_PAYMENT)
		bill.refund = STR("");
	if (field(reading, row, COLUMN_SHOWN).len > 0 &&
	    (!currency_read(field(reading, row, COLUMN_SHOWN_CURRENCY), &shown) ||
	     !report_money(field(reading, row, COLUMN_SHOWN), shown, &bill.amount)))
		return no(reading, row->line, STR("an amount that cannot be read"));
	size_only(&bill.amount);
	if (arena->failed)
		return no(reading, row->line, STR("out of memory"));
	return row_visit(reading, &bill);
}
