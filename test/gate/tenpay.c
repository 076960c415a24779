/*
 * tenpay.c - see tenpay.h.
 */
#include "gate/tenpay.h"

#include "base/aead.h"
#include "base/hash.h"
#include "gate/wechat_keys.h"

#define APIV3 "0123456789abcdefghijklmnopqrstuv"

static struct str setting_text(const void *ctx, const char *setting)
{
	const struct tenpay *world = ctx;

	for (size_t i = world->setting_count; i-- > 0;)
		if (strcmp(world->setting[i].name, setting) == 0)
			return str_from(world->setting[i].value);
	return STR("");
}

/* A file's bytes stand in the setting itself; "?" is a file that cannot be read. */
static bool setting_file(const void *ctx, const char *setting, struct arena *arena, struct str *ret)
{
	struct str text = setting_text(ctx, setting);

	*ret = text.len > 0 ? arena_str(arena, text) : text;
	return !str_eq(text, STR("?"));
}

void tenpay_set(struct tenpay *world, const char *name, const char *value)
{
	assert(world->setting_count < TENPAY_SETTINGS_MAX);
	world->setting[world->setting_count++] = (struct tenpay_setting){ .name = name,
		                                                          .value = value };
}

struct pay_source tenpay_source(struct tenpay *world)
{
	return (struct pay_source){
		.text = setting_text, .file = setting_file, .ctx = world, .now_s = TENPAY_NOW_S
	};
}

void tenpay_settings(struct tenpay *world, bool global)
{
	struct str platform;

	*world = (struct tenpay){ 0 };
	arena_init(&world->arena, 8 << 20);
	platform = arena_printf(&world->arena, "%s%s", platform_cert, second_public);
	tenpay_set(world, "world", global ? "global" : "mainland");
	tenpay_set(world, "pages", "https://wx.tenpay.com");
	tenpay_set(world, "mchid", global ? "1900000100" : "1900000001");
	tenpay_set(world, "appid", "wx2421b1c4370ec43b");
	tenpay_set(world, "sub_mchid", global ? "1900000109" : "");
	tenpay_set(world, "mcc", "4814");
	tenpay_set(world, "cert_file", merchant_cert);
	tenpay_set(world, "key_file", merchant_key);
	tenpay_set(world, "platform_file", platform.ptr);
	tenpay_set(world, "public_key_ids", "PUB_KEY_ID_0119000000012026010200000000000001");
	tenpay_set(world, "apiv3_key_file", APIV3 "\n");
	tenpay_set(world, "plan", "12535");
	world->task = (struct pay_task){
		.order = STR(TENPAY_ORDER),
		.amount = { .amount = 8888, .currency = CURRENCY_CNY },
		.created_s = TENPAY_NOW_S,
		.expires_s = TENPAY_NOW_S + 900,
		.refund = STR(TENPAY_REFUND),
		.give_back = { .amount = 1000, .currency = CURRENCY_CNY },
		.refund_created_s = TENPAY_NOW_S,
		.title = STR("保号 180天"),
		.payer_ip = STR("203.0.113.5"),
		.return_url = STR("https://keep.example/zh-Hans/orders/1"),
		.hook_url = STR("https://keep.example/hook/wechat"),
		.now_ms = (int64_t)TENPAY_NOW_S * 1000,
		.nonce = STR(TENPAY_NONCE),
	};
}

void tenpay_open(struct tenpay *world, bool global)
{
	struct pay_problem problem = { 0 };
	struct pay_source  source;

	tenpay_settings(world, global);
	source = tenpay_source(world);
	assert_true(pay_wechat.open(&source, &world->arena, &world->config, &problem));
	assert_true(pay_wechat.hook_open(&source, &world->arena, &world->verify, &problem));
}

void tenpay_close(struct tenpay *world)
{
	pay_wechat.close(&world->config);
	pay_wechat.close(&world->verify);
	arena_free(&world->arena);
}

bool tenpay_ask(struct tenpay *world, enum pay_verb_id verb)
{
	world->task.body = STR("");
	world->call = (struct net_call){ 0 };
	return pay_build(pay_verb(&pay_wechat, verb), &world->config, &world->task, &world->arena,
	                 &world->call);
}

size_t tenpay_sign(struct tenpay *world, struct str body, struct str ret[4])
{
	static const char *const keys[] = { platform_key, second_key, merchant_key };
	static const char *const serials[] = { "5157F09EFDC096DE15EBE81A47057A7200000002",
		                               "PUB_KEY_ID_0119000000012026010200000000000001",
		                               "5157F09EFDC096DE15EBE81A47057A7200000002" };
	struct rsa_key          *key;
	struct str               time, text, signature;

	time = arena_printf(&world->arena, "%lld", (long long)(TENPAY_NOW_S + world->skew_s));
	text = wechat_answer_text(&world->arena, time, STR("Nonce1"), body);
	assert_true(rsa_key_private(str_from(keys[world->key]), RSA_BITS_MIN, &key));
	assert_true(rsa_sign_sha256_base64(key, text, &world->arena, &signature));
	rsa_key_close(key);
	ret[0] = arena_printf(&world->arena, "wechatpay-timestamp: %.*s", STR_ARG(time));
	ret[1] = STR("Wechatpay-Nonce: Nonce1");
	ret[2] = arena_printf(&world->arena, "Wechatpay-Serial: %s", serials[world->key]);
	ret[3] = arena_printf(&world->arena, "Wechatpay-Signature: %.*s", STR_ARG(signature));
	return 4;
}

enum pay_outcome tenpay_answer_bare(struct tenpay *world, enum pay_verb_id verb, int32_t status,
                                    const char *body)
{
	world->call.result = NET_ANSWER;
	world->call.status = status;
	world->call.answer = str_from(body);
	world->call.answer_headers = world->head;
	world->facts = (struct pay_facts){ 0 };
	return pay_verb(&pay_wechat, verb)
	    ->parse(&world->config, &world->task, &world->call, &world->arena, &world->facts);
}

enum pay_outcome tenpay_answer(struct tenpay *world, enum pay_verb_id verb, int32_t status,
                               const char *body)
{
	enum pay_outcome outcome;

	world->call.answer_header_count = tenpay_sign(world, str_from(body), world->head);
	outcome = tenpay_answer_bare(world, verb, status, body);
	world->call.answer_header_count = 0;
	return outcome;
}

struct str tenpay_envelope(struct tenpay *world, const char *event, const char *plain)
{
	struct str sealed;

	assert_true(gcm_seal(STR(APIV3), STR("fdasflkja484"), STR("transaction"), str_from(plain),
	                     &world->arena, &sealed));
	return arena_printf(
	    &world->arena,
	    "{\"id\":\"EV-1\",\"create_time\":\"2026-09-21T21:33:20+08:00\","
	    "\"resource_type\":\"encrypt-resource\",\"event_type\":\"%s\","
	    "\"resource\":{\"algorithm\":\"AEAD_AES_256_GCM\",\"ciphertext\":\"%s\","
	    "\"associated_data\":\"transaction\",\"nonce\":\"fdasflkja484\"}}",
	    event, base64_encode(&world->arena, sealed).ptr);
}

enum pay_hook_result tenpay_hook(struct tenpay *world, struct str body)
{
	struct pay_callback in = { .headers = world->head, .body = body, .now_s = TENPAY_NOW_S };

	in.header_count = tenpay_sign(world, body, world->head);
	world->facts = (struct pay_facts){ 0 };
	return pay_wechat.hook(&world->verify, &in, &world->arena, &world->facts);
}
