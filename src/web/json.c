/*
 * json.c - the few things that an answer of the API is made of.
 */
#include "web/json.h"

#include "base/str.h"
#include "base/utf8.h"

void json_text(struct buf *buf, struct str text)
{
	bool valid = utf8_valid(text);

	buf_add_char(buf, '"');
	while (text.len > 0) {
		unsigned char c = (unsigned char)text.ptr[0];
		char          bytes[4], *end = bytes;

		if (c >= 0x20 && c != '"' && c != '\\' && (valid || c < 0x80)) {
			buf_add_char(buf, (char)c);
			text = str_skip(text, 1);
			continue;
		}
		if (c < 0x20 || c == '"' || c == '\\') {
			if (c < 0x20)
				buf_printf(buf, "\\u%04x", c);
			else
				buf_printf(buf, "\\%c", c);
			text = str_skip(text, 1);
			continue;
		}
		utf8_put(&end, utf8_next(&text));
		buf_add(buf, (struct str){ .ptr = bytes, .len = (size_t)(end - bytes) });
	}
	buf_add_char(buf, '"');
}

void json_name(struct buf *buf, const char *name)
{
	char last = buf->len > 0 ? buf->ptr[buf->len - 1] : '{';

	if (last != '{' && last != '[' && last != ',')
		buf_add_char(buf, ',');
	buf_printf(buf, "\"%s\":", name);
}

void json_int(struct buf *buf, int64_t value)
{
	buf_add_int64(buf, value);
}

void json_bool(struct buf *buf, bool value)
{
	buf_add(buf, value ? STR("true") : STR("false"));
}
