/*
 * antom_sign.h - what Antom signs: requests, answers and notifications by one
 * rule (GATEWAYS 3).
 *
 *	POST /ams/api/v1/payments/pay\n
 *	<client id>.<time>.<the body as sent>
 *
 * One line end, none behind the body; the path as called, with its query.
 */
#pragma once
#include "gate/keyring.h"

/* Who said what, when, where. */
struct antom_message {
	struct str path;   /* "/ams/api/v1/payments/pay?x=1" */
	struct str client; /* header Client-Id */
	struct str time;   /* header Request-Time or Response-Time, as it stands there */
	struct str body;
};

/* The string to sign; empty when the arena is spent. */
struct str antom_text(const struct antom_message *message, struct arena *arena);
/* "algorithm=RSA256,keyVersion=1,signature=…" of our key; false: arena spent, a public key. */
bool antom_sign(const struct antom_message *message, const struct rsa_key *key,
                struct str key_version, struct arena *arena, struct str *ret);
/* Did Antom say this?  `signature` is the header's value, its parts in any order, blanks after
 * commas allowed.  The key version in it is a label that nobody signed: every key is tried. */
bool antom_proven(const struct antom_message *message, struct str signature,
                  const struct keyring *trusted, struct arena *arena);
/* Milliseconds since 1970 of Request-Time: digits (ms), or ISO 8601. */
bool antom_time(struct str text, int64_t *ret_ms);
/* The path of an absolute address, with its query; "/" when it has none. */
struct str antom_path(struct str url);
