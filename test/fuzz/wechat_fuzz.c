/*
 * wechat_fuzz.c - WeChat Pay: answers, callbacks and statements.  Whatever
 * comes, nothing counts without its signature, and what counts is whole.
 *
 * rooms: base core gate
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/aead.h"
#include "base/hash.h"
#include "base/str.h"
#include "gate/json_field.h"
#include "gate/wechat.h"
#include "gate/wechat_agreement.h"
#include "gate/wechat_keys.h"

#define NOW_S 1790000000
#define APIV3 "0123456789abcdefghijklmnopqrstuv"
#define ORDER "KP0123456789ABCDEFGHJKMNPQRS"

/* Opened once: what they hold does not change. */
struct shop {
	struct arena      arena;
	struct pay_config config[2]; /* mainland, global */
	struct rsa_key   *platform;
};

static struct str shop_text(const void *ctx, const char *setting)
{
	static const char *const rows[][2] = {
		{ "mchid", "1900000001" },
		{ "appid", "wx2421b1c4370ec43b" },
		{ "mcc", "4814" },
		{ "pages", "https://wx.tenpay.com" },
		{ "key_file", merchant_key },
		{ "cert_file", merchant_cert },
		{ "platform_file", platform_cert },
		{ "apiv3_key_file", APIV3 },
		{ "plan", "12535" },
	};

	if (*(const bool *)ctx && strcmp(setting, "world") == 0)
		return STR("global");
	if (*(const bool *)ctx && strcmp(setting, "sub_mchid") == 0)
		return STR("1900000109");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strcmp(rows[i][0], setting) == 0)
			return str_from(rows[i][1]);
	return STR("");
}

static bool shop_file(const void *ctx, const char *setting, struct arena *arena, struct str *ret)
{
	*ret = arena_str(arena, shop_text(ctx, setting));
	return true;
}

static const struct shop *shop_open(void)
{
	struct shop *shop = calloc(1, sizeof(*shop));

	FUZZ_CHECK(shop != NULL);
	arena_init(&shop->arena, 4 << 20);
	for (int i = 0; i < 2; i++) {
		bool              global = i == 1;
		struct pay_source source = { .text = shop_text, .file = shop_file, .ctx = &global };
		struct pay_problem problem;

		FUZZ_CHECK(pay_wechat.open(&source, &shop->arena, &shop->config[i], &problem));
	}
	FUZZ_CHECK(rsa_key_private(str_from(platform_key), RSA_BITS_MIN, &shop->platform));
	return shop;
}

static void facts_hold(const struct pay_facts *facts)
{
	FUZZ_CHECK(facts->state < PAYMENT_STATE_COUNT && facts->state != PAYMENT_UNKNOWN);
	FUZZ_CHECK(facts->amount.amount >= 0 && facts->amount.amount <= WECHAT_AMOUNT_MAX);
	FUZZ_CHECK(facts->amount.amount == 0 || currency_code(facts->amount.currency).len == 3);
}

/* Four headers that prove the body. */
static void prove(const struct shop *shop, struct str body, struct arena *arena,
                  struct str heads[4])
{
	struct str text = wechat_answer_text(arena, STR("1790000000"), STR("n"), body), signature;

	FUZZ_CHECK(rsa_sign_sha256_base64(shop->platform, text, arena, &signature));
	heads[0] = STR("Wechatpay-Timestamp: 1790000000");
	heads[1] = STR("Wechatpay-Nonce: n");
	heads[2] = STR("Wechatpay-Serial: 5157F09EFDC096DE15EBE81A47057A7200000002");
	heads[3] = arena_printf(arena, "Wechatpay-Signature: %.*s", STR_ARG(signature));
}

/* An answer to any verb; proven only where steered, since signing is slow. */
static void answer(const struct shop *shop, struct arena *arena, struct str bytes, uint8_t steer)
{
	static const int32_t   statuses[] = { 200, 204, 400, 401, 403, 404, 429, 500 };
	const struct pay_verb *verb = &pay_wechat.verb[fuzz_byte(&bytes) % PAY_VERB_COUNT];
	struct pay_task        task = { .order = STR(ORDER),
		                        .refund = STR("KR0123456789ABCDEFGHJKMNPQRS"),
		                        .agreement = STR("KA0123456789ABCDEFGHJKMNPQRS"),
		                        .amount = { 8888, CURRENCY_CNY },
		                        .give_back = { 100, CURRENCY_CNY },
		                        .bill_url = STR("https://api.mch.weixin.qq.com/x#y"),
		                        .now_ms = (int64_t)NOW_S * 1000 };
	struct net_call        call = { .result = NET_ANSWER, .arena = arena };
	struct pay_facts       facts = { 0 };
	struct str             heads[4];
	enum pay_outcome       outcome;
	bool                   proven = steer % 16 < 2;

	if (verb->parse == NULL)
		return;
	call.status = statuses[steer / 16 % COUNT_OF(statuses)];
	call.answer = bytes;
	if (proven) {
		prove(shop, bytes, arena, heads);
		call.answer_headers = heads;
		call.answer_header_count = 4;
	}
	outcome = verb->parse(&shop->config[steer % 2], &task, &call, arena, &facts);
	FUZZ_CHECK(outcome < PAY_OUTCOME_COUNT);
	if (outcome == PAY_OUTCOME_OK)
		facts_hold(&facts);
	if (!proven && verb != &pay_wechat.verb[PAY_VERB_BILL_FILE] &&
	    verb != &pay_wechat.verb[PAY_VERB_BILL] && verb != &pay_wechat.verb[PAY_VERB_DEBIT])
		FUZZ_CHECK(outcome != PAY_OUTCOME_OK);
}

/* Facts alone, without the cost of a signature. */
static void facts_of(const struct shop *shop, struct arena *arena, struct str bytes, uint8_t steer)
{
	struct pay_task      task = { .order = STR(ORDER), .amount = { 8888, CURRENCY_CNY } };
	const struct wechat *wechat = wechat_of(&shop->config[steer % 2]);
	struct pay_facts     facts;
	json_t              *object = json_field_open(bytes, PAY_BODY_MAX);

	if (object == NULL)
		return;
	wechat_merchant_ours(wechat, object);
	if (wechat_transaction_read(wechat, steer & 2 ? &task : NULL, object, arena, &facts)) {
		facts_hold(&facts);
		FUZZ_CHECK(facts.amount.amount > 0 && facts.order.len > 0);
		FUZZ_CHECK(facts.state != PAYMENT_SUCCEEDED || facts.reference.len > 0);
	}
	if (wechat_contract_read(object, steer & 4 ? STR("PAPAY.SIGN") : STR(""), arena, &facts))
		FUZZ_CHECK(facts.order.len > 0 && facts.agreement.len > facts.order.len + 1);
	if (wechat_refund_read(wechat, steer & 2 ? &task : NULL, object, arena, &facts)) {
		facts_hold(&facts);
		FUZZ_CHECK(facts.refund.len > 0 && facts.order.len > 0);
	}
	json_decref(object);
}

/* What is read from XML can be written, and is then read again as the same. */
static void xml(struct arena *arena, struct str bytes)
{
	struct url_pair pairs[16], again[16];
	struct str      text;
	size_t          count, again_count;

	if (!wechat_xml_read(arena, bytes, pairs, 16, &count))
		return;
	text = wechat_xml_write(arena, pairs, count);
	FUZZ_CHECK(wechat_xml_read(arena, text, again, 16, &again_count) && again_count == count);
	for (size_t i = 0; i < count; i++)
		FUZZ_CHECK(str_eq(pairs[i].name, again[i].name) &&
		           str_eq(pairs[i].value, again[i].value));
}

/* A callback: forged, a proven envelope, or proven and sealed. */
static void callback(const struct shop *shop, struct arena *arena, struct str bytes, uint8_t steer)
{
	struct str           heads[4], sealed, body = bytes;
	struct pay_callback  in = { .headers = heads, .header_count = 4, .now_s = NOW_S };
	struct pay_facts     facts = { 0 };
	enum pay_hook_result result;

	if (steer % 4 == 1) {
		FUZZ_CHECK(
		    gcm_seal(STR(APIV3), STR("fdasflkja484"), STR(""), bytes, arena, &sealed));
		body = arena_printf(
		    arena,
		    "{\"id\":\"E\",\"resource\":{\"algorithm\":\"AEAD_AES_256_GCM\","
		    "\"nonce\":\"fdasflkja484\",\"ciphertext\":\"%s\"}}",
		    base64_encode(arena, sealed).ptr);
	}
	prove(shop, steer % 4 < 2 ? body : STR("other"), arena, heads);
	in.body = body;
	result = pay_wechat.hook(&shop->config[steer / 4 % 2], &in, arena, &facts);
	FUZZ_CHECK(result < PAY_HOOK_COUNT);
	if (steer % 4 >= 2 && !str_eq(body, STR("other")))
		FUZZ_CHECK(result == PAY_HOOK_FORGED);
	if (result == PAY_HOOK_FACTS)
		facts_hold(&facts);
}

static bool row_holds(void *ctx, const struct pay_bill_row *row)
{
	(void)ctx;
	FUZZ_CHECK(row->kind < PAY_BILL_KIND_COUNT && row->row > 0 && row->order.len < 4096);
	FUZZ_CHECK(row->kind == PAY_BILL_OTHER || row->amount.amount > 0);
	FUZZ_CHECK(currency_code(row->amount.currency).len == 3);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct shop *shop;
	struct str                bytes = { .ptr = (const char *)data, .len = size };
	uint8_t                   which = fuzz_byte(&bytes), steer = fuzz_byte(&bytes);
	struct arena              arena;
	struct pay_bill_sum       sum;
	struct pay_bill_problem   problem = { 0 };
	struct str                pem;

	if (shop == NULL)
		shop = shop_open();
	arena_init(&arena, 4 << 20);
	if (which % 8 < 3)
		FUZZ_CHECK(pay_wechat.bill(&shop->config[steer % 2], bytes, &arena, row_holds, NULL,
		                           &sum, &problem) ||
		           problem.text.len > 0);
	else if (which % 8 < 5)
		facts_of(shop, &arena, bytes, steer);
	else if (which % 8 == 5)
		answer(shop, &arena, bytes, steer);
	else if (which % 8 == 6 && which % 16 < 8)
		callback(shop, &arena, bytes, steer);
	else if (which % 16 == 14)
		xml(&arena, bytes);
	else
		wechat_certificates(&wechat_of(&shop->config[0])->keys, bytes, &arena, &pem);
	arena_free(&arena);
	return 0;
}
