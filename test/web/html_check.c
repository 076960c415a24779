/*
 * html_check.c - a tokenizer with a stack.
 */
#include "web/html_check.h"

#define DEPTH_MAX 64
#define IDS_MAX   256

struct tag {
	struct str name, inner; /* inner: all attributes */
	bool       closes, alone;
};

struct reader {
	struct str  page;
	size_t      at;
	struct str  open[DEPTH_MAX];
	bool        foreign[DEPTH_MAX];
	size_t      depth;
	struct str  ids[IDS_MAX];
	size_t      id_count;
	const char *problem;
};

static bool next_tag(struct reader *r, struct str *ret_text, struct tag *ret);
static bool next_attribute(struct str *inner, struct str *ret_name, struct str *ret_value,
                           const char **problem);
static void tag_check(struct reader *r, const struct tag *tag);
static void attributes_check(struct reader *r, const struct tag *tag);
static bool is_void(const struct tag *tag);
static bool blank(struct str s);

const char *html_problem(struct str page, size_t *ret_at)
{
	struct reader r = { .page = page };
	struct str    text;
	struct tag    tag;

	while (!r.problem && next_tag(&r, &text, &tag))
		tag_check(&r, &tag);
	if (!r.problem && r.depth > 0)
		r.problem = "an element is not closed";
	*ret_at = r.at;
	return r.problem;
}

static bool foreign_tag(const struct tag *tag)
{
	struct str  inner = tag->inner, name, value;
	const char *problem = NULL;

	while (next_attribute(&inner, &name, &value, &problem)) {
		if (str_eq(name, STR("translate")) && str_eq(value, STR("no")))
			return true;
		if (str_eq(name, STR("lang")) && !str_eq(tag->name, STR("html")))
			return true;
	}
	return false;
}

static void attribute_texts(const struct reader *r, const struct tag *tag, bool foreign,
                            void (*each)(void *ctx, const struct html_text *text), void *ctx)
{
	static const char *const seen[] = { "aria-label", "placeholder", "alt", "title" };
	struct str               inner = tag->inner, name, value;
	const char              *problem = NULL;

	(void)r;
	while (next_attribute(&inner, &name, &value, &problem))
		for (size_t i = 0; i < COUNT_OF(seen); i++)
			if (str_eq(name, str_from(seen[i])))
				each(ctx, &(struct html_text){ .text = value,
				                               .tag = tag->name,
				                               .attribute = true,
				                               .foreign = foreign });
}

void html_texts(struct str page, void (*each)(void *ctx, const struct html_text *text), void *ctx)
{
	struct reader r = { .page = page };
	struct str    text;
	struct tag    tag;

	while (next_tag(&r, &text, &tag)) {
		struct str in = r.depth ? r.open[r.depth - 1] : STR("");
		bool       foreign = r.depth > 0 && r.foreign[r.depth - 1];

		if (!blank(text) && !str_eq(in, STR("style")) && !str_eq(in, STR("script")))
			each(ctx,
			     &(struct html_text){ .text = text, .tag = in, .foreign = foreign });
		if (tag.closes) {
			r.depth -= r.depth > 0;
			continue;
		}
		foreign = foreign || foreign_tag(&tag);
		attribute_texts(&r, &tag, foreign, each, ctx);
		if (is_void(&tag) || r.depth == DEPTH_MAX)
			continue;
		r.foreign[r.depth] = foreign;
		r.open[r.depth++] = tag.name;
	}
}

size_t html_count(struct str page, struct str needle)
{
	size_t count = 0;

	for (ptrdiff_t at; (at = str_find(page, needle)) >= 0; count++)
		page = str_skip(page, (size_t)at + needle.len);
	return count;
}

/* The text before the next tag, and the tag.  False at the end of the page. */
static bool next_tag(struct reader *r, struct str *ret_text, struct tag *ret)
{
	struct str rest = str_skip(r->page, r->at), name;
	ptrdiff_t  begin = str_find(rest, STR("<")), end;

	if (begin < 0) {
		if (!blank(rest))
			r->problem = "text behind the last tag";
		return false;
	}
	*ret_text = str_take(rest, (size_t)begin);
	rest = str_skip(rest, (size_t)begin + 1);
	end = str_find(rest, STR(">"));
	if (end < 0) {
		r->problem = "a tag does not end";
		return false;
	}
	rest = str_take(rest, (size_t)end);
	r->at += (size_t)begin + (size_t)end + 2;
	ret->closes = str_starts(rest, STR("/"));
	ret->alone = str_ends(rest, STR("/"));
	rest = str_skip(rest, ret->closes);
	rest = str_take(rest, rest.len - ret->alone);
	(void)str_cut(rest, ' ', &name, &ret->inner);
	ret->name = name;
	return true;
}

static bool next_attribute(struct str *inner, struct str *ret_name, struct str *ret_value,
                           const char **problem)
{
	struct str rest = str_trim(*inner), word;

	*ret_value = STR("");
	if (rest.len == 0)
		return false;
	(void)str_cut(rest, ' ', &word, inner);
	if (str_find(word, STR("=")) < 0) {
		*ret_name = word;
		return true;
	}
	(void)str_cut(rest, '=', ret_name, &rest);
	if (!str_starts(rest, STR("\""))) {
		*problem = "an attribute's value is not quoted";
		return false;
	}
	if (!str_cut(str_skip(rest, 1), '"', ret_value, inner)) {
		*problem = "a quote is not closed";
		return false;
	}
	if (inner->len > 0 && inner->ptr[0] != ' ')
		*problem = "no blank between two attributes";
	return true;
}

static void tag_check(struct reader *r, const struct tag *tag)
{
	if (str_starts(tag->name, STR("!")))
		return;
	if (tag->closes) {
		if (r->depth == 0 || !str_eq(r->open[r->depth - 1], tag->name))
			r->problem = "a closing tag does not match";
		else
			r->depth--;
		return;
	}
	attributes_check(r, tag);
	if (is_void(tag))
		return;
	if (r->depth == DEPTH_MAX)
		r->problem = "nested too deep";
	else
		r->open[r->depth++] = tag->name;
}

static void id_check(struct reader *r, struct str id)
{
	for (size_t i = 0; i < r->id_count; i++)
		if (str_eq(r->ids[i], id))
			r->problem = "an id stands there twice";
	if (r->id_count < IDS_MAX)
		r->ids[r->id_count++] = id;
}

static void attributes_check(struct reader *r, const struct tag *tag)
{
	struct str inner = tag->inner, name, value, seen[16];
	size_t     seen_count = 0;

	while (next_attribute(&inner, &name, &value, &r->problem)) {
		for (size_t i = 0; i < seen_count; i++)
			if (str_eq(seen[i], name))
				r->problem = "an attribute stands there twice";
		if (seen_count < COUNT_OF(seen))
			seen[seen_count++] = name;
		if (str_eq(name, STR("id")))
			id_check(r, value);
		if (str_eq(name, STR("style")) || str_starts(name, STR("on")))
			r->problem = "an inline style or handler";
	}
}

static bool is_void(const struct tag *tag)
{
	static const char *const names[] = { "meta", "link", "input", "br", "hr", "img" };

	if (tag->alone || str_starts(tag->name, STR("!")))
		return true;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (str_eq(tag->name, str_from(names[i])))
			return true;
	return false;
}

static bool blank(struct str s)
{
	return str_trim(s).len == 0;
}
