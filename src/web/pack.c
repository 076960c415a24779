/*
 * pack.c - compression without the heap.
 */
#include "web/pack.h"

#include <brotli/encode.h>
#include <string.h>
#include <zlib.h>

#define BROTLI_WINDOW 16 /* 64 KiB: no page is longer, and memory stays in cache */
#define BROTLI_CALM   4
#define BROTLI_BUSY   0
#define GZIP_CALM     6
#define GZIP_BUSY     1
#define GZIP_WRAPPER  16 /* zlib: add to the window bits for a gzip header */

struct packer {
	size_t used;
	_Alignas(16) char scratch[PACK_SCRATCH_SIZE];
};

static bool  pack_brotli(struct packer *packer, struct str body, int quality, char *out,
                         size_t *len);
static bool  pack_gzip(struct packer *packer, struct str body, int level, char *out, size_t *len);
static void *scratch_alloc(void *ctx, size_t size);
static void  scratch_free(void *ctx, void *ptr);
static void *scratch_zalloc(void *ctx, unsigned count, unsigned size);

struct packer *packer_open(struct arena *arena)
{
	return ARENA_NEW(arena, struct packer);
}

bool pack(struct packer *packer, struct arena *arena, struct str body, enum packing packing,
          int pressure, struct str *ret)
{
	bool   busy = pressure > PACK_PRESSURE || body.len > PACK_SCRATCH_SIZE / 32, done = false;
	size_t len = body.len - body.len / 16; /* less gain is not worth the browser's work */
	char  *out;

	if (packing == PACKING_NONE || body.len < PACK_MIN)
		return false;
	out = arena_alloc(arena, len);
	if (out == NULL)
		return false;
	packer->used = 0;
	if (packing == PACKING_BROTLI)
		done = pack_brotli(packer, body, busy ? BROTLI_BUSY : BROTLI_CALM, out, &len);
	else
		done = pack_gzip(packer, body, busy ? GZIP_BUSY : GZIP_CALM, out, &len);
	if (done)
		*ret = (struct str){ .ptr = out, .len = len };
	return done;
}

static bool pack_brotli(struct packer *packer, struct str body, int quality, char *out, size_t *len)
{
	BrotliEncoderState *state = BrotliEncoderCreateInstance(scratch_alloc, scratch_free,
	                                                        packer);
	const uint8_t      *in = (const uint8_t *)body.ptr;
	uint8_t            *next = (uint8_t *)out;
	size_t              in_left = body.len, out_left = *len;
	bool                done;

	if (state == NULL)
		return false;
	BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, (uint32_t)quality);
	BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, BROTLI_WINDOW);
	BrotliEncoderSetParameter(state, BROTLI_PARAM_MODE, BROTLI_MODE_TEXT);
	BrotliEncoderSetParameter(state, BROTLI_PARAM_SIZE_HINT, (uint32_t)body.len);
	done = BrotliEncoderCompressStream(state, BROTLI_OPERATION_FINISH, &in_left, &in, &out_left,
	                                   &next, NULL) == BROTLI_TRUE &&
	       BrotliEncoderIsFinished(state) == BROTLI_TRUE;
	BrotliEncoderDestroyInstance(state);
	*len -= out_left;
	return done;
}

static bool pack_gzip(struct packer *packer, struct str body, int level, char *out, size_t *len)
{
	z_stream stream = { .zalloc = scratch_zalloc, .zfree = scratch_free, .opaque = packer };
	bool     done;

	if (deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS + GZIP_WRAPPER, 8,
	                 Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	/* zlib reads only; its field lacks the const. */
	memcpy(&stream.next_in, &body.ptr, sizeof(stream.next_in));
	stream.avail_in = (uInt)body.len;
	stream.next_out = (Bytef *)out;
	stream.avail_out = (uInt)*len;
	done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
	*len -= stream.avail_out;
	deflateEnd(&stream);
	return done;
}

static void *scratch_alloc(void *ctx, size_t size)
{
	struct packer *packer = ctx;
	size_t         padded = (size + 63) & ~(size_t)63;
	void          *ptr = packer->scratch + packer->used;

	if (padded < size || padded > PACK_SCRATCH_SIZE - packer->used)
		return NULL;
	packer->used += padded;
	return ptr;
}

static void scratch_free(void *ctx, void *ptr)
{
	(void)ctx; /* the whole block is taken back before the next body */
	(void)ptr;
}

static void *scratch_zalloc(void *ctx, unsigned count, unsigned size)
{
	return scratch_alloc(ctx, (size_t)count * size);
}
