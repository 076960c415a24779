/*
 * poc_read.c - the texts in pages and in messages.def, and their translations.
 */
#include <gettext-po.h>
#include <inttypes.h>
#include <string.h>

#include "tools/poc.h"
#include "tools/tag.h"

static void page_tag(struct poc *poc, const char *path, int line, struct str body);
static void table_row(struct poc *poc, const char *path, int line, struct str row);
static void message_add(struct poc *poc, struct message message);
static int  line_of(struct str text, struct str at);
static void po_entry(struct poc *poc, struct language *language, po_message_t entry,
                     const char *path);
static void form_check(struct poc *poc, const struct message *message, struct str form, bool one,
                       const char *path, int line);
static bool names_in(struct str text, struct str names, bool n_optional);
static void po_error(int severity, po_message_t message, const char *file, size_t line,
                     size_t column, int multiline, const char *text);
static void po_error2(int severity, po_message_t message, const char *file, size_t line,
                      size_t column, int multiline, const char *text, po_message_t message2,
                      const char *file2, size_t line2, size_t column2, int multiline2,
                      const char *text2);
static struct str pseudo(struct arena *arena, struct str text);

void poc_read_page(struct poc *poc, const char *path)
{
	struct str text = source_open(poc->arena, path).rest;
	size_t     at = 0;

	while (at < text.len) {
		struct str rest = str_skip(text, at), line, tail;
		ptrdiff_t  open;
		size_t     len;

		(void)str_cut(rest, '\n', &line, &tail);
		open = str_starts(rest, STR("%")) && (at == 0 || text.ptr[at - 1] == '\n')
		           ? -1
		           : str_find(line, STR("{{"));
		if (open < 0) {
			at += line.len + 1;
			continue;
		}
		rest = str_skip(rest, (size_t)open);
		len = tag_length(rest);
		if (len == 0)
			source_fail(path, line_of(text, rest), "{{ without }}");
		page_tag(poc, path, line_of(text, rest),
		         str_trim(str_take(str_skip(rest, 2), len - 4)));
		at += (size_t)open + len;
	}
}

/* Rows: MESSAGE(NAME, "text")  MESSAGE_N(NAME, "one", "many")
 *       MESSAGE_C(NAME, "context", "text") */
void poc_read_table(struct poc *poc, const char *path)
{
	struct source source = source_open(poc->arena, path);
	struct str    text = source.rest, line;

	while (source_line(&source, &line)) {
		if (str_starts(line, STR("MESSAGE")))
			table_row(poc, path, source.line,
			          str_skip(text, (size_t)(line.ptr - text.ptr) + 7));
		else if (str_find(line, STR("MESSAGE")) >= 0 &&
		         !str_starts(str_trim(line), STR("*")) && !str_starts(line, STR("/*")))
			source_fail(path, source.line, "a row begins in the first column");
	}
}

void poc_read_po(struct poc *poc, const char *path)
{
	static const struct po_xerror_handler handler = { .xerror = po_error,
		                                          .xerror2 = po_error2 };
	struct language                      *language = &poc->language[poc->language_count++];
	po_file_t                             file = po_file_read(path, &handler);
	po_message_iterator_t                 entries;
	const char                           *header;

	if (file == NULL || poc->language_count == LANGUAGES_MAX)
		source_fail(path, 1, "cannot be read");
	header = po_file_domain_header(file, NULL);
	*language = (struct language){ .name = source_stem(path) };
	language->form = arena_alloc(poc->arena, sizeof(*language->form) * MESSAGES_MAX);
	if (header != NULL && strstr(header, "nplurals=1; plural=0;") != NULL)
		language->form_count = 1;
	else if (header != NULL && strstr(header, "nplurals=2; plural=(n != 1);") != NULL)
		language->form_count = 2;
	else
		source_fail(path, 1,
		            "Plural-Forms is neither \"nplurals=1; plural=0;\" nor "
		            "\"nplurals=2; plural=(n != 1);\"");
	if (strstr(header, "charset=UTF-8") == NULL)
		source_fail(path, 1, "charset=UTF-8, please");
	entries = po_message_iterator(file, NULL);
	for (po_message_t entry; (entry = po_next_message(entries)) != NULL;)
		po_entry(poc, language, entry, path);
	po_message_iterator_free(entries);
	po_file_free(file);
}

void poc_pseudo(struct poc *poc, const char *name)
{
	struct language *language = &poc->language[poc->language_count++];

	*language = (struct language){ .name = str_from(name), .form_count = FORMS_MAX };
	language->form = arena_alloc(poc->arena, sizeof(*language->form) * MESSAGES_MAX);
	for (size_t i = 0; i < poc->message_count; i++) {
		for (int f = 0; f < FORMS_MAX; f++)
			language->form[i][f] = pseudo(poc->arena, poc->language[0].form[i][f]);
	}
}

static void page_tag(struct poc *poc, const char *path, int line, struct str body)
{
	struct tag     tag;
	const char    *problem;
	struct message message;

	if (!str_starts(body, STR("_")))
		return;
	if (!tag_parse(poc->arena, body, &tag, &problem))
		source_fail(path, line, "%s", problem);
	message = (struct message){ .context = tag.context,
		                    .text = tag.text,
		                    .plural = tag.plural,
		                    .file = path,
		                    .line = line };
	message.name = arena_printf(poc->arena, "MSG_x%016" PRIx64,
	                            source_hash(tag.context, tag.text));
	message_add(poc, message);
}

static void table_row(struct poc *poc, const char *path, int line, struct str row)
{
	struct message message = { .file = path, .line = line };
	char           kind = row.len > 1 && row.ptr[0] == '_' ? row.ptr[1] : ' ';
	struct str     first, name;
	bool           ok = str_cut(row, '(', &first, &row);

	name = source_word(row);
	row = str_trim(str_skip(row, name.len));
	ok = ok && name.len > 0 && str_starts(row, STR(","));
	row = str_skip(row, 1);
	ok = ok && tag_literal(poc->arena, &row, &message.text);
	if (ok && kind != ' ') {
		struct str second;

		ok = str_starts(row, STR(","));
		row = str_skip(row, 1);
		ok = ok && tag_literal(poc->arena, &row, &second);
		if (kind == 'N')
			message.plural = second;
		else
			message.context = message.text;
		if (kind == 'C')
			message.text = second;
	}
	if (!ok || !str_starts(row, STR(")")))
		source_fail(path, line, "write MESSAGE(NAME, \"text\")");
	message.name = arena_printf(poc->arena, "MSG_%.*s", STR_ARG(name));
	message_add(poc, message);
}

static void message_add(struct poc *poc, struct message message)
{
	message.hash = source_hash(message.context, message.text);
	if (!tag_braces(message.text) || !tag_braces(message.plural))
		source_fail(message.file, message.line, "a brace in the text that is no {name}");
	if (str_find(message.text, STR("¥")) >= 0)
		source_fail(message.file, message.line,
		            "never a bare sign: money shows its ISO code");
	for (size_t i = 0; i < poc->message_count; i++) {
		const struct message *other = &poc->message[i];

		if (other->hash != message.hash && !str_eq(other->name, message.name))
			continue;
		if (!str_eq(other->text, message.text) || !str_eq(other->plural, message.plural) ||
		    (str_eq(other->name, message.name) && other->name.ptr[4] != 'x'))
			source_fail(message.file, message.line,
			            "not the same text as in %s:%d, or twice", other->file,
			            other->line);
		if (str_eq(other->name, message.name))
			return;
	}
	if (poc->message_count == MESSAGES_MAX)
		source_fail(message.file, message.line, "more than %d texts", MESSAGES_MAX);
	poc->message[poc->message_count++] = message;
}

static int line_of(struct str text, struct str at)
{
	int line = 1;

	for (const char *p = text.ptr; p < at.ptr; p++)
		line += *p == '\n';
	return line;
}

static void po_entry(struct poc *poc, struct language *language, po_message_t entry,
                     const char *path)
{
	struct str context = str_from(po_message_msgctxt(entry));
	struct str text = str_from(po_message_msgid(entry));
	uint64_t   hash = source_hash(context, text);
	bool       plural = po_message_msgid_plural(entry) != NULL;

	if (text.len == 0 || po_message_is_obsolete(entry))
		return;
	for (size_t i = 0; i < poc->message_count; i++) {
		struct message *message = &poc->message[i];

		if (message->hash != hash || plural != (message->plural.len > 0))
			continue;
		if (po_message_is_fuzzy(entry))
			poc_problem(poc, message->file, message->line, "fuzzy in %s: \"%.*s\"",
			            path, STR_ARG(text));
		for (int f = 0; f < language->form_count; f++) {
			struct str form = str_from(plural ? po_message_msgstr_plural(entry, f)
			                                  : po_message_msgstr(entry));

			if (form.len == 0)
				break; /* a gap */
			form = arena_str(poc->arena, form);
			form_check(poc, message, form, f + 1 < language->form_count, path,
			           message->line);
			language->form[i][f] = form;
		}
		if (plural && language->form[i][language->form_count - 1].len == 0)
			language->form[i][0].len = 0;
	}
}

/* The same {names} as in English; a form for one thing need not say {n}. */
static void form_check(struct poc *poc, const struct message *message, struct str form, bool one,
                       const char *path, int line)
{
	struct str source = message->plural.len > 0 ? message->plural : message->text;
	bool       n_optional = one && message->plural.len > 0;
	struct str rest = form, name;

	while (tag_placeholder(&rest, &name)) {
		if (name.ptr[0] != '/')
			continue;
		if (tag_has(str_take(form, (size_t)(name.ptr - form.ptr)), str_skip(name, 1)))
			continue;
		poc_problem(poc, message->file, line, "%s: {%.*s} comes too early in \"%.*s\"",
		            path, STR_ARG(name), STR_ARG(form));
	}
	if (!tag_braces(form) || !names_in(form, source, n_optional) ||
	    !names_in(source, form, false))
		poc_problem(poc, message->file, line,
		            "%s: not the {names} of the English text: \"%.*s\"", path,
		            STR_ARG(form));
	if (str_find(form, STR("¥")) >= 0 || str_find(form, STR("￥")) >= 0)
		poc_problem(poc, message->file, line,
		            "%s: never a bare sign: money shows its ISO code", path);
}

/* Is every {name} of `names` in the text? */
static bool names_in(struct str text, struct str names, bool n_optional)
{
	struct str name;

	while (tag_placeholder(&names, &name)) {
		if (!tag_has(text, name) && !(n_optional && str_eq(name, STR("n"))))
			return false;
	}
	return true;
}

static void po_error(int severity, po_message_t message, const char *file, size_t line,
                     size_t column, int multiline, const char *text)
{
	(void)message, (void)column, (void)multiline;
	if (severity != PO_SEVERITY_WARNING)
		source_fail(file == NULL ? "po" : file, (int)line, "%s; ./dev texts mends doubles",
		            text);
}

static void po_error2(int severity, po_message_t message, const char *file, size_t line,
                      size_t column, int multiline, const char *text, po_message_t message2,
                      const char *file2, size_t line2, size_t column2, int multiline2,
                      const char *text2)
{
	(void)message2, (void)file2, (void)line2, (void)column2, (void)multiline2, (void)text2;
	po_error(severity, message, file, line, column, multiline, text);
}

/* "Pay {amount}" -> "⟦Þåý {amount}~~⟧" */
static struct str pseudo(struct arena *arena, struct str text)
{
	static const char *const upper[26] = { "Å", "Ɓ", "Ç", "Ð", "É", "Ƒ", "Ĝ", "Ĥ", "Î",
		                               "Ĵ", "Ķ", "Ļ", "Ṁ", "Ñ", "Ö", "Þ", "Ǫ", "Ŕ",
		                               "Š", "Ţ", "Û", "Ṽ", "Ŵ", "Ẋ", "Ý", "Ž" };
	static const char *const lower[26] = { "å", "ƀ", "ç", "ð", "é", "ƒ", "ĝ", "ĥ", "î",
		                               "ĵ", "ķ", "ļ", "ɱ", "ñ", "ö", "þ", "ǫ", "ŕ",
		                               "š", "ţ", "û", "ṽ", "ŵ", "ẋ", "ý", "ž" };
	size_t                   letters = 0;
	bool                     inside = false;
	struct buf               buf;

	if (text.len == 0)
		return text;
	buf_init(&buf, arena, SOURCE_MAX);
	buf_add(&buf, STR("⟦"));
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		inside = c == '{' || (inside && c != '}');
		letters += !inside && c != '}';
		if (!inside && c >= 'A' && c <= 'Z')
			buf_add(&buf, str_from(upper[c - 'A']));
		else if (!inside && c >= 'a' && c <= 'z')
			buf_add(&buf, str_from(lower[c - 'a']));
		else
			buf_add_char(&buf, c);
	}
	for (size_t i = 0; i < (letters * 3 + 9) / 10; i++)
		buf_add_char(&buf, '~');
	buf_add(&buf, STR("⟧"));
	return buf_str(&buf);
}
