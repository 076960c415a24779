/*
 * world.h - a shop with a worker in it, and a net that does what a test says:
 * the built-in sandbox partners with faults between, or answers from a script.
 */
#pragma once
#include "store/shop.h"
#include "work/loop.h"
#include "work/partner.h"

#define WORLD_SCRIPT_MAX 32
#define WORLD_SEEN_MAX   64

/* What happens to a call. */
enum fault {
	FAULT_NONE,
	FAULT_REFUSED,     /* nobody listens */
	FAULT_LOST,        /* the partner never got it; we cannot know */
	FAULT_LOST_ANSWER, /* the partner did it; we do not hear of it */
	FAULT_GARBLED,
	FAULT_COUNT
};

/* What the scripted carrier says to one talk. */
struct say {
	enum carrier_outcome outcome;
	enum carrier_reason  reason;
};

struct world {
	struct shop           shop;
	struct arena          arena; /* of the worker's life */
	struct work          *work;
	struct partner       *partner;
	const struct carrier *carrier;
	struct net_call      *first, **last; /* on the line */
	bool                  hold;          /* calls stay on the line */
	/* the test's wishes */
	enum fault fault; /* of all partner calls */
	const struct pay_gateway *(*gateways)(enum pay_method); /* from the next hiring on */
	struct str pages; /* of those gateways */
	struct say script[WORLD_SCRIPT_MAX];
	size_t     script_count, script_next;
	int32_t    http_status; /* of callbacks and mails; 0: nobody listens */
	/* what was seen on the line */
	int    activate, ask, query, close, refund, refund_query, hook, mail;
	char   seen[WORLD_SEEN_MAX][8192]; /* bodies of hooks and mails */
	char   header[WORLD_SEEN_MAX][256];
	size_t seen_count;
};

/* The carrier that says what the script has: it may take back within 10 s, and
 * what is sent twice is done twice. */
extern const struct carrier carrier_scripted;

void world_open(struct world *world, const struct carrier *carrier);
void world_close(struct world *world);
/* kill -9: what was not committed is gone; a new worker on the same file. */
void world_crash(struct world *world);

/* One of: carry the line; commit a group; begin what is due.  False when
 * nothing moved.  For crashes between any two steps. */
bool world_inch(struct world *world);
/* Until nothing moves at this time. */
void world_turn(struct world *world);
/* Turns at every due time until the clock has moved so far. */
void world_run(struct world *world, int64_t ms);
void world_say(struct world *world, enum carrier_outcome outcome, enum carrier_reason reason);

int64_t world_paid(struct world *world); /* a placed and paid order */
/* A placed order that steers the sandbox partners. */
int64_t world_steered(struct world *world, enum sandbox_outcome gateway,
                      enum sandbox_delivery_outcome carrier);
/* An order placed at a gateway of `gateways`. */
int64_t world_place_at(struct world *world, enum pay_method method);
/* The job of an order; id 0 and kind JOB_KIND_COUNT when it has none. */
struct job_get_row world_job(struct world *world, int64_t order_id);
enum order_state   world_state(struct world *world, int64_t order_id);
/* How often an order's history has this cause. */
int world_count(struct world *world, int64_t order_id, enum order_event cause);
/* How many notices of a kind the account got. */
int world_told(struct world *world, enum notice kind);
