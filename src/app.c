/*
 * app.c - see app.h.
 */
#include "app.h"
#include "app_hook.h"

#include "base/str.h"
#include "store/post.h"

#include <string.h>
#include <unistd.h>

#define APP_MEMORY_MAX    ((size_t)64 * 1024 * 1024)
#define GROUP_MEMORY_KEEP ((size_t)4 * 1024 * 1024)
#define GROUP_MEMORY_MAX  ((size_t)64 * 1024 * 1024) /* what one group of commands may load */

static int      app_lock(struct call *call, struct app *app);
static int      app_settings(struct call *call, struct app *app);
static int      app_store(struct call *call, struct app *app);
static enum err store_open(struct app *app);
static int      app_net(struct call *call, struct app *app);
static int      app_work(struct call *call, struct app *app);
static int      app_web(struct call *call, struct app *app);
static void     app_wake(void *ctx);

int app_open(struct call *call, struct app *ret)
{
	int code;

	*ret = (struct app){ .lock_fd = -1 };
	arena_init(&ret->arena, APP_MEMORY_MAX);
	arena_init(&ret->group_arena, GROUP_MEMORY_MAX);
	arena_keep(&ret->group_arena, GROUP_MEMORY_KEEP);
	ret->env = env_real();
	code = house_open(call, DB_WRITE, &ret->house);
	if (code == EX_OK)
		code = app_lock(call, ret);
	if (code == EX_OK)
		code = app_settings(call, ret);
	if (code == EX_OK)
		code = app_pay_open(call, &ret->arena, &ret->house.config, &ret->house.keys,
		                    ret->env.clock.now_ms(ret->env.clock.ctx) / 1000, &ret->pay);
	if (code == EX_OK)
		code = app_store(call, ret);
	if (code == EX_OK)
		code = app_net(call, ret);
	if (code == EX_OK)
		code = app_work(call, ret);
	if (code == EX_OK)
		code = app_web(call, ret);
	return code;
}

void app_close(struct app *app)
{
	struct db *readers[] = { app->web_db, app->work_db, app->checkpoint_db };

	if (app->web != NULL)
		web_close(app->web);
	if (app->writing)
		writer_close(app->writer);
	if (app->net != NULL)
		net_real_close(app->net);
	if (app->work != NULL)
		work_close(app->work);
	app_catalogues_close(app);
	for (size_t i = 0; i < COUNT_OF(readers); i++)
		if (readers[i] != NULL)
			db_close(readers[i]);
	app_pay_close(&app->pay);
	house_close(&app->house);
	if (app->lock_fd >= 0)
		(void)close(app->lock_fd);
	arena_free(&app->group_arena);
	arena_free(&app->arena);
	*app = (struct app){ .lock_fd = -1 };
}

/* Ids are handed out from memory: two servers would hand out the same. */
static int app_lock(struct call *call, struct app *app)
{
	enum err err = data_dir_lock(&app->arena, &app->house.dir, DATA_DIR_SERVING, &app->lock_fd);

	if (err == ERR_BUSY)
		return call_fail(call, EX_TEMPFAIL,
		                 "another keepline serves %s; stop that one first",
		                 app->house.dir.path);
	return err == ERR_OK ? EX_OK : call_failed(call, err, app->house.dir.path);
}

/* What settings mean together. */
static int app_settings(struct call *call, struct app *app)
{
	const struct config *config = &app->house.config;
	bool                 sandbox = config->number[SETTING_sandbox] != 0;
	struct str           carrier = config->text[SETTING_carrier], password;
	enum err             err;

	if (carrier_find(carrier) == NULL)
		return call_fail(call, EX_CONFIG,
		                 "there is no carrier \"%.*s\"; set carrier to sandbox or osmohlr",
		                 STR_ARG(carrier));
	if (!sandbox && carrier_find(carrier) == &carrier_sandbox)
		return call_fail(
		    call, EX_CONFIG,
		    "carrier = sandbox delivers nothing; set sandbox = yes for a demo, "
		    "or carrier = osmohlr");
	if (config->text[SETTING_smtp_password_file].len == 0)
		return EX_OK;
	err = config_secret(&app->arena, config, SETTING_smtp_password_file, &password);
	if (err != ERR_OK)
		return call_failed(call, err, "reading smtp_password_file");
	app->smtp_password = arena_cstr(&app->arena, password);
	return EX_OK;
}

static int app_store(struct call *call, struct app *app)
{
	enum err err = store_open(app);

	return err == ERR_OK ? EX_OK : call_failed(call, err, app->house.dir.db);
}

static enum err store_open(struct app *app)
{
	struct house *house = &app->house;
	enum err      err = db_open(&app->arena, house->dir.db, DB_READ, NULL, &app->web_db);

	if (err == ERR_OK)
		err = db_open(&app->arena, house->dir.db, DB_READ, NULL, &app->work_db);
	if (err == ERR_OK)
		err = db_open(&app->arena, house->dir.db, DB_WRITE, NULL, &app->checkpoint_db);
	if (err != ERR_OK)
		return err;
	app->store = (struct store){
		.db = house->db,
		.env = &app->env,
		.config = &house->config,
		.keys = &house->keys,
		.catalogue = &house->catalogue,
		.arena = &app->group_arena,
	};
	err = post_open(&app->arena, &app->store);
	if (err == ERR_OK)
		err = writer_open(&app->arena, &app->store, true, app->checkpoint_db, &app->writer);
	app->writing = err == ERR_OK;
	return err;
}

static int app_net(struct call *call, struct app *app)
{
	const struct config   *config = &app->house.config;
	struct str             user = config->text[SETTING_smtp_user];
	struct partner_setup   partner = { .env = &app->env,
		                           .db = app->work_db,
		                           .writer = app->writer,
		                           .keys = &app->house.keys };
	struct net_real_config net = { .clock = app->env.clock,
		                       .smtp_password = app->smtp_password };
	enum err               err = ERR_OK;

	if (user.len > 0)
		net.smtp_user = arena_cstr(&app->arena, user);
	if (config->number[SETTING_sandbox] != 0) {
		err = partner_open(&app->arena, &partner, &app->partner);
		net.sandbox = partner_answer;
		net.sandbox_ctx = app->partner;
	}
	if (err == ERR_OK)
		err = net_real_open(&net, &app->arena, &app->net);
	if (err != ERR_OK)
		return call_failed(call, err, "opening the network");
	app->env.net = net_real_seam(app->net);
	net_real_watch(app->net, writer_fd(app->writer, WRITER_WORK));
	writer_on_jobs(app->writer, app_wake, app);
	return EX_OK;
}

static int app_work(struct call *call, struct app *app)
{
	const struct config *config = &app->house.config;
	struct arena        *arena = &app->arena;
	struct work_setup    setup = {
		   .env = &app->env,
		   .db = app->work_db,
		   .writer = app->writer,
		   .keys = &app->house.keys,
		   .config = config,
		   .catalogue = &app->house.catalogue,
		   .carrier = carrier_find(config->text[SETTING_carrier]),
		   .carrier_config = {
			   .sandbox_url = STR(PARTNER_CARRIER_URL),
			   .ctrl_url = arena_printf(arena, "ctrl://%.*s",
			                            STR_ARG(config->text[SETTING_osmohlr_ctrl])),
			   .vty_url = arena_printf(arena, "vty://%.*s",
			                           STR_ARG(config->text[SETTING_osmohlr_vty])),
		   },
	};
	enum err err;

	for (size_t i = 0; i < PAY_METHOD_COUNT; i++) {
		setup.pay_config[i] = app->pay.till[i].config;
		setup.pay_open[i] = app->pay.till[i].open;
	}
	err = work_open(arena, &setup, &app->work);
	return err == ERR_OK ? EX_OK : call_failed(call, err, "opening the worker");
}

static int app_web(struct call *call, struct app *app)
{
	struct web_setup setup = {
		.env = &app->env,
		.config = &app->house.config,
		.keys = &app->house.keys,
		.catalogue = &app->house.catalogue,
		.writer = app->writer,
		.db = app->web_db,
		.form_targets = app->pay.pages,
		.pay = { .takes = app_pay_takes, .ctx = &app->pay },
		.threaded = true,
	};
	enum err err = app_hooks(&app->arena, &app->pay, &setup.hooks);

	if (err == ERR_OK)
		err = web_open(&app->arena, &setup, &app->web);
	return err == ERR_OK ? EX_OK : call_failed(call, err, "opening the web server");
}

/* A commit made a job due: the worker shall not sleep on. */
static void app_wake(void *ctx)
{
	struct app *app = ctx;

	net_real_wake(app->net);
}
