/*
 * squeeze.c - see squeeze.h.
 *
 * Stored: PLAIN and the text, SQUEEZED, the text's length (7 bits a byte, the
 * lowest first) and raw deflate; or, where its first byte is neither, the text.
 */
#include "base/squeeze.h"

#include "base/str.h"

#include <string.h>
#include <zlib.h>

#define PLAIN     '\0'
#define SQUEEZED  '\1'
#define TEXT_MIN  64      /* shorter ones gain nothing */
#define TEXT_MAX  1048576 /* longer ones stay as they are */
#define LEVEL     1
#define WINDOW    12 /* bits: 4 KiB, about the longest callback there is */
#define MEMORY    4

/* Never to be changed: what is stored was made with it.  Another one needs
 * another first byte. */
static const char words[] =
    "&sign_type=RSA2&charset=utf-8&notify_time=2026-&trade_status=TRADE_SUCCESS&out_trade_no="
    "&total_amount=\"event_type\":\"TRANSACTION.SUCCESS\",\"resource\":{\"algorithm\":"
    "\"AEAD_AES_256_GCM\",\"ciphertext\":\"\"associated_data\":\"\"nonce\":\"\"create_time\":"
    "\"object\":\"payment_intent\",\"livemode\":true,\"metadata\":{},\"data\":{\"created\":"
    "\"expired\"\"pending\"\"failed\"\"refunded\":false,:null,\"payer\":\"{\"id\":\"{\"event\":"
    "\"evt_\",\"order\":\"KP\",\"reference\":\"sbx_\",\"state\":\"succeeded\",\"amount\":"
    ",\"currency\":\"CNY\",\"at\":17";

struct squeezer {
	z_stream      stream;
	struct arena *arena;
};

static void *zlib_alloc(void *ctx, unsigned count, unsigned size);
static void  zlib_free(void *ctx, void *ptr);
static bool  deflate_all(z_stream *stream, struct str text, char *at, size_t *len);
static bool  inflate_all(struct str packed, char *at, size_t size);
static bool  size_read(struct str head, size_t *ret_size, size_t *ret_used);

struct squeezer *squeezer_open(struct arena *arena)
{
	struct squeezer *squeezer = ARENA_NEW(arena, struct squeezer);

	if (squeezer == NULL)
		return NULL;
	squeezer->stream.zalloc = zlib_alloc;
	squeezer->stream.zfree = zlib_free;
	squeezer->stream.opaque = arena;
	return deflateInit2(&squeezer->stream, LEVEL, Z_DEFLATED, -WINDOW, MEMORY,
	                    Z_DEFAULT_STRATEGY) == Z_OK
	           ? squeezer
	           : NULL;
}

struct str squeeze(struct squeezer *squeezer, struct arena *arena, struct str text)
{
	bool   marked = text.len > 0 && (text.ptr[0] == PLAIN || text.ptr[0] == SQUEEZED);
	char  *at = arena_alloc(arena, text.len + 1);
	size_t used = 0, len;

	if (at == NULL)
		return text;
	if (text.len >= TEXT_MIN && text.len <= TEXT_MAX) {
		at[used++] = SQUEEZED;
		for (size_t left = text.len; left > 0; left >>= 7)
			at[used++] = (char)((left & 127) | (left > 127 ? 128 : 0));
		len = text.len - used;
		if (deflate_all(&squeezer->stream, text, at + used, &len))
			return (struct str){ .ptr = at, .len = used + len };
	}
	if (!marked)
		return text;
	at[0] = PLAIN;
	memcpy(at + 1, text.ptr, text.len);
	return (struct str){ .ptr = at, .len = text.len + 1 };
}

bool unsqueeze(struct str stored, size_t max, struct arena *arena, struct str *ret)
{
	size_t size, used;
	char  *at;

	if (!size_read(stored, &size, &used) || size > max)
		return false;
	if (stored.len == 0 || stored.ptr[0] != SQUEEZED) {
		*ret = str_skip(stored, used);
		return true;
	}
	at = arena_alloc(arena, size);
	if (at == NULL || !inflate_all(str_skip(stored, used), at, size))
		return false;
	*ret = (struct str){ .ptr = at, .len = size };
	return true;
}

size_t squeeze_size(struct str head, size_t len)
{
	size_t size, used;

	if (head.len > 0 && head.ptr[0] == SQUEEZED)
		return size_read(head, &size, &used) ? size : 0;
	return head.len > 0 && head.ptr[0] == PLAIN ? len - 1 : len;
}

/* The length of the text, and of what stands before its bytes. */
static bool size_read(struct str head, size_t *ret_size, size_t *ret_used)
{
	size_t size = 0, used = 1;

	if (head.len == 0 || head.ptr[0] != SQUEEZED) {
		*ret_used = head.len > 0 && head.ptr[0] == PLAIN ? 1 : 0;
		*ret_size = head.len - *ret_used;
		return true;
	}
	for (unsigned shift = 0; used < head.len && shift < 28; shift += 7) {
		unsigned char byte = (unsigned char)head.ptr[used++];

		size |= (size_t)(byte & 127) << shift;
		if (byte > 127)
			continue;
		*ret_size = size;
		*ret_used = used;
		return size >= TEXT_MIN && size <= TEXT_MAX;
	}
	return false;
}

/* False: it does not become shorter than *len. */
static bool deflate_all(z_stream *stream, struct str text, char *at, size_t *len)
{
	if (deflateReset(stream) != Z_OK ||
	    deflateSetDictionary(stream, (const Bytef *)words, sizeof(words) - 1) != Z_OK)
		return false;
	/* zlib reads only; its field lacks the const. */
	memcpy(&stream->next_in, &text.ptr, sizeof(stream->next_in));
	stream->avail_in = (uInt)text.len;
	stream->next_out = (Bytef *)at;
	stream->avail_out = (uInt)*len;
	if (deflate(stream, Z_FINISH) != Z_STREAM_END)
		return false;
	*len -= stream->avail_out;
	return true;
}

static bool inflate_all(struct str packed, char *at, size_t size)
{
	z_stream stream = { .avail_in = (uInt)packed.len };
	bool     whole;

	memcpy(&stream.next_in, &packed.ptr, sizeof(stream.next_in));
	stream.next_out = (Bytef *)at;
	stream.avail_out = (uInt)size;
	if (inflateInit2(&stream, -WINDOW) != Z_OK)
		return false;
	whole = inflateSetDictionary(&stream, (const Bytef *)words, sizeof(words) - 1) == Z_OK &&
	        inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0 &&
	        stream.avail_in == 0;
	inflateEnd(&stream);
	return whole;
}

static void *zlib_alloc(void *ctx, unsigned count, unsigned size)
{
	return arena_alloc(ctx, (size_t)count * size);
}

static void zlib_free(void *ctx, void *ptr)
{
	(void)ctx; /* goes with the arena */
	(void)ptr;
}
