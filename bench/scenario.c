/*
 * scenario.c - the two simple scenarios: one page, and callbacks from a file.
 */
#include "bench/scenario.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define HOOK_SIZE    1024 /* bytes of a signed callback */
#define FAILURES_MAX 3    /* that are shown */

/* What a wrong answer looked like; the first member of every context. */
struct failures {
	int64_t count;
};

struct get {
	struct failures failures;
	struct str      request;
};

struct hooks {
	struct failures failures;
	char           *bytes;
	size_t         *end; /* of each request in bytes */
	size_t          count, sent;
};


static bool get_next(void *ctx, struct engine *engine, int connection, struct str *ret,
                     int *ret_kind)
{
	const struct get *get = ctx;

	(void)connection;
	*ret = get->request;
	*ret_kind = 0;
	return !engine_over(engine);
}

static void get_answer(void *ctx, struct engine *engine, int connection, int kind, int status,
                       struct str head, struct str body)
{
	(void)engine;
	(void)connection;
	(void)kind;
	if (status != 200)
		scenario_failed(ctx, "get", status, head, body);
}

void scenario_get(const struct load_setup *setup, struct scenario *ret)
{
	static char       text[4096];
	static struct get get;
	int               len;

	len = snprintf(text, sizeof(text),
	               "GET %s HTTP/1.1\r\nHost: %.*s\r\nAccept: text/html\r\n"
	               "Accept-Language: zh-Hans\r\n%s%s%s%s\r\n",
	               setup->path, STR_ARG(setup->host),
	               setup->pack ? "Accept-Encoding: gzip, deflate, br\r\n" : "",
	               setup->cookie != NULL ? "Cookie: " : "",
	               setup->cookie != NULL ? setup->cookie : "",
	               setup->cookie != NULL ? "\r\n" : "");
	assert(len > 0 && (size_t)len < sizeof(text));
	get.request = (struct str){ .ptr = text, .len = (size_t)len };
	*ret = (struct scenario){
		.ctx = &get,
		.kind = { "get" },
		.next = get_next,
		.answer = get_answer,
	};
}

static bool hooks_next(void *ctx, struct engine *engine, int connection, struct str *ret,
                       int *ret_kind)
{
	struct hooks *hooks = ctx;
	size_t        begin = hooks->sent == 0 ? 0 : hooks->end[hooks->sent - 1];

	(void)connection;
	if (hooks->sent == hooks->count || engine_over(engine))
		return false;
	*ret = (struct str){ .ptr = hooks->bytes + begin,
		             .len = hooks->end[hooks->sent] - begin };
	*ret_kind = 0;
	hooks->sent++;
	return true;
}

static void hooks_answer(void *ctx, struct engine *engine, int connection, int kind, int status,
                         struct str head, struct str body)
{
	(void)engine;
	(void)connection;
	(void)kind;
	if (status != 200)
		scenario_failed(ctx, "callback", status, head, body);
}

void scenario_hooks(const struct load_setup *setup, struct scenario *ret)
{
	static struct hooks hooks;
	FILE               *file = fopen(setup->file, "r");
	char                line[HOOK_SIZE];
	size_t              used = 0, max = 0;

	if (file == NULL) {
		fprintf(stderr, "load: cannot read %s\n", setup->file);
		exit(66);
	}
	while (fgets(line, sizeof(line), file) != NULL)
		max++;
	rewind(file);
	hooks.bytes = malloc((max + 1) * HOOK_SIZE);
	hooks.end = malloc((max + 1) * sizeof(*hooks.end));
	assert(hooks.bytes != NULL && hooks.end != NULL);
	while (hooks.count < max && fgets(line, sizeof(line), file) != NULL) {
		size_t len = hook_request(setup, str_trim(str_from(line)), hooks.bytes + used,
		                          HOOK_SIZE);

		if (len == 0) {
			fprintf(stderr, "load: a callback of %s is too long\n", setup->file);
			exit(65);
		}
		used += len;
		hooks.end[hooks.count++] = used;
	}
	(void)fclose(file);
	*ret = (struct scenario){
		.ctx = &hooks,
		.kind = { "hook" },
		.next = hooks_next,
		.answer = hooks_answer,
	};
}

void scenario_failed(void *ctx, const char *what, int status, struct str head, struct str body)
{
	struct failures *failures = ctx;

	(void)head;
	if (failures->count++ < FAILURES_MAX)
		fprintf(stderr, "load: %s was answered %d: %.*s\n", what, status,
		        (int)(body.len < 300 ? body.len : 300), body.ptr);
}

int64_t scenario_failures(const struct scenario *scenario)
{
	const struct failures *failures = scenario->ctx;

	return failures->count;
}
