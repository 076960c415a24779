/*
 * strict.h - what libmicrohttpd 0.9.75 lets through and we do not: requests
 * that another server might understand differently (request smuggling).
 *
 * Pure.  Any of these closes the connection behind the answer.
 * Source: PERFORMANCE 4.2, RFC 9112 3.2, 6.1, 6.3; SECURITY V4 4.2.1.
 */
#pragma once
#include "web/request.h"

enum strict_result {
	STRICT_GOOD,
	STRICT_METHOD,   /* not a token of capital letters */
	STRICT_TARGET,   /* not "/…": absolute form, "*", junk */
	STRICT_HOST,     /* missing, twice, or not a host name */
	STRICT_LENGTH,   /* Content-Length twice, not digits, too many of them */
	STRICT_ENCODING, /* Transfer-Encoding twice, not "chunked", in HTTP/1.0, or with a length */
	STRICT_HEADER,   /* a name that is no token, or a value with control characters */
	STRICT_EXPECT,   /* Expect other than 100-continue */
	STRICT_RESULT_COUNT
};

/* *ret_length: bytes of the body; -1 chunked, 0 none. */
enum strict_result strict_check(struct str method, struct str target, struct str version,
                                const struct header *headers, size_t count, int64_t *ret_length);
/* "host", "length", … for the log; static storage. */
const char *strict_name(enum strict_result result);
