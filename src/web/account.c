/*
 * account.c - register, log in, log out.
 *
 * Whatever is asked, the answer never tells whether an address has an account:
 * the same pages, the same status, the same work (SECURITY F18, P23).
 */
#include "store/account.h"

#include "base/log.h"
#include "base/str.h"
#include "store/account_command.h"
#include "store/account_sql.h"
#include "text/lang.h"
#include "web/account.h"
#include "web/form.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/route.h"
#include "web/session.h"
#include "web/web.h"

/* A login under way; in the request's arena. */
struct login {
	struct password_job job;
	struct session_open open;
	struct str          email, next, blind;
	uint8_t             token[SESSION_TOKEN_SIZE];
	bool                known; /* there is such an account */
};

/* A registration under way. */
struct registration {
	struct password_job     job;
	struct account_register add;
	struct str              next;
};

static void     registration_hashed(struct request *request, struct response *response);
static void     registration_stored(struct request *request, struct response *response);
static void     register_show(struct request *request, struct response *response, int status,
                              struct form *form);
static enum err login_load(struct request *request, struct login *login);
static void     login_proved(struct request *request, struct response *response);
static void     login_stored(struct request *request, struct response *response);
static void     login_show(struct request *request, struct response *response, int status,
                           struct form *form);
static void     logout_stored(struct request *request, struct response *response);
static struct str with_next(struct request *request, const char *path, struct str next);

void register_get(struct request *request, struct response *response)
{
	struct form form;

	page_form(request, false, &form);
	register_show(request, response, 200, &form);
}

void register_post(struct request *request, struct response *response)
{
	struct web          *web = request->web;
	struct registration *arg = ARENA_NEW(request->arena, struct registration);
	struct form          form;
	struct str           email;

	if (arg == NULL) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	page_form(request, false, &form);
	if (account_check_new(request, &form, &email)) {
		if (!account_register_allowed(request, response))
			return;
		arg->job = (struct password_job){ .pepper = &web->keys->pepper,
			                          .password = request_form(request, "password") };
		arg->add.email_blind = account_blind(request->arena, &web->keys->blind, email);
		arg->add.email_box = account_email_seal(request->arena, &web->keys->personal,
		                                        arg->add.email_blind, email);
		arg->add.lang = str_from(request->lang->tag);
		arg->add.role = ROLE_MEMBER;
		arg->next = page_next(request_form(request, "next"));
		request_work(request, response, password_work, arg, registration_hashed);
		return;
	}
	register_show(request, response, 422, &form);
}

void login_get(struct request *request, struct response *response)
{
	struct form form;

	page_form(request, false, &form);
	login_show(request, response, 200, &form);
}

void login_post(struct request *request, struct response *response)
{
	struct login *login = ARENA_NEW(request->arena, struct login);
	struct str    typed = request_form(request, "email");
	struct str    password = request_form(request, "password");
	struct form   form;
	enum err      err;

	if (login == NULL) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	page_form(request, false, &form);
	login->next = page_next(request_form(request, "next"));
	if (!account_email_fold(request->arena, typed, &login->email))
		page_problem(&form, "email",
		             page_words(typed.len == 0 ? MSG_REFUSAL_EMAIL_EMPTY
		                                       : MSG_REFUSAL_EMAIL_SHAPE));
	if (password.len == 0)
		page_problem(&form, "password", page_words(MSG_REFUSAL_PASSWORD_EMPTY));
	if (form.problems.count > 0) {
		login_show(request, response, 422, &form);
		return;
	}
	login->blind = account_blind(request->arena, &request->web->keys->blind, login->email);
	if (!account_try_allowed(request, response, login->blind))
		return;
	err = login_load(request, login);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	login->job.password = password;
	login->job.pepper = &request->web->keys->pepper;
	request_work(request, response, password_work, login, login_proved);
}

void logout_post(struct request *request, struct response *response)
{
	struct session_close *close = ARENA_NEW(request->arena, struct session_close);

	if (close == NULL) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	close->session_id = request->session.id;
	request_command(request, response, session_close_apply, close, logout_stored);
}

bool account_check_new(struct request *request, struct form *form, struct str *ret_email)
{
	struct str typed = request_form(request, "email"), email = { 0 };

	if (!account_email_fold(request->arena, typed, &email))
		page_problem(form, "email",
		             page_words(typed.len == 0 ? MSG_REFUSAL_EMAIL_EMPTY
		                                       : MSG_REFUSAL_EMAIL_SHAPE));
	account_check_password(request, form, email);
	*ret_email = email;
	return form->problems.count == 0;
}

void account_check_password(struct request *request, struct form *form, struct str email)
{
	struct str password = request_form(request, "password");

	switch (password_check(request->arena, password, email)) {
	case PASSWORD_SHORT:
		page_problem(form, "password",
		             page_words_n(MSG_REFUSAL_PASSWORD_SHORT, PASSWORD_MIN));
		break;
	case PASSWORD_LONG:
		page_problem(form, "password",
		             page_words_n(MSG_REFUSAL_PASSWORD_LONG, PASSWORD_MAX));
		break;
	case PASSWORD_COMMON:
		page_problem(form, "password", page_words(MSG_REFUSAL_PASSWORD_COMMON));
		break;
	case PASSWORD_CONTEXT:
		page_problem(form, "password", page_words(MSG_REFUSAL_PASSWORD_SELF));
		break;
	case PASSWORD_GOOD:
	case PASSWORD_VERDICT_COUNT:
		break;
	}
}

bool account_register_allowed(struct request *request, struct response *response)
{
	struct web *web = request->web;
	int64_t     burst = web->config->number[SETTING_register_per_hour], wait_s = 1;

	if (limit_take_of(web->limits, LIMIT_REGISTER_ADDRESS, burst,
	                  limit_visitor(request->arena, request->peer), &wait_s) &&
	    limit_take(web->limits, LIMIT_REGISTER_NETWORK,
	               limit_network(request->arena, request->peer), &wait_s))
		return true;
	web->metrics.limited++;
	web_refuse_wait(request, response, WEB_LIMITED, wait_s);
	return false;
}

bool account_try_allowed(struct request *request, struct response *response, struct str blind)
{
	struct limits *limits = request->web->limits;
	int64_t        wait_s = 1;

	if (limit_take(limits, LIMIT_LOGIN_ADDRESS, limit_visitor(request->arena, request->peer),
	               &wait_s) &&
	    limit_take(limits, LIMIT_LOGIN_NETWORK, limit_network(request->arena, request->peer),
	               &wait_s) &&
	    limit_take(limits, LIMIT_LOGIN_ACCOUNT, blind, &wait_s))
		return true;
	request->web->metrics.limited++;
	web_refuse_wait(request, response, WEB_LIMITED, wait_s);
	return false;
}

void account_try_forgive(struct request *request, struct str blind)
{
	struct limits *limits = request->web->limits;

	limit_give(limits, LIMIT_LOGIN_ADDRESS, 0, limit_visitor(request->arena, request->peer));
	limit_give(limits, LIMIT_LOGIN_NETWORK, 0, limit_network(request->arena, request->peer));
	limit_give(limits, LIMIT_LOGIN_ACCOUNT, 0, blind);
}

static void registration_hashed(struct request *request, struct response *response)
{
	struct registration *arg = request->task.arg;

	if (!arg->job.good) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	arg->add.password = str_from(arg->job.text);
	request_command(request, response, account_register_apply, &arg->add, registration_stored);
}

/* New or not: to the login page.  The owner of a known address learns of it by
 * mail, nobody else does. */
static void registration_stored(struct request *request, struct response *response)
{
	/* `add` is a member of what the task was given. */
	struct registration *arg = request->task.arg;

	response_redirect(request, response,
	                  with_next(request, "/login?done=registered", arg->next));
}

static void register_show(struct request *request, struct response *response, int status,
                          struct form *form)
{
	struct register_view view = { .form = *form, .password_min = PASSWORD_MIN };
	struct out           out;

	page_start(request, response, status, &out);
	page_frame(request, NAV_NONE, &view.frame);
	view.frame.error = form->problems.count > 0;
	view.email = request_form(request, "email");
	view.next = page_next(request->route->method == METHOD_POST
	                          ? request_form(request, "next")
	                          : request_query(request, "next"));
	page_register(&out, &view);
}

static enum err login_load(struct request *request, struct login *login)
{
	struct account_by_email_row row;
	enum err err = account_by_email(request->db, request->arena, login->blind, &row);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	login->known = err == ERR_OK && row.closed_s == 0 && row.password.len > 0;
	login->job.stored = login->known ? row.password : password_nobody();
	login->open.account_id = login->known ? row.id : 0;
	login->open.role = login->known ? (enum role)row.role : ROLE_GUEST;
	return ERR_OK;
}

static void login_proved(struct request *request, struct response *response)
{
	struct login *login = request->task.arg;
	struct form   form;

	if (!login->known || !login->job.good) {
		request->web->metrics.login_failed++;
		log_line(LOG_NOTE, "login failed", LOG_TEXT("id", str_from(request->id)),
		         LOG_NUMBER("account", login->open.account_id),
		         LOG_TEXT("peer", request->peer));
		page_form(request, false, &form);
		page_problem(&form, "", page_words(MSG_REFUSAL_LOGIN));
		login_show(request, response, 422, &form);
		return;
	}
	account_try_forgive(request, login->blind);
	session_token_make(request, login->token, &login->open.token_hash);
	request->web->env->rand.fill(request->web->env->rand.ctx, login->open.csrf,
	                             sizeof(login->open.csrf));
	login->open.agent = account_agent(request_header(request, "User-Agent"));
	login->open.old_session = request->session.id;
	if (login->job.aged)
		login->open.new_password = str_from(login->job.text);
	request_command(request, response, session_open_apply, &login->open, login_stored);
}

static void login_stored(struct request *request, struct response *response)
{
	struct login *login = request->task.arg;
	struct str    to = login->next;

	request->web->metrics.login_ok++;
	log_line(LOG_NOTE, "login", LOG_TEXT("id", str_from(request->id)),
	         LOG_NUMBER("account", login->open.account_id), LOG_TEXT("peer", request->peer));
	session_cookie_set(request, response, login->token);
	if (to.len == 0)
		to = login->open.role == ROLE_STAFF ? STR("/desk") : STR("/");
	response_redirect(request, response, to);
}

static void login_show(struct request *request, struct response *response, int status,
                       struct form *form)
{
	struct login_view view = { .form = *form };
	struct out        out;

	page_start(request, response, status, &out);
	page_frame(request, NAV_NONE, &view.frame);
	view.frame.error = form->problems.count > 0;
	view.ended = str_eq(request_query(request, "done"), STR("ended"));
	view.email = request_form(request, "email");
	view.next = page_next(request->route->method == METHOD_POST
	                          ? request_form(request, "next")
	                          : request_query(request, "next"));
	page_login(&out, &view);
}

static void logout_stored(struct request *request, struct response *response)
{
	session_cookie_clear(response);
	response_redirect(request, response, STR("/?done=signed_out"));
}

static struct str with_next(struct request *request, const char *path, struct str next)
{
	if (next.len == 0)
		return str_from(path);
	return arena_printf(request->arena, "%s&next=%.*s", path,
	                    STR_ARG(form_escape(request->arena, next)));
}

struct str account_agent(struct str user_agent)
{
	/* The first that fits wins: most browsers name several others, too. */
	static const struct {
		const char *mark;
		const char *name;
	} agents[] = {
		{ "MicroMessenger", "WeChat" },
		{ "AlipayClient", "Alipay" },
		{ "Edg", "Edge" },
		{ "OPR/", "Opera" },
		{ "SamsungBrowser", "Samsung Internet" },
		{ "Firefox", "Firefox" },
		{ "FxiOS", "Firefox" },
		{ "CriOS", "Chrome" },
		{ "Chrome", "Chrome" },
		{ "Safari", "Safari" },
	};

	for (size_t i = 0; i < COUNT_OF(agents); i++)
		if (str_find(user_agent, str_from(agents[i].mark)) >= 0)
			return str_from(agents[i].name);
	return STR("");
}
