/*
 * log.h - one line per happening, logfmt on stderr, with the <N> priority that
 * journald understands.  Values are escaped; identifiers of people and lines
 * must be masked by the caller's type (LOG_MASKED) and never appear whole.
 */
#pragma once
#include "base/base.h"

/*   name     journald priority */
#define LOG_LEVELS(X) X(ERROR, 3) X(WARN, 4) X(NOTE, 5) X(INFO, 6) X(DEBUG, 7)

#define X(name, priority) LOG_##name = priority,
enum log_level { LOG_LEVELS(X) };
#undef X

struct log_field {
	const char *key; /* NULL ends the list */
	struct str  text;
	int64_t     number;
	enum { LOG_FIELD_TEXT, LOG_FIELD_NUMBER, LOG_FIELD_MASKED } kind;
};

#define LOG_TEXT(k, v)   ((struct log_field){ .key = (k), .text = (v), .kind = LOG_FIELD_TEXT })
#define LOG_NUMBER(k, v) ((struct log_field){ .key = (k), .number = (v), .kind = LOG_FIELD_NUMBER })
#define LOG_MASKED(k, v) ((struct log_field){ .key = (k), .text = (v), .kind = LOG_FIELD_MASKED })

/* log_line(LOG_WARN, "partner silent", LOG_TEXT("partner", name), LOG_NUMBER("attempt", 3)); */
#define log_line(level, event, ...) \
	log_fields((level), (event), (const struct log_field[]){ __VA_ARGS__, { 0 } })

void log_fields(enum log_level level, const char *event, const struct log_field *fields);
#define LOG_NOTHING ((enum log_level)0) /* a limit that prints no line at all */
void log_limit(enum log_level level); /* print nothing less urgent; default LOG_INFO */
