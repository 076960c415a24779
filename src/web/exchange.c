/*
 * exchange.c - the states of a request between libmicrohttpd and the web.
 */
#include "web/exchange.h"

#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/str.h"
#include "web/answer.h"
#include "web/peer.h"
#include "web/route.h"
#include "web/strict.h"

struct exchange {
	enum exchange_state    state;
	struct exchanges      *all;
	struct MHD_Connection *connection; /* NULL: libmicrohttpd has let go */
	struct arena           arena;
	struct request         request;
	struct response        response;
	struct buf             body;
	size_t                 swallowed; /* bytes of a body that is too large */
	int64_t                deadline_ms;
	bool                   seen;      /* the first call was made */
	bool                   suspended; /* libmicrohttpd waits for us */
	bool                   expired;   /* its client got (or gets) 503 */
	struct exchange       *previous, *next;
};

/* Gathers headers; more than there is room for are counted only. */
struct header_take {
	struct request *request;
	bool            too_many;
};

static struct exchange *exchange_take(struct exchanges *all);
static void             exchange_release(struct exchange *exchange);
static void             exchange_list_add(struct exchange_list *list, struct exchange *exchange);
static void             exchange_list_cut(struct exchange_list *list, struct exchange *exchange);
static enum MHD_Result  first_call(struct exchange *exchange, const char *method,
                                   const char *version);
static enum MHD_Result  body_call(struct exchange *exchange, const char *upload, size_t *len);
static enum MHD_Result  handle(struct exchange *exchange);
static enum MHD_Result  answer(struct exchange *exchange);
static enum MHD_Result  answer_late(struct exchange *exchange, void **context);
static enum MHD_Result  refuse(struct exchange *exchange, enum web_refusal refusal);
static enum MHD_Result  take_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                    size_t name_len, const char *value, size_t value_len);
static bool             keep_headers(struct request *request);
static void             finished(struct request *request);
static void             expire(struct exchange *exchange);

void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct exchanges *all = cls;
	struct exchange  *exchange = exchange_take(all);

	if (exchange == NULL)
		return NULL;
	exchange->connection = connection;
	exchange->request.target = arena_str(&exchange->arena, str_from(uri));
	exchange->state = EXCHANGE_RECEIVING;
	exchange->deadline_ms = exchange->request.start_ms + EXCHANGE_RECEIVE_MS;
	exchange_list_add(&all->receiving, exchange);
	return exchange;
}

enum MHD_Result exchange_access(void *cls, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_len, void **context)
{
	struct exchange *exchange = *context;

	(void)cls;
	(void)url; /* decoded by libmicrohttpd; we use the raw one */
	(void)connection;
	if (exchange == NULL)
		return MHD_NO;
	if (exchange->expired)
		return answer_late(exchange, context);
	if (exchange->suspended) {
		exchange->suspended = false;
		return answer(exchange);
	}
	if (!exchange->seen)
		return first_call(exchange, method, version);
	if (*upload_len > 0)
		return body_call(exchange, upload, upload_len);
	return handle(exchange);
}

void exchange_completed(void *cls, struct MHD_Connection *connection, void **context,
                        enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *context;

	(void)cls;
	(void)connection;
	(void)code;
	*context = NULL;
	if (exchange == NULL)
		return;
	exchange->connection = NULL;
	if (exchange->state == EXCHANGE_RECEIVING)
		exchange_list_cut(&exchange->all->receiving, exchange);
	if (exchange->state == EXCHANGE_ANSWERED)
		exchange->all->answering_count--;
	/* A command in flight still needs its request; finished() releases it. */
	if (exchange->state != EXCHANGE_PARKED)
		exchange_release(exchange);
}

int64_t exchanges_expire(struct exchanges *all)
{
	const struct clock *clock = &all->web->env->clock;
	int64_t             now_ms = clock->mono_ms(clock->ctx), next_ms = INT64_MAX;
	struct exchange    *exchange, *next;

	for (exchange = all->parked.first; exchange != NULL; exchange = next) {
		next = exchange->next;
		if (exchange->expired)
			continue; /* answered, its command is still in flight */
		if (exchange->deadline_ms > now_ms) {
			next_ms = exchange->deadline_ms;
			break;
		}
		expire(exchange);
	}
	for (exchange = all->receiving.first; exchange != NULL; exchange = exchange->next) {
		const union MHD_ConnectionInfo *info;

		if (exchange->deadline_ms > now_ms) {
			next_ms = exchange->deadline_ms < next_ms ? exchange->deadline_ms : next_ms;
			break;
		}
		/* libmicrohttpd sees the end of the stream and cleans up. */
		info = MHD_get_connection_info(exchange->connection,
		                               MHD_CONNECTION_INFO_CONNECTION_FD);
		if (info != NULL)
			shutdown(info->connect_fd, SHUT_RDWR);
	}
	return next_ms == INT64_MAX ? -1 : next_ms - now_ms;
}

void exchanges_abandon(struct exchanges *all)
{
	for (struct exchange *exchange = all->parked.first; exchange != NULL;
	     exchange = exchange->next)
		if (!exchange->expired)
			expire(exchange);
}

bool exchanges_idle(const struct exchanges *all)
{
	return all->receiving.count == 0 && all->parked.count == 0 && all->answering_count == 0;
}

void exchanges_free(struct exchanges *all)
{
	for (struct exchange *exchange = all->free.first; exchange != NULL;
	     exchange = exchange->next)
		arena_free(&exchange->arena);
	for (size_t i = 0; i < ASSET_COUNT; i++)
		for (size_t packing = 0; packing < PACKING_COUNT; packing++)
			if (all->asset[i][packing] != NULL)
				MHD_destroy_response(all->asset[i][packing]);
}

static struct exchange *exchange_take(struct exchanges *all)
{
	struct exchange *exchange = all->free.first;

	if (exchange != NULL) {
		exchange_list_cut(&all->free, exchange);
	} else {
		if (all->made_count == EXCHANGE_MAX)
			return NULL;
		exchange = ARENA_NEW(all->arena, struct exchange);
		if (exchange == NULL)
			return NULL;
		all->made_count++;
		exchange->all = all;
		arena_init(&exchange->arena, REQUEST_ARENA_MAX);
	}
	request_init(&exchange->request, all->web, &exchange->arena);
	exchange->request.owner = exchange;
	exchange->request.finished = NULL;
	exchange->response = (struct response){ 0 };
	exchange->swallowed = 0;
	exchange->seen = exchange->suspended = exchange->expired = false;
	return exchange;
}

static void exchange_release(struct exchange *exchange)
{
	request_end(&exchange->request);
	if (exchange->arena.used > EXCHANGE_KEEP_MAX)
		arena_free(&exchange->arena);
	else
		arena_reset(&exchange->arena);
	exchange->state = EXCHANGE_FREE;
	exchange_list_add(&exchange->all->free, exchange);
}

static void exchange_list_add(struct exchange_list *list, struct exchange *exchange)
{
	exchange->next = NULL;
	exchange->previous = list->last;
	if (list->last != NULL)
		list->last->next = exchange;
	else
		list->first = exchange;
	list->last = exchange;
	list->count++;
}

static void exchange_list_cut(struct exchange_list *list, struct exchange *exchange)
{
	if (exchange->previous != NULL)
		exchange->previous->next = exchange->next;
	else
		list->first = exchange->next;
	if (exchange->next != NULL)
		exchange->next->previous = exchange->previous;
	else
		list->last = exchange->previous;
	exchange->previous = exchange->next = NULL;
	list->count--;
}

/* Headers are there, the body is not yet. */
static enum MHD_Result first_call(struct exchange *exchange, const char *method,
                                  const char *version)
{
	struct request    *request = &exchange->request;
	struct header_take take = { .request = request };
	enum strict_result strict;
	int64_t            length = 0;

	exchange->seen = true;
	request->method = arena_str(&exchange->arena, str_from(method));
	MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, take_header, &take);
	if (!keep_headers(request))
		return MHD_NO;
	request->peer = peer_address(request, exchange->connection);
	strict = strict_check(request->method, request->target, str_from(version), request->headers,
	                      request->header_count, &length);
	if (strict != STRICT_GOOD) {
		exchange->all->web->metrics.strict++;
		log_line(LOG_NOTE, "ambiguous request refused",
		         LOG_TEXT("reason", str_from(strict_name(strict))),
		         LOG_TEXT("peer", request->peer));
		return refuse(exchange, WEB_BAD_REQUEST);
	}
	if (take.too_many)
		return refuse(exchange, WEB_HEADERS);
	if (length > (int64_t)REQUEST_BODY_MAX)
		return refuse(exchange, WEB_TOO_LARGE);
	if (length != 0)
		buf_init(&exchange->body, &exchange->arena, REQUEST_BODY_MAX);
	else
		exchange->body = (struct buf){ 0 };
	return MHD_YES;
}

/* libmicrohttpd takes no answer in the middle of a body: what is too much is
 * read off (so that the client can hear 413), but not for ever. */
static enum MHD_Result body_call(struct exchange *exchange, const char *upload, size_t *len)
{
	if (exchange->body.arena == NULL)
		return MHD_NO;
	if (!exchange->request.too_large) {
		buf_add(&exchange->body, (struct str){ .ptr = upload, .len = *len });
		exchange->request.too_large = exchange->body.full;
	}
	exchange->swallowed += exchange->request.too_large ? *len : 0;
	*len = 0;
	return exchange->swallowed > EXCHANGE_SWALLOW_MAX ? MHD_NO : MHD_YES;
}

/* The request is whole. */
static enum MHD_Result handle(struct exchange *exchange)
{
	struct exchanges   *all = exchange->all;
	struct request     *request = &exchange->request;
	const struct clock *clock = &all->web->env->clock;

	if (exchange->body.arena != NULL)
		request->body = buf_str(&exchange->body);
	exchange_list_cut(&all->receiving, exchange);
	all->round_count++;
	web_handle(all->web, request, &exchange->response);
	exchange->response.close |= request->too_large || all->web->stopping;
	if (!exchange->response.parked)
		return answer(exchange);
	exchange->state = EXCHANGE_PARKED;
	exchange->suspended = true;
	exchange->deadline_ms = clock->mono_ms(clock->ctx) + all->park_ms;
	request->finished = finished;
	exchange_list_add(&all->parked, exchange);
	all->web->metrics.parked = all->parked.count;
	MHD_suspend_connection(exchange->connection);
	return MHD_YES;
}

/* libmicrohttpd gets the answer, and calls exchange_completed() when it is sent. */
static enum MHD_Result answer(struct exchange *exchange)
{
	exchange->state = EXCHANGE_ANSWERED;
	exchange->all->answering_count++;
	return answer_queue(exchange->all, exchange->connection, &exchange->response);
}

/* The command is still in flight and keeps its exchange; the client is
 * answered from another one. */
static enum MHD_Result answer_late(struct exchange *exchange, void **context)
{
	struct exchange *late = exchange_take(exchange->all);

	*context = late;
	if (late == NULL)
		return MHD_NO;
	late->connection = exchange->connection;
	exchange->connection = NULL;
	late->seen = true;
	late->request.method = arena_str(&late->arena, exchange->request.method);
	late->request.target = arena_str(&late->arena, exchange->request.target);
	late->request.peer = arena_str(&late->arena, exchange->request.peer);
	late->request.lang = exchange->request.lang;
	late->request.route = exchange->request.route;
	if (exchange->state != EXCHANGE_PARKED)
		exchange_release(exchange); /* it came to an end in the meantime */
	late->all->web->metrics.deadline++;
	web_refuse_now(&late->request, &late->response, WEB_DEADLINE);
	return answer(late);
}

/* Says no before the body was read: libmicrohttpd then closes the connection. */
static enum MHD_Result refuse(struct exchange *exchange, enum web_refusal refusal)
{
	exchange_list_cut(&exchange->all->receiving, exchange);
	web_refuse_now(&exchange->request, &exchange->response, refusal);
	return answer(exchange);
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   size_t name_len, const char *value, size_t value_len)
{
	struct header_take *take = cls;
	struct request     *request = take->request;

	(void)kind;
	if (request->header_count == REQUEST_HEADER_MAX) {
		take->too_many = true;
		return MHD_NO;
	}
	request->headers[request->header_count++] = (struct header){
		.name = { .ptr = name, .len = name_len },
		.value = { .ptr = value, .len = value_len },
	};
	return MHD_YES;
}

/* A parked request may outlive its connection, so its headers are copied. */
static bool keep_headers(struct request *request)
{
	size_t sum = 0;
	char  *at;

	for (size_t i = 0; i < request->header_count; i++)
		sum += request->headers[i].name.len + request->headers[i].value.len;
	at = arena_alloc(request->arena, sum);
	if (at == NULL)
		return false;
	for (size_t i = 0; i < 2 * request->header_count; i++) {
		struct header *header = &request->headers[i / 2];
		struct str    *text = i % 2 == 0 ? &header->name : &header->value;

		if (text->len > 0)
			memcpy(at, text->ptr, text->len);
		text->ptr = at;
		at += text->len;
	}
	return true;
}

/* The web has finished a parked request. */
static void finished(struct request *request)
{
	struct exchange  *exchange = request->owner;
	struct exchanges *all = exchange->all;

	exchange_list_cut(&all->parked, exchange);
	all->web->metrics.parked = all->parked.count;
	exchange->response.close |= all->web->stopping;
	if (exchange->connection == NULL) {
		exchange_release(exchange);
		return;
	}
	exchange->state = EXCHANGE_READY;
	if (!exchange->expired)
		MHD_resume_connection(exchange->connection);
}

static void expire(struct exchange *exchange)
{
	exchange->expired = true;
	exchange->request.abandoned = true;
	if (exchange->connection != NULL)
		MHD_resume_connection(exchange->connection);
}
