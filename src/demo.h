/*
 * demo.h - what `keepline init --demo` puts into a new database: the embedded
 * catalogue, rates, an account, and 1,000 invented lines, the same ones every
 * time.
 */
#pragma once
#include "base/arena.h"
#include "core/plan.h"
#include "store/store.h"

#define DEMO_LINES       1000
#define DEMO_LINES_SHOWN 10 /* printed by init; pack keep-180 fits each of them */
#define DEMO_EMAIL       "demo@example.com"
/* Not a secret: it stands in the program, for a database that sells nothing. */
#define DEMO_PASSWORD    "only-for-the-demo-2026"

/* A line as init prints it; strings in the arena. */
struct demo_line {
	int64_t    id;
	struct str iccid, imsi, msisdn;
};

/* Inside of a transaction on store->db, at store->now_ms; store->catalogue is not
 * read.  *ret are the first DEMO_LINES_SHOWN lines. */
enum err demo_fill(struct store *store, struct demo_line ret[DEMO_LINES_SHOWN]);
