/*
 * api_key.h - who calls the API: `Authorization: Bearer kl_…`.
 *
 * Only a key's hash is stored.  A small table in memory spares the look-up for
 * API_KEY_FRESH_MS; a revoked key works no longer than that.
 */
#pragma once
#include "base/hash.h"
#include "store/db.h"

#define API_KEY_SLOT_COUNT 256
#define API_KEY_FRESH_MS   5000
#define API_KEY_PREFIX     "kl_"
#define API_KEY_LENGTH     55 /* "kl_" and 32 bytes in base 32 */

struct api_key {
	int64_t       id; /* 0: free slot */
	int64_t       account_id;
	uint32_t      scopes;
	struct digest token_hash;
	int64_t       read_ms; /* monotonic */
};

/* The table in memory; belongs to the loop. */
struct api_keys {
	struct api_key slot[API_KEY_SLOT_COUNT];
};

/* The key of an Authorization header.  ERR_NOT_FOUND: none, malformed, unknown
 * or revoked. */
enum err api_key_find(struct api_keys *keys, struct db *db, struct str authorization,
                      int64_t mono_ms, struct api_key *ret);
