/*
 * plmn.h - which mobile network an IMSI belongs to, by the longest prefix.
 *
 * 440 has two-digit network codes and 441 three-digit ones, but 441-00 and
 * 441-01 are still listed with two: cutting an IMSI at five digits is wrong.
 * The rows are dated data (plmn.def).  They name the network, not the brand:
 * virtual operators carry their host's code.  Source: DOMAIN 2.
 */
#pragma once
#include "base/arena.h"

/*   id        stored name  what people call the network */
#define NETWORKS(X)                                       \
	X(UNKNOWN,  "unknown",   "")                      \
	X(DOCOMO,   "docomo",    "NTT docomo")            \
	X(KDDI,     "kddi",      "KDDI (au)")             \
	X(SOFTBANK, "softbank",  "SoftBank")              \
	X(RAKUTEN,  "rakuten",   "Rakuten Mobile")        \
	X(IIJ,      "iij",       "IIJ")                   \
	X(WCP,      "wcp",       "Wireless City Planning") \
	X(NTT_COM,  "ntt_com",   "NTT Communications")    \
	X(SORACOM,  "soracom",   "Soracom")               \
	X(TEST,     "test",      "Test network 001-01")

#define X(id, name, title) NETWORK_##id,
enum network { NETWORKS(X) NETWORK_COUNT };
#undef X

enum plmn_state {
	PLMN_LIVE,
	PLMN_DEAD,    /* withdrawn: no new line, old ones may stay */
	PLMN_UNKNOWN, /* Japanese (440, 441) but in no row: a person reviews it */
	PLMN_FOREIGN, /* not Japanese */
	PLMN_TEST,    /* 001-01, good in the sandbox only */
	PLMN_STATE_COUNT
};

/* One row of plmn.def. */
struct plmn_row {
	const char  *prefix; /* five or six digits */
	enum network network;
	int32_t      valid_from_ymd, valid_to_ymd; /* YYYYMMDD, both included */
	const char  *source;
};

/* What an IMSI's first digits say. */
struct plmn {
	enum plmn_state state;
	enum network    network;   /* UNKNOWN unless LIVE or TEST */
	char            prefix[7]; /* "44010" or "441200"; "" when foreign */
	const char     *source;    /* of the row; "" when there is none */
};

/* The network of an IMSI (0..IMSI_MAX) on a civil day of 1970..9999 in Tokyo.
 * A row whose validity has ended says DEAD; one that has not begun, nothing. */
struct plmn plmn_find(int64_t imsi, int32_t today_day);
/* The same in another table (an operator's own, a test's). */
struct plmn plmn_find_in(const struct plmn_row *rows, size_t row_count, int64_t imsi,
                         int32_t today_day);
/* "440-10", "441-200", "001-01"; empty when foreign. */
struct str plmn_text(struct arena *arena, struct plmn plmn);

struct str network_name(enum network network);  /* "docomo": stored, in the catalogue, in the API */
struct str network_title(enum network network); /* "NTT docomo"; empty when unknown */
bool network_from_name(struct str name, enum network *ret);
