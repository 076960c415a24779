/*
 * gsup.h - a tiny switch (MSC and SGSN): may this SIM attach to the network?
 * It is the proof that a line is in service, or that it is not: the HLR's own
 * answer to the network, not to us (TELECOM 1).
 */
#pragma once
#include "base/base.h"

enum gsup_domain { GSUP_PS = 1, GSUP_CS = 2 }; /* data; calls and SMS */

/* What the HLR said to a switch. */
enum gsup_result {
	GSUP_ACCEPTED,
	GSUP_REFUSED,  /* *ret_cause: 2 unknown IMSI, 7 data not allowed, 11 PLMN not allowed */
	GSUP_FAILED    /* no link, no answer, or none that makes sense */
};

struct gsup;

/* Connect and identify; NULL on failure. */
struct gsup *gsup_open(const char *address);
void gsup_close(struct gsup *gsup);

/* Ask to attach; at most 3 s.  msisdn gets the number that the HLR handed out, digits, or "". */
enum gsup_result gsup_attach(struct gsup *gsup, const char *imsi, enum gsup_domain domain,
                             int *ret_cause, char msisdn[32]);
/* Wait for the HLR to delete the subscriber's data from us: the cut of a live session. */
bool gsup_deleted(struct gsup *gsup, const char *imsi, int wait_ms);
