/*
 * account.h - e-mail addresses at rest: found by a blind index, sealed, and
 * masked for everyone but their owner.
 *
 * The address itself is in no log, no index and no page.  SECURITY 1
 * (secrets/PII), WEB 5.12.
 */
#pragma once
#include "base/hash.h"

#define ACCOUNT_EMAIL_MAX  254 /* RFC 5321 4.5.3.1.3 less its brackets */
#define ACCOUNT_BLIND_SIZE 16

/* Folds (full-width letters, case of the domain and of the name) and checks an
 * address as typed: one @, no blanks or controls, a dot in the domain, LDH
 * labels.  False: not an address we can write to. */
bool account_email_fold(struct arena *arena, struct str typed, struct str *ret);
/* The blind index of a folded address: ACCOUNT_BLIND_SIZE bytes in the arena. */
struct str account_blind(struct arena *arena, const struct key *blind, struct str email);
/* Sealed with the blind index as context: a box cannot be moved to another row. */
struct str account_email_seal(struct arena *arena, const struct key *personal, struct str blind,
                              struct str email);
bool account_email_open(struct arena *arena, const struct key *personal, struct str blind,
                        struct str box, struct str *ret);
/* An address that one order's notices go to instead (orders.notify_box); bound
 * to that order. */
struct str account_notify_seal(struct arena *arena, const struct key *personal, int64_t order_id,
                               struct str email);
bool account_notify_open(struct arena *arena, const struct key *personal, int64_t order_id,
                         struct str box, struct str *ret);
