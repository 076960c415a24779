/*
 * wechat_config.c - the settings of WeChat Pay: which world, who we are, our
 * key, and WeChat's keys, old and new side by side.
 */
#include "gate/wechat.h"

#include "base/aead.h"
#include "base/pem.h"
#include "base/str.h"
#include "base/time.h"

#include <string.h>

static bool common_open(const struct pay_source *source, struct arena *arena,
                        struct pay_config *ret, struct pay_problem *ret_problem);
static bool world_read(const struct pay_source *source, struct wechat *wechat,
                       struct pay_problem *ret_problem);
static bool merchant_read(const struct pay_source *source, struct wechat *wechat,
                          struct pay_problem *ret_problem);
static bool signer_open(const struct pay_source *source, struct arena *arena, struct wechat *wechat,
                        struct pay_problem *ret_problem);
static bool serial_read(const struct pay_source *source, struct arena *arena, struct wechat *wechat,
                        struct pay_problem *ret_problem);
static bool platform_open(const struct pay_source *source, struct arena *arena,
                          struct wechat *wechat, struct pay_problem *ret_problem);
static bool verifier_add(struct pem *pem, struct str whole, struct str *ids, struct arena *arena,
                         struct wechat_keys *keys);
static bool apiv3_open(const struct pay_source *source, struct arena *arena,
                       struct wechat_keys *keys, struct pay_problem *ret_problem);
static bool v2_open(const struct pay_source *source, struct arena *arena, struct wechat *wechat,
                    struct pay_problem *ret_problem);
static bool id_valid(struct str text, size_t max);
static bool problem(struct pay_problem *ret, const char *setting, struct str text);
static void wipe(struct str secret);
static void cert_tell(const char *setting, struct str what, const struct cert *cert, int64_t now_s,
                      struct arena *arena, pay_finding_visit *visit, void *ctx);
static void tell(pay_finding_visit *visit, void *ctx, bool good, const char *setting,
                 struct str text);

const struct wechat *wechat_of(const struct pay_config *config)
{
	assert(config->own != NULL);
	return config->own;
}

bool wechat_open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                 struct pay_problem *ret_problem)
{
	struct pay_config config = { 0 };
	struct wechat    *wechat;

	if (!common_open(source, arena, &config, ret_problem))
		return false;
	wechat = (struct wechat *)(uintptr_t)config.own;
	if (!signer_open(source, arena, wechat, ret_problem) ||
	    !v2_open(source, arena, wechat, ret_problem)) {
		wechat_close(&config);
		return false;
	}
	*ret = config;
	return true;
}

bool wechat_hook_open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                      struct pay_problem *ret_problem)
{
	return common_open(source, arena, ret, ret_problem);
}

void wechat_close(struct pay_config *config)
{
	struct wechat *wechat = (struct wechat *)(uintptr_t)config->own;

	if (wechat == NULL)
		return;
	rsa_key_close(wechat->key);
	cert_close(wechat->cert);
	for (size_t i = 0; i < wechat->keys.verifier_count; i++) {
		rsa_key_close(wechat->keys.verifier[i].key);
		cert_close(wechat->keys.verifier[i].cert);
	}
	for (size_t i = 0; i < wechat->keys.apiv3_count; i++)
		wipe(wechat->keys.apiv3[i]);
	wipe(wechat->v2_key);
	*wechat = (struct wechat){ 0 };
	config->own = NULL;
}

void wechat_check(const struct pay_config *config, int64_t now_s, struct arena *arena,
                  pay_finding_visit *visit, void *ctx)
{
	const struct wechat *wechat = wechat_of(config);

	tell(visit, ctx, true, "world",
	     arena_printf(arena, "%s, %s %.*s%s%.*s at %.*s",
	                  wechat->global ? "global" : "mainland",
	                  wechat->sub_mchid.len > 0 ? "sp_mchid" : "mchid", STR_ARG(wechat->mchid),
	                  wechat->sub_mchid.len > 0 ? ", sub_mchid " : "",
	                  STR_ARG(wechat->sub_mchid), STR_ARG(config->url)));
	tell(visit, ctx, true, "key_file",
	     arena_printf(arena, "RSA %d, used with serial %.*s", rsa_key_bits(wechat->key),
	                  STR_ARG(wechat->serial)));
	if (wechat->cert != NULL)
		cert_tell("cert_file", STR("our certificate"), wechat->cert, now_s, arena, visit,
		          ctx);
	for (size_t i = 0; i < wechat->keys.verifier_count; i++) {
		const struct wechat_verifier *verifier = &wechat->keys.verifier[i];

		if (verifier->cert != NULL)
			cert_tell("platform_file", STR("WeChat's certificate"), verifier->cert,
			          now_s, arena, visit, ctx);
		else
			tell(visit, ctx, true, "platform_file",
			     arena_printf(arena, "WeChat's public key %.*s, RSA %d",
			                  STR_ARG(verifier->id), rsa_key_bits(verifier->key)));
	}
	tell(visit, ctx, true, "apiv3_key_file",
	     arena_printf(arena, "%zu key%s of %d bytes", wechat->keys.apiv3_count,
	                  wechat->keys.apiv3_count == 1 ? "" : "s, any of them opens a callback,",
	                  GCM_KEY_SIZE));
}

/* What both open() and hook_open() need. */
static bool common_open(const struct pay_source *source, struct arena *arena,
                        struct pay_config *ret, struct pay_problem *ret_problem)
{
	struct wechat    *wechat = ARENA_NEW(arena, struct wechat);
	struct pay_config config = { .own = wechat };

	if (wechat == NULL)
		return problem(ret_problem, NULL, STR("out of memory"));
	if (!world_read(source, wechat, ret_problem) ||
	    !merchant_read(source, wechat, ret_problem) ||
	    !platform_open(source, arena, wechat, ret_problem) ||
	    !apiv3_open(source, arena, &wechat->keys, ret_problem)) {
		wechat_close(&config);
		return false;
	}
	config.url = source->text(source->ctx, "url");
	if (config.url.len == 0)
		config.url = wechat->global ? STR("https://apihk.mch.weixin.qq.com")
		                            : STR("https://api.mch.weixin.qq.com");
	config.pages = source->text(source->ctx, "pages");
	config.merchant = wechat->sub_mchid.len > 0 ? wechat->sub_mchid : wechat->mchid;
	if (str_find(config.url, STR("://")) < 0 || str_ends(config.url, STR("/"))) {
		wechat_close(&config);
		return problem(ret_problem, "url",
		               STR("must begin with https:// and have no slash at its end"));
	}
	*ret = config;
	return true;
}

static bool world_read(const struct pay_source *source, struct wechat *wechat,
                       struct pay_problem *ret_problem)
{
	struct str world = source->text(source->ctx, "world");

	wechat->global = str_eq(world, STR("global"));
	return wechat->global || world.len == 0 || str_eq(world, STR("mainland")) ||
	       problem(ret_problem, "world", STR("must be mainland or global"));
}

static bool merchant_read(const struct pay_source *source, struct wechat *wechat,
                          struct pay_problem *ret_problem)
{
	wechat->mchid = source->text(source->ctx, "mchid");
	wechat->appid = source->text(source->ctx, "appid");
	wechat->sub_mchid = source->text(source->ctx, "sub_mchid");
	wechat->sub_appid = source->text(source->ctx, "sub_appid");
	wechat->mcc = source->text(source->ctx, "mcc");
	wechat->plan = source->text(source->ctx, "plan");
	if (!id_valid(wechat->mchid, 32))
		return problem(ret_problem, "mchid",
		               STR("the merchant number that WeChat Pay or the acquirer gave"));
	if (!id_valid(wechat->appid, 32))
		return problem(ret_problem, "appid",
		               STR("the appid that is bound to this merchant number"));
	if (wechat->sub_mchid.len > 0 && !id_valid(wechat->sub_mchid, 32))
		return problem(ret_problem, "sub_mchid", STR("letters and digits only"));
	if (wechat->sub_appid.len > 0 && !id_valid(wechat->sub_appid, 32))
		return problem(ret_problem, "sub_appid", STR("letters and digits only"));
	if (wechat->global && wechat->mcc.len != 4)
		return problem(ret_problem, "mcc",
		               STR("the four digits of our merchant category, as 4814"));
	return true;
}

static bool signer_open(const struct pay_source *source, struct arena *arena, struct wechat *wechat,
                        struct pay_problem *ret_problem)
{
	struct str text;
	bool       parsed;

	if (!source->file(source->ctx, "key_file", arena, &text))
		return problem(ret_problem, "key_file", STR("cannot be read"));
	if (text.len == 0)
		return problem(ret_problem, "key_file",
		               STR("the file of our private key (apiclient_key.pem) is not set"));
	parsed = rsa_key_private(text, RSA_BITS_MIN, &wechat->key);
	wipe(text);
	if (!parsed)
		return problem(ret_problem, "key_file",
		               STR("is no private RSA key of 2048 bits or more"));
	return serial_read(source, arena, wechat, ret_problem);
}

/* Of our certificate; or as the setting says, where the certificate is not at hand. */
static bool serial_read(const struct pay_source *source, struct arena *arena, struct wechat *wechat,
                        struct pay_problem *ret_problem)
{
	struct str        serial = source->text(source->ctx, "serial"), text;
	struct cert_facts facts;
	struct rsa_key   *public_key;
	bool              pair;

	if (!source->file(source->ctx, "cert_file", arena, &text))
		return problem(ret_problem, "cert_file", STR("cannot be read"));
	if (text.len == 0) {
		wechat->serial = serial;
		return id_valid(serial, 64) ||
		       problem(ret_problem, "serial",
		               STR("the serial of our certificate, or name its file in "
		                   "wechat_cert_file"));
	}
	if (!cert_open(text, &wechat->cert) || !cert_read(wechat->cert, arena, &facts) ||
	    !cert_key(wechat->cert, RSA_BITS_MIN, &public_key))
		return problem(ret_problem, "cert_file", STR("is no certificate with an RSA key"));
	pair = rsa_key_pair(wechat->key, public_key);
	rsa_key_close(public_key);
	if (!pair)
		return problem(ret_problem, "cert_file",
		               STR("is not the certificate of wechat_key_file"));
	if (serial.len > 0 && !str_eq_nocase(serial, facts.serial_hex))
		return problem(ret_problem, "serial", STR("is not that of wechat_cert_file"));
	wechat->serial = facts.serial_hex;
	return true;
}

/* Certificates and public keys, any number of both, in one file. */
static bool platform_open(const struct pay_source *source, struct arena *arena,
                          struct wechat *wechat, struct pay_problem *ret_problem)
{
	struct str ids = source->text(source->ctx, "public_key_ids"), text;
	struct pem pem = { 0 };
	bool       damaged = false;

	if (!source->file(source->ctx, "platform_file", arena, &text))
		return problem(ret_problem, "platform_file", STR("cannot be read"));
	pem.rest = text;
	for (;;) {
		struct str before = pem.rest;

		if (!pem_next(&pem, arena, &damaged))
			break;
		before = str_take(before, before.len - pem.rest.len);
		if (!verifier_add(&pem, before, &ids, arena, &wechat->keys))
			return problem(ret_problem, "platform_file",
			               STR("holds a block that is no certificate and no public "
			                   "key, or a public key whose PUB_KEY_ID is not in "
			                   "wechat_public_key_ids, or too many"));
	}
	if (damaged)
		return problem(ret_problem, "platform_file", STR("is damaged"));
	return wechat->keys.verifier_count > 0 ||
	       problem(ret_problem, "platform_file",
	               STR("the file of WeChat Pay's certificates or public keys is not set"));
}

static bool verifier_add(struct pem *pem, struct str whole, struct str *ids, struct arena *arena,
                         struct wechat_keys *keys)
{
	struct wechat_verifier verifier = { 0 };
	struct cert_facts      facts;

	if (keys->verifier_count == WECHAT_VERIFIERS_MAX)
		return false;
	if (str_eq(pem->label, STR("PUBLIC KEY"))) {
		str_cut(*ids, ',', &verifier.id, ids);
		verifier.id = str_trim(verifier.id);
		if (!id_valid(verifier.id, 64) ||
		    !rsa_key_public(whole, RSA_BITS_MIN, &verifier.key))
			return false;
	} else {
		if (!cert_open(whole, &verifier.cert))
			return false;
		if (!cert_read(verifier.cert, arena, &facts) ||
		    !cert_key(verifier.cert, RSA_BITS_MIN, &verifier.key)) {
			cert_close(verifier.cert);
			return false;
		}
		verifier.id = facts.serial_hex;
	}
	keys->verifier[keys->verifier_count++] = verifier;
	return true;
}

/* One key a line: the new one and, while it is replaced, the old one. */
static bool apiv3_open(const struct pay_source *source, struct arena *arena,
                       struct wechat_keys *keys, struct pay_problem *ret_problem)
{
	struct str text, rest, line;

	if (!source->file(source->ctx, "apiv3_key_file", arena, &text))
		return problem(ret_problem, "apiv3_key_file", STR("cannot be read"));
	for (rest = text; rest.len > 0;) {
		str_cut(rest, '\n', &line, &rest);
		line = str_trim(line);
		if (line.len == 0)
			continue;
		if (line.len != GCM_KEY_SIZE || keys->apiv3_count == WECHAT_APIV3_MAX) {
			wipe(text);
			return problem(ret_problem, "apiv3_key_file",
			               STR("holds one or two APIv3 keys of 32 characters, one a "
			                   "line"));
		}
		keys->apiv3[keys->apiv3_count++] = line;
	}
	return keys->apiv3_count > 0 ||
	       problem(ret_problem, "apiv3_key_file", STR("the file of the APIv3 key is not set"));
}

static bool v2_open(const struct pay_source *source, struct arena *arena, struct wechat *wechat,
                    struct pay_problem *ret_problem)
{
	struct str text;

	if (!source->file(source->ctx, "v2_key_file", arena, &text))
		return problem(ret_problem, "v2_key_file", STR("cannot be read"));
	wechat->v2_key = str_trim(text);
	return text.len == 0 || wechat->v2_key.len == 32 ||
	       problem(ret_problem, "v2_key_file", STR("holds the API v2 key of 32 characters"));
}

/* What goes between quotation marks of a header and into addresses: no other characters. */
static bool id_valid(struct str text, size_t max)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      c == '_'))
			return false;
	}
	return text.len > 0 && text.len <= max;
}

static bool problem(struct pay_problem *ret, const char *setting, struct str text)
{
	*ret = (struct pay_problem){ .setting = setting, .text = text };
	return false;
}

static void wipe(struct str secret)
{
	if (secret.len > 0)
		explicit_bzero((char *)(uintptr_t)secret.ptr, secret.len);
}

static void cert_tell(const char *setting, struct str what, const struct cert *cert, int64_t now_s,
                      struct arena *arena, pay_finding_visit *visit, void *ctx)
{
	struct cert_facts facts = { 0 };
	bool              read = cert_read(cert, arena, &facts), valid;

	valid = read && facts.not_before_s <= now_s && now_s <= facts.not_after_s;
	tell(visit, ctx, valid, setting,
	     arena_printf(arena, "%.*s %.*s, serial %.*s, valid from %.*s to %.*s%s", STR_ARG(what),
	                  STR_ARG(facts.subject_cn), STR_ARG(facts.serial_hex),
	                  STR_ARG(rfc3339(arena, facts.not_before_s)),
	                  STR_ARG(rfc3339(arena, facts.not_after_s)), valid ? "" : ": not now"));
}

static void tell(pay_finding_visit *visit, void *ctx, bool good, const char *setting,
                 struct str text)
{
	visit(ctx, &(struct pay_finding){ .good = good, .setting = setting, .text = text });
}
