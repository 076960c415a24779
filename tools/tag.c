/*
 * tag.c - reading {{ ... }}.
 */
#include "tools/tag.h"

static size_t     c_string_length(struct str s);
static struct str expression_take(struct str *s);
static bool       comma_take(struct str *s);
static bool       texts_parse(struct arena *arena, struct str *body, struct tag *tag);
static bool       part_parse(struct str item, struct tag *tag);
static bool       parts_match(const struct tag *tag, struct str text);

size_t tag_length(struct str s)
{
	for (size_t at = 2; at + 1 < s.len; at++) {
		if (s.ptr[at] == '"' || s.ptr[at] == '\'')
			at += c_string_length(str_skip(s, at)) - 1;
		else if (s.ptr[at] == '}' && s.ptr[at + 1] == '}')
			return at + 2;
	}
	return 0;
}

bool tag_parse(struct arena *arena, struct str body, struct tag *ret, const char **ret_problem)
{
	struct tag tag = { 0 };

	body = str_skip(body, 1);
	*ret_problem = "write {{_ \"text\", name: value }}, {{_n count, \"one\", \"many\" }} or "
		       "{{_c \"context\", \"text\" }}";
	if (!texts_parse(arena, &body, &tag) || tag.text.len == 0)
		return false;
	while (comma_take(&body)) {
		if (tag.part_count == TAG_PARTS_MAX || !part_parse(expression_take(&body), &tag))
			return false;
	}
	if (str_trim(body).len > 0)
		return false;
	*ret_problem = "a brace in the text that is no {name}";
	if (!tag_braces(tag.text) || !tag_braces(tag.plural))
		return false;
	*ret_problem = "the {names} in the text and the names behind it are not the same";
	if (!parts_match(&tag, tag.text) || (tag.plural.len > 0 && !parts_match(&tag, tag.plural)))
		return false;
	*ret = tag;
	return true;
}

bool tag_placeholder(struct str *text, struct str *ret_name)
{
	struct str before, after, name;

	while (str_cut(*text, '{', &before, &after)) {
		name = source_word(str_skip(after, str_starts(after, STR("/")) ? 1 : 0));
		name = (struct str){ after.ptr, name.len + (size_t)(name.ptr - after.ptr) };
		*text = after;
		if (name.len > 0 && str_starts(str_skip(after, name.len), STR("}"))) {
			*text = str_skip(after, name.len + 1);
			*ret_name = name;
			return true;
		}
	}
	return false;
}

bool tag_braces(struct str text)
{
	struct str rest = text, name;
	size_t     braces = 0;

	for (size_t i = 0; i < text.len; i++)
		braces += text.ptr[i] == '{' || text.ptr[i] == '}';
	while (tag_placeholder(&rest, &name))
		braces -= 2;
	return braces == 0;
}

bool tag_has(struct str text, struct str name)
{
	struct str found;

	while (tag_placeholder(&text, &found)) {
		if (str_eq(found, name))
			return true;
	}
	return false;
}

bool tag_literal(struct arena *arena, struct str *s, struct str *ret)
{
	struct buf buf;

	buf_init(&buf, arena, SOURCE_MAX);
	*s = str_trim(*s);
	if (!str_starts(*s, STR("\"")))
		return false;
	while (str_starts(*s, STR("\""))) {
		size_t len = c_string_length(*s);

		if (len < 2 || s->ptr[len - 1] != '"')
			return false;
		for (size_t i = 1; i + 1 < len; i++) {
			char c = s->ptr[i];

			if (c == '\\') {
				c = s->ptr[++i];
				if (c != '"' && c != '\\' && c != 'n')
					return false;
				c = c == 'n' ? '\n' : c;
			}
			buf_add_char(&buf, c);
		}
		*s = str_trim(str_skip(*s, len));
	}
	*ret = buf_str(&buf);
	return true;
}

static bool texts_parse(struct arena *arena, struct str *body, struct tag *tag)
{
	if (str_starts(*body, STR("n "))) {
		*body = str_skip(*body, 2);
		tag->count = str_trim(expression_take(body));
		return tag->count.len > 0 && comma_take(body) &&
		       tag_literal(arena, body, &tag->text) && comma_take(body) &&
		       tag_literal(arena, body, &tag->plural) && tag->plural.len > 0;
	}
	if (str_starts(*body, STR("c "))) {
		*body = str_skip(*body, 2);
		return tag_literal(arena, body, &tag->context) && comma_take(body) &&
		       tag_literal(arena, body, &tag->text);
	}
	return tag_literal(arena, body, &tag->text);
}

/* "name: value", "name: html(...)", "name: link(...)" */
static bool part_parse(struct str item, struct tag *tag)
{
	struct tag_part part = { .kind = TAG_VALUE };
	struct str      name;

	if (!str_cut(item, ':', &name, &part.expr))
		return false;
	part.name = str_trim(name);
	part.expr = str_trim(part.expr);
	if (part.name.len == 0 || source_word(part.name).len != part.name.len || part.expr.len == 0)
		return false;
	if (str_starts(part.expr, STR("html(")))
		part.kind = TAG_HTML;
	else if (str_starts(part.expr, STR("link(")))
		part.kind = TAG_LINK;
	if (part.kind != TAG_VALUE) {
		if (!str_ends(part.expr, STR(")")))
			return false;
		part.expr = str_skip(str_take(part.expr, part.expr.len - 1), 5);
	}
	tag->part[tag->part_count++] = part;
	return true;
}

/* {n} of a plural may be left out ("one day left"). */
static bool parts_match(const struct tag *tag, struct str text)
{
	struct str rest = text, name;

	while (tag_placeholder(&rest, &name)) {
		struct str base = str_starts(name, STR("/")) ? str_skip(name, 1) : name;
		size_t     p = 0;

		while (p < tag->part_count && !str_eq(tag->part[p].name, base))
			p++;
		if (p == tag->part_count && !(tag->count.len > 0 && str_eq(name, STR("n"))))
			return false;
		if (base.len != name.len && tag->part[p].kind == TAG_VALUE)
			return false;
	}
	for (size_t p = 0; p < tag->part_count; p++) {
		if (!tag_has(text, tag->part[p].name))
			return false;
	}
	return true;
}

/* Up to a comma outside of brackets and strings; *s then begins with it. */
static struct str expression_take(struct str *s)
{
	struct str all = *s;
	int        depth = 0;
	size_t     at = 0;

	for (; at < all.len && !(depth == 0 && all.ptr[at] == ','); at++) {
		char c = all.ptr[at];

		if (c == '"' || c == '\'')
			at += c_string_length(str_skip(all, at)) - 1;
		depth += c == '(' || c == '[' || c == '{';
		depth -= c == ')' || c == ']' || c == '}';
	}
	*s = str_skip(all, at);
	return str_take(all, at);
}

static bool comma_take(struct str *s)
{
	struct str rest = str_trim(*s);

	if (!str_starts(rest, STR(",")))
		return false;
	*s = str_skip(rest, 1);
	return true;
}

/* A C string or character constant at the start of s, with its quotes. */
static size_t c_string_length(struct str s)
{
	for (size_t at = 1; at < s.len; at++) {
		if (s.ptr[at] == '\\')
			at++;
		else if (s.ptr[at] == s.ptr[0])
			return at + 1;
	}
	return s.len;
}
