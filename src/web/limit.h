/*
 * limit.h - how often somebody may do something: token buckets in memory.
 *
 * A fixed table of LIMIT_SLOT_COUNT buckets, LIMIT_WAY_COUNT to a set.  A new
 * bucket takes the place of the one in its set that is nearest to full, that
 * is, of the one whose loss forgives least.  A bucket belongs to (limit,
 * subject), both hashed with a key drawn at start, so that nobody can choose
 * whose bucket is pushed out.  Nothing is stored: a restart forgives all.
 * The durable limits (top-ups a line and day) are columns, not these.
 *
 * Belongs to the loop's thread.  Source: SECURITY V6 6.3.1, F5, F13.
 */
#pragma once
#include "base/env.h"
#include "base/hash.h"

#define LIMIT_SLOT_COUNT 16384
#define LIMIT_WAY_COUNT  8

/* The rows of limits.def. */
#define LIMIT(name, burst, per_s, who) LIMIT_##name,
enum limit_kind {
#include "web/limits.def"
	LIMIT_COUNT
};
#undef LIMIT

struct limit_bucket {
	uint64_t mark;     /* hash of (limit, subject); 0: free */
	int64_t  full_ms; /* monotonic; the bucket is full again at this time */
};

struct limits {
	struct key          key; /* drawn at start */
	const struct clock *clock;
	struct limit_bucket bucket[LIMIT_SLOT_COUNT];
};

/* In the arena; `env` must outlive it.  NULL when the arena is spent. */
struct limits *limits_open(struct arena *arena, const struct env *env);

/* Takes one token.  True: go on.  False: none is left; *ret_wait_s (may be
 * NULL) is the time until there is one again, at least 1 s. */
bool limit_take(struct limits *limits, enum limit_kind kind, struct str subject,
                int64_t *ret_wait_s);
/* The same for a limit whose burst comes from a setting; burst >= 1. */
bool limit_take_of(struct limits *limits, enum limit_kind kind, int64_t burst, struct str subject,
                   int64_t *ret_wait_s);
/* Is there a token?  Takes none. */
bool limit_peek(struct limits *limits, enum limit_kind kind, int64_t burst, struct str subject,
                int64_t *ret_wait_s);
/* Gives one token back: what was counted turned out to be no failure. */
void limit_give(struct limits *limits, enum limit_kind kind, int64_t burst, struct str subject);

/* "203.0.113.9" -> "203.0.113." (/24), "2001:db8:1:2::3" -> its first three
 * groups (/48).  Borrowed from the argument, or in the arena.  Not an address:
 * the argument itself. */
struct str limit_network(struct arena *arena, struct str address);
/* The same for /32 (IPv4) and /64 (IPv6): who is one visitor. */
struct str limit_visitor(struct arena *arena, struct str address);
bool       limit_loopback(struct str address);
