/*
 * pool.c - a bounded queue, a mutex and two threads.
 */
#include "web/pool.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct list {
	struct task *first, *last;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t  wake;
	pthread_t       thread[POOL_THREAD_COUNT];
	size_t          thread_count; /* 0: not threaded */
	struct list     waiting, finished;
	size_t          count; /* submitted and not yet settled */
	bool            stop;
	int             fd;
};

static void        *pool_thread(void *arg);
static void         list_add(struct list *list, struct task *task);
static struct task *list_take(struct list *list);

enum err pool_open(struct arena *arena, bool threaded, struct pool **ret)
{
	struct pool *pool = ARENA_NEW(arena, struct pool);

	if (pool == NULL)
		return ERR_MEMORY;
	pool->fd = -1;
	if (pthread_mutex_init(&pool->lock, NULL) != 0 || pthread_cond_init(&pool->wake, NULL) != 0)
		return ERR_MEMORY;
	if (threaded) {
		pool->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (pool->fd < 0)
			return ERR_MEMORY;
		while (pool->thread_count < POOL_THREAD_COUNT) {
			if (pthread_create(&pool->thread[pool->thread_count], NULL, pool_thread,
			                   pool) != 0) {
				pool_close(pool);
				return ERR_MEMORY;
			}
			pool->thread_count++;
		}
	}
	*ret = pool;
	return ERR_OK;
}

void pool_close(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->stop = true;
	pthread_cond_broadcast(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
	for (size_t i = 0; i < pool->thread_count; i++)
		pthread_join(pool->thread[i], NULL);
	pthread_cond_destroy(&pool->wake);
	pthread_mutex_destroy(&pool->lock);
	if (pool->fd >= 0)
		close(pool->fd);
}

enum err pool_submit(struct pool *pool, struct task *task)
{
	enum err err = ERR_FULL;

	pthread_mutex_lock(&pool->lock);
	if (pool->count < POOL_QUEUE_MAX + POOL_THREAD_COUNT) {
		pool->count++;
		list_add(&pool->waiting, task);
		pthread_cond_signal(&pool->wake);
		err = ERR_OK;
	}
	pthread_mutex_unlock(&pool->lock);
	return err;
}

size_t pool_settle(struct pool *pool)
{
	struct list  finished;
	struct task *task;
	size_t       count = 0;
	uint64_t     signals;

	if (pool->fd >= 0 && read(pool->fd, &signals, sizeof(signals)) < 0)
		signals = 0; /* nothing was signalled: the list is looked at all the same */
	pthread_mutex_lock(&pool->lock);
	finished = pool->thread_count > 0 ? pool->finished : pool->waiting;
	pool->finished = (struct list){ 0 };
	if (pool->thread_count == 0)
		pool->waiting = (struct list){ 0 };
	pthread_mutex_unlock(&pool->lock);
	while ((task = list_take(&finished)) != NULL) {
		if (pool->thread_count == 0)
			task->work(task);
		pthread_mutex_lock(&pool->lock);
		pool->count--;
		pthread_mutex_unlock(&pool->lock);
		task->done(task);
		count++;
	}
	return count;
}

int pool_fd(const struct pool *pool)
{
	return pool->fd;
}

size_t pool_waiting(struct pool *pool)
{
	size_t count;

	pthread_mutex_lock(&pool->lock);
	count = pool->count;
	pthread_mutex_unlock(&pool->lock);
	return count;
}

static void *pool_thread(void *arg)
{
	struct pool *pool = arg;
	uint64_t     one = 1;

	pthread_mutex_lock(&pool->lock);
	while (!pool->stop) {
		struct task *task = list_take(&pool->waiting);

		if (task == NULL) {
			pthread_cond_wait(&pool->wake, &pool->lock);
			continue;
		}
		pthread_mutex_unlock(&pool->lock);
		task->work(task);
		pthread_mutex_lock(&pool->lock);
		list_add(&pool->finished, task);
		if (write(pool->fd, &one, sizeof(one)) < 0)
			one = 1; /* the counter is at its maximum: the loop is awake anyway */
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static void list_add(struct list *list, struct task *task)
{
	task->next = NULL;
	if (list->last != NULL)
		list->last->next = task;
	else
		list->first = task;
	list->last = task;
}

static struct task *list_take(struct list *list)
{
	struct task *task = list->first;

	if (task != NULL)
		list->first = task->next;
	if (list->first == NULL)
		list->last = NULL;
	return task;
}
