/*
 * command_serve.c - keepline serve: the loop on this thread, the worker on one
 * of its own, until SIGTERM or Ctrl-C.
 */
#include "app.h"
#include "base/log.h"
#include "base/str.h"
#include "command.h"
#include "web/server.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define WORKER_SLEEP_MAX_MS 1000

const struct option serve_options[] = {
	{ "data", "DIR", "The data directory." },
	{ NULL, NULL, NULL },
};

/* The worker's thread, and the loop that it takes down with it. */
struct worker {
	struct app    *app;
	struct server *server;
	pthread_t      thread;
	atomic_bool    stop;
};

static int   serve(struct call *call, struct app *app);
static void *worker_main(void *arg);

int command_serve(struct call *call)
{
	struct app app;
	int        code;

	server_block_signals();
	code = app_open(call, &app);
	if (code == EX_OK)
		code = serve(call, &app);
	app_close(&app);
	return code;
}

static int serve(struct call *call, struct app *app)
{
	const struct config *config = &app->house.config;
	struct worker        worker = { .app = app };
	struct server       *server;
	struct str           problem;
	enum err             err;

	err = server_open(&app->arena, app->web, config->text[SETTING_listen],
	                  config->text[SETTING_metrics], &server, &problem);
	if (err != ERR_OK)
		return call_fail(call, exit_code(err), "%.*s", STR_ARG(problem));
	worker.server = server;
	err = app_catalogues_open(app, server);
	if (err != ERR_OK) {
		server_close(server);
		return call_failed(call, err, "looking for new catalogues");
	}
	if (pthread_create(&worker.thread, NULL, worker_main, &worker) != 0) {
		server_close(server);
		return call_failed(call, ERR_MEMORY, "starting the worker");
	}
	log_line(LOG_NOTE, "serving", LOG_TEXT("listen", config->text[SETTING_listen]),
	         LOG_TEXT("url", config->text[SETTING_public_url]));
	err = server_run(server);
	atomic_store(&worker.stop, true);
	net_real_wake(app->net);
	pthread_join(worker.thread, NULL);
	if (writer_broken(app->writer)) {
		/* Without closing anything: that would write, and nothing of ours is
		 * known to reach the disk.  The next start reads what is there. */
		log_line(LOG_ERROR, "stopped: the disk keeps nothing any more",
		         LOG_TEXT("data", str_from(app->house.dir.path)));
		_exit(exit_code(ERR_DISK));
	}
	server_close(server);
	log_line(LOG_NOTE, "stopped", LOG_TEXT("listen", config->text[SETTING_listen]));
	return err == ERR_OK ? EX_OK : call_failed(call, err, "serving");
}

/* What is on the line when it stops is asked about by the next one. */
static void *worker_main(void *arg)
{
	struct worker      *worker = arg;
	struct app         *app = worker->app;
	const struct clock *clock = &app->env.clock;

	reconcile_open(&app->reconcile, app->work_db, app->writer);
	while (!atomic_load(&worker->stop)) {
		int64_t now_ms = clock->now_ms(clock->ctx);
		int64_t sleep_ms, look_ms;

		app_catalogues_work(app);
		sleep_ms = work_step(app->work, now_ms) - now_ms;
		look_ms = reconcile_step(&app->reconcile, now_ms) - now_ms;
		sleep_ms = look_ms < sleep_ms ? look_ms : sleep_ms;
		if (sleep_ms > WORKER_SLEEP_MAX_MS)
			sleep_ms = WORKER_SLEEP_MAX_MS;
		(void)net_real_step(app->net, sleep_ms > 0 ? (int)sleep_ms : 0);
		(void)work_settle(app->work);
		if (writer_broken(app->writer))
			server_stop(worker->server);
	}
	return NULL;
}
