/*
 * format.c - integers to text, language by language.
 */
#include "base/str.h"
#include "base/time.h"
#include "text/format.h"

static void     date_add(struct buf *buf, const struct lang *lang, const char *pattern,
                         struct civil civil, bool seconds);
static void     field_add(struct buf *buf, const struct lang *lang, char field, struct civil civil,
                          bool seconds);
static void     duration_add(struct buf *buf, int64_t seconds);
static void     percent_add(struct buf *buf, const struct lang *lang, int64_t bp);
static void     rate_add(struct buf *buf, const struct lang *lang, int64_t rate);
static void     group_add(struct buf *buf, const struct lang *lang, uint64_t value);
static uint64_t magnitude(int64_t value);
static uint64_t power_of_ten(int exponent);

#define NONE "–"

void format_shown(struct buf *buf, const struct lang *lang, struct shown shown)
{
	struct civil civil = { 0 };

	if (shown.form <= SHOWN_DATE_ISO)
		civil = civil_from_day((int32_t)shown.value);
	else if (shown.form <= SHOWN_CLOCK_ISO)
		civil = civil_from_s(shown.value, TOKYO_OFFSET_S);
	if (shown.form <= SHOWN_CLOCK_ISO && shown.value == 0) {
		buf_add(buf, STR(NONE));
		return;
	}
	switch (shown.form) {
	case SHOWN_DATE_LONG:
		date_add(buf, lang, lang->date_long, civil, false);
		break;
	case SHOWN_DATE_SHORT:
		date_add(buf, lang, lang->date_short, civil, false);
		break;
	case SHOWN_DATE_AXIS:
		date_add(buf, lang, lang->date_axis, civil, false);
		break;
	case SHOWN_DATE_ISO:
		buf_printf(buf, "%04d-%02d-%02d", (int)civil.year, (int)civil.month,
		           (int)civil.day);
		break;
	case SHOWN_DATE_CLOCK:
		date_add(buf, lang, lang->date_clock, civil, false);
		break;
	case SHOWN_CLOCK_MINUTE:
		date_add(buf, lang, "{t}", civil, false);
		break;
	case SHOWN_CLOCK_SECOND:
		date_add(buf, lang, "{t}", civil, true);
		break;
	case SHOWN_CLOCK_TOKYO:
		date_add(buf, lang, lang->tokyo_clock, civil, false);
		break;
	case SHOWN_CLOCK_ISO:
		buf_printf(buf, "%04d-%02d-%02dT%02d:%02d:%02d+09:00", (int)civil.year,
		           (int)civil.month, (int)civil.day, (int)civil.hour, (int)civil.minute,
		           (int)civil.second);
		break;
	case SHOWN_DURATION:
		duration_add(buf, shown.value);
		break;
	case SHOWN_PERCENT_BP:
		percent_add(buf, lang, shown.value);
		break;
	case SHOWN_RATE_E6:
		rate_add(buf, lang, shown.value);
		break;
	case SHOWN_PLAIN:
		buf_add_int64(buf, shown.value);
		break;
	case SHOWN_COUNT:
		assert(false); /* not a form */
	}
}

void format_int(struct buf *buf, const struct lang *lang, int64_t value)
{
	if (value < 0)
		buf_add_char(buf, '-');
	group_add(buf, lang, magnitude(value));
}

void format_money(struct buf *buf, const struct lang *lang, struct money money)
{
	struct str code = currency_code(money.currency);

	if (code.len == 0) {
		buf_add(buf, STR(NONE));
		return;
	}
	buf_add(buf, code);
	buf_add_char(buf, ' ');
	format_amount(buf, lang, money);
}

void format_amount(struct buf *buf, const struct lang *lang, struct money money)
{
	int      exponent = currency_exponent(money.currency);
	uint64_t value = magnitude(money.amount), unit;

	if (exponent < 0) {
		buf_add(buf, STR(NONE));
		return;
	}
	unit = power_of_ten(exponent);
	if (money.amount < 0)
		buf_add_char(buf, '-');
	group_add(buf, lang, value / unit);
	if (exponent > 0)
		buf_printf(buf, "%s%0*llu", lang->decimal, exponent,
		           (unsigned long long)(value % unit));
}

struct str format_masked(struct arena *arena, struct str digits)
{
	size_t head = digits.len == 11 ? 3 : 2;

	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return STR("****");
	}
	if (digits.len != 10 && digits.len != 11)
		return STR("****");
	return arena_printf(arena, "%.*s-****-%.*s", STR_ARG(str_take(digits, head)),
	                    STR_ARG(str_skip(digits, digits.len - 4)));
}

static void date_add(struct buf *buf, const struct lang *lang, const char *pattern,
                     struct civil civil, bool seconds)
{
	struct str rest = str_from(pattern), before;

	while (rest.len > 0) {
		if (str_cut(rest, '{', &before, &rest)) {
			buf_add(buf, before);
			field_add(buf, lang, rest.ptr[0], civil, seconds);
			rest = str_skip(rest, 2);
		} else {
			buf_add(buf, before);
		}
	}
}

static void field_add(struct buf *buf, const struct lang *lang, char field, struct civil civil,
                      bool seconds)
{
	switch (field) {
	case 'y':
		buf_add_int64(buf, civil.year);
		break;
	case 'm':
		buf_add_int64(buf, civil.month);
		break;
	case 'b':
		buf_add(buf, str_from(lang->month[civil.month - 1]));
		break;
	case 'd':
		buf_add_int64(buf, civil.day);
		break;
	case 't':
		buf_printf(buf, "%02d:%02d", (int)civil.hour, (int)civil.minute);
		if (seconds)
			buf_printf(buf, ":%02d", (int)civil.second);
		break;
	default:
		assert(false); /* not a pattern of lang.c */
	}
}

static void duration_add(struct buf *buf, int64_t seconds)
{
	int64_t s = seconds < 0 ? 0 : seconds;

	if (s >= 3600)
		buf_printf(buf, "%lld:%02d:%02d", (long long)(s / 3600), (int)(s / 60 % 60),
		           (int)(s % 60));
	else
		buf_printf(buf, "%d:%02d", (int)(s / 60), (int)(s % 60));
}

/* As many decimals as there are: 150 -> 1.5, 1000 -> 10. */
static void percent_add(struct buf *buf, const struct lang *lang, int64_t bp)
{
	uint64_t value = magnitude(bp);
	int      rest = (int)(value % 100);

	if (bp < 0)
		buf_add_char(buf, '-');
	group_add(buf, lang, value / 100);
	if (rest > 0)
		buf_printf(buf, rest % 10 == 0 ? "%s%d" : "%s%02d", lang->decimal,
		           rest % 10 == 0 ? rest / 10 : rest);
	buf_add(buf, str_from(lang->percent));
}

static void rate_add(struct buf *buf, const struct lang *lang, int64_t rate)
{
	uint64_t value = (magnitude(rate) + 50) / 100;

	if (rate < 0)
		buf_add_char(buf, '-');
	group_add(buf, lang, value / 10000);
	buf_printf(buf, "%s%04d", lang->decimal, (int)(value % 10000));
}

static void group_add(struct buf *buf, const struct lang *lang, uint64_t value)
{
	char   digits[20];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	while (count-- > 0) {
		buf_add_char(buf, digits[count]);
		if (count > 0 && count % 3 == 0)
			buf_add(buf, str_from(lang->group));
	}
}

static uint64_t magnitude(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static uint64_t power_of_ten(int exponent)
{
	uint64_t power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}
