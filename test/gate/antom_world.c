/*
 * antom_world.c - see antom_world.h.
 */
#include "gate/antom_world.h"

static struct str setting_text(const void *ctx, const char *setting)
{
	const struct world *world = ctx;
	static const struct {
		const char *name, *value;
	} rows[] = { { "url", "https://open-sea-global.alipay.com/" },
		     { "pages", "https://*.alipay.com alipays://platformapi" },
		     { "key_version", "1" },
		     { "method", "ALIPAY_CN" } };

	if (strcmp(setting, "client_id") == 0)
		return world->client;
	if (strcmp(setting, "settle") == 0)
		return world->settle;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strcmp(rows[i].name, setting) == 0)
			return str_from(rows[i].value);
	return STR("");
}

static bool setting_file(const void *ctx, const char *setting, struct arena *arena, struct str *ret)
{
	const struct world *world = ctx;

	(void)arena;
	*ret = strcmp(setting, "key_file") == 0 ? str_from(key_ours) : world->public_keys;
	return true;
}

struct pay_source antom_world_source(const struct world *world)
{
	return (struct pay_source){
		.text = setting_text, .file = setting_file, .ctx = world, .now_s = NOW
	};
}

void antom_world_open(struct world *world)
{
	struct pay_problem problem;
	struct pay_source  source = antom_world_source(world);

	*world = (struct world){
		.public_keys = str_from(key_theirs_public),
		.client = STR(CLIENT),
		.settle = STR("JPY"),
		.signer = key_theirs,
		.named = CLIENT,
		.status = 200,
		.task = { .order = STR(ORDER),
		          .amount = { 1980, CURRENCY_JPY },
		          .created_s = NOW,
		          .expires_s = NOW + 900,
		          .refund = STR(REFUND),
		          .give_back = { 500, CURRENCY_JPY },
		          .refund_created_s = NOW + 60,
		          .title = STR("日本保号卡 90天 & \"q\""),
		          .return_url = STR("https://keep.example/zh-Hans/orders/1"),
		          .hook_url = STR("https://keep.example/hook/antom"),
		          .now_ms = NOW * INT64_C(1000) + 123 },
	};
	arena_init(&world->arena, 1 << 22);
	assert_true(pay_antom.open(&source, &world->arena, &world->config, &problem));
	assert_true(pay_antom.hook_open(&source, &world->arena, &world->verify, &problem));
}

void antom_world_close(struct world *world)
{
	pay_antom.close(&world->config);
	pay_antom.close(&world->verify);
	arena_free(&world->arena);
}

struct str antom_signed(struct world *world, const char *key, const struct antom_message *message)
{
	struct rsa_key *signer;
	struct str      header;

	assert_true(rsa_key_private(str_from(key), RSA_BITS_MIN, &signer));
	assert_true(antom_sign(message, signer, STR("2"), &world->arena, &header));
	rsa_key_close(signer);
	return header;
}

/* Ask, and answer with that body. */
enum pay_outcome antom_tell(struct world *world, enum pay_verb_id id, const char *body)
{
	const struct pay_verb *verb = pay_verb(&pay_antom, id);
	struct antom_message   message = { .time = STR("1790000001000"), .body = str_from(body) };
	struct str             headers[3];
	struct net_call       *call = &world->call;

	world->task.body = STR("");
	assert_true(pay_build(verb, &world->config, &world->task, &world->arena, call));
	call->result = NET_ANSWER;
	call->status = world->status;
	call->answer = message.body;
	call->answer_headers = headers;
	headers[call->answer_header_count++] = STR("response-time: 1790000001000");
	if (world->named != NULL)
		headers[call->answer_header_count++] = arena_printf(&world->arena, "client-id: %s",
		                                                    world->named);
	if (world->signer != NULL) {
		message.path = world->path != NULL ? str_from(world->path) : antom_path(call->url);
		message.client = str_from(world->named != NULL ? world->named : CLIENT);
		headers[call->answer_header_count++] = arena_printf(
		    &world->arena, "signature: %.*s",
		    STR_ARG(antom_signed(world, world->signer, &message)));
	}
	return verb->parse(&world->config, &world->task, call, &world->arena, &world->facts);
}

enum pay_outcome antom_tellf(struct world *world, enum pay_verb_id id, const char *format, ...)
{
	char    body[4096];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(body, sizeof(body), format, arguments);
	va_end(arguments);
	return antom_tell(world, id, arena_cstr(&world->arena, str_from(body)));
}

enum pay_hook_result antom_notify(struct world *world, const struct notice *notice)
{
	struct antom_message message = {
		.path = str_from(notice->path ? notice->path : "/hook/antom"),
		.client = str_from(notice->client ? notice->client : CLIENT),
		.time = str_from(notice->time ? notice->time : "1790000000000"),
		.body = str_from(notice->body),
	};
	struct str headers[] = {
		arena_printf(&world->arena, "Client-Id: %.*s", STR_ARG(message.client)),
		arena_printf(&world->arena, "request-time: %.*s", STR_ARG(message.time)),
		arena_printf(&world->arena, "Signature: %.*s",
		             STR_ARG(antom_signed(
				 world, notice->signer ? notice->signer : key_theirs, &message))),
	};
	struct pay_callback in = { .path = STR("/hook/antom"),
		                   .headers = headers,
		                   .header_count = COUNT_OF(headers),
		                   .body = message.body,
		                   .now_s = notice->now_s ? notice->now_s : NOW };

	return pay_antom.hook(&world->verify, &in, &world->arena, &world->facts);
}
