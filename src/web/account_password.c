/*
 * account_password.c - a new password: the old one is proved, the new one
 * hashed, and every other session of the account ends with it (ASVS 7.4.3).
 */
#include "base/log.h"
#include "base/str.h"
#include "store/account.h"
#include "store/account_command.h"
#include "store/account_sql.h"
#include "web/account.h"
#include "web/devices.h"
#include "web/error.h"
#include "web/page.h"
#include "web/web.h"

/* A change under way; in the request's arena. */
struct change {
	struct password_job   job;
	struct account_secret secret;
	struct str            blind;
};

static enum err change_load(struct request *request, struct change *change, struct str *ret_email);
static bool     change_good(struct request *request, struct form *form, struct str email);
static void     old_proved(struct request *request, struct response *response);
static void     new_hashed(struct request *request, struct response *response);
static void     change_stored(struct request *request, struct response *response);
static void     change_show(struct request *request, struct response *response, struct form *form);

void account_password_post(struct request *request, struct response *response)
{
	struct change *change = ARENA_NEW(request->arena, struct change);
	struct str     email = { 0 };
	struct form    form;
	enum err       err = change == NULL ? ERR_MEMORY : change_load(request, change, &email);

	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	page_form(request, false, &form);
	if (!change_good(request, &form, email)) {
		change_show(request, response, &form);
		return;
	}
	if (!account_try_allowed(request, response, change->blind))
		return;
	change->job.pepper = &request->web->keys->pepper;
	change->job.password = request_form(request, "old");
	request_work(request, response, password_work, change, old_proved);
}

static enum err change_load(struct request *request, struct change *change, struct str *ret_email)
{
	struct account_by_id_row row;
	enum err err = account_by_id(request->db, request->arena, request->session.account_id,
	                             &row);

	if (err != ERR_OK)
		return err;
	if (!account_email_open(request->arena, &request->web->keys->personal, row.email_blind,
	                        row.email_box, ret_email))
		return ERR_CORRUPT;
	change->blind = row.email_blind;
	change->job.stored = row.password;
	change->secret = (struct account_secret){ .account_id = row.id,
		                                  .session_id = request->session.id,
		                                  .old_password = row.password };
	return ERR_OK;
}

static bool change_good(struct request *request, struct form *form, struct str email)
{
	if (request_form(request, "old").len == 0)
		page_problem(form, "old", page_words(MSG_REFUSAL_PASSWORD_EMPTY));
	account_check_password(request, form, email);
	return form->problems.count == 0;
}

static void old_proved(struct request *request, struct response *response)
{
	struct change *change = request->task.arg;
	struct form    form;

	if (!change->job.good) {
		page_form(request, false, &form);
		page_problem(&form, "old", page_words(MSG_REFUSAL_PASSWORD_OLD));
		change_show(request, response, &form);
		return;
	}
	account_try_forgive(request, change->blind);
	change->job = (struct password_job){ .pepper = &request->web->keys->pepper,
		                             .password = request_form(request, "password") };
	request_work(request, response, password_work, change, new_hashed);
}

static void new_hashed(struct request *request, struct response *response)
{
	struct change *change = request->task.arg;

	if (!change->job.good) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	change->secret.new_password = str_from(change->job.text);
	request_command(request, response, account_secret_apply, &change->secret, change_stored);
}

static void change_stored(struct request *request, struct response *response)
{
	const struct account_secret *secret = request->command.arg;
	struct form                  form;

	if (secret->refused) {
		page_form(request, false, &form);
		page_problem(&form, "old", page_words(MSG_REFUSAL_PASSWORD_OLD));
		change_show(request, response, &form);
		return;
	}
	log_line(LOG_NOTE, "password changed", LOG_TEXT("id", str_from(request->id)),
	         LOG_NUMBER("account", secret->account_id), LOG_TEXT("peer", request->peer));
	response_redirect(request, response, STR("/account?done=password"));
}

static void change_show(struct request *request, struct response *response, struct form *form)
{
	struct account_view view = { .form = *form };

	devices_show(request, response, 422, &view);
}
