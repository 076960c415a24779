/*
 * desk_rates.c - the exchange rates for staff: what each currency stands at,
 * and the yes to one that moved by more than 3 %.
 */
#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "core/job.h"
#include "store/job_sql.h"
#include "store/quote.h"
#include "store/rate.h"
#include "store/work_sql.h"
#include "web/desk.h"
#include "web/error.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/route.h"
#include "web/web.h"

static void     confirmed(struct request *request, struct response *response);
static bool     rate_named(struct str text, uint16_t *ret_currency, int32_t *ret_day);
static void     rates_show(struct request *request, struct response *response, int status,
                           struct desk_rates_view *view);
static enum err rows_fill(struct request *request, struct desk_rates_view *ret);
static enum err row_fill(struct request *request, uint16_t currency, struct desk_rate_row *ret);
static enum err fetching_fill(struct request *request, struct desk_rates_view *ret);

void desk_rates_get(struct request *request, struct response *response)
{
	struct desk_rates_view view = { .row_count = 0 };

	page_form(request, true, &view.form);
	rates_show(request, response, 200, &view);
}

void desk_rates_confirm_post(struct request *request, struct response *response)
{
	struct rate_confirm *arg = ARENA_NEW(request->arena, struct rate_confirm);
	struct str           base = page_base(request);

	if (desk_answered(request, response, arg == NULL ? ERR_MEMORY : ERR_OK))
		return;
	if (!rate_named(request_form(request, "rate"), &arg->currency, &arg->day)) {
		web_refuse_field(request, response, FIELD_MALFORMED, STR("rate"));
		return;
	}
	arg->reason = str_trim(request_form(request, "reason"));
	if (utf8_length(arg->reason) > RATE_REASON_MAX) {
		web_refuse_field(request, response, FIELD_TOO_LONG, STR("reason"));
		return;
	}
	arg->actor = request->session.account_id;
	arg->once = &request->once;
	arg->location = arena_printf(request->arena, "%.*s/desk/rates?done=rate", STR_ARG(base));
	request_command(request, response, rate_confirm_apply, arg, confirmed);
}

/* It was refused: the page as the rates stand now, and why. */
static void confirmed(struct request *request, struct response *response)
{
#define X(id, status, message) [RATE_REFUSAL_##id] = MSG_##message,
	static const enum msg words[RATE_REFUSAL_COUNT] = { RATE_REFUSALS(X) };
#undef X
	const struct rate_confirm *arg = request->command.arg;
	struct desk_rates_view     view = { .reason = arg->reason };

	page_form(request, true, &view.form);
	page_problem(&view.form, arg->refusal == RATE_REFUSAL_REASON ? "reason" : "",
	             page_words(words[arg->refusal]));
	rates_show(request, response, rate_refusal_status(arg->refusal), &view);
}

/* "CNY:2026-11-20" */
static bool rate_named(struct str text, uint16_t *ret_currency, int32_t *ret_day)
{
	struct str code, day;

	return str_cut(text, ':', &code, &day) && currency_from_code(code, ret_currency) &&
	       *ret_currency != CURRENCY_JPY && iso_day_parse(day, ret_day);
}

static void rates_show(struct request *request, struct response *response, int status,
                       struct desk_rates_view *view)
{
	struct out out;
	enum err   err = rows_fill(request, view);

	if (err == ERR_OK)
		err = fetching_fill(request, view);
	if (desk_answered(request, response, err))
		return;
	page_start(request, response, status, &out);
	page_frame(request, NAV_DESK_RATES, &view->frame);
	view->frame.error = view->form.problems.count > 0;
	view->frame.path = STR("/desk/rates");
	page_desk_rates(&out, view);
}

static enum err rows_fill(struct request *request, struct desk_rates_view *ret)
{
	struct desk_rate_row *rows = ARENA_ARRAY(request->arena, struct desk_rate_row,
	                                         quote_currency_count);
	enum err              err = rows == NULL ? ERR_MEMORY : ERR_OK;

	ret->rows = rows;
	for (size_t i = 0; err == ERR_OK && i < quote_currency_count; i++) {
		if (quote_currencies[i] == CURRENCY_JPY)
			continue;
		err = row_fill(request, quote_currencies[i], &rows[ret->row_count]);
		ret->waiting_count += rows[ret->row_count++].state == FX_REFUSAL_JUMP;
	}
	return err;
}

static enum err row_fill(struct request *request, uint16_t currency, struct desk_rate_row *ret)
{
	int64_t          now_s = request->now_ms / 1000;
	struct rate_look look;
	enum err         err = rate_look(request->db, request->arena, currency, now_s, &look);

	if (err != ERR_OK)
		return err;
	*ret = (struct desk_rate_row){ .currency = currency, .state = look.refusal };
	if (!look.known)
		return ERR_OK;
	ret->known = true;
	ret->mid_e6 = fx_sell_e6(&look.rate, 0);
	ret->source = fx_source_name(look.rate.source);
	ret->as_of_s = look.rate.as_of_s;
	ret->age_s = now_s > look.rate.as_of_s ? now_s - look.rate.as_of_s : 0;
	ret->day = iso_day(request->arena, look.day);
	ret->confirmed = look.confirmed_s != 0;
	if (look.refusal == FX_REFUSAL_JUMP) {
		ret->before_e6 = fx_sell_e6(&look.before, 0);
		ret->step_bp = (int32_t)((ret->mid_e6 - ret->before_e6) * 10000 / ret->before_e6);
	}
	return ERR_OK;
}

/* The job's row says when it is due, and what went wrong. */
static enum err fetching_fill(struct request *request, struct desk_rates_view *ret)
{
	struct job_of_kind_row of;
	struct job_get_row     job;
	enum err               err = job_of_kind(request->db, JOB_RATES, &of);

	if (err == ERR_OK)
		err = job_get(request->db, request->arena, of.id, &job);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	ret->fetches = true;
	ret->fetch_due_s = job.due_ms / 1000;
	if (!job.note_null && job.note.len > 0) {
		ret->failing = job.note;
		ret->failing_since_s = job.created_ms / 1000;
	}
	return ERR_OK;
}
