/*
 * source.h - what the three small compilers share: read a source file, write
 * a generated one, and stop with "file:line: message" at the first mistake.
 *
 * The compilers run at build time and end after one job: everything lives in
 * one arena that the process's end gives back.
 */
#pragma once
#include "base/buf.h"
#include "base/str.h"

#define SOURCE_MAX    (4u << 20)   /* bytes of one input or output file */
#define SOURCE_MEMORY (256u << 20) /* bytes of all of them together */

/* A source being read: `file` and `line` (from 1) are where an error points to. */
struct source {
	const char *file;
	int         line;
	struct str  rest; /* what is still unread */
};

/* Opens `path`; a file that cannot be read ends the compiler. */
struct source source_open(struct arena *arena, const char *path);
/* The next line without its end; false after the last one. */
bool source_line(struct source *source, struct str *ret);
/* Prints "file:line: message" on stderr and exits with 1. */
_Noreturn void source_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes DIR/NAME unless it already holds exactly this, so that an unchanged
 * header does not rebuild its users. */
void source_write(struct arena *arena, const char *dir, const char *name,
                  const struct buf *content);
/* "line" from "src/store/line.sql": the file's name without folder and last suffix. */
struct str source_stem(const char *path);

/* [A-Za-z_][A-Za-z0-9_]*: the identifier at the start of s; empty when there is none. */
struct str source_word(struct str s);
struct str source_upper(struct arena *arena, struct str s); /* ASCII */
/* s as a C string literal with its quotes, broken after each newline. */
void source_literal(struct buf *buf, struct str s);
/* FNV-1a, 64 bit, of context, a byte 4 and text: the number in a page text's
 * enum constant.  The byte is what gettext puts between the two. */
uint64_t source_hash(struct str context, struct str text);
