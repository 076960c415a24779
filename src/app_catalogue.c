/*
 * app_catalogue.c - see app_catalogue.h.
 */
#include "app_catalogue.h"
#include "app.h"

#include "base/log.h"
#include "base/str.h"
#include "store/market_sql.h"
#include "web/server.h"
#include "work/sweep.h"

#include <sys/timerfd.h>
#include <unistd.h>

#define CATALOGUE_MEMORY_MAX ((size_t)32 * 1024 * 1024)

static void                  timer_ready(void *ctx);
static void                  coming_submit(struct app *app);
static struct app_catalogue *slot_free(struct app_catalogues *all, int64_t now_ms);
static bool     slot_read(struct app *app, struct app_catalogue *slot, int64_t version);
static enum err swap_apply(struct store *store, struct command *command);
static void     swap_done(struct command *command);
static int64_t  mono_ms(const struct app *app);

enum err app_catalogues_open(struct app *app, struct server *server)
{
	struct app_catalogues *all = &app->catalogues;
	struct itimerspec      each = {
		     .it_interval = { .tv_sec = APP_CATALOGUE_LOOK_MS / 1000 },
		     .it_value = { .tv_sec = APP_CATALOGUE_LOOK_MS / 1000 },
	};

	all->app = app;
	atomic_store(&all->newest, &app->house.catalogue);
	for (size_t i = 0; i < APP_CATALOGUE_MAX; i++)
		arena_init(&all->slot[i].arena, CATALOGUE_MEMORY_MAX);
	all->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (all->timer_fd < 0 || timerfd_settime(all->timer_fd, 0, &each, NULL) != 0)
		return ERR_NETWORK;
	return server_watch(server, all->timer_fd, timer_ready, app) ? ERR_OK : ERR_FULL;
}

void app_catalogues_close(struct app *app)
{
	struct app_catalogues *all = &app->catalogues;

	if (all->app == NULL)
		return;
	if (all->timer_fd >= 0)
		(void)close(all->timer_fd);
	for (size_t i = 0; i < APP_CATALOGUE_MAX; i++)
		arena_free(&all->slot[i].arena);
	all->app = NULL;
}

void app_catalogues_look(struct app *app)
{
	struct app_catalogues       *all = &app->catalogues;
	struct catalogue_version_row newest;
	struct app_catalogue        *slot;

	if (all->coming != NULL) {
		coming_submit(app);
		return;
	}
	if (catalogue_version(app->web_db, &newest) != ERR_OK ||
	    newest.version <= app->web->catalogue->version || newest.version == all->bad_version)
		return;
	slot = slot_free(all, mono_ms(app));
	if (slot == NULL)
		return; /* many at once: the newest of them is taken up when one is free */
	if (!slot_read(app, slot, newest.version)) {
		arena_reset(&slot->arena);
		return;
	}
	slot->used = true;
	slot->left_ms = 0;
	all->coming = slot;
	coming_submit(app);
}

void app_catalogues_work(struct app *app)
{
	work_catalogue(app->work, atomic_load(&app->catalogues.newest));
}

static void timer_ready(void *ctx)
{
	struct app *app = ctx;
	uint64_t    count;

	(void)!read(app->catalogues.timer_fd, &count, sizeof(count));
	app_catalogues_look(app);
}

/* Again, where the queue or the disk was full. */
static void coming_submit(struct app *app)
{
	struct app_catalogues *all = &app->catalogues;

	if (all->submitted)
		return;
	all->command = (struct command){
		.apply = swap_apply, .arg = all->coming, .done = swap_done, .owner = WRITER_LOOP
	};
	all->submitted = writer_submit(app->writer, &all->command) == ERR_OK;
}

/* NULL: all are, or may still be, in use. */
static struct app_catalogue *slot_free(struct app_catalogues *all, int64_t now_ms)
{
	for (size_t i = 0; i < APP_CATALOGUE_MAX; i++) {
		struct app_catalogue *slot = &all->slot[i];

		if (slot->used &&
		    (slot->left_ms == 0 || now_ms - slot->left_ms < APP_CATALOGUE_REST_MS))
			continue;
		arena_reset(&slot->arena);
		slot->used = false;
		return slot;
	}
	return NULL;
}

/* A version that this program cannot read is told once, and left alone. */
static bool slot_read(struct app *app, struct app_catalogue *slot, int64_t version)
{
	struct plan_problems    *problems = ARENA_NEW(&slot->arena, struct plan_problems);
	struct catalogue_get_row row;
	enum err                 err = ERR_MEMORY;

	if (problems != NULL)
		err = catalogue_get(app->web_db, &slot->arena, version, &row);
	if (err == ERR_OK && plan_parse(&slot->arena, row.body, &slot->catalogue, problems)) {
		slot->catalogue.version = (int32_t)version;
		return true;
	}
	if (err == ERR_OK) {
		app->catalogues.bad_version = version;
		err = ERR_CORRUPT;
	}
	log_line(LOG_ERROR, "a new catalogue cannot be read; the one before stays",
	         LOG_NUMBER("version", version), LOG_TEXT("error", str_from(err_text(err))));
	return false;
}

/* May run twice, and does no harm then.  The rules for keeping numbers may be
 * new ones, too: the lines are gone through as at a start. */
static enum err swap_apply(struct store *store, struct command *command)
{
	const struct app_catalogue *slot = command->arg;

	store->catalogue = &slot->catalogue;
	store->jobs = true;
	return sweep_ask(store);
}

/* The writer may hold it even where the commit failed: it stays, and is tried again. */
static void swap_done(struct command *command)
{
	struct app_catalogue  *slot = command->arg;
	struct app_catalogues *all = (struct app_catalogues *)((char *)command -
	                                                       offsetof(struct app_catalogues,
	                                                                command));
	struct app            *app = all->app;

	all->submitted = false;
	if (command->err != ERR_OK)
		return;
	all->coming = NULL;
	for (size_t i = 0; i < APP_CATALOGUE_MAX; i++)
		if (all->slot[i].used && &all->slot[i] != slot && all->slot[i].left_ms == 0)
			all->slot[i].left_ms = mono_ms(app);
	app->web->catalogue = &slot->catalogue;
	atomic_store(&all->newest, &slot->catalogue);
	log_line(LOG_NOTE, "catalogue taken up", LOG_NUMBER("version", slot->catalogue.version),
	         LOG_NUMBER("packs", (int64_t)slot->catalogue.pack_count));
}

static int64_t mono_ms(const struct app *app)
{
	return app->env.clock.mono_ms(app->env.clock.ctx);
}
