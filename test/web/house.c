/*
 * house.c - opening and closing the web of a test.
 */
#include "house.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"
#include "store/post.h"

#define HOUSE_MEMORY_MAX ((size_t)64 * 1024 * 1024)
#define HOUSE_NOW_MS     INT64_C(1795300000000) /* 2026-11-21 */
#define FLAG_MAX         8

static int64_t clock_now(void *ctx)
{
	return ((struct house *)ctx)->now_ms;
}

static int64_t clock_mono(void *ctx)
{
	return ((struct house *)ctx)->mono_ms;
}

static void rand_fill(void *ctx, void *bytes, size_t len)
{
	struct house *house = ctx;
	uint8_t      *at = bytes;

	for (size_t i = 0; i < len; i++) {
		house->seed = house->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		at[i] = (uint8_t)(house->seed >> 56);
	}
}

static void database_open(struct house *house, bool threaded)
{
	struct arena *arena = &house->arena;

	arena_init(&house->writer_arena, HOUSE_MEMORY_MAX);
	house->store = (struct store){
		.env = &house->env,
		.config = &house->config,
		.keys = &house->keys,
		.arena = &house->writer_arena,
		.catalogue = &house->catalogue,
	};
	assert_int_equal(db_create(arena, house->path, NULL), ERR_OK);
	assert_int_equal(db_open(arena, house->path, DB_WRITE, NULL, &house->store.db), ERR_OK);
	assert_int_equal(db_open(arena, house->path, DB_READ, NULL, &house->reader), ERR_OK);
	if (threaded)
		assert_int_equal(db_open(arena, house->path, DB_WRITE, NULL, &house->checkpoint),
		                 ERR_OK);
	assert_int_equal(post_open(arena, &house->store), ERR_OK);
	assert_int_equal(
	    writer_open(arena, &house->store, threaded, house->checkpoint, &house->writer), ERR_OK);
}

static void run(struct house *house, enum err (*apply)(struct store *, struct command *), void *arg)
{
	struct command command = { .apply = apply, .arg = arg, .owner = WRITER_LOOP };

	assert_int_equal(writer_run(house->writer, &command), ERR_OK);
	assert_int_equal(command.err, ERR_OK);
}

static void fixtures(struct house *house)
{
	int64_t            now_s = house->env.clock.now_ms(house->env.clock.ctx) / 1000;
	struct invite_add  invite = { .role = ROLE_STAFF, .expires_s = now_s + INVITE_S };
	struct api_key_add key = { .account_id = 1000,
		                   .name = STR("test"),
		                   .scopes = (1u << SCOPE_COUNT) - 1 };

	house->invite = token_make(&house->arena, &house->env.rand, STR(""), &invite.token_hash);
	run(house, invite_add_apply, &invite);
	house->key = token_make(&house->arena, &house->env.rand, STR(API_KEY_PREFIX),
	                        &key.token_hash);
	run(house, api_key_add_apply, &key);
}

static void web_start(struct house *house, bool threaded)
{
	struct web_setup setup = {
		.env = &house->env,
		.config = &house->config,
		.keys = &house->keys,
		.catalogue = &house->catalogue,
		.writer = house->writer,
		.db = house->reader,
		.form_targets = STR("https://pay.example"),
		.threaded = threaded,
	};

	assert_int_equal(web_open(&house->arena, &setup, &house->web), ERR_OK);
}

void house_open(struct house *house, bool threaded, const char *const *flags)
{
	struct key           master = { .byte = { 7 } };
	struct str           flag[FLAG_MAX], problem = { 0 };
	size_t               flag_count = 0;
	struct plan_problems problems = { 0 };

	*house = (struct house){ .now_ms = HOUSE_NOW_MS,
		                 .mono_ms = 1000,
		                 .seed = 42,
		                 .dir = "/tmp/keepline-web-XXXXXX" };
	arena_init(&house->arena, HOUSE_MEMORY_MAX);
	log_limit(LOG_ERROR);
	assert_non_null(mkdtemp(house->dir));
	snprintf(house->path, sizeof(house->path), "%s/keepline.db", house->dir);
	for (; flags != NULL && flags[flag_count] != NULL; flag_count++)
		flag[flag_count] = str_from(flags[flag_count]);
	assert_true(config_load(&house->arena, NULL, flag, flag_count, &house->config, &problem));
	house->env = env_real();
	if (!threaded) {
		house->env.clock = (struct clock){ clock_now, clock_mono, house };
		house->env.rand = (struct rand){ rand_fill, house };
	}
	keys_from(&master, &house->keys);
	assert_true(plan_parse(&house->arena, plan_demo(), &house->catalogue, &problems));
	house->catalogue.version = 1;
	database_open(house, threaded);
	fixtures(house);
	web_start(house, threaded);
}

void house_close(struct house *house)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char                     name[128];

	while (web_settle(house->web) > 0)
		;
	writer_close(house->writer);
	web_close(house->web);
	db_close(house->reader);
	if (house->checkpoint != NULL)
		db_close(house->checkpoint);
	db_close(house->store.db);
	arena_free(&house->writer_arena);
	arena_free(&house->arena);
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", house->path, suffixes[i]);
		unlink(name);
	}
	rmdir(house->dir);
}

void house_settle(struct house *house, struct response *response)
{
	for (int i = 0; response->parked && i < 100; i++)
		web_settle(house->web);
	assert_false(response->parked);
	while (web_settle(house->web) > 0)
		; /* what nobody waits for: "last seen" */
}
