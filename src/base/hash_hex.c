/*
 * hash_hex.c - digests as text, and the checksums of older protocols.
 */
#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <zlib.h>

#define CRC_STEP 0x40000000U /* bytes at once: zlib counts in uInt */

static struct str digest_hex(struct arena *arena, const EVP_MD *method, struct str data);
static struct str hex_of(struct arena *arena, const struct digest *digest);

struct str md5_hex(struct arena *arena, struct str data)
{
	return digest_hex(arena, EVP_md5(), data);
}

struct str sha1_hex(struct arena *arena, struct str data)
{
	return digest_hex(arena, EVP_sha1(), data);
}

struct str sha256_hex(struct arena *arena, struct str data)
{
	struct digest digest;

	sha256(data, &digest);
	return hex_of(arena, &digest);
}

struct str hmac_sha256_hex(struct arena *arena, struct str key, struct str data)
{
	struct digest digest;

	hmac_sha256_str(key, data, &digest);
	return hex_of(arena, &digest);
}

uint32_t crc32_of(struct str data)
{
	uLong crc = crc32(0, NULL, 0);

	while (data.len > 0) {
		uInt step = data.len < CRC_STEP ? (uInt)data.len : CRC_STEP;

		crc = crc32(crc, (const Bytef *)data.ptr, step);
		data.ptr += step;
		data.len -= step;
	}
	return (uint32_t)crc;
}

static struct str digest_hex(struct arena *arena, const EVP_MD *method, struct str data)
{
	uint8_t  bytes[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int      done = EVP_Digest(data.ptr, data.len, bytes, &len, method, NULL);

	assert(done == 1);
	return hex_encode(arena, (struct str){ .ptr = (const char *)bytes, .len = len });
}

static struct str hex_of(struct arena *arena, const struct digest *digest)
{
	return hex_encode(arena,
	                  (struct str){ .ptr = (const char *)digest->byte, .len = HASH_SIZE });
}
