/*
 * pack.h - brotli and gzip of dynamic bodies.
 *
 * Works in one scratch block that is used again for every body, so nothing is
 * taken from the heap.  Quality follows the pressure on the loop: brotli 4 when
 * there is time (WEB 3), brotli 0 when many requests come, or wait (a fifth of the CPU
 * for a fifth more bytes).
 */
#pragma once
#include "base/arena.h"
#include "web/asset.h"

#define PACK_MIN          1024 /* smaller bodies stay as they are */
#define PACK_SCRATCH_SIZE ((size_t)4 * 1024 * 1024)
#define PACK_PRESSURE     100 /* more requests than this in 100 ms: be quick (web/server.c) */

struct packer;

/* NULL when the arena is spent. */
struct packer *packer_open(struct arena *arena);
/* The packed body, in `arena`.  False: leave it as it is (it would not become
 * smaller, or memory ran out). */
bool pack(struct packer *packer, struct arena *arena, struct str body, enum packing packing,
          int pressure, struct str *ret);
