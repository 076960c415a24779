/*
 * messages.c - the message centre: everything we ever told this account.
 */
#include "base/str.h"
#include "store/notice_command.h"
#include "store/notice_parts.h"
#include "store/public_id.h"
#include "web/error.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/web.h"

#define MESSAGES_PAGE 20 /* rows */

/* A message being opened; in the request's arena. */
struct opening {
	struct notice_opening read;
	struct message_row    row;
};

static enum err notice_load(struct request *request, int64_t id, struct notice_get_row *ret);
static enum err messages_fill(struct request *request, int64_t id, struct messages_view *ret);
static enum err row_fill(struct notice_reader *reader, const struct notice_get_row *notice,
                         struct message_row *ret);
static void     reader_of(const struct request *request, struct notice_reader *ret);
static void     message_opened(struct request *request, struct response *response);
static void     message_show(struct request *request, struct response *response,
                             const struct message_row *row);

void messages_get(struct request *request, struct response *response)
{
	struct messages_view     view = { 0 };
	struct account_heads_row heads = { 0 };
	struct str               from = request_query(request, "from");
	struct out               out;
	int64_t                  id = 0;
	enum err                 err = ERR_OK;

	if (from.len == 0) {
		err = account_heads(request->db, request->arena, request->session.account_id,
		                    &heads);
		id = heads.last_notice;
	} else if (!public_id_parse(request->web->keys, PUBLIC_NOTICE, from, &id)) {
		err = ERR_NOT_FOUND;
	}
	if (err == ERR_OK)
		err = messages_fill(request, id, &view);
	if (err == ERR_NOT_FOUND) {
		web_refuse(request, response, WEB_NOT_FOUND);
		return;
	}
	if (err != ERR_OK) {
		web_fail(request, response, err);
		return;
	}
	page_start(request, response, 200, &out);
	page_frame(request, NAV_MESSAGES, &view.frame);
	page_messages(&out, &view);
}

/* Opened for the first time: that is remembered, then it is shown. */
void message_get(struct request *request, struct response *response)
{
	struct opening       *opening = ARENA_NEW(request->arena, struct opening);
	struct notice_reader  reader;
	struct notice_get_row notice;
	int64_t               id;
	enum err              err = opening == NULL ? ERR_MEMORY : ERR_OK;

	reader_of(request, &reader);
	if (err == ERR_OK &&
	    !public_id_parse(request->web->keys, PUBLIC_NOTICE, request->part[0], &id))
		err = ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = notice_load(request, id, &notice);
	if (err == ERR_OK)
		err = row_fill(&reader, &notice, &opening->row);
	if (err == ERR_NOT_FOUND) {
		web_refuse(request, response, WEB_NOT_FOUND);
	} else if (err != ERR_OK) {
		web_fail(request, response, err);
	} else if (notice.read_s != 0) {
		message_show(request, response, &opening->row);
	} else {
		opening->read.notice_id = notice.id;
		opening->read.account_id = notice.account_id;
		request_command(request, response, notice_opening_apply, &opening->read,
		                message_opened);
	}
}

/* ERR_NOT_FOUND: no such message, or somebody else's. */
static enum err notice_load(struct request *request, int64_t id, struct notice_get_row *ret)
{
	enum err err = notice_get(request->db, id, ret);

	if (err == ERR_OK && ret->account_id != request->session.account_id)
		return ERR_NOT_FOUND;
	return err;
}

/* Newest first, along the account's own chain. */
static enum err messages_fill(struct request *request, int64_t id, struct messages_view *ret)
{
	struct message_row   *rows = ARENA_ARRAY(request->arena, struct message_row, MESSAGES_PAGE);
	struct notice_reader  reader;
	struct notice_get_row notice;
	enum err              err = rows == NULL ? ERR_MEMORY : ERR_OK;

	reader_of(request, &reader);
	ret->rows = rows;
	while (err == ERR_OK && id != 0 && ret->row_count < MESSAGES_PAGE) {
		err = notice_load(request, id, &notice);
		if (err == ERR_OK)
			err = row_fill(&reader, &notice, &rows[ret->row_count++]);
		id = err == ERR_OK ? notice.prev : 0;
	}
	if (id != 0) {
		struct str next = public_id(request->arena, request->web->keys, PUBLIC_NOTICE, id);

		ret->next_path = arena_printf(request->arena, "/messages?from=%.*s", STR_ARG(next));
	}
	return err;
}

static enum err row_fill(struct notice_reader *reader, const struct notice_get_row *notice,
                         struct message_row *ret)
{
	if (notice->kind < 0 || notice->kind >= NOTICE_COUNT)
		return ERR_CORRUPT;
	*ret = (struct message_row){
		.id = public_id(reader->arena, reader->keys, PUBLIC_NOTICE, notice->id),
		.kind = (enum notice)notice->kind,
		.at_s = notice->at_s,
		.read = notice->read_s != 0,
		.mailed = notice->mail == MAIL_SENT,
	};
	return notice_parts_load(reader, notice, &ret->parts);
}

static void reader_of(const struct request *request, struct notice_reader *ret)
{
	*ret = (struct notice_reader){
		.db = request->db,
		.arena = request->arena,
		.config = request->web->config,
		.keys = request->web->keys,
		.catalogue = request->web->catalogue,
		.lang = str_from(request->lang->tag),
	};
}

static void message_opened(struct request *request, struct response *response)
{
	/* `read` is the first member of what was allocated for both. */
	const struct opening *opening = request->command.arg;

	if (request->session.unread_count > 0)
		request->session.unread_count--;
	message_show(request, response, &opening->row);
}

static void message_show(struct request *request, struct response *response,
                         const struct message_row *row)
{
	struct message_view view = { .message = *row };
	struct out          out;

	page_start(request, response, 200, &out);
	page_frame(request, NAV_MESSAGES, &view.frame);
	page_message(&out, &view);
}
