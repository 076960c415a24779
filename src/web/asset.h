/*
 * asset.h - the static files that are inside of the program: each plain, with
 * gzip and with brotli, under an address that carries its hash.
 *
 * The table is made by tools/assetc from src/web/static.  Use
 * ASSET_KEEPLINE_CSS_URL in a page and ASSET_KEEPLINE_CSS_CSP in the policy.
 */
#pragma once
#include "base/base.h"
#include "web/assets.h"

/* How the bytes of an answer are packed. */
enum packing { PACKING_NONE, PACKING_GZIP, PACKING_BROTLI, PACKING_COUNT };

struct asset {
	const char *url;  /* "/static/keepline.5f3a9c1b.css" */
	const char *type; /* with charset */
	const char *etag; /* with its quotes */
	struct {
		const char *start, *end;
	} packed[PACKING_COUNT];
};

extern const struct asset asset_table[ASSET_COUNT];

/* The asset at exactly this address; false: there is none. */
bool       asset_find(struct str url, enum asset_id *ret);
struct str asset_bytes(enum asset_id id, enum packing packing);
/* The best packing that an Accept-Encoding header allows
 * (RFC 9110 12.5.3: q=0 refuses; "*" is not relied upon). */
enum packing packing_choose(struct str accept_encoding);
/* "gzip", "br"; "" for none. */
const char *packing_name(enum packing packing);
