/*
 * aead_test.c - AES modes and older digests against published vectors, and
 * every way a sealed text can be damaged.
 */
#include "test.h"

#include "base/aead.h"
#include "base/hash.h"
#include "base/str.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1024 * 1024);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct str hex(const char *text)
{
	struct str bytes = STR("");

	assert_true(hex_decode(&arena, str_from(text), &bytes));
	return bytes;
}

/* McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16. */
static const struct {
	const char *key, *nonce, *bound, *plain, *sealed;
} gcm_cases[] = {
	{ "0000000000000000000000000000000000000000000000000000000000000000",
	  "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
	{ "0000000000000000000000000000000000000000000000000000000000000000",
	  "000000000000000000000000", "", "00000000000000000000000000000000",
	  "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
	{ "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
	  "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e24"
	  "49a6b525b16aedf5aa0de657ba637b39",
	  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10"
	  "56828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b" },
};

static void gcm_of_mcgrew_and_viega(void **state)
{
	struct str text;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(gcm_cases); i++) {
		struct str key = hex(gcm_cases[i].key), nonce = hex(gcm_cases[i].nonce);
		struct str bound = hex(gcm_cases[i].bound);

		assert_true(gcm_seal(key, nonce, bound, hex(gcm_cases[i].plain), &arena, &text));
		assert_str(hex_encode(&arena, text), gcm_cases[i].sealed);
		assert_true(gcm_open(key, nonce, bound, hex(gcm_cases[i].sealed), &arena, &text));
		assert_str(hex_encode(&arena, text), gcm_cases[i].plain);
	}
}

static void gcm_refuses_every_damage(void **state)
{
	struct str key = hex(gcm_cases[2].key), nonce = hex(gcm_cases[2].nonce);
	struct str bound = hex(gcm_cases[2].bound), sealed = hex(gcm_cases[2].sealed);
	struct str text = STR("untouched");

	(void)state;
	for (size_t i = 0; i < sealed.len; i++) {
		struct str damaged = arena_str(&arena, sealed);

		((char *)(uintptr_t)damaged.ptr)[i] ^= 0x40;
		assert_false(gcm_open(key, nonce, bound, damaged, &arena, &text));
	}
	assert_false(gcm_open(key, nonce, STR(""), sealed, &arena, &text));
	assert_false(gcm_open(key, str_take(nonce, 11), bound, sealed, &arena, &text));
	assert_false(gcm_open(str_take(key, 31), nonce, bound, sealed, &arena, &text));
	assert_false(gcm_open(key, nonce, bound, str_take(sealed, sealed.len - 1), &arena, &text));
	assert_false(gcm_open(key, nonce, bound, str_take(sealed, 15), &arena, &text));
	assert_false(gcm_open(key, nonce, bound, STR(""), &arena, &text));
	assert_str(text, "untouched");
}

/* Made by `openssl enc -aes-128-cbc` with a zero IV and a key of 16 bytes "0123456789abcdef". */
static void cbc_as_openssl_makes_it(void **state)
{
	struct str key = STR("0123456789abcdef"), text, sealed;

	(void)state;
	assert_true(cbc_seal(key, STR("{\"out_trade_no\":\"A1\"}"), &arena, &sealed));
	assert_str(base64_encode(&arena, sealed), "hM7TQ18QF5bhZ+Favk3byWezNjVVkJboJaCDYUj7Hgs=");
	assert_true(cbc_open(key, sealed, &arena, &text));
	assert_str(text, "{\"out_trade_no\":\"A1\"}");
	assert_true(cbc_seal(key, STR(""), &arena, &sealed));
	assert_str(base64_encode(&arena, sealed), "N3Ii4GGpJMWRzZwn6hY+1A==");
	assert_true(cbc_open(key, sealed, &arena, &text));
	assert_int_equal(text.len, 0);
	assert_true(cbc_seal(key, STR("0123456789abcdef"), &arena, &sealed));
	assert_int_equal(sealed.len, 32);
	assert_false(cbc_open(key, str_take(sealed, 16), &arena, &text));
	assert_false(cbc_open(key, str_take(sealed, 31), &arena, &text));
	assert_false(cbc_open(key, STR(""), &arena, &text));
	assert_false(cbc_open(STR("short"), sealed, &arena, &text));
	assert_false(cbc_seal(STR("0123456789abcdef0"), STR("x"), &arena, &text));
}

/* RFC 1321 A.5, FIPS 180-4, RFC 4231 case 2, and the check value of CRC-32. */
static void digests_as_text(void **state)
{
	(void)state;
	assert_str(md5_hex(&arena, STR("")), "d41d8cd98f00b204e9800998ecf8427e");
	assert_str(md5_hex(&arena, STR("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
	assert_str(sha1_hex(&arena, STR("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_str(sha256_hex(&arena, STR("abc")),
	           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_str(hmac_sha256_hex(&arena, STR("Jefe"), STR("what do ya want for nothing?")),
	           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_int_equal(crc32_of(STR("123456789")), 0xCBF43926);
	assert_int_equal(crc32_of(STR("a")), 3904355907);
	assert_int_equal(crc32_of(STR("")), 0);
}

/* EVP_DecodeBlock() would take most of these (GATEWAYS 9). */
static void base64_is_strict(void **state)
{
	static const struct str refused[] = {
		STR_INIT("QUJD\n"), STR_INIT(" QUJD"), STR_INIT("QU JD"), STR_INIT("QUJ"),
		STR_INIT("QUI"),    STR_INIT("QQ="),   STR_INIT("QQ==="), STR_INIT("QQ==QUJD"),
		STR_INIT("QR=="),   STR_INIT("QUJ="),  STR_INIT("===="),  STR_INIT("A==="),
		STR_INIT("QU-_"),   STR_INIT("QUI\0"), STR_INIT("QUJD="), STR_INIT("="),
	};
	struct str bytes;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		assert_false(base64_decode(&arena, refused[i], &bytes));
	assert_true(base64_decode(&arena, STR(""), &bytes));
	assert_int_equal(bytes.len, 0);
	assert_true(base64_decode(&arena, STR("+/+/"), &bytes));
	assert_int_equal(bytes.len, 3);
	assert_true(base64_decode(&arena, STR("QQ=="), &bytes));
	assert_str(bytes, "A");
	assert_true(base64_decode(&arena, STR("QUI="), &bytes));
	assert_str(bytes, "AB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gcm_of_mcgrew_and_viega),
		cmocka_unit_test(gcm_refuses_every_damage),
		cmocka_unit_test(cbc_as_openssl_makes_it),
		cmocka_unit_test(digests_as_text),
		cmocka_unit_test(base64_is_strict),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
