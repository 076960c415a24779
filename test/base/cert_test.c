/*
 * cert_test.c - what certificates say, and which chains hold.
 */
#include "test.h"

#include "base/cert.h"
#include "base/str.h"
#include "base/keys.h"

#define DAY_S 86400

static struct arena      arena;
static struct cert      *leaf, *weak, *root;
static struct cert_facts facts;
static struct cert_trust trust;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1024 * 1024);
	return cert_open(str_from(cert_leaf), &leaf) && cert_open(str_from(cert_weak), &weak) &&
	               cert_open(str_from(cert_root), &root) && cert_read(leaf, &arena, &facts) &&
	               cert_trust_open(str_from(cert_root), str_from(cert_middle), &trust)
	           ? 0
	           : -1;
}

static int teardown(void **state)
{
	(void)state;
	cert_close(leaf);
	cert_close(weak);
	cert_close(root);
	cert_trust_close(&trust);
	arena_free(&arena);
	return 0;
}

static struct cert_policy at(int64_t at_s)
{
	return (struct cert_policy){ .at_s = at_s };
}

static void what_a_certificate_says(void **state)
{
	struct cert_facts other;
	struct rsa_key   *key, *ours;

	(void)state;
	assert_str(facts.serial_hex, "0F3775B6A45ACD588826D15E583A95F5DD00000001");
	assert_str(facts.serial_decimal, "22239144149910127521310183609515812759044110680065");
	assert_str(facts.subject_cn, "051@00040000@银联测试@0001");
	assert_str(facts.issuer_cn, "Keepline Test Middle");
	assert_str(facts.issuer_reversed, "CN=Keepline Test Middle,OU=Middle,O=Keepline Test,C=JP");
	assert_true(facts.rsa_signed);
	assert_false(facts.authority);
	assert_int_equal(facts.not_after_s - facts.not_before_s, 18000LL * DAY_S);
	assert_true(cert_read(root, &arena, &other));
	assert_str(other.serial_hex, "07");
	assert_str(other.serial_decimal, "7");
	assert_true(other.authority);
	assert_true(cert_key(leaf, RSA_BITS_MIN, &key));
	assert_true(rsa_key_private(str_from(key_pkcs8), RSA_BITS_MIN, &ours));
	assert_true(rsa_key_pair(key, ours));
	rsa_key_close(key);
	rsa_key_close(ours);
	assert_false(cert_key(leaf, 4096, &key));
}

static void bundles_one_by_one(void **state)
{
	struct str bundle = arena_printf(&arena, "# roots\n%s\r\n%stail\n", cert_root, cert_middle);
	struct cert *cert = NULL;

	(void)state;
	assert_true(cert_open_nth(bundle, 1, &cert));
	assert_true(cert_read(cert, &arena, &facts));
	assert_str(facts.serial_decimal, "11");
	cert_close(cert);
	cert = NULL;
	assert_false(cert_open_nth(bundle, 2, &cert));
	assert_false(cert_open(bundle, &cert));
	assert_false(cert_open(STR(""), &cert));
	assert_false(cert_open(str_from(key_spki), &cert));
	assert_false(cert_open(str_take(str_from(cert_leaf), 900), &cert));
	assert_null(cert);
	assert_true(cert_read(leaf, &arena, &facts));
}

static void chains_that_hold_and_that_do_not(void **state)
{
	int64_t            now_s = facts.not_before_s + DAY_S;
	struct cert_policy policy = at(now_s);
	struct cert_trust  lone;

	(void)state;
	assert_int_equal(cert_check(&trust, leaf, STR(""), &policy), CERT_TRUSTED);
	policy.at_s = facts.not_before_s - DAY_S;
	assert_int_equal(cert_check(&trust, leaf, STR(""), &policy), CERT_EARLY);
	policy.at_s = facts.not_after_s + 1;
	assert_int_equal(cert_check(&trust, leaf, STR(""), &policy), CERT_EXPIRED);
	policy = at(now_s);
	policy.purpose = CERT_SERVER;
	assert_int_equal(cert_check(&trust, leaf, STR(""), &policy), CERT_PURPOSE);
	policy = at(now_s);
	assert_true(cert_trust_open(str_from(cert_root), STR(""), &lone));
	assert_int_equal(cert_check(&lone, leaf, STR(""), &policy), CERT_UNKNOWN);
	assert_int_equal(cert_check(&lone, leaf, str_from(cert_middle), &policy), CERT_TRUSTED);
	cert_trust_close(&lone);
	/* What came with the message is no root. */
	assert_true(cert_trust_open(str_from(cert_weak), STR(""), &lone));
	struct str sent = arena_printf(&arena, "%s%s", cert_middle, cert_root);
	assert_int_equal(cert_check(&lone, leaf, sent, &policy), CERT_UNKNOWN);
	cert_trust_close(&lone);
}

static void weak_digests_only_on_demand(void **state)
{
	struct cert_policy policy = at(facts.not_before_s + DAY_S);

	(void)state;
	assert_int_equal(cert_check(&trust, weak, STR(""), &policy), CERT_WEAK);
	policy.weak_ok = true;
	assert_int_equal(cert_check(&trust, weak, STR(""), &policy), CERT_TRUSTED);
	policy.at_s = facts.not_after_s + 30 * DAY_S;
	assert_int_equal(cert_check(&trust, weak, STR(""), &policy), CERT_EXPIRED);
}

static void roots_must_be_readable(void **state)
{
	struct cert_trust none;

	(void)state;
	assert_false(cert_trust_open(STR(""), STR(""), &none));
	assert_false(cert_trust_open(str_from(key_spki), STR(""), &none));
	assert_false(cert_trust_open(str_from(cert_root), STR("junk"), &none));
	assert_false(cert_trust_open(str_take(str_from(cert_root), 500), STR(""), &none));
	assert_str(cert_verdict_text(CERT_WEAK), "signed or keyed too weakly");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_certificate_says),
		cmocka_unit_test(bundles_one_by_one),
		cmocka_unit_test(chains_that_hold_and_that_do_not),
		cmocka_unit_test(weak_digests_only_on_demand),
		cmocka_unit_test(roots_must_be_readable),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
