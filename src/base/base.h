/*
 * base.h - what every other file may lean on: borrowed strings, failures,
 * and the few macros we allow ourselves.
 *
 * No domain words here, and nothing that owns memory.
 */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A borrowed run of bytes: never freed, not NUL-terminated, len in bytes. */
struct str {
	const char *ptr;
	size_t      len;
};

/* A string literal as a str; costs nothing at run time. */
#define STR(literal) ((struct str){ .ptr = "" literal, .len = sizeof(literal) - 1 })
/* The same as an initialiser, for rows of static tables. */
#define STR_INIT(literal) { .ptr = "" literal, .len = sizeof(literal) - 1 }
/* For printf's "%.*s". */
#define STR_ARG(s) (int)(s).len, (s).ptr

/*
 * Failures: the machine let us down (disk, network, memory, a damaged file).
 * A business "no" is a refusal and lives in its noun's REFUSALS table; a
 * programming error is an assert.  The three are never mixed (STYLE.md).
 */
/*   name        sentence for the log and for stderr                        */
#define ERRS(X)                                                                     \
	X(OK,        "no failure")                                                  \
	X(MEMORY,    "a memory limit was reached")                                  \
	X(FULL,      "a queue or buffer is full; try again shortly")                \
	X(DISK,      "the disk refused a read or write; check space and permissions") \
	X(CORRUPT,   "stored data is damaged; run keepline verify")                 \
	X(NETWORK,   "the network gave no usable answer")                           \
	X(TIMEOUT,   "the deadline passed without an answer")                       \
	X(CONFIG,    "the configuration is not usable; run keepline config check")  \
	X(BUSY,      "another process holds the resource")                          \
	X(NOT_FOUND, "there is no such thing")                                      \
	X(INPUT,     "the input is not well formed")                                \
	X(REFUSED,   "a rule refused the change")

#define X(name, sentence) ERR_##name,
enum err { ERRS(X) ERR_COUNT };
#undef X

/* The sentence of a failure, for people; static storage. */
const char *err_text(enum err err);
