/*
 * world.h - simulated time, chance, and what is going to happen.
 *
 * One seed gives one world: all chance is drawn from it in one order, and
 * happenings at the same millisecond happen in the order they were planned.
 */
#pragma once
#include "base/arena.h"

#define WORLD_PLANS_MAX 200000

typedef void world_act(void *who, int64_t what);

struct plan_entry {
	int64_t    at_ms, order;
	world_act *act;
	void      *who;
	int64_t    what;
};

struct world {
	int64_t           now_ms;
	uint64_t          seed, trace; /* trace: a hash of everything that happened */
	int64_t           planned;     /* so many plans were made */
	struct plan_entry plans[WORLD_PLANS_MAX];
	size_t            count;
};

void world_begin(struct world *world, uint64_t seed, int64_t now_ms);
uint64_t world_draw(struct world *world);                        /* 64 random bits */
int64_t  world_between(struct world *world, int64_t low, int64_t high); /* both inclusive */
bool     world_chance(struct world *world, int64_t per_mille);
/* act(who, what) at that time. */
void world_plan(struct world *world, int64_t at_ms, world_act *act, void *who, int64_t what);
/* When the next plan is due; INT64_MAX: never. */
int64_t world_next_ms(const struct world *world);
/* Takes everything that is due at now_ms, in order. */
void world_act_due(struct world *world);
void world_note(struct world *world, uint64_t fact); /* into the trace */
