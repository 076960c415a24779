/*
 * hash_test.c - digests and ciphers against published vectors, permutations by
 * their properties, and bytes as text.
 */
#include "test.h"

#include "base/hash.h"
#include "base/str.h"

static struct arena     arena;
static const struct key key = {
	.byte = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a,
	          0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
	          0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f },
};

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 4 * 1024 * 1024);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static const char *digest_hex(const struct digest *digest)
{
	struct str bytes = { .ptr = (const char *)digest->byte, .len = HASH_SIZE };

	return arena_cstr(&arena, hex_encode(&arena, bytes));
}

/* FIPS 180-4 examples and the two-block message of NIST's CAVP. */
static void sha256_of_nist(void **state)
{
	static const struct {
		struct str  data;
		const char *hex;
	} cases[] = {
		{ STR_INIT(""),
		  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ STR_INIT("abc"),
		  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ STR_INIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	struct digest digest;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		sha256(cases[i].data, &digest);
		assert_string_equal(digest_hex(&digest), cases[i].hex);
		sha256_pair(str_take(cases[i].data, i), str_skip(cases[i].data, i), &digest);
		assert_string_equal(digest_hex(&digest), cases[i].hex);
	}
	sha256((struct str){ 0 }, &digest);
	assert_string_equal(digest_hex(&digest), cases[0].hex);
}

/* RFC 4231 test cases 1, 2, 3 and 6. */
static void hmac_of_rfc4231(void **state)
{
	char          bytes[131];
	struct digest digest, other;
	struct key    derived;

	(void)state;
	memset(bytes, 0x0b, 20);
	hmac_sha256_str((struct str){ bytes, 20 }, STR("Hi There"), &digest);
	assert_string_equal(digest_hex(&digest),
	                    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hmac_sha256_str(STR("Jefe"), STR("what do ya want for nothing?"), &digest);
	assert_string_equal(digest_hex(&digest),
	                    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(bytes, 0xaa, sizeof(bytes));
	hmac_sha256_str((struct str){ bytes, 131 },
	                STR("Test Using Larger Than Block-Size Key - Hash Key First"), &digest);
	assert_string_equal(digest_hex(&digest),
	                    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	hmac_sha256(&key, STR("x"), &digest);
	hmac_sha256_str((struct str){ (const char *)key.byte, KEY_SIZE }, STR("x"), &other);
	assert_true(digest_eq(&digest, &other));
	other.byte[31] ^= 1;
	assert_false(digest_eq(&digest, &other));
	key_derive(&key, STR("x"), &derived);
	assert_memory_equal(derived.byte, digest.byte, KEY_SIZE);
	hmac_sha256_str((struct str){ 0 }, (struct str){ 0 }, &digest);
	assert_string_equal(digest_hex(&digest),
	                    "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

/* FIPS 197 C.3: AES-256 of 00112233..eeff under the key 00..1f. */
/* The last vector of 15 bytes in the paper of SipHash. */
static void short_hash_of_the_paper(void **state)
{
	struct key counted = { 0 };
	char       bytes[15];

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		counted.byte[i] = i;
	for (char i = 0; i < 15; i++)
		bytes[(size_t)i] = i;
	assert_true(hash_short(&counted, 0, (struct str){ bytes, 15 }) ==
	            UINT64_C(0xa129ca6149be45e5));
	assert_true(hash_short(&counted, 1, (struct str){ bytes, 15 }) !=
	            UINT64_C(0xa129ca6149be45e5));
	assert_true(hash_short(&counted, 0, (struct str){ 0 }) == hash_short(&counted, 0, STR("")));
}

static void seals_ids_with_aes(void **state)
{
	uint8_t  block[16];
	uint64_t value = 42;

	(void)state;
	seal_id(&key, UINT64_C(0x8899aabbccddeeff), UINT64_C(0x0011223344556677), block);
	assert_str(hex_encode(&arena, (struct str){ (const char *)block, 16 }),
	           "8ea2b7ca516745bfeafc49904b496089");
	assert_true(open_id(&key, UINT64_C(0x8899aabbccddeeff), block, &value));
	assert_true(value == UINT64_C(0x0011223344556677));
	value = 42;
	assert_false(open_id(&key, UINT64_C(0x8899aabbccddeefe), block, &value));
	for (int bit = 0; bit < 128; bit++) {
		block[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(open_id(&key, UINT64_C(0x8899aabbccddeeff), block, &value));
		block[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(value == 42);
}

/* All of 2^20: everything is hit exactly once, and comes back. */
static void permutes_the_smallest_width(void **state)
{
	enum { BITS = 20 };
	static uint8_t seen[1 << BITS];
	size_t         fixed_count = 0;

	(void)state;
	for (uint64_t value = 0; value < 1 << BITS; value++) {
		uint64_t hidden = cipher_int(&key, 7, BITS, value);

		assert_true(hidden < 1 << BITS);
		if (seen[hidden]++)
			fail_msg("%llu is hit twice", (unsigned long long)hidden);
		fixed_count += hidden == value;
		if (value % 64 == 0)
			assert_true(decipher_int(&key, 7, BITS, hidden) == value);
	}
	/* A random permutation has one fixed point on average. */
	assert_true(fixed_count < 10);
}

static void comes_back_at_every_width(void **state)
{
	static const uint64_t seeds[] = { 0, 1, 2, UINT64_C(0x0123456789abcdef), UINT64_MAX };

	(void)state;
	for (int bits = 20; bits <= 64; bits += 2) {
		for (size_t i = 0; i < COUNT_OF(seeds); i++) {
			uint64_t value = seeds[i] >> (64 - bits);
			uint64_t one = cipher_int(&key, 1, bits, value);
			uint64_t two = cipher_int(&key, 2, bits, value);

			assert_true(bits == 64 || one >> bits == 0);
			assert_true(decipher_int(&key, 1, bits, one) == value);
			assert_true(decipher_int(&key, 2, bits, two) == value);
			assert_true(one != two);
		}
	}
}

/* Many at once are the same as one by one, also past the edge of a stride. */
static void many_are_as_one(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 255, 256, 257, 600 };
	uint64_t            values[600];

	(void)state;
	for (int bits = 20; bits <= 64; bits += 22) {
		for (size_t i = 0; i < COUNT_OF(counts); i++) {
			for (size_t j = 0; j < counts[i]; j++)
				values[j] = (j * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - bits);
			cipher_ints(&key, 5, bits, values, counts[i]);
			for (size_t j = 0; j < counts[i]; j++)
				assert_true(
				    values[j] ==
				    cipher_int(&key, 5, bits,
				               (j * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - bits)));
		}
	}
}

static void hashes_piece_by_piece(void **state)
{
	struct sha256_stream *stream = sha256_begin();
	struct digest         whole, pieces;

	(void)state;
	sha256(STR("iccid,imsi,msisdn"), &whole);
	sha256_add(stream, STR("iccid,"));
	sha256_add(stream, STR(""));
	sha256_add(stream, STR("imsi,msisdn"));
	sha256_end(stream, &pieces);
	assert_true(digest_eq(&whole, &pieces));
}

/* Neighbours look unrelated: about half of the bits differ. */
static void spreads_neighbours(void **state)
{
	int differing = 0;

	(void)state;
	for (uint64_t value = 0; value < 1000; value++)
		differing += __builtin_popcountll(cipher_int(&key, 3, 64, value) ^
		                                  cipher_int(&key, 3, 64, value + 1));
	assert_in_range(differing, 31000, 33000);
}

static void boxes_open_only_unharmed(void **state)
{
	struct str plain = STR("personal data"), context = STR("line 42"), boxed, again, opened;
	struct key wrong = key;

	(void)state;
	boxed = box_seal(&arena, &key, context, plain);
	again = box_seal(&arena, &key, context, plain);
	assert_int_equal(boxed.len, 1 + 24 + plain.len + 16);
	assert_int_equal(boxed.ptr[0], 1);
	assert_false(str_eq(boxed, again));
	assert_int_equal(str_find(boxed, STR("personal")), -1);
	assert_true(box_open(&arena, &key, context, boxed, &opened));
	assert_str(opened, "personal data");
	assert_false(box_open(&arena, &key, STR("line 43"), boxed, &opened));
	assert_false(box_open(&arena, &key, STR(""), boxed, &opened));
	wrong.byte[0] ^= 1;
	assert_false(box_open(&arena, &wrong, context, boxed, &opened));
	for (size_t i = 0; i < boxed.len; i++) {
		char *byte = (char *)arena_str(&arena, boxed).ptr;

		byte[i] ^= 1;
		assert_false(
		    box_open(&arena, &key, context, (struct str){ byte, boxed.len }, &opened));
		assert_false(box_open(&arena, &key, context, str_take(boxed, i), &opened));
	}
	assert_str(opened, "personal data");
	boxed = box_seal(&arena, &key, (struct str){ 0 }, (struct str){ 0 });
	assert_true(box_open(&arena, &key, STR(""), boxed, &opened));
	assert_str(opened, "");
}

/* RFC 4648 section 10; the base 32 column in Crockford's digits. */
static void text_forms_of_rfc4648(void **state)
{
	static const char *const cases[][3] = {
		{ "", "", "" },
		{ "f", "Zg==", "CR" },
		{ "fo", "Zm8=", "CSQG" },
		{ "foo", "Zm9v", "CSQPY" },
		{ "foob", "Zm9vYg==", "CSQPYRG" },
		{ "fooba", "Zm9vYmE=", "CSQPYRK1" },
		{ "foobar", "Zm9vYmFy", "CSQPYRK1E8" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str plain = str_from(cases[i][0]), back;
		uint8_t    bytes[8];

		assert_str(base64_encode(&arena, plain), cases[i][1]);
		assert_true(base64_decode(&arena, str_from(cases[i][1]), &back));
		assert_true(str_eq(back, plain));
		assert_str(base32_encode(&arena, plain), cases[i][2]);
		assert_true(base32_decode(str_from(cases[i][2]), bytes, plain.len));
		assert_memory_equal(bytes, plain.ptr, plain.len);
		assert_true(hex_decode(&arena, hex_encode(&arena, plain), &back));
		assert_true(str_eq(back, plain));
	}
	assert_str(hex_encode(&arena, STR("\x00\xff\x1a")), "00ff1a");
}

static void text_forms_come_back(void **state)
{
	uint8_t bytes[40], back32[40];

	(void)state;
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct str plain = { .ptr = (const char *)bytes, .len = len }, back;

		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)(i * 151 + len * 29);
		assert_true(base64_decode(&arena, base64_encode(&arena, plain), &back));
		assert_true(str_eq(back, plain));
		assert_true(hex_decode(&arena, hex_encode(&arena, plain), &back));
		assert_true(str_eq(back, plain));
		assert_true(base32_decode(base32_encode(&arena, plain), back32, len));
		assert_memory_equal(back32, bytes, len);
	}
}

static void text_forms_refuse_junk(void **state)
{
	static const char *const hex[] = { "0", "0g", "0x", " 00", "00 ", "é" };
	static const char *const base64[] = { "Zg=",  "Zg",   "Zg==\n",   "Z",       "====",
		                              "=",    "Zh==", "Zm9=",     "Zm8",     "Zm-_",
		                              "Zg=a", "Z===", "Zm9v Zm9", "Zg==Zg==" };
	uint8_t                  bytes[3] = { 1, 2, 3 };
	struct str               ret = STR("untouched");

	(void)state;
	for (size_t i = 0; i < COUNT_OF(hex); i++)
		assert_false(hex_decode(&arena, str_from(hex[i]), &ret));
	for (size_t i = 0; i < COUNT_OF(base64); i++) {
		if (base64_decode(&arena, str_from(base64[i]), &ret))
			fail_msg("accepted %s", base64[i]);
	}
	assert_str(ret, "untouched");
	assert_true(hex_decode(&arena, STR("aAFf"), &ret));
	assert_str(ret, "\xaa\xff");
	assert_false(base32_decode(STR("CSQP"), bytes, 3));   /* too short */
	assert_false(base32_decode(STR("CSQPYY"), bytes, 3)); /* too long */
	assert_false(base32_decode(STR("CSQPZ"), bytes, 3));  /* surplus bits set */
	assert_false(base32_decode(STR("CSQPU"), bytes, 3));  /* U is no digit */
	assert_false(base32_decode(STR("CSQ-Y"), bytes, 3));
	assert_memory_equal(bytes, "\1\2\3", 3);
	assert_true(base32_decode(STR("csqpy"), bytes, 3));
	assert_memory_equal(bytes, "foo", 3);
	assert_true(base32_decode(STR("oiL0g"), bytes, 3)); /* 0110G */
	assert_memory_equal(bytes, "\x00\x42\x08", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_of_nist),
		cmocka_unit_test(hmac_of_rfc4231),
		cmocka_unit_test(short_hash_of_the_paper),
		cmocka_unit_test(seals_ids_with_aes),
		cmocka_unit_test(permutes_the_smallest_width),
		cmocka_unit_test(comes_back_at_every_width),
		cmocka_unit_test(many_are_as_one),
		cmocka_unit_test(hashes_piece_by_piece),
		cmocka_unit_test(spreads_neighbours),
		cmocka_unit_test(boxes_open_only_unharmed),
		cmocka_unit_test(text_forms_of_rfc4648),
		cmocka_unit_test(text_forms_come_back),
		cmocka_unit_test(text_forms_refuse_junk),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
