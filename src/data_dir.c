/*
 * data_dir.c - see data_dir.h.
 */
#include "data_dir.h"

#include "base/str.h"
#include "store/keys.h"
#include "store/market_sql.h"
#include "store/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOUSE_MEMORY_MAX (64 * 1024 * 1024)

static int house_db(struct call *call, enum db_mode mode, struct house *house);
static int house_catalogue(struct call *call, struct house *house);

int data_dir_of(struct call *call, struct data_dir *ret)
{
	const char *path = call_option(call, "data");

	if (path == NULL)
		return call_fail(call, EX_USAGE, "say which data directory: --data DIR");
	if (path[0] == '\0' || strlen(path) > DATA_DIR_PATH_MAX)
		return call_fail(call, EX_USAGE, "--data has 1 to %d bytes; use a shorter path",
		                 DATA_DIR_PATH_MAX);
	*ret = (struct data_dir){
		.path = path,
		.conf = arena_printf(call->arena, "%s/keepline.conf", path).ptr,
		.keys = arena_printf(call->arena, "%s/keys", path).ptr,
		.db = arena_printf(call->arena, "%s/keepline.db", path).ptr,
	};
	return EX_OK;
}

int data_dir_config(struct call *call, const struct data_dir *dir, struct config *ret)
{
	struct str problem;

	if (!config_load(call->arena, dir->conf, call->flag, call->flag_count, ret, &problem))
		return call_fail(call, EX_CONFIG, "%.*s", STR_ARG(problem));
	return EX_OK;
}

int house_open(struct call *call, enum db_mode mode, struct house *ret)
{
	int code;

	*ret = (struct house){ 0 };
	arena_init(&ret->arena, HOUSE_MEMORY_MAX);
	code = data_dir_of(call, &ret->dir);
	if (code == EX_OK && access(ret->dir.db, F_OK) != 0)
		code = call_fail(call, EX_NOINPUT,
		                 "%s holds no database; make one with keepline init --data %s",
		                 ret->dir.path, ret->dir.path);
	if (code == EX_OK)
		code = data_dir_config(call, &ret->dir, &ret->config);
	if (code == EX_OK && keys_open(ret->dir.keys, &ret->keys) != ERR_OK)
		code = call_fail(call, EX_CONFIG,
		                 "%s cannot be used; it must be the file that keepline init made, "
		                 "owned by you, mode 0600",
		                 ret->dir.keys);
	if (code == EX_OK)
		code = house_db(call, mode, ret);
	if (code == EX_OK)
		code = house_catalogue(call, ret);
	return code;
}

void house_close(struct house *house)
{
	if (house->db != NULL)
		db_close(house->db);
	house->db = NULL;
	explicit_bzero(&house->keys, sizeof(house->keys));
	arena_free(&house->arena);
}

enum err data_dir_lock(struct arena *arena, const struct data_dir *dir, enum data_dir_lock lock,
                       int *ret_fd)
{
	static const char *const names[DATA_DIR_LOCK_COUNT] = {
		[DATA_DIR_SERVING] = "serve.lock",
		[DATA_DIR_IMPORTING] = "import.lock",
	};
	struct str path = arena_printf(arena, "%s/%s", dir->path, names[lock]);
	int        fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return ERR_DISK;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		enum err err = errno == EWOULDBLOCK ? ERR_BUSY : ERR_DISK;

		(void)close(fd);
		return err;
	}
	*ret_fd = fd;
	return ERR_OK;
}

static int house_db(struct call *call, enum db_mode mode, struct house *house)
{
	enum err err = db_open(&house->arena, house->dir.db, mode, NULL, &house->db);

	if (err == ERR_OK && mode == DB_WRITE) {
		err = migrate(house->db);
		if (err != ERR_OK)
			db_close(house->db);
	}
	if (err == ERR_OK)
		return EX_OK;
	house->db = NULL;
	if (err == ERR_CORRUPT)
		return call_fail(call, EX_DATAERR,
		                 "%s is damaged or no database; restore a backup "
		                 "(keepline backup made it)",
		                 house->dir.db);
	return call_failed(call, err, house->dir.db);
}

static int house_catalogue(struct call *call, struct house *house)
{
	struct catalogue_latest_row row;
	struct plan_problems       *problems;
	enum err                    err = catalogue_latest(house->db, &house->arena, &row);

	if (err == ERR_NOT_FOUND)
		return EX_OK;
	if (err != ERR_OK)
		return call_failed(call, err, "reading the catalogue");
	problems = ARENA_NEW(&house->arena, struct plan_problems);
	if (problems == NULL)
		return call_failed(call, ERR_MEMORY, "reading the catalogue");
	if (!plan_parse(&house->arena, row.body, &house->catalogue, problems))
		return call_fail(call, EX_DATAERR,
		                 "catalogue version %lld cannot be read by this program; import "
		                 "it again with keepline import catalogue",
		                 (long long)row.version);
	house->catalogue.version = (int32_t)row.version;
	return EX_OK;
}
