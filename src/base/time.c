/*
 * time.c - calendar arithmetic on plain integers.
 *
 * A year is counted from 1 March here, so that the leap day comes last, and
 * 400-year cycles ("eras") of 146,097 days make every sum exact.
 */
#include "base/time.h"

#include "base/str.h"

enum {
	DAY_S = 86400,
	ERA_DAYS = 146097,
	EPOCH_SHIFT_DAYS = 719468, /* from 0000-03-01 to 1970-01-01 */
	YEAR_MIN = 1600,
	YEAR_MAX = 9999,
};

static int64_t divide_down(int64_t value, int64_t by);
static int32_t month_days(int32_t year, int32_t month);
static bool    digits(struct str *s, size_t count, int32_t *ret);
static bool    literal(struct str *s, char a, char b);
static bool    offset_parse(struct str *s, int32_t *ret_offset_s);
static bool    day_parse(struct str *s, int32_t *ret_day);

int32_t day_from_civil(int32_t year, int32_t month, int32_t day)
{
	int32_t y = month <= 2 ? year - 1 : year;
	int32_t era = (y >= 0 ? y : y - 399) / 400;
	int32_t year_of_era = y - era * 400;
	int32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	assert(month >= 1 && month <= 12 && year >= YEAR_MIN && year <= YEAR_MAX);
	return era * ERA_DAYS + day_of_era - EPOCH_SHIFT_DAYS;
}

struct civil civil_from_day(int32_t day)
{
	int32_t shifted = day + EPOCH_SHIFT_DAYS;
	int32_t era = (shifted >= 0 ? shifted : shifted - (ERA_DAYS - 1)) / ERA_DAYS;
	int32_t day_of_era = shifted - era * ERA_DAYS;
	int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	                       day_of_era / 146096) /
	                      365;
	int32_t day_of_year = day_of_era -
	                      (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int32_t month_from_march = (5 * day_of_year + 2) / 153;
	int32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;

	return (struct civil){
		.year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
		.month = month,
		.day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
	};
}

bool civil_valid(int32_t year, int32_t month, int32_t day)
{
	return year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
	       day <= month_days(year, month);
}

struct civil civil_from_s(int64_t utc_s, int32_t offset_s)
{
	int64_t      local_s = utc_s + offset_s;
	int64_t      day = divide_down(local_s, DAY_S);
	int32_t      rest_s = (int32_t)(local_s - day * DAY_S);
	struct civil civil = civil_from_day((int32_t)day);

	civil.hour = rest_s / 3600;
	civil.minute = rest_s / 60 % 60;
	civil.second = rest_s % 60;
	return civil;
}

int32_t day_add_months(int32_t day, int32_t months)
{
	struct civil civil = civil_from_day(day);
	int32_t      month_count = civil.year * 12 + civil.month - 1 + months;
	int32_t      year = (int32_t)divide_down(month_count, 12);
	int32_t      month = month_count - year * 12 + 1;
	int32_t      last = month_days(year, month);

	return day_from_civil(year, month, civil.day < last ? civil.day : last);
}

int32_t day_month_start(int32_t day)
{
	return day - civil_from_day(day).day + 1;
}

int32_t tokyo_day(int64_t utc_s)
{
	return (int32_t)divide_down(utc_s + TOKYO_OFFSET_S, DAY_S);
}

int64_t tokyo_day_start_s(int32_t day)
{
	return (int64_t)day * DAY_S - TOKYO_OFFSET_S;
}

int64_t tokyo_day_end_s(int32_t day)
{
	return tokyo_day_start_s(day) + DAY_S - 1;
}

struct str rfc3339(struct arena *arena, int64_t utc_s)
{
	struct civil civil = civil_from_s(utc_s, 0);

	return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", civil.year, civil.month,
	                    civil.day, civil.hour, civil.minute, civil.second);
}

bool rfc3339_parse(struct str s, int64_t *ret_utc_s)
{
	int32_t day, hour, minute, second, offset_s;

	if (!day_parse(&s, &day) || !literal(&s, 'T', 't'))
		return false;
	if (!digits(&s, 2, &hour) || !literal(&s, ':', ':') || !digits(&s, 2, &minute) ||
	    !literal(&s, ':', ':') || !digits(&s, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	if (literal(&s, '.', '.')) {
		int32_t ignored;

		if (!digits(&s, 1, &ignored))
			return false;
		while (digits(&s, 1, &ignored))
			;
	}
	if (!offset_parse(&s, &offset_s) || s.len != 0)
		return false;
	*ret_utc_s = (int64_t)day * DAY_S + hour * 3600 + minute * 60 + second - offset_s;
	return true;
}

bool iso_day_parse(struct str s, int32_t *ret_day)
{
	int32_t day;

	if (!day_parse(&s, &day) || s.len != 0)
		return false;
	*ret_day = day;
	return true;
}

struct str iso_day(struct arena *arena, int32_t day)
{
	struct civil civil = civil_from_day(day);

	return arena_printf(arena, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

static int64_t divide_down(int64_t value, int64_t by)
{
	return value / by - (value % by < 0 ? 1 : 0);
}

static int32_t month_days(int32_t year, int32_t month)
{
	static const int32_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool                 leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Exactly count decimal digits; moves *s on only when they are there. */
static bool digits(struct str *s, size_t count, int32_t *ret)
{
	int32_t value = 0;

	if (s->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (s->ptr[i] < '0' || s->ptr[i] > '9')
			return false;
		value = value * 10 + (s->ptr[i] - '0');
	}
	*s = str_skip(*s, count);
	*ret = value;
	return true;
}

/* One character, either a or b. */
static bool literal(struct str *s, char a, char b)
{
	if (s->len == 0 || (s->ptr[0] != a && s->ptr[0] != b))
		return false;
	*s = str_skip(*s, 1);
	return true;
}

static bool offset_parse(struct str *s, int32_t *ret_offset_s)
{
	int32_t hour, minute, sign;

	if (literal(s, 'Z', 'z')) {
		*ret_offset_s = 0;
		return true;
	}
	sign = literal(s, '+', '+') ? 1 : literal(s, '-', '-') ? -1 : 0;
	if (sign == 0 || !digits(s, 2, &hour) || !literal(s, ':', ':') || !digits(s, 2, &minute))
		return false;
	if (hour > 23 || minute > 59)
		return false;
	*ret_offset_s = sign * (hour * 3600 + minute * 60);
	return true;
}

static bool day_parse(struct str *s, int32_t *ret_day)
{
	int32_t year, month, day;

	if (!digits(s, 4, &year) || !literal(s, '-', '-') || !digits(s, 2, &month) ||
	    !literal(s, '-', '-') || !digits(s, 2, &day))
		return false;
	if (!civil_valid(year, month, day))
		return false;
	*ret_day = day_from_civil(year, month, day);
	return true;
}
