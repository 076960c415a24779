/*
 * command_init.c - keepline init: a new data directory.
 *
 * Nothing of an earlier one is ever written over.  When it fails half-way, what
 * it made is taken away again.
 */
#include "base/str.h"
#include "core/role.h"
#include "data_dir.h"
#include "demo.h"
#include "store/account_command.h"
#include "store/keys.h"
#include "store/post.h"
#include "store/public_id.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY_MAX (64 * 1024 * 1024)

const struct option init_options[] = {
	{ "data", "DIR", "The directory to make, or an empty one." },
	{ "demo", NULL,
	  "With a catalogue, rates, an account and 1,000 invented lines; sandbox only." },
	{ "json", NULL, "Print what was made as one JSON object." },
	{ NULL, NULL, NULL },
};

/* A directory on its way. */
struct making {
	struct call     *call;
	struct data_dir  dir;
	struct env       env;
	struct config    config;
	struct keys      keys;
	struct arena     arena;
	bool             demo, made_dir;
	struct str       staff_token;
	struct demo_line lines[DEMO_LINES_SHOWN];
};

static int      directory_make(struct making *making);
static int      files_make(struct making *making);
static enum err conf_write(const struct making *making);
static enum err database_fill(struct making *making, struct db *db);
static enum err staff_add(struct making *making, struct store *store);
static void     files_remove(const struct making *making);
static void     report(const struct making *making);
static void     report_json(const struct making *making);

int command_init(struct call *call)
{
	struct making making = {
		.call = call,
		.env = env_real(),
		.demo = call_given(call, "demo"),
	};
	struct str problem;
	int        code = data_dir_of(call, &making.dir);

	if (code != EX_OK)
		return code;
	if (!config_load(call->arena, NULL, call->flag, call->flag_count, &making.config, &problem))
		return call_fail(call, EX_CONFIG, "%.*s", STR_ARG(problem));
	code = directory_make(&making);
	if (code != EX_OK)
		return code;
	arena_init(&making.arena, MEMORY_MAX);
	code = files_make(&making);
	if (code != EX_OK)
		files_remove(&making);
	else if (call_given(call, "json"))
		report_json(&making);
	else
		report(&making);
	arena_free(&making.arena);
	explicit_bzero(&making.keys, sizeof(making.keys));
	return code;
}

static int directory_make(struct making *making)
{
	const struct data_dir *dir = &making->dir;
	struct stat            status;

	making->made_dir = mkdir(dir->path, 0700) == 0;
	if (!making->made_dir && errno != EEXIST)
		return call_fail(making->call, EX_CANTCREAT,
		                 "%s cannot be made (%s); make its parent first, or choose another",
		                 dir->path, strerror(errno));
	if (stat(dir->path, &status) != 0 || !S_ISDIR(status.st_mode))
		return call_fail(making->call, EX_CANTCREAT, "%s is no directory; choose another",
		                 dir->path);
	if (access(dir->db, F_OK) == 0 || access(dir->keys, F_OK) == 0 ||
	    access(dir->conf, F_OK) == 0)
		return call_fail(making->call, EX_CANTCREAT,
		                 "%s already holds files of Keepline; choose another directory",
		                 dir->path);
	if (chmod(dir->path, 0700) != 0)
		return call_fail(making->call, EX_CANTCREAT,
		                 "%s cannot be closed to others (%s); choose a directory of yours",
		                 dir->path, strerror(errno));
	return EX_OK;
}

static int files_make(struct making *making)
{
	const struct data_dir *dir = &making->dir;
	struct db             *db = NULL;
	enum err               err = keys_create(dir->keys, &making->env.rand);

	if (err == ERR_OK)
		err = keys_open(dir->keys, &making->keys);
	if (err == ERR_OK)
		err = conf_write(making);
	if (err == ERR_OK)
		err = db_create(&making->arena, dir->db, NULL);
	if (err == ERR_OK)
		err = chmod(dir->db, 0600) == 0 ? ERR_OK : ERR_DISK;
	if (err == ERR_OK)
		err = db_open(&making->arena, dir->db, DB_WRITE, NULL, &db);
	if (err == ERR_OK) {
		err = database_fill(making, db);
		db_close(db);
	}
	if (err != ERR_OK)
		return call_failed(making->call, err == ERR_DISK ? ERR_DISK : err, dir->path);
	return EX_OK;
}

/* Every setting with its meaning; what is not the default stands without "#". */
static enum err conf_write(const struct making *making)
{
	int   fd = open(making->dir.conf, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool  good;

	if (file == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return ERR_DISK;
	}
	fputs("# keepline.conf - settings of Keepline; see keepline.conf(5).\n"
	      "# A line behind # is the default.  Also: KEEPLINE_NAME in the environment,\n"
	      "# --name=value on the command line; the later of the three wins.\n",
	      file);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		enum setting setting = (enum setting)i;
		bool         given = strcmp(making->config.source[i], "flag") == 0;
		struct str   value = making->config.text[i];

		if (setting == SETTING_sandbox && making->demo && !given) {
			value = STR("yes");
			given = true;
		}
		fprintf(file, "\n# %s\n%s%s = %.*s\n", setting_help(setting), given ? "" : "# ",
		        setting_name(setting), STR_ARG(value));
	}
	good = fflush(file) == 0 && fsync(fd) == 0;
	return fclose(file) == 0 && good ? ERR_OK : ERR_DISK;
}

static enum err database_fill(struct making *making, struct db *db)
{
	struct store store = {
		.db = db,
		.env = &making->env,
		.config = &making->config,
		.keys = &making->keys,
		.arena = &making->arena,
		.now_ms = making->env.clock.now_ms(making->env.clock.ctx),
	};
	enum err err = post_open(&making->arena, &store);

	if (err == ERR_OK)
		err = db_begin(db);
	if (err != ERR_OK)
		return err;
	post_group_begin(&store);
	err = staff_add(making, &store);
	if (err == ERR_OK && making->demo)
		err = demo_fill(&store, making->lines);
	if (err == ERR_OK)
		err = post_group_end(&store);
	if (err == ERR_OK)
		err = db_commit(db);
	if (err != ERR_OK)
		db_rollback(db);
	return err;
}

static enum err staff_add(struct making *making, struct store *store)
{
	struct invite_add add = { .role = ROLE_STAFF,
		                  .expires_s = store->now_ms / 1000 + INVITE_S };
	struct command    command = { .arg = &add };

	making->staff_token = token_make(&making->arena, &making->env.rand, STR(""),
	                                 &add.token_hash);
	return invite_add_apply(store, &command);
}

static void files_remove(const struct making *making)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	(void)unlink(making->dir.keys);
	(void)unlink(making->dir.conf);
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		char path[DATA_DIR_PATH_MAX + 64];

		snprintf(path, sizeof(path), "%s%s", making->dir.db, ends[i]);
		(void)unlink(path);
	}
	if (making->made_dir)
		(void)rmdir(making->dir.path);
}

static void report(const struct making *making)
{
	struct str url = making->config.text[SETTING_public_url];

	printf("%s is ready: keepline.conf, keys, keepline.db.\n", making->dir.path);
	if (making->demo) {
		printf("Demo account: %s, password %s\nLines to top up (pack keep-180):\n",
		       DEMO_EMAIL, DEMO_PASSWORD);
		for (size_t i = 0; i < DEMO_LINES_SHOWN; i++)
			printf("  IMSI %.*s  ICCID %.*s  %.*s\n", STR_ARG(making->lines[i].imsi),
			       STR_ARG(making->lines[i].iccid), STR_ARG(making->lines[i].msisdn));
	}
	printf("First member of staff, once, within %d hours:\n  %.*s/en/desk/welcome/%.*s\n",
	       INVITE_S / 3600, STR_ARG(url), STR_ARG(making->staff_token));
	printf("Keep a copy of %s apart from the backups: without it they cannot be read.\n",
	       making->dir.keys);
}

static void report_json(const struct making *making)
{
	struct str url = making->config.text[SETTING_public_url];

	printf("{");
	if (making->demo)
		printf("\"account\":{\"email\":\"%s\",\"password\":\"%s\"},\"lines\":[", DEMO_EMAIL,
		       DEMO_PASSWORD);
	for (size_t i = 0; i < DEMO_LINES_SHOWN && making->demo; i++) {
		const struct demo_line *line = &making->lines[i];
		struct str id = public_id(making->call->arena, &making->keys, PUBLIC_LINE,
		                          line->id);

		printf(
		    "%s{\"id\":\"%.*s\",\"iccid\":\"%.*s\",\"imsi\":\"%.*s\",\"msisdn\":\"%.*s\"}",
		    i > 0 ? "," : "", STR_ARG(id), STR_ARG(line->iccid), STR_ARG(line->imsi),
		    STR_ARG(line->msisdn));
	}
	printf("%s\"staff_link\":\"%.*s/en/desk/welcome/%.*s\"}\n", making->demo ? "]," : "",
	       STR_ARG(url), STR_ARG(making->staff_token));
}
