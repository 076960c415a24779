/*
 * rate_fetch.h - new exchange rates from the European Central Bank: which file
 * to ask for, what is in the answer, and how it is stored.
 *
 * The daily file is asked for; the file of the last 90 days instead, when we
 * have no rates yet or the daily one shows that a day is missing between.
 * Used by the job RATES and by `keepline rates fetch`; the caller owns the net.
 * Everything fetched is hostile until it is parsed: one mistake, and nothing of
 * that file is stored.
 */
#pragma once
#include "base/config.h"
#include "base/env.h"
#include "core/fx_ecb.h"
#include "store/rate.h"

#define RATE_FETCH_BYTES_MAX (320 * 1024) /* 90 days have some 100 KiB */
#define RATE_FETCH_DAYS_MAX  100

enum rate_fetch_step {
	RATE_FETCH_MORE,   /* another call is to be made */
	RATE_FETCH_DONE,   /* rows holds what came, the newest day in newest_day */
	RATE_FETCH_FAILED, /* problem says why */
	RATE_FETCH_STEP_COUNT
};

/* One round; in the arena of the call. */
struct rate_fetch {
	struct arena        *arena;
	const struct config *config;
	int64_t              now_s;
	int32_t              known_day;  /* the newest that we have; 0: none */
	int32_t              newest_day; /* of what came */
	bool                 history;    /* the file of many days is being asked for */
	struct str           problem;    /* English, for the log and for staff */
	struct fx_ecb_row   *rows;
	size_t               count;
	/* of rate_fetch_store */
	int64_t put_count[RATE_PUT_COUNT];
};

/* The newest day of the ECB's that we have; 0: none. */
enum err rate_fetch_known(struct db *db, int32_t *ret_day);
/* May the server fetch by itself?  Not without an address; nor in a sandbox
 * house, whose rates are the demo's, unless it was given one. */
bool rate_fetch_scheduled(const struct config *config);

void rate_fetch_begin(struct rate_fetch *fetch, struct arena *arena, const struct config *config,
                      int32_t known_day, int64_t now_s);
/* The call to make next; the caller adds what its transport needs. */
void rate_fetch_call(const struct rate_fetch *fetch, struct net_call *ret);
/* It is done. */
enum rate_fetch_step rate_fetch_answered(struct rate_fetch *fetch, const struct net_call *call);
/* Inside a transaction of the caller's; may be run twice.  Rates that differ
 * from published ones are counted, and left as they were. */
enum err rate_fetch_store(struct db *db, struct arena *arena, struct rate_fetch *fetch);
