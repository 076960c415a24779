/*
 * route.h - the table of addresses (routes.def), and which row a path means.
 */
#pragma once
#include "web/field.h"
#include "web/request.h"

#define ROUTE_PART_MAX 4
#define ROUTE_PATH_MAX 2048 /* bytes of path and query together */

/* The methods that routes have; HEAD is GET without its body. */
enum method { METHOD_GET, METHOD_POST, METHOD_COUNT };

enum route_flag {
	ROUTE_LANG = 1 << 0,   /* lives under /zh-Hans/… */
	ROUTE_CSRF = 1 << 1,   /* form post of a session (or of a guest's cookie) */
	ROUTE_ONCE = 1 << 2,   /* idempotency key: header for programs, `ik` in forms */
	ROUTE_HOOK = 1 << 3,   /* partner callback with its own signature */
	ROUTE_PUBLIC = 1 << 4, /* a guest's answer may be cached */
	ROUTE_ORDERS_WRITE = 1 << 5, /* scopes an API key needs */
	ROUTE_ORDERS_READ = 1 << 6,
	ROUTE_LINES_READ = 1 << 7,
	ROUTE_ONCE_IF = 1 << 8, /* with ROUTE_ONCE: the key may be left out */
};

struct route {
	enum method method;
	const char *pattern; /* "/orders/{number}/receipt" */
	void (*handler)(struct request *request, struct response *response);
	enum role       role; /* the least that may call it; ROLE_KEY: programs only */
	uint32_t        flags; /* enum route_flag */
	enum field_form form;  /* what the form, the JSON body or the query may hold */
};

enum route_match {
	ROUTE_FOUND,
	ROUTE_UNKNOWN,    /* 404 */
	ROUTE_METHOD,     /* 405: other methods exist, see *ret_allow */
	ROUTE_MATCH_COUNT
};

/* The row for a method and a decoded path (without the language).  `lang`: was
 * there a language prefix?  Rows with and without LANG are apart.  Parts are
 * borrowed from the path.  HEAD is answered by GET's row. */
enum route_match route_find(struct str method, struct str path, bool lang,
                            struct str ret_part[ROUTE_PART_MAX], const struct route **ret,
                            const char **ret_allow);
/* Does a LANG row exist for this path at all (so that it may be redirected)? */
bool route_has_lang(struct str path);
size_t              route_count(void);
const struct route *route_at(size_t index);
/* Its row number; route_count() for a row of the machinery's own. */
size_t              route_index(const struct route *route);
