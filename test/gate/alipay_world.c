/*
 * alipay_world.c - see alipay_world.h.
 */
#include "gate/alipay_world.h"

static struct str setting_text(const void *ctx, const char *setting)
{
	static const struct alipay_setting rows[] = {
		{ "url", "https://openapi.alipay.com/gateway.do" },
		{ "pages", "https://*.alipay.com" },
		{ "app_id", ALIPAY_APP },
		{ "seller_id", "2088531891668739" },
		{ "scene", "INDUSTRY|DIGITAL_MEDIA" },
		{ "desk", "page" },
	};
	const struct alipay_world *world = ctx;

	for (const struct alipay_setting *row = world->more; row && row->name; row++)
		if (strcmp(row->name, setting) == 0)
			return str_from(row->value);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strcmp(rows[i].name, setting) == 0)
			return str_from(rows[i].value);
	return STR("");
}

static bool setting_file(const void *ctx, const char *setting, struct arena *arena, struct str *ret)
{
	const struct alipay_world *world = ctx;

	(void)arena;
	*ret = STR("");
	for (const struct alipay_setting *row = world->more; row && row->name; row++)
		if (strcmp(row->name, setting) == 0) {
			*ret = str_from(row->value);
			return true;
		}
	if (strcmp(setting, "key_file") == 0)
		*ret = str_from(key_ours);
	if (strcmp(setting, "public_key_file") == 0)
		*ret = str_from(key_theirs_public);
	return true;
}

struct pay_source alipay_world_source(const struct alipay_world *world)
{
	return (struct pay_source){
		.text = setting_text, .file = setting_file, .ctx = world, .now_s = ALIPAY_NOW
	};
}

void alipay_world_open(struct alipay_world *world, const struct alipay_setting *more)
{
	struct pay_problem problem;
	struct pay_source  source;

	*world = (struct alipay_world){
		.more = more,
		.signer = key_theirs,
		.status = 200,
		.task = { .order = STR(ALIPAY_ORDER),
		          .amount = { 8888, CURRENCY_CNY },
		          .created_s = ALIPAY_NOW,
		          .expires_s = ALIPAY_NOW + 900,
		          .refund = STR(ALIPAY_GIVE),
		          .give_back = { 500, CURRENCY_CNY },
		          .refund_created_s = ALIPAY_NOW + 60,
		          .title = STR("日本保号卡 90天 a+b&c=d 100%"),
		          .return_url = STR("https://keep.example/zh-Hans/pay/1/back?x=1"),
		          .hook_url = STR("https://keep.example/hook/alipay"),
		          .now_ms = ALIPAY_NOW * INT64_C(1000) },
	};
	arena_init(&world->arena, 1 << 24);
	source = alipay_world_source(world);
	assert_true(pay_alipay.open(&source, &world->arena, &world->config, &problem));
	assert_true(pay_alipay.hook_open(&source, &world->arena, &world->verify, &problem));
}

void alipay_world_close(struct alipay_world *world)
{
	pay_alipay.close(&world->config);
	pay_alipay.close(&world->verify);
	arena_free(&world->arena);
}

bool alipay_ask(struct alipay_world *world, enum pay_verb_id id)
{
	world->task.body = STR("");
	return pay_build(pay_verb(&pay_alipay, id), &world->config, &world->task, &world->arena,
	                 &world->call);
}

static struct str signed_text(struct alipay_world *world, const char *key, struct str text)
{
	struct rsa_key *signer;
	struct str      sign;

	assert_true(rsa_key_private(str_from(key), RSA_BITS_MIN, &signer));
	assert_true(rsa_sign_sha256_base64(signer, text, &world->arena, &sign));
	rsa_key_close(signer);
	return sign;
}

enum pay_outcome alipay_tell_as(struct alipay_world *world, enum pay_verb_id id, const char *name,
                                const char *content)
{
	const struct pay_verb *verb = pay_verb(&pay_alipay, id);
	struct net_call       *call = &world->call;
	struct str             body = str_from(content);

	assert_true(alipay_ask(world, id));
	call->result = NET_ANSWER;
	call->status = world->status;
	call->answer = world->signer == NULL
	                   ? arena_printf(&world->arena, "{\"%s\":%s}", name, content)
	                   : arena_printf(&world->arena, "{\"%s\":%s,\"sign\":\"%.*s\"}", name,
	                                  content,
	                                  STR_ARG(signed_text(world, world->signer, body)));
	return verb->parse(&world->config, &world->task, call, &world->arena, &world->facts);
}

enum pay_outcome alipay_tell(struct alipay_world *world, enum pay_verb_id id, const char *content)
{
	struct str method;
	char       name[128];
	size_t     i;

	assert_true(alipay_ask(world, id));
	method = alipay_sent(world, world->call.url, world->call.body, "method");
	assert_true(method.len > 0 && method.len < 100);
	for (i = 0; i < method.len; i++)
		name[i] = method.ptr[i];
	name[i] = '\0';
	for (i = 0; i < method.len; i++)
		if (name[i] == '.')
			name[i] = '_';
	return alipay_tell_as(world, id, arena_printf(&world->arena, "%s_response", name).ptr,
	                      content);
}

static size_t sent_read(struct alipay_world *world, struct str url, struct str body,
                        struct url_pair *ret)
{
	struct str query;
	size_t     count = 0, more = 0;

	str_cut(url, '?', &url, &query);
	assert_true(url_parse_form(&world->arena, query, ret, ALIPAY_FIELDS_MAX, &count));
	assert_true(
	    url_parse_form(&world->arena, body, ret + count, ALIPAY_FIELDS_MAX - count, &more));
	return count + more;
}

struct str alipay_sent(struct alipay_world *world, struct str url, struct str body,
                       const char *name)
{
	struct url_pair   pairs[ALIPAY_FIELDS_MAX];
	size_t            count = sent_read(world, url, body, pairs);
	const struct str *value = url_find(pairs, count, str_from(name));

	return value == NULL ? STR("") : *value;
}

bool alipay_sent_proven(struct alipay_world *world, struct str url, struct str body)
{
	struct url_pair pairs[ALIPAY_FIELDS_MAX];
	size_t          count = sent_read(world, url, body, pairs);
	struct keyring  ring;
	bool            good;

	assert_true(keyring_open(str_from(key_ours_public), RSA_BITS_MIN, &ring));
	for (size_t i = 0; i < count; i++)
		assert_true(pairs[i].value.len > 0); /* nothing empty is ever sent */
	good = keyring_verify(&ring, alipay_text(pairs, count, &world->arena),
	                      *url_find(pairs, count, STR("sign")), &world->arena);
	keyring_close(&ring);
	return good;
}

enum pay_hook_result alipay_notify(struct alipay_world *world, const char *text,
                                   enum alipay_order order, const char *key, int64_t now_s)
{
	struct url_pair     pairs[ALIPAY_FIELDS_MAX];
	struct str          rest = str_from(text), piece;
	size_t              count = 0;
	struct pay_callback in = { .path = STR("/hook/alipay"), .now_s = now_s };

	while (rest.len > 0) {
		str_cut(rest, '&', &piece, &rest);
		str_cut(piece, '=', &pairs[count].name, &pairs[count].value);
		count++;
	}
	pairs[count].name = STR("sign");
	pairs[count].value = signed_text(world, key,
	                                 alipay_notify_text(pairs, count, order, &world->arena));
	count++;
	in.body = alipay_form(pairs, count, &world->arena);
	return pay_alipay.hook(&world->verify, &in, &world->arena, &world->facts);
}
