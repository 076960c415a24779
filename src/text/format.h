/*
 * format.h - numbers, money, days and times as people read them.
 *
 * A page or message says what a number is by wrapping it: date_long(day),
 * clock_minute(at_s), percent_bp(150).  What comes out depends on the language
 * only; times are Tokyo's (DOMAIN, preface).
 */
#pragma once
#include "base/buf.h"
#include "core/money.h"
#include "text/lang.h"

/*   id            constructor      takes                 en                       */
#define SHOWN(X)                                                                      \
	X(DATE_LONG,    date_long)    /* day                14 Jan 2027            */ \
	X(DATE_SHORT,   date_short)   /* day                14 Jan                 */ \
	X(DATE_AXIS,    date_axis)    /* day                14 Jan; elsewhere 1/14 */ \
	X(DATE_ISO,     date_iso)     /* day                2027-01-14             */ \
	X(DATE_CLOCK,   date_clock)   /* UTC s              14 Mar 2026, 21:34     */ \
	X(CLOCK_MINUTE, clock_minute) /* UTC s              21:34                  */ \
	X(CLOCK_SECOND, clock_second) /* UTC s              21:34:38               */ \
	X(CLOCK_TOKYO,  clock_tokyo)  /* UTC s              21:34 Tokyo time       */ \
	X(CLOCK_ISO,    clock_iso)    /* UTC s   2026-03-14T21:34:38+09:00, for datetime="" */ \
	X(DURATION,     duration)     /* seconds            1:23, 1:02:03          */ \
	X(PERCENT_BP,   percent_bp)   /* 1/10,000           1.5%                   */ \
	X(RATE_E6,      rate_e6)      /* 10^-6    20.4190 (4 decimals, half up) */ \
	X(PLAIN,        plain)        /* any                1234: never grouped    */

#define X(id, constructor) SHOWN_##id,
enum shown_form { SHOWN(X) SHOWN_COUNT };
#undef X

/* A number that knows what it is. */
struct shown {
	enum shown_form form;
	int64_t         value;
};

#define X(id, constructor)                                                           \
	static inline struct shown constructor(int64_t value)                        \
	{                                                                            \
		return (struct shown){ .form = SHOWN_##id, .value = value };         \
	}
SHOWN(X)
#undef X

/* A day or time of 0 is "none" by our convention and shows as "–". */
void format_shown(struct buf *buf, const struct lang *lang, struct shown shown);
/* 1,234 */
void format_int(struct buf *buf, const struct lang *lang, int64_t value);
/* "JPY 1,100": the ISO code always, never a bare sign (WEB 0.1); "–" without currency. */
void format_money(struct buf *buf, const struct lang *lang, struct money money);
/* "1,100": the digits alone, where the code stands beside them in markup. */
void format_amount(struct buf *buf, const struct lang *lang, struct money money);

/* A phone number as anyone else may see it: "08012345678" -> "080-****-5678".
 * Anything but 10 or 11 digits comes out as "****". */
struct str format_masked(struct arena *arena, struct str digits);
