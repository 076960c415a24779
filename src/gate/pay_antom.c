/*
 * pay_antom.c - Antom (Alipay+ global): how an operator outside of mainland
 * China takes Alipay (GATEWAYS 1 and 3).  Signing is antom_sign, bytes are
 * antom_wire, payments antom_pay, agreements antom_agree, callbacks antom_hook,
 * statements antom_bill.
 */
#include "gate/antom.h"

#include "base/str.h"

static bool open_any(const struct pay_source *source, bool sign, struct arena *arena,
                     struct pay_config *ret, struct pay_problem *ret_problem);
static bool words_read(const struct pay_source *source, struct antom *own, struct pay_config *ret,
                       struct pay_problem *ret_problem);
static bool keys_read(const struct pay_source *source, bool sign, struct arena *arena,
                      struct antom *own, struct pay_problem *ret_problem);
static bool no(struct pay_problem *ret, const char *setting, struct str text);
static bool token_valid(struct str text);

static bool antom_open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                       struct pay_problem *ret_problem)
{
	return open_any(source, true, arena, ret, ret_problem);
}

static bool antom_hook_open(const struct pay_source *source, struct arena *arena,
                            struct pay_config *ret, struct pay_problem *ret_problem)
{
	return open_any(source, false, arena, ret, ret_problem);
}

static void antom_shut(struct pay_config *config)
{
	/* What open_any() made: it gave away only the view of it as constant. */
	union {
		const void   *given;
		struct antom *made;
	} own = { .given = config->own };

	if (own.given != NULL) {
		rsa_key_close(own.made->sign);
		own.made->sign = NULL;
		keyring_close(&own.made->trusted);
	}
	config->own = NULL;
}

static void antom_check(const struct pay_config *config, int64_t now_s, struct arena *arena,
                        pay_finding_visit *visit, void *ctx)
{
	const struct antom *own = config->own;
	struct pay_finding  finding = { .good = true, .setting = "key_file" };

	(void)now_s;
	finding.text = arena_printf(arena, "our private key, RSA %d, key version %.*s",
	                            rsa_key_bits(own->sign), STR_ARG(own->key_version));
	visit(ctx, &finding);
	for (size_t i = 0; i < own->trusted.count; i++) {
		bool ours = rsa_key_pair(own->trusted.key[i], own->sign);

		finding.setting = "public_key_file";
		finding.good = !ours;
		finding.text = arena_printf(arena, "%s, RSA %d",
		                            ours ? "our own public key, where Antom's belongs"
		                                 : "Antom's public key",
		                            rsa_key_bits(own->trusted.key[i]));
		visit(ctx, &finding);
	}
	finding.setting = "client_id";
	finding.good = true;
	finding.text = arena_printf(arena, "calls go to %.*s%.*s", STR_ARG(config->url),
	                            STR_ARG(own->root));
	visit(ctx, &finding);
}

static bool open_any(const struct pay_source *source, bool sign, struct arena *arena,
                     struct pay_config *ret, struct pay_problem *ret_problem)
{
	struct antom     *own = ARENA_NEW(arena, struct antom);
	struct pay_config config = { .own = own };

	if (own == NULL)
		return no(ret_problem, "url", STR("too many settings for the memory given"));
	if (!words_read(source, own, &config, ret_problem) ||
	    !keys_read(source, sign, arena, own, ret_problem)) {
		antom_shut(&config);
		return false;
	}
	*ret = config;
	return true;
}

static bool words_read(const struct pay_source *source, struct antom *own, struct pay_config *ret,
                       struct pay_problem *ret_problem)
{
	const void *ctx = source->ctx;
	struct str  settle = source->text(ctx, "settle");

	ret->url = source->text(ctx, "url");
	ret->pages = source->text(ctx, "pages");
	ret->merchant = source->text(ctx, "client_id");
	own->key_version = source->text(ctx, "key_version");
	own->method = source->text(ctx, "method");
	while (ret->url.len > 0 && ret->url.ptr[ret->url.len - 1] == '/')
		ret->url.len--;
	if (!str_starts(ret->url, STR("https://")) && !str_starts(ret->url, STR("http://")))
		return no(ret_problem, "url",
		          STR("an address that begins with https:// is needed"));
	if (!token_valid(ret->merchant))
		return no(ret_problem, "client_id",
		          STR("the Client-Id of Antom's console is needed"));
	if (!token_valid(own->key_version) || !token_valid(own->method))
		return no(ret_problem, own->method.len > 0 ? "key_version" : "method",
		          STR("letters, digits and _ are needed"));
	own->settle = CURRENCY_NONE;
	if (settle.len > 0 && !currency_from_code(settle, &own->settle))
		return no(ret_problem, "settle", STR("no currency of ISO 4217, such as JPY"));
	own->root = str_starts(ret->merchant, STR("SANDBOX_")) ? STR("/ams/sandbox/api/v1/")
	                                                       : STR("/ams/api/v1/");
	return true;
}

static bool keys_read(const struct pay_source *source, bool sign, struct arena *arena,
                      struct antom *own, struct pay_problem *ret_problem)
{
	struct str text;

	if (!source->file(source->ctx, "public_key_file", arena, &text))
		return no(ret_problem, "public_key_file", STR("the file cannot be read"));
	if (!keyring_open(text, RSA_BITS_MIN, &own->trusted))
		return no(ret_problem, "public_key_file",
		          STR("Antom's public keys are needed: PEM, RSA of 2048 bits or more"));
	if (!sign)
		return true;
	if (!source->file(source->ctx, "key_file", arena, &text))
		return no(ret_problem, "key_file", STR("the file cannot be read"));
	if (!rsa_key_private(text, RSA_BITS_MIN, &own->sign))
		return no(ret_problem, "key_file",
		          STR("our private key is needed: PKCS#8, RSA of 2048 bits or more"));
	return true;
}

static bool no(struct pay_problem *ret, const char *setting, struct str text)
{
	*ret = (struct pay_problem){ .setting = setting, .text = text };
	return false;
}

/* It stands in headers and in what is signed. */
static bool token_valid(struct str text)
{
	return text.len <= ANTOM_ID_MAX && text.len > 0 && str_find(text, STR("\n")) < 0 &&
	       str_find(text, STR("\r")) < 0 && str_find(text, STR(" ")) < 0;
}

#define VERB(noun) \
	{ \
		.body = antom_##noun##_body, .wrap = antom_##noun##_wrap, \
		.parse = antom_##noun##_parse, \
	}

const struct pay_gateway pay_antom = {
	.name = "antom",
	.caps = PAY_CAN_REDIRECT | PAY_CAN_REFUND | PAY_CAN_REFUND_PART | PAY_CAN_CLOSE |
	        PAY_CAN_AGREE | PAY_CAN_BILL,
	.open = antom_open,
	.hook_open = antom_hook_open,
	.close = antom_shut,
	.check = antom_check,
	.verb[PAY_VERB_START] = VERB(start),
	.verb[PAY_VERB_QUERY] = VERB(query),
	.verb[PAY_VERB_CLOSE] = VERB(close),
	.verb[PAY_VERB_REFUND] = VERB(refund),
	.verb[PAY_VERB_REFUND_QUERY] = VERB(refund_query),
	.verb[PAY_VERB_RATE] = VERB(rate),
	.verb[PAY_VERB_SIGN] = VERB(sign_up),
	.verb[PAY_VERB_AGREEMENT] = VERB(agreement),
	.verb[PAY_VERB_DEBIT] = VERB(debit),
	.verb[PAY_VERB_UNSIGN] = VERB(unsign),
	.hook = antom_hook,
	.good = { .content_type = "application/json",
	          .body = "{\"result\":{\"resultCode\":\"SUCCESS\",\"resultStatus\":\"S\","
	                  "\"resultMessage\":\"success\"}}" },
	.bad = { .content_type = "application/json",
	         .body = "{\"result\":{\"resultCode\":\"PROCESS_FAIL\",\"resultStatus\":\"F\","
	                 "\"resultMessage\":\"not taken\"}}" },
	.bill_offset_s = 8 * 3600, /* Beijing's days */
	.bill = antom_bill,
};
