/*
 * page.c - frames, forms and where to go next.
 */
#include "web/page.h"

#include "base/str.h"
#include "web/form.h"
#include "web/route.h"
#include "web/session.h"
#include "web/web.h"

#define IK_SIZE    16 /* random bytes of a form's idempotency key */
#define LOOK_RULES "; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax"

/* The browser keeps the style sheet once it was linked; the part of its
 * address that changes with the content says which one. */
static struct str css_mark(void);
static bool       has_css(const struct request *request);

struct str page_base(const struct request *request)
{
	return arena_printf(request->arena, "/%s", request->lang->tag);
}

void page_frame(struct request *request, enum nav nav, struct frame *ret)
{
	const struct config *config = request->web->config;
	struct str           path, query;

	str_cut(request->target, '?', &path, &query);
	*ret = (struct frame){
		.base = page_base(request),
		.path = request->path.len > 0 ? request->path : STR("/"),
		.public_url = request->web->origin,
		.css_url = STR(ASSET_KEEPLINE_CSS_URL),
		.desk_css_url = STR(ASSET_DESK_CSS_URL),
		.js_url = STR(ASSET_KEEPLINE_JS_URL),
		.mark_url = STR(ASSET_MARK_SVG_URL),
		.email = request->session.email,
		.csrf = request->session.csrf,
		.sender = config->text[SETTING_smtp_url].len > 0 ? config->text[SETTING_mail_from]
		                                                 : (struct str){ 0 },
		.now_s = request->now_ms / 1000,
		.unread_count = request->session.unread_count,
		.nav = nav,
		.flash = page_flash(request),
		.staff = request->session.role == ROLE_STAFF,
		.sandbox = config->number[SETTING_sandbox] != 0,
	};
	if (query.len > 0 && request->route != NULL && request->route->method == METHOD_GET)
		ret->path = arena_printf(request->arena, "%.*s?%.*s", STR_ARG(ret->path),
		                         STR_ARG(query));
	if (!has_css(request))
		ret->css_text = asset_bytes(ASSET_KEEPLINE_CSS, PACKING_NONE);
}

void page_start(struct request *request, struct response *response, int status, struct out *ret)
{
	struct str tag, css;

	response->status = status;
	response->content_type = STR("text/html; charset=utf-8");
	response->body.len = 0;
	*ret = (struct out){ .buf = &response->body, .lang = request->lang };
	session_look(request, &tag, &css);
	if (!str_eq(css, css_mark()) || !str_eq(tag, str_from(request->lang->tag)))
		response_header(response, "Set-Cookie",
		                arena_printf(request->arena,
		                             SESSION_LOOK_COOKIE "=%s.%.*s" LOOK_RULES,
		                             request->lang->tag, STR_ARG(css_mark())));
}

void page_form(struct request *request, bool once, struct form *ret)
{
	uint8_t bytes[IK_SIZE];

	*ret = (struct form){ .csrf = request->session.csrf };
	if (!once)
		return;
	ret->ik = request->idempotency_key;
	if (ret->ik.len > 0)
		return;
	request->web->env->rand.fill(request->web->env->rand.ctx, bytes, sizeof(bytes));
	ret->ik = form_base64url(request->arena,
	                         (struct str){ .ptr = (const char *)bytes, .len = sizeof(bytes) });
}

void page_problem(struct form *form, const char *field, struct message words)
{
	struct problems *problems = &form->problems;

	assert(problems->count < PROBLEM_MAX);
	problems->item[problems->count++] = (struct problem){ .field = str_from(field),
		                                              .words = words };
}

struct message page_words(enum msg msg)
{
	return page_words_n(msg, -1);
}

struct message page_words_n(enum msg msg, int64_t n)
{
	return (struct message){ .msg = msg, .count = n };
}

struct str page_next(struct str next)
{
	if (next.len == 0 || next.ptr[0] != '/' || str_find(next, STR("//")) >= 0 ||
	    str_find(next, STR("\\")) >= 0 || str_find(next, STR("..")) >= 0)
		return (struct str){ 0 };
	for (size_t i = 0; i < next.len; i++)
		if ((unsigned char)next.ptr[i] <= 0x20 || (unsigned char)next.ptr[i] >= 0x7f)
			return (struct str){ 0 };
	return next;
}

enum flash page_flash(const struct request *request)
{
	static const struct str names[FLASH_COUNT] = {
		[FLASH_NONE] = { .ptr = "", .len = 0 },
		[FLASH_SIGNED_OUT] = { .ptr = "signed_out", .len = 10 },
		[FLASH_REGISTERED] = { .ptr = "registered", .len = 10 },
		[FLASH_CANCELLED] = { .ptr = "cancelled", .len = 9 },
		[FLASH_DESK_DONE] = { .ptr = "desk_done", .len = 9 },
		[FLASH_RATE] = { .ptr = "rate", .len = 4 },
		[FLASH_MISMATCH] = { .ptr = "mismatch", .len = 8 },
		[FLASH_DEVICE] = { .ptr = "device", .len = 6 },
		[FLASH_DEVICES] = { .ptr = "devices", .len = 7 },
		[FLASH_PASSWORD] = { .ptr = "password", .len = 8 },
	};
	struct str done = request_query(request, "done");

	for (enum flash flash = FLASH_SIGNED_OUT; flash < FLASH_COUNT; flash++)
		if (done.len > 0 && str_eq(done, names[flash]))
			return flash;
	return FLASH_NONE;
}

static struct str css_mark(void)
{
	struct str url = STR(ASSET_KEEPLINE_CSS_URL);
	struct str head, tail;

	str_cut(str_skip(url, sizeof("/static/") - 1), '.', &head, &tail);
	str_cut(tail, '.', &head, &tail);
	return head;
}

static bool has_css(const struct request *request)
{
	struct str tag, css;

	session_look(request, &tag, &css);
	return str_eq(css, css_mark());
}
