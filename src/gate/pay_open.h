/*
 * pay_open.h - what gateways' open() functions read alike from their settings.
 */
#pragma once
#include "gate/pay.h"

/* A base address: https://…, or http:// on loopback (a peer of a test); given back without a
 * slash at its end.  False: *ret_problem says what is wrong with it. */
bool pay_open_url(const struct pay_source *source, const char *setting, struct str *ret,
                  struct pay_problem *ret_problem);
/* A secret of printable ASCII, from a file; without blanks at its ends.  False: *ret_problem
 * says that it is missing, cannot be read, or holds what no secret has. */
bool pay_open_secret(const struct pay_source *source, const char *setting, struct arena *arena,
                     struct str *ret, struct pay_problem *ret_problem);
/* Zeroes over a secret in an arena. */
void pay_open_wipe(struct str *secret);
/* Is it "https://" or plain HTTP to this very machine? */
bool pay_open_safe(struct str url);
/* The first max characters of a text: never half of one. */
struct str pay_open_characters(struct str text, size_t max);
