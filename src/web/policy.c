/*
 * policy.c - the fixed order, one function a step.
 */
#include "web/policy.h"

#include "base/str.h"
#include "text/lang.h"
#include "web/body.h"
#include "web/error.h"
#include "web/flight.h"
#include "web/form.h"
#include "web/session.h"
#include "web/route.h"
#include "web/web.h"

#define KEY_REALM "Bearer realm=\"keepline\""

typedef bool policy_step(struct request *request, struct response *response);

static policy_step check_size, check_rate, find_language, find_session, check_role, check_csrf,
    check_once, check_fields;
static bool       check_version(struct request *request, struct response *response);
static bool       check_body(struct request *request, struct response *response);
static bool       key_session(struct request *request, struct response *response);
static bool       key_rate(struct request *request, struct response *response);
static void       ask_login(struct request *request, struct response *response);
static struct str once_text(const struct request *request, struct str key);
static bool       is_form(const struct request *request);

bool policy_check(struct request *request, struct response *response)
{
	static policy_step *const steps[] = { check_size, check_rate, find_language, find_session,
		                              check_role, check_csrf, check_once,    check_fields };

	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (!steps[i](request, response))
			return false;
	return true;
}

static bool check_size(struct request *request, struct response *response)
{
	size_t sum = 0;

	for (size_t i = 0; i < request->header_count; i++)
		sum += request->headers[i].name.len + request->headers[i].value.len;
	if (sum > REQUEST_HEADERS_MAX)
		web_refuse(request, response, WEB_HEADERS);
	else if (request->target.len > ROUTE_PATH_MAX)
		web_refuse(request, response, WEB_URI_TOO_LONG);
	else if (request->too_large || request->body.len > REQUEST_BODY_MAX)
		web_refuse(request, response, WEB_TOO_LARGE);
	else
		return true;
	return false;
}

/* Programs are counted by key, and partners' callbacks by nothing but their
 * signature; loopback is the proxy that was not told to us, or a test. */
static bool check_rate(struct request *request, struct response *response)
{
	struct web *web = request->web;
	int64_t     burst = web->config->number[SETTING_rate_per_minute];
	int64_t     wait_s;

	if ((request->route->flags & ROUTE_HOOK) != 0 || request->route->role == ROLE_KEY ||
	    burst == 0 || limit_loopback(request->peer))
		return true;
	if (limit_take_of(web->limits, LIMIT_REQUEST_ADDRESS, burst,
	                  limit_visitor(request->arena, request->peer), &wait_s))
		return true;
	web->metrics.limited++;
	web_refuse_wait(request, response, WEB_LIMITED, wait_s);
	return false;
}

/* The address wins (it was set by the router), then what the browser was last
 * shown, then the account (find_session), then Accept-Language. */
static bool find_language(struct request *request, struct response *response)
{
	struct str tag, css;

	(void)response;
	if (request->lang_sure)
		return true;
	session_look(request, &tag, &css);
	if (!request_is_api(request) && lang_from_tag(tag, &request->lang)) {
		request->lang_sure = true;
		return true;
	}
	request->lang = lang_negotiate(request_header(request, "Accept-Language"));
	return true;
}

static bool find_session(struct request *request, struct response *response)
{
	enum err err;

	if (request->route->role == ROLE_KEY)
		return check_version(request, response) && key_session(request, response);
	if ((request->route->flags & (ROUTE_LANG | ROUTE_CSRF)) == 0 &&
	    request->route->role == ROLE_GUEST)
		return true; /* neither page nor form: nobody needs to know who it is */
	err = session_read(request, response);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return false;
	}
	if (!request->lang_sure && request->session.lang.len > 0)
		lang_from_tag(request->session.lang, &request->lang);
	session_csrf_make(request);
	return true;
}

static bool check_role(struct request *request, struct response *response)
{
	enum role role = request->session.role, need = request->route->role;
	uint32_t  scopes = 0;

	if (need == ROLE_KEY) {
		/* The table's scope bits lie behind each other in both enums. */
		scopes = request->route->flags / ROUTE_ORDERS_WRITE & ((1u << SCOPE_COUNT) - 1);
		if ((request->session.scopes & scopes) == scopes)
			return true;
		web_refuse(request, response, WEB_FORBIDDEN);
		return false;
	}
	if (need == ROLE_GUEST || role == need || (need == ROLE_MEMBER && role == ROLE_STAFF))
		return true;
	if (role == ROLE_GUEST)
		ask_login(request, response);
	else
		/* Signed in, and not for them: that it is there is no news for them. */
		web_refuse(request, response, WEB_NOT_FOUND);
	return false;
}

static bool check_csrf(struct request *request, struct response *response)
{
	struct str         name = { 0 };
	enum form_result   result;
	enum field_problem problem = FIELD_OK;

	if ((request->route->flags & ROUTE_CSRF) == 0)
		return true;
	if (!is_form(request)) {
		web_refuse(request, response, WEB_MEDIA_TYPE);
		return false;
	}
	result = form_parse(request->arena, request->body, request->form, REQUEST_FIELD_MAX,
	                    &request->form_count, &name);
	if (result != FORM_OK) {
		problem = result == FORM_REPEATED ? FIELD_REPEATED : FIELD_MALFORMED;
		web_refuse_field(request, response, problem, name);
		return false;
	}
	if (session_csrf_good(request, request_form(request, "csrf")))
		return true;
	request->web->metrics.csrf_refused++;
	web_refuse(request, response, WEB_CSRF);
	return false;
}

static bool check_once(struct request *request, struct response *response)
{
	struct str key;
	enum err   err;

	if ((request->route->flags & ROUTE_ONCE) == 0)
		return true;
	key = request->route->role == ROLE_KEY ? request_header(request, "Idempotency-Key")
	                                       : request_form(request, "ik");
	if (key.len == 0 && (request->route->flags & ROUTE_ONCE_IF) != 0)
		return true;
	if (key.len == 0 || key.len > ONCE_KEY_MAX) {
		web_refuse(request, response, WEB_KEY_MISSING);
		return false;
	}
	request->idempotency_key = key;
	once_name(&request->web->keys->token, request->session.account_id, once_text(request, key),
	          request->method, request->path, request->body, request->arena, &request->once);
	err = once_look(request->db, &request->once);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return false;
	}
	if (request->once.state != ONCE_NEW) {
		request_answer(request, response);
		return false;
	}
	/* A person's second click waits in the writer's queue and gets the first
	 * one's answer; a program is told. */
	if (request->route->role != ROLE_KEY)
		return true;
	request->in_flight = flight_start(request->web->flights, request->once.id);
	if (!request->in_flight)
		web_refuse(request, response, WEB_IN_FLIGHT);
	return request->in_flight;
}

static bool check_fields(struct request *request, struct response *response)
{
	struct str         query, path, name = { 0 };
	enum form_result   result = FORM_OK;
	enum field_problem problem;

	str_cut(request->target, '?', &path, &query);
	result = form_parse(request->arena, query, request->query, REQUEST_FIELD_MAX,
	                    &request->query_count, &name);
	if (result != FORM_OK)
		problem = result == FORM_REPEATED ? FIELD_REPEATED : FIELD_MALFORMED;
	else if ((request->route->flags & ROUTE_HOOK) != 0)
		problem = FIELD_OK; /* the partner's own; its signature is the check */
	else if (request->route->method == METHOD_GET)
		problem = field_check(request->route->form, request->query, request->query_count,
		                      &name);
	else
		problem = field_check(FIELDS_NONE, request->query, request->query_count, &name);
	if (problem == FIELD_OK && (request->route->flags & ROUTE_CSRF) != 0)
		problem = field_check(request->route->form, request->form, request->form_count,
		                      &name);
	if (problem != FIELD_OK) {
		web_refuse_field(request, response, problem, name);
		return false;
	}
	if (request->route->method != METHOD_POST || request->route->role != ROLE_KEY)
		return true;
	return check_body(request, response);
}

static bool check_body(struct request *request, struct response *response)
{
	enum field_problem problem = FIELD_OK;
	struct str         name = { 0 };
	enum body_result   result = body_read(request, &problem, &name);

	if (result == BODY_OK)
		return true;
	if (result == BODY_FIELD)
		web_refuse_field(request, response, problem, name);
	else
		web_refuse(request, response,
		           result == BODY_MEDIA_TYPE ? WEB_MEDIA_TYPE : WEB_BAD_REQUEST);
	return false;
}

/* Adding fields is no new version; nothing has been taken away yet (WEB 1). */
static bool check_version(struct request *request, struct response *response)
{
	struct str version = request_header(request, "Keepline-Version");

	if (version.len == 0 || str_eq(version, STR(REQUEST_API_VERSION)))
		return true;
	web_refuse(request, response, WEB_VERSION);
	return false;
}

static bool key_session(struct request *request, struct response *response)
{
	struct web    *web = request->web;
	struct api_key key;
	struct str     visitor = limit_visitor(request->arena, request->peer);
	int64_t        wait_s;
	enum err       err;

	if (!limit_peek(web->limits, LIMIT_KEY_ADDRESS, 0, visitor, &wait_s)) {
		web_refuse_wait(request, response, WEB_LIMITED, wait_s);
		return false;
	}
	err = api_key_find(web->api_keys, request->db, request_header(request, "Authorization"),
	                   web->env->clock.mono_ms(web->env->clock.ctx), &key);
	if (err == ERR_NOT_FOUND) {
		limit_take(web->limits, LIMIT_KEY_ADDRESS, visitor, NULL);
		web_refuse(request, response, WEB_UNAUTHORIZED);
		response_header(response, "WWW-Authenticate", STR(KEY_REALM));
		return false;
	}
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return false;
	}
	request->session.account_id = key.account_id;
	request->session.role = ROLE_KEY;
	request->session.scopes = key.scopes;
	request->session.id = key.id;
	return key_rate(request, response);
}

static bool key_rate(struct request *request, struct response *response)
{
	struct web *web = request->web;
	int64_t     burst = web->config->number[SETTING_api_rate_per_minute];
	int64_t     wait_s;
	struct str  key = { .ptr = (const char *)&request->session.id,
		            .len = sizeof(request->session.id) };

	if (burst == 0 || limit_take_of(web->limits, LIMIT_REQUEST_KEY, burst, key, &wait_s))
		return true;
	web->metrics.limited++;
	web_refuse_wait(request, response, WEB_LIMITED, wait_s);
	return false;
}

/* To the login page, and back again after it where that makes sense. */
static void ask_login(struct request *request, struct response *response)
{
	struct str next = request->path, path, query;

	str_cut(request->target, '?', &path, &query);
	if (query.len > 0)
		next = arena_printf(request->arena, "%.*s?%.*s", STR_ARG(next), STR_ARG(query));
	if ((request->route->flags & ROUTE_LANG) == 0) {
		web_refuse(request, response, WEB_FORBIDDEN);
		return;
	}
	if (request->route->method != METHOD_GET)
		next = (struct str){ 0 };
	response_redirect(request, response,
	                  arena_printf(request->arena, "/login?next=%.*s%s",
	                               STR_ARG(form_escape(request->arena, next)),
	                               request->session.ended ? "&done=ended" : ""));
}

/* The key, behind what keeps it apart from a form's, and from other guests'. */
static struct str once_text(const struct request *request, struct str key)
{
	struct buf buf;

	buf_init(&buf, request->arena, ONCE_KEY_MAX + sizeof(request->session.secret) + 8);
	buf_add(&buf, request->route->role == ROLE_KEY ? STR("api\n") : STR("form\n"));
	if (request->session.account_id == 0)
		buf_add(&buf, (struct str){ .ptr = (const char *)request->session.secret,
		                            .len = sizeof(request->session.secret) });
	buf_add(&buf, key);
	return buf_str(&buf);
}

static bool is_form(const struct request *request)
{
	struct str type, parameter;

	str_cut(request_header(request, "Content-Type"), ';', &type, &parameter);
	return str_eq_nocase(str_trim(type), STR("application/x-www-form-urlencoded"));
}
