/*
 * url.h - percent-encoding, exactly once each way.
 *
 * A value that was signed must come out byte for byte as it went in: who
 * decodes twice, or takes '+' for a blank where it is none, breaks signatures.
 */
#pragma once
#include "base/arena.h"

#define URL_PAIRS_MAX 256 /* names in one form or query */

/* RFC 3986: all but [0-9A-Za-z-._~] becomes %XX, upper case; a blank is %20. */
struct str url_encode(struct arena *arena, struct str text);
/* application/x-www-form-urlencoded as browsers and Java write it: a blank is '+', and
 * [0-9A-Za-z-._*] stays. */
struct str url_encode_form(struct arena *arena, struct str text);
/* Decodes %XX once.  False: '%' without two digits, or arena spent. */
bool url_decode(struct arena *arena, struct str text, struct str *ret);      /* '+' stays '+' */
bool url_decode_form(struct arena *arena, struct str text, struct str *ret); /* '+' is a blank */

/* One name and its value. */
struct url_pair {
	struct str name, value;
};

/* a=b&c=d into pairs in their order, each decoded once as a form.  A name without '=' has an
 * empty value; empty pieces are passed over.  False: broken escape, a name twice, more than max. */
bool url_parse_form(struct arena *arena, struct str text, struct url_pair *ret, size_t max,
                    size_t *ret_count);
/* The value of that name; NULL when it is absent. */
const struct str *url_find(const struct url_pair *pairs, size_t count, struct str name);
/* By the bytes of their names, in place: as all string-to-sign rules want them. */
void url_sort(struct url_pair *pairs, size_t count);
