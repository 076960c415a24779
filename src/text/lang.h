/*
 * lang.h - the languages Keepline speaks: their tags, and how dates and
 * numbers look in them.  One row each; no locale of the system is asked.
 *
 * Patterns: {y} year, {m} month as a number, {b} its name, {d} day, {t} a clock
 * time; the rest stands as it is.  Source: CLDR 42, WEB 4.6.
 */
#pragma once
#include "base/base.h"
#include "text/messages.h"

/* The order is stable: it is not stored anywhere. */
enum lang_id { LANG_EN, LANG_ZH_HANS, LANG_ZH_HANT, LANG_JA, LANG_EN_XA, LANG_COUNT };

struct lang {
	enum lang_id id;
	const char  *tag;  /* BCP 47: in addresses, in <html lang> and in the database */
	const char  *name; /* what its speakers call it */
	enum message_language messages; /* which of the generated tables */
	bool         pseudo;            /* for tests of pages only: never negotiated */
	const char  *group, *decimal;   /* 1,234.5 */
	const char  *percent;           /* behind the number */
	const char  *date_long;         /* 14 Jan 2027 */
	const char  *date_short;        /* 14 Jan */
	const char  *date_axis;         /* as short as can be, on a timeline */
	const char  *date_clock;        /* a day and a time; {t} */
	const char  *tokyo_clock;       /* a time, saying that it is Tokyo's; {t} */
	const char *const *month;       /* names of the 12 months; NULL when a number serves */
};

/* The row; static storage. */
const struct lang *lang_get(enum lang_id id);
/* The language of a tag as it stands in an address ("zh-Hans"), exactly; false when unknown. */
bool lang_from_tag(struct str tag, const struct lang **ret);
/*
 * The best language for an Accept-Language header (RFC 9110 12.5.4), by the
 * likely script of each range: zh-TW, zh-HK -> zh-Hant; zh, zh-CN -> zh-Hans.
 * Never zh-Hant for zh-Hans or the reverse.  Looks at the first LANG_RANGES_MAX
 * ranges; junk is skipped; English when nothing fits.
 */
const struct lang *lang_negotiate(struct str accept_language);
#define LANG_RANGES_MAX 16

/* Which form of a message {n} takes: 0, or 1 where the language has a plural. */
int lang_plural(const struct lang *lang, int64_t n);
