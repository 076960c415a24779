/*
 * asset.c - look-up of static files, and which packing a browser takes.
 */
#include "web/asset.h"

#include "base/str.h"

static bool coding_allowed(struct str coding);

bool asset_find(struct str url, enum asset_id *ret)
{
	for (enum asset_id id = 0; id < ASSET_COUNT; id++) {
		if (str_eq(url, str_from(asset_table[id].url))) {
			*ret = id;
			return true;
		}
	}
	return false;
}

struct str asset_bytes(enum asset_id id, enum packing packing)
{
	assert(id < ASSET_COUNT && packing < PACKING_COUNT);
	return (struct str){
		.ptr = asset_table[id].packed[packing].start,
		.len = (size_t)(asset_table[id].packed[packing].end -
		                asset_table[id].packed[packing].start),
	};
}

enum packing packing_choose(struct str accept_encoding)
{
	struct str   coding, name, parameter;
	enum packing best = PACKING_NONE;

	while (accept_encoding.len > 0) {
		str_cut(accept_encoding, ',', &coding, &accept_encoding);
		str_cut(coding, ';', &name, &parameter);
		name = str_trim(name);
		if (!coding_allowed(str_trim(parameter)))
			continue;
		if (str_eq_nocase(name, STR("br")))
			best = PACKING_BROTLI;
		else if (str_eq_nocase(name, STR("gzip")) && best == PACKING_NONE)
			best = PACKING_GZIP;
	}
	return best;
}

const char *packing_name(enum packing packing)
{
	static const char *const names[PACKING_COUNT] = { "", "gzip", "br" };

	assert(packing < PACKING_COUNT);
	return names[packing];
}

/* False for "q=0", "q=0.0" and the like. */
static bool coding_allowed(struct str parameter)
{
	if (!str_starts(parameter, STR("q=")) && !str_starts(parameter, STR("Q=")))
		return true;
	for (size_t i = 2; i < parameter.len; i++)
		if (parameter.ptr[i] >= '1' && parameter.ptr[i] <= '9')
			return true;
	return false;
}
