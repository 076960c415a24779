/*
 * stripe_world.c - see stripe_world.h.
 */
#include "gate/stripe_world.h"

#define HOOK "whsec_new0123456789\nwhsec_old0123456789\n"

static const struct given good_settings[STRIPE_SETTINGS] = {
	{ "url", "https://api.stripe.com/" },
	{ "pages", "https://checkout.stripe.com https://pay.shop.example" },
	{ "account", "acct_1Ours" },
	{ "three_d_secure", "any" },
	{ "key_file", "sk_test_keepline" },
	{ "hook_key_file", HOOK },
};

static struct str text_of(const void *ctx, const char *setting)
{
	const struct given *settings = ctx;

	for (size_t i = 0; i < STRIPE_SETTINGS; i++)
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

bool card_config(struct world *world, struct pay_problem *ret)
{
	struct pay_source source = {
		.text = text_of, .file = file_of, .ctx = world->settings, .now_s = NOW_S
	};

	return pay_stripe.open(&source, &world->arena, &world->config, ret) &&
	       pay_stripe.hook_open(&source, &world->arena, &world->verify, ret);
}

void card_open(struct world *world)
{
	struct pay_problem problem;

	*world = (struct world){
		.task = { .order = STR(ORDER),
		          .amount = { .amount = 1980, .currency = CURRENCY_JPY },
		          .created_s = NOW_S,
		          .expires_s = NOW_S + 900,
		          .refund = STR(REFUND),
		          .give_back = { .amount = 500, .currency = CURRENCY_JPY },
		          .refund_created_s = NOW_S,
		          .title = STR("保号 & 90天+"),
		          .lang = STR("zh-Hans"),
		          .return_url = STR("https://shop.example/zh-Hans/orders/1?a=b"),
		          .now_ms = INT64_C(1000) * NOW_S,
		          .nonce = STR("00112233445566778899aabbccddeeff") },
	};
	memcpy(world->settings, good_settings, sizeof(good_settings));
	arena_init(&world->arena, 4 << 20);
	assert_true(card_config(world, &problem));
}

void card_close(struct world *world)
{
	pay_stripe.close(&world->config);
	pay_stripe.close(&world->verify);
	arena_free(&world->arena);
}

/* The request of a verb. */
void card_ask(struct world *world, enum pay_verb_id verb)
{
	world->task.body = STR("");
	assert_true(pay_build(pay_verb(&pay_stripe, verb), &world->config, &world->task,
	                      &world->arena, &world->call));
}

/* And what that answer to it comes to. */
enum pay_outcome card_answer(struct world *world, enum pay_verb_id verb, int32_t status,
                             struct str body)
{
	world->call = (struct net_call){
		.result = NET_ANSWER, .status = status, .answer = body, .arena = &world->arena
	};
	world->facts = (struct pay_facts){ 0 };
	return pay_verb(&pay_stripe, verb)
	    ->parse(&world->config, &world->task, &world->call, &world->arena, &world->facts);
}

struct str card_header(const struct world *world, const char *name)
{
	struct str value;

	if (!pay_header(world->call.headers, world->call.header_count, str_from(name), &value))
		return STR("");
	return value;
}

/* --- objects of theirs -------------------------------------------------------------- */
struct str card_session(struct world *world, const char *status, const char *paid,
                        const char *intent)
{
	return arena_printf(&world->arena,
	                    "{\"id\":\"" SESSION
	                    "\",\"object\":\"checkout.session\",\"mode\":\"payment\","
	                    "\"client_reference_id\":\"" ORDER "\",\"metadata\":{\"order\":\"" ORDER
	                    "\"},"
	                    "\"amount_total\":1980,\"currency\":\"jpy\",\"livemode\":false,"
	                    "\"created\":1790000000,\"expires_at\":1790002760,\"status\":\"%s\","
	                    "\"payment_status\":\"%s\",\"payment_intent\":%s,"
	                    "\"url\":\"https://checkout.stripe.com/c/pay/" SESSION "\"}",
	                    status, paid, intent);
}

const char *card_intent(struct world *world, const char *status, int64_t received,
                        const char *disputed)
{
	return arena_printf(
		   &world->arena,
		   "{\"id\":\"" INTENT "\",\"object\":\"payment_intent\",\"amount\":1980,"
		   "\"amount_received\":%lld,\"currency\":\"jpy\",\"livemode\":false,"
		   "\"created\":1790000100,\"status\":\"%s\",\"metadata\":{\"order\":\"" ORDER
		   "\"},\"latest_charge\":{\"id\":\"ch_1\",\"object\":\"charge\",\"disputed\":%s,"
		   "\"balance_transaction\":{\"id\":\"txn_1\",\"fee\":71,\"currency\":\"jpy\"}}}",
		   (long long)received, status, disputed)
	    .ptr;
}

struct str card_refund(struct world *world, const char *status, const char *number)
{
	return arena_printf(
	    &world->arena,
	    "{\"id\":\"re_1\",\"object\":\"refund\",\"amount\":500,\"currency\":\"jpy\","
	    "\"created\":1790000500,\"payment_intent\":\"" INTENT "\",\"status\":\"%s\","
	    "\"metadata\":{\"order\":\"" ORDER "\",\"refund\":\"%s\"}}",
	    status, number);
}

struct str card_swapped(struct world *world, struct str text, const char *from, const char *to)
{
	ptrdiff_t at = str_find(text, str_from(from));

	assert_true(at >= 0);
	return arena_printf(&world->arena, "%.*s%s%.*s", (int)at, text.ptr, to,
	                    STR_ARG(str_skip(text, (size_t)at + strlen(from))));
}
