/*
 * unionpay_open.c - UnionPay's keys and certificates: read once at start, and
 * what `keepline config check` says about them.
 */
#include "gate/unionpay.h"

#include "base/str.h"
#include "base/time.h"

static bool said(struct pay_problem *ret, const char *setting, struct str text);
static bool file_need(const struct pay_source *source, const char *setting, struct arena *arena,
                      struct str *ret, struct pay_problem *ret_problem);
static bool trust_read(const struct pay_source *source, struct arena *arena, struct unionpay *own,
                       struct pay_problem *ret_problem);
static bool keys_read(const struct pay_source *source, struct arena *arena, struct unionpay *own,
                      struct pay_problem *ret_problem);
static bool access_read(const struct pay_source *source, struct arena *arena, struct unionpay *own,
                        struct pay_problem *ret_problem);
static bool merchant_read(const struct pay_source *source, struct arena *arena,
                          struct pay_config *ret, struct pay_problem *ret_problem);
static bool address_valid(struct str url);
static bool yes(struct str text);
static void own_close(struct unionpay *own);
static struct str text_copy(const struct pay_source *source, const char *setting,
                            struct arena *arena);
static void       key_tell(const struct unionpay *own, int64_t now_s, struct arena *arena,
                           pay_finding_visit *visit, void *ctx);
static void       bundle_tell(const struct unionpay *own, const char *setting, struct str bundle,
                              int64_t now_s, struct arena *arena, pay_finding_visit *visit,
                              void *ctx);
static void       tell(pay_finding_visit *visit, void *ctx, bool good, const char *setting,
                       struct str text);

bool unionpay_open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                   struct pay_problem *ret_problem)
{
	struct unionpay  *own = ARENA_NEW(arena, struct unionpay);
	struct pay_config config = { .own = own, .url = text_copy(source, "url", arena) };

	if (!own)
		return said(ret_problem, "url", STR("out of memory"));
	if (!address_valid(config.url))
		return said(ret_problem, "url", STR("an address as https://gateway.95516.com"));
	if (!merchant_read(source, arena, &config, ret_problem) ||
	    !access_read(source, arena, own, ret_problem))
		return false;
	if (keys_read(source, arena, own, ret_problem) &&
	    trust_read(source, arena, own, ret_problem)) {
		*ret = config;
		return true;
	}
	own_close(own);
	return false;
}

bool unionpay_hook_open(const struct pay_source *source, struct arena *arena,
                        struct pay_config *ret, struct pay_problem *ret_problem)
{
	struct unionpay  *own = ARENA_NEW(arena, struct unionpay);
	struct pay_config config = { .own = own };

	if (!own)
		return said(ret_problem, "url", STR("out of memory"));
	if (merchant_read(source, arena, &config, ret_problem) &&
	    trust_read(source, arena, own, ret_problem)) {
		*ret = config;
		return true;
	}
	own_close(own);
	return false;
}

void unionpay_close(struct pay_config *config)
{
	if (config->own)
		own_close((struct unionpay *)(uintptr_t)config->own);
	config->own = NULL;
}

void unionpay_check(const struct pay_config *config, int64_t now_s, struct arena *arena,
                    pay_finding_visit *visit, void *ctx)
{
	const struct unionpay *own = config->own;

	key_tell(own, now_s, arena, visit, ctx);
	bundle_tell(own, "root_file", own->roots, now_s, arena, visit, ctx);
	bundle_tell(own, "middle_file", own->middles, now_s, arena, visit, ctx);
	if (own->trust.test)
		tell(visit, ctx, true, "test", STR("UnionPay's test system may sign to us"));
}

/* --- reading ------------------------------------------------------------------------ */
static bool keys_read(const struct pay_source *source, struct arena *arena, struct unionpay *own,
                      struct pay_problem *ret_problem)
{
	struct cert_facts facts;
	struct rsa_key   *certified;
	struct str        text;
	bool              pair;

	if (!file_need(source, "key_file", arena, &text, ret_problem))
		return false;
	if (!rsa_key_private(text, RSA_BITS_MIN, &own->key))
		return said(ret_problem, "key_file",
		            STR("no RSA private key of 2048 bits or more, in PEM"));
	if (!file_need(source, "cert_file", arena, &text, ret_problem))
		return false;
	if (!cert_open(text, &own->cert) || !cert_read(own->cert, arena, &facts) ||
	    !cert_key(own->cert, RSA_BITS_MIN, &certified))
		return said(ret_problem, "cert_file", STR("no certificate for an RSA key, in PEM"));
	pair = rsa_key_pair(own->key, certified);
	rsa_key_close(certified);
	if (!pair)
		return said(ret_problem, "cert_file", STR("is not for the key in key_file"));
	own->cert_id = facts.serial_decimal;
	return true;
}

static bool trust_read(const struct pay_source *source, struct arena *arena, struct unionpay *own,
                       struct pay_problem *ret_problem)
{
	if (!file_need(source, "root_file", arena, &own->roots, ret_problem) ||
	    !file_need(source, "middle_file", arena, &own->middles, ret_problem))
		return false;
	own->trust.test = yes(source->text(source->ctx, "test"));
	return cert_trust_open(own->roots, own->middles, &own->trust.chain) ||
	       said(ret_problem, "root_file",
	            STR("it or middle_file holds no certificates in PEM"));
}

static bool merchant_read(const struct pay_source *source, struct arena *arena,
                          struct pay_config *ret, struct pay_problem *ret_problem)
{
	ret->merchant = text_copy(source, "merchant", arena);
	return ret->merchant.len == 15 ||
	       said(ret_problem, "merchant", STR("UnionPay's merchant numbers have 15 characters"));
}

static bool access_read(const struct pay_source *source, struct arena *arena, struct unionpay *own,
                        struct pay_problem *ret_problem)
{
	struct str code, rest;

	own->file_url = text_copy(source, "file_url", arena);
	own->acquirer = text_copy(source, "acquirer", arena);
	own->category = text_copy(source, "category", arena);
	own->name = text_copy(source, "name", arena);
	own->short_name = text_copy(source, "short_name", arena);
	str_cut(source->text(source->ctx, "currencies"), ',', &code, &rest);
	code = str_trim(code);
	own->currency = CURRENCY_CNY;
	if (code.len > 0 && !currency_from_code(code, &own->currency))
		return said(ret_problem, "currencies", STR("no currency's code comes first"));
	if (own->file_url.len > 0 && !address_valid(own->file_url))
		return said(ret_problem, "file_url",
		            STR("an address as https://filedownload.95516.com"));
	return own->acquirer.len == 0 ||
	       (own->category.len > 0 && own->name.len > 0 && own->short_name.len > 0) ||
	       said(ret_problem, "acquirer", STR("needs category, name and short_name too"));
}

static bool file_need(const struct pay_source *source, const char *setting, struct arena *arena,
                      struct str *ret, struct pay_problem *ret_problem)
{
	if (!source->file(source->ctx, setting, arena, ret))
		return said(ret_problem, setting, STR("the file cannot be read"));
	return ret->len > 0 || said(ret_problem, setting, STR("is not set, or the file is empty"));
}

static bool address_valid(struct str url)
{
	return (str_starts(url, STR("https://")) || str_starts(url, STR("http://127.0.0.1:"))) &&
	       !str_ends(url, STR("/"));
}

static bool yes(struct str text)
{
	return str_eq_nocase(text, STR("yes")) || str_eq_nocase(text, STR("true")) ||
	       str_eq_nocase(text, STR("on")) || str_eq(text, STR("1"));
}

static struct str text_copy(const struct pay_source *source, const char *setting,
                            struct arena *arena)
{
	return arena_str(arena, source->text(source->ctx, setting));
}

static bool said(struct pay_problem *ret, const char *setting, struct str text)
{
	*ret = (struct pay_problem){ .setting = setting, .text = text };
	return false;
}

static void own_close(struct unionpay *own)
{
	rsa_key_close(own->key);
	cert_close(own->cert);
	cert_trust_close(&own->trust.chain);
	own->key = NULL;
	own->cert = NULL;
}

/* --- config check ------------------------------------------------------------------- */
static void key_tell(const struct unionpay *own, int64_t now_s, struct arena *arena,
                     pay_finding_visit *visit, void *ctx)
{
	struct cert_policy policy = { .at_s = now_s, .weak_ok = true };
	enum cert_verdict  verdict = cert_check(&own->trust.chain, own->cert, STR(""), &policy);
	struct cert_facts  facts;

	tell(visit, ctx, true, "key_file",
	     arena_printf(arena, "RSA %d, and cert_file is for it", rsa_key_bits(own->key)));
	if (!cert_read(own->cert, arena, &facts)) {
		tell(visit, ctx, false, "cert_file", STR("cannot be read"));
		return;
	}
	/* An institution's certificate may hang below another root than the signer's. */
	tell(visit, ctx, now_s >= facts.not_before_s && now_s <= facts.not_after_s, "cert_file",
	     arena_printf(arena, "certId %.*s, valid until %.*s, chain: %.*s",
	                  STR_ARG(facts.serial_decimal),
	                  STR_ARG(str_take(rfc3339(arena, facts.not_after_s), 10)),
	                  STR_ARG(cert_verdict_text(verdict))));
}

static void bundle_tell(const struct unionpay *own, const char *setting, struct str bundle,
                        int64_t now_s, struct arena *arena, pay_finding_visit *visit, void *ctx)
{
	struct cert_policy policy = { .at_s = now_s, .weak_ok = true };
	struct cert       *cert;

	for (size_t i = 0; cert_open_nth(bundle, i, &cert); i++) {
		enum cert_verdict verdict = cert_check(&own->trust.chain, cert, STR(""), &policy);
		struct cert_facts facts;

		if (cert_read(cert, arena, &facts))
			tell(visit, ctx, verdict == CERT_TRUSTED && facts.authority, setting,
			     arena_printf(arena, "%.*s, valid until %.*s: %.*s",
			                  STR_ARG(facts.subject_cn),
			                  STR_ARG(str_take(rfc3339(arena, facts.not_after_s), 10)),
			                  STR_ARG(verdict == CERT_TRUSTED && !facts.authority
			                              ? STR("may not sign certificates")
			                              : cert_verdict_text(verdict))));
		else
			tell(visit, ctx, false, setting, STR("a certificate cannot be read"));
		cert_close(cert);
	}
}

static void tell(pay_finding_visit *visit, void *ctx, bool good, const char *setting,
                 struct str text)
{
	visit(ctx, &(struct pay_finding){ .good = good, .setting = setting, .text = text });
}
