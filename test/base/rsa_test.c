/*
 * rsa_test.c - keys in every dress they come in, signatures and OAEP against
 * what the openssl command made with the same key.
 */
#include "test.h"

#include "base/hash.h"
#include "base/rsa.h"
#include "base/str.h"
#include "base/keys.h"

static const char signed_sha256[] =
    "FBbQAOYaVPyEE+hRsY3EKQtfB+TIHSZucF4u6b+dPmiTMgd/G21trcocOYAVcudPUaG2vxUhnYIQTrTGWCoRIqrG"
    "QSBM/0unrnMW+VF5KaiBt+XuXS+J4fF+59oJiP+m/bXBtYOKS76PoYKU5UFr0hnGwZCO98Ocf2qIO7iJ7PeE5zss"
    "GAJ/FzEFyPuJ5uWef/HkKEqdBKn4bMROkRXeP6s4bB5zHrmHKLSx5/ZlLw+DDc9IWV+MFP+wWRXioCR7gocTfjrx"
    "5oCVR+HZDvCyDCfkheU2u5w8NwnpgzdolUBaDnyS72H+imp4OeuMsENzu68m2k9tmENsAdny9JDWzQ==";
static const char signed_sha1[] =
    "Q1tFQddCm8AxKlF8VGHF2GFxILgkpQTN+3NiI0t1WU1B5Z8mFwKbCx5rgof+uO4u+XmZqP3RUXyq2i8QwyMb++g5"
    "H10KF9SG4gB+g1TbA2Prmd3M5b89+zi7rcBmePesuekpCPOnhDXxUINryyxkGA2q1Vdp/LnFO54/FhdxuuslE6yn"
    "YT11CU324fXmVW8ni+OXJ+6RCLM3Rt4+ol/zyvIWhPNbMKvdcSDH6xUx/lFJya24BImqC4bqf7WFuA+B9l7yjJVu"
    "wIe4a28gTtpQS5qLn17kcy0vgibnzMDknmjXcyOLvcxUjQIJbbOzODZKCU1IxiTh1nJyMynkOFDWNA==";
static const char oaep_sealed[] =
    "uJz0p4XlrPGvqiof+FfBh+Jkt0OOO5Pv/cceFxEhdV8O19N887X8teT06sg9XLZAh7NtPMukU3HVPaszqH0eg3Ww"
    "G6YhsNnRb0EaNyb7WXF9BdWSZR7FZ+hHOQH+bWTLnSCYOnH7zsdqttQ1fbaVlH/UjDVkS4v5sV4sFeXiiPoZuqLH"
    "MJhJSn6VFqUL9crAD6YCOQEo13aOyVJyrC1pqS26RC6xGe3ra8UPq1rNEkLV7iqb4TR5x6gmYIX/8n6G7tGUcGVV"
    "HKZWgY99Uv5QMwSvx+4X2NppE7l8I+R/67XSiMNG0oTwnYM+mmhQNwxDSS1MtNabjaaopMKVvlXpIA==";

static struct arena    arena;
static struct rsa_key *private_key, *public_key;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1024 * 1024);
	return rsa_key_private(str_from(key_pkcs8), RSA_BITS_MIN, &private_key) &&
	               rsa_key_public(str_from(key_spki), RSA_BITS_MIN, &public_key)
	           ? 0
	           : -1;
}

static int teardown(void **state)
{
	(void)state;
	rsa_key_close(private_key);
	rsa_key_close(public_key);
	arena_free(&arena);
	return 0;
}

/* The base 64 alone, in one line, as a console's "copy" button gives it. */
static struct str bare(const char *pem)
{
	struct str text = str_from(pem), line;
	char      *out = arena_alloc(&arena, text.len + 1);
	size_t     len = 0;

	while (text.len > 0) {
		str_cut(text, '\n', &line, &text);
		if (line.len > 0 && line.ptr[0] != '-') {
			memcpy(out + len, line.ptr, line.len);
			len += line.len;
		}
	}
	return (struct str){ .ptr = out, .len = len };
}

/* The same with CR LF and a remark before it. */
static struct str dressed(const char *pem)
{
	struct str text = str_from(pem), line, out = STR("Bag Attributes: none\r\n");

	while (text.len > 0) {
		str_cut(text, '\n', &line, &text);
		out = arena_printf(&arena, "%.*s%.*s\r\n", STR_ARG(out), STR_ARG(line));
	}
	return out;
}

static void private_keys_in_every_dress(void **state)
{
	struct str      texts[] = { str_from(key_pkcs1), bare(key_pkcs1), bare(key_pkcs8),
		                    dressed(key_pkcs1), dressed(key_pkcs8) };
	struct rsa_key *key;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		assert_true(rsa_key_private(texts[i], RSA_BITS_MIN, &key));
		assert_int_equal(rsa_key_bits(key), 2048);
		assert_true(rsa_key_pair(key, public_key));
		rsa_key_close(key);
	}
	rsa_key_close(NULL);
}

static void public_keys_in_every_dress(void **state)
{
	struct str      texts[] = { str_from(key_public1), bare(key_public1), bare(key_spki),
		                    str_from(cert_leaf),   bare(cert_leaf),   dressed(key_spki) };
	struct rsa_key *key;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		assert_true(rsa_key_public(texts[i], RSA_BITS_MIN, &key));
		assert_true(rsa_key_pair(private_key, key));
		rsa_key_close(key);
	}
	assert_true(rsa_key_public(str_from(cert_root), RSA_BITS_MIN, &key));
	assert_false(rsa_key_pair(private_key, key));
	rsa_key_close(key);
}

static void keys_that_are_none(void **state)
{
	struct str      whole = str_from(key_pkcs8);
	struct rsa_key *key = NULL;

	(void)state;
	assert_false(rsa_key_private(STR(""), 0, &key));
	assert_false(rsa_key_private(STR("not a key"), 0, &key));
	assert_false(rsa_key_private(STR("AAAA"), 0, &key));
	assert_false(rsa_key_private(str_take(whole, whole.len - 40), 0, &key));
	assert_false(rsa_key_private(str_from(key_curve), 0, &key));
	assert_false(rsa_key_private(str_from(key_spki), 0, &key));
	assert_false(rsa_key_public(str_from(key_pkcs8), 0, &key));
	assert_false(rsa_key_public(STR("-----BEGIN PUBLIC KEY-----\n"), 0, &key));
	assert_null(key);
}

static void short_keys_only_on_demand(void **state)
{
	struct rsa_key *key = NULL;

	(void)state;
	assert_false(rsa_key_private(str_from(key_short), RSA_BITS_MIN, &key));
	assert_null(key);
	assert_true(rsa_key_private(str_from(key_short), 1024, &key));
	assert_int_equal(rsa_key_bits(key), 1024);
	rsa_key_close(key);
}

static void signatures_as_openssl_makes_them(void **state)
{
	struct str text, signature;

	(void)state;
	assert_true(rsa_sign_sha256_base64(private_key, STR("keepline"), &arena, &text));
	assert_str(text, signed_sha256);
	assert_true(rsa_verify_sha256_base64(public_key, STR("keepline"), text, &arena));
	assert_true(rsa_sign_sha256(private_key, STR(""), &arena, &signature));
	assert_int_equal(signature.len, 256);
	assert_true(rsa_verify_sha256(public_key, STR(""), signature));
	assert_false(rsa_sign_sha256(public_key, STR("keepline"), &arena, &signature));
}

static void signatures_that_do_not_fit(void **state)
{
	struct str      good = str_from(signed_sha256), raw;
	struct rsa_key *other;
	char           *bytes;

	(void)state;
	assert_true(base64_decode(&arena, good, &raw));
	assert_true(rsa_verify_sha256(public_key, STR("keepline"), raw));
	assert_false(rsa_verify_sha256(public_key, STR("keepline "), raw));
	assert_false(rsa_verify_sha256(public_key, STR("keepline"), str_take(raw, 255)));
	assert_false(rsa_verify_sha256(public_key, STR("keepline"), STR("")));
	assert_false(rsa_verify_sha1(public_key, STR("keepline"), raw));
	bytes = (char *)(uintptr_t)raw.ptr;
	bytes[17] ^= 1;
	assert_false(rsa_verify_sha256(public_key, STR("keepline"), raw));
	assert_false(rsa_verify_sha256_base64(public_key, STR("keepline"),
	                                      arena_printf(&arena, "%s\n", signed_sha256), &arena));
	assert_true(rsa_key_public(str_from(cert_root), RSA_BITS_MIN, &other));
	assert_false(rsa_verify_sha256_base64(other, STR("keepline"), good, &arena));
	rsa_key_close(other);
}

static void old_signatures_are_read_only(void **state)
{
	struct str raw;

	(void)state;
	assert_true(base64_decode(&arena, str_from(signed_sha1), &raw));
	assert_true(rsa_verify_sha1(public_key, STR("keepline"), raw));
	assert_false(rsa_verify_sha1(public_key, STR("keeplinE"), raw));
	assert_false(rsa_verify_sha256(public_key, STR("keepline"), raw));
}

static void oaep_there_and_back(void **state)
{
	struct str raw, plain, sealed, again;
	char       longest[215];

	(void)state;
	assert_true(base64_decode(&arena, str_from(oaep_sealed), &raw));
	assert_true(rsa_oaep_decrypt(private_key, raw, &arena, &plain));
	assert_str(plain, "secret 保号");
	assert_true(rsa_oaep_encrypt(public_key, plain, &arena, &sealed));
	assert_true(rsa_oaep_encrypt(public_key, plain, &arena, &again));
	assert_false(str_eq(sealed, again));
	assert_true(rsa_oaep_decrypt(private_key, sealed, &arena, &plain));
	assert_str(plain, "secret 保号");
	assert_false(rsa_oaep_decrypt(public_key, sealed, &arena, &plain));
	assert_false(rsa_oaep_decrypt(private_key, str_take(sealed, 255), &arena, &plain));
	((char *)(uintptr_t)sealed.ptr)[0] ^= 1;
	assert_false(rsa_oaep_decrypt(private_key, sealed, &arena, &plain));
	memset(longest, 'x', sizeof(longest));
	assert_true(rsa_oaep_encrypt(public_key, (struct str){ longest, 214 }, &arena, &sealed));
	assert_false(rsa_oaep_encrypt(public_key, (struct str){ longest, 215 }, &arena, &sealed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_keys_in_every_dress),
		cmocka_unit_test(public_keys_in_every_dress),
		cmocka_unit_test(keys_that_are_none),
		cmocka_unit_test(short_keys_only_on_demand),
		cmocka_unit_test(signatures_as_openssl_makes_them),
		cmocka_unit_test(signatures_that_do_not_fit),
		cmocka_unit_test(old_signatures_are_read_only),
		cmocka_unit_test(oaep_there_and_back),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
