/*
 * devices.c - an account's own page: the browsers that are logged in to it, and
 * the ending of those that are not wanted (ASVS 7.4.5, 7.5.2).
 */
#include "web/devices.h"

#include "base/log.h"
#include "base/str.h"
#include "store/account_command.h"
#include "store/public_id.h"
#include "store/session_sql.h"
#include "web/error.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/password.h"
#include "web/route.h"
#include "web/session.h"
#include "web/web.h"

static enum err rows_fill(struct request *request, struct account_view *ret);
static void     device_ended(struct request *request, struct response *response);

void account_get(struct request *request, struct response *response)
{
	struct account_view view = { .row_count = 0 };

	page_form(request, false, &view.form);
	devices_show(request, response, 200, &view);
}

void device_end_post(struct request *request, struct response *response)
{
	struct session_end *end = ARENA_NEW(request->arena, struct session_end);
	struct str          device = request_form(request, "device");

	if (end == NULL) {
		web_fail(request, response, ERR_MEMORY);
		return;
	}
	*end = (struct session_end){ .account_id = request->session.account_id,
		                     .keep_id = request->session.id };
	if (device.len > 0 &&
	    !public_id_parse(request->web->keys, PUBLIC_DEVICE, device, &end->session_id)) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	request_command(request, response, session_end_apply, end, device_ended);
}

void devices_show(struct request *request, struct response *response, int status,
                  struct account_view *view)
{
	struct out out;
	enum err   err = rows_fill(request, view);

	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	page_start(request, response, status, &out);
	page_frame(request, NAV_ACCOUNT, &view->frame);
	view->frame.error = view->form.problems.count > 0;
	view->frame.path = STR("/account");
	view->password_min = PASSWORD_MIN;
	page_account(&out, view);
}

static enum err rows_fill(struct request *request, struct account_view *ret)
{
	int64_t                  now_s = request->now_ms / 1000;
	struct session_list_row *list;
	struct device_row       *rows;
	size_t                   count;
	enum err err = session_list(request->db, request->arena, request->session.account_id,
	                            SESSION_PER_ACCOUNT_MAX, &list, &count);

	if (err != ERR_OK)
		return err;
	rows = ARENA_ARRAY(request->arena, struct device_row, count + 1);
	if (rows == NULL)
		return ERR_MEMORY;
	ret->rows = rows;
	for (size_t i = 0; i < count; i++) {
		const struct session_list_row *row = &list[i];

		if (!session_lasts(row->role, row->created_s, row->seen_s, now_s))
			continue;
		rows[ret->row_count++] = (struct device_row){
			.id = public_id(request->arena, request->web->keys, PUBLIC_DEVICE, row->id),
			.agent = row->agent,
			.since_s = row->created_s,
			.seen_s = row->seen_s,
			.here = row->id == request->session.id,
		};
	}
	return ERR_OK;
}

static void device_ended(struct request *request, struct response *response)
{
	const struct session_end *end = request->command.arg;

	log_line(LOG_NOTE, "sessions ended", LOG_TEXT("id", str_from(request->id)),
	         LOG_NUMBER("account", end->account_id), LOG_NUMBER("session", end->session_id));
	response_redirect(request, response,
	                  end->session_id != 0 ? STR("/account?done=device")
	                                       : STR("/account?done=devices"));
}
