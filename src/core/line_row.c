/*
 * line_row.c - see line_row.h.
 */
#include "core/line_row.h"

#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "core/digits.h"
#include "core/iccid.h"
#include "core/imsi.h"
#include "core/msisdn.h"
#include "core/sim.h"

#define PLMN_REST INT64_C(1000000000) /* the nine digits behind the first six */

/* A row on its way. */
struct reading {
	struct arena                *arena;
	const struct line_row_rules *rules;
	struct line_row             *row;
	struct line_row_problems    *problems;
	enum network                 network;     /* of the IMSI; UNKNOWN without one */
	bool                         payment_bad; /* told already */
	bool                         day_seen, kept_seen;
};

static void read_iccid(struct reading *reading, struct str cell);
static void read_imsi(struct reading *reading, struct str cell);
static void read_msisdn(struct reading *reading, struct str cell);
static void read_serial(struct reading *reading, struct str cell);
static void read_brand(struct reading *reading, struct str cell);
static void read_payment(struct reading *reading, struct str cell);
static void read_state(struct reading *reading, struct str cell);
static void read_activated_on(struct reading *reading, struct str cell);
static void read_kept_until(struct reading *reading, struct str cell);
static void read_identity(struct reading *reading, struct str cell);

/* clang-format off */
static const struct {
	struct str name;
	bool       optional;
	void     (*read)(struct reading *reading, struct str cell);
} columns[LINE_COLUMN_COUNT] = {
	[LINE_COLUMN_ICCID]        = { STR_INIT("iccid"),        true,  read_iccid },
	[LINE_COLUMN_IMSI]         = { STR_INIT("imsi"),         true,  read_imsi },
	[LINE_COLUMN_MSISDN]       = { STR_INIT("msisdn"),       true,  read_msisdn },
	[LINE_COLUMN_SERIAL]       = { STR_INIT("serial"),       true,  read_serial },
	[LINE_COLUMN_BRAND]        = { STR_INIT("brand"),        false, read_brand },
	[LINE_COLUMN_PAYMENT]      = { STR_INIT("payment"),      true,  read_payment },
	[LINE_COLUMN_STATE]        = { STR_INIT("state"),        true,  read_state },
	[LINE_COLUMN_ACTIVATED_ON] = { STR_INIT("activated_on"), true,  read_activated_on },
	[LINE_COLUMN_KEPT_UNTIL]   = { STR_INIT("kept_until"),   true,  read_kept_until },
	[LINE_COLUMN_IDENTITY]     = { STR_INIT("identity"),     true,  read_identity },
};

static const struct {
	struct str  name;
	bool        refuses;
	const char *what, *remedy;
} problem_rows[LINE_ROW_PROBLEM_COUNT] = {
#define X(id, no, text, cure) \
	[LINE_ROW_PROBLEM_##id] = { STR_INIT(#id), no, text, cure },
	LINE_ROW_PROBLEMS(X)
#undef X
};
/* clang-format on */

static void problem(struct reading *reading, enum line_row_problem kind, enum line_column column);
static struct str  compact(struct arena *arena, struct str cell);
static bool        spreadsheet(struct str cell);
static struct plmn plmn_of(const struct line_row_rules *rules, int64_t imsi);
static void        check_together(struct reading *reading);
static void        check_days(struct reading *reading);
static bool        was_activated(enum line_state state);

void line_row_rules_fill(const struct catalogue *catalogue, int32_t today, bool sandbox,
                         bool check_digit_refuse, struct line_row_rules *ret)
{
	*ret = (struct line_row_rules){ .catalogue = catalogue,
		                        .today = today,
		                        .sandbox = sandbox,
		                        .check_digit_refuse = check_digit_refuse };
	for (int64_t i = 0; i < LINE_ROW_PLMN_COUNT; i++)
		ret->plmn[i] = plmn_find((LINE_ROW_PLMN_FIRST + i) * PLMN_REST, today);
	for (size_t i = 0; i < catalogue->brand_count; i++) {
		for (int parked = 0; parked < 2; parked++)
			ret->keep[i][parked].known = plan_keep_rule(catalogue,
			                                            &catalogue->brands[i],
			                                            parked != 0, today,
			                                            &ret->keep[i][parked].rule);
	}
}

enum line_header_problem line_header_read(const struct str *cells, size_t cell_count,
                                          struct line_header *ret, enum line_column *ret_column,
                                          struct str *unknown, size_t unknown_max,
                                          size_t *ret_unknown_count)
{
	struct line_header header = { .cell_count = cell_count };

	*ret_unknown_count = 0;
	for (size_t i = 0; i < LINE_COLUMN_COUNT; i++)
		header.cell[i] = -1;
	for (size_t i = 0; i < cell_count; i++) {
		struct str name = str_trim(cells[i]);
		size_t     column = 0;

		while (column < LINE_COLUMN_COUNT && !str_eq_nocase(columns[column].name, name))
			column++;
		if (column == LINE_COLUMN_COUNT) {
			if (*ret_unknown_count < unknown_max)
				unknown[*ret_unknown_count] = name;
			++*ret_unknown_count;
		} else if (header.cell[column] >= 0) {
			*ret_column = (enum line_column)column;
			return LINE_HEADER_TWICE;
		} else {
			header.cell[column] = (int32_t)i;
		}
	}
	for (size_t i = 0; i < LINE_COLUMN_COUNT; i++) {
		if (header.cell[i] < 0 && !columns[i].optional) {
			*ret_column = (enum line_column)i;
			return LINE_HEADER_MISSING;
		}
	}
	if (header.cell[LINE_COLUMN_IMSI] < 0 && header.cell[LINE_COLUMN_ICCID] < 0 &&
	    header.cell[LINE_COLUMN_SERIAL] < 0)
		return LINE_HEADER_NO_SIM;
	*ret = header;
	return LINE_HEADER_GOOD;
}

bool line_row_read(struct arena *arena, const struct line_header *header,
                   const struct line_row_rules *rules, const struct str *cells, size_t cell_count,
                   struct line_row *ret, struct line_row_problems *problems)
{
	struct line_row row = { .brand = -1, .payment = LINE_PAYMENT_COUNT, .state = LINE_ACTIVE };
	struct reading  reading = {
		 .arena = arena, .rules = rules, .row = &row, .problems = problems
	};

	problems->count = 0;
	problems->refused = false;
	if (cell_count > header->cell_count)
		problem(&reading, LINE_ROW_PROBLEM_CELLS, LINE_COLUMN_COUNT);
	for (size_t i = 0; i < LINE_COLUMN_COUNT; i++) {
		int32_t    at = header->cell[i];
		struct str cell = at >= 0 && (size_t)at < cell_count ? str_trim(cells[at])
		                                                     : STR("");

		if (cell.len > 0 || i == LINE_COLUMN_BRAND)
			columns[i].read(&reading, cell);
	}
	check_together(&reading);
	if (problems->refused)
		return false;
	*ret = row;
	return true;
}

bool line_row_keep(const struct line_row_rules *rules, const struct line_row *row,
                   struct keep_rule *ret_rule, struct keep_state *ret)
{
	int parked = row->state == LINE_PARKED;

	assert(row->brand >= 0 && (size_t)row->brand < rules->catalogue->brand_count);
	if (!rules->keep[row->brand][parked].known)
		return false;
	*ret_rule = rules->keep[row->brand][parked].rule;
	/* What is not in service has no clock yet; it starts when it is. */
	keep_start(ret_rule, row->activated_day > 0 ? row->activated_day : rules->today, ret);
	if (row->kept_until_day > 0)
		(void)keep_told(ret_rule,
		                row->activated_day > 0 ? row->activated_day : rules->today,
		                row->kept_until_day, rules->today, ret);
	return true;
}

struct str line_column_name(enum line_column column)
{
	assert(column < LINE_COLUMN_COUNT);
	return columns[column].name;
}

const char *line_row_problem_what(enum line_row_problem kind)
{
	assert(kind < LINE_ROW_PROBLEM_COUNT);
	return problem_rows[kind].what;
}

const char *line_row_problem_remedy(enum line_row_problem kind)
{
	assert(kind < LINE_ROW_PROBLEM_COUNT);
	return problem_rows[kind].remedy;
}

struct str line_row_problem_name(enum line_row_problem kind)
{
	assert(kind < LINE_ROW_PROBLEM_COUNT);
	return problem_rows[kind].name;
}

bool line_row_problem_refuses(enum line_row_problem kind)
{
	assert(kind < LINE_ROW_PROBLEM_COUNT);
	return problem_rows[kind].refuses;
}

static void read_imsi(struct reading *reading, struct str cell)
{
	struct str  digits = compact(reading->arena, cell);
	int64_t     imsi;
	struct plmn plmn;

	if (!imsi_parse(digits, &imsi)) {
		problem(reading,
		        spreadsheet(cell) ? LINE_ROW_PROBLEM_SPREADSHEET : LINE_ROW_PROBLEM_IMSI,
		        LINE_COLUMN_IMSI);
		return;
	}
	plmn = plmn_of(reading->rules, imsi);
	switch (plmn.state) {
	case PLMN_FOREIGN:
		problem(reading, LINE_ROW_PROBLEM_IMSI_FOREIGN, LINE_COLUMN_IMSI);
		return;
	case PLMN_DEAD:
		problem(reading, LINE_ROW_PROBLEM_IMSI_CLOSED, LINE_COLUMN_IMSI);
		return;
	case PLMN_TEST:
		if (!reading->rules->sandbox) {
			problem(reading, LINE_ROW_PROBLEM_IMSI_TEST, LINE_COLUMN_IMSI);
			return;
		}
		break;
	case PLMN_UNKNOWN:
		problem(reading, LINE_ROW_PROBLEM_IMSI_UNKNOWN, LINE_COLUMN_IMSI);
		break;
	default:
		break;
	}
	reading->row->imsi = imsi;
	reading->network = plmn.state == PLMN_LIVE ? plmn.network : NETWORK_UNKNOWN;
}

static void read_iccid(struct reading *reading, struct str cell)
{
	struct iccid iccid;

	if (!iccid_parse(compact(reading->arena, cell), &iccid)) {
		problem(reading,
		        spreadsheet(cell) ? LINE_ROW_PROBLEM_SPREADSHEET : LINE_ROW_PROBLEM_ICCID,
		        LINE_COLUMN_ICCID);
		return;
	}
	if (!iccid_is_japanese(iccid.payload)) {
		problem(reading, LINE_ROW_PROBLEM_ICCID_FOREIGN, LINE_COLUMN_ICCID);
		return;
	}
	if (iccid.check == ICCID_CHECK_WRONG)
		problem(reading,
		        reading->rules->check_digit_refuse ? LINE_ROW_PROBLEM_ICCID_REFUSED
		                                           : LINE_ROW_PROBLEM_ICCID_CHECK,
		        LINE_COLUMN_ICCID);
	reading->row->iccid = iccid.payload;
}

static void read_msisdn(struct reading *reading, struct str cell)
{
	int64_t msisdn = 0;
	int32_t count;

	/* As exports write it, without the detour through what people type. */
	if (cell.len == 11 && cell.ptr[0] == '0' && digits_to_int64(cell, &msisdn) &&
	    msisdn_valid(msisdn + INT64_C(810000000000))) {
		reading->row->msisdn = msisdn + INT64_C(810000000000);
	} else if (cell.len == 12 && digits_to_int64(cell, &msisdn) && msisdn_valid(msisdn)) {
		reading->row->msisdn = msisdn;
	} else if (msisdn_parse(reading->arena, cell, &msisdn, &count) == MSISDN_REFUSAL_NONE) {
		reading->row->msisdn = msisdn;
	} else {
		problem(reading,
		        spreadsheet(cell) ? LINE_ROW_PROBLEM_SPREADSHEET : LINE_ROW_PROBLEM_MSISDN,
		        LINE_COLUMN_MSISDN);
	}
}

static void read_serial(struct reading *reading, struct str cell)
{
	/* AA0000000000000 would read as "none", and no card has it. */
	if (!serial_parse(compact(reading->arena, cell), &reading->row->serial) ||
	    reading->row->serial == 0)
		problem(reading, LINE_ROW_PROBLEM_SERIAL, LINE_COLUMN_SERIAL);
}

static void read_brand(struct reading *reading, struct str cell)
{
	const struct catalogue  *catalogue = reading->rules->catalogue;
	const struct plan_brand *brand = plan_brand(catalogue, cell);

	if (brand == NULL)
		problem(reading, LINE_ROW_PROBLEM_BRAND, LINE_COLUMN_BRAND);
	else
		reading->row->brand = (int32_t)(brand - catalogue->brands);
}

static void read_payment(struct reading *reading, struct str cell)
{
	if (!line_payment_from_name(cell, &reading->row->payment)) {
		problem(reading, LINE_ROW_PROBLEM_PAYMENT, LINE_COLUMN_PAYMENT);
		reading->row->payment = LINE_PREPAID;
		reading->payment_bad = true;
	}
}

static void read_state(struct reading *reading, struct str cell)
{
	if (!line_state_from_name(cell, &reading->row->state))
		problem(reading, LINE_ROW_PROBLEM_STATE, LINE_COLUMN_STATE);
}

static void read_activated_on(struct reading *reading, struct str cell)
{
	int32_t day;

	reading->day_seen = true;
	if (!iso_day_parse(cell, &day) || day < 1)
		problem(reading, LINE_ROW_PROBLEM_DAY, LINE_COLUMN_ACTIVATED_ON);
	else if (day > reading->rules->today)
		problem(reading, LINE_ROW_PROBLEM_DAY_FUTURE, LINE_COLUMN_ACTIVATED_ON);
	else
		reading->row->activated_day = day;
}

static void read_kept_until(struct reading *reading, struct str cell)
{
	int32_t day;

	reading->kept_seen = true;
	if (!iso_day_parse(cell, &day) || day < 1)
		problem(reading, LINE_ROW_PROBLEM_DAY, LINE_COLUMN_KEPT_UNTIL);
	else
		reading->row->kept_until_day = day;
}

static void read_identity(struct reading *reading, struct str cell)
{
	if (str_eq_nocase(cell, STR("verified")))
		reading->row->identity = true;
	else if (!str_eq_nocase(cell, STR("none")))
		problem(reading, LINE_ROW_PROBLEM_IDENTITY, LINE_COLUMN_IDENTITY);
}

static struct plmn plmn_of(const struct line_row_rules *rules, int64_t imsi)
{
	int64_t prefix = imsi / PLMN_REST - LINE_ROW_PLMN_FIRST;

	return prefix >= 0 && prefix < LINE_ROW_PLMN_COUNT ? rules->plmn[prefix]
	                                                   : plmn_find(imsi, rules->today);
}

/* What only makes sense beside other cells. */
static void check_together(struct reading *reading)
{
	struct line_row         *row = reading->row;
	const struct catalogue  *catalogue = reading->rules->catalogue;
	const struct plan_brand *brand;

	if (row->imsi == 0 && row->iccid == 0 && row->serial == 0 && !reading->problems->refused)
		problem(reading, LINE_ROW_PROBLEM_NO_SIM, LINE_COLUMN_COUNT);
	if (row->brand < 0)
		return;
	brand = &catalogue->brands[row->brand];
	if (reading->network != NETWORK_UNKNOWN &&
	    reading->network != catalogue->networks[brand->network].network)
		problem(reading, LINE_ROW_PROBLEM_NETWORK, LINE_COLUMN_BRAND);
	if (row->payment == LINE_PAYMENT_COUNT) {
		if (brand->payments == 1u << LINE_PREPAID)
			row->payment = LINE_PREPAID;
		else if (brand->payments == 1u << LINE_POSTPAID)
			row->payment = LINE_POSTPAID;
		else
			problem(reading, LINE_ROW_PROBLEM_PAYMENT_NEEDED, LINE_COLUMN_PAYMENT);
	} else if (!reading->payment_bad && (brand->payments & (1u << row->payment)) == 0) {
		problem(reading, LINE_ROW_PROBLEM_PAYMENT_BRAND, LINE_COLUMN_PAYMENT);
	}
	if (row->state == LINE_PARKED && brand->park_code.len == 0)
		problem(reading, LINE_ROW_PROBLEM_STATE_PARK, LINE_COLUMN_STATE);
	else if (!reading->rules->keep[row->brand][row->state == LINE_PARKED].known)
		problem(reading, LINE_ROW_PROBLEM_NO_RULE, LINE_COLUMN_BRAND);
	else
		check_days(reading);
}

static void check_days(struct reading *reading)
{
	struct line_row   *row = reading->row;
	int32_t            today = reading->rules->today;
	struct keep_rule   rule;
	struct keep_state  state;
	struct keep_result result;

	if (row->activated_day == 0 && was_activated(row->state)) {
		if (!reading->day_seen)
			problem(reading, LINE_ROW_PROBLEM_DAY_NEEDED, LINE_COLUMN_ACTIVATED_ON);
		return;
	}
	if (!line_row_keep(reading->rules, row, &rule, &state))
		return;
	keep_result(&rule, &state, &result);
	if (row->kept_until_day > 0 && !result.dated) {
		problem(reading, LINE_ROW_PROBLEM_KEPT_NONE, LINE_COLUMN_KEPT_UNTIL);
		row->kept_until_day = 0;
	} else if (row->kept_until_day > 0 &&
	           (row->kept_until_day - today > KEEP_SPAN_MAX ||
	            !keep_told(&rule, state.clock_day, row->kept_until_day, today, &state))) {
		problem(reading, LINE_ROW_PROBLEM_KEPT_FAR, LINE_COLUMN_KEPT_UNTIL);
	} else if (!reading->kept_seen && result.dated && today > result.lost_day &&
	           line_number_works(row->state)) {
		problem(reading, LINE_ROW_PROBLEM_STALE, LINE_COLUMN_KEPT_UNTIL);
		row->kept_until_day = today;
	}
}

static bool was_activated(enum line_state state)
{
	return state != LINE_ORDERED && state != LINE_KYC_PENDING && state != LINE_PROVISIONED &&
	       state != LINE_FREE;
}

static void problem(struct reading *reading, enum line_row_problem kind, enum line_column column)
{
	struct line_row_problems *problems = reading->problems;

	problems->refused = problems->refused || problem_rows[kind].refuses;
	if (problems->count < LINE_ROW_PROBLEM_MAX) {
		problems->item[problems->count].kind = kind;
		problems->item[problems->count++].column = column;
	}
}

/* Without blanks and hyphens, full-width letters folded; the cell itself when it
 * has none of them, as good exports do. */
static struct str compact(struct arena *arena, struct str cell)
{
	char  *text;
	size_t len = 0;
	bool   plain = cell.len <= LINE_ROW_CELL_MAX;

	for (size_t i = 0; i < cell.len && plain; i++)
		plain = cell.ptr[i] > ' ' && cell.ptr[i] != '-' &&
		        (unsigned char)cell.ptr[i] < 0x7F;
	if (plain || cell.len > LINE_ROW_CELL_MAX)
		return cell;
	cell = utf8_fold(arena, cell);
	text = arena_alloc(arena, cell.len + 1);
	if (text == NULL)
		return STR("");
	for (size_t i = 0; i < cell.len; i++) {
		if (cell.ptr[i] > ' ' && cell.ptr[i] != '-')
			text[len++] = cell.ptr[i];
	}
	return (struct str){ .ptr = text, .len = len };
}

/* "4.4E+14": what a spreadsheet makes of a long number. */
static bool spreadsheet(struct str cell)
{
	return str_find(cell, STR("E+")) > 0 || str_find(cell, STR("e+")) > 0;
}
