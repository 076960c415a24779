/*
 * house.h - a data directory as the benchmarks see it: its keys, its settings,
 * its lines and the payments that wait.  Whatever fails ends the program.
 */
#pragma once
#include "core/plan.h"
#include "store/keys.h"
#include "store/store.h"

struct bench_house {
	struct arena     arena;
	const char      *path; /* of the database */
	struct keys      keys;
	struct config    config;
	struct catalogue catalogue;
	struct db       *db; /* NULL: keys only */
};

/* A payment that waits for its callback. */
struct bench_payment {
	int64_t  id, amount;
	uint16_t currency;
};

/* Settings as bench/run gives them to the server: no limit on top-ups a day. */
void bench_house_open(struct bench_house *house, const char *dir, enum db_mode mode);
/* The keys alone: a server may hold the database. */
void bench_house_keys(struct bench_house *house, const char *dir);
void bench_house_close(struct bench_house *house);

/* Ids of all imported lines of a brand; at least one.  The demo's own thousand are left out:
 * they are of every state. */
void bench_lines(const struct bench_house *house, const char *brand, int64_t **ret,
                 int64_t *ret_count);
/* Row numbers of all orders from `first` on that are no quotes. */
void bench_orders(const struct bench_house *house, int64_t first, int64_t **ret,
                  int64_t *ret_count);
/* All that wait, oldest first. */
void bench_payments(const struct bench_house *house, struct bench_payment **ret,
                    int64_t *ret_count);
/* The body of the sandbox gateway's callback, padded to BENCH_BODY bytes. */
#define BENCH_BODY 300
struct str bench_hook_body(struct arena *arena, const struct bench_payment *payment,
                           const struct keys *keys);
/* Ends the program with one line when err is not ERR_OK. */
void bench_check(enum err err, const char *doing);
