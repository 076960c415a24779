/*
 * plant.c - which bug is alive, and those that stand in the store's way to the
 * disk; see plant.h.
 */
#include "plant.h"

#include "base/str.h"
#include "store/db.h"

#include <sqlite3.h>
#include <stdio.h>

static enum plant alive;
static int        asked;

static const struct {
	struct str  name;
	const char *what;
} plants[PLANT_COUNT] = {
#define X(id, text) [PLANT_##id] = { STR_INIT(#id), text },
	PLANTS(X)
#undef X
};

bool plant_lives(enum plant plant)
{
	return alive == plant;
}

bool plant_strikes(enum plant plant, int n)
{
	return alive == plant && ++asked % n == 0;
}

bool plant_choose(struct str name)
{
	for (size_t i = 0; i < PLANT_COUNT; i++) {
		if (str_eq(plants[i].name, name)) {
			alive = (enum plant)i;
			return true;
		}
	}
	return false;
}

void plant_list(void)
{
	for (size_t i = 0; i < PLANT_COUNT; i++)
		printf("%.*s\t%s\n", STR_ARG(plants[i].name), plants[i].what);
}

/* Called once for each connection that writes, after its PRAGMAs were read back. */
typedef int wal_hook(void *ctx, sqlite3 *handle, const char *name, int pages);
void       *__real_sqlite3_wal_hook(sqlite3 *handle, wal_hook *hook, void *ctx);
void       *__wrap_sqlite3_wal_hook(sqlite3 *handle, wal_hook *hook, void *ctx)
{
	if (plant_lives(PLANT_SYNC_NORMAL))
		(void)sqlite3_exec(handle, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
	return __real_sqlite3_wal_hook(handle, hook, ctx);
}

enum err __real_db_commit(struct db *db);
enum err __wrap_db_commit(struct db *db)
{
	enum err err = __real_db_commit(db);

	return plant_lives(PLANT_COMMIT_IGNORED) ? ERR_OK : err;
}

bool __real_db_sync_failed(const struct db *db);
bool __wrap_db_sync_failed(const struct db *db)
{
	return !plant_lives(PLANT_SYNC_IGNORED) && __real_db_sync_failed(db);
}
