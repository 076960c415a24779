/*
 * hash.c - SHA-256 and HMAC, by OpenSSL.
 *
 * OpenSSL fails here only for want of memory; a digest that did not happen
 * must never look like one, so that is an assert.
 */
#include "base/hash.h"

#include "base/str.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

void sha256(struct str data, struct digest *ret)
{
	int done = EVP_Digest(data.ptr, data.len, ret->byte, NULL, EVP_sha256(), NULL);

	assert(done == 1);
}

void sha256_pair(struct str first, struct str second, struct digest *ret)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool        done;

	assert(ctx);
	done = EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
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
	done = EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
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

void hmac_sha256_str(struct str key, struct str data, struct digest *ret)
{
	const unsigned char *done;

	assert(key.len <= INT_MAX);
	/* A NULL key means "the last one" to OpenSSL; an empty str may hold one. */
	done = HMAC(EVP_sha256(), key.ptr ? key.ptr : "", (int)key.len,
	            (const unsigned char *)data.ptr, data.len, ret->byte, NULL);
	assert(done);
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
