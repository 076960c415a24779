/*
 * msisdn.h - a telephone number: Japanese mobile numbers, which are what we
 * keep.
 *
 * Stored as E.164 digits in an int64 (818012345678); shown as 080-1234-5678.
 * A mobile number is +81 60/70/80/90, then 1..9, then seven digits; 060 opened
 * in July 2026.  The prefix does not name the carrier (number portability).
 * Source: DOMAIN 2.
 */
#pragma once
#include "base/arena.h"

#define MSISDN_TEXT_MAX 64 /* bytes of what a person may type */

/* Why a number cannot be a kept line.  Sentences are the messages. */
/*   name      message key               HTTP */
#define MSISDN_REFUSALS(X)                               \
	X(NONE,     NONE,                    200)        \
	X(EMPTY,    REFUSAL_MSISDN_EMPTY,    422)        \
	X(JUNK,     REFUSAL_MSISDN_JUNK,     422) /* a letter or a sign */           \
	X(FOREIGN,  REFUSAL_MSISDN_FOREIGN,  422) /* + and not 81 */                 \
	X(IP_PHONE, REFUSAL_MSISDN_IP_PHONE, 422) /* 050 */                          \
	X(MACHINE,  REFUSAL_MSISDN_MACHINE,  422) /* 020: data, pagers */            \
	X(FREEDIAL, REFUSAL_MSISDN_FREEDIAL, 422) /* 0120, 0800 */                   \
	X(LANDLINE, REFUSAL_MSISDN_LANDLINE, 422) /* any other 0x */                 \
	X(LENGTH,   REFUSAL_MSISDN_LENGTH,   422) /* not 11 digits: {count} */       \
	X(UNOPENED, REFUSAL_MSISDN_UNOPENED, 422) /* 060-0, 070-0, 090-0: not in use */

#define X(name, message, status) MSISDN_REFUSAL_##name,
enum msisdn_refusal { MSISDN_REFUSALS(X) MSISDN_REFUSAL_COUNT };
#undef X

/* Reads what a person typed: full-width digits, spaces, hyphens, brackets,
 * +81, 0081, 010-81 and the domestic form.  *ret only on NONE; *ret_count, the
 * digits seen in the domestic form, is set always (for the LENGTH sentence). */
enum msisdn_refusal msisdn_parse(struct arena *arena, struct str text, int64_t *ret,
                                 int32_t *ret_count);
bool msisdn_valid(int64_t msisdn);                           /* a Japanese mobile number */
struct str msisdn_text(struct arena *arena, int64_t msisdn); /* "080-1234-5678" */
struct str msisdn_e164(struct arena *arena, int64_t msisdn); /* "+818012345678" */
struct str msisdn_mask(struct arena *arena, int64_t msisdn); /* "080-****-5678" */
int msisdn_tail(int64_t msisdn, int digits);                 /* the last 1..4 digits as a number */
