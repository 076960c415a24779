/*
 * app_catalogue.h - a running server takes up a catalogue that another process
 * imports.
 *
 * Each second the loop looks for a newer version.  It is read into memory of
 * its own; then the writer takes it between two commands, then the pages between
 * two requests, then the worker between two steps.  One that cannot be read is
 * logged and never replaces a good one.  Those before stay in memory until
 * nobody can be using them any more; orders name their version, and find it in
 * the database for ever.
 */
#pragma once
#include "base/arena.h"
#include "core/plan.h"
#include "store/writer.h"

#include <stdatomic.h>

#define APP_CATALOGUE_LOOK_MS 1000
#define APP_CATALOGUE_MAX     4       /* in memory at once; more wait */
#define APP_CATALOGUE_REST_MS 120000  /* longer than any request or errand */

struct app;
struct server;

/* A version in memory. */
struct app_catalogue {
	struct arena     arena;
	struct catalogue catalogue;
	int64_t          left_ms; /* since when it is not the newest; 0: it is, or it is free */
	bool             used;
};

/* Private to app_catalogue.c, but for newest. */
struct app_catalogues {
	struct app          *app;
	struct app_catalogue slot[APP_CATALOGUE_MAX];
	struct app_catalogue *coming; /* read, and not yet taken by the writer */
	bool                 submitted; /* its command is under way */
	struct command       command;
	int64_t              bad_version; /* the last that could not be read */
	int                  timer_fd;
	_Atomic(const struct catalogue *) newest; /* for the worker's thread */
};

/* The server looks each second from now on.  ERR_FULL: it watches too much. */
enum err app_catalogues_open(struct app *app, struct server *server);
/* The loop must not run any more. */
void app_catalogues_close(struct app *app);
/* On the loop's thread: is there a newer one? */
void app_catalogues_look(struct app *app);
/* On the worker's thread, between two steps. */
void app_catalogues_work(struct app *app);
