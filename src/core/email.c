/*
 * email.c - masked e-mail addresses.
 */
#include "core/email.h"

#include "base/str.h"
#include "base/utf8.h"

struct str email_mask(struct arena *arena, struct str email)
{
	struct str first = email, domain = email;
	size_t     at = email.len;

	/* The last '@': a quoted local part may hold one. */
	while (at > 0 && email.ptr[at - 1] != '@')
		at--;
	if (at <= 1)
		return STR("***");
	domain = str_skip(email, at);
	(void)utf8_next(&first);
	first = str_take(email, email.len - first.len);
	return arena_printf(arena, "%.*s***@%.*s", STR_ARG(first), STR_ARG(domain));
}
