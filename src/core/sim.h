/*
 * sim.h - the one field for "the number of your SIM".
 *
 * People read different numbers: iPhones show the ICCID, Androids the IMSI, and
 * docomo cards print a serial of two letters and 13 digits.  One field takes all
 * three and tells them apart by shape, after folding full-width characters and
 * stripping blanks, hyphens, dots, a pasted label ("ICCID番号：") and trailing F
 * filler.  Source: DOMAIN 2, WEB 0.2.
 *
 * What was typed proves nothing: the caller still looks for the line, and must
 * answer alike for "unknown" and "not yours" (SECURITY F4, F5).
 */
#pragma once
#include "core/plmn.h"

#define SIM_TEXT_MAX 256 /* bytes of what a person may type or paste */

/*   id      stored and API name */
#define SIM_KINDS(X)       \
	X(IMSI, "imsi")    \
	X(ICCID, "iccid")  \
	X(SERIAL, "serial")

#define X(id, name) SIM_##id,
/* Which number it is. */
enum sim_kind { SIM_KINDS(X) SIM_KIND_COUNT };
#undef X

/* Why the text is no SIM number we can use: each says what we saw and what to do.
 * Parts of the messages: {count} {position} {character} {start}. */
/*   name             message key                  HTTP */
#define SIM_REFUSALS(X)                                        \
	X(NONE,           NONE,                        200)    \
	X(EMPTY,          REFUSAL_SIM_EMPTY,           422)    \
	X(TEXT_LONG,      REFUSAL_SIM_TEXT_LONG,       422)    \
	X(SEVERAL,        REFUSAL_SIM_SEVERAL,         422)    \
	X(CHARACTER,      REFUSAL_SIM_CHARACTER,       422)    \
	X(SERIAL_LENGTH,  REFUSAL_SIM_SERIAL_LENGTH,   422)    \
	X(PHONE,          REFUSAL_SIM_PHONE,           422)    \
	X(EID,            REFUSAL_SIM_EID,             422)    \
	X(IMEI,           REFUSAL_SIM_IMEI,            422)    \
	X(IMSI_LENGTH,    REFUSAL_SIM_IMSI_LENGTH,     422)    \
	X(IMSI_FOREIGN,   REFUSAL_SIM_IMSI_FOREIGN,    422)    \
	X(IMSI_TEST,      REFUSAL_SIM_IMSI_TEST,       422)    \
	X(NETWORK_CLOSED, REFUSAL_SIM_NETWORK_CLOSED,  422)    \
	X(ICCID_LENGTH,   REFUSAL_SIM_ICCID_LENGTH,    422)    \
	X(ICCID_FOREIGN,  REFUSAL_SIM_ICCID_FOREIGN,   422)    \
	X(ICCID_CHECK,    REFUSAL_SIM_ICCID_CHECK,     422)    \
	X(TOO_SHORT,      REFUSAL_SIM_TOO_SHORT,       422)    \
	X(TOO_LONG,       REFUSAL_SIM_TOO_LONG,        422)    \
	X(SHAPE,          REFUSAL_SIM_SHAPE,           422)

#define X(name, message, status) SIM_REFUSAL_##name,
enum sim_refusal { SIM_REFUSALS(X) SIM_REFUSAL_COUNT };
#undef X

/* What the person should be told although the number is usable.  Bits. */
/*   name             bit  message key */
#define SIM_WARNINGS(X)                                        \
	X(CHECK_WRONG,    1, WARNING_SIM_CHECK_WRONG)          \
	X(CHECK_COMPUTED, 2, WARNING_SIM_CHECK_COMPUTED)       \
	X(NETWORK_REVIEW, 4, WARNING_SIM_NETWORK_REVIEW)       \
	X(NETWORK_CLOSED, 8, WARNING_SIM_NETWORK_CLOSED)

#define X(name, bit, message) SIM_WARNING_##name = (bit),
enum sim_warning { SIM_WARNINGS(X) };
#undef X

/* What the caller allows. */
struct sim_rules {
	int32_t today_day;          /* in Tokyo, for the dated network table */
	bool    sandbox;            /* test network 001-01 is good */
	bool    new_line;           /* a line is being made: no withdrawn network */
	bool    check_digit_refuse; /* a wrong ICCID check digit refuses (iccid_luhn_refuse) */
};

/* A SIM number as we keep it. */
struct sim_input {
	enum sim_kind kind;
	int64_t       number;    /* IMSI; ICCID payload; docomo serial, packed */
	int64_t       alternate; /* ICCID: a second reading's payload, else 0 (iccid.h) */
	struct plmn   plmn;      /* IMSI only; state PLMN_FOREIGN otherwise */
	uint32_t      warnings;  /* enum sim_warning bits */
};

/* What the sentence of a refusal names; parts that do not matter are zero. */
struct sim_problem {
	int32_t count;        /* digits seen */
	int32_t position;     /* of the bad character, from 1, blanks not counted */
	char    character[5]; /* itself, UTF-8 */
	char    start[7];     /* the first digits, of a foreign or closed number */
};

/* Reads the field.  *ret only on NONE, *ret_problem on everything else; scratch
 * memory of about 2 KiB comes from the arena. */
enum sim_refusal sim_parse(struct arena *arena, struct str text, const struct sim_rules *rules,
                           struct sim_input *ret, struct sim_problem *ret_problem);

/* The number written out: 15 digits, 19 or 20 digits, or "DN0512345678901". */
struct str sim_text(struct arena *arena, enum sim_kind kind, int64_t number);
struct str sim_mask(struct arena *arena, enum sim_kind kind, int64_t number); /* last 2 or 4 */
struct str sim_kind_name(enum sim_kind kind); /* static storage */

/* A docomo serial packed: (first letter * 26 + second) * 10^13 + digits, so below
 * 6.76 * 10^15.  Text: exactly two letters A-Z, either case, and 13 digits. */
bool       serial_parse(struct str text, int64_t *ret);
struct str serial_text(struct arena *arena, int64_t serial);
