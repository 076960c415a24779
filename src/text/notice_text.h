/*
 * notice_text.h - the words of a notice: the same in the message centre and in
 * the mail (core/notice.h says which parts each kind has).
 */
#pragma once
#include "core/notice.h"
#include "text/message.h"

#define NOTICE_PART_COUNT 8

/* The rows of messages.def for a kind. */
enum msg notice_subject(enum notice kind);
enum msg notice_body(enum notice kind);

/* The parts that subject and body may name, as messages take them; {n} is
 * parts->days.  Amounts are plain text.  Strings live in `arena` or in *parts. */
void notice_part_list(struct arena *arena, const struct lang *lang,
                      const struct notice_parts *parts, struct part ret[NOTICE_PART_COUNT]);
