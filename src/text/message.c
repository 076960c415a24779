/*
 * message.c - templates and their parts.
 */
#include "text/message.h"

#define TEXT_MAX 8192 /* bytes of one message with its parts */

struct part part_text(const char *name, struct str value)
{
	return (struct part){ .name = name, .kind = PART_TEXT, .text = value };
}

struct part part_cstr(const char *name, const char *value)
{
	return part_text(name, str_from(value));
}

struct part part_int(const char *name, int64_t value)
{
	return (struct part){ .name = name, .kind = PART_INT, .number = value };
}

struct part part_size(const char *name, size_t value)
{
	return part_int(name, (int64_t)value);
}

struct part part_money(const char *name, struct money value)
{
	return (struct part){ .name = name, .kind = PART_MONEY, .money = value };
}

struct part part_shown(const char *name, struct shown value)
{
	return (struct part){ .name = name, .kind = PART_SHOWN, .shown = value };
}

struct part part_html(const char *name, struct str literal)
{
	return (struct part){ .name = name, .kind = PART_HTML, .text = literal };
}

struct part part_link(const char *name, struct str base, struct str path)
{
	return (struct part){ .name = name, .kind = PART_LINK, .base = base, .text = path };
}

struct str part_same(struct str path)
{
	return path;
}

struct str message_template(const struct lang *lang, enum msg msg, int64_t count)
{
	size_t forms = message_forms[lang->messages];
	size_t form = count < 0 ? 0 : (size_t)lang_plural(lang, count);

	assert((unsigned)msg < MSG_COUNT);
	assert(count >= 0 || !message_plural[msg]);
	return message_table[lang->messages][(size_t)msg * forms + form];
}

struct str message_text(struct arena *arena, const struct lang *lang, enum msg msg, int64_t count,
                        const struct part *parts, size_t part_count)
{
	struct str rest = message_template(lang, msg, count), literal, name;
	struct buf buf;

	buf_init(&buf, arena, TEXT_MAX);
	while (message_next(&rest, &literal, &name)) {
		buf_add(&buf, literal);
		if (name.len > 0) {
			struct part part = message_part(name, count, parts, part_count);

			part_format(&buf, lang, &part);
		}
	}
	return buf_str(&buf);
}

bool message_next(struct str *rest, struct str *ret_literal, struct str *ret_name)
{
	if (rest->len == 0)
		return false;
	*ret_name = (struct str){ 0 };
	if (str_cut(*rest, '{', ret_literal, rest))
		(void)str_cut(*rest, '}', ret_name, rest);
	return true;
}

struct part message_part(struct str name, int64_t count, const struct part *parts,
                         size_t part_count)
{
	for (size_t i = 0; i < part_count; i++) {
		if (str_eq(name, str_from(parts[i].name)))
			return parts[i];
	}
	assert(count >= 0 && str_eq(name, STR("n")));
	return part_int("n", count);
}

void part_format(struct buf *buf, const struct lang *lang, const struct part *part)
{
	switch (part->kind) {
	case PART_TEXT:
		buf_add(buf, part->text);
		break;
	case PART_INT:
		format_int(buf, lang, part->number);
		break;
	case PART_MONEY:
		format_money(buf, lang, part->money);
		break;
	case PART_SHOWN:
		format_shown(buf, lang, part->shown);
		break;
	case PART_HTML:
	case PART_LINK:
		break;
	}
}
