/*
 * base.c - the sentences of failures.
 */
#include "base/base.h"

#define X(name, sentence) [ERR_##name] = sentence,
static const char *const err_texts[] = { ERRS(X) };
#undef X

static_assert(COUNT_OF(err_texts) == ERR_COUNT, "each failure has its sentence");

const char *err_text(enum err err)
{
	assert(err < ERR_COUNT);
	return err_texts[err];
}
