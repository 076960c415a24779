/*
 * keys.h - the secrets of one installation: DIR/keys, mode 0600, made once by
 * keepline init.  One master key; each use has its own, derived from it.
 */
#pragma once
#include "store/store.h"

/* Makes DIR/keys with a fresh master key; ERR_BUSY when it is there already. */
enum err keys_create(const char *path, const struct rand *rand);
/* Reads it; ERR_CONFIG when it is missing, not ours alone, or damaged. */
enum err keys_open(const char *path, struct keys *ret);
/* From a given master key: tests and the simulator. */
void keys_from(const struct key *master, struct keys *ret);
