/*
 * hash.h - digests, authenticated encryption and opaque numbers.
 *
 * SHA-256, HMAC and AES from OpenSSL; secretbox from libsodium.  Keys are raw
 * bytes; who owns and reads them is store/keys (DIR/keys).
 */
#pragma once
#include "base/arena.h"

#define HASH_SIZE 32 /* SHA-256 */
#define KEY_SIZE  32

/* Plain bytes: copied by value, wiped by their owner. */
struct digest {
	uint8_t byte[HASH_SIZE];
};
struct key {
	uint8_t byte[KEY_SIZE];
};

void sha256(struct str data, struct digest *ret);
void sha256_pair(struct str first, struct str second, struct digest *ret); /* of first‖second */
/* The same piece by piece: of a file while it is read.  end() frees it. */
struct sha256_stream;
struct sha256_stream *sha256_begin(void);
void sha256_add(struct sha256_stream *stream, struct str data);
void sha256_end(struct sha256_stream *stream, struct digest *ret);
void hmac_sha256(const struct key *key, struct str data, struct digest *ret);
void hmac_sha256_str(struct str key, struct str data, struct digest *ret); /* any key length */
/* SipHash-2-4 under the first 16 bytes of the key: where something is found in
 * a table in memory, never stored.  Another tweak is another function. */
uint64_t hash_short(const struct key *key, uint8_t tweak, struct str data);
bool digest_eq(const struct digest *a, const struct digest *b);       /* constant time */
/* HMAC(master, purpose): one key for each purpose. */
void key_derive(const struct key *master, struct str purpose, struct key *ret);

/* A permutation of the integers 0 .. 2^bits-1 (a Feistel network over AES-256,
 * 10 rounds; bits even, 20..64).  Different tweaks give unrelated permutations.
 * Used for public numbers and for identifiers at rest (ADR 003). */
uint64_t cipher_int(const struct key *key, uint32_t tweak, int bits, uint64_t value);
uint64_t decipher_int(const struct key *key, uint32_t tweak, int bits, uint64_t value);
/* cipher_int of each, in place; about ten times as fast for many at once. */
void cipher_ints(const struct key *key, uint32_t tweak, int bits, uint64_t *values, size_t count);

/* One AES-256 block: a public id carries 64 bits of number and 64 bits that
 * must come out as the tweak, so a made-up id is refused without a look-up. */
void seal_id(const struct key *key, uint64_t tweak, uint64_t value, uint8_t ret[16]);
bool open_id(const struct key *key, uint64_t tweak, const uint8_t block[16], uint64_t *ret);

/* Authenticated encryption of personal data (XChaCha20-Poly1305, random nonce,
 * first byte = key version).  `context` (such as a row id) is bound in.
 * The result is version‖nonce‖ciphertext‖tag in the arena; empty on failure. */
struct str box_seal(struct arena *arena, const struct key *key, struct str context,
                    struct str plain);
bool box_open(struct arena *arena, const struct key *key, struct str context, struct str boxed,
              struct str *ret);

/* What gateways ask for as text.  MD5 and SHA-1 only where their protocols say so: they prove
 * nothing.  In the arena, lower case hexadecimal; empty when it is spent. */
struct str md5_hex(struct arena *arena, struct str data);
struct str sha1_hex(struct arena *arena, struct str data);
struct str sha256_hex(struct arena *arena, struct str data);
struct str hmac_sha256_hex(struct arena *arena, struct str key, struct str data);
/* CRC-32 of zip, gzip and PayPal (polynomial EDB88320). */
uint32_t crc32_of(struct str data);

struct str hex_encode(struct arena *arena, struct str bytes);          /* lower case */
bool hex_decode(struct arena *arena, struct str hex, struct str *ret);
struct str base64_encode(struct arena *arena, struct str bytes);       /* RFC 4648, padded */
/* Strict: standard alphabet, exact padding, no blanks, no surplus bits. */
bool base64_decode(struct arena *arena, struct str text, struct str *ret);
/* Crockford base 32, upper case, no I L O U; most significant first. */
struct str base32_encode(struct arena *arena, struct str bytes);
bool base32_decode(struct str text, uint8_t *ret, size_t ret_len); /* exact length; I L->1, O->0 */
