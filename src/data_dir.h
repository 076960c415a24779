/*
 * data_dir.h - DIR, which holds everything of one installation: keepline.conf,
 * keys, keepline.db, and the locks that keep two programs apart.
 */
#pragma once
#include "base/config.h"
#include "command.h"
#include "core/plan.h"
#include "store/db.h"
#include "store/store.h"

#define DATA_DIR_PATH_MAX 900 /* bytes; every path below DIR fits in PATH_MAX then */

/* Its files; the strings are in the call's arena. */
struct data_dir {
	const char *path;
	const char *conf, *keys, *db;
};

/* What is held while something must not happen beside it. */
enum data_dir_lock {
	DATA_DIR_SERVING,   /* a server: ids are handed out from its memory */
	DATA_DIR_IMPORTING, /* lines are being loaded */
	DATA_DIR_LOCK_COUNT
};

/* Everything of DIR that commands work on, open. */
struct house {
	struct data_dir  dir;
	struct config    config;
	struct keys      keys;
	struct db       *db;
	struct catalogue catalogue; /* version 0: none was imported yet */
	struct arena     arena;     /* of db and catalogue */
};

/* The paths of --data DIR; EX_USAGE when it is missing or too long. */
int data_dir_of(struct call *call, struct data_dir *ret);
/* Settings: DIR/keepline.conf, environment, flags. */
int data_dir_config(struct call *call, const struct data_dir *dir, struct config *ret);
/* Settings, keys, database and the newest catalogue; says on stderr what is
 * wrong.  house_close() afterwards, also when it failed. */
int  house_open(struct call *call, enum db_mode mode, struct house *ret);
void house_close(struct house *house);
/* Takes a lock without waiting; the kernel gives it back when the program
 * ends, however it ends.  ERR_BUSY: another program holds it.  *ret_fd is to be
 * closed by the caller. */
enum err data_dir_lock(struct arena *arena, const struct data_dir *dir, enum data_dir_lock lock,
                       int *ret_fd);
