/*
 * keyring.h - the public keys of one partner, the old and the new side by side
 * while it changes them: a signature of any of them counts.
 */
#pragma once
#include "base/rsa.h"

#define KEYRING_MAX 8 /* keys in one file */

/* OpenSSL's keys; until keyring_close(). */
struct keyring {
	struct rsa_key *key[KEYRING_MAX];
	size_t          count;
};

/* Every PEM block of the text (public keys, certificates), or one key in bare base 64.  False:
 * none, more than KEYRING_MAX, or one of them is no RSA key of bits_min bits or more. */
bool keyring_open(struct str text, int bits_min, struct keyring *ret);
void keyring_close(struct keyring *ring); /* an empty one is allowed */
/* Did any of them sign exactly these bytes (SHA256withRSA, strict base 64)? */
bool keyring_verify(const struct keyring *ring, struct str data, struct str base64,
                    struct arena *arena);
/* Is one of them the public half of that key? */
bool keyring_holds(const struct keyring *ring, const struct rsa_key *key);
