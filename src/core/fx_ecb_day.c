/*
 * fx_ecb_day.c - the European Central Bank's calendar: which days have rates,
 * and from when on.
 *
 * Rates are published around 16:00 in Frankfurt on every working day, except
 * on the closing days of TARGET (ecb.europa.eu, "Euro foreign exchange
 * reference rates").
 */
#include "base/time.h"
#include "core/fx_ecb.h"

#define DAY_S   86400
#define HOUR_S  3600
#define OUT_S   (16 * HOUR_S + 300) /* after midnight in Frankfurt */
#define GAP_MAX 366                 /* days that are looked at one by one */

static int32_t weekday(int32_t day);
static int32_t easter(int32_t year);
static int32_t last_sunday(int32_t year, int32_t month);
static int32_t next_published(int32_t day);

bool fx_ecb_publishes(int32_t day)
{
	struct civil civil = civil_from_day(day);
	int32_t      sunday = easter(civil.year);

	if (weekday(day) >= 5 || day == sunday - 2 || day == sunday + 1) {
		return false;
	}
	return !(civil.month == 1 && civil.day == 1) && !(civil.month == 5 && civil.day == 1) &&
	       !(civil.month == 12 && (civil.day == 25 || civil.day == 26));
}

/* Summer time begins and ends on a Sunday, before the afternoon. */
int64_t fx_ecb_out_s(int32_t day)
{
	int32_t year = civil_from_day(day).year;
	bool    summer = day >= last_sunday(year, 3) && day < last_sunday(year, 10);

	return (int64_t)day * DAY_S + OUT_S - (summer ? 2 : 1) * HOUR_S;
}

int64_t fx_ecb_next_s(int32_t newest_day, int64_t now_s)
{
	int32_t today = (int32_t)(now_s / DAY_S), next = next_published(newest_day);

	/* A day that is far back is late, whichever it is. */
	if (newest_day < today - GAP_MAX || fx_ecb_out_s(next) <= now_s) {
		return now_s + HOUR_S;
	}
	return fx_ecb_out_s(next);
}

bool fx_ecb_gap(int32_t newest_day, int32_t day)
{
	if (day - newest_day > GAP_MAX) {
		return true;
	}
	return day > newest_day && next_published(newest_day) < day;
}

/* Monday 0 … Sunday 6; 1970-01-01 was a Thursday. */
static int32_t weekday(int32_t day)
{
	return ((day + 3) % 7 + 7) % 7;
}

/* Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
static int32_t easter(int32_t year)
{
	int32_t a = year % 19, b = year / 100, c = year % 100;
	int32_t d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int32_t e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
	int32_t f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;

	return day_from_civil(year, f / 31, f % 31 + 1);
}

static int32_t last_sunday(int32_t year, int32_t month)
{
	int32_t day = day_from_civil(year, month, 31);

	return day - (weekday(day) + 1) % 7;
}

static int32_t next_published(int32_t day)
{
	do {
		day++;
	} while (!fx_ecb_publishes(day));
	return day;
}
