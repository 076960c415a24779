/*
 * rsa.c - RSA by OpenSSL's EVP: one-shot signatures, OAEP.
 *
 * A failure leaves nothing in OpenSSL's error queue: curl and others of this
 * thread would read it as theirs.
 */
#include "base/rsa.h"

#include "base/hash.h"
#include "base/pem.h"
#include "base/str.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define RSA_BYTES_MAX (RSA_BITS_MAX / 8)
#define RSA_TEXT_MAX  (PEM_BLOCK_MAX + 1024) /* with remarks around the block */

typedef EVP_PKEY *der_reader(struct str der);

static bool      key_read(struct str text, int bits_min, der_reader *read, struct rsa_key **ret);
static EVP_PKEY *private_of_der(struct str der);
static EVP_PKEY *public_of_der(struct str der);
static bool      bits_allowed(const EVP_PKEY *pkey, int bits_min);
static bool      digest_verify(const struct rsa_key *key, const EVP_MD *method, struct str data,
                               struct str signature);
static EVP_PKEY_CTX *oaep_start(const struct rsa_key *key, bool encrypt);
static EVP_PKEY     *pkey_of(const struct rsa_key *key);
static bool          tidy_end(bool result);

bool rsa_key_private(struct str text, int bits_min, struct rsa_key **ret)
{
	return key_read(text, bits_min, private_of_der, ret);
}

bool rsa_key_public(struct str text, int bits_min, struct rsa_key **ret)
{
	return key_read(text, bits_min, public_of_der, ret);
}

void rsa_key_close(struct rsa_key *key)
{
	EVP_PKEY_free((EVP_PKEY *)key);
}

int rsa_key_bits(const struct rsa_key *key)
{
	return EVP_PKEY_get_bits(pkey_of(key));
}

bool rsa_key_pair(const struct rsa_key *a, const struct rsa_key *b)
{
	return tidy_end(EVP_PKEY_eq(pkey_of(a), pkey_of(b)) == 1);
}

bool rsa_sign_sha256(const struct rsa_key *key, struct str data, struct arena *arena,
                     struct str *ret)
{
	size_t      len = RSA_BYTES_MAX;
	uint8_t    *signature = arena_alloc(arena, len);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool        done;

	done = signature && ctx &&
	       EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, pkey_of(key)) == 1 &&
	       EVP_DigestSign(ctx, signature, &len, (const uint8_t *)data.ptr, data.len) == 1;
	EVP_MD_CTX_free(ctx);
	if (done)
		*ret = (struct str){ .ptr = (const char *)signature, .len = len };
	return tidy_end(done);
}

bool rsa_sign_sha256_base64(const struct rsa_key *key, struct str data, struct arena *arena,
                            struct str *ret)
{
	struct str signature, text;

	if (!rsa_sign_sha256(key, data, arena, &signature))
		return false;
	text = base64_encode(arena, signature);
	if (text.len == 0)
		return false;
	*ret = text;
	return true;
}

bool rsa_verify_sha256(const struct rsa_key *key, struct str data, struct str signature)
{
	return digest_verify(key, EVP_sha256(), data, signature);
}

bool rsa_verify_sha256_base64(const struct rsa_key *key, struct str data, struct str base64,
                              struct arena *arena)
{
	struct str signature;

	return base64.len <= RSA_BYTES_MAX * 2 && base64_decode(arena, base64, &signature) &&
	       rsa_verify_sha256(key, data, signature);
}

bool rsa_verify_sha1(const struct rsa_key *key, struct str data, struct str signature)
{
	return digest_verify(key, EVP_sha1(), data, signature);
}

bool rsa_oaep_encrypt(const struct rsa_key *key, struct str plain, struct arena *arena,
                      struct str *ret)
{
	size_t        len = RSA_BYTES_MAX;
	uint8_t      *sealed = arena_alloc(arena, len);
	EVP_PKEY_CTX *ctx = oaep_start(key, true);
	bool          done;

	done = sealed && ctx &&
	       EVP_PKEY_encrypt(ctx, sealed, &len, (const uint8_t *)plain.ptr, plain.len) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (done)
		*ret = (struct str){ .ptr = (const char *)sealed, .len = len };
	return tidy_end(done);
}

bool rsa_oaep_decrypt(const struct rsa_key *key, struct str sealed, struct arena *arena,
                      struct str *ret)
{
	size_t        len = RSA_BYTES_MAX;
	uint8_t      *plain = arena_alloc(arena, len);
	EVP_PKEY_CTX *ctx = oaep_start(key, false);
	bool          done;

	done = plain && ctx &&
	       EVP_PKEY_decrypt(ctx, plain, &len, (const uint8_t *)sealed.ptr, sealed.len) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (done)
		*ret = (struct str){ .ptr = (const char *)plain, .len = len };
	return tidy_end(done);
}

/* --- keys ---------------------------------------------------------------------- */
static bool key_read(struct str text, int bits_min, der_reader *read, struct rsa_key **ret)
{
	struct pem   pem = { .rest = text };
	struct arena arena;
	EVP_PKEY    *pkey = NULL;
	bool         damaged;

	if (text.len > RSA_TEXT_MAX)
		return false;
	arena_init(&arena, 4 * RSA_TEXT_MAX);
	if (pem_next(&pem, &arena, &damaged))
		pkey = read(pem.der);
	pem_wipe(&pem);
	arena_free(&arena);
	if (pkey && !bits_allowed(pkey, bits_min)) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	if (pkey)
		*ret = (struct rsa_key *)pkey;
	return tidy_end(pkey != NULL);
}

static EVP_PKEY *private_of_der(struct str der)
{
	const uint8_t *at = (const uint8_t *)der.ptr, *end = at + der.len;
	EVP_PKEY      *pkey = d2i_AutoPrivateKey(NULL, &at, (long)der.len);

	if (pkey && at != end) {
		EVP_PKEY_free(pkey);
		return NULL;
	}
	return pkey;
}

/* What it is, its bytes tell: labels of files at hand are often wrong. */
static EVP_PKEY *public_of_der(struct str der)
{
	const uint8_t *start = (const uint8_t *)der.ptr, *end = start + der.len, *at = start;
	EVP_PKEY      *pkey = d2i_PUBKEY(NULL, &at, (long)der.len);
	X509          *x509;

	if (!pkey || at != end) {
		EVP_PKEY_free(pkey);
		at = start;
		pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)der.len);
	}
	if (!pkey || at != end) {
		EVP_PKEY_free(pkey);
		at = start;
		x509 = d2i_X509(NULL, &at, (long)der.len);
		pkey = x509 ? X509_get_pubkey(x509) : NULL;
		X509_free(x509);
	}
	if (pkey && at != end) {
		EVP_PKEY_free(pkey);
		return NULL;
	}
	return pkey;
}

static bool bits_allowed(const EVP_PKEY *pkey, int bits_min)
{
	int bits = EVP_PKEY_get_bits(pkey);

	return EVP_PKEY_is_a(pkey, "RSA") && bits >= bits_min && bits <= RSA_BITS_MAX;
}

/* --- helpers --------------------------------------------------------------------- */
static bool digest_verify(const struct rsa_key *key, const EVP_MD *method, struct str data,
                          struct str signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool        valid;

	valid = ctx && EVP_DigestVerifyInit(ctx, NULL, method, NULL, pkey_of(key)) == 1 &&
	        EVP_DigestVerify(ctx, (const uint8_t *)signature.ptr, signature.len,
	                         (const uint8_t *)data.ptr, data.len) == 1;
	EVP_MD_CTX_free(ctx);
	return tidy_end(valid);
}

static EVP_PKEY_CTX *oaep_start(const struct rsa_key *key, bool encrypt)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey_of(key), NULL);

	if (ctx && (encrypt ? EVP_PKEY_encrypt_init(ctx) : EVP_PKEY_decrypt_init(ctx)) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha1()) == 1 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha1()) == 1)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

/* OpenSSL counts references in a key that it takes without const. */
static EVP_PKEY *pkey_of(const struct rsa_key *key)
{
	assert(key);
	return (EVP_PKEY *)(uintptr_t)key;
}

static bool tidy_end(bool result)
{
	if (!result)
		ERR_clear_error();
	return result;
}
