/*
 * msisdn.c - reading, checking and showing telephone numbers.
 */
#include "core/msisdn.h"

#include "base/str.h"
#include "base/utf8.h"
#include "core/digits.h"

#define COUNTRY         INT64_C(81)
#define NATIONAL_DIGITS 10 /* behind +81 */
#define NATIONAL_POWER  INT64_C(10000000000)

static enum msisdn_refusal domestic(struct arena *arena, struct str text, struct str *ret);
static enum msisdn_refusal kind_of(struct str digits);
static struct str          compact(struct arena *arena, struct str text);
static struct str          zero_before(struct arena *arena, struct str digits);

enum msisdn_refusal msisdn_parse(struct arena *arena, struct str text, int64_t *ret,
                                 int32_t *ret_count)
{
	enum msisdn_refusal refusal;
	struct str          digits = STR("");
	int64_t             national;

	*ret_count = 0;
	refusal = domestic(arena, text, &digits);
	if (refusal != MSISDN_REFUSAL_NONE)
		return refusal;
	*ret_count = (int32_t)digits.len;
	refusal = kind_of(digits);
	if (refusal != MSISDN_REFUSAL_NONE)
		return refusal;
	if (!digits_to_int64(str_skip(digits, 1), &national))
		return MSISDN_REFUSAL_JUNK;
	*ret = COUNTRY * NATIONAL_POWER + national;
	assert(msisdn_valid(*ret));
	return MSISDN_REFUSAL_NONE;
}

bool msisdn_valid(int64_t msisdn)
{
	int64_t national = msisdn % NATIONAL_POWER;
	int64_t first = national / 1000000000, second = national / 100000000 % 10;

	return msisdn / NATIONAL_POWER == COUNTRY && first >= 6 && first <= 9 && second == 0 &&
	       national / 10000000 % 10 >= 1;
}

struct str msisdn_text(struct arena *arena, int64_t msisdn)
{
	int64_t national = msisdn % NATIONAL_POWER;

	assert(msisdn_valid(msisdn));
	return arena_printf(arena, "0%02d-%04d-%04d", (int)(national / 100000000),
	                    (int)(national / 10000 % 10000), (int)(national % 10000));
}

struct str msisdn_e164(struct arena *arena, int64_t msisdn)
{
	assert(msisdn_valid(msisdn));
	return arena_printf(arena, "+%lld", (long long)msisdn);
}

struct str msisdn_mask(struct arena *arena, int64_t msisdn)
{
	int64_t national = msisdn % NATIONAL_POWER;

	assert(msisdn_valid(msisdn));
	return arena_printf(arena, "0%02d-****-%04d", (int)(national / 100000000),
	                    (int)(national % 10000));
}

int msisdn_tail(int64_t msisdn, int digits)
{
	int power = 1;

	assert(msisdn >= 0 && digits >= 1 && digits <= 4);
	while (digits-- > 0)
		power *= 10;
	return (int)(msisdn % power);
}

/* The number as dialled inside of Japan, digits only, beginning with 0. */
static enum msisdn_refusal domestic(struct arena *arena, struct str text, struct str *ret)
{
	struct str digits;
	bool       plus;

	if (text.len > MSISDN_TEXT_MAX)
		return MSISDN_REFUSAL_JUNK;
	digits = compact(arena, text);
	plus = str_starts(digits, STR("+"));
	digits = str_skip(digits, plus);
	if (digits.len == 0)
		return plus ? MSISDN_REFUSAL_JUNK : MSISDN_REFUSAL_EMPTY;
	if (!digits_only(digits))
		return MSISDN_REFUSAL_JUNK;
	/* 010 and 00 are how one dials out of Japan and of most of the world. */
	if (!plus && (str_starts(digits, STR("01081")) || str_starts(digits, STR("0081")))) {
		digits = str_skip(digits, str_starts(digits, STR("010")) ? 3 : 2);
		plus = true;
	}
	if (!plus && str_starts(digits, STR("81")) && digits.len >= 2 + NATIONAL_DIGITS)
		plus = true;
	if (plus && !str_starts(digits, STR("81")))
		return MSISDN_REFUSAL_FOREIGN;
	if (plus)
		digits = zero_before(arena, str_skip(digits, 2));
	*ret = digits;
	return MSISDN_REFUSAL_NONE;
}

static enum msisdn_refusal kind_of(struct str digits)
{
	if (!str_starts(digits, STR("0")))
		return digits.len > NATIONAL_DIGITS ? MSISDN_REFUSAL_FOREIGN
		                                    : MSISDN_REFUSAL_LENGTH;
	if (str_starts(digits, STR("0120")) || str_starts(digits, STR("0800")))
		return MSISDN_REFUSAL_FREEDIAL;
	if (str_starts(digits, STR("050")))
		return MSISDN_REFUSAL_IP_PHONE;
	if (str_starts(digits, STR("020")))
		return MSISDN_REFUSAL_MACHINE;
	if (digits.len > 2 && (digits.ptr[1] < '6' || digits.ptr[2] != '0'))
		return MSISDN_REFUSAL_LANDLINE;
	if (digits.len != 1 + NATIONAL_DIGITS)
		return MSISDN_REFUSAL_LENGTH;
	return digits.ptr[3] == '0' ? MSISDN_REFUSAL_UNOPENED : MSISDN_REFUSAL_NONE;
}

/* Folded, without what people put between digits. */
static struct str compact(struct arena *arena, struct str text)
{
	struct str folded = utf8_fold(arena, text);
	char      *kept = arena_alloc(arena, folded.len * 3 + 1), *at = kept;
	int32_t    c;

	if (!kept)
		return STR("");
	while ((c = utf8_next(&folded)) >= 0) {
		/* U+30FC, U+FF70: the long vowel mark, typed for a hyphen in Japanese. */
		if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == 0x30FC ||
		    c == 0xFF70)
			continue;
		utf8_put(&at, c);
	}
	return (struct str){ .ptr = kept, .len = (size_t)(at - kept) };
}

static struct str zero_before(struct arena *arena, struct str digits)
{
	/* "+81 (0)80-…" has its zero already. */
	if (str_starts(digits, STR("0")))
		return digits;
	return arena_printf(arena, "0%.*s", STR_ARG(digits));
}
