/*
 * mail_job.c - MAIL: a notice goes out by e-mail, in its reader's language,
 * with the same Message-ID at each try.
 *
 * What the server may still take (4xx, silence) is tried again by the schedule;
 * what it never will (5xx) ends there, and the message centre keeps the words.
 * A mail is never waited for by anything else.  DOMAIN 4 R4.
 */
#include "base/str.h"
#include "gate/mail.h"
#include "store/account.h"
#include "store/mail_command.h"
#include "store/notice_parts.h"
#include "store/public_id.h"
#include "work/follow.h"
#include "work/letter.h"

#define MAIL_TRY_MAX_MS (INT64_C(7) * 86400 * 1000) /* then it is no news any more */

struct mail_job {
	struct notice_get_row notice;
	struct mail           mail;
	struct net_call       call;
	enum mail_outcome     outcome;
};

static enum err mail_load(struct errand *errand, struct mail_job *job);
static enum err mail_address(struct errand *errand, const struct mail_account_row *account,
                             int64_t order_id, struct str *ret);
static void     mail_answered(struct errand *errand);
static enum err mail_apply(struct store *store, struct errand *errand);

void mail_job_begin(struct errand *errand)
{
	const struct work_setup *setup = errand_setup(errand);
	struct mail_job         *job = ARENA_NEW(&errand->arena, struct mail_job);
	struct str               smtp_url = setup->config->text[SETTING_smtp_url];
	enum err                 err = job == NULL ? ERR_MEMORY : ERR_OK;

	errand->task = job;
	if (err == ERR_OK) {
		err = mail_load(errand, job);
	}
	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		errand_fail(errand, err);
		return;
	}
	/* Nobody to write to, or nothing to write with: the message centre is enough. */
	job->outcome = MAIL_REFUSED;
	if (err == ERR_OK && smtp_url.len > 0 &&
	    mail_call(&errand->arena, &job->mail, smtp_url, errand->kind->deadline_ms,
	              &job->call)) {
		errand_call(errand, &job->call, mail_answered);
	} else {
		errand_store(errand, mail_apply, NULL);
	}
}

/* ERR_NOT_FOUND: the notice, the account or its address is gone. */
static enum err mail_load(struct errand *errand, struct mail_job *job)
{
	const struct work_setup *setup = errand_setup(errand);
	struct arena            *arena = &errand->arena;
	struct mail_account_row  account;
	struct letter_view view = { .site = letter_site(setup->config->text[SETTING_public_url]) };
	struct letter      letter;
	const struct lang *lang;
	struct notice_reader reader = { .db = setup->db,
		                        .arena = arena,
		                        .config = setup->config,
		                        .keys = setup->keys,
		                        .catalogue = setup->catalogue };
	enum err             err = notice_get(setup->db, errand->job.subject, &job->notice);

	if (err == ERR_OK) {
		err = mail_account(setup->db, arena, job->notice.account_id, &account);
	}
	if (err == ERR_OK) {
		err = mail_address(errand, &account, job->notice.order_id, &job->mail.to);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (job->notice.kind < 0 || job->notice.kind >= NOTICE_COUNT) {
		return ERR_CORRUPT;
	}
	if (!lang_from_tag(account.lang, &lang)) {
		lang = lang_get(LANG_EN);
	}
	view.kind = (enum notice)job->notice.kind;
	reader.lang = account.lang;
	err = notice_parts_load(&reader, &job->notice, &view.parts);
	if (err != ERR_OK) {
		return err;
	}
	if (!letter_make(arena, lang, &view, &letter)) {
		return ERR_MEMORY;
	}
	job->mail.from = setup->config->text[SETTING_mail_from];
	job->mail.subject = letter.subject;
	job->mail.text = letter.text;
	job->mail.html = letter.html;
	job->mail.language = str_from(lang->tag);
	job->mail.notice_id = public_id(arena, setup->keys, PUBLIC_NOTICE, job->notice.id);
	job->mail.date_s = job->notice.at_s;
	return ERR_OK;
}

/* The order's own address goes before the account's. */
static enum err mail_address(struct errand *errand, const struct mail_account_row *account,
                             int64_t order_id, struct str *ret)
{
	const struct work_setup *setup = errand_setup(errand);
	struct arena            *arena = &errand->arena;
	struct order_get_row     order = { .notify_box_null = true };
	enum err                 err = ERR_OK;

	if (account->closed_s != 0) {
		return ERR_NOT_FOUND;
	}
	if (order_id != 0) {
		err = order_get(setup->db, arena, order_id, &order);
	}
	if (err != ERR_OK) {
		return err;
	}
	if (!order.notify_box_null &&
	    account_notify_open(arena, &setup->keys->personal, order_id, order.notify_box, ret)) {
		return ERR_OK;
	}
	return account->email_box.len > 0 &&
	               account_email_open(arena, &setup->keys->personal, account->email_blind,
	                                  account->email_box, ret)
	           ? ERR_OK
	           : ERR_NOT_FOUND;
}

static void mail_answered(struct errand *errand)
{
	struct mail_job *job = errand->task;

	job->outcome = mail_outcome(&job->call);
	errand_store(errand, mail_apply, NULL);
}

static enum err mail_apply(struct store *store, struct errand *errand)
{
	const struct mail_job *job = errand->task;
	struct follow          follow;
	bool                   alarm;
	enum err               err = follow_begin(store, errand, &follow);

	if (err != ERR_OK || !follow.found) {
		return err;
	}
	if (job->outcome == MAIL_RETRY &&
	    store->now_ms - follow.before.created_ms < MAIL_TRY_MAX_MS) {
		return follow_end(store, errand, &follow,
		                  &(struct follow_plan){
				      .kind = JOB_MAIL,
				      .reason = STR("the mail server does not take it yet"),
				      .alarms = true,
				  },
		                  &alarm);
	}
	err = mail_settle(store, errand->job.subject, job->outcome == MAIL_SENT);
	return err == ERR_OK ? job_end(store->db, errand->job.id) : err;
}
