/*
 * pagec.c - pages in, C functions out.
 *
 *	pagec -o DIR a.page b.page ...
 *
 * DIR gets pages.h (the declarations of all pages) and NAME_page.c for every
 * NAME.page.  In a page,
 *
 *	%% void page_line(struct out *o, const struct line_view *v);
 *	                      a line of pages.h
 *	% for (...) {         a line of C; blocks have braces
 *	<p>...</p>            HTML; indentation and needless line ends are dropped,
 *	                      and so is a line end behind a \
 *	{{ expr }}            the value, escaped for where it stands (text/out.h)
 *	{{! expr }}           a struct str that is HTML already, as it is
 *	{{/ expr }}           in href, src, action: a path, such as "/orders?page=2"
 *	{{if expr}} {{else if expr}} {{else}} {{end}}
 *	{{_ ... }}            words, to be translated: see tag.h
 *
 * #line leads every compiler error to the page's own line.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/html.h"
#include "tools/tag.h"

#define DEPTH_MAX 16 /* nested {{if}} */

struct page {
	struct arena *arena;
	struct source source;
	struct buf   *header, code, text; /* text: HTML that waits to become one out_raw */
	struct html   html;
	struct html   branch[DEPTH_MAX];
	size_t        depth;
	int           line;      /* of what is being compiled */
	int           code_line; /* the line that C now stands at; 0 unknown */
	bool          open;      /* the last line of C must go on or open a block */
};

static void       page_compile(struct arena *arena, const char *path, const char *dir,
                               struct buf *header);
static void       code_line(struct page *page, struct str line);
static void       html_line(struct page *page, struct str line);
static struct str line_whole(struct page *page, struct str line);
static void       static_add(struct page *page, char c);
static void       static_flush(struct page *page);
static void       line_mark(struct page *page, struct buf *buf);
static void       tag_compile(struct page *page, struct str body);
static void       value_compile(struct page *page, struct str body);
static void       path_compile(struct page *page, struct str expr);
static void       raw_compile(struct page *page, struct str expr);
static bool       branch_compile(struct page *page, struct str body);
static void       branch_check(struct page *page, bool last);
static void       words_compile(struct page *page, struct str body);
static void       parts_compile(struct page *page, const struct tag *tag);
static void       html_part(struct page *page, const struct tag *tag, const struct tag_part *part);
_Noreturn static void page_fail(const struct page *page, const char *message);

int main(int argc, char **argv)
{
	static struct arena arena;
	static struct buf   header;

	arena_init(&arena, SOURCE_MEMORY);
	buf_init(&header, &arena, SOURCE_MAX);
	if (argc < 3 || strcmp(argv[1], "-o") != 0) {
		fputs("usage: pagec -o DIR a.page b.page ...\n", stderr);
		return 64;
	}
	buf_add(&header, STR("/* Made by pagec. */\n#pragma once\n#include \"text/out.h\"\n"));
	for (int i = 3; i < argc; i++)
		page_compile(&arena, argv[i], argv[2], &header);
	source_write(&arena, argv[2], "pages.h", &header);
	arena_free(&arena);
	return 0;
}

static void page_compile(struct arena *arena, const char *path, const char *dir, struct buf *header)
{
	struct page page = { .arena = arena, .source = source_open(arena, path), .header = header };
	struct str  name = arena_printf(arena, "%.*s_page.c", STR_ARG(source_stem(path)));
	struct str  line;

	buf_init(&page.code, arena, SOURCE_MAX);
	buf_init(&page.text, arena, SOURCE_MAX);
	buf_printf(&page.code,
	           "/* Made by pagec from %s. */\n#include \"text/messages.h\"\n"
	           "#include \"text/out.h\"\n\n"
	           "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n",
	           path);
	while (source_line(&page.source, &line)) {
		page.line = page.source.line;
		if (str_starts(line, STR("%%"))) {
			buf_printf(header, "#line %d \"%s\"\n%.*s\n", page.line, path,
			           STR_ARG(str_trim(str_skip(line, 2))));
		} else if (str_starts(line, STR("%"))) {
			code_line(&page, str_skip(line, 1));
		} else if (str_trim(line).len > 0) {
			html_line(&page, line_whole(&page, line));
		}
	}
	static_flush(&page);
	if (page.html.place != HTML_TEXT || page.depth > 0)
		page_fail(&page, "the page ends inside of a tag or an {{if}}");
	source_write(arena, dir, arena_cstr(arena, name), &page.code);
}

static void code_line(struct page *page, struct str line)
{
	struct str code = str_trim(line);

	static_flush(page);
	line_mark(page, &page->code);
	buf_printf(&page->code, "%.*s\n", STR_ARG(line));
	page->code_line++;
	if (code.len > 0)
		page->open = str_ends(code, STR(")")) || str_ends(code, STR("else"));
}

/* A line up to where its last {{ ends. */
static struct str line_whole(struct page *page, struct str line)
{
	struct str more;
	ptrdiff_t  at;

	for (struct str rest = line; (at = str_find(rest, STR("{{"))) >= 0;) {
		size_t len = tag_length(str_skip(rest, (size_t)at));

		if (len > 0) {
			rest = str_skip(rest, (size_t)at + len);
			continue;
		}
		if (!source_line(&page->source, &more))
			page_fail(page, "{{ without }}");
		at += rest.ptr - line.ptr;
		line = arena_printf(page->arena, "%.*s\n%.*s", STR_ARG(line), STR_ARG(more));
		rest = str_skip(line, (size_t)at);
	}
	return line;
}

static void html_line(struct page *page, struct str line)
{
	bool kept = html_inside(&page->html, "pre") || html_inside(&page->html, "textarea");

	if (page->open)
		page_fail(page, "HTML below a condition without braces: write % if (...) {");
	while (!kept && line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t'))
		line = str_skip(line, 1);
	for (size_t at = 0; at < line.len;) {
		size_t len = 1;

		if (str_starts(str_skip(line, at), STR("{{"))) {
			len = tag_length(str_skip(line, at));
			tag_compile(page, str_trim(str_take(str_skip(line, at + 2), len - 4)));
		} else if (!(at + 1 == line.len && line.ptr[at] == '\\')) {
			static_add(page, line.ptr[at]);
		}
		for (size_t i = 0; i < len; i++)
			page->line += line.ptr[at + i] == '\n';
		at += len;
	}
	if (!str_ends(line, STR("\\")) &&
	    !(html_after_block(&page->html) && str_ends(str_trim(line), STR(">"))))
		static_add(page, '\n');
}

static void static_add(struct page *page, char c)
{
	const char *problem = html_step(&page->html, c);

	if (problem != NULL)
		page_fail(page, problem);
	buf_add_char(&page->text, c);
}

static void static_flush(struct page *page)
{
	if (page->text.len == 0)
		return;
	buf_add(&page->code, STR("\tout_raw(o, STR("));
	source_literal(&page->code, buf_str(&page->text));
	buf_add(&page->code, STR("));\n"));
	page->text.len = 0;
	page->code_line = 0;
}

static void line_mark(struct page *page, struct buf *buf)
{
	if (page->code_line != page->line)
		buf_printf(buf, "#line %d \"%s\"\n", page->line, page->source.file);
	page->code_line = page->line;
}

static void tag_compile(struct page *page, struct str body)
{
	if (body.len == 0)
		page_fail(page, "{{ }} holds nothing");
	if (page->html.place == HTML_TAG_NAME || page->html.place == HTML_ATTRIBUTE)
		static_add(page, ' '); /* a name must not go on behind {{if}} or {{end}} */
	static_flush(page);
	line_mark(page, &page->code);
	if (branch_compile(page, body)) {
		page->code_line++;
		return;
	}
	if (page->html.place == HTML_EQUALS)
		page_fail(page, "put quotes around {{ }} in an attribute");
	if (page->html.place != HTML_TEXT && page->html.place != HTML_VALUE)
		page_fail(page, "{{ }} stands in a tag outside of a quoted attribute");
	if (html_inside(&page->html, "script"))
		page_fail(page, "{{ }} in a script");
	if (body.ptr[0] == '!')
		raw_compile(page, str_skip(body, 1));
	else if (html_inside(&page->html, "style"))
		page_fail(page, "only {{! }} in a style");
	else if (body.ptr[0] == '_')
		words_compile(page, body);
	else if (body.ptr[0] == '/')
		path_compile(page, str_skip(body, 1));
	else
		value_compile(page, body);
	page->html.begun = true;
	page->code_line = 0;
}

static void value_compile(struct page *page, struct str body)
{
	const char *function = "out_value";

	if (page->html.place == HTML_VALUE && !page->html.url)
		function = "out_attr";
	else if (page->html.place == HTML_VALUE && page->html.begun)
		function = "out_url_part";
	else if (page->html.place == HTML_VALUE)
		function = page->html.image ? "out_url_image" : "out_url";
	buf_printf(&page->code, "\t%s(o, %.*s);\n", function, STR_ARG(body));
}

static void path_compile(struct page *page, struct str expr)
{
	if (page->html.place != HTML_VALUE || !page->html.url)
		page_fail(page, "{{/ }} stands in href, src or action");
	buf_printf(&page->code, "\tout_url_path(o, %.*s);\n", STR_ARG(expr));
}

static void raw_compile(struct page *page, struct str expr)
{
	if (page->html.place != HTML_TEXT)
		page_fail(page, "{{! }} in an attribute");
	buf_printf(&page->code, "\tout_raw(o, %.*s);\n", STR_ARG(expr));
}

static bool branch_compile(struct page *page, struct str body)
{
	if (str_starts(body, STR("if "))) {
		if (page->depth == DEPTH_MAX)
			page_fail(page, "{{if}} nested too deep");
		page->branch[page->depth++] = page->html;
		buf_printf(&page->code, "\tif (%.*s) {\n", STR_ARG(str_skip(body, 3)));
	} else if (str_starts(body, STR("else if "))) {
		branch_check(page, false);
		buf_printf(&page->code, "\t} else if (%.*s) {\n", STR_ARG(str_skip(body, 8)));
	} else if (str_eq(body, STR("else"))) {
		branch_check(page, false);
		buf_add(&page->code, STR("\t} else {\n"));
	} else if (str_eq(body, STR("end"))) {
		branch_check(page, true);
		buf_add(&page->code, STR("\t}\n"));
	} else {
		return false;
	}
	return true;
}

/* Both ways through an {{if}} must lead to the same place in the HTML, or the
 * escaping behind it would be a guess. */
static void branch_check(struct page *page, bool last)
{
	const struct html *then;

	if (page->depth == 0)
		page_fail(page, "{{else}} or {{end}} without {{if}}");
	then = &page->branch[page->depth - 1];
	if (then->place != page->html.place ||
	    (then->place == HTML_VALUE && (then->quote != page->html.quote ||
	                                   strcmp(then->attribute, page->html.attribute) != 0)))
		page_fail(page, "{{if}} and its end stand in different places of the HTML");
	if (last)
		page->depth--;
	else
		page->html = *then;
}

static void words_compile(struct page *page, struct str body)
{
	struct tag  tag;
	const char *problem;
	bool        attribute = page->html.place == HTML_VALUE;

	if (!tag_parse(page->arena, body, &tag, &problem))
		page_fail(page, problem);
	if (attribute && page->html.url)
		page_fail(page, "words in an address");
	buf_printf(&page->code, "\tout_words(o, %s, MSG_x%016" PRIx64 ", ",
	           attribute ? "true" : "false", source_hash(tag.context, tag.text));
	if (tag.count.len > 0)
		buf_printf(&page->code, "(int64_t)(%.*s), ", STR_ARG(tag.count));
	else
		buf_add(&page->code, STR("-1, "));
	parts_compile(page, &tag);
	buf_add(&page->code, STR(");\n"));
}

static void parts_compile(struct page *page, const struct tag *tag)
{
	if (tag->part_count == 0) {
		buf_add(&page->code, STR("NO_PARTS"));
		return;
	}
	buf_add(&page->code, STR("PARTS("));
	for (size_t p = 0; p < tag->part_count; p++) {
		const struct tag_part *part = &tag->part[p];

		buf_add(&page->code, p == 0 ? STR("") : STR(", "));
		if (part->kind == TAG_HTML)
			html_part(page, tag, part);
		else if (part->kind == TAG_LINK)
			buf_printf(&page->code,
			           "PART_LINK(\"%.*s\", %.*s), PART_HTML(\"/%.*s\", \"</a>\")",
			           STR_ARG(part->name), STR_ARG(part->expr), STR_ARG(part->name));
		else
			buf_printf(&page->code, "PART(\"%.*s\", %.*s)", STR_ARG(part->name),
			           STR_ARG(part->expr));
	}
	buf_add(&page->code, STR(")"));
}

/* html("<b>"): the fixed tag, and its end when the text has a {/name}. */
static void html_part(struct page *page, const struct tag *tag, const struct tag_part *part)
{
	struct str  rest = part->expr, html, close;
	struct html state = { 0 };
	const char *problem = NULL;

	if (page->html.place == HTML_VALUE)
		page_fail(page, "html() in an attribute");
	if (!tag_literal(page->arena, &rest, &html) || rest.len > 0)
		page_fail(page, "html() holds one string literal");
	for (size_t i = 0; problem == NULL && i < html.len; i++)
		problem = html_step(&state, html.ptr[i]);
	if (problem != NULL || state.place != HTML_TEXT || html_inside(&state, "script"))
		page_fail(page, problem == NULL ? "html() holds whole tags" : problem);
	buf_printf(&page->code, "PART_HTML(\"%.*s\", %.*s)", STR_ARG(part->name),
	           STR_ARG(part->expr));
	close = arena_printf(page->arena, "/%.*s", STR_ARG(part->name));
	if (tag_has(tag->text, close))
		buf_printf(&page->code, ", PART_HTML(\"%.*s\", \"</%s>\")", STR_ARG(close),
		           state.tag);
}

static void page_fail(const struct page *page, const char *message)
{
	source_fail(page->source.file, page->line, "%s", message);
}
