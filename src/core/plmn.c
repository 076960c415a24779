/*
 * plmn.c - the longest-prefix look-up over plmn.def.
 */
#include "core/plmn.h"

#include "base/str.h"
#include "base/time.h"
#include "core/imsi.h"

#include <string.h>

#define PREFIX_LONG  6
#define PREFIX_SHORT 5

#define PLMN(digits, id, from, to, origin) \
	{ .prefix = digits, \
	  .network = NETWORK_##id, \
	  .valid_from_ymd = (from), \
	  .valid_to_ymd = (to), \
	  .source = origin },
static const struct plmn_row japan[] = {
#include "core/plmn.def"
};
#undef PLMN

struct network_row {
	struct str name, title;
};

#define X(id, text, words) \
	[NETWORK_##id] = { .name = { .ptr = text, .len = sizeof(text) - 1 }, \
		           .title = { .ptr = words, .len = sizeof(words) - 1 } },
static const struct network_row networks[NETWORK_COUNT] = { NETWORKS(X) };
#undef X

static void                   imsi_digits(int64_t imsi, char ret[IMSI_DIGITS]);
static const struct plmn_row *row_find(const struct plmn_row *rows, size_t row_count,
                                       struct str prefix, int32_t today_ymd);
static bool                   is_japanese(const char *digits);

struct plmn plmn_find(int64_t imsi, int32_t today_day)
{
	return plmn_find_in(japan, COUNT_OF(japan), imsi, today_day);
}

struct plmn plmn_find_in(const struct plmn_row *rows, size_t row_count, int64_t imsi,
                         int32_t today_day)
{
	struct civil           today = civil_from_day(today_day);
	int32_t                ymd = today.year * 10000 + today.month * 100 + today.day;
	struct plmn            plmn = { .state = PLMN_FOREIGN, .source = "" };
	const struct plmn_row *row = NULL;
	char                   digits[IMSI_DIGITS];

	imsi_digits(imsi, digits);
	for (size_t len = PREFIX_LONG; !row && len >= PREFIX_SHORT; len--)
		row = row_find(rows, row_count, (struct str){ .ptr = digits, .len = len }, ymd);
	if (!row && !is_japanese(digits))
		return plmn;
	plmn.state = PLMN_UNKNOWN;
	/* Unassigned codes: 440 has two digits, 441 three (ITU-T E.212 list). */
	memcpy(plmn.prefix, digits, digits[2] == '1' ? PREFIX_LONG : PREFIX_SHORT);
	if (!row)
		return plmn;
	plmn.source = row->source;
	memset(plmn.prefix, 0, sizeof plmn.prefix);
	memcpy(plmn.prefix, row->prefix, strlen(row->prefix));
	plmn.state = PLMN_DEAD;
	if (row->valid_to_ymd >= ymd) {
		plmn.state = row->network == NETWORK_TEST ? PLMN_TEST : PLMN_LIVE;
		plmn.network = row->network;
	}
	return plmn;
}

struct str plmn_text(struct arena *arena, struct plmn plmn)
{
	if (!plmn.prefix[0])
		return STR("");
	return arena_printf(arena, "%.3s-%s", plmn.prefix, plmn.prefix + 3);
}

struct str network_name(enum network network)
{
	assert(network < NETWORK_COUNT);
	return networks[network].name;
}

struct str network_title(enum network network)
{
	assert(network < NETWORK_COUNT);
	return networks[network].title;
}

bool network_from_name(struct str name, enum network *ret)
{
	for (enum network network = 0; network < NETWORK_COUNT; network++) {
		if (str_eq(networks[network].name, name)) {
			*ret = network;
			return true;
		}
	}
	return false;
}

static void imsi_digits(int64_t imsi, char ret[IMSI_DIGITS])
{
	assert(imsi >= 0 && imsi <= IMSI_MAX);
	for (size_t at = IMSI_DIGITS; at-- > 0; imsi /= 10)
		ret[at] = (char)('0' + imsi % 10);
}

/* The row of a prefix that is valid on that day; else the one that ended last. */
static const struct plmn_row *row_find(const struct plmn_row *rows, size_t row_count,
                                       struct str prefix, int32_t today_ymd)
{
	const struct plmn_row *best = NULL;

	for (size_t i = 0; i < row_count; i++) {
		const struct plmn_row *row = &rows[i];

		if (!str_eq(str_from(row->prefix), prefix) || row->valid_from_ymd > today_ymd)
			continue;
		if (!best || row->valid_to_ymd > best->valid_to_ymd)
			best = row;
	}
	return best;
}

static bool is_japanese(const char *digits)
{
	return memcmp(digits, "440", 3) == 0 || memcmp(digits, "441", 3) == 0;
}
