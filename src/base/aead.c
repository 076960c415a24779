/*
 * aead.c - AES-256-GCM and AES-128-CBC by OpenSSL's EVP.
 */
#include "base/aead.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

enum { CBC_BLOCK = 16 };

static bool gcm_run(EVP_CIPHER_CTX *ctx, struct str bound, struct str in, uint8_t *out);
static bool gcm_start(EVP_CIPHER_CTX *ctx, bool seal, struct str key, struct str nonce);
static bool cbc_run(bool seal, struct str key, struct str in, struct arena *arena, struct str *ret);
static const uint8_t *bytes_of(struct str s);

bool gcm_open(struct str key, struct str nonce, struct str bound, struct str sealed,
              struct arena *arena, struct str *ret)
{
	size_t          len = sealed.len - GCM_TAG_SIZE;
	uint8_t         tag[GCM_TAG_SIZE], *plain;
	EVP_CIPHER_CTX *ctx;
	bool            valid;

	if (sealed.len < GCM_TAG_SIZE || len > INT_MAX - CBC_BLOCK)
		return false;
	plain = arena_alloc(arena, len + 1);
	ctx = EVP_CIPHER_CTX_new();
	for (size_t i = 0; i < GCM_TAG_SIZE; i++)
		tag[i] = (uint8_t)sealed.ptr[len + i];
	valid = plain && ctx && gcm_start(ctx, false, key, nonce) &&
	        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_SIZE, tag) == 1 &&
	        gcm_run(ctx, bound, (struct str){ .ptr = sealed.ptr, .len = len }, plain);
	EVP_CIPHER_CTX_free(ctx);
	if (valid) {
		*ret = (struct str){ .ptr = (const char *)plain, .len = len };
		return true;
	}
	/* What a wrong tag came with must not lie about as if it were read. */
	if (plain)
		OPENSSL_cleanse(plain, len);
	ERR_clear_error();
	return false;
}

bool gcm_seal(struct str key, struct str nonce, struct str bound, struct str plain,
              struct arena *arena, struct str *ret)
{
	uint8_t        *sealed;
	EVP_CIPHER_CTX *ctx;
	bool            done;

	if (plain.len > INT_MAX - CBC_BLOCK)
		return false;
	sealed = arena_alloc(arena, plain.len + GCM_TAG_SIZE);
	ctx = EVP_CIPHER_CTX_new();
	done = sealed && ctx && gcm_start(ctx, true, key, nonce) &&
	       gcm_run(ctx, bound, plain, sealed) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_SIZE, sealed + plain.len) ==
	           1;
	EVP_CIPHER_CTX_free(ctx);
	if (done)
		*ret = (struct str){ .ptr = (const char *)sealed, .len = plain.len + GCM_TAG_SIZE };
	else
		ERR_clear_error();
	return done;
}

bool cbc_open(struct str key, struct str sealed, struct arena *arena, struct str *ret)
{
	return sealed.len > 0 && sealed.len % CBC_BLOCK == 0 &&
	       cbc_run(false, key, sealed, arena, ret);
}

bool cbc_seal(struct str key, struct str plain, struct arena *arena, struct str *ret)
{
	return cbc_run(true, key, plain, arena, ret);
}

static bool gcm_start(EVP_CIPHER_CTX *ctx, bool seal, struct str key, struct str nonce)
{
	return key.len == GCM_KEY_SIZE && nonce.len == GCM_NONCE_SIZE &&
	       EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, NULL, NULL, seal) == 1 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, GCM_NONCE_SIZE, NULL) == 1 &&
	       EVP_CipherInit_ex(ctx, NULL, NULL, bytes_of(key), bytes_of(nonce), seal) == 1;
}

static bool gcm_run(EVP_CIPHER_CTX *ctx, struct str bound, struct str in, uint8_t *out)
{
	uint8_t last[CBC_BLOCK];
	int     len = 0, last_len = 0;

	if (bound.len > INT_MAX ||
	    (bound.len > 0 &&
	     EVP_CipherUpdate(ctx, NULL, &len, bytes_of(bound), (int)bound.len) != 1))
		return false;
	len = 0;
	if (in.len > 0 && EVP_CipherUpdate(ctx, out, &len, bytes_of(in), (int)in.len) != 1)
		return false;
	return EVP_CipherFinal_ex(ctx, last, &last_len) == 1 && last_len == 0 &&
	       (size_t)len == in.len;
}

static bool cbc_run(bool seal, struct str key, struct str in, struct arena *arena, struct str *ret)
{
	static const uint8_t iv[CBC_BLOCK];
	EVP_CIPHER_CTX      *ctx;
	uint8_t             *out;
	int                  len = 0, last_len = 0;
	bool                 done;

	if (key.len != CBC_KEY_SIZE || in.len > INT_MAX - CBC_BLOCK)
		return false;
	out = arena_alloc(arena, in.len + CBC_BLOCK);
	ctx = EVP_CIPHER_CTX_new();
	done = out && ctx &&
	       EVP_CipherInit_ex(ctx, EVP_aes_128_cbc(), NULL, bytes_of(key), iv, seal) == 1 &&
	       (in.len == 0 || EVP_CipherUpdate(ctx, out, &len, bytes_of(in), (int)in.len) == 1) &&
	       EVP_CipherFinal_ex(ctx, out + len, &last_len) == 1;
	EVP_CIPHER_CTX_free(ctx);
	if (done)
		*ret = (struct str){ .ptr = (const char *)out, .len = (size_t)(len + last_len) };
	else
		ERR_clear_error();
	return done;
}

static const uint8_t *bytes_of(struct str s)
{
	return (const uint8_t *)s.ptr;
}
