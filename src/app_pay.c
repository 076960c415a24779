/*
 * app_pay.c - see app_pay.h.
 */
#include "app_pay.h"

#include "base/log.h"
#include "base/str.h"
#include "work/partner.h"

#include <stdio.h>
#include <string.h>

/* Whose findings are printed, and how many of them were bad. */
struct tally {
	struct str name;
	int        bad;
};

/* Where one gateway's open() takes its settings from. */
struct drawer {
	const struct config      *config;
	const struct pay_gateway *gateway;
};

static bool       gateway_set(const struct config *config, const struct pay_gateway *gateway);
static void       source_make(const struct drawer *drawer, int64_t now_s, struct pay_source *ret);
static struct str source_text(const void *ctx, const char *setting);
static bool source_file(const void *ctx, const char *setting, struct arena *arena, struct str *ret);
static bool setting_find(const struct drawer *drawer, const char *name, enum setting *ret);
static bool till_open(const struct drawer *drawer, struct arena *arena, int64_t now_s,
                      struct app_till *ret, struct pay_problem *ret_problem);
static bool currencies_read(const struct drawer *drawer, struct app_till *ret,
                            struct pay_problem *ret_problem);
static struct str pages_join(struct arena *arena, const struct app_pay *pay);
static void       finding_print(void *ctx, const struct pay_finding *finding);

int app_pay_open(const struct call *call, struct arena *arena, const struct config *config,
                 const struct keys *keys, int64_t now_s, struct app_pay *ret)
{
	struct str wrong = pay_methods_wrong(config->text[SETTING_pay_methods]);

	*ret = (struct app_pay){ 0 };
	ret->till[PAY_SANDBOX] = (struct app_till){
		.open = config->number[SETTING_sandbox] != 0,
		.config = { .url = STR(PARTNER_GATEWAY_URL) },
		.verify.secret = { .ptr = (const char *)keys->sandbox.byte, .len = KEY_SIZE },
	};
	if (wrong.len > 0)
		return call_fail(call, EX_CONFIG, "pay_methods: there is no gateway \"%.*s\"",
		                 STR_ARG(wrong));
	for (enum pay_method method = PAY_SANDBOX + 1; method < PAY_METHOD_COUNT; method++) {
		struct drawer      drawer = { .config = config, .gateway = pay_find(method) };
		struct pay_problem problem = { 0 };
		bool               sold = pay_method_sold(config, method);
		struct str         name = pay_gateway_name(method);

		if (drawer.gateway == NULL && sold)
			return call_fail(call, EX_CONFIG, "pay_methods: %.*s is not built in yet",
			                 STR_ARG(name));
		if (drawer.gateway == NULL || (!sold && !gateway_set(config, drawer.gateway)) ||
		    till_open(&drawer, arena, now_s, &ret->till[method], &problem))
			continue;
		if (sold)
			return call_fail(call, EX_CONFIG, "%.*s_%s: %.*s", STR_ARG(name),
			                 problem.setting == NULL ? "*" : problem.setting,
			                 STR_ARG(problem.text));
		log_line(LOG_WARN, "gateway that is not sold any more cannot be opened",
		         LOG_TEXT("gateway", name), LOG_TEXT("setting", str_from(problem.setting)),
		         LOG_TEXT("problem", problem.text));
	}
	ret->pages = pages_join(arena, ret);
	return arena->failed ? call_failed(call, ERR_MEMORY, "opening the gateways") : EX_OK;
}

void app_pay_close(struct app_pay *pay)
{
	for (enum pay_method method = PAY_NONE; method < PAY_METHOD_COUNT; method++) {
		const struct pay_gateway *gateway = pay_find(method);
		struct app_till          *till = &pay->till[method];

		if (till->open && gateway != NULL && gateway->close != NULL) {
			gateway->close(&till->config);
			gateway->close(&till->verify);
		}
		till->open = false;
	}
}

bool app_pay_takes(const void *ctx, enum pay_method method, struct money amount)
{
	const struct app_pay     *pay = ctx;
	const struct app_till    *till = &pay->till[method];
	const struct pay_gateway *gateway = pay_find(method);
	bool                      listed = till->currency_count == 0;

	for (size_t i = 0; i < till->currency_count; i++)
		listed = listed || till->currency[i] == amount.currency;
	return till->open && listed && gateway != NULL &&
	       (gateway->takes == NULL || gateway->takes(&till->config, amount));
}

int app_pay_check(struct arena *arena, const struct config *config, int64_t now_s)
{
	struct str wrong = pay_methods_wrong(config->text[SETTING_pay_methods]);
	int        bad_count = 0;

	if (wrong.len > 0) {
		printf("bad: pay_methods: there is no gateway \"%.*s\"\n", STR_ARG(wrong));
		bad_count++;
	}
	for (enum pay_method method = PAY_SANDBOX + 1; method < PAY_METHOD_COUNT; method++) {
		struct drawer      drawer = { .config = config, .gateway = pay_find(method) };
		struct pay_problem problem = { 0 };
		struct app_till    till = { 0 };
		struct str         name = pay_gateway_name(method);
		struct tally       tally = { .name = name };

		if (drawer.gateway == NULL && pay_method_sold(config, method)) {
			printf("bad: %.*s: not built in yet\n", STR_ARG(name));
			bad_count++;
		}
		if (drawer.gateway == NULL ||
		    (!pay_method_sold(config, method) && !gateway_set(config, drawer.gateway)))
			continue;
		if (!till_open(&drawer, arena, now_s, &till, &problem)) {
			printf("bad: %.*s_%s: %.*s\n", STR_ARG(name),
			       problem.setting == NULL ? "*" : problem.setting,
			       STR_ARG(problem.text));
			bad_count++;
			continue;
		}
		if (drawer.gateway->check != NULL)
			drawer.gateway->check(&till.config, now_s, arena, finding_print, &tally);
		if (drawer.gateway->close != NULL) {
			drawer.gateway->close(&till.config);
			drawer.gateway->close(&till.verify);
		}
		bad_count += tally.bad;
	}
	return bad_count;
}

/* Is any setting with the gateway's name in front given? */
static bool gateway_set(const struct config *config, const struct pay_gateway *gateway)
{
	struct str prefix = str_from(gateway->name);

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct str name = str_from(setting_name((enum setting)i));

		if (str_starts(name, prefix) && name.len > prefix.len &&
		    name.ptr[prefix.len] == '_' && strcmp(config->source[i], "default") != 0)
			return true;
	}
	return false;
}

static void source_make(const struct drawer *drawer, int64_t now_s, struct pay_source *ret)
{
	*ret = (struct pay_source){
		.text = source_text, .file = source_file, .ctx = drawer, .now_s = now_s
	};
}

static struct str source_text(const void *ctx, const char *setting)
{
	const struct drawer *drawer = ctx;
	enum setting         found;

	return setting_find(drawer, setting, &found) ? drawer->config->text[found] : STR("");
}

static bool source_file(const void *ctx, const char *setting, struct arena *arena, struct str *ret)
{
	const struct drawer *drawer = ctx;
	enum setting         found;

	*ret = STR("");
	if (!setting_find(drawer, setting, &found) || drawer->config->text[found].len == 0)
		return true;
	return config_file(arena, drawer->config, found, ret) == ERR_OK;
}

static bool setting_find(const struct drawer *drawer, const char *name, enum setting *ret)
{
	struct str prefix = str_from(drawer->gateway->name), tail = str_from(name);

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct str whole = str_from(setting_name((enum setting)i));

		if (whole.len == prefix.len + 1 + tail.len && str_starts(whole, prefix) &&
		    whole.ptr[prefix.len] == '_' && str_ends(whole, tail)) {
			*ret = (enum setting)i;
			return true;
		}
	}
	return false;
}

static bool till_open(const struct drawer *drawer, struct arena *arena, int64_t now_s,
                      struct app_till *ret, struct pay_problem *ret_problem)
{
	const struct pay_gateway *gateway = drawer->gateway;
	struct pay_source         source;

	source_make(drawer, now_s, &source);
	if (!currencies_read(drawer, ret, ret_problem) ||
	    (gateway->open != NULL && !gateway->open(&source, arena, &ret->config, ret_problem)))
		return false;
	if (gateway->hook_open != NULL &&
	    !gateway->hook_open(&source, arena, &ret->verify, ret_problem)) {
		if (gateway->close != NULL)
			gateway->close(&ret->config);
		return false;
	}
	ret->open = true;
	return true;
}

static bool currencies_read(const struct drawer *drawer, struct app_till *ret,
                            struct pay_problem *ret_problem)
{
	struct str rest = source_text(drawer, "currencies"), word;

	while (rest.len > 0) {
		str_cut(rest, ',', &word, &rest);
		word = str_trim(word);
		if (word.len == 0)
			continue;
		if (ret->currency_count == APP_PAY_CURRENCY_MAX ||
		    !currency_from_code(word, &ret->currency[ret->currency_count])) {
			*ret_problem = (struct pay_problem){
				.setting = "currencies",
				.text = STR("name ISO 4217 codes, comma separated, as JPY,CNY"),
			};
			return false;
		}
		ret->currency_count++;
	}
	return true;
}

/* "https://a.example https://b.example": each gateway's pages, and its own
 * address, which may be a page itself. */
static struct str pages_join(struct arena *arena, const struct app_pay *pay)
{
	struct str joined = { 0 };

	for (enum pay_method method = PAY_SANDBOX + 1; method < PAY_METHOD_COUNT; method++) {
		struct str url = pay->till[method].config.url;
		struct str pages = pay->till[method].config.pages;
		ptrdiff_t  slash;

		if (!pay->till[method].open)
			continue;
		slash = str_find(url, STR("://"));
		if (slash >= 0) {
			ptrdiff_t end = str_find(str_skip(url, (size_t)slash + 3), STR("/"));

			url = end < 0 ? url : str_take(url, (size_t)slash + 3 + (size_t)end);
			joined = arena_printf(arena, "%.*s%s%.*s", STR_ARG(joined),
			                      joined.len > 0 ? " " : "", STR_ARG(url));
		}
		if (pages.len > 0)
			joined = arena_printf(arena, "%.*s%s%.*s", STR_ARG(joined),
			                      joined.len > 0 ? " " : "", STR_ARG(pages));
	}
	return joined;
}

static void finding_print(void *ctx, const struct pay_finding *finding)
{
	struct tally *tally = ctx;

	printf("%s: %.*s_%s: %.*s\n", finding->good ? "good" : "bad", STR_ARG(tally->name),
	       finding->setting == NULL ? "*" : finding->setting, STR_ARG(finding->text));
	tally->bad += !finding->good;
}
