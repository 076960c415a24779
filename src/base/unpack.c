/*
 * unpack.c - inflating by zlib, reading zip's directory, GBK by iconv.
 */
#include "base/unpack.h"

#include "base/hash.h"
#include "base/str.h"

#include <iconv.h>
#include <limits.h>
#include <string.h>
#include <zlib.h>

enum {
	CHUNK = 65536,
	ZIP_END = 22, /* bytes of the end record without its remark */
	ZIP_HEAD = 46,
	ZIP_LOCAL = 30,
	ZIP_REMARK_MAX = 65535,
	ZIP_ENCRYPTED = 1, /* bits of a file's flags */
	ZIP_PATCHED = 32,
	GROWTH = 2 /* GBK's two bytes become three of UTF-8, ASCII's one stays one */
};

static bool     inflate_into(z_stream *stream, size_t max, struct arena *arena, struct str *ret);
static bool     end_find(struct str archive, struct str *ret_directory, size_t *ret_count);
static bool     entry_read(struct str archive, struct str *directory, struct zip_entry *ret);
static bool     entry_locate(struct str archive, size_t at, size_t len, struct zip_entry *entry);
static uint32_t number(struct str s, size_t at, size_t size);
static bool     within(struct str s, size_t at, size_t len);

bool unpack(enum unpack_dress dress, struct str packed, size_t max, struct arena *arena,
            struct str *ret)
{
	static const int bits[] = { [UNPACK_ZLIB] = MAX_WBITS,
		                    [UNPACK_GZIP] = MAX_WBITS + 16,
		                    [UNPACK_RAW] = -MAX_WBITS };
	z_stream stream = { .next_in = (Bytef *)(uintptr_t)packed.ptr,
		            .avail_in = (uInt)packed.len };
	bool     done;

	if (packed.len > INT_MAX || inflateInit2(&stream, bits[dress]) != Z_OK)
		return false;
	done = inflate_into(&stream, max, arena, ret);
	inflateEnd(&stream);
	return done;
}

bool zip_list(struct str archive, struct zip_entry ret[ZIP_ENTRY_MAX], size_t *ret_count)
{
	struct str directory;
	size_t     count;

	if (!end_find(archive, &directory, &count) || count > ZIP_ENTRY_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!entry_read(archive, &directory, &ret[i]))
			return false;
	}
	*ret_count = count;
	return directory.len == 0;
}

bool zip_read(const struct zip_entry *entry, size_t max, struct arena *arena, struct str *ret)
{
	struct str bytes = entry->packed;

	if (entry->size > max)
		return false;
	if (entry->method == 8 &&
	    !unpack(UNPACK_RAW, entry->packed, entry->size, arena, &bytes))
		return false;
	if (bytes.len != entry->size || crc32_of(bytes) != entry->crc)
		return false;
	*ret = bytes;
	return true;
}

bool gbk_to_utf8(struct str gbk, struct arena *arena, struct str *ret)
{
	size_t  in_len = gbk.len, room = gbk.len * GROWTH + 4, left = room;
	char   *in = (char *)(uintptr_t)gbk.ptr, *out, *at;
	iconv_t converter;
	bool    done;

	if (gbk.len > INT_MAX || !(out = arena_alloc(arena, room)))
		return false;
	converter = iconv_open("UTF-8", "GB18030");
	if (converter == (iconv_t)-1)
		return false;
	at = out;
	done = iconv(converter, &in, &in_len, &at, &left) != (size_t)-1 && in_len == 0;
	iconv_close(converter);
	if (done)
		*ret = (struct str){ .ptr = out, .len = room - left };
	return done;
}

/* In pieces that grow where they lie; the arena has the last word. */
static bool inflate_into(z_stream *stream, size_t max, struct arena *arena, struct str *ret)
{
	size_t room = max < CHUNK ? max + 1 : CHUNK, len = 0;
	char  *bytes = arena_alloc(arena, room);
	int    status = Z_OK;

	while (bytes && status == Z_OK) {
		size_t step = room - len;

		stream->next_out = (Bytef *)bytes + len;
		stream->avail_out = (uInt)(step < CHUNK ? step : CHUNK);
		step = stream->avail_out;
		status = inflate(stream, Z_NO_FLUSH);
		len += step - stream->avail_out;
		if (status != Z_OK || len < room)
			continue;
		step = room < INT_MAX ? room * 2 : room;
		if (len > max || step == room)
			return false;
		if (!arena_extend(arena, bytes, room, step)) {
			char *longer = arena_alloc(arena, step);

			if (longer)
				memcpy(longer, bytes, len);
			bytes = longer;
		}
		room = step;
	}
	if (!bytes || status != Z_STREAM_END || stream->avail_in > 0 || len > max)
		return false;
	*ret = (struct str){ .ptr = bytes, .len = len };
	return true;
}

/* The end record stands last, but for a remark of its own. */
static bool end_find(struct str archive, struct str *ret_directory, size_t *ret_count)
{
	static const struct str mark = STR_INIT("PK\5\6");

	for (size_t remark = 0; remark <= ZIP_REMARK_MAX; remark++) {
		size_t     at = archive.len - ZIP_END - remark, start, len;
		struct str end;

		if (archive.len < ZIP_END + remark)
			return false;
		end = str_skip(archive, at);
		if (!str_starts(end, mark) || number(end, 20, 2) != remark)
			continue;
		len = number(end, 12, 4);
		start = number(end, 16, 4);
		/* One disk, and all of it here. */
		if (number(end, 4, 2) != 0 || number(end, 6, 2) != 0 ||
		    number(end, 8, 2) != number(end, 10, 2) || start > at || at - start != len)
			return false;
		*ret_count = number(end, 10, 2);
		*ret_directory = str_take(str_skip(archive, start), len);
		return true;
	}
	return false;
}

static bool entry_read(struct str archive, struct str *directory, struct zip_entry *ret)
{
	struct str head = *directory;
	size_t     name_len, len;

	if (!within(head, 0, ZIP_HEAD) || !str_starts(head, STR("PK\1\2")))
		return false;
	name_len = number(head, 28, 2);
	len = ZIP_HEAD + name_len + number(head, 30, 2) + number(head, 32, 2);
	if (!within(head, 0, len) || (number(head, 8, 2) & (ZIP_ENCRYPTED | ZIP_PATCHED)) != 0)
		return false;
	ret->name = str_take(str_skip(head, ZIP_HEAD), name_len);
	ret->method = (int)number(head, 10, 2);
	ret->crc = number(head, 16, 4);
	ret->size = number(head, 24, 4);
	*directory = str_skip(head, len);
	return (ret->method == 0 || ret->method == 8) &&
	       entry_locate(archive, number(head, 42, 4), number(head, 20, 4), ret);
}

/* The file's bytes lie behind a head of their own, whose extra fields may differ. */
static bool entry_locate(struct str archive, size_t at, size_t len, struct zip_entry *entry)
{
	struct str local;

	if (!within(archive, at, ZIP_LOCAL))
		return false;
	local = str_skip(archive, at);
	if (!str_starts(local, STR("PK\3\4")))
		return false;
	at = (size_t)ZIP_LOCAL + number(local, 26, 2) + number(local, 28, 2);
	if (!within(local, at, len))
		return false;
	entry->packed = str_take(str_skip(local, at), len);
	return true;
}

/* Little-endian. */
static uint32_t number(struct str s, size_t at, size_t size)
{
	uint32_t value = 0;

	for (size_t i = size; i > 0; i--)
		value = value << 8 | (unsigned char)s.ptr[at + i - 1];
	return value;
}

static bool within(struct str s, size_t at, size_t len)
{
	return at <= s.len && len <= s.len - at;
}
