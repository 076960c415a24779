/*
 * web.c - from a whole request to its answer: route, policy, handler, headers.
 */
#include "web/web.h"

#include <jansson.h>
#include <string.h>

#include "base/log.h"
#include "base/squeeze.h"
#include "base/str.h"
#include "store/quote.h"
#include "text/lang.h"
#include "web/error.h"
#include "web/flight.h"
#include "web/form.h"
#include "web/pack.h"
#include "web/policy.h"
#include "web/route.h"
#include "web/seen.h"

#define HSTS         "max-age=63072000; includeSubDomains"
#define LOG_SLOW_MS  1000
#define ASSET_PREFIX "/static/"

static void broken_get(struct request *request, struct response *response);
static void missing_get(struct request *request, struct response *response);
static void method_get(struct request *request, struct response *response);
static void language_get(struct request *request, struct response *response);
static void asset_get(struct request *request, struct response *response);

/* What the table does not hold still goes through the policy. */
static const struct route broken = { METHOD_GET, "broken", broken_get, ROLE_GUEST, 0, FIELDS_ANY };
static const struct route missing = { METHOD_GET, "missing",  missing_get,
	                              ROLE_GUEST, ROUTE_LANG, FIELDS_ANY };
static const struct route method = { METHOD_GET, "method",   method_get,
	                             ROLE_GUEST, ROUTE_LANG, FIELDS_ANY };
static const struct route language = { METHOD_GET, "language", language_get,
	                               ROLE_GUEST, ROUTE_LANG, FIELDS_ANY };
static const struct route asset = { METHOD_GET, "asset", asset_get, ROLE_GUEST, 0, FIELDS_ANY };

static enum err            parts_open(struct web *web);
static struct str          csp_text(struct arena *arena, struct str form_targets);
static const struct route *route_of(struct request *request);
static const struct route *route_of_path(struct request *request, bool lang);
static bool                cut_language(struct request *request, struct str path);
static void                add_headers(struct request *request, struct response *response);
static void                add_cache(const struct request *request, struct response *response);
static void                pack_body(struct request *request, struct response *response);
static void                last_resort(struct response *response);
static void                note(struct request *request, const struct response *response);

enum err web_open(struct arena *arena, const struct web_setup *setup, struct web **ret)
{
	struct web *web = ARENA_NEW(arena, struct web);
	enum err    err;

	if (web == NULL)
		return ERR_MEMORY;
	*web = (struct web){
		.setup = *setup,
		.env = setup->env,
		.config = setup->config,
		.keys = setup->keys,
		.catalogue = setup->catalogue,
		.writer = setup->writer,
		.db = setup->db,
		.hooks = setup->hooks,
		.arena = arena,
		.csp = csp_text(arena, setup->form_targets),
		.origin = setup->config->text[SETTING_public_url],
	};
	while (str_ends(web->origin, STR("/")))
		web->origin.len--;
	web->metrics.started_ms = setup->env->clock.now_ms(setup->env->clock.ctx);
	err = parts_open(web);
	if (err == ERR_OK)
		*ret = web;
	return err;
}

void web_close(struct web *web)
{
	pool_close(web->pool);
}

void request_init(struct request *request, struct web *web, struct arena *arena)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t           bytes[8];

	memset(request, 0, sizeof(*request));
	request->web = web;
	request->db = web->db;
	request->arena = arena;
	request->once.arena = arena; /* an answer without a key lives there too */
	request->now_ms = web->env->clock.now_ms(web->env->clock.ctx);
	request->start_ms = web->env->clock.mono_ms(web->env->clock.ctx);
	request->lang = lang_get(LANG_EN);
	web->env->rand.fill(web->env->rand.ctx, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		request->id[2 * i] = hex[bytes[i] >> 4];
		request->id[2 * i + 1] = hex[bytes[i] & 15];
	}
}

void web_handle(struct web *web, struct request *request, struct response *response)
{
	assert(request->web == web);
	request->response = response;
	*response = (struct response){ .status = 500 };
	buf_init(&response->body, request->arena, RESPONSE_BODY_MAX);
	request->route = route_of(request);
	web_look(request);
	if (policy_check(request, response))
		request->route->handler(request, response);
	web_looked(request);
	if (!response->parked)
		web_finish(request, response);
}

void web_look(struct request *request)
{
	if (request->route != &asset)
		request->looking = db_begin(request->db) == ERR_OK;
}

void web_looked(struct request *request)
{
	if (request->looking)
		db_rollback(request->db); /* nothing was written */
	request->looking = false;
}

size_t web_settle(struct web *web)
{
	return writer_settle(web->writer, WRITER_LOOP) + pool_settle(web->pool) +
	       request_waited(web);
}

void web_finish(struct request *request, struct response *response)
{
	if (response->parked)
		return;
	if (request->in_flight)
		flight_end(request->web->flights, request->once.id);
	request->in_flight = false;
	if (!request->abandoned) {
		if (request->arena->failed || response->body.full)
			last_resort(response);
		pack_body(request, response);
		add_headers(request, response);
		note(request, response);
	}
	if (request->finished != NULL)
		request->finished(request);
}

void web_refuse_now(struct request *request, struct response *response, enum web_refusal refusal)
{
	request->response = response;
	*response = (struct response){ .status = 500, .close = true };
	buf_init(&response->body, request->arena, RESPONSE_BODY_MAX);
	if (request->route == NULL)
		request->route = &broken;
	if (web_refusal_status(refusal) == 503)
		web_refuse_wait(request, response, refusal, WEB_WAIT_S);
	else
		web_refuse(request, response, refusal);
	web_finish(request, response);
}

void request_end(struct request *request)
{
	json_decref(request->json);
	request->json = NULL;
}

static enum err parts_open(struct web *web)
{
	web->limits = limits_open(web->arena, web->env);
	web->api_keys = ARENA_NEW(web->arena, struct api_keys);
	web->seen = seen_open(web->arena);
	web->flights = flights_open(web->arena);
	web->packer = packer_open(web->arena);
	web->squeezer = squeezer_open(web->arena);
	web->rates = ARENA_NEW(web->arena, struct quote_memo);
	if (web->limits == NULL || web->api_keys == NULL || web->seen == NULL ||
	    web->flights == NULL || web->packer == NULL || web->squeezer == NULL ||
	    web->rates == NULL || web->arena->failed)
		return ERR_MEMORY;
	return pool_open(web->arena, web->setup.threaded, &web->pool);
}

static struct str csp_text(struct arena *arena, struct str form_targets)
{
	return arena_printf(arena,
	                    "default-src 'none'; style-src 'self' '" ASSET_KEEPLINE_CSS_CSP "'; "
	                    "script-src 'self'; img-src 'self' data:; connect-src 'self'; "
	                    "form-action 'self'%s%.*s; frame-ancestors 'none'; base-uri 'none'",
	                    form_targets.len > 0 ? " " : "", STR_ARG(form_targets));
}

/* Never NULL: what is not in the table has its own small row. */
static const struct route *route_of(struct request *request)
{
	struct str path, query;
	bool       lang;

	str_cut(request->target, '?', &path, &query);
	if (path.len == 0 || path.ptr[0] != '/' ||
	    !form_decode_path(request->arena, path, &request->path))
		return &broken;
	if (str_starts(request->path, STR(ASSET_PREFIX)))
		return &asset;
	lang = cut_language(request, request->path);
	return route_of_path(request, lang);
}

static const struct route *route_of_path(struct request *request, bool lang)
{
	const struct route *route = NULL;
	bool get = str_eq(request->method, STR("GET")) || str_eq(request->method, STR("HEAD"));

	switch (route_find(request->method, request->path, lang, request->part, &route,
	                   &request->allow)) {
	case ROUTE_FOUND:
		return route;
	case ROUTE_METHOD:
		return &method;
	case ROUTE_UNKNOWN:
	case ROUTE_MATCH_COUNT:
		break;
	}
	/* "/topup" and "/zh-Hans" are on the way to a page. */
	if (get && request->path.len == 0)
		return &language;
	return get && !lang && route_has_lang(request->path) ? &language : &missing;
}

/* "/zh-Hans/topup" -> lang and path "/topup". */
static bool cut_language(struct request *request, struct str path)
{
	struct str tag = str_skip(path, 1), rest;
	ptrdiff_t  slash = str_find(tag, STR("/"));

	rest = slash < 0 ? (struct str){ 0 } : str_skip(tag, (size_t)slash);
	tag = slash < 0 ? tag : str_take(tag, (size_t)slash);
	if (!lang_from_tag(tag, &request->lang))
		return false;
	request->lang_sure = true;
	request->path = rest;
	return true;
}

static void broken_get(struct request *request, struct response *response)
{
	web_refuse(request, response, WEB_BAD_REQUEST);
}

static void missing_get(struct request *request, struct response *response)
{
	web_refuse(request, response, WEB_NOT_FOUND);
}

static void method_get(struct request *request, struct response *response)
{
	web_refuse(request, response, WEB_METHOD);
	response_header(response, "Allow", str_from(request->allow));
}

static void language_get(struct request *request, struct response *response)
{
	struct str path, query;

	str_cut(request->target, '?', &path, &query);
	response_redirect(request, response,
	                  arena_printf(request->arena, "%.*s%s%.*s",
	                               STR_ARG(request->path.len > 0
	                                           ? form_escape(request->arena, request->path)
	                                           : STR("/")),
	                               query.len > 0 ? "?" : "", STR_ARG(query)));
	response->status = 302;
	response_header(response, "Vary", STR("Accept-Language, Cookie"));
}

static void asset_get(struct request *request, struct response *response)
{
	enum asset_id id;

	if (!str_eq(request->method, STR("GET")) && !str_eq(request->method, STR("HEAD"))) {
		request->allow = "GET, HEAD";
		method_get(request, response);
		return;
	}
	if (!asset_find(request->path, &id)) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	response->is_asset = true;
	response->asset = id;
	response->packing = packing_choose(request_header(request, "Accept-Encoding"));
	response->status = 200;
	response->content_type = str_from(asset_table[id].type);
	response->cacheable = true;
	response_header(response, "Cache-Control", STR("public, max-age=31536000, immutable"));
	response_header(response, "ETag", str_from(asset_table[id].etag));
	response_header(response, "Vary", STR("Accept-Encoding"));
	if (str_find(request_header(request, "If-None-Match"), str_from(asset_table[id].etag)) >=
	    0) {
		response->status = 304;
		response->packing = PACKING_NONE;
	}
	if (response->packing != PACKING_NONE)
		response_header(response, "Content-Encoding",
		                str_from(packing_name(response->packing)));
}

static void add_headers(struct request *request, struct response *response)
{
	response_header(response, "Strict-Transport-Security", STR(HSTS));
	response_header(response, "Content-Security-Policy", request->web->csp);
	response_header(response, "X-Content-Type-Options", STR("nosniff"));
	response_header(response, "Referrer-Policy", STR("same-origin"));
	response_header(response, "Cross-Origin-Opener-Policy", STR("same-origin"));
	if (!response->is_asset) /* assets are shared between requests */
		response_header(response, "X-Request-Id", str_from(request->id));
	if (!response->cacheable)
		add_cache(request, response);
	if (str_starts(request->target, STR("/api/")))
		response_header(response, "Keepline-Version", STR(REQUEST_API_VERSION));
	if (request_is_api(request) || str_starts(response->content_type, STR("text/html")))
		response_header(response, "Content-Language", str_from(request->lang->tag));
}

/* Pages of a person are stored nowhere; a guest's public page for a minute. */
static void add_cache(const struct request *request, struct response *response)
{
	bool public = (request->route->flags & ROUTE_PUBLIC) != 0 && response->status == 200 &&
	              request->session.account_id == 0;

	response_header(response, "Cache-Control",
	                public ? STR("private, max-age=60") : STR("no-store"));
	for (size_t i = 0; i < response->header_count; i++)
		if (str_eq(response->headers[i].name, STR("Vary")))
			return;
	response_header(response, "Vary",
	                request_is_api(request)
	                    ? STR("Accept-Encoding, Accept-Language, Authorization")
	                    : STR("Accept-Encoding, Cookie"));
}

static void pack_body(struct request *request, struct response *response)
{
	struct str   body = buf_str(&response->body), packed;
	enum packing packing;

	if (response->is_asset || body.len < PACK_MIN)
		return;
	packing = packing_choose(request_header(request, "Accept-Encoding"));
	request->web->metrics.bytes_plain += body.len;
	if (pack(request->web->packer, request->arena, body, packing, request->web->pressure,
	         &packed)) {
		response->packing = packing;
		response->packed = packed;
		response_header(response, "Content-Encoding", str_from(packing_name(packing)));
		body = packed;
	}
	request->web->metrics.bytes_packed += body.len;
}

/* The request's memory is used up: an answer that needs none. */
static void last_resort(struct response *response)
{
	response->status = 500;
	response->header_count = 0;
	response->is_asset = false;
	response->cacheable = false;
	response->content_type = STR("text/plain; charset=utf-8");
	response->code = "memory";
	response->body = (struct buf){ 0 };
	response->packed = STR("500 Something failed here.\n");
}

static void note(struct request *request, const struct response *response)
{
	struct web *web = request->web;
	int64_t     ms = web->env->clock.mono_ms(web->env->clock.ctx) - request->start_ms;

	metric_request(&web->metrics, route_index(request->route), response->status, ms);
	log_line(response->status >= 500                       ? LOG_WARN
	         : response->status >= 400 || ms > LOG_SLOW_MS ? LOG_INFO
	                                                       : LOG_DEBUG,
	         "request", LOG_TEXT("id", str_from(request->id)),
	         LOG_TEXT("method", str_take(request->method, 16)),
	         LOG_TEXT("route", str_from(request->route->pattern)),
	         LOG_NUMBER("status", response->status), LOG_NUMBER("ms", ms),
	         LOG_TEXT("code", str_from(response->code)),
	         LOG_NUMBER("account", request->session.account_id),
	         LOG_TEXT("peer", request->peer));
}
