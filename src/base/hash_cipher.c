/*
 * hash_cipher.c - permutations of integers and sealed ids over AES-256
 * (OpenSSL), authenticated encryption by libsodium.
 */
#include "base/hash.h"

#include "base/str.h"

#include <endian.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

enum {
	FEISTEL_ROUNDS = 10, /* as NIST SP 800-38G's FF1 */
	BLOCK_SIZE = 16,
	STRIDE = 256,    /* values that go through AES together */
	BOX_VERSION = 1, /* of the key and the method */
	BOX_HEAD = 1 + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	BOX_TAIL = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

static_assert((int)KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key size");

static EVP_CIPHER_CTX   *aes_start(const struct key *key, bool encrypt);
static const EVP_CIPHER *aes_method(void);
static void     feistel_many(EVP_CIPHER_CTX *ctx, uint32_t tweak, int bits, uint64_t *values,
                             size_t count);
static void     aes_block(EVP_CIPHER_CTX *ctx, uint8_t block[BLOCK_SIZE]);
static uint64_t feistel_round(EVP_CIPHER_CTX *ctx, uint32_t tweak, int bits, int round,
                              uint64_t half);
static void     put64(uint8_t *at, uint64_t value);
static uint64_t get64(const uint8_t *at);

uint64_t cipher_int(const struct key *key, uint32_t tweak, int bits, uint64_t value)
{
	EVP_CIPHER_CTX *ctx = aes_start(key, true);
	uint64_t        mask = (UINT64_C(1) << bits / 2) - 1;
	uint64_t        left = value >> bits / 2, right = value & mask;

	assert(bits >= 20 && bits <= 64 && bits % 2 == 0 && left <= mask);
	for (int round = 0; round < FEISTEL_ROUNDS; round++) {
		uint64_t mixed = left ^ (feistel_round(ctx, tweak, bits, round, right) & mask);

		left = right;
		right = mixed;
	}
	EVP_CIPHER_CTX_free(ctx);
	return left << bits / 2 | right;
}

void cipher_ints(const struct key *key, uint32_t tweak, int bits, uint64_t *values, size_t count)
{
	EVP_CIPHER_CTX *ctx = aes_start(key, true);

	assert(bits >= 20 && bits <= 64 && bits % 2 == 0);
	for (size_t at = 0; at < count; at += STRIDE)
		feistel_many(ctx, tweak, bits, values + at,
		             count - at < STRIDE ? count - at : STRIDE);
	EVP_CIPHER_CTX_free(ctx);
}

uint64_t decipher_int(const struct key *key, uint32_t tweak, int bits, uint64_t value)
{
	EVP_CIPHER_CTX *ctx = aes_start(key, true);
	uint64_t        mask = (UINT64_C(1) << bits / 2) - 1;
	uint64_t        left = value >> bits / 2, right = value & mask;

	assert(bits >= 20 && bits <= 64 && bits % 2 == 0 && left <= mask);
	for (int round = FEISTEL_ROUNDS - 1; round >= 0; round--) {
		uint64_t mixed = right ^ (feistel_round(ctx, tweak, bits, round, left) & mask);

		right = left;
		left = mixed;
	}
	EVP_CIPHER_CTX_free(ctx);
	return left << bits / 2 | right;
}

void seal_id(const struct key *key, uint64_t tweak, uint64_t value, uint8_t ret[16])
{
	EVP_CIPHER_CTX *ctx = aes_start(key, true);

	put64(ret, value);
	put64(ret + 8, tweak);
	aes_block(ctx, ret);
	EVP_CIPHER_CTX_free(ctx);
}

bool open_id(const struct key *key, uint64_t tweak, const uint8_t block[16], uint64_t *ret)
{
	EVP_CIPHER_CTX *ctx = aes_start(key, false);
	uint8_t         plain[BLOCK_SIZE];

	memcpy(plain, block, BLOCK_SIZE);
	aes_block(ctx, plain);
	EVP_CIPHER_CTX_free(ctx);
	if (get64(plain + 8) != tweak)
		return false;
	*ret = get64(plain);
	return true;
}

struct str box_seal(struct arena *arena, const struct key *key, struct str context,
                    struct str plain)
{
	uint8_t *box, *bound;
	size_t   len = BOX_HEAD + plain.len + BOX_TAIL;

	if (len < plain.len || context.len == SIZE_MAX || sodium_init() < 0) {
		arena->failed = true;
		return STR("");
	}
	box = arena_alloc(arena, len);
	bound = arena_alloc(arena, context.len + 1);
	if (!box || !bound)
		return STR("");
	box[0] = bound[0] = BOX_VERSION;
	if (context.len)
		memcpy(bound + 1, context.ptr, context.len);
	randombytes_buf(box + 1, BOX_HEAD - 1);
	crypto_aead_xchacha20poly1305_ietf_encrypt(box + BOX_HEAD, NULL,
	                                           (const unsigned char *)plain.ptr, plain.len,
	                                           bound, context.len + 1, NULL, box + 1,
	                                           key->byte);
	return (struct str){ .ptr = (const char *)box, .len = len };
}

bool box_open(struct arena *arena, const struct key *key, struct str context, struct str boxed,
              struct str *ret)
{
	const uint8_t *box = (const uint8_t *)boxed.ptr;
	uint8_t       *plain, *bound;
	size_t         len;

	if (boxed.len < (size_t)BOX_HEAD + BOX_TAIL || box[0] != BOX_VERSION ||
	    context.len == SIZE_MAX || sodium_init() < 0)
		return false;
	len = boxed.len - BOX_HEAD - BOX_TAIL;
	plain = arena_alloc(arena, len + 1);
	bound = arena_alloc(arena, context.len + 1);
	if (!plain || !bound)
		return false;
	bound[0] = BOX_VERSION;
	if (context.len)
		memcpy(bound + 1, context.ptr, context.len);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, box + BOX_HEAD,
	                                               len + BOX_TAIL, bound, context.len + 1,
	                                               box + 1, key->byte) != 0)
		return false;
	*ret = (struct str){ .ptr = (const char *)plain, .len = len };
	return true;
}

/* OpenSSL fails here only for want of memory; see hash.c. */
static EVP_CIPHER_CTX *aes_start(const struct key *key, bool encrypt)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int             done;

	assert(ctx);
	done = EVP_CipherInit_ex(ctx, aes_method(), NULL, key->byte, NULL, encrypt ? 1 : 0);
	assert(done == 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	return ctx;
}

/* As sha256_method() in hash.c. */
static const EVP_CIPHER *aes_method(void)
{
	static _Atomic(EVP_CIPHER *) method;
	EVP_CIPHER                  *found = atomic_load(&method), *other = NULL;

	if (found)
		return found;
	found = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
	assert(found);
	if (!atomic_compare_exchange_strong(&method, &other, found)) {
		EVP_CIPHER_free(found);
		found = other;
	}
	return found;
}

static void aes_block(EVP_CIPHER_CTX *ctx, uint8_t block[BLOCK_SIZE])
{
	int len = 0;
	int done = EVP_CipherUpdate(ctx, block, &len, block, BLOCK_SIZE);

	assert(done == 1 && len == BLOCK_SIZE);
}

static uint64_t feistel_round(EVP_CIPHER_CTX *ctx, uint32_t tweak, int bits, int round,
                              uint64_t half)
{
	uint8_t block[BLOCK_SIZE];

	put64(block, (uint64_t)tweak << 32 | (uint64_t)bits << 8 | (uint64_t)round);
	put64(block + 8, half);
	aes_block(ctx, block);
	return get64(block);
}

/* A call of AES costs more than a block of it, so each round takes all values. */
static void feistel_many(EVP_CIPHER_CTX *ctx, uint32_t tweak, int bits, uint64_t *values,
                         size_t count)
{
	uint8_t  blocks[STRIDE * BLOCK_SIZE];
	uint64_t mask = (UINT64_C(1) << bits / 2) - 1;
	int      size = (int)count * BLOCK_SIZE, len = 0;

	assert(count > 0 && count <= STRIDE);
	for (int round = 0; round < FEISTEL_ROUNDS; round++) {
		for (size_t i = 0; i < count; i++) {
			assert(bits == 64 || values[i] >> bits == 0);
			put64(blocks + i * BLOCK_SIZE,
			      (uint64_t)tweak << 32 | (uint64_t)bits << 8 | (uint64_t)round);
			put64(blocks + i * BLOCK_SIZE + 8, values[i] & mask);
		}
		int done = EVP_CipherUpdate(ctx, blocks, &len, blocks, size);
		assert(done == 1 && len == size);
		for (size_t i = 0; i < count; i++) {
			uint64_t left = values[i] >> bits / 2, right = values[i] & mask;

			left ^= get64(blocks + i * BLOCK_SIZE) & mask;
			values[i] = right << bits / 2 | left;
		}
	}
}

static void put64(uint8_t *at, uint64_t value)
{
	uint64_t big = htobe64(value);

	memcpy(at, &big, sizeof(big));
}

static uint64_t get64(const uint8_t *at)
{
	uint64_t big;

	memcpy(&big, at, sizeof(big));
	return be64toh(big);
}
