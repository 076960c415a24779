/*
 * error.c - refusals and failures as pages and as problem+json.
 */
#include "web/error.h"

#include "base/log.h"
#include "base/str.h"
#include "text/message.h"
#include "web/json.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/route.h"
#include "web/web.h"

#define NAME_SHOWN_MAX 64 /* bytes of a field's name that we repeat */

struct refusal {
	int         status;
	const char *code, *title;
	enum msg    detail;
};

#define X(id, s, c, t) \
	[WEB_##id] = { .status = (s), .code = (c), .title = (t), .detail = MSG_WEB_##id },
static const struct refusal refusals[WEB_REFUSAL_COUNT] = { WEB_REFUSALS(X) };
#undef X

static void        answer_start(struct response *response, int status, const char *code);
static const char *pointer_to(struct arena *arena, const char *object, struct str name);
static void refuse(struct request *request, struct response *response, enum web_refusal refusal,
                   int64_t wait_s, const struct web_field_error *error);
static void page(struct request *request, struct response *response, enum web_refusal refusal,
                 int64_t wait_s, const struct web_field_error *error);

int web_refusal_status(enum web_refusal refusal)
{
	assert(refusal < WEB_REFUSAL_COUNT);
	return refusals[refusal].status;
}

void web_refuse(struct request *request, struct response *response, enum web_refusal refusal)
{
	refuse(request, response, refusal, 0, NULL);
}

void web_refuse_wait(struct request *request, struct response *response, enum web_refusal refusal,
                     int64_t wait_s)
{
	refuse(request, response, refusal, wait_s > 0 ? wait_s : 1, NULL);
}

void web_refuse_field(struct request *request, struct response *response,
                      enum field_problem problem, struct str name)
{
	web_refuse_field_in(request, response, problem, NULL, name);
}

void web_refuse_field_in(struct request *request, struct response *response,
                         enum field_problem problem, const char *object, struct str name)
{
	struct str             text = str_take(name, NAME_SHOWN_MAX);
	struct web_field_error error = {
		.pointer = pointer_to(request->arena, object, text),
		.code = field_problem_code(problem),
		.detail = message_text(request->arena, request->lang, MSG_WEB_FIELD, -1,
		                       PARTS(PART("name", text))),
	};

	refuse(request, response, WEB_BAD_FIELD, 0, &error);
}

void web_fail(struct request *request, struct response *response, enum err err)
{
	log_line(LOG_ERROR, "request failed", LOG_TEXT("id", str_from(request->id)),
	         LOG_TEXT("route",
	                  str_from(request->route != NULL ? request->route->pattern : "-")),
	         LOG_TEXT("failure", str_from(err_text(err))));
	if (err == ERR_FULL || err == ERR_BUSY || err == ERR_TIMEOUT)
		web_refuse_wait(request, response, WEB_BUSY, WEB_WAIT_S);
	else
		web_refuse(request, response, WEB_INTERNAL);
}

void web_problem(struct request *request, struct response *response, int status, const char *code,
                 const char *title, struct str detail, const struct web_field_error *errors,
                 size_t error_count)
{
	struct buf *body = &response->body;

	answer_start(response, status, code);
	response->content_type = STR("application/problem+json; charset=utf-8");
	buf_printf(body,
	           "{\"type\":\"%.*s/problems/%s\",\"title\":\"%s\",\"status\":%d,"
	           "\"code\":\"%s\"",
	           STR_ARG(request->web->origin), code, title, status, code);
	buf_add(body, STR(",\"detail\":"));
	json_text(body, detail);
	if (error_count > 0)
		buf_add(body, STR(",\"errors\":["));
	for (size_t i = 0; i < error_count; i++) {
		buf_add(body, i > 0 ? STR(",{\"pointer\":") : STR("{\"pointer\":"));
		json_text(body, str_from(errors[i].pointer));
		buf_printf(body, ",\"code\":\"%s\",\"detail\":", errors[i].code);
		json_text(body, errors[i].detail);
		buf_add_char(body, '}');
	}
	if (error_count > 0)
		buf_add_char(body, ']');
	buf_printf(body, ",\"request_id\":\"%s\"}\n", request->id);
}

/* Forgets what the handler had begun to say, but not the cookies. */
static void answer_start(struct response *response, int status, const char *code)
{
	size_t kept = 0;

	for (size_t i = 0; i < response->header_count; i++)
		if (str_eq(response->headers[i].name, STR("Set-Cookie")))
			response->headers[kept++] = response->headers[i];
	response->header_count = kept;
	response->body.len = 0;
	response->is_asset = false;
	response->packing = PACKING_NONE;
	response->packed = (struct str){ 0 };
	response->cacheable = false;
	response->status = status;
	response->code = code;
}

/* RFC 6901: '~' and '/' inside of a name are escaped. */
static const char *pointer_to(struct arena *arena, const char *object, struct str name)
{
	struct buf buf;

	buf_init(&buf, arena, (size_t)4 * NAME_SHOWN_MAX);
	if (object != NULL) {
		buf_add_char(&buf, '/');
		buf_add(&buf, str_from(object));
	}
	buf_add_char(&buf, '/');
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '~')
			buf_add(&buf, STR("~0"));
		else if (name.ptr[i] == '/')
			buf_add(&buf, STR("~1"));
		else
			buf_add_char(&buf, name.ptr[i]);
	}
	return arena_cstr(arena, buf_str(&buf));
}

static void refuse(struct request *request, struct response *response, enum web_refusal refusal,
                   int64_t wait_s, const struct web_field_error *error)
{
	const struct refusal *row = &refusals[refusal];

	assert(refusal < WEB_REFUSAL_COUNT);
	if (request_is_api(request))
		web_problem(request, response, row->status, row->code, row->title,
		            message_text(request->arena, request->lang, row->detail, -1, NO_PARTS),
		            error, error != NULL ? 1 : 0);
	else
		page(request, response, refusal, wait_s, error);
	if (wait_s > 0)
		response_header(response, "Retry-After",
		                arena_printf(request->arena, "%lld", (long long)wait_s));
}

static void page(struct request *request, struct response *response, enum web_refusal refusal,
                 int64_t wait_s, const struct web_field_error *error)
{
	const struct refusal *row = &refusals[refusal];
	struct error_view     view = {
		    .status = row->status,
		    .retry_s = (int32_t)wait_s,
		    .request_id = row->status >= 500 ? str_from(request->id) : (struct str){ 0 },
		    .support_email = request->web->config->text[SETTING_support_email],
	};
	struct out out;

	answer_start(response, row->status, row->code);
	page_start(request, response, row->status, &out);
	page_frame(request, NAV_NONE, &view.frame);
	(void)error; /* the name of a field tells a person nothing; programs get it */
	page_error(&out, &view);
}
