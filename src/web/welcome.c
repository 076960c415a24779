/*
 * welcome.c - the one-time link that makes the first member of staff: an
 * address, a password, and the link is used up.
 */
#include "base/log.h"
#include "base/str.h"
#include "store/account.h"
#include "store/account_command.h"
#include "store/session_sql.h"
#include "text/lang.h"
#include "web/account.h"
#include "web/page.h"
#include "web/pages/pages.h"

struct welcome {
	struct password_job job;
	struct invite_use   use;
};

static void     welcome_hashed(struct request *request, struct response *response);
static void     welcome_stored(struct request *request, struct response *response);
static bool     welcome_allowed(struct request *request, struct response *response);
static enum err welcome_good(struct request *request, bool *ret);
static void     welcome_show(struct request *request, struct response *response, int status,
                             struct form *form, bool used);
static void     token_hash(const struct request *request, struct digest *ret);

void welcome_get(struct request *request, struct response *response)
{
	struct form form;
	bool        good = false;
	enum err    err;

	if (!welcome_allowed(request, response))
		return;
	err = welcome_good(request, &good);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	page_form(request, false, &form);
	welcome_show(request, response, good ? 200 : 404, &form, !good);
}

void welcome_post(struct request *request, struct response *response)
{
	struct web     *web = request->web;
	struct welcome *arg = ARENA_NEW(request->arena, struct welcome);
	struct form     form;
	struct str      email;
	bool            good = false;
	enum err        err;

	if (arg == NULL) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	if (!welcome_allowed(request, response))
		return;
	err = welcome_good(request, &good);
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	page_form(request, false, &form);
	if (!good || !account_check_new(request, &form, &email)) {
		welcome_show(request, response, good ? 422 : 404, &form, !good);
		return;
	}
	token_hash(request, &arg->use.token_hash);
	arg->use.email_blind = account_blind(request->arena, &web->keys->blind, email);
	arg->use.email_box = account_email_seal(request->arena, &web->keys->personal,
	                                        arg->use.email_blind, email);
	arg->use.lang = str_from(request->lang->tag);
	arg->job.pepper = &web->keys->pepper;
	arg->job.password = request_form(request, "password");
	request_work(request, response, password_work, arg, welcome_hashed);
}

static void welcome_hashed(struct request *request, struct response *response)
{
	struct welcome *arg = request->task.arg;

	if (!arg->job.good) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	arg->use.password = str_from(arg->job.text);
	request_command(request, response, invite_use_apply, &arg->use, welcome_stored);
}

static void welcome_stored(struct request *request, struct response *response)
{
	struct welcome *arg = request->task.arg;
	struct form     form;

	page_form(request, false, &form);
	if (arg->use.taken) {
		page_problem(&form, "email", page_words(MSG_EMAIL_TAKEN));
		welcome_show(request, response, 422, &form, false);
		return;
	}
	if (arg->use.refused) {
		welcome_show(request, response, 404, &form, true);
		return;
	}
	log_line(LOG_NOTE, "staff account made", LOG_TEXT("id", str_from(request->id)),
	         LOG_NUMBER("account", arg->use.account_id), LOG_TEXT("peer", request->peer));
	response_redirect(request, response, STR("/login?done=registered&next=/desk"));
}

static bool welcome_allowed(struct request *request, struct response *response)
{
	int64_t wait_s;

	if (limit_take(request->web->limits, LIMIT_WELCOME_ADDRESS,
	               limit_visitor(request->arena, request->peer), &wait_s))
		return true;
	web_refuse_wait(request, response, WEB_LIMITED, wait_s);
	return false;
}

static enum err welcome_good(struct request *request, bool *ret)
{
	struct invite_by_token_row row;
	struct digest              hash;
	enum err                   err;

	token_hash(request, &hash);
	err = invite_by_token(request->db,
	                      (struct str){ .ptr = (const char *)hash.byte, .len = HASH_SIZE },
	                      &row);
	if (err == ERR_NOT_FOUND) {
		*ret = false;
		return ERR_OK;
	}
	if (err == ERR_OK)
		*ret = row.used_s == 0 && row.expires_s > request->now_ms / 1000;
	return err;
}

static void welcome_show(struct request *request, struct response *response, int status,
                         struct form *form, bool used)
{
	struct desk_welcome_view view = {
		.form = *form,
		.token = request->part[0],
		.password_min = PASSWORD_MIN,
		.used = used,
	};
	struct out out;

	page_start(request, response, status, &out);
	page_frame(request, NAV_NONE, &view.frame);
	view.frame.error = form->problems.count > 0;
	view.email = request_form(request, "email");
	page_desk_welcome(&out, &view);
}

static void token_hash(const struct request *request, struct digest *ret)
{
	sha256(request->part[0], ret);
}
