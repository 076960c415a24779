/*
 * iccid.h - the number of a SIM card (ITU-T E.118): 19 or 20 digits that begin
 * with 89, the last one a Luhn check digit over the others.
 *
 * It is kept as its payload: the 18 or 19 digits WITHOUT the check digit, as an
 * int64 (19 digits that begin with 89 are below 2^63).  The check digit is
 * always computed again, so two spellings of one card are one number, and a
 * card whose printed digit differs (some do, DOMAIN 2) still finds its line.
 */
#pragma once
#include "base/arena.h"

#define ICCID_PAYLOAD_MIN INT64_C(890000000000000000)  /* 18 digits */
#define ICCID_PAYLOAD_MAX INT64_C(8999999999999999999) /* 19 digits */

/* How the text compared with its check digit. */
enum iccid_check {
	ICCID_CHECK_RIGHT,
	ICCID_CHECK_COMPUTED, /* 18 digits: there was none, we know it now */
	ICCID_CHECK_WRONG     /* most likely a digit was mistyped */
};

struct iccid {
	int64_t          payload;
	enum iccid_check check;
	/* 19 digits whose last is no right check digit may also be a 20-digit
	 * number written without it: that reading's payload, else 0. */
	int64_t          alternate;
};

/* 18, 19 or 20 ASCII digits beginning with 89, with or without trailing `F`
 * filler (one or two, either case); false on anything else.
 *   18 digits  payload; check computed
 *   19 digits  18 of payload and the check digit
 *   20 digits  19 of payload and the check digit */
bool iccid_parse(struct str text, struct iccid *ret);
bool iccid_payload_valid(int64_t payload); /* 18 or 19 digits that begin with 89 */
int  iccid_check_digit(int64_t payload);   /* 0..9 */
bool iccid_is_japanese(int64_t payload);   /* begins with 8981 */
struct str iccid_text(struct arena *arena, int64_t payload); /* 19 or 20 digits, check digit last */
struct str iccid_mask(struct arena *arena, int64_t payload); /* stars and the last 4 digits */
