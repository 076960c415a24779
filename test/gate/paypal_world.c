/*
 * paypal_world.c - see paypal_world.h.
 */
#include "gate/paypal_world.h"

#include "gate/paypal_keys.h"

#define CERT_URL "https://api.paypal.com/v1/notifications/certs/CERT-"

static const struct wallet_setting good_settings[WALLET_SETTINGS] = {
	{ "url", "https://api-m.sandbox.paypal.com/" },
	{ "pages", "https://*.paypal.com" },
	{ "merchant", "MERCHANT1" },
	{ "client_id", "AbcClientId" },
	{ "secret_file", "EsecretXYZ\n" },
	{ "webhook_ids", "OLDHOOK, 9XL90610J3647323C" },
	{ "certs_file", "" }, /* all leaves, when it is opened */
	{ "roots_file", PAYPAL_ROOT },
};

static struct str text_of(const void *ctx, const char *setting)
{
	const struct wallet_setting *settings = ctx;

	for (size_t i = 0; i < WALLET_SETTINGS; i++)
		if (strcmp(settings[i].name, setting) == 0)
			return str_from(settings[i].value);
	return STR("");
}

static bool file_of(const void *ctx, const char *setting, struct arena *arena, struct str *ret)
{
	struct str text = text_of(ctx, setting);

	if (str_eq(text, STR("!")))
		return false;
	*ret = text.len == 0 ? text : arena_str(arena, text);
	return true;
}

bool wallet_config(struct wallet *wallet, struct pay_problem *ret)
{
	struct pay_source source = {
		.text = text_of, .file = file_of, .ctx = wallet->settings, .now_s = NOW_S
	};

	return pay_paypal.open(&source, &wallet->arena, &wallet->config, ret) &&
	       pay_paypal.hook_open(&source, &wallet->arena, &wallet->verify, ret);
}

void wallet_set(struct wallet *wallet, const char *name, const char *value)
{
	struct pay_problem problem;

	for (size_t i = 0; i < WALLET_SETTINGS; i++)
		if (strcmp(wallet->settings[i].name, name) == 0)
			wallet->settings[i].value = value;
	pay_paypal.close(&wallet->config);
	pay_paypal.close(&wallet->verify);
	assert_true(wallet_config(wallet, &problem));
}

/* Each under its address; only the good one needs a certificate in the middle. */
static struct str certs_file(struct arena *arena)
{
	static const char *const leaves[][2] = {
		{ "GOOD", PAYPAL_GOOD PAYPAL_MIDDLE }, { "ENDED", PAYPAL_ENDED },
		{ "RENEWED", PAYPAL_RENEWED },         { "LOOKALIKE", PAYPAL_LOOKALIKE },
		{ "STRANGER", PAYPAL_STRANGER },
	};
	struct str file = STR("");

	for (size_t i = 0; i < COUNT_OF(leaves); i++)
		file = arena_printf(arena, "%.*s" CERT_URL "%s\n%s", STR_ARG(file), leaves[i][0],
		                    leaves[i][1]);
	return file;
}

void wallet_open(struct wallet *wallet)
{
	struct pay_problem problem = { 0 };

	*wallet = (struct wallet){
		.task = { .order = STR(ORDER),
		          .amount = { .amount = 1980, .currency = CURRENCY_JPY },
		          .created_s = NOW_S,
		          .expires_s = NOW_S + 900,
		          .refund = STR(REFUND),
		          .give_back = { .amount = 500, .currency = CURRENCY_JPY },
		          .refund_created_s = NOW_S,
		          .title = STR("保号90天"),
		          .lang = STR("zh-Hans"),
		          .return_url = STR("https://shop.example/zh-Hans/orders/1"),
		          .now_ms = INT64_C(1000) * NOW_S,
		          .nonce = STR("00112233445566778899aabbccddeeff"),
		          .token = STR("A21AA1") },
	};
	memcpy(wallet->settings, good_settings, sizeof(good_settings));
	arena_init(&wallet->arena, 8 << 20);
	for (size_t i = 0; i < WALLET_SETTINGS; i++)
		if (strcmp(wallet->settings[i].name, "certs_file") == 0)
			wallet->settings[i].value = certs_file(&wallet->arena).ptr;
	assert_true(wallet_config(wallet, &problem));
}

void wallet_close(struct wallet *wallet)
{
	pay_paypal.close(&wallet->config);
	pay_paypal.close(&wallet->verify);
	arena_free(&wallet->arena);
}

void wallet_ask(struct wallet *wallet, enum pay_verb_id verb)
{
	wallet->task.body = STR("");
	assert_true(pay_build(pay_verb(&pay_paypal, verb), &wallet->config, &wallet->task,
	                      &wallet->arena, &wallet->call));
}

enum pay_outcome wallet_answer(struct wallet *wallet, enum pay_verb_id verb, int32_t status,
                               struct str body)
{
	wallet->call = (struct net_call){
		.result = NET_ANSWER, .status = status, .answer = body, .arena = &wallet->arena
	};
	wallet->facts = (struct pay_facts){ 0 };
	return pay_verb(&pay_paypal, verb)
	    ->parse(&wallet->config, &wallet->task, &wallet->call, &wallet->arena, &wallet->facts);
}

struct str wallet_header(const struct wallet *wallet, const char *name)
{
	struct str value;

	if (!pay_header(wallet->call.headers, wallet->call.header_count, str_from(name), &value))
		return STR("");
	return value;
}

struct str wallet_order(struct wallet *wallet, const char *status, const char *payments)
{
	return arena_printf(
	    &wallet->arena,
	    "{\"id\":\"" THEIRS "\",\"intent\":\"CAPTURE\",\"status\":\"%s\","
	    "\"create_time\":\"2026-09-21T14:13:21Z\",\"purchase_units\":[{\"reference_id\":"
	    "\"default\",\"amount\":{\"currency_code\":\"JPY\",\"value\":\"1980\"},\"payee\":{"
	    "\"merchant_id\":\"MERCHANT1\"},\"custom_id\":\"" ORDER "\",\"invoice_id\":\"" ORDER
	    "\",\"payments\":{%s}}],\"links\":[{\"rel\":\"self\",\"href\":\"https://api-m.sandbox."
	    "paypal.com/v2/checkout/orders/" THEIRS "\"},{\"rel\":\"payer-action\",\"href\":"
	    "\"https://www.sandbox.paypal.com/checkoutnow?token=" THEIRS "\"}]}",
	    status, payments);
}

struct str wallet_capture(struct wallet *wallet, const char *status, const char *value)
{
	return arena_printf(
	    &wallet->arena,
	    "{\"id\":\"" TAKEN "\",\"status\":\"%s\",\"amount\":{\"currency_code\":\"JPY\","
	    "\"value\":\"%s\"},\"custom_id\":\"" ORDER "\",\"invoice_id\":\"" ORDER "\","
	    "\"status_details\":{\"reason\":\"RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION\"},"
	    "\"seller_receivable_breakdown\":{\"paypal_fee\":{\"currency_code\":\"JPY\","
	    "\"value\":\"111\"},\"exchange_rate\":{\"source_currency\":\"JPY\",\"target_currency\":"
	    "\"USD\",\"value\":\"0.0064\"}},\"supplementary_data\":{\"related_ids\":{\"order_id\":"
	    "\"" THEIRS "\"}},\"create_time\":\"2026-09-21T14:20:00Z\"}",
	    status, value);
}

struct str wallet_refund(struct wallet *wallet, const char *status, const char *number)
{
	return arena_printf(&wallet->arena,
	                    "{\"id\":\"1JU08902781691411\",\"status\":\"%s\",\"amount\":{"
	                    "\"currency_code\":\"JPY\",\"value\":\"500\"},\"custom_id\":\"" ORDER
	                    "\",\"invoice_id\":\"%s\",\"create_time\":\"2026-09-22T00:00:00Z\"}",
	                    status, number);
}

struct str wallet_swapped(struct wallet *wallet, struct str text, const char *from, const char *to)
{
	ptrdiff_t at = str_find(text, str_from(from));

	assert_true(at >= 0);
	return arena_printf(&wallet->arena, "%.*s%s%.*s", (int)at, text.ptr, to,
	                    STR_ARG(str_skip(text, (size_t)at + strlen(from))));
}
