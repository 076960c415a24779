/*
 * line_row.h - one row of a lines file: what an operator's CSV says of a SIM.
 *
 * Pure.  The header may name the columns in any order; each cell is parsed by
 * its own noun, and a row can have several problems, each with its column, what
 * is wrong, and what to do.  Values are never repeated in them: a lines file is
 * personal data.  Source: DOMAIN 2, 3, 7, 11.
 */
#pragma once
#include "core/line.h"
#include "core/plan.h"

#define LINE_ROW_CELL_MAX   256 /* bytes of a cell */
#define LINE_ROW_PLMN_FIRST 440000
#define LINE_ROW_PLMN_COUNT 2000

/*   id            name in the header  may the column be missing? */
#define LINE_COLUMNS(X)                          \
	X(ICCID,        "iccid",        true)    \
	X(IMSI,         "imsi",         true)    \
	X(MSISDN,       "msisdn",       true)    \
	X(SERIAL,       "serial",       true)    \
	X(BRAND,        "brand",        false)   \
	X(PAYMENT,      "payment",      true)    \
	X(STATE,        "state",        true)    \
	X(ACTIVATED_ON, "activated_on", true)    \
	X(KEPT_UNTIL,   "kept_until",   true)    \
	X(IDENTITY,     "identity",     true)

#define X(id, name, optional) LINE_COLUMN_##id,
enum line_column { LINE_COLUMNS(X) LINE_COLUMN_COUNT };
#undef X

/* What can be wrong, and what to do about it (English, for the operator).  The
 * last three are found when rows are compared with each other and with the
 * stock (store/line_load.h).
 *   id   refuses the row   what is wrong, remedy */
#define LINE_ROW_PROBLEMS(X) \
	X(NO_SIM, true, "there is no imsi, iccid or serial", \
	  "give at least one") \
	X(SPREADSHEET, true, "a spreadsheet turned the digits into 4.4E+14", \
	  "format the column as text and save it again") \
	X(IMSI, true, "it is not an IMSI of 15 digits", \
	  "read the SIM's IMSI again") \
	X(IMSI_FOREIGN, true, "the IMSI is not of a Japanese network", \
	  "correct it or take the row out") \
	X(IMSI_TEST, true, "the IMSI is of the test network 001-01", \
	  "set sandbox = yes for tests") \
	X(IMSI_CLOSED, true, "the IMSI's network code was withdrawn", \
	  "no new line can have it: correct it") \
	X(IMSI_UNKNOWN, false, "the IMSI is Japanese, of a network we do not know", \
	  "check it") \
	X(ICCID, true, "it is not an ICCID of 18 to 20 digits that begins with 89", \
	  "read it from the card again") \
	X(ICCID_FOREIGN, true, "the ICCID is not of a Japanese card (8981)", \
	  "correct it or take the row out") \
	X(ICCID_CHECK, false, "the ICCID's last digit does not fit the others", \
	  "read it from the card again") \
	X(ICCID_REFUSED, true, "the ICCID's last digit does not fit the others", \
	  "read it from the card again") \
	X(MSISDN, true, "it is not a Japanese mobile number", \
	  "write it as 09012345678 or +819012345678") \
	X(SERIAL, true, "it is not a docomo serial of two letters and 13 digits", \
	  "read it from the card again") \
	X(BRAND, true, "the catalogue has no such brand", \
	  "use one of its codes, or import a catalogue that has it") \
	X(NO_RULE, true, "no keep rule of the catalogue holds today for this brand", \
	  "import a catalogue that has one") \
	X(NETWORK, false, "the IMSI is of another network than the brand's", \
	  "check both") \
	X(PAYMENT, true, "it is neither prepaid nor postpaid", \
	  "write one of the two") \
	X(PAYMENT_NEEDED, true, "the brand is sold prepaid and postpaid", \
	  "say which in the column payment") \
	X(PAYMENT_BRAND, true, "the brand is not sold so", \
	  "correct payment or brand") \
	X(STATE, true, "there is no such state", \
	  "use ordered, kyc_pending, provisioned, active, low, parked, " \
	  "expiring, suspended, grace, cancelled, quarantine or free") \
	X(STATE_PARK, true, "lines of this brand cannot be parked", \
	  "correct state or brand") \
	X(DAY, true, "it is no day that can stand here", \
	  "write it as 2026-11-21") \
	X(DAY_NEEDED, true, "a line in this state was activated some day", \
	  "say when in activated_on") \
	X(DAY_FUTURE, true, "the day is still to come", \
	  "correct it") \
	X(KEPT_NONE, false, "the brand's lines have no such day, so it is left out", \
	  "nothing") \
	X(KEPT_FAR, true, "no line of this brand is kept so long", \
	  "correct it") \
	X(STALE, false, "by its activation alone the number would be lost, yet it " \
	  "works; today is taken for the last safe day", \
	  "say the day in kept_until") \
	X(IDENTITY, true, "it is neither verified nor none", \
	  "write one of the two") \
	X(CELLS, true, "the row has more cells than the header", \
	  "look for a separator that needs quotes") \
	X(TWICE, true, "the same number stands in an earlier row", \
	  "take one of the two out") \
	X(TAKEN, true, "the number belongs to another line than the row's other numbers", \
	  "correct the row") \
	X(DIFFERS, true, "the line is known with another value", \
	  "correct the row: a file does not change a line")

#define X(id, refuses, what, remedy) LINE_ROW_PROBLEM_##id,
enum line_row_problem { LINE_ROW_PROBLEMS(X) LINE_ROW_PROBLEM_COUNT };
#undef X

#define LINE_ROW_PROBLEM_MAX 16 /* of one row */
struct line_row_problems {
	struct {
		enum line_row_problem kind;
		enum line_column      column; /* LINE_COLUMN_COUNT: the row as a whole */
	} item[LINE_ROW_PROBLEM_MAX];
	size_t count;
	bool   refused; /* one of them refuses the row */
};

/* Which cell of a row holds which column; -1: none does. */
struct line_header {
	int32_t cell[LINE_COLUMN_COUNT];
	size_t  cell_count;
};

/* What the header leaves out or has twice. */
enum line_header_problem {
	LINE_HEADER_GOOD,
	LINE_HEADER_TWICE,   /* *ret_column stands there twice */
	LINE_HEADER_MISSING, /* *ret_column does */
	LINE_HEADER_NO_SIM,  /* neither imsi, iccid nor serial */
};

/* What rows are judged by; the catalogue is borrowed. */
struct line_row_rules {
	const struct catalogue *catalogue;
	int32_t                 today; /* in Tokyo */
	bool                    sandbox;
	bool                    check_digit_refuse;
	struct {
		bool             known;
		struct keep_rule rule;
	} keep[PLAN_BRAND_MAX][2]; /* by brand; [1] while parked */
	/* What the first six digits of a Japanese IMSI say: 440000 … 441999. */
	struct plmn plmn[LINE_ROW_PLMN_COUNT];
};
void line_row_rules_fill(const struct catalogue *catalogue, int32_t today, bool sandbox,
                         bool check_digit_refuse, struct line_row_rules *ret);

/* A row that may be stored. */
struct line_row {
	int64_t           imsi, iccid, msisdn, serial; /* ICCID: its payload; 0: not given */
	int32_t           brand; /* index in the catalogue */
	enum line_payment payment;
	enum line_state   state;
	bool              identity;       /* verified */
	int32_t           activated_day;  /* 0: not yet */
	int32_t           kept_until_day; /* told by the carrier; 0: not told */
};

/* Reads the header: names in any order and case.  `unknown` gets the cells that
 * name no column of ours, at most unknown_max; *ret_unknown_count how many there
 * were in all. */
enum line_header_problem line_header_read(const struct str *cells, size_t cell_count,
                                          struct line_header *ret, enum line_column *ret_column,
                                          struct str *unknown, size_t unknown_max,
                                          size_t *ret_unknown_count);

/* Reads a row of cells.  True: *ret holds it, perhaps with warnings in
 * *problems; false: it is refused.  Scratch memory comes from the arena. */
bool line_row_read(struct arena *arena, const struct line_header *header,
                   const struct line_row_rules *rules, const struct str *cells, size_t cell_count,
                   struct line_row *ret, struct line_row_problems *problems);

/* The keep state that a row stands for on rules->today; false: its brand has no
 * rule on that day. */
bool line_row_keep(const struct line_row_rules *rules, const struct line_row *row,
                   struct keep_rule *ret_rule, struct keep_state *ret);

/* Names and sentences; static storage. */
struct str  line_column_name(enum line_column column);
const char *line_row_problem_what(enum line_row_problem problem);
const char *line_row_problem_remedy(enum line_row_problem problem);
bool        line_row_problem_refuses(enum line_row_problem problem);
struct str  line_row_problem_name(enum line_row_problem problem); /* "IMSI_FOREIGN" */
