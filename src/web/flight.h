/*
 * flight.h - idempotency keys of API calls that are being answered just now:
 * the same key in the meantime gets 409.  What is done is in the table once.
 */
#pragma once
#include "base/arena.h"

#define FLIGHT_SET_COUNT 1024
#define FLIGHT_WAY_COUNT 8

struct flights;

/* NULL when the arena is spent. */
struct flights *flights_open(struct arena *arena);
/* False: the key is in flight already (or its whole set is: as good as busy). */
bool flight_start(struct flights *flights, int64_t once_id);
void flight_end(struct flights *flights, int64_t once_id);
