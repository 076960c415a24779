/*
 * pay_alipay.c - Alipay's open platform (RSA2), for operators of mainland China
 * (GATEWAYS 1 and 2).  Signing is alipay_sign, bytes are alipay_wire, payments
 * alipay_pay, agreements alipay_agree, callbacks alipay_hook, statements
 * alipay_bill.
 *
 * Two ways to hold its keys: a public key (public_key_file), or certificates
 * (app_cert_file, cert_file, root_cert_file), where each request names them.
 */
#include "gate/alipay.h"

#include "base/aead.h"
#include "base/cert.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"

enum { DAY_S = 86400 };

static bool open_any(const struct pay_source *source, bool sign, struct arena *arena,
                     struct pay_config *ret, struct pay_problem *ret_problem);
static bool words_read(const struct pay_source *source, struct alipay *own, struct pay_config *ret,
                       struct pay_problem *ret_problem);
static bool trust_read(const struct pay_source *source, struct arena *arena, struct alipay *own,
                       struct pay_problem *ret_problem);
static bool certs_read(const struct pay_source *source, struct arena *arena, struct alipay *own,
                       struct pay_problem *ret_problem);
static bool leaf_keys(struct str bundle, struct arena *arena, struct keyring *ret);
static bool ours_read(const struct pay_source *source, struct arena *arena, struct alipay *own,
                      struct pay_problem *ret_problem);
static void cert_find(const struct alipay *own, struct str pem, const char *setting, int64_t now_s,
                      struct arena *arena, struct pay_finding *ret);
static const char *chain_find(const struct alipay *own, const struct cert *cert, int64_t now_s);
static bool file_read(const struct pay_source *source, const char *setting, struct arena *arena,
                      struct str *ret, struct pay_problem *ret_problem);
static bool no(struct pay_problem *ret, const char *setting, struct str text);

static bool alipay_open(const struct pay_source *source, struct arena *arena,
                        struct pay_config *ret, struct pay_problem *ret_problem)
{
	return open_any(source, true, arena, ret, ret_problem);
}

static bool alipay_hook_open(const struct pay_source *source, struct arena *arena,
                             struct pay_config *ret, struct pay_problem *ret_problem)
{
	return open_any(source, false, arena, ret, ret_problem);
}

static void alipay_shut(struct pay_config *config)
{
	/* What open_any() made: it gave away only the view of it as constant. */
	union {
		const void    *given;
		struct alipay *made;
	} own = { .given = config->own };

	if (own.given != NULL) {
		rsa_key_close(own.made->sign);
		own.made->sign = NULL;
		keyring_close(&own.made->trusted);
	}
	config->own = NULL;
}

static bool alipay_takes(const struct pay_config *config, struct money amount)
{
	(void)config;
	return amount.currency == CURRENCY_CNY && amount.amount > 0 &&
	       amount.amount <= ALIPAY_FEN_MAX;
}

static void alipay_check(const struct pay_config *config, int64_t now_s, struct arena *arena,
                         pay_finding_visit *visit, void *ctx)
{
	const struct alipay *own = config->own;
	struct pay_finding   finding = { .good = true, .setting = "key_file" };

	finding.text = arena_printf(arena, "our private key, RSA %d", rsa_key_bits(own->sign));
	visit(ctx, &finding);
	for (size_t i = 0; i < own->trusted.count; i++) {
		bool ours = rsa_key_pair(own->trusted.key[i], own->sign);

		finding.setting = own->cert.len > 0 ? "cert_file" : "public_key_file";
		finding.good = !ours;
		finding.text = arena_printf(arena, "%s, RSA %d",
		                            ours ? "our own public key, where Alipay's belongs"
		                                 : "Alipay's public key",
		                            rsa_key_bits(own->trusted.key[i]));
		visit(ctx, &finding);
	}
	if (own->cert.len == 0)
		return;
	cert_find(own, own->app_cert, "app_cert_file", now_s, arena, &finding);
	visit(ctx, &finding);
	cert_find(own, own->cert, "cert_file", now_s, arena, &finding);
	visit(ctx, &finding);
}

static bool open_any(const struct pay_source *source, bool sign, struct arena *arena,
                     struct pay_config *ret, struct pay_problem *ret_problem)
{
	struct alipay    *own = ARENA_NEW(arena, struct alipay);
	struct pay_config config = { .own = own };

	if (own == NULL)
		return no(ret_problem, "url", STR("too many settings for the memory given"));
	if (!words_read(source, own, &config, ret_problem) ||
	    !trust_read(source, arena, own, ret_problem) ||
	    (sign && !ours_read(source, arena, own, ret_problem))) {
		alipay_shut(&config);
		return false;
	}
	*ret = config;
	return true;
}

static bool words_read(const struct pay_source *source, struct alipay *own, struct pay_config *ret,
                       struct pay_problem *ret_problem)
{
	const void *ctx = source->ctx;
	struct str  desk = source->text(ctx, "desk");

	ret->url = source->text(ctx, "url");
	ret->pages = source->text(ctx, "pages");
	ret->merchant = source->text(ctx, "app_id");
	own->seller = source->text(ctx, "seller_id");
	own->scene = source->text(ctx, "scene");
	own->qr = str_eq(desk, STR("qr"));
	if (!str_starts(ret->url, STR("https://")) && !str_starts(ret->url, STR("http://")))
		return no(ret_problem, "url",
		          STR("an address that begins with https:// is needed"));
	if (!alipay_number_valid(ret->merchant))
		return no(ret_problem, "app_id", STR("the app's number at Alipay is needed"));
	if (!own->qr && desk.len > 0 && !str_eq(desk, STR("page")))
		return no(ret_problem, "desk", STR("page or qr"));
	return true;
}

/* What proves messages of Alipay's. */
static bool trust_read(const struct pay_source *source, struct arena *arena, struct alipay *own,
                       struct pay_problem *ret_problem)
{
	struct str text;

	if (!file_read(source, "cert_file", arena, &own->cert, ret_problem) ||
	    !file_read(source, "root_cert_file", arena, &own->root_cert, ret_problem) ||
	    !file_read(source, "public_key_file", arena, &text, ret_problem))
		return false;
	if (own->cert.len > 0)
		return certs_read(source, arena, own, ret_problem);
	return keyring_open(text, RSA_BITS_MIN, &own->trusted) ||
	       no(ret_problem, "public_key_file",
	          STR("Alipay's public key is needed (not ours): RSA of 2048 bits or more"));
}

/* Alipay's certificate comes with its issuers behind it: only leaves sign messages, and only
 * those that the roots vouch for. */
static bool certs_read(const struct pay_source *source, struct arena *arena, struct alipay *own,
                       struct pay_problem *ret_problem)
{
	struct cert_policy policy = { .at_s = source->now_s };
	struct cert_trust  trust;
	struct cert       *leaf;
	enum cert_verdict  verdict = CERT_UNKNOWN;

	if (!cert_trust_open(own->root_cert, STR(""), &trust))
		return no(ret_problem, "root_cert_file",
		          STR("Alipay's root certificates are needed"));
	if (cert_open_nth(own->cert, 0, &leaf)) {
		verdict = cert_check(&trust, leaf, own->cert, &policy);
		cert_close(leaf);
	}
	cert_trust_close(&trust);
	/* What has run out is told by check(); its key may still prove what was signed before. */
	if (verdict != CERT_TRUSTED && verdict != CERT_EXPIRED)
		return no(ret_problem, "cert_file",
		          arena_printf(arena, "Alipay's certificate: %.*s",
		                       STR_ARG(cert_verdict_text(verdict))));
	return leaf_keys(own->cert, arena, &own->trusted) ||
	       no(ret_problem, "cert_file", STR("no certificate of RSA with 2048 bits or more"));
}

static bool leaf_keys(struct str bundle, struct arena *arena, struct keyring *ret)
{
	struct keyring    ring = { 0 };
	struct cert_facts facts;
	struct cert      *cert;

	for (size_t i = 0; ring.count < KEYRING_MAX && cert_open_nth(bundle, i, &cert); i++) {
		if (cert_read(cert, arena, &facts) && !facts.authority &&
		    cert_key(cert, RSA_BITS_MIN, &ring.key[ring.count]))
			ring.count++;
		cert_close(cert);
	}
	*ret = ring;
	return ring.count > 0;
}

/* Our key, our certificate's numbers, the key of encrypted content. */
static bool ours_read(const struct pay_source *source, struct arena *arena, struct alipay *own,
                      struct pay_problem *ret_problem)
{
	struct str text, aes;

	if (!file_read(source, "key_file", arena, &text, ret_problem) ||
	    !file_read(source, "aes_key_file", arena, &aes, ret_problem) ||
	    !file_read(source, "app_cert_file", arena, &own->app_cert, ret_problem))
		return false;
	if (!rsa_key_private(text, RSA_BITS_MIN, &own->sign))
		return no(ret_problem, "key_file",
		          STR("our private key is needed: PKCS#8 or PKCS#1, RSA of 2048 bits"));
	if (aes.len > 0 && (!base64_decode(arena, str_trim(aes), &own->aes_key) ||
	                    own->aes_key.len != CBC_KEY_SIZE))
		return no(ret_problem, "aes_key_file", STR("16 bytes in base 64 are needed"));
	if ((own->cert.len > 0) != (own->app_cert.len > 0))
		return no(ret_problem, "app_cert_file",
		          STR("certificates are used on both sides or on none"));
	if (own->app_cert.len == 0)
		return true;
	if (!alipay_cert_sn(own->app_cert, arena, &own->app_cert_sn))
		return no(ret_problem, "app_cert_file", STR("no certificate"));
	return alipay_root_sn(own->root_cert, arena, &own->root_cert_sn) ||
	       no(ret_problem, "root_cert_file", STR("no root that signs with RSA"));
}

/* Its name and dates; ours must be of our key, theirs vouched for by the roots. */
static void cert_find(const struct alipay *own, struct str pem, const char *setting, int64_t now_s,
                      struct arena *arena, struct pay_finding *ret)
{
	bool              ours = str_eq(pem, own->app_cert);
	struct cert_facts facts;
	struct cert      *cert;
	struct rsa_key   *key = NULL;

	*ret = (struct pay_finding){ .setting = setting, .text = STR("no certificate") };
	if (!cert_open_nth(pem, 0, &cert))
		return;
	if (cert_read(cert, arena, &facts)) {
		const char *verdict = "good";

		if (ours && (!cert_key(cert, RSA_BITS_MIN, &key) || !rsa_key_pair(key, own->sign)))
			verdict = "not of our key";
		else if (!ours)
			verdict = chain_find(own, cert, now_s);
		else if (now_s < facts.not_before_s || now_s > facts.not_after_s)
			verdict = "not valid now";
		ret->good = str_eq(str_from(verdict), STR("good"));
		ret->text = arena_printf(
		    arena, "%.*s, valid until %.*s: %s", STR_ARG(facts.subject_cn),
		    STR_ARG(iso_day(arena, (int32_t)(facts.not_after_s / DAY_S))), verdict);
	}
	rsa_key_close(key);
	cert_close(cert);
}

static const char *chain_find(const struct alipay *own, const struct cert *cert, int64_t now_s)
{
	struct cert_policy policy = { .at_s = now_s };
	struct cert_trust  trust;
	enum cert_verdict  verdict = CERT_UNKNOWN;

	if (cert_trust_open(own->root_cert, STR(""), &trust)) {
		verdict = cert_check(&trust, cert, own->cert, &policy);
		cert_trust_close(&trust);
	}
	return verdict == CERT_TRUSTED ? "good" : cert_verdict_text(verdict).ptr;
}

static bool file_read(const struct pay_source *source, const char *setting, struct arena *arena,
                      struct str *ret, struct pay_problem *ret_problem)
{
	*ret = (struct str){ 0 };
	return source->file(source->ctx, setting, arena, ret) ||
	       no(ret_problem, setting, STR("the file cannot be read"));
}

static bool no(struct pay_problem *ret, const char *setting, struct str text)
{
	*ret = (struct pay_problem){ .setting = setting, .text = text };
	return false;
}

#define VERB(noun) \
	{ \
		.body = alipay_##noun##_body, .wrap = alipay_##noun##_wrap, \
		.parse = alipay_##noun##_parse, \
	}

const struct pay_gateway pay_alipay = {
	.name = "alipay",
	.caps = PAY_CAN_REDIRECT | PAY_CAN_QR | PAY_CAN_REFUND | PAY_CAN_REFUND_PART |
	        PAY_CAN_CLOSE | PAY_CAN_AGREE | PAY_CAN_BILL,
	.open = alipay_open,
	.hook_open = alipay_hook_open,
	.close = alipay_shut,
	.check = alipay_check,
	.takes = alipay_takes,
	.verb[PAY_VERB_START] = VERB(start),
	.verb[PAY_VERB_QUERY] = VERB(query),
	.verb[PAY_VERB_CLOSE] = VERB(close),
	.verb[PAY_VERB_REFUND] = VERB(refund),
	.verb[PAY_VERB_REFUND_QUERY] = VERB(refund_query),
	.verb[PAY_VERB_SIGN] = { .body = alipay_sign_up_body, .parse = alipay_sign_up_parse },
	.verb[PAY_VERB_AGREEMENT] = VERB(agreement),
	.verb[PAY_VERB_DEBIT] = VERB(debit),
	.verb[PAY_VERB_UNSIGN] = VERB(unsign),
	.verb[PAY_VERB_POSTPONE] = VERB(postpone),
	.verb[PAY_VERB_BILL] = VERB(bill),
	.verb[PAY_VERB_BILL_FILE] = { .wrap = alipay_bill_file_wrap,
	                              .parse = alipay_bill_file_parse },
	.hook = alipay_hook,
	.good = { .content_type = "text/plain", .body = "success" },
	.bad = { .content_type = "text/plain", .body = "fail" },
	.bill_offset_s = ALIPAY_OFFSET_S,
	.bill = alipay_bill_read,
};
