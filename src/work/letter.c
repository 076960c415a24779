/*
 * letter.c - the three forms of a letter, all from the same messages.
 */
#include "work/letter.h"

#include "base/str.h"
#include "text/notice_text.h"
#include "text/out.h"
#include "work/mail/pages.h"

static void text_add(struct buf *buf, const struct lang *lang, enum msg msg, int64_t count,
                     const struct part *parts, size_t part_count);

bool letter_make(struct arena *arena, const struct lang *lang, const struct letter_view *view,
                 struct letter *ret)
{
	const struct notice_parts *parts = &view->parts;
	struct part                list[NOTICE_PART_COUNT];
	struct buf                 subject, text, html;
	struct out                 out = { .buf = &html, .lang = lang };

	notice_part_list(arena, lang, parts, list);
	buf_init(&subject, arena, LETTER_MAX);
	text_add(&subject, lang, notice_subject(view->kind), parts->days, list, NOTICE_PART_COUNT);
	buf_init(&text, arena, LETTER_MAX);
	text_add(&text, lang, notice_body(view->kind), parts->days, list, NOTICE_PART_COUNT);
	buf_add(&text, STR("\n\n"));
	text_add(&text, lang, MSG_LETTER_WHERE, -1, PARTS(PART("site", view->site)));
	buf_add(&text, STR("\n\n-- \nKeepline\n"));
	text_add(&text, lang, MSG_LETTER_CODES, -1, NO_PARTS);
	buf_add(&text, STR("\n"));
	buf_init(&html, arena, LETTER_MAX);
	page_letter(&out, view);
	if (subject.full || text.full || html.full || arena->failed)
		return false;
	*ret = (struct letter){ .subject = buf_str(&subject),
		                .text = buf_str(&text),
		                .html = buf_str(&html) };
	return true;
}

struct str letter_site(struct str public_url)
{
	ptrdiff_t  at = str_find(public_url, STR("://"));
	struct str site = at < 0 ? public_url : str_skip(public_url, (size_t)at + 3);
	struct str rest;

	(void)str_cut(site, '/', &site, &rest);
	return site;
}

static void text_add(struct buf *buf, const struct lang *lang, enum msg msg, int64_t count,
                     const struct part *parts, size_t part_count)
{
	buf_add(buf, message_text(buf->arena, lang, msg, count, parts, part_count));
}
