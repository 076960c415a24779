/*
 * flight.c - a small set of numbers.
 */
#include "web/flight.h"

struct flights {
	int64_t id[FLIGHT_SET_COUNT][FLIGHT_WAY_COUNT]; /* 0: free */
};

struct flights *flights_open(struct arena *arena)
{
	return ARENA_NEW(arena, struct flights);
}

bool flight_start(struct flights *flights, int64_t once_id)
{
	int64_t *set = flights->id[once_id % FLIGHT_SET_COUNT];
	int64_t *free_id = NULL;

	assert(once_id > 0);
	for (size_t i = 0; i < FLIGHT_WAY_COUNT; i++) {
		if (set[i] == once_id)
			return false;
		if (set[i] == 0)
			free_id = &set[i];
	}
	if (free_id == NULL)
		return false;
	*free_id = once_id;
	return true;
}

void flight_end(struct flights *flights, int64_t once_id)
{
	int64_t *set = flights->id[once_id % FLIGHT_SET_COUNT];

	for (size_t i = 0; i < FLIGHT_WAY_COUNT; i++)
		if (set[i] == once_id)
			set[i] = 0;
}
