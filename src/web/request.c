/*
 * request.c - reading a request's parts, parking it, and the small answers.
 */
#include "web/request.h"

#include "base/str.h"
#include "web/error.h"
#include "web/page.h"
#include "web/route.h"
#include "web/web.h"

#define REQUEST_OF(member_ptr, member) \
	((struct request *)(void *)((char *)(member_ptr)-offsetof(struct request, member)))

static struct str find(const struct header *headers, size_t count, const char *name, bool nocase);
static enum err   command_apply(struct store *store, struct command *command);
static void       command_done(struct command *command);
static void       second_half(struct request *request, struct response *response);
static void       task_work(struct task *task);
static void       task_done(struct task *task);

struct str request_header(const struct request *request, const char *name)
{
	return find(request->headers, request->header_count, name, true);
}

struct str request_query(const struct request *request, const char *name)
{
	return find(request->query, request->query_count, name, false);
}

struct str request_form(const struct request *request, const char *name)
{
	return find(request->form, request->form_count, name, false);
}

bool request_is_api(const struct request *request)
{
	return str_starts(request->target, STR("/api/")) ||
	       str_starts(request->target, STR("/hook/"));
}

void request_command(struct request *request, struct response                  *response,
                     enum err (*apply)(struct store *, struct command *), void *arg,
                     request_then *then)
{
	enum err err;

	assert(!response->parked && response == request->response);
	request->apply = apply;
	request->then = then;
	request->command = (struct command){
		.apply = command_apply,
		.arg = arg,
		.done = command_done,
		.owner = WRITER_LOOP,
	};
	response->parked = true;
	err = writer_submit(request->web->writer, &request->command);
	if (err != ERR_OK) {
		response->parked = false;
		web_fail(request, response, err);
	}
}

void request_work(struct request *request, struct response *response, void (*work)(void *arg),
                  void *arg, request_then *then)
{
	enum err err;

	assert(!response->parked && response == request->response);
	request->work = work;
	request->then = then;
	request->task = (struct task){ .work = task_work, .done = task_done, .arg = arg };
	response->parked = true;
	err = pool_submit(request->web->pool, &request->task);
	if (err != ERR_OK) {
		response->parked = false;
		web_fail(request, response, err);
	}
}

void request_wait(struct request *request, struct response *response, request_ready *ready,
                  int64_t wait_ms, request_then *then)
{
	struct web *web = request->web;

	assert(!response->parked && response == request->response);
	request->ready = ready;
	request->then = then;
	/* Without threads nothing happens meanwhile. */
	request->ready_ms = web->env->clock.mono_ms(web->env->clock.ctx) +
	                    (web->setup.threaded ? wait_ms : 0);
	request->waiting = web->waiting;
	web->waiting = request;
	response->parked = true;
}

size_t request_waited(struct web *web)
{
	struct request **at = &web->waiting, *request;
	size_t           count = 0;

	while ((request = *at) != NULL) {
		int64_t now_ms = web->env->clock.mono_ms(web->env->clock.ctx);

		if (!request->abandoned && now_ms < request->ready_ms && !request->ready(request)) {
			at = &request->waiting;
			continue;
		}
		*at = request->waiting;
		request->ready = NULL;
		request->response->parked = false;
		if (!request->abandoned)
			second_half(request, request->response);
		web_finish(request, request->response);
		count++;
	}
	return count;
}

void request_answer(struct request *request, struct response *response)
{
	const struct once *once = &request->once;

	if (once->state == ONCE_MISMATCH) {
		web_refuse(request, response, WEB_KEY_REUSED);
		return;
	}
	if (once->status == 303)
		response_redirect_to(response, once->body);
	else
		response_json(response, once->status, once->body);
	if (once->state == ONCE_REPLAY)
		response_header(response, "Idempotent-Replayed", STR("true"));
}

void response_header(struct response *response, const char *name, struct str value)
{
	assert(response->header_count < RESPONSE_HEADER_MAX);
	for (size_t i = 0; i < value.len; i++)
		assert((unsigned char)value.ptr[i] >= 0x20 && value.ptr[i] != 0x7f);
	response->headers[response->header_count++] = (struct header){ .name = str_from(name),
		                                                       .value = value };
}

void response_redirect(struct request *request, struct response *response, struct str path)
{
	struct str base = page_base(request);

	assert(path.len > 0 && path.ptr[0] == '/');
	response_redirect_to(response, arena_printf(request->arena, "%.*s%.*s", STR_ARG(base),
	                                            STR_ARG(path)));
}

void response_redirect_to(struct response *response, struct str url)
{
	response->status = 303;
	response->body.len = 0;
	response->content_type = STR("text/plain; charset=utf-8");
	response_header(response, "Location", url);
}

void response_json(struct response *response, int status, struct str text)
{
	response->status = status;
	response->content_type = STR("application/json; charset=utf-8");
	response->body.len = 0;
	buf_add(&response->body, text);
}

struct str response_bytes(const struct response *response)
{
	if (response->is_asset)
		return asset_bytes(response->asset, response->packing);
	return response->packed.len > 0 ? response->packed : buf_str(&response->body);
}

static struct str find(const struct header *headers, size_t count, const char *name, bool nocase)
{
	struct str wanted = str_from(name);

	for (size_t i = 0; i < count; i++)
		if (nocase ? str_eq_nocase(headers[i].name, wanted)
		           : str_eq(headers[i].name, wanted))
			return headers[i].value;
	return (struct str){ 0 };
}

/* On the writer's thread.  The loop leaves a parked request alone, so its arena
 * may be used here. */
static enum err command_apply(struct store *store, struct command *command)
{
	struct request *request = REQUEST_OF(command, command);
	enum err        err;

	request->once.status = 0; /* a command may be run twice */
	if (request->once.id != 0) {
		err = once_look(store->db, &request->once);
		if (err != ERR_OK || request->once.state != ONCE_NEW)
			return err;
	}
	return request->apply(store, command);
}

static void command_done(struct command *command)
{
	struct request  *request = REQUEST_OF(command, command);
	struct response *response = request->response;

	response->parked = false;
	if (request->abandoned)
		; /* what was committed stays; there is nobody to tell */
	else if (command->err != ERR_OK)
		web_fail(request, response, command->err);
	else if (request->once.state != ONCE_NEW || request->once.status != 0)
		request_answer(request, response);
	else if (request->then != NULL)
		second_half(request, response);
	else
		web_fail(request, response, ERR_CORRUPT);
	web_finish(request, response);
}

/* The handler's second half; the first one's look at the database has ended. */
static void second_half(struct request *request, struct response *response)
{
	web_look(request);
	request->then(request, response);
	web_looked(request);
}

static void task_work(struct task *task)
{
	REQUEST_OF(task, task)->work(task->arg);
}

static void task_done(struct task *task)
{
	struct request  *request = REQUEST_OF(task, task);
	struct response *response = request->response;

	response->parked = false;
	if (!request->abandoned)
		second_half(request, response);
	web_finish(request, response);
}
