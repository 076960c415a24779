/*
 * test.h - cmocka with what it wants included before it, and checks of struct
 * str.  Include it first, then the header under test.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* base.h takes the C library's assert, which stops the test binary at its line. */
#include "base/base.h"

/* The str is exactly this NUL-terminated text. */
#define assert_str(s, text) assert_str_at((s), (text), __FILE__, __LINE__)

static inline void assert_str_at(struct str s, const char *text, const char *file, int line)
{
	if (s.len == strlen(text) && (s.len == 0 || memcmp(s.ptr, text, s.len) == 0))
		return;
	print_error("\"%.*s\" is not \"%s\"\n", STR_ARG(s), text);
	_fail(file, line);
}
