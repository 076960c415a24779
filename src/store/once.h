/*
 * once.h - idempotency keys: an answer is stored in the same transaction as
 * its effect, so the same key can only ever have that one effect.
 *
 * A refusal stores nothing: the same key may then succeed later.  Anything
 * else is answered again, byte by byte, for ONCE_KEEP_S at least.
 * Source: API "Idempotency-Key", WEB 1 (idempotency), DOMAIN 3.
 */
#pragma once
#include "store/store.h"

#define ONCE_KEY_MAX  255   /* bytes of a key */
#define ONCE_BODY_MAX 16384 /* bytes of a stored answer */
#define ONCE_KEEP_S   (24 * 3600)

enum once_state {
	ONCE_NEW,      /* nobody has used the key yet */
	ONCE_REPLAY,   /* status and body are what was answered then */
	ONCE_MISMATCH, /* the key was used for another request: 422 */
	ONCE_STATE_COUNT
};

struct once {
	int64_t         id;          /* 0: this request has no key */
	int64_t         fingerprint; /* of method, path and body */
	enum once_state state;
	int32_t         status; /* 0: no answer (yet) */
	struct str      body;   /* JSON; for status 303 the address to go to */
	struct arena   *arena;  /* the request's: body lives here */
};

/* Names the once of a request: scope is the account (or 0 and a guest's token
 * in front of the key); 63 bits of HMAC each. */
void once_name(const struct key *key, int64_t scope, struct str text, struct str method,
               struct str path, struct str body, struct arena *arena, struct once *ret);
/* What is known of the key; any connection. */
enum err once_look(struct db *db, struct once *once);
/* For a command, as the last thing it does: the answer to this request is
 * `status` and `body` (copied).  Without a key it is only remembered for the
 * response; with one it is also written. */
enum err once_answer(struct store *store, struct once *once, int32_t status, struct str body);
