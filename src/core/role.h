/*
 * role.h - who somebody is to the house.  Stored in account.role and
 * session.role, so rows are only ever added at the end.
 */
#pragma once

enum role {
	ROLE_GUEST,
	ROLE_MEMBER,
	ROLE_STAFF,
	ROLE_KEY, /* a program with an API key */
	ROLE_COUNT
};

/* What an API key may do: bits of api_key.scopes. */
/*   id             name on the command line */
#define SCOPES(X)                        \
	X(ORDERS_WRITE, "orders:write")  \
	X(ORDERS_READ,  "orders:read")   \
	X(LINES_READ,   "lines:read")

#define X(id, name) SCOPE_BIT_##id,
enum scope_bit { SCOPES(X) SCOPE_COUNT };
#undef X
#define X(id, name) SCOPE_##id = 1 << SCOPE_BIT_##id,
enum scope { SCOPES(X) };
#undef X
