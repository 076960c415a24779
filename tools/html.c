/*
 * html.c - one state for each place where a value may stand.
 */
#include <string.h>

#include "tools/html.h"

static const char *text_step(struct html *html, char c);
static const char *tag_step(struct html *html, char c);
static const char *attribute_end(struct html *html, char c);
static const char *name_add(char *name, char c);
static bool        is_blank(char c);
static bool        in_list(const char *name, const char *const *list);

static const char *const url_attributes[] = {
	"href", "src", "action", "formaction", "poster", NULL
};
static const char *const refused_attributes[] = { "style", "srcdoc", "srcset", "ping", NULL };
static const char *const blocks[] = {
	"!doctype", "html",   "head",    "body",   "title", "meta",     "link",    "script",
	"style",    "header", "main",    "footer", "nav",   "section",  "article", "aside",
	"div",      "p",      "h1",      "h2",     "h3",    "h4",       "ul",      "ol",
	"li",       "dl",     "dt",      "dd",     "form",  "fieldset", "legend",  "details",
	"summary",  "table",  "caption", "thead",  "tbody", "tfoot",    "tr",      "th",
	"td",       "option", "select",  "figure", "br",    "hr",       "svg",     "g",
	"path",     "rect",   "circle",  "line",   "defs",  "pattern",  NULL
};

const char *html_step(struct html *html, char c)
{
	switch (html->place) {
	case HTML_TEXT:
		return text_step(html, c);
	case HTML_TAG_NAME:
		if (!is_blank(c) && c != '>')
			return name_add(html->tag, c);
		if (html->tag[0] == '\0')
			return "write &lt; for a lone <";
		html->place = HTML_TAG;
		return tag_step(html, c);
	case HTML_TAG:
		return tag_step(html, c);
	case HTML_ATTRIBUTE:
		if (c != '=' && c != '>' && !is_blank(c))
			return name_add(html->attribute, c);
		return attribute_end(html, c);
	case HTML_EQUALS:
		if (c != '"' && c != '\'')
			return "attribute values stand in quotes";
		html->place = HTML_VALUE;
		html->quote = c;
		html->begun = false;
		return NULL;
	case HTML_VALUE:
		html->begun = true;
		if (c == html->quote)
			html->place = HTML_TAG;
		return c == '<' ? "write &lt; in an attribute" : NULL;
	}
	return "lost";
}

bool html_inside(const struct html *html, const char *tag)
{
	return html->place == HTML_TEXT && strcmp(html->tag, tag) == 0;
}

bool html_after_block(const struct html *html)
{
	return html->place == HTML_TEXT && in_list(html->tag + (html->tag[0] == '/'), blocks);
}

static const char *text_step(struct html *html, char c)
{
	if (c == '<') {
		html->place = HTML_TAG_NAME;
		html->tag[0] = '\0';
	} else if (html_inside(html, "script")) {
		return "no inline script: the content security policy forbids it";
	}
	return NULL;
}

static const char *tag_step(struct html *html, char c)
{
	if (is_blank(c) || c == '/')
		return NULL;
	if (c == '>') {
		html->place = HTML_TEXT;
		return NULL;
	}
	html->place = HTML_ATTRIBUTE;
	html->attribute[0] = '\0';
	return name_add(html->attribute, c);
}

static const char *attribute_end(struct html *html, char c)
{
	const char *name = html->attribute;

	if (strncmp(name, "on", 2) == 0 || in_list(name, refused_attributes))
		return "no inline handlers or styles: the content security policy forbids them";
	html->image = strcmp(name, "src") == 0 && strcmp(html->tag, "img") == 0;
	html->url = in_list(name, url_attributes);
	html->place = HTML_EQUALS;
	if (c == '=')
		return NULL;
	html->place = HTML_TAG;
	return tag_step(html, c);
}

static const char *name_add(char *name, char c)
{
	size_t len = strlen(name);

	if (c == '-' && strcmp(name, "!-") == 0)
		return "no HTML comments: write % /* ... */";
	if (c == '<' || c == '"' || c == '\'')
		return "stray < or quote in a tag";
	if (len == HTML_NAME_MAX)
		return "name too long";
	name[len] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	name[len + 1] = '\0';
	return NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool in_list(const char *name, const char *const *list)
{
	while (*list != NULL && strcmp(*list, name) != 0)
		list++;
	return *list != NULL;
}
