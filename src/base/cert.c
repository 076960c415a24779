/*
 * cert.c - reading certificates, and their chains, by OpenSSL's X509.
 */
#include "base/cert.h"

#include "base/pem.h"
#include "base/str.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

enum {
	LEVEL_ANY = 0,    /* OpenSSL's security levels: all that it can compute */
	LEVEL_STRONG = 2, /* 112 bits: RSA-2048, SHA-256 */
	PEM_ROOM = 4 * PEM_BLOCK_MAX
};

static X509 *x509_next(struct pem *pem, bool *ret_damaged);
static X509 *x509_of(const struct cert *cert);
static bool  serial_read(const X509 *x509, struct arena *arena, struct cert_facts *ret);
static bool  names_read(const X509 *x509, struct arena *arena, struct cert_facts *ret);
static bool  time_read(const ASN1_TIME *time, int64_t *ret_s);
static bool  name_reversed(const X509_NAME *name, struct arena *arena, struct str *ret);
static bool  name_cn(const X509_NAME *name, struct arena *arena, struct str *ret);
static bool  value_utf8(const X509_NAME_ENTRY *entry, struct arena *arena, struct str *ret);
static bool  rsa_signed(const X509 *x509);
static bool  store_fill(X509_STORE *store, struct str bundle);
static bool  stack_fill(STACK_OF(X509) * stack, struct str bundle);
static enum cert_verdict chain_check(X509_STORE_CTX *ctx, const struct cert_policy *policy);
static enum cert_verdict verdict_of(int error);

bool cert_open(struct str text, struct cert **ret)
{
	struct cert *first, *second;

	if (!cert_open_nth(text, 0, &first))
		return false;
	if (cert_open_nth(text, 1, &second)) {
		cert_close(first);
		cert_close(second);
		return false;
	}
	*ret = first;
	return true;
}

bool cert_open_nth(struct str bundle, size_t index, struct cert **ret)
{
	struct pem pem = { .rest = bundle };
	X509      *x509;
	bool       damaged;

	if (bundle.len > CERT_TEXT_MAX || index >= CERT_ROOTS_MAX)
		return false;
	for (size_t i = 0; (x509 = x509_next(&pem, &damaged)) != NULL; i++) {
		if (i == index) {
			*ret = (struct cert *)x509;
			return true;
		}
		X509_free(x509);
	}
	return false;
}

void cert_close(struct cert *cert)
{
	X509_free((X509 *)cert);
}

bool cert_read(const struct cert *cert, struct arena *arena, struct cert_facts *ret)
{
	X509             *x509 = x509_of(cert);
	struct cert_facts facts = { .rsa_signed = rsa_signed(x509),
		                    .authority = X509_check_ca(x509) > 0 };
	bool              read;

	read = serial_read(x509, arena, &facts) && names_read(x509, arena, &facts) &&
	       time_read(X509_get0_notBefore(x509), &facts.not_before_s) &&
	       time_read(X509_get0_notAfter(x509), &facts.not_after_s);
	ERR_clear_error();
	if (read)
		*ret = facts;
	return read;
}

bool cert_key(const struct cert *cert, int bits_min, struct rsa_key **ret)
{
	EVP_PKEY *pkey = X509_get_pubkey(x509_of(cert));
	int       bits = pkey ? EVP_PKEY_get_bits(pkey) : 0;

	if (pkey && EVP_PKEY_is_a(pkey, "RSA") && bits >= bits_min && bits <= RSA_BITS_MAX) {
		*ret = (struct rsa_key *)pkey;
		return true;
	}
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return false;
}

bool cert_trust_open(struct str roots, struct str middles, struct cert_trust *ret)
{
	struct cert_trust trust = { .roots = X509_STORE_new(), .middles = sk_X509_new_null() };

	if (trust.roots && trust.middles && store_fill(trust.roots, roots) &&
	    (str_trim(middles).len == 0 || stack_fill(trust.middles, middles))) {
		*ret = trust;
		return true;
	}
	cert_trust_close(&trust);
	ERR_clear_error();
	return false;
}

void cert_trust_close(struct cert_trust *trust)
{
	X509_STORE_free(trust->roots);
	sk_X509_pop_free((STACK_OF(X509) *)trust->middles, X509_free);
	*trust = (struct cert_trust){ 0 };
}

enum cert_verdict cert_check(const struct cert_trust *trust, const struct cert *cert,
                             struct str sent, const struct cert_policy *policy)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *middles = X509_chain_up_ref((STACK_OF(X509) *)trust->middles);
	enum cert_verdict verdict = CERT_UNKNOWN;

	if (ctx && middles && (str_trim(sent).len == 0 || stack_fill(middles, sent)) &&
	    X509_STORE_CTX_init(ctx, trust->roots, x509_of(cert), middles) == 1)
		verdict = chain_check(ctx, policy);
	X509_STORE_CTX_free(ctx);
	sk_X509_pop_free(middles, X509_free);
	ERR_clear_error();
	return verdict;
}

struct str cert_verdict_text(enum cert_verdict verdict)
{
#define X(id, sentence) STR_INIT(sentence),
	static const struct str texts[] = { CERT_VERDICTS(X) };
#undef X

	assert(verdict < CERT_VERDICT_COUNT);
	return texts[verdict];
}

/* --- chains ---------------------------------------------------------------------- */
static enum cert_verdict chain_check(X509_STORE_CTX *ctx, const struct cert_policy *policy)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	int purpose = policy->purpose == CERT_SERVER ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_ANY;

	X509_VERIFY_PARAM_set_time(param, (time_t)policy->at_s);
	X509_VERIFY_PARAM_set_auth_level(param, policy->weak_ok ? LEVEL_ANY : LEVEL_STRONG);
	if (X509_VERIFY_PARAM_set_purpose(param, purpose) != 1)
		return CERT_UNKNOWN;
	if (X509_verify_cert(ctx) == 1)
		return CERT_TRUSTED;
	return verdict_of(X509_STORE_CTX_get_error(ctx));
}

static enum cert_verdict verdict_of(int error)
{
	switch (error) {
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return CERT_EARLY;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return CERT_EXPIRED;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return CERT_WEAK;
	case X509_V_ERR_INVALID_PURPOSE:
	case X509_V_ERR_INVALID_CA:
		return CERT_PURPOSE;
	default:
		return CERT_UNKNOWN;
	}
}

static bool store_fill(X509_STORE *store, struct str bundle)
{
	struct pem pem = { .rest = bundle };
	X509      *x509;
	size_t     count = 0;
	bool       damaged = false, added = true;

	if (bundle.len > CERT_TEXT_MAX)
		return false;
	while (added && count < CERT_ROOTS_MAX && (x509 = x509_next(&pem, &damaged)) != NULL) {
		added = X509_STORE_add_cert(store, x509) == 1;
		X509_free(x509);
		count++;
	}
	return added && !damaged && count > 0 && count < CERT_ROOTS_MAX;
}

static bool stack_fill(STACK_OF(X509) * stack, struct str bundle)
{
	struct pem pem = { .rest = bundle };
	X509      *x509;
	size_t     count = 0;
	bool       damaged = false, added = true;

	if (bundle.len > CERT_TEXT_MAX)
		return false;
	while (added && count < CERT_ROOTS_MAX && (x509 = x509_next(&pem, &damaged)) != NULL) {
		added = sk_X509_push(stack, x509) > 0;
		if (!added)
			X509_free(x509);
		count++;
	}
	return added && !damaged && count > 0 && count < CERT_ROOTS_MAX;
}

/* NULL at the end and for a block that is no certificate. */
static X509 *x509_next(struct pem *pem, bool *ret_damaged)
{
	struct arena   arena;
	X509          *x509 = NULL;
	const uint8_t *at;

	arena_init(&arena, PEM_ROOM);
	if (pem_next(pem, &arena, ret_damaged)) {
		at = (const uint8_t *)pem->der.ptr;
		x509 = d2i_X509(NULL, &at, (long)pem->der.len);
		if (x509 && at != (const uint8_t *)pem->der.ptr + pem->der.len) {
			X509_free(x509);
			x509 = NULL;
		}
		*ret_damaged = x509 == NULL;
	}
	pem->der = STR("");
	arena_free(&arena);
	if (!x509)
		ERR_clear_error();
	return x509;
}

/* --- what it says ------------------------------------------------------------------ */
static bool serial_read(const X509 *x509, struct arena *arena, struct cert_facts *ret)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
	char   *hex = number ? BN_bn2hex(number) : NULL;
	char   *decimal = number ? BN_bn2dec(number) : NULL;

	if (hex && decimal) {
		ret->serial_hex = arena_str(arena, str_from(hex));
		ret->serial_decimal = arena_str(arena, str_from(decimal));
	}
	OPENSSL_free(hex);
	OPENSSL_free(decimal);
	BN_free(number);
	return ret->serial_hex.len > 0 && ret->serial_decimal.len > 0;
}

static bool names_read(const X509 *x509, struct arena *arena, struct cert_facts *ret)
{
	const X509_NAME *issuer = X509_get_issuer_name(x509);

	return name_cn(X509_get_subject_name(x509), arena, &ret->subject_cn) &&
	       name_cn(issuer, arena, &ret->issuer_cn) &&
	       name_reversed(issuer, arena, &ret->issuer_reversed);
}

static bool name_cn(const X509_NAME *name, struct arena *arena, struct str *ret)
{
	int at = -1, last = -1;

	while ((at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0)
		last = at;
	*ret = STR("");
	return last < 0 || value_utf8(X509_NAME_get_entry(name, last), arena, ret);
}

static bool name_reversed(const X509_NAME *name, struct arena *arena, struct str *ret)
{
	struct str text = STR(""), value;

	for (int i = X509_NAME_entry_count(name) - 1; i >= 0; i--) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		int                    nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));

		if (nid == NID_undef || !value_utf8(entry, arena, &value))
			return false;
		text = arena_printf(arena, "%.*s%s%s=%.*s", STR_ARG(text), text.len ? "," : "",
		                    OBJ_nid2sn(nid), STR_ARG(value));
	}
	*ret = text;
	return !arena->failed;
}

/* Certificates hold names as UTF-8, Latin-1, UTF-16 or UTF-32. */
static bool value_utf8(const X509_NAME_ENTRY *entry, struct arena *arena, struct str *ret)
{
	unsigned char *utf8 = NULL;
	int            len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));

	if (len < 0)
		return false;
	*ret = arena_str(arena, (struct str){ .ptr = (const char *)utf8, .len = (size_t)len });
	OPENSSL_free(utf8);
	/* A NUL inside of a name once passed for the end of it. */
	return !arena->failed && (len == 0 || memchr(ret->ptr, 0, ret->len) == NULL);
}

static bool time_read(const ASN1_TIME *time, int64_t *ret_s)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	*ret_s = timegm(&tm);
	return true;
}

static bool rsa_signed(const X509 *x509)
{
	static const char  family[] = "1.2.840.113549.1.1.";
	const ASN1_OBJECT *oid;
	const X509_ALGOR  *algorithm;
	char               text[64];

	X509_get0_signature(NULL, &algorithm, x509);
	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	return OBJ_obj2txt(text, sizeof(text), oid, 1) > 0 &&
	       strncmp(text, family, sizeof(family) - 1) == 0;
}

static X509 *x509_of(const struct cert *cert)
{
	assert(cert);
	return (X509 *)(uintptr_t)cert;
}
