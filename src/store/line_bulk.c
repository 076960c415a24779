/*
 * line_bulk.c - see line_bulk.h.
 */
#include "store/line_bulk.h"

#include "base/time.h"
#include "store/db_sqlite.h"
#include "store/import_sql.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#define INDEX_MAX 16
#define WAIT_NS   50000000 /* between two looks at the watch */

enum phase { ROWS, INDEXES, DONE };

struct line_bulk {
	struct line_load *load;
	pthread_t         thread;
	const char       *make[INDEX_MAX]; /* the indexes' own words */
	size_t            index_count;
	/* below: under the mutex */
	pthread_mutex_t mutex;
	pthread_cond_t  changed;
	size_t          ready, written, made;
	bool            rows_ended, stop;
	bool            all_written; /* whatever becomes of the indexes then */
	enum phase      phase;
	enum err        err;
};

static enum err indexes_drop(struct line_bulk *bulk, struct arena *arena);
static void    *bulk_main(void *arg);
static enum err bulk_rows(struct line_bulk *bulk);
static enum err bulk_indexes(struct line_bulk *bulk);
static void     tell(struct line_bulk *bulk, enum phase phase, enum err err);
static enum err wait_for(struct line_bulk *bulk, enum phase phase, const struct load_watch *watch);
static enum err file_name(struct line_bulk *bulk, const struct digest *hash, int64_t now_s);

bool line_bulk_pays(const struct line_load *load, size_t new_count)
{
	return new_count >= LINE_BULK_MIN && (int64_t)new_count >= load->stock / 2;
}

enum err line_bulk_begin(struct line_load *load, struct arena *arena, struct line_bulk **ret)
{
	struct line_bulk *bulk = ARENA_NEW(arena, struct line_bulk);
	enum err          err;

	if (bulk == NULL)
		return ERR_MEMORY;
	bulk->load = load;
	err = db_begin(load->db);
	if (err == ERR_OK)
		err = indexes_drop(bulk, arena);
	if (err == ERR_OK && (pthread_mutex_init(&bulk->mutex, NULL) != 0 ||
	                      pthread_cond_init(&bulk->changed, NULL) != 0 ||
	                      pthread_create(&bulk->thread, NULL, bulk_main, bulk) != 0))
		err = ERR_MEMORY;
	if (err != ERR_OK) {
		db_rollback(load->db);
		return err;
	}
	load->offline = true;
	*ret = bulk;
	return ERR_OK;
}

void line_bulk_ready(struct line_bulk *bulk, size_t count)
{
	pthread_mutex_lock(&bulk->mutex);
	bulk->ready = count;
	pthread_cond_broadcast(&bulk->changed);
	pthread_mutex_unlock(&bulk->mutex);
}

enum err line_bulk_rows_end(struct line_bulk *bulk, const struct load_watch *watch)
{
	pthread_mutex_lock(&bulk->mutex);
	bulk->ready = bulk->load->count;
	bulk->rows_ended = true;
	pthread_cond_broadcast(&bulk->changed);
	pthread_mutex_unlock(&bulk->mutex);
	return wait_for(bulk, INDEXES, watch);
}

enum err line_bulk_end(struct line_bulk *bulk, bool keep, const struct digest *hash, int64_t now_s,
                       const struct load_watch *watch)
{
	struct db *db = bulk->load->db;
	enum err   err = keep ? wait_for(bulk, DONE, watch) : ERR_OK;

	pthread_mutex_lock(&bulk->mutex);
	bulk->stop = true;
	pthread_cond_broadcast(&bulk->changed);
	pthread_mutex_unlock(&bulk->mutex);
	if (!keep || err != ERR_OK)
		db_interrupt(db);
	pthread_join(bulk->thread, NULL);
	bulk->load->offline = false;
	if (keep && err == ERR_OK)
		err = file_name(bulk, hash, now_s);
	if (keep && err == ERR_OK)
		err = db_commit(db);
	if (!keep || err != ERR_OK)
		db_rollback(db);
	pthread_cond_destroy(&bulk->changed);
	pthread_mutex_destroy(&bulk->mutex);
	return err;
}

static enum err file_name(struct line_bulk *bulk, const struct digest *hash, int64_t now_s)
{
	int64_t  before;
	enum err err = line_load_name(bulk->load, hash, now_s, &before);

	return err == ERR_OK ? line_load_kept(bulk->load, bulk->load->count, now_s) : err;
}

static enum err indexes_drop(struct line_bulk *bulk, struct arena *arena)
{
	struct line_indexes_row *rows;
	size_t                   count;
	enum err                 err = line_indexes(bulk->load->db, arena, &rows, &count);

	if (err == ERR_OK && count > INDEX_MAX)
		err = ERR_FULL;
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		bulk->make[bulk->index_count++] = arena_cstr(arena, rows[i].text);
		err = db_exec(
		    bulk->load->db,
		    arena_printf(arena, "drop index \"%.*s\"", STR_ARG(rows[i].name)).ptr);
	}
	return err == ERR_OK && arena->failed ? ERR_MEMORY : err;
}

static void *bulk_main(void *arg)
{
	struct line_bulk *bulk = arg;
	enum err          err = bulk_rows(bulk);

	if (err == ERR_OK) {
		tell(bulk, INDEXES, ERR_OK);
		err = bulk_indexes(bulk);
	}
	tell(bulk, DONE, err);
	return NULL;
}

static enum err bulk_rows(struct line_bulk *bulk)
{
	size_t   at = 0, end;
	bool     ended, stop;
	enum err err = ERR_OK;

	for (;;) {
		pthread_mutex_lock(&bulk->mutex);
		bulk->written = at;
		while (bulk->ready == at && !bulk->rows_ended && !bulk->stop)
			pthread_cond_wait(&bulk->changed, &bulk->mutex);
		end = bulk->ready;
		ended = bulk->rows_ended;
		stop = bulk->stop;
		pthread_mutex_unlock(&bulk->mutex);
		if (stop)
			return ERR_REFUSED;
		if (at == end && ended)
			return ERR_OK;
		if (end - at > LINE_BULK_BLOCK)
			end = at + LINE_BULK_BLOCK;
		if (bulk->load->sealed_count < end)
			line_load_seal(bulk->load, end);
		while (err == ERR_OK && at < end)
			err = line_load_rows(bulk->load, at, end, LINE_BULK_BLOCK, &at);
		if (err != ERR_OK)
			return err;
	}
}

static enum err bulk_indexes(struct line_bulk *bulk)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < bulk->index_count; i++) {
		bool stop;

		pthread_mutex_lock(&bulk->mutex);
		bulk->made = i;
		stop = bulk->stop;
		pthread_mutex_unlock(&bulk->mutex);
		err = stop ? ERR_REFUSED : db_exec(bulk->load->db, bulk->make[i]);
	}
	return err;
}

static void tell(struct line_bulk *bulk, enum phase phase, enum err err)
{
	pthread_mutex_lock(&bulk->mutex);
	bulk->phase = phase;
	bulk->err = err;
	bulk->all_written = bulk->all_written || phase == INDEXES;
	pthread_cond_broadcast(&bulk->changed);
	pthread_mutex_unlock(&bulk->mutex);
}

static enum err wait_for(struct line_bulk *bulk, enum phase phase, const struct load_watch *watch)
{
	enum err err = ERR_OK;

	pthread_mutex_lock(&bulk->mutex);
	while (bulk->phase < phase && err == ERR_OK) {
		struct timespec until;
		bool            rows = bulk->phase == ROWS;
		size_t          done = rows ? bulk->written : bulk->made;

		pthread_mutex_unlock(&bulk->mutex);
		if (!watch->tick(watch->ctx, rows ? "loading" : "indexing", done,
		                 rows ? bulk->load->count : bulk->index_count))
			err = ERR_REFUSED;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += WAIT_NS;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_mutex_lock(&bulk->mutex);
		if (err == ERR_OK && bulk->phase < phase)
			(void)pthread_cond_timedwait(&bulk->changed, &bulk->mutex, &until);
	}
	if (err == ERR_OK && !(phase == INDEXES && bulk->all_written))
		err = bulk->err;
	pthread_mutex_unlock(&bulk->mutex);
	return err;
}
