/*
 * imsi.h - the International Mobile Subscriber Identity: who a SIM is to the
 * network.
 *
 * 15 digits, kept as an int64 below 10^15 (001-01 begins with zeros, so text
 * is always padded).  It has no check digit: typing alone never proves a line
 * (DOMAIN 2, SECURITY F4).  Which network it names is plmn.h's business.
 * Source: ITU-T E.212.
 */
#pragma once
#include "base/arena.h"

#define IMSI_DIGITS 15
#define IMSI_MAX    999999999999999

bool imsi_parse(struct str digits, int64_t *ret); /* exactly 15 ASCII digits, else false */
struct str imsi_text(struct arena *arena, int64_t imsi); /* 15 digits */
struct str imsi_mask(struct arena *arena, int64_t imsi); /* stars and the last 2 digits */
