/*
 * notice.c - the stored names of the notices.
 */
#include "core/notice.h"

#include "base/str.h"

#define X(id, name) [NOTICE_##id] = { .ptr = name, .len = sizeof(name) - 1 },
static const struct str names[NOTICE_COUNT] = { NOTICES(X) };
#undef X

struct str notice_name(enum notice kind)
{
	assert(kind < NOTICE_COUNT);
	return names[kind];
}

bool notice_from_name(struct str name, enum notice *ret)
{
	for (enum notice kind = 0; kind < NOTICE_COUNT; kind++)
		if (str_eq(names[kind], name)) {
			*ret = kind;
			return true;
		}
	return false;
}
