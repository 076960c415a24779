/*
 * log.c - one line per happening, written with one write().
 */
#include "base/log.h"

#include "base/utf8.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	LOG_LINE_MAX = 2048, /* bytes; a longer line is cut and ends in "..." */
	MASK_SHOWN = 4,      /* last bytes of a masked value that stay readable */
	MASK_LEN_MIN = 8,    /* a shorter masked value shows nothing */
};

struct line {
	char   text[LOG_LINE_MAX];
	size_t len;
	bool   cut;
};

/* The one switch of the process; set by main before any thread starts. */
static _Atomic int least_urgent = LOG_INFO;

static void put(struct line *line, const char *text, size_t len);
static void put_value(struct line *line, struct str s);
static void put_masked(struct line *line, struct str s);

void log_fields(enum log_level level, const char *event, const struct log_field *fields)
{
	struct line line = { .len = 0 };
	char        number[32];
	int         len;

	if ((int)level > atomic_load(&least_urgent))
		return;
	len = snprintf(number, sizeof(number), "<%d>event=", (int)level);
	put(&line, number, (size_t)len);
	put_value(&line, (struct str){ .ptr = event, .len = strlen(event) });
	for (; fields->key; fields++) {
		put(&line, " ", 1);
		put(&line, fields->key, strlen(fields->key));
		put(&line, "=", 1);
		switch (fields->kind) {
		case LOG_FIELD_TEXT:
			put_value(&line, fields->text);
			break;
		case LOG_FIELD_NUMBER:
			len = snprintf(number, sizeof(number), "%lld", (long long)fields->number);
			put(&line, number, (size_t)len);
			break;
		case LOG_FIELD_MASKED:
			put_masked(&line, fields->text);
			break;
		}
	}
	if (line.cut)
		memcpy(line.text + line.len - 3, "...", 3);
	line.text[line.len++] = '\n';
	/* Nobody is left to hear of a log that cannot be written. */
	if (write(STDERR_FILENO, line.text, line.len) < 0)
		return;
}

void log_limit(enum log_level level)
{
	atomic_store(&least_urgent, (int)level);
}

static void put(struct line *line, const char *text, size_t len)
{
	size_t room = LOG_LINE_MAX - 1 - line->len;

	if (line->cut)
		return;
	if (len > room) {
		line->cut = true;
		len = room;
	}
	memcpy(line->text + line->len, text, len);
	line->len += len;
}

/* Bare when it is a plain word, else quoted with every odd byte escaped: a
 * value can neither end the line nor pretend to be another field. */
static void put_value(struct line *line, struct str s)
{
	bool plain = s.len > 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c <= ' ' || c >= 0x7F || c == '"' || c == '=' || c == '\\')
			plain = false;
	}
	if (plain) {
		put(line, s.ptr, s.len);
		return;
	}
	put(line, "\"", 1);
	while (s.len) {
		const char *at = s.ptr;
		int32_t     code_point = utf8_next(&s);
		size_t      len = (size_t)(s.ptr - at);
		char        escape[8];

		if (code_point == '"' || code_point == '\\')
			put(line, (char[]){ '\\', *at }, 2);
		else if (code_point >= ' ' && (code_point < 0x7F || code_point > 0x9F) &&
		         (code_point != 0xFFFD || len == 3))
			put(line, at, len);
		else
			for (size_t i = 0; i < len; i++)
				put(line, escape,
				    (size_t)snprintf(escape, sizeof(escape), "\\x%02x",
				                     (unsigned char)at[i]));
	}
	put(line, "\"", 1);
}

static void put_masked(struct line *line, struct str s)
{
	size_t shown = s.len >= MASK_LEN_MIN ? MASK_SHOWN : 0;
	char   masked[3 + MASK_SHOWN] = "***";

	if (shown)
		memcpy(masked + 3, s.ptr + s.len - shown, shown);
	put_value(line, (struct str){ .ptr = masked, .len = 3 + shown });
}
