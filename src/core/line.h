/*
 * line.h - a line: one SIM and its number, its state, and whether money may
 * enter.  The day until which it is kept is keep.h's business.
 *
 * Pure: no I/O, no clock, no allocation.  Source: DOMAIN 3.
 */
#pragma once
#include "base/base.h"

/*   id            stored name     money may enter   number works */
#define LINE_STATES(X)                                    \
	X(ORDERED,     "ordered",      false,            false) \
	X(KYC_PENDING, "kyc_pending",  false,            false) \
	X(PROVISIONED, "provisioned",  true,             false) \
	X(ACTIVE,      "active",       true,             true)  \
	X(LOW,         "low",          true,             true)  \
	X(PARKED,      "parked",       true,             false) \
	X(EXPIRING,    "expiring",     true,             true)  \
	X(SUSPENDED,   "suspended",    true,             false) \
	X(GRACE,       "grace",        true,             false) \
	X(CANCELLED,   "cancelled",    false,            false) \
	X(QUARANTINE,  "quarantine",   false,            false) \
	X(FREE,        "free",         false,            false)

#define X(id, name, money, works) LINE_##id,
enum line_state { LINE_STATES(X) LINE_STATE_COUNT };
#undef X

enum line_flag { LINE_LEGAL_HOLD = 1, LINE_DISPUTE_HOLD = 2, LINE_LOST_SIM = 4, LINE_PORT_OUT = 8 };
