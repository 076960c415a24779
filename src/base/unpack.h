/*
 * unpack.h - what statements of payment gateways come packed in: deflate in its
 * three dresses, zip archives, and Chinese in GBK.
 *
 * All of it comes from outside: sizes are bounded before memory is taken, a
 * wrong checksum is a refusal.
 */
#pragma once
#include "base/arena.h"

#define ZIP_ENTRY_MAX 64 /* files in one archive */

enum unpack_dress { UNPACK_ZLIB, UNPACK_GZIP, UNPACK_RAW }; /* RFC 1950, 1952, 1951 */

/* The unpacked bytes, in the arena.  False: damaged, cut off, something behind the end, more
 * than max bytes, arena spent. */
bool unpack(enum unpack_dress dress, struct str packed, size_t max, struct arena *arena,
            struct str *ret);

/* One file of an archive; borrows from its bytes. */
struct zip_entry {
	struct str name;   /* as it stands there; often GBK */
	struct str packed;
	size_t     size;   /* bytes, unpacked, as the archive says */
	uint32_t   crc;
	int        method; /* 0 stored, 8 deflated */
};

/* The archive's files by its central directory (APPNOTE 6.3).  False: no zip, damaged, split,
 * encrypted, Zip64, or more files than that. */
bool zip_list(struct str archive, struct zip_entry ret[ZIP_ENTRY_MAX], size_t *ret_count);
/* A file's bytes, checked by size and CRC.  False as in unpack(). */
bool zip_read(const struct zip_entry *entry, size_t max, struct arena *arena, struct str *ret);

/* GBK (read as GB 18030, which holds it) as UTF-8.  False: damaged, or arena spent. */
bool gbk_to_utf8(struct str gbk, struct arena *arena, struct str *ret);
