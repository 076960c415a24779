/*
 * config.c - defaults, then the INI file, the environment and the flags.
 */
#include "base/config.h"

#include "base/str.h"
#include "base/utf8.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum setting_type { SETTING_TYPE_TEXT, SETTING_TYPE_INT, SETTING_TYPE_BOOL, SETTING_TYPE_SECRET };

struct setting_row {
	const char       *name;
	enum setting_type type;
	const char       *fallback;
	int64_t           min, max;
	const char       *help;
};

/* clang-format off */
#define SETTING(id, kind, text, least, most, sentence) \
	[SETTING_##id] = { .name = #id,                \
		           .type = SETTING_TYPE_##kind, \
		           .fallback = text,           \
		           .min = least,               \
		           .max = most,                \
		           .help = sentence },
static const struct setting_row rows[] = {
#include "base/settings.def"
};
#undef SETTING
/* clang-format on */

static_assert(COUNT_OF(rows) == SETTING_COUNT, "a row for each setting");

enum {
	FILE_MAX = 512 * 1024, /* bytes of a file that a setting names */
	SHOWN_MAX = 80,         /* bytes of a bad value repeated in a problem */
};

static const char env_prefix[] = "KEEPLINE_";

extern char **environ;

/* What the reader of one file carries along. */
struct reading {
	struct arena  *arena;
	struct config *config;
	struct str    *problem;
	FILE          *stream;
	const char    *file;
	int            line; /* the last one read, from 1 */
	bool           seen[SETTING_COUNT];
	bool           bad;
};

static void  config_defaults(struct config *config);
static void  derive_public_url(struct arena *arena, struct config *config);
static bool  read_file(struct arena *arena, const char *file, struct config *config,
                       struct str *problem);
static char *read_line(char *line, int size, void *reading);
static int   read_pair(void *reading, const char *section, const char *name, const char *value);
static bool  read_environment(struct arena *arena, struct config *config, struct str *problem);
static bool  read_flags(struct arena *arena, const struct str *flags, size_t flag_count,
                        struct config *config, struct str *problem);
static bool  set(struct arena *arena, struct config *config, enum setting setting, struct str text,
                 const char *source, struct str place, struct str *problem);
static bool  value_parse(const struct setting_row *row, struct str text, int64_t *ret);
static bool  bool_parse(struct str text, int64_t *ret);
static bool  setting_find(struct str name, enum setting *ret);
static void  problem_bad(struct arena *arena, struct str place, const struct setting_row *row,
                         struct str text, struct str *problem);

bool config_load(struct arena *arena, const char *file, const struct str *flags, size_t flag_count,
                 struct config *ret, struct str *problem)
{
	struct config config;

	config_defaults(&config);
	if (file && !read_file(arena, file, &config, problem))
		return false;
	if (!read_environment(arena, &config, problem) ||
	    !read_flags(arena, flags, flag_count, &config, problem))
		return false;
	derive_public_url(arena, &config);
	if (arena->failed) {
		*problem = STR("The settings take more memory than allowed; shorten them.");
		return false;
	}
	*ret = config;
	return true;
}

/* A demo on another port must not send people, mails and callbacks to 8080. */
static void derive_public_url(struct arena *arena, struct config *config)
{
	struct str port = config->text[SETTING_listen], host, rest;

	if (config->text[SETTING_public_url].len > 0)
		return;
	/* Behind the last colon: "[::]:8080" has several. */
	while (str_cut(port, ':', &host, &rest))
		port = rest;
	config->text[SETTING_public_url] = arena_printf(arena, "http://localhost:%.*s",
	                                                STR_ARG(port));
}

enum err config_secret(struct arena *arena, const struct config *config, enum setting setting,
                       struct str *ret)
{
	assert(rows[setting].type == SETTING_TYPE_SECRET);
	return config_file(arena, config, setting, ret);
}

/* A byte more than the file has, or than any may have. */
static size_t file_room(FILE *stream)
{
	struct stat status;

	if (fstat(fileno(stream), &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_size < FILE_MAX)
		return (size_t)status.st_size + 1;
	return FILE_MAX + 1;
}

enum err config_file(struct arena *arena, const struct config *config, enum setting setting,
                     struct str *ret)
{
	const char *path = arena_cstr(arena, config->text[setting]);
	FILE       *stream;
	char       *bytes;
	size_t      len, room;
	bool        failed;

	if (config->text[setting].len == 0)
		return ERR_CONFIG;
	stream = fopen(path, "re");
	if (!stream)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_DISK;
	room = file_room(stream);
	bytes = arena_alloc(arena, room);
	if (!bytes) {
		fclose(stream);
		return ERR_MEMORY;
	}
	len = fread(bytes, 1, room, stream);
	failed = ferror(stream) != 0;
	fclose(stream);
	if (failed)
		return ERR_DISK;
	if (len == room)
		return ERR_FULL;
	if (len && bytes[len - 1] == '\n')
		len--;
	if (len && bytes[len - 1] == '\r')
		len--;
	*ret = (struct str){ .ptr = bytes, .len = len };
	return ERR_OK;
}

const char *setting_name(enum setting setting)
{
	assert(setting < SETTING_COUNT);
	return rows[setting].name;
}

const char *setting_help(enum setting setting)
{
	assert(setting < SETTING_COUNT);
	return rows[setting].help;
}

bool setting_is_secret(enum setting setting)
{
	assert(setting < SETTING_COUNT);
	return rows[setting].type == SETTING_TYPE_SECRET;
}

static void config_defaults(struct config *config)
{
	*config = (struct config){ 0 };
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		bool good;

		config->text[i] = str_from(rows[i].fallback);
		config->source[i] = "default";
		good = value_parse(&rows[i], config->text[i], &config->number[i]);
		assert(good);
	}
}

static bool read_file(struct arena *arena, const char *file, struct config *config,
                      struct str *problem)
{
	struct reading reading = {
		.arena = arena, .config = config, .problem = problem, .file = file
	};
	int  bad_line;
	bool failed;

	reading.stream = fopen(file, "re");
	if (!reading.stream) {
		*problem = arena_printf(arena,
		                        "%s: cannot be read (%s); check the path and its "
		                        "permissions.",
		                        file, strerror(errno));
		return false;
	}
	bad_line = ini_parse_stream(read_line, &reading, read_pair, &reading);
	failed = ferror(reading.stream) != 0;
	fclose(reading.stream);
	if (reading.bad)
		return false;
	if (failed || bad_line < 0) {
		*problem = arena_printf(arena, "%s: a read failed; check the disk.", file);
		return false;
	}
	if (bad_line > 0) {
		*problem = arena_printf(arena, "%s, line %d: not of the form name = value.", file,
		                        bad_line);
		return false;
	}
	return true;
}

/* inih would take the rest of a long line for a line of its own: refuse it. */
static char *read_line(char *line, int size, void *arg)
{
	struct reading *reading = arg;
	size_t          len;

	if (reading->bad || !fgets(line, size, reading->stream))
		return NULL;
	reading->line++;
	len = strlen(line);
	if (len + 1 == (size_t)size && line[len - 1] != '\n') {
		reading->bad = true;
		*reading->problem = arena_printf(reading->arena,
		                                 "%s, line %d: longer than %d bytes; "
		                                 "shorten it or use the environment.",
		                                 reading->file, reading->line, size - 2);
		return NULL;
	}
	return line;
}

static int read_pair(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *reading = arg;
	struct str      place;
	enum setting    setting;

	if (reading->bad)
		return 1;
	place = arena_printf(reading->arena, "%s, line %d", reading->file, reading->line);
	reading->bad = true;
	if (section[0]) {
		*reading->problem = arena_printf(reading->arena,
		                                 "%.*s: [%s] is not needed; settings "
		                                 "stand without sections.",
		                                 STR_ARG(place), section);
	} else if (!setting_find(str_from(name), &setting)) {
		*reading->problem = arena_printf(reading->arena,
		                                 "%.*s: there is no setting \"%.*s\"; "
		                                 "keepline.conf(5) lists them.",
		                                 STR_ARG(place), SHOWN_MAX, name);
	} else if (reading->seen[setting]) {
		*reading->problem = arena_printf(reading->arena,
		                                 "%.*s: %s is set twice; remove one.",
		                                 STR_ARG(place), name);
	} else {
		reading->seen[setting] = true;
		reading->bad = !set(reading->arena, reading->config, setting, str_from(value),
		                    "file", place, reading->problem);
	}
	return 1;
}

static bool read_environment(struct arena *arena, struct config *config, struct str *problem)
{
	for (char **at = environ; at && *at; at++) {
		struct str   name, value;
		enum setting setting;

		if (!str_starts(str_from(*at), str_from(env_prefix)))
			continue;
		str_cut(str_from(*at), '=', &name, &value);
		if (!setting_find(str_skip(name, sizeof(env_prefix) - 1), &setting)) {
			*problem = arena_printf(arena,
			                        "Environment: there is no setting %.*s; unset it. "
			                        "keepline.conf(5) lists them.",
			                        SHOWN_MAX, *at);
			return false;
		}
		if (!set(arena, config, setting, value, "environment", STR("Environment"), problem))
			return false;
	}
	return true;
}

static bool read_flags(struct arena *arena, const struct str *flags, size_t flag_count,
                       struct config *config, struct str *problem)
{
	for (size_t i = 0; i < flag_count; i++) {
		struct str   name, value, shown = str_take(flags[i], SHOWN_MAX);
		enum setting setting;

		if (!str_starts(flags[i], STR("--")) ||
		    !str_cut(str_skip(flags[i], 2), '=', &name, &value)) {
			*problem = arena_printf(arena,
			                        "Flag %.*s: settings are given as --name=value.",
			                        STR_ARG(shown));
			return false;
		}
		if (!setting_find(name, &setting)) {
			*problem = arena_printf(arena,
			                        "Flag %.*s: there is no such setting; "
			                        "keepline.conf(5) lists them.",
			                        STR_ARG(shown));
			return false;
		}
		if (!set(arena, config, setting, value, "flag", STR("Flag"), problem))
			return false;
	}
	return true;
}

static bool set(struct arena *arena, struct config *config, enum setting setting, struct str text,
                const char *source, struct str place, struct str *problem)
{
	const struct setting_row *row = &rows[setting];
	int64_t                   number;

	text = str_trim(text);
	if (!value_parse(row, text, &number)) {
		problem_bad(arena, place, row, text, problem);
		return false;
	}
	config->text[setting] = arena_str(arena, text);
	config->number[setting] = number;
	config->source[setting] = source;
	return true;
}

/* Whether text is good for the row; *ret is 0 for text. */
static bool value_parse(const struct setting_row *row, struct str text, int64_t *ret)
{
	int64_t number = 0;

	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F)
			return false;
	}
	switch (row->type) {
	case SETTING_TYPE_INT:
		if (!str_to_int64(text, &number) || number < row->min || number > row->max)
			return false;
		break;
	case SETTING_TYPE_BOOL:
		if (!bool_parse(text, &number))
			return false;
		break;
	case SETTING_TYPE_TEXT:
	case SETTING_TYPE_SECRET:
		if (!utf8_valid(text) || (int64_t)text.len < row->min ||
		    (int64_t)text.len > row->max)
			return false;
		break;
	}
	*ret = number;
	return true;
}

static bool bool_parse(struct str text, int64_t *ret)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (str_eq_nocase(text, str_from(words[i]))) {
			*ret = (int64_t)(i % 2);
			return true;
		}
	}
	return false;
}

/* By its name in any case; a hyphen is as good as an underscore. */
static bool setting_find(struct str name, enum setting *ret)
{
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct str row = str_from(rows[i].name);
		size_t     same = 0;

		if (row.len != name.len)
			continue;
		while (same < row.len && (str_eq_nocase(str_take(str_skip(name, same), 1),
		                                        str_take(str_skip(row, same), 1)) ||
		                          (name.ptr[same] == '-' && row.ptr[same] == '_')))
			same++;
		if (same == row.len) {
			*ret = (enum setting)i;
			return true;
		}
	}
	return false;
}

static void problem_bad(struct arena *arena, struct str place, const struct setting_row *row,
                        struct str text, struct str *problem)
{
	struct str shown = str_take(text, SHOWN_MAX);
	struct str wanted = STR("yes or no");

	if (row->type == SETTING_TYPE_INT)
		wanted = arena_printf(arena, "a whole number from %lld to %lld",
		                      (long long)row->min, (long long)row->max);
	else if (row->type != SETTING_TYPE_BOOL)
		wanted = arena_printf(arena, "%lld to %lld bytes of UTF-8 on one line",
		                      (long long)row->min, (long long)row->max);
	*problem = arena_printf(arena, "%.*s: %s must be %.*s, not \"%.*s\".", STR_ARG(place),
	                        row->name, STR_ARG(wanted), STR_ARG(shown));
}
