/*
 * digits.h - runs of decimal digits: identifiers as people type them.
 *
 * All take ASCII digits only; folding full-width digits and stripping spaces
 * is done before (sim.h, msisdn.h, utf8_fold).
 */
#pragma once
#include "base/arena.h"

bool digits_only(struct str s);      /* at least one character, all of them 0..9 */
size_t digits_count(struct str s);   /* how many characters of s are 0..9 */
/* 1..19 digits below 2^63 as a number; false on anything else. */
bool digits_to_int64(struct str s, int64_t *ret);
/* The number with leading zeros up to `width` (1..19) digits, in the arena;
 * value is not negative. */
struct str digits_text(struct arena *arena, int64_t value, int width);
/* The Luhn check digit, 0..9, that belongs behind these digits (ISO/IEC 7812-1
 * annex B); s is digits only. */
int digits_luhn(struct str s);
/* `hidden` stars and then the last `shown` characters of s, in the arena.
 * Never shows more than half of s. */
struct str digits_mask(struct arena *arena, struct str s, size_t shown);
