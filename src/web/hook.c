/*
 * hook.c - see hook.h.
 */
#include "web/hook.h"

#include "base/log.h"
#include "base/squeeze.h"
#include "base/str.h"
#include "store/settle.h"
#include "web/error.h"
#include "web/limit.h"
#include "web/web.h"

/* A proven report on its way to the books; in the request's arena. */
struct telling {
	const struct hook    *hook;
	struct payment_report report;
	struct str            body; /* squeezed */
	enum settle_doubt     doubt;
	struct settlement     settlement;
};

static const struct hook *hook_find(const struct request *request);
static enum hook_verdict  hook_read(struct request *request, const struct hook *hook,
                                    struct payment_report *ret);
static enum err           telling_apply(struct store *store, struct command *command);
static enum err           asking_apply(struct store *store, struct command *command);
static void               telling_done(struct request *request, struct response *response);
static void hook_answer(struct response *response, int status, const struct hook_words *words);

void hook_post(struct request *request, struct response *response)
{
#define X(id, status) [HOOK_##id] = (status),
	static const int status_of[HOOK_VERDICT_COUNT] = { HOOK_VERDICTS(X) };
#undef X
	struct web        *web = request->web;
	const struct hook *hook = hook_find(request);
	struct telling    *telling = ARENA_NEW(request->arena, struct telling);
	struct str         visitor = limit_visitor(request->arena, request->peer);
	enum hook_verdict  verdict;
	int64_t            wait_s = 1;

	if (hook == NULL) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	if (!limit_peek(web->limits, LIMIT_HOOK_ADDRESS, 0, visitor, &wait_s)) {
		web->metrics.limited++;
		web_refuse_wait(request, response, WEB_LIMITED, wait_s);
		return;
	}
	if (telling == NULL) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	telling->hook = hook;
	verdict = hook_read(request, hook, &telling->report);
	if (verdict == HOOK_ASK) {
		request_command(request, response, asking_apply, telling, telling_done);
		return;
	}
	if (verdict == HOOK_FACTS) {
		telling->body = squeeze(web->squeezer, request->arena, request->body);
		request_command(request, response, telling_apply, telling, telling_done);
		return;
	}
	if (verdict != HOOK_IGNORED) {
		limit_take(web->limits, LIMIT_HOOK_ADDRESS, visitor, NULL);
		log_line(LOG_WARN, "callback refused", LOG_TEXT("id", str_from(request->id)),
		         LOG_TEXT("gateway", hook->name), LOG_NUMBER("verdict", verdict),
		         LOG_TEXT("peer", request->peer));
	}
	hook_answer(response, status_of[verdict],
	            verdict == HOOK_IGNORED ? &hook->good : &hook->bad);
}

static const struct hook *hook_find(const struct request *request)
{
	const struct hook_table *table = request->web->hooks;

	for (size_t i = 0; table != NULL && i < table->count; i++)
		if (str_eq(table->rows[i].name, request->part[0]))
			return &table->rows[i];
	return NULL;
}

static enum hook_verdict hook_read(struct request *request, const struct hook *hook,
                                   struct payment_report *ret)
{
	struct str lines[HOOK_HEADER_MAX];
	size_t     count = 0;

	for (size_t i = 0; i < request->header_count && count < HOOK_HEADER_MAX; i++)
		lines[count++] = arena_printf(request->arena, "%.*s: %.*s",
		                              STR_ARG(request->headers[i].name),
		                              STR_ARG(request->headers[i].value));
	return hook->read(hook->ctx,
	                  &(struct hook_call){
			      .path = request->target,
			      .headers = lines,
			      .header_count = count,
			      .body = request->body,
			      .now_s = request->now_ms / 1000,
			  },
	                  request->arena, ret);
}

static enum err telling_apply(struct store *store, struct command *command)
{
	struct telling *telling = command->arg;

	return settle_report(store, &telling->report, telling->body, &telling->doubt,
	                     &telling->settlement);
}

/* It proves nothing, so nothing is stored: the gateway is asked at once. */
static enum err asking_apply(struct store *store, struct command *command)
{
	struct telling *telling = command->arg;
	enum err        err = settle_ask(store, telling->report.method, telling->report.number);

	telling->doubt = err == ERR_NOT_FOUND ? SETTLE_DOUBT_UNKNOWN : SETTLE_DOUBT_NONE;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Acknowledged only now that it is on the disk.  A payment that we do not know
 * is not acknowledged: the provider keeps telling, and its operator sees it. */
static void telling_done(struct request *request, struct response *response)
{
	static const struct str notes[SETTLE_DOUBT_COUNT] = {
#define X(id, note) [SETTLE_DOUBT_##id] = STR_INIT(note),
		SETTLE_DOUBTS(X)
#undef X
	};
	const struct telling *telling = request->command.arg;

	if (telling->doubt != SETTLE_DOUBT_NONE && telling->doubt != SETTLE_DOUBT_KNOWN)
		log_line(LOG_ERROR, "callback not believed", LOG_TEXT("id", str_from(request->id)),
		         LOG_TEXT("gateway", telling->hook->name),
		         LOG_TEXT("doubt", notes[telling->doubt]));
	if (telling->doubt == SETTLE_DOUBT_UNKNOWN)
		hook_answer(response, 404, &telling->hook->bad);
	else
		hook_answer(response, 200, &telling->hook->good);
}

static void hook_answer(struct response *response, int status, const struct hook_words *words)
{
	response->status = status;
	response->content_type = words->content_type;
	response->body.len = 0;
	buf_add(&response->body, words->body);
}
