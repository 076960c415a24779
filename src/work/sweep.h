/*
 * sweep.h - SWEEP: the day's round.  Every line gets the state and the notice
 * that its day brings, the day's figures are set, and what is too old to be of
 * use is forgotten.
 *
 * In slices, so that nothing else waits for it.  A round that is cut short
 * begins again from the start: what was done is seen and not done twice.
 * Source: DOMAIN 4 R4.
 */
#pragma once
#include "store/store.h"

#define SWEEP_SLICE_MAX  4096 /* rows read at once */
#define SWEEP_CHANGE_MAX 128  /* rows changed by one command */

/* How long things are kept. */
enum {
	SWEEP_QUOTE_DAYS = 7,
	SWEEP_ONCE_HOURS = 48,   /* idempotency keys */
	SWEEP_SESSION_HOURS = 24 /* twice the longest life of a session */
};

/* Part of a command: a round is due now. */
enum err sweep_ask(struct store *store);

/* line.noticed_day: the last notice, and the safe_until_day it spoke of. */
int64_t sweep_notice_pack(int32_t safe_until_day, int notice);
