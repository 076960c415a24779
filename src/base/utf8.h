/*
 * utf8.h - checking and folding of text from people.
 */
#pragma once
#include "base/arena.h"

bool utf8_valid(struct str s); /* no overlong forms, surrogates or beyond U+10FFFF */
/* Next code point; moves *s on.  0xFFFD for a damaged byte; -1 at the end. */
int32_t utf8_next(struct str *s);
void utf8_put(char **at, int32_t code_point); /* writes 1..4 bytes and moves *at on */
/* What NFKC does to the characters people type for numbers and Latin words:
 * full-width ASCII forms -> ASCII, ideographic and no-break spaces -> space,
 * every dash and minus -> '-', full-width and circled digits -> digits.
 * Control, zero-width and bidi characters are dropped. */
struct str utf8_fold(struct arena *arena, struct str s);
size_t utf8_length(struct str s); /* code points */
