/*
 * cert.h - X.509 certificates: what they say, and whether a pinned set of
 * roots vouches for them at a given time.  By OpenSSL.
 *
 * A certificate from outside is a claim until cert_check() says CERT_TRUSTED.
 */
#pragma once
#include "base/rsa.h"

#define CERT_ROOTS_MAX 512    /* certificates in one set of roots (a system's has about 140) */
#define CERT_TEXT_MAX  524288 /* bytes of PEM of such a set */

struct cert; /* OpenSSL's; lives until cert_close() */

/* What a certificate says.  Strings live in the arena. */
struct cert_facts {
	struct str serial_hex;     /* upper case, whole bytes (WeChat's Wechatpay-Serial) */
	struct str serial_decimal; /* without a limit of bits (UnionPay's certId) */
	struct str subject_cn;     /* UTF-8; the last one of several; empty when there is none */
	struct str issuer_cn;
	struct str issuer_reversed; /* "CN=..,OU=..,O=..,C=..": last RDN first, values as they are
	                             * (Alipay's SN is the MD5 of this and serial_decimal) */
	int64_t not_before_s, not_after_s;
	bool    rsa_signed; /* the signature's algorithm is one of 1.2.840.113549.1.1 */
	bool    authority;  /* may sign other certificates */
};

/*
 * What cert_check() found.
 *   id           sentence for config check and logs
 */
#define CERT_VERDICTS(X)                                                                       \
	X(TRUSTED,   "trusted")                                                                \
	X(EARLY,     "not valid yet")                                                          \
	X(EXPIRED,   "expired")                                                                \
	X(WEAK,      "signed or keyed too weakly")                                             \
	X(PURPOSE,   "made for another purpose")                                               \
	X(UNKNOWN,   "issued by nobody we trust")

#define X(id, sentence) CERT_##id,
enum cert_verdict { CERT_VERDICTS(X) CERT_VERDICT_COUNT };
#undef X

enum cert_purpose { CERT_ANY_PURPOSE, CERT_SERVER }; /* SERVER: TLS server authentication */

/* Roots and what may stand between them and a leaf; OpenSSL's, until cert_trust_close(). */
struct cert_trust {
	void *roots, *middles;
};

/* How to judge. */
struct cert_policy {
	int64_t           at_s;    /* the moment to judge for */
	enum cert_purpose purpose;
	bool              weak_ok; /* SHA-1 and short keys: UnionPay's test certificates only */
};

/* The only certificate in the text (PEM or bare base 64); false when it is damaged or not alone. */
bool cert_open(struct str text, struct cert **ret);
/* The index-th certificate of a bundle; false past the end and from the first damaged one on. */
bool cert_open_nth(struct str bundle, size_t index, struct cert **ret);
void cert_close(struct cert *cert); /* NULL is allowed */
/* False: arena spent, or a field that cannot be read. */
bool cert_read(const struct cert *cert, struct arena *arena, struct cert_facts *ret);
/* Its RSA public key, of bits_min bits or more; the caller closes it. */
bool cert_key(const struct cert *cert, int bits_min, struct rsa_key **ret);

/* Sets of PEM certificates; `middles` may be empty.  False: none, damaged, too many. */
bool cert_trust_open(struct str roots, struct str middles, struct cert_trust *ret);
void cert_trust_close(struct cert_trust *trust);
/* Is there a chain from it to a root, each link valid at that moment?  `sent` may be further
 * middles that came with the message (PEM, may be empty): they are never trusted by themselves. */
enum cert_verdict cert_check(const struct cert_trust *trust, const struct cert *cert,
                             struct str sent, const struct cert_policy *policy);
struct str cert_verdict_text(enum cert_verdict verdict); /* static storage */
