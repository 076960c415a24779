/*
 * paypal_sign.c - is a message PayPal's own?  Certificate address, chain, name,
 * dates and signature; see paypal.h.
 */
#include "gate/paypal.h"

#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"

#define HOST        STR("paypal.com")
#define HOST_BELOW  STR(".paypal.com")
#define HTTPS       STR("https://")
#define ALGORITHM   STR("SHA256withRSA")
#define MESSAGE_MAX 512

static bool host_ours(struct str host);
static bool certificate_good(const struct cert_trust *trust, const struct cert *cert,
                             struct str pem, int64_t sent_s, int64_t now_s, struct arena *arena);
static bool signature_good(const struct cert *cert, struct str message, struct str signature,
                           struct arena *arena);

bool paypal_address_valid(struct str url)
{
	struct str rest, host, path, port;

	if (!str_eq_nocase(str_take(url, HTTPS.len), HTTPS))
		return false;
	for (size_t i = 0; i < url.len; i++)
		if (url.ptr[i] <= ' ' || url.ptr[i] == '\\' || (unsigned char)url.ptr[i] >= 127)
			return false;
	rest = str_skip(url, HTTPS.len);
	if (!str_cut(rest, '/', &host, &path))
		return false;
	/* Everything but letters, digits, '.' and '-' in a host would be a user, an escape … */
	if (str_cut(host, ':', &host, &port) && !str_eq(port, STR("443")))
		return false;
	return host_ours(host);
}

static bool host_ours(struct str host)
{
	struct str below = HOST_BELOW;

	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      c == '.' || c == '-'))
			return false;
	}
	return str_eq_nocase(host, HOST) ||
	       (host.len > below.len && str_eq_nocase(str_skip(host, host.len - below.len), below));
}

struct str paypal_message(const struct paypal_transmission *sent, struct str webhook_id,
                          struct str body, struct arena *arena)
{
	if (sent->id.len > MESSAGE_MAX || sent->time.len > MESSAGE_MAX ||
	    webhook_id.len > MESSAGE_MAX)
		return STR("");
	return arena_printf(arena, "%.*s|%.*s|%.*s|%lu", STR_ARG(sent->id), STR_ARG(sent->time),
	                    STR_ARG(webhook_id), (unsigned long)crc32_of(body));
}

enum paypal_verdict paypal_judge(const struct cert_trust          *trust,
                                 const struct paypal_transmission *sent, struct str webhook_id,
                                 struct str body, struct str pem, int64_t now_s,
                                 struct arena *arena)
{
	struct str          message = paypal_message(sent, webhook_id, body, arena);
	struct cert        *leaf;
	int64_t             sent_s;
	enum paypal_verdict verdict = PAYPAL_BAD_CERTIFICATE;

	if (!paypal_address_valid(sent->cert_url))
		return PAYPAL_BAD_ADDRESS;
	if (!str_eq_nocase(sent->algorithm, ALGORITHM))
		return PAYPAL_BAD_ALGORITHM;
	if (message.len == 0 || webhook_id.len == 0 || !rfc3339_parse(sent->time, &sent_s))
		return PAYPAL_BAD_SIGNATURE;
	if (!cert_open_nth(pem, 0, &leaf))
		return PAYPAL_BAD_CERTIFICATE;
	if (certificate_good(trust, leaf, pem, sent_s, now_s, arena))
		verdict = signature_good(leaf, message, sent->signature, arena)
		              ? PAYPAL_SIGNED
		              : PAYPAL_BAD_SIGNATURE;
	cert_close(leaf);
	return verdict;
}

/* Valid when the message was sent: it may have ended since.  One that begins later has been
 * renewed since, for the same key or the signature would not fit: it counts as of now. */
static bool certificate_good(const struct cert_trust *trust, const struct cert *cert,
                             struct str pem, int64_t sent_s, int64_t now_s, struct arena *arena)
{
	struct cert_facts  facts;
	struct cert_policy policy = { .at_s = sent_s, .purpose = CERT_ANY_PURPOSE };
	enum cert_verdict  verdict;

	if (!cert_read(cert, arena, &facts) || !host_ours(facts.subject_cn))
		return false;
	verdict = cert_check(trust, cert, pem, &policy);
	if (verdict == CERT_EARLY) {
		policy.at_s = now_s;
		verdict = cert_check(trust, cert, pem, &policy);
	}
	return verdict == CERT_TRUSTED;
}

static bool signature_good(const struct cert *cert, struct str message, struct str signature,
                           struct arena *arena)
{
	struct rsa_key *key;
	bool            good;

	if (!cert_key(cert, RSA_BITS_MIN, &key))
		return false;
	good = rsa_verify_sha256_base64(key, message, signature, arena);
	rsa_key_close(key);
	return good;
}
