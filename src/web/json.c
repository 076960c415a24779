/*
 * json.c - the few things that an answer of the API is made of.
 */
#include "web/json.h"

#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"

static size_t plain_run(struct str text);
static void   two_digits(struct buf *buf, int32_t value);
static void   date_digits(struct buf *buf, struct civil civil);

void json_text(struct buf *buf, struct str text)
{
	bool valid = utf8_valid(text);

	buf_add_char(buf, '"');
	while (text.len > 0) {
		unsigned char c = (unsigned char)text.ptr[0];
		size_t        run = valid ? plain_run(text) : 0;
		char          bytes[4], *end = bytes;

		if (run > 0) {
			buf_add(buf, str_take(text, run));
			text = str_skip(text, run);
		} else if (c < 0x20) {
			buf_printf(buf, "\\u%04x", c);
			text = str_skip(text, 1);
		} else if (c == '"' || c == '\\') {
			buf_add_char(buf, '\\');
			buf_add_char(buf, (char)c);
			text = str_skip(text, 1);
		} else {
			utf8_put(&end, utf8_next(&text));
			buf_add(buf, (struct str){ .ptr = bytes, .len = (size_t)(end - bytes) });
		}
	}
	buf_add_char(buf, '"');
}

void json_name(struct buf *buf, const char *name)
{
	char last = buf->len > 0 ? buf->ptr[buf->len - 1] : '{';

	if (last != '{' && last != '[' && last != ',')
		buf_add_char(buf, ',');
	buf_add_char(buf, '"');
	buf_add(buf, str_from(name));
	buf_add(buf, STR("\":"));
}

void json_next(struct buf *buf)
{
	if (buf->len > 0 && buf->ptr[buf->len - 1] != '[')
		buf_add_char(buf, ',');
}

void json_int(struct buf *buf, int64_t value)
{
	buf_add_int64(buf, value);
}

void json_bool(struct buf *buf, bool value)
{
	buf_add(buf, value ? STR("true") : STR("false"));
}

void json_none(struct buf *buf)
{
	buf_add(buf, STR("null"));
}

void json_text_or_null(struct buf *buf, struct str text)
{
	if (text.len > 0)
		json_text(buf, text);
	else
		json_none(buf);
}

void json_money(struct buf *buf, struct money money)
{
	buf_add(buf, STR("{\"amount\":"));
	buf_add_int64(buf, money.amount);
	buf_add(buf, STR(",\"currency\":\""));
	buf_add(buf, currency_code(money.currency));
	buf_add(buf, STR("\"}"));
}

void json_time(struct buf *buf, int64_t utc_s)
{
	struct civil civil;

	if (utc_s == 0) {
		json_none(buf);
		return;
	}
	civil = civil_from_s(utc_s, 0);
	buf_add_char(buf, '"');
	date_digits(buf, civil);
	buf_add_char(buf, 'T');
	two_digits(buf, civil.hour);
	buf_add_char(buf, ':');
	two_digits(buf, civil.minute);
	buf_add_char(buf, ':');
	two_digits(buf, civil.second);
	buf_add(buf, STR("Z\""));
}

void json_day(struct buf *buf, int32_t day)
{
	if (day == 0) {
		json_none(buf);
		return;
	}
	buf_add_char(buf, '"');
	date_digits(buf, civil_from_day(day));
	buf_add_char(buf, '"');
}

/* How many bytes need no escape. */
static size_t plain_run(struct str text)
{
	size_t run = 0;

	while (run < text.len && (unsigned char)text.ptr[run] >= 0x20 && text.ptr[run] != '"' &&
	       text.ptr[run] != '\\')
		run++;
	return run;
}

static void two_digits(struct buf *buf, int32_t value)
{
	buf_add_char(buf, (char)('0' + value / 10 % 10));
	buf_add_char(buf, (char)('0' + value % 10));
}

static void date_digits(struct buf *buf, struct civil civil)
{
	two_digits(buf, civil.year / 100);
	two_digits(buf, civil.year % 100);
	buf_add_char(buf, '-');
	two_digits(buf, civil.month);
	buf_add_char(buf, '-');
	two_digits(buf, civil.day);
}
