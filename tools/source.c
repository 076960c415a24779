/*
 * source.c - files in, files out, errors with their place.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/source.h"

static bool file_read(struct arena *arena, const char *path, struct str *ret);
static bool is_word(char c, bool first);
static void literal_char(struct buf *buf, unsigned char c);

struct source source_open(struct arena *arena, const char *path)
{
	struct source source = { .file = path };

	if (!file_read(arena, path, &source.rest))
		source_fail(path, 1, "cannot be read, or has more than %u bytes", SOURCE_MAX);
	return source;
}

bool source_line(struct source *source, struct str *ret)
{
	struct str line, rest;

	if (source->rest.len == 0)
		return false;
	(void)str_cut(source->rest, '\n', &line, &rest);
	if (memchr(line.ptr, '\0', line.len) != NULL || str_ends(line, STR("\r")))
		source_fail(source->file, source->line + 1, "NUL byte or DOS line end");
	source->rest = rest;
	source->line++;
	*ret = line;
	return true;
}

void source_fail(const char *file, int line, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fprintf(stderr, "%s:%d: ", file, line);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	exit(1);
}

void source_write(struct arena *arena, const char *dir, const char *name, const struct buf *content)
{
	const char *path = arena_cstr(arena, arena_printf(arena, "%s/%s", dir, name));
	struct str  old, now = buf_str(content);
	FILE       *file;

	if (content->full || arena->failed)
		source_fail(path, 1, "output too large");
	if (file_read(arena, path, &old) && str_eq(old, now))
		return;
	file = fopen(path, "wb");
	if (file == NULL)
		source_fail(path, 1, "cannot be written");
	if (fwrite(now.ptr, 1, now.len, file) != now.len || fclose(file) != 0)
		source_fail(path, 1, "cannot be written; is the disk full?");
}

struct str source_stem(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str  name = str_from(slash == NULL ? path : slash + 1);
	const char *dot = strrchr(name.ptr, '.');

	return dot == NULL ? name : str_take(name, (size_t)(dot - name.ptr));
}

struct str source_word(struct str s)
{
	size_t len = 0;

	while (len < s.len && is_word(s.ptr[len], len == 0))
		len++;
	return str_take(s, len);
}

struct str source_upper(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);

	for (size_t i = 0; copy != NULL && i < s.len; i++)
		copy[i] = s.ptr[i] >= 'a' && s.ptr[i] <= 'z' ? (char)(s.ptr[i] - 'a' + 'A')
		                                             : s.ptr[i];
	return (struct str){ .ptr = copy, .len = copy == NULL ? 0 : s.len };
}

void source_literal(struct buf *buf, struct str s)
{
	buf_add_char(buf, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '?' && i > 0 && s.ptr[i - 1] == '?')
			buf_add_char(buf, '\\'); /* no trigraphs */
		literal_char(buf, (unsigned char)s.ptr[i]);
		if (s.ptr[i] == '\n' && i + 1 < s.len)
			buf_add(buf, STR("\"\n\t    \""));
	}
	buf_add_char(buf, '"');
}

uint64_t source_hash(struct str context, struct str text)
{
	const struct str part[] = { context, STR("\004"), text };
	uint64_t         hash = UINT64_C(14695981039346656037);

	for (size_t p = 0; p < COUNT_OF(part); p++) {
		for (size_t i = 0; i < part[p].len; i++)
			hash = (hash ^ (unsigned char)part[p].ptr[i]) * UINT64_C(1099511628211);
	}
	return hash;
}

static bool file_read(struct arena *arena, const char *path, struct str *ret)
{
	FILE  *file = fopen(path, "rb");
	char  *text = NULL;
	size_t len = 0;
	long   size = -1;
	bool   ok;

	if (file == NULL)
		return false;
	if (fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	rewind(file);
	if (size >= 0 && size <= (long)SOURCE_MAX)
		text = arena_alloc(arena, (size_t)size + 1);
	if (text != NULL)
		len = fread(text, 1, (size_t)size, file);
	ok = text != NULL && ferror(file) == 0 && len == (size_t)size;
	fclose(file);
	if (ok)
		*ret = (struct str){ .ptr = text, .len = len };
	return ok;
}

static bool is_word(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

static void literal_char(struct buf *buf, unsigned char c)
{
	if (c == '"' || c == '\\')
		buf_printf(buf, "\\%c", c);
	else if (c == '\n')
		buf_add(buf, STR("\\n"));
	else if (c == '\t')
		buf_add(buf, STR("\\t"));
	else if (c < 0x20 || c == 0x7f)
		buf_printf(buf, "\\%03o", c);
	else
		buf_add_char(buf, (char)c);
}
