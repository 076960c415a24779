/*
 * rsa.h - RSA signatures (PKCS#1 v1.5, RFC 8017) and OAEP, as payment gateways
 * use them.  By OpenSSL.
 *
 * A key is parsed once, at start, and then used by any thread at once.  Its
 * bytes never reach a log; what was parsed is wiped.
 */
#pragma once
#include "base/arena.h"

#define RSA_BITS_MIN 2048 /* of a key that signs or pays; less only where a caller says so */
#define RSA_BITS_MAX 8192

struct rsa_key; /* OpenSSL's; lives until rsa_key_close() */

/* A private key: PEM (PKCS#8 "PRIVATE KEY" or PKCS#1 "RSA PRIVATE KEY") or bare base 64 of
 * either.  False: damaged, encrypted, not RSA, or not of bits_min..RSA_BITS_MAX bits. */
bool rsa_key_private(struct str text, int bits_min, struct rsa_key **ret);
/* A public key: PEM or bare base 64 of a SubjectPublicKeyInfo, a PKCS#1 key or a certificate. */
bool rsa_key_public(struct str text, int bits_min, struct rsa_key **ret);
void rsa_key_close(struct rsa_key *key); /* wipes and frees; NULL is allowed */
int  rsa_key_bits(const struct rsa_key *key);
/* Whether both have the same public half: does a certificate belong to our key? */
bool rsa_key_pair(const struct rsa_key *a, const struct rsa_key *b);

/* SHA256withRSA.  The signature's raw bytes in the arena; false: arena spent or a public key. */
bool rsa_sign_sha256(const struct rsa_key *key, struct str data, struct arena *arena,
                     struct str *ret);
/* The same in base 64, as all gateways send it. */
bool rsa_sign_sha256_base64(const struct rsa_key *key, struct str data, struct arena *arena,
                            struct str *ret);
/* True only for a valid signature over exactly these bytes. */
bool rsa_verify_sha256(const struct rsa_key *key, struct str data, struct str signature);
/* The same of strict base 64; the arena holds the decoded bytes. */
bool rsa_verify_sha256_base64(const struct rsa_key *key, struct str data, struct str base64,
                              struct arena *arena);
/* SHA1withRSA, to verify only: old messages of Alipay (sign_type=RSA).  Never enough for money. */
bool rsa_verify_sha1(const struct rsa_key *key, struct str data, struct str signature);

/* RSAES-OAEP with SHA-1 and MGF1-SHA-1 (WeChat's sensitive fields).  Raw bytes in the arena.
 * False: data longer than the key allows, a damaged text, arena spent. */
bool rsa_oaep_encrypt(const struct rsa_key *key, struct str plain, struct arena *arena,
                      struct str *ret);
bool rsa_oaep_decrypt(const struct rsa_key *key, struct str sealed, struct arena *arena,
                      struct str *ret);
