/*
 * rates.h - RATES: the job that fetches exchange rates; see rate_fetch.h for
 * what it fetches.
 */
#pragma once
#include "store/store.h"

#define RATES_AGAIN_S 3600 /* after a failure */

/* Part of a command: rates are to be fetched from now on, where a setting says
 * from where. */
enum err rates_plan(struct store *store);
