/*
 * poc.c - texts and their translations in, C tables out.
 *
 *	poc extract FILE.pot  messages.def a.page ...
 *	poc compile DIR       messages.def a.page ... po/ja.po ...
 *
 * extract writes the template that msgmerge brings into each po file.  compile
 * writes messages.h and messages.c: a message is an index, a language an array.
 * English is the source; en_XA is made from it for tests.  A missing, fuzzy or
 * mistaken translation is an error at its place.  ALLOW_GAPS=1 in the
 * environment, for translators at work only, shows English in the gaps.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/poc.h"

static void english(struct poc *poc);
static void extract(struct poc *poc, const char *path);
static void entry_write(struct poc *poc, struct buf *buf, size_t index);
static void gaps_check(struct poc *poc);
static void header_write(struct poc *poc, const char *dir);
static void code_write(struct poc *poc, const char *dir);
static int  message_order(const void *a, const void *b);

int main(int argc, char **argv)
{
	static struct arena arena;
	static struct poc   poc = { .arena = &arena };
	bool                compile = argc > 2 && strcmp(argv[1], "compile") == 0;

	arena_init(&arena, SOURCE_MEMORY);
	if (argc < 3 || (!compile && strcmp(argv[1], "extract") != 0)) {
		fputs("usage: poc extract FILE.pot SOURCES...\n"
		      "       poc compile DIR SOURCES... po/NAME.po...\n",
		      stderr);
		return 64;
	}
	for (int i = 3; i < argc; i++) {
		if (str_ends(str_from(argv[i]), STR(".def")))
			poc_read_table(&poc, argv[i]);
		else if (str_ends(str_from(argv[i]), STR(".page")))
			poc_read_page(&poc, argv[i]);
	}
	if (!compile) {
		extract(&poc, argv[2]);
		return poc.problem_count > 0;
	}
	english(&poc);
	for (int i = 3; i < argc; i++) {
		if (str_ends(str_from(argv[i]), STR(".po")))
			poc_read_po(&poc, argv[i]);
	}
	gaps_check(&poc);
	poc_pseudo(&poc, "en_XA");
	if (poc.problem_count > 0)
		return 1;
	header_write(&poc, argv[2]);
	code_write(&poc, argv[2]);
	arena_free(&arena);
	return 0;
}

void poc_problem(struct poc *poc, const char *file, int line, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fprintf(stderr, "%s:%d: ", file, line);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	poc->problem_count++;
}

static void english(struct poc *poc)
{
	struct language *en = &poc->language[poc->language_count++];

	*en = (struct language){ .name = STR("en"), .form_count = FORMS_MAX };
	en->form = arena_alloc(poc->arena, sizeof(*en->form) * MESSAGES_MAX);
	for (size_t i = 0; i < poc->message_count; i++) {
		const struct message *message = &poc->message[i];

		en->form[i][0] = message->text;
		en->form[i][1] = message->plural.len > 0 ? message->plural : message->text;
	}
}

/* Sorted by the file of the first use, so that people who work on different
 * pages change different places of the po files. */
static void extract(struct poc *poc, const char *path)
{
	struct buf  buf;
	const char *slash = strrchr(path, '/');
	struct str  dir = slash == NULL ? STR(".") : (struct str){ path, (size_t)(slash - path) };

	qsort(poc->message, poc->message_count, sizeof(poc->message[0]), message_order);
	buf_init(&buf, poc->arena, SOURCE_MAX);
	buf_add(&buf,
	        STR("msgid \"\"\nmsgstr \"\"\n\"Project-Id-Version: keepline\\n\"\n"
	            "\"MIME-Version: 1.0\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
	            "\"Content-Transfer-Encoding: 8bit\\n\"\n"));
	for (size_t i = 0; i < poc->message_count; i++)
		entry_write(poc, &buf, i);
	source_write(poc->arena, arena_cstr(poc->arena, dir), slash == NULL ? path : slash + 1,
	             &buf);
}

static void entry_write(struct poc *poc, struct buf *buf, size_t index)
{
	const struct message *message = &poc->message[index];

	if (message->text.len == 0)
		return;
	for (size_t i = 0; i < index; i++) {
		if (poc->message[i].hash == message->hash)
			return;
	}
	buf_add_char(buf, '\n');
	for (size_t i = index; i < poc->message_count; i++) {
		if (poc->message[i].hash == message->hash)
			buf_printf(buf, "#: %s:%d\n", poc->message[i].file, poc->message[i].line);
	}
	if (message->context.len > 0) {
		buf_add(buf, STR("msgctxt "));
		source_literal(buf, message->context);
		buf_add_char(buf, '\n');
	}
	buf_add(buf, STR("msgid "));
	source_literal(buf, message->text);
	if (message->plural.len > 0) {
		buf_add(buf, STR("\nmsgid_plural "));
		source_literal(buf, message->plural);
		buf_add(buf, STR("\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n"));
	} else {
		buf_add(buf, STR("\nmsgstr \"\"\n"));
	}
}

static void gaps_check(struct poc *poc)
{
	const char *allow = getenv("ALLOW_GAPS");

	for (size_t l = 0; l < poc->language_count; l++) {
		struct language *language = &poc->language[l];

		for (size_t i = 0; i < poc->message_count; i++) {
			const struct message *message = &poc->message[i];

			if (language->form[i][0].len > 0 || message->text.len == 0)
				continue;
			memcpy(language->form[i], poc->language[0].form[i],
			       sizeof(language->form[i]));
			if (allow == NULL || strcmp(allow, "1") != 0)
				poc_problem(poc, message->file, message->line,
				            "no translation in po/%.*s.po: \"%.*s\"",
				            STR_ARG(language->name), STR_ARG(message->text));
		}
	}
}

static void header_write(struct poc *poc, const char *dir)
{
	struct buf buf;

	buf_init(&buf, poc->arena, SOURCE_MAX);
	buf_add(&buf,
	        STR("/* Made by poc: the index of each text, and the tables. */\n#pragma once\n"
	            "#include \"base/base.h\"\n\nenum msg {\n\tMSG_NONE,\n"));
	for (size_t i = 0; i < poc->message_count; i++)
		buf_printf(&buf, "\t%.*s,\n", STR_ARG(poc->message[i].name));
	buf_add(&buf, STR("\tMSG_COUNT\n};\n\nenum message_language {\n"));
	for (size_t l = 0; l < poc->language_count; l++)
		buf_printf(&buf, "\tMESSAGES_%.*s,\n", STR_ARG(poc->language[l].name));
	buf_add(&buf, STR("\tMESSAGES_COUNT\n};\n\n"
	                  "/* Text of msg in form f: message_table[language][msg * forms + f]. */\n"
	                  "extern const struct str *const message_table[MESSAGES_COUNT];\n"
	                  "extern const uint8_t message_forms[MESSAGES_COUNT];\n"
	                  "/* Does the text differ by number? */\n"
	                  "extern const bool message_plural[MSG_COUNT];\n"));
	source_write(poc->arena, dir, "messages.h", &buf);
}

static void code_write(struct poc *poc, const char *dir)
{
	struct buf buf;

	buf_init(&buf, poc->arena, SOURCE_MAX);
	buf_add(&buf, STR("/* Made by poc. */\n#include \"text/messages.h\"\n"));
	for (size_t l = 0; l < poc->language_count; l++) {
		const struct language *language = &poc->language[l];

		buf_printf(&buf, "\nstatic const struct str %.*s[MSG_COUNT * %d] = {\n",
		           STR_ARG(language->name), language->form_count);
		for (size_t i = 0; i < poc->message_count; i++) {
			for (int f = 0; f < language->form_count; f++) {
				buf_printf(&buf, "\t[%.*s * %d + %d] = { ",
				           STR_ARG(poc->message[i].name), language->form_count, f);
				source_literal(&buf, language->form[i][f]);
				buf_printf(&buf, ", %zu },\n", language->form[i][f].len);
			}
		}
		buf_add(&buf, STR("};\n"));
	}
	buf_add(&buf, STR("\nconst struct str *const message_table[MESSAGES_COUNT] = {"));
	for (size_t l = 0; l < poc->language_count; l++)
		buf_printf(&buf, " %.*s,", STR_ARG(poc->language[l].name));
	buf_add(&buf, STR(" };\nconst uint8_t message_forms[MESSAGES_COUNT] = {"));
	for (size_t l = 0; l < poc->language_count; l++)
		buf_printf(&buf, " %d,", poc->language[l].form_count);
	buf_add(&buf, STR(" };\nconst bool message_plural[MSG_COUNT] = {\n"));
	for (size_t i = 0; i < poc->message_count; i++) {
		if (poc->message[i].plural.len > 0)
			buf_printf(&buf, "\t[%.*s] = true,\n", STR_ARG(poc->message[i].name));
	}
	buf_add(&buf, STR("\t[MSG_NONE] = false\n};\n"));
	source_write(poc->arena, dir, "messages.c", &buf);
}

static int message_order(const void *a, const void *b)
{
	const struct message *x = a, *y = b;
	int                   order = strcmp(x->file, y->file);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}
