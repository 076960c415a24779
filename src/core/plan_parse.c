/*
 * plan_parse.c - reads a catalogue: lines to sections, keys to values; then
 * what one section says of another.
 *
 * Every text points into one copy of the file, so the line of a mistake is
 * found again by counting from its place.
 */
#include "core/plan.h"

#include "base/str.h"
#include "base/utf8.h"
#include "core/plan_key.h"
#include "core/plan_link.h"

#include <string.h>

/* No section: before the first one, or inside of one that is not known. */
enum { NO_SECTION = PLAN_SECTION_COUNT };

struct parser {
	struct arena      *arena;
	struct plan_draft *draft;
	size_t             row_max[PLAN_SECTION_COUNT]; /* room that was made */
	int                section;                     /* enum plan_section or NO_SECTION */
	bool               begun;                       /* a section, known or not, was seen */
	struct str         header;                      /* of the section, for its problems */
	void              *row;
	uint64_t           seen, seen_lang[64]; /* bits of keys; of their languages */
};

static bool text_usable(struct str text, struct plan_problems *problems);
static bool rows_make(struct parser *parser);
static bool line_next(struct str *rest, struct str *ret);
static void line_read(struct parser *parser, struct str line);
static bool line_clean(struct plan_draft *draft, struct str line);
static void section_begin(struct parser *parser, struct str line);
static int  section_from_name(struct str name);
static void section_end(struct parser *parser);
static void row_begin(struct parser *parser, struct str code);
static void defaults_set(int section, void *row);
static void value_read(struct parser *parser, struct str name, struct str value);
static bool lang_cut(struct plan_draft *draft, struct str *name, enum plan_lang *ret);
static void missing_find(struct parser *parser);
static void period_check(struct parser *parser);
static void keep_check(struct parser *parser);
static bool seen_key(const struct parser *parser, const char *name);

bool plan_parse(struct arena *arena, struct str text, struct catalogue *ret,
                struct plan_problems *problems)
{
	struct plan_draft draft = { .problems = problems };
	struct parser     parser = { .arena = arena, .draft = &draft, .section = NO_SECTION };
	struct str        rest, line;

	problems->count = 0;
	problems->more = false;
	if (!text_usable(text, problems))
		return false;
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_skip(text, 3);
	draft.text = arena_str(arena, text);
	if (arena->failed || !rows_make(&parser)) {
		plan_problem_add(&draft, PLAN_PROBLEM_MEMORY, (struct str){ 0 });
		return false;
	}
	rest = draft.text;
	while (line_next(&rest, &line))
		line_read(&parser, line);
	section_end(&parser);
	plan_link(arena, &draft);
	if (arena->failed)
		plan_problem_add(&draft, PLAN_PROBLEM_MEMORY, (struct str){ 0 });
	if (problems->count > 0)
		return false;
	plan_draft_catalogue(&draft, ret);
	return true;
}

static bool text_usable(struct str text, struct plan_problems *problems)
{
	struct plan_problem problem = { .kind = PLAN_PROBLEM_COUNT };

	if (text.len > PLAN_TEXT_MAX)
		problem.kind = PLAN_PROBLEM_FILE_LONG;
	else if (!utf8_valid(text))
		problem.kind = PLAN_PROBLEM_NOT_UTF8;
	if (problem.kind == PLAN_PROBLEM_COUNT)
		return true;
	problems->list[problems->count++] = problem;
	return false;
}

/* Room for as many rows as there are lines that could begin one, so that rows
 * never move. */
static bool rows_make(struct parser *parser)
{
	struct str rest = parser->draft->text, line, word, tail;

	parser->row_max[PLAN_SECTION_CATALOGUE] = 1;
	while (line_next(&rest, &line)) {
		int section;

		line = str_trim(line);
		if (!str_starts(line, STR("[")))
			continue;
		str_cut(str_trim(str_skip(line, 1)), ' ', &word, &tail);
		section = section_from_name(word);
		if (section != NO_SECTION &&
		    parser->row_max[section] < plan_section((enum plan_section)section)->row_max)
			parser->row_max[section]++;
	}
	for (int i = PLAN_SECTION_NETWORK; i < PLAN_SECTION_COUNT; i++) {
		size_t size = plan_section((enum plan_section)i)->row_size * parser->row_max[i];

		parser->draft->rows[i] = arena_alloc(parser->arena, size > 0 ? size : 1);
	}
	return !parser->arena->failed;
}

/* The next line without its end; false behind the last. */
static bool line_next(struct str *rest, struct str *ret)
{
	if (rest->len == 0)
		return false;
	str_cut(*rest, '\n', ret, rest);
	return true;
}

static void line_read(struct parser *parser, struct str line)
{
	struct str name, value;

	if (!line_clean(parser->draft, line))
		return;
	line = str_trim(line);
	if (line.len == 0 || line.ptr[0] == '#')
		return;
	if (line.ptr[0] == '[') {
		section_end(parser);
		section_begin(parser, line);
		return;
	}
	if (!str_cut(line, '=', &name, &value)) {
		plan_problem_add(parser->draft, PLAN_PROBLEM_NOT_A_LINE, line);
		return;
	}
	name = str_trim(name);
	value = str_trim(value);
	if (!parser->begun)
		plan_problem_add(parser->draft, PLAN_PROBLEM_NO_SECTION, name);
	else if (parser->section != NO_SECTION)
		value_read(parser, name, value);
}

static bool line_clean(struct plan_draft *draft, struct str line)
{
	if (line.len > PLAN_LINE_MAX) {
		plan_problem_add(draft, PLAN_PROBLEM_LINE_LONG, str_take(line, 20));
		return false;
	}
	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.ptr[i];

		if ((c < ' ' && c != '\t' && !(c == '\r' && i + 1 == line.len)) || c == 0x7f) {
			plan_problem_add(draft, PLAN_PROBLEM_CONTROL, str_take(line, i));
			return false;
		}
	}
	return true;
}

static void section_begin(struct parser *parser, struct str line)
{
	struct str         word, code = { 0 };
	int                section;
	struct plan_draft *draft = parser->draft;

	parser->begun = true;
	parser->header = line;
	if (!str_ends(line, STR("]"))) {
		plan_problem_add(draft, PLAN_PROBLEM_NOT_A_LINE, line);
		return;
	}
	line = str_trim(str_take(str_skip(line, 1), line.len - 2));
	str_cut(line, ' ', &word, &code);
	code = str_trim(code);
	section = section_from_name(word);
	if (section == NO_SECTION || (section == PLAN_SECTION_CATALOGUE && code.len > 0)) {
		plan_problem_add(draft, PLAN_PROBLEM_BAD_SECTION, line);
		return;
	}
	if (section != PLAN_SECTION_CATALOGUE && !plan_code_valid(code)) {
		plan_problem_add(draft, PLAN_PROBLEM_BAD_CODE, code.len > 0 ? code : line);
		return;
	}
	if (draft->count[section] == parser->row_max[section]) {
		plan_problem_add(draft,
		                 section == PLAN_SECTION_CATALOGUE ? PLAN_PROBLEM_DUPLICATE
		                                                   : PLAN_PROBLEM_TOO_MANY,
		                 line);
		return;
	}
	parser->section = section;
	row_begin(parser, code);
}

static int section_from_name(struct str name)
{
	for (int i = 0; i < PLAN_SECTION_COUNT; i++)
		if (str_eq(name, str_from(plan_section((enum plan_section)i)->name)))
			return i;
	return NO_SECTION;
}

static void section_end(struct parser *parser)
{
	if (parser->section != NO_SECTION) {
		missing_find(parser);
		period_check(parser);
		if (parser->section == PLAN_SECTION_KEEP)
			keep_check(parser);
	}
	parser->section = NO_SECTION;
}

static void row_begin(struct parser *parser, struct str code)
{
	struct plan_draft *draft = parser->draft;
	int                section = parser->section;
	size_t             size = plan_section((enum plan_section)section)->row_size;

	parser->seen = 0;
	memset(parser->seen_lang, 0, sizeof parser->seen_lang);
	if (section == PLAN_SECTION_CATALOGUE) {
		parser->row = &draft->head;
		draft->count[section] = 1;
		return;
	}
	parser->row = (char *)draft->rows[section] + size * draft->count[section]++;
	memcpy(parser->row, &code, sizeof code);
	defaults_set(section, parser->row);
}

static void defaults_set(int section, void *row)
{
	if (section == PLAN_SECTION_KEEP) {
		struct keep_rule *rule = &((struct plan_keep *)row)->rule;

		rule->expiring_days = 30;
		rule->works_suspended = KEEP_WORKS_NOTHING;
	} else if (section == PLAN_SECTION_BRAND) {
		((struct plan_brand *)row)->voice = true;
	} else if (section == PLAN_SECTION_PACK) {
		((struct plan_pack *)row)->quantity_max = 1;
		((struct plan_pack *)row)->sold = true;
	}
}

static void value_read(struct parser *parser, struct str name, struct str value)
{
	struct plan_draft     *draft = parser->draft;
	enum plan_section      section = (enum plan_section)parser->section;
	const struct plan_key *key;
	struct plan_problem    problem;
	struct str             base = name;
	enum plan_lang         lang = PLAN_LANG_EN;
	int                    index;

	if (!lang_cut(draft, &base, &lang))
		return;
	index = plan_key_index(section, base);
	key = index >= 0 ? &plan_section(section)->keys[index] : NULL;
	if (key == NULL || (key->value != PLAN_VALUE_TEXTS && base.len != name.len)) {
		plan_problem_add(draft, PLAN_PROBLEM_UNKNOWN_KEY, name);
		return;
	}
	if ((parser->seen_lang[index] & (1u << lang)) != 0) {
		plan_problem_add(draft, PLAN_PROBLEM_SECOND_KEY, name);
		return;
	}
	parser->seen_lang[index] |= 1u << lang;
	/* A translation alone does not make a required text. */
	if (lang == PLAN_LANG_EN)
		parser->seen |= (uint64_t)1 << index;
	if (value.len == 0) {
		plan_problem_add(draft, PLAN_PROBLEM_EMPTY, name);
		return;
	}
	if (!plan_value_parse(key, lang, value, parser->row, &problem))
		plan_problem_put(draft, &problem, name);
}

/* Cuts ".zh-Hans" from a key's name; false: there is no such language. */
static bool lang_cut(struct plan_draft *draft, struct str *name, enum plan_lang *ret)
{
#define X(id, tag) [PLAN_LANG_##id] = tag,
	static const char *const tags[] = { PLAN_LANGS(X) };
#undef X
	struct str base, tag;

	if (!str_cut(*name, '.', &base, &tag))
		return true;
	for (int i = PLAN_LANG_EN + 1; i < PLAN_LANG_COUNT; i++) {
		if (str_eq(tag, str_from(tags[i]))) {
			*name = base;
			*ret = (enum plan_lang)i;
			return true;
		}
	}
	plan_problem_add(draft, PLAN_PROBLEM_UNKNOWN_LANG, *name);
	return false;
}

static void missing_find(struct parser *parser)
{
	const struct plan_section_row *section = plan_section((enum plan_section)parser->section);

	for (size_t i = 0; i < section->key_count; i++)
		if (section->keys[i].required && (parser->seen >> i & 1) == 0)
			plan_problem_missing(parser->draft, PLAN_PROBLEM_MISSING_KEY,
			                     parser->header, section->keys[i].name);
}

static void period_check(struct parser *parser)
{
	struct plan_origin *origin = plan_row_origin(parser->section, parser->row);

	if (origin != NULL && origin->valid_to_day != 0 &&
	    origin->valid_to_day < origin->valid_from_day)
		plan_problem_add(parser->draft, PLAN_PROBLEM_PERIOD, parser->header);
}

/* What a kind of rule cannot work without, and what it must not have. */
static void keep_check(struct parser *parser)
{
	static const char *const needs[KEEP_KIND_COUNT][5] = {
		[KEEP_EXTEND] = { "window_days", "counts" },
		[KEEP_PACK_WINDOW] = { "window_days", "counts" },
		[KEEP_CHARGE] = { "counts", "step", "step_days" },
		[KEEP_IDLE_DAYS] = { "window_days", "counts" },
		[KEEP_IDLE_MONTHS] = { "window_months", "counts" },
		[KEEP_PARK] = { "window_months" },
		[KEEP_VISIT] = { "window_days", "counts", "step", "step_days" },
	};
	const struct keep_rule *rule = &((struct plan_keep *)parser->row)->rule;
	bool                    months = rule->kind == KEEP_IDLE_MONTHS || rule->kind == KEEP_PARK;
	const char             *other = months ? "window_days" : "window_months";

	if (!seen_key(parser, "kind"))
		return;
	for (size_t i = 0; needs[rule->kind][i] != NULL; i++)
		if (!seen_key(parser, needs[rule->kind][i]))
			plan_problem_missing(parser->draft, PLAN_PROBLEM_KEEP_NEEDS, parser->header,
			                     needs[rule->kind][i]);
	if ((rule->counts & (1u << KEEP_EVENT_METERED)) != 0 && !seen_key(parser, "over"))
		plan_problem_missing(parser->draft, PLAN_PROBLEM_KEEP_NEEDS, parser->header,
		                     "over");
	if (seen_key(parser, other))
		plan_problem_missing(parser->draft, PLAN_PROBLEM_KEEP_USELESS, parser->header,
		                     other);
}

static bool seen_key(const struct parser *parser, const char *name)
{
	int index = plan_key_index((enum plan_section)parser->section, str_from(name));

	assert(index >= 0);
	return (parser->seen >> index & 1) != 0;
}
