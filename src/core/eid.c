/*
 * eid.c - EID as text and two numbers.
 */
#include "core/eid.h"

#include "base/str.h"
#include "core/digits.h"

#define HALF 16

static int modulo_97(struct str digits);

enum eid_refusal eid_parse(struct str digits, struct eid *ret)
{
	struct eid eid;

	if (digits.len != EID_DIGITS || !digits_only(digits))
		return EID_REFUSAL_LENGTH;
	if (!str_starts(digits, STR("89")))
		return EID_REFUSAL_PREFIX;
	if (modulo_97(digits) != 1)
		return EID_REFUSAL_CHECK;
	if (!digits_to_int64(str_take(digits, HALF), &eid.high) ||
	    !digits_to_int64(str_skip(digits, HALF), &eid.low))
		return EID_REFUSAL_LENGTH;
	*ret = eid;
	return EID_REFUSAL_NONE;
}

struct str eid_text(struct arena *arena, struct eid eid)
{
	return arena_printf(arena, "%0*lld%0*lld", HALF, (long long)eid.high, HALF,
	                    (long long)eid.low);
}

struct str eid_mask(struct arena *arena, struct eid eid)
{
	return digits_mask(arena, eid_text(arena, eid), 4);
}

static int modulo_97(struct str digits)
{
	int rest = 0;

	for (size_t i = 0; i < digits.len; i++)
		rest = (rest * 10 + (digits.ptr[i] - '0')) % 97;
	return rest;
}
