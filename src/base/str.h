/*
 * str.h - operations on borrowed strings.  None allocates; every result
 * points into its argument or is a plain value.
 */
#pragma once
#include "base/base.h"

struct str str_from(const char *zero_terminated); /* NULL gives an empty str */
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII only */
int  str_cmp(struct str a, struct str b);       /* byte order, shorter first on a tie */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Without the first count bytes; an empty rest stays at the end of s, as in str_trim. */
struct str str_skip(struct str s, size_t count);
struct str str_take(struct str s, size_t count);             /* at most the first count bytes */
struct str str_trim(struct str s);                           /* without ASCII blanks at both ends */
/* Cut at the first sep: true when it was there.  *head gets what is before
 * it (or all of s), *tail what is after it (or empty). */
bool str_cut(struct str s, char sep, struct str *head, struct str *tail);
ptrdiff_t str_find(struct str s, struct str needle);         /* -1 when absent */
/* Whole string as a decimal number; false on empty, junk or overflow. */
bool str_to_int64(struct str s, int64_t *ret);
/* Equal without telling by time where they differ; false at once on length. */
bool str_eq_secret(struct str a, struct str b);
