/*
 * command_config.c - keepline config check|show.
 *
 * show prints each setting, its value and where it comes from, as a file that
 * keepline could read again; what is secret is never opened, and a password
 * inside of an address is not shown.
 */
#include "base/str.h"
#include "app_pay.h"
#include "data_dir.h"

#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>

const struct option config_options[] = {
	{ "data", "DIR", "The data directory, for its keepline.conf; else without a file." },
	{ "json", NULL, "show: one JSON object." },
	{ NULL, NULL, NULL },
};

static int        settings_load(struct call *call, struct config *ret);
static int        config_show(struct call *call, const struct config *config);
static void       config_show_json(struct arena *arena, const struct config *config);
static int        config_check(struct call *call, const struct config *config);
static bool       secret_good(struct call *call, const struct config *config, enum setting setting);
static struct str setting_shown(struct arena *arena, const struct config *config,
                                enum setting setting);

int command_config(struct call *call)
{
	struct config config;
	bool          show = str_eq(call->operand[0], STR("show"));
	int           code;

	if (!show && !str_eq(call->operand[0], STR("check")))
		return call_fail(call, EX_USAGE, "say check or show, not \"%.*s\"",
		                 (int)str_take(call->operand[0], 40).len, call->operand[0].ptr);
	code = settings_load(call, &config);
	if (code != EX_OK)
		return code;
	return show ? config_show(call, &config) : config_check(call, &config);
}

static int config_show(struct call *call, const struct config *config)
{
	if (call_given(call, "json")) {
		config_show_json(call->arena, config);
		return EX_OK;
	}
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct str shown = setting_shown(call->arena, config, (enum setting)i);

		printf("# %s\n# from: %s\n%s = %.*s\n", setting_help((enum setting)i),
		       config->source[i], setting_name((enum setting)i), STR_ARG(shown));
	}
	return EX_OK;
}

static void config_show_json(struct arena *arena, const struct config *config)
{
	json_t *object = json_object();

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct str shown = setting_shown(arena, config, (enum setting)i);

		json_object_set_new(object, setting_name((enum setting)i),
		                    json_pack("{s:s%,s:s}", "value", shown.ptr, shown.len, "from",
		                              config->source[i]));
	}
	json_dumpf(object, stdout, JSON_INDENT(2));
	puts("");
	json_decref(object);
}

/* Without --data: the environment and the flags alone. */
static int settings_load(struct call *call, struct config *ret)
{
	struct data_dir dir = { .conf = NULL };
	int             code = EX_OK;

	if (call_given(call, "data"))
		code = data_dir_of(call, &dir);
	return code == EX_OK ? data_dir_config(call, &dir, ret) : code;
}

/* What loading has not looked at: files that settings name, and settings that
 * do not go together. */
static int config_check(struct call *call, const struct config *config)
{
	struct str   carrier = config->text[SETTING_carrier];
	struct clock clock = env_real().clock;
	int          bad_count = 0;

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		if (setting_is_secret((enum setting)i) && config->text[i].len > 0 &&
		    !secret_good(call, config, (enum setting)i))
			bad_count++;
	}
	if (!str_eq(carrier, STR("sandbox")) && !str_eq(carrier, STR("osmohlr"))) {
		call_fail(call, EX_CONFIG,
		          "carrier: there is no adapter \"%.*s\"; "
		          "use sandbox or osmohlr",
		          STR_ARG(carrier));
		bad_count++;
	} else if (str_eq(carrier, STR("sandbox")) && config->number[SETTING_sandbox] == 0) {
		call_fail(call, EX_CONFIG,
		          "carrier = sandbox delivers nothing without "
		          "sandbox = yes; name a real carrier");
		bad_count++;
	}
	if (!str_starts(config->text[SETTING_public_url], STR("https://")) &&
	    config->number[SETTING_sandbox] == 0) {
		call_fail(call, EX_CONFIG,
		          "public_url must begin with https:// "
		          "without sandbox = yes; put a proxy with TLS in front");
		bad_count++;
	}
	bad_count += app_pay_check(call->arena, config, clock.now_ms(clock.ctx) / 1000);
	if (bad_count == 0)
		puts("good");
	return bad_count == 0 ? EX_OK : EX_CONFIG;
}

static bool secret_good(struct call *call, const struct config *config, enum setting setting)
{
	const char *path = arena_cstr(call->arena, config->text[setting]);
	const char *name = setting_name(setting);
	struct stat status;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
		call_fail(call, EX_CONFIG, "%s: %s is no file that can be read; correct the path",
		          name, path);
		return false;
	}
	if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		call_fail(call, EX_CONFIG, "%s: %s can be read by others; chmod 600 it", name,
		          path);
		return false;
	}
	return true;
}

/* The login of an address is not shown: smtp://NAME:WORD@HOST. */
static struct str setting_shown(struct arena *arena, const struct config *config,
                                enum setting setting)
{
	struct str text = config->text[setting], login, host;
	ptrdiff_t  at = str_find(text, STR("://"));

	if (at < 0 || !str_cut(str_skip(text, (size_t)at + 3), '@', &login, &host))
		return text;
	return arena_printf(arena, "%.*s***@%.*s", (int)at + 3, text.ptr, STR_ARG(host));
}
