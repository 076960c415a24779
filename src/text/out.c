/*
 * out.c - escaping.
 */
#include "text/out.h"

static void       escape(struct out *o, struct str s);
static bool       address_safe(struct str address, bool image);
static bool       path_safe(struct str path);
static bool       visible(struct str s);
static struct str scheme_of(struct str address);
static void       part_show(struct out *o, const struct part *part, bool attribute);

void out_raw(struct out *o, struct str html)
{
	buf_add(o->buf, html);
}

void out_words(struct out *o, bool attribute, enum msg msg, int64_t count, const struct part *parts,
               size_t part_count)
{
	struct str rest = message_template(o->lang, msg, count), literal, name;

	while (message_next(&rest, &literal, &name)) {
		escape(o, literal);
		if (name.len > 0) {
			struct part part = message_part(name, count, parts, part_count);

			part_show(o, &part, attribute);
		}
	}
}

void out_value_str(struct out *o, struct str value)
{
	escape(o, value);
}

void out_value_cstr(struct out *o, const char *value)
{
	escape(o, str_from(value));
}

void out_value_int(struct out *o, int64_t value)
{
	format_int(o->buf, o->lang, value);
}

void out_value_size(struct out *o, size_t value)
{
	format_int(o->buf, o->lang, (int64_t)value);
}

void out_value_money(struct out *o, struct money value)
{
	struct str code = currency_code(value.currency);

	if (code.len == 0) {
		format_money(o->buf, o->lang, value);
		return;
	}
	buf_add(o->buf, STR("<span class=\"amt\"><abbr>"));
	buf_add(o->buf, code);
	buf_add(o->buf, STR("</abbr>"));
	format_amount(o->buf, o->lang, value);
	buf_add(o->buf, STR("</span>"));
}

/* What the language table puts around numbers needs no escaping. */
void out_value_shown(struct out *o, struct shown value)
{
	format_shown(o->buf, o->lang, value);
}

void out_value_message(struct out *o, struct message value)
{
	out_words(o, false, value.msg, value.count, value.parts, value.part_count);
}

void out_attr_str(struct out *o, struct str value)
{
	escape(o, value);
}

void out_attr_cstr(struct out *o, const char *value)
{
	escape(o, str_from(value));
}

void out_attr_int(struct out *o, int64_t value)
{
	buf_add_int64(o->buf, value);
}

void out_attr_size(struct out *o, size_t value)
{
	buf_add_int64(o->buf, (int64_t)value);
}

void out_attr_money(struct out *o, struct money value)
{
	format_money(o->buf, o->lang, value);
}

void out_attr_shown(struct out *o, struct shown value)
{
	format_shown(o->buf, o->lang, value);
}

void out_attr_message(struct out *o, struct message value)
{
	out_words(o, true, value.msg, value.count, value.parts, value.part_count);
}

void out_part_str(struct out *o, struct str value)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    c == '-' || c == '_' || c == '.' || c == '~') {
			buf_add_char(o->buf, (char)c);
			continue;
		}
		buf_add_char(o->buf, '%');
		buf_add_char(o->buf, hex[c >> 4]);
		buf_add_char(o->buf, hex[c & 15]);
	}
}

void out_part_cstr(struct out *o, const char *value)
{
	out_part_str(o, str_from(value));
}

void out_part_int(struct out *o, int64_t value)
{
	buf_add_int64(o->buf, value);
}

void out_part_size(struct out *o, size_t value)
{
	buf_add_int64(o->buf, (int64_t)value);
}

void out_address(struct out *o, struct str address, bool image)
{
	escape(o, address_safe(address, image) ? address : STR("#"));
}

void out_path(struct out *o, struct str path)
{
	escape(o, path_safe(path) ? path : STR("#"));
}

/* One table for text and quoted attributes; a control character has no place in either. */
static void escape(struct out *o, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.len; i++) {
		struct str by = { 0 };

		switch (s.ptr[i]) {
		case '&':
			by = STR("&amp;");
			break;
		case '<':
			by = STR("&lt;");
			break;
		case '>':
			by = STR("&gt;");
			break;
		case '"':
			by = STR("&quot;");
			break;
		case '\'':
			by = STR("&#39;");
			break;
		case '\n':
		case '\t':
			continue;
		default:
			if ((unsigned char)s.ptr[i] >= 0x20 && s.ptr[i] != 0x7f)
				continue;
			by = STR("\uFFFD");
		}
		buf_add(o->buf, str_take(str_skip(s, from), i - from));
		buf_add(o->buf, by);
		from = i + 1;
	}
	buf_add(o->buf, str_skip(s, from));
}

static bool address_safe(struct str address, bool image)
{
	struct str scheme = scheme_of(address);

	if (!visible(address))
		return false;
	if (scheme.len > 0)
		return str_eq_nocase(scheme, STR("http")) || str_eq_nocase(scheme, STR("https")) ||
		       (image && str_eq_nocase(str_take(address, 11), STR("data:image/")));
	return !str_starts(address, STR("//")) && !str_starts(address, STR(":"));
}

static bool path_safe(struct str path)
{
	return visible(path) && !str_starts(path, STR("//")) &&
	       (path.len == 0 || path.ptr[0] == '/');
}

/* Browsers drop blanks and controls and read '\' as '/': none of them passes. */
static bool visible(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] <= 0x20 || s.ptr[i] == 0x7f || s.ptr[i] == '\\')
			return false;
	}
	return true;
}

/* What stands before a ':' that comes before any of / ? #. */
static struct str scheme_of(struct str address)
{
	for (size_t i = 0; i < address.len; i++) {
		char c = address.ptr[i];

		if (c == ':')
			return str_take(address, i);
		if (c == '/' || c == '?' || c == '#')
			break;
	}
	return (struct str){ 0 };
}

static void part_show(struct out *o, const struct part *part, bool attribute)
{
	if (part->kind == PART_TEXT) {
		escape(o, part->text);
	} else if (part->kind == PART_MONEY && !attribute) {
		out_value_money(o, part->money);
	} else if (part->kind == PART_HTML && !attribute) {
		out_raw(o, part->text);
	} else if (part->kind == PART_LINK && !attribute) {
		buf_add(o->buf, STR("<a href=\""));
		out_address(o, part->base, false);
		out_path(o, part->text);
		buf_add(o->buf, STR("\">"));
	} else {
		part_format(o->buf, o->lang, part);
	}
}
