/*
 * mail_words.c - see mail_words.h.
 */
#include "work/mail_words.h"

#include "base/str.h"
#include "text/message.h"

/* Where to read more: "/zh-Hans/orders/KL-7F3K-29QD". */
static struct str page_path(struct arena *arena, const struct lang *lang,
                            const struct notice_parts *parts);
/* Without control characters: a subject is one line. */
static struct str one_line(struct arena *arena, struct str text);

void mail_words(struct arena *arena, const struct lang *lang, enum notice kind,
                const struct notice_parts *parts, struct str site, struct mail_words *ret)
{
#define X(id, name) [NOTICE_##id] = MSG_NOTICE_##id##_SUBJECT,
	static const enum msg subjects[NOTICE_COUNT] = { NOTICES(X) };
#undef X
#define X(id, name) [NOTICE_##id] = MSG_NOTICE_##id##_BODY,
	static const enum msg bodies[NOTICE_COUNT] = { NOTICES(X) };
#undef X
	const struct part named[] = {
		PART("order", parts->order),         PART("line", parts->line),
		PART("pack", parts->pack),           PART("amount", parts->amount),
		PART("date", date_long(parts->day)), PART("before", date_long(parts->before_day)),
		PART("days", parts->days),           PART("time", clock_tokyo(parts->at_s)),
	};
	int64_t    count = parts->days;
	struct str subject, body;

	assert(kind < NOTICE_COUNT);
	subject = message_text(arena, lang, subjects[kind], count, named, COUNT_OF(named));
	body = message_text(arena, lang, bodies[kind], count, named, COUNT_OF(named));
	ret->subject = one_line(arena, subject);
	ret->text = arena_printf(arena, "%.*s\n\n%.*s%.*s\n", STR_ARG(body), STR_ARG(site),
	                         STR_ARG(page_path(arena, lang, parts)));
}

static struct str one_line(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.len + 1);

	if (copy == NULL) {
		return STR("");
	}
	for (size_t i = 0; i < text.len; i++) {
		copy[i] = (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i];
	}
	return (struct str){ .ptr = copy, .len = text.len };
}

static struct str page_path(struct arena *arena, const struct lang *lang,
                            const struct notice_parts *parts)
{
	if (parts->order.len > 0)
		return arena_printf(arena, "/%s/orders/%.*s", lang->tag, STR_ARG(parts->order));
	return arena_printf(arena, "/%s/%s", lang->tag, parts->line.len > 0 ? "lines" : "");
}
