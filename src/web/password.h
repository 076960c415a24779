/*
 * password.h - which passwords are good, and how they are kept: Argon2id
 * (64 MiB, 2 passes) over an HMAC with the pepper, so that a stolen database
 * without DIR/keys cannot even be guessed at.
 *
 * Hashing takes 70 ms and 64 MiB: on a pool thread only (request_work).
 * Source: SECURITY 1 (passwords), V6 6.2; NIST SP 800-63B-4.
 */
#pragma once
#include "base/hash.h"

#define PASSWORD_MIN      15  /* characters: it is the only factor for now */
#define PASSWORD_MAX      256 /* bytes */
#define PASSWORD_TEXT_MAX 128 /* bytes of a stored hash, with its NUL */

/* What is wrong with a password. */
enum password_verdict {
	PASSWORD_GOOD,
	PASSWORD_SHORT,
	PASSWORD_LONG,
	PASSWORD_COMMON,  /* from the list, repeated, or a row of keys or digits */
	PASSWORD_CONTEXT, /* made of the address, our name or a carrier's */
	PASSWORD_VERDICT_COUNT
};

/* Judges a new password for an account with this folded address (may be empty). */
enum password_verdict password_check(struct arena *arena, struct str password, struct str email);

/* One hash to make or to prove; filled by the loop, worked on by a pool thread. */
struct password_job {
	const struct key *pepper;
	struct str        password;
	struct str        stored; /* prove this; empty: make a new one */
	char              text[PASSWORD_TEXT_MAX]; /* out: the new hash */
	bool              good;   /* out: proved, or made */
	bool              aged;   /* out: proved, but with old parameters; text holds a new hash */
};
/* work() of request_work(); arg is a struct password_job. */
void password_work(void *arg);
/* A stored hash that no password fits: proving it takes as long as any other. */
struct str password_nobody(void);
