/*
 * writer.c - group commit; see writer.h.
 *
 * Threaded: one writer, one checkpointer.  Unthreaded: writer_settle() runs
 * what is queued.  Both run the same group_run().
 */
#include "store/writer.h"

#include "base/log.h"
#include "base/str.h"
#include "store/post.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define CHECKPOINT_EVERY_MS   10
#define CHECKPOINT_FROM_PAGES 1000
#define RESTART_FROM_PAGES    64000

struct queue {
	struct command *first, **last;
	size_t          count;
};

struct writer {
	struct store   *store;
	bool            threaded;
	pthread_t       thread, checkpointer;
	pthread_mutex_t mutex; /* guards all below */
	pthread_cond_t  work, finished;
	struct queue    waiting;
	struct queue    done[WRITER_OWNER_COUNT];
	int             event_fd[WRITER_OWNER_COUNT];
	bool            stop;
	_Atomic bool    broken; /* not guarded: it only ever becomes true */
	void (*wake)(void *ctx);
	void      *wake_ctx;
	struct db *checkpoint_db;
};

static void            queue_init(struct queue *queue);
static void            queue_put(struct queue *queue, struct command *command);
static struct command *queue_take(struct queue *queue, size_t max, size_t *ret_count);
static void           *writer_main(void *arg);
static void           *checkpointer_main(void *arg);
static void            group_run(struct writer *writer, struct command *first);
static void            group_finish(struct writer *writer, struct command *first);
static void            sync_watch(struct writer *writer, const struct db *db);
static bool            group_try(struct store *store, struct command *first, enum err *ret);
static void            run_done(struct command *command);

enum err writer_open(struct arena *arena, struct store *store, bool threaded,
                     struct db *checkpoint_db, struct writer **ret)
{
	struct writer *writer = ARENA_NEW(arena, struct writer);

	if (writer == NULL) {
		return ERR_MEMORY;
	}
	*writer = (struct writer){
		.store = store,
		.threaded = threaded,
		.checkpoint_db = checkpoint_db,
		.event_fd = { -1, -1 },
	};
	queue_init(&writer->waiting);
	for (int i = 0; i < WRITER_OWNER_COUNT; i++) {
		queue_init(&writer->done[i]);
	}
	pthread_mutex_init(&writer->mutex, NULL);
	pthread_cond_init(&writer->work, NULL);
	pthread_cond_init(&writer->finished, NULL);
	if (threaded) {
		for (int i = 0; i < WRITER_OWNER_COUNT; i++) {
			writer->event_fd[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
			assert(writer->event_fd[i] >= 0);
		}
		if (pthread_create(&writer->thread, NULL, writer_main, writer) != 0 ||
		    pthread_create(&writer->checkpointer, NULL, checkpointer_main, writer) != 0) {
			return ERR_MEMORY;
		}
	}
	*ret = writer;
	return ERR_OK;
}

void writer_close(struct writer *writer)
{
	if (!writer->threaded) {
		while (writer->waiting.count > 0) {
			(void)writer_settle(writer, WRITER_LOOP);
		}
		return;
	}
	pthread_mutex_lock(&writer->mutex);
	writer->stop = true;
	pthread_cond_broadcast(&writer->work);
	pthread_mutex_unlock(&writer->mutex);
	pthread_join(writer->thread, NULL);
	pthread_join(writer->checkpointer, NULL);
	for (int i = 0; i < WRITER_OWNER_COUNT; i++) {
		close(writer->event_fd[i]);
	}
}

enum err writer_submit(struct writer *writer, struct command *command)
{
	enum err err = ERR_OK;

	pthread_mutex_lock(&writer->mutex);
	if (writer->waiting.count >= WRITER_QUEUE_MAX || writer->stop) {
		err = ERR_FULL;
	} else {
		queue_put(&writer->waiting, command);
		pthread_cond_signal(&writer->work);
	}
	pthread_mutex_unlock(&writer->mutex);
	return err;
}

enum err writer_run(struct writer *writer, struct command *command)
{
	bool     done = false;
	enum err err;

	/* A waiting thread is told by the flag, not through a completion list. */
	command->done = run_done;
	command->flag = &done;
	err = writer_submit(writer, command);
	if (err != ERR_OK) {
		return err;
	}
	if (!writer->threaded) {
		while (!done) {
			(void)writer_settle(writer, command->owner);
		}
		return command->err;
	}
	pthread_mutex_lock(&writer->mutex);
	while (!done) {
		pthread_cond_wait(&writer->finished, &writer->mutex);
	}
	pthread_mutex_unlock(&writer->mutex);
	return command->err;
}

size_t writer_settle(struct writer *writer, enum writer_owner owner)
{
	struct command *command;
	size_t          count = 0, groups = 0;
	uint64_t        drained = 0;

	if (!writer->threaded && writer->waiting.count > 0) {
		group_run(writer, queue_take(&writer->waiting, WRITER_BATCH_MAX, &groups));
	}
	if (writer->threaded) {
		/* Reading resets the eventfd; an empty one (EAGAIN) is fine. */
		if (read(writer->event_fd[owner], &drained, sizeof(drained)) < 0) {
			drained = 0;
		}
	}
	pthread_mutex_lock(&writer->mutex);
	command = queue_take(&writer->done[owner], SIZE_MAX, &count);
	pthread_mutex_unlock(&writer->mutex);
	while (command != NULL) {
		struct command *next = command->next;
		command->done(command);
		command = next;
	}
	return count;
}

int writer_fd(const struct writer *writer, enum writer_owner owner)
{
	return writer->event_fd[owner];
}

void writer_on_jobs(struct writer *writer, void (*wake)(void *ctx), void *ctx)
{
	pthread_mutex_lock(&writer->mutex);
	writer->wake = wake;
	writer->wake_ctx = ctx;
	pthread_mutex_unlock(&writer->mutex);
}

void writer_checkpoint(struct writer *writer, bool restart)
{
	struct db *db = restart ? writer->store->db : writer->checkpoint_db;
	int64_t    pages = 0;

	if (!writer_broken(writer)) {
		(void)db_checkpoint(db, restart, &pages);
		sync_watch(writer, db);
	}
}

bool writer_broken(const struct writer *writer)
{
	return atomic_load(&writer->broken);
}

int64_t writer_wal_pages(const struct writer *writer)
{
	return db_wal_pages(writer->store->db);
}

size_t writer_waiting(struct writer *writer)
{
	size_t count;

	pthread_mutex_lock(&writer->mutex);
	count = writer->waiting.count;
	pthread_mutex_unlock(&writer->mutex);
	return count;
}

static void *writer_main(void *arg)
{
	struct writer  *writer = arg;
	struct command *first;
	size_t          count;

	for (;;) {
		pthread_mutex_lock(&writer->mutex);
		while (writer->waiting.count == 0 && !writer->stop) {
			pthread_cond_wait(&writer->work, &writer->mutex);
		}
		first = queue_take(&writer->waiting, WRITER_BATCH_MAX, &count);
		pthread_mutex_unlock(&writer->mutex);
		if (count == 0) {
			return NULL;
		}
		group_run(writer, first);
		if (db_wal_pages(writer->store->db) > RESTART_FROM_PAGES) {
			writer_checkpoint(writer, true);
		}
	}
}

/* Inline checkpoints cost p99 110-210 ms (PERFORMANCE 2d): so a thread. */
static void *checkpointer_main(void *arg)
{
	struct writer  *writer = arg;
	struct timespec pause = { .tv_nsec = CHECKPOINT_EVERY_MS * 1000000L };

	for (;;) {
		bool stop;

		pthread_mutex_lock(&writer->mutex);
		stop = writer->stop;
		pthread_mutex_unlock(&writer->mutex);
		if (stop) {
			return NULL;
		}
		nanosleep(&pause, NULL);
		if (db_wal_pages(writer->store->db) >= CHECKPOINT_FROM_PAGES) {
			writer_checkpoint(writer, false);
		}
	}
}

/* One transaction for all.  A command that fails is left out and the others
 * run again, so that no SAVEPOINT is paid for on the way that always works.
 * When the commit fails, all have failed, and nothing of any is kept. */
static void group_run(struct writer *writer, struct command *first)
{
	struct store *store = writer->store;
	bool          broken = writer_broken(writer);
	enum err      err;

	store->now_ms = store->env->clock.now_ms(store->env->clock.ctx);
	for (struct command *command = first; command != NULL; command = command->next) {
		command->err = broken ? ERR_DISK : ERR_OK;
	}
	if (broken) {
		group_finish(writer, first);
		return;
	}
	while (!group_try(store, first, &err)) {
		post_group_forget(store);
		db_rollback(store->db);
		arena_reset(store->arena);
	}
	if (err != ERR_OK) {
		post_group_forget(store);
		db_rollback(store->db);
		log_line(LOG_ERROR, "group was not committed",
		         LOG_TEXT("error", str_from(err_text(err))));
		for (struct command *command = first; command != NULL; command = command->next) {
			command->err = command->err == ERR_OK ? err : command->err;
		}
	}
	sync_watch(writer, store->db);
	arena_reset(store->arena);
	group_finish(writer, first);
}

/* "Try the sync again" would say yes to what the system has given up. */
static void sync_watch(struct writer *writer, const struct db *db)
{
	if (db_sync_failed(db) && !atomic_exchange(&writer->broken, true)) {
		log_line(LOG_ERROR, "a sync failed: nothing is stored before a restart",
		         LOG_TEXT("error", str_from(err_text(ERR_DISK))));
	}
}

/* False: a command failed and is marked; the group has to be tried again. */
static bool group_try(struct store *store, struct command *first, enum err *ret)
{
	store->jobs = false;
	*ret = db_begin(store->db);
	if (*ret != ERR_OK) {
		return true;
	}
	post_group_begin(store);
	for (struct command *command = first; command != NULL; command = command->next) {
		if (command->err != ERR_OK) {
			continue;
		}
		command->err = command->apply(store, command);
		if (command->err == ERR_OK && store->arena->failed) {
			command->err = ERR_MEMORY;
		}
		if (command->err != ERR_OK) {
			return false;
		}
	}
	*ret = post_group_end(store);
	if (*ret == ERR_OK) {
		*ret = db_commit(store->db);
	}
	if (*ret == ERR_OK) {
		post_group_committed(store);
	}
	return true;
}

static void group_finish(struct writer *writer, struct command *first)
{
	bool     owners[WRITER_OWNER_COUNT] = { false };
	uint64_t one = 1;
	void (*wake)(void *ctx);
	void *wake_ctx;

	pthread_mutex_lock(&writer->mutex);
	for (struct command *command = first, *next; command != NULL; command = next) {
		next = command->next;
		if (command->flag != NULL && writer->threaded) {
			*command->flag = true;
			continue;
		}
		queue_put(&writer->done[command->owner], command);
		owners[command->owner] = true;
	}
	pthread_cond_broadcast(&writer->finished);
	wake = writer->store->jobs ? writer->wake : NULL;
	wake_ctx = writer->wake_ctx;
	pthread_mutex_unlock(&writer->mutex);
	for (int i = 0; i < WRITER_OWNER_COUNT && writer->threaded; i++) {
		if (owners[i] && write(writer->event_fd[i], &one, sizeof(one)) < 0) {
			log_line(LOG_ERROR, "completion could not be signalled",
			         LOG_NUMBER("owner", i));
		}
	}
	if (wake != NULL) {
		wake(wake_ctx);
	}
}

static void run_done(struct command *command)
{
	*command->flag = true;
}

static void queue_init(struct queue *queue)
{
	*queue = (struct queue){ .last = NULL };
	queue->last = &queue->first;
}

static void queue_put(struct queue *queue, struct command *command)
{
	command->next = NULL;
	*queue->last = command;
	queue->last = &command->next;
	queue->count++;
}

static struct command *queue_take(struct queue *queue, size_t max, size_t *ret_count)
{
	struct command *first = queue->first, *end = first;
	size_t          count = 1;

	if (first == NULL) {
		*ret_count = 0;
		return NULL;
	}
	while (count < max && end->next != NULL) {
		end = end->next;
		count++;
	}
	queue->first = end->next;
	if (end->next == NULL) {
		queue->last = &queue->first;
	}
	end->next = NULL;
	queue->count -= count;
	*ret_count = count;
	return first;
}
