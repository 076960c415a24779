/*
 * time.h - calendar arithmetic on plain integers, without the C library's
 * zones.
 *
 * Instants are int64 milliseconds (_ms) or seconds (_s) since 1970 UTC.  A day
 * is an int32 count of civil days since 1970-01-01.  Carrier deadlines are
 * days in Asia/Tokyo (UTC+9, no daylight saving since 1951; DOMAIN, preface).
 */
#pragma once
#include "base/arena.h"

struct civil {
	int32_t year;          /* 1600..9999 */
	int32_t month, day;    /* 1..12, 1..31 */
	int32_t hour, minute, second;
};

int32_t day_from_civil(int32_t year, int32_t month, int32_t day); /* proleptic Gregorian */
struct civil civil_from_day(int32_t day);                         /* hour, minute, second = 0 */
bool civil_valid(int32_t year, int32_t month, int32_t day);       /* is it on the calendar? */
struct civil civil_from_s(int64_t utc_s, int32_t offset_s);       /* offset_s east of UTC */
int32_t day_add_months(int32_t day, int32_t months); /* clamps to the month's last day */
int32_t day_month_start(int32_t day);                /* the 1st of its month */

int32_t tokyo_day(int64_t utc_s);            /* the civil day in Tokyo at that instant */
int64_t tokyo_day_start_s(int32_t day);      /* 00:00:00 in Tokyo, as UTC seconds */
int64_t tokyo_day_end_s(int32_t day);        /* 23:59:59 in Tokyo, as UTC seconds */
#define TOKYO_OFFSET_S (9 * 3600)

struct str rfc3339(struct arena *arena, int64_t utc_s);  /* 2026-11-21T23:18:00Z */
bool rfc3339_parse(struct str s, int64_t *ret_utc_s);    /* Z or an offset; false on junk */
bool iso_day_parse(struct str s, int32_t *ret_day);      /* YYYY-MM-DD, on the calendar */
struct str iso_day(struct arena *arena, int32_t day);    /* YYYY-MM-DD */
