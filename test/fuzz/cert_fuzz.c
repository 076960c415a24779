/*
 * cert_fuzz.c - keys and certificates as they come from outside: whatever is
 * read can be told, is trusted by nobody, and leaves nothing behind.
 *
 * rooms: base
 * longest: 2400
 */
#include "fuzz/fuzz.h"

#include "base/cert.h"
#include "base/keys.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cert_trust trust; /* made once */
	struct str               text = { .ptr = (const char *)data, .len = size };
	struct cert_policy       policy = { .at_s = 1800000000, .weak_ok = true };
	struct cert_facts        facts;
	struct rsa_key          *key;
	struct cert             *cert;
	struct arena             arena;

	if (trust.roots == NULL)
		FUZZ_CHECK(cert_trust_open(str_from(cert_root), STR(""), &trust));
	arena_init(&arena, 1 << 20);
	if (cert_open(text, &cert)) {
		if (cert_read(cert, &arena, &facts))
			FUZZ_CHECK(facts.serial_hex.len > 0 && facts.serial_decimal.len > 0);
		cert_check(&trust, cert, text, &policy);
		if (cert_key(cert, 1024, &key))
			rsa_key_close(key);
		cert_close(cert);
	}
	if (rsa_key_public(text, 1024, &key)) {
		FUZZ_CHECK(rsa_key_bits(key) >= 1024 && rsa_key_bits(key) <= RSA_BITS_MAX);
		FUZZ_CHECK(!rsa_verify_sha256_base64(key, STR("x"), STR("AAAA"), &arena));
		rsa_key_close(key);
	}
	if (rsa_key_private(text, 1024, &key))
		rsa_key_close(key);
	arena_free(&arena);
	return 0;
}
