/*
 * fx_ecb_xml.c - the ECB's daily XML: elements, attributes, nothing else.
 *
 *	<gesmes:Envelope ...> <gesmes:subject>...</gesmes:subject>
 *	 <Cube><Cube time='2021-10-07'><Cube currency='USD' rate='1.1562'/>...
 */
#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "core/fx_ecb_part.h"

#include <string.h>

#define ATTRIBUTES_MAX 8

/* One element's start or end. */
struct tag {
	struct str name;
	bool       closes, empty; /* </name>, <name/> */
	size_t     count;
	struct str key[ATTRIBUTES_MAX], value[ATTRIBUTES_MAX];
};

static enum fx_ecb_problem_kind skip_to_tag(struct fx_ecb_xml *reader);
static enum fx_ecb_problem_kind skip_past(struct fx_ecb_xml *reader, struct str end);
static enum fx_ecb_problem_kind read_tag(struct fx_ecb_xml *reader, struct tag *ret);
static enum fx_ecb_problem_kind read_attribute(struct fx_ecb_xml *reader, struct tag *tag);
static enum fx_ecb_problem_kind open_element(struct fx_ecb_xml *reader, const struct tag *tag,
                                             struct fx_ecb_problem *problem);
static enum fx_ecb_problem_kind open_cube(struct fx_ecb_xml *reader, const struct tag *tag,
                                          struct fx_ecb_problem *problem);
static enum fx_ecb_problem_kind add_rate(struct fx_ecb_xml *reader, const struct tag *tag,
                                         struct fx_ecb_problem *problem);
static enum fx_ecb_problem_kind close_element(struct fx_ecb_xml *reader, struct str name,
                                              bool *ret_row);
static enum fx_ecb_step         give_up(struct fx_ecb_xml *reader, enum fx_ecb_problem_kind kind,
                                        struct fx_ecb_problem *problem, struct fx_ecb_problem *ret);
static struct str               take_name(struct fx_ecb_xml *reader);
static bool                     take_blanks(struct fx_ecb_xml *reader);
static void                     advance(struct fx_ecb_xml *reader, size_t count);
static bool                     attribute(const struct tag *tag, const char *key, struct str *ret);

void fx_ecb_xml_init(struct fx_ecb_xml *reader, struct str document)
{
	*reader = (struct fx_ecb_xml){ .rest = document, .line = 1 };
	if (str_starts(document, STR("\xEF\xBB\xBF")))
		reader->rest = str_skip(document, 3);
}

enum fx_ecb_step fx_ecb_xml_next(struct fx_ecb_xml *reader, struct fx_ecb_row *ret_row,
                                 struct fx_ecb_problem *ret_problem)
{
	struct fx_ecb_problem    problem = { 0 };
	enum fx_ecb_problem_kind kind = FX_ECB_PROBLEM_NONE;
	bool                     row = false;

	if (reader->rest.len > FX_ECB_XML_MAX)
		kind = FX_ECB_PROBLEM_LONG;
	else if (!reader->root_seen && !utf8_valid(reader->rest))
		kind = FX_ECB_PROBLEM_MARKUP;
	while (kind == FX_ECB_PROBLEM_NONE && !row && !reader->ended) {
		struct tag tag = { 0 };

		kind = skip_to_tag(reader);
		if (kind == FX_ECB_PROBLEM_NONE && reader->rest.len == 0) {
			reader->ended = true;
			if (!reader->root_seen || reader->depth > 0)
				kind = FX_ECB_PROBLEM_CUT;
			else if (!reader->row_seen)
				kind = FX_ECB_PROBLEM_EMPTY;
			break;
		}
		if (kind == FX_ECB_PROBLEM_NONE)
			kind = read_tag(reader, &tag);
		if (kind == FX_ECB_PROBLEM_NONE && !tag.closes)
			kind = open_element(reader, &tag, &problem);
		if (kind == FX_ECB_PROBLEM_NONE && (tag.closes || tag.empty))
			kind = close_element(reader, tag.name, &row);
		if (kind == FX_ECB_PROBLEM_MARKUP && tag.name.len > 0)
			fx_ecb_found(&problem, tag.name);
	}
	if (kind != FX_ECB_PROBLEM_NONE)
		return give_up(reader, kind, &problem, ret_problem);
	if (!row)
		return FX_ECB_END;
	*ret_row = reader->row;
	return FX_ECB_ROW;
}

static enum fx_ecb_step give_up(struct fx_ecb_xml *reader, enum fx_ecb_problem_kind kind,
                                struct fx_ecb_problem *problem, struct fx_ecb_problem *ret)
{
	problem->kind = kind;
	problem->line = reader->line;
	reader->ended = true;
	reader->rest = STR("");
	*ret = *problem;
	return FX_ECB_BAD;
}

/* Past text, comments and the <?xml?> line, to the next '<' of an element. */
static enum fx_ecb_problem_kind skip_to_tag(struct fx_ecb_xml *reader)
{
	enum fx_ecb_problem_kind kind = FX_ECB_PROBLEM_NONE;
	bool                     first = reader->line == 1 && !reader->root_seen;

	while (kind == FX_ECB_PROBLEM_NONE && reader->rest.len > 0) {
		char c = reader->rest.ptr[0];

		if (c == '&')
			return FX_ECB_PROBLEM_ENTITY;
		if (c != '<') {
			bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';

			if (c == '\0' || (reader->depth == 0 && !blank))
				return FX_ECB_PROBLEM_MARKUP;
			advance(reader, 1);
			continue;
		}
		if (str_starts(reader->rest, STR("<!--")))
			kind = skip_past(reader, STR("-->"));
		else if (str_starts(reader->rest, STR("<?xml ")) && first)
			kind = skip_past(reader, STR("?>"));
		else if (str_starts(reader->rest, STR("<!")) || str_starts(reader->rest, STR("<?")))
			return reader->rest.len < 6 ? FX_ECB_PROBLEM_CUT : FX_ECB_PROBLEM_ENTITY;
		else
			return FX_ECB_PROBLEM_NONE;
		first = false;
	}
	return kind;
}

static enum fx_ecb_problem_kind skip_past(struct fx_ecb_xml *reader, struct str end)
{
	ptrdiff_t at = str_find(reader->rest, end);

	if (at < 0)
		return FX_ECB_PROBLEM_CUT;
	advance(reader, (size_t)at + end.len);
	return FX_ECB_PROBLEM_NONE;
}

static enum fx_ecb_problem_kind read_tag(struct fx_ecb_xml *reader, struct tag *ret)
{
	advance(reader, 1);
	if (str_starts(reader->rest, STR("/"))) {
		ret->closes = true;
		advance(reader, 1);
	}
	ret->name = take_name(reader);
	if (ret->name.len == 0)
		return reader->rest.len ? FX_ECB_PROBLEM_MARKUP : FX_ECB_PROBLEM_CUT;
	for (;;) {
		bool                     blank = take_blanks(reader);
		enum fx_ecb_problem_kind kind;

		if (reader->rest.len == 0 || str_eq(reader->rest, STR("/")))
			return FX_ECB_PROBLEM_CUT;
		if (str_starts(reader->rest, STR("/>")) && !ret->closes) {
			ret->empty = true;
			advance(reader, 2);
			return FX_ECB_PROBLEM_NONE;
		}
		if (reader->rest.ptr[0] == '>') {
			advance(reader, 1);
			return FX_ECB_PROBLEM_NONE;
		}
		if (!blank || ret->closes)
			return FX_ECB_PROBLEM_MARKUP;
		kind = read_attribute(reader, ret);
		if (kind != FX_ECB_PROBLEM_NONE)
			return kind;
	}
}

static enum fx_ecb_problem_kind read_attribute(struct fx_ecb_xml *reader, struct tag *tag)
{
	struct str key = take_name(reader), value;
	char       quote;
	size_t     len = 0;

	(void)take_blanks(reader);
	if (reader->rest.len == 0)
		return FX_ECB_PROBLEM_CUT;
	if (key.len == 0 || !str_starts(reader->rest, STR("=")))
		return FX_ECB_PROBLEM_MARKUP;
	advance(reader, 1);
	(void)take_blanks(reader);
	if (reader->rest.len == 0)
		return FX_ECB_PROBLEM_CUT;
	quote = reader->rest.ptr[0];
	if (quote != '\'' && quote != '"')
		return FX_ECB_PROBLEM_MARKUP;
	advance(reader, 1);
	while (len < reader->rest.len && reader->rest.ptr[len] != quote) {
		if (reader->rest.ptr[len] == '&')
			return FX_ECB_PROBLEM_ENTITY;
		if (reader->rest.ptr[len] == '<' || reader->rest.ptr[len] == '\0')
			return FX_ECB_PROBLEM_MARKUP;
		len++;
	}
	if (len == reader->rest.len)
		return FX_ECB_PROBLEM_CUT;
	value = str_take(reader->rest, len);
	advance(reader, len + 1);
	for (size_t i = 0; i < tag->count; i++) {
		if (str_eq(tag->key[i], key))
			return FX_ECB_PROBLEM_MARKUP;
	}
	if (tag->count == ATTRIBUTES_MAX)
		return FX_ECB_PROBLEM_MARKUP;
	tag->key[tag->count] = key;
	tag->value[tag->count++] = value;
	return FX_ECB_PROBLEM_NONE;
}

static enum fx_ecb_problem_kind open_element(struct fx_ecb_xml *reader, const struct tag *tag,
                                             struct fx_ecb_problem *problem)
{
	enum fx_ecb_problem_kind kind = FX_ECB_PROBLEM_NONE;

	if (reader->depth == COUNT_OF(reader->open))
		return FX_ECB_PROBLEM_MARKUP;
	if (reader->depth == 0) {
		if (reader->root_seen || !str_eq(tag->name, STR("gesmes:Envelope")))
			return FX_ECB_PROBLEM_MARKUP;
		reader->root_seen = true;
	}
	if (str_eq(tag->name, STR("Cube")))
		kind = open_cube(reader, tag, problem);
	reader->open[reader->depth++] = tag->name;
	return kind;
}

static enum fx_ecb_problem_kind open_cube(struct fx_ecb_xml *reader, const struct tag *tag,
                                          struct fx_ecb_problem *problem)
{
	struct str text;

	if (attribute(tag, "time", &text)) {
		if (reader->day_depth > 0)
			return FX_ECB_PROBLEM_MARKUP;
		reader->row.count = 0;
		reader->row.line = reader->line;
		reader->day_depth = reader->depth + 1;
		if (iso_day_parse(text, &reader->row.day))
			return FX_ECB_PROBLEM_NONE;
		fx_ecb_found(problem, text);
		return FX_ECB_PROBLEM_DATE;
	}
	if (attribute(tag, "currency", &text) || attribute(tag, "rate", &text))
		return add_rate(reader, tag, problem);
	return FX_ECB_PROBLEM_NONE;
}

static enum fx_ecb_problem_kind add_rate(struct fx_ecb_xml *reader, const struct tag *tag,
                                         struct fx_ecb_problem *problem)
{
	struct fx_ecb_row *row = &reader->row;
	struct fx_ecb_rate rate = { 0 };
	struct str         code, text;

	if (reader->day_depth == 0 || !attribute(tag, "currency", &code) ||
	    !attribute(tag, "rate", &text) || !fx_ecb_code_valid(code))
		return FX_ECB_PROBLEM_MARKUP;
	if (!fx_decimal_parse(text, &rate.value)) {
		fx_ecb_found(problem, text);
		return FX_ECB_PROBLEM_RATE;
	}
	if (!currency_from_code(code, &rate.currency) || rate.currency == CURRENCY_EUR)
		return FX_ECB_PROBLEM_NONE;
	for (size_t i = 0; i < row->count; i++) {
		if (row->rate[i].currency != rate.currency)
			continue;
		fx_ecb_found(problem, code);
		return FX_ECB_PROBLEM_TWICE;
	}
	if (row->count == FX_ECB_RATES_MAX)
		return FX_ECB_PROBLEM_MARKUP;
	row->rate[row->count++] = rate;
	return FX_ECB_PROBLEM_NONE;
}

static enum fx_ecb_problem_kind close_element(struct fx_ecb_xml *reader, struct str name,
                                              bool *ret_row)
{
	if (reader->depth == 0 || !str_eq(reader->open[reader->depth - 1], name))
		return FX_ECB_PROBLEM_MARKUP;
	if (reader->day_depth == reader->depth) {
		reader->day_depth = 0;
		reader->row_seen = true;
		if (reader->row.count == 0)
			return FX_ECB_PROBLEM_EMPTY;
		*ret_row = true;
	}
	reader->depth--;
	return FX_ECB_PROBLEM_NONE;
}

static struct str take_name(struct fx_ecb_xml *reader)
{
	struct str name = { .ptr = reader->rest.ptr };

	while (name.len < reader->rest.len) {
		char c = reader->rest.ptr[name.len];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && c != ':' && c != '_' && c != '-' && (c < '0' || c > '9'))
			break;
		name.len++;
	}
	advance(reader, name.len);
	return name;
}

/* True when there was one. */
static bool take_blanks(struct fx_ecb_xml *reader)
{
	bool taken = false;

	while (reader->rest.len > 0 && memchr(" \t\r\n", reader->rest.ptr[0], 4)) {
		advance(reader, 1);
		taken = true;
	}
	return taken;
}

static void advance(struct fx_ecb_xml *reader, size_t count)
{
	for (size_t i = 0; i < count; i++)
		reader->line += reader->rest.ptr[i] == '\n';
	reader->rest = str_skip(reader->rest, count);
}

static bool attribute(const struct tag *tag, const char *key, struct str *ret)
{
	for (size_t i = 0; i < tag->count; i++) {
		if (str_eq(tag->key[i], str_from(key))) {
			*ret = tag->value[i];
			return true;
		}
	}
	return false;
}
