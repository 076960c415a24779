/*
 * imsi.c - IMSI as text and number.
 */
#include "core/imsi.h"

#include "core/digits.h"

bool imsi_parse(struct str digits, int64_t *ret)
{
	return digits.len == IMSI_DIGITS && digits_to_int64(digits, ret);
}

struct str imsi_text(struct arena *arena, int64_t imsi)
{
	assert(imsi >= 0 && imsi <= IMSI_MAX);
	return digits_text(arena, imsi, IMSI_DIGITS);
}

struct str imsi_mask(struct arena *arena, int64_t imsi)
{
	return digits_mask(arena, imsi_text(arena, imsi), 2);
}
