/*
 * hash.c - SHA-256 and HMAC, by OpenSSL.
 *
 * OpenSSL fails here only for want of memory; a digest that did not happen
 * must never look like one, so that is an assert.
 */
#include "base/hash.h"

#include "base/str.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

#define HMAC_BLOCK 64 /* bytes of a block of SHA-256 */

static const EVP_MD *sha256_method(void);

void sha256(struct str data, struct digest *ret)
{
	int done = EVP_Digest(data.ptr, data.len, ret->byte, NULL, sha256_method(), NULL);

	assert(done == 1);
}

void sha256_pair(struct str first, struct str second, struct digest *ret)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool        done;

	assert(ctx);
	done = EVP_DigestInit_ex(ctx, sha256_method(), NULL) == 1 &&
	       EVP_DigestUpdate(ctx, first.ptr, first.len) == 1 &&
	       EVP_DigestUpdate(ctx, second.ptr, second.len) == 1 &&
	       EVP_DigestFinal_ex(ctx, ret->byte, NULL) == 1;
	assert(done);
	EVP_MD_CTX_free(ctx);
}

struct sha256_stream *sha256_begin(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int         done;

	assert(ctx);
	done = EVP_DigestInit_ex(ctx, sha256_method(), NULL);
	assert(done == 1);
	return (struct sha256_stream *)ctx;
}

void sha256_add(struct sha256_stream *stream, struct str data)
{
	int done = EVP_DigestUpdate((EVP_MD_CTX *)stream, data.ptr, data.len);

	assert(done == 1);
}

void sha256_end(struct sha256_stream *stream, struct digest *ret)
{
	int done = EVP_DigestFinal_ex((EVP_MD_CTX *)stream, ret->byte, NULL);

	assert(done == 1);
	EVP_MD_CTX_free((EVP_MD_CTX *)stream);
}

void hmac_sha256(const struct key *key, struct str data, struct digest *ret)
{
	hmac_sha256_str((struct str){ .ptr = (const char *)key->byte, .len = KEY_SIZE }, data, ret);
}

/* RFC 2104.  OpenSSL's own HMAC() costs twice as much for a callback's body: it
 * looks up both of its methods by name each time. */
void hmac_sha256_str(struct str key, struct str data, struct digest *ret)
{
	uint8_t       block[HMAC_BLOCK] = { 0 };
	struct str    first = { .ptr = (const char *)block, .len = sizeof(block) };
	struct digest digest;

	if (key.len > sizeof(block)) {
		sha256(key, &digest);
		memcpy(block, digest.byte, HASH_SIZE);
	} else if (key.len > 0) {
		memcpy(block, key.ptr, key.len);
	}
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36;
	sha256_pair(first, data, &digest);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36 ^ 0x5c;
	sha256_pair(first, (struct str){ .ptr = (const char *)digest.byte, .len = HASH_SIZE }, ret);
	OPENSSL_cleanse(block, sizeof(block));
	OPENSSL_cleanse(&digest, sizeof(digest));
}

uint64_t hash_short(const struct key *key, uint8_t tweak, struct str data)
{
	uint8_t  short_key[crypto_shorthash_KEYBYTES];
	uint64_t value;

	static_assert(crypto_shorthash_KEYBYTES <= KEY_SIZE, "a key is long enough");
	static_assert(crypto_shorthash_BYTES == sizeof(value), "64 bits");
	memcpy(short_key, key->byte, sizeof(short_key));
	short_key[0] ^= tweak;
	crypto_shorthash((uint8_t *)&value, (const uint8_t *)(data.ptr ? data.ptr : ""), data.len,
	                 short_key);
	return value;
}

bool digest_eq(const struct digest *a, const struct digest *b)
{
	return CRYPTO_memcmp(a->byte, b->byte, HASH_SIZE) == 0;
}

void key_derive(const struct key *master, struct str purpose, struct key *ret)
{
	struct digest digest;

	hmac_sha256(master, purpose, &digest);
	static_assert(HASH_SIZE == KEY_SIZE, "a digest makes a whole key");
	for (size_t i = 0; i < KEY_SIZE; i++)
		ret->byte[i] = digest.byte[i];
	OPENSSL_cleanse(&digest, sizeof(digest));
}

/* Looking it up by its name costs as much as a short digest: found once, and
 * constant from then on. */
static const EVP_MD *sha256_method(void)
{
	static _Atomic(EVP_MD *) method;
	EVP_MD                  *found = atomic_load(&method), *other = NULL;

	if (found)
		return found;
	found = EVP_MD_fetch(NULL, "SHA256", NULL);
	assert(found);
	if (!atomic_compare_exchange_strong(&method, &other, found)) {
		EVP_MD_free(found);
		found = other;
	}
	return found;
}
