/*
 * wide.h - 128-bit whole numbers, so that money times a rate never overflows
 * unseen.
 *
 * Unsigned only: the caller keeps the sign apart.  Every product is checked.
 */
#pragma once
#include "base/base.h"

__extension__ typedef unsigned __int128 wide;

#define WIDE_MAX       (~(wide)0)
#define WIDE_POW10_MAX 38 /* 10^38 is the largest power of ten in 128 bits */

/* a * b; false: it does not fit in 128 bits, and *ret is untouched. */
static inline bool wide_mul(wide a, wide b, wide *ret)
{
	if (a != 0 && b > WIDE_MAX / a)
		return false;
	*ret = a * b;
	return true;
}

/* 10^exponent; exponent 0..WIDE_POW10_MAX (anything else is a bug). */
static inline wide wide_pow10(int exponent)
{
	wide power = 1;

	assert(exponent >= 0 && exponent <= WIDE_POW10_MAX);
	while (exponent-- > 0)
		power *= 10;
	return power;
}

/* The size of a signed number; right for INT64_MIN too. */
static inline wide wide_abs(int64_t value)
{
	return value < 0 ? (wide)(-(value + 1)) + 1 : (wide)value;
}

/* value / by, rounded up; by is never 0. */
static inline wide wide_div_up(wide value, wide by)
{
	return value / by + (value % by != 0);
}

/* value / by, a half and more rounded up; by is never 0. */
static inline wide wide_div_half_up(wide value, wide by)
{
	wide rest = value % by;

	return value / by + (rest >= by - rest);
}
