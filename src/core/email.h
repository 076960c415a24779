/*
 * email.h - showing an e-mail address without giving it away.
 */
#pragma once
#include "base/arena.h"

/* "lily@example.com" -> "l***@example.com": the first character, three stars
 * whatever the length, and the domain.  Text without '@' becomes "***". */
struct str email_mask(struct arena *arena, struct str email);
