/*
 * world.c - see world.h.  A binary heap by (time, order of planning).
 */
#include "world.h"

static bool sooner(const struct plan_entry *a, const struct plan_entry *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void swap(struct plan_entry *a, struct plan_entry *b)
{
	struct plan_entry c = *a;

	*a = *b;
	*b = c;
}

void world_begin(struct world *world, uint64_t seed, int64_t now_ms)
{
	world->now_ms = now_ms;
	world->seed = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
	world->trace = UINT64_C(14695981039346656037);
	world->planned = 0;
	world->count = 0;
}

/* splitmix64 */
uint64_t world_draw(struct world *world)
{
	uint64_t z = world->seed += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

int64_t world_between(struct world *world, int64_t low, int64_t high)
{
	assert(low <= high);
	return low + (int64_t)(world_draw(world) % (uint64_t)(high - low + 1));
}

bool world_chance(struct world *world, int64_t per_mille)
{
	return world_between(world, 0, 999) < per_mille;
}

void world_plan(struct world *world, int64_t at_ms, world_act *act, void *who, int64_t what)
{
	size_t at = world->count++;

	assert(world->count <= WORLD_PLANS_MAX);
	world->plans[at] = (struct plan_entry){
		.at_ms = at_ms, .order = world->planned++, .act = act, .who = who, .what = what
	};
	for (; at > 0 && sooner(&world->plans[at], &world->plans[(at - 1) / 2]); at = (at - 1) / 2)
		swap(&world->plans[at], &world->plans[(at - 1) / 2]);
}

int64_t world_next_ms(const struct world *world)
{
	return world->count > 0 ? world->plans[0].at_ms : INT64_MAX;
}

static struct plan_entry world_take(struct world *world)
{
	struct plan_entry first = world->plans[0];
	size_t            at = 0;

	world->plans[0] = world->plans[--world->count];
	for (;;) {
		size_t left = 2 * at + 1, least = at;
		if (left < world->count && sooner(&world->plans[left], &world->plans[least]))
			least = left;
		if (left + 1 < world->count &&
		    sooner(&world->plans[left + 1], &world->plans[least]))
			least = left + 1;
		if (least == at)
			return first;
		swap(&world->plans[at], &world->plans[least]);
		at = least;
	}
}

void world_act_due(struct world *world)
{
	while (world->count > 0 && world->plans[0].at_ms <= world->now_ms) {
		struct plan_entry entry = world_take(world);
		entry.act(entry.who, entry.what);
	}
}

void world_note(struct world *world, uint64_t fact)
{
	world->trace = (world->trace ^ fact) * UINT64_C(1099511628211);
}
