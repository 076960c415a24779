/*
 * store.h - what a command finds on the writer's thread: its connection, the
 * clock, the keys, the catalogue, and the sums that are written once a group.
 */
#pragma once
#include "base/config.h"
#include "base/env.h"
#include "base/hash.h"
#include "store/db.h"

struct catalogue; /* core/plan.h */
struct group;     /* store/post.c: hot account sums of this group */

/* Keys derived from DIR/keys, one for each purpose. */
struct keys {
	struct key public_id;  /* ord_, line_, quo_ … */
	struct key number;     /* KL-XXXX-XXXX */
	struct key identifier; /* IMSI, ICCID, MSISDN at rest (cipher_int) */
	struct key personal;   /* e-mail and other contact data (box_seal) */
	struct key blind;      /* look-up index of e-mail addresses */
	struct key pepper;     /* passwords */
	struct key token;      /* hashes of session, CSRF and API tokens; cursors */
	struct key sandbox;    /* the sandbox gateway's signature */
};

struct store {
	struct db              *db; /* the writer's connection, inside a transaction */
	const struct env       *env;
	const struct config    *config;
	const struct keys      *keys;
	const struct catalogue *catalogue; /* the newest imported version */
	struct arena           *arena;     /* reset after each group */
	int64_t                 now_ms;    /* read once a group */
	struct group           *group;
	bool                    jobs;      /* set by a command that made a job due now */
};
