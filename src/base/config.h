/*
 * config.h - settings: one row each in settings.def, read from an INI file,
 * then the environment (KEEPLINE_NAME), then flags (--name=value); later wins.
 * Secrets never come as values: a SECRET row names a file.
 */
#pragma once
#include "base/arena.h"

/* settings.def rows: SETTING(name, TYPE, default text, min, max, "help, one sentence")
 * TYPE: TEXT, INT, BOOL, SECRET (a file's path).  min/max: INT range, TEXT length. */
#define SETTING(name, type, fallback, min, max, help) SETTING_##name,
enum setting {
#include "base/settings.def"
	SETTING_COUNT
};
#undef SETTING

struct config {
	struct str text[SETTING_COUNT];    /* as given, or the default */
	int64_t    number[SETTING_COUNT];  /* INT value, BOOL as 0 or 1 */
	const char *source[SETTING_COUNT]; /* "default", "file", "environment", "flag" */
};

/* Reads file (NULL: none), environment, flags.  On a bad or unknown setting:
 * false, and *problem is one sentence with place and remedy. */
bool config_load(struct arena *arena, const char *file, const struct str *flags, size_t flag_count,
                 struct config *ret, struct str *problem);
/* The content of a SECRET setting's file, at most 512 KiB, trailing newline cut. */
enum err config_secret(struct arena *arena, const struct config *config, enum setting setting,
                       struct str *ret);
/* The same of any setting whose text is a path: certificates are no secrets. */
enum err config_file(struct arena *arena, const struct config *config, enum setting setting,
                     struct str *ret);
const char *setting_name(enum setting setting);
const char *setting_help(enum setting setting);
bool setting_is_secret(enum setting setting);
