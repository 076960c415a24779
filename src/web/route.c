/*
 * route.c - the table of addresses and the search in it.
 */
#include "web/route.h"

#include "base/str.h"

/* The short names that routes.def is written in. */
enum {
	NONE = 0,
	LANG = ROUTE_LANG,
	CSRF = ROUTE_CSRF,
	ONCE = ROUTE_ONCE,
	ONCE_IF = ROUTE_ONCE | ROUTE_ONCE_IF,
	HOOK = ROUTE_HOOK,
	PUBLIC = ROUTE_PUBLIC,
	ORDERS_WRITE = ROUTE_ORDERS_WRITE,
	ORDERS_READ = ROUTE_ORDERS_READ,
	LINES_READ = ROUTE_LINES_READ,
};

#define ROUTE(method, pattern, handler, role, flags, form) \
	void handler(struct request *request, struct response *response);
#include "web/routes.def"
#undef ROUTE

/* Whatever changes something proves that it was meant: a session's form, a
 * program's key, or a partner's signature. */
#define ROUTE(method, pattern, handler, role, flags, form) \
	_Static_assert(METHOD_##method != METHOD_POST || ((flags) & (CSRF | HOOK)) != 0 || \
	                   ROLE_##role == ROLE_KEY, \
	               "POST " pattern " needs CSRF, HOOK or the role KEY"); \
	_Static_assert(((flags)&PUBLIC) == 0 || METHOD_##method == METHOD_GET, \
	               pattern " is PUBLIC but no GET");
#include "web/routes.def"
#undef ROUTE

#define ROUTE(m, p, h, r, f, fields) \
	{ .method = METHOD_##m, \
	  .pattern = (p), \
	  .handler = (h), \
	  .role = ROLE_##r, \
	  .flags = (f), \
	  .form = (fields) },
static const struct route table[] = {
#include "web/routes.def"
};
#undef ROUTE

static bool        pattern_match(const char *pattern, struct str path, struct str *ret_part);
static const char *allow_text(uint32_t methods);

enum route_match route_find(struct str method, struct str path, bool lang,
                            struct str ret_part[ROUTE_PART_MAX], const struct route **ret,
                            const char **ret_allow)
{
	bool     get = str_eq(method, STR("GET")) || str_eq(method, STR("HEAD"));
	bool     post = str_eq(method, STR("POST"));
	uint32_t methods = 0;

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		const struct route *route = &table[i];

		if (((route->flags & ROUTE_LANG) != 0) != lang ||
		    !pattern_match(route->pattern, path, ret_part))
			continue;
		if ((route->method == METHOD_GET && get) ||
		    (route->method == METHOD_POST && post)) {
			*ret = route;
			return ROUTE_FOUND;
		}
		methods |= 1u << route->method;
	}
	if (methods == 0)
		return ROUTE_UNKNOWN;
	*ret_allow = allow_text(methods);
	return ROUTE_METHOD;
}

bool route_has_lang(struct str path)
{
	struct str part[ROUTE_PART_MAX];

	for (size_t i = 0; i < COUNT_OF(table); i++)
		if ((table[i].flags & ROUTE_LANG) != 0 &&
		    pattern_match(table[i].pattern, path, part))
			return true;
	return false;
}

size_t route_count(void)
{
	return COUNT_OF(table);
}

const struct route *route_at(size_t index)
{
	assert(index < COUNT_OF(table));
	return &table[index];
}

size_t route_index(const struct route *route)
{
	size_t index = 0;

	while (index < COUNT_OF(table) && &table[index] != route)
		index++;
	return index;
}

/* "{…}" takes one segment that is not empty. */
static bool pattern_match(const char *pattern, struct str path, struct str *ret_part)
{
	size_t at = 0, part = 0;

	while (*pattern != 0) {
		if (*pattern == '{') {
			size_t start = at;

			while (at < path.len && path.ptr[at] != '/')
				at++;
			if (at == start)
				return false;
			assert(part < ROUTE_PART_MAX);
			ret_part[part++] = (struct str){ .ptr = path.ptr + start,
				                         .len = at - start };
			while (*pattern++ != '}')
				;
			continue;
		}
		if (at == path.len || path.ptr[at] != *pattern)
			return false;
		at++;
		pattern++;
	}
	return at == path.len;
}

static const char *allow_text(uint32_t methods)
{
	static const char *const text[1 << METHOD_COUNT] = {
		[0] = "",
		[1 << METHOD_GET] = "GET, HEAD",
		[1 << METHOD_POST] = "POST",
		[1 << METHOD_GET | 1 << METHOD_POST] = "GET, HEAD, POST",
	};

	return text[methods];
}
