/*
 * eid.h - the number of an eSIM chip: 32 digits that begin with 89 and are 1
 * modulo 97 (GSMA SGP.29).  Kept as two halves of 16 digits.
 */
#pragma once
#include "base/arena.h"

#define EID_DIGITS 32

struct eid {
	int64_t high, low; /* 16 digits each */
};

/* How an EID can be wrong; sentences are messages REFUSAL_EID_<name>. */
/*   name     message key          HTTP */
#define EID_REFUSALS(X)                        \
	X(NONE,   NONE,               200)     \
	X(LENGTH, REFUSAL_EID_LENGTH, 422)     \
	X(PREFIX, REFUSAL_EID_PREFIX, 422)     \
	X(CHECK,  REFUSAL_EID_CHECK,  422)

#define X(name, message, status) EID_REFUSAL_##name,
enum eid_refusal { EID_REFUSALS(X) EID_REFUSAL_COUNT };
#undef X

enum eid_refusal eid_parse(struct str digits, struct eid *ret); /* *ret only on NONE */
struct str eid_text(struct arena *arena, struct eid eid);       /* 32 digits */
struct str eid_mask(struct arena *arena, struct eid eid);       /* stars and the last 4 digits */
