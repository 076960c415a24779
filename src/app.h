/*
 * app.h - a whole Keepline in one struct: the one place that sees all rooms
 * and joins them.
 *
 * Opened in the order in which the parts need each other, closed in the
 * opposite one.  Threads: the writer and its checkpointer (started here); the
 * loop (web) and the worker belong to whoever runs them (command_serve.c).
 */
#pragma once
#include "app_catalogue.h"
#include "app_pay.h"
#include "data_dir.h"
#include "gate/net_real.h"
#include "store/writer.h"
#include "web/web.h"
#include "work/loop.h"
#include "work/partner.h"
#include "work/reconcile.h"

/* Private to app.c but for env, config and the parts that are run. */
struct app {
	struct house     house; /* settings, keys, the writer's connection, the catalogue */
	struct arena     arena; /* of everything below */
	struct arena     group_arena;
	int              lock_fd; /* -1: not taken */
	struct env       env;     /* with the worker's net */
	struct db       *web_db, *work_db, *checkpoint_db;
	struct store     store;
	struct writer   *writer;
	struct net_real *net;
	struct partner  *partner; /* NULL without sandbox = yes */
	struct app_pay   pay;
	struct work     *work;
	struct reconcile reconcile; /* its command may outlive the worker */
	struct web      *web;
	struct app_catalogues catalogues;
	const char      *smtp_password; /* NULL: none */
	bool             writing;       /* the writer's threads run */
};

/* Opens all parts of --data DIR.  What is wrong is said on stderr; an exit code
 * of sysexits.h.  app_close() afterwards, also when it failed. */
int app_open(struct call *call, struct app *ret);
/* Finishes what the writer has queued; the web and the worker must not run. */
void app_close(struct app *app);
